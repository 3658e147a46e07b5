/*
 * fold.c
 *		Folding deltas into the compacted table.
 *
 * A fold is one statement: it deletes deltas and replaces the groups they belong to,
 * so that total + delta is the same in every snapshot, before and after.  Folders
 * exclude one another by a lock that nobody else takes; it is held until the
 * transaction ends, and taken before the statement's snapshot, so that the next
 * folder sees all that the last one did.  Under REPEATABLE READ and above the
 * snapshot would be older than the lock: no folding there.
 */
#include "postgres.h"
#include "compat.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#if PG_VERSION_NUM >= 150000
#include "common/pg_prng.h"
#endif
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "locks.h"
#include "rollup/rollup.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(fold_rollup);

/*
 * Fold at most max_rows deltas; SPI is connected, the lock held, the rollup's owner
 * acting.  Returns how many were folded.
 */
int64
rollup_fold(const Rollup *rollup, const RollupDefinition *def, int64 max_rows)
{
	Oid			types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(max_rows)};
	bool		isnull;
	int64		moved;

	if (SPI_execute_with_args(rollup_sql_fold(def, rollup), 1, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not fold a rollup");
	moved = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	if (moved > 0)
		rollup_log(rollup->id, "fold", moved);
	return moved;
}

/* Fold in a subtransaction; an error is told, and leaves everything as it was. */
static void
fold_or_warn(const Rollup *rollup)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	RollupContext rights;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		if (lock_fold(rollup->delta, 0) &&
			ConditionalLockRelationOid(rollup->total, RowExclusiveLock) &&
			ConditionalLockRelationOid(rollup->delta, RowExclusiveLock))
		{
			SPI_connect();
			rollup_enter(&rights, rollup_owner(rollup));
			rollup_fold(rollup, rollup_definition(rollup), Max((int64) setting_fold_threshold * 10, 100000));
			rollup_leave(&rights);
			SPI_finish();
		}
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED || error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
			ReThrowError(error);
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("could not fold rollup \"%s\": %s", get_rel_name(rollup->view), error->message),
				 errdetail("The rollup is exact all the same; its changes wait.")));
		FreeErrorData(error);
	}
	PG_END_TRY();
}

/*
 * A writer has written some deltas: fold now and then.  Chance needs no counter that
 * sessions would have to share, and works for sessions of one statement as well: on
 * average so many deltas wait as the setting says.  The writer waits for nobody, and
 * its statement does not fail because of a fold.
 */
void
rollup_fold_sometimes(const Rollup *rollup, int64 written)
{
	if (setting_fold_threshold == 0 || IsolationUsesXactSnapshot() ||
		random_fraction() * setting_fold_threshold >= (double) written)
		return;
	fold_or_warn(rollup);
}

/*
 * CALL emgov.fold_rollup(name text, max_rows bigint): fold at most max_rows deltas.
 * NULL for max_rows folds all that are visible.
 */
Datum
fold_rollup(PG_FUNCTION_ARGS)
{
	Rollup	   *rollup;
	RollupDefinition *def;
	RollupContext rights;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the rollup must not be null")));
	if (!PG_ARGISNULL(1) && PG_GETARG_INT64(1) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must be positive, not %lld", (long long) PG_GETARG_INT64(1)),
				 errhint("NULL folds all deltas.")));
	rollup = rollup_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	rollup_check_owner(rollup);
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a rollup cannot be folded at isolation level %s",
						XactIsoLevel == XACT_SERIALIZABLE ? "SERIALIZABLE" : "REPEATABLE READ"),
				 errhint("Call fold_rollup at READ COMMITTED.")));
	def = rollup_definition(rollup);
	/* table before fold lock, as rebuild_rollup: so neither can wait for the other in a circle */
	LockRelationOid(def->source, RowExclusiveLock);
	if (!lock_fold(rollup->delta, 0))
	{
		ereport(NOTICE,
				(errmsg("another session is folding rollup \"%s\"", get_rel_name(rollup->view))));
		PG_RETURN_VOID();
	}
	rollup_by_id(rollup->id, rollup, false);
	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	rollup_fold(rollup, def, PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT64(1));
	rollup_leave(&rights);
	SPI_finish();
	PG_RETURN_VOID();
}
