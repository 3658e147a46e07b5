-- Records are withdrawn, added and altered under the indicators, one change after another;
-- after each, all figures must be what plain SQL over the tables counts, this year and last.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
CREATE EXTENSION IF NOT EXISTS pgtap;
SET client_min_messages = warning;
\ir include/by_hand.sql

-- The records behind the figures: sums of figure_rows() that are not the figure's.
CREATE FUNCTION pg_temp.rows_that_differ(OUT code text, OUT figure text, OUT records text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT f.code, concat_ws(' / ', f.numerator, f.denominator), concat_ws(' / ', r.numerator, r.denominator)
      FROM ledger.figures(emgov.ytd('2024-12-19')) AS f,
           LATERAL (SELECT sum(amount) FILTER (WHERE part = 'numerator') AS numerator, sum(amount) FILTER (WHERE part = 'denominator') AS denominator,
                           sum(amount) FILTER (WHERE part = 'of.numerator') / sum(amount) FILTER (WHERE part = 'of.denominator') AS of_mean,
                           sum(amount) FILTER (WHERE part = 'by.numerator') / sum(amount) FILTER (WHERE part = 'by.denominator') AS by_mean,
                           count(*) - count(DISTINCT (part, record_key)) AS twice
                      FROM ledger.figure_rows(f.code, emgov.ytd('2024-12-19'))) AS r
     WHERE r.twice > 0
        OR CASE WHEN f.kind = 'reduction' THEN (f.numerator, f.denominator) IS DISTINCT FROM (round(r.by_mean - r.of_mean, 6), round(r.by_mean, 6))
                WHEN f.kind = 'rate' THEN f.numerator IS DISTINCT FROM r.numerator
                WHEN f.kind = 'ratio' THEN (f.numerator, f.denominator) IS DISTINCT FROM (r.numerator, r.denominator)
                ELSE (f.numerator, f.denominator) IS DISTINCT FROM (coalesce(r.numerator, 0), r.denominator) END
        OR CASE WHEN f.kind IN ('count', 'distinct', 'sum', 'stock', 'streak', 'largest') THEN f.value IS DISTINCT FROM coalesce(r.numerator, 0)
                WHEN f.kind = 'planned' THEN f.value IS DISTINCT FROM r.denominator END
$$;

-- code, the change it must make (NULL: some change; to the base where so named), and the change itself
CREATE TEMP TABLE change (n int GENERATED ALWAYS AS IDENTITY, code text, part text DEFAULT 'value', expected numeric, sql text);
INSERT INTO change (code, expected, sql) VALUES
    ('F001', 1, $$INSERT INTO study_event (org_code, kind, held_on) VALUES ('bureau', 'lecture', '2024-01-01')$$),
    ('F001', 0, $$INSERT INTO study_event (org_code, kind, held_on) VALUES ('bureau', 'lecture', '2024-12-20'), ('subordinate', 'lecture', '2024-05-05')$$),
    ('F002', -1, $$UPDATE study_event SET status = 'withdrawn', note = 'x' WHERE id = 14$$),
    ('F003', -1, $$UPDATE meeting SET topic = 'safety' WHERE id = 1$$),
    ('F004', 1, $$UPDATE study_event SET kind = 'court' WHERE id = 11$$),
    ('F007', -2, $$UPDATE campaign_task SET status = 'duplicate', note = 'x' WHERE id IN (3, 4)$$),
    ('F008', -1, $$UPDATE letter_recipient SET status = 'withdrawn', note = 'x' WHERE area_code = 'CZEDZ'$$),
    ('F009', 1, $$INSERT INTO letter_recipient (letter_id, org_code) VALUES (3, 'department_19'), (4, 'department_19')$$),
    ('F010', -1, $$UPDATE letter SET status = 'withdrawn', note = 'x' WHERE id = 1$$),
    ('F012', -1, $$UPDATE remediation SET status = 'withdrawn', note = 'x' WHERE id = (SELECT min(id) FROM remediation WHERE id <= 1850 AND disposition_code = 'stop' AND id * 1009 % 1850 > 100)$$),
    ('F013', -1, $$UPDATE remediation SET disposition_code = 'move' WHERE id = (SELECT min(id) FROM remediation WHERE id <= 1850 AND disposition_code = 'merge')$$),
    ('F013', -1, $$INSERT INTO remediation (campaign_code, subject_id, listed_on, disposition_code, completed_on)
                   SELECT campaign_code, subject_id, completed_on, 'stop', '2024-12-19' FROM remediation WHERE id <= 1850 AND disposition_code = 'transform' ORDER BY id LIMIT 1$$),
    ('F011', 3, $$INSERT INTO remediation (campaign_code, subject_id, listed_on, disposition_code, completed_on)
                  SELECT 'point_clearance', id, '2024-01-05', 'upgrade', '2024-06-30' FROM subject WHERE id IN (18001, 18003, 18005)$$),
    ('F011', 0, $$INSERT INTO remediation (campaign_code, subject_id, listed_on, disposition_code, completed_on) VALUES ('point_clearance', 18001, '2024-07-05', 'upgrade', '2024-08-30')$$),
    ('F014', 1, $$INSERT INTO supervision_visit (org_code, campaign_code, visited_on) VALUES ('bureau', 'point_clearance', '2024-02-29')$$),
    ('F015', -1, $$UPDATE sample_check SET status = 'withdrawn', note = 'x' WHERE id = 100$$),
    ('F015', 0, $$UPDATE sample_check SET status = 'withdrawn', note = 'x' WHERE id = 1$$),
    ('F016', NULL, $$UPDATE sample_check SET passed = false WHERE id IN (101, 102)$$),
    ('F017', 1, $$INSERT INTO drill_plan (level, title, planned_on) VALUES ('city', '加练', '2024-11-11')$$),
    ('F018', -1, $$UPDATE drill_plan SET planned_on = '2025-01-10' WHERE id = 110$$),
    ('F019', -1, $$UPDATE publicity_event SET claim = NULL WHERE id = 503$$),
    ('F022', 1, $$INSERT INTO training_topic (org_code, code, title, studied_on) VALUES ('bureau', 'T-new', '新专题', '2024-12-19'), ('bureau', 'T-new', '新专题', '2024-12-18')$$),
    ('F023', -1, $$UPDATE training_session SET status = 'withdrawn', note = 'x' WHERE id = 12$$),
    ('F024', -1, $$UPDATE training_attendance SET status = 'withdrawn', note = 'x' WHERE training_session_id = 11 AND attendee = (SELECT min(attendee) FROM training_attendance WHERE training_session_id = 11)$$),
    ('F024', -80, $$UPDATE training_session SET status = 'duplicate', note = 'x' WHERE id = 10$$),
    ('F025', -1, $$UPDATE staff SET valid_to = '2024-12-19' WHERE person = 'S3'$$),
    ('F026', 0, $$UPDATE staff SET valid_to = '2024-12-20' WHERE person = 'S6'$$),
    ('F027', 1, $$INSERT INTO staff (org_code, role, person, valid_from) VALUES ('subordinate', 'legal_adviser', 'S99', '2024-12-19')$$),
    ('F028', 1, $$INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (9001, '2024-12-19', '320402', 'fire')$$),
    ('F030', 1, $$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2432, 'dead', (SELECT occurred_on + 7 FROM accident WHERE id = 2432))$$),
    ('F030', 0, $$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2433, 'dead', (SELECT occurred_on + 8 FROM accident WHERE id = 2433))$$),
    ('F034', 1, $$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2411, 'dead', (SELECT occurred_on + 25 FROM accident WHERE id = 2411))$$),
    ('F034', 0, $$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2412, 'dead', (SELECT occurred_on + 31 FROM accident WHERE id = 2412))$$),
    ('F032', -1, $$UPDATE accident SET category_code = 'road' WHERE id = 2402$$),
    ('F036', 1, $$UPDATE accident SET direct_loss = 10000000 WHERE id = 2416$$),
    ('F034', -8, $$UPDATE accident SET status = 'written_off', note = 'x' WHERE id = 2401$$),
    ('F028', 0, $$UPDATE accident SET occurred_on = '2024-12-20', reported_on = '2024-12-20' WHERE id = 2461$$),
    ('F037', -2, $$UPDATE power_item SET valid_to = '2024-12-01' WHERE id IN (100, 101)$$),
    ('F038', 1, $$INSERT INTO permit (org_code, subject_id, kind, verification, workdays, applied_on, verified_on, issued_on)
                  VALUES ('bureau', 5001, 'hazardous_chemicals', 'remote', 0.4, '2024-12-10', '2024-12-11', '2024-12-12')$$),
    ('F039', NULL, $$UPDATE permit SET workdays = 3.5 WHERE id = 7$$),
    ('F040', NULL, $$UPDATE permit SET status = 'withdrawn', note = 'x' WHERE id IN (103, 106)$$),
    ('F042', 1, $$INSERT INTO inspection (programme_code, org_code, subject_id, inspected_on) VALUES ('joint_fire', 'bureau', 6500, '2024-03-03'), ('joint_fire', 'bureau', 6500, '2024-04-03')$$),
    ('F043', -3, $$UPDATE hazard SET status = 'duplicate', note = 'x' WHERE inspection_id = 2010 AND id < 40000$$),
    ('F044', 2, $$INSERT INTO joint_action (org_code, held_on) VALUES ('bureau', '2024-02-02'), ('bureau', '2024-02-02')$$),
    ('F046', -1, $$UPDATE publicity_event SET held_on = '2023-12-30' WHERE id = 1$$),
    ('F047', 61, $$UPDATE publicity_event SET audience = audience + 61 WHERE id = 2$$),
    ('F049', -1, $$UPDATE inspection SET status = 'withdrawn', note = 'x' WHERE id = 1100$$),
    ('F049', 0, $$UPDATE inspection SET status = 'withdrawn', note = 'x' WHERE id = 1001$$),
    ('F050', 1, $$INSERT INTO document (programme_code, kind, issued_on) VALUES ('bureau_plan', '现场处理措施决定书', '2024-07-07')$$),
    ('F051', -4, $$UPDATE hazard SET found_on = '2023-12-31', deadline = NULL WHERE id IN (11050, 21050, 31050, 41050)$$),
    ('F052', 1, $$UPDATE hazard SET level = 'major' WHERE id = 11060$$),
    ('F053', -1, $$UPDATE enforcement_case SET org_code = 'bureau_320402' WHERE id = 3$$),
    ('F054', -1, $$UPDATE inspection SET status = 'withdrawn', note = 'x' WHERE id = 3100$$),
    ('F056', 4, $$UPDATE equipment_renewal SET quantity = 5 WHERE id = 20$$),
    ('F057', NULL, $$UPDATE equipment_renewal SET completed_on = NULL WHERE id = 20$$),
    ('F059', 1, $$INSERT INTO safety_audit (id, subject_id, started_on) VALUES (900, 700, '2024-12-01'), (901, 700, '2024-12-02')$$),
    ('F061', 1, $$UPDATE safety_audit SET completed_on = '2024-12-18' WHERE id = 10$$),
    ('F062', -1, $$UPDATE audit_finding SET status = 'withdrawn', note = 'x' WHERE id = 5$$),
    ('F063', 1, $$INSERT INTO inspection (programme_code, org_code, subject_id, inspected_on) VALUES ('fireworks', 'bureau', 18001, '2024-02-08')$$),
    ('F064', -1, $$UPDATE hazard SET rectified_on = NULL, rechecked_on = NULL, closed_on = NULL WHERE id = 14003$$),
    ('F065', 100, $$UPDATE confiscation SET quantity = quantity + 100 WHERE id = 9$$),
    ('F067', 2, $$INSERT INTO outreach (campaign_code, person_id, sent_on) VALUES ('dust', 32998, '2024-05-05'), ('dust', 32999, '2024-05-05'), ('dust', 30001, '2024-05-05')$$),
    ('F068', -1, $$UPDATE requirement SET valid_to = '2024-07-01' WHERE code = 'province_6'$$),
    ('F069', 1, $$INSERT INTO requirement (code, campaign_code, level, title, valid_from) VALUES ('city_4', 'dust', 'city', '市定要求4', '2024-09-01')$$),
    ('F071', NULL, $$UPDATE requirement_check SET applicable = false WHERE id BETWEEN 201 AND 240$$),
    ('F072', -1, $$UPDATE remediation SET disposition_code = 'upgrade' WHERE id = 10700$$),
    ('F073', -3, $$UPDATE equipment_renewal SET status = 'withdrawn', note = 'x' WHERE id = 1001$$),
    ('F075', 1, $$UPDATE lease SET valid_to = NULL WHERE id = 24001$$),
    ('F076', -1, $$UPDATE lease SET valid_to = '2024-12-19' WHERE id = 9999$$),
    ('F078', -2, $$UPDATE award SET status = 'withdrawn', note = 'x' WHERE kind = 'livelihood_project' AND year = 2023$$),
    ('F079', -1, $$UPDATE venue SET valid_to = '2024-10-01' WHERE id = 5$$),
    ('F080', -1000, $$UPDATE venue_visit SET visitors = visitors - 100 WHERE venue_id = 5 AND visited_on BETWEEN '2022-01-01' AND '2022-10-01'$$),
    ('F081', 1, $$UPDATE post SET posted_on = '2024-01-01' WHERE id = 141$$),
    ('F082', 77, $$INSERT INTO distribution (material, distributed_on, copies) VALUES ('case_leaflet', '2024-01-02', 77)$$),
    ('F083', -1, $$UPDATE post SET status = 'withdrawn', note = 'x' WHERE id = 100$$),
    ('F084', 500, $$INSERT INTO post_reading (post_id, counted_on, reads) VALUES (90, '2024-12-19', 500)$$),
    ('F085', -1, $$UPDATE publicity_event SET status = 'duplicate', note = 'x' WHERE id = 101$$),
    ('F086', 1000, $$UPDATE publicity_event SET audience = audience + 1000 WHERE id = 102$$),
    ('F087', -5, $$UPDATE advertisement SET plays = plays - 5 WHERE channel = '载体1' AND played_on = '2024-06-01'$$),
    ('F089', 500, $$UPDATE periodical_issue SET copies = 1500 WHERE id = 1$$),
    ('F088', -1, $$UPDATE periodical_issue SET status = 'withdrawn', note = 'x' WHERE id = 2$$),
    ('F090', 1, $$INSERT INTO issue_recipient (periodical_issue_id, recipient) VALUES (3, '新单位'), (4, '新单位')$$),
    ('F091', 20000, $$INSERT INTO publicity_event (kind, held_on, online_views) VALUES ('main_venue', '2024-06-17', 20000)$$),
    ('F092', -1, $$UPDATE publicity_event SET status = 'withdrawn', note = 'x' WHERE id = 1001$$),
    ('F093', 1, $$INSERT INTO event_enterprise (publicity_event_id, subject_id) VALUES (1002, 15000), (1003, 15000)$$),
    ('F094', -12, $$UPDATE publicity_event SET audience = audience - 12 WHERE id = 1002$$),
    ('F096', 1, $$UPDATE publicity_event SET held_on = '2024-12-19' WHERE id = 506$$),
    ('F097', 1, $$UPDATE legislation SET kind = 'local_regulation' WHERE id = 4$$),
    ('F098', -1, $$UPDATE legislation SET drafted_on = '2023-06-06' WHERE id = 3$$),
    ('F100', -1, $$UPDATE review_meeting SET status = 'withdrawn', note = 'x' WHERE id = 4$$),
    ('F101', 1, $$INSERT INTO review_item (review_meeting_id, enforcement_case_id) VALUES (3, 11), (3, 1)$$),
    ('F102', 1, $$UPDATE exposure_batch SET released_on = '2024-01-03' WHERE id = 6$$),
    ('F103', -1, $$UPDATE exposed_case SET status = 'withdrawn', note = 'x' WHERE title = '典型案例2'$$),
    ('F104', -6, $$UPDATE award SET status = 'withdrawn', note = 'x' WHERE kind = 'excellent_file' AND year = 2015$$);
INSERT INTO change (code, part, expected, sql) VALUES
    ('F028', 'base', -1, $$UPDATE accident SET status = 'written_off', note = 'x' WHERE id = 2340$$),
    ('F030', 'base', 1, $$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (2322, 'dead', (SELECT occurred_on + 30 FROM accident WHERE id = 2322))$$),
    ('F051', 'base', -10, $$UPDATE hazard SET status = 'duplicate', note = 'x' WHERE id IN (SELECT id FROM hazard WHERE inspection_id BETWEEN 1 AND 10 AND id < 20000)$$);

CREATE TEMP TABLE outcome (n int, code text, problem text);
CREATE FUNCTION pg_temp.run_changes() RETURNS void LANGUAGE plpgsql SET search_path = ledger, public, pg_temp AS $$
DECLARE
    c record;
    moved numeric;
BEGIN
    CREATE TEMP TABLE before AS SELECT * FROM ledger.figures(emgov.ytd('2024-12-19'));
    CREATE TEMP TABLE after (LIKE before);
    FOR c IN SELECT * FROM pg_temp.change ORDER BY n LOOP
        EXECUTE c.sql;
        INSERT INTO after SELECT * FROM ledger.figures(emgov.ytd('2024-12-19'));
        SELECT CASE c.part WHEN 'base' THEN a.base - b.base ELSE a.value - b.value END INTO moved
          FROM before b JOIN after a USING (code) WHERE b.code = c.code;
        IF moved IS DISTINCT FROM coalesce(c.expected, moved) OR moved IS NULL OR c.expected IS NULL AND moved = 0 THEN
            INSERT INTO pg_temp.outcome VALUES (c.n, c.code, format('moved by %s, not %s: %s', moved, c.expected, c.sql));
        END IF;
        INSERT INTO pg_temp.outcome
        SELECT c.n, code, format('figures() %s / %s, by hand %s / %s', f.value, f.base, h.value, h.base) FROM after AS f FULL JOIN pg_temp.by_hand() AS h USING (code)
         WHERE code NOT IN ('X003', 'X004') AND (f.value, f.base) IS DISTINCT FROM (h.value, h.base);
        DELETE FROM before; INSERT INTO before SELECT * FROM after; DELETE FROM after;
    END LOOP;
END
$$;

-- Withdraw, for every indicator that is counted from records, one that it tells apart: all
-- the records of it. A record lies in the table that its source is named after.
CREATE FUNCTION pg_temp.withdraw_one_of_each() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    target record;
BEGIN
    FOR target IN
        WITH behind AS MATERIALIZED (
            SELECT i.code, regexp_replace(i.source, '_(fact|of_area)$', '') AS name, i.kind IN ('distinct', 'streak') OR i.aggregate = 'distinct' AS of_entity, r.entity, r.record_key, r.amount
              FROM ledger.indicator AS i, LATERAL (SELECT * FROM ledger.figure_rows(i.code, emgov.ytd('2024-12-19'))) AS r
             WHERE i.source IS NOT NULL AND r.part = 'numerator'),
        last AS (SELECT DISTINCT ON (code) code, entity, record_key FROM behind WHERE amount > 0 ORDER BY code, record_key DESC)
        SELECT DISTINCT r.name, r.record_key FROM behind AS r JOIN last USING (code)
         WHERE CASE WHEN r.of_entity THEN r.entity = last.entity ELSE r.record_key = last.record_key END
    LOOP
        EXECUTE format('UPDATE ledger.%I SET status = ''withdrawn'', note = ''x'' WHERE %s = $1', target.name,
                       CASE target.name WHEN 'requirement' THEN 'code' ELSE 'id::text' END) USING target.record_key;
    END LOOP;
END
$$;

SELECT plan(17);
SELECT is_empty('SELECT * FROM pg_temp.disagreement()', 'figures() counts what plain SQL counts');
-- in other periods too: a half, a month and a part of one; and nothing is said of a year that is not known
SELECT is_empty($$SELECT since, d.* FROM (VALUES (date '2024-01-01', date '2024-07-01'), ('2024-05-01', '2024-06-01'), ('2024-12-01', '2024-12-20')) AS p (since, until), pg_temp.disagreement(since, until) AS d$$,
               'in any period');
SELECT is_empty($$SELECT p, code, value, base FROM (VALUES (emgov.year(2025)), (emgov.year(2022)), (emgov.year(2019))) AS v (p), ledger.figures(p) WHERE value IS NOT NULL OR state <> 'no_data'$$,
               'but not in one of which nothing is known');
SELECT is_empty($$SELECT code, value, base FROM ledger.figures(emgov.year(2023)) WHERE base IS NOT NULL$$, 'nor of the year before the first');
SELECT is_empty('SELECT * FROM pg_temp.rows_that_differ()', 'the records behind each figure add up to it');
SELECT cmp_ok((SELECT count(DISTINCT code) FROM change)::int, '>=', 30, 'changes under at least thirty indicators');
SELECT pg_temp.run_changes() \g /dev/null
SELECT is_empty('SELECT * FROM outcome ORDER BY n LIMIT 20', 'after each change each figure is what plain SQL counts, and moved as it should');
SELECT is_empty('SELECT * FROM pg_temp.rows_that_differ()', 'and the records behind each figure add up to it');

CREATE TEMP TABLE before_withdrawal AS SELECT * FROM ledger.figures(emgov.ytd('2024-12-19'));
SELECT pg_temp.withdraw_one_of_each() \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.disagreement()', 'with a record withdrawn under every indicator, figures() counts what plain SQL counts');
SELECT is_empty($$SELECT code, value FROM before_withdrawal JOIN ledger.figures(emgov.ytd('2024-12-19')) AS f USING (code, value)
                   JOIN ledger.indicator AS i USING (code) WHERE i.source IS NOT NULL AND f.value > 0 AND f.kind NOT IN ('share', 'completion', 'mean', 'largest')
                    AND code <> 'F072'$$, 'and every one of them has moved, but one where an earlier decision stands again');

-- records withdrawn at random in three rounds: what hangs on a withdrawn one goes with it, or not, as plain SQL says
CREATE FUNCTION pg_temp.withdraw_some(salt text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT DISTINCT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
              WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r' AND attname = 'status' AND relname <> 'publication_figure'
    LOOP
        EXECUTE format('UPDATE ledger.%I AS x SET status = ''withdrawn'', note = ''x'' WHERE abs(hashtext(%L || to_jsonb(x)::text) %% 15) = 0', t, salt);
    END LOOP;
END
$$;
SELECT pg_temp.withdraw_some('a') \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.disagreement()', 'with many records withdrawn at random');
SELECT pg_temp.withdraw_some('b') \g /dev/null
SELECT pg_temp.withdraw_some('c') \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.disagreement()', 'and more of them');
SELECT is_empty('SELECT * FROM pg_temp.rows_that_differ()', 'the records behind each figure still add up to it');

-- what is derived from a policy follows the policy
UPDATE ledger.disposition_policy SET outcome = 'upgraded' WHERE disposition_code = 'move';
SELECT results_eq($$SELECT value FROM ledger.figures(emgov.ytd('2024-12-19')) WHERE code IN ('F011', 'F012') ORDER BY code$$,
                  $$WITH last AS (SELECT DISTINCT ON (subject_id) completed_on, disposition_code FROM ledger.remediation
                                   WHERE campaign_code = 'point_clearance' AND status = 'valid' AND completed_on < '2024-12-20'
                                   ORDER BY subject_id, completed_on DESC, id DESC)
                    SELECT count(*)::numeric FROM last WHERE completed_on >= '2024-01-01'
                    UNION ALL SELECT count(*) FROM last WHERE completed_on >= '2024-01-01' AND disposition_code = 'stop' $$,
                  'moving away counts as an upgrade once the policy says so');
-- rates over a series, which the report does not publish
INSERT INTO ledger.measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES
    ('gdp', '示例', '2024-01-01', '2024-12-20', 10000, '亿元'), ('employed', '示例', '2024-01-01', '2024-12-20', 1500000, '人');
SELECT results_eq($$SELECT code, value FROM ledger.figures(emgov.ytd('2024-12-19')) WHERE code IN ('X003', 'X004') ORDER BY code$$,
                  $$SELECT CASE code WHEN 'F030' THEN 'X003' ELSE 'X004' END, trim_scale(round(CASE code WHEN 'F030' THEN value / 10000 ELSE value / 15 END, 6))
                      FROM pg_temp.by_hand() WHERE code IN ('F030', 'F034') ORDER BY 1$$, 'rates per unit of a series');
-- the past is untouched by all of this
SELECT is_empty($$SELECT code, f.value, b.value FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08') f
                   JOIN ledger.figures(emgov.ytd('2024-12-19'), '2025-06-01') b USING (code) WHERE (f.value, f.base) IS DISTINCT FROM (b.value, b.base)$$,
                'what was known at the report is what was known half a year later');
SELECT results_eq($$SELECT value FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08') WHERE code IN ('F028', 'F030', 'F049') ORDER BY code$$,
                  'VALUES (59::numeric), (43), (225)', 'and still what was published');
SELECT * FROM finish();
