-- V5: rankings of areas, the published table of areas and categories, reported figures against counted ones: against SQL by hand,
-- on random contents with areas that have reported up to different days, on 29 February too, and one that has not.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(26);
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
            ('{coal,chemical,road,fire,own,other,water}'::text[])[1 + pg_temp.n(7)], 1, CASE WHEN i % 8 = 0 THEN 'withdrawn' ELSE 'valid' END);
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
-- what the year came to by the end of a month, and in percent of what
CREATE FUNCTION pg_temp.ytd(what text, area text, month date, OUT value int, OUT pct numeric) LANGUAGE plpgsql STABLE AS $$
DECLARE first date := date_trunc('year', month); last date := month + interval '1 month' - interval '1 day'; whole int; ever int;
BEGIN
    IF NOT EXISTS (SELECT FROM area AS a WHERE a.code = area AND coalesce(a.valid_from <= last, true)) OR NOT pg_temp.covered(CASE what WHEN 'hazards' THEN 'hazard' WHEN 'remediation' THEN what ELSE 'accident' END, area, first, last) THEN
        RETURN;
    END IF;
    CASE what
        WHEN 'accidents' THEN SELECT count(*) INTO value FROM accident WHERE status = 'valid' AND area_code = area AND occurred_on BETWEEN first AND last;
        WHEN 'deaths' THEN SELECT coalesce(sum(pg_temp.dead(id)), 0) INTO value FROM accident WHERE status = 'valid' AND area_code = area AND occurred_on BETWEEN first AND last;
        WHEN 'hazards' THEN SELECT count(*) FILTER (WHERE rectified_on <= last), count(*) INTO value, whole FROM hazard AS h JOIN subject AS s ON s.id = h.subject_id
                              WHERE h.status = 'valid' AND s.area_code = area AND found_on BETWEEN first AND last;
        ELSE SELECT count(*) FILTER (WHERE done BETWEEN first AND last), count(*) FILTER (WHERE done <= last), count(*) INTO value, ever, whole FROM (SELECT min(completed_on) AS done FROM remediation WHERE status = 'valid' AND area_code = area GROUP BY campaign_code, subject_id HAVING min(listed_on) <= last) AS x;
    END CASE;
    pct := round(100.0 * coalesce(ever, value) / nullif(whole, 0), 2);
END $$;
CREATE TEMP TABLE ranked (what text, area text, month date, value int, pct numeric, rank int);
CREATE FUNCTION pg_temp.rank_by_hand() RETURNS void LANGUAGE sql AS $$
    TRUNCATE ranked;
    INSERT INTO ranked SELECT w, a.code, m::date, y.value, y.pct FROM unnest('{accidents,deaths,hazards,remediation}'::text[]) AS w, area AS a, generate_series('2022-01-01'::timestamp, '2024-12-01', '1 month') AS m, pg_temp.ytd(w, a.code, m::date) AS y
     WHERE a.is_block AND coalesce(a.valid_from <= (m + interval '1 month' - interval '1 day')::date, true);
    UPDATE ranked AS r SET rank = (SELECT 1 + count(*) FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND CASE WHEN r.what IN ('hazards', 'remediation') THEN o.pct > r.pct ELSE o.value < r.value END)
     WHERE CASE WHEN r.what IN ('hazards', 'remediation') THEN r.pct IS NOT NULL ELSE r.value IS NOT NULL END;
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
            SELECT x.year, x.indicator_code, x.area_code, x.is_total, x.%1$I AS n, x.%2$I AS c, d.until, (make_date(x.year, 1, 1) - interval '1 year')::date AS base_from,
                   CASE WHEN d.until IS NOT NULL THEN upper(emgov.year_earlier(daterange(make_date(x.year, 1, 1), d.until))) END AS base_until
              FROM ledger_report.accident_crosstab AS x
              LEFT JOIN LATERAL (SELECT least(d.through + 1, make_date(x.year + 1, 1, 1)) AS until FROM coverage_declaration AS d
                                  WHERE d.source = 'accident' AND d.active AND d.area_code = x.area_code AND d.since <= make_date(x.year, 1, 1) AND d.through >= make_date(x.year, 1, 1)) AS d ON true
             WHERE NOT x.is_total AND x.area_code <> 'Z'
        ), hand AS (
            SELECT l.*, CASE WHEN l.until IS NOT NULL THEN pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, make_date(l.year, 1, 1), l.until) END AS hn,
                   CASE WHEN l.until IS NOT NULL AND pg_temp.covered('accident', l.area_code, l.base_from, l.base_until - 1)
                        THEN pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, make_date(l.year, 1, 1), l.until) - pg_temp.cells(l.year, l.indicator_code, l.area_code, %3$L, l.base_from, l.base_until) END AS hc FROM line AS l)
        SELECT format('%%s %%s %%s %1$s: %%s %%s, by hand %%s %%s', year, indicator_code, area_code, n, c, hn, hc) FROM hand WHERE (n, c) IS DISTINCT FROM (hn, hc) $q$, shown, shown || '_change', grp);
END $$;
SELECT setseed(0.7);
DO $$
BEGIN
    FOR i IN 1 .. 6 LOOP
        PERFORM pg_temp.fill(i);
        PERFORM pg_temp.rank_by_hand();
        ANALYZE;
        INSERT INTO round SELECT i, ARRAY(
            SELECT 'ranking: ' || coalesce(v::text, '') || ' by hand ' || coalesce(h::text, '')
              FROM (SELECT indicator_code::text AS what, area_code::text AS area, period_start AS month, value_ytd AS value, completion_pct AS pct, rank FROM ledger_report.ranking_by_month) AS v
              FULL JOIN ranked AS h ON h.what = v.what AND h.area = v.area AND h.month = v.month WHERE (v.value, v.pct, v.rank) IS DISTINCT FROM (h.value, h.pct::numeric(9,2), h.rank)
            UNION ALL SELECT w FROM (VALUES (NULL, 'total'), ('industry_commerce', 'industry_commerce'), ('road', 'road'), ('fire', 'fire'), ('water', 'water'), ('other', 'other')) AS c (grp, shown), pg_temp.wrong_cells(c.grp, c.shown) AS w);
    END LOOP;
END $$;
SELECT is_empty($$SELECT n, problem[1:3] FROM round WHERE problem <> '{}'$$, 'rankings and the table of areas and categories are as by hand, on six random contents');
SELECT cmp_ok((SELECT count(*) FROM ranked WHERE rank IS NULL), '>', 20::bigint, 'some areas have no data in some months');
SELECT cmp_ok((SELECT count(*) FROM ranked AS r WHERE EXISTS (SELECT FROM ranked AS o WHERE o.what = r.what AND o.month = r.month AND o.rank = r.rank AND o.area <> r.area)), '>', 0::bigint, 'and some share a rank');
SELECT is_empty('SELECT * FROM ledger_report.ranking_by_month WHERE area_code = ''D'' AND (value_ytd IS NOT NULL OR rank IS NOT NULL)', 'of an area that has said nothing there is no value, and no last place');
SELECT is_empty($$SELECT v.* FROM ledger_report.ranking_by_month AS v LEFT JOIN ranked AS b ON b.what = v.indicator_code AND b.area = v.area_code AND b.month = (v.period_start - interval '1 year')::date
    WHERE (v.value_base, v.value_change, v.completion_pct_base, v.rank_base, v.rank_change) IS DISTINCT FROM (b.value, v.value_ytd - b.value, b.pct::numeric(9,2), b.rank, b.rank - v.rank)$$, 'what it was a year earlier, and how the rank changed');
SELECT is_empty($$SELECT v.period_start, v.indicator_code FROM ledger_report.ranking_by_month AS v GROUP BY 1, 2 HAVING min(areas_ranked) <> count(rank) OR max(areas_ranked) <> count(rank)$$, 'of how many areas');
-- the table adds up
SELECT is_empty($$SELECT year, indicator_code, area_code FROM ledger_report.accident_crosstab WHERE total <> industry_commerce + road + water + railway + aviation + farm_machinery + fishing + fire + other$$, 'the groups of a line add up to its total');
SELECT is_empty($$SELECT year, indicator_code FROM ledger_report.accident_crosstab GROUP BY 1, 2 HAVING sum(total) FILTER (WHERE is_total) > sum(total) FILTER (WHERE NOT is_total)$$, 'and the total is of no more than its lines');
SELECT is_empty($$SELECT x.year, x.indicator_code, x.total FROM ledger_report.accident_crosstab AS x WHERE x.is_total AND x.total IS DISTINCT FROM
    (SELECT sum(pg_temp.cells(x.year, x.indicator_code, l.area_code, NULL, make_date(x.year, 1, 1), x.through + 1)) FROM ledger_report.accident_crosstab AS l
      WHERE NOT l.is_total AND l.total IS NOT NULL AND l.year = x.year AND l.indicator_code = x.indicator_code)$$, 'of the days up to the day that it says, of every area');
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
