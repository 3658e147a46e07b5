CREATE PROCEDURE emgov._ledger_code(ledger text) LANGUAGE plpgsql AS $$ BEGIN CALL emgov._make_sources(ledger); END $$;
