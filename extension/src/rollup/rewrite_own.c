/*
 * rewrite_own.c
 *		Aggregates over a rollup's own view: its counts, sums and summaries are summed further.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/dependency.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteManip.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "kernel/summary.h"
#include "rollup/rewrite_match.h"

/* A column of the rollup's own view: a key as it is over the table's columns, or the number of a value. */
Node *
match_own_column(Place *place, const Var *var)
{
	const RollupDefinition *def = place->match->known->def;
	const RollupOutput *output = &def->outputs[var->varattno - 1];
	Node	   *result;

	if (var->varattno > def->noutputs)
	{
		match_refuse(place->match, "a column is not the rollup's");
		return (Node *) copyObject(var);
	}
	if (output->key < 0)
		return (Node *) makeVar(OWN_VARNO, output->value + 1, var->vartype, var->vartypmod, var->varcollid, place->sublevels);
	result = copyObject(def->keys[output->key].expr);
	if (exprType(result) != var->vartype)
		match_refuse(place->match, "a key is shown as another type");
	if (place->sublevels > 0)
		IncrementVarSublevelsUp(result, place->sublevels, 0);
	return result;
}

/* Does a function only tell one of the numbers of a summary, which add up as summaries do: a counter, or one of the amounts? */
static bool
is_component(Oid function, Oid type)
{
	Oid			extension = getExtensionOfObject(TypeRelationId, type);
	FmgrInfo	info;

	if (!OidIsValid(extension) || getExtensionOfObject(ProcedureRelationId, function) != extension)
		return false;
	if (get_func_rettype(function) == INT8OID)
		return true;
	fmgr_info(function, &info);
	return info.fn_addr == accident_summary_direct_loss || info.fn_addr == case_summary_fines;
}

/*
 * The sum of a rollup's value over groups of its own view: of counts, sums, summaries, and of
 * the numbers in these.  NULL where there is no group, or none that has the value.
 */
Node *
match_own_sum(Place *place, Aggref *agg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	Node	   *arg = list_length(agg->args) == 1 ? (Node *) linitial_node(TargetEntry, agg->args)->expr : NULL;
	FuncExpr   *component = NULL;
	const RollupValue *value;
	Expr	   *condition;
	Expr	   *number;
	Expr	   *sum;

	if (arg == NULL)
		return NULL;
	if (IsA(arg, FuncExpr) && list_length(((FuncExpr *) arg)->args) == 1)
	{
		component = (FuncExpr *) arg;
		arg = linitial(component->args);
	}
	if (!IsA(arg, Var) || ((Var *) arg)->varno != OWN_VARNO || ((Var *) arg)->varlevelsup != 0 || !match_filter(place, filter, &condition))
		return NULL;
	value = &def->values[((Var *) arg)->varattno - 1];
	if (value->kind == ROLLUP_SUMMARY)
	{
		Oid			type = value->group->type;

		if (exprType(arg) != type)
			return NULL;
		if (component == NULL)
			return agg->aggfnoid == rollup_function("emgov", "sum", 1, &type) ?
				match_summary(place, value, condition) : NULL;
		if (!is_component(component->funcid, type) || agg->aggfnoid != (component->funcresulttype == INT8OID ? F_SUM_INT8 : F_SUM_NUMERIC))
			return NULL;
		number = match_value_sum(place, 0, condition);
		component = copyObject(component);
		component->args = list_make1(match_summary(place, value, condition));
		sum = (Expr *) component;
	}
	else
	{
		if (component != NULL)
			return NULL;
		switch (value->kind)
		{
			case ROLLUP_COUNT:
			case ROLLUP_SUM_INT:
				if (agg->aggfnoid != F_SUM_INT8)
					return NULL;
				break;
			case ROLLUP_SUM_BIGINT:
				if (agg->aggfnoid != F_SUM_NUMERIC)
					return NULL;
				break;
			default:
				/* what scale a sum shows would depend on rows that are gone */
				if (agg->aggfnoid != F_SUM_NUMERIC || exprTypmod((Node *) linitial_node(TargetEntry, value->agg->args)->expr) < (int32) VARHDRSZ)
					return NULL;
				break;
		}
		/* a count is there in each group, a sum where there is something to sum */
		number = match_value_sum(place, value->kind == ROLLUP_COUNT ? 0 : value->column + 1, condition);
		if (value->kind == ROLLUP_SUM_INT)
			sum = (Expr *) linitial(((FuncExpr *) match_value_sum(place, value->column, condition))->args);
		else
			sum = match_plain_sum(place, value, condition);
	}
	if (exprType((Node *) sum) == INT8OID)
		sum = server_call(F_NUMERIC_INT8, NUMERICOID, list_make1(sum));
	return (Node *) when_not_zero(number, sum, NULL);
}
