-- The example's figures are the same from rollups as from the facts, in every month, quarter
-- and year, although its records were entered late, corrected and dated back.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap SCHEMA public;
SET search_path = ledger, emgov, public;
SELECT plan(5);
CREATE TEMP TABLE figure AS
    SELECT p, facts, f.code, f.value, f.answered_by, (to_jsonb(f) - '{answered_by,record_checksum}'::text[])::text AS said
      FROM (SELECT daterange(d::date, (d + i)::date) AS p FROM unnest(ARRAY[interval '1 month', '3 months', '1 year']) AS i,
                   LATERAL generate_series(timestamp '2023-01-01', '2024-12-31', i) AS d
            UNION ALL SELECT ytd('2024-12-19') UNION ALL SELECT daterange('2024-02-29', '2024-03-01')) AS period,
           unnest('{false,true}'::boolean[]) AS facts,
           LATERAL emgov_internal.ledger_figures('ledger', p, with_checksum => facts) AS f;
SELECT is((SELECT count(DISTINCT p) FROM figure), 36::bigint, 'there are 36 periods');
SELECT is_empty('SELECT p, said FROM figure WHERE NOT facts EXCEPT ALL SELECT p, said FROM figure WHERE facts', 'all is as from the facts');
SELECT cmp_ok((SELECT count(DISTINCT code) FROM figure WHERE answered_by <> 'facts' AND value > 0), '>=', 24::bigint, 'with two dozen figures from rollups');
SELECT is_empty($$SELECT FROM figure WHERE facts AND answered_by <> 'facts'$$, 'and the others truly from the facts');
SELECT is_empty('SELECT r.view, v.* FROM emgov.rollup AS r, LATERAL emgov.verify_rollup(r.view::text) AS v', 'the rollups are exact');
SELECT * FROM finish();
