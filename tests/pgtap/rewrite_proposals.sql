-- emgov.rollup_for() proposes a rollup for queries as analysts write them: each proposal runs, and the rollup then answers the
-- query, the same as the table does. Of what none can answer it says why.
\set QUIET 1
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
BEGIN;
SET LOCAL emgov.rewrite = force;
SET LOCAL search_path = proposals, public;
CREATE SCHEMA proposals;
CREATE TABLE accident (id int PRIMARY KEY, area_code text NOT NULL, category text, occurred_on date NOT NULL, occurred_at timestamp NOT NULL, severity text, deaths int, injuries int NOT NULL,
    loss numeric(14,2), claimed numeric, weight float8, name text, status text NOT NULL,
    sent timestamptz, UNIQUE (area_code, occurred_at));
INSERT INTO accident SELECT g, '3204' || g % 5, (ARRAY['road', 'fire', 'gas', NULL])[1 + g % 4], date '2022-06-01' + g % 700, timestamp '2022-06-01' + g % 700 * interval '1 day' + g % 86400 * interval '1 second',
       (ARRAY['general', 'large'])[1 + g % 7 / 6], g % 3, g % 2, g * 1.25, g / 8.0, g, 'accident ' || g, CASE WHEN g % 10 = 0 THEN 'withdrawn' ELSE 'valid' END,
       timestamptz '2022-06-01 00:00+00' + g * interval '2 hours'
  FROM generate_series(1, 6000) g;
CREATE TABLE area (code text PRIMARY KEY, name text, people int);
INSERT INTO area SELECT '3204' || g, 'district ' || g, g * 1000 FROM generate_series(0, 6) g;
CREATE TABLE parted (k int, day date, n int) PARTITION BY RANGE (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO parted SELECT g % 4, date '2023-01-01' + g % 730, g FROM generate_series(1, 3000) g;
CREATE VIEW readers WITH (security_barrier) AS SELECT a.id, a.area_code::varchar(64) AS area_code, r.name AS area, a.category, a.occurred_on, a.severity, a.deaths, a.loss::numeric(18,2) AS loss
  FROM accident a LEFT JOIN area r ON r.code = a.area_code WHERE a.status = 'valid';
CREATE TABLE "Accident_Rollup" ("The Day" date, "select" int);
INSERT INTO "Accident_Rollup" SELECT date '2023-01-01' + g % 100, g % 5 FROM generate_series(1, 3000) g;
ANALYZE;

\i tests/plan_of.sql
CREATE FUNCTION way(query text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(substring(plan FROM '\n +Not Used: ([^\n]*)'), CASE WHEN plan ~ 'Rollup: ' THEN 'rollup' END, 'table') FROM public.plan_of(query) AS plan
$$;
CREATE FUNCTION sorted(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE 'SELECT string_agg(q::text, chr(10) ORDER BY q::text COLLATE "C") FROM (' || query || ') q' INTO result;
    RETURN result;
END $$;
-- One proposal; it runs; the rollup answers; the same rows. `keys` of the rollup, NULL for any.
CREATE FUNCTION proposed(query text, keys text DEFAULT NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    calls text[];
    before text := sorted(query);
    made text;
BEGIN
    SELECT array_agg(proposal) INTO calls FROM emgov.rollup_for(query) WHERE proposal IS NOT NULL;
    IF coalesce(cardinality(calls), 0) <> 1 THEN
        RETURN NEXT fail(query);
        RETURN NEXT diag((SELECT string_agg(f::text, E'\n') FROM emgov.rollup_for(query) f));
        RETURN;
    END IF;
    made := (regexp_match(calls[1], 'create_rollup\(''([^'']*)'''))[1];
    BEGIN
        EXECUTE calls[1];
        RETURN NEXT is(concat_ws(' ', way(query), CASE WHEN keys IS NOT NULL THEN substring(calls[1] FROM 'SELECT (.*?),? ?count\(\*\) AS n') END, (SELECT bool_or(answers) FROM emgov.rollup_for(query))::text, sorted(query)),
                       concat_ws(' ', 'rollup', keys, 'true', before), regexp_replace(left(query, 130), '\s+', ' ', 'g'));
        EXECUTE format('CALL emgov.drop_rollup(%L)', made);
    EXCEPTION WHEN OTHERS THEN
        RETURN NEXT fail(query);
        RETURN NEXT diag(SQLERRM || E'\n' || calls[1]);
    END;
END $$;
-- No proposal, and this reason.
CREATE FUNCTION refused(query text, why text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is((SELECT count(proposal) || ' ' || max(coalesce(reason, '')) FROM emgov.rollup_for(query)), '0 ' || why, left(query, 130)) $$;

SELECT plan(70);
SELECT proposed('SELECT count(*) FROM accident');
SELECT proposed('SELECT category, count(*) FROM accident GROUP BY category ORDER BY 2 DESC', 'category');
SELECT proposed('SELECT severity, category, count(*), sum(deaths), avg(loss) FROM accident WHERE status = ''valid'' GROUP BY 1, 2', 'status, severity, category');
SELECT proposed('SELECT date_trunc(''month'', occurred_on) AS month, count(*) FROM accident GROUP BY 1 ORDER BY 1', 'emgov.month_of(occurred_on) AS occurred_on_month');
SELECT proposed('SELECT to_char(occurred_on, ''YYYY-MM'') AS month, count(*) FROM accident GROUP BY 1 ORDER BY 1', 'occurred_on');
SELECT proposed('SELECT extract(year FROM occurred_on) AS year, area_code, sum(injuries) FROM accident GROUP BY 1, 2');
SELECT proposed('SELECT area_code, count(*) FROM accident WHERE occurred_on >= ''2023-01-01'' AND occurred_on < ''2024-01-01'' GROUP BY 1', 'emgov.month_of(occurred_on) AS occurred_on_month, area_code');
SELECT proposed('SELECT area_code, count(*) FROM accident WHERE occurred_on BETWEEN ''2023-01-05'' AND ''2023-02-07'' GROUP BY 1', 'occurred_on, area_code');
SELECT proposed('SELECT area_code, count(*) FROM accident WHERE occurred_on > current_date - 900 GROUP BY 1');
SELECT proposed('SELECT area.name, count(*), sum(a.deaths) FROM accident a JOIN area ON area.code = a.area_code GROUP BY area.name', 'area_code');
SELECT proposed('SELECT area.name, count(a.id) FROM area LEFT JOIN accident a ON a.area_code = area.code AND a.category = ''road'' GROUP BY 1');
SELECT proposed('SELECT category, sum(CASE WHEN severity = ''large'' THEN 1 ELSE 0 END) AS large FROM accident GROUP BY 1');
SELECT proposed('SELECT category, count(*) FILTER (WHERE deaths >= 1) AS fatal, count(*) FROM accident GROUP BY 1');
SELECT proposed('SELECT category, sum(loss) FILTER (WHERE name LIKE ''%1%'') FROM accident GROUP BY 1', 'category');
-- conditions of an aggregate that ask other tables: the rollup needs a key for them
SELECT proposed('SELECT category, emgov.accident_agg(deaths, injuries, loss) FILTER (WHERE area_code <= (SELECT max(code) FROM area WHERE people > 1000)) FROM accident GROUP BY 1', 'category, area_code');
SELECT proposed('SELECT category, sum(loss) FILTER (WHERE EXISTS (SELECT FROM area WHERE area.code = a.area_code AND people > 1000) AND severity = ''large'') FROM accident a GROUP BY 1', 'category, area_code, severity');
SELECT proposed('SELECT category, sum(loss) FILTER (WHERE area_code IN (SELECT code FROM area WHERE people > 1000) AND name LIKE ''%1%'') FROM accident GROUP BY 1', 'category, area_code');
SELECT proposed('SELECT count(*) FILTER (WHERE area.people > a.deaths * 1000), count(DISTINCT category) FILTER (WHERE a.severity > area.name) FROM accident a JOIN area ON area.code = a.area_code', 'area_code, deaths, severity, category');
SELECT proposed('SELECT category, count(CASE WHEN area_code < (SELECT max(code) FROM area) THEN deaths END) FROM accident GROUP BY 1', 'category, area_code');
-- keys come in the order of GROUP BY, wherever that stands
SELECT proposed('SELECT sum(loss) FILTER (WHERE area_code IN (SELECT code FROM area WHERE people > 1000)), severity, upper(category) FROM accident GROUP BY 3, 2', 'upper(category) AS category_key, severity, area_code');
SELECT proposed('SELECT CASE WHEN deaths >= 2 THEN ''many'' WHEN deaths = 1 THEN ''one'' ELSE ''none'' END AS how, count(*) FROM accident GROUP BY 1');
SELECT proposed('SELECT coalesce(category, ''?''), sum(deaths + injuries) FROM accident GROUP BY 1');
SELECT proposed('SELECT upper(category), round(avg(deaths), 2) FROM accident GROUP BY 1 HAVING count(*) > 10', 'upper(category) AS category_key');
SELECT proposed('SELECT DISTINCT category, severity FROM accident', 'category, severity');
SELECT proposed('SELECT count(DISTINCT area_code) FROM accident WHERE category = ''road''');
SELECT proposed('SELECT min(occurred_on), max(occurred_on) FROM accident');
SELECT proposed('SELECT category, area_code, count(*) FROM accident GROUP BY ROLLUP (category, area_code)');
SELECT proposed('SELECT category, severity, count(*) FROM accident GROUP BY GROUPING SETS ((category), (severity), ())');
SELECT proposed('SELECT category, n, round(100.0 * n / sum(n) OVER (), 1) FROM (SELECT category, count(*) AS n FROM accident GROUP BY 1) q');
SELECT proposed('SELECT category, n FROM (SELECT category, count(*) AS n, rank() OVER (ORDER BY count(*) DESC) AS r FROM accident GROUP BY 1) q WHERE r <= 3');
SELECT proposed('WITH y AS (SELECT extract(year FROM occurred_on) AS year, count(*) AS n FROM accident GROUP BY 1) SELECT year, n - lag(n) OVER (ORDER BY year) FROM y');
SELECT proposed('SELECT emgov.deaths(emgov.accident_agg(deaths, injuries, loss)), category FROM accident GROUP BY 2');
SELECT proposed('SELECT category, emgov.accident_agg(deaths, injuries, loss) FILTER (WHERE severity = ''large'') FROM accident GROUP BY 1');
SELECT proposed('SELECT area, category, count(*) FROM readers GROUP BY 1, 2');
SELECT proposed('SELECT category, sum(loss) FROM readers WHERE occurred_on >= ''2023-01-01'' GROUP BY 1', 'status, emgov.month_of(occurred_on) AS occurred_on_month, category');
SELECT proposed('SELECT occurred_at::date AS day, count(*) FROM accident GROUP BY 1', '(occurred_at)::date AS occurred_at_key');
SELECT proposed('SELECT (sent AT TIME ZONE ''Asia/Shanghai'')::date AS day, count(*) FROM accident GROUP BY 1', '((sent AT TIME ZONE ''''Asia/Shanghai''''::text))::date AS k1');
SELECT proposed('SELECT date_trunc(''month'', sent AT TIME ZONE ''Asia/Shanghai'') AS month, sum(deaths) FROM accident GROUP BY 1 ORDER BY 1');
SELECT proposed('SELECT category, count(*) FROM accident WHERE (sent AT TIME ZONE ''Asia/Shanghai'')::date >= ''2023-01-01'' GROUP BY 1');
SELECT proposed('SELECT category, count(*) FROM accident WHERE occurred_at >= ''2023-01-01'' AND occurred_at < ''2024-01-01'' GROUP BY 1', 'date_trunc(''''month''''::text, occurred_at) AS k1, category');
SELECT proposed('SELECT category, count(*) FROM accident WHERE occurred_at < date ''2023-02-03'' GROUP BY 1', '(occurred_at)::date AS occurred_at_key, category');
SELECT proposed('SELECT extract(hour FROM occurred_at) AS hour, count(*) FROM accident GROUP BY 1', 'EXTRACT(hour FROM occurred_at) AS k1');
SELECT proposed('SELECT extract(dow FROM occurred_on) AS weekday, count(*) FROM accident GROUP BY 1');
SELECT proposed('SELECT area_code, sum(deaths)::float / nullif(count(*), 0) AS rate FROM accident WHERE category IN (''road'', ''fire'') GROUP BY 1');
SELECT proposed('SELECT category, count(*) FROM accident WHERE area_code IN (SELECT code FROM area WHERE people > 1000) GROUP BY 1');
SELECT proposed('SELECT category, count(*) FROM accident a WHERE EXISTS (SELECT FROM area WHERE area.code = a.area_code AND people > 1000) GROUP BY 1');
SELECT proposed('SELECT name, (SELECT count(*) FROM accident WHERE area_code = area.code) AS n FROM area');
SELECT proposed('SELECT left(area_code, 5), category IS NULL, count(*) FROM accident GROUP BY 1, 2');
SELECT proposed('SELECT 6 / (deaths + 1), count(*) FROM accident WHERE deaths >= 0 GROUP BY 1', 'deaths');
SELECT proposed('SELECT k, sum(n), count(*) FROM parted WHERE day >= ''2023-03-01'' GROUP BY k');
SELECT proposed('SELECT "The Day", sum("select") FROM "Accident_Rollup" GROUP BY 1', '"The Day"');
SELECT proposed('SELECT a.category, count(*) FROM accident a, accident b WHERE a.category = b.category AND b.id < 20 GROUP BY 1');
SELECT proposed('SELECT category, count(*) AS n, sum(deaths) AS d FROM accident GROUP BY category ORDER BY n DESC, category LIMIT 5');

SELECT is((SELECT proposal FROM emgov.rollup_for('SELECT category, count(*) FILTER (WHERE severity = $1) FROM accident GROUP BY 1')),
    $$CALL emgov.create_rollup('proposals.accident_rollup', 'SELECT category, severity, count(*) AS n FROM proposals.accident GROUP BY 1, 2')$$, 'a condition on a parameter');

-- two levels: a rollup each, of names that do not meet; one for both
SELECT is((SELECT array_agg(proposal ORDER BY proposal) FROM emgov.rollup_for('SELECT (SELECT count(*) FROM accident WHERE deaths = 1), (SELECT sum(deaths) FROM accident WHERE category = ''road'')')),
    ARRAY[$$CALL emgov.create_rollup('proposals.accident_rollup', 'SELECT deaths, count(*) AS n FROM proposals.accident GROUP BY 1')$$,
        $$CALL emgov.create_rollup('proposals.accident_rollup_2', 'SELECT category, count(*) AS n, sum(deaths) AS deaths_sum FROM proposals.accident GROUP BY 1')$$], 'two rollups');
SELECT is((SELECT count(DISTINCT proposal) FROM emgov.rollup_for('SELECT category, n FROM (SELECT category, count(*) AS n FROM accident GROUP BY 1) q WHERE n > (SELECT avg(m) FROM (SELECT category, count(*) AS m FROM accident GROUP BY 1) r)')), 1::bigint, 'one for both');

-- what none can answer
SELECT refused('SELECT category, sum(claimed) FROM accident GROUP BY 1', 'there is no rollup over it; and none would answer: how many digits the sum of claimed shows depends on each row: it has no fixed scale');
SELECT refused('SELECT category, avg(weight) FROM accident GROUP BY 1', 'there is no rollup over it; and none would answer: avg(double precision) does not add up in a group');
SELECT refused('SELECT category, stddev(deaths) FROM accident GROUP BY 1', 'there is no rollup over it; and none would answer: stddev(integer) does not add up in a group');
SELECT refused('SELECT weight, count(*) FROM accident GROUP BY 1', 'there is no rollup over it; and none would answer: equal values of weight may look different');
SELECT refused('SELECT id, count(*) FROM accident GROUP BY 1', 'there is no rollup over it; and none would answer: it would have a group for each row');
SELECT refused('SELECT max(loss) FROM accident', 'there is no rollup over it; and none would answer: it would have 6000 groups for 6000 rows');
SELECT refused('SELECT category, max(occurred_at) FROM accident WHERE area_code LIKE ''%1'' GROUP BY 1', 'there is no rollup over it; and none would answer: it would have a group for each row');
SELECT refused('SELECT count(DISTINCT code) FROM area', 'there is no rollup over it; and none would answer: it would have a group for each row');
SELECT refused('SELECT string_agg(name, '','') FROM accident', 'there is no rollup over it; and none would answer: string_agg(text,text) does not add up in a group');
SELECT refused('SELECT count(*) FROM accident WHERE random() < 2', 'it holds a volatile function');
SELECT refused('SELECT sum(6 / deaths) FROM accident WHERE deaths > 0', 'there is no rollup over it; and none would answer: (6 / deaths) may fail for rows that the query does not count');
SELECT refused('SELECT name FROM accident', 'no SELECT in it counts or groups rows of a table, or not in a way that a rollup could');
SELECT refused('UPDATE area SET people = (SELECT count(*) FROM accident)', 'no SELECT in it counts or groups rows of a table, or not in a way that a rollup could');
SELECT refused('SELECT count(*) FROM pg_class', 'there is no rollup over it; and none would answer: a rollup cannot be kept over system table "pg_class"');
SELECT * FROM finish();
ROLLBACK;
