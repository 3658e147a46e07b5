-- Roles for a ledger: readers see its views for readers, clerks enter and correct facts, analysts see everything
-- and its figures, publishers may publish besides. Roles belong to the whole server, so the extension never
-- makes any: this script does, for a ledger named by the variable `ledger` (`ledger` unless given).
--
--   psql -v ledger=ledger -d DATABASE -f examples/roles.sql
--
-- Run it as a role that may create roles and is a member of the ledger's owner. Running it
-- again does no harm; do so after an upgrade of the ledger, for new tables.
\set ON_ERROR_STOP on
\if :{?ledger}
\else
    \set ledger ledger
\endif
SELECT current_user AS me, pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE oid = quote_ident(:'ledger')::regnamespace \gset
SELECT format('CREATE ROLE %I NOLOGIN', role)
  FROM unnest(ARRAY['emgov_reader', 'emgov_clerk', 'emgov_analyst', 'emgov_publisher']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

SET ROLE :"owner";
CALL :"ledger".grant_reader('emgov_reader');
CALL :"ledger".grant_clerk('emgov_clerk');
CALL :"ledger".grant_analyst('emgov_analyst');
CALL :"ledger".grant_publisher('emgov_publisher');
RESET ROLE;

-- A reader of one area only: a role of its own, no member of emgov_reader.
--   CREATE ROLE reader_320412;
--   CALL ledger.grant_reader('reader_320412', '320412');
--
-- A login for a dashboard or a spreadsheet is then made like this:
--   CREATE ROLE dashboard LOGIN PASSWORD '…' IN ROLE emgov_reader;
--   ALTER ROLE dashboard SET default_transaction_read_only = on;
--   ALTER ROLE dashboard SET statement_timeout = '30s';
--   ALTER ROLE dashboard SET jit = off;
--   ALTER ROLE dashboard SET search_path = ledger_report;
