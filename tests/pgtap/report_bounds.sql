-- S3: no content of a ledger's tables makes a view for readers fail. Every amount and number is the largest that its
-- column takes, there are a thousand records of some, keys are as long as they may be, and figures are published.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
SELECT * FROM no_plan();

-- ------------------------------------------------------------------ keys
SELECT throws_ok(format('INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (%s, ''2024-05-01'', ''320411'', ''road'')', i), '23514',
                 'new row for relation "accident" violates check constraint "id: at most 18 digits"', 'a key of 19 digits is refused')
  FROM unnest('{1000000000000000000,9223372036854775807,-1000000000000000000,-9223372036854775808}'::bigint[]) AS i;
-- every table whose key readers may see
SELECT is_empty($$SELECT a.attrelid::regclass FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
                   WHERE c.relnamespace = 'ledger'::regnamespace AND a.attname = 'id' AND a.atttypid = 'bigint'::regtype AND c.relname <> 'redaction'
                     AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.conname = 'id: at most 18 digits')$$, 'no key has more than 18 digits');
INSERT INTO subject (id, kind, name, area_code) VALUES (999999999999999999, 'unit', '某某厂', '320411');
INSERT INTO accident (id, occurred_on, area_code, category_code, subject_id) VALUES (999999999999999999, '2024-05-01', '320411', 'road', 999999999999999999),
                                                                                    (-999999999999999999, '2024-05-02', '320411', 'road', 999999999999999999);

-- ------------------------------------------------------------------ amounts
-- more than a bigint of hundredths holds, in a month and in a year
INSERT INTO accident (occurred_on, area_code, category_code, industry, direct_loss)
SELECT date '2024-03-02' + i % 400, '320411', 'road', 'A', 99999999999999.99 FROM generate_series(1, 1000) AS i;
INSERT INTO accident (occurred_on, area_code, category_code, industry, direct_loss) SELECT '2023-06-02', '320412', 'fire', 'A', 99999999999999.99 FROM generate_series(1, 1000) AS i;
INSERT INTO penalty (enforcement_case_id, kind_code, fine)
SELECT c.id, k.code, 99999999999999.99 FROM (SELECT id FROM enforcement_case WHERE decided_on IS NOT NULL AND status = 'valid' LIMIT 200) AS c, penalty_kind AS k WHERE k.code ~ 'fine'
ON CONFLICT DO NOTHING;
INSERT INTO fine_payment (enforcement_case_id, paid_on, amount, kind)
SELECT c.id, c.decided_on + i, 99999999999999.99, 'fine' FROM (SELECT id, decided_on FROM enforcement_case WHERE decided_on IS NOT NULL AND status = 'valid' LIMIT 10) AS c, generate_series(1, 100) AS i;
-- and of each number in a record the largest that it may be
CREATE PROCEDURE pg_temp.fill_up() LANGUAGE plpgsql AS $$
DECLARE
    t record;
    v text;
BEGIN
    FOR t IN SELECT c.oid::regclass AS relation, a.attname AS name, a.atttypid AS type, a.atttypmod AS mod FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND a.atttypid IN ('int'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'smallint'::regtype)
                AND EXISTS (SELECT FROM pg_attribute AS s WHERE s.attrelid = c.oid AND s.attname = 'status') AND a.attname <> 'id' AND a.attname !~ '_id$'
    LOOP
        FOREACH v IN ARRAY CASE t.type WHEN 'int'::regtype THEN '{2147483647}'::text[] WHEN 'smallint'::regtype THEN '{32767}' WHEN 'bigint'::regtype THEN '{9223372036854775807}'
                           ELSE ARRAY[CASE WHEN t.mod > 0 THEN (power(10::numeric, ((t.mod - 4) >> 16) - ((t.mod - 4) & 65535)) - power(10::numeric, -((t.mod - 4) & 65535)))::text ELSE '9e300' END] END LOOP
            BEGIN
                EXECUTE format('UPDATE %s SET %I = %s', t.relation, t.name, v);
            EXCEPTION WHEN check_violation OR foreign_key_violation OR exclusion_violation OR unique_violation OR raise_exception OR object_not_in_prerequisite_state THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END $$;
CALL pg_temp.fill_up();
SELECT is((SELECT min(direct_loss) FROM accident), 99999999999999.99, 'amounts are as large as they may be');
ANALYZE;

-- ------------------------------------------------------------------ every view
CREATE FUNCTION pg_temp.failed() RETURNS TABLE (view text, message text) LANGUAGE plpgsql AS $$
BEGIN
    FOR view IN SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.relkind = 'v' AND c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) ORDER BY 1 LOOP
        BEGIN
            -- every column is computed
            EXECUTE format('CREATE TEMP TABLE seen AS SELECT * FROM %s', view);
            DROP TABLE seen;
        EXCEPTION WHEN OTHERS THEN
            message := SQLSTATE || ' ' || SQLERRM;
            RETURN NEXT;
        END;
    END LOOP;
END $$;
SELECT is_empty('SELECT * FROM pg_temp.failed()', 'every view can be read');
SELECT is((SELECT array_agg(DISTINCT concat_ws(' ', accidents, direct_loss, direct_loss_state)) FROM ledger_report.accident_by_month WHERE period_start >= '2023-06-01' AND period_start < '2023-07-01'), '{1002 undefined}', 'what is too large is NULL, and says so');
SELECT * FROM finish();
