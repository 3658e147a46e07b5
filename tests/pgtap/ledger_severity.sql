-- How accidents are graded: schemes are rows, with validity, of a category and a regime (issue 10);
-- kinds, outcomes and levels are said once, in the types, and the rows follow.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(35);
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
CREATE FUNCTION public.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; hint text;
BEGIN
    EXECUTE statement;
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', message, nullif(hint, ''));
END
$$;

-- ------------------------------------------------------------------ said once
SELECT results_eq('SELECT code, name_zh FROM severity_level ORDER BY ordinal', $$SELECT s::text, label(s) || '事故' FROM unnest(enum_range(NULL::severity)) AS s$$, 'levels are those of the type');
SELECT results_eq('SELECT code, name_zh FROM penalty_kind ORDER BY weight', 'SELECT k::text, label(k) FROM unnest(enum_range(NULL::emgov.penalty_kind)) AS k', 'kinds of penalty are those of the type');
SELECT is((SELECT allowed FROM allowed_values('disposition_policy') WHERE column_name = 'outcome'), ARRAY(SELECT o::text FROM unnest(enum_range(NULL::remediation_outcome)) AS o WHERE o <> 'pending'),
    'outcomes of a remediation are those of the type, but for what is under way');
SELECT is_empty($$SELECT k FROM unnest(enum_range(NULL::emgov.penalty_kind)) AS k WHERE emgov.penalty_kind(label(k)) <> k UNION ALL SELECT NULL FROM unnest(enum_range(NULL::severity)) AS s WHERE severity(label(s)) <> s$$,
    'and every term is read back');

-- ------------------------------------------------------------------ Order 493
SELECT ok(column_default IS NULL AND is_nullable = 'YES', 'what nobody assessed is no loss of 0') FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = 'accident' AND column_name = 'direct_loss';
INSERT INTO area (code, name_zh, kind) VALUES ('a', '甲区', 'district');
CREATE TABLE public.grid AS
    SELECT row_number() OVER ()::int AS n, dead, serious, loss FROM unnest('{0,1,2,3,9,10,29,30,81}'::int[]) AS dead, unnest('{0,9,10,49,50,99,100}'::int[]) AS serious,
           unnest('{0,9999999.99,10000000,49999999.99,50000000,99999999.99,100000000}'::numeric[]) AS loss;
CREATE TABLE public.schemes AS
    SELECT array_agg(ARRAY[r.severity_code, s.code, '', ''] ORDER BY l.ordinal DESC) AS levels,
           array_agg(ARRAY[-2147483648, 2147483647, coalesce(r.dead, 0), coalesce(r.serious_injuries, 0), 9223372036854775807, 9223372036854775807, coalesce(r.direct_loss * 100, 0)::bigint] ORDER BY l.ordinal DESC) AS limits
      FROM severity_scheme AS s JOIN severity_threshold AS r ON r.scheme_code = s.code JOIN severity_level AS l ON l.code = r.severity_code;
SELECT is_empty($$SELECT * FROM grid, schemes WHERE emgov_internal.grade(levels, limits, '{road}', '2020', '2024-01-01', dead, serious, 3, loss) IS DISTINCT FROM accident_severity(dead, serious, loss)::text$$,
    'the rows that are shipped grade as the kernel''s function does');
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) SELECT n, '2024-03-01', 'a', 'chemical', loss FROM grid WHERE serious = 0;
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT n, 'dead', '2024-03-01' FROM grid, generate_series(1, dead) WHERE serious = 0;
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT (SELECT min(id) FROM accident), 'serious', '2024-03-01' FROM generate_series(1, 50);
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (900, '2024-03-01', 'a', 'chemical');
SELECT is((SELECT concat_ws('/', coalesce(direct_loss::text, 'unknown'), severity) FROM accident_fact WHERE id = 900), 'unknown/general', 'an accident whose loss is not known is graded by the dead and injured');
SELECT is_empty($$SELECT id FROM accident_fact WHERE severity IS DISTINCT FROM accident_severity(dead_or_missing, serious_injuries, direct_loss)::text$$, 'and so are accidents graded');
SELECT is((SELECT severity FROM accident_fact ORDER BY id LIMIT 1), 'major', 'by whichever criterion is the gravest');

-- ------------------------------------------------------------------ other schemes
CALL entered('{accident,casualty}', '2026-01-01', '2020-01-01');
INSERT INTO indicator (code, ordinal, name_zh, name_en, kind, source, date_column, filter, scope, cutoff, unit, definition_zh, definition_en, section)
VALUES ('FATAL', 1, '死亡事故', 'fatal accidents', 'count', 'accident_fact', 'occurred_on', 'severity = ''fatal''', 'city', 'period', '起', 'x', 'x', 1),
       ('GRAVE', 2, '较大以上', 'larger', 'count', 'accident_fact', 'occurred_on', 'severity IN (''larger'', ''major'', ''extraordinary'')', 'city', 'period', '起', 'x', 'x', 1);
CREATE TABLE public.moment AS SELECT clock_timestamp() AS before, (SELECT value FROM figures(year(2024), codes => '{GRAVE}')) AS grave;
SELECT pg_sleep(0.002) \gset
INSERT INTO severity_level (code, ordinal, name_zh, name_en) VALUES ('fatal', 12, '死亡事故', 'fatal'), ('non_fatal', 11, '非死亡事故', 'non-fatal'), ('slight', 10, '轻微', 'slight');
INSERT INTO severity_scheme (code, name_zh, name_en, regime, source) VALUES ('deaths', '只看死亡', 'deaths only', 'elsewhere', 'a foreign rule');
INSERT INTO severity_threshold (scheme_code, severity_code, dead) VALUES ('deaths', 'fatal', 1), ('deaths', 'non_fatal', NULL);
INSERT INTO accident (id, occurred_on, area_code, category_code, regime) VALUES (1001, '2024-03-01', 'a', 'chemical', 'elsewhere'), (1002, '2024-03-01', 'a', 'road', 'elsewhere'), (1003, '2025-03-01', 'a', 'road', '2020'), (1004, '2025-03-01', 'a', 'chemical', '2020');
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (1001, 'dead', '2024-03-01'), (1002, 'serious', '2024-03-01'), (1003, 'dead', '2025-03-01'), (1003, 'minor', '2025-03-01'), (1004, 'dead', '2025-03-01'), (1004, 'dead', '2025-03-01');
SELECT results_eq('SELECT id::int, severity FROM accident_fact WHERE id > 1000 ORDER BY 1', $$VALUES (1001, 'fatal'), (1002, 'non_fatal'), (1003, 'general'), (1004, 'general')$$, 'a scheme of a regime, with levels of its own');
SELECT is((SELECT value FROM figures(year(2024), codes => '{FATAL}')), 1::numeric, 'an indicator of such a level');
SELECT is((SELECT value FROM figures(year(2024), codes => '{GRAVE}')), (SELECT grave FROM moment), 'others are graded as they were');
SELECT bag_eq('SELECT severity, count(*) FROM accident_fact WHERE regime = ''2020'' GROUP BY 1', 'SELECT accident_severity(dead_or_missing, serious_injuries, direct_loss)::text, count(*) FROM accident_fact WHERE regime = ''2020'' GROUP BY 1', 'all of them');
SELECT is_empty('SELECT id FROM accident_fact_as_of((SELECT before FROM moment)) WHERE severity NOT IN (''general'', ''larger'', ''major'', ''extraordinary'')', 'nor does the past know of it');
SELECT ok((SELECT '1' IN (SELECT accident_fact_changed((SELECT before FROM moment), clock_timestamp()))), 'a restatement looks at all accidents again');
-- of a category, and of one below
INSERT INTO severity_scheme (code, name_zh, category_code, valid_from, source) VALUES ('traffic', '道路交通事故分级', 'road', '2025-01-01', 'x');
INSERT INTO severity_threshold (scheme_code, severity_code, dead, injured) VALUES ('traffic', 'larger', 1, 11), ('traffic', 'general', NULL, 2), ('traffic', 'slight', NULL, NULL);
SELECT results_eq('SELECT id::int, severity FROM accident_fact WHERE id > 1000 ORDER BY 1', $$VALUES (1001, 'fatal'), (1002, 'non_fatal'), (1003, 'larger'), (1004, 'general')$$, 'a scheme of a category, from its first day on');
INSERT INTO accident_category (code, parent_code, name_zh, name_en) VALUES ('bus', 'road', '客车', 'buses'), ('school_bus', 'bus', '校车', 'school buses');
UPDATE accident SET category_code = 'school_bus' WHERE id = 1003;
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'larger', 'of all below it, too');
INSERT INTO severity_scheme (code, name_zh, category_code, source) VALUES ('buses', '客车', 'bus', 'x');
INSERT INTO severity_threshold (scheme_code, severity_code, injured) VALUES ('buses', 'extraordinary', 1), ('buses', 'slight', NULL);
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'extraordinary', 'the nearest category''s goes first; minor injuries are injuries');
INSERT INTO severity_scheme (code, name_zh, category_code, regime, source) VALUES ('abroad', '客车', 'bus', '2020', 'x');
INSERT INTO severity_threshold (scheme_code, severity_code, serious_injuries) VALUES ('abroad', 'major', 5), ('abroad', 'slight', NULL);
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'slight', 'then that of its regime');
UPDATE severity_scheme SET active = false WHERE code IN ('abroad', 'buses');
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'larger', 'one that is not active grades nothing');
-- the same names by other numbers, from a day on
UPDATE severity_scheme SET valid_to = '2025-01-01' WHERE code = 'order_493';
SELECT is((SELECT severity FROM accident_fact WHERE id = 1004), NULL, 'no scheme, no grade');
SELECT is((SELECT count(*) FROM accident_fact WHERE id = 1004), 1::bigint, 'and the accident still counts');
INSERT INTO severity_scheme (code, name_zh, valid_from, source) VALUES ('order_2025', '新标准', '2025-01-01', 'x');
INSERT INTO severity_threshold (scheme_code, severity_code, dead, direct_loss) VALUES ('order_2025', 'larger', 2, 1000.50), ('order_2025', 'general', NULL, NULL);
SELECT results_eq('SELECT id::int, severity FROM accident_fact WHERE id IN (3, 1004) ORDER BY 1', $$VALUES (3, 'larger'), (1004, 'larger')$$, 'a new order, from its day on');
UPDATE accident SET occurred_on = '2024-12-31', direct_loss = 1000.50 WHERE id = 1004;
UPDATE casualty SET outcome_on = '2024-12-31' WHERE accident_id = 1004;
SELECT is((SELECT severity FROM accident_fact WHERE id = 1004), 'general', 'the day before, the old one');
UPDATE severity_threshold SET dead = 2 WHERE scheme_code = 'order_493' AND severity_code = 'larger';
SELECT is((SELECT severity FROM accident_fact WHERE id = 1004), 'larger', 'what the rows say is what counts');
SELECT is(said($$INSERT INTO severity_scheme (code, name_zh, valid_from, source) VALUES ('order_2026', 'x', '2026-01-01', 'x')$$),
    'conflicting key value violates exclusion constraint "one scheme in force for each category, regime and day"', 'two cannot be in force');
SELECT is(said($$INSERT INTO severity_threshold (scheme_code, severity_code, dead) VALUES ('deaths', 'slight', 0)$$), 'new row for relation "severity_threshold" violates check constraint "dead > 0"', 'nor a level begin at nothing');
SELECT matches(said($$DELETE FROM severity_level WHERE code = 'fatal'$$), 'severity_code: one of severity_level', 'nor a level go that is used');
-- packs
SELECT is(said($$CALL load_pack('{"emgov_pack": 1, "name": "abroad", "version": "1", "title_zh": "x", "tables": {"severity_level": [{"code": "lti", "ordinal": 20, "name_zh": "损工", "name_en": "lost time"}],
    "severity_scheme": [{"code": "lti", "name_zh": "损工", "regime": "osha", "source": "x"}], "severity_threshold": [{"scheme_code": "lti", "severity_code": "lti", "injured": 1}]}}'::jsonb)$$), 'taken', 'a pack brings a scheme');
UPDATE accident SET regime = 'osha' WHERE id = 1003;
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'larger', 'a category goes before a regime');
UPDATE accident SET category_code = 'chemical' WHERE id = 1003;
SELECT is((SELECT severity FROM accident_fact WHERE id = 1003), 'lti', 'which it grades by');
-- called directly
SELECT is(emgov_internal.grade(NULL, NULL, NULL, NULL, '2024-01-01', 1, 1, 1, 1), NULL, 'without schemes');
SELECT is(emgov_internal.grade('{{x,s,"",""}}', '{{0,9999,0,1,1,1,1}}', NULL, NULL, '2024-01-01', NULL, NULL, NULL, NULL), 'x', 'without anything known');
SELECT matches(said($$SELECT emgov_internal.grade('{x}', '{1}', '{}', '', '2024-01-01', 1, 1, 1, 1)$$), 'a level of severity has 4 texts', 'arrays that do not fit');
SELECT matches(said($$SELECT emgov_internal.grade('{{x,s,NULL,""}}', '{{0,9999,0,1,1,1,1}}', '{}', '', '2024-01-01', 1, 1, 1, 1)$$), 'none of them NULL', 'nor with a NULL');
SELECT * FROM finish();
