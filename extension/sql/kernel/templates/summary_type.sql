-- ------------------------------------------------------------------ @type@
CREATE TYPE emgov.@type@;

CREATE FUNCTION emgov_internal.@type@_in(pg_catalog.cstring) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_in';
CREATE FUNCTION emgov_internal.@type@_out(emgov.@type@) RETURNS pg_catalog.cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_out';
CREATE FUNCTION emgov_internal.@type@_recv(pg_catalog.internal) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_recv';
CREATE FUNCTION emgov_internal.@type@_send(emgov.@type@) RETURNS pg_catalog.bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_send';
CREATE TYPE emgov.@type@ (
    INPUT = emgov_internal.@type@_in, OUTPUT = emgov_internal.@type@_out,
    RECEIVE = emgov_internal.@type@_recv, SEND = emgov_internal.@type@_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE emgov.@type@ IS '@comment@';
COMMENT ON FUNCTION emgov_internal.@type@_in(pg_catalog.cstring) IS 'Text form to @type@';
COMMENT ON FUNCTION emgov_internal.@type@_out(emgov.@type@) IS '@type@ to its text form: canonical, nothing lost';
COMMENT ON FUNCTION emgov_internal.@type@_recv(pg_catalog.internal) IS 'Binary form to @type@, checked as strictly as text';
COMMENT ON FUNCTION emgov_internal.@type@_send(emgov.@type@) IS '@type@ to its binary form';

CREATE FUNCTION emgov_internal.@type@_add(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_add';
CREATE FUNCTION emgov_internal.@type@_subtract(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_subtract';
CREATE FUNCTION emgov_internal.@type@_negate(emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_negate';
COMMENT ON FUNCTION emgov_internal.@type@_add(emgov.@type@, emgov.@type@) IS 'Field by field; beyond 64 bits is an error';
COMMENT ON FUNCTION emgov_internal.@type@_subtract(emgov.@type@, emgov.@type@) IS 'Field by field; beyond 64 bits is an error';
COMMENT ON FUNCTION emgov_internal.@type@_negate(emgov.@type@) IS 'The inverse: added to the value it gives the zero';
CREATE OPERATOR emgov.+ (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@,
    FUNCTION = emgov_internal.@type@_add, COMMUTATOR = OPERATOR(emgov.+));
CREATE OPERATOR emgov.- (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_subtract);
CREATE OPERATOR emgov.- (RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_negate);
COMMENT ON OPERATOR emgov.+ (emgov.@type@, emgov.@type@) IS 'add';
COMMENT ON OPERATOR emgov.- (emgov.@type@, emgov.@type@) IS 'subtract';
COMMENT ON OPERATOR emgov.- (NONE, emgov.@type@) IS 'negate';

CREATE AGGREGATE emgov.sum(emgov.@type@) (
    SFUNC = emgov_internal.@type@_add, STYPE = emgov.@type@, INITCOND = '@zero@', COMBINEFUNC = emgov_internal.@type@_add,
    MSFUNC = emgov_internal.@type@_add, MINVFUNC = emgov_internal.@type@_subtract, MSTYPE = emgov.@type@, MINITCOND = '@zero@',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov.sum(emgov.@type@) IS 'The sum of stored summaries: months to a year, districts to a city; NULLs are passed over, no rows give the zero';

CREATE FUNCTION emgov_internal.@type@_json(emgov.@type@) RETURNS pg_catalog.json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_json';
CREATE FUNCTION emgov_internal.@type@_jsonb(emgov.@type@) RETURNS pg_catalog.jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_jsonb';
COMMENT ON FUNCTION emgov_internal.@type@_json(emgov.@type@) IS 'Every field and what it derives, as json';
COMMENT ON FUNCTION emgov_internal.@type@_jsonb(emgov.@type@) IS 'Every field and what it derives, as jsonb';
CREATE CAST (emgov.@type@ AS pg_catalog.json) WITH FUNCTION emgov_internal.@type@_json(emgov.@type@);
CREATE CAST (emgov.@type@ AS pg_catalog.jsonb) WITH FUNCTION emgov_internal.@type@_jsonb(emgov.@type@);
COMMENT ON CAST (emgov.@type@ AS pg_catalog.json) IS 'Every field and what it derives';
COMMENT ON CAST (emgov.@type@ AS pg_catalog.jsonb) IS 'Every field and what it derives';
-- The object that these casts write is one of the forms that the type's input reads.
CREATE CAST (pg_catalog.json AS emgov.@type@) WITH INOUT;
CREATE CAST (pg_catalog.jsonb AS emgov.@type@) WITH INOUT;
COMMENT ON CAST (pg_catalog.json AS emgov.@type@) IS 'From the object that a cast to json writes; fields left out are zero, derived ones must agree';
COMMENT ON CAST (pg_catalog.jsonb AS emgov.@type@) IS 'From the object that a cast to jsonb writes; fields left out are zero, derived ones must agree';

