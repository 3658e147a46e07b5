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

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'remediation_by_campaign',
    '整治出清按专项、月、区域 | clearance by campaign, month and area; latest decision of each enterprise', $sql$
    SELECT date_trunc('month', r.completed_on::timestamp)::date AS period_start, r.campaign_code::varchar(40) AS campaign_code,
           c.name_zh::varchar(60) AS campaign_zh, r.area_code::varchar(20) AS area_code,
           count(DISTINCT r.subject_id)::int AS completed,
           (count(DISTINCT r.subject_id) FILTER (WHERE r.outcome = 'exited'))::int AS exited,
           (count(DISTINCT r.subject_id) FILTER (WHERE r.outcome = 'upgraded'))::int AS upgraded
      FROM @ledger@.remediation_fact r JOIN @ledger@.campaign c ON c.code = r.campaign_code
     WHERE r.status = 'valid' AND r.completed_on IS NOT NULL AND r.superseded_on IS NULL GROUP BY 1, 2, 3, 4
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'case_stock',
    '案件按月：期初、立案、决定、结案、期末 | cases by month: opening, filed, decided, closed, pending', $sql$
    SELECT m.period_start, m.year, m.month,
           (sum(m.filed - m.closed) OVER w - (m.filed - m.closed))::int AS opening, m.filed::int AS filed, m.decided::int AS decided,
           m.closed::int AS closed, (sum(m.filed - m.closed) OVER w)::int AS pending,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'enforcement_case' AND d.active))
                 THEN m.fines END)::numeric(18,2) AS fines
      FROM (SELECT date_trunc('month', e.on_date::timestamp)::date AS period_start, extract(year FROM e.on_date)::int AS year,
                   extract(month FROM e.on_date)::int AS month, sum(e.filed) AS filed, sum(e.decided) AS decided, sum(e.closed) AS closed, sum(e.fine) AS fines
              FROM (SELECT c.filed_on AS on_date, 1 AS filed, 0 AS decided, 0 AS closed, 0::numeric AS fine FROM @ledger@.case_fact c
                     WHERE c.status = 'valid' AND c.filed_on IS NOT NULL
                    UNION ALL SELECT c.decided_on, 0, 1, 0, c.fine FROM @ledger@.case_fact c WHERE c.status = 'valid' AND c.decided_on IS NOT NULL
                    UNION ALL SELECT c.closed_on, 0, 0, 1, 0 FROM @ledger@.case_fact c WHERE c.status = 'valid' AND c.closed_on IS NOT NULL AND c.filed_on IS NOT NULL) e
             GROUP BY 1, 2, 3) m
    WINDOW w AS (ORDER BY m.period_start)
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'penalty_by_kind',
    '案件按决定月按最重处罚 | cases by month of decision, under their heaviest penalty', $sql$
    SELECT date_trunc('month', c.decided_on::timestamp)::date AS period_start, c.heaviest::varchar(40) AS kind_code, k.name_zh::varchar(60) AS kind_zh,
           count(*)::int AS cases, sum(c.fine)::numeric(18,2) AS fines
      FROM @ledger@.case_fact c JOIN @ledger@.penalty_kind k ON k.code = c.heaviest
     WHERE c.status = 'valid' AND c.decided_on IS NOT NULL GROUP BY 1, 2, 3
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'inspection_monthly',
    '检查按月按项目 | inspections by month and programme', $sql$
    SELECT date_trunc('month', i.inspected_on::timestamp)::date AS period_start, i.programme_code::varchar(40) AS programme_code,
           p.name_zh::varchar(60) AS programme_zh, count(*)::int AS visits, count(DISTINCT i.subject_id)::int AS enterprises
      FROM @ledger@.inspection i JOIN @ledger@.programme p ON p.code = i.programme_code WHERE i.status = 'valid' GROUP BY 1, 2, 3
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'hazard_monthly',
    '隐患按发现月按项目 | hazards by month found and programme, with what became of them', $sql$
    SELECT date_trunc('month', h.found_on::timestamp)::date AS period_start, h.programme_code::varchar(40) AS programme_code,
           p.name_zh::varchar(60) AS programme_zh, count(*)::int AS found, (count(*) FILTER (WHERE h.level = 'major'))::int AS major,
           count(h.rectified_on)::int AS rectified, count(h.closed_on)::int AS closed,
           round(100.0 * count(h.closed_on) / count(*), 2)::numeric(9,2) AS closed_pct
      FROM @ledger@.hazard h JOIN @ledger@.programme p ON p.code = h.programme_code WHERE h.status = 'valid' GROUP BY 1, 2, 3
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'drill_progress',
    '演练计划与举办 | drills planned and held, by month', $sql$
    SELECT date_trunc('month', d.planned_on::timestamp)::date AS period_start, d.level::varchar(10) AS level,
           count(*)::int AS planned,
           (CASE WHEN (EXISTS (SELECT FROM @ledger@.drill) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'drill' AND d.active))
                 THEN count(d.held_on) END)::int AS held
      FROM @ledger@.drill_plan_fact d WHERE d.status = 'valid' GROUP BY 1, 2
$sql$);
