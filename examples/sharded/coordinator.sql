-- What the coordinator counts from: for each view that the data clusters show, a table of schema `shards`, partitioned by
-- area, of foreign tables. The servers are there, with a user mapping, and shards.area says which of them has the records of
-- which area. Indicators and rules are counted from these tables from then on.
\set ON_ERROR_STOP on
DO $$
DECLARE
    s record;
    t record;
BEGIN
    FOR s IN SELECT server, row_number() OVER (ORDER BY server) AS n, string_agg(quote_literal(area_code), ', ' ORDER BY area_code) AS areas FROM shards.area GROUP BY server LOOP
        EXECUTE format('CREATE SCHEMA %I', s.server);
        EXECUTE format('IMPORT FOREIGN SCHEMA shard FROM SERVER %1$I INTO %1$I', s.server);
        FOR t IN SELECT relname AS name FROM pg_class WHERE relnamespace = quote_ident(s.server)::regnamespace AND relkind = 'f' ORDER BY 1 LOOP
            IF s.n = 1 THEN
                EXECUTE format('CREATE TABLE shards.%1$I (LIKE %2$I.%1$I) PARTITION BY LIST (area_code)', t.name, s.server);
            END IF;
            EXECUTE format('ALTER TABLE shards.%1$I ATTACH PARTITION %2$I.%1$I FOR VALUES IN (%3$s)', t.name, s.server, s.areas);
        END LOOP;
    END LOOP;
END
$$;
-- the planner learns how many there are
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'shards'::regnamespace AND relkind = 'p' \gexec
INSERT INTO ledger.dimension_source (dimension, source, column_name)
SELECT dimension, 'shards.' || source, column_name FROM ledger.dimension_source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
UPDATE ledger.indicator SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
UPDATE ledger.check_rule SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
