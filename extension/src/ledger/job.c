/*
 * job.c
 *		What scheduled jobs need of the server: one run of a job at a time, which of the sessions
 *		that began runs are still there, up to when everything is known.
 *
 * What a job does is in SQL: see extension/sql/ledger/job.sql.
 */
#include "postgres.h"
#include "compat.h"

#include "access/xlog.h"
#include "catalog/pg_namespace.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "locks.h"

PG_FUNCTION_INFO_V1(emgov_lock_job);
PG_FUNCTION_INFO_V1(emgov_settled);
PG_FUNCTION_INFO_V1(emgov_session_start);
PG_FUNCTION_INFO_V1(emgov_session_lives);
PG_FUNCTION_INFO_V1(emgov_need_own_transactions);
PG_FUNCTION_INFO_V1(emgov_need_to_write);

/*
 * emgov_internal.lock_job(ledger regnamespace, job text): become the one who runs a job, until the
 * transaction ends; false if somebody else runs it.  For the ledger's owner only, or anybody
 * could keep a job from running.
 */
Datum
emgov_lock_job(PG_FUNCTION_ARGS)
{
	Oid			ledger = PG_GETARG_OID(0);
	text	   *job = PG_GETARG_TEXT_PP(1);
	char	   *name = get_namespace_name(ledger);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("there is no schema with OID %u", ledger)));
	if (!schema_ownercheck(ledger, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_SCHEMA, name);
	PG_RETURN_BOOL(lock_job(ledger, DatumGetUInt32(hash_any((const unsigned char *) VARDATA_ANY(job), VARSIZE_ANY_EXHDR(job)))));
}

/* emgov_internal.settled(): see lock_settled(). */
Datum
emgov_settled(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(lock_settled());
}

/* emgov_internal.session_start(): when this session began, by which it is told from a later one with its process number. */
Datum
emgov_session_start(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(lock_session_start(MyProcPid));
}

/*
 * emgov_internal.session_lives(pid int, began timestamptz): is the session that began then in a process still there?
 * NULL on a standby, for it is one of the primary.
 */
Datum
emgov_session_lives(PG_FUNCTION_ARGS)
{
	if (RecoveryInProgress())
		PG_RETURN_NULL();
	PG_RETURN_BOOL(lock_session_start(PG_GETARG_INT32(0)) == PG_GETARG_TIMESTAMPTZ(1));
}

/*
 * emgov_internal.need_own_transactions(what text), a procedure: an error unless whoever calls it may commit, and write.
 * NULL, which no procedure can refuse by being strict, is "this".
 */
Datum
emgov_need_own_transactions(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly(PG_ARGISNULL(0) ? "this" : text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) || castNode(CallContext, fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("%s cannot be called within a transaction or a function", PG_ARGISNULL(0) ? "this" : text_to_cstring(PG_GETARG_TEXT_PP(0))),
				 errdetail("It commits that it has begun, and again how it ended, so that a run that fails is on record."),
				 errhint("CALL it by itself: COMMIT first, and switch autocommit on.")));
	PG_RETURN_VOID();
}

/*
 * emgov_internal.need_to_write(what text): an error in a read-only transaction, as those of a standby are.  Called first, so that
 * no lock that a standby refuses comes before, and not only where there is something to be written.
 */
Datum
emgov_need_to_write(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}
