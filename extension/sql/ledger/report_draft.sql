-- ------------------------------------------------------------------ ledger: what the report tables are to hold
-- The figures that a report needs, of each month and of each of its periods, and its text: what is wanted, what of it has
-- changed since the tables were made, and what that comes to now. All of it is read with one snapshot, by functions that write nothing.

CREATE TYPE emgov_internal.report_made AS (period daterange, by text, comparator text, place int, figure emgov_internal.ledger_figure);
COMMENT ON TYPE emgov_internal.report_made IS 'internal: a figure of the report tables, see report_request; place: 0 of the whole, then the members in their order';

CREATE FUNCTION emgov_internal.report_periods(report jsonb, span daterange, year_start text) RETURNS SETOF daterange
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT emgov_internal.period_of(m, CASE report->>'period_kind' WHEN 'any' THEN 'year' ELSE report->>'period_kind' END, year_start) FROM emgov.months(span) AS m ORDER BY 1
$$;
COMMENT ON FUNCTION emgov_internal.report_periods(jsonb, daterange, text) IS
    'internal: the periods that a report (as report() gives it) is of within some months: of one that is made for any, the years; of one up to a day, each up to the end of a month';

-- From the first month that anything the report counts is known of, to the last; no more years than the ledger's settings say.
CREATE FUNCTION emgov_internal.report_span(ledger regnamespace, coverage emgov_internal.figure_coverage[], codes text[]) RETURNS daterange
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := emgov_internal.day(ledger, NULL);
    sent daterange;
    first date;
    last date;
    years int;
BEGIN
    EXECUTE format('SELECT daterange(min(r.starts_on), max(r.ends_on)) FROM ONLY %s.reported AS r WHERE r.indicator = ANY ($1) AND r.status = ''valid''', ledger) INTO sent USING codes;
    EXECUTE format('SELECT s.report_years FROM ONLY %s.ledger_setting AS s', ledger) INTO years;
    SELECT least(min(c.since), lower(sent)), least(greatest(max(c.through), upper(sent) - 1), today) INTO first, last FROM unnest(coverage) AS c;
    first := greatest(first, make_date(extract(year FROM today)::int - coalesce(years, 10) + 1, 1, 1));
    RETURN CASE WHEN first <= last THEN daterange(emgov.month_of(first), (emgov.month_of(last) + interval '1 month')::date) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_span(regnamespace, emgov_internal.figure_coverage[], text[]) IS
    'internal: the months that the report tables are of, for indicators with this coverage or that members sent; NULL where nothing is known';

CREATE FUNCTION emgov_internal.report_requests(ledger regnamespace, report jsonb, span daterange) RETURNS SETOF emgov_internal.report_request
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH need AS MATERIALIZED (
        SELECT n.* FROM emgov_internal.report_needs(ledger, report->>'code', ARRAY(SELECT emgov_internal.report_periods(report, span, emgov_internal.year_start(ledger))), NULL::timestamptz) AS n
    )
    SELECT NULL::daterange, 'area', n.code, m, n.comparator, n.asked_for, false FROM (SELECT DISTINCT x.code, x.comparator, x.asked_for FROM need AS x) AS n CROSS JOIN emgov.months(span) AS m
    UNION ALL
    SELECT n.period, b.by, n.code, daterange(n.starts_on, n.ends_on), n.comparator, n.asked_for, bool_or(n.need IS NOT NULL AND b.by IS NOT DISTINCT FROM n.by)
      FROM need AS n CROSS JOIN LATERAL (SELECT n.by WHERE n.need IS NOT NULL UNION SELECT 'area') AS b (by) GROUP BY 1, 2, 3, 4, 5, 6
$$;
COMMENT ON FUNCTION emgov_internal.report_requests(regnamespace, jsonb, daterange) IS 'internal: the figures that the report tables are to hold of a report (as report() gives it) for some months';

-- All that is split alike is computed together. Members are as they are at the end of a period, and in the figures by month as they are at the
-- end of the last month: where that makes a difference each period is computed by itself, and where the last days are not asked for, a figure
-- of these is asked for besides.
CREATE FUNCTION emgov_internal.make_requests(ledger regnamespace, report jsonb, wanted emgov_internal.report_request[], changed emgov_internal.report_request[],
                                             coverage emgov_internal.figure_coverage[])
RETURNS SETOF emgov_internal.report_made
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    way record;
    part record;
    last daterange;
    requests emgov_internal.figure_request[];
BEGIN
    FOR way IN
        SELECT h.split, h.split IS NULL OR NOT EXISTS (SELECT emgov_internal.member_names(ledger, h.split, min(h.until) - 1, NULL)
                                                       EXCEPT SELECT emgov_internal.member_names(ledger, h.split, max(h.until) - 1, NULL)) AS is_one
          FROM (SELECT w.by AS split, max(upper(w.during)) AS until FROM unnest(wanted) AS w GROUP BY w.period, w.by) AS h
         WHERE EXISTS (SELECT FROM unnest(changed) AS c WHERE c.by IS NOT DISTINCT FROM h.split) GROUP BY h.split ORDER BY h.split NULLS FIRST
    LOOP
        FOR part IN
            SELECT CASE WHEN NOT way.is_one THEN c.period END AS period,
                   array_agg(DISTINCT (c.code, c.during, c.asked_for)::emgov_internal.figure_request) AS requests, max(upper(c.during)) AS until
              FROM unnest(changed) AS c WHERE c.by IS NOT DISTINCT FROM way.split GROUP BY 1
        LOOP
            requests := part.requests;
            SELECT w.during INTO last FROM unnest(wanted) AS w
             WHERE w.by IS NOT DISTINCT FROM way.split AND (way.is_one OR w.period IS NOT DISTINCT FROM part.period) ORDER BY upper(w.during) DESC, w.during LIMIT 1;
            IF way.split IS NOT NULL AND upper(last) > part.until AND EXISTS (SELECT emgov_internal.member_names(ledger, way.split, upper(last) - 1, NULL)
                                                                              EXCEPT SELECT emgov_internal.member_names(ledger, way.split, part.until - 1, NULL)) THEN
                requests := requests || (requests[1].code, last, requests[1].comparator)::emgov_internal.figure_request;
            END IF;
            RETURN QUERY
                SELECT c.period, c.by, c.comparator, f.place, f.figure
                  FROM (SELECT x.figure, (row_number() OVER (PARTITION BY (x.figure).code, (x.figure).starts_on, (x.figure).ends_on, (x.figure).comparator ORDER BY x.ordinality))::int - 1 AS place
                          FROM emgov_internal.figures(ledger, requests, NULL, report->>'base', way.split, report => report->>'code', lang => report->>'lang', known => coverage)
                               WITH ORDINALITY AS x) AS f
                  JOIN unnest(changed) AS c ON c.code = (f.figure).code AND c.during = daterange((f.figure).starts_on, (f.figure).ends_on) AND c.comparator = (f.figure).comparator
                   AND c.by IS NOT DISTINCT FROM way.split AND (way.is_one OR c.period IS NOT DISTINCT FROM part.period);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.make_requests(regnamespace, jsonb, emgov_internal.report_request[], emgov_internal.report_request[], emgov_internal.figure_coverage[]) IS
    'internal: what the figures that have changed, of all that are wanted of a report (as report() gives it), come to now, with what is covered as it has been read';

-- As report_figures() gives them to a text, by the request that they answer.
CREATE FUNCTION emgov_internal.made_for_text(lang text, made emgov_internal.report_made[], changed emgov_internal.report_request[])
RETURNS TABLE (period daterange, by text, code text, during daterange, comparator text, figures jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
    SELECT c.period, coalesce(c.by, ''), c.code, c.during, c.comparator,
           jsonb_agg(to_jsonb(m.figure) || jsonb_build_object(
               'dimension', CASE num_nonnulls((m.figure).member, (m.figure).member2) WHEN 2 THEN c.by
                                 WHEN 1 THEN split_part(c.by, ',', CASE WHEN (m.figure).member IS NULL THEN 2 ELSE 1 END) END,
               'member', coalesce((m.figure).member, (m.figure).member2), 'member2', CASE WHEN (m.figure).member IS NOT NULL THEN (m.figure).member2 END,
               'member_name', CASE WHEN (m.figure).member IS NULL THEN y.name2 ELSE y.name END, 'member2_name', CASE WHEN (m.figure).member IS NOT NULL THEN y.name2 END,
               'place', m.place) ORDER BY m.place)
      FROM unnest(changed) AS c
      JOIN (SELECT u.* FROM unnest(made) AS u) AS m ON m.period = c.period AND coalesce(m.by, '') = coalesce(c.by, '') AND (m.figure).code = c.code AND m.comparator = c.comparator
       AND (m.figure).starts_on = lower(c.during) AND (m.figure).ends_on = upper(c.during)
     CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN lang = 'en' THEN (m.figure).member_name_en END, (m.figure).member_name) AS name,
                                coalesce(CASE WHEN lang = 'en' THEN (m.figure).member2_name_en END, (m.figure).member2_name) AS name2) AS y
     WHERE c.is_text GROUP BY 1, 2, 3, 4, 5
$$;
COMMENT ON FUNCTION emgov_internal.made_for_text(text, emgov_internal.report_made[], emgov_internal.report_request[]) IS
    'internal: figures that paragraphs need, an array of objects a request, as report_text() takes them; member names in a language';

CREATE FUNCTION emgov_internal.report_draft(ledger regnamespace, report text, whole boolean,
    OUT defined jsonb, OUT wanted emgov_internal.report_request[], OUT changed emgov_internal.report_request[], OUT made emgov_internal.report_made[],
    OUT parts jsonb, OUT every daterange[], OUT periods daterange[], OUT texts jsonb, OUT state jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, NULL) AS i);
    comparators emgov_internal.comparator[] := ARRAY(SELECT c FROM emgov_internal.comparators(ledger, NULL) AS c);
    codes text[] := emgov_internal.codes_of_report(ledger, report);
    needed text[];
    coverage emgov_internal.figure_coverage[];
    counted emgov_internal.indicator[];
    span daterange;
    was jsonb;
    there emgov_internal.report_request[];
    recount text[];
    needs emgov_internal.report_need[];
    changes record;
BEGIN
    defined := emgov_internal.report_row(ledger, report, NULL);
    IF defined IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no report %s', coalesce(format('"%s"', report), 'without a code')),
            HINT = format('SELECT code, title_zh FROM %s.report; INSERT INTO that table makes one.', ledger);
    END IF;
    EXECUTE format('SELECT to_jsonb(s) FROM %s.report_state AS s WHERE s.report = $1', store) INTO was USING report;
    needed := ARRAY(SELECT DISTINCT m.part FROM emgov_internal.made_of(indicators) AS m WHERE m.code = ANY (codes));
    counted := ARRAY(SELECT i FROM unnest(indicators) AS i WHERE i.source IS NOT NULL AND i.code = ANY (needed));
    coverage := ARRAY(SELECT c FROM emgov_internal.figure_coverage(ledger, counted, NULL) AS c);
    span := emgov_internal.report_span(ledger, coverage, needed);
    wanted := ARRAY(SELECT r FROM emgov_internal.report_requests(ledger, defined, span) AS r WHERE r.code IN (SELECT i.code FROM unnest(indicators) AS i));
    every := ARRAY(SELECT emgov_internal.report_periods(defined, span, emgov_internal.year_start(ledger)));
    state := jsonb_build_object(
        'frame', emgov_internal.report_frame(ledger, defined, wanted),
        'words', md5(concat_ws(' ', defined - 'known_from', ARRAY(SELECT b FROM emgov_internal.report_bodies(ledger, report, NULL) AS b),
                               emgov_internal.report_dimensions(ledger, defined->>'lang', NULL))),
        'coverage', to_jsonb(coverage),
        'marks', (SELECT coalesce(jsonb_agg(d.id), '[]') FROM emgov.dated_back AS d),
        'definitions', (SELECT coalesce(jsonb_object_agg(i.code, i.version), '{}') FROM unnest(indicators) AS i WHERE i.code = ANY (needed)));
    -- what was dated back since, in tables of the ledger or behind its figures, is not found by its date
    IF whole OR was->>'since' IS NULL OR was->>'frame' IS DISTINCT FROM state->>'frame'
       OR NOT (was->'marks') @> (state->'marks')
          AND EXISTS (SELECT FROM emgov.dated_back AS d JOIN pg_class AS c ON c.oid = d.relation WHERE NOT (was->'marks') @> to_jsonb(d.id)
                         AND (c.relnamespace = ledger OR c.oid IN (SELECT t.relation FROM emgov_internal.source_tables(ledger) AS t))) THEN
        changed := wanted;
    ELSE
        -- what the tables have already
        EXECUTE format($sql$
            SELECT ARRAY(SELECT (NULL, 'area', t.code, daterange(t.period_start, (t.period_start + interval '1 month')::date), t.comparator, NULL, false)::emgov_internal.report_request
                           FROM %2$I.figure_by_month AS t WHERE t.report = $1 AND t.place = 0
                         UNION ALL
                         SELECT (daterange(t.period_start, t.period_end, '[]'), 'area', t.code, daterange(t.figure_start, t.figure_end, '[]'), t.comparator, NULL, false)::emgov_internal.report_request
                           FROM %2$I.figure_by_period AS t WHERE t.report = $1 AND t.place = 0
                         UNION ALL
                         SELECT (p.period, nullif(p.by, ''), p.code, p.during, p.comparator, NULL, true)::emgov_internal.report_request FROM %1$s.report_part AS p WHERE p.report = $1),
                   ARRAY(SELECT DISTINCT t.code FROM %2$I.figure_by_month AS t WHERE t.report = $1 AND t.state IN ('failed', 'unversioned')) $sql$,
            store, emgov_internal.tables_schema(ledger)) INTO there, recount USING report;
        needs := ARRAY(SELECT n FROM emgov_internal.report_needed(indicators, comparators, wanted) AS n);
        SELECT array_agg((x.code, x.period, NULL)::emgov_internal.figure_request) FILTER (WHERE x.period IS NOT NULL) AS windows, array_agg(x.code) FILTER (WHERE x.period IS NULL) AS codes
          INTO changes
          FROM emgov_internal.changed_records(ledger, counted, ARRAY(SELECT DISTINCT (n.code, n.period, NULL)::emgov_internal.figure_request FROM unnest(needs) AS n),
                                              (was->>'since')::timestamptz, (was->>'until')::timestamptz) AS x;
        recount := recount || changes.codes || ARRAY(SELECT c FROM emgov_internal.changed_indicators(ledger, indicators, (was->>'since')::timestamptz) AS c)
                           || ARRAY(SELECT c.code FROM emgov_internal.changed_coverage(was->'coverage', coverage) AS c WHERE c.days IS NULL);
        changed := ARRAY(
            SELECT (r.period, r.by, r.code, r.during, r.comparator, r.asked_for, r.is_text)::emgov_internal.report_request
              FROM emgov_internal.changed_requests(indicators, wanted, needs, recount, changes.windows,
                ARRAY(SELECT (c.code, d, NULL)::emgov_internal.figure_request FROM emgov_internal.changed_coverage(was->'coverage', coverage) AS c CROSS JOIN LATERAL unnest(c.days) AS d)) AS r
            UNION
            SELECT (w.period, w.by, w.code, w.during, w.comparator, w.asked_for, w.is_text)::emgov_internal.report_request FROM unnest(wanted) AS w
              LEFT JOIN (SELECT DISTINCT t.is_text, coalesce(t.period, 'empty') AS period, coalesce(t.by, '') AS by, t.code, t.during, t.comparator FROM unnest(there) AS t) AS f
                ON NOT f.is_text AND f.period = coalesce(w.period, 'empty') AND f.by = w.by AND f.code = w.code AND f.during = w.during AND f.comparator = w.comparator
              LEFT JOIN (SELECT DISTINCT t.is_text, t.period, coalesce(t.by, '') AS by, t.code, t.during, t.comparator FROM unnest(there) AS t) AS x
                ON x.is_text AND x.period = w.period AND x.by = coalesce(w.by, '') AND x.code = w.code AND x.during = w.during AND x.comparator = w.comparator
             WHERE w.by = 'area' AND f.code IS NULL OR w.is_text AND x.code IS NULL);
    END IF;
    made := ARRAY(SELECT m FROM emgov_internal.make_requests(ledger, defined, wanted, changed, coverage) AS m);
    parts := (SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM emgov_internal.made_for_text(defined->>'lang', made, changed) AS t);
    -- the texts of periods of which a figure, or what is said with them, has changed
    periods := ARRAY(SELECT p FROM unnest(every) AS p
                      WHERE whole OR was->>'since' IS NULL OR was->>'words' IS DISTINCT FROM state->>'words' OR EXISTS (SELECT FROM unnest(changed) AS c WHERE c.is_text AND c.period = p));
    EXECUTE format($sql$
        WITH known AS MATERIALIZED (
            SELECT f.period, f.by, f.figures FROM jsonb_to_recordset($2) AS f (period daterange, by text, figures jsonb) WHERE f.period = ANY ($1)
            UNION ALL
            SELECT s.period, s.by, s.figures FROM %s.report_part AS s
             WHERE s.report = $3 AND s.period = ANY ($1)
               AND EXISTS (SELECT FROM unnest($4) AS w WHERE w.is_text AND w.period = s.period AND coalesce(w.by, '') = s.by AND w.code = s.code AND w.during = s.during
                              AND w.comparator = s.comparator)
               AND NOT EXISTS (SELECT FROM unnest($5) AS c WHERE c.period = s.period AND coalesce(c.by, '') = s.by AND c.code = s.code AND c.during = s.during AND c.comparator = s.comparator)
        ), one AS (
            SELECT DISTINCT ON (k.period, f->>'code', f->>'starts_on', f->>'ends_on', f->>'comparator', f->>'dimension', f->>'member', f->>'member2') k.period, f AS figure
              FROM known AS k CROSS JOIN LATERAL jsonb_array_elements(k.figures) AS f
             ORDER BY k.period, f->>'code', f->>'starts_on', f->>'ends_on', f->>'comparator', f->>'dimension', f->>'member', f->>'member2', k.by, (f->>'place')::int
        )
        SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('period', p)), '[]')
          FROM unnest($1) AS p LEFT JOIN (SELECT o.period, jsonb_agg(o.figure) AS figures FROM one AS o GROUP BY o.period) AS f ON f.period = p
         CROSS JOIN LATERAL emgov_internal.report_text($6, $7, p, NULL, coalesce(f.figures, '[]')) AS t $sql$, store)
       INTO texts USING periods, parts, report, wanted, changed, ledger, defined;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_draft(regnamespace, text, boolean) IS
    'internal: what the report tables are to hold of a report: the figures that are wanted, those that may have changed (all, if the whole is asked for), what these come to, as paragraphs '
    'need them, all its periods, those whose text is made anew, their texts, and what must be known to bring the tables forward the next time';
