-- E1: what is known of a source. Declarations against a model of them, in random order and as of
-- every moment; what is presumed without them; the tables that a view's dates come from; who may declare.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = public, ledger, emgov;
SELECT plan(68);
UPDATE area SET is_block = false WHERE is_block;
INSERT INTO area (code, name_zh, kind, is_block, valid_from, valid_to) VALUES
    ('A', '甲区', 'district', true, NULL, NULL), ('B', '乙区', 'district', true, '2015-01-01', NULL), ('C', '丙区', 'district', true, NULL, '2020-07-01');
CREATE TABLE call (id int PRIMARY KEY, called_on date, ended_on date, area_code text, status text NOT NULL DEFAULT 'valid');
CREATE TABLE letter_in (id int PRIMARY KEY, came_on date, area_code text, read_at timestamptz);
CALL keep_versions('call');
CALL keep_versions('letter_in');
CREATE TABLE loose (id int PRIMARY KEY, seen_on date);

-- ------------------------------------------------------------------ the tables behind a column
CREATE VIEW v_plain AS SELECT id, called_on AS day FROM call;
CREATE VIEW v_nested AS SELECT x.day AS d FROM v_plain x;
CREATE VIEW v_join AS SELECT c.id, c.called_on AS first, l.came_on AS second, coalesce(c.called_on, l.came_on) AS either, greatest(c.called_on, c.ended_on) AS later FROM call c LEFT JOIN letter_in l USING (id);
CREATE VIEW v_using AS SELECT id, called_on AS day FROM call FULL JOIN (SELECT id, came_on FROM letter_in) l USING (id);
CREATE VIEW v_union AS SELECT called_on AS day FROM call UNION ALL SELECT came_on FROM letter_in UNION ALL SELECT NULL::date;
CREATE VIEW v_with AS WITH a AS (SELECT min(came_on) AS d, area_code FROM letter_in GROUP BY area_code), b AS (SELECT a.d FROM a) SELECT b.d AS day FROM b;
CREATE VIEW v_recursive AS WITH RECURSIVE r AS (SELECT called_on AS day, 1 AS n FROM call UNION ALL SELECT day + 1, n + 1 FROM r WHERE n < 3) SELECT day FROM r;
CREATE VIEW v_expression AS SELECT (read_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM letter_in;
CREATE VIEW v_group AS SELECT date_trunc('month', called_on::timestamp)::date AS month, count(*) AS n FROM call GROUP BY 1;
CREATE VIEW v_sub AS SELECT id, (SELECT max(l.came_on) FROM letter_in l WHERE l.id = c.id) AS last, (SELECT c.called_on) AS outer_day FROM call c;
CREATE VIEW v_lateral AS SELECT x.day FROM call c CROSS JOIN LATERAL (SELECT c.called_on AS day FROM letter_in LIMIT 1) x;
CREATE VIEW v_window AS SELECT lead(called_on) OVER (ORDER BY id) AS day FROM call;
CREATE VIEW v_function AS SELECT d::date AS day FROM generate_series('2024-01-01'::timestamp, '2024-01-03', interval '1 day') d;
CREATE VIEW v_past AS SELECT called_on AS day FROM call_as_of('2024-01-01');
CREATE VIEW v_constant AS SELECT DATE '2024-01-01' AS day;
CREATE MATERIALIZED VIEW m_call AS SELECT called_on AS day FROM call;
CREATE VIEW v_material AS SELECT day FROM m_call;
CREATE TABLE parted (id int, day date) PARTITION BY RANGE (day);
SELECT is(emgov_internal.column_tables(relation, name), (SELECT coalesce(array_agg(t ORDER BY t), '{}') FROM unnest(tables::regclass[]) AS t), format('%s.%s is taken from %s', relation, name, tables))
  FROM (VALUES ('call'::regclass, 'called_on', '{call}'), ('parted', 'day', '{parted}'), ('v_plain', 'day', '{call}'), ('v_nested', 'd', '{call}'), ('v_join', 'first', '{call}'), ('v_join', 'second', '{letter_in}'),
               ('v_join', 'either', '{call,letter_in}'), ('v_join', 'later', '{call}'), ('v_using', 'day', '{call}'), ('v_union', 'day', '{call,letter_in}'), ('v_with', 'day', '{letter_in}'),
               ('v_recursive', 'day', '{call}'), ('v_expression', 'day', '{letter_in}'), ('v_group', 'month', '{call}'), ('v_sub', 'last', '{letter_in}'), ('v_sub', 'outer_day', '{call}'),
               ('v_lateral', 'day', '{call}'), ('v_window', 'day', '{call}'), ('v_function', 'day', '{}'), ('v_past', 'day', '{}'), ('v_constant', 'day', '{}'), ('m_call', 'day', '{m_call}'),
               ('v_material', 'day', '{m_call}'), ('call', 'no_such', '{}'), ('v_plain', 'no_such', '{}')) AS t (relation, name, tables);
-- views that name one another twice each are looked at once each
DO $$
BEGIN
    CREATE VIEW w0 AS SELECT called_on AS day FROM call;
    FOR i IN 1 .. 40 LOOP
        EXECUTE format('CREATE VIEW w%s AS SELECT day FROM w%s UNION ALL SELECT day FROM w%2$s', i, i - 1);
    END LOOP;
END $$;
SELECT is(emgov_internal.column_tables('w40', 'day'), ARRAY['call'::regclass], 'forty views, each twice in the next');

-- ------------------------------------------------------------------ what the records say
CREATE FUNCTION pg_temp.known(source regclass, col text, at timestamptz) RETURNS TABLE (area_code text, since date, through date, declared boolean) LANGUAGE sql
AS $$ SELECT c.area_code, c.since, c.through, c.declared FROM emgov_internal.coverages('ledger', ARRAY[source], ARRAY[col], at) AS c $$;
CREATE FUNCTION pg_temp.span(source text, col text, at timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql
AS $$ SELECT string_agg(format('%s %s..%s %s', coalesce(area_code, '-'), since, through, declared), ', ' ORDER BY area_code NULLS FIRST) FROM pg_temp.known($1::regclass, $2, $3) $$;
SELECT is(pg_temp.span('call', 'called_on'), NULL, 'E1: of an empty source nothing is known');
SET emgov.known_at = '2024-03-05 23:30+00';     -- the 6th in Shanghai
INSERT INTO call VALUES (1, '2023-05-09', NULL, 'A', 'valid'), (2, '2024-02-29', '2024-03-02', 'B', 'valid'), (3, '1024-05-09', NULL, 'A', 'withdrawn'), (4, 'infinity', NULL, NULL, 'valid');
RESET emgov.known_at;
SELECT is(pg_temp.span('call', 'called_on'), '- 2023-01-01..2024-03-06 f', 'E1: from 1 January of the year of the earliest valid record to the day of the latest entry, in the ledger''s time zone');
SELECT is(pg_temp.span('call', 'ended_on'), '- 2024-01-01..2024-03-06 f', 'by each date for itself');
SELECT is(pg_temp.span('call', 'called_on', '2024-03-05'), NULL, 'nothing before the first record was known');
UPDATE ledger_setting SET time_zone = 'UTC';
SELECT is(pg_temp.span('call', 'called_on'), '- 2023-01-01..2024-03-05 f', 'another time zone, another day');
UPDATE ledger_setting SET time_zone = 'Asia/Shanghai';
SELECT is(pg_temp.span('v_plain', 'day'), '- 1024-01-01..2024-02-29 f', 'a source without known_from: to its latest date');
INSERT INTO loose VALUES (1, '2024-03-01'), (2, current_date + 100);
SELECT is((SELECT (through <= current_date + 1)::text || since::text FROM pg_temp.known('loose', 'seen_on', NULL)), 'true2024-01-01', 'and never beyond today');
CREATE VIEW v_broken AS SELECT called_on AS day, 1 / (id - id) AS n FROM call WHERE 1 / (id - id) > 0;
SELECT is(pg_temp.span('v_broken', 'day'), NULL, 'a view that cannot be read covers nothing, and hinders nobody');
SELECT is((SELECT count(*)::int FROM emgov_internal.coverages('ledger', '{v_broken,call}'::regclass[], '{day,called_on}', NULL)), 1, 'not even in the same call');
UPDATE call SET status = 'withdrawn' WHERE id < 4;
SELECT is(pg_temp.span('call', 'called_on'), NULL, 'records that were all withdrawn cover nothing');
UPDATE call SET status = 'valid' WHERE id < 3;
INSERT INTO indicator (code, name_zh, kind, source, date_column, until_column, aggregate, scope, cutoff, unit, definition_zh) VALUES
    ('K1', '来电', 'count', 'public.call', 'called_on', NULL, NULL, 'city', 'period', '次', '来电'),
    ('K2', '来电办结', 'completion', 'public.call', 'called_on', 'ended_on', 'count', 'city', 'period', '%', '来电办结'),
    ('K3', '来电来信', 'count', 'public.v_union', 'day', NULL, NULL, 'city', 'period', '次', '来电来信'),
    ('K4', '来函', 'count', 'public.letter_in', 'came_on', NULL, NULL, 'city', 'period', '件', '来函'),
    ('K5', '逐日', 'count', 'public.v_function', 'day', NULL, NULL, 'city', 'period', '日', '逐日');
INSERT INTO indicator (code, name_zh, kind, of_code, by_code, scope, cutoff, unit, definition_zh) VALUES ('K6', '每函来电', 'ratio', 'K1', 'K4', 'city', 'period', '次', '每函来电');
SELECT set_eq($$SELECT relation::text, date_column FROM emgov_internal.dated_sources('ledger', '{K6,K2}')$$, $$VALUES ('call', 'called_on'), ('call', 'ended_on'), ('letter_in', 'came_on')$$, 'what indicators are counted from, derived ones too');

-- ------------------------------------------------------------------ declared
CALL entered(ARRAY['public.call'], '2024-03-04');
SELECT is(pg_temp.span('call', 'called_on'), '- 2023-01-01..2024-03-04 t', 'without since: from 1 January of the year of the earliest record');
SELECT is(pg_temp.span('v_plain', 'day') || pg_temp.span('v_group', 'month') || pg_temp.span('call', 'ended_on'), repeat('- 2023-01-01..2024-03-04 t', 3), 'a declaration of a table holds for its views and for all its dates');
SELECT is(pg_temp.span('v_union', 'day'), '- 1024-01-01..2024-02-29 f', 'dates from two tables are undeclared as long as one of them is');
SELECT row(since, through, declared)::text AS known FROM pg_temp.known('call', 'called_on', NULL) \gset
SET quote_all_identifiers = on;
SELECT is((SELECT row(since, through, declared)::text FROM pg_temp.known('call', 'called_on', NULL)), :'known', 'known whatever the session quotes');
CALL entered(ARRAY['public.call'], '2024-03-04');
RESET quote_all_identifiers;
SELECT is((SELECT count(*)::int FROM coverage_declaration WHERE source ~ 'call'), 1, 'and declared under the one name');
CALL entered(ARRAY['public.letter_in'], '2024-02-10', since => '2024-01-05');
SELECT is(pg_temp.span('v_union', 'day'), '- 2024-01-05..2024-02-10 t', 'then they are known where both are');
CALL entered(ARRAY['public.v_function'], '2024-01-02');
SELECT is(pg_temp.span('v_function', 'day'), '- 2024-01-01..2024-01-02 t', 'a view whose tables cannot be told is declared itself');
CALL entered(ARRAY['public.call'], NULL);
SELECT is(pg_temp.span('call', 'called_on'), '- 2023-01-01..' || (now() AT TIME ZONE 'Asia/Shanghai')::date || ' f', 'through NULL takes it back');
SELECT throws_like('CALL entered(ARRAY[''calls''], ''2024-01-01'')', 'there is no source and no report "calls"', 'a name that nothing has is refused');
SELECT throws_like('CALL entered(ARRAY[''organisation''], ''2024-01-01'', area => ''nowhere'')', 'there is no area "nowhere"', 'an area too');
SELECT throws_like('CALL entered(ARRAY[''penalty''], ''2024-01-01'')', '"penalty" has no column of type date%', 'and a table without days');
SELECT throws_like('CALL entered(ARRAY[''public.call''], current_date + 2)', '%is yet to come', 'days to come are not entered');
SELECT throws_like('CALL entered(ARRAY[''public.call''], ''2024-01-01'', since => ''2024-02-01'')', 'no days lie from%', 'nor days that run backwards');
SELECT throws_like('CALL entered(ARRAY[''public.call''], ''-infinity'')', 'no days lie from%', 'nor for ever');
SELECT throws_like('CALL entered(''{}'', ''2024-01-01'')', 'what is entered?%', 'nor nothing');
SELECT throws_like('DELETE FROM coverage_declaration', '%is refused: a fact is kept with all its versions', 'what was said is kept');
SELECT results_eq($$SELECT code FROM emgov_internal.coverage_areas('ledger', emgov.year(2020), NULL)$$, $$VALUES ('A'), ('B'), ('C')$$, 'who must report: the blocks in force on some day of a period');
SELECT results_eq($$SELECT code FROM emgov_internal.coverage_areas('ledger', emgov.year(2021), NULL)$$, $$VALUES ('A'), ('B')$$, 'no longer those that are no more');
SELECT results_eq($$SELECT code FROM emgov_internal.coverage_areas('ledger', emgov.year(2012), NULL)$$, $$VALUES ('A'), ('C')$$, 'nor yet those to come');

-- ------------------------------------------------------------------ random declarations against a model
CALL entered(ARRAY['public.call', 'public.letter_in'], NULL);
CREATE TEMP TABLE model (source text, area text, since date, through date);
CREATE TEMP TABLE moment (n int, at timestamptz, source text, area text, since date, through date);
CREATE PROCEDURE pg_temp.say(n int) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
<<say>>
DECLARE
    source text := (ARRAY['call', 'letter_in'])[1 + abs(hashint4(n)) % 2];
    area text := (ARRAY[NULL, 'A', 'B', 'A', 'B'])[1 + abs(hashint4(n + 1000)) % 5];
    since date := CASE WHEN abs(hashint4(n + 2000)) % 3 > 0 THEN date '2023-01-01' + abs(hashint4(n + 3000)) % 400 END;
    through date := CASE WHEN abs(hashint4(n + 4000)) % 8 > 0 THEN coalesce(since, '2023-06-01') + abs(hashint4(n + 5000)) % 300 END;
    first date;
BEGIN
    CALL ledger.entered(ARRAY['public.' || source], through, since, area);
    IF area IS NULL THEN
        DELETE FROM model AS m WHERE m.source = say.source AND (m.area IS NOT NULL OR through IS NULL);
    END IF;
    IF through IS NULL THEN
        DELETE FROM model AS m WHERE m.source = say.source AND m.area IS NOT DISTINCT FROM say.area;
    ELSE
        first := (SELECT m.since FROM model AS m WHERE m.source = say.source AND m.area IS NOT DISTINCT FROM say.area AND m.since <= through);
        DELETE FROM model AS m WHERE m.source = say.source AND m.area IS NOT DISTINCT FROM say.area;
        INSERT INTO model VALUES (source, area, coalesce(since, first, CASE source WHEN 'call' THEN '2023-01-01' ELSE date_trunc('year', through::timestamp)::date END), through);
    END IF;
END $$;
SELECT format('CALL pg_temp.say(%s); INSERT INTO moment SELECT %1$s, clock_timestamp(), * FROM model UNION ALL SELECT %1$s, clock_timestamp(), NULL, NULL, NULL, NULL', n) FROM generate_series(1, 120) AS n \gexec
-- what is known by day and area, one by one
CREATE FUNCTION pg_temp.expected(n int, sources text[]) RETURNS TABLE (area text, since date, through date) LANGUAGE sql AS $$
    WITH said AS (SELECT * FROM moment WHERE moment.n = $1 AND source = ANY ($2))
    SELECT a.area, x.since, x.through
      FROM (SELECT DISTINCT said.area FROM said) AS a
     CROSS JOIN LATERAL (SELECT max(coalesce(own.since, whole.since)), min(coalesce(own.through, whole.through)), bool_and(coalesce(own.since, whole.since) IS NOT NULL)
                           FROM unnest($2) AS s (source) LEFT JOIN said AS own ON own.source = s.source AND own.area = a.area LEFT JOIN said AS whole ON whole.source = s.source AND whole.area IS NULL) AS x (since, through, complete)
     WHERE x.complete AND x.since <= x.through AND (SELECT count(DISTINCT source) FROM said) = cardinality($2) $$;
SELECT is_empty($$
    SELECT m.n, e.relation, x.* FROM (SELECT n, min(at) AS at FROM moment GROUP BY n) AS m
     CROSS JOIN (VALUES ('call'::regclass, 'called_on', '{call}'::text[]), ('letter_in', 'came_on', '{letter_in}'), ('v_union', 'day', '{call,letter_in}'), ('v_expression', 'day', '{letter_in}')) AS e (relation, name, sources)
     CROSS JOIN LATERAL ((SELECT 'too much', * FROM (SELECT area_code, since, through FROM pg_temp.known(e.relation, e.name, m.at) WHERE declared EXCEPT SELECT * FROM pg_temp.expected(m.n, e.sources)) AS a)
                         UNION ALL (SELECT 'too little', * FROM (SELECT * FROM pg_temp.expected(m.n, e.sources) EXCEPT SELECT area_code, since, through FROM pg_temp.known(e.relation, e.name, m.at)) AS b)) AS x$$,
    'E1: 120 declarations, one after the other, as of each moment: what was said last of a table, or of an area of it, is known');
SELECT cmp_ok((SELECT count(*)::int FROM moment WHERE area IS NOT NULL), '>', 50, 'of areas as well');

-- ------------------------------------------------------------------ who
CREATE ROLE cov_clerk;
CREATE ROLE cov_reader;
CREATE ROLE cov_stranger;
CALL grant_analyst('cov_clerk');
GRANT INSERT, UPDATE ON coverage_declaration TO cov_clerk;
GRANT EXECUTE ON PROCEDURE entered(text[], date, date, text) TO cov_clerk;
CALL grant_reader('cov_reader');
GRANT SELECT ON call, letter_in TO cov_clerk;
CALL entered(ARRAY['public.call', 'public.letter_in'], NULL);
SET SESSION AUTHORIZATION cov_clerk;
CALL ledger.entered(ARRAY['public.call'], '2024-03-03');
SELECT throws_like('CALL ledger.entered(ARRAY[''public.call''], NULL::date + 1, area => ''nowhere'')', 'there is no area%', 'a clerk''s mistakes are named too');
UPDATE ledger.coverage_declaration SET active = true, since = '2024-01-01', through = '2024-01-31', entered_by = 'somebody else' WHERE source = 'public.letter_in' AND area_code IS NULL;
RESET SESSION AUTHORIZATION;
SELECT results_eq('SELECT source, through, state, entered_by FROM coverage WHERE state = ''declared'' AND source <> ''public.v_function'' ORDER BY source',
    $$VALUES ('public.call'::varchar, '2024-03-03'::date, 'declared'::varchar, 'cov_clerk'::varchar), ('public.letter_in', '2024-01-31', 'declared', 'cov_clerk')$$, 'a clerk declares, and cannot do so in another''s name');
SELECT is(emgov_internal.declared_by('ledger', '{K6}', NULL), '{cov_clerk}', 'who declared the sources of an indicator');
SELECT is(emgov_internal.declared_by('ledger', '{K1}', '2020-01-01'), '{}', 'nobody had then');
SELECT throws_ok('SET ROLE cov_stranger; CALL ledger.entered(ARRAY[''public.call''], ''2024-01-01'')', '42501', NULL, 'nobody else does');
RESET ROLE;
SET ROLE cov_reader;
SELECT throws_ok('SELECT * FROM ledger.coverage', '42501', NULL, 'what is declared of each source is for who works in the ledger');
SELECT isnt_empty('SELECT FROM ledger_report.reporting_state', 'a reader sees the state of reporting');
RESET ROLE;
-- ------------------------------------------------------------------ renamed
CREATE TABLE public.renamed (on_day date NOT NULL);
GRANT SELECT ON public.renamed TO PUBLIC;
INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('REN', 'x', 'count', 'public.renamed', 'on_day', 'city', 'period', '起', 'x');
CALL entered(ARRAY['public.renamed'], '2024-12-31', since => '2023-01-01');
ALTER TABLE public.renamed RENAME TO "Now Called";
CREATE SCHEMA elsewhere;
ALTER TABLE public."Now Called" SET SCHEMA elsewhere;
CREATE TABLE public.renamed (on_day date NOT NULL);
SELECT results_eq($$SELECT value, state, coverage FROM figures(year(2024), codes => '{REN}')$$, $$VALUES (0::numeric, 'none', 'declared')$$, 'what is declared follows a table that is renamed and moved');
CALL entered(ARRAY['elsewhere."Now Called"'], '2025-06-30');
SELECT results_eq($$SELECT source, since, through FROM coverage_declaration WHERE source ~ 'enamed|Now'$$, $$VALUES ('elsewhere."Now Called"', '2023-01-01'::date, '2025-06-30'::date)$$,
    'and is declared on under its new name, once');
SELECT results_eq($$SELECT source::text FROM coverage WHERE source ~ 'enamed|Now' AND state = 'declared'$$, $$VALUES ('elsewhere."Now Called"')$$, 'by which it is listed');
SELECT * FROM finish();
