-- Units: what is stored and run for each version of a definition (S4 to S6, S41).
SET client_min_messages = warning;
SELECT * FROM no_plan();
\ir ../ledger/owner.sql
CREATE ROLE unit_analyst;
CREATE ROLE unit_author;
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\ir ../ledger/entered.sql
SET search_path = ledger, public, emgov;
CALL grant_analyst('unit_analyst');

-- ------------------------------------------------------------------ inlined, over tables, views and the past
\i tests/plan_of.sql
CREATE TEMP TABLE unit AS SELECT p.oid::regprocedure AS unit, p.oid::regproc::text AS call, u.relation FROM pg_proc p CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u WHERE p.pronamespace = 'ledger_store'::regnamespace AND u.relation IS NOT NULL;
SELECT ok((SELECT count(*) FROM unit) > 300, (SELECT count(*) FROM unit) || ' units are shipped');
SELECT is((SELECT string_agg(unit::text, ', ') FROM unit WHERE public.plan_of(format('SELECT count(*) FILTER (WHERE %s(s) IS NOT NULL) FROM %s AS s', call, relation), 'VERBOSE, COSTS off') ~ 'ledger_store\."'), NULL, 'every unit is inlined over its table or view');
SELECT is((SELECT string_agg(unit::text, ', ') FROM unit WHERE public.plan_of(format('SELECT count(*) FILTER (WHERE %s(s) IS NOT NULL) FROM %s AS s', call, emgov_internal.source_as_of(relation, true, 'now()')), 'VERBOSE, COSTS off') ~ 'ledger_store\."'), NULL,
          'and as of a moment');
SELECT is((SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'ledger_store'::regnamespace AND p.pronargs = 1 AND (p.proowner <> 'ledger_owner'::regrole OR p.prosqlbody IS NULL OR p.prosecdef)), 0::bigint, 'they are the owner''s, analysed, without his rights');

-- ------------------------------------------------------------------ what they depend on
CREATE TABLE incident (id int PRIMARY KEY, day date NOT NULL, grade text, harm numeric, other text, spare int);
INSERT INTO incident SELECT i, '2024-01-01'::date + i, CASE WHEN i % 2 = 0 THEN 'high' ELSE 'low' END, i FROM generate_series(1, 10) AS i;
CALL emgov.keep_versions('incident');
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh)
VALUES ('INC', '合计', 'sum', 'incident', 'day', 'harm', 'grade = ''high''', 'city', 'period', '件', 'x');
CALL entered(ARRAY['incident'], '2025-12-31', '2000-01-01');
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('RINC', 'soft', 'incident', 'grade = ''high'' AND harm > 8', 'x');
CREATE FUNCTION public.inc(as_of timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', value, state, reason) FROM ledger.figures(emgov.year(2024), as_of) WHERE code = 'INC' $$;
CREATE FUNCTION public.sum_of() RETURNS numeric LANGUAGE sql AS $$ SELECT record_checksum FROM emgov_internal.ledger_figures('ledger', emgov.year(2024), with_checksum => true) WHERE code = 'INC' $$;
SELECT is((SELECT public.inc()), '30 new', 'a figure over the owner''s table in the ledger');
SET ROLE unit_analyst;
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'INC'), 30::numeric, 'S6: which an analyst has too, though the table came after the grant');
SET ROLE ledger_owner;
SELECT public.sum_of() AS checksum \gset
ALTER TABLE incident ADD COLUMN filled int NOT NULL DEFAULT 7, ADD COLUMN moment timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE incident ALTER COLUMN spare TYPE bigint;
UPDATE incident SET other = 'x', spare = 1;
SELECT is(public.sum_of(), :checksum::numeric, 'S4: the checksum says nothing of columns that the definition does not use');
SET DateStyle = 'German'; SET extra_float_digits = -15; SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'; SET TimeZone = 'Asia/Shanghai';
SELECT is(public.sum_of(), :checksum::numeric, 'S4: nor of settings');
RESET DateStyle; RESET extra_float_digits; RESET IntervalStyle; RESET bytea_output; RESET TimeZone;
ALTER TABLE incident RENAME COLUMN grade TO level;
SELECT is((SELECT public.inc()), '30 new', 'a renamed column is followed');
SELECT is((SELECT state || ' ' || left_value FROM check_figures(year(2024)) WHERE code = 'RINC'), 'warns 1', 'by rules too');
UPDATE incident SET level = 'high' WHERE id = 1;
SELECT isnt(public.sum_of(), :checksum::numeric, 'the checksum says what the definition uses');
UPDATE incident SET level = 'low' WHERE id = 1;
SELECT throws_matching('ALTER TABLE incident DROP COLUMN harm', 'cannot drop column harm', 'S5: a column in use is not dropped');
CREATE FUNCTION public.detail_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN coalesce(nullif(detail, ''), sqlerrm);       -- some minor releases say all in the message
END
$$;
SELECT matches(public.detail_of('ALTER TABLE incident DROP COLUMN harm'), 'INC v1 measure', 'and the indicator is named');
SELECT matches(public.detail_of('ALTER TABLE incident ALTER COLUMN harm TYPE bigint'), 'INC v1|RINC', 'nor is its type changed');
SELECT matches(public.detail_of('DROP TABLE incident'), 'INC v1', 'nor the table dropped');
BEGIN;
CALL emgov.release_units('incident');
ALTER TABLE incident ALTER COLUMN harm TYPE bigint;
SELECT matches(public.inc(), '^failed .*released', 'between release and making the figure is failed, and says why');
UPDATE indicator SET filter = 'level = ''high''' WHERE code = 'INC';
UPDATE check_rule SET violation = 'level = ''high'' AND harm > 8' WHERE code = 'RINC';
CALL emgov.make_units('ledger');
SELECT is((SELECT public.inc()), '30 new', 'a type is changed between release_units() and make_units()');
ROLLBACK;

BEGIN;
SET LOCAL client_min_messages = error;
ALTER TABLE incident DROP COLUMN level CASCADE;
SELECT matches(public.inc(), '^failed ', 'S5: dropped by force: the figure is failed, and does not count what its filter left out');
SELECT is((SELECT state FROM check_figures(year(2024)) WHERE code = 'RINC'), 'unknown', 'a rule is unknown');
SELECT is((SELECT count(*) FROM figures(year(2024)) WHERE state = 'failed'), 1::bigint, 'and nothing else');
ROLLBACK;

-- ------------------------------------------------------------------ past versions
SELECT clock_timestamp() AS before \gset
UPDATE indicator SET filter = 'level = ''low''', measure = NULL, kind = 'count' WHERE code = 'INC';
SELECT is((SELECT public.inc()), '5 new', 'a new version');
SELECT is((SELECT public.inc(:'before')), '30 new', 'and the old one as of then');
UPDATE check_rule SET active = false WHERE code = 'RINC';
SELECT lives_ok('ALTER TABLE incident DROP COLUMN harm', 'what only past versions use may be dropped');
SELECT is((SELECT public.inc()), '5 new', 'and the figure is what it was');
SELECT is((SELECT state FROM figures(year(2024), :'before') WHERE code = 'INC'), 'new', 'that of the past can still be computed');
SELECT is((SELECT value FROM figures(year(2024), :'before') WHERE code = 'INC'), 30::numeric, 'with its values, which the history keeps');
UPDATE indicator SET active = false WHERE code = 'INC';
SELECT lives_ok('ALTER TABLE incident DROP COLUMN level', 'what is not active holds no column');
ALTER TABLE incident ADD COLUMN level text DEFAULT 'low';
UPDATE indicator SET active = true WHERE code = 'INC';
SELECT is((SELECT public.inc()), '10 new', 'and is read again when it is active again');

-- ------------------------------------------------------------------ columns with the names that queries use
CREATE TABLE named (id int PRIMARY KEY, day date NOT NULL, n int);
CREATE TYPE mask AS (id int, day date);
CALL emgov.keep_versions('named');
INSERT INTO named VALUES (1, '2024-01-01', 5), (2, '2024-02-01', 5), (3, '2024-03-01', 7);
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
SELECT 'N_' || k, k, k, 'named', 'day', 'n', 'city', 'period', '件', 'x' FROM unnest('{distinct,sum,largest}'::text[]) AS k;
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('RNAMED', 'soft', 'named', 'n > 6', 'x');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('names');
CALL publish('names', year(2024));
SELECT format('ALTER TABLE named ADD %I %s', c, t) FROM unnest('{s,x,k,g,l,r,b,key,counted,first,amount,entity,record,i,f,p}'::text[], '{mask,mask,text,text,text,text,text,text,text,text,text,text,text,text,text,text}'::text[]) AS u (c, t) \gexec
UPDATE named SET n = 9, s = '(1,2024-01-01)', x = '(1,2024-01-01)', k = 'k' WHERE id = 2;
SELECT is((SELECT string_agg(concat_ws(' ', code, value, reason), ', ' ORDER BY code) FROM figures(year(2024)) WHERE code ~ '^N_'), 'N_distinct 3, N_largest 9 base: there is none, N_sum 21', 'S17: columns named as the queries name theirs');
SELECT is((SELECT string_agg(record_key || ' ' || amount, ', ' ORDER BY record_key) FROM figure_rows('N_sum', year(2024))), '1 5, 2 9, 3 7', 'S17: the records behind them');
SELECT is((SELECT record_keys FROM check_figures(year(2024)) WHERE code = 'RNAMED'), '{2,3}', 'S17: rules');
SELECT is((SELECT string_agg(code || ' ' || record_key || ' ' || difference, ', ' ORDER BY code) FROM restatement_rows(1) WHERE code = 'N_sum'), 'N_sum 2 4', 'S17: restatements');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'S17: publications');

-- ------------------------------------------------------------------ one figure alone (S5)
CREATE TABLE odd (id int PRIMARY KEY, day date NOT NULL, n numeric, j jsonb);
INSERT INTO odd VALUES (1, '2024-05-01', 'NaN', '1'), (2, '2024-05-02', 'Infinity', '2'), (3, '2024-05-03', 1e30, '3'), (4, '2024-05-04', 0, '"x"');
CREATE FUNCTION public.odd_figure(condition text, what text DEFAULT 'n') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh)
    VALUES ('ODD', 'x', 'sum', 'odd', 'day', what, condition, 'city', 'period', '件', 'x');
    SELECT string_agg(concat_ws(' ', code, state, reason), ' / ') INTO told FROM ledger.figures(emgov.year(2024)) WHERE state = 'failed' OR state = 'undefined' AND reason !~ 'nothing to be divided|there is none';
    RAISE EXCEPTION USING MESSAGE = told || ' of ' || (SELECT count(*) FROM ledger.figures(emgov.year(2024)));
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
END
$$;
SELECT matches(public.odd_figure('id = 1'), '^ODD undefined it is made of NaN.* of \d+$', 'S5: a NaN leaves its figure undefined, and no other');
SELECT matches(public.odd_figure('id = 2'), '^ODD undefined it is made of Infinity', 'S5: an infinity');
SELECT matches(public.odd_figure('id = 3'), '^ODD undefined it is made of 10000', 'S5: 1e30');
SELECT matches(public.odd_figure('true', '1 / n'), '^ODD failed division by zero', 'S5: a division by zero');
SELECT matches(public.odd_figure('true', '(j->>''a'')::numeric + (j::text)::numeric'), '^ODD failed invalid input', 'S5: a value that does not read');
SELECT matches(public.odd_figure('true', 'power(10, 140000 * (id / id))'), '^ODD (failed|undefined) ', 'S5: an overflow');
ALTER TABLE odd ADD a text COLLATE "C" DEFAULT 'a', ADD b text COLLATE "POSIX" DEFAULT 'b';
SELECT matches(public.odd_figure('a < b'), '^ODD failed could not determine which collation', 'S5: collations that contradict one another');
CREATE DOMAIN small AS int CHECK (value < 2);
CREATE FUNCTION public.odd_source(query text, kind text DEFAULT 'VIEW') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    EXECUTE format('CREATE %s ledger.odder AS %s', kind, query);
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
    VALUES ('ODD', 'x', 'sum', 'odder', 'day', 'n', 'city', 'period', '件', 'x');
    INSERT INTO ledger.check_rule (code, severity, source, violation, note_zh) VALUES ('ODD', 'hard', 'odder', 'n > 0', 'x');
    SELECT string_agg(concat_ws(' ', code, state, reason), ' / ') INTO told FROM ledger.figures(emgov.year(2024)) WHERE state = 'failed';
    RAISE EXCEPTION USING MESSAGE = told || (SELECT format(' rule %s %s of %s', state, left_value, right_value) FROM ledger.check_figures(emgov.year(2024)) WHERE code = 'ODD');
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
END
$$;
SELECT is(public.odd_source('SELECT day, (SELECT n FROM ledger.odd) FROM ledger.odd'), 'ODD failed more than one row returned by a subquery used as an expression rule unknown  of ', 'S5: a view whose subquery gives several rows');
SELECT is(public.odd_source('SELECT day, id::ledger.small::int AS n FROM ledger.odd'), 'ODD failed value for domain ledger.small violates check constraint "small_check" rule unknown  of ', 'S5: a view with a domain''s check');
SELECT is(public.odd_source('SELECT day, n FROM ledger.odd WITH NO DATA', 'MATERIALIZED VIEW'), 'ODD failed materialized view "odder" has not been populated rule unknown  of ', 'S5: a materialized view that is empty yet');
SELECT throws_ok(format('INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES (%L, ''hard'', ''odd'', ''id < 0'', ''x'')', repeat('x', 51)), '23514', 'the code of a rule has at most 50 bytes, not 51', 'a rule has a name that its unit can have');
SELECT lives_ok(format('INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES (%L, ''hard'', ''odd'', ''id < 0'', ''x'')', repeat('x', 50)), 'of fifty bytes at most');
UPDATE check_rule SET active = false WHERE code ~ '^xxx';

-- ------------------------------------------------------------------ sources elsewhere (S6)
CREATE TABLE public.hot (id int PRIMARY KEY, day date NOT NULL);
INSERT INTO public.hot VALUES (1, '2024-05-01');
SELECT throws_matching($$INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('HOT', 'x', 'count', 'public.hot', 'day', 'city', 'period', '件', 'x')$$,
    'indicator HOT cannot be counted from "hot|indicator HOT cannot be counted from "public.hot"', 'S6: a source that analysts cannot read is refused when written, and named');
GRANT SELECT ON public.hot TO unit_analyst;
GRANT USAGE ON SCHEMA public TO unit_analyst;
SELECT lives_ok($$INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('HOT', 'x', 'count', 'public.hot', 'day', 'city', 'period', '件', 'x')$$, 'S6: the remedy is the hint');
REVOKE SELECT ON public.hot FROM unit_analyst;
SET ROLE unit_analyst;
SELECT matches((SELECT string_agg(concat_ws(' ', code, state, reason), ' / ') FROM figures(year(2024)) WHERE state = 'failed'), '^HOT failed permission denied for table hot$', 'S6: a right that was taken away since fails that figure alone');
SET ROLE ledger_owner;
CALL grant_analyst('unit_analyst');
SET ROLE unit_analyst;
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'HOT'), 1::numeric, 'S6: granting an analyst opens what figures are counted from');
SELECT throws_ok($$SELECT * FROM figures(year(2024), scope => 'town')$$, '22023', 'there is no scope ''town''', 'a scope that there is not is an error, not an empty answer');
SET ROLE ledger_owner;
CALL emgov.keep_versions('public.hot');
CALL grant_analyst('unit_analyst');
SET ROLE unit_analyst;
SELECT is((SELECT concat_ws(' ', state, reason) FROM figures(year(2024), clock_timestamp()) WHERE code = 'HOT'), 'no_base base: its source covers no day of it', 'S6: and their past');
SET ROLE ledger_owner;
UPDATE indicator SET active = false WHERE code = 'HOT';

-- ------------------------------------------------------------------ many (S41)
CREATE TABLE wide (id int PRIMARY KEY, day date NOT NULL, k int, m int[]);
INSERT INTO wide SELECT i, '2024-01-01'::date + i % 300, i % 97, ARRAY[i % 3, i % 5, i % 7] FROM generate_series(1, 500) AS i;
CREATE FUNCTION public.took(statement text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    start timestamptz := clock_timestamp();
BEGIN
    EXECUTE statement;
    RETURN extract(epoch FROM clock_timestamp() - start);
END
$$;
SELECT ok(public.took($$INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    SELECT 'W' || g, 'x', 'count', 'wide', 'day', 'k < ' || g, 'city', 'period', '件', 'x' FROM generate_series(1, 90) AS g$$) < 3, 'one statement of ninety definitions');
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    SELECT 'W' || g, 'x', 'count', 'wide', 'day', 'k < ' || g, 'city', 'period', '件', 'x' FROM generate_series(91, 900) AS g;
SELECT is((SELECT count(*) FILTER (WHERE value = (SELECT count(*) FROM wide WHERE k < substr(code, 2)::int)) FROM figures(year(2024)) WHERE code ~ '^W'), 900::bigint, 'S41: nine hundred indicators on one source, each right');
UPDATE indicator SET active = false WHERE code ~ '^W';
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
    SELECT 'D' || g, 'x', 'distinct', 'wide', 'day', 'k % ' || g, 'city', 'period', '件', 'x' FROM generate_series(1, 30) AS g;
SELECT is((SELECT count(*) FILTER (WHERE value = substr(code, 2)::int) FROM figures(year(2024)) WHERE code ~ '^D[0-9]'), 30::bigint, 'S41: thirty things counted once each over one source');
UPDATE indicator SET active = false WHERE code ~ '^D[0-9]';

-- ------------------------------------------------------------------ writing
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok($$UPDATE indicator SET name_zh = 'y' WHERE code = 'F001'$$, '25001', NULL, 'definitions are written at READ COMMITTED');
ROLLBACK;
SET ROLE unit_analyst;
SELECT throws_ok($$SELECT emgov_internal.make_units('ledger', i, NULL) FROM ledger.indicator AS i WHERE code = 'F001'$$, '42501', NULL, 'nobody but the owner makes units');
SELECT throws_ok($$SELECT emgov_internal.loosen_units('ledger')$$, '42501', NULL, 'nor touches them');
SELECT throws_ok($$CALL emgov.release_units('ledger.accident')$$, '42501', NULL, 'nor lets go of them');
SELECT throws_ok($$CALL emgov.make_units('ledger')$$, '42501', NULL, 'nor makes them anew');
SELECT throws_ok($$CREATE FUNCTION ledger_store.f() RETURNS int LANGUAGE sql AS 'SELECT 1'$$, '42501', NULL, 'nor puts anything beside them');
RESET ROLE;

-- writers at once wait for one another, and none fails
CREATE EXTENSION IF NOT EXISTS dblink SCHEMA public;
CREATE FUNCTION public.finished(c text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    SELECT string_agg(r, ',') INTO told FROM public.dblink_get_result(c, false) AS t (r text);
    PERFORM public.dblink_get_result(c, false);
    RETURN coalesce(nullif(public.dblink_error_message(c), 'OK'), told);
END
$$;
SELECT count(public.dblink_connect(c, format('dbname=%I options=-crole=ledger_owner', current_database()))) FROM unnest('{a,b,c}'::text[]) AS c \gset
SELECT count(public.dblink_exec('a', q)) FROM unnest(ARRAY['BEGIN', $$UPDATE ledger.indicator SET name_en = 'a' WHERE code = 'F001'$$]) AS q \gset
SELECT public.dblink_send_query('b', $$UPDATE ledger.indicator SET name_en = 'b' WHERE code IN ('F001', 'F002')$$) \gset
SELECT pg_sleep(0.3) \gset
SELECT is(public.dblink_is_busy('b'), 1, 'who writes definitions waits for who does');
SELECT public.dblink_exec('a', 'COMMIT') \gset
SELECT is(public.finished('b'), 'UPDATE 2', 'and goes on after');
SELECT is((SELECT string_agg(version || name_en, ' ' ORDER BY code) FROM ledger.indicator WHERE code IN ('F001', 'F002')), '3b 2b', 'with both versions counted');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'ledger_store'::regnamespace AND proname LIKE 'F001 v%date'), 3::bigint, 'and the units of all three there');
SELECT count(public.dblink_send_query(c, $$DO $d$ BEGIN FOR i IN 1 .. 15 LOOP UPDATE ledger.indicator SET name_en = name_en || 'x' WHERE code IN ('F001', 'F002', 'F003'); COMMIT; END LOOP; END $d$ $$)) FROM unnest('{a,b,c}'::text[]) AS c \gset
SELECT is((SELECT string_agg(public.finished(c), ' ') FROM unnest('{a,b,c}'::text[]) AS c), 'DO DO DO', 'three writers of the same definitions at once, fifteen times each: no error');
SELECT is((SELECT version FROM ledger.indicator WHERE code = 'F001'), 48, 'and every version counted');
SELECT count(public.dblink_disconnect(c)) FROM unnest('{a,b,c}'::text[]) AS c \gset

-- a ledger renamed: what another has put where its units are to be runs as nobody
CREATE SCHEMA renamed_store;
SET client_min_messages = error;
ALTER SCHEMA ledger RENAME TO renamed;
RESET client_min_messages;
GRANT USAGE ON SCHEMA renamed_store TO PUBLIC;
CREATE TABLE public.theirs (id int PRIMARY KEY, day date);
INSERT INTO public.theirs VALUES (1, '2024-05-01');
GRANT SELECT ON public.theirs TO PUBLIC;
CREATE FUNCTION renamed_store."F028 v1 date"(r public.theirs) RETURNS date LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run as %', current_user; END $$;
CREATE FUNCTION renamed_store."F028 v1 filter"(r public.theirs) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION renamed_store."F028 v1 values"(r public.theirs) RETURNS text LANGUAGE sql AS 'SELECT ''x''';
SET ROLE ledger_owner;
SELECT matches((SELECT concat_ws(' ', state, record_count, reason) FROM renamed.figures(emgov.year(2024)) WHERE code = 'F028'), '^failed what it .* counted from was dropped',
          'units of another''s are none, in a schema of the name either');
RESET ROLE;
DROP SCHEMA renamed_store CASCADE;
DROP TABLE public.theirs;
SET ROLE ledger_owner;
CALL emgov.upgrade_ledger('renamed');
SELECT is((SELECT state FROM renamed.figures(emgov.year(2024)) WHERE code = 'F028'), 'none', 'an upgrade makes them under the new name');
RESET ROLE;

CREATE SCHEMA taken_store;
SET ROLE ledger_owner;
SELECT throws_matching($$CALL emgov.create_ledger('taken')$$, 'schema "taken_store" belongs to another user', 'a schema of that name that is another''s is refused');
RESET ROLE;
SELECT * FROM finish();
