CREATE FUNCTION emgov.label(emgov.@type@) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_label';
CREATE FUNCTION emgov.@type@(pg_catalog.text) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_from_text';
-- A bare literal would otherwise be read by the type's own input, which knows no Chinese.
CREATE FUNCTION emgov.@type@(unknown) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_from_literal';
COMMENT ON FUNCTION emgov.label(emgov.@type@) IS 'The Chinese term';
COMMENT ON FUNCTION emgov.@type@(pg_catalog.text) IS 'The value named by its English label or a Chinese term; anything else is an error';
COMMENT ON FUNCTION emgov.@type@(unknown) IS 'The value named by a literal: its English label or a Chinese term';
