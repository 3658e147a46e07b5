-- ------------------------------------------------------------------ ledger: its schemas
-- A ledger is a schema with facts and definitions, and others named after it, of the same owner: what
-- it works with stands in <ledger>_store (units, histories, parts of rollups), and what readers see in
-- the others. What stands where is said here.

CREATE FUNCTION emgov_internal.is_ledger(ledger oid) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- whoever may create in a schema makes no ledger of it
    RETURN EXISTS (SELECT FROM pg_namespace AS l JOIN pg_class AS mark ON mark.relnamespace = l.oid AND mark.relname = 'ledger_version' AND mark.relkind = 'r' AND mark.relowner = l.nspowner
                    WHERE l.oid = ledger
                      AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = mark.oid AND a.attname IN ('layout', 'applied_at', 'applied_by') AND NOT a.attisdropped) = 3);
END
$$;
COMMENT ON FUNCTION emgov_internal.is_ledger(oid) IS 'internal: whether a schema is a ledger: its owner''s table ledger_version stands in it';

CREATE FUNCTION emgov_internal.schema_kinds() RETURNS TABLE (ordinal int, ending text, what text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp
AS $$
    VALUES (1, '', '事实与定义 | facts and definitions'),
           (2, '_store', '内部对象：历史版本、计算单元、汇总分表 | its inside: histories, units, parts of rollups'),
           (3, '_report', '读者视图 | views for readers'),
           (4, '_report_zh', '读者视图，中文名 | views for readers, with Chinese names'),
           (5, '_tables', '报表 | report tables')
$$;
COMMENT ON FUNCTION emgov_internal.schema_kinds() IS 'internal: what the name of each schema of a ledger ends in, and what stands in it';

-- A schema of such a name, and of the same owner, may be there for something else. What make_schema() made has its comment; where that
-- was changed, it is known by what stands in it.
CREATE FUNCTION emgov_internal.is_schema_of(ledger oid, schema oid, ending text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF schema = ledger THEN
        RETURN true;
    END IF;
    RETURN (SELECT nspowner FROM pg_namespace WHERE oid = schema) = (SELECT nspowner FROM pg_namespace WHERE oid = ledger) AND NOT emgov_internal.is_ledger(schema)
       AND (coalesce(obj_description(schema, 'pg_namespace') ~ '^台账 .* 的.* [|] .*ledger ', false)
            OR EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = schema AND c.relowner = (SELECT nspowner FROM pg_namespace WHERE oid = ledger)
                          AND CASE ending WHEN '_store' THEN c.relkind = 'r' AND c.relname = 'released'
                                          WHEN '_report_zh' THEN c.relkind = 'v'
                                          ELSE c.relkind::text = CASE ending WHEN '_report' THEN 'v' ELSE 'r' END
                                               AND c.relname IN (SELECT p.name FROM emgov.ledger_part AS p WHERE p.kind = CASE ending WHEN '_report' THEN 'view' ELSE 'tables' END) END));
END
$$;
COMMENT ON FUNCTION emgov_internal.is_schema_of(oid, oid, text) IS
    'internal: whether a schema whose name ends so is one of a ledger''s: of the same owner, and made as such, not merely of its name';

CREATE FUNCTION emgov.ledger_schemas(ledger regnamespace) RETURNS TABLE (schema name, what text)
LANGUAGE plpgsql STABLE STRICT ROWS 5 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT emgov_internal.is_ledger(ledger) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('schema "%s" is no ledger', ledger),
            HINT = 'CALL emgov.create_ledger() makes one.';
    END IF;
    RETURN QUERY
        SELECT s.nspname, k.what
          FROM pg_namespace AS l
         CROSS JOIN emgov_internal.schema_kinds() AS k
          JOIN pg_namespace AS s ON s.nspname = l.nspname || k.ending AND emgov_internal.is_schema_of(l.oid, s.oid, k.ending)
         WHERE l.oid = ledger ORDER BY k.ordinal;
END
$$;
COMMENT ON FUNCTION emgov.ledger_schemas(regnamespace) IS
    'The schemas that a ledger consists of, those that there are, and what stands in each: a dump of one ledger takes all of them. '
    'An error for a schema that is no ledger; NULL gives none. 台账的全部模式';

-- Its name stands in texts of SQL, in functions, in hints; and the names of its other schemas begin with it.
CREATE FUNCTION emgov_internal.check_ledger_name(ledger text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
BEGIN
    IF ledger IS NULL OR ledger = '' OR octet_length(ledger) > 53 OR ledger ~ '["''\\$%@;[:cntrl:]]' OR ledger ~ '^(pg_|emgov$|information_schema$)' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name',
            MESSAGE = format('%L cannot be the name of a ledger', coalesce(ledger, 'NULL')),
            HINT = 'Use a plain name of at most 53 bytes, such as ledger; it becomes the name of a schema, and others are named after it.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_ledger_name(text) IS 'internal: an error unless a ledger may have this name';

-- What is in a schema of a ledger's is the ledger's, and is renamed and dropped with it: nothing else may be there.
CREATE FUNCTION emgov_internal.check_schemas(ledger text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken text;
BEGIN
    SELECT l.nspname INTO taken FROM pg_namespace AS l JOIN emgov_internal.schema_kinds() AS k ON k.ending <> '' AND l.nspname || k.ending = ledger
     WHERE emgov_internal.is_ledger(l.oid) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_name', MESSAGE = format('%L cannot be the name of a ledger', ledger),
            DETAIL = format('It is the name of a schema of ledger "%s".', taken), HINT = 'Give another name.';
    END IF;
    SELECT s.nspname INTO taken FROM emgov_internal.schema_kinds() AS k JOIN pg_namespace AS s ON s.nspname = ledger || k.ending
      JOIN pg_namespace AS l ON l.nspname = ledger AND l.nspowner = s.nspowner
     WHERE EXISTS (SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = s.oid AND d.deptype = 'n') ORDER BY k.ordinal LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('schema "%s" is not empty', taken),
            HINT = CASE WHEN taken = ledger THEN 'A ledger is made in a schema of its own: give a new name, or an empty schema that you own.'
                        ELSE format('A ledger "%s" has schema "%s" to itself: rename that one, or give the ledger another name.', ledger, taken) END;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_schemas(text) IS
    'internal: an error unless a new ledger has the schemas named after it to itself, and is not itself named as one of another ledger''s';

CREATE FUNCTION emgov_internal.store(ledger regnamespace) RETURNS regnamespace
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_store';
COMMENT ON FUNCTION emgov_internal.store(regnamespace) IS
    'internal: the schema of what a ledger works with, <ledger>_store; NULL when there is none, or another user has taken its name: units run as whoever asks for figures';

CREATE FUNCTION emgov_internal.schemas_follow(was text, becomes text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s record;
    ledger regnamespace;
    checked regclass;
BEGIN
    ledger := to_regnamespace(quote_ident(becomes));
    IF emgov_internal.is_ledger(ledger) THEN
        PERFORM emgov_internal.check_ledger_name(becomes);
    END IF;
    FOR s IN SELECT n.nspname AS name, becomes || k.ending AS new_name
               FROM pg_namespace AS l CROSS JOIN emgov_internal.schema_kinds() AS k JOIN pg_namespace AS n ON n.nspname = was || k.ending
                AND emgov_internal.is_schema_of(l.oid, n.oid, k.ending)
              WHERE l.nspname = becomes AND emgov_internal.is_ledger(l.oid) AND k.ending <> '' ORDER BY k.ordinal
    LOOP
        IF to_regnamespace(quote_ident(s.new_name)) IS NOT NULL THEN
            RAISE WARNING USING MESSAGE = format('what ledger "%s" has in "%s" stands there still: there is a schema "%s"', becomes, s.name, s.new_name),
                HINT = format('Rename that one, and ALTER SCHEMA %I RENAME TO %I.', s.name, s.new_name);
        ELSE
            EXECUTE format('ALTER SCHEMA %I RENAME TO %I', s.name, s.new_name);
        END IF;
    END LOOP;
    IF emgov_internal.is_ledger(ledger) AND to_regclass(emgov_internal.store(ledger)::text || '.reader') IS NOT NULL THEN
        -- the store has come along, and is nobody else's of that name; what names the ledger in its body
        IF to_regprocedure(format('%I.report_rows(text, text[])', becomes || '_store')) IS NOT NULL THEN
            CALL emgov_internal.make_report_rows(becomes);
        END IF;
        FOR checked IN SELECT DISTINCT t.tgrelid FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = ledger AND t.tgname = 'a_record_added'
                           AND c.relowner = (SELECT nspowner FROM pg_namespace WHERE oid = ledger) LOOP
            CALL emgov_internal.make_record_checks(ledger, checked);
        END LOOP;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.schemas_follow(text, text) IS 'internal: a schema was renamed: if it is a ledger, its other schemas are too, and what names it is made anew';

CREATE PROCEDURE emgov_internal.make_schema(ledger text, suffix text, note text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text := ledger || suffix;
    owner oid;
BEGIN
    SELECT nspowner INTO owner FROM pg_namespace WHERE nspname = name;
    IF NOT FOUND THEN
        EXECUTE format('CREATE SCHEMA %I', name);
    ELSIF owner <> (SELECT nspowner FROM pg_namespace WHERE nspname = ledger) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('schema "%s" belongs to another user', name),
            DETAIL = format('It is the place of a part of ledger "%s".', ledger),
            HINT = 'Rename that schema, or give the ledger another name.';
    ELSIF NOT emgov_internal.is_schema_of(quote_ident(ledger)::regnamespace, quote_ident(name)::regnamespace, suffix)
          AND EXISTS (SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = quote_ident(name)::regnamespace AND d.deptype = 'n') THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('schema "%s" is not the ledger''s', name),
            DETAIL = format('It has the name of a part of ledger "%s", and what stands in it is none of that.', ledger),
            HINT = 'Rename that schema, or the ledger.';
    END IF;
    PERFORM emgov_internal.set_comment('SCHEMA', quote_ident(name), note);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', name);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_schema(text, text, text) IS
    'internal: a schema beside a ledger''s own; an error when another user, or something else, has taken its name';

-- What stands in them is the ledger's, and of no use without it; a schema that lacks its ledger would be in the way of the next one of that name.
CREATE FUNCTION emgov_internal.schemas_with(ledger oid) RETURNS SETOF text
LANGUAGE plpgsql STABLE ROWS 5 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF emgov_internal.is_ledger(ledger) THEN
        RETURN QUERY SELECT s.schema::text FROM emgov.ledger_schemas(ledger::regnamespace) AS s;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.schemas_with(oid) IS
    'internal: a schema is about to be dropped with all that is in it: if it is a ledger, its schemas, which go with it; else none';

CREATE PROCEDURE emgov_internal.make_store(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store text := ledger || '_store';
BEGIN
    CALL emgov_internal.make_schema(ledger, '_store',
        format('台账 %1$s 的内部对象：历史版本、计算单元、汇总分表 | the inside of ledger %1$s: histories, units, parts of rollups', ledger));
    IF to_regclass(format('%I.released', store)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I.released (definition text PRIMARY KEY, relation regclass NOT NULL, columns text[] NOT NULL, expressions jsonb NOT NULL, written text)', store);
        PERFORM emgov_internal.set_comment('TABLE', format('%I.released', store),
            '已放开的定义，待重新生成计算单元 | definitions whose units were released, until they are made again');
        PERFORM emgov_internal.set_comment('COLUMN', format('%I.released.%I', store, c.name), c.note) FROM (VALUES
            ('definition', '定义 | the definition'), ('relation', '来源 | its source'), ('columns', '列 | the columns it looks at'), ('expressions', '表达式 | its expressions'),
            ('written', '原文 | as it was written')) AS c (name, note);
    END IF;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_store(text) IS 'internal: the schema of what a ledger works with';
