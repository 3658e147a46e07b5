-- Aggregates over a rollup's own view: its sums are added up at once, not group by group first.
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
SET emgov.rewrite = force;
SET emgov.rollup_fold_threshold = 0;
CREATE SCHEMA rewrite_views;
SET search_path = rewrite_views;
CREATE TABLE accident (division text, category text, occurred_on date, deaths int, w bigint, serious_injuries int, direct_loss numeric(14,2), f numeric);
INSERT INTO accident
SELECT (ARRAY['north', 'south'])[1 + i % 2], (ARRAY['road', 'fire', NULL])[1 + i % 3], date '2024-01-01' + i % 200, nullif(i % 7, 6) / 2, i::bigint * 1000000000, i % 3, i * 100.5, i / 3.0
  FROM generate_series(0, 899) i;
CALL emgov.create_rollup('r', $$
    SELECT division, category, emgov.month_of(occurred_on) AS month, count(*) AS n, count(deaths) AS c, sum(deaths) AS d, sum(w) AS w, sum(direct_loss) AS l, sum(f) AS f,
           emgov.accident_agg(deaths, serious_injuries, direct_loss) AS s
      FROM accident GROUP BY 1, 2, 3 $$);
-- which way a query goes, and what it says: the same as when it is not rewritten, or both
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    one text;
    two text;
    line text;
    plan text := '';
BEGIN
    EXECUTE 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (' || query || ') q' INTO one;
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    PERFORM set_config('emgov.rewrite', 'off', true);
    EXECUTE 'SELECT string_agg(q::text, '' '' ORDER BY q::text) FROM (' || query || ') q' INTO two;
    PERFORM set_config('emgov.rewrite', 'force', true);
    RETURN coalesce('sums of ' || substring(plan FROM 'Rollup: ([^\n]*)'), 'view') || ': ' || left(coalesce(one, 'no row'), 150) || CASE WHEN one IS DISTINCT FROM two THEN ' BUT THE VIEW: ' || two ELSE '' END;
END $$;
\pset format unaligned
\t on
EXPLAIN (COSTS off) SELECT division, sum(n) FROM r WHERE month >= '2024-03-01' GROUP BY division;
SELECT answer('SELECT month, sum(n) AS n, sum(emgov.deaths(s)) AS deaths FROM r GROUP BY month');
INSERT INTO accident VALUES ('east','x','2025-01-01',NULL,NULL,0,2,1), ('east','y','2025-01-01',NULL,NULL,0,1,1);
DELETE FROM accident WHERE division='south' AND category='road';
SELECT answer('SELECT month, sum(n) AS n, sum(emgov.deaths(s)) AS deaths FROM r GROUP BY month');
SELECT answer('SELECT sum(n), sum(c), sum(d), sum(w), sum(l), emgov.sum(s), sum(emgov.direct_loss(s)) FROM r');
SELECT answer('SELECT division, sum(n), sum(c), sum(d), sum(w), sum(l), emgov.sum(s), sum(emgov.direct_loss(s)) FROM r GROUP BY 1');
SELECT answer('SELECT division, category, sum(d), sum(w), sum(l) FILTER (WHERE month < ''2024-03-01'') FROM r GROUP BY 1,2');
SELECT answer('SELECT division, category, sum(d), sum(w), sum(l) FILTER (WHERE month < ''2024-03-01'') FROM (SELECT * FROM r WHERE category = ''fire'') q GROUP BY CUBE (1,2)');
SELECT answer('SELECT sum(n) FROM r WHERE division = ''nowhere''');
SELECT answer('SELECT emgov.sum(s), sum(emgov.deaths(s)) FROM r WHERE division = ''nowhere''');
SELECT answer('SELECT extract(year FROM month), sum(n)::bigint, max(month), count(DISTINCT category) FROM r GROUP BY 1 HAVING sum(n) > 3 ORDER BY 1 LIMIT 3');
SELECT answer('SELECT DISTINCT division FROM r');
SELECT answer('SELECT sum(f), count(*) FROM r');
SELECT answer('SELECT sum(f) FROM r');
SELECT answer('SELECT count(*) FROM r');
-- a function of a summary that does not add up
CREATE FUNCTION more(s emgov.accident_summary) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN emgov.deaths(s) + 1;
CREATE FUNCTION direct_loss(s emgov.accident_summary) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN emgov.direct_loss(s) + 1;
SELECT answer('SELECT sum(more(s)) FROM r');
SELECT answer('SELECT sum(direct_loss(s)) FROM r');
SELECT answer('SELECT z, max(month) FROM (VALUES (''north'',1),(''none'',2)) v(x,z) LEFT JOIN r ON x = division GROUP BY z');
SELECT answer('SELECT avg(n) FROM r');
SELECT answer('SELECT sum(n) FROM r WHERE n > 3');
SELECT answer('SELECT z, sum(n) FROM r JOIN (VALUES (''north'',1),(''south'',2),(''south'',3)) v(x,z) ON x = division GROUP BY z');
SELECT answer('SELECT z, sum(n) FROM (VALUES (''north'',1),(''south'',2),(''south'',3)) v(x,z) LEFT JOIN r ON x = division GROUP BY z');
SELECT answer('WITH q AS (SELECT month, sum(n) n FROM r GROUP BY 1) SELECT month, n, n - lag(n) OVER (ORDER BY month) FROM q');
SELECT answer('SELECT (SELECT sum(n) FROM r WHERE r.division = v.x) FROM (VALUES (''north''),(''zz'')) v(x)');
CREATE VIEW vb WITH (security_barrier) AS SELECT division, month, n, emgov.deaths(s) AS deaths, l FROM r WHERE division <> 'south';
SELECT answer('SELECT month, sum(n), sum(deaths), sum(l) FROM vb GROUP BY 1');
ALTER TABLE accident DISABLE TRIGGER ALL;
SELECT answer('SELECT month, sum(n) FROM r GROUP BY 1');
ALTER TABLE accident ENABLE TRIGGER ALL;
CALL emgov.rebuild_rollup('r');
PREPARE p AS SELECT division, sum(n) FROM r GROUP BY 1 ORDER BY 1;
SET plan_cache_mode=force_generic_plan;
EXECUTE p;
INSERT INTO accident SELECT 'within', (SELECT sum(n) FROM r)::text, '2024-02-01' RETURNING category;
EXECUTE p;
ALTER VIEW r RENAME COLUMN n TO number;
SELECT answer('SELECT sum(number) FROM r');
DROP VIEW vb; CALL emgov.drop_rollup('r');
EXECUTE p;
DROP TABLE accident CASCADE;
-- NaN, keys whose equal values differ, a rollup of somebody else's, no grouping
CREATE ROLE regress_rewrite_views;
GRANT USAGE, CREATE ON SCHEMA rewrite_views TO regress_rewrite_views;
CREATE TABLE t (k int, u numeric, m numeric(10,2));
INSERT INTO t VALUES (1, 1.0, 2), (1, 1.00, 'NaN'), (2, 1, 3), (3, NULL, NULL);
GRANT SELECT, TRIGGER ON t TO regress_rewrite_views;
SET ROLE regress_rewrite_views;
CALL emgov.create_rollup('theirs', 'SELECT k, u, count(*) AS n, sum(m) AS m FROM rewrite_views.t GROUP BY k, u');
SELECT answer('SELECT k, sum(n), sum(m) FROM theirs GROUP BY k');
SELECT answer('SELECT u, sum(n) FROM theirs GROUP BY u');
SELECT answer('SELECT k, sum(n), sum(m) FROM theirs WHERE k <> 1 GROUP BY k');
CALL emgov.create_rollup('whole', 'SELECT count(*) AS n, sum(m) AS m FROM rewrite_views.t');
SELECT answer('SELECT sum(n), sum(m) FROM whole');
RESET ROLE;
DELETE FROM t;
SELECT answer('SELECT sum(n), sum(m) FROM whole');
SELECT answer('SELECT k, sum(n) FROM theirs GROUP BY k');
-- rights are those on the view
REVOKE SELECT ON t FROM regress_rewrite_views;
INSERT INTO t VALUES (4, 4, 4);
CREATE ROLE regress_rewrite_view_reader;
GRANT USAGE ON SCHEMA rewrite_views TO regress_rewrite_view_reader;
GRANT SELECT (k, n) ON theirs TO regress_rewrite_view_reader;
SET ROLE regress_rewrite_view_reader;
SELECT answer('SELECT k, sum(n) FROM theirs GROUP BY k');
SELECT k, sum(m) FROM theirs GROUP BY k;
SELECT sum(n) FROM theirs WHERE u = 4;
SELECT sum(n) FROM whole;
RESET ROLE;
-- a group that is gone is not looked into, nor counted, nor shown
BEGIN;
DELETE FROM t;
SELECT answer('SELECT 6 / (4 - k), sum(n) FROM theirs GROUP BY 1');
SELECT answer('SELECT max(k), count(DISTINCT k) FROM theirs');
ROLLBACK;
-- a view that asks as whoever reads it, and policies on what it reads
GRANT SELECT ON theirs_total, theirs_delta TO regress_rewrite_view_reader;
SET ROLE regress_rewrite_views;
DO $$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN ALTER VIEW theirs SET (security_invoker = true); END IF; END $$;
ALTER TABLE theirs_delta ENABLE ROW LEVEL SECURITY;
CREATE POLICY none ON theirs_delta USING (false);
SET ROLE regress_rewrite_view_reader;
SELECT current_setting('server_version_num')::int < 150000 OR answer('SELECT sum(n) FROM theirs') LIKE 'view: %' AS as_it_stands;
SELECT answer('SELECT sum(n) FROM theirs') LIKE '%BUT%' AS differs;
RESET ROLE;
DROP SCHEMA rewrite_views CASCADE;
DROP ROLE regress_rewrite_views;
DROP ROLE regress_rewrite_view_reader;
