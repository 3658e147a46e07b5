/*
 * profile.c
 *		What a scan must know of a record to count it in any window.
 *
 * The bounds of all windows, sorted, cut time into segments.  A record's profile holds the
 * segment of each of its days, and which of the conditions it meets: records of one profile
 * count in the same windows of the same indicators.  So a scan groups by profile, and looks
 * at no record twice.
 *
 *		uint16		length in bytes, with this
 *		uint16 ...	for each day how many bounds are on or before it; PROFILE_NO_DAY for NULL
 *		bits		conditions met
 *
 * Profiles of one scan are of one length; several, sorted, are a set: those of all records of
 * a thing that is counted once.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "ledger/profile.h"

/* What a call of emgov._profile() is made of, the same for all records. */
typedef struct Layout
{
	int			ndays;
	int			nconditions;
	Size		length;
} Layout;

static Layout *
layout_of(FunctionCallInfo fcinfo)
{
	Layout	   *layout = fcinfo->flinfo->fn_extra;

	if (layout != NULL)
		return layout;
	layout = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Layout));
	for (int i = 1; i < PG_NARGS(); i++)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i);

		if (type == DATEOID && layout->nconditions == 0)
			layout->ndays++;
		else if (type == BOOLOID)
			layout->nconditions++;
		else
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("a profile is made of dates, then of booleans")));
	}
	layout->length = PROFILE_LENGTH(layout->ndays, layout->nconditions);
	fcinfo->flinfo->fn_extra = layout;
	return layout;
}

/*
 * emgov._profile(bounds date[], VARIADIC "any"): days, then conditions.  NULL when no condition is met.
 */
PG_FUNCTION_INFO_V1(emgov_profile);
Datum
emgov_profile(PG_FUNCTION_ARGS)
{
	Layout	   *layout = layout_of(fcinfo);
	ArrayType  *bounds;
	const DateADT *bound;
	int			nbounds;
	bytea	   *result;
	uint16	   *segments;
	uint8	   *bits;
	bool		any = false;

	for (int i = 0; !any && i < layout->nconditions; i++)
		any = !PG_ARGISNULL(1 + layout->ndays + i) && PG_GETARG_BOOL(1 + layout->ndays + i);
	if (!any || PG_ARGISNULL(0))
		PG_RETURN_NULL();

	bounds = PG_GETARG_ARRAYTYPE_P(0);
	if (ARR_NDIM(bounds) > 1 || ARR_HASNULL(bounds) || ARR_ELEMTYPE(bounds) != DATEOID)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("bounds are dates, none of them NULL")));
	bound = (const DateADT *) ARR_DATA_PTR(bounds);
	nbounds = ArrayGetNItems(ARR_NDIM(bounds), ARR_DIMS(bounds));

	result = palloc0(VARHDRSZ + layout->length);
	SET_VARSIZE(result, VARHDRSZ + layout->length);
	segments = (uint16 *) VARDATA(result);
	*segments++ = (uint16) layout->length;
	for (int i = 0; i < layout->ndays; i++)
	{
		int			low = 0,
					high = nbounds;
		DateADT		day;

		if (PG_ARGISNULL(1 + i))
		{
			*segments++ = PROFILE_NO_DAY;
			continue;
		}
		day = PG_GETARG_DATEADT(1 + i);
		while (low < high)
		{
			int			middle = (low + high) / 2;

			if (bound[middle] <= day)
				low = middle + 1;
			else
				high = middle;
		}
		*segments++ = (uint16) low;
	}
	bits = (uint8 *) segments;
	for (int i = 0; i < layout->nconditions; i++)
		if (!PG_ARGISNULL(1 + layout->ndays + i) && PG_GETARG_BOOL(1 + layout->ndays + i))
			bits[i / 8] |= 1 << (i % 8);
	PG_RETURN_BYTEA_P(result);
}

/*
 * emgov._profiles_add(bytea, bytea): the union of two sets; of a set and a profile, too.  Transition and
 * combining function of the aggregate emgov._profiles(bytea).
 */
PG_FUNCTION_INFO_V1(emgov_profiles_add);
Datum
emgov_profiles_add(PG_FUNCTION_ARGS)
{
	bytea	   *one = PG_GETARG_BYTEA_PP(0);
	bytea	   *other = PG_GETARG_BYTEA_PP(1);
	const char *a = VARDATA_ANY(one),
			   *b = VARDATA_ANY(other);
	Size		na = VARSIZE_ANY_EXHDR(one),
				nb = VARSIZE_ANY_EXHDR(other);
	Size		length = PROFILES_LENGTH(a, na);
	MemoryContext context;
	bytea	   *result;
	char	   *to;

	if (length == 0 || na % length != 0 || nb % length != 0 || PROFILES_LENGTH(b, nb) != length)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sets of profiles of different scans")));
	/* the usual case: one that is there already */
	if (nb == length)
	{
		Size		low = 0,
					high = na / length;

		while (low < high)
		{
			Size		middle = (low + high) / 2;
			int			order = memcmp(a + middle * length, b, length);

			if (order == 0)
				PG_RETURN_BYTEA_P(one);
			if (order < 0)
				low = middle + 1;
			else
				high = middle;
		}
	}
	if (!AggCheckCallContext(fcinfo, &context))
		context = CurrentMemoryContext;
	result = MemoryContextAlloc(context, VARHDRSZ + na + nb);
	to = VARDATA(result);
	while (na > 0 || nb > 0)
	{
		int			order = na == 0 ? 1 : nb == 0 ? -1 : memcmp(a, b, length);

		memcpy(to, order <= 0 ? a : b, length);
		to += length;
		if (order <= 0)
		{
			a += length;
			na -= length;
		}
		if (order >= 0)
		{
			b += length;
			nb -= length;
		}
	}
	SET_VARSIZE(result, to - (char *) result);
	PG_RETURN_BYTEA_P(result);
}
