-- ------------------------------------------------------------------ report: lists
-- What is past its time today, in the ledger's time zone; enterprises that several campaigns have.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'hazard_overdue',
    '逾期未整改事故隐患，今日已过整改期限、尚无整改日期 | hazards past their deadline today: not rectified, and the last day for it is over', $sql$
    SELECT h.id::numeric(18,0) AS hazard_id, h.number::varchar(200) AS number, h.description::varchar(1000) AS description, h.found_on, h.deadline,
           (d.today - h.deadline)::int AS days_overdue, h.level::varchar(64) AS level_code,
           (CASE h.level WHEN 'general' THEN '一般' WHEN 'major' THEN '重大' END)::varchar(40) AS level_zh,
           -- an empty table is looked at once, not for each row
           CASE WHEN (SELECT EXISTS (SELECT FROM @ledger@.hazard_supervision))
                THEN EXISTS (SELECT FROM @ledger@.hazard_supervision v WHERE v.hazard_id = h.id AND v.status = 'valid' AND v.lifted_on IS NULL) ELSE false END AS is_under_supervision,
           h.programme_code::varchar(64) AS programme_code, @zh(programme, h.programme_code)@::varchar(200) AS programme_zh,
           d.org_code::varchar(64) AS organisation_code, @zh(organisation, d.org_code)@::varchar(200) AS organisation_zh,
           a.area_code::varchar(64) AS area_code, @zh(area, a.area_code)@::varchar(200) AS area_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @store@.hazard_of_area a
      JOIN @ledger@.hazard h ON h.id = a.id
     CROSS JOIN LATERAL (SELECT (SELECT timezone(z.time_zone, now())::date FROM ONLY @ledger@.ledger_setting z) AS today,
                                (SELECT i.org_code FROM @ledger@.inspection i WHERE i.id = h.inspection_id) AS org_code) d
      LEFT JOIN @ledger@.subject e ON e.id = h.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE a.status = 'valid' AND a.rectified_on IS NULL
       AND a.deadline < d.today AND @seen(a.area_code)@
$sql$);

-- The limit is that of time_limit penalty_decision as it was in force when the case was filed, 90 calendar days
-- in what is shipped: the day of filing does not count, the last day does. Extensions, and a last day that is
-- moved because it is a holiday, are not known. A limit in working days needs a calendar: such a case is not listed.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'case_overdue',
    '超期未决案件，立案后超过法定决定期限（time_limit 中 penalty_decision，自然日，不计延期），今日尚未决定、未结案 '
    '| cases over the statutory time limit today: filed, neither decided nor closed when the limit for a decision (time_limit penalty_decision, calendar days, without extensions) had passed', $sql$
    SELECT c.id::numeric(18,0) AS enforcement_case_id, c.number::varchar(200) AS number, c.filed_on, (c.filed_on + t.days) AS deadline,
           (d.today - c.filed_on)::int AS days_open, (d.today - c.filed_on - t.days)::int AS days_overdue, t.days AS limit_days,
           (t.statute || t.article)::varchar(200) AS legal_basis, c.org_code::varchar(64) AS organisation_code, @zh(organisation, c.org_code)@::varchar(200) AS organisation_zh,
           c.programme_code::varchar(64) AS programme_code, @zh(programme, c.programme_code)@::varchar(200) AS programme_zh,
           c.area_code::varchar(64) AS area_code, @zh(area, c.area_code)@::varchar(200) AS area_zh, c.procedure::varchar(64) AS procedure_code,
           (CASE c.procedure WHEN 'simple' THEN '简易程序' WHEN 'ordinary' THEN '普通程序' WHEN 'hearing' THEN '听证程序' END)::varchar(40) AS procedure_zh,
           @party_kind(e, c.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, c.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.enforcement_case c
     CROSS JOIN LATERAL (SELECT (SELECT timezone(z.time_zone, now())::date FROM ONLY @ledger@.ledger_setting z) AS today) d
      JOIN @ledger@.time_limit t ON t.code = 'penalty_decision' AND t.day_unit = 'calendar'
           AND (c.filed_on >= t.valid_from) IS NOT FALSE AND (c.filed_on < t.valid_to) IS NOT FALSE
      LEFT JOIN @ledger@.subject e ON e.id = c.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE c.status = 'valid' AND c.decided_on IS NULL AND c.closed_on IS NULL AND c.filed_on + t.days < d.today AND @seen(c.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'enterprise_in_campaigns',
    '涉及多个专项行动的企业，个人只列类型 | enterprises in several campaigns, by credit code; of a person the kind only', $sql$
    SELECT y.kind::varchar(64) AS party_kind_code,
           (CASE y.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise,
           r.code::varchar(64) AS area_code, r.name_zh::varchar(200) AS area_zh, x.campaigns, (x.codes COLLATE "default")::varchar(400) AS campaign_codes,
           (x.names COLLATE "default")::varchar(400) AS campaigns_zh, x.listed_on, x.completed
      FROM (SELECT m.subject_id, count(DISTINCT m.campaign_code)::int AS campaigns, string_agg(DISTINCT m.campaign_code COLLATE "C", ',' ORDER BY m.campaign_code COLLATE "C") AS codes,
                   string_agg(DISTINCT g.name_zh COLLATE "C", '、' ORDER BY g.name_zh COLLATE "C") AS names, min(m.listed_on) AS listed_on,
                   (count(DISTINCT m.campaign_code) FILTER (WHERE m.completed_on IS NOT NULL))::int AS completed
              FROM @store@.remediation_fact m JOIN @ledger@.campaign g ON g.code = m.campaign_code
             WHERE m.in_several AND @seen(m.area_code)@ GROUP BY m.subject_id HAVING count(DISTINCT m.campaign_code) > 1) x
      JOIN @ledger@.subject y ON y.id = x.subject_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
      LEFT JOIN @ledger@.area r ON r.code = e.area_code AND @seen(e.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'campaign_overlap',
    '专项行动交叉企业数，两个专项行动共同涉及的企业数，不可相加 | how many enterprises two campaigns have in common, a row each pair; not to be added up', $sql$
    SELECT x.code::varchar(64) AS campaign_code, g.name_zh::varchar(200) AS campaign_zh, x.other::varchar(64) AS other_campaign_code,
           h.name_zh::varchar(200) AS other_campaign_zh, x.enterprises_distinct
      FROM (SELECT a.code, b.code AS other, count(*)::int AS enterprises_distinct
              FROM (SELECT array_agg(DISTINCT m.campaign_code) AS codes FROM @store@.remediation_fact m
                     WHERE m.in_several AND @seen(m.area_code)@ GROUP BY m.subject_id HAVING min(m.campaign_code) <> max(m.campaign_code)) s
             CROSS JOIN LATERAL unnest(s.codes) a (code) CROSS JOIN LATERAL unnest(s.codes) b (code)
             WHERE b.code COLLATE "C" > a.code GROUP BY 1, 2) x
      JOIN @ledger@.campaign g ON g.code = x.code
      JOIN @ledger@.campaign h ON h.code = x.other
$sql$);
