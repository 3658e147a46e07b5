-- What was written since a moment, which t_versions() finds by kept_since and the history's key, against the dates of all
-- versions: random changes of definitions, which are deleted, come back and get one another's keys, and of records; tables that
-- had columns of these names, or were released in between.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT plan(55);

-- versions that are given since m and the dates do not have, or the other way round
CREATE FUNCTION public.others(kept regclass, m timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT to_jsonb(r) AS v FROM %1$s_versions($1, NULL) AS r) AS given
                      FULL JOIN (SELECT to_jsonb(r) AS v FROM ONLY %1$s AS r WHERE known_from > $1
                                 UNION ALL SELECT to_jsonb(r) - ''known_to'' FROM %2$s AS r WHERE known_to > $1) AS dated USING (v)
                     WHERE given.v IS NULL OR dated.v IS NULL', kept, emgov_internal.history_of(kept)) INTO result USING m;
    RETURN result;
END $$;
CREATE FUNCTION public.all_others(kept regclass, OUT moments bigint, OUT others bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*), sum(public.others(%3$L, m + d * interval ''1 microsecond''))
                      FROM (SELECT known_from AS m FROM %1$s UNION SELECT known_from FROM %2$s UNION SELECT known_to FROM %2$s) AS x, unnest(''{-1,0,1}''::int[]) AS d',
                   kept, emgov_internal.history_of(kept), kept) INTO moments, others;
END $$;
-- the version that there is now began when the row came, or where one in the history ended
CREATE FUNCTION public.astray(kept regclass, which text DEFAULT 'true') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ONLY %1$s AS t WHERE (%4$s) AND known_from <> kept_since AND NOT EXISTS (SELECT FROM %2$s AS h WHERE (%3$s) AND h.known_to = t.known_from)',
                   kept, emgov_internal.history_of(kept),
                   (SELECT string_agg(format('t.%1$I = h.%1$I', k), ' AND ') FROM unnest(emgov_internal.key_columns(kept)) AS k), which) INTO result;
    RETURN result;
END $$;

-- definitions: their keys come, go and change hands, several in one transaction, under savepoints that are undone
CREATE TABLE public.found (others bigint, astray bigint);
CREATE PROCEDURE public.change(seed int, times int) LANGUAGE plpgsql AS $$
DECLARE
    one text;
    other text;
BEGIN
    PERFORM setseed(seed / 100.0);
    FOR i IN 1 .. times LOOP
        one := 'k' || floor(random() * 6);
        other := 'k' || floor(random() * 6);
        BEGIN
            CASE floor(random() * 5)::int
                WHEN 0 THEN INSERT INTO ledger.organisation (code, name_zh, name_en, kind, scope) SELECT one, one, one, kind, scope FROM ledger.organisation WHERE code !~ '^k' LIMIT 1;
                WHEN 1 THEN UPDATE ledger.organisation SET code = other WHERE code = one;
                WHEN 2 THEN DELETE FROM ledger.organisation WHERE code = one;
                WHEN 3 THEN UPDATE ledger.organisation SET kept_since = '-infinity', known_from = 'infinity' WHERE code = one;
                ELSE UPDATE ledger.organisation SET name_zh = 'n' || i, kept_since = now() WHERE code = one;
            END CASE;
            IF random() < 0.1 THEN
                RAISE EXCEPTION USING ERRCODE = 'unique_violation';
            END IF;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
        IF random() < 0.4 THEN
            COMMIT;
            INSERT INTO public.found SELECT public.others('ledger.organisation', clock_timestamp() - random() * interval '20 milliseconds'), public.astray('ledger.organisation', $q$code ~ '^k'$q$);
        END IF;
    END LOOP;
END $$;
CALL public.change(1, 300);
CALL public.change(2, 300);
SELECT cmp_ok((SELECT count(*) FROM ledger_store.organisation_history WHERE code ~ '^k'), '>', 100::bigint, 'definitions: many versions');
SELECT is((SELECT others FROM public.all_others('ledger.organisation')), 0::bigint, 'and since any moment those that the dates say');
SELECT is((SELECT sum(others) FROM public.found), 0::numeric, 'also in between');
SELECT is((SELECT sum(astray) FROM public.found), 0::numeric, 'each began when its key came, or where another ended');
SELECT is((SELECT count(*) FROM ledger.organisation AS o WHERE o.code ~ '^k' AND o.kept_since > o.known_from OR o.known_from = 'infinity'), 0::bigint,
          'none before it was kept: what a statement says of both columns is not heeded');

-- records: known at other moments, changed by the transaction that wrote them
CREATE TABLE public.call (day date, number int, n int, PRIMARY KEY (day, number));
INSERT INTO public.call SELECT '2024-01-01', i, 0 FROM generate_series(1, 20) AS i;
CALL keep_versions('public.call');
SELECT is((SELECT count(DISTINCT (known_from, kept_since)) FROM public.call WHERE known_from = kept_since), 1::bigint, 'rows that were there are known and kept from one moment on');
DO $$
BEGIN
    PERFORM setseed(0.3);
    FOR i IN 1 .. 200 LOOP
        PERFORM set_config('emgov.known_at', CASE WHEN random() < 0.3 THEN (clock_timestamp() - random() * interval '1 millisecond')::text ELSE '' END, true);
        BEGIN
            UPDATE public.call SET n = n + (random() * 2)::int WHERE number = 1 + (random() * 25)::int;
            INSERT INTO public.call SELECT '2024-01-02', 100 + i, 0 WHERE random() < 0.3;
        EXCEPTION WHEN invalid_parameter_value THEN
            NULL;
        END;
        IF random() < 0.6 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
SELECT is((SELECT others FROM public.all_others('public.call')), 0::bigint, 'records: since any moment those that the dates say');
SELECT is(public.astray('public.call'), 0::bigint, 'each began when its record came, or where another ended');
SELECT is((SELECT count(*) FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = 'public.call'::regclass AND a.attname = 'known_from'),
          0::bigint, 'no index has the column that moves');

-- released, changed, and kept again: what is there is kept since no earlier moment than it is known
CALL release_versions('public.call');
DROP TABLE public.call_history;
UPDATE public.call SET known_from = clock_timestamp(), n = 77 WHERE number < 5;
CALL keep_versions('public.call');
SELECT is((SELECT others FROM public.all_others('public.call')), 0::bigint, 'kept again after others dated it: since any moment those that the dates say');

-- the table's own triggers are not asked then, and are as they were after it; policies and rules hide no row from it
CALL release_versions('public.call');
DROP TABLE public.call_history;
CREATE FUNCTION public.not_that_one() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER always BEFORE UPDATE ON public.call FOR EACH ROW EXECUTE FUNCTION public.not_that_one();
CREATE TRIGGER usual BEFORE UPDATE ON public.call FOR EACH ROW EXECUTE FUNCTION public.not_that_one();
CREATE TRIGGER replica BEFORE UPDATE ON public.call FOR EACH ROW EXECUTE FUNCTION public.not_that_one();
CREATE TRIGGER never BEFORE UPDATE ON public.call FOR EACH ROW EXECUTE FUNCTION public.not_that_one();
ALTER TABLE public.call DISABLE TRIGGER never;
UPDATE public.call SET known_from = clock_timestamp(), n = 78 WHERE number < 3;
SELECT is((SELECT count(*) FROM public.call WHERE n = 78), 0::bigint, 'a table whose own trigger lets no row be changed');
ALTER TABLE public.call DISABLE TRIGGER always, DISABLE TRIGGER usual, DISABLE TRIGGER replica;
UPDATE public.call SET known_from = clock_timestamp(), n = 78 WHERE number < 3;
ALTER TABLE public.call ENABLE ALWAYS TRIGGER always, ENABLE TRIGGER usual, ENABLE REPLICA TRIGGER replica;
CREATE RULE none AS ON UPDATE TO public.call DO INSTEAD NOTHING;
SELECT throws_ok('CALL keep_versions(''public.call'')', '55000', 'the versions of table "public.call" cannot be kept', 'a rule that lets no row be changed is named');
DROP RULE none ON public.call;
CALL keep_versions('public.call');
SELECT is((SELECT count(*) FROM public.call WHERE n = 78 AND kept_since = known_from), 2::bigint, 'kept again: its own trigger is not asked');
SELECT is((SELECT string_agg(tgname::text || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'public.call'::regclass AND tgfoid = 'public.not_that_one'::regproc),
          'alwaysA neverD replicaR usualO', 'and its triggers are as they were');
SELECT is((SELECT others FROM public.all_others('public.call')), 0::bigint, 'since any moment those that the dates say');
CREATE ROLE kept_since_owner;
CREATE SCHEMA guarded AUTHORIZATION kept_since_owner;
SET ROLE kept_since_owner;
CREATE TABLE guarded.hidden (id int PRIMARY KEY, seen boolean, known_from timestamptz NOT NULL);
INSERT INTO guarded.hidden VALUES (1, true, '2024-01-01'), (2, false, 'infinity');
CREATE POLICY seen ON guarded.hidden USING (seen);
ALTER TABLE guarded.hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT throws_ok('CALL keep_versions(''guarded.hidden'')', '55000', 'the versions of table "guarded.hidden" cannot be kept', 'rows that are hidden from its owner would be dated wrong');
ALTER TABLE guarded.hidden NO FORCE ROW LEVEL SECURITY;
SELECT lives_ok('CALL keep_versions(''guarded.hidden'')', 'as the error says');
RESET ROLE;
SELECT is((SELECT others FROM public.all_others('guarded.hidden')), 0::bigint, 'and since any moment those that the dates say');

-- nor does a column go while a policy hides what was in it
SET ROLE kept_since_owner;
CREATE TABLE guarded.half (id int PRIMARY KEY, seen boolean);
CALL keep_versions('guarded.half');
INSERT INTO guarded.half VALUES (1, true), (2, false);
CREATE POLICY seen ON guarded.half USING (seen);
ALTER TABLE guarded.half ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE guarded.half ADD z int DEFAULT 3;
SELECT throws_ok('ALTER TABLE guarded.half DROP COLUMN z', '55000', 'columns of "half" can be neither dropped nor changed: row security hides rows from its owner', 'no column goes while rows are hidden');
ALTER TABLE guarded.half NO FORCE ROW LEVEL SECURITY;
ALTER TABLE guarded.half DROP COLUMN z;
SELECT is((SELECT count(*) FROM guarded.half_history WHERE z = 3), 2::bigint, 'and then all that was in it is kept');
RESET ROLE;
-- kept again while checks wait for the end of the transaction
CREATE TABLE public.waits (id int PRIMARY KEY, n int, above int REFERENCES public.waits DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER own BEFORE UPDATE ON public.waits FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CALL keep_versions('public.waits');
INSERT INTO public.waits VALUES (1, 1, 1);
UPDATE public.waits SET n = 2;
CALL release_versions('public.waits');
DROP TABLE public.waits_history;
UPDATE public.waits SET known_from = clock_timestamp();
SELECT throws_ok($$INSERT INTO public.waits VALUES (2, 1, 1); CALL keep_versions('public.waits')$$, '55006', 'the versions of table "public.waits" cannot be kept now', 'checks that wait stand in the way');
SELECT lives_ok($$INSERT INTO public.waits VALUES (2, 1, 1); SET CONSTRAINTS ALL IMMEDIATE; CALL keep_versions('public.waits')$$, 'until they are done, as the error says');
SELECT is((SELECT others FROM public.all_others('public.waits')), 0::bigint, 'since any moment those that the dates say');

-- a table with a known_from of its own, and one kept before there was kept_since
CREATE TABLE public.own (id int PRIMARY KEY, known_from timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO public.own SELECT i, timestamptz '2024-01-01' + i * interval '1 day' FROM generate_series(1, 5) AS i UNION ALL SELECT 6, 'infinity';
CALL keep_versions('public.own');
SELECT is((SELECT others FROM public.all_others('public.own')), 0::bigint, 'a known_from of its own: since any moment those that the dates say');
-- a version that is known from infinity was never known
CREATE TABLE public.unknown (id int PRIMARY KEY, x int, known_from timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO public.unknown VALUES (1, 1, 'infinity'), (2, 2, '2024-01-01');
CALL keep_versions('public.unknown');
UPDATE public.unknown SET x = x + 10;
UPDATE public.unknown SET x = x + 10;
SELECT results_eq('SELECT id, x, known_from < clock_timestamp() FROM public.unknown ORDER BY id', 'VALUES (1, 21, true), (2, 22, true)', 'a row that was known from infinity is known once it is changed');
SELECT results_eq('SELECT id, x FROM public.unknown_history ORDER BY id, x', 'VALUES (1, 11), (2, 2), (2, 12)', 'and has no version before that');
SELECT is((SELECT others FROM public.all_others('public.unknown')), 0::bigint, 'since any moment those that the dates say');
-- publications beside a table are its owner's, or the owner's of the schema
CREATE ROLE kept_since_other;
GRANT CREATE, USAGE ON SCHEMA guarded TO kept_since_other;
SET ROLE kept_since_other;
CREATE TABLE guarded.publication (as_of timestamptz PRIMARY KEY);
INSERT INTO guarded.publication VALUES ('2290-01-01');
RESET ROLE;
INSERT INTO guarded.hidden VALUES (3, true);
SELECT cmp_ok((SELECT known_from FROM guarded.hidden WHERE id = 3), '<=', clock_timestamp(), 'a table of that name of somebody else''s dates nothing');
ALTER TABLE guarded.publication OWNER TO kept_since_owner;
INSERT INTO guarded.hidden VALUES (4, true);
SELECT cmp_ok((SELECT known_from FROM guarded.hidden WHERE id = 4), '>', '2290-01-01', 'the owner''s does');
-- a key that is equal to itself in other letters, and one whose = is in no path that the extension has
CREATE EXTENSION citext;
CREATE TABLE public.worded (id citext PRIMARY KEY, x int);
INSERT INTO public.worded VALUES ('Abc', 1);
SELECT lives_ok('CALL keep_versions(''public.worded'')', 'a key of a type of an extension');
UPDATE public.worded SET id = 'ABC', x = 2;
SELECT is((SELECT others FROM public.all_others('public.worded')), 0::bigint, 'since any moment those that the dates say');
UPDATE public.own SET id = id;
SELECT is((SELECT count(*) FROM public.own_history), 0::bigint, 'a row from before it was kept that is changed into itself has no other version');
CREATE TABLE public.bad (id int PRIMARY KEY, kept_since text);
SELECT throws_ok('CALL keep_versions(''public.bad'')', '55000', 'the versions of table "public.bad" cannot be kept', 'a kept_since that is none is refused');
SELECT throws_ok('ALTER TABLE public.own DROP kept_since CASCADE', '55000', NULL, 'and the column cannot be dropped while versions are kept');
-- columns that go, or hold something else, while a trigger of the table's own is in the way; tables that would be empty after a crash; other ways to rename
CREATE TABLE public.held (id int PRIMARY KEY, x int, y int);
CALL keep_versions('public.held');
INSERT INTO public.held SELECT i, i, i FROM generate_series(1, 5) AS i;
CREATE TRIGGER a_least BEFORE UPDATE ON public.held FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT throws_ok('ALTER TABLE public.held DROP COLUMN x', '55000', NULL, 'a column does not go while a trigger lets no version of its rows be kept');
ALTER TABLE public.held DISABLE TRIGGER a_least;
CREATE FUNCTION public.drops() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DROP TABLE IF EXISTS public.own_history CASCADE; RETURN NEW; END';
CREATE TRIGGER b_drops BEFORE UPDATE ON public.held FOR EACH ROW EXECUTE FUNCTION public.drops();
SELECT throws_ok('ALTER TABLE public.held DROP COLUMN x', '55006', NULL, 'nor while one drops other tables'' histories');
ALTER TABLE public.held DISABLE TRIGGER b_drops;
SELECT clock_timestamp() AS before \gset
SELECT lives_ok('ALTER TABLE public.held DROP COLUMN x', 'as the errors say');
SELECT is((SELECT count(x) FROM public.held_history_as_of(:'before')), 5::bigint, 'and what was in it is known');
-- nor while what dates them does not fire
CREATE TABLE public.dated (id int PRIMARY KEY, x int, twice int GENERATED ALWAYS AS (id * 2) STORED);
CALL keep_versions('public.dated');
INSERT INTO public.dated SELECT i, i FROM generate_series(1, 5) AS i;
ALTER TABLE public.dated DISABLE TRIGGER USER;
SELECT throws_ok('ALTER TABLE public.dated DROP COLUMN x', '55000', 'columns of "dated" can be neither dropped nor changed: its versions are not being kept', 'a column does not go while its versions are not dated');
ALTER TABLE public.dated ENABLE TRIGGER zzz_ledger_version;
SET session_replication_role = replica;
SELECT throws_ok('ALTER TABLE public.dated DROP COLUMN x', '55000', 'columns of "dated" can be neither dropped nor changed: its versions are not being kept', 'nor in a session that fires no trigger');
RESET session_replication_role;
ALTER TABLE public.dated ENABLE TRIGGER USER;
CREATE FUNCTION public.defines() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN CREATE TABLE public.heir () INHERITS (public.held); RETURN NEW; END';
CREATE TRIGGER b_defines BEFORE UPDATE ON public.dated FOR EACH ROW EXECUTE FUNCTION public.defines();
SELECT throws_ok('ALTER TABLE public.dated DROP COLUMN x', '55006', NULL, 'nor while a trigger defines what inherits from another');
DROP TRIGGER b_defines ON public.dated;
SELECT clock_timestamp() AS before \gset
SELECT lives_ok('INSERT INTO public.dated VALUES (6, 6); ALTER TABLE public.dated DROP COLUMN x', 'else it goes, also when a row was written just now');
SELECT is((SELECT count(x) FROM public.dated_history_as_of(:'before')), 5::bigint, 'and what was in it is known');
-- what a column is computed by may be set anew since PostgreSQL 17
SELECT current_setting('server_version_num')::int >= 170000 AS expressions \gset
\if :expressions
SELECT lives_ok('ALTER TABLE public.dated ALTER twice SET EXPRESSION AS (id * 3)', 'what a column is computed by is set anew');
SELECT is((SELECT sum(twice) FROM public.dated_as_of(:'before')), 30::bigint, 'and what it was is known');
SELECT is((SELECT sum(twice) FROM public.dated_as_of('infinity')), 63::bigint, 'and what it is');
\else
SELECT skip('no server of before 17 can set an expression anew', 3);
\endif
-- a trigger of its own that changes rows of others, or others of its own, is in nobody's way
CREATE TABLE public.counts (id int PRIMARY KEY, n int);
CALL keep_versions('public.counts');
INSERT INTO public.counts VALUES (1, 0);
CREATE TABLE public.told (id int PRIMARY KEY, x int, y int);
CALL keep_versions('public.told');
INSERT INTO public.told VALUES (1, 1, 1), (2, 2, 2);
CREATE FUNCTION public.tells() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE public.counts SET n = n + 1; IF pg_trigger_depth() = 1 THEN UPDATE public.told SET y = y + 1; END IF; RETURN NULL; END';
CREATE TRIGGER tells AFTER UPDATE ON public.told FOR EACH ROW EXECUTE FUNCTION public.tells();
SELECT lives_ok('ALTER TABLE public.told DROP COLUMN x', 'a column goes while a trigger changes other rows');
SELECT is((SELECT sum(x) FROM public.told_history), 3::bigint, 'and what was in it is kept');
-- a cast on the way to another type may change values
CREATE TABLE public.cast_twice (id int PRIMARY KEY, n numeric(10,2));
CALL keep_versions('public.cast_twice');
INSERT INTO public.cast_twice VALUES (1, 1.49);
SELECT clock_timestamp() AS before \gset
ALTER TABLE public.cast_twice ALTER n TYPE numeric(10,2) USING n::int;
SELECT is((SELECT n FROM public.cast_twice_as_of(:'before')), 1.49, 'a column is cast to another type on the way: what it was is known');
SELECT is((SELECT n FROM public.cast_twice), 1.00, 'and what it is');
SELECT throws_ok('ALTER TABLE public.held SET UNLOGGED', '55000', NULL, 'no kept table is unlogged');
SELECT throws_ok('ALTER TABLE public.held_history SET UNLOGGED', '55000', NULL, 'nor a history');
ALTER VIEW public.held RENAME COLUMN y TO z;
UPDATE public.held SET z = z + 1 WHERE id = 1;
SELECT is((SELECT z FROM public.held_as_of(:'before') WHERE id = 1), 1, 'a column that is renamed by another command is followed');
ALTER INDEX public.held RENAME TO held_on;
SELECT is((SELECT z FROM public.held_on_as_of(:'before') WHERE id = 1), 1, 'and a table');
SELECT is((SELECT count(*) FROM public.held_on_history), 6::bigint, 'with its history');
SELECT * FROM finish();
