-- What holds between periods: cases pending at the end of one are those the next opens
-- with, and a comparison in one pass is two aggregates apart.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(6);
SELECT setseed(0.3);
CREATE TABLE enforcement AS
SELECT CASE WHEN r < 0.9 THEN f END AS filed, CASE WHEN r < 0.7 THEN f + n / 2 END AS decided,
       CASE WHEN r BETWEEN 0.2 AND 0.65 THEN f + n END AS closed,
       CASE WHEN n % 5 > 0 THEN (enum_range(NULL::penalty_kind))[1 + (r * 11)::int] END AS penalty, n * 10.5 AS fine
FROM (SELECT date '2022-01-01' + (random() * 1200)::int AS f, random() AS r, (random() * 300)::int AS n FROM generate_series(1, 3000)) AS drawn;
CREATE TABLE span AS SELECT p FROM unnest(ARRAY[year(2023), month(2024, 2), quarter(2024, 4), ytd('2024-02-29'), '[2023-03-15,2024-09-15)'::daterange,
    '[2024-02-29,2024-03-01)', '[2023-01-01,2025-01-01)', '[2024-02-28,2024-02-29)', '[2023-02-28,2023-03-01)']) AS p;

SELECT is_empty($$SELECT p FROM span, LATERAL (SELECT case_agg(filed, decided, closed, penalty, fine, p) AS a,
        case_agg(filed, decided, closed, penalty, fine, daterange(upper(p), upper(p) + 1)) AS b FROM enforcement) x
    WHERE pending(a) <> opening(b) OR opening(a) + filed(a) - closed(a) <> pending(a)$$, 'what is pending is what the day after opens with');
SELECT is_empty($$SELECT p FROM span, LATERAL (SELECT case_agg(filed, decided, closed, penalty, fine, p) AS a,
        case_agg(filed, decided, closed, penalty, fine, previous(p)) AS b FROM enforcement) x
    WHERE opening(a) <> pending(b)$$, 'and what the period before left');
SELECT is_empty($$SELECT p FROM span, LATERAL (
        SELECT case_agg(filed, decided, closed, penalty, fine, p) AS a, count(*) FILTER (WHERE decided <@ p) AS decisions,
               count(*) FILTER (WHERE decided <@ p AND penalty IS NULL) AS without, sum(fine) FILTER (WHERE decided <@ p) AS fines
        FROM enforcement) x
    WHERE decided(a) <> decisions OR no_penalty(a) <> without OR fines(a) <> coalesce(x.fines, 0)
       OR decided(a) <> no_penalty(a) + other(a) + warning(a) + criticism(a) + fine(a) + confiscation(a) + suspension(a) + downgrade(a)
                        + restriction(a) + shutdown(a) + closure(a) + revocation(a) + detention(a)$$, 'every decision counts once, under its penalty');
SELECT is((SELECT case_agg(filed, decided, closed, 'fine', 1, year(2024))::text FROM (VALUES
        (date '-infinity', NULL::date, NULL::date), ('-infinity', NULL, 'infinity'), ('infinity', 'infinity', NULL), (NULL, 'infinity', '2024-01-01')) v (filed, decided, closed)),
    'opening=2', 'infinite dates are before and after everything');

CREATE TABLE accident AS
SELECT (random() * 3)::int AS deaths, (random() * 12)::int AS injuries, (random() * 2e7)::numeric(12,2) AS loss, date '2022-01-01' + (random() * 1100)::int AS at
FROM generate_series(1, 3000);
SELECT is_empty($$SELECT p FROM span, LATERAL (
        SELECT accident_yoy_agg(deaths, injuries, loss, at, p) AS x, accident_agg(deaths, injuries, loss) FILTER (WHERE at <@ p) AS a,
               accident_agg(deaths, injuries, loss) FILTER (WHERE at <@ year_earlier(p)) AS b,
               yoy_agg(loss, at, p) AS losses, yoy_agg(deaths, at, p) AS killed FROM accident) z
    WHERE deaths(x) <> comparison(deaths(a), deaths(b)) OR accidents(x) <> comparison(accidents(a), accidents(b))
       OR serious_injuries(x) <> comparison(serious_injuries(a), serious_injuries(b)) OR direct_loss(x) <> comparison(direct_loss(a), direct_loss(b))
       OR general(x) <> comparison(general(a), general(b)) OR larger(x) <> comparison(larger(a), larger(b))
       OR major(x) <> comparison(major(a), major(b)) OR extraordinary(x) <> comparison(extraordinary(a), extraordinary(b))
       OR losses <> direct_loss(x) OR killed <> deaths(x)$$, 'one pass is two aggregates');
-- a period of its own in every row
SELECT is((SELECT yoy_agg(1, at, p)::text FROM (VALUES (date '2024-02-29', year(2024)), ('2023-02-28', year(2023)), ('2023-03-01', year(2024)),
        ('2024-02-29', '[2024-02-29,2024-03-01)'), ('2023-03-01', '[2024-02-29,2024-03-01)'), ('2024-02-28', year(2025))) v (at, p)), '3/2',
    'each row by its own period; 29 February has no day a year earlier');
SELECT * FROM finish();
