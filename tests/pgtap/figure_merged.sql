-- What members sent, and what was published of areas, where areas became others: it counts for what they became, against sums in plain SQL.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT no_plan();
UPDATE area SET is_block = false;
INSERT INTO area (code, name_zh, name_en, kind, is_block) SELECT lower(c), c || '区', c, 'district', true FROM unnest('{A,B,C,D}'::text[]) AS c;
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh, of_codes, of_code, by_code) VALUES
    ('S', '宣教', 'reported', 'city', 'period', '场', 'year_earlier', 'x', NULL, NULL, NULL), ('U', '人数', 'reported', 'city', 'period', '人', 'year_earlier', 'x', NULL, NULL, NULL),
    ('K', '在册', 'reported', 'city', 'at_date', '家', 'year_earlier', 'x', NULL, NULL, NULL), ('T', '合计', 'total', 'city', 'period', '个', 'year_earlier', 'x', '{S,U}', NULL, NULL),
    ('R', '人均', 'ratio', 'city', 'period', '人', 'year_earlier', 'x', NULL, 'U', 'S'), ('G', '同比', 'change', 'city', 'period', '%', 'year_earlier', 'x', NULL, 'S', NULL);
CREATE FUNCTION public.said(p daterange, codes text[] DEFAULT '{S}', members text DEFAULT 'as_are', comparator text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', coalesce(f.member, '*'), trim_scale(f.value), coalesce(trim_scale(f.base)::text, '-'), nullif(f.state, 'comparable'), f.missing), ', ' ORDER BY f.member NULLS FIRST)
      FROM ledger.figures(p, codes => $2, by => 'area', members => $3, comparator => $4) AS f $$;

-- ------------------------------------------------------------------ c becomes b
INSERT INTO reported (indicator, member, starts_on, ends_on, value)
SELECT 'S', a, lower(month(y, n)), upper(month(y, n)), CASE WHEN a = 'b' AND (y, n) >= (2026, 4) THEN 50 ELSE v END
  FROM (VALUES ('a', 10), ('b', 20), ('c', 30), ('d', 5)) AS v (a, v), generate_series(2025, 2026) AS y, generate_series(1, 12) AS n
 WHERE (y, n) < (2026, 10) AND (a <> 'c' OR (y, n) < (2026, 4));
UPDATE area SET valid_to = '2026-04-01', successor_code = 'b' WHERE code = 'c';
SELECT is(public.said(month(2026, 6)), '* 65 65, a 10 10, b 50 50, d 5 5', 'a month after it: the base of what it became has both');
SELECT is(public.said(month(2026, 3)), '* 65 65, a 10 10, b 20 20, c 30 30, d 5 5', 'a month before: each for itself');
SELECT is(public.said(month(2026, 4), comparator => 'previous'), '* 65 65, a 10 10, b 50 50, d 5 5', 'the month before as a base, too');
SELECT is(public.said(quarter(2026, 2)), '* 195 195, a 30 30, b 150 150, d 15 15', 'a quarter');
SELECT is(public.said(ytd('2026-09-30')), '* 585 585, a 90 90, b 450 450, d 45 45', 'months before it and after, and no row of what ended');
SELECT is(public.said(ytd('2026-09-30'), members => 'as_were'), '* 585 585, a 90 90, b 360 180, c 90 270, d 45 45', 'as they were: each its own, then and now');
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', f.member, trim_scale(f.value), trim_scale(f.base)), ', ') FROM figure_series('{S}', '[2026-02-01,2026-06-01)', by => 'area') AS f WHERE f.member IN ('b', 'c')), 'b 50 50',
    'a series has the members of its end in all months');
SELECT is((SELECT string_agg(record_key || trim_scale(amount), ' ' ORDER BY record_key) FROM figure_rows('S', ytd('2026-09-30'), by => 'area', member => 'b')), 'b360 c90', 'both are behind it');
SELECT is((SELECT string_agg(record_key || trim_scale(amount), ' ' ORDER BY record_key) FROM figure_rows('G', month(2026, 6), by => 'area', member => 'b') WHERE part = 'denominator'), 'b20 c30', 'and behind what it is held against');
INSERT INTO report (code, title_zh) VALUES ('r', '报');
INSERT INTO report_section (report, section, heading) VALUES ('r', 1, '一');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '{S.phrase of ''b'' by area}；{G.phrase of ''b'' by area}；{S.phrase}');
SELECT is((SELECT body FROM report_text('r', month(2026, 6))), '50场，同比持平；同比持平；65场，同比持平', 'a report says so');
SELECT is((SELECT count(*) FROM check_figures(month(2026, 6)) WHERE state IN ('fails', 'warns')), 0::bigint, 'no check minds');

-- ------------------------------------------------------------------ what moved a published figure of it
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 2, '{table S by area}');
CALL publish('r', month(2026, 6));
UPDATE reported SET value = 33, note = '补报' WHERE indicator = 'S' AND member = 'c' AND starts_on = '2025-06-01';
SELECT is((SELECT string_agg(concat_ws(' ', member, what, trim_scale(published), trim_scale(value_now), reason, records), ', ') FROM restatement(1) WHERE code = 'S' AND dimension = 'area' AND member IS NOT NULL),
    'b base 50 53 correction 1', 'what a merged area corrects moves what it became');
UPDATE reported SET value = 30 WHERE indicator = 'S' AND member = 'c' AND starts_on = '2025-06-01';

-- ------------------------------------------------------------------ what was not sent is not zero
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE member = 'c' AND starts_on = '2025-06-01';
SELECT is((SELECT concat_ws(' ', trim_scale(value), trim_scale(base), state, reason) FROM figures(month(2026, 6), codes => '{S}', by => 'area') WHERE member = 'b'), '50 no_base base: not all that became it have sent it',
    'one of two lacks in the base: there is none, and not what the other sent');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, '*'), trim_scale(value), state, missing), ', ' ORDER BY member NULLS FIRST) FROM figure_series('{S}', '[2025-06-01,2026-07-01)', by => 'area') WHERE starts_on = '2025-06-01'),
    '* 15 part_members {b}, a 10 no_base, b no_data, d 5 no_base', 'the total is what the rows come to, and says without whom');
SELECT is((SELECT concat_ws(' ', trim_scale(value), state, missing) FROM figure_series('{S}', '[2025-06-01,2026-07-01)') WHERE starts_on = '2025-06-01'), '15 part_members {b}', 'also where there are no rows');
SELECT is((SELECT sum(amount) FROM figure_rows('S', month(2025, 6))), 35::numeric, 'in its own time the others sent it');
SELECT is((SELECT concat_ws(' ', trim_scale(value), covered_days, state, reason) FROM figure_series('{S}', '[2025-05-01,2026-09-01)', 'quarter', by => 'area') WHERE member = 'b' AND starts_on = '2025-05-01'),
    '50 31 part_period sent of 2025-05-01 to 2025-05-31', 'of two months it has the one that both sent');
UPDATE reported SET status = 'valid', note = NULL WHERE status = 'withdrawn';
UPDATE area SET valid_to = '2026-04-16' WHERE code = 'c';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('S', 'c', '2026-04-01', '2026-04-16', 7);
SELECT is(public.said(month(2026, 4)), '* 72 65, a 10 10, b 57 50, d 5 5', 'within a month it has what both sent of it');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE ends_on = '2026-04-16';
UPDATE area SET valid_to = '2026-04-01' WHERE code = 'c';

-- ------------------------------------------------------------------ a chain, what is at a day, what is made of it
UPDATE area SET valid_to = '2026-07-01', successor_code = 'a' WHERE code = 'b';
SELECT is(public.said(month(2026, 5)), '* 65 65, a 10 10, b 50 50, d 5 5', 'before the second step');
SELECT is(public.said(month(2026, 8)), '* 65 65, a 60 60, d 5 5', 'after it: c, b and a are a, whatever was sent too late of b');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) SELECT 'U', r.member, r.starts_on, r.ends_on, 2 * r.value FROM reported AS r WHERE r.indicator = 'S' AND r.status = 'valid' AND r.member <> 'b';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) SELECT 'U', 'b', r.starts_on, r.ends_on, 3 * r.value FROM reported AS r WHERE r.indicator = 'S' AND r.status = 'valid' AND r.member = 'b' AND r.starts_on < '2026-07-01';
SELECT is(public.said(month(2025, 8), '{T}', 'as_were'), '* 215 - no_base, a 30 - no_base, b 80 - no_base, c 90 - no_base, d 15 - no_base', 'a total of two');
SELECT is((SELECT string_agg(concat_ws(' ', code, member, trim_scale(base)), ', ' ORDER BY code, member) FROM figures(month(2026, 8), codes => '{T,R}', by => 'area') WHERE member IN ('a', 'd')),
    format('R a %s, R d 2, T a 200, T d 15', trim_scale(round(140.0 / 60, 6))), 'and a quotient, of what both became');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('K', 'a', '2026-09-01', '2026-10-01', 11), ('K', 'd', '2026-09-01', '2026-10-01', 3), ('K', 'b', '2025-09-01', '2025-10-01', 1), ('K', 'c', '2025-09-01', '2025-10-01', 2),
    ('K', 'd', '2025-09-01', '2025-10-01', 3), ('K', 'a', '2025-09-01', '2025-10-01', 4);
SELECT is(public.said(month(2026, 9), '{K}'), '* 14 10, a 11 7, d 3 3', 'what there is at a day');
UPDATE area SET valid_to = '2026-08-01', successor_code = 'c' WHERE code = 'a';
SELECT is(public.said(month(2026, 3), members => 'as_are'), public.said(month(2026, 3), members => 'as_were'), 'a circle: before it nothing is different');
SELECT is((SELECT trim_scale(base) FROM figures(month(2026, 8), codes => '{S}', by => 'area') WHERE member = 'b'), 20::numeric, 'and after it leads nowhere');
UPDATE area SET valid_to = NULL, successor_code = NULL WHERE code IN ('a', 'b', 'c');

-- ------------------------------------------------------------------ totals published in the past
INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, comparator, definition_zh) VALUES ('N', '事故', 'count', 'accident', 'occurred_on', 'city', 'period', '起', 'year_earlier', 'x');
INSERT INTO accident (occurred_on, area_code, category_code) SELECT date '2026-01-05' + i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, 'road' FROM generate_series(0, 19) AS i;
CALL entered('{accident}', since => '2026-01-01', through => '2026-10-31');
INSERT INTO base_value (indicator, area_code, starts_on, ends_on, value, source, published_on)
SELECT 'N', a, '2025-01-01', '2025-02-01', v, 'x', '2025-02-03' FROM (VALUES (NULL, 31), ('a', 10), ('b', 8), ('c', 12), ('d', 1)) AS v (a, v);
UPDATE area SET valid_to = '2026-01-01', successor_code = 'b' WHERE code = 'c';
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, b 10 20, d 0 1', 'of both that became it');
SELECT is((SELECT phrase || base_kind FROM figures(month(2026, 1), codes => '{N}', by => 'area') WHERE member = 'b'), '10起，同比下降50%published_total', 'in words');
SELECT is(public.said(month(2026, 1), '{N}', 'as_were'), '* 20 31, a 10 10, b 10 8, d 0 1', 'as they were, of each its own');
UPDATE base_value SET status = 'withdrawn', note = 'x' WHERE area_code = 'c';
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, b 10 - no_base, d 0 1', 'of one it is not known: of both it is not');
UPDATE base_value SET status = CASE area_code WHEN 'c' THEN 'valid' ELSE 'withdrawn' END, note = 'x' WHERE area_code IN ('b', 'c');
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, b 10 - no_base, d 0 1', 'nor if it is the other');
UPDATE area SET valid_from = '2026-01-01' WHERE code = 'b';
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, b 10 12, d 0 1', 'but if there was no other');
UPDATE base_value SET status = 'valid' WHERE area_code = 'b';
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, b 10 8, d 0 1', 'what is published of one that there was not yet is of all that became it');
UPDATE area SET valid_from = NULL, valid_to = '2026-01-20', successor_code = 'd' WHERE code = 'b';
SELECT is(public.said(month(2026, 1), '{N}'), '* 20 31, a 10 10, d 10 21', 'step by step');
UPDATE area SET valid_to = NULL, successor_code = NULL;
-- what was sent of it too is held against it
UPDATE area SET valid_to = '2026-02-01', successor_code = 'b' WHERE code = 'c';
INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2026-01-09', 'c', 'road');
INSERT INTO reported (indicator, member, starts_on, ends_on, value)
SELECT 'N', a, lower(m), upper(m), CASE WHEN m = month(2026, 1) THEN v ELSE 0 END FROM (VALUES ('a', 10), ('b', 10), ('c', 1), ('d', 0)) AS v (a, v), emgov.months('[2026-01-01,2026-04-01)') AS m WHERE a <> 'c' OR m = month(2026, 1);
SELECT results_eq($$SELECT state, left_value::int, right_value::int FROM check_figures(quarter(2026, 1)) WHERE code = 'reported N'$$, $$VALUES ('holds', 21, 21)$$, 'what was sent of it is held against what is counted of all that became it');
UPDATE area SET valid_to = NULL, successor_code = NULL;

-- ------------------------------------------------------------------ random members, sendings and mergers
CREATE FUNCTION public.counts_as(c text, day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    now text := c;
BEGIN
    FOR n IN 1 .. 4 LOOP
        now := coalesce((SELECT a.successor_code FROM ledger.area AS a WHERE a.code = now AND a.valid_to <= day), now);
    END LOOP;
    RETURN now;
END $$;
-- month by month: known where each of a group that there was has sent it
CREATE FUNCTION public.expected(i text, w daterange, day date) RETURNS TABLE (member text, value numeric, days int, is_cut boolean) LANGUAGE sql AS $$
    WITH one AS (SELECT public.counts_as(a.code, day) AS g, m.n, m.month, r.value, daterange(NULL, a.valid_to) && m.month AS must
                   FROM ledger.area AS a CROSS JOIN emgov.months(w) WITH ORDINALITY AS m (month, n)
                   LEFT JOIN ledger.reported AS r ON r.indicator = i AND r.member = a.code AND r.starts_on = lower(m.month) WHERE a.code IN ('a', 'b', 'c', 'd')),
         many AS (SELECT g, n, month, bool_and(NOT must OR value IS NOT NULL) AS known, coalesce(sum(value), 0) AS value, bool_or(value IS NOT NULL) AS is_sent FROM one GROUP BY g, n, month),
         kept AS (SELECT k.*, k.n - row_number() OVER (PARTITION BY k.g ORDER BY k.n) AS run, EXISTS (SELECT FROM many AS o WHERE o.g = k.g AND o.is_sent AND NOT o.known) AS differ FROM many AS k WHERE k.known)
    SELECT k.g, sum(k.value), sum(upper(k.month) - lower(k.month))::int, bool_or(k.differ) FROM kept AS k
     WHERE NOT k.differ OR k.run = (SELECT min(o.run) FROM kept AS o WHERE o.g = k.g) GROUP BY k.g $$;
CREATE TABLE public.wrong (what text, n int, detail text);
CREATE TABLE public.seen (what text);
CREATE PROCEDURE public.try(n int) LANGUAGE plpgsql AS $$
DECLARE
    w daterange := (ARRAY[emgov.month(2026, 6), emgov.quarter(2026, 2), emgov.ytd('2026-09-30'), emgov.year(2025), emgov.month(2026, 2)])[1 + n % 5];
    day date := upper(w) - 1;
    before daterange := daterange((lower(w) - interval '1 year')::date, (upper(w) - interval '1 year')::date);
    i text := 'S' || n;
BEGIN
    PERFORM setseed(n / 1000.0);
    UPDATE ledger.area SET valid_to = NULL, successor_code = NULL WHERE code IN ('a', 'b', 'c', 'd');
    INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES (i, i, 'reported', 'city', 'period', '场', 'year_earlier', 'x');
    CREATE TEMP TABLE r AS SELECT c, m FROM unnest('{a,b,c,d}'::text[]) AS c, emgov.months('[2024-01-01,2026-10-01)') AS m WHERE random() < CASE n % 3 WHEN 0 THEN 1 WHEN 1 THEN 0.93 ELSE 0.8 END;
    -- what ends may have sent a few months more, before it was said
    CREATE TEMP TABLE gone AS SELECT c, (date '2025-03-01' + (random() * 17)::int * interval '1 month')::date AS ends
                                FROM unnest(CASE n % 4 WHEN 0 THEN '{a}'::text[] WHEN 1 THEN '{a,c}' WHEN 2 THEN '{a,b}' ELSE '{}' END) AS c;
    DELETE FROM r USING gone AS g WHERE g.c = r.c AND lower(r.m) >= g.ends AND (n % 2 = 0 OR random() < 0.5);
    INSERT INTO ledger.reported (indicator, member, starts_on, ends_on, value) SELECT i, c, lower(m), upper(m), (random() * 20)::int FROM r;
    UPDATE ledger.area AS a SET valid_to = g.ends, successor_code = CASE g.c WHEN 'b' THEN 'd' ELSE 'b' END FROM gone AS g WHERE g.c = a.code;
    CREATE TEMP TABLE f AS SELECT * FROM ledger.figures(w, codes => ARRAY[i], by => 'area');
    CREATE TEMP TABLE e AS SELECT c.g AS member, x.value, x.days, x.is_cut, b.value AS base, b.days AS base_days FROM (SELECT DISTINCT public.counts_as(c, day) AS g FROM unnest('{a,b,c,d}'::text[]) AS c) AS c
        LEFT JOIN public.expected(i, w, day) AS x ON x.member = c.g LEFT JOIN public.expected(i, before, day) AS b ON b.member = c.g;
    INSERT INTO public.wrong SELECT 'row', n, concat_ws(' ', w, e, '|', f.member, f.value, f.covered_days, f.base, f.state, f.reason) FROM e FULL JOIN (SELECT * FROM f WHERE f.member IS NOT NULL) AS f ON f.member = e.member
     WHERE e.member IS NULL OR f.member IS NULL OR e.value IS DISTINCT FROM f.value OR coalesce(e.days, 0) <> coalesce(f.covered_days, 0)
        OR f.base IS DISTINCT FROM CASE WHEN e.base_days = upper(before) - lower(before) THEN e.base END;
    INSERT INTO public.wrong SELECT 'total', n, concat_ws(' ', w, g, '|', f) FROM f, ledger.figures(w, codes => ARRAY[i]) AS g
     WHERE f.member IS NULL AND (f.value, f.base, f.missing, f.covered_days, f.words, f.state) IS DISTINCT FROM (g.value, g.base, g.missing, g.covered_days, g.words, g.state);
    INSERT INTO public.wrong SELECT 'sum', n, concat_ws(' ', w, t.value, t.missing, (SELECT sum(f.value) FROM f WHERE f.member IS NOT NULL)) FROM f AS t
     WHERE t.member IS NULL AND t.covered_days = t.period_days AND (t.value IS DISTINCT FROM (SELECT sum(f.value) FROM f WHERE f.member IS NOT NULL)
        OR t.missing IS DISTINCT FROM (SELECT array_agg(e.member ORDER BY e.member) FROM e WHERE e.value IS NULL));
    INSERT INTO public.wrong SELECT 'base', n, concat_ws(' ', w, t.base, (SELECT sum(f.base) FROM f WHERE f.member IS NOT NULL)) FROM f AS t
     WHERE t.member IS NULL AND t.base IS NOT NULL AND t.base <> (SELECT sum(f.base) FROM f WHERE f.member IS NOT NULL);
    INSERT INTO public.wrong SELECT 'rows', n, concat_ws(' ', w, f.member, f.value, f.state, r.sum) FROM f
     CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS sum FROM ledger.figure_rows(i, w, by => CASE WHEN f.member IS NOT NULL THEN 'area' END, member => f.member) AS x) AS r WHERE f.value IS NOT NULL AND r.sum <> f.value;
    INSERT INTO public.seen SELECT CASE WHEN e.is_cut THEN 'cut' WHEN e.value IS NULL THEN 'none' WHEN e.days < upper(w) - lower(w) THEN 'part' ELSE 'whole' END FROM e
     WHERE EXISTS (SELECT FROM unnest('{a,b,c,d}'::text[]) AS c WHERE c <> e.member AND public.counts_as(c, day) = e.member);
    DROP TABLE f, e, r, gone;
END $$;
SELECT format('CALL public.try(%s);', n) FROM generate_series(1, 24) AS n \gexec
SELECT is((SELECT string_agg(concat_ws(' ', n, detail), E'\n') FROM (SELECT * FROM public.wrong WHERE what = w ORDER BY n LIMIT 5) AS x), NULL, 'random mergers and sendings: ' || w)
  FROM unnest('{row,total,sum,base,rows}'::text[]) AS w;
SELECT is((SELECT string_agg(DISTINCT what, ' ') FROM public.seen), 'cut none part whole', 'among them all kinds of what others became');
-- ------------------------------------------------------------------ rates: what two areas had is held against what both had
CALL emgov.create_ledger('rated');
INSERT INTO rated.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true), ('c', '丙区', 'district', true);
INSERT INTO rated.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, comparator, definition_zh) VALUES ('N', '事故', 'count', 'accident', 'occurred_on', 'city', 'period', '起', 'year_earlier', 'x');
INSERT INTO rated.indicator (code, name_zh, kind, of_code, series_code, per, scope, cutoff, unit, comparator, definition_zh) VALUES ('Q', '万人率', 'rate', 'N', 'pop', 1, 'city', 'period', '起', 'year_earlier', 'x');
INSERT INTO rated.measure_series (code, name_zh, area_code, starts_on, ends_on, value, unit, source)
SELECT 'pop', '人口', a, make_date(y, 1, 1), make_date(y + 1, 1, 1), v, '万人', 'x' FROM (VALUES ('a', 2024, 10), ('b', 2024, 10), ('c', 2024, 30), ('a', 2025, 10), ('b', 2025, 40)) AS v (a, y, v);
INSERT INTO rated.accident (occurred_on, area_code, category_code) SELECT date '2024-02-01' + i, (ARRAY['a', 'b', 'c'])[1 + i % 3], 'road' FROM generate_series(0, 29) AS i;
INSERT INTO rated.accident (occurred_on, area_code, category_code) SELECT date '2025-02-01' + i, (ARRAY['a', 'b', 'b'])[1 + i % 3], 'road' FROM generate_series(0, 29) AS i;
CALL rated.entered('{accident}', since => '2024-01-01', through => '2025-12-31');
UPDATE rated.area SET valid_to = '2025-01-01', successor_code = 'b' WHERE code = 'c';
CREATE FUNCTION public.rates(p daterange, members text DEFAULT 'as_are') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', f.member, trim_scale(f.numerator) || '/' || coalesce(trim_scale(f.denominator)::text, '-'), trim_scale(f.base_numerator) || '/' || coalesce(trim_scale(f.base_denominator)::text, '-'), f.state), ', ' ORDER BY f.member)
      FROM rated.figures(p, codes => '{Q}', by => 'area', members => $2) AS f WHERE f.member IS NOT NULL $$;
SELECT is(public.rates(year(2025)), 'a 10/10 10/10 comparable, b 20/40 20/40 comparable', 'a rate of what others became, and its base');
SELECT is(public.rates(year(2025), 'as_were'), 'a 10/10 10/10 comparable, b 20/40 10/10 comparable, c 0/- 10/30 no_data', 'as they were');
SELECT is((SELECT sum(r.amount) FROM rated.figure_rows('Q', year(2025), by => 'area', member => 'b') AS r WHERE r.part = 'denominator'), 40::numeric, 'what is behind it');
SELECT is((SELECT sum(r.amount) FROM rated.figure_rows('Q', year(2024), by => 'area', member => 'b') AS r WHERE r.part = 'denominator'),
          (SELECT sum(value) FROM rated.measure_series WHERE starts_on = '2024-01-01' AND area_code = 'b'), 'of a year in which each was there');
UPDATE rated.measure_series SET unit = '人' WHERE area_code = 'c';
SELECT matches((SELECT f.reason FROM rated.figures(year(2025), codes => '{Q}', by => 'area') AS f WHERE f.member = 'b'), 'values of series "pop" that became that of "b" are in several units: 10 万人 of b, 30 人 of c|^$', 'units that differ are not added');
UPDATE rated.measure_series SET unit = '万人', starts_on = '2023-01-01', ends_on = '2024-01-01' WHERE area_code = 'c';
SELECT is(public.rates(year(2025)), 'a 10/10 10/10 comparable, b 20/40 20/- no_base', 'one of them that has no value: the other has none for both');
SET search_path = ledger, public, emgov;
SELECT * FROM finish();
