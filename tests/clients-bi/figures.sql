-- What the queries of group.sql must come to: number of the query, key, and the figure that figures() gives.
SELECT '1,' || y, value FROM generate_series(2022, 2024) AS y, ledger.figures(emgov.year(y), codes => '{F028}');
SELECT '2,' || y, value FROM generate_series(2022, 2024) AS y, ledger.figures(emgov.year(y), codes => '{F030}');
SELECT '4,' || code, value::numeric(18,4) FROM ledger.figures(emgov.year(2024), codes => '{F028,F030}');
