-- ------------------------------------------------------------------ report: campaigns, clearance, letters, audits, leases

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'remediation',
    '企业专项整治，一行一项决定 | clearance, a row a decision on an enterprise in a campaign; of several the latest counts', $sql$
    SELECT x.id::numeric(18,0) AS remediation_id, x.listed_on, emgov.month_of(x.listed_on) AS period_start, x.completed_on,
           x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, x.disposition_code::varchar(64) AS disposition_code,
           @zh(disposition, x.disposition_code)@::varchar(200) AS disposition_zh, x.outcome::varchar(64) AS outcome_code,
           (CASE x.outcome WHEN 'pending' THEN '未完成' WHEN 'exited' THEN '退出' WHEN 'upgraded' THEN '提升' END)::varchar(40) AS outcome_zh,
           (x.completed_on IS NOT NULL AND x.superseded_on IS NULL) AS is_latest, x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh,
           @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.remediation_fact x
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'supervision_visit',
    '现场督导核查，一行一次 | on-site supervision visits, a row each', $sql$
    SELECT x.id::numeric(18,0) AS supervision_visit_id, x.visited_on, emgov.month_of(x.visited_on) AS period_start,
           x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, x.org_code::varchar(64) AS organisation_code,
           @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh, x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, m.checked, m.passed
      FROM @ledger@.supervision_visit x
      LEFT JOIN LATERAL (SELECT count(*)::int AS checked, (count(*) FILTER (WHERE m.passed))::int AS passed FROM @ledger@.sample_check m
                         WHERE m.supervision_visit_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.sample_check)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'sample_check' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'sample_check',
    '抽查企业，一行一家 | sample checks of cleared enterprises, a row each', $sql$
    SELECT x.id::numeric(18,0) AS sample_check_id, x.supervision_visit_id::numeric(18,0) AS supervision_visit_id, x.checked_on,
           emgov.month_of(x.checked_on) AS period_start, x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh,
           x.passed AS is_passed, x.cleared AS is_cleared, w.area_code::varchar(64) AS area_code, @zh(area, w.area_code)@::varchar(200) AS area_zh,
           @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.sample_check_fact x
      JOIN @ledger@.supervision_visit w ON w.id = x.supervision_visit_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(w.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'campaign_task',
    '专项行动任务，一行一项 | tasks of campaigns, a row each', $sql$
    SELECT x.id::numeric(18,0) AS campaign_task_id, x.title::varchar(200) AS title, x.assigned_on, emgov.month_of(x.assigned_on) AS period_start,
           x.due_on, x.done_on, x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh
      FROM @ledger@.campaign_task x
     WHERE x.status = 'valid' AND @seen(NULL::text)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'letter',
    '督导函件，一行一份 | supervision letters, a row each', $sql$
    SELECT x.id::numeric(18,0) AS letter_id, x.number::varchar(200) AS number, x.sent_on, emgov.month_of(x.sent_on) AS period_start,
           x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'reminder' THEN '提示函' WHEN 'supervision' THEN '督办函' WHEN 'interview' THEN '约谈函'
                 WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, x.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh, m.areas AS recipient_areas,
           m.departments AS recipient_departments
      FROM @ledger@.letter x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(m.area_code)::int AS areas, count(m.org_code)::int AS departments FROM @ledger@.letter_recipient m
                         WHERE m.letter_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.letter_recipient)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'letter_recipient' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'letter_recipient',
    '函件受文单位，一行一个 | recipients of letters, a row each: an area or a department', $sql$
    SELECT x.id::numeric(18,0) AS letter_recipient_id, x.letter_id::numeric(18,0) AS letter_id, x.sent_on,
           emgov.month_of(x.sent_on) AS period_start, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'reminder' THEN '提示函' WHEN 'supervision' THEN '督办函' WHEN 'interview' THEN '约谈函'
                 WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, x.org_code::varchar(64) AS organisation_code,
           @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh
      FROM @ledger@.letter_recipient_fact x
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'safety_audit',
    '安全审计，一行一次 | safety audits, a row each', $sql$
    SELECT x.id::numeric(18,0) AS safety_audit_id, x.started_on, emgov.month_of(x.started_on) AS period_start, x.completed_on,
           x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, s.area_code::varchar(64) AS area_code,
           @zh(area, s.area_code)@::varchar(200) AS area_zh, s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise, m.findings, m.closed AS findings_closed
      FROM @ledger@.safety_audit x
      LEFT JOIN @ledger@.subject s ON s.id = x.subject_id
      LEFT JOIN LATERAL (SELECT count(*)::int AS findings, count(m.closed_on)::int AS closed FROM @ledger@.audit_finding m
                         WHERE m.safety_audit_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.audit_finding)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'audit_finding' AND d.active)) m ON true
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'audit_finding',
    '审计发现的问题，一行一条 | findings of audits, a row each', $sql$
    SELECT x.id::numeric(18,0) AS audit_finding_id, x.safety_audit_id::numeric(18,0) AS safety_audit_id, x.found_on,
           emgov.month_of(x.found_on) AS period_start, x.closed_on, s.area_code::varchar(64) AS area_code, @zh(area, s.area_code)@::varchar(200) AS area_zh,
           s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.audit_finding_fact x
      LEFT JOIN @ledger@.subject s ON s.id = x.subject_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'equipment_renewal',
    '设备更新改造，一行一项 | renewal of equipment, a row each', $sql$
    SELECT x.id::numeric(18,0) AS equipment_renewal_id, x.planned_on, emgov.month_of(x.planned_on) AS period_start, x.completed_on,
           x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'chemical_unit' THEN '老旧装置' WHEN 'wet_dust' THEN '湿式设备' WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh, x.quantity,
           x.unit::varchar(40) AS unit, x.campaign_code::varchar(64) AS campaign_code, @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, s.area_code::varchar(64) AS area_code,
           @zh(area, s.area_code)@::varchar(200) AS area_zh, s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.equipment_renewal x
      LEFT JOIN @ledger@.subject s ON s.id = x.subject_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'outreach',
    '点对点推送，一行一次，不含姓名 | messages pushed to responsible persons, a row each, without names', $sql$
    SELECT x.id::numeric(18,0) AS outreach_id, x.sent_on, emgov.month_of(x.sent_on) AS period_start, x.campaign_code::varchar(64) AS campaign_code,
           @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, s.area_code::varchar(64) AS area_code, @zh(area, s.area_code)@::varchar(200) AS area_zh, e.id::numeric(18,0) AS enterprise_id,
           e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.outreach x
      LEFT JOIN @ledger@.subject s ON s.id = x.subject_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'requirement_check',
    '专项要求落实，一行一条 | requirements of campaigns at enterprises, a row each', $sql$
    SELECT x.id::numeric(18,0) AS requirement_check_id, x.requirement_code::varchar(64) AS requirement_code,
           -- of the rows shown alone: joined, all were looked up first
           (SELECT q.title FROM @ledger@.requirement q WHERE q.code = x.requirement_code)::varchar(200) AS requirement_zh, x.listed_on,
           emgov.month_of(x.listed_on) AS period_start, x.done_on, x.applicable AS is_applicable, x.campaign_code::varchar(64) AS campaign_code,
           @zh(campaign, x.campaign_code)@::varchar(200) AS campaign_zh, x.level::varchar(64) AS level_code,
           (CASE x.level WHEN 'national' THEN '国家' WHEN 'province' THEN '省级' WHEN 'city' THEN '市级' END)::varchar(40) AS level_zh,
           s.area_code::varchar(64) AS area_code, @zh(area, s.area_code)@::varchar(200) AS area_zh, s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.requirement_check_fact x
      LEFT JOIN @ledger@.subject s ON s.id = x.subject_id
      LEFT JOIN @ledger@.subject e ON e.id = s.id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'lease',
    '厂房租赁，一行一份 | leases of factory space, a row each', $sql$
    SELECT x.id::numeric(18,0) AS lease_id, x.valid_from, emgov.month_of(x.valid_from) AS period_start, x.valid_to,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, lk.kind::varchar(64) AS lessor_kind_code,
           (CASE lk.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS lessor_kind_zh,
           lr.id::numeric(18,0) AS lessor_id, lr.uscc::varchar(18) AS lessor_uscc, lr.name::varchar(200) AS lessor, ll.kind::varchar(64) AS lessee_kind_code,
           (CASE ll.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS lessee_kind_zh,
           le.id::numeric(18,0) AS lessee_id, le.uscc::varchar(18) AS lessee_uscc, le.name::varchar(200) AS lessee
      FROM @ledger@.lease x
      LEFT JOIN @ledger@.subject lr ON lr.id = x.lessor_id AND lr.kind <> 'person' AND lr.status = 'valid'
      LEFT JOIN @ledger@.subject le ON le.id = x.lessee_id AND le.kind <> 'person' AND le.status = 'valid'
      LEFT JOIN @ledger@.subject lk ON lk.id = x.lessor_id
      LEFT JOIN @ledger@.subject ll ON ll.id = x.lessee_id
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);
