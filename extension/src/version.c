/*
 * version.c
 *		The trigger that dates every version of a kept row.
 *
 * A kept table has a column known_from: the moment from which this version of the row
 * was known. The trigger sets it, whatever the statement says:
 *
 *	- a new row: the moment of writing (clock time, not the transaction's start, so that
 *	  a writer who waited for a lock is dated after the lock was granted);
 *	- a changed row: the moment of writing, and always later than the version before;
 *	- a row changed again by the transaction that wrote it, or changed into itself: the
 *	  time it had, for nobody can have known the version in between;
 *	- under the setting emgov.known_at: that moment, for the table's owner only, neither
 *	  in the future nor before the row's present version.
 *
 * The version that an UPDATE replaces is written to the history table by the statement
 * trigger (see 91_ledger_versions.sql), which does so wherever known_from moved.
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
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#define KNOWN_FROM "known_from"
#define KNOWN_AT "emgov.known_at"

/*
 * Read the setting emgov.known_at. Returns false when it is unset or empty; raises an
 * error when it is no moment in the past or the user may not use it on this table.
 */
static bool
known_at(Relation relation, TimestampTz *moment)
{
	const char *setting = GetConfigOption(KNOWN_AT, true, false);

	if (setting == NULL || setting[0] == '\0')
		return false;

	if (!has_privs_of_role(GetUserId(), relation->rd_rel->relowner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only the owner of table \"%s\" may write rows as known at another time",
						RelationGetRelationName(relation)),
				 errhint("RESET %s, and the row is dated now.", KNOWN_AT)));

	*moment = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in,
													  CStringGetDatum(setting),
													  ObjectIdGetDatum(InvalidOid),
													  Int32GetDatum(-1)));
	if (TIMESTAMP_NOT_FINITE(*moment) || *moment > GetCurrentTimestamp())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a moment in the past, not \"%s\"", KNOWN_AT, setting)));
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
		if (moment < was)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a row of \"%s\" cannot be changed as known at %s",
							RelationGetRelationName(relation), timestamptz_to_str(moment)),
					 errdetail("Its present version is known from %s.",
							   pstrdup(timestamptz_to_str(was)))));
		return moment;
	}

	if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(old->t_data)) &&
		was >= GetCurrentTransactionStartTimestamp())
		return was;

	/* the clock may have been set back, the order of versions never is */
	moment = GetCurrentTimestamp();
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
		row = trigger->tg_trigtuple;
		if (!known_at(relation, &moment))
			moment = GetCurrentTimestamp();
	}

	value = TimestampTzGetDatum(moment);
	isnull = false;
	return PointerGetDatum(heap_modify_tuple_by_cols(row, RelationGetDescr(relation),
													 1, &column, &value, &isnull));
}
