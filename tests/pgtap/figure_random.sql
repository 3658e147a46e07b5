-- Three hundred random contents of a table, in one ledger: figures of every kind and their bases, series,
-- and the rows behind them, against SQL that is written by hand. Others, and more, with psql's --set first=NUMBER --set contents=NUMBER.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(7);

CREATE TABLE public.ev (id int PRIMARY KEY, on_day date, done date, area_code text, who text, year int, amount numeric, k text);
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('A', '甲区', 'district', true), ('B', '乙区', 'district', true), ('C', '丙区', 'district', true);
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit)
SELECT 's', 's', m, (m + interval '1 month')::date, 7 * extract(month FROM m), '人' FROM generate_series(date '2022-01-01', '2024-12-01', '1 month') AS m;
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES ('s', 's', '2024-01-01', '2025-01-01', 1300, '人'), ('s', 's', '2023-01-01', '2024-01-01', 1100, '人');

-- what is defined, and by hand: numerator and denominator in a window, $1 its first day, $2 the day after it
CREATE TEMP TABLE oracle (code text PRIMARY KEY, n text, d text, quotient numeric);
CREATE FUNCTION pg_temp.define(code text, kind text, more jsonb, n text DEFAULT NULL, d text DEFAULT NULL, quotient numeric DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.indicator SELECT (jsonb_populate_record(NULL::ledger.indicator, jsonb_build_object(
        'code', code, 'kind', kind, 'name_zh', code, 'scope', 'city', 'cutoff', 'period', 'unit', '起', 'definition_zh', code, 'per', 1, 'decimals', 1, 'rounding', 'half_up',
        'keep_zero', false, 'wording', 'exact', 'scale', 'none', 'change_form', 'rate', 'verbs', '上升/下降', 'comparator', 'year_earlier', 'significance', 'none', 'active', true, 'version', 1, 'known_from', clock_timestamp())
        || CASE WHEN kind IN ('change', 'ratio', 'reduction', 'rate', 'total') THEN '{}' ELSE '{"source": "public.ev", "date_column": "on_day"}' END::jsonb || more)).*;
    INSERT INTO oracle SELECT $1, $4, $5, $6 WHERE $4 IS NOT NULL;
$$;
\set inside 'on_day >= $1 AND on_day < $2'
SELECT pg_temp.define('COUNT', 'count', '{"filter": "k = ''a''"}', 'SELECT count(*) FROM ev WHERE k = ''a'' AND ' || :'inside'),
       pg_temp.define('COUNTALL', 'count', '{}', 'SELECT count(*) FROM ev WHERE ' || :'inside'),
       pg_temp.define('OPEN', 'count', '{"until_column": "done"}', 'SELECT count(*) FROM ev WHERE (done IS NULL OR done >= $2) AND ' || :'inside'),
       pg_temp.define('SOFAR', 'count', '{"cutoff": "to_date"}', 'SELECT count(*) FROM ev WHERE on_day < $2'),
       pg_temp.define('DISTINCT', 'distinct', '{"measure": "who"}', 'SELECT count(DISTINCT who) FROM ev WHERE ' || :'inside'),
       pg_temp.define('SUM', 'sum', '{"measure": "amount", "filter": "k <> ''b''"}', 'SELECT coalesce(sum(amount), 0) FROM ev WHERE k <> ''b'' AND ' || :'inside'),
       pg_temp.define('MEAN', 'mean', '{"measure": "amount"}', 'SELECT coalesce(sum(amount), 0) FROM ev WHERE ' || :'inside', 'SELECT count(amount) FROM ev WHERE ' || :'inside', 1),
       pg_temp.define('SHARE', 'share', '{"filter": "k = ''a''", "base_filter": "amount > 3", "aggregate": "count"}',
                      'SELECT count(*) FROM ev WHERE k = ''a'' AND amount > 3 AND ' || :'inside', 'SELECT count(*) FROM ev WHERE amount > 3 AND ' || :'inside', 100),
       pg_temp.define('SHARED', 'share', '{"filter": "k = ''a''", "aggregate": "distinct", "measure": "who"}',
                      'SELECT count(DISTINCT who) FROM ev WHERE k = ''a'' AND ' || :'inside', 'SELECT count(DISTINCT who) FROM ev WHERE ' || :'inside', 100),
       pg_temp.define('DONE', 'completion', '{"until_column": "done", "aggregate": "sum", "measure": "amount"}',
                      'SELECT coalesce(sum(amount), 0) FROM ev WHERE done < $2 AND ' || :'inside', 'SELECT coalesce(sum(amount), 0) FROM ev WHERE ' || :'inside', 100),
       pg_temp.define('PLAN', 'planned', '{"until_column": "done", "aggregate": "count"}',
                      'SELECT count(*) FROM ev WHERE done < $2 AND ' || :'inside', 'SELECT count(*) FROM ev WHERE ' || :'inside'),
       pg_temp.define('STOCK', 'stock', '{"until_column": "done", "aggregate": "count", "cutoff": "at_date"}', 'SELECT count(*) FROM ev WHERE (on_day IS NULL OR on_day < $2) AND (done IS NULL OR done >= $2)'),
       pg_temp.define('STREAK', 'streak', '{"measure": "year", "cutoff": "to_date"}',
                      'SELECT count(*) FROM generate_series(0, 30) AS n WHERE NOT EXISTS (SELECT FROM generate_series(0, n) AS m WHERE NOT EXISTS
                         (SELECT FROM ev WHERE on_day < $2 AND year = extract(year FROM $2 - 1)::int - m))'),
       pg_temp.define('LARGEST', 'largest', '{"measure": "amount"}', 'SELECT max(amount) FROM ev WHERE ' || :'inside'),
       -- in an order in which none comes after what it is made of
       pg_temp.define('Z1', 'ratio', '{"of_code": "MEAN", "by_code": "PLAN", "per": 1000}'),
       pg_temp.define('A1', 'reduction', '{"of_code": "Z1", "by_code": "SHARE"}'),
       pg_temp.define('RATE', 'rate', '{"of_code": "COUNT", "series_code": "s", "per": 100000}'),
       pg_temp.define('TOTAL', 'total', '{"of_codes": ["COUNT", "-PLAN", "SUM"]}'),
       pg_temp.define('AVERAGES', 'total', '{"of_codes": ["MEAN", "-SHARE", "COUNT"]}'),
       pg_temp.define('CHANGE', 'change', '{"of_code": "MEAN", "decimals": 3, "rounding": "truncate"}'),
       pg_temp.define('BYPLAN', 'ratio', '{"of_code": "PLAN", "by_code": "TOTAL"}');
CALL entered(ARRAY['public.ev'], '2025-12-31', '1990-01-01');
INSERT INTO dimension (code, name_zh, column_name) VALUES ('letter', '字母', 'k');

CREATE FUNCTION pg_temp.by_hand(query text, w daterange) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE value numeric;
BEGIN
    EXECUTE query INTO value USING lower(w), upper(w);
    RETURN value;
END $$;
-- a / b to so many digits that no rounding of a figure can tell
CREATE FUNCTION pg_temp.over(a numeric, b numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT CASE WHEN b <> 0 THEN div(a * 1e50, b) * 1e-50 END $$;
-- to one decimal; to the first that does not make none, all or twice of what is not that
CREATE FUNCTION pg_temp.stated(percent numeric) RETURNS numeric LANGUAGE sql AS $$
    SELECT round(percent, places) FROM generate_series(1, 60) AS places
     WHERE percent IN (0, 100, -100) OR round(percent, places) NOT IN (0, 100, -100) ORDER BY places LIMIT 1 $$;
CREATE FUNCTION pg_temp.same(a numeric, b numeric) RETURNS boolean LANGUAGE sql AS $$ SELECT a IS NOT DISTINCT FROM b OR abs(a - b) <= 0.000001 $$;
CREATE FUNCTION pg_temp.value_of(o oracle, w daterange) RETURNS numeric LANGUAGE sql AS $$
    SELECT CASE WHEN o.quotient IS NOT NULL THEN o.quotient * pg_temp.over(pg_temp.by_hand(o.n, w), pg_temp.by_hand(o.d, w))
                ELSE pg_temp.by_hand(CASE o.code WHEN 'PLAN' THEN o.d ELSE o.n END, w) END $$;

CREATE TEMP TABLE wrong (what text, seed int, p daterange, code text, detail text);
CREATE PROCEDURE pg_temp.try(content int) LANGUAGE plpgsql AS $$
DECLARE
    p daterange := (ARRAY[year(2024), ytd('2024-12-19'), month(2024, 5), quarter(2024, 1), '[2024-02-01,2024-03-01)'])[1 + content % 5];
    base daterange := year_earlier(p);
    hand jsonb;
    then_ jsonb;
    f record;
    x numeric;
    y numeric;
BEGIN
    PERFORM setseed(content % 1000 / 1000.0 + content / 1000 / 1e7);
    INSERT INTO public.ev SELECT i, CASE WHEN random() < 0.03 THEN NULL ELSE date '2022-06-01' + (random() * 940)::int END, CASE WHEN random() < 0.5 THEN date '2022-09-01' + (random() * 900)::int END,
           (ARRAY['A', 'B', 'C', NULL])[1 + (random() * 3)::int], 'w' || (random() * 12)::int, 2020 + (random() * 5)::int,
           CASE WHEN random() < 0.9 THEN round((random() * 10)::numeric, (random() * 3)::int) END, (ARRAY['a', 'b', 'c'])[1 + (random() * 2)::int]
      FROM generate_series(1, (random() * CASE WHEN content % 7 = 0 THEN 4 ELSE 120 END)::int) AS i;
    SELECT jsonb_object_agg(o.code, pg_temp.value_of(o, p)), jsonb_object_agg(o.code, pg_temp.value_of(o, base)) INTO hand, then_ FROM oracle AS o;
    FOR f IN SELECT (m.figure).*, m.exact FROM emgov_internal.figures('ledger', emgov_internal.figure_requests('ledger', NULL, NULL, ARRAY[p], NULL)) AS m LOOP
        IF hand ? f.code THEN
            INSERT INTO wrong SELECT 'value', content, p, f.code, concat_ws(' ', f.value, hand->>f.code, 'base', f.base, then_->>f.code, f.state, f.reason)
             WHERE f.value IS DISTINCT FROM trim_scale(round((hand->>f.code)::numeric, 6)) OR f.base IS DISTINCT FROM trim_scale(round((then_->>f.code)::numeric, 6))
                OR (f.value IS NULL) <> (f.state = 'undefined');
            INSERT INTO wrong SELECT 'part', content, p, f.code, concat_ws(' ', f.numerator, f.denominator) FROM oracle AS o
             WHERE o.code = f.code AND (f.numerator IS DISTINCT FROM pg_temp.by_hand(o.n, p) OR o.d IS NOT NULL AND f.denominator IS DISTINCT FROM pg_temp.by_hand(o.d, p));
            -- the rate of a quotient's change, of one denominator: nothing is cut before it is rounded
            INSERT INTO wrong SELECT 'change', content, p, f.code, concat_ws(' ', f.change, f.rate, h.n, h.d, h.bn, h.bd)
              FROM (SELECT CASE o.code WHEN 'PLAN' THEN pg_temp.by_hand(o.d, p) ELSE pg_temp.by_hand(o.n, p) END AS n, CASE WHEN o.quotient IS NULL THEN 1 ELSE pg_temp.by_hand(o.d, p) END AS d,
                           CASE o.code WHEN 'PLAN' THEN pg_temp.by_hand(o.d, base) ELSE pg_temp.by_hand(o.n, base) END AS bn,
                           CASE WHEN o.quotient IS NULL THEN 1 ELSE pg_temp.by_hand(o.d, base) END AS bd
                      FROM oracle AS o WHERE o.code = f.code) AS h
             WHERE NOT pg_temp.same(f.change, (hand->>f.code)::numeric - (then_->>f.code)::numeric)
                OR f.rate IS DISTINCT FROM CASE WHEN f.change IS NOT NULL THEN pg_temp.stated(pg_temp.over(100 * (h.n * h.bd - h.bn * h.d), h.bn * h.d)) END;
        ELSE
            x := CASE f.code
                WHEN 'Z1' THEN 1000 * pg_temp.over((hand->>'MEAN')::numeric, (hand->>'PLAN')::numeric)
                WHEN 'A1' THEN 100 * pg_temp.over((hand->>'SHARE')::numeric - 1000 * pg_temp.over((hand->>'MEAN')::numeric, (hand->>'PLAN')::numeric), (hand->>'SHARE')::numeric)
                WHEN 'RATE' THEN 100000 * pg_temp.over((hand->>'COUNT')::numeric, (SELECT s.value FROM measure_series AS s WHERE s.starts_on = lower(p) AND s.ends_on = upper(p)))
                WHEN 'TOTAL' THEN (hand->>'COUNT')::numeric - (hand->>'PLAN')::numeric + (hand->>'SUM')::numeric
                WHEN 'AVERAGES' THEN (hand->>'MEAN')::numeric - (hand->>'SHARE')::numeric + (hand->>'COUNT')::numeric
                WHEN 'CHANGE' THEN 100 * pg_temp.over((hand->>'MEAN')::numeric - (then_->>'MEAN')::numeric, (then_->>'MEAN')::numeric)
                WHEN 'BYPLAN' THEN pg_temp.over((hand->>'PLAN')::numeric, (hand->>'COUNT')::numeric - (hand->>'PLAN')::numeric + (hand->>'SUM')::numeric) END;
            INSERT INTO wrong SELECT 'derived', content, p, f.code, concat_ws(' ', f.value, f.exact, x, f.state, f.reason) WHERE NOT (f.exact IS NOT DISTINCT FROM x OR abs(f.exact - x) < 1e-30);
        END IF;
        -- the rows behind each part, of every fourth content
        INSERT INTO wrong SELECT 'rows', content, p, f.code, concat_ws(' ', f.state, f.numerator, r.n, f.denominator, r.d, r.of, r.by)
          FROM (SELECT coalesce(sum(amount) FILTER (WHERE part = 'numerator'), 0) AS n, coalesce(sum(amount) FILTER (WHERE part = 'denominator'), 0) AS d,
                       sum(amount) FILTER (WHERE part = 'of') AS of, sum(amount) FILTER (WHERE part = 'by') AS by,
                       sum(amount) FILTER (WHERE part = 'numerator.numerator') AS nn, sum(amount) FILTER (WHERE part = 'numerator.denominator') AS nd
                  FROM figure_rows(f.code, p)) AS r
         WHERE CASE WHEN f.code IN ('Z1') THEN f.numerator IS NOT NULL AND round(pg_temp.over(r.nn, r.nd), 6) <> f.numerator OR f.denominator <> r.d
                    WHEN f.code IN ('A1', 'CHANGE', 'AVERAGES') THEN false
                    ELSE coalesce(f.numerator, 0) <> r.n OR f.code <> 'RATE' AND coalesce(f.denominator, 0) <> r.d OR f.code = 'RATE' AND f.denominator IS NOT NULL AND f.denominator <> r.d END
           AND content % 4 = 0;
    END LOOP;
    -- a series is the figures of its months
    IF content % 20 = 0 THEN
        INSERT INTO wrong SELECT 'series', content, p, coalesce(s.code, g.code), concat_ws(' ', g.first, s.value, g.value)
          FROM figure_series(NULL, year(2024)) AS s
          FULL JOIN (SELECT m::date AS first, x.* FROM generate_series(timestamp '2024-01-01', '2024-12-01', '1 month') AS m CROSS JOIN LATERAL figures(month(m::date)) AS x) AS g ON (g.code, g.first) = (s.code, s.starts_on)
         WHERE (s.value, s.base, s.rate, s.state, s.words, s.phrase) IS DISTINCT FROM (g.value, g.base, g.rate, g.state, g.words, g.phrase);
        -- members add up to the total, and are what is counted of them alone
        INSERT INTO wrong SELECT 'member', content, p, 'COUNT ' || x.by, string_agg(concat_ws(' ', g.member, g.member2, g.value), ', ')
          FROM unnest('{area,letter,month,"area, letter"}'::text[]) AS x (by) CROSS JOIN LATERAL figures(p, codes => '{COUNT}', by => x.by) AS g GROUP BY x.by
        HAVING sum(g.value) FILTER (WHERE g.member IS NOT NULL AND (g.member2 IS NOT NULL) = (x.by ~ ',')) <> max(g.value) FILTER (WHERE num_nonnulls(g.member, g.member2) = 0)
            OR bool_or(g.value <> (SELECT coalesce(sum(amount), 0) FROM figure_rows('COUNT', p, NULL, x.by, g.member, g.member2))) FILTER (WHERE num_nonnulls(g.member, g.member2) > 0);
    END IF;
    DELETE FROM public.ev;
END $$;
\set most 300
\ir ../ledger/contents.sql
SELECT is((SELECT string_agg(concat_ws(' ', seed, p, code, detail), E'\n') FROM (SELECT * FROM wrong WHERE what = w ORDER BY seed LIMIT 5) AS x), NULL, 'random contents: ' || w)
  FROM unnest(ARRAY['value', 'part', 'change', 'derived', 'rows', 'series', 'member']) AS w;
SELECT * FROM finish();
