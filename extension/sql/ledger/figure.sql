-- ------------------------------------------------------------------ ledger: figures
-- A figure is an indicator for a period, as known at a moment. What indicators are counted
-- from is scanned in windows of time, each period and each base being one (figure_scan.sql);
-- what is derived from that, what is not known, and the words are made in figure.c, of rows
-- that are gathered here.

CREATE TYPE emgov_internal.ledger_figure AS (
    code text, name_zh text, value numeric, numerator numeric, denominator numeric,
    base numeric, change numeric, rate numeric, state text, p_value numeric,
    unit text, words text, phrase text, scope text, kind text, section int,
    base_kind text, definition_version int, source text,
    record_count bigint, record_checksum numeric, answered_by text, reason text, base_numerator numeric, base_denominator numeric,
    member text, member_name text, starts_on date, ends_on date, covered_days int, period_days int, coverage text, missing text[],
    comparator text, compared_with text, amount numeric, change_words text, change_mark text, base_name text, base_words text,
    member_name_en text, member2 text, member2_name text, member2_name_en text, name text);
COMMENT ON TYPE emgov_internal.ledger_figure IS
    'a row of figures(): an indicator with its value, what it is made of, its base and change, and its words; reason says why it is failed or undefined, or what is not known of it; '
    'member: of which member of a dimension, NULL: of all, empty text: of those that name none; member2: of a second one; missing: the members without data; '
    'comparator: what base and change are of, compared_with: in words; amount: the change as it is said; change_mark: what must be said behind it; '
    'name, unit and all words are in the language asked for';

CREATE TYPE emgov_internal.figure_request AS (code text, period daterange, comparator text);
COMMENT ON TYPE emgov_internal.figure_request IS 'internal: a figure that is asked for; comparator: what it is held against, NULL: its indicator''s own, or a year earlier';

CREATE TYPE emgov_internal.figure_made AS (figure emgov_internal.ledger_figure, exact numeric, base_exact numeric, counted daterange);
COMMENT ON TYPE emgov_internal.figure_made IS
    'internal: a figure; its value and its base before they are rounded, to sixty places where they do not end; '
    'and the days that were counted, where it is counted from a source or was sent';

CREATE TYPE emgov_internal.figure_sent AS (code text, starts_on date, ends_on date, place int, member text, value numeric, reason text);
COMMENT ON TYPE emgov_internal.figure_sent IS 'internal: what a member sent for an indicator in a window, or why that says nothing; place: of the dimension that is asked for, else 0';

CREATE TYPE emgov_internal.figure_base AS (code text, starts_on date, ends_on date, member text, value numeric, lacks text);
COMMENT ON TYPE emgov_internal.figure_base IS 'internal: what an indicator came to in a window, as it was published; lacks: what it did not have of it, NULL: nothing';

CREATE FUNCTION emgov_internal.check_period(period daterange) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF period IS NULL OR isempty(period) OR lower_inf(period) OR upper_inf(period) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('a figure needs a period with a beginning and an end, not %s', coalesce(period::text, 'NULL')),
            HINT = 'Write emgov.year(2024), emgov.ytd(''2024-12-19'') or daterange(''2024-01-01'', ''2024-07-01'').';
    ELSIF lower(period) < date '0001-01-01' OR NOT isfinite(upper(period)) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format(CASE WHEN isfinite(upper(period)) THEN 'a figure is of no period before the year 1: %s' ELSE 'a figure is of no period without an end: %s' END, period),
            HINT = 'Periods have a first and a last day, from the year 1 on.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_period(daterange) IS 'internal: an error unless the period is bounded, not empty, and not before the year 1';

CREATE FUNCTION emgov_internal.check_amount(value numeric) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value > '-Infinity' AND value < 'Infinity' AND (abs(value) >= 1e18 OR scale(trim_scale(value)) > 6) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = 'a value has at most 18 digits before the point and 6 after it',
            DETAIL = format('This has %s and %s.', length(trunc(abs(value))::text), scale(trim_scale(value))),
            HINT = 'Choose a greater or a smaller unit, or round it.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_amount(numeric) IS 'internal: an error for a value that is entered with more digits than any that is real; what is no number is the table''s to refuse';

CREATE FUNCTION emgov_internal.figure_needs(indicators emgov_internal.indicator[], comparators emgov_internal.comparator[],
    requests emgov_internal.figure_request[]) RETURNS SETOF emgov_internal.figure_request
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'emgov_figure_needs';
COMMENT ON FUNCTION emgov_internal.figure_needs(emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.figure_request[]) IS
    'internal: what must be counted, sent or read from a series for some figures and their bases: indicators and windows, each once';

CREATE FUNCTION emgov_internal.figure_bases(indicators emgov_internal.indicator[], comparators emgov_internal.comparator[],
    requests emgov_internal.figure_request[]) RETURNS SETOF emgov_internal.figure_request
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'emgov_figure_bases';
COMMENT ON FUNCTION emgov_internal.figure_bases(emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.figure_request[]) IS
    'internal: what some figures are held against: the windows of each one''s base, with the comparator; none where a comparator has no base for its period';

CREATE FUNCTION emgov_internal.make_figures(indicators emgov_internal.indicator[], comparators emgov_internal.comparator[], requests emgov_internal.figure_request[],
    parts emgov_internal.figure_parts[], sent emgov_internal.figure_sent[],
                                    coverage emgov_internal.figure_coverage[], needed emgov_internal.figure_member[], given emgov_internal.figure_base[],
                                        regimes emgov_internal.figure_regimes[], base text,
                                    splits emgov_internal.figure_split[], names emgov_internal.figure_name[], lang text)
RETURNS SETOF emgov_internal.figure_made
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'emgov_make_figures';
COMMENT ON FUNCTION emgov_internal.make_figures(emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.figure_request[], emgov_internal.figure_parts[],
    emgov_internal.figure_sent[], emgov_internal.figure_coverage[],
                                        emgov_internal.figure_member[], emgov_internal.figure_base[], emgov_internal.figure_regimes[], text, emgov_internal.figure_split[],
                                            emgov_internal.figure_name[], text) IS
    'internal: figures in the order of the requests, the total before the members of the dimensions that they are split by, from all that is known of what their indicators are made of; '
    'lang: of their words, zh or en';

-- A series is a table's own: a value for exactly this period, of this area and unit. Two that
-- fit are a mistake, and not for anybody here to choose from. That of the whole is of the city,
-- or of the province where there are several cities.
-- An area that others became has a value if each of them that there was has one in one unit: their sum. One that there was not yet, and that has a
-- value of its own, has that of all that became it.
CREATE FUNCTION emgov_internal.series_parts(ledger regnamespace, rates emgov_internal.indicator[], needs emgov_internal.figure_request[], as_of timestamptz,
    area_place int, day date) RETURNS SETOF emgov_internal.figure_parts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH given AS MATERIALIZED (
            SELECT r.code, r.series_code, s.starts_on, s.ends_on, m.member, CASE count(*) WHEN 1 THEN min(s.value) END AS value, min(s.unit) AS unit,
                   CASE WHEN count(*) > 1 THEN format('%%s values of series "%%s" fit: %%s', count(*), r.series_code,
                       string_agg(format('%%s %%s%%s', s.value, s.unit, ' of ' || s.area_code), ', ' ORDER BY s.area_code, s.unit, s.value)) END AS reason
              FROM unnest($1) AS r
              JOIN unnest($2) AS n ON n.code = r.code
              JOIN %s AS s ON s.code = r.series_code AND s.starts_on = lower(n.period) AND s.ends_on = upper(n.period) AND (r.series_unit IS NULL OR s.unit = r.series_unit)
              LEFT JOIN (SELECT x.code, x.kind = CASE WHEN bool_or(x.kind = 'province') OVER now AND count(*) FILTER (WHERE x.kind = 'city' AND x.valid_to IS NULL) OVER now > 1
                                                      THEN 'province' ELSE 'city' END AS is_whole FROM %s AS x WINDOW now AS ()) AS a ON a.code = s.area_code
             CROSS JOIN LATERAL (
                SELECT NULL::text AS member WHERE s.area_code = r.series_area OR r.series_area IS NULL AND (s.area_code IS NULL OR a.is_whole)
                UNION ALL SELECT s.area_code WHERE $4 IS NOT NULL AND s.area_code IS NOT NULL) AS m
             GROUP BY r.code, r.series_code, s.starts_on, s.ends_on, m.member
        ), became AS MATERIALIZED (
            SELECT b.* FROM emgov_internal.members_became($5, 'area', $6, $3) AS b WHERE $4 IS NOT NULL
        ), part AS MATERIALIZED (
            SELECT b.member, b.counts_as, b.became, d.in_force
              FROM (SELECT x.* FROM became AS x UNION ALL SELECT DISTINCT x.counts_as, x.counts_as, '{}'::text[] FROM became AS x) AS b
              JOIN emgov_internal.dimension_members($5, 'area', $3) AS d ON d.code = b.member
        ), known AS MATERIALIZED (
            SELECT w.*, x.member, x.became, g.value, g.unit, g.reason, x.in_force && daterange(w.starts_on, w.ends_on) AS there_was
              FROM (SELECT DISTINCT g.code, g.series_code, g.starts_on, g.ends_on, x.counts_as FROM given AS g JOIN part AS x ON x.member = g.member) AS w
              JOIN part AS x ON x.counts_as = w.counts_as
              LEFT JOIN given AS g ON g.code = w.code AND g.starts_on = w.starts_on AND g.ends_on = w.ends_on AND g.member = x.member
        ), made AS (
            SELECT g.code, g.starts_on, g.ends_on, g.member, g.value, g.reason FROM given AS g WHERE g.member IS NULL OR g.member NOT IN (SELECT x.member FROM part AS x)
            UNION ALL
            SELECT k.code, k.starts_on, k.ends_on, k.counts_as, CASE WHEN count(DISTINCT k.unit) = 1 AND min(k.reason) IS NULL THEN sum(k.value) END,
                   coalesce(min(k.reason), CASE WHEN count(DISTINCT k.unit) > 1 THEN format('values of series "%%s" that became that of "%%s" are in several units: %%s', k.series_code, k.counts_as,
                       string_agg(format('%%s %%s of %%s', k.value, k.unit, k.member), ', ' ORDER BY k.member)) END)
              FROM known AS k
             WHERE NOT EXISTS (SELECT FROM known AS o WHERE o.code = k.code AND o.starts_on = k.starts_on AND o.ends_on = k.ends_on AND o.member = ANY (k.became)
                                  AND o.value IS NOT NULL AND NOT o.there_was)
             GROUP BY k.code, k.series_code, k.starts_on, k.ends_on, k.counts_as HAVING bool_and(k.value IS NOT NULL OR k.reason IS NOT NULL OR NOT k.there_was)
        )
        SELECT m.code, m.starts_on, m.ends_on, CASE $4 WHEN 1 THEN m.member END, NULL::numeric, m.value, NULL::bigint, NULL::numeric, NULL::text, m.reason,
               CASE $4 WHEN 2 THEN m.member END, NULL::text
          FROM made AS m $sql$,
        CASE WHEN as_of IS NULL THEN format('%s.measure_series', ledger) ELSE format('%s.measure_series_as_of($3)', ledger) END,
        CASE WHEN as_of IS NULL THEN format('%s.area', ledger) ELSE format('%s.area_as_of($3)', ledger) END)
    USING rates, needs, as_of, area_place, ledger, day;
END
$$;
COMMENT ON FUNCTION emgov_internal.series_parts(regnamespace, emgov_internal.indicator[], emgov_internal.figure_request[], timestamptz, int, date) IS
    'internal: what rates are held against: the value of each one''s series in a window, and, if figures are split by area in a place, for each area, under what areas had become by a day '
    '(NULL: as they were); several that fit are a reason to fail';

-- Definitions name a source and its date by what they were called; units know what these are now.
CREATE FUNCTION emgov_internal.figure_coverage(ledger regnamespace, indicators emgov_internal.indicator[], as_of timestamptz) RETURNS SETOF emgov_internal.figure_coverage
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS 'MODULE_PATHNAME', 'emgov_figure_coverage' COST 1000 ROWS 100;
COMMENT ON FUNCTION emgov_internal.figure_coverage(regnamespace, emgov_internal.indicator[], timestamptz) IS
    'internal: the days that the sources of indicators cover, by area (NULL: all); of one that looks at a table in which nothing was entered, none, unless its source is declared';

CREATE FUNCTION emgov_internal.figures_of(ledger regnamespace, indicators emgov_internal.indicator[], comparators emgov_internal.comparator[], requests emgov_internal.figure_request[],
    parts emgov_internal.figure_parts[],
                                  as_of timestamptz, base text, splits emgov_internal.figure_split[], names emgov_internal.figure_name[], report text, coverage emgov_internal.figure_coverage[],
                                  lang text, day date)
RETURNS SETOF emgov_internal.figure_made
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    needs emgov_internal.figure_request[] := ARRAY(SELECT n FROM emgov_internal.figure_needs(indicators, comparators, requests) AS n);
    counted emgov_internal.indicator[];
    rates emgov_internal.indicator[];
    reported text[];
    windows daterange[] := ARRAY(SELECT DISTINCT n.period FROM unnest(needs) AS n);
    sent emgov_internal.figure_sent[] := '{}';
    needed emgov_internal.figure_member[] := '{}';
    members emgov_internal.figure_member[];
    given emgov_internal.figure_base[];
    regimes emgov_internal.figure_regimes[] := '{}';
    area_place int := (SELECT s.place FROM unnest(splits) AS s WHERE s.dimension = 'area' AND s.place > 0 LIMIT 1);
BEGIN
    SELECT array_agg(i) FILTER (WHERE i.kind NOT IN ('rate', 'reported')), array_agg(i) FILTER (WHERE i.kind = 'rate'), array_agg(i.code) FILTER (WHERE i.kind = 'reported')
      INTO counted, rates, reported
      FROM unnest(indicators) AS i WHERE i.code IN (SELECT n.code FROM unnest(needs) AS n);
    IF counted IS NOT NULL THEN
        regimes := ARRAY(SELECT x FROM emgov_internal.figure_regimes(ledger, counted, windows, as_of) AS x);
    END IF;
    IF rates IS NOT NULL THEN
        parts := parts || ARRAY(SELECT p FROM emgov_internal.series_parts(ledger, rates, needs, as_of, area_place, day) AS p);
    END IF;
    IF names <> '{}' THEN
        needed := ARRAY(SELECT emgov_internal.listed_members(windows, splits, names));
    END IF;
    IF reported IS NOT NULL THEN
        members := ARRAY(SELECT (r, m.starts_on, m.ends_on, coalesce((SELECT s.place FROM unnest(splits) AS s WHERE s.place > 0 AND s.reported_by = m.dimension LIMIT 1), 0),
                                 m.member, m.name_zh, m.name_en, m.open_days, m.open_alone, m.alone_in, m.all_in, m.all_days, m.is_mixed, m.is_cut)::emgov_internal.figure_member
                           FROM unnest(reported) AS r CROSS JOIN LATERAL emgov_internal.reported_members(ledger, r, windows, as_of, day) AS m);
        sent := ARRAY(SELECT (r, s.starts_on, s.ends_on, coalesce((SELECT m.place FROM unnest(members) AS m WHERE m.code = r LIMIT 1), 0), s.member, s.value, s.reason)::emgov_internal.figure_sent
                        FROM unnest(reported) AS r CROSS JOIN LATERAL emgov_internal.reported_parts(ledger, r,
                                 windows || ARRAY(SELECT x FROM unnest(members) AS m CROSS JOIN LATERAL unnest(ARRAY[m.all_in, CASE WHEN m.is_cut THEN m.alone_in END]) AS x
                                                   WHERE m.code = r AND x IS NOT NULL), as_of, day) AS s);
        needed := needed || members;
    END IF;
    IF base = 'first_published' THEN
        given := ARRAY(SELECT (v.key, lower(w.before), upper(w.before), NULL, (v.value->>'value')::numeric, v.value->>'lacks')::emgov_internal.figure_base
                         FROM (SELECT DISTINCT b.period AS before FROM emgov_internal.figure_bases(indicators, comparators, requests) AS b) AS w
                        CROSS JOIN LATERAL jsonb_each(emgov_internal.first_published(ledger, report, w.before, as_of)) AS v);
    ELSE
        given := ARRAY(SELECT (b.indicator, b.starts_on, b.ends_on, b.area_code, b.value, NULL)::emgov_internal.figure_base 
                         FROM emgov_internal.base_values_as_are(ledger, windows, day, as_of) AS b);
    END IF;
    RETURN QUERY SELECT * FROM emgov_internal.make_figures(indicators, comparators, requests, parts, sent, coverage, needed, given, regimes, base, splits, names, lang);
END
$$;
COMMENT ON FUNCTION emgov_internal.figures_of(regnamespace, emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.figure_request[], emgov_internal.figure_parts[],
    timestamptz, text, emgov_internal.figure_split[],
                                      emgov_internal.figure_name[], text, emgov_internal.figure_coverage[], text, date) IS
    'internal: the figures that are asked for, from what the indicators that they need came to in periods and bases, from what is known of their sources, and from all else that is known at a moment; '
    'day: what was sent or published of members counts for what they had become by then, NULL: as they were';

CREATE FUNCTION emgov_internal.figures(ledger regnamespace, requests emgov_internal.figure_request[], as_of timestamptz DEFAULT NULL, base text DEFAULT 'restated', by text DEFAULT NULL,
                               with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false, report text DEFAULT NULL, members text DEFAULT 'as_are',
                               lang text DEFAULT 'zh', known emgov_internal.figure_coverage[] DEFAULT NULL)
RETURNS SETOF emgov_internal.figure_made
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of, ARRAY(SELECT r.code FROM unnest(requests) AS r)) AS i);
    comparators emgov_internal.comparator[] := ARRAY(SELECT c FROM emgov_internal.comparators(ledger, as_of) AS c);
    needs emgov_internal.figure_request[] := ARRAY(SELECT n FROM emgov_internal.figure_needs(indicators, comparators, requests) AS n);
    counted emgov_internal.indicator[];
    coverage emgov_internal.figure_coverage[];
    parts emgov_internal.figure_parts[];
    names emgov_internal.figure_name[];
    splits emgov_internal.figure_split[];
    as_are emgov_internal.figure_name[];
    day date;
BEGIN
    IF base IS NULL OR base NOT IN ('restated', 'first_published') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no base %L', coalesce(base, 'NULL')),
            HINT = 'restated: last year as it is known now; first_published: as it was first published.';
    ELSIF members IS NULL OR members NOT IN ('as_are', 'as_were') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('members are not taken %L', coalesce(members, 'NULL')),
            HINT = 'as_are: what a member became since, by the end of the last period asked for, has its records; as_were: each member its own.';
    END IF;
    day := CASE members WHEN 'as_are' THEN (SELECT max(upper(r.period)) - 1 FROM unnest(requests) AS r) END;
    names := ARRAY(SELECT n FROM emgov_internal.member_names(ledger, by, day, as_of) AS n);
    counted := ARRAY(SELECT i FROM unnest(indicators) AS i WHERE i.source IS NOT NULL AND i.code IN (SELECT n.code FROM unnest(needs) AS n));
    coverage := coalesce(known, ARRAY(SELECT c FROM emgov_internal.figure_coverage(ledger, counted, as_of) AS c));
    splits := emgov_internal.splits(ledger, by, EXISTS (SELECT FROM unnest(coverage) AS c WHERE c.area_code IS NOT NULL), as_of);
    as_are := names || emgov_internal.covering_names(ledger, splits, day, as_of);
    coverage := emgov_internal.coverage_as_are(coverage, splits, as_are);
    parts := ARRAY(SELECT p FROM emgov_internal.counted_parts(ledger, indicators, counted, needs, coverage, splits, as_are, as_of, with_checksum, unversioned_now) AS p);
    RETURN QUERY SELECT * FROM emgov_internal.figures_of(ledger, indicators, comparators, requests, parts, as_of, base, splits, as_are, report, coverage, lang, day);
END
$$;
COMMENT ON FUNCTION emgov_internal.figures(regnamespace, emgov_internal.figure_request[], timestamptz, text, text, boolean, boolean, text, text, text,
    emgov_internal.figure_coverage[]) IS
    'internal: the figures that are asked for, of whatever periods, as known at a moment (NULL: now); each source is scanned once. base: restated or first_published (by the report); '
    'by: also for each member of one or two dimensions, as they are or as they were; with a checksum of the records; sources that keep no versions left out in the past, or as they are now; '
    'lang: of the words, zh or en; known: what their sources cover, where that has been read';

-- The codes that are asked for, all by default, in the order of the definitions.
CREATE FUNCTION emgov_internal.figure_requests(ledger regnamespace, codes text[], scope text, windows daterange[], as_of timestamptz,
    comparator text DEFAULT NULL) RETURNS emgov_internal.figure_request[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known text[];
    scopes text[];
    missing text;
BEGIN
    SELECT array_agg(i.code), array_agg(i.scope) INTO known, scopes FROM emgov_internal.active_codes(ledger, as_of) AS i;
    SELECT string_agg(format('"%s"', c), ', ') INTO missing FROM unnest(codes) AS c WHERE (c = ANY (known)) IS NOT TRUE;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no indicator %s', missing),
            DETAIL = 'A code is written as in its definition; one that is retired is none.',
            HINT = format('SELECT code, name_zh, active FROM %s.indicator;', ledger);
    END IF;
    IF comparator IS NOT NULL AND NOT EXISTS (SELECT FROM emgov_internal.comparators(ledger, as_of) AS c WHERE c.code = comparator) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no comparator "%s"', left(comparator, 60)),
            HINT = format('There are %s. SELECT code, words_zh, active FROM %s.comparator; one that is retired is none.',
                          (SELECT string_agg(c.code, ', ') FROM emgov_internal.comparators(ledger, as_of) AS c), ledger);
    END IF;
    RETURN ARRAY(SELECT (i.code, w, figure_requests.comparator)::emgov_internal.figure_request
                   FROM unnest(known, scopes) WITH ORDINALITY AS i (code, scope, ordinality)
                  CROSS JOIN unnest(windows) AS w
                  WHERE (codes IS NULL OR i.code = ANY (codes)) AND (figure_requests.scope IS NULL OR i.scope = figure_requests.scope)
                  ORDER BY i.ordinality, w);
END
$$;
COMMENT ON FUNCTION emgov_internal.figure_requests(regnamespace, text[], text, daterange[], timestamptz, text) IS
    'internal: requests for figures of some codes (NULL: all in force) and of one scope (NULL: all) in each window, against a comparator (NULL: each one''s own); an error for a code or comparator '
    'that there is not';

CREATE FUNCTION emgov_internal.ledger_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT 'restated',
                                     codes text[] DEFAULT NULL, by text DEFAULT NULL, report text DEFAULT NULL, with_checksum boolean DEFAULT false, comparator text DEFAULT NULL,
                                     members text DEFAULT 'as_are', lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.check_period(period);
    IF scope NOT IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no scope %L', scope),
            HINT = 'bureau, subordinate, city, district, province or national; NULL for all.';
    END IF;
    as_of := emgov_internal.known_moment(ledger, as_of);
    RETURN QUERY SELECT (m.figure).* FROM emgov_internal.figures(ledger, emgov_internal.figure_requests(ledger, codes, scope, ARRAY[period], as_of, comparator), as_of, base, by,
                                                               with_checksum, report => report, members => members, lang => emgov_internal.language(ledger, lang)) AS m;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_figures(regnamespace, daterange, timestamptz, text, text, text[], text, text, boolean, text, text, text) IS
    'figures of a ledger for a period, as known at a moment (NULL: now): of one scope, of some codes (NULL: all); each against its own comparator or the one given, as known now or as first '
    'published (by the report named); by: a dimension, or two with a comma: the total, then a row a member, those without records too; members as_are: under what they became by the end of the '
    'period, as_were: as records '
    'have them; with a checksum of the records; lang: of name, unit and words, zh or en, NULL: the ledger''s. '
    'Errors: no such code, scope, base, comparator, dimension or language; a moment that is not over';

CREATE FUNCTION emgov_internal.ledger_figure_series(ledger regnamespace, codes text[], span daterange, step text DEFAULT 'month', as_of timestamptz DEFAULT NULL, by text DEFAULT NULL,
                                           comparator text DEFAULT NULL, members text DEFAULT 'as_are', lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    windows daterange[];
BEGIN
    PERFORM emgov_internal.check_period(span);
    IF step IS NULL OR step NOT IN ('month', 'quarter', 'year') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no step %L', coalesce(step, 'NULL')),
            HINT = 'month, quarter or year.';
    ELSIF upper(span) - lower(span) > 40000 THEN
        RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
            MESSAGE = format('a series of %s days is too long', upper(span) - lower(span)),
            DETAIL = 'It is of at most 40000 days.';
    END IF;
    as_of := emgov_internal.known_moment(ledger, as_of);
    windows := CASE step WHEN 'month' THEN ARRAY(SELECT emgov.months(span))
                         WHEN 'quarter' THEN ARRAY(SELECT emgov.quarters(span, emgov_internal.year_start(ledger)))
                         ELSE ARRAY(SELECT emgov.years(span, emgov_internal.year_start(ledger))) END;
    RETURN QUERY SELECT (m.figure).* FROM emgov_internal.figures(ledger, emgov_internal.figure_requests(ledger, codes, NULL, windows, as_of, comparator), as_of, 'restated', by,
                                                         members => members, lang => emgov_internal.language(ledger, lang)) AS m;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_figure_series(regnamespace, text[], daterange, text, timestamptz, text, text, text, text) IS
    'figures of a ledger for each month, quarter or year of a span, as far as it lies within, each against its own comparator or the one given, in one pass over each '
    'source: by code (NULL: all), then by time; '
    'by: the total, then a row a member of a dimension, or of two; members as_are: as they are at the end of the span; lang: of name, unit and words, zh or en, NULL: the ledger''s';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'figures(daterange, timestamptz, text, text, text[], text, text, text, text, text)',
    '指标：数值、分子分母、基数、增减、可比状态、p 值与表述；by 为分项（区域、类别等）；comparator 为比较口径；'
    'members 为 as_are 时按现行成员可比口径 | '
    'indicators (codes; NULL: all) with value, numerator, denominator, base, change, rate, state, p-value and words, as '
    'known at a moment (NULL: now); base: restated or first_published, by the report named; by: a dimension, or two; comparator: '
    'NULL: each one''s own; members: as_are, as_were; lang: zh, en, NULL: the ledger''s', $sql$
CREATE OR REPLACE FUNCTION @ledger@.figures(period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT 'restated',
                                            codes text[] DEFAULT NULL, by text DEFAULT NULL, report text DEFAULT NULL, comparator text DEFAULT NULL,
                                            members text DEFAULT 'as_are', lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_figures('@ledger@'::regnamespace, $1, $2, $3, $4, $5, $6, $7, comparator => $8, members => $9, lang => $10);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'figure_series(text[], daterange, text, timestamptz, text, text, text, text)',
    '指标序列：逐月、逐季、逐年 | indicators (NULL: all) for each month, quarter or year of a span; by: a dimension, or two; '
    'comparator: NULL: each one''s own; members: as_are, as_were; lang: zh, en, NULL: the ledger''s', $sql$
CREATE OR REPLACE FUNCTION @ledger@.figure_series(codes text[], span daterange, step text DEFAULT 'month', as_of timestamptz DEFAULT NULL, by text DEFAULT NULL,
                                                  comparator text DEFAULT NULL, members text DEFAULT 'as_are', lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_figure_series('@ledger@'::regnamespace, $1, $2, $3, $4, $5, $6, $7, $8);
END
$sql$);
