-- An empty ledger, and packs: loaded, loaded again, in a newer version, exported, unloaded; definitions
-- that are deleted, renamed, reordered and retired, and their past.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
\ir ../count_of.sql
\ir ../ledger/owner.sql
CREATE ROLE pack_other;
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
SELECT * FROM no_plan();

-- ------------------------------------------------------------------ T1: a ledger has nothing of any city
CALL emgov.create_ledger('My Ledger');
SELECT is_empty($$SELECT name, n FROM (SELECT t.name, public.count_of(format('TABLE "My Ledger".%I', t.name)) AS n FROM emgov_internal.pack_tables() AS t) AS x
    WHERE (n = '0') <> (name NOT IN ('organisation', 'industry', 'accident_category', 'injury_type', 'penalty_kind', 'time_limit', 'comparator', 'dimension', 'dimension_member', 'dimension_source', 'severity_level', 'severity_scheme', 'severity_threshold'))$$, 'T1: but what the law and national statistics say');
SELECT set_eq('SELECT code, area_code FROM "My Ledger".organisation', $$VALUES ('bureau', NULL::text), ('subordinate', NULL)$$, 'T1: and two organisations without a place');
SELECT is_empty($$SELECT * FROM "My Ledger".figures(emgov.year(2024))$$, 'T1: it says nothing');
SELECT is_empty($$SELECT * FROM "My Ledger".check_figures(emgov.year(2024))$$, 'T1: and checks nothing');
SELECT is((SELECT count(*) FROM emgov.ledger_part WHERE body ~ '常州|3204[0-9][0-9]') + (SELECT count(*) FROM emgov.shipped_pack WHERE document::text ~ '常州|3204[0-9][0-9]'), 0::bigint, 'T1: nothing of the example''s city is in the extension');

-- ------------------------------------------------------------------ the schema of packs is that of the tables
\set schema `cat docs/pack.schema.json`
SELECT set_eq($$SELECT t.name AS t, a.attname::text AS c, a.attnotnull AND NOT a.atthasdef AS r FROM emgov_internal.pack_tables() AS t JOIN pg_attribute a ON a.attrelid = format('"My Ledger".%I', t.name)::regclass
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attname <> ALL (t.managed)$$,
    format($$SELECT t.key AS t, p.key AS c, t.value->'required' ? p.key AS r FROM jsonb_each(%L::jsonb->'$defs') AS t, jsonb_object_keys(t.value->'properties') AS p (key)$$, :'schema'),
    'docs/pack.schema.json has the tables that a pack may fill, and their columns');

-- ------------------------------------------------------------------ T1: a name that must be quoted
CALL "My Ledger".load_pack('accidents');
INSERT INTO "My Ledger".area (code, name_zh, kind) VALUES ('a', '甲区', 'district');
INSERT INTO "My Ledger".accident (occurred_on, area_code, category_code) VALUES ('2024-02-02', 'a', 'chemical');
SELECT is((SELECT value FROM "My Ledger".figures(emgov.year(2024)) WHERE code = 'F028'), 1::numeric, 'T1: figures of a ledger whose name must be quoted');
SELECT is((SELECT count(*) FROM "My Ledger".figure_rows('F028', emgov.year(2024))), 1::bigint, 'T1: their records');
INSERT INTO "My Ledger".indicator (code, section, name_zh, kind, aggregate, source, date_column, until_column, measure, filter, scope, cutoff, unit, comparator, definition_zh)
VALUES ('LESSORS', 1, '出租单位', 'stock', 'distinct', 'lease', 'valid_from', 'valid_to', 'lessor_id', $$status = 'valid'$$, 'city', 'at_date', '家', 'none', '出租单位');
INSERT INTO "My Ledger".subject (id, kind, name, area_code) VALUES (1, 'unit', '甲', 'a'), (2, 'unit', '乙', 'a');
INSERT INTO "My Ledger".lease (site, lessor_id, lessee_id, valid_from) VALUES ('1', 1, 2, '2024-01-01'), ('2', 1, 2, '2024-02-01');
CALL "My Ledger".entered('{lease}', '2024-12-31', since => '2024-01-01');
SELECT is((SELECT concat_ws(' of ', value, record_count) FROM "My Ledger".figures(emgov.year(2024)) WHERE code = 'LESSORS'), '1 of 2', 'T1: and what is counted once');
SELECT is((SELECT count(*) FROM emgov_internal.counted_once('"My Ledger".lease') WHERE records = '"My Ledger".lease_daily'::regclass), 2::bigint, 'T1: with the records of a rollup');
INSERT INTO "My Ledger".report (code, title_zh) VALUES ('r', '报告');
INSERT INTO "My Ledger".report_figure (report, code) VALUES ('r', 'F028');
SELECT lives_ok($$CALL "My Ledger".publish('r', emgov.year(2024), allow_gaps => true)$$, 'T1: published');
SELECT is_empty($$SELECT * FROM "My Ledger".verify_publication(1)$$, 'T1: and verified');
SELECT lives_ok($$SELECT * FROM "My Ledger".restatement(1)$$, 'T1: and restated');
SELECT lives_ok($$CALL emgov.upgrade_ledger('My Ledger')$$, 'T1: and made anew');
SELECT is((SELECT rows FROM "My Ledger".pack_list WHERE name = 'accidents'), 21, 'T1: and its packs listed');
SELECT lives_ok(format('CALL "My Ledger".grant_%s(''pack_other'')', k), 'T1: rights as ' || k) FROM unnest('{reader,analyst,publisher}'::text[]) AS k;

-- ------------------------------------------------------------------ every shipped pack, alone in an empty ledger
CALL emgov.create_ledger('ledger');
CREATE FUNCTION public.alone(pack text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CALL ledger.load_pack(%L)', pack);
    PERFORM FROM ledger.figures(emgov.year(2024));
    PERFORM FROM ledger.check_figures(emgov.year(2024));
    RAISE EXCEPTION 'well';
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
END $$;
SELECT is(public.alone(name), 'well', 'shipped pack ' || name || ' loads into an empty ledger, with what it requires') FROM emgov.shipped_pack;

-- ------------------------------------------------------------------ loading twice changes nothing
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
CREATE FUNCTION public.digest(ledger text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE t record; n text; said text := '';
BEGIN
    FOR t IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = ledger::regnamespace ORDER BY 1 LOOP
        EXECUTE format('SELECT md5(string_agg(x::text, E''\n'' ORDER BY x::text)) FROM %s AS x', t.name) INTO n;
        said := said || t.name || coalesce(n, '') || E'\n';
    END LOOP;
    RETURN md5(said);
END $$;
SELECT public.digest('ledger') AS before \gset
SELECT lives_ok(format('CALL load_pack(%L::jsonb)', :'pack'), 'loading a pack again');
CALL load_pack('accidents');
SELECT is(public.digest('ledger'), :'before', 'changes nothing');
SELECT is((SELECT count(*) FROM indicator WHERE known_from = '-infinity'), (SELECT count(*) FROM indicator), 'what a pack brings is known since ever');

-- ------------------------------------------------------------------ exported, loaded elsewhere, exported: the same
SELECT export_pack('law-based-government') AS exported \gset
CALL create_ledger('second');
CALL second.load_pack(:'exported'::jsonb);
SELECT is(second.export_pack('law-based-government')::text, :'exported', 'a report exported, loaded into an empty ledger and exported is the same, byte for byte');
SELECT is(second.report_text('law-based-government', year(2024))::text, report_text('law-based-government', year(2024))::text, 'and says the same') LIMIT 1;
SELECT public.digest('second') AS before \gset
CALL second.load_pack(:'exported'::jsonb);
SELECT is(public.digest('second'), :'before', 'the export loaded again changes nothing');
SELECT is((SELECT count(*) FROM jsonb_array_elements(:'exported'::jsonb->'tables'->'indicator')), (SELECT count(DISTINCT c) FROM report_paragraph AS p, unnest(p.needs) AS n, LATERAL (
    WITH RECURSIVE d (c) AS (SELECT split_part(n, '@', 1) UNION SELECT x FROM d JOIN indicator i ON i.code = d.c, unnest(ARRAY[i.of_code, i.by_code]) AS x WHERE x IS NOT NULL) SELECT c FROM d) AS d),
    'it has the indicators that the report needs, and what these are derived from');
SELECT throws_ok($$SELECT export_pack('nosuch')$$, '42704', NULL, 'no report, no pack');
-- nothing depends on settings
SET datestyle = 'German'; SET timezone = 'America/New_York'; SET extra_float_digits = 0; SET intervalstyle = 'sql_standard'; SET search_path = ledger;
SELECT export_pack('law-based-government') AS other \gset
RESET datestyle; RESET timezone; RESET extra_float_digits; RESET intervalstyle; SET search_path = ledger, public, emgov;
SELECT is(:'other'::text, :'exported'::text, 'whatever is set');

-- ------------------------------------------------------------------ a newer version, against the rule in plain SQL
CREATE FUNCTION public.document(version text, rows jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('emgov_pack', 1, 'name', 'mine', 'version', version, 'title_zh', '我的', 'tables', jsonb_build_object('programme', coalesce(rows, '[]'))) $$;
CREATE TABLE public.model (k text PRIMARY KEY, v1 text, edit text, v2 text);
GRANT ALL ON public.model TO PUBLIC;
-- rows p1..p40: what version 1 says of each (NULL: has it not), what the user then does, what version 2 says
CREATE FUNCTION public.round(r int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    listed text[];
    expected text[];
BEGIN
    DELETE FROM public.model;
    INSERT INTO public.model
    SELECT 'p' || i, CASE WHEN a % 4 > 0 THEN 'a' || a % 2 END, CASE b % 4 WHEN 0 THEN 'changed' WHEN 1 THEN 'deleted' WHEN 2 THEN 'newer' END, CASE WHEN c % 4 > 0 THEN 'a' || c % 3 END
      FROM generate_series(1, 40) AS i, LATERAL (SELECT abs(hashint8extended(i, r * 3)) AS a, abs(hashint8extended(i, r * 3 + 1)) AS b, abs(hashint8extended(i, r * 3 + 2)) AS c) AS x;
    EXECUTE format('CALL ledger.load_pack(%L::jsonb)', public.document(r || '.1', (SELECT jsonb_agg(jsonb_build_object('code', k, 'name_zh', v1, 'name_en', v1, 'scope', 'city')) FROM public.model WHERE v1 IS NOT NULL)));
    UPDATE ledger.programme AS p SET name_zh = CASE m.edit WHEN 'changed' THEN 'mine' ELSE coalesce(m.v2, 'a9') END, name_en = CASE m.edit WHEN 'changed' THEN p.name_en ELSE coalesce(m.v2, 'a9') END
      FROM public.model AS m WHERE m.k = p.code AND m.edit IN ('changed', 'newer');
    DELETE FROM ledger.programme AS p USING public.model AS m WHERE m.k = p.code AND m.edit = 'deleted';
    EXECUTE format('CALL ledger.load_pack(%L::jsonb)', public.document(r || '.2', (SELECT jsonb_agg(jsonb_build_object('code', k, 'name_zh', v2, 'name_en', v2, 'scope', 'city')) FROM public.model WHERE v2 IS NOT NULL)));
    -- what must be there: untouched rows as version 2 has them, the user's as he left them
    RETURN QUERY
        SELECT format('%s: v1 %s, %s, v2 %s: %s instead of %s', x.k, x.v1, x.edit, x.v2, p.name_zh, x.wanted)
          FROM (SELECT m.*, CASE WHEN v1 IS NULL OR edit IS NULL OR edit = 'newer' AND coalesce(v2, 'a9') = v1 THEN v2
                                 WHEN edit = 'changed' THEN 'mine' WHEN edit = 'newer' THEN coalesce(v2, 'a9') END AS wanted FROM public.model AS m) AS x
          LEFT JOIN ledger.programme AS p ON p.code = x.k WHERE p.name_zh IS DISTINCT FROM x.wanted;
    listed := (SELECT touched_rows FROM ledger.pack_list WHERE name = 'mine');
    expected := ARRAY(SELECT 'programme ' || k FROM public.model WHERE v1 IS NOT NULL AND v2 IS NOT NULL AND edit IN ('changed', 'deleted'));
    RETURN QUERY SELECT format('%s is listed wrongly', y) FROM (SELECT unnest(listed) AS y EXCEPT SELECT unnest(expected)) AS z;
    RETURN QUERY SELECT format('%s is not listed', y) FROM (SELECT unnest(expected) AS y EXCEPT SELECT unnest(listed)) AS z;
    -- begin again
    CALL ledger.unload_pack('mine');
    DELETE FROM ledger.programme WHERE code ~ '^p[0-9]';
END $$;
SELECT is_empty(format('SELECT public.round(%s)', r), format('a newer version, round %s: what nobody touched follows it, what somebody did is kept and listed', r)) FROM generate_series(1, 8) AS r;

-- ------------------------------------------------------------------ rows that two packs have, and that were there
CALL load_pack(public.document('1', '[{"code": "shared", "name_zh": "共", "name_en": "s", "scope": "city"}, {"code": "own", "name_zh": "自", "name_en": "o", "scope": "city"}]'));
CALL load_pack(jsonb_set(public.document('1', '[{"code": "shared", "name_zh": "共", "name_en": "s", "scope": "city"}]'), '{name}', '"other"'));
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('there', '有', 't', 'city');
CALL load_pack(jsonb_set(public.document('1', '[{"code": "there", "name_zh": "有", "name_en": "t", "scope": "city"}, {"code": "own", "name_zh": "别", "name_en": "x", "scope": "city"}]'), '{name}', '"third"'));
SELECT is((SELECT name_zh FROM programme WHERE code = 'own'), '自', 'a pack changes no row that it did not bring');
SELECT is((SELECT touched_rows FROM pack_list WHERE name = 'third'), '{programme own}', 'and says which');
CALL unload_pack('mine');
SELECT set_eq($$SELECT code FROM programme WHERE code IN ('shared', 'own', 'there')$$, $$VALUES ('shared'), ('there'), ('own')$$, 'unloading keeps what another pack has');
CALL unload_pack('other');
CALL unload_pack('third');
SELECT set_eq($$SELECT code FROM programme WHERE code IN ('shared', 'own', 'there')$$, $$VALUES ('there'), ('own')$$, 'the last that has it takes it away; what was there before stays');

-- ------------------------------------------------------------------ T1: deleted, and the past
INSERT INTO letter (org_code, kind, sent_on) VALUES ('bureau', 'reminder', '2024-03-03'), ('bureau', 'supervision', '2024-04-04');
SELECT clock_timestamp() AS then \gset
CREATE TABLE public.said AS SELECT * FROM figures(year(2024), :'then') WHERE code IN ('F010', 'F029');
SELECT throws_ok($$DELETE FROM indicator WHERE code = 'F010'$$, '23503', NULL, 'T1: an indicator that a paragraph prints is not deleted');
DELETE FROM report_paragraph WHERE 'F010' = ANY (needs);
SELECT throws_ok($$DELETE FROM indicator WHERE code = 'F010'$$, '23503', 'indicator F010 cannot be taken away: rule C14 uses it', 'T1: nor one that a rule names');
DELETE FROM check_rule WHERE code = 'C14';
SELECT lives_ok($$DELETE FROM indicator WHERE code = 'F010'$$, 'T1: one that nothing uses is');
SELECT is_empty($$SELECT * FROM figures(year(2024)) WHERE code = 'F010'$$, 'T1: and is no figure any more');
SELECT bag_eq(format('SELECT * FROM figures(year(2024), %L) WHERE code IN (''F010'', ''F029'')', :'then'), 'SELECT * FROM public.said', 'T1: but one of the past, as it was');
SELECT is((SELECT count(*) FROM ledger_store.indicator_history WHERE code = 'F010'), 1::bigint, 'T1: its version is kept');
INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('F010', '函', 'count', 'letter', 'sent_on', 'city', 'period', '份', '函');
SELECT is((SELECT version FROM indicator WHERE code = 'F010'), 2, 'T1: one of that code that comes again goes on with the versions');
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'F010'), 2::numeric, 'T1: with its own meaning');
SELECT bag_eq(format('SELECT * FROM figures(year(2024), %L) WHERE code IN (''F010'', ''F029'')', :'then'), 'SELECT * FROM public.said', 'T1: and the past keeps its');
SELECT set_eq($$SELECT r.code FROM pack_list, unnest(touched_rows) AS t, LATERAL (SELECT split_part(t, ' ', 2) AS code) AS r WHERE name = 'changzhou-2024' AND t ~ '^(indicator|check_rule)'$$, $$VALUES ('F010'), ('C14')$$, 'T1: the pack''s rows are listed as touched');
-- other code, other order
UPDATE indicator SET code = 'LETTERS' WHERE code = 'F010';
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'LETTERS'), 2::numeric, 'T1: an indicator that nothing uses gets another code');
SELECT is((SELECT value FROM figures(year(2024), :'then') WHERE code = 'F010'), 1::numeric, 'T1: and had the other before');
UPDATE report_paragraph SET ordinal = ordinal + 1000 WHERE section = 1;
SELECT lives_ok($$UPDATE report_paragraph SET ordinal = 1000 + (SELECT count(*) FROM report_paragraph AS q WHERE q.section = 1 AND q.ordinal > report_paragraph.ordinal) WHERE section = 1 AND ordinal > 1000$$,
    'T1: paragraphs are put into another order');
SELECT is((SELECT count(*) FROM report_paragraph_as_of(:'then') WHERE section = 1 AND ordinal < 1000), 4::bigint, 'T1: and stood in the old one before');
UPDATE area SET name_zh = '新名' WHERE code = '320412';
SELECT is((SELECT name_zh FROM area_as_of(:'then') WHERE code = '320412'), '武进区', 'T1: an area is renamed, and had its name before');
-- in use by records
INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-02-02', '320402', 'coal');
SELECT throws_ok($$DELETE FROM area WHERE code = '320402'$$, '23503', NULL, 'T1: an area that a record names is not deleted');
SELECT throws_ok($$UPDATE area SET code = 'x' WHERE code = '320402'$$, '23503', NULL, 'T1: nor gets another code');
SELECT lives_ok($$DELETE FROM area WHERE code = '320403'$$, 'T1: one that nothing names is');
SELECT is((SELECT count(*) FROM area_as_of(:'then') WHERE code = '320403'), 1::bigint, 'T1: and was there before');
SELECT throws_ok('DELETE FROM ' || t, '23001', NULL, 'records of ' || t || ' are not') FROM unnest('{accident,letter}'::text[]) AS t;
SELECT throws_ok($$UPDATE accident SET id = 99 WHERE area_code = '320402'$$, '23001', NULL, 'nor do they get another key');
SELECT throws_ok('TRUNCATE ledger.report_figure', '23001', NULL, 'nothing is truncated');
BEGIN;
INSERT INTO area (code, name_zh, kind) VALUES ('fleeting', '瞬', 'zone');
UPDATE area SET name_zh = '息' WHERE code = 'fleeting';
DELETE FROM area WHERE code = 'fleeting';
SELECT is((SELECT count(*) FROM ledger_store.area_history WHERE code = 'fleeting'), 0::bigint, 'what one transaction made and deleted nobody has known');
ROLLBACK;
SET emgov.known_at = '2020-01-01';
SELECT throws_ok($$INSERT INTO area (code, name_zh, kind) VALUES ('320403', '又', 'zone')$$, '22023', NULL, 'a key that another row had is not given again as of a moment when it had it');
RESET emgov.known_at;
-- retired
UPDATE area SET active = false WHERE code = '320413';
SELECT is_empty($$SELECT * FROM emgov_internal.coverage_areas('ledger', year(2024), NULL) WHERE code = '320413'$$, 'T1: nothing is expected of an area that is retired');

-- ------------------------------------------------------------------ published: what a publication used stays
INSERT INTO report (code, title_zh) VALUES ('small', '小报告');
INSERT INTO report_figure (report, code) VALUES ('small', 'F028'), ('small', 'LETTERS');
CALL publish('small', year(2024), allow_gaps => true);
SELECT throws_ok($$DELETE FROM report_figure WHERE report = 'small'; DELETE FROM indicator WHERE code = 'LETTERS'$$, '23001', NULL, 'T1: an indicator that was published is not deleted');
SELECT throws_ok($$DELETE FROM report_figure WHERE report = 'small'; UPDATE indicator SET code = 'OTHER' WHERE code = 'LETTERS'$$, '23001', NULL, 'T1: nor gets another code');
SELECT throws_ok($$DELETE FROM report_figure WHERE report = 'small'; DELETE FROM report WHERE code = 'small'$$, '23503', NULL, 'T1: nor is a report that was published');
SELECT throws_ok($$CALL unload_pack('accidents')$$, '2BP01', NULL, 'a pack that another needs is not unloaded');
SELECT throws_ok($$CALL unload_pack('nosuch')$$, '42704', NULL, 'nor one that is none');
CALL unload_pack('changzhou-2024');
UPDATE indicator SET name_zh = '我的' WHERE code = 'X003';
CALL unload_pack('accidents');
SELECT set_eq($$SELECT code FROM indicator WHERE code IN (SELECT jsonb_array_elements(document->'tables'->'indicator')->>'code' FROM emgov.shipped_pack WHERE name = 'accidents')$$,
    $$VALUES ('F028'), ('F030'), ('X003')$$, 'unloading keeps what a publication used, what somebody has touched, and what these are made of');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and the publication comes out again');
SELECT is_empty($$SELECT * FROM restatement(1) WHERE reason ~ 'definition'$$, 'with the same definitions');
SELECT set_eq($$SELECT code FROM area$$, $$VALUES ('320402'), ('320400'), ('320412'), ('320413')$$, 'areas that records name, that somebody has renamed or retired, or that contain these stay');
CALL load_pack('accidents');
SELECT is((SELECT touched_rows FROM pack_list WHERE name = 'accidents'), '{indicator X003}', 'loaded again it has its rows back, and the user his');
SELECT is((SELECT count(*) FROM indicator WHERE code = 'F036' AND known_from > now() - interval '1 hour'), 1::bigint, 'known from now on, for something was published');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and the publication still comes out again');
-- a pack that something was published of, in a newer version that lacks it
CALL load_pack('{"emgov_pack": 1, "name": "accidents", "version": "2", "title_zh": "空", "tables": {}}'::jsonb);
SELECT set_eq($$SELECT code FROM indicator WHERE code IN ('F028', 'F029', 'F030', 'F036', 'X001', 'X003')$$, $$VALUES ('F028'), ('F030'), ('X003')$$, 'a newer version without its rows takes the same care');

-- ------------------------------------------------------------------ as another database would
SELECT ok((SELECT count(*) FROM emgov_internal.pack_rows('second') WHERE touched) = 0, 'nothing has happened to the other ledger');
-- speed: 500 rows
SELECT jsonb_build_object('emgov_pack', 1, 'name', 'large', 'version', '1', 'title_zh', '大', 'tables', jsonb_build_object('indicator',
    jsonb_agg(jsonb_build_object('code', 'L' || i, 'name_zh', '事故' || i, 'kind', 'count', 'source', 'accident', 'date_column', 'occurred_on', 'filter', format('direct_loss > %s AND status = ''valid''', i),
                                 'scope', 'city', 'cutoff', 'period', 'unit', '起', 'definition_zh', '事故')))) AS large FROM generate_series(1, 500) AS i \gset
SELECT clock_timestamp() AS began \gset
CALL second.load_pack(:'large'::jsonb);
SELECT ok(clock_timestamp() - :'began' < interval '20 s', 'five hundred rows are loaded in a few seconds');
SELECT is((SELECT rows FROM second.pack_list WHERE name = 'large'), 500, 'all of them');
-- ------------------------------------------------------------------ without the extension, and with it again
RESET ROLE;
SET search_path = public;
SELECT count(*) AS past FROM second_store.area_history \gset
DROP EXTENSION emgov CASCADE;
INSERT INTO second.area (code, name_zh, kind) VALUES ('late', '迟', 'zone');
SELECT throws_ok($$DELETE FROM second.area WHERE code = 'late'$$, '23001', NULL, 'S42: without the extension nothing is deleted, for nothing would be kept');
SELECT throws_ok($$UPDATE second.area SET code = 'later' WHERE code = 'late'$$, '55000', NULL, 'S42: nor gets another key');
CREATE EXTENSION emgov;
SELECT lives_ok($$DELETE FROM second.area WHERE code = 'late'$$, 'S42: with it again a definition is');
SELECT is((SELECT count(*) FROM second_store.area_history), :past + 1::bigint, 'S42: and its version is kept, before the ledger is made anew');
SET ROLE ledger_owner;
SELECT lives_ok($$CALL emgov.upgrade_ledger('second')$$, 'S42: which it can be');
SELECT is((SELECT count(*) FROM second.pack_list WHERE touched = 0), (SELECT count(*) FROM second.pack), 'S42: its packs are what they were');
SELECT * FROM finish();
