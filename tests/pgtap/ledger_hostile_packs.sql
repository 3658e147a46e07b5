-- A pack is another's document: whatever it says, it is refused with an error that says why, nothing
-- of it is done, nobody gains a right, and nothing is written elsewhere. It is loaded by the ledger's
-- owner, and by a role that may write definitions and nothing else. More values with psql's --set mutations=NUMBER.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE pack_loader;
CREATE ROLE pack_neighbour;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, pack_neighbour', current_database()) \gexec

-- what an attacker has laid out: types and functions whose code leaves a trace
CREATE SEQUENCE public.canary;
GRANT ALL ON SEQUENCE public.canary TO PUBLIC;
CREATE SCHEMA m AUTHORIZATION pack_loader;
GRANT USAGE ON SCHEMA m TO PUBLIC;
SET ROLE pack_loader;
CREATE FUNCTION m.spring() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.canary'); RETURN true; END $$;
CREATE FUNCTION m.quiet() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('public.canary'); RETURN true; END $$;
CREATE DOMAIN m.dom AS int CHECK (m.spring());
CREATE TYPE m.comp AS (a m.dom);
CREATE TABLE m.mine (id int PRIMARY KEY, day date NOT NULL);
RESET ROLE;
SET ROLE pack_neighbour;
CALL emgov.create_ledger('theirs');
RESET ROLE;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
GRANT USAGE ON SCHEMA ledger TO pack_loader;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO pack_loader;
GRANT INSERT, UPDATE, DELETE ON ledger.pack, ledger.pack_row, ledger.indicator, ledger.check_rule TO pack_loader;
GRANT EXECUTE ON PROCEDURE ledger.load_pack(jsonb), ledger.load_pack(text) TO pack_loader;
GRANT USAGE ON SCHEMA ledger_store TO pack_loader;
RESET ROLE;

-- A pack of one indicator that is well, changed by the members given; and with other tables.
CREATE FUNCTION public.pack(VARIADIC members jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('emgov_pack', 1, 'name', 'hostile', 'version', '1', 'title_zh', '包', 'tables', '{}'::jsonb) || coalesce((SELECT jsonb_object_agg(k, v) FROM unnest(members) AS m, jsonb_each(m) AS e (k, v)), '{}')
$$;
CREATE FUNCTION public.row(changes jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT '{"code": "H1", "name_zh": "会", "kind": "count", "source": "meeting", "date_column": "held_on", "scope": "city", "cutoff": "period", "unit": "次", "definition_zh": "会"}'::jsonb || changes $$;
CREATE FUNCTION public.indicator(VARIADIC changes jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT public.pack(jsonb_build_object('tables', jsonb_build_object('indicator', (SELECT jsonb_agg(public.row(c)) FROM unnest(changes) AS c)))) $$;
CREATE FUNCTION public.tables(tables jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT public.pack(jsonb_build_object('tables', tables)) $$;
CREATE FUNCTION public.rule(changes jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT public.tables(jsonb_build_object('check_rule', jsonb_build_array('{"code": "HR", "severity": "soft", "note_zh": "规则"}'::jsonb || changes))) $$;

CREATE TABLE public.hostile (n int GENERATED ALWAYS AS IDENTITY, name text, document jsonb, code text, says text);
INSERT INTO public.hostile (name, document, code, says) VALUES
    -- what is no pack
    ('a list', '[1, 2]', '22023', 'no JSON object'), ('a text', '"x"', '22023', 'no JSON object'), ('null', 'null', '22023', 'no JSON object'), ('NULL', NULL, '22004', 'NULL'),
    ('nothing', '{}', '22023', 'emgov_pack'), ('another format', public.pack('{"emgov_pack": 2}'), '22023', 'emgov_pack'), ('the format as text', public.pack('{"emgov_pack": "1"}'), '22023', 'emgov_pack'),
    ('a member of its own', public.pack('{"sql": "DROP TABLE ledger.accident"}'), '22023', 'member "sql"'),
    ('SQL in its name', public.pack('{"name": "x''); DROP TABLE ledger.accident; --"}'), '22023', 'its name'), ('no name', public.pack('{"name": ""}'), '22023', 'its name'),
    ('a name of another type', public.pack('{"name": 5}'), '22023', 'its name'), ('a long name', public.pack(jsonb_build_object('name', repeat('x', 10000))), '22023', 'its name'),
    ('a name with a break', public.pack('{"name": "x\ny"}'), '22023', 'its name'),
    ('no title', public.pack('{"title_zh": null}'), '22023', 'title_zh'), ('a title that is an object', public.pack('{"title_zh": {}}'), '22023', 'title_zh'),
    ('a list of titles', public.pack('{"title_en": ["a"]}'), '22023', 'title_en'),
    -- versions and what is required
    ('a version that is a number', public.pack('{"version": 1}'), '22023', 'its version'), ('one beyond all numbers', public.pack('{"version": "99999999999999999999"}'), '22023', 'its version'),
    ('SQL for a version', public.pack('{"version": "1; SELECT 1"}'), '22023', 'its version'), ('a version below zero', public.pack('{"version": "-1"}'), '22023', 'its version'),
    ('an older version of what is loaded', public.pack('{"name": "accidents", "version": "0.9"}'), '55000', 'newer than 0.9'),
    ('what requires itself', public.pack('{"requires": ["hostile"]}'), '22023', 'requires itself'), ('what requires nobody knows what', public.pack('{"requires": ["nosuch"]}'), '55000', 'nosuch'),
    ('a circle', public.pack('{"requires": ["partner"]}'), '55000', 'partner'), ('what requires objects', public.pack('{"requires": [{"name": "accidents"}]}'), '22023', 'its requires'),
    ('what requires a text', public.pack('{"requires": "accidents"}'), '22023', 'its requires'),
    ('lists in lists', public.pack(jsonb_build_object('requires', (repeat('[', 2000) || repeat(']', 2000))::jsonb)), '22023', 'its requires'),
    -- tables
    ('no tables', public.pack('{"tables": null}'), '22023', 'its tables'), ('a list of tables', public.tables('[]'), '22023', 'its tables'), ('a table that is an object', public.tables('{"indicator": {}}'), '22023', 'no list of rows'),
    ('records', public.tables('{"accident": []}'), '42501', 'cannot fill a table "accident"'), ('publications', public.tables('{"publication": [{"id": 1}]}'), '42501', 'publication'),
    ('a history', public.tables('{"indicator_history": []}'), '42501', 'indicator_history'), ('the list of packs', public.tables('{"pack_row": []}'), '42501', 'pack_row'),
    ('settings', public.tables('{"ledger_setting": [{"time_zone": "UTC"}]}'), '42501', 'ledger_setting'),
    ('a table of the system', public.tables('{"pg_catalog.pg_authid": []}'), '42501', 'pg_authid'), ('another ledger''s', public.tables('{"theirs.indicator": []}'), '42501', 'theirs'),
    ('SQL for a table', public.tables('{"indicator; DROP TABLE ledger.accident": []}'), '42501', 'DROP TABLE'), ('a quoted table', public.tables('{"\"indicator\"": []}'), '42501', 'indicator'),
    ('a table in capitals', public.tables('{"INDICATOR": []}'), '42501', 'INDICATOR'),
    -- rows
    ('a row that is a text', public.tables('{"indicator": ["x"]}'), '22023', 'row 1 is no object'), ('a row that is a list', public.tables('{"indicator": [[]]}'), '22023', 'row 1 is no object'),
    ('a row that is null', public.tables('{"indicator": [null]}'), '22023', 'row 1 is no object'), ('a column that is none', public.indicator('{"colour": "red"}'), '22023', 'column "colour", which the table has not'),
    ('SQL for a column', public.indicator('{"unit) VALUES (1); --": 1}'), '22023', 'which the table has not'), ('ctid', public.indicator('{"ctid": "(0,1)"}'), '22023', 'ctid'), ('xmin', public.indicator('{"xmin": 5}'), '22023', 'xmin'),
    ('tableoid', public.indicator('{"tableoid": 5}'), '22023', 'tableoid'), ('when it is known', public.indicator('{"known_from": "1999-01-01"}'), '22023', 'the ledger''s to set'),
    ('its version', public.indicator('{"version": 7}'), '22023', 'the ledger''s to set'), ('its approval', public.indicator('{"approved_by": "boss"}'), '22023', 'the ledger''s to set'),
    ('the number of a row', public.tables('{"disposition_policy": [{"id": 5, "disposition_code": "stop", "outcome": "exited"}]}'), '22023', 'the ledger''s to set'),
    ('an object for a text', public.indicator('{"name_zh": {"zh": "会"}}'), '22023', 'takes a text'), ('a number for a text', public.indicator('{"unit": 5}'), '22023', 'takes a text'),
    ('a text for a number', public.indicator('{"per": "NaN"}'), '22023', 'takes a number'), ('a text for a choice', public.indicator('{"active": "yes"}'), '22023', 'takes true or false'),
    ('a text for a list', public.indicator('{"of_codes": "{F028}"}'), '22023', 'takes a list'), ('a list of lists', public.indicator('{"of_codes": [["F028"]]}'), '22023', 'takes a list'),
    ('today', public.tables('{"area": [{"code": "h", "name_zh": "区", "kind": "district", "valid_from": "today"}]}'), '22023', 'takes a date'),
    ('a date of another style', public.tables('{"area": [{"code": "h", "name_zh": "区", "kind": "district", "valid_from": "07/05/2024"}]}'), '22023', 'takes a date'),
    ('a date that is none', public.tables('{"area": [{"code": "h", "name_zh": "区", "kind": "district", "valid_from": "2024-02-31"}]}'), '22008', '2024-02-31'),
    ('a number out of range', public.indicator('{"decimals": 99999999999}'), '22003', 'out of range'), ('a number far beyond', public.indicator('{"decimals": 1e300}'), '22003', NULL),
    ('half a number', public.indicator('{"decimals": 1.5}'), '22P02', 'integer'), ('too many places', public.indicator('{"decimals": 7}'), '23514', 'decimals'),
    ('no key', public.indicator('{"code": null}'), '23502', 'row 1 has no code'), ('a key twice', public.indicator('{}', '{"unit": "起"}'), '23505', 'row 2 has the key H1'),
    ('a code that is SQL', public.indicator('{"code": "H1 v1 filter\"; --"}'), '23514', NULL),
    -- expressions: the guard of whoever writes definitions
    ('a star', public.indicator('{"kind": "distinct", "measure": "*"}'), NULL, 'measure'), ('two statements', public.indicator('{"filter": "true; DROP TABLE ledger.accident"}'), NULL, 'filter'),
    ('a subquery', public.indicator('{"filter": "(SELECT true FROM pg_authid LIMIT 1)"}'), NULL, 'filter'), ('a function that leaves a trace', public.indicator('{"filter": "m.spring()"}'), NULL, 'filter'),
    ('one that says it leaves none', public.indicator('{"filter": "m.quiet()"}'), NULL, 'filter'), ('a domain''s check', public.indicator('{"filter": "''{1}''::m.dom[] IS NOT NULL"}'), NULL, 'filter'),
    ('a composite''s', public.indicator('{"filter": "''(1)''::m.comp IS NOT NULL"}'), NULL, 'filter'), ('a cast to a domain', public.indicator('{"filter": "1::m.dom IS NOT NULL"}'), NULL, 'filter'),
    ('the day', public.indicator('{"filter": "held_on > now()"}'), NULL, 'filter'), ('sleep', public.indicator('{"filter": "pg_sleep(10) IS NULL"}'), NULL, 'filter'),
    ('a file', public.indicator('{"filter": "pg_read_file(''/etc/passwd'') = ''x''"}'), NULL, 'filter'), ('a setting', public.indicator('{"filter": "set_config(''role'', ''postgres'', false) = ''x''"}'), NULL, 'filter'),
    ('a query by a function', public.indicator('{"filter": "query_to_xml(''DROP TABLE ledger.accident'', true, true, '''') IS NULL"}'), NULL, 'filter'),
    ('brackets in brackets', public.indicator(jsonb_build_object('filter', repeat('(', 30000) || 'true' || repeat(')', 30000))), NULL, NULL),
    ('a source of the system', public.indicator('{"source": "pg_catalog.pg_authid", "date_column": "rolvaliduntil"}'), NULL, NULL),
    ('another''s table', public.indicator('{"source": "m.mine", "date_column": "day"}'), '42501', 'm.mine'), ('another''s ledger', public.indicator('{"source": "theirs.accident", "date_column": "occurred_on"}'), '42501', 'theirs'),
    ('a source that is SQL', public.indicator('{"source": "meeting; DROP TABLE ledger.accident"}'), NULL, NULL), ('a date that is SQL', public.indicator('{"date_column": "held_on) OR true --"}'), NULL, NULL),
    ('a cycle', public.indicator('{"kind": "ratio", "source": null, "date_column": null, "of_code": "H1", "by_code": "H1"}'), NULL, 'derived from itself'),
    ('a longer one', public.indicator('{"kind": "change", "source": null, "date_column": null, "of_code": "H2"}', '{"code": "H2", "kind": "change", "source": null, "date_column": null, "of_code": "H1"}'), NULL, 'derived from itself'),
    ('of what is none', public.indicator('{"kind": "change", "source": null, "date_column": null, "of_code": "NIX"}'), NULL, NULL),
    ('a rule that is SQL', public.rule('{"left_side": "F028); DROP TABLE ledger.accident; --", "operator": "=", "right_side": "1"}'), NULL, NULL),
    ('a rule about nothing', public.rule('{"left_side": "NIX", "operator": "=", "right_side": "1"}'), '23503', 'NIX'), ('a rule of half a side', public.rule('{"left_side": "F028"}'), NULL, NULL),
    ('a rule''s subquery', public.rule('{"source": "meeting", "violation": "EXISTS (SELECT FROM pg_authid)"}'), NULL, 'violation');
INSERT INTO public.hostile (name, document, code, says)
    SELECT 'three hundred good rows and a bad one', public.indicator(VARIADIC (SELECT array_agg(jsonb_build_object('code', 'H' || i) ORDER BY i) FROM generate_series(1, 300) AS i) || '{"code": "H301", "filter": "nosuch"}'::jsonb), '42703', 'nosuch';
INSERT INTO public.hostile (name, document, code, says)
    SELECT 'seventeen megabytes', public.indicator(jsonb_build_object('definition_zh', repeat('x', 17 * 1024 * 1024))), '54000', '16 MB';
-- texts of documents
CREATE TABLE public.hostile_text (name text, document text, code text);
INSERT INTO public.hostile_text VALUES
    ('a NUL', '{"emgov_pack": 1, "name": "x\u0000"}', '22P05'), ('half a surrogate', '{"emgov_pack": 1, "name": "\ud800"}', '22P02'), ('no JSON', '{"emgov_pack": 1,', '22P02'), ('a comment', '{"emgov_pack": 1 /* x */}', '22P02'),
    ('twice the tables', '{"emgov_pack": 1, "name": "x", "version": "1", "title_zh": "x", "tables": {}, "tables": {}}', '22023'),
    ('twice a table', '{"emgov_pack": 1, "name": "x", "version": "1", "title_zh": "x", "tables": {"indicator": [], "indicator": []}}', '22023'),
    ('twice a column', '{"emgov_pack": 1, "name": "x", "version": "1", "title_zh": "x", "tables": {"area": [{"code": "a", "code": "b", "name_zh": "x", "kind": "zone"}]}}', '22023'),
    ('a deep one', '{"emgov_pack": ' || repeat('[', 100000), '54001'), ('a number without end', '{"emgov_pack": 1e999999999}', NULL),
    ('a name of no pack', 'nosuch', '42704'), ('SQL for a name', 'x''; DROP TABLE ledger.accident; --', '42704'), ('nothing', '', '42704'), ('a path', '../../etc/passwd', '42704');

-- Everything that is not the attackers' own: what there is, and how many rows are where.
CREATE FUNCTION public.digest() RETURNS text LANGUAGE plpgsql AS $$
DECLARE t record; n bigint; said text := '';
BEGIN
    FOR t IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('ledger', 'theirs') ORDER BY 1 LOOP
        EXECUTE format('SELECT coalesce(sum(hashtext(x::text)::bigint), 0) + count(*) FROM %s AS x', t.name) INTO n;
        said := said || t.name || n || E'\n';
    END LOOP;
    RETURN md5(said || (SELECT string_agg(a::text, E'\n' ORDER BY a.oid) FROM pg_authid AS a) || (SELECT count(*) FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace AND relpersistence <> 't')
        || (SELECT count(*) FROM pg_proc) || (SELECT count(*) FROM pg_trigger)
        || (SELECT is_called FROM public.canary) || current_setting('emgov.known_at') || current_user || current_setting('search_path'));
END $$;
-- NULL when it is refused as it should be, and nothing has changed; else what happened
CREATE FUNCTION public.tried(as_whom name, command text, code text, says text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    got text;
    message text;
    detail text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', as_whom);
    BEGIN
        EXECUTE command;
        message := 'it was loaded';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS got = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        message := message || ' ' || detail;
    END;
    RESET ROLE;
    RETURN CASE WHEN got IS NULL THEN message
                WHEN got = 'XX000' OR code IS NOT NULL AND got <> code THEN format('%s: %s', got, message)
                WHEN says IS NOT NULL AND position(says IN message) = 0 THEN message
                WHEN octet_length(message) > 4000 THEN format('an error of %s bytes', octet_length(message))
                WHEN public.digest() IS DISTINCT FROM (SELECT u.digest FROM public.untouched AS u) THEN 'something has changed' END;
END $$;
CREATE TABLE public.untouched (digest text);
INSERT INTO public.untouched SELECT public.digest();
SELECT plan(10);
SELECT is_empty($$SELECT n, name, public.tried('ledger_owner', format('CALL ledger.load_pack(%L::jsonb)', document), code, says) AS said FROM public.hostile WHERE public.tried('ledger_owner', format('CALL ledger.load_pack(%L::jsonb)', document), code, says) IS NOT NULL$$,
    (SELECT count(*) FROM public.hostile) || ' hostile documents are refused to the owner, each with an error that says why, and nothing of them is done');
-- the loader may not write areas: another error is as good
SELECT is_empty($$SELECT n, name FROM public.hostile WHERE public.tried('pack_loader', format('CALL ledger.load_pack(%L::jsonb)', document), NULL, NULL) IS NOT NULL$$,
    'and to whoever may write definitions only');
SELECT is_empty($$SELECT name, public.tried('ledger_owner', format('CALL ledger.load_pack(%L::text)', document), code, NULL) AS said FROM public.hostile_text WHERE public.tried('ledger_owner', format('CALL ledger.load_pack(%L::text)', document), code, NULL) IS NOT NULL$$,
    'texts that are no documents are refused');
SELECT is((SELECT is_called FROM public.canary), false, 'nothing of anybody''s has run');

-- any value anywhere in a pack that is well: it is loaded, or refused by an error of some kind; never an internal one
CREATE FUNCTION public.mutated(i int) RETURNS text LANGUAGE plpgsql AS $mutated$
DECLARE
    values_ jsonb[] := ARRAY['null', '""', '"x"', '0', '-1', '1e30', '1.5', 'true', '[]', '[null]', '["F028"]', '{}', '{"a": 1}', '"\\\\"', '"''"', '"$$"', '"%s %I"', '"T101"', '"2024-01-01"', '"case_fact"', '"heaviest"'];
    document jsonb := (SELECT s.document FROM emgov.shipped_pack AS s WHERE s.name = 'administrative-table');
    r bigint := abs(hashint8extended(i, 1));
    columns text[] := ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'ledger.indicator'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
    path text[] := CASE WHEN r % 20 = 0 THEN ARRAY[(ARRAY['emgov_pack', 'name', 'version', 'title_zh', 'title_en', 'requires', 'tables'])[1 + r / 20 % 7]]
                        WHEN r % 20 = 1 THEN ARRAY['tables', (ARRAY['indicator', 'check_rule', 'area', 'report'])[1 + r / 20 % 4]]
                        WHEN r % 20 < 5 THEN ARRAY['tables', 'check_rule', '0', (ARRAY['code', 'severity', 'left_side', 'operator', 'right_side', 'source', 'violation', 'note_zh', 'active'])[1 + r / 20 % 9]]
                        ELSE ARRAY['tables', 'indicator', (r / 20 % 11)::text, columns[1 + r / 220 % cardinality(columns)]] END;
    got text;
BEGIN
    document := jsonb_set(document, path, values_[1 + abs(hashint8extended(i, 2)) % cardinality(values_)], true);
    BEGIN
        EXECUTE format('CALL ledger.load_pack(%L::jsonb)', document);
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        got := SQLSTATE;
    END;
    RETURN CASE WHEN got LIKE 'XX%' THEN format('%s at %s: %s', got, path, document #> path) END;
END $mutated$;
SET ROLE ledger_owner;
\if :{?mutations} \else \set mutations 50
\endif
SELECT is_empty('SELECT m FROM generate_series(1, ' || :mutations || ') AS i, public.mutated(i) AS m WHERE m IS NOT NULL', 'any value anywhere makes no more than an error');
RESET ROLE;

-- rights: what a pack writes, its loader must be allowed to write
UPDATE public.untouched SET digest = public.digest();
SELECT is(public.tried('pack_loader', format('CALL ledger.load_pack(%L::jsonb)', public.tables('{"area": [{"code": "h", "name_zh": "区", "kind": "zone"}]}')), '42501', 'area'), NULL, 'who may not write areas loads none');
SELECT is(public.tried('pack_neighbour', format('CALL ledger.load_pack(%L::jsonb)', public.pack('{}')), '42501', NULL), NULL, 'a stranger loads nothing');
SELECT is(public.tried('pack_neighbour', format('SELECT emgov_internal.load_pack(''ledger'', %L::jsonb)', public.pack('{}')), '42501', NULL), NULL, 'nor past the ledger''s own procedure');
SET ROLE pack_loader;
SELECT lives_ok(format('CALL ledger.load_pack(%L::jsonb)', public.indicator('{"filter": "topic = ''safety'' AND status = ''valid''"}')), 'who may write definitions loads those');
RESET ROLE;
SELECT is((SELECT (p.loaded_by, i.known_from > now() - interval '1 hour') FROM ledger.pack AS p, ledger.indicator AS i WHERE p.name = 'hostile' AND i.code = 'H1')::text, format('(%s,t)', session_user), 'known from now on, under the name of who had logged in');
SELECT * FROM finish();
