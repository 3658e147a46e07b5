-- What a role that may write definitions, and nothing else, can put into one: S1 to S4, S7. Every
-- input is tried on every caller of the reader; nothing that was laid out may ever have run.
SET client_min_messages = warning;
SELECT * FROM no_plan();
\ir ../ledger/owner.sql
CREATE ROLE expr_author;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, expr_author', current_database()) \gexec
GRANT CREATE ON SCHEMA public TO ledger_owner;

-- what runs in a trap: it is seen even if the statement is rolled back
CREATE SEQUENCE public.canary;
GRANT USAGE ON SEQUENCE public.canary TO PUBLIC;
SET ROLE expr_author;
CREATE SCHEMA m;
GRANT USAGE ON SCHEMA m TO PUBLIC;
CREATE FUNCTION m.boom() RETURNS boolean LANGUAGE sql VOLATILE AS $$ SELECT nextval('public.canary') > 0 $$;
CREATE FUNCTION m.quiet() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('public.canary'); RETURN true; END $$;
CREATE FUNCTION m.taken(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('public.canary'); RETURN true; END $$;
CREATE FUNCTION m.same(int, int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('public.canary'); RETURN true; END $$;
CREATE OPERATOR m.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = m.same);
CREATE OPERATOR m.= (LEFTARG = int, RIGHTARG = int, FUNCTION = m.same);
CREATE DOMAIN m.dom AS int CHECK (m.boom());
CREATE DOMAIN m.words AS text CHECK (m.boom());
CREATE TYPE m.comp AS (d m.dom);
CREATE TYPE m.deep AS (c m.comp);
CREATE TYPE m.drange AS RANGE (subtype = m.dom, multirange_type_name = m.dmulti);
CREATE TYPE m.own_enum AS ENUM ('a', 'b');
CREATE CAST (text AS m.comp) WITH INOUT AS IMPLICIT;
RESET ROLE;

SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
CREATE TABLE ledger.probe (id int PRIMARY KEY, day date NOT NULL, status text, n numeric, k int, f float8, b bytea, iv interval, ts timestamp, tz timestamptz, j json, jb jsonb, x xml,
    p point, d m.dom, da m.dom[], c m.comp, ca m.comp[], r m.drange, mr m.dmulti, w m.words, e m.own_enum, ia int[], secret text);
CALL emgov.create_rollup('public.probe_daily', 'SELECT day, status, n, k, count(*) AS records FROM ledger.probe GROUP BY 1, 2, 3, 4');
GRANT USAGE ON SCHEMA ledger TO expr_author;
GRANT SELECT, INSERT, UPDATE ON ledger.indicator, ledger.check_rule TO expr_author;
GRANT SELECT (id, day, status, n, k, f, b, iv, ts, tz, j, jb, x, p, d, da, c, ca, r, mr, w, e, ia) ON ledger.probe TO expr_author;
GRANT SELECT ON public.probe_daily, public.probe_daily_query TO expr_author;
CREATE FUNCTION public.tried(caller text, input text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CASE caller
        WHEN 'filter' THEN
            INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
            VALUES ('Z', 'x', 'count', 'probe', 'day', input, 'city', 'period', 'x', 'x');
        WHEN 'base_filter' THEN
            INSERT INTO ledger.indicator (code, name_zh, kind, aggregate, source, date_column, filter, base_filter, scope, cutoff, unit, definition_zh)
            VALUES ('Z', 'x', 'share', 'count', 'probe', 'day', 'true', input, 'city', 'period', 'x', 'x');
        WHEN 'measure' THEN
            INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
            VALUES ('Z', 'x', 'distinct', 'probe', 'day', input, 'city', 'period', 'x', 'x');
        WHEN 'violation' THEN
            INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('Z', 'hard', 'probe', input, 'x');
        WHEN 'verify_rollup' THEN
            PERFORM * FROM emgov.verify_rollup('public.probe_daily', input);
        ELSE
            PERFORM emgov_internal.check_expression('ledger.probe', input);
    END CASE;
    RAISE EXCEPTION USING ERRCODE = '0Z0ZZ', MESSAGE = 'taken';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN '0Z0ZZ' THEN 'taken' ELSE SQLSTATE END;
END
$$;
RESET ROLE;
CREATE TEMP TABLE caller AS SELECT * FROM (VALUES (1, 'filter'), (2, 'base_filter'), (3, 'measure'), (4, 'violation'), (5, 'verify_rollup'), (6, 'check_expression')) AS v (n, caller);
GRANT SELECT ON caller TO PUBLIC;

-- state: what is raised; a condition of verify_rollup() may lack the column, and says that instead
CREATE TEMP TABLE bad (n int GENERATED ALWAYS AS IDENTITY, s text, input text, state text);
GRANT SELECT ON bad TO PUBLIC;
INSERT INTO bad (s, state, input) VALUES
    ('S1', '42P17', '*'), ('S1', '42P17', 'probe.*'), ('S1', '42601', ''), ('S1', '42601', ' '), ('S1', '42601', 'FROM pg_class'), ('S1', '42601', 'WHERE true'), ('S1', '42601', 'true FROM pg_class'),
    ('S1', '42601', 'true WHERE true'), ('S1', '42601', 'true, true'), ('S1', '42601', 'true; true'), ('S1', '42601', 'true AS x'), ('S1', '42601', 'true ORDER BY 1'), ('S1', '42601', 'true LIMIT 1'),
    ('S1', '42601', 'true GROUP BY 1'), ('S1', '42601', 'true HAVING true'), ('S1', '42601', 'DISTINCT true'), ('S1', '42601', 'true FOR UPDATE'), ('S1', '42601', 'true UNION SELECT true'),
    ('S1', '42601', 'SELECT true'), ('S1', '42601', 'true) OR (true'), ('S1', '42601', '-- nothing'), ('S1', '42601', '/* open'), ('S1', '42601', 'status = ''open'), ('S1', '42601', 'true WINDOW w AS ()'),
    ('S1', '42P17', '(status, k)'), ('S1', '42P17', 'ROW(status, k) = ROW(''a'', 1)'), ('S1', '42P17', '(1, 2) IN ((1, 2))'), ('S1', '42P17', '(SELECT true)'), ('S1', '42P17', 'EXISTS (SELECT)'),
    ('S1', '42P17', 'k IN (SELECT 1)'), ('S1', '42P17', 'ARRAY(SELECT 1) = ''{1}'''), ('S1', '42P17', 'k > ALL (SELECT 1)'), ('S1', '42P17', 'count(*) > 0'), ('S1', '42P17', 'sum(n) > 0'),
    ('S1', '42P17', 'max(k) FILTER (WHERE true) > 0'), ('S1', '42P17', 'GROUPING(k) = 0'), ('S1', '42P17', 'row_number() OVER () > 0'), ('S1', '42P17', 'generate_series(1, 3) > 0'),
    ('S1', '42P17', 'unnest(ARRAY[true])'), ('S1', '42P17', '$1'), ('S1', '42P17', 'k = $2'), ('S1', '42P17', 'DEFAULT'), ('S1', '42P17', 'xmlelement(name a) IS NULL'), ('S1', '42P17', 'concat(VARIADIC ARRAY[''a'']) = ''a'''),
    ('S1', '42703', 'nosuch = 1'), ('S1', '42883', 'nosuch(k)'), ('S1', '54000', repeat('k + ', 4000) || '1 > 0'), ('S1', '54001', repeat('NOT ', 2000) || 'true'), ('S1', '54001', repeat('- ', 3000) || 'k > 0'),
    ('S1', '54001', repeat('k + ', 600) || '1 > 0'), ('S1', '54001', repeat('abs(', 800) || 'k' || repeat(')', 800) || ' > 0'), ('S1', '54001', repeat('ARRAY[', 700) || 'k' || repeat(']', 700) || ' IS NULL'),
    ('S2', '42P17', '''{1}''::m.dom[] IS NOT NULL'), ('S2', '42P17', '''(1)''::m.comp IS NOT NULL'), ('S2', '42P17', '''((1))''::m.deep IS NOT NULL'), ('S2', '42P17', '''[1,2)''::m.drange IS NOT NULL'),
    ('S2', '42P17', '''{[1,2)}''::m.dmulti IS NOT NULL'), ('S2', '42P17', 'm.dom ''1'' = 1'), ('S2', '42P17', 'm.dom(1) = 1'), ('S2', '42P17', 'm.comp(''(1)'') IS NULL'), ('S2', '42P17', '1::m.dom = 1'),
    ('S2', '42P17', 'CAST(''{"(1)"}'' AS m.comp[]) IS NULL'), ('S2', '42P17', 'ARRAY[]::m.dom[] = ''{1}'''), ('S2', '42P17', '''a''::m.words = ''a'''), ('S2', '42P17', '''a''::m.own_enum = ''a'''),
    ('S2', '42P17', '''1''::ledger.probe IS NULL'), ('S2', '42P17', '''{}''::ledger.probe[] IS NULL'), ('S2', '42P17', 'd = 1'), ('S2', '42P17', 'd IS NULL'), ('S2', '42P17', 'da = ''{1}'''), ('S2', '42P17', 'c = ''(1)'''),
    ('S2', '42P17', '(c).d = 1'), ('S2', '42P17', 'ca IS NULL'), ('S2', '42P17', 'r = ''[1,2)'''), ('S2', '42P17', 'mr = ''{[1,2)}'''), ('S2', '42P17', 'w = ''a'''), ('S2', '42P17', 'COALESCE(c, ''(1)'') IS NULL'),
    ('S2', '42P17', 'CASE WHEN true THEN d END = 1'), ('S2', '42P17', 'probe IS NULL'), ('S2', '42P17', 'probe = ''(1)'''), ('S2', '42P17', 'ctid IS NULL'), ('S2', '42P17', 'tableoid = 1'),
    ('S2', '42P17', 'k OPERATOR(m.===) 1'), ('S2', '42P17', 'k OPERATOR(m.=) 1'), ('S2', '42P17', 'm.quiet()'), ('S2', '42P17', 'm.taken(k)'), ('S2', '42P17', 'm.boom()'), ('S2', '42P17', 'status COLLATE m.c = ''a'''),
    ('S2', '42P17', 'regclass(''m.comp'') IS NULL'), ('S2', '42P17', '''pg_class''::regclass = 1'), ('S2', '42P17', '''boom''::regproc IS NULL'), ('S2', '42P17', '''a''::xml IS NULL'), ('S2', '42P17', 'xml(''<a/>'') IS NULL'),
    ('S2', '42P17', '''1''::money > ''0'''), ('S2', '42P17', '''x''::refcursor IS NULL'), ('S2', '42P17', '''x''::cstring IS NULL'), ('S2', '42P17', 'NULL::record IS NULL'), ('S2', '42P17', 'NULL::anyelement IS NULL'),
    ('S2', '42P17', 'jsonb_populate_record(NULL::m.comp, ''{"d": 1}'') IS NULL'), ('S2', '42P17', 'jsonb_populate_record(NULL::ledger.probe, ''{}'') IS NULL'), ('S2', '42P17', 'json_populate_record(probe, ''{}'') IS NULL'),
    ('S3', '42P17', 'emgov_internal.streak(ARRAY[1], k) = 1'), ('S3', '42P17', 'emgov_internal.fill(''a'', ''b'', ''c'') = ''a'''), ('S3', '42P17', 'emgov_internal.record_key(NULL) IS NULL'), ('S3', '42P17', 'emgov_internal.check_expression(NULL, ''1'') IS NULL'),
    ('S3', '42P17', 'pg_read_file(''PG_VERSION'') IS NULL'), ('S3', '42P17', 'pg_sleep(0) IS NULL'), ('S3', '42P17', 'current_setting(''port'') = ''1'''), ('S3', '42P17', 'set_config(''a.b'', ''c'', true) = ''c'''),
    ('S3', '42P17', 'has_table_privilege(''pg_class'', ''SELECT'')'), ('S3', '42P17', 'query_to_xml(''SELECT 1'', true, true, '''') IS NULL'), ('S3', '42P17', 'nextval(''public.canary'') > 0'), ('S3', '42P17', 'random() > 0.5'),
    ('S3', '42P17', 'lo_get(1) IS NULL'), ('S3', '42P17', 'textin(''a'') = ''a'''), ('S3', '42P17', 'byteaout(b) IS NULL'), ('S3', '42P17', 'record_eq(NULL, NULL)'), ('S3', '42P17', 'to_tsvector(''english'', status) IS NULL'),
    ('S4', '42P17', 'day = current_date'), ('S4', '42P17', 'status = current_user'), ('S4', '42P17', 'day < now()'), ('S4', '42P17', 'day = ''today'''), ('S4', '42P17', 'day < ''tomorrow''::date'), ('S4', '42P17', 'day < date ''yesterday'''),
    ('S4', '42P17', 'day <@ ''[2000-01-01,today]''::daterange'), ('S4', '42P17', 'day = ANY (''{today}''::date[])'), ('S4', '42P17', 'day = ANY (''{2024-01-01,"NOW"}'')'), ('S4', '42P17', 'ts < ''00:00 today''::timestamp'),
    ('S4', '42P17', 'ts < ''10:00 yesterday'''), ('S4', '42P17', '''{[2000-01-01,Tomorrow)}''::datemultirange @> day'), ('S4', '42P17', 'tz < ''now'''), ('S4', '22008', 'day < ''07/05/2024'''), ('S4', '22007', 'day < ''2024/07/05'''),
    ('S4', '22007', 'day < ''Jul 5 2024'''), ('S4', '22007', 'day < ''24-7-5'''), ('S4', '22007', 'day < ''epoch'''), ('S4', '22007', 'day <@ ''[2024-7-5,)''::daterange'), ('S4', '22007', 'tz < ''2024-07-05'''),
    ('S4', '22007', 'tz < ''2024-07-05 08:00'''), ('S4', '22007', 'tz < ''2024-07-05 08:00 CST'''), ('S4', '42P17', 'f::text = ''0.3'''), ('S4', '42P17', 'status || f = ''a0.3'''), ('S4', '42P17', 'b::text = ''\x41'''),
    ('S4', '42P17', 'iv::text = ''1 day'''), ('S4', '42P17', 'day::text = ''2024-07-05'''), ('S4', '42P17', 'tz::text = ''a'''), ('S4', '42P17', 'p::text = ''(1,2)'''), ('S4', '42P17', 'ia::text = ''{1}'''), ('S4', '42P17', 'e::text = ''a'''),
    ('S4', '42P17', 'status::date = ''2024-07-05'''), ('S4', '42P17', 'concat(f) = ''0.3'''), ('S4', '42P17', 'format(''%s'', f) = ''0.3'''), ('S4', '42P17', 'array_to_string(ARRAY[f], '''') = ''a'''), ('S4', '42P17', 'to_jsonb(f) = ''0.3'''),
    ('S4', '42P17', 'to_char(day, ''Mon'') = ''Jul'''), ('S4', '42P17', 'to_date(status, ''Mon'') = ''2024-07-05'''), ('S4', '42P17', 'jsonb_build_array(f) = ''[0.3]'''), ('S4', '42P17', 'day + ''1 day''::interval < now()'),
    ('S4', '42P17', 'tz::date = ''2024-07-05'''), ('S4', '42P17', 'date_trunc(''day'', tz) = tz'), ('S4', '42P17', 'extract(hour FROM tz) = 1'), ('S4', '42501', 'secret = ''a'''),
    ('S4', '42P17', 'day = date(''today'')'), ('S4', '42P17', 'ts = "timestamp"(''now'')'), ('S4', '42P17', 'tstzrange(''now'', NULL) @> tz'), ('S4', '42P17', 'day IN (''2024-07-05'', ''today'')'), ('S4', '42P17', 'day = ANY (ARRAY[''today''::date])'),
    ('S4', '42P17', 'day = ANY (ARRAY[''today'']::date[])'), ('S4', '42P17', 'CASE day WHEN ''today'' THEN true END'), ('S4', '42P17', 'GREATEST(day, ''today'') = day'), ('S4', '42P17', 'COALESCE(day, '' today '') = day'),
    ('S4', '42P17', 'NULLIF(day, ''today'') IS NULL'), ('S4', '42P17', 'day = U&''\0074oday'''), ('S4', '42P17', 'day = E''\x74oday'''), ('S4', '42P17', 'day BETWEEN ''2024-01-01'' AND ''today'''), ('S4', '42P17', 'day IS DISTINCT FROM ''TODAY'''),
    ('S4', '42P17', '''now''::time IS NULL'), ('S4', '22007', '''allballs''::time IS NULL'), ('S4', '42P17', 'ts = timestamp(0) ''now'''), ('S4', '42P17', '''{{2024-01-01},{today}}''::date[] IS NULL'), ('S4', '42P17', '''{"[today,)"}''::daterange[] IS NULL'),
    ('S4', '42P17', '(''to'' || ''day'')::date = day'), ('S3', '42P17', 'date_in(''today''::cstring) = day'), ('S3', '42P17', 'json_populate_record(NULL::m.comp, j) IS NULL');
SET ROLE expr_author;
SELECT ok((SELECT count(*) FROM bad) >= 150, (SELECT count(*) FROM bad) || ' broken inputs, ' || (SELECT count(*) FROM caller) || ' callers');
CREATE TEMP TABLE result AS SELECT c.n AS c, c.caller, b.*, public.tried(c.caller, b.input) AS got FROM bad b, caller c;
SELECT is((SELECT string_agg(format('%s %s: %s, not %s', caller, left(input, 60), got, state), E'\n' ORDER BY n, c) FROM result AS r
            WHERE r.s = kind.s AND CASE WHEN caller = 'verify_rollup' THEN got = 'taken' OR got LIKE 'XX%' ELSE got <> state END), NULL,
          s || ': every caller refuses what is no harmless expression, with the right SQLSTATE')
  FROM (SELECT DISTINCT s FROM bad) AS kind ORDER BY s;
SELECT is((SELECT string_agg(caller || ' ' || s, ', ') FROM (SELECT caller, s FROM result GROUP BY 1, 2 HAVING bool_or(got LIKE 'XX%')) AS x), NULL, 'S1: nothing is an internal error');

-- ------------------------------------------------------------------ what may be written
CREATE TEMP TABLE good (input text);
INSERT INTO good VALUES ('status = ''valid'''), ('day >= ''2024-07-05'''), ('day < date ''2024-07-05'''), ('day <@ ''[2024-01-01,infinity)''::daterange'), ('day = ANY (''{2024-01-01,NULL}'')'), ('tz < ''2024-07-05 08:30:00+08'''),
    ('ts < ''2024-07-05 08:30'''), ('status IN (''a'', ''today'')'), ('status LIKE ''%now%'''), ('k BETWEEN 1 AND 10'), ('n::text = ''1.00'''), ('status IS DISTINCT FROM ''a'''), ('NULLIF(k, 0) > 1'), ('CASE k WHEN 1 THEN true ELSE status IS NULL END'),
    ('extract(year FROM day) = 2024'), ('date_trunc(''month'', ts) = ts'), ('status ~ ''^[a-z]+$'''), ('upper(left(status, 2)) = ''AB'''), ('e = ''a'''), ('ia @> ''{1}'''), ('k = ANY (ia)'), ('jb->>''a'' = ''b'''), ('jb @> ''{"a": 1}'''),
    ('round(n, 2) > abs(k)'), ('emgov.accident_severity(k, 0, n) = ''major'''), ('emgov.month_of(day) = ''2024-07-01'''), ('probe.status = ''a'''), ('GREATEST(k, 1) > COALESCE(n, 0)'), ('status = U&''\4e2d'''), ('b = ''\x41'''), ('iv > ''1 day'''),
    ('f > 0.3'), ('day + 30 < ''2024-07-05'''), ('age(ts, ts) < ''1 mon'''), ('k::numeric(10,2) = 1'), ('status COLLATE "C" < ''b'''), ('(k, n)[1] IS NULL');
DELETE FROM good WHERE input = '(k, n)[1] IS NULL';
SELECT is((SELECT string_agg(format('%s %s: %s', caller, input, got), E'\n') FROM (SELECT c.caller, g.input, public.tried(c.caller, g.input) AS got FROM good g, caller c WHERE c.caller <> 'verify_rollup') AS x
            WHERE got <> 'taken'), NULL, (SELECT count(*) FROM good) || ' harmless expressions are taken by every caller');
SELECT is((SELECT string_agg(input, E'\n') FROM good WHERE input ~ '^(status|day|k|NULLIF|CASE)' AND input !~ 'probe|age|ia|ts' AND public.tried('verify_rollup', input) <> 'taken'), NULL, 'so are conditions of verify_rollup()');

-- ------------------------------------------------------------------ the same meaning for everybody (S4)
CREATE FUNCTION pg_temp.read_under(settings text, input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    read text;
BEGIN
    EXECUTE settings;
    EXECUTE format('SELECT emgov_internal.check_expression(''ledger.probe'', %s)', '$1') INTO read USING input;
    RETURN read;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
CREATE TEMP TABLE setting (line text);
INSERT INTO setting VALUES ('SET DateStyle = ''SQL, DMY'''), ('SET DateStyle = ''Postgres, MDY'''), ('SET DateStyle = ''German'''), ('SET IntervalStyle = ''sql_standard'''), ('SET TimeZone = ''Asia/Shanghai'''), ('SET transform_null_equals = on'),
    ('SET standard_conforming_strings = off'), ('SET backslash_quote = on'), ('SET extra_float_digits = -15'), ('SET bytea_output = ''escape'''), ('SET array_nulls = off'), ('SET search_path = m, pg_catalog'), ('SET xmlbinary = ''hex'''),
    ('SET quote_all_identifiers = on'), ('SET DateStyle = ''ISO, DMY''');
CREATE TEMP TABLE shaped (input text);
INSERT INTO shaped SELECT input FROM good UNION ALL VALUES ('NOT (status = NULL)'), ('status = ''a\b'''), ('day < ''07/05/2024'''), ('iv < ''-1 2:03:04'''), ('f < 0.1'), ('b = ''\101'''), ('ia = ''{1,NULL}'''), ('tz < ''2024-07-05 08:30+08'''), ('k = 1');
CREATE TEMP TABLE plainly AS SELECT input, pg_temp.read_under('RESET ALL', input) AS read FROM shaped;
CREATE TEMP TABLE under AS SELECT line, p.input, p.read, pg_temp.read_under(line, p.input) AS read_so FROM setting, plainly p;
RESET ALL;
SELECT is((SELECT string_agg(line || ': ' || input || ': ' || read || ' / ' || read_so, E'\n') FROM under WHERE read_so <> read), NULL, 'S4: an expression is read alike under any setting');
RESET ROLE;
SELECT is((SELECT is_called FROM public.canary), false, 'S2: nothing that was laid out ever ran');

-- ------------------------------------------------------------------ errors point into the definition (S7)
SET ROLE expr_author;
CREATE FUNCTION pg_temp.told(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
    context text;
BEGIN
    EXECUTE statement;
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
    RETURN concat_ws(' | ', SQLERRM, hint, split_part(context, E'\n', 1));
END
$$;
SELECT is(pg_temp.told($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    VALUES ('Z', 'x', 'count', 'probe', 'day', 'k IN (SELECT id FROM meeting)', 'city', 'period', 'x', 'x')$$),
    'a subquery may not be used in this expression | Make a view that joins what is needed. | filter of indicator Z', 'S7: a subquery: make a view');
SELECT matches(pg_temp.told($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    VALUES ('Z', 'x', 'count', 'probe', 'day', 'statos = ''a''', 'city', 'period', 'x', 'x')$$), '^column "statos" does not exist .*filter of indicator Z$', 'S7: an unknown column is told of the filter');
SELECT matches(pg_temp.told($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES ('Z', 'x', 'count', 'probe', 'ts', 'city', 'period', 'x', 'x')$$), 'no column "ts" of type date .*ts::date AS day', 'S7: a timestamp for a date: how to make one');
SELECT matches(pg_temp.told($$INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('Z', 'hard', 'probe', 'k +', 'x')$$), 'violation of rule Z', 'S7: a rule likewise');
SELECT throws_ok($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
    VALUES ('Z', 'x', 'distinct', 'probe', 'day', $$ || quote_literal(c) || $$, 'city', 'period', 'x', 'x')$$, '42883', NULL, 'S5: what cannot be told apart is not counted once each: ' || c) FROM unnest('{j,p}'::text[]) AS c;
RESET ROLE;
SELECT throws_ok($$SELECT emgov_internal.check_expression('987654321'::regclass, '1', NULL)$$, '42P01', 'there is no relation with OID 987654321', 'a number that is no relation''s');
SELECT throws_ok($$SELECT emgov_internal.check_expression('pg_class', '1', '1259'::regtype)$$, '42704', 'there is no type with OID 1259', 'nor a type''s');
SELECT * FROM finish();
