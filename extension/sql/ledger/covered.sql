-- ------------------------------------------------------------------ ledger: the days that the readers' summaries are of
-- A summary counts the records of the days that its source covers, by area where areas are declared apart.
-- An area that is not asked for (no block) and of which nothing is said counts as far as the blocks do.

-- What is known of each area: FROM text for the two functions below. Parameters: ledger, relation, its date column, areas (NULL: all).
CREATE FUNCTION emgov_internal.area_coverage(ledger regnamespace) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format($sql$
        covered AS MATERIALIZED (SELECT c.area_code, c.since, c.through FROM emgov_internal.coverages($1, ARRAY[$2], ARRAY[$3], NULL) AS c),
        area AS MATERIALIZED (
            SELECT a.code, a.is_block AND a.active AS is_needed, a.valid_from, a.valid_to, coalesce(own.since, every.since) AS since, coalesce(own.through, every.through) AS through,
                   own.area_code IS NOT NULL OR a.is_block AND a.active AND EXISTS (SELECT FROM covered AS c WHERE c.area_code IS NOT NULL) AS is_apart
              FROM %1$s.area AS a
              LEFT JOIN covered AS own ON own.area_code = a.code
              LEFT JOIN covered AS every ON every.area_code IS NULL),
        other AS (
            SELECT coalesce(every.since, b.since) AS since, coalesce(every.through, b.through) AS through
              FROM (SELECT min(a.since) AS since, coalesce(min(a.through) FILTER (WHERE a.valid_to IS NULL), max(a.through)) AS through FROM area AS a WHERE a.is_needed) AS b
              LEFT JOIN covered AS every ON every.area_code IS NULL)
    $sql$, ledger)
$$;
COMMENT ON FUNCTION emgov_internal.area_coverage(regnamespace) IS
    'internal: queries for WITH: covered, what is known of a source; area, the same of each area, and whether it stands apart: declared, or asked for where others are declared; '
    'other, of the records of other areas, and of none';

CREATE FUNCTION emgov_internal.report_spans(ledger regnamespace, relation regclass, date_column text, areas text[])
RETURNS TABLE (area_code text, context text, since date, through date, base_since date, base_until date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 20
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH %s
        SELECT s.code, s.context, s.since, s.through, lower(b.base), upper(b.base)
          FROM (SELECT a.code, CASE WHEN a.is_apart THEN a.code ELSE '' END AS context,
                       CASE WHEN a.is_apart THEN a.since ELSE o.since END AS since, CASE WHEN a.is_apart THEN a.through ELSE o.through END AS through
                  FROM area AS a CROSS JOIN other AS o WHERE $4 IS NULL OR a.code = ANY ($4)
                UNION ALL
                SELECT '', '', o.since, o.through FROM other AS o WHERE $4 IS NULL) AS s
          LEFT JOIN LATERAL (SELECT emgov.year_earlier(daterange(emgov.month_of(s.through), s.through + 1)) AS base WHERE emgov.month_of(s.through + 1) <= s.through) AS b ON true
         WHERE s.since IS NOT NULL $sql$, emgov_internal.area_coverage(ledger)) USING ledger, relation, date_column, areas;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_spans(regnamespace, regclass, text, text[]) IS
    'internal: the days of each area, of some areas (NULL: all, and '''' for records of no area), that the summaries of a source count; context: whose months they are in report_months(); '
    'base_since, base_until: the days a year earlier that a last month not yet whole is held against';

CREATE FUNCTION emgov_internal.report_months(ledger regnamespace, relation regclass, date_column text, areas text[])
RETURNS TABLE (context text, place int, period_start date, fiscal int, state text, is_running boolean,
               base_ok boolean, previous_ok boolean, ytd_ok boolean, ytd_base_ok boolean, year_ok boolean, year_base_ok boolean,
               regime_ok boolean, ytd_regime_ok boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 200
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH %s,
        asked AS MATERIALIZED (SELECT a.* FROM area AS a WHERE $4 IS NULL OR a.code = ANY ($4)),
        -- whose data the whole is of: of all alike, or of each area that is asked for or says something
        part AS MATERIALIZED (
            SELECT a.code, a.is_needed, a.since, a.through, a.valid_from, a.valid_to FROM asked AS a
             WHERE a.is_apart
            UNION ALL
            SELECT '', false, o.since, o.through, NULL, NULL FROM other AS o
             WHERE o.since IS NOT NULL AND ($4 IS NULL OR EXISTS (SELECT FROM asked AS a WHERE NOT a.is_apart))),
        month AS MATERIALIZED (
            SELECT m.place::int AS place, m.starts_on::date AS starts_on, (m.starts_on + interval '1 month')::date AS ends_on
              FROM (SELECT emgov.month_of(min(p.since))::timestamp AS first, max(p.through)::timestamp AS last FROM part AS p) AS r
             CROSS JOIN LATERAL generate_series(r.first, r.last, interval '1 month') WITH ORDINALITY AS m (starts_on, place)),
        known AS (
            SELECT p.code, p.is_needed AND daterange(p.valid_from, p.valid_to) && daterange(m.starts_on, m.ends_on) AS is_needed, m.place, m.starts_on, m.ends_on,
                   coalesce(p.since < m.ends_on AND p.through >= m.starts_on, false) AS is_known, p.since <= m.starts_on AS from_start, least(p.through + 1, m.ends_on) AS until
              FROM part AS p CROSS JOIN month AS m),
        state AS (
            SELECT k.code, k.place, CASE WHEN NOT k.is_known THEN 'no_data' WHEN NOT k.from_start THEN 'part_period' WHEN k.until = k.ends_on THEN 'whole' ELSE 'running' END AS state,
                   k.is_known AND k.until < k.ends_on AS is_running
              FROM known AS k
            UNION ALL
            SELECT NULL, s.place, CASE WHEN s.areas_known = 0 THEN 'no_data' WHEN s.needed_known < s.needed THEN 'part_members'
                                       WHEN NOT s.from_start OR s.first_until < s.last_until THEN 'part_period' WHEN s.first_until = s.ends_on THEN 'whole' ELSE 'running' END,
                   coalesce(s.first_until < s.ends_on, false)
              FROM (SELECT k.place, k.ends_on, count(*) FILTER (WHERE k.is_known) AS areas_known, count(*) FILTER (WHERE k.is_needed) AS needed,
                           count(*) FILTER (WHERE k.is_needed AND k.is_known) AS needed_known, bool_and(k.from_start) FILTER (WHERE k.is_known) AS from_start,
                           min(k.until) FILTER (WHERE k.is_known) AS first_until, max(k.until) FILTER (WHERE k.is_known) AS last_until
                      FROM known AS k GROUP BY k.place, k.ends_on) AS s),
        -- how many months in a row are known as a whole: those before it, it itself
        counted AS (
            SELECT s.*, sum((s.state = 'whole')::int) OVER w AS wholes FROM state AS s WINDOW w AS (PARTITION BY s.code ORDER BY s.place)),
        run AS (
            SELECT c.code, c.place, m.starts_on, f.fiscal, c.state, c.is_running, c.state IN ('whole', 'running') AS is_comparable,
                   lag(c.state, 12) OVER w = 'whole' AS base, c.state = 'whole' AND lag(c.state) OVER w = 'whole' AS previous,
                   c.place >= f.fiscal AND lag(c.wholes, 1, 0) OVER w - lag(c.wholes, f.fiscal, 0) OVER w = f.fiscal - 1 AS ytd,
                   c.place >= f.fiscal + 12 AND lag(c.wholes, 12, 0) OVER w - lag(c.wholes, f.fiscal + 12, 0) OVER w = f.fiscal AS ytd_base,
                   c.place >= 12 AND c.wholes - lag(c.wholes, 12, 0) OVER w = 12 AS year,
                   c.place >= 24 AND lag(c.wholes, 12, 0) OVER w - lag(c.wholes, 24, 0) OVER w = 12 AS year_base
              FROM counted AS c JOIN month AS m ON m.place = c.place
             -- which month of a year it is; years that begin within a month are not made of months
             CROSS JOIN LATERAL (SELECT CASE WHEN $5 LIKE '%%-01' THEN (extract(month FROM m.starts_on)::int + 12 - left($5, 2)::int) %% 12 + 1 END AS fiscal) AS f
            WINDOW w AS (PARTITION BY c.code ORDER BY c.place)),
        -- the regimes of each month; of all months one, mostly, and then there is none here
        counted_by AS MATERIALIZED (
            SELECT m.place, g.regime FROM emgov_internal.report_regimes($1, $2, $3, ARRAY(SELECT daterange(m.starts_on, m.ends_on) FROM month AS m)) AS r
              JOIN month AS m ON m.starts_on = lower(r.period) CROSS JOIN LATERAL unnest(r.regimes) AS g (regime)),
        alike AS MATERIALIZED (
            SELECT m.place, x.of[1] AS previous, x.of[2] AS month, x.of[3] AS ytd, x.of[4] AS year
              FROM month AS m
             CROSS JOIN LATERAL (SELECT array_agg(emgov_internal.is_one_regime(ARRAY(SELECT c.regime FROM counted_by AS c WHERE c.place > m.place - n.months AND c.place <= m.place),
                                                                               ARRAY(SELECT c.regime FROM counted_by AS c WHERE c.place > m.place - n.before - n.months
                                                                                         AND c.place <= m.place - n.before))
                                                 ORDER BY n.o) AS of
                                   FROM (VALUES (1, 1, 1), (2, 1, 12), (3, (extract(month FROM m.starts_on)::int + 12 - left($5, 2)::int) %% 12 + 1, 12), (4, 12, 12)) AS n (o, months, before)) AS x
             WHERE EXISTS (SELECT FROM counted_by))
        SELECT r.code, r.place, r.starts_on, r.fiscal, r.state, r.is_running,
               coalesce(r.is_comparable AND r.base, false), coalesce(r.previous, false) AND coalesce(a.previous, true),
               coalesce(r.is_comparable AND r.ytd, false), coalesce(r.is_comparable AND r.ytd AND r.ytd_base, false) AND coalesce(a.ytd, true),
               coalesce(r.is_comparable AND r.year, false), coalesce(r.is_comparable AND r.year AND r.year_base, false) AND coalesce(a.year, true),
               coalesce(a.month, true), coalesce(a.ytd, true)
          FROM run AS r LEFT JOIN alike AS a ON a.place = r.place $sql$, emgov_internal.area_coverage(ledger)) USING ledger, relation, date_column, areas, emgov_internal.year_start(ledger);
END
$$;
COMMENT ON FUNCTION emgov_internal.report_months(regnamespace, regclass, text, text[]) IS
    'internal: the months that a source covers, of some areas (NULL: all): of all together (context NULL), of each area that stands apart, and of the others (''''); '
    'place: 1, 2, …; fiscal: which month of a year; state: whole, running (of its days up to the last covered), part_period, part_members, no_data; '
    '*_ok: whether base, previous month, year to date, twelve months, none of them running, and their bases are known as a whole, and '
    'were counted by the same regime; but base_ok, whose regime regime_ok tells; ytd_regime_ok: whether the year to date and its base were counted by one';
