-- Queries as clients write them over a table, a readers' view of it and its codes: each is answered
-- from a rollup, and as the table answers it. A daily rollup and a monthly one; the planner takes the cheaper.
\set QUIET 1
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
BEGIN;
SET LOCAL emgov.rewrite = force;
CREATE TABLE accident (id int PRIMARY KEY, area_code text NOT NULL, category text, occurred_on date NOT NULL, severity text, deaths int, loss numeric(14,2), status text NOT NULL);
INSERT INTO accident SELECT g, '3204' || g % 5, (ARRAY['road', 'fire', 'gas', NULL])[1 + g % 4], date '2022-06-01' + g % 700, (ARRAY['general', 'large'])[1 + g % 7 / 6], g % 3, g * 1.25, CASE WHEN g % 10 = 0 THEN 'withdrawn' ELSE 'valid' END
  FROM generate_series(1, 4000) g;
CREATE TABLE area (code text PRIMARY KEY, name text);
INSERT INTO area SELECT '3204' || g, 'district ' || g FROM generate_series(0, 6) g;
CALL emgov.create_rollup('daily', 'SELECT area_code, category, occurred_on, severity, count(*) AS n, sum(deaths) AS deaths, sum(loss) AS loss FROM accident WHERE status = ''valid'' GROUP BY 1, 2, 3, 4');
CALL emgov.create_rollup('monthly', 'SELECT area_code, category, emgov.month_of(occurred_on) AS month, status, count(*) AS n, sum(deaths) AS deaths, sum(loss) AS loss FROM accident GROUP BY 1, 2, 3, 4');
CREATE VIEW readers WITH (security_barrier) AS
SELECT a.id, a.area_code::varchar(64) AS area_code, r.name AS area, a.category, a.occurred_on, a.severity, CASE WHEN k.shown THEN a.deaths END AS deaths, a.loss::numeric(18,2) AS loss
  FROM accident a CROSS JOIN (SELECT EXISTS (SELECT FROM area) AS shown) k LEFT JOIN area r ON r.code = a.area_code WHERE a.status = 'valid';
-- as a ledger's are: what the reader may see in WITH, found by recursion; names by sections of several editions
CREATE TABLE industry (section char(1), edition int, name text);
INSERT INTO industry SELECT chr(65 + g % 5), g / 5, 'section ' || g FROM generate_series(0, 14) g;
CREATE VIEW listed WITH (security_barrier) AS
WITH seen AS MATERIALIZED (
    WITH RECURSIVE below (code) AS (SELECT '32041' UNION SELECT '3204' || right(code, 1)::int + 1 FROM below WHERE code < '32043')
    SELECT pg_has_role('pg_read_all_data', 'MEMBER') AS everything, array_agg(code) AS areas FROM below)
SELECT a.id, a.area_code::varchar(64) AS area_code, a.category, n.name AS industry, a.occurred_on, CASE WHEN k.shown THEN a.deaths END AS deaths, a.loss::numeric(18,2) AS loss
  FROM accident a CROSS JOIN (SELECT EXISTS (SELECT FROM area) AS shown) k
  LEFT JOIN (SELECT DISTINCT ON (i.section) i.section, i.name FROM industry i ORDER BY i.section, i.edition DESC) n ON n.section::text = upper(left(a.severity, 1))
 WHERE a.status = 'valid' AND ((SELECT s.everything FROM seen s) OR a.area_code = ANY ((SELECT s.areas FROM seen s)::text[]));
ANALYZE;
CREATE ROLE one_reader;
GRANT SELECT ON listed TO one_reader;

\i tests/plan_of.sql
CREATE FUNCTION way(query text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce('table: ' || substring(plan FROM '\n +Not Used: ([^\n]*)'), substring(plan FROM 'Rollup: ([^\n]*)'), 'table') FROM public.plan_of(query) AS plan
$$;
-- Answered from this rollup, NULL for any, 'table' for none, and the same: as text, in order.
CREATE FUNCTION answered(query text, from_rollup text, client text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    one text[];
    two text[];
    from_it CONSTANT text := way(query);
BEGIN
    EXECUTE 'SELECT array_agg(q::text) FROM (' || query || ') q' INTO one;
    PERFORM set_config('emgov.rewrite', 'off', true);
    EXECUTE 'SELECT array_agg(q::text) FROM (' || query || ') q' INTO two;
    PERFORM set_config('emgov.rewrite', 'force', true);
    RETURN NEXT is(CASE WHEN from_rollup IS NULL AND from_it IN ('daily', 'monthly') THEN 'any' ELSE from_it END || ' ' || coalesce(one::text, 'no row'),
                   coalesce(from_rollup, 'any') || ' ' || coalesce(two::text, 'no row'), client || ': ' || regexp_replace(left(query, 90), '\s+', ' ', 'g'));
END $$;

SELECT plan(34);
-- Metabase
SELECT answered($$SELECT "public"."readers"."category" AS "category", COUNT(*) AS "count" FROM "public"."readers" GROUP BY "public"."readers"."category" ORDER BY "public"."readers"."category" ASC$$, NULL, 'Metabase');
SELECT answered($$SELECT CAST(DATE_TRUNC('month', "public"."readers"."occurred_on") AS date) AS "occurred_on", SUM("public"."readers"."deaths") AS "sum" FROM "public"."readers"
    WHERE ("public"."readers"."occurred_on" >= date '2023-01-01') AND ("public"."readers"."occurred_on" < date '2024-01-01') GROUP BY 1 ORDER BY 1 ASC$$, 'monthly', 'Metabase');
SELECT answered($$SELECT "source"."area_code" AS "area_code", AVG("source"."loss") AS "avg" FROM (SELECT * FROM "public"."readers" WHERE "public"."readers"."category" = 'road') AS "source" GROUP BY "source"."area_code" ORDER BY 1$$, NULL, 'Metabase');
SELECT answered($$SELECT "r"."name" AS "Area__name", COUNT(*) AS "count" FROM "public"."readers" LEFT JOIN "public"."area" AS "r" ON "public"."readers"."area_code" = "r"."code" GROUP BY "r"."name" ORDER BY 1$$, NULL, 'Metabase');
-- Superset
SELECT answered($$SELECT DATE_TRUNC('month', occurred_on) AS __timestamp, category AS category, count(*) AS count FROM public.accident JOIN (SELECT category AS category__, count(*) AS mme_inner__ FROM public.accident
    WHERE status = 'valid' AND occurred_on >= '2023-01-01' AND occurred_on < '2024-01-01' GROUP BY category ORDER BY mme_inner__ DESC, 1 LIMIT 2) AS series_limit ON category = category__
    WHERE status = 'valid' AND occurred_on >= '2023-01-01' AND occurred_on < '2024-01-01' GROUP BY category, DATE_TRUNC('month', occurred_on) ORDER BY count DESC, 1, 2 LIMIT 10000$$, NULL, 'Superset');
SELECT answered($$SELECT sum(deaths) AS "SUM(deaths)" FROM public.readers WHERE occurred_on >= TO_DATE('2023-03-05', 'YYYY-MM-DD') AND severity IN ('large') LIMIT 50000$$, 'daily', 'Superset');
SELECT answered($$SELECT category AS category, severity AS severity, sum(loss) AS loss FROM (SELECT * FROM readers) AS virtual_table GROUP BY category, severity ORDER BY loss DESC LIMIT 1000$$, 'daily', 'Superset');
SELECT answered($$SELECT category AS category FROM public.accident GROUP BY category ORDER BY category LIMIT 1000$$, 'monthly', 'Superset, values of a filter');
SELECT answered($$SELECT min(occurred_on) AS "MIN(occurred_on)", max(occurred_on) AS "MAX(occurred_on)" FROM public.readers$$, 'daily', 'Superset, bounds of time');
-- Power BI
SELECT answered($$select "_"."category", "_"."a0" from (select "rows"."category" as "category", sum("rows"."deaths") as "a0" from (select "category", "deaths" from "public"."readers" "$Table") "rows" group by "category") "_"
    where not "_"."a0" is null order by 1 limit 1000001$$, NULL, 'Power BI');
SELECT answered($$select count(distinct "rows"."category") + max(case when "rows"."category" is null then 1 else 0 end) as "a0" from (select "category" from "public"."readers" "$Table") "rows"$$, NULL, 'Power BI');
SELECT answered($$select "rows"."name" as "name", count(1) as "a0" from (select "$Outer"."category", "$Inner"."name" from "public"."accident" "$Outer" inner join "public"."area" "$Inner" on ("$Outer"."area_code" = "$Inner"."code")) "rows" group by "name" order by 1$$, 'monthly', 'Power BI');
-- Tableau
SELECT answered($$SELECT "readers"."category" AS "category", SUM(1) AS "sum:Number of Records:ok", CAST(EXTRACT(YEAR FROM "readers"."occurred_on") AS INTEGER) AS "yr:occurred_on:ok" FROM "public"."readers" "readers" GROUP BY 1, 3 ORDER BY 1, 3$$, 'monthly', 'Tableau');
SELECT answered($$SELECT SUM("accident"."deaths") AS "sum:deaths:ok", (CAST(DATE_TRUNC('MONTH', CAST("accident"."occurred_on" AS TIMESTAMP)) AS DATE)) AS "tmn:occurred_on:ok" FROM "public"."accident" "accident" GROUP BY 2 ORDER BY 2$$, 'monthly', 'Tableau');
SELECT answered($$SELECT COUNT(1) AS "cnt" FROM "public"."readers" "readers" HAVING (COUNT(1) > 0)$$, NULL, 'Tableau');
SELECT answered($$SELECT (CASE WHEN "readers"."severity" IN ('large') THEN 'severe' ELSE 'other' END) AS "group", AVG(CAST("readers"."deaths" AS INTEGER)) AS "avg" FROM "public"."readers" "readers" GROUP BY 1 ORDER BY 1$$, 'daily', 'Tableau');
-- Cube
SELECT answered($$SELECT "accident".category "accident__category", date_trunc('month', ("accident".occurred_on::timestamptz AT TIME ZONE 'UTC')) "accident__month", count(*) "accident__count" FROM public.readers AS "accident"
    WHERE ("accident".occurred_on >= '2023-01-01T00:00:00.000Z'::timestamptz AND "accident".occurred_on <= '2023-12-31T23:59:59.999Z'::timestamptz) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 10000$$, 'daily', 'Cube');
-- pivots, subtotals, spreadsheets
SELECT answered($$SELECT area_code, count(*) FILTER (WHERE category = 'road') AS road, count(*) FILTER (WHERE category = 'fire') AS fire, count(*) AS total FROM readers GROUP BY area_code ORDER BY area_code$$, NULL, 'pivot');
SELECT answered($$SELECT area_code, sum(CASE WHEN category = 'road' THEN deaths END) AS road, sum(CASE WHEN category = 'road' THEN 1 END) AS n FROM accident GROUP BY 1 ORDER BY 1$$, 'monthly', 'pivot by CASE');
SELECT answered($$SELECT coalesce(area_code, 'all'), coalesce(category, '-'), count(*), sum(loss) FROM accident WHERE status = 'valid' GROUP BY GROUPING SETS ((area_code, category), (area_code), ()) ORDER BY 1, 2, 3$$, 'monthly', 'subtotals');
SELECT answered($$SELECT y, n, n - lag(n) OVER (ORDER BY y) AS change, round(100.0 * n / sum(n) OVER (), 1) AS share FROM (SELECT extract(year FROM occurred_on) AS y, count(*) AS n FROM readers GROUP BY 1) q ORDER BY y$$, NULL, 'change and share');
SELECT answered($$WITH this AS (SELECT area_code, count(*) AS n FROM readers WHERE occurred_on >= '2023-01-01' AND occurred_on < '2023-07-01' GROUP BY 1), last AS (SELECT area_code, count(*) AS n FROM readers
    WHERE occurred_on >= '2022-07-01' AND occurred_on < '2023-01-01' GROUP BY 1) SELECT area_code, this.n, last.n FROM this FULL JOIN last USING (area_code) ORDER BY 1$$, NULL, 'year on year');
SELECT answered($$SELECT name, (SELECT count(*) FROM readers WHERE readers.area_code = area.code) AS n FROM area ORDER BY code$$, NULL, 'a count beside each code');
SELECT answered($$SELECT area.name, count(a.area_code) AS n FROM area LEFT JOIN accident a ON a.area_code = area.code GROUP BY area.name ORDER BY 1$$, 'monthly', 'codes without records too');
SELECT answered($$SELECT area, count(*) AS n FROM readers GROUP BY area ORDER BY area$$, NULL, 'names of a view');
-- readers' views of a ledger, by who sees all and who sees some
SELECT answered($$SELECT extract(year FROM occurred_on)::int AS year, count(*) AS accidents, sum(deaths) AS deaths FROM listed WHERE occurred_on >= '2022-01-01' GROUP BY 1 ORDER BY 1$$, 'monthly', 'a chart');
SELECT answered($$SELECT area_code, extract(month FROM occurred_on)::int AS month, count(*), sum(loss)::numeric(16,2) AS loss, min(occurred_on) AS first FROM listed GROUP BY 1, 2 ORDER BY 1, 2$$, 'daily', 'a chart');
SELECT answered($$SELECT industry, count(*) FROM listed GROUP BY industry ORDER BY 1$$, 'daily', 'names of sections');
SELECT answered($$WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, (SELECT count(*) FROM accident WHERE deaths IS NOT NULL) FROM r$$, 'table', 'a recursion beside it');
SELECT answered($$WITH RECURSIVE r (n) AS (SELECT 1::bigint UNION ALL SELECT q.n + 1 FROM (SELECT r.n FROM r, accident a WHERE a.category = 'gas' AND r.n < 3 GROUP BY r.n) q) SELECT * FROM r ORDER BY 1$$, 'table', 'inside a recursion');
GRANT EXECUTE ON FUNCTION way, answered TO one_reader;
SET LOCAL ROLE one_reader;
SELECT answered($$SELECT area_code, count(*), sum(deaths) FROM listed GROUP BY 1 ORDER BY 1$$, 'monthly', 'some areas');
SELECT is((SELECT count(DISTINCT area_code) FROM listed), 3::bigint, 'no more than those');
RESET ROLE;
-- and what none can answer
SELECT is(way('SELECT severity, count(*) FROM accident GROUP BY 1'), 'table', 'a column that only a rollup of valid records has');
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT is(way('SELECT category COLLATE nocase, count(*) FROM accident GROUP BY 1'), 'table', 'of what is equal and looks different any may be shown');
SELECT * FROM finish();
ROLLBACK;
