-- ------------------------------------------------------------------ ledger: reported against counted
-- Where there are records as well as reported figures of an indicator, the two are held against each
-- other: by area, member by member; by another dimension, the sums. What is known only in part, on either
-- side, is not compared.

CREATE FUNCTION emgov_internal.reported_checks(ledger regnamespace, period daterange, as_of timestamptz) RETURNS SETOF emgov_internal.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    codes text[];
BEGIN
    EXECUTE format($sql$
        SELECT array_agg(DISTINCT i.code) FROM %s AS r JOIN %s AS i ON i.code = r.indicator
         WHERE r.status = 'valid' AND i.active AND i.kind <> 'reported' AND r.starts_on < upper($2) AND r.ends_on > lower($2) $sql$,
        emgov_internal.kept_as_of(ledger, 'reported', as_of), emgov_internal.kept_as_of(ledger, 'indicator', as_of)) INTO codes USING as_of, period;
    IF codes IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($sql$
        WITH figure AS MATERIALIZED (
            SELECT f.code, f.member, f.value, f.value IS NOT NULL AND f.state NOT IN ('part_members', 'part_period') AS whole
              FROM %s.figures($1, $2, codes => $3, by => 'area') AS f
        ), sent AS (
            SELECT c.code, m.dimension, m.member, m.name_zh, p.value, coalesce(p.reason IS NULL AND p.value IS NOT NULL AND m.open_alone = 0, false) AS whole, p.reason
              FROM unnest($3) AS c (code) CROSS JOIN LATERAL emgov_internal.reported_members($4, c.code, ARRAY[$1], $2, upper($1) - 1) AS m
              LEFT JOIN LATERAL emgov_internal.reported_parts($4, c.code, ARRAY[$1], $2, upper($1) - 1) AS p ON p.member = m.member
        ), side AS (
            SELECT s.code, s.name_zh, s.whole AND f.whole AS known, f.value AS counted, s.value AS reported, s.reason
              FROM sent AS s LEFT JOIN figure AS f ON f.code = s.code AND f.member = s.member WHERE s.dimension = 'area'
            UNION ALL
            SELECT s.code, '合计', bool_and(s.whole) AND bool_and(f.whole), min(f.value), sum(s.value), min(s.reason)
              FROM sent AS s LEFT JOIN figure AS f ON f.code = s.code AND f.member IS NULL WHERE s.dimension <> 'area' GROUP BY s.code
        )
        SELECT 'reported ' || x.code, 'soft', CASE WHEN bool_or(x.known AND x.counted <> x.reported) THEN 'warns' WHEN bool_or(x.known) AND count(x.reason) = 0 THEN 'holds' ELSE 'unknown' END,
               sum(x.counted) FILTER (WHERE x.known), sum(x.reported) FILTER (WHERE x.known),
               concat_ws('; ', format('%%s counted = reported', x.code),
                         string_agg(format('%%s: %%s, %%s', x.name_zh, trim_scale(x.counted), trim_scale(x.reported)), '; ' ORDER BY x.name_zh) FILTER (WHERE x.known AND x.counted <> x.reported),
                         min(x.reason)),
               NULL::text[], '记录数应等于上报数', 'what is counted is what was reported'
          FROM side AS x GROUP BY x.code ORDER BY x.code $sql$, ledger) USING period, as_of, codes, ledger;
END
$$;
COMMENT ON FUNCTION emgov_internal.reported_checks(regnamespace, daterange, timestamptz) IS
    'internal: a row of check_figures() for each indicator that is counted from records and was reported in a period too: state warns where they differ, unknown where neither side '
    'is known as a whole; left what is counted, right what was reported, of the members that are compared';
