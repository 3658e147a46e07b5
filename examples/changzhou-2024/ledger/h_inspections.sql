-- G to J: inspections with their documents and hazards; cases, penalties, confiscations
--
-- Inspections, by programme. The bureau's plan: 260 visits to 225 enterprises; with fire
-- rescue: 71 visits to 66; check-ups: 176 to 170; fireworks: 536 visits to 180 sellers.
INSERT INTO inspection (id, programme_code, org_code, subject_id, area_code, inspected_on)
SELECT id, programme_code, 'bureau', subject_id, pg_temp.area(subject_id), inspected_on
  FROM (SELECT 1000 + i AS id, 'bureau_plan' AS programme_code, 20 * (1 + (i - 1) % 225) + 1 AS subject_id, pg_temp.day(2024, i * 29 % 260, 260) AS inspected_on
          FROM generate_series(1, 260) AS i
        UNION ALL SELECT 1260 + i, 'bureau_plan', 6000 + i, date '2024-06-10' + i FROM generate_series(1, 2) AS i     -- entered in error
        UNION ALL SELECT 1270 + i, 'bureau_plan', 6100 + i, date '2024-12-19' + i FROM generate_series(1, 6) AS i     -- after the cut-off
        UNION ALL SELECT i, 'bureau_plan', 20 * (1 + i % 190) + 1, pg_temp.day(2023, i * 29 % 210, 210) FROM generate_series(1, 210) AS i
        UNION ALL SELECT 2000 + i, 'joint_fire', 30 * (1 + (i - 1) % 66), pg_temp.day(2024, i, 71) FROM generate_series(1, 71) AS i
        UNION ALL SELECT 2100 + i, 'joint_fire', 30 * i, pg_temp.day(2023, i, 40) FROM generate_series(1, 40) AS i
        UNION ALL SELECT 3000 + i, 'chemical_checkup', 10 * (1 + (i - 1) % 170), pg_temp.day(2024, i, 176) FROM generate_series(1, 176) AS i
        UNION ALL SELECT 3200 + i, 'chemical_checkup', 10 * i, pg_temp.day(2023, i, 150) FROM generate_series(1, 150) AS i
        UNION ALL SELECT 4000 + i, 'fireworks', 18001 + (i - 1) % 180, pg_temp.day(2024, i * 31 % 536, 536) FROM generate_series(1, 536) AS i
        UNION ALL SELECT 4600 + i, 'fireworks', 18300 + i, date '2024-12-20' + i FROM generate_series(1, 4) AS i
        UNION ALL SELECT 5000 + i, 'fireworks', 18001 + (i - 1) % 160, pg_temp.day(2023, i * 31 % 480, 480) FROM generate_series(1, 480) AS i) AS v, batch
 WHERE inspected_on <@ days;

-- Cases: 17 of the bureau in 2024, 15 the year before, some pending over the turn of the
-- year; those of the blocks' bureaus (201 to 240) are not the bureau's.
INSERT INTO enforcement_case (id, number, org_code, programme_code, subject_id, area_code, filed_on, decided_on, closed_on, collected_on)
SELECT id, format('示例应急罚〔%s〕%s号', extract(year FROM filed_on), id), org_code, programme_code, subject_id, pg_temp.area(subject_id), filed_on,
       CASE WHEN decided_on < upper(days) THEN decided_on END,
       CASE WHEN decided_on + 35 < upper(days) THEN decided_on + 35 END,
       CASE WHEN decided_on + 14 < upper(days) THEN decided_on + 14 END
  FROM (SELECT i AS id, 'bureau' AS org_code, CASE WHEN i % 4 = 0 THEN 'fireworks' ELSE 'bureau_plan' END AS programme_code,
               CASE WHEN i % 4 = 0 THEN 18000 + i ELSE 20 * i + 1 END AS subject_id,
               pg_temp.day(2024, i, 17) AS filed_on, pg_temp.day(2024, i, 17) + 40 + i AS decided_on
          FROM generate_series(1, 17) AS i
        UNION ALL SELECT 18, 'bureau', 'bureau_plan', 6001, '2024-06-18', NULL          -- withdrawn in November
        UNION ALL SELECT 19, 'bureau', 'bureau_plan', 6101, '2024-12-24', NULL
        UNION ALL SELECT 100 + i, 'bureau', 'bureau_plan', 20 * i + 1, pg_temp.day(2023, i, 15), pg_temp.day(2023, i, 15) + 40 + i FROM generate_series(1, 15) AS i
        UNION ALL SELECT 200 + i, (ARRAY['bureau_320412', 'bureau_320411', 'bureau_320481', 'bureau_CZEDZ'])[1 + i % 4], NULL, 300 * i,
                         pg_temp.day(2024, i, 40), pg_temp.day(2024, i, 40) + 30 FROM generate_series(1, 40) AS i) AS v, batch
 WHERE filed_on < upper(days)
ON CONFLICT (id) DO UPDATE SET decided_on = EXCLUDED.decided_on, closed_on = EXCLUDED.closed_on, collected_on = EXCLUDED.collected_on
 WHERE (enforcement_case.decided_on, enforcement_case.closed_on, enforcement_case.collected_on)
       IS DISTINCT FROM (EXCLUDED.decided_on, EXCLUDED.closed_on, EXCLUDED.collected_on);
-- a fine in each, in every third a warning too, in every fifth a confiscation
INSERT INTO penalty (enforcement_case_id, kind_code, fine)
SELECT c.id, p.kind_code, p.fine
  FROM enforcement_case AS c, batch,
       LATERAL (VALUES (0, 'fine', 20000 + c.id * 1000), (c.id % 3, 'warning', 0), (c.id % 5, 'confiscation', 1200.50)) AS p (skip, kind_code, fine)
 WHERE p.skip = 0 AND c.decided_on <@ days;

-- Documents: 1,147 under the plan in 2024, of them 1,095 at that year's inspections, five
-- at inspections of December 2023, and 47 in cases.
INSERT INTO document (id, programme_code, inspection_id, enforcement_case_id, kind, number, issued_on)
SELECT id, programme_code, inspection_id, enforcement_case_id, kind, format('示例应急文〔%s〕%s号', extract(year FROM issued_on), id), issued_on
  FROM (SELECT 10000 * n + i.id AS id, i.programme_code, i.id AS inspection_id, NULL::bigint AS enforcement_case_id,
               (ARRAY['现场检查方案', '现场检查记录', '责令限期整改指令书', '询问笔录', '整改复查意见书'])[n] AS kind,
               i.inspected_on + n / 3 AS issued_on
          FROM inspection AS i, generate_series(1, 5) AS n
         WHERE i.programme_code = 'bureau_plan' AND i.id BETWEEN 1001 AND 1260 AND (n - 1) * 260 + i.id - 1000 <= 1095
            OR i.id BETWEEN 1 AND 210 AND n <= 4
            OR i.id IN (1261, 1271, 1272, 1273) AND n <= 3
            OR i.programme_code IN ('joint_fire', 'fireworks') AND n = 2
        UNION ALL SELECT 60000 + i, 'bureau_plan', i, NULL, '整改复查意见书', date '2024-01-02' + i % 5 FROM generate_series(1, 5) AS i
        UNION ALL SELECT 70000 + j, 'bureau_plan', NULL, 1 + j % 17,
                         (ARRAY['立案审批表', '行政处罚告知书', '行政处罚决定书'])[1 + j / 17], pg_temp.day(2024, 1 + j % 17, 17)
                    FROM generate_series(0, 46) AS j) AS v, batch
 WHERE issued_on <@ days;

-- Hazards and their life. The plan: 1,060 found in 2024, 11 of them major; with fire
-- rescue 263; fireworks: 514 rectified in 2024 by the cut-off, eight of them found in 2023.
INSERT INTO hazard (id, programme_code, inspection_id, subject_id, level, found_on, deadline, rectified_on, rechecked_on, closed_on, description)
SELECT id, programme_code, inspection_id, subject_id, level, found_on, found_on + CASE level WHEN 'major' THEN 45 ELSE 15 END,
       CASE WHEN rectified_on < upper(days) THEN rectified_on END,
       CASE WHEN rectified_on + 4 < upper(days) THEN rectified_on + 4 END,
       CASE WHEN rectified_on + 5 < upper(days) THEN rectified_on + 5 END, '示例隐患'
  FROM (SELECT 10000 * n + i.id AS id, i.programme_code, i.id AS inspection_id, i.subject_id,
               CASE WHEN ((n - 1) * 260 + i.id - 1000) % 97 = 5 THEN 'major' ELSE 'general' END AS level, i.inspected_on AS found_on,
               CASE WHEN (i.id + n) % 25 > 0 THEN i.inspected_on + 3 + (i.id::int + n) % 20 END AS rectified_on
          FROM inspection AS i, generate_series(1, 5) AS n
         WHERE i.id BETWEEN 1001 AND 1260 AND (n - 1) * 260 + i.id - 1000 <= 1060
        UNION ALL
        SELECT 10000 * n + i.id, i.programme_code, i.id, i.subject_id, CASE WHEN i.id % 100 + n = 30 OR i.id = 1261 AND n = 1 THEN 'major' ELSE 'general' END,
               i.inspected_on, CASE WHEN (i.id + n) % 30 > 0 THEN i.inspected_on + 5 END
          FROM inspection AS i, generate_series(1, 4) AS n
         WHERE i.id BETWEEN 1 AND 210 AND n <= 3
            OR i.id IN (1261, 1271, 1272, 1273, 1274)
            OR i.id BETWEEN 2001 AND 2071 AND (n - 1) * 71 + i.id - 2000 <= 263
            OR i.id BETWEEN 2101 AND 2140 AND n <= 3
            OR i.id BETWEEN 3001 AND 3176 AND n <= 2
        UNION ALL
        SELECT 10000 + i.id, 'fireworks', i.id, i.subject_id, 'general', i.inspected_on,
               CASE WHEN i.id % 18 = 4 OR i.id = 4002 THEN CASE WHEN i.id % 5 = 0 THEN date '2024-12-26' END ELSE i.inspected_on + 1 + i.id::int % 3 END
          FROM inspection AS i WHERE i.id BETWEEN 4001 AND 4536 OR i.id BETWEEN 5001 AND 5440
        UNION ALL
        SELECT 60000 + n, 'fireworks', 5440 + n, 18001 + (5440 + n - 5001) % 160, 'general', date '2023-12-21' + n, date '2024-01-05' + n
          FROM generate_series(1, 8) AS n) AS v, batch
 WHERE found_on < upper(days)
ON CONFLICT (id) DO UPDATE SET rectified_on = EXCLUDED.rectified_on, rechecked_on = EXCLUDED.rechecked_on, closed_on = EXCLUDED.closed_on
 WHERE (hazard.rectified_on, hazard.rechecked_on, hazard.closed_on) IS DISTINCT FROM (EXCLUDED.rectified_on, EXCLUDED.rechecked_on, EXCLUDED.closed_on);

-- 1,509 pieces of fireworks in 23 confiscations; other goods do not count
INSERT INTO confiscation (id, programme_code, enforcement_case_id, subject_id, confiscated_on, goods, quantity)
SELECT id, 'fireworks', enforcement_case_id, subject_id, confiscated_on, goods, quantity
  FROM (SELECT i AS id, CASE i WHEN 6 THEN 4 WHEN 12 THEN 8 END AS enforcement_case_id, 18000 + i AS subject_id, pg_temp.day(2024, i, 23) AS confiscated_on,
               'fireworks' AS goods, CASE WHEN i = 1 THEN 69 ELSE 45 + i % 5 * 10 END AS quantity
          FROM generate_series(1, 23) AS i
        UNION ALL SELECT 30, NULL, 18040, '2024-02-06', 'sky_lanterns', 30
        UNION ALL SELECT 31, NULL, 18041, '2024-02-07', 'fireworks', 40             -- entered twice
        UNION ALL SELECT 32, NULL, 18042, '2024-12-27', 'fireworks', 25
        UNION ALL SELECT 100 + i, NULL, 18000 + i, pg_temp.day(2023, i, 15), 'fireworks', 60 FROM generate_series(1, 15) AS i) AS v, batch
 WHERE confiscated_on <@ days;
