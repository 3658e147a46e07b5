-- V3, V5: the monthly summaries of accidents, the gravest and the largest of each year against SQL that is written
-- by hand: plain subqueries over the facts, on a hundred random contents. Empty months, withdrawn rows, areas that
-- end, 29 February, months covered in part, coverage by area, areas that have not reported, nothing declared, nothing
-- entered; and parts add up to the whole. Others, and more, with psql's --set first=NUMBER --set contents=NUMBER.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, ledger_report, public, emgov;
SET jit = off;

INSERT INTO area (code, name_zh, kind, is_block, valid_from, valid_to, parent_code, successor_code) VALUES
    ('A', '甲区', 'district', true, NULL, NULL, NULL, NULL), ('C', '丙区', 'district', true, '2024-03-01', NULL, NULL, NULL),
    ('B', '乙区', 'district', true, NULL, '2024-03-01', NULL, 'C'), ('T', '甲区某镇', 'county', false, NULL, NULL, 'A', NULL);
-- few members, one of them retired
UPDATE accident_category SET active = false WHERE code NOT IN ('coal', 'industry_commerce', 'road');
DELETE FROM industry WHERE section > 'D';

-- ------------------------------------------------------------------ a content
CREATE FUNCTION pg_temp.r(n bigint, salt int, k int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (abs(hashint8extended($1, $2) % $3))::int';
CREATE FUNCTION pg_temp.one(n bigint, salt int, VARIADIC choice text[]) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT choice[1 + pg_temp.r(n, salt, cardinality(choice))]';

CREATE PROCEDURE pg_temp.fill(s int) LANGUAGE plpgsql AS $$
DECLARE
    z int := 1000 * s;
    through date := pg_temp.one(s, 1, '2024-02-28', '2024-02-29', '2024-12-19', '2024-12-31', '2025-02-27', '2025-02-28', '2025-01-01', '2024-03-30')::date;
    since date := pg_temp.one(s, 2, '2023-01-01', '2022-03-01', '2023-02-10', '2022-01-01', '2024-02-29', '2022-01-01')::date;
BEGIN
    INSERT INTO accident (id, occurred_on, area_code, category_code, industry, direct_loss, status, note)
    SELECT i, x.day, CASE WHEN x.area = 'B' AND x.day >= '2024-03-01' THEN 'C' WHEN x.area = 'C' AND x.day < '2024-03-01' THEN 'B' ELSE x.area END,
           pg_temp.one(i, z + 3, 'coal', 'road', 'road', 'fire', 'chemical'), pg_temp.one(i, z + 4, 'A', 'B', 'Q', NULL),
           pg_temp.r(i, z + 5, 3) * 1234567.89 * pg_temp.r(i, z + 6, 3), pg_temp.one(i, z + 7, 'valid', 'valid', 'valid', 'valid', 'withdrawn', 'written_off'), 'x'
      FROM generate_series(1, CASE s % 11 WHEN 0 THEN 0 WHEN 1 THEN 3 ELSE 15 + s % 35 END) AS i
     CROSS JOIN LATERAL (
        SELECT CASE pg_temp.r(i, z, 8) WHEN 0 THEN date '2024-02-29' WHEN 1 THEN through + pg_temp.r(i, z + 1, 3) - 1 WHEN 2 THEN since + pg_temp.r(i, z + 1, 3) - 1 WHEN 3 THEN (through - interval '1 year')::date + pg_temp.r(i, z + 1, 9) - 4
                                      ELSE date '2021-12-20' + pg_temp.r(i, z + 1, 1250) END AS day,
               pg_temp.one(i, z + 2, 'A', 'A', 'B', 'C', 'T') AS area) AS x;
    IF s % 7 <> 0 THEN
        INSERT INTO casualty (accident_id, outcome, outcome_on, status, note)
        SELECT a.id, pg_temp.one(a.id * 10 + i, z + 8, 'dead', 'dead', 'serious', 'missing', 'minor'), a.occurred_on + pg_temp.r(a.id * 10 + i, z + 9, 12),
               pg_temp.one(a.id * 10 + i, z + 10, 'valid', 'valid', 'valid', 'withdrawn'), 'x' FROM accident AS a, generate_series(1, 3) AS i WHERE pg_temp.r(a.id * 10 + i, z + 11, 3) > 0;
    END IF;
    UPDATE ledger_setting SET year_start = CASE WHEN s % 10 = 3 THEN '04-01' WHEN s % 10 = 6 THEN '04-06' ELSE '01-01' END;
    CASE s % 6
        WHEN 0 THEN NULL;
        WHEN 1, 2 THEN CALL entered('{accident}', through, least(since, through));
        WHEN 3 THEN CALL entered('{accident}', through, least(since, through), 'A'); CALL entered('{accident}', least(through, '2024-02-29'), '2022-01-01', 'B');
                    CALL entered('{accident}', through, '2022-01-01', 'C');
        WHEN 4 THEN CALL entered('{accident}', through, '2022-01-01'); CALL entered('{accident}', through - pg_temp.r(s, 3, 40), '2022-02-01', 'A');
        WHEN 5 THEN CALL entered('{accident}', through, '2022-01-01', 'A'); CALL entered('{accident}', through, '2023-06-11', 'T');
    END CASE;
END $$;

-- ------------------------------------------------------------------ by hand
CREATE TEMP TABLE fact (d date, area text, category text, severity text, industry text, accidents int, deaths int, serious_injuries int, direct_loss numeric, id bigint, missing int);
CREATE TEMP TABLE counted (dimension text, key text, d date, accidents int, deaths int, serious_injuries int, direct_loss numeric);
CREATE INDEX ON counted (dimension, key);
CREATE TEMP TABLE span (area text, days daterange, is_apart boolean);
CREATE TEMP TABLE part (area text, days daterange, is_needed boolean, valid daterange);
CREATE TEMP TABLE month_state (context text, m date, state text, until date);
CREATE TEMP TABLE member (dimension text, key text, m date, context text);

CREATE PROCEDURE pg_temp.cover() LANGUAGE plpgsql AS $$
DECLARE
    every daterange;
    other daterange;
    apart boolean;
BEGIN
    TRUNCATE fact, counted, span, part, month_state, member;
    INSERT INTO fact SELECT occurred_on, area_code, category_code, coalesce(severity, ''), coalesce(industry, ''), 1, deaths, serious_injuries, direct_loss, id, missing FROM accident_fact WHERE status = 'valid';
    SELECT daterange(since, through, '[]') INTO every FROM coverage_declaration WHERE source = 'accident' AND active AND area_code IS NULL;
    apart := EXISTS (SELECT FROM coverage_declaration WHERE source = 'accident' AND active AND area_code IS NOT NULL);
    IF every IS NULL AND NOT apart THEN
        SELECT daterange(date_trunc('year', min(occurred_on) FILTER (WHERE status = 'valid'))::date, timezone('Asia/Shanghai', max(known_from))::date, '[]') INTO every FROM accident;
        IF lower_inf(every) THEN
            every := NULL;
        END IF;
    END IF;
    -- the others: as it is said of all, or as far as the blocks are
    SELECT coalesce(every, CASE WHEN min(c.since) IS NOT NULL THEN daterange(min(c.since), coalesce(min(c.through) FILTER (WHERE a.valid_to IS NULL), max(c.through)), '[]') END) INTO other
      FROM coverage_declaration c JOIN area a ON a.code = c.area_code AND a.is_block WHERE c.source = 'accident' AND c.active;
    INSERT INTO span SELECT a.code, CASE WHEN c.id IS NOT NULL THEN daterange(c.since, c.through, '[]') WHEN a.is_block AND apart THEN every ELSE other END, c.id IS NOT NULL OR a.is_block AND apart
      FROM area a LEFT JOIN coverage_declaration c ON c.area_code = a.code AND c.source = 'accident' AND c.active;
    INSERT INTO span VALUES ('', other, false);
    INSERT INTO counted SELECT k.*, f.d, f.accidents, f.deaths, f.serious_injuries, f.direct_loss FROM fact f JOIN span s ON s.area = f.area AND f.d <@ s.days
     CROSS JOIN LATERAL (VALUES ('', ''), ('area', f.area), ('category', f.category), ('severity', f.severity), ('industry', f.industry)) AS k;
    INSERT INTO part SELECT s.area, s.days, a.is_block, daterange(a.valid_from, a.valid_to) FROM span s JOIN area a ON a.code = s.area WHERE s.is_apart;
    INSERT INTO part SELECT s.area, s.days, false, NULL FROM span s WHERE s.area = '' AND s.days IS NOT NULL;
    INSERT INTO month_state
    SELECT k.context, k.m, CASE WHEN k.n = 0 THEN 'no_data' WHEN k.missing THEN 'part_members' WHEN NOT k.from_start OR k.first <> k.last THEN 'part_period'
                                WHEN k.first = (k.m + interval '1 month')::date THEN 'whole' ELSE 'running' END, k.first
      FROM (SELECT c.context, m::date AS m, count(*) FILTER (WHERE NOT isempty(x.days)) AS n,
                   c.context IS NULL AND bool_or(p.is_needed AND p.valid && x.month AND coalesce(isempty(x.days), true)) AS missing,
                   bool_and(lower(x.days) = m::date) FILTER (WHERE NOT isempty(x.days)) AS from_start, min(upper(x.days)) AS first, max(upper(x.days)) AS last
              FROM (SELECT NULL AS context UNION SELECT area FROM part) AS c
             CROSS JOIN generate_series((SELECT date_trunc('month', min(lower(days))) FROM part), (SELECT max(upper(days)) - 1 FROM part)::timestamp, '1 month') AS m
              JOIN part p ON c.context IS NULL OR p.area = c.context
             CROSS JOIN LATERAL (SELECT month(m::date) AS month, p.days * month(m::date) AS days) AS x GROUP BY 1, 2) AS k;
END $$;

CREATE FUNCTION pg_temp.is_so(context text, first date, months int, want text[]) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT count(*) = $3 FROM month_state s WHERE s.context IS NOT DISTINCT FROM $1 AND s.m >= $2 AND s.m < $2 + $3 * interval '1 month' AND s.state = ANY ($4) $$;

-- accidents, deaths, serious injuries, direct loss of some days, as far as they are covered
CREATE FUNCTION pg_temp.total(dimension text, keys text[], days daterange) RETURNS numeric[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[count(*), coalesce(sum(f.deaths), 0), coalesce(sum(f.serious_injuries), 0), coalesce(sum(f.direct_loss), 0)] FROM counted f WHERE f.dimension = $1 AND f.key = ANY ($2) AND f.d <@ $3 $$;

-- the same days a year before, where they are known
CREATE FUNCTION pg_temp.earlier(first date, until date) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN first IS NOT NULL AND until IS NOT NULL THEN year_earlier(daterange(first, until)) END $$;

CREATE FUNCTION pg_temp.hand(dimension text) RETURNS TABLE (m date, key text, is_running boolean, name text, v numeric, base numeric, previous numeric, change numeric, pct numeric, state text,
                                                            ytd numeric, ytd_base numeric, m12 numeric, m12_base numeric)
LANGUAGE sql STABLE AS $$
    SELECT b.m, b.key, b.state <> 'no_data' AND b.until < b.m + interval '1 month', n.name,
           x.v, x.base, x.previous, x.v - x.base, CASE WHEN x.base <> 0 THEN round(100 * (x.v - x.base) / x.base, 2) END,
           CASE WHEN NOT k.known THEN 'no_data' WHEN b.state NOT IN ('whole', 'running') THEN b.state WHEN x.base IS NULL THEN 'no_base'
                WHEN x.base <> 0 THEN 'comparable' WHEN x.v <> 0 THEN 'new' ELSE 'none' END,
           x.ytd, x.ytd_base, x.m12, x.m12_base
      FROM (SELECT r.m, r.key, s.state, s.until, s.state IN ('whole', 'running') AS may,
                   pg_temp.is_so(s.context, (r.m - interval '1 year')::date, 1, '{whole}') AS has_base, s.state = 'whole' AND pg_temp.is_so(s.context, (r.m - interval '1 month')::date, 1, '{whole}') AS has_previous,
                   pg_temp.is_so(s.context, y.first, y.months - 1, '{whole}') AS has_ytd, pg_temp.is_so(s.context, (y.first - interval '1 year')::date, y.months, '{whole}') AS has_ytd_base,
                   pg_temp.is_so(s.context, (r.m - interval '11 months')::date, 12, '{whole}') AS has_m12, pg_temp.is_so(s.context, (r.m - interval '23 months')::date, 12, '{whole}') AS has_m12_base,
                   pg_temp.total($1, k.keys, month(r.m)) AS v, pg_temp.total($1, k.keys, pg_temp.earlier(r.m, s.until)) AS base, pg_temp.total($1, k.keys, month((r.m - interval '1 month')::date)) AS previous,
                   pg_temp.total($1, k.keys, daterange(y.first, s.until)) AS ytd, pg_temp.total($1, k.keys, pg_temp.earlier(y.first, s.until)) AS ytd_base,
                   pg_temp.total($1, k.keys, daterange((r.m - interval '11 months')::date, s.until)) AS m12,
                   pg_temp.total($1, k.keys, pg_temp.earlier((r.m - interval '11 months')::date, s.until)) AS m12_base
              FROM member r
              JOIN month_state s ON s.m = r.m AND s.context IS NOT DISTINCT FROM r.context
             -- B has become C: what it had before counts for C, in what ends after that
             CROSS JOIN LATERAL (SELECT CASE WHEN r.dimension = 'area' AND r.key = 'C' AND r.m >= '2024-03-01' THEN '{B,C}' ELSE ARRAY[r.key] END AS keys) k
             CROSS JOIN (SELECT year_start FROM ledger_setting) z
             -- the years of a ledger may begin in any month; those that begin within one have no year to date
             CROSS JOIN LATERAL (SELECT lower(ytd(r.m, z.year_start)) AS first) f
             CROSS JOIN LATERAL (SELECT CASE WHEN z.year_start LIKE '%-01' THEN f.first END AS first,
                                        (12 * (extract(year FROM r.m) - extract(year FROM f.first)) + extract(month FROM r.m) - extract(month FROM f.first))::int + 1 AS months) y
             -- each of them counted once
             WHERE r.dimension = $1 OFFSET 0) AS b
     CROSS JOIN (VALUES ('accidents', 1), ('deaths', 2), ('serious_injuries', 3), ('direct_loss', 4)) AS n (name, i)
     CROSS JOIN LATERAL (SELECT n.i IN (1, 4) OR EXISTS (SELECT FROM casualty) OR EXISTS (SELECT FROM coverage_declaration WHERE source = 'accident' AND active) AS known) k
     CROSS JOIN LATERAL (
        SELECT CASE WHEN k.known AND b.state <> 'no_data' THEN b.v[n.i] END AS v, CASE WHEN k.known AND b.may AND b.has_base THEN b.base[n.i] END AS base,
               CASE WHEN k.known AND b.has_previous THEN b.previous[n.i] END AS previous, CASE WHEN k.known AND b.may AND b.has_ytd THEN b.ytd[n.i] END AS ytd,
               CASE WHEN k.known AND b.may AND b.has_ytd AND b.has_ytd_base THEN b.ytd_base[n.i] END AS ytd_base,
               CASE WHEN k.known AND b.may AND b.has_m12 THEN b.m12[n.i] END AS m12, CASE WHEN k.known AND b.may AND b.has_m12 AND b.has_m12_base THEN b.m12_base[n.i] END AS m12_base OFFSET 0) AS x
$$;

CREATE PROCEDURE pg_temp.members() LANGUAGE sql AS $$
    INSERT INTO member SELECT '', '', m, NULL FROM month_state WHERE context IS NULL;
    INSERT INTO member
    SELECT d.dimension, d.key, s.m, CASE WHEN d.dimension = 'area' THEN CASE WHEN p.is_apart THEN d.key ELSE '' END END
      FROM (SELECT 'area' AS dimension, code AS key FROM area
            UNION SELECT 'category', code FROM accident_category WHERE active AND code <> 'industry_commerce'
            UNION SELECT 'severity', code FROM severity_level WHERE active
            UNION SELECT 'industry', section::text FROM industry
            UNION SELECT of, CASE of WHEN 'category' THEN f.category WHEN 'severity' THEN f.severity ELSE f.industry END
              FROM fact f JOIN span s ON s.area = f.area AND f.d <@ s.days, unnest('{category,severity,industry}'::text[]) AS of) AS d
      LEFT JOIN span p ON d.dimension = 'area' AND p.area = d.key
      JOIN (SELECT m FROM month_state WHERE context IS NULL) AS s ON d.dimension <> 'area'
        OR EXISTS (SELECT FROM fact f WHERE d.dimension = 'area' AND f.area = d.key AND f.d <@ p.days) OR EXISTS (SELECT FROM area a WHERE a.code = d.key AND a.is_block AND daterange(a.valid_from, a.valid_to) && month(s.m));
    DELETE FROM member WHERE dimension = 'area' AND key = 'B' AND m >= '2024-03-01';
$$;

-- ------------------------------------------------------------------ by the views
CREATE FUNCTION pg_temp.by_view(dimension text) RETURNS TABLE (m date, key text, is_running boolean, name text, v numeric, base numeric, previous numeric, change numeric, pct numeric, state text,
                                                               ytd numeric, ytd_base numeric, m12 numeric, m12_base numeric)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
        SELECT r.period_start, %2$s, r.is_running, n.name, n.v, n.base, n.previous, n.change, n.pct, n.state::text, n.ytd, n.ytd_base, n.m12, n.m12_base FROM ledger_report.%1$I AS r CROSS JOIN LATERAL (VALUES %3$s)
               AS n (name, v, base, previous, change, pct, state, ytd, ytd_base, m12, m12_base)
         WHERE r.year = extract(year FROM r.period_start) AND r.month = extract(month FROM r.period_start) $q$,
        'accident_by_month' || CASE WHEN dimension = '' THEN '' ELSE '_' || dimension END, CASE WHEN dimension = '' THEN $q$''$q$ ELSE format('r.%I::text', dimension || '_code') END,
        (SELECT string_agg(format('(%1$L, r.%1$s::numeric, r.%1$s_base::numeric, r.%1$s_previous::numeric, r.%1$s_change::numeric, r.%1$s_pct, r.%1$s_state, r.%1$s_ytd::numeric, '
                                  'r.%1$s_ytd_base::numeric, r.%1$s_12m::numeric, r.%1$s_12m_base::numeric)', x), ',') FROM unnest('{accidents,deaths,serious_injuries,direct_loss}'::text[]) AS x));
END $$;

CREATE TEMP TABLE said AS SELECT NULL::text AS part, b.* FROM pg_temp.by_view('') AS b WITH NO DATA;
CREATE TEMP TABLE whole AS SELECT * FROM said WITH NO DATA;
CREATE TEMP TABLE wrong (s int, what text, detail text);
CREATE TEMP TABLE tried (s int, dimension text, rows bigint, known bigint, bases bigint, running bigint, state text);

CREATE PROCEDURE pg_temp.try(s int) LANGUAGE plpgsql AS $$
DECLARE
    dimension text;
    faults wrong[];
    seen tried[];
BEGIN
    CALL pg_temp.fill(s);
    CALL pg_temp.cover();
    CALL pg_temp.members();
    TRUNCATE whole;
    ANALYZE fact, counted, span, month_state, member;
    FOREACH dimension IN ARRAY ARRAY['', 'area', (ARRAY['category', 'severity', 'industry'])[1 + s % 3]] LOOP
        TRUNCATE said;
        INSERT INTO said SELECT dimension, b.* FROM pg_temp.by_view(dimension) AS b;
        INSERT INTO whole SELECT * FROM said WHERE said.part = '';
        INSERT INTO wrong SELECT s, dimension || ' by hand', coalesce(to_jsonb(h)::text, '') || ' view: ' || coalesce(to_jsonb(b)::text, '')
          FROM pg_temp.hand(dimension) AS h FULL JOIN said AS b USING (m, key, name) WHERE to_jsonb(h) IS DISTINCT FROM to_jsonb(b) - 'part' LIMIT 3;
        INSERT INTO tried SELECT s, dimension, count(*), count(b.v), count(b.base), count(*) FILTER (WHERE b.is_running), b.state FROM said AS b GROUP BY b.state;
        -- parts add up
        IF dimension <> '' THEN
            INSERT INTO wrong SELECT s, dimension || ' adds up', to_jsonb(p)::text || ' whole: ' || to_jsonb(w)::text
              FROM (SELECT b.m, b.name, sum(b.v) AS v FROM said AS b GROUP BY 1, 2) AS p JOIN whole AS w ON (w.m, w.name) = (p.m, p.name) WHERE w.v IS DISTINCT FROM p.v LIMIT 3;
        END IF;
    END LOOP;
    INSERT INTO wrong SELECT s, 'p', to_jsonb(m)::text FROM accident_by_month AS m
     WHERE m.accidents_p IS DISTINCT FROM round(p_value(comparison(m.accidents, m.accidents_base))::numeric, 6);
    -- the ten gravest, and the largest
    INSERT INTO wrong SELECT s, 'gravest', coalesce(to_jsonb(h)::text, '') || ' view: ' || coalesce(to_jsonb(g)::text, '')
      FROM (SELECT extract(year FROM y.first)::int AS year, row_number() OVER (PARTITION BY y.first ORDER BY f.deaths + f.missing DESC, f.serious_injuries DESC, f.direct_loss DESC, f.id)::int AS rank, f.id::numeric AS accident_id
              FROM fact f JOIN span c ON c.area = f.area AND f.d <@ c.days CROSS JOIN (SELECT year_start AS start FROM ledger_setting) z
             CROSS JOIN LATERAL (SELECT lower(ytd(f.d, z.start)) AS first) y) AS h
      FULL JOIN (SELECT g.year, g.rank, g.accident_id::numeric AS accident_id FROM accident_gravest AS g) AS g USING (year, rank) WHERE h.accident_id IS DISTINCT FROM g.accident_id AND rank <= 10 LIMIT 3;
    INSERT INTO wrong SELECT s, 'largest', to_jsonb(i)::text || coalesce(to_jsonb(h)::text, '')
      FROM accident_influence AS i
      LEFT JOIN (SELECT DISTINCT ON (y.first) y.first AS year, h.* FROM pg_temp.hand('') AS h CROSS JOIN ledger_setting AS z
             CROSS JOIN LATERAL (SELECT lower(ytd(h.m, z.year_start)) AS first) AS y WHERE h.name = 'deaths' ORDER BY y.first, h.m DESC) AS h ON h.year = i.period_start
     CROSS JOIN LATERAL (SELECT coalesce(max(f.deaths), 0) AS deaths FROM fact f JOIN span c ON c.area = f.area AND f.d <@ c.days
                          WHERE f.d >= i.period_start AND f.d < i.period_start + interval '1 year' AND h.ytd IS NOT NULL) AS l
     WHERE (SELECT z.year_start LIKE '%-01' FROM ledger_setting AS z) AND h.ytd IS NOT NULL
       AND ((i.deaths, i.deaths_base) IS DISTINCT FROM (h.ytd, h.ytd_base) OR i.largest_deaths IS DISTINCT FROM CASE WHEN h.ytd IS NOT NULL THEN l.deaths END
            OR i.deaths_pct_without_largest IS DISTINCT FROM CASE WHEN h.ytd_base <> 0 THEN round(100 * (h.ytd - l.deaths - h.ytd_base) / h.ytd_base, 2) END) LIMIT 3;
    faults := ARRAY(SELECT w FROM wrong w WHERE w.s = $1);
    seen := ARRAY(SELECT t FROM tried t WHERE t.s = $1);
    RAISE EXCEPTION USING ERRCODE = 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    INSERT INTO wrong SELECT (unnest(faults)).*;
    INSERT INTO tried SELECT (unnest(seen)).*;
END $$;

SELECT plan(6);
\set most 100
\ir ../ledger/contents.sql
SELECT is_empty('SELECT * FROM wrong ORDER BY s, what LIMIT 10', 'random contents: every view as SQL written by hand has it; parts add up');
SELECT is_empty(format('SELECT s FROM generate_series(%1$s, %1$s + %2$s - 1) AS s WHERE NOT (s %% 6 = 0 AND s %% 11 < 2) AND s NOT IN (SELECT t.s FROM tried AS t)', :first, :contents),
    'all of them were tried, but where nothing was entered there is no row');
SELECT set_eq('SELECT state FROM tried', $$VALUES ('no_data'), ('part_members'), ('part_period'), ('no_base'), ('comparable'), ('new'), ('none')$$, 'every state came up');
SELECT ok((SELECT sum(bases) > 100 * :contents AND sum(running) > 10 * :contents FROM tried), 'with bases and running months');

-- who sees an area sees its total, and the gravest of its own; the years of this content begin in April
CALL pg_temp.fill(13);
CREATE ROLE report_accidents_reader;
CALL grant_reader('report_accidents_reader', 'A');
SELECT array_agg(x ORDER BY x) AS whole FROM (SELECT (period_start, sum(accidents), sum(deaths), sum(accidents_ytd))::text AS x FROM accident_by_month_area WHERE area_code IN ('A', 'T') GROUP BY period_start) AS m \gset
SELECT array_agg(id ORDER BY deaths + missing DESC, serious_injuries DESC, direct_loss DESC, id) AS gravest FROM (SELECT f.* FROM accident_fact AS f JOIN coverage_declaration AS c ON f.occurred_on BETWEEN c.since AND c.through
    WHERE f.status = 'valid' AND f.area_code IN ('A', 'T') AND f.occurred_on >= '2023-04-01' AND f.occurred_on < '2024-04-01' ORDER BY deaths + missing DESC, serious_injuries DESC, direct_loss DESC, id LIMIT 10) AS f \gset
SET ROLE report_accidents_reader;
SELECT array_agg(x ORDER BY x) AS seen FROM (SELECT (period_start, accidents, deaths, accidents_ytd)::text AS x FROM ledger_report.accident_by_month) AS m \gset
SELECT array_agg(accident_id::bigint ORDER BY rank) AS seen_gravest FROM ledger_report.accident_gravest WHERE year = 2023 \gset
RESET ROLE;
SELECT is(:'seen'::text[], :'whole'::text[], 'the reader of an area sees its total, with what lies below it');
SELECT is(:'seen_gravest'::bigint[], :'gravest'::bigint[], 'and its gravest accidents');
SELECT * FROM finish();
