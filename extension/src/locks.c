/*
 * locks.c
 *		The extension's own heavyweight locks.
 *
 * Whoever waits for an exclusive lock in the server's queue stands in front of all who
 * come later for a shared one, for as long as one forgotten transaction stays open.  So
 * nobody waits for writers by a lock: lock_wait_for_writers() looks who holds theirs, and
 * waits until just these have ended, by looking again.  Writers that come later are not
 * its business, and do not notice it.
 */
#include "postgres.h"
#include "compat.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "locks.h"

/* Between two looks, in milliseconds. */
#define FIRST_PAUSE	1
#define LONGEST_PAUSE	50

/* The tag of a lock. */
static LOCKTAG
lock_tag(LockKind kind, Oid object)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, kind, object, LOCK_CLASS);
	return tag;
}

/* Sleep a little, longer each time, but not beyond `until`; false if that is past. */
static bool
pause_until(TimestampTz until, int *pause)
{
	long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);

	if (left <= 0)
		return false;
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, Min(left, *pause), PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	*pause = Min(*pause * 2, LONGEST_PAUSE);
	return true;
}

/* Take a lock: see lock_publishing() in locks.h. */
static bool
lock_within(LockKind kind, Oid object, LOCKMODE mode, int timeout)
{
	LOCKTAG		tag = lock_tag(kind, object);
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout);
	int			pause = FIRST_PAUSE;

	while (LockAcquire(&tag, mode, false, timeout >= 0) == LOCKACQUIRE_NOT_AVAIL)
		if (!pause_until(until, &pause))
			return false;
	return true;
}

/*
 * Say that this transaction writes to a kept table or ledger; nobody is waited for.
 * Returns false if it said so before and has not taken it back since, by a savepoint.
 */
bool
lock_writer(Oid object)
{
	LOCKTAG		tag = lock_tag(LOCK_WRITER, object);

	return LockAcquire(&tag, ShareLock, false, false) == LOCKACQUIRE_OK;
}

/* Does this transaction write to a kept table or ledger? */
bool
lock_writer_held(Oid object)
{
	LOCKTAG		tag = lock_tag(LOCK_WRITER, object);

	return lock_held_by_me(&tag, ShareLock);
}

/* Become the one who publishes a ledger. */
bool
lock_publishing(Oid ledger, int timeout)
{
	return lock_within(LOCK_PUBLISHING, ledger, ExclusiveLock, timeout);
}

/*
 * Write rows dated back: nobody publishes the ledger until this transaction has ended, so
 * that its last publication, looked for after this call, stays the last.
 */
bool
lock_backdating(Oid ledger, int timeout)
{
	return lock_within(LOCK_PUBLISHING, ledger, ShareLock, timeout);
}

/* Become the one who writes a ledger's definitions.  Before the statement's snapshot is taken. */
bool
lock_definitions(Oid ledger, int timeout)
{
	return lock_within(LOCK_DEFINITIONS, ledger, ExclusiveLock, timeout);
}

/* Become the one who folds a rollup.  Before the statement's snapshot is taken. */
bool
lock_fold(Oid delta, int timeout)
{
	return lock_within(LOCK_FOLD, delta, ExclusiveLock, timeout);
}

/* Become the one who computes all rows of a live fact.  Before the statement's snapshot is taken. */
bool
lock_fact(Oid table, int timeout)
{
	return lock_within(LOCK_FACT, table, ExclusiveLock, timeout);
}

/* Write some rows of a live fact, beside others who do: waits for whoever computes all.  Before the statement's snapshot is taken. */
bool
lock_fact_rows(Oid table)
{
	return lock_within(LOCK_FACT, table, ShareLock, -1);
}

/* Become the one who imports into a table.  Before the statement's snapshot is taken. */
bool
lock_import(Oid table, int timeout)
{
	return lock_within(LOCK_IMPORT, table, ExclusiveLock, timeout);
}

/* Become the one who runs a job of a ledger, now or not at all; jobs whose hashes are the same exclude one another. */
bool
lock_job(Oid ledger, uint32 job)
{
	return lock_within((LockKind) (LOCK_JOB | job << 8), ledger, ExclusiveLock, 0);
}

/* A transaction among others? */
static bool
is_among(VirtualTransactionId transaction, const VirtualTransactionId *others)
{
	for (; VirtualTransactionIdIsValid(*others); others++)
		if (VirtualTransactionIdEquals(transaction, *others))
			return true;
	return false;
}

/* What a session says of itself at this moment; NULL if there is none of that process. */
static PgBackendStatus *
session_status(int pid)
{
	pgstat_clear_backend_activity_snapshot();
	for (int i = 1; i <= pgstat_fetch_stat_numbackends(); i++)
	{
		PgBackendStatus *status = backend_status(i);

		if (status != NULL && status->st_procpid == pid)
			return status;
	}
	return NULL;
}

/* When the session of a process began; 0 if there is none. */
TimestampTz
lock_session_start(int pid)
{
	PgBackendStatus *status = session_status(pid);

	return status != NULL ? status->st_proc_start_timestamp : 0;
}

/*
 * What is known of a transaction that holds a lock.  A prepared one keeps the number of the
 * session that prepared it, which is in another transaction by now, or has left its place to
 * another session: nothing that these say is about it.  It may also be prepared while they
 * are asked: so which transaction they are in is looked at last.
 */
static LockHolder *
describe(VirtualTransactionId transaction)
{
	LockHolder *holder = palloc0(sizeof(LockHolder));
	PGPROC	   *proc = vxid_proc(transaction);
	PgBackendStatus *status;

	if (proc == NULL || proc->pid == 0)
		return holder;
	holder->pid = proc->pid;
	holder->user = proc->roleId;
	status = session_status(holder->pid);
	if (status != NULL)
	{
		holder->transaction_start = status->st_xact_start_timestamp;
		holder->query_start = status->st_activity_start_timestamp;
	}
	return proc_transaction(proc) == transaction.localTransactionId ? holder : palloc0(sizeof(LockHolder));
}

/*
 * A moment up to which nothing can be dated any more in this database but by transactions that
 * have ended: the present, or when the oldest of those that are writing to kept tables began.
 * DT_NOBEGIN if that is not known of one, such as a prepared one. Nobody is waited for. A
 * transaction that begins to write later dates it later; whatever is seen by a snapshot taken
 * after this call is no less than what was dated by then.
 */
TimestampTz
lock_settled(void)
{
	TimestampTz result = GetCurrentTimestamp();
	LockData   *locks = GetLockStatusData();

	for (int i = 0; i < locks->nelements; i++)
	{
		const LockInstanceData *lock = &locks->locks[i];
		TimestampTz began = 0;

		if (lock->locktag.locktag_type != LOCKTAG_ADVISORY || lock->locktag.locktag_field1 != MyDatabaseId ||
			lock->locktag.locktag_field2 != LOCK_WRITER || lock->locktag.locktag_field4 != LOCK_CLASS || lock->holdMask == 0)
			continue;
		if (lock->pid == MyProcPid)
			began = GetCurrentTransactionStartTimestamp();
		else if (lock->pid != 0)
		{
			PgBackendStatus *status = session_status(lock->pid);

			/* one that has ended since is seen whole */
			if (status == NULL)
				continue;
			began = status->st_xact_start_timestamp;
		}
		result = Min(result, began != 0 ? began : DT_NOBEGIN);
	}
	return result;
}

/* The sessions, as a list of LockHolder, that hold a lock in any mode; without this one. */
List *
lock_holders(LockKind kind, Oid object)
{
	LOCKTAG		tag = lock_tag(kind, object);
	VirtualTransactionId *holders = GetLockConflicts(&tag, ExclusiveLock, NULL);
	List	   *result = NIL;

	for (; VirtualTransactionIdIsValid(*holders); holders++)
		result = lappend(result, describe(*holders));
	return result;
}

/*
 * Wait until all other transactions that are writing to any of n objects now, and that
 * had begun by a moment, have ended, for at most `timeout` milliseconds (0: only look).
 * What is not known to have begun later is waited for.  Returns NIL when they have, else
 * those that have not, as a list of LockHolder.  Writers that begin later are not waited
 * for: whatever they date by a clock read after lock_writer() is dated after this call
 * began.
 */
List *
lock_wait_for_writers(const Oid *objects, int n, TimestampTz begun_by, int timeout)
{
	VirtualTransactionId **before = palloc(sizeof(VirtualTransactionId *) * (n + 1));
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout);
	int			pause = FIRST_PAUSE;

	for (int i = 0; i < n; i++)
	{
		LOCKTAG		tag = lock_tag(LOCK_WRITER, objects[i]);

		before[i] = GetLockConflicts(&tag, ExclusiveLock, NULL);
	}
	for (;;)
	{
		List	   *left = NIL;

		for (int i = 0; i < n; i++)
		{
			LOCKTAG		tag = lock_tag(LOCK_WRITER, objects[i]);
			VirtualTransactionId *now;

			if (!VirtualTransactionIdIsValid(before[i][0]))
				continue;
			now = GetLockConflicts(&tag, ExclusiveLock, NULL);
			for (VirtualTransactionId *was = before[i]; VirtualTransactionIdIsValid(*was); was++)
			{
				LockHolder *holder;

				if (!is_among(*was, now))
					continue;
				holder = describe(*was);
				if (holder->transaction_start <= begun_by)
					left = lappend(left, holder);
			}
			pfree(now);
		}
		if (left == NIL || !pause_until(until, &pause))
			return left;
		list_free_deep(left);
	}
}

/* One sentence a session: who is in the way, for an errdetail. */
char *
lock_holders_detail(List *holders)
{
	StringInfoData text;
	List	   *told = NIL;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, holders)
	{
		LockHolder *holder = lfirst(cell);
		char	   *user;

		/* one that holds several locks is told once */
		if (list_member_int(told, holder->pid))
			continue;
		told = lappend_int(told, holder->pid);
		if (text.len > 0)
			appendStringInfoChar(&text, ' ');
		if (holder->pid == 0)
		{
			appendStringInfoString(&text, "A prepared transaction is in the way; see pg_prepared_xacts.");
			continue;
		}
		user = OidIsValid(holder->user) ? GetUserNameFromId(holder->user, true) : NULL;
		appendStringInfo(&text, "Session %d of user \"%s\" is in the way", holder->pid, user ? user : "?");
		if (holder->transaction_start != 0)
			appendStringInfo(&text, "; its transaction began at %s", timestamptz_to_str(holder->transaction_start));
		if (holder->query_start != 0)
			appendStringInfo(&text, "; its last statement began at %s", timestamptz_to_str(holder->query_start));
		appendStringInfoChar(&text, '.');
	}
	return text.data;
}
