-- The example's history: what was known when, and what the corrections changed.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
CREATE EXTENSION IF NOT EXISTS pgtap;
SET client_min_messages = warning;

-- Dates that a version of a record has, and that lie after it was known. Plans, deadlines
-- and ends of validity may lie in the future.
CREATE FUNCTION pg_temp.foreknowledge(OUT name text, OUT col text, OUT record jsonb) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
              WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r' AND atttypid = 'date'::regtype AND NOT attisdropped
                AND attname NOT IN ('planned_on', 'deadline', 'due_on', 'valid_to', 'ends_on') AND relname !~ '^(publication|measure_series)'
                AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = pg_class.oid AND a.attname = 'known_from')
    LOOP
        RETURN QUERY EXECUTE format('SELECT %1$L, %2$L, to_jsonb(x) FROM ledger.%1$I AS x WHERE known_from > ''-infinity'' AND %2$I > (known_from AT TIME ZONE ''Asia/Shanghai'')::date LIMIT 2', c.relname, c.attname);
    END LOOP;
END
$$;
CREATE FUNCTION pg_temp.value(which text, period daterange, as_of timestamptz DEFAULT NULL) RETURNS numeric LANGUAGE sql
    RETURN (SELECT value FROM ledger.figures(period, as_of) WHERE code = which);

SELECT plan(12);
SELECT is_empty('SELECT * FROM pg_temp.foreknowledge()', 'no version of a record knows a date after the day it was known');
SELECT is((SELECT count(DISTINCT known_from)::int FROM (SELECT known_from FROM ledger.remediation UNION ALL SELECT known_from FROM ledger_store.remediation_history) AS v), 10,
          'enterprises were entered in nine quarters'' books, and corrected once');
SELECT isnt_empty($$SELECT FROM ledger_store.hazard_history WHERE rectified_on IS NULL$$, 'hazards were known open before they were rectified');
SELECT is_empty($$SELECT FROM ledger_store.hazard_history h JOIN ledger.hazard n USING (id) WHERE h.rectified_on > n.rectified_on OR h.found_on <> n.found_on$$, 'and nothing else of them changed');
SELECT is_empty($$SELECT code, a.value FROM ledger.figures(emgov.ytd('2024-12-19'), '2022-12-31') AS a WHERE a.value > 0$$, 'before the books were opened nothing was known');

SELECT is(pg_temp.value('F011', emgov.year(2024), '2024-07-05') < pg_temp.value('F011', emgov.year(2024), '2024-10-15'), true, 'the year fills up');
SELECT is(pg_temp.value('F051', emgov.ytd('2024-06-30'), '2024-07-05'), pg_temp.value('F051', emgov.ytd('2024-06-30')) + 4, 'in July, four hazards of an inspection entered in error still counted');
SELECT results_eq($$SELECT pg_temp.value('F032', emgov.year(2023), moment) FROM (VALUES (timestamptz '2024-01-10'), ('2024-02-01')) AS v (moment)$$, 'VALUES (25::numeric), (24)',
                  'an accident of 2023 was written off in January');
SELECT results_eq($$SELECT pg_temp.value('F028', emgov.year(2023), moment) FROM (VALUES (timestamptz '2024-01-10'), ('2024-02-01'), ('2024-04-30')) AS v (moment)$$,
                  'VALUES (67::numeric), (66), (67)', 'and one reported late came in with the first quarter');
SELECT results_eq($$SELECT pg_temp.value('F030', emgov.year(2023), moment) FROM (VALUES (timestamptz '2024-01-10'), ('2024-02-01'), ('2024-04-30')) AS v (moment)$$,
                  'VALUES (49::numeric), (48), (49)', 'as did a death of January, within thirty days of an accident of December');

-- the year before, as first published and as restated
CALL ledger.publish('law-based-government', emgov.year(2023), '2024-01-10');
SELECT results_eq($$SELECT base_kind, base FROM ledger.figures(emgov.year(2024)) WHERE code = 'F032'
                    UNION ALL SELECT base_kind, base FROM ledger.figures(emgov.year(2024), base => 'first_published') WHERE code = 'F032'$$,
                  $$VALUES ('restated', 24::numeric), ('first_published', 25)$$, 'the change may be had on either base, and says which');
SELECT set_eq($$SELECT record_key, reason FROM ledger.restatement_rows(1, code => 'F028')$$, $$VALUES ('2350', 'late_report'), ('2370', 'write_off')$$,
              'and the records that moved it are named');
SELECT * FROM finish();
