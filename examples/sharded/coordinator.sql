-- What the coordinator counts from: for each view that the data clusters show, a table of schema `shards`, partitioned by
-- area, of foreign tables. The servers are there, with a user mapping, and shards.area says which of them has the records of
-- which area. Indicators and rules are counted from these tables from then on.
\set ON_ERROR_STOP on
BEGIN;
-- Nobody but the server itself sees what it has of other areas, for where they are asked for it is not; and records of an area that
-- nobody has are nowhere. Nothing, unless something is wrong: records that lie elsewhere; without source and records, an area that data
-- are expected of, but which no server has (server NULL), or one that a server has and the ledger has not.
CREATE FUNCTION shards.misplaced() RETURNS TABLE (server name, source name, area_code text, records bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET constraint_exclusion = off
AS $$
DECLARE
    t record;
BEGIN
    RETURN QUERY SELECT NULL::name, NULL::name, a.code, NULL::bigint FROM ledger.area AS a WHERE a.is_block AND a.active AND a.code NOT IN (SELECT x.area_code FROM shards.area AS x) ORDER BY a.code;
    RETURN QUERY SELECT x.server, NULL::name, x.area_code, NULL::bigint FROM shards.area AS x WHERE x.area_code NOT IN (SELECT a.code FROM ledger.area AS a) ORDER BY 1, 3;
    FOR t IN SELECT s.server, c.relname, c.oid::regclass AS relation, s.areas
               FROM (SELECT a.server, array_agg(a.area_code) AS areas FROM shards.area AS a GROUP BY 1) AS s JOIN pg_foreign_server AS f ON f.srvname = s.server
               JOIN pg_foreign_table AS ft ON ft.ftserver = f.oid JOIN pg_class AS c ON c.oid = ft.ftrelid WHERE c.relnamespace = quote_ident(s.server)::regnamespace ORDER BY 1, 2 LOOP
        RETURN QUERY EXECUTE format('SELECT $1, $2, x.area_code, count(*) FROM %s AS x WHERE x.area_code <> ALL ($3) OR x.area_code IS NULL GROUP BY 3 ORDER BY 3', t.relation)
            USING t.server, t.relname, t.areas;
    END LOOP;
END
$$;
DO $$
DECLARE
    s record;
    t record;
    wrong record;
BEGIN
    -- there are no foreign tables yet: the areas alone; one that the ledger has not explains another that no server has
    SELECT * INTO wrong FROM shards.misplaced() AS m ORDER BY m.server LIMIT 1;
    IF wrong.server IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('by shards.area server "%s" has area "%s", which is no area of the ledger', wrong.server, wrong.area_code), HINT = 'Mend shards.area.';
    ELSIF wrong.area_code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('no server has area "%s", which data are expected of', wrong.area_code),
            DETAIL = 'Its records would be in no figure.', HINT = 'Name its server in shards.area.';
    END IF;
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
    SELECT * INTO wrong FROM shards.misplaced() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('server "%s" has %s records of area %s in shard.%s', wrong.server, wrong.records, coalesce(wrong.area_code, 'NULL'), wrong.source),
            DETAIL = 'By shards.area it has not got that area, so they would be in no figure of it.', HINT = 'Mend shards.area, or move these records.';
    END IF;
END
$$;
COMMIT;
-- the planner learns how many there are
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'shards'::regnamespace AND relkind = 'p' \gexec
INSERT INTO ledger.dimension_source (dimension, source, column_name)
SELECT dimension, 'shards.' || source, column_name FROM ledger.dimension_source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
UPDATE ledger.indicator SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
UPDATE ledger.check_rule SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
