/*
 * moment.h
 *		The moment from which what a transaction writes is known.
 */
#ifndef EMGOV_MOMENT_H
#define EMGOV_MOMENT_H

#include "datatype/timestamp.h"
#include "utils/relcache.h"

extern TimestampTz moment_of_writing(Relation relation);
extern bool moment_known_at(Relation relation, TimestampTz *moment);

/* For publishing. */
extern void moment_published(Oid publication, const Oid *objects, int n);
extern void moment_forget(void);
extern void moment_forget_dropped(void);

#endif							/* EMGOV_MOMENT_H */
