-- V3: what a whole says while an area is behind: the parts add up to it, or its state says why not. What is left at a month's end
-- is not known of a whole in which an area is missing; what has a source of its own goes by that one.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET jit = off;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(14);
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('A', '甲区', 'district', true), ('B', '乙区', 'district', true);
INSERT INTO organisation (code, name_zh, kind, scope) VALUES ('o', '局', 'bureau', 'city') ON CONFLICT DO NOTHING;
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('c', '专项', 'c', 'city');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('g', '检查', 'g', 'city');
INSERT INTO disposition (code, name_zh) VALUES ('stop', '停') ON CONFLICT DO NOTHING;
INSERT INTO subject (id, kind, name, area_code) SELECT i, 'unit', '单位' || i, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'B' END FROM generate_series(1, 20) AS i;
INSERT INTO enforcement_case (id, org_code, subject_id, area_code, procedure, filed_on, decided_on) SELECT i, 'o', i, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'B' END, 'ordinary', date '2024-01-05' + i * 13, date '2024-01-05' + i * 13 FROM generate_series(1, 20) AS i;
INSERT INTO fine_payment (enforcement_case_id, paid_on, amount) SELECT i, date '2024-01-10' + i * 13, 100 FROM generate_series(1, 20) AS i;
INSERT INTO hazard (subject_id, programme_code, found_on, deadline) SELECT i, 'g', date '2024-01-05' + i * 13, date '2024-01-06' + i * 13 FROM generate_series(1, 20) AS i;
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on) SELECT 'c', i, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'B' END, date '2024-01-05' + i * 13 FROM generate_series(1, 20) AS i;
CALL entered('{enforcement_case,hazard,remediation}', '2024-10-20', '2023-01-01', 'A');
CALL entered('{enforcement_case,hazard,remediation}', '2024-08-15', '2023-01-01', 'B');
CALL entered('{fine_payment}', '2024-06-30', '2023-01-01');

CREATE FUNCTION pg_temp.unequal(thing text, measure text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT format(''%%s: %%s, parts %%s, %%s'', w.period_start, w.%2$I, p.n, w.%3$I) FROM ledger_report.%1$s_by_month AS w
        JOIN (SELECT period_start, sum(%2$I) AS n FROM ledger_report.%1$s_by_month_area GROUP BY 1) AS p USING (period_start)
        WHERE w.%2$I IS DISTINCT FROM p.n AND NOT (w.%2$I IS NULL AND w.%3$I = ''part_members'')', thing, measure, measure || '_state');
END $$;
SELECT is_empty(format('SELECT pg_temp.unequal(%L, %L)', thing, measure), format('%s.%s: the parts add up, or it is not known as an area is missing', thing, measure))
  FROM (VALUES ('case', 'pending'), ('case', 'opening'), ('case', 'filed'), ('hazard', 'overdue'), ('hazard', 'found'), ('remediation', 'pending'), ('remediation', 'listed_total'), ('remediation', 'listed')) AS x (thing, measure);
SELECT results_eq($$SELECT month, pending IS NULL, pending_state::text, filed IS NULL FROM ledger_report.case_by_month WHERE year = 2024 AND month BETWEEN 7 AND 10 ORDER BY 1$$,
    $$VALUES (7, false, 'new', false), (8, false, 'part_period', false), (9, true, 'part_members', false), (10, true, 'part_members', false)$$, 'a month in which one is missing counts what came in of the others, but not what is left');
SELECT results_eq($$SELECT month, completion_pct IS NULL FROM ledger_report.remediation_by_month WHERE year = 2024 AND month IN (7, 9) ORDER BY 1$$, 'VALUES (7, false), (9, true)', 'shares neither');
SELECT results_eq($$SELECT month, paid IS NULL, paid_ytd IS NULL, paid_state::text FROM ledger_report.case_by_month WHERE year = 2024 AND month IN (6, 7) ORDER BY 1$$, $$VALUES (6, false, false, 'new'), (7, true, true, 'no_data')$$,
    'payments are known as far as their own source');
SELECT results_eq('SELECT month, rank FROM ledger_report.ranking_by_month WHERE indicator_code = ''hazards'' AND year = 2024 AND area_code = ''B'' AND month BETWEEN 7 AND 9 ORDER BY 1', 'VALUES (7, 1), (8, NULL), (9, NULL)',
    'who has reported to an earlier day than others has no rank among them');
SELECT results_eq('SELECT month, rank, through FROM ledger_report.ranking_by_month WHERE indicator_code = ''hazards'' AND year = 2024 AND area_code = ''A'' AND month IN (8, 10) ORDER BY 1', $$VALUES (8, 1, date '2024-08-31'), (10, 1, '2024-10-20')$$,
    'nor is another''s place taken by it; a month that is not over is ranked');
SELECT is_empty($$SELECT FROM ledger_report.case_by_month WHERE is_running AND filed_12m IS NOT NULL$$, 'twelve months are whole ones');
SELECT * FROM finish();
