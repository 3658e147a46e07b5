-- N: legislation, case review, exposure
INSERT INTO legislation (id, kind, title, drafted_on, adopted_on)
SELECT id, kind, title, drafted_on, CASE WHEN adopted_on < upper(days) THEN adopted_on END
  FROM (VALUES (1, 'local_regulation', '示例地方性法规（甲）', date '2024-03-05', date '2024-09-27'), (2, 'local_regulation', '示例地方性法规（乙）', '2024-05-21', NULL),
               (3, 'government_rule', '示例政府规章', '2024-04-16', '2024-11-05'), (4, 'normative_document', '示例规范性文件', '2024-06-11', NULL),
               (5, 'local_regulation', '示例地方性法规（上年）', '2023-03-08', '2023-10-26'),
               (6, 'local_regulation', '示例地方性法规（甲），重复录入', '2024-03-06', NULL)) AS v (id, kind, title, drafted_on, adopted_on), batch
 WHERE drafted_on < upper(days)
ON CONFLICT (id) DO UPDATE SET adopted_on = EXCLUDED.adopted_on WHERE legislation.adopted_on IS DISTINCT FROM EXCLUDED.adopted_on;

-- four meetings on twelve cases, two of which came up twice, three of which were filed in 2023
INSERT INTO review_meeting (id, org_code, held_on)
SELECT id, org_code, held_on
  FROM (VALUES (1, 'bureau', date '2024-02-06'), (2, 'bureau', '2024-05-16'), (3, 'bureau', '2024-08-22'), (4, 'bureau', '2024-11-14'),
               (5, 'bureau', '2023-06-15'), (6, 'bureau', '2023-11-23'), (7, 'bureau_320412', '2024-07-10'), (8, 'bureau', '2024-12-26')) AS v (id, org_code, held_on), batch
 WHERE held_on <@ days;
INSERT INTO review_item (review_meeting_id, enforcement_case_id)
SELECT meeting, enforcement_case
  FROM (VALUES (1, 113), (1, 114), (1, 115), (2, 1), (2, 2), (2, 3), (2, 115), (3, 4), (3, 5), (3, 6), (4, 7), (4, 8), (4, 9), (4, 6),
               (5, 101), (5, 102), (6, 103), (7, 204), (8, 10)) AS v (meeting, enforcement_case)
  JOIN review_meeting AS m ON m.id = v.meeting, batch
 WHERE m.held_on <@ days;

-- four batches of thirty cases, one of which was shown twice; some are cases of this ledger
INSERT INTO exposure_batch (id, org_code, released_on, channel)
SELECT id, 'bureau', released_on, '媒体公布'
  FROM (VALUES (1, date '2024-03-28'), (2, '2024-06-20'), (3, '2024-09-12'), (4, '2024-11-28'), (5, '2023-06-21'), (6, '2023-12-06'), (7, '2024-12-27')) AS v (id, released_on), batch
 WHERE released_on <@ days;
INSERT INTO exposed_case (exposure_batch_id, enforcement_case_id, title)
SELECT b.id, v.enforcement_case, v.title
  FROM (SELECT 1 + i % 4 AS batch_id, CASE WHEN i <= 12 AND i % 4 > 0 THEN 200 + i END AS enforcement_case, '典型案例' || i AS title FROM generate_series(1, 30) AS i
        UNION ALL SELECT 4, NULL, '典型案例1'
        UNION ALL SELECT 5 + i % 2, NULL, '上年典型案例' || i FROM generate_series(1, 20) AS i
        UNION ALL SELECT 7, NULL, '年末典型案例') AS v
  JOIN exposure_batch AS b ON b.id = v.batch_id, batch
 WHERE b.released_on <@ days;
