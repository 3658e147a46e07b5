-- A bulletin of another city (issue 9, "What it must show" 4): accidents, deaths and injured of
-- July 2021 and of January to July, by industry, each against the year before. From an empty ledger,
-- with shipped packs and no definition of its own; facts and figures are the bulletin's, its records are made up so as to agree,
-- and so are its sentences.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT plan(28);
\ir ../ledger/owner.sql
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
SET client_min_messages = warning;
CALL ledger.load_pack('accidents');
CALL ledger.load_pack('accidents-bulletin');
RESET client_min_messages;
SELECT ok((SELECT count(*) FROM ledger.indicator) BETWEEN 30 AND 60, 'the shipped definitions, a row each');

-- ------------------------------------------------------------------ records
INSERT INTO ledger.area (code, name_zh, kind)
VALUES ('A', '甲县', 'county'), ('B', '乙县', 'county'), ('C', '丙县', 'county'), ('D', '丁县', 'county'), ('E', '戊县', 'county'), ('F', '己区', 'district');
-- what happened between two days in an industry: accidents, of which larger; deaths; injured
CREATE TEMP TABLE happened (category text, first date, last date, accidents int, larger int, deaths int, injured int);
INSERT INTO happened VALUES
    ('road',           '2021-07-01', '2021-07-31', 15, 0,  9,  8), ('road',           '2021-01-01', '2021-06-30', 45, 0, 11, 54),
    ('road',           '2020-07-01', '2020-07-31',  8, 0,  4, 12), ('road',           '2020-01-01', '2020-06-30', 35, 1, 21, 33),
    ('industry_trade', '2021-07-01', '2021-07-31',  1, 0,  1,  0), ('industry_trade', '2021-01-01', '2021-06-30',  5, 2, 11,  9),
    ('industry_trade', '2020-07-01', '2020-07-31',  2, 0,  2,  0), ('industry_trade', '2020-01-01', '2020-06-30',  4, 0,  4,  0),
    ('chemical',       '2021-01-01', '2021-06-30',  3, 0,  5,  7), ('chemical',       '2020-01-01', '2020-06-30',  3, 0,  3,  0),
    ('construction',   '2021-07-01', '2021-07-31',  1, 0,  1,  0), ('construction',   '2021-01-01', '2021-06-30', 10, 0, 11,  2),
    ('construction',   '2020-07-01', '2020-07-31',  2, 0,  2,  0), ('construction',   '2020-01-01', '2020-06-30',  7, 0,  8,  4),
    ('fishing',        '2020-01-01', '2020-06-30',  1, 0,  1,  0),
    -- what belongs to neither period: the days around them
    ('road',           '2021-08-01', '2021-08-31',  3, 0,  3,  1), ('coal',           '2020-08-01', '2020-12-31',  2, 1,  4,  0);
CREATE TEMP TABLE made AS
SELECT row_number() OVER ()::int AS id, h.*, i, h.first + (i * 7) % (h.last - h.first + 1) AS day FROM happened AS h CROSS JOIN LATERAL generate_series(0, h.accidents - 1) AS i;
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) SELECT id, day, CASE WHEN id % 3 = 0 THEN 'B' ELSE 'A' END, category FROM made;
-- three die in each larger accident, the others one after the other in the rest
INSERT INTO ledger.casualty (accident_id, outcome, outcome_on)
SELECT m.id, 'dead', m.day + n % 5
  FROM made AS m CROSS JOIN LATERAL generate_series(0, m.deaths - 1) AS n
 WHERE CASE WHEN n < 3 * m.larger THEN n / 3 ELSE m.larger + (n - 3 * m.larger) % (m.accidents - m.larger) END = m.i;
INSERT INTO ledger.casualty (accident_id, outcome, outcome_on)
SELECT m.id, CASE WHEN n % 4 = 0 THEN 'serious' ELSE 'minor' END, m.day FROM made AS m CROSS JOIN LATERAL generate_series(0, m.injured - 1) AS n WHERE n % m.accidents = m.i;
-- who dies on the road after more than seven days counts as injured
UPDATE ledger.casualty AS c SET outcome = 'dead', outcome_on = m.day + 8
  FROM made AS m WHERE m.id = c.accident_id AND c.id = (SELECT min(x.id) FROM ledger.casualty AS x JOIN made AS y ON y.id = x.accident_id AND y.category = 'road' AND y.first = '2021-07-01' WHERE x.outcome = 'serious');
-- where: deaths of January to July, of 2021 and of 2020, by county
DO $$
DECLARE
    a record;
BEGIN
    CREATE TEMP TABLE room AS SELECT * FROM (VALUES ('A', 14, 6), ('B', 9, 5), ('C', 6, 4), ('D', 6, 4), ('E', 6, 4), ('F', 8, 22)) AS v (area, of_2021, of_2020);
    FOR a IN SELECT f.id, f.deaths, extract(year FROM f.occurred_on) AS year FROM ledger.accident_fact AS f
              WHERE extract(month FROM f.occurred_on) <= 7 ORDER BY f.deaths DESC, f.id LOOP
        UPDATE ledger.accident SET area_code = r.area
          FROM (SELECT area FROM room ORDER BY CASE a.year WHEN 2021 THEN of_2021 ELSE of_2020 END DESC, area LIMIT 1) AS r WHERE id = a.id;
        UPDATE room SET of_2021 = of_2021 - CASE a.year WHEN 2021 THEN a.deaths ELSE 0 END, of_2020 = of_2020 - CASE a.year WHEN 2020 THEN a.deaths ELSE 0 END
         WHERE area = (SELECT area_code FROM ledger.accident WHERE id = a.id);
    END LOOP;
END $$;
SELECT is_empty('SELECT * FROM room WHERE of_2021 <> 0 OR of_2020 <> 0', 'as many died in each county as in the bulletin');
-- and what is no accident at work counts nowhere
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, status, note) VALUES (1001, '2021-07-09', 'A', 'road', 'written_off', '自然灾害'), (1002, '2021-07-10', 'B', 'mine', 'duplicate', '重复');
INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT 1001, 'dead', '2021-07-09' FROM generate_series(1, 12);
CALL ledger.entered(ARRAY['accident'], since => '2020-01-01', through => '2021-08-31');

-- ------------------------------------------------------------------ the report
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('bulletin', '安全生产形势通报', 'ytd');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('bulletin', 1, '一、{month}月'), ('bulletin', 2, '二、1—{month}月'), ('bulletin', 3, '三、分行业');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('bulletin', 1, 1, '{month}月，全市共发生生产安全事故{F028@month.phrase}；死亡{F030@month.phrase}；受伤{A001@month.phrase}。'),
    ('bulletin', 1, 2, '道路运输{A006@month.phrase}，死亡{A007@month.phrase}，受伤{A008@month.phrase}。'),
    ('bulletin', 1, 3, '[A111@month?农林牧渔业{A111@month}|农林牧渔业未发生事故]；[A121@month?采矿业{A121@month}|采矿业未发生事故]。'),
    ('bulletin', 1, 4, '商贸制造业{A131@month.phrase}，死亡{A132@month.phrase}[A133@month?，受伤{A133@month}]。建筑业{A141@month.phrase}，死亡{A142@month.phrase}[A143@month?，受伤{A143@month}]。'),
    ('bulletin', 2, 1, '1—{month}月，全市共发生生产安全事故{F028.phrase}；死亡{F030.phrase}；受伤{A001.phrase}。其中较大事故{F036}。'),
    ('bulletin', 3, 1, '道路运输{A006.phrase}，死亡{A007.phrase}，受伤{A008.phrase}。'),
    ('bulletin', 3, 2, '农林牧渔业{A111.phrase}，死亡{A112.phrase}。[A121?采矿业{A121.phrase}。|采矿业未发生事故。]'),
    ('bulletin', 3, 3, '商贸制造业{A131.phrase}，死亡{A132.phrase}，受伤{A133.phrase}。建筑业{A141.phrase}，死亡{A142.phrase}，受伤{A143.phrase}。');
SELECT results_eq($$SELECT heading, ordinal, body FROM ledger.report_text('bulletin', emgov.ytd('2021-07-31'))$$, $$VALUES
    ('一、7月', 1, '7月，全市共发生生产安全事故17起，同比上升41.7%；死亡11人，同比上升37.5%；受伤8人，同比下降33.3%。'),
    ('一、7月', 2, '道路运输15起，同比上升87.5%，死亡9人，同比上升125%，受伤8人，同比下降33.3%。'),
    ('一、7月', 3, '农林牧渔业未发生事故；采矿业未发生事故。'),
    ('一、7月', 4, '商贸制造业1起，同比下降50%，死亡1人，同比下降50%。建筑业1起，同比下降50%，死亡1人，同比下降50%。'),
    ('二、1—7月', 1, '1—7月，全市共发生生产安全事故80起，同比上升29%；死亡49人，同比上升8.9%；受伤80人，同比上升63.3%。其中较大事故2起。'),
    ('三、分行业', 1, '道路运输60起，同比上升39.5%，死亡20人，同比下降20%，受伤62人，同比上升37.8%。'),
    ('三、分行业', 2, '农林牧渔业0起，同比下降100%，死亡0人，同比下降100%。采矿业未发生事故。'),
    ('三、分行业', 3, '商贸制造业9起，同比持平，死亡17人，同比上升88.9%，受伤16人，同比增加16人。建筑业11起，同比上升22.2%，死亡12人，同比上升20%，受伤2人，同比下降50%。')$$,
    'the text of the bulletin, of both periods');
SELECT throws_ok($$UPDATE ledger.report_section SET heading = '一、事故{F028}' WHERE section = 1$$, '23514', 'the heading of section 1 of report "bulletin" names figure F028', 'a heading names no figure');
SELECT throws_ok($$UPDATE ledger.report_section SET heading = '一、{month月' WHERE section = 1$$, '42601', NULL, 'nor is it half a template');

-- ------------------------------------------------------------------ every figure of it
-- n: the figure's number in the bulletin; percent as it is right; published where the bulletin has another
CREATE TEMP TABLE seen (n int, code text, monthly boolean, value numeric, base numeric, percent numeric, published numeric);
INSERT INTO seen VALUES
    ( 1, 'F028', true,  17, 12,   41.7), ( 4, 'F030', true,  11,  8,   37.5), ( 7, 'A001', true,   8, 12, -33.3),
    (13, 'A007', true,   9,  4,  125.0), (16, 'A008', true,   8, 12,  -33.3), (19, 'A111', true,   0,  0,  NULL), (20, 'A121', true, 0, 0, NULL),
    (21, 'A131', true,   1,  2,  -50.0), (24, 'A132', true,   1,  2,  -50.0), (27, 'A141', true,   1,  2, -50.0), (30, 'A142', true, 1, 2, -50.0),
    (33, 'F028', false, 80, 62,   29.0), (36, 'F030', false, 49, 45,    8.9), (39, 'A001', false, 80, 49,  63.3), (42, 'F036', false, 2, 1, 100.0),
    (44, 'A006', false, 60, 43,   39.5), (50, 'A008', false, 62, 45,   37.8), (53, 'A111', false,  0,  1, -100.0), (55, 'A112', false, 0, 1, -100.0),
    (57, 'A121', false,  0,  0,   NULL), (58, 'A131', false,  9,  9,    0.0), (60, 'A132', false, 17,  9,  88.9), (63, 'A133', false, 16, 0, NULL),
    (65, 'A141', false, 11,  9,   22.2), (68, 'A142', false, 12, 10,   20.0), (71, 'A143', false,  2,  4, -50.0);
INSERT INTO seen VALUES (10, 'A006', true, 15, 8, 87.5, 116.7), (47, 'A007', false, 20, 25, -20.0, -33.3);
-- the same as the figures of the report, and as those that are asked for without one
CREATE TEMP VIEW of_report AS
SELECT s.n, f.code, f.value, f.base, f.rate, f.state, f.covered_days = f.period_days AS whole, f.coverage
  FROM seen AS s JOIN ledger.report_figures('bulletin', emgov.ytd('2021-07-31')) AS f ON f.code = s.code AND f.starts_on = CASE WHEN s.monthly THEN date '2021-07-01' ELSE '2021-01-01' END;
SELECT results_eq('SELECT n, value, base FROM of_report ORDER BY n', 'SELECT n, value, base FROM seen ORDER BY n', 'every figure, and its base');
SELECT results_eq('SELECT n, rate FROM of_report ORDER BY n', 'SELECT n, percent FROM seen ORDER BY n', 'every percentage of change, those published wrong too as they are right');
SELECT results_eq('SELECT n, o.rate, s.published FROM of_report AS o JOIN seen AS s USING (n) WHERE o.rate <> s.published ORDER BY n', $$VALUES (10, 87.5, 116.7), (47, -20.0, -33.3)$$,
    'two percentages were published wrong');
SELECT is((SELECT count(*) FROM of_report WHERE whole AND coverage = 'declared'), 28::bigint, 'all of them from records that are declared to be entered');
SELECT results_eq($$SELECT s.n, f.value, f.base, f.rate FROM seen AS s
        CROSS JOIN LATERAL ledger.figures(CASE WHEN s.monthly THEN emgov.month(2021, 7) ELSE emgov.ytd('2021-07-31') END, codes => ARRAY[s.code]) AS f ORDER BY 1$$,
    'SELECT n, value, base, percent FROM seen ORDER BY n', 'asked for one by one they are the same');
SELECT results_eq($$SELECT f.code, f.value FROM ledger.figure_series('{F028,F030,A001}', daterange('2021-01-01', '2021-08-01')) AS f WHERE f.starts_on = '2021-07-01' ORDER BY 1$$,
    $$VALUES ('A001', 8::numeric), ('F028', 17), ('F030', 11)$$, 'and in the series of months');
SELECT results_eq($$SELECT f.code, sum(f.value) FROM ledger.figure_series('{F028,F030,A001}', daterange('2021-01-01', '2021-08-01')) AS f GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('A001', 80::numeric), ('F028', 80), ('F030', 49)$$, 'whose months make up the seven');
SELECT results_eq($$SELECT f.member, f.value FROM ledger.figures(emgov.ytd('2021-07-31'), codes => '{F028}', by => 'area') AS f ORDER BY 1 NULLS LAST$$,
    $$SELECT a.area_code, count(*)::numeric FROM ledger.accident AS a WHERE a.status = 'valid' AND a.occurred_on BETWEEN '2021-01-01' AND '2021-07-31' GROUP BY ROLLUP (1) ORDER BY 1 NULLS LAST$$,
    'by district');
SELECT results_eq($$SELECT code, state FROM ledger.check_figures(emgov.ytd('2021-07-31')) WHERE state <> 'holds'$$, $$VALUES ('R05', 'warns')$$,
    'the shipped checks hold, and one points at the death after the window');
SELECT cmp_ok((SELECT count(*) FROM ledger.check_figures(emgov.ytd('2021-07-31')) WHERE state = 'holds' AND code ~ '^C[56]'), '=', 6::bigint, 'that the industries make up all among them');
-- a check that can fail: an accident that an industry lacks
UPDATE ledger.indicator SET filter = $$category_code = 'coal' AND status = 'valid'$$ WHERE code = 'A151';
SELECT is((SELECT state FROM ledger.check_figures(emgov.ytd('2021-07-31')) WHERE code = 'C61'), 'fails', 'and would not if an industry were left out');
SELECT lives_ok($$UPDATE ledger.indicator SET filter = $f$category_code IN ('road', 'water', 'railway', 'aviation') AND status = 'valid'$f$ WHERE code = 'A151'$$, 'put right');

-- ------------------------------------------------------------------ changes in amount, counties, tables (issue 10)
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('amounts', '安全生产形势通报', 'ytd');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('amounts', 1, '{period@month}'), ('amounts', 2, '{period}');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('amounts', 1, 1, '事故{F028@month}，{F028@month.both}；死亡{F030@month}，{F030@month.both}；受伤{A001@month}，{A001@month.both}。'),
    ('amounts', 1, 2, '道路运输{A006@month}，{A006@month.both}；死亡{A007@month}，{A007@month.both}；受伤{A008@month}，{A008@month.both}。'),
    ('amounts', 1, 3, '商贸制造业{A131@month}，{A131@month.both}；死亡{A132@month}，{A132@month.both}。建筑业{A141@month}，{A141@month.both}；死亡{A142@month}，{A142@month.both}。'),
    ('amounts', 2, 1, '事故{F028}，{F028.both}；死亡{F030}，{F030.both}；受伤{A001}，{A001.both}；较大事故{F036}，{F036.amount(year_earlier)}。'),
    ('amounts', 2, 2, '道路运输{A006}，{A006.both}；死亡{A007}，{A007.both}；受伤{A008}，{A008.both}。农林牧渔业{A111}，{A111.amount}；死亡{A112}，{A112.amount}。'),
    ('amounts', 2, 3, '商贸制造业{A131}，{A131.both}；死亡{A132}，{A132.both}；受伤{A133}，{A133.both}。建筑业{A141}，{A141.both}；死亡{A142}，{A142.both}；受伤{A143}，{A143.both}。'),
    ('amounts', 2, 4, '死亡人数{F030 rose by area}：{top 5 F030.amount by area}。'),
    ('amounts', 2, 5, '{table F028,F030 show value,amount,rate by area}');
SELECT results_eq($$SELECT heading, ordinal, body FROM ledger.report_text('amounts', emgov.ytd('2021-07-31')) WHERE section < 2 OR ordinal < 5$$, $$VALUES
    ('7月份', 1, '事故17起，同比增加5起，上升41.7%；死亡11人，同比增加3人，上升37.5%；受伤8人，同比减少4人，下降33.3%。'),
    ('7月份', 2, '道路运输15起，同比增加7起，上升87.5%；死亡9人，同比增加5人，上升125%；受伤8人，同比减少4人，下降33.3%。'),
    ('7月份', 3, '商贸制造业1起，同比减少1起，下降50%；死亡1人，同比减少1人，下降50%。建筑业1起，同比减少1起，下降50%；死亡1人，同比减少1人，下降50%。'),
    ('1—7月', 1, '事故80起，同比增加18起，上升29%；死亡49人，同比增加4人，上升8.9%；受伤80人，同比增加31人，上升63.3%；较大事故2起，同比增加1起。'),
    ('1—7月', 2, '道路运输60起，同比增加17起，上升39.5%；死亡20人，同比减少5人，下降20%；受伤62人，同比增加17人，上升37.8%。农林牧渔业0起，同比减少1起；死亡0人，同比减少1人。'),
    ('1—7月', 3, '商贸制造业9起，同比持平；死亡17人，同比增加8人，上升88.9%；受伤16人，同比增加16人。建筑业11起，同比增加2起，上升22.2%；死亡12人，同比增加2人，上升20%；受伤2人，同比减少2人，下降50%。'),
    ('1—7月', 4, '死亡人数5个地区上升：甲县增加8人、乙县增加4人、丙县增加2人、丁县增加2人、戊县增加2人。')$$, 'every change in amount, each as in the bulletin or as it is right, and those of the counties');
SELECT results_eq($$SELECT row, value FROM ledger.report_tables('amounts', emgov.ytd('2021-07-31')) WHERE code = 'F030' AND form = 'amount' ORDER BY 1$$,
    $$VALUES (1, 8::numeric), (2, 4), (3, 2), (4, 2), (5, 2), (6, -14), (7, 4)$$, 'and in a table, with its total');
-- ------------------------------------------------------------------ what is not known
SELECT results_eq($$SELECT n, state FROM of_report WHERE n IN (1, 19, 57, 58, 63) ORDER BY 1$$,
    $$VALUES (1, 'comparable'), (19, 'none'), (57, 'none'), (58, 'comparable'), (63, 'new')$$, 'states: a base, none and none, none before');
SELECT results_eq($$SELECT DISTINCT f.state, f.value FROM ledger.figures(emgov.month(2021, 9), codes => ARRAY(SELECT code FROM seen)) AS f$$,
    $$VALUES ('no_data', NULL::numeric)$$, 'E1: no figure of September: nothing of it is entered');
SELECT results_eq($$SELECT DISTINCT f.base, f.rate FROM ledger.figures(emgov.ytd('2020-07-31'), codes => ARRAY(SELECT code FROM seen)) AS f$$,
    $$VALUES (NULL::numeric, NULL::numeric)$$, 'E1: and no base of 2020: nothing of 2019 is');
SELECT throws_matching($$CALL ledger.publish('bulletin', emgov.ytd('2021-09-30'))$$, 'allow_gaps|data', 'E1: what is not known is not published');

-- ------------------------------------------------------------------ published
CALL ledger.publish('bulletin', emgov.ytd('2021-07-31'));
SELECT is((SELECT count(*) FROM ledger.publication_figure WHERE publication_id = 1), (SELECT count(*) FROM ledger.report_figures('bulletin', emgov.ytd('2021-07-31'))), 'published: what the text needs, of both periods');
SELECT results_eq($$SELECT n, p.value FROM seen AS s JOIN ledger.publication_figure AS p ON p.code = s.code AND p.starts_on = CASE WHEN s.monthly THEN date '2021-07-01' ELSE '2021-01-01' END ORDER BY 1$$,
    'SELECT n, value FROM seen ORDER BY n', 'with the bulletin''s values');
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'it comes out again');
UPDATE ledger.accident SET status = 'written_off', note = '经调查不属于生产安全事故' WHERE id = (SELECT min(id) FROM made WHERE category = 'construction' AND first = '2021-07-01');
SELECT set_eq('SELECT code FROM ledger.restatement(1)', $$VALUES ('F028'), ('F030'), ('A141'), ('A142')$$, 'an accident written off since: what it moves, in both periods');
SELECT is((SELECT count(*) FROM ledger.restatement(1)), 8::bigint, 'in both periods');
SELECT * FROM finish();
