-- What is known of other areas than then is said as such, of the whole and of the members of every dimension, though no record has changed.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
SET search_path = ledger, public, emgov;
SELECT plan(7);
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true);
INSERT INTO report (code, title_zh) VALUES ('v', '一');
INSERT INTO report_section (report, section, heading) VALUES ('v', 1, '一');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('v', 1, 1, '事故{F028.phrase}{table F028 by category}{table F028 by area}{table F028 by area, category}');
-- five in a, fifteen in b
INSERT INTO accident (occurred_on, area_code, category_code) SELECT date '2024-01-01' + n, CASE WHEN n < 6 THEN 'a' ELSE 'b' END, 'road' FROM generate_series(1, 20) AS n;
CALL entered('{v}', '2024-12-31', '2023-01-01', area => 'a');
CALL publish('v', year(2024), allow_gaps => true);
-- one is taken back, the other declared
CALL entered('{v}', NULL, area => 'a');
CALL entered('{v}', '2024-12-31', '2023-01-01', area => 'b');
CREATE VIEW public.said AS SELECT concat_ws(' ', code, nullif(dimension, ''), member, member2) AS who, what, published, value_now, reason, records FROM restatement(1)
 WHERE code = 'F028' AND what = 'value' AND (published <> 0 OR value_now <> 0);
SELECT set_eq('SELECT * FROM public.said', $$VALUES ('F028', 'value', 5::numeric, 15::numeric, 'coverage', 0::bigint), ('F028 category road', 'value', 5, 15, 'coverage', 0),
    ('F028 area a', 'value', 5, NULL, 'coverage', 0), ('F028 area b', 'value', NULL, 15, 'coverage', 0),
    ('F028 area,category a road', 'value', 5, NULL, 'coverage', 0), ('F028 area,category b road', 'value', NULL, 15, 'coverage', 0)$$,
    'other areas are missing: coverage, by whatever it is split');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'as it was published it comes out again');
-- a record beside it
INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-06-01', 'b', 'road');
SELECT is((SELECT reason FROM public.said WHERE who = 'F028 category road'), 'coverage+late_report', 'records come besides');
CALL entered('{v}', '2024-12-31', '2023-01-01', area => 'a');
SELECT is((SELECT reason FROM public.said WHERE who = 'F028 category road'), 'coverage+late_report', 'nobody is missing any more');
CALL entered('{v}', NULL, area => 'b');
UPDATE accident SET category_code = 'fire' WHERE id = (SELECT min(id) FROM accident WHERE area_code = 'a') AND EXISTS (SELECT FROM accident_category WHERE code = 'fire');
UPDATE accident SET status = 'withdrawn', note = '误报' WHERE id = (SELECT max(id) FROM accident WHERE area_code = 'a' AND category_code = 'road');
SELECT is((SELECT reason ~ 'coverage' FROM public.said WHERE who = 'F028 category road'), false, 'the same one missing as then, it is the records alone');
-- a total that was published elsewhere stood in for a base that was not known
INSERT INTO base_value (starts_on, ends_on, published_on, indicator, value, source) VALUES ('2024-01-01', '2025-01-01', '2025-01-20', 'F028', 30, '年报');
INSERT INTO base_value (starts_on, ends_on, published_on, indicator, area_code, value, source) VALUES ('2024-01-01', '2025-01-01', '2025-01-20', 'F028', 'b', 18, '年报');
CALL entered('{v}', '2025-12-31', '2025-01-01', area => 'a');
CALL entered('{v}', '2025-12-31', '2025-01-01', area => 'b');
CALL publish('v', year(2025), allow_gaps => true);
CALL entered('{v}', '2025-12-31', '2023-01-01', area => 'a');
CALL entered('{v}', '2025-12-31', '2023-01-01', area => 'b');
SELECT set_eq($$SELECT concat_ws(' ', code, nullif(dimension, ''), member), what, published, value_now, reason, records FROM restatement(2) WHERE code = 'F028' AND coalesce(dimension, 'area') = 'area' AND member IS DISTINCT FROM 'a'$$,
    $$VALUES ('F028', 'base', 30::numeric, 20::numeric, 'coverage', 0::bigint), ('F028 area b', 'base', 18, 16, 'coverage', 0)$$, 'now it is known, and counted: coverage');
SELECT is_empty('SELECT * FROM verify_publication(2)', 'and as it was published it comes out again');
SELECT * FROM finish();
