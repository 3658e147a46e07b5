/*
 * first_keys.c
 *		The first keys of many, in the order of their bytes, and how many there are: what to show
 *		of the records that break a rule.
 *
 * As many as fit are kept as a heap with the last of them on top.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "lib/binaryheap.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define MOST_KEYS	1000

typedef struct FirstKeys
{
	int64		number;			/* of all */
	binaryheap *first;
} FirstKeys;

static int
compare_keys(const text *one, const text *other)
{
	int			shared = Min(VARSIZE_ANY_EXHDR(one), VARSIZE_ANY_EXHDR(other));
	int			order = memcmp(VARDATA_ANY(one), VARDATA_ANY(other), shared);

	return order != 0 ? order : (int) VARSIZE_ANY_EXHDR(one) - (int) VARSIZE_ANY_EXHDR(other);
}

static int
compare_in_heap(Datum one, Datum other, void *argument pg_attribute_unused())
{
	return compare_keys((const text *) DatumGetPointer(one), (const text *) DatumGetPointer(other));
}

/*
 * emgov_internal.first_keys_add(internal, key text) returns internal
 */
PG_FUNCTION_INFO_V1(emgov_first_keys_add);
Datum
emgov_first_keys_add(PG_FUNCTION_ARGS)
{
	FirstKeys  *keys = PG_ARGISNULL(0) ? NULL : (FirstKeys *) PG_GETARG_POINTER(0);
	MemoryContext context;
	MemoryContext before;
	text	   *key;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "called outside an aggregate");
	key = PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1);	/* for this row only, if it had to be detoasted */
	before = MemoryContextSwitchTo(context);
	if (keys == NULL)
	{
		keys = palloc0(sizeof(FirstKeys));
		keys->first = binaryheap_allocate(MOST_KEYS, compare_in_heap, NULL);
	}
	keys->number++;
	if (key != NULL)
	{
		if (keys->first->bh_size < MOST_KEYS)
			binaryheap_add(keys->first, PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(key))));
		else if (compare_keys(key, (const text *) DatumGetPointer(binaryheap_first(keys->first))) < 0)
		{
			pfree(DatumGetPointer(binaryheap_first(keys->first)));
			binaryheap_replace_first(keys->first, PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(key))));
		}
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(keys);
}

static int
compare_in_array(const void *one, const void *other)
{
	return compare_in_heap(*(const Datum *) one, *(const Datum *) other, NULL);
}

/*
 * emgov_internal.first_keys_given(internal) returns text[]: in their order; NULL when there is none
 */
PG_FUNCTION_INFO_V1(emgov_first_keys_given);
Datum
emgov_first_keys_given(PG_FUNCTION_ARGS)
{
	const binaryheap *first = PG_ARGISNULL(0) ? NULL : ((FirstKeys *) PG_GETARG_POINTER(0))->first;
	Datum	   *sorted;

	if (first == NULL || first->bh_size == 0)
		PG_RETURN_NULL();
	sorted = palloc(sizeof(Datum) * first->bh_size);
	memcpy(sorted, first->bh_nodes, sizeof(Datum) * first->bh_size);
	qsort(sorted, first->bh_size, sizeof(Datum), compare_in_array);
	PG_RETURN_ARRAYTYPE_P(construct_array(sorted, first->bh_size, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * emgov_internal.first_keys_number(internal) returns bigint: how many there are in all
 */
PG_FUNCTION_INFO_V1(emgov_first_keys_number);
Datum
emgov_first_keys_number(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_ARGISNULL(0) ? 0 : ((FirstKeys *) PG_GETARG_POINTER(0))->number);
}
