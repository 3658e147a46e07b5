-- The rules that figures and records are checked by: all hold on sound records, and each
-- is found broken when what it looks at is damaged.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
INSERT INTO subject (id, kind, uscc, name) VALUES (1, 'enterprise', '91320411608131455L', '甲'), (2, 'enterprise', '914403001922038216', '乙'), (3, 'enterprise', '91440300192317458F', '丙');
INSERT INTO remediation (id, campaign_code, subject_id, listed_on, disposition_code, completed_on) VALUES (1, 'point_clearance', 1, '2024-01-01', 'stop', '2024-03-01'), (2, 'point_clearance', 2, '2024-01-01', 'upgrade', '2024-03-01');
INSERT INTO supervision_visit (id, org_code, campaign_code, visited_on) VALUES (1, 'bureau', 'point_clearance', '2024-05-01');
INSERT INTO sample_check (id, supervision_visit_id, campaign_code, subject_id, checked_on, passed) VALUES (1, 1, 'point_clearance', 1, '2024-05-01', true);
INSERT INTO requirement (code, campaign_code, level, title, valid_from) VALUES ('p1', 'dust', 'province', '省一', '2023-01-01'), ('c1', 'dust', 'city', '市一', '2023-01-01');
INSERT INTO permit (org_code, subject_id, kind, verification, workdays, applied_on, verified_on) VALUES ('bureau', 1, 'hazardous_chemicals', 'onsite', 1.5, '2024-01-01', '2024-01-03'), ('bureau', 2, 'hazardous_chemicals', 'remote', 0.3, '2024-01-01', '2024-01-03');
INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on) VALUES (1, 'bureau_plan', 'bureau', 1, '2024-02-01');
INSERT INTO hazard (id, programme_code, subject_id, level, found_on, deadline) VALUES (1, 'bureau_plan', 1, 'major', '2024-02-01', '2024-03-01'), (2, 'bureau_plan', 1, 'general', '2024-02-01', NULL);
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (1, '2024-02-01', '320402', 'chemical'), (2, '2024-02-02', '320402', 'road'), (3, '2023-02-01', '320402', 'chemical'), (4, '2023-02-02', '320402', 'road');
INSERT INTO casualty (id, accident_id, outcome, outcome_on) VALUES (1, 1, 'dead', '2024-02-01'), (2, 2, 'dead', '2024-02-02'), (3, 3, 'dead', '2023-02-01'), (4, 4, 'dead', '2023-02-02');
INSERT INTO safety_audit (id, subject_id, started_on, completed_on) VALUES (1, 1, '2024-01-01', '2024-04-01'), (2, 2, '2024-01-01', NULL);
INSERT INTO audit_finding (id, safety_audit_id, found_on) VALUES (1, 1, '2024-02-01');
INSERT INTO enforcement_case (id, org_code, programme_code, filed_on) VALUES (1, 'bureau', 'bureau_plan', '2024-03-03');
INSERT INTO review_meeting (id, org_code, held_on) VALUES (1, 'bureau', '2024-04-04');
INSERT INTO review_item (review_meeting_id, enforcement_case_id) VALUES (1, 1);
INSERT INTO exposure_batch (id, org_code, released_on) VALUES (1, 'bureau', '2024-05-05');
INSERT INTO exposed_case (exposure_batch_id, title) VALUES (1, '案例一');
INSERT INTO letter (id, org_code, kind, sent_on) VALUES (1, 'bureau', 'reminder', '2024-03-03');
INSERT INTO letter_recipient (letter_id, area_code) VALUES (1, '320402');

-- how each is broken: by a record where one can, else by a definition that went wrong
CREATE TABLE public.damage (code text, command text, keys text[]);
INSERT INTO public.damage VALUES
    ('C01', $$UPDATE indicator SET filter = filter || ' AND id <> 2' WHERE code = 'F013'$$, NULL),
    ('C02', $$INSERT INTO requirement (code, campaign_code, level, title, valid_from) VALUES ('n1', 'dust', 'national', '国一', '2023-01-01')$$, NULL),
    ('C03', $$UPDATE indicator SET of_code = 'F039', by_code = 'F040' WHERE code = 'F041'$$, NULL),
    ('C04', $$UPDATE indicator SET filter = filter || ' AND level = ''general'' AND id > 2' WHERE code = 'F051'$$, NULL),
    ('C05', $$UPDATE indicator SET filter = filter || ' AND category_group <> ''industry_commerce'' AND id > 2' WHERE code = 'F028'$$, NULL),
    ('C06', $$UPDATE indicator SET filter = filter || ' AND category_group = ''water''' WHERE code = 'F030'$$, NULL),
    ('C07', $$UPDATE indicator SET filter = filter || ' AND completed_on IS NULL AND id > 2' WHERE code = 'F059'$$, NULL),
    ('C08', $$INSERT INTO sample_check (id, supervision_visit_id, campaign_code, subject_id, checked_on, passed) VALUES (2, 1, 'point_clearance', 2, '2024-05-01', true), (3, 1, 'point_clearance', 3, '2024-05-01', true)$$, NULL),
    ('C09', $$UPDATE indicator SET filter = filter || ' AND occurred_on >= ''2024-01-01''' WHERE code = 'F028'$$, NULL),
    ('C10', $$UPDATE indicator SET filter = filter || ' AND occurred_on >= ''2024-01-01''' WHERE code = 'F030'$$, NULL),
    ('C11', $$UPDATE indicator SET measure = 'deaths * 3' WHERE code = 'X001'$$, NULL),
    ('C12', $$UPDATE enforcement_case SET filed_on = '2023-12-31'$$, NULL),
    ('C13', $$INSERT INTO exposed_case (exposure_batch_id, title) VALUES (1, '案例二')$$, NULL),
    ('C14', $$INSERT INTO letter_recipient (letter_id, area_code) VALUES (1, '320412')$$, NULL),
    ('C15', $$INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (9, '2024-02-01', '320402', 'coal')$$, NULL),
    ('R01', $$UPDATE remediation SET status = 'withdrawn', note = 'x' WHERE id = 1$$, '{1}'),
    ('R02', $$UPDATE accident SET direct_loss = 12000000 WHERE id = 2$$, '{2}'),
    ('R03', $$UPDATE audit_finding SET found_on = '2024-04-02'$$, '{1}'),
    ('R04', $$INSERT INTO casualty (id, accident_id, outcome, outcome_on) VALUES (9, 4, 'missing', '2023-02-02')$$, '{4}'),
    ('R05', $$UPDATE casualty SET outcome_on = '2024-06-01' WHERE id = 1$$, '{1}'),
    ('R06', $$UPDATE hazard SET deadline = NULL$$, '{1}');
SELECT plan(7 + (SELECT count(*)::int FROM public.damage));
SELECT is_empty($$SELECT code, state, left_value, right_value FROM check_figures(year(2024)) WHERE state <> 'holds'$$, 'all rules hold on sound records');
SELECT set_eq('SELECT code FROM public.damage', 'SELECT code FROM check_rule WHERE active', 'every rule is tried');

CREATE FUNCTION pg_temp.broken(rule text, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    BEGIN
        EXECUTE command;
        SELECT concat_ws(' ', c.state, c.record_keys::text) INTO found FROM check_figures(year(2024)) AS c WHERE c.code = rule;
        RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL;
    END;
    RETURN found;
END $$;
SELECT is(pg_temp.broken(d.code, d.command), concat_ws(' ', CASE r.severity WHEN 'hard' THEN 'fails' ELSE 'warns' END, d.keys::text), d.code || ' is found broken: ' || r.note_en)
  FROM public.damage AS d JOIN check_rule AS r USING (code) ORDER BY d.code;

SELECT is((SELECT state FROM check_figures(year(2010)) WHERE code = 'C03'), 'unknown', 'where nothing is known, a rule neither holds nor fails');
INSERT INTO check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('OWN', 'hard', '(F028 - 1) / 2 * 2.0', '=', 'F028.base - 1', '自定');
SELECT is((SELECT (state, round(left_value, 2), round(right_value, 2))::text FROM check_figures(year(2024)) WHERE code = 'OWN'), '(holds,1.00,1.00)', 'a rule of one''s own, with bases and arithmetic');
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id = 2;
SELECT is((SELECT state FROM check_figures(year(2024)) WHERE code = 'OWN'), 'fails', 'which fails when records change');
SELECT is((SELECT state FROM check_figures(year(2024), (SELECT known_from - interval '1 microsecond' FROM accident WHERE id = 2)) WHERE code = 'OWN'), 'holds', 'but not as known before');
UPDATE check_rule SET active = false WHERE code = 'OWN';
SELECT is_empty($$SELECT * FROM check_figures(year(2024)) WHERE code = 'OWN'$$, 'and is left out when it is not active');
SELECT * FROM finish();
