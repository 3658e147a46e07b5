-- ------------------------------------------------------------------ ledger: rights
-- A reader sees the views for readers and nothing else, of everything or of some areas. A clerk enters and
-- corrects facts. An analyst reads everything and asks for figures; a publisher publishes besides. All of it is
-- granted by the ledger's owner, who alone may list a reader.

-- The owner, not even a superuser, calls these: what is granted is the owner's to grant.
CREATE FUNCTION emgov_internal.check_grant(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', (SELECT nspname FROM pg_namespace WHERE oid = ledger)), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    IF role IS NULL OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', coalesce(role, 'NULL')),
            HINT = 'Roles belong to the whole server: create it first, see examples/roles.sql.';
    ELSIF pg_has_role(role, (SELECT nspowner FROM pg_namespace WHERE oid = ledger), 'USAGE') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" may do everything in ledger "%s" already', role, ledger),
            DETAIL = 'It is the owner, a member of it, or a superuser.',
            HINT = 'Grant to a role of its own.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_grant(regnamespace, name) IS
    'internal: an error unless the current user owns the ledger, and the role is one to which something can be granted';

-- Views run as their owner, whom policies do not bind: a reader would see what a policy hides.
CREATE FUNCTION emgov_internal.refuse_row_security(ledger regnamespace) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    guarded regclass;
BEGIN
    WITH RECURSIVE read (relation) AS (
        SELECT c.oid FROM pg_class AS c WHERE c.relnamespace IN (ledger::oid, emgov_internal.store(ledger)::oid, emgov_internal.report_schema(ledger)::oid) AND c.relkind IN ('r', 'p', 'v')
        UNION SELECT d.refobjid FROM read AS r JOIN pg_rewrite AS w ON w.ev_class = r.relation
          JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
    )
    SELECT c.oid INTO guarded FROM read AS r JOIN pg_class AS c ON c.oid = r.relation WHERE c.relrowsecurity ORDER BY c.relname LIMIT 1;
    IF guarded IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('table "%s" has row-level security, which the views for readers would not heed', guarded),
            DETAIL = 'Views run with the rights of their owner, whom policies do not bind: readers would see what a policy hides.',
            HINT = format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY; who may see the records of an area only is granted that by CALL %s.grant_reader(role, area).', guarded, ledger);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_row_security(regnamespace) IS 'internal: an error when a table of a ledger, or one that its views read, has row-level security';

CREATE FUNCTION emgov_internal.report_schemas(ledger regnamespace) RETURNS SETOF regnamespace
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.oid::regnamespace FROM pg_namespace AS l JOIN pg_namespace AS s ON s.nspname IN (l.nspname || '_report', l.nspname || '_report_zh') AND s.nspowner = l.nspowner WHERE l.oid = ledger
$$;
COMMENT ON FUNCTION emgov_internal.report_schemas(regnamespace) IS 'internal: the schemas of a ledger''s views for readers, those that there are';

-- A twin reads one view of the ledger's, and nothing else.
CREATE FUNCTION emgov_internal.report_views(ledger regnamespace) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH own AS (SELECT c.oid FROM emgov.ledger_part AS p JOIN pg_class AS c ON c.relname = p.name AND c.relkind = 'v'
                  AND c.relnamespace = emgov_internal.report_schema(ledger)::oid WHERE p.kind = 'view')
    SELECT o.oid::regclass FROM own AS o
    UNION ALL
    SELECT t.oid::regclass FROM pg_class AS t JOIN pg_rewrite AS w ON w.ev_class = t.oid
      JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.oid
     WHERE t.relkind = 'v' AND t.relnamespace IN (SELECT s.oid FROM emgov_internal.report_schemas(ledger) AS s (oid)) AND t.relnamespace <> emgov_internal.report_schema(ledger)::oid
     GROUP BY t.oid HAVING bool_and(d.refobjid IN (SELECT o.oid FROM own AS o))
$$;
COMMENT ON FUNCTION emgov_internal.report_views(regnamespace) IS 'internal: the views for readers that a ledger is made with, and their twins in Chinese; not what its owner has put beside them';

CREATE FUNCTION emgov_internal.grant_views(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema regnamespace;
BEGIN
    FOR schema IN SELECT emgov_internal.report_schemas(ledger) LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', schema, role);
    END LOOP;
    -- the ledger's own: what its owner has put beside them may not ask who is reading
    EXECUTE (SELECT format('GRANT SELECT ON %s TO %I', string_agg(v::text, ', '), role) FROM emgov_internal.report_views(ledger) AS v);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s.report_rows(text, text[]) TO %I', emgov_internal.store(ledger), role);
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_views(regnamespace, name) IS 'internal: let a role read the views for readers, and what these are given';

-- A role that was dropped, or lost its right to report_rows by other ways, is no reader.
CREATE FUNCTION emgov_internal.forget_readers(ledger regnamespace) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    forgotten int;
BEGIN
    -- one that was restored has the roles of this server from now on
    EXECUTE format('UPDATE %s.reader AS r SET role_oid = u.oid, list_oid = r.tableoid FROM pg_roles AS u WHERE u.rolname = r.role AND r.list_oid <> r.tableoid', store);
    EXECUTE format('UPDATE %s.reader AS r SET role = u.rolname FROM pg_roles AS u WHERE u.oid = r.role_oid AND u.rolname <> r.role AND r.list_oid = r.tableoid', store);
    EXECUTE format('DELETE FROM %s.reader AS r WHERE r.list_oid <> r.tableoid
                       OR r.role_oid NOT IN (SELECT a.grantee FROM pg_proc AS p CROSS JOIN LATERAL aclexplode(p.proacl) AS a JOIN pg_roles AS u ON u.oid = a.grantee
                                                                     WHERE p.oid = $1)', store) USING to_regprocedure(format('%s.report_rows(text, text[])', store));
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;
COMMENT ON FUNCTION emgov_internal.forget_readers(regnamespace) IS 'internal: take off a ledger''s list of readers who is none any more; how many rows went';

CREATE FUNCTION emgov_internal.reads_tables(ledger regnamespace, role name) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_class AS c
                    WHERE c.relnamespace IN (ledger::oid, emgov_internal.store(ledger)::oid, to_regnamespace(quote_ident(emgov_internal.tables_schema(ledger)))::oid)
                      AND c.relkind IN ('r', 'p', 'v', 'm')
                      AND has_schema_privilege(role, c.relnamespace, 'USAGE') AND has_any_column_privilege(role, c.oid, 'SELECT'))
$$;
COMMENT ON FUNCTION emgov_internal.reads_tables(regnamespace, name) IS 'internal: whether a role can read something of a ledger that is not for readers';

CREATE FUNCTION emgov_internal.reads_areas(ledger regnamespace, role name) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.reader AS r JOIN pg_roles AS u ON u.oid = r.role_oid WHERE u.rolname = $1 AND r.area_code IS NOT NULL)', emgov_internal.store(ledger))
       INTO found USING role;
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov_internal.reads_areas(regnamespace, name) IS 'internal: whether a role is a reader of some areas, not of everything';

-- A relation, and the schema that it is in.
CREATE FUNCTION emgov_internal.grant_select(relation regclass, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = relation), role);
    EXECUTE format('GRANT SELECT ON %s TO %I', relation, role);
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_select(regclass, name) IS 'internal: let a role read a relation, in whatever schema';

-- An area is seen besides those granted before. Everything is not made of areas: to go from one to the other, revoke first.
CREATE FUNCTION emgov_internal.grant_reader(ledger regnamespace, role name, area text, everything boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    first_revoke CONSTANT text := format('CALL %s.revoke_reader(%L) first.', ledger, role);
    known boolean;
    through name;
BEGIN
    PERFORM emgov_internal.check_grant(ledger, role);
    PERFORM emgov_internal.refuse_row_security(ledger);
    PERFORM emgov_internal.forget_readers(ledger);
    IF everything THEN
        IF emgov_internal.reads_areas(ledger, role) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" is a reader of some areas, not of everything', role),
                HINT = first_revoke;
        END IF;
    ELSE
        IF area IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'area is NULL',
                HINT = format('CALL %s.grant_reader(%L) grants everything; with an area, its code.', ledger, role);
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s.area AS a WHERE a.code = $1)', ledger) INTO known USING area;
        IF NOT known THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no area %L', left(area, 100)),
                HINT = format('SELECT code, name_zh FROM %s.area;', ledger);
        END IF;
        IF emgov_internal.reads_tables(ledger, role) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" can read the tables of ledger "%s", of every area', role, ledger),
                HINT = format('CALL %s.revoke(%L) takes all its rights first; what it has as a member of another role, REVOKE. Or grant the area to a role of its own.', ledger, role);
        END IF;
        EXECUTE format('SELECT u.rolname FROM %s.reader AS r JOIN pg_roles AS u ON u.oid = r.role_oid
                         WHERE r.area_code IS NULL AND pg_has_role($1, u.oid, ''USAGE'') ORDER BY u.rolname <> $1 LIMIT 1', store)
           INTO through USING role;
        IF through = role THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" is a reader of everything', role),
                HINT = first_revoke;
        ELSIF through IS NOT NULL OR pg_has_role(role, 'pg_read_all_data', 'USAGE') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" sees everything, as a member of "%s"', role, coalesce(through, 'pg_read_all_data')),
                HINT = 'REVOKE that membership first, or grant the area to a role of its own.';
        END IF;
    END IF;
    EXECUTE format('INSERT INTO %1$s.reader (role, area_code, role_oid, list_oid) SELECT u.rolname, $2, u.oid, ''%1$s.reader''::regclass FROM pg_roles AS u
                     WHERE u.rolname = $1 AND NOT EXISTS (SELECT FROM %1$s.reader AS r WHERE r.role_oid = u.oid AND r.area_code IS NOT DISTINCT FROM $2)', store)
      USING role, CASE WHEN NOT everything THEN area END;
    PERFORM emgov_internal.grant_views(ledger, role);
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_reader(regnamespace, name, text, boolean) IS
    'let a role read the views for readers and nothing else: of everything, or the records and figures of an area and those below it, besides areas granted before; by the ledger''s owner. '
    'Errors: no such role or area, an area that is NULL, an area to a role that sees everything or reads tables, everything to a reader of areas, row-level security on a table that views read';

CREATE FUNCTION emgov_internal.revoke_reader(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema regnamespace;
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', ledger), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    IF emgov_internal.forget_readers(ledger) > 0 AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        RETURN;         -- a role that is no more
    END IF;
    PERFORM emgov_internal.check_grant(ledger, role);
    EXECUTE format('DELETE FROM %s.reader AS r USING pg_roles AS u WHERE u.oid = r.role_oid AND u.rolname = $1', emgov_internal.store(ledger)) USING role;
    EXECUTE format('REVOKE ALL ON FUNCTION %s.report_rows(text, text[]) FROM %I', emgov_internal.store(ledger), role);
    FOR schema IN SELECT emgov_internal.report_schemas(ledger) LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %s FROM %I', schema, role);
        EXECUTE format('REVOKE ALL ON SCHEMA %s FROM %I', schema, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.revoke_reader(regnamespace, name) IS
    'take from a role what grant_reader gave it, all areas; nothing happens when it had nothing; one that was dropped goes off the list; by the ledger''s owner';

CREATE FUNCTION emgov_internal.revoke(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema regnamespace;
BEGIN
    PERFORM emgov_internal.check_grant(ledger, role);
    PERFORM emgov_internal.revoke_reader(ledger, role);
    FOREACH schema IN ARRAY array_remove(ARRAY[ledger, emgov_internal.store(ledger), quote_ident(emgov_internal.tables_schema(ledger))::regnamespace], NULL) LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %s FROM %I', schema, role);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %s FROM %I', schema, role);
        EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %s FROM %I', schema, role);
        EXECUTE format('REVOKE ALL ON SCHEMA %s FROM %I', schema, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.revoke(regnamespace, name) IS
    'take from a role all rights that it has in the schemas of a ledger, whichever grant_… gave them; not those on tables elsewhere, '
    'nor what it has as a member of another role; by the ledger''s owner';

-- Facts are what has a status. What members send, and what bases are known from elsewhere, have procedures or approvals of their own.
CREATE FUNCTION emgov_internal.fact_tables(ledger regnamespace) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.oid::regclass FROM emgov.ledger_part AS p JOIN pg_class AS c ON c.relname = p.name AND c.relnamespace = ledger::oid AND c.relkind = 'r'
     WHERE p.kind = 'table' AND p.body ~ '@fact@' AND p.name NOT IN ('reported', 'base_value')
$$;
COMMENT ON FUNCTION emgov_internal.fact_tables(regnamespace) IS 'internal: the tables of a ledger that hold facts, which clerks enter: those with a status';

CREATE FUNCTION emgov_internal.grant_clerk(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t record;
BEGIN
    PERFORM emgov_internal.check_grant(ledger, role);
    PERFORM emgov_internal.forget_readers(ledger);
    IF emgov_internal.reads_areas(ledger, role) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_grant_operation', MESSAGE = format('role "%s" is a reader of some areas, and a clerk reads the facts of all', role),
            HINT = format('CALL %s.revoke_reader(%L) first, or grant to a role of its own.', ledger, role);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', ledger, role);
    FOR t IN SELECT c.oid::regclass AS name, c.oid IN (SELECT emgov_internal.fact_tables(ledger)) AS is_fact,
                    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname NOT IN ('known_from', 'kept_since')) AS columns
               FROM pg_class AS c JOIN emgov.ledger_part AS p ON p.kind IN ('table', 'source', 'live') AND p.name = c.relname
              WHERE c.relnamespace = ledger::oid AND c.relkind IN ('r', 'v') LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', t.name, role);
        IF t.is_fact THEN
            EXECUTE format('GRANT INSERT (%2$s), UPDATE (%2$s) ON %1$s TO %3$I', t.name, t.columns, role);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_clerk(regnamespace, name) IS
    'let a role read facts and definitions, enter facts and correct them: not delete, not say since when something is known, nor write definitions, reference data or publications; by the '
    'ledger''s owner, again after a table got a column';

CREATE FUNCTION emgov_internal.grant_analyst(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t regclass;
    f regprocedure;
BEGIN
    PERFORM emgov_internal.grant_reader(ledger, role, NULL, true);
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', ledger, role);
    FOR t IN SELECT r::regclass FROM pg_class c CROSS JOIN LATERAL unnest(ARRAY[c.oid, emgov_internal.history_of(c.oid), (SELECT x.query FROM emgov.rollup AS x WHERE x.view = c.oid),
                                                                            (SELECT to_regclass(format('%s.%I', emgov_internal.store(ledger), p.name)) FROM emgov.ledger_part AS p
                                                                              WHERE p.kind = 'live' AND p.name = c.relname)]) AS r
              WHERE c.relnamespace = ledger::oid AND c.relkind IN ('r', 'v') AND r IS NOT NULL
             UNION SELECT r FROM emgov.rollup AS x JOIN pg_class AS v ON v.oid = x.view CROSS JOIN LATERAL unnest(ARRAY[x.view, x.query]) AS r
              WHERE v.relnamespace = emgov_internal.store(grant_analyst.ledger)::oid
             -- and the live facts that what is counted once is read from
             UNION SELECT f.fact FROM emgov.ledger_part AS p CROSS JOIN LATERAL (SELECT to_regclass(format('%s.%I', emgov_internal.store(ledger), substr(p.name, 9)))) AS f (fact)
              WHERE p.kind = 'live' AND p.name LIKE '@store@.%' AND f.fact IS NOT NULL
                AND EXISTS (SELECT FROM emgov.ledger_part AS o WHERE o.kind = 'once' AND position(p.name || ' ' IN o.body) > 0) LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    -- figures run the units, and read what these are over, in whatever schema
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', emgov_internal.store(ledger), role);
    FOR t IN SELECT DISTINCT r FROM pg_proc p CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u CROSS JOIN LATERAL unnest(ARRAY[u.relation, emgov_internal.history_of(u.relation)]) AS r
               JOIN pg_class c ON c.oid = r
              WHERE p.pronamespace = emgov_internal.store(ledger) AND c.relnamespace <> ledger::oid AND pg_has_role(c.relowner, 'USAGE') LOOP
        PERFORM emgov_internal.grant_select(t, role);
    END LOOP;
    -- what jobs fill
    FOR t IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = quote_ident(emgov_internal.tables_schema(ledger))::regnamespace AND c.relkind = 'r' LOOP
        PERFORM emgov_internal.grant_select(t, role);
    END LOOP;
    -- and what they are broken down by
    FOR t IN EXECUTE format('SELECT r FROM (SELECT DISTINCT emgov_internal.relation($1, d.members) AS r FROM %s.dimension AS d WHERE d.active) AS d JOIN pg_class AS c ON c.oid = d.r
                              WHERE c.relnamespace <> $1::oid AND pg_has_role(c.relowner, ''USAGE'')', ledger) USING ledger LOOP
        PERFORM emgov_internal.grant_select(t, role);
    END LOOP;
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
              WHERE p.pronamespace = ledger::oid AND p.prokind = 'f' AND p.proname <> 'ledger_keep' LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', f, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_analyst(regnamespace, name) IS 'let a role read everything of a ledger and call the figures; by its owner';

CREATE FUNCTION emgov_internal.grant_publisher(ledger regnamespace, role name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    f regprocedure;
BEGIN
    PERFORM emgov_internal.grant_analyst(ledger, role);
    EXECUTE format('GRANT INSERT ON %1$s.publication, %1$s.publication_figure, %1$s.approval TO %2$I', ledger, role);
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = ledger::oid AND p.prokind = 'p' AND p.proname IN ('publish', 'approve') LOOP
        EXECUTE format('GRANT EXECUTE ON PROCEDURE %s TO %I', f, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_publisher(regnamespace, name) IS 'let a role do what an analyst does, publish and approve; by the ledger''s owner';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_reader(name)',
    '授予只读视图 | let a role read the views for readers, of everything, and nothing else', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_reader(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_reader('@ledger@'::regnamespace, $1, NULL, true);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_reader(name, text)',
    '授予一个区域的只读视图 | let a role read the views for readers, only what belongs to an area and to those below it, besides areas granted before', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_reader(role name, area text)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_reader('@ledger@'::regnamespace, $1, $2, false);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'revoke_reader(name)',
    '收回只读视图 | take the views for readers from a role', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.revoke_reader(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.revoke_reader('@ledger@'::regnamespace, $1);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'revoke(name)',
    '收回在台账中的全部权限 | take from a role all rights in the ledger, whichever procedure gave them', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.revoke(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.revoke('@ledger@'::regnamespace, $1);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_clerk(name)',
    '授予录入与更正权限 | let a role enter and correct facts: not delete, not date back', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_clerk(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_clerk('@ledger@'::regnamespace, $1);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_analyst(name)',
    '授予分析权限 | let a role read everything and call the figures', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_analyst(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_analyst('@ledger@'::regnamespace, $1);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_publisher(name)',
    '授予发布与批准权限 | let a role publish and approve', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_publisher(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_publisher('@ledger@'::regnamespace, $1);
END
$sql$);
