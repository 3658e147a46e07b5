/*
 * locks.h
 *		The extension's own heavyweight locks, all in one place.
 *
 * They are of a class that no SQL function can build: pg_advisory_lock(bigint) makes
 * class 1, pg_advisory_lock(int, int) class 2.  So nobody can take one but by the calls
 * below, and these stand behind a check of rights.  All are held until the transaction
 * ends; pg_locks shows them as advisory, with objsubid LOCK_CLASS.
 */
#ifndef EMGOV_LOCKS_H
#define EMGOV_LOCKS_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"

/* "eg": field 4 of the lock's tag */
#define LOCK_CLASS	0x6567

/* What a lock is of: field 2 of its tag.  Field 3 is the OID. */
typedef enum LockKind
{
	LOCK_WRITER = 1,			/* ShareLock by whoever writes to a kept table or ledger */
	LOCK_PUBLISHING,			/* ExclusiveLock by whoever publishes a ledger, ShareLock by whoever dates rows back in it */
	LOCK_DEFINITIONS,			/* ExclusiveLock by whoever writes a ledger's definitions */
	LOCK_FOLD,					/* ExclusiveLock by whoever folds a rollup; of its delta table */
	LOCK_FACT,					/* ShareLock by whoever writes rows of a live fact, ExclusiveLock by whoever computes all; of its table */
	LOCK_IMPORT,				/* ExclusiveLock by whoever imports into a table; of the table */
	LOCK_JOB					/* ExclusiveLock by whoever runs a job of a ledger; with a hash of the job's name above the kind's byte */
} LockKind;

/* Somebody else who holds a lock. */
typedef struct LockHolder
{
	int			pid;			/* 0: a prepared transaction */
	Oid			user;			/* InvalidOid if not known */
	TimestampTz transaction_start;	/* 0 if not known */
	TimestampTz query_start;	/* 0 if not known */
} LockHolder;

/* Writers never wait: nobody takes LOCK_WRITER in another mode. */
extern bool lock_writer(Oid object);
extern bool lock_writer_held(Oid object);
extern List *lock_wait_for_writers(const Oid *objects, int n, TimestampTz begun_by, int timeout);
extern TimestampTz lock_settled(void);
extern TimestampTz lock_session_start(int pid);

/* The others; false if it cannot be had in so many milliseconds.  -1: wait in the server's queue. */
extern bool lock_publishing(Oid ledger, int timeout);
extern bool lock_backdating(Oid ledger, int timeout);
extern bool lock_definitions(Oid ledger, int timeout);
extern bool lock_fold(Oid delta, int timeout);
extern bool lock_fact(Oid table, int timeout);
extern bool lock_fact_rows(Oid table);
extern bool lock_import(Oid table, int timeout);
extern bool lock_job(Oid ledger, uint32 job);

/* Who is in the way of an exclusive lock, and how an errdetail puts it. */
extern List *lock_holders(LockKind kind, Oid object);
extern char *lock_holders_detail(List *holders);

#endif							/* EMGOV_LOCKS_H */
