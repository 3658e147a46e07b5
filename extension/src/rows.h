/*
 * rows.h
 *		A function that takes arrays of rows, or gives rows.
 */
#ifndef EMGOV_ROWS_H
#define EMGOV_ROWS_H

#include "access/tupdesc.h"
#include "fmgr.h"
#include "tcop/dest.h"
#include "utils/numeric.h"

typedef struct RowsOut RowsOut;

/* The rows that a call gives; they live as long as the server wants.  The function returns NULL in the end. */
extern RowsOut *begin_rows(FunctionCallInfo fcinfo);
extern TupleDesc rows_descriptor(const RowsOut *out);
extern void put_row(RowsOut *out, Datum *values, bool *nulls);
extern DestReceiver *rows_receiver(RowsOut *out);

/* An array of rows, one after another; columns are found by their names. */
typedef struct RowsIn
{
	TupleDesc	desc;
	Datum	   *rows;
	bool	   *absent;
	int			count;
	int			next;
	Datum	   *values;			/* of the present row */
	bool	   *nulls;
} RowsIn;

extern RowsIn rows_arg(FunctionCallInfo fcinfo, int argno);
extern bool next_row(RowsIn *rows);
extern bool row_field(const RowsIn *rows, const char *name, Datum *value);
extern char *row_text(const RowsIn *rows, const char *name);
extern Numeric row_numeric(const RowsIn *rows, const char *name);
extern int	row_int(const RowsIn *rows, const char *name, int otherwise);
extern bool row_bool(const RowsIn *rows, const char *name);

/* One row that is filled in. */
typedef struct RowMade
{
	TupleDesc	desc;
	Datum	   *values;
	bool	   *nulls;
} RowMade;

extern RowMade begin_row(TupleDesc desc);
extern void empty_row(RowMade *row);
extern void set_field(RowMade *row, const char *name, Datum value);
extern void set_text(RowMade *row, const char *name, const char *value);
extern void set_numeric(RowMade *row, const char *name, Numeric value);

#endif							/* EMGOV_ROWS_H */
