-- ------------------------------------------------------------------ ledger: what is known of figures' windows

-- The parts of windows that are known: of each area the first days in a row that are covered, and of the whole those that all areas
-- have that must have data (and have any); of what is derived, those of all that it is made of.
CREATE FUNCTION emgov_internal.known_parts(indicators emgov_internal.indicator[], needs emgov_internal.figure_request[], coverage emgov_internal.figure_coverage[],
                                           splits emgov_internal.figure_split[], names emgov_internal.figure_name[])
RETURNS TABLE (known daterange, codes text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH RECURSIVE span AS MATERIALIZED (
        SELECT DISTINCT ON (n.code, n.period, c.area_code) n.code, n.period, c.area_code, n.period * daterange(c.since, c.through + 1) AS known
          FROM (SELECT DISTINCT n.code, n.period FROM unnest(needs) AS n) AS n JOIN unnest(coverage) AS c ON c.code = n.code AND daterange(c.since, c.through + 1) && n.period
         ORDER BY n.code, n.period, c.area_code, c.since
    ), asked AS MATERIALIZED (
        SELECT DISTINCT p.period, n.counts_as AS area FROM (SELECT DISTINCT n.period FROM unnest(needs) AS n) AS p
          JOIN unnest(names) AS n ON n.is_listed AND n.in_force && p.period JOIN unnest(splits) AS s ON s.place = n.place AND s.dimension = 'area' AND s.relation IS NULL
    ), whole AS MATERIALIZED (
        -- one of which nothing is said by itself is covered as all are
        SELECT w.code, w.period, range_intersect_agg(w.known) AS known
          FROM (SELECT s.code, s.period, s.known FROM span AS s
                 WHERE s.area_code IS NULL AND NOT EXISTS (SELECT FROM unnest(coverage) AS c WHERE c.code = s.code AND c.area_code IS NOT NULL)
                UNION ALL
                SELECT s.code, s.period, s.known FROM span AS s JOIN asked AS a ON a.period = s.period
                 WHERE s.area_code = a.area OR s.area_code IS NULL AND EXISTS (SELECT FROM unnest(coverage) AS c WHERE c.code = s.code AND c.area_code IS NOT NULL)
                                               AND NOT EXISTS (SELECT FROM unnest(coverage) AS c WHERE c.code = s.code AND c.area_code = a.area)) AS w
         GROUP BY w.code, w.period
    ), made_of (root, code) AS (
        SELECT i.code, i.code FROM unnest(indicators) AS i WHERE i.source IS NULL AND i.kind NOT IN ('reported', 'change')
        UNION SELECT m.root, o.code FROM made_of AS m JOIN unnest(indicators) AS i ON i.code = m.code
               CROSS JOIN LATERAL (SELECT i.of_code UNION SELECT i.by_code UNION SELECT ltrim(c, '-') FROM unnest(i.of_codes) AS c) AS o (code) WHERE o.code IS NOT NULL
    ), common AS (
        SELECT m.root, w.period, range_intersect_agg(w.known) AS known, array_agg(w.code) AS codes FROM made_of AS m JOIN whole AS w ON w.code = m.code
         GROUP BY m.root, w.period HAVING count(DISTINCT w.known) > 1
    )
    SELECT x.known, array_agg(DISTINCT x.code)
      FROM (SELECT s.code, s.period, s.known FROM span AS s UNION SELECT w.code, w.period, w.known FROM whole AS w
            UNION SELECT c.code, NULL, d.known FROM common AS d CROSS JOIN LATERAL unnest(d.codes) AS c (code)) AS x
     WHERE x.known IS DISTINCT FROM x.period AND NOT isempty(x.known) GROUP BY 1
$$;
COMMENT ON FUNCTION emgov_internal.known_parts(emgov_internal.indicator[], emgov_internal.figure_request[], emgov_internal.figure_coverage[], emgov_internal.figure_split[],
    emgov_internal.figure_name[]) IS
    'internal: the days within windows that are known, where these are not known as a whole, and of which indicators: of areas, of all of them, and of all that another indicator is made of';

-- What indicators come to in the windows that are needed; and, where a source covers a window in part, as far as it is
-- covered. Where areas are covered each for itself, also by area: the total is without those that are not.
CREATE FUNCTION emgov_internal.counted_parts(ledger regnamespace, indicators emgov_internal.indicator[], counted emgov_internal.indicator[], needs emgov_internal.figure_request[],
                                     coverage emgov_internal.figure_coverage[], splits emgov_internal.figure_split[], names emgov_internal.figure_name[], as_of timestamptz,
                                     with_checksum boolean, unversioned_now boolean)
RETURNS SETOF emgov_internal.figure_parts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    labels emgov_internal.figure_label[] := ARRAY(SELECT (n.place, n.member, n.counts_as)::emgov_internal.figure_label FROM unnest(names) AS n WHERE n.counts_as <> n.member);
    part record;
BEGIN
    RETURN QUERY SELECT * FROM emgov_internal.scan_parts(ledger, counted, ARRAY(SELECT DISTINCT n.period FROM unnest(needs) AS n WHERE n.code IN (SELECT i.code FROM unnest(counted) AS i)),
                                                 as_of, splits, labels, with_checksum, unversioned_now);
    IF NOT EXISTS (SELECT FROM unnest(needs) AS n JOIN unnest(coverage) AS c ON c.code = n.code
                    WHERE n.period && daterange(c.since, c.through + 1) AND NOT n.period <@ daterange(c.since, c.through + 1)) THEN
        RETURN;
    END IF;
    FOR part IN SELECT k.known, ARRAY(SELECT i FROM unnest(counted) AS i WHERE i.code = ANY (k.codes)) AS counted
                  FROM emgov_internal.known_parts(indicators, needs, coverage, splits, names) AS k LOOP
        CONTINUE WHEN part.counted = '{}';
        RETURN QUERY SELECT * FROM emgov_internal.scan_parts(ledger, part.counted, ARRAY[part.known], as_of, splits, labels, with_checksum, unversioned_now);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.counted_parts(regnamespace, emgov_internal.indicator[], emgov_internal.indicator[], emgov_internal.figure_request[], emgov_internal.figure_coverage[],
    emgov_internal.figure_split[], emgov_internal.figure_name[], timestamptz, boolean,
                                         boolean) IS
    'internal: what indicators come to in the windows that are needed, and in the part of each that is covered; indicators: all of them, with what is derived';
