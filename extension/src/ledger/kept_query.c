/*
 * kept_query.c
 *		A query that is put together in SQL, by a plan that the session keeps.
 *
 * Records are looked up by their keys one by one, or all at once: which is better depends on what a
 * source is made of, and on how many they are.  So the query is given in both ways, and the server's
 * costs decide (kept_plan.c).
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "ledger/kept_plan.h"
#include "rows.h"

PG_FUNCTION_INFO_V1(emgov_kept_query);

/* emgov_internal.kept_query(queries text[], VARIADIC parameters "any") returns setof record */
Datum
emgov_kept_query(PG_FUNCTION_ARGS)
{
	const int	nargs = PG_NARGS() - 1;
	RowsOut    *out = begin_rows(fcinfo);
	DestReceiver *receiver = rows_receiver(out);
	Oid			types[FUNC_MAX_ARGS];
	Datum		values[FUNC_MAX_ARGS];
	bool		nulls[FUNC_MAX_ARGS];
	Datum	   *texts;
	bool	   *absent;
	char	  **queries;
	int			nqueries;

	if (PG_ARGISNULL(0))
		return (Datum) 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &texts, &absent, &nqueries);
	if (nqueries == 0)
		return (Datum) 0;
	queries = palloc(sizeof(char *) * nqueries);
	for (int i = 0; i < nqueries; i++)
	{
		if (absent[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a query is NULL")));
		queries[i] = TextDatumGetCString(texts[i]);
	}
	for (int i = 0; i < nargs; i++)
	{
		types[i] = get_fn_expr_argtype(fcinfo->flinfo, i + 1);
		nulls[i] = PG_ARGISNULL(i + 1);
		values[i] = nulls[i] ? (Datum) 0 : PG_GETARG_DATUM(i + 1);
		if (!OidIsValid(types[i]) || types[i] == UNKNOWNOID || get_fn_expr_variadic(fcinfo->flinfo))
			ereport(ERROR,
					(errcode(ERRCODE_INDETERMINATE_DATATYPE),
					 errmsg("the type of parameter $%d is not known", i + 1)));
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	run_cheapest(nqueries, queries, nargs, types, values, nulls, receiver);
	SPI_finish();
	receiver->rDestroy(receiver);
	return (Datum) 0;
}
