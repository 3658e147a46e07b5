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
    (70, $$emgov.month_of('4714-11-24 BC')$$), (71, $$emgov.month_of('2024-13-01')$$)
) AS v (n, call), pg_temp.refusal(call) AS r
ORDER BY n;

-- with the words that help
SELECT emgov.year_earlier('[2024-01-01,)');
SELECT emgov.previous('empty');
SELECT emgov.quarter(4, 2024);
