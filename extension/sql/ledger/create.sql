-- ------------------------------------------------------------------ ledger: making and upgrading
-- A ledger's layout is built in numbered steps; which of them a ledger has is recorded
-- in its table ledger_version. Steps make tables and rows and run once; views and
-- functions (the ledger's code) are made anew by every upgrade.

-- Run DDL in the notation of tables.sql in one schema, and comment from its notes.
CREATE FUNCTION emgov._run_ledger_ddl(ledger text, ddl text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    line text;
    parts text[];
    relation text;
BEGIN
    ddl := regexp_replace(ddl, '^ *@fact *$',
        E'    status text NOT NULL DEFAULT ''valid'' CHECK (status IN (''valid'', ''withdrawn'', ''duplicate'', ''written_off'')),  -- 状态：有效、撤回、重复、核销，仅有效计入 | status: only valid counts; the others say why it no longer does\n'
        '    note text,                                          -- 备注，如核销依据 | remark, e.g. the ground of a write-off\n'
        '    @known', 'gn');
    ddl := regexp_replace(ddl, '^ *@known *$',
        '    known_from timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 本版本的知悉时间 | moment from which this version of the row was known', 'gn');
    ddl := replace(ddl, '@.', quote_ident(ledger) || '.');
    EXECUTE ddl;
    FOREACH line IN ARRAY string_to_array(ddl, E'\n') LOOP
        parts := regexp_match(line, '^CREATE TABLE (\S+) \(  -- (.+)$');
        IF parts IS NOT NULL THEN
            relation := parts[1];
            PERFORM emgov._set_comment('TABLE', relation, parts[2]);
            CONTINUE;
        END IF;
        parts := regexp_match(line, '^    ([a-z_0-9]+) .*  ?-- (.+ \| .+)$');
        IF parts IS NOT NULL THEN
            PERFORM emgov._set_comment('COLUMN', relation || '.' || parts[1], parts[2]);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._run_ledger_ddl(text, text) IS 'internal: run DDL of a ledger in its schema and comment its tables and columns from the notes beside them';

CREATE FUNCTION emgov.ledger_layout() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT 2';
COMMENT ON FUNCTION emgov.ledger_layout() IS 'number of the layout that create_ledger makes and upgrade_ledger brings a ledger to';

-- Tables of a layout step that keep versions: all of them but those written once.
CREATE FUNCTION emgov._kept_tables(ledger text) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.oid::regclass
      FROM pg_class c
     WHERE c.relnamespace = to_regnamespace(quote_ident(ledger)) AND c.relkind = 'r'
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'known_from' AND NOT a.attisdropped)
       AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'known_to' AND NOT a.attisdropped)
     ORDER BY c.relname
$$;
COMMENT ON FUNCTION emgov._kept_tables(text) IS 'internal: the tables of a ledger whose versions are kept';

CREATE PROCEDURE emgov._ledger_step(ledger text, step int)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept regclass;
BEGIN
    CASE step
        WHEN 1 THEN
            PERFORM emgov._run_ledger_ddl(ledger, emgov._ledger_tables());
            PERFORM emgov._run_ledger_ddl(ledger, emgov._ledger_reference_rows());
        WHEN 2 THEN
            PERFORM emgov._run_ledger_ddl(ledger, emgov._ledger_figure_tables());
    END CASE;
    FOR kept IN SELECT emgov._kept_tables(ledger) LOOP
        CALL emgov.keep_versions(kept);
    END LOOP;
    EXECUTE format('INSERT INTO %I.ledger_version (layout) VALUES (%s)', ledger, step);
END
$$;
COMMENT ON PROCEDURE emgov._ledger_step(text, int) IS 'internal: one step of a ledger''s layout';

CREATE PROCEDURE emgov.create_ledger(ledger text, layout int DEFAULT NULL)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target int := coalesce(layout, emgov.ledger_layout());
    owner oid;
BEGIN
    IF ledger IS NULL OR ledger = '' OR octet_length(ledger) > 63 OR ledger ~ '["''\\$@;[:cntrl:]]' OR ledger ~ '^(pg_|emgov$|information_schema$)' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('%L cannot be the name of a ledger', coalesce(ledger, 'NULL')),
            HINT = 'Use a plain name such as ledger; it becomes the name of a schema.';
    END IF;
    IF target NOT BETWEEN 1 AND emgov.ledger_layout() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no layout %s', target),
            DETAIL = format('Layouts are 1 to %s.', emgov.ledger_layout());
    END IF;

    SELECT nspowner INTO owner FROM pg_namespace WHERE nspname = ledger;
    IF NOT FOUND THEN
        EXECUTE format('CREATE SCHEMA %I', ledger);
        PERFORM emgov._set_comment('SCHEMA', quote_ident(ledger), '应急管理台账 | a ledger of emergency management');
    ELSIF to_regclass(format('%I.ledger_version', ledger)) IS NOT NULL THEN
        RAISE NOTICE USING
            MESSAGE = format('ledger "%s" exists already, nothing was changed', ledger),
            HINT = format('CALL emgov.upgrade_ledger(%L) brings an older one forward.', ledger);
        RETURN;
    END IF;
    PERFORM emgov._must_own(format('schema "%s"', ledger), coalesce(owner, (SELECT nspowner FROM pg_namespace WHERE nspname = ledger)));
    IF EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass
                     AND refobjid = to_regnamespace(quote_ident(ledger)) AND deptype = 'n') THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('schema "%s" is not empty', ledger),
            HINT = 'A ledger is made in a schema of its own: give a new name, or an empty schema that you own.';
    END IF;

    PERFORM emgov._run_ledger_ddl(ledger, $ddl$
CREATE TABLE @.ledger_version (  -- 台账结构版本 | layout steps this ledger has
    layout int PRIMARY KEY,                             -- 结构步骤 | number of the step
    applied_at timestamptz NOT NULL DEFAULT now(),      -- 应用时间 | when it was made
    applied_by text NOT NULL DEFAULT current_user       -- 操作人 | by whom
);$ddl$);
    FOR step IN 1 .. target LOOP
        CALL emgov._ledger_step(ledger, step);
    END LOOP;
    IF target = emgov.ledger_layout() THEN
        CALL emgov._ledger_code(ledger);
    END IF;
END
$$;
COMMENT ON PROCEDURE emgov.create_ledger(text, int) IS
    'make a ledger: a schema of that name in this database, owned by the caller, with the tables, indicators, figures and views of the fourteen systems; does nothing when the ledger exists. layout: stop at an earlier layout, to test an upgrade';

CREATE PROCEDURE emgov.upgrade_ledger(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    present int;
    kept regclass;
BEGIN
    IF to_regclass(format('%I.ledger_version', ledger)) IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no ledger "%s"', ledger),
            HINT = format('CALL emgov.create_ledger(%L) makes one.', ledger);
    END IF;
    PERFORM emgov._must_own(format('ledger "%s"', ledger), (SELECT nspowner FROM pg_namespace WHERE nspname = ledger));
    EXECUTE format('SELECT max(layout) FROM %I.ledger_version', ledger) INTO present;
    IF present > emgov.ledger_layout() THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('ledger "%s" has layout %s, newer than this emgov knows', ledger, present),
            HINT = 'ALTER EXTENSION emgov UPDATE first.';
    END IF;
    FOR step IN present + 1 .. emgov.ledger_layout() LOOP
        CALL emgov._ledger_step(ledger, step);
    END LOOP;
    FOR kept IN SELECT emgov._kept_tables(ledger) LOOP
        CALL emgov.keep_versions(kept);
    END LOOP;
    CALL emgov._ledger_code(ledger);
END
$$;
COMMENT ON PROCEDURE emgov.upgrade_ledger(text) IS
    'bring a ledger to this emgov''s layout and make its views and functions anew; rows stay as they are. Also after adding a column to one of its tables';
