-- ------------------------------------------------------------------ ledger: loading a pack

-- What is wrong with a document as a whole; NULL: nothing.
CREATE FUNCTION emgov_internal.pack_problem(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT CASE
        WHEN jsonb_typeof(document) <> 'object' THEN 'it is no JSON object'
        WHEN document->'emgov_pack' IS DISTINCT FROM '1' THEN 'it does not say "emgov_pack": 1'
        WHEN EXISTS (SELECT FROM jsonb_object_keys(document) AS k WHERE k NOT IN ('emgov_pack', 'name', 'version', 'title_zh', 'title_en', 'requires', 'tables'))
            THEN format('it has a member "%s"', left((SELECT min(k) FROM jsonb_object_keys(document) AS k
                          WHERE k NOT IN ('emgov_pack', 'name', 'version', 'title_zh', 'title_en', 'requires', 'tables')), 60))
        WHEN jsonb_typeof(document->'name') IS DISTINCT FROM 'string' OR document->>'name' !~ '^[a-z0-9一-鿿][a-z0-9_一-鿿-]{0,62}$'
            THEN 'its name is none of up to 63 small letters, digits, Chinese characters, - and _'
        WHEN jsonb_typeof(document->'version') IS DISTINCT FROM 'string' OR document->>'version' !~ '^[0-9]{1,9}(\.[0-9]{1,9}){0,3}$'
            THEN 'its version is no text of one to four whole numbers with dots between, such as "1.2"'
        WHEN jsonb_typeof(document->'title_zh') IS DISTINCT FROM 'string' OR document->>'title_zh' = '' OR char_length(document->>'title_zh') > 200
            THEN 'its title_zh is no text of up to 200 characters'
        WHEN document ? 'title_en' AND (jsonb_typeof(document->'title_en') <> 'string' OR char_length(document->>'title_en') > 200)
            THEN 'its title_en is no text of up to 200 characters'
        WHEN document ? 'requires' AND (jsonb_typeof(document->'requires') <> 'array' OR document @? 'strict $.requires[*] ? (@.type() != "string")')
            THEN 'its requires is no list of names of packs'
        WHEN document->'requires' ? (document->>'name') THEN 'it requires itself'
        WHEN jsonb_typeof(document->'tables') IS DISTINCT FROM 'object' THEN 'its tables is no object of tables'
        WHEN EXISTS (SELECT FROM jsonb_each(document->'tables') AS t WHERE jsonb_typeof(t.value) <> 'array') THEN
            format('its table "%s" is no list of rows', left((SELECT min(t.key) FROM jsonb_each(document->'tables') AS t WHERE jsonb_typeof(t.value) <> 'array'), 60))
    END
$$;
COMMENT ON FUNCTION emgov_internal.pack_problem(jsonb) IS 'internal: what makes a document no pack; NULL when it is one, whatever its rows say';

-- What is wrong with the rows of one table, before anything is read as its column's type.
CREATE FUNCTION emgov_internal.pack_row_problem(relation regclass, managed text[], rows jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('row %s %s', r.n, CASE WHEN jsonb_typeof(r.content) <> 'object' THEN 'is no object' ELSE f.problem END)
      FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (content, n)
      LEFT JOIN LATERAL (
        SELECT CASE
                WHEN a.attname IS NULL THEN format('has a column "%s", which the table has not', left(m.key, 63))
                WHEN a.attname = ANY (managed) OR a.attgenerated <> '' OR a.attidentity <> '' THEN format('sets the column "%s", which is the ledger''s to set', m.key)
                ELSE format('has %s in column "%s"; it takes %s', left(m.value::text, 60), m.key, CASE WHEN a.atttypid = 'date'::regtype THEN 'a date such as "2024-12-31"' ELSE w.what END)
               END AS problem
          FROM jsonb_each(CASE jsonb_typeof(r.content) WHEN 'object' THEN r.content ELSE '{}' END) AS m
          LEFT JOIN pg_attribute a ON a.attrelid = relation AND a.attname = m.key AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN (VALUES ('N'::"char", 'number', 'a number'), ('B', 'boolean', 'true or false'), ('A', 'array', 'a list of texts'), ('S', 'string', 'a text'), ('D', 'string', 'a text'))
               AS w (category, type, what) ON w.category = t.typcategory
         WHERE a.attname IS NULL OR a.attname = ANY (managed) OR a.attgenerated <> '' OR a.attidentity <> ''
            OR jsonb_typeof(m.value) NOT IN ('null', coalesce(w.type, jsonb_typeof(m.value)))
            OR a.atttypid = 'date'::regtype AND m.value #>> '{}' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            OR t.typcategory = 'A' AND m.value @? 'strict $[*] ? (@.type() != "string")'
         ORDER BY m.key LIMIT 1) AS f ON true
     WHERE jsonb_typeof(r.content) <> 'object' OR f.problem IS NOT NULL
     ORDER BY r.n LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.pack_row_problem(regclass, text[], jsonb) IS
    'internal: the first row of a pack that is no row of its table: an unknown column, one that the ledger sets, a value of another type; NULL: none';

-- The row that an INSERT without values would write.
CREATE FUNCTION emgov_internal.pack_defaults(relation regclass, managed text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    columns text := (SELECT string_agg(format('%s AS %I', coalesce(pg_get_expr(d.adbin, d.adrelid), 'NULL'), a.attname), ', ')
                       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                      WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '' AND a.attname <> ALL (managed));
    result jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(x) FROM (SELECT %s) AS x', columns) INTO result;
    RETURN result;
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_defaults(regclass, text[]) IS 'internal: a row of a table''s defaults, without the columns that the ledger sets';

-- New rows. A definition was never found out: while nothing has been published from its table, and the owner loads, it is known since ever,
-- but for one whose key another row had.
CREATE FUNCTION emgov_internal.pack_insert(ledger regnamespace, relation regclass, key text[], columns text, rows jsonb[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known_at text := coalesce(current_setting('emgov.known_at', true), '');  -- not there before the library is
    published boolean := EXISTS (SELECT FROM emgov.published_table AS p WHERE p.relation = $2);
    owned boolean := (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = relation);
    command text := format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM unnest($1) AS d, jsonb_populate_record(NULL::%1$s, d) AS r', relation, columns);
    known jsonb[] := rows;
BEGIN
    IF known_at = '' AND owned AND NOT published THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s.publication)', ledger) INTO published;
        IF NOT published THEN
            EXECUTE format('SELECT coalesce(array_agg(d) FILTER (WHERE x.had), ''{}''), coalesce(array_agg(d) FILTER (WHERE NOT x.had), ''{}'') FROM unnest($1) AS d, '
                           'LATERAL (SELECT emgov_internal.pack_key(d, $2) IN (SELECT emgov_internal.pack_key(to_jsonb(h), $2) FROM %s AS h) AS had) AS x', emgov_internal.history_of(relation))
               INTO known, rows USING rows, key;
            PERFORM set_config('emgov.known_at', '-infinity', true);
            EXECUTE command USING rows;
            PERFORM set_config('emgov.known_at', known_at, true);
        END IF;
    END IF;
    IF known <> '{}' THEN
        EXECUTE command USING known;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_insert(regnamespace, regclass, text[], text, jsonb[]) IS 'internal: insert rows of a pack, known since ever where that says nothing false';

-- The rows of one table. Gives what was kept although the pack says otherwise, and counts what was done.
CREATE FUNCTION emgov_internal.pack_load_table(ledger regnamespace, pack text, table_name text, rows jsonb, OUT added int, OUT changed int, OUT kept text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET timezone = 'UTC' SET extra_float_digits = 1
AS $$
DECLARE
    t record;
    relation regclass := to_regclass(format('%s.%I', ledger, table_name));
    defaults jsonb;
    problem text;
    wanted jsonb[] := '{}';
    keys text[] := '{}';
    row jsonb;
    fresh jsonb[];
    newer jsonb[];
    columns text;
BEGIN
    SELECT * INTO t FROM emgov_internal.pack_tables() AS p WHERE p.name = table_name;
    IF NOT FOUND OR relation IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('a pack cannot fill a table "%s"', left(table_name, 63)),
            HINT = (SELECT format('It can fill %s.', string_agg(p.name, ', ' ORDER BY p.ordinal)) FROM emgov_internal.pack_tables() AS p);
    END IF;
    problem := emgov_internal.pack_row_problem(relation, t.managed, rows);
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = problem, HINT = 'docs/pack.schema.json says what a pack is.';
    END IF;

    defaults := emgov_internal.pack_defaults(relation, t.managed);
    FOR row IN SELECT defaults || r.content FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (content, n) ORDER BY r.n LOOP
        EXECUTE format('SELECT to_jsonb(r) - $2 FROM jsonb_populate_record(NULL::%s, $1) AS r', relation) INTO row USING row, t.managed;
        IF row->>t.key[1] IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'not_null_violation', MESSAGE = format('row %s has no %s', cardinality(keys) + 1, t.key[1]);
        ELSIF emgov_internal.pack_key(row, t.key) = ANY (keys) THEN
            RAISE EXCEPTION USING ERRCODE = 'unique_violation', MESSAGE = format('row %s has the key %s of another row', cardinality(keys) + 1, emgov_internal.pack_key(row, t.key));
        END IF;
        wanted := wanted || row;
        keys := keys || emgov_internal.pack_key(row, t.key);
    END LOOP;

    -- what is there, and what of it is still as this pack brought it
    EXECUTE format($sql$
        SELECT array_agg(w.content) FILTER (WHERE x.key IS NULL AND r.key IS NULL),
               array_agg(w.content) FILTER (WHERE NOT r.touched AND w.content <> x.content),
               array_agg(w.key ORDER BY w.key COLLATE "C") FILTER (WHERE CASE WHEN r.key IS NULL THEN x.content <> w.content ELSE r.touched AND x.content IS DISTINCT FROM w.content END)
          FROM unnest($1, $2) AS w (key, content)
          LEFT JOIN emgov_internal.pack_present($3, $4, $1) AS x ON x.key = w.key
          LEFT JOIN emgov_internal.pack_rows($3, $5, $4) AS r ON r.key = w.key $sql$)
       INTO fresh, newer, kept USING keys, wanted, ledger, table_name, pack;

    SELECT string_agg(quote_ident(k), ', ') INTO columns FROM jsonb_object_keys(defaults) AS k;
    IF fresh IS NOT NULL THEN
        PERFORM emgov_internal.pack_insert(ledger, relation, t.key, columns, fresh);
    END IF;
    IF newer IS NOT NULL THEN
        EXECUTE format('UPDATE %1$s AS t SET %2$s FROM unnest($1) AS d, jsonb_populate_record(NULL::%1$s, d) AS r WHERE %3$s', relation,
                       (SELECT string_agg(format('%1$I = r.%1$I', k), ', ') FROM jsonb_object_keys(defaults) AS k WHERE k <> ALL (t.key)),
                       (SELECT string_agg(format('t.%1$I IS NOT DISTINCT FROM r.%1$I', k), ' AND ') FROM unnest(t.key) AS k)) USING newer;
    END IF;

    -- a row that was kept is remembered as the pack has it: it differs, so it is the user's
    EXECUTE format($sql$
        INSERT INTO %1$s.pack_row AS r (pack, relation, key, content, brought)
        SELECT $5, $4, w.key, CASE WHEN w.key = ANY ($6) THEN w.content ELSE x.content END, w.content = ANY ($7)
          FROM unnest($1, $2) AS w (key, content) JOIN emgov_internal.pack_present($3, $4, $1) AS x ON x.key = w.key
        ON CONFLICT (pack, relation, key) DO UPDATE SET content = EXCLUDED.content WHERE r.content <> EXCLUDED.content $sql$, ledger)
      USING keys, wanted, ledger, table_name, pack, coalesce(kept, '{}'), coalesce(fresh, '{}');
    added := coalesce(cardinality(fresh), 0);
    changed := coalesce(cardinality(newer), 0);
    kept := ARRAY(SELECT table_name || ' ' || k FROM unnest(kept) AS k);
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_load_table(regnamespace, text, text, jsonb) IS
    'internal: write the rows that a pack has for a table: new ones, and those that nobody has touched since the pack brought them';

-- The keys of a document's rows, by table. A key column that is left out has its default.
CREATE FUNCTION emgov_internal.pack_keys(ledger regnamespace, document jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(t.name, (SELECT jsonb_agg(emgov_internal.pack_key(d.defaults || r, t.key)) FROM jsonb_array_elements(document->'tables'->t.name) AS r)), '{}')
      FROM emgov_internal.pack_tables() AS t, LATERAL (SELECT emgov_internal.pack_defaults(format('%s.%I', ledger, t.name)::regclass, t.managed) AS defaults) AS d
     WHERE document->'tables' ? t.name
$$;
COMMENT ON FUNCTION emgov_internal.pack_keys(regnamespace, jsonb) IS 'internal: the keys of the rows that a pack has, by table';

CREATE FUNCTION emgov_internal.pack_version(version text) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT string_to_array(version, '.')::int[] $$;
COMMENT ON FUNCTION emgov_internal.pack_version(text) IS 'internal: a version of a pack, to be compared with another';

CREATE FUNCTION emgov_internal.load_pack(ledger regnamespace, document jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    pack text;
    problem text := emgov_internal.pack_problem(document);
    present record;
    required text;
    t record;
    did record;
    added int := 0;
    changed int := 0;
    kept text[] := '{}';
    place text;
    message text;
    detail text;
    hint text;
    context text;
    said text;
BEGIN
    PERFORM emgov_internal.need_to_write('load_pack()');
    IF document IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no pack to load: it is NULL';
    ELSIF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('this is no pack: %s', problem), HINT = 'docs/pack.schema.json says what a pack is.';
    ELSIF octet_length(document::text) > 16 * 1024 * 1024 THEN
        RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = format('a pack has at most 16 MB, not %s', octet_length(document::text));
    END IF;
    pack := document->>'name';
    EXECUTE format('SELECT version, hash FROM %s.pack WHERE name = $1', ledger) INTO present USING pack;
    IF present.hash = encode(sha256(convert_to(document::text, 'UTF8')), 'hex') THEN
        RAISE NOTICE 'pack "%" % is loaded already, nothing was changed', pack, present.version;
        RETURN;
    ELSIF emgov_internal.pack_version(present.version) > emgov_internal.pack_version(document->>'version') THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('pack "%s" is loaded in version %s, which is newer than %s', pack, present.version, document->>'version'),
            HINT = format('CALL %s.unload_pack(%L) first.', ledger, pack);
    END IF;
    FOR required IN SELECT jsonb_array_elements_text(document->'requires') LOOP
        EXECUTE format('SELECT count(*) FROM %s.pack WHERE name = $1', ledger) INTO present USING required;
        CONTINUE WHEN present.count > 0;
        IF NOT EXISTS (SELECT FROM emgov.shipped_pack AS s WHERE s.name = required) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('pack "%s" needs pack "%s", which is not loaded', pack, left(required, 63)),
                HINT = 'Load that first.';
        END IF;
        PERFORM emgov_internal.load_pack(ledger, s.document) FROM emgov.shipped_pack AS s WHERE s.name = required;
    END LOOP;

    BEGIN
        EXECUTE format($sql$
            INSERT INTO %s.pack (name, version, title_zh, title_en, requires, hash) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (name) DO UPDATE SET version = $2, title_zh = $3, title_en = $4, requires = $5, hash = $6, loaded_at = now(), loaded_by = session_user $sql$, ledger)
          USING pack, document->>'version', document->>'title_zh', document->>'title_en',
                ARRAY(SELECT jsonb_array_elements_text(document->'requires')), encode(sha256(convert_to(document::text, 'UTF8')), 'hex');
        FOR t IN SELECT d.key AS name, d.value AS rows FROM jsonb_each(document->'tables') AS d LEFT JOIN emgov_internal.pack_tables() AS p ON p.name = d.key
                  ORDER BY p.ordinal NULLS FIRST, d.key LOOP
            place := format(', table "%s"', left(t.name, 63));
            SELECT * INTO did FROM emgov_internal.pack_load_table(ledger, pack, t.name, t.rows);
            added := added + did.added;
            changed := changed + did.changed;
            kept := kept || did.kept;
        END LOOP;
        place := '';
        SELECT * INTO did FROM emgov_internal.pack_remove(ledger, pack, emgov_internal.pack_keys(ledger, document));
        kept := kept || did.kept;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
        IF emgov_internal.ends_the_query(SQLSTATE) THEN
            RAISE;
        END IF;
        -- which expression of which row
        said := substring(context FROM '(?n)^(?:date|until|filter|base_filter|measure|violation) of .*$');
        RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = format('pack "%s"%s: %s', pack, place, message), 
            DETAIL = concat_ws(E'\n', nullif(detail, ''), 'It is the ' || said || '.', 'Nothing of the pack was loaded.'),
            HINT = coalesce(nullif(hint, ''), 'docs/pack.schema.json says what a pack is.');
    END;
    RAISE NOTICE 'pack "%" %: % rows added, % changed, % removed', pack, document->>'version', added, changed, did.removed;
    IF kept <> '{}' THEN
        RAISE WARNING USING MESSAGE = format('rows of pack "%s" that differ here, and stay as they are: %s', pack, cardinality(kept)),
            DETAIL = emgov_internal.pack_some(kept),
            HINT = format('%s.pack_list has them too. DELETE such a row, or give it the content that the pack has.', ledger);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.load_pack(regnamespace, jsonb) IS
    'load a pack into a ledger, after the shipped ones that it requires: adds its rows, changes those of an earlier version that nobody has touched, keeps the others and names them; '
    'with the rights of whoever calls; does nothing when the same document is loaded already';

-- A member that an object has twice: which of them counts is anybody's guess.
CREATE FUNCTION emgov_internal.pack_repeated(document json) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    WITH objects AS (
        SELECT document AS o
        UNION ALL SELECT document->'tables'
        UNION ALL SELECT r.value FROM json_each(CASE json_typeof(document->'tables') WHEN 'object' THEN document->'tables' ELSE '{}' END) AS t,
                                      json_array_elements(CASE json_typeof(t.value) WHEN 'array' THEN t.value ELSE '[]' END) AS r)
    SELECT k FROM (SELECT row_number() OVER () AS n, o FROM objects) AS x, json_object_keys(CASE json_typeof(o) WHEN 'object' THEN o ELSE '{}' END) AS k
     GROUP BY n, k HAVING count(*) > 1 ORDER BY k LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.pack_repeated(json) IS 'internal: the name of a member that an object of a document has more than once; NULL: none';

CREATE FUNCTION emgov_internal.load_pack(ledger regnamespace, pack text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    shipped jsonb := (SELECT s.document FROM emgov.shipped_pack AS s WHERE s.name = pack);
    repeated text;
BEGIN
    PERFORM emgov_internal.need_to_write('load_pack()');
    IF shipped IS NULL AND pack ~ '^\s*\{' THEN
        shipped := pack::jsonb;
        repeated := emgov_internal.pack_repeated(pack::json);
        IF repeated IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('this is no pack: an object has two members "%s"', left(repeated, 63));
        END IF;
    ELSIF shipped IS NULL AND pack IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('no pack "%s" is shipped', left(pack, 63)),
            HINT = format('There are %s. Any other is loaded as a document: CALL %s.load_pack(''{…}''::jsonb).',
                          (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM emgov.shipped_pack AS s), ledger);
    END IF;
    PERFORM emgov_internal.load_pack(ledger, shipped);
END
$$;
COMMENT ON FUNCTION emgov_internal.load_pack(regnamespace, text) IS 'load a pack that is shipped, by its name; or the text of a document';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'load_pack(text)',
    '按名称装入随附的定义包 | load a pack that is shipped, by its name', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.load_pack(pack text)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.load_pack('@ledger@'::regnamespace, $1);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'load_pack(jsonb)',
    '装入定义包文档 | load a pack from its document', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.load_pack(document jsonb)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.load_pack('@ledger@'::regnamespace, $1);
END
$sql$);
