-- The planner answers from rollups: what it must not get wrong, one trap after the other.
-- The numbers are those of a list of traps that a prototype met.
LOAD 'emgov';
SET client_min_messages = warning;
SET jit = off;
SET emgov.rewrite = force;
CREATE SCHEMA rewrite_test;
SET search_path = rewrite_test;
CREATE TABLE t (k int, c text, x int, m numeric(10,2), f numeric);
INSERT INTO t SELECT g % 3, 'c' || g % 2, g, g / 4.0, g / 3.0 FROM generate_series(1, 30) g;
CALL emgov.create_rollup('r', 'SELECT k, c, count(*) AS n, sum(x) AS x, sum(m) AS m, sum(f) AS f, emgov.accident_agg(x, k, x * 1.5) AS s FROM t GROUP BY k, c');

-- which way a query goes, and what it prints, the other way too if that differs
CREATE FUNCTION way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN CASE WHEN plan !~ 'Custom Scan .Rollup.' THEN 'table' ELSE coalesce(substring(plan FROM 'Not Used: ([^\n]*)'), 'rollup ' || substring(plan FROM 'Rollup: ([^\n]*)')) END;
END $$;
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    one text;
    two text;
BEGIN
    EXECUTE 'SELECT string_agg(z::text, '' '' ORDER BY z::text) FROM (' || query || ') z' INTO one;
    PERFORM set_config('emgov.rewrite', 'off', true);
    EXECUTE 'SELECT string_agg(z::text, '' '' ORDER BY z::text) FROM (' || query || ') z' INTO two;
    PERFORM set_config('emgov.rewrite', 'force', true);
    RETURN way(query) || ': ' || CASE WHEN one IS NOT DISTINCT FROM two THEN one ELSE format('%s, BUT THE TABLE: %s', one, two) END;
END $$;
EXPLAIN (COSTS off) SELECT count(*), sum(x) FROM t WHERE k < 2;
SELECT answer('SELECT c, count(*), sum(m), avg(x), avg(m) FROM t WHERE k < 2 GROUP BY c');
SET emgov.rewrite = off;
SELECT way('SELECT c, count(*) FROM t GROUP BY c');
SET emgov.rewrite = on;
SELECT way('SELECT c, count(*) FROM t GROUP BY c') AS dearer;
SET emgov.rewrite = force;

-- 1. what fills and verifies a rollup reads the table
CALL emgov.create_rollup('r2', 'SELECT c, count(*) AS n FROM t GROUP BY c');
SELECT * FROM r2 ORDER BY c;
UPDATE r_total SET v1 = v1 + 1;
SELECT count(*) > 0 AS found FROM emgov.verify_rollup('r');
SELECT way('SELECT * FROM r_query'), (SELECT sum(n) FROM r_query);
CALL emgov.rebuild_rollup('r');
SELECT count(*) AS differing FROM emgov.verify_rollup('r');
CALL emgov.drop_rollup('r2');

-- 2. a query between the making of triggers and the row in the list
CREATE TABLE late (k int);
SELECT way('SELECT k, count(*) FROM late GROUP BY k');
CALL emgov.create_rollup('late_r', 'SELECT k, count(*) FROM late GROUP BY k');
SELECT way('SELECT k, count(*) FROM late GROUP BY k');
BEGIN;
CALL emgov.drop_rollup('late_r');
SELECT way('SELECT k, count(*) FROM late GROUP BY k');
ROLLBACK;
SELECT way('SELECT k, count(*) FROM late GROUP BY k');
DROP TABLE late CASCADE;

-- 3. statements under way
CREATE FUNCTION counted() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM t); END $$;
CREATE TABLE log (what text, n bigint);
INSERT INTO t SELECT 9, 'f', counted() FROM generate_series(1, 3) RETURNING x;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log VALUES (TG_NAME || ' ' || TG_WHEN || ' ' || TG_OP, (SELECT count(*) FROM t));
    RETURN coalesce(new, old);
END $$;
CREATE TRIGGER a_before BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER a_after AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER a_statement AFTER INSERT OR DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER z_statement AFTER INSERT OR DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER a_truncate BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
INSERT INTO t VALUES (9, 'g', 1), (9, 'g', 2);
DELETE FROM t WHERE c = 'g';
COPY t (k, c, x) FROM stdin;
9	h	1
9	h	2
\.
SELECT counted();
DELETE FROM t WHERE c = 'h';
BEGIN;
TRUNCATE t;
SELECT counted(), way('SELECT count(*) FROM t');
TABLE log;
ROLLBACK;
SELECT counted();
TABLE log;
TRUNCATE log;
DROP TRIGGER a_before ON t;
DROP TRIGGER a_after ON t;
DROP TRIGGER a_statement ON t;
DROP TRIGGER z_statement ON t;
DROP TRIGGER a_truncate ON t;
-- a foreign key's action, and a trigger of the parent that counts the child afterwards
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent SELECT generate_series(1, 4);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE, x int);
INSERT INTO child SELECT 1 + g % 4, g FROM generate_series(1, 20) g;
CALL emgov.create_rollup('child_r', 'SELECT id, count(*) FROM child GROUP BY id');
CREATE FUNCTION note_child() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_NAME, (SELECT count(*) FROM child)); RETURN NULL; END $$;
CREATE TRIGGER z_after AFTER DELETE ON parent FOR EACH ROW EXECUTE FUNCTION note_child();
CREATE TRIGGER z_statement AFTER DELETE ON parent FOR EACH STATEMENT EXECUTE FUNCTION note_child();
DELETE FROM parent WHERE id < 3;
TABLE log;
SELECT answer('SELECT count(*) FROM child');
-- an error in the middle, caught
DO $$ BEGIN
    BEGIN
        INSERT INTO t SELECT 1, 'e', 1 / (3 - g) FROM generate_series(1, 5) g;
    EXCEPTION WHEN division_by_zero THEN
    END;
    RAISE WARNING '%', way('SELECT count(*) FROM t');
END $$;
-- INSERT of what is counted: the rollup is read before anything is written
SELECT way('INSERT INTO log SELECT ''sum'', count(*) FROM t'), way('INSERT INTO t SELECT 1, ''self'', count(*) FROM t');
BEGIN;
INSERT INTO t SELECT 1, 'self', count(*) FROM t RETURNING x;
SELECT answer('SELECT count(*) FROM t');
ROLLBACK;

-- 4. one decision for an execution: a cursor opened before a statement, and read inside of it
BEGIN;
DECLARE groups CURSOR FOR SELECT k, count(*) FROM t GROUP BY k ORDER BY k;
FETCH 1 FROM groups;
CREATE FUNCTION rest() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    groups refcursor := 'groups';
    line record;
    n int := 0;
BEGIN
    LOOP
        FETCH groups INTO line;
        EXIT WHEN NOT FOUND;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;
INSERT INTO t SELECT 8, 'rest', rest() RETURNING x;
ROLLBACK;

-- 5. the library loaded in the middle of a statement: nothing is rewritten before the transaction ends
\c -reuse-previous=on "options='-c session_preload_libraries='"
SET search_path = rewrite_test;
SET client_min_messages = warning;
SET emgov.rewrite = force;
BEGIN;
INSERT INTO t SELECT 7, 'load', counted() FROM generate_series(1, 3) RETURNING x;
SELECT way('SELECT count(*) FROM t');
ROLLBACK;
SELECT way('SELECT count(*) FROM t');
SET jit = off;

-- 6. groups that are gone, but not folded
SET emgov.rollup_fold_threshold = 0;
BEGIN;
DELETE FROM t WHERE k = 2;
SELECT answer('SELECT 6 / (2 - k), count(*) FROM t GROUP BY 1');
SELECT answer('SELECT count(*) FROM t WHERE 6 / (2 - k) > 3');
SELECT answer('SELECT count(*) FILTER (WHERE 6 / (2 - k) > 3) FROM t');
SELECT answer('SELECT c, count(*) FROM t GROUP BY c HAVING 100 / count(*) > 2');
SELECT answer('SELECT k, count(*) FROM t GROUP BY k HAVING 6 / (2 - k) > 0 AND k < 9');
SELECT answer('SELECT max(k) FILTER (WHERE k < 9), count(DISTINCT k) FROM t');
SELECT answer('SELECT DISTINCT k FROM t');
SELECT answer('SELECT k FROM t GROUP BY k');
SELECT answer('SELECT count(*) FROM t WHERE (SELECT 6 / (2 - k)) > 3');
CREATE VIEW asking AS SELECT k, c, (SELECT 6 / (2 - t.k)) AS q FROM t;
SELECT answer('SELECT q, count(*) FROM asking GROUP BY q');
ROLLBACK;

-- what reads the rollup itself meets none of them either
CREATE FUNCTION filters(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        IF line LIKE '%Filter: %' THEN
            RETURN NEXT trim(line);
        END IF;
    END LOOP;
END $$;
BEGIN;
DELETE FROM t WHERE k = 2;
SELECT k, c, n FROM r WHERE 6 / (2 - k) > 3 ORDER BY k, c;
SELECT filters('SELECT k, c, n FROM r WHERE 6 / (2 - k) > 3 AND c = ''c1''');
ROLLBACK;

-- 7. on the side of an outer join that is filled up
CREATE TABLE dim (k int, name text);
INSERT INTO dim VALUES (0, 'zero'), (1, 'one'), (1, 'uno'), (5, 'five');
SELECT answer('SELECT name, count(*), count(t.k), sum(x) FROM dim LEFT JOIN t ON t.k = dim.k GROUP BY name');
SELECT answer('SELECT name, count(*), sum(x) FROM t LEFT JOIN dim ON t.k = dim.k GROUP BY name');
SELECT answer('SELECT name, count(*), sum(x) FROM dim JOIN t USING (k) GROUP BY name');
SELECT answer('SELECT name, count(*) FROM dim FULL JOIN t USING (k) GROUP BY name');

-- a key that is something where all is NULL
CREATE TABLE o (k int, c text);
INSERT INTO o SELECT g % 2, nullif('c' || g % 3, 'c0') FROM generate_series(1, 12) g;
CALL emgov.create_rollup('o_r', 'SELECT k, coalesce(c, ''?'') AS c, count(*) FROM o GROUP BY 1, 2');
SELECT answer('SELECT coalesce(c, ''?''), count(*) FROM o GROUP BY 1'), answer('SELECT name, coalesce(c, ''?''), count(*) FROM dim LEFT JOIN o ON o.k = dim.k GROUP BY 1, 2');
CREATE VIEW o_shown AS SELECT k, coalesce(c, '?') AS c FROM o;
CALL emgov.drop_rollup('o_r');
CALL emgov.create_rollup('o_r', 'SELECT k, c, count(*) FROM o GROUP BY 1, 2');
SELECT answer('SELECT c, count(*) FROM o_shown GROUP BY 1'), answer('SELECT name, s.c, count(*) FROM dim LEFT JOIN o_shown s ON s.k = dim.k GROUP BY 1, 2');
-- what depends on the table's rows, or whose rows depend on others'
SELECT answer('SELECT y, count(*) FROM o, LATERAL (SELECT upper(o.c) AS y) l GROUP BY y'), answer('SELECT y, count(*) FROM o, generate_series(o.k, 1) y GROUP BY y'),
       answer('SELECT name, count(*) FROM dim, LATERAL (SELECT * FROM o WHERE o.k = dim.k) l GROUP BY name');
SELECT answer('WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL (SELECT DISTINCT n.i + 1 FROM n JOIN o ON o.k = n.i WHERE n.i < 5)) SELECT i FROM n');
SELECT way('WITH q AS MATERIALIZED (SELECT k FROM o) SELECT k, count(*) FROM q GROUP BY k') AS materialized, way('WITH q AS (SELECT k FROM o) SELECT k, count(*) FROM q GROUP BY k') AS once,
       way('WITH q AS (SELECT k FROM o) SELECT k, count(*) FROM q GROUP BY k UNION ALL SELECT 0, count(*) FROM q') AS twice;
-- conditions above an outer join are not the rollup's; what is stored of NULLs, or under a condition, is not what is asked for
CREATE TABLE p (k int, e int NOT NULL, x int, m numeric(10,2));
INSERT INTO p SELECT g % 2, g, nullif(g % 5, 0), g / 3.0 FROM generate_series(1, 20) g;
CALL emgov.create_rollup('p_r', 'SELECT k, count(*) AS n, count(coalesce(x, 0)) AS c, sum(coalesce(x, 7)) AS s, sum(x) FILTER (WHERE e > 9) AS x, sum(m) AS m FROM p GROUP BY 1');
SELECT answer('SELECT name, count(*) FROM dim LEFT JOIN p ON p.k = dim.k WHERE p.k IS NULL GROUP BY 1'), answer('SELECT name, count(*), count(e) FROM dim LEFT JOIN p ON p.k = dim.k GROUP BY 1');
SELECT answer('SELECT name, count(coalesce(x, 0)) FROM dim LEFT JOIN p ON p.k = dim.k GROUP BY 1'), answer('SELECT name, sum(coalesce(x, 7)) FROM dim LEFT JOIN p ON p.k = dim.k GROUP BY 1'), answer('SELECT sum(coalesce(x, 7)) FROM p');
-- of one table that a join keeps, and of what an outer join has filled up
SELECT answer('SELECT name, count(*) FROM p LEFT JOIN dim ON dim.k = p.k AND p.k < 1 GROUP BY 1'), answer('SELECT name, count(*) FROM dim RIGHT JOIN p ON dim.k = p.k AND p.k < 1 GROUP BY 1');
SELECT answer('SELECT name, count(*) FROM dim LEFT JOIN p ON p.k = dim.k JOIN (VALUES (1), (2)) v (y) ON y > 0 AND p.k IS NULL GROUP BY 1'),
       answer('SELECT name, count(*) FROM dim LEFT JOIN (p JOIN (VALUES (0), (1)) v (y) ON y = p.k AND p.k > 0) ON p.k = dim.k GROUP BY 1');
SELECT answer('SELECT sum(x) FROM p'), answer('SELECT sum(x) FILTER (WHERE e > 9) FROM p'), answer('SELECT sum(x) FILTER (WHERE k = 1) FROM p'), answer('SELECT sum(m::numeric(12,1)) FROM p'), answer('SELECT sum(m::numeric(12,2)) FROM p');
-- a rollup of some of the rows
CALL emgov.drop_rollup('p_r');
CALL emgov.create_rollup('p_w', 'SELECT k, e % 2 AS odd, count(*) FROM p WHERE e > 5 AND x > 1 GROUP BY 1, 2');
SELECT q, answer('SELECT count(*) FROM p WHERE ' || q) FROM unnest(ARRAY['e > 5 AND x > 1', 'x > 1 AND e >= 6', 'e > 5 AND x > 1 AND k = 1', 'e > 5 AND x > 1 AND e % 2 = 0', 'e > 5', 'e > 5 AND x > 2', 'e > 5 AND x > 1 AND m > 4', 'e > 5 OR x > 1']) q;
SELECT answer('SELECT count(*) FILTER (WHERE e > 5), count(*) FILTER (WHERE k = 0 AND x > 0) FROM p WHERE e > 5 AND x > 1'), answer('SELECT count(*) FILTER (WHERE e > 5 AND x > 1) FROM p'), answer('SELECT count(*) FILTER (WHERE x > 2) FROM p WHERE e > 5 AND x > 1');
SELECT answer('SELECT name, count(*) FROM p LEFT JOIN dim ON dim.k = p.k AND e > 5 AND x > 1 GROUP BY 1'), answer('SELECT name, count(*) FROM dim LEFT JOIN p ON p.k = dim.k JOIN (VALUES (1)) v (y) ON e > 5 AND x > 1 GROUP BY 1'),
       answer('SELECT count(*) FROM p LEFT JOIN dim ON dim.k = p.k WHERE e > 5 AND x > 1'), answer('SELECT name, count(*) FROM dim LEFT JOIN (p JOIN (VALUES (0), (1)) v (y) ON y = p.k AND e > 5 AND x > 1) ON p.k = dim.k GROUP BY 1');
DROP TABLE p CASCADE;
DROP TABLE o CASCADE;
-- joins and columns of a view that nobody asks for, sums under a condition of a view
CREATE TABLE code (code text PRIMARY KEY, name text, since int);
CREATE UNIQUE INDEX ON code (since) WHERE name IS NOT NULL;
INSERT INTO code VALUES ('c0', 'nought', 1), ('c1', 'one', 2);
CREATE VIEW named WITH (security_barrier) AS
SELECT t.k, t.c, code.name, upper(code.name) AS loud, CASE WHEN shown.yes THEN t.x END AS x, t.m::numeric(14,2) AS m, t.m * 2 AS twice, x.name AS x_name
  FROM t CROSS JOIN (SELECT count(*) > 1 AS yes FROM dim) shown LEFT JOIN code ON code.code = t.c LEFT JOIN code x ON x.code = t.x::text LEFT JOIN (SELECT DISTINCT name FROM dim) d ON d.name = t.x::text;
SELECT answer('SELECT k, count(*), sum(x), avg(x), sum(m) FROM named WHERE k < 3 GROUP BY k');
SELECT answer('SELECT name, loud, count(*), count(x) FROM named GROUP BY name, loud');
SELECT answer('SELECT x_name, count(*) FROM named GROUP BY x_name'), way('SELECT sum(twice) FROM named');
-- not unique, or only some of it
CREATE VIEW doubled AS SELECT t.*, dim.name FROM t LEFT JOIN dim ON dim.k = t.x;
SELECT way('SELECT k, count(*) FROM doubled GROUP BY k');
CREATE VIEW partly AS SELECT t.*, code.name FROM t LEFT JOIN code ON code.since = t.x;
SELECT way('SELECT k, count(*) FROM partly GROUP BY k');
-- its key is no key of what inherits from it
CREATE TABLE kin (k int PRIMARY KEY, name text);
CREATE TABLE kin_too () INHERITS (kin);
INSERT INTO kin VALUES (1, 'a'), (2, 'b');
INSERT INTO kin_too VALUES (1, 'a too');
CREATE VIEW several AS SELECT t.*, kin.name FROM t LEFT JOIN kin ON kin.k = t.k;
SELECT answer('SELECT k, count(*) FROM several GROUP BY k');
CREATE VIEW one_only AS SELECT t.*, kin.name FROM t LEFT JOIN ONLY kin ON kin.k = t.k;
SELECT answer('SELECT k, count(*) FROM one_only GROUP BY k');
-- a key that is held at the end only is none until then
CREATE TABLE put_off (k int UNIQUE DEFERRABLE INITIALLY DEFERRED, name text);
INSERT INTO put_off VALUES (1, 'one');
CREATE VIEW held_later AS SELECT t.*, put_off.name FROM t LEFT JOIN put_off ON put_off.k = t.k;
BEGIN;
INSERT INTO put_off VALUES (1, 'one more');
SELECT answer('SELECT k, count(*) FROM held_later GROUP BY k');
ROLLBACK;
-- texts that only the query's collation finds equal are several rows
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE spelling (c text PRIMARY KEY, name text);
INSERT INTO spelling VALUES ('c1', 'small'), ('C1', 'large');
CREATE VIEW spelled AS SELECT t.*, spelling.name FROM t LEFT JOIN spelling ON spelling.c = t.c COLLATE nocase;
SELECT answer('SELECT k, count(*) FROM spelled GROUP BY k');

-- 8. GROUPING SETS: the empty one has a row always
SELECT answer('SELECT k, c, count(*), grouping(k, c) FROM t GROUP BY CUBE (k, c)');
BEGIN;
DELETE FROM t;
SELECT answer('SELECT k, count(*), sum(x) FROM t GROUP BY GROUPING SETS ((k), ())');
SELECT answer('SELECT count(*), sum(x), avg(m), emgov.accident_agg(x, k, x * 1.5) FROM t');
SELECT answer('SELECT count(*) FROM t GROUP BY ()');
SELECT answer('SELECT k, count(*) FROM t GROUP BY k');
ROLLBACK;

-- 9. below what changes rows that it finds, and row marks
CREATE TABLE e (k int, w bigint);
SELECT way('UPDATE e SET w = q.n FROM (SELECT k, count(*) n FROM t GROUP BY k) q WHERE q.k = e.k'),
       way('DELETE FROM e USING (SELECT k, count(*) n FROM t GROUP BY k) q WHERE q.k = e.k'),
       way('SELECT * FROM e, (SELECT k, count(*) n FROM t GROUP BY k) q WHERE q.k = e.k FOR UPDATE OF e');
CREATE UNIQUE INDEX ON e (k);
SELECT way('INSERT INTO e SELECT k, count(*) FROM t GROUP BY k ON CONFLICT (k) DO UPDATE SET w = excluded.w'), way('INSERT INTO e SELECT k, count(*) FROM t GROUP BY k');

-- 10. triggers that were off once
SELECT way('SELECT count(*) FROM t');
SET client_min_messages = error;
ALTER TABLE t DISABLE TRIGGER ALL;
INSERT INTO t VALUES (1, 'unseen', 1);
ALTER TABLE t ENABLE TRIGGER ALL;
SET client_min_messages = warning;
SELECT answer('SELECT count(*) FROM t'), (SELECT reason FROM emgov.rollup_for('SELECT count(*) FROM t'));
CALL emgov.rebuild_rollup('r');
SELECT answer('SELECT count(*) FROM t');
DELETE FROM t WHERE c = 'unseen';

-- 13. numerics of no fixed scale
SELECT answer('SELECT k, sum(f) FROM t WHERE k < 2 GROUP BY k');
SELECT answer('SELECT k, avg(f), count(f) FROM t WHERE k < 2 GROUP BY k');
SELECT answer('SELECT k, sum(m), avg(m), count(m) FROM t WHERE k < 2 GROUP BY k');
BEGIN;
INSERT INTO t VALUES (1, 'c1', 1, 'NaN', 1), (0, 'n', NULL, NULL, NULL);
SELECT answer('SELECT k, sum(m), avg(m), count(m) FROM t WHERE k < 2 GROUP BY k');
SELECT answer('SELECT c, sum(x), avg(x), sum(m), count(x) FROM t WHERE c = ''n'' GROUP BY c');
ROLLBACK;

-- what an aggregate orders by is computed of each row, and may fail
SELECT answer('SELECT k, sum(x ORDER BY m) FROM t WHERE k < 2 GROUP BY k'), way('SELECT sum(x ORDER BY x) FROM t'), way('SELECT count(x ORDER BY 6 / (x - 1)) FROM t'), way('SELECT sum(n ORDER BY k) FROM r'), way('SELECT sum(n ORDER BY n) FROM r');

-- 14. keys that are equal and look different
CREATE TABLE u (n numeric, n2 numeric(5,1), f float, b char(3), i interval, v varchar(5));
INSERT INTO u VALUES (1, 1, 0, 'a', '1 day', 'v'), (1.0, 1.0, '-0', 'a ', '24 hours', 'v');
CALL emgov.create_rollup('u_r', 'SELECT n, n2, f, b, i, v, count(*) FROM u GROUP BY n, n2, f, b, i, v');
SELECT key, way(format('SELECT %s, count(*) FROM u GROUP BY 1', key)) FROM unnest(ARRAY['n', 'n2', 'f', 'b', 'i', 'v']) AS key;
DROP TABLE u CASCADE;

-- 15. what reads more than columns, or changes from row to row
SELECT q, way(q) FROM unnest(ARRAY['SELECT k, count(*) FROM ONLY t GROUP BY k', 'SELECT k, count(*) FROM t TABLESAMPLE SYSTEM (100) GROUP BY k', 'SELECT k, count(*) FROM t WHERE random() < 2 GROUP BY k',
    'SELECT tableoid, count(*) FROM t GROUP BY 1', 'SELECT count(t.*) FROM t', 'SELECT k, generate_series(1, 2), count(*) FROM t GROUP BY k', 'SELECT k, row_number() OVER () FROM t',
    'SELECT count(*) FROM (SELECT k FROM t FOR UPDATE) q', 'SELECT k, count(*) FROM (SELECT k FROM t LIMIT 3) q GROUP BY k']) AS q;
-- functions of keys that are STABLE are computed as it runs
CREATE TABLE d (day date, x int);
INSERT INTO d SELECT date '2024-01-01' + g, g FROM generate_series(0, 99) g;
CALL emgov.create_rollup('d_r', 'SELECT day, count(*), sum(x) FROM d GROUP BY day');
CALL emgov.create_rollup('d_m', 'SELECT emgov.month_of(day) AS month, count(*), sum(x) FROM d GROUP BY 1');
SET timezone = 'Asia/Shanghai';
SELECT answer('SELECT date_trunc(''month'', day), count(*) FROM d GROUP BY 1');
SELECT way('SELECT date_trunc(''week'', day), count(*) FROM d GROUP BY 1'), way('SELECT extract(year FROM day)::int, sum(x) FROM d WHERE day >= ''2024-01-01'' AND day < ''2024-03-01'' GROUP BY 1'),
       way('SELECT count(*) FROM d WHERE day <= ''2024-02-28''');
SELECT answer('SELECT extract(quarter FROM day), sum(x) FROM d WHERE day BETWEEN ''2024-02-01'' AND ''2024-03-31'' GROUP BY 1');
-- a key that is the month, the quarter or the day of a moment
CREATE TABLE m (at timestamp, z timestamptz, x int, day date);
INSERT INTO m SELECT g, g AT TIME ZONE 'UTC', extract(day FROM g), g FROM generate_series(timestamp '2023-11-30', '2024-04-02', '7 hours') g;
INSERT INTO m VALUES ('infinity', '-infinity', 0, 'infinity'), ('0044-03-15 12:00 BC', '0044-03-15 12:00 BC', 1, '0044-03-15 BC'), (NULL, NULL, 2, NULL);
CALL emgov.create_rollup('m_m', 'SELECT date_trunc(''month'', at) AS month, count(*), sum(x) FROM m GROUP BY 1');
SELECT answer('SELECT date_trunc(''year'', at), count(*), sum(x) FROM m GROUP BY 1');
SELECT answer('SELECT extract(year FROM at), extract(quarter FROM at::date), date_part(''month'', at)::int, count(*) FROM m WHERE at >= ''2024-01-01'' GROUP BY 1, 2, 3');
SELECT answer('SELECT emgov.month_of(at::date), date_trunc(''century'', at)::date, count(*) FROM m GROUP BY 1, 2');
SELECT q, answer('SELECT count(*) FROM m WHERE ' || q) FROM unnest(ARRAY['at >= ''2024-02-01''', 'at < date ''2024-02-01''', 'at::date <= ''2024-01-31''', 'at::date > ''2024-01-31''', 'at > ''2024-02-01''', 'at <= ''2024-02-01''',
    'at >= ''2024-02-01 00:00:01''', 'at >= ''2024-02-02''', 'at::date >= timestamp ''2024-03-01''', 'at < ''infinity''']) q;
SELECT way('SELECT date_trunc(''week'', at), count(*) FROM m GROUP BY 1'), way('SELECT extract(hour FROM at), count(*) FROM m GROUP BY 1'), way('SELECT at::date, count(*) FROM m GROUP BY 1');
CALL emgov.drop_rollup('m_m');
CALL emgov.create_rollup('m_d', 'SELECT (z AT TIME ZONE ''Asia/Shanghai'')::date AS day, date_trunc(''quarter'', day::timestamp) AS quarter, count(*) FROM m GROUP BY 1, 2');
SELECT answer('SELECT date_trunc(''month'', z AT TIME ZONE ''Asia/Shanghai''), count(*) FROM m WHERE z AT TIME ZONE ''Asia/Shanghai'' < ''2024-02-29'' GROUP BY 1');
SELECT answer('SELECT extract(isodow FROM z AT TIME ZONE ''Asia/Shanghai''), date_trunc(''week'', z AT TIME ZONE ''Asia/Shanghai'') > ''2024-03-03'', count(*) FROM m GROUP BY 1, 2');
SELECT answer('SELECT extract(year FROM day), date_trunc(''decade'', day), count(*) FROM m WHERE day < ''2024-04-01'' GROUP BY 1, 2');
SELECT way('SELECT extract(month FROM day), count(*) FROM m GROUP BY 1'), way('SELECT (z AT TIME ZONE ''UTC'')::date, count(*) FROM m GROUP BY 1'), way('SELECT count(*) FROM m WHERE day < ''2024-03-01'''),
       way('SELECT extract(hour FROM z AT TIME ZONE ''Asia/Shanghai''), count(*) FROM m GROUP BY 1');
-- of what an outer join fills up with NULLs there is no month that would stand for it
CREATE FUNCTION some_day(day date) RETURNS date LANGUAGE sql IMMUTABLE RETURN coalesce(day, date '2020-01-01');
CALL emgov.create_rollup('m_s', 'SELECT x, emgov.month_of(rewrite_test.some_day(day)) AS month, count(*) FROM rewrite_test.m GROUP BY 1, 2');
SELECT answer('SELECT extract(year FROM some_day(day)), count(*) FROM (VALUES (1), (77)) v (y) LEFT JOIN m ON x = y GROUP BY 1');
DROP TABLE m CASCADE;
-- 16. expressions of all kinds
SELECT answer('SELECT CASE k WHEN 0 THEN ''none'' WHEN 1 THEN c ELSE coalesce(c, ''?'') END, count(*) FROM t WHERE k IN (0, 1) AND c LIKE ''c%'' AND (k, c) <> (0, ''c1'') GROUP BY 1');
SELECT answer('SELECT ARRAY[k, 1], nullif(k, 1), greatest(k, 1), k::text || c, count(*) FROM t WHERE k < 2 GROUP BY 1, 2, 3, 4');

-- 17. rights on the columns that the query names, as the user they are asked of
CREATE ROLE regress_rewrite_reader;
GRANT USAGE ON SCHEMA rewrite_test TO regress_rewrite_reader;
GRANT SELECT (k, x) ON t TO regress_rewrite_reader;
GRANT EXECUTE ON FUNCTION way(text), answer(text) TO regress_rewrite_reader;
CREATE VIEW all_of_it AS SELECT * FROM t;
GRANT SELECT ON all_of_it TO regress_rewrite_reader;
SET ROLE regress_rewrite_reader;
SELECT answer('SELECT k, count(*), sum(x) FROM t WHERE k < 2 GROUP BY k');
SELECT c, count(*) FROM t GROUP BY c;
SELECT k, count(*) FROM t WHERE c = 'c1' GROUP BY k;
SELECT sum(m) FROM t;
SELECT c, count(*) FROM t WHERE false GROUP BY c;
SELECT count(*) FROM (SELECT c, count(*) FROM t GROUP BY c LIMIT 0) q;
SELECT k FROM (SELECT k, sum(m) FROM t GROUP BY k) q WHERE k < 1;
SELECT count(*) FROM r_total;
SELECT answer('SELECT c, sum(m) FROM all_of_it WHERE k < 2 GROUP BY c');
RESET ROLE;
REVOKE SELECT ON all_of_it FROM regress_rewrite_reader;
SET ROLE regress_rewrite_reader;
SELECT c, sum(m) FROM all_of_it GROUP BY c;
RESET ROLE;
-- 18. a function that became a key must still be the caller's to call
CREATE FUNCTION half(i int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN i / 2;
CREATE FUNCTION quarter(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN i / 4; END';
CALL emgov.create_rollup('q', 'SELECT rewrite_test.quarter(k) AS q, count(*), sum(rewrite_test.quarter(x)) FROM rewrite_test.t GROUP BY 1');
SELECT answer('SELECT quarter(k), count(*), sum(quarter(x)) FROM t GROUP BY 1');
REVOKE EXECUTE ON FUNCTION quarter(int) FROM PUBLIC;
SET ROLE regress_rewrite_reader;
SELECT quarter(k), count(*) FROM t GROUP BY 1;
SELECT sum(quarter(x)) FROM t;
RESET ROLE;
CALL emgov.drop_rollup('q');
-- also where only the year of what it gives is asked for, of a key that is the month
CREATE FUNCTION reported(day date) RETURNS date LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN day + 1; END';
CALL emgov.create_rollup('d_y', 'SELECT emgov.month_of(rewrite_test.reported(day)) AS month, count(*) FROM rewrite_test.d GROUP BY 1');
REVOKE EXECUTE ON FUNCTION reported(date) FROM PUBLIC;
GRANT SELECT ON d TO regress_rewrite_reader;
SELECT answer('SELECT extract(year FROM reported(day)), count(*) FROM d WHERE reported(day) < ''2024-03-01'' GROUP BY 1');
SET ROLE regress_rewrite_reader;
SELECT extract(year FROM reported(day)), count(*) FROM d GROUP BY 1;
SELECT count(*) FROM d WHERE reported(day) < '2024-03-01';
RESET ROLE;
CALL emgov.drop_rollup('d_y');
-- 19. whose rollup it is
GRANT CREATE ON SCHEMA rewrite_test TO regress_rewrite_reader;
GRANT SELECT, TRIGGER ON d TO regress_rewrite_reader;
CALL emgov.drop_rollup('d_r');
CALL emgov.drop_rollup('d_m');
SET ROLE regress_rewrite_reader;
CALL emgov.create_rollup('mine', 'SELECT day, count(*) FROM rewrite_test.d GROUP BY day');
CALL emgov.approve_rollup('mine');
RESET ROLE;
SELECT way('SELECT count(*) FROM d');
CALL emgov.approve_rollup('mine');
SELECT answer('SELECT count(*) FROM d');
CALL emgov.approve_rollup('mine', false);
SELECT way('SELECT count(*) FROM d');
SELECT DISTINCT reason FROM emgov.rollup_for('SELECT count(*) FROM d');
CALL emgov.approve_rollup('mine', NULL);
CALL emgov.approve_rollup('mine');
-- it holds for the owners of that moment
CREATE ROLE regress_rewrite_other;
ALTER TABLE d OWNER TO regress_rewrite_other;
SELECT way('SELECT count(*) FROM d');
ALTER TABLE d OWNER TO CURRENT_USER;
SELECT way('SELECT count(*) FROM d');
PREPARE of_theirs AS SELECT count(*) FROM d;
SELECT way('EXECUTE of_theirs');
REASSIGN OWNED BY regress_rewrite_reader TO regress_rewrite_other;
SELECT way('SELECT count(*) FROM d'), way('EXECUTE of_theirs');
REASSIGN OWNED BY regress_rewrite_other TO regress_rewrite_reader;
SELECT way('SELECT count(*) FROM d');
SELECT format('ALTER TABLE %s OWNER TO regress_rewrite_other', part) FROM unnest('{mine,mine_query,mine_total,mine_delta}'::text[]) part \gexec
SELECT way('SELECT count(*) FROM d');
SELECT format('ALTER TABLE %s OWNER TO regress_rewrite_reader', part) FROM unnest('{mine,mine_query,mine_total,mine_delta}'::text[]) part \gexec
DROP ROLE regress_rewrite_other;
CALL emgov.approve_rollup('mine', false);
SET ROLE regress_rewrite_reader;
UPDATE mine_total SET n = 1000000;
RESET ROLE;
SELECT answer('SELECT count(*) FROM d');
ALTER TABLE d OWNER TO regress_rewrite_reader;
SELECT way('SELECT count(*) FROM d');
ALTER TABLE mine_delta OWNER TO CURRENT_USER;
SELECT way('SELECT count(*) FROM d'), (SELECT reason FROM emgov.rollup_for('SELECT count(*) FROM d'));
-- 20. a barrier view: what a reader's function sees
CREATE VIEW fenced WITH (security_barrier) AS SELECT k, c, x FROM t WHERE k < 2;
GRANT SELECT ON fenced TO regress_rewrite_reader;
BEGIN;
INSERT INTO t VALUES (1, 'secret', 1);
CALL emgov.fold_rollup('r');
DELETE FROM t WHERE c = 'secret';
SET ROLE regress_rewrite_reader;
CREATE FUNCTION pg_temp.leak(k int, c text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 0.000001 AS $$ BEGIN RAISE WARNING 'saw % %', k, c; RETURN true; END $$;
SELECT count(*) FROM fenced WHERE pg_temp.leak(k, c);
SELECT way('SELECT count(*) FROM fenced WHERE pg_temp.leak(k, c)');
RESET ROLE;
ROLLBACK;
-- row-level security
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (k = 1);
SET ROLE regress_rewrite_reader;
SELECT answer('SELECT k, count(*) FROM t GROUP BY k');
RESET ROLE;
SELECT way('SELECT k, count(*) FROM t GROUP BY k');
PREPARE policed AS SELECT k, count(*) FROM t GROUP BY k ORDER BY k;
EXECUTE policed;
SET ROLE regress_rewrite_reader;
EXECUTE policed;
RESET ROLE;
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
DEALLOCATE policed;
-- 21. the owner of a view asks the table, the session's user does not
SET ROLE regress_rewrite_reader;
SELECT answer('SELECT k, count(*) FROM fenced GROUP BY k');
RESET ROLE;
ALTER VIEW fenced OWNER TO regress_rewrite_reader;
SELECT k, count(*) FROM fenced GROUP BY k;

-- which rollup would answer
SELECT source, rollup, answers, reason FROM emgov.rollup_for('SELECT c, count(*) FROM t GROUP BY c');
SELECT * FROM emgov.rollup_for('SELECT c, avg(x) FROM t WHERE m > $1 GROUP BY c');
SELECT * FROM emgov.rollup_for('SELECT name, count(*) FROM dim GROUP BY name');
SELECT rollup, reason, proposal FROM emgov.rollup_for('SELECT count(*) FROM r_query');
SELECT * FROM emgov.rollup_for('SELECT x FROM t');
SELECT * FROM emgov.rollup_for('VACUUM');
SELECT * FROM emgov.rollup_for('SELECT 1; SELECT 2');
SELECT answers, reason FROM emgov.rollup_for('SELECT count(*), sum(x) FROM t WHERE random() < 2');
SET emgov.rewrite = on;
SELECT answers, reason FROM emgov.rollup_for('SELECT c, count(*) FROM t GROUP BY c');
SET emgov.rewrite = off;
SELECT answers, reason FROM emgov.rollup_for('SELECT c, count(*) FROM t GROUP BY c');
SET emgov.rewrite = force;

-- EXPLAIN says why none was used, below the plan and in text only
CREATE FUNCTION unused(query text, format text DEFAULT 'text') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS off, FORMAT %s) %s', format, query) LOOP
        IF line LIKE '%Rollup Not Used%' THEN
            RETURN NEXT line;
        END IF;
    END LOOP;
END $$;
SET emgov.rewrite = on;
EXPLAIN (COSTS off) SELECT c, count(*) FROM t GROUP BY c;
SET emgov.rewrite = force;
SELECT unused(q) FROM unnest(ARRAY['SELECT f, count(*), (SELECT count(*) FROM t WHERE k = 1) FROM t GROUP BY f', 'SELECT count(DISTINCT k), stddev(x) FROM t', 'SELECT count(*) FROM t WHERE random() < 2']) q;
SELECT unused('SELECT f, count(*) FROM t GROUP BY f', 'json'), unused('SELECT f, count(*) FROM t GROUP BY f', 'xml'), unused('SELECT count(*) FROM dim'), unused('SELECT count(*) FROM t');
-- of the query itself: not of what it runs under ANALYZE, which is planned in memory of its own
CREATE FUNCTION groups_of(i int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM (SELECT f, count(*) FROM t GROUP BY f) s' INTO n;
    RETURN n;
END $$;
SELECT count(*) FROM unused('SELECT sum(groups_of(i)) FROM generate_series(1, 200) i', 'text, ANALYZE, TIMING off, SUMMARY off');
SELECT unused('SELECT f, count(*), min(groups_of(1)) FROM t GROUP BY f', 'text, ANALYZE, TIMING off, SUMMARY off');
SET emgov.rewrite = off;
SELECT unused('SELECT f, count(*) FROM t GROUP BY f');

-- texts of two collations cannot be compared: a group that is gone is not either
CREATE TABLE collated (d text, a text COLLATE "C", b text COLLATE "POSIX");
INSERT INTO collated SELECT 'y', 'b', 'a' FROM generate_series(1, 2000);
CALL emgov.create_rollup('rewrite_test.collated_rollup', 'SELECT d, a, b, count(*) AS n FROM rewrite_test.collated GROUP BY 1, 2, 3');
INSERT INTO collated VALUES ('x', 'a', 'b');
DELETE FROM collated WHERE d = 'x';
SET emgov.rewrite = force;
SELECT a < b, count(*) FROM collated WHERE d = 'x' GROUP BY 1;
SET emgov.rewrite = off;

-- FROM items that depend on the table through a join's own columns, or its row
CREATE TABLE joined (id int, k int);
CREATE TABLE names (id bigint PRIMARY KEY, name text);
INSERT INTO joined SELECT g % 30, g % 2 FROM generate_series(1, 600) g;
INSERT INTO names SELECT g, 'n' || g FROM generate_series(0, 20) g;
CREATE VIEW joined_view AS SELECT id, k, id + 1 AS next FROM joined;
CALL emgov.create_rollup('rewrite_test.joined_rollup', 'SELECT id, k, count(*) AS n FROM rewrite_test.joined GROUP BY 1, 2');
SET emgov.rewrite = force;
SELECT answer(format('SELECT y, count(*) FROM %s GROUP BY 1', f)) FROM unnest(ARRAY[
    'joined LEFT JOIN names USING (id) CROSS JOIN LATERAL (SELECT id % 3 AS y OFFSET 0) s',
    'joined_view LEFT JOIN names USING (id) CROSS JOIN LATERAL (SELECT id % 3 AS y OFFSET 0) s',
    'joined_view JOIN names USING (id), LATERAL (VALUES (id % 3)) s (y)',
    '(joined_view JOIN names USING (id)) AS j CROSS JOIN LATERAL generate_series(1, j.id % 3) s (y)',
    '(joined_view JOIN names USING (id)) AS j CROSS JOIN LATERAL (SELECT (to_jsonb(j) ->> ''next'')::int % 3 AS y OFFSET 0) s',
    '(joined_view JOIN names USING (id)) AS j CROSS JOIN LATERAL jsonb_to_record(to_jsonb(j)) r (next int), LATERAL (VALUES (r.next % 3)) s (y)',
    '(SELECT j.* FROM (joined_view JOIN names USING (id)) AS j CROSS JOIN LATERAL (SELECT (to_jsonb(j) ->> ''next'')::int OFFSET 0) s) v CROSS JOIN LATERAL (SELECT v.id % 3 AS y) s',
    'names n LEFT JOIN (joined JOIN names USING (id)) AS j ON n.id = j.id CROSS JOIN LATERAL (SELECT to_jsonb(j) ->> ''k'' AS y OFFSET 0) s',
    'joined_view LEFT JOIN names USING (id) CROSS JOIN (SELECT k % 3 AS y FROM joined WHERE id = 1 OFFSET 0) s']) f;
-- a row that an outer join may make NULL: since 16 the table is read
SELECT regexp_replace(answer('SELECT y, count(*) FROM (SELECT j.k AS y, j::text FROM joined_view n LEFT JOIN (joined JOIN names USING (id)) AS j ON n.id = j.id WHERE n.id < 2) v GROUP BY 1'), '^[^:]*', 'either way') AS answer;
SET emgov.rewrite = off;

-- a pattern that ends in its escape fails only where a text has come so far
CREATE TABLE patterns (name text PRIMARY KEY, k int);
SELECT p, proposal IS NOT NULL AS proposed
FROM unnest(ARRAY['ab%', 'ab\', 'ab\\', '\', NULL]) p, emgov.rollup_for(format('SELECT k, count(*) FILTER (WHERE name LIKE %L) FROM rewrite_test.patterns GROUP BY k', p));

-- nor need the schema of the extension be anybody's who reads and writes
CREATE TABLE unaware (d date, x int, m numeric(8, 2));
CREATE ROLE regress_rewrite_unaware;
INSERT INTO unaware SELECT date '2024-01-01' + g % 60, g, g FROM generate_series(1, 3000) g;
CALL emgov.create_rollup('rewrite_test.unaware_rollup', 'SELECT emgov.month_of(d) AS month, count(*) AS n, sum(x) AS x, sum(m) AS m, emgov.accident_agg(x, x, m) AS s FROM rewrite_test.unaware GROUP BY 1');
CREATE VIEW unaware_summary AS SELECT emgov.month_of(d) AS month, emgov.accident_agg(x, x, m) AS s FROM unaware GROUP BY 1;
CREATE VIEW unaware_total AS SELECT emgov.sum(s) AS s FROM unaware_rollup;
GRANT USAGE ON SCHEMA rewrite_test TO regress_rewrite_unaware;
GRANT SELECT, INSERT, DELETE ON unaware, unaware_summary, unaware_total TO regress_rewrite_unaware;
REVOKE USAGE ON SCHEMA emgov FROM PUBLIC;
SET ROLE regress_rewrite_unaware;
SET emgov.rewrite = force;
SELECT answer(q) FROM unnest(ARRAY['SELECT extract(year FROM d), count(*), sum(x), sum(m) FROM unaware GROUP BY 1', 'SELECT * FROM unaware_summary', 'SELECT * FROM unaware_total',
    'SELECT count(*) FROM unaware WHERE abs(x) > 5', 'SELECT abs(extract(day FROM d)), count(*) FROM unaware WHERE x > 2990 GROUP BY 1']) q;
INSERT INTO unaware VALUES ('2024-02-01', 1, 1);
DELETE FROM unaware WHERE x < 10;
RESET ROLE;
GRANT USAGE ON SCHEMA emgov TO PUBLIC;
SET emgov.rewrite = off;
SELECT count(*) FROM emgov.verify_rollup('rewrite_test.unaware_rollup');

-- rollup_for() tells of a table's contents nobody who may not read it
CREATE ROLE regress_rewrite_nobody;
GRANT USAGE ON SCHEMA rewrite_test TO regress_rewrite_nobody;
SET ROLE regress_rewrite_nobody;
SELECT * FROM emgov.rollup_for('SELECT d, count(*) FROM rewrite_test.collated GROUP BY d');
RESET ROLE;
DROP SCHEMA rewrite_test CASCADE;
DROP ROLE regress_rewrite_nobody, regress_rewrite_unaware;

-- where the extension is not, a schema of its name is anybody's
DROP EXTENSION emgov CASCADE;
DROP SCHEMA emgov CASCADE;
CREATE SCHEMA emgov;
CREATE VIEW emgov.rollup AS SELECT 1 AS id;
SET emgov.rewrite = force;
CREATE TABLE public.plain (x int);
SELECT count(*) FROM public.plain;
DROP TABLE public.plain;
DROP SCHEMA emgov CASCADE;
CREATE EXTENSION emgov;
DROP ROLE regress_rewrite_reader;
