-- The owner of the test's ledger, a role without rights but to make one. ./check has databases in which that is done: the
-- ledger is found there, and the role owns what it is copied from, so it is not dropped.
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledger_owner') AS missing \gset
\if :missing
CREATE ROLE ledger_owner;
\endif
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_owner', current_database()) \gexec
