-- S27: what a session has set changes no sum of a rollup. The same rollups are written to
-- under many settings, by one row and by several, and equal their queries after each.
SET client_min_messages = warning;
SET jit = off;
CREATE SCHEMA rollup_settings;
SET search_path = rollup_settings, emgov, public;
CREATE TYPE colour AS ENUM ('red', 'green', 'blue');
CREATE TABLE t (id int PRIMARY KEY, f float8, at timestamptz, local timestamp, d date, i interval, b bytea, s text, h text[],
                c colour, x numeric, span tstzrange, days daterange, u uscc, level severity);
-- each key tells two kinds of rows apart by a constant that some setting shapes; r runs as the writer, z as the owner
CALL create_rollup('r', $$
    SELECT f = 0.30000000000000004 AS f, f IN (1e-300, 1.7976931348623157e308) AS fs, at < '2024-03-10 12:00:00.000001 IST' AS at, local >= '2024-03-04 05:06:07' AS local,
           d IN ('2024-03-04', '2024-04-03') AS d, i > '1 mon -2 days 03:04:05.5' AS i, b = '\x5c0001'::bytea AS b, s = E'a\\b''c' AS s,
           h = ARRAY['NULL', NULL] AS h, c = 'green' AS c, span && '[2024-03-04 00:00 EST, 2024-04-03 00:00 IST)' AS span, days @> date '2024-05-06' AS days,
           nullif(level, 'major') IS NULL AS major, u IS DISTINCT FROM '91350100M000100Y43'::uscc AS u,
           CASE c WHEN 'blue' THEN d - 7 ELSE date '2024-02-03' END AS day, (at AT TIME ZONE 'Asia/Shanghai')::date AS shanghai,
           count(*) AS n, sum(x) FILTER (WHERE x <> 0.10) AS x, count(nullif(s, 'x')) AS strings, count(*) FILTER (WHERE at = '2024-07-01 00:00 EST') AS est
    FROM t WHERE f IS DISTINCT FROM 0.1::float8 + 0.7 AND NOT (s = 'NULL' AND h IS NULL) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 $$);
CALL create_rollup('z', $$
    SELECT (at AT TIME ZONE 'IST')::date AS zone, local AT TIME ZONE CASE WHEN x > 1 THEN 'IST' ELSE 'EST' END AS zoned, quote_ident(s) AS quoted, count(*) AS n
    FROM t GROUP BY 1, 2, 3 $$);
-- functions of a user's, which run as the owner: what they print does not depend on the writer either
CREATE FUNCTION printed(float8, date, bytea, interval, timestamptz) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT concat_ws(''|'', $1, $2, $3, $4, $5)';
CALL create_rollup('p', 'SELECT printed(f, d, b, i, at) AS p, count(*) AS n, sum(x) AS x FROM t GROUP BY 1');

-- types of other extensions, where they are installed
CREATE TABLE o (id int, x int);
DO $$
DECLARE
    keys text := '';
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') THEN
        CREATE EXTENSION citext SCHEMA rollup_settings;
        ALTER TABLE o ADD ci citext;
        keys := keys || 'ci IS DISTINCT FROM ''a'' AS a, nullif(ci, ''B'') AS b, CASE ci WHEN ''C'' THEN 1 ELSE 2 END AS c, ci IN (''a'', ''D'') AS d, ';
    END IF;
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'ltree') THEN
        CREATE EXTENSION ltree SCHEMA rollup_settings;
        ALTER TABLE o ADD lt ltree;
        keys := keys || 'lt IS DISTINCT FROM ''a.b'' AS l, nullif(lt, ''a.c'') IS NULL AS m, lt <@ ''a'' AS under, ';
    END IF;
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hstore') THEN
        CREATE EXTENSION hstore SCHEMA rollup_settings;
        ALTER TABLE o ADD hs hstore;
        keys := keys || 'hs IS DISTINCT FROM ''a=>NULL'' AS h, hs -> ''a'' AS a_of_hs, ';
    END IF;
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'cube') THEN
        CREATE EXTENSION cube SCHEMA rollup_settings;
        ALTER TABLE o ADD cu cube;
        keys := keys || 'cu::text AS text_of_cu, ';
    END IF;
    EXECUTE format('CALL emgov.create_rollup(''others'', %L)', format('SELECT %s id %% 2 AS odd, count(*) AS n, sum(x) AS x FROM o GROUP BY %s', keys,
        (SELECT string_agg(i::text, ', ') FROM generate_series(1, (length(keys) - length(replace(keys, ' AS ', ''))) / 4 + 1) AS i)));
END $$;

CREATE FUNCTION write(round int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    base int := round * 100;
BEGIN
    -- whatever the session has set, the same rows
    INSERT INTO rollup_settings.t
    SELECT base + n, CASE n % 4 WHEN 0 THEN 0.1::float8 + 0.2 WHEN 1 THEN 0.3 WHEN 2 THEN 1.7976931348623157e308 ELSE 0.1::float8 + 0.7 END,
           to_timestamp(1710052200 + n - 2), timestamp 'epoch' + make_interval(secs => 1709528767 + (n - 3) * 86400), make_date(2024, 3 + n % 2, 4 - n % 2),
           make_interval(months => 1, days => -2, secs => 11045 + n / 10.0), decode(CASE n % 2 WHEN 0 THEN '5c0001' ELSE '5c5c' END, 'hex'),
           CASE n % 3 WHEN 0 THEN chr(97) || chr(92) || 'b' || chr(39) || 'c' WHEN 1 THEN 'x' ELSE 'NULL' END,
           CASE n % 3 WHEN 0 THEN ARRAY['NULL', NULL] WHEN 1 THEN ARRAY['NULL', 'NULL'] END, (enum_range(NULL::rollup_settings.colour))[1 + n % 3], n / 10.0,
           tstzrange(to_timestamp(1709528400 + n * 300000), to_timestamp(1709528400 + n * 300000 + 60)), daterange(make_date(2024, 5, n), make_date(2024, 6, 5)),
           CASE n % 2 WHEN 0 THEN emgov.uscc('91350100M000100Y43') END, (enum_range(NULL::emgov.severity))[1 + n % 4]
    FROM generate_series(1, 12) AS n;
    INSERT INTO rollup_settings.t SELECT base + 20 + t.id % 100, f, at, local, d, i, b, s, h, c, x, span, days, u, level FROM rollup_settings.t WHERE t.id = base + 4;
    UPDATE rollup_settings.t SET d = d + 1, f = f + 0.0 WHERE id BETWEEN base + 3 AND base + 7;
    UPDATE rollup_settings.t SET c = 'green', f = 0.3 WHERE id = base + 9;
    DELETE FROM rollup_settings.t WHERE id = base + 1 OR id = base + 2;
    INSERT INTO rollup_settings.o SELECT (json_populate_record(NULL::rollup_settings.o, json_build_object('id', base + n, 'x', n, 'ci', substr('aAbBcCdD', n, 1),
        'lt', CASE n % 3 WHEN 0 THEN 'a.b' WHEN 1 THEN 'a.c' END, 'hs', CASE n % 2 WHEN 0 THEN 'a=>NULL' END, 'cu', CASE n % 2 WHEN 0 THEN '(0.3333333333333333)' END))).* FROM generate_series(1, 8) AS n;
    UPDATE rollup_settings.o SET x = x + 1 WHERE id >= base;
    DELETE FROM rollup_settings.o WHERE id = base + 3;
END $$;

-- differences and errors of a round under a setting; nothing is printed where there are none
CREATE PROCEDURE try(round int, name text, value text) LANGUAGE plpgsql AS $$
DECLARE
    rollup text;
    n bigint;
    was text := current_setting(name);
BEGIN
    PERFORM set_config(name, value, false);
    DISCARD PLANS;
    BEGIN
        PERFORM rollup_settings.write(round);
        PERFORM rollup_settings.write(round + 50);
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING '% = %: %', name, value, sqlerrm;
    END;
    FOREACH rollup IN ARRAY ARRAY['r', 'z', 'p', 'others'] LOOP
        SELECT count(*) INTO n FROM emgov.verify_rollup('rollup_settings.' || rollup);
        IF n > 0 THEN
            RAISE WARNING '% = %: % differs in % rows', name, value, rollup, n;
            EXECUTE format('CALL emgov.rebuild_rollup(%L)', 'rollup_settings.' || rollup);
        END IF;
    END LOOP;
    PERFORM set_config(name, was, false);
END $$;

SELECT write(0);
DO $$
DECLARE
    s record;
    round int := 0;
BEGIN
    FOR s IN VALUES ('extra_float_digits', '0'), ('extra_float_digits', '-15'), ('extra_float_digits', '3'), ('DateStyle', 'SQL, DMY'), ('DateStyle', 'German'),
                    ('DateStyle', 'Postgres, MDY'), ('IntervalStyle', 'sql_standard'), ('IntervalStyle', 'iso_8601'), ('IntervalStyle', 'postgres_verbose'),
                    ('TimeZone', 'Asia/Shanghai'), ('TimeZone', 'America/New_York'), ('TimeZone', '<x>-3:17'), ('timezone_abbreviations', 'Australia'),
                    ('timezone_abbreviations', 'India'), ('array_nulls', 'off'), ('bytea_output', 'escape'), ('xmlbinary', 'hex'), ('xmloption', 'document'),
                    ('transform_null_equals', 'on'), ('standard_conforming_strings', 'off'), ('backslash_quote', 'off'), ('escape_string_warning', 'off'),
                    ('quote_all_identifiers', 'on'), ('search_path', 'rollup_settings'), ('search_path', ''), ('search_path', 'pg_temp, rollup_settings, pg_catalog'),
                    ('plan_cache_mode', 'force_generic_plan'), ('plan_cache_mode', 'force_custom_plan'), ('enable_hashagg', 'off'), ('enable_sort', 'off'), ('work_mem', '64kB'),
                    ('jit', 'on'), ('row_security', 'off'), ('session_replication_role', 'replica'), ('session_replication_role', 'local'), ('lc_numeric', 'C'),
                    ('lc_monetary', 'C'), ('lc_time', 'C'), ('default_text_search_config', 'simple'), ('constraint_exclusion', 'on'), ('check_function_bodies', 'off'),
                    ('default_transaction_isolation', 'serializable'), ('enable_partition_pruning', 'off'), ('client_encoding', 'LATIN1'), ('from_collapse_limit', '1'),
                    ('emgov.rollup_fold_threshold', '1'), ('emgov.rollup_fold_threshold', '0'), ('client_min_messages', 'error') LOOP
        round := round + 1;
        CALL rollup_settings.try(round, s.column1, s.column2);
    END LOOP;
    RAISE WARNING '% settings tried', round;
END $$;

SELECT count(*) FROM verify_rollup('r');
SELECT count(*) FROM verify_rollup('z');
SELECT count(*) FROM verify_rollup('p');
SELECT count(*) FROM verify_rollup('others');

-- labels renamed, and two of them swapped, while plans are kept and after they are gone
SELECT write(900);
ALTER TYPE colour RENAME VALUE 'green' TO 'verde';
ALTER TYPE colour RENAME VALUE 'red' TO 'green';
ALTER TYPE colour RENAME VALUE 'verde' TO 'red';
UPDATE t SET c = c WHERE id % 2 = 0;
SELECT count(*) FROM verify_rollup('r');
DISCARD PLANS;
UPDATE t SET c = 'red' WHERE id % 3 = 0;
UPDATE t SET c = 'green' WHERE id % 3 = 1;
UPDATE t SET c = 'green' WHERE id = 903;
SELECT count(*) FROM verify_rollup('r');
ALTER TYPE colour RENAME VALUE 'red' TO 'rot';
DISCARD PLANS;
UPDATE t SET x = x + 1;
DELETE FROM t WHERE id % 5 = 0;
SELECT count(*) FROM verify_rollup('r');
CALL fold_rollup('r');
SELECT count(*) FROM verify_rollup('r');
-- verify_rollup's own condition means the same whatever is set
SET extra_float_digits = 0;
SET DateStyle = 'SQL, DMY';
SELECT count(*) FROM verify_rollup('r', $$day < '2024-02-04' AND x > 0.10$$);
RESET ALL;
SET client_min_messages = warning;
DROP SCHEMA rollup_settings CASCADE;
