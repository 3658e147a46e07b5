-- ------------------------------------------------------------------ significance
-- The central exact conditional test for two Poisson counts, and the intervals of the
-- same method. Probabilities are the only floating-point results of the extension.

CREATE FUNCTION emgov.p_value(c emgov.comparison, mid_p boolean DEFAULT false, current_exposure double precision DEFAULT 1, base_exposure double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'comparison_p_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION emgov.p_value(emgov.comparison, boolean, double precision, double precision) IS
    'How probable, were nothing changed, is a difference of two counts at least this large: the central exact p-value, or its mid-p; exposures are those of one period each';

-- the server's round(numeric, int) takes none; it is asked for in every table of p-values
CREATE FUNCTION emgov.round(value double precision, decimals integer) RETURNS pg_catalog.numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS $$ SELECT pg_catalog.round(value::pg_catalog.numeric, decimals) $$;
COMMENT ON FUNCTION emgov.round(double precision, integer) IS 'A probability rounded to so many decimals, as in round(p_value(c), 3); NULL if either is NULL';

-- beside it, or an integer beyond 2^53 would be taken for a double precision
CREATE FUNCTION emgov.round(value bigint, decimals integer) RETURNS pg_catalog.numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS $$ SELECT pg_catalog.round(value::pg_catalog.numeric, decimals) $$;
COMMENT ON FUNCTION emgov.round(bigint, integer) IS 'An integer rounded to so many decimals, exactly, as by the server''s round(numeric, integer); NULL if either is NULL';

CREATE FUNCTION emgov.ratio_interval(c emgov.comparison, level double precision DEFAULT 0.95, mid_p boolean DEFAULT false, current_exposure double precision DEFAULT 1,
    base_exposure double precision DEFAULT 1)
    RETURNS pg_catalog.numrange
    AS 'MODULE_PATHNAME', 'comparison_ratio_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION emgov.ratio_interval(emgov.comparison, double precision, boolean, double precision, double precision) IS
    'The ratios of the current rate to the base rate that two counts allow at a level (0.95 for 95 percent), bounds included; without an upper bound if the base is 0; exposures are those of one '
    'period each';

CREATE FUNCTION emgov.distinguishable(c emgov.comparison, level double precision DEFAULT 0.95, mid_p boolean DEFAULT false, current_exposure double precision DEFAULT 1,
    base_exposure double precision DEFAULT 1)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'comparison_distinguishable' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION emgov.distinguishable(emgov.comparison, double precision, boolean, double precision, double precision) IS
    'Can the change of two counts be told from chance: is p_value() at most 1 - level, which is when ratio_interval() leaves out 1';

CREATE FUNCTION emgov.smallest_fall(base bigint, level double precision DEFAULT 0.95) RETURNS bigint
    AS 'MODULE_PATHNAME', 'significance_smallest_fall' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION emgov.smallest_fall(bigint, double precision) IS 'The largest count that is a distinguishable fall from the base, over equal exposures; NULL if not even 0 is';

CREATE FUNCTION emgov.smallest_rise(base bigint, level double precision DEFAULT 0.95) RETURNS bigint
    AS 'MODULE_PATHNAME', 'significance_smallest_rise' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION emgov.smallest_rise(bigint, double precision) IS 'The smallest count that is a distinguishable rise over the base, over equal exposures; NULL if no bigint is';

CREATE FUNCTION emgov.poisson_interval(count bigint, level double precision DEFAULT 0.95) RETURNS pg_catalog.numrange
    AS 'MODULE_PATHNAME', 'significance_poisson_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION emgov.poisson_interval(bigint, double precision) IS 'The expectations that one count allows at a level (0.95 for 95 percent), bounds included: Garwood''s interval';
