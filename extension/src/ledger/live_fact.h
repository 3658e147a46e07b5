/*
 * live_fact.h
 *		Facts made of several tables, kept as rows of one.
 */
#ifndef EMGOV_LIVE_FACT_H
#define EMGOV_LIVE_FACT_H

#include "postgres.h"

#include "utils/reltrigger.h"

/* The view that holds the query of a live fact, by the table of its rows; InvalidOid when it is none. */
extern Oid	live_fact_query(Oid table);

/* The table whose rows a view shows as they are, column by column, if it is that of a live fact; else InvalidOid. */
extern Oid	live_fact_table(Oid view);

/* Is this a trigger that keeps a live fact? */
extern bool live_fact_is_trigger(const Trigger *trigger);

#endif							/* EMGOV_LIVE_FACT_H */
