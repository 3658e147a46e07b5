-- A page in English, of another office: its definitions, its records, its report of 2005.
SET client_min_messages = warning;
CALL emgov.create_ledger('labour');
\set pack `cat examples/labour-2005/pack.json`
CALL labour.load_pack(:'pack'::jsonb);
\ir records.sql
\pset tuples_only on
\pset format unaligned
SELECT CASE WHEN row_number() OVER (PARTITION BY section ORDER BY ordinal) = 1 THEN E'\n' || heading || E'\n' ELSE '' END || body || E'\n'
FROM labour.report_text('safety-and-health', '2005') ORDER BY section, ordinal;
