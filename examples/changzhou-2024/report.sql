-- The whole report as of 19 December 2024: its text, and every figure beside the published
-- one. Run from the root of the checkout, where the file of published values is found.
SET search_path = public, emgov;
\pset tuples_only on
\pset format unaligned
SELECT CASE WHEN row_number() OVER (PARTITION BY section ORDER BY ordinal) = 1 THEN E'\n' || heading || E'\n' ELSE '' END || '　　' || body
FROM ledger.report_text('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08') ORDER BY ordinal;

CREATE TEMP TABLE published (code text PRIMARY KEY, printed text NOT NULL, unit text NOT NULL, "interval" numrange NOT NULL, change numeric);
\copy published FROM 'examples/changzhou-2024/published.tsv' WITH (FORMAT csv, DELIMITER E'\t', HEADER)
CREATE TEMP TABLE compared AS
SELECT f.code, f.name_zh, f.value, f.rate, f.p_value, f.phrase, p.printed || CASE WHEN p.unit = '%' THEN '' ELSE p.unit END AS printed, p.change,
       f.value <@ p."interval" AND (p.change IS NULL OR f.rate = p.change) IS TRUE AS agrees
FROM ledger.figures(ytd('2024-12-19'), '2024-12-19 18:00+08') AS f FULL JOIN published AS p USING (code)
WHERE f.code LIKE 'F%' OR f.code IS NULL;
\echo
\pset tuples_only off
\pset format aligned
\pset footer off
SELECT code AS "指标", name_zh AS "名称", trim_scale(value) AS "由记录计出", phrase AS "表述", round(p_value, 3) AS p,
       printed || coalesce('，' || change || '%', '') AS "已公布", CASE WHEN agrees THEN '相符' ELSE '不符' END AS "比较"
FROM compared ORDER BY code;
\pset tuples_only on
\pset format unaligned
SELECT count(*) || '项指标，与已公布数字相符' || count(*) FILTER (WHERE agrees) || '项' FROM compared;
