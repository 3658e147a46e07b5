/*
 * base_candidates.c
 *		Which bases a published percentage leaves possible.
 *
 * Let c be the current value, b a base, s = 10^decimals and p = percent * s.
 * The rate printed is (c - b) / b * 100 * s rounded to a whole number, and
 *
 *		(c - b) / b * 100 * s = y - 100 * s	with y = 100 * s * c / b.
 *
 * A policy prints p for the y of an interval whose ends are multiples of 1/2, so
 * everything is doubled: 2y = n / b with n = 200 * s * c must lie between two
 * whole numbers, low and high.  Dividing n by them gives the first and the last base.
 */
#include "postgres.h"
#include "compat.h"

#include "funcapi.h"

#include "kernel/rounding.h"

/* The doubled values that a policy prints as one number; closed: the end belongs to it. */
typedef struct Printed
{
	int			below;			/* low = 2p - below */
	int			above;			/* high = 2p + above */
	bool		low_closed;
	bool		high_closed;
} Printed;

/* The bases still to be given. */
typedef struct Candidates
{
	int64		next;
	int64		last;
} Candidates;

/* What a policy prints as p, given p's sign and whether it is even. */
static Printed
printed_as(Rounding rounding, int sign, bool even)
{
	Printed	i = {1, 1, false, false};

	switch (rounding)
	{
		case ROUNDING_HALF_UP:
			i.low_closed = sign > 0;
			i.high_closed = sign < 0;
			break;
		case ROUNDING_HALF_EVEN:
			i.low_closed = i.high_closed = even;
			break;
		case ROUNDING_TRUNCATE:
			i.below = sign > 0 ? 0 : 2;
			i.above = sign < 0 ? 0 : 2;
			i.low_closed = sign > 0;
			i.high_closed = sign < 0;
			break;
	}
	return i;
}

/* The quotient of two positive whole numbers, and whether it leaves no remainder. */
static Numeric
divide(Numeric n, Numeric divisor, bool *exact)
{
	Numeric		quotient = numeric_apply(numeric_div_trunc, n, divisor);

	*exact = numeric_order(numeric_apply(numeric_mul, quotient, divisor), n) == 0;
	return quotient;
}

/* Refuse a set of bases without end. */
static void
unbounded(int64 current)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("every base from some number on would print this percentage"),
			 errdetail("The current value is " INT64_FORMAT ", next to nothing of any base large enough.", current),
			 errhint("Ask for more decimals, or take the base from another source.")));
}

/*
 * The first and the last base.  None: next > last.  No last one, or a last
 * one beyond bigint, is an error.
 */
static Candidates
find_candidates(int64 current, Numeric percent, int decimals, Rounding rounding)
{
	static const Candidates none = {1, 0};
	Numeric		zero = int64_to_numeric(0);
	Numeric		one = int64_to_numeric(1);
	Numeric		two = int64_to_numeric(2);
	Numeric		scale = power_of_ten(decimals);
	Numeric		hundred = numeric_apply(numeric_mul, int64_to_numeric(200), scale); /* 100 %, doubled */
	Numeric		n = numeric_apply(numeric_mul, hundred, int64_to_numeric(current));
	Numeric		printed = numeric_apply(numeric_mul, percent, scale);
	Numeric		centre;
	Numeric		low;
	Numeric		high;
	Numeric		first;
	Numeric		last;
	Printed		interval;
	bool		exact;
	Candidates	result;

	/* more decimals than are printed */
	if (numeric_order(numeric_apply(numeric_mod, printed, one), zero) != 0)
		return none;
	interval = printed_as(rounding, numeric_order(printed, zero),
						  numeric_order(numeric_apply(numeric_mod, printed, two), zero) == 0);
	centre = numeric_apply(numeric_add, numeric_apply(numeric_mul, printed, two), hundred);
	low = numeric_apply(numeric_sub, centre, int64_to_numeric(interval.below));
	high = numeric_apply(numeric_add, centre, int64_to_numeric(interval.above));

	/* nothing left is -100 % of any base */
	if (current == 0)
	{
		if (numeric_order(centre, zero) == 0)
			unbounded(current);
		return none;
	}
	if (numeric_order(high, zero) <= 0)
		return none;
	if (numeric_order(low, zero) <= 0)
		unbounded(current);

	/* n / base <= high, or < high */
	first = divide(n, high, &exact);
	if (!exact || !interval.high_closed)
		first = numeric_apply(numeric_add, first, one);
	/* n / base >= low, or > low */
	last = divide(n, low, &exact);
	if (exact && !interval.low_closed)
		last = numeric_apply(numeric_sub, last, one);

	if (numeric_order(first, last) > 0)
		return none;
	if (numeric_order(last, int64_to_numeric(PG_INT64_MAX)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("base out of range for type bigint"),
				 errdetail("The last base that would print this percentage is %s.",
						   DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(last))))));
	result.next = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(first)));
	result.last = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(last)));
	return result;
}

/*
 * base_candidates(current, percent, decimals, rounding): every whole base
 * above 0, in ascending order, from which the current value prints as that
 * change in percent.  A negative current value, a percentage that is not
 * finite, and a set without end are errors.
 */
PG_FUNCTION_INFO_V1(base_candidates);
Datum
base_candidates(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	Candidates *candidates;

	if (SRF_IS_FIRSTCALL())
	{
		int64		current = PG_GETARG_INT64(0);
		Numeric		percent = PG_GETARG_NUMERIC(1);
		int			decimals = decimals_arg(fcinfo, 2);
		Rounding	rounding = rounding_arg(fcinfo, 3);

		if (current < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("current value must not be negative: " INT64_FORMAT, current),
					 errdetail("The bases of counts are looked for.")));
		if (numeric_is_nan(percent) || numeric_is_inf(percent))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("percentage must be a finite number, not %s",
							DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(percent)))),
					 errhint("Give it as it was published, -9.2 for a fall of 9.2 %%.")));
		context = SRF_FIRSTCALL_INIT();
		candidates = MemoryContextAlloc(context->multi_call_memory_ctx, sizeof(Candidates));
		*candidates = find_candidates(current, percent, decimals, rounding);
		context->user_fctx = candidates;
	}

	context = SRF_PERCALL_SETUP();
	candidates = context->user_fctx;
	if (candidates->next <= candidates->last)
	{
		int64		base = candidates->next;

		/* at the end of bigint, stop without stepping beyond it */
		if (base == candidates->last)
			*candidates = (Candidates) {1, 0};
		else
			candidates->next++;
		SRF_RETURN_NEXT(context, Int64GetDatum(base));
	}
	SRF_RETURN_DONE(context);
}
