/*
 * comparison.c
 *		The type comparison: a measure now and in its base.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/comparison.h"
#include "kernel/decimal_numeric.h"
#include "kernel/rate.h"
#include "kernel/summary.h"
#include "kernel/year_on_year.h"

SUMMARY_TYPE(comparison, comparison_family);

/* Read a comparison argument.  It is not NULL. */
Comparison
comparison_arg(FunctionCallInfo fcinfo, int argno)
{
	return *(Comparison *) summary_arg(fcinfo, argno, &comparison_family)->word;
}

/* Make a comparison; a zero has one base period. */
Datum
comparison_datum(const Comparison *c)
{
	Summary    *summary = summary_new(&comparison_family);
	Comparison *value = (Comparison *) summary->word;

	value->current = c->current;
	value->base = c->base;
	if (!counters_is_zero(&comparison_family, summary->word))
		value->base_periods = c->base_periods;
	return PointerGetDatum(summary);
}

/*
 * comparison(current numeric, base numeric, base_periods int)
 *
 * A measure and its base from two numbers, kept exactly.  With base_periods
 * above 1 the base is the total of so many periods, and compared as their mean.
 */
PG_FUNCTION_INFO_V1(comparison_from_numbers);
Datum
comparison_from_numbers(PG_FUNCTION_ARGS)
{
	Comparison	c = {
		.current = decimal_from_numeric(PG_GETARG_DATUM(0), "current"),
		.base = decimal_from_numeric(PG_GETARG_DATUM(1), "base"),
		.base_periods = PG_GETARG_INT32(2),
	};

	if (c.base_periods < 1 || c.base_periods > COMPARISON_MAX_BASE_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("base_periods must be between 1 and %d: %d",
						COMPARISON_MAX_BASE_PERIODS, PG_GETARG_INT32(2)),
				 errhint("Give the total of the base periods, and how many they are.")));
	return comparison_datum(&c);
}

/* The JSON of a comparison: its parts, the change, the rate by the default policy, the state. */
void
append_comparison_json(StringInfo json, Decimal current, Decimal base, int64 base_periods)
{
	Comparison	c = {current, base, base_periods};
	char		text[DECIMAL_TEXT_SIZE];
	Numeric		rate;

	decimal_print(text, current);
	appendStringInfo(json, "{\"current\": %s", text);
	decimal_print(text, base);
	appendStringInfo(json, ", \"base\": %s", text);
	appendStringInfo(json, ", \"base_periods\": %d", (int) base_periods);
	appendStringInfo(json, ", \"change\": %s",
					 DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(comparison_difference(&c)))));
	appendStringInfo(json, ", \"rate\": %s",
					 comparison_rate(&c, 1, ROUNDING_HALF_UP, &rate)
					 ? DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(rate))) : "null");
	appendStringInfo(json, ", \"state\": \"%s\"}", comparison_state_name(&c));
}

/*
 * The transitions of yoy_agg, and their inverses: (state, value, at, period).
 * A NULL value adds nothing; one without a date is in no period.
 */
static pg_attribute_always_inline Datum
comparison_step(FunctionCallInfo fcinfo, bool subtract, Decimal (*value) (FunctionCallInfo fcinfo))
{
	Summary    *state = summary_state(fcinfo, &comparison_family);
	Comparison *c = (Comparison *) state->word;
	YearOnYear	where;
	Decimal		delta;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(state);
	if (unlikely(c->base_periods != 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a record cannot be added to a comparison with the mean of several periods"),
				 errhint("Aggregate the totals, then use comparison(current, base, base_periods).")));
	where = year_on_year(fcinfo, 2, 3);
	if (!where.in_current && !where.in_base)
		PG_RETURN_POINTER(state);
	delta = value(fcinfo);
	if (where.in_current &&
		unlikely(!(subtract ? decimal_subtract(&c->current, delta) : decimal_add(&c->current, delta))))
		summary_overflow(&comparison_family, 0);
	if (where.in_base &&
		unlikely(!(subtract ? decimal_subtract(&c->base, delta) : decimal_add(&c->base, delta))))
		summary_overflow(&comparison_family, 1);
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Decimal
smallint_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT16(1), 0};
}

static pg_attribute_always_inline Decimal
int_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT32(1), 0};
}

static pg_attribute_always_inline Decimal
bigint_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT64(1), 0};
}

static pg_attribute_always_inline Decimal
numeric_value(FunctionCallInfo fcinfo)
{
	return decimal_from_numeric(PG_GETARG_DATUM(1), "value");
}

SUMMARY_FUNCTION(comparison_accumulate_smallint, comparison_step(fcinfo, false, smallint_value));
SUMMARY_FUNCTION(comparison_discard_smallint, comparison_step(fcinfo, true, smallint_value));
SUMMARY_FUNCTION(comparison_accumulate_int, comparison_step(fcinfo, false, int_value));
SUMMARY_FUNCTION(comparison_discard_int, comparison_step(fcinfo, true, int_value));
SUMMARY_FUNCTION(comparison_accumulate_bigint, comparison_step(fcinfo, false, bigint_value));
SUMMARY_FUNCTION(comparison_discard_bigint, comparison_step(fcinfo, true, bigint_value));
SUMMARY_FUNCTION(comparison_accumulate_numeric, comparison_step(fcinfo, false, numeric_value));
SUMMARY_FUNCTION(comparison_discard_numeric, comparison_step(fcinfo, true, numeric_value));
