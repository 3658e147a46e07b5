-- ------------------------------------------------------------------ report: dimensions
-- A row each member, those that ended or were retired too: every code that a fact has is here. The key of
-- a dimension has one name everywhere: dim_area.area_code is accident.area_code. is_current is of today,
-- in the ledger's time zone. Which days are working days is not known here, so dim_date does not say.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_area',
    '地区维度，含上级和有效期 | areas, with what is above them and when they are valid', $sql$
    WITH RECURSIVE tree AS (
        SELECT a.code, a.code AS top, 1 AS level FROM @ledger@.area a WHERE a.parent_code IS NULL
        UNION ALL SELECT a.code, t.top, t.level + 1 FROM tree t JOIN @ledger@.area a ON a.parent_code = t.code)
    SELECT a.code::varchar(64) AS area_code, a.name_zh::varchar(200) AS area_zh, a.name_en::varchar(200) AS area_en, a.gb2260::varchar(6) AS gb2260,
           a.kind::varchar(64) AS kind_code,
           (CASE a.kind WHEN 'province' THEN '省' WHEN 'city' THEN '设区市' WHEN 'district' THEN '区' WHEN 'county_city' THEN '县级市' WHEN 'county' THEN '县' WHEN 'zone' THEN '功能区'
                 END)::varchar(40) AS kind_zh,
           a.is_block, a.ordinal, tree.level, p.code::varchar(64) AS parent_code, p.name_zh::varchar(200) AS parent_zh, p.name_en::varchar(200) AS parent_en,
           t.code::varchar(64) AS top_code, t.name_zh::varchar(200) AS top_zh, t.name_en::varchar(200) AS top_en, a.valid_from, a.valid_to,
           (a.active AND (d.today >= a.valid_from) IS NOT FALSE AND (d.today < a.valid_to) IS NOT FALSE) AS is_current,
           s.code::varchar(64) AS successor_code, s.name_zh::varchar(200) AS successor_zh
      FROM tree JOIN @ledger@.area a ON a.code = tree.code
     CROSS JOIN (SELECT timezone(z.time_zone, now())::date AS today FROM ONLY @ledger@.ledger_setting z) d
      LEFT JOIN @ledger@.area p ON p.code = a.parent_code
      LEFT JOIN @ledger@.area t ON t.code = tree.top
      LEFT JOIN @ledger@.area s ON s.code = a.successor_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_category',
    '事故类别维度，含大类、层级和路径 | categories of accidents, with their group, level and path', $sql$
    WITH RECURSIVE tree AS (
        SELECT c.code, c.code AS top, 1 AS level, c.name_zh AS path_zh, c.name_en AS path_en FROM @ledger@.accident_category c WHERE c.parent_code IS NULL
        UNION ALL SELECT c.code, t.top, t.level + 1, t.path_zh || '/' || c.name_zh, t.path_en || '/' || c.name_en
                    FROM tree t JOIN @ledger@.accident_category c ON c.parent_code = t.code)
    SELECT c.code::varchar(64) AS category_code, c.name_zh::varchar(200) AS category_zh, c.name_en::varchar(200) AS category_en, c.ordinal, tree.level,
           p.code::varchar(64) AS parent_code, p.name_zh::varchar(200) AS parent_zh, p.name_en::varchar(200) AS parent_en,
           g.code::varchar(64) AS group_code, g.name_zh::varchar(200) AS group_zh, g.name_en::varchar(200) AS group_en, g.ordinal AS group_ordinal,
           tree.path_zh::varchar(400) AS path_zh, tree.path_en::varchar(400) AS path_en,
           NOT EXISTS (SELECT FROM @ledger@.accident_category b WHERE b.parent_code = c.code) AS is_lowest, c.window_days, c.valid_from, c.valid_to,
           (c.active AND (d.today >= c.valid_from) IS NOT FALSE AND (d.today < c.valid_to) IS NOT FALSE) AS is_current,
           s.code::varchar(64) AS successor_code, s.name_zh::varchar(200) AS successor_zh
      FROM tree JOIN @ledger@.accident_category c ON c.code = tree.code JOIN @ledger@.accident_category g ON g.code = tree.top
     CROSS JOIN (SELECT timezone(z.time_zone, now())::date AS today FROM ONLY @ledger@.ledger_setting z) d
      LEFT JOIN @ledger@.accident_category p ON p.code = c.parent_code
      LEFT JOIN @ledger@.accident_category s ON s.code = c.successor_code
$sql$);

-- a code that accidents have which the reader sees, and no edition of the standard, is there too, by its code alone
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_industry',
    '行业门类维度，取最新版本 | industries, as the latest edition has them', $sql$-- kept
    SELECT DISTINCT ON (n.section) n.section::varchar(64) AS industry_code, n.name_zh::varchar(200) AS industry_zh, n.name_en::varchar(200) AS industry_en,
           n.edition, n.first_division, n.last_division
      FROM (SELECT i.section::text AS section, i.name_zh, i.name_en, i.edition, i.first_division, i.last_division FROM @ledger@.industry i
            UNION ALL SELECT DISTINCT a.industry, NULL, NULL, NULL::int, NULL::int, NULL::int FROM @store@.accident_month_area_industry a
                       WHERE @seen(a.area_code)@ AND a.industry IS NOT NULL AND a.industry NOT IN (SELECT i.section::text FROM @ledger@.industry i)) n
     ORDER BY n.section, n.edition DESC
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_severity',
    '事故等级维度，由轻到重 | severities of accidents, light to grave', $sql$
    SELECT v.code::varchar(64) AS severity_code, v.name_zh::varchar(200) AS severity_zh, v.name_en::varchar(200) AS severity_en, v.ordinal, v.active AS is_current
      FROM @ledger@.severity_level v
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_injury_type',
    '事故类型维度（GB 6441） | types of accidents of GB 6441', $sql$
    SELECT j.code::varchar(64) AS injury_type_code, j.name_zh::varchar(200) AS injury_type_zh, j.name_en::varchar(200) AS injury_type_en, j.active AS is_current
      FROM @ledger@.injury_type j
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_penalty_kind',
    '处罚种类维度，由轻到重 | kinds of penalty, light to heavy', $sql$
    SELECT k.code::varchar(64) AS penalty_kind_code, k.name_zh::varchar(200) AS penalty_kind_zh, k.name_en::varchar(200) AS penalty_kind_en,
           k.weight AS ordinal, k.active AS is_current
      FROM @ledger@.penalty_kind k
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_disposition',
    '处置方式维度，停、搬、提、并、转 | dispositions of cleared enterprises', $sql$
    SELECT q.code::varchar(64) AS disposition_code, q.name_zh::varchar(200) AS disposition_zh, q.active AS is_current FROM @ledger@.disposition q
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_enterprise',
    '企业和单位维度，不含个人 | enterprises and units by credit code or another identifier; no persons. Of an area''s reader those of its area', $sql$
    SELECT s.id::numeric(18,0) AS enterprise_id, s.uscc::varchar(18) AS uscc, s.scheme::varchar(64) AS scheme_code, m.name_zh::varchar(200) AS scheme_zh,
           s.identifier::varchar(100) AS identifier, s.name::varchar(200) AS enterprise, s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           s.area_code::varchar(64) AS area_code, r.name_zh::varchar(200) AS area_zh, s.industry_division, i.section::varchar(64) AS industry_code,
           i.name_zh::varchar(200) AS industry_zh
      FROM @ledger@.subject s
      LEFT JOIN @ledger@.area r ON r.code = s.area_code
      LEFT JOIN @ledger@.identifier_scheme m ON m.code = s.scheme
      LEFT JOIN (SELECT DISTINCT ON (v.division) v.division, n.section, n.name_zh FROM @ledger@.industry n
                  CROSS JOIN LATERAL generate_series(greatest(n.first_division, 1), least(n.last_division, 97)) v (division)
                  WHERE n.edition = 2017 ORDER BY v.division, n.section) i ON i.division = s.industry_division
     WHERE s.status = 'valid' AND s.kind <> 'person' AND @seen(s.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_campaign',
    '专项行动维度 | campaigns', $sql$
    SELECT g.code::varchar(64) AS campaign_code, g.name_zh::varchar(200) AS campaign_zh, g.name_en::varchar(200) AS campaign_en, g.scope::varchar(64) AS scope,
           g.starts_on AS valid_from, g.ends_on AS valid_to,
           (g.active AND (d.today >= g.starts_on) IS NOT FALSE AND (d.today < g.ends_on) IS NOT FALSE) AS is_current
      FROM @ledger@.campaign g CROSS JOIN (SELECT timezone(z.time_zone, now())::date AS today FROM ONLY @ledger@.ledger_setting z) d
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_programme',
    '检查项目维度 | programmes of inspection', $sql$
    SELECT p.code::varchar(64) AS programme_code, p.name_zh::varchar(200) AS programme_zh, p.name_en::varchar(200) AS programme_en, p.scope::varchar(64) AS scope,
           p.valid_from, p.valid_to,
           (p.active AND (d.today >= p.valid_from) IS NOT FALSE AND (d.today < p.valid_to) IS NOT FALSE) AS is_current
      FROM @ledger@.programme p CROSS JOIN (SELECT timezone(z.time_zone, now())::date AS today FROM ONLY @ledger@.ledger_setting z) d
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_organisation',
    '机构维度 | organisations', $sql$
    SELECT o.code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.name_en::varchar(200) AS organisation_en,
           o.kind::varchar(64) AS kind_code,
           (CASE o.kind WHEN 'bureau' THEN '本局' WHEN 'department' THEN '部门' WHEN 'subordinate' THEN '直属单位' WHEN 'area_body' THEN '板块机构'
                 WHEN 'delegate' THEN '受委托执法的街镇' WHEN 'court' THEN '法院' WHEN 'media' THEN '媒体' WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           o.scope::varchar(64) AS scope, o.area_code::varchar(64) AS area_code, r.name_zh::varchar(200) AS area_zh, o.valid_from, o.valid_to,
           (o.active AND (d.today >= o.valid_from) IS NOT FALSE AND (d.today < o.valid_to) IS NOT FALSE) AS is_current
      FROM @ledger@.organisation o CROSS JOIN (SELECT timezone(z.time_zone, now())::date AS today FROM ONLY @ledger@.ledger_setting z) d
      LEFT JOIN @ledger@.area r ON r.code = o.area_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'dim_date',
    '日期维度，自有记录的最早年份至明年末 | days, from 1 January of the first year that is covered or has records to the end of the year after today', $sql$
    SELECT v.day, v.month AS period_start, v.year, v.half, v.quarter, extract(month FROM v.day)::int AS month, extract(day FROM v.day)::int AS day_of_month,
           v.iso_year, v.iso_week, v.weekday,
           (v.year || '年' || CASE v.half WHEN 1 THEN '上' ELSE '下' END || '半年')::varchar(20) AS half_zh, (v.year || ' H' || v.half)::varchar(20) AS half_en,
           (v.year || '年' || substr('一二三四', v.quarter, 1) || '季度')::varchar(20) AS quarter_zh, (v.year || ' Q' || v.quarter)::varchar(20) AS quarter_en,
           (v.year || '年' || extract(month FROM v.day) || '月')::varchar(20) AS month_zh, to_char(v.day, 'Mon YYYY')::varchar(20) AS month_en,
           (v.iso_year || '年第' || v.iso_week || '周')::varchar(20) AS week_zh, (v.iso_year || '-W' || lpad(v.iso_week::text, 2, '0'))::varchar(20) AS week_en,
           ('星期' || substr('一二三四五六日', v.weekday, 1))::varchar(20) AS weekday_zh, to_char(v.day, 'FMDay')::varchar(20) AS weekday_en
      FROM (SELECT g::date AS day, date_trunc('month', g)::date AS month, extract(year FROM g)::int AS year, (extract(month FROM g)::int + 5) / 6 AS half,
                   extract(quarter FROM g)::int AS quarter, extract(isoyear FROM g)::int AS iso_year, extract(week FROM g)::int AS iso_week,
                   extract(isodow FROM g)::int AS weekday
              FROM (SELECT timezone(z.time_zone, now()) AS today FROM ONLY @ledger@.ledger_setting z) d
             CROSS JOIN LATERAL generate_series(date_trunc('year', least((SELECT min(c.since) FROM @ledger@.coverage_declaration c WHERE c.active)::timestamp,
                                                                         (SELECT min(a.occurred_on) FROM @ledger@.accident a)::timestamp,
                                                                         (SELECT min(i.inspected_on) FROM @ledger@.inspection i)::timestamp,
                                                                         (SELECT min(h.found_on) FROM @ledger@.hazard h)::timestamp,
                                                                         (SELECT min(c.filed_on) FROM @ledger@.enforcement_case c)::timestamp, d.today)),
                                                date_trunc('year', d.today) + interval '2 years' - interval '1 day', interval '1 day') g) v
$sql$);
