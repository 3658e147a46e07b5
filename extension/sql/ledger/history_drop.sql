-- ------------------------------------------------------------------ ledger: what a kept table needs is not dropped without it
-- Whatever a command drops, and whatever that takes along: history_drop.c asks these functions what was lost, when it is gone. They are STABLE,
-- to read the catalogs as they are now, whatever the transaction's snapshot.
-- Whoever drops something need not have a right on the schemas that they look into.

-- A history is named after its table.
CREATE FUNCTION emgov_internal.dropped_history() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
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

CREATE FUNCTION emgov_internal.guarded_by(function oid, owner oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE t.tgfoid = guarded_by.function AND NOT t.tgisinternal AND (t.tgname = 'ledger_history' OR t.tgname = 'ledger_keep_all' AND c.relkind = 'p') AND c.relowner <> guarded_by.owner
     ORDER BY t.tgparentid <> 0, 1 LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.guarded_by(oid, oid) IS 'internal: a kept table that a function guards, as a trigger''s, and that is not of this owner; NULL when there is none';

CREATE FUNCTION emgov_internal.dropped_past(OUT signature text, OUT kept text) RETURNS record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
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
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
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
