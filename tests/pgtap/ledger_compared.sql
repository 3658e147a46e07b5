-- What comparators are used for beside figures(): changes of figures, what members sent, bases that were published, other
-- regimes, areas, series, reports, publications and what becomes of them, packs; and what is refused.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(74);

-- ------------------------------------------------------------------ definitions and guards
SELECT results_eq('SELECT code, kind, n, words_zh FROM comparator ORDER BY ordinal',
    $$VALUES ('year_earlier', 'year_earlier', NULL, '同比'), ('previous', 'previous', NULL, '环比'), ('two_years_earlier', 'years_earlier', 2, '比前年'), ('mean_of_3_years', 'mean_of_years', 3, '与前三年均值相比'),
        ('mean_of_5_years', 'mean_of_years', 5, '与前五年均值相比')$$, 'a ledger starts with five comparators');
SELECT is((SELECT count(*) FROM comparator_as_of('1990-01-01')), 5::bigint, 'which are known since ever');
CREATE TEMP TABLE refused (what text, problem text);
INSERT INTO refused VALUES
    ($$'a', 'years_earlier', NULL, NULL, NULL$$, 'comparator a of kind years_earlier needs n: how many years, from 1 to 1000'), ($$'a', 'years_earlier', 0, NULL, NULL$$, 'comparator a of kind years_earlier needs n: how many years, from 1 to 1000'),
    ($$'a', 'mean_of_years', 1, NULL, NULL$$, 'comparator a of kind mean_of_years needs n: of how many years, from 2 to 30'), ($$'a', 'mean_of_years', 31, NULL, NULL$$, 'comparator a of kind mean_of_years needs n: of how many years, from 2 to 30'),
    ($$'a', 'fixed', NULL, NULL, NULL$$, 'comparator a of kind fixed needs n, a year, or starts_on and ends_on'), ($$'a', 'fixed', NULL, '2020-01-01', NULL$$, 'comparator a of kind fixed needs n, a year, or starts_on and ends_on'),
    ($$'a', 'fixed', 1998, '2020-01-01', '2021-01-01'$$, 'comparator a of kind fixed needs either n, a year, or starts_on and ends_on'), ($$'a', 'fixed', 0, NULL, NULL$$, 'comparator a of kind fixed needs n: a year'),
    ($$'a', 'previous', 1, NULL, NULL$$, 'comparator a of kind previous needs no n'), ($$'a', 'year_earlier', NULL, '2020-01-01', '2021-01-01'$$, 'comparator a of kind year_earlier needs no days: these are of fixed'),
    ($$'a', 'fixed', NULL, '2021-01-01', '2020-01-01'$$, 'new row for relation "comparator" violates check constraint "a fixed period has days, from the year 1 on"'),
    ($$'a', 'fixed', NULL, '2021-01-01', 'infinity'$$, 'ends_on of a record of "comparator" cannot be infinity'),
    ($$'none', 'previous', NULL, NULL, NULL$$, 'new row for relation "comparator" violates check constraint "a comparator''s code is small letters, digits, underscores"'),
    ($$'previous', 'previous', NULL, NULL, NULL$$, NULL);
SELECT throws_ok(format('INSERT INTO comparator (code, kind, n, starts_on, ends_on, words_zh, words_en) VALUES (%s, ''x'', ''y'')', what), CASE WHEN problem IS NULL THEN '23505' ELSE '23514' END, problem,
                 'refused: ' || what) FROM refused;
INSERT INTO comparator (code, ordinal, kind, n, starts_on, ends_on, words_zh, words_en) VALUES
    ('since_2022', 7, 'fixed', 2022, NULL, NULL, '较2022年', 'against 2022'), ('january_2023', 8, 'fixed', NULL, '2023-01-01', '2023-02-01', '较2023年1月', 'against January 2023'),
    ('retired', 9, 'previous', NULL, NULL, NULL, '比上期', 'on the last');

CREATE TABLE public.ev (id int PRIMARY KEY, d date NOT NULL, area_code text, amount numeric, regime text NOT NULL DEFAULT 'new');
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('A', '甲区', 'district', true), ('B', '乙区', 'district', true);
-- as many a month as its number, and twice as many in 2023, three times in 2022
INSERT INTO public.ev SELECT row_number() OVER (), (m + interval '1 day' * (i % 28))::date, (ARRAY['A', 'B'])[1 + i % 2], i % 5
  FROM generate_series(timestamp '2021-01-01', '2024-12-01', '1 month') AS m CROSS JOIN LATERAL generate_series(1, (extract(month FROM m) * (2025 - extract(year FROM m)))::int) AS i;
CALL emgov.keep_versions('public.ev');
INSERT INTO indicator (code, name_zh, name_en, kind, measure, source, date_column, filter, scope, cutoff, unit, comparator, significance, definition_zh) VALUES
    ('N', '件数', 'cases', 'count', NULL, 'public.ev', 'd', NULL, 'city', 'period', '件', 'year_earlier', 'test', 'x'), ('P', '件数', 'cases', 'count', NULL, 'public.ev', 'd', NULL, 'city', 'period', '件', 'previous', 'test', 'x'),
    ('NONE', '件数', 'cases', 'count', NULL, 'public.ev', 'd', NULL, 'city', 'period', '件', 'none', 'none', 'x'), ('AMOUNT', '金额', 'amount', 'sum', 'amount', 'public.ev', 'd', NULL, 'city', 'period', '元', 'mean_of_3_years', 'none', 'x'),
    ('OLD', '件数', 'cases', 'count', NULL, 'public.ev', 'd', NULL, 'city', 'period', '件', 'retired', 'none', 'x');
INSERT INTO indicator (code, name_zh, kind, of_code, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('RISE', '增幅', 'change', 'N', 'city', 'period', '%', 'none', 'x'), ('RISEP', '环比增幅', 'change', 'N', 'city', 'period', '%', 'previous', 'x'), ('RISEM', '增幅', 'change', 'N', 'city', 'period', '%', 'mean_of_3_years', 'x');
CALL entered('{public.ev}', '2024-12-31', '2021-01-01');
UPDATE comparator SET active = false WHERE code = 'retired';

SELECT throws_ok($$UPDATE indicator SET comparator = 'month' WHERE code = 'N'$$, '23503', 'indicator N has comparator "month", which there is not', 'an indicator names one that there is');
SELECT throws_ok($$DELETE FROM comparator WHERE code = 'previous'$$, '23503', 'comparator previous cannot be taken away: indicator P uses it', 'and keeps it');
SELECT throws_ok($$UPDATE comparator SET code = 'earlier' WHERE code = 'previous'$$, '23503', NULL, 'with its code');
SELECT lives_ok($$UPDATE comparator SET words_zh = '比上月' WHERE code = 'previous'; UPDATE comparator SET words_zh = '环比' WHERE code = 'previous'; DELETE FROM comparator WHERE code = 'two_years_earlier'$$, 'words may change, and what nobody uses may go');
SELECT throws_ok($$SELECT * FROM figures(month(2024, 7), comparator => 'two_years_earlier')$$, '42704', 'there is no comparator "two_years_earlier"', 'and cannot be asked for then');
SELECT throws_ok($$SELECT * FROM figure_series('{N}', year(2024), comparator => 'retired')$$, '42704', 'there is no comparator "retired"', 'nor one that is retired');
SELECT results_eq($$SELECT value, base, state, reason, phrase FROM figures(month(2024, 7), codes => '{OLD}')$$, $$VALUES (7::numeric, NULL::numeric, 'no_base', 'there is no comparator "retired" in force', '7件')$$,
    'what was held against it has no base any longer');

-- ------------------------------------------------------------------ figures
SELECT results_eq($$SELECT code, comparator, compared_with, base, phrase FROM figures(month(2024, 7), codes => '{N,P,NONE,RISE,RISEP,RISEM}')$$,
    $$VALUES ('N', 'year_earlier', '同比', 14::numeric, '7件，同比下降50%'), ('NONE', 'year_earlier', '同比', 14, '7件'), ('P', 'previous', '环比', 6, '7件，环比上升16.7%'),
        ('RISE', 'year_earlier', '同比', NULL, '同比下降50%'), ('RISEM', 'mean_of_3_years', '与前三年均值相比', NULL, '与前三年均值相比下降66.7%'), ('RISEP', 'previous', '环比', NULL, '环比上升16.7%')$$, 'each against its own comparator');
SELECT results_eq($$SELECT code, value, numerator, denominator, state FROM figures(month(2024, 7), codes => '{RISE,RISEP,RISEM}')$$,
    $$VALUES ('RISE', -50.0, 7::numeric, 14::numeric, 'comparable'), ('RISEM', -66.7, 7, 21, 'comparable'), ('RISEP', 16.7, 7, 6, 'comparable')$$, 'a change is a change against its own');
SELECT results_eq($$SELECT code, phrase FROM figures(month(2024, 7), codes => '{N,NONE,RISE}', comparator => 'previous')$$, $$VALUES ('N', '7件，环比上升16.7%'), ('NONE', '7件，环比上升16.7%'), ('RISE', '环比上升16.7%')$$,
    'and against another that is asked for');
SELECT is((SELECT phrase FROM figures(month(2024, 7), codes => '{NONE}', comparator => 'year_earlier')), '7件，同比下降50%', 'also by one without any of its own');
SELECT results_eq($$SELECT comparator, base_name, base_words, base FROM comparator AS c CROSS JOIN LATERAL figures(month(2024, 7), codes => '{N}', comparator => c.code) AS f WHERE c.active ORDER BY c.ordinal$$,
    $$VALUES ('year_earlier', '上年同期', '14件', 14::numeric), ('previous', '上月', '6件', 6), ('mean_of_3_years', '前三年同期均值', '21件', 21), ('mean_of_5_years', NULL, NULL, NULL), ('since_2022', '2022年同期', '21件', 21),
        ('january_2023', '2023年1月', '2件', 2)$$, 'what bases are called');
SELECT results_eq($$SELECT base_name FROM unnest(ARRAY[year(2024), quarter(2024, 2), '[2024-07-01,2025-01-01)', '[2024-03-01,2024-03-21)', '[2024-03-04,2024-03-11)', '[2024-03-05,2024-03-06)', '[2024-03-05,2024-03-16)']) AS p
    CROSS JOIN LATERAL figures(p, codes => '{N}', comparator => 'previous')$$, '{上年,上季度,上期,上月同期,上周,前一日,上月同期}'::text[], 'by the period');
SELECT is((SELECT reason FROM figures(ytd('2024-07-31'), codes => '{N}', comparator => 'previous')), '2024-01-01 to 2024-07-31 has no period before it that it is compared with', 'the year so far has no period before it');
SELECT is((SELECT reason FROM figures(quarter(2024, 3), codes => '{N}', comparator => 'january_2023')), '2024-07-01 to 2024-09-30 is not as long as 2023-01-01 to 2023-01-31', 'and a quarter is not compared with a month');
SELECT is((SELECT reason FROM figures(month(2023, 1), codes => '{N}', comparator => 'january_2023')), 'it is itself what others are compared with', 'nor a month with itself');
SELECT is((SELECT reason FROM figures(month(2022, 7), codes => '{N}', comparator => 'since_2022')), 'it is itself what others are compared with', 'nor a year');
SELECT results_eq($$SELECT starts_on, value, base, phrase FROM figure_series('{N}', '[2024-01-01,2024-04-01)', comparator => 'previous')$$,
    $$VALUES (date '2024-01-01', 1::numeric, 24::numeric, '1件，环比下降95.8%'), ('2024-02-01', 2, 1, '2件，环比上升100%'), ('2024-03-01', 3, 2, '3件，环比上升50%')$$, 'a series, each month against the one before');
SELECT results_eq($$SELECT member, value, base, phrase FROM figures(month(2024, 7), codes => '{N}', by => 'area', comparator => 'previous') WHERE member IS NULL OR member <> ''$$,
    $$VALUES (NULL, 7::numeric, 6::numeric, '7件，环比上升16.7%'), ('A', 3, 3, '3件，环比持平'), ('B', 4, 3, '4件，环比上升33.3%')$$, 'by area');
SELECT is((SELECT (value, base)::text FROM figures(month(2024, 7), codes => '{N}', comparator => 'previous')), '(7,6)', 'named arguments');
-- each member of a dimension against each comparator, by hand
CREATE TEMP TABLE base_of AS SELECT 'year_earlier' AS comparator, ARRAY[month(2023, 7)] AS w UNION ALL SELECT 'previous', ARRAY[month(2024, 6)] UNION ALL SELECT 'mean_of_3_years', ARRAY[month(2023, 7), month(2022, 7), month(2021, 7)]
    UNION ALL SELECT 'since_2022', ARRAY[month(2022, 7)] UNION ALL SELECT 'january_2023', ARRAY[month(2023, 1)];
SELECT is_empty($$
    WITH hand AS (
        SELECT b.comparator, m.member, c.code, (SELECT CASE c.code WHEN 'N' THEN count(*) ELSE coalesce(sum(amount), 0) END FROM public.ev WHERE d <@ month(2024, 7) AND (m.member IS NULL OR area_code = m.member)) AS value,
               (SELECT CASE c.code WHEN 'N' THEN count(*) ELSE coalesce(sum(amount), 0) END FROM public.ev, unnest(b.w) AS w WHERE d <@ w AND (m.member IS NULL OR area_code = m.member)) AS total, cardinality(b.w) AS n
          FROM base_of AS b CROSS JOIN (VALUES (NULL), ('A'), ('B')) AS m (member) CROSS JOIN (VALUES ('N'), ('AMOUNT')) AS c (code))
    SELECT h.*, f.value, f.base, f.change, f.rate, f.p_value FROM hand AS h
      LEFT JOIN (SELECT f.* FROM base_of AS b CROSS JOIN LATERAL figures(month(2024, 7), codes => '{N,AMOUNT}', by => 'area', comparator => b.comparator) AS f) AS f
             ON f.comparator = h.comparator AND f.code = h.code AND f.member IS NOT DISTINCT FROM h.member
     WHERE f.value IS DISTINCT FROM h.value OR f.base IS DISTINCT FROM trim_scale(round(h.total / h.n, 6)) OR f.change IS DISTINCT FROM trim_scale(round(h.value - h.total / h.n, 6))
        OR round(f.rate, 1) IS DISTINCT FROM round(100 * (h.value * h.n - h.total) / nullif(h.total, 0), 1)
        OR h.code = 'N' AND f.p_value IS DISTINCT FROM round(p_value(format('%s/%s:%s', h.value, h.total, h.n)::comparison, current_exposure => CASE h.comparator WHEN 'previous' THEN 31.0 / 30 ELSE 1 END), 6)$$,
    'each area against each comparator, as SQL has it');
SELECT results_eq($$SELECT part, count(*), sum(amount) FROM figure_rows('RISEP', month(2024, 7)) GROUP BY 1 ORDER BY 1$$, $$VALUES ('denominator', 6::bigint, 6::numeric), ('numerator', 7, 7)$$, 'the rows behind a change on the month before');
SELECT results_eq($$SELECT part, sum(amount) FROM figure_rows('RISEM', month(2024, 7)) GROUP BY 1 ORDER BY 1$$, $$VALUES ('denominator', 63::numeric), ('numerator', 7)$$, 'and against three years: of all of them');

-- in English
UPDATE indicator SET unit_en = 'cases' WHERE code = 'N';
SELECT results_eq($$SELECT f.phrase, f.base_words || ' ' || f.base_name FROM unnest('{year_earlier,previous,mean_of_3_years,since_2022,january_2023}'::text[]) AS c CROSS JOIN LATERAL figures(month(2024, 7), codes => '{N}', comparator => c, lang => 'en') AS f$$,
    $$VALUES ('7 cases, down 50% year on year', '14 cases a year earlier'), ('7 cases, up 16.7% on the previous period', '6 cases in the month before'),
        ('7 cases, down 66.7% against the mean of the 3 years before', '21 cases on average in the 3 years before'), ('7 cases, down 66.7% against 2022', '21 cases in 2022'),
        ('7 cases, up 250% against January 2023', '2 cases in January 2023')$$, 'in English');
UPDATE indicator SET unit_en = NULL WHERE code = 'N';
-- decimals of a value within its scale, and of the amount of its change
CREATE TABLE public.loss (d date, x numeric);
INSERT INTO public.loss VALUES ('2024-07-01', 33060812.34), ('2024-06-01', 30000000), ('2023-07-01', 33060000), ('2022-07-01', 40), ('2021-07-01', 1);
INSERT INTO indicator (code, name_zh, kind, measure, source, date_column, scope, cutoff, unit, comparator, change_form, scale, value_decimals, definition_zh)
VALUES ('LOSS', '损失', 'sum', 'x', 'public.loss', 'd', 'city', 'period', '元', 'previous', 'both', 'wan', 2, 'x'), ('YUAN', '损失', 'sum', 'x', 'public.loss', 'd', 'city', 'period', '元', 'previous', 'amount', 'none', 0, 'x');
CALL entered('{public.loss}', '2024-12-31', '2021-01-01');
SELECT results_eq($$SELECT phrase, base_words, change FROM unnest('{LOSS,YUAN}'::text[]) AS c CROSS JOIN LATERAL figures(month(2024, 7), codes => ARRAY[c])$$,
    $$VALUES ('3306.08万元，环比增加306.08万元，上升10.2%', '3000万元', 3060812.34), ('33060812元，环比增加3060812元', '30000000元', 3060812.34)$$, 'an amount to two decimals of ten thousand');
SELECT results_eq($$SELECT change_words, amount FROM unnest('{LOSS,YUAN}'::text[]) AS c CROSS JOIN LATERAL figures(month(2024, 7), codes => ARRAY[c], comparator => 'mean_of_3_years')$$,
    $$VALUES ('与前三年均值相比增加2204.08万元，上升200%', 22040798.673333), ('与前三年均值相比增加22040799元', 22040798.673333)$$, 'also against a mean');
SELECT is((SELECT change_words FROM figures(month(2024, 7), codes => '{LOSS}', comparator => 'year_earlier')), '同比增加0.08万元', 'and as many as it takes for one that is not nothing');

-- ------------------------------------------------------------------ totals that were published, what members sent
INSERT INTO base_value (starts_on, ends_on, published_on, indicator, value, source) VALUES ('2020-07-01', '2020-08-01', '2020-08-10', 'N', 40, '公报'), ('2019-07-01', '2019-08-01', '2019-08-10', 'N', 41, '公报');
SELECT results_eq($$SELECT base, base_kind, phrase FROM figures(month(2024, 7), codes => '{N}', comparator => 'mean_of_5_years')$$, $$VALUES (28.8, 'published_total', '7件，与前五年均值相比下降75.7%')$$,
    'years without records have the totals that were published');
SELECT is((SELECT reason FROM figures(month(2023, 7), codes => '{N}', comparator => 'mean_of_5_years')), 'base: 2018-07-01 to 2018-07-31: its source covers no day of it', 'and one without either is named');
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES ('SENT', '上报', 'reported', 'city', 'period', '件', 'previous', 'x');
SELECT is((SELECT state FROM figures(month(2024, 7), codes => '{SENT}')), 'no_data', 'what nobody has sent');
CALL receive('SENT', 'A', month(2024, 7), 5); CALL receive('SENT', 'B', month(2024, 7), 4); CALL receive('SENT', 'A', month(2024, 6), 6);
SELECT results_eq($$SELECT value, base, state, phrase FROM figures(month(2024, 7), codes => '{SENT}')$$, $$VALUES (9::numeric, NULL::numeric, 'no_base', '9件')$$, 'one month before is not sent by all');
CALL receive('SENT', 'B', month(2024, 6), 6);
SELECT results_eq($$SELECT value, base, state, phrase FROM figures(month(2024, 7), codes => '{SENT}')$$, $$VALUES (9::numeric, 12::numeric, 'comparable', '9件，环比下降25%')$$, 'and then is');

-- ------------------------------------------------------------------ regimes
UPDATE public.ev SET regime = 'old' WHERE d < '2024-02-01';
SELECT results_eq($$SELECT comparator, state, reason, change_words FROM unnest('{year_earlier,previous,mean_of_3_years}'::text[]) AS c CROSS JOIN LATERAL figures(month(2024, 2), codes => '{N}', comparator => c)$$,
    $$VALUES ('year_earlier', 'not_comparable', 'counted by regime new, and a year earlier by old', NULL), ('previous', 'not_comparable', 'counted by regime new, and its base by old', NULL),
        ('mean_of_3_years', 'not_comparable', 'counted by regime new, and its base by old', NULL)$$, 'what was counted by other rules is not compared');
SELECT is((SELECT phrase FROM figures(month(2024, 3), codes => '{P}')), '3件，环比上升50%', 'but with a month of the same');
UPDATE comparator SET across_regimes = true WHERE code IN ('year_earlier', 'previous');
SELECT results_eq($$SELECT comparator, state, base, rate, reason, phrase, change_words, change_mark FROM unnest('{year_earlier,previous,mean_of_3_years}'::text[]) AS c
    CROSS JOIN LATERAL figures(month(2024, 2), codes => '{N}', comparator => c)$$,
    $$VALUES ('year_earlier', 'comparable', 4::numeric, -50.0, 'counted by regime new, and a year earlier by old', '2件，同比下降50%（统计口径不同）', '同比下降50%（统计口径不同）', '（统计口径不同）'),
        ('previous', 'comparable', 1, 100.0, 'counted by regime new, and its base by old', '2件，环比上升100%（统计口径不同）', '环比上升100%（统计口径不同）', '（统计口径不同）'),
        ('mean_of_3_years', 'not_comparable', 6, NULL, 'counted by regime new, and its base by old', '2件', NULL, NULL)$$, 'unless a comparator is told to, and then it says so');
SELECT results_eq($$SELECT state, words, change_mark FROM figures(month(2024, 2), codes => '{RISE,RISEM}')$$, $$VALUES ('comparable', '同比下降50%（统计口径不同）', '（统计口径不同）'), ('not_comparable', NULL, NULL)$$, 'also of a change');
SELECT is((SELECT change_mark FROM figures(month(2024, 3), codes => '{P}')), NULL, 'where it is one, nothing is marked');
UPDATE comparator SET across_regimes = false WHERE across_regimes;
UPDATE public.ev SET regime = 'new' WHERE regime = 'old';

-- ------------------------------------------------------------------ reports, publications, and what becomes of them
INSERT INTO report (code, title_zh, period_kind) VALUES ('m', '月报', 'month');
INSERT INTO report_figure (report, code) SELECT 'm', c FROM unnest('{N,P,NONE,AMOUNT,RISEP,RISEM}'::text[]) AS c;
INSERT INTO report_figure (report, code, comparator) VALUES ('m', 'N', 'previous'), ('m', 'N', 'mean_of_3_years'), ('m', 'N', 'since_2022'), ('m', 'N', 'year_earlier'), ('m', 'AMOUNT', 'previous');
SELECT throws_ok($$INSERT INTO report_figure (report, code, comparator) VALUES ('m', 'P', 'then')$$, '23503', 'figure P of report "m" has comparator "then", which there is not', 'a report lists figures against comparators');
SELECT throws_ok($$DELETE FROM comparator WHERE code = 'since_2022'$$, '23503', 'comparator since_2022 cannot be taken away: report "m" uses it', 'which stay then');
SELECT set_eq($$SELECT code || ' ' || comparator FROM report_figures('m', month(2024, 7))$$,
    '{N year_earlier,N previous,N mean_of_3_years,N since_2022,P previous,NONE year_earlier,AMOUNT mean_of_3_years,AMOUNT previous,RISEP previous,RISEM mean_of_3_years}'::text[], 'each once, by whatever name it is asked for');
SELECT is((SELECT phrase FROM report_figures('m', month(2024, 7)) WHERE code = 'NONE'), '7件', 'as it would say it by itself');
CALL publish('m', month(2024, 7), allow_gaps => true);
SELECT set_eq($$SELECT code, comparator, value, base, change, rate, phrase, compared_with, amount, change_words, base_name, base_words FROM publication_figure$$,
    $$SELECT code, comparator, value, base, change, rate, phrase, compared_with, amount, change_words, base_name, base_words FROM report_figures('m', month(2024, 7))$$, 'published with all of them');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and verified');
SELECT is_empty('SELECT * FROM restatement(1)', 'and nothing would be said otherwise');
-- two more a month before, one three years before, one less now
UPDATE public.ev SET d = '2024-06-15' WHERE id IN (SELECT id FROM public.ev WHERE d >= '2024-12-01' ORDER BY id LIMIT 2);
UPDATE public.ev SET d = '2021-07-15' WHERE id IN (SELECT id FROM public.ev WHERE d >= '2024-12-01' ORDER BY id LIMIT 1);
UPDATE public.ev SET d = '2024-11-15' WHERE id IN (SELECT id FROM public.ev WHERE d >= '2024-07-01' AND d < '2024-08-01' ORDER BY id LIMIT 1);
SELECT set_eq($$SELECT code, comparator, what, published, value_now, phrase_now FROM restatement(1) WHERE code = 'N'$$,
    $$VALUES ('N', 'year_earlier', 'value', 7::numeric, 6::numeric, '6件，同比下降57.1%'), ('N', 'previous', 'value', 7, 6, '6件，环比下降25%'), ('N', 'previous', 'base', 6, 8, NULL),
        ('N', 'mean_of_3_years', 'value', 7, 6, '6件，与前三年均值相比下降71.9%'), ('N', 'mean_of_3_years', 'base', 21, 21.333333, NULL), ('N', 'since_2022', 'value', 7, 6, '6件，较2022年下降71.4%')$$,
    'restated, each against its own');
SELECT set_eq($$SELECT comparator, what, count(*), sum(difference) FROM restatement_rows(1, code => 'N') GROUP BY 1, 2$$,
    $$VALUES ('year_earlier', 'value', 1::bigint, -1::numeric), ('previous', 'value', 1, -1), ('previous', 'base', 2, 2), ('mean_of_3_years', 'value', 1, -1), ('mean_of_3_years', 'base', 1, 1), ('since_2022', 'value', 1, -1)$$,
    'by the records that moved them');
SELECT is_empty($$SELECT r.code, r.comparator, r.what, r.value_now, f.value, f.base FROM restatement(1) AS r JOIN report_figures('m', month(2024, 7)) AS f USING (code, comparator)
    WHERE r.value_now IS DISTINCT FROM CASE r.what WHEN 'value' THEN f.value ELSE f.base END OR r.what = 'value' AND r.phrase_now IS DISTINCT FROM f.phrase$$, 'to what figures say now');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and verified still');
UPDATE comparator SET words_zh = '比上期' WHERE code = 'previous';
SELECT is_empty('SELECT * FROM verify_publication(1)', 'whatever comparators say now');
SELECT ok((SELECT phrase_now FROM restatement(1) WHERE (code, comparator, what) = ('N', 'previous', 'value')) = '6件，比上期下降25%', 'which is how it would be said');
UPDATE comparator SET words_zh = '环比' WHERE code = 'previous';
-- bases as they were first published
CALL publish('m', month(2024, 6), allow_gaps => true);
UPDATE public.ev SET d = '2024-11-16' WHERE id IN (SELECT id FROM public.ev WHERE d >= '2024-06-01' AND d < '2024-07-01' ORDER BY id LIMIT 3);
SELECT results_eq($$SELECT base, base_kind, state FROM unnest('{restated,first_published}'::text[]) AS b CROSS JOIN LATERAL figures(month(2024, 7), codes => '{P}', base => b)$$,
    $$VALUES (5::numeric, 'restated', 'comparable'), (8, 'first_published', 'comparable')$$, 'the month before as it was first published');
SELECT results_eq($$SELECT state, reason FROM figures(month(2024, 7), codes => '{N}', base => 'first_published', comparator => 'mean_of_3_years')$$, $$VALUES ('not_published', '2023-07-01 to 2023-07-31 was not published')$$,
    'of three years one was not');

-- ------------------------------------------------------------------ packs
SELECT is(export_pack('m')->'tables'->'comparator', '[{"code": "since_2022", "kind": "fixed", "n": 2022, "ordinal": 7, "words_zh": "较2022年", "words_en": "against 2022", "active": true, "across_regimes": false}]'::jsonb, 'a pack carries the comparators that not every ledger has');
SELECT export_pack('m') AS document \gset
CALL emgov.create_ledger('other');
SELECT lives_ok(format('CALL other.load_pack(%L::jsonb)', :'document'), 'and brings them');
SELECT results_eq($$SELECT code, n, words_zh FROM other.comparator WHERE kind = 'fixed'$$, $$VALUES ('since_2022', 2022, '较2022年')$$, 'to another ledger');
SELECT is(other.export_pack('m'), :'document'::jsonb, 'which exports the same');
-- what members sent for the period before, which is its base, and not the one a year earlier
INSERT INTO report (code, title_zh, period_kind) VALUES ('sent', '上报', 'month');
INSERT INTO report_figure (report, code) VALUES ('sent', 'SENT');
SELECT publication AS sent FROM emgov_internal.publish_ledger('ledger', 'sent', month(2024, 7)) AS p (publication) \gset
UPDATE reported SET value = 7 WHERE indicator = 'SENT' AND starts_on = '2024-06-01' AND member = 'B';
SELECT results_eq(format('SELECT code, what, record_key, amount_then, amount_now, reason FROM restatement_rows(%s)', :sent), $$VALUES ('SENT', 'base', 'B', 6::numeric, 7::numeric, 'correction')$$,
    'a month before that was sent otherwise has the row');
SELECT results_eq(format('SELECT code, what, published, value_now, reason FROM restatement(%s)', :sent), $$VALUES ('SENT', 'base', 12::numeric, 13::numeric, 'correction')$$, 'and the reason');
SELECT * FROM finish();
