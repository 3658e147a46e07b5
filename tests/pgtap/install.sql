-- CREATE EXTENSION does not walk into a schema that somebody else prepared for it.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
BEGIN;
SELECT plan(5);

DROP EXTENSION emgov CASCADE;
DROP SCHEMA emgov;
CREATE ROLE emgov_mallory;
CREATE SCHEMA emgov AUTHORIZATION emgov_mallory;
SELECT throws_ok('CREATE EXTENSION emgov', '42501', NULL, 'not into a schema that another user owns');

ALTER SCHEMA emgov OWNER TO CURRENT_USER;
CREATE FUNCTION emgov.due(integer) RETURNS date LANGUAGE sql AS 'SELECT NULL::date';
ALTER FUNCTION emgov.due(integer) OWNER TO emgov_mallory;
SELECT throws_ok('CREATE EXTENSION emgov', '42501', NULL, 'not beside a function of another user');
DROP FUNCTION emgov.due(integer);
CREATE TABLE emgov.note (n int);
ALTER TABLE emgov.note OWNER TO emgov_mallory;
SELECT throws_ok('CREATE EXTENSION emgov', '42501', NULL, 'not beside a table of another user');
DROP TABLE emgov.note;

SELECT lives_ok('CREATE EXTENSION emgov', 'into an empty schema of one''s own, as a restored dump has it');

-- what stands in front of pg_catalog has no part in it
DROP EXTENSION IF EXISTS emgov CASCADE;
CREATE SCHEMA evil;
CREATE FUNCTION evil.taken(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'taken'; END $$;
CREATE FUNCTION evil.taken(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'taken'; END $$;
CREATE FUNCTION evil.taken(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'taken'; END $$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.taken);
CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.taken);
CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.taken);
CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.taken);
CREATE DOMAIN evil.date AS text;
CREATE TYPE evil.numeric AS (x text);
CREATE TEMP TABLE daterange (x text);
CREATE FUNCTION under_attack() RETURNS void LANGUAGE plpgsql SET search_path = evil, pg_temp, pg_catalog AS $$
BEGIN
    CREATE EXTENSION emgov;
END $$;
SELECT lives_ok('SELECT under_attack()', 'whatever the search path');
SELECT * FROM finish();
ROLLBACK;
