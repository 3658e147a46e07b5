-- What a reader's query asks of a view is asked of the function behind it: the rows are those that the view has without that,
-- for whoever sees all and for whoever sees an area, and no more is computed than was asked for.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET jit = off;
\ir ../ledger/owner.sql
CREATE ROLE asked_all;
CREATE ROLE asked_area;
SET ROLE ledger_owner;
\ir ../ledger/whole_year.sql
-- of two areas that a reader sees, one is behind: both are said up to there
SELECT date_trunc('year', now() AT TIME ZONE 'Asia/Shanghai')::date AS new_year, (now() AT TIME ZONE 'Asia/Shanghai')::date AS today \gset
CALL entered('{accident}', :'new_year', since => '2022-01-01', area => '320411');
CALL entered('{accident}', :'today', since => '2022-01-01', area => '320412');
INSERT INTO report_section (report, section, heading) VALUES ('报告', 1, '一、事故');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('报告', 1, 1, '{F028 by area}');
CALL publish('报告', year(2024));
CALL publish('报告', month(2024, 5), allow_gaps => true);
-- what was published is no longer so
UPDATE accident SET status = 'withdrawn', note = '核减' WHERE id IN (SELECT id FROM accident WHERE occurred_on BETWEEN '2024-05-01' AND '2024-12-31' AND status = 'valid' ORDER BY id LIMIT 3);
CALL grant_reader('asked_all');
CALL grant_reader('asked_area', '320411');
CALL grant_reader('asked_area', '320412');
RESET ROLE;
CREATE COLLATION public.asked_alike (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
-- of the months of this year and the two before, some have records
SELECT set_config('asked.month', (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - interval '25 months')::date::text, false) AS month \gset
SELECT * FROM no_plan();

-- the rows of a query, by a role, as texts
CREATE FUNCTION public.rows_of(role name, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    RETURN QUERY EXECUTE format('SELECT x::text FROM (%s) AS x ORDER BY 1', query);
    RESET ROLE;
END $$;
CREATE TEMP TABLE asked (view text, condition text);
INSERT INTO asked
SELECT v, replace(c, '@', :'month')
  FROM unnest('{figure_live,figure_monthly,figure_change,figure_change_reason,ranking_by_month}'::text[]) AS v,
       unnest(ARRAY[$$period_start = '@'$$, $$'@' = period_start$$, $$period_start BETWEEN '@' AND date '@' + 60$$, $$period_start > '@' AND period_start < date '@' + 90$$,
                    $$'2024-05-01' <= period_start AND period_start >= '2024-01-01' AND '2024-06-01' >= period_start$$, $$period_start < '2024-05-02'$$, $$period_start <= '2024-05-01'$$, $$period_start > '2024-01-01'$$,
                    $$period_start = '2024-01-01'$$, $$period_start = '2024-05-01' OR indicator_code = 'F028'$$, $$NOT period_start = '2024-05-01'$$, $$period_start <> '2024-05-01'$$,
                    $$period_start IN ('2024-05-01', '2024-01-01')$$, $$period_start = NULL$$, $$period_start > '2024-06-01' AND period_start < '2024-05-01'$$, $$period_start = '1066-10-14'$$, $$period_start = '-infinity'$$,
                    $$period_start >= '-infinity' AND period_start < '0044-03-15 BC'$$, $$period_start > '10000-01-01'$$,
                    $$period_start >= (SELECT date '2024-05-01')$$, $$period_start >= now() - interval '2 years'$$, $$period_start = date_trunc('year', now() AT TIME ZONE 'Asia/Shanghai')::date$$,
                    $$area_code = '320412'$$, $$'320412' = area_code::text$$, $$area_code = '320411'$$, $$area_code = ''$$, $$area_code IS NULL$$, $$area_code > '320411'$$, $$area_code = '320412' AND area_code = '320411'$$,
                    $$area_code = '320413'$$, $$area_code = '３２０４１２' COLLATE public.asked_alike$$, $$area_code COLLATE public.asked_alike >= '３２０４１２' AND area_code COLLATE public.asked_alike <= '３２０４１２'$$,
                    $$area_code = repeat('a', 64)$$, $$area_code = '320412' AND period_start = '2024-05-01'$$, $$coalesce(area_code, '') <> '320412'$$]) AS c
 -- the others take long
 WHERE v IN ('figure_live', 'figure_monthly', 'ranking_by_month') OR c ~ '^(period_start (=|<|BETWEEN|IN) .*0[15]-0[1-9]|area_code = )|OR';
-- all rows of each, in a table, of which nothing can be asked before it is made
CREATE PROCEDURE public.keep(role name, view text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE format('CREATE TEMP TABLE %I AS SELECT * FROM ledger_report.%I', role || view, view);
    RESET ROLE;
END $$;
SELECT format('CALL public.keep(%L, %L)', r, v) FROM unnest('{asked_all,asked_area}'::text[]) AS r, (SELECT DISTINCT view FROM asked) AS a (v) \gexec
SELECT isnt_empty(format('SELECT * FROM pg_temp.%I', r || v), format('%s has rows for %s', v, r)) FROM unnest('{asked_all,asked_area}'::text[]) AS r, (SELECT DISTINCT view FROM asked) AS a (v);
SELECT isnt_empty(format('SELECT * FROM pg_temp.%I WHERE area_code = ''320412''', 'asked_all' || v), v || ' has rows of an area') FROM unnest('{figure_change,figure_change_reason}'::text[]) AS v;
SELECT is(ARRAY(SELECT * FROM public.rows_of(r, format('SELECT * FROM ledger_report.%I WHERE %s', a.view, a.condition))),
          ARRAY(SELECT * FROM public.rows_of(current_user, format('SELECT * FROM pg_temp.%I WHERE %s', r || a.view, a.condition))), format('%s of %s: %s', a.view, r, a.condition))
  FROM asked AS a, unnest('{asked_all,asked_area}'::name[]) AS r;

-- ------------------------------------------------------------------ statements that are prepared
CREATE FUNCTION pg_temp.prepared(mode text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL plan_cache_mode = %s', mode);
    SET LOCAL ROLE asked_all;
    PREPARE asked_months (date, date) AS SELECT f::text FROM ledger_report.figure_monthly AS f WHERE f.period_start >= $1 AND $2 >= f.period_start AND f.period_start > '2024-02-01' ORDER BY 1;
    RETURN QUERY EXECUTE 'EXECUTE asked_months(''2024-04-01'', ''2024-06-01'')';
    DEALLOCATE asked_months;
    RESET ROLE;
END $$;
SELECT is(ARRAY(SELECT * FROM pg_temp.prepared(m)), ARRAY(SELECT * FROM public.rows_of(current_user, 'SELECT * FROM pg_temp.asked_allfigure_monthly WHERE period_start BETWEEN ''2024-04-01'' AND ''2024-06-01''')),
    'parameters are asked for: ' || m) FROM unnest('{force_custom_plan,force_generic_plan}'::text[]) AS m;

-- ------------------------------------------------------------------ and no more is computed
CREATE FUNCTION pg_temp.call_of(view text, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    SET LOCAL ROLE asked_all;
    FOR line IN EXECUTE format('EXPLAIN (VERBOSE) SELECT * FROM ledger_report.%I WHERE %s', view, condition) LOOP
        EXIT WHEN line ~ 'asked_days';
    END LOOP;
    RESET ROLE;
    RETURN substring(line FROM '''(?:starts_on|period_start)''::text, (.*?)\), emgov') || ' ' || substring(line FROM '(NULL|''[^'']*'')::text\)\)$');
END $$;
SELECT is(pg_temp.call_of(v, c), w, v || ' is asked for: ' || c) FROM unnest('{figure_monthly,ranking_by_month}'::text[]) AS n (v), (VALUES
    ($$period_start = '2024-05-01'$$, $$'2024-05-01'::date, '2024-05-01'::date NULL$$),
    ($$period_start >= '2024-05-01' AND '2024-07-01' > period_start AND area_code = 'a'$$, $$'2024-05-01'::date, '2024-07-01'::date 'a'$$),
    ($$period_start <> '2024-05-01'$$, 'NULL::date, NULL::date NULL'),
    ($$period_start = '2024-05-01' OR area_code = 'a'$$, 'NULL::date, NULL::date NULL'),
    ($$area_code = 'a' AND area_code IS NOT NULL$$, $$NULL::date, NULL::date 'a'$$)) AS w (c, w);
SELECT is(emgov_internal.asked_days('x', 'starts_on', a, b), w, format('days from %s to %s', a, b)) FROM (VALUES (NULL::date, NULL::date, 'x'), ('2024-05-01', '2024-05-01', 'x [2024-05-01,2024-05-02)'),
    ('2024-05-01', NULL, 'x [2024-05-01,)'), (NULL, '2024-05-01', 'x (,2024-05-02)'), ('2024-05-02', '2024-05-01', 'x empty'), ('-infinity', 'infinity', 'x'), ('0044-03-15 BC', '2024-05-01', 'x (,2024-05-02)')) AS v (a, b, w);
SELECT is(emgov_internal.asked_area(a, 'x', o, c), w, format('area %s of %s', c, a)) FROM (VALUES (NULL::text[], true, NULL::text, NULL::text[]), (NULL, true, 'a', '{a}'), (NULL, false, 'a', '{}'), ('{a,b}', false, 'a', '{a}'),
    ('{a,b}', false, 'c', '{}'), ('{a,b}', true, NULL, '{a,b}'), ('{a}', false, repeat('b', 64), '{a}')) AS v (a, o, c, w);
SELECT * FROM finish();
