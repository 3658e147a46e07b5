-- ------------------------------------------------------------------ ledger: a history follows its table
-- ALTER TABLE of a kept table does to the history what it must, in the same command. Event
-- triggers in C (history_ddl.c) find the tables that a command concerns and call what is here and in history_columns.sql.

CREATE FUNCTION emgov_internal.key_columns(relation regclass) RETURNS name[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT array_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
              FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
             WHERE i.indrelid = relation AND i.indisprimary AND i.indimmediate);
END
$$;
COMMENT ON FUNCTION emgov_internal.key_columns(regclass) IS 'internal: the columns of a table''s primary key; NULL when it has none that is checked at once';

CREATE FUNCTION emgov_internal.must_be_kept(relation regclass) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF emgov_internal.history_of(relation) IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('table "%s" keeps no versions', relation);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.must_be_kept(regclass) IS 'internal: an error, unless versions of the rows of a table are kept';

-- Versions are told by the key before the server computes what it computes itself: there a key would change unseen.
CREATE FUNCTION emgov_internal.computed_key(relation regclass) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT format('column "%s" of its primary key is computed from others, and a row''s key would change with them', min(attname::text)) FROM pg_attribute
             WHERE attrelid = relation AND attname = ANY (emgov_internal.key_columns(relation)) AND attgenerated <> '' AND NOT attisdropped HAVING count(*) > 0);
END
$$;
COMMENT ON FUNCTION emgov_internal.computed_key(regclass) IS 'internal: why a table cannot be kept whose primary key has a generated column; NULL when it has none';

-- The functions stand beside their table, the history where it belongs, under its name, in its owner's hands.
CREATE FUNCTION emgov_internal.place_function(signature regprocedure, name text, schema regnamespace, owner text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    f pg_proc;
BEGIN
    SELECT * INTO f FROM pg_proc WHERE oid = signature;
    IF f.proname <> name THEN
        EXECUTE format('ALTER FUNCTION %s RENAME TO %I', signature, name);
    END IF;
    IF f.pronamespace <> schema THEN
        EXECUTE format('ALTER FUNCTION %s SET SCHEMA %s', signature, schema);
    END IF;
    IF pg_get_userbyid(f.proowner) <> owner THEN
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', signature, owner);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.place_function(regprocedure, text, regnamespace, text) IS 'internal: give a function this name, schema and owner, where it has another';

CREATE FUNCTION emgov_internal.follow_place(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t pg_class;
    h pg_class;
    place record;
BEGIN
    SELECT * INTO t FROM pg_class WHERE oid = relation;
    SELECT * INTO h FROM pg_class WHERE oid = emgov_internal.history_of(relation);
    SELECT * INTO place FROM emgov_internal.history_place(relation);
    IF h.relname <> place.name AND octet_length(t.relname::text) > 49 THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the versions of table "%s" cannot be kept', relation),
            DETAIL = 'its name leaves no room for "_history_as_of"', HINT = 'Give it a shorter name.';
    END IF;
    PERFORM emgov_internal.place_function(f.signature, t.relname || f.ending, t.relnamespace, pg_get_userbyid(t.relowner))
       FROM emgov_internal.past_functions(relation) AS f;
    IF h.relname <> place.name THEN
        EXECUTE format('ALTER TABLE %s RENAME TO %I', h.oid::regclass, place.name);
    END IF;
    IF h.relnamespace <> quote_ident(place.schema)::regnamespace THEN
        EXECUTE format('ALTER TABLE %s SET SCHEMA %I', h.oid::regclass, place.schema);
    END IF;
    IF h.relowner <> t.relowner THEN
        EXECUTE format('ALTER TABLE %s OWNER TO %I', h.oid::regclass, pg_get_userbyid(t.relowner));
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.follow_place(regclass) IS 'internal: bring the history of a kept table to where the table is';

-- The key of a table as SQL, where all of its columns have types of the server, whose = needs no search_path; else NULL.
CREATE FUNCTION emgov_internal.plain_key(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(quote_ident(k), ', ' ORDER BY k.n) FROM unnest(emgov_internal.key_columns(relation)) WITH ORDINALITY AS k (k, n)
      JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = k.k JOIN pg_type AS t ON t.oid = a.atttypid
    HAVING bool_and(t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::regnamespace);
$$;
COMMENT ON FUNCTION emgov_internal.plain_key(regclass) IS 'internal: the columns of a table''s key as SQL, where these are of the server''s own types; else NULL';

CREATE FUNCTION emgov_internal.missing_moments(relation regclass) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT m FROM unnest('{known_from,kept_since}'::text[]) AS m WHERE m NOT IN (SELECT attname FROM pg_attribute WHERE attrelid = relation AND NOT attisdropped);
$$;
COMMENT ON FUNCTION emgov_internal.missing_moments(regclass) IS 'internal: which of the columns by which versions are dated a table has not';

-- The columns by which versions are dated that a table has not. Rows that are there are known and kept from now on; where the table has a
-- known_from of its own they are kept since no earlier moment than that. One moment for all: the table need not be written anew.
CREATE FUNCTION emgov_internal.add_moments(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' SET timezone = 'UTC'
AS $$
DECLARE
    qualified text;
    moment timestamptz := clock_timestamp();
    c record;
BEGIN
    SELECT format('%I.%I', n.nspname, t.relname) INTO qualified FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace WHERE t.oid = relation;
    FOR c IN SELECT v.* FROM (VALUES (1, 'known_from', '本版本的知悉时间 | moment from which this version of the row was known'),
                                     (2, 'kept_since', '本记录各版本的留存起始时间 | moment since which the versions of this row are kept')) AS v (n, name, note)
              WHERE v.name IN (SELECT emgov_internal.missing_moments(relation)) ORDER BY v.n LOOP
        IF c.name = 'kept_since' THEN
            EXECUTE format('SELECT greatest($1, max(known_from)) FROM %s', qualified) INTO moment USING moment;
        END IF;
        EXECUTE format('ALTER TABLE %s ADD %I timestamptz NOT NULL DEFAULT %L', qualified, c.name, moment);
        EXECUTE format('ALTER TABLE %s ALTER %I SET DEFAULT clock_timestamp()', qualified, c.name);
        PERFORM emgov_internal.set_comment('COLUMN', format('%s.%I', qualified, c.name), c.note);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.add_moments(regclass) IS 'internal: give a table that is to be kept the columns by which its versions are dated, where it has them not';

-- A table that has both columns from before, as one that was released has: no version of its rows is kept yet, so none is kept since before it
-- was known. The table's own triggers are not asked, nor those of a partition that its whole has: before PostgreSQL 15 the server calls these its
-- own, and no one but a superuser may disable them.
CREATE FUNCTION emgov_internal.keep_anew(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    earlier text := format('FROM ONLY %s WHERE kept_since < known_from', relation);
    own record;
    dated_earlier boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (SELECT ' || earlier || ')' INTO dated_earlier;
    IF NOT dated_earlier THEN
        RETURN;
    END IF;
    SELECT string_agg(format('DISABLE TRIGGER %I', tgname), ', ') AS disable,
           string_agg(format('%s TRIGGER %I', CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, tgname), ', ') AS enable INTO own
      FROM pg_trigger
     WHERE tgrelid = relation AND tgenabled <> 'D' AND (NOT tgisinternal OR tgparentid <> 0 AND tgconstraint = 0 AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user));
    IF own.disable IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s %s', relation, own.disable);
    END IF;
    EXECUTE format('UPDATE ONLY %s SET kept_since = known_from WHERE kept_since < known_from', relation);
    IF own.enable IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s %s', relation, own.enable);
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT ' || earlier || ')' INTO dated_earlier;
    IF dated_earlier THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" cannot be kept', relation),
            DETAIL = format('Rows of it have a kept_since before their known_from, and %s does not let them be changed.',
                            CASE WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = relation AND ev_type = '2') THEN 'a rule' ELSE 'a trigger' END),
            HINT = 'Drop it, or set kept_since to known_from where it is less, and call keep_versions() again.';
    END IF;
EXCEPTION WHEN object_in_use THEN
    RAISE EXCEPTION USING ERRCODE = 'object_in_use', MESSAGE = format('the versions of table "%s" cannot be kept now', relation), DETAIL = SQLERRM || '.',
        HINT = 'If constraints are checked only when the transaction ends: SET CONSTRAINTS ALL IMMEDIATE; and call keep_versions() again.';
END
$$;
COMMENT ON FUNCTION emgov_internal.keep_anew(regclass) IS 'internal: of a table that has both columns by which versions are dated from before: no row is kept since before it was known';

-- What came since a moment is found by kept_since, which versions ended by the history's key, which begins with known_to; what a row was, by the
-- table's key. Who only adds rows writes none to the history.
CREATE FUNCTION emgov_internal.index_versions(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT w.indexed, w.columns
          FROM (VALUES (relation, ARRAY['kept_since'::name]), (emgov_internal.history_of(relation), emgov_internal.key_columns(relation))) AS w (indexed, columns)
         WHERE NOT EXISTS (SELECT FROM pg_index AS x
                             JOIN pg_class AS c ON c.oid = x.indexrelid
                             JOIN pg_am AS m ON m.oid = c.relam AND m.amname = 'btree'
                            CROSS JOIN LATERAL (SELECT array_agg(a.attname ORDER BY k.n) AS columns FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
                                                  LEFT JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = k.attnum WHERE k.n <= x.indnkeyatts) AS k
                            WHERE x.indrelid = w.indexed AND x.indisvalid AND x.indpred IS NULL AND k.columns[1:cardinality(w.columns)] = w.columns)
    LOOP
        EXECUTE format('CREATE INDEX ON %s (%s)', wanted.indexed, (SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(wanted.columns) WITH ORDINALITY AS u (c, n)));
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.index_versions(regclass) IS
    'internal: give a kept table and its history the indexes by which versions are found, where there are none';

CREATE FUNCTION emgov_internal.kept_by(history regclass) RETURNS regclass
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- much may depend on a view or on a kept table, and neither is a history
    IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = history AND c.relkind <> 'r') OR emgov_internal.history_of(history) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT t.tgrelid::regclass FROM pg_depend d JOIN pg_trigger t ON t.oid = d.objid
             WHERE d.classid = 'pg_trigger'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = history
               AND t.tgname = 'ledger_history' AND t.tgconstrrelid = history LIMIT 1);
END
$$;
COMMENT ON FUNCTION emgov_internal.kept_by(regclass) IS 'internal: the table that a table is the history of; NULL when it is none';

-- What a kept table and its history must be; an error names what is wrong.
CREATE FUNCTION emgov_internal.check_kept(relation regclass, whole boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    history regclass := emgov_internal.history_of(relation);
    key name[] := emgov_internal.key_columns(relation);
    wrong text;
BEGIN
    SELECT format('its column %s must be of type timestamptz and NOT NULL', m) INTO wrong FROM unnest('{known_from,kept_since}'::text[]) AS m
     WHERE m NOT IN (SELECT attname FROM pg_attribute WHERE attrelid = relation AND atttypid = 'timestamptz'::regtype AND attnotnull AND NOT attisdropped) LIMIT 1;
    IF wrong IS NULL THEN
        wrong := CASE WHEN key IS NULL THEN 'it has no primary key that is checked at once' ELSE emgov_internal.computed_key(relation) END;
    END IF;
    IF wrong IS NULL AND emgov_internal.key_columns(history) IS DISTINCT FROM ('known_to'::name || key) THEN
        wrong := 'its primary key is no longer that of its versions';
    END IF;
    IF wrong IS NULL THEN
        SELECT format('column "%s" is computed when it is read: make it STORED', attname) INTO wrong
          FROM pg_attribute WHERE attrelid = relation AND attgenerated = 'v' AND NOT attisdropped LIMIT 1;
    END IF;
    IF wrong IS NULL AND whole THEN
        SELECT format('column "%s" is missing in its history', t.attname) INTO wrong
          FROM pg_attribute t
         WHERE t.attrelid = relation AND t.attnum > 0 AND NOT t.attisdropped
           AND NOT EXISTS (SELECT FROM pg_attribute h WHERE h.attrelid = history AND h.attname = t.attname AND h.atttypid = t.atttypid AND NOT h.attisdropped)
         LIMIT 1;
    END IF;
    IF wrong IS NULL AND whole AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = history AND attname = 'known_to'
                                                  AND atttypid = 'timestamptz'::regtype AND attnotnull AND NOT attisdropped) THEN
        wrong := 'column known_to is missing in its history';
    END IF;
    IF wrong IS NULL AND whole THEN
        SELECT format('constraint "%s" of its history is deferrable', conname) INTO wrong
          FROM pg_constraint WHERE conrelid = history AND contype IN ('u', 'x') AND condeferrable LIMIT 1;
    END IF;
    IF wrong IS NULL AND whole THEN
        SELECT format('its history must be %s', place.qualified) INTO wrong
          FROM pg_class h JOIN pg_namespace n ON n.oid = h.relnamespace, emgov_internal.history_place(relation) AS place
         WHERE h.oid = history AND (h.relname, n.nspname) <> (place.name, place.schema);
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" could not be kept any more: %s', relation, wrong),
            HINT = format('CALL emgov.release_versions(%L) first, if they need not be.', relation);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_kept(regclass, boolean) IS 'internal: an error unless a kept table, and as a whole its history, are such that versions can be kept';

-- What the SQL of these files reads of a table: whether a transaction's snapshot sees the same.
CREATE FUNCTION emgov_internal.kept_shape(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(concat_ws(' ', t.oid, h.history, k.kept, emgov_internal.partitions_kept(t.oid),
                                (SELECT string_agg(a.attname::text || a.atttypid, ',' ORDER BY a.attrelid, a.attnum) FROM pg_attribute AS a
                                  WHERE a.attrelid IN (h.history, CASE WHEN h.history IS NOT NULL THEN t.oid END) AND a.attnum > 0 AND NOT a.attisdropped)), ';' ORDER BY t.n)
      FROM unnest(emgov_internal.partition_tree(coalesce(emgov_internal.kept_whole(relation, true), relation))) WITH ORDINALITY AS t (oid, n),
           LATERAL (SELECT emgov_internal.history_of(t.oid)::oid AS history) AS h, LATERAL (SELECT emgov_internal.kept_by(t.oid)::oid AS kept) AS k
$$;
COMMENT ON FUNCTION emgov_internal.kept_shape(regclass) IS 'internal: a table, and the partitions of the whole that it is a part of, with their histories and columns, as a text';

CREATE FUNCTION emgov_internal.history_ddl_start() RETURNS event_trigger LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_history_ddl_start';
COMMENT ON FUNCTION emgov_internal.history_ddl_start() IS
    'event trigger: before a kept table, or what it is called by or of, is altered or renamed, what reads its past or guards it is placed elsewhere, a partition comes, or that or a ledger goes';
CREATE FUNCTION emgov_internal.history_ddl_end() RETURNS event_trigger LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_history_ddl_end';
COMMENT ON FUNCTION emgov_internal.history_ddl_end() IS 'event trigger: after ALTER TABLE of a kept table, or ALTER TYPE of its type, or when a table comes that inherits';
CREATE FUNCTION emgov_internal.history_ddl_drop() RETURNS event_trigger LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_history_ddl_drop';
COMMENT ON FUNCTION emgov_internal.history_ddl_drop() IS 'event trigger: after anything was dropped, with what depended on it: nothing that a kept table needs';
-- only the event triggers below run them
REVOKE EXECUTE ON FUNCTION emgov_internal.history_ddl_start(), emgov_internal.history_ddl_end(), emgov_internal.history_ddl_drop() FROM PUBLIC;

CREATE EVENT TRIGGER emgov_history_ddl_start ON ddl_command_start
    WHEN TAG IN ('ALTER TABLE', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'ALTER FOREIGN TABLE', 'ALTER TYPE', 'ALTER FUNCTION', 'ALTER ROUTINE', 'CREATE TABLE', 'DROP SCHEMA', 'DROP TABLE')
    EXECUTE FUNCTION emgov_internal.history_ddl_start();
COMMENT ON EVENT TRIGGER emgov_history_ddl_start IS
    'Lets the history of a kept table follow when columns are renamed, dropped or changed, and the schemas of a ledger go with it; '
    'no partition of a kept table is dropped, and what reads its past stays where it is';
CREATE EVENT TRIGGER emgov_history_ddl_end ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'ALTER INDEX', 'ALTER TYPE', 'CREATE TABLE', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'CREATE SCHEMA', 'ALTER SCHEMA')
    EXECUTE FUNCTION emgov_internal.history_ddl_end();
COMMENT ON EVENT TRIGGER emgov_history_ddl_end IS 'Lets the history of a kept table follow it, and a ledger''s units the ledger; no table inherits from a kept one';
CREATE EVENT TRIGGER emgov_history_ddl_drop ON sql_drop EXECUTE FUNCTION emgov_internal.history_ddl_drop();
COMMENT ON EVENT TRIGGER emgov_history_ddl_drop IS
    'Lets no partition of a kept table be dropped with something else, nor a history or what reads the past; these follow when columns went with their type';
ALTER EVENT TRIGGER emgov_history_ddl_start ENABLE ALWAYS;
ALTER EVENT TRIGGER emgov_history_ddl_end ENABLE ALWAYS;
ALTER EVENT TRIGGER emgov_history_ddl_drop ENABLE ALWAYS;
