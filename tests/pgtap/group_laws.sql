-- The laws that every summary keeps, on random records: parallel = serial, split and
-- merge = one pass, moving window = recomputed window, districts = city, round trips.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(102);

SELECT setseed(0.42);
CREATE TABLE record (
    id int, district int, at date, deaths int, injuries int, loss numeric(14,2), outcome remediation_outcome,
    documents int, hazards int, major_hazards int, rectified int,
    filed date, decided date, closed date, penalty penalty_kind, fine numeric(14,2), measure numeric
) PARTITION BY LIST (district);
CREATE TABLE record_0 PARTITION OF record FOR VALUES IN (0, 1);
CREATE TABLE record_1 PARTITION OF record FOR VALUES IN (2, 3);
CREATE TABLE record_2 PARTITION OF record DEFAULT;
INSERT INTO record
SELECT i, i % 5, nullif(date '2022-12-01' + (random() * 800)::int, date '2023-06-01'),
       nullif((random() * random() * 40)::int, 1), nullif((random() * 20)::int, 2), nullif((random() * 2e7)::numeric(14,2), 0),
       (ARRAY['pending', 'exited', 'upgraded', NULL])[1 + (random() * 3)::int]::remediation_outcome,
       nullif((random() * 9)::int, 3), (random() * 9)::int, (random() * 2)::int, nullif((random() * 5)::int, 5),
       filed, filed + (random() * 60)::int, CASE WHEN random() < 0.6 THEN filed + (random() * 200)::int END,
       (enum_range(NULL::penalty_kind))[1 + (random() * 11)::int], (random() * 1e5)::numeric(14,2), (random() * 100)::numeric(9,3) - 20
FROM (SELECT i, nullif(date '2023-01-01' + (random() * 700)::int, date '2023-06-02') AS filed FROM generate_series(1, 20000) AS i) AS r;
ANALYZE record;

-- What each aggregate is, over the columns above.
CREATE TABLE family (type text, call text, zero text);
INSERT INTO family VALUES
    ('remediation_summary', 'remediation_agg(outcome)', '0'),
    ('accident_summary', 'accident_agg(deaths, injuries, loss)', '0'),
    ('accident_comparison', 'accident_yoy_agg(deaths, injuries, loss, at, year(2024))', '0'),
    ('inspection_summary', 'inspection_agg(documents, hazards, major_hazards, rectified)', '0'),
    ('case_summary', 'case_agg(filed, decided, closed, penalty, fine, quarter(2024, 1))', '0'),
    ('comparison', 'yoy_agg(deaths::smallint, at, year(2024))', '0/0'),
    ('comparison', 'yoy_agg(deaths, at, year(2024))', '0/0'),
    ('comparison', 'yoy_agg(deaths::bigint, at, year(2024))', '0/0'),
    ('comparison', 'yoy_agg(measure, at, year(2024))', '0/0');

\i tests/plan_of.sql
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN EXECUTE query INTO result; RETURN result; END $$;

-- one pass, serial
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT call, answer(format('SELECT %s::text FROM record', call)) AS total,
    answer(format('SELECT string_agg(s::text, ''|'' ORDER BY district) FROM (SELECT district, %s AS s FROM record GROUP BY district) g', call)) AS grouped
FROM family;

SELECT isnt(total, zero, call || ': the records are no zero') FROM serial JOIN family USING (call);

-- zero rows, and rows of NULLs
SELECT is(answer(format('SELECT %s::text FROM record WHERE false', call)), zero, call || ': no rows give the zero') FROM family;
SELECT is(answer(format('SELECT %s::text FROM (SELECT NULL::int deaths, NULL::int injuries, NULL::numeric loss, NULL::date at,
    NULL::remediation_outcome outcome, NULL::int documents, NULL::int hazards, NULL::int major_hazards, NULL::int rectified,
    NULL::date filed, NULL::date decided, NULL::date closed, NULL::penalty_kind penalty, NULL::numeric fine, NULL::numeric measure
    FROM generate_series(1, 3)) r', call)), zero, call || ': rows of NULLs give the zero') FROM family;

-- split anywhere and merge = one pass; sum of districts = city
SELECT is(answer(format('SELECT sum(s)::text FROM (SELECT id / 777 %% 13, %s AS s FROM record GROUP BY 1) g', call)), total,
    call || ': parts add up to the whole') FROM serial;
-- a - b + b = a, a - a = 0, a + b = b + a
SELECT is(answer(format('SELECT (a + b = b + a AND a - b + b = a AND (a - a)::text = %L AND -(-a) = a AND a + (-b) = a - b AND (a + b) + c = a + (b + c))::text
    FROM (SELECT %2$s FILTER (WHERE id %% 3 = 0) a, %2$s FILTER (WHERE id %% 3 = 1) b, %2$s FILTER (WHERE id %% 3 = 2) c FROM record) x', zero, call)),
    'true', call || ': a group') FROM family;

-- text, and jsonb as json
SELECT is(answer(format('SELECT bool_and(s::text::%s = s AND (-s)::text::%1$s = -s AND s::json::jsonb = s::jsonb)::text FROM (SELECT %s AS s FROM record GROUP BY id / 50) g', type, call)), 'true', call || ': text round trip')
FROM family;

-- moving window = recomputed window
SELECT is(answer(format('SELECT count(*)::text FROM (SELECT id, %s OVER (ORDER BY id ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING) AS moving FROM record WHERE id <= 300) w
    WHERE moving <> (SELECT %s FROM record WHERE id BETWEEN w.id - 5 AND least(w.id + 2, 300))', call, call)), '0',
    call || ': moving window') FROM family;

-- partition-wise = plain
SET enable_partitionwise_aggregate = on;
SELECT matches(public.plan_of(format('SELECT district, %s FROM record GROUP BY district', call), 'VERBOSE, COSTS off'), 'Append.*Aggregate', call || ': aggregated in each partition') FROM family;
SELECT is(answer(format('SELECT string_agg(s::text, ''|'' ORDER BY district) FROM (SELECT district, %s AS s FROM record GROUP BY district) g', call)),
    grouped, call || ': partition-wise = plain') FROM serial;
RESET enable_partitionwise_aggregate;

-- parallel = serial
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT matches(public.plan_of(format('SELECT %s FROM record', call), 'VERBOSE, COSTS off'), 'Gather.*Partial Aggregate', call || ': a parallel plan') FROM family;
SELECT is(answer(format('SELECT %s::text FROM record', call)), total, call || ': parallel = serial') FROM serial;

-- opening + filed - closed = pending, against plain SQL
SELECT results_eq(
    $$SELECT opening(s), filed(s), closed(s), pending(s), decided(s), fines(s)
      FROM (SELECT case_agg(filed, decided, closed, penalty, fine, quarter(2024, 1)) AS s FROM record) x$$,
    $$SELECT count(*) FILTER (WHERE filed < '2024-01-01' AND (closed IS NULL OR closed >= '2024-01-01')),
             count(*) FILTER (WHERE filed >= '2024-01-01' AND filed < '2024-04-01'),
             count(*) FILTER (WHERE closed >= '2024-01-01' AND closed < '2024-04-01'),
             count(*) FILTER (WHERE filed < '2024-04-01' AND (closed IS NULL OR closed >= '2024-04-01')),
             count(*) FILTER (WHERE decided >= '2024-01-01' AND decided < '2024-04-01'),
             sum(fine) FILTER (WHERE decided >= '2024-01-01' AND decided < '2024-04-01') FROM record$$,
    'case_agg against plain SQL');
SELECT results_eq(
    $$SELECT accidents(s), deaths(s), serious_injuries(s), direct_loss(s), larger(s), extraordinary(s)
      FROM (SELECT accident_agg(deaths, injuries, loss) AS s FROM record) x$$,
    $$SELECT count(*) FILTER (WHERE num_nonnulls(deaths, injuries, loss) > 0), sum(deaths), sum(injuries), sum(loss),
             count(*) FILTER (WHERE greatest(deaths >= 3, injuries >= 10, loss >= 10000000) AND
                                NOT greatest(deaths >= 10, injuries >= 50, loss >= 50000000)),
             count(*) FILTER (WHERE greatest(deaths >= 30, injuries >= 100, loss >= 100000000)) FROM record$$,
    'accident_agg against plain SQL');
SELECT results_eq(
    $$SELECT current_value(c), base_value(c) FROM (SELECT yoy_agg(measure, at, year(2024)) AS c FROM record) x$$,
    $$SELECT sum(measure) FILTER (WHERE at >= '2024-01-01' AND at < '2025-01-01'),
             sum(measure) FILTER (WHERE at >= '2023-01-01' AND at < '2024-01-01') FROM record$$,
    'yoy_agg against plain SQL');
SELECT * FROM finish();
