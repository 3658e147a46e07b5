-- Records of all tables that hang on accidents, inspections, their tasks and cases, in the ledger of examples/changzhou-2024, which has
-- none of them; and an organisation that has another name than the definitions brought.
\set ON_ERROR_STOP on
UPDATE ledger.organisation SET name_zh = '常州市应急管理局' WHERE code = 'bureau';
INSERT INTO ledger.supervised_unit (subject_id, listed_on, is_key, org_code, area_code)
SELECT id, '2023-01-01', id % 3 = 0, 'bureau', area_code FROM ledger.subject WHERE id IN (SELECT subject_id FROM ledger.inspection) AND id % 2 = 0;
INSERT INTO ledger.random_draw (drawn_on, units_drawn, officers_drawn, programme_code, org_code) VALUES ('2024-03-01', 40, 5, (SELECT min(code) FROM ledger.programme), 'bureau');
INSERT INTO ledger.inspection_task (subject_id, assigned_on, due_on, random_draw_id, origin, programme_code, org_code, area_code)
SELECT i.subject_id, i.inspected_on - 5, i.inspected_on + (i.id % 9 - 4)::int, CASE WHEN i.id % 2 = 0 THEN (SELECT max(id) FROM ledger.random_draw) END, CASE WHEN i.id % 2 = 0 THEN 'plan' ELSE 'complaint' END, i.programme_code, i.org_code, i.area_code
  FROM (SELECT DISTINCT ON (subject_id) * FROM ledger.inspection WHERE status = 'valid' ORDER BY subject_id, id) AS i WHERE i.id % 5 = 0;
UPDATE ledger.inspection AS i SET inspection_task_id = t.id FROM ledger.inspection_task AS t
 WHERE (t.subject_id, t.programme_code, t.org_code, t.assigned_on) = (i.subject_id, i.programme_code, i.org_code, i.inspected_on - 5) AND t.id % 4 <> 0;
UPDATE ledger.enforcement_case AS c SET inspection_id = (SELECT min(i.id) FROM ledger.inspection AS i WHERE i.area_code = c.area_code AND i.inspected_on <= c.filed_on AND i.status = 'valid') WHERE c.id % 3 = 0;
UPDATE ledger.enforcement_case AS c SET accident_id = (SELECT min(a.id) FROM ledger.accident AS a WHERE a.area_code = c.area_code AND a.occurred_on <= c.filed_on AND a.status = 'valid') WHERE c.id % 7 = 0;
INSERT INTO ledger.fine_payment (enforcement_case_id, paid_on, amount, kind)
SELECT id, decided_on + 10, 1000 + id, CASE WHEN id % 5 = 0 THEN 'surcharge' ELSE 'fine' END FROM ledger.enforcement_case WHERE decided_on IS NOT NULL;
INSERT INTO ledger.hazard_supervision (hazard_id, listed_on, deadline, lifted_on, level, org_code)
SELECT id, found_on, found_on + 30, CASE WHEN id % 2 = 0 THEN found_on + (id % 50)::int END, CASE WHEN id % 3 = 0 THEN 'county' ELSE 'city' END, 'bureau' FROM ledger.hazard WHERE level = 'major';
INSERT INTO ledger.accident_investigation (accident_id, opened_on, submitted_on, approved_on, closed_on, level)
SELECT id, occurred_on, occurred_on + 40, occurred_on + 60, CASE WHEN id % 2 = 0 THEN occurred_on + 90 END, 'county' FROM ledger.accident WHERE id % 3 = 0;
INSERT INTO ledger.accident_responsibility (accident_investigation_id, decided_on, party, person, kind)
SELECT id, approved_on, 'staff', 'p' || id, CASE WHEN id % 2 = 0 THEN 'criminal' ELSE 'government_discipline' END FROM ledger.accident_investigation;
INSERT INTO ledger.coercive_measure (decided_on, deadline, lifted_on, enforcement_case_id, subject_id, amount, kind, org_code, area_code)
SELECT decided_on, decided_on + 30, decided_on + (id % 40)::int, CASE WHEN id % 2 = 0 THEN id END, subject_id, 100 * id,
       (ARRAY['seal', 'seize', 'surcharge', 'court'])[id % 4 + 1], org_code, area_code FROM ledger.enforcement_case WHERE decided_on IS NOT NULL;
INSERT INTO ledger.legal_challenge (filed_on, accepted_on, decided_on, subject_id, enforcement_case_id, permit_id, kind, outcome, org_code, area_code)
SELECT f, f + 5, f + 40, subject_id, id, NULL, CASE WHEN id % 2 = 0 THEN 'litigation' ELSE 'reconsideration' END, CASE WHEN id % 3 = 0 THEN 'revoked' ELSE 'upheld' END, org_code, area_code
  FROM (SELECT *, decided_on + 20 AS f FROM ledger.enforcement_case WHERE id % 2 = 0 AND decided_on IS NOT NULL) AS c
UNION ALL SELECT issued_on + 20, NULL, NULL, subject_id, NULL, id, 'reconsideration', NULL, org_code, '320412' FROM (SELECT * FROM ledger.permit WHERE issued_on IS NOT NULL ORDER BY id LIMIT 5) AS p;
