-- DETACH PARTITION … CONCURRENTLY of a kept table is two transactions: what queries no longer read after the first one is gone, whoever publishes in
-- between; broken off there, it is so until FINALIZE.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true);
SELECT plan(51);
SELECT count(dblink_connect(c, format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), current_setting('port'), session_user, current_database())))
  FROM unnest('{reader,mover}'::text[]) AS c \gset ignored_

CREATE TABLE visit (id int, visited_on date, area_code text, PRIMARY KEY (id, visited_on)) PARTITION BY RANGE (visited_on);
SELECT format('CREATE TABLE visit_%s PARTITION OF visit FOR VALUES FROM (%L) TO (%L)', to_char(lower(m), 'MM'), lower(m), upper(m)) FROM emgov.months('[2025-01-01,2025-07-01)') AS m \gexec
CALL emgov.keep_versions('visit');
INSERT INTO visit SELECT n, date '2025-01-01' + n % 180, 'a' FROM generate_series(1, 1800) AS n;
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, cutoff, scope, unit, definition_zh) VALUES ('V1', 1, '检查', 'count', 'public.visit', 'visited_on', 'period', 'city', '次', '检查');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('v', '检查', 'year');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('v', 1, '一');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('v', 1, 1, '检查{V1.phrase}。');
CALL ledger.entered(ARRAY['public.visit'], through => '2025-12-31', since => '2024-01-01');
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset

-- what is read now, of the past, and in figures
CREATE FUNCTION counts(OUT now bigint, OUT past bigint, OUT figure numeric) LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM visit_as_of('infinity')), (SELECT value FROM ledger.figures('2025', codes => ARRAY['V1'])) $$;
CREATE FUNCTION is_going(OUT boolean) LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'visit'::regclass AND inhdetachpending) $$;
-- the first transaction of a DETACH is over, and the second one waits for somebody who reads; true when it is so
CREATE PROCEDURE begin_to_detach(name text, OUT goes boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dblink_exec('reader', 'BEGIN'), dblink_exec('reader', 'LOCK TABLE visit IN ACCESS SHARE MODE');
    PERFORM dblink_send_query('mover', format('ALTER TABLE visit DETACH PARTITION %I CONCURRENTLY', name));
    FOR i IN 1 .. 1000 LOOP
        COMMIT;
        goes := is_going() OR dblink_is_busy('mover') = 0;
        EXIT WHEN goes;
        PERFORM pg_sleep(0.02);
    END LOOP;
    goes := is_going();
END $$;
CREATE FUNCTION result_of_it() RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    SELECT string_agg(r, ' ') INTO result FROM dblink_get_result('mover') AS t (r text);
    PERFORM FROM dblink_get_result('mover') AS t (r text);
    RETURN result;
EXCEPTION WHEN query_canceled OR OTHERS THEN
    PERFORM FROM dblink_get_result('mover') AS t (r text);
    RETURN SQLSTATE;
END $$;

-- without anybody between
ALTER TABLE visit DETACH PARTITION visit_06 CONCURRENTLY;
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1510,1510,1510)', 'detached concurrently, it is gone');
SELECT is((SELECT value_now FROM ledger.restatement(1) WHERE code = 'V1' AND what = 'value'), 1510::numeric, 'which is restated');
SELECT lives_ok($$ALTER TABLE visit ATTACH PARTITION visit_06 FOR VALUES FROM ('2025-06-01') TO ('2025-07-01')$$, 'it may come back');
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1800,1800,1800)', 'and is there');
SELECT is_empty($$SELECT FROM ledger.restatement(1)$$, 'as if it had never gone');

-- somebody publishes in between
CALL begin_to_detach('visit_05', NULL) \gset
SELECT ok(:'goes', 'one goes while another session reads');
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1490,1490,1490)', 'it is not read any more, nor in the past');
SELECT is((SELECT value_now FROM ledger.restatement(1) WHERE code = 'V1' AND what = 'value'), 1490::numeric, 'which is restated');
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset
SELECT is((SELECT value FROM ledger.publication_figure WHERE publication_id = 2 AND code = 'V1'), 1490::numeric, 'nor published');
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
SELECT is(result_of_it(), 'ALTER TABLE', 'the command ends');
SELECT ok(NOT is_going(), 'and it is no partition');
SELECT is((SELECT count(*) FROM ledger.verify_publication(2)), 0::bigint, 'what was published comes out again');
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_05 FOR VALUES FROM ('2025-05-01') TO ('2025-06-01')$$, '55000',
    'table "visit_05" cannot become a partition of "visit": it has rows that are known from before the last publication', 'it was not in that: it does not come back');
SELECT is_empty('SELECT FROM ledger.restatement(2)', 'nothing is restated');

-- broken off between the two
CALL begin_to_detach('visit_04', NULL) \gset
SELECT ok(:'goes', 'another goes');
SELECT dblink_cancel_query('mover') \gset ignored_
SELECT is(result_of_it(), '57014', 'and is broken off');
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
SELECT ok(is_going(), 'half gone');
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1190,1190,1190)', 'it is read by nobody');
-- in 18 the server itself cannot end it then (could not convert row type)
SELECT :SERVER_VERSION_NUM < 180000 AS may_add, CASE WHEN :SERVER_VERSION_NUM < 180000 THEN 'ALTER TABLE visit_going ADD n int; ' ELSE '' END AS add_n \gset
\if :may_add
SELECT lives_ok('ALTER TABLE visit ADD n int', 'the whole gets a column');
\else
SELECT skip('a column before FINALIZE');
\endif
SELECT throws_ok('ALTER TABLE visit_04 ADD m int', '55000', NULL, 'which it does not');
SELECT lives_ok('ALTER TABLE visit_04 RENAME TO visit_going', 'it is renamed');
SELECT lives_ok('CREATE TABLE visit_07 PARTITION OF visit FOR VALUES FROM (''2025-07-01'') TO (''2025-08-01'')', 'another partition comes');
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1190,1190,1190)', 'what is read is the same');
SELECT throws_like('DELETE FROM visit_going', 'delete on "public.visit_going" is refused%', 'it is kept');
SELECT throws_ok($$SET emgov.known_at = '2020-01-01'; INSERT INTO visit_going VALUES (9000, '2025-04-01', 'a')$$, '55000', NULL, 'and not dated back');
RESET emgov.known_at;
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset
SELECT lives_ok('ALTER TABLE visit DETACH PARTITION visit_going FINALIZE', 'FINALIZE ends it');
SELECT throws_ok(:'add_n' || $$ALTER TABLE visit ATTACH PARTITION visit_going FOR VALUES FROM ('2025-04-01') TO ('2025-05-01')$$, '55000',
    'table "visit_going" cannot become a partition of "visit": it has rows that are known from before the last publication', 'what was published between does not have it: it does not come back');
SELECT is((SELECT count(*) FROM ledger.verify_publication(3)), 0::bigint, 'and comes out again');

-- and nothing published between
CALL begin_to_detach('visit_03', NULL) \gset
SELECT dblink_cancel_query('mover') \gset ignored_
SELECT is(result_of_it(), '57014', 'one more is broken off');
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
ALTER TABLE visit DETACH PARTITION visit_03 FINALIZE;
SELECT lives_ok($$ALTER TABLE visit ATTACH PARTITION visit_03 FOR VALUES FROM ('2025-03-01') TO ('2025-04-01')$$, 'it comes back');
SELECT is((SELECT ROW(c.*)::text FROM counts() AS c), '(1190,1190,1190)', 'and is read');
SELECT is_empty('SELECT FROM ledger.restatement(3)', 'as it was published');
-- one that is half gone can be dropped, as any table that is kept by itself
CALL begin_to_detach('visit_02', NULL) \gset
SELECT dblink_cancel_query('mover') \gset ignored_
SELECT result_of_it() \gset ignored_
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
SELECT lives_ok($$CALL emgov.release_versions('visit_02'); DROP TABLE visit_02, visit_02_history$$, 'one that is half gone is released and dropped');

-- One that is partitioned itself is kept as a whole before it goes: what stands in the way of that is said at once, and what comes below it meanwhile is kept.
CREATE TABLE visit_later PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (visited_on);
CREATE TABLE visit_later_1 PARTITION OF visit_later FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE FUNCTION visit_later_as_of(timestamptz) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT dblink_send_query('mover', 'ALTER TABLE visit DETACH PARTITION visit_later CONCURRENTLY') \gset ignored_
SELECT is(result_of_it(), '42723', 'what would not be kept does not go');
SELECT ok(NOT is_going(), 'nor by half');
DROP FUNCTION visit_later_as_of(timestamptz);
CALL begin_to_detach('visit_later', NULL) \gset
SELECT ok(:'goes', 'one that is partitioned goes');
SELECT dblink_cancel_query('mover') \gset ignored_
SELECT is(result_of_it(), '57014', 'and is broken off');
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
CREATE TABLE visit_later_2 PARTITION OF visit_later FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO visit_later VALUES (9200, '2026-02-02', 'a');
SELECT throws_like('DELETE FROM visit_later_2', 'delete on "public.visit_later_2" is refused%', 'what comes below it then is kept');
SELECT is((SELECT count(*) FROM visit_later_as_of('infinity')), 1::bigint, 'and its past is read by what it has of its own');
SELECT lives_ok('ALTER TABLE visit DETACH PARTITION visit_later FINALIZE', 'FINALIZE ends it');
SELECT is((SELECT ROW(c.now, c.past)::text FROM counts() AS c), (SELECT ROW(count(*), count(*))::text FROM visit), 'and the whole is as it was');

-- What else changes the partitions is waited for before anything is written.
CREATE PROCEDURE wait_for_locks(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 500 LOOP
        COMMIT;
        EXIT WHEN (SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) >= n;
        PERFORM pg_sleep(0.02);
    END LOOP;
END $$;
SELECT dblink_exec('reader', 'BEGIN'), dblink_exec('reader', 'CREATE TABLE visit_08 PARTITION OF visit FOR VALUES FROM (''2025-08-01'') TO (''2025-09-01'')') \gset ignored_
SELECT dblink_send_query('mover', 'ALTER TABLE visit DETACH PARTITION visit_07 CONCURRENTLY') \gset ignored_
CALL wait_for_locks(1);
SELECT dblink_exec('reader', 'INSERT INTO visit VALUES (9100, ''2025-08-01'', ''a'')'), dblink_exec('reader', 'COMMIT') \gset ignored_
SELECT is(result_of_it(), 'ALTER TABLE', 'one goes while another one is being made');
SELECT is((SELECT ROW(c.now, c.past)::text FROM counts() AS c), (SELECT ROW(count(*), count(*))::text FROM visit), 'and the past has the new one');
SELECT is((SELECT count(*) FROM visit_as_of('infinity') WHERE id = 9100), 1::bigint, 'with its row');
SELECT dblink_exec('reader', 'BEGIN'), dblink_exec('reader', 'ALTER TABLE visit ATTACH PARTITION visit_07 FOR VALUES FROM (''2025-07-01'') TO (''2025-08-01'')') \gset ignored_
SELECT dblink_send_query('mover', 'ALTER TABLE visit DETACH PARTITION visit_08 CONCURRENTLY') \gset ignored_
CALL wait_for_locks(1);
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
SELECT is(result_of_it(), 'ALTER TABLE', 'or one comes');
SELECT is((SELECT count(*) FROM pg_depend WHERE objid = 'visit_as_of(timestamptz)'::regprocedure AND refobjid = 'visit_07_as_of(timestamptz)'::regprocedure AND deptype = 'n'), 1::bigint, 'and the past has it');
-- and figures are published between the two transactions
CALL begin_to_detach('visit_07', NULL) \gset
SELECT ok(:'goes', 'one goes while figures are being published');
BEGIN;
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true, force_reason => '重发') \gset
SELECT dblink_exec('reader', 'COMMIT') \gset ignored_
COMMIT;
SELECT is(result_of_it(), 'ALTER TABLE', 'it is gone');
-- a past that was made without a partition, as a dump has it that was made while one was half gone
SELECT is_empty($$SELECT FROM ledger.health() WHERE what = 'past'$$, 'the past has all partitions');
SELECT emgov_internal.make_partitions_past('visit', leaves => 'visit_01') \gset ignored_
SELECT is((SELECT ROW(state, object, value, detail)::text FROM ledger.health('en') WHERE what = 'past'),
          '(fail,public.visit,1,"what reads its past leaves out public.visit_01: CALL emgov.keep_versions(''public.visit'')")', 'one that has not is found');
CALL emgov.keep_versions('visit');
SELECT is_empty($$SELECT FROM ledger.health() WHERE what = 'past'$$, 'and mended by what it says');
SELECT count(dblink_disconnect(c)) FROM unnest('{reader,mover}'::text[]) AS c \gset ignored_
SELECT * FROM finish();
