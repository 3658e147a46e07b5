-- ------------------------------------------------------------------ ledger: what is counted once each
-- How many enterprises were inspected is not the sum of the months. But an inspection that is the first of
-- its enterprise in the year is one enterprise more in whatever begins with that year; the first in a month, in
-- whatever begins with that month. And where several leases of one lessor overlap, the days that each adds to those
-- before it say of any day how many lessors there are. Live facts keep that; a part of kind `once` says where. Its name is
-- `source.column`, perhaps followed by ` by columns`: it is of indicators that count the values of that column once each, among
-- records of status valid, and with one value in each of these columns, and ask nothing else of a record. Lines of the query say more:
--
--   -- day: column     by which the indicator is counted
--   -- until: column   where the records end; the indicator is a stock
--   -- records: rollup of the source, from which the numbers of records come besides: as its parts lie, see rollup_parts.c
--
-- The query gives, under the names of the source's columns, the day, the end, and the columns of `by`; and the numbers
-- of records that they stand for, and of things that are counted: in_month and in_year, where a window begins with a month or a year of the
-- ledger, and ends within it; of a stock in_stock. $1 are the bounds of all windows, $3 the first day, $4 the last day's next. See once.c.

INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'once', 'inspection.subject_id' || b.by, '受检企业，每户计一次 | enterprises inspected, each once', replace($sql$
    -- day: inspected_on
    -- the months that a bound cuts come from the inspections, the others from their sums
    WITH cut AS (SELECT DISTINCT emgov.month_of(b) AS month FROM unnest($1) AS b WHERE extract(day FROM b) > 1)
    SELECT m.month AS inspected_on, m.programme_code, m.area_code, m.records, m.@of@_month AS in_month, m.@of@_year AS in_year
      FROM @store@.inspection_first_month AS m WHERE m.month >= $3 AND m.month < $4 AND NOT EXISTS (SELECT FROM cut WHERE cut.month = m.month)
    UNION ALL
    SELECT f.day, f.programme_code, f.area_code, 1, f.@of@_month, f.@of@_year
      FROM cut JOIN @store@.inspection_first AS f ON f.day >= cut.month AND f.day < cut.month + interval '1 month'$sql$, '@of@', b.kept)
  FROM (VALUES ('', 'all'), (' by area_code', 'area'), (' by programme_code', 'programme')) AS b (by, kept);

INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'once', format('lease.%s_id', p.en), format('%s，每个计一次 | %ss, each once', p.zh, p.en), format($sql$
    -- day: valid_from
    -- until: valid_to
    SELECT l.valid_from, l.valid_to, 0 AS records, l.records AS in_stock FROM @store@.lease_%s_daily AS l
    -- records: @ledger@.lease_daily
$sql$, p.en)
  FROM (VALUES ('lessor', '出租方'), ('lessee', '承租方')) AS p (en, zh);

-- For a scan by whoever may read all that it reads: what answers, with what is said above, and the rollups that it reads.
CREATE FUNCTION emgov_internal.counted_once(relation regclass, OUT name text, OUT measure text, OUT day text, OUT until text, OUT by text[], OUT query text, OUT rollups regclass[],
                                            OUT records regclass)
RETURNS SETOF record
LANGUAGE sql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT (u.relations[1])::text, (parse_ident(split_part(p.name, ' ', 1)))[2], substring(p.body FROM '-- day: (\w+)'), substring(p.body FROM '-- until: (\w+)'),
           coalesce(string_to_array(substring(p.name FROM ' by (.*)'), ', '), '{}'), f.query, ARRAY(SELECT r.view FROM unnest(u.relations) AS x JOIN emgov.rollup AS r ON r.view = x ORDER BY 1),
           to_regclass(split_part(substring(f.query FROM '-- records: (.*)'), E'\n', 1))
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN emgov.ledger_part AS p ON p.kind = 'once' AND starts_with(p.name, c.relname || '.')
     CROSS JOIN LATERAL (SELECT emgov_internal.store(n.oid::regnamespace) AS store) AS s
     CROSS JOIN LATERAL (SELECT emgov_internal.fill(p.body, 'ledger', quote_ident(n.nspname), 'store', s.store::text) AS query WHERE s.store IS NOT NULL) AS f
     CROSS JOIN LATERAL (SELECT array_agg(x.relation ORDER BY x.at) AS relations, count(*) AS n
                           FROM (SELECT to_regclass(CASE m[1] WHEN 'store' THEN s.store::text ELSE quote_ident(n.nspname) END || '.' || m[2]) AS relation, min(at) AS at
                                   FROM regexp_matches(p.body, '@(store|ledger)@\.(\w+)', 'g') WITH ORDINALITY AS r (m, at) GROUP BY 1) AS x) AS u
     WHERE c.oid = relation AND emgov_internal.is_ledger(n.oid)
       AND NOT EXISTS (SELECT FROM unnest(u.relations) AS x LEFT JOIN pg_class AS r ON r.oid = x WHERE r.relowner IS DISTINCT FROM c.relowner OR NOT has_table_privilege(x, 'SELECT'))
       -- nothing else has taken the name of a rollup or a live fact; what keeps it is as it was made
       AND NOT EXISTS (SELECT FROM unnest(u.relations) AS x WHERE NOT EXISTS (SELECT FROM emgov.rollup AS r WHERE r.view = x)
                          AND NOT EXISTS (SELECT FROM emgov.ledger_part AS k WHERE k.kind = 'live' AND to_regclass(format('%s.%I', s.store, replace(k.name, '@store@.', ''))) = x))
       AND NOT EXISTS (SELECT FROM emgov.ledger_part AS k
                        CROSS JOIN LATERAL (SELECT to_regclass(format('%s.%I', s.store, replace(k.name, '@store@.', ''))) AS fact) AS k2
                        CROSS JOIN LATERAL emgov_internal.live_fact_tables(n.nspname, k) AS t
                        WHERE k.kind = 'live' AND k2.fact IN (SELECT x FROM unnest(u.relations) AS x UNION SELECT r.source FROM unnest(u.relations) AS x JOIN emgov.rollup AS r ON r.view = x)
                          AND NOT emgov_internal.live_fact_follows(t.relation, replace(k.name, '@store@.', ''), t.looked_up))
     ORDER BY p.ordinal
$$;
COMMENT ON FUNCTION emgov_internal.counted_once(regclass) IS
    'internal: where a scan of a source by the current user can read what is counted once each: what answers, the column that is counted, the day, the end of a stock, the columns of which a '
    'value is chosen, the query (of $1 bounds, $3 first day, $4 end), the rollups that it reads, and the one that has the records; nothing that has lost a trigger which keeps it';
