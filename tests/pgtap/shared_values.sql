-- A value is never changed behind the back of whoever else holds it: an aggregate's
-- state is changed in place, everything else is copied. And windows of every shape.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(47);

-- every transition function of the extension, called as a plain function on a stored value
CREATE TABLE call (type text, value text, transition text, inverse text, arguments text, aggregate text);
INSERT INTO call VALUES
    ('remediation_summary', 'pending=1 exited=2', 'remediation_accumulate', 'remediation_discard', $$'exited'$$, 'remediation_agg'),
    ('accident_summary', 'deaths=3 larger=1', 'accident_accumulate', 'accident_discard', '5, 1, 20.02', 'accident_agg'),
    ('accident_comparison', 'deaths=3/4 larger=1/1', 'accident_comparison_accumulate', 'accident_comparison_discard',
     $$5, 1, 20.02, '2024-05-06', year(2024)$$, 'accident_yoy_agg'),
    ('inspection_summary', 'inspections=1 hazards=7', 'inspection_accumulate', 'inspection_discard', '1, 2, 0, 2', 'inspection_agg'),
    ('case_summary', 'filed=1 fines=3.50', 'case_accumulate', 'case_discard',
     $$'2024-01-02', '2024-02-03', NULL, 'fine', 100, year(2024)$$, 'case_agg'),
    ('comparison', '3/4', 'comparison_accumulate', 'comparison_discard', $$5::smallint, '2024-05-06', year(2024)$$, 'yoy_agg'),
    ('comparison', '3/4', 'comparison_accumulate', 'comparison_discard', $$5, '2024-05-06', year(2024)$$, 'yoy_agg'),
    ('comparison', '3/4', 'comparison_accumulate', 'comparison_discard', $$5::bigint, '2024-05-06', year(2024)$$, 'yoy_agg'),
    ('comparison', '3/4', 'comparison_accumulate', 'comparison_discard', $$5.5, '2023-05-06', year(2024)$$, 'yoy_agg');
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN EXECUTE query INTO result; RETURN result; END $$;

SELECT is(answer(format('WITH v AS MATERIALIZED (SELECT %L::%s AS s FROM generate_series(1, 3))
    SELECT bool_and(emgov_internal.%3$s(s, %5$s) <> s AND emgov_internal.%4$s(emgov_internal.%3$s(s, %5$s), %5$s) = s AND s + s - s = s AND - (- s) = s AND s::text = %1$L)::text FROM v',
    value, type, transition, inverse, arguments)), 'true', aggregate || ' ' || arguments || ': a stored value stays') FROM call;
SELECT is(answer(format('SELECT (emgov_internal.%s(NULL, %s) = (SELECT %s(%2$s)) AND emgov_internal.%1$s(NULL, %2$s) <> emgov_internal.%4$s(NULL, %2$s))::text', transition, arguments, aggregate, inverse)),
    'true', aggregate || ' ' || arguments || ': a NULL state is the zero') FROM call;
DO $$
DECLARE a emgov.comparison := '1/2'; b emgov.comparison;
BEGIN
    b := a;
    a := emgov_internal.comparison_accumulate(a, 5, '2024-05-06', emgov.year(2024));
    ASSERT a = '6/2' AND b = '1/2';
END $$;

-- inside an aggregate, as an argument
SELECT is((SELECT sum(emgov_internal.remediation_accumulate(s, 'exited'))::text || '; ' || min(s::text)
           FROM (SELECT 'exited=1'::remediation_summary AS s FROM generate_series(1, 3)) v), 'exited=6; exited=1', 'a transition in the argument of an aggregate');

-- an aggregate of others, whose final function is ours
CREATE TABLE part (n int, s remediation_summary);
INSERT INTO part SELECT n, format('exited=%s upgraded=%s', n, n * n)::remediation_summary FROM generate_series(1, 6) AS n;
CREATE AGGREGATE negated(remediation_summary) (SFUNC = emgov_internal.remediation_summary_add, STYPE = remediation_summary, FINALFUNC = emgov_internal.remediation_summary_negate);
CREATE AGGREGATE total_of(remediation_summary) (SFUNC = emgov_internal.remediation_summary_add, STYPE = remediation_summary);
SELECT is((SELECT string_agg(exited(r)::text, ' ' ORDER BY n) FROM (SELECT n, negated(s) OVER (ORDER BY n) AS r FROM part) w),
    '-1 -3 -6 -10 -15 -21', 'a final function leaves the state alone');
SELECT is((SELECT string_agg(exited(r)::text, ' ' ORDER BY n) FROM (SELECT n, total_of(s) OVER (ORDER BY n) AS r FROM part) w),
    '1 3 6 10 15 21', 'an aggregate without a first value');
SELECT is((SELECT string_agg(s::text, '; ' ORDER BY n) FROM part WHERE n < 3), 'exited=1 upgraded=1; exited=2 upgraded=4', 'the rows stay');

-- windows of every shape, against the frame added up by itself; several at once
CREATE TABLE frame (clause text);
INSERT INTO frame VALUES
    ('ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING'), ('ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING'), ('ROWS BETWEEN 2 PRECEDING AND 3 PRECEDING'),
    ('ROWS UNBOUNDED PRECEDING'), ('ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'), ('ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW'),
    ('ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW'), ('GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES'),
    ('RANGE BETWEEN 2 PRECEDING AND 1 PRECEDING'), ('RANGE BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP');
CREATE TABLE record AS
    SELECT n, n / 3 AS k, nullif((n * 7919 % 5), 3) AS deaths, (n * 104729 % 300) * 1.25::numeric AS loss,
           (ARRAY['pending', 'exited', 'upgraded', NULL])[1 + n % 4]::remediation_outcome AS outcome, date '2023-06-01' + n * 11 AS at
    FROM generate_series(1, 60) AS n;
SELECT is(answer(format('SELECT count(*)::text FROM (
        SELECT accident_agg(deaths, deaths, loss) OVER w AS a, array_agg(deaths) OVER w AS d, array_agg(loss) OVER w AS l,
               remediation_agg(outcome) OVER w AS r, array_agg(outcome) OVER w AS o,
               yoy_agg(deaths, at, year(2024)) OVER w AS y, array_agg(at) OVER w AS t
        FROM record WINDOW w AS (ORDER BY k %s)) f
    WHERE a IS DISTINCT FROM (SELECT accident_agg(x, x, z) FROM unnest(d, l) AS u (x, z))
       OR r IS DISTINCT FROM (SELECT remediation_agg(x) FROM unnest(o) AS u (x))
       OR y IS DISTINCT FROM (SELECT yoy_agg(x, z, year(2024)) FROM unnest(d, t) AS u (x, z))', clause)), '0', clause) FROM frame;
SELECT is(answer(format('SELECT count(*)::text FROM (SELECT sum(s) OVER w AS moved, array_agg(s) OVER w AS a FROM part WINDOW w AS (ORDER BY n %s)) f
    WHERE moved IS DISTINCT FROM (SELECT sum(x) FROM unnest(a) AS u (x))', clause)), '0', 'sum ' || clause) FROM frame;

-- FILTER, DISTINCT, ORDER BY, GROUPING SETS, ordered sets, hashed and sorted
SELECT is((SELECT format('%s; %s; %s', remediation_agg(outcome) FILTER (WHERE n > 100), remediation_agg(DISTINCT outcome), remediation_agg(outcome ORDER BY n DESC)) FROM record),
    '0; pending=1 exited=1 upgraded=1; pending=15 exited=15 upgraded=15', 'FILTER to nothing, DISTINCT, ORDER BY');
SELECT results_eq('SELECT k % 2, n % 3, remediation_agg(outcome) FROM record GROUP BY CUBE (k % 2, n % 3) ORDER BY 1, 2',
    'SELECT a, b, (SELECT remediation_agg(outcome) FROM record WHERE (a IS NULL OR k % 2 = a) AND (b IS NULL OR n % 3 = b))
     FROM (VALUES (0), (1), (NULL)) x (a), (VALUES (0), (1), (2), (NULL)) y (b) ORDER BY 1, 2', 'CUBE');
SELECT is((SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY s)::text FROM part), 'exited=3 upgraded=9', 'a median by the order');
CREATE TABLE many AS SELECT (ARRAY['1/2', '2/1', '0/0', '-1/5', '1/2:3', '0.5/0.25'])[1 + n % 6]::comparison AS c FROM generate_series(1, 600) AS n;
SET enable_hashagg = off;
SELECT is((SELECT string_agg(c || ' ' || n, ', ' ORDER BY c) FROM (SELECT c, count(*) AS n FROM many GROUP BY c) g),
    '-1/5 100, 0/0 100, 0.5/0.25 100, 1/2 100, 1/2:3 100, 2/1 100', 'grouped by sorting');
RESET enable_hashagg;
SET enable_sort = off;
SELECT is((SELECT string_agg(c || ' ' || n, ', ' ORDER BY c) FROM (SELECT c, count(*) AS n FROM many GROUP BY c) g),
    '-1/5 100, 0/0 100, 0.5/0.25 100, 1/2 100, 1/2:3 100, 2/1 100', 'grouped by hashing');
SELECT * FROM finish();
