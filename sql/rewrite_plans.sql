-- Plans that are kept, prepared and in functions, custom and generic: right whatever becomes of the rollup meanwhile.
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
SET emgov.rewrite = force;
SET emgov.rollup_fold_threshold = 0;
CREATE SCHEMA rewrite_plans;
SET search_path = rewrite_plans;
CREATE TABLE t (k int, c text, x int);
INSERT INTO t SELECT g % 3, 'c' || g % 2, g FROM generate_series(1, 30) g;
CREATE FUNCTION way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN CASE WHEN plan !~ 'Custom Scan .Rollup.' THEN 'table' ELSE coalesce(substring(plan FROM 'Not Used: ([^\n]*)'), 'rollup ' || substring(plan FROM 'Rollup: ([^\n]*)')) END;
END $$;
CREATE FUNCTION in_plpgsql(bound int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line record;
    result text;
BEGIN
    FOR line IN SELECT k, count(*) AS n, sum(x) AS x FROM t WHERE k <= bound GROUP BY k ORDER BY k LOOP
        result := concat_ws('; ', result, concat_ws(' ', line.k, line.n, line.x));
    END LOOP;
    RETURN result;
END $$;
CREATE FUNCTION in_sql(bound int) RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(concat_ws(' ', k, n, x), '; ' ORDER BY k) FROM (SELECT k, count(*) AS n, sum(x) AS x FROM t WHERE k <= bound GROUP BY k) q $$;
CREATE FUNCTION in_atomic(bound int) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT string_agg(concat_ws(' ', k, n, x), '; ' ORDER BY k) FROM (SELECT k, count(*) AS n, sum(x) AS x FROM t WHERE k <= bound GROUP BY k) q;
END;
PREPARE p (int) AS SELECT string_agg(concat_ws(' ', k, n, x), '; ' ORDER BY k) FROM (SELECT k, count(*) AS n, sum(x) AS x FROM t WHERE k <= $1 GROUP BY k) q;
-- How the plan that is kept reads, and whether all that are kept say what the table says.
CREATE FUNCTION ask(what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answers text[];
    told text;
    planned text := way('EXECUTE p (1)');
BEGIN
    EXECUTE 'EXECUTE p (1)' INTO told;
    answers := ARRAY[told, in_plpgsql(1), in_sql(1), in_atomic(1)];
    PERFORM set_config('emgov.rewrite', 'off', true);
    EXECUTE 'SELECT string_agg(concat_ws('' '', k, n, x), ''; '' ORDER BY k) FROM (SELECT k, count(*) AS n, sum(x) AS x FROM t WHERE k <= 1 GROUP BY k) q' INTO told;
    PERFORM set_config('emgov.rewrite', 'force', true);
    RETURN format('%s: %s, %s', what, planned, CASE WHEN coalesce(told, 'none') = ALL (array_replace(answers, NULL, 'none')) THEN 'right' ELSE format('%s BUT THE TABLE: %s', answers, told) END);
END $$;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', ask(concat_ws(' ', TG_WHEN, TG_OP, TG_LEVEL, TG_NAME)); RETURN coalesce(new, old); END $$;

-- The life of a rollup, with plans of each kind.
CREATE PROCEDURE life(mode text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('plan_cache_mode', mode, false);
    DELETE FROM t;
    INSERT INTO t SELECT g % 3, 'c' || g % 2, g FROM generate_series(1, 30) g;
    COMMIT;
    -- as often as it takes for a custom plan to become generic
    FOR i IN 1..6 LOOP
        PERFORM ask('before');
    END LOOP;
    RAISE WARNING '%', ask('no rollup');
    CALL emgov.create_rollup('rewrite_plans.r', 'SELECT k, count(*) AS n, sum(x) AS x FROM rewrite_plans.t GROUP BY k');
    COMMIT;
    RAISE WARNING '%', ask('created');
    INSERT INTO t VALUES (0, 'new', 1), (7, 'far', 7);
    RAISE WARNING '%', ask('after INSERT');
    DELETE FROM t WHERE k = 1;
    RAISE WARNING '%', ask('after DELETE');
    INSERT INTO t SELECT 1, ask('in a statement that writes'), g FROM generate_series(101, 102) g;
    RAISE WARNING '%, %', (SELECT c FROM t WHERE x = 101), (SELECT c FROM t WHERE x = 102);
    CREATE TRIGGER a_before BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
    CREATE TRIGGER a_row AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
    CREATE TRIGGER a_statement AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
    CREATE TRIGGER z_statement AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
    INSERT INTO t VALUES (0, 'more', 2);
    DROP TRIGGER a_before ON t;
    DROP TRIGGER a_row ON t;
    DROP TRIGGER a_statement ON t;
    DROP TRIGGER z_statement ON t;
    CALL emgov.fold_rollup('rewrite_plans.r');
    RAISE WARNING '%', ask('folded');
    SET LOCAL session_replication_role = replica;
    RAISE WARNING '%', ask('as a replica');
    COMMIT;
    ALTER TABLE r_total RENAME TO sums;
    ALTER TABLE t RENAME COLUMN c TO cc;
    ALTER TABLE t RENAME COLUMN cc TO c;
    RAISE WARNING '%', ask('renamed');
    ALTER TABLE t ADD COLUMN more int DEFAULT 3;
    ALTER TABLE t DROP COLUMN more;
    RAISE WARNING '%', ask('a column more and less');
    SET LOCAL client_min_messages = error;
    ALTER TABLE t DISABLE TRIGGER ALL;
    SET LOCAL client_min_messages = warning;
    RAISE WARNING '%', ask('triggers off');
    INSERT INTO t VALUES (0, 'unseen', 1);
    ALTER TABLE t ENABLE TRIGGER ALL;
    RAISE WARNING '%', ask('triggers on again');
    COMMIT;
    CALL emgov.rebuild_rollup('rewrite_plans.r');
    RAISE WARNING '%', ask('rebuilt');
    COMMIT;
    TRUNCATE t;
    RAISE WARNING '%', ask('truncated');
    INSERT INTO t SELECT g % 3, 'c', g FROM generate_series(1, 30) g;
    RAISE WARNING '%', ask('filled again');
    BEGIN
        CALL emgov.drop_rollup('rewrite_plans.r');
        RAISE WARNING '%', ask('dropped');
        RAISE EXCEPTION 'undone' USING ERRCODE = 'UN001';
    EXCEPTION WHEN SQLSTATE 'UN001' THEN
        RAISE WARNING '%', ask('not dropped after all');
    END;
    COMMIT;
    ALTER TABLE r OWNER TO regress_rewrite_plans;
    RAISE WARNING '%', ask('of two owners');
    ALTER TABLE r OWNER TO CURRENT_USER;
    RAISE WARNING '%', ask('of one again');
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    RAISE WARNING '%', ask('rows secured, but not from a superuser');
    ALTER TABLE t DISABLE ROW LEVEL SECURITY;
    CALL emgov.drop_rollup('rewrite_plans.r');
    COMMIT;
    RAISE WARNING '%', ask('dropped');
    CALL emgov.create_rollup('rewrite_plans.r', 'SELECT c, count(*) AS n, sum(x) AS x FROM rewrite_plans.t GROUP BY c');
    RAISE WARNING '%', ask('another, of other keys');
    CALL emgov.drop_rollup('rewrite_plans.r');
END $$;
CREATE ROLE regress_rewrite_plans;
GRANT USAGE, CREATE ON SCHEMA rewrite_plans TO regress_rewrite_plans;
CALL life('force_custom_plan');
CALL life('force_generic_plan');
CALL life('auto');
RESET plan_cache_mode;

-- partitions that come and go under kept plans
CREATE TABLE q (k int, x int) PARTITION BY LIST (k);
CREATE TABLE q0 PARTITION OF q FOR VALUES IN (0);
CREATE TABLE q1 (x int, k int);
INSERT INTO q1 SELECT g, 1 FROM generate_series(1, 5) g;
INSERT INTO q SELECT 0, g FROM generate_series(1, 7) g;
CALL emgov.create_rollup('q_r', 'SELECT k, count(*) AS n FROM q GROUP BY k');
PREPARE of_q AS SELECT count(*), (SELECT count(*) FROM q WHERE k >= 0) AS again FROM q;
SET plan_cache_mode = force_generic_plan;
EXECUTE of_q;
ALTER TABLE q ATTACH PARTITION q1 FOR VALUES IN (1);
EXECUTE of_q;
SELECT way('EXECUTE of_q');
TRUNCATE q0;
EXECUTE of_q;
ALTER TABLE q DETACH PARTITION q1;
EXECUTE of_q;
-- Traps 11 and 12: another session changes a rollup as a whole, or makes it, under a snapshot that is older. What has changed for
-- older snapshots as well, as TRUNCATE does, is then the table's to say.
RESET plan_cache_mode;
CREATE TABLE s (k int, x int) PARTITION BY LIST (k);
CREATE TABLE s0 PARTITION OF s FOR VALUES IN (0);
CREATE TABLE s1 PARTITION OF s FOR VALUES IN (1);
INSERT INTO s SELECT g % 2, g FROM generate_series(1, 9) g;
CALL emgov.create_rollup('s_r', 'SELECT k, count(*) AS n FROM s GROUP BY k');
PREPARE of_s AS SELECT k, count(*) FROM s GROUP BY k ORDER BY k;
EXECUTE of_s;
\setenv DATABASE :DBNAME
\setenv PGOPTIONS '-c client_min_messages=warning'
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1 AS snapshot;
\! psql -X -q -d "$DATABASE" -c 'TRUNCATE rewrite_plans.s0'
EXECUTE of_s;
SELECT way('EXECUTE of_s');
COMMIT;
EXECUTE of_s;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1 AS snapshot;
\! psql -X -q -d "$DATABASE" -c 'ALTER TABLE rewrite_plans.s DETACH PARTITION rewrite_plans.s1'
EXECUTE of_s;
SELECT way('EXECUTE of_s');
COMMIT;
SELECT way('EXECUTE of_s');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1 AS snapshot;
\! psql -X -q -d "$DATABASE" -c 'ALTER TABLE rewrite_plans.s ATTACH PARTITION rewrite_plans.s1 FOR VALUES IN (1)'
EXECUTE of_s;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1 AS snapshot;
\! psql -X -q -d "$DATABASE" -c 'INSERT INTO rewrite_plans.s VALUES (0, 10)' -c "CALL emgov.rebuild_rollup('rewrite_plans.s_r')"
EXECUTE of_s;
SELECT way('EXECUTE of_s');
COMMIT;
EXECUTE of_s;
-- where the rows of the list and its log lie is another place after these
CALL emgov.drop_rollup('q_r');
SELECT way('EXECUTE of_s');
VACUUM FULL emgov.rollup_log;
SELECT way('EXECUTE of_s');
VACUUM FULL emgov.rollup;
SELECT way('EXECUTE of_s');
CALL emgov.drop_rollup('s_r');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1 AS snapshot;
\! psql -X -q -d "$DATABASE" -c "CALL emgov.create_rollup('rewrite_plans.s_r', 'SELECT k, count(*) AS n FROM rewrite_plans.s GROUP BY k')"
EXECUTE of_s;
SELECT way('EXECUTE of_s');
COMMIT;
SELECT way('EXECUTE of_s');
-- what is grouped by must look the same where it is equal
CREATE TABLE w (k int, c text, d date, x int);
INSERT INTO w SELECT g % 3, (ARRAY['a', 'A', 'b'])[1 + g % 3], date '2024-01-01' + g, g FROM generate_series(1, 30) g;
CALL emgov.create_rollup('w_r', 'SELECT k, c, d, count(*) AS n, sum(x) AS x FROM w GROUP BY k, c, d');
SELECT e AS expression, way(format('SELECT %s, count(*) FROM w GROUP BY 1', e)) AS grouped, way(format('SELECT DISTINCT %s FROM w', e)) AS chosen, way(format('SELECT max(%s) FROM w', e)) AS greatest
  FROM unnest(ARRAY['c', 'c COLLATE "C"', 'k::float8', 'k * 1.0', 'k / 3.0', 'CASE k WHEN 1 THEN 1.0 ELSE 1.00 END', 'CASE k WHEN 1 THEN 1.0 ELSE 2.5 END', 'k::numeric', '(k / 3.0)::numeric(10,2)',
    'extract(year FROM d)', 'coalesce(extract(year FROM d), 0)', 'coalesce(extract(year FROM d), 0.0)', 'd - date ''2024-01-01''', 'd::timestamp', 'd::timestamp - timestamp ''2024-01-01''', 'c::char(3)']) AS e;
SELECT way('SELECT count(DISTINCT k / 3.0) FROM w'), way('SELECT sum(DISTINCT k / 3.0) FROM w'), way('SELECT sum(DISTINCT k) FROM w');
-- a role that policies concern shares no plan with one that they do not
GRANT SELECT ON t TO regress_rewrite_plans;
CALL emgov.create_rollup('r', 'SELECT k, count(*) AS n, sum(x) AS x FROM t GROUP BY k');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY ones ON t USING (k = 1);
PREPARE policed AS SELECT k, count(*) FROM t GROUP BY k ORDER BY k;
EXECUTE policed;
SET ROLE regress_rewrite_plans;
EXECUTE policed;
SELECT in_atomic(9), in_plpgsql(9);
RESET ROLE;
EXECUTE policed;
REVOKE SELECT ON t FROM regress_rewrite_plans;
SET ROLE regress_rewrite_plans;
EXECUTE policed;
RESET ROLE;
DROP SCHEMA rewrite_plans CASCADE;
DROP ROLE regress_rewrite_plans;
