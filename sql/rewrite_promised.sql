-- What is promised to be answered from a rollup, each form of it: the same rows as the table gives.
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
SET emgov.rewrite = force;
SET emgov.rollup_fold_threshold = 0;
CREATE SCHEMA rewrite_promised;
SET search_path = rewrite_promised, public;
CREATE TABLE accident (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, division text, category text NOT NULL, occurred_on date, deaths int, serious_injuries int, w bigint, direct_loss numeric(14,2));
CREATE TABLE area (code text PRIMARY KEY, zone text, parent text);
CREATE TABLE kind (category text, grp int);
INSERT INTO area VALUES ('d0', 'east', 'd2'), ('d1', 'west', 'd2'), ('d2', 'east', NULL), ('d9', 'far', NULL);
INSERT INTO kind VALUES ('road', 1), ('fire', 1), ('gas', 2), ('gas', 3);
INSERT INTO accident (division, category, occurred_on, deaths, serious_injuries, w, direct_loss)
SELECT CASE WHEN i % 17 > 0 THEN 'd' || i % 4 END, (ARRAY['road', 'fire', 'gas'])[1 + i % 3], CASE WHEN i % 31 > 0 THEN date '2023-11-01' + i % 150 END, nullif(i % 7, 6) / 2, i % 3, i::bigint * 1000000000, i * 100.5
  FROM generate_series(0, 1199) i;
CALL emgov.create_rollup('daily', $$ SELECT division, category, occurred_on, count(*) AS n, count(deaths) AS c, sum(deaths) AS d, sum(w) AS w, sum(direct_loss) AS l,
                                            emgov.accident_agg(deaths, serious_injuries, direct_loss) AS s, count(*) FILTER (WHERE category = 'road') AS roads FROM accident GROUP BY 1, 2, 3 $$);
INSERT INTO accident (division, category, occurred_on, deaths, w, direct_loss) SELECT 'd1', 'gas', date '2024-02-01' + i % 3, i, i, i FROM generate_series(1, 20) i;
-- a group that is gone and not yet folded
DELETE FROM accident WHERE division = 'd3' AND category = 'fire';
CREATE VIEW plain AS SELECT division, category, occurred_on, deaths, direct_loss FROM accident;
CREATE VIEW shut WITH (security_barrier) AS SELECT * FROM accident WHERE category <> 'gas';
CREATE TABLE promised (n int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO promised (query) VALUES
-- any subset of the keys, immutable expressions of them
('SELECT count(*) FROM accident'),
('SELECT division, count(*) FROM accident GROUP BY 1'),
('SELECT category, division, occurred_on, count(*) FROM accident GROUP BY 1, 2, 3'),
('SELECT date_trunc(''month'', occurred_on), count(*) FROM accident GROUP BY 1'),
('SELECT extract(year FROM occurred_on), extract(dow FROM occurred_on), count(*) FROM accident GROUP BY 1, 2'),
('SELECT emgov.month_of(occurred_on), sum(direct_loss) FROM accident GROUP BY 1'),
('SELECT CASE WHEN category = ''road'' THEN ''road'' WHEN division IS NULL THEN ''nowhere'' ELSE category END, count(*) FROM accident GROUP BY 1'),
('SELECT coalesce(division, ''none''), count(*) FROM accident GROUP BY 1'),
('SELECT upper(category) || division, count(*) FROM accident GROUP BY 1'),
('SELECT 100 / length(category), count(*) FROM accident GROUP BY 1'),
('SELECT to_char(occurred_on, ''YYYY-MM''), count(*) FROM accident GROUP BY 1'),
('SELECT (occurred_on - date ''2023-01-01'') / 7, count(*) FROM accident GROUP BY 1'),
('SELECT division, category, count(*) FROM accident GROUP BY GROUPING SETS ((1), (2), (1, 2), ())'),
('SELECT division, category, grouping(division), sum(deaths) FROM accident GROUP BY ROLLUP (1, 2)'),
('SELECT division, category, avg(deaths) FROM accident GROUP BY CUBE (1, 2) HAVING count(*) > 10'),
('SELECT DISTINCT division FROM accident'),
('SELECT DISTINCT ON (division) division, category FROM accident ORDER BY division, category DESC'),
('SELECT DISTINCT extract(month FROM occurred_on), category FROM accident'),
-- conditions in WHERE, HAVING and FILTER
('SELECT count(*) FROM accident WHERE division = ''d1'' AND occurred_on >= ''2024-01-01'''),
('SELECT count(*) FROM accident WHERE division IN (''d1'', ''d2'') OR category LIKE ''g%'''),
('SELECT count(*) FROM accident WHERE division = ANY (ARRAY[''d1'', ''d3'']) AND occurred_on BETWEEN ''2024-01-01'' AND ''2024-02-15'''),
('SELECT count(*) FROM accident WHERE division IS NOT DISTINCT FROM NULL'),
('SELECT count(*) FROM accident WHERE occurred_on <@ emgov.year(2024)'),
('SELECT count(*) FROM accident WHERE extract(year FROM occurred_on) = 2024 AND NOT division = ''d1'''),
('SELECT count(*) FROM accident WHERE 10 / length(category) > 2'),
('SELECT category, count(*) FROM accident GROUP BY 1 HAVING sum(deaths) > 1 AND category <> ''gas'''),
('SELECT division, count(*) FROM accident GROUP BY 1 HAVING EXISTS (SELECT FROM area WHERE code = division) OR sum(deaths) > (SELECT count(*) FROM area)'),
('SELECT category, count(*) FILTER (WHERE division = ''d1''), sum(deaths) FILTER (WHERE occurred_on < ''2024-01-01''), avg(direct_loss) FILTER (WHERE division IS NULL) FROM accident GROUP BY 1'),
-- aggregates
('SELECT count(*), count(deaths), count(category), count(division), count(1), sum(deaths), sum(w), sum(direct_loss), avg(deaths), avg(w), avg(direct_loss) FROM accident'),
('SELECT division, emgov.accident_agg(deaths, serious_injuries, direct_loss) FROM accident GROUP BY 1'),
('SELECT emgov.deaths(emgov.accident_agg(deaths, serious_injuries, direct_loss)), emgov.accident_agg(deaths, serious_injuries, direct_loss)::text FROM accident WHERE division = ''nowhere'''),
('SELECT round(100.0 * sum(deaths) / count(*), 2), sum(deaths)::float8 / nullif(count(deaths), 0) FROM accident'),
('SELECT count(*) FILTER (WHERE category = ''road'') FROM accident'),
-- inner joins on keys; a group joins as one row
('SELECT zone, count(*), sum(direct_loss) FROM accident JOIN area ON division = code GROUP BY 1'),
('SELECT zone, grp, count(*), avg(deaths) FROM accident a JOIN area ON division = code JOIN kind k ON k.category = a.category GROUP BY 1, 2'),
('SELECT grp, count(*), sum(deaths) FROM accident NATURAL JOIN kind GROUP BY 1'),
('SELECT p.zone, count(*) FROM accident JOIN area a ON division = a.code JOIN area p ON p.code = a.parent GROUP BY 1'),
('SELECT count(*), sum(w) FROM accident, kind WHERE kind.category = accident.category AND grp > 1'),
('SELECT m.month, count(*) FROM accident JOIN (SELECT date ''2024-01-01'' AS month) m ON emgov.month_of(occurred_on) = m.month GROUP BY 1'),
('SELECT count(*) FROM accident JOIN area ON division < code'),
('SELECT zone, x.count FROM area CROSS JOIN LATERAL (SELECT count(*) FROM accident WHERE division = code) x'),
('SELECT zone, (SELECT sum(deaths) FROM accident WHERE division = code) FROM area'),
-- IN and EXISTS on keys
('SELECT count(*) FROM accident WHERE division IN (SELECT code FROM area WHERE zone = ''east'')'),
('SELECT category, sum(deaths) FROM accident WHERE division NOT IN (SELECT code FROM area WHERE zone = ''east'') GROUP BY 1'),
('SELECT count(*) FROM accident WHERE (division, category) IN (SELECT code, category FROM area, kind WHERE grp = 2)'),
('SELECT count(*) FROM accident a WHERE EXISTS (SELECT FROM area WHERE code = a.division AND zone = ''west'')'),
('SELECT category, count(*) FROM accident a WHERE NOT EXISTS (SELECT FROM area WHERE code = a.division) GROUP BY 1'),
('SELECT count(*) FROM accident a WHERE EXISTS (SELECT FROM kind WHERE kind.category = a.category AND grp > 1) AND division IN (SELECT code FROM area)'),
('SELECT count(*) FROM accident WHERE division = (SELECT min(code) FROM area)'),
('SELECT count(*) FROM accident WHERE division = ANY (SELECT code FROM area) OR category = ''gas'''),
('SELECT count(*) FROM accident WHERE division > ALL (SELECT code FROM area WHERE zone = ''east'' AND code < ''d2'')'),
('SELECT count(*) FILTER (WHERE division IN (SELECT code FROM area WHERE zone = ''east'')) FROM accident'),
('SELECT count(*) FROM accident WHERE emgov.month_of(occurred_on) IN (SELECT max(emgov.month_of(occurred_on)) FROM accident)'),
('SELECT division IN (SELECT code FROM area WHERE zone = ''east''), count(*) FROM accident GROUP BY 1'),
('SELECT count(*) FROM accident WHERE division IN (SELECT code FROM area) IS TRUE'),
('SELECT zone FROM area WHERE code IN (SELECT division FROM accident GROUP BY 1 HAVING count(*) > 100)'),
('SELECT zone FROM area WHERE (SELECT count(*) FROM accident WHERE division = code AND category = ''gas'') > 10'),
('SELECT zone FROM area WHERE EXISTS (SELECT 1 FROM accident WHERE division = code AND occurred_on > ''2024-02-01'' GROUP BY division HAVING sum(deaths) > 3)'),
-- ORDER BY, LIMIT, windows above
('SELECT category, count(*) AS n FROM accident GROUP BY 1 ORDER BY n DESC, category LIMIT 2 OFFSET 1'),
('SELECT emgov.month_of(occurred_on) AS m, sum(deaths), sum(sum(deaths)) OVER (ORDER BY emgov.month_of(occurred_on)), rank() OVER (ORDER BY count(*) DESC) FROM accident GROUP BY 1'),
('SELECT division, category, count(*)::numeric / sum(count(*)) OVER (PARTITION BY division) FROM accident GROUP BY 1, 2'),
-- subqueries, WITH, set operations, views, barrier views
('WITH m AS (SELECT division, count(*) AS n FROM accident GROUP BY 1) SELECT a.n, b.n FROM m a, m b WHERE a.division < b.division'),
('SELECT avg(n) FROM (SELECT division, count(*) AS n FROM accident GROUP BY 1) q'),
('SELECT ''d1'', count(*) FROM accident WHERE division = ''d1'' UNION ALL SELECT ''d2'', count(*) FROM accident WHERE division = ''d2'''),
('SELECT category, count(*), sum(direct_loss) FROM plain GROUP BY 1'),
('SELECT division, count(*), sum(deaths) FROM shut WHERE occurred_on > ''2024-01-01'' GROUP BY 1'),
('SELECT zone, count(*) FROM shut JOIN area ON division = code WHERE code IN (SELECT code FROM area) GROUP BY 1'),
('SELECT category, count(*) FROM (SELECT * FROM accident WHERE division = ''d1'') q GROUP BY 1'),
-- an aggregate over the rollup's own view
('SELECT division, sum(n), sum(l) FROM daily GROUP BY 1'),
('SELECT sum(emgov.deaths(s)), emgov.sum(s) FROM daily WHERE category = ''gas'''),
-- by merging live groups
('SELECT min(division), max(occurred_on), min(category) FROM accident'),
('SELECT category, count(DISTINCT division), count(DISTINCT emgov.month_of(occurred_on)) FROM accident GROUP BY 1'),
('SELECT string_agg(DISTINCT category, '','' ORDER BY category) FROM accident'),
('SELECT zone, count(division), sum(deaths) FROM area LEFT JOIN accident ON division = code GROUP BY 1'),
('SELECT zone, count(*), max(occurred_on) FROM area LEFT JOIN accident ON division = code AND category = ''fire'' GROUP BY 1'),
('SELECT coalesce(zone, ''none''), count(*) FROM accident LEFT JOIN area ON division = code GROUP BY 1'),
-- not promised: a condition that asks whether the table has a row; it reads the table
('SELECT zone FROM area WHERE EXISTS (SELECT FROM accident WHERE division = code AND category = ''fire'')'),
('SELECT zone FROM area WHERE code IN (SELECT division FROM accident WHERE category = ''fire'')'),
('SELECT zone FROM area WHERE code NOT IN (SELECT division FROM accident WHERE division IS NOT NULL)'),
('SELECT zone FROM area WHERE NOT EXISTS (SELECT FROM accident WHERE division = code)');
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    one text;
    two text;
    line text;
    used text;
    scanned boolean := false;
BEGIN
    EXECUTE 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (' || query || ') q' INTO one;
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        used := coalesce(used, substring(line FROM 'Rollup: (.*)'));
        scanned := scanned OR line ~ '(Seq|Heap|Index|Only) Scan.* on accident( |$)';
    END LOOP;
    PERFORM set_config('emgov.rewrite', 'off', true);
    EXECUTE 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (' || query || ') q' INTO two;
    PERFORM set_config('emgov.rewrite', 'force', true);
    RETURN CASE WHEN one IS DISTINCT FROM two THEN 'differs' WHEN used IS NULL OR scanned THEN 'the table' END;
END $$;
SELECT query, answer FROM promised CROSS JOIN LATERAL answer(query) WHERE answer IS NOT NULL ORDER BY n;
SELECT count(*) FROM promised;
DROP SCHEMA rewrite_promised CASCADE;
