-- Reported figures and published totals: what may be entered; what is sent again, with its history;
-- what a window comes to, against a count day by day.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = public, ledger, emgov;
SELECT plan(41);
UPDATE area SET is_block = false WHERE is_block;
INSERT INTO area (code, name_zh, kind, is_block, parent_code, valid_from, valid_to) VALUES
    ('CITY', '某市', 'city', false, NULL, NULL, NULL), ('A', '甲区', 'district', true, 'CITY', NULL, NULL), ('B', '乙区', 'district', true, 'CITY', '2015-01-01', NULL),
    ('C', '丙区', 'district', true, 'CITY', NULL, '2020-07-01'), ('Z', '园区', 'zone', false, 'A', NULL, NULL);
INSERT INTO organisation (code, name_zh, kind, scope) VALUES ('dept', '某处', 'department', 'city');
INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES
    ('R1', '起数', 'count', 'accident', 'occurred_on', 'city', 'period', '起', '期内'), ('R2', '存量', 'count', 'accident', 'occurred_on', 'city', 'at_date', '家', '期末'), ('R3', '累计', 'count', 'accident', 'occurred_on', 'city', 'to_date', '家', '累计');
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, aggregate, scope, cutoff, unit, definition_zh) VALUES
    ('K1', '事故', 'count', 'accident', 'occurred_on', NULL, NULL, 'city', 'period', '起', '事故'), ('K2', '占比', 'share', 'accident', 'occurred_on', 'direct_loss > 0', 'count', 'city', 'period', '%', '占比');

-- ------------------------------------------------------------------ what may be entered
SELECT lives_ok($$CALL receive('R1', 'A', month(2024, 1), 3, '甲〔2024〕1号', '2024-02-05')$$, 'a count of a month');
SELECT lives_ok($$INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('R1', 'B', '2024-01-01', '2024-02-01', 0)$$, 'a true zero, by a plain INSERT');
SELECT is((SELECT received FROM reported WHERE member = 'B'), (now() AT TIME ZONE 'Asia/Shanghai')::date, 'received today, in the ledger''s time zone');
SELECT throws_ok(format('CALL receive(%L, %L, %L::daterange, %s, dimension => %L)', indicator, member, period, value, dimension), state, NULL, why)
  FROM (VALUES ('R1', 'X', month(2024, 1), '1', 'area', '23503', 'an area that there is none'),
               ('R1', 'C', month(2024, 1), '1', 'area', '23514', 'one no longer in force'),
               ('R1', 'B', month(2014, 1), '1', 'area', '23514', 'or not yet'),
               ('R9', 'A', month(2024, 1), '1', 'area', '23503', 'an indicator that there is none'),
               ('K2', 'A', month(2024, 1), '1', 'area', '23514', 'shares are not added up'),
               ('R1', 'A', daterange('2024-01-01', NULL), '1', 'area', '22023', 'a period without an end'),
               ('R1', 'A', 'empty', '1', 'area', '22023', 'an empty one'),
               ('R1', 'A', daterange('-infinity', '2024-01-01'), '1', 'area', '22023', 'one of for ever'),
               ('R1', 'A', month(2999, 1), '1', 'area', '23514', 'one to come'),
               ('R1', 'A', month(2024, 2), '''NaN''', 'area', '23514', 'what is no number'),
               ('R1', 'A', month(2024, 2), '''Infinity''', 'area', '23514', 'nor one without end'),
               ('R1', 'A', month(2024, 2), 'NULL', 'area', '23502', 'nothing'),
               ('R1', 'CITY', year(2024), '1', 'area', '23514', 'the city beside its districts, of the same days'),
               ('R1', 'Z', month(2024, 1), '1', 'area', '23514', 'a zone beside its district'),
               ('R1', 'dept', month(2024, 1), '1', 'organisation', '23514', 'by departments what districts send'),
               ('R1', 'dept', month(2024, 1), '1', 'subject', '23514', 'by what is no dimension')) AS t (indicator, member, period, value, dimension, state, why);
SELECT lives_ok($$CALL receive('R1', 'CITY', year(2022), 9); CALL receive('K1', 'A', month(2024, 1), 3); CALL receive('R2', 'dept', month(2024, 1), 7, dimension => 'organisation')$$,
    'the city alone; what records exist of too; by departments');

-- ------------------------------------------------------------------ sent again
SELECT pg_sleep(0.01), clock_timestamp() AS before \gset
CALL receive('R1', 'A', month(2024, 1), 5, '甲〔2024〕9号', '2024-03-01');
SELECT results_eq($$SELECT value::int, sender, received FROM reported WHERE indicator = 'R1' AND member = 'A' UNION ALL SELECT value::int, sender, received FROM ledger_store.reported_history WHERE indicator = 'R1' AND member = 'A'$$,
    $$VALUES (5, '甲〔2024〕9号', '2024-03-01'::date), (3, '甲〔2024〕1号', '2024-02-05')$$, 'sent again, it takes the place of what was, which is kept');
SELECT is((SELECT value::int FROM emgov_internal.reported_parts('ledger', 'R1', ARRAY[month(2024, 1)], :'before') WHERE member = 'A'), 3, 'as of a moment before, it is what was sent before');
SELECT is((SELECT value::int FROM emgov_internal.reported_parts('ledger', 'R1', ARRAY[month(2024, 1)], NULL) WHERE member = 'A'), 5, 'and now what was sent since');
UPDATE reported SET status = 'withdrawn', note = '误报' WHERE indicator = 'R1' AND member = 'A';
SELECT is_empty($$SELECT FROM emgov_internal.reported_parts('ledger', 'R1', ARRAY[month(2024, 1)], NULL) WHERE member = 'A'$$, 'what is withdrawn was not sent: no row, and no zero');
SELECT set_eq($$SELECT member, name_zh, dimension FROM emgov_internal.reported_members('ledger', 'R1', ARRAY[emgov.year(2020)], NULL)$$, $$VALUES ('A', '甲区', 'area'), ('B', '乙区', 'area'), ('C', '丙区', 'area')$$,
    'who must send: blocks in force');
SELECT set_eq($$SELECT member, name_zh, dimension FROM emgov_internal.reported_members('ledger', 'R2', ARRAY[emgov.year(2024)], NULL)$$, $$VALUES ('dept', '某处', 'organisation')$$, 'of another dimension, who has sent');

-- who goes, goes with what was sent still counted
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, definition_zh) VALUES ('R8', '件数', 'reported', 'city', 'period', '件', '上报');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) SELECT 'R8', m, '2024-03-01', '2024-04-01', 10 FROM unnest('{A,B}'::text[]) AS m;
SELECT is((SELECT value || state FROM figures(month(2024, 3), codes => '{R8}')), '20no_base', 'what two areas sent');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('R8', 'A', '2023-05-01', '2023-06-01', 10);
UPDATE area SET name_en = 'Second' WHERE code = 'B';
SELECT is((SELECT words FROM figures(month(2023, 5), codes => '{R8}', lang => 'en')), '10 件 (without Second)', 'in English who is missing has an English name');
UPDATE area SET active = false WHERE code = 'A';
SELECT is((SELECT value || state FROM figures(month(2024, 3), codes => '{R8}')), '20no_base', 'one of them is retired, and what it sent counts');
SELECT is((SELECT missing FROM figures(month(2024, 4), codes => '{R8}')), '{B}', 'it need not send any more');
UPDATE area SET active = true, valid_to = '2024-03-01' WHERE code = 'A';
SELECT is((SELECT string_agg(coalesce(member, 'all') || ' ' || value, ', ' ORDER BY member NULLS FIRST) FROM figures(month(2024, 3), codes => '{R8}', by => 'area')), 'all 20, A 10, B 10', 'said afterwards to have ended before');
UPDATE area SET valid_to = NULL WHERE code = 'A';
-- the city for itself, its districts later
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('R8', 'CITY', '2022-01-01', '2023-01-01', 7);
SELECT is((SELECT value || state FROM figures(year(2022), codes => '{R8}')), '7no_base', 'what the city sent is not lacking of its districts');
SELECT is((SELECT value || state FROM figures(month(2024, 3), codes => '{R8}')), '20no_base', 'nor need it send beside them');
SELECT is((SELECT missing FROM figures(month(2024, 5), codes => '{R8}')), '{A,B}', 'where none has, the districts are missing');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) SELECT 'R8', m, '2024-06-01', '2024-07-01', 10 FROM unnest('{Z,B}'::text[]) AS m;
SELECT is((SELECT missing FROM figures(month(2024, 6), codes => '{R8}')), '{A}', 'a zone does not send for its whole district');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'R8';

-- ------------------------------------------------------------------ random rows, counted day by day
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'R2' AND dimension = 'organisation';
INSERT INTO reported (indicator, member, starts_on, ends_on, value)
SELECT i, m, s, e, v FROM (
    SELECT DISTINCT ON (i, m, s, e) * FROM (
        SELECT ('{R1,R2,R3}'::text[])[1 + abs(hashint4(n)) % 3] AS i, ('{A,B,Z,C}'::text[])[1 + abs(hashint4(n + 100)) % 2] AS m,
               date '2018-01-01' + (abs(hashint4(n + 300)) % 24) * interval '1 month' AS begins, (ARRAY[1, 1, 1, 3, 6, 12])[1 + abs(hashint4(n + 400)) % 6] AS months, abs(hashint4(n + 500)) % 10 AS v
          FROM generate_series(1, 130) AS n) AS x CROSS JOIN LATERAL (SELECT begins::date AS s, (begins + months * interval '1 month')::date AS e) AS y) AS z;
CREATE FUNCTION pg_temp.expected(i text, w daterange) RETURNS TABLE (member text, value numeric, covered int, broken boolean) LANGUAGE sql AS $$
    WITH fits AS (SELECT r.* FROM reported r JOIN indicator d ON d.code = r.indicator WHERE indicator = i AND r.status = 'valid'
                     AND CASE d.cutoff WHEN 'period' THEN daterange(r.starts_on, r.ends_on) <@ w WHEN 'to_date' THEN r.ends_on <= upper(w) ELSE r.ends_on = upper(w) END),
         widest AS (SELECT * FROM fits f WHERE NOT EXISTS (SELECT FROM fits g WHERE g.member = f.member AND daterange(g.starts_on, g.ends_on) @> daterange(f.starts_on, f.ends_on) AND g <> f)),
         days AS (SELECT x.member, d::date AS day, count(*) AS times FROM widest x CROSS JOIN generate_series(x.starts_on, x.ends_on - 1, interval '1 day') AS d GROUP BY 1, 2)
    SELECT x.member, sum(x.value), CASE i WHEN 'R2' THEN (upper(w) - lower(w)) ELSE (SELECT count(*)::int FROM days d WHERE d.member = x.member AND d.day <@ w) END,
           (SELECT max(times) > 1 FROM days d WHERE d.member = x.member)
      FROM widest x GROUP BY x.member $$;
CREATE TEMP TABLE compared AS
    SELECT i, w, e.member AS expected, p.member AS got, e.value AS expected_value, p.value, e.covered, p.covered_days, e.broken, p.reason
      FROM unnest('{R1,R2,R3}'::text[]) AS i CROSS JOIN (SELECT month(y, m) AS w FROM generate_series(2018, 2020) y, generate_series(1, 12) m UNION SELECT quarter(y, q) FROM generate_series(2018, 2019) y, generate_series(1, 4) q
                                                          UNION SELECT year(y) FROM generate_series(2018, 2020) y UNION SELECT ytd('2019-05-17')) AS w
      CROSS JOIN LATERAL (SELECT e.member, e.value, e.covered, e.broken, true FROM pg_temp.expected(i, w) AS e) AS e
      FULL JOIN (SELECT i2, p.* FROM unnest('{R1,R2,R3}'::text[]) AS i2 CROSS JOIN LATERAL emgov_internal.reported_parts('ledger', i2,
            (SELECT array_agg(w) FROM (SELECT month(y, m) AS w FROM generate_series(2018, 2020) y, generate_series(1, 12) m UNION SELECT quarter(y, q) FROM generate_series(2018, 2019) y, generate_series(1, 4) q
                                       UNION SELECT year(y) FROM generate_series(2018, 2020) y UNION SELECT ytd('2019-05-17')) AS x), NULL) AS p) AS p
        ON p.i2 = i AND p.starts_on = lower(w) AND p.ends_on = upper(w) AND p.member = e.member;
SELECT is_empty($$SELECT * FROM compared WHERE expected IS DISTINCT FROM got OR broken IS DISTINCT FROM (reason IS NOT NULL)
    OR NOT broken AND (expected_value, covered) IS DISTINCT FROM (value, covered_days) OR broken AND value IS NOT NULL$$, 'all windows at once, by each cut-off: the widest rows within a window, unless these overlap');
SELECT cmp_ok((SELECT least(count(*) FILTER (WHERE broken), count(*) FILTER (WHERE NOT broken AND covered < upper(w) - lower(w)), count(*) FILTER (WHERE covered = upper(w) - lower(w)))::int FROM compared), '>', 5,
    'among them overlapping ones, partial ones and whole ones');

-- ------------------------------------------------------------------ published totals
INSERT INTO base_value (indicator, starts_on, ends_on, published_on, value, source) VALUES ('K1', '2025-01-01', '2026-01-01', '2026-01-20', 59, '2025年统计公报');
INSERT INTO base_value (indicator, area_code, starts_on, ends_on, published_on, value, source) VALUES ('K1', 'A', '2025-01-01', '2026-01-01', '2026-01-20', 12, '2025年统计公报');
SELECT results_eq($$SELECT p, at, v.value FROM unnest(ARRAY[year(2025), ytd('2025-12-30')]) AS p, unnest(ARRAY[NULL, '2020-01-01']::timestamptz[]) AS at,
        emgov_internal.base_values('ledger', ARRAY[p], at) AS v WHERE v.indicator = 'K1' AND v.area_code IS NULL$$,
    'VALUES (year(2025), NULL::timestamptz, 59::numeric)', 'of just the period asked for, and not before it was entered');
SELECT throws_ok($$INSERT INTO base_value (indicator, starts_on, ends_on, published_on, value, source) VALUES ('K1', '2025-01-01', '2026-01-01', '2026-01-20', 60, '公报')$$, '23505', NULL, 'one total of a period');
SELECT throws_ok($$INSERT INTO base_value (indicator, starts_on, ends_on, published_on, value, source) VALUES ('K1', '2024-01-01', '2025-01-01', '2999-01-20', 60, '公报')$$, '23514', NULL, 'published, not to come');
UPDATE base_value SET status = 'withdrawn', note = 'x' WHERE area_code IS NULL;
SELECT results_eq($$SELECT indicator, area_code, value FROM emgov_internal.base_values('ledger', ARRAY[year(2025), year(2024)], NULL)$$, $$VALUES ('K1', 'A', 12::numeric)$$, 'by area as well; what is withdrawn is none');
SELECT * FROM finish();
