-- Who may do what: a ledger belongs to whoever makes it, who need not be a superuser; two
-- live side by side; a reader sees views and nothing else; the extension cannot be dropped
-- from under a ledger, and never takes a row with it.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE ledger_test_b;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, ledger_test_b', current_database()) \gexec
CREATE TABLE public.tap (n int);
SELECT plan(40);

-- ------------------------------------------------------------------ made by anyone, once
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
INSERT INTO ledger.meeting (org_code, topic, held_on) VALUES ('bureau', 'rule_of_law', '2024-02-02');
SELECT lives_ok($$CALL emgov.create_ledger('ledger')$$, 'once more does nothing');
SELECT is((SELECT count(*) FROM ledger.meeting), 1::bigint, 'its rows are there');
SELECT lives_ok($$CALL emgov.upgrade_ledger('ledger')$$, 'so does upgrading what is up to date');
RESET ROLE;
SELECT is_empty($$SELECT pg_describe_object('pg_class'::regclass, oid, 0) FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relowner <> 'ledger_owner'::regrole
    UNION ALL SELECT pg_describe_object('pg_proc'::regclass, oid, 0) FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace AND proowner <> 'ledger_owner'::regrole$$, 'all of it belongs to its maker');
CREATE SCHEMA full_one CREATE TABLE something (n int);
SELECT throws_ok($$CALL emgov.create_ledger('full_one')$$, '55000', NULL, 'not in a schema that holds something');
SELECT throws_ok(format('CALL emgov.create_ledger(%L)', name), '42602', NULL, 'not named ' || quote_literal(translate(name, E'\n', ' ')))
  FROM unnest(ARRAY['', 'pg_x', 'emgov', 'a"b', 'a''b', E'a\nb', 'a$b']) AS name;
SET ROLE ledger_test_b;
SELECT throws_ok($$DELETE FROM emgov.ledger_part$$, '42501', NULL, 'nobody changes what a ledger gets');
SELECT lives_ok($$CALL emgov.create_ledger('台账')$$, 'a plain user makes a second ledger beside it, with a Chinese name');
CALL "台账".load_pack('law-based-government');
INSERT INTO "台账".area (code, name_zh, kind) VALUES ('mine', '我区', 'zone');
SELECT lives_ok($$CALL emgov.upgrade_ledger('台账')$$, 'is made anew');
SELECT is((SELECT name_zh FROM "台账".area WHERE code = 'mine'), '我区', 'with its rows');
SELECT is((SELECT count(*) FROM "台账".figures(emgov.year(2024))), (SELECT count(*) FROM "台账".indicator), 'and gives its figures, empty as it is');
SELECT is((SELECT value FROM "台账".figures(emgov.year(2024)) WHERE code = 'F003'), NULL, 'which are its own');
INSERT INTO "台账".indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('F010', '函', 'count', 'letter', 'sent_on', 'city', 'period', '份', '函');
INSERT INTO "台账".letter (org_code, kind, sent_on) VALUES ('bureau', 'reminder', '2024-03-03');
SELECT results_eq($$SELECT value, answered_by FROM "台账".figures(emgov.year(2024)) WHERE code = 'F010'$$, $$VALUES (1::numeric, '"台账".letter_daily')$$, 'answered by its own rollups');
SELECT throws_ok($$CALL emgov.upgrade_ledger('ledger')$$, '42501', NULL, 'another''s ledger is not upgraded');
SELECT throws_ok($$SELECT * FROM ledger.figures(emgov.year(2024))$$, '42501', NULL, 'nor read');
SELECT throws_ok($$SELECT * FROM emgov_internal.ledger_figures('ledger', emgov.year(2024))$$, '42501', NULL, 'nor by way of the extension');
CREATE TABLE "台账".other (id int PRIMARY KEY);
RESET ROLE;
SELECT throws_ok($$CALL emgov.upgrade_ledger('ledger')$$, '42501', NULL, 'not even by a superuser, whom its code would run as');
SELECT throws_ok($$CALL emgov.keep_versions('台账.other')$$, '42501', NULL, 'versions are kept by a table''s owner');
GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner, ledger_test_b;
SET ROLE ledger_test_b;
CREATE FUNCTION public.ledger_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''caught''; END';
SET ROLE ledger_owner;
CREATE TABLE public.mine (id int PRIMARY KEY, on_day date NOT NULL, n int);
SELECT throws_ok($$CALL emgov.keep_versions('public.mine')$$, '42501', NULL, 'and not with the trigger function that another has laid out');
RESET ROLE;
DROP FUNCTION public.ledger_keep();

-- ------------------------------------------------------------------ the roles
SET ROLE ledger_owner;
INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-02-02', '320412', 'chemical');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('报告');
CALL pg_temp.whole_report('other');
CALL pg_temp.whole_report('trapped');
CALL ledger.publish('报告', emgov.year(2024));
RESET ROLE;
\set ledger ledger
\ir ../../examples/roles.sql
\ir ../../examples/roles.sql
CREATE FUNCTION public.may(role name, command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    BEGIN
        EXECUTE command;
        RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ001';     -- undo it
    EXCEPTION
        WHEN insufficient_privilege OR restrict_violation THEN RESET ROLE; RETURN false;
        WHEN SQLSTATE 'ZZ001' THEN RESET ROLE; RETURN true;
    END;
END $$;
CREATE TABLE public.deed AS
    SELECT c.relname AS name, 'select' AS deed, format('SELECT * FROM %s LIMIT 1', c.oid::regclass) AS command, c.relnamespace = 'ledger_report'::regnamespace AS is_view
      FROM pg_class c WHERE c.relnamespace IN ('ledger'::regnamespace, 'ledger_report'::regnamespace) AND c.relkind IN ('r', 'v')
    UNION ALL SELECT c.relname, 'write', format('INSERT INTO ledger.%I DEFAULT VALUES', c.relname), false FROM pg_class c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT c.relname, 'write', format('UPDATE ledger.%I SET known_from = now()', c.relname), false
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'known_from' WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT c.relname, 'write', format('TRUNCATE ledger.%I CASCADE', c.relname), false FROM pg_class c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT f, 'ask', format('SELECT * FROM ledger.%s LIMIT 1', f), false
      FROM unnest(ARRAY['figures(emgov.year(2024))', 'figures(emgov.year(2024), now() - interval ''1 second'')', 'figure_rows(''F028'', emgov.year(2024))', 'report_text(''law-based-government'', emgov.year(2024))',
                        'check_figures(emgov.year(2024))', 'restatement(1)', 'verify_publication(1)', 'accident_as_of(now())']) AS f
    UNION ALL VALUES ('publish', 'publish', 'CALL ledger.publish(''other'', emgov.year(2023))', false), ('grant', 'grant', 'CALL ledger.grant_reader(''emgov_reader'')', false);
SELECT is_empty($$SELECT name FROM public.deed WHERE is_view AND NOT public.may('emgov_reader', command)$$, 'a reader reads every view for readers');
SELECT is_empty($$SELECT name FROM public.deed WHERE NOT is_view AND public.may('emgov_reader', command)$$, 'and nothing else, and writes nothing');
SELECT is_empty($$SELECT name FROM public.deed WHERE deed IN ('select', 'ask') AND NOT public.may('emgov_analyst', command)$$, 'an analyst reads everything and asks for figures');
SELECT is_empty($$SELECT name, command FROM public.deed WHERE deed NOT IN ('select', 'ask') AND public.may('emgov_analyst', command)$$, 'and writes nothing, nor publishes');
SELECT is_empty($$SELECT name FROM public.deed WHERE deed IN ('select', 'ask', 'publish') AND NOT public.may('emgov_publisher', command)$$, 'a publisher publishes too');
SELECT is_empty($$SELECT name, command FROM public.deed WHERE deed = 'write' AND public.may('emgov_publisher', command)$$, 'and writes no record');
-- an operator of the publisher's, in the schemas that he has set, for queries that run with the owner's rights
CREATE SCHEMA trap AUTHORIZATION emgov_publisher;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
SET ROLE emgov_publisher;
CREATE FUNCTION trap.equal(oid, regnamespace) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run by %', current_user; END $$;
CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = regnamespace, FUNCTION = trap.equal);
SET search_path = trap, public;
SELECT throws_ok('SELECT ''ledger''::regnamespace::oid = ''ledger''::regnamespace', 'P0001', NULL, 'an operator of the publisher''s is found');
SELECT lives_ok('CALL ledger.publish(''trapped'', emgov.year(2022))', 'not by what publishing runs as the owner');
RESET ROLE;
RESET search_path;
DROP SCHEMA trap CASCADE;
SET ROLE ledger_owner;
SELECT throws_ok($$CALL ledger.grant_reader('no_such_role')$$, '42704', NULL, 'a role must exist');
RESET ROLE;

-- ------------------------------------------------------------------ the extension
SELECT throws_ok('DROP EXTENSION emgov', '2BP01', NULL, 'DROP EXTENSION refuses while a ledger uses it');
CREATE TABLE public.kept AS SELECT (SELECT count(*) FROM ledger.accident) AS a, (SELECT count(*) FROM ledger.indicator) AS i, (SELECT count(*) FROM ledger.publication_figure) AS p, (SELECT count(*) FROM "台账".area) AS r;
DROP EXTENSION emgov CASCADE;
SELECT is((SELECT (a, i, p, r) FROM public.kept), (SELECT ((SELECT count(*) FROM ledger.accident), (SELECT count(*) FROM ledger.indicator), (SELECT count(*) FROM ledger.publication_figure), (SELECT count(*) FROM "台账".area))), 'with CASCADE no row goes');
CREATE EXTENSION emgov;
SET ROLE ledger_owner;
SELECT lives_ok($$CALL emgov.upgrade_ledger('ledger')$$, 'and upgrading brings the rest back');
SELECT throws_ok('DELETE FROM ledger.accident', '23001', NULL, 'with its guards');
SELECT throws_ok('UPDATE ledger.publication_figure SET value = 0', '23001', NULL, 'those of publications too');
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'and with its figures');
SELECT * FROM finish();
