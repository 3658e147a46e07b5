-- L: factories within factories. 16,341 lessees (enterprises 1 to 16341) of 5,872 lessors:
-- enterprises 13800 to 19000, many of them lessees too, village collectives and persons.
INSERT INTO lease (id, site, area_code, lessor_id, lessee_id, valid_from, valid_to)
SELECT id, '示例厂房' || lessor, pg_temp.area(lessor),
       CASE WHEN lessor < 5201 THEN 13800 + lessor WHEN lessor < 5601 THEN 20001 + lessor - 5201 ELSE 40001 + lessor - 5601 END,
       lessee, valid_from, valid_to
  FROM (SELECT k AS id, k % 5872 AS lessor, k AS lessee, date '2021-01-01' + k % 1300 AS valid_from,
               CASE WHEN k % 4 = 0 THEN date '2024-12-20' + k % 700 END AS valid_to                -- the first of them ends right after the cut-off
          FROM generate_series(1, 16341) AS k
        UNION ALL SELECT 20000 + k, (k + 7) % 5872, k, '2023-05-01', NULL FROM generate_series(1, 300) AS k       -- a second building
        UNION ALL SELECT 21000 + k, k, 16341 + k, '2021-02-01', '2024-12-19' FROM generate_series(1, 250) AS k     -- ended on the cut-off day
        UNION ALL SELECT 22000 + k, k, 16591 + k, '2024-12-20', NULL FROM generate_series(1, 50) AS k             -- began the day after
        UNION ALL SELECT 23000 + k, 5600 + k - 201, k, '2020-01-01', '2023-10-01' FROM generate_series(1, 20) AS k) AS v, batch
 WHERE valid_from <@ days;
-- lessors whose only leases have ended
INSERT INTO lease (id, site, area_code, lessor_id, lessee_id, valid_from, valid_to)
SELECT 24000 + k, '示例旧厂房' || k, '320412', 20400 + k, k, '2021-01-01', '2024-01-01' FROM generate_series(1, 20) AS k, batch
 WHERE date '2021-01-01' <@ days;
