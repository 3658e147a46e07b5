-- ------------------------------------------------------------------ periods
-- Periods are core dateranges, half-open: [first day, day after the last day).

CREATE FUNCTION emgov.year(year integer) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_year' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.year(integer) IS 'The calendar year as a period';

CREATE FUNCTION emgov.quarter(year integer, quarter integer) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_quarter' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.quarter(integer, integer) IS 'The calendar quarter (year, 1 to 4) as a period';

CREATE FUNCTION emgov.month(year integer, month integer) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_month' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month(integer, integer) IS 'The calendar month (year, 1 to 12) as a period';

CREATE FUNCTION emgov.quarter(day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_quarter_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.quarter(pg_catalog.date) IS 'The calendar quarter that a day lies in, as a period';

CREATE FUNCTION emgov.month(day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_month_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month(pg_catalog.date) IS 'The calendar month that a day lies in, as a period';

CREATE FUNCTION emgov.ytd(last_day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_ytd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.ytd(pg_catalog.date) IS 'The year so far: from 1 January up to and including the date';

CREATE FUNCTION emgov.year_earlier(period pg_catalog.daterange) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_earlier' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.year_earlier(pg_catalog.daterange) IS
    'The same period a year earlier, the base of a year-on-year change; a 29 February bound becomes 1 March in a common year, so adjoining periods stay adjoining';

CREATE FUNCTION emgov.previous(period pg_catalog.daterange) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_previous' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.previous(pg_catalog.daterange) IS 'The period of the same length right before: as many months for a run of whole calendar months, as many days for any other';

CREATE FUNCTION emgov.month_of(day pg_catalog.date) RETURNS pg_catalog.date
    AS 'MODULE_PATHNAME', 'month_of_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month_of(pg_catalog.date) IS 'The first day of the date''s month, a key for rollups; an infinite date stays infinite';
