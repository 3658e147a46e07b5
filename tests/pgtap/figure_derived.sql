-- What is derived from figures: exactly, in the order of what it is made of, and no more than is known.
-- The numbers E1 to E10 are those of faults that were found.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT no_plan();

CREATE TABLE public.ev (id int PRIMARY KEY, on_day date, done date, area_code text, who text, amount numeric, k text);
UPDATE area SET is_block = false;
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('A1', '甲区', 'district', true), ('A2', '乙区', 'district', true), ('A3', '丙市', 'county_city', true);
-- more: pairs of a column and its value
CREATE FUNCTION pg_temp.define(code text, kind text, VARIADIC more text[] DEFAULT '{}') RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.indicator SELECT (jsonb_populate_record(NULL::ledger.indicator, jsonb_build_object(
        'code', code, 'kind', kind, 'name_zh', code, 'scope', 'city', 'cutoff', 'period', 'unit', '起', 'definition_zh', code, 'per', 1, 'decimals', 1, 'rounding', 'half_up',
        'keep_zero', false, 'wording', 'exact', 'scale', 'none', 'change_form', 'rate', 'verbs', '上升/下降', 'comparator', 'none', 'significance', 'none', 'active', true, 'version', 1, 'known_from', clock_timestamp())
        || CASE WHEN kind NOT IN ('change', 'ratio', 'reduction', 'rate', 'total', 'reported') THEN '{"source": "public.ev", "date_column": "on_day"}' ELSE '{}' END::jsonb
        || jsonb_object(more))).*
$$;
CREATE FUNCTION pg_temp.fig(code text, period daterange, as_of timestamptz DEFAULT NULL) RETURNS emgov_internal.ledger_figure LANGUAGE sql AS
    $$ SELECT f FROM ledger.figures(period, as_of, codes => ARRAY[code]) AS f $$;
CREATE FUNCTION pg_temp.said(code text, period daterange) RETURNS text LANGUAGE sql AS
    $$ SELECT concat_ws(' ', f.state, trim_scale(f.value), f.words, CASE WHEN f.phrase <> f.words THEN f.phrase END) FROM ledger.figures(period, codes => ARRAY[code]) AS f $$;
-- so many records of a kind on a day, and so many a year earlier
CREATE SEQUENCE pg_temp.ids;
CREATE FUNCTION pg_temp.add(k text, day date, n int, area text DEFAULT NULL, amount numeric DEFAULT NULL) RETURNS void LANGUAGE sql AS
    $$ INSERT INTO public.ev (id, on_day, area_code, k, amount) SELECT nextval('pg_temp.ids'), day, area, k, amount FROM generate_series(1, n) $$;
CALL entered(ARRAY['public.ev'], '2024-12-31', '2020-01-01');

-- ------------------------------------------------------------------ E2: rounded once, at the end
SELECT pg_temp.define('DEATHS', 'count', 'filter', 'k = ''death''');
SELECT pg_temp.define('PERYUAN', 'rate', 'of_code', 'DEATHS', 'series_code', 'gdp', 'decimals', '1', 'comparator', 'year_earlier');
SELECT pg_temp.define('PERYUANCHANGE', 'change', 'of_code', 'PERYUAN', 'decimals', '4', 'unit', '%');
SELECT pg_temp.add('death', '2024-05-01', 3), pg_temp.add('death', '2023-05-01', 4);
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES ('gdp', 'gdp', '2024-01-01', '2025-01-01', 2600000, '元'), ('gdp', 'gdp', '2023-01-01', '2024-01-01', 2600000, '元');
SELECT is((SELECT rate FROM pg_temp.fig('PERYUAN', year(2024))), -25.0, 'E2: 3 against 4 over 2,600,000 is down 25 percent');
SELECT is((SELECT value FROM pg_temp.fig('PERYUANCHANGE', year(2024))), -25.0000, 'E2: so is the change of it');
SELECT is((SELECT round(value, 6) FROM pg_temp.fig('PERYUAN', year(2024))), 0.000001, 'its value is printed to six places');

-- ------------------------------------------------------------------ E3: per, area and unit
SELECT pg_temp.define('PART', 'count', 'filter', 'k = ''part''');
SELECT pg_temp.define('ALL', 'count', 'filter', 'k IN (''part'', ''rest'')');
SELECT pg_temp.define('PER1000', 'ratio', 'of_code', 'PART', 'by_code', 'ALL', 'per', '1000', 'decimals', '1');
SELECT pg_temp.define('PER100', 'ratio', 'of_code', 'PART', 'by_code', 'ALL', 'per', '100', 'decimals', '1', 'unit', '%');
SELECT pg_temp.add('part', '2024-05-01', 86), pg_temp.add('rest', '2024-05-01', 1732 - 86);
SELECT is(pg_temp.said('PER1000', year(2024)), 'no_base 49.65358 49.7起', 'E3: 86 of 1,732, per 1000');
SELECT is(pg_temp.said('PER100', year(2024)), 'no_base 4.965358 5%', 'E3: in percent');
INSERT INTO measure_series (code, name_zh, area_code, starts_on, ends_on, value, unit) VALUES ('gdp', 'gdp', 'A1', '2024-01-01', '2025-01-01', 9000000, '元');
SELECT is((SELECT denominator FROM pg_temp.fig('PERYUAN', year(2024))), 2600000::numeric, 'E3: another area''s row does not change the city''s figure');
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES ('gdp', 'gdp', '2024-01-01', '2025-01-01', 260, '万元');
SELECT matches((SELECT state || reason FROM pg_temp.fig('PERYUAN', year(2024))), '^failed2 values of series "gdp" fit', 'E3: two rows that fit are an error');
SELECT is((SELECT state FROM pg_temp.fig('DEATHS', year(2024))), 'comparable', 'of that figure alone');
UPDATE indicator SET series_unit = '万元' WHERE code = 'PERYUAN';
SELECT is((SELECT denominator FROM pg_temp.fig('PERYUAN', year(2024))), 260::numeric, 'E3: the unit that is agreed');
UPDATE indicator SET series_unit = '元', series_area = 'A1' WHERE code = 'PERYUAN';
SELECT is((SELECT denominator FROM pg_temp.fig('PERYUAN', year(2024))), 9000000::numeric, 'E3: the area that is agreed');
SELECT is((SELECT state FROM pg_temp.fig('PERYUAN', month(2024, 5))), 'no_data', 'a series without a value for this period');

-- ------------------------------------------------------------------ E4: decimals everywhere
SELECT pg_temp.define('SHARE', 'share', 'filter', 'k = ''good''', 'base_filter', 'k IN (''good'', ''bad'')', 'aggregate', 'count', 'comparator', 'year_earlier', 'unit', '%');
SELECT pg_temp.define('MEAN', 'mean', 'filter', 'k IN (''good'', ''bad'')', 'measure', 'amount', 'comparator', 'year_earlier');
SELECT pg_temp.add('good', '2024-02-01', 1, NULL, 10), pg_temp.add('bad', '2024-02-01', 6, NULL, 10.5), pg_temp.add('good', '2023-02-01', 2, NULL, 10), pg_temp.add('bad', '2023-02-01', 13, NULL, 10.2);
SELECT is(pg_temp.said('SHARE', year(2024)), 'comparable 14.285714 14.3% 14.3%，同比上升1个百分点', 'E4: decimals inside a phrase: a share');
SELECT is(pg_temp.said('MEAN', year(2024)), 'comparable 10.428571 10.4起 10.4起，同比上升2.5%', 'E4: a mean');
SELECT pg_temp.define('TRUNC', 'share', 'filter', 'k = ''good''', 'base_filter', 'k IN (''good'', ''bad'')', 'aggregate', 'count', 'rounding', 'truncate', 'decimals', '2', 'unit', '%');
SELECT is(pg_temp.said('TRUNC', year(2024)), 'comparable 14.285714 14.28%', 'E4: cut off from the quotient itself');

-- ------------------------------------------------------------------ E6: in the order of what they are made of
SELECT pg_temp.define('A1', 'ratio', 'of_code', 'PERYUANCHANGE', 'by_code', 'DEATHS');
SELECT pg_temp.define('ZZ', 'ratio', 'of_code', 'PERYUANCHANGE', 'by_code', 'DEATHS');
UPDATE indicator SET series_unit = '元', series_area = NULL WHERE code = 'PERYUAN';
SELECT is((SELECT value FROM pg_temp.fig('A1', year(2024))), round(-25 / 3.0, 6), 'E6: derived of derived, early in the alphabet');
SELECT is((SELECT value FROM pg_temp.fig('ZZ', year(2024))), round(-25 / 3.0, 6), 'E6: and late');
SELECT pg_temp.define('T9', 'total', 'of_codes', '{DEATHS,PART,-ALL}');
SELECT pg_temp.define('T0', 'total', 'of_codes', '{T9,DEATHS}');
SELECT is((SELECT array_agg(value ORDER BY code) FROM figures(year(2024), codes => '{T0,T9}')), ARRAY[3 + 3 + 86 - 1732, 3 + 86 - 1732]::numeric[], 'sums of indicators, some with a minus');
SELECT throws_like($$UPDATE indicator SET of_codes = '{T0}' WHERE code = 'T9'$$, 'indicator T% would be derived from itself', 'E6: a cycle is refused');
SELECT throws_like($$INSERT INTO indicator (code, name_zh, kind, of_code, by_code, scope, cutoff, unit, definition_zh) VALUES
    ('C1', 'c', 'ratio', 'C2', 'DEATHS', 'city', 'period', '起', 'c'), ('C2', 'c', 'ratio', 'C3', 'DEATHS', 'city', 'period', '起', 'c'), ('C3', 'c', 'change', 'C1', NULL, 'city', 'period', '起', 'c')$$,
    'indicator C% would be derived from itself', 'E6: across the rows of one statement');
SELECT throws_like($$INSERT INTO indicator (code, name_zh, kind, of_code, scope, cutoff, unit, definition_zh) VALUES ('C1', 'c', 'change', 'C1', 'city', 'period', '起', 'c')$$,
    'indicator C1 would be derived from itself', 'E6: of itself');
SELECT throws_like($$UPDATE indicator SET of_code = CASE code WHEN 'A1' THEN 'ZZ' ELSE 'A1' END WHERE code IN ('A1', 'ZZ')$$, '%would be derived from itself', 'E6: two rows swapped in one UPDATE');
SELECT throws_like($$INSERT INTO indicator (code, name_zh, kind, of_codes, scope, cutoff, unit, definition_zh) VALUES ('C1', 'c', 'total', '{-NONE}', 'city', 'period', '起', 'c')$$,
    'indicator C1 adds up "NONE", which is no indicator', 'a sum of what there is not');
-- met nevertheless: in definitions of the past, or of a table whose triggers were off
ALTER TABLE indicator DISABLE TRIGGER a_indicator_order;
UPDATE indicator SET of_codes = '{T0}' WHERE code = 'T9';
ALTER TABLE indicator ENABLE TRIGGER a_indicator_order;
SELECT is((SELECT string_agg(code || ' ' || state, ', ' ORDER BY code) FROM figures(year(2024)) WHERE state = 'failed' AND code NOT LIKE 'X%'), 'T0 failed, T9 failed', 'E6: a cycle that is met fails, alone');
SELECT matches((SELECT reason FROM pg_temp.fig('T0', year(2024))), 'is derived from itself', 'and says why');
UPDATE indicator SET of_codes = '{DEATHS,PART,-ALL}' WHERE code = 'T9';

SELECT throws_like($$SELECT * FROM figures('[0044-03-15 BC,0044-04-01 BC)'::daterange)$$, 'a figure is of no period before the year 1: %', 'a period of no calendar, rather than no rows');
-- totals of totals: each is looked at once, not once for each way to it, of which there are 2^40 here
SELECT pg_temp.define(x || n, 'total', 'of_codes', CASE n WHEN 0 THEN '{DEATHS,PART}' ELSE format('{P%1$s,Q%1$s}', n - 1) END) FROM generate_series(0, 40) AS n, unnest('{P,Q}'::text[]) AS x ORDER BY n;
SELECT is((SELECT value FROM pg_temp.fig('P40', year(2024))), 89 * 2 ^ 40::numeric, 'totals of totals of the same');
SELECT is((SELECT count(*)::int FROM figures(year(2024), codes => '{P40}', by => 'area')), 5, 'and by area: three, and none');
DELETE FROM indicator WHERE code ~ '^[PQ][0-9]+$';

-- what a kind needs, and no more
SELECT throws_like($$SELECT pg_temp.define('BAD', 'total')$$, '%needs of_codes%', 'a total without codes');
SELECT throws_like($$SELECT pg_temp.define('BAD', 'total', 'of_codes', '{PART,-PART}')$$, '%needs of_codes that name each indicator once', 'a total that names one twice');
SELECT throws_like($$SELECT pg_temp.define('BAD', 'total', 'of_codes', '{PART,NULL}')$$, '%needs of_codes%', 'a total of NULL');
SELECT throws_like($$SELECT pg_temp.define('BAD', 'count', 'per', '100')$$, '%needs per 1%', 'E3: per is of ratio and rate');
SELECT throws_like($$SELECT pg_temp.define('BAD', 'ratio', 'of_code', 'PART', 'by_code', 'ALL', 'series_unit', 'x')$$, '%needs no series%', 'a series is of rate');
SELECT throws_ok($$SELECT pg_temp.define('BAD', 'ratio', 'of_code', 'PART', 'by_code', 'ALL', 'per', 'NaN')$$, '23514', NULL, 'per is a number');
SELECT throws_like($$SELECT pg_temp.define('BAD', 'reported', 'of_code', 'PART')$$, '%needs no of_code%', 'what is reported is not derived');

-- ------------------------------------------------------------------ retired, unknown
UPDATE indicator SET active = false WHERE code = 'PART';
SELECT is((SELECT string_agg(code || ' ' || state || ' ' || reason, ', ' ORDER BY code) FROM figures(year(2024), codes => '{PER1000,DEATHS}') WHERE reason IS NOT NULL),
    'PER1000 failed it is derived from PART, which is not in force', 'what is made of a retired indicator fails, alone');
SELECT throws_like($$SELECT * FROM figures(year(2024), codes => '{PART,NONE}')$$, 'there is no indicator "PART", "NONE"', 'codes that there are not');
UPDATE indicator SET active = true WHERE code = 'PART';
SELECT throws_like($$SELECT * FROM figures(year(2024), by => 'colour')$$, 'there is no dimension ''colour''', 'a dimension that there is not');
SELECT throws_like($$SELECT * FROM figure_series('{PART}', year(2024), 'week')$$, 'there is no step ''week''', 'a step that there is not');
SELECT is((SELECT string_agg(code, ' ') FROM figures(year(2024), codes => '{ALL,PART}')), 'ALL PART', 'only what is asked for');

-- ------------------------------------------------------------------ E9: rules compare exact values
SELECT pg_temp.define('TINY', 'rate', 'of_code', 'DEATHS', 'series_code', 'tiny', 'decimals', '6');
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES ('tiny', 'tiny', '2024-01-01', '2025-01-01', 3488, '人');
SELECT pg_temp.define('THIRDS', 'ratio', 'of_code', 'ONE', 'by_code', 'DEATHS') FROM pg_temp.define('ONE', 'count', 'filter', 'k = ''one''');
SELECT pg_temp.add('one', '2024-01-01', 1), pg_temp.add('one', '2023-01-01', 1);
INSERT INTO check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES
    ('E9a', 'hard', 'TINY', '<=', '0.0001', 'x'), ('E9b', 'hard', 'TINY', '=', '0', 'x'), ('E9c', 'hard', 'TINY * 3488', '=', 'DEATHS', 'x'),
    ('E9d', 'hard', 'THIRDS * 3', '=', '1', 'x'), ('E9e', 'hard', 'THIRDS + THIRDS + THIRDS', '>=', 'ONE', 'x'), ('E9f', 'hard', 'ONE / DEATHS - THIRDS', '=', '0', 'x'),
    ('E9g', 'hard', 'THIRDS * 3', '<', '1', 'x'), ('E9h', 'hard', 'DEATHS / (ONE - ONE)', '=', '1', 'x'), ('E9i', 'hard', '-(DEATHS.base - 2*2)', '=', '0', 'x'),
    ('E9j', 'soft', 'SHARE', '=', '14.285714', 'x');
SELECT is((SELECT string_agg(right(code, 1) || ' ' || state, ', ' ORDER BY code) FROM check_figures(year(2024)) WHERE code LIKE 'E9_'),
    'a fails, b fails, c holds, d holds, e holds, f holds, g fails, h unknown, i holds, j warns', 'E9: rules compare exact values');
SELECT throws_like($$INSERT INTO check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('X', 'hard', $s$ $$ || side || $$ $s$, '=', '0', 'x')$$, '%is no arithmetic over indicators', side)
  FROM unnest(ARRAY['', ' ', 'ONE +', '(ONE', 'ONE)', 'ONE ONE', '1.', '.5', 'ONE.bas', 'ONE.base2', 'ONE; SELECT 1', 'ONE::text', 'a''b', '1e5', '*', 'ONE ** 2', 'ONE -- x', '„', repeat('9', 200)]) AS side;

-- ------------------------------------------------------------------ E10: 29 February
SELECT pg_temp.define('STOCK', 'stock', 'until_column', 'done', 'cutoff', 'at_date', 'aggregate', 'count', 'filter', 'k = ''held''');
SELECT pg_temp.define('SOFAR', 'count', 'cutoff', 'to_date', 'filter', 'k = ''held''');
SELECT pg_temp.add('held', '2023-02-28', 4), pg_temp.add('held', '2024-02-29', 1);
SELECT is((SELECT string_agg(concat_ws(' ', code, value, coalesce(base::text, '—'), state), ', ' ORDER BY code) FROM figures('[2024-02-29,2024-03-01)', codes => '{STOCK,SOFAR,DEATHS}')),
    'DEATHS 0 — no_base, SOFAR 5 — no_base, STOCK 5 — no_base', 'E10: a 29th of February has no base');
SELECT is((SELECT string_agg(concat_ws(' ', code, value, base, state), ', ' ORDER BY code) FROM figures('[2024-02-28,2024-03-01)', codes => '{STOCK,SOFAR}')),
    'SOFAR 5 4 comparable, STOCK 5 4 comparable', 'two days that end with it have one');

-- ------------------------------------------------------------------ E1: what is known, and how it is said
SELECT is((SELECT string_agg(concat_ws(' ', code, state, value, numerator, denominator, words, phrase), ', ') FROM figures(year(2030)) WHERE state <> 'no_data' OR value IS NOT NULL OR numerator IS NOT NULL OR words IS NOT NULL OR phrase IS NOT NULL),
    NULL, 'E1: nothing is known of 2030');
SELECT is((SELECT count(*) FROM figures(year(2019)) WHERE value IS NOT NULL OR words IS NOT NULL), 0::bigint, 'E1: nor of the year before the records begin');
SELECT is((SELECT count(*) FROM figures(year(2024), '1999-01-01') WHERE value IS NOT NULL), 0::bigint, 'E1: nor was anything known then');
SELECT is((SELECT concat_ws(' ', state, base, change, rate, p_value, phrase) FROM pg_temp.fig('DEATHS', year(2020))), 'no_base 0起', 'E1: a true zero, and no base');
CREATE FUNCTION pg_temp.declare(since date, through date, area text DEFAULT NULL) RETURNS void LANGUAGE sql AS
    $$ UPDATE coverage_declaration SET since = $1, through = $2 WHERE area_code IS NOT DISTINCT FROM area $$;
SELECT pg_temp.declare('2020-01-01', '2024-12-19');
UPDATE indicator SET comparator = 'year_earlier', significance = 'test', zero_zh = '未发生' WHERE code = 'DEATHS';
SELECT is((SELECT concat_ws(' ', state, value, base, change, rate, p_value, covered_days, period_days, coverage, phrase) FROM pg_temp.fig('DEATHS', year(2024))),
    'part_period 3 4 354 366 declared 3起（截至12月19日）', 'a part of a period has no change');
SELECT is((SELECT concat_ws(' ', state, value, words) FROM pg_temp.fig('DEATHS', month(2024, 12))), 'part_period 0 未发生（截至12月19日）', 'a zero of a part says so');
SELECT is((SELECT concat_ws(' ', state, value, base, phrase) FROM pg_temp.fig('DEATHS', ytd('2024-12-19'))), 'comparable 3 4 3起，同比下降25%', 'to that day all is known');
SELECT is((SELECT words FROM pg_temp.fig('DEATHS', '[2023-06-01,2025-01-01)')), '3起（截至2024年12月19日）', 'of more than a year, with the year');
SELECT pg_temp.declare('2024-03-01', '2024-12-19');
SELECT is(pg_temp.said('DEATHS', year(2024)), 'part_period 3 3起（3月1日至12月19日）', 'a part in the middle');
SELECT is(pg_temp.said('DEATHS', '[2024-01-01,2024-12-20)'), 'part_period 3 3起（3月1日起）', 'a part at the end');
SELECT is((SELECT string_agg(concat_ws(' ', code, state, coalesce(value::text, '—')), ', ' ORDER BY code) FROM figures(year(2024), codes => '{PERYUAN,PERYUANCHANGE,T0}')),
    'PERYUAN part_period 0.000001, PERYUANCHANGE part_period —, T0 part_period -1640', 'derived of parts');
SELECT is((SELECT string_agg(concat_ws(' ', code, state), ', ' ORDER BY code) FROM check_figures(year(2024)) WHERE code IN ('E9a', 'E9i')), 'E9a unknown, E9i unknown', 'of a part no rule says anything');
SELECT pg_temp.declare('2024-01-01', '2024-12-31');
SELECT is((SELECT concat_ws(' ', state, value, base, base_kind, phrase, reason) FROM pg_temp.fig('DEATHS', year(2024))),
    'no_base 3 restated 3起 base: its source covers no day of it', 'no base');
INSERT INTO base_value (indicator, starts_on, ends_on, published_on, value, source) VALUES ('DEATHS', '2023-01-01', '2024-01-01', '2024-02-01', 5, 'report of 2023');
SELECT is((SELECT concat_ws(' ', state, value, base, base_kind, phrase) FROM pg_temp.fig('DEATHS', year(2024))), 'comparable 3 5 published_total 3起，同比下降40%', 'a published total is the base');
SELECT is((SELECT rate FROM pg_temp.fig('PERYUAN', year(2024))), -40.0, 'and of what is derived');

-- members
DELETE FROM public.ev WHERE k = 'death';
SELECT pg_temp.add('death', '2024-05-01', 2, 'A1'), pg_temp.add('death', '2024-05-01', 1, 'A2'), pg_temp.add('death', '2023-05-01', 4, 'A1');
SELECT pg_temp.declare('2020-01-01', '2024-12-31');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member_name, '合计'), state, value, base), ', ') FROM figures(year(2024), codes => '{DEATHS}', by => 'area')),
    '合计 comparable 3 4, 甲区 comparable 2 4, 乙区 new 1 0, 丙市 none 0 0', 'by area: the total, then every area, the empty ones too');
UPDATE coverage_declaration SET area_code = 'A1';
CALL entered(ARRAY['public.ev'], '2024-12-31', '2020-01-01', 'A2');
SELECT pg_temp.add('death', '2024-05-02', 5, 'A3');
SELECT is((SELECT concat_ws(' ', f.value, f.record_count, f.record_checksum = o.sum) FROM emgov_internal.ledger_figures('ledger', year(2024), codes => '{DEATHS}', with_checksum => true) AS f,
    (SELECT mod(sum(record_checksum), 18446744073709551616) FROM emgov_internal.ledger_figures('ledger', year(2024), codes => '{DEATHS}', by => 'area', with_checksum => true) WHERE member IN ('A1', 'A2')) AS o (sum)),
    '3 3 t', 'records of an area whose data are missing are not behind the figure');
DELETE FROM public.ev WHERE area_code = 'A3';
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member_name, '合计'), state, value, phrase, missing::text), ', ') FROM figures(year(2024), codes => '{DEATHS}', by => 'area')),
    '合计 part_members 3 3起（缺丙市） {A3}, 甲区 comparable 2 2起，同比下降50%, 乙区 new 1 1起，同比增加1起, 丙市 no_data', 'an area that has entered nothing is missing, and no zero');
CALL entered(ARRAY['public.ev'], '2024-06-30', '2020-01-01', 'A3');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member_name, '合计'), state, value, phrase), ', ') FROM figures(year(2024), codes => '{DEATHS}', by => 'area') WHERE member IS NULL OR member = 'A3'),
    '合计 part_period 3 3起（截至6月30日）, 丙市 part_period 0 未发生（截至6月30日）', 'an area that is late');

-- ------------------------------------------------------------------ reported
SELECT pg_temp.define('SENT', 'reported', 'comparator', 'year_earlier');
SELECT is(pg_temp.said('SENT', year(2024)), 'no_data', 'nobody has sent anything');
CALL receive('SENT', 'A1', year(2024), 20);
SELECT is(pg_temp.said('SENT', year(2024)), 'part_members 20 20起（缺乙区、丙市）', 'one has');
CALL receive('SENT', 'A2', year(2024), 0);
CALL receive('SENT', 'A3', quarter(2024, 1), 10);
SELECT matches(pg_temp.said('SENT', year(2024)), '^part_period 30 30起（', 'one for a quarter only');
CALL receive('SENT', 'A3', year(2024), 10);
CALL receive('SENT', 'A1', year(2023), 10); CALL receive('SENT', 'A2', year(2023), 10); CALL receive('SENT', 'A3', year(2023), 10);
SELECT is(pg_temp.said('SENT', year(2024)), 'comparable 30 30起 30起，同比持平', 'all have; a figure of the year beats that of a quarter');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member_name, '合计'), value, base), ', ') FROM figures(year(2024), codes => '{SENT}', by => 'area')),
    '合计 30 30, 甲区 20 10, 乙区 0 10, 丙市 10 10', 'by area');
SELECT pg_temp.define('SENTRATIO', 'ratio', 'of_code', 'SENT', 'by_code', 'DEATHS');
SELECT is((SELECT concat_ws(' ', state, value, missing) FROM figures('[2024-01-01,2024-07-01)', codes => '{SENTRATIO}')), 'undefined {A1,A2}', 'derived of what some have not sent, and another of a quarter only: not of the same days');
SELECT is((SELECT concat_ws(' ', state, value) FROM figures(year(2022), codes => '{SENTRATIO}')), 'no_data', 'or nobody');

-- ------------------------------------------------------------------ S5, E6: whatever is derived from whatever
UPDATE coverage_declaration SET through = '2024-12-31', since = '2020-01-01';
SELECT pg_temp.define('RISE', 'change', 'of_code', 'DEATHS');
SELECT pg_temp.define('RISERISE', 'change', 'of_code', 'RISE'), pg_temp.define('RISESUM', 'total', 'of_codes', '{RISE}'), pg_temp.define('RISERATIO', 'ratio', 'of_code', 'DEATHS', 'by_code', 'RISE');
DELETE FROM public.ev WHERE on_day < '2024-01-01';
SELECT is((SELECT string_agg(concat_ws(' ', code, state, reason), ', ' ORDER BY code) FROM figures(year(2024), codes => '{RISE,RISERISE,RISESUM,RISERATIO}')),
    'RISE new, RISERATIO undefined RISE: a change from 0, or below 0, has no percentage, RISERISE undefined RISE: a change from 0, or below 0, has no percentage, RISESUM undefined RISE: a change from 0, or below 0, has no percentage',
    'S5: of a change from 0 nothing is made, and no session ends');
SELECT pg_temp.add('death', '2023-05-01', 1, 'A1');
SELECT is((SELECT concat_ws(' ', state, value, reason) FROM pg_temp.fig('RISERISE', year(2024))), 'no_base RISE: base: a change from 0, or below 0, has no percentage', 'nor against one');
SELECT pg_temp.define('TWICE0', 'total', 'of_codes', '{DEATHS}'), pg_temp.define('NONE0', 'total', 'of_codes', '{DEATHS}');
SELECT pg_temp.define('TWICE' || n, 'total', 'of_codes', format('{TWICE%1$s,NONE%1$s}', n - 1)), pg_temp.define('NONE' || n, 'total', 'of_codes', format('{TWICE%1$s,-NONE%1$s}', n - 1))
  FROM generate_series(1, 40) AS n;
SET statement_timeout = '20s';
SELECT is((SELECT value FROM pg_temp.fig('TWICE40', year(2024))), 3 * 2^20::numeric, 'E6: sums of sums, forty deep, each looked at once');
SELECT is((SELECT count(*) FROM figures(year(2024), codes => '{TWICE40}', by => 'area')), 4::bigint, 'and by member');
RESET statement_timeout;

-- ------------------------------------------------------------------ E10: the rows of what has no areas
CREATE TABLE public.whole (id int PRIMARY KEY, on_day date);
INSERT INTO public.whole SELECT n, '2024-02-01'::date + n FROM generate_series(1, 7) AS n;
SELECT pg_temp.define('WHOLE', 'count', 'source', 'public.whole');
CALL entered(ARRAY['public.whole'], '2024-12-31', '2020-01-01', 'A1');
SELECT is((SELECT concat_ws(' ', state, value) FROM pg_temp.fig('WHOLE', year(2024))), 'part_members 7', 'declared for one area, though its records are of none');
SELECT is((SELECT count(*) FROM figure_rows('WHOLE', year(2024))), 7::bigint, 'its rows are those that were counted');
SELECT throws_ok($$SELECT * FROM figure_rows('WHOLE', year(2024), by => 'area', member => 'A1')$$, '42703',
    'indicator WHOLE cannot be told by area: "whole" has no column "area_code" of type text', 'an area''s are none');

-- ------------------------------------------------------------------ a series of the whole: of a province, where there are cities in it
INSERT INTO area (code, name_zh, kind) VALUES ('P', '某省', 'province'), ('C1', '甲市', 'city');
INSERT INTO measure_series (code, name_zh, area_code, starts_on, ends_on, value, unit) VALUES ('people', 'people', 'C1', '2024-01-01', '2025-01-01', 100, '人'),
    ('people', 'people', 'P', '2024-01-01', '2025-01-01', 300, '人');
SELECT pg_temp.define('PERHEAD', 'rate', 'of_code', 'DEATHS', 'series_code', 'people');
SELECT is((SELECT denominator FROM pg_temp.fig('PERHEAD', year(2024))), 100::numeric, 'of one city: the city''s');
INSERT INTO area (code, name_zh, kind) VALUES ('C2', '乙市', 'city');
INSERT INTO measure_series (code, name_zh, area_code, starts_on, ends_on, value, unit) VALUES ('people', 'people', 'C2', '2024-01-01', '2025-01-01', 200, '人');
SELECT is((SELECT denominator FROM pg_temp.fig('PERHEAD', year(2024))), 300::numeric, 'of several cities: the province''s');
SELECT is((SELECT sum(amount) FROM figure_rows('PERHEAD', year(2024)) WHERE part = 'denominator'), 300::numeric, 'and so say its rows');

-- ------------------------------------------------------------------ regimes: of a source as it is, and of nobody else's figures
CREATE SCHEMA inside;
CREATE TABLE inside.t (id int, on_day date, regime text, status int);
INSERT INTO inside.t VALUES (1, '2024-01-02', 'new', 1), (2, '2023-01-02', 'old', 1);
CREATE VIEW ledger.counted_so AS SELECT * FROM inside.t;
SELECT pg_temp.define('REGIME', 'count', 'source', 'counted_so');
CALL entered(ARRAY['inside.t'], '2024-12-31', '2020-01-01');
SELECT is((SELECT state FROM pg_temp.fig('REGIME', year(2024))), 'not_comparable', 'a column status that is no text does not matter');
SELECT is((SELECT state FROM pg_temp.fig('REGIME', year(2024), clock_timestamp())), 'unversioned', 'nor that no versions are kept');
CREATE ROLE figure_derived_analyst;
CALL grant_analyst('figure_derived_analyst');
GRANT SELECT ON ledger.counted_so TO figure_derived_analyst;
SET ROLE figure_derived_analyst;
SELECT is((SELECT state FROM pg_temp.fig('REGIME', year(2024))), 'not_comparable', 'who may read the view only');
SELECT isnt((SELECT state FROM pg_temp.fig('DEATHS', year(2024))), NULL, 'the others come out');
RESET ROLE;
ALTER VIEW ledger.counted_so OWNER TO figure_derived_analyst;
SELECT is((SELECT state FROM pg_temp.fig('REGIME', year(2024))), 'failed', 'a view that was given to another user is not read');
DROP VIEW ledger.counted_so CASCADE;
DROP OWNED BY figure_derived_analyst;
DROP ROLE figure_derived_analyst;

SELECT * FROM finish();
