/*
 * history.c
 *		The trigger that dates every version of a kept row, and the moment at which
 *		everything written is known.
 *
 * A kept table has a column known_from: the moment from which this version of the row
 * was known. The trigger sets it, whatever the statement says:
 *
 *	- one moment for all that a transaction writes in a schema: that of its first write,
 *	  so that no moment shows half a transaction;
 *	- later than the version it replaces, should that be of a transaction that was faster;
 *	- a row changed again by the transaction that wrote it, or changed into itself: the
 *	  time it had, for nobody can have known the version in between;
 *	- under the setting emgov.known_at: that moment, for the table's owner only, neither
 *	  in the future nor before the row's present version.
 *
 * The version that an UPDATE replaces is written to the history table by the statement
 * trigger (see history.sql), which does so wherever known_from moved.
 *
 * A moment says nothing about who has committed by then. So every writer holds a lock on
 * the schema until its transaction ends, taken before its moment is (locks.c);
 * emgov._settled_moment() reads the clock and then waits until those who hold it then have
 * ended. Whatever is dated up to that moment is committed or never will be, and whatever is
 * written later is dated later.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "ledger/history.h"
#include "locks.h"
#include "settings.h"

#define KNOWN_FROM "known_from"

/* The moment of a transaction's writes in one schema. */
typedef struct
{
	Oid			schema;
	TransactionId transaction;
	TimestampTz moment;
} Moment;

static HTAB *moments = NULL;

/*
 * The moment of this transaction's writes in a schema; takes the shared lock first. A
 * lock newly taken makes the moment anew, for the one before may have been given back by
 * a savepoint, and the world have been settled since.
 */
static TimestampTz
transaction_moment(Oid schema)
{
	Moment	   *entry;
	bool		held = !lock_writer(schema);
	bool		found;

	if (moments == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Moment)};

		moments = hash_create("emgov moments", 8, &control, HASH_ELEM | HASH_BLOBS);
	}
	entry = hash_search(moments, &schema, HASH_ENTER, &found);
	if (!found || !held || entry->transaction != GetTopTransactionId())
	{
		entry->transaction = GetTopTransactionId();
		entry->moment = GetCurrentTimestamp();
	}
	return entry->moment;
}

/*
 * Read the setting emgov.known_at. Returns false when it is unset or empty; raises an
 * error when it is no moment in the past or the user may not use it on this table.
 */
static bool
known_at(Relation relation, TimestampTz *moment)
{
	const char *setting = setting_known_at;

	if (setting[0] == '\0')
		return false;

	if (!has_privs_of_role(GetUserId(), relation->rd_rel->relowner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only the owner of table \"%s\" may write rows as known at another time",
						RelationGetRelationName(relation)),
				 errhint("RESET %s, and the row is dated now.", SETTING_KNOWN_AT)));

	*moment = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in,
													  CStringGetDatum(setting),
													  ObjectIdGetDatum(InvalidOid),
													  Int32GetDatum(-1)));
	if (TIMESTAMP_NOT_FINITE(*moment) || *moment > GetCurrentTimestamp())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a moment in the past, not \"%s\"", SETTING_KNOWN_AT, setting)));
	return true;
}

/* Whether two tuples of one relation hold the same bytes of data. */
static bool
same_data(HeapTuple a, HeapTuple b)
{
	HeapTupleHeader x = a->t_data;
	HeapTupleHeader y = b->t_data;

	return a->t_len == b->t_len &&
		x->t_hoff == y->t_hoff &&
		HeapTupleHeaderGetNatts(x) == HeapTupleHeaderGetNatts(y) &&
		(x->t_infomask & ~HEAP_XACT_MASK) == (y->t_infomask & ~HEAP_XACT_MASK) &&
		memcmp((char *) x + SizeofHeapTupleHeader, (char *) y + SizeofHeapTupleHeader,
			   a->t_len - SizeofHeapTupleHeader) == 0;
}

/*
 * When the version that replaces `old` is known from. `changed` is a copy of the new
 * row that has the old row's known_from: equal to it when nothing else differs.
 */
static TimestampTz
next_version(Relation relation, HeapTuple old, TimestampTz was, HeapTuple changed)
{
	TimestampTz moment;

	if (same_data(old, changed))
		return was;

	if (known_at(relation, &moment))
	{
		(void) transaction_moment(RelationGetNamespace(relation));
		if (moment < was)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a row of \"%s\" cannot be changed as known at %s",
							RelationGetRelationName(relation), timestamptz_to_str(moment)),
					 errdetail("Its present version is known from %s.",
							   pstrdup(timestamptz_to_str(was)))));
		return moment;
	}

	moment = transaction_moment(RelationGetNamespace(relation));
	if (was >= moment &&
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(old->t_data)))
		return was;
	return Max(moment, was + 1);
}

/*
 * emgov.keep_version(): BEFORE INSERT OR UPDATE, for each row. Returns the new row with
 * its known_from.
 */
PG_FUNCTION_INFO_V1(emgov_keep_version);
Datum
emgov_keep_version(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Relation	relation;
	HeapTuple	row;
	TimestampTz moment;
	Datum		value;
	bool		isnull = false;
	int			column;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov.keep_version() must be called by a BEFORE INSERT OR UPDATE trigger for each row")));

	relation = trigger->tg_relation;
	column = SPI_fnumber(RelationGetDescr(relation), KNOWN_FROM);
	if (column <= 0 || SPI_gettypeid(RelationGetDescr(relation), column) != TIMESTAMPTZOID)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table \"%s\" has no column %s of type timestamptz",
						RelationGetRelationName(relation), KNOWN_FROM),
				 errhint("CALL emgov.keep_versions('%s').", RelationGetRelationName(relation))));

	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		HeapTuple	old = trigger->tg_trigtuple;
		Datum		was = SPI_getbinval(old, RelationGetDescr(relation), column, &isnull);

		if (isnull)				/* a row older than its history */
			was = TimestampTzGetDatum(PG_INT64_MIN);
		row = heap_modify_tuple_by_cols(trigger->tg_newtuple, RelationGetDescr(relation),
										1, &column, &was, &isnull);
		moment = next_version(relation, old, DatumGetTimestampTz(was), row);
	}
	else
	{
		TimestampTz now = transaction_moment(RelationGetNamespace(relation));

		row = trigger->tg_trigtuple;
		if (!known_at(relation, &moment))
			moment = now;
	}

	value = TimestampTzGetDatum(moment);
	isnull = false;
	return PointerGetDatum(heap_modify_tuple_by_cols(row, RelationGetDescr(relation),
													 1, &column, &value, &isnull));
}

/*
 * emgov._writing(schema regnamespace): what keep_version() does first, for a trigger that
 * must look at something else before any row is written. Returns the transaction's moment.
 */
PG_FUNCTION_INFO_V1(emgov_writing);
Datum
emgov_writing(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(transaction_moment(PG_GETARG_OID(0)));
}

/* See history.h. */
void
history_forget_moments(void)
{
	if (moments != NULL)
		hash_destroy(moments);
	moments = NULL;
}
