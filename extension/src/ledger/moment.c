/*
 * moment.c
 *		The moment from which what a transaction writes is known.
 *
 * All that a transaction writes is known from one moment: that of its first write, so
 * that no moment shows half a transaction.  It is never at or before the last publication
 * that was counted from the table, whatever the clock says.
 *
 * A moment says nothing about who has committed by then.  So a writer holds a lock on each
 * table until its transaction ends, taken before the clock is read; whoever publishes
 * reads the clock and then waits for those who hold it (locks.h).  Whatever is dated up
 * to the publication's moment is then committed, or never will be; whatever is written
 * later is dated later.  A transaction that comes to a second table keeps its moment
 * unless that table has been published since, or is being published.
 *
 * Under the setting emgov.known_at rows are dated by that, for the table's owner only; -infinity
 * is "since ever", for what was never found out, such as a definition or an area.
 * Such a writer excludes publishing until it ends, for what it writes is dated before.
 *
 * It leaves a mark in emgov.dated_back too: whoever asks what has changed since a moment does not
 * find what it writes by its date.  So do partitions that come and go, of the table that they are of (partitions.c).
 *
 * Publications are found in the table "publication" beside the kept table, of the same owner or
 * of their schema's, and in those that emgov.published_table names for it.  They are read with a fresh snapshot,
 * whatever the transaction's own is, and with nobody's rights: no more than one moment
 * becomes known.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_type_d.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "ledger/column_index.h"
#include "ledger/kept.h"
#include "ledger/moment.h"
#include "locks.h"
#include "rollup/expression.h"
#include "rollup/rollup.h"
#include "settings.h"

#define PUBLICATION	"publication"
#define AS_OF		"as_of"
#define PUBLISHED_AT	"published_at"

/* The columns of emgov.dated_back. */
enum
{
	MARK_ID = 1, MARK_RELATION, MARK_AT, N_MARK = MARK_AT
};

/* The columns of emgov.published_table. */
enum
{
	COLUMN_RELATION = 1, COLUMN_PUBLICATION
};

/* What this transaction writes to one table. */
typedef struct
{
	Oid			relid;			/* hash key */
	int			level;			/* of the subtransaction that took the lock */
	int			backdating;		/* of the one that began to date rows back; 0 none */
	TimestampTz moment;
	TimestampTz published;		/* nothing may be dated at or before */
} Moment;

static HTAB *moments = NULL;
static TimestampTz first_moment = 0;	/* of the transaction; 0 none yet */

/* The transaction is over. */
static void
transaction_over(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		moment_forget();
}

/* A subtransaction is over; one that was undone has given back the locks it took. */
static void
subtransaction_over(SubXactEvent event, SubTransactionId mine pg_attribute_unused(),
					SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	HASH_SEQ_STATUS scan;
	Moment	   *entry;
	int			level = GetCurrentTransactionNestLevel();

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	hash_seq_init(&scan, moments);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (event == SUBXACT_EVENT_COMMIT_SUB)
		{
			entry->level = Min(entry->level, level - 1);
			entry->backdating = Min(entry->backdating, level - 1);
		}
		else if (entry->level >= level)
			(void) hash_search(moments, &entry->relid, HASH_REMOVE, NULL);
		else if (entry->backdating >= level)
			entry->backdating = 0;
	}
	/* nobody sees any more that this transaction writes: what it writes from now on is dated from now on, see lock_settled() */
	if (event == SUBXACT_EVENT_ABORT_SUB && hash_get_num_entries(moments) == 0)
		first_moment = 0;
}

static void
make_moments(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Moment)};

	moments = hash_create("emgov moments", 64, &control, HASH_ELEM | HASH_BLOBS);
	RegisterXactCallback(transaction_over, NULL);
	RegisterSubXactCallback(subtransaction_over, NULL);
}

/*
 * Forget this transaction's moments: what it writes from now on is dated from now on.
 * For whoever publishes, when the clock has been read.
 */
void
moment_forget(void)
{
	HASH_SEQ_STATUS scan;
	Moment	   *entry;

	first_moment = 0;
	if (moments == NULL || hash_get_num_entries(moments) == 0)
		return;
	hash_seq_init(&scan, moments);
	while ((entry = hash_seq_search(&scan)) != NULL)
		(void) hash_search(moments, &entry->relid, HASH_REMOVE, NULL);
}

/* The last moment in a column of a table of publications, if it is later than `so_far`. */
static TimestampTz
last_publication(Oid publication, const char *name, TimestampTz so_far)
{
	Relation	relation = try_relation_open(publication, AccessShareLock);
	AttrNumber	column;
	Snapshot	snapshot;
	Oid			index_oid;
	Relation	index = NULL;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (relation == NULL)
		return so_far;
	column = get_attnum(publication, name);
	if (relation->rd_rel->relkind != RELKIND_RELATION || column <= 0 || get_atttype(publication, column) != TIMESTAMPTZOID)
	{
		relation_close(relation, NoLock);
		return so_far;
	}
	index_oid = index_of_column(relation, column);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	if (OidIsValid(index_oid))
	{
		index = index_open(index_oid, AccessShareLock);
		scan = systable_beginscan_ordered(relation, index, snapshot, 0, NULL);
	}
	else
		scan = systable_beginscan(relation, InvalidOid, false, snapshot, 0, NULL);
	while ((tuple = index ? systable_getnext_ordered(scan, BackwardScanDirection) : systable_getnext(scan)) != NULL)
	{
		bool		isnull;
		Datum		as_of = heap_getattr(tuple, column, RelationGetDescr(relation), &isnull);

		if (isnull)
			continue;
		so_far = Max(so_far, DatumGetTimestampTz(as_of));
		if (index != NULL)
			break;
	}
	if (index != NULL)
	{
		systable_endscan_ordered(scan);
		index_close(index, NoLock);
	}
	else
		systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	relation_close(relation, NoLock);
	return so_far;
}

/* emgov.published_table; InvalidOid while the extension is being made or dropped. */
static Oid
published_table(void)
{
	Oid			schema = get_namespace_oid("emgov", true);

	return OidIsValid(schema) ? get_relname_relid("published_table", schema) : InvalidOid;
}

/* Which tables of publications are noted in emgov.published_table for a table; added to a list of OIDs. */
static List *
noted_publications(Relation relation, Oid relid, List *result)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, COLUMN_RELATION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(relation, index_of_column(relation, COLUMN_RELATION), true, snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		bool		isnull;

		result = list_append_unique_oid(result, DatumGetObjectId(heap_getattr(tuple, COLUMN_PUBLICATION, RelationGetDescr(relation), &isnull)));
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	return result;
}

/*
 * Which tables of publications, in other schemas, were counted from a table, or from one that it is a partition of: a
 * list of OIDs.  When one comes, the table's entry in the server's cache becomes invalid.
 */
List *
moment_publications(Oid relid)
{
	Oid			table = published_table();
	Relation	relation;
	List	   *result;
	ListCell   *cell;

	if (!OidIsValid(table))
		return NIL;
	relation = table_open(table, AccessShareLock);
	result = noted_publications(relation, relid, NIL);
	if (get_rel_relispartition(relid))
		foreach(cell, get_partition_ancestors(relid))
			result = noted_publications(relation, lfirst_oid(cell), result);
	table_close(relation, NoLock);
	return result;
}

/* The publications beside a table; InvalidOid where there are none, or where they are of somebody who owns neither that nor their schema. */
static Oid
publication_beside(Relation relation)
{
	Oid			schema = RelationGetNamespace(relation);
	Oid			beside = get_relname_relid(PUBLICATION, schema);
	Oid			owner = OidIsValid(beside) ? rollup_relation_owner(beside) : InvalidOid;

	if (!OidIsValid(owner) || beside == RelationGetRelid(relation))
		return InvalidOid;
	return owner == relation->rd_rel->relowner || schema_ownercheck(schema, owner) ? beside : InvalidOid;
}

/* The last moment as of which figures were published from a table, here or elsewhere. */
static TimestampTz
last_published(Relation relation, List *elsewhere)
{
	Oid			beside = publication_beside(relation);
	TimestampTz result = DT_NOBEGIN;
	ListCell   *cell;

	if (OidIsValid(beside))
		result = last_publication(beside, AS_OF, result);
	foreach(cell, elsewhere)
		if (lfirst_oid(cell) != beside)
			result = last_publication(lfirst_oid(cell), AS_OF, result);
	return result;
}

/* The tables of publications, here and elsewhere, of a table that may become a partition, or has just become one: a list of OIDs. */
List *
moment_all_publications(Relation relation)
{
	Oid			beside = publication_beside(relation);
	List	   *result = moment_publications(RelationGetRelid(relation));

	return OidIsValid(beside) ? list_append_unique_oid(result, beside) : result;
}

/* The last moment as of which was published, in a table of publications; -infinity: none. */
TimestampTz
moment_last_of(Oid publication)
{
	return last_publication(publication, AS_OF, DT_NOBEGIN);
}

/* When that was published last: figures as of an earlier moment are made from what the tables are then. */
TimestampTz
moment_last_made(Oid publication)
{
	return last_publication(publication, PUBLISHED_AT, moment_last_of(publication));
}

/*
 * Which of them have noted a table itself, and not only what it is a partition of: it was read when that was published, and nothing
 * has been dated back in it since, to that moment or before.
 */
List *
moment_noted(Relation relation)
{
	Oid			table = published_table();
	Relation	notes;
	List	   *result;

	if (!OidIsValid(table))
		return NIL;
	notes = table_open(table, AccessShareLock);
	result = noted_publications(notes, RelationGetRelid(relation), NIL);
	table_close(notes, NoLock);
	return result;
}

/* Does anybody else publish from a table, or from one that it is a partition of?  He may not know the partition. */
static bool
is_being_published(Oid relid)
{
	bool		result = lock_holders(LOCK_PUBLISHING, relid) != NIL;
	ListCell   *cell;

	if (get_rel_relispartition(relid))
		foreach(cell, get_partition_ancestors(relid))
			result = result || lock_holders(LOCK_PUBLISHING, lfirst_oid(cell)) != NIL;
	return result;
}

/* What this transaction writes to a table; its lock is taken first. */
static Moment *
find_moment(const Kept *kept, Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	Moment	   *entry;
	TimestampTz published;
	TimestampTz moment;

	if (moments == NULL)
		make_moments();
	entry = hash_search(moments, &relid, HASH_FIND, NULL);
	if (entry != NULL)
		return entry;

	(void) lock_writer(relid);
	published = last_published(relation, kept->publications);
	if (first_moment != 0 && published < first_moment && !is_being_published(relid))
		moment = first_moment;
	else
	{
		moment = Max(GetCurrentTimestamp(), GetCurrentTransactionStartTimestamp());
		if (!TIMESTAMP_NOT_FINITE(published))
			moment = Max(moment, published + 1);
		first_moment = moment;
	}
	entry = hash_search(moments, &relid, HASH_ENTER, NULL);
	entry->level = GetCurrentTransactionNestLevel();
	entry->backdating = 0;
	entry->moment = moment;
	entry->published = published;
	return entry;
}

/* The moment from which what this transaction has written to a table, or is about to, is known; 0 if it has written to none that is kept. */
TimestampTz
moment_so_far(Oid relid)
{
	Moment	   *entry = moments == NULL ? NULL : hash_search(moments, &relid, HASH_FIND, NULL);

	return entry != NULL ? entry->moment : first_moment;
}

/* The moment from which what this transaction writes to a kept table is known. */
TimestampTz
moment_of_writing(const Kept *kept, Relation relation)
{
	return find_moment(kept, relation)->moment;
}

/*
 * The setting emgov.known_at as a moment.  What it says depends on no other setting: it is written
 * plainly, and without its distance from UTC it is a time of TIME_ZONE.
 */
static TimestampTz
known_at(void)
{
	bool		is_local = is_plain_moment(TIMESTAMPOID, setting_known_at);
	Datum		result;

	if (!is_local && !is_plain_moment(TIMESTAMPTZOID, setting_known_at))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("%s is not written plainly: \"%s\"", SETTING_KNOWN_AT, setting_known_at),
				 errdetail("What it means would depend on settings."),
				 errhint("Write it as '2024-03-01 12:00+08', with its distance from UTC; without one it is a time of %s.", TIME_ZONE)));
	result = DirectFunctionCall3(is_local ? timestamp_in : timestamptz_in, CStringGetDatum(setting_known_at),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	if (is_local)
		result = DirectFunctionCall2(timestamp_zone, CStringGetTextDatum(TIME_ZONE), result);
	return DatumGetTimestampTz(result);
}

/*
 * Forget the marks that a new one of a table stands for too, and those of tables that are gone: whoever
 * has not seen an earlier one has not seen the new one either.  `also`: of that table's only those with this
 * value in another column; 0: all.  Those of transactions that are
 * still at work, or are being forgotten by another, are left: nobody waits here.
 */
void
moment_forget_marks(Relation marks, Oid relid, AttrNumber also, Oid value)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(marks, snapshot, 0, NULL);
	TupleTableSlot *slot = table_slot_create(marks, NULL);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		is_null;
		Oid			of = DatumGetObjectId(slot_getattr(slot, MARK_RELATION, &is_null));
		TM_FailureData failure;

		if ((of == relid && (also == 0 || DatumGetObjectId(slot_getattr(slot, also, &is_null)) == value)) || !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(of)))
			(void) table_tuple_delete(marks, &slot->tts_tid, GetCurrentCommandId(true), snapshot, InvalidSnapshot, false, &failure, false);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
}

/* Note that a transaction dates rows back in a table, or that partitions of it come or go: of each table the last mark is kept. */
void
moment_mark(Oid relid)
{
	Oid			schema = get_namespace_oid("emgov", true);
	Oid			table = OidIsValid(schema) ? get_relname_relid("dated_back", schema) : InvalidOid;
	Oid			numbers = OidIsValid(schema) ? get_relname_relid("dated_back_id_seq", schema) : InvalidOid;
	Datum		values[N_MARK];
	bool		nulls[N_MARK] = {false};
	Relation	relation;

	/* while the extension is being made or dropped */
	if (!OidIsValid(table) || !OidIsValid(numbers))
		return;
	values[MARK_ID - 1] = Int64GetDatum(nextval_internal(numbers, false));
	values[MARK_RELATION - 1] = ObjectIdGetDatum(relid);
	values[MARK_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	relation = table_open(table, RowExclusiveLock);
	moment_forget_marks(relation, relid, 0, InvalidOid);
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, NoLock);
}

/*
 * The moment that the setting emgov.known_at asks for; false when it asks for none.  An
 * error unless the user owns the table, and the moment is in the past and after the last
 * publication.  The setting may change within a statement, so this is for every row.
 */
bool
moment_known_at(const Kept *kept, Relation relation, TimestampTz *moment)
{
	Moment	   *entry;

	if (setting_known_at == NULL || setting_known_at[0] == '\0')
		return false;

	if (!has_privs_of_role(GetUserId(), relation->rd_rel->relowner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only the owner of table \"%s\" may write rows as known at another time",
						RelationGetRelationName(relation)),
				 errhint("RESET %s, and the row is dated now.", SETTING_KNOWN_AT)));

	*moment = known_at();
	if (*moment > GetCurrentTimestamp())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a moment in the past, not \"%s\"", SETTING_KNOWN_AT, setting_known_at)));

	entry = find_moment(kept, relation);
	if (entry->backdating == 0)
	{
		if (!lock_backdating(entry->relid, setting_publish_timeout))
			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("table \"%s\" cannot be written as known at another time while figures are being published from it",
							RelationGetRelationName(relation)),
					 errdetail("%s", lock_holders_detail(lock_holders(LOCK_PUBLISHING, entry->relid)))));
		entry->backdating = GetCurrentTransactionNestLevel();
		moment_mark(entry->relid);
		entry->published = last_published(relation, moment_publications(entry->relid));
	}
	/* since ever, while nothing is published */
	if (*moment <= entry->published && !TIMESTAMP_IS_NOBEGIN(entry->published))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" cannot be written as known at %s",
						RelationGetRelationName(relation), setting_known_at),
				 errdetail("Figures were published as of %s: what was known by then is fixed.",
						   timestamptz_to_str(entry->published)),
				 errhint("RESET %s, and the row is dated now.", SETTING_KNOWN_AT)));
	return true;
}

/* A kept table elsewhere than its publications, or what may have rows elsewhere, or be there later: what is partitioned, and partitions. */
static bool
may_be_elsewhere(Oid relid, Oid publication)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	bool		result;

	if (relation == NULL)
		return false;
	result = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE ||
		(OidIsValid(kept_history(relation)) &&
		 (relation->rd_rel->relispartition || RelationGetNamespace(relation) != get_rel_namespace(publication)));
	relation_close(relation, NoLock);
	return result;
}

/*
 * Note that figures were published from kept tables, those among n objects: from now on
 * nothing is dated there at or before the last moment in the table `publication`.
 */
void
moment_published(Oid publication, const Oid *objects, int n)
{
	Oid			table = published_table();
	Relation	relation;

	if (!OidIsValid(table))
		return;
	relation = table_open(table, RowExclusiveLock);
	for (int i = 0; i < n; i++)
	{
		Datum		values[2] = {ObjectIdGetDatum(objects[i]), ObjectIdGetDatum(publication)};
		bool		nulls[2] = {false, false};

		if (may_be_elsewhere(objects[i], publication) && !list_member_oid(noted_publications(relation, objects[i], NIL), publication))
		{
			CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
			CacheInvalidateRelcacheByRelid(objects[i]);
		}
	}
	table_close(relation, NoLock);
	CommandCounterIncrement();
}

/*
 * Lock a row that is to be deleted; false if another transaction is at it, which nobody
 * who drops something of his own shall wait for.
 */
static bool
lock_unless_busy(Relation relation, HeapTuple tuple)
{
	HeapTupleData row = *tuple;
	TM_FailureData failure;
	Buffer		buffer;
	TM_Result	result;

	result = heap_lock_tuple(relation, &row, GetCurrentCommandId(true), LockTupleExclusive,
							 LockWaitSkip, false, &buffer, &failure);
	ReleaseBuffer(buffer);
	return result == TM_Ok;
}

/* Forget that figures were published from, or in, tables that are no more. */
void
moment_forget_dropped(void)
{
	Oid			table = published_table();
	Relation	relation;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(table))
		return;
	relation = table_open(table, RowExclusiveLock);
	scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	while ((tuple = systable_getnext(scan)) != NULL)
		for (int column = COLUMN_RELATION; column <= COLUMN_PUBLICATION; column++)
		{
			bool		isnull;
			Oid			relid = DatumGetObjectId(heap_getattr(tuple, column, RelationGetDescr(relation), &isnull));

			if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
			{
				if (lock_unless_busy(relation, tuple))
					CatalogTupleDelete(relation, &tuple->t_self);
				break;
			}
		}
	systable_endscan(scan);
	table_close(relation, NoLock);
}
