-- Rollups whose expressions depend, as texts, on what a session has set.
SET ROLE guard_owner;
CREATE TYPE own.mood AS ENUM ('a', 'b');
CREATE TABLE own.event (id int PRIMARY KEY, d date, n numeric, t text, f float8, v varchar, b bytea, i interval, m timestamptz, l timestamp, a int[], r numrange, e own.mood);
CREATE TABLE own.part (id int, d date, n numeric(12,2), t text) PARTITION BY RANGE (d);
CREATE TABLE own.part_2023 (t text, gone int, n numeric(12,2), d date, id int);
ALTER TABLE own.part_2023 DROP COLUMN gone;
ALTER TABLE own.part ATTACH PARTITION own.part_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE own.part_2024 PARTITION OF own.part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
GRANT SELECT ON ALL TABLES IN SCHEMA own TO guard_analyst;
CALL emgov.create_rollup('own.event_days', $$SELECT d, v, count(*) AS records, sum(n) AS n FROM own.event GROUP BY d, v$$);
CALL emgov.create_rollup('own.event_float', $$SELECT f > 0.30000000000000003 AS k, count(*) FILTER (WHERE f = 0.1) AS tenths, count(*) FILTER (WHERE f < 1e10) AS less, count(*) AS records FROM own.event GROUP BY f > 0.30000000000000003$$);
CALL emgov.create_rollup('own.event_moment', $$SELECT count(*) FILTER (WHERE m < '2024-06-30 16:30+00') AS before, count(*) FILTER (WHERE l < '2024-07-05') AS local, count(*) FILTER (WHERE m <@ '["2024-06-30 16:00+00","2024-07-01 00:00+00")'::tstzrange) AS within, count(*) AS records FROM own.event$$);
CALL emgov.create_rollup('own.event_array', $$SELECT count(*) FILTER (WHERE a = '{1,NULL}') AS arrays, count(*) FILTER (WHERE b = '\x41') AS bytes, count(*) FILTER (WHERE r = '[1,2)') AS ranges, count(*) FILTER (WHERE i > '1 day') AS intervals, count(*) AS records FROM own.event$$);
CALL emgov.create_rollup('own.event_text', $$SELECT t, count(*) FILTER (WHERE t = E'a\\b') AS slash, count(*) FILTER (WHERE v IS DISTINCT FROM 'x') AS other, count(*) FILTER (WHERE NULLIF(n, 1) IS NULL) AS none, count(*) FILTER (WHERE CASE v WHEN 'x' THEN true ELSE false END) AS cased, count(*) AS records FROM own.event GROUP BY t$$);
CALL emgov.create_rollup('own.event_mood', $$SELECT count(*) FILTER (WHERE e = 'a') AS a, count(*) FILTER (WHERE e = 'b') AS b, count(*) AS records FROM own.event$$);
CALL emgov.create_rollup('own.part_days', $$SELECT d, count(*) AS records, sum(n) AS n, count(*) FILTER (WHERE t = 'x') AS x FROM own.part GROUP BY d$$);
RESET ROLE;
-- types of other extensions: a rollup over them is refused, or is exact

SELECT count(*) = 3 AS has FROM pg_extension WHERE extname IN ('citext', 'hstore', 'ltree') \gset others_
\if :others_has
SET ROLE guard_owner;
CREATE TABLE own.other (id int PRIMARY KEY, c guard_ext.citext, h guard_ext.hstore, l guard_ext.ltree, n int);
GRANT SELECT ON own.other TO guard_analyst;
SET search_path = guard_ext, pg_catalog;
\set ON_ERROR_STOP 0
CALL emgov.create_rollup('own.other_c', 'SELECT c, count(*) AS records, sum(n) AS n FROM own.other GROUP BY c');
CALL emgov.create_rollup('own.other_f', $$SELECT count(*) FILTER (WHERE c IS DISTINCT FROM 'x') AS a, count(*) FILTER (WHERE NULLIF(c, 'X') IS NULL) AS b, count(*) FILTER (WHERE CASE c WHEN 'x' THEN true END) AS c, count(*) FILTER (WHERE c IN ('x', 'y')) AS d, count(*) AS records FROM own.other$$);
CALL emgov.create_rollup('own.other_l', $$SELECT count(*) FILTER (WHERE l <@ 'a') AS a, count(*) FILTER (WHERE l = 'a.b') AS b, count(*) FILTER (WHERE l IS DISTINCT FROM 'a') AS c, count(*) AS records FROM own.other$$);
CALL emgov.create_rollup('own.other_h', $$SELECT count(*) FILTER (WHERE h = 'a=>1') AS a, count(*) FILTER (WHERE h -> 'a' = '1') AS b, count(*) AS records FROM own.other$$);
\set ON_ERROR_STOP 1
RESET search_path;
RESET ROLE;
\endif
