-- V6: a table of one's own, month by month, with year on year, year to date and twelve months
-- rolling (docs/own-table.md), against plain SQL; and the form that looks right and has no base.
\set ON_ERROR_STOP on
BEGIN;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS emgov;
SELECT no_plan();
SELECT setseed(0.8);
CREATE TABLE event (happened_on date, area text, n int);
INSERT INTO event SELECT '2021-01-01'::date + (random() * 1400)::int, 'a' || (random() * 3)::int, (random() * 5)::int FROM generate_series(1, 800);
-- a month and its base without a row
DELETE FROM event WHERE happened_on >= '2024-02-01' AND happened_on < '2024-03-01' OR happened_on >= '2023-03-01' AND happened_on < '2023-04-01';

CREATE TEMP VIEW by_month AS
SELECT m, x.*
FROM emgov.months(emgov.period('2023-01..2024-10-19')) AS m
CROSS JOIN LATERAL (
    SELECT emgov.yoy_agg(1, happened_on, m)                       AS this_month,
           emgov.yoy_agg(1, happened_on, emgov.ytd(upper(m) - 1)) AS year_to_date,
           emgov.yoy_agg(1, happened_on, daterange((upper(m) - interval '1 year')::date, upper(m))) AS twelve_months,
           emgov.yoy_agg(n, happened_on, m)                       AS amount
    FROM event) AS x;

SELECT is((SELECT count(*) FROM by_month), 22::bigint, 'a row a month, those without records too');
SELECT results_eq('SELECT m::text, emgov.current_value(this_month), emgov.base_value(this_month), emgov.current_value(year_to_date), emgov.base_value(year_to_date),
                          emgov.current_value(twelve_months), emgov.base_value(twelve_months), emgov.current_value(amount), emgov.base_value(amount) FROM by_month ORDER BY m',
    $$SELECT daterange(f, l + 1)::text,
             (SELECT count(*)::numeric FROM event WHERE happened_on BETWEEN f AND l),
             (SELECT count(*)::numeric FROM event WHERE happened_on >= f - interval '1 year' AND happened_on < l + 1 - interval '1 year'),
             (SELECT count(*)::numeric FROM event WHERE happened_on BETWEEN date_trunc('year', f::timestamp) AND l),
             (SELECT count(*)::numeric FROM event WHERE happened_on >= date_trunc('year', f::timestamp) - interval '1 year' AND happened_on < l + 1 - interval '1 year'),
             (SELECT count(*)::numeric FROM event WHERE happened_on >= l + 1 - interval '1 year' AND happened_on <= l),
             (SELECT count(*)::numeric FROM event WHERE happened_on >= l + 1 - interval '2 years' AND happened_on < l + 1 - interval '1 year'),
             (SELECT coalesce(sum(n), 0)::numeric FROM event WHERE happened_on BETWEEN f AND l),
             (SELECT coalesce(sum(n), 0)::numeric FROM event WHERE happened_on >= f - interval '1 year' AND happened_on < l + 1 - interval '1 year')
        FROM (SELECT f::date, least((f + interval '1 month')::date - 1, '2024-10-19') AS l FROM generate_series('2023-01-01'::timestamp, '2024-10-01', interval '1 month') AS f) AS w ORDER BY f$$,
    'the view equals plain SQL');
SELECT is((SELECT (emgov.current_value(this_month), emgov.base_value(this_month))::text FROM by_month WHERE m = emgov.month(2024, 2)),
          (SELECT (0, count(*))::text FROM event WHERE happened_on <@ emgov.month(2023, 2)), 'a fall to nothing is there');
SELECT results_eq($$SELECT m::text, y::text, r::text FROM emgov.months(emgov.year(2023)) AS m CROSS JOIN LATERAL (
                        SELECT emgov.yoy_agg(k, first_day, m) AS y, emgov.yoy_agg(k, first_day, emgov.ytd(upper(m) - 1)) AS r
                        FROM (SELECT emgov.month_of(happened_on) AS first_day, count(*) AS k FROM event GROUP BY 1) AS monthly) AS x ORDER BY m$$,
                  'SELECT m::text, this_month::text, year_to_date::text FROM by_month WHERE m <@ emgov.year(2023) ORDER BY m', 'from sums by month the same');
SELECT is((SELECT sum(emgov.base_value(x)) FROM (SELECT emgov.yoy_agg(1, happened_on, emgov.month(happened_on)) AS x FROM event GROUP BY emgov.month(happened_on)) AS t), 0::numeric,
          'grouped by month, no base is ever found: what the page warns of');
SELECT * FROM finish();
ROLLBACK;
