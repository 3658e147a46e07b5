-- The database that the matrix of settings starts from. Run by a superuser.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = warning;
CREATE EXTENSION emgov;
CREATE SCHEMA guard_ext;
SELECT format('CREATE EXTENSION %I SCHEMA guard_ext', name) FROM pg_available_extensions WHERE name IN ('citext', 'hstore', 'ltree') ORDER BY name \gexec
GRANT USAGE ON SCHEMA guard_ext TO PUBLIC;
SELECT format('CREATE ROLE %I LOGIN', r) FROM unnest('{guard_owner,guard_analyst}'::text[]) AS r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) \gexec
SELECT format('GRANT CREATE ON DATABASE %I TO guard_owner', current_database()) \gexec

-- operators and functions that lie, of names and types that the extension uses
CREATE SCHEMA guard_hostile;
GRANT USAGE ON SCHEMA guard_hostile TO PUBLIC;
SELECT format('CREATE FUNCTION guard_hostile.lie(a %1$s, b %1$s) RETURNS boolean LANGUAGE sql AS ''SELECT true''', t),
       format('CREATE OPERATOR guard_hostile.%2$s (FUNCTION = guard_hostile.lie, LEFTARG = %1$s, RIGHTARG = %1$s)', t, o)
  FROM unnest('{text,name,int,bigint,numeric,date,timestamptz,oid,boolean,regclass,jsonb,char,"\"char\""}'::text[]) AS t, unnest('{=,<>,<,<=,>,>=}'::text[]) AS o WHERE o = '=' \gexec
SELECT format('CREATE OPERATOR guard_hostile.%2$s (FUNCTION = guard_hostile.lie, LEFTARG = %1$s, RIGHTARG = %1$s)', t, o)
  FROM unnest('{text,name,int,bigint,numeric,date,timestamptz,oid,boolean,regclass,jsonb,char,"\"char\""}'::text[]) AS t, unnest('{<>,<,<=,>,>=,~}'::text[]) AS o \gexec
SELECT format('CREATE FUNCTION guard_hostile.wrong(a %1$s, b %1$s) RETURNS %1$s LANGUAGE sql AS ''SELECT a''', t),
       format('CREATE OPERATOR guard_hostile.+ (FUNCTION = guard_hostile.wrong, LEFTARG = %1$s, RIGHTARG = %1$s)', t),
       format('CREATE OPERATOR guard_hostile.- (FUNCTION = guard_hostile.wrong, LEFTARG = %1$s, RIGHTARG = %1$s)', t),
       format('CREATE OPERATOR guard_hostile.* (FUNCTION = guard_hostile.wrong, LEFTARG = %1$s, RIGHTARG = %1$s)', t),
       format('CREATE OPERATOR guard_hostile.|| (FUNCTION = guard_hostile.wrong, LEFTARG = %1$s, RIGHTARG = %1$s)', t)
  FROM unnest('{text,int,bigint,numeric,jsonb,emgov.comparison,emgov.accident_summary}'::text[]) AS t \gexec
SELECT format('CREATE FUNCTION guard_hostile.%I(%s) RETURNS %s LANGUAGE sql AS %L', n, a, r, 'SELECT ' || b)
  FROM (VALUES ('lower', 'text', 'text', '''x''::text'), ('upper', 'text', 'text', '''x''::text'), ('lower', 'anyrange', 'anyelement', 'NULL::text'), ('format', 'text, VARIADIC text[]', 'text', '''SELECT 1/0''::text'),
               ('format', 'text', 'text', '''SELECT 1/0''::text'), ('round', 'numeric, int', 'numeric', '0::numeric'), ('now', '', 'timestamptz', '''2000-01-01''::timestamptz'), ('to_regclass', 'text', 'regclass', '0::regclass'),
               ('quote_ident', 'text', 'text', '''x''::text'), ('quote_literal', 'text', 'text', '''x''::text'), ('concat_ws', 'text, VARIADIC text[]', 'text', '''x''::text'), ('date_part', 'text, date', 'float8', '0::float8'),
               ('extract', 'text, date', 'numeric', '0::numeric'), ('length', 'text', 'int', '0'), ('substr', 'text, int, int', 'text', '''x''::text'), ('year', 'int', 'daterange', '''empty''::daterange'), ('current_setting', 'text, boolean', 'text', '''x''::text'),
               ('hashtextextended', 'text, bigint', 'bigint', '0::bigint'), ('string_to_array', 'text, text', 'text[]', '''{}''::text[]'), ('replace', 'text, text, text', 'text', '''x''::text')) AS v (n, a, r, b)
 WHERE a <> 'anyrange' \gexec
CREATE AGGREGATE guard_hostile.count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '1000');
CREATE AGGREGATE guard_hostile.sum(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '1000');
CREATE AGGREGATE guard_hostile.max(numeric) (SFUNC = numeric_larger, STYPE = numeric, INITCOND = '1000');
CREATE TABLE guard_hostile.indicator (code text);
CREATE TABLE guard_hostile.pg_class (oid oid);
CREATE DOMAIN guard_hostile.text AS pg_catalog.text;
CREATE DOMAIN guard_hostile.daterange AS pg_catalog.text;

SET ROLE guard_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
CALL ledger.grant_analyst('guard_analyst');
UPDATE ledger.report_paragraph SET body = '{year}{F028.phrase}[F003?' || ordinal || '|none]', body_en = NULL;
UPDATE ledger.indicator SET active = false WHERE code NOT IN ('F028', 'F029', 'F003');
CREATE SCHEMA own;
GRANT USAGE ON SCHEMA own TO PUBLIC;
