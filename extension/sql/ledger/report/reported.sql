-- ------------------------------------------------------------------ report: what was reported against what is counted
-- Members send figures of indicators that are counted from records too. A figure of theirs is held against that of the same member and days.

CREATE FUNCTION emgov_internal.report_reported(ledger regnamespace, areas text[])
RETURNS TABLE (code text, dimension text, member text, starts_on date, ends_on date, reported numeric, counted numeric, state text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
    -- all figures of one span at once
    RETURN QUERY EXECUTE format($sql$
        WITH sent AS MATERIALIZED (
            SELECT r.indicator, r.dimension, CASE r.dimension WHEN 'accident_category' THEN 'category' ELSE r.dimension END AS split, r.member, r.starts_on, r.ends_on, r.value
              FROM %1$s.reported AS r JOIN %1$s.indicator AS i ON i.code = r.indicator AND i.active AND i.kind <> 'reported'
             WHERE r.status = 'valid' AND ($1 IS NULL OR r.dimension = 'area' AND r.member = ANY ($1))
        ), asked AS MATERIALIZED (
            SELECT s.split, s.starts_on, s.ends_on, array_agg(DISTINCT s.indicator) AS codes FROM sent AS s GROUP BY 1, 2, 3
        ), figure AS MATERIALIZED (
            SELECT q.split, q.starts_on, q.ends_on, f.code, f.member, f.value, f.state
              FROM asked AS q CROSS JOIN LATERAL %1$s.figures(daterange(q.starts_on, q.ends_on), NULL, codes => q.codes, by => q.split) AS f WHERE f.member IS NOT NULL
        )
        SELECT s.indicator, s.dimension, s.member, s.starts_on, s.ends_on, s.value, f.value,
               CASE WHEN f.value IS NULL THEN coalesce(nullif(f.state, 'comparable'), 'no_data') WHEN f.state IN ('part_period', 'part_members') THEN f.state
                    WHEN f.value = s.value THEN 'equal' ELSE 'differs' END
          FROM sent AS s LEFT JOIN figure AS f ON f.code = s.indicator AND f.split = s.split AND f.member = s.member AND f.starts_on = s.starts_on AND f.ends_on = s.ends_on $sql$,
        ledger) USING areas;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_reported(regnamespace, text[]) IS
    'internal: each reported figure of an indicator that is counted from records too, with what is counted of the same member and days; areas: those whose figures may be seen, NULL: all of all. '
    'state: equal, differs, or why nothing can be said, as figures() has it';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'reported_against_counted',
    '上报数与记录数对照，一行一个成员、指标、期间 | reported figures against counted ones, a row a member, indicator and period', $sql$
    SELECT f.code::varchar(31) AS indicator_code, i.name_zh::varchar(200) AS indicator_zh, i.name_en::varchar(200) AS indicator_en, i.unit::varchar(20) AS unit,
           f.dimension::varchar(20) AS dimension, f.member::varchar(64) AS member_code,
           coalesce(a.name_zh, o.name_zh, k.name_zh, p.name_zh)::varchar(200) AS member_zh, f.starts_on AS period_start, (f.ends_on - 1) AS period_end,
           f.reported::numeric(18,4) AS reported, f.counted::numeric(18,4) AS counted, f.difference::numeric(18,4) AS difference, f.state::varchar(20) AS state,
           (CASE f.state WHEN 'equal' THEN '一致' WHEN 'differs' THEN '不一致' ELSE '无法比较' END)::varchar(20) AS state_zh
      FROM @store@.report_rows('reported', (SELECT s.areas FROM @store@.seen s))
           AS f (code text, dimension text, member text, starts_on date, ends_on date, reported numeric, counted numeric, difference numeric, state text)
      JOIN @ledger@.indicator i ON i.code = f.code
      LEFT JOIN @ledger@.area a ON f.dimension = 'area' AND a.code = f.member
      LEFT JOIN @ledger@.organisation o ON f.dimension = 'organisation' AND o.code = f.member
      LEFT JOIN @ledger@.accident_category k ON f.dimension = 'accident_category' AND k.code = f.member
      LEFT JOIN @ledger@.programme p ON f.dimension = 'programme' AND p.code = f.member
$sql$);
