-- Publishing and restating: published on 19 December 2024; then a late report, a death on
-- day 25 and on day 31, a write-off and a moved district.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\ir ../ledger/entered.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/whole_report.sql
SELECT plan(44);

-- ------------------------------------------------------------------ what was known by 19 December 2024
SET emgov.known_at = '2024-12-18 12:00+08';
INSERT INTO subject (id, kind, uscc, name) VALUES (1, 'enterprise', '91320411608131455L', '甲'), (2, 'enterprise', '914403001922038216', '乙');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2024-02-01'::date + i, '320402', 'chemical' FROM generate_series(1, 8) AS i;
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES
    (25, '2024-12-10', '320402', 'coal'), (31, '2024-12-01', '320402', 'coal'),     -- whose injured die on day 25 and on day 31
    (40, '2024-06-01', '320404', 'chemical'),                                      -- that is written off
    (50, '2024-07-01', '320412', 'construction');                                  -- that lies in another district, as it turns out
INSERT INTO casualty (id, accident_id, outcome, outcome_on) VALUES
    (1, 1, 'dead', '2024-02-02'), (25, 25, 'serious', '2024-12-10'), (31, 31, 'serious', '2024-12-01'), (40, 40, 'dead', '2024-06-01'), (50, 50, 'dead', '2024-07-05');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 100 + i, '2023-03-01'::date + i, '320402', 'chemical' FROM generate_series(1, 10) AS i;
INSERT INTO supervision_visit (id, org_code, campaign_code, visited_on) VALUES (1, 'bureau', 'point_clearance', '2024-05-01');
INSERT INTO remediation (campaign_code, subject_id, listed_on, disposition_code, completed_on) SELECT 'point_clearance', s, '2024-01-01', 'stop', '2024-03-01' FROM generate_series(1, 2) AS s;
INSERT INTO sample_check (supervision_visit_id, campaign_code, subject_id, checked_on, passed) VALUES (1, 'point_clearance', 1, '2024-05-01', true);
INSERT INTO meeting (org_code, topic, held_on) VALUES ('bureau', 'rule_of_law', '2024-03-03');
INSERT INTO letter (id, org_code, kind, sent_on) VALUES (1, 'bureau', 'reminder', '2024-03-03');
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh, comparator)
VALUES ('D412', 2, '武进事故', 'count', 'accident_fact', 'occurred_on', $$area_code = '320412' AND status = 'valid'$$, 'district', 'period', '起', '武进区事故起数', 'year_earlier');
RESET emgov.known_at;

-- ------------------------------------------------------------------ publish
CALL pg_temp.whole_report('法治政府建设情况报告');
SELECT lives_ok($$CALL publish('法治政府建设情况报告', ytd('2024-12-19'), '2024-12-19 18:00+08')$$, 'published on 19 December 2024');
CREATE TABLE public.printed AS SELECT * FROM publication_figure;
CREATE TABLE public.text AS SELECT * FROM report_text('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08');
SELECT is((SELECT count(*) FROM publication_figure), (SELECT count(*) FROM indicator WHERE active AND kind <> 'rate'), 'every figure is in it');
SELECT is((SELECT phrase FROM ledger_report.figure_published WHERE is_current AND indicator_code = 'F028' AND period_end = '2024-12-19'), '12起，同比上升20%', 'as it was worded');
SELECT is((SELECT array_agg(value::int ORDER BY indicator_code) FROM ledger_report.figure_published WHERE is_current AND indicator_code IN ('F028', 'F030', 'F032', 'F034', 'D412')), '{1,12,3,12,3}', 'with the values known then');
SELECT ok((SELECT definition->>'rounding' = 'half_up' AND definition->>'filter' IS NOT NULL AND record_count = 12 AND record_checksum <> 0 FROM publication_figure WHERE code = 'F028'),
          'with definition, rounding policy, and a checksum of its records');
SELECT is_empty('SELECT * FROM restatement(1)', 'nothing has changed yet');
CALL publish('法治政府建设情况报告', ytd('2024-12-19'), '2024-12-19 18:00+08');
CALL publish('法治政府建设情况报告', ytd('2024-12-19'));
SELECT is((SELECT count(*) FROM publication), 1::bigint, 'the same input again is no new version');

-- ------------------------------------------------------------------ nobody changes it, not even its owner
SELECT throws_ok('UPDATE publication_figure SET value = 1', '23001', NULL, 'a published figure is not updated');
SELECT throws_ok('DELETE FROM publication_figure', '23001', NULL, 'nor deleted');
SELECT throws_ok('TRUNCATE publication_figure', '23001', NULL, 'nor emptied');
SELECT throws_ok('UPDATE publication SET as_of = now()', '23001', NULL, 'nor its publication updated');
SELECT throws_ok('DELETE FROM publication', '23001', NULL, 'nor deleted');
SELECT throws_ok('INSERT INTO publication_figure SELECT (jsonb_populate_record(f, jsonb_build_object(''code'', ''Z'' || code))).* FROM publication_figure AS f', '23001', NULL, 'nor is one added');
CREATE FUNCTION public."x
PL/pgSQL function emgov_internal.publication_draft("() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE E'UPDATE ledger.publication SET report = ''x'' /*"\nPL/pgSQL function emgov_internal.publication_draft(regnamespace,text,daterange,timestamp with time zone,boolean,text,boolean) line 1 at EXECUTE\n*/';
END $$;
SELECT throws_ok($$SELECT public."x
PL/pgSQL function emgov_internal.publication_draft("()$$, '23001', NULL, 'nor by one who dresses up as publishing');

-- ------------------------------------------------------------------ then more becomes known
SET emgov.known_at = '2025-01-04 09:00+08';
UPDATE casualty SET outcome = 'dead', outcome_on = '2025-01-04' WHERE id = 25;      -- day 25: counts
UPDATE casualty SET outcome = 'dead', outcome_on = '2025-01-01' WHERE id = 31;      -- day 31: does not
SET emgov.known_at = '2025-01-10 09:00+08';
INSERT INTO accident (id, occurred_on, reported_on, area_code, category_code) VALUES (60, '2024-11-20', '2025-01-09', '320412', 'chemical');
UPDATE accident SET status = 'written_off', note = '调查认定为突发疾病' WHERE id = 40;
UPDATE accident SET area_code = 'CZEDZ' WHERE id = 50;
UPDATE accident SET status = 'duplicate', note = '与102重复' WHERE id = 101;         -- of the year before
INSERT INTO sample_check (supervision_visit_id, campaign_code, subject_id, checked_on, passed) VALUES (1, 'point_clearance', 2, '2024-05-01', false);
UPDATE meeting SET title = '更名';
UPDATE letter SET sent_on = '2025-02-01';
RESET emgov.known_at;
CREATE VIEW public.moved AS SELECT code, what, part, record_key, reason, amount_then::int, amount_now::int, difference::int FROM restatement_rows(1);
CREATE VIEW public.line AS SELECT code, what, published::int, value_now::int, difference::int, reason, records FROM restatement(1);

SELECT results_eq($$SELECT record_key, reason, amount_then, amount_now, difference FROM public.moved WHERE code = 'F028' AND what = 'value' ORDER BY record_key$$,
    $$VALUES ('40', 'write_off', 1, 0, -1), ('60', 'late_report', 0, 1, 1)$$,
    'S19: accidents: only the records that count otherwise, by how much, though the number is the same');
SELECT results_eq($$SELECT published, value_now, difference, reason, records FROM public.line WHERE code = 'F028' AND what = 'value'$$,
    $$VALUES (12, 12, 0, 'late_report+write_off', 2::bigint)$$, 'S19: on one line for the figure');
SELECT results_eq($$SELECT record_key, reason, amount_then, amount_now FROM public.moved WHERE code = 'F030' AND what = 'value' ORDER BY record_key$$,
    $$VALUES ('25', 'death_within_window', 0, 1), ('40', 'write_off', 1, 0)$$, 'deaths: day 25 counts, day 31 does not');
SELECT results_eq($$SELECT record_key, reason, amount_then, amount_now, difference FROM public.moved WHERE code = 'D412' ORDER BY record_key$$,
    $$VALUES ('50', 'moved_area', 1, 0, -1), ('60', 'late_report', 0, 1, 1)$$, 'a district''s figure: one moved away, one came late');
SELECT results_eq($$SELECT record_key, reason, difference FROM public.moved WHERE code = 'F028' AND what = 'base'$$, $$VALUES ('101', 'duplicate', -1)$$, 'the base of the year before, and what moved it');
SELECT is((SELECT string_agg(why, '|' ORDER BY record_key) FROM restatement_rows(1) WHERE code = 'F028'), '重复（与102重复）|统计核销（调查认定为突发疾病）|迟报补录', 'by their kind, with the ground of what no longer counts');
SELECT is((SELECT string_agg(why, '|' ORDER BY record_key) FROM restatement_rows(1, lang => 'en') WHERE code = 'F028'), 'a duplicate (与102重复)|written off (调查认定为突发疾病)|reported late', 'in English too');
SELECT results_eq($$SELECT published, value_now, difference FROM public.line WHERE code = 'F028' AND what = 'base'$$, $$VALUES (10, 9, -1)$$, 'and to what');
SELECT is((SELECT reason || ' ' || round(published, 1) || ' ' || round(value_now, 1) FROM restatement(1) WHERE code = 'F029'), 'derived 20.0 33.3', 'the rate follows');
SELECT results_eq($$SELECT reason, part, amount_then, amount_now FROM public.moved WHERE code = 'F016' AND what = 'value'$$, $$VALUES ('late_report', 'denominator', 0, 1)$$,
          'a share moved by its denominator alone');
SELECT is_empty($$SELECT code FROM restatement(1) WHERE code = 'F003' UNION ALL SELECT code FROM restatement_rows(1) WHERE code = 'F003'$$, 'S19: a record that changed without moving the figure is no correction');
SELECT is((SELECT reason || ' ' || amount_then || ' ' || amount_now || ' ' || (record_then->>'sent_on') || ' ' || (record_now->>'sent_on') FROM restatement_rows(1, code => 'F010')),
          'correction 1 0 2024-03-03 2025-02-01', 'with the record then and now');
SELECT is((SELECT phrase || ' ' || phrase_now FROM restatement(1) WHERE code = 'F010' AND what = 'value'), '1份 0份', 'with the words then and now');
SELECT set_eq($$SELECT code, 'value' FROM figures(ytd('2024-12-19')) f JOIN publication_figure p USING (code) WHERE p.publication_id = 1 AND f.value IS DISTINCT FROM p.value
    UNION ALL SELECT code, 'base' FROM figures(ytd('2024-12-19')) f JOIN publication_figure p USING (code) WHERE p.publication_id = 1 AND f.base IS DISTINCT FROM p.base$$,
    $$SELECT code, what FROM restatement(1) WHERE difference IS DISTINCT FROM 0$$, 'every figure that differs is restated, and no other differs');
SELECT is_empty($$SELECT code, reason_zh FROM restatement(1) WHERE reason_zh IS NULL OR reason_zh ~ '[a-z]' UNION ALL SELECT code, reason_zh FROM restatement_rows(1) WHERE reason_zh IS NULL OR reason_zh ~ '[a-z]'$$,
    'every reason has its Chinese');
SELECT set_eq($$SELECT DISTINCT reason FROM restatement_rows(1, '2025-01-05')$$, ARRAY['death_within_window'], 'as of 5 January there was the death only');
-- S19: notes edited on many records
CREATE TABLE public.lines AS SELECT * FROM restatement(1);
SET emgov.known_at = '2025-01-11 09:00+08';
UPDATE accident SET note = 'edited';
UPDATE casualty SET note = 'edited';
RESET emgov.known_at;
SELECT set_eq('SELECT * FROM restatement(1)', 'TABLE public.lines', 'S19: a note edited on every record restates nothing');

SELECT is_empty('SELECT * FROM (TABLE public.printed EXCEPT ALL TABLE publication_figure) x', 'the publication prints what it printed');
SELECT is_empty($$SELECT f.code FROM publication_figure p FULL JOIN figures(ytd('2024-12-19'), (SELECT as_of FROM publication WHERE id = 1)) f USING (code)
    WHERE f.kind IS DISTINCT FROM 'rate' AND (p.value, p.numerator, p.denominator, p.base, p.rate, p.phrase) IS DISTINCT FROM (f.value, f.numerator, f.denominator, f.base, f.rate, f.phrase)$$, 'figures as of the publication equal it');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and their records are the same');
SELECT set_eq($$SELECT * FROM report_text('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08')$$, 'TABLE public.text', 'so is the text as of then');

-- ------------------------------------------------------------------ the year after, on both bases
SET emgov.known_at = '2025-12-01';
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 200 + i, '2025-05-01', '320402', 'chemical' FROM generate_series(1, 6) AS i;
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id IN (1, 2);
RESET emgov.known_at;
SELECT is((SELECT array_agg(base_kind || ' ' || value::int || ' ' || base::int || ' ' || phrase ORDER BY base_kind)
             FROM (SELECT * FROM figures(ytd('2025-12-19'), base => 'restated') UNION ALL SELECT * FROM figures(ytd('2025-12-19'), base => 'first_published')) f WHERE code = 'F028'),
          '{"first_published 6 12 6起，同比下降50%","restated 6 10 6起，同比下降40%"}', 'the next year''s change on the first-published and on the restated base, and which it is');
UPDATE report SET base = 'first_published' WHERE code = '法治政府建设情况报告';
CALL publish('法治政府建设情况报告', ytd('2025-12-19'));
SELECT is((SELECT array_agg(report || ' ' || publication || ' ' || is_current ORDER BY publication) FROM ledger_report.publication_list), '{"法治政府建设情况报告 1 true","法治政府建设情况报告 2 true"}', 'each is the current one of its period');
SELECT is((SELECT array_agg(DISTINCT publication) FROM ledger_report.figure_published WHERE is_current), '{1,2}', 'and readers see both whole');

-- ------------------------------------------------------------------ definitions change
UPDATE indicator SET approved_by = '局长' WHERE code = 'F030';
SELECT ok((SELECT approved_at IS NOT NULL AND version = 1 FROM indicator WHERE code = 'F030'), 'a definition is approved');
UPDATE indicator SET measure = 'deaths + missing' WHERE code = 'F030';
SELECT ok((SELECT approved_by IS NULL AND approved_at IS NULL AND version = 2 FROM indicator WHERE code = 'F030'), 'changing it voids the approval and counts a version');
UPDATE indicator SET filter = $$kind = 'lecture' AND status = 'valid'$$, code = code WHERE code = 'F002';
INSERT INTO study_event (org_code, kind, held_on) VALUES ('bureau', 'lecture', '2024-04-04');
SELECT is((SELECT reason || ' ' || published::int || ' ' || value_now::int FROM restatement(1) WHERE code = 'F002' AND what = 'value'), 'definition_change 0 1', 'a changed definition is the reason');
SELECT is((SELECT split_part(reason, '+', 1) || ' ' || difference FROM restatement(2) WHERE code = 'F030' AND what = 'value'), 'definition_change 0', 'S41: a changed definition is named though the value is the same');
SELECT is_empty('SELECT * FROM verify_publication(1) UNION ALL SELECT * FROM verify_publication(2)', 'yet the publications come out again, by the definitions of their time');
CALL pg_temp.whole_report('修订', scope => 'district');
CALL publish('修订', ytd('2024-12-19'));
SELECT is((SELECT array_agg(DISTINCT scope) FROM ledger_report.figure_published WHERE is_current AND report = '修订'), '{district}', 'a publication may be of one scope');
SELECT * FROM finish();
