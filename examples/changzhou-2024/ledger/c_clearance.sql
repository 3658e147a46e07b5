-- C: clearance of scattered problem enterprises (and of dust enterprises, for K)
--
-- 1,850 enterprises with a decision in force at the cut-off: 678 exited, 1,172 upgraded.
-- Of them 40 had been upgraded in 2023 before they exited, 25 were upgraded and exited in
-- the same year, 12 exit only after the cut-off.
INSERT INTO remediation (id, campaign_code, subject_id, area_code, listed_on, disposition_code, completed_on)
SELECT id, campaign_code, subject_id, pg_temp.area(subject_id), listed_on,
       CASE WHEN completed_on < upper(days) THEN disposition_code END,
       CASE WHEN completed_on < upper(days) THEN completed_on END
  FROM (SELECT k AS id, 'point_clearance' AS campaign_code, 4 * k AS subject_id, day - 60 - k % 90 AS listed_on,
               CASE WHEN place < 560 THEN 'stop' WHEN place < 678 THEN 'move'
                    WHEN place < 1578 THEN 'upgrade' WHEN place < 1728 THEN 'merge' ELSE 'transform' END AS disposition_code,
               day AS completed_on
          FROM (SELECT k, k * 1009 % 1850 AS place, pg_temp.day(2024, k, 1850) AS day FROM generate_series(1, 1850) AS k) AS decided
        UNION ALL       -- upgraded in 2023, exited since
        SELECT 5000 + k, 'point_clearance', 4 * k, '2022-12-12', 'upgrade', pg_temp.day(2023, k, 1850)
          FROM generate_series(1, 1850) AS k WHERE k * 1009 % 1850 < 40
        UNION ALL       -- upgraded three days before it exited
        SELECT 5000 + k, 'point_clearance', 4 * k, '2023-09-04', 'upgrade', pg_temp.day(2024, k, 1850) - 3
          FROM generate_series(1, 1850) AS k WHERE k * 1009 % 1850 BETWEEN 40 AND 64
        UNION ALL       -- upgraded by the cut-off, exited after it
        SELECT 5000 + k, 'point_clearance', 4 * k, '2024-12-02', 'stop', '2024-12-23'
          FROM generate_series(1, 1850) AS k WHERE k * 1009 % 1850 >= 1838
        UNION ALL       -- listed, of whom twenty are finished after the cut-off
        SELECT k, 'point_clearance', 4 * k, pg_temp.day(2024, k - 1850, 150), 'upgrade', CASE WHEN k <= 1870 THEN date '2024-12-24' END
          FROM generate_series(1851, 2000) AS k
        UNION ALL       -- finished in 2023
        SELECT k, 'point_clearance', 4 * k, '2022-12-05', CASE WHEN k % 3 = 0 THEN 'stop' ELSE 'upgrade' END, pg_temp.day(2023, k - 2000, 900)
          FROM generate_series(2001, 2900) AS k
        UNION ALL       -- entered in error, withdrawn in November: ten enterprises, and five exits of enterprises that were upgraded
        SELECT k, 'point_clearance', 4 * k, '2024-03-01', 'stop', '2024-06-14' FROM generate_series(3001, 3010) AS k
        UNION ALL
        SELECT 9000 + k, 'point_clearance', 4 * k, '2024-03-01', 'stop', '2024-09-20'
          FROM generate_series(1, 1000) AS k WHERE k * 1009 % 1850 BETWEEN 700 AND 709
        UNION ALL       -- dust: 703 closed in 2024, eight of them reported twice
        SELECT 10000 + k, 'dust', 5 * k, '2023-11-20', 'stop', pg_temp.day(2024, k, 703) FROM generate_series(1, 703) AS k
        UNION ALL
        SELECT 11000 + k, 'dust', 5 * k, '2023-11-22', 'stop', pg_temp.day(2024, k, 703) + 2 FROM generate_series(1, 8) AS k
        UNION ALL
        SELECT 12000 + k, 'dust', 5 * k, '2022-11-20', 'stop', pg_temp.day(2023, k - 703, 300) FROM generate_series(704, 1003) AS k
        UNION ALL
        SELECT 13000 + k, 'dust', 5 * k, '2023-12-20', 'upgrade', pg_temp.day(2024, k - 1003, 60) FROM generate_series(1004, 1063) AS k
        UNION ALL
        SELECT 14000 + k, 'dust', 5 * k, '2024-01-20', NULL, NULL FROM generate_series(1064, 1103) AS k) AS v, batch
 WHERE listed_on < upper(days)
ON CONFLICT (id) DO UPDATE SET disposition_code = EXCLUDED.disposition_code, completed_on = EXCLUDED.completed_on
 WHERE remediation.completed_on IS DISTINCT FROM EXCLUDED.completed_on;

-- 37 visits, at which 195 enterprises were checked, fifteen of them twice
INSERT INTO supervision_visit (id, org_code, campaign_code, area_code, visited_on)
SELECT id, 'bureau', CASE WHEN id IN (39, 40) THEN 'dust' ELSE 'point_clearance' END, pg_temp.area(id), visited_on
  FROM (SELECT v AS id, date '2024-01-19' + 9 * v AS visited_on FROM generate_series(1, 36) AS v
        UNION ALL SELECT 37, '2024-12-17'
        UNION ALL SELECT 38, '2024-08-05'           -- called off, withdrawn in November
        UNION ALL SELECT v, date '2024-10-15' + v FROM generate_series(39, 40) AS v         -- of the dust campaign
        UNION ALL SELECT 100 + v, pg_temp.day(2023, v, 28) FROM generate_series(1, 28) AS v) AS v, batch
 WHERE visited_on <@ days;
INSERT INTO sample_check (id, supervision_visit_id, campaign_code, subject_id, checked_on, passed)
SELECT c.id, v.id, v.campaign_code, c.subject_id, v.visited_on, c.passed
  FROM (SELECT j AS id, 1 + (j - 1) % 37 AS visit, 4 * ((j - 1) % 37 * 48 + (j - 1) / 37 * 7 + 1) AS subject_id, true AS passed
          FROM generate_series(1, 195) AS j
        UNION ALL SELECT 200 + j, 1 + j % 37, 4 * ((j - 1) % 37 * 48 + (j - 1) / 37 * 7 + 1), true FROM generate_series(1, 15) AS j
        UNION ALL SELECT 300, 38, 4004, false       -- entered at the visit that was called off
        UNION ALL SELECT 310 + j, 38 + j, 5 * j, j = 1 FROM generate_series(1, 2) AS j      -- of the dust campaign
        UNION ALL SELECT 400 + j, 101 + j * 27 / 90, 4 * (2000 + j), j > 2 FROM generate_series(1, 90) AS j) AS c
  JOIN supervision_visit AS v ON v.id = c.visit, batch
 WHERE v.visited_on <@ days;
