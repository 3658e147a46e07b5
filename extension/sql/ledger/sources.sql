-- ------------------------------------------------------------------ ledger: sources
-- A source is a view over several kept tables, with a twin `view_as_of(moment)` over
-- what was known then. Both are made from one text, in which {t} stands for a table.
CREATE PROCEDURE emgov._make_source(ledger text, name text, note text, body text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    qualified text := format('%I.%I', ledger, name);
    twin text := format('%I.%I', ledger, name || '_as_of');
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', qualified,
                   regexp_replace(body, '\{(\w+)\}', quote_ident(ledger) || '.\1', 'g'));
    PERFORM emgov._set_comment('VIEW', qualified, note);
    EXECUTE format('CREATE OR REPLACE FUNCTION %s(as_of timestamptz) RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000 BEGIN ATOMIC %s; END',
                   twin, qualified,
                   regexp_replace(body, '\{(\w+)\}', quote_ident(ledger) || '.\1_as_of($1)', 'g'));
    PERFORM emgov._set_comment('FUNCTION', twin || '(timestamptz)', note || '；某一时刻所知 | as known at a moment');
END
$$;
COMMENT ON PROCEDURE emgov._make_source(text, text, text, text) IS 'internal: a view over kept tables and its twin as of a moment';

CREATE PROCEDURE emgov._make_sources(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
    CALL emgov._make_source(ledger, 'accident_fact', '事故及其计入期限内的伤亡、等级 | accidents with the casualties within the window, and severity', $sql$
        SELECT a.id, a.occurred_on, a.reported_on, a.area_code, a.category_code,
               COALESCE(k.parent_code, k.code) AS category_group,
               a.injury_type, a.subject_id, a.direct_loss, a.regime, a.title,
               COALESCE(h.deaths, 0) AS deaths,
               COALESCE(h.missing, 0) AS missing,
               COALESCE(h.serious_injuries, 0) AS serious_injuries,
               COALESCE(h.minor_injuries, 0) AS minor_injuries,
               COALESCE(h.deaths_after_window, 0) AS deaths_after_window,
               emgov.accident_severity(COALESCE(h.deaths, 0), COALESCE(h.serious_injuries, 0), a.direct_loss)::text AS severity,
               a.status, a.note, a.known_from
          FROM {accident} a
          JOIN {accident_category} k ON k.code = a.category_code
          LEFT JOIN (
                SELECT c.accident_id,
                       (count(*) FILTER (WHERE c.outcome = 'dead' AND c.outcome_on <= o.occurred_on + w.window_days))::int AS deaths,
                       (count(*) FILTER (WHERE c.outcome = 'dead' AND c.outcome_on > o.occurred_on + w.window_days))::int AS deaths_after_window,
                       (count(*) FILTER (WHERE c.outcome = 'missing'))::int AS missing,
                       (count(*) FILTER (WHERE c.outcome = 'serious' OR (c.outcome = 'dead' AND c.outcome_on > o.occurred_on + w.window_days)))::int AS serious_injuries,
                       (count(*) FILTER (WHERE c.outcome = 'minor'))::int AS minor_injuries
                  FROM {casualty} c
                  JOIN {accident} o ON o.id = c.accident_id
                  JOIN {accident_category} w ON w.code = o.category_code
                 WHERE c.status = 'valid'
                 GROUP BY c.accident_id) h ON h.accident_id = a.id $sql$);
    CALL emgov._make_source(ledger, 'remediation_fact', '企业整治处置，按口径推导退出或提升 | remediation with the outcome that the policy derives, and when a later decision took its place', $sql$
        SELECT r.id, r.campaign_code, r.subject_id, r.area_code, r.listed_on, r.disposition_code,
               CASE WHEN r.completed_on IS NULL THEN 'pending' ELSE p.outcome END AS outcome,
               r.completed_on,
               CASE WHEN r.status = 'valid' AND r.completed_on IS NOT NULL THEN
                    lead(r.completed_on) OVER (PARTITION BY r.subject_id, r.campaign_code,
                                                            r.status = 'valid' AND r.completed_on IS NOT NULL
                                               ORDER BY r.completed_on, r.id) END AS superseded_on,
               r.status, r.note, r.known_from
          FROM {remediation} r
          LEFT JOIN {disposition_policy} p ON p.disposition_code = r.disposition_code
               AND r.completed_on >= p.valid_from AND (p.valid_to IS NULL OR r.completed_on < p.valid_to) $sql$);
    CALL emgov._make_source(ledger, 'sample_check_fact', '抽查，及企业是否已完成整治 | sample checks, and whether the enterprise had been cleared', $sql$
        SELECT s.id, s.supervision_visit_id, s.campaign_code, s.subject_id, s.checked_on, s.passed,
               EXISTS (SELECT 1 FROM {remediation} r WHERE r.subject_id = s.subject_id AND r.campaign_code = s.campaign_code
                          AND r.status = 'valid' AND r.completed_on IS NOT NULL) AS cleared,
               CASE WHEN s.status = 'valid' THEN v.status ELSE s.status END AS status, s.note, s.known_from
          FROM {sample_check} s JOIN {supervision_visit} v ON v.id = s.supervision_visit_id $sql$);
    CALL emgov._make_source(ledger, 'training_attendance_fact', '培训人次及培训班 | attendances with their session', $sql$
        SELECT a.id, a.training_session_id, t.org_code, a.attendee, a.attended_on,
               CASE WHEN a.status = 'valid' THEN t.status ELSE a.status END AS status, a.note, a.known_from
          FROM {training_attendance} a JOIN {training_session} t ON t.id = a.training_session_id $sql$);
    CALL emgov._make_source(ledger, 'letter_recipient_fact', '函件受文单位及发函日期 | recipients with their letter', $sql$
        SELECT r.id, r.letter_id, l.kind, l.sent_on, r.area_code, r.org_code,
               CASE WHEN r.status = 'valid' THEN l.status ELSE r.status END AS status, r.note, r.known_from
          FROM {letter_recipient} r JOIN {letter} l ON l.id = r.letter_id $sql$);
    CALL emgov._make_source(ledger, 'drill_plan_fact', '计划演练及举办情况 | planned drills and when they were held', $sql$
        SELECT p.id, p.level, p.org_code, p.area_code, p.title, p.planned_on, h.held_on, p.status, p.note, p.known_from
          FROM {drill_plan} p
          LEFT JOIN (SELECT d.drill_plan_id, min(d.held_on) AS held_on FROM {drill} d
                      WHERE d.status = 'valid' GROUP BY d.drill_plan_id) h ON h.drill_plan_id = p.id $sql$);
    CALL emgov._make_source(ledger, 'audit_finding_fact', '审计发现及审计完成日期 | findings with their audit', $sql$
        SELECT f.id, f.safety_audit_id, a.subject_id, a.started_on, a.completed_on, f.found_on, f.closed_on,
               CASE WHEN f.status = 'valid' THEN a.status ELSE f.status END AS status, f.note, f.known_from
          FROM {audit_finding} f JOIN {safety_audit} a ON a.id = f.safety_audit_id $sql$);
    CALL emgov._make_source(ledger, 'requirement_check_fact', '专项要求逐企落实情况 | requirements at enterprises with their campaign', $sql$
        SELECT c.id, c.requirement_code, q.campaign_code, q.level, c.subject_id, c.listed_on, c.applicable, c.done_on,
               CASE WHEN c.status = 'valid' THEN q.status ELSE c.status END AS status, c.note, c.known_from
          FROM {requirement_check} c JOIN {requirement} q ON q.code = c.requirement_code $sql$);
    CALL emgov._make_source(ledger, 'venue_visit_fact', '体验馆接待量及体验馆 | visitors with their venue', $sql$
        SELECT w.id, w.venue_id, n.area_code, w.visited_on, w.visitors,
               CASE WHEN w.status = 'valid' THEN n.status ELSE w.status END AS status, w.note, w.known_from
          FROM {venue_visit} w JOIN {venue} n ON n.id = w.venue_id $sql$);
    CALL emgov._make_source(ledger, 'post_reading_fact', '阅读量及其栏目 | reads with their post', $sql$
        SELECT r.id, r.post_id, p.channel, p.series, r.counted_on, r.reads,
               CASE WHEN r.status = 'valid' THEN p.status ELSE r.status END AS status, r.note, r.known_from
          FROM {post_reading} r JOIN {post} p ON p.id = r.post_id $sql$);
    CALL emgov._make_source(ledger, 'issue_recipient_fact', '期刊投递单位及出版日期 | recipients with their issue', $sql$
        SELECT r.id, r.periodical_issue_id, i.title, i.number, i.published_on, r.recipient,
               CASE WHEN r.status = 'valid' THEN i.status ELSE r.status END AS status, r.note, r.known_from
          FROM {issue_recipient} r JOIN {periodical_issue} i ON i.id = r.periodical_issue_id $sql$);
    CALL emgov._make_source(ledger, 'event_enterprise_fact', '活动覆盖企业 | enterprises reached with their event', $sql$
        SELECT e.id, e.publicity_event_id, v.kind, v.held_on, e.subject_id,
               CASE WHEN e.status = 'valid' THEN v.status ELSE e.status END AS status, e.note, e.known_from
          FROM {event_enterprise} e JOIN {publicity_event} v ON v.id = e.publicity_event_id $sql$);
    CALL emgov._make_source(ledger, 'review_item_fact', '案审会讨论的案件 | cases discussed with their meeting', $sql$
        SELECT i.id, i.review_meeting_id, m.org_code, m.held_on, i.enforcement_case_id,
               CASE WHEN i.status = 'valid' THEN m.status ELSE i.status END AS status, i.note, i.known_from
          FROM {review_item} i JOIN {review_meeting} m ON m.id = i.review_meeting_id $sql$);
    CALL emgov._make_source(ledger, 'exposed_case_fact', '曝光案例及批次 | exposed cases with their batch', $sql$
        SELECT c.id, c.exposure_batch_id, b.released_on, c.enforcement_case_id, c.title,
               CASE WHEN c.status = 'valid' THEN b.status ELSE c.status END AS status, c.note, c.known_from
          FROM {exposed_case} c JOIN {exposure_batch} b ON b.id = c.exposure_batch_id $sql$);
    CALL emgov._make_source(ledger, 'case_fact', '案件及其最重处罚、罚没金额 | cases with their heaviest penalty and the amount decided', $sql$
        SELECT c.id, c.number, c.org_code, c.programme_code, c.subject_id, c.area_code,
               c.filed_on, c.decided_on, c.closed_on, c.collected_on,
               p.heaviest, COALESCE(p.fine, 0::numeric) AS fine, c.status, c.note, c.known_from
          FROM {enforcement_case} c
          LEFT JOIN (SELECT y.enforcement_case_id, sum(y.fine) AS fine,
                            (array_agg(y.kind_code ORDER BY k.weight DESC))[1] AS heaviest
                       FROM {penalty} y JOIN {penalty_kind} k ON k.code = y.kind_code
                      WHERE y.status = 'valid' GROUP BY y.enforcement_case_id) p ON p.enforcement_case_id = c.id $sql$);
END
$procedure$;
COMMENT ON PROCEDURE emgov._make_sources(text) IS 'internal: the sources of a ledger, views and their twins';
