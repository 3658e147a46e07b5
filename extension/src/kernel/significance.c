/*
 * significance.c
 *		Can two counts be told apart?  The exact test and its intervals, in SQL.
 *
 * The arithmetic and its sources are in core/exact_test.c.  All functions here are
 * strict; what is no count, exposure or level is an error that says so.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "kernel/comparison.h"
#include "core/exact_test.h"
#include "kernel/decimal_numeric.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include <float.h>
#include <math.h>

/* The counts of a comparison and the ratio of their exposures. */
typedef struct Counts
{
	int64		current;
	int64		base;
	double		exposure_ratio;
} Counts;

/* A value of a comparison that must be a count: which one, for the message. */
static int64
count_of(Decimal value, const char *which)
{
	if (value.fraction != 0 || value.whole < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s value %s of the comparison is not a count", which,
						DatumGetCString(DirectFunctionCall1(numeric_out,
															NumericGetDatum(decimal_to_numeric(value))))),
				 errdetail("The exact test is for counts of events: whole numbers from 0."),
				 errhint("Test the counts behind the measure; amounts, shares and indices have no such test.")));
	return value.whole;
}

/* An exposure argument: positive and finite. */
static double
exposure_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	double		exposure = PG_GETARG_FLOAT8(argno);

	if (!(exposure > 0.0) || isinf(exposure))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be positive and finite, not %g", name, exposure),
				 errdetail("An exposure is what a count arose from: days, workers, hours worked."),
				 errhint("Leave it at 1 where both counts arose from the same.")));
	return exposure;
}

/* A level argument: strictly between 0 and 1. */
static double
level_arg(FunctionCallInfo fcinfo, int argno)
{
	double		level = PG_GETARG_FLOAT8(argno);

	if (!(level > 0.0 && level < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level must lie between 0 and 1, not %g", level),
				 errdetail("The level is the share of cases in which an interval holds the truth."),
				 errhint("Write 0.95 for 95 percent.")));
	return level;
}

/* A bigint argument that is a count. */
static int64
count_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	int64		count = PG_GETARG_INT64(argno);

	if (count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: " INT64_FORMAT, name, count),
				 errdetail("The exact test is for counts of events: whole numbers from 0."),
				 errhint("Give the number of events of the period.")));
	return count;
}

/* The comparison argument 0 with the two exposure arguments that begin at argno. */
static Counts
counts_arg(FunctionCallInfo fcinfo, int argno)
{
	const Comparison *c = comparison_arg(fcinfo, 0);
	double		current_exposure = exposure_arg(fcinfo, argno, "current_exposure");
	double		base_exposure = exposure_arg(fcinfo, argno + 1, "base_exposure");
	Counts		counts;

	if (c->parts > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a sum over means of different numbers of periods cannot be tested"),
				 errdetail("Its counts do not come from one exposure."),
				 errhint("Test its parts one by one.")));
	counts.current = count_of(c->part[0].current, "current");
	counts.base = count_of(c->part[0].base, "base");

	/* the base is the total of its periods, each with the base exposure */
	counts.exposure_ratio = current_exposure / (base_exposure * (double) c->part[0].periods);
	if (!(counts.exposure_ratio >= EXACT_RATIO_MIN && counts.exposure_ratio <= EXACT_RATIO_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("exposures %g and %g are too far apart", current_exposure, base_exposure),
				 errdetail("Their ratio must lie between %g and %g.", EXACT_RATIO_MIN, EXACT_RATIO_MAX),
				 errhint("Give both exposures in the same unit.")));
	return counts;
}

/*
 * A bound as numeric.  float8_numeric() keeps 15 digits, which is what a fraction
 * is right to; of a count beyond them that would move the bound by whole events,
 * so there the double is taken as it is.
 */
static Datum
bound_numeric(double bound)
{
	char		text[DBL_MAX_10_EXP + 3];

	if (bound < 1e15)
		return DirectFunctionCall1(float8_numeric, Float8GetDatum(bound));
	snprintf(text, sizeof(text), "%.*f", bound < 9007199254740992.0 ? 3 : 0, bound);	/* 2^53: no fraction above */
	return DirectFunctionCall1(numeric_trim_scale,
							   DirectFunctionCall3(numeric_in, CStringGetDatum(text),
												   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* An interval as numrange [lower,upper], or [lower,) where nothing bounds it. */
static Datum
interval_datum(ExactInterval interval)
{
	TypeCacheEntry *type = lookup_type_cache(NUMRANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	lower = {0};
	RangeBound	upper = {0};

	lower.val = bound_numeric(interval.lower);
	lower.inclusive = true;
	lower.lower = true;
	upper.infinite = isinf(interval.upper);
	if (!upper.infinite)
	{
		upper.val = bound_numeric(interval.upper);
		upper.inclusive = true;
	}
	return RangeTypePGetDatum(MAKE_RANGE(type, &lower, &upper));
}

/* p_value(comparison, mid_p, current_exposure, base_exposure): of "the rates are equal". */
PG_FUNCTION_INFO_V1(comparison_p_value);
Datum
comparison_p_value(PG_FUNCTION_ARGS)
{
	Counts		counts = counts_arg(fcinfo, 2);

	PG_RETURN_FLOAT8(exact_p_value(counts.current, counts.base, counts.exposure_ratio,
								   PG_GETARG_BOOL(1)));
}

/*
 * ratio_interval(comparison, level, mid_p, current_exposure, base_exposure): of the
 * current rate over the base rate.
 */
PG_FUNCTION_INFO_V1(comparison_ratio_interval);
Datum
comparison_ratio_interval(PG_FUNCTION_ARGS)
{
	double		level = level_arg(fcinfo, 1);
	Counts		counts = counts_arg(fcinfo, 3);

	return interval_datum(exact_ratio_interval(counts.current, counts.base, counts.exposure_ratio,
											   level, PG_GETARG_BOOL(2)));
}

/*
 * distinguishable(comparison, level, mid_p, current_exposure, base_exposure): is the
 * p-value at most 1 - level?
 */
PG_FUNCTION_INFO_V1(comparison_distinguishable);
Datum
comparison_distinguishable(PG_FUNCTION_ARGS)
{
	double		level = level_arg(fcinfo, 1);
	Counts		counts = counts_arg(fcinfo, 3);

	PG_RETURN_BOOL(exact_distinguishable(counts.current, counts.base, counts.exposure_ratio,
										 level, PG_GETARG_BOOL(2)));
}

/* smallest_fall(base, level): the largest count that is a distinguishable fall, or NULL. */
PG_FUNCTION_INFO_V1(significance_smallest_fall);
Datum
significance_smallest_fall(PG_FUNCTION_ARGS)
{
	int64		base = count_arg(fcinfo, 0, "base");
	int64		count = exact_smallest_fall(base, level_arg(fcinfo, 1));

	if (count < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(count);
}

/* smallest_rise(base, level): the smallest count that is a distinguishable rise, or NULL. */
PG_FUNCTION_INFO_V1(significance_smallest_rise);
Datum
significance_smallest_rise(PG_FUNCTION_ARGS)
{
	int64		base = count_arg(fcinfo, 0, "base");
	int64		count = exact_smallest_rise(base, level_arg(fcinfo, 1));

	if (count < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(count);
}

/* poisson_interval(count, level): of the expectation behind one count (Garwood). */
PG_FUNCTION_INFO_V1(significance_poisson_interval);
Datum
significance_poisson_interval(PG_FUNCTION_ARGS)
{
	int64		count = count_arg(fcinfo, 0, "count");

	return interval_datum(exact_poisson_interval(count, level_arg(fcinfo, 1)));
}
