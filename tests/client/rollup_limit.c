/*
 * rollup_limit.c
 *		run_limited(query text, rows bigint) returns bigint: runs a statement through the
 *		server's programming interface with a limit of rows, as PL/Python's
 *		plpy.execute(query, rows) does, and gives the number of rows it processed.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT Datum run_limited(PG_FUNCTION_ARGS);
PG_FUNCTION_INFO_V1(run_limited);

Datum
run_limited(PG_FUNCTION_ARGS)
{
	uint64		processed;

	SPI_connect();
	if (SPI_execute(text_to_cstring(PG_GETARG_TEXT_PP(0)), false, PG_GETARG_INT64(1)) < 0)
		elog(ERROR, "SPI_execute() failed");
	processed = SPI_processed;
	SPI_finish();
	PG_RETURN_INT64((int64) processed);
}
