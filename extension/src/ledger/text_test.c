/*
 * text_test.c
 *		Conditions that only compare columns with texts.
 *
 * Most definitions say of which kind and status a record must be.  A scan need not compute such conditions one by one: it
 * looks once at each column that some of them ask for (profile.c).
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_operator_d.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "ledger/text_test.h"

/* The number of a column that is text, or is taken for text as it is; else 0. */
static AttrNumber
text_column(Node *expression)
{
	if (exprType(expression) != TEXTOID)
		return InvalidAttrNumber;
	while (IsA(expression, RelabelType))
		expression = (Node *) ((RelabelType *) expression)->arg;
	return IsA(expression, Var) ? ((Var *) expression)->varattno : InvalidAttrNumber;
}

/* The texts that a column is compared with; NIL when that is something else. */
static List *
constant_texts(Node *expression)
{
	const Const *constant = (const Const *) expression;
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	List	   *values = NIL;

	if (!IsA(constant, Const) || constant->constisnull)
		return NIL;
	if (constant->consttype == TEXTOID)
		return list_make1(TextDatumGetCString(constant->constvalue));
	if (constant->consttype != TEXTARRAYOID)
		return NIL;
	deconstruct_array(DatumGetArrayTypeP(constant->constvalue), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			values = lappend(values, TextDatumGetCString(elements[i]));
	return values;
}

static bool
add_test(List *arguments, Oid operator, Oid collation, List **tests)
{
	TextTest   *test = palloc(sizeof(TextTest));
	ListCell   *cell;

	test->column = text_column(linitial(arguments));
	test->values = constant_texts(lsecond(arguments));
	if (operator != TextEqualOperator || test->column <= 0 || test->values == NIL || !get_collation_isdeterministic(collation))
		return false;
	foreach(cell, *tests)
		if (((TextTest *) lfirst(cell))->column == test->column)
			return false;
	*tests = lappend(*tests, test);
	return true;
}

bool
text_tests(Node *expression, List **tests, List **flags)
{
	ListCell   *cell;

	if (IsA(expression, BoolExpr) && ((BoolExpr *) expression)->boolop == AND_EXPR)
	{
		foreach(cell, ((BoolExpr *) expression)->args)
			if (!text_tests(lfirst(cell), tests, flags))
				return false;
		return true;
	}
	if (IsA(expression, OpExpr))
	{
		OpExpr	   *test = (OpExpr *) expression;

		return list_length(test->args) == 2 && add_test(test->args, test->opno, test->inputcollid, tests);
	}
	if (IsA(expression, ScalarArrayOpExpr))
	{
		ScalarArrayOpExpr *test = (ScalarArrayOpExpr *) expression;

		return test->useOr && add_test(test->args, test->opno, test->inputcollid, tests);
	}
	if (IsA(expression, Var) && ((Var *) expression)->vartype == BOOLOID && ((Var *) expression)->varattno > 0)
	{
		*flags = lappend_int(*flags, ((Var *) expression)->varattno);
		return true;
	}
	return false;
}
