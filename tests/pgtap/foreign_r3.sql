-- The enforcement circular of another city (issue 10, "What it must show" 1): the first quarter of 2025 against the
-- year before: inspections, violations and their mending, penalties and amounts by kind of body, shares by source of
-- the task, key units. From an empty ledger, with a shipped pack and two definitions of its own. Facts and figures are the
-- circular's; its records are made up so as to agree, and so are its sentences.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT plan(19);
\ir ../ledger/owner.sql
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
SET client_min_messages = warning;
CALL ledger.load_pack('enforcement-bulletin');
RESET client_min_messages;
-- one zone is named by itself
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, decimals, comparator, definition_zh) VALUES
    ('LG1', 4, '临港新片区处罚', 'count', 'case_fact', 'decided_on', NULL, $$outcome = 'penalty' AND org_code = 'lingang' AND status = 'valid'$$, 'city', 'period', '次', 1, 'year_earlier', '新片区机构决定的处罚'),
    ('LG2', 4, '临港新片区罚没款', 'sum', 'case_fact', 'decided_on', 'fine / 10000', $$outcome = 'penalty' AND org_code = 'lingang' AND status = 'valid'$$, 'city', 'period', '万元', 2, 'year_earlier', '新片区机构决定的罚没款');
SELECT cmp_ok((SELECT count(*)::int FROM ledger.indicator), '<=', 60, 'at most sixty definitions, two of them its own');

-- ------------------------------------------------------------------ records
INSERT INTO ledger.area (code, name_zh, kind) VALUES ('A', '甲区', 'district'), ('B', '乙区', 'district'), ('L', '新片区', 'zone');
INSERT INTO ledger.organisation (code, name_zh, kind, scope, area_code) VALUES ('team', '执法总队', 'subordinate', 'subordinate', NULL), ('lingang', '新片区管委会', 'area_body', 'district', 'L'), ('town', '受委托街镇', 'delegate', 'district', 'A');
INSERT INTO ledger.programme (code, name_zh, name_en, scope) VALUES ('plan', '执法检查', 'inspections', 'city');
INSERT INTO ledger.subject (id, kind, name) SELECT i, 'unit', '单位' || i FROM generate_series(1, 3000) AS i;
INSERT INTO ledger.subject (id, kind, person_key, name) SELECT i, 'person', 'p' || i, '负责人' || i FROM generate_series(4001, 4600) AS i;
-- the register: 2806 key units at the end of the quarter, 2719 a year earlier; some that are supervised and not key; some that left it
INSERT INTO ledger.supervised_unit (subject_id, org_code, area_code, category_code, is_key, listed_on, removed_on)
SELECT i, 'team', CASE WHEN i % 3 = 0 THEN 'B' ELSE 'A' END, 'industry_trade', true, date '2022-01-01', NULL::date FROM generate_series(1, 2700) AS i
UNION ALL SELECT i, 'team', 'A', 'chemical', true, '2023-01-01', '2024-06-01' FROM generate_series(2701, 2719) AS i
UNION ALL SELECT i, 'team', 'A', 'chemical', false, '2024-06-01', NULL FROM generate_series(2701, 2719) AS i
UNION ALL SELECT i, 'team', 'B', 'mine', true, '2024-09-01', NULL FROM generate_series(2720, 2825) AS i
UNION ALL SELECT i, 'team', 'B', 'mine', false, '2023-09-01', NULL FROM generate_series(2826, 2900) AS i;
-- what happened in each of the two quarters
CREATE TEMP TABLE quarter (first date, inspections int, key_inspected int, violations int, major int, rectified int);
INSERT INTO quarter VALUES ('2025-01-01', 1732, 749, 492, 86, 483), ('2024-01-01', 2067, 800, 419, 119, 400);
-- a unit in ten of those with a key is inspected twice; the rest are no key units
INSERT INTO ledger.inspection (id, programme_code, org_code, subject_id, area_code, inspected_on)
SELECT extract(year FROM q.first)::int * 10000 + i, 'plan', (ARRAY['team', 'lingang', 'town'])[1 + i % 3],
       CASE WHEN i <= q.key_inspected THEN i WHEN i <= q.key_inspected + 70 THEN i - q.key_inspected ELSE 2830 + i % 170 END, (ARRAY['A', 'B', 'L'])[1 + i % 3], q.first + i % 90
  FROM quarter AS q CROSS JOIN LATERAL generate_series(1, q.inspections) AS i;
INSERT INTO ledger.hazard (programme_code, inspection_id, subject_id, level, found_on, rectified_on)
SELECT 'plan', n.id, n.subject_id, CASE WHEN i <= q.major THEN 'major' ELSE 'general' END, n.inspected_on, CASE WHEN i <= q.rectified THEN least(n.inspected_on + 20, q.first + 89) END
  FROM quarter AS q CROSS JOIN LATERAL generate_series(1, q.violations) AS i JOIN ledger.inspection AS n ON n.id = extract(year FROM q.first)::int * 10000 + i;
-- penalties by body and origin: how many, and the amount of all of them; those by delegation and of the zone are after supervision
CREATE TEMP TABLE cases (first date, org text, origin text, n int, amount numeric);
INSERT INTO cases VALUES
    ('2025-01-01', 'team', 'inspection', 73, 3459800), ('2025-01-01', 'lingang', 'complaint', 12, 133500), ('2025-01-01', 'town', 'inspection', 39, 254000), ('2025-01-01', 'bureau', 'accident', 98, 29213500),
    ('2024-01-01', 'team', 'assigned', 72, 3534000), ('2024-01-01', 'lingang', 'inspection', 17, 296000), ('2024-01-01', 'town', 'inspection', 126, 973000), ('2024-01-01', 'bureau', 'accident', 114, 22340500);
CREATE TEMP TABLE made AS
SELECT row_number() OVER ()::int AS id, c.*, i, c.first + i * 7 % 90 AS day FROM cases AS c CROSS JOIN LATERAL generate_series(1, c.n) AS i;
-- a case in five of a town is decided on the spot and never filed; in one of four of the bureau a person is penalised beside the unit
INSERT INTO ledger.enforcement_case (id, org_code, area_code, subject_id, origin, procedure, filed_on, decided_on)
SELECT id, org, CASE org WHEN 'lingang' THEN 'L' ELSE 'A' END, id, origin, CASE WHEN org = 'town' AND i % 5 = 0 THEN 'simple' ELSE 'ordinary' END, CASE WHEN org = 'town' AND i % 5 = 0 THEN NULL ELSE day - 40 END, day FROM made;
INSERT INTO ledger.penalty (enforcement_case_id, subject_id, kind_code, fine)
SELECT id, NULL::int, 'fine', trunc(amount / n) + CASE WHEN i = 1 THEN amount - n * trunc(amount / n) ELSE 0 END - CASE WHEN org = 'bureau' AND i % 4 = 0 THEN 1000 ELSE 0 END FROM made
UNION ALL SELECT id, NULL, 'warning', 0 FROM made WHERE i % 3 = 0
UNION ALL SELECT id, 4000 + id, 'fine', 1000 FROM made WHERE org = 'bureau' AND i % 4 = 0;
-- what is no penalty: a first offence spared, a case transferred, one that is not decided, one that is withdrawn
INSERT INTO ledger.enforcement_case (id, org_code, subject_id, outcome, filed_on, decided_on, status) VALUES
    (9001, 'team', 1, 'first_offence', '2025-01-05', '2025-02-01', 'valid'), (9002, 'team', 1, 'transferred', '2025-01-05', '2025-02-01', 'valid'), (9003, 'team', 1, NULL, '2025-01-05', NULL, 'valid'),
    (9004, 'team', 1, NULL, '2025-01-05', '2025-02-01', 'withdrawn');
INSERT INTO ledger.penalty (enforcement_case_id, kind_code, fine) VALUES (9003, 'fine', 100), (9004, 'fine', 100);
-- tasks: 177 of 2269 were triggered
INSERT INTO ledger.inspection_task (id, programme_code, org_code, subject_id, assigned_on, origin)
SELECT i, 'plan', 'team', i, date '2025-01-01' + i % 85, CASE WHEN i <= 133 THEN 'complaint' WHEN i <= 167 THEN 'assigned' WHEN i <= 177 THEN 'accident' ELSE 'plan' END FROM generate_series(1, 2269) AS i;
CALL ledger.entered(ARRAY['inspection', 'hazard', 'enforcement_case', 'inspection_task', 'supervised_unit'], since => '2022-01-01', through => '2025-03-31');

-- ------------------------------------------------------------------ every figure of it
CREATE TEMP TABLE seen (n int, code text, words text, rate_n int, rate numeric);
INSERT INTO seen VALUES
    ( 1, 'E101', '1732家次', 2, -16.2), ( 3, 'E103', '492项次', 4, 17.4), ( 5, 'E104', '483项次', NULL, NULL), ( 6, 'E105', '98.2%', NULL, NULL), ( 7, 'E106', '86项', 8, -27.7),
    ( 9, 'E111', '222次', 10, -32.5), (11, 'E112', '3306.08万元', 12, 21.8), (13, 'E113', '124次', 14, -42.3), (15, 'E114', '384.73万元', 16, -19.9),
    (17, 'LG1', '12次', 18, -29.4), (19, 'LG2', '13.35万元', 20, -54.9), (21, 'E119', '39次', 22, -69.0), (23, 'E120', '25.4万元', 24, -73.9),
    (25, 'E131', '92.2%', NULL, NULL), (26, 'E132', '7.8%', NULL, NULL), (27, 'E133', '75.1%', NULL, NULL), (28, 'E134', '19.2%', NULL, NULL),
    (29, 'E144', '2806家', 30, 3.2), (31, 'E146', '26.7%', NULL, NULL), (32, 'E147', '49.7项', NULL, NULL), (33, 'E148', '284.1项次', NULL, NULL);
SELECT is((SELECT count(*) FROM (SELECT n FROM seen UNION SELECT rate_n FROM seen WHERE rate_n IS NOT NULL) AS x), 33::bigint, 'all 33 of them');
SELECT results_eq($$SELECT s.n, f.words FROM ledger.figures(daterange('2025-01-01', '2025-04-01')) AS f JOIN seen AS s USING (code) ORDER BY 1$$, 'SELECT n, words FROM seen ORDER BY 1', 'the values as they were printed');
SELECT results_eq($$SELECT s.rate_n, f.rate FROM ledger.figures(daterange('2025-01-01', '2025-04-01')) AS f JOIN seen AS s USING (code) WHERE s.rate_n IS NOT NULL ORDER BY 1$$,
    'SELECT rate_n, rate FROM seen WHERE rate_n IS NOT NULL ORDER BY 1', 'and their changes');
SELECT is_empty($$SELECT f.code, f.state, f.reason FROM ledger.figures(daterange('2025-01-01', '2025-04-01')) AS f JOIN seen USING (code)
                   WHERE f.covered_days IS DISTINCT FROM f.period_days OR f.coverage = 'undeclared' OR f.state IN ('failed', 'no_data', 'part_period')$$, 'of the whole quarter, as it is declared');
-- by hand, from the tables
SELECT is((SELECT value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E142}')),
    (SELECT count(DISTINCT n.subject_id)::numeric FROM ledger.inspection AS n JOIN ledger.supervised_unit AS u ON u.subject_id = n.subject_id AND daterange(u.listed_on, u.removed_on) @> n.inspected_on
      WHERE n.inspected_on BETWEEN '2025-01-01' AND '2025-03-31'), 'supervised units inspected, by hand');
SELECT results_eq($$SELECT code, value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E115,E151,E154,E156,E157,E158}') ORDER BY 1$$,
    $$VALUES ('E115', 98::numeric), ('E151', 7), ('E154', 1), ('E156', 1), ('E157', 24), ('E158', 222 + 24)$$, 'about accidents; on the spot; spared; transferred; unit and person; parties, each once a case');
SELECT results_eq($$SELECT f.member, f.value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E101}', by => 'area') AS f WHERE f.member IS NOT NULL ORDER BY 1$$,
    $$SELECT area_code, count(*)::numeric FROM ledger.inspection WHERE inspected_on >= '2025-01-01' GROUP BY 1 ORDER BY 1$$, 'inspections by area');
SELECT results_eq($$SELECT f.member, f.value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E144}', by => 'area') AS f WHERE f.member IN ('A', 'B') ORDER BY 1$$,
    $$SELECT area_code, count(*)::numeric FROM ledger.supervised_unit WHERE is_key AND removed_on IS NULL GROUP BY 1 ORDER BY 1$$, 'key units by area');
SELECT results_eq($$SELECT f.member_name, f.value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E111}', by => 'body') AS f WHERE f.value > 0$$,
    $$VALUES (NULL, 222::numeric), ('本局', 98), ('直属单位', 73), ('区域机构', 12), ('受委托街镇', 39)$$, 'penalties by kind of body, in their order');
SELECT results_eq($$SELECT f.member_name, f.value FROM ledger.figures(daterange('2025-01-01', '2025-04-01'), codes => '{E130}', by => 'origin') AS f WHERE f.value > 0$$,
    $$VALUES (NULL, 2269::numeric), ('计划', 2092), ('投诉举报', 133), ('上级交办', 34), ('事故', 10)$$, 'tasks by their source');
SELECT results_eq($$SELECT f.value FROM ledger.figure_series('{E111}', daterange('2025-01-01', '2025-04-01')) AS f ORDER BY f.starts_on$$,
    $$SELECT count(*)::numeric FROM made WHERE first = '2025-01-01' GROUP BY extract(month FROM day) ORDER BY extract(month FROM day)$$, 'penalties by month');
SELECT results_eq($$SELECT code, state FROM ledger.check_figures(daterange('2025-01-01', '2025-04-01')) WHERE state <> 'holds'$$, $$VALUES ('E5', 'warns')$$,
    'the shipped checks hold, and one points at cases decided on the spot that were no small ones');

-- ------------------------------------------------------------------ what is not known; what is known later
SELECT results_eq($$SELECT DISTINCT state FROM ledger.figures(daterange('2025-04-01', '2025-07-01'), codes => ARRAY(SELECT code FROM seen))$$, $$VALUES ('no_data')$$, 'E1: nothing of the second quarter');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('circular', '执法情况通报', 'quarter');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('circular', 1, '一、检查'), ('circular', 2, '二、处罚');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('circular', 1, 1, '{year}年{period}，全市执法检查{E101.phrase}；违法行为{E103.phrase}，已整改{E104}，整改率{E105}；重大事故隐患{E106.phrase}。'),
    ('circular', 1, 2, '检查任务{E130}，其中计划占{E131}，触发占{E132}；触发的任务中举报占{E133}、交办占{E134}。'),
    ('circular', 1, 3, '重点单位{E144.phrase}，覆盖率{E146}。每千家次检查发现重大事故隐患{E147}、违法行为{E148}。'),
    ('circular', 2, 1, '处罚{E111.phrase}，罚没款{E112.phrase}。监督监察处罚{E113.phrase}，罚没款{E114.phrase}；新片区{LG1.phrase}，罚没款{LG2.phrase}；受委托街镇{E119.phrase}，罚没款{E120.phrase}。'),
    ('circular', 2, 2, '{table E111,E112 by body}');
SELECT results_eq($$SELECT section, ordinal, body FROM ledger.report_text('circular', daterange('2025-01-01', '2025-04-01')) WHERE (section, ordinal) <> (2, 2)$$, $$VALUES
    (1, 1, '2025年一季度，全市执法检查1732家次，同比下降16.2%；违法行为492项次，同比上升17.4%，已整改483项次，整改率98.2%；重大事故隐患86项，同比下降27.7%。'),
    (1, 2, '检查任务2269项，其中计划占92.2%，触发占7.8%；触发的任务中举报占75.1%、交办占19.2%。'),
    (1, 3, '重点单位2806家，同比上升3.2%，覆盖率26.7%。每千家次检查发现重大事故隐患49.7项、违法行为284.1项次。'),
    (2, 1, '处罚222次，同比下降32.5%，罚没款3306.08万元，同比上升21.8%。监督监察处罚124次，同比下降42.3%，罚没款384.73万元，同比下降19.9%；新片区12次，同比下降29.4%，罚没款13.35万元，同比下降54.9%；受委托街镇39次，同比下降69%，罚没款25.4万元，同比下降73.9%。')$$,
    'the text of the circular');
SELECT results_eq($$SELECT name, value FROM ledger.report_tables('circular', daterange('2025-01-01', '2025-04-01')) WHERE "column" IN (1, 2) AND value <> 0 ORDER BY "row", "column"$$,
    $$WITH m AS (SELECT o.kind, c.first FROM made AS c JOIN ledger.organisation AS o ON o.code = c.org)
      SELECT v.name, n.count::numeric FROM (VALUES (1, 'bureau', '本局'), (2, 'subordinate', '直属单位'), (3, 'area_body', '区域机构'), (4, 'delegate', '受委托街镇'), (5, NULL, '合计')) AS v (i, kind, name)
       CROSS JOIN (VALUES (1, date '2025-01-01'), (2, '2024-01-01')) AS q (j, first)
       CROSS JOIN LATERAL (SELECT count(*) FROM m WHERE m.first = q.first AND (v.kind IS NULL OR m.kind = v.kind)) AS n ORDER BY i, j$$, 'and its table by kind of body, against the records');
SELECT results_eq($$SELECT name, text FROM ledger.report_tables('circular', daterange('2025-01-01', '2025-04-01')) WHERE heading ~ '罚没款' AND value <> 0 ORDER BY "row"$$,
    $$VALUES ('本局', '2921.35'), ('直属单位', '345.98'), ('区域机构', '13.35'), ('受委托街镇', '25.4'), ('合计', '3306.08')$$, 'with the amounts');
INSERT INTO ledger.report_figure (report, code) SELECT 'circular', code FROM seen ON CONFLICT DO NOTHING;
CALL ledger.publish('circular', daterange('2025-01-01', '2025-04-01'));
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'published, it comes out again');
-- a unit was no key unit after all: it leaves the register as one of March
UPDATE ledger.supervised_unit SET removed_on = '2025-03-01' WHERE subject_id = 5;
UPDATE ledger.penalty SET status = 'withdrawn', note = '复议撤销' WHERE enforcement_case_id = (SELECT min(id) FROM made WHERE org = 'lingang' AND first = '2025-01-01' AND i % 3 <> 0);
SELECT set_eq('SELECT code FROM ledger.restatement(1)', $$VALUES ('E144'), ('E146'), ('E111'), ('E112'), ('E113'), ('E114'), ('LG1'), ('LG2')$$, 'what a unit that left and a penalty withdrawn move');
SELECT * FROM finish();
