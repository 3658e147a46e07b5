-- ------------------------------------------------------------------ ledger: its readers
-- <ledger>_store.reader lists who was granted what, see grant.sql. <ledger>_store.seen, one row, says of the
-- current user what that user sees in the views for readers: everything, or the records of some areas.
-- Who is not listed sees nothing, but the owner, and who may read all data anyway: a view that
-- a reader makes over these, and lets another user read, runs as that user here.

CREATE PROCEDURE emgov_internal.make_readers(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store text := quote_ident(ledger || '_store');
BEGIN
    IF to_regclass(store || '.reader') IS NULL THEN
        EXECUTE format('CREATE TABLE %s.reader (role name NOT NULL, area_code text)', store);
        EXECUTE format('CREATE UNIQUE INDEX reader_role_area ON %s.reader (role, (coalesce(area_code, %L)))', store, '');
        PERFORM emgov_internal.set_comment('TABLE', store || '.reader', '读者授权：角色与区域 | who was granted the views for readers, and the areas they see');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.role', '角色 | the role');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.area_code', '区域，空为全部 | an area that it sees, with those below it; NULL: everything');
    END IF;
    EXECUTE format($sql$
        CREATE OR REPLACE VIEW %1$s.seen AS
        WITH RECURSIVE listed AS (
            SELECT r.area_code FROM %1$s.reader AS r JOIN pg_roles AS u ON u.rolname = r.role WHERE pg_has_role(u.oid, 'USAGE')
        ), whole AS (
            SELECT pg_has_role((SELECT c.relowner FROM pg_class AS c WHERE c.oid = %2$L::regclass), 'USAGE') OR pg_has_role('pg_read_all_data', 'USAGE')
                OR EXISTS (SELECT FROM listed AS l WHERE l.area_code IS NULL) AS everything
        ), area AS (
            SELECT a.code FROM ONLY %3$I.area AS a WHERE a.code IN (SELECT l.area_code FROM listed AS l)
            UNION SELECT a.code FROM area AS above JOIN ONLY %3$I.area AS a ON a.parent_code = above.code OR a.successor_code = above.code
        )
        SELECT w.everything, CASE WHEN NOT w.everything THEN ARRAY(SELECT a.code FROM area AS a ORDER BY a.code) END AS areas FROM whole AS w $sql$,
        store, store || '.reader', ledger);
    PERFORM emgov_internal.set_comment('VIEW', store || '.seen', '当前用户可见范围 | what the current user sees in the views for readers');
    PERFORM emgov_internal.set_comment('COLUMN', store || '.seen.everything', '是否可见全部 | whether everything');
    PERFORM emgov_internal.set_comment('COLUMN', store || '.seen.areas', '可见区域，空为全部 | else the areas: those granted, those below them, and those that became one of them');
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_readers(text) IS 'internal: the list of a ledger''s readers, and what the current user sees';
