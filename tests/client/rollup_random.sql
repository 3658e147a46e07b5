-- Random rollups over random tables under random statements, each compared with its
-- query after every statement. Variables: cases, seed. See rollup_random.sh.
\set ON_ERROR_STOP 1
\set QUIET 1
\set VERBOSITY verbose
SET client_min_messages = warning;
SET timezone = 'Asia/Shanghai';
SET jit = off;
CREATE SCHEMA rollup_random;
SET search_path = rollup_random;

-- One of several texts, at random.
CREATE FUNCTION pick(VARIADIC texts text[]) RETURNS text LANGUAGE sql VOLATILE AS
$$ SELECT texts[1 + floor(random() * cardinality(texts))::int] $$;

-- A random whole number from 0 to n - 1.
CREATE FUNCTION roll(n int) RETURNS int LANGUAGE sql VOLATILE AS
$$ SELECT floor(random() * n)::int $$;

-- Some of several texts, at random, at least one.
CREATE FUNCTION choose(VARIADIC texts text[]) RETURNS text[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE result text[];
BEGIN
    LOOP
        SELECT array_agg(t ORDER BY random()) INTO result FROM unnest(texts) t WHERE random() < 0.3;
        EXIT WHEN result IS NOT NULL;
    END LOOP;
    RETURN result;
END $$;

-- A row's values, as an expression of g: (id, a, b, c, d, e, f, p).
CREATE FUNCTION row_values() RETURNS text LANGUAGE sql VOLATILE AS $$
SELECT format($f$g, CASE WHEN %s THEN NULL ELSE (g * 7 + %s) %% 4 END,
    CASE WHEN (g + %s) %% 6 = 0 THEN NULL ELSE 'b' || (g %% 3) END,
    CASE (g * 31 + %s) %% 40 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN NULL
         ELSE ((g %% 1000) - 300) / 8.0 END::numeric,
    date '2024-01-01' + (g * %s) %% 90, CASE WHEN g %% 11 = 0 THEN NULL ELSE 9000000000000000000 - g END,
    (g %% 100)::smallint, g %% 3$f$,
    pick('g % 5 = 0', 'false', 'g % 2 = 1'), roll(10), roll(6), roll(40), 1 + roll(9)) $$;

-- Change a setting at random, until the end of the case (S27).
CREATE PROCEDURE change_setting() LANGUAGE plpgsql AS $$
DECLARE
    s text[] := string_to_array(pick('extra_float_digits=0', 'extra_float_digits=-15', 'extra_float_digits=3', 'DateStyle=SQL, DMY', 'DateStyle=German', 'DateStyle=ISO, MDY',
        'IntervalStyle=iso_8601', 'TimeZone=America/New_York', 'TimeZone=UTC', 'timezone_abbreviations=India', 'timezone_abbreviations=Default', 'array_nulls=off', 'bytea_output=escape',
        'transform_null_equals=on', 'standard_conforming_strings=off', 'quote_all_identifiers=on', 'backslash_quote=off', 'plan_cache_mode=force_generic_plan', 'plan_cache_mode=auto',
        'enable_hashagg=off', 'enable_hashagg=on', 'work_mem=64kB', 'work_mem=4MB', 'session_replication_role=replica', 'session_replication_role=origin', 'session_replication_role=local',
        'row_security=off', 'lc_numeric=C', 'emgov.rollup_fold_threshold=0', 'emgov.rollup_fold_threshold=1', 'emgov.rollup_fold_threshold=500'), '=');
BEGIN
    PERFORM set_config(s[1], s[2], true);
    IF random() < 0.1 THEN
        DISCARD PLANS;
    END IF;
END $$;

-- Make table t: plain, or partitioned in one of several ways.
CREATE PROCEDURE make_table(OUT leaves text[]) LANGUAGE plpgsql AS $$
DECLARE
    columns CONSTANT text := 'id int, gone text, a int, b text, c numeric, d date, e bigint, f smallint, p int, gen int GENERATED ALWAYS AS (a * 3 + f) STORED';
    other CONSTANT text := 'gen int GENERATED ALWAYS AS (a * 3 + f) STORED, p int, f smallint, e bigint, gone2 int, d date, c numeric, b text, a int, id int, gone text';
BEGIN
    leaves := '{}';
    CASE roll(4)
        WHEN 0, 1 THEN
            EXECUTE 'CREATE TABLE t (' || columns || ')';
            ALTER TABLE t ADD PRIMARY KEY (id);
        WHEN 2 THEN
            EXECUTE 'CREATE TABLE t (' || columns || ') PARTITION BY LIST (p)';
            CREATE TABLE t0 PARTITION OF t FOR VALUES IN (0);
            EXECUTE 'CREATE TABLE t1 (' || other || ')';
            ALTER TABLE t1 DROP COLUMN gone2;
            ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1);
            CREATE TABLE t2 PARTITION OF t DEFAULT;
            leaves := '{t0,t1,t2}';
        ELSE
            EXECUTE 'CREATE TABLE t (' || columns || ') PARTITION BY LIST (p)';
            EXECUTE 'CREATE TABLE t0 (' || other || ') PARTITION BY HASH (id)';
            ALTER TABLE t0 DROP COLUMN gone2;
            ALTER TABLE t ATTACH PARTITION t0 FOR VALUES IN (0, 1);
            CREATE TABLE t00 PARTITION OF t0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE t01 PARTITION OF t0 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
            leaves := '{t00,t01,t2}';
    END CASE;
    ALTER TABLE t DROP COLUMN gone;
END $$;

-- A random query over t.
CREATE FUNCTION random_query() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    keys text[] := '{}';
    aggregates text[];
    filters text[] := ARRAY['', '', ' FILTER (WHERE a > 1)', ' FILTER (WHERE c < 10)', ' FILTER (WHERE b = ''b1'')', ' FILTER (WHERE gen > 4)',
        ' FILTER (WHERE c::float8 / 3 < 0.30000000000000004)', ' FILTER (WHERE (d::timestamp AT TIME ZONE ''Asia/Shanghai'') < ''2024-02-01 00:00:00.000001 IST'')'];
    result text;
BEGIN
    IF random() < 0.85 THEN
        keys := choose('a', 'b', 'd', 'p', 'a % 2', 'lower(b)', 'c IS NULL', 'coalesce(b, ''none'')', 'f / 10',
                     'emgov.month_of(d)', 'round(c, -1)', 'extract(year FROM d)', 'd > date ''2024-02-01''', 'e',
                     'ARRAY[a, p]', 'gen', 'gen % 4', 'ARRAY[b, NULL] = ''{NULL,NULL}''::text[]', 'd IN (''2024-02-03'', ''2024-03-02'')');
    END IF;
    aggregates := choose('count(*)', 'count(a)', 'count(c)', 'count(d + 1)', 'sum(a)', 'sum(f)', 'sum(e)', 'sum(c)',
                       'sum(c * 2)', 'sum(a + f)', 'sum(id)', 'emgov.yoy_agg(a, d, daterange(''2024-02-01'', ''2024-03-01''))', 'emgov.accident_agg(a, f::int, abs(id) / 100.0)',
                       'emgov.inspection_agg(f::int, f::int, 0, 0)', 'sum(a::bigint)', 'sum(gen)', 'count(gen)');
    SELECT 'SELECT ' || string_agg(x || ' AS c' || n, ', ' ORDER BY n) INTO result
    FROM (SELECT x, row_number() OVER (ORDER BY random()) AS n
          FROM (SELECT unnest(keys) AS x
                UNION ALL SELECT x || pick(VARIADIC filters) FROM unnest(aggregates) x) u) w;
    result := result || ' FROM t' || pick('', ' AS z', ' WHERE a > 0', ' WHERE p <> 1 OR c > 0', ' WHERE f % 2 = 0 AND b IS NOT NULL', ' WHERE gen IS DISTINCT FROM 3');
    IF keys <> '{}' THEN
        result := result || ' GROUP BY ' || array_to_string(keys, ', ');
    END IF;
    RETURN result;
END $$;

-- A random statement.
CREATE FUNCTION random_statement(leaves text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    kind int := roll(20);
    leaf text := pick(VARIADIC leaves || '{t}'::text[]);
    n int := pick('1', '1', '2', '30')::int;
    start int := (SELECT coalesce(max(id), 0) + 1 FROM t);
    condition text := pick('id = ' || roll(start + 1), 'id % ' || (2 + roll(9)) || ' = 0', 'a = 1', 'b IS NULL', 'p = ' || roll(3), 'id > ' || roll(start + 1));
    columns CONSTANT text := 'id, a, b, c, d, e, f, p';
BEGIN
    RETURN CASE
        WHEN kind <= 5 THEN
            format('INSERT INTO t (%s) SELECT %s FROM generate_series(%s, %s) g', columns, row_values(), start, start + n - 1)
        WHEN kind <= 7 THEN
            format('UPDATE %s SET %s WHERE %s', leaf, pick('a = a + 1', 'c = c * 2', 'c = ''NaN''', 'c = NULL', 'e = e - 5', 'f = 3', 'b = b', 'd = d + 40'), condition)
        WHEN kind <= 9 THEN
            format('UPDATE %s SET %s WHERE %s', leaf, pick('b = ''moved''', 'b = NULL', 'a = abs(3 - a)', 'a = NULL'), condition)
        WHEN kind <= 11 THEN
            format('UPDATE t SET p = %s WHERE %s', roll(3), condition)
        WHEN kind <= 13 THEN
            format('DELETE FROM %s WHERE %s', leaf, condition)
        WHEN kind = 14 THEN
            CASE WHEN leaves = '{}' THEN
                format('INSERT INTO t (%s) SELECT %s FROM generate_series(%s, %s) g ON CONFLICT (id) DO UPDATE SET c = excluded.c + 1, b = t.b || ''u''',
                       columns, row_values(), greatest(start - 5, 1), start + n)
            ELSE
                format('WITH gone AS (DELETE FROM t WHERE %s RETURNING *) INSERT INTO t (%s) SELECT %s FROM gone WHERE id %% 2 = 0', condition, columns, columns)
            END
        WHEN kind = 15 THEN
            format(CASE WHEN current_setting('server_version_num')::int >= 170000 THEN pick('%s', 'WITH m AS (%s) SELECT 1', 'WITH m AS (%s RETURNING t.id) SELECT count(*) FROM m') ELSE '%s' END,
                format('MERGE INTO t USING (SELECT g, g AS gid FROM generate_series(%s, %s) g) s ON t.id = s.gid %s WHEN MATCHED THEN UPDATE SET %s %s',
                   greatest(start - 5, 1), start + 2, pick('WHEN MATCHED AND t.id % 2 = 0 THEN DELETE', ''),
                   pick('a = 2, c = 1', 'p = (t.p + 1) % 3', 'p = 1, a = abs(3 - t.a)', 'b = ''moved'', a = NULL'),
                   pick('WHEN NOT MATCHED THEN INSERT (id, a, b, c, d, e, f, p) VALUES (s.gid, 1, ''m'', 5, date ''2024-03-01'', 1, 1, 0)', '')))
        WHEN kind = 16 THEN
            CASE WHEN random() < 0.3 THEN 'TRUNCATE ' || leaf ELSE 'DELETE FROM t WHERE false' END
        WHEN kind = 17 THEN 'CALL emgov.fold_rollup(''r'', ' || pick('1', '3', 'NULL') || ')'
        WHEN kind = 18 THEN
            CASE WHEN 't2' = ANY (leaves) THEN 'DETACH' ELSE 'CALL emgov.fold_rollup(''r'')' END
        ELSE
            format('ABORT UPDATE t SET b = ''never'', a = 0 WHERE %s', condition)
    END;
END $$;

-- How many rows differ.
CREATE FUNCTION differing() RETURNS bigint LANGUAGE sql VOLATILE AS
$$ SELECT count(*) FROM emgov.verify_rollup('rollup_random.r') $$;

-- One case: a table, a query, twelve statements.
CREATE PROCEDURE run_case(number int) LANGUAGE plpgsql AS $$
DECLARE
    leaves text[];
    query text;
    statement text;
    done text := '';
    bound text;
BEGIN
    CALL make_table(leaves);
    EXECUTE format('INSERT INTO t (id, a, b, c, d, e, f, p) SELECT %s FROM generate_series(1, %s) g', row_values(), roll(60));
    query := random_query();
    PERFORM set_config('emgov.rollup_fold_threshold', pick('0', '1', '3', '5000'), true);
    CALL emgov.create_rollup('r', query);
    FOR i IN 0..12 LOOP
        IF differing() <> 0 THEN
            RAISE EXCEPTION 'case %: rollup differs from its query', number
                USING DETAIL = query || done || E'\n' ||
                    (SELECT string_agg(side || ' ' || record::text, E'\n') FROM emgov.verify_rollup('rollup_random.r'));
        END IF;
        IF random() < 0.5 THEN
            CALL change_setting();
        END IF;
        statement := random_statement(leaves);
        done := done || E';\n' || statement;
        IF statement = 'DETACH' THEN
            bound := (SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 't2'::regclass);
            ALTER TABLE t DETACH PARTITION t2;
            IF differing() <> 0 THEN
                RAISE EXCEPTION 'case %: rollup differs after DETACH', number USING DETAIL = query || done;
            END IF;
            UPDATE t2 SET a = 1 WHERE id % 3 = 0;
            EXECUTE 'ALTER TABLE t ATTACH PARTITION t2 ' || bound;
        ELSIF statement LIKE 'ABORT %' THEN
            BEGIN
                EXECUTE substr(statement, 7);
                IF differing() <> 0 THEN
                    RAISE EXCEPTION 'case %: rollup differs before the abort', number USING DETAIL = query || done;
                END IF;
                RAISE EXCEPTION division_by_zero;
            EXCEPTION WHEN division_by_zero THEN
            END;
        ELSE
            BEGIN
                EXECUTE statement;
            EXCEPTION WHEN check_violation OR numeric_value_out_of_range THEN
                -- a row without a partition, or a smallint too large: undone as a whole
            END;
        END IF;
    END LOOP;
    IF random() < 0.5 THEN
        CALL emgov.drop_rollup('r');
    END IF;
    DROP TABLE t CASCADE;
    IF to_regclass('r_total') IS NOT NULL OR EXISTS (SELECT FROM emgov.rollup) THEN
        RAISE EXCEPTION 'case %: something of the rollup is left', number;
    END IF;
END $$;

CREATE PROCEDURE run(cases int, seed int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..cases LOOP
        PERFORM setseed(((seed + i) % 1000003) / 1000003.0);
        CALL run_case(seed + i);
        COMMIT;
    END LOOP;
END $$;

CALL run(:cases, :seed);
DROP SCHEMA rollup_random CASCADE;
\echo :cases 'random rollups, each compared 13 times or more: all equal (seed' :seed')'
