-- S19, S40, S41: restatements against figures counted anew, under random changes of all
-- kinds of records; keys that are NULL, not unique, or of several columns; views of one's own.
--   EMGOV_SEED   of the changes (random)
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
SELECT current_setting('search_path') AS path \gset
\ir ../ledger/records.sql
\ir ../ledger/whole_report.sql
\set seed `echo "$EMGOV_SEED"`
SELECT coalesce(nullif(:'seed', ''), (random() * 1e6)::int::text) AS seed \gset
SELECT setseed(:seed / 1e6) \gset
SELECT no_plan();   -- one a source
SELECT diag('seed ' || :seed) \g /dev/stderr

CALL pg_temp.whole_report('report');
CALL pg_temp.whole_report('of the city', scope => 'city');
CALL publish('report', year(2024));
CALL publish('of the city', year(2024));

-- one random change of one record, if the tables take it
CREATE TABLE public.mutable AS
SELECT c.relname AS name, a.attname AS column, a.atttypid::regtype::text AS type
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'
   AND EXISTS (SELECT FROM pg_attribute AS s WHERE s.attrelid = c.oid AND s.attname = 'status') AND EXISTS (SELECT FROM pg_attribute AS i WHERE i.attrelid = c.oid AND i.attname = 'id')
   AND c.relname NOT LIKE '%\_history' AND (a.attname IN ('status', 'note', 'area_code', 'category_code', 'kind', 'outcome', 'passed', 'level') OR a.atttypid = 'date'::regtype OR a.attname IN ('quantity', 'copies', 'fine', 'subject_id'));
CREATE FUNCTION public.change() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    m record;
    n bigint;
BEGIN
    SELECT * INTO m FROM public.mutable ORDER BY random() LIMIT 1;
    EXECUTE format('UPDATE ledger.%1$I SET %2$I = %3$s' || CASE m.column WHEN 'status' THEN ', note = ''x''' ELSE '' END || ' WHERE id IN (SELECT id FROM ledger.%1$I ORDER BY random() LIMIT %4$s)', m.name, m.column,
        CASE m.type WHEN 'date' THEN format('%I + (random() * 400 - 200)::int', m.column) WHEN 'boolean' THEN format('NOT %I', m.column)
            WHEN 'text' THEN CASE m.column WHEN 'status' THEN '(ARRAY[''valid'', ''withdrawn'', ''written_off''])[1 + random() * 2]'
                                           WHEN 'note' THEN '''edited'''
                                           ELSE format('(SELECT x.%I FROM ledger.%I AS x ORDER BY random() LIMIT 1)', m.column, m.name) END
            ELSE format('%I + 1', m.column) END, 1 + (random() * 3)::int);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n > 0;
EXCEPTION WHEN integrity_constraint_violation OR raise_exception OR foreign_key_violation OR numeric_value_out_of_range THEN
    RETURN false;
END $$;

CREATE FUNCTION public.wrong(publication int) RETURNS TABLE (problem text, code text, what text, a numeric, b numeric) LANGUAGE sql AS $$
    WITH p AS (SELECT f.*, n.value AS value_now, n.base AS base_now, n.numerator AS numerator_now, n.denominator AS denominator_now, n.state AS state_now, n.definition_version AS version_now, n.kind, x.scope AS limited
                 FROM ledger.publication AS x JOIN ledger.publication_figure AS f ON f.publication_id = x.id
                 LEFT JOIN ledger.figures(emgov.year(2024)) AS n ON n.code = f.code WHERE x.id = $1),
         r AS (SELECT * FROM ledger.restatement($1)),
         m AS (SELECT code, what, part, sum(difference) AS difference FROM ledger.restatement_rows($1) GROUP BY 1, 2, 3)
    SELECT 'a figure that differs has no line', p.code, w.what, w.a, w.b FROM p CROSS JOIN LATERAL (VALUES ('value', p.value, p.value_now), ('base', p.base, p.base_now)) AS w (what, a, b)
     WHERE w.a IS DISTINCT FROM w.b AND NOT (p.kind = 'change' AND w.what = 'base') AND NOT EXISTS (SELECT FROM r WHERE r.code = p.code AND r.what = w.what)
    UNION ALL
    SELECT 'a line says what the figure does not', p.code, r.what, r.value_now, CASE r.what WHEN 'value' THEN p.value_now ELSE p.base_now END FROM p JOIN r USING (code)
     WHERE r.value_now IS DISTINCT FROM CASE r.what WHEN 'value' THEN p.value_now ELSE p.base_now END OR r.published IS DISTINCT FROM CASE r.what WHEN 'value' THEN p.value ELSE p.base END
    UNION ALL
    SELECT 'records do not add up to the ' || w.part, p.code, 'value', w.now - w.was, m.difference
      FROM p CROSS JOIN LATERAL (VALUES ('numerator', p.numerator, p.numerator_now), ('denominator', p.denominator, p.denominator_now)) AS w (part, was, now)
      LEFT JOIN m ON m.code = p.code AND m.what = 'value' AND m.part = w.part
     WHERE p.kind NOT IN ('largest', 'streak', 'change', 'ratio', 'reduction', 'rate') AND coalesce(w.now - w.was, 0) <> coalesce(m.difference, 0)
    UNION ALL
    SELECT 'records do not add up to the base', p.code, 'base', p.base_now - p.base, m.difference
      FROM p LEFT JOIN m ON m.code = p.code AND m.what = 'base' AND m.part = CASE p.kind WHEN 'planned' THEN 'denominator' ELSE 'numerator' END
     WHERE p.kind IN ('count', 'sum', 'distinct', 'stock', 'planned') AND coalesce(p.base_now - p.base, 0) <> coalesce(m.difference, 0)
    UNION ALL
    -- as readers are shown it: what is as it was published is not computed there
    SELECT 'the view of changes says otherwise', p.code, 'value', c.value_now, p.value_now FROM p JOIN emgov_internal.report_figure_change('ledger', NULL) AS c ON c.publication = $1 AND c.code = p.code AND c.dimension = ''
     WHERE (c.value_now, c.base_now, c.state_now, c.version_now) IS DISTINCT FROM (p.value_now, p.base_now, p.state_now, p.version_now)
    UNION ALL
    SELECT 'a record moved nothing', m.code, m.what, m.amount_then, m.amount_now FROM ledger.restatement_rows($1) AS m WHERE m.difference = 0 OR m.difference <> m.amount_now - m.amount_then
    UNION ALL
    -- a line is not made of these rows
    SELECT 'a line tells other records or reasons than its rows', r.code, r.what, r.records, k.records
      FROM r LEFT JOIN (SELECT m.code, m.what, count(DISTINCT m.record_key) AS records, string_agg(DISTINCT u.reason, '+') AS reasons
                          FROM ledger.restatement_rows($1) AS m CROSS JOIN LATERAL unnest(string_to_array(m.reason, '+')) AS u (reason) GROUP BY 1, 2) AS k ON k.code = r.code AND k.what = r.what
     WHERE r.records <> coalesce(k.records, 0) OR k.reasons IS NOT NULL AND regexp_replace(r.reason, '^((definition_change|coverage)(\+|$))*', '') <> k.reasons
$$;

-- whether the keys that may have changed are all that have
CREATE FUNCTION public.missed(source regclass, since timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($x$ SELECT DISTINCT d.id::text FROM ((SELECT * FROM %1$s_as_of($1) EXCEPT ALL SELECT * FROM %1$s) UNION ALL (SELECT * FROM %1$s EXCEPT ALL SELECT * FROM %1$s_as_of($1))) AS d
                                     WHERE d.id::text <> ALL (emgov_internal.changed_keys(%1$L, $1, 'infinity')) $x$, source) USING since;
END $$;

SELECT is_empty('SELECT * FROM public.wrong(1) UNION ALL SELECT * FROM public.wrong(2)', 'nothing is restated while nothing has changed');
SELECT is((SELECT count(*) FROM restatement(1)), 0::bigint, 'there is no line');
CREATE PROCEDURE public.changes(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. n LOOP
        PERFORM public.change();
    END LOOP;
END $$;
SELECT setseed(:seed / 1e6) \gset
CALL public.changes(3);
SELECT is_empty('SELECT * FROM public.wrong(1)', 'S40: after 3 changes, seed ' || :seed);
CALL public.changes(10);
SELECT is_empty('SELECT * FROM public.wrong(1)', 'S40: after 10 more');
CALL public.changes(50);
SELECT is_empty('SELECT * FROM public.wrong(1)', 'S40: after 50 more');
SELECT is_empty('SELECT * FROM public.wrong(2)', 'S40: of the publication of one scope too');
CALL public.changes(200);
SELECT is_empty('SELECT * FROM public.wrong(1)', 'S40: after 200 more');
UPDATE accident_category SET window_days = 7 WHERE code IN ('coal', 'chemical', 'industry_trade');
UPDATE disposition_policy SET outcome = CASE outcome WHEN 'exited' THEN 'upgraded' ELSE 'exited' END WHERE disposition_code IN ('stop', 'upgrade');
UPDATE penalty_kind SET weight = 100 - weight;
SELECT is_empty('SELECT * FROM public.wrong(1)', 'S40: and of the reference data that sources are made with');
SELECT is_empty(format('SELECT * FROM public.missed(%L, (SELECT as_of FROM publication WHERE id = 1))', c.oid::regclass), format('S40: the keys of %s that have changed', c.relname))
  FROM pg_class AS c WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname LIKE '%\_fact' ORDER BY c.relname;
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and the publication comes out again');

-- ------------------------------------------------------------------ S41: keys
CREATE TABLE ledger.pair (a text, b text, on_day date NOT NULL, PRIMARY KEY (a, b));
CALL emgov.keep_versions('ledger.pair');
INSERT INTO pair VALUES ('x/y', 'z', '2024-03-01'), ('x', 'y/z', '2024-03-01'), ('x', 'y', '2024-03-01');
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('PAIR', 2, 'x', 'count', 'pair', 'on_day', 'city', 'period', '件', 'x');
-- views of one's own, without and with what says which keys changed; of NULL keys, of keys that are not unique
CREATE VIEW ledger.mine AS SELECT id, held_on, topic FROM meeting;
CREATE FUNCTION ledger.mine_as_of(timestamptz) RETURNS SETOF ledger.mine LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, held_on, topic FROM ledger.meeting_as_of($1); END;
CREATE VIEW ledger.nameless AS SELECT NULL::bigint AS id, held_on FROM meeting;
CREATE FUNCTION ledger.nameless_as_of(timestamptz) RETURNS SETOF ledger.nameless LANGUAGE sql STABLE BEGIN ATOMIC SELECT NULL::bigint, held_on FROM ledger.meeting_as_of($1); END;
CREATE VIEW ledger.twice AS SELECT m.id / 2 AS id, held_on FROM meeting AS m;
CREATE FUNCTION ledger.twice_as_of(timestamptz) RETURNS SETOF ledger.twice LANGUAGE sql STABLE BEGIN ATOMIC SELECT m.id / 2, held_on FROM ledger.meeting_as_of($1) AS m; END;
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
SELECT upper(s), 2, 'x', 'count', s, 'held_on', 'city', 'period', '次', 'x' FROM unnest('{mine,nameless,twice}'::text[]) AS s;
INSERT INTO meeting (id, org_code, topic, held_on) SELECT i, 'bureau', 'safety', '2024-04-04' FROM generate_series(1000, 1005) AS i;
CALL pg_temp.whole_report('report');
CALL publish('report', year(2024));
SELECT max(id) AS id FROM publication \gset
UPDATE pair SET on_day = '2025-03-01' WHERE a = 'x/y';
UPDATE pair SET on_day = '2025-03-01' WHERE a = 'x' AND b = 'y/z';
UPDATE meeting SET held_on = '2023-04-04' WHERE id = 1000;
SELECT results_eq(format($$SELECT record_key, difference FROM restatement_rows(%s, code => 'PAIR') ORDER BY 1$$, :id), $$VALUES ('["x", "y/z"]', -1::numeric), ('["x/y", "z"]', -1)$$, 'S41: keys of several columns are told apart');
SELECT is((SELECT count(DISTINCT record_key) FROM figure_rows('PAIR', emgov.year(2025))), 2::bigint, 'S41: in figure_rows too');
SELECT results_eq(format($$SELECT what, record_key, difference FROM restatement_rows(%s, code => 'MINE') ORDER BY 1$$, :id), $$VALUES ('base', '1000', 1::numeric), ('value', '1000', -1)$$, 'S40: a view of one''s own is compared as a whole');
SELECT set_eq(format($$SELECT code, what, difference, reason FROM restatement(%s) WHERE code IN ('NAMELESS', 'TWICE')$$, :id),
    $$VALUES ('NAMELESS', 'value', -1::numeric, 'no_key'), ('NAMELESS', 'base', 1, 'no_key'), ('TWICE', 'value', -1, 'no_key'), ('TWICE', 'base', 1, 'no_key')$$,
    'S41: a source whose keys are NULL or not unique: that figure says so');
SELECT is_empty(format('SELECT * FROM public.wrong(%s) WHERE code NOT IN (''NAMELESS'', ''TWICE'')', :id), 'S41: and the others come out as ever');
CREATE FUNCTION ledger.mine_changed(since timestamptz, until timestamptz) RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT m.id::text FROM ledger.meeting_versions($1, $2) AS m; END;
SELECT is(emgov_internal.changed_keys('mine', (SELECT as_of FROM publication WHERE id = :id), 'infinity'), '{1000}', 'S40: a function beside it says what changed');
SELECT results_eq(format($$SELECT what, record_key, difference FROM restatement_rows(%s, code => 'MINE') ORDER BY 1$$, :id), $$VALUES ('base', '1000', 1::numeric), ('value', '1000', -1)$$, 'S40: with the same outcome');
SELECT is((SELECT count(*) FROM ledger.pair_versions(NULL, NULL)), 5::bigint, 'versions: without limits, all of them');
-- S17, S41: a column more
ALTER TABLE meeting ADD extra text;
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :id), 'S41: after ADD COLUMN the publication comes out again');
SELECT lives_ok(format('SELECT * FROM restatement(%s)', :id), 'S41: and is restated');
-- S41: what is said of nothing is not restated, whatever records come
CREATE TABLE public.sparse (id int PRIMARY KEY, day date, status text NOT NULL DEFAULT 'valid');
CALL keep_versions('public.sparse');
INSERT INTO public.sparse SELECT n, '2024-05-06' FROM generate_series(1, 3) AS n;
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, cutoff, filter, unit, scope, definition_zh)
VALUES ('SPARSE', 1, '稀', 'count', 'public.sparse', 'day', 'period', 'status = ''valid''', '次', 'bureau', '定义');
CALL entered(ARRAY['public.sparse'], through => '2024-12-31', since => '2024-01-01');
INSERT INTO report (code, title_zh, period_kind) VALUES ('sparse', '报告', 'year');
INSERT INTO report_figure (report, code) VALUES ('sparse', 'SPARSE');
CALL publish('sparse', year(2024));
SELECT max(id) AS id FROM publication \gset
INSERT INTO public.sparse VALUES (4, '2023-05-06');
SELECT is((SELECT count(*) FROM restatement_rows(:id) WHERE what = 'base'), 1::bigint, 'S41: a record of a year that is not covered counts in a base that is not known');
SELECT is_empty(format('SELECT * FROM restatement(%s)', :id), 'S41: which is no line of what would be said otherwise');
INSERT INTO public.sparse VALUES (5, '2024-05-07');
SELECT results_eq(format('SELECT what, published, value_now FROM restatement(%s)', :id), $$VALUES ('value', 3::numeric, 4::numeric)$$, 'S41: what counts in the value is one');
-- several records of one key, of which one counts: how much it is can be told, which record and why cannot
CREATE TABLE public.twice (n int PRIMARY KEY, id int, day date, status text NOT NULL DEFAULT 'valid', area_code text);
CALL keep_versions('public.twice');
CREATE VIEW public.of_two AS SELECT id, day, status, area_code FROM public.twice;
CREATE FUNCTION public.of_two_as_of(timestamptz) RETURNS SETOF public.of_two LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, day, status, area_code FROM public.twice_as_of($1); END;
INSERT INTO public.twice VALUES (1, 7, '2024-05-06', 'valid', '320411'), (2, 7, '2024-05-06', 'duplicate', '320412'), (3, 8, '2024-05-06', 'valid', '320411');
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, cutoff, filter, unit, scope, definition_zh)
VALUES ('OFTWO', 1, '双', 'count', 'public.of_two', 'day', 'period', 'status = ''valid''', '次', 'bureau', '定义');
CALL entered(ARRAY['public.of_two'], through => '2024-12-31', since => '2023-01-01');
INSERT INTO report (code, title_zh, period_kind) VALUES ('of-two', '报告', 'year');
INSERT INTO report_figure (report, code) VALUES ('of-two', 'OFTWO');
CALL publish('of-two', year(2024));
SELECT max(id) AS id FROM publication \gset
UPDATE public.twice SET day = '2022-01-01' WHERE n = 1;
SELECT results_eq(format('SELECT difference, reason, records FROM restatement(%s)', :id), $$VALUES (-1::numeric, 'no_key', 1::bigint)$$, 'of several records of a key a line tells how much, once');
SELECT results_eq(format('SELECT difference, reason, record_then, record_now FROM restatement_rows(%s)', :id), $$VALUES (-1::numeric, 'no_key', NULL::jsonb, NULL::jsonb)$$, 'and there is one row');
-- a source without a past: no record tells why, of the whole and of members
CREATE TABLE public.pastless (id int PRIMARY KEY, day date, area_code text);
INSERT INTO area (code, name_zh, kind) VALUES ('apart', '园区', 'zone');
INSERT INTO public.pastless VALUES (1, '2024-05-06', '320411'), (2, '2024-05-06', '320412'), (9, '2024-05-06', 'apart');
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, cutoff, unit, scope, definition_zh)
VALUES ('PASTLESS', 1, '无', 'count', 'public.pastless', 'day', 'period', '次', 'bureau', '定义');
CALL entered(ARRAY['public.pastless'], through => '2024-12-31', since => '2023-01-01');
INSERT INTO report (code, title_zh, period_kind) VALUES ('pastless', '报告', 'year');
INSERT INTO report_section (report, section, heading) VALUES ('pastless', 1, '一');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('pastless', 1, 1, '{PASTLESS}{table PASTLESS by area}');
CALL publish('pastless', year(2024));
SELECT max(id) AS id FROM publication \gset
INSERT INTO public.pastless VALUES (3, '2024-05-07', '320411');
SELECT set_eq(format('SELECT member, difference, reason, records FROM restatement(%s) WHERE what = ''value''', :id),
    $$VALUES (NULL, 1::numeric, 'unversioned', 0::bigint), ('320411', 1, 'unversioned', 0)$$, 'of a source without a past nothing but the difference is known');
SELECT set_eq(format('SELECT DISTINCT code, what, recomputed FROM verify_publication(%s)', :id), $$VALUES ('PASTLESS', 'state', 'unversioned')$$, 'and it is not said of a member that it went');
SELECT is((SELECT count(*) FROM publication_figure WHERE publication_id = :id AND member = 'apart'), 1::bigint, 'which was published');
SELECT * FROM finish();
