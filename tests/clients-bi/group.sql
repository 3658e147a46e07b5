SELECT count(*) AS n FROM ledger_report.indicator_list;
SELECT count(*) AS n, sum(fines)::numeric(16,2) FROM ledger_report.penalty_by_kind;
