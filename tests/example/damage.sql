-- The checks on the example: none of the hard ones fails, the soft ones that warn are those
-- that the published figures must raise, and each is found broken when its records, or the
-- definitions that make it hold, are damaged. Needs the loaded example.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT nspname AS ledger FROM pg_namespace WHERE to_regclass(format('%I.ledger_version', nspname)) IS NOT NULL \gset
SET search_path = :"ledger", public, emgov;
SET emgov.known_at = '';
\set period '''[2024-01-01,2024-12-20)''::daterange'
CREATE TEMP TABLE sound AS SELECT * FROM check_figures(:period);
CREATE TEMP TABLE damage (code text, command text);
INSERT INTO damage VALUES
    ('C01', $$UPDATE indicator SET filter = filter || ' AND id % 3 > 0' WHERE code = 'F013'$$),
    ('C02', $$INSERT INTO requirement (code, campaign_code, level, title, valid_from) VALUES ('extra', 'dust', 'national', '增加', '2023-01-01')$$),
    ('C03', $$UPDATE indicator SET of_code = 'F039', by_code = 'F040' WHERE code = 'F041'$$),
    ('C04', $$UPDATE indicator SET filter = filter || ' AND id < 0' WHERE code = 'F051'$$),
    ('C05', $$UPDATE indicator SET filter = filter || ' AND category_group = ''water''' WHERE code = 'F028'$$),
    ('C06', $$UPDATE indicator SET filter = filter || ' AND category_group = ''water''' WHERE code = 'F030'$$),
    ('C07', $$UPDATE indicator SET filter = filter || ' AND id < 0' WHERE code = 'F059'$$),
    ('C08', $$UPDATE remediation SET status = 'withdrawn', note = 'x' WHERE campaign_code = 'point_clearance' AND id % 20 > 0$$),
    ('C09', $$UPDATE indicator SET filter = filter || ' AND occurred_on >= ''2024-01-01''' WHERE code = 'F028'$$),
    ('C10', $$UPDATE indicator SET filter = filter || ' AND occurred_on >= ''2024-01-01''' WHERE code = 'F030'$$),
    ('C11', $$UPDATE indicator SET measure = 'deaths * 100' WHERE code = 'X001'$$),
    ('C12', $$UPDATE enforcement_case SET status = 'withdrawn', note = 'x'$$),
    ('C13', $$UPDATE enforcement_case SET status = 'withdrawn', note = 'x'$$),
    ('C14', $$UPDATE letter SET status = 'withdrawn', note = 'x' WHERE id NOT IN (SELECT letter_id FROM letter_recipient ORDER BY letter_id LIMIT 9)$$),
    ('C15', $$UPDATE casualty SET status = 'withdrawn', note = 'x' WHERE accident_id NOT IN (SELECT id FROM accident_fact ORDER BY deaths DESC LIMIT 1)$$),
    ('R01', $$UPDATE remediation SET status = 'withdrawn', note = 'x' WHERE subject_id = (SELECT min(subject_id) FROM sample_check WHERE status = 'valid')$$),
    ('R02', $$UPDATE accident SET direct_loss = 12000000 WHERE id IN (SELECT id FROM accident_fact WHERE deaths < 3 AND status = 'valid' AND severity = 'general')$$),
    ('R03', $$UPDATE audit_finding SET found_on = '2025-06-01', closed_on = NULL$$),
    ('R04', $$INSERT INTO casualty (id, accident_id, outcome, outcome_on) SELECT max(id) + 1, (SELECT min(id) FROM accident WHERE status = 'valid'), 'missing', '2024-12-01' FROM casualty$$),
    ('R05', $$UPDATE casualty SET outcome_on = '2025-06-01' WHERE outcome = 'dead'$$),
    ('R06', $$UPDATE hazard SET deadline = NULL WHERE level = 'major' AND closed_on IS NULL AND rectified_on IS NULL$$);
SELECT plan(4 + (SELECT count(*)::int FROM damage));
SELECT is_empty($$SELECT code, state, left_value, right_value, record_keys FROM sound WHERE severity = 'hard' AND state <> 'holds'$$, 'every hard rule holds on the example');
SELECT is_empty($$SELECT code, state, left_value, right_value, record_keys FROM sound WHERE severity = 'soft' AND state = 'unknown'$$, 'every soft rule can be told');
-- 30 cases exposed against 17 filed; one accident with 8 of 22 deaths leaves 14 for 15 others
SELECT results_eq($$SELECT code, left_value::int, right_value::int FROM sound WHERE code ~ '^C' AND state = 'warns' ORDER BY code$$, $$VALUES ('C13', 30, 17), ('C15', 14, 15)$$,
    'warnings between figures are those that the published figures must raise');
SELECT set_eq('SELECT code FROM damage', 'SELECT code FROM check_rule WHERE active', 'every rule is tried');

CREATE FUNCTION pg_temp.broken(rule text, command text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    was record;
    found record;
BEGIN
    SELECT * INTO was FROM sound AS s WHERE s.code = rule;
    BEGIN
        EXECUTE command;
        SELECT * INTO found FROM check_figures('[2024-01-01,2024-12-20)') AS c WHERE c.code = rule;
        RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL;
    END;
    -- broken now, and if it was already, by more than before
    RETURN found.state IN ('fails', 'warns') AND (was.state = 'holds' OR (found.left_value, found.right_value, found.record_keys) IS DISTINCT FROM (was.left_value, was.right_value, was.record_keys))
       AND (found.record_keys IS NOT NULL OR found.code !~ '^R');
END $$;
SELECT ok(pg_temp.broken(d.code, d.command), d.code || ' is found broken: ' || r.note_en) FROM damage AS d JOIN check_rule AS r USING (code) ORDER BY d.code;
SELECT * FROM finish();
