-- ------------------------------------------------------------------ ledger: members of figures
-- Which members figures have a row of, and which days are known of each.

CREATE TYPE emgov_internal.figure_coverage AS (code text, area_code text, since date, through date, declared boolean);
COMMENT ON TYPE emgov_internal.figure_coverage IS
    'internal: days that the source of an indicator covers, of an area or (NULL) of all; since after through: an area that is missing whatever the window';

CREATE TYPE emgov_internal.figure_member AS (code text, starts_on date, ends_on date, place int, member text, name_zh text, name_en text, open_days int, open_alone int,
    alone_in daterange, all_in daterange, all_days int, is_mixed boolean, is_cut boolean);
COMMENT ON TYPE emgov_internal.figure_member IS
    'internal: a member of a dimension whose data the figures of a window need; code: those of this indicator, NULL: all that are counted; of a reported one, how many days that it must send '
    'are open, and how many it has not sent itself, and which days it and all have sent, as reported_members()';

-- The members that are listed in each window, whatever was counted of them: those in force in it, as they are; of a
-- part of a date, those that the window has days of.
CREATE FUNCTION emgov_internal.listed_members(windows daterange[], splits emgov_internal.figure_split[], names emgov_internal.figure_name[]) RETURNS SETOF emgov_internal.figure_member
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    SELECT DISTINCT NULL::text, lower(w), upper(w), n.place, n.counts_as, NULL::text, NULL::text, NULL::int, NULL::int, NULL::daterange, NULL::daterange, NULL::int, NULL::boolean, NULL::boolean
      FROM unnest(windows) AS w JOIN unnest(names) AS n ON n.is_listed AND n.in_force && w
      JOIN unnest(splits) AS s ON s.place = n.place AND s.relation IS NULL
     WHERE s.date_part IS NULL OR n.member IN (SELECT date_part(s.date_part, d)::int::text
                                                 FROM generate_series(date_trunc('month', lower(w)::timestamp), upper(w)::timestamp - interval '1 day', '1 month') AS d)
$$;
COMMENT ON FUNCTION emgov_internal.listed_members(daterange[], emgov_internal.figure_split[],
    emgov_internal.figure_name[]) IS 'internal: the members that figures of some windows have a row of, without records too';

-- Without data of an area, a total is without the records that count for it: whether figures are split by area or not, a merged area's count for what it became.
CREATE FUNCTION emgov_internal.covering_names(ledger regnamespace, splits emgov_internal.figure_split[], day date, as_of timestamptz) RETURNS emgov_internal.figure_name[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    names emgov_internal.figure_name[] := '{}';
    n emgov_internal.figure_name;
BEGIN
    IF EXISTS (SELECT FROM unnest(splits) AS s WHERE s.place = 0 AND s.dimension = 'area') THEN
        FOR n IN SELECT * FROM emgov_internal.member_names(ledger, 'area', day, as_of) LOOP
            n.place := 0;
            names := names || n;
        END LOOP;
    END IF;
    RETURN names;
END
$$;
COMMENT ON FUNCTION emgov_internal.covering_names(regnamespace, emgov_internal.figure_split[], date, timestamptz) IS
    'internal: for which area the records of each count where it only decides what is covered (place 0 of the splits): as they are on a day or (NULL) were, as member_names(); none if no split is';

-- What is covered of areas as they are: of one that others became, the days of which each that was in force is covered.
CREATE FUNCTION emgov_internal.coverage_as_are(coverage emgov_internal.figure_coverage[], splits emgov_internal.figure_split[],
    names emgov_internal.figure_name[]) RETURNS emgov_internal.figure_coverage[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    merged emgov_internal.figure_name[] := ARRAY(SELECT n FROM unnest(names) AS n JOIN unnest(splits) AS s ON s.place = n.place AND s.dimension = 'area' AND s.relation IS NULL
                                         WHERE EXISTS (SELECT FROM unnest(names) AS o WHERE o.place = n.place AND o.counts_as = n.counts_as AND o.member <> o.counts_as));
BEGIN
    IF merged = '{}' OR NOT EXISTS (SELECT FROM unnest(coverage) AS c JOIN unnest(merged) AS m ON m.member = c.area_code) THEN
        RETURN coverage;
    END IF;
    RETURN ARRAY(
        -- where one is missing whatever the window, what it became is
        WITH gone AS MATERIALIZED (
            SELECT DISTINCT c.code, m.counts_as AS area FROM unnest(coverage) AS c JOIN unnest(merged) AS m ON m.member = c.area_code WHERE c.since > c.through
        )
        SELECT c FROM unnest(coverage) AS c WHERE c.area_code IS NULL OR c.area_code NOT IN (SELECT m.member FROM unnest(merged) AS m)
        UNION ALL
        SELECT (g.code, g.area, '2000-01-01', '1999-12-31', false)::emgov_internal.figure_coverage FROM gone AS g
        UNION ALL
        SELECT (x.code, x.area, lower(r), upper(r) - 1, x.declared)::emgov_internal.figure_coverage
          FROM (SELECT k.code, m.counts_as AS area, bool_and(o.declared) AS declared,
                       range_intersect_agg(o.days + (datemultirange(daterange(NULL, NULL)) - datemultirange(m.in_force))) * range_agg(m.in_force) AS days
                  FROM (SELECT DISTINCT c.code FROM unnest(coverage) AS c WHERE c.area_code IN (SELECT y.member FROM unnest(merged) AS y)) AS k CROSS JOIN unnest(merged) AS m
                  -- one of which nothing is said by itself is covered as the whole is
                 CROSS JOIN LATERAL (SELECT coalesce(bool_and(c.declared), false) AS declared,
                                            coalesce(range_agg(daterange(c.since, c.through + 1)) FILTER (WHERE c.area_code = m.member), range_agg(daterange(c.since, c.through + 1)), '{}') AS days
                                       FROM unnest(coverage) AS c WHERE c.code = k.code AND (c.area_code = m.member OR c.area_code IS NULL)) AS o
                 WHERE NOT EXISTS (SELECT FROM gone AS g WHERE g.code = k.code AND g.area = m.counts_as)
                 GROUP BY k.code, m.counts_as) AS x
         CROSS JOIN LATERAL unnest(x.days * datemultirange(daterange('0001-01-01', '9999-12-31'))) AS r);
END
$$;
COMMENT ON FUNCTION emgov_internal.coverage_as_are(emgov_internal.figure_coverage[], emgov_internal.figure_split[], emgov_internal.figure_name[]) IS
    'internal: the days that sources cover, of areas as they are; as given, where none became another';
