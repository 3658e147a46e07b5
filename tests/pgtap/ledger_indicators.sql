-- Definitions as data: what is sound is taken, what is hostile or cannot be computed is
-- refused when it is written, and nothing of it is ever run.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE ledger_test_author;
CREATE ROLE ledger_test_stranger;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, ledger_test_stranger', current_database()) \gexec
GRANT CREATE, USAGE ON SCHEMA public TO ledger_owner, ledger_test_stranger;
CREATE TABLE public.victim (n int);
INSERT INTO public.victim VALUES (1);
CREATE TABLE public.caught (what text);
GRANT INSERT ON public.caught TO PUBLIC;
-- what an attacker lays out: a function that runs as a superuser, operators and functions
-- that come first in a search path
CREATE FUNCTION public.lure() RETURNS boolean LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS 'BEGIN INSERT INTO public.caught VALUES (''lure''); RETURN true; END';
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.caught VALUES (''lower''); RETURN $1; END';
CREATE FUNCTION evil.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.caught VALUES (''=''); RETURN true; END';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.eq);
CREATE FUNCTION evil.bad_check(text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.caught VALUES (''domain''); RETURN true; END';
CREATE DOMAIN evil.checked AS text CHECK (evil.bad_check(VALUE));

SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
INSERT INTO meeting (org_code, topic, held_on) VALUES ('bureau', 'rule_of_law', '2024-02-02'), ('bureau', 'other', '2024-02-02');
SELECT plan(119);

-- ------------------------------------------------------------------ hostile or unsound
CREATE TEMP TABLE template AS SELECT * FROM indicator WHERE code = 'F003';
CREATE FUNCTION pg_temp.try(changes jsonb) RETURNS text LANGUAGE plpgsql SET search_path = evil, ledger, public, emgov, pg_catalog AS $$
BEGIN
    INSERT INTO ledger.indicator SELECT (jsonb_populate_record(t, '{"code": "T1"}' || changes)).* FROM template AS t;
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE bad (field text, value text);
INSERT INTO bad SELECT f, v FROM unnest('{filter,measure,base_filter}'::text[]) AS f, unnest(ARRAY[
    'true; DROP TABLE public.victim',
    'true) OR (SELECT true',
    'true); DELETE FROM public.victim; --',
    'EXISTS (SELECT FROM pg_authid)',
    'n IN (SELECT n FROM public.victim)',
    'held_on > (SELECT max(held_on) FROM ledger.meeting)',
    'WITH x AS (DELETE FROM public.victim RETURNING n) SELECT true FROM x',
    '(WITH x AS (DELETE FROM public.victim RETURNING n) SELECT true FROM x)',
    'true UNION SELECT true', 'true FROM pg_authid', 'true INTO x', 'true ORDER BY 1', 'true LIMIT 1', 'true, true', 'true AS x', 'DISTINCT true',
    'public.lure()', 'emgov.no_such()', 'evil.lower(topic) = topic', 'lower(topic) OPERATOR(evil.=) topic', 'topic::evil.checked IS NOT NULL',
    'pg_sleep(10) IS NULL', 'random() < 0.5', 'now() > held_on', 'held_on < current_date', 'held_on < ''today''', 'held_on < '' ToMorrow ''::date', 'topic = current_user',
    'current_setting(''x'') = ''y''', 'set_config(''emgov.known_at'', ''2000-01-01'', false) = ''''', 'nextval(''ledger.meeting_id_seq'') > 0', 'pg_read_file(''/etc/passwd'') = ''''',
    'query_to_xml(''DROP TABLE public.victim'', true, true, '''') IS NULL', 'lo_import(''/etc/passwd'') > 0', 'dblink(''x'', ''y'') IS NULL',
    'count(*) > 1', 'row_number() OVER () = 1', 'generate_series(1, 3) = 1', 'meeting IS NULL', 'ctid = ''(0,1)''', 'xmin = 1', '$1 = 1', 'no_such_column = 1', 'meeting_as_of(now()) IS NULL']) AS v
    WHERE f = 'filter' OR v IN ('true; DROP TABLE public.victim', 'EXISTS (SELECT FROM pg_authid)', 'public.lure()', 'random() < 0.5', 'no_such_column = 1');
INSERT INTO bad VALUES
    ('source', 'no_such_table'), ('source', 'meeting; DROP TABLE public.victim'), ('source', 'a.b.c.d'), ('source', '(SELECT 1) AS x'), ('source', 'figures'), ('source', 'ledger.meeting_pkey'),
    ('source', 'pg_catalog.pg_authid'),
    ('date_column', 'no_such_column'), ('date_column', 'topic'), ('date_column', 'held_on) OR (true'), ('until_column', 'topic'),
    ('scope', NULL), ('cutoff', NULL), ('scope', 'everywhere'), ('cutoff', 'whenever'), ('kind', 'guess'), ('definition_zh', NULL), ('unit', NULL),
    ('code', 'x; DROP TABLE public.victim'), ('code', ''), ('rounding', 'up'), ('decimals', '99'), ('of_code', 'F001'), ('aggregate', 'median'), ('filter', ''), ('filter', 'topic'), ('filter', '1');
SELECT isnt(pg_temp.try(jsonb_build_object(field, value) || CASE WHEN field = 'measure' THEN '{"kind": "distinct"}'::jsonb WHEN field = 'base_filter' THEN '{"kind": "share", "aggregate": "count"}' ELSE '{}' END),
            'taken', format('refused as %s: %s', field, coalesce(value, 'nothing'))) FROM bad;
SELECT isnt(pg_temp.try(changes), 'taken', 'refused: ' || changes::text) FROM unnest(ARRAY[
    '{"kind": "distinct"}', '{"kind": "stock", "aggregate": "count", "until_column": "held_on", "cutoff": "period"}', '{"kind": "rate"}', '{"kind": "sum", "measure": "topic"}']::jsonb[]) AS changes;
SELECT is_empty('SELECT * FROM indicator WHERE code = ''T1''', 'none of it is there');
RESET ROLE;
SELECT is((SELECT count(*) FROM public.victim), 1::bigint, 'nothing was dropped or deleted');
SELECT is_empty('SELECT * FROM public.caught', 'no lure was run');
SET ROLE ledger_owner;

-- ------------------------------------------------------------------ a search path that lies in wait
SELECT is(pg_temp.try('{"filter": "lower(topic) = ''rule_of_law''"}'), 'taken', 'a sound definition is taken whatever the search path');
CREATE FUNCTION pg_temp.figure(wanted text) RETURNS text LANGUAGE plpgsql SET search_path = evil, ledger, public, emgov, pg_catalog AS $$
BEGIN
    RETURN concat((SELECT max(value::int) FROM figures(year(2024)) WHERE code OPERATOR(pg_catalog.=) wanted), '/', (SELECT count(*) FROM figure_rows(wanted, year(2024))));
END $$;
SELECT is(pg_temp.figure('T1'), '1/1', 'and means what it says, and so do the records behind it');

-- ------------------------------------------------------------------ other people's relations
RESET ROLE;
GRANT USAGE ON SCHEMA ledger TO ledger_test_author, ledger_test_stranger;
GRANT INSERT, SELECT ON ledger.indicator TO ledger_test_author;
GRANT SELECT ON ledger.meeting TO ledger_test_author;
SET ROLE ledger_test_author;
SELECT lives_ok($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    VALUES ('T2', '会议', 'count', 'meeting', 'held_on', $f$status = 'valid'$f$, 'bureau', 'period', '次', '会议次数')$$, 'an author may define over what he may read');
SELECT throws_ok($$INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES ('T3', '事故', 'count', 'accident', 'occurred_on', 'city', 'period', '起', '事故起数')$$, '42501', NULL, 'and not over what he may not');
SET ROLE ledger_test_stranger;
CREATE FUNCTION public.trap() RETURNS date LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES ('trap as ' || current_user); RETURN '2024-01-01'; END $$;
CREATE VIEW public.baited AS SELECT public.trap() AS held_on;
GRANT SELECT ON public.baited TO PUBLIC;
SET ROLE ledger_owner;
SELECT throws_ok($$INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES ('T4', '饵', 'count', 'public.baited', 'held_on', 'city', 'period', '起', '饵')$$, '42501', NULL, 'a stranger''s view is no source: it would run his code');
CREATE TABLE public.mine (id int PRIMARY KEY, on_day date NOT NULL, n int NOT NULL);
INSERT INTO public.mine SELECT i, '2024-01-01'::date + i, i FROM generate_series(1, 10) AS i;
GRANT SELECT ON public.mine TO PUBLIC;
SET ROLE ledger_test_stranger;
CREATE FUNCTION public.mine_as_of(timestamptz) RETURNS SETOF public.mine LANGUAGE plpgsql AS $$ BEGIN PERFORM public.trap(); RETURN; END $$;
SET ROLE ledger_owner;
SELECT lives_ok($$INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh)
    VALUES ('MINE', '自有', 'sum', 'public.mine', 'on_day', 'n', 'city', 'period', '件', '自有表合计')$$, 'a user adds an indicator over a table of his own with one INSERT');
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'MINE'), 55::numeric, 'and has its figure');
SELECT is((SELECT sum(amount) FROM figure_rows('MINE', year(2024))), 55::numeric, 'and its records');
SELECT is((SELECT state FROM figures(year(2024), clock_timestamp() - interval '1 microsecond') WHERE code = 'MINE'), 'unversioned', 'which has no past, whatever function another has laid out');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('own');
CALL publish('own', year(2024));
SELECT is((SELECT value FROM ledger_report.figure_published WHERE is_current AND indicator_code = 'MINE'), 55::numeric(18,4), 'yet is published as it is');
RESET ROLE;
DROP FUNCTION public.mine_as_of(timestamptz);
SET ROLE ledger_owner;
CALL emgov.keep_versions('public.mine');
UPDATE public.mine SET n = n + 1;
SELECT is((SELECT array_agg(value::int) FROM (SELECT value FROM figures(year(2024), (SELECT min(known_from) - interval '1 microsecond' FROM public.mine)) WHERE code = 'MINE'
                                             UNION ALL SELECT value FROM figures(year(2024)) WHERE code = 'MINE') x), '{55,65}', 'and has one from when its versions are kept');

DROP TABLE public.mine CASCADE;
SELECT is((SELECT string_agg(code || ' ' || state || ' ' || (reason IS NOT NULL), '') FROM figures(year(2024)) WHERE state = 'failed'), 'MINE failed true', 'S5: without its source that figure alone fails, and says so');
UPDATE indicator SET active = false WHERE code = 'MINE';
SELECT lives_ok('SELECT * FROM figures(year(2024))', 'until the indicator is left out');
SELECT throws_ok($$UPDATE indicator SET active = true WHERE code = 'MINE'$$, '42P01', NULL, 'to which it cannot return');
SELECT is((SELECT string_agg(reason || ' ' || published::int, ' ') FROM restatement(1) WHERE code = 'MINE' AND what = 'value'), 'definition_change 55', 'and a publication that had it says so');

-- ------------------------------------------------------------------ what goes wrong only when it is computed
UPDATE indicator SET filter = 'org_code = ''bureau''', name_zh = '会' WHERE code = 'T2';
SELECT is((SELECT version FROM indicator WHERE code = 'T2'), 2, 'versions of a definition are counted');
SELECT isnt_empty($$SELECT * FROM ledger_store.indicator_history WHERE code = 'T2'$$, 'and kept');
UPDATE indicator SET filter = '1 / (id - id) = 1' WHERE code = 'T2';
SELECT is((SELECT string_agg(concat_ws(' ', code, state, reason), '') FROM figures(year(2024)) WHERE state = 'failed'), 'T2 failed division by zero', 'S5: of a definition that fails on the records, that figure alone fails, with the reason');
UPDATE indicator SET active = false WHERE code = 'T2';
SELECT lives_ok('SELECT * FROM figures(year(2024))', 'and left out when it is not active');

-- ------------------------------------------------------------------ rules
CREATE TEMP TABLE bad_rule (l text, r text);
INSERT INTO bad_rule VALUES ('F001; DROP TABLE victim', '1'), ('(SELECT 1)', '1'), ('pg_sleep(9)', '1'), ('F001 -- x', '1'), ('F001 /* x', '1'), ('F001', ''''''), ('F001 F002', '1'), ('NOSUCH', '1'), ('', '1'), ('F001 ::text', '1');
SELECT throws_matching(format($$INSERT INTO check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('Z', 'hard', %L, '=', %L, 'x')$$, l, r), '.', 'no rule: ' || l || ' = ' || r) FROM bad_rule;
SELECT throws_ok($$INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('Z', 'hard', 'meeting', 'public.lure()', 'x')$$, '42P17', NULL, 'a rule about records is checked like a filter');
RESET ROLE;
SELECT is_empty('SELECT * FROM public.caught', 'nothing laid out was ever run');
SELECT * FROM finish();
