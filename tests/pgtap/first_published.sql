-- A base as it was first published is none where what was published was a part: said as of a base that is counted and lacks the same.
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
SELECT plan(21);
INSERT INTO area (code, name_zh, name_en, kind, is_block) VALUES ('a', '甲区', 'A', 'district', true), ('b', '乙区', 'B', 'district', true);
INSERT INTO indicator (code, name_zh, kind, of_code, by_code, of_codes, cutoff, scope, unit, definition_zh) VALUES
    ('T', '合计', 'total', NULL, NULL, '{F028,F030}', 'period', 'city', '个', '合计'), ('R', '起均死亡', 'ratio', 'F030', 'F028', NULL, 'period', 'city', '人', '比'),
    ('CH', '同比', 'change', 'F028', NULL, NULL, 'period', 'city', '%', '变动');
INSERT INTO indicator (code, name_zh, kind, cutoff, scope, unit, definition_zh) VALUES ('SENT', '培训', 'reported', 'period', 'city', '人', '报送');
INSERT INTO report (code, title_zh, base) VALUES ('first', '首次', 'first_published'), ('now', '现数', 'restated'), ('late', '未满', 'restated'), ('whole', '补齐', 'restated');
INSERT INTO report_section (report, section, heading) SELECT r, 1, '一' FROM unnest('{first,now,late,whole}'::text[]) AS r;
INSERT INTO report_paragraph (report, section, ordinal, body) SELECT r, 1, 1, '事故{F028.phrase}。[F028 rose?上升|没有上升]。{table F028 by area}' FROM unnest('{first,now,late,whole}'::text[]) AS r;
INSERT INTO report_figure (report, code) SELECT r, c FROM unnest('{first,now,late,whole}'::text[]) AS r, unnest('{F028,F030,T,R,CH,SENT}'::text[]) AS c;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT n, date '2024-01-01' + n, substr('ab', 1 + n % 2, 1), 'road' FROM generate_series(1, 20) AS n;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 100 + n, date '2025-01-01' + n, substr('ab', 1 + n % 2, 1), 'road' FROM generate_series(1, 20) AS n;
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT a.id, 'dead', a.occurred_on FROM accident AS a WHERE a.id % 5 = 0;
CALL receive('SENT', 'a', year(2024), 5, '甲', '2025-01-10');
CALL receive('SENT', 'a', year(2025), 6, '甲', '2025-06-10');
CALL receive('SENT', 'b', year(2025), 7, '乙', '2025-06-10');
-- of 2024 one of two areas is known; of 2025 both
CALL entered('{first}', '2025-12-31', '2023-01-01', area => 'a');
CALL entered('{first}', '2025-12-31', '2025-01-01', area => 'b');
CALL publish('first', year(2024), allow_gaps => true);
SELECT results_eq($$SELECT code, value::text, state, missing::text FROM publication_figure WHERE dimension = '' ORDER BY code$$,
    $$VALUES ('CH', NULL, 'part_members', '{b}'), ('F028', '10', 'part_members', '{b}'), ('F030', '2', 'part_members', '{b}'), ('R', '0.2', 'part_members', '{b}'),
        ('SENT', '5', 'part_members', '{b}'), ('T', '12', 'part_members', '{b}')$$, 'what was published of 2024 is a part');
PREPARE said AS SELECT code, value::text, base, change, rate, p_value, state, phrase FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028,F030,T,R,CH,SENT}');
SELECT set_eq('EXECUTE said', $$SELECT code, value::text, base, change, rate, p_value, state, phrase FROM figures(year(2025), codes => '{F028,F030,T,R,CH,SENT}')$$,
    'a base of which a part was published is said as one of which a part is known: as counted, derived, a change, sent by members');
SELECT set_eq($$SELECT state, base, change, rate FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028,F030,T,R,CH,SENT}')$$,
    $$VALUES ('no_base', NULL::numeric, NULL::numeric, NULL::numeric)$$, 'there is none, and no change');
SELECT set_eq($$SELECT code, reason FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028,SENT,CH}')$$,
    $$SELECT code, reason FROM figures(year(2025), codes => '{F028,SENT,CH}')$$, 'the reason says of whom there were no data');
SELECT is((SELECT reason FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028}')), 'base: no data of b', 'by their codes');
SELECT is((SELECT count(*) FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028}', by => 'area') WHERE state = 'comparable'), 0::bigint, 'also beside members');
SELECT is((SELECT array_agg(state || ' ' || base_kind) FROM figure_series('{F028}', daterange('2025-01-01', '2026-01-01'), 'year')), '{"no_base restated"}', 'a series is of what is known now');
-- what is made of it
SELECT is((SELECT regexp_matches(body, '^(事故.*?)\n.*\n(合计[^\n]*)') FROM report_text('first', year(2025))), (SELECT regexp_matches(body, '^(事故.*?)\n.*\n(合计[^\n]*)') FROM report_text('now', year(2025))),
    'a report says of the total what it says where both are counted, in its table too');
SELECT matches((SELECT body FROM report_text('first', year(2025))), '^事故20起。—。.*合计 +20 +— +—', 'not that it rose');
SELECT set_eq($$SELECT code, state FROM report_figures('first', year(2025)) WHERE code IN ('F028', 'T')$$, $$VALUES ('F028', 'no_base'), ('F028', 'not_published'), ('T', 'no_base')$$, 'its figures');
CALL publish('first', year(2025), allow_gaps => true);
SELECT results_eq($$SELECT state, base, rate, phrase FROM publication_figure WHERE publication_id = 2 AND code = 'F028' AND dimension = ''$$,
    $$VALUES ('no_base', NULL::numeric, NULL::numeric, '20起')$$, 'so it is published');
SELECT is_empty('SELECT * FROM verify_publication(2)', 'and verified');
SELECT is_empty('SELECT * FROM restatement(2)', 'and nothing would be said otherwise');
-- of a part of the days
CALL entered('{first}', '2024-12-19', '2023-01-01', area => 'b');
CALL publish('late', year(2024), allow_gaps => true);
CALL entered('{first}', '2025-12-31', '2025-01-01', area => 'b');
SELECT results_eq($$SELECT value, state, covered_days FROM publication_figure WHERE publication_id = 3 AND code = 'F028' AND dimension = ''$$, $$VALUES (20::numeric, 'part_period', 354)$$, 'a part of the days is published');
SELECT results_eq($$SELECT base, rate, state, reason, phrase FROM figures(year(2025), base => 'first_published', report => 'late', codes => '{F028}')$$,
    $$VALUES (NULL::numeric, NULL::numeric, 'no_base', 'base: its source covers 354 days of it', '20起')$$, 'nor is that a base');
SELECT is((SELECT state FROM figures(year(2025), codes => '{F028}')), 'no_base', 'nor is it where it is counted');
-- the whole
CALL entered('{first}', '2025-12-31', '2023-01-01', area => 'b');
CALL publish('whole', year(2024), allow_gaps => true);
CALL publish('first', year(2024), allow_gaps => true);
SELECT results_eq($$SELECT base, change, rate, state, phrase FROM figures(year(2025), base => 'first_published', report => 'whole', codes => '{F028}')$$,
    $$VALUES (20::numeric, 0::numeric, 0.0, 'comparable', '20起，同比持平')$$, 'the whole is one');
SELECT is((SELECT state FROM figures(year(2025), base => 'first_published', report => 'whole', codes => '{SENT}')), 'no_base', 'but not of what a member has not sent');
SELECT is((SELECT state FROM figures(year(2025), base => 'first_published', report => 'first', codes => '{F028}')), 'no_base', 'what was published first stays a part, whatever was published then');
SELECT is((SELECT phrase FROM figures(year(2025), codes => '{F028}')), '20起，同比持平', 'as it is known now it is the whole');
-- one of several years
CALL publish('whole', year(2023), allow_gaps => true);
CALL publish('late', year(2023), allow_gaps => true);
INSERT INTO comparator (code, kind, n, words_zh, words_en) VALUES ('two', 'mean_of_years', 2, '与前两年均值相比', 'against two years');
SELECT results_eq($$SELECT r, base, state, reason FROM unnest('{late,whole}'::text[]) AS r CROSS JOIN LATERAL figures(year(2025), base => 'first_published', report => r, codes => '{F028}', comparator => 'two')$$,
    $$VALUES ('late', NULL::numeric, 'no_base', 'base: 2024-01-01 to 2024-12-31: its source covers 354 days of it'), ('whole', 10, 'comparable', NULL)$$, 'a mean is of whole years only');
SELECT * FROM finish();
