-- What is written is not another fact: no rounding says none or all that is not (E5). And what was
-- refused, or said something false (E12).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(20);

SELECT is(phrase('1/2000', '起'), '1起，同比下降99.95%', 'E5: 1 of 2000 left is not a fall by all');
SELECT is(phrase('0/2000', '起'), '0起，同比下降100%', 'E5: nothing left is');
SELECT is(phrase('2001/1000', '起', 0), '2001起，同比上升100.1%', 'E5: nor is a rise just over twice, doubled');
SELECT is(ARRAY[phrase(99.96, '%', decimals => 1), phrase(0.04, '%', decimals => 1), phrase(100, '%', decimals => 1), phrase(0, '%', decimals => 1), phrase(30, '元', scale => '万', decimals => 0)],
    ARRAY['99.96%', '0.04%', '100%', '0%', '0.003万元'], 'E5: shares and amounts');
SELECT is(phrase('99.96/0', '%'), '99.96%，同比上升99.96个百分点', 'E5: percentage points');
SELECT is(ARRAY[phrase('0.0004/1.2:3', '元', 0, form => 'amount'), phrase('0/1.2:3', '元', 0, form => 'amount'), phrase('1.0004/1.2:3', '元', 0, form => 'amount')],
    ARRAY['0.0004元，较前3年均值减少0.3996元', '0元，较前3年均值减少0.4元', '1.0004元，较前3年均值增加1元'], 'E5: nor does an amount of what has a mean take all of it');
SELECT is(phrase('{1/2000, 0/3, 1/3000}'::comparison[]), '同比分别下降99.95%、100%、99.97%', 'E5: lists');
SELECT is(phrase('1/2000', '起', keep_zero => true, rounding => 'truncate'), '1起，同比下降99.9%', 'E5: truncated, it needs no more places');
SELECT is(phrase(round(99.96, 2), '%', decimals => 1, lang => 'en'), '99.96%', 'E5: in English');

-- every change of counts up to 4000: 100 in words is 100 exactly
SELECT is_empty($$
    SELECT a, b, d, r, words
      FROM generate_series(1, 4000, 37) AS b, LATERAL (VALUES (0), (1), (b - 1), (b), (2 * b - 1), (2 * b), (2 * b + 1)) AS v (a),
           generate_series(0, 3) AS d, unnest(ARRAY['half_up', 'half_even', 'truncate']) AS r,
           LATERAL (SELECT phrase(comparison(a, b), '起', d, r)) AS w (words)
     WHERE (words ~ '[升降]100(\.0*)?%$') <> (a IN (0, 2 * b)) OR words ~ '[升降]0(\.0*)?%$' OR (words ~ '持平$') <> (a = b) $$,
    'E5: of many counts');

SELECT is(phrase('-5/10', '万元'), '-5万元，同比减少15万元', 'E12: nothing falls by more than all of it');
SELECT is(phrase(10001, '人', 'near'), '10001人', 'E12: 10001 is not near 11000');
SELECT is(ARRAY[phrase(1000000000000, '元', scale => 'auto'), phrase(1340000000000, '元', scale => '万亿', decimals => 1), phrase(999999999999, '元', scale => 'auto', decimals => 0)],
    ARRAY['1万亿元', '1.3万亿元', '1万亿元'], 'E12: 万亿');
SELECT is(ARRAY[month('2024-07-31'::date), quarter('2024-07-31'::date), month('2024-02-01')], ARRAY[month(2024, 7), quarter(2024, 3), month(2024, 2)], 'E12: the month and the quarter of a day');
SELECT throws_ok($$ SELECT month('infinity'::date) $$, '22008', NULL, 'E12: an infinite day has none');
SELECT is((SELECT accident_agg(n, n, n) FROM generate_series(1::bigint, 3) AS n)::text, (SELECT accident_agg(n::smallint, n::int, n) FROM generate_series(1, 3) AS n)::text,
    'E12: counts of any width');
SELECT is(documents(inspection_agg(n, n, n, n)), 15000000000, 'E12: counts beyond 32 bits are counted whole') FROM unnest(ARRAY[5000000000, 10000000000]) AS n;
SELECT is((SELECT inspection_agg(n::smallint, n::smallint, n::smallint, n::smallint) FROM generate_series(1, 3) AS n), (SELECT inspection_agg(n, n, n, n) FROM generate_series(1, 3) AS n),
    'E12: small counts');
SELECT is(round(9007199254740993, 0), 9007199254740993.0, 'E12: an integer is rounded as itself, not as a double precision');
SELECT is(ARRAY[round(p_value('59/65'::comparison), 3), round(0.5::double precision, 0)], ARRAY[0.654, 1], 'E12: a rounded p-value');

SELECT * FROM finish();
