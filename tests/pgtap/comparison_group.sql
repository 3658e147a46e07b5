-- S23: comparisons are a group whatever their numbers of base periods, so that sums, moving windows and rollups of them
-- agree in every order; and what a sum over several numbers says is computed exactly.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(26);

-- the input of the list
SELECT is((a + b) + c, a + (b + c), '(a + b) + c = a + (b + c)') FROM (SELECT '1/2:3'::comparison, '-1/-2:3'::comparison, '5/5'::comparison) v (a, b, c);
SELECT is(sum(x), '5/5', 'their sum') FROM unnest('{1/2:3, -1/-2:3, 5/5}'::comparison[]) x;
SELECT is(sum(x), '5/5', 'in the other order') FROM unnest('{5/5, 1/2:3, -1/-2:3}'::comparison[]) x;

-- random values: zeros, negatives, decimals, one number of periods and several
SELECT setseed(0.23);
CREATE TABLE value AS
SELECT id, sum(comparison(trunc(random() * 7)::int - 3 + CASE WHEN random() < 0.2 THEN 0.000000000000000001 ELSE 0 END,
                          trunc(random() * 9)::int - 2, (ARRAY[1, 1, 2, 3, 5, 12, 1000])[1 + trunc(random() * 7)::int])) AS c
FROM generate_series(1, 900) id, LATERAL generate_series(1, id % 4) part GROUP BY id;
INSERT INTO value SELECT 1000 + i, '0/0' FROM generate_series(1, 5) i;
SELECT cmp_ok((SELECT count(*)::int FROM value WHERE base_periods(c) IS NULL), '>', 200, 'many values have several numbers of periods');

CREATE TABLE law AS SELECT a.c AS a, b.c AS b, c.c AS c FROM value a JOIN value b ON b.id = 1 + a.id * 7 % 900 JOIN value c ON c.id = 1 + a.id * 31 % 899;
SELECT is((SELECT count(*)::int FROM law WHERE (a + b) + c <> a + (b + c)), 0, 'associative');
SELECT is((SELECT count(*)::int FROM law WHERE a + b <> b + a), 0, 'commutative');
SELECT is((SELECT count(*)::int FROM law WHERE a + '0/0' <> a OR '0/0' + a <> a OR a - '0/0' <> a), 0, 'the zero');
SELECT is((SELECT count(*)::int FROM law WHERE a - a <> '0/0' OR a + (- a) <> '0/0' OR a - b <> a + (- b) OR -(-a) <> a OR (a - b) + b <> a), 0, 'inverses');
SELECT is((SELECT count(*)::int FROM law WHERE (a - a)::text <> '0/0'), 0, 'the zero has one form');
SELECT is((SELECT count(*)::int FROM value WHERE c::text::comparison <> c OR c::jsonb::comparison <> c OR c::json::comparison <> c), 0, 'text and JSON lose nothing');
SELECT is((SELECT count(*)::int FROM law WHERE (a < b)::int + (a = b)::int + (a > b)::int <> 1 OR (a < b AND b < c AND NOT a < c)), 0, 'a total order');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT c FROM value) x), (SELECT count(DISTINCT c::text) FROM value), 'equal values hash alike, as text tells');

-- at the ends: an overflow, and nothing else, may keep two orders from agreeing
CREATE FUNCTION try(text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN EXECUTE 'SELECT (' || $1 || ')::text' INTO r; RETURN r; EXCEPTION WHEN numeric_value_out_of_range THEN RETURN NULL; END $$;
CREATE TABLE huge AS SELECT i, (ARRAY['9223372036854775807/1:3', '-9223372036854775808/5', '1/9223372036854775807:3', '-1/-9223372036854775808', '1/1', '1/1:3', '-1/-1:2', '0.5/0.5:3'])[1 + trunc(random() * 8)::int] AS v
FROM generate_series(1, 600) i;
SELECT is((SELECT count(*)::int FROM (SELECT try(format('(%L::comparison + %L) + %L', a.v, b.v, c.v)) AS l, try(format('%L::comparison + (%L::comparison + %L)', a.v, b.v, c.v)) AS r
    FROM huge a JOIN huge b ON b.i = a.i + 200 JOIN huge c ON c.i = a.i + 400) x WHERE l <> r), 0, 'near the ends of 64 bits');
SELECT throws_ok($$SELECT '9223372036854775807/1:3'::comparison + '1/1:3'$$, '22003', NULL, 'an overflow is an error');
SELECT lives_ok($$SELECT '9223372036854775807/1:3'::comparison + '1/1'$$, 'of parts that do not add there is none');

-- what a sum says: current and base are the sums of currents and of means
SELECT is((SELECT count(*)::int FROM value, LATERAL (SELECT sum((p ->> 'current')::numeric) AS cur, sum((p ->> 'base')::numeric / (p ->> 'base_periods')::numeric) AS mean
    FROM jsonb_array_elements(coalesce(c::jsonb -> 'parts', jsonb_build_array(c::jsonb))) p) x
    WHERE current_value(c) <> cur OR abs(base_value(c) - mean) > 1e-15 OR (state(c) = 'comparable') <> (abs(mean) > 1e-15)
       OR (abs(mean) > 1e-15 AND abs(rate(c, 4) - (cur - mean) / mean * 100) > 0.0001) OR abs(change(c) - (cur - mean)) > 1e-15), 0, 'values, change, rate and state of sums');
SELECT is((SELECT rate('1/2:3'::comparison + '1/1', 2)), 20.00, '2 against 2/3 + 1');
SELECT is((SELECT row(base_periods(c), base_total(c))::text FROM (SELECT '1/2:3'::comparison + '1/1') x (c)), '(,)', 'no one number of periods');
SELECT is(phrase('1/2:3'::comparison + '1/1', '起', comparator => '较常年'), '2起，较常年上升20%', 'in words, given a comparator');
SELECT is(('1/2:3'::comparison + '1/1')::jsonb, '{"current": 2, "base": 1.666666666666666667, "base_periods": null, "change": 0.333333333333333333, "rate": 20.0, "state": "comparable", "parts": [{"current": 1, "base": 1, "base_periods": 1}, {"current": 1, "base": 2, "base_periods": 3}]}'::jsonb, 'as JSON');

-- moving windows are the frames added up anew
SELECT is((SELECT count(*)::int FROM (SELECT sum(c) OVER w AS moved, array_agg(c) OVER w AS frame FROM value WHERE id <= 300 WINDOW w AS (ORDER BY id ROWS BETWEEN 4 PRECEDING AND 3 FOLLOWING)) x
    WHERE moved IS DISTINCT FROM (SELECT sum(u) FROM unnest(frame) u)), 0, 'moving window');
-- records into a sum with other parts, and out of it
SELECT is(emgov_internal.comparison_discard(emgov_internal.comparison_accumulate('59/195:3', 4, '2024-03-01', year(2024)), 4, '2024-03-01', year(2024)), '59/195:3', 'a record in and out of a mean of three years');

-- parallel = serial, grouped or not
CREATE TABLE many AS SELECT v.c, v.id % 7 AS k FROM value v, generate_series(1, 40);
ANALYZE many;
CREATE TABLE serial AS SELECT k, sum(c) AS s FROM many GROUP BY k;
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT results_eq('SELECT k, sum(c) FROM many GROUP BY k ORDER BY k', 'SELECT * FROM serial ORDER BY k', 'parallel = serial');
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- a rollup, read after each of many writes
CREATE TABLE fact (id int PRIMARY KEY, k int, c comparison);
CALL create_rollup('fact_rollup', 'SELECT k, sum(c) AS c, count(*) AS n FROM public.fact GROUP BY k');
CREATE FUNCTION differs() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM ((TABLE fact_rollup EXCEPT ALL TABLE fact_rollup_query) UNION ALL (TABLE fact_rollup_query EXCEPT ALL TABLE fact_rollup)) d';
CREATE FUNCTION writes() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint := 0;
BEGIN
    FOR i IN 1 .. 120 LOOP
        CASE i % 4
            WHEN 0 THEN INSERT INTO fact SELECT id + i * 10000, id % 3, c FROM value WHERE id % 97 = i % 97;
            WHEN 1 THEN UPDATE fact SET c = -c, k = (k + 1) % 3 WHERE id % 5 = i % 5;
            WHEN 2 THEN DELETE FROM fact WHERE id % 11 = i % 11;
            ELSE INSERT INTO fact SELECT i, i % 3, '1/2:7';
        END CASE;
        found := found + differs();
    END LOOP;
    RETURN found;
END $$;
SELECT is(writes(), 0::bigint, 'a rollup follows');
CALL fold_rollup('fact_rollup');
SELECT is(differs(), 0::bigint, 'and when folded');

-- a sum over all numbers of periods is kept like any other value
CREATE TABLE long AS SELECT sum(comparison(1, i, i)) AS c FROM generate_series(1, 1000) i;
SELECT is((SELECT row(current_value(c), base_value(c), (c - (SELECT sum(comparison(1, i, i)) FROM generate_series(2, 1000) i))::text)::text FROM long), '(1000,1000,1/1)', 'a thousand parts in a row of a table');
SELECT * FROM finish();
