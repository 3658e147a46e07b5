-- V1, V2, V5: what a reader lists is what a reader reads; a reader of an area sees that area's records and figures in
-- every view, and its totals; the Chinese twins are the same views; clerks enter and correct, and no more.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET jit = off;         -- as docs/bi.md says of logins that read
\ir ../ledger/owner.sql
CREATE ROLE report_all;
CREATE ROLE report_area;
CREATE ROLE report_other;
CREATE ROLE report_clerk;
CREATE ROLE report_nobody;
CREATE ROLE report_member IN ROLE report_area;
SET ROLE ledger_owner;
\ir ../ledger/whole_year.sql
CALL publish('报告', year(2024));
SELECT * FROM no_plan();
SELECT (SELECT array_agg(code) FROM area WHERE active AND is_block) AS blocks \gset

-- ------------------------------------------------------------------ granting
SELECT lives_ok($$CALL grant_reader('report_all')$$, 'the owner grants the views');
SELECT lives_ok($$CALL grant_reader('report_area', '320412')$$, 'those of an area');
SELECT throws_ok($$CALL grant_reader('report_other', '999999')$$, '42704', NULL, 'which there must be');
SELECT throws_ok($$CALL grant_reader('report_no_such')$$, '42704', NULL, 'to a role that there must be');
SELECT throws_ok($$CALL grant_reader('ledger_owner')$$, '0LP01', NULL, 'that does not own them');
RESET ROLE;
GRANT report_all TO report_other;
SET ROLE ledger_owner;
SELECT throws_ok($$CALL grant_reader('report_other', '320412')$$, '0LP01', NULL, 'an area is not granted to who sees everything as a member of another role');
RESET ROLE;
REVOKE report_all FROM report_other;
SELECT throws_ok($$CALL ledger.grant_reader('report_other')$$, '42501', NULL, 'not even a superuser grants for the owner');
SET ROLE report_all;
SELECT throws_ok($$CALL ledger.grant_reader('report_all')$$, '42501', NULL, 'nor does a reader');
SELECT throws_ok($$SELECT emgov_internal.grant_reader('ledger', 'report_other', NULL, true)$$, '42501', NULL, 'by no way');
RESET ROLE;

-- ------------------------------------------------------------------ what is listed, what is read
CREATE FUNCTION public.may_read(role name, relation text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE format('SELECT * FROM %s LIMIT 0', relation);       -- rights are looked at before the first row is
    RESET ROLE;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is_empty(format($$SELECT %L, c.oid::regclass, public.may_read(%1$L, c.oid::regclass::text) FROM pg_class AS c WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace)
    AND c.relkind NOT IN ('i', 'c') AND public.may_read(%1$L, c.oid::regclass::text) IS NOT NULL$$, role), format('V1: all that the catalog lists in the schemas of reports %s reads', role))
  FROM unnest(ARRAY['report_all', 'report_area']) AS role;
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) AND c.relkind <> 'v'$$, 'V1: nothing but views is there');
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) AND c.relkind = 'v'
    AND NOT coalesce('security_barrier=true' = ANY (c.reloptions), false) AND NOT coalesce('security_barrier' = ANY (c.reloptions), false)$$, 'V4: each with security_barrier');
SET ROLE report_all;
SELECT is_empty($$SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema ~ '^ledger' AND table_schema !~ '^ledger_report(_zh)?$'$$, 'V1: information_schema lists nothing else of the ledger');
SELECT set_eq($$SELECT table_name::name FROM information_schema.tables WHERE table_schema = 'ledger_report'$$, $$SELECT relname FROM pg_class WHERE relnamespace = 'ledger_report'::regnamespace AND relkind = 'v'$$, 'V1: and all of the views');
RESET ROLE;
SELECT is_empty(format($$SELECT c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname IN ('ledger', 'ledger_store') AND c.relkind IN ('r', 'v', 'S')
    AND (has_table_privilege(%L, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(%1$L, c.oid, 'SELECT, INSERT, UPDATE') AND c.relkind <> 'S')$$, role), format('V1: %s has a right on nothing in ledger and ledger_store', role))
  FROM unnest(ARRAY['report_all', 'report_area', 'report_nobody']) AS role;
SELECT is(format('%s %s', has_schema_privilege('report_all', 'ledger', 'USAGE'), has_schema_privilege('report_all', 'ledger_store', 'USAGE')), 'f f', 'nor may look into them');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname ~ '^ledger' AND has_function_privilege('report_all', p.oid, 'EXECUTE')
    AND p.oid <> 'ledger_store.report_rows(text, text[])'::regprocedure AND p.oid NOT IN (SELECT f FROM (SELECT q.oid AS f, q.proacl FROM pg_proc AS q) AS x WHERE proacl IS NULL)$$, 'and may call one function of the ledger''s');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname ~ '^ledger' AND p.prosecdef AND has_function_privilege('public', p.oid, 'EXECUTE')$$,
    'what runs with the owner''s rights is nobody''s by default');

-- ------------------------------------------------------------------ an area
CREATE TABLE public.area_view AS
    SELECT c.oid::regclass::text AS view, a.attname AS col FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'area_code' AND a.attnum > 0
     WHERE c.relnamespace = 'ledger_report'::regnamespace AND c.relkind = 'v' AND c.relname NOT LIKE 'dim\_%';
GRANT SELECT ON public.area_view TO PUBLIC;
CREATE FUNCTION public.areas_in(role name, view text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    found text[];
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE format('SELECT array_agg(DISTINCT v.area_code ORDER BY v.area_code) FROM %s AS v', view) INTO found;
    RESET ROLE;
    RETURN found;
END $$;
CREATE TABLE public.seen_by AS SELECT role, view, public.areas_in(role, view) AS areas FROM public.area_view CROSS JOIN unnest(ARRAY['report_all', 'report_area']) AS role;
SELECT cmp_ok((SELECT count(*) FROM public.area_view), '>', 10::bigint, 'many views have an area');
-- without an area are totals of what is seen, and an enterprise of another area that has records in this one, a person
SELECT is_empty($$SELECT view, areas FROM public.seen_by WHERE role = 'report_area' AND EXISTS (SELECT FROM unnest(areas) AS a WHERE a <> '320412' OR a IS NULL AND view !~ '[.](accident_crosstab|reporting_state|enterprise_in_campaigns)$')$$, 'in every view a reader of an area sees that area''s rows only');
SELECT is_empty($$SELECT view FROM public.seen_by AS a JOIN public.seen_by AS o USING (view) WHERE a.role = 'report_all' AND '320412' = ANY (a.areas) AND o.role = 'report_area' AND o.areas IS NULL$$, 'where there are such rows');
SELECT cmp_ok((SELECT count(*) FROM public.seen_by WHERE role = 'report_all' AND NOT areas <@ '{320412,NULL}'), '>', 10::bigint, 'others see more');
-- totals without an area
CREATE FUNCTION public.rows_as(role name, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    RETURN QUERY EXECUTE format('SELECT q.x::text FROM (%s) AS q (x)', query);
    RESET ROLE;
END $$;
SELECT isnt_empty($$SELECT public.rows_as('report_area', 'SELECT f.indicator_code FROM ledger_report.figure_live AS f')$$, 'figure_live has rows for an area''s reader');
SELECT is_empty($$SELECT public.rows_as('report_area', 'SELECT f.indicator_code FROM ledger_report.figure_live AS f WHERE f.area_code IS NULL UNION ALL SELECT f.indicator_code FROM ledger_report.figure_monthly AS f WHERE f.area_code IS NULL
    UNION ALL SELECT f.indicator_code FROM ledger_report.figure_published AS f WHERE f.area_code IS NULL UNION ALL SELECT f.indicator_code FROM ledger_report.figure_change AS f WHERE f.area_code IS NULL')$$, 'never the whole''s figures');
SELECT is_empty($$SELECT public.rows_as('report_all', 'SELECT f.indicator_code FROM ledger_report.figure_live AS f WHERE f.area_code IS NOT NULL UNION ALL SELECT f.indicator_code FROM ledger_report.figure_monthly AS f WHERE f.area_code IS NOT NULL')$$,
    'nor are totals and parts in one view');
-- a second area is seen besides; everything replaces areas, an area everything
SET ROLE ledger_owner;
CALL grant_reader('report_area', '320411');
RESET ROLE;
SELECT is(public.areas_in('report_area', 'ledger_report.accident'), '{320411,320412}', 'an area granted besides is seen besides');
SELECT is(public.areas_in('report_member', 'ledger_report.accident'), '{320411,320412}', 'members of the role see what it sees');
SET ROLE ledger_owner;
-- of everything or of areas: not by a slip
SELECT throws_ok($$CALL grant_reader('report_area')$$, '0LP01', 'role "report_area" is a reader of some areas, not of everything', 'everything does not replace areas');
SELECT throws_ok($$CALL grant_reader('report_all', '320412')$$, '0LP01', 'role "report_all" is a reader of everything', 'nor an area everything');
SELECT throws_ok($$CALL grant_reader('report_other', NULL)$$, '22004', 'area is NULL', 'an area that is NULL is not everything');
SELECT throws_ok($$CALL grant_reader('report_area', NULL)$$, '22004', NULL, 'whoever it is');
SELECT throws_ok($$CALL grant_analyst('report_area')$$, '0LP01', NULL, 'an area''s reader becomes no analyst');
SELECT throws_ok($$CALL grant_clerk('report_area')$$, '0LP01', NULL, 'nor a clerk');
SELECT lives_ok($$CALL grant_reader('report_all')$$, 'again is nothing new');
SELECT results_eq($$SELECT role::text, area_code FROM ledger_store.reader ORDER BY 1, 2$$, $$VALUES ('report_all', NULL), ('report_area', '320411'), ('report_area', '320412')$$, 'nothing of that left a trace');
CALL revoke_reader('report_area');
CALL grant_reader('report_area');
CALL revoke_reader('report_area');
CALL grant_reader('report_area', '320412');
SELECT results_eq($$SELECT role::text, area_code FROM ledger_store.reader WHERE role = 'report_area'$$, $$VALUES ('report_area', '320412')$$, 'revoked first, one replaces the other');
-- who reads tables is no reader of an area; all rights are taken back by one call
CALL grant_publisher('report_other');
CALL revoke_reader('report_other');
SELECT throws_ok($$CALL grant_reader('report_other', '320412')$$, '0LP01', 'role "report_other" can read the tables of ledger "ledger", of every area', 'an analyst is no reader of an area');
CALL grant_clerk('report_other');
CALL revoke('report_other');
CALL revoke('report_other');
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace::regnamespace::text ~ '^ledger' AND c.relkind IN ('r', 'v') AND has_any_column_privilege('report_other', c.oid, 'SELECT, INSERT, UPDATE')$$, 'all taken back: tables');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc AS p CROSS JOIN aclexplode(p.proacl) AS a WHERE p.pronamespace::regnamespace::text ~ '^ledger' AND a.grantee = 'report_other'::regrole$$, 'functions');
SELECT is_empty($$SELECT n.nspname FROM pg_namespace AS n CROSS JOIN aclexplode(n.nspacl) AS a WHERE a.grantee = 'report_other'::regrole$$, 'schemas');
SELECT lives_ok($$CALL grant_reader('report_other', '320412')$$, 'who is then as good as any');
SELECT is(public.areas_in('report_other', 'ledger_report.accident'), '{320412}', 'and sees the area');
SET ROLE ledger_owner;
CALL revoke('report_other');
CALL grant_clerk('report_other');
SELECT throws_ok($$CALL grant_reader('report_other', '320412')$$, '0LP01', NULL, 'a clerk is no reader of an area either');
CALL revoke('report_other');
RESET ROLE;
-- rights are the role's, not its name's
ALTER ROLE report_all RENAME TO report_was;
ALTER ROLE report_area RENAME TO report_all;
SELECT is(public.areas_in('report_all', 'ledger_report.accident'), '{320412}', 'who takes the name of a reader of everything sees its area');
SELECT cmp_ok(cardinality(public.areas_in('report_was', 'ledger_report.accident')), '>', 1, 'who was renamed sees what it saw');
ALTER ROLE report_all RENAME TO report_area;
ALTER ROLE report_was RENAME TO report_all;
-- '' stands for no area
SELECT throws_ok(format($$INSERT INTO ledger.area (code, name_zh, kind) VALUES (%L, 'x', 'zone')$$, c), '23514', NULL, 'no area is named by nothing') FROM unnest('{"", " "}'::text[]) AS c;
SELECT throws_ok($$INSERT INTO ledger.accident_category (code, name_zh, name_en) VALUES ('', 'x', 'x')$$, '23514', NULL, 'nor a category');
-- areas below it, and what became it
BEGIN;
SET LOCAL ROLE ledger_owner;
INSERT INTO area (code, name_zh, kind, parent_code) VALUES ('below', '街道', 'zone', '320412'), ('further', '村', 'zone', 'below');
INSERT INTO area (code, name_zh, kind, valid_to, successor_code) VALUES ('was', '旧区', 'district', '2015-01-01', '320412');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 90000 + n, CASE a WHEN 'was' THEN date '2014-02-02' ELSE '2024-02-02' END, a, 'chemical' FROM unnest('{below,further,was}'::text[]) WITH ORDINALITY AS u (a, n);
RESET ROLE;
SELECT is((SELECT s FROM public.rows_as('report_area', 'SELECT areas::text FROM (SELECT array_agg(DISTINCT area_code ORDER BY area_code) AS areas FROM ledger_report.accident) AS x') AS s), '{320412,below,further,was}', 'an area is those below it, and those that became it');
ROLLBACK;

-- ------------------------------------------------------------------ figure_live is what figures() says
SELECT is_empty($$SELECT f.indicator_code, f.value, g.value FROM ledger_report.figure_live AS f CROSS JOIN LATERAL ledger.figures(daterange(f.period_start, f.period_end + 1), codes => ARRAY[f.indicator_code::text]) AS g
    WHERE (f.value, f.base_value, f.rate_pct, f.state, f.phrase) IS DISTINCT FROM (g.value::numeric(18,4), g.base::numeric(18,4), g.rate::numeric(18,4), g.state::varchar(20), g.phrase::varchar(400))$$, 'V5: each live figure is that of its days');
SELECT set_eq('SELECT indicator_code FROM ledger_report.figure_live', 'SELECT code FROM indicator WHERE active', 'V5: every figure in force');
BEGIN;
SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today \gset
SET LOCAL ROLE ledger_owner;
CALL entered(:'sources', :'today', since => '2022-01-01');
RESET ROLE;
SELECT is_empty($$SELECT g.code FROM ledger.figures(ytd((now() AT TIME ZONE 'Asia/Shanghai')::date)) AS g LEFT JOIN ledger_report.figure_live AS f ON f.indicator_code = g.code
    WHERE (f.value, f.base_value, f.rate_pct, f.state, f.phrase) IS DISTINCT FROM (g.value::numeric(18,4), g.base::numeric(18,4), g.rate::numeric(18,4), g.state::varchar(20), g.phrase::varchar(400))$$, 'V5: entered up to today, they are of the year to date');
-- up to the day that each source covers
SET LOCAL ROLE ledger_owner;
CALL entered('{accident}', :'today'::date - 40, since => '2022-01-01');
CALL entered('{inspection}', :'today'::date - 7, since => '2022-01-01');
RESET ROLE;
SELECT is_empty($$SELECT f.indicator_code, f.value, g.value FROM ledger_report.figure_live AS f CROSS JOIN LATERAL ledger.figures(daterange(f.period_start, f.period_end + 1), codes => ARRAY[f.indicator_code::text]) AS g
    WHERE (f.value, f.base_value, f.rate_pct, f.state, f.phrase) IS DISTINCT FROM (g.value::numeric(18,4), g.base::numeric(18,4), g.rate::numeric(18,4), g.state::varchar(20), g.phrase::varchar(400))$$, 'V5: each is that of its days, whatever its source covers');
SELECT is((SELECT period_end FROM ledger_report.figure_live WHERE indicator_code = 'F028'), (SELECT CASE WHEN t.today - 40 >= lower(ytd(t.today)) THEN t.today - 40 ELSE t.today END FROM (SELECT :'today'::date AS today) AS t), 'V5: a figure of accidents as far as accidents are entered');
SELECT is((SELECT state::text FROM ledger_report.figure_live WHERE indicator_code = 'F028'), (SELECT state FROM ledger.figures(ytd(:'today'::date - 40), codes => '{F028}')), 'V5: and is compared');
-- an area's reader: the figure of that area
SELECT is_empty($$SELECT f FROM public.rows_as('report_area', 'SELECT format(''%s %s %s %s'', f.indicator_code, f.value, f.base_value, f.state) FROM ledger_report.figure_live AS f') AS f
    EXCEPT ALL SELECT format('%s %s %s %s', g.code, g.value::numeric(18,4), g.base::numeric(18,4), g.state) FROM ledger_report.figure_live AS f
      CROSS JOIN LATERAL ledger.figures(daterange(f.period_start, f.period_end + 1), codes => ARRAY[f.indicator_code::text], by => 'area') AS g WHERE g.member = '320412' AND g.state <> 'failed'$$, 'V5: an area''s live figures are its own');
SELECT is((SELECT count(*) FROM public.rows_as('report_area', 'SELECT f.indicator_code::text FROM ledger_report.figure_live AS f')), (SELECT count(*) FROM ledger.figures(ytd(:'today'), by => 'area') WHERE member = '320412' AND state <> 'failed'), 'V5: all of them');
SELECT is_empty($$SELECT f.indicator_code, f.period_start, f.value FROM ledger_report.figure_monthly AS f FULL JOIN ledger.figure_series(NULL, daterange((date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - interval '35 months')::date,
    (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') + interval '1 month')::date), 'month') AS g ON g.code = f.indicator_code AND g.starts_on = f.period_start
    WHERE (f.value, f.base_value, f.state) IS DISTINCT FROM (g.value::numeric(18,4), g.base::numeric(18,4), g.state::varchar(20))$$, 'V5: the months are those of figure_series');
ROLLBACK;

-- ------------------------------------------------------------------ published against now
SELECT is_empty('SELECT indicator_code FROM ledger_report.figure_change WHERE is_changed', 'V5: just published, nothing differs');
SELECT set_eq('SELECT indicator_code, period_start, value FROM ledger_report.figure_change', 'SELECT indicator_code, period_start, value FROM ledger_report.figure_published WHERE is_current', 'V5: a row a published figure');
BEGIN;
SET LOCAL ROLE ledger_owner;
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (90001, '2024-02-02', '320412', 'chemical'), (90002, '2023-02-02', '320412', 'chemical');
RESET ROLE;
SELECT results_eq($$SELECT value_now, difference, base_now, base_difference, is_changed FROM ledger_report.figure_change WHERE indicator_code = 'F028'$$,
    $$SELECT value::numeric(18,4), 1.0000, base::numeric(18,4), 1.0000, true FROM ledger.figures(year(2024), codes => '{F028}')$$, 'V5: a late accident shows');
SELECT set_eq($$SELECT indicator_code::text, 'value' FROM ledger_report.figure_change WHERE difference <> 0 UNION ALL SELECT indicator_code, 'base' FROM ledger_report.figure_change WHERE base_difference <> 0$$,
    $$SELECT code, what FROM ledger.restatement(1) WHERE difference <> 0 AND reason <> 'definition_change'$$, 'V5: what differs is what restatement() says');
ROLLBACK;

-- ------------------------------------------------------------------ the twins
CREATE FUNCTION public.zh_name(note text) RETURNS text LANGUAGE sql AS $$ SELECT emgov_internal.chinese_name($1) $$;
CREATE TABLE public.twin AS
    SELECT v.oid AS view, z.oid AS twin FROM pg_class AS v LEFT JOIN pg_class AS z ON z.relnamespace = 'ledger_report_zh'::regnamespace AND z.relname = public.zh_name(obj_description(v.oid, 'pg_class'))
     WHERE v.relnamespace = 'ledger_report'::regnamespace AND v.relkind = 'v';
SELECT is_empty('SELECT view::regclass FROM public.twin WHERE twin IS NULL', 'every view has its twin in Chinese, named as its comment begins');
SELECT is((SELECT count(DISTINCT twin) FROM public.twin), (SELECT count(*) FROM pg_class WHERE relnamespace = 'ledger_report_zh'::regnamespace), 'one each, and nothing else is there');
SELECT is_empty($$SELECT t.view::regclass, a.attname, z.attname, public.zh_name(col_description(t.view, a.attnum)) FROM public.twin AS t JOIN pg_attribute AS a ON a.attrelid = t.view AND a.attnum > 0
    FULL JOIN pg_attribute AS z ON z.attrelid = t.twin AND z.attnum = a.attnum
    WHERE t.twin IS NOT NULL AND (z.attname, z.atttypid, z.atttypmod) IS DISTINCT FROM (public.zh_name(col_description(t.view, a.attnum))::name, a.atttypid, a.atttypmod)$$, 'with the same columns, of the same types, named as their comments begin');
SELECT is_empty($$SELECT c.oid::regclass, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'ledger_report_zh'::regnamespace
    AND (a.attname !~ '[一-龥]' AND a.attname <> 'p值' OR char_length(a.attname) > 24 OR a.attname ~ '\s' OR c.relname !~ '[一-龥]' OR char_length(c.relname) > 20)$$, 'Chinese names, short, without spaces');
CREATE FUNCTION public.difference(role name, view oid, twin oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE (SELECT format('SELECT ((SELECT array_agg(v::text ORDER BY v::text) FROM (SELECT %3$s FROM %1$s) AS v) IS NOT DISTINCT FROM (SELECT array_agg(v::text ORDER BY v::text) FROM (SELECT %4$s FROM %2$s) AS v))::text', view::regclass, twin::regclass,
                           string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), string_agg(quote_ident(z.attname), ', ' ORDER BY a.attnum))
               FROM pg_attribute AS a JOIN pg_attribute AS z ON z.attrelid = twin AND z.attnum = a.attnum WHERE a.attrelid = view AND a.attnum > 0 AND a.attname <> 'reason'
                AND emgov_internal.code_list((SELECT relname FROM pg_class WHERE oid = view), a.attname) IS NULL) INTO found;
    RESET ROLE;
    RETURN nullif(found, 'true');
END $$;
SELECT is_empty(format($$SELECT view::regclass FROM public.twin WHERE public.difference(%L, view, twin) IS NOT NULL$$, role), format('and the same rows, for %s', role)) FROM unnest(ARRAY['report_area']) AS role;
-- what stands in a column that is not called a code is words; money and percent say their unit
CREATE TABLE public.said (twin oid, col text, value text);
GRANT SELECT, INSERT ON public.said TO PUBLIC;
SET ROLE report_all;
SELECT format('INSERT INTO public.said SELECT DISTINCT %s::oid, %L, %I FROM %s WHERE %3$I ~ ''^[a-z][a-z_]+$''', c.oid, a.attname, a.attname, c.oid::regclass) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'ledger_report_zh'::regnamespace AND a.atttypid = 'varchar'::regtype AND a.attname !~ '代码|英文|校验值|发布人|批准人' \gexec
RESET ROLE;
SELECT is_empty('SELECT twin::regclass, col, value FROM public.said', 'no code stands in a Chinese view without words');
SELECT is_empty($$SELECT z.attrelid::regclass, z.attname FROM public.twin AS t JOIN pg_attribute AS a ON a.attrelid = t.view AND a.attnum > 0 JOIN pg_attribute AS z ON z.attrelid = t.twin AND z.attnum = a.attnum
    WHERE a.attname ~ '(^|_)(direct_loss|fine|amount|paid)$|_pct(_|$)' AND a.atttypid = 'numeric'::regtype AND z.attname !~ '（(元|%)）$'$$, 'money and percent have their unit in their names');
-- one name for one thing: a key is called as the fact or the dimension calls it
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'ledger_report'::regnamespace
    AND (a.attname ~ '_id$' AND a.attname NOT IN ('lessor_id', 'lessee_id', 'record_id') AND NOT EXISTS (SELECT FROM pg_attribute AS o WHERE o.attrelid IN (to_regclass('ledger_report.' || regexp_replace(a.attname, '_id$', '')), 'ledger_report.dim_enterprise'::regclass) AND o.attname = a.attname)
         OR a.attname IN ('accident', 'hazard', 'code', 'area', 'category', 'severity', 'industry', 'programme', 'campaign', 'name_zh'))$$, 'keys have one name everywhere');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'ledger_report'::regnamespace AND c.relname ~ '^penalty_by' AND a.attname ~ '^kind'$$, 'kinds of penalties too');

-- ------------------------------------------------------------------ upgrades
-- of readers that are no more too
CREATE ROLE report_gone;
SET ROLE ledger_owner;
CALL grant_reader('report_gone');
RESET ROLE;
DROP OWNED BY report_gone;
DROP ROLE report_gone;
CREATE ROLE report_gone IN ROLE report_area;
SELECT is(public.areas_in('report_gone', 'ledger_report.accident'), '{320412}', 'a new role of an old name has nothing of the old one');
SET ROLE ledger_owner;
GRANT SELECT ON ledger_report.figure_live TO report_nobody;
DROP VIEW ledger_report_zh."历次发布指标", ledger_report.figure_published;
CREATE OR REPLACE VIEW ledger_report.indicator_list AS SELECT v.*, 1 AS mine FROM (SELECT * FROM ledger_report.indicator_list) AS v WHERE false;
RESET ROLE;
SELECT is(to_regclass('ledger_report.figure_published'), NULL, 'a view is lost');
SELECT has_column('ledger_report', 'indicator_list', 'mine', 'and another changed');
SET ROLE ledger_owner;
DROP VIEW ledger_report_zh."指标及释义", ledger_report.indicator_list;
CREATE VIEW ledger_report.indicator_list AS SELECT 'x'::text AS other;
GRANT SELECT ON ledger_report.indicator_list TO report_other;
-- a view over a twin that is no more, and over one that gets other columns
CREATE VIEW ledger_report_zh."旧名" AS SELECT 1 AS n;
CREATE VIEW ledger_report_zh."指标及释义" AS SELECT 'x'::text AS other;
CREATE VIEW ledger.over_twins AS SELECT o.n, z.other FROM ledger_report_zh."旧名" AS o CROSS JOIN ledger_report_zh."指标及释义" AS z;
SET client_min_messages = error;
SELECT lives_ok($$CALL upgrade_ledger('ledger')$$, 'a view of the user''s over a twin does not stop an upgrade');
SET client_min_messages = warning;
SELECT results_eq('SELECT n, other FROM ledger.over_twins', $$VALUES (1, 'x'::text)$$, 'and stays as it is');
DROP VIEW ledger.over_twins;
CALL upgrade_ledger('ledger');
SELECT hasnt_view('ledger_report_zh', '旧名', 'without it, twins are made anew');
SELECT has_column('ledger_report_zh', '指标及释义', '指标代码', 'with their columns');
RESET ROLE;
SELECT is(public.areas_in('report_gone', 'ledger_report.accident'), '{320412}', 'nor after an upgrade');
SELECT is_empty($$SELECT FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS a WHERE a.grantee = 'report_gone'::regrole$$, 'which grants it nothing');
SET ROLE ledger_owner;
SELECT results_eq($$SELECT role::text FROM ledger_store.reader ORDER BY 1$$, $$VALUES ('report_all'), ('report_area')$$, 'and who is gone is off the list');
RESET ROLE;
REVOKE report_area FROM report_gone;
SET ROLE ledger_owner;
CALL grant_reader('report_gone', '320412');
RESET ROLE;
DROP OWNED BY report_gone;
DROP ROLE report_gone;
SET ROLE ledger_owner;
SELECT lives_ok($$CALL revoke_reader('report_gone')$$, 'a reader that was dropped is revoked');
SELECT throws_ok($$CALL revoke_reader('report_gone')$$, '42704', NULL, 'once');
SELECT is((SELECT count(*) FROM ledger_store.reader), 2::bigint, 'and is off the list');
RESET ROLE;
SELECT has_column('ledger_report', 'indicator_list', 'indicator_code', 'an upgrade makes a view with other columns anew');
SELECT ok(has_table_privilege('report_other', 'ledger_report.indicator_list', 'SELECT'), 'granted to whom it was');
SELECT is_empty(format($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) AND public.may_read(%L, c.oid::regclass::text) IS NOT NULL$$, role), format('%s reads what was made anew', role))
  FROM unnest(ARRAY['report_all', 'report_area']) AS role;
SELECT is(public.may_read('report_nobody', 'ledger_report.indicator_list') IS NULL, false, 'who was granted one view reads no other');

-- ------------------------------------------------------------------ who is not listed, who is taken off the list
SET ROLE ledger_owner;
GRANT USAGE ON SCHEMA ledger_report TO report_nobody;
GRANT SELECT ON ledger_report.accident TO report_nobody;
RESET ROLE;
SELECT is_empty($$SELECT public.rows_as('report_nobody', 'SELECT a.area_code::text FROM ledger_report.accident AS a')$$, 'who is not listed sees no record, though a view was granted by hand');
SET ROLE ledger_owner;
CALL revoke_reader('report_all');
CALL revoke_reader('report_nobody');
CALL revoke_reader('report_nobody');
RESET ROLE;
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace::regnamespace::text ~ '^ledger' AND c.relkind = 'v' AND has_table_privilege('report_all', c.oid, 'SELECT')$$, 'revoked, nothing is read');
SELECT ok(NOT has_schema_privilege('report_all', 'ledger_report', 'USAGE') AND NOT has_function_privilege('report_all', 'ledger_store.report_rows(text, text[])', 'EXECUTE'), 'nor called');
SELECT lives_ok('DROP ROLE report_all', 'and nothing of the role is left');

-- ------------------------------------------------------------------ row-level security
SET ROLE ledger_owner;
ALTER TABLE accident ENABLE ROW LEVEL SECURITY;
SELECT throws_ok($$CALL grant_reader('report_other')$$, '55000', 'table "ledger.accident" has row-level security, which the views for readers would not heed', 'readers are not granted what a policy may hide');
SELECT throws_ok($$CALL upgrade_ledger('ledger')$$, '55000', NULL, 'nor are the views made');
ALTER TABLE accident DISABLE ROW LEVEL SECURITY;
RESET ROLE;

-- ------------------------------------------------------------------ a schema of that name
CREATE SCHEMA second_report;
GRANT USAGE ON SCHEMA second_report TO ledger_owner;
SET ROLE ledger_owner;
SELECT throws_ok($$CALL create_ledger('second')$$, '42501', 'schema "second_report" belongs to another user', 'a schema of that name is refused');
SELECT throws_ok(format('CALL create_ledger(%L)', repeat('x', 54)), '42602', NULL, 'a name must leave room');
RESET ROLE;
DROP SCHEMA second_report;
SET ROLE ledger_owner;
SELECT lives_ok(format('CALL create_ledger(%L)', repeat('台', 17) || 'xy'), 'one of 53 bytes does');
SELECT is((SELECT array_agg(octet_length(schema::text) ORDER BY 1) FROM ledger_schemas(quote_ident(repeat('台', 17) || 'xy')::regnamespace)), '{53,59,60,63,60}', 'with all its schemas');
SELECT throws_ok(format('ALTER SCHEMA %I RENAME TO %I', repeat('台', 17) || 'xy', repeat('台', 18) || 'xy'), '42602', NULL, 'nor is it renamed to one that does not');
SELECT format('DROP SCHEMA %I CASCADE', repeat('台', 17) || 'xy') \gexec

-- ------------------------------------------------------------------ a rename
ALTER SCHEMA ledger RENAME TO renamed;
RESET ROLE;
SELECT is((SELECT count(*) FROM public.rows_as('report_area', 'SELECT f.indicator_code::text FROM renamed_report.figure_live AS f')), (SELECT count(*) FROM renamed.figures(year(2024), by => 'area') WHERE member = '320412' AND state <> 'failed'), 'renamed, figures are there still');
SELECT throws_ok($$INSERT INTO renamed.casualty (accident_id, outcome, outcome_on) SELECT a.id, 'dead', a.occurred_on - 400 FROM renamed.accident AS a WHERE a.status = 'valid' ORDER BY a.id LIMIT 1$$,
    NULL, NULL, 'and records are held against one another: none dies before the accident');
SELECT throws_ok($$UPDATE renamed.casualty SET outcome_on = outcome_on - 400 WHERE id = (SELECT min(id) FROM renamed.casualty WHERE status = 'valid')$$, NULL, NULL, 'nor is that corrected to');
SET ROLE ledger_owner;
ALTER SCHEMA renamed RENAME TO ledger;
RESET ROLE;

-- ------------------------------------------------------------------ clerks
SET ROLE ledger_owner;
SELECT lives_ok($$CALL grant_clerk('report_clerk')$$, 'a clerk is granted');
SET ROLE report_clerk;
SET search_path = ledger, emgov, public;
SELECT lives_ok($$INSERT INTO ledger.subject (kind, name, area_code) VALUES ('unit', '某站', '320412')$$, 'a clerk enters a subject');
SELECT lives_ok($$INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, direct_loss) VALUES (91000, '2024-03-03', '320412', 'chemical', 1000.50)$$, 'an accident');
SELECT lives_ok($$INSERT INTO ledger.accident (occurred_on, area_code, category_code) SELECT '2024-04-04', '320411', 'road'$$, 'one that is given its number');
SELECT lives_ok($$INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) VALUES (91000, 'dead', '2024-03-03'), (91000, 'serious', '2024-03-03')$$, 'with casualties');
SELECT lives_ok($$UPDATE ledger.accident SET direct_loss = 2000, category_code = 'road' WHERE id = 91000$$, 'corrects it');
SELECT lives_ok($$UPDATE ledger.casualty SET outcome = 'dead' WHERE accident_id = 91000$$, 'and them');
SELECT lives_ok($$UPDATE ledger.accident SET status = 'withdrawn', note = '重复录入' WHERE id = 91000$$, 'withdraws it');
SELECT lives_ok($$SELECT * FROM ledger.accident_fact; SELECT * FROM ledger.area; SELECT * FROM ledger.indicator$$, 'reads facts and definitions');
SELECT throws_ok(c, '42501', NULL, 'not: ' || c) FROM unnest(ARRAY[
    'DELETE FROM ledger.accident WHERE id = 91000', 'DELETE FROM ledger.casualty', 'TRUNCATE ledger.accident CASCADE', 'TRUNCATE ledger.publicity_event CASCADE',
    'UPDATE ledger.accident SET known_from = ''2020-01-01'' WHERE id = 91000', 'INSERT INTO ledger.accident (occurred_on, area_code, category_code, known_from) VALUES (''2024-01-01'', ''320412'', ''road'', ''2020-01-01'')',
    'UPDATE ledger.indicator SET name_zh = ''x''', 'INSERT INTO ledger.indicator DEFAULT VALUES', 'UPDATE ledger.publication SET report = ''x''', 'INSERT INTO ledger.publication DEFAULT VALUES',
    'INSERT INTO ledger.publication_figure DEFAULT VALUES', 'UPDATE ledger.area SET name_zh = ''x''', 'INSERT INTO ledger.area (code, name_zh, kind) VALUES (''x'', ''x'', ''zone'')', 'UPDATE ledger.severity_level SET name_zh = ''x''',
    'INSERT INTO ledger.check_rule DEFAULT VALUES', 'UPDATE ledger.report SET title_zh = ''x''', 'INSERT INTO ledger.coverage_declaration DEFAULT VALUES', 'UPDATE ledger.ledger_setting SET lang = ''en''',
    'INSERT INTO ledger.base_value DEFAULT VALUES', 'INSERT INTO ledger.approval DEFAULT VALUES', 'CREATE TABLE ledger.mine (n int)', 'ALTER TABLE ledger.accident DISABLE TRIGGER ALL', 'SELECT * FROM ledger_store.reader',
    'CREATE TRIGGER mine BEFORE INSERT ON ledger.accident FOR EACH ROW EXECUTE FUNCTION public.mine()', 'CALL ledger.grant_reader(''report_clerk'')', 'CALL ledger.publish(''报告'', emgov.year(2023))']) AS c;
SET emgov.known_at = '2020-01-01';
SELECT throws_ok('UPDATE ledger.accident SET direct_loss = 5 WHERE id = 91000', '42501', NULL, 'nor dates back');
RESET emgov.known_at;
RESET ROLE;
SELECT ok((SELECT min(known_from) FROM ledger.accident WHERE id >= 91000) > now() - interval '1 hour', 'known since it was entered');
SELECT results_eq('SELECT deaths::int, status FROM ledger.accident_fact WHERE id = 91000', $$VALUES (2, 'withdrawn')$$, 'as corrected');
SELECT cmp_ok((SELECT count(*) FROM ledger_store.accident_history WHERE id = 91000), '>=', 2::bigint, 'every version kept');
SELECT * FROM finish();
