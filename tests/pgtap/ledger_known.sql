-- E1: nothing is said that is not known. Where nothing was entered there is no zero: in figures, series,
-- text, views, checks and publications; with coverage declared, a true zero is a zero.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
SELECT no_plan();
SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today \gset
CREATE FUNCTION pg_temp.month_with(day date) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$ SELECT emgov.month(extract(year FROM day)::int, extract(month FROM day)::int) $$;

-- The indicators that a code is made of, by the tables that it is dated by.
CREATE TEMP TABLE made_of AS
WITH RECURSIVE part AS (
    SELECT code, code AS leaf FROM indicator WHERE active
    UNION SELECT p.code, ltrim(o.code, '-') FROM part AS p JOIN indicator AS i ON i.code = p.leaf CROSS JOIN LATERAL unnest(ARRAY[i.of_code, i.by_code] || i.of_codes) AS o (code) WHERE o.code IS NOT NULL)
SELECT p.code, i.code AS leaf, i.source, i.kind, s.name AS dated_by
  FROM part AS p JOIN indicator AS i ON i.code = p.leaf AND i.source IS NOT NULL
 CROSS JOIN LATERAL unnest(emgov_internal.declared_of('ledger', emgov_internal.relation('ledger', i.source), i.date_column)) AS s (name);

-- What a figure says: anything but that it does not know.
CREATE FUNCTION pg_temp.says_something(f emgov_internal.ledger_figure) RETURNS boolean LANGUAGE sql AS $$
    SELECT num_nonnulls(f.value, f.numerator, f.base, f.change, f.rate, f.p_value, f.words, f.phrase) > 0 OR f.state IN ('comparable', 'new', 'none') $$;
CREATE FUNCTION pg_temp.says_nothing(period daterange, as_of timestamptz, tables text[], why text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is_empty(format($q$ SELECT f.code, f.state, f.value, f.base, f.words, f.phrase FROM ledger.figures(%L, %L) AS f WHERE pg_temp.says_something(f)
            AND (%3$L::text[] IS NULL OR f.code IN (SELECT code FROM made_of WHERE dated_by = ANY (%3$L))) $q$, period, as_of, tables), why) $$;
-- A text that prints no number of its own, nor the words of a zero: digits of dates and names are in the empty text as well.
CREATE FUNCTION pg_temp.zeros_in_text(period daterange) RETURNS TABLE (section int, ordinal int, found text) LANGUAGE sql AS $$
    SELECT t.section, t.ordinal, m.found
      FROM ledger.report_text('law-based-government', period) AS t
     CROSS JOIN LATERAL (SELECT z.zero_zh FROM indicator AS z WHERE z.zero_zh IS NOT NULL AND strpos(t.body, z.zero_zh) > 0
                         UNION SELECT (regexp_matches(t.body, '(?<![0-9.])0(?![0-9.])[^0-9]{0,3}', 'g'))[1]) AS m (found) $$;

-- ------------------------------------------------------------------ an empty ledger
SELECT pg_temp.says_nothing(p, NULL, NULL, format('nothing entered: no figure of %s says anything', p))
  FROM unnest(ARRAY[year(2024), year(2023), year(2030), month(2024, 7), daterange('2024-02-29', '2024-03-01'), pg_temp.month_with(:'today')]) AS p;
SELECT pg_temp.says_nothing(year(2024), '1999-01-01', NULL, 'nor as of a moment before all');
SELECT is_empty($$SELECT code, state FROM figures(year(2024)) WHERE state NOT IN ('no_data', 'failed')$$, 'their state says it');
SELECT is_empty($$SELECT f.code, f.starts_on, f.value FROM figure_series(NULL, year(2024), 'month') AS f WHERE pg_temp.says_something(f)$$, 'no month of a series');
SELECT is_empty($$SELECT f.code, f.member, f.value FROM figures(year(2024), by => 'area') AS f WHERE pg_temp.says_something(f)$$, 'no area');
SELECT is_empty($$SELECT * FROM pg_temp.zeros_in_text(year(2024))$$, 'no zero in the text');
SELECT isnt_empty($$SELECT FROM report_text('law-based-government', year(2024)) WHERE body ~ '—'$$, 'it prints gaps');
SELECT is_empty($$SELECT code, state, left_value, right_value FROM check_figures(year(2024)) WHERE state <> 'unknown' OR left_value = 0 OR right_value = 0$$, 'no rule holds, or fails, of what nobody knows');
SELECT throws_like($$CALL publish('law-based-government', year(2024))$$, '%', 'it is not published');
SELECT is((SELECT count(*) FROM publication), 0::bigint, 'indeed');
CALL publish('law-based-government', year(2024), allow_gaps => true) \gset
SELECT is_empty($$SELECT code, value, phrase FROM publication_figure WHERE num_nonnulls(value, numerator, base, change, rate, phrase) > 0$$, 'told to, it is published without a number');
-- a number 0 anywhere in a view of what is counted, in any of its numeric columns but the number of days that are covered, and of records that are there
CREATE FUNCTION pg_temp.zeros_in_views() RETURNS TABLE (view name, shown jsonb) LANGUAGE plpgsql AS $$
BEGIN
    FOR view IN SELECT name FROM emgov.ledger_part WHERE kind = 'view' AND name !~ '^dim_' LOOP
        RETURN QUERY EXECUTE format('SELECT %L::name, to_jsonb(v) FROM ledger_report.%I AS v WHERE EXISTS (SELECT FROM jsonb_each(to_jsonb(v) - ''{covered_days,records,changed}''::text[]) AS e WHERE e.value = ''0'')', view, view);
    END LOOP;
END $$;
SELECT is_empty('SELECT view FROM pg_temp.zeros_in_views()', 'no view has a zero');
SELECT is_empty($$SELECT source FROM coverage WHERE through IS NOT NULL$$, 'and coverage says that nothing is covered');

-- ------------------------------------------------------------------ declared: true zeros
BEGIN;
CALL entered(ARRAY['law-based-government'], :'today', since => '2022-01-01');
SELECT is_empty($$SELECT f.code, f.state, f.value, f.base FROM figures(year(2024)) AS f JOIN indicator AS i USING (code)
    WHERE i.kind IN ('count', 'distinct', 'sum', 'stock', 'planned') AND (f.value IS DISTINCT FROM 0 OR f.base IS DISTINCT FROM 0 OR f.state <> 'none' OR f.coverage <> 'declared')
      AND EXISTS (SELECT FROM coverage_declaration d JOIN made_of m ON m.dated_by = d.source WHERE m.code = f.code)$$, 'declared and nothing there: a count is 0, and was 0');
SELECT isnt_empty($$SELECT FROM figures(year(2024), codes => '{F028}') AS f WHERE f.words = (SELECT zero_zh FROM indicator WHERE code = 'F028')$$, 'in the words of a zero');
SELECT is_empty($$SELECT f.code, f.state FROM figures(year(2024)) AS f JOIN indicator AS i USING (code) WHERE i.kind IN ('share', 'completion', 'mean') AND (f.value IS NOT NULL OR f.state NOT IN ('undefined', 'no_data'))$$, 'a share of nothing is none');
SELECT is_empty($$SELECT f.code, f.base, f.state FROM figures(year(2022), codes => '{F028,F030,F051}') AS f WHERE f.state <> 'no_base' OR f.base IS NOT NULL OR f.change IS NOT NULL OR f.rate IS NOT NULL$$, 'a year that nothing is known before has no base');
SELECT is_empty($$SELECT f.code, f.state, f.value, f.words FROM figures(pg_temp.month_with((now() + interval '2 months')::date)) AS f
    WHERE num_nonnulls(f.value, f.numerator, f.change, f.rate, f.p_value, f.words, f.phrase) > 0 OR f.state NOT IN ('no_data', 'failed')$$, 'a month to come has no figure, though it has a base');
SELECT is_empty($$SELECT f.code, f.value, f.state, f.covered_days FROM figures(pg_temp.month_with((now() AT TIME ZONE 'Asia/Shanghai')::date), codes => '{F028}') AS f
    WHERE (f.value, f.covered_days) IS DISTINCT FROM (0, extract(day FROM now() AT TIME ZONE 'Asia/Shanghai')::int) OR f.covered_days < f.period_days AND f.state <> 'part_period'$$, 'the running month has one as far as it goes');
SELECT is_empty($$SELECT f.code, f.starts_on, f.value FROM figure_series('{F028}', daterange('2021-01-01', '2025-01-01'), 'quarter') AS f
    WHERE (f.value = 0) IS DISTINCT FROM (f.starts_on >= '2022-01-01') AND f.value IS DISTINCT FROM NULL OR (f.value IS NULL) IS DISTINCT FROM (f.starts_on < '2022-01-01')$$, 'quarters of a series are zeros from the day on that is declared');
ROLLBACK;

-- ------------------------------------------------------------------ with records, and a source emptied
\ir ../ledger/records.sql
SELECT array_agg(DISTINCT source) AS sources FROM indicator WHERE source IS NOT NULL \gset
CALL entered(:'sources', '2024-12-31', since => '2022-01-01');
CREATE TEMP TABLE full_figure AS SELECT * FROM figures(year(2024));
SELECT isnt_empty($$SELECT FROM full_figure WHERE state = 'comparable' AND value > 0$$, 'with records, figures say much');
CALL entered(:'sources', NULL);
CREATE TEMP TABLE said AS SELECT NULL::text AS emptied, f.* FROM figures(year(2024)) AS f LIMIT 0;
-- as a table that was never written to; what hangs on its rows may stay, and counts for nothing
CREATE PROCEDURE pg_temp.empty(source text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE format('DELETE FROM %s', source);
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', emgov_internal.history_of(source::regclass));
    EXECUTE format('DELETE FROM %s', emgov_internal.history_of(source::regclass));
    SET LOCAL session_replication_role = origin;
END $$;
-- the sum of each number that a view of what is counted shows, the same by a dimension aside
CREATE FUNCTION pg_temp.shown() RETURNS TABLE (view name, col text, total numeric) LANGUAGE plpgsql AS $$
BEGIN
    FOR view IN SELECT name FROM emgov.ledger_part WHERE kind = 'view' AND name ~ '_by_month$|_overdue$|^accident_(gravest|influence|crosstab)$' LOOP
        RETURN QUERY EXECUTE format('SELECT %L::name, e.key, sum(abs((e.value #>> ''{}'')::numeric)) FROM ledger_report.%I AS v, jsonb_each(to_jsonb(v)) AS e WHERE jsonb_typeof(e.value) = ''number'' GROUP BY 2', view, view);
    END LOOP;
END $$;
CREATE TEMP TABLE shown_full AS SELECT * FROM pg_temp.shown();
CREATE TEMP TABLE shown_zero AS SELECT NULL::text AS emptied, s.* FROM shown_full AS s LIMIT 0;
CREATE TEMP TABLE shown_otherwise AS TABLE shown_full WITH NO DATA;
-- what these views are made of; that they read none of the others is seen with all of those emptied at once
CREATE TEMP TABLE shown_of AS SELECT unnest('{accident,casualty,drill,drill_plan,enforcement_case,hazard,inspection,penalty,remediation}'::text[]) AS name;
CREATE PROCEDURE pg_temp.empty_in_turn() LANGUAGE plpgsql AS $$
DECLARE
    one text;
    kept said[];
    zeros shown_zero[];
    otherwise shown_full[];
BEGIN
    BEGIN
        FOR one IN SELECT dated_by FROM made_of EXCEPT TABLE shown_of LOOP
            CALL pg_temp.empty('ledger.' || one);
        END LOOP;
        otherwise := ARRAY(SELECT x::shown_full FROM (TABLE shown_full EXCEPT SELECT * FROM pg_temp.shown()) AS x);
        RAISE EXCEPTION USING ERRCODE = 'P0999';
    EXCEPTION WHEN SQLSTATE 'P0999' THEN
        INSERT INTO shown_otherwise SELECT * FROM unnest(otherwise);
    END;
    FOR one IN SELECT dated_by FROM made_of UNION VALUES ('casualty'), ('penalty'), ('drill') LOOP
        BEGIN
            CALL pg_temp.empty('ledger.' || one);
            kept := kept || ARRAY(SELECT ROW(one, f.*)::said FROM ledger.figures(emgov.year(2024)) AS f);
            IF one IN (TABLE shown_of) THEN
                zeros := zeros || ARRAY(SELECT ROW(one, s.*)::shown_zero FROM pg_temp.shown() AS s JOIN shown_full AS f USING (view, col) WHERE s.total = 0 AND f.total > 0);
            END IF;
            RAISE EXCEPTION USING ERRCODE = 'P0999';
        EXCEPTION WHEN SQLSTATE 'P0999' THEN
            NULL;
        END;
    END LOOP;
    INSERT INTO said SELECT * FROM unnest(kept);
    INSERT INTO shown_zero SELECT * FROM unnest(zeros);
END $$;
CALL pg_temp.empty_in_turn();
SELECT is_empty($$SELECT s.emptied, s.code, s.state, s.value, s.words FROM said AS s JOIN (SELECT DISTINCT code, dated_by FROM made_of) AS m ON m.code = s.code AND m.dated_by = s.emptied
    WHERE num_nonnulls(s.value, s.base, s.change, s.rate, s.words, s.phrase) > 0 OR s.state <> 'no_data'$$, 'each source emptied in turn: the figures made of it say nothing');
SELECT isnt_empty($$SELECT FROM said$$, 'indeed they were asked');
SELECT is_empty('SELECT emptied, view, col FROM shown_zero', 'nor do views say 0 of what comes from it');
SELECT is_empty('TABLE shown_otherwise', 'and of the tables that none of them is made of they read nothing');
SELECT is_empty($$SELECT emptied, code, state, value, words FROM said WHERE emptied = 'casualty' AND code IN ('F030', 'F034', 'X001') AND (value IS NOT NULL OR state <> 'no_data')
    OR emptied = 'drill' AND code IN (SELECT code FROM indicator WHERE source = 'drill_plan_fact' AND until_column = 'held_on') AND (value IS NOT NULL OR state <> 'no_data')$$, 'deaths of accidents whose casualties nobody entered, drills of plans alone: not 0');
SELECT is_empty($$SELECT s.emptied, s.code, s.state, s.value, f.value FROM said AS s JOIN full_figure AS f USING (code)
    WHERE NOT EXISTS (SELECT FROM made_of AS m WHERE m.code = s.code AND m.dated_by = s.emptied)
      AND NOT EXISTS (SELECT FROM made_of AS m JOIN emgov_internal.source_tables('ledger') AS t ON true WHERE m.code = s.code AND m.source <> m.dated_by)
      AND (s.value, s.base, s.phrase) IS DISTINCT FROM (f.value, f.base, f.phrase)$$, 'and the others are as they were');

-- ------------------------------------------------------------------ a district without a report
SELECT format('CALL entered(ARRAY[''accident''], ''2024-12-31'', since => ''2022-01-01'', area => %L)', code) FROM emgov_internal.coverage_areas('ledger', year(2024), NULL) WHERE code <> '320412' \gexec
CREATE FUNCTION pg_temp.counted(y int, without text DEFAULT NULL) RETURNS numeric LANGUAGE sql AS $$
    SELECT count(*)::numeric FROM accident WHERE status = 'valid' AND extract(year FROM occurred_on) = y AND area_code IS DISTINCT FROM without $$;
SELECT results_eq($$SELECT state, value, words IS NULL, covered_days FROM figures(year(2024), codes => '{F028}', by => 'area') WHERE member = '320412'$$, $$VALUES ('no_data', NULL::numeric, true, 0)$$, 'its row says nothing');
SELECT is_empty($$SELECT f.member, f.value, f.state FROM figures(year(2024), codes => '{F028}', by => 'area') AS f JOIN area AS a ON a.code = f.member WHERE a.is_block AND a.valid_to IS NULL AND f.member <> '320412'
    AND (f.value IS DISTINCT FROM (SELECT count(*) FROM accident x WHERE x.status = 'valid' AND x.area_code = f.member AND x.occurred_on BETWEEN '2024-01-01' AND '2024-12-31') OR f.state NOT IN ('comparable', 'new', 'none'))$$, 'those of the others are whole');
SELECT results_eq($$SELECT state, value, missing, change, rate, p_value FROM figures(year(2024), codes => '{F028}')$$,
    $$SELECT 'part_members', pg_temp.counted(2024, '320412'), '{320412}'::text[], NULL::numeric, NULL::numeric, NULL::numeric$$, 'the city''s is of the others, names it, and is not compared');
SELECT matches((SELECT words FROM figures(year(2024), codes => '{F028}')), '^[0-9]+起（缺武进区）$', 'in words too');
SELECT is_empty($$SELECT code, state FROM figures(year(2024), codes => '{F029,F028}') WHERE state IN ('comparable', 'new', 'none')$$, 'what is derived from it is no better');
SELECT throws_like($$CALL publish('law-based-government', year(2024))$$, '%', 'and it is not published as if whole');
CALL entered(ARRAY['accident'], '2024-06-30', since => '2022-01-01', area => '320412');
SELECT results_eq($$SELECT state, value, covered_days, period_days, rate FROM figures(year(2024), codes => '{F028}', by => 'area') WHERE member = '320412'$$,
    $$SELECT 'part_period', count(*)::numeric, 182, 366, NULL::numeric FROM accident WHERE status = 'valid' AND area_code = '320412' AND occurred_on BETWEEN '2024-01-01' AND '2024-06-30'$$, 'half a year''s: as far as it goes');
SELECT is_empty($$SELECT state, rate FROM figures(year(2024), codes => '{F028}') WHERE state NOT LIKE 'part\_%' OR rate IS NOT NULL OR change IS NOT NULL$$, 'nor is the city''s the whole then');
CALL entered(ARRAY['accident'], '2024-12-31', since => '2022-01-01', area => '320412');
SELECT results_eq($$SELECT state, value, base FROM figures(year(2024), codes => '{F028}')$$, $$SELECT 'comparable', pg_temp.counted(2024), pg_temp.counted(2023)$$, 'when all have reported it is');

-- ------------------------------------------------------------------ reported figures
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, comparator, zero_zh, definition_zh) VALUES ('R001', '上报事故', 'reported', 'city', 'period', '起', 'year_earlier', '未发生事故', '各板块上报事故起数之和');
SELECT results_eq($$SELECT f.state, pg_temp.says_something(f) FROM figures(year(2024), codes => '{R001}') AS f$$, $$VALUES ('no_data', false)$$, 'nothing was sent: nothing is said');
SELECT format('CALL receive(''R001'', %L, month(%s, %s), %s)', code, y, m, (m + y + length(name_zh)) % 3) FROM emgov_internal.coverage_areas('ledger', year(2024), NULL), generate_series(2023, 2024) AS y, generate_series(1, 12) AS m WHERE (code, y, m) <> ('320412', 2024, 12) \gexec
SELECT results_eq($$SELECT state, value, missing, rate FROM figures(month(2024, 12), codes => '{R001}')$$, $$SELECT 'part_members', sum(value), '{320412}'::text[], NULL::numeric FROM reported WHERE indicator = 'R001' AND starts_on = '2024-12-01'$$,
    'a member that sent nothing is missing');
SELECT results_eq($$SELECT state, value FROM figures(month(2024, 12), codes => '{R001}', by => 'area') WHERE member = '320412'$$, $$VALUES ('no_data', NULL::numeric)$$, 'its row says nothing');
SELECT results_eq($$SELECT state, value, base FROM figures(month(2024, 11), codes => '{R001}')$$, $$SELECT 'comparable', sum(value) FILTER (WHERE starts_on = '2024-11-01'), sum(value) FILTER (WHERE starts_on = '2023-11-01') FROM reported WHERE indicator = 'R001'$$,
    'when all have sent, it is compared');
CALL receive('R001', '320412', month(2024, 12), 4);
SELECT results_eq($$SELECT state, value, base FROM figures(year(2024), codes => '{R001}')$$, $$SELECT 'comparable', sum(value) FILTER (WHERE starts_on >= '2024-01-01'), sum(value) FILTER (WHERE starts_on < '2024-01-01') FROM reported WHERE indicator = 'R001'$$,
    'twelve months make a year');
SELECT is_empty($$SELECT f.state, f.value FROM figures(pg_temp.month_with((now() + interval '2 months')::date), codes => '{R001}') AS f WHERE pg_temp.says_something(f)$$, 'none of a month to come');
SELECT results_eq($$SELECT state, base IS NULL, rate FROM figures(year(2023), codes => '{R001}')$$, $$VALUES ('no_base', true, NULL::numeric)$$, 'a year before which nothing was sent has no base');

-- ------------------------------------------------------------------ reported against counted
SELECT is_empty($$SELECT FROM check_figures(year(2024)) WHERE code LIKE 'reported%'$$, 'no check where only one of the two is');
SELECT format('CALL receive(''F028'', %L, year(2024), %s)', a.code, (SELECT count(*) FROM accident WHERE status = 'valid' AND area_code = a.code AND occurred_on BETWEEN '2024-01-01' AND '2024-12-31'))
  FROM emgov_internal.coverage_areas('ledger', year(2024), NULL) AS a \gexec
SELECT results_eq($$SELECT code, severity, state, left_value, right_value FROM check_figures(year(2024)) WHERE code LIKE 'reported%'$$, $$SELECT 'reported F028', 'soft', 'holds', pg_temp.counted(2024), pg_temp.counted(2024)$$,
    'where there are records too, what was reported is held against them');
SELECT format('CALL receive(''F028'', ''320404'', year(2024), %s)', value + 2) FROM reported WHERE indicator = 'F028' AND member = '320404' \gexec
SELECT results_eq($$SELECT state, right_value - left_value, detail ~ '钟楼区: [0-9]+, [0-9]+$' FROM check_figures(year(2024)) WHERE code = 'reported F028'$$, $$VALUES ('warns', 2::numeric, true)$$, 'a difference is shown, member by member');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE indicator = 'F028' AND member <> '320411';
CALL entered(ARRAY['accident'], NULL, area => '320411');
SELECT results_eq($$SELECT state, left_value, right_value FROM check_figures(year(2024)) WHERE code = 'reported F028'$$, $$VALUES ('unknown', NULL::numeric, NULL::numeric)$$, 'where one side is not known, nothing is said');

-- ------------------------------------------------------------------ published with gaps, and filled since
CALL entered(ARRAY['accident'], '2024-09-30', since => '2022-01-01');
CALL publish('law-based-government', year(2024), allow_gaps => true, force_reason => 'made-up records') \gset
SELECT results_eq(format('SELECT value, state, words FROM publication_figure WHERE publication_id = %s AND code = ''F028''', :'id'),
    $$SELECT count(*)::numeric, 'part_period', count(*) || '起（截至9月30日）' FROM accident WHERE status = 'valid' AND occurred_on BETWEEN '2024-01-01' AND '2024-09-30'$$, 'a publication says until when');
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :'id'), 'and comes out again');
SELECT is_empty(format('SELECT * FROM restatement(%s) WHERE code = ''F028''', :'id'), 'nothing has moved');
CALL entered(ARRAY['accident'], '2024-12-31', since => '2022-01-01');
SELECT results_eq(format('SELECT published + 0, value_now, records, reason FROM restatement(%s) WHERE code = ''F028'' AND what = ''value''', :'id'),
    $$SELECT count(*) FILTER (WHERE occurred_on < '2024-10-01')::numeric, count(*)::numeric, 0::bigint, 'coverage' FROM accident WHERE status = 'valid' AND occurred_on BETWEEN '2024-01-01' AND '2024-12-31'$$,
    'what is known since is a restatement, and says why');
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :'id'), 'what was published is as it was');

-- ------------------------------------------------------------------ published totals
CALL entered(ARRAY['accident'], '2024-12-31', since => '2024-01-01');
SELECT results_eq($$SELECT state, base, base_kind, rate FROM figures(year(2024), codes => '{F028}')$$, $$VALUES ('no_base', NULL::numeric, 'restated', NULL::numeric)$$, 'a bureau that starts this year has no base');
INSERT INTO base_value (indicator, starts_on, ends_on, published_on, value, source) VALUES ('F028', '2023-01-01', '2024-01-01', '2024-01-20', 10, '2023年统计公报');
SELECT results_eq($$SELECT state, base, base_kind, change FROM figures(year(2024), codes => '{F028}')$$, $$SELECT 'comparable', 10::numeric, 'published_total', pg_temp.counted(2024) - 10$$, 'but what it published, marked as such');
SELECT results_eq($$SELECT state, base FROM figures(ytd('2024-06-30'), codes => '{F028}')$$, $$VALUES ('no_base', NULL::numeric)$$, 'of just that period');
-- ------------------------------------------------------------------ members without data
-- what adds up is without them; what is counted once, or the largest, cannot be told from the rest
CREATE TABLE public.fire (id int PRIMARY KEY, on_day date NOT NULL, done date, area_code text, who text, n int);
INSERT INTO public.fire VALUES (1, '2024-02-01', '2024-05-01', '320402', 'a', 1), (2, '2024-03-01', NULL, '320402', 'a', 3),
    (3, '2024-03-05', '2024-05-01', '320404', 'b', 10), (4, '2024-03-06', '2024-05-01', '320404', 'c', 10);
INSERT INTO indicator (code, name_zh, kind, source, date_column, until_column, measure, filter, base_filter, aggregate, scope, cutoff, unit, definition_zh) VALUES
    ('M1', 'x', 'count', 'public.fire', 'on_day', NULL, NULL, 'true', NULL, NULL, 'city', 'period', '起', 'x'),
    ('M2', 'x', 'distinct', 'public.fire', 'on_day', NULL, 'who', 'true', NULL, NULL, 'city', 'period', '家', 'x'),
    ('M3', 'x', 'largest', 'public.fire', 'on_day', NULL, 'n', 'true', NULL, NULL, 'city', 'period', '人', 'x'),
    ('M4', 'x', 'share', 'public.fire', 'on_day', NULL, 'who', 'n > 2', 'true', 'distinct', 'city', 'period', '%', 'x'),
    ('M5', 'x', 'planned', 'public.fire', 'on_day', 'done', 'who', 'true', NULL, 'distinct', 'city', 'period', '家', 'x');
INSERT INTO indicator (code, name_zh, kind, of_codes, scope, cutoff, unit, definition_zh) VALUES ('M6', 'x', 'total', '{M1,M2}', 'city', 'period', '起', 'x');
CALL entered(ARRAY['public.fire'], '2024-12-31', since => '2023-01-01', area => '320402');
SELECT results_eq($$SELECT code, state, value, words IS NOT NULL, '320404' = ANY (missing) FROM figures(year(2024), codes => '{M1,M2,M3,M4,M5,M6}') ORDER BY code$$,
    $$SELECT c, 'part_members', CASE c WHEN 'M1' THEN 2::numeric END, c = 'M1', true FROM unnest('{M1,M2,M3,M4,M5,M6}'::text[]) AS c$$,
    'without a member''s data a count is that of the others; of what does not add up there is none');
SELECT results_eq($$SELECT code, value FROM figures(year(2024), codes => '{M1,M2,M3,M5}', by => 'area') WHERE member = '320402' ORDER BY code$$,
    $$VALUES ('M1', 2::numeric), ('M2', 1), ('M3', 3), ('M5', 1)$$, 'the member''s own figures are known');
DELETE FROM public.fire WHERE area_code = '320404';
SELECT results_eq($$SELECT code, value FROM figures(year(2024), codes => '{M1,M2,M3,M5}') ORDER BY code$$,
    $$VALUES ('M1', 2::numeric), ('M2', 1), ('M3', 3), ('M5', 1)$$, 'and so is the whole as far as it is known, where no record is of one without data');
SELECT * FROM finish();
