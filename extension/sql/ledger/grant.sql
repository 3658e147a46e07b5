-- ------------------------------------------------------------------ ledger: rights

CREATE FUNCTION emgov_internal.grant_ledger(ledger regnamespace, role name, kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    report regnamespace := emgov_internal.report_schema(ledger);
    t regclass;
    f regprocedure;
BEGIN
    IF kind NOT IN ('reader', 'analyst', 'publisher') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no kind of role "%s"', kind),
            HINT = 'reader, analyst or publisher';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', role),
            HINT = 'Roles belong to the whole server: create it first, see examples/roles.sql.';
    END IF;
    EXECUTE format('DELETE FROM %s.reader WHERE role = %L', emgov_internal.store(ledger), role);
    EXECUTE format('INSERT INTO %s.reader VALUES (%L)', emgov_internal.store(ledger), role);
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', report, role);
    FOR t IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = report::oid AND c.relkind = 'v' LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    IF kind = 'reader' THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', ledger, role);
    FOR t IN SELECT r::regclass FROM pg_class c CROSS JOIN LATERAL unnest(ARRAY[c.oid, emgov_internal.history_of(c.oid), (SELECT x.query FROM emgov.rollup AS x WHERE x.view = c.oid)]) AS r
              WHERE c.relnamespace = ledger::oid AND c.relkind IN ('r', 'v') AND r IS NOT NULL LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    -- figures run the units, and read what these are over, in whatever schema
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', emgov_internal.store(ledger), role);
    FOR t IN SELECT DISTINCT r FROM pg_proc p CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u CROSS JOIN LATERAL unnest(ARRAY[u.relation, emgov_internal.history_of(u.relation)]) AS r
               JOIN pg_class c ON c.oid = r
              WHERE p.pronamespace = emgov_internal.store(ledger) AND c.relnamespace <> ledger::oid AND pg_has_role(c.relowner, 'USAGE') LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = t), role);
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    -- and what they are broken down by
    FOR t IN EXECUTE format('SELECT r FROM (SELECT DISTINCT emgov_internal.relation($1, d.members) AS r FROM %s.dimension AS d WHERE d.active) AS d JOIN pg_class AS c ON c.oid = d.r
                              WHERE c.relnamespace <> $1::oid AND pg_has_role(c.relowner, ''USAGE'')', ledger) USING ledger LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = t), role);
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
              WHERE p.pronamespace = ledger::oid AND p.prokind = 'f' AND p.proname <> 'ledger_keep' LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', f, role);
    END LOOP;
    IF kind = 'publisher' THEN
        EXECUTE format('GRANT INSERT ON %1$s.publication, %1$s.publication_figure, %1$s.approval TO %2$I', ledger, role);
        FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = ledger::oid AND p.prokind = 'p' AND p.proname IN ('publish', 'approve') LOOP
            EXECUTE format('GRANT EXECUTE ON PROCEDURE %s TO %I', f, role);
        END LOOP;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.grant_ledger(regnamespace, name, text) IS
    'grant a role what a reader (the views), an analyst (everything to read) or a publisher (and to publish and approve) needs in a ledger; by its owner';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_reader(name)',
    '授予只读视图 | let a role read the views for readers, and nothing else', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_reader(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_ledger('@ledger@'::regnamespace, $1, 'reader');
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_analyst(name)',
    '授予分析权限 | let a role read everything and call the figures', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_analyst(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_ledger('@ledger@'::regnamespace, $1, 'analyst');
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'grant_publisher(name)',
    '授予发布与批准权限 | let a role publish and approve', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.grant_publisher(role name)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.grant_ledger('@ledger@'::regnamespace, $1, 'publisher');
END
$sql$);
