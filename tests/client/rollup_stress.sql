-- The table and the rollups of rollup_stress.c.
\set ON_ERROR_STOP 1
CREATE EXTENSION emgov;
CREATE TABLE stress (id bigint, p int, k int, b text, x int, y numeric, z bigint, PRIMARY KEY (id, p)) PARTITION BY LIST (p);
CREATE TABLE stress_0 PARTITION OF stress FOR VALUES IN (0);
CREATE TABLE stress_1 (z bigint, y numeric, x int, dropped text, b text, k int, p int NOT NULL, id bigint NOT NULL);
ALTER TABLE stress_1 DROP COLUMN dropped;
ALTER TABLE stress ATTACH PARTITION stress_1 FOR VALUES IN (1);
CREATE TABLE stress_2 PARTITION OF stress FOR VALUES IN (2) PARTITION BY HASH (id);
CREATE TABLE stress_20 PARTITION OF stress_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE stress_21 PARTITION OF stress_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE stress_3 PARTITION OF stress DEFAULT;
CALL emgov.create_rollup('stress_by_key', 'SELECT k, b, p, count(*) AS n, count(y) AS ny, sum(x) AS x, sum(y) AS y, emgov.inspection_agg(x, x, 0, x) AS s FROM stress GROUP BY k, b, p');
CALL emgov.create_rollup('stress_all', 'SELECT count(*) AS n, sum(z) AS z, sum(y) FILTER (WHERE x > 3) AS y FROM stress');
CALL emgov.create_rollup('stress_some', 'SELECT x % 3 AS m, b IS NULL AS no_b, count(z) AS n FROM stress WHERE k > 5 GROUP BY 1, 2');
