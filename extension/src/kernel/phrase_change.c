/*
 * phrase_change.c
 *		phrase(comparison, unit): a number and how it changed; and the changes of
 *		several comparisons in one list.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "kernel/decimal_numeric.h"
#include "kernel/phrase.h"
#include "kernel/rate.h"

#define DEFAULT_DECIMALS 1

/* How the figures of a change are rounded. */
typedef struct Policy
{
	int			decimals;
	Rounding	rounding;
} Policy;

static int
sign_of(Numeric number)
{
	return numeric_order(number, int64_to_numeric(0));
}

/* current * base_periods - base total: the change times base_periods, exactly */
static Numeric
scaled_change(const Comparison *c)
{
	Numeric		current = numeric_apply(numeric_mul, decimal_to_numeric(c->current),
										int64_to_numeric(c->base_periods));

	return numeric_apply(numeric_sub, current, decimal_to_numeric(c->base));
}

/*
 * scaled / periods, rounded to the policy's decimals, and to more of them where
 * a change would become 0.
 */
static Numeric
rounded_change(Numeric scaled, int64 periods, Policy policy)
{
	Numeric		divisor = int64_to_numeric(periods);

	for (int decimals = policy.decimals; decimals <= ROUNDING_MAX_DECIMALS; decimals++)
	{
		Numeric		change = rounded_quotient(scaled, divisor, decimals, policy.rounding);

		if (sign_of(change) != 0 || sign_of(scaled) == 0)
			return change;
	}
	return numeric_apply(numeric_div, scaled, divisor);
}

/*
 * What there is to say about the change of c, in this unit.  A percentage needs
 * a base above zero; a unit of percent gives percentage points.  The amount is
 * exact but for the mean of several periods, which may have no end, and for
 * percentage points: these are rounded like the rate.
 */
static Change
describe_change(const Comparison *c, const char *unit, Policy policy)
{
	Change		change = {.unit = unit};
	Numeric		scaled = scaled_change(c);
	Numeric		rate;

	change.direction = sign_of(scaled);
	change.points = wording_is_percent(unit);
	change.from_zero = decimal_sign(c->base) == 0;
	if (decimal_sign(c->base) > 0 && comparison_rate(c, policy.decimals, policy.rounding, &rate))
		change.rate = phrase_numeric_text(rate);
	if (change.points || c->base_periods > 1)
		scaled = rounded_change(scaled, c->base_periods, policy);
	change.amount = phrase_numeric_text(scaled);
	return change;
}

static Policy
policy_arg(FunctionCallInfo fcinfo, int decimals, int rounding)
{
	return (Policy) {
		.decimals = PG_ARGISNULL(decimals) ? DEFAULT_DECIMALS : decimals_arg(fcinfo, decimals),
		.rounding = (Rounding) phrase_rounding_arg(fcinfo, rounding),
	};
}

/*
 * phrase(c, unit, decimals, rounding, keep_zero, comparator, lang, style, grain, scale):
 * the value with its measure word, and its change: 59起，同比下降9.2%.  decimals,
 * rounding and keep_zero are those of the change; style, grain and scale are those
 * of the value, as in phrase(numeric).  NULL if c or unit is.
 */
PG_FUNCTION_INFO_V1(phrase_comparison);
Datum
phrase_comparison(PG_FUNCTION_ARGS)
{
	NumberWording how = {.decimals = -1};
	ChangeWording change_how;
	Comparison	c;
	Policy		policy;
	Change		change;
	Words		words;
	char		value[DECIMAL_TEXT_SIZE];
	char	   *unit;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	c = comparison_arg(fcinfo, 0);
	unit = phrase_text_arg(fcinfo, 1);
	policy = policy_arg(fcinfo, 2, 3);
	how.language = phrase_language_arg(fcinfo, 6);
	how.style = phrase_style_arg(fcinfo, 7);
	how.grain = phrase_grain_arg(fcinfo, 8);
	how.scale = phrase_scale_arg(fcinfo, 9);
	change_how = (ChangeWording) {
		.language = how.language,
		.scale = how.scale,
		.keep_zero = phrase_bool_arg(fcinfo, 4),
		.comparator = phrase_text_arg(fcinfo, 5),
		.base_periods = c.base_periods,
	};

	decimal_print(value, c.current);
	change = describe_change(&c, unit, policy);
	words = phrase_words();
	do
	{
		phrase_check(words_number(&words, value, unit, &how), &how);
		words_add(&words, how.language == WORDING_ENGLISH ? ", " : "，");
		words_change(&words, &change, &change_how);
	} while (!phrase_complete(&words));
	return phrase_datum(&words);
}

/* The input of the type, see comparison.c. */
extern Datum comparison_in(PG_FUNCTION_ARGS);

/*
 * phrase(text, unit, ...): the same of a comparison written as text.  It is there
 * for bare literals, whose type would else be in question: phrase('59/65', '起').
 */
PG_FUNCTION_INFO_V1(phrase_comparison_text);
Datum
phrase_comparison_text(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	memcpy(call, fcinfo, SizeForFunctionCallInfo(fcinfo->nargs));
	call->args[0].value = DirectFunctionCall1(comparison_in,
											  CStringGetDatum(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	return phrase_comparison(call);
}

/* ------------------------------------------------------------------ lists */

/* The elements of a list without NULLs, an argument that is not NULL. */
static Datum *
elements_arg(FunctionCallInfo fcinfo, int argno, const char *what, int *count)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);
	Datum	   *elements;
	int16		length;
	bool		by_value;
	char		alignment;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a list, not an array of %d dimensions", what, ARR_NDIM(array)),
				 errhint("Phrase each of its rows by itself.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not contain NULL", what),
				 errdetail("In the wording each place of the list has its number.")));
	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements, NULL, count);
	return elements;
}

/* Read one comparison out of a list. */
static Comparison
comparison_of(Datum element)
{
	LOCAL_FCINFO(call, 1);

	InitFunctionCallInfoData(*call, NULL, 1, InvalidOid, NULL, NULL);
	call->args[0].value = element;
	call->args[0].isnull = false;
	return comparison_arg(call, 0);
}

/*
 * Over how many periods all of these have their bases.  0 against 0 is the same
 * over any number.  Raises an error when they differ and nothing else says what
 * they are compared with.
 */
static int64
common_base_periods(const Comparison *c, int count, const char *comparator)
{
	int64		periods = 0;

	for (int i = 0; i < count; i++)
	{
		if (decimal_sign(c[i].current) == 0 && decimal_sign(c[i].base) == 0)
			continue;
		if (periods != 0 && periods != c[i].base_periods && comparator == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("comparisons with the means of " INT64_FORMAT " and of " INT64_FORMAT " periods in one list",
							periods, c[i].base_periods),
					 errhint("Phrase them one by one, or give the comparator.")));
		periods = c[i].base_periods;
	}
	return periods == 0 ? 1 : periods;
}

/*
 * phrase(comparisons, units, decimals, rounding, keep_zero, comparator, lang, scale):
 * the changes of at least two comparisons in their order: 同比分别下降9.2%、8.5%.
 * units are the measure words of amounts, one for each or one for all; without
 * them an amount has none.  NULL if comparisons is.
 */
PG_FUNCTION_INFO_V1(phrase_comparisons);
Datum
phrase_comparisons(PG_FUNCTION_ARGS)
{
	ChangeWording how;
	NumberWording number_how = {.decimals = -1};
	Datum	   *elements;
	Datum	   *units = NULL;
	Comparison *comparisons;
	Change	   *changes;
	Policy		policy;
	Words		words;
	int			count;
	int			unit_count = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	elements = elements_arg(fcinfo, 0, "the comparisons", &count);
	if (count < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a list of changes needs at least two comparisons, not %d", count),
				 errhint("For one there is phrase(comparison, unit).")));
	if (!PG_ARGISNULL(1))
	{
		units = elements_arg(fcinfo, 1, "the units", &unit_count);
		if (unit_count != 1 && unit_count != count)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%d units for %d comparisons", unit_count, count),
					 errhint("Give one for each, or one for all.")));
	}
	policy = policy_arg(fcinfo, 2, 3);
	how.keep_zero = phrase_bool_arg(fcinfo, 4);
	how.comparator = phrase_text_arg(fcinfo, 5);
	number_how.language = how.language = phrase_language_arg(fcinfo, 6);
	number_how.scale = how.scale = phrase_scale_arg(fcinfo, 7);

	comparisons = palloc(sizeof(Comparison) * count);
	changes = palloc(sizeof(Change) * count);
	for (int i = 0; i < count; i++)
	{
		const char *unit = units == NULL ? "" :
			TextDatumGetCString(units[unit_count == 1 ? 0 : i]);

		comparisons[i] = comparison_of(elements[i]);
		changes[i] = describe_change(&comparisons[i], unit, policy);
	}
	how.base_periods = common_base_periods(comparisons, count, how.comparator);

	words = phrase_words();
	/* what a number in this scale would refuse, refused for all of them */
	phrase_check(words_number(&words, "0", "", &number_how), &number_how);
	do
	{
		words.length = 0;
		words_changes(&words, changes, count, &how);
	} while (!phrase_complete(&words));
	return phrase_datum(&words);
}
