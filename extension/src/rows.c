/*
 * rows.c
 *		A function that takes arrays of rows, or gives rows.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "rows.h"

struct RowsOut
{
	TupleDesc	desc;
	Tuplestorestate *store;
	MemoryContext context;
};

RowsOut *
begin_rows(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;
	RowsOut    *out;
	MemoryContext before;

	if (info == NULL || !IsA(info, ReturnSetInfo) || !(info->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a set is not accepted where this function is called")));
	before = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
	out = palloc0(sizeof(RowsOut));
	if (get_call_result_type(fcinfo, NULL, &out->desc) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("it is not said which columns the rows are to have"),
				 errhint("Call the function in FROM, with a list of columns and their types.")));
	out->desc = CreateTupleDescCopy(out->desc);
	out->context = CurrentMemoryContext;
	out->store = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	info->returnMode = SFRM_Materialize;
	info->setResult = out->store;
	info->setDesc = out->desc;
	MemoryContextSwitchTo(before);
	return out;
}

void
put_row(RowsOut *out, Datum *values, bool *nulls)
{
	tuplestore_putvalues(out->store, out->desc, values, nulls);
}

/* What takes the rows of a query; an error when they are not of the form of those that are given. */
DestReceiver *
rows_receiver(RowsOut *out)
{
	DestReceiver *receiver = CreateDestReceiver(DestTuplestore);

	SetTuplestoreDestReceiverParams(receiver, out->store, out->context, false, out->desc, "rows of a query are not of the form of those that are to be given");
	return receiver;
}

TupleDesc
rows_descriptor(const RowsOut *out)
{
	return out->desc;
}

/* ------------------------------------------------------------------ arrays of rows */

/* An argument that is an array of rows; NULL has none. */
RowsIn
rows_arg(FunctionCallInfo fcinfo, int argno)
{
	RowsIn		rows = {0};
	ArrayType  *array;

	if (PG_ARGISNULL(argno))
		return rows;
	array = PG_GETARG_ARRAYTYPE_P(argno);
	rows.desc = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(array), -1);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &rows.rows, &rows.absent, &rows.count);
	rows.values = palloc(sizeof(Datum) * rows.desc->natts);
	rows.nulls = palloc(sizeof(bool) * rows.desc->natts);
	return rows;
}

/* Go to the next row; false when there is none.  Rows that are NULL are passed over. */
bool
next_row(RowsIn *rows)
{
	HeapTupleHeader row;
	HeapTupleData tuple = {0};

	while (rows->next < rows->count && rows->absent[rows->next])
		rows->next++;
	if (rows->next >= rows->count)
		return false;
	row = DatumGetHeapTupleHeader(rows->rows[rows->next++]);
	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	tuple.t_data = row;
	heap_deform_tuple(&tuple, rows->desc, rows->values, rows->nulls);
	return true;
}

static int
column_of(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
	{
		const char *column = NameStr(TupleDescAttr(desc, i)->attname);

		/* asked for each field of each row */
		if (column[0] == name[0] && strcmp(column, name) == 0)
			return i;
	}
	elog(ERROR, "no column \"%s\"", name);
	return 0;					/* not reached */
}

/* A column of the present row; false when it is NULL. */
bool
row_field(const RowsIn *rows, const char *name, Datum *value)
{
	int			column = column_of(rows->desc, name);

	*value = rows->values[column];
	return !rows->nulls[column];
}

char *
row_text(const RowsIn *rows, const char *name)
{
	Datum		value;

	return row_field(rows, name, &value) ? TextDatumGetCString(value) : NULL;
}

Numeric
row_numeric(const RowsIn *rows, const char *name)
{
	Datum		value;

	return row_field(rows, name, &value) ? DatumGetNumericCopy(value) : NULL;
}

int
row_int(const RowsIn *rows, const char *name, int otherwise)
{
	Datum		value;

	return row_field(rows, name, &value) ? DatumGetInt32(value) : otherwise;
}

bool
row_bool(const RowsIn *rows, const char *name)
{
	Datum		value;

	return row_field(rows, name, &value) && DatumGetBool(value);
}

/* ------------------------------------------------------------------ one row */

/* A row without values yet. */
RowMade
begin_row(TupleDesc desc)
{
	return (RowMade) {desc, palloc(sizeof(Datum) * desc->natts), palloc(sizeof(bool) * desc->natts)};
}

void
empty_row(RowMade *row)
{
	memset(row->nulls, true, sizeof(bool) * row->desc->natts);
}

void
set_field(RowMade *row, const char *name, Datum value)
{
	int			column = column_of(row->desc, name);

	row->values[column] = value;
	row->nulls[column] = false;
}

/* Set a column; NULL leaves it NULL. */
void
set_text(RowMade *row, const char *name, const char *value)
{
	if (value != NULL)
		set_field(row, name, CStringGetTextDatum(value));
}

void
set_numeric(RowMade *row, const char *name, Numeric value)
{
	if (value != NULL)
		set_field(row, name, NumericGetDatum(value));
}
