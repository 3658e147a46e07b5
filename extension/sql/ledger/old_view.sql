-- ------------------------------------------------------------------ ledger: views for readers, about to be replaced

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_monthly',
    '事故按月 | accidents by month', $sql$
    SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, extract(year FROM a.occurred_on)::int AS year,
           extract(month FROM a.occurred_on)::int AS month, count(*)::int AS accidents,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active))
                 THEN sum(a.deaths) END)::int AS deaths,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active))
                 THEN sum(a.serious_injuries) END)::int AS serious_injuries, sum(a.direct_loss)::numeric(18,2) AS direct_loss
      FROM @ledger@.accident_fact a WHERE a.status = 'valid' GROUP BY 1, 2, 3
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_by_area',
    '事故按月按区域 | accidents by month and area', $sql$
    SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, a.area_code::varchar(20) AS area_code,
           r.name_zh::varchar(60) AS area_zh, count(*)::int AS accidents,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active))
                 THEN sum(a.deaths) END)::int AS deaths, sum(a.direct_loss)::numeric(18,2) AS direct_loss
      FROM @ledger@.accident_fact a JOIN @ledger@.area r ON r.code = a.area_code WHERE a.status = 'valid' GROUP BY 1, 2, 3
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_by_category',
    '事故按月按类别 | accidents by month and category', $sql$
    SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, a.category_code::varchar(40) AS category_code,
           k.name_zh::varchar(60) AS category_zh, g.name_zh::varchar(60) AS group_zh, count(*)::int AS accidents,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active))
                 THEN sum(a.deaths) END)::int AS deaths, sum(a.direct_loss)::numeric(18,2) AS direct_loss
      FROM @ledger@.accident_fact a JOIN @ledger@.accident_category k ON k.code = a.category_code
      JOIN @ledger@.accident_category g ON g.code = a.category_group WHERE a.status = 'valid' GROUP BY 1, 2, 3, 4
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_influence',
    '最大一起事故对全年死亡同比的影响 | the largest accident''s weight in a year''s deaths, and the change without it', $sql$
    SELECT make_date(y.year, 1, 1) AS period_start, y.year, y.accidents, y.deaths, y.largest_deaths,
           (y.deaths - y.largest_deaths) AS deaths_without_largest,
           round(100.0 * y.largest_deaths / nullif(y.deaths, 0), 2)::numeric(9,2) AS largest_share_pct,
           b.deaths AS deaths_year_before,
           round(100.0 * (y.deaths - b.deaths) / nullif(b.deaths, 0), 2)::numeric(9,2) AS deaths_yoy_pct,
           round(100.0 * (y.deaths - y.largest_deaths - b.deaths) / nullif(b.deaths, 0), 2)::numeric(9,2) AS deaths_yoy_pct_without_largest
      FROM (SELECT extract(year FROM a.occurred_on)::int AS year, count(*)::int AS accidents, sum(CASE WHEN k.known THEN a.deaths END)::int AS deaths,
                   max(CASE WHEN k.known THEN a.deaths END)::int AS largest_deaths
              FROM @ledger@.accident_fact a
             CROSS JOIN (SELECT (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)) AS known) k
             WHERE a.status = 'valid' GROUP BY 1) y
      LEFT JOIN (SELECT extract(year FROM a.occurred_on)::int AS year, sum(CASE WHEN k.known THEN a.deaths END)::int AS deaths
              FROM @ledger@.accident_fact a
             CROSS JOIN (SELECT (EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)) AS known) k
             WHERE a.status = 'valid' GROUP BY 1) b ON b.year = y.year - 1
$sql$);
