/*
 * definition_rows.c
 *		Rows of a ledger's own tables that every figure asks for, by plans that the session keeps.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "ledger/kept_plan.h"
#include "rows.h"

/* What is read of a table. */
typedef struct Table
{
	const char *name;
	const char *with;			/* WITH in front, %s being the table as known then; or NULL */
	const char *rows;			/* which rows, and in which order */
} Table;

static const Table indicators = {
	"indicator",
	NULL,
	"WHERE r.active ORDER BY r.section, r.ordinal, r.code"
};

/* Those of some codes, and what these are derived from. */
static const Table needed_indicators = {
	"indicator",
	"WITH RECURSIVE needed (code) AS ("
	"SELECT c FROM unnest($2) AS c UNION SELECT o.code FROM needed AS n JOIN %s AS i ON i.code = n.code"
	" CROSS JOIN LATERAL (SELECT i.of_code UNION ALL SELECT i.by_code UNION ALL SELECT ltrim(c, '-') FROM unnest(i.of_codes) AS c) AS o (code)) ",
	"WHERE r.active AND r.code IN (SELECT n.code FROM needed AS n) ORDER BY r.section, r.ordinal, r.code"
};

static const Table comparators = {
	"comparator",
	NULL,
	"WHERE r.active ORDER BY r.ordinal, r.code"
};

static const Table areas = {
	"area",
	NULL,
	""
};

static const Table base_values = {
	"base_value",
	NULL,
	"WHERE r.status = 'valid' AND daterange(r.starts_on, r.ends_on) = ANY ($2)"
};

/*
 * The columns that a function gives, of rows of a table of the ledger that its first argument names, as known at a
 * moment (NULL: now).
 */
static Datum
give_rows(FunctionCallInfo fcinfo, const Table *table, int moment, Oid type, int argument)
{
	RowsOut    *out = begin_rows(fcinfo);
	TupleDesc	desc = rows_descriptor(out);
	DestReceiver *receiver = rows_receiver(out);
	Oid			types[] = {TIMESTAMPTZOID, type};
	Datum		values[2] = {0};
	bool		nulls[2] = {true, true};
	const char *schema = PG_ARGISNULL(0) ? NULL : get_namespace_name(PG_GETARG_OID(0));
	char	   *from;
	StringInfoData query;

	if (schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("there is no such ledger")));
	from = psprintf("%s.%s%s", quote_identifier(schema), table->name, PG_ARGISNULL(moment) ? "" : "_as_of($1)");
	initStringInfo(&query);
	if (table->with)
		appendStringInfo(&query, table->with, from);
	appendStringInfoString(&query, "SELECT ");
	for (int i = 0; i < desc->natts; i++)
		appendStringInfo(&query, "%sr.%s", i > 0 ? ", " : "", quote_identifier(NameStr(TupleDescAttr(desc, i)->attname)));
	appendStringInfo(&query, " FROM %s AS r %s", from, table->rows);
	if (!PG_ARGISNULL(moment))
	{
		values[0] = PG_GETARG_DATUM(moment);
		nulls[0] = false;
	}
	if (argument >= 0 && !PG_ARGISNULL(argument))
	{
		values[1] = PG_GETARG_DATUM(argument);
		nulls[1] = false;
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	run_kept_as_seen(query.data, argument >= 0 ? 2 : 1, types, values, nulls, receiver);
	SPI_finish();
	receiver->rDestroy(receiver);
	return (Datum) 0;
}

/* emgov_internal.indicators(ledger regnamespace, as_of timestamptz, codes text[]) returns setof emgov_internal.indicator */
PG_FUNCTION_INFO_V1(emgov_indicators);
Datum
emgov_indicators(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(2))
		return give_rows(fcinfo, &indicators, 1, InvalidOid, -1);
	return give_rows(fcinfo, &needed_indicators, 1, TEXTARRAYOID, 2);
}

/* emgov_internal.active_codes(ledger regnamespace, as_of timestamptz) returns table (code text, scope text) */
PG_FUNCTION_INFO_V1(emgov_active_codes);
Datum
emgov_active_codes(PG_FUNCTION_ARGS)
{
	return give_rows(fcinfo, &indicators, 1, InvalidOid, -1);
}

/* emgov_internal.areas(ledger regnamespace, as_of timestamptz) returns table (code text, successor_code text, …) */
PG_FUNCTION_INFO_V1(emgov_areas);
Datum
emgov_areas(PG_FUNCTION_ARGS)
{
	return give_rows(fcinfo, &areas, 1, InvalidOid, -1);
}

/* emgov_internal.comparators(ledger regnamespace, as_of timestamptz) returns setof emgov_internal.comparator */
PG_FUNCTION_INFO_V1(emgov_comparators);
Datum
emgov_comparators(PG_FUNCTION_ARGS)
{
	return give_rows(fcinfo, &comparators, 1, InvalidOid, -1);
}

/*
 * emgov_internal.base_values(ledger regnamespace, windows daterange[], as_of timestamptz)
 *		returns table (indicator text, starts_on date, ends_on date, area_code text, value numeric)
 */
PG_FUNCTION_INFO_V1(emgov_base_values);
Datum
emgov_base_values(PG_FUNCTION_ARGS)
{
	return give_rows(fcinfo, &base_values, 2, DATERANGEARRAYOID, 1);
}

/* Asks of records, text $1, as of $2. What hides rows of them from the caller, or NULL; the caller is connected. */
static char *
ask_of_records(FunctionCallInfo fcinfo, const char *what, const char *rest)
{
	Oid			type = TIMESTAMPTZOID;
	bool		no_moment = PG_ARGISNULL(1);
	Datum		moment = no_moment ? (Datum) 0 : PG_GETARG_DATUM(1);

	return run_kept(psprintf("SELECT %s FROM %s AS t%s", what, text_to_cstring(PG_GETARG_TEXT_PP(0)), rest), 1, &type, &moment, &no_moment, NULL);
}

/*
 * emgov_internal.hidden_behind(records text, as_of timestamptz) returns text
 *
 * See figure_rows.sql.
 */
PG_FUNCTION_INFO_V1(emgov_hidden_behind);
Datum
emgov_hidden_behind(PG_FUNCTION_ARGS)
{
	MemoryContext before = CurrentMemoryContext;
	char	   *hidden;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	hidden = ask_of_records(fcinfo, "", " LIMIT 0");
	if (hidden != NULL)
		hidden = MemoryContextStrdup(before, hidden);
	SPI_finish();
	if (hidden == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(hidden));
}

/*
 * emgov_internal.may_differ_in_regime(records text, as_of timestamptz) returns boolean
 *
 * See regime.sql.
 */
PG_FUNCTION_INFO_V1(emgov_may_differ_in_regime);
Datum
emgov_may_differ_in_regime(PG_FUNCTION_ARGS)
{
	bool		is_null = false;
	Datum		differ = BoolGetDatum(true);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (ask_of_records(fcinfo, "min(t.regime) <> max(t.regime)", "") == NULL && SPI_processed == 1)
		differ = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	SPI_finish();
	PG_RETURN_BOOL(!is_null && DatumGetBool(differ));
}
