CREATE FUNCTION emgov.@transition@(emgov.@type@, @arguments@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', '@accumulate@';
CREATE FUNCTION emgov.@inverse@(emgov.@type@, @arguments@) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', '@discard@';
COMMENT ON FUNCTION emgov.@transition@(emgov.@type@, @types@) IS 'Transition of @aggregate@: count a record in';
COMMENT ON FUNCTION emgov.@inverse@(emgov.@type@, @types@) IS 'Inverse transition of @aggregate@: take a record out';
CREATE AGGREGATE emgov.@aggregate@(@arguments@) (
    SFUNC = emgov.@transition@, STYPE = emgov.@type@, INITCOND = '@zero@', COMBINEFUNC = emgov.@type@_add,
    MSFUNC = emgov.@transition@, MINVFUNC = emgov.@inverse@, MSTYPE = emgov.@type@, MINITCOND = '@zero@',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov.@aggregate@(@types@) IS '@comment@';
