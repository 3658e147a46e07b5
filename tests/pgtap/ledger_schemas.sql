-- A schema is a ledger by its owner's table, not by what a stranger puts there; and only what is made as a ledger's goes along with it.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
SELECT plan(37);
\ir ../ledger/owner.sql
CREATE ROLE schemas_stranger;
CREATE ROLE schemas_heir;
GRANT schemas_heir TO ledger_owner;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, schemas_stranger', current_database()) \gexec
CREATE FUNCTION public.said(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text;
BEGIN
    EXECUTE sql;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', state, message, detail);
END $$;
CREATE VIEW public.schemas AS SELECT array_agg(nspname::text ORDER BY nspname) AS are FROM pg_namespace WHERE nspname ~ '^(app|own|l|m|taken)(_|$|2)';
GRANT SELECT ON public.schemas TO PUBLIC;

-- ------------------------------------------------------------------ a stranger's table makes no ledger
SET ROLE ledger_owner;
CREATE SCHEMA app;
CREATE SCHEMA app_report;
CREATE TABLE app_report.precious AS SELECT 1 AS x;
CREATE SCHEMA app_store;
CREATE TABLE app_store.precious AS SELECT 1 AS x;
CREATE TABLE app.indicator (id int PRIMARY KEY, who text);
CALL emgov.keep_versions('app.indicator');
INSERT INTO app.indicator VALUES (1, '甲');
GRANT USAGE, CREATE ON SCHEMA app TO schemas_stranger;
SET ROLE schemas_stranger;
CREATE TABLE app.ledger_version (layout int PRIMARY KEY DEFAULT 1, applied_at timestamptz NOT NULL DEFAULT now(), applied_by text NOT NULL DEFAULT current_user);
INSERT INTO app.ledger_version DEFAULT VALUES;
CREATE FUNCTION app.caught() RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'a stranger''s function runs as %', current_user; END$$;
CREATE VIEW app.dimension AS SELECT app.caught() AS column_name;
CREATE VIEW app.dimension_source AS SELECT app.caught() AS column_name;
GRANT SELECT ON app.dimension, app.dimension_source TO PUBLIC;
SET ROLE ledger_owner;
SELECT is(emgov_internal.is_ledger('app'::regnamespace), false, 'a table of a stranger''s makes no ledger of a schema');
SELECT is(said('SELECT emgov.ledger_schemas(''app'')'), '42704 schema "app" is no ledger ', 'it has no schemas');
SELECT matches(said('CALL emgov.create_ledger(''app'')'), '^55000 schema "app" is not empty', 'nor is one made there');
SELECT matches(said('CALL emgov.upgrade_ledger(''app'')'), '^42704 there is no ledger "app"', 'nor upgraded');
SELECT is(said($$CALL emgov.redact('app.indicator', '1', '{who}', '本人申请')$$), 'done', 'what keeps versions there is redacted: a stranger''s dimensions are not asked');
SELECT is(said('CALL emgov.release_versions(''app.indicator'')'), 'done', 'and released, whatever its name');
SELECT is(said('ALTER SCHEMA app RENAME TO app2'), 'done', 'it is renamed');
SELECT is((SELECT are FROM public.schemas), '{app2,app_report,app_store}', 'and no other with it');
SELECT is(said($q$ALTER SCHEMA app2 RENAME TO "it's"$q$), 'done', 'to whatever name');
ALTER SCHEMA "it's" RENAME TO app;
SELECT is(said('DROP SCHEMA app CASCADE'), 'done', 'it is dropped');
SELECT is((SELECT are FROM public.schemas), '{app_report,app_store}', 'and no other with it');
-- a table of that name of one's own, for something else
CREATE SCHEMA own;
CREATE TABLE own.ledger_version (v int);
CREATE SCHEMA own_report;
ALTER SCHEMA own RENAME TO own2;
DROP SCHEMA own2 CASCADE;
SELECT is((SELECT are FROM public.schemas), '{app_report,app_store,own_report}', 'one''s own table of that name, for something else, makes none either');
DROP SCHEMA app_report, app_store, own_report CASCADE;

-- ------------------------------------------------------------------ only a ledger's own go along
CALL emgov.create_ledger('l');
COMMENT ON SCHEMA l_store IS 'mine';
COMMENT ON SCHEMA l_report IS NULL;
COMMENT ON SCHEMA l_report_zh IS NULL;
COMMENT ON SCHEMA l_tables IS 'tables';
ALTER SCHEMA l RENAME TO m;
SELECT is((SELECT are FROM public.schemas), '{m,m_report,m_report_zh,m_store,m_tables}', 'they do, whatever comments they have');
SELECT is((SELECT count(*) FROM emgov.ledger_schemas('m')), 5::bigint, 'and are listed');
DROP SCHEMA m_report_zh CASCADE;
CREATE SCHEMA m_report_zh;
CREATE TABLE m_report_zh.precious AS SELECT 1 AS x;
SELECT is((SELECT count(*) FROM emgov.ledger_schemas('m') WHERE schema = 'm_report_zh'), 0::bigint, 'one of such a name with something else in it is none of them');
SELECT matches(said('CALL emgov.upgrade_ledger(''m'')'), '^55000 schema "m_report_zh" is not the ledger''s It has the name of a part of ledger "m"', 'is not taken by an upgrade');
ALTER SCHEMA m RENAME TO l;
SELECT is((SELECT are FROM public.schemas), '{l,l_report,l_store,l_tables,m_report_zh}', 'does not go along');
ALTER SCHEMA m_report_zh RENAME TO l_report_zh;
ALTER SCHEMA l_report_zh RENAME TO m_report_zh;
CALL emgov.upgrade_ledger('l');
SELECT is((SELECT are FROM public.schemas), '{l,l_report,l_report_zh,l_store,l_tables,m_report_zh}', 'what is missing is made anew');

-- ------------------------------------------------------------------ a stranger's schema of the new name, and a stranger's table
SET ROLE schemas_stranger;
CREATE SCHEMA taken_store;
CREATE TABLE taken_store.reader (x int);
CREATE FUNCTION taken_store.report_rows(text, text[]) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1';
GRANT USAGE, CREATE ON SCHEMA taken_store TO PUBLIC;
SET ROLE ledger_owner;
SELECT is(said('ALTER SCHEMA l RENAME TO taken'), 'done', 'a ledger is renamed, though a stranger has the new name of its store');
SELECT is((SELECT array_agg(pg_get_userbyid(proowner)::text) FROM pg_proc WHERE pronamespace = 'taken_store'::regnamespace), '{schemas_stranger}', 'in which nothing is made');
SELECT is((SELECT count(*) FROM emgov.ledger_schemas('taken') WHERE schema = 'taken_store'), 0::bigint, 'and which is not the ledger''s');
ALTER SCHEMA taken RENAME TO l;
RESET ROLE;
DROP SCHEMA taken_store CASCADE;
CREATE SCHEMA taken_tables AUTHORIZATION schemas_stranger;
SELECT format('CREATE TABLE taken_tables.%1$I (LIKE l_tables.%1$I INCLUDING ALL)', t) FROM unnest('{figure_by_month,figure_by_period,report_text}'::text[]) AS t \gexec
SELECT format('ALTER TABLE taken_tables.%I OWNER TO schemas_stranger', t) FROM unnest('{figure_by_month,figure_by_period,report_text}'::text[]) AS t \gexec
SET ROLE schemas_stranger;
GRANT USAGE ON SCHEMA taken_tables TO PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA taken_tables TO PUBLIC;
CREATE FUNCTION taken_tables.caught() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'a stranger''s trigger runs as %', current_user; END$$;
CREATE TRIGGER caught BEFORE INSERT OR UPDATE OR DELETE ON taken_tables.figure_by_month FOR EACH STATEMENT EXECUTE FUNCTION taken_tables.caught();
SET ROLE ledger_owner;
CALL l.load_pack('accidents');
INSERT INTO l.report (code, title_zh) VALUES ('v', '一');
INSERT INTO l.report_figure (report, code) VALUES ('v', 'F028');
ALTER SCHEMA l RENAME TO taken;
SELECT matches(said('SELECT emgov_internal.refresh_report(''taken'', ''v'')'), '^42501 schema "taken_tables" belongs to another user', 'nor are report tables written in a stranger''s schema');
SELECT is(said('CALL taken.revoke(''schemas_heir'')'), 'done', 'rights are taken back without it');
ALTER SCHEMA taken RENAME TO l;
SELECT is((SELECT are FROM public.schemas), '{l,l_report,l_report_zh,l_store,l_tables,m_report_zh,taken_tables}', 'named as before it is whole again');
GRANT USAGE, CREATE ON SCHEMA l TO schemas_heir;
CREATE TABLE l.theirs (id int PRIMARY KEY);
CALL emgov.keep_versions('l.theirs');
ALTER TABLE l.theirs OWNER TO schemas_heir;
SELECT is(said('CALL emgov.upgrade_ledger(''l'')'), 'done', 'a kept table that was given to another does not stop an upgrade');
SELECT is_empty('SELECT t FROM emgov_internal.kept_tables(''l'') AS t WHERE t = ''l.theirs''::regclass', 'and is none of the ledger''s');
SELECT is(said('DROP SCHEMA l CASCADE'), 'done', 'the ledger is dropped');
SELECT is((SELECT are FROM public.schemas), '{m_report_zh,taken_tables}', 'with all that is its own, and nothing else');
SELECT is((SELECT count(*) FROM m_report_zh.precious), 1::bigint, 'what is not is there still');
RESET ROLE;
-- ------------------------------------------------------------------ what hangs on a ledger
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE statement; RETURN NULL; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM; END $$;
CALL emgov.create_ledger('hung');
CREATE TYPE hung_tables.pair AS (a int, b int);
CREATE SCHEMA app;
CREATE TABLE app.k (id int PRIMARY KEY, r hung_tables.pair);
CALL emgov.keep_versions('app.k');
INSERT INTO app.k VALUES (1, ROW(1, 2));
SELECT matches(refused('DROP SCHEMA hung CASCADE'), '^23001 column r of table app.k, which is kept', 'a ledger does not go with what is in others'' kept tables');
ALTER TABLE app.k DROP COLUMN r;
SELECT matches(refused('DROP SCHEMA hung CASCADE'), '^23001 column r of history app.k_history', 'nor with what is in their histories');
ALTER TABLE app.k_history ALTER r TYPE text;
CREATE TABLE app.visit (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE hung_store.visit_1 PARTITION OF app.visit FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('app.visit');
SELECT matches(refused('DROP SCHEMA hung CASCADE'), '^55000 table hung_store.visit_1 cannot be dropped: it is a partition of table app.visit, which is kept', 'nor with partitions');
ALTER TABLE app.visit DETACH PARTITION hung_store.visit_1;
CREATE PROCEDURE go_again() LANGUAGE plpgsql AS $$ BEGIN DROP SCHEMA hung CASCADE; END $$;
SELECT lives_ok('CALL go_again()', 'it goes');
SELECT is((SELECT string_agg(nspname, ', ') FROM pg_namespace WHERE nspname ~ '^hung'), NULL, 'with all its schemas');
CALL emgov.create_ledger('hung');
CREATE TYPE hung_store.held AS (a int);
CREATE TABLE app.h (a hung_store.held);
SELECT lives_ok('CALL go_again()', 'the same statement again');
SELECT is((SELECT string_agg(nspname, ', ') FROM pg_namespace WHERE nspname ~ '^hung'), NULL, 'takes all of another ledger of that name');
SELECT is((SELECT count(*) FROM pg_attribute WHERE attrelid = 'app.h'::regclass AND attnum > 0 AND NOT attisdropped), 0::bigint, 'and what CASCADE says');
SELECT * FROM finish();
