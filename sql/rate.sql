-- What a comparison says, how it is rounded, and which bases a published percentage allows.

-- the four changes of a year's accidents, and the other things a comparison says
SELECT c, emgov.current_value(c) AS value, emgov.base_value(c) AS base, emgov.change(c), emgov.rate(c),
       emgov.rate(c, 2) AS rate_2, emgov.rate(c, 0, 'truncate') AS cut, emgov.state(c)
FROM unnest('{59/65, 43/47, 16/23, 22/21, 57/50, 65/65, 0/5, 6/0, 0/0, 3.85/4.13, 0.56/0.7}'::emgov.comparison[]) AS c;

-- the policies differ on a tie, and truncation on nearly everything
SELECT c, emgov.rate(c, 0) AS half_up, emgov.rate(c, 0, 'half_even') AS half_even, emgov.rate(c, 0, 'truncate') AS truncated
FROM unnest('{41/40, 43/40, 39/40, 37/40, 9/8, 7/8, 17/16, 2/3, 1/3}'::emgov.comparison[]) AS c;

-- the base may be a mean: the rate is taken from the total, the mean given to 18 decimals at most
SELECT c, emgov.base_periods(c) AS periods, emgov.base_total(c) AS total, emgov.base_value(c) AS mean, emgov.change(c), emgov.rate(c)
FROM unnest('{59/195:3, 351/1215:3, 59/200:3, 1/1:3, 5/-200:3, 1/0.000000000000000001:1000}'::emgov.comparison[]) AS c;

-- a negative base gives the plain quotient
SELECT c, emgov.rate(c), emgov.state(c) FROM unnest('{-5/-10, 5/-10, -15/-10, -5/10, -5/0}'::emgov.comparison[]) AS c;

-- the largest and the smallest values
SELECT emgov.rate('9223372036854775807.999999999999999999/0.000000000000000001', 18) AS largest,
       emgov.rate('-9223372036854775808/9223372036854775807.999999999999999999', 18) AS nearly_minus_200,
       emgov.rate('9223372036854775807/9223372036854775806', 18) AS smallest_rise;

-- a NULL argument gives NULL
SELECT emgov.current_value(NULL) IS NULL AND emgov.base_value(NULL) IS NULL AND emgov.base_total(NULL) IS NULL
   AND emgov.base_periods(NULL) IS NULL AND emgov.change(NULL) IS NULL AND emgov.state(NULL) IS NULL
   AND emgov.rate(NULL) IS NULL AND emgov.rate('1/2', NULL) IS NULL AND emgov.rate('1/2', 1, NULL) IS NULL
   AND emgov.round_by(NULL, 1) IS NULL AND emgov.round_by(1, NULL) IS NULL AND emgov.round_by(1, 1, NULL) IS NULL AS all_null,
       (SELECT count(*) FROM emgov.base_candidates(NULL, 1)) + (SELECT count(*) FROM emgov.base_candidates(1, NULL)) AS no_rows;

-- rounding: against round(), trunc() and half-even by its definition; twice changes nothing;
-- the decimals are shown
CREATE FUNCTION pg_temp.half_even(v numeric, d int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN abs(v - trunc(v, d)) * 2 = 10::numeric ^ -d AND trunc(v * 10::numeric ^ d) % 2 = 0
                THEN trunc(v, d) ELSE round(v, d) END
$$;
SELECT setseed(0.25);
CREATE TEMP TABLE numbers AS
    SELECT CASE n % 3 WHEN 0 THEN (n - 6000)::numeric / 8
                      WHEN 1 THEN ((random() - 0.5) * 10 ^ (n % 12))::numeric
                      ELSE (n - 6000)::numeric / 2 * 10::numeric ^ -(n % 9) END AS v, n % 10 AS d
    FROM generate_series(1, 12000) AS n;
SELECT count(*) AS numbers,
       count(*) FILTER (WHERE emgov.round_by(v, d) <> round(v, d)) AS half_up,
       count(*) FILTER (WHERE emgov.round_by(v, d, 'truncate') <> trunc(v, d)) AS truncated,
       count(*) FILTER (WHERE emgov.round_by(v, d, 'half_even') <> pg_temp.half_even(v, d)) AS half_even,
       count(*) FILTER (WHERE emgov.round_by(-v, d, p) <> -emgov.round_by(v, d, p)) AS not_symmetric,
       count(*) FILTER (WHERE emgov.round_by(emgov.round_by(v, d, p), d, p) <> emgov.round_by(v, d, p)) AS not_idempotent,
       count(*) FILTER (WHERE scale(emgov.round_by(v, d, p)) <> d) AS decimals_not_shown
FROM numbers, unnest('{half_up,half_even,truncate}'::text[]) AS p;
SELECT emgov.round_by(2.5, 0) AS up, emgov.round_by(-2.5, 0) AS down, emgov.round_by(2.5, 0, 'half_even') AS even,
       emgov.round_by(14, 1) AS shown, emgov.round_by(-0.04, 1) AS zero, emgov.round_by(0.05, 18) AS many,
       emgov.round_by('NaN', 1) AS nan, emgov.round_by('-Infinity', 1) AS infinite;

-- the rate against a second way to get it: for every pair, the whole number nearest to
-- (or cut from) 1000 (c - b) / b, found by integer division
CREATE TEMP TABLE pairs AS
    SELECT c, b, emgov.comparison(c, b) AS pair FROM generate_series(0, 160) AS c, generate_series(1, 160) AS b;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE emgov.rate(pair) * 10
                           <> sign(c - b) * div(2000 * abs(c - b) + b, 2 * b)) AS half_up,
       count(*) FILTER (WHERE emgov.rate(pair, 1, 'truncate') * 10 <> div(1000 * (c - b), b)) AS truncated,
       count(*) FILTER (WHERE emgov.rate(pair, 1, 'half_even') * 10
                           <> sign(c - b) * (div(2000 * abs(c - b) + b, 2 * b)
                              - CASE WHEN (2000 * abs(c - b) + b) % (2 * b) = 0
                                     THEN div(2000 * abs(c - b) + b, 2 * b) % 2 ELSE 0 END)) AS half_even,
       count(*) FILTER (WHERE emgov.change(pair) <> c - b) AS change,
       count(*) FILTER (WHERE emgov.rate(emgov.comparison(c / 1000.0, b / 1000.0)) <> emgov.rate(pair)) AS depends_on_unit
FROM pairs;
-- a mean of k equal periods is that period
SELECT count(*) AS means,
       count(*) FILTER (WHERE emgov.rate(emgov.comparison(c, b * k, k), d, p) <> emgov.rate(emgov.comparison(c, b), d, p)
                           OR emgov.base_value(emgov.comparison(c, b * k, k)) <> b
                           OR emgov.change(emgov.comparison(c, b * k, k)) <> c - b) AS wrong
FROM generate_series(0, 20) AS c, generate_series(1, 20) AS b, unnest('{2,3,5,7}'::int[]) AS k,
     unnest('{0,2,18}'::int[]) AS d, unnest('{half_up,half_even,truncate}'::text[]) AS p;
-- and change is what is left of the value without the base, whatever the mean
SELECT count(*) FILTER (WHERE emgov.change(c) <> emgov.current_value(c) - emgov.base_value(c)) AS wrong
FROM generate_series(1, 30) AS t, generate_series(1, 30) AS k, LATERAL (SELECT emgov.comparison(7.5, t, k) AS c) AS x;

-- bases: each of the four changes fits one base only
SELECT value, percent, array_agg(base) AS bases
FROM (VALUES (59, -9.2), (43, -8.5), (16, -30.4), (22, 4.8), (100, 0), (1000, 0), (5, 66.7), (5, 66), (59, -9.25)) AS v (value, percent)
     LEFT JOIN LATERAL emgov.base_candidates(value, percent) AS base ON true
GROUP BY value, percent ORDER BY value, percent;
SELECT p AS policy, array_agg(b) AS bases
FROM unnest('{half_up,half_even,truncate}'::text[]) AS p, emgov.base_candidates(1234, 0.1, 1, p) AS b GROUP BY p ORDER BY p;
SELECT array_agg(b) FROM emgov.base_candidates(59, -9, 0) AS b;

-- bases against every base tried: small values, bases to 2000, all policies, 0 to 2 decimals, what any base prints
CREATE TEMP TABLE printed AS
    SELECT d, p, c, emgov.rate(emgov.comparison(c, b), d, p) AS percent, array_agg(b::bigint ORDER BY b) AS bases
    FROM generate_series(0, 25) AS c, generate_series(1, 2000) AS b,
         generate_series(0, 2) AS d, unnest('{half_up,half_even,truncate}'::text[]) AS p
    GROUP BY d, p, c, emgov.rate(emgov.comparison(c, b), d, p);
SELECT p AS policy, count(*) > 10000 AS many,
       count(*) FILTER (WHERE bases <> found) AS wrong,
       count(*) FILTER (WHERE found IS NULL) AS none_found
FROM (SELECT p, bases, (SELECT array_agg(b) FROM emgov.base_candidates(c, percent, d, p) AS b WHERE b <= 2000) AS found
      FROM printed WHERE percent > -97) AS t
GROUP BY p ORDER BY p;
-- and what no base prints has none: every percentage from -96 to 120
SELECT p AS policy, count(*) AS not_printed, count(*) FILTER (WHERE EXISTS (SELECT FROM emgov.base_candidates(c, percent, 1, p))) AS wrong
FROM (SELECT c, p, n / 10.0 AS percent
      FROM generate_series(1, 25, 4) AS c, generate_series(-960, 1200) AS n, unnest('{half_up,half_even,truncate}'::text[]) AS p) AS t
WHERE NOT EXISTS (SELECT FROM printed WHERE printed.c = t.c AND printed.p = t.p AND d = 1 AND printed.percent = t.percent)
GROUP BY p ORDER BY p;
-- large values: the first and the last base print the percentage, their neighbours do not
SELECT count(*) AS values,
       count(*) FILTER (WHERE emgov.rate(emgov.comparison(c, first), d, p) <> percent
                           OR emgov.rate(emgov.comparison(c, last), d, p) <> percent
                           OR emgov.rate(emgov.comparison(c, first - 1), d, p) = percent
                           OR emgov.rate(emgov.comparison(c, last + 1), d, p) = percent
                           OR last - first + 1 <> n) AS wrong
FROM (SELECT c, d, p, percent, min(b) AS first, max(b) AS last, count(*) AS n
      FROM (SELECT c::bigint, d, p, emgov.rate(emgov.comparison(c::bigint, (c * f)::bigint), d, p) AS percent
            FROM unnest('{7919, 1000003, 999999000001, 987654321987654}'::numeric[]) AS c,
                 unnest('{0.3, 0.9, 1, 1.001, 1.5}'::numeric[]) AS f,
                 unnest('{1, 6, 12, 13, 18}'::int[]) AS d, unnest('{half_up,half_even,truncate}'::text[]) AS p
            WHERE log(c) - d < 3) AS v,
           emgov.base_candidates(c, percent, d, p) AS b
      GROUP BY c, d, p, percent) AS t;
-- rows come one by one, so the first few of very many cost nothing, and the last bigint is reached
SELECT emgov.base_candidates(9000000000000000, 0, 0) LIMIT 3;
SELECT emgov.base_candidates(9223372036854775807, 0, 18) AS base;
-- truncated, 100 % down is only what is gone entirely, so a remainder has no base
SELECT count(*) FROM emgov.base_candidates(1, -100, 1, 'truncate');
SELECT count(*) FROM emgov.base_candidates(0, -99.9);
SELECT count(*) FROM emgov.base_candidates(1, -250.5);

-- what is refused
CREATE FUNCTION pg_temp.refusal(call text, OUT code text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
    message := 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END
$$;
SELECT call, r.*
FROM (VALUES
    (1, $$emgov.rate('59/65', -1)$$), (2, $$emgov.rate('59/65', 19)$$), (3, $$emgov.rate('59/65', 2147483647)$$),
    (4, $$emgov.rate('59/65', (-2147483648)::int)$$), (5, $$emgov.rate('59/65', 1, 'up')$$),
    (6, $$emgov.rate('59/65', 1, '')$$), (7, $$emgov.rate('59/65', 1, 'HALF_UP')$$),
    (8, $$emgov.rate('59/65', 1, 'half_up ')$$), (9, $$emgov.rate('59/65', 1, '四舍五入')$$),
    (10, $$emgov.rate('59/65', 1, repeat('长', 100000))$$), (11, $$emgov.rate('6/0', 19)$$), (12, $$emgov.rate('6/0', 1, 'up')$$),
    (13, $$emgov.rate(59, 65)$$), (14, $$emgov.state(59)$$), (15, $$emgov.rate('59/65', 1.5)$$),
    (20, $$emgov.round_by(1, -1)$$), (21, $$emgov.round_by(1, 19)$$), (22, $$emgov.round_by(1, 1, 'nearest')$$),
    (23, $$emgov.round_by(1e131071, 1)$$), (24, $$emgov.round_by('NaN', 19)$$), (25, $$emgov.round_by('Infinity', 1, 'x')$$),
    (26, $$emgov.round_by('x', 1)$$),
    (30, $$emgov.base_candidates(-1, 5)$$), (31, $$emgov.base_candidates(-9223372036854775808, 5)$$),
    (32, $$emgov.base_candidates(9223372036854775808, 5)$$), (33, $$emgov.base_candidates(59.5, 5)$$),
    (34, $$emgov.base_candidates(59, 'NaN')$$), (35, $$emgov.base_candidates(59, 'Infinity')$$),
    (36, $$emgov.base_candidates(59, '-Infinity')$$), (37, $$emgov.base_candidates(59, -9.2, -1)$$),
    (38, $$emgov.base_candidates(59, -9.2, 19)$$), (39, $$emgov.base_candidates(59, -9.2, 1, 'floor')$$),
    (40, $$emgov.base_candidates(0, -100)$$), (41, $$emgov.base_candidates(0, -100, 0, 'truncate')$$),
    (42, $$emgov.base_candidates(1, -100)$$), (43, $$emgov.base_candidates(1, -100, 18)$$),
    (44, $$emgov.base_candidates(1, -100, 0, 'half_even')$$), (45, $$emgov.base_candidates(9223372036854775807, -100)$$),
    (46, $$emgov.base_candidates(9223372036854775807, 0)$$), (47, $$emgov.base_candidates(9223372036854775807, -50)$$),
    (48, $$emgov.base_candidates(59, '9,2')$$), (49, $$emgov.base_candidates(59, 1e131071, 18)$$)
) AS v (n, call), pg_temp.refusal(call) AS r
ORDER BY n;
SELECT emgov.rate('59/65', 1, 'up');
SELECT emgov.rate('59/65', 19);
SELECT * FROM emgov.base_candidates(1, -100);
SELECT * FROM emgov.base_candidates(9223372036854775807, -50);
