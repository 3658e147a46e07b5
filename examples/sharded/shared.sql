-- Which records lie on the data clusters, each on that of its area: functions of schema :schema, which `move`, `shard.sql` and
-- `coordinator.sql` ask. Accidents, inspections, their tasks and cases do, and whatever refers to these, itself or through
-- others; not the cases that were exposed, which belong to a batch of the whole.
CREATE OR REPLACE FUNCTION :schema.shared() RETURNS TABLE (name name, relation regclass, level int, area text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    areas jsonb := jsonb_build_object('ledger.subject'::regclass::oid::text, 'subject.area_code');
BEGIN
    FOR name, relation, level IN
        WITH RECURSIVE s AS (
            SELECT c.oid, 0 AS n FROM pg_class AS c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname IN ('accident', 'inspection', 'enforcement_case', 'inspection_task')
            UNION SELECT f.conrelid, s.n + 1 FROM s JOIN pg_constraint AS f ON f.contype = 'f' AND f.confrelid = s.oid AND f.conrelid NOT IN (s.oid, 'ledger.exposed_case'::regclass) WHERE s.n < 20)
        SELECT c.relname, c.oid, max(s.n) FROM s JOIN pg_class AS c USING (oid) WHERE NOT c.relispartition GROUP BY 1, 2 ORDER BY 3, 1
    LOOP
        -- its own area, or that of what it refers to; of several the first that is there, its enterprise's at last
        area := (SELECT format('%I.area_code', name) FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = 'area_code' AND NOT a.attisdropped);
        area := coalesce(area, (
            SELECT format('coalesce(%s)', string_agg(format('(SELECT %s FROM %s AS %I WHERE %s)', areas->>f.confrelid::text, f.confrelid::regclass, p.relname, k.joined), ', '
                                                     ORDER BY f.confrelid = 'ledger.subject'::regclass, f.conkey))
              FROM pg_constraint AS f JOIN pg_class AS p ON p.oid = f.confrelid
             CROSS JOIN LATERAL (SELECT string_agg(format('%I.%I = %I.%I', p.relname, b.attname, name, a.attname), ' AND ') AS joined
                                   FROM unnest(f.conkey, f.confkey) AS u (a, b) JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.a
                                   JOIN pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = u.b) AS k
             WHERE f.contype = 'f' AND f.conrelid = relation AND areas ? f.confrelid::text));
        areas := areas || jsonb_build_object(relation::oid::text, area);
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION :schema.shared() IS 'the tables whose records lie on the data clusters, those first that others refer to; area: the SQL of a record''s area, by the table''s name';

-- A source without a column area_code has the area of what one of its columns names: enforcement_case_id that of a case.
CREATE OR REPLACE FUNCTION :schema.shown() RETURNS TABLE (name name, relation regclass, area text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH s AS MATERIALIZED (SELECT * FROM :schema.shared()),
    named AS (SELECT i.source FROM ledger.indicator AS i UNION SELECT r.source FROM ledger.check_rule AS r)
    SELECT c.relname, c.oid::regclass,
           CASE WHEN NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'area_code' AND NOT a.attisdropped) THEN
                coalesce((SELECT s.area FROM s WHERE s.relation = c.oid),
                         (SELECT format('(SELECT %s FROM %s AS %I WHERE %3$I.id = %4$I.%5$I)', s.area, s.relation, s.name, c.relname, a.attname)
                            FROM s JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.name || '_id' AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1)) END
      FROM pg_class AS c
     WHERE c.relnamespace = 'ledger'::regnamespace
       AND (EXISTS (SELECT FROM s JOIN named AS d ON d.source IN (s.name, 'shards.' || s.name) WHERE s.relation = c.oid)
            OR c.relkind = 'v' AND EXISTS (SELECT FROM emgov.ledger_part AS p WHERE p.kind IN ('source', 'live') AND p.name = c.relname)
                AND EXISTS (SELECT FROM emgov_internal.tables_behind(c.oid) AS b JOIN s ON s.relation = b))
     ORDER BY 1;
END;
COMMENT ON FUNCTION :schema.shown() IS
    'the sources that data clusters show: those of the ledger that hang on such tables, and such tables that definitions name; area: the SQL of the area where they have no column of it';
