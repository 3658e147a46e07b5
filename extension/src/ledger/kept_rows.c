/*
 * kept_rows.c
 *		The rows of a view, by a plan that the session keeps, of some areas.
 *
 * What readers ask for again and again are long queries over few rows: to plan one costs more than
 * to run it.  Such a view stands in the ledger's store; its plan is kept there (kept_plan.c).  A plan
 * that is kept cannot have in it what is asked for, so the view asks for that, by asked_areas() and asked_period().
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"

#include "ledger/kept_plan.h"
#include "rows.h"

/* What is asked for: rows of some areas, of the months that begin on some days; 0: all. */
typedef struct Asked
{
	bool		is_asked;
	Datum		areas;
	Datum		days;
} Asked;

/* What is asked for just now. */
static Asked asked = {0};

static void
read_view(Oid relid, RowsOut *out)
{
	DestReceiver *receiver = rows_receiver(out);
	const char *view = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
	char	   *hidden;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	hidden = run_kept(psprintf("SELECT * FROM %s", view), 0, NULL, NULL, NULL, receiver);
	if (hidden != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has row-level security, which \"%s\" would not heed", hidden, view)));
	SPI_finish();
	receiver->rDestroy(receiver);
}

PG_FUNCTION_INFO_V1(emgov_kept_rows);

/* emgov_internal.kept_rows(anyelement, areas text[], days daterange) RETURNS SETOF anyelement */
Datum
emgov_kept_rows(PG_FUNCTION_ARGS)
{
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));
	const Asked before = asked;
	RowsOut    *out;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_VIEW)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the rows that are asked for are not those of a view")));
	out = begin_rows(fcinfo);
	PG_TRY();
	{
		asked = (Asked) {true, PG_ARGISNULL(1) ? 0 : PG_GETARG_DATUM(1), PG_ARGISNULL(2) ? 0 : PG_GETARG_DATUM(2)};
		read_view(relid, out);
	}
	PG_FINALLY();
	{
		asked = before;
	}
	PG_END_TRY();
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(emgov_asked_areas);

/* emgov_internal.asked_areas() RETURNS text[]: NULL for all; empty where nobody asks. */
Datum
emgov_asked_areas(PG_FUNCTION_ARGS)
{
	if (!asked.is_asked)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	if (asked.areas == 0)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(DatumGetArrayTypePCopy(asked.areas));
}

PG_FUNCTION_INFO_V1(emgov_asked_period);

/* emgov_internal.asked_period() RETURNS daterange: NULL for all. */
Datum
emgov_asked_period(PG_FUNCTION_ARGS)
{
	if (asked.days == 0)
		PG_RETURN_NULL();
	PG_RETURN_RANGE_P(DatumGetRangeTypePCopy(asked.days));
}
