-- Published year-on-year statements: recomputed from value and base they come out as
-- printed, under the rounding policy of whoever printed them. Those that do not are
-- pinned here with the reason. Needs the real records in the folder EMGOV_REAL_DATA.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_ROLLBACK off
\set ON_ERROR_STOP true
SET client_min_messages = warning;

\set data `echo "$EMGOV_REAL_DATA"`
SELECT :'data' = '' AS without_data \gset
\if :without_data
\echo 1..0 # SKIP EMGOV_REAL_DATA names no folder of real records
\quit
\endif
\set tsv `cat "$EMGOV_REAL_DATA/official-yoy-bulletins/bulletins.tsv"`

BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS emgov;

CREATE TEMP TABLE statement AS
SELECT f[1]::int AS id, f[4] AS basis, f[5] AS indicator,
       NULLIF(f[7], '')::numeric AS value, NULLIF(f[8], '')::numeric AS base, f[9] AS base_source,
       NULLIF(f[10], '')::numeric AS change, NULLIF(f[11], '')::numeric AS percent,
       NULLIF(f[13], '')::numeric AS recomputed, f[14] AS verdict
FROM (SELECT regexp_split_to_array(line, E'\t') AS f
      FROM regexp_split_to_table(:'tsv', E'\r?\n') WITH ORDINALITY AS l (line, n)
      WHERE n > 1 AND line <> '') AS t;

-- The one series whose publisher cuts decimals off; all others round half up.
CREATE TEMP TABLE compared AS
SELECT s.*, emgov.comparison(value, base) AS c, scale(percent) AS decimals,
       CASE WHEN indicator LIKE 'A30 %' THEN 'truncate' ELSE 'half_up' END AS policy
FROM statement AS s
WHERE value IS NOT NULL AND base IS NOT NULL;

-- What does not come out as printed, and why.
CREATE TEMP TABLE explained (id int, reason text);
INSERT INTO explained VALUES
    (7, 'the base is itself printed with two decimals: any base from 0.695 to 0.705 may stand behind it'),
    (81, 'the base was revised after it was printed: a year later it is one less');

SELECT plan(16);

SELECT ok((SELECT count(*) FROM compared WHERE percent IS NOT NULL) >= 40,
          'there are statements with a value, a base and a percentage');

SELECT results_eq(
    $$SELECT id FROM compared WHERE emgov.rate(c, decimals, policy) <> percent ORDER BY id$$,
    $$SELECT id FROM explained ORDER BY id$$,
    'every statement comes out as printed, but for those explained');
SELECT is_empty(
    $$SELECT id FROM compared WHERE percent IS NOT NULL AND emgov.rate(c, decimals, policy) IS NULL$$,
    'no printed percentage is without a rate');

SELECT ok((SELECT emgov.rate(emgov.comparison(value, 0.705)) <= percent AND percent <= emgov.rate(emgov.comparison(value, 0.695))
           FROM compared WHERE id = 7),
          'statement 7: a base that is printed as the same two decimals gives the percentage');
SELECT results_eq(
    $$SELECT s.base - b FROM compared AS s, emgov.base_candidates(value::bigint, percent, decimals) AS b WHERE id = 81$$,
    ARRAY[1::numeric],
    'statement 81: the one base that gives the percentage is one less than first printed');

-- which policy: the statements that tell them apart
SELECT results_eq(
    $$SELECT id FROM compared WHERE policy = 'truncate' AND emgov.rate(c, decimals, 'half_up') <> percent ORDER BY id$$,
    ARRAY[109, 111, 113, 121],
    'four statements of the truncating series would be wrong rounded half up');
SELECT ok((SELECT count(*) FROM compared
           WHERE policy = 'half_up' AND id NOT IN (SELECT id FROM explained)
             AND emgov.rate(c, decimals, 'truncate') <> percent) >= 14,
          'many others would be wrong truncated');
SELECT is_empty(
    $$SELECT id FROM compared WHERE emgov.rate(c, decimals, 'half_even') <> emgov.rate(c, decimals)$$,
    'no statement is a tie, so half up and half even agree');

-- the other columns
SELECT is_empty(
    $$SELECT id FROM compared WHERE emgov.rate(c, scale(recomputed)) <> recomputed$$,
    'four decimals agree with those in the file');
SELECT is_empty(
    $$SELECT id FROM compared WHERE emgov.change(c) <> change$$,
    'the change in absolute numbers is the one printed');
SELECT results_eq(
    $$SELECT id, emgov.rate(c), emgov.state(c), percent FROM compared WHERE base = 0$$,
    $$VALUES (79, NULL::numeric, 'new', NULL::numeric)$$,
    'where the base is zero nobody printed a percentage, and there is no rate');
SELECT results_eq(
    $$SELECT id FROM compared WHERE verdict IN ('differs', 'truncated') ORDER BY id$$,
    $$SELECT id FROM compared WHERE emgov.rate(c, decimals) <> percent ORDER BY id$$,
    'rounded half up, those differ that the file marks');

-- the bases that a percentage allows
SELECT is_empty(
    $$SELECT id FROM compared
      WHERE percent IS NOT NULL AND value = trunc(value) AND base = trunc(base) AND id NOT IN (SELECT id FROM explained)
        AND base::bigint NOT IN (SELECT emgov.base_candidates(value::bigint, percent, decimals, policy))$$,
    'the base is among the candidates of every statement in whole numbers');
SELECT ok((SELECT count(*) FROM compared
           WHERE value = trunc(value) AND base = trunc(base) AND id NOT IN (SELECT id FROM explained)
             AND percent IS NOT NULL) >= 30,
          'and there are many of those');
SELECT results_eq(
    $$SELECT id FROM statement
      WHERE base IS NULL AND percent IS NOT NULL AND value = trunc(value) AND basis IN ('yoy', 'mom')
        AND NOT EXISTS (SELECT FROM emgov.base_candidates(value::bigint, percent, scale(percent)))
      ORDER BY id$$,
    ARRAY[101],
    'of the statements that keep their base to themselves, one has no possible base half up');
SELECT is(
    (SELECT count(*) FROM statement, emgov.base_candidates(value::bigint, percent, scale(percent), 'truncate') WHERE id = 101),
    1::bigint,
    'statement 101: it has exactly one if the decimals were cut off');

SELECT * FROM finish();
ROLLBACK;
