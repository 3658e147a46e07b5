-- Of several rollups that answer, and the table, the plan reads what is cheapest; a table that is as small is read itself.
\set QUIET 1
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
BEGIN;
CREATE SCHEMA costs;
SET LOCAL search_path = costs, public;
-- whatever the session was begun with
SET LOCAL emgov.rewrite = on;
CREATE TABLE accident (division int NOT NULL, category text NOT NULL, occurred_on date NOT NULL, deaths int, loss numeric(14,2), note text);
INSERT INTO accident SELECT g % 6, (ARRAY['road', 'fire', 'fall'])[1 + g / 6 % 3], date '2022-01-01' + g / 18 % 200, g % 3, g % 1000 / 4.0, 'n' || g FROM generate_series(1, 30000) g;
CREATE INDEX ON accident (note);
CREATE TABLE few (k int, n int);
INSERT INTO few SELECT g % 3, g FROM generate_series(1, 50) g;
CREATE FUNCTION make(which text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF which ~ 'daily' THEN
        CALL emgov.create_rollup('costs.daily', 'SELECT division, category, occurred_on, count(*) AS n, sum(deaths) AS deaths, sum(loss) AS loss FROM costs.accident GROUP BY 1, 2, 3');
    END IF;
    IF which ~ 'monthly' THEN
        CALL emgov.create_rollup('costs.monthly', 'SELECT division, category, emgov.month_of(occurred_on) AS month, count(*) AS n, sum(deaths) AS deaths, sum(loss) AS loss FROM costs.accident GROUP BY 1, 2, 3');
    END IF;
    IF which ~ 'categories' THEN
        CALL emgov.create_rollup('costs.categories', 'SELECT category, count(*) AS n FROM costs.accident GROUP BY 1');
    END IF;
    IF which ~ 'notes' THEN
        CALL emgov.create_rollup('costs.notes', 'SELECT note, category, occurred_on, count(*) AS n FROM costs.accident GROUP BY 1, 2, 3');
    END IF;
END $$;
CALL emgov.create_rollup('costs.few_sums', 'SELECT k, count(*) AS n, sum(n) AS s FROM costs.few GROUP BY 1');
ANALYZE;
\i tests/plan_of.sql
CREATE FUNCTION way(query text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(substring(plan FROM '\n +Not Used: ([^\n]*)'), substring(plan FROM 'Rollup: ([^\n]*)'), 'table') FROM public.plan_of(query) AS plan
$$;
CREATE FUNCTION cost(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN (plan->0->'Plan'->>'Total Cost')::numeric;
END $$;
CREATE TABLE query (n int, text text, expected text);
INSERT INTO query VALUES
    (1, 'SELECT count(*) FROM accident', 'categories'),
    (2, 'SELECT category, count(*) FROM accident GROUP BY 1', 'categories'),
    (3, 'SELECT category, sum(deaths) FROM accident GROUP BY 1', 'monthly'),
    (4, 'SELECT emgov.month_of(occurred_on), count(*) FROM accident GROUP BY 1', 'monthly'),
    (5, 'SELECT date_trunc(''month'', occurred_on), division, sum(loss) FROM accident GROUP BY 1, 2', 'monthly'),
    (6, 'SELECT extract(year FROM occurred_on), count(*) FROM accident WHERE occurred_on >= ''2022-03-01'' GROUP BY 1', 'monthly'),
    (7, 'SELECT extract(year FROM occurred_on), count(*) FROM accident WHERE occurred_on >= ''2022-03-02'' GROUP BY 1', 'daily'),
    (8, 'SELECT occurred_on, count(*) FROM accident GROUP BY 1', 'daily'),
    (9, 'SELECT division, count(*), avg(loss) FROM accident WHERE occurred_on = ''2022-03-04'' GROUP BY 1', 'daily'),
    (10, 'SELECT category, count(*) FROM accident WHERE note = ''n77'' GROUP BY 1', 'table'),
    (11, 'SELECT max(loss) FROM accident', 'table'),
    (12, 'SELECT a.category, count(*) FROM accident a JOIN few ON few.n = a.division GROUP BY 1', 'monthly'),
    (13, 'SELECT k, sum(n) FROM few GROUP BY 1', 'table');
SELECT plan(13 + 13 + 1);
SELECT make('daily monthly categories notes');
ANALYZE;
SELECT is(way(text), expected, text) FROM query ORDER BY n;
-- no rollup alone, and no table, is cheaper than the choice among all
CREATE TABLE costs AS SELECT n, text, cost(text) AS chosen FROM query;
ALTER TABLE costs ADD COLUMN least numeric;
DO $$
DECLARE
    one text;
BEGIN
    UPDATE costs SET least = q.c FROM (SELECT n, cost(text) AS c FROM query CROSS JOIN (SELECT set_config('emgov.rewrite', 'off', true)) s) q WHERE q.n = costs.n;
    FOREACH one IN ARRAY ARRAY['daily', 'monthly', 'categories', 'notes'] LOOP
        CREATE TEMP TABLE IF NOT EXISTS alone (n int, c numeric);
        PERFORM set_config('emgov.rewrite', 'on', true);
        CALL emgov.drop_rollup('costs.daily'); CALL emgov.drop_rollup('costs.monthly'); CALL emgov.drop_rollup('costs.categories'); CALL emgov.drop_rollup('costs.notes');
        PERFORM make(one);
        EXECUTE format('ANALYZE costs.%I, costs.%I', one || '_total', one || '_delta');
        UPDATE costs SET least = least(least, cost(text));
        EXECUTE format('CALL emgov.drop_rollup(%L)', 'costs.' || one);
        PERFORM make('daily monthly categories notes');
    END LOOP;
END $$;
SELECT cmp_ok(chosen, '<=', least * 1.02, text) FROM costs ORDER BY n;
-- what is chosen goes: the next best
CALL emgov.drop_rollup('costs.monthly');
SELECT is(way('SELECT category, sum(deaths) FROM accident GROUP BY 1'), 'daily', 'without the monthly one the daily one is read');
SELECT * FROM finish();
ROLLBACK;
