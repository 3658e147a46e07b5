-- What a rollup may be made of, and what becomes of it when its table changes: S28
-- (generated columns), S38 (definitions), S43 (triggers that follow).
CREATE SCHEMA rollup_definition;
SET search_path = rollup_definition, emgov;
SET client_min_messages = warning;
CREATE FUNCTION differs(name text) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM emgov.verify_rollup(name)';

-- ------------------------------------------------------------ S28: generated columns
-- partitions whose columns lie otherwise, at two depths; a dropped column; another order
CREATE TABLE g (k int, a int, twice int GENERATED ALWAYS AS (a * 2) STORED, word text GENERATED ALWAYS AS (CASE WHEN a > 5 THEN 'much' END) STORED) PARTITION BY LIST (k);
CREATE TABLE g1 (gone int, word text GENERATED ALWAYS AS (CASE WHEN a > 5 THEN 'much' END) STORED, twice int GENERATED ALWAYS AS (a * 2) STORED, a int, k int);
ALTER TABLE g1 DROP COLUMN gone;
ALTER TABLE g ATTACH PARTITION g1 FOR VALUES IN (1);
CREATE TABLE g2 PARTITION OF g FOR VALUES IN (2);
CREATE TABLE g3 (twice int GENERATED ALWAYS AS (a * 2) STORED, k int, a int, word text GENERATED ALWAYS AS (CASE WHEN a > 5 THEN 'much' END) STORED) PARTITION BY RANGE (a);
CREATE TABLE g31 (a int, k int, word text GENERATED ALWAYS AS (CASE WHEN a > 5 THEN 'much' END) STORED, twice int GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE g3 ATTACH PARTITION g31 DEFAULT;
CALL create_rollup('rg', 'SELECT k, word, twice % 4 AS m, count(*) AS n, count(twice) FILTER (WHERE word IS NULL) AS few, sum(twice) AS twice FROM g WHERE twice <> 100 GROUP BY 1, 2, 3');
ALTER TABLE g ATTACH PARTITION g3 FOR VALUES IN (3);
INSERT INTO g (k, a) VALUES (1, 5);
INSERT INTO g (k, a) VALUES (1, 6), (2, 7), (3, 8), (3, 50);
INSERT INTO g1 (k, a) VALUES (1, 6);
INSERT INTO g3 (k, a) VALUES (3, 6);
INSERT INTO g3 (k, a) VALUES (3, 7), (3, 2);
COPY g (k, a) FROM stdin;
1	9
\.
COPY g (k, a) FROM stdin;
1	10
2	11
3	12
\.
SELECT *, differs('rg') FROM rg ORDER BY 1, 2, 3;
UPDATE g SET k = 1 + k % 3;
UPDATE g SET a = a + 1 WHERE a = 9;
UPDATE g3 SET a = a + 1 WHERE k = 3;
SELECT current_setting('server_version_num')::int >= 150000 AS merges \gset
\if :merges
MERGE INTO g USING (VALUES (1, 7), (1, 77), (3, 78)) AS v (k, a) ON g.a = v.a AND g.k = v.k WHEN MATCHED THEN UPDATE SET a = 51 WHEN NOT MATCHED THEN INSERT (k, a) VALUES (v.k, v.a);
\else
WITH v (k, a) AS (VALUES (1, 7), (1, 77), (3, 78)), u AS (UPDATE g SET a = 51 FROM v WHERE g.a = v.a AND g.k = v.k)
    INSERT INTO g (k, a) SELECT k, a FROM v WHERE NOT EXISTS (SELECT FROM g WHERE g.a = v.a AND g.k = v.k);
\endif
INSERT INTO g (k, a) SELECT 3, i FROM generate_series(1, 3000) AS i;
DELETE FROM g WHERE a = 8;
SELECT differs('rg');
TRUNCATE g31;
ALTER TABLE g DETACH PARTITION g1;
DROP TABLE g2;
SELECT differs('rg');
DROP TABLE g, g1 CASCADE;
-- an expression that runs a user's code is not run as the rollup's owner: the columns must lie alike
CREATE FUNCTION plus(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';
CREATE TABLE g (k int, a int, more int GENERATED ALWAYS AS (plus(a)) STORED) PARTITION BY LIST (k);
CREATE TABLE g1 PARTITION OF g FOR VALUES IN (1);
CREATE TABLE g2 (more int GENERATED ALWAYS AS (plus(a)) STORED, k int, a int);
CALL create_rollup('rg', 'SELECT k, sum(more) AS more FROM g GROUP BY k');
CALL create_rollup('unread', 'SELECT k, sum(a) AS a FROM g GROUP BY k');
INSERT INTO g (k, a) VALUES (1, 5);
INSERT INTO g (k, a) VALUES (1, 6), (1, 7);
SELECT differs('rg');
ALTER TABLE g ATTACH PARTITION g2 FOR VALUES IN (2);
CALL drop_rollup('rg');
ALTER TABLE g ATTACH PARTITION g2 FOR VALUES IN (2);
CALL create_rollup('rg', 'SELECT k, sum(more) AS more FROM g GROUP BY k');
CALL create_rollup('rg', 'SELECT k, sum(plus(a)) AS more FROM g GROUP BY k');
INSERT INTO g (k, a) VALUES (1, 5), (2, 6);
SELECT *, differs('rg') + differs('unread') AS differs FROM rg ORDER BY k;
DROP TABLE g CASCADE;

-- ------------------------------------------------------------ S38: definitions
CREATE TABLE t (k int, a int, p point, f float8, b bytea, s text, at timestamptz, deaths int);
-- a column that is a subquery
CALL create_rollup('r', 'SELECT k, count(*) AS n, (SELECT 1) AS one FROM t GROUP BY k');
-- over another rollup's tables
CALL create_rollup('r', 'SELECT k, sum(a) AS a FROM t GROUP BY k');
CALL create_rollup('above', 'SELECT count(*) FROM r_total');
CALL create_rollup('above', 'SELECT count(*) FROM r_delta');
CALL create_rollup('above', 'SELECT count(*) FROM r');
CREATE TABLE parent (LIKE r_total) PARTITION BY LIST (k1);
CALL create_rollup('above', 'SELECT count(*) FROM parent');
ALTER TABLE parent ATTACH PARTITION r_total DEFAULT;
DROP TABLE parent CASCADE;
-- functions that name what only the caller's search_path finds
CREATE FUNCTION helper(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';
CREATE FUNCTION calls(int) RETURNS int IMMUTABLE STRICT LANGUAGE plpgsql AS 'BEGIN RETURN helper($1); END';
CREATE FUNCTION calls_text(text) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT helper(length($1))';
CREATE FUNCTION reads(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN count(*) FROM parent; END';
CREATE FUNCTION finds(int) RETURNS int IMMUTABLE STRICT LANGUAGE plpgsql SET search_path = rollup_definition AS 'BEGIN RETURN helper($1); END';
CREATE FUNCTION divides(int) RETURNS int IMMUTABLE STRICT LANGUAGE plpgsql AS 'BEGIN RETURN 1 / ($1 - 1); END';
\set VERBOSITY terse
CALL create_rollup('n', 'SELECT k, sum(calls(a)) AS a FROM t GROUP BY k');
CALL create_rollup('n', 'SELECT k, sum(a) FILTER (WHERE calls(a) > 0) AS a FROM t GROUP BY k');
CALL create_rollup('n', 'SELECT calls_text(s) AS k, sum(a) AS a FROM t GROUP BY 1');
CALL create_rollup('n', 'SELECT count(*) AS n FROM t WHERE reads(a) = 1');
\set VERBOSITY default
CALL create_rollup('n', 'SELECT count(*) AS n, sum(divides(a)) AS a, sum(finds(a)) AS finds FROM t');
INSERT INTO t (k, a) VALUES (1, 2);
INSERT INTO t (k, a) VALUES (1, 2), (1, 3);
SELECT *, differs('n') FROM n;
CALL drop_rollup('n');
-- text that settings shape, by whatever way it comes
\set VERBOSITY terse
CALL create_rollup('n', 'SELECT p::text AS p, count(*) FROM t GROUP BY 1');
CALL create_rollup('n', 'SELECT point_out(p)::text AS p, count(*) FROM t GROUP BY 1');
CALL create_rollup('n', 'SELECT circle(p, f)::text AS p, count(*) FROM t GROUP BY 1');
CALL create_rollup('n', 'SELECT count(*) FILTER (WHERE f::text = ''0.3'') FROM t');
CALL create_rollup('n', 'SELECT b::varchar AS b, count(*) FROM t GROUP BY 1');
-- refused by us, or by a server without XML
DO $$ BEGIN CALL create_rollup('n', 'SELECT k, count(xmlelement(name x, f)) FROM t GROUP BY 1'); EXCEPTION WHEN feature_not_supported THEN RAISE WARNING 'refused'; END $$;
CALL create_rollup('n', 'SELECT at::text AS at, count(*) FROM t GROUP BY 1');
CALL create_rollup('n', 'SELECT to_jsonb(f) AS f, count(*) FROM t GROUP BY 1');
\set VERBOSITY default
CALL create_rollup('n', 'SELECT a::text AS a, encode(b, ''hex'') AS b, k::numeric::varchar AS k, count(*) AS n FROM t GROUP BY 1, 2, 3');
DELETE FROM t;
CALL drop_rollup('n');
-- whose ledger a rollup belongs to
CREATE SCHEMA rollup_ledger;
CALL create_rollup('rollup_ledger.n', 'SELECT count(*) AS n FROM rollup_definition.t', 'rollup_ledger');
CALL create_rollup('n', 'SELECT count(*) AS n FROM t', 'nowhere');
CREATE ROLE regress_rollup_ledger;
GRANT CREATE, USAGE ON SCHEMA rollup_definition TO regress_rollup_ledger;
GRANT SELECT, TRIGGER ON t TO regress_rollup_ledger;
SET ROLE regress_rollup_ledger;
CALL create_rollup('n', 'SELECT count(*) AS n FROM t', 'rollup_ledger');
RESET ROLE;
SELECT view, source, ledger FROM emgov.rollup ORDER BY view::text;
ALTER SCHEMA rollup_ledger RENAME TO rollup_renamed;
SELECT view, ledger FROM emgov.rollup WHERE ledger IS NOT NULL;
DROP SCHEMA rollup_renamed CASCADE;
DROP OWNED BY regress_rollup_ledger;
DROP ROLE regress_rollup_ledger;

-- ------------------------------------------------------------ S43: what follows
-- disabled, written, enabled again: no longer exact, and it says so until it is rebuilt
ALTER TABLE t DISABLE TRIGGER ALL;
INSERT INTO t (k, a) VALUES (1, 1);
ALTER TABLE t ENABLE TRIGGER ALL;
SELECT follows, differs('r') FROM rollups;
CALL rebuild_rollup('r');
SELECT follows, differs('r') FROM rollups;
ALTER TABLE t DISABLE TRIGGER USER;
ALTER TABLE t ENABLE TRIGGER USER;
SELECT follows FROM rollups;
BEGIN;
CALL rebuild_rollup('r');
SELECT follows FROM rollups;
ROLLBACK;
SELECT follows FROM rollups;
CALL rebuild_rollup('r');
-- a trigger dropped by a command of its own, as pg_restore --clean does
DO $$ BEGIN EXECUTE format('DROP TRIGGER %I ON t', (SELECT tgname FROM pg_trigger WHERE tgrelid = 't'::regclass AND tgname LIKE '%\_update')); END $$;
SELECT follows FROM rollups;
UPDATE t SET a = a + 1;
SELECT differs('r');
CALL rebuild_rollup('r');
UPDATE t SET a = a + 1;
SELECT follows, differs('r') FROM rollups;
-- a trigger somewhere else does not concern it
CREATE TABLE elsewhere (a int);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER nothing AFTER INSERT ON t EXECUTE FUNCTION nothing();
ALTER TABLE t DISABLE TRIGGER nothing;
DROP TRIGGER nothing ON t;
SELECT follows FROM rollups;
-- triggers that bear a rollup's names do not make ATTACH skip rows
CREATE TABLE p (k int, a int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CALL create_rollup('rp', 'SELECT k, sum(a) AS a FROM p GROUP BY k');
CREATE TABLE p2 (k int, a int);
INSERT INTO p2 VALUES (2, 2);
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE;
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT tgname, tgtype FROM pg_trigger WHERE tgrelid = 'p1'::regclass LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON p2 EXECUTE FUNCTION nothing()', r.tgname);
    END LOOP;
END $$;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2);
INSERT INTO p VALUES (2, 3), (1, 1);
INSERT INTO p2 VALUES (2, 4);
SELECT *, differs('rp') FROM rp ORDER BY k;
SELECT bool_and(follows) FROM rollups;
SELECT DISTINCT tgfoid::regproc FROM pg_trigger WHERE tgrelid = 'p2'::regclass ORDER BY 1;

-- ------------------------------------------------------------ every partition joins and leaves once
CREATE TABLE q (k int, a int) PARTITION BY RANGE (k);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (10);
CREATE TABLE q2 PARTITION OF q FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (k);
CREATE TABLE q21 PARTITION OF q2 FOR VALUES FROM (10) TO (15);
CREATE TABLE q22 PARTITION OF q2 FOR VALUES FROM (15) TO (20);
INSERT INTO q SELECT i, i FROM generate_series(0, 19) AS i;
CALL create_rollup('rq', 'SELECT k % 2 AS k, count(*) AS n, sum(a) AS a FROM q GROUP BY 1');
-- one that is there already
CREATE TABLE IF NOT EXISTS q1 PARTITION OF q FOR VALUES FROM (0) TO (10);
CREATE TABLE IF NOT EXISTS q21 PARTITION OF q2 FOR VALUES FROM (10) TO (15);
CREATE TABLE IF NOT EXISTS q2 PARTITION OF q FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (k);
SELECT *, differs('rq') FROM rq ORDER BY k;
-- and one that is not
CREATE TABLE IF NOT EXISTS q3 PARTITION OF q FOR VALUES FROM (20) TO (30);
INSERT INTO q3 VALUES (20, 20);
SELECT *, differs('rq') FROM rq ORDER BY k;
-- named twice, by itself or by what it lies in
BEGIN;
DROP TABLE q1, rollup_definition.q1;
SELECT *, differs('rq') FROM rq ORDER BY k;
ROLLBACK;
BEGIN;
DROP TABLE q21, q2, q3;
SELECT *, differs('rq') FROM rq ORDER BY k;
ROLLBACK;
DROP TABLE q2, q21, q22;
TRUNCATE q1, q, q1;
INSERT INTO q VALUES (1, 1);
SELECT *, differs('rq') FROM rq ORDER BY k;

-- a column that a partition generates and the table does not: until 15 the server takes it
CREATE TABLE gp (k int, a int, g int) PARTITION BY LIST (k);
CREATE TABLE gp1 (g int GENERATED ALWAYS AS (a * 2) STORED, a int, k int);
DO $$
BEGIN
    ALTER TABLE gp ATTACH PARTITION gp1 FOR VALUES IN (1);
    CALL emgov.create_rollup('rgp', 'SELECT k, sum(g) AS g FROM gp GROUP BY k');
EXCEPTION WHEN feature_not_supported OR datatype_mismatch THEN
    NULL;
END $$;
SELECT to_regclass('rgp');

-- ------------------------------------------------------------ the rollup's own tables
-- by whatever command
ALTER TABLE rq_delta RENAME COLUMN k1 TO key;
ALTER VIEW rq_delta RENAME COLUMN k1 TO key;
ALTER MATERIALIZED VIEW rq_total RENAME COLUMN n TO number;
ALTER FOREIGN TABLE rq_total RENAME COLUMN n TO number;
ALTER TYPE rq_total RENAME ATTRIBUTE n TO number;
ALTER VIEW rq RENAME COLUMN a TO sum;
INSERT INTO q VALUES (1, 2);
SELECT *, differs('rq') FROM rq ORDER BY k;
-- nothing of anybody's that a fold or a write could fail for
ALTER TABLE rq_total ADD COLUMN number int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE rq_total ADD COLUMN twice bigint GENERATED ALWAYS AS (n * 2) STORED;
ALTER TABLE rq_total ADD COLUMN note text DEFAULT 'here';
ALTER TABLE rq_total ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE rq_total ADD CHECK (n < 3000);
ALTER TABLE rq_total ADD UNIQUE (k1);
ALTER TABLE rq_total ALTER COLUMN k1 SET NOT NULL;
ALTER TABLE rq_total REPLICA IDENTITY NOTHING;
ALTER TABLE rq_delta ADD COLUMN note text;
ALTER TABLE rq_delta ALTER COLUMN k1 SET NOT NULL, SET (fillfactor = 90);
CREATE UNIQUE INDEX ON rq_total (k1);
CREATE INDEX ON rq_delta (k1);
CREATE UNIQUE INDEX CONCURRENTLY ON rq_total (n);
CREATE INDEX CONCURRENTLY ON rq_delta (k1);
CREATE INDEX ON rq_total ((1 / (n - 8)));
CREATE INDEX ON rq_total (k1) WHERE 1 / (n - 8) > 0;
CREATE INDEX CONCURRENTLY ON rq_total (k1, (abs(n)));
-- the index that a fold uses, as a dump has it, and what only looks so
CREATE INDEX rq_hash ON rq_total (hash_record_extended(ROW(k1), (0)::bigint));
DROP INDEX rq_hash;
CREATE FUNCTION public.hash_record_extended(record, bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1 / 0; END';
CREATE INDEX ON rq_total (public.hash_record_extended(ROW(k1), (0)::bigint));
CREATE INDEX ON rq_total (hash_record_extended(ROW(1 / (n - 8)), (0)::bigint));
DROP FUNCTION public.hash_record_extended;
CREATE INDEX rq_n ON rq_total (n);
ALTER TABLE rq_total SET (fillfactor = 90), ALTER COLUMN n SET STATISTICS 10;
INSERT INTO q VALUES (5, 3);
CALL fold_rollup('rq');
DROP INDEX rq_n;
-- got there all the same: nothing is lost, and writers are told
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE;
ALTER TABLE rq_total ADD COLUMN number int GENERATED ALWAYS AS IDENTITY;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
INSERT INTO q VALUES (2, 3);
CALL fold_rollup('rq');
SELECT *, differs('rq') FROM rq ORDER BY k;
ALTER TABLE rq_total DROP COLUMN number;
CALL fold_rollup('rq');
SELECT *, differs('rq') FROM rq ORDER BY k;
SELECT 'ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" DISABLE; ' || c || 'ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS; INSERT INTO q VALUES (1, 3); ' || u
FROM (VALUES (1, 'ALTER TABLE rq_delta ADD COLUMN note text; ', 'ALTER TABLE rq_delta DROP COLUMN note'), (2, 'ALTER TABLE rq_delta ADD CONSTRAINT c CHECK (n > 9); ', 'ALTER TABLE rq_delta DROP CONSTRAINT c'),
             (3, 'ALTER EVENT TRIGGER emgov_rollup_ddl_start DISABLE; CREATE INDEX rq_k ON rq_delta (k1); ALTER EVENT TRIGGER emgov_rollup_ddl_start ENABLE ALWAYS; ', 'DROP INDEX rq_k'), (4, 'ALTER TABLE rq_delta ALTER COLUMN k1 SET NOT NULL; ', 'ALTER TABLE rq_delta ALTER COLUMN k1 DROP NOT NULL')) AS v (i, c, u) ORDER BY i \gexec
INSERT INTO q VALUES (1, 3);
SELECT *, differs('rq') FROM rq ORDER BY k;

-- ------------------------------------------------------------ what the body of a function calls is replaced
CREATE FUNCTION inner_one(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION outer_one(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT rollup_definition.inner_one($1) * 2';
CREATE TABLE f (k int, a int);
CALL create_rollup('rf', 'SELECT outer_one(k) AS k, count(*) AS n FROM f GROUP BY 1');
INSERT INTO f VALUES (1, 1);
DROP FUNCTION inner_one(int);
CREATE FUNCTION inner_one(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 1; END';
INSERT INTO f VALUES (1, 1), (2, 2);
SELECT *, differs('rf') FROM rf ORDER BY k;

-- ------------------------------------------------------------ CASCADE takes along what reads the rollup
CREATE VIEW reads_rf AS SELECT sum(n) AS n FROM rf;
BEGIN;
ALTER TABLE f DROP COLUMN k;
ROLLBACK;
BEGIN;
ALTER TABLE f DROP COLUMN k CASCADE;
SELECT to_regclass('rf'), to_regclass('rf_total'), to_regclass('reads_rf');
ROLLBACK;
CREATE ROLE regress_rollup_function;
ALTER FUNCTION outer_one(int) OWNER TO regress_rollup_function;
DROP OWNED BY regress_rollup_function CASCADE;
SELECT to_regclass('rf'), to_regclass('rf_total'), to_regclass('reads_rf');
DROP ROLE regress_rollup_function;

-- an error for which no definition is to blame
CREATE TABLE exhausting (k int);
CREATE FUNCTION exhausts(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RAISE SQLSTATE ''53200''; END';
CALL create_rollup('exhausted', 'SELECT exhausts(1 + k) AS k, count(*) FROM rollup_definition.exhausting GROUP BY 1');

DROP SCHEMA rollup_definition CASCADE;
SELECT count(*) FROM emgov.rollup;
