-- ------------------------------------------------------------------ ledger: its readers
-- <ledger>_store.reader lists who was granted what, see grant.sql: by role, not by its name, and it counts only while
-- the role has EXECUTE on report_rows, so that a new role of an old name has nothing. A list that was restored from a dump, as its
-- own number tells, has the numbers of another server's roles: there the names count, until forget_readers() has looked at it. <ledger>_store.seen, one row, says of the
-- current user what that user sees in the views for readers: everything, or the records of some areas.
-- Who is not listed sees nothing, but the owner, and who may read all data anyway: a view that
-- a reader makes over these, and lets another user read, runs as that user here.
--
-- A function in a view runs as whoever reads the view. What must run with the owner's rights is behind
-- one function, <ledger>_store.report_rows(what, areas); nobody but the views can call it: the schema is closed.
--
--   what                          gives
--   figure_live                   report_figure_live(), figure_view.sql
--   figure_monthly                report_figure_monthly()
--   figure_change                 report_figure_change()
--   figure_change_reason          report_figure_change_reason()
--   reported                      report_reported(), report/reported.sql, and the difference before the state
--   months table.date_column      report_months(), covered.sql
--   spans table.date_column       report_spans()
--   lineage                       report_lineage()
--   view name                     the rows of a kept view of the store, see view.sql; of no other view that stands there
--
-- areas: what seen says; NULL is everything. Behind a figure_… or a view may stand the days, as a range, in which the periods asked for begin.

CREATE FUNCTION emgov_internal.report_query(ledger regnamespace, what text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    figure CONSTANT text := 'SELECT f.code, f.name_zh, f.section, f.member, f.member_name, f.starts_on, f.ends_on, emgov_internal.bounded(f.value), emgov_internal.bounded(f.numerator),
        emgov_internal.bounded(f.denominator), emgov_internal.bounded(f.base), emgov_internal.bounded(f.change), emgov_internal.bounded(f.rate), f.state, f.p_value, f.unit, f.words,
        f.phrase, f.comparator, f.scope, f.coverage, f.covered_days, f.period_days, f.definition_version,
        CASE WHEN f.state <> ''failed'' OR $2 IS NULL THEN f.reason END FROM emgov_internal.%I($1, $2, %L) AS f';
    asked CONSTANT text[] := regexp_match(what, '^(figure_[a-z_]+|view [a-z_0-9]+) ((?:[[(][0-9-]*,[0-9-]*[])]|empty))$');
    starting CONSTANT daterange := asked[2];
    view CONSTANT text := substr(coalesce(asked[1], what), 6);
    named text[] := regexp_match(what, '^(months|spans) ([a-z_0-9]+)[.]([a-z_0-9]+)$');
BEGIN
    CASE coalesce(asked[1], what)
        WHEN 'figure_live', 'figure_monthly' THEN
            RETURN format(figure, 'report_' || coalesce(asked[1], what), starting);
        WHEN 'figure_change' THEN
            RETURN format('SELECT f.publication, f.code, f.name_zh, f.starts_on, f.ends_on, f.comparator, f.dimension, f.member, f.member_name, f.member2, f.member2_name, f.area_code, f.unit,
                f.definition_version, f.version_now, f.published, f.value_now, f.base_published, f.base_now, f.state, f.state_now
                FROM emgov_internal.report_figure_change($1, $2, %L) AS f', starting);
        WHEN 'figure_change_reason' THEN
            RETURN format('SELECT f.report, f.publication, f.code, f.name_zh, f.starts_on, f.ends_on, f.comparator, f.dimension, f.member, f.member2, f.what, f.difference, f.reason, f.reason_zh,
                f.records, f.phrase, f.phrase_now, f.area_code FROM emgov_internal.report_figure_change_reason($1, $2, %L) AS f', starting);
        WHEN 'lineage' THEN
            RETURN 'SELECT * FROM emgov_internal.report_lineage($1)';
        WHEN 'reported' THEN
            RETURN 'SELECT f.code, f.dimension, f.member, f.starts_on, f.ends_on, emgov_internal.bounded(f.reported), emgov_internal.bounded(f.counted),
                emgov_internal.bounded(f.reported - f.counted), f.state FROM emgov_internal.report_reported($1, $2) AS f';
        ELSE
            IF starts_with(what, 'view ')
               AND EXISTS (SELECT FROM emgov.ledger_part AS p WHERE p.kind IN ('kept', 'view') AND p.name = view AND emgov_internal.is_kept(p))
               AND EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = ledger AND n.nspowner = c.relowner WHERE c.relkind = 'v'
                              AND c.oid = to_regclass(format('%s.%I', emgov_internal.store(ledger), view))) THEN
                RETURN format('SELECT v.* FROM emgov_internal.kept_rows(NULL::%s.%I, $2, %L) AS v', emgov_internal.store(ledger), view, starting);
            ELSIF named IS NOT NULL AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%s.%I', ledger, named[2]))
                              AND a.attname = named[3] AND a.atttypid = 'date'::regtype AND a.attnum > 0) THEN
                -- of the owner's alone: a view that somebody put beside them would run that user's code with the owner's rights
                RETURN format('SELECT * FROM emgov_internal.report_%s($1, %L::regclass, %L, $2)', named[1],
                              emgov_internal.source((SELECT nspname FROM pg_namespace WHERE oid = ledger), quote_ident(named[2]))::oid, named[3]);
            END IF;
    END CASE;
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('readers are given no %L', left(what, 100)),
        HINT = 'This function is for the views of readers only.';
END
$$;
COMMENT ON FUNCTION emgov_internal.report_query(regnamespace, text) IS
    'internal: the query behind <ledger>_store.report_rows(what, areas): $1 is the ledger, $2 the areas; an error for anything but what readers are given';

-- The name of the ledger stands in its body: it is made anew when the ledger is renamed. Settings of the reader's
-- that queries depend on are set aside. What is behind it is a hundred short statements, asked again and again: their plans are made once (that of a large scan is not, see kept_plan.c).
CREATE PROCEDURE emgov_internal.make_report_rows(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    signature text := format('%I.report_rows(text, text[])', ledger || '_store');
BEGIN
    EXECUTE format($sql$
        CREATE OR REPLACE FUNCTION %1$s RETURNS SETOF record
        LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL UNSAFE ROWS 200 COST 100000
        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex'
        SET array_nulls = on SET transform_null_equals = off SET standard_conforming_strings = on SET quote_all_identifiers = off SET row_security = on SET check_function_bodies = on SET jit = off
        SET plan_cache_mode = force_generic_plan
        AS %2$L $sql$, signature, format($body$
        BEGIN
            RETURN QUERY EXECUTE emgov_internal.report_query(%1$L::regnamespace, $1) USING %1$L::regnamespace, $2;
        END
        $body$, quote_ident(ledger)));
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    PERFORM emgov_internal.set_comment('FUNCTION', signature, '读者视图取数，以属主权限运行 | what the views for readers are given, with the rights of the ledger''s owner');
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_report_rows(text) IS 'internal: the one function that readers'' views run with the rights of a ledger''s owner';

-- Asked where some table has row-level security at all.
CREATE FUNCTION emgov_internal.refuse_policies(ledger regnamespace) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.refuse_row_security(ledger);
    RETURN false;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_policies(regnamespace) IS 'internal: false; an error when a table of a ledger, or one that its views read, has row-level security';

CREATE PROCEDURE emgov_internal.make_readers(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    store text := quote_ident(ledger || '_store');
BEGIN
    CALL emgov_internal.make_report_rows(ledger);
    IF to_regclass(store || '.reader') IS NULL THEN
        EXECUTE format('CREATE TABLE %s.reader (role text NOT NULL, area_code text, role_oid oid NOT NULL, list_oid oid NOT NULL)', store);
        -- so that it can be in a publication of all tables, as logical replication has them
        EXECUTE format('ALTER TABLE %s.reader REPLICA IDENTITY FULL', store);
        PERFORM emgov_internal.set_comment('TABLE', store || '.reader', '读者授权：角色与区域 | who was granted the views for readers, and the areas they see');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.role', '角色 | the role, as it was called when it was granted');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.role_oid', '角色编号 | which role that is, whatever it is called');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.list_oid', '本表编号 | the list that it was entered in: another number, in one that was restored');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.reader.area_code', '区域，空为全部 | an area that it sees, with those below it; NULL: everything');
    END IF;
    EXECUTE format($sql$
        CREATE OR REPLACE VIEW %1$s.seen AS
        WITH RECURSIVE listed AS (
            SELECT r.area_code FROM %1$s.reader AS r JOIN pg_roles AS u ON CASE WHEN r.list_oid = r.tableoid THEN u.oid = r.role_oid ELSE u.rolname = r.role END
             WHERE pg_has_role(u.oid, 'USAGE')
               AND u.oid IN (SELECT a.grantee FROM pg_proc AS p CROSS JOIN LATERAL aclexplode(p.proacl) AS a WHERE p.oid = %4$L::regprocedure)
        ), whole AS MATERIALIZED (
            SELECT pg_has_role((SELECT c.relowner FROM pg_class AS c WHERE c.oid = %2$L::regclass), 'USAGE')
                -- row-level security that came later would not be heeded, with policies or without
                OR EXISTS (SELECT FROM pg_class AS c WHERE c.relrowsecurity) AND emgov_internal.refuse_policies(%5$L::regnamespace)
                OR pg_has_role('pg_read_all_data', 'USAGE')
                OR EXISTS (SELECT FROM listed AS l WHERE l.area_code IS NULL) AS everything
        ), area AS (
            SELECT a.code FROM ONLY %3$I.area AS a WHERE a.code IN (SELECT l.area_code FROM listed AS l)
            UNION SELECT a.code FROM area AS above JOIN ONLY %3$I.area AS a ON a.parent_code = above.code OR a.successor_code = above.code
        )
        SELECT w.everything, CASE WHEN NOT w.everything THEN ARRAY(SELECT a.code FROM area AS a ORDER BY a.code) END AS areas FROM whole AS w $sql$,
        store, store || '.reader', ledger, store || '.report_rows(text, text[])', quote_ident(ledger));
    PERFORM emgov_internal.set_comment('VIEW', store || '.seen', '当前用户可见范围 | what the current user sees in the views for readers');
    PERFORM emgov_internal.set_comment('COLUMN', store || '.seen.everything', '是否可见全部 | whether everything');
    PERFORM emgov_internal.set_comment('COLUMN', store || '.seen.areas', '可见区域，空为全部 | else the areas: those granted, those below them, and those that became one of them');
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_readers(text) IS 'internal: the list of a ledger''s readers, what the current user sees, and what readers'' views are given';
