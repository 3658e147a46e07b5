/*
 * kept_rows.c
 *		The rows of a view, by a plan that the session keeps, of some areas.
 *
 * What readers ask for again and again are long queries over few rows: to plan one costs more than
 * to run it.  Such a view stands in the ledger's store; its plan is kept there (kept_plan.c).  A plan
 * that is kept cannot have the areas of whoever asks in it, so the view asks for them, by asked_areas().
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "ledger/kept_plan.h"
#include "rows.h"

/* The areas that rows are asked for of just now. */
static bool is_asked = false;
static bool asked_all = false;
static Datum asked_of;

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

/* emgov_internal.kept_rows(anyelement, areas text[]) RETURNS SETOF anyelement */
Datum
emgov_kept_rows(PG_FUNCTION_ARGS)
{
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));
	const bool	before_is_asked = is_asked;
	const bool	before_all = asked_all;
	const Datum before_of = asked_of;
	RowsOut    *out;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_VIEW)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the rows that are asked for are not those of a view")));
	out = begin_rows(fcinfo);
	PG_TRY();
	{
		is_asked = true;
		asked_all = PG_ARGISNULL(1);
		asked_of = asked_all ? (Datum) 0 : PG_GETARG_DATUM(1);
		read_view(relid, out);
	}
	PG_FINALLY();
	{
		is_asked = before_is_asked;
		asked_all = before_all;
		asked_of = before_of;
	}
	PG_END_TRY();
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(emgov_asked_areas);

/* emgov_internal.asked_areas() RETURNS text[]: NULL for all; empty where nobody asks. */
Datum
emgov_asked_areas(PG_FUNCTION_ARGS)
{
	if (!is_asked)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	if (asked_all)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(DatumGetArrayTypePCopy(asked_of));
}
