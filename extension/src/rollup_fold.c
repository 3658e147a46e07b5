/*
 * rollup_fold.c
 *		Folding deltas into the compacted table, and verifying a rollup.
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

#include <limits.h>

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
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "rollup.h"

PG_FUNCTION_INFO_V1(fold_rollup);
PG_FUNCTION_INFO_V1(verify_rollup);
PG_FUNCTION_INFO_V1(rollup_waiting);

/* emgov.rollup_fold_threshold */
static int	fold_threshold = 5000;

/* Define the setting. */
void
rollup_fold_init(void)
{
	DefineCustomIntVariable("emgov.rollup_fold_threshold",
							"About how many deltas of a rollup wait before a writer folds them.",
							"Each delta that is written has the chance of one in so many to start a fold. 0 leaves folding to emgov.fold_rollup().",
							&fold_threshold, 5000, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
}

/*
 * Become the one folder of a rollup until the transaction ends.  The lock is an
 * advisory one of a class that SQL cannot reach.
 */
bool
rollup_lock_fold(Oid delta, bool wait)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 0x656d676f, delta, 3);
	return LockAcquire(&tag, ExclusiveLock, false, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

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

/*
 * A writer has written some deltas: fold now and then.  Chance needs no counter that
 * sessions would have to share, and works for sessions of one statement as well: on
 * average so many deltas wait as the setting says.
 */
void
rollup_fold_sometimes(const Rollup *rollup, int64 written)
{
	RollupContext rights;

	if (fold_threshold == 0 || IsolationUsesXactSnapshot() ||
		random_fraction() * fold_threshold >= (double) written)
		return;
	if (!rollup_lock_fold(rollup->delta, false))
		return;
	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	rollup_fold(rollup, rollup_definition(rollup), Max((int64) fold_threshold * 10, 100000));
	rollup_leave(&rights);
	SPI_finish();
}

/*
 * CALL emgov.fold_rollup(name text, max_rows bigint): fold at most max_rows deltas.
 * NULL for max_rows folds all that are visible.
 */
Datum
fold_rollup(PG_FUNCTION_ARGS)
{
	Rollup	   *rollup;
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
	if (!rollup_lock_fold(rollup->delta, false))
	{
		ereport(NOTICE,
				(errmsg("another session is folding rollup \"%s\"", get_rel_name(rollup->view))));
		PG_RETURN_VOID();
	}
	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	rollup_fold(rollup, rollup_definition(rollup),
				PG_ARGISNULL(1) ? PG_INT64_MAX : PG_GETARG_INT64(1));
	rollup_leave(&rights);
	SPI_finish();
	PG_RETURN_VOID();
}

/* An ERROR unless the text is one expression: it becomes part of a query. */
static void
check_condition(const char *condition)
{
	List	   *tree = raw_parser(condition, RAW_PARSE_PLPGSQL_EXPR);
	SelectStmt *select;

	if (list_length(tree) == 1)
	{
		select = (SelectStmt *) linitial_node(RawStmt, tree)->stmt;
		if (IsA(select, SelectStmt) && list_length(select->targetList) == 1 &&
			select->fromClause == NIL && select->whereClause == NULL && select->groupClause == NIL &&
			select->havingClause == NULL && select->windowClause == NIL && select->sortClause == NIL &&
			select->limitCount == NULL && select->limitOffset == NULL && select->lockingClause == NIL &&
			select->op == SETOP_NONE && select->valuesLists == NIL && select->withClause == NULL &&
			select->distinctClause == NIL && select->intoClause == NULL)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("\"%s\" is not a condition", condition),
			 errhint("Write a condition over the rollup's columns, such as: month >= date '2024-01-01'.")));
}

/*
 * emgov.verify_rollup(name text, condition text) returns (side text, record jsonb):
 * compares rollup and query in one snapshot, with the caller's rights.  A group that
 * differs comes twice, as the rollup has it and as the query gives it.
 */
Datum
verify_rollup(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	Tuplestorestate *store;
	TupleDesc	desc;
	Rollup	   *rollup;
	char	   *condition;
	uint64		i;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) || !(rsinfo->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the rollup must not be null")));
	rollup = rollup_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	condition = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (condition)
		check_condition(condition);

	old = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = CreateTupleDescCopy(desc);
	store = tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult = store;
	rsinfo->setDesc = desc;
	MemoryContextSwitchTo(old);

	SPI_connect();
	if (SPI_execute(rollup_sql_verify(rollup_definition(rollup), rollup, condition), false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not verify a rollup");
	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[2];
		bool		nulls[2];

		values[0] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &nulls[0]);
		values[1] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &nulls[1]);
		tuplestore_putvalues(store, desc, values, nulls);
	}
	if (!RecoveryInProgress() && !XactReadOnly)
		rollup_log(rollup->id, "verify", (int64) SPI_processed);
	SPI_finish();
	return (Datum) 0;
}

/*
 * emgov.rollup_waiting(regclass) returns bigint: how many deltas a rollup's delta
 * table holds.  For anyone: a number of deltas says nothing of what is in them.
 */
Datum
rollup_waiting(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	ListCell   *cell;
	Relation	delta = NULL;
	TableScanDesc scan;
	TupleTableSlot *slot;
	int64		count = 0;

	foreach(cell, rollup_list())
		if (((Rollup *) lfirst(cell))->delta == relid)
			delta = try_relation_open(relid, AccessShareLock);
	if (delta == NULL)
		PG_RETURN_NULL();
	slot = table_slot_create(delta, NULL);
	scan = table_beginscan(delta, GetActiveSnapshot(), 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
		count++;
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(delta, AccessShareLock);
	PG_RETURN_INT64(count);
}
