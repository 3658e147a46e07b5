-- Every number of a report's text, read back by the parser of its wording, is the figure that plain
-- SQL comes to: 300 months of made-up records, each with every form of a template that says numbers.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
SELECT setseed(0.20241219);
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
SET search_path = ledger, public, emgov;
INSERT INTO indicator (code, section, name_zh, name_en, kind, aggregate, source, date_column, measure, filter, scope, cutoff, unit, unit_en, comparator, decimals, rounding, wording, grain, definition_zh) VALUES
    ('INJURED', 4, '重伤人数', 'injured', 'sum', NULL, 'accident_fact', 'occurred_on', 'serious_injuries', $$status = 'valid'$$, 'city', 'period', '人', 'persons', 'year_earlier', 1, 'half_up', 'exact', NULL, 'x'),
    ('LOSS', 4, '直接经济损失', 'loss', 'sum', NULL, 'accident_fact', 'occurred_on', 'direct_loss', $$status = 'valid'$$, 'city', 'period', '元', 'yuan', 'year_earlier', 1, 'half_up', 'exact', NULL, 'x'),
    ('ABOUT', 4, '约数', 'about', 'count', NULL, 'accident_fact', 'occurred_on', NULL, $$status = 'valid'$$, 'city', 'period', '起', 'accidents', 'none', 1, 'half_up', 'over', 10, 'x'),
    ('SHARE', 4, '亡人事故占比', 'share', 'share', 'count', 'accident_fact', 'occurred_on', NULL, 'deaths > 0', 'city', 'period', '%', '%', 'year_earlier', 2, 'half_up', 'exact', NULL, 'x'),
    ('AVERAGE', 4, '起均死亡', 'average', 'mean', NULL, 'accident_fact', 'occurred_on', 'deaths', $$status = 'valid'$$, 'city', 'period', '人', 'persons', 'year_earlier', 2, 'half_up', 'exact', NULL, 'x');
INSERT INTO area (code, name_zh, name_en, kind, is_block, parent_code) VALUES ('c', '本市', 'the city', 'city', false, NULL),
    ('e', '东区', 'East', 'district', true, 'c'), ('n', '北区', 'North', 'district', true, 'c'), ('w', '西区', 'West', 'district', true, 'c');
-- months from none to many
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss)
SELECT row_number() OVER (), m.day + (random() * 27)::int, (ARRAY['e', 'n', 'w', 'e'])[1 + (random() * 3)::int], 'chemical', (random() * 1000000)::int
  FROM (SELECT d::date AS day, (random() ^ 3 * 40)::int AS many FROM generate_series('1999-01-01'::timestamp, '2024-12-01', '1 month') AS d) AS m CROSS JOIN LATERAL generate_series(1, m.many);
INSERT INTO casualty (accident_id, outcome, outcome_on)
SELECT a.id, CASE WHEN random() < 0.4 THEN 'dead' ELSE 'serious' END, a.occurred_on FROM accident AS a CROSS JOIN LATERAL generate_series(1, (a.id * 0 + random() ^ 4 * 5)::int) AS n;
CALL entered(ARRAY['accident', 'casualty'], '2024-12-31', since => '1998-01-01');
INSERT INTO report (code, title_zh, title_en, period_kind) VALUES ('forms', '写法', 'Forms', 'month');
INSERT INTO report_section (report, section, heading) VALUES ('forms', 1, '一');

-- What each template says, in its order: n a number, c a change by rate, amount or both, of this figure, member, and against this.
CREATE TABLE public.form (ordinal int PRIMARY KEY, template text NOT NULL, says text[] NOT NULL);
INSERT INTO public.form VALUES
    (1, '{F028}；{F030}', '{n F028,n F030}'),
    (2, '{INJURED.value}；{LOSS.words}', '{n INJURED,n LOSS}'),
    (3, '{ABOUT}', '{n ABOUT}'),
    (4, '{SHARE}；{AVERAGE}', '{n SHARE,n AVERAGE}'),
    (5, '{F030.phrase}', '{n F030,c F030}'),
    (6, '{F028.change}', '{c F028}'),
    (7, '{F030.rate}；{INJURED.amount}', '{c F030,a INJURED}'),
    (8, '{F028.both}', '{b F028}'),
    (9, '{SHARE.change}；{AVERAGE.change}', '{c SHARE,c AVERAGE}'),
    (10, '{F028.change(previous)}；{F030.both(previous)}', '{c F028 . previous,b F030 . previous}'),
    (11, '{INJURED.base}；{F028.base(previous)}', '{o INJURED,o F028 . previous}'),
    (12, '{F028@ytd.phrase}；{F030@quarter}', '{n F028@ytd,c F028@ytd,n F030@quarter}'),
    (13, '{F030 of ''e'' by area}；{F028.change of ''n'' by area}', '{n F030 e,c F028 n}'),
    (14, '{F030 by area}', '{n F030 e,n F030 n,n F030 w}'),
    (15, '{list F030,INJURED}', '{n F030,n INJURED}'),
    (16, '{list F030,INJURED,F028.change}', '{c F030,c INJURED,c F028}'),
    (17, '{list F030,INJURED.amount}', '{a F030,a INJURED}'),
    (18, '{list F028,F030.change of ''w'' by area}', '{c F028 w,c F030 w}'),
    (19, '{list F030,INJURED.base}', '{o F030,o INJURED}'),
    (20, '{count F030>0 by area}；{F028 rose by area}', '{k F030,r F028}'),
    (21, '第{F030 rank by area of ''e''}位', '{p F030}'),
    (22, '[F028>F030?{F028}|{F030}][F028.change<0 & F030.change<0?双下降]', '{m F028}'),
    (23, '{top 2 F030 by area}', '{}'),
    (24, '{table F028,F030 by area}', '{}'),
    (25, '{table F030 by area show rate(previous),amount}', '{}');
INSERT INTO report_paragraph (report, section, ordinal, body) SELECT 'forms', 1, ordinal, template FROM public.form;
-- and in English
INSERT INTO report (code, title_zh, title_en, period_kind, lang) VALUES ('english', '写法', 'Forms', 'month', 'en');
INSERT INTO report_section (report, section, heading) VALUES ('english', 1, 'One');
INSERT INTO report_paragraph (report, section, ordinal, body)
SELECT 'english', 1, ordinal, replace(replace(replace(replace(template, '；', '; '), '第', 'No. '), '位', ''), '双下降', '') FROM public.form WHERE ordinal < 23;

-- ------------------------------------------------------------------ what plain SQL says
CREATE FUNCTION public.plain(code text, period daterange, area text) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE $1 WHEN 'F028' THEN count(*) WHEN 'ABOUT' THEN count(*) WHEN 'F030' THEN coalesce(sum(x.dead), 0) WHEN 'INJURED' THEN coalesce(sum(x.serious), 0) WHEN 'LOSS' THEN coalesce(sum(x.direct_loss), 0)
                   WHEN 'SHARE' THEN 100 * count(*) FILTER (WHERE x.dead > 0)::numeric / nullif(count(*), 0) ELSE sum(x.dead)::numeric / nullif(count(*), 0) END
      FROM (SELECT a.direct_loss, count(*) FILTER (WHERE c.outcome = 'dead') AS dead, count(*) FILTER (WHERE c.outcome = 'serious') AS serious
              FROM ledger.accident AS a LEFT JOIN ledger.casualty AS c ON c.accident_id = a.id
             WHERE a.occurred_on >= lower(period) AND a.occurred_on < upper(period) AND ($3 IS NULL OR a.area_code = $3) GROUP BY a.id) AS x
$$;
-- one thing that is said: what it should be, and what it is held against
CREATE FUNCTION public.meant(thing text, month daterange, OUT form text, OUT value numeric, OUT base numeric, OUT points boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
    parts text[] := string_to_array(thing, ' ');
    code text := split_part(parts[2], '@', 1);
    area text := nullif(parts[3], '.');
    period daterange := CASE split_part(parts[2], '@', 2) WHEN 'ytd' THEN daterange(date_trunc('year', lower(month))::date, upper(month))
                             WHEN 'quarter' THEN daterange(date_trunc('quarter', lower(month))::date, (date_trunc('quarter', lower(month)) + interval '3 months')::date) ELSE month END;
    before interval := CASE parts[4] WHEN 'previous' THEN '1 month' ELSE '1 year' END;
BEGIN
    form := parts[1];
    value := public.plain(code, period, area);
    base := public.plain(code, daterange((lower(period) - before)::date, (upper(period) - before)::date), area);
    points := code = 'SHARE';
    IF form = 'o' THEN
        value := base;
        form := 'n';
    ELSIF form = 'k' THEN
        value := (SELECT count(*) FROM unnest('{e,n,w}'::text[]) AS a WHERE public.plain(code, period, a) > 0);
        form := 'n';
    ELSIF form = 'r' THEN
        value := (SELECT count(*) FROM unnest('{e,n,w}'::text[]) AS a WHERE public.plain(code, period, a) > public.plain(code, daterange((lower(period) - before)::date, (upper(period) - before)::date), a));
        form := 'n';
    ELSIF form = 'p' THEN
        value := 1 + (SELECT count(*) FROM unnest('{n,w}'::text[]) AS a WHERE public.plain(code, period, a) > public.plain(code, period, 'e'));
        form := 'n';
    ELSIF form = 'm' THEN
        value := greatest(value, public.plain('F030', period, NULL));
        form := 'n';
    END IF;
END $$;
CREATE TYPE public.reading AS (kind text, value numeric, range numrange, direction int, measure text, alike boolean, words text);
-- Does what was read say what is meant?  r: a reading; not_said: a sentence for none, or a dash for what there is not.
CREATE FUNCTION public.agrees(form text, value numeric, base numeric, points boolean, r public.reading) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF form = 'n' THEN
        RETURN r.kind = 'number' AND value <@ r.range;
    END IF;
    RETURN r.kind = 'change' AND r.direction = sign(value - base)
       AND (r.direction = 0 OR CASE r.measure WHEN 'rate' THEN base > 0 AND form <> 'a' AND round(100 * (value - base) / base, 10) <@ r.range
                                              WHEN 'points' THEN points AND value - base <@ r.range ELSE value - base <@ r.range END);
END $$;
-- What of a text is not as it should be; NULL: all of it is.
CREATE FUNCTION public.differs(body text, says text[], month daterange, lang text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    readings public.reading[];
    r public.reading;
    thing text;
    meant record;
    many int := 0;
    next int := 1;
    found int;
BEGIN
    SELECT array_agg((x.kind, x.value, x.range, x.direction, x.measure, x.alike, x.words)::public.reading ORDER BY x.ordinal), count(*) INTO readings, found FROM emgov.read_phrase(body, lang) AS x WHERE x.kind <> 'date';
    FOREACH thing IN ARRAY says LOOP
        meant := public.meant(thing, month);
        IF meant.value IS NULL OR meant.form IN ('a', 'b', 'c') AND meant.base IS NULL THEN
            CONTINUE;
        END IF;
        -- a sentence for none has no number, and in a phrase no change
        IF meant.value = 0 AND thing ~ '^(n|m|c) F028(@ytd)?$|^o F028' AND body ~ '未发生|[Nn]o ' THEN
            CONTINUE;
        END IF;
        IF next > found THEN
            RETURN format('%s is missing', thing);
        END IF;
        r := readings[next];
        IF NOT public.agrees(meant.form, meant.value, meant.base, meant.points, r) THEN
            RETURN format('%s: %s (%s) was read as %s', thing, meant.value, meant.base, r);
        END IF;
        -- amount and percent are two readings of one thing
        IF meant.form = 'b' AND next < found AND r.measure = 'amount' AND (readings[next + 1]).measure = 'rate' THEN
            next := next + 1;
            IF NOT public.agrees('c', meant.value, meant.base, meant.points, readings[next]) THEN
                RETURN format('%s: %s (%s) was read as %s', thing, meant.value, meant.base, readings[next]);
            END IF;
        END IF;
        -- what is said of all stays for the next
        next := next + CASE WHEN r.alike THEN 0 ELSE 1 END;
    END LOOP;
    IF next <= found AND NOT (next = found AND (readings[next]).alike) THEN
        RETURN format('%s is too much', readings[next]);
    END IF;
    RETURN NULL;
END $$;

-- A cell of a table: a number, a change with its sign, or a dash where there is no percent of a base of none.
CREATE FUNCTION public.cell_agrees(cell text, form text, value numeric, base numeric) RETURNS boolean LANGUAGE sql AS $$
    SELECT CASE WHEN form = 'value' THEN cell = value::text
                WHEN form = 'rate' AND base = 0 THEN cell = '—'
                WHEN value = base THEN cell = '持平'
                WHEN form = 'amount' THEN cell = (value - base)::text
                ELSE cell ~ '^-?[0-9.]+%$' AND sign(x.n) = sign(value - base) AND abs(100 * (value - base) / base - x.n) <= 0.5 * 10.0 ^ -x.places AND x.places <= 6 END
      FROM (SELECT n, coalesce(length(substring(cell FROM '\.([0-9]*)')), 0) AS places FROM (SELECT CASE WHEN cell ~ '^-?[0-9.]+%$' THEN rtrim(cell, '%')::numeric END AS n) AS y) AS x
$$;
-- The lines of a printed table, each name with its cells in their order.
CREATE FUNCTION public.table_differs(body text, month daterange, columns text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    lines text[] := string_to_array(body, E'\n');
    areas text[] := '{e,n,w}';
    cells text[];
    column_parts text[];
    before interval;
BEGIN
    IF cardinality(lines) <> 5 OR lines[2] !~ '^东区' OR lines[3] !~ '^北区' OR lines[4] !~ '^西区' OR lines[5] !~ '^合计' THEN
        RETURN 'other lines: ' || body;
    END IF;
    FOR i IN 2 .. 5 LOOP
        cells := regexp_split_to_array(lines[i], ' {2,}');
        FOR c IN 1 .. cardinality(columns) LOOP
            column_parts := string_to_array(columns[c], ' ');
            before := CASE column_parts[3] WHEN 'previous' THEN '1 month' ELSE '1 year' END;
            IF NOT public.cell_agrees(cells[c + 1], CASE column_parts[1] WHEN 'base' THEN 'value' ELSE column_parts[1] END,
                public.plain(column_parts[2], CASE column_parts[1] WHEN 'base' THEN daterange((lower(month) - before)::date, (upper(month) - before)::date) ELSE month END, areas[i - 1]),
                public.plain(column_parts[2], daterange((lower(month) - before)::date, (upper(month) - before)::date), areas[i - 1])) IS TRUE THEN
                RETURN format('%s in %s', columns[c], lines[i]);
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;
-- The first two, and all that are equal to the second, in their order.
CREATE FUNCTION public.top_of(month daterange) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(x.name || x.dead || '人', '、' ORDER BY x.dead DESC, x.n), '无')
      FROM (SELECT a.n, a.name, public.plain('F030', month, a.code) AS dead, rank() OVER (ORDER BY public.plain('F030', month, a.code) DESC) AS rank
              FROM (VALUES (1, 'e', '东区'), (2, 'n', '北区'), (3, 'w', '西区')) AS a (n, code, name)) AS x WHERE x.rank <= 2 AND x.dead > 0
$$;

SELECT plan(6);
CREATE TABLE public.said AS
SELECT m.month, t.ordinal, t.body FROM (SELECT emgov.month(y, n) AS month FROM generate_series(2000, 2024) AS y, generate_series(1, 12) AS n) AS m CROSS JOIN LATERAL report_text('forms', m.month) AS t;
SELECT is((SELECT count(*) FROM public.said), 300 * (SELECT count(*) FROM public.form), 'every form in 300 texts');
SELECT is_empty($$SELECT s.month, f.template, s.body, d.what FROM public.said AS s JOIN public.form AS f USING (ordinal) CROSS JOIN LATERAL public.differs(s.body, f.says, s.month, 'zh') AS d (what) WHERE s.ordinal < 23 AND d.what IS NOT NULL$$,
    'every number of 300 texts, read back, is what plain SQL comes to');
SELECT is_empty($$SELECT s.month, s.body, public.top_of(s.month) FROM public.said AS s WHERE s.ordinal = 23 AND s.body <> public.top_of(s.month)$$, 'those that are first, of 300 months');
SELECT is_empty($$SELECT s.month, d.what FROM public.said AS s CROSS JOIN LATERAL public.table_differs(s.body, s.month, CASE s.ordinal WHEN 24 THEN '{value F028,base F028,rate F028,value F030,base F030,rate F030}'
                     ELSE '{rate F030 previous,amount F030}' END::text[]) AS d (what) WHERE s.ordinal >= 24 AND d.what IS NOT NULL$$, 'every cell of 600 tables');
CREATE TABLE public.said_in_english AS
SELECT m.month, t.ordinal, t.body FROM (SELECT DISTINCT month FROM public.said) AS m CROSS JOIN LATERAL report_text('english', m.month) AS t;
SELECT is((SELECT count(*) FROM public.said_in_english WHERE body !~ '[一-龥]'), 300 * 22::bigint, 'and in English, without a Chinese word');
SELECT is_empty($$SELECT s.month, f.template, s.body, d.what FROM public.said_in_english AS s JOIN public.form AS f USING (ordinal) CROSS JOIN LATERAL public.differs(s.body, f.says, s.month, 'en') AS d (what) WHERE d.what IS NOT NULL$$,
    'every number of 300 English texts');
SELECT * FROM finish(true);
