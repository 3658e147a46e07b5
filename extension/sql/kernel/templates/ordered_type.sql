CREATE FUNCTION emgov_internal.@type@_eq(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_eq';
CREATE FUNCTION emgov_internal.@type@_ne(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_ne';
CREATE FUNCTION emgov_internal.@type@_lt(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_lt';
CREATE FUNCTION emgov_internal.@type@_le(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_le';
CREATE FUNCTION emgov_internal.@type@_ge(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_ge';
CREATE FUNCTION emgov_internal.@type@_gt(emgov.@type@, emgov.@type@) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_gt';
CREATE FUNCTION emgov_internal.@type@_cmp(emgov.@type@, emgov.@type@) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_cmp';
CREATE FUNCTION emgov_internal.@type@_hash(emgov.@type@) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_hash';
CREATE FUNCTION emgov_internal.@type@_hash_extended(emgov.@type@, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_hash_extended';
COMMENT ON FUNCTION emgov_internal.@type@_eq(emgov.@type@, emgov.@type@) IS 'Are they equal?';
COMMENT ON FUNCTION emgov_internal.@type@_ne(emgov.@type@, emgov.@type@) IS 'Do they differ?';
COMMENT ON FUNCTION emgov_internal.@type@_lt(emgov.@type@, emgov.@type@) IS '@order@';
COMMENT ON FUNCTION emgov_internal.@type@_le(emgov.@type@, emgov.@type@) IS '@order@';
COMMENT ON FUNCTION emgov_internal.@type@_ge(emgov.@type@, emgov.@type@) IS '@order@';
COMMENT ON FUNCTION emgov_internal.@type@_gt(emgov.@type@, emgov.@type@) IS '@order@';
COMMENT ON FUNCTION emgov_internal.@type@_cmp(emgov.@type@, emgov.@type@) IS 'Less, equal or greater: -1, 0 or 1';
COMMENT ON FUNCTION emgov_internal.@type@_hash(emgov.@type@) IS 'Hash for hash joins, grouping and indexes';
COMMENT ON FUNCTION emgov_internal.@type@_hash_extended(emgov.@type@, bigint) IS 'Hash with a seed, for hash partitioning';
-- The operator = stands in pg_catalog, alone of all objects: JOIN USING, IS DISTINCT FROM, NULLIF and CASE x WHEN find
-- it by name and cannot be written with a schema, so what the server prints of them (a dump, an upgrade, a query for
-- postgres_fdw) can only be read back if = is found with an empty search_path. The types are new, so it meets no other.
CREATE OPERATOR pg_catalog.= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(emgov.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR emgov.<> (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_ne,
    COMMUTATOR = OPERATOR(emgov.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR emgov.< (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_lt,
    COMMUTATOR = OPERATOR(emgov.>), NEGATOR = OPERATOR(emgov.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR emgov.<= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_le,
    COMMUTATOR = OPERATOR(emgov.>=), NEGATOR = OPERATOR(emgov.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR emgov.>= (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_ge,
    COMMUTATOR = OPERATOR(emgov.<=), NEGATOR = OPERATOR(emgov.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR emgov.> (LEFTARG = emgov.@type@, RIGHTARG = emgov.@type@, FUNCTION = emgov_internal.@type@_gt,
    COMMUTATOR = OPERATOR(emgov.<), NEGATOR = OPERATOR(emgov.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR pg_catalog.= (emgov.@type@, emgov.@type@) IS 'equal';
COMMENT ON OPERATOR emgov.<> (emgov.@type@, emgov.@type@) IS 'not equal';
COMMENT ON OPERATOR emgov.< (emgov.@type@, emgov.@type@) IS 'less than';
COMMENT ON OPERATOR emgov.<= (emgov.@type@, emgov.@type@) IS 'less than or equal';
COMMENT ON OPERATOR emgov.>= (emgov.@type@, emgov.@type@) IS 'greater than or equal';
COMMENT ON OPERATOR emgov.> (emgov.@type@, emgov.@type@) IS 'greater than';
CREATE OPERATOR CLASS emgov.@type@_ops DEFAULT FOR TYPE emgov.@type@ USING btree AS
    OPERATOR 1 emgov.<, OPERATOR 2 emgov.<=, OPERATOR 3 pg_catalog.=, OPERATOR 4 emgov.>=, OPERATOR 5 emgov.>,
    FUNCTION 1 emgov_internal.@type@_cmp(emgov.@type@, emgov.@type@);
CREATE OPERATOR CLASS emgov.@type@_ops DEFAULT FOR TYPE emgov.@type@ USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 emgov_internal.@type@_hash(emgov.@type@),
    FUNCTION 2 emgov_internal.@type@_hash_extended(emgov.@type@, bigint);
COMMENT ON OPERATOR CLASS emgov.@type@_ops USING btree IS 'Sorting, merge joins and btree indexes of @type@';
COMMENT ON OPERATOR CLASS emgov.@type@_ops USING hash IS 'Grouping, hash joins and hash indexes of @type@';
COMMENT ON OPERATOR FAMILY emgov.@type@_ops USING btree IS 'Sorting, merge joins and btree indexes of @type@';
COMMENT ON OPERATOR FAMILY emgov.@type@_ops USING hash IS 'Grouping, hash joins and hash indexes of @type@';


CREATE FUNCTION emgov_internal.@type@_least(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_least';
CREATE FUNCTION emgov_internal.@type@_greatest(emgov.@type@, emgov.@type@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_greatest';
CREATE AGGREGATE emgov.min(emgov.@type@) (
    SFUNC = emgov_internal.@type@_least, STYPE = emgov.@type@, COMBINEFUNC = emgov_internal.@type@_least, SORTOP = OPERATOR(emgov.<), PARALLEL = SAFE);
CREATE AGGREGATE emgov.max(emgov.@type@) (
    SFUNC = emgov_internal.@type@_greatest, STYPE = emgov.@type@, COMBINEFUNC = emgov_internal.@type@_greatest, SORTOP = OPERATOR(emgov.>), PARALLEL = SAFE);
COMMENT ON FUNCTION emgov_internal.@type@_least(emgov.@type@, emgov.@type@) IS 'The lesser of two, for min';
COMMENT ON FUNCTION emgov_internal.@type@_greatest(emgov.@type@, emgov.@type@) IS 'The greater of two, for max';
COMMENT ON AGGREGATE emgov.min(emgov.@type@) IS 'The first in the order of the type; NULLs are passed over, no rows give NULL';
COMMENT ON AGGREGATE emgov.max(emgov.@type@) IS 'The last in the order of the type; NULLs are passed over, no rows give NULL';
