-- What is read: the same under every setting, so it prints no type whose text a setting changes.
\pset format unaligned
\pset tuples_only on
\pset null NULL
SELECT 'taken', code, outcome FROM own.taken ORDER BY code USING OPERATOR(pg_catalog.<);
SELECT 'figure', code, value, numerator, denominator, base, change, rate, state, p_value, unit, words, phrase FROM ledger.figures(emgov.year(2024)) ORDER BY code USING OPERATOR(pg_catalog.<);
SELECT 'as_of', code, value, numerator, denominator, base, change, rate, state, p_value FROM ledger.figures(emgov.year(2024), as_of => pg_catalog.clock_timestamp()) ORDER BY code USING OPERATOR(pg_catalog.<);
SELECT 'row', f.code, r.part, r.record_key, r.amount FROM ledger.indicator AS f, LATERAL ledger.figure_rows(f.code, emgov.year(2024)) AS r WHERE f.active AND f.code OPERATOR(pg_catalog.~) '^[NM].[05]' ORDER BY f.code USING OPERATOR(pg_catalog.<), r.part USING OPERATOR(pg_catalog.<), r.record_key USING OPERATOR(pg_catalog.<);
SELECT 'check', c.code, c.state, c.left_value, c.right_value, c.detail, c.record_keys FROM ledger.check_figures(emgov.year(2024)) AS c ORDER BY c.code USING OPERATOR(pg_catalog.<);
SELECT 'published', code, value, numerator, denominator, base, change, rate, state, p_value, phrase, definition_version, record_count, record_checksum FROM ledger.publication_figure ORDER BY code USING OPERATOR(pg_catalog.<);
SELECT 'publication', id, report, starts_on OPERATOR(pg_catalog.-) '2024-01-01'::pg_catalog.date, base, figures_hash, previous_hash, algorithm FROM ledger.publication;
SELECT 'verify', v.* FROM ledger.verify_publication(1) AS v;
SELECT 'restated', r.code, r.what, r.published, r.value_now, r.reason FROM ledger.restatement(1) AS r ORDER BY r.code USING OPERATOR(pg_catalog.<), r.what USING OPERATOR(pg_catalog.<);
SELECT 'days', d OPERATOR(pg_catalog.-) '2024-01-01'::pg_catalog.date AS day, v, records, n FROM own.event_days ORDER BY d USING OPERATOR(pg_catalog.<), v USING OPERATOR(pg_catalog.<);
SELECT 'float', * FROM own.event_float ORDER BY k USING OPERATOR(pg_catalog.<);
SELECT 'moment', * FROM own.event_moment;
SELECT 'array', * FROM own.event_array;
SELECT 'text', * FROM own.event_text ORDER BY t USING OPERATOR(pg_catalog.<);
SELECT 'mood', * FROM own.event_mood;
SELECT 'part', d OPERATOR(pg_catalog.-) '2024-01-01'::pg_catalog.date AS day, records, n, x FROM own.part_days ORDER BY d USING OPERATOR(pg_catalog.<);
SELECT 'differs', r.rollup, v.* FROM emgov.rollups AS r, LATERAL emgov.verify_rollup(pg_catalog.textin(pg_catalog.regclassout(r.rollup))) AS v;
SELECT 'view', m.year, m.month, m.accidents, m.deaths, m.direct_loss FROM ledger_report.accident_by_month AS m WHERE m.accidents OPERATOR(pg_catalog.>) 0 ORDER BY m.year USING OPERATOR(pg_catalog.<), m.month USING OPERATOR(pg_catalog.<) LIMIT 12;
SELECT 'area', area_code, accidents, deaths, direct_loss FROM ledger_report.accident_by_month_area WHERE accidents OPERATOR(pg_catalog.>) 0 ORDER BY area_code USING OPERATOR(pg_catalog.<), period_start USING OPERATOR(pg_catalog.<) LIMIT 12;
SELECT 'text', t.ordinal, pg_catalog.md5(t.body) FROM ledger.report_text('law-based-government', emgov.year(2024)) AS t ORDER BY t.ordinal USING OPERATOR(pg_catalog.<);
-- the kernel
SELECT 'kernel', emgov.accident_agg(a.deaths, 0, a.direct_loss), emgov.accident_yoy_agg(a.deaths, 0, a.direct_loss, a.occurred_on, emgov.year(2024)), emgov.yoy_agg(a.deaths, a.occurred_on, emgov.year(2024)) FROM ledger.accident_fact AS a;
SELECT 'kernel', pg_catalog.count(*) FROM (SELECT DISTINCT s.uscc FROM ledger.subject AS s) AS x;
SELECT 'words', emgov.phrase('59/65'::emgov.comparison, 'qi'), emgov.phrase(12345.678, 'wan'), emgov.rate('59/65'::emgov.comparison), emgov.change('59/65'::emgov.comparison), emgov.p_value('59/65'::emgov.comparison)::pg_catalog.numeric(12,9),
       emgov.phrase('pending=1 exited=20'::emgov.remediation_summary), emgov.label('larger'::emgov.severity), emgov.distinguishable('59/65'::emgov.comparison),
       emgov.phrase('17/12'::emgov.comparison, 'qi', form => 'both', value_decimals => 2), emgov.phrase_list('{a,b}', ARRAY[1, 2.5]), emgov.capital_amount(1409.50), emgov.numeral(12, 'x'),
       emgov.period_name('[2024-01-01,2024-12-20)'), emgov.period_name('[2024-01-01,2024-12-20)', 'en', year_start => '04-01');
SELECT 'read', r FROM emgov.read_phrase('59 accidents, up by $1,234.50 (9.2%) year on year', 'en') AS r;
SELECT 'words', pg_catalog.jsonb_agg(b) FROM emgov.base_candidates(43, -8.5, 1, 'half_up') AS b;
SELECT 'period', x.n, pg_catalog.lower(x.p) OPERATOR(pg_catalog.-) '2024-01-01'::pg_catalog.date, pg_catalog.upper(x.p) OPERATOR(pg_catalog.-) '2024-01-01'::pg_catalog.date
  FROM (VALUES (1, emgov.year(2024)), (2, emgov.quarter(2024, 3)), (3, emgov.month(2024, 2)), (4, emgov.ytd('2024-12-19')), (5, emgov.year_earlier(emgov.month(2024, 2))), (6, emgov.previous(emgov.month(2024, 1)))) AS x (n, p) ORDER BY x.n USING OPERATOR(pg_catalog.<);
SELECT 'text', '59/65'::emgov.comparison, 'deaths=43 direct_loss=-0.01'::emgov.accident_summary, '91110000600037341l'::emgov.uscc, pg_catalog.to_jsonb('59/65'::emgov.comparison);
