-- E: accidents. 2024 to the cut-off: 59, of them 16 in industry, mining and commerce; 43
-- and 22 deaths. 2023 to the same day: 65 and 23; 47 and 21. Numbers 24xx and 23xx.
CREATE TEMP TABLE IF NOT EXISTS accident_made AS
SELECT id, occurred_on, occurred_on + CASE id WHEN 2350 THEN 104 ELSE id % 2 END AS reported_on,     -- 2350 was reported late, in 2024
       CASE id WHEN 2401 THEN '320412' ELSE pg_temp.area(id) END AS area_code, category_code,
       CASE WHEN id = 2401 THEN '18' WHEN category_code = 'road' THEN '02'
            ELSE (ARRAY['09', '03', '01', '05', '10', '04', '19'])[1 + id % 7] END AS injury_type,
       CASE id WHEN 2401 THEN 14830000 WHEN 2416 THEN 9999999.99 ELSE 90000 + id % 100 * 12345.25 END AS direct_loss,
       deaths, serious
  FROM (SELECT 2401 AS id, date '2024-01-20' AS occurred_on, 'industry_trade' AS category_code, 8 AS deaths, 8 AS serious
        UNION ALL
        SELECT 2400 + i, pg_temp.day(2024, i * 7 % 16, 16), (ARRAY['construction', 'industry_trade', 'industry_trade', 'chemical', 'other_commerce'])[1 + i % 5],
               CASE WHEN i <= 15 THEN 1 ELSE 0 END, CASE i WHEN 16 THEN 9 ELSE i % 4 / 3 END
          FROM generate_series(2, 16) AS i
        UNION ALL
        SELECT 2416 + i, pg_temp.day(2024, i * 11 % 43, 43), CASE WHEN i <= 36 THEN 'road' WHEN i <= 39 THEN 'farm_machinery' WHEN i <= 41 THEN 'fire' ELSE 'water' END,
               CASE WHEN i <= 21 THEN 1 ELSE 0 END, CASE WHEN i <= 21 THEN i % 3 / 2 WHEN i = 43 THEN 0 ELSE 1 + i % 2 END
          FROM generate_series(1, 43) AS i
        UNION ALL
        SELECT 2300 + i, CASE i WHEN 21 THEN date '2023-12-10' ELSE pg_temp.day(2023, i * 5 % 23, 23) END, (ARRAY['construction', 'industry_trade', 'industry_trade', 'chemical', 'mine'])[1 + i % 5],
               CASE WHEN i <= 21 THEN 1 ELSE 0 END, CASE WHEN i <= 21 THEN 0 ELSE 2 END
          FROM generate_series(1, 23) AS i
        UNION ALL
        SELECT 2323 + i, CASE i WHEN 27 THEN date '2023-11-08' ELSE pg_temp.day(2023, i * 11 % 42, 42) END, CASE WHEN i <= 36 THEN 'road' WHEN i <= 39 THEN 'farm_machinery' ELSE 'water' END,
               CASE WHEN i <= 26 THEN 1 ELSE 0 END, CASE WHEN i <= 26 THEN 0 ELSE 1 + i % 2 END
          FROM generate_series(1, 42) AS i
        UNION ALL       -- after the cut-off of either year, so that the period matters
        SELECT * FROM (VALUES (2366, date '2023-12-20', 'road', 1, 0), (2367, '2023-12-29', 'construction', 1, 0),
                              (2460, '2024-12-20', 'construction', 0, 1), (2461, '2024-12-28', 'road', 1, 0),
        -- written off later, after illness and a crime were found to be the cause; and one entered twice
                              (2370, '2023-08-15', 'industry_trade', 1, 0), (2470, '2024-05-12', 'construction', 1, 0),
                              (2471, '2024-03-09', 'industry_trade', 1, 0)) AS v) AS made;

INSERT INTO accident (id, occurred_on, reported_on, area_code, category_code, injury_type, direct_loss, title)
SELECT id, occurred_on, reported_on, area_code, category_code, injury_type, direct_loss, '示例事故' || id
  FROM accident_made, batch
 WHERE reported_on <@ days;

-- A casualty is a row a person. Most die on the day or the day after; number 2410 on the
-- 30th day and the road accident 2417 on the 7th (counted), the accident of 10 December
-- 2023 in January (counted for 2023).
INSERT INTO casualty (accident_id, person, outcome, outcome_on, lost_workdays)
SELECT id, person, outcome, outcome_on, lost_workdays
  FROM (SELECT id, 'D' || n AS person, 'dead' AS outcome,
               occurred_on + CASE id WHEN 2410 THEN 30 WHEN 2417 THEN 7 WHEN 2321 THEN 26 ELSE n % 2 END AS outcome_on,
               NULL::int AS lost_workdays, reported_on
          FROM accident_made, generate_series(1, deaths) AS n
        UNION ALL
        SELECT id, 'S' || n, 'serious', occurred_on, 105 + n * 30, reported_on FROM accident_made, generate_series(1, serious) AS n
        UNION ALL
        SELECT id, 'M1', 'minor', occurred_on, 10, reported_on FROM accident_made WHERE id % 4 = 0
        UNION ALL       -- not counted: deaths on day 31 and, on the road, on day 9; a person missing; one entered twice
        SELECT v.id, v.person, v.outcome, a.occurred_on + v.after, NULL, a.reported_on
          FROM (VALUES (2415, 'L1', 'dead', 31), (2440, 'L1', 'dead', 9), (2459, 'V1', 'missing', 0), (2403, 'D1 again', 'dead', 0)) AS v (id, person, outcome, after)
          JOIN accident_made AS a USING (id)) AS made, batch
 WHERE greatest(outcome_on, reported_on) <@ days;
