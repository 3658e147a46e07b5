-- The report's text: whole, with each figure's words, and following its templates.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE TEMP TABLE report AS SELECT * FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19'), '2024-12-19 18:00+08');
CREATE TEMP TABLE figure AS SELECT * FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08');
CREATE TEMP TABLE expected (line int GENERATED ALWAYS AS IDENTITY, body text);
\copy expected (body) FROM 'examples/changzhou-2024/report.txt'

SELECT plan(15);
SELECT results_eq('SELECT body FROM report ORDER BY ordinal', 'SELECT body FROM expected ORDER BY line', 'the whole text is as expected');
SELECT is_empty($$SELECT f.code, f.words FROM figure f WHERE f.code LIKE 'F%' AND NOT EXISTS (SELECT FROM report r WHERE strpos(r.body, f.words) > 0)$$,
                'the words of every figure of the report stand in it');
SELECT is_empty($$SELECT f.code FROM figure f WHERE f.code LIKE 'F%' AND f.kind <> 'change' AND NOT EXISTS
                   (SELECT FROM ledger.report_paragraph t JOIN report r USING (section, ordinal) WHERE t.body ~ ('\{' || f.code || '[.}]') AND strpos(r.body, f.phrase) > 0)$$,
                'in the paragraph whose template names it');
SELECT is_empty($$SELECT body FROM report WHERE body ~ '[][{}|?]|—'$$, 'nothing is left unfilled');
SELECT results_eq($$SELECT DISTINCT section FROM report ORDER BY 1$$, 'VALUES (1), (2), (3), (4), (5), (6)', 'all six sections');

-- records change, and so do the words
UPDATE ledger.accident SET status = 'written_off', note = 'x' WHERE id = 2401;
UPDATE ledger.sample_check SET passed = false WHERE id = 100;
UPDATE ledger.hazard SET level = 'general' WHERE level = 'major';
SELECT matches((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 21), '58起，同比下降10.8%；.*未发生较大生产安全事故。$', 'no larger accident');
SELECT matches((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 12), '，达标率99.5%。$', 'not all passed');
SELECT matches((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 40), '，未发现重大事故隐患；', 'no major hazard');
SELECT results_eq($$SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19'), '2024-12-19 18:00+08') ORDER BY ordinal$$, 'SELECT body FROM report ORDER BY ordinal',
                  'the report of the day stays as it was');

-- paragraphs are the user's
UPDATE ledger.report_paragraph SET body = '今年{F028.value}起，{F028.change}；[F104=15?十五年|{F104}]' WHERE ordinal = 22;
SELECT is((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 22), '今年58起，同比下降10.8%；十五年', 'an edited paragraph');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('law-based-government', 7, '七、附');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('law-based-government', 7, 99, '[X003?有|无]{X001}');
SELECT is((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE section = 7), '—1人', 'an added one, of which a figure is not known');
UPDATE ledger.report_paragraph SET active = false WHERE ordinal IN (22, 99);
SELECT is_empty($$SELECT FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal IN (22, 99)$$, 'those that are no longer wanted');
UPDATE ledger.report_paragraph SET active = true, body = '[F001?有[F002=4?四|非四]|无][1]' WHERE ordinal = 99;
SELECT is((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 99), '有四[1]', 'a choice within a choice; other brackets are text');
-- how a number is printed is the indicator's policy
UPDATE ledger.indicator SET wording = 'exact' WHERE code = 'F063';
UPDATE ledger.indicator SET wording = 'over', grain = 100 WHERE code = 'F064';
SELECT matches((SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19')) WHERE ordinal = 42), '检查经营单位536家次，督促整改问题隐患500余条，', 'printed by policy');
SELECT results_eq($$SELECT body FROM ledger.report_text('law-based-government', emgov.ytd('2024-12-19'), '2024-12-19 18:00+08') ORDER BY ordinal$$, 'SELECT body FROM report ORDER BY ordinal',
                  'the report of the day, by the templates and policies of the day');
SELECT * FROM finish();
