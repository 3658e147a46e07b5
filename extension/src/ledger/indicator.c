/*
 * indicator.c
 *		What an indicator is, as a scan sees it.
 *
 * The kinds are told apart here and nowhere else: the scan of a source (scan.c) and the
 * SQL that gives the records behind a figure (emgov_internal.indicator_parts) both follow what
 * this file says of them.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "ledger/indicator.h"
#include "ledger/kept.h"
#include "ledger/unit.h"
#include "rollup/expression.h"
#include "rollup/rollup.h"
#include "rows.h"

/* How many units a session keeps at most. */
#define MAX_UNITS	4096

/* What a kind is made of. */
typedef struct Kind
{
	const char *name;
	Aggregate	aggregate;		/* AGGREGATE_DEFINED: the definition says which */
	bool		to_date;		/* all up to the end of the window, whatever its cut-off */
	bool		open;
	int			counted;
	int			nparts;
	IndicatorPart parts[2];		/* AGGREGATE_DEFINED: the kind's */
} Kind;

#define FILTERED	{.aggregate = AGGREGATE_DEFINED, .filter = true}
#define DONE		{.aggregate = AGGREGATE_DEFINED, .filter = true, .done = true}

static const Kind kinds[] = {
	{"count", AGGREGATE_COUNT, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"distinct", AGGREGATE_DISTINCT, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"sum", AGGREGATE_SUM, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"largest", AGGREGATE_LARGEST, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"streak", AGGREGATE_STREAK, .to_date = true, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"stock", AGGREGATE_DEFINED, .open = true, .nparts = 1, .parts = {FILTERED}},
	{"mean", AGGREGATE_SUM, .open = true, .nparts = 2,
	.parts = {FILTERED, {.aggregate = AGGREGATE_COUNT, .filter = true, .measured = true}}},
	{"share", AGGREGATE_DEFINED, .open = true, .counted = 1, .nparts = 2,
	.parts = {{.aggregate = AGGREGATE_DEFINED, .filter = true, .base_filter = true}, {.aggregate = AGGREGATE_DEFINED, .base_filter = true}}},
	{"completion", AGGREGATE_DEFINED, .counted = 1, .nparts = 2, .parts = {DONE, FILTERED}},
	{"planned", AGGREGATE_DEFINED, .counted = 1, .nparts = 2, .parts = {DONE, FILTERED}},
};

/* A unit by its OID; the row of pg_proc and the name of its schema tell whether it is still the same. */
typedef struct UnitEntry
{
	Oid			oid;			/* hash key */
	TransactionId xmin;
	ItemPointerData tid;
	char	   *schema;
	MemoryContext context;
	Unit		unit;
} UnitEntry;

static HTAB *units = NULL;


/* ---------------------------------------------------------------- units */

/* Can such an expression not fail, whatever the record is? */
static bool
cannot_fail(Node *expression)
{
	if (IsA(expression, FuncExpr))
	{
		FuncExpr   *cast = (FuncExpr *) expression;

		if (cast->funcid != F_NUMERIC_INT2 && cast->funcid != F_NUMERIC_INT4 && cast->funcid != F_NUMERIC_INT8)
			return false;
		expression = linitial(cast->args);
	}
	while (IsA(expression, RelabelType))
		expression = (Node *) ((RelabelType *) expression)->arg;
	return IsA(expression, Var);
}

/* A unit in the current memory context: what the session knows may be forgotten while it is in use. */
static const Unit *
copy_unit(const Unit *known)
{
	Unit	   *unit = palloc(sizeof(Unit));

	*unit = *known;
	unit->expression = copyObject(known->expression);
	unit->columns = list_copy(known->columns);
	unit->call = pstrdup(known->call);
	return unit;
}

/* What a session knows of a unit, given its row of pg_proc; NULL when it is no unit. */
static const Unit *
find_unit(HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
	TransactionId xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
	char	   *schema = get_namespace_name(form->pronamespace);
	MemoryContext before;
	UnitEntry  *entry;
	bool		found;
	Oid			relid;
	Node	   *expression;

	if (units != NULL && hash_get_num_entries(units) >= MAX_UNITS)
	{
		HASH_SEQ_STATUS scan;

		hash_seq_init(&scan, units);
		while ((entry = hash_seq_search(&scan)) != NULL)
			if (entry->context != NULL)
				MemoryContextDelete(entry->context);
		hash_destroy(units);
		units = NULL;
	}
	if (units == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(UnitEntry)};

		units = hash_create("emgov units", 256, &control, HASH_ELEM | HASH_BLOBS);
	}
	entry = hash_search(units, &form->oid, HASH_FIND, &found);
	if (found && entry->xmin == xmin && ItemPointerEquals(&entry->tid, &tuple->t_self) && strcmp(entry->schema, schema) == 0)
		return copy_unit(&entry->unit);

	expression = unit_expression(form->oid, &relid);
	if (expression == NULL)
		return NULL;
	if (found && entry->context != NULL)
		MemoryContextDelete(entry->context);
	entry = hash_search(units, &form->oid, HASH_ENTER, &found);
	entry->context = NULL;
	entry->xmin = InvalidTransactionId;
	entry->context = AllocSetContextCreate(CacheMemoryContext, "emgov unit", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(entry->context);
	entry->unit.oid = form->oid;
	entry->unit.relid = relid;
	entry->unit.expression = copyObject(expression);
	entry->unit.columns = expression_columns(entry->unit.expression, NIL);
	entry->unit.cannot_fail = cannot_fail(expression);
	entry->unit.call = psprintf("%s(emgov_record)",
								quote_qualified_identifier(schema, NameStr(form->proname)));
	entry->schema = pstrdup(schema);
	MemoryContextSwitchTo(before);
	entry->xmin = xmin;
	entry->tid = tuple->t_self;
	return copy_unit(&entry->unit);
}

/* The unit of a name in a store, over a relation or, when that is 0, over any; NULL when there is none. */
static const Unit *
named_unit(Oid store, const char *name, Oid relid)
{
	const Unit *unit = NULL;
	CatCList   *list;

	if (OidIsValid(relid))
	{
		Oid			row = get_rel_type_id(relid);
		HeapTuple	tuple = SearchSysCache3(PROCNAMEARGSNSP, CStringGetDatum(name), PointerGetDatum(buildoidvector(&row, 1)), ObjectIdGetDatum(store));

		if (HeapTupleIsValid(tuple))
		{
			unit = find_unit(tuple);
			ReleaseSysCache(tuple);
		}
		return unit;
	}
	list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	for (int i = 0; unit == NULL && i < list->n_members; i++)
	{
		HeapTuple	tuple = &list->members[i]->tuple;
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

		if (form->pronamespace == store && form->pronargs == 1 && OidIsValid(get_typ_typrelid(form->proargtypes.values[0])))
			unit = find_unit(tuple);
	}
	ReleaseSysCacheList(list);
	return unit;
}


/* ---------------------------------------------------------------- definitions */

static char *
text_field(TupleDesc desc, HeapTuple row, const char *name)
{
	int			number = SPI_fnumber(desc, name);

	return number <= 0 ? NULL : SPI_getvalue(row, desc, number);
}

/* Does a relation belong to the owner of a ledger, given its schema or its store, or to a superuser? */
static bool
may_be_source(Oid relid, Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner = rollup_relation_owner(relid);
	bool		is_own = HeapTupleIsValid(tuple) && ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner == owner;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return is_own || superuser_arg(owner);
}

/* emgov_internal.may_be_source(ledger regnamespace, relation regclass) -> boolean: the same; NULL when either is gone. */
PG_FUNCTION_INFO_V1(emgov_may_be_source);
Datum
emgov_may_be_source(PG_FUNCTION_ARGS)
{
	if (get_rel_name(PG_GETARG_OID(1)) == NULL || get_namespace_name(PG_GETARG_OID(0)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(may_be_source(PG_GETARG_OID(1), PG_GETARG_OID(0)));
}

/* Has a part the measure that its aggregate needs? */
static bool
can_be_measured(const IndicatorPart *part, const Unit *measure)
{
	Oid			type = measure ? exprType(measure->expression) : InvalidOid;

	switch (part->aggregate)
	{
		case AGGREGATE_COUNT:
			return measure != NULL || !part->measured;
		case AGGREGATE_SUM:
		case AGGREGATE_LARGEST:
			return type == NUMERICOID;
		case AGGREGATE_STREAK:
			return type == INT4OID;
		default:
			return measure != NULL;
	}
}

/* Read a definition, a row with the columns of the type emgov_internal.indicator; NULL when its kind counts nothing. */
static Indicator *
indicator_read(Oid store, TupleDesc desc, HeapTuple row)
{
	/* the columns that say whether there is such a unit; all have the first and the last */
	static const char *const columns[] = {NULL, "until_column", "filter", "base_filter", "measure", NULL};
	Indicator  *indicator = palloc0(sizeof(Indicator));
	char	   *kind_name = text_field(desc, row, "kind");
	char	   *aggregate = text_field(desc, row, "aggregate");
	char	   *cutoff = text_field(desc, row, "cutoff");
	char	   *version = text_field(desc, row, "version");
	const Kind *kind = NULL;
	Aggregate	own;

	indicator->code = text_field(desc, row, "code");
	indicator->source = text_field(desc, row, "source");
	if (indicator->source == NULL || indicator->code == NULL || kind_name == NULL)
		return NULL;
	for (int i = 0; i < (int) lengthof(kinds); i++)
		if (strcmp(kinds[i].name, kind_name) == 0)
			kind = &kinds[i];
	if (kind == NULL)
		return NULL;

	for (int part = 0; part < N_UNIT_PARTS; part++)
	{
		const Unit *unit;

		/* all of its parts, or none: without its filter a definition would count what it should not */
		if (columns[part] != NULL && text_field(desc, row, columns[part]) == NULL)
			continue;
		unit = OidIsValid(store) && version ? named_unit(store, unit_name(indicator->code, version, part), indicator->relid) : NULL;
		if (unit == NULL)
		{
			indicator->problem = "what it is counted from was dropped, or is released for a change";
			return indicator;
		}
		/* a definition that is handed in need not be the one that the units were made of */
		if (part < UNIT_MEASURE && exprType(unit->expression) != (part <= UNIT_UNTIL ? DATEOID : BOOLOID))
		{
			indicator->problem = "its units are not of its definition";
			return indicator;
		}
		indicator->units[part] = unit;
		indicator->relid = unit->relid;
	}

	/* the functions and policies of another's relation would run with the rights of whoever asks */
	if (!may_be_source(indicator->relid, store))
	{
		indicator->problem = psprintf("\"%s.%s\", which it is counted from, belongs to \"%s\" now, not to the owner of the ledger",
									  get_namespace_name(get_rel_namespace(indicator->relid)), get_rel_name(indicator->relid),
									  GetUserNameFromId(rollup_relation_owner(indicator->relid), true));
		return indicator;
	}

	own = kind->aggregate != AGGREGATE_DEFINED ? kind->aggregate :
		aggregate == NULL || strcmp(aggregate, "count") == 0 ? AGGREGATE_COUNT :
		strcmp(aggregate, "distinct") == 0 ? AGGREGATE_DISTINCT : AGGREGATE_SUM;
	indicator->cutoff = kind->to_date || (cutoff && strcmp(cutoff, "to_date") == 0) ? CUTOFF_TO_DATE :
		cutoff && strcmp(cutoff, "period") == 0 ? CUTOFF_PERIOD : CUTOFF_AT_DATE;
	indicator->open = kind->open && indicator->units[UNIT_UNTIL] != NULL;
	indicator->counted = kind->counted;
	indicator->nparts = kind->nparts;
	for (int i = 0; i < kind->nparts; i++)
	{
		IndicatorPart *part = &indicator->parts[i];

		*part = kind->parts[i];
		if (part->aggregate == AGGREGATE_DEFINED)
			part->aggregate = own;
		part->filter &= indicator->units[UNIT_FILTER] != NULL;
		part->base_filter &= indicator->units[UNIT_BASE_FILTER] != NULL;
		if (!can_be_measured(part, indicator->units[UNIT_MEASURE]) ||
			(part->done && indicator->units[UNIT_UNTIL] == NULL))
			indicator->problem = "its units are not of its definition";
	}
	return indicator;
}

/* emgov_internal.store(ledger regnamespace) -> regnamespace: ledger_store(); NULL when there is none. */
PG_FUNCTION_INFO_V1(emgov_store);
Datum
emgov_store(PG_FUNCTION_ARGS)
{
	Oid			store = ledger_store(PG_GETARG_OID(0));

	if (!OidIsValid(store))
		PG_RETURN_NULL();
	PG_RETURN_OID(store);
}

/* The definitions of an emgov_internal.indicator[] that are counted from a source, as a list of Indicator. */
List *
indicators_read(Oid ledger, Datum datum)
{
	ArrayType  *array = DatumGetArrayTypeP(datum);
	Oid			store = ledger_store(ledger);
	TupleDesc	desc = lookup_rowtype_tupdesc(ARR_ELEMTYPE(array), -1);
	List	   *result = NIL;
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *rows;
	bool	   *nulls;
	int			n;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &rows, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		HeapTupleData row;
		Indicator  *indicator;

		if (nulls[i])
			continue;
		row.t_data = DatumGetHeapTupleHeader(rows[i]);
		row.t_len = HeapTupleHeaderGetDatumLength(row.t_data);
		ItemPointerSetInvalid(&row.t_self);
		row.t_tableOid = InvalidOid;
		indicator = indicator_read(store, desc, &row);
		if (indicator != NULL)
			result = lappend(result, indicator);
	}
	ReleaseTupleDesc(desc);
	return result;
}


/* ---------------------------------------------------------------- as SQL */

char *
indicator_condition(const Indicator *indicator, const IndicatorPart *part)
{
	StringInfoData sql;

	initStringInfo(&sql);
	if (part->base_filter)
		appendStringInfoString(&sql, indicator->units[UNIT_BASE_FILTER]->call);
	if (part->filter)
		appendStringInfo(&sql, "%s%s", sql.len ? " AND " : "", indicator->units[UNIT_FILTER]->call);
	if (part->measured)
		appendStringInfo(&sql, "%s%s IS NOT NULL", sql.len ? " AND " : "", indicator->units[UNIT_MEASURE]->call);
	return sql.len ? sql.data : "true";
}

/* What the cut-off asks of a record's dates; the window's bounds are SQL too. */
static char *
indicator_dates(const Indicator *indicator, const IndicatorPart *part, const char *starts, const char *ends)
{
	const char *day = indicator->units[UNIT_DATE]->call;
	const char *until = indicator->units[UNIT_UNTIL] ? indicator->units[UNIT_UNTIL]->call : NULL;
	StringInfoData sql;

	initStringInfo(&sql);
	switch (indicator->cutoff)
	{
		case CUTOFF_PERIOD:
			appendStringInfo(&sql, "%s >= %s AND %s < %s", day, starts, day, ends);
			break;
		case CUTOFF_TO_DATE:
			appendStringInfo(&sql, "%s < %s", day, ends);
			break;
		case CUTOFF_AT_DATE:
			appendStringInfo(&sql, "(%s IS NULL OR %s < %s)", day, day, ends);
			break;
	}
	if (indicator->open)
		appendStringInfo(&sql, " AND (%s IS NULL OR %s >= %s)", until, until, ends);
	if (part != NULL && part->done)
		appendStringInfo(&sql, " AND %s < %s", until, ends);
	return sql.data;
}

/*
 * What a relation is read from, as FROM text: live, or as known at a moment, from its twin
 * t_as_of(timestamptz) of the same owner; NULL when there is none.  A history, which the units of past
 * definitions are over, stands for its table: it is read from its twin, beside that table, even live.
 */
char *
source_text(Oid relid, bool past, const char *moment)
{
	Oid			schema = get_rel_namespace(relid);
	char	   *name = get_rel_name(relid);
	Oid			kept = name && get_attnum(relid, KNOWN_TO) != InvalidAttrNumber ? ask_about(relid, "kept_by") : InvalidOid;
	CatCList   *list;
	char	   *twin;
	bool		found = false;

	if (name == NULL || !OidIsValid(schema))
		return NULL;
	if (!past && !OidIsValid(kept))
		return quote_qualified_identifier(get_namespace_name(schema), name);

	if (OidIsValid(kept))
		schema = get_rel_namespace(kept);
	twin = psprintf("%s_as_of", name);
	list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(twin));
	for (int i = 0; !found && i < list->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		found = form->pronamespace == schema && form->proretset &&
			form->prorettype == get_rel_type_id(relid) && form->pronargs == 1 &&
			form->proargtypes.values[0] == TIMESTAMPTZOID && form->proowner == rollup_relation_owner(relid);
	}
	ReleaseSysCacheList(list);
	return found ? psprintf("%s(%s)", quote_qualified_identifier(get_namespace_name(schema), twin), past ? moment : "'infinity'::timestamptz") : NULL;
}


/* ---------------------------------------------------------------- functions */

/*
 * emgov_internal.source_as_of(relation regclass, past boolean, moment text)
 */
PG_FUNCTION_INFO_V1(emgov_source_as_of);
Datum
emgov_source_as_of(PG_FUNCTION_ARGS)
{
	char	   *result = source_text(PG_GETARG_OID(0), PG_GETARG_BOOL(1), text_to_cstring(PG_GETARG_TEXT_PP(2)));

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}

/*
 * emgov_internal.indicator_parts(ledger regnamespace, definition emgov_internal.indicator, starts text, ends text)
 *
 * The parts of an indicator that is counted from a source, as SQL over emgov_record: relation, part,
 * aggregate, condition, dates (the condition of the cut-off alone), measure, day.  No row when a unit is gone.
 */
PG_FUNCTION_INFO_V1(emgov_indicator_parts);
Datum
emgov_indicator_parts(PG_FUNCTION_ARGS)
{
	static const char *const part_names[] = {"numerator", "denominator"};
	static const char *const aggregate_names[] = {"count", "distinct", "sum", "largest", "streak"};
	RowsOut    *out = begin_rows(fcinfo);
	HeapTupleHeader header;
	HeapTupleData row;
	TupleDesc	desc;
	Indicator  *indicator;
	char	   *starts,
			   *ends;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	header = PG_GETARG_HEAPTUPLEHEADER(1);
	starts = text_to_cstring(PG_GETARG_TEXT_PP(2));
	ends = text_to_cstring(PG_GETARG_TEXT_PP(3));
	row.t_data = header;
	row.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&row.t_self);
	row.t_tableOid = InvalidOid;
	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
	indicator = indicator_read(ledger_store(PG_GETARG_OID(0)), desc, &row);
	ReleaseTupleDesc(desc);
	for (int i = 0; indicator != NULL && indicator->problem == NULL && i < indicator->nparts; i++)
	{
		const IndicatorPart *part = &indicator->parts[i];
		char	   *dates = indicator_dates(indicator, part, starts, ends);
		Datum		values[7] = {
			ObjectIdGetDatum(indicator->relid),
			CStringGetTextDatum(part_names[i]),
			CStringGetTextDatum(aggregate_names[part->aggregate]),
			CStringGetTextDatum(psprintf("%s AND %s", dates, indicator_condition(indicator, part))),
			CStringGetTextDatum(dates),
			(Datum) 0,
			CStringGetTextDatum(indicator->units[UNIT_DATE]->call)
		};
		bool		nulls[7] = {false};

		nulls[5] = indicator->units[UNIT_MEASURE] == NULL;
		if (!nulls[5])
			values[5] = CStringGetTextDatum(indicator->units[UNIT_MEASURE]->call);
		put_row(out, values, nulls);
	}
	PG_RETURN_NULL();
}

/*
 * emgov_internal.indicator_relations(ledger regnamespace, indicators emgov_internal.indicator[]) -> setof (code, relation, day)
 *
 * Which relation each indicator is counted from, and the date that it is counted by, as SQL over emgov_record.  No row for
 * one that is derived, or of which a unit is gone.
 */
PG_FUNCTION_INFO_V1(emgov_indicator_relations);
Datum
emgov_indicator_relations(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	ListCell   *cell;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	foreach(cell, indicators_read(PG_GETARG_OID(0), PG_GETARG_DATUM(1)))
	{
		const Indicator *indicator = lfirst(cell);
		Datum		values[3] = {CStringGetTextDatum(indicator->code), ObjectIdGetDatum(indicator->relid)};
		bool		nulls[3] = {false};

		if (indicator->problem != NULL)
			continue;
		values[2] = CStringGetTextDatum(indicator->units[UNIT_DATE]->call);
		put_row(out, values, nulls);
	}
	PG_RETURN_NULL();
}
