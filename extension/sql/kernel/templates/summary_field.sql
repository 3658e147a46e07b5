CREATE FUNCTION emgov.@field@(emgov.@type@) RETURNS @returns@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_@field@';
COMMENT ON FUNCTION emgov.@field@(emgov.@type@) IS '@comment@';
