-- What is written under each setting. Plain ASCII, every name with its schema and hardly an
-- operator: what is written here means the same to the server under any setting.
-- A definition may be refused; then it must be refused under every setting.
\set VERBOSITY terse
CREATE TABLE ledger.odd (id int PRIMARY KEY, d date, n numeric, t pg_catalog.text, f float8, v varchar, b bytea, i interval, m timestamptz, l timestamp, a int[], r numrange, ta pg_catalog.text[], status pg_catalog.text DEFAULT 'valid');
CALL emgov.keep_versions('ledger.odd');
INSERT INTO ledger.odd VALUES
    (1, '2024-05-07', 0.3, E'a\\b', 0.1, 'X', E'\\x41', '1 day', '2024-07-01 00:00+08', '2024-07-05 00:00', ARRAY[1, NULL], '[1,2)', ARRAY['a']),
    (2, '2024-07-05', 1, E'a\\\\b', 0.30000000000000004, 'x', E'\\x5c', '-1 mons', '2024-06-30 16:30+00', '2024-05-07 00:00', ARRAY[1], '[1.5,2)', ARRAY['NULL']),
    (3, '2024-06-06', NULL, 'NULL', 1e10, '07/05/2024', E'\\x', '25:00:00', '2024-06-30 12:00+00', '2024-06-06 12:00', NULL, 'empty', ARRAY[NULL]::pg_catalog.text[]),
    (4, '2023-06-06', 1234567890.5, '', 3.0000000000000004, 'I', E'\\x00ff', '1 year 2 days', '2023-12-31 20:00+00', '2023-12-31 20:00', ARRAY[2, 3], '(,)', ARRAY['1 day']);
CREATE FUNCTION pg_temp.define(code pg_catalog.text, kind pg_catalog.text, measure pg_catalog.text, filter pg_catalog.text, aggregate pg_catalog.text DEFAULT NULL) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger.indicator (code, section, name_zh, kind, aggregate, source, date_column, measure, filter, scope, cutoff, unit, definition_zh, comparator)
    VALUES (code, 1, code, kind, aggregate, 'odd', 'd', measure, filter, 'city', 'period', 'x', 'x', 'year_earlier');
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
CREATE TABLE own.taken (code pg_catalog.text, outcome pg_catalog.text);
GRANT SELECT ON own.taken TO guard_analyst;
SET client_min_messages = error;
INSERT INTO own.taken VALUES ('N00', pg_temp.define('N00', 'count', NULL, $e$d < '07/05/2024'$e$));
INSERT INTO own.taken VALUES ('N01', pg_temp.define('N01', 'count', NULL, $e$d < '2024-07-05'$e$));
INSERT INTO own.taken VALUES ('N02', pg_temp.define('N02', 'count', NULL, $e$d = '6 June 2024'$e$));
INSERT INTO own.taken VALUES ('N03', pg_temp.define('N03', 'count', NULL, $e$NOT (n = NULL)$e$));
INSERT INTO own.taken VALUES ('N04', pg_temp.define('N04', 'count', NULL, $e$n = NULL$e$));
INSERT INTO own.taken VALUES ('N05', pg_temp.define('N05', 'count', NULL, $e$t = 'a\b'$e$));
INSERT INTO own.taken VALUES ('N06', pg_temp.define('N06', 'count', NULL, $e$t = 'a\\b'$e$));
INSERT INTO own.taken VALUES ('N07', pg_temp.define('N07', 'count', NULL, $e$t = E'a\\b'$e$));
INSERT INTO own.taken VALUES ('N08', pg_temp.define('N08', 'count', NULL, $e$t LIKE 'a\\\\b'$e$));
INSERT INTO own.taken VALUES ('N09', pg_temp.define('N09', 'count', NULL, $e$a = '{1,NULL}'$e$));
INSERT INTO own.taken VALUES ('N10', pg_temp.define('N10', 'count', NULL, $e$ta = '{NULL}'$e$));
INSERT INTO own.taken VALUES ('N11', pg_temp.define('N11', 'count', NULL, $e$a = ARRAY[1,NULL]$e$));
INSERT INTO own.taken VALUES ('N12', pg_temp.define('N12', 'count', NULL, $e$b = '\x41'$e$));
INSERT INTO own.taken VALUES ('N13', pg_temp.define('N13', 'count', NULL, $e$b = 'A'$e$));
INSERT INTO own.taken VALUES ('N14', pg_temp.define('N14', 'count', NULL, $e$b = '\\134'$e$));
INSERT INTO own.taken VALUES ('N15', pg_temp.define('N15', 'count', NULL, $e$i > '1 day'$e$));
INSERT INTO own.taken VALUES ('N16', pg_temp.define('N16', 'count', NULL, $e$i = '-1 1:00'$e$));
INSERT INTO own.taken VALUES ('N17', pg_temp.define('N17', 'count', NULL, $e$i = '1-2'$e$));
INSERT INTO own.taken VALUES ('N18', pg_temp.define('N18', 'count', NULL, $e$i = 'P1D'$e$));
INSERT INTO own.taken VALUES ('N19', pg_temp.define('N19', 'count', NULL, $e$i > interval '1 2:00' day to hour$e$));
INSERT INTO own.taken VALUES ('N20', pg_temp.define('N20', 'count', NULL, $e$m < '2024-07-01 00:00'$e$));
INSERT INTO own.taken VALUES ('N21', pg_temp.define('N21', 'count', NULL, $e$m < '2024-07-01 00:00 IST'$e$));
INSERT INTO own.taken VALUES ('N22', pg_temp.define('N22', 'count', NULL, $e$m < '2024-07-01 00:00+08'$e$));
INSERT INTO own.taken VALUES ('N23', pg_temp.define('N23', 'count', NULL, $e$m > timestamptz '2024-06-30'$e$));
INSERT INTO own.taken VALUES ('N24', pg_temp.define('N24', 'count', NULL, $e$l < '07/05/2024 00:00'$e$));
INSERT INTO own.taken VALUES ('N25', pg_temp.define('N25', 'count', NULL, $e$l < '2024-07-05'$e$));
INSERT INTO own.taken VALUES ('N26', pg_temp.define('N26', 'count', NULL, $e$f = 0.1$e$));
INSERT INTO own.taken VALUES ('N27', pg_temp.define('N27', 'count', NULL, $e$f = '0.30000000000000004'$e$));
INSERT INTO own.taken VALUES ('N28', pg_temp.define('N28', 'count', NULL, $e$f > 3.0000000000000002$e$));
INSERT INTO own.taken VALUES ('N29', pg_temp.define('N29', 'count', NULL, $e$f::text = '0.1'$e$));
INSERT INTO own.taken VALUES ('N30', pg_temp.define('N30', 'count', NULL, $e$n::text = '0.3'$e$));
INSERT INTO own.taken VALUES ('N31', pg_temp.define('N31', 'count', NULL, $e$d::text = '2024-07-05'$e$));
INSERT INTO own.taken VALUES ('N32', pg_temp.define('N32', 'count', NULL, $e$m::text LIKE '2024%'$e$));
INSERT INTO own.taken VALUES ('N33', pg_temp.define('N33', 'count', NULL, $e$b::text = '\x41'$e$));
INSERT INTO own.taken VALUES ('N34', pg_temp.define('N34', 'count', NULL, $e$i::text = '1 day'$e$));
INSERT INTO own.taken VALUES ('N35', pg_temp.define('N35', 'count', NULL, $e$r @> 1.5$e$));
INSERT INTO own.taken VALUES ('N36', pg_temp.define('N36', 'count', NULL, $e$r = '[1,2)'$e$));
INSERT INTO own.taken VALUES ('N37', pg_temp.define('N37', 'count', NULL, $e$upper(r) = 2$e$));
INSERT INTO own.taken VALUES ('N38', pg_temp.define('N38', 'count', NULL, $e$d <@ '[2024-06-01,2024-07-01)'::daterange$e$));
INSERT INTO own.taken VALUES ('N39', pg_temp.define('N39', 'count', NULL, $e$d <@ '[01/06/2024,01/07/2024)'::daterange$e$));
INSERT INTO own.taken VALUES ('N40', pg_temp.define('N40', 'count', NULL, $e$extract(month FROM d) = 5$e$));
INSERT INTO own.taken VALUES ('N41', pg_temp.define('N41', 'count', NULL, $e$date_part('year', m) = 2024$e$));
INSERT INTO own.taken VALUES ('N42', pg_temp.define('N42', 'count', NULL, $e$v IN ('x', 'X')$e$));
INSERT INTO own.taken VALUES ('N43', pg_temp.define('N43', 'count', NULL, $e$v = 'I'$e$));
INSERT INTO own.taken VALUES ('N44', pg_temp.define('N44', 'count', NULL, $e$lower(v) = 'i'$e$));
INSERT INTO own.taken VALUES ('N45', pg_temp.define('N45', 'count', NULL, $e$t = ''$e$));
INSERT INTO own.taken VALUES ('N46', pg_temp.define('N46', 'count', NULL, $e$t IS DISTINCT FROM NULL$e$));
INSERT INTO own.taken VALUES ('N47', pg_temp.define('N47', 'count', NULL, $e$n IS NOT DISTINCT FROM 0.3$e$));
INSERT INTO own.taken VALUES ('N48', pg_temp.define('N48', 'count', NULL, $e$NULLIF(n, 0.3) IS NULL$e$));
INSERT INTO own.taken VALUES ('N49', pg_temp.define('N49', 'count', NULL, $e$CASE v WHEN 'x' THEN true ELSE false END$e$));
INSERT INTO own.taken VALUES ('N50', pg_temp.define('N50', 'count', NULL, $e$n BETWEEN 0 AND 1$e$));
INSERT INTO own.taken VALUES ('N51', pg_temp.define('N51', 'count', NULL, $e$n BETWEEN SYMMETRIC 1 AND 0$e$));
INSERT INTO own.taken VALUES ('N52', pg_temp.define('N52', 'count', NULL, $e$id = ANY ('{1,2}')$e$));
INSERT INTO own.taken VALUES ('N53', pg_temp.define('N53', 'count', NULL, $e$id IN (1, 2, NULL)$e$));
INSERT INTO own.taken VALUES ('N54', pg_temp.define('N54', 'count', NULL, $e$t = CAST('NULL' AS text)$e$));
INSERT INTO own.taken VALUES ('N55', pg_temp.define('N55', 'count', NULL, $e$xmlexists('//a' PASSING BY REF '<a/>')$e$));
INSERT INTO own.taken VALUES ('N56', pg_temp.define('N56', 'count', NULL, $e$d > current_date$e$));
INSERT INTO own.taken VALUES ('N57', pg_temp.define('N57', 'count', NULL, $e$l = to_timestamp('2024', 'YYYY')$e$));
INSERT INTO own.taken VALUES ('N58', pg_temp.define('N58', 'count', NULL, $e$to_char(d, 'Mon') = 'May'$e$));
INSERT INTO own.taken VALUES ('N59', pg_temp.define('N59', 'count', NULL, $e$(d, id) < ('2024-06-06', 2)$e$));
INSERT INTO own.taken VALUES ('N60', pg_temp.define('N60', 'count', NULL, $e$d - date '2024-01-01' > 150$e$));
INSERT INTO own.taken VALUES ('N61', pg_temp.define('N61', 'count', NULL, $e$length(t) = 3$e$));
INSERT INTO own.taken VALUES ('N62', pg_temp.define('N62', 'count', NULL, $e$t || v = 'a\bX'$e$));
INSERT INTO own.taken VALUES ('N63', pg_temp.define('N63', 'count', NULL, $e$md5(t) > '5'$e$));
INSERT INTO own.taken VALUES ('N64', pg_temp.define('N64', 'count', NULL, $e$CASE WHEN n < 10 THEN n::int = 0 END$e$));
INSERT INTO own.taken VALUES ('N65', pg_temp.define('N65', 'count', NULL, $e$f::numeric = 0.1$e$));
INSERT INTO own.taken VALUES ('N66', pg_temp.define('N66', 'count', NULL, $e$round(f::numeric, 1) = 0.1$e$));
INSERT INTO own.taken VALUES ('N67', pg_temp.define('N67', 'count', NULL, $e$status = 'valid'::text$e$));
INSERT INTO own.taken VALUES ('N68', pg_temp.define('N68', 'count', NULL, $e$a @> '{1}'$e$));
INSERT INTO own.taken VALUES ('N69', pg_temp.define('N69', 'count', NULL, $e$'1'::emgov.comparison IS NULL$e$));
INSERT INTO own.taken VALUES ('N70', pg_temp.define('N70', 'count', NULL, $e$d < ALL ('{2024-07-05,07/05/2024}'::date[])$e$));
INSERT INTO own.taken VALUES ('N71', pg_temp.define('N71', 'count', NULL, $e$i > 'P0001-01-01T00:00:00'$e$));
INSERT INTO own.taken VALUES ('N72', pg_temp.define('N72', 'count', NULL, $e$money(1) = '$1.00'$e$));
INSERT INTO own.taken VALUES ('N73', pg_temp.define('N73', 'count', NULL, $e$t ~ '^a\\\\'$e$));
INSERT INTO own.taken VALUES ('M00', pg_temp.define('M00', 'sum', $e$n$e$, NULL));
INSERT INTO own.taken VALUES ('M01', pg_temp.define('M01', 'sum', $e$f::numeric$e$, NULL));
INSERT INTO own.taken VALUES ('M02', pg_temp.define('M02', 'sum', $e$CASE WHEN d < '07/05/2024' THEN 1 ELSE 10 END$e$, NULL));
INSERT INTO own.taken VALUES ('M03', pg_temp.define('M03', 'sum', $e$length(t)$e$, NULL));
INSERT INTO own.taken VALUES ('M04', pg_temp.define('M04', 'distinct', $e$t$e$, NULL));
INSERT INTO own.taken VALUES ('M05', pg_temp.define('M05', 'distinct', $e$v$e$, NULL));
INSERT INTO own.taken VALUES ('M06', pg_temp.define('M06', 'distinct', $e$d$e$, NULL));
INSERT INTO own.taken VALUES ('M07', pg_temp.define('M07', 'distinct', $e$f$e$, NULL));
INSERT INTO own.taken VALUES ('M08', pg_temp.define('M08', 'distinct', $e$i$e$, NULL));
INSERT INTO own.taken VALUES ('M09', pg_temp.define('M09', 'distinct', $e$b$e$, NULL));
INSERT INTO own.taken VALUES ('M10', pg_temp.define('M10', 'distinct', $e$m$e$, NULL));
INSERT INTO own.taken VALUES ('M11', pg_temp.define('M11', 'distinct', $e$a$e$, NULL));
INSERT INTO own.taken VALUES ('M12', pg_temp.define('M12', 'distinct', $e$r$e$, NULL));
INSERT INTO own.taken VALUES ('M13', pg_temp.define('M13', 'mean', $e$n$e$, NULL));
INSERT INTO own.taken VALUES ('M14', pg_temp.define('M14', 'largest', $e$n$e$, NULL));
INSERT INTO own.taken VALUES ('M15', pg_temp.define('M15', 'largest', $e$extract(epoch FROM i)$e$, NULL));
INSERT INTO own.taken VALUES ('M16', pg_temp.define('M16', 'sum', $e$date_part('day', m)::numeric$e$, NULL));
INSERT INTO own.taken VALUES ('M17', pg_temp.define('M17', 'sum', $e$cardinality('{1,NULL}'::int[])$e$, NULL));
INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('N1', 'soft', 'odd', $e$m > '2024-06-30 17:00+00'$e$, 'x');
INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('N2', 'soft', 'odd', $e$NOT (n = NULL)$e$, 'x');
INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('N3', 'soft', 'odd', $e$t = 'a\b'$e$, 'x');
INSERT INTO ledger.check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('N4', 'soft', 'F028 * 2 + 0.5', '<=', 'F028 + F028', 'x');

-- a rollup's filters and keys are the user's SQL, read under the user's settings once, when it is made: only
-- what is written to its table afterwards is under test, so the rollups are made by settings_rollups.sql
INSERT INTO own.event SELECT o.id, o.d, o.n, o.t, o.f, o.v, o.b, o.i, o.m, o.l, o.a, o.r, CASE WHEN o.id OPERATOR(pg_catalog.=) 1 THEN 'a'::own.mood WHEN o.id OPERATOR(pg_catalog.=) 2 THEN 'b'::own.mood END FROM ledger.odd AS o;
INSERT INTO own.event (id, d, n) VALUES (10, '2024-07-05', 1);
INSERT INTO own.event (id, d, n, t, f, v) VALUES (11, '2024-05-07', 2, 'X', 0.1, 'x'), (12, '2024-05-07', 3, 'x', 0.2, 'y');
UPDATE own.event SET n = 7 WHERE id OPERATOR(pg_catalog.=) 10;
UPDATE own.event SET n = NULL, t = 'x';
DELETE FROM own.event WHERE id OPERATOR(pg_catalog.=) 11;
UPDATE own.event AS e SET t = o.t, n = o.n FROM ledger.odd AS o WHERE o.id OPERATOR(pg_catalog.=) e.id;
INSERT INTO own.event (id, d, n) VALUES (12, '2024-01-01', 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n, v = 'X';
MERGE INTO own.event AS e USING ledger.odd AS o ON e.id OPERATOR(pg_catalog.=) o.id WHEN MATCHED AND o.id OPERATOR(pg_catalog.=) 3 THEN DELETE WHEN MATCHED THEN UPDATE SET f = 0.1 WHEN NOT MATCHED THEN INSERT (id, d) VALUES (o.id, o.d);
INSERT INTO own.part (id, d, n, t) VALUES (1, '2024-05-07', 1, 'x'), (2, '2023-05-07', 2, 'y');
INSERT INTO own.part (id, d, n, t) VALUES (3, '2024-07-05', 3, 'X');
UPDATE own.part SET d = '2023-07-05' WHERE id OPERATOR(pg_catalog.=) 1;
TRUNCATE own.part_2023;
INSERT INTO own.part (id, d, n, t) VALUES (4, '2023-07-05', 4, 'X');
DISCARD PLANS;
ALTER TYPE own.mood RENAME VALUE 'a' TO 'c';
INSERT INTO own.event (id, d, e) VALUES (20, '2024-01-01', 'c');
INSERT INTO own.event (id, d, e) VALUES (21, '2024-01-01', 'c'), (22, '2024-01-01', 'b');
CALL emgov.fold_rollup('own.event_days');
INSERT INTO own.event (id, d, e, f) VALUES (23, '2024-01-01', 'c', 0.1), (24, '2024-01-01', 'b', 0.1);

-- versions and publications
CALL emgov.keep_versions('own.event');
UPDATE ledger.odd SET n = 0.4 WHERE id OPERATOR(pg_catalog.=) 1;
CALL ledger.publish('law-based-government', emgov.year(2024), force_reason => 'x');
UPDATE ledger.odd SET n = 0.5, t = 'x' WHERE id OPERATOR(pg_catalog.=) 1;
UPDATE ledger.odd SET f = f;
UPDATE ledger.accident SET area_code = '320402' WHERE id OPERATOR(pg_catalog.=) 3;
GRANT SELECT ON ALL TABLES IN SCHEMA own, ledger TO guard_analyst;
