-- V3 to V5: readers' lists, the file of one enterprise, the state of reporting, against SQL by hand.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql AS $$ SELECT timezone('Asia/Shanghai', now())::date $$;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
ANALYZE;
SELECT plan(33);

-- ------------------------------------------------------------------ overdue
-- one that is due today, one since yesterday, rectified, withdrawn, without a day
INSERT INTO hazard (id, subject_id, programme_code, level, found_on, deadline, rectified_on, status, note)
SELECT 90000 + n, 1, 'bureau_plan', 'major', '2024-01-01', d, r, s, s FROM (VALUES (1, pg_temp.today(), NULL::date, 'valid'), (2, pg_temp.today() - 1, NULL, 'valid'), (3, pg_temp.today() - 1, '2024-02-01', 'valid'),
    (4, pg_temp.today() - 1, NULL, 'withdrawn'), (5, NULL, NULL, 'valid')) AS v (n, d, r, s);
INSERT INTO hazard_supervision (hazard_id, listed_on, level, org_code) VALUES (90002, '2024-01-02', 'city', 'bureau');
SELECT results_eq('SELECT hazard_id::bigint, days_overdue, level_zh::text, is_under_supervision FROM ledger_report.hazard_overdue WHERE hazard_id > 90000', $$VALUES (90002::bigint, 1, '重大', true)$$,
    'a hazard is overdue from the day after its deadline');
SELECT results_eq('SELECT hazard_id::bigint, days_overdue, area_code::text, uscc::text FROM ledger_report.hazard_overdue ORDER BY 1',
    $$SELECT h.id, pg_temp.today() - h.deadline, coalesce(i.area_code, s.area_code), s.uscc FROM hazard AS h JOIN subject AS s ON s.id = h.subject_id LEFT JOIN inspection AS i ON i.id = h.inspection_id
       WHERE h.status = 'valid' AND h.rectified_on IS NULL AND pg_temp.today() > h.deadline ORDER BY 1$$, 'all of them');
SELECT results_eq('SELECT enforcement_case_id::bigint, days_open, days_overdue, limit_days, deadline, legal_basis::text FROM ledger_report.case_overdue ORDER BY 1',
    $$SELECT c.id, pg_temp.today() - c.filed_on, pg_temp.today() - c.filed_on - 90, 90, c.filed_on + 90, '行政处罚法（2021）第六十条' FROM enforcement_case AS c
       WHERE c.status = 'valid' AND c.decided_on IS NULL AND c.closed_on IS NULL AND pg_temp.today() - c.filed_on > 90 ORDER BY 1$$, 'cases over the 90 days for a decision');
INSERT INTO enforcement_case (id, org_code, filed_on, subject_id) VALUES (90001, 'bureau', pg_temp.today() - 90, 301), (90002, 'bureau', pg_temp.today() - 91, 301);
SELECT results_eq('SELECT enforcement_case_id::int, days_overdue, party_kind_zh::text, enterprise::text FROM ledger_report.case_overdue WHERE enforcement_case_id > 90000', $$VALUES (90002, 1, '个人', NULL::text)$$,
    'the last day of the limit is still in it; a person is not named');
UPDATE time_limit SET valid_from = pg_temp.today() - 91 WHERE code = 'penalty_decision';
SELECT results_eq('SELECT enforcement_case_id::int FROM ledger_report.case_overdue', 'VALUES (90002)', 'the limit is that of the day of filing');
UPDATE time_limit SET day_unit = 'working' WHERE code = 'penalty_decision';
SELECT is_empty('SELECT * FROM ledger_report.case_overdue', 'one in working days is not counted as if it were in days');
UPDATE ledger_setting SET time_zone = 'Pacific/Kiritimati';
SELECT results_eq('SELECT days_overdue FROM ledger_report.hazard_overdue WHERE hazard_id = 90002', $$SELECT timezone('Pacific/Kiritimati', now())::date - pg_temp.today() + 1$$, 'today is the ledger''s');
UPDATE ledger_setting SET time_zone = 'Asia/Shanghai';

SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'ledger_report'::regnamespace) AND attcollation NOT IN (0, (SELECT oid FROM pg_collation WHERE collname = 'default'))$$,
    'texts sort as the database does, in every view');

-- ------------------------------------------------------------------ campaigns
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('third', '第三专项', 'the third', 'city');
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on) SELECT 'third', i, '320402', '2024-01-01' FROM generate_series(1, 400, 3) AS i;
SELECT results_eq('SELECT campaign_code::text, other_campaign_code::text, enterprises_distinct FROM ledger_report.campaign_overlap ORDER BY 1, 2',
    $$WITH r AS (SELECT campaign_code AS c, array_agg(DISTINCT subject_id) AS s FROM remediation WHERE status = 'valid' GROUP BY 1)
      SELECT a.c, b.c, (SELECT count(*)::int FROM unnest(a.s) AS x WHERE x = ANY (b.s)) FROM r AS a JOIN r AS b ON a.c < b.c ORDER BY 1, 2$$, 'V3: enterprises that two campaigns have in common');
SELECT results_eq('SELECT enterprise_id::bigint, campaigns, campaign_codes::text, listed_on, completed FROM ledger_report.enterprise_in_campaigns WHERE enterprise_id IS NOT NULL ORDER BY 1',
    $$SELECT s.id, count(DISTINCT campaign_code)::int, (SELECT string_agg(c, ',') FROM (SELECT DISTINCT campaign_code AS c FROM remediation WHERE subject_id = s.id AND status = 'valid' ORDER BY 1) AS x), min(listed_on),
             (SELECT count(DISTINCT campaign_code)::int FROM remediation WHERE subject_id = s.id AND status = 'valid' AND completed_on IS NOT NULL)
        FROM remediation AS r JOIN subject AS s ON s.id = r.subject_id WHERE r.status = 'valid' AND s.kind <> 'person' GROUP BY s.id HAVING count(DISTINCT campaign_code) > 1 ORDER BY 1$$, 'and the enterprises of several');
SELECT matches(col_description('ledger_report.campaign_overlap'::regclass, (SELECT attnum FROM pg_attribute WHERE attrelid = 'ledger_report.campaign_overlap'::regclass AND attname = 'enterprises_distinct')),
    '不可相加.*not to be added up', 'V3: what must not be added up says so');

-- ------------------------------------------------------------------ one enterprise
UPDATE accident SET subject_id = 1 + id % 40;
UPDATE penalty SET subject_id = 5 WHERE id % 5 = 0;
CREATE FUNCTION pg_temp.file(subject bigint) RETURNS TABLE (day date, kind text, what text, amount numeric, id bigint) LANGUAGE sql AS $$
    SELECT occurred_on, 'accident', category_code, direct_loss, id FROM accident WHERE subject_id = $1 AND status = 'valid'
    UNION ALL SELECT inspected_on, 'inspection', programme_code, NULL, id FROM inspection WHERE subject_id = $1 AND status = 'valid'
    UNION ALL SELECT found_on, 'hazard', level, NULL, id FROM hazard WHERE subject_id = $1 AND status = 'valid'
    UNION ALL SELECT coalesce(filed_on, decided_on), 'case', procedure, NULL, id FROM enforcement_case WHERE subject_id = $1 AND status = 'valid'
    UNION ALL SELECT coalesce(c.decided_on, c.filed_on), 'penalty', y.kind_code, y.fine, y.id FROM penalty AS y JOIN enforcement_case AS c ON c.id = y.enforcement_case_id
               WHERE coalesce(y.subject_id, c.subject_id) = $1 AND y.status = 'valid' AND c.status = 'valid'
    UNION ALL SELECT applied_on, 'permit', kind, NULL, id FROM permit WHERE subject_id = $1 AND status = 'valid'
    UNION ALL SELECT listed_on, 'campaign', campaign_code, NULL, id FROM remediation WHERE subject_id = $1 AND status = 'valid' $$;
SELECT bag_eq('SELECT enterprise_id::bigint, event_on, kind_code::text, what_code::text, amount::numeric, record_id::bigint FROM ledger_report.enterprise_file',
    $$SELECT s.id AS subject, f.* FROM subject AS s CROSS JOIN LATERAL pg_temp.file(s.id) AS f WHERE s.kind <> 'person' AND s.status = 'valid'$$, 'V5: the files of all enterprises');
SELECT cmp_ok((SELECT count(DISTINCT kind_code) FROM ledger_report.enterprise_file WHERE uscc = (SELECT uscc FROM subject WHERE id = 5)), '>=', 5::bigint, 'of one, events of most kinds');
SELECT set_eq('SELECT kind_code::text, kind_zh::text, kind_en::text FROM ledger_report.enterprise_file', $$VALUES ('accident', '事故', 'accident'), ('inspection', '检查', 'inspection'),
    ('hazard', '隐患', 'hazard'), ('case', '案件', 'case'), ('penalty', '处罚', 'penalty'), ('permit', '许可', 'permit'), ('campaign', '专项整治', 'campaign')$$, 'its kinds in words');
SELECT is_empty($$SELECT * FROM ledger_report.enterprise_file WHERE what_zh IS NULL OR (outcome_code IS NULL) <> (outcome_zh IS NULL)
                     OR kind_code IN ('hazard', 'case', 'permit', 'campaign') AND outcome_zh IS NULL$$, 'all in words');
UPDATE subject SET status = 'withdrawn', note = 'x' WHERE id = 6;
SELECT is_empty('SELECT * FROM ledger_report.enterprise_file WHERE enterprise_id = 6', 'a withdrawn subject has none');
-- a hundred thousand enterprises: one is found by its code, in the indexes of all tables
INSERT INTO subject (kind, uscc, name, area_code) SELECT 'enterprise', pg_temp.uscc(i), '企业' || i, '320402' FROM generate_series(1000, 11000) AS i;
INSERT INTO inspection (programme_code, org_code, subject_id, inspected_on) SELECT 'bureau_plan', 'bureau', s.id, '2024-05-01' FROM subject AS s, generate_series(1, 3) WHERE s.id > 1000;
INSERT INTO accident (subject_id, occurred_on, area_code, category_code) SELECT s.id, '2024-05-01', '320402', 'road' FROM subject AS s WHERE s.id > 1000;
INSERT INTO hazard (programme_code, subject_id, found_on) SELECT 'bureau_plan', s.id, '2024-05-01' FROM subject AS s WHERE s.id > 1000;
INSERT INTO enforcement_case (org_code, subject_id, filed_on) SELECT 'bureau', s.id, '2024-05-01' FROM subject AS s WHERE s.id > 1000;
INSERT INTO penalty (enforcement_case_id, kind_code, subject_id) SELECT c.id, 'warning', CASE WHEN c.id % 2 = 0 THEN c.subject_id END FROM enforcement_case AS c WHERE c.subject_id > 1000;
INSERT INTO permit (org_code, kind, subject_id, applied_on) SELECT 'bureau', 'x', s.id, '2024-05-01' FROM subject AS s WHERE s.id > 1000;
INSERT INTO remediation (campaign_code, subject_id, listed_on) SELECT 'dust', s.id, '2024-05-01' FROM subject AS s WHERE s.id > 1000;
ANALYZE;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT is_empty($$SELECT * FROM pg_temp.plan(format('SELECT * FROM ledger_report.enterprise_file WHERE uscc = %L', pg_temp.uscc(5000))) AS p
    WHERE p ~ 'Seq Scan on (subject|accident|inspection|hazard|hazard_of_area|enforcement_case|penalty|permit|remediation|remediation_fact) '$$, 'V5: one enterprise is found by indexes');
SELECT is_empty($$SELECT * FROM pg_temp.plan('SELECT * FROM ledger_report.enterprise_file WHERE period_start = ''2024-05-01'' LIMIT 10') AS p
    WHERE p ~ 'Seq Scan on subject ' OR p ~ 'Hash  ' AND p ~ ' rows=\d{4,}'$$, 'the first rows of a month are looked up, without all enterprises');

-- ------------------------------------------------------------------ who has reported
UPDATE coverage_declaration SET active = false;
CALL entered(ARRAY['accident'], '2024-03-31', '2024-01-01', '320402');
SELECT is((SELECT array_agg(DISTINCT state::text) FROM ledger_report.reporting_state WHERE source = 'inspection'), '{open,undeclared}', 'of what nobody speaks it is said that nobody does');
CREATE FUNCTION pg_temp.state(area text, month date) RETURNS text LANGUAGE sql AS
$$ SELECT state || coalesce(' ' || said_on, '') FROM ledger_report.reporting_state WHERE source = 'accident' AND area_code = $1 AND period_start = $2 $$;
SELECT is(pg_temp.state('320402', '2024-03-01'), 'late ' || pg_temp.today(), 'what is said long after it was due is late');
SELECT is(pg_temp.state('320402', '2024-04-01'), 'missing', 'what was not said is missing');
SELECT is(pg_temp.state('320404', '2024-03-01'), 'undeclared', 'another area has said nothing');
SELECT is(pg_temp.state('320402', date_trunc('month', pg_temp.today()::timestamp)::date), 'open', 'the running month is not due');
-- of an area alone less than of all: what is said of it alone holds
CALL entered(ARRAY['inspection'], '2024-06-30', '2024-01-01');
CALL entered(ARRAY['inspection'], '2024-04-15', '2024-02-01', '320404');
SELECT results_eq($$SELECT area_code::text, array_agg(state || coalesce(' ' || covered_through, '') ORDER BY period_start) FROM ledger_report.reporting_state
                     WHERE source = 'inspection' AND area_code IN ('320402', '320404') AND period_start BETWEEN '2024-01-01' AND '2024-06-01' GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('320402', '{late 2024-01-31,late 2024-02-29,late 2024-03-31,late 2024-04-30,late 2024-05-31,late 2024-06-30}'::text[]),
             ('320404', '{missing,late 2024-02-29,late 2024-03-31,missing 2024-04-15,missing,missing}')$$, 'what is said of an area alone holds for it, though it is less than what is said of all');
CALL entered(ARRAY['inspection'], NULL::date, NULL);
-- on the eighth, and a day later
SET emgov.known_at = '2025-05-08 20:00+08';
CALL entered(ARRAY['hazard'], '2025-04-30', '2025-01-01', '320402');
SET emgov.known_at = '2025-05-20 12:00+08';
CALL entered(ARRAY['hazard'], '2025-05-15', NULL, '320402');
SET emgov.known_at = '2025-06-08 17:00+00';
CALL entered(ARRAY['hazard'], '2025-05-31', NULL, '320402');
RESET emgov.known_at;
CALL entered(ARRAY['hazard'], pg_temp.today(), NULL, '320402');
SELECT results_eq($$SELECT period_start, state::text, said_on, due_on, is_declared, covered_through FROM ledger_report.reporting_state
                     WHERE source = 'hazard' AND area_code = '320402' AND period_start BETWEEN '2025-03-01' AND '2025-05-01' ORDER BY 1$$,
    $$VALUES (date '2025-03-01', 'late', date '2025-05-08', date '2025-04-08', true, date '2025-03-31'), ('2025-04-01', 'in', '2025-05-08', '2025-05-08', true, '2025-04-30'),
             ('2025-05-01', 'late', '2025-06-09', '2025-06-08', true, '2025-05-31')$$, 'it counts when it was first said, on the ledger''s day');
UPDATE ledger_setting SET report_due_day = 9;
SELECT is((SELECT state::text FROM ledger_report.reporting_state WHERE source = 'hazard' AND area_code = '320402' AND period_start = '2025-05-01'), 'in', 'the day that it is due is a setting');
CALL entered(ARRAY['hazard'], NULL::date, NULL, '320402');
SELECT is((SELECT DISTINCT state::text FROM ledger_report.reporting_state WHERE source = 'hazard' AND area_code = '320402' AND period_start = '2025-05-01'), NULL, 'what was taken back is no longer in');
SELECT results_eq($$SELECT records, last_entry FROM ledger_report.reporting_state WHERE source = 'accident' AND area_code = '320402' AND period_start = '2024-02-01'$$,
    $$SELECT count(*) FILTER (WHERE status = 'valid')::int, max(known_from) FROM accident WHERE area_code = '320402' AND occurred_on BETWEEN '2024-02-01' AND '2024-02-29'$$, 'records, and when one was last entered');
SELECT is((SELECT count(changed) FROM ledger_report.reporting_state), 0::bigint, 'nothing was published: of changes since nothing can be said');
CALL entered(ARRAY['accident'], '2024-12-31', '2023-01-01');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('报告');
CALL publish('报告', year(2024));
UPDATE accident SET direct_loss = direct_loss + 1 WHERE id IN (SELECT id FROM accident WHERE area_code = '320402' AND occurred_on BETWEEN '2024-02-01' AND '2024-02-29' ORDER BY id LIMIT 2);
SELECT is((SELECT (sum(changed), max(changed)) FROM ledger_report.reporting_state WHERE source = 'accident'), (SELECT (n, n::int) FROM (SELECT count(*) AS n FROM accident WHERE known_from > (SELECT max(as_of) FROM publication)) AS x),
    'then those that changed are counted');
-- and of a source of few records
INSERT INTO drill_plan (level, area_code, title, planned_on, status, note) VALUES ('city', '320402', '演练1', '2024-02-04', 'valid', NULL), ('city', '320402', '演练2', '2024-02-05', 'withdrawn', 'x'),
    ('city', '320404', '演练1', '2024-02-04', 'valid', NULL), ('city', NULL, '演练1', '2024-02-04', 'valid', NULL);
SELECT set_eq($$SELECT area_code::text, period_start, records, last_entry, changed FROM ledger_report.reporting_state WHERE source = 'drill_plan' AND (records > 0 OR changed > 0 OR last_entry IS NOT NULL)$$,
    $$SELECT area_code, date '2024-02-01' AS m, (count(*) FILTER (WHERE status = 'valid'))::int AS n, max(known_from) AS last, (count(*) FILTER (WHERE known_from > (SELECT max(as_of) FROM publication)))::int AS changed FROM drill_plan
       WHERE area_code IS NOT NULL GROUP BY 1$$, 'of what there is little as well');
SELECT is((SELECT count(*) FROM (SELECT source, area_code, period_start FROM ledger_report.reporting_state GROUP BY 1, 2, 3 HAVING count(*) > 1) AS x), 0::bigint, 'a row a source, area and month');
CALL emgov.create_ledger('bare');
CALL bare.entered(ARRAY['accident'], '2024-12-31', '2024-01-01');
SELECT is((SELECT (count(*), count(area_code), count(DISTINCT state)) FROM bare_report.reporting_state WHERE source = 'accident' AND year = 2024), (SELECT (12::bigint, 0::bigint, 1::bigint)), 'a ledger without blocks reports as a whole');
SELECT * FROM finish();
