-- The login that ./demo prints: reads the readers' views, writes nothing, no query longer than half a minute.
-- In the demo's database, as its owner, with the variable `password`.
SELECT 'CREATE ROLE demo_reader LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'demo_reader') \gexec
ALTER ROLE demo_reader PASSWORD :'password';
ALTER ROLE demo_reader SET default_transaction_read_only = on;
ALTER ROLE demo_reader SET statement_timeout = '30s';
ALTER ROLE demo_reader SET search_path = ledger_report;
CALL ledger.grant_reader('demo_reader');
