-- E1: what is not known is neither published nor printed as nothing: a report with gaps is
-- refused, or published with them, and says so.
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
INSERT INTO report (code, title_zh) VALUES ('brief', '简报');
INSERT INTO report_section (report, section, heading) VALUES ('brief', 1, '一、事故');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES
    ('brief', 1, 1, '全市发生生产安全事故{F028}，死亡{F030}。'), ('brief', 1, 2, '[F036?发生较大事故{F036}|未发生较大事故]。'),
    ('brief', 1, 3, '[F028.known?累计{F028}|尚无数据]。'), ('brief', 1, 4, '[F028>5?事故较多|事故不多]。');
CREATE FUNCTION public.text(period daterange) RETURNS text LANGUAGE sql RETURN (SELECT string_agg(body, '' ORDER BY ordinal) FROM ledger.report_text('brief', period));
SELECT plan(24);

-- nothing was entered
SELECT is(public.text(year(2024)), '全市发生生产安全事故—，死亡—。—。尚无数据。—。', 'E1: where nothing was entered, no paragraph says that nothing happened');
SELECT throws_ok('CALL publish(''brief'', year(2024))', '55000', 'report "brief" has figures without all their data', 'E1: and nothing is published');
INSERT INTO area (code, name_zh, kind) VALUES ('east', '东区', 'district');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2023-01-05'::date + i, 'east', 'chemical' FROM generate_series(1, 4) AS i;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 10 + i, '2024-01-05'::date + i, 'east', 'chemical' FROM generate_series(1, 9) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (12, 'dead', '2024-01-07');
CALL entered('{brief}', '2024-12-19', '2023-01-01');
-- a year of which a part is known
SELECT is(public.text(year(2024)), '全市发生生产安全事故9起（截至12月19日），死亡1人（截至12月19日）。—。累计9起（截至12月19日）。—。', 'E1: what is known in part says so, and decides nothing');
SELECT is(public.text(ytd('2024-12-19')), '全市发生生产安全事故9起，死亡1人。未发生较大事故。累计9起。事故较多。', 'E1: what is known whole says that it is nothing');
SELECT is(public.text(year(2030)), '全市发生生产安全事故—，死亡—。—。尚无数据。—。', 'E1: a year to come');
SELECT is(public.text(year(2022)), '全市发生生产安全事故—，死亡—。—。尚无数据。—。', 'E1: a year before');
SELECT is_empty($$SELECT * FROM report_text('brief', year(2030)) WHERE body ~ '[0-9零未无]' AND body !~ '尚无数据'$$, 'E1: nowhere a zero');
SELECT lives_ok('CALL publish(''brief'', ytd(''2024-12-19''))', 'what is known whole is published');
SELECT throws_ok('CALL publish(''brief'', year(2024))', '55000', NULL, 'E1: what is known in part is not');
SELECT throws_ok('CALL publish(''brief'', year(2030))', '55000', NULL, 'E1: nor what is not known');
SELECT throws_ok('CALL publish(''brief'', year(2024), allow_gaps => NULL)', '55000', NULL, 'NULL allows nothing');
SELECT lives_ok('CALL publish(''brief'', year(2024), allow_gaps => true)', 'unless gaps are allowed');
SELECT max(id) AS gaps FROM publication \gset
SELECT is((SELECT allow_gaps FROM publication WHERE id = :gaps), true, 'which is stored');
SELECT is((SELECT allow_gaps FROM ledger_report.publication_list WHERE publication = :gaps), true, 'and listed');
SELECT is((SELECT body FROM publication_text(:gaps) WHERE heading = '说明'), '下列数字的数据尚不完整，仍予发布：生产安全事故〔9起（截至12月19日）〕、死亡人数〔1人（截至12月19日）〕、较大生产安全事故〔0起（截至12月19日）〕。', 'and printed');
SELECT is((SELECT array_agg(state || ' ' || coverage || ' ' || covered_days ORDER BY code) FROM publication_figure WHERE publication_id = :gaps), '{"part_period declared 354","part_period declared 354","part_period declared 354"}', 'figure by figure');
SELECT is((SELECT count(*) FROM publication_text((SELECT min(id) FROM publication)) WHERE heading = '说明'), 0::bigint, 'a publication without gaps has no remark');
SELECT is_empty('SELECT p.id, v.* FROM publication AS p, verify_publication(p.id) AS v', 'all come out again');
-- what is undefined as far as it is known
INSERT INTO indicator (code, name_zh, kind, aggregate, source, date_column, filter, base_filter, scope, cutoff, unit, definition_zh)
VALUES ('SH', '占比', 'share', 'count', 'accident', 'occurred_on', 'id < 0', 'id < 0', 'city', 'period', '%', '占比');
INSERT INTO report (code, title_zh) VALUES ('share', '占比');
INSERT INTO report_figure (report, code) VALUES ('share', 'SH');
SELECT is((SELECT state FROM report_figures('share', year(2024))), 'undefined', 'a share of nothing is undefined');
SELECT throws_ok('CALL publish(''share'', year(2024))', '55000', NULL, 'E1: and of a part of the year it is a gap all the same');
SELECT lives_ok('CALL publish(''share'', ytd(''2024-12-19''))', 'of what is known whole it is none');
CALL entered('{brief}', '2024-12-31', '2023-01-01');
SELECT is_empty('SELECT p.id, v.* FROM publication AS p, verify_publication(p.id) AS v', 'also after the rest was declared');
SELECT is(public.text(year(2024)), '全市发生生产安全事故9起，死亡1人。未发生较大事故。累计9起。事故较多。', 'then it is whole');
SELECT lives_ok('CALL publish(''brief'', year(2024))', 'and published');
SELECT * FROM finish();
