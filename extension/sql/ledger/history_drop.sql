-- ------------------------------------------------------------------ ledger: what a kept table needs is not dropped without it
-- Whatever a command drops, and whatever that takes along: history_ddl.c asks these functions what was lost, when it is gone.
-- Whoever drops something need not have a right on the schemas that they look into.

-- A column gets another type only if each value that it has, or had, is the same again when it is cast back: else the past would be another.
-- Where a present one cannot be cast at all the command itself says so, and where a past one cannot, follow() leaves all of the past as it was.
-- Where there is no cast back nothing can be known of the values: that is refused, too, for the way that is left keeps them all. Of a history only
-- what it alone has gets another type.
CREATE FUNCTION emgov_internal.refuse_lossy(relation regclass, columns text[], types text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off
AS $$
DECLARE
    kept text;
    whole text;
    same CONSTANT text[] := ARRAY['IS DISTINCT FROM', 'OPERATOR(pg_catalog.*<>)'];
    c record;
    source regclass;
    not_same bigint;
    lost bigint;
    n bigint;
BEGIN
    SELECT format('%I.%I', n.nspname, k.relname) INTO kept FROM pg_class AS k JOIN pg_namespace AS n ON n.oid = k.relnamespace WHERE k.oid = relation;
    whole := coalesce(pg_partition_root(relation)::text, kept);
    FOR c IN SELECT a.attname AS name, a.attname = ANY (emgov_internal.key_columns(relation)) AS is_key, format_type(a.atttypid, a.atttypmod) AS was,
                    format_type(x.type[1]::oid, x.type[2]::int) AS becomes, h.oid::regclass AS history
               FROM unnest(columns, types) AS u (name, type) CROSS JOIN LATERAL (SELECT string_to_array(u.type, ' ') AS type) AS x
               JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = u.name AND a.attnum > 0 AND NOT a.attisdropped
               LEFT JOIN pg_class AS h ON h.oid = emgov_internal.history_of(relation)
              WHERE x.type[1]::oid <> 0 AND (a.atttypid <> x.type[1]::oid OR x.type[2]::int NOT IN (-1, a.atttypmod)) LOOP
        lost := 0;
        FOREACH source IN ARRAY ARRAY[relation, c.history] LOOP
            CONTINUE WHEN NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = c.name AND NOT a.attisdropped);
            not_same := NULL;
            FOR i IN 1 .. 2 LOOP
                BEGIN
                    EXECUTE format('SELECT count(*) FROM (SELECT %5$I AS v FROM ONLY %1$s WHERE %5$I IS NOT NULL) AS x, LATERAL (SELECT x.v) AS emgov_was, '
                                   'LATERAL (SELECT (x.v::%2$s)::%3$s) AS emgov_is WHERE emgov_was %4$s emgov_is', source, c.becomes, c.was, same[i], c.name) INTO not_same;
                    EXIT;
                EXCEPTION
                    -- of a type without =
                    WHEN undefined_function THEN CONTINUE;
                    WHEN data_exception OR cannot_coerce OR check_violation OR not_null_violation THEN EXIT;
                END;
            END LOOP;
            IF not_same IS NULL THEN
                BEGIN
                    EXECUTE format('SELECT count(*), count(%2$I::%3$s) FROM ONLY %1$s WHERE %2$I IS NOT NULL', source, c.name, c.becomes) INTO not_same, n;
                EXCEPTION WHEN data_exception OR cannot_coerce OR check_violation OR not_null_violation THEN
                    EXIT;
                END;
            END IF;
            lost := lost + not_same;
        END LOOP;
        CONTINUE WHEN lost = 0;
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('column %I of table %s, which is kept, cannot become %s: %s of its values, past ones among them, would not be the same', c.name, kept, c.becomes, lost),
            DETAIL = format('Cast back to %s they are others, or cannot be cast back.', c.was),
            HINT = CASE WHEN emgov_internal.kept_by(relation) IS NOT NULL THEN format('ALTER TABLE %s ALTER COLUMN %I TYPE text; keeps it as text.', kept, c.name)
                        WHEN c.is_key THEN format('Its key is what the versions of a row are told by. CALL emgov.release_versions(%L) gives them up.', whole)
                        ELSE format('ALTER TABLE %1$s ADD COLUMN %2$I %3$s; UPDATE %1$s SET %2$I = %4$I::%3$s; ALTER TABLE %1$s DROP COLUMN %4$I; keeps what was in it.',
                                    whole, left(c.name, 50) || '_new', c.becomes, c.name) END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_lossy(regclass, text[], text[]) IS
    'internal: an error when columns of a kept table, or of a history alone, are to get types in which not all values are the same that they have or had; types as OID and modifier';

-- A history is named after its table.
CREATE FUNCTION emgov_internal.dropped_history() RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%I.%I', t.address_names[1], t.address_names[2])
      FROM pg_event_trigger_dropped_objects() AS t
      JOIN pg_event_trigger_dropped_objects() AS h ON h.object_type = 'table' AND h.address_names[2] = t.address_names[2] || '_history'
     WHERE t.object_type = 'trigger' AND t.address_names[3] = 'ledger_history'
       AND EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = t.address_names[1] AND c.relname = t.address_names[2])
     ORDER BY 1 LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.dropped_history() IS 'internal: in an event trigger, a table that is there still and whose history was dropped; NULL when there is none';

-- What reads the past of a kept table stands beside it, under its name: see past_functions() and partitions_past(). Of a partition the whole is released.
CREATE FUNCTION emgov_internal.past_of(schema text, name text, arguments text[], owner oid DEFAULT 0) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce((SELECT format('%I.%I', k.nspname, w.relname) FROM pg_class AS w JOIN pg_namespace AS k ON k.oid = w.relnamespace WHERE w.oid = emgov_internal.kept_whole(c.oid, true)),
                    format('%I.%I', n.nspname, c.relname))
      FROM (VALUES ('_as_of', 1), ('_history_as_of', 1), ('_versions', 2), ('_changed', 2)) AS e (ending, arguments)
      JOIN pg_namespace AS n ON n.nspname = past_of.schema
      JOIN pg_class AS c ON c.relnamespace = n.oid AND past_of.name = c.relname || e.ending
     WHERE past_of.arguments = array_fill('timestamp with time zone'::text, ARRAY[e.arguments]) AND c.relowner <> past_of.owner
       AND CASE WHEN c.relkind = 'p' THEN e.ending IN ('_as_of', '_changed') AND emgov_internal.partitions_kept(c.oid) ELSE e.ending <> '_changed' AND emgov_internal.history_of(c.oid) IS NOT NULL END
     ORDER BY 1 LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.past_of(text, text, text[], oid) IS
    'internal: the kept table, or the whole of it, whose past a function of this schema, name and types of arguments reads; NULL when there is none, or it is of this owner';

CREATE FUNCTION emgov_internal.dropped_past(OUT signature text, OUT kept text) RETURNS record
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.object_identity, p.kept
      FROM pg_event_trigger_dropped_objects() AS f,
           LATERAL (SELECT emgov_internal.past_of(f.address_names[1], f.address_names[2], f.address_args) AS kept) AS p
     WHERE f.object_type = 'function' AND p.kept IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                        WHERE n.nspname = f.address_names[1] AND p.proname = f.address_names[2] AND oidvectortypes(p.proargtypes) = array_to_string(f.address_args, ', '))
     ORDER BY 1 LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.dropped_past() IS
    'internal: in an event trigger, a function that read the past of a table that is there still, and is kept, and is no more, with that table or the whole of it; NULL when there is none';

CREATE FUNCTION emgov_internal.dropped_guard(OUT trigger text, OUT kept text) RETURNS record
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    WITH dating AS (SELECT t.tgrelid AS relid FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_namespace AS n ON n.oid = p.pronamespace
                     WHERE t.tgname = 'zzz_ledger_version' AND n.nspname = 'emgov_internal')
    SELECT f.object_identity, format('%I.%I', k.nspname, kept.relname)
      FROM pg_event_trigger_dropped_objects() AS f
      JOIN pg_namespace AS n ON n.nspname = f.address_names[1] JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = f.address_names[2]
      JOIN pg_class AS kept ON kept.oid = coalesce(emgov_internal.kept_by(c.oid), c.oid) JOIN pg_namespace AS k ON k.oid = kept.relnamespace
     WHERE f.object_type = 'trigger' AND NOT f.original AND f.address_names[3] IN ('ledger_history', 'ledger_kept', 'ledger_keep', 'ledger_keep_all')
       AND EXISTS (SELECT FROM dating AS d WHERE d.relid = ANY (emgov_internal.partition_tree(kept.oid)))
     ORDER BY kept.oid <> c.oid, 1 LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.dropped_guard() IS
    'internal: in an event trigger, a trigger that guarded a table that is there still, and is kept, and went with its function, with that table; NULL when there is none';

-- Values of a type are in columns of it, of arrays, domains and ranges over it, and of composite types that have an attribute of one of these.
CREATE FUNCTION emgov_internal.holds_values_of(relation oid, OUT holder oid, OUT held text) RETURNS record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE type (oid) AS (
        SELECT reltype FROM pg_class WHERE oid = relation
        UNION
        SELECT CASE WHEN d.classid = 'pg_type'::regclass THEN d.objid ELSE (SELECT reltype FROM pg_class WHERE oid = d.objid) END
          FROM type JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = type.oid AND (d.classid = 'pg_type'::regclass OR d.classid = 'pg_class'::regclass AND d.objsubid > 0)
    )
    SELECT a.attrelid, a.attname::text
      FROM type JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = type.oid AND d.classid = 'pg_class'::regclass
      JOIN pg_attribute AS a ON a.attrelid = d.objid AND a.attnum = d.objsubid AND NOT a.attisdropped
      JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
     WHERE emgov_internal.history_of(c.oid) IS NOT NULL OR emgov_internal.kept_by(c.oid) IS NOT NULL
     ORDER BY emgov_internal.history_of(c.oid) IS NULL, c.oid, a.attnum LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.holds_values_of(oid) IS
    'internal: a kept table, or else a history, and a column of it whose values have those of a composite type or of a table''s row type in them; NULL when there is none';

CREATE FUNCTION emgov_internal.without_past(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_partition_ancestors(relation) WITH ORDINALITY AS a (relid, above) JOIN pg_class AS c ON c.oid = a.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE emgov_internal.partitions_kept(c.oid)
       AND NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = n.oid AND p.proname = c.relname || '_as_of' AND p.proargtypes = ARRAY['timestamptz'::regtype]::oidvector)
     ORDER BY a.above DESC LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.without_past(regclass) IS
    'internal: of a partitioned table, and those that it is a partition of, the outermost that is kept and has lost what reads its past; NULL when there is none';
