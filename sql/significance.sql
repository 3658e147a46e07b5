-- Can two counts be told apart: the exact test, its intervals, and what they refuse.

-- the four changes of a year's report: none can be told from chance
SELECT c, round(emgov.p_value(c)::numeric, 2) AS p, emgov.distinguishable(c), emgov.ratio_interval(c) @> 1.0 AS may_be_unchanged
FROM unnest('{59/65, 43/47, 16/23, 22/21}'::emgov.comparison[]) AS c;

-- published values: R 4.2.2 with the packages rateratio.test, exactci, epitools
CREATE TEMP TABLE reference (n, c, p, mid_p, lo, hi, mid_lo, mid_hi, now_lo, now_hi) AS
SELECT n, c::emgov.comparison, p, mid_p, lo, hi, mid_lo, mid_hi, now_lo, now_hi
FROM (VALUES
    (1, '59/65', 0.653598449823, 0.591683927094, 0.6270953662, 1.3115359774, 0.636568, 1.292345, 44.9135336287, 76.1057013626),
    (2, '43/47', 0.752033201599, 0.675222459916, 0.5906512084, 1.4138969608, 0.602814, 1.385880, 31.119313, 57.920718),
    (3, '16/23', 0.336783635190, 0.268187251055, 0.3434861421, 1.3753044194, 0.360541, 1.317001, 9.1453824536, 25.9829975976),
    (4, '22/21', 1.000000000000, 0.880395821281, 0.5495390094, 2.0025399640, 0.572150, 1.922336, 13.787283, 33.308264),
    (5, '0/3', 0.25, 0.125, 0, 2.4199518934, 0, 1.714418, 0, 3.688879),
    (6, '1/0', 1, 0.5, 0.0256410256, NULL, 0.052632, NULL, 0.025318, 5.571643),
    (7, '0/0', 1, 1, 0, NULL, 0, NULL, 0, 3.688879),
    (8, '1000/1100', 0.030720707864, 0.029110633686, 0.8336430135, 0.9912779119, 0.834424, 0.990354, 938.973018, 1063.952136)
) AS v (n, c, p, mid_p, lo, hi, mid_lo, mid_hi, now_lo, now_hi);

-- a bound agrees with a printed one: to 1e-6 relative, or to its last printed digit
CREATE FUNCTION pg_temp.same(bound numeric, printed numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN printed IS NULL OR bound IS NULL THEN printed IS NULL AND bound IS NULL
                ELSE abs(bound - printed) <= greatest(1e-6 * printed, 0.51 * 10::numeric ^ -scale(printed)) END
$$;
SELECT c, round(emgov.p_value(c)::numeric, 12) AS p, round(emgov.p_value(c, mid_p => true)::numeric, 12) AS mid_p,
       abs(emgov.p_value(c)::numeric - p) < 1e-9 AND abs(emgov.p_value(c, true)::numeric - mid_p) < 1e-9 AS p_right,
       pg_temp.same(lower(i), lo) AND pg_temp.same(upper(i), hi) AS interval_right,
       pg_temp.same(lower(m), mid_lo) AND pg_temp.same(upper(m), mid_hi) AS mid_right,
       pg_temp.same(lower(g), now_lo) AND pg_temp.same(upper(g), now_hi) AS garwood_right
FROM reference, emgov.ratio_interval(c) AS i, emgov.ratio_interval(c, mid_p => true) AS m,
     emgov.poisson_interval(emgov.current_value(c)::bigint) AS g
ORDER BY n;
SELECT c, round(lower(i), 9) AS lower, round(upper(i), 9) AS upper, lower_inc(i), upper_inc(i), upper_inf(i)
FROM reference, emgov.ratio_interval(c) AS i ORDER BY n;
SELECT k AS count, round(lower(i), 8) AS lower, round(upper(i), 8) AS upper, lower_inc(i) AND upper_inc(i) AS inclusive
FROM unnest('{0, 1, 16, 59, 1000, 1000000000}'::bigint[]) AS k, emgov.poisson_interval(k) AS i;
SELECT round(lower(i), 6) AS lower, round(upper(i), 6) AS upper FROM emgov.poisson_interval(59, 0.998) AS i;

-- unequal exposures; a base of several periods has so many times the exposure
SELECT round(emgov.p_value('59/65', current_exposure => 1.02)::numeric, 12) AS p,
       round(emgov.p_value('59/65', true, 1.02)::numeric, 12) AS mid_p,
       round(lower(i), 6) AS lower, round(upper(i), 6) AS upper
FROM emgov.ratio_interval('59/65', current_exposure => 1.02) AS i;
SELECT round(emgov.p_value('2/9', false, 17877, 16660)::numeric, 12) AS p, round(lower(i), 8) AS lower, round(upper(i), 8) AS upper
FROM emgov.ratio_interval('2/9', 0.95, false, 17877, 16660) AS i;
SELECT round(emgov.p_value('11/6', false, 800, 1083)::numeric, 8) AS p, round(emgov.p_value('11/6', true, 800, 1083)::numeric, 8) AS mid_p;
SELECT emgov.p_value('59/195:3') = emgov.p_value('59/195', base_exposure => 3) AS same_p,
       emgov.ratio_interval('59/195:3') = emgov.ratio_interval('59/195', base_exposure => 3) AS same_interval,
       emgov.distinguishable('40/195:3') AS three_years, emgov.distinguishable('40/65') AS one_year;

-- large counts
SELECT a, b, round(emgov.p_value(emgov.comparison(a, b))::numeric, 10) AS p, emgov.distinguishable(emgov.comparison(a, b))
FROM (VALUES (100000::bigint, 100500::bigint), (1000000, 1003000), (1000000000, 1000080000), (1000000000, 1000100000),
             (9223372036854775807, 9223372036854775807), (9223372036854775807, 9223372026854775807),
             (0, 9223372036854775807), (9223372036854775807, 0)) AS v (a, b);

-- thresholds, and that they are what they say
SELECT base, emgov.smallest_fall(base) AS fall, emgov.smallest_rise(base) AS rise
FROM unnest('{0, 5, 6, 10, 20, 21, 23, 47, 50, 65, 100, 200, 500, 1000, 1000000000}'::bigint[]) AS base;
SELECT emgov.smallest_fall(65, 0.99) AS fall_99, emgov.smallest_rise(65, 0.99) AS rise_99, emgov.smallest_fall(0, 0.5) AS none;
SELECT count(*) AS bases,
       count(*) FILTER (WHERE fall IS DISTINCT FROM (SELECT max(a) FROM generate_series(0, base - 1) AS a
                                                     WHERE emgov.distinguishable(emgov.comparison(a, base)))) AS wrong_fall,
       count(*) FILTER (WHERE rise IS DISTINCT FROM (SELECT min(a) FROM generate_series(base + 1, 3 * base + 10) AS a
                                                     WHERE emgov.distinguishable(emgov.comparison(a, base)))) AS wrong_rise
FROM generate_series(0, 120) AS base, emgov.smallest_fall(base) AS fall, emgov.smallest_rise(base) AS rise;

-- for every pair: test and interval agree, p is symmetric and the test's own definition,
-- summed here from exact binomial coefficients
CREATE TEMP TABLE pairs AS
    SELECT a, b, emgov.comparison(a, b) AS c FROM generate_series(0, 60) AS a, generate_series(0, 60) AS b;
CREATE TEMP TABLE binomial AS
    WITH RECURSIVE triangle (n, k, ways) AS (
        SELECT n, 0, 1::numeric FROM generate_series(0, 120) AS n
        UNION ALL SELECT n, k + 1, div(ways * (n - k), k + 1) FROM triangle WHERE k < n)
    SELECT n, k, ways, sum(ways) OVER (PARTITION BY n ORDER BY k) AS ways_to_k FROM triangle;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE emgov.distinguishable(c) = (1.0 <@ emgov.ratio_interval(c))) AS test_against_interval,
       count(*) FILTER (WHERE emgov.distinguishable(c, 0.9, true) = (1.0 <@ emgov.ratio_interval(c, 0.9, true))) AS mid_p_against_interval,
       count(*) FILTER (WHERE emgov.distinguishable(c) <> (emgov.p_value(c) <= 0.05)) AS test_against_p,
       count(*) FILTER (WHERE emgov.p_value(c) <> emgov.p_value(emgov.comparison(b, a))) AS not_symmetric,
       count(*) FILTER (WHERE abs(emgov.p_value(c)::numeric
                                  - least(1, 2 * least(ways_to_k, 2::numeric ^ n - ways_to_k + ways) / 2::numeric ^ n)) > 1e-14) AS wrong_p,
       count(*) FILTER (WHERE abs(emgov.p_value(c, true)::numeric
                                  - 2 * least(ways_to_k - ways / 2, 2::numeric ^ n - ways_to_k + ways / 2) / 2::numeric ^ n) > 1e-14) AS wrong_mid_p
FROM pairs JOIN binomial ON n = a + b AND k = a;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE emgov.distinguishable(c) = (1.0 <@ emgov.ratio_interval(c))) AS test_against_interval,
       count(*) FILTER (WHERE NOT emgov.ratio_interval(c) <@ emgov.ratio_interval(c, 0.99)) AS not_nested,
       count(*) FILTER (WHERE NOT emgov.ratio_interval(c, mid_p => true) <@ emgov.ratio_interval(c)) AS mid_p_not_inside
FROM (SELECT emgov.comparison(a, a + (sqrt(a) * (i % 13 - 6) / 2)::bigint, 1 + i % 3) AS c
      FROM generate_series(1, 600) AS i, LATERAL (SELECT (100 + 1.035 ^ i)::bigint AS a) AS v) AS t;
-- a tie: p is 1 - level, a bound is 1
SELECT emgov.distinguishable('0/2', 0.5) AS tie, upper(emgov.ratio_interval('0/2', 0.5)) = 1 AS bound_is_1;

-- a NULL argument gives NULL
SELECT emgov.p_value(NULL) IS NULL AND emgov.p_value('1/2', NULL) IS NULL AND emgov.p_value('1/2', false, NULL) IS NULL
   AND emgov.ratio_interval(NULL) IS NULL AND emgov.ratio_interval('1/2', NULL) IS NULL
   AND emgov.distinguishable(NULL) IS NULL AND emgov.distinguishable('1/2', NULL) IS NULL
   AND emgov.smallest_fall(NULL) IS NULL AND emgov.smallest_rise(NULL) IS NULL
   AND emgov.poisson_interval(NULL) IS NULL AND emgov.poisson_interval(1, NULL) IS NULL AS all_null;

-- what is refused
CREATE FUNCTION pg_temp.refusal(call text, OUT code text, OUT message text, OUT hinted boolean) LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE 'SELECT ' || call;
    message := 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    hinted := detail <> '' AND hint <> '';
END
$$;
SELECT call, r.*
FROM (VALUES
    (1, $$emgov.p_value('59.5/65')$$), (2, $$emgov.p_value('59/65.000000000000000001')$$), (3, $$emgov.p_value('-1/65')$$),
    (4, $$emgov.p_value('1/-65')$$), (5, $$emgov.p_value('-0.5/65')$$), (6, $$emgov.p_value('-9223372036854775808/1')$$),
    (7, $$emgov.p_value('1/9223372036854775807.5')$$),
    (10, $$emgov.p_value('59/65', false, 0)$$), (11, $$emgov.p_value('59/65', false, -1)$$), (12, $$emgov.p_value('59/65', false, 'NaN')$$),
    (13, $$emgov.p_value('59/65', false, 'Infinity')$$), (14, $$emgov.p_value('59/65', false, 1, 0)$$),
    (15, $$emgov.p_value('59/65', false, 1, '-Infinity')$$), (16, $$emgov.p_value('59/65', false, 1, 'NaN')$$),
    (17, $$emgov.p_value('59/65', false, 1e-200, 1)$$), (18, $$emgov.p_value('59/65', false, 1e308, 1e-308)$$),
    (19, $$emgov.p_value('59/65:3', false, 1, 1.7e308)$$), (20, $$emgov.p_value('59/65', base_exposure => -0.0)$$),
    (30, $$emgov.ratio_interval('59/65', 0)$$), (31, $$emgov.ratio_interval('59/65', 1)$$), (32, $$emgov.ratio_interval('59/65', 95)$$),
    (33, $$emgov.ratio_interval('59/65', -0.95)$$), (34, $$emgov.ratio_interval('59/65', 'NaN')$$),
    (35, $$emgov.ratio_interval('59/65', 'Infinity')$$), (36, $$emgov.ratio_interval('3.85/4.13')$$),
    (37, $$emgov.ratio_interval('59/65', 0.95, false, 0)$$), (38, $$emgov.ratio_interval('59/65', 0.95, false, 1, 'Infinity')$$),
    (40, $$emgov.distinguishable('59/65', 1)$$), (41, $$emgov.distinguishable('59/65', 'NaN')$$), (42, $$emgov.distinguishable('0.5/0')$$),
    (43, $$emgov.distinguishable('59/65', 0.95, true, -1)$$),
    (50, $$emgov.smallest_fall(-1)$$), (51, $$emgov.smallest_fall(65, 0)$$), (52, $$emgov.smallest_fall(65, 1)$$),
    (53, $$emgov.smallest_fall(-9223372036854775808, 2)$$), (54, $$emgov.smallest_rise(-1)$$), (55, $$emgov.smallest_rise(65, 'NaN')$$),
    (56, $$emgov.smallest_rise(65, -0.5)$$), (57, $$emgov.smallest_fall(65.5)$$), (58, $$emgov.smallest_fall(9223372036854775808)$$),
    (60, $$emgov.poisson_interval(-1)$$), (61, $$emgov.poisson_interval(59, 0)$$), (62, $$emgov.poisson_interval(59, 1)$$),
    (63, $$emgov.poisson_interval(59, 'Infinity')$$), (64, $$emgov.p_value(59, 65)$$)
) AS v (n, call), pg_temp.refusal(call) AS r
ORDER BY n;

-- the ends of what is accepted
SELECT call, r.message
FROM (VALUES
    (1, $$emgov.p_value('9223372036854775807/1', false, 1e-100, 1)$$), (2, $$emgov.p_value('0/9223372036854775807', true, 1e100, 1)$$),
    (3, $$emgov.ratio_interval('9223372036854775807/1', 1e-300, true, 1e-100, 1)$$),
    (4, $$emgov.ratio_interval('1/9223372036854775807', 0.9999999999999999, false, 1e100, 1)$$),
    (5, $$emgov.ratio_interval('9223372036854775807/9223372036854775807', 1e-300, true)$$),
    (6, $$emgov.poisson_interval(9223372036854775807, 0.9999999999999999)$$), (7, $$emgov.smallest_rise(9223372036854775806, 1e-300)$$),
    (8, $$emgov.smallest_fall(9223372036854775807, 0.9999999999999999)$$)
) AS v (n, call), pg_temp.refusal(call) AS r
ORDER BY n;

-- S25: bounds of large counts keep all digits of the double: 15 digits would all be multiples of a thousand here
SELECT bool_and(lower(i) < k AND k < upper(i)) AS inside, count(*) FILTER (WHERE lower(i) % 1000 <> 0) > 20 AS digits, bool_and(scale(lower(i)) = 0 AND scale(upper(i)) = 0) AS whole
FROM generate_series(1000000000000000001, 1000000000000000031) AS k, emgov.poisson_interval(k) AS i;
SELECT upper(emgov.ratio_interval('9000000000000000000/1')) > 1e17 AS large, upper(emgov.ratio_interval('9000000000000000001/1')) % 1000 <> 0 AS digits;
SELECT lower(i) < k AND k < upper(i) AS inside FROM (VALUES (999999999999999), (1000000000000001), (9007199254740993)) AS v (k), emgov.poisson_interval(k) AS i;
