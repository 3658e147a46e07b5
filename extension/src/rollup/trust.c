/*
 * trust.c
 *		Which expressions run as they are, with the rights and settings of whoever writes.
 *
 * All others run as the rollup's owner in a security-restricted operation, under pinned
 * settings (rollup_enter).
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "rollup/expression.h"
#include "rollup/rollup.h"

/* Is this function none that anybody's rights will do for?  For check_functions_in_node. */
static bool
is_untrusted_function(Oid function, void *context pg_attribute_unused())
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			language;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return (language != INTERNALlanguageId && language != ClanguageId) || function_problem(function) != NULL;
}

/*
 * Does a function of the server's depend on a setting all the same?  An abbreviation of a
 * time zone means what timezone_abbreviations says; no abbreviation has a slash.
 */
static bool
depends_on_setting(FuncExpr *call)
{
	const char *name = get_func_name(call->funcid);
	int			place;
	Const	   *zone;

	if (call->funcid == F_QUOTE_IDENT)
		return true;
	if (name != NULL && strcmp(name, "timezone") == 0)
		place = 0;
	else if (name != NULL && (strcmp(name, "date_trunc") == 0 || strcmp(name, "date_add") == 0 || strcmp(name, "date_subtract") == 0))
		place = 2;
	else
		return false;
	if (list_length(call->args) <= place || exprType(list_nth(call->args, place)) != TEXTOID)
		return false;
	zone = list_nth(call->args, place);
	return !IsA(zone, Const) || (!zone->constisnull && strchr(TextDatumGetCString(zone->constvalue), '/') == NULL);
}

static bool
is_untrusted_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_List:
		case T_CaseWhen:
			return expression_tree_walker(node, is_untrusted_walker, context);
		case T_FuncExpr:
			if (depends_on_setting((FuncExpr *) node))
				return true;
			break;
		case T_CoerceViaIO:
			/* its functions take and give cstring, which is on no list: only the server's own and ours */
			if (type_problem(exprType((Node *) ((CoerceViaIO *) node)->arg), false) != NULL ||
				type_problem(exprType(node), false) != NULL)
				return true;
			return expression_tree_walker(node, is_untrusted_walker, context);
		case T_Var:
		case T_Const:
			return type_problem(exprType(node), true) != NULL;
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
		case T_BoolExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_CaseExpr:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_ArrayExpr:
		case T_RelabelType:
		case T_CollateExpr:
			break;
		default:
			return true;
	}
	if (type_problem(exprType(node), true) != NULL ||
		check_functions_in_node(node, is_untrusted_function, NULL))
		return true;
	return expression_tree_walker(node, is_untrusted_walker, context);
}

/*
 * Is an expression so plain that it does not matter with whose rights and settings it
 * runs?  That is a closed list: functions of the server and of this extension that can
 * reach no code of a user's.  "Written in C and immutable" would not do: such a function
 * may call the input of a domain, whose CHECK runs what its owner wrote.
 */
bool
rollup_is_trusted(Node *node)
{
	return !is_untrusted_walker(node, NULL);
}
