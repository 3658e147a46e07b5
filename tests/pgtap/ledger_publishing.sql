-- Publishing beside writers: it waits for whom it must (S13), for a bounded time and in
-- nobody's way (S14), two of them do not deadlock (S41); what may not be published (S21);
-- the base first published (S20).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/owner.sql
CREATE ROLE ledger_test_publisher;
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\set ledger other
\ir ../ledger/changzhou.sql
-- a view over a kept table of another schema, and one over that
CREATE SCHEMA desk;
CREATE TABLE desk.hotline (id int PRIMARY KEY, called_on date NOT NULL, topic text);
CALL emgov.keep_versions('desk.hotline');
CREATE VIEW desk.calls AS SELECT id, called_on, topic FROM desk.hotline;
CREATE FUNCTION desk.calls_as_of(timestamptz) RETURNS SETOF desk.calls LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, called_on, topic FROM desk.hotline_as_of($1); END;
CREATE VIEW ledger.safety_call AS SELECT id, called_on FROM desk.calls WHERE topic = 'safety';
CREATE FUNCTION ledger.safety_call_as_of(timestamptz) RETURNS SETOF ledger.safety_call LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, called_on FROM desk.calls_as_of($1) WHERE topic = 'safety'; END;
CALL ledger.grant_publisher('ledger_test_publisher');
\ir ../ledger/whole_report.sql
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
VALUES ('CALLS', 3, '来电', 'count', 'safety_call', 'called_on', 'city', 'period', '次', '期内安全类来电次数');
SELECT format('CALL pg_temp.whole_report(%L)', r) FROM unnest('{report,earlier,partial,whole,draft}'::text[]) AS r \gexec
CALL pg_temp.whole_report('report', 'other');
RESET ROLE;
SET search_path = ledger, public, emgov;

SELECT count(dblink_connect(c, format('dbname=%I options=-csearch_path=ledger,public,emgov', current_database()))) FROM unnest('{a,b,p,q}'::text[]) AS c \gset
CREATE FUNCTION public.says(c text, VARIADIC statements text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(statements) LOOP
        PERFORM dblink_exec(c, statements[i]);
    END LOOP;
END $$;
-- publish in another session; what came of it: the number, or the error
CREATE FUNCTION public.result(c text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r text;
BEGIN
    SELECT id INTO r FROM dblink_get_result(c) AS x (id int, hash text);
    PERFORM FROM dblink_get_result(c) AS x (id int, hash text);
    RETURN 'publication ' || r;
EXCEPTION WHEN OTHERS THEN
    DECLARE
        message text := SQLERRM;
        detail text;
    BEGIN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        PERFORM FROM dblink_get_result(c) AS x (id int, hash text);
        RETURN message || ': ' || detail;
    END;
END $$;
\ir ../ledger/publishing_waits.sql
SELECT plan(31);

-- ------------------------------------------------------------------ S13
SELECT public.says('a', 'BEGIN', $$INSERT INTO desk.hotline SELECT i, '2024-05-01', 'safety' FROM generate_series(1, 7) AS i$$) \gset
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT pg_temp.until_publishing_waits() \gset
SELECT is(dblink_is_busy('p'), 1, 'S13: publishing waits for a writer behind a view over a view in another schema');
SELECT is(dblink_exec('b', $$INSERT INTO desk.hotline VALUES (8, '2024-05-01', 'safety')$$), 'INSERT 0 1', 'S14: nobody who begins meanwhile waits');
SELECT public.says('a', 'COMMIT') \gset
SELECT is(public.result('p'), 'publication 1', 'then publishes');
SELECT is((SELECT value FROM publication_figure WHERE code = 'CALLS'), 7::numeric, 'S13: what was written before it, and nothing later');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'S13: and it comes out again');
SELECT set_has($$SELECT relation::text FROM emgov_internal.source_tables('ledger') WHERE certain$$, $$VALUES ('desk.hotline'), ('accident'), ('casualty'), ('accident_category')$$, 'S13: the tables behind the sources');
SELECT is_empty($$SELECT FROM emgov_internal.source_tables('other') WHERE relation::text LIKE 'desk.%'$$, 'another ledger has not got them');

-- ------------------------------------------------------------------ S14
SELECT public.says('a', 'BEGIN', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-02', '320412', 'chemical')$$) \gset
SELECT pid AS a FROM dblink('a', 'SELECT pg_backend_pid()') AS x (pid int) \gset
SELECT public.says('p', 'SET emgov.publish_timeout = 700') \gset
SELECT clock_timestamp() AS began \gset
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT public.result('p') AS said \gset
SELECT ok(:'said' LIKE '%emgov.publish_timeout%' AND :'said' LIKE format('%%Session %s of user "%s"%%began at%%', :a, current_user), 'S14: it gives up at its limit and names the session: ' || :'said');
SELECT ok(clock_timestamp() - :'began' BETWEEN interval '0.6 s' AND interval '15 s', 'S14: not earlier and not much later');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 25959 AND mode = 'ExclusiveLock'), 0::bigint, 'and lets go of what it held');
SELECT dblink_send_query('q', 'CALL other.publish(''report'', year(2024))') \gset
SELECT is(public.result('q'), 'publication 1', 'S14: another ledger is not concerned');
-- as of a moment before that transaction began there is nothing to wait for
SELECT now() - interval '1 hour' AS earlier \gset
SELECT clock_timestamp() AS sent \gset
SELECT dblink_send_query('p', format('CALL publish(''earlier'', year(2024), %L)', :'earlier')) \gset
SELECT is(public.result('p'), 'publication 2', 'S14: as of a moment long settled it does not wait');
SELECT clock_timestamp() - :'sent' AS takes \gset
SELECT public.says('a', 'ROLLBACK') \gset
-- what is dated back waits for nothing and is refused, or publishing is
SELECT public.says('b', 'SET emgov.known_at = ''2026-01-01''', 'BEGIN') \gset
SELECT is((SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()), 0::bigint, 'S14: nobody has waited in a queue');
SELECT public.says('b', 'ROLLBACK', 'RESET emgov.known_at') \gset

-- a prepared transaction is waited for, whatever the session that prepared it does meanwhile
SELECT public.says('a', 'BEGIN', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-02', '320412', 'chemical')$$, $$PREPARE TRANSACTION 'ledger_publishing'$$) \gset
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT pg_temp.until_publishing_waits() \gset
SELECT public.says('a', 'BEGIN') \gset
SELECT matches(public.result('p'), 'emgov.publish_timeout allows: A prepared transaction is in the way; see pg_prepared_xacts\.$', 'a prepared transaction is waited for, and named as one');
SELECT public.says('a', 'COMMIT') \gset
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT matches(public.result('p'), 'emgov.publish_timeout allows: A prepared transaction is in the way; see pg_prepared_xacts\.$', 'and while its session does nothing');
COMMIT PREPARED 'ledger_publishing';
UPDATE accident SET status = 'withdrawn', note = 'of the test' WHERE occurred_on = '2024-07-02';
SELECT is_empty('SELECT * FROM verify_publication(2)', 'what was published is as it was');

-- ------------------------------------------------------------------ S41: both have written, both publish
SELECT public.says('p', 'SET emgov.publish_timeout = ''20s''', 'BEGIN', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-03', '320412', 'chemical')$$) \gset
SELECT public.says('q', 'SET emgov.publish_timeout = ''20s''', 'BEGIN', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-04', '320412', 'chemical')$$) \gset
SELECT clock_timestamp() AS began \gset
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT pg_temp.until_publishing_waits() \gset
SELECT dblink_send_query('q', 'CALL publish(''report'', year(2024))') \gset
SELECT public.result('q') AS said \gset
SELECT ok(:'said' LIKE 'another transaction is publishing%Session%', 'S41: the second is refused at once: ' || :'said');
SELECT public.says('q', 'ROLLBACK') \gset
SELECT is(public.result('p'), 'publication 3', 'S41: the first publishes as soon as that has ended');
SELECT ok(clock_timestamp() - :'began' < interval '19 s' + 3 * interval :'takes', 'S41: without a deadlock and before its limit, beside what publishing takes');
SELECT public.says('p', 'COMMIT') \gset
SELECT is_empty('SELECT * FROM verify_publication(3)', 'and it comes out again');

-- ------------------------------------------------------------------ isolation, and S21: row policies
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok('CALL publish(''report'', year(2024))', '25001', NULL, 'not at repeatable read');
COMMIT;
SELECT throws_ok('CALL publish(''report'', year(2024), ''infinity'')', '22023', NULL, 'not as of a moment to come');
CREATE POLICY one_area ON accident FOR SELECT TO ledger_test_publisher USING (area_code = '320402');
ALTER TABLE accident ENABLE ROW LEVEL SECURITY;
SET ROLE ledger_test_publisher;
SELECT throws_like('CALL publish(''partial'', year(2023))', '%may see only some of the rows of "%accident"%', 'S21: who is limited by a row policy publishes nothing, and is told the table');
RESET ROLE;
ALTER TABLE accident DISABLE ROW LEVEL SECURITY;
SET ROLE ledger_test_publisher;
SELECT lives_ok('CALL publish(''whole'', year(2023))', 'without the policy they do');
RESET ROLE;

-- ------------------------------------------------------------------ S20
CALL publish('draft', year(2023));
INSERT INTO accident (occurred_on, area_code, category_code) SELECT '2023-05-01', '320412', 'chemical' FROM generate_series(1, 5);
CALL publish('report', year(2023));
SELECT results_eq($$SELECT base FROM figures(year(2024), base => 'first_published', report => 'report') WHERE code = 'F028' UNION ALL SELECT base FROM figures(year(2024), base => 'first_published', report => 'draft') WHERE code = 'F028'$$,
    'VALUES (5::numeric), (0)', 'S20: the base is what the report named first published');
SELECT throws_like($$SELECT * FROM figures(year(2024), base => 'first_published')$$, 'several reports were published for%', 'S20: without a name there must be one only');
SELECT clock_timestamp() AS before \gset
INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2022-05-01', '320412', 'chemical');
CALL publish('report', year(2022), :'earlier');
SELECT is((SELECT state || coalesce(base::text, '') FROM figures(year(2023), :'before', base => 'first_published', report => 'report') WHERE code = 'F028'), 'not_published',
          'S20: by when it was published, not as of when: an answer as of a moment stays');


-- ------------------------------------------------------------------ S15: a ledger of somebody else's over these tables
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_test_publisher', current_database()) \gexec
SELECT public.says('a', 'SET ROLE ledger_test_publisher', 'CALL emgov.create_ledger(''theirs'')',
    'CREATE VIEW theirs.copied AS SELECT id, occurred_on FROM ledger.accident',
    $$INSERT INTO theirs.indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('THEIRS', 3, 'x', 'count', 'copied', 'occurred_on', 'city', 'period', '次', 'x')$$,
    $$INSERT INTO theirs.report (code, title_zh) VALUES ('x', 'x')$$, $$INSERT INTO theirs.report_figure (report, code) VALUES ('x', 'THEIRS')$$,
    'BEGIN', 'DO $do$ DECLARE i int; h text; BEGIN CALL theirs.publish(''x'', emgov.year(2024), NULL, true, NULL, i, h); END $do$') \gset
SELECT set_has($$SELECT relation FROM emgov_internal.source_tables('theirs')$$, $$VALUES ('accident'::regclass)$$, 'somebody publishes from these tables, and keeps the transaction open');
INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-05-01', '320412', 'chemical');
SET emgov.publish_timeout = '2s';
SELECT lives_ok('CALL publish(''report'', year(2024))', 'S15: that keeps nobody from publishing');
SELECT public.says('a', 'COMMIT') \gset
SELECT is_empty($$SELECT FROM emgov.published_table WHERE publication = 'theirs.publication'::regclass$$, 'S15: nor does it close the past of tables that are not theirs');

-- ------------------------------------------------------------------ what cannot come out again says so, once
DROP FUNCTION ledger.safety_call_as_of(timestamptz);
SELECT set_eq($$SELECT what, recomputed FROM verify_publication((SELECT max(id) FROM publication)) WHERE code = 'CALLS'$$, $$VALUES ('state', 'unversioned')$$,
              'a source without a past: its figure says that by its state alone');
SELECT * FROM finish();
SELECT count(dblink_disconnect(c)) FROM unnest('{a,b,p,q}'::text[]) AS c \gset
