/*
 * rewrite_aggregate.c
 *		Aggregates as sums of a rollup's sums.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "rollup/rewrite_match.h"

/* A column of a value, summed. */
Expr *
match_value_sum(Place *place, int column, Expr *filter)
{
	return sum_of_column(&place->match->known->def->columns[column], (Expr *) match_stored(place, COLUMN_PLACE(place->match->known, column)),
						 filter);
}

/* CASE WHEN number <> 0 THEN value ELSE otherwise END */
Expr *
when_not_zero(Expr *number, Expr *value, Expr *otherwise)
{
	CaseExpr   *result = makeNode(CaseExpr);
	CaseWhen   *when = makeNode(CaseWhen);

	when->expr = make_not_zero(number);
	when->result = value;
	when->location = -1;
	result->casetype = exprType((Node *) value);
	result->casecollid = InvalidOid;
	result->args = list_make1(when);
	result->defresult = otherwise ? otherwise : (Expr *) makeNullConst(result->casetype, -1, InvalidOid);
	result->location = -1;
	return (Expr *) result;
}

/* The sum of a stored value, as the query's aggregate gives it but for the number of values. */
Expr *
match_plain_sum(Place *place, const RollupValue *value, Expr *filter)
{
	Expr	   *sum = match_value_sum(place, value->column, filter);
	Datum		nan;

	if (value->kind != ROLLUP_SUM_NUMERIC)
		return sum;
	/* infinities do not fit a numeric of fixed scale */
	nan = DirectFunctionCall3(numeric_in, CStringGetDatum("NaN"), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return when_not_zero(match_value_sum(place, value->column + 2, filter),
						 (Expr *) makeConst(NUMERICOID, -1, InvalidOid, -1, nan, false, false), sum);
}

/* A call of a function of the server's. */
Expr *
server_call(Oid function, Oid type, List *args)
{
	return (Expr *) makeFuncExpr(function, type, args, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

/* The average from a stored sum, as the server divides. */
static Expr *
average(Place *place, const RollupValue *value, Expr *filter)
{
	Expr	   *sum = match_plain_sum(place, value, filter);
	Expr	   *number = match_value_sum(place, value->column + 1, filter);

	if (exprType((Node *) sum) == INT8OID)
		sum = server_call(F_NUMERIC_INT8, NUMERICOID, list_make1(sum));
	return when_not_zero(number, server_call(F_NUMERIC_DIV, NUMERICOID,
											 list_make2(sum, server_call(F_NUMERIC_INT8, NUMERICOID, list_make1(copyObject(number))))), NULL);
}

/* Can an argument never be NULL? */
static bool
is_never_null(const Match *match, Node *arg)
{
	Relation	source;
	bool		result;

	if (IsA(arg, Const))
		return !((Const *) arg)->constisnull;
	if (!IsA(arg, Var) || ((Var *) arg)->varno != BASE_VARNO || ((Var *) arg)->varlevelsup != 0)
		return false;
	source = RelationIdGetRelation(match->known->rollup.source);
	if (!RelationIsValid(source))
		return false;
	result = attribute_is_never_null(RelationGetDescr(source), ((Var *) arg)->varattno);
	RelationClose(source);
	return result;
}

/* How many rows of the query a row of the sums stands for: one where an outer join has put NULLs. */
static Expr *
row_number(Place *place)
{
	Expr	   *rows = (Expr *) match_stored(place, COLUMN_PLACE(place->match->known, 0));
	CoalesceExpr *result;

	if (place->nulling == NULL)
		return rows;
	result = makeNode(CoalesceExpr);
	result->coalescetype = INT8OID;
	result->args = list_make2(rows, makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(1), false, FLOAT8PASSBYVAL));
	result->location = -1;
	return (Expr *) result;
}

/*
 * Can a stored value be used?  Where an outer join puts NULLs the value must not count them.
 */
static bool
is_usable(const Place *place, const RollupValue *value)
{
	return place->nulling == NULL ||
		(value->kind != ROLLUP_SUMMARY && !value->agg->aggstar && value->agg->aggfilter == NULL &&
		 is_null_of_nulls((Node *) linitial_node(TargetEntry, value->agg->args)->expr));
}

/* A number of rows: the stored count with the same condition, or that of all rows. */
static Node *
count_rows(Place *place, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	if (match_filter_rest(place->match, filter, NULL, &rest) && match_filter(place, rest, &condition))
		return (Node *) sum_of_column(&def->columns[0], row_number(place), condition);
	for (i = 0; i < def->nvalues; i++)
		if (def->values[i].kind == ROLLUP_COUNT && def->values[i].agg->aggstar && is_usable(place, &def->values[i]) &&
			match_filter_rest(place->match, filter, (Node *) def->values[i].agg->aggfilter, &rest) && match_filter(place, rest, &condition))
			return (Node *) match_value_sum(place, def->values[i].column, condition);
	return NULL;
}

/* count(x) */
static Node *
count_values(Place *place, Node *arg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	Node	   *key;
	int			i;

	if (is_never_null(place->match, arg))
	{
		if (place->nulling == NULL || IsA(arg, Const))
			return count_rows(place, filter);
		/* NULL where an outer join puts it, as the stored number then is */
		return match_filter_rest(place->match, filter, NULL, &rest) && match_filter(place, rest, &condition) ?
			(Node *) match_value_sum(place, 0, condition) : NULL;
	}
	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY || value->agg->aggstar || !is_usable(place, value) ||
			!equal(linitial_node(TargetEntry, value->agg->args)->expr, arg) ||
			!match_filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) || !match_filter(place, rest, &condition))
			continue;
		return (Node *) match_value_sum(place, value->kind == ROLLUP_COUNT ? value->column : value->column + 1, condition);
	}
	/* of a key: the rows where it is one */
	key = match_try(place, arg);
	if (key != NULL)
	{
		NullTest   *test = makeNode(NullTest);

		test->arg = (Expr *) arg;
		test->nulltesttype = IS_NOT_NULL;
		test->argisrow = type_is_rowtype(exprType(arg));
		test->location = -1;
		return test->argisrow ? NULL : count_rows(place, lappend(list_copy(filter), test));
	}
	return NULL;
}

/* sum(1), as clients count: so many times the number of rows */
static Node *
sum_constant(Place *place, Const *number, List *filter)
{
	Node	   *rows = count_rows(place, filter);
	int64		times = number->consttype == INT4OID ? DatumGetInt32(number->constvalue) : DatumGetInt16(number->constvalue);

	if (rows == NULL)
		return NULL;
	return (Node *) when_not_zero((Expr *) rows,
								  server_call(F_INT8MUL, INT8OID, list_make2(copyObject(rows),
																			 makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(times), false, FLOAT8PASSBYVAL))),
								  NULL);
}

/* sum(x), avg(x) of whole numbers and numerics of fixed scale */
static Node *
sum_values(Place *place, Node *arg, List *filter, bool is_average)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	if (IsA(arg, Const) && !((Const *) arg)->constisnull && !is_average && (exprType(arg) == INT4OID || exprType(arg) == INT2OID))
		return sum_constant(place, (Const *) arg, filter);
	/* what scale a sum shows would depend on rows that are gone */
	if (exprType(arg) == NUMERICOID && exprTypmod(arg) < (int32) VARHDRSZ)
		return NULL;
	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY || value->kind == ROLLUP_COUNT || !is_usable(place, value) ||
			!equal(linitial_node(TargetEntry, value->agg->args)->expr, arg) ||
			!match_filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) || !match_filter(place, rest, &condition))
			continue;
		if (is_average)
			return (Node *) average(place, value, condition);
		return (Node *) when_not_zero(match_value_sum(place, value->column + 1, condition), match_plain_sum(place, value, condition), NULL);
	}
	return NULL;
}

/* emgov_internal.narrow(sum of wide summaries, zero of the type) */
Node *
match_summary(Place *place, const RollupValue *value, Expr *filter)
{
	Oid			types[2];
	Oid			function;
	Oid			input;
	Oid			param;
	int16		length;
	bool		by_value;
	Const	   *zero;

	types[0] = place->match->known->def->columns[value->column].type;
	types[1] = ANYELEMENTOID;
	function = rollup_function("emgov_internal", "narrow", 2, types);
	if (!OidIsValid(function))
		return NULL;
	getTypeInputInfo(value->group->type, &input, &param);
	get_typlenbyval(value->group->type, &length, &by_value);
	zero = makeConst(value->group->type, -1, InvalidOid, length, OidInputFunctionCall(input, value->group->zero, param, -1), false, by_value);
	return (Node *) server_call(function, value->group->type, list_make2(match_value_sum(place, value->column, filter), zero));
}

/* An aggregate to a summary. */
static Node *
sum_summaries(Place *place, Aggref *agg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY && is_usable(place, value) && value->agg->aggfnoid == agg->aggfnoid && equal(value->agg->args, agg->args) &&
			match_filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) && match_filter(place, rest, &condition))
			return match_summary(place, value, condition);
	}
	return NULL;
}

/* Is an aggregate the server's for a least or greatest value? */
bool
aggregate_is_extremum(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(function));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = OidIsValid(((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop) && function < FirstNormalObjectId;
	ReleaseSysCache(tuple);
	return result;
}

/* Is an aggregate the same however often a value comes?  DISTINCT, or a least or greatest of the server's. */
static bool
ignores_repetition(const Aggref *agg)
{
	return agg->aggkind == AGGKIND_NORMAL && (agg->aggdistinct != NIL || aggregate_is_extremum(agg->aggfnoid));
}

/* An aggregate of keys of the groups that are there. */
static Node *
of_live_keys(Place *place, Aggref *agg)
{
	Aggref	   *result = copyObject(agg);
	Node	   *args = match_try(place, (Node *) agg->args);
	Node	   *filter = agg->aggfilter ? match_try(place, (Node *) agg->aggfilter) : NULL;
	ListCell   *cell;

	if (args == NULL || (agg->aggfilter && filter == NULL))
		return NULL;
	/* a number of values is the same whichever of equal ones is taken */
	if (agg->aggfnoid != F_COUNT_ANY)
		foreach(cell, agg->args)
			if (!image_of_expression((Node *) lfirst_node(TargetEntry, cell)->expr))
				return NULL;
	result->args = (List *) args;
	result->aggfilter = (Expr *) filter;
	place->match->live = true;
	return (Node *) result;
}

/*
 * The argument of a count, sum or average, and what further condition it is summed under:
 * CASE WHEN condition THEN x END counts as x does under that condition.
 */
static Node *
summed_argument(Node *arg, List **filter)
{
	CaseExpr   *choice = (CaseExpr *) arg;
	FuncExpr   *cast = (FuncExpr *) arg;

	if (IsA(arg, CaseExpr) && choice->arg == NULL && list_length(choice->args) == 1 &&
		(choice->defresult == NULL || (IsA(choice->defresult, Const) && ((Const *) choice->defresult)->constisnull)))
	{
		CaseWhen   *when = linitial_node(CaseWhen, choice->args);

		*filter = list_concat(list_copy(*filter), conjuncts((Node *) when->expr));
		return summed_argument((Node *) when->result, filter);
	}
	/* a numeric of the same scale and more digits is the same */
	if (IsA(arg, FuncExpr) && cast->funcid == F_NUMERIC_NUMERIC_INT4 && exprTypmod(arg) >= (int32) VARHDRSZ &&
		exprTypmod(linitial(cast->args)) >= (int32) VARHDRSZ)
	{
		int32		to = exprTypmod(arg) - VARHDRSZ;
		int32		from = exprTypmod(linitial(cast->args)) - VARHDRSZ;

		if ((to & 0xffff) == (from & 0xffff) && (to >> 16) >= (from >> 16))
			return summed_argument(linitial(cast->args), filter);
	}
	return arg;
}

/*
 * The conditions of a FILTER that a rollup could sum under: those on the table's columns alone.
 * Of the others the rollup needs keys; the match is refused for want of one.
 */
static List *
storable_conditions(Place *place, List *filter)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, filter)
		if (holds_others(lfirst(cell)))
			(void) match_replace(place->match, place->link, copyObject(lfirst(cell)), place->nulling);
		else
			result = lappend(result, lfirst(cell));
	return result;
}

/*
 * What a rollup would have to sum for an aggregate that is wanted: of what is summed under a
 * condition the condition is in FILTER.  NULL if there is no saying.
 */
static Node *
missing_aggregate(Place *place, const Aggref *agg, Node *arg, List *given, List *filter)
{
	Aggref	   *result = copyObject((Aggref *) agg);

	switch (agg->aggfnoid)
	{
		case F_COUNT_:
		case F_COUNT_ANY:
		case F_SUM_INT2:
		case F_SUM_INT4:
		case F_SUM_INT8:
		case F_SUM_NUMERIC:
		case F_AVG_INT2:
		case F_AVG_INT4:
		case F_AVG_INT8:
		case F_AVG_NUMERIC:
			if (agg->aggdistinct != NIL)
				break;
			if (arg != NULL)
				linitial_node(TargetEntry, result->args)->expr = copyObject((Expr *) arg);
			given = filter;
			break;
		default:
			break;
	}
	result->aggfilter = (Expr *) copyObject(conjunction(storable_conditions(place, given)));
	if (holds_others((Node *) result->args) || result->aggdirectargs != NIL)
		return NULL;
	return (Node *) result;
}

/* An aggregate of the level, from the sums; the match is refused if it cannot be had. */
Node *
match_aggregate(Place *place, Aggref *agg)
{
	List	   *filter = conjuncts((Node *) agg->aggfilter);
	Node	   *arg = list_length(agg->args) == 1 ? summed_argument((Node *) linitial_node(TargetEntry, agg->args)->expr, &filter) : NULL;
	List	   *given = conjuncts((Node *) agg->aggfilter);
	Node	   *result = NULL;

	if (ignores_repetition(agg))
		result = of_live_keys(place, agg);
	else if (agg->aggorder == NIL && place->match->own)
		result = match_own_sum(place, agg, given);
	else if (agg->aggorder == NIL)
	{
		switch (agg->aggfnoid)
		{
			case F_COUNT_:
				result = count_rows(place, filter);
				break;
			case F_COUNT_ANY:
				result = count_values(place, arg, filter);
				break;
			case F_SUM_INT2:
			case F_SUM_INT4:
			case F_SUM_INT8:
			case F_SUM_NUMERIC:
				result = sum_values(place, arg, filter, false);
				break;
			case F_AVG_INT2:
			case F_AVG_INT4:
			case F_AVG_INT8:
			case F_AVG_NUMERIC:
				result = sum_values(place, arg, filter, true);
				break;
			default:
				result = sum_summaries(place, agg, given);
				break;
		}
	}
	if (result == NULL)
	{
		match_refuse_without(place->match, psprintf("it does not hold %s, or not with these conditions", get_func_name(agg->aggfnoid)),
							 missing_aggregate(place, agg, arg, given, filter));
		return (Node *) copyObject(agg);
	}
	(void) match_note_functions((Node *) agg, place->match);
	if (exprType(result) != agg->aggtype)
		match_refuse(place->match, "an aggregate would be of another type");
	return result;
}
