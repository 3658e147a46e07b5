-- A ledger with the definitions of examples/changzhou-2024: the shipped packs that it needs, and
-- its own. From the root of the checkout:
--
--   \ir ../ledger/changzhou.sql
--
-- makes the ledger that the variable `ledger` names, or one called ledger; as whoever is at work.
\if :{?ledger} \else \set ledger ledger
\endif
\set pack `cat examples/changzhou-2024/pack.json`
CALL emgov.create_ledger(:'ledger');
SELECT current_setting('client_min_messages') AS messages \gset
SET client_min_messages = warning;
CALL :"ledger".load_pack(:'pack'::jsonb);
SET client_min_messages = :messages;
\unset ledger
