-- Numbers and changes in words: examples, and the law that what is written is true.

-- ------------------------------------------------------------------ numbers

SELECT emgov.phrase(534, '家次', 'over', 100), emgov.phrase(1257, '家', 'over', 10), emgov.phrase(8123, '家', 'over', 1000),
       emgov.phrase(3551234, '次', grain => 10000, style => 'over'), emgov.phrase(634000, '次', 'over', 100000);
SELECT emgov.phrase(967, '人次', 'near', 1000), emgov.phrase(503200, '人', 'above', 100000),
       emgov.phrase(431200, '人次', 'about', 10000), emgov.phrase(53210, '份', '余'), emgov.phrase(95.1, '%', '近');

-- nothing approximate is true of these: on the grain, too far from it, not positive
SELECT emgov.phrase(500, '家次', 'over', 100), emgov.phrase(600000, '次', 'over', 100000), emgov.phrase(34, '家', 'over', 100),
       emgov.phrase(1000, '人次', 'near', 1000), emgov.phrase(534, '人次', 'near', 1000), emgov.phrase(500000, '人', 'above', 100000),
       emgov.phrase(0, '家', 'about'), emgov.phrase(-534, '家', 'over');

-- exact: to the last digit unless decimals are given
SELECT emgov.phrase(130999200, '元'), emgov.phrase(130999200, '元', scale => 'wan', decimals => 2),
       emgov.phrase(130999200, '元', scale => '亿'), emgov.phrase(130999200, '元', scale => 'auto'),
       emgov.phrase(95.10, '%'), emgov.phrase(95.10, '%', decimals => 2, keep_zero => true), emgov.phrase(7, '');
-- the scale is that of the number as it is printed
SELECT n, emgov.phrase(n, '元', scale => 'auto', decimals => 0), emgov.phrase(n, '元', scale => 'auto', decimals => 2)
FROM unnest('{9999.4, 9999.5, 9999.995, 99994999, 99995000, 99999999, -99999999, 999999999999}'::numeric[]) AS n;
SELECT rounding, emgov.phrase(2.5, '天', decimals => 0, rounding => rounding), emgov.phrase(-2.55, '天', decimals => 1, rounding => rounding)
FROM unnest('{half_up, half_even, truncate}'::text[]) AS rounding;

SELECT emgov.phrase(534, 'visits', 'over', 100, lang => 'en'), emgov.phrase(967, 'visits', 'near', lang => 'en'),
       emgov.phrase(503200, 'visits', 'above', 100000, lang => 'en'), emgov.phrase(431200, '', 'about', 10000, lang => 'en'),
       emgov.phrase(130999200, 'yuan', lang => 'en');

-- ------------------------------------------------------------------ changes

SELECT c, emgov.phrase(c, unit), emgov.phrase(c, 'cases', lang => 'en') AS english
FROM (VALUES ('59/65'::emgov.comparison, '起'), ('43/47', '人'), ('16/23', '起'), ('22/21', '人'), ('5/5', '起'), ('1/0', '人'),
             ('0/0', '起'), ('0/3', '起'), ('1/5', '起'), ('10001/10000', '起'), ('59/195:3', '起'), ('65/195:3', '起'),
             ('33334/100001:3', '起'), ('3/-5', '万元'), ('-3/5', '万元'), ('3.85/4.1', '万元')) AS v(c, unit);

SELECT emgov.phrase('95.1/92.8'::emgov.comparison, '%'), emgov.phrase('95.14/95.1'::emgov.comparison, '%'),
       emgov.phrase('95/95'::emgov.comparison, '%'), emgov.phrase('93/276:3'::emgov.comparison, '%', lang => 'en');
SELECT emgov.phrase('1/5'::emgov.comparison, '起', keep_zero => true), emgov.phrase('37/45'::emgov.comparison, '起', 2, 'truncate'),
       emgov.phrase('17/16'::emgov.comparison, '起', 0, 'half_even'), emgov.phrase('59/65'::emgov.comparison, '起', comparator => '环比'),
       emgov.phrase('59/65'::emgov.comparison, 'accidents', lang => 'en', comparator => 'on the quarter before');
SELECT emgov.phrase('534/500'::emgov.comparison, '家次', style => 'over', grain => 100),
       emgov.phrase('130999200/0'::emgov.comparison, '元', scale => 'wan');

-- T4: the amount, or both; other verbs; rounded within a scale
SELECT form, verbs, emgov.phrase('17/12', '起', form => form, verbs => verbs), emgov.phrase('8/12', 'injuries', form => form, verbs => verbs, lang => 'en') AS english
FROM unnest('{rate, amount, both}'::text[]) AS form, unnest('{上升/下降, 增加/减少, 增长/下降, 提高/降低}'::text[]) AS verbs;
SELECT emgov.phrase('5/0', '起', form => 'both'), emgov.phrase('95.1/92.8', '%', form => 'both', verbs => 'increased/decreased'),
       emgov.phrase('33060812/27142700', '元', scale => 'wan', value_decimals => 2, form => 'both'),
       emgov.phrase('33060812/50000000:3', '元', scale => 'wan', value_decimals => 2, form => 'amount', rounding => 'truncate'),
       emgov.phrase('33060812/27142700', 'yuan', scale => 'auto', value_decimals => 2, form => 'both', lang => 'en'),
       emgov.phrase('534/500', '家次', style => 'over', scale => 'wan', value_decimals => 1, form => 'amount');
SELECT emgov.phrase('{17/12, 8/12, 11/8}'::emgov.comparison[], '{起, 人, 人}', form => 'both'),
       emgov.phrase('{17/12, 8/12}'::emgov.comparison[], '{起, 人}', form => 'amount', verbs => 'rose/fell', lang => 'en');
-- every amount that may have no end is rounded once, from the quotient
SELECT count(*) FROM generate_series(1, 400, 7) AS a, generate_series(1, 400, 11) AS b, unnest('{half_up, half_even, truncate}'::text[]) AS r
WHERE b * 10 <> a * 70 AND emgov.phrase((a * 10 || '/' || b * 10 || ':7')::emgov.comparison, '元', form => 'amount', comparator => '', rounding => r, value_decimals => 2)
   <> emgov.phrase(a * 10, '元', decimals => 2) || CASE WHEN a * 70 > b * 10 THEN '，增加' ELSE '，减少' END
      || trim_scale(emgov.round_by(abs(a * 70 - b * 10) / 7::numeric, 2, r)) || '元';

-- a literal is a comparison, a number without quotes a number
SELECT emgov.phrase('59/65', '起'), emgov.phrase('43/47', 'deaths', lang => 'en'), emgov.phrase('59/195:3'::text, '起', 2, 'truncate'),
       emgov.phrase(59, '起'), emgov.phrase(59::smallint, '起'), emgov.phrase(NULL, '起') IS NULL AS is_null;
PREPARE literal(text) AS SELECT emgov.phrase('59/65', $1), emgov.phrase($1, '起') FROM generate_series(1, 3);
EXECUTE literal('1/2');
DEALLOCATE literal;

-- ------------------------------------------------------------------ periods, numerals
SELECT p, emgov.period_name(p), emgov.period_name(p, with_year => false) AS short, emgov.period_name(p, form => 'months') AS months,
       emgov.period_name(p, 'en') AS english, emgov.period_name(p, 'en', year_start => '04-01') AS fiscal
FROM unnest(ARRAY[emgov.year(2024), emgov.quarter(2024, 1), '[2024-01-01,2024-07-01)', emgov.month(2024, 7), '[2024-01-01,2024-08-01)', emgov.ytd('2024-12-19'), '[2024-04-01,2025-04-01)']) AS p;
SELECT emgov.period_name(NULL) IS NULL AS none, emgov.period_name(emgov.year(2024), NULL, NULL, NULL, NULL);
SELECT n, emgov.numeral(n), emgov.numeral(n, '部'), emgov.numeral(n, 'laws', 'en'), emgov.capital_amount(n)
FROM unnest('{0, 1, 2, 12, 22, 2000, 107000, 9223372036854775807, -9223372036854775808}'::bigint[]) AS n;
SELECT emgov.phrase(2, '部', 'numeral'), emgov.phrase(1850, '家', 'numeral'), emgov.phrase(1.5, '天', 'numeral'), emgov.capital_amount(1409.50), emgov.capital_amount(16409.02);

-- ------------------------------------------------------------------ lists

SELECT c, emgov.phrase(c, units), emgov.phrase(c, units, lang => 'en') AS english
FROM (VALUES ('{59/65, 43/47}'::emgov.comparison[], NULL::text[]), ('{16/23, 22/21}', NULL), ('{8/11, 16/22}', NULL),
             ('{5/5, 0/0, 7/7}', NULL), ('{1/0, 59/65}', '{人, 起}'), ('{1/2, 1/4, 3/2, 2/2}', '{起}'),
             ('{95.1/92.8, 59/65}', '{%, 起}'), ('{59/195:3, 0/0}', NULL)) AS v(c, units);
SELECT emgov.phrase('{59/65, 43/47}'::emgov.comparison[], decimals => 2, comparator => '环比');

-- T4: with names and values
SELECT emgov.phrase_list('{死亡, 受伤}', ARRAY[20, 6], '{人}'), emgov.phrase_list('{起数, 死亡}', ARRAY[0, 0], '{起, 人}'), emgov.phrase_list('{死亡, 受伤}', ARRAY[6, 6], '{人}'),
       emgov.phrase_list('{起数, 死亡}', ARRAY[0, 3], '{起, 人}'), emgov.phrase_list(NULL, ARRAY[20, 6], '{人}'), emgov.phrase_list('{死亡}', ARRAY[20], '{人}'),
       emgov.phrase_list('{}', ARRAY[]::numeric[]) IS NULL AS none;
SELECT emgov.phrase_list('{罚款, 没收}', '{33060812, 1300}'::numeric[], '{元}', 'auto', 2), emgov.phrase_list('{武进区, 新北区}', ARRAY[20, 15], '{起}', pairs => true),
       emgov.phrase_list('{deaths, injuries}', ARRAY[1, 1], '{people}', lang => 'en');
SELECT emgov.phrase_list('{起数, 死亡}', c, '{起, 人}'), emgov.phrase_list('{起数, 死亡}', c, '{起, 人}', pairs => true, form => 'both', comparator => '环比'),
       emgov.phrase_list('{accidents, deaths}', c, lang => 'en', verbs => 'rose/fell')
FROM unnest(ARRAY['{59/65, 43/47}', '{16/23, 22/21}', '{8/11, 16/22}', '{5/5, 0/0}']::text[]) AS t, LATERAL (SELECT t::emgov.comparison[] AS c) AS l;

-- ------------------------------------------------------------------ remediation

SELECT s, emgov.phrase(s), emgov.phrase(s, lang => 'en') AS english
FROM unnest('{pending=12 exited=678 upgraded=1172, exited=678, upgraded=1172, pending=12, 0}'::emgov.remediation_summary[]) AS s;
SELECT emgov.phrase('exited=9223372036854775807 upgraded=9223372036854775807'::emgov.remediation_summary, '户');

-- ------------------------------------------------------------------ NULL

-- a NULL value or unit gives NULL, any other NULL is the default
SELECT emgov.phrase(NULL::numeric, '起') IS NULL AND emgov.phrase(1, NULL) IS NULL AND emgov.phrase(NULL::emgov.comparison, '起') IS NULL
   AND emgov.phrase('1/2'::emgov.comparison, NULL) IS NULL AND emgov.phrase(NULL::emgov.comparison[]) IS NULL
   AND emgov.phrase(NULL::emgov.remediation_summary) IS NULL AS null_in_null_out,
       emgov.phrase(2.5, '天', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
       emgov.phrase('59/65'::emgov.comparison, '起', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
       emgov.phrase('{59/65, 43/47}'::emgov.comparison[], NULL, NULL, NULL, NULL, NULL, NULL, NULL),
       emgov.phrase('exited=1'::emgov.remediation_summary, NULL, NULL);

-- ------------------------------------------------------------------ what is written is true
-- Each form is read back by the rules of style, without a look at how it was made.

CREATE FUNCTION pg_temp.is_true(words text, value numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    WITH part AS (
        SELECT regexp_match(replace(words, ',', ''),
                            '^(近|超|约|nearly |more than |about |over )?(-?\d+(?:\.\d+)?|[百千万])(余)?(万亿|万|亿)?(余)?$') AS p
    ), number AS (
        SELECT trim(p[1]) AS word, p[3] AS before_scale, p[5] AS behind_scale,
               CASE p[2] WHEN '百' THEN 100 WHEN '千' THEN 1000 WHEN '万' THEN 10000 ELSE p[2]::numeric END AS n,
               CASE p[4] WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 WHEN '万亿' THEN 1000000000000 ELSE 1 END::numeric AS scale,
               CASE WHEN p[2] ~ '\.' THEN 10::numeric ^ -scale(p[2]::numeric)
                    WHEN p[2] ~ '^\d*[1-9]0*$' THEN 10::numeric ^ length(substring(p[2] FROM '0*$'))
                    ELSE 1 END AS last_digit
        FROM part WHERE p IS NOT NULL
    )
    SELECT count(*) = 1 AND bool_and(CASE
        WHEN num_nonnulls(word, before_scale, behind_scale) > 1 THEN false
        WHEN before_scale IS NOT NULL THEN value > n * scale AND value < (n + last_digit) * scale
        WHEN behind_scale IS NOT NULL THEN value > n * scale AND value < (n + CASE scale WHEN 1 THEN last_digit ELSE 1 END) * scale
        WHEN word IN ('近', 'nearly') THEN value < n * scale AND value >= 0.9 * n * scale
        WHEN word IN ('超', 'more than', 'over') THEN value > n * scale
        WHEN word IN ('约', 'about') THEN abs(value - n * scale) <= last_digit * scale / 2
        ELSE value = n * scale END)
    FROM number
$$;

-- the reader itself tells true from false
SELECT words, value, pg_temp.is_true(words, value)
FROM (VALUES ('500余', 534), ('500余', 600), ('60余万', 699999), ('60余万', 700000), ('355万余', 3559999), ('355万余', 3560000),
             ('近千', 900), ('近千', 899), ('超50万', 500000), ('约43万', 425000), ('约43万', 424999), ('约500余', 534), ('534', 535)) AS v(words, value);

SELECT setseed(0.5);
CREATE TEMP TABLE numbers AS
    SELECT style, scale, lang, value,
           CASE WHEN n % 5 = 0 THEN NULL ELSE 10::numeric ^ (random() * 10)::int END AS grain
    FROM (SELECT n,
                 (ARRAY['exact', 'over', 'near', 'above', 'about'])[1 + (random() * 4)::int] AS style,
                 CASE WHEN n % 7 = 0 THEN 'en' ELSE 'zh' END AS lang,
                 CASE WHEN n % 7 = 0 THEN 'none' ELSE (ARRAY['none', 'wan', 'yi', 'wan_yi', 'auto'])[1 + (random() * 4)::int] END AS scale,
                 -- few digits and zeros behind them, so that the edges come up; every ninth with decimals
                 trunc((random() * 10 ^ (random() * 4))::numeric) * 10::numeric ^ (random() * 7)::int
                     + CASE n % 3 WHEN 0 THEN 0 WHEN 1 THEN trunc(random()::numeric * 100) ELSE -1 END
                     + CASE WHEN n % 9 = 0 THEN round(random()::numeric, 3) ELSE 0 END AS value
          FROM generate_series(1, 8000) AS n) AS drawn;

SELECT count(*) = 8000 AS all_tried,
       count(*) FILTER (WHERE words ~ '[余近超约a-z]') > 2000 AS many_approximate,
       count(*) FILTER (WHERE NOT pg_temp.is_true(words, value)) AS untrue
FROM (SELECT value, emgov.phrase(value, '', style, grain, scale, lang => lang) AS words FROM numbers) AS w;

-- the rounded forms agree with numeric's own arithmetic
SELECT count(*) > 500 AS tried, count(*) FILTER (WHERE words <> trunc(value, -2) || '余') AS wrong_over
FROM (SELECT value, emgov.phrase(value, '', 'over', 100) AS words FROM numbers
      WHERE value BETWEEN 100 AND 9999 AND value % 100 <> 0) AS w;
-- but for those that numeric rounds to none: they get more decimals
SELECT count(*) AS wrong_exact
FROM numbers, unnest('{half_up, half_even, truncate}'::text[]) AS rounding
WHERE (value = 0 OR emgov.round_by(value / 10000, 2, rounding) <> 0) AND (emgov.phrase(value, '', decimals => 2, rounding => rounding, keep_zero => true) <> emgov.round_by(value, 2, rounding)::text
   OR emgov.phrase(value, '', decimals => 2, rounding => rounding) <> trim_scale(emgov.round_by(value, 2, rounding))::text
   OR emgov.phrase(value, '', decimals => 2, rounding => rounding, scale => 'wan') <> trim_scale(emgov.round_by(value / 10000, 2, rounding)) || '万');

-- changes: the words carry exactly what rate() and change() say
CREATE TEMP TABLE changes AS
    SELECT emgov.comparison(trunc(random()::numeric * 60), trunc(random()::numeric * 60), 1 + n % 3) AS c,
           n % 3 AS decimals, (ARRAY['half_up', 'half_even', 'truncate'])[1 + (random() * 2)::int] AS rounding
    FROM generate_series(1, 5000) AS n
    UNION ALL
    SELECT emgov.comparison(10000 + n % 50, 10000 + n % 7), 1, 'half_up' FROM generate_series(1, 500) AS n;

SELECT count(*) = 5500 AS all_tried, count(*) FILTER (WHERE word IN ('增加', '减少')) > 100 AS with_amounts,
       count(*) FILTER (WHERE NOT coalesce(CASE
           WHEN change = 0 THEN words ~ '持平$'
           WHEN rate IS NULL OR rate = 0 THEN word = CASE sign(change) WHEN 1 THEN '增加' ELSE '减少' END AND unit = '起' AND size <> 0
               AND abs(size - abs(change)) < 1
           ELSE word = CASE sign(change) WHEN 1 THEN '上升' ELSE '下降' END AND unit = '%' AND size = abs(rate) END, false)) AS wrong
FROM (SELECT words, change, rate, p[1] AS word, p[2]::numeric AS size, p[3] AS unit
      FROM (SELECT emgov.phrase(c, '起', decimals, rounding) AS words, emgov.change(c) AS change, emgov.rate(c, decimals, rounding) AS rate
            FROM changes) AS w,
           LATERAL (SELECT regexp_match(words, '(上升|下降|增加|减少)([\d.]+)(%|起)$')) AS m(p)) AS parts;

-- lists: the n-th number, under the direction word that holds there, is what the n-th comparison says alone
CREATE FUNCTION pg_temp.said(list text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    part text[];
    word text := '';
    result text[] := '{}';
BEGIN
    FOR part IN SELECT regexp_matches(list, '(上升|下降|增加|减少)?([\d.]+[%人起]|持平)', 'g') LOOP
        word := CASE WHEN part[2] = '持平' THEN '' ELSE coalesce(part[1], word) END;
        result := result || (word || part[2]);
    END LOOP;
    RETURN result;
END
$$;
SELECT pg_temp.said('同比分别下降9.2%、8.5%和增加1人、2人');

SELECT count(*) = 1100 AS all_tried, count(*) FILTER (WHERE list ~ '均') > 0 AS some_alike,
       count(*) FILTER (WHERE pg_temp.said(list) IS DISTINCT FROM
           CASE WHEN list ~ '^同比均' THEN (SELECT array_agg(DISTINCT a) FROM unnest(alone) AS a) ELSE alone END) AS wrong
FROM (SELECT emgov.phrase(array_agg(c ORDER BY n), '{人}') AS list,
             array_agg((pg_temp.said(split_part(emgov.phrase(c, '人'), '，', 2)))[1] ORDER BY n) AS alone
      FROM (SELECT row_number() OVER () AS n, emgov.comparison(trunc(random()::numeric * 5), trunc(random()::numeric * 5)) AS c
            FROM generate_series(1, 3300)) AS drawn
      GROUP BY n / 3 HAVING count(*) > 1) AS lists;

-- the largest numbers
SELECT length(emgov.phrase(10::numeric ^ 1000, '元', 'about')), length(emgov.phrase(10::numeric ^ 131071, '', lang => 'en')),
       emgov.phrase(10::numeric ^ 1000, '元', 'over') ~ '^10+万亿元$' AS plain,
       emgov.phrase('1e-1000'::numeric, '元', 'near') ~ '^0\.0+1元$' AS small,
       emgov.phrase(5, '元', 'over', 10::numeric ^ 1000);
SELECT emgov.phrase('9223372036854775807.999999999999999999/0.000000000000000001'::emgov.comparison, '元', 0),
       emgov.phrase('-9223372036854775808/9223372036854775807'::emgov.comparison, '元');
SELECT length(emgov.phrase(1, repeat('起', 100000)));

-- ------------------------------------------------------------------ bad input

CREATE FUNCTION pg_temp.attempt(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE 'SELECT emgov.phrase(' || call || ')' INTO answer;
    RETURN 'no error: ' || coalesce(answer, 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT call, pg_temp.attempt(call) AS error
FROM unnest(ARRAY[
    $$'NaN'::numeric, '起'$$,
    $$'Infinity'::numeric, '起'$$,
    $$'-Infinity'::numeric, '起', 'over'$$,
    $$534, '起', 'OVER'$$,
    $$534, '起', ''$$,
    $$534, '起', 'over', 0$$,
    $$534, '起', 'over', -100$$,
    $$534, '起', 'over', 'NaN'$$,
    $$534, '起', 'over', 'Infinity'$$,
    $$534, '起', 'over', 50$$,
    $$534, '起', 'about', 1001$$,
    $$534, '起', 'exact', 3$$,
    $$5.34, '起', 'over', 0.1$$,
    $$534, '起', scale => 'million'$$,
    $$534, '起', scale => '千'$$,
    $$534, '起', decimals => -1$$,
    $$534, '起', decimals => 19$$,
    $$534, '起', decimals => 2147483647$$,
    $$534, '起', 'over', decimals => 1$$,
    $$534, '起', rounding => 'up'$$,
    $$534, '起', rounding => 'HALF_UP'$$,
    $$534, '起', lang => 'fr'$$,
    $$534, '起', lang => 'zh '$$,
    $$534, 'visits', scale => 'wan', lang => 'en'$$,
    $$534, 'visits', scale => 'yi', lang => 'en'$$,
    $$534, '起', repeat('余', 100)$$,
    $$'59', '起'$$,
    $$'59/65;', '起', lang => 'en'$$,
    $$'exited=3', '家'$$,
    $$'59/65'::emgov.comparison, '起', -1$$,
    $$'59/65'::emgov.comparison, '起', 19$$,
    $$'59/65'::emgov.comparison, '起', 1, 'down'$$,
    $$'59/65'::emgov.comparison, '起', lang => 'en_US'$$,
    $$'59/65'::emgov.comparison, '起', style => 'roughly'$$,
    $$'59/65'::emgov.comparison, '起', style => 'over', grain => 7$$,
    $$'59/65'::emgov.comparison, '起', scale => 'wan', lang => 'en'$$,
    $$'59/65'::emgov.comparison, '起', form => 'percent'$$,
    $$'59/65'::emgov.comparison, '起', verbs => '上升'$$,
    $$'59/65'::emgov.comparison, '起', value_decimals => 19$$,
    $$'59/65'::emgov.comparison, '起', scale => 'billion', value_decimals => 1$$,
    $$'{}'::emgov.comparison[]$$,
    $$'{59/65}'::emgov.comparison[]$$,
    $$'{59/65, NULL}'::emgov.comparison[]$$,
    $$'{{59/65, 1/2}, {43/47, 1/2}}'::emgov.comparison[]$$,
    $$'{59/65, 43/47}'::emgov.comparison[], '{起, 人, 家}'$$,
    $$'{59/65, 43/47}'::emgov.comparison[], '{}'$$,
    $$'{59/65, 43/47}'::emgov.comparison[], '{起, NULL}'$$,
    $$'{59/195:3, 43/47}'::emgov.comparison[]$$,
    $$'{59/65, 43/47}'::emgov.comparison[], scale => 'yi', lang => 'en'$$,
    $$'{59/65, 43/47}'::emgov.comparison[], scale => 'k'$$,
    $$'exited=-1'::emgov.remediation_summary$$,
    $$'exited=1'::emgov.remediation_summary, '家', 'de'$$
]) AS call;
SELECT emgov.period_name(emgov.year(2024), form => 'weeks');
SELECT emgov.period_name(emgov.year(2024), year_start => '13-01');
SELECT emgov.period_name('empty');
SELECT emgov.period_name('[2024-01-01,)');
SELECT emgov.capital_amount(1.001);
SELECT emgov.capital_amount('NaN');
SELECT emgov.capital_amount(1e24);

-- ------------------------------------------------------------------ read back
SELECT * FROM emgov.read_phrase('发生事故59起，同比减少6起，下降9.2%；罚款3306.08万元，近千人次，两部，2024年7月份。');
SELECT * FROM emgov.read_phrase('59 accidents, down by 6 (9.2%) year on year; over 1.3 million visits in July 2024', 'en');
SELECT kind, words, value, unit, range FROM emgov.read_phrase('3306.08万元，5辆，3年', units => '{万元, 年, NULL}', rounding => 'truncate');
SELECT count(*) FROM emgov.read_phrase(NULL);
SELECT * FROM emgov.read_phrase('59起', 'de');
SELECT emgov.phrase_list('{死亡, 受伤}', ARRAY[20]);
SELECT emgov.phrase_list('{死亡, NULL}', ARRAY[20, 1]);
SELECT emgov.phrase_list('{死亡, 受伤}', '{20, NaN}'::numeric[]);
SELECT emgov.phrase_list('{死亡, 受伤}', '{59/195:3, 43/47}'::emgov.comparison[]);
