/*
 * kept_plan.h
 *		Plans of queries that come again and again, kept by the session.
 */
#ifndef EMGOV_KEPT_PLAN_H
#define EMGOV_KEPT_PLAN_H

#include "postgres.h"

/*
 * Run a query, as SPI_execute_plan() does, reading only.  The caller is connected to SPI, and has pinned
 * search_path.  Gives the name of a relation of which a row policy hides rows from whoever asks, and then
 * nothing is run; else NULL.
 */
extern char *run_kept(const char *query, int nargs, Oid *types, Datum *values, const char *nulls);

#endif							/* EMGOV_KEPT_PLAN_H */
