-- A ledger with the records of 2023 and 2024, entered quarter by quarter, so that any
-- moment's knowledge can be had again. In a database with emgov, from the root of the checkout:
--   psql -f examples/changzhou-2024/ledger/load.sql
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_min_messages = warning;
\set pack `cat examples/changzhou-2024/pack.json`
\set bulletin `cat examples/changzhou-2024/bulletin.json`
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack(:'pack'::jsonb);
CALL ledger.load_pack(:'bulletin'::jsonb);
SET LOCAL search_path = ledger, public;
\ir helpers.sql

-- each time all that is counted is said to be entered, to the last day of the batch
CREATE PROCEDURE pg_temp.said_entered() LANGUAGE sql AS $$
    SELECT emgov_internal.ledger_entered('ledger'::regnamespace, ARRAY(SELECT DISTINCT source FROM ledger.indicator WHERE source IS NOT NULL),
                                upper(days) - 1, '2023-01-01', NULL) FROM batch
$$;

SET LOCAL emgov.known_at = '2023-01-03 09:00+08';
\ir registry.sql

UPDATE batch SET days = '[1900-01-01,2023-04-01)';
SET LOCAL emgov.known_at = '2023-04-06 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2023-04-01,2023-07-01)';
SET LOCAL emgov.known_at = '2023-07-06 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2023-07-01,2023-10-01)';
SET LOCAL emgov.known_at = '2023-10-10 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2023-10-01,2024-01-01)';
SET LOCAL emgov.known_at = '2024-01-05 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
-- found after the year had ended: an accident of 2023 was an illness
SET LOCAL emgov.known_at = '2024-01-22 10:00+08';
UPDATE accident SET status = 'written_off', note = '经调查系突发疾病，不属于生产安全事故' WHERE id = 2370;

UPDATE batch SET days = '[2024-01-01,2024-04-01)';
SET LOCAL emgov.known_at = '2024-04-08 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2024-04-01,2024-07-01)';
SET LOCAL emgov.known_at = '2024-07-04 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2024-07-01,2024-10-01)';
SET LOCAL emgov.known_at = '2024-10-09 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
SET LOCAL emgov.known_at = '2024-11-20 10:00+08';
\ir corrections.sql

-- the day of the report, then the rest of the year
UPDATE batch SET days = '[2024-10-01,2024-12-20)';
SET LOCAL emgov.known_at = '2024-12-19 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();
UPDATE batch SET days = '[2024-12-20,2025-01-01)';
SET LOCAL emgov.known_at = '2025-01-03 12:00+08';
\ir quarter.sql
CALL pg_temp.said_entered();

-- ids were given, so the sequences go on after them; and the planner learns what is there
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT oid::regclass AS name,
                    EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'id' AND attidentity = 'd') AS numbered
               FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r'
    LOOP
        IF c.numbered THEN
            EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), max(id)) FROM %s HAVING max(id) > 0', c.name, c.name);
        END IF;
        EXECUTE format('ANALYZE %s', c.name);
    END LOOP;
END
$$;
COMMIT;
