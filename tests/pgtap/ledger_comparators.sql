-- Figures of every kind against every comparator, in whole periods and parts of them: value, base, change, rate, chance
-- and words against SQL and words that are written by hand. Cases: n some, z none any more, r none before, e never any,
-- g less than nothing; two more sources, of which one is known since 2024 only, and one until 10 March 2024.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(84);

CREATE TABLE public.ev (id int PRIMARY KEY, on_day date, done date, who text, year int, amount numeric, k text);
INSERT INTO public.ev
SELECT i, date '2018-01-03' + i * 7 / 2, date '2018-02-20' + i * 4 + i % 30, 'w' || i * i % 17, 2017 + (i / 90),
       CASE k WHEN 'g' THEN -1 ELSE 1 END * (1 + i * 7 % 13 + (i % 3) / 4.0), k
  FROM generate_series(0, 760) AS i CROSS JOIN LATERAL (SELECT (ARRAY['n', 'z', 'r', 'g', 'n'])[1 + i % 5] AS k) AS x
 WHERE k IN ('n', 'g') OR (k = 'z' AND date '2018-01-03' + i * 7 / 2 < '2024-01-01') OR (k = 'r' AND date '2018-01-03' + i * 7 / 2 >= '2024-03-01');
CREATE TABLE public.since AS SELECT * FROM public.ev;
CREATE TABLE public.until AS SELECT * FROM public.ev;

INSERT INTO comparator (code, ordinal, kind, n, starts_on, ends_on, words_zh, words_en) VALUES
    ('in_2019', 11, 'fixed', 2019, NULL, NULL, '较2019年', 'against 2019'), ('that_month', 12, 'fixed', NULL, '2020-01-01', '2020-02-01', '较2020年1月', 'against January 2020'),
    ('four_years_earlier', 13, 'years_earlier', 4, NULL, NULL, '比四年前', 'on four years earlier');

-- the windows of each comparator, as people would look them up
CREATE TEMP TABLE period (p daterange, previous daterange);
INSERT INTO period VALUES (month(2024, 3), month(2024, 2)), (month(2024, 1), month(2023, 12)), (quarter(2024, 2), quarter(2024, 1)), ('[2024-07-01,2025-01-01)', '[2024-01-01,2024-07-01)'),
    (year(2024), year(2023)), ('[2024-03-01,2024-03-21)', '[2024-02-01,2024-02-21)'), (ytd('2024-07-31'), NULL), (ytd('2024-12-19'), NULL), ('[2024-03-04,2024-03-11)', '[2024-02-26,2024-03-04)'),
    ('[2024-02-29,2024-03-01)', '[2024-02-28,2024-02-29)');
CREATE FUNCTION pg_temp.years_before(p daterange, n int) RETURNS daterange LANGUAGE sql AS $$
    -- a bound on 29 February is the day after the 28th
    SELECT daterange((lower(p) - 1 - make_interval(years => n))::date + 1, (upper(p) - 1 - make_interval(years => n))::date + 1)
     WHERE extract(month FROM lower(p)) <> 2 OR extract(day FROM lower(p)) <> 29
    UNION ALL SELECT CASE WHEN n % 4 = 0 THEN daterange((lower(p) - make_interval(years => n))::date, (upper(p) - 1 - make_interval(years => n))::date + 1) ELSE 'empty'::daterange END
     WHERE extract(month FROM lower(p)) = 2 AND extract(day FROM lower(p)) = 29 $$;
CREATE TEMP TABLE base_window AS
SELECT x.p, c.code AS comparator, w.n, w.base
  FROM period AS x CROSS JOIN comparator AS c
 CROSS JOIN LATERAL (
    SELECT 1 AS n, pg_temp.years_before(x.p, CASE c.code WHEN 'two_years_earlier' THEN 2 WHEN 'four_years_earlier' THEN 4 WHEN 'in_2019' THEN 5 ELSE 1 END) AS base
     WHERE c.code IN ('year_earlier', 'two_years_earlier', 'four_years_earlier', 'in_2019')
    UNION ALL SELECT 1, x.previous WHERE c.code = 'previous'
    UNION ALL SELECT 1, CASE WHEN x.p = month(2024, 3) OR x.p = month(2024, 1) THEN month(2020, 1) END WHERE c.code = 'that_month'
    UNION ALL SELECT y, pg_temp.years_before(x.p, y) FROM generate_series(1, CASE c.code WHEN 'mean_of_3_years' THEN 3 ELSE 5 END) AS y WHERE c.code ~ '^mean') AS w;
-- one without one of its windows has none
DELETE FROM base_window AS b WHERE EXISTS (SELECT FROM base_window AS x WHERE x.p = b.p AND x.comparator = b.comparator AND (x.base IS NULL OR isempty(x.base)));
SELECT results_eq($$SELECT comparator, count(*) FROM base_window GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('four_years_earlier', 10::bigint), ('in_2019', 9), ('mean_of_3_years', 27), ('mean_of_5_years', 45), ('previous', 8), ('that_month', 2), ('two_years_earlier', 9), ('year_earlier', 9)$$,
    'bases are looked up by hand');
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit)
SELECT 's', 's', lower(w), upper(w), 1000 + lower(w) - date '2018-01-01', '人' FROM (SELECT base FROM base_window UNION SELECT p FROM period) AS x (w);

-- ------------------------------------------------------------------ kinds, by hand too
CREATE TEMP TABLE oracle (code text PRIMARY KEY, kind text, n text, d text, factor numeric, is_quotient boolean, unit text, since date, until date, of_stock boolean, counts boolean);
CREATE FUNCTION pg_temp.define(code text, kind text, more jsonb, n text, d text DEFAULT NULL, factor numeric DEFAULT NULL, of_table text DEFAULT 'ev', unit text DEFAULT '起') RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.indicator SELECT (jsonb_populate_record(NULL::ledger.indicator, jsonb_build_object(
        'code', code, 'kind', kind, 'name_zh', code, 'scope', 'city', 'cutoff', 'period', 'unit', unit, 'definition_zh', code, 'per', 1, 'decimals', 1, 'rounding', 'half_up',
        'keep_zero', false, 'wording', 'exact', 'scale', 'none', 'change_form', 'rate', 'verbs', '上升/下降', 'comparator', 'year_earlier', 'significance', 'test', 'active', true, 'version', 1,
        'known_from', clock_timestamp())
        || CASE WHEN kind IN ('change', 'ratio', 'reduction', 'rate', 'total') THEN '{}' ELSE jsonb_build_object('source', 'public.' || of_table, 'date_column', 'on_day') END || more)).*;
    INSERT INTO oracle SELECT $1, $2, $4, $5, $6, $6 IS NOT NULL, $8, CASE $7 WHEN 'since' THEN '2024-01-01'::date ELSE '2015-01-01' END, CASE $7 WHEN 'until' THEN '2024-03-11'::date ELSE '2026-01-01' END,
           $2 IN ('stock'), $2 IN ('count', 'distinct', 'stock', 'streak', 'planned') $$;
\set inside 'on_day >= $1 AND on_day < $2'
CREATE FUNCTION pg_temp.define_all(k text, of_table text, ending text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    f text := format('{"filter": "k = %s"}', quote_literal(k));
    w text := format(' FROM ev WHERE k = %L AND on_day >= $1 AND on_day < $2', k);
BEGIN
    PERFORM pg_temp.define('COUNT' || ending, 'count', f::jsonb, 'SELECT count(*)' || w, of_table => of_table),
            pg_temp.define('DISTINCT' || ending, 'distinct', f::jsonb || '{"measure": "who"}', 'SELECT count(DISTINCT who)' || w, of_table => of_table),
            pg_temp.define('SUM' || ending, 'sum', f::jsonb || '{"measure": "amount"}', 'SELECT coalesce(sum(amount), 0)' || w, of_table => of_table),
            pg_temp.define('LARGEST' || ending, 'largest', f::jsonb || '{"measure": "amount"}', 'SELECT max(amount)' || w, of_table => of_table),
            pg_temp.define('MEAN' || ending, 'mean', f::jsonb || '{"measure": "amount"}', 'SELECT coalesce(sum(amount), 0)' || w, 'SELECT count(amount)' || w, 1, of_table),
            pg_temp.define('SHARE' || ending, 'share', jsonb_build_object('filter', 'amount > 4', 'base_filter', format('k = %L', k), 'aggregate', 'count'),
                           'SELECT count(*)' || w || ' AND amount > 4', 'SELECT count(*)' || w, 100, of_table, '%'),
            pg_temp.define('DONE' || ending, 'completion', f::jsonb || '{"until_column": "done", "aggregate": "count"}', 'SELECT count(*)' || w || ' AND done < $2', 'SELECT count(*)' || w, 100, of_table, '%'),
            pg_temp.define('PLAN' || ending, 'planned', f::jsonb || '{"until_column": "done", "aggregate": "count"}', 'SELECT count(*)' || w, of_table => of_table),
            pg_temp.define('STOCK' || ending, 'stock', f::jsonb || '{"until_column": "done", "aggregate": "count", "cutoff": "at_date"}',
                           format('SELECT count(*) FROM ev WHERE k = %L AND on_day < $2 AND done >= $2', k), of_table => of_table),
            pg_temp.define('STREAK' || ending, 'streak', f::jsonb || '{"measure": "year", "cutoff": "to_date"}',
                           format('SELECT count(*) FROM generate_series(0, 30) AS n WHERE NOT EXISTS (SELECT FROM generate_series(0, n) AS m WHERE NOT EXISTS
                                     (SELECT FROM ev WHERE k = %L AND on_day < $2 AND year = extract(year FROM $2 - 1)::int - m))', k), of_table => of_table),
            pg_temp.define('TOTAL' || ending, 'total', jsonb_build_object('of_codes', ARRAY['COUNT' || ending, '-PLAN' || ending, '-DISTINCT' || ending]), 'SELECT - count(DISTINCT who)' || w, of_table => of_table),
            pg_temp.define('RATIO' || ending, 'ratio', jsonb_build_object('of_code', 'SUM' || ending, 'by_code', 'COUNT' || ending, 'per', 10), 'SELECT coalesce(sum(amount), 0)' || w, 'SELECT count(*)' || w, 10, of_table),
            pg_temp.define('REDUCE' || ending, 'reduction', jsonb_build_object('of_code', 'DISTINCT' || ending, 'by_code', 'COUNT' || ending), 'SELECT count(*) - count(DISTINCT who)' || w, 'SELECT count(*)' || w,
                           100, of_table, '%'),
            pg_temp.define('RATE' || ending, 'rate', jsonb_build_object('of_code', 'COUNT' || ending, 'series_code', 's', 'per', 100000), 'SELECT count(*)' || w, 'SELECT 1000 + $1 - date ''2018-01-01''', 100000, of_table);
END $$;
SELECT pg_temp.define_all(k, 'ev', '_' || k) FROM unnest('{n,z,r,e,g}'::text[]) AS k;
SELECT pg_temp.define_all('n', 'since', '_since'), pg_temp.define_all('n', 'until', '_until');
CALL entered(ARRAY['public.ev'], '2025-12-31', '2015-01-01');
CALL entered(ARRAY['public.since'], '2025-12-31', '2024-01-01');
CALL entered(ARRAY['public.until'], '2024-03-10', '2015-01-01');

CREATE FUNCTION pg_temp.by_hand(query text, w daterange) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE value numeric;
BEGIN
    EXECUTE query INTO value USING lower(w), upper(w);
    RETURN value;
END $$;
CREATE TEMP TABLE hand AS
SELECT o.code, x.w, CASE WHEN NOT o.is_quotient THEN n.n WHEN d.d <> 0 THEN div(o.factor * n.n * 1e40, d.d) * 1e-40 END AS value,
       CASE WHEN o.of_stock THEN upper(x.w) - 1 >= o.since AND upper(x.w) <= o.until ELSE x.w <@ daterange(o.since, o.until) END AS is_known, NOT x.w && daterange(o.since, o.until) AS is_unknown
  FROM oracle AS o CROSS JOIN (SELECT base FROM base_window UNION SELECT p FROM period) AS x (w)
 CROSS JOIN LATERAL (SELECT pg_temp.by_hand(o.n, x.w) AS n) AS n CROSS JOIN LATERAL (SELECT CASE WHEN o.d IS NOT NULL THEN pg_temp.by_hand(o.d, x.w) END AS d) AS d;
CREATE INDEX ON hand (code, w);
ANALYZE hand;

-- quotients are cut at the fortieth decimal, so that a half may be a little less
CREATE FUNCTION pg_temp.rounded(x numeric, decimals int) RETURNS numeric LANGUAGE sql AS $$ SELECT trim_scale(round(x + sign(x) * 1e-30, decimals)) $$;
CREATE FUNCTION pg_temp.over(a numeric, b numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT CASE WHEN b <> 0 THEN div(a * 1e40, b) * 1e-40 END $$;
CREATE FUNCTION pg_temp.same(a numeric, b numeric) RETURNS boolean LANGUAGE sql AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 0.000001, false) $$;
-- a change that is not 0 is said to as many decimals as it takes
CREATE FUNCTION pg_temp.amount(now numeric, then_ numeric, is_rounded boolean) RETURNS numeric LANGUAGE sql AS $$
    SELECT CASE WHEN is_rounded AND abs(now - then_) > 1e-30 THEN (SELECT pg_temp.rounded(now - then_, n) FROM generate_series(1, 9) AS n WHERE pg_temp.rounded(now - then_, n) <> 0 ORDER BY n LIMIT 1)
                WHEN is_rounded AND now - then_ IS NOT NULL THEN 0 ELSE trim_scale(now - then_) END $$;
-- words of a change, in the plainest way
CREATE FUNCTION pg_temp.said(now numeric, then_ numeric, words text, is_rounded boolean, unit text) RETURNS text LANGUAGE sql AS $$
    SELECT words || CASE
        WHEN amount = 0 THEN '持平'
        WHEN unit = '%' THEN CASE WHEN amount > 0 THEN '上升' ELSE '下降' END || abs(amount) || '个百分点'
        WHEN then_ > 0 AND now >= 0 AND percent <> 0 THEN CASE WHEN amount > 0 THEN '上升' ELSE '下降' END || abs(percent) || '%'
        ELSE CASE WHEN amount > 0 THEN '增加' ELSE '减少' END || abs(amount) || unit END
      FROM (SELECT pg_temp.amount(now, then_, is_rounded) AS amount, pg_temp.rounded(pg_temp.over(100 * (now - then_), then_), 1) AS percent) AS x $$;

CREATE TEMP TABLE wanted AS
SELECT x.p, c.code AS comparator, o.code, o.kind, v.value, v.is_known, v.is_unknown, b.value AS base, b.windows, b.days, o.counts, o.unit, o.is_quotient, c.words_zh
  FROM oracle AS o CROSS JOIN period AS x CROSS JOIN comparator AS c
  JOIN hand AS v ON v.code = o.code AND v.w = x.p
 CROSS JOIN LATERAL (SELECT CASE WHEN bool_and(h.is_known AND h.value IS NOT NULL) THEN pg_temp.over(sum(h.value), count(*)) END AS value, count(*) AS windows, sum(upper(h.w) - lower(h.w)) AS days
                       FROM base_window AS w JOIN hand AS h ON h.code = o.code AND h.w = w.base WHERE w.p = x.p AND w.comparator = c.code) AS b
 -- how long the base is does not matter to what is asked of its last day
 WHERE NOT (o.kind IN ('stock', 'streak') AND c.code = 'that_month');

CREATE TEMP TABLE found AS SELECT x.p, f.* FROM period AS x CROSS JOIN comparator AS c CROSS JOIN LATERAL figures(x.p, comparator => c.code) AS f WHERE f.code IN (SELECT o.code FROM oracle AS o);
SELECT is((SELECT count(*) FROM found), 10 * 8 * 14 * 7::bigint, 'figures of fourteen kinds in seven cases, for ten periods and eight comparators');
SELECT cmp_ok((SELECT count(*) FROM wanted AS w WHERE w.is_known AND w.value IS NOT NULL AND w.base IS NOT NULL), '>', 3000::bigint, 'of which most can be compared');

SELECT is_empty(format($$SELECT w.p, w.comparator, w.code, w.value, f.value, f.state, f.reason FROM wanted AS w JOIN found AS f USING (p, comparator, code)
    WHERE w.kind = %L AND w.is_known AND f.value IS DISTINCT FROM trim_scale(round(w.value, 6))$$, kind), 'value of ' || kind) FROM (SELECT DISTINCT kind FROM oracle) AS k ORDER BY kind;
SELECT is_empty(format($$SELECT w.p, w.comparator, w.code, w.base, f.base, f.state, f.reason FROM wanted AS w JOIN found AS f USING (p, comparator, code)
    WHERE w.kind = %L AND NOT w.is_unknown AND NOT pg_temp.same(f.base, w.base)$$, kind), 'base of ' || kind) FROM (SELECT DISTINCT kind FROM oracle) AS k ORDER BY kind;
SELECT is_empty(format($$SELECT w.p, w.comparator, w.code, w.value, w.base, f.change, f.rate, f.amount FROM wanted AS w JOIN found AS f USING (p, comparator, code)
    WHERE w.kind = %L AND (NOT pg_temp.same(f.change, CASE WHEN w.is_known THEN w.value - w.base END)
       OR round(f.rate, 1) IS DISTINCT FROM CASE WHEN w.is_known AND w.unit <> '%%' AND w.base > 0 AND w.value >= 0 THEN pg_temp.rounded(pg_temp.over(100 * (w.value - w.base), w.base), 1) END
       OR f.amount IS DISTINCT FROM CASE WHEN w.is_known THEN pg_temp.amount(w.value, w.base, w.is_quotient OR w.windows > 1) END)$$, kind), 'change of ' || kind) FROM (SELECT DISTINCT kind FROM oracle) AS k ORDER BY kind;
SELECT is_empty(format($$SELECT w.p, w.comparator, w.code, w.value, w.base, f.change_words, x.said, f.phrase, f.state FROM wanted AS w JOIN found AS f USING (p, comparator, code)
     CROSS JOIN LATERAL (SELECT CASE WHEN w.is_known THEN pg_temp.said(w.value, w.base, w.words_zh, w.is_quotient OR w.windows > 1, w.unit) END AS said) AS x
    WHERE w.kind = %L AND (f.change_words IS DISTINCT FROM x.said OR x.said IS NOT NULL AND f.phrase <> f.words || '，' || x.said OR f.compared_with IS DISTINCT FROM w.words_zh)$$, kind), 'words of ' || kind)
  FROM (SELECT DISTINCT kind FROM oracle) AS k ORDER BY kind;
SELECT is_empty($$SELECT w.p, w.comparator, w.code, w.value, w.base, f.state, f.reason FROM wanted AS w JOIN found AS f USING (p, comparator, code)
    WHERE f.state IS DISTINCT FROM CASE WHEN w.is_unknown THEN 'no_data' WHEN NOT w.is_known AND f.value IS NULL THEN 'undefined' WHEN NOT w.is_known THEN 'part_period' WHEN w.value IS NULL THEN 'undefined'
                                        WHEN w.base IS NULL THEN 'no_base' WHEN w.base <> 0 THEN 'comparable' WHEN w.value <> 0 THEN 'new' ELSE 'none' END
       OR (f.reason IS NULL) <> (f.state IN ('comparable', 'new', 'none'))$$, 'and what is known of each, with a reason if it is not all');
-- means: the total of n years has n times the exposure; a period before has its own days
SELECT is_empty($$SELECT w.p, w.comparator, w.code, w.value, w.base, f.p_value, x.p_value FROM wanted AS w JOIN found AS f USING (p, comparator, code)
     CROSS JOIN LATERAL (SELECT CASE WHEN w.counts AND w.is_known AND w.base IS NOT NULL THEN round(p_value(format('%s/%s:%s', w.value, round(w.base * w.windows), w.windows)::comparison,
         current_exposure => CASE WHEN w.comparator IN ('previous', 'that_month') THEN upper(w.p) - lower(w.p) ELSE 1 END,
         base_exposure => CASE WHEN w.comparator IN ('previous', 'that_month') THEN w.days ELSE 1 END), 6) END AS p_value) AS x
    WHERE w.kind IN ('count', 'distinct', 'stock', 'streak', 'planned') AND f.p_value IS DISTINCT FROM x.p_value$$, 'the chance of counts so different');
SELECT cmp_ok((SELECT count(*) FROM found WHERE p_value < 0.05), '>', 20::bigint, 'some can be told from chance');

-- ------------------------------------------------------------------ by a dimension
-- The cases are members of one: an indicator of all records says of a member what one of the member's records says.
INSERT INTO dimension (code, name_zh, column_name) VALUES ('case', '情形', 'k');
INSERT INTO dimension_member (dimension, code, name_zh) SELECT 'case', k, k FROM unnest('{n,z,r,e,g}'::text[]) AS k;
INSERT INTO indicator
SELECT (jsonb_populate_record(NULL::indicator, to_jsonb(i) || jsonb_build_object('code', x.code, 'filter', CASE i.kind WHEN 'share' THEN i.filter END, 'base_filter', NULL, 'of_code', i.of_code || x.more,
        'by_code', i.by_code || x.more, 'of_codes', (SELECT array_agg(c || x.more) FROM unnest(i.of_codes) AS c)))).*
  FROM indicator AS i CROSS JOIN LATERAL (SELECT i.code || '_any' AS code, '_any' AS more) AS x WHERE i.code ~ '_(n|since|until)$';
CREATE TEMP TABLE found_by AS
SELECT x.p, f.*, CASE WHEN f.code ~ '_n_any$' THEN regexp_replace(f.code, 'n_any$', f.member) WHEN f.member = 'n' THEN regexp_replace(f.code, '_any$', '') END AS same_as
  FROM period AS x CROSS JOIN comparator AS c
 CROSS JOIN LATERAL figures(x.p, codes => ARRAY(SELECT i.code FROM indicator AS i WHERE i.code ~ '_any$'), comparator => c.code, by => 'case') AS f WHERE f.member IS NOT NULL;
SELECT is((SELECT count(*) FROM found_by AS b JOIN found AS f USING (p, comparator) WHERE f.code = b.same_as), 10 * 8 * 14 * 7::bigint, 'a row for each member, those without records too');
SELECT is_empty(format($$SELECT b.p, b.comparator, b.code, b.member, b.value, f.value, b.base, f.base, b.state, f.state, b.reason, b.phrase, f.phrase FROM found_by AS b JOIN found AS f ON f.code = b.same_as AND (f.p, f.comparator) = (b.p, b.comparator)
    WHERE f.kind = %L AND (b.value, b.numerator, b.denominator, b.base, b.change, b.rate, b.amount, b.state, b.p_value, b.words, b.phrase, b.change_words, b.base_words)
       IS DISTINCT FROM (f.value, f.numerator, f.denominator, f.base, f.change, f.rate, f.amount, f.state, f.p_value, f.words, f.phrase, f.change_words, f.base_words)$$, kind), 'of members: ' || kind)
  FROM (SELECT DISTINCT kind FROM oracle WHERE kind <> 'rate') AS k ORDER BY kind;
SELECT is_empty($$SELECT p, code, member, value, state, reason FROM found_by WHERE code LIKE 'RATE%' AND member <> '' AND (value IS NOT NULL OR base IS NOT NULL OR state <> 'no_data' OR reason IS NULL)$$,
    'no member has a rate: there is a series of the whole alone');

-- ------------------------------------------------------------------ a table of words
CREATE TEMP TABLE said (now int, then_ int[], unit text, form text, verbs text, comparator text, words text);
INSERT INTO said VALUES
    (59, '{65}', '起', 'rate', '上升/下降', 'year_earlier', '同比下降9.2%'), (59, '{65}', '起', 'amount', '上升/下降', 'year_earlier', '同比减少6起'),
    (59, '{65}', '起', 'both', '上升/下降', 'year_earlier', '同比减少6起，下降9.2%'), (17, '{12}', '起', 'both', '上升/下降', 'year_earlier', '同比增加5起，上升41.7%'),
    (17, '{12}', '起', 'both', '增长/下降', 'previous', '环比增加5起，增长41.7%'), (17, '{12}', '起', 'rate', '增加/减少', 'previous', '环比增加41.7%'),
    (17, '{12}', '起', 'rate', 'increase/decrease', 'previous', '环比增加41.7%'), (12, '{17}', '起', 'rate', '提高/降低', 'two_years_earlier', '比前年降低29.4%'),
    (12, '{12}', '起', 'both', '上升/下降', 'previous', '环比持平'), (0, '{0}', '起', 'both', '上升/下降', 'year_earlier', '同比持平'),
    (3, '{0}', '起', 'rate', '上升/下降', 'year_earlier', '同比增加3起'), (3, '{0}', '起', 'both', '上升/下降', 'previous', '环比增加3起'),
    (0, '{3}', '起', 'rate', '上升/下降', 'year_earlier', '同比下降100%'), (1, '{10000}', '起', 'rate', '上升/下降', 'year_earlier', '同比下降99.99%'),
    (10001, '{10000}', '起', 'rate', '上升/下降', 'year_earlier', '同比增加1起'), (4, '{3,4,6}', '起', 'rate', '上升/下降', 'mean_of_3_years', '与前三年均值相比下降7.7%'),
    (4, '{3,4,6}', '起', 'amount', '上升/下降', 'mean_of_3_years', '与前三年均值相比减少0.3起'), (4, '{4,4,4}', '起', 'both', '上升/下降', 'mean_of_3_years', '与前三年均值相比持平'),
    (4, '{3,4,6}', '起', 'both', '上升/下降', 'mean_of_3_years', '与前三年均值相比减少0.3起，下降7.7%'), (4, '{0,0,0}', '起', 'rate', '上升/下降', 'mean_of_3_years', '与前三年均值相比增加4起'),
    (80, '{75}', '%', 'rate', '上升/下降', 'previous', '环比上升5个百分点'), (80, '{75}', '%', 'both', '提高/降低', 'previous', '环比提高5个百分点'),
    (80, '{75,80,79}', '%', 'rate', '上升/下降', 'mean_of_3_years', '与前三年均值相比上升2个百分点'), (5, '{-5}', '件', 'both', '上升/下降', 'year_earlier', '同比增加10件'),
    (-5, '{5}', '件', 'rate', '上升/下降', 'year_earlier', '同比减少10件'), (-5, '{-2}', '件', 'rate', '上升/下降', 'previous', '环比减少3件');
-- what was sent, for a window by itself
CREATE FUNCTION pg_temp.words_of(s said) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    words text;
BEGIN
    DROP TABLE IF EXISTS public.one;
    CREATE TABLE public.one (d date, x numeric);
    INSERT INTO public.one VALUES ('2024-06-01', s.now);
    INSERT INTO public.one SELECT CASE s.comparator WHEN 'previous' THEN date '2024-05-01' WHEN 'two_years_earlier' THEN '2022-06-01' ELSE (date '2024-06-01' - make_interval(years => n::int))::date END, v
      FROM unnest(s.then_) WITH ORDINALITY AS u (v, n);
    INSERT INTO ledger.indicator (code, name_zh, kind, measure, source, date_column, scope, cutoff, unit, comparator, change_form, verbs, definition_zh)
    VALUES ('ONE', 'x', 'sum', 'x', 'public.one', 'd', 'city', 'period', s.unit, s.comparator, s.form, s.verbs, 'x');
    CALL ledger.entered(ARRAY['public.one'], '2024-12-31', '2015-01-01');
    SELECT f.change_words INTO words FROM ledger.figures(month(2024, 6), codes => '{ONE}') AS f;
    RAISE EXCEPTION USING ERRCODE = 'P0003', MESSAGE = coalesce(words, 'no words');
EXCEPTION WHEN too_many_rows THEN
    RETURN SQLERRM;
END $$;
SELECT is_empty($$SELECT s.*, pg_temp.words_of(s) FROM said AS s WHERE pg_temp.words_of(s) IS DISTINCT FROM s.words$$, 'change_form, verbs and comparators in words');

-- what no table lets in: a mean of less than one year is no comparator; and a reason has its days in one form
CREATE FUNCTION pg_temp.made(n int, since text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (m.figure).state, (m.figure).reason) FROM emgov_internal.make_figures(
        ARRAY[jsonb_populate_record(NULL::emgov_internal.indicator, '{"code": "A", "kind": "count", "comparator": "m", "name_zh": "a", "cutoff": "period"}')],
        ARRAY[jsonb_populate_record(NULL::emgov_internal.comparator, jsonb_build_object('code', 'm', 'kind', 'mean_of_years', 'n', n))],
        ARRAY[jsonb_populate_record(NULL::emgov_internal.figure_request, '{"code": "A", "period": "[2024-01-01,2025-01-01)"}')],
        ARRAY[jsonb_populate_record(NULL::emgov_internal.figure_parts, '{"code": "A", "starts_on": "2024-01-01", "ends_on": "2025-01-01", "numerator": 5, "record_count": 5}')], '{}',
        ARRAY[jsonb_populate_record(NULL::emgov_internal.figure_coverage, jsonb_build_object('code', 'A', 'since', since, 'through', '2030-01-01'))], '{}', '{}', '{}', NULL, '{}', '{}', 'zh') AS m
$$;
SELECT is(pg_temp.made(n, '2000-01-01'), 'no_base there is no comparator "m" in force', 'a mean of ' || n || ' years') FROM unnest('{0,-1,-2147483648}'::int[]) AS n;
SET datestyle = 'German';
SELECT is(pg_temp.made(2, '2024-03-01'), 'part_period its source covers 2024-03-01 to 2024-12-31', 'a reason says days the same under any DateStyle');
RESET datestyle;

-- what no row of comparator can be comes by a call of what makes figures, which everybody may: no base, and the server stands
SELECT is_empty($$
    SELECT c.*, f.m FROM (VALUES ('mean_of_years', -1, NULL::date, NULL::date), ('mean_of_years', -2147483648, NULL, NULL), ('mean_of_years', NULL, NULL, NULL), ('years_earlier', -2147483648, NULL, NULL),
        ('fixed', -2147483648, NULL, NULL), ('fixed', NULL, '-infinity', 'infinity')) AS c (kind, n, starts_on, ends_on)
     CROSS JOIN LATERAL emgov_internal.make_figures(ARRAY[jsonb_populate_record(NULL::emgov_internal.indicator, '{"code":"A","kind":"count","comparator":"m"}')],
        ARRAY[('m', c.kind, c.n, c.starts_on, c.ends_on, 'x', 'x', NULL, NULL, false)::emgov_internal.comparator], ARRAY[('A', '[2024-01-01,2024-02-01)', NULL)::emgov_internal.figure_request],
        NULL, NULL, NULL, NULL, NULL, NULL, 'restated', NULL, NULL, 'zh') AS f (m)
     WHERE (f.m).base IS NOT NULL OR (f.m).state = 'comparable' $$, 'crafted comparators give no base');
SELECT is_empty($$
    SELECT FROM emgov_internal.figure_bases(ARRAY[jsonb_populate_record(NULL::emgov_internal.indicator, '{"code":"A","kind":"count","comparator":"m"}')],
        ARRAY[('m', 'mean_of_years', -1, NULL, NULL, 'x', 'x', NULL, NULL, false)::emgov_internal.comparator], ARRAY[('A', '[2024-01-01,2024-02-01)', NULL)::emgov_internal.figure_request]) $$, 'nor windows');
SELECT * FROM finish();
