-- A source partitioned by month is counted, kept, published and restated as one that is not; each partition groups its own records;
-- a month that is detached takes its past along, and one that comes is kept from its first row on.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../plan_of.sql
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true);
SELECT plan(100);

CREATE TABLE visit (id int, visited_on date, area_code text, hazards int, cost numeric(12, 2), status text NOT NULL DEFAULT 'valid', PRIMARY KEY (id, visited_on)) PARTITION BY RANGE (visited_on);
CREATE TABLE plain (id int, visited_on date, area_code text, hazards int, cost numeric(12, 2), status text NOT NULL DEFAULT 'valid', PRIMARY KEY (id, visited_on));
SELECT format('CREATE TABLE visit_%s PARTITION OF visit FOR VALUES FROM (%L) TO (%L)', to_char(lower(m), 'YYYY_MM'), lower(m), upper(m)) FROM emgov.months('[2025-01-01,2025-05-01)') AS m \gexec
CREATE TABLE headless (id int, day date) PARTITION BY RANGE (day);
SELECT throws_like($$CALL emgov.keep_versions('headless')$$, 'the versions of table %headless" cannot be kept', 'without a key they cannot be');
CALL emgov.keep_versions('visit');
CALL emgov.keep_versions('plain');
CALL emgov.create_rollup('visit_daily', 'SELECT visited_on, area_code, status, count(*) AS n, sum(hazards) AS hazards, sum(cost) AS cost FROM visit GROUP BY 1, 2, 3');
CALL emgov.create_rollup('plain_daily', 'SELECT visited_on, area_code, status, count(*) AS n, sum(hazards) AS hazards, sum(cost) AS cost FROM plain GROUP BY 1, 2, 3');
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, cutoff, filter, unit, scope, definition_zh, measure)
SELECT p.prefix || v.code, 1, v.code, v.kind, 'public.' || p.source, 'visited_on', 'period', 'status = ''valid''', '次', 'bureau', '定义', v.measure
  FROM (VALUES ('P', 'visit'), ('Q', 'plain')) AS p (prefix, source),
       (VALUES ('1', 'count', NULL), ('2', 'sum', 'hazards'), ('3', 'sum', 'cost'), ('4', 'distinct', 'hazards')) AS v (code, kind, measure);
CREATE FUNCTION enter(statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(statement, 'visit');
    EXECUTE format(statement, 'plain');
END $$;
SELECT enter($$INSERT INTO %I SELECT n, date '2025-01-01' + n %% 120, substr('ab', 1 + n %% 2, 1), n %% 7, n * 1.25 FROM generate_series(1, 3000) AS n$$);
CALL ledger.entered(ARRAY['public.visit', 'public.plain'], through => '2025-04-30', since => '2025-01-01');

-- The figures of both, without their codes' first letter, are the same.
CREATE FUNCTION differs(as_of timestamptz) RETURNS SETOF text LANGUAGE sql AS $$
    WITH f AS (SELECT left(code, 1) AS which, to_jsonb(ARRAY[substr(code, 2), member, value::text, numerator::text, base::text, state, record_count::text]) AS says
                 FROM ledger.figures(emgov.ytd('2025-04-15'), as_of, by => 'area'))
    (SELECT says::text FROM f WHERE which = 'P' EXCEPT ALL SELECT says::text FROM f WHERE which = 'Q')
    UNION ALL (SELECT says::text FROM f WHERE which = 'Q' EXCEPT ALL SELECT says::text FROM f WHERE which = 'P')
$$;
SELECT is_empty('SELECT differs(NULL)', 'figures are those of a plain table');
SELECT results_eq($$SELECT DISTINCT code, answered_by FROM ledger.figures(emgov.ytd('2025-04-15'), codes => ARRAY['P1', 'P3', 'P4']) ORDER BY 1$$,
                  $$VALUES ('P1', 'public.visit_daily'), ('P3', 'public.visit_daily'), ('P4', 'facts')$$, 'its rollup answers');
SELECT clock_timestamp() AS before \gset
SELECT pg_sleep(0.01) \gset
SELECT enter($$UPDATE %I SET hazards = hazards + 100 WHERE id %% 10 = 3$$);
SELECT enter($$UPDATE %I SET status = 'withdrawn' WHERE id %% 10 = 4$$);
SELECT is_empty('SELECT differs(NULL)', 'after changes too');
SELECT is_empty(format('SELECT differs(%L)', :'before'), 'and as they were known before');
SELECT isnt((SELECT value FROM ledger.figures(emgov.ytd('2025-04-15'), :'before', codes => ARRAY['P2'])), (SELECT value FROM ledger.figures(emgov.ytd('2025-04-15'), codes => ARRAY['P2'])),
            'which was something else');
SELECT is_empty($$SELECT * FROM emgov.verify_rollup('visit_daily')$$, 'the rollup follows');
SELECT throws_like($$UPDATE visit SET visited_on = '2025-03-01' WHERE id = 1$$, 'the key of a row of "public.visit_2025_01" cannot be changed', 'a record does not move to another month');
SELECT throws_like($$DELETE FROM visit WHERE id = 1$$, 'delete on "public.visit_2025_01" is refused%', 'nor is it deleted');
SELECT throws_like($$TRUNCATE visit$$, 'truncate on "public.visit" is refused%', 'nor are all');

-- each partition groups its own
ANALYZE visit;
SET emgov.rewrite = off;
SET enable_partitionwise_aggregate = on;
SELECT matches(plan_of($$SELECT area_code, count(*) FROM visit GROUP BY 1$$),
    'Append\s+->  Partial (Hash|Group)?Aggregate\s+Group Key: visit\.area_code\s+->  Seq Scan on visit_2025_01', 'parts of sums are made by partition');
SELECT matches(plan_of($$SELECT count(*) FROM visit WHERE visited_on >= '2025-04-01' AND visited_on < '2025-05-01'$$), 'visit_2025_04', 'of the partitions that are asked for');
SELECT doesnt_match(plan_of($$SELECT count(*) FROM visit WHERE visited_on >= '2025-04-01' AND visited_on < '2025-05-01'$$), 'visit_2025_03', 'and no others');
SELECT matches(plan_of($$SELECT count(*) FROM visit_as_of('2025-12-01') WHERE visited_on >= '2025-04-01' AND visited_on < '2025-05-01'$$), 'visit_2025_04_history', 'so is what was known');
RESET enable_partitionwise_aggregate;
RESET emgov.rewrite;

-- published, verified, restated
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('r', '报告', 'ytd');
INSERT INTO ledger.report_figure (report, code) SELECT 'r', code FROM ledger.indicator;
CALL ledger.publish('r', emgov.ytd('2025-04-15')) \gset published_
SELECT is_empty($$SELECT * FROM ledger.verify_publication(1)$$, 'its publication is verified');
SELECT is((SELECT count(DISTINCT (value, numerator, record_count, record_checksum)) FROM ledger.publication_figure WHERE code IN ('P1', 'Q1')), 1::bigint, 'its checksum is that of a plain table');
SELECT enter($$UPDATE %I SET hazards = 1000 WHERE id = 8$$);
SELECT results_eq($$SELECT substr(code, 2), what, difference, records FROM ledger.restatement(1) WHERE code LIKE 'P%' ORDER BY 1, 2$$,
                  $$SELECT substr(code, 2), what, difference, records FROM ledger.restatement(1) WHERE code LIKE 'Q%' ORDER BY 1, 2$$, 'its restatement too');
SELECT results_eq($$SELECT record_key, difference FROM ledger.restatement_rows(1) WHERE code = 'P2'$$, $$VALUES ('[8, "2025-01-09"]', 999::numeric)$$, 'and names the record');

-- a month that comes, and one that goes
CREATE TABLE visit_2026_01 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT isnt(emgov_internal.history_of('visit_2026_01'), NULL, 'a new partition is kept');
SELECT matches(pg_get_functiondef('visit_as_of'::regproc), 'visit_2026_01_as_of', 'and its past is read');
ALTER TABLE visit DETACH PARTITION visit_2025_01;
SELECT is((SELECT value FROM ledger.figures(emgov.ytd('2025-04-15'), codes => ARRAY['P1'])),
          (SELECT count(*)::numeric FROM plain WHERE status = 'valid' AND visited_on >= '2025-02-01' AND visited_on < '2025-04-16'), 'what is detached counts no longer');
SELECT isnt_empty($$SELECT FROM ledger.verify_publication(1)$$, 'which is seen by what was published from it');
SELECT is((SELECT count(*) FROM visit_2025_01_as_of(:'before') WHERE status = 'valid'), (SELECT count(*) FROM plain_as_of(:'before') WHERE visited_on < '2025-02-01'),
          'it has its records and their past with it');
SELECT lives_ok($$CALL emgov.release_versions('visit_2025_01'); DROP TABLE visit_2025_01, visit_2025_01_history$$, 'released, it can be dropped');
CALL emgov.release_versions('visit');
SELECT lives_ok('DELETE FROM visit', 'the whole can be released, too');

-- A kept table that is renamed, moved or given to another goes on being kept, and what reads its past goes along.
CREATE ROLE emgov_test_owner;
CREATE ROLE emgov_test_heir;
CREATE SCHEMA place AUTHORIZATION emgov_test_owner;
CREATE SCHEMA elsewhere AUTHORIZATION emgov_test_owner;
GRANT ALL ON SCHEMA place, elsewhere TO emgov_test_heir;
GRANT emgov_test_heir TO emgov_test_owner;
CREATE FUNCTION public.past_of() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s %s', p.oid::regprocedure, pg_get_userbyid(p.proowner)) FROM pg_proc AS p
     WHERE p.pronamespace IN ('place'::regnamespace, 'elsewhere'::regnamespace) AND p.proname ~ '^[vw](_as_of|_changed)$' ORDER BY 1 $$;
SET ROLE emgov_test_owner;
CREATE TABLE place.v (id int, d date, area text, n int, m int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE place.v1 PARTITION OF place.v FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CALL emgov.keep_versions('place.v');
INSERT INTO place.v VALUES (1, '2024-01-02', 'a', 7, 8);
SELECT clock_timestamp() AS first \gset
UPDATE place.v SET n = 70;
-- what is like them stays where it is
CREATE FUNCTION place.other_as_of(timestamptz) RETURNS SETOF place.v LANGUAGE sql BEGIN ATOMIC SELECT * FROM place.v_as_of($1) WHERE n > 1; END;
ALTER TABLE place.v RENAME TO w;
SELECT results_eq('SELECT past_of()', ARRAY['place.w_as_of(timestamp with time zone) emgov_test_owner', 'place.w_changed(timestamp with time zone,timestamp with time zone) emgov_test_owner'],
                  'renamed, its functions follow');
CREATE TABLE place.w2 PARTITION OF place.w FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
INSERT INTO place.w VALUES (2, '2024-02-02', 'b', 5, 6);
SELECT throws_like('DELETE FROM place.w WHERE id = 2', 'delete on "place.w2" is refused%', 'and a new partition is kept');
SELECT results_eq($$SELECT id, n FROM place.w_as_of('infinity') ORDER BY 1$$, 'VALUES (1, 70), (2, 5)', 'and read');
ALTER TABLE place.w SET SCHEMA elsewhere;
SELECT results_eq('SELECT past_of()', ARRAY['elsewhere.w_as_of(timestamp with time zone) emgov_test_owner',
                  'elsewhere.w_changed(timestamp with time zone,timestamp with time zone) emgov_test_owner'], 'moved, too');
CREATE TABLE place.w3 PARTITION OF elsewhere.w FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
SELECT isnt(emgov_internal.history_of('place.w3'), NULL, 'and a new partition is kept');
SELECT has_function('place', 'other_as_of', 'what is another''s stays');

-- columns go and change, as those of a plain kept table
DROP FUNCTION place.other_as_of;
SELECT lives_ok('ALTER TABLE elsewhere.w ALTER area TYPE varchar(10)', 'a column gets another type');
SELECT lives_ok('ALTER TABLE elsewhere.w ALTER id TYPE bigint', 'one of the key, too');
SELECT lives_ok('ALTER TABLE elsewhere.w DROP COLUMN m', 'a column goes');
SELECT lives_ok('ALTER TABLE elsewhere.w ADD k int', 'one comes');
SELECT lives_ok('ALTER TABLE elsewhere.w RENAME COLUMN k TO l', 'and is renamed');
SELECT results_eq(format('SELECT id, area, n, l FROM elsewhere.w_as_of(%L)', :'first'), $$VALUES (1::bigint, varchar(10) 'a', 7, NULL::int)$$, 'its past is read still');
SELECT set_eq(format('SELECT elsewhere.w_changed(%L, NULL)', :'first'), ARRAY['[1, "2024-01-02"]', '[2, "2024-02-02"]'], 'and what changed');
SELECT results_eq(format('SELECT m FROM place.v1_history_as_of(%L)', :'first'), 'VALUES (8)', 'the column is in the past alone');
CREATE DOMAIN elsewhere.much AS int;
ALTER TABLE elsewhere.w ADD much elsewhere.much;
SELECT throws_like('DROP DOMAIN elsewhere.much CASCADE', 'column much of table % which is kept, cannot be dropped with what it needs', 'a column does not go with its type');
ALTER TABLE elsewhere.w DROP COLUMN much;
SELECT format('ALTER TABLE %s ALTER COLUMN much TYPE int', attrelid::regclass) FROM pg_attribute WHERE atttypid = 'elsewhere.much'::regtype AND attname = 'much' \gexec
DROP DOMAIN elsewhere.much CASCADE;
SELECT results_eq($$SELECT id, n FROM elsewhere.w_as_of('infinity') ORDER BY 1$$, 'VALUES (1::bigint, 70), (2::bigint, 5)', 'a column that goes with its type takes nothing along');

ALTER TABLE elsewhere.w OWNER TO emgov_test_heir;
SELECT results_eq('SELECT past_of()', ARRAY['elsewhere.w_as_of(timestamp with time zone) emgov_test_heir',
                  'elsewhere.w_changed(timestamp with time zone,timestamp with time zone) emgov_test_heir'], 'given to another, too');
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA place TO emgov_test_heir;
SELECT lives_ok('ALTER TABLE elsewhere.w ADD k int', 'a column comes then');
CREATE SCHEMA heir AUTHORIZATION emgov_test_heir;
SET ROLE emgov_test_heir;
CREATE TABLE heir.w4 PARTITION OF elsewhere.w FOR VALUES FROM ('2024-04-01') TO ('2024-05-01');
SELECT isnt(emgov_internal.history_of('heir.w4'), NULL, 'and a new partition is kept');
SELECT matches(pg_get_functiondef('elsewhere.w_as_of'::regproc), 'w4_as_of', 'and read');
RESET ROLE;
ALTER TABLE elsewhere.w OWNER TO emgov_test_owner;
ALTER SCHEMA elsewhere RENAME TO elsewhere2;
ALTER TABLE elsewhere2.w RENAME TO x;
SELECT is((SELECT count(*) FROM elsewhere2.x_as_of('infinity')), 2::bigint, 'again and again');
SELECT throws_like('ALTER TABLE place.v1 OWNER TO emgov_test_heir', '%must belong to the owner of%', 'a partition is given to no other: the whole runs its functions');

-- without a partition
CREATE TABLE bare (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CALL emgov.keep_versions('bare');
ALTER TABLE bare RENAME TO empty;
CREATE TABLE empty1 PARTITION OF empty FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
SELECT isnt(emgov_internal.history_of('empty1'), NULL, 'one that had no partition when it was renamed is kept');
SELECT hasnt_function('bare_as_of', 'under its new name alone');
CALL emgov.release_versions('empty');
CREATE TABLE empty2 PARTITION OF empty FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
SELECT is(emgov_internal.history_of('empty2'), NULL, 'one that is released is kept no longer');
SELECT lives_ok('TRUNCATE empty', 'nor guarded');

-- A partition that is partitioned itself goes with all that is in it, and is kept as the whole was.
CREATE TABLE tree (id int, d date, area text, n int, PRIMARY KEY (id, d, area)) PARTITION BY RANGE (d);
CREATE TABLE tree_2024 PARTITION OF tree FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (area);
CREATE TABLE tree_2024_a PARTITION OF tree_2024 FOR VALUES IN ('a');
CREATE TABLE tree_2025 PARTITION OF tree FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CALL emgov.keep_versions('tree');
INSERT INTO tree VALUES (1, '2024-02-03', 'a', 7), (2, '2025-02-03', 'a', 8);
SELECT clock_timestamp() AS planted \gset
UPDATE tree SET n = n + 1;
ALTER TABLE tree DETACH PARTITION tree_2024;
SELECT results_eq('SELECT id FROM tree_as_of(''infinity'')', 'VALUES (2)', 'the whole has it no longer');
SELECT results_eq(format('SELECT id, n FROM tree_2024_as_of(%L)', :'planted'), 'VALUES (1, 7)', 'its past is read as a whole');
SELECT set_eq(format('SELECT tree_2024_changed(%L, NULL)', :'planted'), $$VALUES ('[1, "2024-02-03", "a"]')$$, 'and what changed');
CREATE TABLE tree_2024_b PARTITION OF tree_2024 FOR VALUES IN ('b');
INSERT INTO tree_2024 VALUES (3, '2024-05-06', 'b', 9);
SELECT throws_like('DELETE FROM tree_2024 WHERE id = 3', 'delete on "public.tree_2024_b" is refused%', 'a partition that comes is kept');
SELECT results_eq($$SELECT id FROM tree_2024_as_of('infinity') ORDER BY 1$$, 'VALUES (1), (3)', 'and read');
SELECT throws_like('TRUNCATE tree_2024', 'truncate on "public.tree_2024" is refused%', 'the whole of it is guarded');
SELECT lives_ok('ALTER TABLE tree_2024 ADD m int', 'it gets a column');
SELECT lives_ok('ALTER TABLE tree_2024 DROP COLUMN m', 'which goes again');
ALTER TABLE tree ATTACH PARTITION tree_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
SELECT results_eq($$SELECT id FROM tree_as_of('infinity') ORDER BY 1$$, 'VALUES (1), (2), (3)', 'it comes back');
SELECT lives_ok('ALTER TABLE tree DROP COLUMN n', 'a column goes from both');
SELECT results_eq($$SELECT id FROM tree_2024_as_of('infinity') ORDER BY 1$$, 'VALUES (1), (3)', 'and both are read');
ALTER TABLE tree_2024 DETACH PARTITION tree_2024_b;
SELECT results_eq($$SELECT id FROM tree_as_of('infinity') UNION ALL SELECT -id FROM tree_2024_as_of('infinity') UNION ALL SELECT 100 * id FROM tree_2024_b_as_of('infinity') ORDER BY 1$$,
                  'VALUES (-1), (1), (2), (300)', 'what is taken out below is in neither');
CALL emgov.release_versions('tree_2024_b');
CALL emgov.release_versions('tree');
SELECT hasnt_function('tree_2024_as_of', 'the whole is released with what is kept below it');
SELECT lives_ok('TRUNCATE tree', 'and guarded no longer');
SELECT throws_like($$CALL emgov.release_versions('tree')$$, 'table %tree" keeps no versions', 'nor released twice');
CREATE TABLE plain_tree (id int, d date, area text, PRIMARY KEY (id, d, area)) PARTITION BY RANGE (d);
CREATE TABLE plain_tree_2024 PARTITION OF plain_tree FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (area);
ALTER TABLE plain_tree DETACH PARTITION plain_tree_2024;
SELECT hasnt_function('plain_tree_2024_as_of', 'of a table that is not kept nothing is');
CREATE TABLE named (id int, d date, area text, PRIMARY KEY (id, d, area)) PARTITION BY RANGE (d);
CREATE TABLE a_name_that_leaves_no_room_for_that_of_its_past_at_all PARTITION OF named FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (area);
SELECT throws_ok($$CALL emgov.keep_versions('named')$$, '55000', 'the versions of table "public.a_name_that_leaves_no_room_for_that_of_its_past_at_all" cannot be kept',
                 'what is partitioned below leaves room for the names of its past');
ALTER TABLE a_name_that_leaves_no_room_for_that_of_its_past_at_all RENAME TO short;
CALL emgov.keep_versions('named');
SELECT throws_like('ALTER TABLE short RENAME TO a_name_that_leaves_no_room_for_that_of_its_past_at_all', 'the versions of table %cannot be kept', 'when it is renamed');
SELECT throws_like($$CREATE TABLE a_name_that_leaves_no_room_for_that_of_its_past_at_all PARTITION OF named FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (area)$$,
                   'the versions of table %cannot be kept', 'when it is made');
CREATE TABLE a_name_that_leaves_no_room_for_that_of_its_past_at_all (LIKE named) PARTITION BY LIST (area);
SELECT throws_like($$ALTER TABLE named ATTACH PARTITION a_name_that_leaves_no_room_for_that_of_its_past_at_all FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')$$,
                   'the versions of table %cannot be kept', 'and when it is attached');

-- a long name from before that was asked, here two of them, hinders no other command
DROP TABLE a_name_that_leaves_no_room_for_that_of_its_past_at_all;
CREATE TABLE long_1 PARTITION OF named FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (area);
CREATE TABLE long_2 PARTITION OF named FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (area);
CREATE TABLE long_1_a PARTITION OF long_1 FOR VALUES IN ('a');
UPDATE pg_class SET relname = relname || repeat('_', 50) WHERE oid IN ('long_1'::regclass, 'long_2'::regclass);
SELECT throws_like('ALTER TABLE named ADD n int', 'the versions of table %long_2\_%cannot be kept', 'but for one of which nothing is kept yet');
SELECT lives_ok(format('ALTER TABLE long_2%s RENAME TO told_2', repeat('_', 50)), 'which can be renamed');
SELECT lives_ok('ALTER TABLE named ADD n int', 'then the whole is altered');
SELECT lives_ok(format($$CREATE TABLE long_1_b PARTITION OF long_1%s FOR VALUES IN ('b')$$, repeat('_', 50)), 'and gets partitions');
SELECT throws_like(format('ALTER TABLE named DETACH PARTITION long_1%s', repeat('_', 50)), 'the versions of table %long_1\_%cannot be kept', 'only it cannot be taken out');
SELECT lives_ok(format('ALTER TABLE long_1%s RENAME TO told_1', repeat('_', 50)), 'before it is renamed');
SELECT lives_ok('ALTER TABLE named DETACH PARTITION told_1', 'as the hint says');

-- functions of somebody's own are not replaced
CREATE FUNCTION short_changed(timestamptz, timestamptz) RETURNS SETOF text LANGUAGE sql AS $$ SELECT 'mine' $$;
SELECT throws_ok('ALTER TABLE named DETACH PARTITION short', '42723',
                 'the versions of table "public.short" cannot be kept: there is a function public.short_changed(timestamp with time zone,timestamp with time zone)', 'not by what is detached');
SELECT is(short_changed(NULL, NULL), 'mine', 'it stays what it is');
DROP FUNCTION short_changed(timestamptz, timestamptz);
CREATE TABLE kept_late (id int PRIMARY KEY);
CREATE FUNCTION kept_late_as_of(timestamptz) RETURNS SETOF kept_late LANGUAGE sql AS $$ SELECT * FROM kept_late $$;
SELECT throws_ok($$CALL emgov.keep_versions('kept_late')$$, '42723', NULL, 'nor by a table that is kept');
CREATE SCHEMA own_guard;
CREATE FUNCTION own_guard.ledger_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE own_guard.watched (id int PRIMARY KEY);
CREATE TRIGGER own BEFORE INSERT ON own_guard.watched FOR EACH ROW EXECUTE FUNCTION own_guard.ledger_keep();
SELECT lives_ok('CREATE TABLE own_guard.heir () INHERITS (own_guard.watched)', 'a table with a guard of somebody''s own is not one of ours');
CREATE TABLE own_guard.later (id int PRIMARY KEY);
CREATE TABLE own_guard.parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
SELECT throws_ok(format('CALL emgov.keep_versions(%L)', t), '42723', format('the versions of table "%s" cannot be kept: there is a function own_guard.ledger_keep()', t), t || ' does not replace it')
  FROM unnest('{own_guard.later,own_guard.parts}'::text[]) AS t;
ALTER FUNCTION own_guard.ledger_keep() RENAME TO my_keep;
SELECT lives_ok($$CALL emgov.keep_versions('own_guard.later'); CALL emgov.release_versions('own_guard.later'); CALL emgov.keep_versions('own_guard.parts')$$, 'as the hint says, and ours is ours when nothing is kept');
SELECT lives_ok('INSERT INTO own_guard.watched VALUES (1)', 'the other goes on');
DROP SCHEMA own_guard CASCADE;

-- the hints of a refused DELETE can be followed
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN restrict_violation OR object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN hint;
END $$;
CREATE TABLE short_a PARTITION OF short FOR VALUES IN ('a');
INSERT INTO named VALUES (1, '2024-02-03', 'a');
SELECT is(refused('DELETE FROM named'), 'Add a column that says which rows count: ALTER TABLE public.named ADD active boolean NOT NULL DEFAULT true. '
          'CALL emgov.release_versions(''public.named'') gives up its versions.', 'a partition''s names the whole');
CREATE TABLE stated (id int PRIMARY KEY, status text NOT NULL DEFAULT 'valid');
CALL emgov.keep_versions('stated');
INSERT INTO stated VALUES (1);
SELECT is(refused('DELETE FROM stated'), 'Say that it no longer counts: UPDATE public.stated SET status = ''withdrawn'' WHERE …', 'that of a table that has a status says so');
SELECT throws_ok($$CALL emgov.release_versions('short_a')$$, '55000', 'the versions of table "public.short_a" cannot be released: it is a partition of table "public.named", which is kept',
                 'a partition is not released alone');
SELECT throws_ok($$CALL emgov.release_versions('short')$$, '55000', 'the versions of table "public.short" cannot be released: it is a partition of table "public.named", which is kept',
                 'nor is one that is partitioned');
SELECT is(refused($$CALL emgov.release_versions('short_a')$$), 'CALL emgov.release_versions(''public.named'') releases the whole. '
          'To release the partition alone, take it out first: ALTER TABLE public.short DETACH PARTITION public.short_a;', 'which says what to do');
SELECT lives_ok('ALTER TABLE public.named ADD active boolean NOT NULL DEFAULT true', 'the one can be followed');
SELECT lives_ok($$ALTER TABLE short DETACH PARTITION short_a; CALL emgov.release_versions('short_a'); CALL emgov.release_versions('named')$$, 'and the others');

-- what a CREATE SCHEMA holds is kept, too, and who takes a part out owns nothing of it
SET ROLE emgov_test_owner;
CREATE TABLE place.log (id int, d date, area text, PRIMARY KEY (id, d, area)) PARTITION BY RANGE (d);
CREATE TABLE place.log_2024 PARTITION OF place.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (area);
CREATE TABLE place.log_2024_a PARTITION OF place.log_2024 FOR VALUES IN ('a');
CALL emgov.keep_versions('place.log');
RESET ROLE;
GRANT CREATE ON DATABASE :"DBNAME" TO emgov_test_owner;
SET ROLE emgov_test_owner;
CREATE SCHEMA within CREATE TABLE log_2025 PARTITION OF place.log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') CREATE TABLE other (id int);
RESET ROLE;
SELECT isnt(emgov_internal.history_of('within.log_2025'), NULL, 'a partition made by CREATE SCHEMA is kept');
SELECT matches(pg_get_functiondef('place.log_as_of'::regproc), 'log_2025_as_of', 'and its past is read');
ALTER TABLE place.log DETACH PARTITION place.log_2024;
SELECT set_eq($$SELECT proname::text, pg_get_userbyid(proowner)::text FROM pg_proc WHERE pronamespace = 'place'::regnamespace AND proname IN ('log_2024_as_of', 'log_2024_changed')$$,
              $$VALUES ('log_2024_as_of', 'emgov_test_owner'), ('log_2024_changed', 'emgov_test_owner')$$, 'what a superuser detaches is read by functions of its owner');
SET ROLE emgov_test_owner;
SELECT lives_ok($$CREATE TABLE place.log_2024_b PARTITION OF place.log_2024 FOR VALUES IN ('b')$$, 'who makes its partitions');
SELECT lives_ok($$ALTER TABLE place.log_2024 ADD n int$$, 'alters it');
SELECT lives_ok($$ALTER TABLE place.log_2024 RENAME TO log_old$$, 'renames it');
SELECT lives_ok($$CALL emgov.release_versions('place.log_old')$$, 'and releases it');
RESET ROLE;
REVOKE CREATE ON DATABASE :"DBNAME" FROM emgov_test_owner;
DROP SCHEMA within, place, elsewhere2, heir CASCADE;
DROP OWNED BY emgov_test_owner, emgov_test_heir;
DROP ROLE emgov_test_owner, emgov_test_heir;
SELECT * FROM finish();
