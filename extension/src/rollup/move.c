/*
 * move.c
 *		Moving deltas into total: what a fold does.
 *
 * Deltas are taken out of their table and added up by group in memory; each group is then looked up in
 * total and updated, put in if it is new, or taken out if nothing is left of it.  What is taken at a
 * time, as much as memory holds, has one command id, so that every snapshot sees either all of it or
 * nothing.  Nothing is planned: a fold is a part of somebody's statement.
 *
 * A group that stays is updated: its keys are the same, so the indexes have nothing to learn, and the old
 * version goes with the next look at its page.  Two rows of one group, which should never be, become one.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "rollup/groups.h"

/* So many blocks of delta are read between two looks at the clock. */
#define BLOCKS_AT_ONCE	32

/* Total is read as a whole rather than by its index when so many groups are looked for in each of its blocks. */
#define MANY_IN_A_BLOCK	8

/* One of the two tables. */
typedef struct Part
{
	Relation	relation;
	AttrNumber *columns;		/* of the stored columns, keys first */
	TupleTableSlot *slot;		/* of a row that is read */
} Part;

typedef struct Move
{
	const RollupDefinition *def;
	Part		delta;
	Part		total;
	Snapshot	snapshot;
	EState	   *estate;
	ResultRelInfo *target;		/* total, with its indexes */
	int			index;			/* the number of that by the hash of the keys; -1 if there is none */
	TupleTableSlot *row;		/* that is written to total */
	Groups		groups;
	SumGroup	like;			/* the keys of a row at hand */
} Move;

/* ------------------------------------------------------------------ the tables */

/* Open one of the tables. */
static void
open_part(Part *part, const RollupDefinition *def, Oid relid)
{
	part->relation = table_open(relid, RowExclusiveLock);
	part->slot = table_slot_create(part->relation, NULL);
	part->columns = palloc(sizeof(AttrNumber) * (def->nkeys + def->ncolumns));
	for (int i = 0; i < def->nkeys + def->ncolumns; i++)
	{
		const char *name = i < def->nkeys ? def->keys[i].name : def->columns[i - def->nkeys].name;

		part->columns[i] = get_attnum(relid, name);
		if (part->columns[i] <= 0)
			elog(ERROR, "rollup table \"%s\" has no column %s", RelationGetRelationName(part->relation), name);
	}
}

/* Is an index that by the hash of the keys, which create_rollup() makes? */
static bool
is_by_hash(const Move *move, Relation index, const IndexInfo *info)
{
	FuncExpr   *hash = info->ii_Expressions != NIL ? linitial(info->ii_Expressions) : NULL;
	RowExpr    *keys;

	if (info->ii_NumIndexAttrs != 1 || info->ii_Predicate != NIL || !info->ii_ReadyForInserts || !index->rd_index->indisvalid ||
		index->rd_rel->relam != BTREE_AM_OID || index->rd_opcintype[0] != INT8OID ||
		hash == NULL || !IsA(hash, FuncExpr) || hash->funcid != F_HASH_RECORD_EXTENDED)
		return false;
	keys = linitial(hash->args);
	if (!IsA(keys, RowExpr) || list_length(keys->args) != move->def->nkeys)
		return false;
	for (int i = 0; i < move->def->nkeys; i++)
	{
		Var		   *key = list_nth(keys->args, i);

		if (!IsA(key, Var) || key->varattno != move->total.columns[i])
			return false;
	}
	return true;
}

/* Get ready; the caller holds the fold lock, and acts as the rollup's owner. */
static void
begin_move(Move *move, const Rollup *rollup, const RollupDefinition *def)
{
	memset(move, 0, sizeof(Move));
	move->def = def;
	open_part(&move->delta, def, rollup->delta);
	open_part(&move->total, def, rollup->total);
	move->row = MakeSingleTupleTableSlot(RelationGetDescr(move->total.relation), &TTSOpsVirtual);
	move->groups.def = def;
	move->groups.keys = groups_keys(def);
	move->groups.context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollup fold", ALLOCSET_DEFAULT_SIZES);
	move->like.keys = palloc(sizeof(Datum) * (def->nkeys + 1));
	move->like.nulls = palloc(sizeof(bool) * (def->nkeys + 1));
	move->estate = CreateExecutorState();
	move->target = makeNode(ResultRelInfo);
	InitResultRelInfo(move->target, move->total.relation, 0, NULL, 0);
	move->target->ri_TrigDesc = NULL;	/* there are none */
	ExecOpenIndices(move->target, false);
	move->index = -1;
	for (int i = 0; i < move->target->ri_NumIndices; i++)
		if (is_by_hash(move, move->target->ri_IndexRelationDescs[i], move->target->ri_IndexRelationInfo[i]))
			move->index = i;
}

static void
end_move(Move *move)
{
	ExecCloseIndices(move->target);
	ExecDropSingleTupleTableSlot(move->row);
	ExecDropSingleTupleTableSlot(move->delta.slot);
	ExecDropSingleTupleTableSlot(move->total.slot);
	ExecResetTupleTable(move->estate->es_tupleTable, false);
	FreeExecutorState(move->estate);
	MemoryContextDelete(move->groups.context);
	table_close(move->delta.relation, NoLock);
	table_close(move->total.relation, NoLock);
}

/* The keys of the row that a part's slot holds. */
static SumGroup *
keys_of(Move *move, const Part *part)
{
	SumGroup   *like = &move->like;

	for (int i = 0; i < move->def->nkeys; i++)
	{
		like->keys[i] = slot_getattr(part->slot, part->columns[i], &like->nulls[i]);
		/* it is kept beyond the row, and compared by its bytes */
		if (!like->nulls[i] && move->groups.keys[i].length == -1)
			like->keys[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(like->keys[i]));
	}
	return like;
}

/* Add the sums of that row to a group. */
static void
add_sums(Move *move, const Part *part, SumGroup *group)
{
	const RollupDefinition *def = move->def;

	for (int i = 0; i < def->ncolumns; i++)
	{
		bool		isnull;
		Datum		stored = slot_getattr(part->slot, part->columns[def->nkeys + i], &isnull);

		if (!isnull)
			sum_add_stored(&move->groups, &group->sums[i], def->columns[i].kind, stored);
	}
}

/* ------------------------------------------------------------------ out of delta */

/* Take the delta that the slot holds; false if somebody has taken it. */
static bool
take(Move *move)
{
	MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(move->estate));
	TM_FailureData failure;
	TM_Result	result = table_tuple_delete(move->delta.relation, &move->delta.slot->tts_tid, GetCurrentCommandId(true),
											move->snapshot, InvalidSnapshot, true, &failure, false);

	if (result == TM_Ok)
		add_sums(move, &move->delta, groups_find(&move->groups, keys_of(move, &move->delta), true));
	MemoryContextSwitchTo(old);
	ResetPerTupleExprContext(move->estate);
	return result == TM_Ok;
}

/* Take at most so many deltas out of some blocks. */
static int64
take_from_blocks(Move *move, BlockNumber first, BlockNumber count, int64 most)
{
	ItemPointerData start;
	ItemPointerData end;
	TableScanDesc scan;
	int64		taken = 0;

	ItemPointerSet(&start, first, FirstOffsetNumber);
	ItemPointerSet(&end, first + count - 1, MaxOffsetNumber);
	scan = table_beginscan_tidrange(move->delta.relation, move->snapshot, &start, &end);
	while (taken < most && table_scan_getnextslot_tidrange(scan, ForwardScanDirection, move->delta.slot))
	{
		CHECK_FOR_INTERRUPTS();
		taken += take(move);
	}
	table_endscan(scan);
	ExecClearTuple(move->delta.slot);
	return taken;
}

/* ------------------------------------------------------------------ into total */

/* A row of total belongs to this group: its sums are the group's from now on. */
static void
found_in_total(Move *move, SumGroup *group)
{
	MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(move->estate));

	add_sums(move, &move->total, group);
	MemoryContextSwitchTo(old);
	ResetPerTupleExprContext(move->estate);
	if (ItemPointerIsValid(&group->place))
		simple_table_tuple_delete(move->total.relation, &move->total.slot->tts_tid, move->snapshot);
	else
		group->place = move->total.slot->tts_tid;
}

/* The group that the row of total in the slot belongs to; NULL if it is none of those that change. */
static SumGroup *
group_of_row(Move *move)
{
	MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(move->estate));
	SumGroup   *group = groups_find(&move->groups, keys_of(move, &move->total), false);

	MemoryContextSwitchTo(old);
	ResetPerTupleExprContext(move->estate);
	return group != NULL && group->settled ? NULL : group;
}

/* Find the groups' rows in total by reading all of it. */
static void
look_through(Move *move)
{
	TableScanDesc scan = table_beginscan(move->total.relation, move->snapshot, 0, NULL);

	while (table_scan_getnextslot(scan, ForwardScanDirection, move->total.slot))
	{
		SumGroup   *group = group_of_row(move);

		CHECK_FOR_INTERRUPTS();
		if (group != NULL)
			found_in_total(move, group);
	}
	table_endscan(scan);
}

/* The hash of a group's keys, as the index has it. */
static Datum
index_hash(Move *move, const SumGroup *group)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	ExecClearTuple(move->row);
	memset(move->row->tts_isnull, true, sizeof(bool) * RelationGetDescr(move->total.relation)->natts);
	for (int i = 0; i < move->def->nkeys; i++)
	{
		move->row->tts_values[move->total.columns[i] - 1] = group->keys[i];
		move->row->tts_isnull[move->total.columns[i] - 1] = group->nulls[i];
	}
	ExecStoreVirtualTuple(move->row);
	GetPerTupleExprContext(move->estate)->ecxt_scantuple = move->row;
	FormIndexDatum(move->target->ri_IndexRelationInfo[move->index], move->row, move->estate, values, nulls);
	ResetPerTupleExprContext(move->estate);
	return values[0];
}

/* Find the groups' rows in total by the index. */
static void
look_up(Move *move)
{
	/* the scan keeps what it allocates: nothing of it is for one row */
	IndexScanDesc scan = begin_index_scan(move->total.relation, move->target->ri_IndexRelationDescs[move->index], move->snapshot, 1);

	for (int i = 0; i < move->groups.n; i++)
	{
		SumGroup   *group = move->groups.group[i];
		ScanKeyData key;

		CHECK_FOR_INTERRUPTS();
		ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT8EQ, index_hash(move, group));
		index_rescan(scan, &key, 1, NULL, 0);
		while (index_getnext_slot(scan, ForwardScanDirection, move->total.slot))
			if (group_of_row(move) == group)
				found_in_total(move, group);
	}
	index_endscan(scan);
}

/* Write what a group has come to. */
static void
write_group(Move *move, SumGroup *group)
{
	const RollupDefinition *def = move->def;
	bool		is_new = !ItemPointerIsValid(&group->place);
	EPQState	recheck;

	if (group_is_zero(&move->groups, group))
	{
		if (!is_new)
			simple_table_tuple_delete(move->total.relation, &group->place, move->snapshot);
		return;
	}
	ExecClearTuple(move->row);
	memset(move->row->tts_isnull, true, sizeof(bool) * RelationGetDescr(move->total.relation)->natts);
	if (!is_new)
	{
		if (!table_tuple_fetch_row_version(move->total.relation, &group->place, move->snapshot, move->total.slot))
			elog(ERROR, "a row of \"%s\" is gone", RelationGetRelationName(move->total.relation));
		slot_getallattrs(move->total.slot);
		memcpy(move->row->tts_values, move->total.slot->tts_values, sizeof(Datum) * RelationGetDescr(move->total.relation)->natts);
		memcpy(move->row->tts_isnull, move->total.slot->tts_isnull, sizeof(bool) * RelationGetDescr(move->total.relation)->natts);
	}
	for (int i = 0; is_new && i < def->nkeys; i++)
	{
		move->row->tts_values[move->total.columns[i] - 1] = group->keys[i];
		move->row->tts_isnull[move->total.columns[i] - 1] = group->nulls[i];
	}
	for (int i = 0; i < def->ncolumns; i++)
	{
		move->row->tts_values[move->total.columns[def->nkeys + i] - 1] = sum_datum(&group->sums[i], def->columns[i].kind);
		move->row->tts_isnull[move->total.columns[def->nkeys + i] - 1] = false;
	}
	ExecStoreVirtualTuple(move->row);
	if (is_new)
	{
		ExecSimpleRelationInsert(move->target, move->estate, move->row);
		return;
	}
	init_recheck(&recheck, move->estate);
	ExecSimpleRelationUpdate(move->target, move->estate, &recheck, move->total.slot, move->row);
	EvalPlanQualEnd(&recheck);
}

/* Write all groups that have changed. */
static void
write_groups(Move *move)
{
	int			kept = 0;

	/* what came and went again changes nothing */
	for (int i = 0; i < move->groups.n; i++)
	{
		SumGroup   *group = move->groups.group[i];

		group->settled = group_is_zero(&move->groups, group);
		if (!group->settled)
			move->groups.group[kept++] = group;
	}
	move->groups.n = kept;
	if (kept == 0)
		return;
	if (move->index < 0 || kept / MANY_IN_A_BLOCK > (int64) RelationGetNumberOfBlocks(move->total.relation))
		look_through(move);
	else
		look_up(move);
	for (int i = 0; i < kept; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(GetPerTupleMemoryContext(move->estate));

		CHECK_FOR_INTERRUPTS();
		write_group(move, move->groups.group[i]);
		MemoryContextSwitchTo(old);
		ResetPerTupleExprContext(move->estate);
	}
	ExecClearTuple(move->row);
	ExecClearTuple(move->total.slot);
}

/* ------------------------------------------------------------------ all of it */

/*
 * Move at most `most` deltas, from block *next of delta on; for about so many milliseconds, or as long as
 * it takes (0).  Returns how many were moved, and in *next the block where it goes on,
 * InvalidBlockNumber at the end of the table.  The caller holds the fold lock, and acts as the
 * rollup's owner.
 */
int64
rollup_move(const Rollup *rollup, const RollupDefinition *def, int64 most, int limit_ms, BlockNumber *next)
{
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), limit_ms);
	Move		move;
	BlockNumber blocks;
	int64		moved = 0;
	bool		enough = false;

	begin_move(&move, rollup, def);
	blocks = RelationGetNumberOfBlocks(move.delta.relation);
	while (!enough && *next < blocks)
	{
		/* what this transaction has written, the writer's own deltas too, and what others have */
		CommandCounterIncrement();
		move.snapshot = RegisterSnapshot(GetLatestSnapshot());
		PushActiveSnapshot(move.snapshot);
		move.estate->es_snapshot = move.snapshot;
		while (*next < blocks && !groups_are_large(&move.groups))
		{
			moved += take_from_blocks(&move, *next, BLOCKS_AT_ONCE, most - moved);
			enough = moved >= most || (limit_ms > 0 && GetCurrentTimestamp() > until);
			if (enough)
				break;
			*next += BLOCKS_AT_ONCE;
		}
		write_groups(&move);
		groups_forget(&move.groups);
		PopActiveSnapshot();
		UnregisterSnapshot(move.snapshot);
	}
	if (*next >= blocks)
		*next = InvalidBlockNumber;
	end_move(&move);
	CommandCounterIncrement();
	return moved;
}
