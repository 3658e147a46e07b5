-- Figures by dimensions: of every kind, by one and by two, against SQL that is written by hand; members that are
-- empty, unknown, or none; trees, parts of dates, successors; rows behind a member; who may read what.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT no_plan();

CREATE TABLE public.ev (id int PRIMARY KEY, on_day date, done date, area_code text, risk int, node text, who text, year int, amount numeric, k text);
UPDATE area SET is_block = false;
INSERT INTO area (code, name_zh, name_en, kind, is_block) VALUES ('A', '甲区', 'Jia', 'district', true), ('B', '乙区', NULL, 'district', true), ('C', '丙区', 'Bing', 'district', true);
-- a user's own: a table by other names, and one INSERT for each source
CREATE TABLE public.risk_level (level int PRIMARY KEY, title text, title_en text, weight int, retired_on date);
INSERT INTO public.risk_level VALUES (1, '低', 'low', 30, NULL), (2, '中', 'medium', 20, NULL), (3, '高', 'high', 10, NULL), (4, '旧级', 'old', 5, '2001-01-01');
INSERT INTO dimension (code, name_zh, name_en, members, code_column, name_zh_column, name_en_column, to_column, order_column)
VALUES ('risk', '风险等级', 'risk', 'public.risk_level', 'level', 'title', 'title_en', 'retired_on', 'weight');
INSERT INTO dimension_source (dimension, source, column_name) VALUES ('risk', 'public.ev', 'risk');
-- a tree of three levels, in dimension_member
INSERT INTO dimension (code, name_zh, level, column_name) VALUES ('node', '节点', NULL, 'node'), ('node1', '大类', 1, 'node'), ('node2', '中类', 2, 'node');
INSERT INTO dimension_member (dimension, code, name_zh, parent_code)
SELECT d, v.* FROM unnest('{node,node1,node2}'::text[]) AS d, (VALUES ('x', '甲类', NULL), ('y', '乙类', NULL), ('x1', '甲一', 'x'), ('x2', '甲二', 'x'), ('x11', '甲一一', 'x1'), ('x12', '甲一二', 'x1')) AS v;
INSERT INTO measure_series (code, name_zh, starts_on, ends_on, value, unit, area_code)
SELECT 's', 's', y, (y + interval '1 year')::date, v, '人', a FROM (VALUES (NULL, 1000), ('A', 700), ('B', 300)) AS x (a, v), unnest('{2023-01-01,2024-01-01}'::date[]) AS y;

CREATE TEMP TABLE oracle (code text PRIMARY KEY, n text, d text, quotient numeric);
CREATE FUNCTION pg_temp.define(code text, kind text, more jsonb, n text DEFAULT NULL, d text DEFAULT NULL, quotient numeric DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.indicator SELECT (jsonb_populate_record(NULL::ledger.indicator, jsonb_build_object(
        'code', code, 'kind', kind, 'name_zh', code, 'scope', 'city', 'cutoff', 'period', 'unit', '起', 'definition_zh', code, 'per', 1, 'decimals', 1, 'rounding', 'half_up',
        'keep_zero', false, 'wording', 'exact', 'scale', 'none', 'comparator', 'year_earlier', 'significance', 'none', 'active', true, 'version', 1, 'known_from', clock_timestamp(),
        'change_form', 'rate', 'verbs', '上升/下降')
        || CASE WHEN kind IN ('change', 'ratio', 'reduction', 'rate', 'total', 'reported') THEN '{}' ELSE '{"source": "public.ev", "date_column": "on_day"}' END::jsonb || more)).*;
    INSERT INTO oracle SELECT $1, $4, $5, $6 WHERE $4 IS NOT NULL;
$$;
\set inside 'on_day >= $1 AND on_day < $2'
SELECT pg_temp.define('COUNT', 'count', '{"filter": "k = ''a''"}', 'SELECT count(*) FROM ev WHERE k = ''a'' AND ' || :'inside'),
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
       pg_temp.define('RATIO', 'ratio', '{"of_code": "SUM", "by_code": "PLAN", "per": 1000}'),
       pg_temp.define('LESS', 'reduction', '{"of_code": "COUNT", "by_code": "PLAN"}'),
       pg_temp.define('RATE', 'rate', '{"of_code": "COUNT", "series_code": "s", "per": 100000}'),
       pg_temp.define('TOTAL', 'total', '{"of_codes": ["COUNT", "-PLAN", "SUM"]}'),
       pg_temp.define('CHANGE', 'change', '{"of_code": "SUM"}');
CALL entered(ARRAY['public.ev'], '2025-12-31', '1990-01-01');

-- what a member's records are, by hand
CREATE TEMP TABLE slice (by text, member text, member2 text, condition text);
INSERT INTO slice SELECT 'area', a, NULL, format('coalesce(area_code, '''') = %L', a) FROM unnest('{A,B,C,"",Z}'::text[]) AS a;
INSERT INTO slice SELECT 'risk', r, NULL, format('coalesce(risk::text, '''') = %L', r) FROM unnest('{1,2,3,4,9,""}'::text[]) AS r;
INSERT INTO slice SELECT 'node', r, NULL, format('coalesce(node, '''') = %L', r) FROM unnest('{x,y,x1,x2,x11,x12,""}'::text[]) AS r;
INSERT INTO slice VALUES ('node1', 'x', NULL, 'node LIKE ''x%'''), ('node1', 'y', NULL, 'node LIKE ''y%'''), ('node1', '', NULL, 'node IS NULL'),
    ('node2', 'x', NULL, 'node = ''x'''), ('node2', 'x1', NULL, 'node LIKE ''x1%'''), ('node2', 'x2', NULL, 'node LIKE ''x2%'''), ('node2', 'y', NULL, 'node LIKE ''y%'''), ('node2', '', NULL, 'node IS NULL');
INSERT INTO slice SELECT 'month', m::text, NULL, format('extract(month FROM on_day) = %s', m) FROM generate_series(1, 12) AS m;
INSERT INTO slice VALUES ('month', '', NULL, 'on_day IS NULL');
INSERT INTO slice SELECT 'area, risk', a.member, r.member, concat_ws(' AND ', a.condition, r.condition)
  FROM (SELECT member, condition FROM slice WHERE by = 'area' UNION ALL SELECT NULL, NULL) AS a, (SELECT member, condition FROM slice WHERE by = 'risk' UNION ALL SELECT NULL, NULL) AS r
 WHERE num_nonnulls(a.member, r.member) > 0;
CREATE FUNCTION pg_temp.by_hand(query text, condition text, w daterange) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE value numeric;
BEGIN
    EXECUTE replace(query, 'FROM ev', format('FROM (SELECT * FROM public.ev WHERE %s) AS ev', coalesce(condition, 'true'))) INTO value USING lower(w), upper(w);
    RETURN value;
END $$;
CREATE FUNCTION pg_temp.value_of(o oracle, condition text, w daterange) RETURNS numeric LANGUAGE sql AS $$
    SELECT trim_scale(round(CASE WHEN o.quotient IS NULL THEN pg_temp.by_hand(CASE o.code WHEN 'PLAN' THEN o.d ELSE o.n END, condition, w)
                                 ELSE o.quotient * pg_temp.by_hand(o.n, condition, w) / nullif(pg_temp.by_hand(o.d, condition, w), 0) END, 6)) $$;
CREATE FUNCTION pg_temp.fill(content int) RETURNS void LANGUAGE sql AS $$
    DELETE FROM public.ev;
    SELECT setseed(content % 100 / 100.0 + content / 100 / 1e7);
    INSERT INTO public.ev SELECT i, CASE WHEN random() < 0.03 THEN NULL ELSE date '2022-06-01' + (random() * 940)::int END, CASE WHEN random() < 0.5 THEN date '2022-09-01' + (random() * 900)::int END,
           (ARRAY['A', 'B', NULL, 'Z'])[1 + (random() * 2.6)::int], (ARRAY[1, 2, 9, NULL, 4])[1 + (random() * 4)::int], (ARRAY['x', 'x1', 'x2', 'x11', 'x12', 'y', NULL])[1 + (random() * 6)::int],
           'w' || (random() * 12)::int, 2020 + (random() * 5)::int, CASE WHEN random() < 0.9 THEN round((random() * 10 - 4)::numeric, (random() * 3)::int) END, (ARRAY['a', 'b', 'c'])[1 + (random() * 2)::int]
      FROM generate_series(1, (random() * CASE WHEN content % 5 = 0 THEN 4 ELSE 150 END)::int) AS i;
$$;
CREATE TEMP TABLE wrong (what text, content int, by text, code text, detail text);
CREATE PROCEDURE pg_temp.try(content int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    p daterange := (ARRAY[year(2024), ytd('2024-12-19'), quarter(2024, 1), month(2024, 5)])[1 + content % 4];
    before daterange := year_earlier(p);
    dim text;
BEGIN
    PERFORM pg_temp.fill(content);
    FOREACH dim IN ARRAY CASE WHEN content % 4 = 1 THEN '{area,risk,node,node1,node2,month,"area, risk"}' ELSE ARRAY[(ARRAY['area', 'risk', 'node1', 'node2', 'month', 'area, risk'])[1 + content % 6]] END LOOP
        CREATE TEMP TABLE f AS SELECT x.* FROM figures(p, by => dim) AS x;
        -- value and base of each member, and of the total
        INSERT INTO wrong SELECT 'value', content, dim, f.code, concat_ws(' ', p, f.member, f.member2, f.value, h.value, 'base', f.base, h.base, f.state, f.reason)
          FROM f JOIN oracle AS o USING (code) LEFT JOIN slice AS s ON s.by = dim AND s.member IS NOT DISTINCT FROM f.member AND s.member2 IS NOT DISTINCT FROM f.member2
         CROSS JOIN LATERAL (SELECT pg_temp.value_of(o, s.condition, p) AS value, pg_temp.value_of(o, s.condition, before) AS base) AS h
         WHERE f.value IS DISTINCT FROM h.value OR f.base IS DISTINCT FROM h.base OR (f.value IS NULL) <> (f.state = 'undefined') OR s.by IS NULL AND num_nonnulls(f.member, f.member2) > 0;
        -- what is derived is made of the same member's
        INSERT INTO wrong SELECT 'derived', content, dim, f.code, concat_ws(' ', p, f.member, f.member2, f.value, h.value, f.state)
          FROM f CROSS JOIN LATERAL (SELECT trim_scale(round(CASE f.code WHEN 'TOTAL' THEN c.v - l.v + s.v WHEN 'RATIO' THEN 1000 * s.v / nullif(l.v, 0) WHEN 'LESS' THEN 100 * (l.v - c.v) / nullif(l.v, 0) END, 6)) AS value
                   FROM (SELECT coalesce(max(value) FILTER (WHERE code = 'COUNT'), 0) AS v FROM f AS g WHERE (g.member, g.member2) IS NOT DISTINCT FROM (f.member, f.member2)) AS c
                   CROSS JOIN (SELECT coalesce(max(value) FILTER (WHERE code = 'PLAN'), 0) AS v FROM f AS g WHERE (g.member, g.member2) IS NOT DISTINCT FROM (f.member, f.member2)) AS l
                   CROSS JOIN (SELECT coalesce(max(value) FILTER (WHERE code = 'SUM'), 0) AS v FROM f AS g WHERE (g.member, g.member2) IS NOT DISTINCT FROM (f.member, f.member2)) AS s) AS h
         WHERE f.code IN ('TOTAL', 'RATIO', 'LESS') AND f.value IS DISTINCT FROM h.value;
        -- nobody is left out: those in force, and all that have records in the period or its base
        INSERT INTO wrong SELECT 'rows', content, dim, 'COUNT', s.member FROM slice AS s WHERE s.by = dim AND s.member2 IS NULL AND s.member IS NOT NULL
           AND (pg_temp.by_hand('SELECT count(*) FROM ev WHERE k = ''a'' AND (on_day >= $1 AND on_day < $2 OR on_day >= ($1 - interval ''1 year'') AND on_day < ($2 - interval ''1 year''))', s.condition, p) > 0
                OR s.member IN ('A', 'B', 'C') AND dim LIKE 'area%' OR dim = 'risk' AND s.member IN ('1', '2', '3') OR dim = 'node1' AND s.member IN ('x', 'y') OR dim = 'node2' AND s.member IN ('x1', 'x2', 'y'))
           AND NOT EXISTS (SELECT FROM f WHERE f.code = 'COUNT' AND f.member = s.member);
        -- what adds up comes to the total, by each of two as well
        INSERT INTO wrong SELECT 'sum', content, dim, f.code, string_agg(concat_ws(' ', f.member, f.member2, f.value), ', ') FROM f WHERE f.code IN ('COUNT', 'OPEN', 'SOFAR', 'SUM', 'PLAN', 'STOCK', 'TOTAL') GROUP BY f.code
        HAVING sum(value) FILTER (WHERE member IS NOT NULL AND (member2 IS NOT NULL) = (dim = 'area, risk')) <> max(value) FILTER (WHERE member IS NULL AND member2 IS NULL);
        -- the records behind a member
        INSERT INTO wrong SELECT 'records', content, dim, f.code, concat_ws(' ', f.member, f.member2, f.numerator, r.n, f.denominator, r.d)
          FROM (SELECT DISTINCT ON (code) * FROM f WHERE code IN ('COUNT', 'DISTINCT', 'SHARE', 'DONE', 'LARGEST', 'TOTAL') AND num_nonnulls(member, member2) > 0 ORDER BY code, md5(concat(member, member2, content))) AS f
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE part = 'numerator'), 0) AS n, coalesce(sum(amount) FILTER (WHERE part = 'denominator'), 0) AS d
                               FROM figure_rows(f.code, p, by => dim, member => f.member, member2 => f.member2)) AS r
         WHERE r.n <> coalesce(f.numerator, 0) OR r.d <> coalesce(f.denominator, 0);
        DROP TABLE f;
    END LOOP;
    INSERT INTO wrong SELECT 'check', content, NULL, c.code, concat_ws(' ', c.state, c.detail) FROM check_figures(p) AS c WHERE c.state <> 'holds' AND content % 6 = 0;
END $$;
\set most 24
\ir ../ledger/contents.sql
SELECT is((SELECT string_agg(concat_ws(' ', content, by, code, detail), E'\n') FROM (SELECT * FROM wrong WHERE what = w ORDER BY content LIMIT 6) AS x), NULL, 'random contents: ' || w)
  FROM unnest(ARRAY['value', 'derived', 'rows', 'sum', 'records', 'check']) AS w;

-- ------------------------------------------------------------------ names and their order
SELECT pg_temp.fill(7);
-- whatever is random, each member has a record
INSERT INTO public.ev (id, on_day, risk, node) SELECT 1000 + n, '2023-05-01', (ARRAY[1, 2, 9, NULL, 4])[1 + n % 5], (ARRAY['x', 'x1', 'x2', 'x11', 'x12', 'y', NULL])[n] FROM generate_series(1, 7) AS n;
SELECT is((SELECT string_agg(concat_ws('/', coalesce(member, 'all'), member_name, member_name_en), ', ') FROM figures(year(2024), codes => '{SOFAR}', by => 'risk')),
    'all, 4/旧级/old, 3/高/high, 2/中/medium, 1/低/low, 9/9/9, /未注明/not stated', 'in the order of their table, then what no list has, then what names none; in both languages');
SELECT is((SELECT string_agg(concat_ws('/', member, member_name), ', ') FROM figures(year(2024), codes => '{SOFAR}', by => 'node') WHERE member <> ''),
    'x/甲类（未细分）, x1/甲一（未细分）, x11/甲一一, x12/甲一二, x2/甲二, y/乙类', 'a tree in its order; who is above others has only what names him');
SELECT is((SELECT string_agg(concat_ws('/', member_name, member_name_en), ', ') FROM figures(year(2024), codes => '{SOFAR}', by => 'area') WHERE member IN ('A', 'B', 'C')), '甲区/Jia, 乙区/乙区, 丙区/Bing', 'without an English name, the Chinese one');
SELECT is((SELECT string_agg(member, ',') FROM figures(ytd('2024-04-15'), codes => '{COUNT}', by => 'month')), '1,2,3,4', 'months that the period has days of, by number');
SELECT is((SELECT string_agg(concat_ws(' ', member, member_name, member_name_en), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'quarter') WHERE member IS NOT NULL),
    '1 一季度 first quarter, 2 二季度 second quarter, 3 三季度 third quarter, 4 四季度 fourth quarter', 'quarters');
SELECT is((SELECT string_agg(concat_ws('-', coalesce(member, '*'), coalesce(member2, '*')), ' ') FROM figures(year(2024), codes => '{COUNT}', by => 'area, quarter') WHERE member IS NULL OR member = 'A'),
    '*-* *-1 *-2 *-3 *-4 A-* A-1 A-2 A-3 A-4', 'two dimensions: the total, the second alone, then each of the first, alone and with the second');
SELECT results_eq($$SELECT code, member, member2, value, base FROM figures(year(2024), by => 'area, risk') WHERE member2 IS NULL ORDER BY 1, 2$$,
    $$SELECT code, member, NULL, value, base FROM figures(year(2024), by => 'area') ORDER BY 1, 2$$, 'the margin of two is by one of them');
SELECT set_eq($$SELECT code, starts_on, member, value, base FROM figure_series('{COUNT,SHARE}', year(2024), 'quarter', by => 'risk')$$,
    $$SELECT f.code, f.starts_on, f.member, f.value, f.base FROM generate_series(1, 4) AS q, LATERAL figures(quarter(2024, q), codes => '{COUNT,SHARE}', by => 'risk') AS f$$, 'a series by members is the figures of its periods');
SELECT is_empty($$SELECT code, member FROM figures(year(2024), by => 'area, risk') EXCEPT SELECT c, f.member FROM indicator AS i, LATERAL (SELECT i.code AS c) AS x, LATERAL figures(year(2024), codes => ARRAY[c], by => 'area, risk') AS f WHERE i.active$$,
    'which rows an indicator has does not depend on what else is asked for');

SELECT is((SELECT string_agg(concat_ws(' ', code, severity, state, left_value, right_value, detail), E'\n') FROM check_figures(year(2024))),
    E'members area hard holds 0 0 members of area = total, of 6 figures\nmembers node hard holds 0 0 members of node = total, of 6 figures\nmembers risk hard holds 0 0 members of risk = total, of 6 figures',
    'members against their total: a check for each dimension of the source');

-- ------------------------------------------------------------------ read from a rollup
CREATE TABLE public.by_facts AS SELECT * FROM figures(year(2024), codes => '{SOFAR,OPEN,STOCK,PLAN}', by => 'area, risk');
CREATE TABLE public.month_by_facts AS SELECT * FROM figures(year(2024), codes => '{SOFAR,OPEN,STOCK,PLAN}', by => 'risk, month');
CALL emgov.create_rollup('public.ev_daily', 'SELECT on_day, done, area_code, risk, count(*) AS n FROM public.ev GROUP BY on_day, done, area_code, risk');
SELECT set_eq($$SELECT DISTINCT answered_by FROM figures(year(2024), codes => '{SOFAR,OPEN,STOCK,PLAN}', by => 'area, risk')$$, $$VALUES ('public.ev_daily'), (NULL)$$, 'a rollup whose keys allow it answers by two dimensions');
SELECT results_eq($$SELECT code, member, member2, value, base, numerator FROM figures(year(2024), codes => '{SOFAR,OPEN,STOCK,PLAN}', by => 'area, risk')$$,
    'SELECT code, member, member2, value, base, numerator FROM by_facts', 'as the facts do');
SELECT results_eq($$SELECT code, member, member2, value, base, numerator FROM figures(year(2024), codes => '{SOFAR,OPEN,STOCK,PLAN}', by => 'risk, month')$$,
    'SELECT code, member, member2, value, base, numerator FROM month_by_facts', 'by months too');
SELECT is((SELECT DISTINCT answered_by FROM figures(year(2024), codes => '{SOFAR}', by => 'node') WHERE member IS NULL), 'facts', 'by what is no key of it, the facts answer');
CALL emgov.drop_rollup('public.ev_daily');

-- ------------------------------------------------------------------ a month that is known in part
UPDATE coverage_declaration SET through = '2024-05-10';
DELETE FROM public.ev;
INSERT INTO public.ev (id, on_day, area_code, k) VALUES (1, '2024-04-02', 'A', 'a'), (2, '2024-05-08', 'A', 'a'), (3, '2023-04-02', 'A', 'a'), (4, '2023-05-28', 'A', 'a'), (5, '2023-06-01', 'B', 'a');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, base, words, covered_days, period_days), ', ') FROM figures('[2024-04-01,2024-07-01)', codes => '{COUNT}', by => 'month')),
    'all part_period 2 3 2起（截至5月10日） 40 91, 4 comparable 1 1 1起 30 30, 5 part_period 1 1 1起（截至5月10日） 10 31, 6 no_data 1 0 30', 'April is known, May in part, June not at all');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, covered_days), ', ') FROM figures('[2024-04-01,2024-07-01)', codes => '{SOFAR}', by => 'month') WHERE member = '4'),
    '4 part_period 2 40', 'what is counted up to a day is known as far as the whole');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value), ', ') FROM figures('[2023-05-15,2024-05-15)', codes => '{COUNT}', by => 'month') WHERE member IN ('5', '6')),
    '5 part_period 2, 6 new 1', 'a month that comes twice is not told apart, one that comes once is');

-- ------------------------------------------------------------------ areas that are covered each for itself
UPDATE coverage_declaration SET through = '2024-12-31';
CALL entered(ARRAY['public.ev'], '2024-12-31', '1990-01-01', 'A');
CALL entered(ARRAY['public.ev'], '2023-12-31', '1990-01-01', 'B');
DELETE FROM public.ev;
INSERT INTO public.ev (id, on_day, area_code, risk, k, who) VALUES (1, '2024-04-02', 'A', 1, 'a', 'p'), (2, '2024-05-08', 'B', 1, 'a', 'q'), (3, '2024-05-08', 'B', 2, 'a', 'q'), (4, '2024-05-09', 'C', 3, 'a', 'q'), (5, '2024-05-09', NULL, 3, 'a', 'q');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, words, missing::text), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area')),
    'all part_members 3 3起（缺乙区） {B}, A part_members 1 1起（不含未注明区域的） {""}, B no_data, C part_members 1 1起（不含未注明区域的） {""},  new 1 1起', 'by area, who has not reported is no_data');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, words), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'risk')),
    'all part_members 3 3起（缺乙区）, 3 part_members 2 2起（缺乙区）, 2 part_members 0 0起（缺乙区）, 1 part_members 1 1起（缺乙区）', 'by another dimension, each row is without that area: the rows add up');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value), ', ') FROM figures(year(2024), codes => '{DISTINCT}', by => 'risk') WHERE member IN ('1', '3')),
    '3 part_members 1, 1 part_members', 'what does not add up has no value where records of that area are among it, and one where none are');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, '*'), coalesce(member2, '*'), state, value), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area, risk') WHERE member = 'B' OR member IS NULL),
    '* * part_members 3, * 3 part_members 2, * 2 part_members 0, * 1 part_members 1, B * no_data, B 3 no_data, B 2 no_data, B 1 no_data', 'and by both');
SELECT is((SELECT count(*) FROM figure_rows('COUNT', year(2024), by => 'risk', member => '1')), 1::bigint, 'and its rows are those that were counted');
UPDATE coverage_declaration SET active = false WHERE area_code IS NOT NULL;

-- ------------------------------------------------------------------ as they are, as they were
INSERT INTO area (code, name_zh, kind, is_block, valid_from) VALUES ('N', '新区', 'district', true, '2024-01-01');
UPDATE area SET valid_to = '2024-01-01', successor_code = 'N' WHERE code IN ('B', 'C');
DELETE FROM public.ev;
INSERT INTO public.ev (id, on_day, area_code, k, who, amount) VALUES (1, '2023-04-02', 'B', 'a', 'p', 1), (2, '2023-05-08', 'C', 'a', 'p', 2), (3, '2023-05-08', 'C', 'a', 'q', 4), (4, '2024-05-09', 'N', 'a', 'q', 8), (5, '2024-06-09', 'A', 'a', 'q', 1), (6, '2024-06-09', 'B', 'a', 'r', 1);
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base, state), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area')),
    'all 3 3 comparable, A 1 0 new, N 2 3 comparable', 'what two areas became has the records of both');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base), ', ') FROM figures(year(2024), codes => '{DISTINCT}', by => 'area')), 'all 2 2, A 1 0, N 2 2', 'also of what is counted once each');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area', members => 'as_were')),
    'all 3 3, A 1 0, B 1 1, C 0 2, N 1 0', 'as they were: each what its records say');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base), ', ') FROM figures(year(2023), codes => '{COUNT}', by => 'area')), 'all 3 0, A 0 0, B 1 0, C 2 0', 'of a year in which they were, they are');
SELECT is((SELECT string_agg(concat_ws(' ', extract(year FROM starts_on), member, value), ', ') FROM figure_series('{COUNT}', '[2023-01-01,2025-01-01)', 'year', by => 'area') WHERE member IS NOT NULL),
    '2023 A 0, 2023 N 3, 2024 A 1, 2024 N 2', 'a series is of areas as they are at its end');
SELECT is((SELECT count(*) FROM figure_rows('COUNT', year(2023), by => 'area', member => 'C')), 2::bigint, 'the rows of an area of then');
SELECT is((SELECT string_agg(record_key, ',' ORDER BY record_key) FROM figure_rows('COUNT', year(2024), by => 'area', member => 'N')), '4,6', 'those of what it became');
SELECT is((SELECT string_agg(record_key, ',' ORDER BY record_key) FROM figure_rows('COUNT', year(2024), by => 'area', member => 'N', members => 'as_were')), '4', 'and as they were');
UPDATE area SET successor_code = 'B' WHERE code = 'C';
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area')), 'all 3 3, A 1 0, N 2 3', 'one after another');
UPDATE area SET successor_code = 'C' WHERE code = 'B';
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area')), 'all 3 3, A 1 0, B 1 1, C 0 2, N 1 0', 'a circle of successors leads nowhere');
UPDATE area SET successor_code = 'N' WHERE code IN ('B', 'C');
SELECT throws_ok($$UPDATE area SET successor_code = 'N' WHERE code = 'A'$$, '23514', NULL, 'who has a successor has ended');
-- what is covered, of each as long as it was
UPDATE coverage_declaration SET active = true WHERE area_code = 'B';
UPDATE coverage_declaration SET since = '2023-07-01', through = '2023-12-31' WHERE area_code = 'B';
CALL entered(ARRAY['public.ev'], '2024-12-31', '2024-01-01', 'N');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, reason), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area') WHERE member = 'N'),
    'N no_base 2 base: its source covers 2023-07-01 to 2023-12-31', 'what two became is known as far as both were');
UPDATE coverage_declaration SET since = '2023-01-01', through = '2023-12-31' WHERE area_code = 'B';
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), state, value, base), ', ') FROM figures(year(2024), codes => '{COUNT}', by => 'area')),
    'all comparable 3 3, A new 1 0, N comparable 2 3', 'the whole of it when both were, and none is missing for having ended');
UPDATE coverage_declaration SET active = false WHERE area_code IS NOT NULL;
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => 'area', members => 'now')$$, '22023', 'members are not taken ''now''', 'as_are or as_were');

-- ------------------------------------------------------------------ reported
SELECT pg_temp.define('SENT', 'reported', '{}');
CALL receive('SENT', 'A', year(2024), 7);
CALL receive('SENT', 'N', year(2024), 5);
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value), ', ') FROM figures(year(2024), codes => '{SENT}', by => 'area')), 'all 12, A 7, N 5', 'what was sent, by who sent it');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, reason), ', ') FROM figures(year(2024), codes => '{SENT}', by => 'risk') WHERE member IS NULL OR member = '2'),
    'all 12 base: nobody has sent it, 2 what is reported of it is not by risk', 'by another dimension members have none, and that is said');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), coalesce(member2, 'all'), value), ', ') FROM figures(year(2024), codes => '{SENT}', by => 'area, risk')), 'all all 12, all 3, all 2, all 1, A all 7, A 3, A 2, A 1, N all 5, N 3, N 2, N 1', 'by two, what there is');

-- ------------------------------------------------------------------ what cannot be
CREATE TABLE public.plain (id int PRIMARY KEY, on_day date, kind numeric, note json);
SELECT pg_temp.define('PLAIN', 'count', '{"source": "public.plain"}');
CALL entered(ARRAY['public.plain'], '2025-12-31', '1990-01-01');
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', (member IS NULL)::text, state, reason), ', ') FROM figures(year(2024), codes => '{PLAIN}', by => 'area')),
    'false failed "plain" has no column "area_code" of type text, true none', 'a source without the column: the total stays, its members say why');
SELECT is((SELECT string_agg(DISTINCT reason, ', ') FROM figures(year(2024), codes => '{PLAIN}', by => 'risk')), 'nothing says by which column "plain" has the dimension risk', 'and one that no row speaks of');
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => 'colour')$$, '22023', 'there is no dimension ''colour''', 'no such dimension');
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => 'area, risk, node')$$, '22023', NULL, 'not by three');
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => 'area, area')$$, '22023', NULL, 'nor by one twice');
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => '')$$, '22023', NULL, 'nor by none');
SELECT throws_ok($$INSERT INTO dimension_source (dimension, source, column_name) VALUES ('risk', 'public.plain', 'kind')$$, '42804', 'column "kind" of "public.plain" is no code', 'a number with a point is no code');
SELECT throws_ok($$INSERT INTO dimension_source (dimension, source, column_name) VALUES ('risk', 'public.plain', 'id || ''''')$$, '42703', NULL, 'nor an expression');
SELECT throws_ok($$INSERT INTO dimension_source (dimension, source, column_name) VALUES ('month', 'public.plain', 'id')$$, '42804', NULL, 'of a month, a date');
SELECT throws_ok($$INSERT INTO dimension (code, name_zh, members) VALUES ('bad', '坏', 'public.plain')$$, '42703', NULL, 'a members'' table has codes');
SELECT throws_ok($$INSERT INTO dimension (code, name_zh, members, order_column) VALUES ('bad', '坏', 'area', 'name_zh')$$, '42804', NULL, 'and what is named is of its type');
SELECT throws_ok($$INSERT INTO dimension (code, name_zh, members) VALUES ('bad', '坏', 'public.nowhere')$$, '42P01', NULL, 'and is there');
SELECT throws_ok($$INSERT INTO dimension (code, name_zh, parent_column) VALUES ('bad', '坏', 'parent_code')$$, '23514', NULL, 'no columns without a table');
SELECT throws_ok($$INSERT INTO dimension (code, name_zh, date_part, level) VALUES ('bad', '坏', 'month', 1)$$, '23514', NULL, 'a part of a date has no levels');
-- a source that is called otherwise now
ALTER TABLE public.ev RENAME TO occurrence;
SELECT is((SELECT string_agg(member, ',') FROM figures(year(2024), codes => '{COUNT}', by => 'risk') WHERE member <> ''), '3,2,1', 'a source may be renamed');
ALTER TABLE public.occurrence RENAME TO ev;
-- a tree without an end
UPDATE dimension_member SET parent_code = 'x11' WHERE code = 'x' AND dimension = 'node1';
SELECT lives_ok($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'node1')$$, 'a circle in a tree ends nothing');
UPDATE dimension SET active = false WHERE code = 'node1';
SELECT throws_ok($$SELECT * FROM figures(year(2024), by => 'node1')$$, '22023', NULL, 'one that is not active is none');

-- ------------------------------------------------------------------ who may read what
CREATE ROLE dimension_analyst;
CALL grant_analyst('dimension_analyst');
SET ROLE dimension_analyst;
SELECT isnt_empty($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'area')$$, 'an analyst, by area');
SELECT isnt_empty($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'risk')$$, 'and by members of a table outside the ledger');
RESET ROLE;
REVOKE SELECT ON public.risk_level FROM dimension_analyst;
SET ROLE dimension_analyst;
SELECT throws_ok($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'risk')$$, '42501', 'permission denied for table risk_level', 'not by members that it may not read');
SELECT is((SELECT concat_ws(' ', state, detail) FROM check_figures(year(2024)) WHERE code = 'members risk'), 'unknown members of risk = total: permission denied for table risk_level', 'nor checks it');
SELECT throws_ok($$INSERT INTO ledger.dimension (code, name_zh) VALUES ('mine', '我的')$$, '42501', NULL, 'nor may it define any');
RESET ROLE;
GRANT SELECT ON public.risk_level TO dimension_analyst;
SET ROLE dimension_analyst;
SELECT isnt_empty($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'risk')$$, 'by members that it may read');
RESET ROLE;
ALTER TABLE public.risk_level OWNER TO dimension_analyst;
SELECT throws_ok($$SELECT * FROM figures(year(2024), codes => '{COUNT}', by => 'risk')$$, '42501', NULL, 'not by members of a table that was given to another: it could run his code');
ALTER TABLE public.risk_level OWNER TO CURRENT_USER;
DROP OWNED BY dimension_analyst;
DROP ROLE dimension_analyst;

SELECT throws_ok($$INSERT INTO ledger.dimension (code, name_zh, members) VALUES ('of_all', '全部', 'dimension_member')$$, '23514',
    'dimension of_all names dimension_member, which has the members of other dimensions too', 'the table of the members of all dimensions is none of one');
INSERT INTO ledger.report (code, title_zh) VALUES ('no_dimension', '无');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('no_dimension', 1, '无');
SELECT throws_like(format('INSERT INTO ledger.report_paragraph (report, section, ordinal, body) SELECT ''no_dimension'', 1, 1, format(%L, min(code)) FROM ledger.indicator WHERE kind = ''count''', f),
    '%names nosuch, which is no dimension', 'a paragraph names dimensions that there are: ' || f)
  FROM unnest(ARRAY['{top 3 %s by nosuch}', '{table %s by area,nosuch}', '{%s of ''x'' by nosuch}']) AS f;
-- the order of areas is data
SET search_path = ledger, public, emgov;
UPDATE area SET ordinal = CASE code WHEN (SELECT max(code COLLATE "C") FROM area WHERE parent_code IS NULL) THEN 1 END WHERE parent_code IS NULL;
SELECT is((SELECT (array_agg(n.member ORDER BY n.ordinal))[1] FROM emgov_internal.member_names('ledger', 'area', NULL, NULL) AS n), (SELECT max(code COLLATE "C") FROM area WHERE parent_code IS NULL), 'one with an order comes before those without');
SELECT * FROM finish();
