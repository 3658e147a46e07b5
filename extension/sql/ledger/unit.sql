-- ------------------------------------------------------------------ ledger: units
-- What a definition says is read once, with the rights of whoever writes it, and kept as units:
-- small SQL functions on the source's row type, in the schema <ledger>_store (store.sql). The server inlines
-- them, follows renamed columns, and refuses to drop one in use. See unit.c.

CREATE FUNCTION emgov_internal.write_definition() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_write_definition';
COMMENT ON FUNCTION emgov_internal.write_definition() IS
    'trigger of a ledger''s indicators and check rules: before a statement, waits for whoever else writes definitions; '
    'after each row, reads its expressions with the rights of whoever writes it, and makes its units';

CREATE FUNCTION emgov_internal.make_units(ledger regnamespace, definition record, relation regclass, expressions text[] DEFAULT NULL, columns text[] DEFAULT NULL) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_make_units';
COMMENT ON FUNCTION emgov_internal.make_units(regnamespace, record, regclass, text[], text[]) IS
    'internal: the units of a row of indicator or check_rule, over a relation (NULL: the one it names), from its texts or from expressions that were released; for the ledger''s owner';

CREATE FUNCTION emgov_internal.loosen_units(ledger regnamespace) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_loosen_units';
COMMENT ON FUNCTION emgov_internal.loosen_units(regnamespace) IS
    'internal: let units that a dump brought depend on columns only, so that ADD COLUMN with a default is not refused; for the ledger''s owner';

CREATE FUNCTION emgov_internal.unit(unit regprocedure, OUT relation regclass, OUT columns text[], OUT expression text)
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_unit';
COMMENT ON FUNCTION emgov_internal.unit(regprocedure) IS
    'internal: the relation that a unit is over, the columns it looks at, and its expression with $n for the column with number n; NULLs when it is no unit';

-- What analysts and publishers of a ledger could not read, had it a source there.
CREATE FUNCTION emgov_internal.closed_to(ledger text, relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, ', ')
      FROM pg_proc f
      JOIN pg_namespace n ON n.oid = f.pronamespace AND n.nspname = ledger
      CROSS JOIN LATERAL aclexplode(f.proacl) AS a
      JOIN pg_class c ON c.oid IN (relation, emgov_internal.history_of(relation))
     WHERE f.proname = 'figures' AND a.privilege_type = 'EXECUTE' AND a.grantee <> f.proowner
       AND NOT CASE a.grantee WHEN 0 THEN has_table_privilege('public', c.oid, 'SELECT') AND has_schema_privilege('public', c.relnamespace, 'USAGE')
                              ELSE has_table_privilege(a.grantee, c.oid, 'SELECT') AND has_schema_privilege(a.grantee, c.relnamespace, 'USAGE') END
$$;
COMMENT ON FUNCTION emgov_internal.closed_to(text, regclass) IS
    'internal: the roles that may call a ledger''s figures and may not read a relation, as GRANT takes them; NULL when there is none';

-- A source in the ledger is theirs to read; what the owner has elsewhere is opened by the owner only.
CREATE FUNCTION emgov_internal.open_source(ledger text, what text, relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    roles text := emgov_internal.closed_to(ledger, relation);
    grants text;
BEGIN
    IF roles IS NULL THEN
        RETURN;
    END IF;
    grants := format('GRANT SELECT ON %s TO %s', concat_ws(', ', relation, emgov_internal.history_of(relation)), roles);
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = relation AND n.nspname = ledger AND pg_has_role(c.relowner, 'USAGE')) THEN
        EXECUTE grants;
        RETURN;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = format('%s cannot be counted from "%s": who may ask for figures may not read it', what, relation),
        DETAIL = format('Without the right: %s.', roles),
        HINT = (SELECT format('GRANT USAGE ON SCHEMA %s TO %s; %s; or make a view of it in the ledger.',
                              string_agg(DISTINCT c.relnamespace::regnamespace::text, ', ' ORDER BY c.relnamespace::regnamespace::text), roles, grants)
                  FROM pg_class c WHERE c.oid IN (relation, emgov_internal.history_of(relation)));
END
$$;
COMMENT ON FUNCTION emgov_internal.open_source(text, text, regclass) IS
    'internal: let analysts and publishers read a source in their ledger; an error that names definition, roles and remedy where that is not for its writer to do';

-- Units that are let go of are made again from what they said, whatever the author's text would mean by
-- then. That is kept in <ledger>_store.released, a row a definition:
--
--   definition   'F028 v1', or 'R01 violation' of a rule
--   relation     what the units were over
--   columns      the names of its columns, by number; they follow renames, and are NULL where
--                another column has taken a dropped one's name
--   expressions  by part, with $n for the column with number n
--   written      of a rule, what its author wrote: rules have no versions
CREATE FUNCTION emgov_internal.released_column(relation regclass, was text, becomes text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    released regclass;
BEGIN
    FOR released IN SELECT r.oid FROM pg_class t JOIN pg_class r ON r.relname = 'released' AND r.relkind = 'r' AND r.relowner = t.relowner
                      JOIN pg_namespace n ON n.oid = r.relnamespace AND n.nspowner = t.relowner AND right(n.nspname, 6) = '_store'
                     WHERE t.oid = released_column.relation LOOP
        EXECUTE format('UPDATE %s SET columns = array_replace(array_replace(columns, $3, NULL), $2, $3) WHERE relation = $1', released) USING relation, was, becomes;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.released_column(regclass, text, text) IS 'internal: a column is renamed: released definitions follow; by the relation''s owner';

-- The server would refuse it too; its hint, CASCADE, would silently take the figures with it.
CREATE FUNCTION emgov_internal.refuse_used_columns(relation regclass, columns text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    used record;
BEGIN
    SELECT a.attname, string_agg(p.oid::regprocedure::text, chr(10) ORDER BY p.proname) AS units, min(left(n.nspname, -6)) AS ledger,
           string_agg(DISTINCT quote_literal(substring(p.proname FROM '^([^ ]+) v[0-9]+ [a-z_]+$')), ', ') AS indicators,
           string_agg(DISTINCT quote_literal(substring(p.proname FROM '^(.*) violation$')), ', ') AS rules
      INTO used
      FROM pg_attribute a
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = relation AND d.refobjsubid = a.attnum AND d.classid = 'pg_proc'::regclass
      JOIN pg_proc p ON p.oid = d.objid
      JOIN pg_namespace n ON n.oid = p.pronamespace AND right(n.nspname, 6) = '_store'
      JOIN pg_namespace l ON l.nspname = left(n.nspname, -6) AND l.nspowner = n.nspowner AND emgov_internal.is_ledger(l.oid)
     WHERE a.attrelid = relation AND a.attname = ANY (columns) AND NOT a.attisdropped
     GROUP BY a.attnum, a.attname ORDER BY array_position(columns, a.attname::text) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
            MESSAGE = format('cannot drop column %s of table %s or change its type: definitions of ledger "%s" use it', used.attname, relation, used.ledger),
            DETAIL = used.units,
            HINT = format('To change its type, CALL emgov.release_units(%L) first and emgov.make_units(%L) after it. To drop it, leave out what uses it: %s.', relation, used.ledger,
                          concat_ws('; ', format('UPDATE %I.indicator SET active = false WHERE code IN (', used.ledger) || used.indicators || ')',
                                          format('UPDATE %I.check_rule SET active = false WHERE code IN (', used.ledger) || used.rules || ')'));
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_used_columns(regclass, text[]) IS 'internal: an error that says what to do when a definition uses one of these columns';

-- The units of a definition that lacks them: from what was released, else from its texts. A text that
-- still reads where what was released does not (a column is an enum now) is taken if it
-- looks at the same columns. A past version stands over what keeps versions, if anything does.
CREATE FUNCTION emgov_internal.make_missing(ledger regnamespace, definition record, name text, parts text[], in_force boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    live regclass;
    target regclass;
    released record;
    problem text;
BEGIN
    EXECUTE format('SELECT r.*, ARRAY(SELECT r.expressions->>p FROM unnest($2) WITH ORDINALITY AS u (p, n) ORDER BY n) AS texts FROM %s.released AS r
                     WHERE r.definition = $1 AND r.written IS NOT DISTINCT FROM $3', store)
       INTO released USING name, parts, CASE WHEN parts = '{violation}' THEN to_jsonb(definition)->>'violation' END;
    live := coalesce((SELECT coalesce(emgov_internal.kept_by(c.oid), c.oid) FROM pg_class c WHERE c.oid = released.relation),
                     emgov_internal.source((SELECT nspname FROM pg_namespace WHERE oid = ledger), definition.source));
    target := CASE WHEN in_force THEN live ELSE coalesce(emgov_internal.history_of(live), CASE WHEN emgov_internal.source_as_of(live, true) IS NOT NULL THEN live END) END;
    IF target IS NULL THEN
        RETURN;
    END IF;
    IF NOT emgov_internal.may_be_source(ledger, live) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('"%s" belongs to another user', live);
    END IF;
    IF released.relation IS NULL THEN
        PERFORM emgov_internal.make_units(ledger, definition, target);
    ELSE
        BEGIN
            PERFORM emgov_internal.make_units(ledger, definition, target, released.texts, released.columns);
        EXCEPTION WHEN OTHERS THEN
            problem := SQLERRM;
        END;
        IF problem IS NOT NULL THEN
            BEGIN
                PERFORM emgov_internal.make_units(ledger, definition, target);
            EXCEPTION WHEN OTHERS THEN
                RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = problem;
            END;
            IF EXISTS (SELECT FROM jsonb_each_text(released.expressions) AS e (part, says)
                         JOIN pg_proc p ON p.pronamespace = store AND p.proname = CASE e.part WHEN 'violation' THEN name ELSE format('%s %s', name, e.part) END::name
                        WHERE ARRAY(SELECT DISTINCT released.columns[m[1]::int] FROM regexp_matches(e.says, '[$]([0-9]+)', 'g') AS m ORDER BY 1)
                              IS DISTINCT FROM ARRAY(SELECT unnest(u.columns) FROM emgov_internal.unit(p.oid) AS u ORDER BY 1)) THEN
                RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = problem;
            END IF;
        END IF;
    END IF;
    EXECUTE format('DELETE FROM %s.released WHERE definition = $1', store) USING name;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING USING
        MESSAGE = CASE WHEN in_force THEN format('what %s says cannot be computed: %s', name, SQLERRM)
                       ELSE format('what %s said can no longer be computed: %s', name, SQLERRM) END,
        HINT = CASE WHEN in_force
                    THEN format('Correct its definition. One that is right as it stands is read again when active is set to false, then to true; CALL emgov.make_units(%L) tries too.', ledger)
                    ELSE format('Put the column back as it was, and CALL emgov.make_units(%L).', ledger) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.make_missing(regnamespace, record, text, text[], boolean) IS
    'internal: the units of a definition that lacks them; a warning when they cannot be made, and what was released stays; by the ledger''s owner';

-- Units that are missing: of definitions in force, and of past versions.
CREATE PROCEDURE emgov_internal.make_missing_units(ledger regnamespace)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    parts CONSTANT text[] := '{date,until,filter,base_filter,measure}';
    definition record;
BEGIN
    PERFORM emgov_internal.loosen_units(ledger);
    FOR definition IN EXECUTE format('SELECT * FROM %s.indicator WHERE active AND source IS NOT NULL ORDER BY code', ledger) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM emgov_internal.indicator_parts(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, to_jsonb(definition))));
        PERFORM emgov_internal.make_missing(ledger, definition, format('%s v%s', definition.code, definition.version), parts, true);
    END LOOP;
    FOR definition IN EXECUTE format('SELECT * FROM %s.check_rule WHERE active AND source IS NOT NULL ORDER BY code', ledger) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_proc WHERE pronamespace = store AND proname = format('%s violation', definition.code)::name);
        PERFORM emgov_internal.make_missing(ledger, definition, format('%s violation', definition.code), '{violation}', true);
    END LOOP;
    FOR definition IN EXECUTE format(
        'SELECT DISTINCT ON (code, version) * FROM (TABLE %2$s) AS h WHERE source IS NOT NULL
            AND NOT EXISTS (SELECT FROM %1$s.indicator i WHERE i.code = h.code AND i.version = h.version AND i.active)
          ORDER BY code, version, known_to DESC', ledger, emgov_internal.history_of(format('%s.indicator', ledger)::regclass)) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM emgov_internal.indicator_parts(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, to_jsonb(definition))));
        PERFORM emgov_internal.make_missing(ledger, definition, format('%s v%s', definition.code, definition.version), parts, false);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_missing_units(regnamespace) IS
    'internal: the units that a ledger''s definitions lack, from what was released, else from their texts; by the ledger''s owner';

CREATE PROCEDURE emgov.release_units(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    store name;
    units oid[];
    unit regprocedure;
BEGIN
    PERFORM emgov_internal.need_to_write('release_units()');
    PERFORM emgov_internal.must_own(format('relation "%s"', relation), (SELECT relowner FROM pg_class WHERE oid = relation));
    FOR store, units IN
        SELECT n.nspname, array_agg(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_class c ON c.reltype = p.proargtypes[0]
         WHERE right(n.nspname, 6) = '_store' AND n.nspowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND p.pronargs = 1
           AND c.oid IN (relation, emgov_internal.history_of(relation)) AND (emgov_internal.unit(p.oid)).relation IS NOT NULL
           AND EXISTS (SELECT FROM pg_namespace AS l WHERE l.nspname = left(n.nspname, -6) AND l.nspowner = n.nspowner AND emgov_internal.is_ledger(l.oid))
         GROUP BY 1
    LOOP
        CALL emgov_internal.make_store(left(store, -6));
        EXECUTE format($sql$
            INSERT INTO %1$I.released
            SELECT d.definition, d.relation, ARRAY(SELECT CASE WHEN NOT a.attisdropped THEN a.attname::text END FROM pg_attribute a WHERE a.attrelid = d.relation AND a.attnum > 0 ORDER BY a.attnum),
                   d.expressions, d.written
              FROM (SELECT DISTINCT ON (n.definition) n.definition, u.relation, jsonb_object_agg(n.part, u.expression) AS expressions, min(r.violation) AS written
                      FROM pg_proc p
                     CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u
                      LEFT JOIN %2$I.check_rule AS r ON p.proname = format('%%s violation', r.code)::name
                     CROSS JOIN LATERAL (SELECT CASE WHEN r.code IS NULL THEN regexp_replace(p.proname, ' [a-z_]+$', '') ELSE p.proname::text END AS definition,
                                                substring(p.proname FROM '[a-z_]+$') AS part) AS n
                     WHERE p.oid = ANY ($1) AND (r.code IS NOT NULL OR n.part <> 'values')
                     GROUP BY 1, 2 ORDER BY 1, 2) AS d
            ON CONFLICT (definition) DO UPDATE SET relation = excluded.relation, columns = excluded.columns, expressions = excluded.expressions, written = excluded.written $sql$,
            store, left(store, -6)) USING units;
        FOREACH unit IN ARRAY units LOOP
            EXECUTE format('DROP FUNCTION %s', unit);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov.release_units(regclass) IS
    'let go of a table before ALTER COLUMN … TYPE: drops the units of indicators and rules over it, whose figures are failed until make_units(), and keeps what they say; for its owner';

CREATE PROCEDURE emgov.make_units(ledger regnamespace)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.need_to_write('make_units()');
    PERFORM emgov_internal.must_own(format('ledger "%s"', ledger), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    CALL emgov_internal.make_missing_units(ledger);
END
$$;
COMMENT ON PROCEDURE emgov.make_units(regnamespace) IS
    'make the units that a ledger''s indicators and rules lack: after release_units() from what they said, whatever columns are named since; '
    'after DROP … CASCADE of what they were over from their texts; for its owner';
