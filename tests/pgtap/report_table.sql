-- Report tables: what a refresh brings forward is what computing everything anew gives, whatever has changed.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
SELECT plan(25);

CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true), ('c', '丙区', 'district', true);
CALL ledger.load_pack('accidents');
INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, until_column, aggregate, scope, cutoff, unit, definition_zh) VALUES
    ('OPEN', '未结案件', 'stock', 'enforcement_case', 'filed_on', 'closed_on', 'count', 'city', 'at_date', '件', '期末未结案件'),
    ('ALL', '累计案件', 'count', 'enforcement_case', 'filed_on', NULL, NULL, 'city', 'to_date', '件', '累计立案');
INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, definition_zh) VALUES ('SENT', '上报检查', 'reported', 'city', 'period', '次', '各区上报');
INSERT INTO ledger.indicator (code, name_zh, kind, of_code, by_code, scope, cutoff, unit, definition_zh) VALUES ('PER', '死亡率', 'ratio', 'F030', 'F028', 'city', 'period', '人', '每起事故死亡人数');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('m', '月报', 'month'), ('y', '年报', 'any');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('m', 1, '一、{period}'), ('y', 1, '一、{year}年');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('m', 1, 1, '事故{F028.phrase}，死亡{F030}，本年{F028@ytd.phrase}，环比{F028.change(previous)}。'),
    ('m', 1, 2, '{table F028,F030 by area}'), ('m', 1, 3, '上报{SENT}，未结{OPEN}，每起{PER}。'),
    ('y', 1, 1, '全年事故{F028.phrase}，{top 2 F028 by category}，累计{ALL}。');
INSERT INTO ledger.report_figure (report, code) VALUES ('y', 'OPEN'), ('y', 'PER');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code)
    SELECT n, date '2024-01-01' + (n * 37) % 700, substr('abc', n % 3 + 1, 1), (ARRAY['chemical', 'road', 'fire', 'construction'])[n % 4 + 1] FROM generate_series(1, 60) AS n;
SELECT setval(pg_get_serial_sequence('ledger.accident', 'id'), 1000) \g /dev/null
INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT a.id, 'dead', a.occurred_on FROM ledger.accident AS a WHERE a.id % 2 = 0;
INSERT INTO ledger.enforcement_case (org_code, area_code, filed_on, closed_on) SELECT 'bureau', substr('abc', n % 3 + 1, 1), date '2024-01-01' + n * 11, date '2024-01-01' + n * 11 + n
    FROM generate_series(1, 50) AS n;
CALL ledger.entered(ARRAY['m', 'y'], through => '2025-12-31', since => '2024-01-01');

-- ------------------------------------------------------------------ what is in them
SELECT throws_ok('DO $$ BEGIN PERFORM 1; CALL ledger.refresh_report_tables(''m''); EXCEPTION WHEN no_data_found THEN NULL; END $$', '2D000', 'refresh_report_tables() cannot be called within a transaction or a function', 'not within a transaction');
SELECT throws_ok('CALL emgov_internal.need_own_transactions(NULL)', '2D000', 'this cannot be called within a transaction or a function', 'a name that is NULL is an error, and no crash');
CALL ledger.refresh_report_tables();
SELECT results_eq('SELECT job, state, sqlstate FROM ledger.job_run', $$VALUES ('refresh', 'done', NULL::text)$$, 'a refresh is on record');
SELECT is((SELECT definitions->>'F028' FROM ledger.job_run), '1', 'with the versions of the definitions');
SELECT set_eq($$SELECT code, period_start, coalesce(area_code, '*'), value, base_value, state FROM ledger_tables.figure_by_month WHERE report = 'm'$$,
    $$SELECT f.code, f.starts_on, coalesce(f.member, '*'), emgov_internal.bounded(f.value) AS v, emgov_internal.bounded(f.base) AS b, f.state
        FROM ledger.figure_series(NULL, '[2024-01-01,2026-01-01)', 'month', by => 'area') AS f WHERE f.code IN ('F028', 'F030', 'SENT', 'OPEN', 'PER') AND f.comparator = 'year_earlier'
         AND (f.member IS NULL OR f.state <> 'failed')
      UNION ALL
      SELECT f.code, f.starts_on, coalesce(f.member, '*'), emgov_internal.bounded(f.value) AS v, emgov_internal.bounded(f.base) AS b, f.state
        FROM ledger.figure_series(ARRAY['F028'], '[2024-01-01,2026-01-01)', 'month', by => 'area', comparator => 'previous') AS f$$, 'figures by month are those of figure_series');
SELECT set_eq($$SELECT period_start, section, ordinal, heading, body FROM ledger_tables.report_text WHERE report = 'm'$$,
    $$SELECT lower(p), t.section, t.ordinal, t.heading, t.body FROM emgov.months('[2024-01-01,2026-01-01)') AS p CROSS JOIN LATERAL ledger.report_text('m', p) AS t$$, 'texts are those of report_text');
SELECT set_eq($$SELECT code, period_start, figure_start, figure_end, comparator, value, base_value, state, words FROM ledger_tables.figure_by_period WHERE report = 'y' AND place = 0$$,
    $$SELECT f.code, lower(p), f.starts_on, f.ends_on - 1, f.comparator, emgov_internal.bounded(f.value) AS v, emgov_internal.bounded(f.base) AS b, f.state, f.words
        FROM (VALUES (emgov.year(2024)), (emgov.year(2025))) AS p (p) CROSS JOIN LATERAL ledger.report_figures('y', p) AS f WHERE f.member IS NULL$$, 'figures by period are those of report_figures');

-- ------------------------------------------------------------------ only what has changed
CREATE TABLE public.moment AS SELECT now() AS at;
CALL ledger.refresh_report_tables();
SELECT is((SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1), 0::bigint, 'nothing changed, nothing is written');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (100, '2024-05-05', 'b', 'road');
CALL ledger.refresh_report_tables('m');
SELECT set_eq($$SELECT code, period_start, area_code FROM ledger_tables.figure_by_month WHERE report = 'm' AND changed_at > (SELECT at FROM public.moment)$$,
    $$SELECT c, m, a FROM (VALUES ('F028', date '2024-05-01'), ('F028', date '2024-06-01'), ('F028', date '2025-05-01')) AS x (c, m), (VALUES ('b'), (NULL)) AS y (a)
      UNION SELECT 'PER', '2024-05-01', a FROM (VALUES ('b'), (NULL)) AS y (a) UNION SELECT 'PER', '2025-05-01', a FROM (VALUES ('b'), (NULL)) AS y (a)
      EXCEPT SELECT code, period_start, area_code FROM ledger_tables.figure_by_month WHERE changed_at <= (SELECT at FROM public.moment) AND report = 'm' AND code = 'PER'$$,
    'one late record writes the months that it changes, of its area and of the whole');

-- rows are told by the transaction that wrote them: what one late record does not touch is not written again
CREATE FUNCTION public.written(since bigint) RETURNS TABLE (t text, n bigint) LANGUAGE sql AS $$
    SELECT 'month', count(*) FROM ledger_tables.figure_by_month WHERE xmin::text::bigint >= since UNION ALL SELECT 'period', count(*) FROM ledger_tables.figure_by_period WHERE xmin::text::bigint >= since
    UNION ALL SELECT 'text', count(*) FROM ledger_tables.report_text WHERE xmin::text::bigint >= since UNION ALL SELECT 'part', count(*) FROM ledger_store.report_part WHERE xmin::text::bigint >= since
$$;
CREATE TABLE public.parts AS SELECT * FROM ledger_store.report_part;
CREATE TABLE public.texts AS SELECT * FROM ledger_tables.report_text;
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (101, '2024-08-08', 'c', 'fire');
SELECT txid_current() AS xid \gset
CALL ledger.refresh_report_tables();
SELECT is((SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1), (SELECT sum(n)::bigint FROM public.written(:xid) WHERE t <> 'part'), 'what is said to be written is what was written');
SELECT is((SELECT n FROM public.written(:xid) WHERE t = 'part'), (SELECT count(*) FROM ledger_store.report_part AS p WHERE NOT EXISTS (SELECT FROM public.parts AS q WHERE p = q)), 'figures of texts that are the same are not written');
SELECT is((SELECT n FROM public.written(:xid) WHERE t = 'text'), (SELECT count(*) FROM ledger_tables.report_text AS p WHERE NOT EXISTS (SELECT FROM public.texts AS q WHERE p = q)), 'nor paragraphs that are the same');
SELECT cmp_ok((SELECT sum(n) FROM public.written(:xid)), '<', (SELECT sum(n) / 10 FROM public.written(0)), 'less than a tenth of the rows');
DELETE FROM ledger_tables.figure_by_month WHERE code = 'F030' AND period_start = '2024-03-01';
DELETE FROM ledger_store.report_part WHERE code = 'F030' AND lower(period) = '2024-04-01';
CALL ledger.refresh_report_tables();
CALL ledger.refresh_report_tables(whole => true);
SELECT is((SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1), 0::bigint, 'rows that somebody took out come back');

-- of what is dated back, the last mark of a table is kept
DO $$
BEGIN
    FOR n IN 1 .. 5 LOOP
        PERFORM set_config('emgov.known_at', '2026-01-04 00:00+08', true);
        INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-09-09', 'a', 'road');
        INSERT INTO ledger.enforcement_case (org_code, area_code, filed_on) VALUES ('bureau', 'a', '2024-09-09');
        COMMIT;
    END LOOP;
END $$;
SELECT set_eq($$SELECT relation::text, count(*) FROM emgov.dated_back WHERE relation::text IN ('ledger.accident', 'ledger.enforcement_case') GROUP BY 1$$,
    $$VALUES ('ledger.accident', 1::bigint), ('ledger.enforcement_case', 1)$$, 'of what is dated back one mark a table is kept');
CALL ledger.refresh_report_tables();
CALL ledger.refresh_report_tables(whole => true);
SELECT is((SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1), 0::bigint, 'and it was seen');

-- ------------------------------------------------------------------ whatever has changed
CREATE FUNCTION public.change(n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r int := (random() * 1e6)::int;
    place text := substr('abc', r % 3 + 1, 1);
    day date := date '2024-01-01' + r % 730;
    one int := 1 + r % 60;
BEGIN
    CASE n
        WHEN 1 THEN INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES (day, place, 'fire');
        WHEN 2 THEN UPDATE ledger.accident AS x SET status = 'withdrawn', note = 'error' WHERE x.id = one;
        WHEN 3 THEN UPDATE ledger.accident AS x SET area_code = place WHERE x.id = one;
        WHEN 4 THEN UPDATE ledger.accident AS x SET occurred_on = day WHERE x.id = (SELECT max(y.id) FROM ledger.accident AS y WHERE y.status = 'valid' AND NOT EXISTS (SELECT FROM ledger.casualty AS c WHERE c.accident_id = y.id));
        WHEN 5 THEN INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT x.id, 'dead', x.occurred_on + 3 FROM ledger.accident AS x WHERE x.id = one;
        WHEN 6 THEN UPDATE ledger.indicator SET name_zh = '死亡' || r WHERE code = 'F030';
        WHEN 7 THEN UPDATE ledger.indicator SET filter = CASE WHEN r % 2 = 0 THEN 'area_code <> ''a''' END WHERE code = 'ALL';
        WHEN 8 THEN CALL ledger.entered(ARRAY['accident'], through => '2025-10-31'::date + r % 60);
        WHEN 9 THEN CALL ledger.entered(ARRAY['enforcement_case'], through => '2025-10-31'::date + r % 60, since => '2024-01-01', area => place);
        WHEN 10 THEN CALL ledger.receive('SENT', place, to_char(day, 'YYYY-MM'), (r % 50)::numeric);
        WHEN 11 THEN
            PERFORM set_config('emgov.known_at', '2026-01-05 00:00+08', true);
            INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES (day, place, 'road');
            PERFORM set_config('emgov.known_at', '', true);
        WHEN 12 THEN UPDATE ledger.enforcement_case AS x SET closed_on = greatest(x.filed_on, day) WHERE x.id = one;
        WHEN 13 THEN UPDATE ledger.accident_category SET window_days = 1 + r % 5 WHERE code = 'road';
        WHEN 14 THEN UPDATE ledger.report_paragraph SET body = '全年{F030.phrase}，' || r || '，{F028 of ''b'' by area}。' WHERE report = 'y' AND ordinal = 1;
        WHEN 15 THEN UPDATE ledger.area SET name_zh = '区' || r WHERE code = place;
        WHEN 16 THEN UPDATE ledger.ledger_setting SET report_years = 2 + r % 3;
        WHEN 17 THEN INSERT INTO ledger.base_value (indicator, starts_on, ends_on, value, source, published_on)
                     VALUES ('F028', make_date(2023, 1 + r % 12, 1), make_date(2023, 1 + r % 12, 1) + interval '1 month', r % 9, '年鉴', '2024-02-01') ON CONFLICT DO NOTHING;
        WHEN 18 THEN UPDATE ledger.casualty AS x SET outcome = CASE WHEN r % 2 = 0 THEN 'serious' ELSE 'dead' END WHERE x.accident_id = one;
        WHEN 19 THEN UPDATE ledger.accident AS x SET number = 'n' || r WHERE x.id = one;
        ELSE CALL ledger.load_pack(jsonb_build_object('emgov_pack', 1, 'name', 'extra' || r, 'version', '1', 'title_zh', '增补', 'requires', '[]'::jsonb, 'tables',
                 jsonb_build_object('area', jsonb_build_array(jsonb_build_object('code', 'x' || r, 'name_zh', '新区' || r, 'kind', 'district', 'is_block', r % 2 = 0)))));
    END CASE;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$$;

CREATE TABLE public.trial (n int, what int, said text, brought bigint, anew bigint);
-- each change, then several at once; again and again with psql's --set rounds=NUMBER
\if :{?rounds} \else \set rounds 2
\endif
SELECT set_config('test.rounds', :'rounds', false) \g /dev/null
DO $$
DECLARE
    what int[];
    said text;
    came bigint;
BEGIN
    PERFORM setseed(0.4);
    FOR n IN 1 .. 28 * current_setting('test.rounds')::int LOOP
        what := CASE WHEN n <= 20 * current_setting('test.rounds')::int THEN ARRAY[1 + (n - 1) % 20] ELSE ARRAY(SELECT 1 + (random() * 19)::int FROM generate_series(1, 4)) END;
        FOR i IN 1 .. cardinality(what) LOOP
            said := public.change(what[i]);
            INSERT INTO public.trial VALUES (n, what[i], said);
            COMMIT;
        END LOOP;
        CALL ledger.refresh_report_tables();
        came := (SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1);
        CALL ledger.refresh_report_tables(whole => true);
        UPDATE public.trial AS t SET brought = came, anew = (SELECT r.rows FROM ledger.job_run AS r ORDER BY r.id DESC LIMIT 1) WHERE t.n = (SELECT max(x.n) FROM public.trial AS x);
        COMMIT;
    END LOOP;
END $$;
SELECT is_empty('SELECT n, array_agg(what), max(anew) FROM public.trial WHERE anew IS DISTINCT FROM 0 GROUP BY n ORDER BY n', 'what is brought forward is what computing everything anew gives');
SELECT set_eq($$SELECT what FROM public.trial WHERE said = 'done'$$, 'SELECT generate_series(1, 20)', 'each kind of change was made');
SELECT cmp_ok((SELECT count(DISTINCT n) FROM public.trial WHERE brought > 0), '>', 12::bigint * :rounds, 'and most changed something');
-- ------------------------------------------------------------------ an area that becomes part of another within these months
-- In each month the areas are as they are at its end, in the figures by month as in all others.
UPDATE ledger.area SET active = false WHERE code LIKE 'x%';
UPDATE ledger.area SET valid_to = '2025-04-10', successor_code = 'a' WHERE code = 'b';
CALL ledger.refresh_report_tables();
CREATE VIEW public.as_each AS
    SELECT f.code, f.starts_on, coalesce(f.member, '*') AS area, emgov_internal.bounded(f.value) AS value, emgov_internal.bounded(f.base) AS base, f.state
      FROM emgov.months('[2025-01-01,2025-07-01)') AS m CROSS JOIN LATERAL ledger.figures(m, by => 'area') AS f WHERE f.code IN ('F028', 'F030', 'OPEN', 'PER') AND (f.member IS NULL OR f.state <> 'failed');
SELECT set_eq($$SELECT code, period_start, coalesce(area_code, '*'), value, base_value, state FROM ledger_tables.figure_by_month
                 WHERE report = 'm' AND comparator = 'year_earlier' AND code IN ('F028', 'F030', 'OPEN', 'PER') AND period_start BETWEEN '2025-01-01' AND '2025-06-30'$$,
    'SELECT code, starts_on, area, value, base, state FROM public.as_each', 'each month has the areas that there were at its end');
SELECT set_eq($$SELECT f.code, f.starts_on, f.member, emgov_internal.bounded(f.value) AS v, emgov_internal.bounded(f.base) AS b, f.state FROM emgov_internal.report_figure_monthly('ledger', '{a,b}') AS f
                 WHERE f.code IN ('F028', 'F030', 'OPEN', 'PER') AND f.starts_on BETWEEN '2025-01-01' AND '2025-06-30'$$,
    $$SELECT code, starts_on, area, value, base, state FROM public.as_each WHERE area IN ('a', 'b')$$, 'for a reader of areas as well');
SELECT isnt((SELECT array_agg(DISTINCT area ORDER BY area) FROM public.as_each WHERE starts_on = '2025-03-01' AND code = 'F028'),
    (SELECT array_agg(DISTINCT area ORDER BY area) FROM public.as_each WHERE starts_on = '2025-05-01' AND code = 'F028'), 'which are not the same before and after');
INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2025-02-07', 'b', 'fire');
CALL ledger.refresh_report_tables();
CALL ledger.refresh_report_tables(whole => true);
SELECT is((SELECT rows FROM ledger.job_run ORDER BY id DESC LIMIT 1), 0::bigint, 'a late record of the area before brings forward what computing everything anew gives');
-- ------------------------------------------------------------------ names in the readers' views
INSERT INTO ledger.report (code, title_zh, title_en, period_kind, lang) VALUES ('e', '英文', 'In English', 'year', 'en');
INSERT INTO ledger.report_figure (report, code) VALUES ('e', 'F028');
UPDATE ledger.area SET name_en = 'A' WHERE code = 'a';
CALL ledger.refresh_report_tables();
SELECT set_eq($$SELECT report::text, indicator_zh::text, indicator_en::text, area_code::text, area_zh::text, area_en::text FROM ledger_report.report_figure_by_month WHERE indicator_code = 'F028' AND report IN ('e', 'm') AND coalesce(area_code, 'a') = 'a'$$,
    $$SELECT r, i.name_zh, CASE r WHEN 'e' THEN i.name_en END AS en, a.code, a.name_zh AS area_zh, a.name_en AS area_en FROM (VALUES ('e'), ('m')) AS r (r) CROSS JOIN (SELECT code, name_zh, name_en FROM ledger.area WHERE code = 'a' UNION ALL SELECT NULL, NULL, NULL) AS a
       CROSS JOIN ledger.indicator AS i WHERE i.code = 'F028'$$, 'as in all readers'' views: in Chinese, and in English where that is known');
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = 'ledger_report'::regnamespace AND a.attname ~ '(^|_)name$'$$,
    'which have no other names of names');
SELECT * FROM finish();
