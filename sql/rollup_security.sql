-- Rollups and rights: an owner who is no superuser, hostile functions, writers without
-- rights, parts with several owners, search_path.
SET client_min_messages = warning;
CREATE ROLE regress_rollup_table;
CREATE ROLE regress_rollup_owner;
CREATE ROLE regress_rollup_writer;
CREATE SCHEMA rollup_rights AUTHORIZATION regress_rollup_table;
GRANT ALL ON SCHEMA rollup_rights TO regress_rollup_owner;
GRANT USAGE ON SCHEMA rollup_rights TO regress_rollup_writer;
SET search_path = rollup_rights, emgov;

SET ROLE regress_rollup_table;
CREATE TABLE t (id int PRIMARY KEY, k text, x int);
GRANT INSERT, UPDATE, DELETE, SELECT, TRUNCATE ON t TO regress_rollup_writer;
SET ROLE regress_rollup_owner;
CALL create_rollup('r', 'SELECT k, count(*) FROM t GROUP BY k');
RESET ROLE;
GRANT TRIGGER ON t TO regress_rollup_owner;
SET ROLE regress_rollup_owner;
CALL create_rollup('r', 'SELECT k, count(*) FROM t GROUP BY k');
RESET ROLE;
GRANT SELECT (k, x) ON t TO regress_rollup_owner;

-- functions that say who runs them, and try to do harm
SET ROLE regress_rollup_owner;
CREATE TABLE seen (who name, what text);
GRANT INSERT ON seen TO PUBLIC;
CREATE FUNCTION act() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rollup_rights.seen VALUES (current_user, 'was here');
    BEGIN
        EXECUTE 'SET ROLE regress_rollup_writer';
        INSERT INTO rollup_rights.seen VALUES (current_user, 'SET ROLE');
    EXCEPTION WHEN OTHERS THEN
        INSERT INTO rollup_rights.seen VALUES (current_user, sqlerrm);
    END;
    BEGIN
        EXECUTE 'ALTER ROLE regress_rollup_owner SUPERUSER';
        INSERT INTO rollup_rights.seen VALUES (current_user, 'SUPERUSER');
    EXCEPTION WHEN OTHERS THEN
        INSERT INTO rollup_rights.seen VALUES (current_user, 'no superuser');
    END;
    PERFORM set_config('search_path', 'nowhere', false);
END $$;
CREATE FUNCTION spy(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM rollup_rights.act();    -- who says he is immutable need not be
    RETURN x;
END $$;
CREATE FUNCTION secret(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
REVOKE EXECUTE ON FUNCTION secret(int), spy(int) FROM PUBLIC;
CALL create_rollup('r', 'SELECT k, count(*) AS n, sum(spy(x)) AS x, sum(secret(x)) FILTER (WHERE spy(x) > 1) AS secret FROM t GROUP BY k');
TRUNCATE seen;

-- the writer has no right on the rollup or its functions; one row, several, each kind
SET ROLE regress_rollup_writer;
INSERT INTO t VALUES (1, 'a', 1);
INSERT INTO t VALUES (2, 'a', 2), (3, NULL, 3);
UPDATE t SET x = x + 1;
UPDATE t SET k = 'b' WHERE id = 1;
DELETE FROM t WHERE id = 2;
SELECT current_user, current_setting('search_path') AS path;
SELECT * FROM r;
SELECT * FROM r_total;
SELECT * FROM verify_rollup('r');
CALL fold_rollup('r');
CALL rebuild_rollup('r');
CALL drop_rollup('r');
DELETE FROM emgov.rollup;
RESET ROLE;
SELECT DISTINCT who, what FROM seen ORDER BY 1, 2;
TRUNCATE seen;
-- a superuser writes, verifies, folds and rebuilds: the functions gain nothing
INSERT INTO t VALUES (9, 'a', 5);
INSERT INTO t VALUES (10, 'a', 5), (11, 'b', 5);
SELECT count(*) FROM verify_rollup('r');
SELECT count(*) FROM verify_rollup('r', 'k = ''a''');
CALL fold_rollup('r');
CALL rebuild_rollup('r');
SELECT DISTINCT who, what FROM seen WHERE who <> 'regress_rollup_owner' OR what = 'SUPERUSER';
SELECT k, n, x, secret FROM r ORDER BY k;
SET emgov.rollup_fold_threshold = 1;
INSERT INTO t VALUES (12, 'a', 5);
RESET emgov.rollup_fold_threshold;
SELECT rolsuper FROM pg_roles WHERE rolname = 'regress_rollup_owner';

-- S34: nothing of the owner's waits on his tables for a moment when nobody holds it to his rights
SET ROLE regress_rollup_owner;
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rollup_rights.seen VALUES (current_user, 'delta'); RETURN NEW; END $$;
CREATE TRIGGER watch BEFORE INSERT ON r_delta FOR EACH ROW EXECUTE FUNCTION watch();
CREATE CONSTRAINT TRIGGER watch AFTER INSERT ON r_delta DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch();
CREATE TRIGGER watch INSTEAD OF INSERT ON r FOR EACH ROW EXECUTE FUNCTION watch();
CREATE RULE watch AS ON INSERT TO r_total DO ALSO SELECT 1;
ALTER TABLE r_delta ADD UNIQUE (k1) DEFERRABLE;
CREATE TABLE child () INHERITS (r_delta);
CREATE TABLE child (LIKE r_delta);
ALTER TABLE child INHERIT r_delta;
ALTER TABLE r_delta INHERIT child;
CREATE TABLE parent (LIKE r_delta) PARTITION BY LIST (k1);
ALTER TABLE parent ATTACH PARTITION r_delta DEFAULT;
ALTER TABLE r_delta FORCE ROW LEVEL SECURITY;
ALTER TABLE r_delta SET UNLOGGED;
DROP TABLE child, parent;
RESET ROLE;
TRUNCATE seen;
-- got there all the same: writers are told, and nothing runs
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE;
SET ROLE regress_rollup_owner;
CREATE CONSTRAINT TRIGGER watch AFTER INSERT ON r_delta DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch();
RESET ROLE;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
INSERT INTO t VALUES (13, 'a', 5);
INSERT INTO t VALUES (14, 'a', 5), (15, 'b', 5);
TRUNCATE t;
CALL fold_rollup('r');
CALL rebuild_rollup('r');
SELECT count(*) FROM seen;
DROP TRIGGER watch ON r_delta;
INSERT INTO t VALUES (13, 'a', 5);
INSERT INTO t VALUES (14, 'a', 5), (15, 'b', 5);
-- parts with several owners lend nobody's rights
ALTER VIEW r_query OWNER TO regress_rollup_table;
INSERT INTO t VALUES (16, 'a', 5);
ALTER VIEW r_query OWNER TO regress_rollup_owner;
SELECT count(*) FROM verify_rollup('r');

-- a trigger of somebody else that calls the functions
SET ROLE regress_rollup_writer;
CREATE FUNCTION pg_temp.id() RETURNS text LANGUAGE sql AS 'SELECT id FROM emgov.rollup';
CREATE TEMP TABLE mine (k text, x int);
DO $$ BEGIN EXECUTE format('CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS emgov_new_rows EXECUTE FUNCTION emgov_internal.rollup_write(%L)', pg_temp.id()); END $$;
INSERT INTO mine VALUES ('a', 1000);
DROP TRIGGER mine ON mine;
DO $$ BEGIN EXECUTE format('CREATE TRIGGER emgov_rollup_%s_insert AFTER INSERT ON mine REFERENCING NEW TABLE AS emgov_new_rows EXECUTE FUNCTION emgov_internal.rollup_write(%L)', pg_temp.id(), pg_temp.id());
EXCEPTION WHEN feature_not_supported THEN RAISE WARNING '%', regexp_replace(sqlerrm, '[0-9a-f]{12}', '...'); END $$;
SELECT emgov_internal.rollup_write();
DROP TABLE mine;

-- operators and functions in the writer's path change nothing
RESET ROLE;
CREATE SCHEMA rollup_evil AUTHORIZATION regress_rollup_writer;
SET ROLE regress_rollup_writer;
CREATE FUNCTION rollup_evil.wrong(bigint, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
CREATE OPERATOR rollup_evil.- (FUNCTION = rollup_evil.wrong, LEFTARG = bigint, RIGHTARG = bigint);
CREATE FUNCTION rollup_evil.count(anyelement) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
CREATE FUNCTION rollup_evil.same(text, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR rollup_evil.= (FUNCTION = rollup_evil.same, LEFTARG = text, RIGHTARG = text);
SET search_path = rollup_evil, pg_catalog, rollup_rights, emgov;
INSERT INTO t VALUES (20, 'a', 5);
INSERT INTO t VALUES (21, 'a', 5), (22, 'b', 5);
UPDATE t SET x = x - 1, k = 'z' WHERE id > 20;
RESET ROLE;
CALL fold_rollup('r');
SELECT count(*) FROM verify_rollup('r');
SET search_path = rollup_rights, emgov;
SELECT count(*) FROM verify_rollup('r');

-- row-level security: a rollup counts all rows, so its owner must see them
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
SET ROLE regress_rollup_owner;
CALL create_rollup('r2', 'SELECT count(*) FROM t');
CALL rebuild_rollup('r');
RESET ROLE;
CREATE POLICY mine ON t FOR ALL TO regress_rollup_writer USING (id < 100) WITH CHECK (id < 100);
SET ROLE regress_rollup_writer;
INSERT INTO t VALUES (23, 'row level', 1);
TRUNCATE t;
INSERT INTO t VALUES (24, 'a', 1);
RESET ROLE;
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
SELECT k, n FROM r;
SELECT count(*) FROM verify_rollup('r');

-- partitions that the rollup's owner cannot read
SET ROLE regress_rollup_table;
CREATE TABLE p (k int, x int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
GRANT SELECT, TRIGGER ON p, p1 TO regress_rollup_owner;
GRANT INSERT ON p TO regress_rollup_writer;
SET ROLE regress_rollup_owner;
CALL create_rollup('rp', 'SELECT k, sum(x) AS x FROM p GROUP BY k');
SET ROLE regress_rollup_table;
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
SET ROLE regress_rollup_writer;
INSERT INTO p VALUES (1, 1), (2, 2);
SET ROLE regress_rollup_table;
TRUNCATE p2;
GRANT SELECT ON p2 TO regress_rollup_owner;
TRUNCATE p2;
RESET ROLE;
SELECT * FROM rp;
SELECT count(*) FROM verify_rollup('rp');
-- S36: a rollup that has gone bad is nobody's trouble but its owner's
CREATE SCHEMA rollup_own AUTHORIZATION regress_rollup_owner;
SET ROLE regress_rollup_owner;
CREATE TABLE rollup_own.mine (k int, x int);
CREATE FUNCTION rollup_own.twice(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
CALL create_rollup('rollup_own.bad', 'SELECT k, sum(rollup_own.twice(x)) AS x FROM rollup_own.mine GROUP BY k');
CALL create_rollup('rollup_own.gone', 'SELECT k, sum(x) AS x FROM rollup_own.mine GROUP BY k');
ALTER FUNCTION rollup_own.twice(int) VOLATILE;
-- S31: the definition is not swapped
CREATE OR REPLACE VIEW rollup_own.gone_query AS SELECT 1 AS k, 1::bigint AS x;
CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO rollup_own.gone_query DO INSTEAD SELECT 1 AS k, 1::bigint AS x;
CREATE RULE other AS ON INSERT TO rollup_own.gone_query DO INSTEAD NOTHING;
-- refused by us, or since 16 by the server
DO $$ BEGIN CREATE RULE "_RETURN" AS ON SELECT TO rollup_own.gone_delta DO INSTEAD SELECT * FROM rollup_own.gone_total; EXCEPTION WHEN wrong_object_type OR feature_not_supported THEN RAISE WARNING 'refused'; END $$;
-- or it is, by whom nothing stops
RESET ROLE;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE;
CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO rollup_own.gone_query DO INSTEAD SELECT relnatts::int AS k, count(*) AS x FROM pg_class GROUP BY 1;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
SET ROLE regress_rollup_table;
ALTER TABLE t ADD note text;
ALTER TABLE t DROP note;
CREATE TABLE q (k int, x int) PARTITION BY LIST (k);
CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
ALTER TABLE q DETACH PARTITION q1;
DROP TABLE q, q1;
SELECT count(*) FROM rollups;
RESET ROLE;
ALTER TABLE rollup_own.mine ADD note text;
INSERT INTO rollup_own.mine VALUES (1, 2);
DROP FUNCTION rollup_own.twice(int) CASCADE;
CALL fold_rollup('rollup_own.gone');
CALL drop_rollup('rollup_own.gone');
INSERT INTO rollup_own.mine VALUES (1, 2);
SELECT count(*) FROM emgov.rollup;

-- S35: a function in C that is immutable may run a user's code all the same: hstore's populate_record() does
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA rollup_own;
SET ROLE regress_rollup_owner;
CREATE FUNCTION rollup_own.check(int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM rollup_rights.act();
    RETURN true;
END $$;
CREATE DOMAIN rollup_own.watched AS int CHECK (rollup_own.check(VALUE));
CREATE TYPE rollup_own.comp AS (d rollup_own.watched);
GRANT USAGE ON SCHEMA rollup_own TO regress_rollup_writer, regress_rollup_table;
GRANT INSERT, DELETE, SELECT ON rollup_own.mine TO regress_rollup_writer;
CALL create_rollup('rollup_own.sly', $$
    SELECT k, count(*) AS n, sum(x) FILTER (WHERE rollup_own.populate_record(NULL::rollup_own.comp, rollup_own.hstore('d', k::text)) IS NOT NULL) AS x
    FROM rollup_own.mine GROUP BY k $$);
RESET ROLE;
TRUNCATE seen;
SET ROLE regress_rollup_writer;
INSERT INTO rollup_own.mine VALUES (1, 1);
INSERT INTO rollup_own.mine VALUES (1, 1), (2, 2);
DELETE FROM rollup_own.mine WHERE k = 2;
RESET ROLE;
INSERT INTO rollup_own.mine VALUES (7, 7);
SELECT count(*) FROM verify_rollup('rollup_own.sly');
SELECT DISTINCT who, what FROM seen ORDER BY 1, 2;
TRUNCATE seen;
-- a condition of verify_rollup() holds nothing that runs a user's code
GRANT SELECT ON rollup_own.sly, rollup_own.sly_query TO regress_rollup_writer;
GRANT regress_rollup_writer TO regress_rollup_table;
SET ROLE regress_rollup_writer;
CREATE FUNCTION pg_temp.f(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
SELECT verify_rollup('rollup_own.sly', 'rollup_own.populate_record(NULL::rollup_own.comp, rollup_own.hstore(''d'', k::text)) IS NOT NULL');
SELECT verify_rollup('rollup_own.sly', 'k::rollup_own.watched > 0');
SELECT verify_rollup('rollup_own.sly', '''{1}''::rollup_own.watched[] IS NOT NULL');
SELECT verify_rollup('rollup_own.sly', '''(1)''::rollup_own.comp IS NOT NULL');
SELECT verify_rollup('rollup_own.sly', 'pg_temp.f(k)');
DO $$
DECLARE
    c text;
BEGIN
    FOREACH c IN ARRAY ARRAY['', '*', 'true FROM pg_class', 'true; DROP TABLE t', '$1', '$2 > 0', 'k IN (SELECT 1)', 'now() > ''2000-01-01''', 'count(*) > 0', 'k', 'sly', 'ctid IS NULL', 'pg_sleep(1) IS NULL'] LOOP
        BEGIN
            PERFORM emgov.verify_rollup('rollup_own.sly', c);
            RAISE WARNING 'taken: %', c;
        EXCEPTION WHEN syntax_error OR invalid_object_definition OR datatype_mismatch OR undefined_column OR feature_not_supported THEN
            NULL;
        END;
    END LOOP;
END $$;
RESET ROLE;
SELECT count(*) FROM seen;
-- one on the closed list runs, but only if the caller may call it
BEGIN;
REVOKE EXECUTE ON FUNCTION emgov.month_of(date) FROM PUBLIC;
SET ROLE regress_rollup_writer;
SELECT count(*) FROM verify_rollup('rollup_own.sly', 'k > 0 AND date ''2024-01-01'' + k > ''2024-01-01''');
SELECT count(*) FROM verify_rollup('rollup_own.sly', 'month_of(date ''2024-01-01'' + k) > ''2024-01-01''');
ROLLBACK;
-- S34: nor does anything of his run where a superuser attaches, detaches, drops, truncates
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE;
CREATE TRIGGER watch AFTER INSERT ON rp_delta FOR EACH ROW EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
CREATE TABLE p3 (k int, x int);
INSERT INTO p3 VALUES (3, 3);
TRUNCATE seen;
ALTER TABLE p ATTACH PARTITION p3 FOR VALUES IN (3);
ALTER TABLE p DETACH PARTITION p2;
DROP TABLE p2;
TRUNCATE p2;
TRUNCATE p;
SELECT count(*) FROM seen;
DROP TRIGGER watch ON rp_delta;
-- a right on some columns is none on the others
CREATE TABLE u (id int, secret text, x int) PARTITION BY RANGE (id);
CREATE TABLE u1 PARTITION OF u FOR VALUES FROM (0) TO (10);
CREATE TABLE u2 PARTITION OF u FOR VALUES FROM (10) TO (20);
INSERT INTO u VALUES (1, 'secret', 1), (11, 'another', 2);
GRANT TRIGGER ON u, u1, u2 TO regress_rollup_owner;
GRANT SELECT (id, x) ON u TO regress_rollup_owner;
SET ROLE regress_rollup_owner;
CALL create_rollup('rollup_own.ru', 'SELECT secret, count(*) AS n FROM rollup_rights.u GROUP BY secret');
CALL create_rollup('rollup_own.ru', 'SELECT id, count(*) AS n FROM rollup_rights.u WHERE secret > ''a'' GROUP BY id');
CALL create_rollup('rollup_own.ru', 'SELECT id, count(*) FILTER (WHERE secret > ''a'') AS n FROM rollup_rights.u GROUP BY id');
CALL create_rollup('rollup_own.ru', 'SELECT id, count(secret) AS n FROM rollup_rights.u GROUP BY id');
CALL create_rollup('rollup_own.ru', 'SELECT id, sum(x) AS x FROM rollup_rights.u GROUP BY id');
RESET ROLE;
-- rows that leave have been counted, whatever the owner may read by then; rows that join he must be able to read
REVOKE SELECT (id, x) ON u FROM regress_rollup_owner;
TRUNCATE u2;
INSERT INTO u VALUES (12, 'third', 3);
ALTER TABLE u DETACH PARTITION u2;
ALTER TABLE u ATTACH PARTITION u2 FOR VALUES FROM (10) TO (20);
DROP TABLE u2;
SELECT * FROM rollup_own.ru;
SET ROLE regress_rollup_owner;
CALL rebuild_rollup('rollup_own.ru');
RESET ROLE;
-- whoever may make tables beside it makes none of its partitions join again
GRANT CREATE ON SCHEMA rollup_rights TO regress_rollup_writer;
SET ROLE regress_rollup_writer;
BEGIN;
CREATE TABLE mine (id int) PARTITION BY RANGE (id);
CREATE TABLE IF NOT EXISTS u1 PARTITION OF mine FOR VALUES FROM (0) TO (10);
SELECT relation::regclass, mode FROM pg_locks WHERE relation IN ('u1'::regclass, 'u'::regclass) AND mode <> 'AccessShareLock';
COMMIT;
RESET ROLE;
SELECT * FROM rollup_own.ru;
DROP TABLE u CASCADE;
-- the table's owner may drop the rollup, and the table
CALL drop_rollup('rollup_own.sly');
SET ROLE regress_rollup_table;
CALL drop_rollup('r');
DROP TABLE p CASCADE;
RESET ROLE;
SELECT count(*) FROM emgov.rollup;

DROP SCHEMA rollup_rights, rollup_evil, rollup_own CASCADE;
DROP OWNED BY regress_rollup_table, regress_rollup_owner, regress_rollup_writer;
DROP ROLE regress_rollup_table, regress_rollup_owner, regress_rollup_writer;
