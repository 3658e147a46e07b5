-- ------------------------------------------------------------------ @type@
CREATE TYPE emgov.@type@;

CREATE FUNCTION emgov.@type@_in(pg_catalog.cstring) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_in';
CREATE FUNCTION emgov.@type@_out(emgov.@type@) RETURNS pg_catalog.cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_out';
CREATE FUNCTION emgov.@type@_recv(pg_catalog.internal) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_recv';
CREATE FUNCTION emgov.@type@_send(emgov.@type@) RETURNS pg_catalog.bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_send';
CREATE TYPE emgov.@type@ (
    INPUT = emgov.@type@_in, OUTPUT = emgov.@type@_out,
    RECEIVE = emgov.@type@_recv, SEND = emgov.@type@_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE emgov.@type@ IS '@comment@';
COMMENT ON FUNCTION emgov.@type@_in(pg_catalog.cstring) IS 'Text form to @type@';
COMMENT ON FUNCTION emgov.@type@_out(emgov.@type@) IS '@type@ to its text form: canonical, nothing lost';
COMMENT ON FUNCTION emgov.@type@_recv(pg_catalog.internal) IS 'Binary form to @type@, checked as strictly as text';
COMMENT ON FUNCTION emgov.@type@_send(emgov.@type@) IS '@type@ to its binary form';

CREATE FUNCTION emgov.@type@_add(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_add';
CREATE FUNCTION emgov.@type@_subtract(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_subtract';
CREATE FUNCTION emgov.@type@_negate(emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_negate';
COMMENT ON FUNCTION emgov.@type@_add(emgov.@type@, emgov.@type@) IS 'Field by field; beyond 64 bits is an error';
COMMENT ON FUNCTION emgov.@type@_subtract(emgov.@type@, emgov.@type@) IS 'Field by field; beyond 64 bits is an error';
COMMENT ON FUNCTION emgov.@type@_negate(emgov.@type@) IS 'The inverse: added to the value it gives the zero';
CREATE OPERATOR emgov.+ (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@,
    FUNCTION = emgov.@type@_add, COMMUTATOR = OPERATOR(emgov.+));
CREATE OPERATOR emgov.- (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_subtract);
CREATE OPERATOR emgov.- (RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_negate);
COMMENT ON OPERATOR emgov.+ (emgov.@type@, emgov.@type@) IS 'add';
COMMENT ON OPERATOR emgov.- (emgov.@type@, emgov.@type@) IS 'subtract';
COMMENT ON OPERATOR emgov.- (NONE, emgov.@type@) IS 'negate';

CREATE AGGREGATE emgov.sum(emgov.@type@) (
    SFUNC = emgov.@type@_add, STYPE = emgov.@type@, INITCOND = '@zero@', COMBINEFUNC = emgov.@type@_add,
    MSFUNC = emgov.@type@_add, MINVFUNC = emgov.@type@_subtract, MSTYPE = emgov.@type@, MINITCOND = '@zero@',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov.sum(emgov.@type@) IS 'The sum of stored summaries: months to a year, districts to a city; NULLs are passed over, no rows give the zero';

CREATE FUNCTION emgov.@type@_eq(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_eq';
CREATE FUNCTION emgov.@type@_ne(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_ne';
CREATE FUNCTION emgov.@type@_lt(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_lt';
CREATE FUNCTION emgov.@type@_le(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_le';
CREATE FUNCTION emgov.@type@_ge(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_ge';
CREATE FUNCTION emgov.@type@_gt(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_gt';
CREATE FUNCTION emgov.@type@_cmp(emgov.@type@, emgov.@type@) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_cmp';
CREATE FUNCTION emgov.@type@_hash(emgov.@type@) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_hash';
CREATE FUNCTION emgov.@type@_hash_extended(emgov.@type@, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_hash_extended';
COMMENT ON FUNCTION emgov.@type@_eq(emgov.@type@, emgov.@type@) IS 'Are all fields equal?';
COMMENT ON FUNCTION emgov.@type@_ne(emgov.@type@, emgov.@type@) IS 'Does any field differ?';
COMMENT ON FUNCTION emgov.@type@_lt(emgov.@type@, emgov.@type@) IS 'Order by the first stored field, then the second, and so on';
COMMENT ON FUNCTION emgov.@type@_le(emgov.@type@, emgov.@type@) IS 'Order by the first stored field, then the second, and so on';
COMMENT ON FUNCTION emgov.@type@_ge(emgov.@type@, emgov.@type@) IS 'Order by the first stored field, then the second, and so on';
COMMENT ON FUNCTION emgov.@type@_gt(emgov.@type@, emgov.@type@) IS 'Order by the first stored field, then the second, and so on';
COMMENT ON FUNCTION emgov.@type@_cmp(emgov.@type@, emgov.@type@) IS 'Less, equal or greater: -1, 0 or 1';
COMMENT ON FUNCTION emgov.@type@_hash(emgov.@type@) IS 'Hash for hash joins, grouping and indexes';
COMMENT ON FUNCTION emgov.@type@_hash_extended(emgov.@type@, bigint) IS 'Hash with a seed, for hash partitioning';
CREATE OPERATOR emgov.= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_eq,
    COMMUTATOR = OPERATOR(emgov.=), NEGATOR = OPERATOR(emgov.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR emgov.<> (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_ne,
    COMMUTATOR = OPERATOR(emgov.<>), NEGATOR = OPERATOR(emgov.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR emgov.< (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_lt,
    COMMUTATOR = OPERATOR(emgov.>), NEGATOR = OPERATOR(emgov.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR emgov.<= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_le,
    COMMUTATOR = OPERATOR(emgov.>=), NEGATOR = OPERATOR(emgov.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR emgov.>= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_ge,
    COMMUTATOR = OPERATOR(emgov.<=), NEGATOR = OPERATOR(emgov.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR emgov.> (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov.@type@_gt,
    COMMUTATOR = OPERATOR(emgov.<), NEGATOR = OPERATOR(emgov.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR emgov.= (emgov.@type@, emgov.@type@) IS 'equal';
COMMENT ON OPERATOR emgov.<> (emgov.@type@, emgov.@type@) IS 'not equal';
COMMENT ON OPERATOR emgov.< (emgov.@type@, emgov.@type@) IS 'less than';
COMMENT ON OPERATOR emgov.<= (emgov.@type@, emgov.@type@) IS 'less than or equal';
COMMENT ON OPERATOR emgov.>= (emgov.@type@, emgov.@type@) IS 'greater than or equal';
COMMENT ON OPERATOR emgov.> (emgov.@type@, emgov.@type@) IS 'greater than';
CREATE OPERATOR CLASS emgov.@type@_ops DEFAULT FOR TYPE emgov.@type@ USING btree AS
    OPERATOR 1 emgov.<, OPERATOR 2 emgov.<=, OPERATOR 3 emgov.=, OPERATOR 4 emgov.>=, OPERATOR 5 emgov.>,
    FUNCTION 1 emgov.@type@_cmp(emgov.@type@, emgov.@type@);
CREATE OPERATOR CLASS emgov.@type@_ops DEFAULT FOR TYPE emgov.@type@ USING hash AS
    OPERATOR 1 emgov.=,
    FUNCTION 1 emgov.@type@_hash(emgov.@type@),
    FUNCTION 2 emgov.@type@_hash_extended(emgov.@type@, bigint);
COMMENT ON OPERATOR CLASS emgov.@type@_ops USING btree IS 'Sorting, merge joins and btree indexes of @type@';
COMMENT ON OPERATOR CLASS emgov.@type@_ops USING hash IS 'Grouping, hash joins and hash indexes of @type@';
COMMENT ON OPERATOR FAMILY emgov.@type@_ops USING btree IS 'Sorting, merge joins and btree indexes of @type@';
COMMENT ON OPERATOR FAMILY emgov.@type@_ops USING hash IS 'Grouping, hash joins and hash indexes of @type@';

CREATE FUNCTION emgov.@type@_json(emgov.@type@) RETURNS pg_catalog.json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_json';
CREATE FUNCTION emgov.@type@_jsonb(emgov.@type@) RETURNS pg_catalog.jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_jsonb';
COMMENT ON FUNCTION emgov.@type@_json(emgov.@type@) IS 'Every field and what it derives, as json';
COMMENT ON FUNCTION emgov.@type@_jsonb(emgov.@type@) IS 'Every field and what it derives, as jsonb';
CREATE CAST (emgov.@type@ AS pg_catalog.json) WITH FUNCTION emgov.@type@_json(emgov.@type@);
CREATE CAST (emgov.@type@ AS pg_catalog.jsonb) WITH FUNCTION emgov.@type@_jsonb(emgov.@type@);
COMMENT ON CAST (emgov.@type@ AS pg_catalog.json) IS 'Every field and what it derives';
COMMENT ON CAST (emgov.@type@ AS pg_catalog.jsonb) IS 'Every field and what it derives';

