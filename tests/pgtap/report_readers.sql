-- What becomes of readers: row-level security that is switched on later, views that the owner puts beside the readers', a list of
-- readers that comes from another server, a table that is lost.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
SET jit = off;
\ir ../ledger/owner.sql
CREATE ROLE readers_all;
CREATE ROLE readers_area;
CREATE ROLE readers_other;
CREATE ROLE readers_merged;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (1, '2024-02-02', '320411', 'chemical'), (2, '2024-02-02', '320412', 'chemical');
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (1, 'dead', '2024-02-02');
CALL entered('{accident}', '2024-12-31', '2023-01-01');
CALL grant_reader('readers_all');
CALL grant_reader('readers_area', '320412');
RESET ROLE;
SELECT plan(33);
CREATE FUNCTION public.sees(role name, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE query INTO found;
    RESET ROLE;
    RETURN found;
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION public.accidents(role name) RETURNS text LANGUAGE sql AS $$ SELECT public.sees($1, 'SELECT count(*) FROM ledger_report.accident') $$;
SELECT is(public.accidents('readers_all') || public.accidents('readers_area'), '21', 'everything, and an area');

-- ------------------------------------------------------------------ a policy that comes later
SET ROLE ledger_owner;
ALTER TABLE accident ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON accident USING (area_code = '320411');
RESET ROLE;
SELECT is(public.accidents(role), '55000', 'with a policy that the views would not heed they are refused: ' || role) FROM unnest('{readers_all,readers_area}'::name[]) AS role;
SELECT is(public.sees('readers_all', 'SELECT count(*) FROM ledger_report.accident_by_month'), '55000', 'summaries too');
SELECT is(public.sees('readers_all', 'SELECT count(*) FROM ledger_report_zh.事故'), '55000', 'and in Chinese');
SET ROLE ledger_owner;
DROP POLICY own ON accident;
RESET ROLE;
SELECT is(public.accidents(role), '55000', 'without a policy, which shows nobody a row, as well: ' || role) FROM unnest('{readers_all,readers_area}'::name[]) AS role;
SET ROLE ledger_owner;
ALTER TABLE accident DISABLE ROW LEVEL SECURITY;
RESET ROLE;
CREATE TABLE public.stranger (n int);
ALTER TABLE public.stranger ENABLE ROW LEVEL SECURITY;
CREATE POLICY any_of ON public.stranger USING (true);
SELECT is(public.accidents('readers_all') || public.accidents('readers_area'), '21', 'a policy on a table of another''s is no hindrance');

-- ------------------------------------------------------------------ what the owner puts beside the views
SET ROLE ledger_owner;
CREATE VIEW ledger_report.mine AS SELECT * FROM ledger.casualty;
CREATE VIEW ledger_report_zh."我的" AS SELECT * FROM ledger.casualty;
CALL upgrade_ledger('ledger');
CALL grant_reader('readers_other', '320412');
RESET ROLE;
SELECT is_empty($$SELECT r, v FROM unnest('{readers_all,readers_area,readers_other}'::name[]) AS r, unnest('{ledger_report.mine,ledger_report_zh.我的}'::text[]) AS v WHERE to_regclass(v) IS NOT NULL AND has_table_privilege(r, v, 'SELECT')$$,
    'is granted to nobody by the way');
SELECT is(public.accidents('readers_other'), '1', 'what is the ledger''s is');
SELECT is(public.sees('readers_other', 'SELECT count(*) FROM ledger_report_zh.事故'), '1', 'and its twin');
SET ROLE ledger_owner;
DROP VIEW ledger_report.mine;
CALL revoke_reader('readers_other');

-- ------------------------------------------------------------------ what else stands in the store
CREATE VIEW ledger_store.mine AS SELECT id FROM ledger.accident;
SELECT throws_ok(format('SELECT count(*) FROM ledger_store.report_rows(%L, NULL) AS r (id int)', 'view ' || name), '22023', format('readers are given no ''view %s''', name), 'no view of the store but kept ones: ' || name)
  FROM unnest('{mine,accident_fact_query}'::text[]) AS name;
SELECT is_empty($$SELECT p.name FROM emgov.ledger_part AS p WHERE (p.kind = 'kept' OR p.kind = 'view' AND strpos(p.body, '-- kept') > 0)
    AND emgov_internal.report_query('ledger', 'view ' || p.name) !~ 'kept_rows'$$, 'and all of these');
DROP VIEW ledger_store.mine;

-- ------------------------------------------------------------------ a list that comes from another server
-- the numbers of roles are other ones there, and one of the roles is missing here
SELECT is((SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = 'ledger_store.reader'::regclass AND a.atttypid IN ('regrole'::regtype, 'regclass'::regtype)), 0::bigint, 'no column of the list refers to a role that a restore must find');
CREATE TEMP TABLE kept AS TABLE ledger_store.reader;
UPDATE ledger_store.reader SET list_oid = 1, role_oid = (SELECT oid FROM pg_roles WHERE rolname = CASE role WHEN 'readers_area' THEN 'readers_all' ELSE 'readers_area' END);
INSERT INTO ledger_store.reader VALUES ('readers_missing', NULL, 12345, 1);
RESET ROLE;
SELECT is(public.accidents('readers_all') || public.accidents('readers_area'), '21', 'restored, the names count');
SELECT is(public.accidents('readers_other'), '42501', 'of those whom the dump granted the views');
ALTER ROLE readers_other RENAME TO readers_missing;
SELECT is(public.accidents('readers_missing'), '42501', 'a role that takes a name of the list has nothing');
SET ROLE ledger_owner;
SELECT lives_ok($$CALL upgrade_ledger('ledger')$$, 'an upgrade takes the list over');
SELECT bag_eq('SELECT role, area_code, role_oid, list_oid FROM ledger_store.reader', 'SELECT role, area_code, role_oid, list_oid FROM kept', 'as it was, without whom there is not');
RESET ROLE;
SELECT is(public.accidents('readers_missing'), '42501', 'who has the name of one still has nothing');
ALTER ROLE readers_all RENAME TO readers_x;
ALTER ROLE readers_area RENAME TO readers_all;
SELECT is(public.accidents('readers_x') || public.accidents('readers_all'), '21', 'and from then on it is the role that counts');

-- ------------------------------------------------------------------ the reader of an area that is no more
SET ROLE ledger_owner;
INSERT INTO area (code, name_zh, kind, is_block, valid_to, successor_code) VALUES ('was', '旧区', 'district', true, '2024-03-01', '320412');
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (10, '2023-05-05', 'was', 'chemical'), (11, '2023-07-07', 'was', 'chemical'), (12, '2024-02-02', 'was', 'chemical');
CALL entered('{accident}', '2025-06-30', '2023-01-01');
CALL grant_reader('readers_merged', 'was');
RESET ROLE;
CREATE FUNCTION public.say(how text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF how = 'of each' THEN
        CALL ledger.entered('{accident}', '2025-06-30', '2023-01-01', 'was');
    END IF;
    RETURN how;
END $$;
SELECT is(public.say(how) || ': ' || public.sees('readers_merged', 'SELECT string_agg(to_char(period_start, $$YYYY-MM$$) || $$ $$ || coalesce(accidents::text, $$-$$) || $$ $$ || accidents_state, $$, $$ ORDER BY period_start)
                                                       FROM ledger_report.accident_by_month WHERE period_start IN ($$2023-05-01$$, $$2024-02-01$$, $$2024-03-01$$, $$2024-05-01$$, $$2025-05-01$$)'),
          how || ': 2023-05 1 no_base, 2024-02 1 new, 2024-03 - no_data, 2024-05 - no_data, 2025-05 - no_data', 'nothing is said of it after its end, no fall to nothing: what is entered is said ' || how)
  FROM unnest('{of all,of each}'::text[]) AS how;
SELECT is(public.sees('readers_merged', 'SELECT string_agg(year || $$ $$ || total || $$ $$ || coalesce(total_change::text, $$-$$) || $$ $$ || area_zh, $$, $$ ORDER BY year, row_order)
                                             FROM ledger_report.accident_crosstab WHERE indicator_code = $$accidents$$'),
          '2023 2 - 合计, 2023 2 - 旧区, 2024 1 - 合计', 'nor a total of a year in which it was no more, nor one held against a whole year, nor a row of what it became');

-- what an area came to in a month that is not over is held against the same days of those merged into it, of which less is covered
SET ROLE ledger_owner;
INSERT INTO area (code, name_zh, kind, is_block, valid_to, successor_code) VALUES ('before', '原区', 'district', true, '2024-01-01', '320404');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 20 + n, d, 'before', 'chemical' FROM unnest('{2023-05-12,2023-05-15,2023-05-25,2023-05-28,2023-05-30}'::date[]) WITH ORDINALITY AS d (d, n);
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (30, '2023-05-03', '320404', 'chemical'), (31, '2024-05-05', '320404', 'chemical');
RESET ROLE;
CREATE FUNCTION public.held(through date) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CALL ledger.entered('{accident}', through, '2023-01-01');
    CALL ledger.entered('{accident}', through, '2023-05-10', 'before');
    RETURN (SELECT format('%s %s %s', accidents, accidents_base, accidents_state) FROM ledger_report.accident_by_month_area WHERE area_code = '320404' AND period_start = '2024-05-01');
END $$;
SELECT is(array_agg(public.held(d) ORDER BY d), '{1 2 comparable,1 3 comparable}', 'the base of a month that is not over, of an area with another merged into it')
  FROM unnest('{2024-05-13,2024-05-20}'::date[]) AS d;

-- ------------------------------------------------------------------ a table is lost
SET ROLE ledger_owner;
DROP TABLE casualty CASCADE;
PREPARE one AS INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (3, '2024-03-03', '320411', 'chemical');
SELECT throws_ok('EXECUTE one', '55000', 'the live fact "accident_fact" cannot be kept: its query "accident_fact_query" is missing', 'without it nothing is entered, and it is said why');
SELECT lives_ok($$CALL upgrade_ledger('ledger')$$, 'an upgrade repairs it');
SELECT lives_ok('EXECUTE one', 'so that records are entered again');
SELECT has_table('ledger', 'casualty', 'the table is there');
SELECT lives_ok($$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (3, 'dead', '2024-03-03')$$, 'and takes rows');
SELECT is((SELECT deaths::int FROM accident_fact WHERE id = 3), 1, 'which count');
SELECT is_empty('(TABLE ledger_store.accident_fact EXCEPT TABLE ledger_store.accident_fact_query) UNION ALL (TABLE ledger_store.accident_fact_query EXCEPT TABLE ledger_store.accident_fact)', 'the fact is its query again');
RESET ROLE;
SELECT * FROM finish();
