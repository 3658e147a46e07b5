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

#include "ledger/indicator.h"
#include "ledger/kept.h"
#include "ledger/kept_plan.h"
#include "ledger/origin.h"
#include "ledger/shard.h"
#include "attempt.h"
#include "rows.h"

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

/* What is known of an area, or (NULL) of all. */
typedef struct Known
{
	char	   *area;
	Span		span;
	bool		declared;
} Known;

/* A date column of a relation, and what is known by it. */
typedef struct Dated
{
	Oid			relid;
	char	   *column;
	List	   *known;			/* of Known */
} Dated;

/* What is read from the records of one relation. */
typedef struct Records
{
	Oid			ledger;
	Oid			relid;
	List	   *dated;			/* of Dated, all of that relation */
	Datum		moment;
	bool		no_moment;		/* it is the present */
	Datum		zone;
} Records;

/* Something is known of an area, unless it is of no day. */
static void
know(Dated *dated, char *area, Span span, bool declared)
{
	Known	   *known = palloc(sizeof(Known));

	*known = (Known) {area, span, declared};
	if (span.since <= span.through)
		dated->known = lappend(dated->known, known);
}

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

	(void) run_kept("SELECT emgov_internal.source_as_of($1, true, '$1')", 1, &type, &relation, &is_null, NULL);
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
	const Shards *shards = shards_of(relid);
	const Unreached *unreached;
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
	if ((unreached = unreachable_areas(records->ledger, shards)) != NULL)
		appendStringInfo(&query, " WHERE %s", without_areas("r", unreached));
	if (run_kept_over(relid, query.data, 2, types, values, nulls, NULL) != NULL)
		return "a row policy hides some of them";
	n = 0;
	foreach(cell, records->dated)
	{
		Dated	   *dated = lfirst(cell);
		bool		no_since,
					no_through;
		Datum		since = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, ++n, &no_since);
		Datum		through = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, ++n, &no_through);

		if (!no_since && !no_through)
			know(dated, NULL, (Span) {DatumGetDateADT(since), DatumGetDateADT(through)}, false);
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

/* ------------------------------------------------------------------ what is asked for */

/* The entry of a relation's column, a new one if need be. */
static Dated *
find_dated(List **all, Oid relid, const char *column)
{
	Dated	   *dated;
	ListCell   *cell;

	foreach(cell, *all)
	{
		dated = lfirst(cell);
		if (dated->relid == relid && strcmp(dated->column, column) == 0)
			return dated;
	}
	dated = palloc0(sizeof(Dated));
	dated->relid = relid;
	dated->column = pstrdup(column);
	*all = lappend(*all, dated);
	return dated;
}

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
		if (!column_nulls[i] && (relations == NULL || !relation_nulls[i]))
			(void) find_dated(&all, relations ? DatumGetObjectId(relation_values[i]) : relid, TextDatumGetCString(column_values[i]));
	return all;
}

/* ------------------------------------------------------------------ declarations */

/* How declarations name a relation: emgov_internal.source_name(). */
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
	hidden = run_kept(psprintf("SELECT z.zone, d.source, d.area_code, d.since, least(d.through, z.today), d.relation"
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
		Datum		relation;
		bool		is_gone;
		char	   *now;

		said->source = column_text(i, 2);
		if (said->source == NULL)
			continue;
		/* as it is called now */
		relation = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 6, &is_gone);
		if (!is_gone && *(now = source_name(ledger, DatumGetObjectId(relation))) != '\0')
			said->source = now;
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

/* What is known of an area where dates come from several tables is what all of them know. */
static void
know_declared(Dated *dated, List *sources, List *declarations, char *area)
{
	Span		span = {DATEVAL_NOBEGIN, DATEVAL_NOEND};
	ListCell   *cell;

	foreach(cell, sources)
	{
		Said	   *said = find_said(declarations, lfirst(cell), area);

		if (said == NULL)
			return;
		span.since = Max(span.since, said->span.since);
		span.through = Min(span.through, said->span.through);
	}
	know(dated, area, span, true);
}

/* The areas, NULL among them, that something is said of; false when of one of the sources nothing is. */
static bool
areas_of(List *sources, List *declarations, List **areas)
{
	ListCell   *cell,
			   *other,
			   *seen;

	*areas = NIL;
	foreach(cell, sources)
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
 * The days of an area that is missing whatever the window: it has records, of whatever day, that cannot be read.  Such a row is declared if no server has
 * them, so that it is no server's fault.
 */
static const Span no_days = {0, -1};

/*
 * Of areas whose server cannot be reached, and of those that no server has, nothing is known, which is said of each; of the others what was, each
 * for itself.
 */
static void
leave_unreachable_out(Oid ledger, Dated *dated)
{
	const Shards *shards = shards_of(dated->relid);
	const Unreached *unreached;
	List	   *known = NIL;
	ListCell   *cell,
			   *other;

	check_places(ledger, shards);
	if ((unreached = unreachable_areas(ledger, shards)) == NULL)
		return;
	foreach(cell, blocks_among(ledger, unreached->areas))
	{
		Known	   *missing = palloc(sizeof(Known));

		*missing = (Known) {lfirst(cell), no_days, is_placeless(unreached, lfirst(cell))};
		known = lappend(known, missing);
	}
	foreach(cell, unreached->others)
	{
		Known	   *found = NULL;

		foreach(other, dated->known)
		{
			Known	   *said = lfirst(other);

			if (same_area(said->area, lfirst(cell)) || (found == NULL && said->area == NULL))
				found = said;
		}
		if (found != NULL)
		{
			Known	   *own = palloc(sizeof(Known));

			*own = (Known) {lfirst(cell), found->span, found->declared};
			known = lappend(known, own);
		}
	}
	dated->known = known;
}

/* Find out what is known by each of these dates, all that a call asks for. */
static void
find_known(Oid ledger, List *all, Datum moment, bool no_moment)
{
	Records		records = {.ledger = ledger, .moment = moment, .no_moment = no_moment};
	char	   *zone;
	List	   *declarations = read_declarations(ledger, moment, no_moment, &zone);
	List	   *undeclared = NIL;
	ListCell   *cell,
			   *other;

	records.zone = CStringGetTextDatum(zone);
	foreach(cell, all)
	{
		Dated	   *dated = lfirst(cell);
		List	   *sources = NIL;
		List	   *areas;

		CHECK_FOR_INTERRUPTS();
		foreach(other, column_tables(dated->relid, dated->column))
			sources = lappend(sources, source_name(ledger, lfirst_oid(other)));
		if (sources == NIL)
			sources = list_make1(source_name(ledger, dated->relid));
		if (!areas_of(sources, declarations, &areas))
			undeclared = lappend(undeclared, dated);
		else
			foreach(other, areas)
				know_declared(dated, sources, declarations, lfirst(other));
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
	}
	foreach(cell, all)
		leave_unreachable_out(ledger, lfirst(cell));
}

/* The last four columns of a row, from its n-th on: area_code, since, through, declared. */
static void
put_known(RowsOut *out, Datum *values, int n, const Known *known)
{
	bool		nulls[6] = {false};

	nulls[n] = known->area == NULL;
	values[n] = known->area == NULL ? (Datum) 0 : CStringGetTextDatum(known->area);
	values[n + 1] = DateADTGetDatum(known->span.since);
	values[n + 2] = DateADTGetDatum(known->span.through);
	values[n + 3] = BoolGetDatum(known->declared);
	put_row(out, values, nulls);
}

/*
 * emgov_internal.coverages(ledger, relations, date_columns, as_of): rows of relation, date_column, area_code, since,
 * through, declared.
 */
PG_FUNCTION_INFO_V1(emgov_coverages);
Datum
emgov_coverages(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	List	   *all;
	ListCell   *cell,
			   *other;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	all = read_dated(PG_GETARG_ARRAYTYPE_P(1), InvalidOid, PG_GETARG_ARRAYTYPE_P(2));
	find_known(PG_GETARG_OID(0), all, PG_ARGISNULL(3) ? (Datum) 0 : PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	foreach(cell, all)
	{
		Dated	   *dated = lfirst(cell);

		foreach(other, dated->known)
		{
			const Known *known = lfirst(other);
			Datum		values[6] = {ObjectIdGetDatum(dated->relid), CStringGetTextDatum(dated->column)};

			if (known->span.since <= known->span.through)
				put_known(out, values, 2, known);
		}
	}
	SPI_finish();
	PG_RETURN_NULL();
}

/* ------------------------------------------------------------------ indicators */

/* The table that a history is of, else the relation itself: past definitions are over histories. */
static Oid
present_relation(Oid relid)
{
	Oid			type = REGCLASSOID;
	Datum		relation = ObjectIdGetDatum(relid);
	bool		is_null = false;
	Datum		kept;

	if (get_attnum(relid, KNOWN_TO) == InvalidAttrNumber)
		return relid;
	(void) run_kept("SELECT emgov_internal.kept_by($1)", 1, &type, &relation, &is_null, NULL);
	kept = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	return is_null ? relid : DatumGetObjectId(kept);
}

/*
 * Does an indicator over a view look at a column from a table without a row, other than those that its date
 * comes from?  As long as nobody declares what is entered, nothing is known of it then.
 */
static bool
looks_at_nothing(const Indicator *indicator, const Dated *dated, List **looked, Datum moment, bool no_moment)
{
	List	   *by_date = NIL;
	ListCell   *cell,
			   *other;

	if (indicator->units[UNIT_VALUES] == NULL || get_rel_relkind(dated->relid) != RELKIND_VIEW)
		return false;
	foreach(cell, indicator->units[UNIT_VALUES]->columns)
	{
		if (by_date == NIL)
			by_date = column_tables(dated->relid, dated->column);
		foreach(other, column_tables(dated->relid, get_attname(indicator->relid, lfirst_int(cell), false)))
			if (!list_member_oid(by_date, lfirst_oid(other)) && is_empty(looked, lfirst_oid(other), moment, no_moment))
				return true;
	}
	return false;
}

/* emgov_internal.figure_coverage(ledger, indicators, as_of): rows of emgov_internal.figure_coverage; of an area that is missing, one of no day. */
PG_FUNCTION_INFO_V1(emgov_figure_coverage);
Datum
emgov_figure_coverage(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	bool		no_moment = PG_ARGISNULL(2);
	Datum		moment = no_moment ? (Datum) 0 : PG_GETARG_DATUM(2);
	List	   *indicators,
			   *all = NIL,
			   *dates = NIL,
			   *looked = NIL;
	ListCell   *cell,
			   *date,
			   *other;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	indicators = indicators_read(PG_GETARG_OID(0), PG_GETARG_DATUM(1));
	foreach(cell, indicators)
	{
		const Indicator *indicator = lfirst(cell);

		/* a date that is no column cannot be: definitions name one */
		if (indicator->problem != NULL || indicator->units[UNIT_DATE] == NULL || indicator->units[UNIT_DATE]->columns == NIL)
			indicators = foreach_delete_current(indicators, cell);
		else
			dates = lappend(dates, find_dated(&all, present_relation(indicator->relid),
											  get_attname(indicator->relid, linitial_int(indicator->units[UNIT_DATE]->columns), false)));
	}
	if (all != NIL)
		find_known(PG_GETARG_OID(0), all, moment, no_moment);
	forboth(cell, indicators, date, dates)
	{
		const Indicator *indicator = lfirst(cell);
		const Dated *dated = lfirst(date);

		foreach(other, dated->known)
		{
			const Known *known = lfirst(other);
			Datum		values[5] = {CStringGetTextDatum(indicator->code)};

			if (known->declared || !looks_at_nothing(indicator, dated, &looked, moment, no_moment))
				put_known(out, values, 1, known);
		}
	}
	SPI_finish();
	PG_RETURN_NULL();
}

/* emgov_internal.records_span(relation, date_columns, as_of, zone): rows of date_column, since, through. */
PG_FUNCTION_INFO_V1(emgov_records_span);
Datum
emgov_records_span(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Records		records = {0};
	List	   *all;
	ListCell   *cell,
			   *other;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	records.relid = PG_GETARG_OID(0);
	all = read_dated(NULL, records.relid, PG_GETARG_ARRAYTYPE_P(1));
	records.dated = list_copy(all);
	records.no_moment = PG_ARGISNULL(2);
	records.moment = PG_ARGISNULL(2) ? (Datum) 0 : PG_GETARG_DATUM(2);
	records.zone = PG_GETARG_DATUM(3);
	if (get_rel_name(records.relid) != NULL)
		ask_records(&records);
	foreach(cell, all)
	{
		Dated	   *dated = lfirst(cell);

		foreach(other, dated->known)
		{
			const Known *known = lfirst(other);
			Datum		values[] = {CStringGetTextDatum(dated->column), DateADTGetDatum(known->span.since), DateADTGetDatum(known->span.through)};
			bool		nulls[3] = {false};

			put_row(out, values, nulls);
		}
	}
	SPI_finish();
	PG_RETURN_NULL();
}
