-- ------------------------------------------------------------------ ledger: taking a pack's rows away

CREATE FUNCTION emgov_internal.pack_some(rows text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT array_to_string(rows[1:20], ', ') || CASE WHEN cardinality(rows) > 20 THEN ', …' ELSE '' END $$;
COMMENT ON FUNCTION emgov_internal.pack_some(text[]) IS 'internal: names of rows for a message, the first twenty';

-- Delete rows of a table; of those that something uses, as many as can be. Gives the keys of the others.
CREATE FUNCTION emgov_internal.pack_delete(ledger regnamespace, table_name text, rows jsonb[]) RETURNS text[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    key text[] := (SELECT p.key FROM emgov_internal.pack_tables() AS p WHERE p.name = table_name);
    command text := format('DELETE FROM %1$s.%2$I AS t USING unnest($1) AS d, jsonb_populate_record(NULL::%1$s.%2$I, d) AS r WHERE %3$s', ledger, table_name,
                           (SELECT string_agg(format('t.%1$I IS NOT DISTINCT FROM r.%1$I', k), ' AND ') FROM unnest(key) AS k));
    row jsonb;
    used jsonb[] := rows;
    before int;
BEGIN
    BEGIN
        EXECUTE command USING rows;
        RETURN '{}';
    EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
        NULL;
    END;
    -- one may use another
    LOOP
        before := cardinality(used);
        FOREACH row IN ARRAY used LOOP
            BEGIN
                EXECUTE command USING ARRAY[row];
                used := array_remove(used, row);
            EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
                NULL;
            END;
        END LOOP;
        EXIT WHEN cardinality(used) IN (0, before);
    END LOOP;
    RETURN ARRAY(SELECT emgov_internal.pack_key(u, key) FROM unnest(used) AS u);
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_delete(regnamespace, text, jsonb[]) IS
    'internal: delete rows of a table that packs fill, all but those that something uses; gives the keys of these';

-- Rows that a pack has no longer: deletes what it brought, and what nobody has touched, no other pack
-- has and nothing uses. Gives what was kept.
CREATE FUNCTION emgov_internal.pack_remove(ledger regnamespace, pack text, remaining jsonb, OUT removed int, OUT kept text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t record;
    gone text[];
    rows jsonb[];
    touched text[];
    used text[];
BEGIN
    removed := 0;
    kept := '{}';
    FOR t IN SELECT p.name, p.key FROM emgov_internal.pack_tables() AS p ORDER BY p.ordinal DESC LOOP
        EXECUTE format($sql$
            SELECT array_agg(r.key),
                   array_agg(r.present) FILTER (WHERE r.brought AND NOT r.touched AND NOT s.shared),
                   array_agg(r.relation || ' ' || r.key ORDER BY r.key COLLATE "C") FILTER (WHERE r.brought AND r.touched AND r.present IS NOT NULL AND NOT s.shared)
              FROM emgov_internal.pack_rows($1, $2, $4) AS r
              CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM %1$s.pack_row AS o WHERE o.relation = r.relation AND o.key = r.key AND o.pack <> r.pack) AS shared) AS s
             WHERE NOT coalesce($3->r.relation, '[]') ? r.key $sql$, ledger)
           INTO gone, rows, touched USING ledger, pack, remaining, t.name;
        CONTINUE WHEN gone IS NULL;
        used := CASE WHEN rows IS NULL THEN '{}' ELSE emgov_internal.pack_delete(ledger, t.name, rows) END;
        removed := removed + coalesce(cardinality(rows), 0) - cardinality(used);
        kept := kept || coalesce(touched, '{}') || ARRAY(SELECT format('%s %s (in use)', t.name, u) FROM unnest(used) AS u ORDER BY u COLLATE "C");
        -- another pack that has it too is now the one that brought it
        EXECUTE format('UPDATE %1$s.pack_row AS o SET brought = true FROM %1$s.pack_row AS r WHERE r.pack = $1 AND r.relation = $2 AND r.key = ANY ($3) AND r.brought '
                       'AND o.pack <> r.pack AND o.relation = r.relation AND o.key = r.key', ledger) USING pack, t.name, gone;
        EXECUTE format('DELETE FROM %s.pack_row WHERE pack = $1 AND relation = $2 AND key = ANY ($3)', ledger) USING pack, t.name, gone;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_remove(regnamespace, text, jsonb) IS
    'internal: take away the rows of a pack whose keys are not among the remaining ones (by table), but those that somebody has touched, another pack has, or something uses';

CREATE FUNCTION emgov_internal.unload_pack(ledger regnamespace, pack text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    loaded text;
    needed_by text;
    did record;
BEGIN
    PERFORM emgov_internal.need_to_write('unload_pack()');
    EXECUTE format('SELECT string_agg(name, '', '' ORDER BY name) FROM %s.pack', ledger) INTO loaded;
    EXECUTE format('SELECT string_agg(name, '', '' ORDER BY name) FROM %s.pack WHERE $1 = ANY (requires) AND name <> $1', ledger) INTO needed_by USING pack;
    EXECUTE format('SELECT name FROM %s.pack WHERE name = $1 FOR UPDATE', ledger) INTO did USING pack;
    IF did.name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('pack "%s" is not loaded', left(pack, 63)),
            HINT = coalesce('Loaded are ' || loaded || '.', 'No pack is loaded.');
    ELSIF needed_by IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist', MESSAGE = format('pack "%s" is needed by %s', pack, needed_by), HINT = 'Unload that first.';
    END IF;
    SELECT * INTO did FROM emgov_internal.pack_remove(ledger, pack, '{}');
    EXECUTE format('DELETE FROM %s.pack WHERE name = $1', ledger) USING pack;
    RAISE NOTICE 'pack "%" is unloaded: % rows removed', pack, did.removed;
    IF did.kept <> '{}' THEN
        RAISE WARNING USING MESSAGE = format('rows of pack "%s" that stay, for somebody has touched or uses them: %s', pack, cardinality(did.kept)),
            DETAIL = emgov_internal.pack_some(did.kept), HINT = 'They are yours now. Retire what is no longer wanted by active = false.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.unload_pack(regnamespace, text) IS
    'take a pack''s rows away again, but those that somebody has touched, another pack has, or a publication, a record or another definition uses: these are named and stay';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'unload_pack(text)',
    '卸载定义包：被使用或被改动的行保留 | unload a pack: rows that are in use, or that somebody has touched, stay', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.unload_pack(pack text)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.unload_pack('@ledger@'::regnamespace, $1);
END
$sql$);
