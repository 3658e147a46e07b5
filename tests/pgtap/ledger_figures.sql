-- Figures: each equals plain SQL written by hand, before and after records change; each is
-- the number or the sum of the records behind it; all of a source come from one scan.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
\ir ../ledger/entered.sql
SELECT plan(20);

-- ------------------------------------------------------------------ plain SQL
-- $1 is the first day of the period, $2 the first day after it
CREATE TEMP TABLE oracle (code text PRIMARY KEY, query text);
INSERT INTO oracle VALUES
    ('F001', $$SELECT count(*) FROM study_event WHERE kind = 'lecture' AND org_code = 'bureau' AND status = 'valid' AND held_on >= $1 AND held_on < $2$$),
    ('F003', $$SELECT count(*) FROM meeting WHERE topic = 'rule_of_law' AND status = 'valid' AND held_on BETWEEN $1 AND $2 - 1$$),
    ('F007', $$SELECT count(*) FROM campaign_task WHERE campaign_code = 'root_cause' AND status = 'valid' AND assigned_on BETWEEN $1 AND $2 - 1$$),
    ('F008', $$SELECT count(DISTINCT r.area_code) FROM letter l JOIN letter_recipient r ON r.letter_id = l.id
               WHERE l.kind = 'reminder' AND l.status = 'valid' AND r.status = 'valid' AND l.sent_on BETWEEN $1 AND $2 - 1$$),
    ('F009', $$SELECT count(DISTINCT r.org_code) FROM letter l JOIN letter_recipient r ON r.letter_id = l.id
               WHERE l.kind = 'reminder' AND l.status = 'valid' AND r.status = 'valid' AND l.sent_on BETWEEN $1 AND $2 - 1$$),
    ('F010', $$SELECT count(*) FROM letter WHERE kind = 'reminder' AND status = 'valid' AND sent_on BETWEEN $1 AND $2 - 1$$),
    -- an enterprise counts by its last decision before the end of the period, if that fell in the period
    ('F012', $$SELECT count(*) FROM (SELECT DISTINCT ON (subject_id) subject_id, completed_on, disposition_code FROM remediation
               WHERE campaign_code = 'point_clearance' AND status = 'valid' AND completed_on < $2 ORDER BY subject_id, completed_on DESC, id DESC) x
               WHERE completed_on >= $1 AND disposition_code IN ('stop', 'move')$$),
    ('F013', $$SELECT count(*) FROM (SELECT DISTINCT ON (subject_id) subject_id, completed_on, disposition_code FROM remediation
               WHERE campaign_code = 'point_clearance' AND status = 'valid' AND completed_on < $2 ORDER BY subject_id, completed_on DESC, id DESC) x
               WHERE completed_on >= $1 AND disposition_code IN ('upgrade', 'merge', 'transform')$$),
    ('F014', $$SELECT count(*) FROM supervision_visit WHERE campaign_code = 'point_clearance' AND status = 'valid' AND visited_on BETWEEN $1 AND $2 - 1$$),
    ('F015', $$SELECT count(DISTINCT subject_id) FROM sample_check c JOIN supervision_visit v ON v.id = c.supervision_visit_id
               WHERE c.campaign_code = 'point_clearance' AND c.status = 'valid' AND v.status = 'valid' AND checked_on BETWEEN $1 AND $2 - 1$$),
    ('F016', $$SELECT round(100.0 * count(DISTINCT subject_id) FILTER (WHERE passed) / nullif(count(DISTINCT subject_id), 0), 6)
               FROM sample_check c JOIN supervision_visit v ON v.id = c.supervision_visit_id
               WHERE c.campaign_code = 'point_clearance' AND c.status = 'valid' AND v.status = 'valid' AND checked_on BETWEEN $1 AND $2 - 1$$),
    ('F017', $$SELECT count(*) FROM drill_plan WHERE level = 'city' AND status = 'valid' AND planned_on BETWEEN $1 AND $2 - 1$$),
    ('F022', $$SELECT count(DISTINCT code) FROM training_topic WHERE status = 'valid' AND studied_on BETWEEN $1 AND $2 - 1$$),
    ('F025', $$SELECT count(DISTINCT person) FROM staff WHERE role = 'government_lawyer' AND org_code = 'bureau' AND status = 'valid'
               AND daterange(valid_from, valid_to) @> $2 - 1$$),
    ('F028', $$SELECT count(*) FROM accident WHERE status = 'valid' AND occurred_on BETWEEN $1 AND $2 - 1$$),
    ('F030', $$SELECT count(*) FROM accident a JOIN casualty c ON c.accident_id = a.id
               WHERE a.status = 'valid' AND c.status = 'valid' AND c.outcome = 'dead' AND a.occurred_on BETWEEN $1 AND $2 - 1
                 AND c.outcome_on - a.occurred_on <= CASE WHEN a.category_code IN ('road', 'fire') THEN 7 ELSE 30 END$$),
    ('F032', $$SELECT count(*) FROM accident WHERE status = 'valid' AND occurred_on BETWEEN $1 AND $2 - 1
                 AND category_code IN ('coal', 'mine', 'chemical', 'fireworks', 'construction', 'industry_trade', 'other_commerce')$$),
    ('F036', $$SELECT count(*) FROM (SELECT coalesce(a.direct_loss, 0) AS direct_loss,
                      count(*) FILTER (WHERE c.outcome = 'missing' OR c.outcome = 'dead' AND c.outcome_on - a.occurred_on <= k.window_days) AS dead,
                      count(*) FILTER (WHERE c.outcome = 'serious' OR c.outcome = 'dead' AND c.outcome_on - a.occurred_on > k.window_days) AS hurt
                 FROM accident a JOIN accident_category k ON k.code = a.category_code LEFT JOIN casualty c ON c.accident_id = a.id AND c.status = 'valid'
                WHERE a.status = 'valid' AND a.occurred_on BETWEEN $1 AND $2 - 1 GROUP BY a.id) x
               WHERE (dead >= 3 OR hurt >= 10 OR direct_loss >= 10000000) AND NOT (dead >= 10 OR hurt >= 50 OR direct_loss >= 50000000)$$),
    ('F037', $$SELECT count(DISTINCT code) FROM power_item WHERE kind = 'penalty' AND org_code = 'bureau' AND status = 'valid' AND daterange(valid_from, valid_to) @> $2 - 1$$),
    ('F038', $$SELECT count(DISTINCT subject_id) FROM permit WHERE kind = 'hazardous_chemicals' AND verification = 'remote' AND status = 'valid' AND issued_on < $2$$),
    ('F039', $$SELECT round(avg(workdays), 6) FROM permit WHERE kind = 'hazardous_chemicals' AND verification = 'onsite' AND status = 'valid' AND verified_on < $2$$),
    ('F040', $$SELECT round(avg(workdays), 6) FROM permit WHERE kind = 'hazardous_chemicals' AND verification = 'remote' AND status = 'valid' AND verified_on < $2$$),
    ('F042', $$SELECT count(DISTINCT subject_id) FROM inspection WHERE programme_code = 'joint_fire' AND status = 'valid' AND inspected_on BETWEEN $1 AND $2 - 1$$),
    ('F043', $$SELECT count(*) FROM hazard WHERE programme_code = 'joint_fire' AND status = 'valid' AND found_on BETWEEN $1 AND $2 - 1$$),
    ('F047', $$SELECT coalesce(sum(audience), 0) FROM publicity_event WHERE kind = 'open_day' AND status = 'valid' AND held_on BETWEEN $1 AND $2 - 1$$),
    ('F049', $$SELECT count(DISTINCT subject_id) FROM inspection WHERE programme_code = 'bureau_plan' AND status = 'valid' AND inspected_on BETWEEN $1 AND $2 - 1$$),
    ('F050', $$SELECT count(*) FROM document WHERE programme_code = 'bureau_plan' AND status = 'valid' AND issued_on BETWEEN $1 AND $2 - 1$$),
    ('F051', $$SELECT count(*) FROM hazard WHERE programme_code = 'bureau_plan' AND status = 'valid' AND found_on BETWEEN $1 AND $2 - 1$$),
    ('F052', $$SELECT count(*) FROM hazard WHERE programme_code = 'bureau_plan' AND level = 'major' AND status = 'valid' AND found_on BETWEEN $1 AND $2 - 1$$),
    ('F053', $$SELECT count(*) FROM enforcement_case WHERE org_code = 'bureau' AND status = 'valid' AND filed_on BETWEEN $1 AND $2 - 1$$),
    ('F057', $$SELECT round(100.0 * coalesce(sum(quantity) FILTER (WHERE completed_on < $2), 0) / nullif(sum(quantity), 0), 6) FROM equipment_renewal
               WHERE kind = 'chemical_unit' AND status = 'valid' AND planned_on BETWEEN $1 AND $2 - 1$$),
    ('F062', $$SELECT count(*) FROM audit_finding f JOIN safety_audit a ON a.id = f.safety_audit_id WHERE f.status = 'valid' AND a.status = 'valid' AND a.completed_on < $2$$),
    ('F063', $$SELECT count(*) FROM inspection WHERE programme_code = 'fireworks' AND status = 'valid' AND inspected_on BETWEEN $1 AND $2 - 1$$),
    ('F064', $$SELECT count(*) FROM hazard WHERE programme_code = 'fireworks' AND status = 'valid' AND rectified_on BETWEEN $1 AND $2 - 1$$),
    ('F065', $$SELECT coalesce(sum(quantity), 0) FROM confiscation WHERE goods = 'fireworks' AND status = 'valid' AND confiscated_on BETWEEN $1 AND $2 - 1$$),
    ('F067', $$SELECT count(DISTINCT person_id) FROM outreach WHERE campaign_code = 'dust' AND status = 'valid' AND sent_on BETWEEN $1 AND $2 - 1$$),
    ('F071', $$SELECT round(100.0 * count(*) FILTER (WHERE done_on < $2) / nullif(count(*), 0), 6) FROM requirement_check c JOIN requirement q ON q.code = c.requirement_code
               WHERE q.status = 'valid' AND c.status = 'valid' AND applicable AND listed_on < $2$$),
    ('F075', $$SELECT count(DISTINCT lessor_id) FROM lease WHERE status = 'valid' AND daterange(valid_from, valid_to) @> $2 - 1$$),
    ('F076', $$SELECT count(DISTINCT lessee_id) FROM lease WHERE status = 'valid' AND daterange(valid_from, valid_to) @> $2 - 1$$),
    ('F084', $$SELECT coalesce(sum(reads), 0) FROM post_reading r JOIN post p ON p.id = r.post_id WHERE p.series = 'case_lessons' AND p.status = 'valid' AND r.status = 'valid' AND counted_on < $2$$),
    ('F090', $$SELECT count(DISTINCT recipient) FROM issue_recipient r JOIN periodical_issue i ON i.id = r.periodical_issue_id
               WHERE r.status = 'valid' AND i.status = 'valid' AND published_on BETWEEN $1 AND $2 - 1$$),
    ('F093', $$SELECT count(DISTINCT subject_id) FROM event_enterprise e JOIN publicity_event v ON v.id = e.publicity_event_id
               WHERE e.status = 'valid' AND v.status = 'valid' AND v.kind = 'roadshow' AND v.held_on BETWEEN $1 AND $2 - 1$$),
    ('F101', $$SELECT count(DISTINCT enforcement_case_id) FROM review_item i JOIN review_meeting m ON m.id = i.review_meeting_id
               WHERE i.status = 'valid' AND m.status = 'valid' AND m.held_on BETWEEN $1 AND $2 - 1$$),
    ('F103', $$SELECT count(DISTINCT title) FROM exposed_case c JOIN exposure_batch b ON b.id = c.exposure_batch_id
               WHERE c.status = 'valid' AND b.status = 'valid' AND b.released_on BETWEEN $1 AND $2 - 1$$),
    ('F104', $$SELECT count(*) FROM generate_series(1, 30) AS n WHERE NOT EXISTS (SELECT FROM generate_series(0, n - 1) AS k WHERE NOT EXISTS
               (SELECT FROM award WHERE kind = 'excellent_file' AND status = 'valid' AND awarded_on < $2 AND year = extract(year FROM $2 - 1)::int - k))$$),
    ('X001', $$SELECT max(dead) FROM (SELECT count(c.id) FILTER (WHERE c.outcome = 'dead' AND c.outcome_on - a.occurred_on <= k.window_days) AS dead
               FROM accident a JOIN accident_category k ON k.code = a.category_code LEFT JOIN casualty c ON c.accident_id = a.id AND c.status = 'valid'
               WHERE a.status = 'valid' AND a.occurred_on BETWEEN $1 AND $2 - 1 GROUP BY a.id) x$$);

CREATE FUNCTION pg_temp.by_hand(query text, first date, after date) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE value numeric;
BEGIN
    EXECUTE query INTO value USING first, after;
    RETURN value;
END $$;
CREATE TEMP TABLE period AS SELECT * FROM (VALUES (year(2024)), (ytd('2024-12-19')), (year(2023)), (quarter(2024, 2)), (month(2024, 6)), ('[2022-06-01,2024-03-01)'::daterange)) AS v (p);
CREATE VIEW pg_temp.differing AS
    SELECT o.code, p, f.value, pg_temp.by_hand(o.query, lower(p), upper(p)) AS by_hand, f.base,
           pg_temp.by_hand(o.query, lower(year_earlier(p)), upper(year_earlier(p))) AS base_by_hand
      FROM period CROSS JOIN LATERAL figures(p) AS f JOIN oracle AS o USING (code)
     WHERE f.value IS DISTINCT FROM pg_temp.by_hand(o.query, lower(p), upper(p))
        OR f.base IS DISTINCT FROM pg_temp.by_hand(o.query, lower(year_earlier(p)), upper(year_earlier(p)));
CREATE TEMP TABLE before AS SELECT code, value FROM figures(year(2024));

SELECT cmp_ok((SELECT count(*) FROM oracle), '>=', 30::bigint, 'at least thirty figures are written by hand');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'figures and bases of six periods equal plain SQL');

-- ------------------------------------------------------------------ the records behind
CREATE TEMP TABLE behind AS
    SELECT p, f.code, f.kind, f.value, f.numerator, f.denominator, f.record_count, r.*
      FROM period CROSS JOIN LATERAL figures(p) AS f
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE part = 'numerator') AS n, coalesce(sum(amount) FILTER (WHERE part = 'numerator'), 0) AS numerator_sum,
                                 count(*) FILTER (WHERE part = 'denominator') AS d, coalesce(sum(amount) FILTER (WHERE part = 'denominator'), 0) AS denominator_sum,
                                 count(*) FILTER (WHERE amount <> 0) AS counted
                            FROM figure_rows(f.code, p)) AS r;
SELECT is((SELECT count(DISTINCT code) FROM behind), (SELECT count(*) FROM indicator WHERE active), 'every indicator is tried');
SELECT is_empty($$SELECT * FROM behind WHERE kind NOT IN ('change', 'ratio', 'reduction', 'rate')
    AND (coalesce(numerator, 0) <> numerator_sum OR coalesce(denominator, 0) <> denominator_sum)$$,
    'the amounts behind a figure add up to its numerator and denominator');
SELECT is_empty($$SELECT * FROM behind WHERE kind = 'count' AND value <> n OR kind = 'distinct' AND value <> counted OR kind = 'planned' AND value <> d$$,
    'the records behind a count are as many as it says');
SELECT is_empty($$SELECT b.code, b.p FROM behind b JOIN indicator i USING (code) JOIN behind o ON o.code = i.of_code AND o.p = b.p LEFT JOIN behind y ON y.code = i.by_code AND y.p = b.p
    WHERE b.kind IN ('change', 'rate', 'ratio') AND b.n <> o.n OR b.kind = 'ratio' AND b.d <> y.n$$,
    'behind a derived figure are the records of those it is made of');
SELECT is_empty($$SELECT b.p, f.code FROM period b CROSS JOIN LATERAL figures(b.p) AS f WHERE f.p_value IS NOT NULL
    AND f.p_value <> round(p_value(comparison(f.value, f.base))::numeric, 6)$$, 'p-values are those of the exact test');
SELECT is((SELECT string_agg(code, ' ' ORDER BY code) FROM figures(year(2024)) WHERE p_value IS NOT NULL), 'F028 F030 F032 F034', 'the tested figures have a p-value');

-- ------------------------------------------------------------------ as of now is now
SELECT set_eq($$SELECT code, value, numerator, denominator, base FROM figures(year(2024), clock_timestamp() - interval '1 microsecond')$$,
              'SELECT code, value, numerator, denominator, base FROM figures(year(2024))', 'as known a moment ago, by way of the history');

-- ------------------------------------------------------------------ one scan a source
-- (with a checksum of the records, for which the facts are read, not rollups)
CREATE TEMP TABLE plain AS SELECT DISTINCT c.oid::regclass AS relation FROM indicator i JOIN pg_class c ON c.oid = to_regclass('ledger.' || i.source)
    WHERE c.relkind = 'r' AND NOT EXISTS (SELECT FROM indicator o JOIN pg_depend d ON d.refobjid = c.oid JOIN pg_rewrite w ON w.oid = d.objid AND w.ev_class = to_regclass('ledger.' || o.source));
BEGIN;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_bitmapscan = off;
CREATE TEMP TABLE scans AS SELECT relation, pg_stat_get_xact_numscans(relation) AS n FROM plain;
SELECT count(*) FROM emgov_internal.ledger_figures('ledger', year(2024), with_checksum => true) \gset
SELECT ok((SELECT count(*) FROM plain) >= 20 AND NOT EXISTS (SELECT FROM scans WHERE pg_stat_get_xact_numscans(relation) - n <> 1),
          'a table that several indicators count is scanned once: ' || coalesce((SELECT string_agg(relation || ' ' || pg_stat_get_xact_numscans(relation) - n, ', ') FROM scans WHERE pg_stat_get_xact_numscans(relation) - n <> 1), 'all'));
COMMIT;

-- ------------------------------------------------------------------ records change, and figures with them
-- taken away: every ninth record of every fact table no longer counts
DO $$
DECLARE t regclass;
BEGIN
    FOR t IN SELECT a.attrelid::regclass FROM pg_attribute a JOIN pg_attribute b USING (attrelid) JOIN emgov_internal.kept_tables('ledger') AS k ON k = a.attrelid
              WHERE a.attname = 'id' AND b.attname = 'status' LOOP
        EXECUTE format('UPDATE %s SET status = ''withdrawn'', note = ''test'' WHERE id %% 9 = 0', t);
    END LOOP;
END $$;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'the same after records were taken away');
-- put in
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 1000 + i, '2024-07-01', '320412', 'chemical' FROM generate_series(1, 5) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT 1001, 'dead', '2024-07-09' FROM generate_series(1, 4);
INSERT INTO inspection (programme_code, org_code, subject_id, inspected_on)
SELECT p, 'bureau', s, '2024-08-01' FROM unnest('{bureau_plan,joint_fire,fireworks}'::text[]) AS p, generate_series(205, 215) AS s;
INSERT INTO hazard (programme_code, subject_id, level, found_on, rectified_on) SELECT p, 3, 'major', '2024-08-01', '2024-08-09' FROM unnest('{bureau_plan,joint_fire,fireworks}'::text[]) AS p;
INSERT INTO remediation (campaign_code, subject_id, listed_on, disposition_code, completed_on) SELECT 'point_clearance', s, '2024-01-01', 'stop', '2024-12-30' FROM generate_series(1, 40) AS s;
INSERT INTO lease (site, lessor_id, lessee_id, valid_from) SELECT 'new', 290, s, '2024-12-31' FROM generate_series(1, 9) AS s;
INSERT INTO award (org_code, kind, year, awarded_on) SELECT 'dept1', 'excellent_file', y, '2024-12-01' FROM generate_series(2010, 2024) AS y;
SELECT is_empty('SELECT * FROM pg_temp.differing WHERE code <> ''F104''', 'the same after records were put in');
-- altered: dates move, kinds change, an enterprise is upgraded and exits later
UPDATE accident SET occurred_on = occurred_on - 366 WHERE id % 5 = 0 AND occurred_on >= '2024-01-01';
UPDATE accident SET category_code = 'road' WHERE id % 7 = 0;
UPDATE casualty SET outcome = 'dead', outcome_on = outcome_on + 3 WHERE outcome = 'missing';
UPDATE hazard SET level = 'major' WHERE id % 4 = 0;
UPDATE permit SET workdays = workdays + 0.5 WHERE verification = 'onsite';
UPDATE remediation SET disposition_code = 'move' WHERE disposition_code = 'merge';
UPDATE disposition_policy SET outcome = 'upgraded' WHERE disposition_code = 'move';
UPDATE oracle SET query = replace(replace(query, $$('stop', 'move')$$, $$('stop')$$), $$('upgrade', 'merge', 'transform')$$, $$('upgrade', 'merge', 'transform', 'move')$$);
UPDATE accident_category SET window_days = 20 WHERE window_days = 30;
UPDATE oracle SET query = replace(query, 'ELSE 30 END', 'ELSE 20 END');
UPDATE equipment_renewal SET quantity = quantity + 1;
UPDATE staff SET valid_to = '2024-12-31' WHERE valid_to IS NULL AND id % 2 = 0;
UPDATE sample_check SET passed = NOT passed WHERE id % 3 = 0;
UPDATE publicity_event SET audience = audience + 7, kind = 'roadshow' WHERE kind = 'contest';
SELECT ok((SELECT count(*) FROM before b JOIN figures(year(2024)) f USING (code) JOIN oracle USING (code) WHERE f.value <> b.value) >= 30
          AND NOT EXISTS (SELECT FROM pg_temp.differing WHERE code <> 'F104'),
          'the same after records were altered, and at least thirty figures have moved');
-- ------------------------------------------------------------------ every shipped definition by every dimension
-- It answers of all members, and where it adds up these come to the total; or it says for one reason why not.
SELECT format('CALL load_pack(%L)', name) FROM emgov.shipped_pack WHERE name NOT IN (SELECT name FROM pack_list) ORDER BY name \gexec
-- most of what has an area is of one, the rest of none
UPDATE inspection SET area_code = pg_temp.block(id, 201) WHERE id % 5 > 0;
UPDATE enforcement_case SET area_code = pg_temp.block(id, 202) WHERE id % 5 > 0;
\ir ../ledger/entered.sql
CREATE TEMP TABLE f AS SELECT '' AS dim, x.* FROM figures(year(2024)) AS x;
SELECT format('INSERT INTO f SELECT %1$L, x.* FROM figures(year(2024), by => %1$L) AS x', code) FROM dimension WHERE active ORDER BY code \gexec
CREATE TEMP TABLE split AS
SELECT f.dim, f.code, f.source, bool_or(f.state = 'failed') AS failed, bool_and(f.state = 'failed') AS all_failed, count(DISTINCT f.reason) AS reasons, min(f.reason) AS reason,
       sum(f.value) AS value, sum(f.base) AS base
  FROM f WHERE f.member IS NOT NULL GROUP BY 1, 2, 3;
SELECT is((SELECT string_agg(concat_ws(' ', g.code, d.code), E'\n') FROM f AS g CROSS JOIN dimension AS d
            WHERE g.dim = '' AND d.active AND NOT EXISTS (SELECT FROM split AS s WHERE s.code = g.code AND s.dim = d.code)), NULL, 'each has rows of members');
SELECT is((SELECT string_agg(concat_ws(' ', f.dim, f.code, f.state, f.value, f.words, f.reason, 'not', g.state, g.value, g.words), E'\n')
             FROM f JOIN f AS g ON g.code = f.code AND g.dim = '' WHERE f.dim <> '' AND f.member IS NULL
              AND (f.value, f.base, f.state, f.words, f.phrase, f.reason) IS DISTINCT FROM (g.value, g.base, g.state, g.words, g.phrase, g.reason)), NULL, 'the total is what it is without');
SELECT is((SELECT string_agg(concat_ws(' ', dim, code, reason), E'\n') FROM split WHERE failed AND (NOT all_failed OR reasons <> 1)), NULL, 'of all members, or of none, for one reason');
SELECT is((SELECT string_agg(concat_ws(' ', dim, code, reason), E'\n') FROM split
            WHERE failed AND reason !~ '^([A-Z][A-Z0-9]*: )?("\w+" has no column "\w+" of type text(, "\w+" has: count it from there)?|nothing says by which column "\w+" has the dimension \w+)$'), NULL,
    'and that is that its source has no such column');
CREATE TEMP TABLE adding AS SELECT x.code, emgov_internal.adds_up(ARRAY(SELECT i FROM emgov_internal.indicators('ledger', NULL) AS i), x.code) AS adds_up FROM (SELECT DISTINCT code FROM f) AS x;
SELECT is((SELECT string_agg(concat_ws(' ', s.dim, s.code, s.value, 'not', g.value, 'base', s.base, 'not', g.base), E'\n')
             FROM split AS s JOIN f AS g ON g.code = s.code AND g.dim = '' JOIN adding AS a ON a.code = s.code
            WHERE NOT s.failed AND a.adds_up
              AND (s.value, s.base) IS DISTINCT FROM (g.value, g.base) AND g.state IN ('comparable', 'new', 'none')), NULL, 'what adds up comes to the total');
SELECT set_eq('SELECT DISTINCT f.kind FROM f JOIN adding AS a USING (code) WHERE NOT a.adds_up',
    '{distinct,mean,share,completion,largest,streak,change,ratio,rate,reduction,stock}'::text[], 'what does not is of these kinds; of a stock, what is counted once each');
-- of what is somewhere, where it is; but for what has only an enterprise
SELECT set_eq($$SELECT DISTINCT source FROM split WHERE dim = 'area' AND failed AND source IS NOT NULL$$,
    '{advertisement,award,campaign_task,confiscation,equipment_renewal,event_enterprise_fact,exposed_case_fact,exposure_batch,issue_recipient_fact,joint_action,legislation,letter,meeting,outreach,periodical_issue,post,
      post_reading_fact,power_item,publicity_event,requirement,requirement_check_fact,review_item_fact,review_meeting,safety_audit,staff,study_event,training_attendance_fact,training_session,training_topic}'::text[],
    'what has no area is of no place, of the bureau, or of an enterprise alone');
SELECT * FROM finish();
