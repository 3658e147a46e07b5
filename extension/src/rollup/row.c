/*
 * row.c
 *		What a statement changes in a rollup, computed without the executor.
 *
 * Rows come one by one: from the transition tables of a statement, from a table that
 * joins or leaves.  Keys, filters and arguments are evaluated directly, as they were
 * analysed when the rollup was made; the aggregates' transition functions are called
 * once on their zero; and what a row brings is added to the sums of its group in memory.
 * These become deltas in the end, or earlier where they outgrow work_mem as a hash may: a group may
 * have many deltas.  So one row and a million are counted alike, no text is read again,
 * no plan is made, and no sum can overflow (wide.c).
 *
 * Expressions of trusted functions run as they are.  Any other expression is built and
 * run as the rollup's owner in a security-restricted operation, at each call anew.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "rollup/groups.h"
#include "rollup/row.h"

/* What computes one summary column. */
typedef struct Transition
{
	FmgrInfo	function;		/* of the aggregate */
	bool		strict;
	int			nargs;			/* without the state */
	Oid			collation;
	Datum		zero;			/* of the aggregate */
	bool		parts;			/* see wide.h */
} Transition;

struct RollupRow
{
	RollupDefinition *def;
	Oid			delta;
	Oid			owner;
	bool		trusted;		/* no function can be an ordinary user's */
	TupleDesc	node_desc;		/* the rows that come */
	int			nexprs;
	Expr	  **exprs;			/* planned: where, keys, then per value filter and arguments; NULL for none */
	ExprState **states;			/* of trusted expressions, else NULL */
	Transition *transitions;	/* per value */
	GroupKey   *keys;
	AttrNumber *key_attno;		/* in delta */
	AttrNumber *column_attno;
	struct RollupWork *work;	/* for calls that are not nested */
};

/* What a call works with. */
typedef struct RollupWork
{
	ExprContext *econtext;
	MemoryContext context;		/* of groups */
	TupleTableSlot *new_row;	/* as they come */
	TupleTableSlot *old_row;
	Datum	   *keys;			/* of the row at hand */
	bool	   *nulls;
} RollupWork;

/* What a statement changes. */
typedef struct Changes
{
	RollupRow  *row;
	RollupWork *work;
	ExprContext *econtext;
	ExprState **states;
	Groups		groups;
	int64		written;		/* deltas */
} Changes;

/* Plan an expression and append it; NULL for a condition that there is not. */
static void
add_expression(RollupRow *row, Node *node)
{
	Expr	   *expr = NULL;

	if (node != NULL)
	{
		/* before planning: an inlined function is no longer seen afterwards */
		if (!rollup_is_trusted(node))
			row->trusted = false;
		expr = expression_planner((Expr *) copyObject(node));
	}
	row->exprs[row->nexprs++] = expr;
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
	work->context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollup changes", ALLOCSET_DEFAULT_SIZES);
	work->new_row = MakeSingleTupleTableSlot(row->node_desc, &TTSOpsMinimalTuple);
	work->old_row = MakeSingleTupleTableSlot(row->node_desc, &TTSOpsMinimalTuple);
	work->keys = palloc(sizeof(Datum) * (row->def->nkeys + 1));
	work->nulls = palloc(sizeof(bool) * (row->def->nkeys + 1));
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
	transition->parts = wide_has_parts(form->aggtranstype);
	ReleaseSysCache(tuple);
}

/* Where a rollup stores a key or a sum. */
static AttrNumber
delta_attno(Oid delta, const char *name)
{
	AttrNumber	attno = get_attnum(delta, name);

	if (attno <= 0)
		elog(ERROR, "rollup table \"%s\" has no column %s", get_rel_name(delta), name);
	return attno;
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
	row->trusted = true;

	row->node_desc = CreateTupleDescCopyConstr(RelationGetDescr(node));

	for (i = 0; i < def->nvalues; i++)
		count += 1 + list_length(def->values[i].agg->args);
	row->exprs = palloc0(sizeof(Expr *) * count);
	add_expression(row, def->where);
	for (i = 0; i < def->nkeys; i++)
		add_expression(row, def->keys[i].expr);
	row->transitions = palloc0(sizeof(Transition) * (def->nvalues + 1));
	for (i = 0; i < def->nvalues; i++)
	{
		RollupValue *value = &def->values[i];

		add_expression(row, (Node *) value->agg->aggfilter);
		foreach(cell, value->agg->args)
			add_expression(row, (Node *) ((TargetEntry *) lfirst(cell))->expr);
		if (value->kind == ROLLUP_SUMMARY)
			make_transition(&row->transitions[i], value, owner);
	}

	row->column_attno = palloc(sizeof(AttrNumber) * def->ncolumns);
	for (i = 0; i < def->ncolumns; i++)
		row->column_attno[i] = delta_attno(rollup->delta, def->columns[i].name);
	row->keys = groups_keys(def);
	row->key_attno = palloc(sizeof(AttrNumber) * (def->nkeys + 1));
	for (i = 0; i < def->nkeys; i++)
		row->key_attno[i] = delta_attno(rollup->delta, def->keys[i].name);
	if (row->trusted)
		row->states = start_expressions(row);
	row->work = make_work(row);
	return row;
}

/* ------------------------------------------------------------------ rows */

/* Evaluate a condition, if there is one: NULL is false. */
static bool
holds(ExprState *state, ExprContext *econtext)
{
	bool		isnull;
	Datum		result;

	if (state == NULL)
		return true;
	result = ExecEvalExpr(state, econtext, &isnull);
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

/* What a value's columns get from one row: `sign` times its measure. */
static void
add_value(Changes *changes, int number, ExprState **args, GroupSum *sums, int sign)
{
	RollupRow  *row = changes->row;
	RollupValue *value = &row->def->values[number];
	GroupSum   *sum = &sums[value->column];
	Datum		arg = (Datum) 0;
	bool		isnull = false;

	if (value->kind == ROLLUP_SUMMARY)
	{
		Transition *transition = &row->transitions[number];
		Datum		summary = one_row_summary(transition, args, changes->econtext);
		MemoryContext old;

		/* most rows do not belong to every summary */
		if (summary == transition->zero)
			return;
		old = MemoryContextSwitchTo(changes->groups.context);
		sum->wide = wide_add_summary(sum->wide, summary, transition->parts, sign);
		MemoryContextSwitchTo(old);
		return;
	}
	if (value->agg->args != NIL)
		arg = ExecEvalExpr(args[0], changes->econtext, &isnull);
	if (isnull)
		return;
	switch (value->kind)
	{
		case ROLLUP_COUNT:
			sum[0].whole += sign;
			break;
		case ROLLUP_SUM_INT:
			sum[0].whole += sign * (int64) (linitial_oid(value->agg->aggargtypes) == INT2OID ?
											DatumGetInt16(arg) : DatumGetInt32(arg));
			sum[1].whole += sign;
			break;
		case ROLLUP_SUM_BIGINT:
			sum[0].whole += sign * (int128) DatumGetInt64(arg);
			sum[1].whole += sign;
			break;
		case ROLLUP_SUM_NUMERIC:
			{
				Numeric		measure = DatumGetNumeric(arg);

				sum[1].whole += sign;
				if (numeric_is_nan(measure))
					sum[2].whole += sign;
				else if (!numeric_is_inf(measure))
					sum_add_number(&changes->groups, &sum[0], measure, sign);
				else if (DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(measure), NumericGetDatum(int64_to_numeric(0)))))
					sum[3].whole += sign;
				else
					sum[4].whole += sign;
				break;
			}
		case ROLLUP_SUMMARY:
			break;
	}
}

/* Count a row in, or out (sign -1). */
static void
add_row(Changes *changes, TupleTableSlot *slot, int sign)
{
	RollupDefinition *def = changes->row->def;
	ExprContext *econtext = changes->econtext;
	MemoryContext old;
	int			next = 0;
	int			i;

	ResetExprContext(econtext);
	old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	econtext->ecxt_scantuple = slot;
	if (holds(changes->states[next++], econtext))
	{
		SumGroup	like = {.keys = changes->work->keys, .nulls = changes->work->nulls};
		GroupSum   *sums;

		for (i = 0; i < def->nkeys; i++)
			like.keys[i] = ExecEvalExpr(changes->states[next++], econtext, &like.nulls[i]);
		sums = groups_find(&changes->groups, &like, true)->sums;
		sums[0].whole += sign;
		for (i = 0; i < def->nvalues; i++)
		{
			ExprState  *condition = changes->states[next++];

			if (holds(condition, econtext))
				add_value(changes, i, &changes->states[next], sums, sign);
			next += list_length(def->values[i].agg->args);
		}
	}
	MemoryContextSwitchTo(old);
}

/* Are a table's columns as they were made: no other one, no key that may not be NULL? */
static bool
has_plain_columns(const RollupRow *row, TupleDesc desc)
{
	int			count = 0;
	int			i;

	for (i = 0; i < desc->natts; i++)
		count += !TupleDescAttr(desc, i)->attisdropped;
	for (i = 0; i < row->def->nkeys; i++)
		if (TupleDescAttr(desc, row->key_attno[i] - 1)->attnotnull)
			return false;
	return count == row->def->nkeys + row->def->ncolumns;
}

/* An ERROR unless a row may be put into the table without the executor's help: event triggers see to that (ddl.c). */
static void
check_plain(const RollupRow *row, Relation delta)
{
	TupleConstr *constr = RelationGetDescr(delta)->constr;

	if ((delta->rd_rel->relhasindex && RelationGetIndexList(delta) != NIL) || !has_plain_columns(row, RelationGetDescr(delta)) ||
		(constr != NULL && (constr->num_check > 0 || constr->has_generated_stored)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" of a rollup has a column, a constraint or an index that it was not made with",
						RelationGetRelationName(delta)),
				 errhint("Undo that, or drop the rollup with emgov.drop_rollup().")));
}

/* Put the deltas of changed groups into their table. */
static void
insert_deltas(Changes *changes, Relation delta)
{
	RollupRow  *row = changes->row;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(delta), &TTSOpsVirtual);
	MemoryContext old = MemoryContextSwitchTo(changes->groups.context);
	int			i;
	int			g;

	for (g = 0; g < changes->groups.n; g++)
	{
		SumGroup   *group = changes->groups.group[g];

		if (group_is_zero(&changes->groups, group))
			continue;
		ExecClearTuple(slot);
		memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
		for (i = 0; i < row->def->nkeys; i++)
		{
			slot->tts_values[row->key_attno[i] - 1] = group->keys[i];
			slot->tts_isnull[row->key_attno[i] - 1] = group->nulls[i];
		}
		for (i = 0; i < row->def->ncolumns; i++)
		{
			slot->tts_values[row->column_attno[i] - 1] = sum_datum(&group->sums[i], row->def->columns[i].kind);
			slot->tts_isnull[row->column_attno[i] - 1] = false;
		}
		ExecStoreVirtualTuple(slot);
		simple_table_tuple_insert(delta, slot);
		changes->written++;
	}
	MemoryContextSwitchTo(old);
	ExecDropSingleTupleTableSlot(slot);
}

/* Write what has come together, and forget it. */
static void
write_changes(Changes *changes)
{
	Relation	delta;

	if (changes->groups.n > 0)
	{
		delta = table_open(changes->row->delta, RowExclusiveLock);
		check_plain(changes->row, delta);
		insert_deltas(changes, delta);
		table_close(delta, NoLock);
	}
	groups_forget(&changes->groups);
}

/* Write what has come together if it has become too much for memory. */
static void
write_if_large(Changes *changes)
{
	if (changes->written >= 0 && groups_are_large(&changes->groups))
		write_changes(changes);
}

/* ------------------------------------------------------------------ calls */

/* Begin to collect changes; untrusted expressions are begun by and run as the rollup's owner. */
static void
begin_changes(Changes *changes, RollupRow *row, RollupWork *work, RollupContext *rights)
{
	memset(changes, 0, sizeof(Changes));
	changes->row = row;
	changes->work = work;
	changes->econtext = work->econtext;
	changes->groups.def = row->def;
	changes->groups.keys = row->keys;
	changes->groups.context = work->context;
	/* an earlier call may have ended in an error */
	groups_forget(&changes->groups);
	if (!row->trusted)
		rollup_enter(rights, row->owner);
	changes->states = row->trusted ? row->states : start_expressions(row);
}

/* Write the rest; returns the number of deltas. */
static int64
end_changes(Changes *changes, const RollupContext *rights)
{
	if (!changes->row->trusted)
		rollup_leave(rights);
	write_changes(changes);
	ResetExprContext(changes->econtext);
	return changes->written;
}

/* Count all rows of a transition table. */
static void
add_rows(Changes *changes, Tuplestorestate *rows, TupleTableSlot *slot, int sign)
{
	/* what an earlier call that ended in an error left there is in memory long gone */
	slot->tts_flags &= ~TTS_FLAG_SHOULDFREE;
	ExecClearTuple(slot);
	if (rows == NULL)
		return;
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		add_row(changes, slot, sign);
		write_if_large(changes);
	}
	ExecClearTuple(slot);
}

/*
 * Write what a statement changes that brought and took away these rows; either may be
 * NULL.  Returns the number of deltas written.  `nested` tells that another call with
 * this RollupRow is under way: a function of the query has written to the table.
 */
int64
rollup_row_write_tables(RollupRow *row, Tuplestorestate *new_rows, Tuplestorestate *old_rows, bool nested)
{
	RollupWork *work = nested ? make_work(row) : row->work;
	RollupContext rights;
	Changes		changes;

	begin_changes(&changes, row, work, &rights);
	add_rows(&changes, new_rows, work->new_row, 1);
	add_rows(&changes, old_rows, work->old_row, -1);
	return end_changes(&changes, &rights);
}

/* The same for one row that replaces another; either may be NULL. */
int64
rollup_row_write(RollupRow *row, TupleTableSlot *new_row, TupleTableSlot *old_row, bool nested)
{
	RollupWork *work = nested ? make_work(row) : row->work;
	RollupContext rights;
	Changes		changes;

	begin_changes(&changes, row, work, &rights);
	if (new_row)
		add_row(&changes, new_row, 1);
	if (old_row)
		add_row(&changes, old_row, -1);
	return end_changes(&changes, &rights);
}

/* Count all rows of a table as a snapshot shows them. */
static void
add_table(Changes *changes, Relation node, Snapshot snapshot, int sign)
{
	TupleTableSlot *slot = table_slot_create(node, NULL);
	TableScanDesc scan = table_beginscan(node, snapshot, 0, NULL);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		add_row(changes, slot, sign);
		write_if_large(changes);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}

/* An ERROR if two snapshots show different rows of a table, as far as the rollup is concerned. */
static void
check_unchanged(RollupRow *row, Relation node, Snapshot mine, Snapshot latest)
{
	RollupContext rights;
	Changes		changes;
	int			i;

	begin_changes(&changes, row, row->work, &rights);
	/* nothing is written: all of it must stay in memory */
	changes.written = -1;
	add_table(&changes, node, mine, 1);
	add_table(&changes, node, latest, -1);
	for (i = 0; i < changes.groups.n; i++)
		if (!group_is_zero(&changes.groups, changes.groups.group[i]))
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent update"),
					 errdetail("A table under a rollup was written to after this transaction's snapshot."),
					 errhint("The transaction might succeed if retried.")));
	changes.groups.n = 0;
	end_changes(&changes, &rights);
}

/*
 * Count all rows of a node in, or out (sign -1): it joins or leaves the rollup's table,
 * or the rollup is filled.  The caller holds a lock that keeps writers out, and acts as
 * the rollup's owner, who may read all rows.
 *
 * The rows are counted as they are now and not as the transaction's snapshot shows them.
 * Where the two differ, at REPEATABLE READ and above, the transaction could not see a
 * rollup that is exact both for itself and for others: it fails as any transaction does
 * there that meets a newer change.
 */
int64
rollup_row_add_table(RollupRow *row, Relation node, int sign)
{
	Snapshot	latest;
	RollupContext rights;
	Changes		changes;
	int64		written;

	CommandCounterIncrement();
	latest = RegisterSnapshot(GetLatestSnapshot());
	if (IsolationUsesXactSnapshot())
	{
		Snapshot	mine = RegisterSnapshot(GetTransactionSnapshot());

		check_unchanged(row, node, mine, latest);
		UnregisterSnapshot(mine);
	}
	begin_changes(&changes, row, row->work, &rights);
	add_table(&changes, node, latest, sign);
	written = end_changes(&changes, &rights);
	UnregisterSnapshot(latest);
	CommandCounterIncrement();
	return written;
}
