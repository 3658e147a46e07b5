-- V4: a reader of one area, who may make functions, operators, types, views and tables of its own, and is a member of another
-- role, tries to see what belongs to other areas. One secret stands in each row that it must not see; every attempt
-- leaves what it saw in public.loot, or in an error, a notice or a plan, and none of it holds the secret.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET jit = off;         -- as docs/bi.md says of logins that read
\ir ../ledger/owner.sql
CREATE ROLE attacker;
CREATE ROLE accomplice;
CREATE ROLE attack_writer;
CREATE ROLE attack_all;
GRANT accomplice TO attacker;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner, attacker, accomplice', current_database()) \gexec
GRANT CREATE, USAGE ON SCHEMA public TO attacker, accomplice;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
INSERT INTO subject (id, kind, name, area_code) VALUES (1, 'unit', 'SECRET works', '320411'), (2, 'unit', 'plain works', '320412');
INSERT INTO accident (id, occurred_on, area_code, category_code, subject_id, direct_loss) VALUES (1, '2024-02-02', '320411', 'chemical', 1, 777777), (2, '2024-02-02', '320412', 'chemical', 2, 1);
INSERT INTO accident (id, occurred_on, area_code, category_code, subject_id, direct_loss, status, note) VALUES (3, '2024-02-02', '320412', 'chemical', 1, 777777, 'withdrawn', 'SECRET');
-- each text of an accident that the attacker must not see, and of no list
SELECT format('UPDATE accident SET %s WHERE id IN (1, 3)', string_agg(format('%I = %L', c, 'SECRET ' || c), ', ')) FROM unnest('{industry,title,number,note}'::text[]) AS c
 WHERE EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = 'accident'::regclass AND a.attname = c AND a.attnum > 0) \gexec
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on) SELECT c.code, s, a, '2024-01-01' FROM (SELECT code FROM campaign LIMIT 2) AS c, (VALUES (1, '320411'), (2, '320412')) AS x (s, a);
SELECT array_agg(DISTINCT source) AS sources FROM indicator WHERE source IS NOT NULL \gset
CALL entered(:'sources', '2024-12-31', since => '2022-01-01');
CALL grant_reader('attacker', '320412');
CALL grant_reader('attack_all');
RESET ROLE;
ANALYZE;
SELECT * FROM no_plan();
CREATE TABLE public.loot (attack text, seen text);
GRANT SELECT, INSERT ON public.loot TO PUBLIC;
-- run as a role; what it returns, and whatever error it ends in, is loot
CREATE FUNCTION public.try(attack text, command text, role name DEFAULT 'attacker') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
    message text; detail text; hint text; context text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    SET LOCAL search_path = public, emgov;
    BEGIN
        IF command ~* '^\s*(SELECT|EXPLAIN|FETCH|EXECUTE|WITH|TABLE|SHOW|VALUES)' THEN
            FOR r IN EXECUTE command LOOP
                INSERT INTO public.loot VALUES (attack, r::text);
            END LOOP;
        ELSE
            EXECUTE command;
        END IF;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
        INSERT INTO public.loot VALUES (attack, concat_ws(' | ', SQLSTATE, message, detail, hint, replace(context, command, '')));
    END;
    RESET ROLE;
    RESET search_path;
END $$;
CREATE VIEW public.target AS SELECT c.oid::regclass::text AS view, c.relname FROM pg_class AS c WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) AND c.relkind = 'v'
    AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname IN ('area_code', '地区代码', '企业名称', 'enterprise'));
CREATE TABLE public.facts AS SELECT 'ledger_report.' || v AS view FROM unnest(ARRAY['accident', 'remediation', 'dim_enterprise', 'enterprise_file', 'enterprise_in_campaigns']) AS v WHERE to_regclass('ledger_report.' || v) IS NOT NULL;
GRANT SELECT ON public.target, public.facts TO PUBLIC;
SELECT isnt_empty($$SELECT FROM public.facts$$, 'there are views to attack');
SELECT isnt_empty(format($$SELECT FROM %s AS v WHERE v::text ~ 'SECRET'$$, view), format('there is a secret in %s', view)) FROM public.facts;
SELECT isnt_empty($$SELECT FROM ledger_report.accident WHERE accident_id = 2$$, 'and an accident for the attacker to see');

SELECT public.try('every view: ' || view, format('SELECT v::text FROM %s AS v', view)) FROM (SELECT c.oid::regclass::text AS view FROM pg_class AS c
    WHERE c.relnamespace IN ('ledger_report'::regnamespace, 'ledger_report_zh'::regnamespace) AND c.relkind = 'v') AS x;
SELECT is_empty($$SELECT attack, left(seen, 300) FROM public.loot WHERE seen ~ 'SECRET|777777'$$, 'V4: no view shows a word of what is not seen');

-- ------------------------------------------------------------------ what the attacker makes
SET ROLE attacker;
SET search_path = public, emgov;
CREATE FUNCTION peek(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0001 IMMUTABLE AS $$ BEGIN INSERT INTO public.loot VALUES ('peek', $1::text); RETURN true; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE FUNCTION look(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO public.loot VALUES ('look', $1); RETURN true; END $$;
CREATE FUNCTION look2(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO public.loot VALUES ('look2', $1 || $2); RETURN true; END $$;
CREATE FUNCTION whole(anyelement) RETURNS text LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO public.loot VALUES ('whole', $1::text); RETURN $1::text; END $$;
CREATE FUNCTION as_int(text) RETURNS int LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO public.loot VALUES ('as_int', $1); RETURN 1; END $$;
CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = look2, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE FUNCTION look3(varchar, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO public.loot VALUES ('look3', $1 || $2); RETURN true; END $$;
CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = text, FUNCTION = look3);
CREATE AGGREGATE grab(text) (SFUNC = textcat, STYPE = text);
CREATE DOMAIN spy AS text CHECK (public.look(VALUE));
CREATE TABLE kept (v text CHECK (public.look(v)));
CREATE TABLE takes_all (t text);
RESET ROLE;
RESET search_path;

-- ------------------------------------------------------------------ in a query
SELECT public.try(format('a cheap function in WHERE of %s', view), format('SELECT v.* FROM %s AS v WHERE whole(v.enterprise) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('a cheap function with NOTICE', format('SELECT count(*) FROM %s AS v WHERE peek(v.enterprise)', view)) FROM public.facts;
SELECT public.try('the whole row', format('SELECT v.* FROM %s AS v WHERE whole(v) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('an operator', format('SELECT count(*) FROM %s AS v WHERE v.enterprise::text === ''x''', view)) FROM public.facts;
SELECT public.try('an operator that = finds', format('SELECT count(*) FROM %s AS v WHERE v.area_code = ''320411''::text', view)) FROM public.facts;
SELECT public.try('a domain', format('SELECT count(*) FROM %s AS v WHERE v.enterprise::spy IS NOT NULL', view)) FROM public.facts;
SELECT public.try('a cast that fails', format('SELECT * FROM %s AS v WHERE (v::text)::int > 0', view)) FROM public.facts;
SELECT public.try('a cast of a name', 'SELECT * FROM ledger_report.accident AS v WHERE v.enterprise::int > 0');
SELECT public.try('a division', 'SELECT * FROM ledger_report.accident AS v WHERE 1 / (CASE WHEN v.direct_loss = 777777 THEN 0 ELSE 1 END) > 0');
SELECT public.try('ORDER BY', format('SELECT 1 FROM %s AS v ORDER BY whole(v.enterprise)', view)) FROM public.facts;
SELECT public.try('GROUP BY', format('SELECT whole(v.enterprise) FROM %s AS v GROUP BY whole(v.enterprise) HAVING whole(max(v.enterprise)) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('an aggregate', format('SELECT grab(v::text) FILTER (WHERE look(v.enterprise)) FROM %s AS v', view)) FROM public.facts;
SELECT public.try('a window', format('SELECT first_value(v::text) OVER (ORDER BY whole(v.enterprise)) FROM %s AS v', view)) FROM public.facts;
SELECT public.try('LATERAL', format('SELECT x FROM %s AS v CROSS JOIN LATERAL (SELECT whole(v.enterprise) AS x OFFSET 0) AS l', view)) FROM public.facts;
SELECT public.try('a join condition', format('SELECT 1 FROM %s AS v JOIN (VALUES (''x'')) AS x (t) ON look2(v.enterprise, x.t)', view)) FROM public.facts;
SELECT public.try('an outer join', format('SELECT 1 FROM (VALUES (''x'')) AS x (t) LEFT JOIN %s AS v ON look2(v.enterprise, x.t)', view)) FROM public.facts;
SELECT public.try('NOT EXISTS', format('SELECT 1 WHERE NOT EXISTS (SELECT FROM %s AS v WHERE NOT look(v.enterprise))', view)) FROM public.facts;
SELECT public.try('a CTE that is not materialised', format('WITH x AS NOT MATERIALIZED (SELECT * FROM %s) SELECT 1 FROM x WHERE whole(x.enterprise) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('UNION', format('SELECT v::text FROM %s AS v WHERE look(v.enterprise) UNION SELECT v::text FROM %1$s AS v WHERE look(v.enterprise) LIMIT 100', view)) FROM public.facts;
SELECT public.try('TABLESAMPLE', format('SELECT * FROM %s TABLESAMPLE SYSTEM (100)', view)) FROM public.facts;
SELECT public.try('the row as JSON', format('SELECT to_jsonb(v), row_to_json(v), hstore(v) FROM %s AS v', view)) FROM public.facts;
SELECT public.try('system columns', format('SELECT ctid, tableoid, xmin FROM %s', view)) FROM public.facts;
SELECT public.try('FOR UPDATE', format('SELECT * FROM %s AS v FOR UPDATE', view)) FROM public.facts;
SELECT public.try('query_to_xml', format('SELECT query_to_xml(%L, true, true, '''')', format('SELECT v FROM %s AS v WHERE look(v.enterprise)', view))) FROM public.facts;
SELECT public.try('database_to_xml', 'SELECT schema_to_xml(''ledger_report'', true, true, '''')');
-- ------------------------------------------------------------------ plans and statistics
SELECT public.try('EXPLAIN ANALYZE', format('EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM %s AS v WHERE whole(v.enterprise) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('EXPLAIN with an operator that estimates', format('EXPLAIN (VERBOSE) SELECT * FROM %s AS v WHERE v.enterprise::text === ''SEC''', view)) FROM public.facts;
SELECT public.try('pg_stats', 'SELECT * FROM pg_stats WHERE schemaname ~ ''ledger''');
SELECT public.try('pg_statistic', 'SELECT * FROM pg_statistic');
SELECT public.try('pg_stats_ext', 'SELECT * FROM pg_stats_ext');
SELECT public.try('pg_stat_activity', 'SELECT query FROM pg_stat_activity WHERE usename <> current_user');
SELECT public.try('ANALYZE', 'ANALYZE ledger_report.accident');
SELECT public.try('a materialized view', 'CREATE MATERIALIZED VIEW public.mine AS SELECT whole(v.enterprise) FROM ledger_report.accident AS v');
SELECT public.try('CREATE STATISTICS', 'CREATE STATISTICS public.s ON area_code, enterprise FROM ledger_report.accident');
-- ------------------------------------------------------------------ other ways to the same rows
SELECT public.try('COPY', format('COPY (SELECT v FROM %s AS v WHERE look(v.enterprise)) TO ''/tmp/x''', view)) FROM public.facts;
SELECT public.try('a cursor', 'DO $d$ DECLARE c CURSOR FOR SELECT v::text AS t FROM ledger_report.accident AS v WHERE look(v.enterprise); r record; BEGIN FOR r IN c LOOP INSERT INTO public.loot VALUES (''cursor'', r.t); END LOOP; END $d$');
SELECT public.try('INSERT SELECT through a CHECK', format('INSERT INTO public.kept SELECT v::text FROM %s AS v', view)) FROM public.facts;
SELECT public.try('write through the view', format('UPDATE %s AS v SET area_code = ''320412'' WHERE whole(v.enterprise) IS NOT NULL', view)) FROM public.facts;
SELECT public.try('delete through the view', format('DELETE FROM %s AS v WHERE whole(v.enterprise) IS NOT NULL RETURNING *', view)) FROM public.facts;
SELECT public.try('a rule on the view', 'CREATE RULE r AS ON INSERT TO ledger_report.accident DO ALSO SELECT 1');
SELECT public.try('a trigger on the view', 'CREATE TRIGGER t INSTEAD OF UPDATE ON ledger_report.accident FOR EACH ROW EXECUTE FUNCTION public.look()');
SELECT public.try('another definition of the view', 'CREATE OR REPLACE VIEW ledger_report.accident AS SELECT 1 AS n');
SELECT public.try('without the barrier', 'ALTER VIEW ledger_report.accident RESET (security_barrier)');
SELECT public.try('what the view is made of', format('SELECT pg_get_viewdef(%L)', view)) FROM public.facts;
SELECT public.try('run what the view is made of', pg_get_viewdef('ledger_report.accident'::regclass));
SELECT public.try('the tables', format('SELECT * FROM %s', c.oid::regclass)) FROM pg_class AS c WHERE relnamespace IN ('ledger'::regnamespace, 'ledger_store'::regnamespace) AND relkind IN ('r', 'v') AND relname ~ '^(accident|subject|remediation|casualty|reader|seen)';
SELECT public.try('the readers'' function', format('SELECT * FROM ledger_store.report_rows(%L, NULL) AS f (code text, name_zh text, section int, member text, member_name text, starts_on date, ends_on date, value numeric, numerator numeric,
    denominator numeric, base numeric, change numeric, rate numeric, state text, p_value numeric, unit text, words text, phrase text, comparator text, scope text, coverage text, covered_days int, period_days int, definition_version int, reason text)', w))
  FROM unnest(ARRAY['figure_live', 'figure_monthly', 'spans subject.known_from']) AS w;
SELECT public.try('its name by its number', format('SELECT %s::regprocedure', 'ledger_store.report_rows(text, text[])'::regprocedure::oid));
SELECT public.try('an aggregate of it', 'CREATE AGGREGATE public.g(text, text[]) (SFUNC = ledger_store.report_rows, STYPE = text)');
SELECT public.try('an operator of it', 'CREATE OPERATOR public.@@@ (LEFTARG = text, RIGHTARG = text[], FUNCTION = ledger_store.report_rows)');
SELECT public.try('what it calls', format('SELECT * FROM emgov_internal.%s(''ledger'', NULL)', f)) FROM unnest(ARRAY['report_figure_live', 'report_figure_monthly', 'report_figure_change']) AS f;
SELECT public.try('figures', 'SELECT * FROM emgov_internal.ledger_figures(''ledger'', emgov.year(2024), by => ''area'')');
SELECT public.try('figures of the ledger', 'SELECT * FROM ledger.figures(emgov.year(2024))');
SELECT public.try('records', 'SELECT * FROM emgov_internal.rows_by_key(''ledger.accident'', ''{1}'', ''infinity'')');
SELECT public.try('spans', 'SELECT * FROM emgov_internal.records_span(''ledger.accident'', ''{occurred_on}'')');
SELECT public.try('granting', format('CALL ledger.%s', c)) FROM unnest(ARRAY['grant_reader(''attacker'')', 'grant_analyst(''attacker'')', 'grant_clerk(''attacker'')']) AS c;
SET client_min_messages = error;
SELECT public.try('GRANT without the right', 'SELECT emgov_internal.grant_views(''ledger'', ''accomplice'')');
SELECT public.try('granting otherwise', format('SELECT emgov_internal.%s(''ledger'', ''attacker''%s)', f, a)) FROM (VALUES ('grant_reader', ', NULL, true'), ('grant_analyst', ''), ('grant_clerk', '')) AS x (f, a);
SELECT public.try('its own row', 'UPDATE ledger_store.reader SET area_code = NULL');
-- ------------------------------------------------------------------ settings, paths, shadows
SELECT public.try('a path of its own', $$SELECT set_config('search_path', 'public, pg_catalog', true), v.* FROM ledger_report.accident AS v WHERE look(v.enterprise)$$);
SELECT public.try('temporary tables of the same names', 'DO $d$ BEGIN CREATE TEMP TABLE reader AS SELECT ''attacker''::name AS role, NULL::text AS area_code; CREATE TEMP TABLE area (code text, parent_code text); CREATE TEMP VIEW seen AS SELECT true AS everything, NULL::text[] AS areas;
    CREATE TEMP VIEW pg_roles AS SELECT * FROM pg_catalog.pg_roles; SET LOCAL search_path = pg_temp, public; INSERT INTO public.loot SELECT ''temp'', v::text FROM ledger_report.accident AS v; INSERT INTO public.loot SELECT ''temp'', v::text FROM ledger_report.figure_live AS v; END $d$');
SELECT public.try('row_security', 'DO $d$ BEGIN SET LOCAL row_security = off; INSERT INTO public.loot SELECT ''row_security'', v::text FROM ledger_report.accident AS v; END $d$');
SELECT public.try('no barrier for the planner', 'DO $d$ BEGIN SET LOCAL enable_seqscan = off; SET LOCAL from_collapse_limit = 1; SET LOCAL cpu_operator_cost = 0; INSERT INTO public.loot SELECT ''costs'', v::text FROM ledger_report.accident AS v WHERE look(v.enterprise); END $d$');
SELECT public.try('parallel workers', 'DO $d$ BEGIN SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL force_parallel_mode = on; INSERT INTO public.loot SELECT ''parallel'', v::text FROM ledger_report.accident AS v; END $d$');
-- ------------------------------------------------------------------ as somebody else
SELECT public.try('a view for an accomplice who is not listed', 'CREATE VIEW public.passed_on AS SELECT v.* FROM ledger_report.accident AS v; GRANT SELECT ON public.passed_on TO PUBLIC');
SELECT public.try('the accomplice reads it', 'SELECT * FROM public.passed_on', 'accomplice');
SELECT public.try('and the owner''s function', 'CREATE VIEW public.passed_figures AS SELECT v.* FROM ledger_report.figure_live AS v; GRANT SELECT ON public.passed_figures TO PUBLIC');
SELECT public.try('the accomplice reads that', 'SELECT * FROM public.passed_figures', 'accomplice');
SELECT public.try('a function that runs as the attacker', 'CREATE FUNCTION public.as_attacker() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $f$ SELECT v::text FROM ledger_report.accident AS v $f$');
SELECT public.try('called by the accomplice', 'SELECT public.as_attacker()', 'accomplice');
SELECT public.try('the accomplice looks', 'SELECT * FROM ledger_report.accident', 'accomplice');
-- a plan made as one who sees everything, run as one who does not
RESET ROLE;
GRANT attack_all TO ledger_owner;
PREPARE cached AS INSERT INTO public.loot SELECT 'cached plan', v::text FROM ledger_report.accident AS v;
SET ROLE attacker;
EXECUTE cached;
SET plan_cache_mode = force_generic_plan;
EXECUTE cached;
BEGIN;
EXECUTE cached;
RESET ROLE;
SET LOCAL ROLE attack_all;
CREATE TEMP TABLE all_saw AS SELECT v::text FROM ledger_report.accident AS v;
SET LOCAL ROLE attacker;
EXECUTE cached;
COMMIT;
RESET ROLE;
RESET plan_cache_mode;
SELECT isnt_empty($$SELECT FROM all_saw WHERE v ~ 'SECRET'$$, 'who sees everything sees it, in the same transaction');
-- ------------------------------------------------------------------ what was seen
SELECT cmp_ok((SELECT count(*) FROM public.loot WHERE attack = 'whole' AND seen ~ 'plain works'), '>', 0::bigint, 'functions run on what the attacker may see');
SELECT is_empty($$SELECT attack, left(seen, 300) FROM public.loot WHERE seen ~ 'SECRET|777777'$$, 'V4: no attempt saw a secret');
SELECT is_empty($$SELECT attack, seen FROM public.loot WHERE attack ~ 'accomplice' AND seen !~ '^42501' AND attack <> 'called by the accomplice'$$, 'V4: nor anything, who is not listed');
SELECT is_empty($$SELECT attack, seen FROM public.loot WHERE attack ~ '^(the tables|the readers'' function|granting|its own row|what it calls|figures|records|run what|pg_statistic)' AND seen !~ '^42501'$$, 'V4: and what is closed is closed');
SELECT set_eq($$SELECT DISTINCT role::text::name, area_code FROM ledger_store.reader$$, $$VALUES ('attacker'::name, '320412'), ('attack_all', NULL)$$, 'V4: nobody granted himself anything');
-- rows that are not seen are not counted
SELECT is((SELECT count(*) FROM public.loot WHERE attack = 'row_security'), 1::bigint, 'V4: one accident is one row');
-- by the function call of the protocol too: what opens the schema to it is USAGE, which a reader has not
SELECT ok(NOT has_schema_privilege('attacker', 'ledger_store', 'USAGE'), 'V4: the function cannot be called but by the views');

-- ------------------------------------------------------------------ who writes definitions does not run code as the owner
GRANT USAGE ON SCHEMA ledger TO attack_writer;
GRANT SELECT, INSERT, UPDATE ON ledger.indicator TO attack_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO attack_writer;
CREATE SCHEMA trap AUTHORIZATION attack_writer;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
SET ROLE attack_writer;
-- a function that is called immutable cannot write a row: it leaves as whom it ran in a setting
CREATE FUNCTION trap.run(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM set_config('trap.ran', concat_ws(' ', current_setting('trap.ran', true), current_user), false); RETURN true; END $$;
CREATE FUNCTION trap.eq(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN trap.run($1); END $$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.eq);
CREATE TABLE trap.source (id int PRIMARY KEY, on_day date, kind text);
INSERT INTO trap.source VALUES (1, '2024-01-01', 'x');
GRANT SELECT ON trap.source TO PUBLIC;
CREATE VIEW trap.view AS SELECT id, on_day, kind FROM trap.source WHERE trap.run(kind);
GRANT SELECT ON trap.view TO PUBLIC;
ALTER TABLE trap.source ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON trap.source USING (trap.run(kind));
SET search_path = trap, ledger, public;
SELECT throws_ok(format($$INSERT INTO ledger.indicator (code, ordinal, section, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh)
    VALUES ('TRAP%s', 9000, 1, 'x', 'count', %L, %L, NULL, %L, 'city', 'period', '件', 'x')$$, n, s, d, f), NULL, NULL, 'V4: a definition cannot name ' || what)
  FROM (VALUES (1, 'accident', 'occurred_on', 'trap.run(area_code)', 'a function of its author''s'), (2, 'accident', 'occurred_on', 'area_code OPERATOR(trap.=) ''x''', 'an operator of its author''s'),
               (3, 'trap.source', 'on_day', 'true', 'a table with a policy of its author''s'), (4, 'trap.view', 'on_day', 'true', 'a view of its author''s')) AS x (n, s, d, f, what);
SELECT lives_ok($$INSERT INTO ledger.indicator (code, ordinal, section, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh)
    VALUES ('TRAP9', 9009, 1, 'x', 'count', 'accident', 'occurred_on', 'area_code = ''x''', 'city', 'period', '件', 'x')$$, 'V4: = is the server''s, whatever is in the path');
RESET search_path;
-- an analyst may call the readers' function itself; what it reads is the owner's, not a view that somebody put beside it
SET ROLE ledger_owner;
GRANT CREATE ON SCHEMA ledger TO attack_writer;
REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM attack_writer;
CALL ledger.grant_analyst('attack_writer');
SET ROLE attack_writer;
CREATE FUNCTION trap.ran(text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO public.loot VALUES ('run as', current_user); RETURN true; END $$;
CREATE VIEW ledger.bait AS SELECT v.on_day, now() AS known_from, 'valid'::text AS status FROM (VALUES (date '2024-01-01', 'x')) AS v (on_day, kind) WHERE trap.ran(v.kind);
GRANT SELECT ON ledger.bait TO ledger_owner;
SELECT throws_ok(format($$SELECT * FROM ledger_store.report_rows('%s bait.on_day', NULL) AS a (%s)$$, what, columns), '42501', NULL, 'V4: the readers'' function does not read a view of another''s: ' || what)
  FROM (VALUES ('spans', 'area_code text, context text, since date, through date, base_since date, base_until date'),
               ('months', 'context text, place int, period_start date, fiscal int, state text, is_running boolean, base_ok boolean, previous_ok boolean, ytd_ok boolean, ytd_base_ok boolean, year_ok boolean, year_base_ok boolean, regime_ok boolean, ytd_regime_ok boolean, opening_ok boolean, opening_previous_ok boolean, opening_base_ok boolean, until date')) AS x (what, columns);
RESET ROLE;
SELECT public.try('figures again', 'SELECT * FROM ledger_report.figure_live');
SELECT is_empty($$SELECT * FROM public.loot WHERE attack = 'run as' AND seen = 'ledger_owner'$$, 'V4: nothing of another''s ran as the owner');
SELECT ok(coalesce(current_setting('trap.ran', true), '') !~ 'ledger_owner', 'V4: nor what is called immutable');
SET ROLE attack_writer;
SELECT count(*) FROM trap.view WHERE kind OPERATOR(trap.=) 'x' \gset trapped_
RESET ROLE;
SELECT ok(current_setting('trap.ran', true) ~ 'attack_writer', 'the traps do tell as whom they run');
-- the function's text is made of the ledger's name: whatever the name, it stays a name; what could end a text is none
SET ROLE ledger_owner;
SELECT throws_ok($$ALTER SCHEMA ledger RENAME TO "x$body$; SELECT 1"$$, '42602', NULL, 'V4: a ledger gets no name that could end a text by a rename');
ALTER SCHEMA ledger RENAME TO "x) AS a, (SELECT 1 --";
SELECT is((SELECT count(*) FROM pg_proc WHERE proname = 'report_rows' AND pronamespace = to_regnamespace('"x) AS a, (SELECT 1 --_store"') AND prosecdef AND proconfig::text ~ 'search_path=pg_catalog, pg_temp'), 1::bigint, 'V4: a ledger renamed has its readers'' function');
SELECT lives_ok('SELECT * FROM "x) AS a, (SELECT 1 --_report".figure_live', 'V4: and it is called');
ALTER SCHEMA "x) AS a, (SELECT 1 --" RENAME TO ledger;
RESET ROLE;
SELECT * FROM finish();
