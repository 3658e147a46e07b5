-- I: hazardous chemicals, and the renewal of equipment for K
INSERT INTO equipment_renewal (id, subject_id, campaign_code, kind, quantity, unit, planned_on, completed_on)
SELECT id, subject_id, campaign_code, kind, quantity, unit, planned_on, CASE WHEN completed_on < upper(days) THEN completed_on END
  FROM (SELECT i AS id, 10 * i AS subject_id, 'chemicals' AS campaign_code, 'chemical_unit' AS kind, CASE WHEN i <= 8 THEN 2 ELSE 1 END AS quantity, '套' AS unit,
               date '2024-01-15' + i AS planned_on, pg_temp.day(2024, 4 + i, 36) AS completed_on         -- 38 units at 30 enterprises, all renewed
          FROM generate_series(1, 30) AS i
        UNION ALL SELECT 40, 500, 'chemicals', 'chemical_unit', 3, '套', '2024-02-20', NULL                 -- listed in error
        UNION ALL SELECT 100 + i, 10 * i, 'chemicals', 'chemical_unit', 1, '套', '2023-02-01', pg_temp.day(2023, 5 + i, 30) FROM generate_series(1, 20) AS i
        UNION ALL       -- wet dust equipment: 1,210 replaced in 2024 by the cut-off, 55 orders open, five finished after it
        SELECT 1000 + i, 5 * (1003 + i), 'dust', 'wet_dust', CASE WHEN i = 605 THEN 2 ELSE 1 + i % 2 * 2 END, '台（套）', '2023-11-10', pg_temp.day(2024, i, 605)
          FROM generate_series(1, 605) AS i
        UNION ALL SELECT 2000 + i, 5 * (1700 + i), 'dust', 'wet_dust', 2, '台（套）', '2024-06-03', CASE WHEN i <= 5 THEN date '2024-12-23' END FROM generate_series(1, 60) AS i
        UNION ALL SELECT 3000 + i, 5 * (1800 + i), 'dust', 'wet_dust', 1, '台（套）', '2022-11-09', pg_temp.day(2023, i, 300) FROM generate_series(1, 300) AS i) AS v, batch
 WHERE planned_on < upper(days)
ON CONFLICT (id) DO UPDATE SET completed_on = EXCLUDED.completed_on WHERE equipment_renewal.completed_on IS DISTINCT FROM EXCLUDED.completed_on;

-- 61 audits started, nine completed; two more are completed and one started after the cut-off
INSERT INTO safety_audit (id, subject_id, campaign_code, started_on, completed_on)
SELECT id, subject_id, 'chemicals', started_on, CASE WHEN completed_on < upper(days) THEN completed_on END
  FROM (SELECT i AS id, 10 * i AS subject_id, pg_temp.day(2024, 30 + i, 100) AS started_on,
               CASE WHEN i <= 9 THEN date '2024-10-14' + 7 * i WHEN i <= 11 THEN '2024-12-25' END AS completed_on
          FROM generate_series(1, 61) AS i
        UNION ALL SELECT 62, 900, '2024-07-08', NULL            -- started in error
        UNION ALL SELECT 64, 50, '2024-10-28', NULL             -- a second audit of an enterprise
        UNION ALL SELECT 63, 910, '2024-12-23', NULL) AS v, batch
 WHERE started_on < upper(days)
ON CONFLICT (id) DO UPDATE SET completed_on = EXCLUDED.completed_on WHERE safety_audit.completed_on IS DISTINCT FROM EXCLUDED.completed_on;
-- 817 findings at the nine, and 240 at audits that are still under way
INSERT INTO audit_finding (id, safety_audit_id, found_on, description)
SELECT f.id, f.audit, f.found_on, '示例问题'
  FROM (SELECT j AS id, 1 + j % 9 AS audit, date '2024-09-02' + j % 40 AS found_on FROM generate_series(1, 817) AS j
        UNION ALL SELECT 1000 + j, 10 + j % 20, date '2024-10-08' + j % 60 FROM generate_series(1, 240) AS j
        UNION ALL SELECT 1300, 3, '2024-09-20') AS f, batch             -- entered twice
 WHERE f.found_on <@ days;
