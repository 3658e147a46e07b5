-- ------------------------------------------------------------------ report: one enterprise
-- A row an event. What happened is put together before it is joined to the enterprise: each branch is one table, without a condition, so that
-- the server looks up one enterprise in the indexes of all of them, and may as well begin with the events, where a query asks for the first of them.
-- The code is asked for as the view has it, cut to its 18 characters: by an index of that.

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'subjects by credit code, accidents by enterprise', $ddl$
DO $$
BEGIN
    IF to_regclass('@ledger@.subject_uscc_idx') IS NULL THEN
        CREATE INDEX subject_uscc_idx ON @ledger@.subject ((uscc::varchar(18)));
    END IF;
    IF to_regclass('@ledger@.accident_subject_id_idx') IS NULL THEN
        CREATE INDEX accident_subject_id_idx ON @ledger@.accident (subject_id) WHERE subject_id IS NOT NULL;
    END IF;
END $$;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'enterprise_file',
    '一企一档，事故、检查、隐患、案件、处罚、许可、专项，一行一事 '
    '| all of one enterprise or unit: accidents, inspections, hazards, cases, penalties, permits, campaigns; a row each', $sql$
    SELECT s.id::numeric(18,0) AS enterprise_id, s.uscc::varchar(18) AS uscc, s.name::varchar(200) AS enterprise, u.event_on,
           emgov.month_of(u.event_on) AS period_start, u.kind::varchar(64) AS kind_code,
           (CASE u.kind WHEN 'accident' THEN '事故' WHEN 'inspection' THEN '检查' WHEN 'hazard' THEN '隐患' WHEN 'case' THEN '案件' WHEN 'penalty' THEN '处罚'
                 WHEN 'permit' THEN '许可' WHEN 'campaign' THEN '专项整治' END)::varchar(40) AS kind_zh, u.kind::varchar(40) AS kind_en,
           coalesce(u.code, y.kind_code)::varchar(64) AS what_code,
           (CASE u.kind WHEN 'accident' THEN @zh(accident_category, u.code)@
                 WHEN 'inspection' THEN @zh(programme, u.code)@
                 WHEN 'hazard' THEN CASE u.code WHEN 'major' THEN '重大隐患' ELSE '一般隐患' END
                 WHEN 'case' THEN CASE u.code WHEN 'simple' THEN '简易程序' WHEN 'hearing' THEN '听证程序' ELSE '普通程序' END
                 WHEN 'penalty' THEN @zh(penalty_kind, coalesce(u.code, y.kind_code))@
                 WHEN 'permit' THEN u.code
                 WHEN 'campaign' THEN @zh(campaign, u.code)@ END)::varchar(200) AS what_zh,
           coalesce(u.outcome, f.severity)::varchar(64) AS outcome_code,
           coalesce(@zh(severity_level, f.severity)@,
                    CASE u.outcome WHEN 'closed' THEN CASE u.kind WHEN 'hazard' THEN '已销号' ELSE '已结案' END WHEN 'rectified' THEN '已整改' WHEN 'decided' THEN '已决定'
                                   WHEN 'open' THEN CASE u.kind WHEN 'hazard' THEN '未整改' ELSE '办理中' END
                                   WHEN 'granted' THEN '准予' WHEN 'refused' THEN '不予许可' WHEN 'rejected' THEN '不予受理' WHEN 'withdrawn' THEN '撤回'
                                   WHEN 'pending' THEN '未完成' WHEN 'exited' THEN '退出' WHEN 'upgraded' THEN '提升' END)::varchar(200) AS outcome_zh,
           coalesce(u.amount, y.fine)::numeric(18,2) AS amount, u.number::varchar(200) AS number,
           u.area_code::varchar(64) AS area_code, @zh(area, u.area_code)@::varchar(200) AS area_zh, coalesce(y.id, u.id)::numeric(18,0) AS record_id
      FROM (SELECT 'accident'::text AS kind, a.id, a.subject_id, a.occurred_on AS event_on, a.category_code AS code, NULL::text AS outcome, a.direct_loss AS amount, a.number, a.area_code,
                   a.status, a.id AS accident_id, NULL::bigint AS case_id
              FROM @ledger@.accident a
            UNION ALL
            SELECT 'inspection', i.id, i.subject_id, i.inspected_on, i.programme_code, NULL, NULL, i.number, i.area_code, i.status, NULL, NULL FROM @ledger@.inspection i
            UNION ALL
            SELECT 'hazard', h.id, h.subject_id, h.found_on, h.level, CASE WHEN h.closed_on IS NOT NULL THEN 'closed' WHEN h.rectified_on IS NOT NULL THEN 'rectified' ELSE 'open' END,
                   NULL, NULL, h.area_code, h.status, NULL, NULL
              FROM @store@.hazard_of_area h
            UNION ALL
            SELECT 'case', c.id, c.subject_id, coalesce(c.filed_on, c.decided_on), c.procedure,
                   CASE WHEN c.closed_on IS NOT NULL THEN 'closed' WHEN c.decided_on IS NOT NULL THEN 'decided' ELSE 'open' END, NULL, c.number, c.area_code, c.status, NULL, NULL
              FROM @ledger@.enforcement_case c
            UNION ALL
            -- a penalty is of its own party, or else of the case's
            SELECT 'penalty', y.id, y.subject_id, (SELECT coalesce(c.decided_on, c.filed_on) FROM @ledger@.enforcement_case c WHERE c.id = y.enforcement_case_id), y.kind_code, NULL, y.fine,
                   (SELECT c.number FROM @ledger@.enforcement_case c WHERE c.id = y.enforcement_case_id),
                   (SELECT c.area_code FROM @ledger@.enforcement_case c WHERE c.id = y.enforcement_case_id),
                   CASE y.status WHEN 'valid' THEN (SELECT c.status FROM @ledger@.enforcement_case c WHERE c.id = y.enforcement_case_id) END, NULL, NULL
              FROM @ledger@.penalty y
            UNION ALL
            SELECT 'penalty', NULL, c.subject_id, coalesce(c.decided_on, c.filed_on), NULL, NULL, NULL, c.number, c.area_code, c.status, NULL, c.id FROM @ledger@.enforcement_case c
            UNION ALL
            SELECT 'permit', m.id, m.subject_id, m.applied_on, m.kind,
                   CASE WHEN m.issued_on IS NOT NULL THEN 'granted' WHEN m.refused_on IS NOT NULL THEN 'refused' WHEN m.rejected_on IS NOT NULL THEN 'rejected'
                        WHEN m.withdrawn_on IS NOT NULL THEN 'withdrawn' ELSE 'open' END,
                   NULL, m.number, (SELECT s.area_code FROM @ledger@.subject s WHERE s.id = m.subject_id), m.status, NULL, NULL
              FROM @ledger@.permit m
            UNION ALL
            SELECT 'campaign', m.id, m.subject_id, m.listed_on, m.campaign_code, m.outcome, NULL, NULL, m.area_code, m.status, NULL, NULL FROM @store@.remediation_fact m) u
      JOIN @ledger@.subject s ON s.id = u.subject_id AND s.status = 'valid' AND s.kind <> 'person'
      LEFT JOIN @ledger@.penalty y ON y.enforcement_case_id = u.case_id AND y.subject_id IS NULL AND y.status = 'valid'
     CROSS JOIN LATERAL (SELECT CASE WHEN u.accident_id IS NOT NULL THEN (SELECT f.severity FROM @store@.accident_fact f WHERE f.id = u.accident_id) END AS severity) f
     WHERE u.status = 'valid' AND (u.case_id IS NULL OR y.id IS NOT NULL) AND @seen(u.area_code)@
$sql$);
