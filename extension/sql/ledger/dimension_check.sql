-- ------------------------------------------------------------------ ledger: members against their total
-- What adds up over the members of a dimension comes to its total, whatever the dimension. Where it does not, a
-- figure by members and the same figure alone would tell two stories. What is known only in part is not compared:
-- areas may be known for different days.

CREATE FUNCTION emgov_internal.dimension_checks(ledger regnamespace, period daterange, as_of timestamptz) RETURNS SETOF emgov_internal.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of) AS i WHERE i.kind IN ('count', 'sum', 'stock', 'planned'));
    dimensions text[];
    d text;
    codes text[];
    splits emgov_internal.figure_split[];
BEGIN
    -- a level of a tree, and a part of a date, are of the same column as others
    EXECUTE format('SELECT array_agg(x.code ORDER BY x.ordinal, x.code) FROM %s AS x WHERE x.active AND x.level IS NULL AND x.date_part IS NULL',
                   emgov_internal.kept_as_of(ledger, 'dimension', as_of)) INTO dimensions USING as_of;
    FOREACH d IN ARRAY coalesce(dimensions, '{}') LOOP
        splits := emgov_internal.splits(ledger, d, false, as_of);
        codes := ARRAY(SELECT i.code FROM unnest(indicators) AS i CROSS JOIN LATERAL (SELECT p.relation, p.day FROM emgov_internal.indicator_parts(ledger, i) AS p LIMIT 1) AS p
                        CROSS JOIN LATERAL emgov_internal.split_expression(splits, 1, p.relation, p.day) AS e
                        WHERE e.expression IS NOT NULL AND emgov_internal.adds_up(ARRAY[i], i.code));
        CONTINUE WHEN codes = '{}';
        BEGIN
            RETURN QUERY
                WITH figure AS MATERIALIZED (
                    SELECT (m.figure).code, (m.figure).member, m.exact, m.exact IS NOT NULL AND (m.figure).covered_days = (m.figure).period_days AND (m.figure).missing IS NULL AS known
                      FROM emgov_internal.figures(ledger, ARRAY(SELECT (c, period, NULL)::emgov_internal.figure_request FROM unnest(codes) AS c), as_of, by => d) AS m
                ), compared AS (
                    SELECT f.code, min(f.exact) FILTER (WHERE f.member IS NULL) AS total, sum(f.exact) FILTER (WHERE f.member IS NOT NULL) AS members
                      FROM figure AS f GROUP BY f.code HAVING bool_and(f.known) AND count(f.member) > 0
                )
                SELECT 'members ' || d, 'hard', CASE WHEN bool_and(c.total = c.members) THEN 'holds' ELSE 'fails' END, count(*) FILTER (WHERE c.total <> c.members)::numeric, 0::numeric,
                       format('members of %s = total, of %s figures', d, count(*))
                       || coalesce(': ' || string_agg(format('%s: %s, %s', c.code, trim_scale(c.members), trim_scale(c.total)), '; ' ORDER BY c.code) FILTER (WHERE c.total <> c.members), ''),
                       NULL::text[], '各成员之和应等于合计', 'the members add up to their total'
                  FROM compared AS c HAVING count(*) > 0;
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            IF emgov_internal.ends_the_query(SQLSTATE) THEN
                RAISE;
            END IF;
            RETURN NEXT ('members ' || d, 'hard', 'unknown', NULL, NULL, format('members of %s = total: %s', d, SQLERRM), NULL, '各成员之和应等于合计',
                         'the members add up to their total')::emgov_internal.ledger_check;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.dimension_checks(regnamespace, daterange, timestamptz) IS
    'internal: a row of check_figures() for each dimension that a source has: whether what adds up comes to its total; left how many figures do not, with members and total in the detail; no row '
    'where no figure is known as a whole, for all members; unknown where its members cannot be read';
