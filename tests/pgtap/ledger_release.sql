-- release_units() and make_units(): what a definition said outlives every renaming and retyping (S5, S17).
SET client_min_messages = warning;
SELECT * FROM no_plan();
\ir ../ledger/owner.sql
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\ir ../ledger/whole_report.sql
CREATE SCHEMA other;
SET search_path = ledger, other, emgov, public;

-- ------------------------------------------------------------------ every unit there is says the same again
CREATE VIEW other.unit AS
SELECT p.proname::text AS name, u.relation::text AS relation, u.expression AS says, p.prorettype::regtype::text AS returns, p.provolatile AS volatile
  FROM pg_proc p CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u WHERE p.pronamespace = to_regnamespace('ledger_store') AND u.relation IS NOT NULL;
CREATE PROCEDURE other.release_all() LANGUAGE plpgsql AS $$
DECLARE
    r regclass;
BEGIN
    FOR r IN SELECT DISTINCT relation::regclass FROM other.unit LOOP
        CALL emgov.release_units(r);
    END LOOP;
END
$$;
-- expressions of all kinds that the reader takes
CREATE TABLE odd (id int PRIMARY KEY, day date, n int, big bigint, x numeric(10, 2), f double precision, s text, c varchar(9), b boolean, at timestamptz, t timestamp, j jsonb, ns int[], span daterange, "Odd ""name" int, u uscc);
CALL emgov.keep_versions('odd');
CREATE TABLE other.expression (n int GENERATED ALWAYS AS IDENTITY, filter text);
INSERT INTO other.expression (filter) VALUES
    ('n > 8 AND NOT b OR s IS NULL'), ('n BETWEEN -5 AND 5'), ('n IN (1, 2, -3)'), ('s NOT IN (''a'', ''b'')'), ('s LIKE ''a\_%'''), ('s ~* ''^x|y$'''), ('s SIMILAR TO ''a%'''),
    ('day > ''2024-07-05'''), ('day <@ ''[2024-01-01,2025-01-01)''::daterange'), ('at < ''2024-07-05 08:30:00+08'''), ('t >= ''2024-07-05 08:30:00.5'''), ('t > ''2024-07-05'''),
    ('day + 30 < ''infinity'''), ('extract(year FROM day) = 2024'), ('(at AT TIME ZONE ''Asia/Shanghai'')::date = day'), ('t + interval ''1 year 2 mons -3 days 04:05:06.5'' > t'),
    ('CASE n WHEN 1 THEN b WHEN 2 THEN NOT b ELSE NULL END'), ('CASE WHEN n > 1 THEN ''x'' ELSE s END = ''x'''), ('coalesce(s, c, '''') <> '''''), ('nullif(n, 0) IS DISTINCT FROM 3'),
    ('greatest(n, big, 3) > least(x, 2.50)'), ('x * 1.10 > 1e3'), ('f > 0.1'), ('f::int = 3'), ('n::text || s = ''1a'''), ('length(trim(both '' '' FROM s)) > substring(s FROM 2 FOR 3)::int'),
    ('position(''a'' IN s) > 0'), ('overlay(s placing ''b'' from 1) = ''b'''), ('j->>''a'' = ''$2'''), ('(j->''a''->>0)::numeric > 0'), ('j @> ''{"a": [1, "x''''y\\"]}'''), ('j ? ''k'''), ('ns @> ARRAY[1, 2]'), ('n = ANY (ns)'),
    ('3 = ANY (''{1,2,3}''::int[])'), ('ns = ''{1,NULL}'''), ('cardinality(ns) > 0'), ('span && daterange(''2024-01-01'', day)'), ('"Odd ""name" > 0'), ('s COLLATE "C" < ''b'''), ('b IS NOT TRUE'), ('b IS UNKNOWN'),
    ('c = ''long enough to be cut''::varchar(4)'), ('x::numeric(4, 1) = 1.5'), ('u = ''91320411MA1MFTNR7E'''), ('u IS NULL'), ('s = E''tab\tand \\ back'''), ('s = ''$1 and "quotes"'''),
    ('n # 3 = -n'), ('- n < @ n'), ('n % 2 = 0'), ('n ^ 2 > 4'), ('NULL::date = day'), ('row_to_json IS NULL'), ('starts_with(s, ''a'')'), ('''a'' || ''b'' = s'), ('format_type IS NULL'), ('1 = 1'), ('(n, big) = (1, 2)'),
    (repeat('(', 100) || 'n' || repeat(' + 1)', 100) || ' > 5'), ('n = 1' || repeat(' OR n = 1', 900)), ('s = ''' || repeat('x', 9000) || '''');
DO $$
DECLARE
    e record;
BEGIN
    FOR e IN TABLE other.expression LOOP
        BEGIN
            INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, definition_zh) VALUES ('E' || e.n, 'x', 'count', 'odd', 'day', e.filter, 'city', 'period', '次', 'x');
        EXCEPTION WHEN invalid_object_definition OR undefined_column OR undefined_function OR datatype_mismatch THEN
            NULL;
        END;
    END LOOP;
END $$;
SELECT ok((SELECT count(*) FROM indicator WHERE code ~ '^E\d') >= 50, (SELECT count(*) FROM indicator WHERE code ~ '^E\d') || ' of these expressions are taken');
SELECT is((SELECT string_agg(n || ': ' || left(filter, 60), E'\n' ORDER BY n) FROM other.expression WHERE NOT EXISTS (SELECT FROM indicator WHERE code = 'E' || n)),
          (SELECT string_agg(n || ': ' || left(filter, 60), E'\n' ORDER BY n) FROM other.expression WHERE filter ~ '^row_to|^format_type|^\(n, big'), 'all but a few');
UPDATE indicator SET unit = '起' WHERE code ~ '^E\d';
CREATE TABLE other.said AS TABLE other.unit;
CALL other.release_all();
SELECT is((SELECT count(*) FROM other.unit), 0::bigint, 'all units are let go of');
SELECT is((SELECT count(DISTINCT state) FROM figures(year(2024)) WHERE source IS NOT NULL), 1::bigint, 'no figure can be computed');
SET DateStyle = 'German'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'Asia/Shanghai'; SET standard_conforming_strings = off; SET transform_null_equals = on; SET extra_float_digits = -15;
CALL emgov.make_units('ledger');
RESET DateStyle; RESET IntervalStyle; RESET TimeZone; RESET standard_conforming_strings; RESET transform_null_equals; RESET extra_float_digits;
SELECT is((SELECT count(*) FROM other.unit), (SELECT count(*) FROM other.said), 'all are made again');
SELECT is((SELECT string_agg(concat_ws(' ', a.name, a.says, 'became', b.says), E'\n') FROM other.said a LEFT JOIN other.unit b USING (name, relation) WHERE (a.says, a.returns, a.volatile) IS DISTINCT FROM (b.says, b.returns, b.volatile)),
          NULL, 'and each says what it said, of past versions too, under whatever settings');
SELECT is((SELECT count(*) FROM ledger_store.released), 0::bigint, 'nothing is left over');
UPDATE indicator SET active = false WHERE code ~ '^E\d';

-- ------------------------------------------------------------------ the past of a definition
CREATE TABLE other.duty (day date PRIMARY KEY, calls int, grade text, spare text);
CALL emgov.keep_versions('other.duty');
INSERT INTO other.duty VALUES ('2025-01-01', 3, 'high'), ('2025-01-02', 9, 'low'), ('2025-01-03', 4, 'high');
CREATE PROCEDURE other.define(code text, measure text, filter text) LANGUAGE sql AS $$
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh) VALUES (code, 'x', 'sum', 'other.duty', 'day', measure, filter, 'city', 'period', '次', 'x');
$$;
CALL other.define('Z1', 'calls', 'grade = ''high''');
CALL other.define('Z2', 'calls + 1', NULL);
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('RZ', 'soft', 'other.duty', 'calls > 8', 'x');
CREATE FUNCTION other.z(as_of timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', code, coalesce(value::text, state)), ', ' ORDER BY code) || (SELECT format(', RZ %s %s', state, left_value) FROM ledger.check_figures(emgov.year(2025), as_of) WHERE code = 'RZ')
      FROM ledger.figures(emgov.year(2025), as_of) WHERE code ~ '^Z' $$;
SELECT is(other.z(), 'Z1 7, Z2 19, RZ warns 1', 'figures and a rule over a table elsewhere');
CALL pg_temp.whole_report('r');
CALL publish('r', year(2025));
ALTER TABLE other.duty RENAME calls TO reports;
UPDATE indicator SET measure = 'reports' WHERE code = 'Z1';
UPDATE other.duty SET reports = 5 WHERE day = '2025-01-03';
CALL pg_temp.whole_report('r');
CALL publish('r', year(2025));
SELECT is_empty('SELECT * FROM verify_publication(1)', 'a renamed column: the publication before verifies');
CALL emgov.release_units('other.duty');
SELECT is(other.z(), 'Z1 failed, Z2 failed, RZ unknown ', 'between release and making nothing is counted');
ALTER TABLE other.duty ALTER reports TYPE bigint;
CALL emgov.make_units('ledger');
SELECT is(other.z(), 'Z1 8, Z2 20, RZ warns 1', 'retyped: definitions in force, whose texts name a column that is named otherwise');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and past ones: the first publication verifies');
SELECT is_empty('SELECT * FROM verify_publication(2)', 'and the second');

-- renamed while released: columns, crosswise, table, schema; released several times; the definition changed meanwhile
CALL emgov.release_units('other.duty');
ALTER TABLE other.duty RENAME reports TO r;
ALTER TABLE other.duty RENAME grade TO reports;
ALTER TABLE other.duty RENAME r TO grade;
ALTER TABLE other.duty RENAME spare TO calls;
ALTER TABLE other.duty RENAME TO night;
CALL emgov.release_units('other.night');
ALTER SCHEMA other RENAME TO another;
SET search_path = ledger, another, emgov, public;
ALTER TABLE night ALTER grade TYPE numeric;
CALL emgov.release_units('night');
UPDATE indicator SET source = 'another.night', measure = 'grade', filter = 'reports = ''high''' WHERE code = 'Z1';
CALL emgov.make_units('ledger');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'columns renamed crosswise, the table and its schema renamed, a definition changed while released');
SELECT is_empty('SELECT * FROM verify_publication(2)', 'all of the past verifies');
SELECT is((SELECT string_agg(code || ' ' || value, ', ' ORDER BY code) FROM figures(year(2025)) WHERE code ~ '^Z'), 'Z1 8, Z2 20', 'and the present is counted');
SELECT is((SELECT state || ' ' || left_value FROM check_figures(year(2025)) WHERE code = 'RZ'), 'warns 1', 'by the rule too');
SELECT is((SELECT count(*) FROM ledger_store.released), 0::bigint, 'nothing is left over');
CALL pg_temp.whole_report('r');
CALL publish('r', year(2025));
SELECT is_empty('SELECT * FROM verify_publication(3)', 'publishing goes on');

-- a type for which only the author's text reads
CREATE TYPE another.grade AS ENUM ('low', 'high');
CALL emgov.release_units('night');
ALTER TABLE night ALTER reports TYPE another.grade USING reports::another.grade;
CALL emgov.make_units('ledger');
SELECT is((SELECT value FROM figures(year(2025)) WHERE code = 'Z1'), 8::numeric, 'a column becomes an enum: the text of the definition in force reads it');
SELECT is((SELECT count(*) FROM ledger_store.released), 2::bigint, 'what does not read any more (v1, whose text names another column, v2) is kept');
CALL emgov.release_units('night');
ALTER TABLE night ALTER reports TYPE text;
CALL emgov.make_units('ledger');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and comes back when it does');
SELECT is_empty('SELECT * FROM verify_publication(2)', 'all of it');

-- never another column that has come to the name
CALL emgov.release_units('night');
ALTER TABLE night DROP COLUMN grade CASCADE;
ALTER TABLE night RENAME calls TO grade;
ALTER TABLE night ALTER grade TYPE int USING 1;
CALL emgov.make_units('ledger');
SELECT is((SELECT string_agg(code || ' ' || state, ', ' ORDER BY code) FROM figures(year(2025)) WHERE code ~ '^Z'), 'Z1 failed, Z2 failed', 'a column dropped while released: another that takes its name is not counted for it');
UPDATE indicator SET active = false WHERE code ~ '^Z';
UPDATE check_rule SET active = false WHERE code = 'RZ';
CALL emgov.make_units('ledger');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'out of force: the past has the column still');
SELECT is_empty('SELECT * FROM verify_publication(3)', 'of every version');

-- ------------------------------------------------------------------ the ledger renamed
ALTER SCHEMA ledger RENAME TO renamed;
SET search_path = renamed, another, emgov, public;
SELECT is_empty('SELECT * FROM verify_publication(1)', 'the ledger renamed: its units are with it');
CALL emgov.upgrade_ledger('renamed');
SELECT is_empty('SELECT * FROM verify_publication(3)', 'upgraded');
CREATE SCHEMA taken_store;
SELECT lives_ok('ALTER SCHEMA renamed RENAME TO taken', 'renamed to where its units cannot stand');
DROP SCHEMA taken_store;
ALTER SCHEMA renamed_store RENAME TO taken_store;
SELECT is_empty('SELECT * FROM taken.verify_publication(2)', 'the remedy of the warning works');

RESET ROLE;
SELECT * FROM finish();
