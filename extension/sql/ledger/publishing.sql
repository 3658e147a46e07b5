-- ------------------------------------------------------------------ ledger: publishing
-- What may be published, and what publishing writes: see publication.c for when it is
-- computed, and past what it is written.

-- The tables that a ledger's figures are read from: behind its sources, present and past,
-- through views, inlined functions and partitions, in whatever schema. What a function
-- in another language reads is not known: then every kept table may be behind it, and
-- `certain` is false.
CREATE FUNCTION emgov_internal.source_tables(ledger regnamespace) RETURNS TABLE (relation regclass, certain boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    named regclass[];
BEGIN
    EXECUTE format($sql$
        SELECT array_agg(DISTINCT c.oid::regclass)
          FROM (SELECT source FROM ONLY %1$s.indicator UNION SELECT source FROM ONLY %1$s.check_rule UNION SELECT source FROM %2$s) AS i
         CROSS JOIN LATERAL (SELECT parse_ident(i.source) AS parts) AS p
          JOIN pg_namespace n ON CASE cardinality(p.parts) WHEN 1 THEN n.oid = $1 ELSE n.nspname = p.parts[1] END
          JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.parts[cardinality(p.parts)]
         WHERE i.source IS NOT NULL $sql$, ledger, emgov_internal.history_of(format('%s.indicator', ledger)::regclass))
       INTO named USING ledger;
    -- what units are over, whatever it is named since
    named := named || ARRAY(
        SELECT coalesce(emgov_internal.kept_by(u.relation), u.relation)
          FROM (SELECT DISTINCT t.typrelid::regclass AS relation FROM pg_proc p JOIN pg_type t ON t.oid = p.proargtypes[0]
                 WHERE p.pronamespace = emgov_internal.store(ledger) AND p.pronargs = 1 AND t.typrelid <> 0) AS u);
    named := named || ARRAY(SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = ledger
                                 AND c.relname IN ('comparator', 'indicator', 'measure_series', 'area', 'coverage_declaration', 'reported', 'base_value',
                                                    'dimension', 'dimension_member', 'dimension_source',
                                                    'report', 'report_section', 'report_paragraph', 'report_figure', 'publication', 'publication_figure'));
    RETURN QUERY
        WITH RECURSIVE behind (classid, objid) AS (
            SELECT 'pg_class'::regclass::oid, n::oid FROM unnest(named) AS n WHERE n IS NOT NULL
            UNION
            SELECT next.classid, next.objid
              FROM behind b
              CROSS JOIN LATERAL (
                -- a view's query; a function's
                SELECT d.refclassid, d.refobjid FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                 WHERE b.classid = 'pg_class'::regclass AND w.ev_class = b.objid AND w.ev_type = '1'
                UNION ALL
                SELECT d.refclassid, d.refobjid FROM pg_depend d
                 WHERE b.classid = 'pg_proc'::regclass AND d.classid = b.classid AND d.objid = b.objid AND d.deptype = 'n'
                UNION ALL
                -- the twin as of a moment
                SELECT 'pg_proc'::regclass, p.oid FROM pg_class c JOIN pg_proc p ON p.pronamespace = c.relnamespace
                 WHERE b.classid = 'pg_class'::regclass AND c.oid = b.objid AND p.prorettype = c.reltype AND p.proname = c.relname || '_as_of'
                UNION ALL
                SELECT b.classid, i.inhrelid FROM pg_inherits i WHERE b.classid = 'pg_class'::regclass AND i.inhparent = b.objid
              ) AS next (classid, objid)
             WHERE next.classid IN ('pg_class'::regclass, 'pg_proc'::regclass) AND next.objid <> b.objid
        ), dark AS (
            SELECT FROM behind b JOIN pg_proc p ON b.classid = 'pg_proc'::regclass AND p.oid = b.objid
             WHERE p.prosqlbody IS NULL AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'emgov'::regnamespace, 'emgov_internal'::regnamespace)
        )
        SELECT x.relation, bool_or(x.certain)
          FROM (SELECT c.oid::regclass AS relation, true AS certain FROM behind b JOIN pg_class c ON c.oid = b.objid
                 WHERE b.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'f')
                UNION ALL
                SELECT t.tgrelid, false FROM pg_trigger t
                 WHERE t.tgfoid = 'emgov_internal.keep_version()'::regprocedure AND EXISTS (SELECT FROM dark)) AS x (relation, certain)
         GROUP BY x.relation;
END
$$;
COMMENT ON FUNCTION emgov_internal.source_tables(regnamespace) IS
    'internal: the tables behind a ledger''s sources, in whatever schema; certain is false of those that may be, because a function cannot be seen through';

CREATE FUNCTION emgov_internal.refuse_row_policies(ledger regnamespace) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    limited regclass;
BEGIN
    -- mostly there is none in the database
    IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.relrowsecurity) THEN
        RETURN;
    END IF;
    SELECT t.relation INTO limited FROM emgov_internal.source_tables(ledger) AS t WHERE t.certain AND row_security_active(t.relation) ORDER BY t.relation::text LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('user "%s" may see only some of the rows of "%s"', current_user, limited),
            DETAIL = 'A row policy hides the others: figures made from it would be partial, and pass for the whole.',
            HINT = 'Let a user do it whom no policy limits, or who has BYPASSRLS.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_row_policies(regnamespace) IS
    'internal: an error when a row policy limits the current user in a table behind a ledger''s figures';

-- Whoever verifies a publication must see all that it was made from; what is closed to them would look
-- as if it had been tampered with. Read with the rights of the caller are the tables of the ledger, and what
-- stands behind the functions that read a source's past; what stands behind a view is not.
CREATE FUNCTION emgov_internal.refuse_unreadable(ledger regnamespace, definitions emgov_internal.indicator[]) RETURNS void
-- what the planner thinks of the catalogs would have it compile the query, for seconds
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    closed record;
BEGIN
    -- to whom nothing is closed
    IF (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user) THEN
        RETURN;
    END IF;
    WITH RECURSIVE named AS (
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, c.relnamespace AS schema FROM pg_class c
         WHERE c.relnamespace = ledger AND c.relkind = 'r'
           AND c.relname IN ('comparator', 'indicator', 'check_rule', 'measure_series', 'area', 'coverage_declaration', 'reported', 'base_value',
                             'dimension', 'dimension_member', 'dimension_source',
                             'report', 'report_section', 'report_paragraph', 'report_figure', 'approval', 'publication', 'publication_figure', 'ledger_setting')
        UNION ALL
        SELECT 'pg_class'::regclass, r.oid, r.relnamespace
          FROM (SELECT DISTINCT p.relation FROM unnest(definitions) AS d CROSS JOIN LATERAL emgov_internal.indicator_parts(ledger, d) AS p) AS x JOIN pg_class r ON r.oid = x.relation
    ), start AS (
        SELECT * FROM named
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, p.pronamespace
          FROM named JOIN pg_class c ON c.oid = named.objid
          JOIN pg_proc p ON p.pronamespace = c.relnamespace AND p.proowner = c.relowner AND p.proname IN (c.relname || '_as_of', c.relname || '_changed')
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, p.pronamespace
          FROM named CROSS JOIN LATERAL emgov_internal.past_functions(coalesce(emgov_internal.kept_by(named.objid), named.objid)) AS f JOIN pg_proc p ON p.oid = f.signature
    ), reached (classid, objid) AS (
        SELECT classid, objid FROM start
        UNION
        SELECT d.refclassid, d.refobjid FROM reached b
          JOIN pg_depend d ON b.classid = 'pg_proc'::regclass AND d.classid = b.classid AND d.objid = b.objid AND d.deptype = 'n'
         WHERE d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
    ), lacking AS (
        SELECT 1 AS n, c.oid::regclass::text AS object, format('SELECT ON %s', c.oid::regclass) AS privilege
          FROM reached JOIN pg_class c ON classid = 'pg_class'::regclass AND c.oid = objid
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT has_table_privilege(c.oid, 'SELECT')
           AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT'))
        UNION ALL
        SELECT 2, p.oid::regprocedure::text, format('EXECUTE ON FUNCTION %s', p.oid::regprocedure)
          FROM reached JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid WHERE NOT has_function_privilege(p.oid, 'EXECUTE')
        UNION ALL
        SELECT DISTINCT 3, s.schema::regnamespace::text, format('USAGE ON SCHEMA %s', s.schema::regnamespace)
          FROM (SELECT schema FROM start UNION SELECT emgov_internal.store(ledger)) AS s WHERE NOT has_schema_privilege(s.schema, 'USAGE')
    )
    SELECT (array_agg(object ORDER BY n, object))[1] AS first, string_agg(object, ', ' ORDER BY n, object) AS objects,
           string_agg(format('GRANT %s TO %I;', privilege, current_user), ' ' ORDER BY n, object) AS grants INTO closed FROM lacking;
    IF closed.first IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied for %s: user "%s" must see all that the publication was made from', closed.first, current_user),
            DETAIL = format('Without the right: %s.', closed.objects), HINT = closed.grants;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_unreadable(regnamespace, emgov_internal.indicator[]) IS
    'internal: an error, with the grants that are missing, when the current user may not read what these definitions are counted from, now and in the past';

-- The clock was set back: what is dated after the present is in no figure as of now.
CREATE FUNCTION emgov_internal.warn_of_future(ledger regnamespace) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept record;
    last timestamptz;
BEGIN
    FOR kept IN SELECT t.relation, h.history, emgov_internal.plain_key(t.relation) AS key
                  FROM emgov_internal.source_tables(ledger) AS t, emgov_internal.history_of(t.relation) AS h (history)
                 WHERE t.certain AND has_table_privilege(h.history, 'SELECT') AND has_table_privilege(t.relation, 'SELECT') ORDER BY t.relation::text LOOP
        EXECUTE format('SELECT greatest((SELECT max(known_from) FROM ONLY %1$s WHERE kept_since > $1), (SELECT max(known_from) FROM ONLY %1$s%2$s))', kept.relation,
                       CASE WHEN kept.key IS NOT NULL THEN format(' WHERE (%2$s) IN (SELECT %2$s FROM ONLY %1$s WHERE known_to > $1)', kept.history, kept.key) END) INTO last USING clock_timestamp();
        IF last > clock_timestamp() THEN
            RAISE WARNING USING MESSAGE = format('"%s" has rows dated after the present, which are left out', kept.relation),
                DETAIL = format('The latest is known from %s. The clock was set back.', last),
                HINT = 'Publish again when that has come, as of a moment after it.';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.warn_of_future(regnamespace) IS 'internal: a warning for each table behind a ledger''s figures that has rows dated after the present';

CREATE FUNCTION emgov_internal.relations_behind(relations regclass[]) RETURNS regclass[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE behind AS (
        SELECT r FROM unnest(relations) AS r WHERE r IS NOT NULL
        UNION SELECT x.r FROM behind AS b CROSS JOIN LATERAL (
            SELECT d.refobjid AS r FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
             WHERE w.ev_class = b.r AND w.ev_type = '1'
            -- the table of a live fact has what its query reads
            UNION ALL SELECT q.oid FROM pg_class f JOIN pg_class q ON q.relnamespace = f.relnamespace AND q.relname = f.relname || '_query'
             WHERE f.oid = b.r AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = f.oid AND t.tgname = 'emgov_live_fact_guard')) AS x
    )
    SELECT coalesce(array_agg(r), '{}') FROM behind
$$;
COMMENT ON FUNCTION emgov_internal.relations_behind(regclass[]) IS 'internal: relations, and those that the views and live facts among them read, and so on';

-- Which checks do not hold, of those that concern a report: that look at a figure that it has, or that such a
-- one is derived from, for the same days, or at the records that these are counted from, in the source or behind it.
CREATE FUNCTION emgov_internal.broken_checks(ledger regnamespace, figures jsonb, moment timestamptz) RETURNS TABLE (code text, state text, detail text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning SET jit = off
AS $$
DECLARE
    definitions emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, moment) AS i);
    days record;
    codes text[];
    sources regclass[];
    rules text[];
BEGIN
    FOR days IN SELECT (f->>'starts_on')::date AS starts_on, (f->>'ends_on')::date AS ends_on, array_agg(f->>'code') AS codes
                  FROM jsonb_array_elements(figures) AS f GROUP BY 1, 2 ORDER BY 1, 2 LOOP
        WITH RECURSIVE used AS (
            SELECT c FROM unnest(days.codes) AS c
            UNION SELECT ltrim(o, '-') FROM used JOIN unnest(definitions) AS i ON i.code = used.c CROSS JOIN LATERAL unnest(ARRAY[i.of_code, i.by_code] || i.of_codes) AS o WHERE o IS NOT NULL
        )
        SELECT ARRAY(SELECT c FROM used), ARRAY(SELECT emgov_internal.relation(ledger, i.source) FROM used JOIN unnest(definitions) AS i ON i.code = used.c WHERE i.source IS NOT NULL)
          INTO codes, sources;
        EXECUTE format($sql$
            SELECT array_agg(r.code) FROM %s.check_rule AS r
             WHERE (emgov_internal.relation($3, r.source) = ANY (emgov_internal.relations_behind($2))
                   OR emgov_internal.relations_behind(ARRAY[emgov_internal.relation($3, r.source)]) && $2
                OR EXISTS (SELECT FROM regexp_matches(concat_ws(' ', r.left_side, r.right_side), '[A-Za-z][A-Za-z0-9_]*', 'g') AS m WHERE m[1] = ANY ($1))) $sql$, ledger)
           INTO rules USING codes, sources, ledger;
        RETURN QUERY SELECT c.code, c.state, format('%s: %s, %s; %s', daterange(days.starts_on, days.ends_on), c.detail, concat_ws(' against ', c.left_value, c.right_value), c.note_zh)
                       FROM emgov_internal.ledger_check_figures(ledger, daterange(days.starts_on, days.ends_on), moment, coalesce(rules, '{}')) AS c
                      WHERE c.state IN ('fails', 'warns');
        RETURN QUERY SELECT c.code, c.state, c.detail FROM emgov_internal.reported_checks(ledger, daterange(days.starts_on, days.ends_on), moment) AS c
                      WHERE c.state = 'warns' AND c.code = ANY (SELECT 'reported ' || u FROM unnest(codes) AS u);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.broken_checks(regnamespace, jsonb, timestamptz) IS
    'internal: the checks that do not hold as of a moment and concern these figures: state fails (hard), warns (soft); a rule comes once for each period of theirs';

CREATE FUNCTION emgov_internal.publication_draft(ledger regnamespace, report text, period daterange, moment timestamptz, allow_gaps boolean, force_reason text, live boolean,
                                         OUT id int, OUT hash text, OUT publication jsonb, OUT figures jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
AS $$
DECLARE
    r jsonb := emgov_internal.report(ledger, report, period, moment);
    last jsonb;
    present jsonb;
    approval jsonb;
    was_approved boolean;
    failed text[];
    warned text;
    problem text;
    layout int;
BEGIN
    IF NOT (r->>'active')::boolean THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('report "%s" is no longer published', report),
            HINT = format('UPDATE %s.report SET active = true WHERE code = %L;', ledger, report);
    ELSIF btrim(force_reason) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'an empty text is no reason to publish in spite of failed checks';
    END IF;
    PERFORM emgov_internal.refuse_row_policies(ledger);
    -- what is written past the triggers is past the foreign key too: the report stays until this ends
    EXECUTE format('SELECT FROM ONLY %s.report AS r WHERE r.code = $1 FOR KEY SHARE', ledger) USING report;
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p ORDER BY p.id DESC LIMIT 1', ledger) INTO last;
    id := coalesce((last->>'id')::int, 0) + 1;
    IF live THEN
        PERFORM emgov_internal.warn_of_future(ledger);
    END IF;
    figures := emgov_internal.draft_figures(ledger, id, r, period, moment, live);

    SELECT string_agg(format('%s%s %s (%s)', x.code, CASE WHEN NOT x.of_members THEN '' WHEN x.many = 1 THEN ' of ' || x.member ELSE format(' of %s members', x.many) END,
                             daterange(x.starts_on, x.ends_on), x.state), ', ' ORDER BY x.code, x.starts_on, x.ends_on, x.of_members, x.state) INTO problem
      FROM (SELECT f->>'code' AS code, (f->>'starts_on')::date AS starts_on, (f->>'ends_on')::date AS ends_on, f->>'state' AS state, f->>'dimension' <> '' AS of_members,
                   count(DISTINCT (f->>'member', f->>'member2')) AS many, min(f->>'member') AS member
              FROM jsonb_array_elements(figures || emgov_internal.missing_members(ledger, report, period, moment, figures)) AS f
             WHERE emgov_internal.is_gap(f) GROUP BY 1, 2, 3, 4, 5) AS x;
    IF problem IS NOT NULL AND allow_gaps IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('report "%s" has figures without all their data', report), DETAIL = problem || '.',
            HINT = 'Enter what is missing and CALL entered(), or publish it so with allow_gaps => true, which is printed.';
    END IF;
    SELECT array_agg(DISTINCT c.code ORDER BY c.code) FILTER (WHERE c.state = 'fails'), string_agg(format('%s %s', c.code, c.detail), E'\n') FILTER (WHERE c.state = 'fails'),
           string_agg(DISTINCT c.code, ', ' ORDER BY c.code) FILTER (WHERE c.state = 'warns')
      INTO failed, problem, warned
      FROM emgov_internal.broken_checks(ledger, figures, moment) AS c;
    IF failed IS NOT NULL AND force_reason IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('report "%s" fails checks: %s', report, array_to_string(failed, ', ')), DETAIL = problem,
            HINT = 'Correct the records or the rules, or publish it in spite of them with force_reason => ''why'', which is printed.';
    END IF;
    IF warned IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = format('checks of report "%s" warn: %s', report, warned),
            HINT = format('SELECT * FROM %s.check_figures(%L) WHERE state = ''warns'';', ledger, period);
    END IF;

    publication := jsonb_build_object(
        'id', id, 'report', report, 'starts_on', lower(period), 'ends_on', upper(period), 'as_of', moment, 'live', live, 'scope', r->'scope', 'base', r->'base',
        'allow_gaps', allow_gaps IS TRUE, 'force_reason', CASE WHEN failed IS NOT NULL THEN force_reason END, 'failed_checks', failed,
        'published_at', clock_timestamp(), 'published_by', session_user, 'previous_hash', last->>'hash',
        'figures_hash', emgov_internal.figures_hash(figures, emgov_internal.hash_algorithm()), 'text_hash', emgov_internal.text_hash(ledger, r, period, moment, figures),
        'algorithm', emgov_internal.hash_algorithm());
    EXECUTE format('SELECT to_jsonb(a) FROM ONLY %s.approval AS a WHERE a.report = $1 AND a.starts_on = $2 AND a.ends_on = $3 AND a.figures_hash = $4 AND a.text_hash = $5
                     ORDER BY a.id DESC LIMIT 1', ledger)
       INTO approval USING report, lower(period), upper(period), publication->>'figures_hash', publication->>'text_hash';
    IF approval IS NULL AND (r->>'needs_approval')::boolean THEN
        EXECUTE format('SELECT count(*) > 0 FROM ONLY %s.approval AS a WHERE a.report = $1 AND a.starts_on = $2 AND a.ends_on = $3', ledger)
           INTO was_approved USING report, lower(period), upper(period);
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format(CASE WHEN was_approved THEN 'report "%s" for %s is approved no longer: its figures or its text have changed' ELSE 'report "%s" for %s is not approved' END,
                             report, period),
            HINT = format('A user who has not declared what its records cover: CALL %s.approve(%L, %L).', ledger, report, period);
    END IF;
    IF (r->>'needs_approval')::boolean THEN
        PERFORM emgov_internal.check_approver(ledger, report, approval->>'approved_by', figures, moment);
    END IF;
    EXECUTE format('SELECT max(v.layout) FROM %s.ledger_version AS v', ledger) INTO layout;
    publication := publication || jsonb_build_object('layout', layout, 'approved_by', approval->'approved_by', 'approved_at', approval->'approved_at');
    publication := publication || jsonb_build_object('hash', emgov_internal.publication_hash(publication));
    hash := publication->>'hash';

    -- the report says this already
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.report = $1 AND p.starts_on = $2 AND p.ends_on = $3 ORDER BY p.id DESC LIMIT 1', ledger)
       INTO present USING report, lower(period), upper(period);
    IF (SELECT bool_and(present->k IS NOT DISTINCT FROM publication->k) FROM unnest('{scope,base,figures_hash,text_hash,failed_checks,algorithm}'::text[]) AS k) THEN
        id := (present->>'id')::int;
        hash := present->>'hash';
        publication := NULL;
        figures := NULL;
    ELSE
        publication := jsonb_build_array(publication);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.publication_draft(regnamespace, text, daterange, timestamptz, boolean, text, boolean) IS
    'internal: what publishing writes, as JSON; the rows are NULL when the report says it already for the period';

-- The figures of a report that is to be published or approved, or an error that says why they cannot be.
CREATE FUNCTION emgov_internal.draft_figures(ledger regnamespace, publication int, r jsonb, period daterange, moment timestamptz, live boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    report text := r->>'code';
    figures jsonb := emgov_internal.publication_figures(ledger, publication, report, r->>'base', period, moment, live);
    problem text;
BEGIN
    IF figures = '[]' THEN
        RAISE EXCEPTION USING ERRCODE = 'no_data_found', MESSAGE = format('report "%s" has no figures', report),
            DETAIL = 'None of its paragraphs names one, and none is listed in report_figure.',
            HINT = format('INSERT INTO %s.report_paragraph, or list what it publishes in %s.report_figure.', ledger, ledger);
    END IF;
    SELECT string_agg(DISTINCT f->>'code', ', ') INTO problem FROM jsonb_array_elements(figures) AS f WHERE f->>'state' = 'failed';
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'data_exception',
            MESSAGE = format('figures that cannot be computed are not published: %s', problem),
            DETAIL = (SELECT string_agg(DISTINCT format('%s: %s', (f.figure).code, (f.figure).reason), E'\n')
                        FROM emgov_internal.report_figures(ledger, report, r->>'base', period, moment, false, live) AS f WHERE (f.figure).state = 'failed'),
            HINT = format('Correct their definitions, or leave them out of the report: UPDATE %s.report_paragraph SET active = false WHERE …', ledger);
    END IF;
    SELECT string_agg(DISTINCT f->>'code', ', ') INTO problem FROM jsonb_array_elements(figures) AS f WHERE f->>'scope' <> r->>'scope';
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('report "%s" is of scope %s, and these figures are not: %s', report, r->>'scope', problem);
    END IF;
    RETURN figures;
END
$$;
COMMENT ON FUNCTION emgov_internal.draft_figures(regnamespace, int, jsonb, daterange, timestamptz, boolean) IS
    'internal: the figures of a report (as report() gives it) as publishing writes them; an error when one cannot be computed, or is of another scope';

CREATE FUNCTION emgov_internal.publish_ledger(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL,
                                     allow_gaps boolean DEFAULT false, force_reason text DEFAULT NULL, OUT id int, OUT hash text)
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_publish_ledger';
COMMENT ON FUNCTION emgov_internal.publish_ledger(regnamespace, text, daterange, timestamptz, boolean, text) IS
    'freeze a report''s figures for a period as a publication, the current one from then on; gives its number and hash, the present one''s when it says the same. '
    'Refuses figures that cannot be computed; figures without all their data, unless allow_gaps; failed hard checks, unless force_reason says why all the same. '
    'Waits for those who are writing, for emgov.publish_timeout at most, and for nobody who begins later';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'publish(text, daterange, timestamptz, boolean, text, int, text)',
    '发布：给出编号与摘要 | freeze a report''s figures for a period; gives the publication''s number and its hash: keep that elsewhere', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.publish(report text, period daterange, as_of timestamptz DEFAULT NULL, allow_gaps boolean DEFAULT false, force_reason text DEFAULT NULL,
                                             INOUT id int DEFAULT NULL, INOUT hash text DEFAULT NULL)
LANGUAGE sql BEGIN ATOMIC
    SELECT p.id, p.hash FROM emgov_internal.publish_ledger('@ledger@'::regnamespace, $1, $2, $3, $4, $5) AS p;
END
$sql$);

