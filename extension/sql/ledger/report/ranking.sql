-- ------------------------------------------------------------------ report: rankings of areas, and the published table of areas and categories

-- A month of an area counts once every day of its year until the month's end is covered. All areas are ranked, whoever reads: a reader of
-- one area sees its rank among all of them. A blank rank is no data, never the last place. A record is of the area that it names.
-- An enterprise is cleared once, in the year that it first was: one decided on again in a later year is not counted in that one too.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'ranking_by_month',
    '板块排名，按月累计，第一为最好；无数据无位次，并列同位次 '
    '| areas ranked by what the year came to by the month''s end, 1 is best; no data is no rank, ties share one. Values are of the year to date: not to be added up over months', $sql$
    WITH covered AS MATERIALIZED (
        SELECT 'accident' AS source, c.area_code, c.since, c.through FROM @store@.report_rows('spans accident.occurred_on', NULL) AS c
               (area_code text, context text, since date, through date, base_since date, base_until date)
        UNION ALL SELECT 'remediation', c.area_code, c.since, c.through FROM @store@.report_rows('spans remediation.completed_on', NULL) AS c
               (area_code text, context text, since date, through date, base_since date, base_until date)
        UNION ALL SELECT 'hazard', c.area_code, c.since, c.through FROM @store@.report_rows('spans hazard.found_on', NULL) AS c
               (area_code text, context text, since date, through date, base_since date, base_until date)
    ), month AS (
        SELECT lower(g) AS m, (lower(g) + interval '1 month')::date AS next, date_trunc('year', lower(g)::timestamp)::date AS y
          FROM (SELECT date_trunc('year', min(c.since)::timestamp)::date AS since, max(c.through) + 1 AS until FROM covered c HAVING count(*) > 0) c
         CROSS JOIN LATERAL emgov.months(daterange(c.since, c.until)) g
    ), measure (code, source, zh, en, ordinal, is_rate) AS (
        VALUES ('accidents', 'accident', '事故起数', 'accidents', 1, false), ('deaths', 'accident', '死亡人数', 'deaths', 2, false),
               ('remediation', 'remediation', '整治完成', 'enterprises cleared', 3, true), ('hazards', 'hazard', '隐患整改', 'hazards rectified', 4, true)
    ), member AS (
        SELECT m.m, m.next, m.y, a.code, v.code AS measure, v.is_rate,
               EXISTS (SELECT FROM covered c WHERE c.source = v.source AND c.area_code = a.code AND c.since <= m.y AND c.through >= m.next - 1)
               AND (v.code <> 'deaths' OR EXISTS (SELECT FROM @ledger@.casualty)
                    OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)) AS known
          FROM month m JOIN @ledger@.area a ON a.is_block AND a.active AND daterange(a.valid_from, a.valid_to) && daterange(m.m, m.next) CROSS JOIN measure v
    ), remediated AS (
        SELECT x.area_code, date_trunc('month', x.listed_on::timestamp)::date AS listed, date_trunc('month', x.completed_on::timestamp)::date AS completed, count(*) AS n
          FROM (SELECT r.area_code, min(r.listed_on) AS listed_on, min(r.completed_on) AS completed_on
                  FROM @ledger@.remediation r WHERE r.status = 'valid' GROUP BY r.campaign_code, r.subject_id, r.area_code) x GROUP BY 1, 2, 3
    ), found AS (
        SELECT coalesce(i.area_code, s.area_code) AS area_code, date_trunc('month', h.found_on::timestamp)::date AS found,
               date_trunc('month', h.rectified_on::timestamp)::date AS rectified, count(*) AS n
          FROM @ledger@.hazard h LEFT JOIN @ledger@.inspection i ON i.id = h.inspection_id LEFT JOIN @ledger@.subject s ON s.id = h.subject_id
         WHERE h.status = 'valid' GROUP BY 1, 2, 3
    ), occurred AS (
        SELECT a.area_code, a.month AS m, sum(a.records) AS accidents, sum(a.deaths) AS deaths FROM @store@.accident_month_area_severity a GROUP BY 1, 2
    ), monthly AS (
        -- what is done, and of how many, by month; with the year that it counts in, where it is of one
        SELECT 'accidents' AS measure, o.area_code, o.m, date_trunc('year', o.m::timestamp)::date AS y, o.accidents AS done, 0::numeric AS whole FROM occurred o
        UNION ALL SELECT 'deaths', o.area_code, o.m, date_trunc('year', o.m::timestamp)::date, o.deaths, 0 FROM occurred o
        UNION ALL SELECT 'remediation', r.area_code, r.listed, NULL, 0, r.n FROM remediated r
        UNION ALL SELECT 'remediation', r.area_code, r.completed, NULL, r.n, 0 FROM remediated r WHERE r.completed IS NOT NULL
        UNION ALL SELECT 'hazards', f.area_code, f.found, date_trunc('year', f.found::timestamp)::date, 0, f.n FROM found f
        UNION ALL SELECT 'hazards', f.area_code, f.rectified, date_trunc('year', f.found::timestamp)::date, f.n, 0 FROM found f WHERE f.rectified IS NOT NULL
    ), total AS (
        SELECT b.m, b.y, b.code, b.measure, b.is_rate, b.known, CASE WHEN b.known THEN coalesce(sum(e.done) FILTER (WHERE e.m >= b.y), 0) END AS value,
               CASE WHEN b.known AND b.is_rate THEN round(100.0 * coalesce(sum(e.done), 0) / nullif(sum(e.whole), 0), 2) END AS completion
          FROM member b LEFT JOIN monthly e ON e.measure = b.measure AND e.area_code = b.code AND e.m <= b.m AND (e.y IS NULL OR e.y = b.y)
         GROUP BY b.m, b.y, b.code, b.measure, b.is_rate, b.known
    ), ranked AS (
        SELECT t.*, CASE WHEN t.is_rate THEN t.completion IS NOT NULL ELSE t.known END AS counts FROM total t
    ), place AS (
        SELECT t.*, CASE WHEN t.counts THEN rank() OVER (PARTITION BY t.m, t.measure, t.counts ORDER BY CASE WHEN t.is_rate THEN - t.completion ELSE t.value END) END AS rank,
               count(*) FILTER (WHERE t.counts) OVER (PARTITION BY t.m, t.measure) AS areas
          FROM ranked t
    )
    SELECT p.m AS period_start, extract(year FROM p.m)::int AS year, extract(month FROM p.m)::int AS month, p.measure::varchar(20) AS indicator_code,
           v.zh::varchar(40) AS indicator_zh, v.en::varchar(40) AS indicator_en, p.code::varchar(64) AS area_code, a.name_zh::varchar(200) AS area_zh,
           p.value::int AS value_ytd, b.value::int AS value_base, (p.value - b.value)::int AS value_change,
           p.completion::numeric(9,2) AS completion_pct, b.completion::numeric(9,2) AS completion_pct_base,
           p.rank::int AS rank, b.rank::int AS rank_base, (b.rank - p.rank)::int AS rank_change, p.areas::int AS areas_ranked
      FROM place p JOIN measure v ON v.code = p.measure JOIN @ledger@.area a ON a.code = p.code
      LEFT JOIN place b ON b.code = p.code AND b.measure = p.measure AND b.m = (p.m - interval '1 year')::date
     WHERE @seen(p.code)@
$sql$);

-- The columns are the groups of categories that a ledger starts with; what is of another group is in other. An area is compared through the last
-- day that is covered of it, with the same days a year earlier, and the total of all through the day that all are covered to; a record is of the area that it names, whatever became of that since.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_crosstab',
    '板块类别事故同比表，各板块各类事故起数、死亡及同比增减，合计在前，按年；合计行与各行不可相加 '
    '| the published table: areas by groups of categories, count and change on the same days a year earlier, the total first, by year; where is_total is true it is not to be added to the rest', $sql$
    WITH RECURSIVE covered AS MATERIALIZED (
        SELECT c.area_code, c.since, c.through FROM @store@.report_rows('spans accident.occurred_on', (SELECT s.areas FROM @store@.seen s)) AS c
               (area_code text, context text, since date, through date, base_since date, base_until date)
    ), year AS (
        SELECT lower(g) AS y, (lower(g) + interval '1 year')::date AS next
          FROM (SELECT min(c.since) AS since, max(c.through) + 1 AS until FROM covered c HAVING count(*) > 0) c CROSS JOIN (SELECT z.year_start FROM ONLY @ledger@.ledger_setting z) z
         CROSS JOIN LATERAL emgov.years(daterange(lower(emgov.ytd(c.since, z.year_start)), c.until), z.year_start) g
    ), known AS MATERIALIZED (
        SELECT EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active) AS casualties
    ), tree AS (
        SELECT c.code, c.code AS grp FROM @ledger@.accident_category c WHERE c.parent_code IS NULL
        UNION ALL SELECT c.code, p.grp FROM tree p JOIN @ledger@.accident_category c ON c.parent_code = p.code
    ), monthly AS (
        SELECT a.area_code, a.month, k.grp, sum(a.records) AS accidents, sum(a.deaths) AS deaths
          FROM @store@.accident_month_area_category a JOIN tree k ON k.code = a.category_code GROUP BY 1, 2, 3
    ), member AS (
        SELECT y.y, y.next, a.code, c.until
          FROM year y CROSS JOIN @ledger@.area a
          -- through: the first day that is not counted
         CROSS JOIN LATERAL (SELECT max(least(c.through + 1, y.next)) AS until FROM covered c WHERE c.area_code = a.code AND c.since <= y.y AND c.through >= y.y) c
         WHERE a.is_block AND a.active AND daterange(a.valid_from, a.valid_to) && daterange(y.y, y.next)
            -- and who had accidents then, or in the year that it is held against
            OR EXISTS (SELECT FROM monthly d WHERE d.area_code = a.code AND d.month >= (y.y - interval '1 year')::date AND d.month < y.next)
    ), part AS (
        SELECT m.*, EXISTS (SELECT FROM covered c WHERE c.area_code = m.code AND c.since <= lower(m.base) AND c.through >= upper(m.base) - 1) AS has_base
          FROM (SELECT m.*, CASE WHEN m.until IS NOT NULL THEN emgov.year_earlier(daterange(m.y, m.until)) END AS base
                  FROM (SELECT m.*, false AS in_total FROM member m
                        -- the total is of the same days of all areas
                        UNION ALL SELECT m.y, m.next, m.code, CASE WHEN m.until IS NOT NULL THEN min(m.until) OVER (PARTITION BY m.y) END, true FROM member m WHERE @seen(m.code)@) m) m
    ), span AS (
        SELECT p.*, true AS is_now, p.y AS first, p.until AS stop FROM part p UNION ALL SELECT p.*, false, lower(p.base), upper(p.base) FROM part p
    ), amount AS (
        -- whole months, then the days of those that are not
        SELECT s.y, s.code, s.in_total, s.until, s.next, s.has_base, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s LEFT JOIN monthly d ON d.area_code = s.code AND d.month >= s.first AND d.month < date_trunc('month', s.stop::timestamp)::date
        UNION ALL
        SELECT s.y, s.code, s.in_total, s.until, s.next, s.has_base, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s CROSS JOIN LATERAL (SELECT a.category_group AS grp, count(*) AS accidents, sum(a.deaths) AS deaths FROM @ledger@.accident_fact a
                                           WHERE a.status = 'valid' AND a.area_code = s.code AND a.occurred_on >= s.first AND a.occurred_on < s.stop
                                             AND a.occurred_on >= date_trunc('month', s.stop::timestamp)::date GROUP BY 1) d
         WHERE s.stop > date_trunc('month', s.stop::timestamp)::date
        UNION ALL
        SELECT s.y, s.code, s.in_total, s.until, s.next, s.has_base, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s CROSS JOIN LATERAL (SELECT a.category_group AS grp, count(*) AS accidents, sum(a.deaths) AS deaths FROM @ledger@.accident_fact a
                                           WHERE a.status = 'valid' AND a.area_code = s.code AND a.occurred_on >= s.first
                                             AND a.occurred_on < (date_trunc('month', s.first::timestamp) + interval '1 month')::date GROUP BY 1) d
         WHERE s.first > date_trunc('month', s.first::timestamp)::date AND date_trunc('month', s.first::timestamp) < date_trunc('month', s.stop::timestamp)
    ), counted AS (
        SELECT x.y, x.code, x.in_total, x.until, x.next, x.has_base, v.measure, x.grp,
               sum(CASE v.measure WHEN 'accidents' THEN x.accidents ELSE x.deaths END) FILTER (WHERE x.is_now) AS now,
               sum(CASE v.measure WHEN 'accidents' THEN x.accidents ELSE x.deaths END) FILTER (WHERE NOT x.is_now) AS base
          FROM amount x CROSS JOIN (VALUES ('accidents'), ('deaths')) v (measure) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), side AS (
        SELECT c.*, (c.measure = 'accidents' OR k.casualties) AND c.until IS NOT NULL AS known FROM counted c CROSS JOIN known k
    ), line AS (
        SELECT s.y, s.measure, CASE WHEN NOT s.in_total THEN s.code END AS code, bool_or(s.known) AS known, bool_and(s.known) AS whole,
               bool_and(s.known AND s.has_base) AS compared, min(s.until) AS until,
               bool_or(s.until < s.next) AS is_running,
               sum(s.now) FILTER (WHERE s.known) AS n, sum(s.base) FILTER (WHERE s.known) AS b,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'industry_commerce') AS n0, sum(s.base) FILTER (WHERE s.known AND s.grp = 'industry_commerce') AS b0,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'road') AS n1, sum(s.base) FILTER (WHERE s.known AND s.grp = 'road') AS b1,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'water') AS n2, sum(s.base) FILTER (WHERE s.known AND s.grp = 'water') AS b2,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'railway') AS n3, sum(s.base) FILTER (WHERE s.known AND s.grp = 'railway') AS b3,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'aviation') AS n4, sum(s.base) FILTER (WHERE s.known AND s.grp = 'aviation') AS b4,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'farm_machinery') AS n5, sum(s.base) FILTER (WHERE s.known AND s.grp = 'farm_machinery') AS b5,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'fishing') AS n6, sum(s.base) FILTER (WHERE s.known AND s.grp = 'fishing') AS b6,
               sum(s.now) FILTER (WHERE s.known AND s.grp = 'fire') AS n7, sum(s.base) FILTER (WHERE s.known AND s.grp = 'fire') AS b7,
               sum(s.now) FILTER (WHERE s.known AND s.grp NOT IN ('industry_commerce', 'road', 'water', 'railway', 'aviation', 'farm_machinery', 'fishing', 'fire')) AS n8,
               sum(s.base) FILTER (WHERE s.known AND s.grp NOT IN ('industry_commerce', 'road', 'water', 'railway', 'aviation', 'farm_machinery', 'fishing', 'fire')) AS b8
          FROM side s WHERE @seen(s.code)@ GROUP BY 1, 2, 3
    )
    SELECT w.y AS period_start, extract(year FROM w.y)::int AS year, (w.until - 1) AS through, coalesce(w.is_running, false) AS is_running, w.whole AS is_complete,
           w.measure::varchar(20) AS indicator_code, (CASE w.measure WHEN 'accidents' THEN '事故起数' ELSE '死亡人数' END)::varchar(40) AS indicator_zh,
           (row_number() OVER (PARTITION BY w.y, w.measure ORDER BY w.code IS NOT NULL, a.ordinal, a.code COLLATE "C"))::int AS row_order, (w.code IS NULL) AS is_total,
           w.code::varchar(64) AS area_code, (CASE WHEN w.code IS NULL THEN '合计' ELSE a.name_zh END)::varchar(200) AS area_zh,
           (CASE WHEN w.known THEN coalesce(w.n, 0) END)::int AS total, (CASE WHEN w.compared THEN coalesce(w.n, 0) - coalesce(w.b, 0) END)::int AS total_change,
           (CASE WHEN w.known THEN coalesce(w.n0, 0) END)::int AS industry_commerce, (CASE WHEN w.compared THEN coalesce(w.n0, 0) - coalesce(w.b0, 0) END)::int AS industry_commerce_change,
           (CASE WHEN w.known THEN coalesce(w.n1, 0) END)::int AS road, (CASE WHEN w.compared THEN coalesce(w.n1, 0) - coalesce(w.b1, 0) END)::int AS road_change,
           (CASE WHEN w.known THEN coalesce(w.n2, 0) END)::int AS water, (CASE WHEN w.compared THEN coalesce(w.n2, 0) - coalesce(w.b2, 0) END)::int AS water_change,
           (CASE WHEN w.known THEN coalesce(w.n3, 0) END)::int AS railway, (CASE WHEN w.compared THEN coalesce(w.n3, 0) - coalesce(w.b3, 0) END)::int AS railway_change,
           (CASE WHEN w.known THEN coalesce(w.n4, 0) END)::int AS aviation, (CASE WHEN w.compared THEN coalesce(w.n4, 0) - coalesce(w.b4, 0) END)::int AS aviation_change,
           (CASE WHEN w.known THEN coalesce(w.n5, 0) END)::int AS farm_machinery, (CASE WHEN w.compared THEN coalesce(w.n5, 0) - coalesce(w.b5, 0) END)::int AS farm_machinery_change,
           (CASE WHEN w.known THEN coalesce(w.n6, 0) END)::int AS fishing, (CASE WHEN w.compared THEN coalesce(w.n6, 0) - coalesce(w.b6, 0) END)::int AS fishing_change,
           (CASE WHEN w.known THEN coalesce(w.n7, 0) END)::int AS fire, (CASE WHEN w.compared THEN coalesce(w.n7, 0) - coalesce(w.b7, 0) END)::int AS fire_change,
           (CASE WHEN w.known THEN coalesce(w.n8, 0) END)::int AS other, (CASE WHEN w.compared THEN coalesce(w.n8, 0) - coalesce(w.b8, 0) END)::int AS other_change
      FROM line w LEFT JOIN @ledger@.area a ON a.code = w.code
     ORDER BY 1, 6, 8
$sql$);
