-- K: combustible dust (closures are in c_clearance.sql, equipment in i_chemicals.sql)
--
-- 2,845 persons got 3,100 messages; the campaign on leases reached others.
INSERT INTO outreach (id, campaign_code, person_id, subject_id, sent_on, title)
SELECT id, campaign_code, person_id, subject_id, sent_on, '学习内容推送'
  FROM (SELECT r AS id, 'dust' AS campaign_code, 30001 + (r - 1) % 2845 AS person_id, 5 * (1 + r % 3000) AS subject_id, pg_temp.day(2024, r, 3100) AS sent_on
          FROM generate_series(1, 3100) AS r
        UNION ALL SELECT 4000 + r, 'factory_lease', 32845 + r, 13800 + r, pg_temp.day(2024, r, 100) FROM generate_series(1, 100) AS r
        UNION ALL SELECT 5000 + r, 'dust', 30000 + r, 5 * r, pg_temp.day(2023, r, 500) FROM generate_series(1, 500) AS r
        UNION ALL SELECT 6000 + r, 'dust', 32960 + r, 5 * r, '2024-08-08' FROM generate_series(1, 3) AS r        -- sent to the wrong persons
        UNION ALL SELECT 6010, 'dust', 32990, 50, '2024-12-23') AS v, batch
 WHERE sent_on <@ days;

-- six requirements of the province and three of the city; one of 2021 no longer holds, one is still to come
INSERT INTO requirement (code, campaign_code, level, title, valid_from, valid_to)
SELECT code, CASE WHEN code LIKE 'lease%' THEN 'factory_lease' ELSE 'dust' END, level, title, valid_from, valid_to
  FROM (SELECT 'province_' || i AS code, 'province' AS level, '省定要求' || i AS title, date '2024-01-01' AS valid_from, NULL::date AS valid_to FROM generate_series(1, 6) AS i
        UNION ALL SELECT 'city_' || i, 'city', '市定要求' || i, '2024-03-01', NULL FROM generate_series(1, 3) AS i
        UNION ALL SELECT 'lease_' || i, 'province', '租赁厂房要求' || i, '2023-06-01', NULL FROM generate_series(1, 5) AS i     -- of another campaign
        UNION ALL SELECT 'province_old', 'province', '原省定要求', '2021-01-01', '2024-01-01'
        UNION ALL SELECT 'city_next', 'city', '下年市定要求', '2024-12-25', NULL) AS v, batch
 WHERE valid_from <@ days;
-- Each of the nine at 500 enterprises: 4,375 apply, of which 4,160 are met at the cut-off
-- (95.1 %), twenty more after it.
INSERT INTO requirement_check (id, requirement_code, subject_id, listed_on, applicable, done_on)
SELECT n, requirement_code, subject_id, listed_on, n % 36 > 0, CASE WHEN done_on < upper(days) THEN done_on END
  FROM (SELECT 9 * (j - 1) + r AS n, CASE WHEN r <= 6 THEN 'province_' || r ELSE 'city_' || r - 6 END AS requirement_code,
               5 * (1003 + j) AS subject_id, date '2024-03-01' AS listed_on,
               CASE WHEN (9 * (j - 1) + r) % 20 <> 7 OR 9 * (j - 1) + r < 200 THEN pg_temp.day(2024, 150 + j, 650)
                    WHEN 9 * (j - 1) + r > 4100 THEN date '2024-12-26' END AS done_on
          FROM generate_series(1, 500) AS j, generate_series(1, 9) AS r
        UNION ALL SELECT 5000 + j, 'lease_1', 13800 + j, '2023-06-05', NULL FROM generate_series(1, 30) AS j) AS v, batch
 WHERE listed_on < upper(days)
ON CONFLICT (id) DO UPDATE SET done_on = EXCLUDED.done_on WHERE requirement_check.done_on IS DISTINCT FROM EXCLUDED.done_on;
