-- A report of all indicators that a ledger has, for the tests of publishing.
--
--   \ir ../ledger/whole_report.sql
--   CALL pg_temp.whole_report('report');                 made, or brought up to date
--   CALL pg_temp.whole_report('of the city', scope => 'city', base => 'first_published');
--
-- It is known for ever, if nothing was published yet, and names each indicator from when that
-- was known; and so is that all their sources are entered, from 1990 through 2025: a zero is a zero.
-- Rates whose series have no values are left out. Hard checks are left out: made-up records
-- need not pass them.
CREATE PROCEDURE pg_temp.whole_report(report text, ledger text DEFAULT 'ledger', scope text DEFAULT NULL, base text DEFAULT 'restated') LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was text := current_setting('emgov.known_at', true);
    published boolean;
    moment timestamptz;
    unsaid text[];
BEGIN
    EXECUTE format('UPDATE %I.check_rule SET active = false WHERE active AND severity = ''hard''', ledger);
    EXECUTE format('SELECT count(*) > 0 FROM %I.publication', ledger) INTO published;
    EXECUTE format('SELECT array_agg(DISTINCT i.source) FROM %1$I.indicator AS i WHERE i.active AND emgov_internal.relation(%1$L, i.source) IS NOT NULL AND NOT EXISTS (SELECT FROM %1$I.coverage_declaration AS d
                     WHERE d.source = ANY (emgov_internal.declared_of(%1$L, emgov_internal.relation(%1$L, i.source), i.date_column)))', ledger) INTO unsaid;
    IF unsaid IS NOT NULL THEN
        IF NOT published THEN
            PERFORM set_config('emgov.known_at', '2000-01-01 00:00+00', true);
        END IF;
        PERFORM emgov_internal.ledger_entered(quote_ident(ledger)::regnamespace, unsaid, '2025-12-31', '1990-01-01', NULL);
    END IF;
    FOR moment IN EXECUTE format('SELECT ''2000-01-01'' UNION SELECT known_from FROM %I.indicator WHERE known_from > ''2000-01-01'' ORDER BY 1', ledger) LOOP
        IF NOT published THEN
            PERFORM set_config('emgov.known_at', moment::text, true);
        END IF;
        EXECUTE format('INSERT INTO %1$I.report (code, title_zh, scope, base) SELECT $1, $1, $2, $3 WHERE NOT EXISTS (SELECT FROM %1$I.report WHERE code = $1)', ledger)
          USING report, scope, base;
        EXECUTE format('INSERT INTO %1$I.report_figure (report, code) SELECT $1, i.code FROM %1$I.indicator AS i WHERE i.active AND (i.kind <> ''rate'' OR EXISTS (SELECT FROM %1$I.measure_series AS m WHERE m.code = i.series_code)) AND i.known_from <= $3 AND ($2 IS NULL OR i.scope = $2)
                           AND NOT EXISTS (SELECT FROM %1$I.report_figure AS f WHERE f.report = $1 AND f.code = i.code)', ledger) USING report, scope, moment;
    END LOOP;
    PERFORM set_config('emgov.known_at', coalesce(was, ''), true);
END
$$;
