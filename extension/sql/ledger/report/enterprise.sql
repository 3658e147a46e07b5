-- ------------------------------------------------------------------ report: one enterprise
-- A row an event. Each branch finds the enterprise for itself, so that one credit code is looked up in the
-- indexes of all tables. The code is asked for as the view has it, cut to its 18 characters: by an index of that.

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
    SELECT u.enterprise_id::numeric(18,0) AS enterprise_id, u.uscc::varchar(18) AS uscc, u.enterprise::varchar(200) AS enterprise, u.event_on,
           emgov.month_of(u.event_on) AS period_start, u.kind::varchar(64) AS kind_code, u.kind_zh::varchar(40) AS kind_zh, u.kind_en::varchar(40) AS kind_en,
           u.what_code::varchar(64) AS what_code, u.what_zh::varchar(200) AS what_zh, u.outcome_code::varchar(64) AS outcome_code,
           u.outcome_zh::varchar(200) AS outcome_zh, u.amount::numeric(18,2) AS amount, u.number::varchar(200) AS number,
           u.area_code::varchar(64) AS area_code, r.name_zh::varchar(200) AS area_zh, u.id::numeric(18,0) AS record_id
      FROM (SELECT s.id AS enterprise_id, s.uscc, s.name AS enterprise, a.occurred_on AS event_on, 'accident' AS kind, '事故' AS kind_zh, 'accident' AS kind_en,
                   a.category_code AS what_code, k.name_zh AS what_zh, f.severity AS outcome_code, v.name_zh AS outcome_zh, a.direct_loss AS amount, a.number, a.area_code, a.id
              FROM @ledger@.subject s JOIN @ledger@.accident a ON a.subject_id = s.id AND a.status = 'valid'
              LEFT JOIN LATERAL (SELECT x.severity FROM @ledger@.accident_fact x WHERE x.id = a.id OFFSET 0) f ON true
              LEFT JOIN @ledger@.accident_category k ON k.code = a.category_code LEFT JOIN @ledger@.severity_level v ON v.code = f.severity
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, i.inspected_on, 'inspection', '检查', 'inspection', i.programme_code, p.name_zh, NULL, NULL, NULL, i.number, i.area_code, i.id
              FROM @ledger@.subject s JOIN @ledger@.inspection i ON i.subject_id = s.id AND i.status = 'valid'
              LEFT JOIN @ledger@.programme p ON p.code = i.programme_code
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, h.found_on, 'hazard', '隐患', 'hazard', h.level, CASE h.level WHEN 'major' THEN '重大隐患' ELSE '一般隐患' END,
                   CASE WHEN h.closed_on IS NOT NULL THEN 'closed' WHEN h.rectified_on IS NOT NULL THEN 'rectified' ELSE 'open' END,
                   CASE WHEN h.closed_on IS NOT NULL THEN '已销号' WHEN h.rectified_on IS NOT NULL THEN '已整改' ELSE '未整改' END, NULL, NULL,
                   coalesce(i.area_code, s.area_code), h.id
              FROM @ledger@.subject s JOIN @ledger@.hazard h ON h.subject_id = s.id AND h.status = 'valid'
              LEFT JOIN @ledger@.inspection i ON i.id = h.inspection_id
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, coalesce(c.filed_on, c.decided_on), 'case', '案件', 'case', c.procedure,
                   CASE c.procedure WHEN 'simple' THEN '简易程序' WHEN 'hearing' THEN '听证程序' ELSE '普通程序' END,
                   CASE WHEN c.closed_on IS NOT NULL THEN 'closed' WHEN c.decided_on IS NOT NULL THEN 'decided' ELSE 'open' END,
                   CASE WHEN c.closed_on IS NOT NULL THEN '已结案' WHEN c.decided_on IS NOT NULL THEN '已决定' ELSE '办理中' END, NULL, c.number, c.area_code, c.id
              FROM @ledger@.subject s JOIN @ledger@.enforcement_case c ON c.subject_id = s.id AND c.status = 'valid'
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            -- a penalty is of its own party, or else of the case's
            SELECT s.id, s.uscc, s.name, coalesce(c.decided_on, c.filed_on), 'penalty', '处罚', 'penalty', y.kind_code, k.name_zh, NULL, NULL, y.fine, c.number, c.area_code, y.id
              FROM @ledger@.subject s JOIN @ledger@.penalty y ON y.subject_id = s.id AND y.status = 'valid'
              JOIN @ledger@.enforcement_case c ON c.id = y.enforcement_case_id AND c.status = 'valid' JOIN @ledger@.penalty_kind k ON k.code = y.kind_code
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, coalesce(c.decided_on, c.filed_on), 'penalty', '处罚', 'penalty', y.kind_code, k.name_zh, NULL, NULL, y.fine, c.number, c.area_code, y.id
              FROM @ledger@.subject s JOIN @ledger@.enforcement_case c ON c.subject_id = s.id AND c.status = 'valid'
              JOIN @ledger@.penalty y ON y.enforcement_case_id = c.id AND y.status = 'valid' AND y.subject_id IS NULL
              JOIN @ledger@.penalty_kind k ON k.code = y.kind_code
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, m.applied_on, 'permit', '许可', 'permit', m.kind, m.kind,
                   CASE WHEN m.issued_on IS NOT NULL THEN 'granted' WHEN m.refused_on IS NOT NULL THEN 'refused' WHEN m.rejected_on IS NOT NULL THEN 'rejected'
                        WHEN m.withdrawn_on IS NOT NULL THEN 'withdrawn' ELSE 'open' END,
                   CASE WHEN m.issued_on IS NOT NULL THEN '准予' WHEN m.refused_on IS NOT NULL THEN '不予许可' WHEN m.rejected_on IS NOT NULL THEN '不予受理'
                        WHEN m.withdrawn_on IS NOT NULL THEN '撤回' ELSE '办理中' END,
                   NULL, m.number, s.area_code, m.id
              FROM @ledger@.subject s JOIN @ledger@.permit m ON m.subject_id = s.id AND m.status = 'valid'
             WHERE s.status = 'valid' AND s.kind <> 'person'
            UNION ALL
            SELECT s.id, s.uscc, s.name, m.listed_on, 'campaign', '专项整治', 'campaign', m.campaign_code, g.name_zh,
                   CASE WHEN m.completed_on IS NULL THEN 'pending' ELSE p.outcome END,
                   CASE WHEN m.completed_on IS NULL THEN '未完成' WHEN p.outcome = 'exited' THEN '退出' WHEN p.outcome = 'upgraded' THEN '提升' END, NULL, NULL, m.area_code, m.id
              FROM @ledger@.subject s JOIN @ledger@.remediation m ON m.subject_id = s.id AND m.status = 'valid'
              LEFT JOIN @ledger@.campaign g ON g.code = m.campaign_code
              LEFT JOIN @ledger@.disposition_policy p ON p.disposition_code = m.disposition_code
                   AND m.completed_on >= p.valid_from AND (p.valid_to IS NULL OR m.completed_on < p.valid_to)
             WHERE s.status = 'valid' AND s.kind <> 'person') u
      LEFT JOIN @ledger@.area r ON r.code = u.area_code
     WHERE @seen(u.area_code)@
$sql$);
