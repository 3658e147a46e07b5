-- ------------------------------------------------------------------ report: inspections, hazards, documents
-- What a tool asks for is mostly a month, by period_start: emgov.month_of(day), which may be looked up below a view's security_barrier, for it says
-- nothing of a row. The tables that grow by daily work have an index of it. Where few records are of an area, or none, it is found by an index of the
-- area as the views have it.

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'records by month', $ddl$
CREATE INDEX IF NOT EXISTS "inspection by month" ON @ledger@.inspection (emgov.month_of(inspected_on), area_code, known_from);
CREATE INDEX IF NOT EXISTS "lease by month" ON @ledger@.lease (emgov.month_of(valid_from));
CREATE INDEX IF NOT EXISTS "lease by area" ON @ledger@.lease ((area_code::varchar(64)));
CREATE INDEX IF NOT EXISTS "subject by area" ON @ledger@.subject ((area_code::varchar(64)));
CREATE INDEX IF NOT EXISTS "open cases by area" ON @ledger@.enforcement_case ((area_code::varchar(64))) WHERE decided_on IS NULL AND closed_on IS NULL;
CREATE INDEX IF NOT EXISTS "outreach by enterprise" ON @ledger@.outreach (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS "training_attendance by day" ON @ledger@.training_attendance (attended_on);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'inspection',
    '执法检查，一行一家次 | inspections, a row a visit', $sql$
    SELECT i.id::numeric(18,0) AS inspection_id, i.number::varchar(200) AS number, i.inspected_on, emgov.month_of(i.inspected_on) AS period_start,
           i.programme_code::varchar(64) AS programme_code, @zh(programme, i.programme_code)@::varchar(200) AS programme_zh, i.org_code::varchar(64) AS organisation_code,
           @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh, i.area_code::varchar(64) AS area_code, @zh(area, i.area_code)@::varchar(200) AS area_zh,
           @party_kind(e, i.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, i.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise,
           i.inspection_task_id::numeric(18,0) AS inspection_task_id, t.origin::varchar(64) AS origin_code,
           (CASE t.origin WHEN 'plan' THEN '计划' WHEN 'complaint' THEN '投诉举报' WHEN 'assigned' THEN '上级交办' WHEN 'transferred' THEN '移送'
                 WHEN 'accident' THEN '事故' WHEN 'other' THEN '其他' END)::varchar(40) AS origin_zh,
           (t.random_draw_id IS NOT NULL) AS is_random, (t.is_key IS NOT NULL) AS is_supervised, (t.is_key IS TRUE) AS is_key_unit,
           -- of each by an index: an EXISTS might be computed of all penalties first
           (SELECT true FROM @ledger@.case_fact c WHERE c.inspection_id = i.id AND c.decided_on IS NOT NULL AND c.heaviest IS NOT NULL AND c.status = 'valid' LIMIT 1) IS TRUE AS led_to_penalty
      FROM @ledger@.inspection i
     CROSS JOIN LATERAL (
        -- of the rows shown alone, and nowhere where there is nothing: joined, they cost the planner more, and a look at an empty table each row
        SELECT CASE WHEN i.inspection_task_id IS NOT NULL THEN (SELECT t.origin FROM @ledger@.inspection_task t WHERE t.id = i.inspection_task_id) END AS origin,
               CASE WHEN i.inspection_task_id IS NOT NULL THEN (SELECT t.random_draw_id FROM @ledger@.inspection_task t WHERE t.id = i.inspection_task_id) END AS random_draw_id,
               CASE WHEN (SELECT EXISTS (SELECT FROM @ledger@.supervised_unit))
                    -- a unit stands in the register once at a time
                    THEN (SELECT u.is_key FROM @ledger@.supervised_unit u WHERE u.subject_id = i.subject_id AND u.status = 'valid'
                             AND i.inspected_on >= u.listed_on AND (u.removed_on IS NULL OR i.inspected_on < u.removed_on)) END AS is_key) t
      LEFT JOIN @ledger@.subject e ON e.id = i.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'inspection_plan',
    '检查计划，一行一条 | inspection plans, a row each', $sql$
    SELECT i.id::numeric(18,0) AS inspection_plan_id, i.starts_on, (i.ends_on - 1) AS ends_on, emgov.month_of(i.starts_on) AS period_start,
           i.visits AS planned_visits, i.programme_code::varchar(64) AS programme_code, @zh(programme, i.programme_code)@::varchar(200) AS programme_zh,
           i.org_code::varchar(64) AS organisation_code, @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh, i.area_code::varchar(64) AS area_code,
           @zh(area, i.area_code)@::varchar(200) AS area_zh, i.approved_on
      FROM @ledger@.inspection_plan i
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'random_draw',
    '双随机抽取，一行一次 | random draws of units and officers, a row each', $sql$
    SELECT i.id::numeric(18,0) AS random_draw_id, i.number::varchar(200) AS number, i.drawn_on, emgov.month_of(i.drawn_on) AS period_start,
           i.published_on, i.units_in_pool, i.units_drawn, i.officers_in_pool, i.officers_drawn, i.is_joint, i.programme_code::varchar(64) AS programme_code,
           @zh(programme, i.programme_code)@::varchar(200) AS programme_zh, i.org_code::varchar(64) AS organisation_code, @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh,
           i.area_code::varchar(64) AS area_code, @zh(area, i.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.random_draw i
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'inspection_task',
    '检查任务，一行一项，是否已执行 | tasks of inspection, a row each, and when they were carried out', $sql$
    SELECT i.id::numeric(18,0) AS inspection_task_id, i.number::varchar(200) AS number, i.assigned_on,
           emgov.month_of(i.assigned_on) AS period_start, i.due_on, i.inspected_on, i.origin::varchar(64) AS origin_code,
           (CASE i.origin WHEN 'plan' THEN '计划' WHEN 'complaint' THEN '投诉举报' WHEN 'assigned' THEN '上级交办' WHEN 'transferred' THEN '移送'
                 WHEN 'accident' THEN '事故' WHEN 'other' THEN '其他' END)::varchar(40) AS origin_zh,
           i.random_draw_id::numeric(18,0) AS random_draw_id, i.programme_code::varchar(64) AS programme_code, @zh(programme, i.programme_code)@::varchar(200) AS programme_zh,
           i.org_code::varchar(64) AS organisation_code, @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh, i.area_code::varchar(64) AS area_code,
           @zh(area, i.area_code)@::varchar(200) AS area_zh, @party_kind(e, i.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, i.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.inspection_task_fact i
      LEFT JOIN @ledger@.subject e ON e.id = i.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'supervised_unit',
    '监管单位名录，一行一条 | the register of supervised units, a row each entry', $sql$
    SELECT i.id::numeric(18,0) AS supervised_unit_id, i.listed_on, emgov.month_of(i.listed_on) AS period_start, i.removed_on,
           i.is_key AS is_key_unit, i.org_code::varchar(64) AS organisation_code, @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh, i.area_code::varchar(64) AS area_code,
           @zh(area, i.area_code)@::varchar(200) AS area_zh, i.category_code::varchar(64) AS category_code, @zh(accident_category, i.category_code)@::varchar(200) AS category_zh,
           @party_kind(e, i.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, i.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.supervised_unit i
      LEFT JOIN @ledger@.subject e ON e.id = i.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'hazard',
    '事故隐患，一行一条 | hazards, a row each: found, to be rectified by, rectified, re-checked, closed', $sql$
    SELECT h.id::numeric(18,0) AS hazard_id, h.number::varchar(200) AS number, h.found_on,
           emgov.month_of(a.found_on) AS period_start, h.deadline, h.rectified_on, h.rechecked_on,
           h.closed_on, (h.rectified_on - h.found_on)::int AS days_to_rectify, h.level::varchar(64) AS level_code,
           (CASE h.level WHEN 'general' THEN '一般' WHEN 'major' THEN '重大' END)::varchar(40) AS level_zh, h.programme_code::varchar(64) AS programme_code,
           @zh(programme, h.programme_code)@::varchar(200) AS programme_zh, i.org_code::varchar(64) AS organisation_code, @zh(organisation, i.org_code)@::varchar(200) AS organisation_zh,
           a.area_code::varchar(64) AS area_code, @zh(area, a.area_code)@::varchar(200) AS area_zh, @party_kind(e, h.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, h.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise, h.inspection_id::numeric(18,0) AS inspection_id
      FROM @store@.hazard_of_area a
      JOIN @ledger@.hazard h ON h.id = a.id
     CROSS JOIN LATERAL (SELECT (SELECT i.org_code FROM @ledger@.inspection i WHERE i.id = h.inspection_id) AS org_code) i
      LEFT JOIN @ledger@.subject e ON e.id = h.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE a.status = 'valid' AND @seen(a.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'hazard_supervision',
    '重大事故隐患挂牌督办，一行一件 | major hazards under supervision, a row each', $sql$
    SELECT h.id::numeric(18,0) AS hazard_supervision_id, h.hazard_id::numeric(18,0) AS hazard_id, h.number::varchar(200) AS number, h.listed_on,
           emgov.month_of(h.listed_on) AS period_start, h.deadline, h.lifted_on, h.days::int AS days, h.late AS is_late,
           h.level::varchar(64) AS level_code,
           (CASE h.level WHEN 'national' THEN '国家' WHEN 'province' THEN '省级' WHEN 'city' THEN '市级' WHEN 'county' THEN '县级'
                 WHEN 'town' THEN '乡镇' END)::varchar(40) AS level_zh,
           h.org_code::varchar(64) AS organisation_code, @zh(organisation, h.org_code)@::varchar(200) AS organisation_zh, h.programme_code::varchar(64) AS programme_code,
           @zh(programme, h.programme_code)@::varchar(200) AS programme_zh, h.area_code::varchar(64) AS area_code, @zh(area, h.area_code)@::varchar(200) AS area_zh,
           @party_kind(e, h.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, h.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.hazard_supervision_fact h
      LEFT JOIN @ledger@.subject e ON e.id = h.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE h.status = 'valid' AND @seen(h.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'document',
    '执法文书，一行一份 | enforcement documents, a row each', $sql$
    SELECT x.id::numeric(18,0) AS document_id, x.number::varchar(200) AS number, x.issued_on, emgov.month_of(a.issued_on) AS period_start,
           x.kind::varchar(64) AS kind, x.programme_code::varchar(64) AS programme_code, @zh(programme, x.programme_code)@::varchar(200) AS programme_zh,
           a.org_code::varchar(64) AS organisation_code, @zh(organisation, a.org_code)@::varchar(200) AS organisation_zh,
           a.area_code::varchar(64) AS area_code, @zh(area, a.area_code)@::varchar(200) AS area_zh, x.inspection_id::numeric(18,0) AS inspection_id,
           x.enforcement_case_id::numeric(18,0) AS enforcement_case_id
      FROM @store@.document_of_area a
      JOIN @ledger@.document x ON x.id = a.id
     WHERE a.status = 'valid' AND @seen(a.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'joint_action',
    '跨部门联合执法，一行一次 | joint enforcement actions, a row each', $sql$
    SELECT x.id::numeric(18,0) AS joint_action_id, x.held_on, emgov.month_of(x.held_on) AS period_start,
           x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh, m.departments
      FROM @ledger@.joint_action x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(*)::int AS departments FROM @ledger@.joint_action_participant m
                         WHERE m.joint_action_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.joint_action_participant)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'joint_action_participant' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);
