-- What the objects of types.sql are for, in whichever database they have come to.
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.run(part text) RETURNS void LANGUAGE plpgsql AS $make$
DECLARE u public.used;
BEGIN
    FOR u IN TABLE public.used ORDER BY name LOOP
        EXECUTE replace(replace(replace(replace(replace(part, '~', u.name), '$type', u.type), '$low', quote_literal(u.low)), '$high', quote_literal(u.high)),
                        '$other', quote_literal(u.other));
    END LOOP;
END $make$;
-- a statement that must fail with this state
CREATE FUNCTION pg_temp.refused(state text, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE 'taken: %', statement;
EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE <> state THEN RAISE; END IF;
END $$;
SELECT pg_temp.run($part$
INSERT INTO ~ VALUES (101, $high, NULL, 1), (102, NULL, ARRAY[NULL]::$type[], 2);
UPDATE ~ SET k = $low WHERE id IN (4, 5);
UPDATE ~_known SET title = title || '!' WHERE k = $low;
UPDATE ~_part SET k = CASE k WHEN $low THEN $low::$type ELSE k END, m = m + 10;
INSERT INTO ~_list SELECT k, 7 FROM ~ WHERE k IN ($low, $high);
INSERT INTO ~_range_ SELECT k, 7 FROM ~ WHERE k = $high;
INSERT INTO ~_hashed SELECT k, 7 FROM ~;
INSERT INTO ~_by_case VALUES ($low, 7), ($high, 7), (NULL, 7);
INSERT INTO ~_checked (id) VALUES (10);
INSERT INTO ~_option VALUES (11, $low);
INSERT INTO ~_fact SELECT id, k, 3 FROM ~ WHERE id > 30;
UPDATE ~_fact SET k = NULLIF(k, $low) WHERE id % 3 = 0;
DELETE FROM ~_fact WHERE k IS NOT DISTINCT FROM $high;
UPDATE ~_kept SET n = n + 5 WHERE k IS DISTINCT FROM $low;
REFRESH MATERIALIZED VIEW CONCURRENTLY ~_materialized;
SELECT pg_temp.refused('23514', $q$INSERT INTO ~_checked (id, k) VALUES (90, $other)$q$);
SELECT pg_temp.refused('23514', $q$INSERT INTO ~_checked (id, d) VALUES (91, $other)$q$);
SELECT pg_temp.refused('23514', $q$INSERT INTO ~_option VALUES (92, $other)$q$);
SELECT pg_temp.refused('23514', $q$INSERT INTO ~_list VALUES ($other, 1)$q$);
SELECT pg_temp.refused('23P01', $q$INSERT INTO ~_part VALUES ($low, 9)$q$);
SELECT pg_temp.refused('23503', $q$DELETE FROM ~_known WHERE k = $other$q$);
SELECT pg_temp.refused('428C9', $q$UPDATE ~_checked SET kind = 1$q$);
DO $q$ BEGIN
    ASSERT (SELECT count(*) = 1 FROM ~_list_low WHERE n = 7 HAVING true) OR (SELECT bool_and(k = $low) FROM ~_list_low), 'partition';
    ASSERT (SELECT (kind, unless_high, differs) = (1, $low::$type, false) FROM ~_checked WHERE id = 11), 'generated';
    ASSERT (SELECT k = $high AND d::$type = $low FROM ~_checked WHERE id = 10), 'defaults';
    ASSERT (SELECT count(*) >= 2 FROM noted WHERE place = '~' AND what = 'moved'), 'trigger';
    ASSERT (SELECT count(*) >= 1 FROM noted WHERE place = '~_part' AND what = 'ruled'), 'rule';
    ASSERT ~_function($low) > 0, 'function';
    ASSERT ~_default() = $low, 'default of an argument';
    ASSERT NOT EXISTS ((TABLE ~_rollup EXCEPT ALL TABLE ~_rollup_query) UNION ALL (TABLE ~_rollup_query EXCEPT ALL TABLE ~_rollup)), 'rollup';
    ASSERT (SELECT count(*) > 1 FROM ~_rollup), 'rollup has groups';
    SET LOCAL ROLE emgov_types_reader;
    ASSERT (SELECT array_agg(title ORDER BY title) = '{low!}' FROM ~_known), 'policy';
    RESET ROLE;
END $q$;
$part$);
INSERT INTO compared VALUES (100, 'a1', '1/2:4', 'deaths=2 general=1');
UPDATE compared SET c = -c WHERE id % 5 = 0;
DELETE FROM compared WHERE id % 7 = 0;
DO $$ BEGIN
    ASSERT NOT EXISTS ((TABLE compared_rollup EXCEPT ALL TABLE compared_rollup_query) UNION ALL (TABLE compared_rollup_query EXCEPT ALL TABLE compared_rollup)), 'rollup of comparisons';
END $$;
UPDATE ledger.accident SET direct_loss = 7 WHERE id IN (1, 2);
ALTER TABLE ledger.accident ADD more int DEFAULT 1;
DO $$ BEGIN
    ASSERT (SELECT count(*) = 4 AND count(more) = 0 FROM ledger_store.accident_history), 'history of a ledger';
    ASSERT NOT EXISTS (SELECT FROM ledger.verify_publication(1)), 'publication';
    ASSERT (SELECT count(*) >= 14 FROM emgov.rollup WHERE ledger = 'ledger') AND NOT EXISTS (SELECT FROM emgov.rollup AS r CROSS JOIN LATERAL emgov.verify_rollup(r.view::text) WHERE r.ledger = 'ledger'), 'rollups of a ledger';
    ASSERT (SELECT sum(direct_loss) = 14 FROM ledger.accident_daily), 'a rollup of a ledger';
    ASSERT (SELECT value = 3 FROM ledger.figures(emgov.year(2024)) WHERE code = 'F028'), 'figures';
    BEGIN
        DROP SCHEMA ledger_store CASCADE;
        ASSERT false, 'the store is dropped';
    EXCEPTION WHEN restrict_violation THEN NULL;
    END;
    ALTER SCHEMA ledger RENAME TO renamed;
    ASSERT (SELECT count(*) = 4 FROM renamed_store.accident_history), 'a ledger renamed';
    DROP SCHEMA renamed CASCADE;
    ASSERT to_regnamespace('renamed_store') IS NULL, 'a ledger dropped';
END $$;
