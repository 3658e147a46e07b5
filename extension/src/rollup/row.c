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
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "rollup/row.h"
#include "rollup/wide.h"

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

/* How a key is found and kept. */
typedef struct Key
{
	FmgrInfo	eq;
	FmgrInfo	hash;
	Oid			collation;
	int16		length;
	bool		by_value;
	AttrNumber	attno;			/* in delta */
} Key;

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
	Key		   *keys;
	AttrNumber *column_attno;	/* in delta */
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

/* The sum of one stored column. */
typedef struct Sum
{
	int128		whole;			/* of whole numbers */
	Numeric		number;			/* of others, NULL for none */
	Wide	   *wide;			/* of summaries, NULL for none */
} Sum;

/* What a statement changes in one group. */
typedef struct RowGroup
{
	uint32		hash;
	Datum	   *keys;
	bool	   *nulls;
	Sum		   *sums;			/* per stored column */
} RowGroup;

typedef struct GroupEntry
{
	RowGroup   *group;
	uint32		hash;
	char		status;
} GroupEntry;

static bool same_keys(const RollupRow *row, const RowGroup *a, const RowGroup *b);

#define SH_PREFIX group_table
#define SH_ELEMENT_TYPE GroupEntry
#define SH_KEY_TYPE RowGroup *
#define SH_KEY group
#define SH_HASH_KEY(table, key) (key)->hash
#define SH_EQUAL(table, a, b) same_keys((const RollupRow *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static pg_attribute_unused() inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* So many groups are looked through rather than hashed. */
#define FEW_GROUPS	4

/* What a statement changes. */
typedef struct Changes
{
	RollupRow  *row;
	RollupWork *work;
	ExprContext *econtext;
	ExprState **states;
	MemoryContext context;		/* of all groups */
	int			ngroups;
	int			space;
	RowGroup  **groups;
	group_table_hash *table;	/* NULL while they are few */
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

/* Prepare the finding and keeping of a key. */
static void
make_key(Key *key, const RollupKey *definition, Oid delta)
{
	TypeCacheEntry *type = lookup_type_cache(definition->type, TYPECACHE_HASH_PROC);

	if (!OidIsValid(type->hash_proc))
		elog(ERROR, "type %u cannot be hashed", definition->type);
	fmgr_info(get_opcode(definition->eq), &key->eq);
	fmgr_info(type->hash_proc, &key->hash);
	key->collation = definition->collation;
	get_typlenbyval(definition->type, &key->length, &key->by_value);
	key->attno = delta_attno(delta, definition->name);
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
	row->keys = palloc0(sizeof(Key) * (def->nkeys + 1));
	for (i = 0; i < def->nkeys; i++)
		make_key(&row->keys[i], &def->keys[i], rollup->delta);
	if (row->trusted)
		row->states = start_expressions(row);
	row->work = make_work(row);
	return row;
}

/* ------------------------------------------------------------------ groups */

/* Are two values of a key the same bytes, and so surely equal?  Most are, and a call of the operator takes longer. */
static inline bool
is_same_image(const Key *key, Datum a, Datum b)
{
	if (key->by_value)
		return a == b;
	return key->length == -1 && VARSIZE_ANY(DatumGetPointer(a)) == VARSIZE_ANY(DatumGetPointer(b)) &&
		memcmp(DatumGetPointer(a), DatumGetPointer(b), VARSIZE_ANY(DatumGetPointer(a))) == 0;
}

/* Do two changes belong to one group?  NULL keys are equal. */
static bool
same_keys(const RollupRow *row, const RowGroup *a, const RowGroup *b)
{
	int			i;

	for (i = 0; i < row->def->nkeys; i++)
	{
		if (a->nulls[i] != b->nulls[i])
			return false;
		if (!a->nulls[i] && !is_same_image(&row->keys[i], a->keys[i], b->keys[i]) &&
			!DatumGetBool(FunctionCall2Coll(&row->keys[i].eq, row->keys[i].collation, a->keys[i], b->keys[i])))
			return false;
	}
	return true;
}

/* The hash of a group's keys. */
static uint32
hash_keys(RollupRow *row, const RowGroup *group)
{
	uint32		hash = 0;
	int			i;

	for (i = 0; i < row->def->nkeys; i++)
	{
		hash = pg_rotate_left32(hash, 1);
		if (!group->nulls[i])
			hash ^= DatumGetUInt32(FunctionCall1Coll(&row->keys[i].hash, row->keys[i].collation, group->keys[i]));
	}
	return murmurhash32(hash);
}

/* A group that is not known yet. */
static RowGroup *
new_group(Changes *changes, const RowGroup *like)
{
	RollupRow  *row = changes->row;
	int			nkeys = row->def->nkeys;
	MemoryContext old = MemoryContextSwitchTo(changes->context);
	/* in one piece: how many groups fit into memory is what a large statement depends on */
	RowGroup   *group = palloc0(sizeof(RowGroup) + sizeof(Sum) * row->def->ncolumns + (sizeof(Datum) + sizeof(bool)) * nkeys);
	int			i;

	group->hash = like->hash;
	group->sums = (Sum *) (group + 1);
	group->keys = (Datum *) (group->sums + row->def->ncolumns);
	group->nulls = (bool *) (group->keys + nkeys);
	for (i = 0; i < nkeys; i++)
	{
		group->nulls[i] = like->nulls[i];
		group->keys[i] = like->nulls[i] ? (Datum) 0 :
			datumCopy(like->keys[i], row->keys[i].by_value, row->keys[i].length);
	}
	if (changes->ngroups == changes->space)
	{
		changes->space = Max(FEW_GROUPS, changes->space * 2);
		changes->groups = changes->groups == NULL ? palloc(sizeof(RowGroup *) * changes->space) :
			repalloc_huge(changes->groups, sizeof(RowGroup *) * changes->space);
	}
	changes->groups[changes->ngroups++] = group;
	MemoryContextSwitchTo(old);
	return group;
}

/* The group with these keys. */
static RowGroup *
find_group(Changes *changes, RowGroup *like)
{
	bool		found;
	GroupEntry *entry;
	int			i;

	/* one or two rows need no hash, nor a key's hash function */
	like->hash = changes->table ? hash_keys(changes->row, like) : 0;
	if (changes->table == NULL)
	{
		for (i = 0; i < changes->ngroups; i++)
			if (same_keys(changes->row, changes->groups[i], like))
				return changes->groups[i];
		if (changes->ngroups < FEW_GROUPS)
			return new_group(changes, like);
		changes->table = group_table_create(changes->context, 64, changes->row);
		for (i = 0; i < changes->ngroups; i++)
		{
			changes->groups[i]->hash = hash_keys(changes->row, changes->groups[i]);
			group_table_insert(changes->table, changes->groups[i], &found);
		}
		like->hash = hash_keys(changes->row, like);
	}
	entry = group_table_insert(changes->table, like, &found);
	if (!found)
		entry->group = new_group(changes, like);
	return entry->group;
}

/* ------------------------------------------------------------------ sums */

/* 128 bits as numeric. */
static Numeric
numeric_of(int128 whole)
{
	Datum		unit;
	Datum		upper;

	if (whole == (int64) whole)
		return int64_to_numeric((int64) whole);
	unit = NumericGetDatum(int64_to_numeric(INT64CONST(1000000000000000000)));
	upper = NumericGetDatum(numeric_of(whole / INT64CONST(1000000000000000000)));
	return DatumGetNumeric(DirectFunctionCall2(numeric_add, DirectFunctionCall2(numeric_mul, upper, unit),
											   NumericGetDatum(int64_to_numeric((int64) (whole % INT64CONST(1000000000000000000))))));
}

/* Has a number so many digits that a sum of some could have more than a numeric can? */
static bool
is_huge(Numeric number)
{
	const uint16 *stored = (const uint16 *) VARDATA(number);

	/* the stored form (see kernel/decimal_numeric.c): only the long one has a weight of its own */
	return (stored[0] & 0x8000) == 0 && (int16) stored[1] > 32700;
}

/* sum := sum + sign * number; a number that came too large is refused, one that goes is not */
static void
add_number(Changes *changes, Sum *sum, Numeric number, int sign)
{
	MemoryContext old;
	Numeric		was = sum->number;

	if (sign > 0 && is_huge(number))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a number of more than 130800 digits cannot be summed in a rollup")));
	old = MemoryContextSwitchTo(changes->context);
	if (was == NULL)
		was = int64_to_numeric(0);
	sum->number = DatumGetNumeric(DirectFunctionCall2(sign > 0 ? numeric_add : numeric_sub,
													  NumericGetDatum(was), NumericGetDatum(number)));
	pfree(was);
	MemoryContextSwitchTo(old);
}

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
add_value(Changes *changes, int number, ExprState **args, Sum *sums, int sign)
{
	RollupRow  *row = changes->row;
	RollupValue *value = &row->def->values[number];
	Sum		   *sum = &sums[value->column];
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
		old = MemoryContextSwitchTo(changes->context);
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
					add_number(changes, &sum[0], measure, sign);
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
		RowGroup	like = {.keys = changes->work->keys, .nulls = changes->work->nulls};
		Sum		   *sums;

		for (i = 0; i < def->nkeys; i++)
			like.keys[i] = ExecEvalExpr(changes->states[next++], econtext, &like.nulls[i]);
		sums = find_group(changes, &like)->sums;
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

/* Is a sum zero? */
static bool
is_zero(const Sum *sum)
{
	return sum->whole == 0 &&
		(sum->number == NULL ||
		 DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(sum->number), NumericGetDatum(int64_to_numeric(0))))) &&
		wide_is_zero(sum->wide);
}

/* Does a group change at all? */
static bool
is_changed(const RollupRow *row, const RowGroup *group)
{
	int			i;

	for (i = 0; i < row->def->ncolumns; i++)
		if (!is_zero(&group->sums[i]))
			return true;
	return false;
}

/* A sum as it is stored. */
static Datum
stored_sum(const RollupRow *row, Sum *sum, int column)
{
	switch (row->def->columns[column].kind)
	{
		case ROLLUP_COLUMN_COUNT:
		case ROLLUP_COLUMN_INT8:
			return Int64GetDatum((int64) sum->whole);
		case ROLLUP_COLUMN_NUMERIC:
			if (sum->number == NULL)
				return NumericGetDatum(numeric_of(sum->whole));
			return NumericGetDatum(sum->number);
		case ROLLUP_COLUMN_SUMMARY:
			return wide_datum(sum->wide);
	}
	return (Datum) 0;
}

/* Are a table's columns as they were made: no other one, which may have a default, no key that may not be NULL? */
static bool
has_plain_columns(const RollupRow *row, TupleDesc desc)
{
	int			count = 0;
	int			i;

	for (i = 0; i < desc->natts; i++)
		count += !TupleDescAttr(desc, i)->attisdropped;
	for (i = 0; i < row->def->nkeys; i++)
		if (TupleDescAttr(desc, row->keys[i].attno - 1)->attnotnull)
			return false;
	return count == row->def->nkeys + row->def->ncolumns;
}

/* May a row be put into the table without the executor's help? */
static bool
is_plain(const RollupRow *row, Relation delta)
{
	TupleConstr *constr = RelationGetDescr(delta)->constr;

	return delta->rd_rel->relkind == RELKIND_RELATION && !delta->rd_rel->relhasindex &&
		has_plain_columns(row, RelationGetDescr(delta)) &&
		!delta->rd_rel->relhasrules && delta->trigdesc == NULL &&
		(constr == NULL || (constr->num_check == 0 && !constr->has_generated_stored));
}

/* Put the deltas of changed groups into a table that somebody gave an index, a check or a column. */
static void
insert_slowly(Changes *changes)
{
	RollupRow  *row = changes->row;
	RollupDefinition *def = row->def;
	int			nargs = def->nkeys + def->ncolumns;
	Oid		   *types = palloc(sizeof(Oid) * nargs);
	Datum	   *values = palloc(sizeof(Datum) * nargs);
	char	   *nulls = palloc(nargs);
	StringInfoData sql;
	RollupContext rights;
	SPIPlanPtr	plan;
	int			i;
	int			g;

	SPI_connect();
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (i = 0; i < nargs; i++)
	{
		types[i] = i < def->nkeys ? def->keys[i].type : def->columns[i - def->nkeys].type;
		appendStringInfo(&sql, "%s$%d", i == 0 ? "" : ", ", i + 1);
	}
	rollup_enter(&rights, row->owner);
	plan = SPI_prepare(rollup_sql_insert(def, row->delta, sql.data), nargs, types);
	if (plan == NULL)
		elog(ERROR, "could not prepare the change of a rollup: %s", SPI_result_code_string(SPI_result));
	for (g = 0; g < changes->ngroups; g++)
	{
		RowGroup   *group = changes->groups[g];

		if (!is_changed(row, group))
			continue;
		for (i = 0; i < def->nkeys; i++)
		{
			values[i] = group->keys[i];
			nulls[i] = group->nulls[i] ? 'n' : ' ';
		}
		for (i = 0; i < def->ncolumns; i++)
		{
			values[def->nkeys + i] = stored_sum(row, &group->sums[i], i);
			nulls[def->nkeys + i] = ' ';
		}
		if (SPI_execute_plan(plan, values, nulls, false, 0) < 0)
			elog(ERROR, "could not write the change of a rollup");
		changes->written++;
	}
	rollup_leave(&rights);
	SPI_finish();
}

/* Put the deltas of changed groups into a plain table. */
static void
insert_plainly(Changes *changes, Relation delta)
{
	RollupRow  *row = changes->row;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(delta), &TTSOpsVirtual);
	MemoryContext old = MemoryContextSwitchTo(changes->context);
	int			i;
	int			g;

	for (g = 0; g < changes->ngroups; g++)
	{
		RowGroup   *group = changes->groups[g];

		if (!is_changed(row, group))
			continue;
		ExecClearTuple(slot);
		memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
		for (i = 0; i < row->def->nkeys; i++)
		{
			slot->tts_values[row->keys[i].attno - 1] = group->keys[i];
			slot->tts_isnull[row->keys[i].attno - 1] = group->nulls[i];
		}
		for (i = 0; i < row->def->ncolumns; i++)
		{
			slot->tts_values[row->column_attno[i] - 1] = stored_sum(row, &group->sums[i], i);
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

	if (changes->ngroups > 0)
	{
		delta = table_open(changes->row->delta, RowExclusiveLock);
		if (is_plain(changes->row, delta))
			insert_plainly(changes, delta);
		else
			insert_slowly(changes);
		table_close(delta, NoLock);
	}
	MemoryContextReset(changes->context);
	changes->ngroups = changes->space = 0;
	changes->groups = NULL;
	changes->table = NULL;
}

/* Write what has come together if it has become too much for memory. */
static void
write_if_large(Changes *changes)
{
	if (changes->table != NULL && changes->written >= 0 &&
		MemoryContextMemAllocated(changes->context, true) > work_mem * 1024.0 * hash_mem_multiplier)
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
	changes->context = work->context;
	/* an earlier call may have ended in an error */
	MemoryContextReset(changes->context);
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
	for (i = 0; i < changes.ngroups; i++)
		if (is_changed(row, changes.groups[i]))
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent update"),
					 errdetail("A table under a rollup was written to after this transaction's snapshot."),
					 errhint("The transaction might succeed if retried.")));
	changes.ngroups = 0;
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
