-- ------------------------------------------------------------------ report: accidents and what followed them
-- Facts: one row a valid record, with the keys of the dimensions and their Chinese names beside them.
-- A record whose parent is not valid is none. Persons are shown as a kind of party only.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident',
    '事故，一行一起，仅有效记录 | accidents, a row each, valid ones only: with severity, casualties within the window, loss', $sql$
    SELECT a.id::numeric(18,0) AS accident_id, a.number::varchar(200) AS number, a.title::varchar(200) AS title, a.occurred_on,
           emgov.month_of(a.occurred_on) AS period_start, a.reported_on, a.area_code::varchar(64) AS area_code, @zh(area, a.area_code)@::varchar(200) AS area_zh,
           a.category_code::varchar(64) AS category_code, @zh(accident_category, a.category_code)@::varchar(200) AS category_zh, a.category_group::varchar(64) AS group_code,
           @zh(accident_category, a.category_group)@::varchar(200) AS group_zh, a.severity::varchar(64) AS severity_code, @zh(severity_level, a.severity)@::varchar(200) AS severity_zh,
           a.injury_type::varchar(64) AS injury_type_code, @zh(injury_type, a.injury_type)@::varchar(200) AS injury_type_zh, a.industry::varchar(64) AS industry_code,
           -- as the latest edition calls it
           ((SELECT jsonb_object_agg(n.section, n.name_zh ORDER BY n.edition) FROM @ledger@.industry n) ->> a.industry)::varchar(200) AS industry_zh,
           @party_kind(e, a.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, a.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise,
           (CASE WHEN k.casualties THEN a.deaths END)::int AS deaths, (CASE WHEN k.casualties THEN a.missing END)::int AS missing,
           (CASE WHEN k.casualties THEN a.serious_injuries END)::int AS serious_injuries, (CASE WHEN k.casualties THEN a.minor_injuries END)::int AS minor_injuries,
           (CASE WHEN k.casualties THEN a.deaths_after_window END)::int AS deaths_after_window, a.direct_loss::numeric(18,2) AS direct_loss,
           a.regime::varchar(64) AS regime
      FROM @ledger@.accident_fact a
      CROSS JOIN (SELECT (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)) AS casualties OFFSET 0) k
      LEFT JOIN @ledger@.subject e ON e.id = a.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE a.status = 'valid' AND @seen(a.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'casualty',
    '伤亡人员，一行一人，不含姓名 | casualties, a row a person, without names: what became of each, and as what each is counted', $sql$
    SELECT x.id::numeric(18,0) AS casualty_id, x.accident_id::numeric(18,0) AS accident_id, a.occurred_on,
           emgov.month_of(a.occurred_on) AS period_start, a.area_code::varchar(64) AS area_code, @zh(area, a.area_code)@::varchar(200) AS area_zh,
           a.category_code::varchar(64) AS category_code, c.name_zh::varchar(200) AS category_zh, x.outcome::varchar(64) AS outcome_code,
           (CASE x.outcome WHEN 'dead' THEN '死亡' WHEN 'missing' THEN '下落不明' WHEN 'serious' THEN '重伤' WHEN 'minor' THEN '轻伤' END)::varchar(40) AS outcome_zh,
           x.outcome_on, (x.outcome_on - a.occurred_on)::int AS days_after, (x.outcome_on - a.occurred_on <= c.window_days) AS is_within_window,
           n.counted::varchar(64) AS counted_code,
           (CASE n.counted WHEN 'dead' THEN '死亡' WHEN 'missing' THEN '下落不明' WHEN 'serious' THEN '重伤' WHEN 'minor' THEN '轻伤' END)::varchar(40) AS counted_zh,
           x.lost_workdays
      FROM @ledger@.casualty x
      JOIN @ledger@.accident_fact a ON a.id = x.accident_id
      JOIN @ledger@.accident_category c ON c.code = a.category_code
      CROSS JOIN LATERAL (SELECT CASE WHEN x.outcome = 'dead' AND x.outcome_on - a.occurred_on > c.window_days THEN 'serious' ELSE x.outcome END AS counted) n
     WHERE x.status = 'valid' AND a.status = 'valid' AND @seen(a.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_investigation',
    '事故调查，一行一件 | investigations of accidents, a row each, with the days that they took and how many were held responsible', $sql$
    SELECT i.id::numeric(18,0) AS accident_investigation_id, i.accident_id::numeric(18,0) AS accident_id, i.occurred_on,
           emgov.month_of(i.opened_on) AS period_start, i.opened_on, i.due_on, i.submitted_on, i.approved_on, i.published_on, i.closed_on,
           i.evaluated_on, i.days_to_report::int AS days_to_report, i.area_code::varchar(64) AS area_code, @zh(area, i.area_code)@::varchar(200) AS area_zh,
           i.category_code::varchar(64) AS category_code, i.level::varchar(64) AS level_code,
           (CASE i.level WHEN 'county' THEN '县级' WHEN 'city' THEN '市级' WHEN 'province' THEN '省级' WHEN 'national' THEN '国家'
                 WHEN 'entrusted' THEN '委托单位' END)::varchar(40) AS level_zh,
           i.nature::varchar(64) AS nature_code,
           (CASE i.nature WHEN 'liability' THEN '责任事故' WHEN 'non_liability' THEN '非责任事故' WHEN 'natural' THEN '自然灾害' WHEN 'criminal' THEN '刑事案件'
                 WHEN 'illness' THEN '疾病' END)::varchar(40) AS nature_zh,
           i.number::varchar(200) AS number, i.parties::int AS parties, i.criminal::int AS criminal, i.disciplined::int AS disciplined
      FROM @ledger@.accident_investigation_fact i
     WHERE i.status = 'valid' AND @seen(i.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_responsibility',
    '事故责任追究，一行一人（单位）一种 | who was held responsible for accidents: a row for each party and kind, without names of persons', $sql$
    SELECT f.id::numeric(18,0) AS accident_responsibility_id, f.accident_investigation_id::numeric(18,0) AS accident_investigation_id,
           f.accident_id::numeric(18,0) AS accident_id, f.occurred_on, f.approved_on,
           emgov.month_of(coalesce(f.decided_on, f.approved_on)) AS period_start, f.decided_on, f.area_code::varchar(64) AS area_code,
           @zh(area, f.area_code)@::varchar(200) AS area_zh, f.category_code::varchar(64) AS category_code, f.party::varchar(64) AS party_code,
           (CASE f.party WHEN 'unit' THEN '单位' WHEN 'staff' THEN '企业人员' WHEN 'official' THEN '公职人员'
                 WHEN 'other' THEN '其他人员' END)::varchar(40) AS party_zh,
           f.kind::varchar(64) AS kind_code,
           (CASE f.kind WHEN 'criminal' THEN '刑事责任' WHEN 'penalty' THEN '行政处罚' WHEN 'party_discipline' THEN '党纪处分'
                 WHEN 'government_discipline' THEN '政务处分' WHEN 'admonition' THEN '组织处理' WHEN 'dismissal' THEN '免职撤职' WHEN 'internal' THEN '企业内部处理'
                 WHEN 'exempt' THEN '免于追究' WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise, f.amount::numeric(18,2) AS amount,
           x.enforcement_case_id::numeric(18,0) AS enforcement_case_id
      FROM @ledger@.accident_responsibility_fact f
      JOIN @ledger@.accident_responsibility x ON x.id = f.id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE f.status = 'valid' AND @seen(f.area_code)@
$sql$);
