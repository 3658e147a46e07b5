-- What the coordinator counts from tables of its own whose records lie on the data clusters: from nothing, so from 0. Nothing,
-- unless something is wrong: an active indicator or rule, or a dimension, with its source and which of these tables is behind it.
CREATE OR REPLACE FUNCTION shards.counted_here() RETURNS TABLE (what text, code text, source text, tables name[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH s AS MATERIALIZED (SELECT * FROM shards.shared()),
    d AS (SELECT 'indicator' AS what, i.code, i.source FROM ledger.indicator AS i WHERE i.active
          UNION ALL SELECT 'check_rule', r.code, r.source FROM ledger.check_rule AS r WHERE r.active
          UNION ALL SELECT 'dimension', m.code, m.members FROM ledger.dimension AS m WHERE m.active),
    r AS MATERIALIZED (SELECT x.source, emgov_internal.relation('ledger'::regnamespace, x.source) AS relation FROM (SELECT DISTINCT d.source FROM d WHERE d.source IS NOT NULL) AS x),
    b AS MATERIALIZED (SELECT r.source, array_agg(s.name ORDER BY s.name) AS tables
                         FROM r CROSS JOIN LATERAL emgov_internal.tables_behind(r.relation) AS t JOIN s ON s.relation = t GROUP BY 1)
    SELECT d.what, d.code, d.source, b.tables FROM d JOIN b USING (source) ORDER BY 1 DESC, 2;
END;
COMMENT ON FUNCTION shards.counted_here() IS 'definitions that are counted from tables here, whose records lie on the data clusters: should say nothing';
DO $$
DECLARE
    wrong record;
BEGIN
    SELECT c.*, count(*) OVER () - 1 AS others INTO wrong FROM shards.counted_here() AS c LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s %s is counted from "%s" here, and records of %s lie on the data clusters', wrong.what, wrong.code, wrong.source, array_to_string(wrong.tables, ', ')),
            DETAIL = format('It would be 0, or too small.%s', CASE WHEN wrong.others > 0 THEN format(' So would %s others: SELECT * FROM shards.counted_here().', wrong.others) END),
            HINT = 'Show the source on each data cluster as a view of schema shard with a column area_code, and have it counted from shards.…, where it stands here then.';
    END IF;
END
$$;
