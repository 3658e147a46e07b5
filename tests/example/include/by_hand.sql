-- Every figure once more, in plain SQL over the tables of records: written without a look
-- at the indicators' definitions and without the ledger's views. Included by tests.
CREATE FUNCTION pg_temp.count_by_hand(since date, until date, OUT code text, OUT value numeric) RETURNS SETOF record LANGUAGE plpgsql STABLE
SET search_path = ledger, emgov, public, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY WITH died AS (      -- accidents that count, with the deaths that count
    SELECT a.id, a.occurred_on, k.code IN ('coal', 'mine', 'chemical', 'fireworks', 'construction', 'industry_trade', 'other_commerce') AS industry,
           a.direct_loss,
           (SELECT count(*) FROM casualty c WHERE c.accident_id = a.id AND c.status = 'valid' AND c.outcome = 'dead'
               AND c.outcome_on - a.occurred_on <= CASE WHEN k.code IN ('road', 'fire') THEN 7 ELSE 30 END) AS deaths,
           (SELECT count(*) FROM casualty c WHERE c.accident_id = a.id AND c.status = 'valid' AND (c.outcome = 'serious'
               OR c.outcome = 'dead' AND c.outcome_on - a.occurred_on > CASE WHEN k.code IN ('road', 'fire') THEN 7 ELSE 30 END)) AS injured
      FROM accident a, accident_category k
     WHERE k.code = a.category_code AND a.status = 'valid' AND a.occurred_on >= since AND a.occurred_on < until),
decided AS (        -- the last decision on each enterprise before the end, if it falls in the span
    SELECT campaign_code, subject_id, disposition_code
      FROM (SELECT DISTINCT ON (campaign_code, subject_id) campaign_code, subject_id, disposition_code, completed_on
              FROM remediation WHERE status = 'valid' AND completed_on < until
             ORDER BY campaign_code, subject_id, completed_on DESC, id DESC) AS last
     WHERE completed_on >= since),
visited AS (SELECT programme_code, subject_id FROM inspection WHERE status = 'valid' AND inspected_on BETWEEN since AND until - 1),
event AS (SELECT e.* FROM publicity_event e WHERE e.status = 'valid' AND held_on BETWEEN since AND until - 1),
minutes AS (SELECT verification, avg(workdays) AS days FROM permit
             WHERE status = 'valid' AND kind = 'hazardous_chemicals' AND verified_on < until GROUP BY 1),
rented AS (SELECT lessor_id, lessee_id FROM lease WHERE status = 'valid' AND valid_from < until AND coalesce(valid_to, 'infinity') >= until)
SELECT 'F001', count(*) FROM study_event WHERE kind = 'lecture' AND org_code = 'bureau' AND status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F002', count(*) FROM study_event WHERE kind = 'centre_group' AND org_code = 'bureau' AND status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F003', count(*) FROM meeting WHERE topic = 'rule_of_law' AND org_code = 'bureau' AND status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F004', count(*) FROM study_event WHERE kind = 'court' AND org_code = 'bureau' AND status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F007', count(*) FROM campaign_task WHERE campaign_code = 'root_cause' AND status = 'valid' AND assigned_on BETWEEN since AND until - 1
UNION ALL SELECT 'F008', count(DISTINCT area_code) FROM letter l JOIN letter_recipient r ON r.letter_id = l.id
                  WHERE l.kind = 'reminder' AND l.status = 'valid' AND r.status = 'valid' AND sent_on BETWEEN since AND until - 1
UNION ALL SELECT 'F009', count(DISTINCT r.org_code) FROM letter l JOIN letter_recipient r ON r.letter_id = l.id
                  WHERE l.kind = 'reminder' AND l.status = 'valid' AND r.status = 'valid' AND sent_on BETWEEN since AND until - 1
UNION ALL SELECT 'F010', count(*) FROM letter WHERE kind = 'reminder' AND status = 'valid' AND sent_on BETWEEN since AND until - 1
UNION ALL SELECT 'F011', count(*) FROM decided WHERE campaign_code = 'point_clearance'
UNION ALL SELECT 'F012', count(*) FROM decided WHERE campaign_code = 'point_clearance' AND disposition_code IN ('stop', 'move')
UNION ALL SELECT 'F013', count(*) FROM decided WHERE campaign_code = 'point_clearance' AND disposition_code NOT IN ('stop', 'move')
UNION ALL SELECT 'F014', count(*) FROM supervision_visit WHERE campaign_code = 'point_clearance' AND status = 'valid' AND visited_on BETWEEN since AND until - 1
UNION ALL SELECT 'F015', count(DISTINCT subject_id) FROM sample_check WHERE supervision_visit_id IN (SELECT id FROM supervision_visit WHERE status = 'valid') AND campaign_code = 'point_clearance' AND status = 'valid' AND checked_on BETWEEN since AND until - 1
UNION ALL SELECT 'F016', round(100.0 * count(DISTINCT subject_id) FILTER (WHERE passed) / nullif(count(DISTINCT subject_id), 0), 6)
                    FROM sample_check WHERE supervision_visit_id IN (SELECT id FROM supervision_visit WHERE status = 'valid') AND campaign_code = 'point_clearance' AND status = 'valid' AND checked_on BETWEEN since AND until - 1
UNION ALL SELECT 'F017', count(*) FROM drill_plan WHERE level = 'city' AND status = 'valid' AND planned_on BETWEEN since AND until - 1
UNION ALL SELECT 'F018', count(*) FROM drill_plan WHERE level = 'district' AND status = 'valid' AND planned_on BETWEEN since AND until - 1
UNION ALL SELECT 'F019', count(*) FROM event WHERE kind = 'contest' AND claim = 'first_in_province'
UNION ALL SELECT 'F022', count(DISTINCT code) FROM training_topic WHERE org_code = 'bureau' AND status = 'valid' AND studied_on BETWEEN since AND until - 1
UNION ALL SELECT 'F023', count(*) FROM training_session WHERE status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F024', count(*) FROM training_attendance WHERE training_session_id IN (SELECT id FROM training_session WHERE status = 'valid') AND status = 'valid' AND attended_on BETWEEN since AND until - 1
UNION ALL SELECT 'F025', count(DISTINCT person) FROM staff WHERE org_code = 'bureau' AND role = 'government_lawyer' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F026', count(DISTINCT person) FROM staff WHERE org_code = 'bureau' AND role = 'legal_adviser' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F027', count(DISTINCT person) FROM staff WHERE org_code = 'subordinate' AND role = 'legal_adviser' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F028', count(*) FROM died
UNION ALL SELECT 'F030', coalesce(sum(deaths), 0) FROM died
UNION ALL SELECT 'F032', count(*) FROM died WHERE industry
UNION ALL SELECT 'F034', coalesce(sum(deaths), 0) FROM died WHERE industry
UNION ALL SELECT 'F036', count(*) FROM died WHERE (deaths >= 3 OR injured >= 10 OR direct_loss >= 10000000) AND deaths < 10 AND injured < 50 AND direct_loss < 50000000
UNION ALL SELECT 'F037', count(DISTINCT code) FROM power_item WHERE kind = 'penalty' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F038', count(DISTINCT subject_id) FROM permit WHERE verification = 'remote' AND kind = 'hazardous_chemicals' AND status = 'valid' AND issued_on < until
UNION ALL SELECT 'F039', round((SELECT days FROM minutes WHERE verification = 'onsite'), 6)
UNION ALL SELECT 'F040', round((SELECT days FROM minutes WHERE verification = 'remote'), 6)
UNION ALL SELECT 'F041', round(100 * (a.days - b.days) / a.days, 6) FROM minutes a, minutes b WHERE a.verification = 'onsite' AND b.verification = 'remote'
UNION ALL SELECT 'F042', count(DISTINCT subject_id) FROM visited WHERE programme_code = 'joint_fire'
UNION ALL SELECT 'F043', count(*) FROM hazard WHERE programme_code = 'joint_fire' AND status = 'valid' AND found_on BETWEEN since AND until - 1
UNION ALL SELECT 'F044', count(*) FROM joint_action WHERE status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F046', count(*) FROM event WHERE kind = 'open_day'
UNION ALL SELECT 'F047', coalesce(sum(audience), 0) FROM event WHERE kind = 'open_day'
UNION ALL SELECT 'F049', count(DISTINCT subject_id) FROM visited WHERE programme_code = 'bureau_plan'
UNION ALL SELECT 'F050', count(*) FROM document WHERE programme_code = 'bureau_plan' AND status = 'valid' AND issued_on BETWEEN since AND until - 1
UNION ALL SELECT 'F051', count(*) FROM hazard WHERE programme_code = 'bureau_plan' AND status = 'valid' AND found_on BETWEEN since AND until - 1
UNION ALL SELECT 'F052', count(*) FROM hazard WHERE programme_code = 'bureau_plan' AND level = 'major' AND status = 'valid' AND found_on BETWEEN since AND until - 1
UNION ALL SELECT 'F053', count(*) FROM enforcement_case WHERE org_code = 'bureau' AND status = 'valid' AND filed_on BETWEEN since AND until - 1
UNION ALL SELECT 'F054', count(DISTINCT subject_id) FROM visited WHERE programme_code = 'chemical_checkup'
UNION ALL SELECT 'F056', coalesce(sum(quantity), 0) FROM equipment_renewal WHERE kind = 'chemical_unit' AND status = 'valid' AND planned_on BETWEEN since AND until - 1
UNION ALL SELECT 'F057', round(100.0 * coalesce(sum(quantity) FILTER (WHERE completed_on < until), 0) / nullif(sum(quantity), 0), 6)
                    FROM equipment_renewal WHERE kind = 'chemical_unit' AND status = 'valid' AND planned_on BETWEEN since AND until - 1
UNION ALL SELECT 'F059', count(DISTINCT subject_id) FROM safety_audit WHERE status = 'valid' AND started_on < until
UNION ALL SELECT 'F061', count(DISTINCT subject_id) FROM safety_audit WHERE status = 'valid' AND completed_on < until
UNION ALL SELECT 'F062', count(*) FROM audit_finding f JOIN safety_audit a ON a.id = f.safety_audit_id WHERE f.status = 'valid' AND a.status = 'valid' AND a.completed_on < until
UNION ALL SELECT 'F063', count(*) FROM visited WHERE programme_code = 'fireworks'
UNION ALL SELECT 'F064', count(*) FROM hazard WHERE programme_code = 'fireworks' AND status = 'valid' AND rectified_on BETWEEN since AND until - 1
UNION ALL SELECT 'F065', coalesce(sum(quantity), 0) FROM confiscation WHERE goods = 'fireworks' AND status = 'valid' AND confiscated_on BETWEEN since AND until - 1
UNION ALL SELECT 'F067', count(DISTINCT person_id) FROM outreach WHERE campaign_code = 'dust' AND status = 'valid' AND sent_on BETWEEN since AND until - 1
UNION ALL SELECT 'F068', count(*) FROM requirement WHERE campaign_code = 'dust' AND level = 'province' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F069', count(*) FROM requirement WHERE campaign_code = 'dust' AND level = 'city' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F070', count(*) FROM requirement WHERE campaign_code = 'dust' AND status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F071', round(100.0 * count(*) FILTER (WHERE done_on < until) / nullif(count(*), 0), 6)
                    FROM requirement_check c JOIN requirement q ON q.code = c.requirement_code
                   WHERE q.campaign_code = 'dust' AND q.status = 'valid' AND c.status = 'valid' AND applicable AND listed_on < until
UNION ALL SELECT 'F072', count(*) FROM decided WHERE campaign_code = 'dust' AND disposition_code IN ('stop', 'move')
UNION ALL SELECT 'F073', coalesce(sum(quantity), 0) FROM equipment_renewal WHERE kind = 'wet_dust' AND status = 'valid' AND completed_on BETWEEN since AND until - 1
UNION ALL SELECT 'F075', count(DISTINCT lessor_id) FROM rented
UNION ALL SELECT 'F076', count(DISTINCT lessee_id) FROM rented
UNION ALL SELECT 'F078', count(*) FROM (SELECT year, row_number() OVER (ORDER BY year DESC) AS place FROM award
                                         WHERE kind = 'livelihood_project' AND status = 'valid' AND awarded_on < until) AS y WHERE year = extract(year FROM since) - place + 1
UNION ALL SELECT 'F079', count(*) FROM venue WHERE status = 'valid' AND (until - 1) <@ daterange(valid_from, valid_to)
UNION ALL SELECT 'F080', coalesce(sum(visitors), 0) FROM venue_visit WHERE venue_id IN (SELECT id FROM venue WHERE status = 'valid') AND status = 'valid' AND visited_on < until
UNION ALL SELECT 'F081', count(*) FROM post WHERE series = 'law_showcase' AND status = 'valid' AND posted_on BETWEEN since AND until - 1
UNION ALL SELECT 'F082', coalesce(sum(copies), 0) FROM distribution WHERE material = 'case_leaflet' AND status = 'valid' AND distributed_on BETWEEN since AND until - 1
UNION ALL SELECT 'F083', count(*) FROM post WHERE series = 'case_lessons' AND status = 'valid' AND posted_on < until
UNION ALL SELECT 'F084', coalesce(sum(reads), 0) FROM post_reading r JOIN post p ON p.id = r.post_id
                  WHERE p.series = 'case_lessons' AND p.status = 'valid' AND r.status = 'valid' AND counted_on < until
UNION ALL SELECT 'F085', count(*) FROM event WHERE kind = 'disaster_day'
UNION ALL SELECT 'F086', coalesce(sum(audience), 0) FROM event WHERE kind = 'disaster_day'
UNION ALL SELECT 'F087', coalesce(sum(plays), 0) FROM advertisement WHERE window_code = 'safety_month' AND status = 'valid' AND played_on BETWEEN since AND until - 1
UNION ALL SELECT 'F088', count(*) FROM periodical_issue WHERE status = 'valid' AND published_on BETWEEN since AND until - 1
UNION ALL SELECT 'F089', coalesce(sum(copies), 0) FROM periodical_issue WHERE status = 'valid' AND published_on BETWEEN since AND until - 1
UNION ALL SELECT 'F090', count(DISTINCT recipient) FROM issue_recipient r JOIN periodical_issue i ON i.id = r.periodical_issue_id
                  WHERE r.status = 'valid' AND i.status = 'valid' AND published_on BETWEEN since AND until - 1
UNION ALL SELECT 'F091', coalesce(sum(online_views), 0) FROM event WHERE kind = 'main_venue'
UNION ALL SELECT 'F092', count(*) FROM event WHERE kind = 'roadshow'
UNION ALL SELECT 'F093', count(DISTINCT subject_id) FROM event_enterprise x JOIN event ON event.id = x.publicity_event_id WHERE kind = 'roadshow' AND x.status = 'valid'
UNION ALL SELECT 'F094', coalesce(sum(audience), 0) FROM event WHERE kind = 'roadshow'
UNION ALL SELECT 'F096', count(*) FROM event WHERE kind = 'law_lecture'
UNION ALL SELECT 'F097', count(*) FROM legislation WHERE kind = 'local_regulation' AND status = 'valid' AND drafted_on BETWEEN since AND until - 1
UNION ALL SELECT 'F098', count(*) FROM legislation WHERE kind = 'government_rule' AND status = 'valid' AND drafted_on BETWEEN since AND until - 1
UNION ALL SELECT 'F100', count(*) FROM review_meeting WHERE org_code = 'bureau' AND status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F101', count(DISTINCT enforcement_case_id) FROM review_item r JOIN review_meeting m ON m.id = r.review_meeting_id
                  WHERE m.org_code = 'bureau' AND m.status = 'valid' AND r.status = 'valid' AND held_on BETWEEN since AND until - 1
UNION ALL SELECT 'F102', count(*) FROM exposure_batch WHERE status = 'valid' AND released_on BETWEEN since AND until - 1
UNION ALL SELECT 'F103', count(DISTINCT title) FROM exposed_case x JOIN exposure_batch b ON b.id = x.exposure_batch_id
                  WHERE x.status = 'valid' AND b.status = 'valid' AND released_on BETWEEN since AND until - 1
UNION ALL SELECT 'F104', count(*) FROM (SELECT year, row_number() OVER (ORDER BY year DESC) AS place FROM award
                                         WHERE kind = 'excellent_file' AND org_code = 'bureau' AND status = 'valid' AND awarded_on < until) AS y WHERE year = extract(year FROM since) - place + 1
UNION ALL SELECT 'X001', max(deaths) FROM died
UNION ALL SELECT 'X002', round((SELECT count(*) FROM hazard WHERE programme_code = 'bureau_plan' AND status = 'valid' AND found_on BETWEEN since AND until - 1)::numeric
                               / nullif((SELECT count(DISTINCT subject_id) FROM visited WHERE programme_code = 'bureau_plan'), 0), 6);
END $$;

-- The same for the year before, and the changes: what figures() should say.
CREATE FUNCTION pg_temp.by_hand(since date DEFAULT '2024-01-01', until date DEFAULT '2024-12-20', OUT code text, OUT value numeric, OUT base numeric)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
    WITH both_years AS (SELECT t.code, t.value, b.value AS base
                          FROM pg_temp.count_by_hand(since, until) t
                          LEFT JOIN pg_temp.count_by_hand((since - interval '1 year')::date, (until - interval '1 year')::date) b ON b.code = t.code)
    SELECT * FROM both_years
    UNION ALL
    SELECT v.change, round(100 * (y.value - y.base) / nullif(y.base, 0), 1), NULL
      FROM (VALUES ('F029', 'F028'), ('F031', 'F030'), ('F033', 'F032'), ('F035', 'F034')) AS v (change, of) JOIN both_years y ON y.code = v.of
$$;

-- Where figures() says otherwise. Two rates need a series that the example has not.
CREATE FUNCTION pg_temp.disagreement(since date DEFAULT '2024-01-01', until date DEFAULT '2024-12-20', OUT code text, OUT figures text, OUT by_hand text)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
    SELECT code, concat_ws(' / ', f.value, f.base), concat_ws(' / ', h.value, h.base)
      FROM ledger.figures(daterange(since, until)) AS f FULL JOIN pg_temp.by_hand(since, until) AS h USING (code)
     WHERE code NOT IN ('X003', 'X004') AND (f.value, f.base) IS DISTINCT FROM (h.value, h.base)
$$;
