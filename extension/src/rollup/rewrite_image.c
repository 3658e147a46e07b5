/*
 * rewrite_image.c
 *		Are equal values the same bytes?
 *
 * Of rows that are equal by what a query groups by, one is shown.  Where they can look
 * different, as 1.0 and 1.00 do, which of them is up to the plan; so a rollup does not answer.
 */
#include "postgres.h"
#include "compat.h"

#include "access/nbtree.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "rollup/rewrite.h"

#define NO_SCALE	(-1)		/* it depends on the value */
#define ANY_SCALE	(-2)		/* it is NULL */

/* Of a type: what the server knows as fit for deduplication in an index is; so are numerics of one scale. */
bool
image_of_type(Oid type, int32 typmod, Oid collation)
{
	TypeCacheEntry *entry;
	Oid			function;

	/* until 15 the catalogs say of intervals what is not so */
	if (type == BPCHAROID || type == INTERVALOID)
		return false;
	if (type == NUMERICOID)
		return typmod >= (int32) VARHDRSZ;
	entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	if (!OidIsValid(entry->btree_opf))
		return false;
	function = get_opfamily_proc(entry->btree_opf, entry->btree_opintype, entry->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) && DatumGetBool(OidFunctionCall1Coll(function, collation, ObjectIdGetDatum(entry->btree_opintype)));
}

static int	scale_of(Node *node);

/* The scale of a numeric constant; NaN and infinities have none, and look like no other. */
static int
constant_scale(const Const *constant)
{
	Numeric		number;

	if (constant->constisnull)
		return ANY_SCALE;
	number = DatumGetNumeric(constant->constvalue);
	if (numeric_is_nan(number) || numeric_is_inf(number))
		return ANY_SCALE;
	return DatumGetInt32(DirectFunctionCall1(numeric_scale, constant->constvalue));
}

/* The one scale of several expressions. */
static int
common_scale(List *nodes)
{
	int			result = ANY_SCALE;
	ListCell   *cell;

	foreach(cell, nodes)
	{
		int			scale = lfirst(cell) ? scale_of(lfirst(cell)) : ANY_SCALE;

		if (scale == NO_SCALE || (scale >= 0 && result >= 0 && scale != result))
			return NO_SCALE;
		if (scale >= 0)
			result = scale;
	}
	return result;
}

/* The scale that all values of a numeric expression have. */
static int
scale_of(Node *node)
{
	int			left;
	int			right;
	List	   *args = NIL;
	ListCell   *cell;

	if (exprTypmod(node) >= (int32) VARHDRSZ)
		return (exprTypmod(node) - VARHDRSZ) & 0x7ff;
	switch (nodeTag(node))
	{
		case T_Const:
			return constant_scale((Const *) node);
		case T_RelabelType:
			return scale_of((Node *) ((RelabelType *) node)->arg);
		case T_FuncExpr:
			switch (((FuncExpr *) node)->funcid)
			{
				case F_NUMERIC_INT2:
				case F_NUMERIC_INT4:
				case F_NUMERIC_INT8:
					return 0;
				default:
					return is_whole_field(node) ? 0 : NO_SCALE;
			}
		case T_OpExpr:
			if (list_length(((OpExpr *) node)->args) != 2)
				return NO_SCALE;
			left = scale_of(linitial(((OpExpr *) node)->args));
			right = scale_of(lsecond(((OpExpr *) node)->args));
			if (left < 0 || right < 0)
				return NO_SCALE;
			switch (((OpExpr *) node)->opfuncid)
			{
				case F_NUMERIC_ADD:
				case F_NUMERIC_SUB:
					return Max(left, right);
				case F_NUMERIC_MUL:
					return left + right;
				default:
					return NO_SCALE;
			}
		case T_CoalesceExpr:
			return common_scale(((CoalesceExpr *) node)->args);
		case T_CaseExpr:
			foreach(cell, ((CaseExpr *) node)->args)
				args = lappend(args, lfirst_node(CaseWhen, cell)->result);
			return common_scale(lappend(args, ((CaseExpr *) node)->defresult));
		default:
			return NO_SCALE;
	}
}

/* Of an expression. */
bool
image_of_expression(Node *node)
{
	Oid			type = exprType(node);
	Oid			element = get_element_type(type);

	if (OidIsValid(element))
		return image_of_type(element, -1, exprCollation(node));
	/* a constant is the same everywhere */
	if (IsA(node, Const) || image_of_type(type, exprTypmod(node), exprCollation(node)))
		return true;
	return type == NUMERICOID && scale_of(node) != NO_SCALE;
}
