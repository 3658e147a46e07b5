-- E12: periods as text in a ledger's functions, and years that begin on another day.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS emgov;
SELECT no_plan();

CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
CALL load_pack('accidents');
INSERT INTO area (code, name_zh, kind) VALUES ('1', '甲区', 'district'), ('2', '乙区', 'district');
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss)
SELECT n, date '2022-01-01' + n * 11, (n % 2 + 1)::text, 'road', n FROM generate_series(1, 100) AS n;
CALL entered('{accident, casualty}', '2025-06-30', '2022-01-01');
INSERT INTO report (code, title_zh) VALUES ('any', '任意期间');
INSERT INTO report_section (report, section, heading) VALUES ('any', 1, '一、事故');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('any', 1, 1, '{F028.phrase}；{F028@month}；{F028@quarter}；{F028@half}；{F028@year}；{F028@ytd}。');

-- ------------------------------------------------------------------ text for a period
SELECT is((SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc AS p
            WHERE p.pronamespace = 'ledger'::regnamespace AND 'daterange'::regtype = ANY (p.proargtypes)
              AND NOT EXISTS (SELECT FROM pg_proc AS t WHERE t.pronamespace = p.pronamespace AND t.proname = p.proname AND t.oid <> p.oid
                                 AND oidvectortypes(t.proargtypes) = replace(oidvectortypes(p.proargtypes), 'daterange', 'text')
                                 AND t.proargnames = p.proargnames AND t.prokind = p.prokind AND t.provolatile = p.provolatile
                                 AND pg_get_function_result(t.oid) IS NOT DISTINCT FROM pg_get_function_result(p.oid)
                                 AND t.pronargdefaults = p.pronargdefaults AND t.proacl::text = p.proacl::text
                                 AND obj_description(t.oid, 'pg_proc') <> '')),
          NULL, 'every function of a ledger that takes a period takes it as text too, with the same arguments, result and rights');

CREATE TEMP TABLE said (t text, p daterange);
INSERT INTO said VALUES ('2024', year(2024)), ('2024-03', month(2024, 3)), ('2024Q2', quarter(2024, 2)), ('2024H1', half(2024, 1)), ('2024年1—7月', '[2024-01-01,2024-08-01)'),
    ('2023-03-05..2024-02-29', '[2023-03-05,2024-03-01)'), ('[2024-01-01,2025-01-01)', year(2024)), ('２０２４', year(2024)), ('January to July 2024', '[2024-01-01,2024-08-01)');
SELECT set_eq(format('SELECT f::text FROM figures(%L) AS f', t), format('SELECT f::text FROM figures(%L::daterange) AS f', p), 'figures: ' || t) FROM said;
SELECT set_eq(format('SELECT f::text FROM figure_rows(''F028'', %L) AS f', t), format('SELECT f::text FROM figure_rows(''F028'', %L::daterange) AS f', p), 'figure_rows: ' || t) FROM said;
SELECT set_eq(format('SELECT f::text FROM figure_series(''{F028,F030}'', %L, ''quarter'') AS f', t), format('SELECT f::text FROM figure_series(''{F028,F030}'', %L::daterange, ''quarter'') AS f', p),
              'figure_series: ' || t) FROM said;
SELECT set_eq(format('SELECT f::text FROM report_text(''any'', %L) AS f', t), format('SELECT f::text FROM report_text(''any'', %L::daterange) AS f', p), 'report_text: ' || t) FROM said;
SELECT set_eq(format('SELECT f::text FROM check_figures(%L) AS f', t), format('SELECT f::text FROM check_figures(%L::daterange) AS f', p), 'check_figures: ' || t) FROM said;
SELECT is((SELECT value FROM figures(period => '2024', codes => '{F028}')), (SELECT count(*)::numeric FROM accident WHERE occurred_on <@ year(2024)), 'with the argument''s name');
PREPARE of_no_type AS SELECT value FROM figures($1, codes => '{F028}');
SELECT results_eq('EXECUTE of_no_type(year(2024))', 'EXECUTE of_no_type(''2024'')', 'a parameter of no type');
SELECT throws_like('SELECT * FROM figures(''2024年13月'')', 'period out of range: "2024年13月"', 'what is no period says so');
SELECT throws_ok('SELECT * FROM figures(NULL)', '22023', NULL, 'nor is NULL');
SELECT throws_ok('SELECT * FROM figures(''(,)'')', '22023', NULL, 'nor is one without ends');
SELECT throws_ok('SELECT * FROM figures(''07/01/2024'')', '22007', NULL, 'nothing depends on DateStyle');

CALL publish('any', '2024年1—7月');
SELECT is((SELECT array_agg((starts_on, ends_on)::text) FROM publication), '{"(2024-01-01,2024-08-01)"}', 'published by a text');
SELECT throws_like($$UPDATE ledger_setting SET year_start = '04-01'$$, 'the years of ledger "ledger" begin on 01-01, and keep doing so', 'what is published keeps its years');
SELECT lives_ok($$UPDATE ledger_setting SET year_start = '01-01', time_zone = 'UTC'$$, 'the rest of the setting is free');

-- ------------------------------------------------------------------ fiscal years
CALL emgov.create_ledger('fiscal');
SET search_path = fiscal, public, emgov;
CALL load_pack('accidents');
INSERT INTO area (code, name_zh, kind) VALUES ('1', '甲区', 'district');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT n, date '2022-01-01' + n * 11, '1', 'road' FROM generate_series(1, 100) AS n;
CALL entered('{accident, casualty}', '2025-06-30', '2022-01-01');
SELECT throws_ok($$UPDATE ledger_setting SET year_start = '04-31'$$, '23514', NULL, 'a day that every month has');
UPDATE ledger_setting SET year_start = '04-01';
CREATE TEMP TABLE kinds (kind text, whole daterange, value numeric);
INSERT INTO kinds VALUES ('year', '[2023-04-01,2024-04-01)'), ('half', '[2023-10-01,2024-04-01)'), ('quarter', '[2024-01-01,2024-04-01)'), ('month', '[2024-02-01,2024-03-01)'), ('ytd', '[2023-04-01,2024-02-15)');
UPDATE kinds SET value = (SELECT count(*) FROM accident WHERE occurred_on <@ whole);
INSERT INTO report (code, title_zh, period_kind) SELECT kind, kind, kind FROM kinds;
INSERT INTO report (code, title_zh) VALUES ('any', '任意期间');
INSERT INTO report_section (report, section, heading) SELECT code, 1, '一、事故' FROM report;
INSERT INTO report_paragraph (report, section, ordinal, body) SELECT kind, 1, 1, '{F028}' FROM kinds;
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('any', 1, 1, '{F028@year} {F028@half} {F028@quarter} {F028@month} {F028@ytd}');
SELECT is((SELECT body FROM report_text('any', '[2024-02-10,2024-02-15)')), (SELECT string_agg(value || '起', ' ' ORDER BY array_position('{year,half,quarter,month,ytd}', kind)) FROM kinds),
          'periods in a text are those of years from April on');
SELECT is((SELECT body FROM report_text(kind, whole)), value || '起', 'a report of a fiscal ' || kind) FROM kinds;
SELECT is((SELECT body FROM report_text('year', '2023')), (SELECT value || '起' FROM kinds WHERE kind = 'year'), 'as text, too');
SELECT throws_ok($$SELECT * FROM report_text('year', emgov.year(2024))$$, '22023', NULL, 'a calendar year is none');
SELECT throws_ok($$SELECT * FROM report_text('quarter', '[2024-02-01,2024-05-01)')$$, '22023', NULL, 'nor three months a quarter');
SELECT results_eq($$SELECT daterange(starts_on, ends_on), value FROM figure_series('{F028}', '2023', 'quarter')$$,
                  $$SELECT q, (SELECT count(*)::numeric FROM accident WHERE occurred_on <@ q) FROM quarters(year(2023, '04-01'), '04-01') AS q$$, 'a series by quarters');
SELECT results_eq($$SELECT daterange(starts_on, ends_on), value FROM figure_series('{F028}', '[2022-06-01,2024-06-01)', 'year')$$,
                  $$SELECT q, (SELECT count(*)::numeric FROM accident WHERE occurred_on <@ q) FROM unnest('{"[2022-06-01,2023-04-01)","[2023-04-01,2024-04-01)","[2024-04-01,2024-06-01)"}'::daterange[]) AS q$$,
                  'a series by years');
SELECT is((SELECT value FROM figures('2023Q4', codes => '{F028}')), (SELECT value FROM kinds WHERE kind = 'quarter'), 'figures of a quarter as text');

SELECT * FROM finish();
ROLLBACK;
