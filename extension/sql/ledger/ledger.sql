-- ------------------------------------------------------------------ ledger: making one
-- The extension owns code, the user owns data: a ledger is a schema of the user's, with
-- tables, rows, triggers, views and functions of its own. What a ledger gets stands in the
-- table emgov.ledger_part. Each concept's file adds its rows to it; create_ledger() makes
-- them in one schema, kind by kind:
--
--   table     DDL: CREATE TABLE, and its indexes
--   seed      INSERT: rows that a new ledger starts with; the user's from then on
--   guard     DDL: triggers and checks that use the extension
--   source    the query of a view that figures are counted from, see source.sql
--   live      the same, its rows kept in a table, see live_fact.sql
--   rollup    the query of a live rollup, see rollup.sql
--   once      a query that says how many things there are, each counted once, see once.sql
--   function  DDL: a function or procedure that knows its ledger; name is its signature. Its
--             body is parsed when it is made: it holds whatever the search_path, and keeps
--             the extension from being dropped while a ledger uses it
--   list      the query of a view in the ledger itself, for those who work with it
--   query     a query that views of readers are made of; nothing is made of it alone
--   tables    DDL of a table in <ledger>_tables, which jobs fill, see report_table.sql
--   view      the query of a view for readers, in <ledger>_report, see view.sql
--   column    the comment of the columns of that name in lists and views, or of one: view.column; no body
--
-- Tables and seeds are made once. The other kinds are made anew by upgrade_ledger().
--
-- A body is plain SQL with names between @ signs to be filled in:
--
--   @ledger@  the ledger's schema, quoted if need be: @ledger@.accident
--   @known@   in a table: the columns that every kept row has, known_from and kept_since
--   @key@     in a table: what its column id is; readers get it as numeric(18,0)
--   @fact@    in a table: the columns that every fact has, status, note and known_from
--   @as_of@   in a source, after the name of a table: see source.sql
--
-- In a table, a note `-- 中文 | English` beside or under a column becomes its comment.
-- In a table that grows large, columns of fixed width come first: the report reads them
-- for every record, and so need not step over texts. Data columns have core types only, so
-- that DROP EXTENSION … CASCADE can never drop one; only checks, functions and views
-- depend on emgov.
CREATE TABLE emgov.ledger_part (
    ordinal int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('table', 'seed', 'guard', 'source', 'live', 'rollup', 'once', 'function', 'list', 'query', 'tables', 'kept', 'view', 'column')),
    name text NOT NULL,
    note text,
    body text CHECK ((body IS NULL) = (kind = 'column')),
    UNIQUE (kind, name)
);
COMMENT ON TABLE emgov.ledger_part IS
    'What a ledger is made of; filled by the extension''s script, run by create_ledger() and upgrade_ledger() with the rights of their caller';
COMMENT ON COLUMN emgov.ledger_part.ordinal IS 'Order in which the parts of a kind are made';
COMMENT ON COLUMN emgov.ledger_part.kind IS
    'What is made: table, seed, guard, source, live fact, rollup, query of what is counted once, function, list, query that views are made of, table that jobs fill, view that is kept, '
    'view, or the comment of a column';
COMMENT ON COLUMN emgov.ledger_part.name IS 'Name of what is made; of a function, its signature; of a seed or a guard, the table it is for';
COMMENT ON COLUMN emgov.ledger_part.note IS 'Its comment, 中文 | English';
COMMENT ON COLUMN emgov.ledger_part.body IS 'The SQL, with @ledger@ where the ledger''s schema is to stand';
COMMENT ON SEQUENCE emgov.ledger_part_ordinal_seq IS 'Numbers the parts in the order of the script';
-- anybody may make a ledger, nobody may change what it gets
GRANT SELECT ON emgov.ledger_part TO PUBLIC;

CREATE FUNCTION emgov_internal.column_note(relation text, name text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- the collation of the index, not that of the catalog's names
    short text COLLATE "default" := column_note.name;
    long text COLLATE "default" := column_note.relation || '.' || column_note.name;
BEGIN
    RETURN coalesce((SELECT p.note FROM emgov.ledger_part AS p WHERE p.kind = 'column' AND p.name = long),
                    (SELECT p.note FROM emgov.ledger_part AS p WHERE p.kind = 'column' AND p.name = short));
END
$$;
COMMENT ON FUNCTION emgov_internal.column_note(text, text) IS
    'internal: the comment of a column of a view of a ledger: its own, else what columns of that name have everywhere; NULL when there is none';

CREATE FUNCTION emgov_internal.fill(body text, VARIADIC pairs text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    FOR i IN 1 .. cardinality(pairs) BY 2 LOOP
        body := replace(body, '@' || pairs[i] || '@', pairs[i + 1]);
    END LOOP;
    IF body ~ '@[a-z_]+@' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('nothing to put in for %s', substring(body FROM '@[a-z_]+@'));
    END IF;
    RETURN body;
END
$$;
COMMENT ON FUNCTION emgov_internal.fill(text, text[]) IS 'internal: a text with each @name@ replaced; names and values in turn; an error when one is left';

CREATE FUNCTION emgov_internal.set_comment(kind text, object text, note text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('COMMENT ON %s %s IS %L', kind, object, note);
END
$$;
COMMENT ON FUNCTION emgov_internal.set_comment(text, text, text) IS 'internal: COMMENT ON with a computed text';

CREATE FUNCTION emgov_internal.comment_columns(relation text, columns text[], notes text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE coalesce((SELECT string_agg(format('COMMENT ON COLUMN %s.%I IS %L', relation, c.name, c.note), ';' ORDER BY c.n)
                        FROM unnest(columns, notes) WITH ORDINALITY AS c (name, note, n)), '');
END
$$;
COMMENT ON FUNCTION emgov_internal.comment_columns(text, text[], text[]) IS 'internal: COMMENT ON each of these columns';

CREATE FUNCTION emgov_internal.must_own(what text, owner oid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- not even a superuser: what is made must belong to the owner, and what the owner
    -- has put there must not run with more rights than the owner's
    IF owner <> (SELECT oid FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('%s belongs to another user', what),
            HINT = format('SET ROLE %I first, if you may.', pg_get_userbyid(owner));
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.must_own(text, oid) IS 'internal: an error unless the current user is the owner';

CREATE PROCEDURE emgov_internal.make_table(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    qualified text := format('%I.%I', ledger, part.name);
    ddl text := emgov_internal.fill(part.body, 'fact', E'status text NOT NULL DEFAULT ''valid''\n'
        '        CHECK (status IN (''valid'', ''withdrawn'', ''duplicate'', ''written_off'')),\n'
        '        -- 状态：有效、撤回、重复、核销，仅有效计入 | status: only valid counts; the others say why it no longer does\n'
        '    note text,  -- 备注；撤回、重复、核销须写明依据 | remark; of a record that no longer counts, why\n'
        '    @known@',
        'known', E'known_from timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 本版本的知悉时间 | moment from which this version of the row was known\n'
        '    kept_since timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 本记录各版本的留存起始时间 | moment since which the versions of this row are kept',
        'key', 'bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY CONSTRAINT "id: at most 18 digits" CHECK (id BETWEEN -999999999999999999 AND 999999999999999999)',
        'ledger', quote_ident(ledger));
    line text;
    column_name text;
    columns text[] := '{}';
    notes text[] := '{}';
BEGIN
    EXECUTE ddl;
    PERFORM emgov_internal.name_constraints(qualified::regclass);
    PERFORM emgov_internal.set_comment('TABLE', qualified, part.note);
    FOREACH line IN ARRAY string_to_array(ddl, E'\n') LOOP
        IF line ~ '^    [a-z_0-9]+ ' THEN
            column_name := substring(line FROM '^    ([a-z_0-9]+) ');
        END IF;
        IF line ~ '  -- ' AND column_name IS NOT NULL THEN
            IF column_name IS DISTINCT FROM columns[cardinality(columns)] THEN
                columns := columns || column_name;
            END IF;
            notes[cardinality(columns)] := concat_ws(' ', notes[cardinality(columns)], substring(line FROM '  -- (.*)$'));
        END IF;
    END LOOP;
    PERFORM emgov_internal.comment_columns(qualified, columns, notes);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_table(text, emgov.ledger_part) IS 'internal: a table of a ledger, with its indexes, and comments from the notes beside its columns';

-- A literal of no type goes to the form with a text: figures('2024') and figures('[2024-01-01,2025-01-01)')
-- are read by emgov.period(). It is made of the other one: $3 in its body becomes the period that $3 means.
CREATE PROCEDURE emgov_internal.make_function(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    signature text := format('%I.%s', ledger, part.name);
    body text := emgov_internal.fill(part.body, 'ledger', quote_ident(ledger));
    place int := cardinality(string_to_array(split_part(part.name, 'daterange', 1), ','));
BEGIN
    EXECUTE body;
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', signature);
    PERFORM emgov_internal.set_comment('ROUTINE', signature, part.note);
    IF part.name ~ '\mdaterange\M' THEN
        signature := replace(signature, 'daterange', 'text');
        EXECUTE regexp_replace(regexp_replace(body, '\mdaterange\M', 'text'), format('\$%s\M', place),
                               format('emgov.period($%s, emgov_internal.year_start(%L::regnamespace))', place, quote_ident(ledger)), 'g');
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', signature);
        PERFORM emgov_internal.set_comment('ROUTINE', signature, part.note || ' (period: 2024, 2024Q4, 2024-12, 2024年1—7月)');
    END IF;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_function(text, emgov.ledger_part) IS
    'internal: a function or procedure of a ledger; one that takes a period, also with the period as a text';

-- In a ledger that its owner has worked in for years, a view may have got columns, and a table
-- have lost or renamed some that a view reads. Such a part stays as it is.
CREATE PROCEDURE emgov_internal.make_parts(ledger text, is_new boolean, VARIADIC kinds text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    part emgov.ledger_part;
BEGIN
    FOR part IN SELECT p.* FROM emgov.ledger_part AS p WHERE p.kind = ANY (kinds) ORDER BY array_position(kinds, p.kind), p.ordinal LOOP
        BEGIN
            CASE part.kind
                WHEN 'table' THEN CALL emgov_internal.make_table(ledger, part);
                WHEN 'source' THEN CALL emgov_internal.make_source(ledger, part);
                WHEN 'live' THEN CALL emgov_internal.make_live_fact(ledger, part);
                WHEN 'rollup' THEN CALL emgov_internal.make_rollup(ledger, part);
                WHEN 'function' THEN CALL emgov_internal.make_function(ledger, part);
                WHEN 'list' THEN CALL emgov_internal.make_list(ledger, part);
                WHEN 'kept' THEN CALL emgov_internal.make_kept(ledger, part);
                WHEN 'view' THEN CALL emgov_internal.make_view(ledger, part);
                ELSE EXECUTE emgov_internal.fill(part.body, 'ledger', quote_ident(ledger));
            END CASE;
        EXCEPTION WHEN invalid_table_definition OR invalid_function_definition OR wrong_object_type
                    OR undefined_table OR undefined_column OR undefined_function OR datatype_mismatch
                    OR dependent_objects_still_exist THEN
            IF is_new OR part.kind = 'guard' THEN
                RAISE;
            END IF;
            RAISE WARNING USING MESSAGE = format('%s "%s" of ledger "%s" does not fit what is there, and stays as it is', part.kind, part.name, ledger),
                DETAIL = SQLERRM,
                HINT = 'What it reads, or what is there under its name, has been changed. Put that back, or drop what is there, and CALL emgov.upgrade_ledger() again.';
        END;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_parts(text, boolean, text[]) IS
    'internal: make the parts of these kinds in a ledger, kind by kind; in one that is not new, a warning for each that does not fit';

-- What a ledger has beside tables and rows.
CREATE PROCEDURE emgov_internal.make_code(ledger text, is_new boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept regclass;
    relation regclass;
BEGIN
    CALL emgov_internal.make_store(ledger);
    FOR kept IN SELECT emgov_internal.kept_tables(ledger) LOOP
        CALL emgov.keep_versions(kept);
    END LOOP;
    CALL emgov_internal.make_parts(ledger, is_new, 'guard', 'source', 'live');
    CALL emgov_internal.comment_sources(ledger);
    CALL emgov_internal.make_missing_units(quote_ident(ledger)::regnamespace);
    CALL emgov_internal.make_parts(ledger, is_new, 'rollup', 'function', 'list');
    CALL emgov_internal.make_readers(ledger);
    CALL emgov_internal.make_report_tables(ledger);
    CALL emgov_internal.make_report(ledger, is_new);
    -- Of a table that nobody has looked at the planner takes ten pages for granted. A view that joins twenty
    -- would be thought so dear that the server compiles it, for minutes.
    FOR relation IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE n.nspname IN (ledger, ledger || '_store', ledger || '_tables') AND c.relkind = 'r' AND c.reltuples < 0 AND c.relowner = n.nspowner LOOP
        EXECUTE format('ANALYZE %s', relation);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_code(text, boolean) IS 'internal: versions, triggers, sources, units, rollups, functions and views of a ledger';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'ledger_version', '台账结构版本 | the layout that this ledger was made with', $ddl$
CREATE TABLE @ledger@.ledger_version (
    layout int PRIMARY KEY DEFAULT 1,                   -- 结构版本 | number of the layout
    applied_at timestamptz NOT NULL DEFAULT now(),      -- 应用时间 | when it was made
    applied_by text NOT NULL DEFAULT current_user       -- 操作人 | by whom
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'ledger_version', 'INSERT INTO @ledger@.ledger_version DEFAULT VALUES');

-- The tables of a ledger that keep versions: those that do, and those that a ledger gets
-- with known_from and that have no history yet. A table of the user's own with a column of
-- that name is none of them.
CREATE FUNCTION emgov_internal.kept_tables(ledger text) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.oid::regclass
      FROM pg_class c
     WHERE c.relnamespace = to_regnamespace(quote_ident(ledger)) AND c.relkind = 'r'
       AND (EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'ledger_history' AND t.tgconstrrelid <> 0)
            -- what others keep there is theirs
            AND (c.relowner = (SELECT n.nspowner FROM pg_namespace AS n WHERE n.oid = c.relnamespace) OR EXISTS (SELECT FROM emgov.ledger_part AS p WHERE p.kind = 'table' AND p.name = c.relname))
            OR EXISTS (SELECT FROM emgov.ledger_part p WHERE p.kind = 'table' AND p.name = c.relname AND p.body ~ '@(known|fact)@')
               AND to_regclass((SELECT h.qualified FROM emgov_internal.history_place(c.oid) AS h)) IS NULL)
     ORDER BY c.relname
$$;
COMMENT ON FUNCTION emgov_internal.kept_tables(text) IS 'internal: the tables of a ledger whose versions are kept, or are to be';

CREATE FUNCTION emgov_internal.need_to_write(what text) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_need_to_write';
COMMENT ON FUNCTION emgov_internal.need_to_write(text) IS 'internal: an error, of what is called, in a transaction that is read-only, as all are on a standby';

CREATE PROCEDURE emgov.create_ledger(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    owner oid;
BEGIN
    PERFORM emgov_internal.need_to_write('create_ledger()');
    PERFORM emgov_internal.check_ledger_name(ledger);
    SELECT nspowner INTO owner FROM pg_namespace WHERE nspname = ledger;
    IF NOT FOUND THEN
        EXECUTE format('CREATE SCHEMA %I', ledger);
        PERFORM emgov_internal.set_comment('SCHEMA', quote_ident(ledger), '应急管理台账 | a ledger of emergency management');
    ELSIF emgov_internal.is_ledger(quote_ident(ledger)::regnamespace) THEN
        RAISE NOTICE USING
            MESSAGE = format('ledger "%s" exists already, nothing was changed', ledger),
            HINT = format('CALL emgov.upgrade_ledger(%L) makes its views and functions anew.', ledger);
        RETURN;
    END IF;
    PERFORM emgov_internal.must_own(format('schema "%s"', ledger), coalesce(owner, (SELECT nspowner FROM pg_namespace WHERE nspname = ledger)));
    PERFORM emgov_internal.check_schemas(ledger);

    CALL emgov_internal.make_parts(ledger, true, 'table', 'seed');
    CALL emgov_internal.make_code(ledger, true);
END
$$;
COMMENT ON PROCEDURE emgov.create_ledger(text) IS
    'make a ledger: a schema of that name in this database, owned by the caller, with the tables, indicators, figures and views of the fourteen systems; does nothing when the ledger exists';

CREATE PROCEDURE emgov.upgrade_ledger(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    missing emgov.ledger_part;
    history regclass;
BEGIN
    PERFORM emgov_internal.need_to_write('upgrade_ledger()');
    IF emgov_internal.is_ledger(to_regnamespace(quote_ident(ledger))) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no ledger "%s"', ledger),
            HINT = format('CALL emgov.create_ledger(%L) makes one.', ledger);
    END IF;
    PERFORM emgov_internal.check_ledger_name(ledger);
    PERFORM emgov_internal.must_own(format('ledger "%s"', ledger), (SELECT nspowner FROM pg_namespace WHERE nspname = ledger));
    FOR missing IN SELECT p.* FROM emgov.ledger_part AS p WHERE p.kind = 'table' AND to_regclass(format('%I.%I', ledger, p.name)) IS NULL ORDER BY p.ordinal LOOP
        CALL emgov_internal.make_table(ledger, missing);
        IF missing.body ~ '@(known|fact)@' THEN
            -- the versions of the one that was lost stay, under another name
            history := (SELECT to_regclass(h.qualified) FROM emgov_internal.history_place(format('%I.%I', ledger, missing.name)::regclass) AS h);
            IF history IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %s RENAME TO %I', history, left(missing.name, 40) || '_lost_' || history::oid);
            END IF;
            CALL emgov.keep_versions(format('%I.%I', ledger, missing.name)::regclass);
        END IF;
        RAISE WARNING USING MESSAGE = format('ledger "%s" had no table "%s", and gets one, empty', ledger, missing.name),
            HINT = 'If it had one, and lost it, the rows are in a dump.';
    END LOOP;
    CALL emgov_internal.make_code(ledger, false);
END
$$;
COMMENT ON PROCEDURE emgov.upgrade_ledger(text) IS
    'make a ledger''s triggers, views and functions anew, as this emgov has them, and indexes that are missing; rows stay as they are. '
    'Also after adding a column to one of its tables, and after DROP EXTENSION … CASCADE';
