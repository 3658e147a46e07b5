-- F: powers list and permits
--
-- Penalty items: 230 in force until 1 May 2024, when 18 were dropped and 10 added (222), and
-- 30 renamed in July; 5 more come after the cut-off. Other powers do not count.
INSERT INTO power_item (id, org_code, kind, code, title, valid_from, valid_to)
SELECT id, 'bureau', kind, code, title, valid_from, CASE WHEN valid_to < upper(days) THEN valid_to END
  FROM (SELECT i AS id, 'penalty' AS kind, 'P' || i AS code, '处罚事项' || i AS title, date '2021-07-01' AS valid_from,
               CASE WHEN i <= 18 THEN date '2024-05-01' WHEN i <= 48 THEN '2024-07-01' END AS valid_to
          FROM generate_series(1, 230) AS i
        UNION ALL SELECT 300 + i, 'penalty', 'P' || 18 + i, '处罚事项（更名）' || 18 + i, '2024-07-01', NULL FROM generate_series(1, 30) AS i
        UNION ALL SELECT 400 + i, 'penalty', 'P' || 400 + i, '新增处罚事项' || i, '2024-05-01', NULL FROM generate_series(1, 10) AS i
        UNION ALL SELECT 500 + i, 'penalty', 'P' || 500 + i, '待增处罚事项' || i, '2024-12-25', NULL FROM generate_series(1, 5) AS i
        UNION ALL SELECT 600 + i, 'licence', 'L' || i, '许可事项' || i, '2021-07-01', NULL FROM generate_series(1, 12) AS i) AS v, batch
 WHERE valid_from < upper(days)
ON CONFLICT (id) DO UPDATE SET valid_to = EXCLUDED.valid_to WHERE power_item.valid_to IS DISTINCT FROM EXCLUDED.valid_to;

-- Permits: on site 1.5 working days on average, remotely 0.3; 38 enterprises with a
-- remotely verified permit, two of them with two; two verified and not issued.
INSERT INTO permit (id, org_code, subject_id, kind, verification, workdays, applied_on, verified_on, issued_on)
SELECT id, 'bureau', subject_id, kind, verification, workdays, verified_on - 4, verified_on, issued_on
  FROM (SELECT i AS id, 26 * i AS subject_id, 'hazardous_chemicals' AS kind, 'onsite' AS verification, 1.0 + i % 3 * 0.5 AS workdays,
               pg_temp.day(CASE WHEN i <= 30 THEN 2023 ELSE 2024 END, i % 30, 30) AS verified_on,
               pg_temp.day(CASE WHEN i <= 30 THEN 2023 ELSE 2024 END, i % 30, 30) + 2 AS issued_on
          FROM generate_series(1, 60) AS i
        UNION ALL
        SELECT 100 + i, 10 * (1 + (i - 1) % 38), 'hazardous_chemicals', 'remote', 0.2 + i % 3 * 0.1,
               CASE WHEN i <= 12 THEN pg_temp.day(2023, i, 12) ELSE pg_temp.day(2024, i - 12, 30) END,
               CASE WHEN i <= 12 THEN pg_temp.day(2023, i, 12) + 1 WHEN i <= 40 THEN pg_temp.day(2024, i - 12, 30) + 1 END
          FROM generate_series(1, 42) AS i
        UNION ALL       -- another kind of permit, one withdrawn, one after the cut-off
        SELECT 200 + i, 600 + i, 'fireworks', 'remote', 0.5, pg_temp.day(2024, i, 9), pg_temp.day(2024, i, 9) + 1 FROM generate_series(1, 9) AS i
        UNION ALL SELECT 220, 700, 'hazardous_chemicals', 'remote', 2.5, '2024-05-20', '2024-05-21'
        UNION ALL SELECT 221, 701, 'hazardous_chemicals', 'remote', 0.6, '2024-12-23', '2024-12-24') AS v, batch
 WHERE coalesce(issued_on, verified_on) <@ days;
