-- All that is in the ledger is known to be entered, since long ago and by any moment: a zero is a zero.
DO $$
DECLARE
    known_at text := current_setting('emgov.known_at', true);
BEGIN
    PERFORM set_config('emgov.known_at', '2000-01-02 00:00+00', false);
    PERFORM emgov_internal.ledger_entered('ledger'::regnamespace, ARRAY(SELECT DISTINCT source FROM ledger.indicator WHERE active AND source IS NOT NULL), '2025-12-31', '1990-01-01', NULL);
    PERFORM set_config('emgov.known_at', coalesce(known_at, ''), false);
END $$;
