-- A live fact has the rows of its query, whatever its owner does: beside writers at the higher levels of isolation, with a
-- trigger on its table that writes records, after triggers were disabled, and under other foreign keys.
-- (tests/client/live_fact_random.sh has random transactions of several sessions.)
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/owner.sql
GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
INSERT INTO area (code, name_zh, kind) VALUES ('a1', '甲', 'county');
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (1, '2024-03-04', 'a1', 'road'), (2, '2024-03-04', 'a1', 'road');
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (1, 'dead', '2024-03-29'), (2, 'dead', '2024-03-05');
-- the rows in which the table and the query differ, of both live facts
CREATE FUNCTION public.differ() RETURNS bigint LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM ((TABLE ledger_store.accident_fact EXCEPT ALL TABLE ledger_store.accident_fact_query)
                        UNION ALL (TABLE ledger_store.accident_fact_query EXCEPT ALL TABLE ledger_store.accident_fact)) AS d) +
           (SELECT count(*) FROM ((TABLE ledger_store.accident_grading EXCEPT ALL TABLE ledger_store.accident_grading_query)
                        UNION ALL (TABLE ledger_store.accident_grading_query EXCEPT ALL TABLE ledger_store.accident_grading)) AS d)
$$;
-- the live facts that do not have the rows of their queries
CREATE FUNCTION public.differ_all() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    fact text;
    found bigint;
    result text;
BEGIN
    FOR fact IN SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'emgov_live_fact' ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*) FROM ((TABLE %1$s EXCEPT ALL TABLE %1$s_query) UNION ALL (TABLE %1$s_query EXCEPT ALL TABLE %1$s)) AS d', fact) INTO found;
        result := CASE WHEN found > 0 THEN concat_ws(', ', result, fact) ELSE result END;
    END LOOP;
    RETURN result;
END
$$;
RESET ROLE;
SELECT * FROM no_plan();
SELECT dblink_connect('other', format('host=%s port=%s user=%s dbname=%s options=-csearch_path=ledger,public,emgov', current_setting('unix_socket_directories'),
                                      current_setting('port'), session_user, current_database())) \gset ignored_
SELECT dblink_exec('other', 'SET ROLE ledger_owner') \gset ignored_

-- what concerns all rows, in a transaction whose snapshot is older than another's records: never silently wrong. The first
-- statement of each makes some row differ by its own snapshot too, the last none.
CREATE PROCEDURE public.beside(level text, statement text, n int) LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    PERFORM dblink_exec('other', 'BEGIN ISOLATION LEVEL ' || level);
    PERFORM * FROM dblink('other', 'SELECT count(*) FROM ledger.accident') AS x (n bigint);
    INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (100 + n, '2024-03-04', 'a1', 'road');
    INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) VALUES (100 + n, 'dead', '2024-03-29'), (100 + n, 'missing', '2024-03-04');
    COMMIT;
    BEGIN
        PERFORM dblink_exec('other', statement);
        PERFORM dblink_exec('other', 'COMMIT');
    EXCEPTION WHEN OTHERS THEN
        state := SQLSTATE;
        PERFORM dblink_exec('other', 'ROLLBACK');
    END;
    INSERT INTO public.met VALUES (level, statement, state, public.differ());
END
$$;
CREATE TABLE public.met (level text, statement text, state text, differ bigint);
SELECT format('CALL public.beside(%L, %L, %s)', level, statement, row_number() OVER ())
  FROM unnest('{REPEATABLE READ,SERIALIZABLE,READ COMMITTED}'::text[]) AS level,
       unnest(ARRAY[$$UPDATE accident_category SET window_days = 20 WHERE code = 'road'$$, $$UPDATE accident_category SET window_days = 30 WHERE code = 'road'$$,
                    $$UPDATE severity_threshold SET dead = 2 WHERE severity_code = 'larger'$$,
                    $$INSERT INTO casualty_policy (outcome, counts_as, valid_from) SELECT 'missing', 'dead', '2000-01-01' WHERE NOT EXISTS (SELECT FROM casualty_policy)$$,
                    $$UPDATE severity_threshold SET dead = 3 WHERE severity_code = 'larger'$$]) AS statement \gexec
SELECT is((SELECT string_agg(concat_ws(' ', level, statement, state, differ), E'\n') FROM public.met WHERE differ > 0), NULL,
          'all rows, beside records committed since the snapshot: those of the query');
SELECT is((SELECT string_agg(DISTINCT coalesce(state, 'done'), ' ') FROM public.met WHERE level = 'READ COMMITTED'), 'done',
          'at READ COMMITTED none fails');
SELECT is((SELECT string_agg(DISTINCT coalesce(state, 'done'), ' ') FROM public.met WHERE level <> 'READ COMMITTED' AND state <> '40001'), NULL,
          'above it, some cannot be serialized, and that is all');

-- triggers of the owner's on a live fact's table that write a record that it is made of
SET ROLE ledger_owner;
CREATE FUNCTION public.again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    COMMENT ON SCHEMA ledger IS 'forgets what the session knows of schemas';
    UPDATE ledger.accident SET title = 'again' WHERE id = 2;
    RETURN NULL;
END
$$;
CREATE TRIGGER again AFTER UPDATE ON ledger_store.accident_fact FOR EACH STATEMENT EXECUTE FUNCTION public.again();
SELECT throws_ok('UPDATE ledger.accident SET title = ''x'' WHERE id = ' || i, '55006',
                 '"accident_fact" is being written: what it is made of cannot be changed meanwhile', format('a nested write, time %s', n))
  FROM unnest('{1,1,2}'::int[]) WITH ORDINALITY AS x (i, n);
SELECT is(public.differ(), 0::bigint, 'nothing is written');
DROP TRIGGER again ON ledger_store.accident_fact;
SELECT lives_ok('UPDATE ledger.accident SET title = ''x'' WHERE id = 1', 'without that trigger it goes on');
-- where the error is caught, the first goes on with the plans that it has
CREATE OR REPLACE FUNCTION public.again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    COMMENT ON SCHEMA ledger IS 'forgets what the session knows of schemas';
    UPDATE ledger.accident SET title = 'again' WHERE id = 2;
    RETURN NULL;
EXCEPTION WHEN object_in_use THEN
    RETURN NULL;
END
$$;
CREATE TRIGGER again AFTER UPDATE OR INSERT OR DELETE ON ledger_store.accident_fact FOR EACH STATEMENT EXECUTE FUNCTION public.again();
UPDATE ledger.accident SET title = 'y', direct_loss = 5 WHERE id = 1;
UPDATE ledger.accident SET title = 'z', direct_loss = 6 WHERE id = 1;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (1, 'dead', '2024-03-04');
UPDATE accident_category SET window_days = 7 WHERE code = 'road';
SELECT is((SELECT title FROM ledger.accident_fact WHERE id = 1), 'z', 'a nested write that is caught leaves the first as it is');
SELECT is(public.differ(), 0::bigint, 'and its fact');
DROP TRIGGER again ON ledger_store.accident_fact;

-- a fact that went wrong while a trigger was disabled, or under another query, is put right by upgrade_ledger
ALTER TABLE casualty DISABLE TRIGGER emgov_live_accident_fact_insert;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2, 'dead', '2024-03-05');
ALTER TABLE casualty ENABLE TRIGGER emgov_live_accident_fact_insert;
SELECT is(public.differ(), 2::bigint, 'a trigger that was disabled: a row differs');
CALL emgov.upgrade_ledger('ledger');
SELECT is(public.differ(), 0::bigint, 'upgrade_ledger puts it right');
ALTER TABLE accident_category DISABLE TRIGGER emgov_live_accident_grading_update;
UPDATE accident_category SET window_days = 30 WHERE code = 'road';
ALTER TABLE accident_category ENABLE TRIGGER emgov_live_accident_grading_update;
CALL emgov.upgrade_ledger('ledger');
SELECT is(public.differ(), 0::bigint, 'and one that others are made of');
SELECT is((SELECT deaths FROM ledger.accident_fact WHERE id = 1), 2, 'with what is made of it');
SELECT is((SELECT sum(deaths)::bigint FROM ledger.accident_daily), (SELECT sum(deaths)::bigint FROM ledger_store.accident_fact_query), 'and the rollups over it');
RESET ROLE;
UPDATE emgov.ledger_part SET body = replace(body, 'a.casualties[1] AS missing', 'a.casualties[1] + 1 AS missing') WHERE kind = 'live' AND name = 'accident_fact';
SET ROLE ledger_owner;
CALL emgov.upgrade_ledger('ledger');
SELECT is((SELECT min(missing) FROM ledger.accident_fact), 1, 'another query: its rows');
SELECT is(public.differ(), 0::bigint, 'and no other');
RESET ROLE;
UPDATE emgov.ledger_part SET body = replace(body, 'a.casualties[1] + 1 AS missing', 'a.casualties[1] AS missing') WHERE kind = 'live' AND name = 'accident_fact';
SET ROLE ledger_owner;
CALL emgov.upgrade_ledger('ledger');
SELECT is((SELECT min(missing) FROM ledger.accident_fact), 0, 'and back');

-- a column that an upgrade adds at the end of a query
RESET ROLE;
UPDATE emgov.ledger_part SET body = replace(body, 'h.subject_id, h.note', 'h.subject_id, h.note, h.subject_id AS enterprise, h.found_on + 1 AS next_day') WHERE kind = 'live' AND name = 'hazard_of_area';
SET ROLE ledger_owner;
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('p1', '项', 'p', 'bureau'), ('p2', '目', 'p', 'bureau');
INSERT INTO organisation (code, name_zh, name_en, kind, scope) VALUES ('o1', '局', 'o', 'bureau', 'bureau');
INSERT INTO area (code, name_zh, kind) VALUES ('a2', '乙', 'county');
INSERT INTO subject (id, kind, person_key, name, area_code) VALUES (1, 'person', 'k1', 'n', 'a1'), (2, 'person', 'k2', 'n', 'a2');
INSERT INTO inspection (id, subject_id, inspected_on, programme_code, org_code, area_code) VALUES (1, 1, '2024-03-04', 'p1', 'o1', 'a2'), (2, 1, '2024-03-20', 'p1', 'o1', 'a1'), (3, 1, '2024-04-20', 'p2', 'o1', 'a1');
INSERT INTO hazard (id, subject_id, inspection_id, found_on, programme_code) VALUES (1, 1, 1, '2024-03-04', 'p1'), (2, 1, NULL, '2024-03-04', 'p1');
CALL emgov.upgrade_ledger('ledger');
SELECT results_eq('SELECT area_code, enterprise, next_day FROM ledger_store.hazard_of_area ORDER BY id', $$VALUES ('a2', 1::bigint, date '2024-03-05'), ('a1', 1, '2024-03-05')$$,
                  'columns that a query got: they are there, and computed');

-- indexes that an upgrade changes: those of an older layout go, and nobody else's
CREATE FUNCTION public.keys() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT substring(pg_get_indexdef(indexrelid) FROM '\((.*)\)$') FROM pg_index WHERE indrelid = 'ledger_store.hazard_of_area'::regclass AND NOT indisprimary $$;
CREATE TABLE public.keys_before AS SELECT k FROM public.keys() AS k;
CREATE INDEX own_of_hazards ON ledger_store.hazard_of_area (status);
RESET ROLE;
UPDATE emgov.ledger_part SET body = replace(body, '-- index: rectified_on', '-- index: rectified_on, area_code') WHERE kind = 'live' AND name = 'hazard_of_area';
SET ROLE ledger_owner;
CALL emgov.upgrade_ledger('ledger');
SELECT bag_eq('SELECT * FROM public.keys()', $$SELECT CASE k WHEN 'rectified_on' THEN 'rectified_on, area_code' ELSE k END FROM public.keys_before UNION ALL SELECT 'status'$$,
              'an index of the new layout instead of that of the old one, beside those that stay');
RESET ROLE;
UPDATE emgov.ledger_part SET body = replace(body, '-- index: rectified_on, area_code', '-- index: rectified_on') WHERE kind = 'live' AND name = 'hazard_of_area';
SET ROLE ledger_owner;
CALL emgov.upgrade_ledger('ledger');
SELECT bag_eq('SELECT * FROM public.keys()', $$SELECT k FROM public.keys_before UNION ALL SELECT 'status'$$, 'and back');
DROP INDEX ledger_store.own_of_hazards;

-- what is looked up: a new row, and another name, concern nothing and wait for nobody; another area concerns the hazards that refer to it
SELECT results_eq($$SELECT tgrelid::regclass::text, count(*)::int FROM pg_trigger WHERE tgname LIKE 'emgov\_live\_hazard\_of\_area%' GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('hazard', 5), ('inspection', 2), ('subject', 2)$$, 'triggers of a table that something is looked up in: of its UPDATEs');
SELECT dblink_exec('other', 'BEGIN') \gset ignored_
SELECT dblink_exec('other', $$INSERT INTO ledger.hazard (id, subject_id, inspection_id, found_on, programme_code) VALUES (3, 2, 2, '2024-03-20', 'p1')$$) \gset ignored_
SET emgov.publish_timeout = '100ms';
SELECT lives_ok($$INSERT INTO subject (id, kind, person_key, name) VALUES (3, 'person', 'k3', 'n')$$, 'while another enters a hazard: a new enterprise');
SELECT lives_ok($$UPDATE subject SET name = 'other'$$, 'all of them renamed');
SELECT lives_ok($$UPDATE inspection SET note = 'x'$$, 'a note of inspections');
SELECT throws_ok($$UPDATE inspection SET area_code = 'a2' WHERE id = 2$$, '55P03', 'others are writing records of "hazard_of_area", each of which this may change', 'but another area has to wait');
SELECT dblink_exec('other', 'COMMIT') \gset ignored_
UPDATE inspection SET area_code = 'a2' WHERE id = 2;
UPDATE subject SET area_code = 'a2' WHERE id = 1;
SELECT is((SELECT string_agg(area_code, ' ' ORDER BY id) FROM ledger_store.hazard_of_area), 'a2 a2 a2', 'the areas that hazards are of follow');
SELECT is((SELECT sum(records)::int FROM ledger_store.hazard_found_month WHERE area_code = 'a2'), 3, 'and so do the rollups');
-- a document is of its inspection's area, or else of its case's
INSERT INTO enforcement_case (id, org_code, filed_on, area_code) VALUES (1, 'o1', '2024-03-04', 'a1');
INSERT INTO document (id, inspection_id, enforcement_case_id, issued_on, programme_code, kind) VALUES (1, 3, 1, '2024-04-20', 'p2', 'k'), (2, NULL, 1, '2024-04-20', 'p2', 'k'), (3, 1, NULL, '2024-04-20', 'p1', 'k');
SELECT is((SELECT string_agg(area_code, ' ' ORDER BY id) FROM ledger_store.document_of_area), 'a1 a1 a2', 'documents and their areas');
UPDATE enforcement_case SET area_code = 'a2';
SELECT is((SELECT string_agg(area_code, ' ' ORDER BY id) FROM ledger_store.document_of_area), 'a1 a2 a2', 'the case''s area follows');
UPDATE inspection SET area_code = NULL WHERE id = 3;
SELECT is((SELECT string_agg(area_code, ' ' ORDER BY id) FROM ledger_store.document_of_area), 'a2 a2 a2', 'an inspection without an area: the case''s');
UPDATE inspection SET area_code = 'a1' WHERE id = 3;

-- what belongs together is computed together: the first of an enterprise in a month
SELECT is((SELECT string_agg(all_month || '' || area_month, ' ' ORDER BY id) FROM ledger_store.inspection_first), '11 00 11', 'first inspections');
UPDATE inspection SET status = 'withdrawn', note = 'x' WHERE id = 1;
SELECT is((SELECT string_agg(all_month || '' || area_month, ' ' ORDER BY id) FROM ledger_store.inspection_first), '11 11', 'without the first: the next');
UPDATE inspection SET subject_id = 2 WHERE id = 2;
INSERT INTO inspection (id, subject_id, inspected_on, programme_code, org_code, area_code) VALUES (4, 2, '2024-03-01', 'p1', 'o1', 'a1');
SELECT is((SELECT string_agg(all_month || '' || area_month, ' ' ORDER BY id) FROM ledger_store.inspection_first), '01 11 11', 'of another enterprise, and one before it');
SELECT is(public.differ_all(), NULL, 'no live fact differs from its query');

-- a foreign key to something else than the key of accidents does not say which accident a casualty is of
ALTER TABLE accident ADD code_x text UNIQUE;
ALTER TABLE accident ADD code_n bigint UNIQUE;
UPDATE accident SET code_x = 'x' || id, code_n = 3 - id WHERE id IN (1, 2);
ALTER TABLE casualty ADD acc_x text REFERENCES accident (code_x);
SELECT format('ALTER TABLE casualty DROP CONSTRAINT %I', conname) FROM pg_constraint WHERE conrelid = 'casualty'::regclass AND confrelid = 'accident'::regclass AND confkey <> (
       SELECT array_agg(attnum) FROM pg_attribute WHERE attrelid = 'accident'::regclass AND attname = 'code_x') \gexec
INSERT INTO casualty (accident_id, acc_x, outcome, outcome_on) VALUES (2, 'x1', 'dead', '2024-03-05'), (1, NULL, 'dead', '2024-03-05');
SELECT is(public.differ(), 0::bigint, 'a foreign key to a text');
UPDATE casualty SET acc_x = 'x2', accident_id = 1 WHERE acc_x = 'x1';
SELECT is(public.differ(), 0::bigint, 'a foreign key to a text, changed');
ALTER TABLE casualty DROP acc_x;
ALTER TABLE casualty ADD acc_n bigint REFERENCES accident (code_n);
INSERT INTO casualty (accident_id, acc_n, outcome, outcome_on) VALUES (2, 2, 'dead', '2024-03-05'), (1, NULL, 'dead', '2024-03-05');
SELECT is(public.differ(), 0::bigint, 'a foreign key to another number');
ALTER TABLE casualty ADD FOREIGN KEY (accident_id) REFERENCES accident;
INSERT INTO casualty (accident_id, acc_n, outcome, outcome_on) VALUES (2, 2, 'dead', '2024-03-05'), (1, NULL, 'dead', '2024-03-05');
SELECT is(public.differ(), 0::bigint, 'both');
ALTER TABLE casualty DROP acc_n;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2, 'dead', '2024-03-05');
SELECT is(public.differ(), 0::bigint, 'the one to the key');
RESET ROLE;

-- two leases of the same two enterprises, the other way round: the one waits for the other, and neither in a circle
SELECT count(dblink_connect(name, format('host=%s port=%s user=%s dbname=%s options=-csearch_path=ledger,public,emgov', current_setting('unix_socket_directories'),
                                         current_setting('port'), session_user, current_database()))), count(dblink_exec(name, 'SET ROLE ledger_owner')) FROM unnest('{a,b}'::text[]) AS name \gset ignored_
CREATE PROCEDURE public.wait_for(waiting int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 200 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') >= waiting;
        PERFORM pg_sleep(0.05);
    END LOOP;
END
$$;
BEGIN;
SELECT id FROM subject WHERE id = 1 FOR NO KEY UPDATE \gset ignored_
SELECT dblink_send_query('a', $$INSERT INTO ledger.lease (lessor_id, lessee_id, valid_from, site) VALUES (2, 1, '2024-01-01', 's')$$) \gset ignored_
CALL public.wait_for(1);
SELECT dblink_send_query('b', $$INSERT INTO ledger.lease (lessor_id, lessee_id, valid_from, site) VALUES (1, 2, '2024-01-01', 's')$$) \gset ignored_
CALL public.wait_for(2);
COMMIT;
SELECT lives_ok(format('SELECT * FROM dblink_get_result(%L) AS x (done text)', name), 'a lease beside one the other way round') FROM unnest('{a,b}'::text[]) AS name;
SELECT count(dblink_disconnect(name)) FROM unnest('{a,b}'::text[]) AS name \gset ignored_
SELECT is(public.differ_all(), NULL, 'and both are in the live facts');
SELECT count(dblink_disconnect('other')) \gset ignored_
SELECT * FROM finish();
