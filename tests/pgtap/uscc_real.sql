-- Two hundred real credit codes (EMGOV_REAL_DATA): all accepted, every change refused.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET search_path = public, emgov;
\set data `echo "$EMGOV_REAL_DATA"`
SELECT :'data' <> '' AS with_data \gset
\if :with_data
SELECT plan(3);
CREATE TABLE real (code text);
SELECT format('COPY real FROM PROGRAM %L WITH (HEADER)', 'xz -dc ' || :'data' || '/cn-uscc/uscc_valid.csv.xz')
\gexec
SELECT results_eq('SELECT count(*), count(uscc_problem(code)) FROM real', 'VALUES (200::bigint, 0::bigint)', 'all are accepted');
SELECT results_eq(
    $$SELECT count(*), count(uscc_problem(t))
      FROM real, generate_series(1, 18) AS i, regexp_split_to_table('0123456789ABCDEFGHJKLMNPQRTUWXY', '') AS c,
           overlay(code PLACING c FROM i FOR 1) AS t WHERE t <> code$$,
    'VALUES (108000::bigint, 108000::bigint)', 'every change of one character is refused');
SELECT is_empty(
    $$SELECT t FROM real, generate_series(1, 17) AS i,
           overlay(code PLACING substr(code, i + 1, 1) || substr(code, i, 1) FROM i FOR 2) AS t
      WHERE t <> code AND uscc_problem(t) IS NULL$$, 'every swap of two neighbours is refused');
SELECT * FROM finish();
\else
SELECT '1..0 # skipped: EMGOV_REAL_DATA is not set';
\endif
