-- ------------------------------------------------------------------ ledger: running totals, of which monthly summaries are made
CREATE FUNCTION emgov_internal.running_totals_add(totals internal, amount bigint, day date, first date, months int) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_running_totals_add';
COMMENT ON FUNCTION emgov_internal.running_totals_add(internal, bigint, date, date, int) IS 'internal: one more dated amount; none where it or its day is NULL';

CREATE FUNCTION emgov_internal.running_totals_given(totals internal) RETURNS bigint[]
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_running_totals_given';
COMMENT ON FUNCTION emgov_internal.running_totals_given(internal) IS 'internal: the running totals of what was added';

CREATE AGGREGATE emgov_internal.running_totals(amount bigint, day date, first date, months int) (
    SFUNC = emgov_internal.running_totals_add, STYPE = internal, SSPACE = 4000, FINALFUNC = emgov_internal.running_totals_given, PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov_internal.running_totals(bigint, date, date, int) IS
    'internal: what dated amounts come to before the month of a first day, and up to the end of each of so many months from it: an array from 0; NULL from where on it is not below 2e17';
