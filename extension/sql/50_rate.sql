-- ------------------------------------------------------------------ rounding and bases

CREATE FUNCTION emgov.round_by(value pg_catalog.numeric, decimals integer, rounding pg_catalog.text DEFAULT 'half_up') RETURNS pg_catalog.numeric
    AS 'MODULE_PATHNAME', 'round_by' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION emgov.round_by(pg_catalog.numeric, integer, pg_catalog.text) IS 'A number rounded to 0 to 18 decimals by a policy: half_up (a tie away from zero), half_even or truncate (toward zero)';

CREATE FUNCTION emgov.base_candidates(current bigint, percent pg_catalog.numeric, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up') RETURNS SETOF bigint
    AS 'MODULE_PATHNAME', 'base_candidates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 10;
COMMENT ON FUNCTION emgov.base_candidates(bigint, pg_catalog.numeric, integer, pg_catalog.text) IS 'Every whole base above 0 from which the current value would print as that change in percent, ascending; an error if there is no end of them';
