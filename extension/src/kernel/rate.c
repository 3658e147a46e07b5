/*
 * rate.c
 *		What a comparison says: its two values, their difference, the change in
 *		percent, what it means that there is none; and all of it as JSON.
 *
 * The rate is (current - base) / base * 100.  With several base periods the
 * base is their mean, total / periods, and the rate is taken from the total,
 * (current * periods - total) / total * 100, so a mean that has no end in
 * decimals does no harm.  Where parts have different numbers of base periods the
 * base is the sum of their means, brought to one denominator.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/jsonb.h"

#include "kernel/decimal_numeric.h"
#include "kernel/rate.h"
#include "kernel/sql_function.h"

/* -1, 0 or 1 */
int
numeric_sign_of(Numeric number)
{
	return numeric_order(number, int64_to_numeric(0));
}

/* Without trailing zeros. */
static Numeric
trimmed(Numeric number)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(number)));
}

/* A comparison as exact numbers. */
ExactComparison
exact_comparison(const Comparison *c)
{
	ExactComparison exact = {
		.current = decimal_to_numeric(c->part[0].current),
		.total = decimal_to_numeric(c->part[0].base),
		.periods = int64_to_numeric(c->part[0].periods),
		.base_periods = c->part[0].periods,
	};

	if (c->parts == 1)
		return exact;
	exact.base_periods = 0;
	for (int i = 1; i < c->parts; i++)
	{
		exact.current = numeric_apply(numeric_add, exact.current, decimal_to_numeric(c->part[i].current));
		exact.periods = numeric_apply(numeric_lcm, exact.periods, int64_to_numeric(c->part[i].periods));
	}
	exact.current = trimmed(exact.current);
	exact.total = int64_to_numeric(0);
	for (int i = 0; i < c->parts; i++)
	{
		Numeric		weight = numeric_apply(numeric_div_trunc, exact.periods, int64_to_numeric(c->part[i].periods));
		Numeric		share = numeric_apply(numeric_mul, decimal_to_numeric(c->part[i].base), weight);

		exact.total = numeric_apply(numeric_add, exact.total, share);
	}
	return exact;
}

/* The base: the total, or the mean of several periods to at most 18 decimals, half up. */
static Numeric
mean_base(const ExactComparison *c)
{
	if (c->base_periods == 1)
		return c->total;
	return trimmed(rounded_quotient(c->total, c->periods, DECIMAL_PLACES, ROUNDING_HALF_UP));
}

/* current * periods - total: the change times periods, exactly */
Numeric
exact_scaled_change(const ExactComparison *c)
{
	return numeric_apply(numeric_sub, numeric_apply(numeric_mul, c->current, c->periods), c->total);
}

/*
 * The change in percent, computed exactly and rounded once; all decimals are
 * shown.  False if the base is zero: there is no percentage then.  A negative
 * base gives the plain quotient.
 */
bool
exact_rate(const ExactComparison *c, int decimals, Rounding rounding, Numeric *rate)
{
	if (numeric_sign_of(c->total) == 0)
		return false;
	*rate = rounded_quotient(numeric_apply(numeric_mul, exact_scaled_change(c), int64_to_numeric(100)),
							 c->total, decimals, rounding);
	return true;
}

/* The change in the measure's own unit: current less base, or less the mean of the bases; no trailing zeros. */
static Numeric
difference(const ExactComparison *c)
{
	return trimmed(numeric_apply(numeric_sub, c->current, mean_base(c)));
}

/* comparable, new (the base is zero) or none (both are): what a NULL rate means */
static const char *
state_name(const ExactComparison *c)
{
	if (numeric_sign_of(c->total) != 0)
		return "comparable";
	return numeric_sign_of(c->current) == 0 ? "none" : "new";
}

/* ------------------------------------------------------------------ SQL functions */

/* current_value(comparison): the value of the period, without trailing zeros. */
PG_FUNCTION_INFO_V1(comparison_current_value);
Datum
comparison_current_value(PG_FUNCTION_ARGS)
{
	ExactComparison c = exact_comparison(comparison_arg(fcinfo, 0));

	PG_RETURN_NUMERIC(c.current);
}

/* base_value(comparison): the value it is compared with, see mean_base(). */
PG_FUNCTION_INFO_V1(comparison_base_value);
Datum
comparison_base_value(PG_FUNCTION_ARGS)
{
	ExactComparison c = exact_comparison(comparison_arg(fcinfo, 0));

	PG_RETURN_NUMERIC(mean_base(&c));
}

/* base_total(comparison): the total of all base periods; NULL where parts have different numbers of them. */
PG_FUNCTION_INFO_V1(comparison_base_total);
Datum
comparison_base_total(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);

	if (c->parts > 1)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(decimal_to_numeric(c->part[0].base));
}

/* base_periods(comparison): over how many periods the base is a mean, mostly 1; NULL where parts have different ones. */
PG_FUNCTION_INFO_V1(comparison_base_periods);
Datum
comparison_base_periods(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);

	if (c->parts > 1)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) c->part[0].periods);
}

/* change(comparison): what difference() says */
PG_FUNCTION_INFO_V1(comparison_change);
Datum
comparison_change(PG_FUNCTION_ARGS)
{
	ExactComparison c = exact_comparison(comparison_arg(fcinfo, 0));

	PG_RETURN_NUMERIC(difference(&c));
}

/* rate(comparison, decimals, rounding): the change in percent, NULL if the base is zero. */
PG_FUNCTION_INFO_V1(comparison_percent);
Datum
comparison_percent(PG_FUNCTION_ARGS)
{
	int			decimals = decimals_arg(fcinfo, 1);
	Rounding	rounding = rounding_arg(fcinfo, 2);
	ExactComparison c = exact_comparison(comparison_arg(fcinfo, 0));
	Numeric		percent;

	if (!exact_rate(&c, decimals, rounding, &percent))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(percent);
}

/* state(comparison): comparable, new (the base is zero) or none (both are). */
PG_FUNCTION_INFO_V1(comparison_state);
Datum
comparison_state(PG_FUNCTION_ARGS)
{
	ExactComparison c = exact_comparison(comparison_arg(fcinfo, 0));

	PG_RETURN_TEXT_P(cstring_to_text(state_name(&c)));
}

/* ------------------------------------------------------------------ JSON */

static char *
shown(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

static void
append_part_json(StringInfo json, const ComparisonPart *part)
{
	char		current[DECIMAL_TEXT_SIZE];
	char		base[DECIMAL_TEXT_SIZE];

	decimal_print(current, part->current);
	decimal_print(base, part->base);
	appendStringInfo(json, "\"current\": %s, \"base\": %s, \"base_periods\": %d", current, base, (int) part->periods);
}

/*
 * The JSON of a comparison: its part, the change, the rate by the default policy,
 * the state.  Several parts are listed in "parts"; current and base are then what
 * current_value() and base_value() say, and base_periods is null.
 */
void
append_comparison_json(StringInfo json, const Comparison *c)
{
	ExactComparison exact = exact_comparison(c);
	Numeric		rate;

	appendStringInfoChar(json, '{');
	if (c->parts == 1)
		append_part_json(json, &c->part[0]);
	else
		appendStringInfo(json, "\"current\": %s, \"base\": %s, \"base_periods\": null",
						 shown(exact.current), shown(mean_base(&exact)));
	appendStringInfo(json, ", \"change\": %s", shown(difference(&exact)));
	appendStringInfo(json, ", \"rate\": %s", exact_rate(&exact, 1, ROUNDING_HALF_UP, &rate) ? shown(rate) : "null");
	appendStringInfo(json, ", \"state\": \"%s\"", state_name(&exact));
	if (c->parts > 1)
	{
		for (int i = 0; i < c->parts; i++)
		{
			appendStringInfoString(json, i == 0 ? ", \"parts\": [{" : ", {");
			append_part_json(json, &c->part[i]);
			appendStringInfoChar(json, '}');
		}
		appendStringInfoChar(json, ']');
	}
	appendStringInfoChar(json, '}');
}

static char *
json_text(FunctionCallInfo fcinfo)
{
	StringInfoData json;

	initStringInfo(&json);
	append_comparison_json(&json, comparison_arg(fcinfo, 0));
	return json.data;
}

SQL_FUNCTION(comparison_json, CStringGetTextDatum(json_text(fcinfo)));
SQL_FUNCTION(comparison_jsonb, DirectFunctionCall1(jsonb_in, CStringGetDatum(json_text(fcinfo))));
