-- Made-up records in every table of a ledger, for the tests of figures: a few hundred,
-- the same in each run, scattered over 2022 to 2024, with some of every status.
--
--   \ir ../ledger/records.sql      in a session whose search_path starts with the ledger
--
-- r(n, salt, k) gives a number from 0 to k - 1 that looks random; day(n, salt) a day of
-- 2022 to 2024; ok(n, salt) a status, mostly valid.
CREATE FUNCTION pg_temp.r(n bigint, salt int, k int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT (abs(hashint8extended($1, $2) % $3))::int';
CREATE FUNCTION pg_temp.day(n bigint, salt int) RETURNS date LANGUAGE sql IMMUTABLE
AS 'SELECT date ''2022-01-01'' + pg_temp.r($1, $2, 1096)';
CREATE FUNCTION pg_temp.ok(n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE pg_temp.r($1, $2 + 7, 10) WHEN 0 THEN 'withdrawn' WHEN 1 THEN 'duplicate' ELSE 'valid' END $$;
CREATE FUNCTION pg_temp.block(n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT ('{320402,320404,320411,320412,320413,320481,CZEDZ}'::text[])[1 + pg_temp.r($1, $2, 7)] $$;
-- a unified social credit code whose two check characters are right
CREATE FUNCTION pg_temp.uscc(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    WITH organisation AS (
        SELECT eight, 11 - (SELECT sum((substr(eight, i::int, 1))::int * w) FROM unnest('{3,7,9,10,5,8,4,2}'::int[]) WITH ORDINALITY AS u (w, i)) % 11 AS c
          FROM (SELECT lpad($1::text, 8, '0') AS eight) AS x),
    seventeen AS (
        SELECT '91320400' || eight || CASE c WHEN 10 THEN 'X' WHEN 11 THEN '0' ELSE c::text END AS s FROM organisation),
    sum AS (
        SELECT s, (31 - sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(s, i::int, 1)) - 1) * w) % 31) % 31 AS c
          FROM seventeen, unnest('{1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28}'::int[]) WITH ORDINALITY AS u (w, i) GROUP BY s)
    SELECT s || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', c::int + 1, 1) FROM sum
$$;

INSERT INTO organisation (code, name_zh, kind, scope)
SELECT 'dept' || i, '部门' || i, 'department', 'city' FROM generate_series(1, 20) AS i;
INSERT INTO subject (id, kind, uscc, name, area_code)
SELECT i, 'enterprise', pg_temp.uscc(i), '企业' || i, pg_temp.block(i, 1) FROM generate_series(1, 300) AS i;
INSERT INTO subject (id, kind, person_key, name)
SELECT i, 'person', 'p' || i, '负责人' || i FROM generate_series(301, 400) AS i;
INSERT INTO measure_series (code, name_zh, area_code, starts_on, ends_on, value, unit)
SELECT code, code, '320400', make_date(y, 1, 1), make_date(y + 1, 1, 1), 1000 * (y - 2000), '亿元'
  FROM unnest('{gdp,employed}'::text[]) AS code, generate_series(2022, 2024) AS y;

-- A, B
INSERT INTO study_event (org_code, kind, held_on, status)
SELECT CASE WHEN pg_temp.r(i, 1, 5) = 0 THEN 'dept1' ELSE 'bureau' END, ('{lecture,centre_group,court}'::text[])[1 + i % 3], pg_temp.day(i, 2), pg_temp.ok(i, 3)
  FROM generate_series(1, 90) AS i;
INSERT INTO meeting (org_code, topic, held_on, status)
SELECT 'bureau', ('{rule_of_law,safety}'::text[])[1 + i % 2], pg_temp.day(i, 4), pg_temp.ok(i, 5) FROM generate_series(1, 60) AS i;
INSERT INTO training_topic (org_code, code, title, studied_on, status)
SELECT 'bureau', 'topic' || pg_temp.r(i, 6, 30), '专题', pg_temp.day(i, 7), pg_temp.ok(i, 8) FROM generate_series(1, 90) AS i;
INSERT INTO training_session (id, org_code, held_on, title, status)
SELECT i, 'bureau', pg_temp.day(i, 9), '培训' || i, pg_temp.ok(i, 10) FROM generate_series(1, 30) AS i;
INSERT INTO training_attendance (training_session_id, attendee, attended_on, status)
SELECT s.id, 'a' || i, s.held_on, pg_temp.ok(s.id * 100 + i, 11) FROM training_session AS s, generate_series(1, 12) AS i;
INSERT INTO staff (org_code, role, person, valid_from, valid_to, status)
SELECT ('{bureau,subordinate}'::text[])[1 + i % 2], ('{government_lawyer,legal_adviser}'::text[])[1 + i / 2 % 2], 's' || i / 3,
       pg_temp.day(i, 12), CASE WHEN i % 3 = 0 THEN pg_temp.day(i, 12) + 200 END, pg_temp.ok(i, 13) FROM generate_series(1, 40) AS i;
INSERT INTO campaign_task (campaign_code, title, assigned_on, status)
SELECT ('{root_cause,dust}'::text[])[1 + i % 2], '任务' || i, pg_temp.day(i, 14), pg_temp.ok(i, 15) FROM generate_series(1, 120) AS i;
INSERT INTO letter (id, org_code, kind, sent_on, status)
SELECT i, 'bureau', ('{reminder,reminder,supervision}'::text[])[1 + i % 3], pg_temp.day(i, 16), pg_temp.ok(i, 17) FROM generate_series(1, 90) AS i;
INSERT INTO letter_recipient (letter_id, area_code, org_code, status)
SELECT i, CASE WHEN i % 2 = 0 THEN pg_temp.block(i, 18) END, CASE WHEN i % 2 = 1 THEN 'dept' || 1 + pg_temp.r(i, 19, 20) END, pg_temp.ok(i, 20)
  FROM generate_series(1, 90) AS i;
-- C, D
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on, disposition_code, completed_on, status)
SELECT ('{point_clearance,dust}'::text[])[1 + i % 2], 1 + pg_temp.r(i, 21, 250), pg_temp.block(i, 22), '2021-12-01',
       CASE WHEN i % 7 > 0 THEN ('{stop,move,upgrade,merge,transform}'::text[])[1 + i % 5] END,
       CASE WHEN i % 7 > 0 THEN pg_temp.day(i, 23) END, pg_temp.ok(i, 24) FROM generate_series(1, 700) AS i ON CONFLICT DO NOTHING;
INSERT INTO supervision_visit (id, org_code, campaign_code, visited_on, status)
SELECT i, 'bureau', ('{point_clearance,dust}'::text[])[1 + i % 2], pg_temp.day(i, 25), pg_temp.ok(i, 26) FROM generate_series(1, 80) AS i;
INSERT INTO sample_check (supervision_visit_id, campaign_code, subject_id, checked_on, passed, status)
SELECT v.id, v.campaign_code, 1 + pg_temp.r(v.id * 10 + i, 27, 250) * 5 % 250 + i % 2, v.visited_on, pg_temp.r(v.id * 10 + i, 28, 9) > 0, pg_temp.ok(v.id * 10 + i, 29)
  FROM supervision_visit AS v, generate_series(1, 4) AS i ON CONFLICT DO NOTHING;
INSERT INTO drill_plan (id, level, title, planned_on, status)
SELECT i, ('{city,district}'::text[])[1 + i % 2], '演练' || i, pg_temp.day(i, 30), pg_temp.ok(i, 31) FROM generate_series(1, 100) AS i;
INSERT INTO drill (drill_plan_id, title, held_on, status)
SELECT CASE WHEN i % 9 > 0 THEN 1 + pg_temp.r(i, 32, 100) END, '演练', pg_temp.day(i, 33), pg_temp.ok(i, 34) FROM generate_series(1, 90) AS i;
-- E
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss, status)
SELECT i, pg_temp.day(i, 35), pg_temp.block(i, 36), ('{coal,chemical,industry_trade,construction,road,fire,water,other}'::text[])[1 + i % 8],
       pg_temp.r(i, 37, 12000) * 1000.5, CASE WHEN i % 17 = 0 THEN 'written_off' ELSE pg_temp.ok(i, 38) END FROM generate_series(1, 200) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on, status)
SELECT 1 + pg_temp.r(i, 39, 200), ('{dead,dead,dead,serious,minor,missing}'::text[])[1 + pg_temp.r(i, 40, 6)],
       (SELECT occurred_on FROM accident WHERE id = 1 + pg_temp.r(i, 39, 200)) + pg_temp.r(i, 41, 45), pg_temp.ok(i, 42) FROM generate_series(1, 320) AS i;
-- F
INSERT INTO power_item (org_code, kind, code, title, valid_from, valid_to, status)
SELECT CASE WHEN i % 9 = 0 THEN 'dept1' ELSE 'bureau' END, ('{penalty,penalty,licence}'::text[])[1 + i % 3], 'item' || i / 2, '事项',
       pg_temp.day(i, 43), CASE WHEN i % 4 = 0 THEN pg_temp.day(i, 43) + 300 END, pg_temp.ok(i, 44) FROM generate_series(1, 150) AS i;
INSERT INTO permit (org_code, subject_id, kind, verification, workdays, applied_on, verified_on, issued_on, status)
SELECT 'bureau', 1 + pg_temp.r(i, 45, 60), CASE WHEN i % 8 = 0 THEN 'fireworks' ELSE 'hazardous_chemicals' END, ('{onsite,remote}'::text[])[1 + i % 2],
       CASE WHEN i % 6 > 0 THEN (1 + pg_temp.r(i, 46, 20)) / 10.0 END, pg_temp.day(i, 47), pg_temp.day(i, 47) + 3,
       CASE WHEN i % 5 > 0 THEN pg_temp.day(i, 47) + 5 END, pg_temp.ok(i, 48) FROM generate_series(1, 160) AS i;
-- G, H, J
INSERT INTO joint_action (org_code, held_on, status)
SELECT 'bureau', pg_temp.day(i, 49), pg_temp.ok(i, 50) FROM generate_series(1, 90) AS i;
INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on, status)
SELECT i, ('{bureau_plan,joint_fire,chemical_checkup,fireworks}'::text[])[1 + i % 4], 'bureau', 1 + pg_temp.r(i, 51, 200), pg_temp.day(i, 52), pg_temp.ok(i, 53)
  FROM generate_series(1, 800) AS i;
INSERT INTO enforcement_case (id, number, org_code, programme_code, subject_id, filed_on, decided_on, closed_on, status)
SELECT i, '案' || i, CASE WHEN i % 6 = 0 THEN 'dept1' ELSE 'bureau' END, 'bureau_plan', 1 + pg_temp.r(i, 54, 200), pg_temp.day(i, 55),
       CASE WHEN i % 4 > 0 THEN pg_temp.day(i, 55) + 40 END, CASE WHEN i % 4 > 1 THEN pg_temp.day(i, 55) + 60 + pg_temp.r(i, 56, 90) END, pg_temp.ok(i, 57)
  FROM generate_series(1, 120) AS i;
INSERT INTO penalty (enforcement_case_id, kind_code, fine, status)
SELECT 1 + pg_temp.r(i, 58, 120), k, CASE k WHEN 'fine' THEN 100.5 * pg_temp.r(i, 59, 900) ELSE 0 END, pg_temp.ok(i, 60)
  FROM generate_series(1, 100) AS i, unnest('{warning,fine,shutdown}'::text[]) WITH ORDINALITY AS u (k, n) WHERE pg_temp.r(i * 3 + n, 61, 2) = 0 ON CONFLICT DO NOTHING;
INSERT INTO document (programme_code, inspection_id, kind, issued_on, status)
SELECT n.programme_code, n.id, '现场检查记录', n.inspected_on, pg_temp.ok(n.id * 10 + i, 62) FROM inspection AS n, generate_series(1, 2) AS i;
INSERT INTO hazard (programme_code, inspection_id, subject_id, level, found_on, deadline, rectified_on, rechecked_on, closed_on, status)
SELECT n.programme_code, n.id, n.subject_id, CASE WHEN pg_temp.r(n.id * 10 + i, 63, 12) = 0 THEN 'major' ELSE 'general' END, n.inspected_on, n.inspected_on + 15,
       CASE WHEN k < 3 THEN n.inspected_on + 10 + k * 20 END, CASE WHEN k < 2 THEN n.inspected_on + 60 END, CASE WHEN k < 1 THEN n.inspected_on + 61 END, pg_temp.ok(n.id * 10 + i, 64)
  FROM inspection AS n, generate_series(1, 2) AS i, LATERAL (SELECT pg_temp.r(n.id * 10 + i, 65, 4) AS k) AS x;
INSERT INTO confiscation (programme_code, confiscated_on, goods, quantity, status)
SELECT 'fireworks', pg_temp.day(i, 66), ('{fireworks,fireworks,tools}'::text[])[1 + i % 3], 1 + pg_temp.r(i, 67, 40), pg_temp.ok(i, 68) FROM generate_series(1, 80) AS i;
-- I, K
INSERT INTO safety_audit (id, subject_id, started_on, completed_on, status)
SELECT i, 1 + pg_temp.r(i, 69, 40), pg_temp.day(i, 70), CASE WHEN i % 3 = 0 THEN pg_temp.day(i, 70) + 30 END, pg_temp.ok(i, 71) FROM generate_series(1, 60) AS i;
INSERT INTO audit_finding (safety_audit_id, found_on, status)
SELECT 1 + pg_temp.r(i, 72, 60), (SELECT started_on FROM safety_audit WHERE id = 1 + pg_temp.r(i, 72, 60)) + 9, pg_temp.ok(i, 73) FROM generate_series(1, 300) AS i;
INSERT INTO equipment_renewal (subject_id, campaign_code, kind, quantity, planned_on, completed_on, status)
SELECT 1 + pg_temp.r(i, 74, 99), 'dust', ('{chemical_unit,wet_dust}'::text[])[1 + i % 2], 1 + i % 4, pg_temp.day(i, 75),
       CASE WHEN i % 5 > 0 THEN pg_temp.day(i, 75) + pg_temp.r(i, 76, 90) END, pg_temp.ok(i, 77) FROM generate_series(1, 120) AS i;
INSERT INTO outreach (campaign_code, person_id, sent_on, status)
SELECT 'dust', 301 + pg_temp.r(i, 78, 100), pg_temp.day(i, 79), pg_temp.ok(i, 80) FROM generate_series(1, 200) AS i;
INSERT INTO requirement (code, campaign_code, level, title, valid_from, valid_to, status)
SELECT 'q' || i, 'dust', CASE WHEN i <= 8 THEN 'province' ELSE 'city' END, '要求' || i, pg_temp.day(i, 81) - 300, CASE WHEN i % 5 = 0 THEN pg_temp.day(i, 81) END,
       CASE WHEN i = 7 THEN 'withdrawn' ELSE 'valid' END FROM generate_series(1, 12) AS i;
INSERT INTO requirement_check (requirement_code, subject_id, listed_on, applicable, done_on, status)
SELECT 'q' || q, s, pg_temp.day(q * 1000 + s, 82), pg_temp.r(q * 1000 + s, 83, 6) > 0,
       CASE WHEN pg_temp.r(q * 1000 + s, 84, 5) > 0 THEN pg_temp.day(q * 1000 + s, 82) + pg_temp.r(q * 1000 + s, 85, 400) END, pg_temp.ok(q * 1000 + s, 86)
  FROM generate_series(1, 12) AS q, generate_series(1, 40) AS s;
-- L, M
INSERT INTO lease (site, lessor_id, lessee_id, valid_from, valid_to, status)
SELECT '厂房' || i, 1 + pg_temp.r(i, 87, 60), 100 + pg_temp.r(i, 88, 200), pg_temp.day(i, 89), CASE WHEN i % 3 = 0 THEN pg_temp.day(i, 89) + 200 END, pg_temp.ok(i, 90)
  FROM generate_series(1, 300) AS i;
INSERT INTO award (org_code, kind, year, awarded_on, status)
SELECT 'bureau', k, y, make_date(y, 11, 30), CASE WHEN y = 2019 AND k = 'excellent_file' THEN 'withdrawn' ELSE 'valid' END
  FROM unnest('{livelihood_project,excellent_file}'::text[]) AS k, generate_series(2015, 2024) AS y WHERE NOT (k = 'livelihood_project' AND y = 2021);
INSERT INTO venue (id, name, valid_from, valid_to, status)
SELECT i, '馆' || i, pg_temp.day(i, 91), CASE WHEN i % 6 = 0 THEN pg_temp.day(i, 91) + 100 END, pg_temp.ok(i, 92) FROM generate_series(1, 40) AS i;
INSERT INTO venue_visit (venue_id, visited_on, visitors, status)
SELECT i, pg_temp.day(i * 100 + j, 93), pg_temp.r(i * 100 + j, 94, 500), pg_temp.ok(i * 100 + j, 95) FROM generate_series(1, 40) AS i, generate_series(1, 6) AS j ON CONFLICT DO NOTHING;
INSERT INTO post (id, org_code, channel, series, posted_on, status)
SELECT i, 'bureau', 'wechat', ('{case_lessons,law_showcase}'::text[])[1 + i % 2], pg_temp.day(i, 96), pg_temp.ok(i, 97) FROM generate_series(1, 90) AS i;
INSERT INTO post_reading (post_id, counted_on, reads, status)
SELECT i, p.posted_on + j * 10, pg_temp.r(i * 100 + j, 98, 3000), pg_temp.ok(i * 100 + j, 99) FROM generate_series(1, 90) AS i JOIN post AS p ON p.id = i, generate_series(1, 4) AS j;
INSERT INTO distribution (material, distributed_on, copies, status)
SELECT ('{case_leaflet,poster}'::text[])[1 + i % 2], pg_temp.day(i, 100), 1 + pg_temp.r(i, 101, 2000), pg_temp.ok(i, 102) FROM generate_series(1, 60) AS i;
INSERT INTO periodical_issue (id, title, number, published_on, copies, status)
SELECT i, '期刊', i::text, pg_temp.day(i, 103), 500 + i, pg_temp.ok(i, 104) FROM generate_series(1, 30) AS i;
INSERT INTO issue_recipient (periodical_issue_id, recipient, status)
SELECT 1 + pg_temp.r(i, 105, 30), '单位' || pg_temp.r(i, 106, 80), pg_temp.ok(i, 107) FROM generate_series(1, 200) AS i ON CONFLICT DO NOTHING;
INSERT INTO publicity_event (id, org_code, kind, held_on, audience, online_views, claim, evidence, status)
SELECT i, 'bureau', k, CASE k WHEN 'disaster_day' THEN make_date(2022 + i / 6 % 3, 5, 6 + pg_temp.r(i, 108, 7))
                              WHEN 'main_venue' THEN make_date(2022 + i / 6 % 3, 6, 16) WHEN 'roadshow' THEN make_date(2022 + i / 6 % 3, 6, 1 + pg_temp.r(i, 108, 30)) ELSE pg_temp.day(i, 108) END,
       pg_temp.r(i, 109, 300), pg_temp.r(i, 110, 3000), CASE WHEN k = 'contest' THEN 'first_in_province' END, CASE WHEN k = 'contest' THEN '依据' END, pg_temp.ok(i, 111)
  FROM generate_series(1, 300) AS i, LATERAL (SELECT ('{open_day,disaster_day,main_venue,roadshow,law_lecture,contest}'::text[])[1 + i % 6] AS k) AS x;
INSERT INTO event_enterprise (publicity_event_id, subject_id, status)
SELECT 1 + pg_temp.r(i, 112, 300), 1 + pg_temp.r(i, 113, 200), pg_temp.ok(i, 114) FROM generate_series(1, 600) AS i ON CONFLICT DO NOTHING;
INSERT INTO advertisement (channel, played_on, plays, status)
SELECT c, d::date, pg_temp.r(extract(doy FROM d)::int * 10 + length(c), 115, 5000), pg_temp.ok(extract(doy FROM d)::int * 10 + length(c), 116)
  FROM unnest('{bus,screen}'::text[]) AS c, generate_series('2022-06-01'::timestamp, '2024-06-30', '17 days') AS d;
-- N
INSERT INTO legislation (kind, title, drafted_on, status)
SELECT ('{local_regulation,government_rule}'::text[])[1 + i % 2], '条例' || i, pg_temp.day(i, 117), pg_temp.ok(i, 118) FROM generate_series(1, 20) AS i;
INSERT INTO review_meeting (id, org_code, held_on, status)
SELECT i, 'bureau', pg_temp.day(i, 119), pg_temp.ok(i, 120) FROM generate_series(1, 30) AS i;
INSERT INTO review_item (review_meeting_id, enforcement_case_id, status)
SELECT 1 + pg_temp.r(i, 121, 30), 1 + pg_temp.r(i, 122, 120), pg_temp.ok(i, 123) FROM generate_series(1, 100) AS i ON CONFLICT DO NOTHING;
INSERT INTO exposure_batch (id, org_code, released_on, status)
SELECT i, 'bureau', pg_temp.day(i, 124), pg_temp.ok(i, 125) FROM generate_series(1, 20) AS i;
INSERT INTO exposed_case (exposure_batch_id, title, status)
SELECT 1 + pg_temp.r(i, 126, 20), '案例' || pg_temp.r(i, 127, 60), pg_temp.ok(i, 128) FROM generate_series(1, 120) AS i ON CONFLICT DO NOTHING;
-- keys given above are not given again
DO $$
DECLARE t regclass;
BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity = 'd'
              WHERE c.relnamespace = current_schema::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 0) + 1, false) FROM %s', t, t);
    END LOOP;
END $$;
