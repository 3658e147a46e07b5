-- A ledger with records in every table, all of them entered for the years 2022 to 2024, and the report 报告 of all its indicators; nothing is
-- published yet.
\ir changzhou.sql
SET search_path = ledger, public, emgov;
\ir records.sql
\ir whole_report.sql
SELECT array_agg(DISTINCT source) AS sources FROM indicator WHERE source IS NOT NULL \gset
CALL entered(:'sources', '2024-12-31', since => '2022-01-01');
CALL pg_temp.whole_report('报告');
