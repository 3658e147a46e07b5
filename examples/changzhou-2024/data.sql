-- Deterministic records, reconstructed so that the published totals are counted from
-- them. Dates, districts and amounts are invented, but for the one larger accident.
SET search_path = changzhou, public, emgov;

CREATE FUNCTION pg_temp.district(i int) RETURNS varchar IMMUTABLE
    RETURN (ARRAY['天宁区', '钟楼区', '新北区', '武进区', '金坛区', '溧阳市', '经开区'])[1 + i % 7];

-- 2,000 enterprises on the list, of which 150 are not finished
INSERT INTO remediation
SELECT i, pg_temp.district(i),
       CASE WHEN i > 1850 THEN 'pending' WHEN i * 1009 % 1850 < 678 THEN 'exited' ELSE 'upgraded' END::emgov.remediation_outcome,
       CASE WHEN i <= 1850 THEN date '2024-01-02' + i * 37 % 350 END
FROM generate_series(1, 2000) AS i;

-- 2024 to the cut-off: the larger accident of 20 January, then the others
INSERT INTO accident VALUES (1, '2024-01-20', '武进区', true, 8, 8, 14830000);
INSERT INTO accident
SELECT i, date '2024-01-01' + i * 37 % 353, pg_temp.district(i), i <= 16,
       CASE WHEN i <= 15 OR i BETWEEN 17 AND 37 THEN 1 ELSE 0 END,
       CASE WHEN i <= 15 OR i BETWEEN 17 AND 37 THEN i % 3 / 2 ELSE 1 + i % 2 END, 100000 + i * 12345.5
FROM generate_series(2, 59) AS i;
-- 2023 to the same day
INSERT INTO accident
SELECT 1000 + i, date '2023-01-01' + i * 41 % 352, pg_temp.district(i), i <= 23,
       CASE WHEN i <= 21 OR i BETWEEN 24 AND 49 THEN 1 ELSE 0 END,
       CASE WHEN i <= 21 OR i BETWEEN 24 AND 49 THEN 0 ELSE 1 + i % 2 END, 90000 + i * 11111.25
FROM generate_series(1, 65) AS i;
-- and in either year after the cut-off, so that the period matters
INSERT INTO accident VALUES
    (2001, '2023-12-20', '天宁区', false, 1, 0, 250000), (2002, '2024-12-20', '新北区', true, 0, 1, 80000);

-- 260 visits to 225 enterprises
INSERT INTO inspection
SELECT i, (i - 1) % 225 + 1, date '2024-01-03' + i * 29 % 350,
       4 + (i <= 107)::int, 4 + (i <= 20)::int, (i % 23 = 0)::int, 4 + (i <= 20)::int - (i % 10 = 0)::int
FROM generate_series(1, 260) AS i;

-- 17 cases filed this year, and 5 pending from the year before
INSERT INTO enforcement_case
SELECT i, CASE WHEN i <= 17 THEN date '2024-01-10' + i * 19 ELSE date '2023-10-01' + i END,
       CASE WHEN i <= 10 OR i > 17 THEN date '2024-03-01' + i * 20 - CASE WHEN i > 17 THEN 340 ELSE 0 END END + 20,
       CASE WHEN i <= 8 OR i > 17 THEN date '2024-05-01' + i * 20 - CASE WHEN i > 17 THEN 300 ELSE 0 END END + 20,
       CASE WHEN i <= 10 OR i > 17 THEN (ARRAY['warning', 'fine', 'fine', 'shutdown'])[1 + i % 4]::emgov.penalty_kind END,
       CASE WHEN (i <= 10 OR i > 17) AND i % 4 IN (1, 2) THEN 20000 + i * 1000 END
FROM generate_series(1, 22) AS i;

ANALYZE;
