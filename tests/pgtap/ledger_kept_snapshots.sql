-- What is kept is known to a transaction that began before, whatever its snapshot: nothing of it is lost, or the transaction is to be tried again.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET lock_timeout = '1min';
CREATE EXTENSION dblink;
SELECT plan(17);
SELECT dblink_connect('other', format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), current_setting('port'), session_user, current_database())) \gset ignored_
-- Another session's transaction begins, this one does something, and that one gives a command. Gives its error, or what it did.
CREATE PROCEDURE after(here text, there text, INOUT result text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
    command text;
BEGIN
    PERFORM dblink_exec('other', 'BEGIN ISOLATION LEVEL REPEATABLE READ');
    PERFORM FROM dblink('other', 'SELECT 1') AS t (n int);
    FOREACH command IN ARRAY string_to_array(here, '; ') LOOP
        EXECUTE command;
        COMMIT;
    END LOOP;
    BEGIN
        result := dblink_exec('other', there);
    EXCEPTION WHEN OTHERS THEN
        result := SQLSTATE || ' ' || SQLERRM;
    END;
    PERFORM dblink_exec('other', 'COMMIT');
    COMMIT;
END $$;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE k (id int PRIMARY KEY, r pair);
CREATE TABLE m (id int PRIMARY KEY, n int);
CREATE TABLE z (id int PRIMARY KEY, n int);
CREATE TABLE p (id int, d date, n int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE q (id int, d date, n int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CALL emgov.keep_versions('q');
CALL after($$CALL emgov.keep_versions('k'); INSERT INTO k VALUES (1, '(1,2)')$$, 'ALTER TYPE pair DROP ATTRIBUTE b') \gset
SELECT matches(:'result'::text, '^23001 column or attribute b of public.pair cannot be dropped', 'a part of values');
SELECT is((SELECT (r).b FROM k), 2, 'is there');
CALL after($$CALL emgov.keep_versions('m')$$, 'DROP FUNCTION m_as_of(timestamptz)') \gset
SELECT matches(:'result'::text, '^23001 function public.m_as_of', 'what reads the past');
CALL after($$CALL emgov.keep_versions('z'); INSERT INTO z VALUES (1, 1); UPDATE z SET n = 2$$, 'DROP TABLE z_history CASCADE') \gset
SELECT matches(:'result'::text, '^23001 the history of table public.z', 'a history');
SELECT is((SELECT n FROM z_history), 1, 'is there');
CALL after($$CALL emgov.keep_versions('p'); INSERT INTO p VALUES (1, '2025-01-01', 1)$$, 'DROP TABLE p_1 CASCADE') \gset
SELECT matches(:'result'::text, '^55000 table public.p_1 cannot be dropped: it is a partition of table public.p', 'a partition');
SELECT is((SELECT count(*) FROM p), 1::bigint, 'is there');
CALL after('CREATE TABLE q_1 PARTITION OF q FOR VALUES FROM (''2025-01-01'') TO (''2025-02-01''); INSERT INTO q VALUES (1, ''2025-01-01'', 1)', 'ALTER TABLE q DROP COLUMN n') \gset
SELECT matches(:'result'::text, '^40001', 'a column of a whole that has another partition');
SELECT is((SELECT n FROM q), 1, 'is there');
CALL after($$CALL emgov.release_versions('m'); DROP TABLE m_history; CALL emgov.keep_versions('m')$$, 'ALTER TABLE m RENAME COLUMN n TO o') \gset
SELECT matches(:'result'::text, '^(40001|55000)', 'a column of a table that is kept anew');
CALL after('ALTER TABLE z ADD o int; UPDATE z SET o = 5; ALTER TABLE z DROP COLUMN o', 'ALTER TABLE z ADD o text') \gset
SELECT matches(:'result'::text, '^40001', 'a column that came and went');
SELECT is((SELECT count(*) FROM z_history WHERE o = 5), 1::bigint, 'its past is there');
CALL after($$CALL emgov.create_ledger('lg')$$, 'ALTER SCHEMA lg RENAME TO lg2') \gset
SELECT matches(:'result'::text, '^40001', 'a ledger is not renamed in part');
SELECT is((SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname ~ '^lg'), 'lg lg_report lg_report_zh lg_store lg_tables', 'its schemas');
DROP SCHEMA lg CASCADE;
CALL after($$CALL emgov.create_ledger('lg')$$, 'DROP SCHEMA lg CASCADE') \gset
SELECT unalike(:'result'::text, '%null%', 'nor dropped with an error of nothing');
SELECT ok((SELECT count(*) FROM pg_namespace WHERE nspname ~ '^lg') IN (0, 5), 'all of it or nothing');
CALL after($$CREATE TABLE late (id int PRIMARY KEY, n int); CALL emgov.keep_versions('late')$$, 'ALTER FUNCTION ledger_keep() RENAME TO mine') \gset
SELECT matches(:'result'::text, '^23001 function public.ledger_keep\(\)', 'what guards is not renamed');
SELECT dblink_disconnect('other') \gset ignored_
SELECT * FROM finish();
