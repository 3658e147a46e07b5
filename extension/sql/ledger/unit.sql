-- ------------------------------------------------------------------ ledger: units
-- What a definition says is read once, with the rights of whoever writes it, and kept as units:
-- small SQL functions on the source's row type, in the schema <ledger>_store. The server inlines
-- them, follows renamed columns, and refuses to drop one in use. See unit.c.

CREATE FUNCTION emgov.write_definition() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_write_definition';
COMMENT ON FUNCTION emgov.write_definition() IS
    'trigger of a ledger''s indicators and check rules: before a statement, waits for whoever else writes definitions; '
    'after each row, reads its expressions with the rights of whoever writes it, and makes its units';

CREATE FUNCTION emgov._make_units(ledger regnamespace, definition record, relation regclass) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_make_units';
COMMENT ON FUNCTION emgov._make_units(regnamespace, record, regclass) IS
    'internal: the units of a row of indicator or check_rule, over a relation (NULL: the one it names); for the ledger''s owner';

CREATE FUNCTION emgov._loosen_units(ledger regnamespace) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_loosen_units';
COMMENT ON FUNCTION emgov._loosen_units(regnamespace) IS
    'internal: let units that a dump brought depend on columns only, so that ADD COLUMN with a default is not refused; for the ledger''s owner';

CREATE FUNCTION emgov._unit(unit regprocedure, OUT relation regclass, OUT columns text[])
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_unit';
COMMENT ON FUNCTION emgov._unit(regprocedure) IS 'internal: the relation that a unit is over, and the columns it looks at; NULLs when it is no unit';

CREATE FUNCTION emgov._store(ledger regnamespace) RETURNS regnamespace
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT s.oid::regnamespace FROM pg_namespace l JOIN pg_namespace s ON s.nspname = l.nspname || '_store' AND s.nspowner = l.nspowner WHERE l.oid = ledger $$;
COMMENT ON FUNCTION emgov._store(regnamespace) IS
    'internal: the schema of a ledger''s units, <ledger>_store; NULL when there is none, or another user has taken its name: units run as whoever asks for figures';

-- What analysts and publishers of a ledger could not read, had it a source there.
CREATE FUNCTION emgov._closed_to(ledger text, relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, ', ')
      FROM pg_proc f
      JOIN pg_namespace n ON n.oid = f.pronamespace AND n.nspname = ledger
      CROSS JOIN LATERAL aclexplode(f.proacl) AS a
      JOIN pg_class c ON c.oid IN (relation, emgov._history_of(relation))
     WHERE f.proname = 'figures' AND a.privilege_type = 'EXECUTE' AND a.grantee <> f.proowner
       AND NOT CASE a.grantee WHEN 0 THEN has_table_privilege('public', c.oid, 'SELECT') AND has_schema_privilege('public', c.relnamespace, 'USAGE')
                              ELSE has_table_privilege(a.grantee, c.oid, 'SELECT') AND has_schema_privilege(a.grantee, c.relnamespace, 'USAGE') END
$$;
COMMENT ON FUNCTION emgov._closed_to(text, regclass) IS
    'internal: the roles that may call a ledger''s figures and may not read a relation, as GRANT takes them; NULL when there is none';

-- A source in the ledger is theirs to read; what the owner has elsewhere is opened by the owner only.
CREATE FUNCTION emgov._open_source(ledger text, what text, relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    roles text := emgov._closed_to(ledger, relation);
    grants text;
BEGIN
    IF roles IS NULL THEN
        RETURN;
    END IF;
    grants := format('GRANT SELECT ON %s TO %s', concat_ws(', ', relation, emgov._history_of(relation)), roles);
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = relation AND n.nspname = ledger AND pg_has_role(c.relowner, 'USAGE')) THEN
        EXECUTE grants;
        RETURN;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = format('%s cannot be counted from "%s": who may ask for figures may not read it', what, relation),
        DETAIL = format('Without the right: %s.', roles),
        HINT = (SELECT format('GRANT USAGE ON SCHEMA %I TO %s; %s; or make a view of it in the ledger.', n.nspname, roles, grants)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation);
END
$$;
COMMENT ON FUNCTION emgov._open_source(text, text, regclass) IS
    'internal: let analysts and publishers read a source in their ledger; an error that names definition, roles and remedy where that is not for its writer to do';

CREATE PROCEDURE emgov._make_store(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store text := ledger || '_store';
    owner oid;
BEGIN
    SELECT nspowner INTO owner FROM pg_namespace WHERE nspname = store;
    IF NOT FOUND THEN
        EXECUTE format('CREATE SCHEMA %I', store);
        PERFORM emgov._set_comment('SCHEMA', quote_ident(store), format('台账 %1$s 的内部对象：指标与规则的计算单元 | the inside of ledger %1$s: units of its definitions', ledger));
    ELSIF owner <> (SELECT nspowner FROM pg_namespace WHERE nspname = ledger) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('schema "%s" belongs to another user', store),
            DETAIL = format('What ledger "%s" runs stands in it.', ledger),
            HINT = 'Rename that schema, or give the ledger another name.';
    END IF;
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', store);
END
$$;
COMMENT ON PROCEDURE emgov._make_store(text) IS 'internal: the schema of a ledger''s units';

-- Units that are missing: of definitions in force, and of past versions over what keeps versions.
CREATE PROCEDURE emgov._make_missing_units(ledger regnamespace)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store regnamespace := emgov._store(ledger);
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    definition record;
    history regclass;
BEGIN
    PERFORM emgov._loosen_units(ledger);
    FOR definition IN EXECUTE format('SELECT * FROM %s.indicator WHERE active AND source IS NOT NULL ORDER BY code', ledger) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM emgov._indicator_parts(ledger, jsonb_populate_record(NULL::emgov.indicator, to_jsonb(definition))));
        PERFORM emgov._make_units(ledger, definition, NULL);
    END LOOP;
    FOR definition IN EXECUTE format('SELECT * FROM %s.check_rule WHERE active AND source IS NOT NULL ORDER BY code', ledger) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_proc WHERE pronamespace = store AND proname = format('%s violation', definition.code)::name);
        PERFORM emgov._make_units(ledger, definition, NULL);
    END LOOP;
    FOR definition IN EXECUTE format(
        'SELECT DISTINCT ON (code, version) * FROM (TABLE %1$s.indicator_history) AS h WHERE source IS NOT NULL
            AND NOT EXISTS (SELECT FROM %1$s.indicator i WHERE i.code = h.code AND i.version = h.version AND i.active)
          ORDER BY code, version, known_to DESC', ledger) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM emgov._indicator_parts(ledger, jsonb_populate_record(NULL::emgov.indicator, to_jsonb(definition))));
        BEGIN
            history := emgov._history_of(emgov._source(schema_name, definition.source));
            IF history IS NOT NULL THEN
                PERFORM emgov._make_units(ledger, definition, history);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING USING
                MESSAGE = format('figures of indicator %s as it was in version %s can no longer be computed: %s', definition.code, definition.version, SQLERRM);
        END;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov._make_missing_units(regnamespace) IS 'internal: the units that a ledger''s definitions lack, read again from their texts; by the ledger''s owner';

CREATE PROCEDURE emgov.release_units(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    unit regprocedure;
BEGIN
    PERFORM emgov._must_own(format('relation "%s"', relation), (SELECT relowner FROM pg_class WHERE oid = relation));
    FOR unit IN
        SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_class c ON c.reltype = p.proargtypes[0]
         WHERE n.nspname LIKE '%\_store' AND n.nspowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND p.pronargs = 1
           AND c.oid IN (relation, emgov._history_of(relation)) AND (emgov._unit(p.oid)).relation IS NOT NULL
    LOOP
        EXECUTE format('DROP FUNCTION %s', unit);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov.release_units(regclass) IS
    'let go of a table before ALTER COLUMN … TYPE: drops the units of indicators and rules over it, whose figures are failed until make_units(); for its owner';

CREATE PROCEDURE emgov.make_units(ledger regnamespace)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov._must_own(format('ledger "%s"', ledger), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    CALL emgov._make_missing_units(ledger);
END
$$;
COMMENT ON PROCEDURE emgov.make_units(regnamespace) IS
    'make the units that a ledger''s indicators and rules lack, from their texts: after release_units(), or after DROP … CASCADE of what they were over; for its owner';
