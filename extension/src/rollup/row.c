/*
 * row.c
 *		A single row's change of a rollup, computed without the executor.
 *
 * Most writes touch one row, and then starting a plan costs more than all the rest.
 * Here the keys, the filters and the arguments are evaluated directly, the
 * aggregates' transition functions called once on their zero, and the delta put into
 * its table as a plain heap insert.
 *
 * Expressions of functions written in C (the core's, this extension's) run as they
 * are: only a superuser can have made them.  Any other expression is built and run
 * as the rollup's owner in a security-restricted operation, at each call anew.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "rollup/row.h"

/* What computes one summary column. */
typedef struct Transition
{
	FmgrInfo	function;		/* of the aggregate */
	bool		strict;
	int			nargs;			/* without the state */
	Oid			collation;
	Datum		zero;			/* of the aggregate */
} Transition;

/* How a summary column subtracts. */
typedef struct Inverse
{
	FmgrInfo	minus;
	FmgrInfo	eq;
	Datum		zero;
} Inverse;

struct RollupRow
{
	RollupDefinition *def;
	Oid			delta;
	Oid			owner;
	MemoryContext context;
	bool		trusted;		/* all functions are written in C */
	TupleDesc	node_desc;		/* the rows that come */
	int			nexprs;
	Expr	  **exprs;			/* planned: keys, then per value filter and arguments */
	ExprState **states;			/* of trusted expressions, else NULL */
	Transition *transitions;	/* per value */
	Inverse    *inverses;		/* per column */
	FmgrInfo   *key_eq;			/* per key */
	AttrNumber *key_attno;		/* in delta */
	AttrNumber *column_attno;
	struct RollupWork *work;	/* for calls that are not nested */
};

/* What a call works with. */
typedef struct RollupWork
{
	ExprContext *econtext;
	TupleTableSlot *new_row;	/* as they come */
	TupleTableSlot *old_row;
} RollupWork;

/* The change that one row makes: keys and sums. */
typedef struct Change
{
	Datum	   *keys;
	bool	   *nulls;
	Datum	   *sums;			/* never NULL */
} Change;

/* Plan an expression and append it. */
static void
add_expression(RollupRow *row, Node *node)
{
	/* before planning: an inlined function is no longer seen afterwards */
	if (!rollup_is_trusted(node))
		row->trusted = false;
	row->exprs[row->nexprs++] = expression_planner((Expr *) copyObject(node));
}

/* Check that the owner may call a function, as the executor does. */
static void
check_execute(Oid function, Oid owner)
{
	if (function_aclcheck(function, owner) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, get_func_name(function));
}

/* The expressions ready to run; the current user needs the right to call their functions. */
static ExprState **
start_expressions(RollupRow *row)
{
	ExprState **states = palloc(sizeof(ExprState *) * row->nexprs);
	int			i;

	for (i = 0; i < row->nexprs; i++)
		states[i] = ExecInitExpr(row->exprs[i], NULL);
	return states;
}

/* Make what a call works with. */
static RollupWork *
make_work(RollupRow *row)
{
	RollupWork *work = palloc0(sizeof(RollupWork));

	work->econtext = CreateStandaloneExprContext();
	work->new_row = MakeSingleTupleTableSlot(row->node_desc, &TTSOpsMinimalTuple);
	work->old_row = MakeSingleTupleTableSlot(row->node_desc, &TTSOpsMinimalTuple);
	return work;
}

/* The zero of a summary type or aggregate, from its text. */
static Datum
read_zero(Oid type, char *text)
{
	Oid			input;
	Oid			param;

	getTypeInputInfo(type, &input, &param);
	return OidInputFunctionCall(input, text, param, -1);
}

/* Prepare the call of a value's transition function. */
static void
make_transition(Transition *transition, const RollupValue *value, Oid owner)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(value->agg->aggfnoid));
	Form_pg_aggregate form;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", value->agg->aggfnoid);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	check_execute(value->agg->aggfnoid, owner);
	fmgr_info(form->aggtransfn, &transition->function);
	transition->strict = transition->function.fn_strict;
	transition->nargs = list_length(value->agg->args);
	transition->collation = value->agg->inputcollid;
	transition->zero = read_zero(form->aggtranstype,
								 TextDatumGetCString(SysCacheGetAttr(AGGFNOID, tuple,
																	 Anum_pg_aggregate_agginitval, &isnull)));
	ReleaseSysCache(tuple);
}

/*
 * Prepare a rollup's changes for rows of a node, in CurrentMemoryContext; the
 * definition is rewritten for the node, and the caller acts as the rollup's owner.
 */
RollupRow *
rollup_row_make(RollupDefinition *def, const Rollup *rollup, Relation node, Oid owner)
{
	RollupRow  *row = palloc0(sizeof(RollupRow));
	int			i;
	ListCell   *cell;
	int			count = 1 + def->nkeys;

	row->def = def;
	row->delta = rollup->delta;
	row->owner = owner;
	row->context = CurrentMemoryContext;
	row->trusted = true;

	row->node_desc = CreateTupleDescCopyConstr(RelationGetDescr(node));

	for (i = 0; i < def->nvalues; i++)
		count += 1 + list_length(def->values[i].agg->args);
	row->exprs = palloc0(sizeof(Expr *) * count);
	add_expression(row, def->where ? def->where : makeBoolConst(true, false));
	for (i = 0; i < def->nkeys; i++)
		add_expression(row, def->keys[i].expr);
	row->transitions = palloc0(sizeof(Transition) * (def->nvalues + 1));
	for (i = 0; i < def->nvalues; i++)
	{
		RollupValue *value = &def->values[i];

		add_expression(row, value->agg->aggfilter ? (Node *) value->agg->aggfilter : makeBoolConst(true, false));
		foreach(cell, value->agg->args)
			add_expression(row, (Node *) ((TargetEntry *) lfirst(cell))->expr);
		if (value->kind == ROLLUP_SUMMARY)
			make_transition(&row->transitions[i], value, owner);
	}

	row->inverses = palloc0(sizeof(Inverse) * def->ncolumns);
	row->column_attno = palloc(sizeof(AttrNumber) * def->ncolumns);
	for (i = 0; i < def->ncolumns; i++)
	{
		RollupGroup *group = def->columns[i].group;

		row->column_attno[i] = get_attnum(rollup->delta, def->columns[i].name);
		if (row->column_attno[i] <= 0)
			elog(ERROR, "rollup table \"%s\" has no column %s", get_rel_name(rollup->delta), def->columns[i].name);
		if (group == NULL)
			continue;
		fmgr_info(group->minus, &row->inverses[i].minus);
		fmgr_info(get_opcode(group->eq), &row->inverses[i].eq);
		row->inverses[i].zero = read_zero(group->type, group->zero);
	}
	row->key_eq = palloc0(sizeof(FmgrInfo) * (def->nkeys + 1));
	row->key_attno = palloc(sizeof(AttrNumber) * (def->nkeys + 1));
	for (i = 0; i < def->nkeys; i++)
	{
		row->key_attno[i] = get_attnum(rollup->delta, def->keys[i].name);
		if (row->key_attno[i] <= 0)
			elog(ERROR, "rollup table \"%s\" has no column %s", get_rel_name(rollup->delta), def->keys[i].name);
		fmgr_info(get_opcode(def->keys[i].eq), &row->key_eq[i]);
	}
	if (row->trusted)
		row->states = start_expressions(row);
	row->work = make_work(row);
	return row;
}

/* Evaluate a condition: NULL is false. */
static bool
holds(ExprState *state, ExprContext *econtext)
{
	bool		isnull;
	Datum		result = ExecEvalExpr(state, econtext, &isnull);

	return !isnull && DatumGetBool(result);
}

/* A summary's aggregate over one row. */
static Datum
one_row_summary(Transition *transition, ExprState **args, ExprContext *econtext)
{
	LOCAL_FCINFO(fcinfo, FUNC_MAX_ARGS);
	Datum		result;
	int			i;

	InitFunctionCallInfoData(*fcinfo, &transition->function, transition->nargs + 1,
							 transition->collation, NULL, NULL);
	fcinfo->args[0].value = transition->zero;
	fcinfo->args[0].isnull = false;
	for (i = 0; i < transition->nargs; i++)
	{
		fcinfo->args[i + 1].value = ExecEvalExpr(args[i], econtext, &fcinfo->args[i + 1].isnull);
		if (fcinfo->args[i + 1].isnull && transition->strict)
			return transition->zero;
	}
	result = FunctionCallInvoke(fcinfo);
	if (fcinfo->isnull)
		elog(ERROR, "a summary's transition function returned NULL");
	return result;
}

/* The zero of a column. */
static Datum
column_zero(const RollupRow *row, int column)
{
	switch (row->def->columns[column].kind)
	{
		case ROLLUP_COLUMN_INT8:
			return Int64GetDatum(0);
		case ROLLUP_COLUMN_NUMERIC:
			return NumericGetDatum(int64_to_numeric(0));
		case ROLLUP_COLUMN_SUMMARY:
			return row->inverses[column].zero;
	}
	return (Datum) 0;
}

/* What a value's columns get from one row. */
static void
one_row_value(RollupRow *row, int number, ExprState **args, ExprContext *econtext, Datum *sums)
{
	RollupValue *value = &row->def->values[number];
	Datum	   *sum = &sums[value->column];
	Datum		arg = (Datum) 0;
	bool		isnull = false;

	if (value->kind == ROLLUP_SUMMARY)
	{
		*sum = one_row_summary(&row->transitions[number], args, econtext);
		return;
	}
	if (value->agg->args != NIL)
		arg = ExecEvalExpr(args[0], econtext, &isnull);
	if (isnull)
		return;
	switch (value->kind)
	{
		case ROLLUP_COUNT:
			sum[0] = Int64GetDatum(1);
			break;
		case ROLLUP_SUM_INT:
			sum[0] = Int64GetDatum(linitial_oid(value->agg->aggargtypes) == INT2OID ?
								   DatumGetInt16(arg) : DatumGetInt32(arg));
			sum[1] = Int64GetDatum(1);
			break;
		case ROLLUP_SUM_BIGINT:
			sum[0] = NumericGetDatum(int64_to_numeric(DatumGetInt64(arg)));
			sum[1] = Int64GetDatum(1);
			break;
		case ROLLUP_SUM_NUMERIC:
			{
				Numeric		number = DatumGetNumeric(arg);

				sum[1] = Int64GetDatum(1);
				if (numeric_is_nan(number))
					sum[2] = Int64GetDatum(1);
				else if (!numeric_is_inf(number))
					sum[0] = NumericGetDatum(number);
				else if (DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(number), column_zero(row, value->column))))
					sum[3] = Int64GetDatum(1);
				else
					sum[4] = Int64GetDatum(1);
				break;
			}
		case ROLLUP_SUMMARY:
			break;
	}
}

/*
 * The keys and sums of one row; false if the rollup's WHERE leaves it out.
 */
static bool
one_row(RollupRow *row, ExprState **states, RollupWork *work, TupleTableSlot *slot, Change *change)
{
	RollupDefinition *def = row->def;
	ExprContext *econtext = work->econtext;
	int			next = 0;
	int			i;

	econtext->ecxt_scantuple = slot;
	if (!holds(states[next++], econtext))
		return false;

	change->keys = palloc(sizeof(Datum) * (def->nkeys + 1));
	change->nulls = palloc(sizeof(bool) * (def->nkeys + 1));
	change->sums = palloc(sizeof(Datum) * def->ncolumns);
	for (i = 0; i < def->nkeys; i++)
		change->keys[i] = ExecEvalExpr(states[next++], econtext, &change->nulls[i]);
	for (i = 0; i < def->ncolumns; i++)
		change->sums[i] = column_zero(row, i);
	change->sums[0] = Int64GetDatum(1);
	for (i = 0; i < def->nvalues; i++)
	{
		ExprState  *condition = states[next++];

		if (holds(condition, econtext))
			one_row_value(row, i, &states[next], econtext, change->sums);
		next += list_length(def->values[i].agg->args);
	}
	return true;
}

/* Do two changes belong to one group? */
static bool
same_group(RollupRow *row, const Change *a, const Change *b)
{
	int			i;

	for (i = 0; i < row->def->nkeys; i++)
	{
		if (a->nulls[i] != b->nulls[i])
			return false;
		if (!a->nulls[i] &&
			!DatumGetBool(FunctionCall2Coll(&row->key_eq[i], row->def->keys[i].collation, a->keys[i], b->keys[i])))
			return false;
	}
	return true;
}

/* sums := sums - other, or the negative of other if sums is NULL; true if any is not zero. */
static bool
subtract(RollupRow *row, Datum *result, const Datum *sums, const Datum *other)
{
	bool		changed = false;
	int			i;

	for (i = 0; i < row->def->ncolumns; i++)
	{
		Datum		zero = column_zero(row, i);
		Datum		left = sums ? sums[i] : zero;
		Inverse    *inverse = &row->inverses[i];

		switch (row->def->columns[i].kind)
		{
			case ROLLUP_COLUMN_INT8:
				result[i] = Int64GetDatum(DatumGetInt64(left) - DatumGetInt64(other[i]));
				changed |= DatumGetInt64(result[i]) != 0;
				break;
			case ROLLUP_COLUMN_NUMERIC:
				result[i] = DirectFunctionCall2(numeric_sub, left, other[i]);
				changed |= !DatumGetBool(DirectFunctionCall2(numeric_eq, result[i], zero));
				break;
			case ROLLUP_COLUMN_SUMMARY:
				result[i] = FunctionCall2(&inverse->minus, left, other[i]);
				changed |= !DatumGetBool(FunctionCall2(&inverse->eq, result[i], zero));
				break;
		}
	}
	return changed;
}

/* May a row be put into the table without the executor's help? */
static bool
is_plain(Relation delta)
{
	TupleConstr *constr = RelationGetDescr(delta)->constr;

	return delta->rd_rel->relkind == RELKIND_RELATION && !delta->rd_rel->relhasindex &&
		!delta->rd_rel->relhasrules && delta->trigdesc == NULL &&
		(constr == NULL || (constr->num_check == 0 && !constr->has_generated_stored));
}

/* Put a change into a table that somebody gave an index or a trigger. */
static void
insert_slowly(RollupRow *row, const Change *change)
{
	RollupDefinition *def = row->def;
	int			nargs = def->nkeys + def->ncolumns;
	Oid		   *types = palloc(sizeof(Oid) * nargs);
	Datum	   *values = palloc(sizeof(Datum) * nargs);
	char	   *nulls = palloc(nargs);
	StringInfoData sql;
	RollupContext rights;
	int			i;

	SPI_connect();
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (i = 0; i < nargs; i++)
	{
		bool		key = i < def->nkeys;

		types[i] = key ? def->keys[i].type : def->columns[i - def->nkeys].type;
		values[i] = key ? change->keys[i] : change->sums[i - def->nkeys];
		nulls[i] = key && change->nulls[i] ? 'n' : ' ';
		appendStringInfo(&sql, "%s$%d", i == 0 ? "" : ", ", i + 1);
	}
	rollup_enter(&rights, row->owner);
	if (SPI_execute_with_args(rollup_sql_insert(def, row->delta, sql.data), nargs, types, values, nulls, false, 0) < 0)
		elog(ERROR, "could not write the change of a rollup");
	rollup_leave(&rights);
	SPI_finish();
}

/* Put a change into the delta table. */
static void
insert_change(RollupRow *row, Relation delta, const Change *change)
{
	TupleTableSlot *slot;
	int			i;

	if (!is_plain(delta))
	{
		insert_slowly(row, change);
		return;
	}
	slot = MakeSingleTupleTableSlot(RelationGetDescr(delta), &TTSOpsVirtual);
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	for (i = 0; i < row->def->nkeys; i++)
	{
		slot->tts_values[row->key_attno[i] - 1] = change->keys[i];
		slot->tts_isnull[row->key_attno[i] - 1] = change->nulls[i];
	}
	for (i = 0; i < row->def->ncolumns; i++)
	{
		slot->tts_values[row->column_attno[i] - 1] = change->sums[i];
		slot->tts_isnull[row->column_attno[i] - 1] = false;
	}
	ExecStoreVirtualTuple(slot);
	simple_table_tuple_insert(delta, slot);
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * Write what replacing one row by another changes; either may be NULL.  Returns the
 * number of deltas written.  What is computed lies in the trigger's memory, given back
 * when it returns.
 */
static int
write_change(RollupRow *row, RollupWork *work, TupleTableSlot *new_row, TupleTableSlot *old_row)
{
	ExprState **states;
	RollupContext rights;
	Change		added;
	Change		removed;
	bool		adds;
	bool		removes;
	Relation	delta;
	int			written = 0;

	if (!row->trusted)
		rollup_enter(&rights, row->owner);
	states = row->trusted ? row->states : start_expressions(row);
	adds = new_row != NULL && one_row(row, states, work, new_row, &added);
	removes = old_row != NULL && one_row(row, states, work, old_row, &removed);
	if (!row->trusted)
		rollup_leave(&rights);

	if (adds && removes && same_group(row, &added, &removed))
	{
		removes = false;
		adds = subtract(row, added.sums, added.sums, removed.sums);
	}
	if (removes)
		subtract(row, removed.sums, NULL, removed.sums);
	if (adds || removes)
	{
		delta = table_open(row->delta, RowExclusiveLock);
		if (adds)
			insert_change(row, delta, &added);
		if (removes)
			insert_change(row, delta, &removed);
		written = adds + removes;
		table_close(delta, NoLock);
	}
	ResetExprContext(work->econtext);
	return written;
}

/* The one row of a transition table, put into the slot; NULL if it has none. */
static TupleTableSlot *
only_row(Tuplestorestate *rows, TupleTableSlot *slot)
{
	/* what an earlier call that ended in an error left there is in memory long gone */
	slot->tts_flags &= ~TTS_FLAG_SHOULDFREE;
	ExecClearTuple(slot);
	if (rows == NULL)
		return NULL;
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	return tuplestore_gettupleslot(rows, true, true, slot) ? slot : NULL;
}

/*
 * The change that one row makes.  `nested` tells that another call with this RollupRow
 * is under way: a function of the query, or a trigger on the delta table, has written
 * to the table.
 */
int
rollup_row_write(RollupRow *row, TupleTableSlot *new_row, TupleTableSlot *old_row, bool nested)
{
	return write_change(row, nested ? make_work(row) : row->work, new_row, old_row);
}

/* The same for transition tables of at most one row each. */
int
rollup_row_write_tables(RollupRow *row, Tuplestorestate *new_rows, Tuplestorestate *old_rows, bool nested)
{
	RollupWork *work = nested ? make_work(row) : row->work;
	int			written = write_change(row, work, only_row(new_rows, work->new_row), only_row(old_rows, work->old_row));

	ExecClearTuple(work->new_row);
	ExecClearTuple(work->old_row);
	return written;
}
