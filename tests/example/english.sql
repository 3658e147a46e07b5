-- T5: in English nothing is Chinese: names, units, words, changes, bases, members, checks, of every figure of the example, whole and in part, against each comparator.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
CREATE EXTENSION IF NOT EXISTS pgtap;
SET client_min_messages = warning;
SELECT no_plan();
CREATE TEMP TABLE said AS
SELECT f.* FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08', lang => 'en') AS f
UNION ALL SELECT f.* FROM ledger.figures('2024', '2024-12-19 18:00+08', lang => 'en') AS f
UNION ALL SELECT f.* FROM ledger.figures('2024-07', lang => 'en', comparator => 'previous') AS f
UNION ALL SELECT f.* FROM ledger.figures('2024-07', lang => 'en', comparator => 'mean_of_3_years') AS f
UNION ALL SELECT f.* FROM ledger.figures('2024-07', codes => '{F028,F030,F011}', by => 'area', lang => 'en') AS f;
SELECT cmp_ok((SELECT count(*) FROM said WHERE words IS NOT NULL), '>', 200::bigint, 'figures are said');
SELECT cmp_ok((SELECT count(*) FROM said WHERE change_words IS NOT NULL), '>', 50::bigint, 'and changes');
SELECT is_empty($$SELECT code, name, unit, words, phrase, change_words, compared_with, base_name, base_words, change_mark FROM said
    WHERE concat(name, unit, words, phrase, change_words, compared_with, base_name, base_words, change_mark) ~ '[一-龥，。；、（）：]'$$, 'T5: none is Chinese');
-- what stands behind a number is of its number
SELECT is_empty($$SELECT code, words FROM said WHERE words ~ '^1 ' AND words = '1 ' || unit AND unit ~ '[^s]s$'$$, 'one is singular');
SELECT is_empty($$SELECT code, words FROM said WHERE words ~ '^[0-9,.]*[02-9] ' AND unit ~ '^[a-z ]+s$' AND scope <> '' AND strpos(words, unit) = 0$$, 'others are not');
-- the numbers are the same in both languages
SELECT is_empty($$SELECT e.code FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08', lang => 'en') AS e
    FULL JOIN ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08', lang => 'zh') AS z ON z.code = e.code
    WHERE (e.value, e.base, e.rate, e.state, e.p_value) IS DISTINCT FROM (z.value, z.base, z.rate, z.state, z.p_value)$$, 'and the numbers what they are in Chinese');
SELECT is_empty($$SELECT code, note FROM ledger.check_figures(emgov.ytd('2024-12-19'), lang => 'en') WHERE note ~ '[一-龥]' OR note IS NULL$$, 'T5: notes of checks');
SELECT * FROM finish();
