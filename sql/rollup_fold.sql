-- What a fold makes of deltas: groups that come, change and go, whatever lies in total.
LOAD 'emgov';
CREATE SCHEMA rollup_fold;
SET search_path = rollup_fold, emgov;
SET client_min_messages = warning;
SET emgov.rollup_fold_threshold = 0;
CREATE FUNCTION differs() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM emgov.verify_rollup('f') $$;
CREATE TABLE t (k text, d date, x int, m numeric, y int, b int);
CALL create_rollup('f', 'SELECT k, d, count(*) AS n, sum(x) AS x, sum(m) AS m, accident_agg(x, y, y * 1.5) AS s, accident_yoy_agg(x, y, y * 1.5, d, daterange(''2024-01-01'', ''2025-01-01'')) AS c FROM rollup_fold.t GROUP BY k, d');
-- how many groups total has, and what a fold did to them: in place, and how many changes wait
CREATE FUNCTION fold(most bigint DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    updated bigint := pg_stat_get_xact_tuples_updated('f_total'::regclass);
    hot bigint := pg_stat_get_xact_tuples_hot_updated('f_total'::regclass);
    inserted bigint := pg_stat_get_xact_tuples_inserted('f_total'::regclass);
    deleted bigint := pg_stat_get_xact_tuples_deleted('f_total'::regclass);
    before text := (SELECT string_agg(f::text, ' ' ORDER BY f::text) FROM f);
BEGIN
    CALL emgov.fold_rollup('f', most);
    RETURN format('%s in, %s changed, %s of them in place, %s out; %s groups, %s waiting, %s', pg_stat_get_xact_tuples_inserted('f_total'::regclass) - inserted, pg_stat_get_xact_tuples_updated('f_total'::regclass) - updated,
        pg_stat_get_xact_tuples_hot_updated('f_total'::regclass) - hot, pg_stat_get_xact_tuples_deleted('f_total'::regclass) - deleted, (SELECT count(*) FROM f_total), (SELECT count(*) FROM f_delta),
        CASE WHEN before IS DISTINCT FROM (SELECT string_agg(f::text, ' ' ORDER BY f::text) FROM f) THEN 'ANOTHER RESULT' WHEN differs() > 0 THEN 'DIFFERS' ELSE 'exact' END);
END $$;
SELECT fold();
INSERT INTO t SELECT nullif('k' || g % 3, 'k2'), CASE WHEN g % 4 > 0 THEN date '2023-12-30' + g % 4 END, g, g / 8.0, 1 FROM generate_series(1, 60) g;
SELECT fold();
INSERT INTO t SELECT 'k1', date '2024-01-01', g, g, 1 FROM generate_series(1, 5) g;
INSERT INTO t VALUES ('new', NULL, NULL, NULL, NULL), (NULL, NULL, 1, 1.000, 1);
SELECT fold(1), fold(1), fold();
-- what came and went again; a group that goes; one that comes back
INSERT INTO t VALUES ('fleeting', NULL, 1, 1, 1);
DELETE FROM t WHERE k = 'fleeting';
DELETE FROM t WHERE k = 'new' OR k = 'k0' AND d IS NULL;
SELECT fold();
INSERT INTO t VALUES ('new', NULL, 3, 3, 3);
SELECT fold();
-- sums beyond 64 bits, not a number, scales
INSERT INTO t VALUES ('large', NULL, 1, 'NaN', 1);
SELECT fold();
DELETE FROM t WHERE k = 'large';
INSERT INTO t SELECT 'large', NULL, 1, 90000000000000000, 1 FROM generate_series(1, 2);
INSERT INTO t VALUES ('large', NULL, 1, 0.00001, 1);
CALL fold_rollup('f');
SELECT n, m FROM f WHERE k = 'large';
SELECT s FROM f WHERE k = 'large';
DELETE FROM t WHERE k = 'large' AND m > 1 AND ctid = (SELECT max(ctid) FROM t WHERE k = 'large' AND m > 1);
SELECT fold();
-- keys that are stored out of line
INSERT INTO t SELECT (SELECT string_agg(md5(i::text || g % 2), '') FROM generate_series(1, 200) i), NULL, 1, 1, 1 FROM generate_series(1, 4) g;
SELECT fold();
INSERT INTO t SELECT k, d, 1, 1, 1 FROM t WHERE length(k) > 5000;
SELECT fold();
DELETE FROM t WHERE length(k) > 5000;
SELECT fold();
-- a cursor that was opened before sees all as it was
BEGIN;
INSERT INTO t SELECT 'k1', date '2024-01-01', 1, 1, 1 FROM generate_series(1, 3) g;
DECLARE before CURSOR FOR SELECT sum(n) FROM f;
DECLARE parts CURSOR FOR SELECT sum(n), (SELECT sum(n) FROM f_delta) FROM f_total;
SELECT fold();
FETCH before;
FETCH parts;
ROLLBACK;
-- two rows of one group, which should never be
INSERT INTO f_total SELECT * FROM f_total WHERE k1 = 'k1';
INSERT INTO f_delta SELECT k1, k2, -n, -v1, -v2, -v2_count, -v3, -v3_count, v3_nan, v3_pinf, v3_ninf, emgov_internal.wide_summary_subtract('0', v4), emgov_internal.wide_summary_subtract('0', v5)
  FROM f_total WHERE k1 = 'k1' AND ctid IN (SELECT max(ctid) FROM f_total WHERE k1 = 'k1' GROUP BY k2);
INSERT INTO t SELECT k, d, 1, 1, 1 FROM t WHERE k = 'k1';
SELECT differs(), (SELECT count(*) - count(DISTINCT (k1, k2)) FROM f_total) AS twice;
SELECT fold();
SELECT count(*) - count(DISTINCT (k1, k2)) AS twice FROM f_total;
-- an index of the owner's own; no index by the keys
CREATE INDEX f_n ON f_total (n);
INSERT INTO t SELECT 'k' || g, NULL, 1, 1, 1 FROM generate_series(0, 4) g;
SELECT fold();
SELECT k1, n FROM f_total WHERE k2 IS NULL ORDER BY k1;
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = 'f_total'::regclass AND indexprs IS NOT NULL \gexec
INSERT INTO t SELECT 'k' || g, NULL, 1, 1, 1 FROM generate_series(3, 5) g;
SELECT fold();
SELECT k1, n FROM f_total WHERE k2 IS NULL AND k1 > 'k2' ORDER BY k1;
-- two rows of a group whose changes come to nothing: they are left alone
INSERT INTO f_total SELECT * FROM f_total WHERE k1 = 'k4' AND k2 IS NULL;
INSERT INTO t SELECT 'k' || g, NULL, 7, 7, 7 FROM generate_series(0, 9) g;
DELETE FROM t WHERE k = 'k4' AND x = 7;
SELECT fold();
DELETE FROM f_total WHERE ctid IN (SELECT max(ctid) FROM f_total WHERE k1 = 'k4' AND k2 IS NULL);
SELECT fold();
DROP INDEX f_n;
-- more groups than memory
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
INSERT INTO t SELECT 'g' || g % 3000, NULL, 1, 1, 1 FROM generate_series(1, 9000) g;
SELECT split_part(fold(), ';', 2);
DELETE FROM t WHERE k LIKE 'g%7';
SELECT split_part(fold(), ';', 2);
RESET work_mem;
RESET hash_mem_multiplier;
-- one group for all
CALL create_rollup('f_all', 'SELECT count(*) AS n, sum(m) AS m FROM rollup_fold.t');
INSERT INTO t VALUES ('x', NULL, 1, 1, 1);
CALL fold_rollup('f_all');
DELETE FROM t;
CALL fold_rollup('f_all');
SELECT n, m, (SELECT count(*) FROM f_all_total) AS rows FROM f_all;
SELECT split_part(fold(), ';', 2);
DROP SCHEMA rollup_fold CASCADE;
