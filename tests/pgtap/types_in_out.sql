-- S24: every type of emgov, every value given, by every way in and out of it; codes against text without a cast; the
-- least and the greatest; Chinese from every kind of string.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT * FROM no_plan();

-- every type that the extension has is here
CREATE TABLE value (type text, v text);
INSERT INTO value VALUES
    ('uscc', '91110000600037341L'), ('uscc', '9144030071526726XG'), ('uscc', '91350100M000100Y43'),
    ('severity', 'general'), ('severity', 'extraordinary'),
    ('remediation_outcome', 'pending'), ('remediation_outcome', 'upgraded'),
    ('penalty_kind', 'other'), ('penalty_kind', 'detention'),
    ('remediation_summary', '0'), ('remediation_summary', 'pending=1 exited=-2 upgraded=9223372036854775807'),
    ('accident_summary', '0'), ('accident_summary', 'deaths=3 direct_loss=-92233720368547758.08 general=58 extraordinary=1'),
    ('accident_comparison', '0'), ('accident_comparison', 'deaths=43/-47 direct_loss=0.01/92233720368547758.07 larger=1/0'),
    ('inspection_summary', '0'), ('inspection_summary', 'inspections=1 documents=2 hazards=3 major_hazards=4 rectified=5'),
    ('case_summary', '0'), ('case_summary', 'opening=1 filed=2 closed=3 fines=3.50 no_penalty=1 fine=7 detention=-1'),
    ('comparison', '0/0'), ('comparison', '59/65'), ('comparison', '-0.5/195.000000000000000001:3'), ('comparison', '59/65+-7/30.5:3+9223372036854775807/0:1000');
SELECT is((SELECT array_agg(DISTINCT type ORDER BY type) FROM value), (SELECT array_agg(typname::text ORDER BY typname::text) FROM pg_type t
    WHERE typnamespace = 'emgov'::regnamespace AND typtype IN ('b', 'e') AND typcategory <> 'A' AND EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid) OR t.typnamespace = 'emgov'::regnamespace AND typtype = 'e'),
    'the types');

-- what each way makes of $v, which is a value of $t: the very value
CREATE TABLE way (name text, expression text);
INSERT INTO way VALUES
    ('text', '$v::text::$t'), ('CAST', 'CAST(CAST($v AS text) AS $t)'), ('varchar', '$v::varchar::$t'), ('varchar(n)', '$v::varchar(400)::$t'), ('char(n)', '$v::char(400)::$t'),
    ('format', 'format(''%s'', $v)::$t'), ('concat', 'concat($v)::$t'), ('||', '('''' || $v)::$t'), ('quote_literal', 'btrim(quote_literal($v), '''''''')::$t'),
    ('array', '(ARRAY[$v]::text::$t[])[1]'), ('array of two dimensions', '(ARRAY[[$v, NULL]]::text::$t[])[1][1]'), ('array_agg', '(SELECT (array_agg(x))[1] FROM (SELECT $v AS x) s)'),
    ('unnest', '(SELECT x FROM unnest(ARRAY[$v]) x)'), ('array_to_string', 'array_to_string(ARRAY[$v], '','')::$t'), ('text[]', '(ARRAY[$v]::text[]::$t[])[1]'),
    ('record', '(ROW($v, 1)::text::holder_$t).x'), ('composite', '(ROW($v, 1)::holder_$t).x'), ('domain', '$v::domain_$t::$t'), ('domain of text', '$v::text::domain_$t::$t'),
    ('to_jsonb', '(jsonb_populate_record(NULL::holder_$t, jsonb_build_object(''x'', to_jsonb($v)))).x'), ('to_json', '(json_populate_record(NULL::holder_$t, json_build_object(''x'', to_json($v)))).x'),
    ('row to_jsonb', '(jsonb_populate_record(NULL::holder_$t, to_jsonb(ROW($v, 1)::holder_$t))).x'), ('row_to_json', '(json_populate_record(NULL::holder_$t, row_to_json(ROW($v, 1)::holder_$t))).x'),
    ('jsonb_to_record', '(SELECT x FROM jsonb_to_record(jsonb_build_object(''x'', $v)) AS r (x $t))'), ('json_to_recordset', '(SELECT x FROM json_to_recordset(json_build_array(json_build_object(''x'', $v))) AS r (x $t))'),
    ('jsonb_agg', '(SELECT x FROM jsonb_populate_recordset(NULL::holder_$t, (SELECT jsonb_agg(s) FROM (SELECT $v AS x) s)))'), ('array in jsonb', '(jsonb_populate_record(NULL::arrays_$t, to_jsonb(ROW(ARRAY[$v, NULL])::arrays_$t))).x[1]'),
    ('jsonb_object_agg', '(SELECT x FROM (SELECT jsonb_object_agg(''x'', $v) AS j) s, jsonb_to_record(j) AS r (x $t))'), ('json_object_agg', '(SELECT x FROM (SELECT json_object_agg(''x'', $v) AS j) s, json_to_record(j) AS r (x $t))'),
    ('min', '(SELECT min(x) FROM (VALUES ($v), (NULL)) s (x))'), ('max', '(SELECT max(x) FROM (VALUES ($v), (NULL)) s (x))'), ('greatest', 'greatest($v, NULL)'),
    ('mode', '(SELECT mode() WITHIN GROUP (ORDER BY x) FROM (VALUES ($v), ($v)) s (x))'), ('first_value', '(SELECT first_value(x) OVER () FROM (SELECT $v AS x) s)'), ('NULLIF', 'NULLIF($v, NULL)'),
    ('ANY of an array', '(SELECT CASE WHEN $v = ANY (ARRAY[NULL, $v]) THEN $v END)');
INSERT INTO way SELECT 'xml', '(xpath(''/x/text()'', xmlelement(name x, $v)))[1]::text::$t' FROM pg_config WHERE name = 'CONFIGURE' AND setting ~ '--with-libxml';
-- ways of some types
CREATE TABLE way_of (type text, name text, expression text);
INSERT INTO way_of SELECT type, w.name, w.expression FROM (SELECT DISTINCT type FROM value WHERE v ~ '=|/') t,
    (VALUES ('::jsonb', '$v::jsonb::$t'), ('::json', '$v::json::$t'), ('jsonb as text', '$v::jsonb::text::$t')) w (name, expression);
INSERT INTO way_of SELECT t, w.name, w.expression FROM unnest('{severity, remediation_outcome, penalty_kind}'::text[]) t,
    (VALUES ('label', '$t(label($v))'), ('label, text', 'label($v)::$t'), ('label, varchar', '$t(label($v)::varchar)'), ('label, varchar(n)', 'label($v)::varchar(20)::$t'), ('label, char(n)', '$t(label($v)::char(20))'),
            ('label, cast of char(n)', 'label($v)::char(20)::$t'), ('label, domain', '$t(label($v)::word)'), ('label, domain of varchar', '$t(label($v)::short_word)'), ('label in a column', '(SELECT $t(c) FROM (VALUES (label($v)::char(12))) s (c))')) w (name, expression);
INSERT INTO way_of VALUES ('uscc', 'jsonb string', '($v::jsonb #>> ''{}'')::uscc'), ('uscc', 'key of jsonb', '(SELECT jsonb_object_keys(jsonb_object_agg($v, 1))::uscc)'), ('uscc', 'key of json', '(SELECT json_object_keys(json_object_agg($v, 1))::uscc)'),
    ('uscc', 'jsonb_build_object key', '(SELECT jsonb_object_keys(jsonb_build_object($v, 1))::uscc)');
CREATE DOMAIN word AS text;
CREATE DOMAIN short_word AS varchar(20);
DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT DISTINCT type FROM value LOOP
        EXECUTE format('CREATE TYPE holder_%s AS (x %1$s, n int); CREATE TYPE arrays_%1$s AS (x %1$s[]); CREATE DOMAIN domain_%1$s AS %1$s', t);
    END LOOP;
END $$;
CREATE FUNCTION through(expression text, type text, v text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE same boolean;
BEGIN
    EXECUTE format('SELECT (%s) IS NOT DISTINCT FROM (%L::%s)', replace(replace(expression, '$v', format('(%L::%s)', v, type)), '$t', type), v, type) INTO same;
    RETURN CASE WHEN same THEN 'same' ELSE 'another value' END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END $$;
SELECT is(bad, NULL, name) FROM (
    SELECT name, string_agg(format('%s %L: %s', type, v, r), E'\n') FILTER (WHERE r <> 'same') AS bad
    FROM value, LATERAL (SELECT name, expression FROM way UNION ALL SELECT name, expression FROM way_of o WHERE o.type = value.type) w, through(expression, type, v) r
    WHERE NOT (name = 'xml' AND NOT EXISTS (SELECT FROM pg_config WHERE name = 'CONFIGURE' AND setting ~ 'libxml'))
    GROUP BY name) x ORDER BY name;
SELECT is(v, NULL, 'text, out and in: ' || type) FROM (SELECT type, string_agg(v, ' ') FILTER (WHERE answer <> v) AS v FROM value, LATERAL (SELECT through(format('%L::%s::text::%2$s', v, type), type, v)) x (same),
    LATERAL (SELECT CASE same WHEN 'same' THEN v ELSE same END AS answer) y GROUP BY type) z;

-- a whole table: rows to JSON and back
CREATE TABLE whole (a accident_summary, p accident_comparison, i inspection_summary, m case_summary, r remediation_summary, c comparison, u uscc, s severity, o remediation_outcome, k penalty_kind);
INSERT INTO whole VALUES ('deaths=3 general=1', 'deaths=1/2', 'hazards=4', 'filed=1 fine=2', 'exited=3', '43/47+1/2:3', '91110000600037341L', 'major', 'exited', 'fine'),
    ('0', '0', '0', '0', '0', '0/0', NULL, NULL, NULL, NULL), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is((SELECT count(*)::int FROM whole t WHERE jsonb_populate_record(NULL::whole, to_jsonb(t)) IS NOT DISTINCT FROM t AND json_populate_record(NULL::whole, row_to_json(t)) IS NOT DISTINCT FROM t), 3, 'rows of all types');
SELECT results_eq('SELECT * FROM jsonb_populate_recordset(NULL::whole, (SELECT jsonb_agg(t) FROM whole t))', 'TABLE whole', 'a table');

CREATE FUNCTION answer_of(expression text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN EXECUTE 'SELECT ' || expression INTO r; RETURN r; END $$;

-- JSON that is no value
SELECT throws_ok(format('SELECT %L::%s', j, t), state, NULL, format('%s: %s', t, j)) FROM (VALUES
    ('accident_summary', '{}', '22P02'), ('accident_summary', '{"deaths": 1, "dead": 2}', '22P02'), ('accident_summary', '{"deaths": "1"}', '22P02'), ('accident_summary', '{"deaths": null}', '22P02'),
    ('accident_summary', '{"deaths": 1.5}', '22P02'), ('accident_summary', '{"deaths": 1e30}', '22003'), ('accident_summary', '{"accidents": 2, "general": 1}', '22P02'), ('accident_summary', '{"accidents": 2}', '22P02'),
    ('accident_summary', '{"deaths": 1', '22P02'), ('accident_summary', '[1]', '22P02'), ('accident_summary', '{"deaths=1 general": 2}', '22P02'), ('accident_summary', '{"direct_loss": 0.001}', '22P02'),
    ('accident_comparison', '{"deaths": 1}', '22P02'), ('accident_comparison', '{"deaths": {"current": 1}}', '22P02'), ('accident_comparison', '{"deaths": [1, 2]}', '22P02'),
    ('accident_comparison', '{"accidents": {"current": 2, "base": 0}, "general": {"current": 1, "base": 0}}', '22P02'),
    ('comparison', '{}', '22P02'), ('comparison', '{"current": 1}', '22P02'), ('comparison', '{"current": 1, "base": 2, "base_periods": 0}', '22003'), ('comparison', '{"current": 1, "base": 2, "base_periods": null}', '22P02'),
    ('comparison', '{"parts": []}', '22P02'), ('comparison', '{"parts": 1}', '22P02'), ('comparison', '{"parts": [{"current": 1, "base": 1}, {"current": 2, "base": 2}]}', '22P02'), ('comparison', '{"parts": [[1, 2]]}', '22P02'),
    ('comparison', '{"current": {"current": 1}, "base": 2}', '22P02')) v (t, j, state);
-- mutated objects: a value that writes itself the same again, or one of two errors
SELECT setseed(0.24);
CREATE FUNCTION mutated(j text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE part text[] := '{"{", "}", "[", "]", ":", ",", "\"", "0", "9", "-", ".", "e5", "null", "true", "\"current\"", "\"base\"", "\"parts\"", "\\u0000", "1000000000000000000000", " "}'; at int;
BEGIN
    FOR i IN 1 .. 1 + trunc(random() * 3)::int LOOP
        at := 1 + trunc(random() * length(j))::int;
        j := CASE trunc(random() * 3)::int WHEN 0 THEN overlay(j PLACING part[1 + trunc(random() * 20)::int] FROM at FOR 1) WHEN 1 THEN overlay(j PLACING '' FROM at FOR 1 + trunc(random() * 9)::int)
            ELSE overlay(j PLACING part[1 + trunc(random() * 20)::int] FROM at FOR 0) END;
    END LOOP;
    RETURN j;
END $$;
CREATE FUNCTION fate(t text, j text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE same boolean;
BEGIN
    EXECUTE format('SELECT x::text::%s = x AND x::jsonb::%1$s = x FROM (SELECT %L::%1$s) v (x)', t, j) INTO same;
    RETURN CASE WHEN same THEN 'kept' ELSE 'changed' END;
EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range OR untranslatable_character THEN RETURN 'refused';
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TABLE fates AS SELECT t, j, fate(t, j) AS f FROM (SELECT type AS t, mutated(through_json) AS j FROM value, LATERAL (SELECT answer_of(format('%L::%s::jsonb::text', v, type))) x (through_json), generate_series(1, 150) WHERE v ~ '=|/') m;
SELECT is((SELECT string_agg(DISTINCT f, ' ' ORDER BY f) FROM fates), 'kept refused', 'mutated JSON');

SELECT is('{"accidents": 1, "general": 1, "deaths": 2}'::accident_summary, 'deaths=2 general=1', 'a derived field that agrees');

-- the least and the greatest, in the order of the type, also from an index
CREATE TABLE code AS SELECT v::uscc AS u, v::text AS t, v::varchar(30) AS vc, v::char(18) AS ch, lower(v) AS low FROM value WHERE type = 'uscc';
CREATE UNIQUE INDEX ON code (u);
SELECT is((SELECT min(u) FROM code), (SELECT u FROM code ORDER BY u LIMIT 1), 'min') UNION ALL SELECT is((SELECT max(u) FROM code), (SELECT u FROM code ORDER BY u DESC LIMIT 1), 'max');
SELECT is((SELECT min(c) FROM (SELECT '1/2'::comparison WHERE false) x (c)), NULL, 'of nothing');
\i tests/plan_of.sql
SET enable_seqscan = off;
SELECT matches(public.plan_of('SELECT max(u) FROM code'), 'Index Only Scan Backward', 'max from the end of an index');

-- codes against text, as a driver sends it
SELECT is(n, 3::bigint, e) FROM (VALUES
    ('u = t', (SELECT count(*) FROM code WHERE u = t)), ('t = u', (SELECT count(*) FROM code WHERE t = u)), ('u = varchar', (SELECT count(*) FROM code WHERE u = vc)), ('char = u', (SELECT count(*) FROM code WHERE ch = u)),
    ('u = lower case', (SELECT count(*) FROM code WHERE u = low)), ('IN', (SELECT count(*) FROM code WHERE u IN (SELECT t FROM code))), ('ANY of an array', (SELECT count(*) FROM code WHERE u = ANY (ARRAY[t, vc]))),
    ('join', (SELECT count(*) FROM code a JOIN code b ON a.u = b.t)), ('not <>', (SELECT count(*) FROM code WHERE NOT u <> t)), ('<> others', (SELECT count(*) / 2 FROM code a JOIN code b ON a.u <> b.t))) v (e, n);
PREPARE by_text(text) AS SELECT * FROM code WHERE u = $1;
SELECT matches(public.plan_of($$EXECUTE by_text('91110000600037341l')$$), 'Index.*Index Cond', 'the index serves');
SET plan_cache_mode = force_generic_plan;
SELECT matches(public.plan_of($$EXECUTE by_text('91110000600037341l')$$), 'Index.*Index Cond', 'in a generic plan too');
RESET plan_cache_mode;
PREPARE insert_text(text) AS INSERT INTO code (u) VALUES ($1);
PREPARE insert_varchar(varchar) AS UPDATE code SET u = $1 WHERE t IS NULL;
PREPARE insert_char(char(30)) AS UPDATE code SET u = $1 WHERE t IS NULL;
SELECT lives_ok($$EXECUTE insert_text('91320411608131455l')$$, 'text into a column') UNION ALL SELECT lives_ok($$EXECUTE insert_varchar('91330100799655058B')$$, 'varchar')
UNION ALL SELECT lives_ok($$EXECUTE insert_char('91440300192317458F')$$, 'char') UNION ALL SELECT throws_ok($$EXECUTE insert_text('91320411608131455M')$$, '22P02', NULL, 'a wrong one');
SELECT is((SELECT u::text FROM code WHERE t IS NULL), '91440300192317458F', 'what was sent last');
DELETE FROM code WHERE t IS NULL;
SELECT throws_ok($$EXECUTE by_text('9111000060003734')$$, '22P02', NULL, 'what is no code is an error, as in a literal');
-- and nothing that worked has become ambiguous
SELECT lives_ok('SELECT ' || e, e) FROM unnest(ARRAY[$$'91110000600037341L' = u FROM code$$, $$u = '91110000600037341L' FROM code$$, $$u = NULL FROM code$$, $$u = u FROM code$$, $$u IN ('91110000600037341L', '9144030071526726XG') FROM code$$,
    $$u = ANY ('{91110000600037341L}') FROM code$$, $$u = u::domain_uscc FROM code$$, $$u IS DISTINCT FROM '91110000600037341L' FROM code$$, $$u <> '91110000600037341L' FROM code$$, $$u < '91110000600037341L' FROM code$$,
    $$CASE u WHEN '91110000600037341L' THEN 1 END FROM code$$, $$(u, 1) = ('91110000600037341L', 1) FROM code$$, $$NULLIF(u, '91110000600037341L') FROM code$$, $$min('x'), max('x')$$, $$min(NULL)$$, $$'a' = 'b'$$, $$NULL = NULL$$]) e;

-- the message names the place
CREATE FUNCTION detail_of(statement text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE d text; BEGIN EXECUTE statement; RETURN NULL; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL; RETURN d; END $$;
SELECT is(detail_of(format('SELECT %L::comparison', t)), format('The number at position %s does not fit.', p), t) FROM (VALUES ('1/2:99999', 5), ('1/2: 1.5', 6), ('1/2:0', 5), ('1/2:-1', 5), (' 9223372036854775808/1', 2), ('1/9223372036854775808', 3), ('1/2+3/4:1001', 9)) v (t, p);
SELECT * FROM finish();
