/*
 * rows.c
 *		A function that gives rows.
 */
#include "postgres.h"
#include "compat.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/tuplestore.h"

#include "ledger/rows.h"

struct RowsOut
{
	TupleDesc	desc;
	Tuplestorestate *store;
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
		elog(ERROR, "return type must be a row type");
	out->desc = CreateTupleDescCopy(out->desc);
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
