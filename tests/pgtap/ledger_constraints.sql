-- What a violated rule says (E11): no constraint of a new ledger has a generated name, and a value
-- that is not allowed brings the list of those that are.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(12);
CALL emgov.create_ledger('ledger');
CREATE TABLE public.own (a int PRIMARY KEY, b text CHECK (b IN ('x', 'it''s')));
CALL emgov.keep_versions('public.own');

SELECT isnt_empty($$SELECT FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace AND contype = 'f'$$, 'there are constraints');
SELECT is_empty($$SELECT conrelid::regclass, conname FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace AND contype NOT IN ('t', 'n') AND conname ~ '^[a-z0-9_]+$'$$,
    'E11: no constraint of any table has a generated name, nor of a history');
SELECT is_empty($$SELECT indexrelid::regclass FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                   WHERE c.relnamespace = 'ledger'::regnamespace AND i.indisunique AND c.relname ~ '^[a-z0-9_]+$'$$, 'E11: nor has a unique index');
SELECT is_empty($$SELECT conrelid::regclass, conname FROM pg_constraint AS k WHERE connamespace = 'ledger'::regnamespace AND contype = 'c' AND conname ~ '…$'
                     AND NOT EXISTS (SELECT FROM emgov.allowed_values(k.conrelid) AS v WHERE v.constraint_name = k.conname)$$, 'E11: none stops short, but of lists');
CREATE FUNCTION public.hint_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; hint text; rule text;
BEGIN
    EXECUTE statement;
    RETURN 'taken';
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, rule = CONSTRAINT_NAME;
    RETURN concat_ws(' | ', message, hint, rule);
END
$$;
SELECT is(public.hint_of($$INSERT INTO ledger.letter (org_code, kind, sent_on) VALUES ('bureau', 'fax', '2024-01-01')$$),
    'kind of a record of "letter" cannot be "fax" | Allowed: reminder, supervision, interview, other. | kind: reminder, supervision, interview, other', 'E11: the allowed values');
SELECT is_empty($$
    SELECT c.relname, v.column_name, public.hint_of(format('INSERT INTO ledger.%I (%I) VALUES (''~'')', c.relname, v.column_name))
      FROM pg_class AS c CROSS JOIN LATERAL emgov.allowed_values(c.oid) AS v
     WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname NOT IN ('publication', 'job_run')
       AND public.hint_of(format('INSERT INTO ledger.%I (%I) VALUES (''~'')', c.relname, v.column_name))
           IS DISTINCT FROM format('%s of a record of "%s" cannot be "~" | Allowed: %s. | %s', v.column_name, c.relname, array_to_string(v.allowed, ', '), v.constraint_name) $$,
    'E11: of every column that has a list');
SELECT results_eq($$SELECT * FROM emgov.allowed_values('public.own')$$, $$VALUES ('b'::text, '{x,it''s}'::text[], 'own_b_check'::text)$$, 'lists of anybody''s tables can be read');
-- the owner allows one more
SELECT is(public.hint_of($$UPDATE ledger.organisation SET kind = 'club'$$), 'kind of a record of "organisation" cannot be "club" | Allowed: bureau, department, subordinate, area_body, delegate, court, media, other. '
    '| kind: bureau|department|subordinate|area_body|delegate|court…', 'E11: changed, too');
ALTER TABLE ledger.organisation DROP CONSTRAINT "kind: bureau|department|subordinate|area_body|delegate|court…", ADD CONSTRAINT "my kinds" CHECK (kind IN ('bureau', 'subordinate', 'club'));
SELECT is(public.hint_of($$UPDATE ledger.organisation SET kind = 'club' WHERE code = 'bureau'$$), 'taken', 'what the owner allows is allowed');
SELECT is(public.hint_of($$UPDATE ledger.organisation SET kind = 'pub' WHERE code = 'bureau'$$), 'kind of a record of "organisation" cannot be "pub" | Allowed: bureau, subordinate, club. | my kinds', 'and said');
SELECT throws_ok($$INSERT INTO ledger.letter (org_code, kind, sent_on) VALUES ('nobody', 'other', '2024-01-01')$$, '23503',
    'insert or update on table "letter" violates foreign key constraint "org_code: one of organisation"', 'E11: what must be somewhere else');
SELECT throws_ok($$INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('bureau', 'x', 'club', 'city')$$, '23505',
    'duplicate key value violates unique constraint "organisation: one for each code"', 'E11: what is there already');
SELECT * FROM finish();
