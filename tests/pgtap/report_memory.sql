-- What one query has freed the next one has: glibc would give back what it took to plan a view for readers, and take it again page by page.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
CALL emgov.create_ledger('ledger');
-- a session that has freed nothing large yet
\connect -
\set QUIET 1
LOAD 'emgov';
SELECT plan(1);
SELECT count(*) = 2 AS is_glibc FROM (SELECT pg_read_file('/proc/self/maps') AS libraries) AS m, unnest('{/libc[.-],^(?!.*(libasan|valgrind))}'::text[]) AS p WHERE m.libraries ~ p \gset
\if :is_glibc
CREATE FUNCTION pg_temp.faults() RETURNS bigint LANGUAGE sql AS $$ SELECT split_part(substring(pg_read_file('/proc/self/stat') FROM '[)] (.*)$'), ' ', 8)::bigint $$;
SELECT * FROM ledger_report.enterprise_file \g /dev/null
SELECT * FROM ledger_report.enterprise_file \g /dev/null
SELECT pg_temp.faults() AS before \gset
SELECT * FROM ledger_report.enterprise_file \g /dev/null
SELECT * FROM ledger_report.enterprise_file \g /dev/null
SELECT * FROM ledger_report.enterprise_file \g /dev/null
SELECT cmp_ok(pg_temp.faults() - :before, '<', 300::bigint, 'to plan a view again takes no memory from the system');
\else
SELECT skip('another allocator than glibc''s');
\endif
SELECT * FROM finish();
