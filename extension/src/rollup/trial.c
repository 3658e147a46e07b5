/*
 * trial.c
 *		Trying a rollup's expressions before it is kept.
 *
 * They run with a pinned search_path whoever writes.  A function that calls another
 * one without its schema would fail every writer, and over an empty table nobody would
 * notice before.  So each expression that may run a user's code is run on two rows made
 * up, one of NULLs and one of plain values, and whatever it did is undone.  Errors over
 * the values are no business of ours; what names something that is not found is.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "attempt.h"
#include "rollup/rollup.h"

/* A plain value of a type in text form; NULL if there is none at hand. */
static const char *
sample(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			return "1";
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return "a";
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return "2000-01-01";
		case BOOLOID:
			return "true";
		default:
			return NULL;
	}
}

/* A row of the table, of NULLs or of plain values. */
static TupleTableSlot *
make_row(TupleDesc desc, bool with_values)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
	int			i;

	ExecClearTuple(slot);
	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);
		const char *text = with_values && !column->attisdropped ? sample(column->atttypid) : NULL;
		Oid			input;
		Oid			param;

		slot->tts_isnull[i] = text == NULL;
		slot->tts_values[i] = (Datum) 0;
		if (text == NULL)
			continue;
		getTypeInputInfo(column->atttypid, &input, &param);
		slot->tts_values[i] = OidInputFunctionCall(input, pstrdup(text), param, -1);
	}
	return ExecStoreVirtualTuple(slot);
}

/* Does an error say that something named does not exist, or may not be used? */
static bool
is_about_names(int sqlerrcode)
{
	return ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_TO_CATEGORY(ERRCODE_UNDEFINED_FUNCTION) ||
		sqlerrcode == ERRCODE_INVALID_SCHEMA_NAME;
}

/* Run an expression on a row, and undo whatever it did. */
static void
try_expression(Node *node, TupleTableSlot *row)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ExprContext *econtext = CreateStandaloneExprContext();
	ErrorData  *volatile error = NULL;
	bool		isnull;

	econtext->ecxt_scantuple = row;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		(void) ExecEvalExprSwitchContext(ExecInitExpr(expression_planner(copyObject((Expr *) node)), NULL), econtext, &isnull);
	}
	PG_CATCH();
	{
		/* as in attempt() */
		if (ends_the_query(geterrcode()))
		{
			RollbackAndReleaseCurrentSubTransaction();
			CurrentResourceOwner = owner;
			PG_RE_THROW();
		}
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error == NULL)
		FreeExprContext(econtext, true);
	else if (is_about_names(error->sqlerrcode))
		ereport(ERROR,
				(errcode(error->sqlerrcode),
				 errmsg("a rollup cannot be kept over this query: %s", error->message),
				 errdetail("Its expressions run with search_path set to pg_catalog, emgov."),
				 errhint("Let the function name what it uses with its schema, or give it a search_path of its own: ALTER FUNCTION ... SET search_path."),
				 error->context ? errcontext_msg("%s", error->context) : 0));
}

/* Try all of an aggregate or of a list of expressions that is not plain. */
static void
try_expressions(List *nodes, TupleTableSlot *row)
{
	ListCell   *cell;

	foreach(cell, nodes)
		if (lfirst(cell) != NULL && !rollup_is_trusted(lfirst(cell)))
			try_expression(lfirst(cell), row);
}

/* All expressions over the rows of a rollup's table. */
static List *
row_expressions(const RollupDefinition *def)
{
	List	   *result = list_make1(def->where);
	ListCell   *cell;
	int			i;

	for (i = 0; i < def->nkeys; i++)
		result = lappend(result, def->keys[i].expr);
	for (i = 0; i < def->nvalues; i++)
	{
		result = lappend(result, def->values[i].agg->aggfilter);
		foreach(cell, def->values[i].agg->args)
			result = lappend(result, ((TargetEntry *) lfirst(cell))->expr);
	}
	return result;
}

/* An ERROR if a rollup's expressions name what is not found; its owner is acting. */
void
rollup_try_expressions(const RollupDefinition *def)
{
	Relation	source = table_open(def->source, AccessShareLock);
	TupleDesc	desc = CreateTupleDescCopy(RelationGetDescr(source));
	List	   *expressions = row_expressions(def);

	table_close(source, NoLock);
	try_expressions(expressions, make_row(desc, false));
	try_expressions(expressions, make_row(desc, true));
}
