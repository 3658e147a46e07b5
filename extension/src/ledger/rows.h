/*
 * rows.h
 *		A function that gives rows.
 */
#ifndef EMGOV_ROWS_H
#define EMGOV_ROWS_H

#include "fmgr.h"

typedef struct RowsOut RowsOut;

/* The rows that a call gives; they live as long as the server wants.  The function returns NULL in the end. */
extern RowsOut *begin_rows(FunctionCallInfo fcinfo);
extern void put_row(RowsOut *out, Datum *values, bool *nulls);

#endif							/* EMGOV_ROWS_H */
