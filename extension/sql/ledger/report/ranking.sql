-- ------------------------------------------------------------------ report: rankings of areas, and the published table of areas and categories

-- What the areas came to is what …_by_month_area says of each, whoever reads: a reader of one area sees its rank among all of them.
-- A rank is of the same days: of the areas that are covered to the latest day of the month that any is. A blank rank is no data,
-- never the last place. The rank a year earlier is among those same areas.
DO $do$
DECLARE
    thing text;
    query text := $sql$
    WITH lineage AS MATERIALIZED (
        SELECT l.* FROM emgov_internal.report_lineage('@ledger@'::regnamespace) l
    ), value AS (
        -- each once, so that of its columns only these are computed; n: the place of the measure, for numbers are sorted faster than words
        SELECT x.n, false AS is_rate, v.period_start, v.is_running, v.is_listed, v.until, v.area_code, x.value, x.base, NULL::numeric AS completion, NULL::numeric AS completion_earlier
          FROM (@accident@) v CROSS JOIN LATERAL (VALUES (1, v.accidents_ytd, v.accidents_ytd_base), (2, v.deaths_ytd, v.deaths_ytd_base)) AS x (n, value, base)
        UNION ALL
        -- of an area that is listed the months follow one another without a gap
        SELECT 3, true, v.period_start, v.is_running, v.is_listed, v.until, v.area_code, v.done_ytd, v.done_ytd_base, v.completion_pct, lag(v.completion_pct, 12) OVER earlier
          FROM (@remediation@) v WINDOW earlier AS (PARTITION BY v.area_code COLLATE "C" ORDER BY v.period_start)
        UNION ALL
        SELECT 4, true, v.period_start, v.is_running, v.is_listed, v.until, v.area_code, v.rectified_ytd, v.rectified_ytd_base, v.rectification_pct, lag(v.rectification_pct, 12) OVER earlier
          FROM (@hazard@) v WINDOW earlier AS (PARTITION BY v.area_code COLLATE "C" ORDER BY v.period_start)
    ), measure (n, code, zh, en) AS (
        VALUES (1, 'accidents', '事故起数', 'accidents'), (2, 'deaths', '死亡人数', 'deaths'),
               (3, 'remediation', '整治完成', 'enterprises cleared'), (4, 'hazards', '隐患整改', 'hazards rectified')
    ), member AS (
        SELECT v.*, v.until - 1 AS through, v.value IS NOT NULL AND (v.completion IS NOT NULL OR NOT v.is_rate) AS is_known,
               CASE WHEN v.completion IS NOT NULL AND NOT v.is_running THEN v.completion_earlier END AS completion_base
          FROM value v WHERE v.is_listed AND (emgov_internal.asked_period() IS NULL OR v.period_start <@ emgov_internal.asked_period())
    ), counted AS (
        SELECT m.*, m.is_known AND m.through = max(m.through) FILTER (WHERE m.is_known) OVER (PARTITION BY m.period_start, m.n) AS counts FROM member m
    ), scored AS (
        -- the less the better, as a whole number: that is sorted fastest; NULL has no rank
        SELECT c.*, CASE WHEN c.counts THEN CASE WHEN c.is_rate THEN (-100 * c.completion)::int ELSE c.value END END AS score,
               CASE WHEN c.counts THEN CASE WHEN c.is_rate THEN (-100 * c.completion_base)::int ELSE c.base END END AS score_base FROM counted c
    ), place AS (
        SELECT s.*, CASE WHEN s.score IS NOT NULL THEN rank() OVER now END AS rank, CASE WHEN s.score_base IS NOT NULL THEN rank() OVER earlier END AS rank_base,
               count(s.score) OVER now AS areas, count(s.score_base) OVER now AS areas_base
          FROM scored s
        WINDOW now AS (PARTITION BY s.period_start, s.n ORDER BY s.score ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
               earlier AS (PARTITION BY s.period_start, s.n ORDER BY s.score_base)
    )
    SELECT p.period_start, extract(year FROM p.period_start)::int AS year, extract(month FROM p.period_start)::int AS month, p.is_running,
           m.code::varchar(20) AS indicator_code,
           m.zh::varchar(40) AS indicator_zh, m.en::varchar(40) AS indicator_en, p.area_code, @zh(area, p.area_code)@::varchar(200) AS area_zh,
           (CASE WHEN p.value IS NOT NULL THEN p.through END) AS through,
           p.value AS value_ytd, p.base AS value_base, (p.value - p.base) AS value_change,
           p.completion::numeric(9,2) AS completion_pct, p.completion_base::numeric(9,2) AS completion_pct_base,
           p.rank::int AS rank, (CASE WHEN p.areas = p.areas_base THEN p.rank_base END)::int AS rank_base,
           (CASE WHEN p.areas = p.areas_base THEN p.rank_base - p.rank END)::int AS rank_change, p.areas::int AS areas_ranked
      FROM place p JOIN measure m ON m.n = p.n
     WHERE @seen(p.area_code)@ $sql$;
BEGIN
    FOREACH thing IN ARRAY '{accident,remediation,hazard}'::text[] LOOP
        SELECT replace(query, '@' || thing || '@', p.body) INTO STRICT query FROM emgov.ledger_part AS p WHERE p.kind = 'query' AND p.name = thing || '_ranked';
    END LOOP;
    INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'ranking_by_month',
        '地区排名，按月，以本年累计排列，第一为最好；无数据无位次，并列同位次；数据截至同一日的地区才排位次 '
        '| areas ranked by what the year came to by the month''s end, or by the last day covered of a month that is not over; 1 is best; no data is no rank, ties share one; '
        'ranked are those whose data reach the same day. Values are of the year to date: not to be added up over months', E'-- kept, as asked\n' || query);
END
$do$;

-- The columns are the groups of categories that a ledger starts with; what is of another group is in other. An area is compared through the last
-- day that is covered of it, with the same days a year earlier, and the total of all through the day that all are covered to. A record is of the area that
-- it names, or of what that had become by then. Data of an area are asked for while there is that area.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_crosstab',
    '地区类别事故同比表，各地区各类事故起数、死亡人数及同比增减，合计在前，按年；合计行与各行不可相加 '
    '| the published table: areas by groups of categories, count and change on the same days a year earlier, the total first, by year; where is_total is true it is not to be added to the rest',
    $sql$-- kept
    WITH RECURSIVE covered AS MATERIALIZED (
        SELECT c.area_code, c.since, c.through FROM @store@.report_rows('spans accident.occurred_on', (SELECT s.areas FROM @store@.seen s)) AS c
               (area_code text, context text, since date, through date, base_since date, base_until date)
    ), lineage AS MATERIALIZED (
        SELECT l.* FROM @store@.report_rows('lineage', NULL) AS l (area_code text, key text, since date, until date)
    ), year AS (
        SELECT lower(g) AS y, (lower(g) + interval '1 year')::date AS next
          FROM (SELECT min(c.since) AS since, max(c.through) + 1 AS until FROM covered c HAVING count(*) > 0) c CROSS JOIN (SELECT z.year_start FROM ONLY @ledger@.ledger_setting z) z
         CROSS JOIN LATERAL emgov.years(daterange(lower(emgov.ytd(c.since, z.year_start)), c.until), z.year_start) g
    ), regime AS MATERIALIZED (
        SELECT m.period_start AS m, m.ytd_regime_ok AS regime_ok
          FROM @store@.report_rows('months accident.occurred_on', (SELECT s.areas FROM @store@.seen s))
               AS m (context text, place int, period_start date, fiscal int, state text, is_running boolean,
                     base_ok boolean, previous_ok boolean, ytd_ok boolean, ytd_base_ok boolean, year_ok boolean, year_base_ok boolean, regime_ok boolean, ytd_regime_ok boolean,
                     opening_ok boolean, opening_previous_ok boolean, opening_base_ok boolean, until date)
         WHERE m.context IS NULL
    ), known AS MATERIALIZED (
        SELECT EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active) AS casualties
    ), tree AS (
        SELECT c.code, c.code AS grp FROM @ledger@.accident_category c WHERE c.parent_code IS NULL
        UNION ALL SELECT c.code, p.grp FROM tree p JOIN @ledger@.accident_category c ON c.parent_code = p.code
    ), monthly AS (
        SELECT a.area_code, a.month, k.grp, sum(a.records)::bigint AS accidents, sum(a.deaths)::bigint AS deaths
          FROM @store@.accident_month_area_category a JOIN tree k ON k.code = a.category_code GROUP BY 1, 2, 3
    ), busy AS MATERIALIZED (
        -- who had accidents in a year, or in that which it is held against
        SELECT DISTINCT y.y, d.area_code FROM (SELECT DISTINCT m.month, m.area_code FROM monthly m) d JOIN year y ON d.month >= (y.y - interval '1 year')::date AND d.month < y.next
    ), area AS (
        SELECT a.code, a.is_block AND a.active AS is_listed, daterange(a.valid_from, a.valid_to) AS life,
               (SELECT range_agg(daterange(c.since, c.through, '[]')) FROM covered c WHERE c.area_code = a.code) AS days
          FROM @ledger@.area a
    ), member AS (
        -- until: the first day that is not counted
        SELECT y.y, y.next, a.code, u.until, a.life && l.days AS is_there, a.is_listed AND a.life && l.days
                     OR (y.y, a.code) IN (SELECT b.y, b.area_code FROM busy b) AS is_shown
          FROM year y CROSS JOIN area a CROSS JOIN LATERAL (SELECT daterange(y.y, least(max(c.through) + 1, y.next)) AS days FROM covered c) l
         -- what is over is whole once it is covered to its end
         CROSS JOIN LATERAL (SELECT CASE WHEN isempty(a.life * l.days) THEN upper(l.days)
                                         ELSE (SELECT CASE WHEN upper(d) >= upper(a.life) THEN upper(l.days) ELSE least(upper(d), y.next) END FROM unnest(a.days) d
                                                WHERE d @> greatest(y.y, lower(a.life))) END AS until) u
    ), part AS MATERIALIZED (
        -- stays: the reader also sees what the area had become by then
        SELECT row_number() OVER () AS n, m.*,
               NOT EXISTS (SELECT FROM lineage l WHERE m.in_total AND l.area_code = m.code AND l.since < coalesce(m.until, m.next) AND l.until >= coalesce(m.until, m.next)
                              AND NOT (@seen(l.key)@)) AS stays,
               isempty(m.base * a.life) OR coalesce(a.days @> m.base * a.life, false) AS has_base
          FROM (SELECT m.*, CASE WHEN m.until IS NOT NULL THEN emgov.year_earlier(daterange(m.y, m.until)) END AS base
                  FROM (SELECT m.y, m.next, m.code, l.area_code, m.is_there, CASE WHEN o.until >= m.until THEN m.until END AS until, false AS in_total
                          FROM member m JOIN lineage l ON l.key = m.code AND l.since < coalesce(m.until, m.next) AND l.until >= coalesce(m.until, m.next)
                          JOIN member o ON o.y = m.y AND o.code = l.area_code AND o.is_shown
                        -- the total is of the same days of all areas
                        UNION ALL
                        SELECT m.y, m.next, m.code, m.code, m.is_there, CASE WHEN m.until IS NOT NULL THEN min(m.until) OVER (PARTITION BY m.y) END, true
                          FROM member m WHERE m.is_shown AND @seen(m.code)@) m) m
          JOIN area a ON a.code = m.area_code
    ), span AS MATERIALIZED (
        SELECT p.n, p.area_code, true AS is_now, p.y AS first, p.until AS stop FROM part p UNION ALL SELECT p.n, p.area_code, false, lower(p.base), upper(p.base) FROM part p
    ), amount AS (
        -- whole months, then the days of those that are not
        SELECT s.n, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s LEFT JOIN monthly d ON d.area_code = s.area_code AND d.month >= s.first AND d.month < date_trunc('month', s.stop::timestamp)::date
        UNION ALL
        SELECT s.n, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s CROSS JOIN LATERAL (SELECT a.category_group AS grp, count(*) AS accidents, sum(a.deaths) AS deaths FROM @ledger@.accident_fact a
                                           WHERE a.status = 'valid' AND a.area_code = s.area_code AND a.occurred_on >= s.first AND a.occurred_on < s.stop
                                             AND a.occurred_on >= date_trunc('month', s.stop::timestamp)::date GROUP BY 1) d
         WHERE s.stop > date_trunc('month', s.stop::timestamp)::date
        UNION ALL
        SELECT s.n, s.is_now, d.grp, d.accidents, d.deaths
          FROM span s CROSS JOIN LATERAL (SELECT a.category_group AS grp, count(*) AS accidents, sum(a.deaths) AS deaths FROM @ledger@.accident_fact a
                                           WHERE a.status = 'valid' AND a.area_code = s.area_code AND a.occurred_on >= s.first
                                             AND a.occurred_on < (date_trunc('month', s.first::timestamp) + interval '1 month')::date GROUP BY 1) d
         WHERE s.first > date_trunc('month', s.first::timestamp)::date AND date_trunc('month', s.first::timestamp) < date_trunc('month', s.stop::timestamp)
    ), counted AS (
        SELECT x.n, x.grp, sum(x.accidents) FILTER (WHERE x.is_now) AS accidents, sum(x.accidents) FILTER (WHERE NOT x.is_now) AS accidents_base,
               sum(x.deaths) FILTER (WHERE x.is_now) AS deaths, sum(x.deaths) FILTER (WHERE NOT x.is_now) AS deaths_base
          FROM amount x GROUP BY 1, 2
    ), side AS (
        SELECT p.y, p.code, p.area_code, p.in_total, p.is_there, p.stays, p.until, p.next, p.has_base, v.measure, c.grp, v.now, v.base,
               (v.measure = 'accidents' OR k.casualties) AND p.until IS NOT NULL AS known
          FROM counted c JOIN part p ON p.n = c.n CROSS JOIN known k
         CROSS JOIN LATERAL (VALUES ('accidents', c.accidents, c.accidents_base), ('deaths', c.deaths, c.deaths_base)) v (measure, now, base)
    ), line AS (
        SELECT s.y, s.measure, CASE WHEN NOT s.in_total THEN s.code END AS code, bool_or(s.known) AS known, bool_and(s.known) AS whole,
               bool_and(s.known AND s.has_base AND s.stays)
               AND coalesce((SELECT g.regime_ok FROM regime g WHERE g.m = date_trunc('month', (min(s.until) - 1)::timestamp)::date), true) AS compared,
               bool_and(s.has_base) AS has_base, min(s.until) AS until,
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
          FROM side s WHERE @seen(s.area_code)@ AND @seen(s.code)@ GROUP BY 1, 2, 3
        -- a total of areas that are no more is none
        HAVING bool_or(s.is_there OR NOT s.in_total)
    )
    SELECT w.y AS period_start, extract(year FROM w.y)::int AS year, (w.until - 1) AS through, coalesce(w.is_running, false) AS is_running, w.whole AS is_complete,
           w.measure::varchar(20) AS indicator_code, (CASE w.measure WHEN 'accidents' THEN '事故起数' ELSE '死亡人数' END)::varchar(40) AS indicator_zh,
           (row_number() OVER (PARTITION BY w.y, w.measure ORDER BY w.code IS NOT NULL, a.ordinal, a.code COLLATE "C"))::int AS row_order, (w.code IS NULL) AS is_total,
           w.code::varchar(64) AS area_code, (CASE WHEN w.code IS NULL THEN '合计' ELSE a.name_zh END)::varchar(200) AS area_zh,
           (CASE WHEN w.known THEN coalesce(w.n, 0) END)::int AS total, (CASE WHEN w.compared THEN coalesce(w.n, 0) - coalesce(w.b, 0) END)::int AS total_change,
           (CASE WHEN w.compared THEN emgov.state(emgov.comparison(coalesce(w.n, 0), coalesce(w.b, 0))) WHEN NOT w.known THEN 'no_data' WHEN NOT w.whole THEN 'part_members'
                 WHEN NOT w.has_base THEN 'no_base' ELSE 'not_comparable' END)::varchar(20) AS total_state,
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

-- The largest accident of a year: what the year comes to without it. The running year is held against the same days of the year before, as the table above has it.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'accident_influence',
    '最大一起事故对全年死亡人数同比的影响 | the largest accident''s weight in a year''s deaths, and the change without it; the running year against the same days', $sql$-- kept
    WITH total AS MATERIALIZED (
        -- the table is worked out once, for both
        SELECT x.period_start, x.year, x.through, x.is_running, x.is_complete, x.indicator_code, x.total, x.total_change, x.total_state
          FROM @store@.accident_crosstab x WHERE x.is_total AND x.indicator_code IN ('accidents', 'deaths')
    ), year AS MATERIALIZED (
        SELECT d.period_start, d.year, d.through, d.is_running, CASE WHEN a.is_complete THEN a.total END AS accidents, CASE WHEN d.is_complete THEN d.total END AS deaths,
               d.total - d.total_change AS base, d.total_state
          FROM total d JOIN total a ON a.period_start = d.period_start AND a.indicator_code = 'accidents' WHERE d.indicator_code = 'deaths')
    SELECT y.period_start, y.year, y.through, y.is_running, y.accidents, y.deaths, y.base AS deaths_base, (y.deaths - y.base) AS deaths_change,
           emgov.rate(emgov.comparison(y.deaths, y.base), 2)::numeric(18,2) AS deaths_pct, y.total_state AS deaths_state,
           l.deaths::int AS largest_deaths, (y.deaths - l.deaths)::int AS deaths_without_largest,
           (CASE WHEN y.deaths > 0 THEN emgov.rate(emgov.comparison(y.deaths + l.deaths, y.deaths), 2) END)::numeric(9,2) AS largest_share_pct,
           emgov.rate(emgov.comparison(y.deaths - l.deaths, y.base), 2)::numeric(18,2) AS deaths_pct_without_largest
      FROM year y
     CROSS JOIN LATERAL (
        SELECT CASE WHEN y.deaths IS NOT NULL THEN coalesce((
                   -- of each month by an index
                   SELECT max(f.deaths) FROM generate_series(emgov.month_of(y.period_start)::timestamp, y.through::timestamp, interval '1 month') m
                    CROSS JOIN LATERAL (SELECT f.deaths FROM @ledger@.accident_fact f
                                         WHERE f.status = 'valid' AND emgov.month_of(f.occurred_on) = m::date AND f.occurred_on - y.period_start >= 0 AND f.occurred_on - y.through <= 0
                                           AND @seen(f.area_code)@ ORDER BY f.deaths DESC LIMIT 1) f), 0) END AS deaths) l
$sql$);
