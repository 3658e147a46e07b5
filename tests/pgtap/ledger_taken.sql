-- What a kept table needs is not taken along when something else is dropped: its partitions, its history, the functions that read its past, its columns.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SELECT plan(93);
CREATE ROLE emgov_test_holder;
CREATE ROLE emgov_test_stranger;
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
CREATE FUNCTION is_whole(VARIADIC tables regclass[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s%s', t, e.ending)
      FROM unnest(tables) AS t JOIN pg_class AS c ON c.oid = t
      JOIN (VALUES ('p', '_as_of(timestamptz)'), ('p', '_changed(timestamptz,timestamptz)'), ('r', '_as_of(timestamptz)'), ('r', '_history_as_of(timestamptz)'),
                   ('r', '_versions(timestamptz,timestamptz)')) AS e (kind, ending) ON e.kind = c.relkind::text
     WHERE to_regprocedure(format('%s%s', t, e.ending)) IS NULL
$$;

-- ------------------------------------------------------------------ partitions
CREATE SCHEMA held AUTHORIZATION emgov_test_holder;
CREATE SCHEMA packed;
CREATE SCHEMA mixed_2;
CREATE TABLE visit (id int, d date, n int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE held.visit_2 PARTITION OF visit FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
CREATE TABLE packed.visit_3 PARTITION OF visit FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');
CREATE TABLE visit_year PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (d);
CREATE TABLE held.visit_year_1 PARTITION OF visit_year FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CALL emgov.keep_versions('visit');
INSERT INTO visit SELECT i, '2025-01-01'::date + i, i FROM generate_series(1, 80) AS i UNION ALL SELECT 100, '2026-01-05', 1;
CREATE TABLE held.own (id int);
ALTER TABLE held.own OWNER TO emgov_test_holder;
SET ROLE emgov_test_holder;
SELECT is(refused('DROP OWNED BY emgov_test_holder CASCADE'), '55000 | table held.visit_2 cannot be dropped: it is a partition of table public.visit, which is kept'
          ' | What reads the past of the whole would go with it. | ALTER TABLE public.visit DETACH PARTITION held.visit_2; CALL emgov.release_versions(''held.visit_2''); '
          'then it can be dropped, and its history.', 'a partition is not dropped with what a role owns');
SELECT matches(refused('DROP SCHEMA held CASCADE'), '^55000', 'nor with a schema');
RESET ROLE;
SELECT matches(refused('DROP OWNED BY emgov_test_holder CASCADE'), '^55000', 'nor by a superuser');
CREATE EXTENSION dblink SCHEMA public;
ALTER EXTENSION dblink ADD SCHEMA packed;
SELECT matches(refused('DROP EXTENSION dblink CASCADE'), '^55000 . table packed.visit_3 cannot be dropped', 'nor with an extension that its schema is of');
ALTER EXTENSION dblink DROP SCHEMA packed;
ALTER EXTENSION dblink ADD TABLE visit_1;
SELECT matches(refused('DROP EXTENSION dblink CASCADE'), '^55000 . table public.visit_1 cannot be dropped', 'nor with one that it is of itself');
ALTER EXTENSION dblink DROP TABLE visit_1;
SELECT is_empty($$SELECT is_whole('visit', 'visit_1', 'held.visit_2')$$, 'what reads the past is there');
SELECT is((SELECT count(*) FROM visit_as_of('infinity')), 81::bigint, 'and reads all');
-- one of two levels, of which the upper one may be kept no more by itself
ALTER TABLE held.visit_2 SET SCHEMA packed;
SET ROLE emgov_test_holder;
SELECT matches(refused('DROP OWNED BY emgov_test_holder CASCADE'), '^55000 . table held.visit_year_1 cannot be dropped: it is a partition of table public.visit,', 'nor one of a partition');
RESET ROLE;
-- the hint
SELECT lives_ok($$ALTER TABLE visit_year DETACH PARTITION held.visit_year_1; CALL emgov.release_versions('held.visit_year_1')$$, 'as the hint says');
SET ROLE emgov_test_holder;
SELECT matches(refused('DROP OWNED BY emgov_test_holder CASCADE'), '^23001 . trigger ledger_[a-z]+ on packed.visit_2 cannot be dropped with its function: the versions of table packed.visit_2 are kept',
               'nor does what guards a partition go that was moved from the schema');
RESET ROLE;
SELECT lives_ok($$CALL emgov.keep_versions('packed.visit_2')$$, 'which gets one of its own, as the hint says');
SET ROLE emgov_test_holder;
SELECT lives_ok('DROP OWNED BY emgov_test_holder CASCADE', 'it goes');
RESET ROLE;
SELECT hasnt_schema('held', 'with all else');
SELECT throws_like('DELETE FROM visit WHERE id = 40', 'delete on "packed.visit_2" is refused%', 'and the guard is there');
SELECT lives_ok($$ALTER TABLE visit DETACH PARTITION packed.visit_3; CALL emgov.release_versions('packed.visit_3'); DROP TABLE packed.visit_3, packed.visit_3_history CASCADE$$, 'all of that in one transaction, too');
SELECT is((SELECT count(*) FROM visit_as_of('infinity')), 58::bigint, 'the others stay');
-- the same name in the whole's place, in one command with what has no part in it
CREATE SCHEMA mixed;
CREATE TYPE mixed.mood AS ENUM ('a', 'b');
ALTER TABLE visit ADD mood mixed.mood;
CREATE TABLE mixed.other (id int PRIMARY KEY);
CALL emgov.keep_versions('mixed.other');
SELECT is(refused('DROP SCHEMA mixed CASCADE'), '23001 | column mood of table public.visit_1, which is kept, cannot be dropped with what it needs | What is in it would be lost, for now and for the past.'
          ' | ALTER TABLE public.visit DROP COLUMN mood; first: then it is in the history.', 'a column of partitions does not go with its type');
SELECT is_empty($$SELECT is_whole('visit', 'visit_1', 'packed.visit_2')$$, 'what reads the past is there');
ALTER TABLE visit DROP COLUMN mood;
SELECT matches(refused('DROP SCHEMA mixed CASCADE'), '^23001 . column mood of history (public.visit_1|packed.visit_2)_history cannot be dropped with what it needs . What was in it would be lost.'
               ' . ALTER TABLE (public.visit_1|packed.visit_2)_history ALTER COLUMN mood TYPE text; keeps it as text.$', 'nor from the history');
SELECT lives_ok('ALTER TABLE public.visit_1_history ALTER COLUMN mood TYPE text; ALTER TABLE packed.visit_2_history ALTER COLUMN mood TYPE text', 'as the hint says');
SELECT lives_ok('DROP SCHEMA mixed CASCADE', 'a type of one, and a kept table that is no partition, go in one command');
SELECT is_empty($$SELECT is_whole('visit', 'visit_1', 'packed.visit_2')$$, 'what reads the past is made anew');
SELECT is((SELECT count(*) FROM visit_as_of('infinity')), 58::bigint, 'and reads all');

-- ------------------------------------------------------------------ histories and functions
CREATE TABLE kept (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('kept');
INSERT INTO kept VALUES (1, 1);
UPDATE kept SET n = 2;
ALTER EXTENSION dblink ADD TABLE kept_history;
SELECT is(refused('DROP EXTENSION dblink CASCADE'), '23001 | the history of table public.kept cannot be dropped without it | It holds the past versions of the table''s rows, and no row could be changed any more.'
          ' | CALL emgov.release_versions(''public.kept'') first, or drop both in one command.', 'a history is not dropped with an extension');
ALTER EXTENSION dblink DROP TABLE kept_history;
ALTER EXTENSION dblink ADD FUNCTION kept_as_of(timestamptz);
SELECT is(refused('DROP EXTENSION dblink'), '23001 | function public.kept_as_of(timestamp with time zone) cannot be dropped without its table, which is kept | It reads the past of the table''s rows.'
          ' | CALL emgov.release_versions(''public.kept'') first, or drop both in one command.', 'nor what reads the past');
ALTER EXTENSION dblink DROP FUNCTION kept_as_of(timestamptz);
SELECT matches(refused(format('DROP %s %s', kind, f)), '^23001', f || ' is not dropped')
  FROM (VALUES ('FUNCTION', 'kept_as_of(timestamptz)'), ('ROUTINE', 'kept_history_as_of(timestamptz)'), ('FUNCTION', 'kept_versions(timestamptz,timestamptz)'),
               ('FUNCTION', 'visit_as_of(timestamptz)'), ('FUNCTION', 'visit_changed(timestamptz,timestamptz)')) AS v (kind, f);
SELECT is(refused('DROP FUNCTION visit_1_as_of(timestamptz) CASCADE'), '23001 | function public.visit_1_as_of(timestamp with time zone) cannot be dropped without its table, which is kept'
          ' | It reads the past of the table''s rows. | CALL emgov.release_versions(''public.visit'') first, or drop both in one command.', 'nor is that of a partition, whose whole is released');
-- nor is it taken away from its table otherwise
SELECT is(refused('ALTER FUNCTION kept_as_of(timestamptz) RENAME TO gone'), '23001 | function public.kept_as_of(timestamp with time zone) can be neither renamed, moved nor given to another: table public.kept is kept'
          ' | It reads the past of the table''s rows. | ALTER TABLE public.kept …; what reads its past follows.', 'it is not renamed');
SELECT matches(refused(format('ALTER %s %s', kind, what)), '^23001', what)
  FROM (VALUES ('FUNCTION', 'kept_as_of OWNER TO emgov_test_stranger'), ('ROUTINE', 'kept_versions(timestamptz, timestamptz) SET SCHEMA mixed_2'), ('FUNCTION', 'visit_changed(timestamptz, timestamptz) RENAME TO gone'),
               ('FUNCTION', 'visit_1_as_of(timestamptz) OWNER TO emgov_test_stranger')) AS v (kind, what);
SELECT lives_ok('ALTER FUNCTION kept_as_of(timestamptz) COST 10', 'but what else is altered of it');
SELECT lives_ok(format('ALTER FUNCTION kept_as_of(timestamptz) OWNER TO %I', current_user), 'and it is given to the owner of its table');
SELECT lives_ok('ALTER TABLE kept RENAME TO kept_2; ALTER TABLE kept_2 SET SCHEMA packed; ALTER TABLE packed.kept_2 SET SCHEMA public; ALTER TABLE kept_2 RENAME TO kept', 'with the table it is renamed and moved');
-- what goes with a column that only the history has is made anew
ALTER TABLE kept ADD former int;
UPDATE kept SET n = 2, former = 1;
ALTER TABLE kept DROP COLUMN former;
ALTER TABLE kept_history DROP COLUMN former CASCADE;
-- what has but the name
CREATE TABLE named (id int PRIMARY KEY);
CREATE FUNCTION named_as_of(timestamptz) RETURNS SETOF named LANGUAGE sql AS 'SELECT * FROM named';
CREATE FUNCTION kept_as_of(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
SELECT lives_ok('DROP FUNCTION named_as_of(timestamptz); DROP FUNCTION kept_as_of(int)', 'what has but the name is dropped');
SELECT lives_ok('DROP TABLE named', 'and what is not kept');
SELECT is_empty($$SELECT is_whole('kept', 'visit', 'visit_1')$$, 'all is there');
SELECT results_eq($$SELECT n FROM kept_history_as_of('infinity') UNION ALL SELECT n FROM kept_history ORDER BY 1$$, 'VALUES (1), (2), (2), (2)', 'and reads');
SELECT matches(refused(format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)), '^55000 . the versions of table "public.(kept|visit_1)" could not be kept any more: its primary key is no',
               'the key of a history stays') FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('kept_history'::regclass, 'visit_1_history'::regclass);
CALL emgov.release_versions('kept');
SELECT hasnt_function('kept_as_of', 'released, it has none');
SELECT lives_ok('DROP TABLE kept_history', 'and the history can go');

-- ------------------------------------------------------------------ columns that go with what they need
CREATE TABLE built (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('built');
CREATE FUNCTION goes(what text, statement text, gone text, tables regclass[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    t regclass;
BEGIN
    FOREACH t IN ARRAY tables LOOP
        RETURN NEXT matches(refused(statement), format('^23001 . column %1$s of table (public|packed).(%2$s|visit_[12]), which is kept, cannot be dropped with what it needs . .* . ALTER TABLE public.%2$s DROP COLUMN %1$s;', gone, t),
                            what || ': a column of ' || t || ' stays');
        RETURN NEXT is_empty('SELECT is_whole(''built'', ''visit'', ''visit_1'')', what || ': and what reads the past');
        EXECUTE format('ALTER TABLE %s DROP COLUMN %I', t, gone);
    END LOOP;
    RETURN NEXT matches(coalesce(refused(statement), ''), CASE WHEN what ~ 'computed' THEN '^$' ELSE format('^23001 . column %s of history .* ALTER COLUMN %1$s TYPE text', gone) END, what || ': that of a history stays');
    FOR t IN SELECT a.attrelid::regclass FROM pg_attribute AS a WHERE a.attname = gone AND a.attrelid::regclass::text ~ '(built|visit_[12])_history$' LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE text', t, gone);
    END LOOP;
    RETURN NEXT lives_ok(statement, what || ': goes then');
    RETURN NEXT is_empty('SELECT is_whole(''built'', ''visit'', ''visit_1'')', what || ': what reads the past is there');
    INSERT INTO built (id, n) SELECT count(*), 1 FROM built;
    UPDATE built SET n = n + 1;
    RETURN NEXT is((SELECT count(*) FROM built_as_of('infinity')), (SELECT count(*) FROM built), what || ': and versions are kept');
END $$;
GRANT CREATE ON SCHEMA public TO emgov_test_stranger;
SET ROLE emgov_test_stranger;
CREATE TYPE feeling AS ENUM ('a', 'b');
RESET ROLE;
ALTER TABLE built ADD feeling feeling;
ALTER TABLE visit ADD feeling feeling;
INSERT INTO built (id, n, feeling) VALUES (100, 1, 'a');
SELECT clock_timestamp() AS before \gset
SELECT goes('a role''s type', 'SET ROLE emgov_test_stranger; DROP OWNED BY emgov_test_stranger CASCADE; RESET ROLE', 'feeling', '{visit,built}');
SELECT is((SELECT feeling FROM built_history_as_of(:'before') WHERE id = 100), 'a', 'and what was in it is known, as text');
CREATE EXTENSION citext;
ALTER TABLE built ADD word citext;
ALTER TABLE visit ADD word citext;
SELECT goes('an extension''s type', 'DROP EXTENSION citext CASCADE', 'word', '{visit,built}');
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
ALTER TABLE built ADD doubled int GENERATED ALWAYS AS (twice(n)) STORED;
SELECT goes('a computed column', 'DROP FUNCTION IF EXISTS twice CASCADE', 'doubled', '{built}');
CREATE COLLATION plain (LOCALE = 'C');
ALTER TABLE built ADD sorted text COLLATE plain;
SELECT goes('a collation', 'DROP COLLATION plain CASCADE', 'sorted', '{built}');
CREATE TYPE old AS ENUM ('a');
ALTER TABLE built ADD old old;
ALTER TABLE built DROP COLUMN old;
SELECT goes('a column that only the history had', 'DROP TYPE old CASCADE', 'old', '{}');
CREATE TABLE seen (id int, m int);
CREATE VIEW seen_view AS SELECT m FROM seen;
ALTER TABLE built ADD viewed seen_view;
SELECT goes('a row type of a view whose column goes', 'ALTER TABLE seen DROP COLUMN m CASCADE', 'viewed', '{built}');

-- the key
CREATE EXTENSION citext;
CREATE TABLE worded (id citext PRIMARY KEY, n int);
CALL emgov.keep_versions('worded');
ALTER EXTENSION citext DROP OPERATOR FAMILY citext_ops USING btree;
ALTER EXTENSION citext DROP OPERATOR CLASS citext_ops USING btree;
SELECT matches(refused('DROP OPERATOR CLASS citext_ops USING btree CASCADE'), '^55000 . the versions of table "public.worded" could not be kept any more: it has no primary key', 'the key does not go with its operators');
SELECT matches(refused('DROP EXTENSION citext CASCADE'), '^55000 . the versions of table "public.worded" could not be kept any more', 'nor with its type');

-- ------------------------------------------------------------------ a table of a type
CREATE TYPE shape AS (id int, n int, m int, known_from timestamptz, kept_since timestamptz);
CREATE TABLE shaped OF shape (PRIMARY KEY (id), known_from WITH OPTIONS NOT NULL DEFAULT clock_timestamp(), kept_since WITH OPTIONS NOT NULL DEFAULT clock_timestamp());
CALL emgov.keep_versions('shaped');
INSERT INTO shaped VALUES (1, 1, 10);
ALTER TYPE shape ADD ATTRIBUTE k int CASCADE;
UPDATE shaped SET k = 5;
ALTER TYPE shape RENAME ATTRIBUTE n TO nn CASCADE;
UPDATE shaped SET nn = 2;
ALTER TYPE shape ALTER ATTRIBUTE nn TYPE bigint CASCADE;
UPDATE shaped SET nn = 3;
SELECT clock_timestamp() AS before \gset
ALTER TYPE shape DROP ATTRIBUTE m CASCADE;
UPDATE shaped SET nn = 4;
SELECT results_eq('SELECT nn, m, k FROM shaped_history ORDER BY known_to', 'VALUES (1::bigint, 10, NULL::int), (1, 10, 5), (2, 10, 5), (3, 10, 5), (3, NULL, 5)', 'ALTER TYPE: the history follows');
SELECT results_eq(format('SELECT nn, m FROM shaped_history_as_of(%L)', :'before'), 'VALUES (3::bigint, 10)', 'and what it dropped is in the past');
SELECT lives_ok('DROP TYPE shape CASCADE', 'a table goes with its type, as it goes by itself');

-- ------------------------------------------------------------------ all together
CREATE SCHEMA held AUTHORIZATION emgov_test_holder;
SET ROLE emgov_test_holder;
CREATE TABLE held.every (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE held.every_1 PARTITION OF held.every FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('held.every');
INSERT INTO held.every VALUES (1, '2025-01-01');
SELECT lives_ok('DROP OWNED BY emgov_test_holder CASCADE', 'a whole with all that is its own goes');
RESET ROLE;
SELECT hasnt_schema('held', 'to the last');
REVOKE ALL ON SCHEMA public FROM emgov_test_holder, emgov_test_stranger;
DROP ROLE emgov_test_holder, emgov_test_stranger;
SELECT * FROM finish();
