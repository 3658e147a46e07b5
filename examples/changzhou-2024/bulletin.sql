-- A second report from the same records: the monthly bulletin of September 2024, as known by
-- the middle of October. Then both reports are published, and each is asked what it would say
-- otherwise now.
SET search_path = public, emgov;
\pset tuples_only on
\pset format unaligned
SELECT CASE WHEN row_number() OVER (PARTITION BY section ORDER BY ordinal) = 1 THEN E'\n' || heading || E'\n' ELSE '' END || '　　' || body
FROM ledger.report_text('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08') ORDER BY section, ordinal;

\echo
\pset tuples_only off
\pset format aligned
\pset footer off
CALL ledger.publish('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08');
CALL ledger.publish('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08');
SELECT p.publication AS "发布", r.title_zh AS "报告", p.period_start AS "期初", p.period_end AS "期末",
       (SELECT count(*) FROM ledger.publication_figure AS f WHERE f.publication_id = p.publication) AS "数字",
       (SELECT count(*) FROM ledger.verify_publication(p.publication)) AS "核验不符", (SELECT count(*) FROM ledger.restatement(p.publication)) AS "现有修订"
FROM ledger_report.publication_list AS p JOIN ledger.report AS r ON r.code = p.report ORDER BY 1;
SELECT r.code AS "指标", r.name_zh AS "名称", r.starts_on AS "期初", r.ends_on - 1 AS "期末", r.phrase AS "月报所述", r.phrase_now AS "现应为", r.reason_zh AS "原因"
FROM ledger_report.publication_list AS p, ledger.restatement(p.publication) AS r WHERE p.report = 'monthly-bulletin' AND r.what = 'value' AND r.dimension IS NULL ORDER BY 1, 3, 4;
