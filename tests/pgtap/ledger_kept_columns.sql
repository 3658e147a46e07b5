-- What stood in a kept table as of a moment is what is known of that moment, whatever becomes of its columns: values that the server
-- computes itself, parents of somebody else's, names without room, types that change, and types that go.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SELECT plan(53);
CREATE ROLE emgov_test_keeper;
CREATE ROLE emgov_test_parent;
CREATE SCHEMA shared;
GRANT ALL ON SCHEMA shared TO emgov_test_keeper, emgov_test_parent;
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', state, message, detail, hint);
END $$;

-- ------------------------------------------------------------------ columns of a parent of somebody else's
CREATE TABLE shared.parent (id int, x int);
CREATE TABLE shared.child (id int PRIMARY KEY, x int, n int);
ALTER TABLE shared.child INHERIT shared.parent;
ALTER TABLE shared.parent OWNER TO emgov_test_parent;
ALTER TABLE shared.child OWNER TO emgov_test_keeper;
SET ROLE emgov_test_keeper;
CALL emgov.keep_versions('shared.child');
INSERT INTO shared.child SELECT i, i, i FROM generate_series(1, 3) AS i;
CREATE FUNCTION shared.never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trigger has run''; END';
CREATE TRIGGER aaa BEFORE UPDATE ON shared.child FOR EACH ROW EXECUTE FUNCTION shared.never();
RESET ROLE;
SET SESSION AUTHORIZATION emgov_test_parent;
BEGIN;
SELECT lives_ok('ALTER TABLE shared.parent DROP COLUMN x', 'a column of a parent goes, where a child of somebody else''s has it as its own');
ROLLBACK;
BEGIN;
SELECT lives_ok('ALTER TABLE ONLY shared.parent DROP COLUMN x', 'and of the parent only');
RESET SESSION AUTHORIZATION;
SELECT is_empty($$SELECT mode FROM pg_locks WHERE relation = 'shared.child_history'::regclass AND mode = 'AccessExclusiveLock'$$, 'without a lock on the child''s history');
COMMIT;
SELECT is((SELECT count(*) FROM shared.child_history), 0::bigint, 'no row of the child has become another version');
SELECT is((SELECT sum(x) FROM shared.child_as_of('infinity')), 6::bigint, 'and it has the column still');
DROP TRIGGER aaa ON shared.child;
SELECT lives_ok('ALTER TABLE shared.parent ADD x int; UPDATE shared.parent SET x = x + 1', 'who owns both adds it, and what is written by way of the parent');
SELECT is((SELECT sum(x) FROM shared.child_history), 6::bigint, 'is kept');
-- only the table itself, where it is the kept one
CREATE TABLE alone (id int PRIMARY KEY, x int);
CALL emgov.keep_versions('alone');
INSERT INTO alone VALUES (1, 1);
SELECT clock_timestamp() AS before \gset
ALTER TABLE ONLY alone DROP COLUMN x;
SELECT is((SELECT x FROM alone_history_as_of(:'before')), 1, 'a column goes of a kept table only: what was in it is known');

-- ------------------------------------------------------------------ names that leave no room
CREATE TABLE named (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('named');
INSERT INTO named VALUES (1, 1);
CREATE TABLE visit (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('visit');
INSERT INTO visit VALUES (1, '2025-01-01');
SELECT is(refused(format('ALTER TABLE %I RENAME TO %I', t, repeat(x, n))),
          format('55000 | the versions of table "public.%I" cannot be kept | its name leaves no room for "_history_as_of" | Give it a shorter name.', repeat(x, n)), format('%s: a name of %s', t, n * octet_length(x)))
  FROM (VALUES ('named', 'a', 50), ('named', 'b', 60), ('named', '表', 17), ('visit_1', 'a', 50), ('visit_1', 'c', 63), ('visit', 'd', 50)) AS v (t, x, n);
SELECT is(refused(format('ALTER INDEX named RENAME TO %I', repeat('a', 55))) ~ '^55000 . the versions of table', true, 'by whatever command');
SELECT lives_ok(format('ALTER TABLE named RENAME TO %I; ALTER TABLE visit_1 RENAME TO %I', repeat('a', 49), repeat('v', 49)), 'the longest name');
SELECT is((SELECT count(*) FROM visit_as_of('infinity')), 1::bigint, 'and the past is there');

-- ------------------------------------------------------------------ columns that the server computes
CREATE FUNCTION gf(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE TABLE computed (n int, id int GENERATED ALWAYS AS (n * 10) STORED PRIMARY KEY, v int);
SELECT is(refused($$CALL emgov.keep_versions('computed')$$), '55000 | the versions of table "public.computed" cannot be kept'
          ' | column "id" of its primary key is computed from others, and a row''s key would change with them | Mend that, and call keep_versions() again.', 'a key that is computed is refused');
SELECT lives_ok($$ALTER TABLE computed ALTER id DROP EXPRESSION; CALL emgov.keep_versions('computed')$$, 'until it is not');
CREATE TABLE keyed (n int, id int PRIMARY KEY, d date);
CALL emgov.keep_versions('keyed');
SELECT matches(refused('ALTER TABLE keyed DROP COLUMN id CASCADE, ADD COLUMN id int GENERATED ALWAYS AS (n * 10) STORED PRIMARY KEY'),
               '^55000 . the versions of table "public.keyed" could not be kept any more: column "id" of its primary key is computed', 'nor does a key become one');
CREATE TABLE parts (n int, id int GENERATED ALWAYS AS (n * 10) STORED, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
SELECT matches(refused($$CALL emgov.keep_versions('parts')$$), '^55000 . the versions of table "public.parts" cannot be kept . column "id" of its primary key is computed', 'nor one of partitions');
CREATE TABLE doubled (id int PRIMARY KEY, v int, g int GENERATED ALWAYS AS (gf(v)) STORED);
CALL emgov.keep_versions('doubled');
INSERT INTO doubled (id, v) VALUES (1, 5), (2, 6);
SELECT clock_timestamp() AS before \gset
CREATE OR REPLACE FUNCTION gf(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 3';
UPDATE doubled SET v = v WHERE id = 1;
SELECT results_eq('SELECT id, g FROM doubled ORDER BY id', 'VALUES (1, 15), (2, 12)', 'what is computed is another by another function');
SELECT results_eq(format('SELECT id, g FROM doubled_as_of(%L) ORDER BY id', :'before'), 'VALUES (1, 10), (2, 12)', 'and what it was is known');
SELECT results_eq(format('SELECT id, g FROM doubled_versions(%L, NULL) ORDER BY g', :'before'), 'VALUES (1, 10), (1, 15)', 'it has changed since');
BEGIN;
UPDATE doubled SET v = v WHERE id = 2;
UPDATE doubled SET v = v WHERE id = 2;
COMMIT;
SELECT is((SELECT count(*) FROM doubled_history WHERE id = 2), 1::bigint, 'one version a transaction');

-- ------------------------------------------------------------------ parts of values
CREATE TYPE address AS (street text, no int);
CREATE TYPE place AS (here address, at text);
CREATE DOMAIN checked AS address CHECK ((value).no > 0);
CREATE TABLE pair (a int, b int);
CREATE TABLE lived (id int PRIMARY KEY, a address, many address[], p place, c checked, r pair[]);
CALL emgov.keep_versions('lived');
INSERT INTO lived VALUES (1, ('x', 1), ARRAY[('x', 1)::address], (('x', 1), 'z'), ('x', 1), ARRAY[(1, 2)::pair]);
SELECT to_jsonb(x) - 'known_from' - 'kept_since' AS was FROM lived_as_of('infinity') AS x \gset
SELECT clock_timestamp() AS before \gset
SELECT is(refused('ALTER TYPE address DROP ATTRIBUTE street'), '23001 | column or attribute street of public.address cannot be dropped: it is a part of values in column a of public.lived, which is kept'
          ' | It would be gone from there, for now and for the past. | Give the table a column of another type, and ALTER TABLE public.lived DROP COLUMN a; first: then it is in the history.', 'a part of a value stays');
SELECT matches(refused(q), '^23001', q) FROM unnest('{ALTER TYPE address DROP ATTRIBUTE no CASCADE,ALTER TYPE place DROP ATTRIBUTE here,ALTER TABLE pair DROP COLUMN b}'::text[]) AS q;
SELECT results_eq(format('SELECT to_jsonb(x) - ''known_from'' - ''kept_since'' FROM lived_as_of(%L) AS x', :'before'), format('VALUES (%L::jsonb)', :'was'), 'and the past is as it was');
ALTER TABLE lived DROP COLUMN r;
SELECT matches(refused('ALTER TABLE pair DROP COLUMN b'), '^23001 . column or attribute b of public.pair cannot be dropped: it is a part of values in column r of public.lived_history, which is kept'
               ' . .* . ALTER TABLE public.lived_history ALTER COLUMN r TYPE text; keeps it as text.$', 'nor is it taken from the history');
SELECT lives_ok('ALTER TABLE public.lived_history ALTER COLUMN r TYPE text; ALTER TABLE pair DROP COLUMN b', 'as the hint says');
SELECT is((SELECT r FROM lived_history_as_of(:'before')), '{"(1,2)"}', 'and it is known, as text');
SELECT throws_ok('ALTER TABLE lived_history ALTER COLUMN a TYPE text', '55000', NULL, 'a column that the table has is as it is there');
SELECT lives_ok('ALTER TYPE address ADD ATTRIBUTE zip text; UPDATE lived SET a.zip = 1', 'a part may come');

REVOKE ALL ON SCHEMA shared FROM emgov_test_keeper, emgov_test_parent;
DROP SCHEMA shared CASCADE;
DROP ROLE emgov_test_keeper, emgov_test_parent;
-- One column goes and another of its name comes, in one command: the past of the one is none of the other's.
CREATE TABLE swap (id int PRIMARY KEY, a numeric, b text, c int);
CALL emgov.keep_versions('swap');
INSERT INTO swap VALUES (1, 1.75, 'Changzhou', 5);
UPDATE swap SET a = 2.25;
SELECT clock_timestamp() AS before \gset
SELECT lives_ok('ALTER TABLE swap DROP COLUMN a, ADD COLUMN a int, DROP b, ADD b varchar(2) DEFAULT ''x'', DROP COLUMN c, ADD COLUMN c int DEFAULT 9', 'columns of the same names come');
SELECT results_eq('SELECT id, a_dropped, b_dropped, c_dropped, a, b, c FROM swap_history ORDER BY known_to', $$VALUES (1, 1.75, 'Changzhou', 5, NULL::int, NULL::varchar(2), NULL::int), (1, 2.25, 'Changzhou', 5, NULL, NULL, NULL)$$, 'the past is under others');
SELECT results_eq(format('SELECT a, b::text, c FROM swap_as_of(%L)', :'before'), 'VALUES (NULL::int, NULL::text, NULL::int)', 'what came has no past');
SELECT results_eq(format('SELECT a_dropped, b_dropped, c_dropped FROM swap_history_as_of(%L)', :'before'), $$VALUES (2.25, 'Changzhou', 5)$$, 'what went has its own');
CREATE TABLE swap_whole (id int, d date, a numeric, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE swap_whole_1 PARTITION OF swap_whole FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('swap_whole');
INSERT INTO swap_whole VALUES (1, '2025-01-01', 1.75);
SELECT lives_ok('ALTER TABLE swap_whole DROP COLUMN a, ADD COLUMN a int', 'of a partitioned table');
SELECT is((SELECT a_dropped FROM swap_whole_1_history), 1.75, 'likewise');
SELECT is(refused('ALTER TABLE swap ADD known_to int'), '55000 | table "public.swap", which is kept, cannot have a column known_to | Its history has one of that name: when a version was replaced. | Give it another name.', 'a name that the history needs');
-- names that are as long as names can be
CREATE TABLE long (id int PRIMARY KEY);
CALL emgov.keep_versions('long');
INSERT INTO long VALUES (1);
SELECT lives_ok(format(q, '隐患排查治理闭环管理情况说明其他事项备注栏'), q || ' with a name of 63 bytes')
  FROM unnest(ARRAY['ALTER TABLE long ADD %I text', 'UPDATE long SET %I = ''1''', 'ALTER TABLE long DROP COLUMN %I', 'ALTER TABLE long ADD %I text', 'UPDATE long SET %I = ''2''', 'ALTER TABLE long DROP COLUMN %I', 'ALTER TABLE long ADD %I text']) AS q;
SELECT is((SELECT count(*) FROM pg_attribute WHERE attrelid = 'long_history'::regclass AND attname ~ '_dropped\d?$'), 2::bigint, 'both are in the history');
-- a column of a history alone is no version's
ALTER TABLE swap_history ADD remark text NOT NULL DEFAULT 'x';
SELECT lives_ok('UPDATE swap SET a = 3', 'nor need it have a value there');
-- constraints that are checked when the transaction ends
CREATE TABLE deferred (id int PRIMARY KEY, a int);
CREATE FUNCTION checks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER checks AFTER UPDATE ON deferred INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checks();
CALL emgov.keep_versions('deferred');
INSERT INTO deferred VALUES (1, 1);
SELECT matches(refused('ALTER TABLE deferred DROP COLUMN a'), '^42501 . .* SET CONSTRAINTS ALL IMMEDIATE; first.$', 'a trigger that is deferred');
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT lives_ok('ALTER TABLE deferred DROP COLUMN a', 'as the hint says');
COMMIT;
SELECT * FROM finish();
