-- What a ledger shows to readers and their tools: core types only, a date in every view,
-- a comment on everything; and the numbers in the views are right.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('报告');
CALL publish('报告', year(2024));
SELECT plan(22);
CREATE TEMP TABLE view_column AS
    SELECT v.name AS view, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attrelid, a.attnum
      FROM emgov.ledger_part AS v JOIN pg_attribute a ON v.kind = 'view' AND a.attrelid = format('ledger_report.%I', v.name)::regclass AND a.attnum > 0 AND NOT a.attisdropped;

SELECT cmp_ok((SELECT count(*) FROM emgov.ledger_part WHERE kind = 'view'), '>=', 16::bigint, 'there is a view for every common question');
SELECT is_empty($$SELECT view, name, type FROM view_column WHERE type !~ '^(integer|numeric\(\d+,\d+\)|character varying\(\d+\)|date|boolean|timestamp with time zone)$'$$,
    'views have core types only, with their sizes');
SELECT is_empty($$SELECT name FROM emgov.ledger_part AS v WHERE v.kind = 'view' AND v.name NOT IN ('indicator_list', 'hazard_overdue', 'case_overdue', 'enterprise_in_campaigns', 'campaign_overlap', 'job_health') AND v.name !~ '^dim_' AND NOT EXISTS (SELECT FROM view_column c WHERE c.view = v.name AND c.name = 'period_start' AND c.type = 'date')$$,
    'each view of figures has a period_start');
SELECT is_empty($$SELECT table_name, column_name, udt_name FROM information_schema.columns WHERE table_schema = 'ledger' AND udt_schema <> 'pg_catalog'$$, 'no table has a column of the extension''s types');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace IN ('ledger'::regnamespace, 'ledger_report'::regnamespace) AND c.relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL
      AND NOT (c.relkind = 'v' AND c.relname NOT IN (SELECT name FROM emgov.ledger_part WHERE kind = 'list') AND c.oid NOT IN (SELECT view FROM emgov.rollup))
      AND c.oid NOT IN (SELECT unnest(ARRAY[total, delta]) FROM emgov.rollup)$$, 'every column has a comment, but those in a rollup''s own tables');
SELECT is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace IN ('ledger'::regnamespace, 'ledger_report'::regnamespace) AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') !~ '[一-龥].* \| [ -~]'
    OR c.relnamespace IN ('ledger'::regnamespace, 'ledger_report'::regnamespace) AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL$$, 'every table and view has one in Chinese and English');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL$$, 'every function too');
SELECT isnt(obj_description('ledger'::regnamespace, 'pg_namespace'), NULL, 'and the schema');
SELECT is_empty($$SELECT conrelid::regclass, conname FROM pg_constraint o WHERE contype = 'f' AND connamespace = 'ledger'::regnamespace AND confrelid::regclass::text IN ('accident', 'inspection', 'enforcement_case', 'letter', 'training_session', 'post', 'venue', 'publicity_event', 'safety_audit')
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = o.conrelid AND i.indkey[0] = ANY (o.conkey))$$, 'large references have an index');

-- ------------------------------------------------------------------ numbers
SELECT is((SELECT sum(accidents) FROM ledger_report.accident_by_month WHERE year = 2024), (SELECT value::bigint FROM figures(year(2024)) WHERE code = 'F028'), 'accidents by month add up to the year''s');
SELECT is((SELECT sum(deaths) FROM ledger_report.accident_by_month_area WHERE period_start >= '2024-01-01' AND period_start < '2025-01-01'), (SELECT value::bigint FROM figures(year(2024)) WHERE code = 'F030'), 'deaths by area too');
SELECT is((SELECT sum(accidents) FROM ledger_report.accident_by_month_category WHERE group_zh = '工矿商贸' AND period_start BETWEEN '2024-01-01' AND '2024-12-31'), (SELECT value::bigint FROM figures(year(2024)) WHERE code = 'F032'), 'and those of a group of categories');
SELECT results_eq($$SELECT year, accidents, deaths, largest_deaths, deaths_without_largest, deaths_base FROM ledger_report.accident_influence WHERE accidents > 0 ORDER BY year$$,
    $$WITH a AS (SELECT extract(year FROM occurred_on)::int AS y, count(*)::int AS n, sum(deaths)::int AS d, max(deaths) AS m FROM accident_fact WHERE status = 'valid' GROUP BY 1)
      SELECT a.y, a.n, a.d, a.m, a.d - a.m, coalesce(b.d, 0) FROM a LEFT JOIN a AS b ON b.y = a.y - 1 ORDER BY 1$$, 'the largest accident''s influence');
SELECT results_eq($$SELECT deaths_pct_without_largest FROM ledger_report.accident_influence WHERE year = 2024$$, $$SELECT round(100.0 * (deaths_without_largest - deaths_base) / deaths_base, 2)::numeric(18,2) FROM ledger_report.accident_influence WHERE year = 2024$$, 'and the change without it');
SELECT is((SELECT (sum(exited), sum(upgraded)) FROM ledger_report.remediation_by_month_campaign WHERE campaign_code = 'dust' AND year = 2024),
    (SELECT (count(*) FILTER (WHERE disposition_code IN ('stop', 'move')), count(*) FILTER (WHERE disposition_code NOT IN ('stop', 'move')))
       FROM (SELECT DISTINCT ON (subject_id) disposition_code FROM remediation WHERE campaign_code = 'dust' AND status = 'valid' AND completed_on BETWEEN '2024-01-01' AND '2024-12-31' ORDER BY subject_id, completed_on DESC, id DESC) x), 'clearance by the latest decision of the year');
SELECT is_empty('SELECT * FROM ledger_report.case_by_month WHERE opening + filed - closed <> pending', 'opening + filed - closed = pending, each month');
SELECT is((SELECT pending FROM ledger_report.case_by_month ORDER BY period_start DESC LIMIT 1), (SELECT count(*)::int FROM enforcement_case WHERE status = 'valid' AND closed_on IS NULL), 'and what is pending last is what is not closed');
SELECT is_empty('SELECT c.period_start FROM ledger_report.case_by_month c LEFT JOIN ledger_report.case_by_month p ON p.period_start = c.period_start - interval ''1 month'' WHERE p.pending <> c.opening', 'each month opens with what was pending');
SELECT is((SELECT sum(cases) FROM ledger_report.penalty_by_month_kind), (SELECT count(*) FROM enforcement_case c WHERE status = 'valid' AND decided_on IS NOT NULL AND EXISTS (SELECT FROM penalty p WHERE p.enforcement_case_id = c.id AND p.status = 'valid')), 'a case with several penalties counts once');
SELECT is((SELECT sum(cases) FROM ledger_report.penalty_by_month_kind WHERE penalty_kind_code = 'fine'), (SELECT count(*) FROM enforcement_case c WHERE status = 'valid' AND decided_on IS NOT NULL
    AND EXISTS (SELECT FROM penalty p WHERE p.enforcement_case_id = c.id AND p.status = 'valid' AND p.kind_code = 'fine')
    AND NOT EXISTS (SELECT FROM penalty p WHERE p.enforcement_case_id = c.id AND p.status = 'valid' AND p.kind_code = 'shutdown')), 'under its heaviest');
SELECT is((SELECT sum(inspections) FROM ledger_report.inspection_by_month), (SELECT count(*) FROM inspection WHERE status = 'valid'), 'inspections');
SELECT set_eq('SELECT indicator_code, value FROM ledger_report.figure_published WHERE is_current', 'SELECT code, value::numeric(18,4) FROM figures(year(2024))', 'the figures published last are those of the current publication');
SELECT * FROM finish();
