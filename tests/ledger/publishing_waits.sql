-- Until somebody who publishes has read the clock and waits for those who are writing: nothing that begins now is in that publication.
--
--   \ir ../ledger/publishing_waits.sql
--   SELECT pg_temp.until_publishing_waits();
--
-- A waiting backend is one that says so, whatever the load; after a minute it is given up, and the test goes on.
CREATE FUNCTION pg_temp.until_publishing_waits() RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR i IN 1 .. 6000 LOOP
        EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'CALL publish(%' AND wait_event_type = 'Extension');
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
END
$$;
