-- ------------------------------------------------------------------ ledger: the days that the readers' summaries are of
-- A summary counts the records of the days that its source covers, by area where areas are declared apart.
-- An area that is not asked for (no block) and of which nothing is said counts as far as the blocks do.

-- The queries of this file name no table of a ledger, so that a session plans each of them once, not each time that somebody reads a summary.
CREATE FUNCTION emgov_internal.areas(ledger regnamespace, as_of timestamptz)
RETURNS TABLE (code text, successor_code text, is_block boolean, active boolean, valid_from date, valid_to date)
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_areas' ROWS 20;
COMMENT ON FUNCTION emgov_internal.areas(regnamespace, timestamptz) IS
    'internal: the areas of a ledger, as known at a moment (NULL: now): whether data of each are asked for, while there is that area, and what it became';

CREATE FUNCTION emgov_internal.area_coverage(ledger regnamespace, relation regclass, date_column text)
RETURNS TABLE (code text, is_needed boolean, valid_from date, valid_to date, since date, through date, is_apart boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off ROWS 20
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH covered AS MATERIALIZED (SELECT c.area_code, c.since, c.through FROM emgov_internal.coverages(ledger, ARRAY[relation], ARRAY[date_column], NULL) AS c),
        area AS MATERIALIZED (
            SELECT a.code, a.is_block AND a.active AS is_needed, a.valid_from, a.valid_to, coalesce(own.since, every.since) AS since, coalesce(own.through, every.through) AS through,
                   own.area_code IS NOT NULL OR a.is_block AND a.active AND EXISTS (SELECT FROM covered AS c WHERE c.area_code IS NOT NULL) AS is_apart
              FROM emgov_internal.areas(ledger, NULL) AS a
              LEFT JOIN covered AS own ON own.area_code = a.code
              LEFT JOIN covered AS every ON every.area_code IS NULL)
        SELECT a.code, a.is_needed, a.valid_from, a.valid_to, a.since, a.through, a.is_apart FROM area AS a
        UNION ALL
        SELECT NULL, false, NULL, NULL, coalesce(every.since, b.since), coalesce(every.through, b.through), false
          FROM (SELECT min(a.since) AS since, coalesce(min(a.through) FILTER (WHERE a.valid_to IS NULL), max(a.through)) AS through FROM area AS a WHERE a.is_needed) AS b
          LEFT JOIN covered AS every ON every.area_code IS NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.area_coverage(regnamespace, regclass, text) IS
    'internal: the days that a source covers of each area, and whether it stands apart: declared, or asked for where others are declared; code NULL: of the records of other areas, and of none';

CREATE FUNCTION emgov_internal.report_spans(ledger regnamespace, relation regclass, date_column text, areas text[])
RETURNS TABLE (area_code text, context text, since date, through date, base_since date, base_until date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off ROWS 20
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH area AS MATERIALIZED (SELECT a.* FROM emgov_internal.area_coverage(ledger, relation, date_column) AS a)
        SELECT s.code, s.context, s.since, s.through, lower(b.base), upper(b.base)
          FROM (SELECT coalesce(a.code, '') AS code, CASE WHEN a.is_apart THEN a.code ELSE '' END AS context,
                       CASE WHEN a.is_apart THEN a.since ELSE o.since END AS since, CASE WHEN a.is_apart THEN a.through ELSE o.through END AS through
                  FROM area AS a CROSS JOIN area AS o WHERE o.code IS NULL AND (areas IS NULL OR a.code = ANY (areas))) AS s
          LEFT JOIN LATERAL (SELECT emgov.year_earlier(daterange(emgov.month_of(s.through), s.through + 1)) AS base WHERE emgov.month_of(s.through + 1) <= s.through) AS b ON true
         WHERE s.since IS NOT NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_spans(regnamespace, regclass, text, text[]) IS
    'internal: the days of each area, of some areas (NULL: all, and '''' for records of no area), that the summaries of a source count; context: whose months they are in report_months(); '
    'base_since, base_until: the days a year earlier that a last month not yet whole is held against';

CREATE FUNCTION emgov_internal.report_months(ledger regnamespace, relation regclass, date_column text, areas text[])
RETURNS TABLE (context text, place int, period_start date, fiscal int, state text, is_running boolean,
               base_ok boolean, previous_ok boolean, ytd_ok boolean, ytd_base_ok boolean, year_ok boolean, year_base_ok boolean,
               regime_ok boolean, ytd_regime_ok boolean, opening_ok boolean, opening_previous_ok boolean, opening_base_ok boolean, until date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off ROWS 200
AS $$
#variable_conflict use_column
DECLARE
    year_start CONSTANT text := emgov_internal.year_start(ledger);
BEGIN
    RETURN QUERY
        WITH asked AS MATERIALIZED (SELECT a.* FROM emgov_internal.area_coverage(ledger, relation, date_column) AS a WHERE a.code IS NULL OR areas IS NULL OR a.code = ANY (areas)),
        -- whose data the whole is of: of all alike, or of each area that is asked for or says something
        part AS MATERIALIZED (
            SELECT a.code, a.is_needed, a.since, a.through, a.valid_from, a.valid_to FROM asked AS a
             WHERE a.is_apart
            UNION ALL
            SELECT '', false, o.since, o.through, NULL, x.valid_to FROM asked AS o
             CROSS JOIN (SELECT CASE WHEN areas IS NOT NULL AND bool_and(a.valid_to IS NOT NULL) THEN max(a.valid_to) END AS valid_to, count(*) AS n
                           FROM asked AS a WHERE a.code IS NOT NULL AND NOT a.is_apart) AS x
             WHERE o.code IS NULL AND o.since IS NOT NULL AND (areas IS NULL OR x.n > 0)),
        month AS MATERIALIZED (
            SELECT m.place::int AS place, m.starts_on::date AS starts_on, (m.starts_on + interval '1 month')::date AS ends_on
              FROM (SELECT emgov.month_of(min(p.since))::timestamp AS first, max(p.through)::timestamp AS last FROM part AS p) AS r
             CROSS JOIN LATERAL generate_series(r.first, r.last, interval '1 month') WITH ORDINALITY AS m (starts_on, place)),
        known AS (
            SELECT p.code, p.is_needed AND daterange(p.valid_from, p.valid_to) && daterange(m.starts_on, m.ends_on) AS is_needed, m.place, m.starts_on, m.ends_on,
                   -- of an area that is no more there is nothing to know
                   coalesce(p.since < m.ends_on AND p.through >= m.starts_on AND m.starts_on < coalesce(p.valid_to, 'infinity'), false) AS is_known,
                   p.since <= m.starts_on AS from_start, least(p.through + 1, m.ends_on) AS until
              FROM part AS p CROSS JOIN month AS m),
        state AS (
            SELECT k.code, k.place, CASE WHEN NOT k.is_known THEN 'no_data' WHEN NOT k.from_start THEN 'part_period' WHEN k.until = k.ends_on THEN 'whole' ELSE 'running' END AS state,
                   k.is_known AND k.until < k.ends_on AS is_running, k.until
              FROM known AS k
            UNION ALL
            SELECT NULL, s.place, CASE WHEN s.areas_known = 0 THEN 'no_data' WHEN s.needed_known < s.needed THEN 'part_members'
                                       WHEN NOT s.from_start OR s.first_until < s.last_until THEN 'part_period' WHEN s.first_until = s.ends_on THEN 'whole' ELSE 'running' END,
                   coalesce(s.first_until < s.ends_on, false), s.first_until
              FROM (SELECT k.place, k.ends_on, count(*) FILTER (WHERE k.is_known) AS areas_known, count(*) FILTER (WHERE k.is_needed) AS needed,
                           count(*) FILTER (WHERE k.is_needed AND k.is_known) AS needed_known, bool_and(k.from_start) FILTER (WHERE k.is_known) AS from_start,
                           min(k.until) FILTER (WHERE k.is_known) AS first_until, max(k.until) FILTER (WHERE k.is_known) AS last_until
                      FROM known AS k GROUP BY k.place, k.ends_on) AS s),
        -- how many months in a row are known as a whole: those before it, it itself
        counted AS (
            SELECT s.*, sum((s.state = 'whole')::int) OVER w AS wholes FROM state AS s WINDOW w AS (PARTITION BY s.code ORDER BY s.place)),
        -- what was left when a month began is known where the month before is one whose end is
        opened AS (
            SELECT c.*, coalesce(lag(c.state) OVER w NOT IN ('no_data', 'part_members'), false) AS opening FROM counted AS c WINDOW w AS (PARTITION BY c.code ORDER BY c.place)),
        run AS (
            SELECT c.code, c.place, m.starts_on, f.fiscal, c.state, c.is_running, c.until, c.state IN ('whole', 'running') AS is_comparable,
                   lag(c.state, 12) OVER w = 'whole' AS base, c.state = 'whole' AND lag(c.state) OVER w = 'whole' AS previous,
                   c.place >= f.fiscal AND lag(c.wholes, 1, 0) OVER w - lag(c.wholes, f.fiscal, 0) OVER w = f.fiscal - 1 AS ytd,
                   c.place >= f.fiscal + 12 AND lag(c.wholes, 12, 0) OVER w - lag(c.wholes, f.fiscal + 12, 0) OVER w = f.fiscal AS ytd_base,
                   c.place >= 12 AND c.wholes - lag(c.wholes, 12, 0) OVER w = 12 AS year,
                   c.place >= 24 AND lag(c.wholes, 12, 0) OVER w - lag(c.wholes, 24, 0) OVER w = 12 AS year_base,
                   c.opening, lag(c.opening, 1, false) OVER w AS opening_previous, lag(c.opening, 12, false) OVER w AS opening_base
              FROM opened AS c JOIN month AS m ON m.place = c.place
             -- which month of a year it is; years that begin within a month are not made of months
             CROSS JOIN LATERAL (SELECT CASE WHEN year_start LIKE '%-01' THEN (extract(month FROM m.starts_on)::int + 12 - left(year_start, 2)::int) % 12 + 1 END AS fiscal) AS f
            WINDOW w AS (PARTITION BY c.code ORDER BY c.place)),
        -- the regimes of each month; of all months one, mostly, and then there is none here
        counted_by AS MATERIALIZED (
            SELECT m.place, g.regime FROM emgov_internal.report_regimes(ledger, relation, date_column, ARRAY(SELECT daterange(m.starts_on, m.ends_on) FROM month AS m)) AS r
              JOIN month AS m ON m.starts_on = lower(r.period) CROSS JOIN LATERAL unnest(r.regimes) AS g (regime)),
        alike AS MATERIALIZED (
            SELECT m.place, x.of[1] AS previous, x.of[2] AS month, x.of[3] AS ytd, x.of[4] AS year
              FROM month AS m
             CROSS JOIN LATERAL (SELECT array_agg(emgov_internal.is_one_regime(ARRAY(SELECT c.regime FROM counted_by AS c WHERE c.place > m.place - n.months AND c.place <= m.place),
                                                                               ARRAY(SELECT c.regime FROM counted_by AS c WHERE c.place > m.place - n.before - n.months
                                                                                         AND c.place <= m.place - n.before))
                                                 ORDER BY n.o) AS of
                                   FROM (VALUES (1, 1, 1), (2, 1, 12), (3, (extract(month FROM m.starts_on)::int + 12 - left(year_start, 2)::int) % 12 + 1, 12), (4, 12, 12))
                                        AS n (o, months, before)) AS x
             WHERE EXISTS (SELECT FROM counted_by))
        SELECT r.code, r.place, r.starts_on, r.fiscal, r.state, r.is_running,
               coalesce(r.is_comparable AND r.base, false), coalesce(r.previous, false) AND coalesce(a.previous, true),
               coalesce(r.is_comparable AND r.ytd, false), coalesce(r.is_comparable AND r.ytd AND r.ytd_base, false) AND coalesce(a.ytd, true),
               coalesce(r.is_comparable AND r.year, false), coalesce(r.is_comparable AND r.year AND r.year_base, false) AND coalesce(a.year, true),
               coalesce(a.month, true), coalesce(a.ytd, true), r.opening, r.opening_previous, r.opening_base, r.until
          FROM run AS r LEFT JOIN alike AS a ON a.place = r.place;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_months(regnamespace, regclass, text, text[]) IS
    'internal: the months that a source covers, of some areas (NULL: all): of all together (context NULL), of each area that stands apart, and of the others (''''); '
    'place: 1, 2, …; fiscal: which month of a year; state: whole, running (of its days up to the last covered), part_period, part_members, no_data; '
    '*_ok: whether base, previous month, year to date, twelve months, none of them running, and their bases are known as a whole, and '
    'were counted by the same regime; but base_ok, whose regime regime_ok tells; ytd_regime_ok: whether the year to date and its base were counted by one; '
    'opening_*: whether what was left when the month, the one before and the base began is known; until: the first day that is not counted of the month, of all together where that is the first';

CREATE FUNCTION emgov_internal.report_lineage(ledger regnamespace) RETURNS TABLE (area_code text, key text, since date, until date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off ROWS 20
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH RECURSIVE area AS MATERIALIZED (
            SELECT a.code, CASE WHEN a.active THEN a.successor_code END AS successor_code, a.valid_to AS ended_on FROM emgov_internal.areas(ledger, NULL) AS a
        ), ended AS (
            SELECT a.code, a.successor_code, a.ended_on FROM area AS a WHERE a.successor_code IS NOT NULL
        ), after AS (
            SELECT e.code, e.successor_code FROM ended AS e UNION SELECT f.code, e.successor_code FROM after AS f JOIN ended AS e ON e.code = f.successor_code
        ), became AS (
            -- a circle of successors leads nowhere
            SELECT e.* FROM ended AS e WHERE NOT EXISTS (SELECT FROM after AS f WHERE f.code = e.code AND f.successor_code = e.code)
        ), chain (area_code, key, since) AS (
            SELECT a.code, a.code, date '-infinity' FROM area AS a
            UNION ALL SELECT c.area_code, b.successor_code, greatest(c.since, b.ended_on) FROM chain AS c JOIN became AS b ON b.code = c.key
        ), held AS MATERIALIZED (
            SELECT c.area_code, c.key, c.since, coalesce(b.ended_on, 'infinity') AS until FROM chain AS c LEFT JOIN became AS b ON b.code = c.key WHERE b.code IS NULL OR b.ended_on > c.since
        ), stretch AS (
            SELECT h.key, h.since, lead(h.since, 1, 'infinity') OVER (PARTITION BY h.key ORDER BY h.since) AS until FROM (SELECT DISTINCT x.key, x.since FROM held AS x) AS h
        )
        SELECT h.area_code, h.key, s.since, least(s.until, h.until) FROM held AS h JOIN stretch AS s ON s.key = h.key AND s.since >= h.since AND s.since < h.until;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_lineage(regnamespace) IS
    'internal: for which area (key) the records of an area count in what ends on a day: for itself, or for what it had become by then; '
    'in stretches (since, until: the first day that is none any more), of an area with others merged into it one after each';
