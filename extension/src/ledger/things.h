/*
 * things.h
 *		What is counted once each, however many records it has.
 */
#ifndef EMGOV_THINGS_H
#define EMGOV_THINGS_H

#include "postgres.h"

/* Can values of a type be told from one another here? */
extern bool things_can_be(Oid type);

/* Some things of one type, each with the set of profiles of its records; they live in the current context. */
typedef struct Things Things;

extern Things *make_things(Oid type, Oid collation);

/* One more record of a thing.  An error when the sets of profiles take too much memory: try fewer windows. */
extern void add_thing(Things *things, Datum key, int64 profile);

/* Call something for each set of profiles, with the number of things that have it. */
typedef void (*SetCallback) (void *argument, const int64 *profiles, int n, int64 number);
extern void each_set(Things *things, SetCallback callback, void *argument);

/* Call something for each thing; a NULL Things has none. */
typedef void (*ThingCallback) (void *argument, const int64 *profiles, int n, Datum key);
extern void each_thing(Things *things, ThingCallback callback, void *argument);

#endif							/* EMGOV_THINGS_H */
