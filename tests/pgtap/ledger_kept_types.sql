-- A column of a kept table gets another type only if the past stays what it was: each value, cast back, is the same. The history is cast as the table is.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SELECT plan(57);
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', state, message, detail, hint);
END $$;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE cast_from (id int PRIMARY KEY, n numeric(10,2), t varchar(20), ts timestamptz, f float8, m mood, j json, b jsonb, d date, e text);
CALL emgov.keep_versions('cast_from');
INSERT INTO cast_from VALUES (1, 1.49, 'abcdefgh', '2024-01-01 12:34:56.789+00', 1.23456789, 'sad', '{"a":  1}', '1', '2024-01-01', '1'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
UPDATE cast_from SET n = 2.51, t = 'abc' WHERE id = 1;
SELECT clock_timestamp() AS before \gset
CREATE FUNCTION past(moment timestamptz) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_agg(to_jsonb(x) - 'n_new' ORDER BY id) FROM cast_from_as_of(moment) AS x $$;
SELECT past(:'before') AS was \gset
SELECT is(refused('ALTER TABLE cast_from ALTER n TYPE int'),
          '55000 | column n of table public.cast_from, which is kept, cannot become integer: 2 of its values, past ones among them, would not be the same | Cast back to numeric(10,2) they are others, or cannot be cast back.'
          ' | ALTER TABLE public.cast_from ADD COLUMN n_new integer; UPDATE public.cast_from SET n_new = n::integer; ALTER TABLE public.cast_from DROP COLUMN n; keeps what was in it.', 'numeric to int');
SELECT is(substring(refused('ALTER TABLE cast_from ' || q) FROM '^\d+ . column .*: \d+ of its values'), format('55000 | column %s of table public.cast_from, which is kept, cannot become %s: %s of its values', c, t, n), q)
  FROM (VALUES ('ALTER n TYPE int USING n::int', 'n', 'integer', 2), ('ALTER n TYPE int USING (n::int)', 'n', 'integer', 2), ('ALTER n TYPE numeric(10,1)', 'n', 'numeric(10,1)', 2),
               -- what stands there now is short enough
               ('ALTER t TYPE varchar(3) USING t::varchar(3)', 't', 'character varying(3)', 1), ('ALTER ts TYPE date', 'ts', 'date', 2), ('ALTER f TYPE real', 'f', 'real', 2),
               -- no value of the enum is cut off so; of json there is no other = than that of bytes; jsonb becomes a number, no number jsonb
               ('ALTER m TYPE varchar(2) USING m::varchar(2)', 'm', 'character varying(2)', 2), ('ALTER j TYPE jsonb', 'j', 'jsonb', 2), ('ALTER b TYPE int USING b::int', 'b', 'integer', 2),
               -- other values come, but the past is cast
               ('ALTER n TYPE int USING (n * 100)::int', 'n', 'integer', 2), ('ALTER n TYPE bigint USING id, ALTER d TYPE timestamp', 'n', 'bigint', 2)) AS v (q, c, t, n);
SELECT is(past(:'before'), :'was'::jsonb, 'what was is known');
SELECT is((SELECT count(*) FROM cast_from_history), 1::bigint, 'and no version came');
SELECT lives_ok('ALTER TABLE cast_from ' || q, q)
  FROM unnest(ARRAY['ALTER n TYPE numeric', 'ALTER n TYPE numeric(12,4)', 'ALTER n TYPE numeric(10,2) USING n::numeric(10,2)', 'ALTER t TYPE text', 'ALTER t TYPE text COLLATE "C"', 'ALTER m TYPE text',
                    'ALTER f TYPE text', 'ALTER d TYPE timestamp', 'ALTER e TYPE int USING e::int', 'ALTER n SET DATA TYPE numeric(10,2) USING n * 2']) AS q;
SELECT is((SELECT n FROM cast_from_as_of(:'before') WHERE id = 1), 2.51, 'what loses nothing goes');
-- the hint
SELECT lives_ok('ALTER TABLE public.cast_from ADD COLUMN n_new integer; UPDATE public.cast_from SET n_new = n::integer; ALTER TABLE public.cast_from DROP COLUMN n', 'as the hint says');
SELECT is((SELECT n FROM cast_from_history_as_of(:'before') WHERE id = 1), 2.51, 'and what was in it is known');
SELECT matches(refused('ALTER TABLE cast_from_history ALTER n TYPE int'), '^55000 . column n of table public.cast_from_history, which is kept, cannot become integer: \d of its values', 'nor does what a history alone has change');
-- a key
CREATE TABLE keyed (id text PRIMARY KEY, d date);
CALL emgov.keep_versions('keyed');
INSERT INTO keyed VALUES ('01', '2025-01-01');
SELECT matches(refused('ALTER TABLE keyed ALTER id TYPE int USING id::int'), '^55000 . column id of table public.keyed.*CALL emgov.release_versions\(''public.keyed''\) gives them up.$', 'a key that would be another');
-- partitions
CREATE TABLE visit (id int, d date, n numeric, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CALL emgov.keep_versions('visit');
INSERT INTO visit VALUES (1, '2025-01-01', 0.5);
SELECT matches(refused('ALTER TABLE visit ALTER n TYPE int'), '^55000 . column n of table public.visit_1, .* ALTER TABLE public.visit ADD COLUMN n_new', 'of partitions');
-- the session's settings
SET timezone = 'Asia/Shanghai';
SET datestyle = 'SQL, DMY';
CREATE TABLE zoned (id int PRIMARY KEY, ts timestamp, d text);
CALL emgov.keep_versions('zoned');
INSERT INTO zoned VALUES (1, '2024-01-01 00:00', '01/02/2024');
UPDATE zoned SET ts = '2024-01-02 00:00', d = '03/04/2024';
UPDATE zoned SET ts = '2024-01-01 00:00', d = '01/02/2024';
SELECT lives_ok('ALTER TABLE zoned ALTER ts TYPE timestamptz, ALTER d TYPE date USING d::date', 'what is cast by settings');
SELECT results_eq('SELECT ts, d FROM zoned_history UNION SELECT ts, d FROM zoned ORDER BY 1', $$VALUES ('2024-01-01 00:00+08'::timestamptz, make_date(2024, 2, 1)), ('2024-01-02 00:00+08', make_date(2024, 4, 3))$$, 'is in the history as in the table');
RESET datestyle;
RESET timezone;
-- A past value that cannot be cast leaves all of the past as it was, but says nothing of the present ones.
CREATE TABLE far (id int PRIMARY KEY, n numeric, m numeric);
CALL emgov.keep_versions('far');
INSERT INTO far VALUES (1, 3000000000, 3000000000), (2, 2.5, 2);
UPDATE far SET n = 1.49, m = 1 WHERE id = 1;
SELECT clock_timestamp() AS before \gset
SELECT matches(refused('ALTER TABLE far ALTER n TYPE int'), '^55000 . column n of table public.far, .* cannot become integer: 2 of its values', 'present values that would not be the same, beside a past one that cannot be cast');
SELECT lives_ok('ALTER TABLE far ALTER m TYPE int', 'where these stay the same');
SELECT results_eq('SELECT id, n, m FROM far ORDER BY id', 'VALUES (1, 1.49, 1), (2, 2.5, 2)', 'they are as they were');
SELECT results_eq('SELECT id, n, m_dropped FROM far_history', 'VALUES (1, 3000000000::numeric, 3000000000::numeric)', 'and so is the past');
UPDATE far SET n = 4 * n, m = m + 1;
SELECT matches(refused('ALTER TABLE far ALTER n TYPE numeric(3,1)'), '^55000 . .*: 1 of its values', 'of versions some of which cannot be cast, some would be others, the present ones count alone');
UPDATE far SET n = round(n);
SELECT lives_ok('ALTER TABLE far ALTER n TYPE numeric(3,1)', 'of the past all is left as it was');
SELECT results_eq('SELECT id, n_dropped FROM far_history WHERE n_dropped IS NOT NULL ORDER BY known_to, id', 'VALUES (1, 3000000000), (1, 1.49), (2, 2.5), (1, 5.96), (2, 10.0)', 'each version');
-- Row security that hides rows from their owner, or versions.
CREATE TABLE hidden (id int PRIMARY KEY, n numeric);
CALL emgov.keep_versions('hidden');
INSERT INTO hidden VALUES (1, 1.5);
CREATE ROLE plain_owner;
GRANT CREATE ON SCHEMA public TO plain_owner;
ALTER TABLE hidden OWNER TO plain_owner;
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SET ROLE plain_owner;
SELECT is(refused('ALTER TABLE hidden ALTER n TYPE numeric(20)'), '55000 | columns of "hidden" can be neither dropped nor changed: row security hides rows from its owner | A version of every row is kept as it was before.'
          ' | ALTER TABLE public.hidden NO FORCE ROW LEVEL SECURITY; meanwhile.', 'rows that are hidden');
ALTER TABLE hidden NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hidden_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT matches(refused('ALTER TABLE hidden ALTER n TYPE text'), '^55000 . columns of "hidden_history" can be neither .* ALTER TABLE public.hidden_history NO FORCE ROW LEVEL SECURITY; meanwhile.$', 'versions that are');
ALTER TABLE hidden_history NO FORCE ROW LEVEL SECURITY;
SELECT lives_ok('ALTER TABLE hidden ALTER n TYPE text', 'as the hint says');
RESET ROLE;
-- A present value that cannot be cast, where others are computed, says nothing of the past.
CREATE TABLE code (id int PRIMARY KEY, x text, y text);
CALL emgov.keep_versions('code');
INSERT INTO code VALUES (1, '007', '007');
UPDATE code SET x = '008', y = '08';
BEGIN;
INSERT INTO code VALUES (2, 'n/a', '9');
SELECT matches(refused('ALTER TABLE code ALTER x TYPE numeric USING nullif(x, ''n/a'')::numeric'), '^55000 . column x of table public.code, .* 2 of its values', 'values of the past that would not be the same');
SELECT matches(refused('ALTER TABLE code ALTER x TYPE numeric USING 5'), '^55000 . column x of table public.code, .* 2 of its values', 'whatever is computed');
ROLLBACK;
-- whatever error says that a value of the past cannot be cast
CREATE FUNCTION is_good(v text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF v = '008' THEN RAISE EXCEPTION 'bad value %', v; END IF; RETURN true; END $$;
CREATE DOMAIN good AS text CHECK (is_good(VALUE));
UPDATE code SET x = 'good', y = '$.a';
SELECT lives_ok('ALTER TABLE code ALTER x TYPE good', 'a domain whose check fails');
SELECT results_eq('SELECT x_dropped FROM code_history ORDER BY known_to', $$VALUES ('007'), ('008')$$, 'the past is as it was');
UPDATE code SET y = '<a';
UPDATE code SET y = '$.a';
SELECT matches(refused('ALTER TABLE code ALTER y TYPE jsonpath USING y::jsonpath'), '^55000|^$', 'a type whose input is refused otherwise');
-- Keys and pasts are not computed anew.
CREATE TABLE fixed (id int PRIMARY KEY, a int, gone text);
CALL emgov.keep_versions('fixed');
INSERT INTO fixed VALUES (1, 1, 'was'), (2, 2, 'was');
UPDATE fixed SET a = a + 10;
ALTER TABLE fixed DROP COLUMN gone;
SELECT clock_timestamp() AS before \gset
SELECT matches(refused('ALTER TABLE ' || q), m, q)
  FROM (VALUES ('fixed ALTER id TYPE int USING 3 - id', '^23001 . the keys of rows of public.fixed, which is kept, cannot be changed'),
               ('fixed ALTER id TYPE bigint USING id + 10', '^23001 . the keys of rows of public.fixed'),
               ('fixed_history ALTER a TYPE int USING a * 100', '^55000 . column "a" of history public.fixed_history cannot be changed'),
               ('fixed_history ALTER id TYPE int USING id + 7', '^55000 . column "id" of history public.fixed_history'),
               ('fixed_history ALTER gone TYPE text USING ''forged''', '^23001 . what is in column "gone" of history public.fixed_history cannot be changed'),
               ('fixed_history ALTER gone TYPE varchar USING upper(gone)', '^23001 . what is in column "gone"')) AS v (q, m);
SELECT lives_ok('ALTER TABLE fixed ALTER id TYPE bigint USING id, ALTER id SET NOT NULL', 'a key gets another type');
SELECT lives_ok('ALTER TABLE fixed_history ALTER gone TYPE varchar(20) USING gone::varchar(20)', 'so does what a history alone has');
SELECT results_eq(format('SELECT id, gone::text FROM fixed_history_as_of(%L) ORDER BY id', :'before'), 'SELECT n::bigint, NULL::text FROM generate_series(1, 2) AS n', 'each is there');
SELECT results_eq('SELECT id, a, gone::text FROM fixed_history ORDER BY known_to, id', $$VALUES (1::bigint, 1, 'was'), (2, 2, 'was'), (1, 11, 'was'), (2, 12, 'was')$$, 'as it was');
SELECT * FROM finish();
