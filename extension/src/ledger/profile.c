/*
 * profile.c
 *		What a scan must know of a record to count it in any window.
 *
 * The bounds of all windows, sorted, cut time into segments.  A record's profile holds the
 * segment of each of its days, and which of the conditions it meets: records of one profile
 * count in the same windows of the same indicators.  So no scan looks at a record twice,
 * however many windows there are.
 *
 * It is a number: from the lowest bit on, one for each condition, then for each day as many
 * as the number of segments takes.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "ledger/profile.h"

/* The layout of a call's profiles, the same for all records. */
static ProfileLayout *
layout_of(FunctionCallInfo fcinfo, int nbounds)
{
	ProfileLayout *layout = fcinfo->flinfo->fn_extra;

	if (layout == NULL)
	{
		layout = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ProfileLayout));
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
		layout->nbounds = -1;
		fcinfo->flinfo->fn_extra = layout;
	}
	if (layout->nbounds != nbounds)
	{
		layout->nbounds = nbounds;
		if (profile_bits(layout) > PROFILE_BITS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%d dates and %d conditions do not fit into a profile", layout->ndays, layout->nconditions)));
	}
	return layout;
}

/*
 * emgov_internal.profile(bounds date[], VARIADIC "any"): days, then conditions.  NULL when no condition is met.
 */
PG_FUNCTION_INFO_V1(emgov_profile);
Datum
emgov_profile(PG_FUNCTION_ARGS)
{
	ArrayType  *bounds;
	int			nbounds;
	ProfileLayout *layout;
	int64		profile = 0;
	int			bits;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	bounds = PG_GETARG_ARRAYTYPE_P(0);
	if (ARR_NDIM(bounds) > 1 || ARR_HASNULL(bounds) || ARR_ELEMTYPE(bounds) != DATEOID)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("bounds are dates, none of them NULL")));
	nbounds = ArrayGetNItems(ARR_NDIM(bounds), ARR_DIMS(bounds));
	layout = layout_of(fcinfo, nbounds);

	for (int i = 0; i < layout->nconditions; i++)
		if (!PG_ARGISNULL(1 + layout->ndays + i) && PG_GETARG_BOOL(1 + layout->ndays + i))
			profile |= INT64CONST(1) << i;
	if (profile == 0)
		PG_RETURN_NULL();
	bits = profile_day_bits(nbounds);
	for (int i = 0; i < layout->ndays; i++)
	{
		int64		segment = PG_ARGISNULL(1 + i) ? nbounds + 1 :
			profile_segment_of((const DateADT *) ARR_DATA_PTR(bounds), nbounds, PG_GETARG_DATEADT(1 + i));

		profile |= segment << (layout->nconditions + i * bits);
	}
	PG_RETURN_INT64(profile);
}
