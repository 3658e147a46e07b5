/*
 * moment.h
 *		The moment from which what a transaction writes is known.
 */
#ifndef EMGOV_MOMENT_H
#define EMGOV_MOMENT_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

struct Kept;

extern TimestampTz moment_so_far(Oid relid);
extern TimestampTz moment_of_writing(const struct Kept *kept, Relation relation);
extern bool moment_known_at(const struct Kept *kept, Relation relation, TimestampTz *moment);
extern List *moment_publications(Oid relid);

/* For partitions that come and go. */
extern List *moment_all_publications(Relation relation);
extern TimestampTz moment_last_of(Oid publication);
extern TimestampTz moment_last_made(Oid publication);
extern List *moment_noted(Relation relation);
extern void moment_mark(Oid relid);
extern void moment_forget_marks(Relation marks, Oid relid, AttrNumber also, Oid value);

/* For publishing. */
extern void moment_published(Oid publication, const Oid *objects, int n);
extern void moment_forget(void);
extern void moment_forget_dropped(void);

#endif							/* EMGOV_MOMENT_H */
