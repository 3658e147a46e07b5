/*
 * first_keys.c
 *		The first keys of many, in the order of their bytes: what to show of the records that
 *		break a rule, however many they are.
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
 * emgov._first_keys_add(internal, key text) returns internal
 */
PG_FUNCTION_INFO_V1(emgov_first_keys_add);
Datum
emgov_first_keys_add(PG_FUNCTION_ARGS)
{
	binaryheap *keys = PG_ARGISNULL(0) ? NULL : (binaryheap *) PG_GETARG_POINTER(0);
	MemoryContext context;
	MemoryContext before;
	text	   *key;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "called outside an aggregate");
	if (PG_ARGISNULL(1))
	{
		if (keys == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(keys);
	}
	key = PG_GETARG_TEXT_PP(1);
	before = MemoryContextSwitchTo(context);
	if (keys == NULL)
		keys = binaryheap_allocate(MOST_KEYS, compare_in_heap, NULL);
	if (keys->bh_size < MOST_KEYS)
		binaryheap_add(keys, PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(key))));
	else if (compare_keys(key, (const text *) DatumGetPointer(binaryheap_first(keys))) < 0)
	{
		pfree(DatumGetPointer(binaryheap_first(keys)));
		binaryheap_replace_first(keys, PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(key))));
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
 * emgov._first_keys_given(internal) returns text[]: in their order; NULL when there is none
 */
PG_FUNCTION_INFO_V1(emgov_first_keys_given);
Datum
emgov_first_keys_given(PG_FUNCTION_ARGS)
{
	const binaryheap *keys;
	Datum	   *sorted;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	keys = (const binaryheap *) PG_GETARG_POINTER(0);
	sorted = palloc(sizeof(Datum) * keys->bh_size);
	memcpy(sorted, keys->bh_nodes, sizeof(Datum) * keys->bh_size);
	qsort(sorted, keys->bh_size, sizeof(Datum), compare_in_array);
	PG_RETURN_ARRAYTYPE_P(construct_array(sorted, keys->bh_size, TEXTOID, -1, false, TYPALIGN_INT));
}
