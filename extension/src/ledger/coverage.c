/*
 * coverage.c
 *		What is known of sources: as declared, else as their records say.
 *
 * Every call for figures asks for this, of all sources at once, so it takes one query over
 * the declarations, and one over each source that nobody has declared.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"

#include "ledger/attempt.h"
#include "ledger/kept_plan.h"
#include "ledger/origin.h"
#include "ledger/rows.h"

/* Days, the last one among them. */
typedef struct Span
{
	DateADT		since;
	DateADT		through;
} Span;

/* A declaration in force. */
typedef struct Said
{
	char	   *source;
	char	   *area;			/* NULL: all */
	Span		span;
} Said;

/* A date column of a relation, and what it is declared of. */
typedef struct Dated
{
	Oid			relid;
	char	   *column;
	List	   *sources;		/* names */
	bool		known;			/* of undeclared ones */
	Span		span;
} Dated;

/* What is read from the records of one relation. */
typedef struct Records
{
	Oid			relid;
	List	   *dated;			/* of Dated, all of that relation */
	Datum		moment;
	bool		no_moment;		/* it is the present */
	Datum		zone;
} Records;

/* ------------------------------------------------------------------ records */

static bool
has_column(Oid relid, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(relid, name);

	return number > 0 && get_atttype(relid, number) == type;
}

/* A relation as of $1, as FROM text: its twin, or itself when it keeps no versions. */
static char *
as_of_moment(Oid relid)
{
	Oid			type = REGCLASSOID;
	Datum		relation = ObjectIdGetDatum(relid);
	bool		is_null = false;
	char	   *twin;

	(void) run_kept("SELECT emgov._source_as_of($1, true, '$1')", 1, &type, &relation, &is_null, NULL);
	twin = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	return twin ? twin : quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* Records; for attempt(). */
static char *
read_records(void *argument)
{
	Records    *records = argument;
	Oid			relid = records->relid;
	const char *valid = has_column(relid, "status", TEXTOID) ? " AND r.status = 'valid'" : "";
	bool		has_entry = has_column(relid, "known_from", TIMESTAMPTZOID);
	Oid			types[] = {TIMESTAMPTZOID, TEXTOID};
	Datum		values[] = {records->moment, records->zone};
	bool		nulls[] = {records->no_moment, false};
	StringInfoData query;
	ListCell   *cell;
	int			n = 0;

	initStringInfo(&query);
	foreach(cell, records->dated)
	{
		Dated	   *dated = lfirst(cell);
		const char *column = quote_identifier(dated->column);

		appendStringInfo(&query, "%s date_trunc('year', min(r.%s) FILTER (WHERE isfinite(r.%s)%s)::timestamp)::date, least(",
						 n++ == 0 ? "SELECT" : ",", column, column, valid);
		if (has_entry)
			appendStringInfoString(&query, "timezone($2, max(r.known_from) FILTER (WHERE isfinite(r.known_from)))::date");
		else
			appendStringInfo(&query, "max(r.%s) FILTER (WHERE isfinite(r.%s))", column, column);
		appendStringInfoString(&query, ", timezone($2, coalesce($1, clock_timestamp()))::date)");
	}
	appendStringInfo(&query, " FROM %s AS r", records->no_moment
					 ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid))
					 : as_of_moment(relid));
	if (run_kept(query.data, 2, types, values, nulls, NULL) != NULL)
		return "a row policy hides some of them";
	n = 0;
	foreach(cell, records->dated)
	{
		Dated	   *dated = lfirst(cell);
		bool		no_since,
					no_through;
		Datum		since = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, ++n, &no_since);
		Datum		through = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, ++n, &no_through);

		if (no_since || no_through)
			continue;
		dated->span.since = DatumGetDateADT(since);
		dated->span.through = DatumGetDateADT(through);
		dated->known = dated->span.since <= dated->span.through;
	}
	return NULL;
}

/* Ask the records of a relation for what they cover; nothing of one that the caller may not or cannot read. */
static void
ask_records(Records *records)
{
	ListCell   *cell;

	foreach(cell, records->dated)
	{
		Dated	   *dated = lfirst(cell);

		if (!has_column(records->relid, dated->column, DATEOID))
			records->dated = foreach_delete_current(records->dated, cell);
	}
	if (records->dated != NIL && pg_class_aclcheck(records->relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		(void) attempt(read_records, records);
}

/* ------------------------------------------------------------------ tables without a row */

/* A table that a column comes from. */
typedef struct Behind
{
	Oid			relid;
	Datum		moment;
	bool		no_moment;
	bool		empty;
} Behind;

/* Behind; for attempt(). */
static char *
look_into(void *argument)
{
	Behind	   *table = argument;
	Oid			type = TIMESTAMPTZOID;
	bool		isnull;

	if (run_kept(psprintf("SELECT NOT EXISTS (SELECT FROM %s AS r)", table->no_moment
						  ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(table->relid)), get_rel_name(table->relid))
						  : as_of_moment(table->relid)), 1, &type, &table->moment, &table->no_moment, NULL) == NULL)
		table->empty = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	return NULL;
}

/* Is there no row in a table?  Each is looked into once; one that cannot be read is not taken for empty. */
static bool
is_empty(List **looked, Oid relid, Datum moment, bool no_moment)
{
	Behind	   *table;
	ListCell   *cell;

	foreach(cell, *looked)
	{
		table = lfirst(cell);
		if (table->relid == relid)
			return table->empty;
	}
	table = palloc0(sizeof(Behind));
	*table = (Behind) {relid, moment, no_moment, false};
	*looked = lappend(*looked, table);
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		(void) attempt(look_into, table);
	return table->empty;
}

/*
 * emgov._empty_columns(relations, date_columns, columns, as_of): those of three arrays' triples whose column
 * comes from a table without a row, other than the tables that the date comes from.
 */
PG_FUNCTION_INFO_V1(emgov_empty_columns);
Datum
emgov_empty_columns(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Datum	   *arrays[3];
	bool	   *array_nulls[3];
	int			n = 0;
	bool		no_moment = PG_ARGISNULL(3);
	Datum		moment = no_moment ? (Datum) 0 : PG_GETARG_DATUM(3);
	List	   *looked = NIL;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int a = 0; a < 3; a++)
	{
		int			length;

		if (a == 0)
			deconstruct_array(PG_GETARG_ARRAYTYPE_P(a), REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &arrays[a], &array_nulls[a], &length);
		else
			deconstruct_array(PG_GETARG_ARRAYTYPE_P(a), TEXTOID, -1, false, TYPALIGN_INT, &arrays[a], &array_nulls[a], &length);
		n = a == 0 ? length : Min(n, length);
	}
	for (int i = 0; i < n; i++)
	{
		Oid			relid;
		List	   *tables;
		ListCell   *cell;

		if (array_nulls[0][i] || array_nulls[1][i] || array_nulls[2][i])
			continue;
		relid = DatumGetObjectId(arrays[0][i]);
		if (get_rel_relkind(relid) != RELKIND_VIEW)
			continue;
		tables = list_difference_oid(column_tables(relid, TextDatumGetCString(arrays[2][i])), column_tables(relid, TextDatumGetCString(arrays[1][i])));
		foreach(cell, tables)
			if (is_empty(&looked, lfirst_oid(cell), moment, no_moment))
				break;
		if (cell != NULL)
		{
			Datum		values[] = {arrays[0][i], arrays[1][i], arrays[2][i]};
			bool		nulls[] = {false, false, false};

			put_row(out, values, nulls);
		}
	}
	SPI_finish();
	PG_RETURN_NULL();
}

/* ------------------------------------------------------------------ what is asked for */

/* Arrays of equal length: of relations (NULL: always the one given), and of columns; each pair once. */
static List *
read_dated(ArrayType *relations, Oid relid, ArrayType *columns)
{
	Datum	   *relation_values = NULL,
			   *column_values;
	bool	   *relation_nulls = NULL,
			   *column_nulls;
	int			nrelations = 0,
				ncolumns;
	List	   *all = NIL;

	if (relations != NULL)
		deconstruct_array(relations, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &relation_values, &relation_nulls, &nrelations);
	deconstruct_array(columns, TEXTOID, -1, false, TYPALIGN_INT, &column_values, &column_nulls, &ncolumns);
	for (int i = 0; i < ncolumns && (relations == NULL || i < nrelations); i++)
	{
		Dated	   *dated;
		ListCell   *cell;

		if (column_nulls[i] || (relations != NULL && relation_nulls[i]))
			continue;
		dated = palloc0(sizeof(Dated));
		dated->relid = relations ? DatumGetObjectId(relation_values[i]) : relid;
		dated->column = TextDatumGetCString(column_values[i]);
		foreach(cell, all)
		{
			Dated	   *other = lfirst(cell);

			if (other->relid == dated->relid && strcmp(other->column, dated->column) == 0)
				break;
		}
		if (cell == NULL)
			all = lappend(all, dated);
	}
	return all;
}

/* ------------------------------------------------------------------ declarations */

/* How declarations name a relation: emgov._source_name(). */
static char *
source_name(Oid ledger, Oid relid)
{
	char	   *name = get_rel_name(relid);
	Oid			schema = get_rel_namespace(relid);

	if (name == NULL)
		return "";
	return schema == ledger ? pstrdup(quote_identifier(name)) : quote_qualified_identifier(get_namespace_name(schema), name);
}

static char *
column_text(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

static DateADT
column_date(uint64 row, int column)
{
	bool		isnull;

	return DatumGetDateADT(SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull));
}

/* The declarations of a ledger, none of them beyond the day of the moment; and its time zone. */
static List *
read_declarations(Oid ledger, Datum moment, bool no_moment, char **zone)
{
	const char *schema = get_namespace_name(ledger);
	Oid			type = TIMESTAMPTZOID;
	char	   *hidden;
	List	   *all = NIL;

	if (schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("there is no ledger with OID %u", ledger)));
	schema = quote_identifier(schema);
	hidden = run_kept(psprintf("SELECT z.zone, d.source, d.area_code, d.since, least(d.through, z.today)"
							   "  FROM (SELECT s.zone, timezone(s.zone, coalesce($1, clock_timestamp()))::date AS today"
							   "          FROM (SELECT coalesce(min(time_zone), 'Asia/Shanghai') AS zone FROM ONLY %s.ledger_setting) AS s) AS z"
							   "  LEFT JOIN %s.coverage_declaration%s AS d ON d.active AND d.since <= z.today",
							   schema, schema, no_moment ? "" : "_as_of($1)"), 1, &type, &moment, &no_moment, NULL);
	if (hidden != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("a row policy hides rows of %s from user \"%s\"", hidden, GetUserNameFromId(GetUserId(), false)),
				 errdetail("What is known of the sources stands there.")));
	*zone = column_text(0, 1);
	for (uint64 i = 0; i < SPI_tuptable->numvals; i++)
	{
		Said	   *said = palloc0(sizeof(Said));

		said->source = column_text(i, 2);
		if (said->source == NULL)
			continue;
		said->area = column_text(i, 3);
		said->span = (Span) {column_date(i, 4), column_date(i, 5)};
		all = lappend(all, said);
	}
	return all;
}

static bool
same_area(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What is said of a source, of an area or else of all; NULL when nothing is. */
static Said *
find_said(List *declarations, const char *source, const char *area)
{
	Said	   *of_all = NULL;
	ListCell   *cell;

	foreach(cell, declarations)
	{
		Said	   *said = lfirst(cell);

		if (strcmp(said->source, source) != 0)
			continue;
		if (same_area(said->area, area))
			return said;
		if (said->area == NULL)
			of_all = said;
	}
	return of_all;
}

static void
put_span(RowsOut *out, const Dated *dated, const char *area, Span span, bool declared)
{
	Datum		values[6] = {0};
	bool		nulls[6] = {false};

	values[0] = ObjectIdGetDatum(dated->relid);
	values[1] = CStringGetTextDatum(dated->column);
	nulls[2] = area == NULL;
	if (area != NULL)
		values[2] = CStringGetTextDatum(area);
	values[3] = DateADTGetDatum(span.since);
	values[4] = DateADTGetDatum(span.through);
	values[5] = BoolGetDatum(declared);
	put_row(out, values, nulls);
}

/* What is known of an area where dates come from several tables is what all of them know. */
static void
put_declared(RowsOut *out, const Dated *dated, List *declarations, const char *area)
{
	Span		span = {DATEVAL_NOBEGIN, DATEVAL_NOEND};
	ListCell   *cell;

	foreach(cell, dated->sources)
	{
		Said	   *said = find_said(declarations, lfirst(cell), area);

		if (said == NULL)
			return;
		span.since = Max(span.since, said->span.since);
		span.through = Min(span.through, said->span.through);
	}
	if (span.since <= span.through)
		put_span(out, dated, area, span, true);
}

/* The areas, NULL among them, that something is said of; false when of one of the sources nothing is. */
static bool
areas_of(const Dated *dated, List *declarations, List **areas)
{
	ListCell   *cell,
			   *other,
			   *seen;

	*areas = NIL;
	foreach(cell, dated->sources)
	{
		bool		found = false;

		foreach(other, declarations)
		{
			Said	   *said = lfirst(other);

			if (strcmp(said->source, lfirst(cell)) != 0)
				continue;
			found = true;
			foreach(seen, *areas)
				if (same_area(lfirst(seen), said->area))
					break;
			if (seen == NULL)
				*areas = lappend(*areas, said->area);
		}
		if (!found)
			return false;
	}
	return true;
}

/*
 * emgov._coverages(ledger, relations, date_columns, as_of): rows of relation, date_column, area_code, since,
 * through, declared.
 */
PG_FUNCTION_INFO_V1(emgov_coverages);
Datum
emgov_coverages(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Records		records = {0};
	Oid			ledger;
	List	   *all,
			   *declarations,
			   *undeclared = NIL;
	char	   *zone;
	ListCell   *cell,
			   *other;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	ledger = PG_GETARG_OID(0);
	records.no_moment = PG_ARGISNULL(3);
	records.moment = PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3);
	all = read_dated(PG_GETARG_ARRAYTYPE_P(1), InvalidOid, PG_GETARG_ARRAYTYPE_P(2));
	declarations = read_declarations(ledger, records.moment, records.no_moment, &zone);
	records.zone = CStringGetTextDatum(zone);
	foreach(cell, all)
	{
		Dated	   *dated = lfirst(cell);
		List	   *areas;

		CHECK_FOR_INTERRUPTS();
		foreach(other, column_tables(dated->relid, dated->column))
			dated->sources = lappend(dated->sources, source_name(ledger, lfirst_oid(other)));
		if (dated->sources == NIL)
			dated->sources = list_make1(source_name(ledger, dated->relid));
		if (!areas_of(dated, declarations, &areas))
			undeclared = lappend(undeclared, dated);
		else
			foreach(other, areas)
				put_declared(out, dated, declarations, lfirst(other));
	}
	/* one look at each relation, for all its dates */
	while (undeclared != NIL)
	{
		records.relid = ((Dated *) linitial(undeclared))->relid;
		records.dated = NIL;
		foreach(cell, undeclared)
		{
			Dated	   *dated = lfirst(cell);

			if (dated->relid != records.relid)
				continue;
			records.dated = lappend(records.dated, dated);
			undeclared = foreach_delete_current(undeclared, cell);
		}
		ask_records(&records);
		foreach(cell, records.dated)
		{
			Dated	   *dated = lfirst(cell);

			if (dated->known)
				put_span(out, dated, NULL, dated->span, false);
		}
	}
	SPI_finish();
	PG_RETURN_NULL();
}

/* emgov.records_span(relation, date_columns, as_of, zone): rows of date_column, since, through. */
PG_FUNCTION_INFO_V1(emgov_records_span);
Datum
emgov_records_span(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Records		records = {0};
	ListCell   *cell;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	records.relid = PG_GETARG_OID(0);
	records.dated = read_dated(NULL, records.relid, PG_GETARG_ARRAYTYPE_P(1));
	records.no_moment = PG_ARGISNULL(2);
	records.moment = PG_ARGISNULL(2) ? (Datum) 0 : PG_GETARG_DATUM(2);
	records.zone = PG_GETARG_DATUM(3);
	if (get_rel_name(records.relid) != NULL)
		ask_records(&records);
	foreach(cell, records.dated)
	{
		Dated	   *dated = lfirst(cell);
		Datum		values[3];
		bool		nulls[3] = {false};

		if (!dated->known)
			continue;
		values[0] = CStringGetTextDatum(dated->column);
		values[1] = DateADTGetDatum(dated->span.since);
		values[2] = DateADTGetDatum(dated->span.through);
		put_row(out, values, nulls);
	}
	SPI_finish();
	PG_RETURN_NULL();
}
