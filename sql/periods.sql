-- Periods: what each function gives, the laws they keep, and what they refuse.
SET DateStyle = 'ISO, MDY';

SELECT emgov.year(2024), emgov.quarter(2024, 4), emgov.month(2024, 12);
SELECT emgov.ytd('2024-12-19'), emgov.ytd('2024-01-01'), emgov.ytd('2024-12-31') = emgov.year(2024) AS whole_year;
SELECT emgov.year_earlier(emgov.ytd('2024-12-19')), emgov.year_earlier(emgov.quarter(2024, 1));
SELECT emgov.previous(emgov.month(2024, 3)) AS month, emgov.previous(emgov.quarter(2024, 1)) AS quarter,
       emgov.previous(emgov.year(2024)) AS year, emgov.previous('[2024-01-01,2024-12-01)') AS eleven_months;
SELECT emgov.previous('[2024-10-01,2024-10-08)') AS week, emgov.previous('[2024-02-29,2024-03-01)') AS day;
SELECT emgov.month_of('2024-02-29'), emgov.month_of('0044-03-15 BC'),
       emgov.month_of('infinity') AS endless, emgov.month_of('-infinity') AS beginningless;

-- a NULL argument gives NULL
SELECT emgov.year(NULL) IS NULL AND emgov.quarter(2024, NULL) IS NULL AND emgov.quarter(NULL, 1) IS NULL
   AND emgov.month(2024, NULL) IS NULL AND emgov.month(NULL, 1) IS NULL AND emgov.ytd(NULL) IS NULL
   AND emgov.year_earlier(NULL) IS NULL AND emgov.previous(NULL) IS NULL AND emgov.month_of(NULL) IS NULL AS all_null;

-- leap days: a bound of 29 February becomes 1 March; that day alone has none a year earlier
SELECT p, emgov.year_earlier(p)
FROM (VALUES ('[2024-02-29,2024-03-01)'::daterange), ('[2024-02-28,2024-02-29)'), ('[2024-03-01,2024-03-02)'),
             ('[2024-01-01,2024-02-29)'), ('[2025-02-28,2025-03-01)'), ('[2025-02-01,2025-03-01)')) AS v (p);

-- the first and the last period there is
SELECT emgov.year(1), emgov.year(5874896), emgov.month(5874896, 12), emgov.ytd('5874897-12-30'),
       emgov.year_earlier(emgov.year(2)), emgov.previous(emgov.month(1, 2)),
       emgov.previous('[0001-01-02,0001-01-03)') AS first_day, emgov.month_of('5874897-12-31');

-- what is built without the type cache is bit for bit what the server builds
CREATE TEMP TABLE built AS
    SELECT emgov.year(y) AS ours, daterange(make_date(y, 1, 1), make_date(y + 1, 1, 1)) AS theirs
    FROM generate_series(1, 3000, 7) AS y
    UNION ALL SELECT emgov.year_earlier('[2024-02-29,2024-03-01)'), 'empty';
SELECT count(*) AS ranges,
       count(*) FILTER (WHERE ours <> theirs) AS different,
       count(*) FILTER (WHERE range_send(ours) <> range_send(theirs)) AS sent_differently,
       count(*) FILTER (WHERE hash_range(ours) <> hash_range(theirs)) AS hashed_differently,
       count(*) FILTER (WHERE pg_column_size(ours) <> pg_column_size(theirs)) AS of_other_size
FROM built;

-- quarters and months tile their year
SELECT count(*) AS years, count(*) FILTER (WHERE quarters <> range_agg OR months <> range_agg) AS not_tiled
FROM (SELECT y, datemultirange(emgov.year(y)) AS range_agg,
             (SELECT range_agg(emgov.quarter(y, q)) FROM generate_series(1, 4) AS q) AS quarters,
             (SELECT range_agg(emgov.month(y, m)) FROM generate_series(1, 12) AS m) AS months
      FROM generate_series(1890, 2110) AS y) AS t;

-- against the server's own date arithmetic, every day of 1896 to 2106
CREATE TEMP TABLE days AS SELECT d::date AS day FROM generate_series('1896-01-01', '2106-12-31', interval '1 day') AS d;
SELECT count(*) AS days,
       count(*) FILTER (WHERE emgov.month_of(day) <> date_trunc('month', day)::date) AS wrong_month,
       count(*) FILTER (WHERE emgov.ytd(day) <> daterange(date_trunc('year', day)::date, day, '[]')) AS wrong_ytd,
       count(*) FILTER (WHERE lower(emgov.year_earlier(daterange(day, day + 40)))
                           <> CASE WHEN extract(month FROM day) = 2 AND extract(day FROM day) = 29
                                   THEN (day - interval '1 year')::date + 1
                                   ELSE (day - interval '1 year')::date END) AS wrong_year_earlier
FROM days;

-- adjoining periods stay adjoining a year earlier, and the years' bases tile too:
-- every pair of neighbouring periods [a,b), [b,c) with b any day
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE upper(emgov.year_earlier(daterange(day - n, day)))
                           IS DISTINCT FROM lower(emgov.year_earlier(daterange(day, day + n)))) AS torn
FROM days, (VALUES (2), (28), (29), (31), (365), (366), (1461)) AS v (n);

-- the single days of a year map onto the whole year before, each day once
SELECT y AS year, (SELECT range_agg(emgov.year_earlier(daterange(d::date, d::date, '[]')))
                   FROM generate_series(make_date(y, 1, 1), make_date(y, 12, 31), interval '1 day') AS d)
               = datemultirange(emgov.year(y - 1)) AS tiles
FROM (VALUES (1900), (1901), (2000), (2001), (2023), (2024), (2025)) AS v (y);

-- previous() adjoins, keeps the months of a run of months, the days of anything else
SELECT count(*) AS runs_of_months,
       count(*) FILTER (WHERE emgov.previous(p) <> daterange((lower(p) - make_interval(months => n))::date, lower(p))) AS wrong
FROM (SELECT n, daterange(make_date(y, m, 1), (make_date(y, m, 1) + make_interval(months => n))::date) AS p
      FROM generate_series(1999, 2025) AS y, generate_series(1, 12) AS m, generate_series(1, 14) AS n) AS t;
SELECT count(*) AS other_periods,
       count(*) FILTER (WHERE emgov.previous(daterange(day, day + n)) <> daterange(day - n, day)) AS wrong
FROM days, (VALUES (1), (7), (30), (365)) AS v (n)
WHERE extract(day FROM day) <> 1;

-- years that begin on another day, against the server's own arithmetic
CREATE TEMP TABLE starts AS SELECT to_char(d, 'MM-DD') AS year_start, extract(month FROM d)::int AS m, extract(day FROM d)::int AS day
FROM generate_series('2001-01-01'::date, '2001-12-31', interval '1 day') AS d WHERE extract(day FROM d) <= 28;
SELECT count(*) AS years,
       count(*) FILTER (WHERE emgov.year(y, year_start) <> daterange(f, (f + interval '1 year')::date)) AS wrong_years,
       count(*) FILTER (WHERE emgov.half(y, 2, year_start) <> daterange((f + interval '6 months')::date, (f + interval '1 year')::date)) AS wrong_halves,
       count(*) FILTER (WHERE emgov.quarter(y, 3, year_start) <> daterange((f + interval '6 months')::date, (f + interval '9 months')::date)) AS wrong_quarters,
       count(*) FILTER (WHERE emgov.ytd(f, year_start) <> daterange(f, f + 1) OR emgov.ytd(f - 1, year_start) <> daterange((f - interval '1 year')::date, f)) AS wrong_ytd,
       count(*) FILTER (WHERE ARRAY(SELECT emgov.quarters(emgov.year(y, year_start), year_start)) <> ARRAY(SELECT emgov.quarter(y, q, year_start) FROM generate_series(1, 4) AS q)) AS not_tiled
FROM starts CROSS JOIN generate_series(1999, 2025) AS y CROSS JOIN LATERAL make_date(y, m, day) AS f;
SELECT emgov.half(2024, 1), emgov.half('2024-07-01'::date), emgov.year(2024, '04-01'), emgov.quarter(2024, 4, '04-01'), emgov.ytd('2024-03-31', '04-01');

-- parts: as the days fall, cut to the period, in order
SELECT p, ARRAY(SELECT emgov.months(p)) AS months, ARRAY(SELECT emgov.quarters(p)) AS quarters, ARRAY(SELECT emgov.years(p)) AS years
FROM (VALUES ('[2024-01-15,2024-03-10)'::daterange), ('[2024-02-29,2024-03-01)'), ('[2023-12-31,2024-01-02)')) AS v (p);
SELECT count(*) AS periods,
       count(*) FILTER (WHERE ARRAY(SELECT emgov.months(p)) <> by_month) AS wrong_months,
       count(*) FILTER (WHERE ARRAY(SELECT emgov.quarters(p)) <> by_quarter) AS wrong_quarters,
       count(*) FILTER (WHERE ARRAY(SELECT emgov.years(p)) <> by_year) AS wrong_years
FROM (SELECT daterange(day, day + n) AS p, day, n FROM days, (VALUES (1), (31), (100), (366), (800)) AS v (n) WHERE day BETWEEN '2019-11-20' AND '2021-03-10') AS t
CROSS JOIN LATERAL (SELECT ARRAY(SELECT daterange(min(d), max(d) + 1) FROM generate_series(0, n - 1) AS i, LATERAL (SELECT day + i) AS x (d) GROUP BY date_trunc('month', d::timestamp) ORDER BY 1) AS by_month,
                           ARRAY(SELECT daterange(min(d), max(d) + 1) FROM generate_series(0, n - 1) AS i, LATERAL (SELECT day + i) AS x (d) GROUP BY date_trunc('quarter', d::timestamp) ORDER BY 1) AS by_quarter,
                           ARRAY(SELECT daterange(min(d), max(d) + 1) FROM generate_series(0, n - 1) AS i, LATERAL (SELECT day + i) AS x (d) GROUP BY date_trunc('year', d::timestamp) ORDER BY 1) AS by_year) AS o;

-- from text: every form of core/period_text.h (test_period_text.c has them with random days)
SELECT t, emgov.period(t) FROM unnest(ARRAY['2024', '2024-12', '2024Q4', '2024H1', '2024-01..2024-07', '2024-01..07', '2024年1—7月', '2024年1-7月份', '2024年7月', '2024年一季度',
    '2024年第1季度', '2024年前三季度', '2024年前7个月', '2024年上半年', '2024年度', '2024-12-19', '2024/12/19', '20241219', '2024年1月1日至12月19日', '2023年12月—2024年2月', '2023—2024年',
    '２０２４年１～７月', '二〇二四年七月', 'July 2024', 'January to July 2024', '1 January to 19 December 2024', 'the first half of 2024', '[2024-01-01,2025-01-01)']) AS t;
SELECT emgov.period('2024', '04-01'), emgov.period('2024/25', '04-01'), emgov.period('2024年一季度', '04-01'), emgov.period('2024-01', '04-01') AS a_month, emgov.period(NULL) IS NULL AS is_null;
-- a range that the server prints is read back, whatever DateStyle says
SELECT count(*) AS ranges, count(*) FILTER (WHERE emgov.period(p::text) <> p) AS wrong FROM (SELECT daterange(day, day + 45) AS p FROM days) AS t;
SET DateStyle = 'SQL, DMY';
SELECT emgov.period('[2024-01-02,2024-12-11)') = daterange(make_date(2024, 1, 2), make_date(2024, 12, 11)) AS same;
SET DateStyle = 'ISO, MDY';

-- stored in a row, a range has a shorter header
CREATE TEMP TABLE stored (note text, period daterange);
INSERT INTO stored SELECT repeat('x', n), emgov.month(2024, n) FROM generate_series(1, 12) AS n;
SELECT count(*) FILTER (WHERE emgov.year_earlier(period) = emgov.month(2023, length(note))) AS right_ones FROM stored;

-- one period asked after another: the last answer kept is not given for another question
SELECT count(*) FILTER (WHERE emgov.year_earlier(emgov.year(y)) <> emgov.year(y - 1)
                           OR emgov.year_earlier(emgov.month(y, 2)) <> emgov.month(y - 1, 2)) AS mixed_up
FROM generate_series(2, 2000) AS y;

-- an index can be built on a month
CREATE INDEX ON days (emgov.month_of(day));

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
    (1, 'emgov.year(0)'), (2, 'emgov.year(-2024)'), (3, 'emgov.year(5874897)'),
    (4, 'emgov.year(2147483647)'), (5, 'emgov.year((-2147483648)::int)'), (6, 'emgov.year(99999999999)'),
    (10, 'emgov.quarter(2024, 0)'), (11, 'emgov.quarter(2024, 5)'), (12, 'emgov.quarter(2024, -1)'),
    (13, 'emgov.quarter(4, 2024)'), (14, 'emgov.quarter(0, 1)'), (15, 'emgov.quarter(5874897, 1)'),
    (16, 'emgov.quarter(2024, (-2147483648)::int)'),
    (20, 'emgov.month(2024, 0)'), (21, 'emgov.month(2024, 13)'), (22, 'emgov.month(2024, -12)'),
    (23, 'emgov.month(12, 2024)'), (24, 'emgov.month(-1, 12)'), (25, 'emgov.month(5874897, 12)'),
    (26, 'emgov.month(2024, 2147483647)'),
    (30, $$emgov.ytd('infinity')$$), (31, $$emgov.ytd('-infinity')$$), (32, $$emgov.ytd('0001-12-31 BC')$$),
    (33, $$emgov.ytd('5874897-12-31')$$), (34, $$emgov.ytd('2023-02-29')$$),
    (40, $$emgov.year_earlier('empty')$$), (41, $$emgov.year_earlier('[2024-01-01,2024-01-01)')$$),
    (42, $$emgov.year_earlier('(,)')$$), (43, $$emgov.year_earlier('[2024-01-01,)')$$),
    (44, $$emgov.year_earlier('(,2024-01-01)')$$), (45, $$emgov.year_earlier('[2024-01-01,infinity)')$$),
    (46, $$emgov.year_earlier('[2024-01-01,infinity]')$$), (47, $$emgov.year_earlier('[-infinity,2024-01-01)')$$),
    (48, $$emgov.year_earlier('[-infinity,infinity]')$$), (49, $$emgov.year_earlier('(-infinity,-infinity]')$$),
    (50, $$emgov.year_earlier('[infinity,infinity]')$$), (51, $$emgov.year_earlier('[0001-01-01,0001-02-01)')$$),
    (52, $$emgov.year_earlier('[0044-03-15 BC,0044-03-16 BC)')$$), (53, $$emgov.year_earlier('[0001-12-31 BC,2024-01-01)')$$),
    (54, $$emgov.year_earlier('[2024-02-01,2024-01-01)')$$), (55, $$emgov.year_earlier('2024')$$),
    (60, $$emgov.previous('empty')$$), (61, $$emgov.previous('(,2024-01-01)')$$), (62, $$emgov.previous('[2024-01-01,)')$$),
    (63, $$emgov.previous('[2024-01-01,infinity]')$$), (64, $$emgov.previous(emgov.year(1))$$),
    (65, $$emgov.previous('[0001-01-03,0001-01-10)')$$), (66, $$emgov.previous('[0001-01-01,5874897-12-31)')$$),
    (67, $$emgov.previous('[0001-01-02,5874897-12-31)')$$), (68, $$emgov.previous('[0001-03-01,0001-06-01)')$$),
    (80, $$emgov.period('')$$), (81, $$emgov.period('2024-13')$$), (82, $$emgov.period('2023-02-29')$$), (83, $$emgov.period('2024Q5')$$), (84, $$emgov.period('2024-07..2024-01')$$),
    (85, $$emgov.period('7月')$$), (86, $$emgov.period('July')$$), (87, $$emgov.period('2024/25')$$), (88, $$emgov.period('[2024-01-01,)')$$), (89, $$emgov.period('empty')$$),
    (90, $$emgov.period('[01/02/2024,02/03/2024)')$$), (91, $$emgov.period('[2024-01-01,2024-01-01)')$$), (92, $$emgov.period('today')$$), (93, $$emgov.period('0000')$$),
    (94, $$emgov.year(2024, '4-1')$$), (95, $$emgov.year(2024, '02-29')$$), (96, $$emgov.year(2024, '13-01')$$), (97, $$emgov.quarter(2024, 5, '04-01')$$), (98, $$emgov.half(2024, 3)$$),
    (99, $$emgov.ytd('0001-01-01', '04-01')$$), (100, $$emgov.months('empty')$$), (101, $$emgov.quarters('[2024-01-01,)')$$), (102, $$emgov.years('[2024-01-01,2025-01-01)', '')$$),
    (103, $$emgov.quarter('5874897-12-30'::date)$$),
    (70, $$emgov.month_of('4714-11-24 BC')$$), (71, $$emgov.month_of('2024-13-01')$$)
) AS v (n, call), pg_temp.refusal(call) AS r
ORDER BY n;

-- with the words that help
SELECT emgov.year_earlier('[2024-01-01,)');
SELECT emgov.previous('empty');
SELECT emgov.quarter(4, 2024);
SELECT emgov.period('2024年13月');
SELECT emgov.period('2024年度报告');
SELECT emgov.year(2024, '31-12');
