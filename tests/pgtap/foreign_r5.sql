-- The statutory table of administrative enforcement of a county (issue 9, "What it must show" 4; issue 10, 1): nine kinds
-- of penalty, the amount, permits, coercion, other acts, inspections less those that led to a penalty. From an empty ledger, with the shipped pack and
-- one definition of its own. Facts and figures are the table's; its records are made up so as to agree, and what was not seen of it is.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT plan(19);
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
SET client_min_messages = warning;
CALL ledger.load_pack('administrative-table');
RESET client_min_messages;
-- table 5 is of persons: a table of the bureau's own, and a definition
CREATE TABLE public.officer (id int PRIMARY KEY, appointed date NOT NULL, certified boolean NOT NULL);
CALL emgov.keep_versions('public.officer');
INSERT INTO ledger.indicator (code, name_zh, kind, aggregate, source, date_column, filter, scope, cutoff, unit, decimals, definition_zh)
VALUES ('OFFICER', '持证率', 'share', 'count', 'public.officer', 'appointed', 'certified', 'bureau', 'to_date', '%', 1, '期末行政执法人员中持有行政执法证件的比例');

-- ------------------------------------------------------------------ records
INSERT INTO ledger.subject (id, kind, person_key, name) SELECT i, 'person', 'p' || i, '当事人' || i FROM generate_series(1, 500) AS i;
INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('team1', '执法一队', 'subordinate', 'subordinate'), ('team2', '执法二队', 'subordinate', 'subordinate');
INSERT INTO ledger.programme (code, name_zh, name_en, scope) VALUES ('plan', '年度计划', 'plan', 'bureau');
-- table 1: the heaviest kind of a case, how many of them, and what else was decided in every so many of them
CREATE TEMP TABLE kinds (code text, heaviest text, cases int, lighter text, every int);
INSERT INTO kinds VALUES ('T101', 'warning', 12000, 'other', 50), ('T101', 'criticism', 175, 'warning', 3), ('T102', 'fine', 94929, 'warning', 40), ('T103', 'confiscation', 235, 'fine', 2),
    ('T104', 'suspension', 189, 'fine', 3), ('T105', 'downgrade', 101, 'criticism', 4), ('T107', 'revocation', 11, 'shutdown', 2), ('T108', 'detention', 504, 'fine', 1), ('T109', 'other', 12, NULL, NULL);
CREATE TEMP TABLE cases AS
SELECT row_number() OVER ()::int AS id, k.*, i FROM kinds AS k CROSS JOIN LATERAL generate_series(1, k.cases) AS i;
-- decided on any day of the year, some of them filed in the year before
INSERT INTO ledger.enforcement_case (id, org_code, subject_id, filed_on, decided_on)
SELECT id, 'bureau', 1 + id % 500, date '2023-12-15' + id % 366, date '2024-01-01' + id % 366 FROM cases;
-- 1753.79万元 in all: as the decisions have it, the lighter penalty's amount too
INSERT INTO ledger.penalty (enforcement_case_id, kind_code, fine)
SELECT id, heaviest, CASE heaviest WHEN 'fine' THEN 180 ELSE 0 END FROM cases
UNION ALL SELECT id, lighter, CASE lighter WHEN 'fine' THEN 200 ELSE 0 END FROM cases WHERE i % every = 0;
UPDATE ledger.penalty AS p SET fine = p.fine + 17537900 - (SELECT sum(fine) FROM ledger.penalty) WHERE p.enforcement_case_id = (SELECT max(id) FROM cases WHERE heaviest = 'fine') AND p.kind_code = 'fine';
-- what the table does not count: decided in another year, not decided, another's, withdrawn, with the penalty withdrawn
INSERT INTO ledger.enforcement_case (id, org_code, subject_id, filed_on, decided_on, status)
VALUES (200001, 'bureau', 1, '2023-11-01', '2023-12-31', 'valid'), (200002, 'bureau', 1, '2024-11-01', '2025-01-01', 'valid'), (200003, 'bureau', 1, '2024-11-01', NULL, 'valid'),
       (200004, 'subordinate', 1, '2024-03-01', '2024-04-01', 'valid'), (200005, 'bureau', 1, '2024-03-01', '2024-04-01', 'withdrawn'), (200006, 'bureau', 1, '2024-03-01', '2024-04-01', 'valid');
INSERT INTO ledger.penalty (enforcement_case_id, kind_code, fine, status) SELECT id, 'fine', 999, CASE id WHEN 200006 THEN 'withdrawn' ELSE 'valid' END FROM generate_series(200001, 200006) AS id;
-- table 2: 26,569 applications, all of them accepted; five are still pending; and five permits of the year before are revoked
INSERT INTO ledger.permit (org_code, subject_id, kind, applied_on, accepted_on, issued_on, refused_on)
SELECT 'bureau', 1 + i % 500, 'licence', d, d + i % 3, CASE WHEN i <= 26462 THEN d + 5 END, CASE WHEN i > 26462 AND i <= 26564 THEN d + 4 END
  FROM generate_series(1, 26569) AS i CROSS JOIN LATERAL (SELECT date '2024-01-01' + i % 360 AS d) AS x;
INSERT INTO ledger.permit (org_code, subject_id, kind, applied_on, accepted_on, issued_on, revoked_on)
SELECT 'bureau', i, 'licence', '2023-05-04', '2023-05-06', '2023-05-20', '2024-06-01' FROM generate_series(1, 5) AS i;
-- table 4: acts one by one, and a batch a day of what there are many of; what others did, and what was withdrawn, does not count
INSERT INTO ledger.administrative_act (org_code, kind, subject_id, acted_on, quantity, title, amount)
SELECT 'bureau', 'levy', i, date '2024-03-01' + i, 1, '水土保持补偿费', 1000 FROM generate_series(1, 30) AS i
UNION ALL SELECT 'bureau', 'ruling', i, date '2024-06-01' + i, 1, NULL, NULL FROM generate_series(1, 3) AS i
UNION ALL SELECT 'bureau', 'confirmation', NULL, date '2024-01-01' + i, 20, '应急预案备案', NULL FROM generate_series(1, 206) AS i
UNION ALL SELECT 'bureau', 'payment', i, date '2024-02-01' + i % 300, 1 + (i % 3), NULL, 500 FROM generate_series(1, 430) AS i
UNION ALL SELECT 'bureau', 'payment', NULL, '2024-11-30', 1, NULL, 500
UNION ALL SELECT 'bureau', 'other', 7, date '2024-04-01' + i, 5, '行政检查建议', NULL FROM generate_series(1, 11) AS i
UNION ALL SELECT 'bureau', 'levy', 1, '2023-12-31', 1, NULL, NULL
UNION ALL SELECT 'team1', 'levy', 1, '2024-05-31', 9, NULL, NULL;
INSERT INTO ledger.administrative_act (org_code, kind, subject_id, acted_on, status) VALUES ('bureau', 'levy', 1, '2024-06-01', 'withdrawn');
-- inspections: of three a case came, of two of these a penalty; and two cases of one of them
INSERT INTO ledger.inspection (id, programme_code, org_code, subject_id, inspected_on) SELECT i, 'plan', 'bureau', i, date '2024-02-01' + i FROM generate_series(1, 40) AS i;
UPDATE ledger.enforcement_case SET inspection_id = CASE id WHEN 200003 THEN 3 ELSE 2 END WHERE id IN (60, 426, 200003);
UPDATE ledger.enforcement_case SET inspection_id = 1 WHERE id = 50;
INSERT INTO public.officer SELECT i, '2020-01-01', i <= 14 FROM generate_series(1, 15) AS i;
-- all of 2023 and 2024 is entered, but for 2023's inspections
CALL ledger.entered(ARRAY['enforcement_case', 'permit', 'administrative_act', 'public.officer'], since => '2020-01-01', through => '2024-12-31');
CALL ledger.entered(ARRAY['inspection'], since => '2024-01-01', through => '2024-12-31');

-- ------------------------------------------------------------------ every figure of it
CREATE TEMP TABLE seen (n int, code text, value numeric, words text);
INSERT INTO seen VALUES
    ( 1, 'T101', 12175, '12175宗'), ( 2, 'T102', 94929, '94929宗'), ( 3, 'T103', 235, '235宗'), ( 4, 'T104', 189, '189宗'), ( 5, 'T105', 101, '101宗'), ( 6, 'T106', 0, '0宗'),
    ( 7, 'T107', 11, '11宗'), ( 8, 'T108', 504, '504宗'), ( 9, 'T109', 12, '12宗'), (10, 'T110', 108156, '108156宗'), (11, 'T111', 1753.79, '1753.79万元'),
    (12, 'T201', 26569, '26569宗'), (13, 'T203', 26462, '26462宗'), (14, 'T202', 26569, '26569宗'), (15, 'T204', 102, '102宗'), (16, 'T205', 5, '5宗'),
    (17, 'T401', 30, '30次'), (18, 'T402', 3, '3次'), (19, 'T403', 4120, '4120次'), (20, 'T404', 0, '0次'), (21, 'T405', 861, '861次'), (22, 'T406', 55, '55次'),
    (23, 'T407', 38, '38次'), (24, 'OFFICER', 93.333333, '93.3%');
SELECT results_eq($$SELECT s.n, f.value, f.words FROM ledger.figures(emgov.year(2024)) AS f JOIN seen AS s USING (code) ORDER BY 1$$, 'SELECT n, value, words FROM seen ORDER BY 1', 'every figure of the table');
SELECT is_empty($$SELECT f.code, f.state, f.reason FROM ledger.figures(emgov.year(2024)) AS f JOIN seen USING (code)
                   WHERE f.covered_days IS DISTINCT FROM f.period_days OR f.coverage = 'undeclared' OR f.missing IS NOT NULL OR f.state IN ('failed', 'no_data', 'part_period', 'part_members')$$,
    'all of them of the whole year, as it is declared');
SELECT is((SELECT count(*)::int FROM ledger.indicator), 12 + 5 + 11 + 7, 'from 35 definitions, one of them its own');
SELECT is((SELECT value FROM ledger.figures(emgov.year(2024), codes => '{T110}')), (SELECT sum(value) FROM seen WHERE n BETWEEN 1 AND 9), 'the nine kinds are all: a case of several kinds counts once');
SELECT cmp_ok((SELECT count(*) FROM ledger.penalty WHERE status = 'valid'), '>', 108156::bigint, 'though there are more penalties than cases');
SELECT results_eq($$SELECT value FROM ledger.figures(emgov.year(2024), codes => '{T203,T204,T205}')$$, $$VALUES (26462::numeric), (102), (5)$$, 'permits, each by the day of its decision');
SELECT results_eq($$SELECT f.value FROM ledger.figure_series('{T110}', emgov.year(2024), 'quarter') AS f ORDER BY f.starts_on$$,
    $$SELECT count(*)::numeric FROM cases GROUP BY extract(quarter FROM date '2024-01-01' + id % 366) ORDER BY extract(quarter FROM date '2024-01-01' + id % 366)$$, 'by quarter');
SELECT results_eq($$SELECT record_key FROM ledger.figure_rows('T107', emgov.year(2024)) ORDER BY record_key::int$$, $$SELECT id::text FROM cases WHERE heaviest = 'revocation' ORDER BY id$$,
    'the cases behind one of them');
SELECT is((SELECT sum(amount) FROM ledger.figure_rows('T111', emgov.year(2024)) WHERE part = 'numerator'), 1753.79, 'and behind the amount');

-- ------------------------------------------------------------------ what is not known is not zero
SELECT results_eq($$SELECT code, state, value FROM ledger.figures(emgov.year(2024), codes => '{T301,T311}')$$, $$VALUES ('T301', 'no_data', NULL::numeric), ('T311', 'no_data', NULL)$$,
    'E1: table 3, of which nobody has entered anything, has no zero');
SELECT results_eq($$SELECT state, value FROM ledger.figures(emgov.year(2024), codes => '{T404}')$$, $$VALUES ('none', 0::numeric)$$, 'where all is entered and none is of the kind it is 0');
SELECT results_eq($$SELECT state, value FROM ledger.figures(emgov.year(2023), codes => '{T407}')$$, $$VALUES ('no_data', NULL::numeric)$$, 'inspections of 2023: not entered');
INSERT INTO ledger.coercive_measure (org_code, subject_id, kind, number, decided_on, deadline, lifted_on) VALUES
    ('bureau', 1, 'seal', '封〔2024〕1号', '2024-03-01', '2024-03-31', '2024-03-20'), ('bureau', 2, 'seal', '封〔2024〕2号', '2024-05-01', NULL, NULL), ('bureau', 2, 'seize', '封〔2024〕2号', '2024-05-01', NULL, NULL),
    ('bureau', 3, 'surcharge', NULL, '2024-07-01', NULL, NULL), ('bureau', 3, 'court', NULL, '2024-10-01', NULL, NULL), ('team1', 4, 'court', NULL, '2024-10-01', NULL, NULL);
CALL ledger.entered(ARRAY['coercive_measure'], since => '2024-01-01', through => '2024-12-31');
SELECT results_eq($$SELECT code, value FROM ledger.figures(emgov.year(2024)) WHERE code ~ '^T3' ORDER BY 1$$,
    $$VALUES ('T301', 2::numeric), ('T302', 1), ('T303', 0), ('T304', 0), ('T305', 1), ('T306', 0), ('T307', 0), ('T308', 0), ('T309', 0), ('T310', 0), ('T311', 1)$$, 'table 3, by kind');
SELECT is_empty($$SELECT code, state, detail FROM ledger.check_figures(emgov.year(2024)) WHERE state <> 'holds'$$, 'the shipped checks hold');

-- ------------------------------------------------------------------ in words and tables
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('words', '行政执法数据说明', 'year');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('words', 1, '{year}年行政执法数据');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('words', 1, 1, '{year}年行政处罚{T110}，罚没金额{T111}，其中罚款{T102}、警告和通报批评{T101}[T106?、停产停业和关闭{T106}]。'),
    ('words', 1, 2, '许可申请{T201}，受理{T202}，许可{T203}，不予许可{T204}，撤销许可{T205}。'),
    ('words', 1, 3, '{T401.name}{T401}、{T402.name}{T402}、{T403.name}{T403}、{T404.name}{T404}、{T405.name}{T405}、{T406.name}{T406}，行政检查{T407}。'),
    ('words', 1, 4, '{table T110,T111 by penalty_kind show value}');
SELECT results_eq($$SELECT body FROM ledger.report_text('words', emgov.year(2024)) WHERE ordinal < 4 ORDER BY ordinal$$, $$VALUES
    ('2024年行政处罚108156宗，罚没金额1753.79万元，其中罚款94929宗、警告和通报批评12175宗。'), ('许可申请26569宗，受理26569宗，许可26462宗，不予许可102宗，撤销许可5宗。'),
    ('行政征收30次、行政裁决3次、行政确认4120次、行政奖励0次、行政给付861次、其他行政行为55次，行政检查38次。')$$, 'the tables in words');
SELECT results_eq($$SELECT member, value FROM ledger.report_tables('words', emgov.year(2024)) WHERE "column" = 1 AND value <> 0 ORDER BY member COLLATE "C" NULLS LAST$$,
    $$SELECT heaviest, sum(cases)::numeric FROM kinds GROUP BY ROLLUP (heaviest) ORDER BY heaviest COLLATE "C" NULLS LAST$$, 'table 1 by the heaviest kind');

-- ------------------------------------------------------------------ published, and an inspection whose case is decided later
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('table', '行政执法数据表', 'year');
INSERT INTO ledger.report_figure (report, code) SELECT 'table', code FROM seen;
CALL ledger.publish('table', emgov.year(2024));
UPDATE ledger.enforcement_case SET decided_on = '2025-01-20' WHERE id = 200003;
SELECT results_eq('SELECT code, published, value_now FROM ledger.restatement(1)', $$VALUES ('T407', 38::numeric, 37::numeric)$$, 'a penalty decided since: its inspection no longer counts');
SELECT results_eq($$SELECT record_key, difference FROM ledger.restatement_rows(1, code => 'T407')$$, $$VALUES ('3', -1::numeric)$$, 'which');
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'what was published comes out again');
SELECT * FROM finish();
