-- ------------------------------------------------------------------ ledger: accidents by month
-- What comes from the casualties is not known as long as none was entered there, nor declared: it is not 0.

CALL emgov_internal.define_summary('accident', '事故 | accidents', 'accident.occurred_on',
    $sql$SELECT a.occurred_on AS day, a.area_code, a.category_code, a.severity, a.industry, 1 AS accidents, a.deaths, a.serious_injuries, a.direct_loss
           FROM @ledger@.accident_fact a WHERE a.status = 'valid'$sql$,
    '{area,category,severity,industry}',
    $json$[{"name": "accidents", "note": "事故起数 | accidents", "p": true},
           {"name": "deaths", "note": "死亡人数 | deaths",
            "known": "EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)"},
           {"name": "serious_injuries", "note": "重伤人数 | serious injuries",
            "known": "EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)"},
           {"name": "direct_loss", "note": "直接经济损失（元），尚未评估的不计入 | direct loss in yuan, of accidents whose loss was assessed", "money": true}]$json$,
    $json${"": "SELECT m.month AS day, m.area_code, m.records AS accidents, m.deaths, m.serious_injuries, m.direct_loss FROM @store@.accident_month_area_severity m",
           "area": "SELECT m.month AS day, m.area_code, m.records AS accidents, m.deaths, m.serious_injuries, m.direct_loss FROM @store@.accident_month_area_severity m",
           "severity": "SELECT m.month AS day, m.area_code, m.severity, m.records AS accidents, m.deaths, m.serious_injuries, m.direct_loss FROM @store@.accident_month_area_severity m",
           "category": "SELECT m.month AS day, m.area_code, m.category_code, m.records AS accidents, m.deaths, m.serious_injuries, m.direct_loss FROM @store@.accident_month_area_category m",
           "industry": "SELECT m.month AS day, m.area_code, m.industry, m.records AS accidents, m.deaths, m.serious_injuries, m.direct_loss FROM @store@.accident_month_area_industry m"}$json$,
    '{accidents,deaths}');

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_gravest',
    '各年最严重的十起事故 | the ten gravest of each year: by the dead and the missing that count as dead, then serious injuries, then direct loss; of the areas seen', $sql$
    WITH span AS MATERIALIZED (
        SELECT a.* FROM @store@.report_rows('spans accident.occurred_on', (SELECT s.areas FROM @store@.seen s))
               AS a (area_code text, context text, since date, through date, base_since date, base_until date)),
    year AS MATERIALIZED (
        SELECT lower(g) AS starts_on, upper(g) AS ends_on
          FROM (SELECT min(a.since) AS since, max(a.through) + 1 AS until FROM span a HAVING count(*) > 0) c CROSS JOIN (SELECT z.year_start FROM ONLY @ledger@.ledger_setting z) z
         CROSS JOIN LATERAL emgov.years(daterange(lower(emgov.ytd(c.since, z.year_start)), c.until), z.year_start) g),
    -- the ten of each month, by an index, and of these the ten of the year
    gravest AS (
        SELECT y.starts_on, g.*, row_number() OVER (PARTITION BY y.starts_on ORDER BY g.dead_or_missing DESC, g.serious_injuries DESC, g.direct_loss DESC NULLS LAST, g.id) AS rank
          FROM year y CROSS JOIN LATERAL generate_series(emgov.month_of(y.starts_on)::timestamp, (y.ends_on - 1)::timestamp, interval '1 month') m
         CROSS JOIN LATERAL (
            SELECT f.* FROM @ledger@.accident_fact f
             WHERE f.status = 'valid' AND emgov.month_of(f.occurred_on) = m::date AND f.occurred_on - y.starts_on >= 0 AND f.occurred_on - y.ends_on < 0 AND @seen(f.area_code)@
               AND EXISTS (SELECT FROM span a WHERE a.area_code = f.area_code AND f.occurred_on >= a.since AND f.occurred_on <= a.through)
             ORDER BY f.dead_or_missing DESC, f.serious_injuries DESC, f.direct_loss DESC NULLS LAST, f.id LIMIT 10) g)
    SELECT g.starts_on AS period_start, extract(year FROM g.starts_on)::int AS year, g.rank::int AS rank,
           g.id::numeric(18,0) AS accident_id, g.occurred_on, g.title::varchar(200) AS title,
           g.area_code::varchar(64) AS area_code, r.name_zh::varchar(200) AS area_zh, r.name_en::varchar(200) AS area_en,
           g.category_code::varchar(64) AS category_code, c.name_zh::varchar(200) AS category_zh, c.name_en::varchar(200) AS category_en,
           g.severity::varchar(64) AS severity_code, l.name_zh::varchar(200) AS severity_zh, l.name_en::varchar(200) AS severity_en,
           (CASE WHEN k.known THEN g.deaths END)::int AS deaths, (CASE WHEN k.known THEN g.missing END)::int AS missing,
           (CASE WHEN k.known THEN g.serious_injuries END)::int AS serious_injuries, g.direct_loss::numeric(18,2) AS direct_loss
      FROM gravest g
      LEFT JOIN @ledger@.area r ON r.code = g.area_code
      LEFT JOIN @ledger@.accident_category c ON c.code = g.category_code
      LEFT JOIN @ledger@.severity_level l ON l.code = g.severity
     CROSS JOIN (SELECT EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active) AS known OFFSET 0) k
     WHERE g.rank <= 10
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'accident_influence.accidents', '本年事故起数 | accidents of the year, or of it up to the day covered'),
    ('column', 'accident_influence.deaths', '本年死亡人数 | deaths of the year, or of it up to the day covered'),
    ('column', 'accident_influence.deaths_base', '上年同期死亡人数 | deaths in the same part of the year before'),
    ('column', 'accident_influence.deaths_change', '死亡同比增减 | change of deaths'),
    ('column', 'accident_influence.deaths_pct', '死亡同比增减率（%），不可相加 | change of deaths in percent; not to be added up'),
    ('column', 'accident_influence.deaths_state', '死亡同比状态 | whether it can be compared, or why not'),
    ('column', 'accident_influence.largest_deaths', '最大一起死亡人数 | deaths in the largest accident'),
    ('column', 'accident_influence.deaths_without_largest', '除最大一起外死亡人数 | deaths without it'),
    ('column', 'accident_influence.largest_share_pct', '最大一起占比（%），不可相加 | its share in percent; not to be added up'),
    ('column', 'accident_influence.deaths_pct_without_largest', '除最大一起外同比增减率（%），不可相加 | the change without it in percent; not to be added up'),
    ('column', 'accident_gravest.rank', '位次 | rank within the year'),
    ('column', 'accident_gravest.accident_id', '事故内部编号 | key of the accident'),
    ('column', 'accident_gravest.occurred_on', '发生日期 | date of the accident'),
    ('column', 'accident_gravest.title', '名称 | name of the accident'),
    ('column', 'accident_gravest.area_code', '地区代码 | area where it happened'),
    ('column', 'accident_gravest.area_zh', '地区 | area'),
    ('column', 'accident_gravest.area_en', '地区英文名称 | area in English'),
    ('column', 'accident_gravest.category_code', '事故类别代码 | category'),
    ('column', 'accident_gravest.category_zh', '事故类别 | category in Chinese'),
    ('column', 'accident_gravest.category_en', '事故类别英文名称 | category in English'),
    ('column', 'accident_gravest.severity_code', '事故等级代码 | severity'),
    ('column', 'accident_gravest.severity_zh', '事故等级 | severity in Chinese'),
    ('column', 'accident_gravest.severity_en', '事故等级英文名称 | severity in English'),
    ('column', 'accident_gravest.deaths', '死亡人数 | deaths'),
    ('column', 'accident_gravest.missing', '下落不明人数 | missing'),
    ('column', 'accident_gravest.serious_injuries', '重伤人数 | serious injuries'),
    ('column', 'accident_gravest.direct_loss', '直接经济损失（元），空为尚未评估 | direct loss in yuan; NULL: not yet assessed');
