-- D: plans and drills: 24 city drills and 79 district drills planned, some not yet held, some held twice
INSERT INTO drill_plan (id, level, org_code, area_code, title, planned_on)
SELECT id, level, CASE level WHEN 'city' THEN 'bureau' END, CASE level WHEN 'city' THEN '320400' ELSE pg_temp.area(id) END, title, planned_on
  FROM (SELECT i AS id, 'city' AS level, '市级演练' || i AS title, pg_temp.day(2024, i, 24) AS planned_on FROM generate_series(1, 24) AS i
        UNION ALL SELECT 100 + i, 'district', '辖市（区）级演练' || i, pg_temp.day(2024, i, 79) FROM generate_series(1, 79) AS i
        UNION ALL SELECT 190, 'city', '取消的市级演练', '2024-08-20'
        UNION ALL SELECT 191, 'district', '取消的辖市（区）级演练', '2024-08-21'
        UNION ALL SELECT 200 + i, 'city', '市级演练' || i, pg_temp.day(2023, i, 20) FROM generate_series(1, 20) AS i
        UNION ALL SELECT 300 + i, 'district', '辖市（区）级演练' || i, pg_temp.day(2023, i, 70) FROM generate_series(1, 70) AS i) AS v, batch
 WHERE make_date(extract(year FROM planned_on)::int, 1, 25) <@ days;        -- the year's plan is known in January
INSERT INTO drill (id, drill_plan_id, title, held_on, participants)
SELECT d.id, p.id, coalesce(p.title, '计划外演练'), d.held_on, 40 + d.id % 60
  FROM (SELECT id, id AS plan, planned_on + id::int % 5 - 2 AS held_on FROM drill_plan
         WHERE id NOT IN (23, 24, 176, 177, 178, 179, 190, 191)
        UNION ALL SELECT 1000 + id, id, planned_on + 2 FROM drill_plan WHERE id IN (3, 8, 110)      -- the second day of it
        UNION ALL SELECT 2000 + i, NULL, pg_temp.day(2024, i, 5) FROM generate_series(1, 5) AS i) AS d
  LEFT JOIN drill_plan AS p ON p.id = d.plan, batch
 WHERE d.held_on <@ days;
