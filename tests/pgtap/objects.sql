-- The extension's objects: all have comments, and their properties are as they should be.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SELECT plan(7);
SELECT is_empty($$
    SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'emgov')
      AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type WHERE oid = objid AND (typcategory = 'A' OR typrelid <> 0)))
      AND obj_description(objid, classid::regclass::text::name) IS NULL$$, 'every object has a comment');
SELECT isnt_empty($$SELECT FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND prokind = 'a'$$, 'there are aggregates');
-- Every function is immutable and parallel safe but these: volatility, parallel safety, name.
SET search_path = pg_catalog, public;
CREATE TEMP TABLE exception (line text);
INSERT INTO exception VALUES
    ('v u emgov._before_alter(regclass,text[],text[])'),
    ('v u emgov._before_rename(regclass,text,text)'),
    ('s u emgov._changed_keys(regclass,timestamp with time zone,timestamp with time zone)'),
    ('s u emgov._check_date_column(regclass,text)'),
    ('s u emgov._check_kept(regclass,boolean)'),
    ('i u emgov._check_period(daterange)'),
    ('i u emgov._check_side(text)'),
    ('s u emgov._closed_to(text,regclass)'),
    ('i u emgov._cutoff(text,text,text,text,boolean)'),
    ('s u emgov._derived(regnamespace,jsonb,jsonb,daterange,timestamp with time zone)'),
    ('s u emgov._figure(jsonb,emgov.figure_parts,text,numeric,text)'),
    ('s u emgov._figure_parts(jsonb[],daterange,timestamp with time zone,boolean,boolean)'),
    ('s u emgov._figure_records(regnamespace,jsonb,daterange,timestamp with time zone,boolean,text[])'),
    ('i u emgov._figure_value(text,numeric,numeric,numeric,integer)'),
    ('i u emgov._fill(text,text[])'),
    ('i u emgov._fill_template(integer,text,jsonb,date,boolean)'),
    ('s u emgov._first_published(regnamespace,text,daterange,timestamp with time zone)'),
    ('v u emgov._follow(regclass)'),
    ('v u emgov._follow_place(regclass)'),
    ('v u emgov._free_name(regclass,text)'),
    ('v u emgov._history_ddl_drop()'),
    ('v u emgov._history_ddl_end()'),
    ('v u emgov._history_ddl_start()'),
    ('s u emgov._history_of(regclass)'),
    ('s u emgov._indicators(regnamespace,timestamp with time zone)'),
    ('s u emgov._indicators_json(regnamespace,timestamp with time zone)'),
    ('s u emgov._kept_by(regclass)'),
    ('s u emgov._kept_tables(text)'),
    ('s u emgov._key_column(regclass)'),
    ('s u emgov._key_columns(regclass)'),
    ('v u emgov._keyed_source(regclass,text,text,text[])'),
    ('s u emgov._known_moment(regnamespace,timestamp with time zone,boolean)'),
    ('v u emgov._loosen_units(regnamespace)'),
    ('v u emgov._make_as_of(regclass,text[])'),
    ('v u emgov._make_code(text,boolean)'),
    ('v u emgov._make_function(text,emgov.ledger_part)'),
    ('v u emgov._make_missing_units(regnamespace)'),
    ('v u emgov._make_parts(text,boolean,text[])'),
    ('v u emgov._make_rollup(text,emgov.ledger_part)'),
    ('v u emgov._make_source(text,emgov.ledger_part)'),
    ('v u emgov._make_store(text)'),
    ('v u emgov._make_table(text,emgov.ledger_part)'),
    ('v u emgov._make_units(regnamespace,record,regclass)'),
    ('v u emgov._make_view(text,emgov.ledger_part)'),
    ('s u emgov._moved_records(regclass,jsonb[],boolean,daterange,timestamp with time zone,timestamp with time zone)'),
    ('s u emgov._must_own(text,oid)'),
    ('v u emgov._open_source(text,text,regclass)'),
    ('s u emgov._parts(jsonb,boolean)'),
    ('s u emgov._past_functions(regclass)'),
    ('s u emgov._publication(regnamespace,integer)'),
    ('v u emgov._publication_draft(regnamespace,daterange,text,timestamp with time zone,text,text,boolean)'),
    ('s u emgov._publication_figures(regnamespace,integer,daterange,text,timestamp with time zone,text,text,boolean)'),
    ('i u emgov._reason_zh(text)'),
    ('s u emgov._record_key(regclass)'),
    ('s u emgov._refuse_row_policies(regnamespace)'),
    ('i u emgov._restatement_reason(jsonb,jsonb)'),
    ('s u emgov._rollup_answers(text)'),
    ('s u emgov._rollup_parts(jsonb[],daterange)'),
    ('s u emgov._rollup_row(jsonb,regclass,text[],jsonb)'),
    ('s u emgov._rollups_over(regclass)'),
    ('s u emgov._rows_by_key(regclass,text[],timestamp with time zone)'),
    ('s u emgov._scan(jsonb[],text,text,boolean,daterange,timestamp with time zone)'),
    ('s u emgov._scan_query(jsonb[],text,text,boolean)'),
    ('v u emgov._set_comment(text,text,text)'),
    ('s u emgov._side_value(text,jsonb)'),
    ('v u emgov._set_aside(regclass,text)'),
    ('s u emgov._source(text,text)'),
    ('s u emgov._source_as_of(regclass,boolean,text)'),
    ('s u emgov._moved_records_each(regclass,jsonb[],boolean,daterange,timestamp with time zone,timestamp with time zone)'),
    ('s u emgov._figures_of(regnamespace,jsonb[],emgov.figure_parts[],daterange,timestamp with time zone,text,text)'),
    ('s u emgov._figures_now(regnamespace,jsonb,jsonb,emgov.ledger_restated_record[],timestamp with time zone)'),
    ('s u emgov._is_reached(jsonb,boolean,numeric,daterange,timestamp with time zone)'),
    ('s u emgov._source_tables(regnamespace)'),
    ('s u emgov._store(regnamespace)'),
    ('s u emgov._stored_figures(regnamespace,integer)'),
    ('s u emgov._terms(jsonb,text,boolean)'),
    ('s u emgov._unit(regprocedure)'),
    ('s u emgov._unit_text(regprocedure)'),
    ('s u emgov._verify_chain(regnamespace,integer)'),
    ('v u emgov._warn_of_future(regnamespace)'),
    ('s u emgov._with_units(regnamespace,jsonb[])'),
    ('s s emgov.check_expression(regclass,text,regtype)'),
    ('v u emgov.check_indicator()'),
    ('v u emgov.check_rule()'),
    ('v u emgov.create_ledger(text)'),
    ('v u emgov.create_rollup(text,text,text)'),
    ('v u emgov.drop_rollup(text)'),
    ('v u emgov.fold_rollup(text,bigint)'),
    ('v u emgov.grant_ledger(regnamespace,name,text)'),
    ('v u emgov.keep_version()'),
    ('v u emgov.keep_versions(regclass)'),
    ('s u emgov.ledger_check_figures(regnamespace,daterange,timestamp with time zone)'),
    ('s u emgov.ledger_figure_rows(regnamespace,text,daterange,timestamp with time zone)'),
    ('s u emgov.ledger_figures(regnamespace,daterange,timestamp with time zone,text,text,boolean,boolean,text)'),
    ('s u emgov.ledger_report_text(regnamespace,daterange,timestamp with time zone,text)'),
    ('s u emgov.ledger_restatement(regnamespace,integer,timestamp with time zone)'),
    ('s u emgov.ledger_restatement_rows(regnamespace,integer,timestamp with time zone,text)'),
    ('s u emgov.ledger_verify_publication(regnamespace,integer,text)'),
    ('v u emgov.make_units(regnamespace)'),
    ('v u emgov.only_publish()'),
    ('v u emgov.publish_ledger(regnamespace,daterange,text,timestamp with time zone,text,text)'),
    ('v u emgov.rebuild_rollup(text)'),
    ('v u emgov.release_units(regclass)'),
    ('v u emgov.release_versions(regclass)'),
    ('v u emgov.rollup_ddl_drop()'),
    ('v u emgov.rollup_ddl_end()'),
    ('v u emgov.rollup_ddl_start()'),
    ('s s emgov.rollup_follows(text)'),
    ('s s emgov.rollup_status(text)'),
    ('v u emgov.rollup_truncate()'),
    ('v u emgov.rollup_write()'),
    ('v u emgov.rollup_write_row()'),
    ('v u emgov.upgrade_ledger(text)'),
    ('v u emgov.verify_rollup(text,text)'),
    ('v u emgov.write_definition()');
SELECT set_eq($$SELECT format('%s %s %s', provolatile, proparallel, oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'emgov'::regnamespace AND (provolatile <> 'i' OR proparallel <> 's')$$,
    'SELECT line FROM exception', 'functions are immutable and parallel safe but for the listed');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND prosecdef$$, 'none runs with other rights');
SELECT is_empty($$SELECT aggfnoid FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace = 'emgov'::regnamespace
    AND proname NOT IN ('min', 'max')
    AND (aggcombinefn = 0 OR aggminvtransfn = 0 OR agginitval IS NULL OR aggminitval IS NULL OR aggtranstype <> prorettype
         OR aggtranstype = 'internal'::regtype)$$, 'every aggregate but min and max combines, moves, starts from zero, and shows its state');
SELECT is_empty($$SELECT typname FROM pg_type WHERE typnamespace = 'emgov'::regnamespace AND typtype = 'b' AND typcategory <> 'A' AND typname <> 'wide_summary'
    AND (typsend = 0 OR typreceive = 0 OR NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = pg_type.oid AND opcdefault AND opcmethod = 403)
         OR NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = pg_type.oid AND opcdefault AND opcmethod = 405))$$,
    'every type that users may store has binary form, btree and hash operator classes');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND probin IS NULL AND position(E'\\' IN prosrc) > 0
    AND array_to_string(proconfig, ',') !~ 'standard_conforming_strings=on'$$, 'a body with a backslash is read under standard strings, whatever its caller has set');
SELECT * FROM finish();
