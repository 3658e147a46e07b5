-- Kept tables whose columns and partitions change while other sessions write and publish.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET lock_timeout = '1min';
CREATE EXTENSION dblink;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true);
SELECT plan(46);
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
        waits := EXISTS (SELECT FROM pg_locks WHERE NOT granted AND coalesce(database, 0) IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())));
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
-- Another table gets the name while a command waits for the one that had it.
CREATE TABLE seen (id int PRIMARY KEY, x int);
CREATE TABLE seen_new (id int PRIMARY KEY, x int);
CREATE TYPE pair AS (id int, x int);
CREATE TYPE pair_new AS (id int, x int);
CREATE TABLE typed OF pair (PRIMARY KEY (id));
CREATE TABLE typed_new (id int, x int, known_from timestamptz NOT NULL DEFAULT clock_timestamp(), kept_since timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (id));
CALL emgov.keep_versions('seen_new');
INSERT INTO seen_new VALUES (1, 7);
CREATE PROCEDURE swapped(command text, INOUT result text DEFAULT NULL, INOUT before timestamptz DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE waits boolean;
BEGIN
    PERFORM dblink_exec('one', 'BEGIN; ALTER TABLE seen RENAME TO seen_old; ALTER TABLE seen_new RENAME TO seen');
    PERFORM dblink_send_query('other', command);
    COMMIT;
    CALL wait_until_it_waits(waits);
    before := clock_timestamp();
    PERFORM pg_sleep(0.01);
    PERFORM dblink_exec('one', 'COMMIT');
    result := waits || ' ' || result_of('other');
    COMMIT;
    ALTER TABLE seen RENAME TO seen_new;
    ALTER TABLE seen_old RENAME TO seen;
END $$;
CALL swapped('ALTER TABLE seen RENAME x TO y') \gset
SELECT is(:'result'::text, 'true ALTER TABLE', 'a column is renamed while its table gets its name');
SELECT is((SELECT y FROM seen_new_as_of(:'before')), 7, 'and is known by the new one from before');
CALL swapped('ALTER TABLE seen DROP COLUMN y CASCADE') \gset
SELECT is(:'result'::text, 'true ALTER TABLE', 'it goes');
SELECT is((SELECT y FROM seen_new_history_as_of(:'before')), 7, 'and what was in it is known');
ALTER TABLE seen ADD z int;
ALTER TABLE seen_new ADD z numeric;
UPDATE seen_new SET z = 1.5;
CALL swapped('ALTER TABLE seen ALTER z TYPE int') \gset
SELECT matches(:'result'::text, '^true 55000 column z of table public.seen, which is kept, cannot become integer', 'it gets another type');
ALTER TABLE seen_new ADD w int;
UPDATE seen_new SET w = 8;
ALTER TABLE seen_new DROP COLUMN w;
CALL swapped('ALTER TABLE seen ADD w text') \gset
SELECT is(:'result'::text, 'true ALTER TABLE', 'a column comes');
SELECT is((SELECT array_agg(w_dropped) FROM seen_new_history WHERE w_dropped IS NOT NULL)::text, '{8}', 'and that of the same name was set aside');
CALL swapped('ALTER TABLE seen SET UNLOGGED') \gset
SELECT matches(:'result'::text, '^true 55000 table "seen" cannot be unlogged', 'nor does it become unlogged');
-- of a type
CALL emgov.keep_versions('typed_new');
INSERT INTO typed_new VALUES (1, 7);
CREATE TYPE pair_kept AS (id int, x int, known_from timestamptz, kept_since timestamptz);
ALTER TABLE typed_new OF pair_kept;
SELECT clock_timestamp() AS before \gset
SELECT dblink_exec('one', 'BEGIN; ALTER TYPE pair RENAME TO pair_old; ALTER TYPE pair_kept RENAME TO pair') \gset ignored_
SELECT dblink_send_query('other', 'ALTER TYPE pair DROP ATTRIBUTE x CASCADE') \gset ignored_
CALL wait_until_it_waits() \gset
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
SELECT is(CASE WHEN :'waits' THEN 'true ' ELSE 'false ' END || result_of('other'), 'true ALTER TYPE', 'an attribute goes while another type gets the name');
SELECT is((SELECT x FROM typed_new_history_as_of(:'before')), 7, 'and what was in it is known');

-- Whoever has altered a partition, and then alters the whole, is waited for by who makes another partition, and does not wait for him.
SELECT dblink_exec('one', 'BEGIN; ALTER TABLE visit_03 ALTER area_code SET DEFAULT ''a''') \gset ignored_
SELECT dblink_send_query('other', 'CREATE TABLE visit_12 PARTITION OF visit FOR VALUES FROM (''2025-12-01'') TO (''2026-01-01'')') \gset ignored_
CALL wait_until_it_waits() \gset
SELECT ok(:'waits', 'a partition comes while one is altered');
SELECT is(dblink_exec('one', 'ALTER TABLE visit ADD q int; COMMIT'), 'COMMIT', 'the whole is altered meanwhile');
SELECT is(result_of('other'), 'CREATE TABLE', 'and the partition comes then');
-- What others have written since a transaction began is no version of its own, though it writes the table anew.
CREATE TABLE clerk (id int PRIMARY KEY, a text, b int, c int);
CREATE TABLE elsewhere (id int PRIMARY KEY);
CALL emgov.keep_versions('clerk');
CALL emgov.keep_versions('elsewhere');
INSERT INTO clerk VALUES (1, 'one', 1, 1), (2, 'two', 2, 2);
SELECT dblink_exec('one', 'RESET emgov.known_at; BEGIN; INSERT INTO elsewhere VALUES (1)') \gset ignored_
UPDATE clerk SET a = 'by a clerk' WHERE id = 2;
INSERT INTO clerk VALUES (3, 'entered by a clerk', 3, 3);
SELECT dblink_exec('one', 'ALTER TABLE clerk ALTER b TYPE bigint; UPDATE clerk SET c = 9; ALTER TABLE clerk ADD r float8 DEFAULT random(); UPDATE clerk SET c = 10; ALTER TABLE clerk DROP COLUMN a; COMMIT') \gset ignored_
SELECT results_eq('SELECT DISTINCT id, a COLLATE "C", c FROM clerk_history WHERE c < 9 ORDER BY 1, 2', $$VALUES (1, 'one' COLLATE "C", 1), (2, 'by a clerk', 2), (2, 'two', 2), (3, 'entered by a clerk', 3)$$, 'each committed version is kept');
SELECT is((SELECT count(*) FROM clerk_history WHERE a IS NULL), 0::bigint, 'with all that was in it');
-- nor is what is known from another time
CREATE TABLE told (id int PRIMARY KEY, a int, b int);
CALL emgov.keep_versions('told');
SET emgov.known_at = '2024-03-01 12:00+08';
INSERT INTO told VALUES (1, 1, 1);
SELECT throws_like('UPDATE told SET a = 2', '%cannot be changed as known at%', 'a version of another transaction');
SELECT throws_like('DO $$BEGIN ALTER TABLE told ALTER b TYPE bigint; UPDATE told SET a = 3; END$$', '%cannot be changed as known at%', 'is that also once the table was written anew');
RESET emgov.known_at;
-- Two sessions keep tables of one schema.
CREATE SCHEMA side;
CREATE TABLE side.k1 (id int PRIMARY KEY);
CREATE TABLE side.k2 (id int PRIMARY KEY);
CREATE TABLE side.k3 (id int PRIMARY KEY);
SELECT dblink_exec('one', 'BEGIN; CALL emgov.keep_versions(''side.k1'')') \gset ignored_
SELECT dblink_send_query('other', 'CALL emgov.keep_versions(''side.k2'')') \gset ignored_
CALL wait_until_it_waits() \gset
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
SELECT is(CASE WHEN :'waits' THEN 'true ' ELSE 'false ' END || result_of('other'), 'true CALL', 'two tables of one schema are kept at a time');
SELECT dblink_exec('one', 'BEGIN; CALL emgov.keep_versions(''side.k1'')') \gset ignored_
SELECT is(dblink_exec('other', 'SET lock_timeout = ''5s''; CALL emgov.keep_versions(''side.k3'')'), 'CALL', 'what is there is not made again');
SELECT dblink_exec('one', 'COMMIT') \gset ignored_
-- Commands on partitions of one table, over and over.
CREATE TABLE fam (id int, d date, n int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE fam_m PARTITION OF fam FOR VALUES FROM ('2025-01-01') TO ('2025-07-01') PARTITION BY RANGE (d);
CREATE TABLE fam_m1 PARTITION OF fam_m FOR VALUES FROM ('2025-01-01') TO ('2025-04-01');
CREATE TABLE fam_m2 PARTITION OF fam_m FOR VALUES FROM ('2025-04-01') TO ('2025-07-01');
CREATE TABLE fam_2 PARTITION OF fam FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
CALL emgov.keep_versions('fam');
SELECT count(dblink_exec(c, 'SET lock_timeout = ''20s''')) FROM unnest('{one,other,publisher}'::text[]) AS c \gset ignored_
SELECT dblink_send_query('one', 'DO $$BEGIN FOR i IN 1 .. 40 LOOP ALTER TABLE fam_m RENAME TO fam_n; COMMIT; ALTER TABLE fam_n RENAME TO fam_m; COMMIT; END LOOP; END$$'),
       dblink_send_query('other', 'DO $$BEGIN FOR i IN 1 .. 40 LOOP ALTER TABLE fam_m2 ADD CONSTRAINT c CHECK (n > 0); COMMIT; ALTER TABLE fam_m2 DROP CONSTRAINT c; COMMIT; END LOOP; END$$'),
       dblink_send_query('publisher', 'DO $$BEGIN FOR i IN 1 .. 20 LOOP CREATE TABLE fam_3 PARTITION OF fam FOR VALUES FROM (''2026-01-01'') TO (''2026-07-01''); COMMIT; '
           'ALTER TABLE fam DETACH PARTITION fam_3; COMMIT; DROP TABLE fam_3, fam_3_history CASCADE; COMMIT; ALTER TABLE fam ADD q int; COMMIT; ALTER TABLE fam DROP COLUMN q; COMMIT; END LOOP; END$$') \gset ignored_
SELECT is(result_of(c), 'DO', c || ': no deadlock') FROM unnest('{one,other,publisher}'::text[]) AS c;
SELECT count(dblink_disconnect(c)) FROM unnest('{one,other,publisher}'::text[]) AS c \gset ignored_
SELECT * FROM finish();
