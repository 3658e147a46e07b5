-- The example published on 19 December 2024 and restated: a late report, a death on day 25
-- and on day 31, a write-off and a moved district, entered in January 2025. Needs the loaded
-- example.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET search_path = ledger, public, emgov;
SELECT plan(8);
CALL publish('law-based-government', ytd('2024-12-19'), '2024-12-19 18:00+08');
SELECT max(id) AS id FROM publication \gset
SELECT as_of FROM publication WHERE id = :id \gset
CREATE TEMP TABLE printed AS SELECT * FROM publication_figure WHERE publication_id = :id;
SELECT is_empty(format('SELECT * FROM restatement(%s, %L)', :id, :'as_of'), 'as of the publication nothing is restated');

SET emgov.known_at = '2025-01-10 09:00+08';
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES
    (990001, '2024-11-30', '320412', 'chemical');                                                      -- late report
SELECT id AS off FROM accident_fact WHERE status = 'valid' AND deaths > 0 AND occurred_on BETWEEN '2024-02-01' AND '2024-12-01' ORDER BY id LIMIT 1 \gset
UPDATE accident SET status = 'written_off', note = '调查认定' WHERE id = :off;
SELECT id AS moved, CASE area_code WHEN 'CZEDZ' THEN '320412' ELSE 'CZEDZ' END AS area FROM accident_fact WHERE status = 'valid' AND occurred_on BETWEEN '2024-02-01' AND '2024-12-01' AND id NOT IN (:off, 990001) ORDER BY id DESC LIMIT 1 \gset
UPDATE accident SET area_code = :'area' WHERE id = :moved;
-- two accidents whose injured die later
SELECT min(id) AS d25, max(id) AS d31 FROM (SELECT id FROM accident_fact WHERE status = 'valid' AND category_code NOT IN ('road', 'fire') AND occurred_on BETWEEN '2024-02-01' AND '2024-12-01'
    AND id NOT IN (:off, :moved, 990001) ORDER BY id LIMIT 2) AS x \gset
INSERT INTO casualty (id, accident_id, outcome, outcome_on) SELECT 990001, id, 'dead', occurred_on + 25 FROM accident WHERE id = :d25;
INSERT INTO casualty (id, accident_id, outcome, outcome_on) SELECT 990002, id, 'dead', occurred_on + 31 FROM accident WHERE id = :d31;
RESET emgov.known_at;

SELECT set_eq(format('SELECT record_key, reason, amount_then::int, amount_now::int FROM restatement_rows(%s, code => ''F028'') WHERE what = ''value''', :id),
    format('VALUES (''990001'', ''late_report'', 0, 1), (''%s'', ''write_off'', 1, 0)', :off), 'each record that counts otherwise is named with its reason');
SELECT is((SELECT format('%s %s %s', published::int, value_now::int, difference::int) FROM restatement(:id) WHERE code = 'F028' AND what = 'value'), '59 59 0', 'the number of accidents is the same');
SELECT set_has(format('SELECT record_key FROM restatement_rows(%s, code => ''F030'') WHERE what = ''value'' AND difference = 1', :id), format('VALUES (''%s'')', :d25), 'a death on day 25 counts');
SELECT is_empty(format('SELECT * FROM restatement_rows(%s, code => ''F030'') WHERE record_key = ''%s''', :id, :d31), 'a death on day 31 does not');
SELECT is_empty(format('SELECT * FROM (TABLE printed EXCEPT ALL SELECT * FROM publication_figure WHERE publication_id = %s) AS x', :id), 'the publication prints what it printed');
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :id), 'and comes out again as of its moment');
SELECT is_empty($$SELECT f.code FROM figures(ytd('2024-12-19')) AS f, LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE part = 'numerator'), 0) AS n, coalesce(sum(amount) FILTER (WHERE part = 'denominator'), 0) AS d
    FROM figure_rows(f.code, ytd('2024-12-19'))) AS r WHERE f.kind NOT IN ('change', 'ratio', 'reduction', 'rate') AND (coalesce(f.numerator, 0) <> r.n OR coalesce(f.denominator, 0) <> r.d)$$,
    'the records behind every figure add up to it');
SELECT * FROM finish();
