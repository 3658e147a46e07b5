-- Two reports in one ledger (T2): a monthly bulletin beside the annual report, from the same
-- records; each publishes what it needs, for its own days, and is restated by itself.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET search_path = ledger, public, emgov;
CREATE TEMP TABLE expected (line int GENERATED ALWAYS AS IDENTITY, body text);
\copy expected (body) FROM 'examples/changzhou-2024/bulletin.txt'
SELECT plan(21);
SELECT results_eq($$SELECT body FROM report_text('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08') ORDER BY section, ordinal$$, 'SELECT body FROM expected ORDER BY line', 'the bulletin''s text is as expected');
SELECT is_empty($$SELECT t.ordinal, t.heading, t.code, t.value, sum(x.value) FROM report_tables('monthly-bulletin', month(2024, 9)) AS t
                  JOIN report_tables('monthly-bulletin', month(2024, 9)) AS x ON (x.ordinal, x."column") = (t.ordinal, t."column") AND NOT x.is_total
                 WHERE t.is_total AND t.form = 'value' GROUP BY 1, 2, 3, 4 HAVING t.value IS DISTINCT FROM sum(x.value)$$, 'each table''s members come to its total');
SELECT results_eq($$SELECT DISTINCT t.code, t.value FROM report_tables('monthly-bulletin', month(2024, 9)) AS t WHERE t.is_total AND t.form = 'value' ORDER BY 1$$,
                  $$SELECT code, value FROM figures(ytd('2024-09-30'), codes => '{F028,F030}') ORDER BY code$$, 'which is the figure of the whole');
SELECT is((SELECT count(DISTINCT (t.ordinal, t.member)) FROM report_tables('monthly-bulletin', month(2024, 9)) AS t), 7 + (SELECT count(*) FROM accident_category AS c WHERE NOT EXISTS (SELECT FROM accident_category AS b WHERE b.parent_code = c.code)) + 2,
          'a row a district, a row a category, and the totals');
SELECT is_empty($$SELECT m, t.body FROM generate_series(1, 12) AS m, report_text('monthly-bulletin', month(2024, m)) AS t WHERE t.body ~ '[][{}|?]'$$, 'nothing is left unfilled in any month');
SELECT is_empty($$SELECT f.code, f.starts_on, f.ends_on, f.value, g.value FROM report_figures('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08') AS f
                  LEFT JOIN (SELECT daterange('2024-09-01', '2024-10-01') AS p, x.* FROM figures(month(2024, 9), '2024-10-15 18:00+08') AS x
                             UNION ALL SELECT daterange('2024-07-01', '2024-10-01'), x.* FROM figures(quarter(2024, 3), '2024-10-15 18:00+08') AS x
                             UNION ALL SELECT daterange('2024-01-01', '2024-10-01'), x.* FROM figures(ytd('2024-09-30'), '2024-10-15 18:00+08') AS x) AS g
                    ON g.code = f.code AND g.p = daterange(f.starts_on, f.ends_on)
                 WHERE f.member IS NULL AND (f.value, f.base, f.rate, f.phrase, f.state) IS DISTINCT FROM (g.value, g.base, g.rate, g.phrase, g.state)$$, 'each figure is the one of its own days');
SELECT set_eq($$SELECT DISTINCT starts_on, ends_on FROM report_figures('monthly-bulletin', month(2024, 9))$$, $$VALUES (date '2024-09-01', date '2024-10-01'), ('2024-07-01', '2024-10-01'), ('2024-01-01', '2024-10-01')$$, 'month, quarter and year to date');
SELECT throws_ok($$SELECT * FROM report_text('monthly-bulletin', year(2024))$$, '22023', NULL, 'a bulletin is of a month');

CALL publish('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08');
CALL publish('monthly-bulletin', month(2024, 8), '2024-10-15 18:00+08');
CALL publish('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08');
SELECT results_eq('SELECT publication, report, is_current FROM ledger_report.publication_list ORDER BY 1',
    $$VALUES (1, 'monthly-bulletin'::varchar, true), (2, 'monthly-bulletin', true), (3, 'law-based-government', true)$$, 'T2: three publications, each the current one of its report and period');
SELECT set_eq('SELECT code, starts_on, ends_on FROM publication_figure WHERE publication_id = 1', $$SELECT code, starts_on, ends_on FROM report_figures('monthly-bulletin', month(2024, 9), '2024-10-15 18:00+08')$$,
    'T2: what it needs is frozen');
SELECT ok((SELECT count(DISTINCT code) < 50 FROM publication_figure WHERE publication_id = 1), 'T2: and not every figure that there is');
SELECT set_eq('SELECT body FROM publication_text(1)', 'SELECT body FROM expected', 'the text of the publication is that of then');
SELECT is_empty('SELECT p.id, v.* FROM publication AS p, verify_publication(p.id) AS v', 'all come out again');
SELECT isnt_empty('SELECT * FROM restatement(1)', 'the bulletin is restated: records were corrected in November');
SELECT is_empty('SELECT * FROM restatement(3)', 'the annual report, published after that, is not');
SELECT results_eq($$SELECT starts_on, ends_on, published::int, value_now::int, reason FROM restatement(1) WHERE code = 'F028' AND what = 'value' AND dimension IS NULL ORDER BY 1$$,
    $$VALUES (date '2024-01-01', date '2024-10-01', 49, 47, 'duplicate+write_off')$$, 'of the year so far, not of the month or quarter');
SELECT is_empty($$SELECT r.* FROM (SELECT *, coalesce(dimension || member, '') AS whose FROM restatement(1)) AS r FULL JOIN (
        SELECT f.code, f.starts_on, f.ends_on, f.dimension || f.member AS whose, f.value, n.value AS value_now FROM publication_figure AS f
          JOIN report_figures('monthly-bulletin', month(2024, 9)) AS n ON n.code = f.code AND n.starts_on = f.starts_on AND n.ends_on = f.ends_on AND coalesce(n.member, '') = f.member
         WHERE f.publication_id = 1 AND f.value IS DISTINCT FROM n.value) AS d USING (code, starts_on, ends_on, whose)
      WHERE (r.what IS NULL OR r.what = 'value') AND (r.published IS DISTINCT FROM d.value OR r.value_now IS DISTINCT FROM d.value_now) AND r.difference <> 0$$, 'each line is what a figure would be now');
SELECT is_empty($$SELECT x.code, x.starts_on, x.difference, r.difference FROM (SELECT code, starts_on, ends_on, sum(difference) AS difference FROM restatement_rows(1) WHERE what = 'value' AND part = 'numerator' GROUP BY 1, 2, 3) AS x
        JOIN restatement(1) AS r USING (code, starts_on, ends_on) JOIN indicator AS i USING (code) WHERE r.what = 'value' AND r.dimension IS NULL AND i.kind IN ('count', 'sum', 'distinct') AND x.difference <> r.difference$$,
    'records add up for each period by itself');
-- the bulletin of September again: of its month only
CALL publish('monthly-bulletin', month(2024, 9));
SELECT results_eq('SELECT publication, is_current FROM ledger_report.publication_list ORDER BY 1', 'VALUES (1, false), (2, true), (3, true), (4, true)', 'published anew, it replaces that of its month alone');
SELECT is((SELECT array_agg(DISTINCT publication ORDER BY publication) FROM ledger_report.figure_published WHERE is_current), '{2,3,4}', 'for readers too');
SELECT is_empty('SELECT * FROM restatement(4)', 'and says what would be said now');
SELECT * FROM finish();
