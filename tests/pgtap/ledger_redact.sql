-- redact(): personal data out of all versions of a record, with a trace; nothing that was published
-- comes out otherwise; by the owner alone, and beside writers.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/owner.sql
CREATE ROLE redact_reader;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
CALL ledger.grant_analyst('redact_reader');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('report');
SET search_path = ledger, emgov;
CREATE FUNCTION ledger.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; state text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
    RETURN concat_ws(' | ', state, message, nullif(detail, ''));
END
$$;
RESET ROLE;
SET search_path = ledger, public, emgov;
SELECT plan(51);
SET ROLE ledger_owner;

INSERT INTO accident (id, occurred_on, area_code, category_code, title, number) VALUES (1, '2024-03-01', '320404', 'chemical', '张三坠落', 'A1'), (2, '2024-03-02', '320404', 'road', '李四', 'A2');
INSERT INTO casualty (id, accident_id, person, outcome, outcome_on, note) VALUES (1, 1, '张三', 'serious', '2024-03-01', '工友报'), (2, 1, '李四', 'dead', '2024-03-02', NULL);
INSERT INTO subject (id, kind, person_key, name) VALUES (5, 'person', 'k1', '王五'), (6, 'person', 'k2', '王六');
SELECT pg_sleep(0.002) \gset
UPDATE casualty SET outcome = 'dead', outcome_on = '2024-03-09' WHERE id = 1;
SELECT pg_sleep(0.002) \gset
UPDATE casualty SET person = '张三丰' WHERE id = 1;
UPDATE subject SET name = '王五五', area_code = '320404' WHERE id = 5;
CALL entered(ARRAY['accident', 'casualty'], '2024-12-31', '2023-01-01');
CALL publish('report', year(2024), NULL, true, NULL);
CREATE TABLE first AS SELECT id, hash FROM publication;
CREATE TABLE before AS SELECT known_from, known_to, outcome, outcome_on, status, note FROM ledger_store.casualty_history WHERE id = 1;
CREATE TABLE live AS SELECT known_from FROM casualty WHERE id = 1;
SELECT is_empty('SELECT v.* FROM first AS p, verify_publication(p.id, p.hash) AS v', 'a publication stands');

CALL redact('ledger.casualty', '1', '{person}', '本人申请，个人信息保护法第四十七条') \gset
SELECT is(:versions, 3, 'it says how many versions there were');
SELECT is_empty('SELECT FROM casualty WHERE id = 1 AND person IS NOT NULL UNION ALL SELECT FROM ledger_store.casualty_history WHERE id = 1 AND person IS NOT NULL', 'all of them are blank');
SELECT is_empty($$SELECT FROM casualty_as_of(clock_timestamp()) AS c WHERE id = 1 AND person IS NOT NULL UNION ALL SELECT FROM casualty_versions(NULL, NULL) AS c WHERE id = 1 AND person IS NOT NULL$$, 'as of any moment');
SELECT bag_eq('SELECT known_from, known_to, outcome, outcome_on, status, note FROM ledger_store.casualty_history WHERE id = 1', 'SELECT * FROM before', 'nothing else of its past is changed, no version more');
SELECT is((SELECT known_from FROM casualty WHERE id = 1), (SELECT known_from FROM live), 'nor when the present one was known');
SELECT is((SELECT person FROM casualty WHERE id = 2), '李四', 'nor another record');
SELECT results_eq($$SELECT table_name, record_key, columns, versions, reason, redacted_by = session_user, redacted_at > now() - interval '1 minute' FROM redaction$$,
    $$VALUES ('casualty', '1', '{person}'::text[], 3, '本人申请，个人信息保护法第四十七条', true, true)$$, 'the trace says who, when, why');
SELECT is_empty('SELECT v.* FROM first AS p, verify_publication(p.id, p.hash) AS v', 'the publication stands');
CALL redact('accident', 1, '{title,note}', 'x');
CALL redact('accident', 2, '{title,number}', 'x');
CALL redact('subject', 5, '{name,person_key}', 'x');
SELECT is_empty('SELECT v.* FROM first AS p, verify_publication(p.id, p.hash) AS v', 'and after more of them');
SELECT results_eq($$SELECT x.title, x.number FROM accident AS x ORDER BY id$$, $$VALUES (NULL, 'A1'), (NULL, NULL)$$, 'several columns, a key that is a number');
SELECT results_eq($$SELECT name, person_key FROM subject WHERE id = 5 UNION ALL SELECT name, person_key FROM ledger_store.subject_history WHERE id = 5$$,
    $$SELECT format('[redacted %s]', id), format('[redacted %s]', id) FROM redaction, generate_series(1, 2) WHERE table_name = 'subject'$$, 'where a text must be, the trace''s number stands, past and present');
CALL publish('report', year(2024), NULL, true, NULL);
SELECT is_empty('SELECT v.* FROM publication AS p, verify_publication(p.id, p.hash) AS v', 'what is published afterwards stands, too');
SELECT is_empty('SELECT r.* FROM first AS p, restatement(p.id) AS r', 'and nothing is restated');
-- it is its own transaction's row, but not its own version
BEGIN;
CALL redact('subject', 6, '{name}', 'x');
UPDATE subject SET area_code = '320404' WHERE id = 6;
COMMIT;
SELECT results_eq($$SELECT area_code FROM ledger_store.subject_history WHERE id = 6$$, $$VALUES (NULL::text)$$, 'changed again in one transaction, the version before is kept');
BEGIN;
CALL redact('subject', 6, '{note}', 'undone');
ROLLBACK;
SELECT is_empty($$SELECT FROM redaction WHERE reason = 'undone'$$, 'undone, there is no trace');
UPDATE subject SET note = 'n' WHERE id = 6;
SELECT is((SELECT count(*) FROM ledger_store.subject_history WHERE id = 6), 2::bigint, 'later changes are kept as ever');

-- what cannot be
SELECT matches(said($$CALL redact('casualty', 1, '{outcome}', 'x')$$), '23001 \| column "outcome" of "ledger.casualty" cannot be redacted \| Figures are counted by it: .*F030', 'what figures are counted by');
SELECT matches(said($$CALL redact('accident', 1, '{direct_loss}', 'x')$$), 'Figures are counted by it', 'through a view, too');
SELECT matches(said($$CALL redact('casualty', 1, '{accident_id}', 'x')$$), 'Figures are counted by it', 'what a view is joined by');
SELECT matches(said($$CALL redact('staff', 1, '{person}', 'x')$$), 'Figures are counted by it: F025', 'what is counted once each');
SELECT matches(said($$CALL redact('subject', 5, '{id}', 'x')$$), 'It is of the key', 'a key');
SELECT matches(said($$CALL redact('subject', 5, '{nothing}', 'x')$$), '42703 .* There is no such column', 'no column');
SELECT matches(said($$CALL redact('casualty', 1, '{known_from}', 'x')$$), 'It says when', 'known_from');
SELECT matches(said($$CALL redact('casualty', 99, '{person}', 'x')$$), '"ledger.casualty" has no record "99"', 'no record');
SELECT matches(said($$CALL redact('casualty', 1, '{person}', ' ')$$), '22004 \| a redaction needs a reason', 'no reason');
SELECT matches(said($$CALL redact('casualty', 1, '{}', 'x')$$), 'the columns to be blanked', 'no columns');
SELECT matches(said($$CALL redact('casualty', NULL::text, '{person}', 'x')$$), 'the key of a record', 'no key');
SELECT matches(said($$CALL redact(NULL, 1, '{person}', 'x')$$), 'no such table', 'no table');
SELECT matches(said($$CALL redact('ledger.area', '320404', '{name_zh}', 'x')$$), 'has no records of persons', 'reference data');
SELECT matches(said($$CALL redact('indicator', 'F028', '{definition_zh}', 'x')$$), 'has no records of persons', 'definitions');
SELECT matches(said($$CALL redact('redaction', 1, '{reason}', 'x')$$), 'keeps the traces', 'nor the traces');
SELECT matches(said($$DELETE FROM redaction$$), '23001', 'which nobody deletes');
SELECT matches(said($$UPDATE ledger_store.casualty_history SET person = 'x'$$), '23001', 'and the past is closed to all else');
-- rights
RESET ROLE;
SET ROLE redact_reader;
SELECT matches(said($$CALL redact('casualty', 2, '{person}', 'x')$$), '42501 \| table "ledger.casualty" belongs to another user', 'not by others');
RESET ROLE;
SELECT matches(said($$CALL redact('casualty', 2, '{person}', 'x')$$), '42501 \| table "ledger.casualty" belongs to another user', 'not even by a superuser, who is not the owner');

-- a table of one's own, with a key of two columns, a computed column, a live rollup
SET ROLE ledger_owner;
CREATE SCHEMA desk;
CREATE TABLE desk.hotline (day date, n int, caller text, topic text NOT NULL, initial text GENERATED ALWAYS AS (left(topic, 1)) STORED, PRIMARY KEY (day, n));
CALL keep_versions('desk.hotline');
CALL create_rollup('desk.callers', 'SELECT caller, count(*) FROM desk.hotline GROUP BY caller');
INSERT INTO desk.hotline VALUES ('2024-01-01', 1, '赵', 'x'), ('2024-01-01', 2, '钱', 'y');
UPDATE desk.hotline SET caller = '孙' WHERE n = 1;
CALL redact('desk.hotline', '["2024-01-01", 1]', '{caller}', 'y');
SELECT bag_eq('SELECT caller, count FROM desk.callers', $$VALUES (NULL, 1::bigint), ('钱', 1)$$, 'a live rollup follows');
SELECT is_empty('SELECT FROM desk.hotline_history WHERE caller IS NOT NULL', 'a key of two columns');
SELECT results_eq('SELECT table_name, record_key FROM desk.redaction', $$VALUES ('hotline', '["2024-01-01", 1]')$$, 'traces stand beside the table');
SELECT matches(said($$CALL redact('desk.hotline', '["2024-01-01", 1]', '{topic}', 'y')$$), '"initial" is computed from it', 'what another column is computed from');
-- a key with a moment is the one that figure_rows() writes, in the past too, whatever the session's settings
CREATE TABLE desk.call (at timestamptz PRIMARY KEY, caller text);
CREATE TABLE desk.ring (at timestamptz, n int, caller text, PRIMARY KEY (at, n));
CALL keep_versions('desk.call');
CALL keep_versions('desk.ring');
SET timezone = 'Asia/Shanghai';
SET datestyle = 'German';
SET intervalstyle = 'sql_standard';
INSERT INTO desk.call VALUES ('2024-03-04 10:00+08', '赵');
UPDATE desk.call SET caller = '孙';
INSERT INTO desk.ring SELECT at, 1, caller FROM desk.call;
UPDATE desk.ring SET caller = '李';
CALL redact('desk.call', '2024-03-04 02:00:00+00', '{caller}', 'y');
CALL redact('desk.ring', '["2024-03-04T02:00:00+00:00", 1]', '{caller}', 'y');
SELECT is_empty('SELECT FROM desk.call WHERE caller IS NOT NULL UNION ALL SELECT FROM desk.call_history WHERE caller IS NOT NULL', 'a moment as key');
SELECT is_empty('SELECT FROM desk.ring WHERE caller IS NOT NULL UNION ALL SELECT FROM desk.ring_history WHERE caller IS NOT NULL', 'a moment in a key of two columns');
SELECT results_eq('SELECT versions FROM desk.redaction WHERE table_name IN (''call'', ''ring'')', ARRAY[2, 2], 'all versions are blanked');
RESET timezone;
RESET datestyle;
RESET intervalstyle;
CREATE TABLE desk.plain (id int PRIMARY KEY, a text);
SELECT matches(said($$CALL redact('desk.plain', 1, '{a}', 'y')$$), 'keeps no versions', 'a table without a past');

-- what a dimension's members are called stands in published texts
CREATE TABLE ledger.firm (code text PRIMARY KEY, name_zh text NOT NULL, owner text);
CALL keep_versions('ledger.firm');
CREATE VIEW ledger.firms AS SELECT code AS key, name_zh || '（企业）' AS title FROM ledger.firm;
INSERT INTO ledger.firm VALUES ('k1', '张三个体户', '张三');
INSERT INTO dimension (code, name_zh, members) VALUES ('firm', '企业', 'firm');
SELECT matches(said($$CALL redact('ledger.firm', 'k1', '{name_zh}', 'y')$$), '^23001.*members of dimension firm', 'names of members stay');
UPDATE dimension SET members = 'firms', code_column = 'key', name_zh_column = 'title' WHERE code = 'firm';
SELECT matches(said($$CALL redact('ledger.firm', 'k1', '{name_zh}', 'y')$$), '^23001.*members of dimension firm', 'through a view too');
UPDATE dimension SET members = NULL, code_column = NULL, name_zh_column = NULL WHERE code = 'firm';
SELECT matches(said($$CALL redact('ledger.firm', 'k1', '{name_zh}', 'y')$$), '^23001.*members of dimension firm', 'and of a dimension that had them once');
SELECT is(said($$CALL redact('ledger.firm', 'k1', '{owner}', 'y')$$), 'done', 'what no dimension takes from the table goes');

-- beside a writer: it waits, and blanks the version that came meanwhile
RESET ROLE;
SELECT count(dblink_connect(c, format('dbname=%I options=-csearch_path=ledger,public,emgov', current_database()))) FROM unnest('{a,b}'::text[]) AS c \gset
SELECT count(dblink_exec(c, 'SET ROLE ledger_owner')) FROM unnest('{a,b}'::text[]) AS c \gset
SELECT count(dblink_exec('a', q)) FROM unnest(ARRAY['BEGIN', $$UPDATE casualty SET person = '李四四' WHERE id = 2$$]) AS q \gset
SELECT dblink_send_query('b', $$CALL redact('casualty', 2, '{person}', 'z')$$) \gset
SELECT pg_sleep(0.3) \gset
SELECT is(dblink_is_busy('b'), 1, 'it waits for a writer of the row');
SELECT dblink_exec('a', 'COMMIT') \gset
SELECT is((SELECT versions FROM dblink_get_result('b') AS r (versions int)), 2, 'and finds what was written');
SELECT is_empty('SELECT FROM casualty_versions(NULL, NULL) AS c WHERE id = 2 AND person IS NOT NULL', 'nothing is left of it');
SELECT count(dblink_disconnect(c)) FROM unnest('{a,b}'::text[]) AS c \gset
SELECT * FROM finish();
