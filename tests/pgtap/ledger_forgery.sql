-- S8: forging a publication with ordinary statements, as the ledger's owner and as one who
-- may publish: nothing that was published changes, and what is added comes out again.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE ledger_test_publisher;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, ledger_test_publisher', current_database()) \gexec
GRANT CREATE ON SCHEMA public TO ledger_owner, ledger_test_publisher;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
CALL ledger.grant_publisher('ledger_test_publisher');
SET search_path = ledger, public, emgov;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2024-02-01'::date + i, '320402', 'chemical' FROM generate_series(1, 9) AS i;
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('report');
CALL pg_temp.whole_report('nested');
-- who says what is entered approves nothing: another user does
CALL publish('report', year(2024));
SET SESSION AUTHORIZATION ledger_test_publisher;
CALL ledger.approve('report', emgov.year(2024));
RESET SESSION AUTHORIZATION;
RESET ROLE;

CREATE TABLE public.attempt (name text PRIMARY KEY, by text, script text[]);
-- the statements by themselves, by both
INSERT INTO public.attempt
SELECT format('%s, %s', name, by), 'ledger_test_' || by, ARRAY[statement]
  FROM (VALUES
    ('insert publication', $$INSERT INTO ledger.publication SELECT (jsonb_populate_record(p, jsonb_build_object('id', 2, 'previous_hash', hash))).* FROM ledger.publication AS p$$),
    ('insert figure', $$INSERT INTO ledger.publication_figure SELECT (jsonb_populate_record(f, '{"code": "Z1", "value": 99}')).* FROM ledger.publication_figure AS f LIMIT 1$$),
    ('insert, or else update', $$INSERT INTO ledger.publication SELECT * FROM ledger.publication ON CONFLICT (id) DO UPDATE SET report = 'x'$$),
    ('insert nothing', $$INSERT INTO ledger.publication SELECT * FROM ledger.publication WHERE false$$),
    ('update publication', $$UPDATE ledger.publication SET published_by = 'the mayor'$$),
    ('update figure', $$UPDATE ledger.publication_figure SET value = 0 WHERE code = 'F028'$$),
    ('update only', $$UPDATE ONLY ledger.publication_figure SET phrase = 'x'$$),
    ('delete publication', $$DELETE FROM ledger.publication$$),
    ('delete figure', $$DELETE FROM ledger.publication_figure WHERE code = 'F028'$$),
    ('delete inside a query', $$WITH d AS (DELETE FROM ledger.publication_figure RETURNING *) SELECT count(*) FROM d$$),
    ('truncate', $$TRUNCATE ledger.publication_figure$$),
    ('truncate with what refers to it', $$TRUNCATE ledger.publication CASCADE$$),
    ('merge', $$MERGE INTO ledger.publication_figure AS f USING ledger.publication AS p ON p.id = f.publication_id WHEN MATCHED THEN UPDATE SET value = 1$$),
    ('the view of current ones', $$UPDATE ledger.publication_current SET publication_id = 1$$),
    ('the view of figures', $$UPDATE ledger_report.figure_published SET value = 1$$),
    ('the moment published', $$UPDATE emgov.published_table SET publication = relation$$),
    ('replication role', $x$DO $do$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); UPDATE ledger.publication_figure SET value = 1; END $do$ $x$),
    ('a cursor', $x$DO $do$ DECLARE c CURSOR FOR SELECT FROM ledger.publication_figure FOR UPDATE; BEGIN OPEN c; MOVE c; UPDATE ledger.publication_figure SET value = 1 WHERE CURRENT OF c; END $do$ $x$),
    ('the parts of publishing', $$SELECT * FROM emgov_internal.publication_draft('ledger', 'report', emgov.year(2024), clock_timestamp(), true, 'x', true)$$),
    ('insert approval', $$INSERT INTO ledger.approval SELECT 2, report, starts_on, ends_on, figures_hash, text_hash, 'the mayor', approved_at FROM ledger.approval$$),
    ('update approval', $$UPDATE ledger.approval SET approved_by = 'the mayor'$$),
    ('delete approval', $$DELETE FROM ledger.approval$$)
  ) AS s (name, statement), unnest('{owner,publisher}'::text[]) AS by;
-- by way of something else, by the owner
INSERT INTO public.attempt VALUES
    ('a view of one''s own', 'ledger_owner', ARRAY['CREATE VIEW public.v AS SELECT * FROM ledger.publication_figure', 'UPDATE public.v SET value = 1', 'DELETE FROM public.v']),
    ('a rule on another table', 'ledger_owner', ARRAY['CREATE TABLE public.t (i int)', 'CREATE RULE r AS ON INSERT TO public.t DO INSTEAD UPDATE ledger.publication_figure SET value = 1', 'INSERT INTO public.t VALUES (1)']),
    ('a function with the owner''s rights', 'ledger_owner',
        ARRAY[$$CREATE FUNCTION public.f() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE ledger.publication_figure SET value = 1'$$, 'SELECT public.f()']),
    ('a trigger on a fact', 'ledger_owner', ARRAY[
        $$CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE ledger.publication_figure SET value = 1; RETURN NEW; END'$$,
        'CREATE TRIGGER t BEFORE INSERT ON ledger.meeting FOR EACH ROW EXECUTE FUNCTION public.f()',
        $$INSERT INTO ledger.meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-03-03')$$]),
    ('a deferred trigger', 'ledger_owner', ARRAY[
        $$CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE ledger.publication_figure SET value = 1; RETURN NEW; END'$$,
        'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON ledger.meeting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.f()',
        $$INSERT INTO ledger.meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-03-03')$$, 'SET CONSTRAINTS ALL IMMEDIATE']),
    ('a child of the publications', 'ledger_owner', ARRAY['CREATE TABLE public.c () INHERITS (ledger.publication)', 'INSERT INTO public.c SELECT (jsonb_populate_record(p, ''{"id": 7}'')).* FROM ONLY ledger.publication AS p']),
    ('a child of the figures', 'ledger_owner', ARRAY['CREATE TABLE public.c () INHERITS (ledger.publication_figure)', 'INSERT INTO public.c SELECT * FROM ONLY ledger.publication_figure', 'UPDATE public.c SET value = 99']),
    ('a child put below', 'ledger_owner', ARRAY['CREATE TABLE public.c (LIKE ledger.publication_figure)', 'INSERT INTO public.c SELECT * FROM ledger.publication_figure', 'ALTER TABLE public.c INHERIT ledger.publication_figure']),
    ('a parent', 'ledger_owner', ARRAY['CREATE TABLE public.p (LIKE ledger.publication_figure)', 'ALTER TABLE ledger.publication_figure INHERIT public.p', 'UPDATE public.p SET value = 99', 'DELETE FROM public.p', 'TRUNCATE public.p']),
    ('a partitioned parent', 'ledger_owner', ARRAY['CREATE TABLE public.p (LIKE ledger.publication_figure) PARTITION BY LIST (publication_id)',
        'ALTER TABLE public.p ATTACH PARTITION ledger.publication_figure DEFAULT', 'INSERT INTO public.p SELECT (jsonb_populate_record(f, ''{"publication_id": 2, "value": 99}'')).* FROM ledger.publication_figure AS f',
        'UPDATE public.p SET value = 99']),
    ('a partitioned parent with other columns', 'ledger_owner', ARRAY['CREATE TABLE public.p (LIKE ledger.publication_figure) PARTITION BY LIST (publication_id)',
        'ALTER TABLE public.p ATTACH PARTITION ledger.publication_figure DEFAULT', 'ALTER TABLE public.p ALTER base_numerator TYPE numeric(20, 3) USING 99', 'ALTER TABLE public.p DROP base_denominator',
        'ALTER TABLE public.p RENAME record_checksum TO x']),
    ('a foreign key that cascades', 'ledger_owner', ARRAY['CREATE TABLE public.k (code text PRIMARY KEY)', 'INSERT INTO public.k SELECT code FROM ledger.publication_figure',
        'ALTER TABLE ledger.publication_figure ADD FOREIGN KEY (code) REFERENCES public.k ON UPDATE CASCADE ON DELETE CASCADE', $$UPDATE public.k SET code = 'Z' || code$$, 'DELETE FROM public.k']),
    ('a column of another type', 'ledger_owner', ARRAY['ALTER TABLE ledger.publication_figure ALTER value TYPE numeric USING 99']),
    ('a column dropped', 'ledger_owner', ARRAY['ALTER TABLE ledger.publication DROP published_by']),
    ('columns that change names', 'ledger_owner', ARRAY['ALTER TABLE ledger.publication_figure RENAME value TO v', 'ALTER TABLE ledger.publication_figure RENAME base TO value', 'ALTER TABLE ledger.publication_figure RENAME v TO base']),
    ('a trigger that changes what is published', 'ledger_owner', ARRAY[
        $$CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.value := 99; RETURN NEW; END'$$,
        'CREATE TRIGGER a BEFORE INSERT ON ledger.publication_figure FOR EACH ROW EXECUTE FUNCTION public.f()', 'CALL ledger.publish(''report'', emgov.year(2023))']),
    ('a rule on the publications', 'ledger_owner', ARRAY['CREATE RULE r AS ON INSERT TO ledger.publication_figure DO INSTEAD UPDATE ledger.publication_figure SET value = 99', 'CALL ledger.publish(''report'', emgov.year(2023))',
        'INSERT INTO ledger.publication_figure SELECT * FROM ledger.publication_figure']),
    ('no triggers', 'ledger_owner', ARRAY['ALTER TABLE ledger.publication_figure DISABLE TRIGGER ALL', 'CALL ledger.publish(''report'', emgov.year(2023))']),
    ('what it publishes writes', 'ledger_owner', ARRAY[
        $$CREATE FUNCTION ledger.evil() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN UPDATE ledger.publication_figure SET value = 99; RETURN true; EXCEPTION WHEN restrict_violation THEN RETURN true; END'$$,
        'CREATE VIEW ledger.source AS SELECT id, held_on, status FROM ledger.meeting WHERE ledger.evil()', 'GRANT SELECT ON ledger.source TO ledger_test_publisher',
        $$INSERT INTO ledger.meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-03-03')$$,
        $$INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('EVIL', 2, 'x', 'count', 'source', 'held_on', 'city', 'period', '次', 'x')$$,
        $$INSERT INTO ledger.report_figure (report, code) VALUES ('report', 'EVIL')$$, 'CALL ledger.publish(''report'', emgov.year(2024))']),
    ('what it publishes publishes', 'ledger_owner', ARRAY[
        $$CREATE FUNCTION ledger.evil() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM emgov_internal.publish_ledger(''ledger'', ''nested'', emgov.year(2024)); RETURN true; EXCEPTION WHEN others THEN RETURN true; END'$$,
        'CREATE VIEW ledger.source AS SELECT id, held_on, status FROM ledger.meeting WHERE ledger.evil()', 'GRANT SELECT ON ledger.source TO ledger_test_publisher',
        $$INSERT INTO ledger.meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-03-03')$$,
        $$INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('EVIL', 2, 'x', 'count', 'source', 'held_on', 'city', 'period', '次', 'x')$$,
        $$INSERT INTO ledger.report_figure (report, code) VALUES ('report', 'EVIL')$$, 'CALL ledger.publish(''report'', emgov.year(2024))']),
    ('after a failed publishing', 'ledger_owner', ARRAY['CALL ledger.publish(''report'', NULL)', 'UPDATE ledger.publication_figure SET value = 99', 'CALL ledger.publish(NULL, emgov.year(2024))', 'INSERT INTO ledger.publication SELECT * FROM ledger.publication']);
-- a ledger of one's own, or what passes for one, by the publisher
INSERT INTO public.attempt VALUES
    ('a ledger of one''s own with a trigger', 'ledger_test_publisher', ARRAY['CALL emgov.create_ledger(''mine'')',
        $$CREATE FUNCTION mine.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO ledger.publication_figure SELECT * FROM mine.publication_figure; RETURN NEW; END'$$,
        'CREATE TRIGGER t AFTER INSERT ON mine.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION mine.f()', $$INSERT INTO mine.report (code, title_zh) VALUES ('x', 'x')$$, $$INSERT INTO mine.report_figure (report, code) SELECT 'x', code FROM mine.indicator$$, 'CALL mine.publish(''x'', emgov.year(2024))']),
    ('a ledger of one''s own with a view', 'ledger_test_publisher', ARRAY['CALL emgov.create_ledger(''mine'')',
        $$CREATE FUNCTION mine.f() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO ledger.publication SELECT * FROM mine.publication; RETURN true; EXCEPTION WHEN restrict_violation THEN RETURN true; END'$$,
        $$INSERT INTO mine.meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-03-03')$$,
        'CREATE VIEW mine.source AS SELECT id, held_on FROM mine.meeting WHERE mine.f()',
        $$INSERT INTO mine.indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('EVIL', 2, 'x', 'count', 'source', 'held_on', 'city', 'period', '次', 'x')$$,
        $$INSERT INTO mine.report (code, title_zh) VALUES ('x', 'x')$$, $$INSERT INTO mine.report_figure (report, code) SELECT 'x', code FROM mine.indicator$$, 'CALL mine.publish(''x'', emgov.year(2024))']),
    ('a make-believe ledger of views', 'ledger_test_publisher', ARRAY['CREATE SCHEMA fake', 'CREATE VIEW fake.publication AS SELECT * FROM ledger.publication', 'CREATE VIEW fake.publication_figure AS SELECT * FROM ledger.publication_figure',
        'CREATE VIEW fake.indicator AS SELECT * FROM ledger.indicator', 'SELECT emgov_internal.publish_ledger(''fake'', ''x'', emgov.year(2024))']),
    ('a make-believe ledger of tables', 'ledger_test_publisher', ARRAY['CREATE SCHEMA fake', 'CREATE TABLE fake.publication (LIKE ledger.publication)', 'CREATE TABLE fake.publication_figure (LIKE ledger.publication_figure)',
        'CREATE VIEW fake.indicator AS SELECT * FROM ledger.indicator', 'SELECT emgov_internal.publish_ledger(''fake'', ''x'', emgov.year(2024))']),
    ('temporary tables', 'ledger_test_publisher', ARRAY['CREATE TEMP TABLE publication (LIKE ledger.publication)', 'SELECT emgov_internal.publish_ledger(pg_my_temp_schema()::regnamespace, ''x'', emgov.year(2024))']);

-- all that is published, whatever table holds it
CREATE FUNCTION public.published() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(x.t, '|' ORDER BY x.t)) FROM (SELECT to_jsonb(p)::text FROM ledger.publication AS p WHERE p.id = 1 UNION ALL SELECT to_jsonb(f)::text FROM ledger.publication_figure AS f WHERE f.publication_id = 1
        UNION ALL SELECT to_jsonb(a)::text FROM ledger.approval AS a) AS x (t)
$$;
-- whether a script forged anything; nothing of it stays
CREATE FUNCTION public.forged(by text, script text[], OUT forged boolean, OUT refused text) LANGUAGE plpgsql AS $$
DECLARE
    before text := public.published();
    statement text;
BEGIN
    forged := false;
    BEGIN
        FOREACH statement IN ARRAY script LOOP
            BEGIN
                EXECUTE format('SET LOCAL ROLE %I', by);
                EXECUTE statement;
                SET LOCAL ROLE NONE;
            EXCEPTION WHEN OTHERS THEN
                refused := concat_ws('; ', refused, SQLERRM);
            END;
        END LOOP;
        forged := public.published() IS DISTINCT FROM before
            OR EXISTS (SELECT FROM (TABLE ledger.publication EXCEPT ALL SELECT * FROM ONLY ledger.publication) AS x)
            OR EXISTS (SELECT FROM ledger.publication_figure WHERE publication_id NOT IN (SELECT id FROM ONLY ledger.publication))
            OR EXISTS (SELECT FROM ONLY ledger.publication AS p WHERE p.report = 'nested' OR p.id > 1 AND EXISTS (SELECT FROM ledger.verify_publication(p.id) AS v WHERE v.code IS DISTINCT FROM 'EVIL'));
        RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        NULL;
    END;
END $$;

SELECT plan((SELECT count(*)::int FROM public.attempt) + 4);
CREATE TABLE public.outcome AS SELECT a.name, f.* FROM public.attempt AS a CROSS JOIN LATERAL public.forged(a.by, a.script) AS f;
SELECT is(forged, false, format('S8: %s (%s)', name, left(coalesce(refused, 'nothing was refused'), 60))) FROM public.outcome ORDER BY name;
SELECT is_empty($$SELECT name FROM public.outcome WHERE refused IS NULL AND name NOT IN ('what it publishes writes', 'what it publishes publishes', 'the parts of publishing, owner', 'the parts of publishing, publisher', 'a ledger of one''s own with a view')$$,
    'each was refused, but for what did no harm');
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'the publication is as it was');
-- that the test can fail: a superuser who has switched the triggers off
SELECT ok((public.forged(current_user, ARRAY['ALTER TABLE ledger.publication_figure DISABLE TRIGGER ALL', 'UPDATE ledger.publication_figure SET value = 99'])).forged, 'a forged figure is seen');
SELECT ok((public.forged(current_user, ARRAY['ALTER TABLE ledger.publication_figure DISABLE TRIGGER ALL', 'DELETE FROM ledger.publication_figure'])).forged, 'so is one taken away');
SELECT * FROM finish();
