-- ------------------------------------------------------------------ ledger: versions of a partitioned table
-- Each partition is a kept table with a history of its own, so a partition that is detached takes its past along. Two
-- functions put the pasts of the partitions together: t_as_of(moment), and t_changed(since, until), the keys of what changed.
-- They are made anew when partitions come or go (history_ddl.c), and a new partition is kept from its first row on.

CREATE FUNCTION emgov_internal.leaf_partitions(relation regclass) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.relid FROM pg_partition_tree(relation) AS t WHERE t.isleaf AND t.relid <> relation ORDER BY t.relid::text $$;
COMMENT ON FUNCTION emgov_internal.leaf_partitions(regclass) IS 'internal: the partitions of a table that hold its rows, by name';

CREATE PROCEDURE emgov_internal.keep_partitions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema_name name;
    table_name name;
    qualified text;
    problem text;
    hint text;
    columns text;
    past text;
    changed text;
    p regclass;
BEGIN
    SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) INTO schema_name, table_name, qualified
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
    SELECT format('its partition "%s" is not an ordinary table', l), 'What lies on another server is kept there.' INTO problem, hint
      FROM emgov_internal.leaf_partitions(relation) AS l JOIN pg_class AS c ON c.oid = l WHERE c.relkind <> 'r' LIMIT 1;
    IF octet_length(table_name::text) > 49 THEN
        problem := 'its name leaves no room for "_history_as_of"';
        hint := 'Give it a shorter name.';
    ELSIF emgov_internal.key_columns(relation) IS NULL THEN
        problem := 'it has no primary key that is checked at once; the versions of a row are told by its key';
        hint := format('ALTER TABLE %s ADD PRIMARY KEY (…); what it is partitioned by is among the columns.', relation);
    END IF;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the versions of table "%s" cannot be kept', relation), DETAIL = problem, HINT = hint;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = 'known_from' AND NOT attisdropped) THEN
        EXECUTE format('ALTER TABLE %s ADD known_from timestamptz NOT NULL DEFAULT clock_timestamp()', qualified);
        PERFORM emgov_internal.set_comment('COLUMN', qualified || '.known_from', '本版本的知悉时间 | moment from which this version of the row was known');
    END IF;

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped;
    FOR p IN SELECT emgov_internal.leaf_partitions(relation) LOOP
        IF emgov_internal.history_of(p) IS NULL THEN
            CALL emgov.keep_versions(p);
        END IF;
        SELECT concat_ws(' UNION ALL ', past, format('SELECT %s FROM %s($1)', columns, min(f.name) FILTER (WHERE f.ending = '_as_of'))),
               concat_ws(' UNION ALL ', changed, format('SELECT %s FROM %s($1, $2) AS emgov_record', emgov_internal.record_key(relation), min(f.name) FILTER (WHERE f.ending = '_versions')))
          INTO past, changed FROM emgov_internal.past_functions(p) AS f;
    END LOOP;
    EXECUTE format('CREATE OR REPLACE FUNCTION %I.%I(as_of timestamptz) RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000 BEGIN ATOMIC %s; END',
                   schema_name, table_name || '_as_of', qualified, coalesce(past, format('SELECT * FROM ONLY %s', qualified)));
    EXECUTE format('CREATE OR REPLACE FUNCTION %I.%I(since timestamptz, until timestamptz) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 BEGIN ATOMIC %s; END',
                   schema_name, table_name || '_changed', coalesce(changed, 'SELECT NULL::text WHERE false'));
    PERFORM emgov_internal.set_comment('FUNCTION', format('%I.%I(timestamptz)', schema_name, table_name || '_as_of'),
        format('表 %1$s 在某一时刻已知的内容，各分区合计 | the rows of %1$s as they were known at a moment, of all partitions', table_name));
    PERFORM emgov_internal.set_comment('FUNCTION', format('%I.%I(timestamptz, timestamptz)', schema_name, table_name || '_changed'),
        format('表 %1$s 在两个时刻之间可能变动的记录编号 | keys of the rows of %1$s of which something changed between two moments', table_name));
END
$$;
COMMENT ON PROCEDURE emgov_internal.keep_partitions(regclass) IS 'internal: keep every version of the rows of each partition of a table, and make what reads the past of all of them';

-- The functions that read the past of a partitioned table that is kept.
CREATE FUNCTION emgov_internal.partitions_past(relation regclass, OUT signature regprocedure) RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.oid::regprocedure FROM pg_class AS c JOIN pg_proc AS p ON p.pronamespace = c.relnamespace AND p.proowner = c.relowner AND p.proretset
     WHERE c.oid = relation AND c.relkind = 'p'
       AND (p.proname = c.relname || '_as_of' AND p.prorettype = c.reltype AND p.proargtypes = ARRAY['timestamptz'::regtype]::oidvector
            OR p.proname = c.relname || '_changed' AND p.prorettype = 'text'::regtype AND p.proargtypes = ARRAY['timestamptz'::regtype, 'timestamptz'::regtype]::oidvector)
$$;
COMMENT ON FUNCTION emgov_internal.partitions_past(regclass) IS 'internal: the functions that read the past of a partitioned table that is kept; none of one that is not';

-- After a command on a table, or on a partition of it. While a dump is being restored there are no keys yet.
CREATE FUNCTION emgov_internal.follow_partitions(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    root regclass := pg_partition_root(relation);
BEGIN
    IF emgov_internal.key_columns(root) IS NOT NULL AND EXISTS (SELECT FROM emgov_internal.partitions_past(root)) THEN
        CALL emgov.keep_versions(root);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.follow_partitions(regclass) IS 'internal: keep the partitions that a kept table has now, and make what reads their past anew';

-- A partition is released before it is dropped, or with the whole.
CREATE PROCEDURE emgov_internal.release_partitions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    f record;
    p regclass;
BEGIN
    FOR f IN SELECT p.signature FROM emgov_internal.partitions_past(relation) AS p LOOP
        EXECUTE format('DROP FUNCTION %s', f.signature);
    END LOOP;
    FOR p IN SELECT l FROM emgov_internal.leaf_partitions(relation) AS l WHERE emgov_internal.history_of(l) IS NOT NULL LOOP
        CALL emgov.release_versions(p);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.release_partitions(regclass) IS 'internal: the inverse of keep_partitions()';
