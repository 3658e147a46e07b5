-- B: campaign tasks, supervision letters
INSERT INTO campaign_task (id, campaign_code, title, assigned_on, due_on, done_on)
SELECT id, campaign_code, title, assigned_on, due_on, CASE WHEN done_on < upper(days) THEN done_on END
  FROM (SELECT i AS id, 'root_cause' AS campaign_code, '治本攻坚任务' || i AS title, date '2024-02-20' AS assigned_on,
               date '2024-12-31' AS due_on, CASE WHEN i % 6 > 0 THEN pg_temp.day(2024, 5 + i, 45) END AS done_on
          FROM generate_series(1, 34) AS i
        UNION ALL SELECT 40 + i, 'factory_lease', '综合治理任务' || i, '2024-03-11', '2024-11-30', pg_temp.day(2024, 3 + i, 10) FROM generate_series(1, 6) AS i
        UNION ALL SELECT 50, 'root_cause', '误列的任务', '2024-02-20', NULL, NULL
        UNION ALL SELECT 51, 'root_cause', '下年任务', '2024-12-30', '2025-12-31', NULL) AS v, batch
 WHERE assigned_on < upper(days)
ON CONFLICT (id) DO UPDATE SET done_on = EXCLUDED.done_on WHERE campaign_task.done_on IS DISTINCT FROM EXCLUDED.done_on;

-- 48 reminders; the other kinds do not count, nor does the one sent in error (49)
INSERT INTO letter (id, org_code, kind, number, sent_on, campaign_code)
SELECT id, 'bureau', kind, format('示例安提〔%s〕%s号', extract(year FROM sent_on), id), sent_on, 'root_cause'
  FROM (SELECT i AS id, 'reminder' AS kind, pg_temp.day(2024, i, 48) AS sent_on FROM generate_series(1, 48) AS i
        UNION ALL SELECT 49, 'reminder', '2024-07-03'
        UNION ALL SELECT 50 + i, 'supervision', pg_temp.day(2024, i, 5) FROM generate_series(1, 5) AS i
        UNION ALL SELECT 60 + i, 'reminder', pg_temp.day(2023, i, 30) FROM generate_series(1, 30) AS i
        UNION ALL SELECT 99, 'reminder', '2024-12-23') AS v, batch
 WHERE sent_on <@ days;
-- a letter goes to a block, and two in three to one or two departments as well
INSERT INTO letter_recipient (letter_id, area_code, org_code)
SELECT l.id, r.area_code, r.org_code
  FROM letter AS l, batch,
       LATERAL (SELECT (ARRAY['320402', '320404', '320411', '320412', '320413', '320481', 'CZEDZ'])[1 + l.id % 7] AS area_code, NULL AS org_code
                 WHERE l.id <> 49
                UNION ALL SELECT NULL, 'department_' || 1 + l.id % 17 WHERE l.id % 3 > 0 AND l.id <> 49
                UNION ALL SELECT NULL, 'department_' || 1 + (l.id + 5) % 17 WHERE l.id % 3 = 2
                UNION ALL SELECT NULL, 'department_18' WHERE l.id IN (49, 51)) AS r
 WHERE l.sent_on <@ days;
