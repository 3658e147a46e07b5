-- Partitions that come and go after a publication: restatement() says what figures() does, and nothing comes by them that would have been known before.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true);
SELECT plan(48);

CREATE TABLE visit (id int, visited_on date, area_code text, hazards int, status text NOT NULL DEFAULT 'valid', PRIMARY KEY (id, visited_on)) PARTITION BY RANGE (visited_on);
SELECT format('CREATE TABLE visit_%s PARTITION OF visit FOR VALUES FROM (%L) TO (%L)', to_char(lower(m), 'YYYY_MM'), lower(m), upper(m)) FROM emgov.months('[2025-01-01,2025-07-01)') AS m \gexec
CALL emgov.keep_versions('visit');
INSERT INTO visit SELECT n, date '2025-01-01' + n % 180, substr('ab', 1 + n % 2, 1), n % 7 FROM generate_series(1, 1800) AS n;
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, measure, cutoff, scope, unit, definition_zh)
VALUES ('V1', 1, '检查', 'count', 'public.visit', 'visited_on', NULL, 'period', 'city', '次', '检查'), ('V2', 1, '隐患', 'sum', 'public.visit', 'visited_on', 'hazards', 'period', 'city', '条', '隐患'),
       ('V3', 1, '最多隐患', 'largest', 'public.visit', 'visited_on', 'hazards', 'period', 'city', '条', '隐患');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('v', '检查', 'year');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('v', 1, '一');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('v', 1, 1, '检查{V1.phrase}，隐患{V2}，最多{V3}。{table V1,V2 by area}');
CALL ledger.entered(ARRAY['public.visit'], through => '2025-12-31', since => '2024-01-01');
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset
CALL ledger.refresh_report_tables('v');
SELECT is((SELECT value FROM ledger.figures('2025', codes => ARRAY['V1'])), 1800::numeric, 'there is a publication');

-- Whatever has come or gone: a line for each figure that is another now, and with the value that it has.
CREATE FUNCTION restated_otherwise() RETURNS SETOF text LANGUAGE sql AS $$
    WITH now AS (SELECT f.code, '' AS member, f.value FROM ledger.figures('2025') AS f UNION ALL SELECT f.code, f.member, f.value FROM ledger.figures('2025', by => 'area') AS f WHERE f.member IS NOT NULL),
    was AS (SELECT p.code, coalesce(p.member, '') AS member, p.value FROM ledger.publication_figure AS p WHERE p.publication_id = 1 AND p.starts_on = '2025-01-01'),
    told AS (SELECT r.code, coalesce(r.member, '') AS member, r.published, r.value_now FROM ledger.restatement(1) AS r WHERE r.what = 'value' AND r.starts_on = '2025-01-01')
    SELECT concat_ws(' ', w.code, w.member, n.value, t.value_now)
      FROM was AS w JOIN now AS n ON n.code = w.code AND n.member = w.member LEFT JOIN told AS t ON t.code = w.code AND t.member = w.member
     WHERE n.value IS DISTINCT FROM coalesce(t.value_now, w.value) OR t.published IS NOT NULL AND t.published IS DISTINCT FROM w.value
$$;
CREATE FUNCTION tables_otherwise() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', f.code, f.value, t.value) FROM ledger.figures('2025') AS f JOIN ledger_tables.figure_by_period AS t
        ON t.code = f.code AND t.area_code IS NULL AND t.period_start = '2025-01-01' AND t.period_end = '2025-12-31' AND t.figure_start = t.period_start AND t.value IS DISTINCT FROM f.value
$$;
CREATE FUNCTION changes_otherwise() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', c.indicator_code, c.value_now, f.value) FROM ledger_report.figure_change AS c JOIN ledger.figures('2025') AS f ON f.code = c.indicator_code
     WHERE c.dimension = '' AND c.value_now IS DISTINCT FROM f.value
    UNION ALL
    SELECT concat_ws(' ', r.indicator_code, r.difference, f.value) FROM ledger_report.figure_change_reason AS r JOIN ledger.figures('2025') AS f ON f.code = r.indicator_code
      JOIN ledger.publication_figure AS p ON p.publication_id = 1 AND p.code = f.code AND p.dimension = '' WHERE r.dimension = '' AND r.what_code = 'value' AND r.difference <> f.value - p.value
$$;
SELECT is_empty('SELECT restated_otherwise()', 'of which nothing is restated');

ALTER TABLE visit DETACH PARTITION visit_2025_01;
SELECT results_eq($$SELECT code, published, value_now, reason, records FROM ledger.restatement(1) WHERE what = 'value' AND dimension IS NULL ORDER BY 1$$,
    $$SELECT f.code, p.value, f.value, 'partitions', 0::bigint FROM ledger.figures('2025') AS f JOIN ledger.publication_figure AS p ON p.publication_id = 1 AND p.code = f.code AND p.dimension = ''
       WHERE f.code IN ('V1', 'V2') ORDER BY 1$$, 'a partition that went is told');
SELECT is((SELECT value_now FROM ledger.restatement(1) WHERE code = 'V1' AND what = 'value' AND dimension IS NULL), 1490::numeric, 'with what is left');
SELECT is((SELECT why FROM ledger.restatement(1, lang => 'en') WHERE code = 'V1' AND what = 'value' AND dimension IS NULL), 'partitions of its source came or went', 'in words');
SELECT is_empty('SELECT restated_otherwise()', 'figures of members too');
CALL ledger.refresh_report_tables('v');
SELECT is_empty('SELECT tables_otherwise()', 'and the report tables have it');
SELECT is_empty('SELECT changes_otherwise()', 'and the views');
SELECT isnt_empty($$SELECT FROM ledger_report.figure_change_reason WHERE indicator_code = 'V1' AND difference = -310 AND reason_code = 'partitions'$$, 'with the reason');
INSERT INTO visit VALUES (9001, '2025-02-01', 'a', 4);
SELECT results_eq($$SELECT value_now, reason, records FROM ledger.restatement(1) WHERE code = 'V1' AND what = 'value' AND dimension IS NULL$$, $$VALUES (1491::numeric, 'late_report+partitions', 1::bigint)$$,
    'a late record besides');
SELECT is_empty('SELECT restated_otherwise()', 'and all agrees');
CALL ledger.refresh_report_tables('v');
SELECT is_empty('SELECT tables_otherwise()', 'in the tables');
SELECT is_empty('SELECT changes_otherwise()', 'and the views');

ALTER TABLE visit ATTACH PARTITION visit_2025_01 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
SELECT results_eq($$SELECT value_now, reason, records FROM ledger.restatement(1) WHERE code = 'V1' AND what = 'value' AND dimension IS NULL$$, $$VALUES (1801::numeric, 'late_report', 1::bigint)$$,
    'what was there when it was published may come back, and the late record is what is left');
SELECT results_eq($$SELECT DISTINCT member, reason FROM ledger.restatement(1) WHERE code IN ('V1', 'V2') AND what = 'value' AND dimension = 'area' AND starts_on = '2025-01-01'$$,
    $$VALUES ('a', 'late_report')$$, 'of members too');
SELECT is_empty('SELECT restated_otherwise()', 'all agrees');
CALL ledger.refresh_report_tables('v');
SELECT is_empty('SELECT tables_otherwise()', 'in the tables');
SELECT is((SELECT count(*) FROM ledger.verify_publication(1)), 0::bigint, 'and what was published comes out again');

-- A past from elsewhere
CREATE TABLE visit_2025_07 (LIKE visit INCLUDING ALL);
INSERT INTO visit_2025_07 SELECT 20000 + n, '2025-07-02', 'a', 1, 'valid', '2020-01-01' FROM generate_series(1, 100) AS n;
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_07 FOR VALUES FROM ('2025-07-01') TO ('2025-08-01')$$, '55000',
    'table "visit_2025_07" cannot become a partition of "visit": it has rows that are known from before the last publication', 'rows from before a publication do not come by a partition');
CALL emgov.keep_versions('visit_2025_07');
UPDATE visit_2025_07 SET hazards = 2;
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_07 FOR VALUES FROM ('2025-07-01') TO ('2025-08-01')$$, '55000', NULL, 'nor does their past');
CREATE TABLE other (LIKE visit INCLUDING ALL) PARTITION BY RANGE (visited_on);
CREATE TABLE other_2025_08 PARTITION OF other FOR VALUES FROM ('2025-08-01') TO ('2025-09-01');
CALL emgov.keep_versions('other');
SET emgov.known_at = '2020-01-01';
INSERT INTO other VALUES (30000, '2025-08-03', 'a', 1);
RESET emgov.known_at;
ALTER TABLE other DETACH PARTITION other_2025_08;
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION other_2025_08 FOR VALUES FROM ('2025-08-01') TO ('2025-09-01')$$, '55000', NULL, 'nor what was a partition of another table');
SELECT throws_ok($$SET emgov.known_at = '2020-01-01';
    CREATE TABLE visit_2025_09 PARTITION OF visit FOR VALUES FROM ('2025-09-01') TO ('2025-10-01'); INSERT INTO visit VALUES (40000, '2025-09-02', 'a', 1)$$, '55000', NULL,
    'nor are rows of a new one dated back');
RESET emgov.known_at;
SELECT is_empty('SELECT restated_otherwise()', 'all agrees');
CREATE TABLE visit_2025_10 (LIKE visit INCLUDING ALL);
INSERT INTO visit_2025_10 VALUES (50000, '2025-10-02', 'a', 1);
SELECT lives_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_10 FOR VALUES FROM ('2025-10-01') TO ('2025-11-01')$$, 'rows that are known since come');
SELECT is_empty('SELECT restated_otherwise()', 'and are restated');
CALL ledger.refresh_report_tables('v');
SELECT is_empty('SELECT tables_otherwise()', 'in the tables');
SELECT is((SELECT count(*) FROM ledger.verify_publication(1)), 0::bigint, 'and what was published comes out again');

-- What has become a partition since then brings no past by going and coming, nor does one that was there, which is written meanwhile.
CREATE TABLE visit_2025_11 PARTITION OF visit FOR VALUES FROM ('2025-11-01') TO ('2025-12-01');
ALTER TABLE visit DETACH PARTITION visit_2025_11;
SET emgov.known_at = '2020-01-01';
INSERT INTO visit_2025_11 VALUES (55000, '2025-11-02', 'a', 1);
SELECT throws_ok($$INSERT INTO visit_2025_02 VALUES (55001, '2025-02-02', 'a', 1)$$, '55000', NULL, 'what was published from is not dated back');
ALTER TABLE visit DETACH PARTITION visit_2025_02;
SELECT throws_ok($$INSERT INTO visit_2025_02 VALUES (55001, '2025-02-02', 'a', 1)$$, '55000', NULL, 'nor when it is detached');
RESET emgov.known_at;
SELECT lives_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_02 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')$$, 'and it comes back');
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_11 FOR VALUES FROM ('2025-11-01') TO ('2025-12-01')$$, '55000',
    'table "visit_2025_11" cannot become a partition of "visit": it has rows that are known from before the last publication', 'what was made since, and dated back while it was none, does not');
SELECT is_empty('SELECT restated_otherwise()', 'all agrees');

-- What was gone when figures were published was not in them.
ALTER TABLE visit DETACH PARTITION visit_2025_03;
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true) \gset
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_03 FOR VALUES FROM ('2025-03-01') TO ('2025-04-01')$$, '55000', NULL, 'what was detached before a publication brings no past');
INSERT INTO visit_2025_10 SELECT 60000 + n, '2025-10-04', 'b', 1 FROM generate_series(1, 3) AS n;
SELECT is_empty($$SELECT r.code FROM ledger.restatement(2) AS r JOIN ledger.figures('2025') AS f USING (code) WHERE r.what = 'value' AND r.dimension IS NULL AND r.value_now <> f.value$$, 'the next publication is restated');
SELECT is((SELECT reason FROM ledger.restatement(2) WHERE code = 'V1' AND what = 'value' AND dimension IS NULL), 'late_report', 'by what came since alone');
-- released, it is no longer what it was
ALTER TABLE visit DETACH PARTITION visit_2025_04;
CALL emgov.release_versions('visit_2025_04');
UPDATE visit_2025_04 SET hazards = 100;
DROP TABLE visit_2025_04_history;
CALL emgov.keep_versions('visit_2025_04');
SELECT throws_ok($$ALTER TABLE visit ATTACH PARTITION visit_2025_04 FOR VALUES FROM ('2025-04-01') TO ('2025-05-01')$$, '55000', NULL, 'what was released meanwhile does not come back');

-- A partition is not dropped from a kept table: what reads the past of the whole would go with it.
SELECT throws_ok('DROP TABLE visit_2025_05 CASCADE', '55000', 'table public.visit_2025_05 cannot be dropped: it is a partition of table public.visit, which is kept', 'a partition is not dropped');
SELECT throws_ok('DROP TABLE visit_2025_05', '55000', NULL, 'whatever the command says');
CREATE SCHEMA apart;
ALTER TABLE visit_2025_05 SET SCHEMA apart;
SELECT throws_ok('DROP SCHEMA apart CASCADE', '55000', NULL, 'nor with its schema');

-- beside the publications themselves
CREATE TABLE ledger.beside (LIKE visit INCLUDING ALL) PARTITION BY RANGE (visited_on);
CREATE TABLE elsewhere_1 PARTITION OF ledger.beside FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('ledger.beside');
INSERT INTO ledger.beside VALUES (1, '2025-01-02', 'a', 1);
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, cutoff, scope, unit, definition_zh) VALUES ('B1', 1, '旁', 'count', 'ledger.beside', 'visited_on', 'period', 'city', '次', '旁');
CALL ledger.publish('v', emgov.year(2025), allow_gaps => true, force_reason => '重发') \gset
CREATE TABLE elsewhere_2 PARTITION OF ledger.beside FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
SELECT throws_ok($$SET emgov.known_at = '2020-01-01'; INSERT INTO ledger.beside VALUES (2, '2025-02-02', 'a', 1)$$, '55000', NULL, 'a partition elsewhere of a table beside the publications is not dated back');
RESET emgov.known_at;

-- Two ledgers publish from one table, and a partition came between: for the earlier one it brings nothing, for the later one it was there.
CALL emgov.create_ledger('earlier');
CALL emgov.create_ledger('later');
CREATE TABLE seen (id int, seen_on date, area_code text, PRIMARY KEY (id, seen_on)) PARTITION BY RANGE (seen_on);
CREATE TABLE seen_1 PARTITION OF seen FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('seen');
INSERT INTO seen VALUES (1, '2025-01-02', 'a');
SELECT format($$INSERT INTO %1$s.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true);
    INSERT INTO %1$s.indicator (code, section, name_zh, kind, source, date_column, cutoff, scope, unit, definition_zh)
    VALUES ('S1', 1, '见', 'count', 'public.seen', 'seen_on', 'period', 'city', '次', '见');
    INSERT INTO %1$s.report (code, title_zh, period_kind) VALUES ('s', '见', 'year'); INSERT INTO %1$s.report_section (report, section, heading) VALUES ('s', 1, '一');
    INSERT INTO %1$s.report_paragraph (report, section, ordinal, body) VALUES ('s', 1, 1, '见{S1.phrase}。');
    CALL %1$s.entered(ARRAY['public.seen'], through => '2025-12-31', since => '2024-01-01')$$, l) FROM unnest('{earlier,later}'::text[]) AS l \gexec
CALL earlier.publish('s', emgov.year(2025), allow_gaps => true) \gset
CREATE TABLE seen_2 PARTITION OF seen FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
INSERT INTO seen VALUES (2, '2025-02-02', 'a');
CALL later.publish('s', emgov.year(2025), allow_gaps => true) \gset
ALTER TABLE seen DETACH PARTITION seen_2;
SELECT lives_ok($$ALTER TABLE seen ATTACH PARTITION seen_2 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')$$, 'what came after the one ledger published, and before the other, may come back');
SELECT is_empty('SELECT FROM later.restatement(1)', 'the later one restates nothing');
SELECT is((SELECT value_now FROM earlier.restatement(1) WHERE what = 'value'), 2::numeric, 'the earlier one that it came');
-- gone when the earlier one publishes again
ALTER TABLE seen DETACH PARTITION seen_2;
INSERT INTO seen VALUES (3, '2025-01-03', 'a'), (4, '2025-01-04', 'a');
CALL earlier.publish('s', emgov.year(2025), allow_gaps => true) \gset
SELECT throws_ok($$ALTER TABLE seen ATTACH PARTITION seen_2 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')$$, '55000', NULL, 'and once one has published without it, it does not');
-- what was published without it may be as of a moment when it was there
SELECT clock_timestamp() AS moment \gset
ALTER TABLE seen DETACH PARTITION seen_1;
CALL later.publish('s', emgov.year(2025), as_of => :'moment', allow_gaps => true, force_reason => '重发') \gset
SELECT is((SELECT value FROM later.publication_figure WHERE publication_id = 2 AND code = 'S1' AND dimension = ''), 0::numeric, 'figures as of an earlier moment are published without what has gone');
SELECT throws_ok($$ALTER TABLE seen ATTACH PARTITION seen_1 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')$$, '55000', NULL, 'which does not come back');
SELECT is_empty('SELECT FROM later.verify_publication(2)', 'and they come out again');

-- what is taken apart in two steps may be put together again in two
CREATE TABLE deep (id int, seen_on date, area_code text, PRIMARY KEY (id, seen_on)) PARTITION BY RANGE (seen_on);
CREATE TABLE deep_year PARTITION OF deep FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (seen_on);
CREATE TABLE deep_1 PARTITION OF deep_year FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('deep');
INSERT INTO deep VALUES (1, '2025-01-02', 'a');
INSERT INTO later.indicator (code, section, name_zh, kind, source, date_column, cutoff, scope, unit, definition_zh) VALUES ('S2', 1, '深', 'count', 'public.deep', 'seen_on', 'period', 'city', '次', '深');
UPDATE later.report_paragraph SET body = '见{S2.phrase}。';
CALL later.entered(ARRAY['public.deep'], through => '2025-12-31', since => '2024-01-01');
CALL later.publish('s', emgov.year(2025), allow_gaps => true, force_reason => '重发') \gset
ALTER TABLE deep DETACH PARTITION deep_year;
ALTER TABLE deep_year DETACH PARTITION deep_1;
ALTER TABLE deep_year ATTACH PARTITION deep_1 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
SELECT lives_ok($$ALTER TABLE deep ATTACH PARTITION deep_year FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')$$, 'what is taken apart in two steps may be put together again');
SELECT * FROM finish();
