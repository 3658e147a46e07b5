-- ------------------------------------------------------------------ ledger: expressions as data

CREATE FUNCTION emgov_internal.check_expression(relation regclass, expression text, result_type regtype DEFAULT NULL)
RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'emgov_check_expression';
COMMENT ON FUNCTION emgov_internal.check_expression(regclass, text, regtype) IS
    'an expression over one relation''s columns, given back with every name resolved; an error when it is not one harmless scalar expression: subqueries, functions outside pg_catalog and '
    'emgov, volatile or SECURITY DEFINER functions, several statements are refused';
