-- Q: one figure, one value: random contents, mergers and coverage of areas. The total is the same whatever it is broken down
-- by, what adds up comes to it, and the records behind each are as many.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT no_plan();
UPDATE area SET is_block = false;
INSERT INTO area (code, name_zh, kind, is_block) SELECT c, c || '区', 'district', true FROM unnest('{A,B,C,D}'::text[]) AS c;
INSERT INTO dimension (code, name_zh, column_name) VALUES ('risk', '风险', 'risk');
CREATE TABLE public.ev (id int PRIMARY KEY, on_day date, done date, area_code text, risk text, who text, amount numeric);
INSERT INTO indicator (code, name_zh, kind, source, date_column, until_column, scope, cutoff, unit, comparator, definition_zh, measure, aggregate, filter, of_codes, of_code, by_code)
SELECT code, code, kind, CASE WHEN of_codes IS NULL AND of_code IS NULL THEN 'public.ev' END, CASE WHEN of_codes IS NULL AND of_code IS NULL THEN 'on_day' END, until_column, 'city', 'period', '起', 'year_earlier', code,
       measure, aggregate, filter, of_codes, of_code, by_code
  FROM (VALUES ('N', 'count', NULL, NULL, NULL, NULL, NULL::text[], NULL, NULL), ('S', 'sum', NULL, 'amount', NULL, NULL, NULL, NULL, NULL), ('W', 'distinct', NULL, 'who', NULL, NULL, NULL, NULL, NULL),
               ('H', 'share', NULL, NULL, 'count', 'amount > 4', NULL, NULL, NULL), ('P', 'planned', 'done', NULL, 'count', NULL, NULL, NULL, NULL), ('L', 'largest', NULL, 'amount', NULL, NULL, NULL, NULL, NULL),
               ('T', 'total', NULL, NULL, NULL, NULL, '{N,-P,S}', NULL, NULL), ('R', 'ratio', NULL, NULL, NULL, NULL, NULL, 'S', 'N')) AS v (code, kind, until_column, measure, aggregate, filter, of_codes, of_code, by_code);
CREATE TEMP TABLE wrong (what text, n int, code text, detail text);
CREATE PROCEDURE pg_temp.fill(n int) LANGUAGE plpgsql AS $$
DECLARE a text; ends date;
BEGIN
    PERFORM setseed(n / 1000.0);
    DELETE FROM public.ev;
    INSERT INTO public.ev SELECT i, day, CASE WHEN random() < 0.5 THEN day + (random() * 60)::int END, (ARRAY['A', 'B', 'C', 'D', NULL])[1 + (random() * 4.4)::int], (ARRAY['x', 'y', NULL])[1 + (random() * 2)::int],
           'w' || (random() * 6)::int, round((random() * 9)::numeric, 1)
      FROM generate_series(1, (random() * 60)::int) AS i CROSS JOIN LATERAL (SELECT date '2023-01-01' + (random() * 700)::int + 0 * i AS day) AS d;
    -- who became what, and when: one of another, two of one, one after another
    UPDATE area SET valid_to = NULL, successor_code = NULL WHERE code IN ('A', 'B', 'C', 'D');
    UPDATE coverage_declaration SET active = false;
    IF random() < 0.8 THEN
        FOREACH a IN ARRAY CASE (random() * 3)::int WHEN 0 THEN '{A}'::text[] WHEN 1 THEN '{A,C}' ELSE '{A,B}' END LOOP
            ends := date '2023-07-01' + (random() * 15)::int * 30;
            UPDATE area SET valid_to = ends, successor_code = CASE a WHEN 'B' THEN 'D' ELSE 'B' END WHERE code = a;
        END LOOP;
    END IF;
    IF random() < 0.8 THEN
        CALL entered('{public.ev}', '2025-06-30', '2023-01-01');
    END IF;
    FOREACH a IN ARRAY '{A,B,C,D}'::text[] LOOP
        IF random() < 0.4 THEN
            CALL entered('{public.ev}', date '2023-09-30' + (random() * 14)::int * 30, '2023-01-01', area => a);
        END IF;
    END LOOP;
END $$;
CREATE PROCEDURE pg_temp.try(n int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    p daterange := (ARRAY[year(2024), month(2024, 7), quarter(2024, 2), ytd('2024-09-15'), year(2023)])[1 + n % 5];
    dim text;
BEGIN
    CALL pg_temp.fill(n);
    CREATE TEMP TABLE f AS SELECT '' AS dim, x.* FROM figures(p) AS x;
    FOREACH dim IN ARRAY '{area,risk,"area, risk","risk, area"}'::text[] LOOP
        INSERT INTO f SELECT dim, x.* FROM figures(p, by => dim) AS x;
    END LOOP;
    INSERT INTO f SELECT 'series ' || d, x.* FROM unnest('{area,risk}'::text[]) AS d CROSS JOIN LATERAL figure_series(NULL, p, 'month', by => d) AS x WHERE n % 5 = 1;
    INSERT INTO wrong SELECT 'total', n, f.code, concat_ws(' ', p, f.dim, f.state, f.value, f.words, 'not', g.state, g.value, g.words)
      FROM f JOIN f AS g ON g.code = f.code AND g.dim = '' WHERE f.dim <> '' AND f.member IS NULL AND f.member2 IS NULL
       AND (f.value, f.base, f.state, f.missing, f.covered_days, f.phrase, f.words, f.numerator, f.denominator, f.reason, f.record_count)
           IS DISTINCT FROM (g.value, g.base, g.state, g.missing, g.covered_days, g.phrase, g.words, g.numerator, g.denominator, g.reason, g.record_count);
    INSERT INTO wrong SELECT 'margin', n, f.code, concat_ws(' ', p, f.dim, f.member, f.state, f.value, 'not', g.dim, g.state, g.value)
      FROM f JOIN f AS g ON g.code = f.code AND g.member = f.member AND g.member2 IS NULL AND f.dim = split_part(g.dim, ',', 1) AND g.dim LIKE '%,%'
     WHERE f.dim IN ('area', 'risk') AND (f.value, f.base, f.state, f.missing, f.words) IS DISTINCT FROM (g.value, g.base, g.state, g.missing, g.words);
    -- of a part of the days the total has those that are known of all
    INSERT INTO wrong SELECT 'sum', n, t.code, concat_ws(' ', p, t.dim, t.value, string_agg(concat_ws(' ', f.member, f.member2, f.state, f.value), ', '))
      FROM f AS t JOIN f ON f.code = t.code AND f.dim = t.dim AND f.member IS NOT NULL AND (f.member2 IS NOT NULL) = (f.dim LIKE '%,%')
     WHERE t.member IS NULL AND t.member2 IS NULL AND t.code IN ('N', 'S', 'P', 'T') GROUP BY t.code, t.dim, t.value, t.state, t.covered_days, t.period_days
    HAVING t.value IS DISTINCT FROM sum(f.value) AND t.covered_days = t.period_days AND (t.value IS NOT NULL OR bool_or(f.value IS NOT NULL));
    INSERT INTO wrong SELECT 'rows', n, f.code, concat_ws(' ', p, f.dim, f.member, f.member2, f.state, f.numerator, r.n, f.denominator, r.d)
      FROM (SELECT DISTINCT ON (code, dim, member IS NULL) * FROM f WHERE code IN ('N', 'W', 'P', 'T') AND dim NOT LIKE 'series%' ORDER BY code, dim, member IS NULL, md5(concat(member, member2, n))) AS f
     CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE part = 'numerator'), 0) AS n, coalesce(sum(amount) FILTER (WHERE part = 'denominator'), 0) AS d
                           FROM figure_rows(f.code, p, by => CASE WHEN num_nonnulls(f.member, f.member2) > 0 THEN f.dim END, member => f.member, member2 => f.member2)) AS r
     WHERE (r.n <> coalesce(f.numerator, 0) OR r.d <> coalesce(f.denominator, 0)) AND f.value IS NOT NULL;
    DROP TABLE f;
END $$;
SELECT format('CALL pg_temp.try(%s);', n) FROM generate_series(1, 12) AS n \gexec
SELECT is((SELECT string_agg(concat_ws(' ', n, code, detail), E'\n') FROM (SELECT * FROM wrong WHERE what = w ORDER BY n LIMIT 5) AS x), NULL, 'Q: random areas: ' || w)
  FROM unnest('{total,margin,sum,rows}'::text[]) AS w;
SELECT * FROM finish();
