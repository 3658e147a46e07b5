/*
 * fold.c
 *		Folding deltas into the compacted table.
 *
 * A fold deletes deltas and adds them to the groups they belong to (move.c), so that total + delta
 * is the same in every snapshot, before and after.  Folders
 * exclude one another by a lock that nobody else takes; it is held until the
 * transaction ends, and taken before the fold's snapshot, so that the next
 * folder sees all that the last one did.  Under REPEATABLE READ and above the
 * snapshot would be older than the lock: no folding there.
 *
 * A job folds much at once (fold_rollup).  A writer folds little, some milliseconds'
 * worth, and nothing of it touches the statement: it waits for no table's lock and a
 * millisecond at most for a row's, errors are warnings, and the clock of
 * statement_timeout stands still.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/xact.h"
#if PG_VERSION_NUM >= 150000
#include "common/pg_prng.h"
#endif
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "locks.h"
#include "rollup/rollup.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(fold_rollup);

/* What a writer folds, and how long it looks for it. */
#define WRITER_LEAST	100
#define WRITER_MOST		1000
#define WRITER_LOOK_MS	3
#define FOLD_TAIL		32		/* blocks */

/*
 * Fold at most max_rows deltas; the lock is held, the rollup's owner acting.  Returns how many
 * were folded.
 */
int64
rollup_fold(const Rollup *rollup, const RollupDefinition *def, int64 max_rows)
{
	BlockNumber next = 0;

	return rollup_move(rollup, def, max_rows, 0, &next);
}

/*
 * Where a writer's fold looks for deltas.  While some transaction is old, those that were
 * folded stay in the table, and nobody has the time to go over them: so a session goes on
 * where it was, stays where new ones come when it has come to the end, and now and then
 * begins again, for what was not yet committed when it passed.
 */
static void
choose_start(RollupFolding *folding, Oid delta)
{
	Relation	rel = table_open(delta, NoLock);
	BlockNumber blocks = RelationGetNumberOfBlocks(rel);

	table_close(rel, NoLock);
	if (folding->next < blocks && folding->started)
		return;
	folding->started = true;
	folding->next = blocks > FOLD_TAIL && random_fraction() < 0.9 ? blocks - FOLD_TAIL : 0;
}

/* A writer's fold, in a subtransaction; an error is told, and leaves everything as it was. */
static void
fold_or_warn(const Rollup *rollup, RollupFolding *folding)
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
			int64		moved;

			SPI_connect();
			rollup_enter(&rights, rollup_owner(rollup));
			/* it waits for nobody who has locked a row */
			(void) set_config_option("lock_timeout", "1ms", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
			choose_start(folding, rollup->delta);
			moved = rollup_move(rollup, folding->def, Min(Max(setting_fold_threshold, WRITER_LEAST), WRITER_MOST), WRITER_LOOK_MS, &folding->next);
			rollup_leave(&rights);
			if (moved > 0)
				rollup_log(rollup->id, "fold", moved);
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
		/* who cancels the session cancels the statement; nothing else does */
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			ReThrowError(error);
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
			ereport(WARNING,
					(errcode(error->sqlerrcode),
					 errmsg("could not fold rollup \"%s\": %s", get_rel_name(rollup->view), error->message),
					 errdetail("The rollup is exact all the same; its changes wait.")));
		FreeErrorData(error);
	}
	PG_END_TRY();
}

/* The same without counting as the statement's time. */
static void
fold_apart(const Rollup *rollup, RollupFolding *folding)
{
	bool		timed = get_timeout_active(STATEMENT_TIMEOUT);
	TimestampTz start = GetCurrentTimestamp();
	TimestampTz finish = timed ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0;

	if (timed)
		disable_timeout(STATEMENT_TIMEOUT, true);
	PG_TRY();
	{
		fold_or_warn(rollup, folding);
	}
	PG_FINALLY();
	{
		/* whoever catches the error goes on under it */
		if (timed)
			enable_timeout_at(STATEMENT_TIMEOUT, finish + (GetCurrentTimestamp() - start));
	}
	PG_END_TRY();
}

/*
 * A writer has written some deltas: fold now and then.  Chance needs no counter that
 * sessions would have to share, and works for sessions of one statement as well: each
 * delta has the chance of two in so many, as the setting says, to start a fold of so
 * many, which is twice what comes in meanwhile.
 */
void
rollup_fold_sometimes(const Rollup *rollup, int64 written, RollupFolding *folding)
{
	if (setting_fold_threshold == 0 || IsolationUsesXactSnapshot() ||
		random_fraction() * setting_fold_threshold >= 2.0 * written)
		return;
	fold_apart(rollup, folding);
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
	int64		moved;

	PreventCommandIfReadOnly("fold_rollup()");
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
	moved = rollup_fold(rollup, def, PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT64(1));
	rollup_leave(&rights);
	if (moved > 0)
		rollup_log(rollup->id, "fold", moved);
	SPI_finish();
	PG_RETURN_VOID();
}
