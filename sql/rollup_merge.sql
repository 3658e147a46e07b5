-- MERGE (since 15) that moves rows to other partitions: S43.
SELECT current_setting('server_version_num')::int >= 150000 AS merges \gset
\if :merges
\else
\q
\endif
CREATE SCHEMA rollup_merge;
SET search_path = rollup_merge, emgov;
SET client_min_messages = warning;
CREATE FUNCTION differs(name text) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM emgov.verify_rollup(name)';
CREATE TABLE s (id int, v int, w int GENERATED ALWAYS AS (v * 2) STORED) PARTITION BY RANGE (id);
CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (0) TO (10);
CREATE TABLE s2 (w int GENERATED ALWAYS AS (v * 2) STORED, v int, id int) PARTITION BY LIST (v);
CREATE TABLE s21 (v int, gone int, id int, w int GENERATED ALWAYS AS (v * 2) STORED);
ALTER TABLE s21 DROP COLUMN gone;
ALTER TABLE s2 ATTACH PARTITION s21 FOR VALUES IN (5);
CREATE TABLE s22 PARTITION OF s2 DEFAULT;
ALTER TABLE s ATTACH PARTITION s2 FOR VALUES FROM (10) TO (20);
CALL create_rollup('r', 'SELECT count(*) AS n, sum(v) AS v, sum(w) AS w FROM s');
CALL create_rollup('by_v', 'SELECT v, count(*) AS n, sum(id) AS id FROM s GROUP BY v');
SELECT tgrelid::regclass, tgtype, count(*) FROM pg_trigger WHERE tgrelid IN ('s'::regclass, 's2'::regclass, 's1'::regclass) AND tgname LIKE 'emgov_rollup_%' GROUP BY 1, 2 ORDER BY 1, 2;
INSERT INTO s SELECT i, i FROM generate_series(0, 14) AS i;

-- in a new session, which has not loaded the library yet; to another table, back, between levels
\c
SET search_path = rollup_merge, emgov;
MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 11, v = 5;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;
MERGE INTO s USING (VALUES (11), (12), (2)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = (id + 10) % 20, v = v + 1;
MERGE INTO s2 USING (VALUES (13), (14)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET v = 5;
MERGE INTO s2 USING (VALUES (13), (14)) AS x (i) ON id = i WHEN MATCHED AND id = 13 THEN UPDATE SET v = 6 WHEN MATCHED THEN DO NOTHING;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;
-- with one action of the two, or both
MERGE INTO s USING (VALUES (3), (4)) AS x (i) ON id = i WHEN MATCHED AND id = 3 THEN DELETE WHEN MATCHED THEN UPDATE SET id = 14;
MERGE INTO s USING (VALUES (5), (99)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 15 WHEN NOT MATCHED THEN INSERT VALUES (16, 16);
MERGE INTO s USING (VALUES (6), (7), (99)) AS x (i) ON id = i WHEN MATCHED AND id = 6 THEN DELETE WHEN MATCHED THEN UPDATE SET id = 17 WHEN NOT MATCHED THEN INSERT VALUES (18, 18);
SELECT *, differs('r') + differs('by_v') AS differs FROM r;
-- with none of its rows moved, none updated, no UPDATE
MERGE INTO s USING (VALUES (8), (17)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET v = v + 100;
MERGE INTO s USING (VALUES (8)) AS x (i) ON id = i WHEN MATCHED AND v < 0 THEN UPDATE SET id = 18;
MERGE INTO s USING (VALUES (8)) AS x (i) ON id = i WHEN MATCHED THEN DELETE;
MERGE INTO s USING (VALUES (99)) AS x (i) ON id = i WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;
-- prepared, undone, looked at by EXPLAIN
PREPARE move (int, int) AS MERGE INTO s USING (VALUES ($1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = $2;
SET plan_cache_mode = force_generic_plan;
EXECUTE move (9, 19);
EXECUTE move (19, 9);
BEGIN;
EXECUTE move (9, 19);
SELECT differs('r') + differs('by_v') AS differs;
SAVEPOINT a;
EXECUTE move (19, 9);
ROLLBACK TO a;
SELECT differs('r') + differs('by_v') AS differs;
ROLLBACK;
DO $$ BEGIN PERFORM FROM (SELECT 1) AS one; EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF) MERGE INTO s USING (VALUES (9)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 19'; END $$;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;

-- moved by a row trigger; kept by one from the partition it moves to
CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id := 9; RETURN NEW; END';
CREATE TRIGGER away BEFORE UPDATE ON s22 FOR EACH ROW EXECUTE FUNCTION away();
MERGE INTO s USING (VALUES (19)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET v = v + 1;
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER never BEFORE INSERT ON s22 FOR EACH ROW EXECUTE FUNCTION never();
MERGE INTO s USING (VALUES (9)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 19;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;
DROP TRIGGER never ON s22;
DROP TRIGGER away ON s22;

-- triggers of others fire as they do without a rollup: for the actions named, once
CREATE TABLE log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_WHEN || ' ' || TG_OP); RETURN NULL; END $$;
CREATE TRIGGER a_note AFTER INSERT OR UPDATE OR DELETE ON s FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER z_note BEFORE INSERT OR UPDATE OR DELETE ON s FOR EACH STATEMENT EXECUTE FUNCTION note();
INSERT INTO s VALUES (1, 1), (2, 2), (3, 3);
TRUNCATE log;
MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 11;
SELECT what FROM log;
TRUNCATE log;
MERGE INTO s USING (VALUES (11)) AS x (i) ON id = i WHEN MATCHED AND false THEN DELETE WHEN MATCHED THEN UPDATE SET id = 1;
SELECT what FROM log;
-- beside other commands; some minor releases keep the rows of MERGE apart from theirs, and lose them for all triggers
CREATE TABLE lost (a int);
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('rollup_merge.new', (SELECT count(*) FROM new)::text, false); RETURN NULL; END $$;
CREATE TRIGGER lose AFTER INSERT ON lost REFERENCING NEW TABLE AS new FOR EACH STATEMENT EXECUTE FUNCTION lose();
WITH come AS (INSERT INTO lost VALUES (1)) MERGE INTO lost USING (VALUES (2)) AS x (i) ON false WHEN NOT MATCHED THEN INSERT VALUES (i);
SELECT current_setting('rollup_merge.new') <> '2' AS loses \gset
TRUNCATE log;
WITH gone AS (DELETE FROM s WHERE id = 2) MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 11;
SELECT what FROM log ORDER BY what COLLATE "C";
TRUNCATE log;
WITH come AS (INSERT INTO s VALUES (13, 13) RETURNING id) MERGE INTO s USING (SELECT id + 0 AS i FROM come UNION ALL SELECT 11) AS x ON id = i WHEN MATCHED THEN UPDATE SET id = 1;
SELECT what FROM log ORDER BY what COLLATE "C";
\if :loses
CALL rebuild_rollup('r');
CALL rebuild_rollup('by_v');
\endif
SELECT *, differs('r') + differs('by_v') AS differs FROM r;

-- for replicas rows are counted one by one
SET session_replication_role = replica;
MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 11;
RESET session_replication_role;
SELECT *, differs('r') + differs('by_v') AS differs FROM r;

-- in WITH, over a view, with RETURNING: since 17
SELECT current_setting('server_version_num')::int >= 170000 AS is_17 \gset
\if :is_17
CREATE VIEW over_s AS SELECT id, v FROM s WHERE v < 1000;
MERGE INTO over_s USING (VALUES (11)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 1;
SELECT differs('r') + differs('by_v') <> 0 AS wrong \gset
WITH m AS (MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 11 RETURNING s.id) SELECT count(*) AS moved FROM m \gset
SELECT :'wrong' OR differs('r') + differs('by_v') <> 0 AS wrong \gset
WITH m AS (MERGE INTO s USING (VALUES (11)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 1), n AS (MERGE INTO s2 USING (VALUES (13)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET v = 5) INSERT INTO s VALUES (4, 4);
\if :loses
CALL rebuild_rollup('r');
CALL rebuild_rollup('by_v');
\endif
SELECT :'wrong' OR differs('r') + differs('by_v') <> 0 AS wrong \gset
-- the session's first statement over a rollup, run after all others: refused once if it moves rows
\c
SET search_path = rollup_merge, emgov;
WITH m AS (MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET v = 2) INSERT INTO log VALUES ('after');
\c
SET search_path = rollup_merge, emgov;
DO $$
BEGIN
    WITH m AS (MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 12) INSERT INTO log VALUES ('after');
    RAISE EXCEPTION 'not refused';
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END $$;
SELECT differs('r') + differs('by_v') <> 0 AS wrong \gset
WITH m AS (MERGE INTO s USING (VALUES (1)) AS x (i) ON id = i WHEN MATCHED THEN UPDATE SET id = 12) INSERT INTO log VALUES ('after');
SELECT :'wrong' OR differs('r') + differs('by_v') <> 0 OR NOT EXISTS (SELECT FROM s WHERE id = 12) AS wrong \gset
\else
\set wrong f
\endif
SELECT :'wrong' AS wrong;

-- the trigger that loads the library is one of a rollup's
SET client_min_messages = warning;
SELECT format('emgov_rollup_%s_load', id) AS trigger FROM emgov.rollup WHERE view = 'r'::regclass \gset
ALTER TABLE s ADD COLUMN more int;
CREATE TABLE s3 PARTITION OF s FOR VALUES FROM (20) TO (30) PARTITION BY LIST (v);
CREATE TABLE s31 PARTITION OF s3 DEFAULT;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 's3'::regclass AND tgname = :'trigger';
ALTER TABLE s DETACH PARTITION s3;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 's3'::regclass AND tgname LIKE 'emgov_rollup_%';
ALTER TABLE s ATTACH PARTITION s3 FOR VALUES FROM (20) TO (30);
SET client_min_messages = error;
DROP TRIGGER :trigger ON s3;
SELECT rollup, follows FROM rollups ORDER BY rollup;
CALL rebuild_rollup('r');
SELECT rollup, follows FROM rollups ORDER BY rollup;
CALL drop_rollup('r');
SELECT count(*) FROM pg_trigger WHERE tgname = :'trigger';

DROP SCHEMA rollup_merge CASCADE;
