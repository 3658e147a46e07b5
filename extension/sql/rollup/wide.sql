-- ------------------------------------------------------------------ wide_summary
-- What a rollup stores of summaries: sums beyond 64 bits. Not for users' tables.
CREATE TYPE emgov.wide_summary;

CREATE FUNCTION emgov_internal.wide_summary_in(pg_catalog.cstring) RETURNS emgov.wide_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_in';
CREATE FUNCTION emgov_internal.wide_summary_out(emgov.wide_summary) RETURNS pg_catalog.cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_out';
CREATE FUNCTION emgov_internal.wide_summary_recv(pg_catalog.internal) RETURNS emgov.wide_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_recv';
CREATE FUNCTION emgov_internal.wide_summary_send(emgov.wide_summary) RETURNS pg_catalog.bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_send';
CREATE TYPE emgov.wide_summary (
    INPUT = emgov_internal.wide_summary_in, OUTPUT = emgov_internal.wide_summary_out,
    RECEIVE = emgov_internal.wide_summary_recv, SEND = emgov_internal.wide_summary_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE emgov.wide_summary IS 'Sum of summaries beyond 64 bits a counter, as rollups store it; read through a rollup''s view';
COMMENT ON FUNCTION emgov_internal.wide_summary_in(pg_catalog.cstring) IS 'Text form to wide_summary';
COMMENT ON FUNCTION emgov_internal.wide_summary_out(emgov.wide_summary) IS 'wide_summary to its text form: canonical, nothing lost';
COMMENT ON FUNCTION emgov_internal.wide_summary_recv(pg_catalog.internal) IS 'Binary form to wide_summary, checked as strictly as text';
COMMENT ON FUNCTION emgov_internal.wide_summary_send(emgov.wide_summary) IS 'wide_summary to its binary form';

CREATE FUNCTION emgov_internal.wide_summary_add(emgov.wide_summary, emgov.wide_summary) RETURNS emgov.wide_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_add';
CREATE FUNCTION emgov_internal.wide_summary_subtract(emgov.wide_summary, emgov.wide_summary) RETURNS emgov.wide_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_subtract';
CREATE FUNCTION emgov_internal.wide_summary_eq(emgov.wide_summary, emgov.wide_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_eq';
COMMENT ON FUNCTION emgov_internal.wide_summary_add(emgov.wide_summary, emgov.wide_summary) IS 'Counter by counter, in 128 bits';
COMMENT ON FUNCTION emgov_internal.wide_summary_subtract(emgov.wide_summary, emgov.wide_summary) IS 'Counter by counter, in 128 bits';
COMMENT ON FUNCTION emgov_internal.wide_summary_eq(emgov.wide_summary, emgov.wide_summary) IS 'Are all counters alike?';
CREATE OPERATOR emgov.= (LEFTARG = emgov.wide_summary, RIGHTARG = emgov.wide_summary, FUNCTION = emgov_internal.wide_summary_eq);
COMMENT ON OPERATOR emgov.= (emgov.wide_summary, emgov.wide_summary) IS 'equal';

CREATE AGGREGATE emgov.sum(emgov.wide_summary) (
    SFUNC = emgov_internal.wide_summary_add, STYPE = emgov.wide_summary, INITCOND = '0', COMBINEFUNC = emgov_internal.wide_summary_add,
    MSFUNC = emgov_internal.wide_summary_add, MINVFUNC = emgov_internal.wide_summary_subtract, MSTYPE = emgov.wide_summary, MINITCOND = '0',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov.sum(emgov.wide_summary) IS 'The sum of what a rollup stores, in 128 bits, whatever the order';

CREATE FUNCTION emgov_internal.narrow(sum emgov.wide_summary, zero anyelement) RETURNS anyelement
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'wide_summary_narrow';
COMMENT ON FUNCTION emgov_internal.narrow(emgov.wide_summary, anyelement) IS
    'A sum as a summary of the type whose zero is given, as the view of a rollup shows it; an error beyond 64 bits';

-- Counts of rows cannot overflow: so many were never written. The view of every rollup uses
-- this, and so goes with the extension rather than stay behind without its triggers.
CREATE AGGREGATE emgov_internal.rollup_count(pg_catalog.int8) (
    SFUNC = pg_catalog.int8pl, STYPE = pg_catalog.int8, INITCOND = '0', COMBINEFUNC = pg_catalog.int8pl,
    MSFUNC = pg_catalog.int8pl, MINVFUNC = pg_catalog.int8mi, MSTYPE = pg_catalog.int8, MINITCOND = '0', PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov_internal.rollup_count(pg_catalog.int8) IS 'The sum of numbers of rows that a rollup stores, 0 of none';
