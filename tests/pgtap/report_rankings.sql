-- V5: rankings of areas, the published table of areas and categories, reported figures against counted ones: against SQL by hand,
-- on random contents with areas that have reported up to different days, on 29 February too, and one that has not.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(41);
-- a new ledger
SELECT is_empty('SELECT * FROM ledger_report.accident_crosstab', 'nothing covered: no table of areas and categories');
SELECT is_empty('SELECT * FROM ledger_report.ranking_by_month', 'nor a ranking');
INSERT INTO area (code, name_zh, kind, is_block, valid_from, valid_to) VALUES ('A', '甲区', 'district', true, NULL, NULL), ('B', '乙区', 'district', true, NULL, NULL), ('C', '丙区', 'district', true, NULL, NULL),
    ('D', '丁区', 'district', true, NULL, NULL), ('E', '戊区', 'district', true, '2024-01-01', NULL), ('Z', '旧区', 'district', false, NULL, '2023-07-01');
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('p', '甲', 'p', 'city'), ('q', '乙', 'q', 'city');
INSERT INTO disposition (code, name_zh) VALUES ('stop', '停') ON CONFLICT DO NOTHING;
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('g', '检查', 'g', 'city');
INSERT INTO subject (id, kind, name, area_code) SELECT i, 'unit', '单位' || i, ('{A,B,C,D,E}'::text[])[1 + i % 5] FROM generate_series(1, 30) AS i;
INSERT INTO accident_category (code, name_zh, name_en) VALUES ('own', '自设', 'own');

SELECT is_empty('SELECT * FROM ledger_report.ranking_by_month', 'nor with areas');

CREATE FUNCTION pg_temp.n(k int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT floor(random() * $1)::int $$;
CREATE FUNCTION pg_temp.day() RETURNS date LANGUAGE sql VOLATILE AS $$ SELECT date '2022-01-01' + pg_temp.n(1096) $$;
CREATE FUNCTION pg_temp.fill(round int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE areas text[] := '{A,B,C,D,E}'; t text; d date;
BEGIN
    UPDATE accident SET status = 'withdrawn', note = 'x' WHERE status = 'valid';
    UPDATE hazard SET status = 'withdrawn', note = 'x' WHERE status = 'valid';
    UPDATE remediation SET status = 'withdrawn', note = 'x' WHERE status = 'valid';
    FOR i IN round * 1000 .. round * 1000 + 60 LOOP
        d := pg_temp.day();
        INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss, status) VALUES (i, d, CASE WHEN d < '2023-07-01' AND i % 9 = 0 THEN 'Z' ELSE areas[1 + pg_temp.n(CASE WHEN d < '2024-01-01' THEN 4 ELSE 5 END)] END,
            ('{coal,chemical,road,fire,own,other,water,railway,aviation,farm_machinery,fishing}'::text[])[1 + pg_temp.n(11)], 1, CASE WHEN i % 8 = 0 THEN 'withdrawn' ELSE 'valid' END);
        INSERT INTO casualty (accident_id, outcome, outcome_on, status) SELECT i, ('{dead,dead,serious}'::text[])[1 + pg_temp.n(3)], d + pg_temp.n(40), CASE WHEN j = 4 THEN 'withdrawn' ELSE 'valid' END FROM generate_series(1, pg_temp.n(5)) AS j;
        d := pg_temp.day();
        INSERT INTO hazard (subject_id, programme_code, found_on, rectified_on, status) VALUES (1 + pg_temp.n(30), 'g', d, CASE WHEN pg_temp.n(4) > 0 THEN d + pg_temp.n(300) END, CASE WHEN i % 8 = 0 THEN 'withdrawn' ELSE 'valid' END);
        d := pg_temp.day();
        INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on, completed_on, disposition_code, status)
        VALUES (CASE WHEN pg_temp.n(2) = 0 THEN 'p' ELSE 'q' END, 1 + pg_temp.n(12), areas[1 + pg_temp.n(5)], d, CASE WHEN pg_temp.n(3) > 0 THEN d + pg_temp.n(300) END, 'stop', CASE WHEN i % 8 = 0 THEN 'withdrawn' ELSE 'valid' END);
    END LOOP;
    FOREACH t IN ARRAY '{accident,hazard,remediation}'::text[] LOOP
        CALL ledger.entered(ARRAY[t], NULL::date);
        CALL ledger.entered(ARRAY[t], '2024-12-31', '2022-01-01', 'A');
        CALL ledger.entered(ARRAY[t], ('{2024-02-29,2024-06-15,2024-02-28,2023-12-31}'::date[])[1 + pg_temp.n(4)], '2022-01-01', 'B');
        CALL ledger.entered(ARRAY[t], '2024-10-31', ('{2022-01-01,2022-03-01,2023-01-01}'::date[])[1 + pg_temp.n(3)], 'C');
        CALL ledger.entered(ARRAY[t], '2024-12-31', '2022-01-01', 'E');
    END LOOP;
END $$;

-- ------------------------------------------------------------------ by hand
CREATE FUNCTION pg_temp.covered(src text, area text, first date, last date) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT FROM ledger.coverage_declaration AS d WHERE d.active AND d.source = $1 AND d.area_code = $2 AND d.since <= $3 AND d.through >= $4) $$;
CREATE FUNCTION pg_temp.dead(accident_id bigint) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT count(*)::int FROM casualty AS c JOIN accident AS a ON a.id = c.accident_id JOIN accident_category AS k ON k.code = a.category_code
    WHERE a.id = $1 AND c.status = 'valid' AND c.outcome = 'dead' AND c.outcome_on <= a.occurred_on + k.window_days $$;
-- what some days came to in an area
CREATE FUNCTION pg_temp.amount(what text, area text, days daterange) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT CASE $1
        WHEN 'accidents' THEN (SELECT count(*) FROM accident WHERE status = 'valid' AND area_code = $2 AND occurred_on <@ $3)
        WHEN 'deaths' THEN (SELECT coalesce(sum(pg_temp.dead(id)), 0) FROM accident WHERE status = 'valid' AND area_code = $2 AND occurred_on <@ $3)
        WHEN 'hazards' THEN (SELECT count(*) FROM hazard AS h JOIN subject AS s ON s.id = h.subject_id WHERE h.status = 'valid' AND s.area_code = $2 AND rectified_on <@ $3)
        -- an enterprise by its last decision of these days
        ELSE (SELECT count(*) FROM (SELECT DISTINCT ON (campaign_code, subject_id) area_code FROM remediation WHERE status = 'valid' AND completed_on <@ $3 ORDER BY campaign_code, subject_id, completed_on DESC, id DESC) AS x
               WHERE area_code = $2) END::int $$;
-- and in percent of what, by a day
CREATE FUNCTION pg_temp.pct(what text, area text, last date) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT round(100.0 * count(*) FILTER (WHERE done <= $3) / nullif(count(*), 0), 2)
      FROM (SELECT found_on AS listed, rectified_on AS done FROM hazard AS h JOIN subject AS s ON s.id = h.subject_id WHERE $1 = 'hazards' AND h.status = 'valid' AND s.area_code = $2
            UNION ALL SELECT min(listed_on), min(completed_on) FROM remediation WHERE $1 = 'remediation' AND status = 'valid' GROUP BY campaign_code, subject_id
                      HAVING (array_agg(area_code ORDER BY completed_on DESC NULLS LAST, id DESC))[1] = $2) AS x WHERE listed <= $3 $$;
CREATE TEMP TABLE ranked (what text, area text, month date, through date, value int, base int, pct numeric, pct_base numeric, counts boolean, rank int, rank_base int);
CREATE FUNCTION pg_temp.rank_by_hand() RETURNS void LANGUAGE sql AS $$
    TRUNCATE ranked;
    INSERT INTO ranked
    SELECT w, a.code, m, CASE WHEN has_value THEN last END, CASE WHEN has_value THEN pg_temp.amount(w, a.code, daterange(first, last, '[]')) END,
           CASE WHEN has_value AND d.since <= first - interval '1 year' THEN pg_temp.amount(w, a.code, year_earlier(daterange(first, last, '[]'))) END,
           CASE WHEN d.since < next AND d.through >= m THEN pg_temp.pct(w, a.code, last) END,
           CASE WHEN d.since < next - interval '1 year' AND d.through >= next - 1 THEN pg_temp.pct(w, a.code, (next - interval '1 year')::date - 1) END
      FROM unnest('{accidents,deaths,hazards,remediation}'::text[]) AS w CROSS JOIN area AS a CROSS JOIN (SELECT m::date AS m, (m + interval '1 month')::date AS next FROM generate_series('2022-01-01'::timestamp, '2024-12-01', '1 month') AS m) AS m
      LEFT JOIN coverage_declaration AS d ON d.active AND d.area_code = a.code AND d.source = CASE w WHEN 'hazards' THEN 'hazard' WHEN 'remediation' THEN w ELSE 'accident' END
     CROSS JOIN ledger_setting AS z CROSS JOIN LATERAL (SELECT lower(ytd(m, z.year_start)) AS first, least(d.through, next - 1) AS last) AS f
     -- months do not make a year that begins within one
     CROSS JOIN LATERAL (SELECT d.since <= first AND d.through >= m AND z.year_start LIKE '%-01' AS has_value) AS h
     WHERE a.is_block AND coalesce(a.valid_from < next, true);
    UPDATE ranked AS r SET counts = value IS NOT NULL AND (what NOT IN ('hazards', 'remediation') OR pct IS NOT NULL)
           AND through = (SELECT max(o.through) FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.value IS NOT NULL AND (r.what NOT IN ('hazards', 'remediation') OR o.pct IS NOT NULL));
    UPDATE ranked AS r SET rank = (SELECT 1 + count(*) FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.counts AND CASE WHEN r.what IN ('hazards', 'remediation') THEN o.pct > r.pct ELSE o.value < r.value END),
           rank_base = CASE WHEN (SELECT bool_and(CASE WHEN r.what IN ('hazards', 'remediation') THEN o.pct_base ELSE o.base END IS NOT NULL) FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.counts)
                THEN (SELECT 1 + count(*) FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.counts AND CASE WHEN r.what IN ('hazards', 'remediation') THEN o.pct_base > r.pct_base ELSE o.base < r.base END) END
     WHERE counts;
$$;
CREATE FUNCTION pg_temp.cells(y int, what text, area text, grp text, day_from date, day_until date) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(CASE $2 WHEN 'accidents' THEN 1 ELSE pg_temp.dead(a.id) END), 0)::int FROM accident AS a JOIN accident_category AS k ON k.code = a.category_code
     WHERE a.status = 'valid' AND a.area_code = $3 AND a.occurred_on >= $5 AND a.occurred_on < $6
       AND CASE WHEN $4 IS NULL THEN true WHEN $4 = 'other' THEN k.code IN ('other', 'own') ELSE coalesce(k.parent_code, k.code) = $4 END $$;
CREATE TEMP TABLE round (n int, problem text[]);
-- a column of the table by hand: value and change
CREATE FUNCTION pg_temp.wrong_cells(grp text, shown text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
        WITH line AS (
            SELECT x.year, x.indicator_code, x.area_code, x.is_total, x.%1$I AS n, x.%2$I AS c, x.period_start AS first, d.until, (x.period_start - interval '1 year')::date AS base_from,
                   CASE WHEN d.until IS NOT NULL THEN upper(emgov.year_earlier(daterange(x.period_start, d.until))) END AS base_until
              FROM ledger_report.accident_crosstab AS x
              LEFT JOIN LATERAL (SELECT least(d.through + 1, (x.period_start + interval '1 year')::date) AS until FROM coverage_declaration AS d
                                  WHERE d.source = 'accident' AND d.active AND d.area_code = x.area_code AND d.since <= x.period_start AND d.through >= x.period_start) AS d ON true
             WHERE NOT x.is_total AND x.area_code <> 'Z'
        ), hand AS (
            SELECT l.*, CASE WHEN l.until IS NOT NULL THEN pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, l.first, l.until) END AS hn,
                   CASE WHEN l.until IS NOT NULL AND pg_temp.covered('accident', l.area_code, l.base_from, l.base_until - 1)
                        THEN pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, l.first, l.until) - pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, l.base_from, l.base_until) END AS hc FROM line AS l)
        SELECT format('%%s %%s %%s %1$s: %%s %%s, by hand %%s %%s', year, indicator_code, area_code, n, c, hn, hc) FROM hand WHERE (n, c) IS DISTINCT FROM (hn, hc) $q$, shown, shown || '_change', grp);
END $$;
SELECT setseed(0.7);
DO $$
BEGIN
    FOR i IN 1 .. 6 LOOP
        PERFORM pg_temp.fill(i);
        UPDATE ledger_setting SET year_start = CASE WHEN i % 3 = 1 THEN '04-01' WHEN i = 5 THEN '03-16' ELSE '01-01' END;
        PERFORM pg_temp.rank_by_hand();
        ANALYZE;
        INSERT INTO round SELECT i, ARRAY(
            SELECT 'ranking: ' || coalesce(to_jsonb(v)::text, '') || ' by hand ' || coalesce(to_jsonb(h)::text, '')
              FROM (SELECT indicator_code::text AS what, area_code::text AS area, period_start AS month, through, value_ytd AS value, value_base AS base, completion_pct AS pct, completion_pct_base AS pct_base, rank, rank_base
                      FROM ledger_report.ranking_by_month) AS v
              FULL JOIN ranked AS h ON h.what = v.what AND h.area = v.area AND h.month = v.month
             WHERE (v.through, v.value, v.base, v.pct, v.pct_base, v.rank, v.rank_base) IS DISTINCT FROM (h.through, h.value, h.base, h.pct::numeric(9,2), h.pct_base::numeric(9,2), h.rank, h.rank_base)
            UNION ALL SELECT w FROM (VALUES (0, NULL), (1, 'industry_commerce'), (2, 'road'), (3, 'fire'), (4, 'water'), (5, 'other'), (6, 'railway'), (7, 'aviation'), (8, 'farm_machinery'), (9, 'fishing')) AS c (n, grp),
                   pg_temp.wrong_cells(c.grp, coalesce(c.grp, 'total')) AS w WHERE c.n = 0 OR c.n % 3 = i % 3);
    END LOOP;
END $$;
SELECT is_empty($$SELECT n, problem[1:3] FROM round WHERE problem <> '{}'$$, 'rankings and the table of areas and categories are as by hand, on six random contents');
SELECT cmp_ok((SELECT count(*) FROM ranked WHERE rank IS NULL), '>', 20::bigint, 'some areas have no data in some months');
SELECT cmp_ok((SELECT count(*) FROM ranked AS r WHERE EXISTS (SELECT FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.rank = r.rank AND o.area <> r.area)), '>', 0::bigint, 'and some share a rank');
SELECT is_empty('SELECT * FROM ledger_report.ranking_by_month WHERE area_code = ''D'' AND (value_ytd IS NOT NULL OR rank IS NOT NULL)', 'of an area that has said nothing there is no value, and no last place');
SELECT is_empty($$SELECT v.* FROM ledger_report.ranking_by_month AS v WHERE (value_change, rank_change) IS DISTINCT FROM (value_ytd - value_base, rank_base - rank)$$, 'changes are of what stands beside them');
SELECT cmp_ok((SELECT count(*) FROM ledger_report.ranking_by_month WHERE is_running AND value_ytd IS NOT NULL), '>', 0::bigint, 'a month that is not over has values');
SELECT is_empty(format($$SELECT area_code FROM ledger_report.ranking_by_month AS v JOIN ledger_report.%s_by_month_area AS x USING (period_start, area_code)
    WHERE indicator_code = %L AND (v.value_ytd, v.value_base) IS DISTINCT FROM (x.%s_ytd, x.%3$s_ytd_base)$$, thing, code, measure), format('%s are those of %s_by_month_area', measure, thing))
  FROM (VALUES ('accident', 'accidents', 'accidents'), ('accident', 'deaths', 'deaths'), ('remediation', 'remediation', 'done'), ('hazard', 'hazards', 'rectified')) AS x (thing, code, measure);
SELECT is_empty($$SELECT v.period_start, v.indicator_code FROM ledger_report.ranking_by_month AS v GROUP BY 1, 2 HAVING min(areas_ranked) <> count(rank) OR max(areas_ranked) <> count(rank)$$, 'of how many areas');
-- the table adds up
SELECT is_empty($$SELECT year, indicator_code, area_code FROM ledger_report.accident_crosstab WHERE total <> industry_commerce + road + water + railway + aviation + farm_machinery + fishing + fire + other$$, 'the groups of a line add up to its total');
SELECT is_empty($$SELECT year, indicator_code FROM ledger_report.accident_crosstab GROUP BY 1, 2 HAVING sum(total) FILTER (WHERE is_total) > sum(total) FILTER (WHERE NOT is_total)$$, 'and the total is of no more than its lines');
SELECT is_empty($$SELECT x.year, x.indicator_code, g, to_jsonb(x)->>g FROM ledger_report.accident_crosstab AS x CROSS JOIN unnest('{total,industry_commerce,road,water,railway,aviation,farm_machinery,fishing,fire,other}'::text[]) AS g
  WHERE x.is_total AND (to_jsonb(x)->>g)::int IS DISTINCT FROM
    (SELECT sum(pg_temp.cells(x.year, x.indicator_code, l.area_code, nullif(g, 'total'), x.period_start, x.through + 1)) FROM ledger_report.accident_crosstab AS l
      WHERE NOT l.is_total AND l.total IS NOT NULL AND l.year = x.year AND l.indicator_code = x.indicator_code)$$, 'of the days up to the day that it says, of every area, in each column');
SELECT is_empty($$SELECT year, indicator_code FROM ledger_report.accident_crosstab GROUP BY 1, 2 HAVING NOT bool_and(is_total = (row_order = 1)) OR count(DISTINCT row_order) <> count(*)$$, 'which is the first');
SELECT is_empty($$SELECT * FROM ledger_report.accident_crosstab WHERE is_total AND NOT is_complete AND total_change IS NOT NULL$$, 'without all areas the total is not compared');
SELECT results_eq($$SELECT DISTINCT is_complete FROM ledger_report.accident_crosstab WHERE is_total$$, 'VALUES (false)', 'as D has said nothing');

CREATE ROLE report_rankings_other;
CALL grant_reader('report_rankings_other', 'D');
SET ROLE report_rankings_other;
SELECT is_empty('SELECT * FROM ledger_report.accident_crosstab', 'of an area that has said nothing a reader sees no table');
SELECT is_empty('SELECT * FROM ledger_report.ranking_by_month WHERE rank IS NOT NULL', 'and no rank');
RESET ROLE;
DROP OWNED BY report_rankings_other;
DROP ROLE report_rankings_other;

-- all in: the total is the figure's
CALL entered(ARRAY['accident'], '2024-12-31', '2022-01-01');
INSERT INTO indicator (code, section, name_zh, name_en, kind, source, date_column, unit, scope, cutoff, definition_zh) VALUES ('N', 1, '事故', 'accidents', 'count', 'accident', 'occurred_on', '起', 'city', 'period', '事故');
UPDATE indicator SET filter = 'status = ''valid''' WHERE code = 'N';
SELECT results_eq($$SELECT total, total_change FROM ledger_report.accident_crosstab WHERE is_total AND indicator_code = 'accidents' AND year IN (2023, 2024) ORDER BY year$$,
    $$SELECT value::int, change::int FROM figures(year(2023), codes => '{N}') UNION ALL SELECT value::int, change::int FROM figures(year(2024), codes => '{N}')$$, 'the total is the figure, with its change');

-- what was counted by another regime is no base: as figures have it
CREATE FUNCTION pg_temp.not_as_figures() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT format('%s %s %s: %s, figure %s', v.view, v.m, v.area, v.says, f.says) FROM (
        SELECT 'crosstab' AS view, x.period_start AS m, x.area_code::text AS area, daterange(x.period_start, x.through, '[]') AS days, x.area_code IS NOT NULL AS by_area,
               (x.total::numeric, x.total_change::numeric, x.total_state::text, NULL::numeric, NULL::numeric)::text AS says FROM ledger_report.accident_crosstab AS x
         WHERE x.indicator_code = 'accidents' AND x.year >= 2023
        UNION ALL
        SELECT 'months', m.period_start, NULL, month(m.period_start), false, (m.accidents::numeric, m.accidents_change::numeric, m.accidents_state::text, (m.accidents_p IS NULL)::int::numeric, NULL::numeric)::text
          FROM ledger_report.accident_by_month AS m WHERE m.year >= 2023
        UNION ALL
        SELECT 'months by area', m.period_start, m.area_code, month(m.period_start), true, (m.accidents::numeric, m.accidents_change::numeric, m.accidents_state::text, NULL::numeric, NULL::numeric)::text
          FROM ledger_report.accident_by_month_area AS m WHERE m.year >= 2024 AND m.area_code <> 'Z'
        UNION ALL
        SELECT 'ranking', v.period_start, v.area_code, daterange((v.period_start - (v.month - 1) * interval '1 month')::date, v.through, '[]'), true, (v.value_ytd::numeric, v.value_change::numeric, NULL::text, NULL::numeric, NULL::numeric)::text
          FROM ledger_report.ranking_by_month AS v WHERE v.indicator_code = 'accidents' AND v.period_start >= '2024-01-01') AS v
     CROSS JOIN LATERAL (
        SELECT (trim_scale(f.value), trim_scale(f.change), CASE WHEN v.view <> 'ranking' THEN f.state END, CASE WHEN v.view = 'months' THEN (f.change IS NULL)::int::numeric END, NULL::numeric)::text AS says
          FROM figures(v.days, codes => '{N}', by => CASE WHEN v.by_area THEN 'area' END) AS f WHERE f.member IS NOT DISTINCT FROM v.area) AS f
     WHERE v.says <> f.says LIMIT 5 $$;
CALL entered('{accident}', '2024-12-31', '2022-01-01');
SELECT format('CALL entered(''{accident}'', NULL::date, area => %L);', code) FROM area WHERE is_block \gexec
UPDATE indicator SET filter = 'status = ''valid''' WHERE code = 'N';
SELECT is_empty('SELECT * FROM pg_temp.not_as_figures()', 'the views say what the figures say');
BEGIN;
UPDATE accident SET regime = '2016' WHERE occurred_on < '2024-01-01';
SELECT is_empty('SELECT * FROM pg_temp.not_as_figures()', 'and where a regime changed: no change is told');
SELECT ok(bool_and(accidents_ytd = 0 OR coalesce(accidents_ytd_base, 0) = 0) AND count(*) = 12 AND sum(accidents_ytd) > 0, 'nor by the year to date') FROM ledger_report.accident_by_month WHERE year = 2024;
SELECT results_eq('SELECT deaths_state::text, deaths_change FROM ledger_report.accident_influence WHERE year = 2024', $$VALUES ('not_comparable', NULL::int)$$, 'nor of the year');
UPDATE comparator SET across_regimes = true WHERE code = 'year_earlier';
SELECT is_empty('SELECT * FROM pg_temp.not_as_figures()', 'but where the comparator says that it compares them all the same');
ROLLBACK;
-- A is merged into B, and B then into C; a circle leads nowhere
BEGIN;
UPDATE area SET valid_to = '2024-03-15', successor_code = 'B' WHERE code = 'A';
SELECT is_empty('SELECT * FROM pg_temp.not_as_figures()', 'what an area had become by then has its records, as in figures');
UPDATE area SET valid_to = '2024-08-01', successor_code = 'C' WHERE code = 'B';
SELECT is_empty('SELECT * FROM pg_temp.not_as_figures()', 'through whatever it became');
SELECT is_empty($$SELECT year, indicator_code FROM ledger_report.accident_crosstab GROUP BY 1, 2 HAVING sum(total) FILTER (WHERE is_total) <> sum(total) FILTER (WHERE NOT is_total)$$, 'the lines add up to the total');
SELECT is_empty($$SELECT period_start FROM ledger_report.accident_by_month JOIN (SELECT period_start, sum(accidents) AS a, sum(accidents_base) AS b, sum(accidents_ytd) AS y FROM ledger_report.accident_by_month_area GROUP BY 1) AS x USING (period_start)
    WHERE (accidents, accidents_base, accidents_ytd) IS DISTINCT FROM (a, b, y)$$, 'and those of a month');
UPDATE area SET valid_to = '2024-09-01', successor_code = 'A' WHERE code = 'C';
SELECT is((SELECT sum(total)::int FROM ledger_report.accident_crosstab WHERE NOT is_total AND year = 2024 AND indicator_code = 'accidents'),
          (SELECT total FROM ledger_report.accident_crosstab WHERE is_total AND year = 2024 AND indicator_code = 'accidents'), 'nothing is lost in a circle');
ROLLBACK;
-- ------------------------------------------------------------------ whose
CREATE ROLE report_rankings_area;
CALL grant_reader('report_rankings_area', 'B');
CREATE TEMP TABLE whole AS SELECT period_start, indicator_code, value_ytd, rank, areas_ranked FROM ledger_report.ranking_by_month WHERE area_code = 'B';
GRANT SELECT ON whole TO report_rankings_area;
SET ROLE report_rankings_area;
SELECT results_eq('SELECT DISTINCT area_code::text FROM ledger_report.ranking_by_month', $$VALUES ('B')$$, 'an area''s reader sees its own lines');
SELECT bag_eq('SELECT period_start, indicator_code, value_ytd, rank, areas_ranked FROM ledger_report.ranking_by_month', 'SELECT * FROM whole', 'with its rank among all');
SELECT is_empty($$SELECT x.year FROM ledger_report.accident_crosstab AS x WHERE area_code <> 'B' OR x.is_total AND x.total <> (SELECT y.total FROM ledger_report.accident_crosstab AS y WHERE y.area_code = 'B' AND y.year = x.year AND y.indicator_code = x.indicator_code)$$,
    'and its own table, whose total is its own');
RESET ROLE;
DROP OWNED BY report_rankings_area;
DROP ROLE report_rankings_area;

-- years that begin in April
UPDATE ledger_setting SET year_start = '04-01';
SELECT results_eq($$SELECT period_start, total FROM ledger_report.accident_crosstab WHERE is_total AND indicator_code = 'accidents' AND period_start BETWEEN '2022-04-01' AND '2023-04-01' ORDER BY 1$$,
    $$SELECT lower(p), f.value::int FROM unnest(ARRAY[year(2022, '04-01'), year(2023, '04-01')]) AS p, figures(p, codes => '{N}') AS f ORDER BY 1$$, 'the table is of the ledger''s years');
UPDATE ledger_setting SET year_start = '01-01';

-- ------------------------------------------------------------------ reported against counted
SELECT count(*) AS n FROM accident WHERE status = 'valid' AND area_code = 'A' AND occurred_on >= '2024-01-01' AND occurred_on < '2024-04-01' \gset
CALL receive('N', 'A', '[2024-01-01,2024-04-01)', :n);
CALL receive('N', 'B', '[2024-01-01,2024-04-01)', 1000);
CALL receive('N', 'A', '[2021-01-01,2021-02-01)', 1);
SELECT results_eq('SELECT period_start, period_end, member_code::text, member_zh::text, reported::int, counted::int, difference::int, state::text, state_zh::text FROM ledger_report.reported_against_counted ORDER BY 1, 3',
    $$SELECT date '2021-01-01', date '2021-01-31', 'A', '甲区', 1, NULL::int, NULL::int, 'no_data', '无法比较'
      UNION ALL SELECT '2024-01-01', '2024-03-31', a.code, a.name_zh, CASE a.code WHEN 'A' THEN n ELSE 1000 END, n, CASE a.code WHEN 'A' THEN 0 ELSE 1000 - n END, CASE a.code WHEN 'A' THEN 'equal' ELSE 'differs' END, CASE a.code WHEN 'A' THEN '一致' ELSE '不一致' END
        FROM area AS a, LATERAL (SELECT count(*)::int AS n FROM accident AS x WHERE x.status = 'valid' AND x.area_code = a.code AND x.occurred_on >= '2024-01-01' AND x.occurred_on < '2024-04-01') AS x WHERE a.code IN ('A', 'B') ORDER BY 1, 3$$,
    'what was reported against what is counted of the same member and days');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE member = 'B';
SELECT results_eq($$SELECT DISTINCT member_code::text FROM ledger_report.reported_against_counted$$, $$VALUES ('A')$$, 'not what was withdrawn');
CREATE ROLE report_rankings_reader;
CALL grant_reader('report_rankings_reader', 'C');
SET ROLE report_rankings_reader;
SELECT is_empty('SELECT * FROM ledger_report.reported_against_counted', 'of another area a reader sees nothing');
RESET ROLE;
CALL revoke_reader('report_rankings_reader');
CALL grant_reader('report_rankings_reader');
SET ROLE report_rankings_reader;
SELECT is((SELECT count(*) FROM ledger_report.reported_against_counted), 2::bigint, 'one of all sees all, without any right on figures');
RESET ROLE;
DROP OWNED BY report_rankings_reader;
DROP ROLE report_rankings_reader;
SELECT * FROM finish();
