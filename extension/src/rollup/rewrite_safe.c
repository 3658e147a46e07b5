/*
 * rewrite_safe.c
 *		What may be computed for groups that are gone.
 *
 * A group whose rows are all deleted is still there until it is folded: as its sums in total
 * and the same with the other sign in delta.  Sums over both come out right whatever group
 * of the query they fall into.  But an expression over the keys of such a group may raise an
 * error that the table would not, and a function of the user's would get to see them.  So
 * only what is known to do neither is computed for them; for all else live groups are
 * found first.
 *
 * A rollup computes its keys and sums for all rows of the table, a query only for those that it
 * counts.  Where one is proposed, what they are computed by must fail for no value either.
 */
#include "postgres.h"
#include "compat.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "rollup/rewrite.h"

/* Functions of the server that raise no error for any value, though it does not say so. */
static const Oid harmless[] = {
	F_LOWER_TEXT, F_UPPER_TEXT, F_TEXTCAT, F_INT4_INT2, F_INT8_INT4, F_INT8_INT2, F_NUMERIC_INT2, F_NUMERIC_INT4, F_NUMERIC_INT8,
	F_TEXTLEN
};

/* Is an argument one of the words that name a part of a day, or the hour or minute of a time? */
static bool
is_field(Node *arg, bool is_time)
{
	static const char *const fields[] = {
		"year", "quarter", "month", "week", "day", "dow", "isodow", "doy", "isoyear", "decade", "century", "millennium", "hour", "minute"
	};
	char	   *word;

	if (!IsA(arg, Const) || ((Const *) arg)->constisnull || ((Const *) arg)->consttype != TEXTOID)
		return false;
	word = TextDatumGetCString(((Const *) arg)->constvalue);
	for (int i = 0; i < (int) lengthof(fields) - (is_time ? 0 : 2); i++)
		if (pg_strcasecmp(word, fields[i]) == 0)
			return true;
	return false;
}

/* Is an expression a part of a day or time that is a whole number, so that equal ones are the same numeric? */
bool
is_whole_field(Node *expression)
{
	FuncExpr   *call = (FuncExpr *) expression;

	return IsA(expression, FuncExpr) &&
		(call->funcid == F_EXTRACT_TEXT_DATE || call->funcid == F_EXTRACT_TEXT_TIMESTAMP) &&
		is_field(linitial(call->args), call->funcid == F_EXTRACT_TEXT_TIMESTAMP);
}

/* May a function be called with these arguments? */
static bool
is_safe_call(Oid function, List *args)
{
	if (get_func_leakproof(function))
		return true;
	for (int i = 0; i < (int) lengthof(harmless); i++)
		if (harmless[i] == function)
			return true;
	switch (function)
	{
		case F_EXTRACT_TEXT_DATE:
		case F_DATE_PART_TEXT_DATE:
		case F_DATE_TRUNC_TEXT_TIMESTAMP:
		case F_DATE_TRUNC_TEXT_TIMESTAMPTZ:
			return is_field(linitial(args), false);
		case F_EXTRACT_TEXT_TIMESTAMP:
			return is_field(linitial(args), true);
		case F_VARCHAR_VARCHAR_INT4_BOOL:
			/* an explicit cast cuts off what is too long */
			return IsA(lthird(args), Const) && DatumGetBool(((Const *) lthird(args))->constvalue);
			/* but for the days after the year 294276, see docs/rollup.md: what divides by months would cost a few times as much */
		case F_TIMESTAMP_DATE:
		case F_TIMESTAMPTZ_DATE:
		case F_DATE_TIMESTAMP:
			return true;
		default:
			return function >= FirstNormalObjectId && args != NIL && function == match_month_of();
	}
}

/* Is an operator a comparison of the server's, which only says yes or no? */
static bool
is_safe_operator(Oid operator)
{
	return get_func_leakproof(get_opcode(operator)) ||
		(operator < FirstNormalObjectId && op_interpretation(operator) != NIL);
}

/* What may be computed in addition of rows that a query does not count. */
typedef struct Leave
{
	bool		large;			/* what fails only where the result is too large */
} Leave;

/* A time in a zone that is given: it fails for all rows, or none but such as lie beyond what a timestamp holds. */
static bool
is_fixed_zone(const FuncExpr *call)
{
	return (call->funcid == F_TIMEZONE_TEXT_TIMESTAMPTZ || call->funcid == F_TIMEZONE_INTERVAL_TIMESTAMPTZ ||
			call->funcid == F_TIMEZONE_TEXT_TIMESTAMP || call->funcid == F_TIMEZONE_INTERVAL_TIMESTAMP) &&
		IsA(linitial(call->args), Const);
}

/* Is it a constant pattern that fails for no text?  One that ends in the escape does where a text has come so far. */
static bool
is_whole_pattern(Node *node)
{
	Const	   *pattern = (Const *) node;
	char	   *letters;
	int			escapes = 0;

	if (!IsA(node, Const) || pattern->constisnull)
		return IsA(node, Const);
	letters = TextDatumGetCString(pattern->constvalue);
	for (int i = strlen(letters); i > 0 && letters[i - 1] == '\\'; i--)
		escapes++;
	return escapes % 2 == 0;
}

/* Is it a call that a rollup may make for each row? */
static bool
is_left(Node *node, const Leave *leave)
{
	OpExpr	   *op = (OpExpr *) node;
	const char *name;

	if (leave == NULL)
		return false;
	if (IsA(node, FuncExpr))
		return is_fixed_zone((FuncExpr *) node) || (leave->large && ((FuncExpr *) node)->funcid == F_NUMERIC_NUMERIC_INT4);
	if (!leave->large || !IsA(node, OpExpr) || list_length(op->args) != 2 || op->opno >= FirstGenbkiObjectId)
		return false;
	if (op->opfuncid == F_TEXTLIKE || op->opfuncid == F_TEXTNLIKE)
		return is_whole_pattern(lsecond(op->args));
	name = get_opname(op->opno);
	return strcmp(name, "+") == 0 || strcmp(name, "-") == 0 || strcmp(name, "*") == 0;
}

/* Has a call that compares texts no collation?  It raises an error when it is made. */
static bool
lacks_collation(Oid collation, List *args)
{
	return !OidIsValid(collation) && args != NIL && type_is_collatable(exprType(linitial(args)));
}

static bool
is_risky_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (is_left(node, context))
		return expression_tree_walker(node, is_risky_walker, context);
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_Param:
		case T_List:
		case T_TargetEntry:
		case T_BoolExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_RelabelType:
		case T_CollateExpr:
		case T_ArrayExpr:
			break;
		case T_MinMaxExpr:
			if (((MinMaxExpr *) node)->minmaxtype >= FirstNormalObjectId ||
				lacks_collation(((MinMaxExpr *) node)->inputcollid, ((MinMaxExpr *) node)->args))
				return true;
			break;
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			if (!is_safe_operator(((OpExpr *) node)->opno) || lacks_collation(((OpExpr *) node)->inputcollid, ((OpExpr *) node)->args))
				return true;
			break;
		case T_ScalarArrayOpExpr:
			if (!is_safe_operator(((ScalarArrayOpExpr *) node)->opno) ||
				lacks_collation(((ScalarArrayOpExpr *) node)->inputcollid, ((ScalarArrayOpExpr *) node)->args))
				return true;
			break;
		case T_FuncExpr:
			if (!is_safe_call(((FuncExpr *) node)->funcid, ((FuncExpr *) node)->args) ||
				lacks_collation(((FuncExpr *) node)->inputcollid, ((FuncExpr *) node)->args))
				return true;
			break;
		default:
			return true;
	}
	return expression_tree_walker(node, is_risky_walker, context);
}

/* Can an expression neither raise an error nor tell anybody what it is computed of? */
bool
safe_for_dead_groups(Node *expression)
{
	return !is_risky_walker(expression, NULL);
}

/* May a rollup compute a key, or an argument or condition of a sum, of every row of its table? */
bool
safe_as_key(Node *expression)
{
	Leave		leave = {false};

	return !is_risky_walker(expression, &leave);
}

bool
safe_as_sum(Node *expression)
{
	Leave		leave = {true};

	return !is_risky_walker(expression, &leave);
}
