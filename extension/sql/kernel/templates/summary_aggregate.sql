CREATE FUNCTION emgov_internal.@transition@(emgov.@type@, @arguments@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', '@accumulate@';
CREATE FUNCTION emgov_internal.@inverse@(emgov.@type@, @arguments@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', '@discard@';
COMMENT ON FUNCTION emgov_internal.@transition@(emgov.@type@, @types@) IS 'Transition of @aggregate@: count a record in';
COMMENT ON FUNCTION emgov_internal.@inverse@(emgov.@type@, @types@) IS 'Inverse transition of @aggregate@: take a record out';
CREATE AGGREGATE emgov.@aggregate@(@arguments@) (
    SFUNC = emgov_internal.@transition@, STYPE = emgov.@type@, INITCOND = '@zero@', COMBINEFUNC = emgov_internal.@type@_add,
    MSFUNC = emgov_internal.@transition@, MINVFUNC = emgov_internal.@inverse@, MSTYPE = emgov.@type@, MINITCOND = '@zero@',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov.@aggregate@(@types@) IS '@comment@';
