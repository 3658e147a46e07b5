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
 *
 * SQL matches indicators with this (rollups.sql).
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/typcache.h"

#include "rollup/rollup.h"

/* Are two values of a key the same whenever they are equal?  As nbtree asks before it deduplicates. */
static bool
equal_is_same(const RollupKey *key)
{
	TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_BTREE_OPFAMILY);
	Oid			function;

	if (!OidIsValid(type->btree_opf) || getBaseType(key->type) == BPCHAROID)
		return false;
	function = get_opfamily_proc(type->btree_opf, type->btree_opintype, type->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) &&
		DatumGetBool(OidFunctionCall1Coll(function, key->collation, ObjectIdGetDatum(type->btree_opintype)));
}

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

/* A list of texts as text[]. */
static Datum
text_array(List *texts)
{
	Datum	   *elements = palloc(sizeof(Datum) * (list_length(texts) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, texts)
		elements[n++] = CStringGetTextDatum((char *) lfirst(cell));
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * emgov._rollup_answers(id text)
 *
 * What the rollup with this id can say: the column that counts all records of a group; the
 * table's columns that are keys, and what they are called in the rollup; the expressions
 * that are summed, as check_expression() gives them for a numeric, and what the sums are
 * called.  NULL when the rollup has a WHERE or counts no records, or there is none.
 */
PG_FUNCTION_INFO_V1(emgov_rollup_answers);
Datum
emgov_rollup_answers(PG_FUNCTION_ARGS)
{
	char	   *id = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const char *records = NULL;
	List	   *keys = NIL,
			   *key_names = NIL,
			   *sums = NIL,
			   *sum_names = NIL;
	Rollup		rollup;
	RollupDefinition *def;
	List	   *context;
	TupleDesc	desc;
	Datum		values[5];
	bool		nulls[5] = {false};

	if (!rollup_by_id(id, &rollup, true))
		PG_RETURN_NULL();
	def = rollup_definition(&rollup);
	if (def->where != NULL)
		PG_RETURN_NULL();

	context = deparse_context_for(get_rel_name(def->source), def->source);
	for (int i = 0; i < def->noutputs; i++)
	{
		RollupOutput *output = &def->outputs[i];

		if (output->key >= 0)
		{
			RollupKey  *key = &def->keys[output->key];

			if (!IsA(key->expr, Var) || !equal_is_same(key))
				continue;
			keys = lappend(keys, get_attname(def->source, ((Var *) key->expr)->varattno, false));
			key_names = lappend(key_names, output->name);
		}
		else
		{
			RollupValue *value = &def->values[output->value];

			if (value->agg->aggfilter != NULL)
				continue;
			if (value->kind == ROLLUP_COUNT && value->agg->aggstar)
				records = output->name;
			else if (value->kind != ROLLUP_COUNT && value->kind != ROLLUP_SUMMARY)
			{
				Node	   *argument = (Node *) linitial_node(TargetEntry, value->agg->args)->expr;

				if (!places_are_fixed(value, argument))
					continue;
				argument = coerce_to_target_type(NULL, argument, exprType(argument), NUMERICOID, -1,
												 COERCION_ASSIGNMENT, COERCE_EXPLICIT_CAST, -1);
				sums = lappend(sums, deparse_expression(argument, context, false, false));
				sum_names = lappend(sum_names, output->name);
			}
		}
	}
	if (records == NULL)
		PG_RETURN_NULL();

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = CStringGetTextDatum(records);
	values[1] = text_array(keys);
	values[2] = text_array(key_names);
	values[3] = text_array(sums);
	values[4] = text_array(sum_names);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
