-- A: leadership, study, training, legal staff
INSERT INTO study_event (id, org_code, kind, held_on, title)
SELECT id, org_code, kind, held_on, title
  FROM (VALUES
    (1, 'bureau', 'lecture', date '2023-04-12', '安全生产法专题讲座'), (2, 'bureau', 'lecture', '2023-10-18', '行政处罚法专题讲座'),
    (3, 'bureau', 'centre_group', '2023-03-07', '宪法学习'), (4, 'bureau', 'centre_group', '2023-06-20', '行政复议法学习'),
    (5, 'bureau', 'centre_group', '2023-09-12', '民法典学习'), (6, 'bureau', 'court', '2023-11-02', '行政案件庭审'),
    (11, 'bureau', 'lecture', '2024-03-19', '行政复议法专题讲座'), (12, 'bureau', 'lecture', '2024-06-25', '消防法专题讲座'),
    (13, 'bureau', 'lecture', '2024-10-22', '突发事件应对法专题讲座'),
    (14, 'bureau', 'centre_group', '2024-02-27', '宪法和立法法学习'), (15, 'bureau', 'centre_group', '2024-05-14', '安全生产法学习'),
    (16, 'bureau', 'centre_group', '2024-08-13', '保密法学习'), (17, 'bureau', 'centre_group', '2024-11-12', '突发事件应对法学习'),
    (18, 'bureau', 'court', '2024-04-24', '行政案件庭审'), (19, 'bureau', 'court', '2024-09-11', '行政案件庭审'),
    -- not the bureau's, entered twice, or after the cut-off
    (20, 'subordinate', 'lecture', '2024-05-08', '直属单位讲座'), (21, 'subordinate', 'centre_group', '2024-07-16', '直属单位学习'),
    (22, 'bureau', 'lecture', '2024-06-25', '消防法专题讲座（重复录入）'), (23, 'bureau', 'lecture', '2024-12-25', '年末讲座'))
    AS v (id, org_code, kind, held_on, title), batch
 WHERE held_on <@ days;

-- ten meetings on the rule of law, of which two were also study by the group; five on other matters
INSERT INTO meeting (id, org_code, topic, held_on, study_event_id, title)
SELECT id, 'bureau', topic, held_on, study_event_id, title
  FROM (SELECT i AS id, 'rule_of_law' AS topic, pg_temp.day(2024, i, 10) AS held_on, NULL::bigint AS study_event_id, '研究法治工作' AS title
          FROM generate_series(1, 8) AS i
        UNION ALL SELECT 9, 'rule_of_law', '2024-05-14', 15, '研究法治工作并集体学法'
        UNION ALL SELECT 10, 'rule_of_law', '2024-11-12', 17, '研究法治工作并集体学法'
        UNION ALL SELECT 10 + i, 'safety', pg_temp.day(2024, i, 5), NULL, '研究安全生产工作' FROM generate_series(1, 5) AS i
        UNION ALL SELECT 20 + i, 'rule_of_law', pg_temp.day(2023, i, 8), NULL, '研究法治工作' FROM generate_series(1, 8) AS i
        UNION ALL SELECT 30, 'rule_of_law', '2024-12-30', NULL, '研究下年法治工作') AS v, batch
 WHERE held_on <@ days;

-- twenty-five topics of training, of which six were taken up twice
INSERT INTO training_topic (id, org_code, code, title, studied_on)
SELECT id, CASE WHEN id > 200 THEN 'subordinate' ELSE 'bureau' END, 'T' || year || '-' || topic, '专题' || topic, pg_temp.day(year, n, 31)
  FROM (SELECT i AS id, 2024 AS year, 1 + (i - 1) % 25 AS topic, i AS n FROM generate_series(1, 31) AS i
        UNION ALL SELECT 100 + i, 2023, i, i FROM generate_series(1, 20) AS i
        UNION ALL SELECT 200 + i, 2024, 30 + i, 10 * i FROM generate_series(1, 2) AS i) AS v, batch     -- of a subordinate unit
 WHERE pg_temp.day(year, n, 31) <@ days;

-- twelve sessions with 80 or 81 attendances each, by some four hundred persons
INSERT INTO training_session (id, org_code, held_on, title)
SELECT id, 'bureau', held_on, '第' || n || '期培训班'
  FROM (SELECT i AS id, pg_temp.day(2024, i, 12) AS held_on, i AS n FROM generate_series(1, 12) AS i
        UNION ALL SELECT 100 + i, pg_temp.day(2023, i, 10), i FROM generate_series(1, 10) AS i) AS v, batch
 WHERE held_on <@ days;
INSERT INTO training_attendance (training_session_id, attendee, attended_on)
SELECT s.id, 'A' || (s.id * 37 + j) % 400, s.held_on
  FROM training_session AS s, generate_series(1, 81) AS j, batch
 WHERE s.held_on <@ days AND j <= CASE WHEN s.id > 100 THEN 70 WHEN s.id <= 8 THEN 81 ELSE 80 END;

-- three government lawyers in office, one of them in a second term; one left in June
INSERT INTO staff (id, org_code, role, person, valid_from, valid_to)
SELECT id, org_code, role, person, valid_from, valid_to
  FROM (VALUES
    (1, 'bureau', 'government_lawyer', 'S1', date '2020-03-01', NULL::date), (2, 'bureau', 'government_lawyer', 'S2', '2021-05-01', '2024-01-01'),
    (3, 'bureau', 'government_lawyer', 'S2', '2024-01-01', NULL), (4, 'bureau', 'government_lawyer', 'S3', '2022-09-01', NULL),
    (5, 'bureau', 'government_lawyer', 'S4', '2021-05-01', '2024-07-01'),
    (6, 'bureau', 'legal_adviser', 'S5', '2023-01-01', '2024-01-01'), (7, 'bureau', 'legal_adviser', 'S6', '2024-01-01', NULL),
    (8, 'subordinate', 'legal_adviser', 'S7', '2023-01-01', NULL), (9, 'bureau', 'enforcement_officer', 'S1', '2019-01-01', NULL),
    (10, 'bureau', 'government_lawyer', 'S8', '2024-12-25', NULL)) AS v (id, org_code, role, person, valid_from, valid_to), batch
 WHERE valid_from <@ days;
