/*
 * rollup.c
 *		What a figure of the ledger may be read from a rollup.
 *
 * A rollup keeps counts and sums by its keys, so it answers a condition on its keys, and on
 * nothing else, just as its table does: all rows of a group meet it, or none.  That holds
 * if a key is a column of the table as it is, and if its type has no values that are
 * equal and yet not the same (the numeric 1.0 and 1.00, texts under a nondeterministic
 * collation).  A sum comes out alike, down to the zeros after the point, if the type of
 * what is summed fixes the number of places.
 */
#include "postgres.h"
#include "compat.h"

#include "access/nbtree.h"
#include "access/relation.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/typcache.h"

#include "ledger/catalog_memory.h"
#include "ledger/kept_plan.h"
#include "ledger/live_fact.h"
#include "ledger/once.h"
#include "ledger/rollup.h"
#include "ledger/shard.h"
#include "rollup/rewrite.h"
#include "rollup/rollup.h"

/* Does a sum of such values have the same number of places, whatever came and went? */
static bool
places_are_fixed(const RollupValue *value, const Node *argument)
{
	switch (value->kind)
	{
		case ROLLUP_SUM_INT:
		case ROLLUP_SUM_BIGINT:
			return true;
		case ROLLUP_SUM_NUMERIC:
			return exprTypmod(argument) >= (int32) VARHDRSZ;
		default:
			return false;
	}
}

bool
rollup_may_answer(const Rollup *rollup, Oid owner)
{
	static const char *const verified =
	"SELECT l.number FROM emgov.rollup_log AS l WHERE l.rollup = $1 AND l.event = 'verify' ORDER BY l.at DESC LIMIT 1";
	Oid			type = TEXTOID;
	Datum		id;
	bool		isnull = false;

	if (rollup_relation_owner(rollup->view) != owner ||
		pg_class_aclcheck(rollup->view, GetUserId(), ACL_SELECT) != ACLCHECK_OK ||
		!rollup_is_followed(rollup))
		return false;
	id = CStringGetTextDatum(rollup->id);
	if (run_kept(verified, 1, &type, &id, &isnull, NULL) != NULL)
		return false;
	return SPI_processed == 0 ||
		DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)) == 0;
}

char *
rollup_record(Oid relid, List *keys, List *key_names)
{
	Relation	relation = relation_open(relid, AccessShareLock);
	StringInfoData sql;
	bool		first = true;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "ROW(");
	for (int i = 0; i < RelationGetNumberOfAttributes(relation); i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), i);
		const char *name = NULL;
		ListCell   *cell,
				   *name_cell;

		if (column->attisdropped)
			continue;
		forboth(cell, keys, name_cell, key_names)
			if (lfirst_int(cell) == column->attnum)
				name = lfirst(name_cell);
		if (name != NULL)
			appendStringInfo(&sql, "%sr.%s", first ? "" : ", ", quote_identifier(name));
		else
			appendStringInfo(&sql, "%sNULL", first ? "" : ", ");
		first = false;
	}
	appendStringInfo(&sql, ")::%s",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation)));
	relation_close(relation, NoLock);
	return sql.data;
}

/* FROM text over a rollup: emgov_record, the number of records, and the sums. */
static char *
from_text(const RollupAnswer *answer, const char *record, const char *records, List *sum_names)
{
	StringInfoData sql;
	int			n = 0;
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "(SELECT %s AS emgov_record, r.%s AS records", record, quote_identifier(records));
	foreach(cell, sum_names)
		appendStringInfo(&sql, ", r.%s AS sum%d", quote_identifier(lfirst(cell)), ++n);
	appendStringInfo(&sql, " FROM %s AS r) AS emgov_rollup", answer->name);
	return sql.data;
}

void
rollup_answer_from(RollupAnswer *answer, Oid relid, Oid view, List *key_names, const char *records, List *sum_names)
{
	answer->name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(view)), get_rel_name(view));
	answer->from = from_text(answer, rollup_record(relid, answer->keys, key_names), records, sum_names);
	answer->view = view;
	answer->relid = relid;
}

char *
rollup_parts_from(const RollupAnswer *answer, List *keys, List *sums, AttrNumber day, const char *since, const char *before, const char *const *gap, const char *bounds)
{
	StringInfoData columns,
				parts;
	List	   *known = NIL,
			   *names = NIL;
	const char *key = "NULL";

	initStringInfo(&columns);
	appendStringInfoString(&columns, answer->records_columns);
	for (int i = 0; i < list_length(answer->keys); i++)
	{
		AttrNumber	column = list_nth_int(answer->keys, i);
		char	   *name = list_nth(answer->key_parts, i);

		if (column == day)
			key = quote_literal_cstr(name);
		if (!list_member_int(keys, column))
			continue;
		known = lappend_int(known, column);
		names = lappend(names, name);
		appendStringInfo(&columns, ", %s", (char *) list_nth(answer->key_columns, i));
	}
	for (int i = 0; i < list_length(answer->sums); i++)
		if (list_member_int(sums, i + 1))
			appendStringInfo(&columns, ", %s", (char *) list_nth(answer->sum_columns, i));
	if (strcmp(key, "NULL") == 0)
		gap = NULL;
	initStringInfo(&parts);
	for (int i = 0; i <= (gap != NULL); i++)
		appendStringInfo(&parts, "%sSELECT * FROM emgov_internal.rollup_parts(%s::pg_catalog.regclass, %s, %s, %s, %s) AS r (%s)", i > 0 ? " UNION ALL " : "",
						 quote_literal_cstr(answer->name), key, i > 0 ? gap[1] : since, gap != NULL && i == 0 ? gap[0] : before, bounds, columns.data);
	return psprintf("(SELECT %s AS emgov_record, r.* FROM (%s) AS r) AS emgov_rollup", rollup_record(answer->relid, known, names), parts.data);
}

/* What a rollup can say of a relation that has its table's columns; NULL when it has a WHERE, or counts no records. */
static RollupAnswer *
answer_of(const Rollup *rollup, Oid relid)
{
	RollupDefinition *def = rollup_definition(rollup);
	RollupAnswer *answer = palloc0(sizeof(RollupAnswer));
	const char *records = NULL;
	List	   *key_names = NIL,
			   *sum_names = NIL;

	if (def->where != NULL)
		return NULL;
	for (int i = 0; i < def->noutputs; i++)
	{
		RollupOutput *output = &def->outputs[i];

		if (output->key >= 0)
		{
			RollupKey  *key = &def->keys[output->key];

			if (!IsA(key->expr, Var) || !image_of_type(getBaseType(key->type), -1, key->collation))
				continue;
			answer->keys = lappend_int(answer->keys, ((Var *) key->expr)->varattno);
			answer->key_parts = lappend(answer->key_parts, key->name);
			answer->key_columns = lappend(answer->key_columns, rollup_sql_key_column(key));
			key_names = lappend(key_names, output->name);
		}
		else
		{
			RollupValue *value = &def->values[output->value];

			if (value->agg->aggfilter != NULL)
				continue;
			if (value->kind == ROLLUP_COUNT && value->agg->aggstar)
			{
				records = output->name;
				answer->records_columns = rollup_sql_value_columns(def, value);
				answer->records_total = rollup_sql_value(def, value);
			}
			else if (value->kind != ROLLUP_COUNT && value->kind != ROLLUP_SUMMARY)
			{
				Node	   *argument = (Node *) linitial_node(TargetEntry, value->agg->args)->expr;

				if (!places_are_fixed(value, argument))
					continue;
				answer->sums = lappend(answer->sums,
									   coerce_to_target_type(NULL, argument, exprType(argument), NUMERICOID, -1,
															 COERCION_ASSIGNMENT, COERCE_EXPLICIT_CAST, -1));
				answer->sum_columns = lappend(answer->sum_columns, rollup_sql_value_columns(def, value));
				answer->sum_totals = lappend(answer->sum_totals, rollup_sql_value(def, value));
				sum_names = lappend(sum_names, output->name);
			}
		}
	}
	if (records == NULL || answer->keys == NIL)
		return NULL;
	rollup_answer_from(answer, relid, rollup->view, key_names, records, sum_names);
	return answer;
}

/* Texts in the current memory context. */
static List *
copy_texts(const List *texts)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, texts)
		result = lappend(result, pstrdup(lfirst(cell)));
	return result;
}

/* answer_of(), which reads the query of a view, remembered. */
const RollupAnswer *
rollup_answer(const Rollup *rollup, Oid relid)
{
	static CatalogMemory memory = {.name = "emgov rollups' answers"};
	static const RollupAnswer nothing = {NULL};
	const RollupAnswer **place = (const RollupAnswer **) remembered(&memory, rollup->view, relid);

	if (*place == NULL)
	{
		const RollupAnswer *answer = answer_of(rollup, relid);
		MemoryContext before = MemoryContextSwitchTo(memory.context);
		RollupAnswer *kept = answer ? palloc(sizeof(RollupAnswer)) : NULL;

		if (answer != NULL)
		{
			*kept = *answer;
			kept->name = pstrdup(answer->name);
			kept->keys = list_copy(answer->keys);
			kept->sums = copyObject(answer->sums);
			kept->from = pstrdup(answer->from);
			kept->key_parts = copy_texts(answer->key_parts);
			kept->key_columns = copy_texts(answer->key_columns);
			kept->records_columns = pstrdup(answer->records_columns);
			kept->records_total = pstrdup(answer->records_total);
			kept->sum_columns = copy_texts(answer->sum_columns);
			kept->sum_totals = copy_texts(answer->sum_totals);
		}
		MemoryContextSwitchTo(before);
		*place = answer ? kept : &nothing;
	}
	return *place == &nothing ? NULL : *place;
}

/* Fewest keys first, then by name. */
static int
compare_answers(const ListCell *a, const ListCell *b)
{
	const RollupAnswer *one = lfirst(a);
	const RollupAnswer *other = lfirst(b);
	int			by_keys = list_length(one->keys) - list_length(other->keys);

	return by_keys != 0 ? by_keys : strcmp(one->name, other->name);
}

/* The rollups over a table; of the view of a live fact, those over the table that it shows. */
static List *
rollups_of(Oid relid)
{
	Oid			live = live_fact_table(relid);

	return rollups_over(OidIsValid(live) ? live : relid);
}

bool
has_rollups(Oid relid)
{
	return rollups_of(relid) != NIL || shards_of(relid) != NULL;
}

/*
 * The rollups that may answer for a table, or for the view of a live fact, whose rows are those of a table.  One that lost a trigger, or was last found to differ, answers
 * nothing; nor does one for a reader who may not read it, or from whom a row policy hides records.  Only
 * those of the table's owner do.  The caller is connected to SPI.
 */
List *
rollup_answers(Oid relid)
{
	List	   *result = NIL;
	List	   *rollups = rollups_of(relid);
	RollupAnswer *of_shards = shard_answer(relid);
	ListCell   *cell;

	if (of_shards != NULL && check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED)
		return list_make1(of_shards);
	if (rollups == NIL || check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return NIL;
	foreach(cell, rollups)
	{
		const Rollup *rollup = lfirst(cell);
		const RollupAnswer *answer;

		if (rollup_may_answer(rollup, rollup_relation_owner(relid)) && (answer = rollup_answer(rollup, relid)) != NULL)
			result = lappend(result, (void *) answer);
	}
	list_sort(result, compare_answers);
	return list_concat(result, once_answers(relid));
}

int
rollup_sum(const RollupAnswer *answer, const Unit *measure)
{
	int			n = 0;
	ListCell   *cell;

	foreach(cell, answer->sums)
	{
		n++;
		if (equal(lfirst(cell), measure->expression))
			return n;
	}
	return 0;
}

static bool
knows(const RollupAnswer *answer, const Unit *unit)
{
	ListCell   *cell;

	foreach(cell, unit->columns)
		if (!list_member_int(answer->keys, lfirst_int(cell)))
			return false;
	return true;
}

/* What decides whether a record counts is a condition on keys; what is counted is a key, or summed. */
bool
rollup_says(const RollupAnswer *answer, const Indicator *indicator, const AttrNumber *by, int nby)
{
	if (answer->once != NULL)
		return once_says(answer->once, indicator);
	for (int i = 0; i < nby; i++)
		if (by[i] != InvalidAttrNumber && !list_member_int(answer->keys, by[i]))
			return false;
	for (int i = 0; i < UNIT_MEASURE; i++)
		if (indicator->units[i] != NULL && !knows(answer, indicator->units[i]))
			return false;
	for (int i = 0; i < indicator->nparts; i++)
	{
		const IndicatorPart *part = &indicator->parts[i];
		const Unit *measure = indicator->units[UNIT_MEASURE];

		if (part->aggregate == AGGREGATE_SUM ? rollup_sum(answer, measure) == 0 :
			(part->aggregate != AGGREGATE_COUNT || part->measured) && !knows(answer, measure))
			return false;
	}
	return true;
}
