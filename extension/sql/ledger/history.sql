-- ------------------------------------------------------------------ ledger: every version kept
-- A kept table `t` has the current version of each row and, in `t_history`, the
-- versions before it, each known from known_from until (exclusive) known_to.
-- `t_as_of(moment)` gives the rows as they were known then: a plain SQL function, so the
-- planner sees through it to both tables, their indexes and their parallel scans.

CREATE FUNCTION emgov.keep_version() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_keep_version';
COMMENT ON FUNCTION emgov.keep_version() IS
    'trigger of a kept table, before each row is written: dates the version in known_from';

CREATE FUNCTION emgov._writing(schema regnamespace) RETURNS timestamptz
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_writing';
COMMENT ON FUNCTION emgov._writing(regnamespace) IS
    'internal: say that this transaction writes kept rows in a schema; gives the moment they are dated with';

CREATE FUNCTION emgov._check_known_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment text := current_setting('emgov.known_at', true);
    published timestamptz;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction',
            MESSAGE = 'rows can be written as known at another time at isolation level read committed only',
            DETAIL = 'The last publication must be seen, whenever it was made.';
    END IF;
    -- first the lock that publishing waits for, then the look at what is published
    PERFORM emgov._writing((SELECT relnamespace FROM pg_class WHERE oid = TG_RELID));
    -- whoever is not the owner is refused for each row, by keep_version()
    IF moment IS NULL OR moment = ''
       OR NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       OR to_regclass(format('%I.publication', TG_TABLE_SCHEMA)) IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT max(as_of) FROM %I.publication', TG_TABLE_SCHEMA) INTO published;
    IF moment::timestamptz <= published THEN
        RAISE EXCEPTION USING
            ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('table "%s" cannot be written as known at %s', TG_TABLE_NAME, moment),
            DETAIL = format('Figures were published as of %s: what was known by then is fixed.', published),
            HINT = 'RESET emgov.known_at, and the row is dated now.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov._check_known_at() IS
    'internal trigger: nothing may be written as known before the last publication';

CREATE FUNCTION emgov.refuse_delete() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        MESSAGE = format('%s on "%s.%s" is refused: a fact is kept with all its versions',
                         lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME),
        HINT = 'Say why it no longer counts: UPDATE … SET status = ''withdrawn'' (or ''duplicate'', ''written_off''), note = ''why'' WHERE …';
END
$$;
COMMENT ON FUNCTION emgov.refuse_delete() IS 'trigger of a kept table: DELETE and TRUNCATE are refused';

CREATE FUNCTION emgov.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation',
        MESSAGE = format('%s on "%s.%s" is refused: it is written once, by the ledger itself',
                         lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME);
END
$$;
COMMENT ON FUNCTION emgov.refuse_change() IS
    'statement trigger of a table that only triggers may add to and nobody may change, such as a history';

CREATE FUNCTION emgov._remember_body() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$ SELECT $body$
DECLARE
    history text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_history');
    columns text;
    missing text;
    same_key text;
    moved bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), min(a.attname::text) FILTER (WHERE h.attname IS NULL)
      INTO columns, missing
      FROM pg_attribute a
      LEFT JOIN pg_attribute h ON h.attrelid = history::regclass AND h.attname = a.attname AND NOT h.attisdropped
     WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('the history of "%s.%s" has no column "%s" yet', TG_TABLE_SCHEMA, TG_TABLE_NAME, missing),
            HINT = format('CALL emgov.keep_versions(%L) after adding a column.', format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME));
    END IF;
    SELECT string_agg(format('o.%1$I = n.%1$I', a.attname), ' AND ')
      INTO same_key
      FROM pg_index i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = TG_RELID AND i.indisprimary;
    EXECUTE format('SELECT count(*) FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE %s)', same_key)
      INTO moved;
    IF moved > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            MESSAGE = format('the key of a row of "%s.%s" cannot be changed', TG_TABLE_SCHEMA, TG_TABLE_NAME),
            HINT = 'Insert the row with its right key, and say on the old one why it no longer counts.';
    END IF;
    EXECUTE format('INSERT INTO %s (%s, known_to) SELECT %s, n.known_from FROM old_rows o JOIN new_rows n ON %s WHERE n.known_from > o.known_from',
                   history, columns,
                   'o.' || replace(columns, ', ', ', o.'), same_key);
    RETURN NULL;
END
$body$ $function$;
COMMENT ON FUNCTION emgov._remember_body() IS
    'internal: body of the trigger function that a ledger owns, which writes replaced versions to the history with the owner''s rights';

CREATE FUNCTION emgov._columns(relation regclass) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
      FROM pg_attribute
     WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
$$;
COMMENT ON FUNCTION emgov._columns(regclass) IS 'internal: the columns of a relation, quoted, in order';

-- Without a history yet: one is made. With one: columns added to the table since are
-- added to it, and the as_of function is made anew.
CREATE PROCEDURE emgov.keep_versions(relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema_name name;
    table_name name;
    qualified text;
    history text;
    as_of text;
    remember text;
    key text;
    owner oid;
    added record;
BEGIN
    SELECT n.nspname, c.relname, c.relowner INTO schema_name, table_name, owner
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = relation AND c.relkind = 'r' AND c.relpersistence <> 't';
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
            MESSAGE = format('"%s" is not an ordinary table', relation);
    END IF;
    PERFORM emgov._must_own(format('table "%s"', relation), owner);
    IF octet_length(table_name::text) > 55 THEN
        RAISE EXCEPTION USING ERRCODE = 'name_too_long',
            MESSAGE = format('the name "%s" leaves no room for "_history"', table_name);
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO key
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = relation AND i.indisprimary;
    IF key IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('table "%s" has no primary key', relation),
            HINT = 'The versions of a row are told by its key: add a primary key.';
    END IF;

    -- in a schema where others may create, what is found under our names may be theirs
    IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('%I.%I', schema_name, table_name || '_history')) AND relowner <> owner)
       OR EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure(format('%I.ledger_remember()', schema_name)) AND proowner <> owner) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('the versions of "%s" cannot be kept', relation),
            DETAIL = format('Schema "%s" has a table "%s_history" or a function ledger_remember() of another owner.', schema_name, table_name),
            HINT = 'Keep tables of different owners in different schemas.';
    END IF;

    qualified := format('%I.%I', schema_name, table_name);
    history := format('%I.%I', schema_name, table_name || '_history');
    as_of := format('%I.%I', schema_name, table_name || '_as_of');
    remember := format('%I.ledger_remember', schema_name);

    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = 'known_from' AND NOT attisdropped) THEN
        EXECUTE format('ALTER TABLE %s ADD known_from timestamptz NOT NULL DEFAULT clock_timestamp()', qualified);
        PERFORM emgov._set_comment('COLUMN', qualified || '.known_from', '本版本的知悉时间 | moment from which this version of the row was known');
    END IF;

    IF to_regprocedure(remember || '()') IS NULL THEN
        EXECUTE format('CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
                       remember, emgov._remember_body());
        EXECUTE format('REVOKE ALL ON FUNCTION %s() FROM PUBLIC', remember);
        PERFORM emgov._set_comment('FUNCTION', remember || '()', '触发器：把被替换的版本写入历史表 | trigger: writes replaced versions to the history');
    END IF;

    IF to_regclass(history) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS, known_to timestamptz NOT NULL, PRIMARY KEY (%s, known_from), CHECK (known_to > known_from))',
                       history, qualified, key);
        EXECUTE format('CREATE INDEX ON %s (known_to)', history);
        PERFORM emgov._set_comment('TABLE', history,
            coalesce(obj_description(relation, 'pg_class'), table_name::text) || '；历史版本 | past versions');
        PERFORM emgov._set_comment('COLUMN', history || '.known_to', '本版本被替换的时间 | moment from which another version was known');
    END IF;

    -- anew each time: DROP EXTENSION … CASCADE takes triggers away, never rows
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change()', history);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_known_at BEFORE INSERT OR UPDATE ON %s FOR EACH STATEMENT '
                   'WHEN (current_setting(''emgov.known_at'', true) <> '''') EXECUTE FUNCTION emgov._check_known_at()', qualified);
    EXECUTE format('CREATE OR REPLACE TRIGGER zzz_ledger_version BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION emgov.keep_version()', qualified);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_remember AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %s()', qualified, remember);
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_keep BEFORE DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_delete()', qualified);

    FOR added IN
        SELECT t.attname, format_type(t.atttypid, t.atttypmod) AS type
          FROM pg_attribute t
         WHERE t.attrelid = relation AND t.attnum > 0 AND NOT t.attisdropped
           AND NOT EXISTS (SELECT FROM pg_attribute h WHERE h.attrelid = history::regclass
                              AND h.attname = t.attname AND NOT h.attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE %s ADD %I %s', history, added.attname, added.type);
    END LOOP;

    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION %1$s(as_of timestamptz) RETURNS SETOF %2$s
        LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000
        BEGIN ATOMIC
            SELECT %4$s FROM %2$s WHERE known_from <= $1
            UNION ALL
            SELECT %4$s FROM %3$s WHERE known_from <= $1 AND known_to > $1;
        END $sql$, as_of, qualified, history, emgov._columns(relation));
    PERFORM emgov._set_comment('FUNCTION', as_of || '(timestamptz)',
        format('%s 表在某一时刻已知的内容 | the rows of %s as they were known at a moment', table_name, table_name));
END
$$;
COMMENT ON PROCEDURE emgov.keep_versions(regclass) IS
    'keep every version of a table''s rows from now on: adds known_from, a history, an as_of function, and refuses DELETE; for a table of the caller''s own. Call it again after adding a column';
