-- What the coordinator counts from: for each view that the data clusters show, a table of schema `shards`, partitioned by
-- area, of foreign tables. The servers are there, with a user mapping, and shards.area says which of them has the records of
-- which area. Indicators and rules are counted from these tables from then on.
-- Run it again whenever shards.area or what the data clusters show has changed: it makes the foreign tables anew.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
-- what is written here means the server's own, whoever may create functions elsewhere
SET LOCAL search_path = pg_catalog, pg_temp;
\set schema shards
\ir shared.sql
-- Nobody but the server itself sees what it has of other areas, for where they are asked for it is not; and records of an area that
-- nobody has, or that a table has no partition for on the server that has it, are nowhere. Nothing, unless something is wrong:
--   records of a source that lie elsewhere, with how many;
--   without records, an area that a source does not read from the server that has it: there is no such view there (or not all columns of it), or coordinator.sql was not run;
--   without source, an area that data are expected of, but which no server has (server NULL), or one that a server has and the ledger has not.
CREATE OR REPLACE FUNCTION shards.misplaced() RETURNS TABLE (server name, source name, area_code text, records bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET constraint_exclusion = off
AS $$
DECLARE
    t record;
    taken text;
    counts text;
BEGIN
    RETURN QUERY SELECT NULL::name, NULL::name, a.code, NULL::bigint FROM ledger.area AS a WHERE a.is_block AND a.active AND a.code NOT IN (SELECT x.area_code FROM shards.area AS x) ORDER BY a.code;
    RETURN QUERY SELECT x.server, NULL::name, x.area_code, NULL::bigint FROM shards.area AS x WHERE x.area_code NOT IN (SELECT a.code FROM ledger.area AS a) ORDER BY 1, 3;
    -- the areas that each partition takes, and where it is
    SELECT string_agg(format('SELECT %L::name AS source, %L::name AS server, area_code FROM shards.area WHERE %s',
                             p.relname, f.srvname, coalesce(pg_get_partition_constraintdef(c.oid), 'true')), ' UNION ALL ')
      INTO taken
      FROM pg_class AS p JOIN pg_inherits AS i ON i.inhparent = p.oid JOIN pg_class AS c ON c.oid = i.inhrelid
      LEFT JOIN pg_foreign_table AS ft ON ft.ftrelid = c.oid LEFT JOIN pg_foreign_server AS f ON f.oid = ft.ftserver
     WHERE p.relnamespace = 'shards'::regnamespace AND p.relkind = 'p' AND NOT i.inhdetachpending;
    RETURN QUERY EXECUTE format($sql$
        WITH taken AS (%s)
        SELECT a.server, s.source, a.area_code, NULL::bigint
          FROM (SELECT unnest(%L::name[]) UNION SELECT relname FROM pg_class WHERE relnamespace = 'shards'::regnamespace AND relkind = 'p') AS s (source) CROSS JOIN shards.area AS a
         WHERE NOT EXISTS (SELECT FROM taken AS t WHERE (t.source, t.server, t.area_code) = (s.source, a.server, a.area_code)) ORDER BY 1, 2, 3 $sql$,
        coalesce(taken, 'SELECT NULL::name AS source, NULL::name AS server, NULL::text AS area_code WHERE false'),
        -- what shard.sql shows
        ARRAY(SELECT v.name FROM shards.shown() AS v) || '{accident_fact_rollup,inspection_rollup,hazard_of_area_rollup,enforcement_case_rollup}'::name[]);
    FOR t IN SELECT f.srvname, p.relname, p.oid::regclass AS source, c.oid::regclass AS relation, ARRAY(SELECT a.area_code FROM shards.area AS a WHERE a.server = f.srvname) AS areas
               FROM pg_class AS p JOIN pg_inherits AS i ON i.inhparent = p.oid JOIN pg_class AS c ON c.oid = i.inhrelid
               LEFT JOIN pg_foreign_table AS ft ON ft.ftrelid = c.oid LEFT JOIN pg_foreign_server AS f ON f.oid = ft.ftserver
              WHERE p.relnamespace = 'shards'::regnamespace AND p.relkind = 'p' ORDER BY 1, 2 LOOP
        -- it answers, and has no such view, or not all columns of it
        IF emgov_internal.partition_fault(t.source, t.relation) IS NOT NULL THEN
            RETURN QUERY SELECT t.srvname, t.relname, a, NULL::bigint FROM unnest(CASE t.areas WHEN '{}' THEN ARRAY[NULL] ELSE t.areas END) AS a ORDER BY 3;
            CONTINUE;
        END IF;
        -- what has been withdrawn, is a duplicate or written off is in no figure that counts what is valid, wherever it lies
        counts := (SELECT ' AND (x.status <> ALL (''{withdrawn,duplicate,written_off}'') OR x.status IS NULL)' FROM pg_attribute AS a
                    WHERE a.attrelid = t.relation AND a.attname = 'status' AND a.atttypid = 'text'::regtype AND NOT a.attisdropped);
        RETURN QUERY EXECUTE format('SELECT $1, $2, x.area_code, count(*) FROM %s AS x WHERE (x.area_code <> ALL ($3) OR x.area_code IS NULL)%s GROUP BY 3 ORDER BY 3', t.relation, counts)
            USING t.srvname, t.relname, t.areas;
    END LOOP;
END
$$;
DO $$
DECLARE
    s record;
    t record;
    wrong record;
    altered boolean := false;
BEGIN
    FOR t IN SELECT c.oid::regclass AS name FROM pg_foreign_table AS ft JOIN pg_class AS c ON c.oid = ft.ftrelid JOIN pg_foreign_server AS f ON f.oid = ft.ftserver
               LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid LEFT JOIN pg_class AS p ON p.oid = i.inhparent
              WHERE p.relnamespace = 'shards'::regnamespace OR c.relnamespace::regnamespace::text = quote_ident(f.srvname) LOOP
        EXECUTE format('DROP FOREIGN TABLE %s', t.name);
    END LOOP;
    -- the areas alone; one that the ledger has not explains another that no server has
    SELECT * INTO wrong FROM shards.misplaced() AS m WHERE m.source IS NULL ORDER BY m.server LIMIT 1;
    IF wrong.server IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('by shards.area server "%s" has area "%s", which is no area of the ledger', wrong.server, wrong.area_code), HINT = 'Mend shards.area.';
    ELSIF wrong.area_code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('no server has area "%s", which data are expected of', wrong.area_code),
            DETAIL = 'Its records would be in no figure.', HINT = 'Name its server in shards.area.';
    END IF;
    FOR s IN SELECT DISTINCT server FROM shards.area ORDER BY server LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', s.server);
        EXECUTE format('IMPORT FOREIGN SCHEMA shard FROM SERVER %1$I INTO %1$I', s.server);
        FOR t IN SELECT relname AS name FROM pg_class WHERE relnamespace = quote_ident(s.server)::regnamespace AND relkind = 'f' ORDER BY 1 LOOP
            IF to_regclass(format('shards.%I', t.name)) IS NULL THEN
                EXECUTE format('CREATE TABLE shards.%1$I (LIKE %2$I.%1$I) PARTITION BY LIST (area_code)', t.name, s.server);
            END IF;
            -- columns of a newer release
            EXECUTE (SELECT coalesce(string_agg(format('ALTER TABLE shards.%I ADD COLUMN %I %s', t.name, c.attname, format_type(c.atttypid, c.atttypmod)), '; ' ORDER BY c.attnum), '')
                       FROM pg_attribute AS c WHERE c.attrelid = format('%I.%I', s.server, t.name)::regclass AND c.attnum > 0 AND NOT c.attisdropped
                        AND c.attname NOT IN (SELECT o.attname FROM pg_attribute AS o WHERE o.attrelid = format('shards.%I', t.name)::regclass AND NOT o.attisdropped));
        END LOOP;
    END LOOP;
    -- a column has one type everywhere; the tables here have no records, and follow
    FOR t IN SELECT p.oid::regclass AS relation, p.relname AS name, o.attname AS column_name, u.servers, u.types,
                    format_type(o.atttypid, o.atttypmod) || CASE WHEN l.oid IS NOT NULL THEN format(' COLLATE %I.%I', l.collnamespace::regnamespace, l.collname) ELSE '' END AS type
               FROM pg_class AS p JOIN pg_attribute AS o ON o.attrelid = p.oid AND o.attnum > 0 AND NOT o.attisdropped
               LEFT JOIN pg_type AS y ON y.oid = o.atttypid LEFT JOIN pg_collation AS l ON l.oid = o.attcollation AND l.oid <> y.typcollation
              CROSS JOIN LATERAL (SELECT array_agg(x.server ORDER BY a.attnum IS NOT NULL, x.server) AS servers,
                                         array_agg(format_type(a.atttypid, a.atttypmod) || CASE WHEN k.oid IS NOT NULL
                                                   THEN format(' COLLATE %I.%I', k.collnamespace::regnamespace, k.collname) ELSE '' END ORDER BY a.attnum IS NOT NULL, x.server) AS types
                                    FROM (SELECT DISTINCT d.server FROM shards.area AS d) AS x
                                    JOIN pg_class AS c ON c.relnamespace = quote_ident(x.server)::regnamespace AND c.relname = p.relname AND c.relkind = 'f'
                                    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = o.attname AND NOT a.attisdropped
                                    LEFT JOIN pg_type AS z ON z.oid = a.atttypid LEFT JOIN pg_collation AS k ON k.oid = a.attcollation AND k.oid <> z.typcollation) AS u
              WHERE p.relnamespace = 'shards'::regnamespace AND p.relkind = 'p' ORDER BY p.relname, o.attnum LOOP
        IF t.types[1] IS NULL AND t.servers IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                MESSAGE = format('server "%s" does not show column "%s" of shard.%s', t.servers[1], t.column_name, t.name),
                HINT = format('Run shard.sql there again, or make the view of a source of your own with it. Where no server is to have it, here: ALTER TABLE %s DROP COLUMN %I.',
                              t.relation, t.column_name);
        END IF;
        FOR i IN 2 .. cardinality(t.types) LOOP
            IF t.types[i] <> t.types[1] THEN
                RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                    MESSAGE = format('server "%s" has column "%s" of shard.%s as %s, and server "%s" as %s', t.servers[1], t.column_name, t.name, t.types[1], t.servers[i], t.types[i]),
                    HINT = format('Change it on each data cluster in the same way: DROP VIEW shard.%1$I; CALL emgov.release_units(…); ALTER TABLE …; CALL emgov.make_units(…); '
                                  'CREATE VIEW shard.%1$I …; GRANT ….', t.name);
            END IF;
        END LOOP;
        IF t.types[1] <> t.type THEN
            CALL emgov.release_units(t.relation);
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', t.relation, t.column_name, t.types[1]);
            altered := true;
        END IF;
    END LOOP;
    IF altered THEN
        CALL emgov.make_units('ledger');
    END IF;
    FOR t IN SELECT c.relname AS name, a.server, string_agg(quote_literal(a.area_code), ', ' ORDER BY a.area_code) AS areas
               FROM shards.area AS a JOIN pg_class AS c ON c.relnamespace = quote_ident(a.server)::regnamespace AND c.relkind = 'f' GROUP BY 1, 2 ORDER BY 2, 1 LOOP
        EXECUTE format('ALTER TABLE shards.%1$I ATTACH PARTITION %2$I.%1$I FOR VALUES IN (%3$s)', t.name, t.server, t.areas);
    END LOOP;
    SELECT * INTO wrong FROM shards.misplaced() AS m ORDER BY m.records NULLS FIRST, m.server, m.source LIMIT 1;
    IF FOUND AND wrong.records IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('server "%s" does not show shard.%s', wrong.server, wrong.source),
            DETAIL = 'Its records would be in no figure.',
            HINT = format('Run shard.sql there again. It makes no view of a source of your own: there, CREATE VIEW shard.%1$I AS …; GRANT SELECT ON shard.%1$I TO coordinator;', wrong.source);
    ELSIF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('server "%s" has %s records of area %s in shard.%s', wrong.server, wrong.records, coalesce(wrong.area_code, 'NULL'), wrong.source),
            DETAIL = 'By shards.area it has not got that area, so they would be in no figure of it.',
            HINT = 'Mend shards.area, or, where that is right, say there why they no longer count, and enter them where they belong: '
                'UPDATE … SET status = ''withdrawn'', note = ''of another data cluster'' WHERE ….';
    END IF;
END
$$;
-- the planner learns how many there are
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'shards'::regnamespace AND relkind = 'p' \gexec
INSERT INTO ledger.dimension_source (dimension, source, column_name)
SELECT dimension, 'shards.' || source, column_name FROM ledger.dimension_source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%'
ON CONFLICT DO NOTHING;
UPDATE ledger.indicator SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
UPDATE ledger.check_rule SET source = 'shards.' || source WHERE to_regclass('shards.' || source) IS NOT NULL AND source NOT LIKE '%.%';
-- and nothing is from what is here no longer
\ir counted.sql
COMMIT;
