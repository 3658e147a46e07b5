/*
 * partitions.c
 *		Partitions of a kept table that come and go.
 *
 * A partition brings its records and their past, and takes both along, whatever their dates say.  So it leaves a mark in
 * emgov.dated_back, of the table and of those that this is a partition of: whoever asks what has changed since a moment counts
 * anew.  Nobody publishes meanwhile, so that what a publication was made from, and what came and went later, can be told by
 * the moments of both.
 *
 * What is known by the last publication is fixed (moment.c): no partition comes that has rows, or versions of rows, from
 * before it, of whichever ledger that publishes from the table.  But one that was a partition then, was taken out since and has been kept all the time may come back.  That it
 * was one is noted in emgov.published_table by whoever publishes, as of each table that figures are made from, and nothing is
 * dated there at or before that publication, whatever becomes of the table; that it was taken out since, of which table, in
 * emgov.detached_partition.  Since: when that was published, whatever moment it is as of.
 *
 * DETACH PARTITION … CONCURRENTLY is two transactions.  From the end of the first one on, queries of the whole do not read the
 * partition; so it is gone from then on, is noted then, and what reads the past of the whole leaves it out.  The second one, or
 * FINALIZE where that was broken off, finds the note.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "ledger/column_index.h"
#include "ledger/kept.h"
#include "ledger/moment.h"
#include "ledger/partitions.h"
#include "locks.h"
#include "settings.h"

/* The columns of emgov.detached_partition. */
enum
{
	DETACHED_WHOLE = 1, DETACHED_RELATION, DETACHED_HISTORY, DETACHED_AT, N_DETACHED = DETACHED_AT
};

/* A partitioned table and those that it is a partition of. */
static List *
with_ancestors(Oid whole)
{
	return lcons_oid(whole, get_rel_relispartition(whole) ? get_partition_ancestors(whole) : NIL);
}

/* Before partitions of a kept table come or go: nobody publishes from it until this transaction has ended. */
void
partition_moves(Oid whole)
{
	ListCell   *cell;

	foreach(cell, with_ancestors(whole))
		if (!lock_backdating(lfirst_oid(cell), setting_publish_timeout))
			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("partitions of table \"%s\" can neither come nor go while figures are being published from it", get_rel_name(whole)),
					 errdetail("%s", lock_holders_detail(lock_holders(LOCK_PUBLISHING, lfirst_oid(cell))))));
}

/* Has a table a row, or one that is at or before a moment in a column?  Policies hide none. */
static bool
has_row(Relation relation, const char *name, const TimestampTz *moment)
{
	AttrNumber	column = get_attnum(RelationGetRelid(relation), name);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	bool		result = false;

	while (!result && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		is_null;

		CHECK_FOR_INTERRUPTS();
		result = moment == NULL || DatumGetTimestampTz(slot_getattr(slot, column, &is_null)) <= *moment;
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	return result;
}

/* The same by the column's index, a step in it; false, too, where it has none. */
static bool
has_row_by_index(Relation relation, const char *name, TimestampTz moment)
{
	AttrNumber	column = get_attnum(RelationGetRelid(relation), name);
	Oid			index_oid = column > 0 ? index_of_column(relation, column) : InvalidOid;
	Relation	index;
	Snapshot	snapshot;
	SysScanDesc scan;
	HeapTuple	first;
	bool		result;
	bool		is_null;

	if (!OidIsValid(index_oid))
		return false;
	index = index_open(index_oid, AccessShareLock);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan_ordered(relation, index, snapshot, 0, NULL);
	first = systable_getnext_ordered(scan, ForwardScanDirection);
	result = first != NULL && DatumGetTimestampTz(heap_getattr(first, column, RelationGetDescr(relation), &is_null)) <= moment;
	systable_endscan_ordered(scan);
	UnregisterSnapshot(snapshot);
	index_close(index, NoLock);
	return result;
}

/* Has a kept table or its history a row? */
static bool
has_version(Relation relation, Oid history)
{
	Relation	versions;
	bool		result = has_row(relation, KNOWN_FROM, NULL);

	if (result || !OidIsValid(history))
		return result;
	versions = table_open(history, AccessShareLock);
	result = has_row(versions, KNOWN_FROM, NULL);
	table_close(versions, AccessShareLock);
	return result;
}

/*
 * Has it a version that is known from a moment or before?  A row that is kept since then was known by then, and so was a version
 * that ended by then: both have an index.  Only where there is none of these is all read, for a row may have been known before it
 * was kept, and known_from has no index.
 */
static bool
was_known_by(Relation relation, Oid history, TimestampTz moment)
{
	Relation	versions = OidIsValid(history) ? table_open(history, AccessShareLock) : NULL;
	bool		result = (versions != NULL && (has_row_by_index(relation, KEPT_SINCE, moment) || has_row_by_index(versions, KNOWN_TO, moment))) ||
		has_row(relation, KNOWN_FROM, &moment) || (versions != NULL && has_row(versions, KNOWN_FROM, &moment));

	if (versions != NULL)
		table_close(versions, AccessShareLock);
	return result;
}

/* emgov.detached_partition, opened; NULL while the extension is being made or dropped. */
static Relation
open_detached(void)
{
	Oid			schema = get_namespace_oid("emgov", true);
	Oid			table = OidIsValid(schema) ? get_relname_relid("detached_partition", schema) : InvalidOid;

	return OidIsValid(table) ? table_open(table, RowExclusiveLock) : NULL;
}

/* Was a table, with this history, taken out of one of these after a moment? */
static bool
was_detached_after(const List *wholes, Oid relid, Oid history, TimestampTz moment)
{
	Relation	relation = open_detached();
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;
	bool		result = false;

	if (relation == NULL)
		return false;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = table_beginscan(relation, snapshot, 0, NULL);
	slot = table_slot_create(relation, NULL);
	while (!result && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		slot_getallattrs(slot);
		result = DatumGetObjectId(slot->tts_values[DETACHED_RELATION - 1]) == relid &&
			DatumGetObjectId(slot->tts_values[DETACHED_HISTORY - 1]) == history &&
			list_member_oid(wholes, DatumGetObjectId(slot->tts_values[DETACHED_WHOLE - 1])) &&
			DatumGetTimestampTz(slot->tts_values[DETACHED_AT - 1]) > moment;
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(relation, NoLock);
	return result;
}

/* Note that a kept table, with its history, is no partition any more from now on. */
static void
note_detached(Oid whole, Oid relid, Oid history)
{
	Relation	relation = open_detached();
	Datum		values[N_DETACHED];
	bool		nulls[N_DETACHED] = {false};

	if (relation == NULL)
		return;
	values[DETACHED_WHOLE - 1] = ObjectIdGetDatum(whole);
	values[DETACHED_RELATION - 1] = ObjectIdGetDatum(relid);
	values[DETACHED_HISTORY - 1] = ObjectIdGetDatum(history);
	values[DETACHED_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	moment_forget_marks(relation, relid, DETACHED_WHOLE, whole);
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, NoLock);
}

/*
 * A table has become a partition, or part of one: an error if it brings what would have been known before the last publication of
 * any ledger that publishes from it.
 */
static void
refuse_past(Oid whole, Oid partition, Relation relation, Oid history)
{
	List	   *noted = moment_noted(relation);
	ListCell   *cell;

	foreach(cell, moment_all_publications(relation))
	{
		TimestampTz published = moment_last_of(lfirst_oid(cell));

		if (TIMESTAMP_NOT_FINITE(published) ||
			(list_member_oid(noted, lfirst_oid(cell)) && was_detached_after(with_ancestors(whole), RelationGetRelid(relation), history, moment_last_made(lfirst_oid(cell)))) ||
			!was_known_by(relation, history, published))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" cannot become a partition of \"%s\": it has rows that are known from before the last publication",
						get_rel_name(partition), get_rel_name(whole)),
				 errdetail("Figures were published as of %s: what was known by then is fixed. Only what was a partition then, and has been kept since, may come back.",
						   timestamptz_to_str(published)),
				 errhint("INSERT its rows into \"%s\": they are then known from now on.", get_rel_name(whole))));
	}
}

/* The tables with rows of a partition, which are locked, to be closed. */
static List *
open_leaves(Oid partition)
{
	List	   *result = NIL;
	ListCell   *cell;

	/* what is below it is locked there, but not it itself; of one that is gone by then there are none */
	LockRelationOid(partition, AccessShareLock);
	foreach(cell, find_all_inheritors(partition, AccessShareLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_RELATION)
			result = lappend(result, table_open(lfirst_oid(cell), NoLock));
	return result;
}

/* Mark a table, and what it is a partition of. */
static void
mark_all(Oid whole)
{
	ListCell   *cell;

	foreach(cell, with_ancestors(whole))
		moment_mark(lfirst_oid(cell));
	CommandCounterIncrement();
}

/* Mark a table, and what it is a partition of, if one of these, which are closed, or the history of one has a row. */
static void
mark_if_any(Oid whole, List *leaves)
{
	bool		has_any = false;
	ListCell   *cell;

	foreach(cell, leaves)
	{
		Relation	relation = lfirst(cell);

		has_any |= has_version(relation, kept_history(relation));
		table_close(relation, NoLock);
	}
	if (has_any)
		mark_all(whole);
}

/* A partition of a kept table has come; it is kept, too. */
void
partition_comes(Oid whole, Oid partition)
{
	List	   *leaves;
	ListCell   *cell;

	partition_moves(whole);
	leaves = open_leaves(partition);
	foreach(cell, leaves)
		refuse_past(whole, partition, lfirst(cell), kept_history(lfirst(cell)));
	mark_if_any(whole, leaves);
}

/* Was it noted of all tables with rows of a partition that are kept that they are none any more? */
static bool
is_noted(Oid whole, Oid partition)
{
	bool		result = true;
	ListCell   *cell;

	foreach(cell, open_leaves(partition))
	{
		Relation	relation = lfirst(cell);
		Oid			history = kept_history(relation);

		result = result && (!OidIsValid(history) || was_detached_after(list_make1_oid(whole), RelationGetRelid(relation), history, DT_NOBEGIN));
		table_close(relation, NoLock);
	}
	return result;
}

/*
 * A partition of a kept table has gone, or is about to; `noted`: that it is about to may have been noted before.  Then nothing is
 * left to do, and nobody waits for who publishes: the second transaction of the command has locks that he waits for.
 */
void
partition_goes(Oid whole, Oid partition, bool noted)
{
	List	   *leaves;
	ListCell   *cell;

	if (noted && is_noted(whole, partition))
		return;
	partition_moves(whole);
	leaves = open_leaves(partition);
	foreach(cell, leaves)
		if (OidIsValid(kept_history(lfirst(cell))))
			note_detached(whole, RelationGetRelid((Relation) lfirst(cell)), kept_history(lfirst(cell)));
	mark_if_any(whole, leaves);
}
