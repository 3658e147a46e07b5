/*
 * status.c
 *		What the view emgov.rollups tells of a rollup.
 *
 * Whoever looks at the list of rollups waits for nobody: where somebody holds a lock on
 * a rollup's tables, their size and what waits in them is not known for the moment.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_inherits.h"
#include "funcapi.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(rollup_follows);
PG_FUNCTION_INFO_V1(rollup_status);

/* Have all nodes of a rollup their triggers, and have they had them all the time? */
bool
rollup_is_followed(const Rollup *rollup)
{
	ListCell   *cell;

	if (rollup->stale || get_rel_name(rollup->source) == NULL)
		return false;
	foreach(cell, find_all_inheritors(rollup->source, NoLock, NULL))
		if (!rollup_node_follows(rollup->id, lfirst_oid(cell)))
			return false;
	return true;
}

/*
 * emgov_internal.rollup_follows(id text) returns boolean: have all nodes of a rollup their
 * triggers, do they fire, and did they all the time since it was made or rebuilt?  NULL
 * if there is no such rollup.
 */
Datum
rollup_follows(PG_FUNCTION_ARGS)
{
	Rollup		rollup;

	if (!rollup_by_id(text_to_cstring(PG_GETARG_TEXT_PP(0)), &rollup, true) ||
		get_rel_name(rollup.source) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(rollup_is_followed(&rollup));
}

/*
 * Lock a table with its indexes and what is stored out of line, as a reader, without
 * waiting; false if somebody holds one of them.  What was locked is added to the list.
 */
static bool
lock_to_read(Oid relid, List **locked)
{
	Relation	rel;
	List	   *others;
	ListCell   *cell;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return false;
	*locked = lappend_oid(*locked, relid);
	rel = RelationIdGetRelation(relid);
	if (!RelationIsValid(rel))
		return false;
	others = rel->rd_rel->relkind == RELKIND_INDEX ? NIL : RelationGetIndexList(rel);
	if (OidIsValid(rel->rd_rel->reltoastrelid))
		others = lappend_oid(others, rel->rd_rel->reltoastrelid);
	RelationClose(rel);
	foreach(cell, others)
		if (!lock_to_read(lfirst_oid(cell), locked))
			return false;
	return true;
}

/* How many rows a table has that the statement sees; it is locked. */
static int64
count_rows(Oid relid)
{
	Relation	rel = table_open(relid, NoLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan = table_beginscan(rel, GetActiveSnapshot(), 0, NULL);
	int64		count = 0;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
		count++;
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, NoLock);
	return count;
}

/*
 * emgov_internal.rollup_status(id text, OUT size bigint, OUT deltas_waiting bigint, OUT follows
 * boolean): bytes of a rollup's two tables with their indexes; how many deltas wait; and
 * rollup_follows(id).  The first two are NULL while somebody holds a lock that keeps
 * readers out.  For anyone: neither says what is in the tables.
 */
Datum
rollup_status(PG_FUNCTION_ARGS)
{
	Rollup		rollup;
	TupleDesc	desc;
	Datum		values[3];
	bool		nulls[3] = {true, true, true};
	List	   *locked = NIL;
	ListCell   *cell;

	if (!rollup_by_id(text_to_cstring(PG_GETARG_TEXT_PP(0)), &rollup, true) ||
		get_rel_name(rollup.source) == NULL)
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	if (lock_to_read(rollup.total, &locked) && lock_to_read(rollup.delta, &locked))
	{
		values[0] = Int64GetDatum(DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(rollup.total))) +
								  DatumGetInt64(DirectFunctionCall1(pg_total_relation_size, ObjectIdGetDatum(rollup.delta))));
		values[1] = Int64GetDatum(count_rows(rollup.delta));
		nulls[0] = nulls[1] = false;
	}
	foreach(cell, locked)
		UnlockRelationOid(lfirst_oid(cell), AccessShareLock);
	values[2] = BoolGetDatum(rollup_is_followed(&rollup));
	nulls[2] = false;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
