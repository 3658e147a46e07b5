-- A ledger of made-up records for the benchmarks: :rows of them over :years years up to 2024, as bench/ledger says.
CREATE EXTENSION emgov;
\i tests/ledger/changzhou.sql
-- neither rollups, triggers nor foreign keys while loading: what is loaded keeps to them by construction
SET client_min_messages = error;
SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger WHERE tgfoid = 'emgov_internal.rollup_write_row()'::regprocedure \gexec
-- nor triggers of live facts: upgrade_ledger() makes them again, and the facts
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE tgfoid = 'emgov_internal.live_fact_write()'::regprocedure \gexec
RESET client_min_messages;
SET session_replication_role = replica;
SELECT make_date(2025 - :years, 1, 1) AS first, make_date(2025, 1, 1) - make_date(2025 - :years, 1, 1) AS days, :rows / 100 AS pct \gset
CREATE FUNCTION pg_temp.area_of(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (ARRAY['320402', '320404', '320411', '320412', '320413', '320481', 'CZEDZ'])[1 + n * 48271 % 7];
INSERT INTO subject (id, kind, person_key, uscc, name, area_code)
SELECT i, CASE WHEN i % 10 = 0 THEN 'person' ELSE 'enterprise' END, CASE WHEN i % 10 = 0 THEN 'p' || i END, CASE WHEN i % 10 > 0 THEN 'B' || lpad(i::text, 17, '0') END, 'name' || i, pg_temp.area_of(i)
  FROM generate_series(1::bigint, greatest(:pct, 1000)) AS i;
SELECT count(*) AS subjects FROM subject \gset
-- records come in as time goes by, a month of them in no order
INSERT INTO inspection (id, programme_code, org_code, subject_id, area_code, inspected_on)
SELECT i, (ARRAY['bureau_plan', 'joint_fire', 'chemical_checkup', 'fireworks'])[1 + i % 4], 'bureau', 1 + i * 7919 % :subjects, pg_temp.area_of(1 + i * 7919 % :subjects), date :'first' + (i * (:days - 30) / (12 * :pct) + i * 48271 % 30)::int
  FROM generate_series(1::bigint, 12 * :pct) AS i;
INSERT INTO document (programme_code, inspection_id, kind, issued_on)
SELECT n.programme_code, n.id, 'record', n.inspected_on FROM generate_series(1::bigint, 11 * :pct) AS i JOIN inspection AS n ON n.id = 1 + (i - 1) * 12 / 11 ORDER BY i;
INSERT INTO enforcement_case (id, number, org_code, programme_code, subject_id, area_code, inspection_id, filed_on, decided_on, closed_on, collected_on)
SELECT i, 'C' || i, 'bureau', n.programme_code, n.subject_id, n.area_code, n.id, n.inspected_on + 3, CASE WHEN i % 5 > 0 THEN n.inspected_on + 3 + (i % 60)::int END,
       CASE WHEN i % 10 > 2 THEN n.inspected_on + 3 + (i % 90)::int END, CASE WHEN i % 2 = 0 THEN n.inspected_on + 3 + (i % 90)::int END
  FROM generate_series(1::bigint, 2 * :pct) AS i JOIN inspection AS n ON n.id = 1 + (i - 1) * 6 ORDER BY i;
INSERT INTO penalty (enforcement_case_id, kind_code, fine)
SELECT i, CASE WHEN i % 3 = 0 THEN 'warning' ELSE 'fine' END, CASE WHEN i % 3 = 0 THEN 0 ELSE 1000 * (1 + i % 100) END FROM generate_series(1::bigint, 2 * :pct) AS i;
INSERT INTO fine_payment (enforcement_case_id, paid_on, amount)
SELECT c.id, c.decided_on + 10, 1000 * (1 + c.id % 100) FROM enforcement_case AS c WHERE c.id % 2 = 0 AND c.decided_on IS NOT NULL;
INSERT INTO hazard (programme_code, inspection_id, subject_id, level, found_on, deadline, rectified_on)
SELECT n.programme_code, n.id, n.subject_id, CASE WHEN i % 97 = 0 THEN 'major' ELSE 'general' END, n.inspected_on, n.inspected_on + 15, CASE WHEN i % 5 > 0 THEN n.inspected_on + (i % 40)::int END
  FROM generate_series(1::bigint, 20 * :pct) AS i JOIN inspection AS n ON n.id = 1 + (i - 1) * 12 / 20 ORDER BY i;
INSERT INTO training_session (id, org_code, held_on, title) SELECT i, 'bureau', date :'first' + (i * (:days - 1) / greatest(:pct / 100, 10))::int, 'session' FROM generate_series(1::bigint, greatest(:pct / 100, 10)) AS i;
INSERT INTO training_attendance (training_session_id, attendee, attended_on)
SELECT s.id, 'a' || i, s.held_on FROM generate_series(1::bigint, 4 * :pct) AS i JOIN training_session AS s ON s.id = 1 + (i - 1) * greatest(:pct / 100, 10) / (4 * :pct) ORDER BY i;
INSERT INTO lease (site, lessor_id, lessee_id, valid_from, valid_to)
SELECT 'site', 1 + i * 31 % (:subjects / 4), :subjects / 4 + 1 + i * 7 % (:subjects / 2), date :'first' + (i * (:days - 1) / (3 * :pct))::int, CASE WHEN i % 3 = 0 THEN date '2025-06-01' END
  FROM generate_series(1::bigint, 3 * :pct) AS i;
INSERT INTO outreach (campaign_code, person_id, sent_on) SELECT 'dust', 1 + i * 31 % :subjects, date :'first' + (i * (:days - 1) / :pct)::int FROM generate_series(1::bigint, :pct) AS i;
INSERT INTO requirement (code, campaign_code, level, title, valid_from) SELECT 'q' || i, 'dust', CASE WHEN i < 7 THEN 'province' ELSE 'city' END, 'requirement', '2020-01-01' FROM generate_series(1::bigint, 9) AS i;
INSERT INTO requirement_check (requirement_code, subject_id, listed_on, done_on)
SELECT 'q' || 1 + i % 9, 1 + i / 9, date :'first', CASE WHEN i % 20 > 0 THEN date :'first' + (i * 48271 % :days)::int END FROM generate_series(0::bigint, :pct) AS i;
INSERT INTO publicity_event (id, org_code, kind, held_on, audience)
SELECT i, 'bureau', (ARRAY['roadshow', 'open_day', 'disaster_day'])[1 + i % 3], date :'first' + (i * (:days - 1) / greatest(:pct / 10, 100))::int, (i % 300)::int FROM generate_series(1::bigint, greatest(:pct / 10, 100)) AS i;
INSERT INTO event_enterprise (publicity_event_id, subject_id)
SELECT 1 + i / 20 % greatest(:pct / 10, 100), 1 + i % :subjects FROM generate_series(0::bigint, 2 * :pct - 1) AS i;
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on, disposition_code, completed_on)
SELECT (ARRAY['point_clearance', 'dust'])[1 + i % 2], 1 + i * 7919 % :subjects, pg_temp.area_of(1 + i * 7919 % :subjects), date :'first', (ARRAY['stop', 'move', 'upgrade', 'merge', 'transform'])[1 + i % 5], date :'first' + (i * (:days - 1) / :pct)::int
  FROM generate_series(1::bigint, :pct) AS i;
INSERT INTO accident (id, occurred_on, area_code, category_code)
SELECT i, date :'first' + (i * (:days - 30) / (20 * :pct))::int, pg_temp.area_of(i),
       (ARRAY['coal', 'chemical', 'road', 'fire'])[1 + i % 4] FROM generate_series(1::bigint, 20 * :pct) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT a.id, 'dead', a.occurred_on + (i % 40)::int FROM generate_series(1::bigint, 20 * :pct) AS i JOIN accident AS a ON a.id = i;
RESET session_replication_role;
SELECT setval(pg_get_serial_sequence('accident', 'id'), 20 * :pct + 1);
CALL emgov.upgrade_ledger('ledger');
SELECT format('CALL emgov.rebuild_rollup(%L)', view) FROM emgov.rollup \gexec
\i tests/ledger/entered.sql
-- all of it, and nothing before
SET session_replication_role = replica;
UPDATE coverage_declaration SET since = :'first';
RESET session_replication_role;
UPDATE check_rule SET active = false WHERE severity = 'hard';     -- made-up records need not pass them
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
VALUES ('TABLE', '事故', 'count', 'accident_fact', 'occurred_on', 'status = ''valid''', 'city', 'period', '起', '逐表计数');
CALL entered(ARRAY['accident', 'fine_payment'], '2024-12-31', :'first');
