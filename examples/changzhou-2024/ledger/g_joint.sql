-- G: joint enforcement (the checks with fire rescue are in h_inspections.sql, the open days in m_publicity.sql)
INSERT INTO joint_action (id, org_code, held_on, title)
SELECT id, 'bureau', held_on, '跨部门联合执法'
  FROM (SELECT i AS id, pg_temp.day(2024, i, 66) AS held_on FROM generate_series(1, 66) AS i
        UNION ALL SELECT 70, '2024-04-30'           -- entered twice
        UNION ALL SELECT 71, '2024-12-21'
        UNION ALL SELECT 100 + i, pg_temp.day(2023, i, 52) FROM generate_series(1, 52) AS i) AS v, batch
 WHERE held_on <@ days;
INSERT INTO joint_action_participant (joint_action_id, org_code)
SELECT a.id, 'department_' || 1 + (a.id + 6 * n) % 19
  FROM joint_action AS a, generate_series(1, 3) AS n, batch
 WHERE a.held_on <@ days AND n <= 2 + a.id % 2;
