/*
 * asked.c
 *		What a query asks of the rows that a function in its FROM gives: a support function that finds it while the query is planned.
 *
 * A condition on a view stays outside of the functions that the view reads, though one that figures are computed for a month
 * need not compute the others.  So the view calls the function with asked_days() or asked_area() among its arguments.  These
 * name a column; where the query's conditions, into which the planner has put the reader's by then, compare that column of a
 * function with something that is known before, it becomes an argument.  The conditions stay: what is asked is never less
 * than what they let through.
 */
#include "postgres.h"
#include "compat.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/* What is asked of a column: bounds; of a text only what it is equal to, which is both. */
typedef struct Asked
{
	Query	   *query;
	const char *column;
	Oid			type;
	Oid			family;			/* of the type's btree operators */
	List	   *bounds[2];
} Asked;

/* An expression without the casts that change nothing of a value, but where it is cut to the length of its type. */
static Node *
without_casts(Node *node)
{
	for (;;)
		if (IsA(node, RelabelType))
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_VARCHAR_VARCHAR_INT4_BOOL)
			node = linitial(((FuncExpr *) node)->args);
		else
			return node;
}

static bool
is_column(const Asked *asked, Node *node)
{
	Var		   *var = (Var *) without_casts(node);
	RangeTblEntry *rte;

	if (!IsA(var, Var) || var->varlevelsup != 0 || var->varattno <= 0)
		return false;
	rte = rt_fetch(var->varno, asked->query->rtable);
	return rte->rtekind == RTE_FUNCTION && (var->vartype == asked->type || (var->vartype == VARCHAROID && asked->type == TEXTOID)) &&
		var->varattno <= list_length(rte->eref->colnames) && strcmp(strVal(list_nth(rte->eref->colnames, var->varattno - 1)), asked->column) == 0;
}

/* A constant, or a parameter of a prepared statement, of the type, or of text by another name. */
static Node *
known_value(const Asked *asked, Node *node)
{
	Node	   *value = node;

	while (IsA(value, RelabelType))
		value = (Node *) ((RelabelType *) value)->arg;
	if (exprType(node) != asked->type || (!IsA(value, Const) && !(IsA(value, Param) && ((Param *) value)->paramkind == PARAM_EXTERN)))
		return NULL;
	return node;
}

/* A condition, or several that must all hold. */
static void
look_at(Asked *asked, Node *node)
{
	ListCell   *cell;

	if (node == NULL)
		return;
	if (IsA(node, List))
		foreach(cell, (List *) node)
			look_at(asked, lfirst(cell));
	else if (is_andclause(node))
		foreach(cell, ((BoolExpr *) node)->args)
			look_at(asked, lfirst(cell));
	else if (IsA(node, OpExpr) && list_length(((OpExpr *) node)->args) == 2)
	{
		OpExpr	   *condition = (OpExpr *) node;
		int			strategy = get_op_opfamily_strategy(condition->opno, asked->family);
		int			side = is_column(asked, linitial(condition->args)) ? 0 : is_column(asked, lsecond(condition->args)) ? 1 : -1;
		Node	   *value = side >= 0 ? known_value(asked, list_nth(condition->args, 1 - side)) : NULL;
		bool		is_equal = strategy == BTEqualStrategyNumber;
		bool		is_less = strategy == BTLessStrategyNumber || strategy == BTLessEqualStrategyNumber;

		if (strategy == 0 || value == NULL)
			return;
		/* texts that differ in bytes may be equal by another collation, and in another order */
		if (asked->type == TEXTOID && (!is_equal || !OidIsValid(condition->inputcollid) || !get_collation_isdeterministic(condition->inputcollid)))
			return;
		for (int i = 0; i < 2; i++)
			if (is_equal || (i == 1) == (is_less == (side == 0)))
				asked->bounds[i] = lappend(asked->bounds[i], copyObject(value));
	}
}

/* The greatest of the lower bounds, or the least of the upper ones. */
static Node *
one_of(const Asked *asked, List *bounds, MinMaxOp op)
{
	MinMaxExpr *result;

	if (list_length(bounds) == 1)
		return linitial(bounds);
	result = makeNode(MinMaxExpr);
	result->minmaxtype = asked->type;
	result->op = op;
	result->args = bounds;
	result->location = -1;
	return (Node *) result;
}

PG_FUNCTION_INFO_V1(emgov_asked_support);

/*
 * emgov_internal.asked_support(internal) RETURNS internal
 *
 * For functions whose second argument is the name of a column, and whose last ones are NULL until they are known here: two days, or a text.
 */
Datum
emgov_asked_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	SupportRequestSimplify *simplify = (SupportRequestSimplify *) request;
	FuncExpr   *call;
	int			nargs,
				nasked;
	Asked		asked = {0};
	Const	   *column;

	if (!IsA(request, SupportRequestSimplify) || simplify->root == NULL || simplify->root->parse->jointree == NULL)
		PG_RETURN_POINTER(NULL);
	call = copyObject(simplify->fcall);
	nargs = list_length(call->args);
	asked.type = exprType(llast(call->args));
	nasked = asked.type == DATEOID ? 2 : 1;
	column = list_nth(call->args, 1);
	if (!IsA(column, Const) || column->constisnull)
		PG_RETURN_POINTER(NULL);
	for (int i = nargs - nasked; i < nargs; i++)
	{
		Const	   *unknown = list_nth(call->args, i);

		if (!IsA(unknown, Const) || !unknown->constisnull)
			PG_RETURN_POINTER(NULL);
	}
	asked.query = simplify->root->parse;
	asked.column = TextDatumGetCString(column->constvalue);
	asked.family = lookup_type_cache(asked.type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
	look_at(&asked, asked.query->jointree->quals);
	if (nasked == 2)
	{
		for (int i = 0; i < 2; i++)
			if (asked.bounds[i] != NIL)
				lfirst(list_nth_cell(call->args, nargs - 2 + i)) = one_of(&asked, asked.bounds[i], i == 0 ? IS_GREATEST : IS_LEAST);
	}
	else if (asked.bounds[0] != NIL)
		lfirst(list_nth_cell(call->args, nargs - 1)) = linitial(asked.bounds[0]);
	PG_RETURN_POINTER(asked.bounds[0] == NIL && asked.bounds[1] == NIL ? NULL : call);
}
