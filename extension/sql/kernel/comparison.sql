--@ summary_type type=comparison zero=0/0
--@+ comment='A measure now and in its base, exact to 18 decimals. Text form current/base as in 59/65, current/total:periods against a mean; sums keep numbers of periods apart: 59/65+7/30:3'
--@ ordered_type type=comparison order='Order by the current value, the base and the number of base periods'
-- Sums over many different numbers of base periods are long; the others fit any page.
ALTER TYPE emgov.comparison SET (STORAGE = main);

CREATE FUNCTION emgov.comparison(current pg_catalog.numeric, base pg_catalog.numeric, base_periods integer DEFAULT 1) RETURNS emgov.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_from_numbers';
COMMENT ON FUNCTION emgov.comparison(pg_catalog.numeric, pg_catalog.numeric, integer) IS
    'A comparison of two numbers, kept exactly; with base_periods above 1, base is the total of so many periods and compared as their mean';

--@ summary_aggregate type=comparison zero=0/0 aggregate=yoy_agg transition=comparison_accumulate inverse=comparison_discard accumulate=comparison_accumulate_smallint
--@+ discard=comparison_discard_smallint
--@+ arguments='value smallint, at date, period pg_catalog.daterange' types='smallint, date, pg_catalog.daterange'
--@+ comment='Total of a measure in the period and in the same period a year earlier, in one pass. NULL values and dates are passed over; the period must be bounded'
--@ summary_aggregate type=comparison zero=0/0 aggregate=yoy_agg transition=comparison_accumulate inverse=comparison_discard accumulate=comparison_accumulate_int discard=comparison_discard_int
--@+ arguments='value integer, at date, period pg_catalog.daterange' types='integer, date, pg_catalog.daterange'
--@+ comment='Total of a measure in the period and in the same period a year earlier, in one pass. NULL values and dates are passed over; the period must be bounded'
--@ summary_aggregate type=comparison zero=0/0 aggregate=yoy_agg transition=comparison_accumulate inverse=comparison_discard accumulate=comparison_accumulate_bigint
--@+ discard=comparison_discard_bigint
--@+ arguments='value bigint, at date, period pg_catalog.daterange' types='bigint, date, pg_catalog.daterange'
--@+ comment='Total of a measure in the period and in the same period a year earlier, in one pass. NULL values and dates are passed over; the period must be bounded'
--@ summary_aggregate type=comparison zero=0/0 aggregate=yoy_agg transition=comparison_accumulate inverse=comparison_discard accumulate=comparison_accumulate_numeric
--@+ discard=comparison_discard_numeric
--@+ arguments='value pg_catalog.numeric, at date, period pg_catalog.daterange' types='pg_catalog.numeric, date, pg_catalog.daterange'
--@+ comment='Total of a measure in the period and in the same period a year earlier, in one pass, exactly. NULL values and dates are passed over; the period must be bounded'
