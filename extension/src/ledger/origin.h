/*
 * origin.h
 *		The tables that the values of a view's column come from.
 */
#ifndef EMGOV_ORIGIN_H
#define EMGOV_ORIGIN_H

#include "nodes/pg_list.h"

extern List *column_tables(Oid relid, const char *column);

#endif							/* EMGOV_ORIGIN_H */
