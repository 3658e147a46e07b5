-- What a ledger works with stands in <ledger>_store: histories and parts of rollups. They follow their tables, and the ledger.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SELECT plan(61);
\ir ../ledger/owner.sql
CREATE ROLE store_heir;
CREATE ROLE store_analyst;
CREATE ROLE store_stranger;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, store_heir, store_stranger', current_database()) \gexec
GRANT store_heir TO ledger_owner;
CREATE FUNCTION public.said(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; hint text;
BEGIN
    EXECUTE sql;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' ', state, message, hint);
END $$;
-- where the history of a table is, and what reads its past
CREATE FUNCTION public.past_of(relation regclass) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', emgov_internal.history_of(relation), (SELECT string_agg(f.name, ' ' ORDER BY f.ending) FROM emgov_internal.past_functions(relation) AS f))
$$;
SET ROLE ledger_owner;
SET search_path = public;
CALL emgov.create_ledger('ledger');

-- ------------------------------------------------------------------ what stands where
SELECT is(emgov_internal.store('ledger')::text, 'ledger_store', 'the store');
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname ~ '_(history|query|total|delta)$'$$, 'no history and no part of a rollup is in the ledger');
SELECT is((SELECT count(*) FROM emgov_internal.kept_tables('ledger') AS t JOIN pg_class AS c ON c.oid = t
                   WHERE past_of(t) = format('ledger_store.%1$I ledger.%2$I ledger.%3$I ledger.%4$I', c.relname || '_history', c.relname || '_as_of', c.relname || '_history_as_of', c.relname || '_versions')),
                 (SELECT count(*) FROM emgov_internal.kept_tables('ledger')), 'every history is in the store, and what reads it in the ledger');
SELECT is_empty($$SELECT r.view FROM emgov.rollup AS r WHERE r.ledger = 'ledger' AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid IN (r.query, r.total, r.delta) AND c.relnamespace <> 'ledger_store'::regnamespace)$$,
                       'every part of a rollup is in the store');
SELECT cmp_ok((SELECT count(*) FROM emgov.rollup WHERE ledger = 'ledger'), '>=', 14::bigint, 'of which there are some');
SELECT is((SELECT array_agg(schema::text) FROM emgov.ledger_schemas('ledger')),
    (SELECT array_agg(n ORDER BY o) FROM unnest('{ledger,ledger_store,ledger_report,ledger_report_zh,ledger_tables}'::text[]) WITH ORDINALITY AS x (n, o) WHERE to_regnamespace(n) IS NOT NULL),
    'the schemas of a ledger are listed');
SELECT is(said($$SELECT emgov.ledger_schemas('pg_catalog')$$), '42704 schema "pg_catalog" is no ledger CALL emgov.create_ledger() makes one.', 'what is no ledger is said to be none');
SELECT is_empty($$SELECT emgov.ledger_schemas(NULL)$$, 'of none there are none');
RESET ROLE;
ALTER SCHEMA ledger_tables RENAME TO tables_aside;
CREATE SCHEMA ledger_tables AUTHORIZATION store_stranger;
SET ROLE store_stranger;
SELECT is((SELECT count(*) FROM emgov.ledger_schemas('ledger') WHERE schema = 'ledger_tables'), 0::bigint, 'anybody may ask; a stranger''s schema of such a name is not the ledger''s');
DROP SCHEMA ledger_tables;
RESET ROLE;
ALTER SCHEMA tables_aside RENAME TO ledger_tables;
RESET ROLE;

-- ------------------------------------------------------------------ rights
SET ROLE ledger_owner;
CALL ledger.grant_analyst('store_analyst');
INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲', 'county');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) SELECT 1, '2024-05-01', 'a', min(code) FROM ledger.accident_category;
UPDATE ledger.accident SET direct_loss = 5 WHERE id = 1;
SET ROLE store_analyst;
SELECT is((SELECT count(*) FROM ledger.accident_history_as_of('2999-01-01')), 1::bigint, 'an analyst reads the past through the functions');
SELECT is((SELECT count(*) FROM ledger.accident_versions(NULL, NULL)), 2::bigint, 'all versions');
SELECT is((SELECT count(*) FROM ledger_store.accident_history), 1::bigint, 'and the history itself');
SELECT is((SELECT sum(records) FROM ledger.accident_daily), 1::numeric, 'and a rollup');
SELECT is_empty($$SELECT * FROM emgov.verify_rollup('ledger.accident_daily')$$, 'and may verify it');
SELECT matches(said('UPDATE ledger_store.accident_history SET direct_loss = 1'), '^42501 permission denied', 'and write none of it');
SELECT matches(said('TABLE ledger_store.accident_daily_total'), '^42501 permission denied', 'nor look at its parts');
RESET ROLE;
GRANT USAGE ON SCHEMA ledger TO store_stranger;
GRANT SELECT ON ledger.accident_daily TO store_stranger;
GRANT SELECT, INSERT, UPDATE ON ledger.accident TO store_stranger;
SET ROLE store_stranger;
SELECT is((SELECT sum(records) FROM ledger.accident_daily), 1::numeric, 'who may read a rollup needs nothing of its parts');
SELECT is(said($$UPDATE ledger.accident SET direct_loss = 6 WHERE id = 1$$), 'done', 'who may write a table needs nothing of its history, or of a rollup''s parts');
SELECT matches(said('TABLE ledger_store.accident_history'), '^42501 permission denied for schema ledger_store', 'which are closed');
RESET ROLE;
SELECT is((SELECT array_agg(direct_loss ORDER BY known_from) FROM ledger_store.accident_history WHERE id = 1), '{NULL,5.00}', 'and are written all the same');

-- ------------------------------------------------------------------ a table of the user's own comes, moves, goes
SET ROLE ledger_owner;
CREATE SCHEMA elsewhere;
CREATE TABLE ledger.own (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('ledger.own');
SELECT is(past_of('ledger.own'), 'ledger_store.own_history ledger.own_as_of ledger.own_history_as_of ledger.own_versions', 'a table of one''s own in the ledger');
INSERT INTO ledger.own VALUES (1, 1);
UPDATE ledger.own SET n = 2;
ALTER TABLE ledger.own RENAME TO "Mine";
SELECT is(past_of('ledger."Mine"'), 'ledger_store."Mine_history" ledger."Mine_as_of" ledger."Mine_history_as_of" ledger."Mine_versions"', 'is renamed');
ALTER TABLE ledger."Mine" RENAME TO own;
ALTER TABLE ledger.own SET SCHEMA elsewhere;
SELECT is(past_of('elsewhere.own'), 'elsewhere.own_history elsewhere.own_as_of elsewhere.own_history_as_of elsewhere.own_versions', 'leaves the ledger, and its history with it');
UPDATE elsewhere.own SET n = 3;
ALTER TABLE elsewhere.own SET SCHEMA ledger;
SELECT is(past_of('ledger.own'), 'ledger_store.own_history ledger.own_as_of ledger.own_history_as_of ledger.own_versions', 'comes back');
UPDATE ledger.own SET n = 4;
ALTER TABLE ledger.own ADD more text DEFAULT 'x', DROP COLUMN n;
SELECT is((SELECT array_agg(n ORDER BY known_from) FROM ledger_store.own_history), '{1,2,3,4}', 'with all its versions');
CREATE SCHEMA other_place;
SELECT matches(said(q), '^55000 the versions of table "ledger.own" could not be kept any more: its history must be ledger_store.own_history', 'the history alone stays where it is: ' || q)
  FROM unnest('{ALTER TABLE ledger_store.own_history SET SCHEMA ledger,ALTER TABLE ledger_store.own_history RENAME TO x,ALTER TABLE ledger_store.own_history SET SCHEMA other_place}'::text[]) AS q;
RESET ROLE;
GRANT USAGE, CREATE ON SCHEMA ledger TO store_heir;
SET ROLE ledger_owner;
ALTER TABLE ledger.own OWNER TO store_heir;
SELECT is(past_of('ledger.own'), 'ledger.own_history ledger.own_as_of ledger.own_history_as_of ledger.own_versions', 'a table that is another''s has its history beside it: the store is the owner''s');
ALTER TABLE ledger.own OWNER TO ledger_owner;
SELECT is(past_of('ledger.own'), 'ledger_store.own_history ledger.own_as_of ledger.own_history_as_of ledger.own_versions', 'given back it is as before');
CREATE TABLE ledger_store.taken_history (a int);
CREATE TABLE ledger.taken (id int PRIMARY KEY);
SELECT matches(said($$CALL emgov.keep_versions('ledger.taken')$$), '^55000 the versions of table "ledger.taken" cannot be kept', 'a name that is taken in the store is said');
CALL emgov.release_versions('ledger.own');
SELECT is((SELECT count(*) FROM ledger_store.own_history), 4::bigint, 'released, the history stays as a table');

-- a rollup of one's own: of the ledger if it is said to be
CREATE TABLE ledger.event (id int PRIMARY KEY, kind text);
CALL emgov.create_rollup('ledger.event_kind', 'SELECT kind, count(*) AS n FROM ledger.event GROUP BY kind', 'ledger');
CALL emgov.create_rollup('ledger.event_all', 'SELECT count(*) AS n FROM ledger.event');
SELECT is((SELECT string_agg(concat_ws(' ', view, query, total, delta), ' / ' ORDER BY view::text DESC) FROM emgov.rollup WHERE source = 'ledger.event'::regclass),
    'ledger.event_kind ledger_store.event_kind_query ledger_store.event_kind_total ledger_store.event_kind_delta / ledger.event_all ledger.event_all_query ledger.event_all_total ledger.event_all_delta',
    'parts of a rollup of the ledger are in its store, those of another beside its view');
INSERT INTO ledger.event VALUES (1, 'a'), (2, 'b');

-- ------------------------------------------------------------------ the ledger is renamed, and dropped
SELECT matches(said(format('ALTER SCHEMA ledger RENAME TO %I', n)), '^42602 .* cannot be the name of a ledger', 'a ledger gets no name by a rename that none is made with: ' || n)
  FROM unnest(ARRAY['it''s', 'a"b', E'a\\b', '$$', '100%', '@ledger@', 'a;b', E'a\nb', repeat('x', 54)]) AS n;
SELECT is((SELECT count(*) FROM unnest(ARRAY['it''s', 'a"b', E'a\\b', '$$', '100%', '@ledger@', 'a;b', E'a\nb', repeat('x', 54)]) AS n WHERE said(format('CALL emgov.create_ledger(%L)', n)) !~ '^42602'), 0::bigint, 'nor is one made');
ALTER SCHEMA ledger RENAME TO "My Ledger";
SELECT is(past_of('"My Ledger".accident'), '"My Ledger_store".accident_history "My Ledger".accident_as_of "My Ledger".accident_history_as_of "My Ledger".accident_versions', 'a ledger is renamed, and its store with it');
SELECT is(said('UPDATE "My Ledger".accident SET direct_loss = 7; INSERT INTO "My Ledger".event VALUES (3, ''a''); ALTER TABLE "My Ledger".accident ADD mine int'), 'done', 'writing goes on');
SELECT is((SELECT sum(n) FROM "My Ledger".event_kind), 3::numeric, 'and rollups follow');
SELECT is(said('CALL emgov.upgrade_ledger(''My Ledger'')'), 'done', 'it can be upgraded');
SELECT matches(said('DROP SCHEMA "My Ledger_store" CASCADE'), '^23001 the history of table "My Ledger"\..* cannot be dropped without it', 'the store alone is not dropped: the past of every table is in it');
SELECT matches(said('DROP TABLE "My Ledger_store".accident_history CASCADE'), '^23001 the history of table "My Ledger".accident cannot be dropped without it', 'nor a history');
RESET ROLE;
CREATE SCHEMA "My Ledger_report_other" AUTHORIZATION ledger_owner;
SET ROLE store_stranger;
SELECT matches(said('DROP SCHEMA "My Ledger" CASCADE'), '^42501 must be owner of schema My Ledger', 'nobody else drops a ledger');
SET ROLE ledger_owner;
DROP SCHEMA "My Ledger" CASCADE;
SELECT is((SELECT array_agg(nspname::text ORDER BY 1) FROM pg_namespace WHERE nspname LIKE 'My Ledger%'), '{"My Ledger_report_other"}', 'a ledger goes with all its schemas, and no other');
SELECT is_empty($$SELECT FROM emgov.rollup$$, 'and its rollups');
CREATE SCHEMA ledger_store;
CREATE TABLE ledger_store.mine (a int);
SELECT is(said('CALL emgov.create_ledger(''ledger'')'), '55000 schema "ledger_store" is not empty A ledger "ledger" has schema "ledger_store" to itself: rename that one, or give the ledger another name.',
          'what somebody has in a schema of such a name is not taken for the ledger''s');
DROP SCHEMA ledger_store CASCADE;
-- without the extension, and with it again
SELECT is(said('CALL emgov.create_ledger(''ledger'')'), 'done', 'and can be made again');
SELECT matches(said('CALL emgov.create_ledger(''ledger_tables'')'), '^42602 ''ledger_tables'' cannot be the name of a ledger', 'nor is a ledger named as one of them');
INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲', 'county');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) SELECT 1, '2024-05-01', 'a', min(code) FROM ledger.accident_category;
UPDATE ledger.accident SET direct_loss = 5 WHERE id = 1;
RESET ROLE;
DROP EXTENSION emgov CASCADE;
SELECT is((SELECT count(*) FROM ledger_store.accident_history), 1::bigint, 'without the extension the past is there');
SELECT matches(said('DELETE FROM ledger_store.accident_history'), '^23001', 'and closed');
CREATE EXTENSION emgov;
SET ROLE ledger_owner;
SELECT is(said('CALL emgov.upgrade_ledger(''ledger'')'), 'done', 'with it the ledger is made anew');
SELECT is((SELECT array_agg(c.oid::regclass::text) FROM pg_class AS c WHERE c.relnamespace IN ('ledger'::regnamespace, 'ledger_store'::regnamespace) AND c.relkind = 'r' AND c.relname ~ '_(total|delta)$'
                     AND NOT EXISTS (SELECT FROM emgov.rollup AS r WHERE c.oid IN (r.total, r.delta))), NULL, 'with its rollups, once each');
SELECT is_empty($$SELECT * FROM emgov.verify_rollup('ledger.accident_daily')$$, 'which are right');
SELECT is(said('DROP SCHEMA ledger, ledger_store CASCADE'), 'done', 'a ledger goes with its store also when both are named');
RESET ROLE;
SELECT * FROM finish();
