-- A yearbook's page on occupational safety and health, in English (issue 10, "What it must show" 1): injuries, rates per thousand, construction, diseases against the
-- year before and a fixed year, notices, prosecutions, fines, convictions. From an empty ledger, with the pack and the records of examples/labour-2005: facts and
-- figures are the page's, its records are made up so as to agree, and so are its sentences. T5: nothing of it is Chinese.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SELECT no_plan();
SET client_min_messages = warning;
CREATE ROLE foreign_owner;
GRANT CREATE ON DATABASE :DBNAME TO foreign_owner;
SET ROLE foreign_owner;
CALL emgov.create_ledger('labour');
\set pack `cat examples/labour-2005/pack.json`
CALL labour.load_pack(:'pack'::jsonb);
\i examples/labour-2005/records.sql
SELECT cmp_ok((SELECT count(*)::int FROM labour.indicator), '<=', 60, 'at most sixty definitions');

-- ------------------------------------------------------------------ every figure of it
-- n: the figure's number in the report; as it is printed
CREATE TEMP TABLE seen (n int, code text, comparator text, what text, printed text);
INSERT INTO seen VALUES
    (1, 'OI01', NULL, 'words', '44,267 cases'), (2, 'OI01', NULL, 'change_words', 'up 0.5% year on year'), (3, 'OI01', NULL, 'base_words', '44,025 cases'),
    (4, 'OI02', NULL, 'words', '17.8 per 1,000 employees'), (5, 'OI02', NULL, 'base_words', '18.1 per 1,000 employees'), (6, 'OI02', NULL, 'change_words', 'down 1.7% year on year'),
    (7, 'OI03', NULL, 'words', '3,548 accidents'), (8, 'OI03', NULL, 'base_words', '3,833 accidents'), (9, 'OI03', NULL, 'change_words', 'down 7.4% year on year'),
    (10, 'OI04', NULL, 'words', '59.9 per 1,000 workers'), (11, 'OI04', NULL, 'base_words', '60.3 per 1,000 workers'), (12, 'OI04', NULL, 'change_words', 'down 0.8% year on year'),
    (13, 'OD01', NULL, 'words', '256 cases'), (14, 'OD01', NULL, 'change_words', 'up 2% year on year'), (15, 'OD01', NULL, 'base_words', '251 cases'),
    (16, 'OD01', 'peak_1998', 'change_words', 'down 73% on the peak of 1998'), (17, 'OD01', 'peak_1998', 'base_words', '948 cases'),
    (18, 'EN01', NULL, 'words', '153 suspension notices'), (19, 'EN02', NULL, 'words', '1,415 improvement notices'), (20, 'EN03', NULL, 'words', '1,821 prosecutions'),
    (21, 'EN04', NULL, 'words', 'more than $13 million'), (22, 'EN05', NULL, 'words', '83.8%');
SELECT is((SELECT to_jsonb(f)->>s.what FROM labour.figures('2005', codes => ARRAY[s.code], comparator => s.comparator, lang => 'en') AS f), s.printed, format('figure %s: %s', s.n, s.printed)) FROM seen AS s ORDER BY n;
SELECT is((SELECT count(*) FROM seen AS s WHERE EXISTS (SELECT FROM labour.report_text('safety-and-health', '2005') AS t WHERE strpos(t.body, s.printed) > 0)), 22::bigint, 'every one of the 22 stands in the text');
SELECT results_eq($$SELECT DISTINCT heading, section, ordinal, body FROM labour.report_text('safety-and-health', '2005') WHERE ordinal <> 4 ORDER BY 2, 3$$, $$VALUES
    ('Occupational Safety and Health in 2005', 1, 1, '44,267 cases of occupational injury were recorded in the year, up 0.5% year on year (44,025 cases a year earlier). That is 17.8 per 1,000 employees, against 18.1 per 1,000 employees a year earlier: down 1.7% year on year.'),
    ('Occupational Safety and Health in 2005', 1, 2, 'Construction had 3,548 accidents, down 7.4% year on year (3,833 accidents a year earlier). Its rate was 59.9 per 1,000 workers, down 0.8% year on year (60.3 per 1,000 workers a year earlier).'),
    ('Occupational Safety and Health in 2005', 1, 3, '256 cases of occupational disease were confirmed, up 2% year on year (251 cases a year earlier), and down 73% on the peak of 1998 (948 cases in 1998).'),
    ('Enforcement', 2, 1, 'The inspectors issued 153 suspension notices and 1,415 improvement notices. The courts heard 1,821 prosecutions; 83.8% of these ended in a conviction, and fines of more than $13 million were imposed.')$$,
    'the text');
SELECT is_empty($$SELECT body FROM labour.report_text('safety-and-health', '2005') WHERE heading || body ~ '[一-龥，。；、（）：]'$$, 'T5: no Chinese in it');
SELECT set_eq($$SELECT name, value FROM labour.report_tables('safety-and-health', '2005') WHERE code = 'OI01' AND form = 'value'$$,
    $$SELECT d.name_en, count(*)::numeric FROM labour.casualty AS c JOIN labour.accident AS a ON a.id = c.accident_id JOIN labour.area AS d ON d.code = a.area_code
       WHERE a.occurred_on BETWEEN '2005-01-01' AND '2005-12-31' GROUP BY 1 UNION ALL SELECT 'Total', 44267$$, 'the table by district');

-- ------------------------------------------------------------------ the language asked for
SELECT is((SELECT name || ': ' || phrase FROM labour.figures('2005', codes => '{OI03}', lang => 'zh')), '建造业事故: 3548宗，同比下降7.4%', 'in Chinese if that is asked for');
SELECT is((SELECT name || ': ' || phrase FROM labour.figures('2005', codes => '{OI03}')), '建造业事故: 3548宗，同比下降7.4%', 'which is a new ledger''s language');
UPDATE labour.ledger_setting SET lang = 'en';
SELECT is((SELECT name || ': ' || phrase FROM labour.figures('2005', codes => '{OI03}')), 'accidents in construction: 3,548 accidents, down 7.4% year on year', 'until it is set');
SELECT throws_like($$SELECT * FROM labour.figures('2005', lang => 'fr')$$, 'there is no language ''fr''', 'there are two');
SELECT is((SELECT string_agg(words, '; ' ORDER BY starts_on) FROM labour.figure_series('{OI03}', '2005Q1') WHERE words <> ''), (SELECT string_agg(to_char(n, 'FM999,999') || ' accidents', '; ' ORDER BY m)
    FROM (SELECT date_trunc('month', occurred_on) AS m, count(*) AS n FROM labour.accident WHERE category_code = 'construction' AND occurred_on BETWEEN '2005-01-01' AND '2005-03-31' GROUP BY 1) AS x), 'a series');
SELECT is((SELECT words FROM labour.figures('[2004-07-01,2006-04-01)', codes => '{OI03}')), (SELECT to_char(count(*), 'FM999,999') || ' accidents (up to 31 December 2005)' FROM labour.accident WHERE category_code = 'construction' AND occurred_on >= '2004-07-01'),
    'a part says so');
CALL labour.entered('{document}', '2005-12-31', '1990-01-01');
INSERT INTO labour.document (issued_on, programme_code, kind, number) VALUES ('1990-05-05', 'osh', 'suspension notice', 'old 1');
SELECT is((SELECT words FROM labour.figures('1990', codes => '{EN01}')), '1 suspension notice', 'one is singular');
SELECT is((SELECT words FROM labour.figures('1991', codes => '{EN01}')), '0 suspension notices', 'none is not');

-- ------------------------------------------------------------------ published, corrected, restated
INSERT INTO labour.check_rule (code, severity, left_side, operator, right_side, note_zh, note_en) VALUES ('X1', 'soft', 'OI03', '<=', 'OI01', '建造业事故不多于工伤', 'accidents in construction are among the injuries');
SELECT is((SELECT note || ': ' || state FROM labour.check_figures('2005') WHERE code = 'X1'), 'accidents in construction are among the injuries: holds', 'a check''s note');
SELECT is_empty($$SELECT note FROM labour.check_figures('2005') WHERE note ~ '[一-龥]'$$, 'and those that come by themselves');
CALL labour.publish('safety-and-health', '2005');
SELECT is_empty('SELECT * FROM labour.verify_publication(1)', 'it comes out again');
UPDATE labour.accident SET status = 'written_off', note = 'no accident at work' WHERE id = 100000;
SELECT results_eq($$SELECT name, why, phrase_now FROM labour.restatement(1) WHERE code = 'OI03' AND what = 'value' AND dimension IS NULL$$,
    $$VALUES ('accidents in construction', 'written off', '3,547 accidents, down 7.5% year on year')$$, 'what would be said now, and why');
SELECT is((SELECT DISTINCT why FROM labour.restatement_rows(1) WHERE code = 'OI03'), 'written off (no accident at work)', 'record by record');
SELECT is((SELECT DISTINCT why FROM labour.restatement_rows(1, lang => 'zh') WHERE code = 'OI03'), '统计核销（no accident at work）', 'in Chinese too');

-- ------------------------------------------------------------------ a definition pack goes round
SELECT is((SELECT jsonb_agg(i->>'unit_en' ORDER BY i->>'code') FROM jsonb_array_elements(labour.export_pack('safety-and-health')->'tables'->'indicator') AS i),
          (SELECT jsonb_agg(unit_en ORDER BY code COLLATE "C") FROM labour.indicator), 'units in English are exported');
SELECT * FROM finish();
