/*
 * expression.c
 *		emgov_internal.check_expression(): would an indicator take this expression, and as what?
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "rollup/expression.h"

/*
 * emgov_internal.check_expression(relation regclass, expression text, result_type regtype)
 *
 * Gives an expression as it was understood, printed back.  result_type NULL: any type
 * that can be told.  An error for what no definition may hold, and when the caller may not
 * read the columns.  NULL for a NULL relation or expression.
 */
PG_FUNCTION_INFO_V1(emgov_check_expression);
Datum
emgov_check_expression(PG_FUNCTION_ARGS)
{
	Oid			relid;
	Node	   *expression;
	char	   *printed;
	int			settings;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	relid = PG_GETARG_OID(0);
	if (!PG_ARGISNULL(2) && !SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(PG_GETARG_OID(2))))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no type with OID %u", PG_GETARG_OID(2))));
	expression = read_expression(relid, text_to_cstring(PG_GETARG_TEXT_PP(1)),
								 PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2), "check_expression()");
	settings = pin_settings();
	printed = deparse_expression(expression, deparse_context_for(get_rel_name(relid), relid), false, false);
	AtEOXact_GUC(true, settings);
	PG_RETURN_TEXT_P(cstring_to_text(printed));
}
