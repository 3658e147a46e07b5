-- Histories against whoever would get round them: equal moments (S10), moments before a
-- publication (S11, S16), other writers (S12), strangers' locks (S15), changes of shape
-- (S17), keys of any type and the way back (S18), days as moments (S21), what is left
-- without the extension, and upgrades over what users made (S42).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
SELECT plan(150);
CREATE FUNCTION public.hint(query text, OUT h text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT;
END $$;
-- the versions of a row, oldest first, as (value, known_from, known_to)
CREATE FUNCTION public.losses(which bigint) RETURNS int[] LANGUAGE sql AS $$
    SELECT array_agg(direct_loss::int ORDER BY known_from)
      FROM (SELECT direct_loss, known_from FROM ledger_store.accident_history WHERE id = which
            UNION ALL SELECT direct_loss, known_from FROM ledger.accident WHERE id = which) AS v $$;
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) SELECT i, '2024-01-01', '320412', 'chemical', 0 FROM generate_series(1, 60) AS i;

-- ------------------------------------------------------------------ S10: one moment, two transactions
SELECT format('%L', known_from) AS moment FROM accident WHERE id = 50 \gset
SET emgov.known_at = :moment;
SELECT throws_ok('UPDATE accident SET direct_loss = 1 WHERE id = 50', '22023', NULL, 'S10: under a row''s own moment another transaction''s version is not overwritten');
UPDATE accident SET direct_loss = direct_loss WHERE id = 50;
SELECT is(public.losses(50), '{0}', 'S10: a row into itself is no version');
BEGIN;
UPDATE accident SET direct_loss = direct_loss WHERE id = 50;
SELECT throws_ok('UPDATE accident SET direct_loss = 2 WHERE id = 50', '22023', NULL, 'S10: nor is it one''s own after a change into itself');
SAVEPOINT s;
UPDATE accident SET direct_loss = direct_loss WHERE id = 51;
RELEASE s;
SELECT throws_ok('UPDATE accident SET direct_loss = 2 WHERE id = 51', '22023', NULL, 'S10: a savepoint does not make it so');
ROLLBACK;
SET emgov.known_at = '2024-05-01 12:00+08';
BEGIN;
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (100, '2024-01-01', '320412', 'chemical');
UPDATE accident SET direct_loss = 1 WHERE id = 100;
UPDATE accident SET direct_loss = 2 WHERE id = 100;
COMMIT;
SELECT is(public.losses(100), '{2}', 'S10: within one transaction a moment has one version');
SELECT throws_ok('UPDATE accident SET direct_loss = 3 WHERE id = 100', '22023', NULL, 'S10: a second correction under the same moment is refused');
SELECT matches(public.hint('UPDATE accident SET direct_loss = 3 WHERE id = 100'), 'later moment', 'S10: and told what to do');
SET emgov.known_at = '2024-05-01 12:00:00.000001+08';
UPDATE accident SET direct_loss = 3 WHERE id = 100;
RESET emgov.known_at;
SELECT is(public.losses(100), '{2,3}', 'S10: a microsecond later it is kept');
-- versions dated after the clock: the next ones come after them
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE accident SET known_from = clock_timestamp() + interval '1 hour' WHERE id = 52;
COMMIT;
UPDATE accident SET direct_loss = 1 WHERE id = 52;
UPDATE accident SET direct_loss = 2 WHERE id = 52;
SELECT is(public.losses(52), '{0,1,2}', 'S10, S16: under a clock set back every version is kept, one after the other');
SELECT is_empty($$SELECT * FROM ledger_store.accident_history WHERE known_to <= known_from$$, 'none of them lasted no time');
-- a change into itself, then a real one, in a transaction that began before the row's version
SELECT count(dblink_connect(c, format('dbname=%I options=-csearch_path=ledger,public,emgov', current_database()))) FROM unnest('{a,b}'::text[]) AS c \gset
SELECT count(dblink_exec('a', q)) FROM unnest('{BEGIN,UPDATE accident SET note = ''a'' WHERE id = 1}'::text[]) AS q \gset
UPDATE accident SET direct_loss = 7 WHERE id = 53;
SELECT count(dblink_exec('a', q)) FROM unnest('{UPDATE accident SET direct_loss = direct_loss WHERE id = 53,UPDATE accident SET direct_loss = 8 WHERE id = 53,COMMIT}'::text[]) AS q \gset
SELECT is(public.losses(53), '{0,7,8}', 'S10: a faster transaction''s version is kept, also after a change into itself');

-- the same beside another row whose key has the same hash
CREATE TABLE public.keyed (k text COLLATE "C" PRIMARY KEY, v int);
CALL keep_versions('public.keyed');
SELECT min(k) AS k, max(k) AS l FROM (SELECT i::text COLLATE "C" AS k FROM generate_series(1, 300000) AS i) AS x GROUP BY hashtext(k) HAVING count(*) > 1 LIMIT 1 \gset
INSERT INTO public.keyed VALUES (:'k', 0);
SELECT count(dblink_exec('a', q)) FROM unnest('{BEGIN,UPDATE accident SET note = ''b'' WHERE id = 1}'::text[]) AS q \gset
INSERT INTO public.keyed VALUES (:'l', 0);
UPDATE public.keyed SET v = 7 WHERE k = :'k';
SELECT count(dblink_exec('a', format('UPDATE public.keyed SET v = %s WHERE k = %L', v, k))) FROM (VALUES ('v', :'k'), ('v', :'l'), ('8', :'k')) AS x (v, k) \gset
SELECT dblink_exec('a', 'COMMIT') \gset
SELECT is((SELECT array_agg(v ORDER BY known_from) FROM public.keyed_history WHERE k = :'k'), '{0,7}', 'S10: also where two rows'' keys have one hash');

-- an index that is made while a writer waits, who knows the history as it was before
SELECT dblink_exec('b', 'UPDATE accident SET direct_loss = 101 WHERE id = 54') \gset
ANALYZE ledger_store.accident_history;
SELECT dblink_exec('b', 'UPDATE accident SET direct_loss = direct_loss WHERE id = 53') \gset
SELECT count(dblink_exec('a', q)) FROM unnest('{BEGIN,CREATE INDEX losses ON ledger_store.accident_history (direct_loss)}'::text[]) AS q \gset
SELECT dblink_send_query('b', 'UPDATE accident SET direct_loss = 102 WHERE id = 54') \gset
DO $$ BEGIN
    FOR i IN 1..600 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE relation = 'ledger_store.accident_history'::regclass AND NOT granted);
        PERFORM pg_sleep(0.05);
    END LOOP;
END $$;
SELECT dblink_exec('a', 'COMMIT') \gset
SELECT count(*) FROM dblink_get_result('b') AS x (status text) \gset
SELECT count(*) FROM dblink_get_result('b') AS x (status text) \gset
SET enable_seqscan = off;
SELECT is((SELECT count(*) FROM ledger_store.accident_history WHERE direct_loss = 101), 1::bigint, 'a version is in an index that was made while its writer waited');
RESET enable_seqscan;
DROP INDEX ledger_store.losses;

-- ------------------------------------------------------------------ S12: nobody else writes versions
CREATE TABLE public.other (a int);
CREATE FUNCTION public.forge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_store.accident_history SELECT a.*, clock_timestamp() + interval '1 day' FROM ledger.accident AS a WHERE id = 1;
    RETURN NULL;
END $$;
CREATE TRIGGER t AFTER INSERT ON public.other FOR EACH ROW EXECUTE FUNCTION public.forge();
SELECT throws_ok('INSERT INTO public.other VALUES (1)', '23001', NULL, 'S12: another trigger cannot write versions');
CREATE TRIGGER u AFTER UPDATE ON accident FOR EACH ROW EXECUTE FUNCTION public.forge();
SELECT throws_ok('UPDATE accident SET direct_loss = 1 WHERE id = 2', '23001', NULL, 'S12: not even one of the kept table');
DROP TRIGGER u ON accident;
CREATE RULE r AS ON INSERT TO public.other DO ALSO INSERT INTO ledger_store.casualty_history SELECT c.*, now() FROM ledger.casualty AS c;
SELECT throws_ok(q, '23001', NULL, 'S12: ' || q) FROM unnest(ARRAY[
    'INSERT INTO ledger_store.accident_history SELECT * FROM ledger_store.accident_history', 'UPDATE ledger_store.accident_history SET direct_loss = 9', 'DELETE FROM ledger_store.accident_history', 'TRUNCATE ledger_store.accident_history',
    CASE WHEN current_setting('server_version_num')::int >= 150000 THEN 'MERGE INTO ledger_store.accident_history h USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE'
         ELSE 'WITH x AS (SELECT 1) DELETE FROM ledger_store.accident_history' END]) AS q;
SELECT throws_ok(q, '23001', NULL, 'S12: ' || q) FROM unnest(ARRAY[
    'CREATE TABLE public.e () INHERITS (ledger.casualty)', 'CREATE TABLE public.e () INHERITS (ledger_store.casualty_history)',
    'CREATE TABLE public.e () INHERITS (ledger.publication_figure)', 'CREATE TABLE public.e () INHERITS (ledger.publication)',
    'CREATE SCHEMA x CREATE TABLE e () INHERITS (ledger.casualty)', 'CREATE TEMP TABLE e () INHERITS (ledger.casualty)',
    'ALTER TABLE public.like_casualty INHERIT ledger.casualty', 'ALTER TABLE ledger_store.casualty_history INHERIT public.like_history',
    'ALTER TABLE publication_figure RENAME value TO v', 'ALTER TABLE publication RENAME as_of TO b']) AS q,
    LATERAL (SELECT public.hint(format('CREATE TABLE IF NOT EXISTS public.like_%s (LIKE %s INCLUDING ALL)', n, t)) FROM (VALUES ('casualty', 'ledger.casualty'), ('history', 'ledger_store.casualty_history')) AS l (n, t)
              WHERE to_regclass('public.like_' || n) IS NULL OFFSET 0) AS made
 WHERE true GROUP BY q ORDER BY q;
SELECT ok(NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent IN ('casualty'::regclass, 'accident'::regclass, 'ledger_store.casualty_history'::regclass)), 'S12: no child came');
-- a kept table under a parent: what is written through the parent is kept as well
CREATE TABLE public.parent (id int, n int);
CREATE TABLE public.kept (id int PRIMARY KEY, n int);
ALTER TABLE public.kept INHERIT public.parent;
CALL keep_versions('public.kept');
INSERT INTO public.kept VALUES (1, 1), (2, 2);
UPDATE public.parent SET n = n + 10;
SELECT is((SELECT array_agg(n ORDER BY id) FROM public.kept_history), '{1,2}', 'S12: an UPDATE through a parent keeps versions');
SELECT throws_ok('DELETE FROM public.parent', '23001', NULL, 'S12: and a DELETE through it is refused');
CREATE TRIGGER zzzz BEFORE INSERT OR UPDATE ON public.kept FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT throws_ok('UPDATE public.kept SET n = 0', '55000', NULL, 'S12: a trigger that could change the row after it is dated is refused');
DROP TRIGGER zzzz ON public.kept;
-- the trigger on a table of one's own gives no right on another's
CREATE ROLE ledger_test_thief;
GRANT CREATE, USAGE ON SCHEMA public TO ledger_test_thief;
GRANT TRIGGER ON public.kept_history TO ledger_test_thief;
SET ROLE ledger_test_thief;
CREATE TABLE public.mine (id int PRIMARY KEY, n int, known_from timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER ledger_history AFTER DELETE ON public.mine FROM public.kept_history FOR EACH ROW EXECUTE FUNCTION public.nothing();
CREATE TRIGGER zzz_ledger_version BEFORE INSERT OR UPDATE ON public.mine FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_version();
SELECT throws_ok('INSERT INTO public.mine VALUES (1, 1)', '42501', NULL, 'S12: another''s history is not written to');
RESET ROLE;

-- code of the history's owner runs with the owner's rights, and names what the owner meant
CREATE FUNCTION public.say_who(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF n = 11 THEN RAISE EXCEPTION '% %', current_user, current_setting('search_path'); END IF;
    RETURN n;
END $$;
CREATE INDEX ON public.kept_history (public.say_who(n));
GRANT SELECT, UPDATE ON public.kept TO ledger_test_thief;
SET ROLE ledger_test_thief;
SELECT throws_ok('UPDATE public.kept SET n = 20 WHERE id = 1', 'P0001', 'postgres pg_catalog, pg_temp', 'S12: an index of the history runs the owner''s code as the owner');
SELECT is(current_user::text, 'ledger_test_thief', 'S12: and then the writer is the writer again');
UPDATE public.kept SET n = 20 WHERE id = 2;
RESET ROLE;
SELECT is((SELECT array_agg(id ORDER BY public.say_who(n)) FROM public.kept_history WHERE public.say_who(n) > 10), '{2}', 'S12: which has the row');
DROP INDEX public.kept_history_say_who_idx;

-- ------------------------------------------------------------------ S15: strangers
CREATE ROLE ledger_test_stranger;
SELECT 'ledger'::regnamespace::oid::int AS schema_oid, 'accident'::regclass::oid::int AS table_oid \gset
SET ROLE ledger_test_stranger;
SELECT throws_ok(q, NULL, NULL, 'S15: refused to a stranger: ' || q) FROM unnest(ARRAY[
    $$SELECT emgov_internal.writing('ledger'::regnamespace)$$, $$CALL emgov.keep_versions('ledger.accident')$$, $$CALL emgov.release_versions('ledger.accident')$$,
    $$SELECT emgov_internal.follow('public.kept')$$, $$SELECT emgov_internal.make_as_of('public.kept')$$, $$INSERT INTO emgov.published_table VALUES ('public.kept', 'public.kept')$$]) AS q;
SELECT pg_advisory_lock(x, y), pg_advisory_lock((x::bigint << 32) | y) FROM (VALUES (1), (2), (x'656d676f'::int), (x'6567'::int)) AS k (x), (VALUES (:schema_oid), (:table_oid)) AS o (y) \g /dev/null
RESET ROLE;
SELECT dblink_exec('b', 'SET lock_timeout = ''2s''') \gset
SELECT is(dblink_exec('b', 'UPDATE accident SET direct_loss = 1 WHERE id = 3'), 'UPDATE 1', 'S15: locks that SQL can take stop no writer');
SELECT pg_advisory_unlock_all() \gset

-- ------------------------------------------------------------------ S11, S16: not before what is published
CREATE TABLE public.hotline (id int PRIMARY KEY, called_on date NOT NULL, n int);
CALL keep_versions('public.hotline');
INSERT INTO indicator (code, ordinal, section, scope, cutoff, kind, source, date_column, unit, decimals, name_zh, name_en, definition_zh, definition_en)
    VALUES ('H1', 900, 1, 'city', 'period', 'count', 'public.hotline', 'called_on', '次', 0, '热线', 'hotline', '热线', 'hotline');
INSERT INTO public.hotline SELECT i, '2024-03-01', 1 FROM generate_series(1, 3) AS i;
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('report');
CALL publish('report', year(2024), id => NULL, hash => NULL);
SELECT format('%L', max(as_of)) AS published, format('%L', max(as_of) - interval '1 second') AS past FROM publication \gset
SELECT results_eq('SELECT relation, publication FROM emgov.published_table', $$VALUES ('public.hotline'::regclass, 'ledger.publication'::regclass)$$, 'S11: a kept table elsewhere is known to be published from');
CREATE FUNCTION public.inside(target text, moment text) RETURNS text LANGUAGE sql AS $$
    SELECT format($q$INSERT INTO %s SELECT i, '2024-03-02', 1 FROM (SELECT 1000 AS i, set_config('emgov.known_at', %L, true) OFFSET 0) AS x$q$, target, moment) $$;
SELECT throws_ok(public.inside('public.hotline', :past), '55000', NULL, 'S11: not by set_config in the statement, in a table elsewhere');
SELECT throws_ok(format($$INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2024-01-01', '320412', 'road'
    FROM (SELECT 1000 AS i, set_config('emgov.known_at', %L, true) OFFSET 0) AS x$$, :past), '55000', NULL, 'S11: nor in the ledger');
SELECT throws_ok(format($$UPDATE public.hotline SET n = (SELECT 2 FROM set_config('emgov.known_at', %L, true)) WHERE id = 1$$, :past), '55000', NULL, 'S11: nor an UPDATE to before its version');
SET emgov.known_at = :past;
SELECT throws_ok('INSERT INTO public.hotline VALUES (1000, ''2024-03-01'', 1)', '55000', NULL, 'S11: nor plainly');
SELECT throws_ok('COPY public.hotline FROM PROGRAM ''echo 1000,2024-03-01,1,now,now'' (FORMAT csv)', '55000', NULL, 'S11: nor by COPY');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok('INSERT INTO public.hotline VALUES (1000, ''2024-03-01'', 1)', '55000', NULL, 'S11: nor at another isolation level');
ROLLBACK;
RESET emgov.known_at;
ALTER TABLE public.hotline RENAME TO line;
CREATE SCHEMA moved;
ALTER TABLE public.line SET SCHEMA moved;
SET emgov.known_at = :published;
SELECT throws_ok('INSERT INTO moved.line VALUES (1000, ''2024-03-01'', 1)', '55000', NULL, 'S11: nor when it was renamed and moved, to the very moment');
RESET emgov.known_at;
-- a publication that is later than the clock
SET session_replication_role = replica;
UPDATE publication SET as_of = clock_timestamp() + interval '1 hour';
RESET session_replication_role;
INSERT INTO moved.line VALUES (2000, '2024-03-01', 1);
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (2000, '2024-01-01', '320412', 'road');
UPDATE accident SET direct_loss = 5 WHERE id = 4;
SELECT is_empty($$SELECT known_from FROM (SELECT known_from FROM moved.line WHERE id = 2000 UNION ALL SELECT known_from FROM accident WHERE id IN (4, 2000)) AS x
    WHERE known_from <= (SELECT max(as_of) FROM publication)$$, 'S16: with the clock set back nothing is dated at or before the last publication');
BEGIN;
SAVEPOINT s;
UPDATE accident SET direct_loss = 6 WHERE id = 5;
ROLLBACK TO s;
UPDATE accident SET direct_loss = 6 WHERE id = 6;
COMMIT;
SELECT ok((SELECT known_from > (SELECT max(as_of) FROM publication) FROM accident WHERE id = 6), 'S16: nor after a savepoint');
SET session_replication_role = replica;
DELETE FROM publication_figure;
DELETE FROM publication;
RESET session_replication_role;
CALL pg_temp.whole_report('future');
-- what a session of its own is told
CREATE FUNCTION public.told(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE file text := '/tmp/emgov_history_told_' || current_setting('port');
BEGIN
    EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', format('psql -XAtq -h %s -p %s -U postgres -d %s -c "%s" >%s 2>&1; true',
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database(), statement, file));
    RETURN pg_read_file(file);
END $$;
SELECT doesnt_match(public.told('CALL ledger.publish(''future'', emgov.year(2024), as_of => clock_timestamp() - interval ''1 second'')'), 'WARNING|ERROR', 'S16: as of a moment publishing warns of no clock');
SELECT matches(public.told('BEGIN; CALL ledger.publish(''future'', emgov.year(2024)); ROLLBACK'), 'WARNING:  "ledger.accident" has rows dated after the present, which are left out',
               'S16: publishing says which table has rows that are dated after the present');
SET session_replication_role = replica;
UPDATE accident SET known_from = clock_timestamp() - interval '1 second' WHERE known_from > clock_timestamp();
SELECT unalike(public.told('BEGIN; CALL ledger.publish(''future'', emgov.year(2024)); ROLLBACK'), '%ledger.accident%', 'S16: and of none that has not');
DELETE FROM publication_figure;
DELETE FROM publication;
RESET session_replication_role;

-- ------------------------------------------------------------------ S17: the shape changes
CREATE TABLE public.shape (a int, b text, n int NOT NULL, gone int NOT NULL DEFAULT 1, PRIMARY KEY (b, a));
CALL keep_versions('public.shape');
CREATE FUNCTION public.shape_at(moment timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text;
BEGIN
    EXECUTE 'SELECT string_agg(to_jsonb(x)::text, '';'' ORDER BY x.a) FROM (SELECT * FROM public.shape_as_of($1)) AS x' INTO r USING moment;
    RETURN regexp_replace(r, ', "(known_from|kept_since)": "[^"]*"|"(known_from|kept_since)": "[^"]*", ', '', 'g');
END $$;
CREATE TABLE public.moments (nr serial, t timestamptz DEFAULT clock_timestamp());
INSERT INTO public.shape VALUES (1, 'x', 10, 7);
INSERT INTO public.moments DEFAULT VALUES;
ALTER TABLE public.shape ADD extra text;
UPDATE public.shape SET n = 11, extra = 'e';
INSERT INTO public.moments DEFAULT VALUES;
SELECT is(public.shape_at((SELECT t FROM public.moments WHERE nr = 1)), '{"a": 1, "b": "x", "n": 10, "gone": 7, "extra": null}', 'S17: ADD COLUMN: the past is there, and writing goes on');
ALTER TABLE public.shape RENAME n TO number;
UPDATE public.shape SET number = 12;
SELECT is(public.shape_at((SELECT t FROM public.moments WHERE nr = 1)), '{"a": 1, "b": "x", "gone": 7, "extra": null, "number": 10}', 'S17: RENAME COLUMN: the past has the new name');
ALTER TABLE public.shape DROP gone;
UPDATE public.shape SET number = 13;
SELECT is(public.shape_at((SELECT t FROM public.moments WHERE nr = 1)), '{"a": 1, "b": "x", "extra": null, "number": 10}', 'S17: DROP COLUMN');
SELECT is((SELECT array_agg(gone ORDER BY known_from) FROM public.shape_history), '{7,7,7,NULL}', 'S17: the history keeps what the table has no longer');
SELECT is((SELECT gone FROM public.shape_history_as_of((SELECT t FROM public.moments WHERE nr = 1))), 7, 'S17: and gives it as of then');
ALTER TABLE public.shape ADD gone text DEFAULT 'back', ALTER number TYPE numeric(8,1);
UPDATE public.shape SET gone = 'again';
SELECT is(public.shape_at((SELECT t FROM public.moments WHERE nr = 1)), '{"a": 1, "b": "x", "gone": null, "extra": null, "number": 10.0}', 'S17: ALTER TYPE, and a column of an old name is another column');
SELECT is((SELECT gone_dropped FROM public.shape_history WHERE number = 10), 7, 'S17: whose old namesake is still there');
ALTER TABLE public.shape RENAME extra TO gone_dropped;
SELECT is((SELECT array_agg(gone_dropped || coalesce(gone, '-') ORDER BY known_from) FROM public.shape_history), '{NULL,e-,e-,e-,eback}', 'S17: a rename onto the name of a dropped one');
ALTER TABLE public.shape ALTER number DROP NOT NULL;
UPDATE public.shape SET number = NULL;
UPDATE public.shape SET number = 1;
SELECT is((SELECT count(*) FROM public.shape_history WHERE number IS NULL), 1::bigint, 'S17: a NULL that may be now is kept');
CREATE DOMAIN public.positive AS int CHECK (value > 0);
ALTER TABLE public.shape ADD d public.positive;
UPDATE public.shape SET d = 3;
UPDATE public.shape SET d = 4;
SELECT throws_ok('DROP DOMAIN public.positive CASCADE', '23001', 'column d of table public.shape, which is kept, cannot be dropped with what it needs', 'S17: a column does not go with its type');
ALTER TABLE public.shape DROP COLUMN d;
ALTER TABLE public.shape_history ALTER COLUMN d TYPE int;
SELECT lives_ok('DROP DOMAIN public.positive CASCADE', 'S17: it goes before');
SELECT isnt_empty('SELECT * FROM public.shape_as_of(now())', 'S17: columns that go with their type take nothing else with them');
ALTER TABLE public.shape RENAME TO figure_of;
ALTER TABLE public.figure_of SET SCHEMA moved;
CREATE ROLE ledger_test_heir;
GRANT CREATE, USAGE ON SCHEMA moved TO ledger_test_heir;
ALTER TABLE moved.figure_of OWNER TO ledger_test_heir;
UPDATE moved.figure_of SET number = 2;
SELECT is((SELECT n.nspname || '.' || h.relname || ' ' || h.relowner::regrole FROM pg_class h JOIN pg_namespace n ON n.oid = h.relnamespace WHERE h.oid = emgov_internal.history_of('moved.figure_of')),
          'moved.figure_of_history ledger_test_heir', 'S17: the history goes where its table goes');
SELECT is((SELECT array_agg(p.oid::regprocedure || ' ' || proowner::regrole ORDER BY proname) FROM pg_proc p WHERE proname LIKE '%_as_of' AND pronamespace = 'moved'::regnamespace AND proname LIKE 'figure%'),
          '{"moved.figure_of_as_of(timestamp with time zone) ledger_test_heir","moved.figure_of_history_as_of(timestamp with time zone) ledger_test_heir"}', 'S17: and so do its functions');
SELECT is((SELECT number FROM moved.figure_of_as_of((SELECT t FROM public.moments WHERE nr = 1))), 10.0, 'S17: the past is still there');
SELECT throws_ok(q, '55000', NULL, 'S17: refused with its reason: ' || q) FROM unnest(ARRAY[
    'ALTER TABLE moved.figure_of RENAME known_from TO k', 'ALTER TABLE moved.figure_of DROP known_from CASCADE', 'ALTER TABLE moved.figure_of DROP CONSTRAINT shape_pkey',
    'ALTER TABLE moved.figure_of RENAME a TO known_to', 'ALTER TABLE moved.figure_of_history RENAME number TO x', 'ALTER TABLE moved.figure_of_history RENAME TO x',
    'ALTER TABLE moved.figure_of_history RENAME known_to TO x']) AS q;
-- without STORED: until 17 the server refuses it
SELECT throws_ok('ALTER TABLE moved.figure_of ADD v int GENERATED ALWAYS AS (a + 1)', CASE WHEN current_setting('server_version_num')::int >= 180000 THEN '55000' ELSE '42601' END, NULL,
                 'S17: a column that is computed when it is read would have no past');
SELECT lives_ok('ALTER TABLE moved.figure_of ADD v int GENERATED ALWAYS AS (a + 1) STORED; ALTER TABLE moved.figure_of DROP v', 'S17: one that is stored has');
CREATE TABLE public.converted (id int PRIMARY KEY, n int, t text);
CALL emgov.keep_versions('public.converted');
INSERT INTO public.converted VALUES (1, 5, '17'), (2, 6, 'abc');
UPDATE public.converted SET n = n + 1;
SELECT clock_timestamp() AS then \gset
CREATE FUNCTION public.converted_at(moment timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT string_agg(concat_ws(' ', n, t), ', ' ORDER BY id) FROM public.converted_as_of(moment));
END $$;
ALTER TABLE public.converted ALTER n TYPE bigint USING n::bigint;
SELECT is((SELECT count(*) FROM public.converted_history), 2::bigint, 'S17: ALTER TYPE that casts makes no version');
ALTER TABLE public.converted ALTER n TYPE numeric USING n * 100;
SELECT is(public.converted_at(:'then') || ' / ' || public.converted_at('infinity'), '6 17, 7 abc / 600 17, 700 abc', 'S10: ALTER TYPE that computes other values makes a version of every row');
SET client_min_messages = error;
ALTER TABLE public.converted ALTER t TYPE int USING length(t);
SET client_min_messages = warning;
SELECT is(public.converted_at(:'then') || ' / ' || public.converted_at('infinity'), '6, 7 / 600 2, 700 3', 'S17: what cannot be cast is not taken for what it was');
SELECT is((SELECT array_agg(t_dropped ORDER BY id) FROM public.converted_history_as_of(:'then')), '{17,abc}', 'S17: and stays in the history');
SELECT lives_ok('UPDATE public.converted SET t = t + 1', 'S17: writing goes on');
CREATE TABLE public.of_history (LIKE public.converted_history) PARTITION BY LIST (id);
SELECT throws_ok('ALTER TABLE public.of_history ATTACH PARTITION public.converted_history DEFAULT', '23001', NULL, 'S12: a history is no partition, or its columns would be changed by way of the parent');
-- figures of the past over a table whose columns come and go
INSERT INTO moved.line VALUES (3000, '2024-03-05', 4);
SELECT clock_timestamp() AS then \gset
SELECT pg_sleep(0.01) \gset
ALTER TABLE moved.line ADD more text;
UPDATE moved.line SET more = 'm';

-- ------------------------------------------------------------------ S18: keys of any type, and the way back
CREATE TABLE public.by_code (code emgov.uscc PRIMARY KEY, n int);
CALL keep_versions('public.by_code');
INSERT INTO public.by_code VALUES ('91350100M000100Y43', 1);
UPDATE public.by_code SET n = 2;
SELECT is((SELECT count(*) FROM public.by_code_history), 1::bigint, 'S18: a key of type uscc');
SELECT EXISTS (SELECT FROM pg_collation WHERE collname LIKE '%-x-icu') AS icu \gset
\if :icu
CREATE COLLATION public.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE public.by_word (w text COLLATE public.ci PRIMARY KEY, n int);
CALL keep_versions('public.by_word');
INSERT INTO public.by_word VALUES ('Ab', 1);
SELECT lives_ok('UPDATE public.by_word SET w = ''aB'', n = 2', 'S18: an equal key is the same key');
SELECT throws_ok('UPDATE public.by_word SET w = ''c''', '23001', NULL, 'S18: another is not');
\else
SELECT skip('a server without ICU', 2);
\endif
CREATE TABLE public.parts (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
CREATE TABLE public.part1 PARTITION OF public.parts FOR VALUES FROM (0) TO (10);
SELECT matches(public.hint('CALL keep_versions(''public.part1'')'), '^ALTER TABLE public.parts ADD known_from', 'S18: a partition alone has no column of its own');
SELECT lives_ok('CALL keep_versions(''public.parts'')', 'S18: of a partitioned table each partition is kept');
INSERT INTO public.parts VALUES (1, 1);
UPDATE public.parts SET n = 2;
SELECT is((SELECT n FROM public.part1_history), 1, 'S18: whoever writes through the parent');
SELECT is((SELECT n FROM public.parts_as_of('infinity')), 2, 'S18: what is known of all of them is asked of the parent');
SELECT throws_ok('DELETE FROM public.parts', '23001', NULL, 'S18: and nothing is deleted');
SELECT throws_ok('UPDATE public.parts SET id = 3', '23001', NULL, 'S18: nor moved');
SELECT throws_ok('TRUNCATE public.parts', '23001', NULL, 'S18: nor truncated');
CALL release_versions('public.by_code');
SELECT lives_ok($$UPDATE public.by_code SET n = 3; DELETE FROM public.by_code$$, 'S18: released, a table is what it was');
SELECT lives_ok($$UPDATE public.by_code_history SET n = 3; DELETE FROM public.by_code_history$$, 'S18: and its history an ordinary table');
SELECT is_empty($$SELECT tgname FROM pg_trigger WHERE tgrelid IN ('public.by_code'::regclass, 'public.by_code_history'::regclass) AND NOT tgisinternal
    UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'by_code%'$$, 'S18: nothing is left of it');
SELECT throws_ok('CALL keep_versions(''public.by_code'')', '55000', NULL, 'S18: an old history with a gap does not pass for one');
DROP TABLE public.by_code_history;
SELECT lives_ok('CALL keep_versions(''public.by_code'')', 'S18: without it a new one begins');
CREATE VIEW public.viewed AS SELECT 1 AS id;
CREATE TEMP TABLE fleeting (id int PRIMARY KEY);
SELECT throws_like(format('CALL keep_versions(%L)', k), 'the versions of "%' || k || '" cannot be kept%', 'S18: nor are those of ' || k) FROM unnest('{viewed,fleeting}'::text[]) AS k;
SELECT throws_ok('CALL release_versions(''public.other'')', '55000', NULL, 'S18: what keeps no versions cannot be released');
SELECT throws_ok('SELECT emgov_internal.before_alter(''public.other'', ''{}'', ''{a}'')', '55000', NULL, 'nor are functions made that read its past');
CREATE FUNCTION public.has_rows(t regclass) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE has boolean; BEGIN EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t) INTO has; RETURN has; END $$;
CREATE VIEW public.hints AS
    SELECT t.k, public.hint(format('DELETE FROM %s', t.k)) AS h FROM (SELECT k FROM emgov_internal.kept_tables('ledger') AS k UNION ALL SELECT 'public.kept') AS t
     -- definitions can be deleted
     WHERE public.has_rows(t.k) AND NOT EXISTS (SELECT FROM emgov_internal.pack_tables() AS p WHERE to_regclass('ledger.' || p.name) = t.k);
SELECT ok(count(*) >= 2 AND bool_and(h IS NOT NULL), 'S18: DELETE has a hint in every table') FROM public.hints;
SELECT is_empty($$SELECT k, h FROM public.hints WHERE h !~ '^(Add a column|UPDATE)' AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = k AND attname = substring(h FROM 'SET (\w+) =') AND NOT attisdropped)$$,
    'S18: that names a column which the table has');
SELECT is_empty($$SELECT k, h FROM public.hints WHERE h ~ 'release_versions|Add a column' AND k <> 'public.kept'::regclass$$, 'S18: nor one that figures would not look at');
SELECT throws_like('CALL release_versions(''accident'')', 'the versions of table "%accident" cannot be released', 'S18: the versions of a ledger''s own tables are not released');
SELECT isnt_empty($$SELECT FROM public.hints WHERE h ~ 'release_versions' AND k = 'public.kept'::regclass$$, 'S18: or how to get one');

-- ------------------------------------------------------------------ S21: days as moments
SELECT is(end_of('2024-12-19'), '2024-12-20 00:00+08'::timestamptz, 'S21: the end of a day in China');
SELECT is(emgov.end_of('2024-12-19', 'America/New_York'), '2024-12-20 00:00-05'::timestamptz, 'S21: and elsewhere');
SELECT is(emgov.end_of('2024-03-09', 'America/New_York'), '2024-03-10 00:00-05'::timestamptz, 'S21: on the eve of a change of the clock');
SELECT is(emgov.end_of(NULL::date), NULL::timestamptz, 'S21: of no day');
SELECT is(ledger.end_of('2024-12-19'), '2024-12-20 00:00+08'::timestamptz, 'S21: of the ledger');
SELECT is(emgov_internal.known_moment('ledger', '2024-12-19 12:00+08'), '2024-12-19 12:00+08'::timestamptz, 'S21: a moment is itself');
SELECT throws_ok(format('SELECT * FROM %s', q), '22023', NULL, 'S21: not known yet: ' || q) FROM unnest(ARRAY[
    'figures(year(2024), now() + interval ''1 hour'')', 'figures(year(2024), ''infinity'')', 'figures(year(2024), ''-infinity'')',
    'figure_rows(''F028'', year(2024), ''infinity'')', 'check_figures(year(2024), ''infinity'')', 'report_text(''law-based-government'', year(2024), ''infinity'')']) AS q;
SELECT throws_ok('DELETE FROM ledger_setting', '23001', NULL, 'S21: the setting is not deleted');
SET session_replication_role = replica;
DELETE FROM ledger_setting;
RESET session_replication_role;
SELECT is(ledger.end_of('2024-12-19'), '2024-12-20 00:00+08'::timestamptz, 'S21: without it too: NULL would mean now');
INSERT INTO ledger_setting (time_zone) VALUES ('UTC');
SELECT is(ledger.end_of('2024-12-19'), '2024-12-20 00:00Z'::timestamptz, 'S21: the time zone is the ledger''s to set');
SELECT throws_ok('UPDATE ledger_setting SET time_zone = ''Nowhere''', '22023', NULL, 'S21: if there is such a one');
SELECT throws_ok('INSERT INTO ledger_setting (only_row) VALUES (true)', '23505', NULL, 'S21: one row');
-- a notice for midnight there, and for no other moment
CREATE FUNCTION public.remarks(moment text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
    EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', format('psql -XAtq -h %s -p %s -U postgres -d %s -c "SELECT emgov_internal.known_moment(''ledger'', ''%s'')" 2>&1 >/dev/null | grep -c "^NOTICE:.*first moment" >/tmp/emgov_history_remarks_%s; true',
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database(), moment, current_setting('port')));
    n := trim(pg_read_file('/tmp/emgov_history_remarks_' || current_setting('port')))::int;
    RETURN n;
END $$;
SELECT matches(public.told('SELECT emgov_internal.known_moment(''ledger'', ledger.end_of(''2024-12-18''))'), 'HINT:  That is ledger.end_of\(''2024-12-18''\). If what was entered on 2024-12-19 is to be in it, write ledger.end_of\(''2024-12-19''\).',
               'S21: whose hint leaves end_of(), the way of writing that is documented, as it is');
SELECT is((SELECT array_agg(public.remarks(m) ORDER BY m) FROM unnest('{2024-12-19 00:00Z,2024-12-19 00:00:00.000001Z,2024-12-19 00:00+08}'::text[]) AS m), '{0,0,1}', 'S21: an as_of at midnight there gets a notice');

-- ------------------------------------------------------------------ S17: a column with a default, in every table
SELECT lives_ok(string_agg(format('ALTER TABLE %s ADD COLUMN remark_of_ours text DEFAULT ''none''', c.oid::regclass), '; '), 'S17: every kept table takes a new column with a default')
  FROM pg_class c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND emgov_internal.history_of(c.oid) IS NOT NULL;
SELECT is_empty($$SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND emgov_internal.history_of(c.oid) IS NOT NULL
                     AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = emgov_internal.history_of(c.oid) AND a.attname = 'remark_of_ours')$$, 'S17: and its history has it too');

-- ------------------------------------------------------------------ S42: upgrades, and life without the extension
CREATE TABLE ledger.mine (a int, known_from text);
CREATE TABLE ledger.own_words (a int PRIMARY KEY, known_from timestamptz);
SELECT format('CREATE OR REPLACE VIEW %s AS SELECT x.*, 1 AS mine FROM (%s) AS x', v, rtrim(pg_get_viewdef(v::regclass), ';')) FROM unnest('{ledger_report.indicator_list,ledger.drill_plan_fact}'::text[]) AS v \gexec
SET client_min_messages = error;
SELECT lives_ok('CALL upgrade_ledger(''ledger'')', 'S42: an upgrade minds neither columns named known_from nor views that the user extended');
SELECT hasnt_column('ledger_report', 'indicator_list', 'mine', 'S42: those of readers are made anew, and mine is gone');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('mine'::regclass, 'own_words'::regclass)), 0::bigint, 'S42: tables of the user''s own are left alone');
ALTER TABLE venue RENAME COLUMN area_code TO place;
ALTER TABLE letter RENAME COLUMN kind TO sort;
SELECT lives_ok('CALL upgrade_ledger(''ledger'')', 'S42: nor renamed columns of the ledger''s own tables');
SELECT lives_ok('SELECT area_code FROM venue_visit_fact; SELECT kind FROM letter_recipient_fact', 'S42: what read them does still');
SELECT isnt((SELECT f.state FROM figures(emgov.year(2024)) AS f WHERE f.code = 'F010'), 'failed', 'S42: and the figures over them come out');
UPDATE indicator SET active = false WHERE code = 'H1';
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) VALUES (5000, '2024-01-01', '320412', 'road', 0);
UPDATE accident SET direct_loss = 1 WHERE id = 5000;
SELECT clock_timestamp() AS before_drop \gset
DROP EXTENSION emgov CASCADE;
SET search_path = ledger, public;
SELECT throws_ok(q, code, NULL, 'S42: without the extension, refused: ' || q) FROM (VALUES
    ('UPDATE accident SET direct_loss = 2 WHERE id = 5000', '55000'), ('UPDATE accident SET direct_loss = 2, known_from = now() WHERE id = 5000', '55000'),
    ('INSERT INTO accident SELECT * FROM accident WHERE id = 5000 ON CONFLICT (id) DO UPDATE SET direct_loss = 2', '55000'), ('DELETE FROM accident', '23001'), ('TRUNCATE accident CASCADE', '23001'),
    ('DELETE FROM ledger_store.accident_history', '23001'), ('UPDATE moved.line SET n = 5', '55000')) AS x (q, code);
SELECT is((SELECT direct_loss::int FROM accident_as_of(:'before_drop') WHERE id = 5000), 1, 'S42: the past can be read all the same');
SELECT matches(public.hint('UPDATE accident SET direct_loss = 2'), 'CREATE EXTENSION emgov', 'S42: a hint says how to go on');
CREATE EXTENSION emgov;
UPDATE accident SET direct_loss = 2 WHERE id = 5000;
SELECT is(public.losses(5000), '{0,1,2}', 'S42: with it, every version is kept again at once');
CALL emgov.upgrade_ledger('ledger');
SELECT isnt_empty('SELECT * FROM figures(emgov.year(2024))', 'S42: and the rest of the ledger is made anew');
SELECT * FROM finish();
