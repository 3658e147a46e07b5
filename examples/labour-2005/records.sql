-- Records made up so as to agree with the figures of a published yearbook of 2005; ledger "labour".
INSERT INTO labour.area (code, name_zh, name_en, kind) VALUES ('N', '北区', 'North', 'district'), ('S', '南区', 'South', 'district');
INSERT INTO labour.organisation (code, name_zh, kind, scope) VALUES ('labour', '劳工处', 'bureau', 'bureau');
INSERT INTO labour.programme (code, name_zh, name_en, scope) VALUES ('osh', '职业安全健康检查', 'safety and health inspections', 'bureau');

-- accidents in a year, one injured in each; and others, three injured in each but the last
INSERT INTO labour.accident (id, occurred_on, area_code, category_code)
SELECT y.first_id + n, make_date(y.year, 1, 1) + n % 365, CASE WHEN n % 5 < 3 THEN 'N' ELSE 'S' END, CASE WHEN n < y.construction THEN 'construction' ELSE 'industry_trade' END
FROM (VALUES (2004, 0, 3833, 13398), (2005, 100000, 3548, 13573)) AS y (year, first_id, construction, others)
CROSS JOIN LATERAL generate_series(0, y.construction + y.others - 1) AS n;
INSERT INTO labour.casualty (accident_id, outcome, outcome_on)
SELECT a.id, CASE WHEN a.id % 40 = 0 THEN 'serious' ELSE 'minor' END, a.occurred_on
FROM labour.accident AS a CROSS JOIN LATERAL generate_series(1, CASE WHEN a.category_code = 'construction' OR a.id = 3833 + 13397 THEN 1 ELSE 3 END) AS n;
CALL labour.entered('{accident, casualty}', '2005-12-31', '2004-01-01');
INSERT INTO labour.measure_series (code, name_zh, starts_on, ends_on, value, unit) VALUES
    ('employees', '雇员', '2004-01-01', '2005-01-01', 2430980, 'persons'), ('employees', '雇员', '2005-01-01', '2006-01-01', 2486910, 'persons'),
    ('construction_workers', '建造业工人', '2004-01-01', '2005-01-01', 63523, 'persons'), ('construction_workers', '建造业工人', '2005-01-01', '2006-01-01', 59272, 'persons');

-- what the districts report
CALL labour.receive('OD01', 'N', '1998', 601);
CALL labour.receive('OD01', 'S', '1998', 347);
CALL labour.receive('OD01', 'N', '2004', 150);
CALL labour.receive('OD01', 'S', '2004', 101);
CALL labour.receive('OD01', 'N', '2005', 149);
CALL labour.receive('OD01', 'S', '2005', 107);

-- notices; prosecutions, of which 1526 ended in a conviction with a fine
INSERT INTO labour.document (issued_on, programme_code, kind, number)
SELECT date '2005-01-01' + n % 365, 'osh', k.kind, k.kind || ' ' || n FROM (VALUES ('suspension notice', 153), ('improvement notice', 1415)) AS k (kind, count) CROSS JOIN LATERAL generate_series(1, k.count) AS n;
INSERT INTO labour.subject (id, kind, name) SELECT n, 'unit', 'unit ' || n FROM generate_series(1, 1821) AS n;
INSERT INTO labour.enforcement_case (id, org_code, subject_id, origin, procedure, outcome, filed_on, decided_on)
SELECT n, 'labour', n, 'inspection', 'hearing', CASE WHEN n <= 1526 THEN 'penalty' ELSE 'no_penalty' END, date '2005-01-01' - n % 30, date '2005-01-01' + n % 365 FROM generate_series(1, 1821) AS n;
INSERT INTO labour.penalty (enforcement_case_id, kind_code, fine) SELECT n, 'fine', 8000 + n FROM generate_series(1, 1526) AS n;
CALL labour.entered('{document, enforcement_case}', '2005-12-31', '2005-01-01');
