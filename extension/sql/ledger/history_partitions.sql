-- ------------------------------------------------------------------ ledger: versions of a partitioned table
-- Each partition is a kept table with a history of its own, so a partition that is detached takes its past along. Two
-- functions put the pasts of the partitions together: t_as_of(moment), and t_changed(since, until), the keys of what changed.
-- They are made anew when partitions come or go (history_ddl.c), and a new partition is kept from its first row on.
-- That a partitioned table is kept is told by its trigger ledger_keep_all, which refuses TRUNCATE of the whole: it goes along when the
-- table is renamed, moved or given to another, and stands in a dump.

-- pg_partition_tree() locks all of them: whoever has locked one, and wants the whole next, and who holds the whole would wait for each other.
CREATE FUNCTION emgov_internal.partition_tree(relation regclass) RETURNS regclass[] LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_partition_tree';
COMMENT ON FUNCTION emgov_internal.partition_tree(regclass) IS 'internal: a table and its partitions of every level, as they are now, none of which is locked; those above before those below';

CREATE FUNCTION emgov_internal.leaf_partitions(relation regclass) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t FROM unnest(emgov_internal.partition_tree(relation)) AS t
     WHERE t <> relation AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t AND c.relkind = 'p') ORDER BY t::text
$$;
COMMENT ON FUNCTION emgov_internal.leaf_partitions(regclass) IS 'internal: the partitions of a table that hold its rows, by name';

CREATE FUNCTION emgov_internal.partitions_kept(relation regclass) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_trigger AS t ON t.tgrelid = c.oid JOIN pg_proc AS p ON p.oid = t.tgfoid
                    WHERE c.oid = relation AND c.relkind = 'p' AND t.tgname = 'ledger_keep_all' AND NOT t.tgisinternal AND p.proname = 'ledger_keep')
$$;
COMMENT ON FUNCTION emgov_internal.partitions_kept(regclass) IS 'internal: whether the partitions of a table are kept, those that come later too';

CREATE FUNCTION emgov_internal.kept_whole(relation regclass, itself boolean) RETURNS regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.relid FROM pg_partition_ancestors(relation) WITH ORDINALITY AS a (relid, n) WHERE (itself OR a.relid <> relation) AND emgov_internal.partitions_kept(a.relid) ORDER BY a.n DESC LIMIT 1
$$;
COMMENT ON FUNCTION emgov_internal.kept_whole(regclass, boolean) IS
    'internal: the outermost table, of those that one is a partition of, or of itself too, whose partitions are kept; NULL when there is none';

CREATE TABLE emgov.detached_partition (
    whole regclass NOT NULL,
    relation regclass NOT NULL,
    history regclass NOT NULL,
    at timestamptz NOT NULL
);
ALTER TABLE emgov.detached_partition REPLICA IDENTITY FULL;
COMMENT ON TABLE emgov.detached_partition IS
    'Kept tables that were partitions of another, of each when it was taken out last: it may come back while nothing has been published since. Written with that (partitions.c)';
COMMENT ON COLUMN emgov.detached_partition.whole IS 'What it was a partition of';
COMMENT ON COLUMN emgov.detached_partition.relation IS 'The table';
COMMENT ON COLUMN emgov.detached_partition.history IS 'Its history: one that was released meanwhile has another';
COMMENT ON COLUMN emgov.detached_partition.at IS 'When';
SELECT pg_catalog.pg_extension_config_dump('emgov.detached_partition', '');
GRANT SELECT ON emgov.detached_partition TO PUBLIC;

-- What is partitioned dates no rows back itself: a mark on it is of partitions that came or went.
CREATE FUNCTION emgov_internal.partitions_moved(relation regclass, since timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM emgov.dated_back AS d JOIN pg_class AS c ON c.oid = d.relation WHERE c.relkind = 'p' AND d.at > since)
       AND EXISTS (SELECT FROM emgov.dated_back AS d JOIN pg_class AS c ON c.oid = d.relation
                    WHERE c.relkind = 'p' AND d.at > since AND d.relation = ANY (emgov_internal.relations_behind(ARRAY[partitions_moved.relation])));
END
$$;
COMMENT ON FUNCTION emgov_internal.partitions_moved(regclass, timestamptz) IS
    'internal: whether partitions with rows came to, or went from, a source or a kept table behind it after a moment: what changed since is then not found by dates';

-- ledger_keep() in the schema of a table that is to be kept, of its owner.
CREATE FUNCTION emgov_internal.make_keep(relation regclass) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    note CONSTANT text := '触发器：记录及其历史版本不可抹去 | trigger: a fact and its versions cannot be wiped out';
    owner oid;
    keep text;
    problem text;
    tries int := 0;
BEGIN
    SELECT c.relowner, format('%I.ledger_keep', n.nspname) INTO owner, keep FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
    -- one that is the owner's but not ours is not replaced
    IF EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = to_regprocedure(keep || '()') AND p.proowner = owner AND obj_description(p.oid, 'pg_proc') IS DISTINCT FROM note
                  AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgfoid = p.oid AND t.tgnargs = 1 AND t.tgname IN ('ledger_history', 'ledger_kept', 'ledger_keep', 'ledger_keep_all'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_function',
            MESSAGE = format('the versions of table "%s" cannot be kept: there is a function %s()', relation, keep),
            DETAIL = 'What guards the kept tables of a schema gets that name.',
            HINT = format('ALTER FUNCTION %s() RENAME TO …, or drop it.', keep);
    END IF;
    -- in a schema where others may create, what is found under our name may be theirs, or come between; ours may, too, and then it is there
    LOOP
        IF EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = to_regprocedure(keep || '()') AND p.proowner = owner AND p.prosrc = emgov_internal.keep_body()
                      AND p.proconfig = '{"search_path=pg_catalog, pg_temp"}' AND p.proacl IS NOT NULL AND obj_description(p.oid, 'pg_proc') = note) THEN
            RETURN keep;
        END IF;
        BEGIN
            EXECUTE format('CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS %L', keep, emgov_internal.keep_body());
            problem := CASE WHEN (SELECT proowner FROM pg_proc WHERE oid = to_regprocedure(keep || '()')) <> owner THEN 'It is another owner''s.' END;
            EXIT;
        EXCEPTION
            WHEN insufficient_privilege THEN
                problem := SQLERRM;
                EXIT;
            WHEN unique_violation OR internal_error THEN
                -- another session has just made it, or replaced it
                tries := tries + 1;
                IF tries = 10 THEN
                    RAISE;
                END IF;
        END;
    END LOOP;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('the versions of table "%s" cannot be kept: function %s() cannot be made', relation, keep), DETAIL = problem,
            HINT = 'Keep tables of different owners in different schemas.';
    END IF;
    EXECUTE format('REVOKE ALL ON FUNCTION %s() FROM PUBLIC', keep);
    PERFORM emgov_internal.set_comment('FUNCTION', keep || '()', note);
    RETURN keep;
END
$$;
COMMENT ON FUNCTION emgov_internal.make_keep(regclass) IS 'internal: make the trigger function that guards what a kept table holds; gives its name';

-- Say which table is another's history, by a trigger of that function; anew where it is of one in another schema, from which the table was moved.
CREATE FUNCTION emgov_internal.link_history(relation regclass, history regclass, keep text, unless text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = relation AND t.tgname = 'ledger_history' AND t.tgconstrrelid = history AND t.tgfoid = to_regprocedure(keep || '()')) THEN
        RETURN;
    END IF;
    IF emgov_internal.history_of(relation) IS NOT NULL THEN
        EXECUTE format('DROP TRIGGER ledger_history ON %s', relation);
    END IF;
    EXECUTE format('CREATE CONSTRAINT TRIGGER ledger_history AFTER DELETE ON %s FROM %s NOT DEFERRABLE FOR EACH ROW %s EXECUTE FUNCTION %s(''fact'')', relation, history, unless, keep);
END
$$;
COMMENT ON FUNCTION emgov_internal.link_history(regclass, regclass, text, text) IS 'internal: make the trigger of a kept table that says which table its history is';

-- A function of somebody's own is not replaced by one that is made when a table is kept.
CREATE FUNCTION emgov_internal.refuse_taken_names(relation regclass, endings text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken regprocedure := (SELECT f.signature
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN unnest(endings) AS e (ending)
       CROSS JOIN LATERAL to_regprocedure(format('%I.%I(%s)', n.nspname, c.relname || e.ending,
                                                 CASE WHEN e.ending ~ '_as_of$' THEN 'timestamptz' ELSE 'timestamptz, timestamptz' END)) AS f (signature)
       WHERE c.oid = relation AND f.signature IS NOT NULL ORDER BY e.ending LIMIT 1);
BEGIN
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'duplicate_function',
            MESSAGE = format('the versions of table "%s" cannot be kept: there is a function %s', relation, taken),
            DETAIL = 'What reads the past of the table gets that name.',
            HINT = format('ALTER FUNCTION %s RENAME TO …, or drop it.', taken);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_taken_names(regclass, text[]) IS 'internal: an error when there is a function with the name of one that is to read a table''s past';

-- What is partitioned below a kept table is kept as a whole when it is taken out; so its name leaves room from the first. One that is
-- there already is asked for that only by a command on itself: no other could be given then, not even to rename it.
CREATE FUNCTION emgov_internal.check_partition_names(relation regclass, is_kept boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    long regclass := (SELECT c.oid FROM unnest(emgov_internal.partition_tree(relation)) WITH ORDINALITY AS t (relid, n) JOIN pg_class AS c ON c.oid = t.relid
                       WHERE c.relkind = 'p' AND octet_length(c.relname::text) > 49
                         AND (NOT is_kept OR c.oid = relation OR NOT EXISTS (SELECT FROM emgov_internal.leaf_partitions(c.oid) AS l WHERE emgov_internal.history_of(l) IS NOT NULL))
                       ORDER BY t.n LIMIT 1);
BEGIN
    IF long IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the versions of table "%s" cannot be kept', long),
            DETAIL = 'its name leaves no room for "_history_as_of"', HINT = 'Give it a shorter name.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_partition_names(regclass, boolean) IS
    'internal: an error when the name of a partitioned table, or of one below it, leaves no room for those of what reads its past; is_kept: of those below it only such as are new';

CREATE PROCEDURE emgov_internal.keep_partitions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    qualified text;
    problem text;
    hint text;
    p regclass;
BEGIN
    SELECT format('%I.%I', n.nspname, c.relname) INTO qualified FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
    SELECT format('its partition "%s" is not an ordinary table', l), 'What lies on another server is kept there.' INTO problem, hint
      FROM emgov_internal.leaf_partitions(relation) AS l JOIN pg_class AS c ON c.oid = l WHERE c.relkind <> 'r' LIMIT 1;
    PERFORM emgov_internal.check_partition_names(relation);
    -- whoever keeps it, or makes or moves partitions of it, comes one after the other
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', qualified);
    IF emgov_internal.computed_key(relation) IS NOT NULL THEN
        problem := emgov_internal.computed_key(relation);
        hint := 'Make the key of columns that are written.';
    END IF;
    IF emgov_internal.key_columns(relation) IS NULL THEN
        problem := 'it has no primary key that is checked at once; the versions of a row are told by its key';
        hint := format('ALTER TABLE %s ADD PRIMARY KEY (…); what it is partitioned by is among the columns.', relation);
    END IF;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the versions of table "%s" cannot be kept', relation), DETAIL = problem, HINT = hint;
    END IF;
    IF NOT emgov_internal.partitions_kept(relation) THEN
        PERFORM emgov_internal.refuse_taken_names(relation, '{_as_of,_changed}');
    END IF;
    PERFORM emgov_internal.add_moments(relation);

    FOR p IN SELECT emgov_internal.leaf_partitions(relation) LOOP
        IF emgov_internal.history_of(p) IS NULL THEN
            CALL emgov.keep_versions(p);
        ELSE
            PERFORM emgov_internal.index_versions(p);
        END IF;
    END LOOP;
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(''fact'')', qualified, emgov_internal.make_keep(relation));
    PERFORM emgov_internal.place_partitions_past(relation, (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = relation));
    PERFORM emgov_internal.make_partitions_past(relation);
END
$$;
COMMENT ON PROCEDURE emgov_internal.keep_partitions(regclass) IS 'internal: keep every version of the rows of each partition of a table, and make what reads the past of all of them';

-- The functions that read the past of all partitions. The first is told by the rows that it gives and by what it reads, for its table
-- may have been renamed or moved just now; the second has a name like the first one's.
CREATE FUNCTION emgov_internal.partitions_past(relation regclass, OUT signature regprocedure, OUT ending text) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH t AS (SELECT * FROM pg_class WHERE oid = relation AND emgov_internal.partitions_kept(relation)),
    leaf AS (SELECT f.signature FROM t, emgov_internal.leaf_partitions(t.oid) AS l, emgov_internal.past_functions(l) AS f WHERE f.ending = '_as_of'),
    f AS (SELECT p.* FROM t JOIN pg_proc AS p ON p.prorettype = t.reltype AND p.proretset AND p.proowner = t.relowner
                         AND p.proargtypes = ARRAY['timestamptz'::regtype]::oidvector AND right(p.proname::text, 6) = '_as_of',
                 LATERAL (SELECT p.pronamespace = t.relnamespace AND p.proname = t.relname || '_as_of' AS here) AS x
           WHERE x.here OR EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                                      AND (d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT leaf.signature FROM leaf)
                                           OR d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND NOT EXISTS (SELECT FROM leaf)))
           ORDER BY x.here DESC, p.oid LIMIT 1)
    SELECT f.oid::regprocedure, '_as_of' FROM f
    UNION ALL
    SELECT p.oid::regprocedure, '_changed'
      FROM f JOIN pg_proc AS p ON p.pronamespace = f.pronamespace AND p.proname = left(f.proname::text, -6) || '_changed' AND p.proowner = f.proowner AND p.proretset
                              AND p.prorettype = 'text'::regtype AND p.proargtypes = ARRAY['timestamptz'::regtype, 'timestamptz'::regtype]::oidvector
$$;
COMMENT ON FUNCTION emgov_internal.partitions_past(regclass) IS
    'internal: the functions that read the past of a partitioned table that is kept, with what follows the table''s name in theirs; none of one that is not';

CREATE FUNCTION emgov_internal.place_partitions_past(relation regclass, owner text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.place_function(f.signature, t.relname || f.ending, t.relnamespace, owner)
       FROM pg_class AS t, emgov_internal.partitions_past(relation) AS f WHERE t.oid = relation;
END
$$;
COMMENT ON FUNCTION emgov_internal.place_partitions_past(regclass, text) IS
    'internal: bring the functions that read the past of a partitioned table to where the table is, and into its owner''s hands';

-- Make them. Columns in `gone` are given as NULL, as in make_as_of(); a partition that `leaves` is left out, with those below it.
CREATE FUNCTION emgov_internal.make_partitions_past(relation regclass, gone text[] DEFAULT '{}', leaves regclass DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text;
    qualified text;
    schema text;
    columns text;
    past text;
    changed text;
BEGIN
    SELECT c.relname, format('%I.%I', n.nspname, c.relname), quote_ident(n.nspname) INTO name, qualified, schema
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
    SELECT string_agg(CASE WHEN attname = ANY (gone) THEN format('NULL::%s', format_type(atttypid, atttypmod)) ELSE quote_ident(attname) END, ', ' ORDER BY attnum) INTO columns
      FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped;
    SELECT string_agg(format('SELECT %s FROM %s($1)', columns, f.as_of), ' UNION ALL ' ORDER BY f.as_of),
           string_agg(format('SELECT %s FROM %s($1, $2) AS emgov_record', emgov_internal.record_key(relation), f.versions), ' UNION ALL ' ORDER BY f.as_of)
               FILTER (WHERE NOT coalesce(emgov_internal.key_columns(relation)::text[] && gone, false))
      INTO past, changed
      FROM emgov_internal.leaf_partitions(relation) AS l,
           LATERAL (SELECT min(p.name) FILTER (WHERE p.ending = '_as_of') AS as_of, min(p.name) FILTER (WHERE p.ending = '_versions') AS versions
                      FROM emgov_internal.past_functions(l) AS p) AS f
     WHERE leaves IS NULL OR l <> ALL (emgov_internal.partition_tree(leaves));
    EXECUTE format('CREATE OR REPLACE FUNCTION %s.%I(as_of timestamptz) RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000 BEGIN ATOMIC %s; END',
                   schema, name || '_as_of', qualified, coalesce(past, format('SELECT %s FROM ONLY %s', columns, qualified)));
    EXECUTE format('CREATE OR REPLACE FUNCTION %s.%I(since timestamptz, until timestamptz) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 BEGIN ATOMIC %s; END',
                   schema, name || '_changed', coalesce(changed, 'SELECT NULL::text WHERE false'));
    PERFORM emgov_internal.set_comment('FUNCTION', format('%s.%I(timestamptz)', schema, name || '_as_of'),
        format('表 %1$s 在某一时刻已知的内容，各分区合计 | the rows of %1$s as they were known at a moment, of all partitions', name));
    PERFORM emgov_internal.set_comment('FUNCTION', format('%s.%I(timestamptz, timestamptz)', schema, name || '_changed'),
        format('表 %1$s 在两个时刻之间可能变动的记录编号 | keys of the rows of %1$s of which something changed between two moments', name));
END
$$;
COMMENT ON FUNCTION emgov_internal.make_partitions_past(regclass, text[], regclass) IS 'internal: make the functions that read the past of all partitions of a table';

-- After a command on a table, or on a partition of it; the functions are then made anew, as the table's owner.
-- While a dump is being restored there are no keys yet.
CREATE FUNCTION emgov_internal.follow_partitions(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    whole record;
    p regclass;
BEGIN
    FOR whole IN SELECT t.relid, pg_get_userbyid(c.relowner) AS owner FROM unnest(emgov_internal.partition_tree(pg_partition_root(relation))) AS t (relid) JOIN pg_class AS c ON c.oid = t.relid
                  WHERE emgov_internal.partitions_kept(t.relid) AND emgov_internal.key_columns(t.relid) IS NOT NULL LOOP
        -- what reads the past of the whole runs what its partitions have for theirs
        IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = relation AND c.relispartition AND pg_get_userbyid(c.relowner) <> whole.owner) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('partition %s of a kept table must belong to the owner of %s', relation, whole.relid),
                DETAIL = 'The functions that read the past of the whole run those of its partitions.',
                HINT = format('ALTER TABLE %s OWNER TO %I, or release_versions() of the whole first.', relation, whole.owner);
        END IF;
        PERFORM emgov_internal.check_partition_names(relation, true);
        PERFORM emgov_internal.place_partitions_past(whole.relid, whole.owner);
        FOR p IN SELECT l FROM emgov_internal.leaf_partitions(whole.relid) AS l WHERE emgov_internal.history_of(l) IS NULL LOOP
            CALL emgov.keep_versions(p);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.follow_partitions(regclass) IS 'internal: keep the partitions that a kept table has now, and bring what reads their past to where the table is';

-- A partition that has partitions itself is kept as the whole was that it is taken from, with functions of its own: what is in it is
-- guarded as before, and what comes later is kept.
CREATE FUNCTION emgov_internal.keep_detached(whole regclass, taken regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_partition_ancestors(whole) AS a WHERE emgov_internal.partitions_kept(a.relid)) AND NOT emgov_internal.partitions_kept(taken) THEN
        CALL emgov_internal.keep_partitions(taken);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.keep_detached(regclass, regclass) IS 'internal: keep a partitioned table that was a partition of another, if that is kept';

-- A partition is released before it is dropped, or with the whole; partitioned tables below it have been kept by themselves, perhaps.
CREATE FUNCTION emgov_internal.refuse_part_of_kept(relation regclass) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    whole regclass := emgov_internal.kept_whole(relation, false);
BEGIN
    IF whole IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" cannot be released: it is a partition of table "%s", which is kept', relation, whole),
            DETAIL = 'What reads the past of the whole reads that of its partitions.',
            HINT = format('CALL emgov.release_versions(%L) releases the whole. To release the partition alone, take it out first: ALTER TABLE %s DETACH PARTITION %s;', whole,
                          (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = relation), relation);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_part_of_kept(regclass) IS 'internal: an error when a table is a partition of one that is kept: its versions are not released alone';

CREATE PROCEDURE emgov_internal.release_partitions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    past regprocedure[] := ARRAY(SELECT p.signature FROM unnest(emgov_internal.partition_tree(relation)) AS t (relid), emgov_internal.partitions_past(t.relid) AS p);
    f regprocedure;
    p regclass;
BEGIN
    FOR p IN SELECT t.relid FROM unnest(emgov_internal.partition_tree(relation)) AS t (relid) WHERE emgov_internal.partitions_kept(t.relid) LOOP
        EXECUTE format('DROP TRIGGER ledger_keep_all ON %s', p);
    END LOOP;
    -- of what is kept they are not dropped
    FOREACH f IN ARRAY past LOOP
        EXECUTE format('DROP FUNCTION %s', f);
    END LOOP;
    FOR p IN SELECT l FROM emgov_internal.leaf_partitions(relation) AS l WHERE emgov_internal.history_of(l) IS NOT NULL LOOP
        CALL emgov.release_versions(p);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.release_partitions(regclass) IS 'internal: the inverse of keep_partitions()';
