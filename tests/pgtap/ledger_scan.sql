-- What indicators come to in windows of time: many windows at once, each alone, and plain SQL say the
-- same, for every kind, over random records; so do members added up, rollups, several processes, and
-- what was known a moment ago.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE ledger_scan_analyst;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(40);

-- ------------------------------------------------------------------ records, definitions, windows
CREATE TYPE ledger.colour AS ENUM ('red', 'green');
CREATE TABLE thing (id int PRIMARY KEY, day date, done date, area_code text, kind text, who text, bits varbit, hue ledger.colour, level numeric, amount numeric(12, 2), n int, flag boolean);
CALL emgov.keep_versions('ledger.thing');
SELECT coalesce(nullif(current_setting('emgov_test.seed', true), ''), (extract(epoch FROM clock_timestamp())::bigint % 1000000)::text) AS seed \gset
\echo # seed :seed
SELECT setseed(:seed / 1000000.0) IS NULL AS seeded \gset
CREATE FUNCTION pg_temp.maybe(chance float8) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT random() < chance';
CREATE FUNCTION pg_temp.fill(first int, records int) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO thing
    SELECT i, CASE WHEN pg_temp.maybe(0.93) THEN date '2022-11-15' + (random() * 800)::int END, CASE WHEN pg_temp.maybe(0.6) THEN date '2022-12-15' + (random() * 900)::int END,
           CASE WHEN pg_temp.maybe(0.9) THEN (ARRAY['a', 'b', '丙'])[1 + (random() * 2.99)::int] END, (ARRAY['x', 'y', 'z', NULL])[1 + (random() * 3.99)::int],
           CASE WHEN pg_temp.maybe(0.9) THEN 'w' || (random() * 60)::int END, CASE WHEN pg_temp.maybe(0.9) THEN (random() * 40)::int::bit(7)::varbit END,
           CASE WHEN pg_temp.maybe(0.8) THEN (ARRAY['red', 'green'])[1 + (random() * 1.99)::int]::ledger.colour END,
           CASE WHEN pg_temp.maybe(0.9) THEN round((random() * 6)::numeric, (random() * 2)::int) END,
           CASE WHEN pg_temp.maybe(0.9) THEN ((random() - 0.3) * 100000)::numeric(12, 2) END, CASE WHEN pg_temp.maybe(0.9) THEN (random() * 9)::int END,
           CASE WHEN pg_temp.maybe(0.9) THEN pg_temp.maybe(0.5) END
      FROM generate_series(first, first + records - 1) AS i $$;
SELECT pg_temp.fill(1, 600);
-- some are alike but for their number
INSERT INTO thing SELECT id + 10000, day, done, area_code, kind, who, bits, hue, level, amount, n, flag FROM thing WHERE id % 3 = 0;

-- each with its numerator and denominator as plain SQL: over the records r that count, by the kind's own rule
CREATE TEMP TABLE wanted (code text, kind text, cutoff text, aggregate text, measure text, filter text, base_filter text, until boolean, numerator text, denominator text);
INSERT INTO wanted
SELECT upper(v.name) || row_number() OVER (), v.kind, c.cutoff, v.aggregate, v.measure, v.filter, v.base_filter, v.until, v.numerator, v.denominator
  FROM (VALUES
    ('c', 'count', NULL, NULL, NULL, NULL, false, 'count(*)', NULL),
    ('c', 'count', NULL, NULL, $$kind = 'x' OR flag$$, NULL, true, $$count(*) FILTER (WHERE kind = 'x' OR flag)$$, NULL),
    ('c', 'count', NULL, NULL, 'extract(day FROM day) < 9', NULL, false, 'count(*) FILTER (WHERE extract(day FROM day) < 9)', NULL),
    ('s', 'sum', NULL, 'amount', 'extract(day FROM day) > 20 AND flag', NULL, true, 'coalesce(sum(amount) FILTER (WHERE extract(day FROM day) > 20 AND flag), 0)', NULL),
    ('d', 'distinct', NULL, 'who', $$kind <> 'y'$$, NULL, false, $$count(DISTINCT who) FILTER (WHERE kind <> 'y')$$, NULL),
    ('d', 'distinct', NULL, 'who', NULL, NULL, true, 'count(DISTINCT who)', NULL),
    ('d', 'distinct', NULL, 'bits', 'flag', NULL, false, 'count(DISTINCT bits) FILTER (WHERE flag)', NULL),
    ('d', 'distinct', NULL, 'level', NULL, NULL, false, 'count(DISTINCT level)', NULL),
    ('d', 'distinct', NULL, 'hue', NULL, NULL, false, 'count(DISTINCT hue)', NULL),
    ('d', 'distinct', NULL, 'ARRAY[kind, who]', 'kind IS NOT NULL', NULL, false, 'count(DISTINCT ARRAY[kind, who]) FILTER (WHERE kind IS NOT NULL)', NULL),
    ('d', 'distinct', NULL, '100 / n', 'n > 2', NULL, false, 'count(DISTINCT CASE WHEN n > 2 THEN 100 / n END)', NULL),
    ('s', 'sum', NULL, 'amount', 'flag', NULL, false, 'coalesce(sum(amount) FILTER (WHERE flag), 0)', NULL),
    ('s', 'sum', NULL, 'n', NULL, NULL, true, 'coalesce(sum(n), 0)', NULL),
    ('s', 'sum', NULL, 'amount / n', 'n > 2', NULL, false, 'coalesce(sum(CASE WHEN n > 2 THEN amount / n END), 0)', NULL),
    ('m', 'mean', NULL, 'amount', $$kind = 'z'$$, NULL, false, $$coalesce(sum(amount) FILTER (WHERE kind = 'z'), 0)$$, $$count(amount) FILTER (WHERE kind = 'z')$$),
    ('h', 'share', 'count', NULL, 'flag', $$kind <> 'y'$$, false, $$count(*) FILTER (WHERE flag AND kind <> 'y')$$, $$count(*) FILTER (WHERE kind <> 'y')$$),
    ('h', 'share', 'distinct', 'who', 'flag', NULL, true, 'count(DISTINCT who) FILTER (WHERE flag)', 'count(DISTINCT who)'),
    ('h', 'share', 'sum', 'amount', 'flag', NULL, false, 'coalesce(sum(amount) FILTER (WHERE flag), 0)', 'coalesce(sum(amount), 0)'),
    ('f', 'completion', 'count', NULL, 'flag', NULL, true, 'count(*) FILTER (WHERE flag AND done < $2)', 'count(*) FILTER (WHERE flag)'),
    ('f', 'completion', 'distinct', 'who', NULL, NULL, true, 'count(DISTINCT who) FILTER (WHERE done < $2)', 'count(DISTINCT who)'),
    ('p', 'planned', 'sum', 'amount', $$kind = 'x'$$, NULL, true, $$coalesce(sum(amount) FILTER (WHERE kind = 'x' AND done < $2), 0)$$, $$coalesce(sum(amount) FILTER (WHERE kind = 'x'), 0)$$),
    ('k', 'stock', 'count', NULL, NULL, NULL, true, 'count(*)', NULL),
    ('k', 'stock', 'distinct', 'who', 'flag', NULL, true, 'count(DISTINCT who) FILTER (WHERE flag)', NULL),
    ('k', 'stock', 'sum', 'n', 'flag', NULL, true, 'coalesce(sum(n) FILTER (WHERE flag), 0)', NULL),
    ('g', 'largest', NULL, 'amount', 'flag', NULL, false, 'max(amount) FILTER (WHERE flag)', NULL),
    ('y', 'streak', NULL, 'extract(year FROM day)::int', $$kind = 'x' AND n = 3$$, NULL, false,
        $$(SELECT count(*) FROM generate_series(0, 9) AS b WHERE NOT EXISTS (SELECT FROM generate_series(0, b) AS e
             WHERE extract(year FROM $2 - 1)::int - e <> ALL (coalesce(array_agg(extract(year FROM day)::int) FILTER (WHERE kind = 'x' AND n = 3), '{}'))))$$, NULL)
  ) AS v (name, kind, aggregate, measure, filter, base_filter, until, numerator, denominator)
  JOIN (VALUES ('period'), ('to_date'), ('at_date')) AS c (cutoff) ON v.kind <> 'stock' OR c.cutoff = 'at_date';
INSERT INTO indicator (code, name_zh, kind, aggregate, source, date_column, until_column, measure, filter, base_filter, scope, cutoff, unit, definition_zh)
SELECT code, code, kind, aggregate, 'thing', 'day', CASE WHEN until THEN 'done' END, measure, filter, base_filter, 'city', cutoff, '件', code FROM wanted;

-- months, quarters, years, years to date, with their bases: they overlap; one before all records, one after, one of a day, one twice, one empty
CREATE TEMP TABLE window_list AS
SELECT DISTINCT w FROM (SELECT month(y, m) FROM unnest(ARRAY[2023, 2024]) AS y, generate_series(1, 12) AS m UNION ALL SELECT quarter(y, q) FROM unnest(ARRAY[2023, 2024]) AS y, generate_series(1, 4) AS q
    UNION ALL SELECT unnest(ARRAY[year(2022), year(2023), year(2024), ytd('2024-12-19'), ytd('2023-12-19'), year(1990), year(2031), daterange('2024-02-29', '2024-03-01'), daterange('2022-01-01', '2026-01-01')])) AS x (w);
CREATE FUNCTION pg_temp.all_windows() RETURNS daterange[] LANGUAGE sql AS 'SELECT array_agg(w ORDER BY random()) FROM window_list';
CREATE FUNCTION pg_temp.definitions(pattern text DEFAULT '') RETURNS emgov_internal.indicator[] LANGUAGE sql AS $$ SELECT array_agg(i) FROM emgov_internal.indicators('ledger', NULL) AS i WHERE i.code ~ pattern $$;

-- plain SQL, a window and an indicator at a time
CREATE FUNCTION pg_temp.plain(of text DEFAULT NULL, source text DEFAULT 'ledger.thing') RETURNS TABLE (code text, w daterange, numerator numeric, denominator numeric, records bigint) LANGUAGE plpgsql AS $$
DECLARE
    x record;
    dates text;
BEGIN
    FOR x IN SELECT * FROM wanted LOOP
        dates := CASE WHEN x.kind = 'streak' OR x.cutoff = 'to_date' THEN 'day < $2' WHEN x.cutoff = 'period' THEN 'day >= $1 AND day < $2' ELSE '(day IS NULL OR day < $2)' END
                 || CASE WHEN x.until AND x.kind NOT IN ('completion', 'planned') THEN ' AND (done IS NULL OR done >= $2)' ELSE '' END;
        FOR w IN SELECT l.w FROM window_list AS l LOOP
            code := x.code;
            EXECUTE format('SELECT %s, %s, count(*) FILTER (WHERE %s) FROM %s WHERE %s AND ($3 IS NULL OR coalesce(area_code, '''') = $3)', x.numerator, coalesce(x.denominator, 'NULL'),
                           CASE WHEN x.kind = 'share' THEN coalesce(x.base_filter, 'true') ELSE coalesce(x.filter, 'true') END, source, dates)
               INTO numerator, denominator, records USING lower(w), upper(w), of;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;
CREATE TEMP TABLE truth (code text, w daterange, numerator numeric, denominator numeric, records bigint);
CREATE VIEW pg_temp.parts AS
    SELECT p.code, daterange(p.starts_on, p.ends_on) AS w, p.member, p.numerator, p.denominator, p.record_count AS records, p.record_checksum, p.answered_by, p.reason
      FROM emgov_internal.scan_parts('ledger', pg_temp.definitions(), pg_temp.all_windows(), NULL) AS p;
-- what differs from it
CREATE FUNCTION pg_temp.differing(parts emgov_internal.figure_parts[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s: %s / %s, %s records, not %s / %s, %s %s', coalesce(t.code, p.code), coalesce(t.w, daterange(p.starts_on, p.ends_on)),
                  p.numerator, p.denominator, p.record_count, t.numerator, t.denominator, t.records, p.reason)
      FROM truth AS t FULL JOIN unnest(parts) AS p ON p.code = t.code AND daterange(p.starts_on, p.ends_on) = t.w
     WHERE (p.numerator, p.denominator, p.record_count, p.reason) IS DISTINCT FROM (t.numerator, t.denominator, t.records, NULL) LIMIT 5 $$;
CREATE FUNCTION pg_temp.at_once(windows daterange[], as_of timestamptz DEFAULT NULL, pattern text DEFAULT '', with_checksum boolean DEFAULT false) RETURNS emgov_internal.figure_parts[] LANGUAGE sql AS $$
    SELECT array_agg(p) FROM emgov_internal.scan_parts('ledger', pg_temp.definitions(pattern), windows, as_of, NULL, NULL, with_checksum) AS p $$;

CREATE FUNCTION pg_temp.problem(query text) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE query; RETURN NULL; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END';
INSERT INTO truth SELECT * FROM pg_temp.plain();
SELECT is((SELECT count(*) FROM truth), (SELECT count(*) FROM wanted) * (SELECT count(*) FROM window_list), 'plain SQL has said what is true');
SELECT cmp_ok((SELECT count(DISTINCT numerator) FROM truth), '>', 200::bigint, 'which is something');
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows()))', 'parts of all windows at once are those of plain SQL, for every kind');
SELECT is_empty('SELECT pg_temp.differing(ARRAY(SELECT p FROM window_list, unnest(pg_temp.at_once(ARRAY[w])) AS p))', 'so are those of each window alone');
SELECT is_empty('SELECT pg_temp.differing(ARRAY(SELECT p FROM window_list, unnest(pg_temp.at_once(ARRAY[w, month(2024, 11)])) AS p))', 'and with one that lies far off, days between them left out');
SELECT is_empty('SELECT pg_temp.differing(ARRAY(SELECT p FROM wanted, unnest(pg_temp.at_once(pg_temp.all_windows(), NULL, ''^'' || code || ''$'')) AS p))', 'and those of each indicator alone');
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows(), clock_timestamp()))', 'and those as known now, by way of the history');
SELECT is((SELECT count(*) FROM unnest(pg_temp.at_once(ARRAY[year(2024), year(2024), NULL, 'empty']))), (SELECT count(*) FROM wanted), 'a window given twice is one, an empty one none');
SELECT is_empty($$SELECT w FROM unnest('{"[2024-01-01,)","[2024-01-01,infinity)","[-infinity,2024-01-01)"}'::daterange[]) AS w
    WHERE pg_temp.problem(format('SELECT pg_temp.at_once(ARRAY[%L::daterange])', w)) IS DISTINCT FROM '22023'$$, 'one without end is an error');
SELECT is(pg_temp.problem('SELECT emgov_internal.profile(''{}'', ' || (SELECT string_agg('true', ', ') FROM generate_series(1, 64)) || ')'), '54000', 'a profile of too many conditions, too');
SELECT is_empty($$SELECT x, y FROM unnest(ARRAY['a', 'b', 'ab', '', NULL, repeat('a', 100000)]) AS x, unnest(ARRAY['b', 'c', NULL]) AS y
    WHERE emgov_internal.profile('{}', true, y IS NULL, true, x = 'b', '{0,0,a,0,0,b,1,0,b,1,2,c}'::text[], x, y)
        IS DISTINCT FROM emgov_internal.profile('{}', coalesce(x IN ('a', 'b') AND y = 'b', false), y IS NULL, coalesce(y = 'c', false), coalesce(x = 'b', false))$$,
    'conditions that ask for texts are met where the columns have them');
SELECT is_empty($$SELECT t FROM unnest('{"{1,0,a}","{-1,0,a}","{0,1,a}","{x,0,a}"}'::text[]) AS t
    WHERE pg_temp.problem(format('SELECT emgov_internal.profile(''{}'', true, %L::text[], ''a''::text)', t)) NOT IN ('22023', '22P02')$$, 'but tests of no column or condition are an error');
SELECT is(pg_temp.problem('SELECT emgov_internal.profile(''{}'', true, ARRAY[c], c) FROM (SELECT code AS c FROM wanted) AS w'), '42804', 'as are those that change');
SELECT is(pg_temp.problem('SELECT emgov_internal.tally(1::bigint, ''x''::text)'), '42804', 'or a tally of texts');
SELECT is(emgov_internal.may_differ_in_regime('(VALUES (''a'')) AS t (regime) WHERE false GROUP BY t.regime --', NULL), true, 'what gives no row where one is asked for is known to be nothing');

-- a definition that is handed in need not be the one that its units were made of
SELECT is_empty($$SELECT p.* FROM wanted AS w, unnest('{count,sum,mean,largest,streak,distinct,share,completion,planned,stock,rate,nonsense}'::text[]) AS k, unnest('{sum,distinct,nonsense}'::text[]) AS a,
        emgov_internal.scan_parts('ledger', ARRAY[jsonb_populate_record(NULL::emgov_internal.indicator, jsonb_build_object('code', w.code, 'kind', k, 'aggregate', a, 'source', 'thing', 'version', 1)),
                                          jsonb_populate_record(NULL::emgov_internal.indicator, jsonb_build_object('code', w.code, 'kind', k, 'aggregate', a, 'source', 'thing', 'version', 1, 'measure', 'x', 'until_column', 'y'))],
                          ARRAY[year(2024)], NULL) AS p
    WHERE p.reason IS NULL AND (p.numerator IS NULL AND k <> 'largest' OR p.numerator = 'NaN')$$, 'one of another kind than its units has a reason, or counts what they say');

-- ------------------------------------------------------------------ checksums
CREATE TEMP TABLE sums AS SELECT p.* FROM unnest(pg_temp.at_once(pg_temp.all_windows(), NULL, '', true)) AS p;
SELECT set_eq('SELECT code, starts_on, ends_on, record_checksum FROM sums', 'SELECT p.code, p.starts_on, p.ends_on, p.record_checksum FROM window_list, unnest(pg_temp.at_once(ARRAY[w], NULL, '''', true)) AS p',
    'the checksum of a figure''s records does not depend on the other windows');
SELECT is_empty($$SELECT * FROM sums WHERE record_checksum IS NULL OR (record_count = 0) <> (record_checksum = 0)$$, 'and is there');
SELECT set_eq('SELECT code, starts_on, ends_on, record_checksum FROM sums', 'SELECT p.code, p.starts_on, p.ends_on, p.record_checksum FROM unnest(pg_temp.at_once(pg_temp.all_windows(), clock_timestamp(), '''', true)) AS p',
    'nor on how the records are read');

SELECT results_eq($$SELECT w.kind, record_checksum FROM sums JOIN wanted AS w USING (code) WHERE starts_on = '2023-01-01' AND ends_on = '2024-01-01' AND cutoff = 'period' AND NOT until
        AND (w.kind = 'distinct' AND filter = 'kind <> ''y''' OR w.kind = 'sum' AND filter = 'flag') ORDER BY 1$$,
    $$SELECT k, mod(mod(sum(r::numeric), 18446744073709551616) + 18446744073709551616, 18446744073709551616)
        FROM thing, LATERAL (VALUES ('distinct', emgov_internal.values_hash(id::text, day, kind, who), kind <> 'y'), ('sum', emgov_internal.values_hash(id::text, day, flag, amount), flag)) AS v (k, r, counts)
       WHERE day >= '2023-01-01' AND day < '2024-01-01' AND counts GROUP BY 1 ORDER BY 1$$, 'it is the sum of hashes of the records'' keys and of what a definition looks at');
SELECT is((SELECT count(DISTINCT h) FROM unnest(ARRAY[emgov_internal.values_hash('a'::text, 'b'::text), emgov_internal.values_hash('ab'::text, ''::text), emgov_internal.values_hash(''::text, 'ab'::text), emgov_internal.values_hash('ab'::text),
    emgov_internal.values_hash('b'::text, 'a'::text), emgov_internal.values_hash(NULL::text, 'ab'::text), emgov_internal.values_hash('ab'::text, NULL::text), emgov_internal.values_hash(NULL::text), emgov_internal.values_hash(''::text), emgov_internal.values_hash(0),
    emgov_internal.values_hash(1), emgov_internal.values_hash(-1), emgov_internal.values_hash(true, false), emgov_internal.values_hash(false, true), emgov_internal.values_hash('2024-01-01'::date), emgov_internal.values_hash('2024-01-02'::date), emgov_internal.values_hash(1.0), emgov_internal.values_hash(1.00),
    emgov_internal.values_hash('larger'::severity), emgov_internal.values_hash('major'::severity)]) AS h), 20::bigint, 'different values have different hashes, in whatever order they stand');
SELECT is(ARRAY[emgov_internal.values_hash(5::smallint), emgov_internal.values_hash(5::bigint), emgov_internal.values_hash('x'::varchar)], ARRAY[emgov_internal.values_hash(5), emgov_internal.values_hash(5), emgov_internal.values_hash('x'::text)], 'whatever whole number or text they are');

-- ------------------------------------------------------------------ members
CREATE TEMP TABLE member_parts AS SELECT p.* FROM emgov_internal.scan_parts('ledger', pg_temp.definitions(), pg_temp.all_windows(), NULL, emgov_internal.splits('ledger', 'area', false, NULL)) AS p;
SELECT is_empty('SELECT pg_temp.differing(ARRAY(SELECT (p.code, p.starts_on, p.ends_on, p.member, p.numerator, p.denominator, p.record_count, p.record_checksum, p.answered_by, p.reason, NULL, NULL)::emgov_internal.figure_parts FROM member_parts AS p WHERE member IS NULL))',
    'the total is the same by members');
SELECT set_eq('SELECT code, daterange(starts_on, ends_on), member, numerator, denominator, record_count FROM member_parts WHERE member IS NOT NULL',
    $$SELECT code, w, m, numerator, denominator, records FROM unnest('{a,b,丙,""}'::text[]) AS m, pg_temp.plain(m)
    WHERE records > 0 OR numerator <> 0 OR denominator <> 0$$, 'each member has what plain SQL says, records of none under an empty name');
SELECT is_empty($$SELECT p.code FROM member_parts AS p JOIN wanted AS w USING (code) WHERE w.kind IN ('count', 'sum', 'mean') OR w.aggregate IN ('count', 'sum')
    GROUP BY p.code, starts_on, ends_on HAVING sum(p.numerator) FILTER (WHERE member IS NOT NULL) <> sum(p.numerator) FILTER (WHERE member IS NULL)$$, 'what adds up adds up to the total');
SELECT results_eq($$SELECT member, numerator IS NULL, reason FROM emgov_internal.scan_parts('ledger', pg_temp.definitions('^C1$'), ARRAY[year(2024)], NULL, ARRAY[(1, 'colour', NULL, 'colour_code', NULL, NULL)]::emgov_internal.figure_split[]) ORDER BY member$$,
    $$VALUES ('', true, '"thing" has no column "colour_code" of type text'), (NULL, false, NULL)$$, 'a dimension that a source lacks is said; the total stays');

-- ------------------------------------------------------------------ several processes, and other records
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows()))', 'several processes count the same');
RESET ALL;
SET search_path = ledger, public, emgov;
UPDATE thing SET day = CASE WHEN day IS NULL THEN date '2023-05-31' END, n = NULL WHERE id % 7 = 0;
SELECT pg_temp.fill(601, 500);
ANALYZE thing;
TRUNCATE truth;
INSERT INTO truth SELECT * FROM pg_temp.plain();
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows()))', 'after records have changed, by the plans that are kept');

-- ------------------------------------------------------------------ rollups
CALL emgov.create_rollup('ledger.thing_daily', 'SELECT day, done, area_code, kind, who, hue, flag, n, count(*) AS records, sum(amount) AS amount, sum(n) AS total FROM ledger.thing GROUP BY 1, 2, 3, 4, 5, 6, 7, 8');
CREATE TEMP TABLE answered AS SELECT w.kind, w.aggregate, p.* FROM unnest(pg_temp.at_once(pg_temp.all_windows())) AS p JOIN wanted AS w USING (code);
SELECT set_eq($$SELECT DISTINCT kind, aggregate FROM answered WHERE answered_by = 'ledger.thing_daily'$$, $$SELECT DISTINCT kind, aggregate FROM wanted WHERE kind NOT IN ('largest', 'mean')$$,
    'a rollup answers counts and sums, and what is counted once if that is a key, series too');
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows()))', 'as the facts do');
UPDATE thing SET kind = 'y', done = NULL WHERE id % 5 = 0;
SELECT set_eq($$SELECT code, daterange(starts_on, ends_on), member, numerator, denominator, record_count FROM emgov_internal.scan_parts('ledger', pg_temp.definitions(), pg_temp.all_windows(), NULL, emgov_internal.splits('ledger', 'area', false, NULL)) WHERE member IS NOT NULL$$,
    $$SELECT code, w, m, numerator, denominator, records FROM unnest('{a,b,丙,""}'::text[]) AS m, pg_temp.plain(m)
    WHERE records > 0 OR numerator <> 0 OR denominator <> 0$$, 'by members too, after changes that are not folded');
TRUNCATE truth;
INSERT INTO truth SELECT * FROM pg_temp.plain();
-- what is added up alone is read from the rollup's parts, where days of one segment are one unless a condition tells them apart
SELECT is_empty('SELECT pg_temp.differing(ARRAY(SELECT p FROM wanted, unnest(pg_temp.at_once(pg_temp.all_windows(), NULL, ''^'' || code || ''$'')) AS p))', 'so is each indicator alone');
SELECT is_empty($$SELECT p.* FROM window_list AS l CROSS JOIN LATERAL unnest(pg_temp.at_once(ARRAY[l.w, month(2023, 1)], NULL, '^[CS]')) AS p
        JOIN truth AS t ON t.code = p.code AND t.w = daterange(p.starts_on, p.ends_on)
    WHERE (p.numerator, p.denominator, p.record_count, p.reason) IS DISTINCT FROM (t.numerator, t.denominator, t.records, NULL)$$, 'and of two windows that lie far apart');
SELECT set_eq($$SELECT p.code, daterange(starts_on, ends_on), member, p.numerator, p.denominator, record_count FROM wanted AS w, emgov_internal.scan_parts('ledger', pg_temp.definitions('^' || w.code || '$'), pg_temp.all_windows(), NULL, emgov_internal.splits('ledger', 'area', false, NULL)) AS p
        WHERE w.kind IN ('count', 'sum') AND member IS NOT NULL$$,
    $$SELECT p.code, p.w, m, p.numerator, p.denominator, records FROM unnest('{a,b,丙,""}'::text[]) AS m, pg_temp.plain(m) AS p JOIN wanted AS d USING (code)
    WHERE d.kind IN ('count', 'sum') AND (records > 0 OR p.numerator <> 0 OR p.denominator <> 0)$$, 'and the members of each');

-- ------------------------------------------------------------------ more conditions than one scan holds
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    SELECT 'Z' || i, 'z', 'count', 'thing', 'day', format('id %% 97 = %s AND flag', i), 'city', 'period', '件', 'z' FROM generate_series(0, 150) AS i;
SELECT is((SELECT sum(numerator) FROM unnest(pg_temp.at_once(ARRAY[year(2024), year(2023)], NULL, '^Z')) AS p WHERE reason IS NULL),
    (SELECT count(*)::numeric FROM thing, generate_series(0, 150) AS i WHERE flag AND id % 97 = i AND day >= '2023-01-01' AND day < '2025-01-01'), 'a hundred and fifty conditions');

-- ------------------------------------------------------------------ a large table
CREATE TABLE large (id int, day date, padding text DEFAULT repeat('x', 200));
INSERT INTO large SELECT i, date '2024-01-01' + i % 366 FROM generate_series(1, 150000) AS i;
CREATE INDEX ON large (day);
ANALYZE large;
INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('L1', 'l', 'count', 'large', 'day', 'city', 'period', '件', 'l');
SET max_parallel_workers_per_gather = 0;
SET plan_cache_mode = force_generic_plan;
BEGIN;
SELECT numerator AS in_the_year FROM unnest(pg_temp.at_once(ARRAY[year(2024)], NULL, '^L')) AS p \gset
SELECT is((SELECT format('%s, %s, %s', :in_the_year, seq_tup_read >= 150000, idx_tup_fetch > 1000) FROM pg_stat_xact_user_tables WHERE relid = 'large'::regclass), '150000, t, f', 'is scanned by a plan for this very period, for all that the session says of plans');
COMMIT;
UPDATE indicator SET active = false WHERE code = 'L1';
RESET plan_cache_mode;
RESET max_parallel_workers_per_gather;

-- ------------------------------------------------------------------ what fails
INSERT INTO thing (id, day, n, flag, kind) VALUES (5000, '2023-03-05', 77, true, 'x');
TRUNCATE truth;
INSERT INTO truth SELECT * FROM pg_temp.plain();
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, measure, scope, cutoff, unit, definition_zh) VALUES
    ('B1', 'b', 'count', 'thing', 'day', '100 / (n - 77) >= 0 OR n IS NULL', NULL, 'city', 'period', '件', 'b'),
    ('B2', 'b', 'sum', 'thing', 'day', NULL, '100 / (n - 77)', 'city', 'period', '件', 'b'),
    ('B3', 'b', 'distinct', 'thing', 'day', NULL, '100 / (n - 77)', 'city', 'period', '件', 'b');
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows(), NULL, ''^[^ZB]''))', 'one that cannot be computed leaves the others as they are');
SELECT set_eq($$SELECT code, daterange(starts_on, ends_on), reason FROM unnest(pg_temp.at_once(pg_temp.all_windows(), NULL, '^[BC]')) AS p WHERE reason IS NOT NULL$$,
    $$SELECT code, w, 'division by zero' FROM window_list, unnest('{B1,B2,B3}'::text[]) AS code WHERE w @> date '2023-03-05'$$, 'and only the windows are lost that it fails in');

-- ------------------------------------------------------------------ what is hidden
RESET ROLE;
SET ROLE ledger_owner;
CALL grant_analyst('ledger_scan_analyst');
RESET ROLE;
SET ROLE ledger_owner;
GRANT SELECT ON thing TO ledger_scan_analyst;
ALTER TABLE thing ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON thing USING (id % 2 = 0);
SELECT is_empty('SELECT pg_temp.differing(pg_temp.at_once(pg_temp.all_windows(), NULL, ''^[^ZB]''))', 'a policy that does not limit who asks changes nothing');
RESET ROLE;
CREATE TEMP TABLE definition_list AS SELECT pg_temp.definitions('^[CDS]') AS list;
GRANT SELECT ON definition_list TO ledger_scan_analyst;
SET ROLE ledger_scan_analyst;
SELECT results_eq($$SELECT DISTINCT numerator, reason FROM emgov_internal.scan_parts('ledger', (SELECT list FROM definition_list), ARRAY[emgov.year(2024)], NULL)$$,
    $$VALUES (NULL::numeric, 'a row policy hides rows of ledger.thing from user "ledger_scan_analyst"')$$, 'S21: where it does, no figure is made of what is left');
SELECT * FROM finish();
