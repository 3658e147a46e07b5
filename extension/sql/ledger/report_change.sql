-- ------------------------------------------------------------------ ledger: which figures may have changed
-- The report tables are brought forward from one moment to another: only figures that something has
-- changed for are computed again. What has changed is found from the versions: of the records of each source those that were
-- written since, then and now, and the windows of time in which they count; of definitions and of what members
-- sent, the indicators; of coverage, the days. Where it cannot be told, all of an indicator has changed.
--
-- What was written is known by two moments. Up to the first, `since`, all had been committed when the tables were
-- last made; what is dated after the second, `until`, was not in them. In between there is, as a rule, nothing; where there is,
-- whether the tables have it cannot be told, and all of that source has changed.

-- period: of the report, NULL: of a single month; by: see figures(); during: its own days; comparator: what it is held against, asked_for: the same unless it
-- is the indicator's own; is_text: a paragraph needs it so.
CREATE TYPE emgov_internal.report_request AS (period daterange, by text, code text, during daterange, comparator text, asked_for text, is_text boolean);
COMMENT ON TYPE emgov_internal.report_request IS 'internal: a figure that the report tables hold, of the whole and of the members of dimensions';

CREATE TYPE emgov_internal.report_need AS (during daterange, code text, period daterange);
COMMENT ON TYPE emgov_internal.report_need IS 'internal: a figure of some days needs that an indicator be counted in a period, its own days or those of a base';

CREATE FUNCTION emgov_internal.settled() RETURNS timestamptz
LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'emgov_settled';
COMMENT ON FUNCTION emgov_internal.settled() IS
    'internal: a moment up to which all that kept tables have is committed: now, or when the oldest transaction that is writing to one began; waits for nobody';

-- The indicators that each one is made of, itself too.
CREATE FUNCTION emgov_internal.made_of(indicators emgov_internal.indicator[]) RETURNS TABLE (code text, part text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 200
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH RECURSIVE made_of (code, part) AS (
        SELECT i.code, i.code FROM unnest(indicators) AS i
        UNION
        SELECT m.code, p.code FROM made_of AS m JOIN unnest(indicators) AS i ON i.code = m.part
         CROSS JOIN LATERAL (SELECT unnest(ARRAY[i.of_code, i.by_code]) AS code UNION ALL SELECT ltrim(o, '-') FROM unnest(i.of_codes) AS o) AS p WHERE p.code IS NOT NULL
    )
    SELECT m.code, m.part FROM made_of AS m;
END
$$;
COMMENT ON FUNCTION emgov_internal.made_of(emgov_internal.indicator[]) IS 'internal: what indicators are derived from, step by step; each also of itself';

-- In which windows do records of these keys count, as they were and as they are? Dates decide; whether a record meets the
-- other conditions of an indicator is not asked, for it may have met them at one of the two moments.
CREATE FUNCTION emgov_internal.windows_of_keys(ledger regnamespace, relation regclass, definitions emgov_internal.indicator[], keys text[], windows daterange[], moment_then timestamptz)
RETURNS TABLE (code text, period daterange)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET jit = off
AS $$
DECLARE
    conditions text;
    queries text[];
BEGIN
    SELECT string_agg(format('(%L, (%s))', i.code, p.dates), ', ') INTO conditions
      FROM unnest(definitions) AS i CROSS JOIN LATERAL emgov_internal.indicator_parts(ledger, i, 'lower(emgov_window.period)', 'upper(emgov_window.period)') AS p;
    SELECT array_agg(format($sql$
        SELECT DISTINCT c.code::text, emgov_window.period
          FROM (SELECT emgov_record FROM %s) AS r CROSS JOIN unnest($1) AS emgov_window (period) CROSS JOIN LATERAL (VALUES %s) AS c (code, counts) WHERE c.counts $sql$,
        s, conditions)) INTO queries FROM unnest(emgov_internal.keyed_sources(relation, '$2', '$3', keys)) AS s;
    RETURN QUERY SELECT c.* FROM unnest(ARRAY[moment_then, 'infinity']) AS moment CROSS JOIN LATERAL emgov_internal.kept_query(queries, windows, moment, keys) AS c (code text, period daterange);
END
$$;
COMMENT ON FUNCTION emgov_internal.windows_of_keys(regnamespace, regclass, emgov_internal.indicator[], text[], daterange[], timestamptz) IS
    'internal: the windows in which records of a source with these keys may count for indicators, by their dates as known at a moment, and now';

-- A version that was replaced later began before: it is the moments themselves that must lie in between.
CREATE FUNCTION emgov_internal.dated_between(relation regclass, since timestamptz, until timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept regclass;
    found boolean;
BEGIN
    FOR kept IN SELECT b FROM emgov_internal.tables_behind(relation) AS b WHERE emgov_internal.history_of(b) IS NOT NULL LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s AS t WHERE t.known_from > $1 AND t.known_from <= $2)
                            OR EXISTS (SELECT FROM ONLY %s AS t WHERE t.known_from > $1 AND t.known_from <= $2 OR t.known_to > $1 AND t.known_to <= $2)',
                       kept, emgov_internal.history_of(kept)) INTO found USING since, until;
        IF found THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN kept IS NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.dated_between(regclass, timestamptz, timestamptz) IS
    'internal: whether a version of a row behind a source began or ended after one moment and by another; true too where it cannot be told';

-- keys: of the records, NULL: any of them.
CREATE TYPE emgov_internal.changed_source AS (relation regclass, codes text[], keys text[]);
COMMENT ON TYPE emgov_internal.changed_source IS 'internal: a source of which records have changed, the indicators that are counted from it, the keys of the records; NULL: it cannot be told which';

CREATE FUNCTION emgov_internal.changed_sources(ledger regnamespace, counted emgov_internal.indicator[], since timestamptz, until timestamptz) RETURNS SETOF emgov_internal.changed_source
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source emgov_internal.changed_source;
    sources emgov_internal.changed_source[] := ARRAY(SELECT (r.relation, array_agg(i.code), NULL)::emgov_internal.changed_source
                                                       FROM unnest(counted) AS i LEFT JOIN emgov_internal.indicator_relations(ledger, counted) AS r ON r.code = i.code GROUP BY r.relation);
    unwritten CONSTANT regclass[] := emgov_internal.unwritten(ledger, ARRAY(SELECT s.relation FROM unnest(sources) AS s), since);
BEGIN
    FOREACH source IN ARRAY sources LOOP
        CONTINUE WHEN source.relation = ANY (unwritten);
        source.keys := CASE WHEN source.relation IS NOT NULL THEN emgov_internal.changed_keys(source.relation, since, 'infinity') END;
        CONTINUE WHEN source.keys = '{}';
        -- in between something was dated: the tables may have it or not
        IF cardinality(source.keys) > 5000 OR source.keys IS NOT NULL AND emgov_internal.dated_between(source.relation, since, until) THEN
            source.keys := NULL;
        END IF;
        RETURN NEXT source;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_sources(regnamespace, emgov_internal.indicator[], timestamptz, timestamptz) IS
    'internal: the sources of indicators that are counted from records of which something has changed. since: up to there all was counted, until: what is dated later was not';

-- period NULL: in every window.
CREATE FUNCTION emgov_internal.changed_records(ledger regnamespace, counted emgov_internal.indicator[], sources emgov_internal.changed_source[], needs emgov_internal.report_need[], until timestamptz)
RETURNS TABLE (code text, period daterange)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source emgov_internal.changed_source;
BEGIN
    FOREACH source IN ARRAY sources LOOP
        IF source.keys IS NULL THEN
            RETURN QUERY SELECT c, NULL::daterange FROM unnest(source.codes) AS c;
            CONTINUE;
        END IF;
        BEGIN
            RETURN QUERY SELECT w.code, w.period
                           FROM emgov_internal.windows_of_keys(ledger, source.relation, ARRAY(SELECT i FROM unnest(counted) AS i WHERE i.code = ANY (source.codes)), source.keys,
                                    ARRAY(SELECT DISTINCT n.period FROM unnest(needs) AS n WHERE n.code = ANY (source.codes)), until) AS w;
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            IF emgov_internal.ends_the_query(SQLSTATE) THEN
                RAISE;
            END IF;
            RETURN QUERY SELECT c, NULL::daterange FROM unnest(source.codes) AS c;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_records(regnamespace, emgov_internal.indicator[], emgov_internal.changed_source[], emgov_internal.report_need[], timestamptz) IS
    'internal: the windows, of those that are needed, in which indicators that are counted from records of these sources may come to something else than they did; period NULL: in all. '
    'until: the moment as of which the records were counted';

CREATE FUNCTION emgov_internal.changed_indicators(ledger regnamespace, indicators emgov_internal.indicator[], since timestamptz) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT v.code FROM %1$s.indicator_versions($1, NULL) AS v
        UNION SELECT v.indicator FROM %1$s.reported_versions($1, NULL) AS v
        UNION SELECT v.indicator FROM %1$s.base_value_versions($1, NULL) AS v
        UNION SELECT i.code FROM %1$s.measure_series_versions($1, NULL) AS v JOIN unnest($2) AS i ON i.series_code = v.code $sql$, ledger) USING since, indicators;
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_indicators(regnamespace, emgov_internal.indicator[], timestamptz) IS
    'internal: the indicators whose definition, or what was sent or published of them elsewhere, or whose series has changed since a moment';

CREATE FUNCTION emgov_internal.changed_coverage(was jsonb, is_now emgov_internal.figure_coverage[]) RETURNS TABLE (code text, days datemultirange)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH earlier AS (
        SELECT c.code, coalesce(c.area_code, '') AS area, range_agg(daterange(c.since, c.through + 1)) AS days, bool_and(c.declared) AS declared
          FROM jsonb_populate_recordset(NULL::emgov_internal.figure_coverage, was) AS c GROUP BY 1, 2
    ), later AS (
        SELECT c.code, coalesce(c.area_code, '') AS area, range_agg(daterange(c.since, c.through + 1)) AS days, bool_and(c.declared) AS declared
          FROM unnest(is_now) AS c GROUP BY 1, 2
    )
    SELECT coalesce(t.code, n.code), CASE WHEN t.declared = n.declared THEN (t.days - n.days) + (n.days - t.days) END
      FROM earlier AS t FULL JOIN later AS n ON n.code = t.code AND n.area = t.area WHERE t.days IS DISTINCT FROM n.days OR t.declared IS DISTINCT FROM n.declared
$$;
COMMENT ON FUNCTION emgov_internal.changed_coverage(jsonb, emgov_internal.figure_coverage[]) IS
    'internal: the days of which it was known, and is not, or the other way round, that the source of an indicator covers them, in an area or in all; NULL: whatever the day';

-- What all figures of a report depend on beside records and their own definitions: small, so it is compared as a whole.
CREATE FUNCTION emgov_internal.report_frame(ledger regnamespace, report jsonb, splits jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    frame jsonb;
    names jsonb;
BEGIN
    EXECUTE format($sql$
        SELECT jsonb_build_array($1->'base', $1->'lang', $2, (SELECT to_jsonb(s) FROM ONLY %1$s.ledger_setting AS s),
                                 (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.code) FROM ONLY %1$s.comparator AS t),
                                 (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.code) FROM ONLY %1$s.dimension AS t),
                                 (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.dimension, t.source) FROM ONLY %1$s.dimension_source AS t),
                                 (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.code) FROM ONLY %1$s.area AS t),
                                 (SELECT count(*) FROM ONLY %1$s.publication AS p WHERE $1->>'base' = 'first_published')) $sql$, ledger)
       INTO frame USING report, (SELECT extversion FROM pg_extension WHERE extname = 'emgov');
    SELECT jsonb_agg(to_jsonb(n) ORDER BY d.by, d.until, n.place, n.member) INTO names
      FROM jsonb_to_recordset(splits) AS d (by text, until date) CROSS JOIN LATERAL emgov_internal.member_names(ledger, d.by, d.until - 1, NULL) AS n;
    RETURN md5(frame::text || coalesce(names::text, ''));
END
$$;
COMMENT ON FUNCTION emgov_internal.report_frame(regnamespace, jsonb, jsonb) IS
    'internal: a hash of what all figures of a report (as report() gives it) depend on, whatever they are counted from: settings, comparators, dimensions and their members, areas; '
    'splits: the dimensions (by), and the day after the last on which their members count (until)';

CREATE FUNCTION emgov_internal.report_needed(indicators emgov_internal.indicator[], comparators emgov_internal.comparator[], wanted emgov_internal.report_request[])
RETURNS SETOF emgov_internal.report_need
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 5000
AS $$
    SELECT w.during, n.code, n.period
      FROM (SELECT r.during, array_agg(DISTINCT (r.code, r.during, r.asked_for)::emgov_internal.figure_request) AS requests FROM unnest(wanted) AS r GROUP BY 1) AS w
     CROSS JOIN LATERAL emgov_internal.figure_needs(indicators, comparators, w.requests) AS n
$$;
COMMENT ON FUNCTION emgov_internal.report_needed(emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.report_request[]) IS
    'internal: what must be counted, and when, for the figures that are wanted, by their own days';

-- Which of the figures that are wanted must be computed: where one of the indicators that a figure is made of has changed in one of
-- the windows that its days need, it may be another.
CREATE FUNCTION emgov_internal.changed_requests(indicators emgov_internal.indicator[], wanted emgov_internal.report_request[], needed emgov_internal.report_need[],
                                                codes text[], windows emgov_internal.figure_request[], days emgov_internal.figure_request[])
RETURNS SETOF emgov_internal.report_request
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH part AS MATERIALIZED (
        SELECT m.code, m.part FROM emgov_internal.made_of(indicators) AS m WHERE m.code IN (SELECT w.code FROM unnest(wanted) AS w)
    ), moved AS (
        SELECT n.during, n.code FROM unnest(needed) AS n JOIN unnest(windows) AS w ON w.code = n.code AND w.period = n.period
        UNION SELECT n.during, n.code FROM unnest(needed) AS n JOIN unnest(days) AS d ON d.code = n.code AND d.period && n.period
    ), touched AS (
        SELECT p.code, m.during FROM part AS p JOIN moved AS m ON m.code = p.part GROUP BY 1, 2
    )
    SELECT w.* FROM unnest(wanted) AS w
     WHERE EXISTS (SELECT FROM touched AS t WHERE t.code = w.code AND t.during = w.during)
        OR EXISTS (SELECT FROM part AS p WHERE p.code = w.code AND p.part = ANY (codes))
$$;
COMMENT ON FUNCTION emgov_internal.changed_requests(emgov_internal.indicator[], emgov_internal.report_request[], emgov_internal.report_need[], text[],
    emgov_internal.figure_request[], emgov_internal.figure_request[]) IS
    'internal: of some figures those that may have changed, where these indicators have changed in all windows, those in single windows, and those where they touch some days';
