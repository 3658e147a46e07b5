-- Sources whose records lie on several servers, partitioned in any way, while one of the servers cannot be reached (no port 1 answers; the other
-- partitions are local): an area is missing when any partition that may have records of it is gone, a block with any part of it, and nothing of
-- a missing block is counted.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
CALL emgov.create_ledger('ledger');
SET search_path = public, ledger, emgov;
SELECT plan(56);
CREATE EXTENSION postgres_fdw;
CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', connect_timeout '2');
CREATE USER MAPPING FOR CURRENT_USER SERVER gone OPTIONS (user 'nobody', password 'none');
INSERT INTO area (code, name_zh, kind, is_block, parent_code) VALUES
    ('a', '甲区', 'district', true, NULL), ('b', '乙区', 'district', true, NULL), ('c', '丙区', 'district', true, NULL),
    ('b1', '乙一', 'zone', false, 'b'), ('b2', '乙二', 'zone', false, 'b');
-- A table of these partitions (bounds; with a star on the server that is gone, with @n a part of the n-th), its indicator, what is entered of it, and
-- its records, as far as there is a partition here for them: a has 2, b 4, c 8, b1 16, b2 32, an area that is unknown 64, and of none are 128; half of
-- them in March, half in August.
CREATE PROCEDURE make(name text, key text, VARIADIC bounds text[]) LANGUAGE plpgsql AS $$
DECLARE
    b text[];
    r record;
    n int := 0;
BEGIN
    EXECUTE format('CREATE TABLE %I (id int, area_code text, seen_on date, status text DEFAULT ''valid'') PARTITION BY %s', name, key);
    FOR b IN SELECT regexp_match(x, '^(?:@(\d+) )?(\*?)(.*)$') FROM unnest(bounds) AS x LOOP
        n := n + 1;
        EXECUTE format('CREATE %s TABLE %I PARTITION OF %I %s %s', CASE b[2] WHEN '*' THEN 'FOREIGN' END, name || n, name || coalesce(b[1], ''), b[3], CASE b[2] WHEN '*' THEN 'SERVER gone' END);
    END LOOP;
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES (upper(name), name, 'count', 'public.' || name, 'seen_on', 'city', 'period', '次', name);
    CALL ledger.entered(ARRAY['public.' || name], through => '2025-12-31', since => '2023-01-01');
    FOR r IN SELECT a, d, p FROM unnest('{a,b,c,b1,b2,zz,NULL}'::text[]) WITH ORDINALITY AS u (a, p) CROSS JOIN unnest('{2025-03-01,2025-08-01}'::date[]) AS d LOOP
        BEGIN
            EXECUTE format('INSERT INTO %I SELECT n, $1, $2 FROM generate_series(1, (2 ^ ($3 - 1))::int) AS n', name) USING r.a, r.d, r.p;
        EXCEPTION WHEN sqlclient_unable_to_establish_sqlconnection OR check_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;
CREATE FUNCTION said(code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', f.value, f.state, f.missing) FROM ledger.figures('[2025-01-01,2026-01-01)', codes => ARRAY[upper(code)]) AS f
$$;
-- what the members of it add up to, and these
CREATE FUNCTION members(code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', sum(f.value), string_agg(CASE f.member WHEN '' THEN '-' ELSE f.member END, ' ' ORDER BY f.member) FILTER (WHERE f.value IS NOT NULL))
      FROM ledger.figures('[2025-01-01,2026-01-01)', codes => ARRAY[upper(code)], by => 'area') AS f WHERE f.member IS NOT NULL
$$;
CREATE FUNCTION is_said(code text, words text, parts text, description text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is(said(code), words, description) UNION ALL SELECT is(members(code), parts, description || ': its parts')
$$;

-- ------------------------------------------------------------------ lists
CALL make('rest', 'LIST (area_code)', 'FOR VALUES IN (''a'')', '*FOR VALUES IN (''b'')', 'DEFAULT');
CALL make('rest_part', 'LIST (area_code)', 'FOR VALUES IN (''a'')', '*FOR VALUES IN (''b1'')', 'DEFAULT');
CALL make('parts', 'LIST (area_code)', 'FOR VALUES IN (''a'', ''c'')', '*FOR VALUES IN (''b1'')', 'FOR VALUES IN (''b2'')');
CALL make('no_block', 'LIST (area_code)', 'FOR VALUES IN (''a'')', 'FOR VALUES IN (''b1'')', 'FOR VALUES IN (''b2'')', '*FOR VALUES IN (''c'')');
CALL make('half', 'LIST (area_code)', 'FOR VALUES IN (''a'', ''b1'')', '*FOR VALUES IN (''c'')');
CALL make('default_gone', 'LIST (area_code)', 'FOR VALUES IN (''a'', ''c'')', 'FOR VALUES IN (''b1'')', '*DEFAULT');
CALL make('others_gone', 'LIST (area_code)', 'FOR VALUES IN (''a'')', 'FOR VALUES IN (''b'', ''b1'', ''b2'')', '*DEFAULT');
SELECT throws_like($$SELECT said('no_block')$$, 'could not connect to server "gone"%', 'a block needs no partition where all its parts have one');
SELECT throws_like($$SELECT said('half')$$, '"half" has no partition for area "b", which data are expected of', 'but it does where one of them has none');
SET emgov.unreachable_shards = missing;
SELECT is_said('rest', '202 part_members {b}', '202 - a c zz', 'an area in the partition of all others is there, and no part of a block that is not');
SELECT is_said('rest_part', '202 part_members {b}', '202 - a c zz', 'nor is another part, or the block');
SELECT is_said('parts', '10 part_members {b}', '10 a c', 'a block without a partition of its own is missing with a part of it');
SELECT is_said('no_block', '50 part_members {c}', '50 a b b1 b2', 'and is there if all of these are');
SELECT is_said('half', '2 part_members {b,c}', '2 a', 'of one of which a part has no partition nothing is counted');
SELECT is_said('default_gone', '10 part_members {b}', '10 a c', 'what no partition names is missing with that of all others');
SELECT is_said('others_gone', '54 part_members {c}', '54 a b b1 b2', 'and nothing else');
UPDATE area SET parent_code = 'b' WHERE code = 'c';
SELECT is_said('others_gone', '2 part_members {b,c}', '2 a', 'with it a block that it is a part of');
SELECT is_said('rest', '202 part_members {b}', '202 - a c zz', 'but not a block that is a part of it');
UPDATE area SET parent_code = NULL WHERE code = 'c';

-- ------------------------------------------------------------------ ranges and hashes
CALL make('ranges', 'RANGE (area_code)', 'FOR VALUES FROM (MINVALUE) TO (''b'')', '*FOR VALUES FROM (''b'') TO (''b1'')', 'FOR VALUES FROM (''b1'') TO (MAXVALUE)', 'DEFAULT');
SELECT is_said('ranges', '138 part_members {b}', '138 - a c', 'a range of areas, and with it those that the ledger has not');
CALL make('two', 'RANGE (area_code, seen_on)', 'FOR VALUES FROM (MINVALUE, MINVALUE) TO (''b'', ''2025-07-01'')', '*FOR VALUES FROM (''b'', ''2025-07-01'') TO (''b1'', MINVALUE)',
    'FOR VALUES FROM (''b1'', MINVALUE) TO (MAXVALUE, MAXVALUE)');
SELECT is_said('two', '10 part_members {b}', '10 a c', 'a range of areas and days: half of the records are here, and not counted');
CALL make('all_gone', 'RANGE (area_code, seen_on)', '*FOR VALUES FROM (MINVALUE, MINVALUE) TO (''b'', ''2025-07-01'')', '*FOR VALUES FROM (''b'', ''2025-07-01'') TO (MAXVALUE, MAXVALUE)', 'DEFAULT');
SELECT is_said('all_gone', 'no_data', '', 'without any area there are no data');
CALL make('below', 'RANGE (area_code)', 'FOR VALUES FROM (''a'') TO (''d'')', '*FOR VALUES FROM (''x'') TO (''y'')');
SELECT throws_like($$SELECT said('below')$$, 'the server that has all other areas of "below" cannot be reached, and no figure could say which are missing', 'a range without an area of the ledger');
CALL make('by_id', 'HASH (id)', 'FOR VALUES WITH (MODULUS 2, REMAINDER 0)', '*FOR VALUES WITH (MODULUS 2, REMAINDER 1)');
SELECT is_said('by_id', 'no_data', '', 'any area may lie where a hash has its records');
CREATE TABLE hashed (area_code text) PARTITION BY HASH (area_code);
SELECT n AS gone FROM generate_series(0, 3) AS n WHERE satisfies_hash_partition('hashed'::regclass, 4, n, 'b1'::text) \gset
SELECT format('CALL make(''by_area'', ''HASH (area_code)'', %s)', string_agg(format('''%sFOR VALUES WITH (MODULUS 4, REMAINDER %s)''', CASE n WHEN :gone THEN '*' END, n), ', '))
  FROM generate_series(0, 3) AS n \gexec
SELECT array_agg(DISTINCT block) AS without FROM (VALUES ('a', 'a'), ('b', 'b'), ('c', 'c'), ('b', 'b1'), ('b', 'b2')) AS v (block, code)
 WHERE satisfies_hash_partition('hashed'::regclass, 4, :gone, code) \gset
SELECT is(missing, :'without', 'of areas that are hashed those that lie there') FROM figures('[2025-01-01,2026-01-01)', codes => ARRAY['BY_AREA']);
SELECT is(split_part(members('by_area'), ' ', 1), split_part(said('by_area'), ' ', 1), 'and the parts add up to the whole');

-- ------------------------------------------------------------------ several levels
CALL make('area_month', 'LIST (area_code)', 'FOR VALUES IN (''a'', ''c'')', 'FOR VALUES IN (''b1'', ''b2'')', 'FOR VALUES IN (''b'') PARTITION BY RANGE (seen_on)',
    '@3 FOR VALUES FROM (MINVALUE) TO (''2025-07-01'')', '@3 *FOR VALUES FROM (''2025-07-01'') TO (MAXVALUE)', 'FOR VALUES IN (NULL)');
SELECT is_said('area_month', '138 part_members {b}', '138 - a c', 'half of the months of an area');
CALL make('month_area', 'RANGE (seen_on)', 'FOR VALUES FROM (MINVALUE) TO (''2025-07-01'') PARTITION BY LIST (area_code)',
    'FOR VALUES FROM (''2025-07-01'') TO (MAXVALUE) PARTITION BY LIST (area_code)',
    '@1 FOR VALUES IN (''a'')', '@1 DEFAULT', '@2 *FOR VALUES IN (''b'')', '@2 DEFAULT');
SELECT is_said('month_area', '202 part_members {b}', '202 - a c zz', 'an area of half of the months');
CALL make('month', 'RANGE (seen_on)', 'FOR VALUES FROM (MINVALUE) TO (''2025-07-01'')', '*FOR VALUES FROM (''2025-07-01'') TO (MAXVALUE)');
SELECT is_said('month', 'no_data', '', 'half of the months of all');
CALL make('month_null', 'RANGE (seen_on)', 'FOR VALUES FROM (MINVALUE) TO (''2025-07-01'')',
    'FOR VALUES FROM (''2025-07-01'') TO (MAXVALUE) PARTITION BY LIST (area_code)', '@2 *FOR VALUES IN (NULL)', '@2 DEFAULT');
SELECT throws_like($$SELECT said('month_null')$$,
    'the server that has the records of "month_null" without an area cannot be reached, and no figure could say that they are missing', 'records without an area');
CALL make('area_area', 'LIST (area_code)', 'FOR VALUES IN (''a'', ''c'', ''b'') PARTITION BY LIST (area_code)', '@1 FOR VALUES IN (''a'')', '@1 *FOR VALUES IN (''b'')', '@1 DEFAULT', 'DEFAULT');
SELECT is_said('area_area', '202 part_members {b}', '202 - a c zz', 'a list within a list');
CALL make('no_month', 'LIST (area_code)', 'FOR VALUES IN (''c'') PARTITION BY RANGE (seen_on)', '*FOR VALUES IN (''b'')', 'DEFAULT');
SELECT is_said('no_month', '194 part_members {b,c}', '194 - a zz', 'an area of which there is no month');
CALL make('by_status', 'LIST (status)', 'FOR VALUES IN (''valid'')', '*FOR VALUES IN (''void'')');
SELECT is_said('by_status', 'no_data', '', 'any area may lie where a list of something else has its records');
CALL make('lower', 'LIST (lower(area_code))', 'FOR VALUES IN (''a'', ''c'')', '*FOR VALUES IN (''b'')', 'DEFAULT');
SELECT throws_like($$SELECT said('lower')$$, 'could not connect to server "gone"%', 'what the planner does not leave out is an error');
-- whoever owns a table has nobody run what he wrote
CREATE FUNCTION told(area text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN area; END $$;
CALL make('told', 'LIST (told(area_code))', 'FOR VALUES IN (''a'', ''c'')', '*FOR VALUES IN (''b'')', 'DEFAULT');
CREATE OR REPLACE FUNCTION told(area text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$;
SELECT is_said('told', 'no_data', '', 'a function in a key is not run, and any area may lie anywhere');
SELECT is((SELECT array_agg(p ORDER BY p) FROM unnest(emgov_internal.unreachable_partitions('area_month')) AS p), ARRAY['area_month5'::regclass], 'the partition that cannot be reached');
RESET emgov.unreachable_shards;
SELECT throws_like($$SELECT said('by_status')$$, 'could not connect to server "gone"%', 'without the setting it is an error');
SELECT throws_like($$SELECT said('month_area')$$, 'could not connect to server "gone"%', 'without the setting it is an error');
SELECT is(state, 'fail', 'health says it of partitions on any level') FROM health('en') WHERE what = 'server';
-- whoever may read the table, and not its partitions
CREATE ROLE reader;
CALL grant_analyst('reader');
REVOKE SELECT ON month_area FROM reader;
CREATE USER MAPPING FOR reader SERVER gone OPTIONS (user 'nobody', password 'none');
SET ROLE reader;
SELECT is(has_table_privilege('rest', 'SELECT') AND NOT has_table_privilege('rest1', 'SELECT') AND NOT has_table_privilege('rest2', 'SELECT'), true, 'a reader without rights on partitions');
SET emgov.unreachable_shards = missing;
SELECT is(said(x.code), x.words, 'has figures: ' || x.code)
  FROM (VALUES ('rest', '202 part_members {b}'), ('by_id', 'no_data'), ('area_month', '138 part_members {b}')) AS x (code, words);
SELECT throws_ok($$SELECT emgov_internal.unreachable_partitions('month_area')$$, '42501', NULL, 'who may not read it cannot ask');
RESET ROLE;
SELECT * FROM finish();
