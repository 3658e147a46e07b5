-- ------------------------------------------------------------------ ledger: the schema of what readers see
-- <ledger>_report holds views, nothing else; see view.sql.

CREATE FUNCTION emgov_internal.report_schema(ledger regnamespace) RETURNS regnamespace
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.oid::regnamespace FROM pg_namespace AS l JOIN pg_namespace AS r ON r.nspname = l.nspname || '_report' AND r.nspowner = l.nspowner WHERE l.oid = ledger
$$;
COMMENT ON FUNCTION emgov_internal.report_schema(regnamespace) IS
    'internal: the schema of a ledger''s views for readers, <ledger>_report; NULL when there is none, or another user has taken its name';

-- Views that were dropped and made anew are granted to whom they were.
CREATE PROCEDURE emgov_internal.make_report(ledger text, is_new boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grants text[];
    one text;
BEGIN
    CALL emgov_internal.make_schema(ledger, '_report', format('台账 %1$s 的报表视图 | what readers of ledger %1$s see', ledger));
    SELECT array_agg(format('GRANT %s ON %s TO %s%s', a.privilege_type, c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                            CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)) INTO grants
      FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
     WHERE c.relnamespace IN (SELECT s.oid FROM emgov_internal.report_schemas(quote_ident(ledger)::regnamespace) AS s (oid)) AND c.relkind = 'v'
       AND a.grantee <> c.relowner AND (a.grantee = 0 OR EXISTS (SELECT FROM pg_roles AS r WHERE r.oid = a.grantee));
    CALL emgov_internal.make_parts(ledger, is_new, 'kept', 'view');
    CALL emgov_internal.make_twins(ledger);
    FOREACH one IN ARRAY coalesce(grants, '{}') LOOP
        BEGIN
            EXECUTE one;
        EXCEPTION WHEN undefined_table THEN
            NULL;       -- one that is no more
        END;
    END LOOP;
    PERFORM emgov_internal.refuse_row_security(quote_ident(ledger)::regnamespace);
    PERFORM emgov_internal.forget_readers(quote_ident(ledger)::regnamespace);
    FOR one IN EXECUTE format('SELECT DISTINCT u.rolname FROM %I.reader AS r JOIN pg_roles AS u ON u.oid = r.role_oid', ledger || '_store') LOOP
        PERFORM emgov_internal.grant_views(quote_ident(ledger)::regnamespace, one);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_report(text, boolean) IS
    'internal: the schema of a ledger''s views for readers, and the views; who could read one still can, and who was granted them all can read new ones';
