CREATE FUNCTION emgov._ledger_figure_tables() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT ''::text $$;
CREATE PROCEDURE emgov._ledger_code(ledger text) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
