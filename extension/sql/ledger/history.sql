-- ------------------------------------------------------------------ ledger: every version kept
-- A kept table t has the present version of each row; t_history has the versions before it, each known from
-- known_from until (exclusive) known_to. It stands in the ledger's store, or beside t where t is of no ledger.
-- t_as_of(moment) gives the rows as they were known then: a plain SQL function, so the planner sees through it to
-- both tables, their indexes and their parallel scans.
--
-- What is made for a kept table:
--   zzz_ledger_version  trigger, in C (history.c): dates each version, and writes the one it
--                       replaces to the history
--   ledger_history      constraint trigger ON t FROM t_history, which says by OID which table
--                       the history is; of DELETE, and then it says no
--   ledger_keep, _all   triggers: nothing is deleted from t, nothing at all written to t_history.
--                       Rows of definitions, those of a ledger's tables that packs may fill, can be
--                       deleted and get another key while the extension is there, for
--                       zzz_ledger_version keeps what is deleted
--   ledger_kept         trigger: where the extension is gone, no row is overwritten
--   an index by kept_since, the known_from of the row's first version: what was written since a moment is kept since
--                       then, or the history has a version that ended since then. The history's key begins with
--                       known_to, and it has an index by the table's key, by which a row is looked up as of a moment
--   ledger_keep()       function of the last three, in the table's own schema. It needs nothing
--                       of this extension, so it is still there after DROP EXTENSION … CASCADE, or
--                       in a dump restored without it. CREATE EXTENSION brings zzz_ledger_version
--                       back to all tables that have ledger_history
--   t_as_of(moment), t_history_as_of(moment)
--                       the rows known at a moment, as rows of t or of t_history, which keeps
--                       columns that t has no longer; like the next one, beside t
--   t_versions(since, until)
--                       the versions that began or ended between two moments
--
-- The history follows its table through ALTER TABLE in the same command: see history_ddl.c.

CREATE FUNCTION emgov_internal.keep_version() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_keep_version';
COMMENT ON FUNCTION emgov_internal.keep_version() IS
    'trigger of a kept table, before each row is written: dates the version in known_from, and writes the one it replaces to the history';

CREATE TABLE emgov.published_table (
    relation regclass NOT NULL,
    publication regclass NOT NULL
);
ALTER TABLE emgov.published_table REPLICA IDENTITY FULL;
CREATE INDEX published_table_relation_idx ON emgov.published_table (relation);
COMMENT ON TABLE emgov.published_table IS
    'Kept tables that figures were published from: nothing is dated there, or in what is a partition of it, at or before the last publication. Written by publishing alone';
COMMENT ON COLUMN emgov.published_table.relation IS 'The kept table, or one that is partitioned';
COMMENT ON COLUMN emgov.published_table.publication IS 'Table publication of the ledger that published';
SELECT pg_catalog.pg_extension_config_dump('emgov.published_table', '');
-- pg_dump reads it
GRANT SELECT ON emgov.published_table TO PUBLIC;

CREATE TABLE emgov.dated_back (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relation regclass NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON TABLE emgov.dated_back IS
    'Transactions that wrote rows of a kept table as known at another time, or brought or took partitions with rows, of each table the last: '
    'what changed since a moment is then not found by dates. Written with them (moment.c, partitions.c)';
COMMENT ON COLUMN emgov.dated_back.id IS 'Number';
COMMENT ON COLUMN emgov.dated_back.relation IS 'The kept table; that of the partitions';
COMMENT ON COLUMN emgov.dated_back.at IS 'When';
COMMENT ON SEQUENCE emgov.dated_back_id_seq IS 'Numbers these transactions';
SELECT pg_catalog.pg_extension_config_dump('emgov.dated_back', '');
SELECT pg_catalog.pg_extension_config_dump('emgov.dated_back_id_seq', '');
GRANT SELECT ON emgov.dated_back, emgov.dated_back_id_seq TO PUBLIC;

-- The body of ledger_keep(). Its argument says what for: fact, version or history.
CREATE FUNCTION emgov_internal.keep_body() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$ SELECT $body$
DECLARE
    here text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME);
BEGIN
    CASE TG_ARGV[0]
    WHEN 'history' THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = format('%s on "%s.%s" is refused: it is written by the ledger itself', lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    WHEN 'fact' THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = format('%s on "%s.%s" is refused: a fact is kept with all its versions', lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME),
            HINT = coalesce(
                (SELECT format('Say why it no longer counts: UPDATE %s SET status = ''withdrawn'' (or ''duplicate'', ''written_off'')%s WHERE …', here,
                               CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = TG_RELID AND attname = 'note' AND NOT attisdropped)
                                    THEN ', note = ''why''' ELSE '' END)
                   FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'c' AND pg_get_constraintdef(oid) ~ 'status.*withdrawn.*written_off' LIMIT 1),
                (SELECT format(CASE attname WHEN 'valid_to' THEN 'Say until when it holds: UPDATE %1$s SET valid_to = … WHERE …'
                                            ELSE 'Say that it no longer counts: UPDATE %1$s SET %2$s WHERE …' END,
                               here, CASE attname WHEN 'active' THEN 'active = false' ELSE 'status = ''withdrawn''' END)
                   FROM pg_attribute WHERE attrelid = TG_RELID AND NOT attisdropped
                    AND (attname = 'valid_to' AND atttypid = 'date'::regtype OR attname = 'active' AND atttypid = 'boolean'::regtype
                         OR attname = 'status' AND atttypid = 'text'::regtype AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'c' AND attnum = ANY (conkey)))
                  ORDER BY attname LIMIT 1),
                (SELECT format('UPDATE %s to what is right: what it was before is kept.', here)
                   FROM pg_class c JOIN pg_class AS mark ON mark.relnamespace = c.relnamespace AND mark.relname = 'ledger_version' WHERE c.oid = TG_RELID),
                -- of a partition the whole is altered, and released
                format('Add a column that says which rows count: ALTER TABLE %s ADD active boolean NOT NULL DEFAULT true. '
                       'CALL emgov.release_versions(%L) gives up its versions.',
                       coalesce((SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = pg_partition_root(TG_RELID)), here),
                       coalesce((SELECT format('%I.%I', n.nspname, c.relname)
                                   FROM pg_partition_ancestors(TG_RELID) WITH ORDINALITY AS a (relid, n_above) JOIN pg_class c ON c.oid = a.relid JOIN pg_namespace n ON n.oid = c.relnamespace
                                  WHERE EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'ledger_keep_all') ORDER BY a.n_above DESC LIMIT 1), here)));
    ELSE
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('update on "%s.%s" is refused: without extension emgov its versions are not kept', TG_TABLE_SCHEMA, TG_TABLE_NAME),
            HINT = format('CREATE EXTENSION emgov; CALL emgov.upgrade_ledger(%L) makes the rest of a ledger anew.', TG_TABLE_SCHEMA);
    END CASE;
    RETURN NULL;
END
$body$ $function$;
COMMENT ON FUNCTION emgov_internal.keep_body() IS
    'internal: body of the trigger function that the schema of kept tables has, and that needs nothing of this extension';

-- In plpgsql, as others here: it keeps the plan, and a ledger is made with a thousand calls.
CREATE FUNCTION emgov_internal.history_of(relation regclass) RETURNS regclass
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT tgconstrrelid::regclass FROM pg_trigger WHERE tgrelid = relation AND tgname = 'ledger_history' AND NOT tgisinternal AND tgconstrrelid <> 0);
END
$$;
COMMENT ON FUNCTION emgov_internal.history_of(regclass) IS 'internal: the history of a kept table; NULL when it is not kept';

-- A history stands in the store of the ledger that its table is of, if ledger and table have one owner; else beside the table.
CREATE FUNCTION emgov_internal.history_place(relation regclass, OUT schema name, OUT name name, OUT qualified text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT coalesce(s.nspname, n.nspname), (t.relname || '_history')::name INTO schema, name
      FROM pg_class AS t
      JOIN pg_namespace AS n ON n.oid = t.relnamespace
      LEFT JOIN pg_namespace AS s ON emgov_internal.is_ledger(n.oid) AND s.oid = emgov_internal.store(n.oid::regnamespace) AND s.nspowner = t.relowner
     WHERE t.oid = relation;
    IF FOUND THEN
        qualified := format('%I.%I', schema, name);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.history_place(regclass) IS 'internal: where the history of a table stands, or would stand, and its name';

-- tables kept before the extension was dropped
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT tgrelid::regclass AS kept,
                    EXISTS (SELECT FROM pg_trigger AS k WHERE k.tgrelid = h.tgrelid AND k.tgname = 'ledger_keep' AND k.tgqual IS NOT NULL) AS of_definitions
               FROM pg_trigger AS h WHERE tgname = 'ledger_history' AND NOT tgisinternal AND tgconstrrelid <> 0 LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER zzz_ledger_version BEFORE INSERT OR UPDATE%s ON %s FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_version()',
                       CASE WHEN t.of_definitions THEN ' OR DELETE' END, t.kept);
    END LOOP;
END $$;

-- The functions that read a kept table's past, by the name that its history has. While the table is being renamed or moved
-- they have it still, and stand where they did: beside the history, or read it.
CREATE FUNCTION emgov_internal.past_functions(relation regclass, OUT signature regprocedure, OUT name text, OUT ending text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT ON (e.ending) p.oid::regprocedure, format('%I.%I', n.nspname, p.proname), e.ending
      FROM pg_class t
      JOIN pg_class h ON h.oid = emgov_internal.history_of(relation)
     CROSS JOIN (VALUES ('_as_of', 1, false), ('_history_as_of', 1, true), ('_versions', 2, false)) AS e (ending, arguments, of_history)
      JOIN pg_proc p ON p.proname = left(h.relname::text, -8) || e.ending AND p.pronargs = e.arguments AND p.proretset AND p.proargtypes[0] = 'timestamptz'::regtype
       AND p.prorettype = CASE WHEN e.of_history THEN h.reltype ELSE t.reltype END AND p.proowner = h.relowner
      JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE t.oid = relation
       AND (n.oid IN (t.relnamespace, h.relnamespace)
            OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = h.oid))
     ORDER BY e.ending, n.oid <> t.relnamespace, p.oid;
END
$$;
COMMENT ON FUNCTION emgov_internal.past_functions(regclass) IS
    'internal: the functions that read a kept table''s past, with what follows the table''s name in theirs';

-- Make them. Columns in `gone` are given as NULL, so that the functions do not stand in the
-- way while they are dropped or changed.
CREATE FUNCTION emgov_internal.make_as_of(relation regclass, gone text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    history regclass := emgov_internal.history_of(relation);
    t record;
    h record;
    f record;
BEGIN
    PERFORM emgov_internal.must_be_kept(relation);
    SELECT c.relname AS name, format('%I.%I', n.nspname, c.relname) AS qualified, n.nspname AS schema, x.* INTO t
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
           LATERAL (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS names,
                           string_agg(CASE WHEN a.attname = ANY (gone) THEN format('NULL::%s', format_type(a.atttypid, a.atttypmod))
                                           ELSE quote_ident(a.attname) END, ', ' ORDER BY a.attnum) AS columns
                      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS x
     WHERE c.oid = relation;
    SELECT format('%I.%I', n.nspname, c.relname) AS qualified INTO h
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = history;
    -- As of a moment: the limits stand outside of the UNION, so that the planner sees two tables in it, and not two queries, which it
    -- could join by no index. In the row that is in force known_to is infinity, also as of infinity.
    FOR f IN
        SELECT '_as_of' AS ending, t.qualified AS returned, t.names AS given, t.names || ', known_to' AS names,
               t.columns || ', ''infinity''::timestamptz' AS now, t.columns || ', known_to' AS past,
               '表 %1$s 在某一时刻已知的内容 | the rows of %1$s as they were known at a moment' AS note
        UNION ALL
        SELECT '_history_as_of', h.qualified, string_agg(x.name, ', ' ORDER BY a.attnum), string_agg(x.name, ', ' ORDER BY a.attnum),
               string_agg(CASE WHEN a.attname = 'known_to' THEN '''infinity''::timestamptz'
                               WHEN c.attname IS NULL OR a.attname = ANY (gone) THEN x.nothing ELSE x.name END, ', ' ORDER BY a.attnum),
               string_agg(CASE WHEN a.attname = ANY (gone) THEN x.nothing ELSE x.name END, ', ' ORDER BY a.attnum),
               '表 %1$s 在某一时刻已知的内容，含已删除的列 | the rows of %1$s as they were known at a moment, with columns dropped since'
          FROM pg_attribute a
          LEFT JOIN pg_attribute c ON c.attrelid = relation AND c.attnum > 0 AND NOT c.attisdropped AND c.attname = a.attname,
               LATERAL (SELECT quote_ident(a.attname) AS name, format('NULL::%s', format_type(a.atttypid, a.atttypmod)) AS nothing) AS x
         WHERE a.attrelid = history AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        EXECUTE format($sql$
            CREATE OR REPLACE FUNCTION %1$s(as_of timestamptz) RETURNS SETOF %2$s LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000
            BEGIN ATOMIC
                SELECT %3$s FROM (SELECT %4$s FROM ONLY %5$s UNION ALL SELECT %6$s FROM ONLY %7$s) AS version (%8$s)
                 WHERE known_from <= $1 AND known_to > least($1, '294276-12-31 23:59:59.999999+00'::timestamptz);
            END $sql$, format('%I.%I', t.schema, t.name || f.ending), f.returned, f.given, f.now, t.qualified, f.past, h.qualified, f.names);
        PERFORM emgov_internal.set_comment('FUNCTION', format('%I.%I(timestamptz)', t.schema, t.name || f.ending), format(f.note, t.name));
    END LOOP;
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION %1$s(since timestamptz, until timestamptz) RETURNS SETOF %2$s LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
        BEGIN ATOMIC
            SELECT %3$s FROM ONLY %2$s WHERE ($1 IS NULL OR kept_since > $1 AND known_from > $1) AND ($2 IS NULL OR known_from <= $2)
            UNION ALL
            SELECT %3$s FROM ONLY %2$s WHERE kept_since <= $1 AND known_from > $1 AND ($2 IS NULL OR known_from <= $2) %5$s
            UNION ALL
            SELECT %3$s FROM ONLY %4$s WHERE ($1 IS NULL OR known_to > $1) AND ($2 IS NULL OR known_from <= $2);
        END $sql$, format('%I.%I', t.schema, t.name || '_versions'), t.qualified, t.columns, h.qualified,
        -- nothing else of what is kept longer has another version; by keys whose = is found here
        (SELECT format('AND (%1$s) IN (SELECT %1$s FROM ONLY %2$s WHERE known_to > $1)', emgov_internal.plain_key(relation), h.qualified)
          WHERE emgov_internal.plain_key(relation) IS NOT NULL AND NOT emgov_internal.key_columns(relation)::text[] && gone));
    PERFORM emgov_internal.set_comment('FUNCTION', format('%I.%I(timestamptz, timestamptz)', t.schema, t.name || '_versions'),
        format('表 %1$s 在两个时刻之间开始或结束的版本 | the versions of rows of %1$s that began or ended after one moment and began by another; NULL: no limit', t.name));
END
$$;
COMMENT ON FUNCTION emgov_internal.make_as_of(regclass, text[]) IS 'internal: make the functions that read a kept table''s past';

CREATE PROCEDURE emgov.keep_versions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema_name name;
    table_name name;
    qualified text;
    history text;
    keep text;
    owner oid;
    persistence "char";
    kind "char";
    problem text;
    key text;
    unless text;
BEGIN
    PERFORM emgov_internal.need_to_write('keep_versions()');
    SELECT n.nspname, c.relname, c.relowner, c.relkind, c.relpersistence INTO schema_name, table_name, owner, kind, persistence
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('there is no table "%s"', relation);
    END IF;
    IF kind = 'p' THEN
        PERFORM emgov_internal.must_own(format('table "%s"', relation), owner);
        CALL emgov_internal.keep_partitions(relation);
        RETURN;
    ELSIF kind <> 'r' OR persistence <> 'p' THEN
        RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
            MESSAGE = format('the versions of "%s" cannot be kept: it is not an ordinary table that outlives a crash', relation),
            HINT = CASE WHEN persistence = 'u' THEN format('ALTER TABLE %s SET LOGGED.', relation)
                        WHEN kind IN ('v', 'm') THEN 'Keep the versions of the tables that it reads.'
                        ELSE 'Keep its rows in an ordinary table.' END;
    END IF;
    PERFORM emgov_internal.must_own(format('table "%s"', relation), owner);
    qualified := format('%I.%I', schema_name, table_name);
    -- and what it is under the lock counts: it may have another owner, or name, by then
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', qualified);
    SELECT c.relowner INTO owner FROM pg_class c WHERE c.oid = relation AND c.oid = to_regclass(qualified);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'object_in_use', MESSAGE = format('table %s was renamed meanwhile', qualified), HINT = 'Call keep_versions() again.';
    END IF;
    PERFORM emgov_internal.must_own(format('table "%s"', relation), owner);
    history := (SELECT p.qualified FROM emgov_internal.history_place(relation) AS p);
    SELECT string_agg(quote_ident(k), ', ') INTO key FROM unnest(emgov_internal.key_columns(relation)) AS k;
    SELECT format('column "%s" is computed when it is read: make it STORED', attname) INTO problem
      FROM pg_attribute WHERE attrelid = relation AND attgenerated = 'v' AND NOT attisdropped LIMIT 1;
    problem := coalesce(problem,
        CASE WHEN key IS NULL THEN 'it has no primary key that is checked at once; the versions of a row are told by its key' END, emgov_internal.computed_key(relation),
        CASE WHEN octet_length(table_name::text) > 49 THEN 'its name leaves no room for "_history_as_of"' END,
        CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE inhparent = relation) THEN 'other tables inherit from it' END,
        CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = 'known_to' AND NOT attisdropped)
             THEN 'its column known_to has the name that its history needs' END,
        (SELECT format('its column %s must be of type timestamptz and NOT NULL, for versions are dated there', min(attname::text))
           FROM pg_attribute WHERE attrelid = relation AND attname IN ('known_from', 'kept_since') AND NOT attisdropped
                               AND (atttypid <> 'timestamptz'::regtype OR NOT attnotnull) HAVING count(*) > 0),
        CASE WHEN row_security_active(relation) AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = 'known_from' AND NOT attisdropped)
                  AND (emgov_internal.history_of(relation) IS NULL OR EXISTS (SELECT FROM emgov_internal.missing_moments(relation)))
             THEN 'row security hides rows from you, and since when each is kept follows from its known_from: NO FORCE ROW LEVEL SECURITY meanwhile' END,
        CASE WHEN emgov_internal.history_of(relation) IS NULL AND to_regclass(history) IS NOT NULL
             THEN format('there is a table %s, but its versions were not kept since: rename or drop it', history) END);
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" cannot be kept', relation), DETAIL = problem,
            HINT = CASE WHEN key IS NULL THEN format('ALTER TABLE %s ADD PRIMARY KEY (…);', relation) ELSE 'Mend that, and call keep_versions() again.' END;
    END IF;
    IF (SELECT relispartition FROM pg_class WHERE oid = relation) AND EXISTS (SELECT FROM emgov_internal.missing_moments(relation)) THEN
        SELECT 'It is a partition without a column ' || min(m), string_agg(format('ADD %I timestamptz NOT NULL DEFAULT clock_timestamp()', m), ', ') INTO problem, unless
          FROM emgov_internal.missing_moments(relation) AS m;
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" cannot be kept', relation), DETAIL = problem || '.',
            HINT = format('ALTER TABLE %s %s;', (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = relation), unless);
    END IF;
    PERFORM emgov_internal.add_moments(relation);
    PERFORM emgov_internal.refuse_taken_names(relation, '{_as_of,_history_as_of,_versions}') WHERE emgov_internal.history_of(relation) IS NULL;
    keep := emgov_internal.make_keep(relation);
    -- while the extension is there, zzz_ledger_version keeps what is deleted of definitions
    IF emgov_internal.is_ledger((SELECT oid FROM pg_namespace WHERE nspname = schema_name)) AND EXISTS (SELECT FROM emgov_internal.pack_tables() AS p WHERE p.name = table_name) THEN
        unless := 'WHEN (to_regproc(''emgov_internal.keep_version'') IS NULL)';
    END IF;
    IF emgov_internal.history_of(relation) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS, known_to timestamptz NOT NULL, PRIMARY KEY (known_to, %s), CHECK (known_to > known_from))',
                       history, qualified, key);
        PERFORM emgov_internal.name_constraints(history::regclass);
        PERFORM emgov_internal.set_comment('TABLE', history, coalesce(obj_description(relation, 'pg_class'), table_name::text) || '；历史版本 | past versions');
        PERFORM emgov_internal.set_comment('COLUMN', history || '.known_to', '本版本被替换的时间 | moment from which another version was known');
        PERFORM emgov_internal.keep_anew(relation);
    END IF;
    PERFORM emgov_internal.link_history(relation, coalesce(emgov_internal.history_of(relation), history::regclass), keep, unless);
    history := emgov_internal.history_of(relation)::text;
    PERFORM emgov_internal.index_versions(relation);
    -- an UPDATE of the whole fires no statement trigger of a partition
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_kept BEFORE UPDATE ON %s FOR EACH %s WHEN (to_regproc(''emgov_internal.keep_version'') IS NULL) '
                   'EXECUTE FUNCTION %s(''version'')', qualified, (SELECT CASE WHEN relispartition THEN 'ROW' ELSE 'STATEMENT' END FROM pg_class WHERE oid = relation), keep);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep BEFORE DELETE ON %s FOR EACH ROW %s EXECUTE FUNCTION %s(''fact'')', qualified, unless, keep);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(''fact'')', qualified, keep);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s(''history'')', history, keep);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(''history'')', history, keep);
    EXECUTE format('CREATE OR REPLACE TRIGGER zzz_ledger_version BEFORE INSERT OR UPDATE%s ON %s FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_version()',
                   CASE WHEN unless IS NOT NULL THEN ' OR DELETE' END, qualified);
    PERFORM emgov_internal.follow_place(relation);
    PERFORM emgov_internal.follow(relation);
    PERFORM emgov_internal.check_kept(relation);
END
$$;
COMMENT ON PROCEDURE emgov.keep_versions(regclass) IS
    'keep every version of a table''s rows from now on: adds known_from and kept_since, a history and functions that read the past, and refuses DELETE; '
    'for a table of the caller''s own. The history follows its table through ALTER TABLE. Of a partitioned table each partition is kept, those that come later too';

CREATE PROCEDURE emgov.release_versions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    history regclass := emgov_internal.history_of(relation);
    past regprocedure[] := ARRAY(SELECT p.signature FROM emgov_internal.past_functions(relation) AS p);
    f record;
    g regprocedure;
BEGIN
    PERFORM emgov_internal.need_to_write('release_versions()');
    IF EXISTS (SELECT FROM pg_class WHERE oid = relation AND relkind = 'p') THEN
        PERFORM emgov_internal.must_own(format('table "%s"', relation), (SELECT relowner FROM pg_class WHERE oid = relation));
        IF NOT EXISTS (SELECT FROM unnest(emgov_internal.partition_tree(relation)) AS t (relid) WHERE emgov_internal.partitions_kept(t.relid) OR emgov_internal.history_of(t.relid) IS NOT NULL) THEN
            PERFORM emgov_internal.must_be_kept(relation);
        END IF;
        PERFORM emgov_internal.refuse_part_of_kept(relation);
        CALL emgov_internal.release_partitions(relation);
        RETURN;
    END IF;
    PERFORM emgov_internal.must_be_kept(relation);
    PERFORM emgov_internal.must_own(format('table "%s"', relation), (SELECT relowner FROM pg_class WHERE oid = relation));
    PERFORM emgov_internal.refuse_part_of_kept(relation);
    IF EXISTS (SELECT FROM pg_class c JOIN emgov.ledger_part AS part ON part.kind = 'table' AND part.name = c.relname
                WHERE c.oid = relation AND emgov_internal.is_ledger(c.relnamespace)) THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the versions of table "%s" cannot be released', relation),
            DETAIL = 'It is one of the tables that a ledger consists of: figures as of a moment and publications read its past.';
    END IF;
    FOR f IN SELECT tgname, tgrelid::regclass AS of FROM pg_trigger
              WHERE tgrelid IN (relation, history) AND tgname IN ('zzz_ledger_version', 'ledger_history', 'ledger_kept', 'ledger_keep', 'ledger_keep_all') LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', f.tgname, f.of);
    END LOOP;
    -- of what is kept they are not dropped; what reads the past through them, such as a source's twin, must go first
    FOREACH g IN ARRAY past LOOP
        EXECUTE format('DROP FUNCTION %s', g);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov.release_versions(regclass) IS
    'the inverse of keep_versions(): from now on nothing is kept, and DELETE is possible; the history stays as an ordinary table, '
    'known_from and kept_since as ordinary columns, and what reads the past goes. For a table of the caller''s own';
