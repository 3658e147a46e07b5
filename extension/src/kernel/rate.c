/*
 * rate.c
 *		What a comparison says: its two values, their difference, the change in
 *		percent, and what it means that there is none.
 *
 * The rate is (current - base) / base * 100.  With several base periods the
 * base is their mean, total / periods, and the rate is taken from the total,
 * (current * periods - total) / total * 100, so a mean that has no end in
 * decimals does no harm.
 */
#include "postgres.h"
#include "compat.h"

#include "kernel/decimal_numeric.h"
#include "kernel/rate.h"

/* The base: the total, or the mean of several periods to at most 18 decimals, half up. */
static Numeric
mean_base(const Comparison *c)
{
	Numeric		total = decimal_to_numeric(c->base);
	Numeric		mean;

	if (c->base_periods == 1)
		return total;
	mean = rounded_quotient(total, int64_to_numeric(c->base_periods), DECIMAL_PLACES, ROUNDING_HALF_UP);
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(mean)));
}

/*
 * The change in percent, computed exactly and rounded once; all decimals are
 * shown.  False if the base is zero: there is no percentage then.  A negative
 * base gives the plain quotient.
 */
bool
comparison_rate(const Comparison *c, int decimals, Rounding rounding, Numeric *rate)
{
	Numeric		total;
	Numeric		current;
	Numeric		change;

	if (decimal_sign(c->base) == 0)
		return false;
	total = decimal_to_numeric(c->base);
	current = numeric_apply(numeric_mul, decimal_to_numeric(c->current), int64_to_numeric(c->base_periods));
	change = numeric_apply(numeric_mul, numeric_apply(numeric_sub, current, total), int64_to_numeric(100));
	*rate = rounded_quotient(change, total, decimals, rounding);
	return true;
}

/* current_value(comparison): the value of the period, without trailing zeros. */
PG_FUNCTION_INFO_V1(comparison_current_value);
Datum
comparison_current_value(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_NUMERIC(decimal_to_numeric(c.current));
}

/* base_value(comparison): the value it is compared with, see mean_base(). */
PG_FUNCTION_INFO_V1(comparison_base_value);
Datum
comparison_base_value(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_NUMERIC(mean_base(&c));
}

/* base_total(comparison): the total of all base periods. */
PG_FUNCTION_INFO_V1(comparison_base_total);
Datum
comparison_base_total(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_NUMERIC(decimal_to_numeric(c.base));
}

/* base_periods(comparison): over how many periods the base is a mean, mostly 1. */
PG_FUNCTION_INFO_V1(comparison_base_periods);
Datum
comparison_base_periods(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_INT32((int32) c.base_periods);
}

/* The change in the measure's own unit: current less base, or less the mean of the bases; no trailing zeros. */
Numeric
comparison_difference(const Comparison *c)
{
	Numeric		change = numeric_apply(numeric_sub, decimal_to_numeric(c->current), mean_base(c));

	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(change)));
}

/* comparable, new (the base is zero) or none (both are): what a NULL rate means */
const char *
comparison_state_name(const Comparison *c)
{
	if (decimal_sign(c->base) != 0)
		return "comparable";
	return decimal_sign(c->current) == 0 ? "none" : "new";
}

/* change(comparison): what comparison_difference() says */
PG_FUNCTION_INFO_V1(comparison_change);
Datum
comparison_change(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_NUMERIC(comparison_difference(&c));
}

/* rate(comparison, decimals, rounding): the change in percent, NULL if the base is zero. */
PG_FUNCTION_INFO_V1(comparison_percent);
Datum
comparison_percent(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);
	int			decimals = decimals_arg(fcinfo, 1);
	Rounding	rounding = rounding_arg(fcinfo, 2);
	Numeric		percent;

	if (!comparison_rate(&c, decimals, rounding, &percent))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(percent);
}

/* state(comparison): comparable, new (the base is zero) or none (both are). */
PG_FUNCTION_INFO_V1(comparison_state);
Datum
comparison_state(PG_FUNCTION_ARGS)
{
	Comparison	c = comparison_arg(fcinfo, 0);

	PG_RETURN_TEXT_P(cstring_to_text(comparison_state_name(&c)));
}
