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

typedef struct ProfileText ProfileText;

/* A text that is looked for in a column, and the conditions that it lets be met. */
typedef struct Wanted
{
	int			length;
	char	   *data;
	uint64		met;
} Wanted;

/* A column of texts. */
struct ProfileText
{
	uint64		asked;			/* the conditions that ask for it */
	int			nwanted;
	Wanted	   *wanted;
};

static int
read_number(Datum value, int below)
{
	int			number = pg_strtoint32(TextDatumGetCString(value));

	if (number < 0 || number >= below)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a test of a profile is of no column or condition %d", number)));
	return number;
}

/* The tests of texts: for each its column, its condition, and what it wants there. */
static void
read_tests(ProfileLayout *layout, ArrayType *array, MemoryContext context)
{
	MemoryContext before = MemoryContextSwitchTo(context);
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	layout->texts = palloc0(sizeof(ProfileText) * layout->ntexts);
	for (int i = 0; i + 2 < n; i += 3)
	{
		ProfileText *column;
		uint64		condition;
		char	   *value;
		int			length;
		int			w = 0;

		if (nulls[i] || nulls[i + 1] || nulls[i + 2])
			continue;
		column = &layout->texts[read_number(elements[i], layout->ntexts)];
		condition = UINT64CONST(1) << read_number(elements[i + 1], Min(layout->nconditions, PROFILE_BITS));
		value = TextDatumGetCString(elements[i + 2]);
		length = strlen(value);
		if (column->wanted == NULL)
			column->wanted = palloc(sizeof(Wanted) * n);
		while (w < column->nwanted && (column->wanted[w].length != length || memcmp(column->wanted[w].data, value, length) != 0))
			w++;
		if (w == column->nwanted)
			column->wanted[column->nwanted++] = (Wanted) {length, value, 0};
		column->wanted[w].met |= condition;
		column->asked |= condition;
	}
	MemoryContextSwitchTo(before);
}

/* The conditions that a column's text lets be met, of those that ask for it. */
static uint64
text_meets(const ProfileText *column, Datum value)
{
	text	   *found = DatumGetTextPP(value);
	int			length = VARSIZE_ANY_EXHDR(found);
	const char *data = VARDATA_ANY(found);
	uint64		met = 0;

	for (int w = 0; w < column->nwanted; w++)
		if (column->wanted[w].length == length && memcmp(column->wanted[w].data, data, length) == 0)
		{
			met = column->wanted[w].met;
			break;
		}
	if ((Pointer) found != DatumGetPointer(value))
		pfree(found);
	return met;
}

/* The layout of a call's profiles, the same for all records. */
static ProfileLayout *
layout_of(FunctionCallInfo fcinfo, int nbounds)
{
	ProfileLayout *layout = fcinfo->flinfo->fn_extra;

	if (layout == NULL)
	{
		bool		has_tests = false;

		layout = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ProfileLayout));
		for (int i = 1; i < PG_NARGS(); i++)
		{
			Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i);

			if (type == DATEOID && layout->nconditions == 0)
				layout->ndays++;
			else if (type == BOOLOID && !has_tests)
				layout->nconditions++;
			else if (type == TEXTARRAYOID && !has_tests && get_fn_expr_arg_stable(fcinfo->flinfo, i))
				has_tests = true;
			else if (type == TEXTOID && has_tests)
				layout->ntexts++;
			else
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("a profile is made of dates, of booleans, then of constant tests and the texts that they are of")));
		}
		if (has_tests && !PG_ARGISNULL(1 + layout->ndays + layout->nconditions))
			read_tests(layout, PG_GETARG_ARRAYTYPE_P(1 + layout->ndays + layout->nconditions), fcinfo->flinfo->fn_mcxt);
		else
			layout->ntexts = 0;
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
 * emgov_internal.profile(bounds date[], VARIADIC "any"): days, then conditions; then a text[] of tests, each the numbers of a
 * column and of a condition, and a text that the column may be for the condition to be met, and those columns.  NULL when no
 * condition is met.
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
	for (int i = 0; i < layout->ntexts && profile != 0; i++)
	{
		const ProfileText *column = &layout->texts[i];
		int			argument = 2 + layout->ndays + layout->nconditions + i;

		profile &= ~column->asked | (PG_ARGISNULL(argument) ? 0 : text_meets(column, PG_GETARG_DATUM(argument)));
	}
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
