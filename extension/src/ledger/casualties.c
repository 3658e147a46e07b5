/*
 * casualties.c
 *		The casualties of an accident, gathered in one pass over them.
 *
 * How many of its dead count depends on the window of the accident's category, which is
 * known after they are gathered: so the days that each died after the accident are kept.
 * What the aggregate gives is an int[]: the missing, seriously injured, slightly injured,
 * then these days.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

enum
{
	MISSING, SERIOUS, MINOR, FIRST_DAY
};

static const char *const outcomes[] = {[MISSING] = "missing", [SERIOUS] = "serious", [MINOR] = "minor", [FIRST_DAY] = "dead"};

typedef struct Casualties
{
	int			n;
	int			room;
	int32	   *numbers;		/* as they are given */
} Casualties;

/* How many days after an accident somebody died. */
static int32
days_after(DateADT died, DateADT occurred)
{
	int64		days = (int64) died - occurred;

	if (DATE_IS_NOBEGIN(died) || DATE_IS_NOEND(occurred))
		return PG_INT32_MIN;
	if (DATE_IS_NOEND(died) || DATE_IS_NOBEGIN(occurred))
		return PG_INT32_MAX;
	return (int32) Max(Min(days, PG_INT32_MAX), PG_INT32_MIN);
}

/*
 * emgov_internal.casualties_add(internal, outcome text, outcome_on date, occurred_on date) returns internal
 */
PG_FUNCTION_INFO_V1(emgov_casualties_add);
Datum
emgov_casualties_add(PG_FUNCTION_ARGS)
{
	Casualties *state = PG_ARGISNULL(0) ? NULL : (Casualties *) PG_GETARG_POINTER(0);
	MemoryContext context;
	const text *outcome;
	int			what;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "called outside an aggregate");
	if (state == NULL)
	{
		state = MemoryContextAllocZero(context, sizeof(Casualties) + sizeof(int32) * (FIRST_DAY + 1));
		state->n = FIRST_DAY;
		state->room = FIRST_DAY + 1;
		state->numbers = (int32 *) (state + 1);
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	outcome = PG_GETARG_TEXT_PP(1);
	for (what = 0; what <= FIRST_DAY; what++)
		if (strlen(outcomes[what]) == VARSIZE_ANY_EXHDR(outcome) &&
			memcmp(outcomes[what], VARDATA_ANY(outcome), VARSIZE_ANY_EXHDR(outcome)) == 0)
			break;
	if (what < FIRST_DAY)
		state->numbers[what]++;
	else if (what == FIRST_DAY && !PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		if (state->n == state->room)
		{
			int32	   *more = MemoryContextAlloc(context, sizeof(int32) * state->room * 2);

			memcpy(more, state->numbers, sizeof(int32) * state->n);
			state->numbers = more;
			state->room *= 2;
		}
		state->numbers[state->n++] = days_after(PG_GETARG_DATEADT(2), PG_GETARG_DATEADT(3));
	}
	PG_RETURN_POINTER(state);
}

/*
 * emgov_internal.casualties_given(internal) returns int[]
 */
PG_FUNCTION_INFO_V1(emgov_casualties_given);
Datum
emgov_casualties_given(PG_FUNCTION_ARGS)
{
	const Casualties *state = PG_ARGISNULL(0) ? NULL : (Casualties *) PG_GETARG_POINTER(0);
	int			n = state ? state->n : FIRST_DAY;
	Size		size = ARR_OVERHEAD_NONULLS(1) + sizeof(int32) * n;
	ArrayType  *array = palloc0(size);

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = INT4OID;
	ARR_DIMS(array)[0] = n;
	ARR_LBOUND(array)[0] = 1;
	if (state != NULL)
		memcpy(ARR_DATA_PTR(array), state->numbers, sizeof(int32) * n);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* What the aggregate gave; an error when it did not. */
static const int32 *
read_casualties(ArrayType *array, int *n)
{
	if (ARR_NDIM(array) != 1 || ARR_ELEMTYPE(array) != INT4OID || ARR_HASNULL(array) || ARR_DIMS(array)[0] < FIRST_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("these are no casualties of an accident")));
	*n = ARR_DIMS(array)[0];
	return (const int32 *) ARR_DATA_PTR(array);
}

/* The dead of at most so many days after the accident. */
static int32
deaths_within(const int32 *numbers, int n, int32 window)
{
	int32		deaths = 0;

	for (int i = FIRST_DAY; i < n; i++)
		if (numbers[i] <= window)
			deaths++;
	return deaths;
}

/*
 * emgov_internal.deaths(casualties int[], window_days int) returns int: the dead who died at most so many days after
 * the accident.
 */
PG_FUNCTION_INFO_V1(emgov_deaths);
Datum
emgov_deaths(PG_FUNCTION_ARGS)
{
	int			n;
	const int32 *numbers = read_casualties(PG_GETARG_ARRAYTYPE_P(0), &n);

	PG_RETURN_INT32(deaths_within(numbers, n, PG_GETARG_INT32(1)));
}

/*
 * emgov_internal.deaths_after_window(casualties int[], window_days int) returns int: the dead who died later.
 */
PG_FUNCTION_INFO_V1(emgov_deaths_after_window);
Datum
emgov_deaths_after_window(PG_FUNCTION_ARGS)
{
	int			n;
	const int32 *numbers = read_casualties(PG_GETARG_ARRAYTYPE_P(0), &n);

	PG_RETURN_INT32(n - FIRST_DAY - deaths_within(numbers, n, PG_GETARG_INT32(1)));
}

/*
 * emgov_internal.serious_injuries(casualties int[], window_days int) returns int: who died after the window was
 * seriously injured within it.
 */
PG_FUNCTION_INFO_V1(emgov_serious_injuries);
Datum
emgov_serious_injuries(PG_FUNCTION_ARGS)
{
	int			n;
	const int32 *numbers = read_casualties(PG_GETARG_ARRAYTYPE_P(0), &n);

	PG_RETURN_INT32(numbers[SERIOUS] + n - FIRST_DAY - deaths_within(numbers, n, PG_GETARG_INT32(1)));
}

/*
 * emgov_internal.dead_or_missing(casualties int[], window_days int, occurred_on date, missing_dead date[]) returns int: an
 * accident is graded by these.  The missing count if it occurred when they count as dead: from the first of a pair
 * of dates, before the second.  NULL: they never do.
 */
PG_FUNCTION_INFO_V1(emgov_dead_or_missing);
Datum
emgov_dead_or_missing(PG_FUNCTION_ARGS)
{
	int			n;
	const int32 *numbers;
	int32		count;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	numbers = read_casualties(PG_GETARG_ARRAYTYPE_P(0), &n);
	count = deaths_within(numbers, n, PG_GETARG_INT32(1));
	if (numbers[MISSING] > 0 && !PG_ARGISNULL(3))
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(3);
		const DateADT *dates = (const DateADT *) ARR_DATA_PTR(array);
		DateADT		occurred = PG_GETARG_DATEADT(2);

		if (ARR_ELEMTYPE(array) != DATEOID || ARR_HASNULL(array))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("these are no dates in pairs")));
		for (int i = 0; i + 1 < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i += 2)
			if (dates[i] <= occurred && occurred < dates[i + 1])
			{
				count += numbers[MISSING];
				break;
			}
	}
	PG_RETURN_INT32(count);
}
