-- A query that is put together in SQL runs by a plan that the session keeps; records are found by their keys, as of a moment too.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
CREATE TABLE thing (n int, name text);
INSERT INTO thing SELECT i, 'thing ' || i FROM generate_series(1, 3000) AS i;
CREATE INDEX ON thing (n);
ANALYZE thing;
SELECT * FROM no_plan();

PREPARE by_number AS SELECT r.t FROM emgov_internal.kept_query('{"SELECT $1::text || pg_typeof($1)"}', $1::int) AS r (t text);
PREPARE by_text AS SELECT r.t FROM emgov_internal.kept_query('{"SELECT $1::text || pg_typeof($1)"}', $1::text) AS r (t text);
SELECT results_eq($$EXECUTE by_number(12)$$, ARRAY['12integer'], 'a query with a number');
SELECT results_eq($$EXECUTE by_text('twelve')$$, ARRAY['twelvetext'], 'the same with a text is another');
SELECT results_eq($$EXECUTE by_number(13)$$, ARRAY['13integer'], 'and the first is what it was');
SELECT is_empty($$SELECT * FROM emgov_internal.kept_query('{}', 1) AS r (t text)$$, 'no query has no rows');
SELECT is_empty($$SELECT * FROM emgov_internal.kept_query(NULL, 1) AS r (t text)$$, 'nor has NULL');
SELECT throws_ok($$SELECT emgov_internal.kept_query('{"SELECT 1"}', 1)$$, '0A000', 'it is not said which columns the rows are to have', 'rows of which nobody says what columns they have are refused');

-- two that do not give the same, to see which
SELECT results_eq($$SELECT * FROM emgov_internal.kept_query(ARRAY['SELECT ''all'' FROM public.thing WHERE length(name) > $1 ORDER BY name', 'SELECT ''one'' FROM public.thing WHERE n = $1'], 1) AS r (t text)$$,
                  ARRAY['one'], 'the one that costs less, the second');
SELECT results_eq($$SELECT * FROM emgov_internal.kept_query(ARRAY['SELECT ''one'' FROM public.thing WHERE n = $1', 'SELECT ''all'' FROM public.thing WHERE length(name) > $1 ORDER BY name'], 1)
                           AS r (t text)$$, ARRAY['one'], 'the first');
SELECT results_eq($$SELECT * FROM emgov_internal.kept_query('{"SELECT name FROM public.thing WHERE n = $1"}', 7) AS r (t text)$$, ARRAY['thing 7'], 'a row');
UPDATE thing SET name = 'other' WHERE n = 7;
ALTER TABLE thing ADD more int;
SELECT results_eq($$SELECT * FROM emgov_internal.kept_query('{"SELECT name FROM public.thing WHERE n = $1"}', 7) AS r (t text)$$, ARRAY['other'], 'as it is now, after its table has changed');

-- one by one, or all at once: for any few, and for these where they are many
SELECT results_eq(format($$SELECT DISTINCT r.t FROM emgov_internal.kept_query(%L, ARRAY(SELECT generate_series(1, %s))) AS r (t text)$$,
                         ARRAY['SELECT ''one'' FROM unnest($1) AS k (n) CROSS JOIN LATERAL (SELECT FROM public.thing AS t WHERE t.n = k.n OFFSET 0) AS l',
                               'SELECT min(''all'') FROM public.thing AS a JOIN public.thing AS b USING (n) WHERE a.n = ANY ($1) OR length(a.name) > 0'], many),
                  ARRAY[way], format('%s keys', many)) FROM (VALUES (1, 'one'), (10, 'one'), (1000, 'all'), (50, 'one')) AS v (many, way);

-- more than a session keeps, asked for while one is planned
CREATE FUNCTION public.many() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR i IN 1 .. 300 LOOP
        PERFORM FROM emgov_internal.kept_query(ARRAY[format('SELECT %s', i)], 1) AS r (n int);
    END LOOP;
    RETURN 1;
END
$$;
SELECT results_eq($$SELECT * FROM emgov_internal.kept_query('{"SELECT public.many()","SELECT 2 FROM public.thing"}', 1) AS r (n int)$$, ARRAY[1], 'a query is not forgotten while it is planned');

CREATE FUNCTION public.deep(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN n = 0 THEN 0 ELSE (SELECT r.n FROM emgov_internal.kept_query(ARRAY[format('SELECT public.deep(%s)', n - 1)], 1) AS r (n int)) END;
END
$$;
SELECT throws_ok('SELECT public.deep(300)', '54000', NULL, 'more within one another than a session keeps');

-- what is no query, or not one
SELECT throws_ok(format($$SELECT * FROM emgov_internal.kept_query(ARRAY[%L%s], 1) AS r (t text)$$, q, also), '42601', NULL, format('refused: %s%s', q, also))
  FROM unnest(ARRAY['', 'SELECT 1; SELECT 2', 'DROP TABLE public.thing', 'DELETE FROM public.thing', 'DELETE FROM public.thing RETURNING name', 'nonsense']) AS q
 CROSS JOIN unnest(ARRAY['', ', ''SELECT ''''x''''''']) AS also;
SELECT throws_ok($$SELECT * FROM emgov_internal.kept_query('{"WITH d AS (DELETE FROM public.thing RETURNING name) SELECT name FROM d"}', 1) AS r (t text)$$, '0A000', NULL, 'nothing is written');
SELECT throws_ok($$SELECT * FROM emgov_internal.kept_query('{"SELECT 1"}', 1) AS r (t text)$$, '42804', NULL, 'rows of another form');
SELECT throws_ok($$SELECT * FROM emgov_internal.kept_query('{"SELECT $1::text"}', 'x') AS r (t text)$$, '42P18', NULL, 'a parameter of no type');
SELECT throws_ok($$SELECT * FROM emgov_internal.kept_query('{"SELECT $1::text"}', VARIADIC ARRAY[1, 2]) AS r (t text)$$, '42P18', NULL, 'parameters as an array');
SELECT throws_ok($$SELECT * FROM emgov_internal.kept_query('{NULL}', 1) AS r (t text)$$, '22004', NULL, 'a query that is NULL');
SELECT is(count(*), 3000::bigint, 'nothing was deleted') FROM thing;

-- the past of a row is found by its key
CREATE TABLE pair (b int, a text, amount int, PRIMARY KEY (b, a));
CALL emgov.keep_versions('pair');
CREATE FUNCTION by_key(kept regclass) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_index AS x
     WHERE x.indrelid = emgov_internal.history_of(kept) AND x.indisvalid
       AND pg_get_indexdef(x.indexrelid) LIKE format('%%(%s)', (SELECT string_agg(quote_ident(k), ', ' ORDER BY n) FROM unnest(emgov_internal.key_columns(kept)) WITH ORDINALITY AS u (k, n)))
$$;
SELECT is_empty($$SELECT t FROM emgov_internal.kept_tables('ledger') AS t WHERE by_key(t) <> 1$$, 'each history of a ledger has an index by its table''s key');
SELECT is(by_key('pair'), 1::bigint, 'that of a table of one''s own too');
SELECT format('DROP INDEX %s', x.indexrelid::regclass) FROM pg_index AS x WHERE x.indrelid IN (emgov_internal.history_of('ledger.accident'), emgov_internal.history_of('pair')) AND NOT x.indisprimary \gexec
SELECT is(by_key('ledger.accident') + by_key('pair'), 0::bigint, 'as it was before there were such indexes');
CALL emgov.upgrade_ledger('ledger');
CALL emgov.keep_versions('pair');
SELECT is_empty($$SELECT t FROM emgov_internal.kept_tables('ledger') AS t WHERE by_key(t) <> 1$$, 'a ledger that is upgraded gets them');
SELECT is(by_key('pair'), 1::bigint, 'a table when it is kept again');
CREATE TABLE visit (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CALL emgov.keep_versions('visit');
SELECT is(by_key('visit_1'), 1::bigint, 'a partition');
SELECT format('DROP INDEX %s', x.indexrelid::regclass) FROM pg_index AS x WHERE x.indrelid = emgov_internal.history_of('visit_1') AND NOT x.indisprimary \gexec
CREATE INDEX ON visit_1_history USING brin (id, day);
CALL emgov.keep_versions('visit');
SELECT is(by_key('visit_1'), 2::bigint, 'and again, when the whole is kept again; another kind of index is none');
CALL emgov.upgrade_ledger('ledger');
SELECT is_empty($$SELECT t FROM emgov_internal.kept_tables('ledger') AS t WHERE by_key(t) <> 1$$, 'once');
SELECT * FROM finish();
