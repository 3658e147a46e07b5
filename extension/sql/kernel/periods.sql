-- ------------------------------------------------------------------ periods
-- Periods are core dateranges, half-open: [first day, day after the last day).

-- year_start: the day on which years begin, MM-DD. A year is named by the calendar year that it begins in.

CREATE FUNCTION emgov.period(period text, year_start text DEFAULT '01-01') RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.period(text, text) IS
    'A period as people write it: 2024, 2024H1, 2024Q4, 2024-12, 2024-01..2024-07, 2024年1—7月, July 2024; years begin on year_start (MM-DD); an error says where a text is none';

CREATE FUNCTION emgov.year(year integer, year_start text DEFAULT '01-01') RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_year' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.year(integer, text) IS
    'A year as a period; years begin on year_start (MM-DD) and are named by the calendar year that they begin in';

CREATE FUNCTION emgov.half(year integer, half integer, year_start text DEFAULT '01-01') RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_half' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.half(integer, integer, text) IS
    'A half of a year (year, 1 or 2) as a period; years begin on year_start (MM-DD)';

CREATE FUNCTION emgov.quarter(year integer, quarter integer, year_start text DEFAULT '01-01') RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_quarter' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.quarter(integer, integer, text) IS
    'A quarter of a year (year, 1 to 4) as a period; years begin on year_start (MM-DD)';

CREATE FUNCTION emgov.month(year integer, month integer) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_month' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month(integer, integer) IS
    'The calendar month (year, 1 to 12) as a period';

CREATE FUNCTION emgov.half(day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_half_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.half(pg_catalog.date) IS
    'The half of the calendar year that a day lies in, as a period';

CREATE FUNCTION emgov.quarter(day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_quarter_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.quarter(pg_catalog.date) IS
    'The calendar quarter that a day lies in, as a period';

CREATE FUNCTION emgov.month(day pg_catalog.date) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_month_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month(pg_catalog.date) IS
    'The calendar month that a day lies in, as a period';

CREATE FUNCTION emgov.ytd(last_day pg_catalog.date, year_start text DEFAULT '01-01') RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_ytd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.ytd(pg_catalog.date, text) IS
    'The year so far: from its first day, year_start (MM-DD), up to and including the date';

CREATE FUNCTION emgov.months(period pg_catalog.daterange) RETURNS SETOF pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_months_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 12;
COMMENT ON FUNCTION emgov.months(pg_catalog.daterange) IS
    'The calendar months of a period, in order, the first and the last cut to the period';

CREATE FUNCTION emgov.quarters(period pg_catalog.daterange, year_start text DEFAULT '01-01') RETURNS SETOF pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_quarters_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 4;
COMMENT ON FUNCTION emgov.quarters(pg_catalog.daterange, text) IS
    'The quarters of a period, in order, the first and the last cut to the period; years begin on year_start (MM-DD)';

CREATE FUNCTION emgov.years(period pg_catalog.daterange, year_start text DEFAULT '01-01') RETURNS SETOF pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_years_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 1;
COMMENT ON FUNCTION emgov.years(pg_catalog.daterange, text) IS
    'The years of a period, in order, the first and the last cut to the period; years begin on year_start (MM-DD)';

CREATE FUNCTION emgov_internal.period_of(period pg_catalog.daterange, kind text, year_start text) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_of_kind' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov_internal.period_of(pg_catalog.daterange, text, text) IS
    'internal: the month, quarter, half or year that the last day of a period lies in, or the year up to that day (ytd); own: the period itself; years begin on year_start (MM-DD)';

CREATE FUNCTION emgov.year_earlier(period pg_catalog.daterange) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_earlier' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.year_earlier(pg_catalog.daterange) IS
    'The same period a year earlier, the base of a year-on-year change; a 29 February bound becomes 1 March in a common year, so adjoining periods stay adjoining';

CREATE FUNCTION emgov.previous(period pg_catalog.daterange) RETURNS pg_catalog.daterange
    AS 'MODULE_PATHNAME', 'period_previous' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.previous(pg_catalog.daterange) IS 'The period of the same length right before: as many months for a run of whole calendar months, as many days for any other';

CREATE FUNCTION emgov.month_of(day pg_catalog.date) RETURNS pg_catalog.date
    AS 'MODULE_PATHNAME', 'month_of_date' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.month_of(pg_catalog.date) IS 'The first day of the date''s month, a key for rollups; an infinite date stays infinite';
