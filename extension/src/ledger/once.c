/*
 * once.c
 *		What is counted once each, read from what is kept of it.
 *
 * Parts of kind `once` of a ledger say of some columns of some sources how many values
 * there are in a time (see once.sql): rows that a scan reads as those of a rollup, each of which
 * stands for so many records, and for so many things that are counted where it is.
 *
 * They are of all valid records, or of those with one value in some columns.  So what an
 * indicator asks of a record must be just that: an enterprise whose first inspection of the year is
 * left out by another condition would not be counted at its second one.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "ledger/catalog_memory.h"
#include "ledger/kept_plan.h"
#include "ledger/once.h"
#include "rollup/rollup.h"

/* A text of a row of counted_once(), in the current memory context; NULL when there is none. */
static char *
text_of(HeapTuple row, TupleDesc desc, const char *column)
{
	return SPI_getvalue(row, desc, SPI_fnumber(desc, column));
}

static void
elements_of(HeapTuple row, TupleDesc desc, const char *column, Oid type, Datum **values, int *n)
{
	bool		isnull;
	Datum		array = SPI_getbinval(row, desc, SPI_fnumber(desc, column), &isnull);
	int16		length;
	bool		by_value;
	char		align;

	*n = 0;
	if (isnull)
		return;
	get_typlenbyvalalign(type, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(array), type, length, by_value, align, values, NULL, n);
}

/* What the parts of a rollup say of the records: rows such as the query of a stock gives, in which no thing is counted; NULL when it cannot be read so. */
static char *
records_of_parts(const OnceAnswer *answer, Oid view)
{
	const AttrNumber columns[] = {answer->day, answer->until, answer->status};
	const char *names[lengthof(columns)] = {NULL};
	const RollupAnswer *parts;
	StringInfoData types;
	Rollup		rollup;

	if (!rollup_by_part(view, &rollup) || rollup.source != answer->rollup.relid || (parts = rollup_answer(&rollup, answer->rollup.relid)) == NULL)
		return NULL;
	initStringInfo(&types);
	for (int k = 0; k < list_length(parts->keys); k++)
		for (int i = 0; i < (int) lengthof(columns); i++)
			if (list_nth_int(parts->keys, k) == columns[i])
			{
				names[i] = list_nth(parts->key_parts, k);
				appendStringInfo(&types, "%s, ", (char *) list_nth(parts->key_columns, k));
			}
	if (names[0] == NULL || names[1] == NULL || names[2] == NULL)
		return NULL;
	return psprintf("SELECT p.%s, p.%s, p.%.*s, 0 FROM emgov_internal.rollup_parts(%s::pg_catalog.regclass, %s, NULL, NULL, $1) AS p (%s%s) WHERE p.%s = 'valid'",
					names[0], names[1], (int) strcspn(parts->records_columns, " "), parts->records_columns, quote_literal_cstr(parts->name),
					quote_literal_cstr(names[0]), types.data, parts->records_columns, names[2]);
}

/* A row of counted_once() in the current memory context; NULL when the source has not the columns. */
static OnceAnswer *
answer_of(Oid relid, HeapTuple row, TupleDesc desc)
{
	OnceAnswer *answer = palloc0(sizeof(OnceAnswer));
	char	   *until = text_of(row, desc, "until");
	List	   *names = list_make2(text_of(row, desc, "day"), "status");
	Datum	   *values,
				records;
	char	   *query;
	bool		has_none;
	int			n;
	ListCell   *cell;

	answer->measure = get_attnum(relid, text_of(row, desc, "measure"));
	answer->in_stock = until != NULL;
	if (until != NULL)
		names = lappend(names, until);
	elements_of(row, desc, "by", TEXTOID, &values, &n);
	for (int i = 0; i < n; i++)
		names = lappend(names, TextDatumGetCString(values[i]));
	foreach(cell, names)
		answer->rollup.keys = lappend_int(answer->rollup.keys, get_attnum(relid, lfirst(cell)));
	if (answer->measure <= 0 || list_member_int(answer->rollup.keys, InvalidAttrNumber))
		return NULL;
	answer->day = linitial_int(answer->rollup.keys);
	answer->status = lsecond_int(answer->rollup.keys);
	answer->until = until != NULL ? lthird_int(answer->rollup.keys) : InvalidAttrNumber;
	answer->by = list_copy_tail(answer->rollup.keys, until != NULL ? 3 : 2);
	elements_of(row, desc, "rollups", REGCLASSOID, &values, &n);
	for (int i = 0; i < n; i++)
		answer->rollups = lappend_oid(answer->rollups, DatumGetObjectId(values[i]));
	answer->rollup.name = text_of(row, desc, "name");
	answer->rollup.relid = relid;
	query = text_of(row, desc, "query");
	records = SPI_getbinval(row, desc, SPI_fnumber(desc, "records"), &has_none);
	if (!has_none)
	{
		char	   *parts = records_of_parts(answer, DatumGetObjectId(records));

		if (parts == NULL)
			return NULL;
		query = psprintf("%s UNION ALL %s", query, parts);
		answer->rollup.view = DatumGetObjectId(records);
	}
	answer->rollup.from = psprintf("(SELECT %s AS emgov_record, r.* FROM (SELECT q.*, 'valid'::text AS status FROM (%s) AS q) AS r) AS emgov_rollup",
								   rollup_record(relid, answer->rollup.keys, names), query);
	answer->rollup.once = answer;
	return answer;
}

/* All that there are of a source for the current user, remembered. */
static List *
known_answers(Oid relid)
{
	static CatalogMemory memory = {.name = "emgov what is counted once"};
	static const char *const query = "SELECT * FROM emgov_internal.counted_once($1)";
	List	  **place = (List **) remembered(&memory, relid, GetUserId());

	/* a cell more than there are answers, so that none is remembered as well */
	if (*place == NIL)
	{
		MemoryContext context = memory.context;
		MemoryContext before;
		Oid			type = REGCLASSOID;
		Datum		relation = ObjectIdGetDatum(relid);
		bool		is_null = false;
		List	   *answers;

		(void) run_kept(query, 1, &type, &relation, &is_null, NULL);
		before = MemoryContextSwitchTo(context);
		answers = list_make1(NULL);
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			OnceAnswer *answer = answer_of(relid, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);

			if (answer != NULL)
				answers = lappend(answers, answer);
		}
		MemoryContextSwitchTo(before);
		SPI_freetuptable(SPI_tuptable);
		*place = answers;
	}
	return *place;
}

List *
once_answers(Oid relid)
{
	List	   *result = NIL;
	ListCell   *cell,
			   *view;

	foreach(cell, known_answers(relid))
	{
		OnceAnswer *answer = lfirst(cell);
		bool		may = answer != NULL;

		if (may)
			foreach(view, answer->rollups)
			{
				Rollup		rollup;

				may &= rollup_by_part(lfirst_oid(view), &rollup) && rollup_may_answer(&rollup, rollup_relation_owner(relid));
			}
		if (may)
			result = lappend(result, &answer->rollup);
	}
	return result;
}

static const Node *
bare(const Node *node)
{
	while (IsA(node, RelabelType))
		node = (const Node *) ((const RelabelType *) node)->arg;
	return node;
}

static bool
is_column(const Unit *unit, AttrNumber column)
{
	return unit != NULL && IsA(unit->expression, Var) && ((Var *) unit->expression)->varattno == column;
}

/* The columns of which a condition chooses a value each, and nothing else, added to a list; false when it is something else. */
static bool
add_chosen(const OnceAnswer *answer, const Node *condition, List **chosen)
{
	const OpExpr *operator = (const OpExpr *) condition;
	const Node *left,
			   *right;
	char	   *name;
	AttrNumber	column;

	if (IsA(condition, BoolExpr) && ((const BoolExpr *) condition)->boolop == AND_EXPR)
	{
		ListCell   *cell;

		foreach(cell, ((const BoolExpr *) condition)->args)
			if (!add_chosen(answer, lfirst(cell), chosen))
				return false;
		return true;
	}
	if (!IsA(condition, OpExpr) || list_length(operator->args) != 2)
		return false;
	name = get_opname(operator->opno);
	if (name == NULL || strcmp(name, "=") != 0 || operator->opno >= FirstNormalObjectId)
		return false;
	left = bare(linitial(operator->args));
	right = bare(lsecond(operator->args));
	if (IsA(left, Const))
	{
		const Node *other = left;

		left = right;
		right = other;
	}
	if (!IsA(left, Var) || !IsA(right, Const) || ((const Const *) right)->constisnull)
		return false;
	column = ((const Var *) left)->varattno;
	if (column == answer->status)
	{
		if (((const Const *) right)->consttype != TEXTOID || strcmp(TextDatumGetCString(((const Const *) right)->constvalue), "valid") != 0)
			return false;
	}
	else if (!list_member_int(answer->by, column))
		return false;
	/* two values of one column are met by no record: that is for the facts to say */
	if (list_member_int(*chosen, column))
		return false;
	*chosen = lappend_int(*chosen, column);
	return true;
}

bool
once_says(const OnceAnswer *answer, const Indicator *indicator)
{
	const IndicatorPart *part = &indicator->parts[0];
	const Unit *filter = indicator->units[UNIT_FILTER];
	List	   *chosen = NIL;

	return indicator->nparts == 1 && part->aggregate == AGGREGATE_DISTINCT && part->filter && !part->base_filter && !part->done &&
		indicator->counted == 0 && is_column(indicator->units[UNIT_MEASURE], answer->measure) &&
		is_column(indicator->units[UNIT_DATE], answer->day) && indicator->open == answer->in_stock &&
		(answer->in_stock ? is_column(indicator->units[UNIT_UNTIL], answer->until) && indicator->cutoff != CUTOFF_PERIOD :
		 indicator->cutoff == CUTOFF_PERIOD) &&
		filter != NULL && add_chosen(answer, filter->expression, &chosen) && list_length(chosen) == list_length(answer->by) + 1 &&
		list_member_int(chosen, answer->status);
}

int
once_year_begins(Oid relid)
{
	static const char *const query = "SELECT emgov_internal.year_start($1)";
	Oid			type = REGNAMESPACEOID;
	Datum		ledger = ObjectIdGetDatum(get_rel_namespace(relid));
	bool		is_null = false;
	char	   *start;

	(void) run_kept(query, 1, &type, &ledger, &is_null, NULL);
	start = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	/* as inspection_first has it */
	return strcmp(start + 2, "-01") == 0 ? atoi(start) : 1;
}
