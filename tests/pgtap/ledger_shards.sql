-- A source that lies on several servers by area, of which one cannot be reached (no port 1 answers) and the others are local
-- partitions: no figure is smaller without saying so, whatever days the areas are of, whichever partition is gone, and whether a
-- record names an area or not.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
CALL emgov.create_ledger('ledger');
SET search_path = public, ledger, emgov;
SELECT plan(36);
CREATE EXTENSION postgres_fdw;
CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', connect_timeout '2');
CREATE USER MAPPING FOR CURRENT_USER SERVER gone OPTIONS (user 'nobody', password 'none');
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true);
-- a table of these partitions (bounds, or those with a star on the server that is gone), its indicator, and what is entered of it
CREATE PROCEDURE make(name text, VARIADIC bounds text[]) LANGUAGE plpgsql AS $$
DECLARE
    b text;
    n int := 0;
BEGIN
    EXECUTE format('CREATE TABLE %I (id int, area_code text, seen_on date, status text DEFAULT ''valid'') PARTITION BY LIST (area_code)', name);
    FOREACH b IN ARRAY bounds LOOP
        n := n + 1;
        EXECUTE format('CREATE %s TABLE %I PARTITION OF %I %s %s', CASE WHEN b LIKE '*%' THEN 'FOREIGN' END, name || n, name, ltrim(b, '*'), CASE WHEN b LIKE '*%' THEN 'SERVER gone' END);
    END LOOP;
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES (upper(name), name, 'count', 'public.' || name, 'seen_on', 'city', 'period', '次', name);
    CALL ledger.entered(ARRAY['public.' || name], through => '2025-12-31', since => '2023-01-01');
END
$$;
CREATE FUNCTION said(code text, period daterange DEFAULT '[2025-01-01,2026-01-01)') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', f.value, f.state, f.missing, f.base, f.change) FROM ledger.figures(period, codes => ARRAY[code]) AS f
$$;
CALL make('seen', 'FOR VALUES IN (''a'')', '*FOR VALUES IN (''b'')');
INSERT INTO seen SELECT n, 'a', date '2024-01-01' + n * 10 FROM generate_series(0, 72) AS n;
SELECT throws_like($$SELECT said('SEEN')$$, 'could not connect to server "gone"%', 'a server that is gone is an error');
SET emgov.unreachable_shards = missing;
SELECT is(said('SEEN'), '36 part_members {b}', 'or its area is missing');

-- ------------------------------------------------------------------ whatever days the area is of
-- its records count whatever days it is of, so without them no window and no base is whole
CREATE FUNCTION said_where(code text, period daterange, of_b text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    words text;
BEGIN
    EXECUTE 'UPDATE ledger.area SET ' || of_b || ' WHERE code = ''b''';
    words := said(code, period);
    UPDATE ledger.area SET valid_from = NULL, valid_to = NULL, successor_code = NULL WHERE area.code = 'b';
    RETURN words;
END
$$;
SELECT is(said_where('SEEN', w.period, x), format('%s part_members {b}', w.n), format('%s of %s', x, w.period))
  FROM (VALUES ('[2025-01-01,2026-01-01)'::daterange, 36), ('[2024-01-01,2025-01-01)', 37), ('[2024-07-01,2025-01-01)', 18), ('[2024-07-01,2025-07-01)', 36)) AS w (period, n)
 CROSS JOIN (VALUES ('valid_to = ''2023-12-31'''), ('valid_from = ''2026-06-01'''), ('valid_to = ''2024-06-30'''), ('valid_from = ''2025-03-01''')) AS x (x);
-- what it became is missing with it
SELECT is(said_where('SEEN', w.period, 'valid_to = ''2024-06-30'', successor_code = ''a'''), 'no_data', format('a successor in %s', w.period))
  FROM (VALUES ('[2025-01-01,2026-01-01)'::daterange), ('[2024-01-01,2025-01-01)'), ('[2024-01-01,2024-07-01)')) AS w (period);

-- ------------------------------------------------------------------ records without an area
CALL make('here', '*FOR VALUES IN (''b'')', 'FOR VALUES IN (''a'')', 'FOR VALUES IN (NULL)');
INSERT INTO here SELECT n, CASE WHEN n <= 5 THEN 'a' END, '2025-03-01' FROM generate_series(1, 7) AS n;
SELECT is(said('HERE'), '7 part_members {b}', 'those without an area are counted from their partition');
CALL make('rest', '*FOR VALUES IN (''b'')', 'FOR VALUES IN (''a'')', 'DEFAULT');
INSERT INTO rest SELECT n, (ARRAY['a', 'c'])[n], '2025-03-01' FROM generate_series(1, 7) AS n;
SELECT is(said('REST'), '7 part_members {b}', 'and from that of all others');
SELECT matches(emgov_internal.reachable_rows('ledger', 'rest'), ' OR r.area_code IS NULL', 'as rules and regimes read them');
CALL make('none', 'FOR VALUES IN (''a'')', 'FOR VALUES IN (''b'')', '*FOR VALUES IN (NULL)');
CALL make('both', 'FOR VALUES IN (''a'')', '*FOR VALUES IN (''b'', NULL)');
SELECT throws_like(format('SELECT said(%L)', upper(x)), format('the server that has the records of "%s" without an area cannot be reached, and no figure could say that they are missing', x),
    'what the server that is gone has without an area is an error: ' || x) FROM unnest('{none,both}'::text[]) AS x;
CALL make('others', 'FOR VALUES IN (''a'')', 'FOR VALUES IN (''b'')', '*DEFAULT');
SELECT throws_like($$SELECT said('OTHERS')$$, 'the server that has all other areas of "others" cannot be reached, and no figure could say which are missing', 'and all others');

-- ------------------------------------------------------------------ no partition
CALL make('empty', '*FOR VALUES IN (''a'')', '*FOR VALUES IN (''b'')');
SELECT is(said('EMPTY'), 'no_data', 'without any server there is no data');
ALTER TABLE empty DETACH PARTITION empty1;
SELECT is(said('EMPTY'), 'no_data', 'nor without the partition of an area');
DROP FOREIGN TABLE empty2;
SELECT is(said('EMPTY'), 'no_data', 'nor without any, which is not 0');
RESET emgov.unreachable_shards;
SELECT throws_like($$SELECT said('EMPTY')$$, '"empty" has no partition for area "a", which data are expected of', 'without the setting that is an error');
SELECT throws_like($$SELECT record_key FROM figure_rows('EMPTY', '[2025-01-01,2026-01-01)')$$, '"empty" has no partition for area "a", which data are expected of', 'for the records behind it, too');
UPDATE area SET is_block = false;
SELECT throws_like($$SELECT said('EMPTY')$$, '"empty" has no partition for any area', 'also where data are expected of no area');
SET emgov.unreachable_shards = missing;
SELECT is(said('EMPTY'), 'no_data', 'or no data');
SELECT is(said('SEEN'), 'no_data', 'nor is any there of a source of which an area is missing, for it cannot be said which');
UPDATE area SET is_block = true;
RESET emgov.unreachable_shards;
-- a table whose partitions are all here
CALL make('local', 'FOR VALUES IN (''a'')');
INSERT INTO local VALUES (1, 'a', '2025-03-01');
SELECT is(said('LOCAL'), '1 new 0 1', 'a table whose partitions are all here is as before');
SELECT * FROM finish();
