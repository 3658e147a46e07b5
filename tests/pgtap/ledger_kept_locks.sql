-- Kept tables whose columns and partitions change while other sessions write and publish.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET lock_timeout = '1min';
CREATE EXTENSION dblink;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true);
SELECT plan(24);
SELECT count(dblink_connect(c, format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), current_setting('port'), session_user, current_database())))
  FROM unnest('{one,other,publisher}'::text[]) AS c \gset ignored_
CREATE FUNCTION result_of(session text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    SELECT string_agg(r, ' ') INTO result FROM dblink_get_result(session) AS t (r text);
    PERFORM FROM dblink_get_result(session) AS t (r text);
    RETURN result;
EXCEPTION WHEN query_canceled OR OTHERS THEN
    PERFORM FROM dblink_get_result(session) AS t (r text);
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- a session waits for another one's lock
CREATE PROCEDURE wait_until_it_waits(INOUT waits boolean DEFAULT false) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 500 LOOP
        COMMIT;
        waits := EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
        EXIT WHEN waits;
        PERFORM pg_sleep(0.02);
    END LOOP;
END $$;

-- A column goes in a transaction that does not see all rows.
CREATE TABLE call (id int PRIMARY KEY, x int);
CALL emgov.keep_versions('call');
INSERT INTO call VALUES (1, 1);
SELECT dblink_exec('one', 'BEGIN ISOLATION LEVEL REPEATABLE READ'), (SELECT n FROM dblink('one', 'SELECT count(*) FROM call') AS t (n bigint)) \gset ignored_
INSERT INTO call VALUES (2, 2);
SELECT throws_ok($$SELECT dblink_exec('one', 'ALTER TABLE call DROP COLUMN x')$$, '40001', 'could not serialize access due to concurrent update', 'a column does not go where rows of it are not seen');
SELECT clock_timestamp() AS before \gset
SELECT dblink_exec('one', 'ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ'), dblink_exec('one', 'INSERT INTO call VALUES (3, 3)') \gset ignored_
SELECT is(dblink_exec('one', 'ALTER TABLE call DROP COLUMN x; COMMIT'), 'COMMIT', 'it may be tried again');
SELECT is((SELECT sum(x) FROM call_history_as_of(:'before')), 3::bigint, 'and what was in it is known');

-- A column is renamed while a partition goes, and while one comes.
CREATE TABLE visit (id int, visited_on date, area_code text, n int, PRIMARY KEY (id, visited_on)) PARTITION BY RANGE (visited_on);
SELECT format('CREATE TABLE visit_%s PARTITION OF visit FOR VALUES FROM (%L) TO (%L)', to_char(lower(m), 'MM'), lower(m), upper(m)) FROM emgov.months('[2025-01-01,2025-07-01)') AS m \gexec
CALL emgov.keep_versions('visit');
INSERT INTO visit SELECT n, date '2025-01-01' + n % 180, 'a', 1 FROM generate_series(1, 180) AS n;
SELECT dblink_exec('one', 'BEGIN; ALTER TABLE visit DETACH PARTITION visit_01') \gset ignored_
SELECT dblink_send_query('other', 'ALTER TABLE visit RENAME COLUMN n TO m') \gset ignored_
CALL wait_until_it_waits() \gset
SELECT ok(:'waits', 'a column is renamed while a partition goes');
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
SELECT is(result_of('other'), 'ALTER TABLE', 'it is');
SELECT lives_ok('UPDATE visit_01 SET n = 2', 'what went keeps its own, and its history');
SELECT is((SELECT sum(n) FROM visit_01_as_of(:'before')), NULL, 'from before it there is nothing');
SELECT is((SELECT array_agg(h.n ORDER BY 1)::text FROM (SELECT DISTINCT n FROM visit_01_history) AS h), '{1}', 'what was is kept');
SELECT is((SELECT sum(m) FROM visit_as_of('infinity')), (SELECT sum(m) FROM visit), 'and the whole has the new one');

-- Partitions come at two places below one table.
CREATE TABLE year_1 (LIKE visit INCLUDING ALL) PARTITION BY RANGE (visited_on);
CREATE TABLE year_2 (LIKE visit INCLUDING ALL) PARTITION BY RANGE (visited_on);
ALTER TABLE visit ATTACH PARTITION year_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE visit ATTACH PARTITION year_2 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE part_1 (LIKE visit INCLUDING ALL);
INSERT INTO part_1 (id, visited_on, area_code, m) VALUES (1001, '2026-01-02', 'a', 1);
CREATE TABLE part_2 (LIKE visit INCLUDING ALL);
INSERT INTO part_2 (id, visited_on, area_code, m) VALUES (1002, '2027-01-02', 'a', 1);
SELECT dblink_exec('one', $$BEGIN; ALTER TABLE year_1 ATTACH PARTITION part_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')$$) \gset ignored_
SELECT dblink_send_query('other', $$ALTER TABLE year_2 ATTACH PARTITION part_2 FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')$$) \gset ignored_
CALL wait_until_it_waits(false) \gset
SELECT ok(:'waits', 'one comes while another comes elsewhere');
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
SELECT is(result_of('other'), 'ALTER TABLE', 'it does');
SELECT is((SELECT count(*) FROM visit_as_of('infinity') WHERE id > 1000), 2::bigint, 'and the past has both');
SELECT dblink_exec('one', $$BEGIN; CREATE TABLE part_3 PARTITION OF year_1 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')$$) \gset ignored_
SELECT dblink_send_query('other', 'ALTER TABLE year_2 DETACH PARTITION part_2') \gset ignored_
CALL wait_until_it_waits(false) \gset
SELECT ok(:'waits', 'one goes while another is made elsewhere');
SELECT dblink_exec('one', $$INSERT INTO visit VALUES (1003, '2026-03-02', 'a', 1)$$), dblink_exec('one', 'COMMIT') \gset ignored_
SELECT is(result_of('other'), 'ALTER TABLE', 'it does');
SELECT results_eq($$SELECT id FROM visit_as_of('infinity') WHERE id > 1000 ORDER BY 1$$, 'VALUES (1001), (1003)', 'and the past has what there is');

-- Who publishes waits for who writes to a partition that he did not know when he began.
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, cutoff, scope, unit, definition_zh) VALUES ('V1', 1, '检查', 'count', 'public.visit', 'visited_on', 'period', 'city', '次', '检查');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('v', '检查', 'year');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('v', 1, '一');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('v', 1, 1, '检查{V1.phrase}。');
CALL ledger.entered(ARRAY['public.visit'], through => '2025-12-31', since => '2024-01-01');
SELECT value AS was FROM ledger.figures('2025', codes => ARRAY['V1']) \gset
-- publishing looks again and again for a lock that another one has
CREATE FUNCTION publishes(session text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.3);
    RETURN dblink_is_busy(session) = 1;
END $$;
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset ignored_
SELECT dblink_exec('one', 'BEGIN'), dblink_exec('one', format('SET emgov.known_at = %L', clock_timestamp())), dblink_exec('one', $$INSERT INTO ledger.area (code, name_zh, kind) VALUES ('x', '某区', 'district')$$) \gset ignored_
SELECT dblink_send_query('publisher', $$DO 'DECLARE id int; hash text; BEGIN CALL ledger.publish(''v'', emgov.year(2025), allow_gaps => true, force_reason => ''重发'', id => id, hash => hash); END'$$) \gset ignored_
SELECT ok(publishes('publisher'), 'one who publishes waits for another who writes as known before');
CREATE TABLE visit_07 PARTITION OF visit FOR VALUES FROM ('2025-07-01') TO ('2025-08-01');
SELECT dblink_exec('other', 'BEGIN'), dblink_exec('other', $$INSERT INTO visit VALUES (2001, '2025-07-02', 'a', 1)$$) \gset ignored_
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
SELECT ok(publishes('publisher'), 'and then for who writes to a partition that came meanwhile');
SELECT dblink_exec('other', 'COMMIT') \gset ignored_
SELECT is(result_of('publisher'), 'DO', 'and has published');
SELECT is((SELECT value FROM ledger.publication_figure WHERE publication_id = 2 AND code = 'V1' AND dimension = ''), (:was + 1)::numeric, 'with that row');
SELECT dblink_exec('other', 'BEGIN'), dblink_exec('other', $$CREATE TABLE visit_08 PARTITION OF visit FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')$$),
       dblink_exec('other', $$INSERT INTO visit VALUES (2002, '2025-08-02', 'a', 1)$$) \gset ignored_
SELECT dblink_send_query('publisher', $$DO 'DECLARE id int; hash text; BEGIN CALL ledger.publish(''v'', emgov.year(2025), allow_gaps => true, force_reason => ''重发'', id => id, hash => hash); END'$$) \gset ignored_
SELECT ok(publishes('publisher'), 'one that is not there yet is waited for, too');
SELECT dblink_exec('other', 'COMMIT') \gset ignored_
SELECT result_of('publisher') \gset ignored_
SELECT is((SELECT value FROM ledger.publication_figure WHERE publication_id = 3 AND code = 'V1' AND dimension = ''), (:was + 2)::numeric, 'with what was written to it');
SELECT is_empty('SELECT FROM ledger.verify_publication(2) UNION ALL SELECT FROM ledger.verify_publication(3)', 'both come out again');
-- a partition that goes waits for who publishes, and is not in his way
SELECT dblink_exec('other', 'BEGIN'), dblink_exec('other', $$INSERT INTO visit VALUES (2003, '2025-08-03', 'a', 1)$$) \gset ignored_
SELECT dblink_send_query('publisher', $$DO 'DECLARE id int; hash text; BEGIN CALL ledger.publish(''v'', emgov.year(2025), allow_gaps => true, force_reason => ''重发'', id => id, hash => hash); END'$$) \gset ignored_
SELECT publishes('publisher') \gset ignored_
SELECT dblink_send_query('one', 'ALTER TABLE visit DETACH PARTITION visit_06') \gset ignored_
SELECT publishes('one') \gset ignored_
SELECT dblink_exec('other', 'COMMIT') \gset ignored_
SELECT is(result_of('publisher'), 'DO', 'one publishes while a partition is to go');
SELECT is(result_of('one'), 'ALTER TABLE', 'which goes then');
SELECT count(dblink_disconnect(c)) FROM unnest('{one,other,publisher}'::text[]) AS c \gset ignored_
SELECT * FROM finish();
