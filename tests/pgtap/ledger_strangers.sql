-- What a kept table needs may be another's, or a ledger's: its owner is not stopped by whoever keeps the table, and keeps what is his own.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
SET lock_timeout = '1min';
SELECT plan(28);
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, hint);
END $$;
GRANT EXECUTE ON FUNCTION refused(text) TO PUBLIC;
CREATE ROLE possessor;
CREATE ROLE stranger;
CREATE SCHEMA own AUTHORIZATION possessor;
CREATE SCHEMA str AUTHORIZATION stranger;
GRANT USAGE, CREATE ON SCHEMA own TO stranger;
SET ROLE possessor;
CREATE TYPE own.addr AS (street text, n int);
CREATE TABLE own.plain (x int, y int);
CREATE TYPE own.tone AS ENUM ('low', 'high');
CREATE TYPE own.code AS ENUM ('c1', 'c2');
SET ROLE stranger;
CREATE TABLE str.evil (id int PRIMARY KEY, r own.plain, a own.addr, t own.tone, n int);
CALL emgov.keep_versions('str.evil');
INSERT INTO str.evil VALUES (1, ROW(1, 2), ROW('s', 3), 'low', 10);
UPDATE str.evil SET n = 11;
CREATE TABLE str.keyed (id own.code PRIMARY KEY, n int);
CALL emgov.keep_versions('str.keyed');
INSERT INTO str.keyed VALUES ('c1', 1);
-- parts of values
SET ROLE possessor;
SELECT is(refused('ALTER TYPE own.addr DROP ATTRIBUTE n'), NULL, 'an attribute of a type that another''s kept table has values of');
SELECT is(refused('ALTER TABLE own.plain DROP COLUMN x'), NULL, 'a column of a table whose rows it holds');
SET ROLE stranger;
SELECT results_eq('SELECT n, r::text, a::text FROM str.evil UNION ALL SELECT n, r::text, a::text FROM str.evil_history ORDER BY 1', $$VALUES (10, '(2)', '(s)'), (11, '(2)', '(s)')$$, 'it holds what is left');
SELECT lives_ok('UPDATE str.evil SET n = 12', 'and is kept');
-- columns of the history alone
ALTER TABLE str.evil DROP COLUMN r, DROP COLUMN a;
SET ROLE possessor;
SELECT is(refused('DROP TABLE own.plain CASCADE'), NULL, 'a table whose rows a history of another''s holds');
SELECT is(refused('DROP TYPE own.addr CASCADE'), NULL, 'a type');
SELECT is(refused('DROP TYPE own.tone CASCADE'), NULL, 'a type of a column');
SET ROLE stranger;
SELECT is((SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'str.evil_history'::regclass AND attnum > 0 AND NOT attisdropped), 'id, n, known_from, kept_since, known_to', 'the columns are gone');
SELECT is((SELECT array_agg(n ORDER BY known_from)::text FROM str.evil_versions(NULL, NULL)), '{10,11,12,12}', 'all else is kept');
SELECT lives_ok('UPDATE str.evil SET n = 13', 'the table is kept on');
SELECT throws_like('DELETE FROM str.evil', '%is refused: a fact is kept%', 'as before');
SELECT is((SELECT n FROM str.evil_as_of('infinity')), 13, 'its past is read');
-- a key
SET ROLE possessor;
SELECT is(refused('DROP TYPE own.code CASCADE'), NULL, 'a type of another''s key');
SET ROLE stranger;
SELECT matches(refused('CALL emgov.release_versions(''str.keyed'')'), '^55000 . table "str.keyed" keeps no versions', 'without a key no versions are kept');
SELECT lives_ok('INSERT INTO str.keyed VALUES (2); DELETE FROM str.keyed', 'the table is an ordinary one');
-- a kept table that was moved from a schema of the other's, where what guards it stands
CREATE TABLE own.moved (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('own.moved');
INSERT INTO own.moved VALUES (1, 1);
ALTER TABLE own.moved SET SCHEMA str;
SELECT clock_timestamp() AS before \gset
SET ROLE possessor;
SELECT is(refused('DROP SCHEMA own CASCADE'), NULL, 'a schema with what guards another''s table that was moved from it');
SET ROLE stranger;
SELECT throws_like('DELETE FROM str.moved', '%is refused: a fact is kept%', 'the table is guarded');
SELECT lives_ok('UPDATE str.moved SET n = 2', 'it is kept');
SELECT throws_like('DELETE FROM str.moved_history', '%is refused: it is written by the ledger itself%', 'so is its history');
SELECT is((SELECT n FROM str.moved_as_of(:'before')), 1, 'with its past');
RESET ROLE;
-- what hangs on a ledger
CALL emgov.create_ledger('lg');
CREATE TYPE lg_tables.pair AS (a int, b int);
CREATE SCHEMA app;
CREATE TABLE app.k (id int PRIMARY KEY, r lg_tables.pair);
CALL emgov.keep_versions('app.k');
INSERT INTO app.k VALUES (1, ROW(1, 2));
CREATE TABLE app.visit (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE lg_store.visit_1 PARTITION OF app.visit FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('app.visit');
SELECT matches(refused('DROP SCHEMA lg CASCADE'), '^(23001 . column r of table app.k|55000 . table lg_store.visit_1 cannot be dropped: it is a partition)', 'a ledger does not go with what is in others'' kept tables');
ALTER TABLE app.k DROP COLUMN r;
SELECT matches(refused('DROP SCHEMA lg CASCADE'), '^(23001 . column r of history app.k_history|55000 . table lg_store.visit_1 cannot be dropped: it is a partition)', 'nor with what is in their histories');
ALTER TABLE app.k_history ALTER r TYPE text;
SELECT matches(refused('DROP SCHEMA lg CASCADE'), '^55000 . table lg_store.visit_1 cannot be dropped: it is a partition of table app.visit, which is kept', 'nor with partitions');
ALTER TABLE app.visit DETACH PARTITION lg_store.visit_1;
CREATE PROCEDURE go_again() LANGUAGE plpgsql AS $$ BEGIN DROP SCHEMA lg CASCADE; END $$;
SELECT lives_ok('CALL go_again()', 'it goes');
SELECT is((SELECT string_agg(nspname, ', ') FROM pg_namespace WHERE nspname ~ '^lg'), NULL, 'with all its schemas');
CALL emgov.create_ledger('lg');
CREATE TYPE lg_store.held AS (a int);
CREATE TABLE app.h (a lg_store.held);
SELECT lives_ok('CALL go_again()', 'the same statement again');
SELECT is((SELECT string_agg(nspname, ', ') FROM pg_namespace WHERE nspname ~ '^lg'), NULL, 'takes all of another ledger of that name');
SELECT is((SELECT count(*) FROM pg_attribute WHERE attrelid = 'app.h'::regclass AND attnum > 0 AND NOT attisdropped), 0::bigint, 'and what CASCADE says');
SELECT * FROM finish();
