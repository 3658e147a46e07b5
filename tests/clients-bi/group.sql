-- What a tool makes of a chart: it counts the readers' views itself. A query a line.
SELECT extract(year FROM occurred_on)::int AS year, count(*) AS accidents FROM ledger_report.accident WHERE occurred_on >= '2022-01-01' GROUP BY 1 ORDER BY 1;
SELECT extract(year FROM occurred_on)::int AS year, sum(deaths) AS deaths FROM ledger_report.accident WHERE occurred_on >= '2022-01-01' GROUP BY 1 ORDER BY 1;
SELECT area_code, extract(month FROM occurred_on)::int AS month, count(*) AS accidents, sum(direct_loss)::numeric(16,2) AS loss, min(occurred_on) AS first FROM ledger_report.accident WHERE area_code IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;
SELECT indicator_code, value_now FROM ledger_report.figure_change WHERE indicator_code IN ('F028', 'F030') AND coalesce(member_code, '') = '' ORDER BY 1;
