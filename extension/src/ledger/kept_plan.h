/*
 * kept_plan.h
 *		Plans of queries that come again and again, kept by the session.
 */
#ifndef EMGOV_KEPT_PLAN_H
#define EMGOV_KEPT_PLAN_H

#include "postgres.h"

#include "tcop/dest.h"

/*
 * Run a query, reading only.  Its rows go to a receiver, or without one to SPI_tuptable.  The caller is
 * connected to SPI, and has pinned search_path.  Gives the name of a relation of which a row policy hides
 * rows from whoever asks, and then nothing is run; else NULL.
 */
extern char *run_kept(const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

/* The same, but of the rows that policies leave. */
extern void run_kept_as_seen(const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

/*
 * Of some queries that give the same, the one that the server thinks costs the least: for any parameters, or for
 * these where one is a long array.  Rows that policies hide are left out.
 */
extern void run_cheapest(int nqueries, char *const *queries, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

#endif							/* EMGOV_KEPT_PLAN_H */
