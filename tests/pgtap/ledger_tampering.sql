-- S9: what a superuser has changed in a publication with the triggers switched off is found:
-- every column, every row taken away or put in, wherever it stands in the chain.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2023-02-01'::date + i, '320402', 'chemical' FROM generate_series(1, 5) AS i;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2024-02-01'::date + i, '320402', 'chemical' FROM generate_series(11, 19) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (12, 'dead', '2024-02-13');
\ir ../ledger/whole_report.sql
UPDATE indicator SET active = false WHERE code NOT IN ('F028', 'F029', 'F030', 'F031', 'F039', 'F016', 'X001');
CALL pg_temp.whole_report('report');
CALL pg_temp.whole_report('monthly');
CALL pg_temp.whole_report('of the city', scope => 'city', base => 'first_published');
INSERT INTO report_section VALUES ('report', 1, '一、事故');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('report', 1, 1, '全市发生{F028.phrase}。'), ('report', 1, 2, '[F030?死亡{F030@month}|无人死亡]。');
CALL publish('report', year(2023));
CALL publish('report', year(2024));
CALL publish('monthly', month(2024, 2));
CALL publish('of the city', month(2024, 2));
RESET ROLE;

-- whether verifying finds what a statement does to publication 2, or to what it stands on; nothing of it stays
CREATE FUNCTION public.found(change text, ids int[] DEFAULT '{2}') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    found boolean;
    id int;
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        EXECUTE change;
        GET DIAGNOSTICS n = ROW_COUNT;
        SET LOCAL session_replication_role = origin;
        IF n = 0 THEN
            RAISE EXCEPTION 'nothing was changed: %', change;
        END IF;
        found := true;
        FOREACH id IN ARRAY ids LOOP
            BEGIN
                found := found AND EXISTS (SELECT FROM ledger.verify_publication(id));
            EXCEPTION WHEN undefined_object THEN
                NULL;
            END;
        END LOOP;
        RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        NULL;
    END;
    RETURN found;
END $$;

-- every column, by its type
CREATE TABLE public.change AS
SELECT c.relname AS relation, a.attname AS name, format('UPDATE ledger.%I SET %I = %s WHERE %s', c.relname, a.attname, v.value,
           CASE c.relname WHEN 'publication' THEN 'id = 2' ELSE 'publication_id = 2 AND code = ''F028'' AND starts_on = ''2024-01-01''' END) AS statement
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 CROSS JOIN LATERAL unnest(CASE a.atttypid::regtype::text
     WHEN 'text' THEN ARRAY[format('coalesce(%I, '''') || '' ''', a.attname), format('coalesce(NULLIF(%I, ''''), ''x'')', a.attname) || ' || ''x''', '''''']
     WHEN 'integer' THEN ARRAY[format('coalesce(%I, 0) + 100', a.attname)]
     WHEN 'bigint' THEN ARRAY[format('%I + 1', a.attname)]
     WHEN 'numeric' THEN ARRAY[format('coalesce(%I, 0) + 0.000001', a.attname), format('coalesce(%I, 0) * 1.0 + 0.0', a.attname)]
     WHEN 'date' THEN ARRAY[format('%I + CASE %L WHEN ''starts_on'' THEN -1 ELSE 1 END', a.attname, a.attname)]
     WHEN 'timestamp with time zone' THEN ARRAY[format('coalesce(%I, ''2024-01-01'') + interval ''1 microsecond''', a.attname)]
     WHEN 'text[]' THEN ARRAY[format('coalesce(%I, ''{}'') || ''x''::text', a.attname)]
     WHEN 'boolean' THEN ARRAY[format('NOT %I', a.attname)]
     WHEN 'jsonb' THEN ARRAY[format('%I || ''{"filter": "true"}''', a.attname), format('%I - ''unit''', a.attname)] END
   || CASE WHEN a.attnotnull THEN '{}' ELSE ARRAY['NULL'] END) AS v (value)
 WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname IN ('publication', 'publication_figure')
   -- what it is already
   AND NOT (v.value = 'NULL' AND a.attname IN ('scope', 'denominator', 'base_denominator', 'force_reason', 'failed_checks', 'approved_by', 'approved_at', 'coverage', 'covered_days', 'missing', 'change_mark', 'member_name', 'member2_name')
            OR v.value = '''''' AND a.attname IN ('dimension', 'member', 'member2'));
DELETE FROM public.change WHERE name = 'base' AND relation = 'publication';
INSERT INTO public.change VALUES ('publication', 'base', 'UPDATE ledger.publication SET base = ''first_published'' WHERE id = 2');

SELECT plan((SELECT count(*)::int FROM public.change) + 33);
SELECT is((SELECT count(DISTINCT (relation, name)) FROM public.change), (SELECT count(*) FROM pg_attribute WHERE attrelid IN ('ledger.publication'::regclass, 'ledger.publication_figure'::regclass) AND attnum > 0 AND NOT attisdropped),
          'S9: every column is changed');
SELECT is_empty('SELECT p.id, v.* FROM publication AS p, verify_publication(p.id) AS v', 'S9: nothing is found while nothing was changed');
SELECT ok(public.found(statement), format('S9: %s', statement)) FROM public.change ORDER BY relation, name, statement;

-- rows
SELECT ok(public.found($$DELETE FROM ledger.publication_figure WHERE publication_id = 2 AND code = 'F030'$$), 'S9: a figure taken away');
SELECT ok(public.found($$DELETE FROM ledger.publication_figure WHERE publication_id = 2$$), 'S9: all figures taken away');
SELECT ok(public.found($$INSERT INTO ledger.publication_figure SELECT (jsonb_populate_record(f, '{"code": "F999"}')).* FROM ledger.publication_figure AS f WHERE publication_id = 2 AND code = 'F028'$$), 'S9: a figure put in');
SELECT ok(public.found($$UPDATE ledger.publication_figure SET publication_id = 9 WHERE publication_id = 2 AND code = 'X001'$$), 'S9: a figure given to another publication');
SELECT ok(public.found($$UPDATE ledger.publication_figure SET numerator = denominator, denominator = numerator WHERE publication_id = 2 AND code = 'F028'$$), 'S9: (NULL, 9) is not (9, NULL)');
SELECT ok(public.found($$UPDATE ledger.publication_figure SET base = change, change = base WHERE publication_id = 2 AND code = 'F028'$$), 'S9: two columns swapped');
SELECT ok(public.found($$UPDATE ledger.publication_figure SET name_zh = name_zh || unit, unit = '' WHERE publication_id = 2 AND code = 'F028'$$), 'S9: a value that runs into the next');
SELECT ok(public.found($$DELETE FROM ledger.publication WHERE id = 2$$, '{2,3,4}'), 'S9: a publication taken away');
SELECT ok(public.found($$DELETE FROM ledger.publication WHERE id = 1$$, '{1,2,3,4}'), 'S9: the first taken away');
SELECT ok(public.found($$WITH f AS (DELETE FROM ledger.publication_figure WHERE publication_id = 2) DELETE FROM ledger.publication WHERE id = 2$$, '{3,4}'), 'S9: with all its figures');
SELECT ok(public.found($$UPDATE ledger.publication SET id = id + 10 WHERE id > 2$$, '{13,14}'), 'S9: publications renumbered, room for another');
SELECT ok(public.found($$UPDATE ledger.publication AS p SET (report, starts_on, ends_on, as_of, scope, base, published_at, figures_hash, previous_hash, hash) = (q.report, q.starts_on, q.ends_on, q.as_of, q.scope, q.base, q.published_at, q.figures_hash, q.previous_hash, q.hash) FROM ledger.publication AS q WHERE q.id = 5 - p.id AND p.id IN (2, 3)$$, '{2,3}'), 'S9: two publications that changed places');
SELECT ok(public.found($$INSERT INTO ledger.publication SELECT (jsonb_populate_record(p, '{"id": 5}')).* FROM ledger.publication AS p WHERE id = 4$$, '{5}'), 'S9: one put in at the end');
SELECT ok(public.found($$UPDATE ledger.publication SET previous_hash = NULL WHERE id = 3$$, '{2,3,4}'), 'S9: a link that is cut is seen on both sides');
SELECT ok(public.found($$UPDATE ledger.publication SET published_by = 'x' WHERE id = 1$$, '{1,2,3,4}'), 'S9: what was changed before shows in all after it');
SELECT ok(public.found($$UPDATE ledger.publication_figure SET phrase = 'x' WHERE publication_id = 1 AND code = 'F028'$$, '{1,2,3,4}'), 'S9: a figure of one before, likewise');
SELECT ok(NOT public.found($$UPDATE ledger.publication SET published_by = 'x' WHERE id = 4$$, '{1}'), 'S9: what comes later says nothing of what was before');
-- texts
SELECT ok(public.found($$UPDATE ledger.report_paragraph SET body = '全市发生{F028}。' WHERE ordinal = 1$$), 'a paragraph changed behind the history''s back');
SELECT ok(public.found($$UPDATE ledger.report_section SET heading = 'x'$$), 'and a heading');
SELECT ok(public.found($$UPDATE ledger.report_figure SET active = false WHERE report = 'report' AND code = 'F039'$$), 'and the list of its figures');
-- records
SELECT ok(public.found($$UPDATE ledger.accident SET occurred_on = occurred_on + 1 WHERE id = 11$$), 'S9: a record changed behind the history''s back');
SELECT ok(public.found($$DELETE FROM ledger.accident WHERE id = 19$$), 'S9: a record taken away');

-- a chain that is rewritten whole is found by a hash that was kept elsewhere
SELECT hash AS kept FROM publication WHERE id = 4 \gset
SELECT is_empty(format('SELECT * FROM verify_publication(4, %L)', :'kept'), 'the hash that was kept is the publication''s');
SELECT set_eq(format('SELECT what, published, recomputed FROM verify_publication(4, %L)', repeat('0', 64)), format($$VALUES ('expected_hash', %L, %L)$$, :'kept', repeat('0', 64)), 'S9: another is not');
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL timezone = 'UTC';
UPDATE publication SET published_by = 'the mayor' WHERE id = 4;
UPDATE publication AS p SET hash = emgov_internal.publication_hash(to_jsonb(p)) WHERE id = 4;
SET LOCAL session_replication_role = origin;
SELECT is_empty('SELECT * FROM verify_publication(4)', 'a rewritten chain proves nothing by itself');
SELECT is((SELECT what FROM verify_publication(4, :'kept')), 'expected_hash', 'S9: the hash that was kept does');
COMMIT;
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL timezone = 'UTC';
UPDATE publication SET published_by = 'ledger_test' WHERE id = 4;
COMMIT;
SELECT isnt_empty('SELECT * FROM verify_publication(4)', 'S9: and a publication written after it too');
SELECT throws_ok('SELECT * FROM verify_publication(9)', '42704', NULL, 'there is no publication 9');
SELECT throws_ok('SELECT * FROM verify_publication(NULL)', '42704', NULL, 'nor one without a number');

-- settings
CREATE TABLE public.setting AS SELECT * FROM (VALUES ('datestyle', 'SQL, DMY'), ('datestyle', 'German'), ('intervalstyle', 'iso_8601'), ('extra_float_digits', '-15'), ('bytea_output', 'escape'), ('timezone', 'Pacific/Apia'),
    ('timezone_abbreviations', 'Australia'), ('lc_numeric', 'C'), ('lc_time', 'C'), ('standard_conforming_strings', 'off'), ('transform_null_equals', 'on'), ('search_path', 'pg_temp'), ('array_nulls', 'off'), ('xmlbinary', 'hex'),
    ('default_text_search_config', 'pg_catalog.simple'), ('enable_hashagg', 'off'), ('work_mem', '64kB'), ('jit', 'on')) AS s (name, value);
CREATE FUNCTION public.under(name text, value text, OUT hash text, OUT found bigint) LANGUAGE plpgsql AS $$
DECLARE
    was text := current_setting(name);
BEGIN
    PERFORM pg_catalog.set_config(name, value, true);
    hash := emgov_internal.figures_hash(emgov_internal.publication_figures('ledger', 2, 'report', 'restated', '[2024-01-01,2025-01-01)', (SELECT as_of FROM ledger.publication WHERE id = 2), false), 1)
        || emgov_internal.publication_hash((SELECT pg_catalog.to_jsonb(p) FROM ledger.publication AS p WHERE id = 3) - 'as_of' - 'published_at');
    found := (SELECT count(*) FROM ledger.verify_publication(2));
    PERFORM pg_catalog.set_config(name, was, true);
END $$;
SELECT is_empty($$SELECT s.name, s.value, u.found FROM public.setting AS s, public.under(s.name, s.value) AS u WHERE u.found > 0$$, 'S9: verified under any setting');
SELECT is((SELECT count(DISTINCT u.hash) FROM public.setting AS s, public.under(s.name, s.value) AS u), 1::bigint, 'S9: with the same hashes');
SELECT * FROM finish();
