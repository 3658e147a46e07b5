-- Figures read from rollups: the same, to the last character, as those counted from the
-- facts, after every kind of change; and read from rollups they are, not silently counted.
-- With a checksum of the records figures are counted from the facts: that is the oracle.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/owner.sql
CREATE ROLE ledger_rollup_analyst;
CREATE ROLE ledger_rollup_other;
GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner, ledger_rollup_other;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\ir ../ledger/entered.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
SELECT plan(65);

CREATE TEMP TABLE period (p daterange);
INSERT INTO period VALUES (year(2024)), (ytd('2024-12-19')), (year(2023)), (daterange('2024-02-01', '2024-03-01')), (daterange('2024-02-29', '2024-03-01')),
    (daterange('2023-11-17', '2024-05-03')), (year(2030)), (daterange('2000-01-01', '2040-01-01'));
CREATE FUNCTION pg_temp.figure(p daterange, facts boolean) RETURNS TABLE (figure text) LANGUAGE sql
AS $$ SELECT (to_jsonb(f) - '{answered_by,record_checksum}'::text[])::text FROM emgov_internal.ledger_figures('ledger', p, with_checksum => facts) AS f $$;
CREATE VIEW pg_temp.differing AS
    SELECT p, x.* FROM period CROSS JOIN LATERAL (
        WITH kept AS MATERIALIZED (SELECT figure FROM pg_temp.figure(p, false)), counted AS MATERIALIZED (SELECT figure FROM pg_temp.figure(p, true))
        (SELECT 'rollups', * FROM kept EXCEPT ALL SELECT 'rollups', * FROM counted) UNION ALL (SELECT 'facts', * FROM counted EXCEPT ALL SELECT 'facts', * FROM kept)) AS x;
CREATE VIEW pg_temp.answered AS SELECT code, answered_by, value FROM figures(year(2024)) WHERE answered_by <> 'facts';

-- ------------------------------------------------------------------ which
SELECT results_eq('SELECT code, answered_by FROM pg_temp.answered ORDER BY code', $$VALUES
    ('F010', 'ledger.letter_daily'), ('F014', 'ledger.supervision_visit_daily'), ('F019', 'ledger.publicity_daily'), ('F024', 'ledger.training_attendance_daily'), ('F028', 'ledger.accident_deaths_daily'), ('F030', 'ledger.accident_deaths_daily'), ('F032', 'ledger.accident_daily'),
    ('F034', 'ledger.accident_daily'), ('F036', 'ledger.accident_daily'), ('F042', 'ledger_store.inspection_first_month'), ('F043', 'ledger.hazard_found_daily'),
    ('F046', 'ledger.publicity_daily'), ('F047', 'ledger.publicity_daily'), ('F049', 'ledger_store.inspection_first_month'), ('F050', 'ledger.document_daily'), ('F051', 'ledger.hazard_found_daily'),
    ('F052', 'ledger.hazard_found_daily'), ('F053', 'ledger.case_daily'), ('F054', 'ledger_store.inspection_first_month'), ('F056', 'ledger.equipment_renewal_daily'), ('F057', 'ledger.equipment_renewal_daily'),
    ('F063', 'ledger.inspection_daily'), ('F064', 'ledger.hazard_rectified_daily'), ('F065', 'ledger.confiscation_daily'), ('F071', 'ledger.requirement_check_daily'), ('F073', 'ledger.equipment_renewal_daily'), ('F075', 'ledger_store.lease_lessor_daily'), ('F076', 'ledger_store.lease_lessee_daily'),
    ('F081', 'ledger.post_daily'), ('F082', 'ledger.distribution_daily'), ('F083', 'ledger.post_daily'), ('F085', 'ledger.publicity_daily'),
    ('F086', 'ledger.publicity_daily'), ('F087', 'ledger.advertisement_daily'), ('F091', 'ledger.publicity_daily'), ('F092', 'ledger.publicity_daily'),
    ('F094', 'ledger.publicity_daily'), ('F096', 'ledger.publicity_daily'), ('X001', 'ledger.accident_deaths_daily')$$, 'these are answered by rollups');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.answered WHERE value > 0), '>=', 20::bigint, 'and most of them are not zero');
SELECT results_eq($$SELECT DISTINCT kind, answered_by FROM figures(year(2024)) WHERE kind NOT IN ('count', 'sum', 'completion', 'planned', 'change') ORDER BY 1, 2$$,
    $$VALUES ('distinct', 'facts'), ('distinct', 'ledger_store.inspection_first_month'), ('largest', 'ledger.accident_deaths_daily'), ('mean', 'facts'), ('rate', NULL), ('ratio', NULL), ('reduction', NULL), ('share', 'facts'), ('stock', 'facts'), ('stock', 'ledger_store.lease_lessee_daily'), ('stock', 'ledger_store.lease_lessor_daily'), ('streak', 'facts')$$,
    'what is told apart, averaged or in stock is counted from the facts, and what is derived from neither');
SELECT results_eq($$SELECT DISTINCT answered_by FROM figures(year(2024), clock_timestamp() - interval '1 second') WHERE answered_by IS NOT NULL$$, ARRAY['facts'], 'the past is counted from the facts');
SELECT throws_ok($$SELECT FROM figures(year(2024), 'infinity')$$, '22023', NULL, 'S21: the future is not the present');
SELECT results_eq($$SELECT DISTINCT answered_by FROM emgov_internal.ledger_figures('ledger', year(2024), with_checksum => true) WHERE answered_by IS NOT NULL$$, ARRAY['facts'], 'so are figures with a checksum, as they are published');

-- ------------------------------------------------------------------ the same
SELECT is_empty('SELECT * FROM pg_temp.differing', 'they are the same in every period');
INSERT INTO hazard (programme_code, subject_id, level, found_on, rectified_on)
    SELECT (ARRAY['bureau_plan', 'joint_fire', 'fireworks'])[1 + i % 3], 1 + i % 300, (ARRAY['general', 'major'])[1 + i % 2], date '2024-01-01' + i % 366, CASE WHEN i % 4 > 0 THEN date '2024-01-01' + i % 366 + i % 50 END
      FROM generate_series(1, 400) AS i;
INSERT INTO document (programme_code, kind, issued_on) SELECT 'bureau_plan', 'notice', date '2023-06-01' + i FROM generate_series(1, 400) AS i;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'after records came in');
UPDATE distribution SET copies = copies * 3 + 1;
UPDATE equipment_renewal SET quantity = quantity + 7 WHERE id % 2 = 0;
UPDATE publicity_event SET audience = audience + 11, online_views = 5 WHERE id % 3 = 0;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'after measures changed');
UPDATE hazard SET found_on = found_on - 200, programme_code = 'bureau_plan' WHERE id % 5 = 0 AND inspection_id IS NULL;
UPDATE hazard SET rectified_on = NULL WHERE id % 7 = 0 AND rechecked_on IS NULL AND closed_on IS NULL;
UPDATE equipment_renewal SET completed_on = coalesce(completed_on, planned_on) + 30 WHERE id % 2 = 1;
UPDATE publicity_event SET kind = 'roadshow', held_on = held_on + 40 WHERE id % 4 = 0;
INSERT INTO inspection (programme_code, org_code, subject_id, inspected_on) SELECT 'joint_fire', 'bureau', i, date '2024-02-01' + i FROM generate_series(1, 90) AS i;
UPDATE inspection SET programme_code = 'fireworks', area_code = '320412' WHERE inspected_on >= '2024-02-10' AND id > (SELECT max(id) - 80 FROM inspection);
SELECT is_empty('SELECT * FROM pg_temp.differing', 'after days and codes changed');
UPDATE hazard SET status = 'withdrawn', note = 'twice' WHERE id % 9 = 0;
UPDATE letter SET status = CASE status WHEN 'valid' THEN 'duplicate' ELSE 'valid' END, note = 'x';
UPDATE document SET status = 'withdrawn', note = 'x' WHERE programme_code = 'bureau_plan' AND issued_on >= '2024-01-01';
SELECT is_empty('SELECT * FROM pg_temp.differing', 'after corrections of status');
-- what is counted once each: leases of one lessor that overlap, follow one another, hold one another; enterprises inspected again
SELECT min(id) AS party FROM subject \gset
INSERT INTO lease (site, lessor_id, lessee_id, valid_from, valid_to)
    SELECT 'once' || i, :party + i % 4, :party + 4 + i % 3, date '2023-10-01' + i * 29 % 500, CASE WHEN i % 5 > 0 THEN date '2023-10-01' + i * 29 % 500 + 1 + i * 37 % 200 END FROM generate_series(1, 60) AS i;
UPDATE lease SET valid_to = CASE WHEN id % 2 = 0 THEN valid_from + 10 END WHERE id % 3 = 0 AND site LIKE 'once%';
UPDATE lease SET lessor_id = lessee_id, lessee_id = lessor_id, valid_from = valid_from - 3 WHERE id % 5 = 0 AND site LIKE 'once%';
UPDATE lease SET status = 'withdrawn', note = 'x' WHERE id % 7 = 0 AND site LIKE 'once%';
UPDATE inspection SET inspected_on = inspected_on + 31, subject_id = :party + id % 9 WHERE id % 4 = 0;
UPDATE inspection SET status = CASE WHEN id % 3 = 0 THEN 'duplicate' ELSE 'valid' END, note = 'x' WHERE id % 11 < 3;
INSERT INTO indicator (code, name_zh, kind, aggregate, source, date_column, until_column, measure, filter, scope, cutoff, unit, definition_zh) VALUES
    ('O1', '一', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid'$$, 'city', 'period', '家', '一'),
    ('O2', '二', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$'320412' = area_code AND status = 'valid'$$, 'city', 'period', '家', '二'),
    ('O3', '三', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$programme_code = 'bureau_plan'$$, 'city', 'period', '家', '三'),
    ('O4', '四', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid' AND org_code = 'bureau'$$, 'city', 'period', '家', '四'),
    ('O5', '五', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid' AND programme_code IN ('bureau_plan', 'joint_fire')$$, 'city', 'period', '家', '五'),
    ('O6', '六', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid' AND programme_code = 'fireworks' AND area_code = '320412'$$, 'city', 'period', '家', '六'),
    ('O7', '七', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'withdrawn'$$, 'city', 'period', '家', '七'),
    ('O8', '八', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid' OR programme_code = 'fireworks'$$, 'city', 'period', '家', '八'),
    ('O9', '九', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'area_code', $$status = 'valid'$$, 'city', 'period', '个', '九'),
    ('P1', '甲', 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$status = 'valid'$$, 'city', 'to_date', '家', '甲'),
    ('P2', '乙', 'stock', 'distinct', 'lease', 'valid_from', 'valid_to', 'lessee_id', $$(status = 'valid')$$, 'city', 'at_date', '家', '乙'),
    ('P3', '丙', 'distinct', NULL, 'lease', 'valid_from', NULL, 'lessor_id', $$status = 'valid'$$, 'city', 'period', '家', '丙'),
    ('P4', '丁', 'distinct', NULL, 'lease', 'valid_from', 'valid_to', 'lessor_id', $$status = 'valid'$$, 'city', 'period', '家', '丁'),
    ('P5', '戊', 'stock', 'distinct', 'lease', 'valid_from', 'valid_to', 'lessor_id', $$status = 'valid' AND site <> 'x'$$, 'city', 'at_date', '家', '戊');
SELECT is((SELECT string_agg(code, ' ' ORDER BY code) FROM figures(year(2024)) WHERE code ~ '^[OP][0-9]' AND answered_by <> 'facts'), 'O1 O2 O9 P2', 'what asks for just what they are kept by is answered by sums, and what counts a key of a rollup');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'what is counted once each is the same');
SELECT results_eq($$SELECT f.period, f.answered_by FROM (VALUES (daterange('2024-02-01', '2024-03-01')), ('[2024-02-01,2024-02-20)'), ('[2024-01-01,2024-12-20)'), ('[2024-02-01,2024-04-01)'), ('[2024-01-02,2025-01-01)'),
                         ('[2023-01-01,2025-01-01)')) AS p (period) CROSS JOIN LATERAL (SELECT p.period, x.answered_by FROM figures(p.period, codes => '{O1}') AS x) AS f ORDER BY upper(f.period) - lower(f.period)$$,
    $$VALUES (daterange('2024-02-01', '2024-02-20'), 'ledger_store.inspection_first_month'), ('[2024-02-01,2024-03-01)', 'ledger_store.inspection_first_month'), ('[2024-02-01,2024-04-01)', 'facts'),
             ('[2024-01-01,2024-12-20)', 'ledger_store.inspection_first_month'), ('[2024-01-02,2025-01-01)', 'facts'), ('[2023-01-01,2025-01-01)', 'facts')$$, 'in what begins with a month or a year, and ends within it');
SELECT is_empty($$SELECT DISTINCT answered_by FROM figures(year(2024), codes => '{O1,P2}', by => 'area') WHERE answered_by <> 'facts'$$, 'not by area');
BEGIN;
UPDATE ledger_setting SET year_start = '04-01';
SELECT is((SELECT string_agg(x.answered_by, ' ') FROM (VALUES (daterange('2023-04-01', '2024-04-01')), ('[2024-01-01,2025-01-01)')) AS p (period) CROSS JOIN LATERAL figures(p.period, codes => '{O1}') AS x),
          'ledger_store.inspection_first_month facts', 'in the years of the ledger');
SELECT is_empty($$SELECT p FROM (VALUES (daterange('2023-04-01', '2024-04-01')), ('[2024-04-01,2024-06-11)')) AS y (p)
                    WHERE EXISTS ((SELECT figure FROM pg_temp.figure(p, false) WHERE figure ~ '"O[0-9]"') EXCEPT ALL (SELECT figure FROM pg_temp.figure(p, true)))$$, 'which say the same');
ROLLBACK;
RESET ROLE;
ALTER TABLE inspection DISABLE TRIGGER emgov_live_inspection_first_update;
SET ROLE ledger_owner;
SELECT is((SELECT string_agg(DISTINCT answered_by, ' ') FROM figures(year(2024), codes => '{O1,O2}')), 'facts', 'nor where what keeps them does not run');
RESET ROLE;
ALTER TABLE inspection ENABLE TRIGGER emgov_live_inspection_first_update;
SET ROLE ledger_owner;
DELETE FROM indicator WHERE code ~ '^[OP][0-9]';
SELECT is((SELECT (value, answered_by) FROM figures(year(2024)) WHERE code = 'F050'), (SELECT (0::numeric, 'ledger.document_daily'::text)), 'a group whose last record goes is nothing');
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'F010'), (SELECT count(*)::numeric FROM letter WHERE kind = 'reminder' AND status = 'valid' AND sent_on BETWEEN '2024-01-01' AND '2024-12-31'), 'the facts say so, too');
SELECT is_empty($$SELECT code FROM figures(year(2024)) AS f WHERE kind IN ('count', 'sum') AND answered_by <> 'facts' AND numerator <> coalesce((SELECT sum(amount) FROM figure_rows(f.code, year(2024))), 0)$$, 'and so do the records behind each figure');
BEGIN;
SAVEPOINT one;
UPDATE supervision_visit SET status = 'withdrawn', note = 'x';
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'F014'), 0::numeric, 'a transaction sees what it has done');
ROLLBACK TO one;
SELECT isnt((SELECT value FROM figures(year(2024)) WHERE code = 'F014'), 0::numeric, 'and not what it has taken back');
UPDATE hazard SET level = 'major';
SELECT is_empty('SELECT * FROM pg_temp.differing', 'the same after a savepoint');
ROLLBACK;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'and after a rollback');
RESET ROLE;
SELECT is_empty('SELECT r.view, v.* FROM emgov.rollup r CROSS JOIN LATERAL emgov.verify_rollup(r.view::text) AS v', 'the rollups are exact');
SELECT is((SELECT count(*) FROM emgov.rollup), (SELECT count(*) FROM emgov.ledger_part WHERE kind = 'rollup'), 'all of them');
SET ROLE ledger_owner;
CALL emgov.fold_rollup('ledger.hazard_found_daily');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'a fold changes nothing');

-- ------------------------------------------------------------------ what is known when
SET emgov.known_at = '2024-11-01 12:00+08';
INSERT INTO letter (id, org_code, kind, sent_on) VALUES (900001, 'bureau', 'reminder', '2024-10-10');
SET emgov.known_at = '2024-12-01 12:00+08';
UPDATE letter SET status = 'withdrawn', note = 'x' WHERE id = 900001;
RESET emgov.known_at;
SELECT is((SELECT b.value - a.value FROM figures(year(2024), '2024-11-15 00:00+08') b, figures(year(2024), '2024-12-15 00:00+08') a WHERE a.code = 'F010' AND b.code = 'F010'), 1::numeric, 'history is kept as before');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'and the present is exact');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('报告');
CALL publish('报告', year(2024));
SELECT is_empty('SELECT * FROM verify_publication(1)', 'what is published comes out again');
SELECT is_empty('SELECT f.code FROM figures(year(2024)) AS f JOIN publication_figure AS p USING (code) WHERE (round(f.value, 6), round(f.base, 6), f.phrase) IS DISTINCT FROM (p.value, p.base, p.phrase)', 'and is what rollups say');
SELECT is_empty('SELECT * FROM restatement(1)', 'and nothing is restated');
UPDATE hazard SET status = 'withdrawn', note = 'x' WHERE id = (SELECT min(id) FROM hazard WHERE status = 'valid' AND programme_code = 'bureau_plan' AND found_on BETWEEN '2024-01-01' AND '2024-12-31');
SELECT isnt_empty($$SELECT FROM restatement(1) WHERE code = 'F051' AND difference = -1$$, 'until a record changes');

-- ------------------------------------------------------------------ one snapshot, while others write
RESET ROLE;
SELECT dblink_connect('writer', format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), current_setting('port'), session_user, current_database())) \gset ignored_
SELECT dblink_exec('writer', 'SET search_path = ledger, public, emgov') \gset ignored_
SET ROLE ledger_owner;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CREATE TEMP TABLE before AS SELECT code, value FROM figures(year(2024));
RESET ROLE;
SELECT dblink_exec('writer', $$INSERT INTO hazard (programme_code, subject_id, found_on) SELECT 'bureau_plan', i, '2024-05-05' FROM generate_series(1, 50) AS i$$) \gset ignored_
SELECT dblink_exec('writer', $$CALL emgov.fold_rollup('ledger.hazard_found_daily')$$) \gset ignored_
SELECT dblink_exec('writer', 'BEGIN') \gset ignored_
SELECT dblink_exec('writer', $$UPDATE publicity_event SET kind = 'open_day', audience = 1$$) \gset ignored_
SET ROLE ledger_owner;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'in one snapshot rollups and facts agree, while others write and fold');
SELECT is_empty('SELECT code FROM figures(year(2024)) AS f JOIN before b USING (code) WHERE f.value IS DISTINCT FROM b.value', 'and neither moves');
COMMIT;
SELECT is((SELECT f.value - b.value FROM figures(year(2024)) AS f JOIN before b USING (code) WHERE code = 'F051'), 50::numeric, 'afterwards what was committed is seen');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'and what is not yet, is in neither');
RESET ROLE;
SELECT dblink_exec('writer', 'COMMIT') \gset ignored_
SELECT dblink_disconnect('writer') \gset ignored_
SET ROLE ledger_owner;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'then it is in both');

-- ------------------------------------------------------------------ a table and a rollup of one's own
CREATE TABLE public.hotline (id int, called_on date, topic text, weight numeric, minutes int, cost numeric(8,2), free numeric, ended_on date);
INSERT INTO public.hotline SELECT i, date '2023-01-01' + i * 9, (ARRAY['safety', 'fire'])[1 + i % 2], i % 3, i % 7, i * 1.25, i, CASE WHEN i % 4 > 0 THEN date '2023-03-01' + i * 9 END FROM generate_series(1, 80) AS i;
CALL emgov.create_rollup('public.hotline_daily', 'SELECT called_on AS day, topic AS "the topic", weight, ended_on, count(*), sum(minutes) AS m, sum(cost) AS c, sum(free) AS f, sum(minutes) FILTER (WHERE minutes > 3) AS long FROM public.hotline GROUP BY 1, 2, 3, 4');
CALL emgov.create_rollup('public.hotline_monthly', 'SELECT month_of(called_on) AS called_on, topic, count(*) FROM public.hotline GROUP BY 1, 2');
CALL emgov.create_rollup('public.hotline_fire', $$SELECT called_on, count(*) FROM public.hotline WHERE topic = 'fire' GROUP BY 1$$);
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh) VALUES
    ('H1', '一', 'count', 'public.hotline', 'called_on', NULL, $$topic = 'fire'$$, 'city', 'period', '次', '一'),
    ('H2', '二', 'sum', 'public.hotline', 'called_on', 'minutes', NULL, 'city', 'to_date', '分钟', '二'),
    ('H3', '三', 'sum', 'public.hotline', 'called_on', 'cost', $$upper(topic) LIKE 'F%' OR topic IS NULL$$, 'city', 'period', '元', '三'),
    ('H4', '四', 'sum', 'public.hotline', 'called_on', 'free', NULL, 'city', 'period', '元', '四'),
    ('H5', '五', 'count', 'public.hotline', 'called_on', NULL, 'minutes > 3', 'city', 'period', '次', '五'),
    ('H6', '六', 'count', 'public.hotline', 'called_on', NULL, 'scale(weight) = 1', 'city', 'period', '次', '六'),
    ('H7', '七', 'sum', 'public.hotline', 'called_on', 'minutes + 1', NULL, 'city', 'period', '分钟', '七'),
    ('H8', '八', 'mean', 'public.hotline', 'called_on', 'minutes', NULL, 'city', 'period', '分钟', '八'),
    ('H9', '九', 'count', 'public.hotline', 'called_on', NULL, $$1 / (1 - (topic = 'fire')::int) > 0 AND topic = 'x'$$, 'city', 'to_date', '次', '九');
INSERT INTO indicator (code, name_zh, kind, aggregate, source, date_column, until_column, measure, filter, base_filter, scope, cutoff, unit, definition_zh) VALUES
    ('K1', '甲', 'share', 'count', 'public.hotline', 'called_on', NULL, NULL, $$topic = 'fire'$$, 'ended_on IS NOT NULL', 'city', 'period', '%', '甲'),
    ('K2', '乙', 'stock', 'count', 'public.hotline', 'called_on', 'ended_on', NULL, $$topic = 'fire'$$, NULL, 'city', 'at_date', '件', '乙'),
    ('K3', '丙', 'planned', 'sum', 'public.hotline', 'called_on', 'ended_on', 'cost', NULL, NULL, 'city', 'period', '元', '丙'),
    ('K4', '丁', 'share', 'distinct', 'public.hotline', 'called_on', NULL, 'topic', 'minutes > 3', NULL, 'city', 'period', '%', '丁');
UPDATE indicator SET active = false WHERE code = 'H9';
PREPARE own AS SELECT code, answered_by FROM figures(year(2024)) WHERE code ~ '^[HK]' ORDER BY code;
SELECT results_eq('own', $$VALUES ('H1', 'public.hotline_daily'), ('H2', 'public.hotline_daily'), ('H3', 'public.hotline_daily'), ('H4', 'facts'), ('H5', 'facts'), ('H6', 'facts'), ('H7', 'facts'), ('H8', 'facts'),
    ('K1', 'public.hotline_daily'), ('K2', 'public.hotline_daily'), ('K3', 'public.hotline_daily'), ('K4', 'facts')$$,
    'a user''s rollup answers his indicators: not a sum whose places are not fixed (H4), nor what is no key (H5), or is one whose equals may differ (H6)');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'exactly');
UPDATE public.hotline SET topic = NULL, minutes = NULL, cost = NULL WHERE id % 5 = 0;
UPDATE public.hotline SET called_on = NULL WHERE id % 11 = 0;
DELETE FROM public.hotline WHERE id % 6 = 0;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'with NULLs, and after a DELETE');
UPDATE indicator SET active = true WHERE code = 'H9';
SELECT results_eq($$SELECT state, reason FROM figures(year(2024)) WHERE code = 'H9'$$, $$VALUES ('failed', 'division by zero')$$, 'what cannot be computed is said as ever');
UPDATE indicator SET active = false WHERE code = 'H9';
UPDATE indicator SET active = false WHERE code = 'F028';
SELECT is_empty('SELECT * FROM pg_temp.differing', 'the others are as before');

-- ------------------------------------------------------------------ when a rollup does not answer
SET client_min_messages = error;
ALTER TABLE public.hotline DISABLE TRIGGER USER;
SET client_min_messages = warning;
SELECT results_eq('SELECT DISTINCT answered_by FROM figures(year(2024)) WHERE code LIKE ''H%''', ARRAY['facts'], 'one that lost its triggers does not');
UPDATE public.hotline SET minutes = 100;
ALTER TABLE public.hotline ENABLE TRIGGER USER;
SELECT isnt_empty($$SELECT * FROM emgov.verify_rollup('public.hotline_daily')$$, 'once it is found to differ');
SELECT results_eq('SELECT DISTINCT answered_by FROM figures(year(2024)) WHERE code LIKE ''H%''', ARRAY['facts'], 'it does not either');
CALL emgov.rebuild_rollup('public.hotline_daily');
SELECT is_empty($$SELECT * FROM emgov.verify_rollup('public.hotline_daily')$$, 'after it is rebuilt and verified');
SELECT results_eq('SELECT answered_by FROM figures(year(2024)) WHERE code = ''H2''', ARRAY['public.hotline_daily'], 'it does');
CALL grant_analyst('ledger_rollup_analyst');
GRANT SELECT ON public.hotline TO ledger_rollup_analyst;
SET ROLE ledger_rollup_analyst;
SELECT results_eq('SELECT code, answered_by FROM ledger.figures(emgov.year(2024)) WHERE code IN (''F010'', ''H2'') ORDER BY 1', $$VALUES ('F010', 'ledger.letter_daily'), ('H2', 'facts')$$, 'nor does one for a reader who may not read it');
SET ROLE ledger_owner;
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY some_only ON letter USING (id % 2 = 0);
INSERT INTO indicator (code, name_zh, kind, of_codes, scope, cutoff, unit, definition_zh) VALUES ('H90', '来信合计', 'total', '{F010}', 'city', 'period', '件', '来信');
SET ROLE ledger_rollup_analyst;
SELECT results_eq($$SELECT value, state, reason, answered_by FROM ledger.figures(emgov.year(2024)) WHERE code = 'F010'$$,
    $$VALUES (NULL::numeric, 'failed', 'a row policy hides rows of ledger.letter from user "ledger_rollup_analyst"', NULL)$$, 'S21: nor for one from whom records are hidden: that is said, and no figure given');
SELECT throws_ok($$SELECT * FROM ledger.figure_rows('F010', emgov.year(2024))$$, '55000', 'the figure "F010" cannot be computed, so there are no rows behind it', 'nor some of its rows for all of them');
SELECT throws_ok($$SELECT * FROM ledger.figure_rows('F010', emgov.year(2024), clock_timestamp() - interval '1 ms')$$, '55000', 'the figure "F010" cannot be computed, so there are no rows behind it', 'of the past neither');
SELECT throws_ok($$SELECT * FROM ledger.figure_rows('H90', emgov.year(2024))$$, '55000', 'the figure "F010" cannot be computed, so there are no rows behind it', 'nor those of what is made of it');
SELECT is(emgov_internal.hidden_behind('ledger.letter', NULL) || ' ' || emgov_internal.hidden_behind('(SELECT a.code FROM ledger.area AS a LEFT JOIN ledger.letter AS l ON l.id = 1)', NULL),
    'ledger.letter ledger.letter', 'what is hidden is known by the tables that are read');
SET ROLE ledger_owner;
SELECT lives_ok($$SELECT FROM ledger.figure_rows('H90', emgov.year(2024))$$, 'whom no policy binds is told no such thing');
SELECT is(emgov_internal.hidden_behind('ledger.letter', NULL), NULL, 'to whom nothing is hidden');
UPDATE indicator SET active = false WHERE code = 'H90';
DROP POLICY some_only ON letter;
ALTER TABLE letter DISABLE ROW LEVEL SECURITY;
CALL emgov.drop_rollup('public.hotline_daily');
GRANT SELECT, TRIGGER ON public.hotline TO ledger_rollup_other;
SET ROLE ledger_rollup_other;
CALL emgov.create_rollup('public.hotline_other', 'SELECT called_on, topic, count(*) FROM public.hotline GROUP BY 1, 2');
GRANT SELECT ON public.hotline_other TO PUBLIC;
SET ROLE ledger_owner;
SELECT results_eq('SELECT answered_by FROM figures(year(2024)) WHERE code = ''H1''', ARRAY['facts'], 'nor one of another owner');

SELECT throws_ok($$SELECT * FROM emgov_internal.rollup_parts('ledger.letter_daily', NULL, NULL, NULL, NULL) AS r (n bigint)$$, '42501', 'the parts of a rollup are read by figures alone', 'parts are nobody''s to read');
SELECT throws_ok($$SELECT * FROM emgov_internal.rollup_parts('ledger.letter', NULL, NULL, NULL, NULL) AS r (n bigint)$$, '42501', NULL, 'and what is no rollup has none');

-- ------------------------------------------------------------------ a ledger without
CREATE TEMP TABLE rollups_before AS SELECT view::text FROM emgov.rollup;
SELECT format('CALL emgov.drop_rollup(%L)', view) FROM emgov.rollup WHERE view::text ~ '_daily$' \gexec
SELECT is_empty('SELECT * FROM pg_temp.answered', 'without rollups all is counted');
CALL emgov.upgrade_ledger('ledger');
SELECT set_eq('SELECT view::text FROM emgov.rollup', 'TABLE rollups_before', 'upgrading makes them again');
SET ROLE ledger_rollup_analyst;
SELECT isnt_empty($$SELECT FROM ledger.figures(emgov.year(2024)) WHERE answered_by = 'ledger.hazard_found_daily'$$, 'for those who may read the tables');
SET ROLE ledger_owner;
SELECT is_empty('SELECT * FROM pg_temp.differing', 'and they are exact');
CALL emgov.drop_rollup('ledger.lease_daily');
CREATE TABLE public.leased (LIKE lease);
CALL emgov.create_rollup('ledger.lease_daily', 'SELECT valid_from, valid_to, status, count(*) AS records FROM public.leased GROUP BY 1, 2, 3');
CALL emgov.create_rollup('ledger.leases_of_areas', 'SELECT valid_from, area_code, count(*) AS records FROM lease GROUP BY 1, 2');
SELECT is_empty('SELECT * FROM pg_temp.differing', 'a rollup of its name over another table says nothing of the leases');
SELECT * FROM finish();
