-- ------------------------------------------------------------------ ledger: members against their total
-- What adds up over the members of a dimension comes to its total, whatever the dimension. Where it does not, a
-- figure by members and the same figure alone would tell two stories. What is known only in part is not compared:
-- areas may be known for different days.

CREATE FUNCTION emgov_internal.dimension_checks(ledger regnamespace, period daterange, as_of timestamptz) RETURNS SETOF emgov_internal.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    -- what adds up and is known as a whole
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of) AS i
                                                    WHERE i.kind IN ('count', 'sum', 'stock', 'planned') AND emgov_internal.adds_up(ARRAY[i], i.code));
    known text[] := ARRAY(SELECT (m.figure).code
                            FROM emgov_internal.figures_of(ledger, indicators, ARRAY(SELECT c FROM emgov_internal.comparators(ledger, as_of) AS c),
                                     ARRAY(SELECT (i.code, period, NULL)::emgov_internal.figure_request FROM unnest(indicators) AS i), '{}', as_of, 'restated', '{}', '{}', NULL,
                                     ARRAY(SELECT c FROM emgov_internal.figure_coverage(ledger, indicators, as_of) AS c), 'zh', NULL) AS m
                           WHERE (m.figure).covered_days = (m.figure).period_days AND (m.figure).missing IS NULL);
    codes text[];
    relations regclass[];
    days text[];
    dimensions text[];
    d text;
    splits emgov_internal.figure_split[];
    names emgov_internal.figure_name[];
    split emgov_internal.indicator[];
BEGIN
    SELECT array_agg(r.code), array_agg(r.relation), array_agg(r.day) INTO codes, relations, days FROM emgov_internal.indicator_relations(ledger, indicators) AS r WHERE r.code = ANY (known);
    -- a level of a tree, and a part of a date, are of the same column as others
    EXECUTE format('SELECT array_agg(x.code ORDER BY x.ordinal, x.code) FROM %s AS x WHERE x.active AND x.level IS NULL AND x.date_part IS NULL',
                   emgov_internal.kept_as_of(ledger, 'dimension', as_of)) INTO dimensions USING as_of;
    FOREACH d IN ARRAY coalesce(dimensions, '{}') LOOP
        splits := emgov_internal.splits(ledger, d, false, as_of);
        split := ARRAY(SELECT i FROM unnest(codes, relations, days) AS r (code, relation, day)
                        CROSS JOIN LATERAL emgov_internal.split_expression(splits, 1, r.relation, r.day) AS e JOIN unnest(indicators) AS i ON i.code = r.code
                        WHERE e.expression IS NOT NULL);
        CONTINUE WHEN split = '{}';
        BEGIN
            names := ARRAY(SELECT n FROM emgov_internal.member_names(ledger, d, upper(period) - 1, as_of) AS n);
            RETURN QUERY
                WITH part AS MATERIALIZED (
                    SELECT * FROM emgov_internal.scan_parts(ledger, split, ARRAY[period], as_of, splits)
                ), compared AS (
                    SELECT p.code, min(p.numerator) FILTER (WHERE p.member IS NULL) AS total, coalesce(sum(p.numerator) FILTER (WHERE p.member IS NOT NULL), 0) AS members
                      FROM part AS p GROUP BY p.code
                    HAVING bool_and(p.reason IS NULL) AND (count(p.member) > 0 OR EXISTS (SELECT FROM emgov_internal.listed_members(ARRAY[period], splits, names)))
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
