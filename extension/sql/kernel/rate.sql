-- ------------------------------------------------------------------ rounding and bases

CREATE FUNCTION emgov.round_by(value pg_catalog.numeric, decimals integer, rounding pg_catalog.text DEFAULT 'half_up') RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'round_by' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION emgov.round_by(pg_catalog.numeric, integer, pg_catalog.text) IS
    'A number rounded to 0 to 18 decimals by a policy: half_up (a tie away from zero), half_even or truncate (toward zero)';

CREATE FUNCTION emgov.base_candidates(current bigint, percent pg_catalog.numeric, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up') RETURNS SETOF bigint
    AS 'MODULE_PATHNAME', 'base_candidates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 10;
COMMENT ON FUNCTION emgov.base_candidates(bigint, pg_catalog.numeric, integer, pg_catalog.text) IS
    'Every whole base above 0 from which the current value would print as that change in percent, ascending; an error if there is no end of them';

-- ------------------------------------------------------------------ what a comparison says

CREATE FUNCTION emgov.current_value(c emgov.comparison) RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'comparison_current_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION emgov.current_value(emgov.comparison) IS 'The value of the period itself';

CREATE FUNCTION emgov.base_value(c emgov.comparison) RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'comparison_base_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION emgov.base_value(emgov.comparison) IS
    'The value it is compared with; of several base periods their mean, of a sum over different numbers of periods the sum of the means; half up to at most 18 decimals';

CREATE FUNCTION emgov.base_total(c emgov.comparison) RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'comparison_base_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION emgov.base_total(emgov.comparison) IS 'The total of all base periods, exactly; NULL for a sum over different numbers of periods';

CREATE FUNCTION emgov.base_periods(c emgov.comparison) RETURNS integer
    AS 'MODULE_PATHNAME', 'comparison_base_periods' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.base_periods(emgov.comparison) IS 'Over how many periods the base is a mean; 1 for a change on the year before, NULL for a sum over different numbers of periods';

CREATE FUNCTION emgov.change(c emgov.comparison) RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'comparison_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3;
COMMENT ON FUNCTION emgov.change(emgov.comparison) IS 'current_value - base_value, without trailing zeros';

CREATE FUNCTION emgov.rate(c emgov.comparison, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up') RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'comparison_percent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.rate(emgov.comparison, integer, pg_catalog.text) IS
    'The change in percent of the base, computed exactly and rounded once (half_up, half_even or truncate); NULL if the base is zero, see state()';

CREATE FUNCTION emgov.state(c emgov.comparison) RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'comparison_state' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION emgov.state(emgov.comparison) IS 'comparable, or why there is no rate: new (the base is zero) or none (both values are)';
