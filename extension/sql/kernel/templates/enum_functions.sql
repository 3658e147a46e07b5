CREATE FUNCTION emgov.label(emgov.@type@) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_label';
CREATE FUNCTION emgov.@type@(pg_catalog.text) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_from_text';
-- A call of a type's name is a cast where the server finds one by itself: of a literal, and of varchar and char.
-- That would be read by the type's own input, which knows no Chinese. Casts of our own take its place.
CREATE FUNCTION emgov.@type@(unknown) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_from_literal';
CREATE FUNCTION emgov.@type@(pg_catalog.bpchar) RETURNS emgov.@type@
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', '@type@_from_text';
CREATE CAST (pg_catalog.text AS emgov.@type@) WITH FUNCTION emgov.@type@(pg_catalog.text);
CREATE CAST (pg_catalog.varchar AS emgov.@type@) WITH FUNCTION emgov.@type@(pg_catalog.text);
CREATE CAST (pg_catalog.bpchar AS emgov.@type@) WITH FUNCTION emgov.@type@(pg_catalog.bpchar);
COMMENT ON CAST (pg_catalog.text AS emgov.@type@) IS 'By the English label or a Chinese term';
COMMENT ON CAST (pg_catalog.varchar AS emgov.@type@) IS 'By the English label or a Chinese term';
COMMENT ON CAST (pg_catalog.bpchar AS emgov.@type@) IS 'By the English label or a Chinese term';
COMMENT ON FUNCTION emgov.@type@(pg_catalog.bpchar) IS 'The value named by its English label or a Chinese term; anything else is an error';
COMMENT ON FUNCTION emgov.label(emgov.@type@) IS 'The Chinese term';
COMMENT ON FUNCTION emgov.@type@(pg_catalog.text) IS 'The value named by its English label or a Chinese term; anything else is an error';
COMMENT ON FUNCTION emgov.@type@(unknown) IS 'The value named by a literal: its English label or a Chinese term';
