-- Reported figures: who must send, and of which days; a city and its districts, one of which contains the
-- other, are never added up twice; periods and values that no figure can have.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = public, ledger, emgov;
SELECT * FROM no_plan();
INSERT INTO area (code, name_zh, kind, is_block, parent_code, valid_from, valid_to) VALUES
    ('CITY', '某市', 'city', false, NULL, NULL, NULL), ('A', '甲区', 'district', true, 'CITY', NULL, NULL), ('B', '乙区', 'district', true, 'CITY', NULL, NULL),
    ('C', '丙区', 'district', true, 'CITY', NULL, '2024-02-01'), ('D', '丁区', 'district', true, 'CITY', '2024-03-01', NULL), ('Z', '园区', 'zone', false, NULL, NULL, NULL);
INSERT INTO organisation (code, name_zh, kind, scope) VALUES ('d1', '一处', 'department', 'city'), ('d2', '二处', 'department', 'city');
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, definition_zh, comparator)
SELECT 'W' || n, 'W' || n, 'reported', 'city', CASE n WHEN 5 THEN 'to_date' WHEN 6 THEN 'at_date' ELSE 'period' END, '件', '上报', CASE n WHEN 2 THEN 'year_earlier' ELSE 'none' END FROM generate_series(1, 12) AS n;
CREATE FUNCTION pg_temp.said(code text, w daterange) RETURNS text LANGUAGE sql AS
    $$ SELECT concat_ws(' ', value, CASE WHEN state IN ('no_base', 'comparable', 'new', 'none') THEN 'whole' ELSE state END, missing, covered_days || '/' || period_days) FROM ledger.figures(w, codes => ARRAY[code]) $$;
CREATE FUNCTION pg_temp.sent(i text, members text[], variadic periods daterange[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.reported (indicator, member, starts_on, ends_on, value) SELECT i, m, lower(p), upper(p), 10 FROM unnest(members) AS m CROSS JOIN unnest(periods) AS p $$;
SELECT pg_temp.said('W1', month(2023, 1)) AS nothing \gset

-- ------------------------------------------------------------------ a city for itself, then by districts
SELECT pg_temp.sent('W1', '{CITY}', year(2022));
SELECT is(pg_temp.said('W1', year(2022)), '10 whole 365/365', 'a city''s own figure contains its districts: they are not missing');
SELECT pg_temp.sent('W1', '{A,B}', year(2023));
SELECT is(pg_temp.said('W1', year(2023)), '20 part_members {C} 365/365', 'by districts since: the city is not missing, a district that has not sent is');
SELECT pg_temp.sent('W1', '{C}', year(2023));
SELECT is(pg_temp.said('W1', year(2023)), '30 whole 365/365', 'and the figure is whole when all have');
SELECT is(pg_temp.said('W1', year(2021)), 'no_data {A,B,C} 0/365', 'where nobody sent, the blocks are missing; not who sent of another year');
SELECT results_eq($$SELECT member, value FROM figures(year(2022), codes => '{W1}', by => 'area') ORDER BY member NULLS FIRST$$, $$VALUES (NULL, 10::numeric), ('CITY', 10)$$,
    'by area: who sent');

SELECT pg_temp.sent('W2', '{CITY}', year(2023));
SELECT pg_temp.sent('W2', '{A,B}', year(2024));
SELECT pg_temp.sent('W2', '{C}', month(2024, 1));
SELECT pg_temp.sent('W2', '{D}', daterange('2024-03-01', '2025-01-01'));
SELECT is((SELECT concat_ws(' ', value, base, state, missing, phrase) FROM figures(year(2024), codes => '{W2}')), '40 10 comparable 40件，同比上升300%', 'this year by districts, against last year by the city');

SELECT pg_temp.sent('W3', '{CITY}', month(2023, 1));
SELECT pg_temp.sent('W3', '{A,B,C}', daterange('2023-02-01', '2024-01-01'));
SELECT is(pg_temp.said('W3', year(2023)), '40 whole 365/365', 'January by the city, the rest by districts: whole');
SELECT is(pg_temp.said('W3', quarter(2023, 1)), '10 part_members {A,B,C} 31/90', 'of a quarter January alone, and who is missing');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'W3' AND member = 'B';
SELECT is(pg_temp.said('W3', year(2023)), '30 part_members {B} 365/365', 'a district without its rest is missing');
SELECT is((SELECT string_agg(member || ' ' || concat_ws(' ', value, state, covered_days), ', ' ORDER BY member) FROM figures(year(2023), codes => '{W3}', by => 'area')),
    'A 10 part_period 334, B no_data 0, C 10 part_period 334, CITY 10 part_period 31', 'each by itself is known of its own days');

SELECT pg_temp.sent('W4', '{Z}', month(2023, 1));
SELECT is(pg_temp.said('W4', month(2023, 1)), '10 part_members {A,B,C} 31/31', 'one that is no block counts');
SELECT is(pg_temp.said('W4', month(2023, 2)), 'no_data {A,B,C,Z} 0/28', 'it is asked for the year that it sent in');
SELECT is(pg_temp.said('W4', month(2024, 2)), 'no_data {A,B} 0/29', 'not for another');

-- ------------------------------------------------------------------ in force for a part of the period
SELECT pg_temp.sent('W7', '{A,B}', month(2024, 1), month(2024, 2), month(2024, 3));
SELECT pg_temp.sent('W7', '{C}', month(2024, 1));
SELECT is(pg_temp.said('W7', quarter(2024, 1)), '70 part_members {D} 91/91', 'one that begins in March has not sent');
SELECT pg_temp.sent('W7', '{D}', month(2024, 3));
SELECT is(pg_temp.said('W7', quarter(2024, 1)), '80 whole 91/91', 'who was in force in January, and who began in March, are asked for these days only');
SELECT is((SELECT string_agg(member || ' ' || covered_days, ', ' ORDER BY member) FROM figures(quarter(2024, 1), codes => '{W7}', by => 'area')), 'A 91, B 91, C 91, D 91', 'each by itself as well');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'W7' AND member = 'C';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('W7', 'C', '2024-01-01', '2024-01-11', 3);
SELECT is(pg_temp.said('W7', quarter(2024, 1)), '73 part_period 70/91', 'of these days some are open');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'W7' AND member = 'D';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('W7', 'C', '2024-01-11', '2024-02-01', 7), ('W7', 'D', '2024-02-25', '2024-03-03', 7);
SELECT is(pg_temp.said('W7', quarter(2024, 1)), '77 part_period 62/91', 'days sent beside those in force fill none of them');

-- ------------------------------------------------------------------ other cut-offs; who has left
SELECT pg_temp.sent('W5', '{A,B,C}', year(2022), year(2023));
SELECT pg_temp.sent('W5', '{C}', month(2024, 1));
SELECT pg_temp.sent('W5', '{A,B}', year(2024));
SELECT pg_temp.sent('W5', '{D}', daterange('2024-03-01', '2025-01-01'));
SELECT is(pg_temp.said('W5', year(2024)), '100 whole 366/366', 'all to date');
SELECT pg_temp.sent('W5', '{A,B,D}', year(2025));
SELECT is(pg_temp.said('W5', year(2025)), '130 whole 365/365', 'with what was sent by one that has left since');
SELECT pg_temp.sent('W6', '{A,B,D}', quarter(2024, 1));
SELECT is(pg_temp.said('W6', quarter(2024, 1)), '30 whole 91/91', 'a stock: who is in force on the last day');
SELECT is(pg_temp.said('W6', month(2024, 1)), 'no_data {A,B,C} 0/31', 'and on another');

-- ------------------------------------------------------------------ of another dimension
INSERT INTO reported (indicator, dimension, member, starts_on, ends_on, value) SELECT 'W8', 'organisation', m, '2023-12-01', '2024-01-01', 10 FROM unnest('{d1,d2}'::text[]) AS m;
INSERT INTO reported (indicator, dimension, member, starts_on, ends_on, value) VALUES ('W8', 'organisation', 'd1', '2024-01-01', '2024-02-01', 10);
SELECT is(pg_temp.said('W8', month(2024, 1)), '10 part_members {d2} 31/31', 'no list says which departments must send: who did this year or the year before');
SELECT is(pg_temp.said('W8', month(2023, 12)), '20 whole 31/31', 'all have');
INSERT INTO reported (indicator, dimension, member, starts_on, ends_on, value) VALUES ('W8', 'organisation', 'd1', '2025-01-01', '2025-02-01', 10);
SELECT is(pg_temp.said('W8', month(2025, 1)), '10 whole 31/31', 'not who has not sent for a whole year');

-- ------------------------------------------------------------------ one that comes to contain another
SELECT pg_temp.sent('W9', '{A,B}', month(2023, 1));
SELECT pg_temp.sent('W9', '{C}', month(2023, 1), month(2023, 2));
SELECT is(pg_temp.said('W9', month(2023, 1)), '30 whole 31/31', 'three beside one another');
SELECT pg_sleep(0.01), clock_timestamp() AS before \gset
UPDATE area SET parent_code = 'A' WHERE code = 'C';
SELECT results_eq($$SELECT value, state, reason FROM figures(month(2023, 1), codes => '{W9}')$$,
    $$VALUES (NULL::numeric, 'failed', 'A: "A" contains "C", and both sent figures of the same days')$$, 'one is put into another: not added up twice in silence');
SELECT is_empty($$SELECT FROM figure_rows('W9', month(2023, 1)) WHERE record_key IN ('A', 'C')$$, 'no rows behind it');
SELECT is((SELECT value FROM figures(month(2023, 1), :'before', codes => '{W9}')), 30::numeric, 'as of the moment before it is what it was');
SELECT is(pg_temp.said('W9', month(2023, 2)), '10 part_members {B} 28/28', 'of other days the part alone sent, itself a block');
UPDATE area SET parent_code = 'Z' WHERE code = 'A';
UPDATE area SET is_block = true WHERE code = 'A';
SELECT is((SELECT state FROM figures(month(2023, 1), codes => '{W9}')), 'failed', 'at any depth');
ALTER TABLE reported DISABLE TRIGGER a_reported_check;       -- as two sessions at once get past it
INSERT INTO reported (indicator, member, starts_on, ends_on, value, received) VALUES ('W10', 'CITY', '2023-01-01', '2024-01-01', 10, '2024-01-05'), ('W10', 'B', '2023-12-01', '2024-01-01', 10, '2024-01-05'),
    ('W11', 'CITY', '2022-06-01', '2022-07-01', 10, '2022-07-05'), ('W11', 'B', '2022-05-15', '2022-06-15', 10, '2022-07-05'), ('W11', 'B', '2023-01-01', '2024-01-01', 10, '2024-01-05');
ALTER TABLE reported ENABLE TRIGGER a_reported_check;
SELECT is((SELECT reason FROM figures(year(2023), codes => '{W10}')), 'B: "CITY" contains "B", and both sent figures of the same days', 'a city and its district, at once');
SELECT is(pg_temp.said('W10', month(2023, 12)), '10 part_members {A,C} 31/31', 'a window that the city''s figure is not within is the district''s alone');
UPDATE indicator SET cutoff = 'to_date' WHERE code = 'W11';
SELECT is((SELECT reason FROM figures(year(2023), codes => '{W11}')), 'B: "CITY" contains "B", and both sent figures of the same days', 'to date, of days before the window too');

-- ------------------------------------------------------------------ values that no figure has
SELECT throws_like(format('INSERT INTO %s, value) VALUES (%s, %s)', t, r, v), '%at most 18 digits before the point and 6 after it%', format('%s of %s', split_part(t, ' ', 1), left(v, 12)))
  FROM (VALUES ('reported (indicator, member, starts_on, ends_on', $$'W12', 'A', '2023-01-01', '2023-02-01'$$),
               ('base_value (indicator, source, published_on, starts_on, ends_on', $$'W12', '公报', '2024-01-05', '2023-01-01', '2023-02-01'$$),
               ('measure_series (code, name_zh, unit, starts_on, ends_on', $$'gdp', '产值', '亿元', '2023-01-01', '2023-02-01'$$)) AS a (t, r)
 CROSS JOIN unnest('{1e-16000,1e18,0.1234567,1e100}'::text[]) AS v;
SELECT lives_ok(format('INSERT INTO %s, value) VALUES (%s, %s)', t, r, '999999999999999999.9999990000'), 'the greatest')
  FROM (VALUES ('reported (indicator, member, starts_on, ends_on', $$'W12', 'A', '2023-01-01', '2023-02-01'$$),
               ('base_value (indicator, source, published_on, starts_on, ends_on', $$'W12', '公报', '2024-01-05', '2023-01-01', '2023-02-01'$$),
               ('measure_series (code, name_zh, unit, starts_on, ends_on', $$'gdp', '产值', '亿元', '2023-01-01', '2023-02-01'$$)) AS a (t, r);
SELECT throws_like($$CALL receive('W12', 'B', month(2023, 1), -1e18)$$, '%at most 18 digits before the point%', 'by receive() as well, and below 0');

-- ------------------------------------------------------------------ periods that no figure has
INSERT INTO report (code, title_zh, period_kind) VALUES ('any', '任意', 'any');
INSERT INTO report_figure (report, code) VALUES ('any', 'W1');
SELECT throws_ok(replace(call, 'P', quote_literal(p) || '::daterange'), '22023', NULL, replace(call, 'P', p))
  FROM unnest('{"[0044-02-10 BC,0044-04-02 BC)","[0001-12-31 BC,2024-01-01)","[-infinity,2024-01-01)","[2024-01-01,infinity)"}'::daterange[]::text[]) AS p
 CROSS JOIN unnest(ARRAY['SELECT * FROM figures(P)', 'SELECT * FROM figure_series(''{W1}'', P)', 'SELECT * FROM figure_rows(''W1'', P)', 'SELECT * FROM check_figures(P)',
    'SELECT * FROM report_figures(''any'', P)', 'SELECT * FROM report_text(''any'', P)', 'CALL publish(''any'', P)', 'CALL approve(''any'', P)', 'CALL receive(''W1'', ''A'', P, 1)']) AS call;
SELECT throws_like($$SELECT * FROM figures(daterange '[0044-02-10 BC,0044-04-02 BC)')$$, 'a figure is of no period before the year 1: %', 'as the error says');
SELECT lives_ok($$SELECT * FROM figures('[0001-01-01,0001-02-01)')$$, 'the first month of all');

-- ------------------------------------------------------------------ what was sent again after it was published
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, definition_zh, comparator) VALUES ('WP', '上报', 'reported', 'city', 'period', '件', '上报', 'year_earlier');
INSERT INTO reported (indicator, dimension, member, starts_on, ends_on, value)
SELECT 'WP', 'organisation', m, lower(p), upper(p), 20 FROM unnest('{d1,d2}'::text[]) AS m CROSS JOIN unnest(ARRAY[year(2011), year(2010)]) AS p;
INSERT INTO report (code, title_zh) VALUES ('sent', '上报');
INSERT INTO report_figure (report, code) VALUES ('sent', 'WP');
SELECT pg_sleep(0.01);
CALL publish('sent', year(2011));
SELECT is_empty('SELECT * FROM restatement((SELECT max(id) FROM publication))', 'published, and nothing sent since');
UPDATE reported SET value = 23 WHERE indicator = 'WP' AND member = 'd1' AND starts_on = '2011-01-01';
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'WP' AND member = 'd2' AND starts_on = '2010-01-01';
SELECT results_eq($$SELECT code, what, record_key, amount_then::int, amount_now::int, difference::int, reason, why FROM restatement_rows((SELECT max(id) FROM publication))$$,
    $$VALUES ('WP', 'value', 'd1', 20, 23, 3, 'correction', '更正'), ('WP', 'base', 'd2', 20, 0, -20, 'withdrawn', '撤回（x）')$$, 'restatement_rows says who sent what otherwise');
SELECT results_eq($$SELECT code, what, published::int, value_now::int, reason, records::int FROM restatement((SELECT max(id) FROM publication)) WHERE what = 'value'$$,
    $$VALUES ('WP', 'value', 40, 43, 'correction', 1)$$, 'and restatement why the figure differs');
SELECT is((SELECT sum(difference)::int FROM restatement_rows((SELECT max(id) FROM publication), code => 'WP') WHERE what = 'value'),
    (SELECT difference::int FROM restatement((SELECT max(id) FROM publication)) WHERE what = 'value'), 'the rows add up to the difference');

-- ------------------------------------------------------------------ who entered figures does not approve them
UPDATE report SET needs_approval = true;
SELECT throws_ok('CALL approve(''any'', year(2022))', '42501', format('user "%s" has entered reported figures of report "any", and so cannot approve it', session_user), 'who entered what was sent does not approve it');
INSERT INTO indicator (code, name_zh, kind, of_codes, scope, cutoff, unit, definition_zh) VALUES ('SUM', '合计', 'total', '{W1}', 'city', 'period', '件', '合计');
UPDATE report_figure SET code = 'SUM';
SELECT throws_ok('CALL approve(''any'', year(2022))', '42501', NULL, 'nor what is derived from it');
CREATE ROLE ledger_test_boss SUPERUSER;
SET SESSION AUTHORIZATION ledger_test_boss;
SELECT lives_ok('CALL approve(''any'', year(2022))', 'another does');
INSERT INTO reported (indicator, member, starts_on, ends_on, value, entered_by) VALUES ('W1', 'B', '2020-01-01', '2021-01-01', 1, 'clerk');
SELECT is((SELECT entered_by FROM reported WHERE starts_on = '2020-01-01'), 'ledger_test_boss', 'nobody enters in the name of another');
SELECT lives_ok('CALL approve(''any'', year(2022))', 'of other days he may have entered some');
RESET SESSION AUTHORIZATION;
DROP ROLE ledger_test_boss;
SELECT * FROM finish();
