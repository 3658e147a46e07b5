-- A ledger with the definitions of the example and no records, for the coordinator and for each data cluster: the same
-- everywhere, so that a figure means the same. In an empty database, or one whose ledger is empty, from the root of the checkout.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS emgov;
CALL emgov.create_ledger('ledger');
\set pack `cat examples/changzhou-2024/pack.json`
CALL ledger.load_pack(:'pack'::jsonb);
