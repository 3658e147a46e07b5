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
    SELECT least(min(c.since), lower(sent)), least(greatest(max(c.through), upper(sent) - 1), today) INTO first, last FROM unnest(coverage) AS c WHERE c.since <= c.through;
    first := greatest(first, make_date(extract(year FROM today)::int - coalesce(years, 10) + 1, 1, 1));
    RETURN CASE WHEN first <= last THEN daterange(emgov.month_of(first), (emgov.month_of(last) + interval '1 month')::date) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_span(regnamespace, emgov_internal.figure_coverage[], text[]) IS
    'internal: the months that the report tables are of, for indicators with this coverage or that members sent; NULL where nothing is known';

-- of_codes: indicators, NULL: all.
CREATE FUNCTION emgov_internal.report_requests(ledger regnamespace, report jsonb, span daterange, of_codes text[]) RETURNS SETOF emgov_internal.report_request
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH need AS MATERIALIZED (
        SELECT n.* FROM emgov_internal.report_needs(ledger, report->>'code', ARRAY(SELECT emgov_internal.report_periods(report, span, emgov_internal.year_start(ledger))), NULL::timestamptz) AS n
         WHERE of_codes IS NULL OR n.code = ANY (of_codes)
    )
    SELECT NULL::daterange, 'area', n.code, m, n.comparator, n.asked_for, false FROM (SELECT DISTINCT x.code, x.comparator, x.asked_for FROM need AS x) AS n CROSS JOIN emgov.months(span) AS m
    UNION ALL
    SELECT n.period, b.by, n.code, daterange(n.starts_on, n.ends_on), n.comparator, n.asked_for, bool_or(n.need IS NOT NULL AND b.by IS NOT DISTINCT FROM n.by)
      FROM need AS n CROSS JOIN LATERAL (SELECT n.by WHERE n.need IS NOT NULL UNION SELECT 'area') AS b (by) GROUP BY 1, 2, 3, 4, 5, 6
$$;
COMMENT ON FUNCTION emgov_internal.report_requests(regnamespace, jsonb, daterange, text[]) IS
    'internal: the figures that the report tables are to hold of a report (as report() gives it) for some months, of some indicators (NULL: of all)';

CREATE FUNCTION emgov_internal.report_shape(ledger regnamespace, report jsonb, span daterange) RETURNS SETOF emgov_internal.report_request
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    SELECT NULL::daterange, 'area', NULL::text, m, NULL::text, NULL::text, false FROM emgov.months(span) AS m
    UNION
    SELECT p.period, b.by, NULL, emgov_internal.period_of(p.period, n.kind, (SELECT emgov_internal.year_start(ledger))), NULL, NULL, false
      FROM (SELECT DISTINCT x.kind, x.by, x.need IS NOT NULL AS is_text FROM emgov_internal.report_asks(ledger, report->>'code', NULL) AS x) AS n
     CROSS JOIN emgov_internal.report_periods(report, span, (SELECT emgov_internal.year_start(ledger))) AS p (period)
     CROSS JOIN LATERAL (SELECT n.by WHERE n.is_text UNION SELECT 'area') AS b (by)
$$;
COMMENT ON FUNCTION emgov_internal.report_shape(regnamespace, jsonb, daterange) IS
    'internal: for which periods, by what and for which days the report tables hold figures of a report (as report() gives it) for some months, whatever the indicator';

-- Which figures are wanted depends on this, and on nothing else.
CREATE FUNCTION emgov_internal.report_scope(ledger regnamespace, report jsonb, span daterange, indicators emgov_internal.indicator[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    scope text;
BEGIN
    EXECUTE format($sql$
        SELECT md5(concat_ws(' ', $1->>'code', $1->>'period_kind', $2, emgov_internal.year_start($3), (SELECT extversion FROM pg_extension WHERE extname = 'emgov'),
                             ARRAY(SELECT p.needs::text FROM ONLY %1$s.report_paragraph AS p WHERE p.report = $1->>'code' AND p.active ORDER BY 1),
                             ARRAY(SELECT concat_ws(' ', f.code, f.period, f.comparator) FROM ONLY %1$s.report_figure AS f WHERE f.report = $1->>'code' AND f.active ORDER BY 1),
                             ARRAY(SELECT concat_ws(' ', i.code, i.comparator) FROM unnest($4) AS i ORDER BY 1))) $sql$, ledger) INTO scope USING report, span, ledger, indicators;
    RETURN scope;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_scope(regnamespace, jsonb, daterange, emgov_internal.indicator[]) IS
    'internal: a hash of what tells which figures the report tables hold of a report (as report() gives it) for some months';

CREATE FUNCTION emgov_internal.report_held(ledger regnamespace, report text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held bigint;
BEGIN
    EXECUTE format('SELECT (SELECT count(*) FROM %1$I.figure_by_month AS t WHERE t.report = $1 AND t.place = 0) + (SELECT count(*) FROM %1$I.figure_by_period AS t WHERE t.report = $1 AND t.place = 0)
                         + (SELECT count(*) FROM %2$s.report_part AS t WHERE t.report = $1)', emgov_internal.tables_schema(ledger), emgov_internal.store(ledger)) INTO held USING report;
    RETURN held;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_held(regnamespace, text) IS 'internal: how many figures the report tables have of a report';

-- All that is split alike is computed together. Members are as they are at the end of a period, and in the figures by month at the end of the
-- month: where that makes a difference, what has the same members is computed together; and where the last days of these are not asked
-- for, a figure of them is asked for besides.
CREATE FUNCTION emgov_internal.make_requests(ledger regnamespace, report jsonb, shape emgov_internal.report_request[], changed emgov_internal.report_request[],
                                             coverage emgov_internal.figure_coverage[])
RETURNS SETOF emgov_internal.report_made
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    split text;
    part record;
    requests emgov_internal.figure_request[];
BEGIN
    FOR split IN SELECT DISTINCT c.by FROM unnest(changed) AS c ORDER BY c.by NULLS FIRST LOOP
        FOR part IN
            WITH unit AS MATERIALIZED (
                SELECT w.period, CASE WHEN w.period IS NULL THEN w.during END AS month, max(upper(w.during)) AS until FROM unnest(shape) AS w
                 WHERE w.by IS NOT DISTINCT FROM split GROUP BY 1, 2
            ), alike AS (
                SELECT s.day + 1 AS until, s.members, max(s.day + 1) OVER (PARTITION BY s.members) AS last
                  FROM emgov_internal.same_members(ledger, split, ARRAY(SELECT DISTINCT u.until - 1 FROM unit AS u)) AS s
            )
            SELECT array_agg(c) AS changed, array_agg(DISTINCT (c.code, c.during, c.asked_for)::emgov_internal.figure_request) AS requests, max(upper(c.during)) AS until, max(a.last) AS last
              FROM unit AS u JOIN alike AS a ON a.until = u.until
              JOIN unnest(changed) AS c ON c.period IS NOT DISTINCT FROM u.period AND (c.period IS NOT NULL OR c.during = u.month)
             WHERE c.by IS NOT DISTINCT FROM split GROUP BY a.members
        LOOP
            requests := part.requests;
            IF part.last > part.until AND 1 < (SELECT count(DISTINCT s.members) FROM emgov_internal.same_members(ledger, split, ARRAY[part.until - 1, part.last - 1]) AS s) THEN
                requests := requests || (SELECT (requests[1].code, w.during, requests[1].comparator)::emgov_internal.figure_request FROM unnest(shape) AS w
                                          WHERE w.by IS NOT DISTINCT FROM split AND upper(w.during) = part.last ORDER BY w.during LIMIT 1);
            END IF;
            RETURN QUERY
                SELECT c.period, c.by, c.comparator, f.place, f.figure
                  FROM (SELECT x.figure, (row_number() OVER (PARTITION BY (x.figure).code, (x.figure).starts_on, (x.figure).ends_on, (x.figure).comparator ORDER BY x.ordinality))::int - 1 AS place
                          FROM emgov_internal.figures(ledger, requests, NULL, report->>'base', split, report => report->>'code', lang => report->>'lang', known => coverage)
                               WITH ORDINALITY AS x) AS f
                  JOIN unnest(part.changed) AS c ON c.code = (f.figure).code AND c.during = daterange((f.figure).starts_on, (f.figure).ends_on) AND c.comparator = (f.figure).comparator;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.make_requests(regnamespace, jsonb, emgov_internal.report_request[], emgov_internal.report_request[], emgov_internal.figure_coverage[]) IS
    'internal: what the figures of a report (as report() gives it) that have changed come to now, with what is covered as it has been read; shape: see report_shape()';

-- As report_figures() gives them to a text, by the request that they answer: what templates ask of a figure (template_figure.c), and the version of
-- its definition, which they ask for names and manners; no more.
CREATE FUNCTION emgov_internal.made_for_text(lang text, made emgov_internal.report_made[], changed emgov_internal.report_request[])
RETURNS TABLE (period daterange, by text, code text, during daterange, comparator text, figures jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
    SELECT c.period, coalesce(c.by, ''), c.code, c.during, c.comparator,
           jsonb_agg(jsonb_build_object(
               'code', c.code, 'starts_on', (m.figure).starts_on, 'ends_on', (m.figure).ends_on, 'comparator', (m.figure).comparator, 'value', (m.figure).value, 'unit', (m.figure).unit,
               'words', (m.figure).words, 'phrase', (m.figure).phrase, 'state', (m.figure).state, 'base', (m.figure).base, 'base_name', (m.figure).base_name,
               'base_words', (m.figure).base_words, 'compared_with', (m.figure).compared_with, 'change', (m.figure).change, 'amount', (m.figure).amount, 'rate', (m.figure).rate,
               'change_mark', (m.figure).change_mark,
               'definition_version', (m.figure).definition_version, 'dimension', CASE num_nonnulls((m.figure).member, (m.figure).member2) WHEN 2 THEN c.by
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
    OUT defined jsonb, OUT same boolean, OUT wanted emgov_internal.report_request[], OUT changed emgov_internal.report_request[], OUT made emgov_internal.report_made[],
    OUT parts jsonb, OUT every daterange[], OUT texts jsonb, OUT state jsonb)
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
    anew boolean;
    shape emgov_internal.report_request[];
    sources emgov_internal.changed_source[];
    days emgov_internal.figure_request[];
    recount text[];
    hit text[];
    needs emgov_internal.report_need[];
    changes record;
    missing emgov_internal.report_request[];
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
    every := ARRAY(SELECT emgov_internal.report_periods(defined, span, emgov_internal.year_start(ledger)));
    state := jsonb_build_object(
        'scope', emgov_internal.report_scope(ledger, defined, span, indicators),
        'words', md5(concat_ws(' ', defined - 'known_from', ARRAY(SELECT b FROM emgov_internal.report_bodies(ledger, report, NULL) AS b),
                               emgov_internal.report_dimensions(ledger, defined->>'lang', NULL))),
        'coverage', to_jsonb(coverage),
        'marks', (SELECT coalesce(jsonb_agg(d.id), '[]') FROM emgov.dated_back AS d JOIN pg_class AS c ON c.oid = d.relation
                   WHERE c.relnamespace = ledger OR c.oid IN (SELECT t.relation FROM emgov_internal.source_tables(ledger) AS t)),
        'definitions', (SELECT coalesce(jsonb_object_agg(i.code, i.version), '{}') FROM unnest(indicators) AS i WHERE i.code = ANY (needed)));
    -- the tables hold what is wanted, neither more nor less: then only what has changed is looked at
    same := coalesce(NOT whole AND was->>'since' IS NOT NULL AND was->'scope' = state->'scope' AND emgov_internal.report_held(ledger, report) = (was->>'held')::bigint, false);
    IF NOT same THEN
        wanted := ARRAY(SELECT r FROM emgov_internal.report_requests(ledger, defined, span, ARRAY(SELECT i.code FROM unnest(indicators) AS i)) AS r);
        shape := ARRAY(SELECT s FROM emgov_internal.report_shape(ledger, defined, span) AS s);
    END IF;
    -- of areas, which months are split by, also at the end of the last month
    state := state || jsonb_build_object('splits', CASE WHEN same THEN was->'splits' ELSE (
        SELECT jsonb_agg(DISTINCT jsonb_build_object('by', d.by, 'until', d.until)) FROM (SELECT s.by, max(upper(s.during)) AS until FROM unnest(shape) AS s WHERE s.by IS NOT NULL GROUP BY s.by
            UNION SELECT s.by, max(upper(s.during)) FROM unnest(shape) AS s WHERE s.period IS NULL GROUP BY s.by) AS d) END);
    state := state || jsonb_build_object('frame', emgov_internal.report_frame(ledger, defined, state->'splits'));
    -- what was dated back since, in tables of the ledger or behind its figures, is not found by its date
    anew := whole OR was->>'since' IS NULL OR was->>'frame' IS DISTINCT FROM state->>'frame' OR NOT (was->'marks') @> (state->'marks');
    IF anew THEN
        wanted := coalesce(wanted, ARRAY(SELECT r FROM emgov_internal.report_requests(ledger, defined, span, ARRAY(SELECT i.code FROM unnest(indicators) AS i)) AS r));
        changed := wanted;
    ELSE
        sources := ARRAY(SELECT s FROM emgov_internal.changed_sources(ledger, counted, (was->>'since')::timestamptz, (was->>'until')::timestamptz) AS s);
        days := ARRAY(SELECT (c.code, d, NULL)::emgov_internal.figure_request FROM emgov_internal.changed_coverage(was->'coverage', coverage) AS c LEFT JOIN LATERAL unnest(c.days) AS d ON true);
        EXECUTE format('SELECT ARRAY(SELECT DISTINCT t.code FROM %I.figure_by_month AS t WHERE t.report = $1 AND t.state IN (''failed'', ''unversioned''))', emgov_internal.tables_schema(ledger))
           INTO recount USING report;
        recount := recount || ARRAY(SELECT c FROM emgov_internal.changed_indicators(ledger, indicators, (was->>'since')::timestamptz) AS c)
                           || ARRAY(SELECT d.code FROM unnest(days) AS d WHERE d.period IS NULL);
        hit := ARRAY(SELECT DISTINCT m.code FROM emgov_internal.made_of(indicators) AS m
                      WHERE m.part = ANY (recount || ARRAY(SELECT c FROM unnest(sources) AS s CROSS JOIN LATERAL unnest(s.codes) AS c) || ARRAY(SELECT d.code FROM unnest(days) AS d)));
        IF same THEN
            wanted := CASE WHEN hit <> '{}' THEN ARRAY(SELECT r FROM emgov_internal.report_requests(ledger, defined, span, hit) AS r) ELSE '{}' END;
        END IF;
        changed := ARRAY(SELECT w FROM unnest(wanted) AS w WHERE w.code = ANY (hit));
        needs := ARRAY(SELECT n FROM emgov_internal.report_needed(indicators, comparators, changed) AS n);
        SELECT array_agg((x.code, x.period, NULL)::emgov_internal.figure_request) FILTER (WHERE x.period IS NOT NULL) AS windows, array_agg(x.code) FILTER (WHERE x.period IS NULL) AS codes
          INTO changes FROM emgov_internal.changed_records(ledger, counted, sources, needs, (was->>'until')::timestamptz) AS x;
        changed := ARRAY(SELECT r FROM emgov_internal.changed_requests(indicators, changed, needs, recount || changes.codes, changes.windows, days) AS r);
        -- what the tables have not got yet
        IF NOT same THEN
            EXECUTE format($sql$
                SELECT ARRAY(SELECT w FROM unnest($2) AS w WHERE w.by = 'area' AND w.period IS NULL
                                AND NOT EXISTS (SELECT FROM %2$I.figure_by_month AS t
                                                 WHERE t.report = $1 AND t.place = 0 AND t.code = w.code AND t.comparator = w.comparator AND t.period_start = lower(w.during))
                             UNION ALL
                             SELECT w FROM unnest($2) AS w WHERE w.by = 'area' AND w.period IS NOT NULL
                                AND NOT EXISTS (SELECT FROM %2$I.figure_by_period AS t
                                                 WHERE t.report = $1 AND t.place = 0 AND t.period_start = lower(w.period) AND t.period_end = upper(w.period) - 1 AND t.code = w.code
                                                   AND t.comparator = w.comparator AND t.figure_start = lower(w.during) AND t.figure_end = upper(w.during) - 1)
                             UNION ALL
                             SELECT w FROM unnest($2) AS w WHERE w.is_text
                                AND NOT EXISTS (SELECT FROM %1$s.report_part AS t WHERE t.report = $1 AND t.period = w.period AND t.by = coalesce(w.by, '') AND t.code = w.code
                                                   AND t.comparator = w.comparator AND t.during = w.during)) $sql$, store, emgov_internal.tables_schema(ledger))
               INTO missing USING report, wanted;
            IF missing <> '{}' THEN
                changed := ARRAY(SELECT c FROM unnest(changed) AS c UNION SELECT m FROM unnest(missing) AS m);
            END IF;
        END IF;
    END IF;
    IF changed <> '{}' THEN
        shape := coalesce(shape, ARRAY(SELECT s FROM emgov_internal.report_shape(ledger, defined, span) AS s));
        made := ARRAY(SELECT m FROM emgov_internal.make_requests(ledger, defined, shape, changed, coverage) AS m);
    END IF;
    EXECUTE format($sql$
        SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM emgov_internal.made_for_text($2, $3, $4) AS t
         WHERE NOT EXISTS (SELECT FROM %s.report_part AS s WHERE s.report = $1 AND s.period = t.period AND s.by = t.by AND s.code = t.code AND s.during = t.during
                              AND s.comparator = t.comparator AND s.figures = t.figures) $sql$, store)
       INTO parts USING report, defined->>'lang', made, changed;
    -- paragraphs that need a figure that is another one; all of a period where what is said with them has changed, and where there is no text yet
    EXECUTE format($sql$
        WITH part AS MATERIALIZED (
            SELECT x.* FROM jsonb_to_recordset($2) AS x (period daterange, by text, code text, during daterange, comparator text, figures jsonb)
        ), paragraph AS MATERIALIZED (
            SELECT concat(p.section, '.', p.ordinal) AS place, p.needs FROM ONLY %1$s.report_paragraph AS p WHERE p.report = $3 AND p.active
        ), bare AS MATERIALIZED (
            SELECT e.period FROM unnest($1) AS e (period)
             WHERE $4 OR NOT EXISTS (SELECT FROM %3$I.report_text AS t WHERE t.report = $3 AND t.period_start = lower(e.period) AND t.period_end = upper(e.period) - 1)
        ), need AS MATERIALIZED (
            SELECT n.period, n.need, coalesce(n.by, '') AS by, n.code, daterange(n.starts_on, n.ends_on) AS during, n.comparator
              FROM emgov_internal.report_needs($5, $3, ARRAY(SELECT x.period FROM part AS x UNION SELECT x.period FROM bare AS x), NULL::timestamptz) AS n WHERE n.need IS NOT NULL
        ), touched AS MATERIALIZED (
            SELECT x.period, ARRAY(SELECT p.place FROM paragraph AS p) AS places FROM bare AS x
            UNION ALL
            SELECT n.period, array_agg(DISTINCT p.place)
              FROM need AS n JOIN part AS x ON x.period = n.period AND x.by = n.by AND x.code = n.code AND x.during = n.during AND x.comparator = n.comparator
              JOIN paragraph AS p ON n.need = ANY (p.needs)
             WHERE NOT EXISTS (SELECT FROM bare AS a WHERE a.period = n.period) GROUP BY n.period
        ), asked AS MATERIALIZED (
            SELECT DISTINCT n.period, n.by, n.code, n.during, n.comparator
              FROM touched AS t JOIN paragraph AS p ON p.place = ANY (t.places) JOIN need AS n ON n.period = t.period AND n.need = ANY (p.needs)
        ), known AS MATERIALIZED (
            SELECT x.period, x.by, x.figures FROM part AS x JOIN asked AS a ON a.period = x.period AND a.by = x.by AND a.code = x.code AND a.during = x.during AND a.comparator = x.comparator
            UNION ALL
            SELECT s.period, s.by, s.figures FROM asked AS a JOIN %2$s.report_part AS s
                ON s.report = $3 AND s.period = a.period AND s.by = a.by AND s.code = a.code AND s.during = a.during AND s.comparator = a.comparator
             WHERE NOT EXISTS (SELECT FROM part AS x WHERE x.period = s.period AND x.by = s.by AND x.code = s.code AND x.during = s.during AND x.comparator = s.comparator)
        ), one AS (
            SELECT DISTINCT ON (k.period, f->>'code', f->>'starts_on', f->>'ends_on', f->>'comparator', f->>'dimension', f->>'member', f->>'member2') k.period, f AS figure
              FROM known AS k CROSS JOIN LATERAL jsonb_array_elements(k.figures) AS f
             ORDER BY k.period, f->>'code', f->>'starts_on', f->>'ends_on', f->>'comparator', f->>'dimension', f->>'member', f->>'member2', k.by, (f->>'place')::int
        )
        SELECT coalesce(jsonb_agg(jsonb_build_object('period', t.period, 'section', b.section, 'ordinal', b.ordinal, 'heading', emgov_internal.template_fill(b.heading, c.context),
                                                     'body', nullif(emgov_internal.template_fill(b.body, c.context), ''))), '[]')
          FROM (SELECT array_agg(u.period) AS periods, array_agg(coalesce(f.figures, '[]')) AS figures
                  FROM touched AS u LEFT JOIN (SELECT o.period, jsonb_agg(o.figure) AS figures FROM one AS o GROUP BY o.period) AS f ON f.period = u.period) AS a
         CROSS JOIN LATERAL emgov_internal.report_contexts($5, $6, a.periods, NULL, a.figures) AS c
          JOIN touched AS t ON t.period = c.period
          JOIN emgov_internal.report_bodies($5, $3, NULL) AS b ON concat(b.section, '.', b.ordinal) = ANY (t.places) $sql$,
        ledger, store, emgov_internal.tables_schema(ledger))
       INTO texts USING every, parts, report, anew OR was->>'words' IS DISTINCT FROM state->>'words', ledger, defined;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_draft(regnamespace, text, boolean) IS
    'internal: what the report tables are to hold of a report: the figures that are wanted, those that may have changed (all, if the whole is asked for), what these come to, as paragraphs '
    'need them and as they have not been kept, all its periods, the paragraphs that need these (body NULL: there is none), and what must be known to bring the tables forward the next time';
