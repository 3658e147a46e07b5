/*
 * history.c
 *		The trigger that dates every version of a kept row, and keeps the one it replaces.
 *
 * A kept table has a column known_from: the moment from which this version of the row was
 * known.  The trigger sets it, whatever the statement says:
 *
 *	- the transaction's moment, see moment.c, or under emgov.known_at that one;
 *	- later than the version it replaces, should that be of a transaction that was faster;
 *	- a row changed again by the transaction that wrote it, or changed into itself: the
 *	  time it had, for nobody can have known the version in between.  But where the server
 *	  computes columns itself (GENERATED … STORED), which it does after this, nothing is known
 *	  to be changed into itself: the function may be another by now.
 *
 * Another, kept_since, is the known_from of the first version under this key, and no UPDATE moves it.  It is what has
 * an index: a row written since a moment is kept since then, or its history has a version that ended since then.  So
 * the column that moves with each version has none, and PostgreSQL need not touch any index of the table for a new one
 * (heap-only tuples).
 *
 * Definitions (what packs may bring) may be deleted, and get another key: the version that ends
 * then goes to the history as any other does, and the past shows it.
 *
 * Wherever known_from moves, the old version goes to the history, known until then.  It is
 * put there as a row of its own making: no statement, no plan, no trigger, no right of the
 * writer's on the history; and so no statement at all need be allowed there.  The trigger
 * is the last BEFORE one of the row, which is locked: nothing can change or skip it after
 * this, but for an error, which undoes the history's row too.  It fires for each row,
 * whichever table the statement names: also for a write through an inheritance parent.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/tupmacs.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "ledger/history.h"
#include "ledger/kept.h"
#include "ledger/moment.h"
#include "ledger/redact.h"
#include "settings.h"

/*
 * A row that this transaction changed into itself: its tuple is ours, its version is not; or one of which it dated a version later than what
 * else it writes.  By its key's hash: several rows may have one.
 */
typedef struct
{
	struct
	{
		Oid			relid;
		uint32		key;
	}			row;			/* hash key */
	TimestampTz known_from;		/* of that version; SEVERAL if there are more */
} NotedRow;

#define SEVERAL	DT_NOBEGIN

bool		history_keep_all = false;
Oid			history_counted = InvalidOid;
uint64		history_dated = 0;

static HTAB *unchanged = NULL;	/* in the transaction's memory */
static HTAB *later = NULL;
static bool callback_registered = false;

static void
transaction_over(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		unchanged = later = NULL;
}

/* Find a row among those that were noted, or add it: *found tells if it was there. */
static NotedRow *
find_noted(HTAB **rows, Kept *kept, TupleDesc desc, HeapTuple row, HASHACTION action, bool *found)
{
	NotedRow	key;

	if (*rows == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(key.row), .entrysize = sizeof(NotedRow), .hcxt = TopTransactionContext};

		if (action == HASH_FIND)
			return NULL;
		if (!callback_registered)
			RegisterXactCallback(transaction_over, NULL);
		callback_registered = true;
		*rows = hash_create("emgov rows of a transaction", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	memset(&key, 0, sizeof(key));
	key.row.relid = kept->relid;
	for (int i = 0; i < kept->nkeys; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, kept->keys[i] - 1);
		bool		isnull;
		Datum		value = heap_getattr(row, kept->keys[i], desc, &isnull);

		key.row.key = key.row.key * 31 + datum_image_hash(value, column->attbyval, column->attlen);
	}
	return hash_search(*rows, &key.row, action, found);
}

/* Note a row, and of which version. */
static void
note_row(HTAB **rows, Kept *kept, TupleDesc desc, HeapTuple row, TimestampTz known_from)
{
	bool		found;
	NotedRow   *entry = find_noted(rows, kept, desc, row, HASH_ENTER, &found);

	entry->known_from = !found || entry->known_from == known_from ? known_from : SEVERAL;
}

/*
 * Is a version, which is known from `known_from`, this transaction's, which writes as of `moment`?  In doubt
 * it is not: then one version more is kept, and none is lost.
 */
static bool
is_own_version(Kept *kept, Relation relation, HeapTuple row, TimestampTz known_from, TimestampTz moment)
{
	TupleDesc	desc = RelationGetDescr(relation);
	NotedRow   *entry;

	if (!TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data)))
		return false;
	/* ALTER TABLE that wrote the table anew made all rows this transaction's; others' of this moment have been noted before */
	if (written_anew(relation) && known_from != moment)
	{
		entry = find_noted(&later, kept, desc, row, HASH_FIND, NULL);
		return entry != NULL && entry->known_from == known_from;
	}
	entry = find_noted(&unchanged, kept, desc, row, HASH_FIND, NULL);
	return entry == NULL || (entry->known_from != known_from && entry->known_from != SEVERAL);
}

/*
 * Whether two tuples of one relation hold the same bytes of data.  One may be from before columns were added: it is
 * held against the other value by value.
 */
static bool
same_data(TupleDesc desc, HeapTuple a, HeapTuple b)
{
	HeapTupleHeader x = a->t_data;
	HeapTupleHeader y = b->t_data;

	if (HeapTupleHeaderGetNatts(x) != HeapTupleHeaderGetNatts(y))
	{
		for (int i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute column = TupleDescAttr(desc, i);
			bool		a_null;
			bool		b_null;
			Datum		of_a = heap_getattr(a, i + 1, desc, &a_null);
			Datum		of_b = heap_getattr(b, i + 1, desc, &b_null);

			if (!column->attisdropped && (a_null != b_null || (!a_null && !datum_image_eq(of_a, of_b, column->attbyval, column->attlen))))
				return false;
		}
		return true;
	}
	return a->t_len == b->t_len &&
		x->t_hoff == y->t_hoff &&
		(x->t_infomask & ~HEAP_XACT_MASK) == (y->t_infomask & ~HEAP_XACT_MASK) &&
		memcmp((char *) x + SizeofHeapTupleHeader, (char *) y + SizeofHeapTupleHeader,
			   a->t_len - SizeofHeapTupleHeader) == 0;
}

/* A moment in a row: its known_from, or its kept_since. */
static TimestampTz
get_moment(TupleDesc desc, HeapTuple row, AttrNumber column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, column, desc, &isnull);

	return isnull ? DT_NOBEGIN : DatumGetTimestampTz(value);
}

/*
 * Before a kept table, which is locked, may be written anew: then all its rows are this transaction's.  Those that others have written as
 * of the moment that this one writes as of are noted, as if it had changed them into themselves.
 */
void
history_note_others(Oid relid)
{
	TimestampTz moment = moment_so_far(relid);
	Relation	relation;
	Kept	   *kept;
	Snapshot	snapshot;
	TableScanDesc scan;
	HeapTuple	row;

	if (moment == 0)
		return;
	relation = table_open(relid, NoLock);
	kept = kept_find(relation);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = table_beginscan(relation, snapshot, 0, NULL);
	while ((row = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (get_moment(RelationGetDescr(relation), row, kept->known_from) == moment && !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data)))
			note_row(&unchanged, kept, RelationGetDescr(relation), row, moment);
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	kept_release(kept);
	table_close(relation, NoLock);
}

/* Has a row a value of its own in a column? */
static bool
has_value(HeapTuple row, AttrNumber column)
{
	return column <= HeapTupleHeaderGetNatts(row->t_data) && !(HeapTupleHasNulls(row) && att_isnull(column - 1, row->t_data->t_bits));
}

/*
 * The row with another known_from and kept_since.  They are of fixed width and NOT NULL, so their eight bytes
 * are written over in a copy of the row.
 */
static HeapTuple
set_moments(Kept *kept, TupleDesc desc, HeapTuple row, TimestampTz known_from, TimestampTz kept_since)
{
	HeapTuple	result;
	char	   *data;
	uint32		offset = 0;

	if (!has_value(row, kept->known_from) || !has_value(row, kept->kept_since))
	{
		int			columns[] = {kept->known_from, kept->kept_since};
		Datum		values[] = {TimestampTzGetDatum(known_from), TimestampTzGetDatum(kept_since)};
		bool		nulls[] = {false, false};

		return heap_modify_tuple_by_cols(row, desc, lengthof(columns), columns, values, nulls);
	}
	result = heap_copytuple(row);
	data = (char *) result->t_data + result->t_data->t_hoff;
	for (int i = 0; i < Max(kept->known_from, kept->kept_since); i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (HeapTupleHasNulls(result) && att_isnull(i, result->t_data->t_bits))
			continue;
		offset = att_align_pointer(offset, column->attalign, column->attlen, data + offset);
		if (i == kept->known_from - 1)
			memcpy(data + offset, &known_from, sizeof(known_from));
		else if (i == kept->kept_since - 1)
			memcpy(data + offset, &kept_since, sizeof(kept_since));
		offset = att_addlength_pointer(offset, column->attlen, data + offset);
	}
	return result;
}

/* Has the new row the key of the old one?  A definition's may be another; else that is an error. */
static bool
keeps_key(Kept *kept, Relation relation, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(relation);

	for (int i = 0; i < kept->nkeys; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, kept->keys[i] - 1);
		bool		was_null;
		bool		is_null;
		Datum		was = heap_getattr(old, kept->keys[i], desc, &was_null);
		Datum		is = heap_getattr(new, kept->keys[i], desc, &is_null);

		/* a NULL is refused by the key itself */
		if (was_null || is_null || datumIsEqual(was, is, column->attbyval, column->attlen))
			continue;
		if (DatumGetBool(FunctionCall2Coll(&kept->key_eq[i], kept->key_collation[i], was, is)))
			continue;
		if (kept->is_definition)
			return false;
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("the key of a row of \"%s.%s\" cannot be changed",
						get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation)),
				 errhint("Insert the row with its right key, and say on the old one why it no longer counts.")));
	}
	return true;
}

/* When the version that replaces `old` is known from. */
static TimestampTz
next_version(Kept *kept, Relation relation, HeapTuple old, TimestampTz was)
{
	TimestampTz moment;
	bool		asked = moment_known_at(kept, relation, &moment);

	if (!asked)
		moment = moment_of_writing(kept, relation);
	if (was < moment)
		return moment;

	if ((!asked || was == moment) && is_own_version(kept, relation, old, was, asked ? DT_NOEND : moment))
		return was;
	/* a version that is known from infinity was never known: there is none before this one */
	if (!asked && TIMESTAMP_IS_NOEND(was))
		return moment;
	if (!asked)
	{
		note_row(&later, kept, RelationGetDescr(relation), old, was + 1);
		return was + 1;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a row of \"%s\" cannot be changed as known at %s",
					RelationGetRelationName(relation), setting_known_at),
			 errdetail("Its present version is known from %s%s.", timestamptz_to_str(was),
					   was == moment ? ", and another transaction wrote it" : ""),
			 errhint("Set %s to a later moment, or RESET it and the row is dated now.", SETTING_KNOWN_AT)));
	return 0;
}

/* Put a row into indexes that may run code of the history's owner: as the owner. */
static void
insert_index_entries(Kept *kept, Relation history, TupleTableSlot *slot)
{
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);
	Oid			user;
	int			security;
	int			guc_level;

	GetUserIdAndSecContext(&user, &security);
	guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(kept->owner, security | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	InitResultRelInfo(target, history, 1, NULL, 0);
	ExecOpenIndices(target, false);
	(void) insert_index_tuples(target, slot, estate);
	ExecCloseIndices(target);
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
}

/*
 * A version as a row of the history, where that has the table's columns and known_to after
 * them: the same bytes, and eight more.
 */
static HeapTuple
append_known_to(Kept *kept, HeapTuple old, TimestampTz known_to)
{
	int			natts = kept->desc->natts;
	uint32		length = old->t_len - old->t_data->t_hoff;
	uint32		offset = att_align_nominal(length, TYPALIGN_DOUBLE);
	bool		has_nulls = HeapTupleHasNulls(old);
	uint8		header = MAXALIGN(SizeofHeapTupleHeader + (has_nulls ? BITMAPLEN(natts) : 0));
	HeapTuple	result = palloc0(HEAPTUPLESIZE + header + offset + sizeof(known_to));

	result->t_len = header + offset + sizeof(known_to);
	result->t_data = (HeapTupleHeader) ((char *) result + HEAPTUPLESIZE);
	ItemPointerSetInvalid(&result->t_self);
	result->t_tableOid = kept->history;
	ItemPointerSetInvalid(&result->t_data->t_ctid);
	HeapTupleHeaderSetNatts(result->t_data, natts);
	result->t_data->t_infomask = old->t_data->t_infomask & (HEAP_HASNULL | HEAP_HASVARWIDTH | HEAP_HASEXTERNAL);
	result->t_data->t_hoff = header;
	if (has_nulls)
	{
		memcpy(result->t_data->t_bits, old->t_data->t_bits, BITMAPLEN(natts - 1));
		result->t_data->t_bits[(natts - 1) >> 3] |= 1 << ((natts - 1) & 7);
	}
	memcpy((char *) result->t_data + header, (char *) old->t_data + old->t_data->t_hoff, length);
	memcpy((char *) result->t_data + header + offset, &known_to, sizeof(known_to));
	return result;
}

/* Any version as a row of the history, in a slot. */
static TupleTableSlot *
make_version(Kept *kept, TupleDesc desc, HeapTuple old, TimestampTz known_to)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(kept->desc, &TTSOpsVirtual);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);

	heap_deform_tuple(old, desc, values, nulls);
	for (int i = 0; i < kept->desc->natts; i++)
	{
		AttrNumber	column = kept->column[i];

		slot->tts_isnull[i] = column == 0 || nulls[column - 1];
		slot->tts_values[i] = column == 0 ? (Datum) 0 : values[column - 1];
		if (i == kept->known_to)
		{
			slot->tts_isnull[i] = false;
			slot->tts_values[i] = TimestampTzGetDatum(known_to);
		}
		if (slot->tts_isnull[i] && kept->required[i])
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg("column \"%s\" of history \"%s\" is NOT NULL, and a version has no value in it",
							NameStr(TupleDescAttr(kept->desc, i)->attname), get_rel_name(kept->history)),
					 errhint("ALTER TABLE … ALTER COLUMN … DROP NOT NULL on the history: it keeps what the table had.")));
	}
	return ExecStoreVirtualTuple(slot);
}

/* Write a version to the history, known until `known_to`. */
static void
keep(Oid history_oid, Relation relation, HeapTuple old, TimestampTz known_to)
{
	Relation	history = table_open(history_oid, RowExclusiveLock);
	TupleDesc	desc = RelationGetDescr(relation);
	TupleTableSlot *slot;

	/* only now: with the lock, its columns and indexes stay what they are */
	Kept	   *kept = kept_find(relation);

	if (kept->same_layout && HeapTupleHeaderGetNatts(old->t_data) == desc->natts)
		slot = ExecStoreHeapTuple(append_known_to(kept, old, known_to),
								  MakeSingleTupleTableSlot(kept->desc, &TTSOpsHeapTuple), false);
	else
		slot = make_version(kept, desc, old, known_to);
	table_tuple_insert(history, slot, GetCurrentCommandId(true), 0, NULL);

	if (!kept->plain_indexes)
		insert_index_entries(kept, history, slot);
	else
		for (int i = 0; i < kept->nindexes; i++)
		{
			Relation	index = index_open(kept->indexes[i], RowExclusiveLock);
			IndexInfo  *info = kept->index_info[i];
			Datum		key[INDEX_MAX_KEYS];
			bool		key_null[INDEX_MAX_KEYS];

			for (int k = 0; k < info->ii_NumIndexAttrs; k++)
				key[k] = slot_getattr(slot, info->ii_IndexAttrNumbers[k], &key_null[k]);
			(void) index_insert(index, key, key_null, &slot->tts_tid, history,
								info->ii_Unique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false, info);
			index_close(index, NoLock);
		}
	kept_release(kept);
	table_close(history, NoLock);
}

/* The old row with some columns of the new one. */
static HeapTuple
take_columns(TupleDesc desc, HeapTuple old, HeapTuple new, int n, const AttrNumber *columns)
{
	int		   *numbers = palloc(sizeof(int) * n);
	Datum	   *values = palloc(sizeof(Datum) * n);
	bool	   *nulls = palloc(sizeof(bool) * n);

	for (int i = 0; i < n; i++)
	{
		numbers[i] = columns[i];
		values[i] = heap_getattr(new, columns[i], desc, &nulls[i]);
	}
	return heap_modify_tuple_by_cols(old, desc, n, numbers, values, nulls);
}

/* The new row of an UPDATE, dated; its old version is kept, but where that is being redacted. */
static HeapTuple
date_update(Kept *kept, Relation relation, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(relation);
	TimestampTz was = get_moment(desc, old, kept->known_from);
	TimestampTz since = get_moment(desc, old, kept->kept_since);
	TimestampTz moment;
	AttrNumber *columns;
	int			redacted;
	bool		same_key = keeps_key(kept, relation, old, new);

	history_dated += RelationGetRelid(relation) == history_counted;
	if ((redacted = redacting_columns(RelationGetRelid(relation), &old->t_self, &columns)) > 0)
	{
		note_row(&unchanged, kept, desc, old, was);
		return take_columns(desc, old, new, redacted, columns);
	}
	if (get_moment(desc, new, kept->known_from) != was || get_moment(desc, new, kept->kept_since) != since)
		new = set_moments(kept, desc, new, was, since);
	/* what the server computes itself it does only now, and it may come out as something else */
	if (!history_keep_all && !(desc->constr != NULL && desc->constr->has_generated_stored) && same_data(desc, old, new))
	{
		if (!TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(old->t_data)))
			note_row(&unchanged, kept, desc, old, was);
		return new;
	}
	moment = next_version(kept, relation, old, was);
	if (moment > was)
		keep(kept->history, relation, old, moment);
	else if (moment == was && same_key)
		return new;
	return set_moments(kept, desc, new, moment, same_key ? Min(since, moment) : moment);
}

/* A definition is deleted: its version is kept. */
static void
date_delete(Kept *kept, Relation relation, HeapTuple old)
{
	TimestampTz was = get_moment(RelationGetDescr(relation), old, kept->known_from);
	TimestampTz moment = next_version(kept, relation, old, was);

	if (moment > was)
		keep(kept->history, relation, old, moment);
}

/*
 * Until when a definition's key was that of another row, which was deleted or got another key;
 * DT_NOBEGIN if it never was.
 */
static TimestampTz
key_taken_until(Kept *kept, Relation relation, HeapTuple row)
{
	Relation	history = table_open(kept->history, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(relation);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(history, InvalidOid, false, snapshot, 0, NULL);
	TimestampTz result = DT_NOBEGIN;
	HeapTuple	past;

	while ((past = systable_getnext(scan)) != NULL)
	{
		bool		same = true;
		bool		isnull;
		Datum		until = heap_getattr(past, kept->known_to + 1, kept->desc, &isnull);

		for (int i = 0; i < kept->desc->natts && same; i++)
			for (int k = 0; k < kept->nkeys && same; k++)
				if (kept->column[i] == kept->keys[k])
				{
					bool		was_null;
					bool		is_null;
					Datum		was = heap_getattr(past, i + 1, kept->desc, &was_null);
					Datum		is = heap_getattr(row, kept->keys[k], desc, &is_null);

					same = !was_null && !is_null && DatumGetBool(FunctionCall2Coll(&kept->key_eq[k], kept->key_collation[k], was, is));
				}
		if (same)
			result = Max(result, DatumGetTimestampTz(until));
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(history, NoLock);
	return result;
}

/* The new row of an INSERT, dated. */
static HeapTuple
date_insert(Kept *kept, Relation relation, HeapTuple new)
{
	TimestampTz moment;
	bool		asked = moment_known_at(kept, relation, &moment);

	if (!asked)
		moment = moment_of_writing(kept, relation);
	if (kept->is_definition)
	{
		TimestampTz until = key_taken_until(kept, relation, new);

		if (asked && moment < until)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a row of \"%s\" cannot be inserted as known at %s", RelationGetRelationName(relation), setting_known_at),
					 errdetail("Another row had its key until %s.", timestamptz_to_str(until)),
					 errhint("Set %s to a later moment, or RESET it and the row is dated now.", SETTING_KNOWN_AT)));
		moment = Max(moment, until);
	}
	return set_moments(kept, RelationGetDescr(relation), new, moment, moment);
}

/*
 * emgov_internal.keep_version() returns trigger: BEFORE INSERT OR UPDATE FOR EACH ROW, of definitions OR
 * DELETE.  Returns the new row with its known_from and kept_since, or the one to be deleted; the version that
 * ends is in the history.
 */
PG_FUNCTION_INFO_V1(emgov_keep_version);
Datum
emgov_keep_version(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Relation	relation;
	Kept	   *kept;
	HeapTuple	result;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		strcmp(trigger->tg_trigger->tgname, DATING_TRIGGER) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov_internal.keep_version() must be called by trigger " DATING_TRIGGER ", which emgov.keep_versions() makes")));

	relation = trigger->tg_relation;
	kept = kept_find(relation);
	if (kept->later_trigger != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("trigger \"%s\" of table \"%s\" fires after the one that keeps its versions",
						kept->later_trigger, RelationGetRelationName(relation)),
				 errhint("Give it a name that sorts before " DATING_TRIGGER ".")));
	if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
	{
		date_delete(kept, relation, trigger->tg_trigtuple);
		result = trigger->tg_trigtuple;
	}
	else if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		result = date_update(kept, relation, trigger->tg_trigtuple, trigger->tg_newtuple);
	else
		result = date_insert(kept, relation, trigger->tg_trigtuple);
	kept_release(kept);
	return PointerGetDatum(result);
}
