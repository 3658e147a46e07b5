-- What phrase() writes, read_phrase() reads: for random numbers and comparisons in every form, what is
-- read contains what was written, and nothing else is read (T4, E5).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SET search_path = public, emgov;
SELECT plan(15);
SELECT setseed(0.42);

-- numbers: any size, style, scale, rounding, language
CREATE TEMP TABLE written AS
SELECT value, unit, lang, style, scale, decimals, rounding, phrase(value, unit, style, NULL, scale, decimals, rounding, keep_zero, lang) AS words
  FROM (SELECT round((10 ^ (random() * 13))::numeric, (random() * 3)::int) * CASE WHEN random() < 0.1 THEN -1 ELSE 1 END AS value,
               (ARRAY['起', '人次', '%', '元'])[1 + floor(random() * 4)::int] AS unit,
               (ARRAY['exact', 'exact', 'over', 'near', 'above', 'about', 'numeral'])[1 + floor(random() * 7)::int] AS style,
               (ARRAY['none', 'wan', 'yi', 'wan_yi', 'auto'])[1 + floor(random() * 5)::int] AS scale,
               (random() * 4)::int AS places, (ARRAY['half_up', 'half_even', 'truncate'])[1 + floor(random() * 3)::int] AS rounding, random() < 0.5 AS keep_zero, 'zh' AS lang
          FROM generate_series(1, 5000)) AS r, LATERAL (SELECT CASE WHEN style = 'exact' AND places < 4 THEN places END AS decimals) AS d;
INSERT INTO written
SELECT value, unit, 'en', style, scale, decimals, rounding, phrase(value, unit, style, NULL, scale, decimals, rounding, false, 'en')
  FROM (SELECT round((10 ^ (random() * 13))::numeric, (random() * 3)::int) AS value, (ARRAY['accidents', 'serious injuries', '%', 'yuan'])[1 + floor(random() * 4)::int] AS unit,
               (ARRAY['exact', 'exact', 'over', 'near', 'above', 'about', 'numeral'])[1 + floor(random() * 7)::int] AS style,
               (ARRAY['none', 'million', 'billion', 'trillion', 'auto'])[1 + floor(random() * 5)::int] AS scale,
               (random() * 4)::int AS places, (ARRAY['half_up', 'half_even', 'truncate'])[1 + floor(random() * 3)::int] AS rounding
          FROM generate_series(1, 5000)) AS r, LATERAL (SELECT CASE WHEN style = 'exact' AND places < 4 THEN places END AS decimals) AS d;
SELECT is_empty($$ SELECT words, value, r.* FROM written LEFT JOIN LATERAL (SELECT count(*), min(range::text) AS range, bool_and(kind = 'number' AND range @> written.value AND words = written.words)
    FROM read_phrase(words, lang, ARRAY[unit], rounding)) AS r (count, range, contained) ON true WHERE count <> 1 OR NOT contained $$, 'numbers are read as what they stand for');
SELECT is_empty($$ SELECT w.words, w.value, r.value FROM written AS w, read_phrase(w.words, lang, ARRAY[w.unit]) AS r WHERE w.style = 'exact' AND decimals IS NULL AND r.value <> w.value $$,
    'what is not rounded is read as it is');

-- changes: exact rates and amounts against their words
CREATE TEMP TABLE changed AS
SELECT id, a, b, unit, form, verbs, lang, decimals, rounding,
       phrase(comparison(a, b), unit, decimals, rounding, false, NULL, lang, form => form, verbs => verbs) AS words
  FROM (SELECT id, floor(10 ^ (random() * 4))::bigint - 1 AS a, floor(10 ^ (random() * 4))::bigint - 1 AS b, (ARRAY['起', '人', '元'])[1 + floor(random() * 3)::int] AS unit,
               (ARRAY['rate', 'amount', 'both'])[1 + floor(random() * 3)::int] AS form,
               (ARRAY['上升/下降', '增加/减少', '增长/下降', '提高/降低'])[1 + floor(random() * 4)::int] AS verbs,
               (ARRAY['zh', 'en'])[1 + floor(random() * 2)::int] AS lang, (random() * 3)::int AS decimals, (ARRAY['half_up', 'half_even', 'truncate'])[1 + floor(random() * 3)::int] AS rounding
          FROM generate_series(1, 10000) AS id) AS r;
CREATE TEMP TABLE read AS
SELECT c.*, r.kind, r.value, r.range, r.direction, r.measure, r.comparator, r.words AS piece
  FROM changed AS c, read_phrase(c.words, lang, ARRAY[unit], rounding) AS r;
SELECT is_empty($$ SELECT * FROM read WHERE kind = 'number' AND value <> a $$, 'a phrase says its value');
SELECT is_empty($$ SELECT * FROM read WHERE kind = 'change' AND direction <> sign(a - b) $$, 'and the direction');
SELECT is_empty($$ SELECT * FROM read WHERE kind = 'change' AND measure = 'amount' AND value <> a - b $$, 'and the amount');
SELECT is_empty($$ SELECT * FROM read WHERE kind = 'change' AND measure = 'rate' AND NOT (lower(range) * b <= 100 * (a - b) AND upper(range) * b >= 100 * (a - b)) $$, 'and the rate');
SELECT is_empty($$ SELECT * FROM read WHERE kind = 'change' AND comparator IS DISTINCT FROM CASE lang WHEN 'zh' THEN '同比' ELSE 'year on year' END $$, 'and what it is against');
SELECT is_empty($$ SELECT c.words, form, said FROM changed AS c
        LEFT JOIN (SELECT id, array_agg(coalesce(measure, 'same') ORDER BY measure) FROM read WHERE kind = 'change' GROUP BY id) AS s (id, said) USING (id)
    WHERE said IS DISTINCT FROM CASE WHEN a = b THEN '{same}' WHEN b = 0 OR form = 'amount' THEN '{amount}' WHEN form = 'both' THEN '{amount,rate}' ELSE '{rate}' END::text[]
      AND NOT (said = '{amount}' AND 100.0 * abs(a - b) / b < 1) $$, 'what is said of it is what was asked for, but for rates that would print as 0');
SELECT is_empty($$ SELECT * FROM read WHERE measure = 'rate' AND value IN (-100, 0, 100) AND value * b <> 100 * (a - b) $$, 'E5: no rate says all or none that is not');

-- a text of a report
SELECT results_eq($$ SELECT kind, words, value, coalesce(comparator, '') FROM read_phrase('2024年上半年共发生事故59起，同比减少6起，下降9.2%；死亡、受伤分别为20人、6人，环比分别下降8.5%和上升4.8%。') $$,
    $$ VALUES ('date', '2024年', NULL, ''), ('number', '59起', 59, ''), ('change', '减少6起', -6, '同比'), ('change', '下降9.2%', -9.2, '同比'), ('number', '20人', 20, ''), ('number', '6人', 6, ''),
       ('change', '下降8.5%', -8.5, '环比'), ('change', '上升4.8%', 4.8, '环比') $$, 'a text is read in its order');
-- what is no numeral takes no longer for being long: a statement that is late is cancelled
SET statement_timeout = '20s';
SELECT is((SELECT count(*) FROM read_phrase(repeat(t, 20000))), 0::bigint, 'a long run of ' || t) FROM unnest('{一,一亿,十百}'::text[]) AS t;
-- what takes long, as many units in a long text do, is cancelled when it is late
CREATE FUNCTION pg_temp.seconds_to_cancel(t text, lang text, unit text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := clock_timestamp();
    units text[] := ARRAY(SELECT unit || i FROM generate_series(1, 2000) AS i);
BEGIN
    PERFORM count(*) FROM read_phrase(repeat(t, 50000), lang, units);
    RETURN 999;
EXCEPTION WHEN query_canceled THEN
    RETURN extract(epoch FROM clock_timestamp() - since);
END $$;
SET statement_timeout = '300ms';
CREATE TEMP TABLE late AS SELECT t, pg_temp.seconds_to_cancel(t, lang, unit) AS seconds FROM (VALUES ('12件、', 'zh', '件')) AS v (t, lang, unit);
INSERT INTO late SELECT t, pg_temp.seconds_to_cancel(t, lang, unit) FROM (VALUES ('rose by 1 unit and ', 'en', 'unit')) AS v (t, lang, unit);
RESET statement_timeout;
SELECT cmp_ok(seconds, '<', 3::numeric, 'cancelled: ' || t) FROM late;
SELECT * FROM finish();
