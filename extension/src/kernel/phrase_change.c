/*
 * phrase_change.c
 *		phrase(comparison, unit): a number and how it changed; and the values and
 *		changes of several in one list.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "kernel/decimal_numeric.h"
#include "kernel/phrase.h"
#include "kernel/rate.h"

#define DEFAULT_DECIMALS 1
#define AMOUNT_PLACES 24		/* of an amount that words_change() rounds: more than decimals and scale ask for */

/*
 * What there is to say about a change of scaled / divisor from a base of total /
 * divisor, in this unit.  A percentage needs a base above zero, and a value that is not
 * below it: nothing falls by more than all.  A unit of percent gives percentage points.
 * These are rounded like the rate, and so is an amount that may have no end, but not to all
 * that there was where something is left; unless the policy leaves that to the words.
 */
Change
describe_change(Numeric scaled, Numeric total, Numeric divisor, bool may_have_no_end, const char *unit, ChangePolicy policy)
{
	Change		change = {.unit = unit};

	change.direction = numeric_sign_of(scaled);
	change.points = wording_is_percent(unit);
	change.from_zero = numeric_sign_of(total) == 0;
	if (numeric_sign_of(total) > 0 && numeric_sign_of(numeric_apply(numeric_add, total, scaled)) >= 0)
	{
		Numeric		hundredfold = numeric_apply(numeric_mul, scaled, int64_to_numeric(100));
		Numeric		rate = rounded_quotient(hundredfold, total, policy.decimals, policy.rounding);

		/* where it comes to 0, the amount is said */
		if (numeric_sign_of(rate) != 0)
			rate = stated_quotient(hundredfold, total, policy.decimals, policy.rounding, true);
		change.rate = phrase_numeric_text(rate);
	}
	if (policy.amount_later && !change.points)
		scaled = cut_quotient(scaled, divisor, AMOUNT_PLACES);
	else if (change.points || may_have_no_end)
	{
		Numeric		amount = stated_quotient(scaled, divisor, policy.decimals, policy.rounding, change.points);

		/* what is left of the base is not nothing */
		if (!change.points && numeric_sign_of(total) > 0 && numeric_sign_of(numeric_apply(numeric_add, total, scaled)) > 0)
			for (int decimals = policy.decimals + 1; decimals <= ROUNDING_MAX_DECIMALS &&
				 numeric_sign_of(numeric_apply(numeric_add, total, numeric_apply(numeric_mul, amount, divisor))) <= 0; decimals++)
				amount = stated_quotient(scaled, divisor, decimals, policy.rounding, false);
		scaled = amount;
	}
	change.amount = phrase_numeric_text(scaled);
	return change;
}

/* The same of a comparison: the mean of several periods may have no end. */
static Change
describe_comparison(const ExactComparison *c, const char *unit, ChangePolicy policy)
{
	return describe_change(exact_scaled_change(c), c->total, c->periods, c->base_periods != 1, unit, policy);
}

/*
 * Over how many periods the base is a mean, for the words.  An error where parts
 * have different ones and nothing else says what they are compared with.
 */
static int
known_base_periods(const ExactComparison *c, const char *comparator)
{
	if (c->base_periods == 0 && comparator == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a sum over means of different numbers of periods has no usual comparator"),
				 errhint("Give the comparator.")));
	return c->base_periods;
}

static ChangePolicy
policy_arg(FunctionCallInfo fcinfo, int decimals, int rounding)
{
	return (ChangePolicy) {
		.decimals = PG_ARGISNULL(decimals) ? DEFAULT_DECIMALS : decimals_arg(fcinfo, decimals),
		.rounding = (Rounding) phrase_rounding_arg(fcinfo, rounding),
	};
}

/*
 * How many decimals an amount has in its scale: an argument after the form and the verbs.
 * An amount is left as it is where that is NULL.
 */
static void
amount_args(FunctionCallInfo fcinfo, int form, ChangeWording *how, ChangePolicy *policy)
{
	how->form = phrase_form_arg(fcinfo, form);
	how->verbs = phrase_verbs_arg(fcinfo, form + 1);
	how->round_amount = policy->amount_later = !PG_ARGISNULL(form + 2);
	how->amount_decimals = how->round_amount ? decimals_arg(fcinfo, form + 2) : 0;
	how->rounding = (WordingRounding) policy->rounding;
}

/*
 * phrase(c, unit, decimals, rounding, keep_zero, comparator, lang, style, grain, scale,
 * form, verbs, value_decimals):
 * the value with its measure word, and its change: 59起，同比下降9.2%.  decimals,
 * rounding and keep_zero are those of the change; style, grain and scale are those
 * of the value, as in phrase(numeric); value_decimals are those of an exact value and of
 * an amount in this scale.  NULL if c or unit is.
 */
PG_FUNCTION_INFO_V1(phrase_comparison);
Datum
phrase_comparison(PG_FUNCTION_ARGS)
{
	NumberWording how = {.decimals = -1};
	ChangeWording change_how;
	ExactComparison c;
	ChangePolicy policy;
	Change		change;
	Words		words;
	char	   *value;
	char	   *unit;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	c = exact_comparison(comparison_arg(fcinfo, 0));
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
	};
	amount_args(fcinfo, 10, &change_how, &policy);
	if (change_how.round_amount && how.style == WORDING_EXACT)
	{
		how.decimals = change_how.amount_decimals;
		how.rounding = change_how.rounding;
		how.keep_zero = change_how.keep_zero;
	}
	change_how.base_periods = known_base_periods(&c, change_how.comparator);

	value = phrase_numeric_text(c.current);
	change = describe_comparison(&c, unit, policy);
	words = phrase_words();
	do
	{
		phrase_check(words_number(&words, value, unit, &how), &how);
		words_add(&words, how.language == WORDING_ENGLISH ? ", " : "，");
		words_change(&words, &change, &change_how);
	} while (!phrase_complete(&words));
	return phrase_datum(&words);
}

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
	call->args[0].value = PointerGetDatum(comparison_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), NULL));
	return phrase_comparison(call);
}

/* ------------------------------------------------------------------ lists */

/* A list without NULLs, an argument that is not NULL; *count is its length. */
static ArrayType *
list_arg(FunctionCallInfo fcinfo, int argno, const char *what, int *count)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);

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
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return array;
}

/*
 * The changes of a list of comparisons.  A list may be of any length, so one
 * change is computed at a time, and the memory of the last but one given back.
 */
typedef struct ComparisonList
{
	ChangeList	changes;		/* what words_changes() asks; must be first */
	ArrayType  *comparisons;
	ArrayType  *units;			/* NULL: none; else one for all or one for each */
	bool		unit_for_all;
	ChangePolicy policy;
	ArrayIterator comparison;
	ArrayIterator unit;
	MemoryContext memory[2];	/* of the change given last, and of the one before */
	Change		change[2];
	int			last;			/* which of the two was given last */
} ComparisonList;

static void
restart_list(ChangeList *changes)
{
	ComparisonList *list = (ComparisonList *) changes;

	if (list->comparison)
		array_free_iterator(list->comparison);
	if (list->unit)
		array_free_iterator(list->unit);
	list->comparison = array_create_iterator(list->comparisons, 0, NULL);
	list->unit = list->units && !list->unit_for_all ? array_create_iterator(list->units, 0, NULL) : NULL;
}

static const Change *
next_change(ChangeList *changes)
{
	ComparisonList *list = (ComparisonList *) changes;
	MemoryContext old;
	ExactComparison c;
	const char *unit = "";
	Datum		value;
	bool		isnull;

	CHECK_FOR_INTERRUPTS();
	if (!array_iterate(list->comparison, &value, &isnull))
		return NULL;
	list->last = 1 - list->last;
	MemoryContextReset(list->memory[list->last]);
	old = MemoryContextSwitchTo(list->memory[list->last]);
	c = exact_comparison(comparison_get(value));
	if (list->unit && array_iterate(list->unit, &value, &isnull))
		unit = TextDatumGetCString(value);
	else if (list->unit_for_all)
	{
		ArrayIterator only = array_create_iterator(list->units, 0, NULL);

		if (array_iterate(only, &value, &isnull))
			unit = TextDatumGetCString(value);
	}
	list->change[list->last] = describe_comparison(&c, unit, list->policy);
	MemoryContextSwitchTo(old);
	return &list->change[list->last];
}

/*
 * Over how many periods all of these have their bases.  0 against 0 is the same
 * over any number.  Raises an error when they differ and nothing else says what
 * they are compared with.
 */
static int
common_base_periods(ArrayType *comparisons, const char *comparator)
{
	ArrayIterator iterator = array_create_iterator(comparisons, 0, NULL);
	Datum		value;
	bool		isnull;
	int			periods = 0;

	while (comparator == NULL && array_iterate(iterator, &value, &isnull))
	{
		const Comparison *c = comparison_get(value);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < c->parts; i++)
		{
			if (comparison_part_is_zero(&c->part[i]))
				continue;
			if (periods != 0 && periods != c->part[i].periods)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("comparisons with the means of %d and of %d periods in one list",
								periods, (int) c->part[i].periods),
						 errhint("Phrase them one by one, or give the comparator.")));
			periods = c->part[i].periods;
		}
		if ((Pointer) c != DatumGetPointer(value))
			pfree((void *) c);
	}
	array_free_iterator(iterator);
	return periods == 0 ? 1 : periods;
}

/*
 * phrase(comparisons, units, decimals, rounding, keep_zero, comparator, lang, scale, form,
 * verbs, value_decimals):
 * the changes of at least two comparisons in their order: 同比分别下降9.2%、8.5%.
 * units are the measure words of amounts, one for each or one for all; without
 * them an amount has none.  NULL if comparisons is.
 */
PG_FUNCTION_INFO_V1(phrase_comparisons);
Datum
phrase_comparisons(PG_FUNCTION_ARGS)
{
	ChangeWording how = {0};
	NumberWording number_how = {.decimals = -1};
	ComparisonList list = {.changes = {.restart = restart_list, .next = next_change}};
	Words		words;
	int			count;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	list.comparisons = list_arg(fcinfo, 0, "the comparisons", &count);
	if (count < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a list of changes needs at least two comparisons, not %d", count),
				 errhint("For one there is phrase(comparison, unit).")));
	if (!PG_ARGISNULL(1))
	{
		int			units;

		list.units = list_arg(fcinfo, 1, "the units", &units);
		list.unit_for_all = units == 1;
		if (units != 1 && units != count)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%d units for %d comparisons", units, count),
					 errhint("Give one for each, or one for all.")));
	}
	list.policy = policy_arg(fcinfo, 2, 3);
	how.keep_zero = phrase_bool_arg(fcinfo, 4);
	how.comparator = phrase_text_arg(fcinfo, 5);
	number_how.language = how.language = phrase_language_arg(fcinfo, 6);
	number_how.scale = how.scale = phrase_scale_arg(fcinfo, 7);
	amount_args(fcinfo, 8, &how, &list.policy);
	how.base_periods = common_base_periods(list.comparisons, how.comparator);

	words = phrase_words();
	/* what a number in this scale would refuse, refused for all of them */
	phrase_check(words_number(&words, "0", "", &number_how), &number_how);
	for (int i = 0; i < 2; i++)
		list.memory[i] = AllocSetContextCreate(CurrentMemoryContext, "emgov change of a list", ALLOCSET_SMALL_SIZES);
	do
	{
		words.length = 0;
		words_changes(&words, &list.changes, &how);
	} while (!phrase_complete(&words));
	return phrase_datum(&words);
}

/* ------------------------------------------------------------------ names and values */

/* The texts of a list argument, count of them; NULL for NULL. */
static char **
texts_arg(FunctionCallInfo fcinfo, int argno, const char *what, int *count)
{
	Datum	   *elements;
	char	  **texts;

	if (PG_ARGISNULL(argno))
		return NULL;
	deconstruct_array(list_arg(fcinfo, argno, what, count), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, count);
	texts = palloc(sizeof(char *) * (*count + 1));
	for (int i = 0; i < *count; i++)
		texts[i] = TextDatumGetCString(elements[i]);
	return texts;
}

/* The names and units of a list of so many, the units one for each or one for all. */
static ListMember *
members_arg(FunctionCallInfo fcinfo, int count, int unit, char ***units)
{
	int			names_given = count;
	int			units_given = count;
	char	  **names = texts_arg(fcinfo, 0, "the names", &names_given);
	char	  **given = texts_arg(fcinfo, unit, "the units", &units_given);
	ListMember *members = palloc0(sizeof(ListMember) * (count + 1));

	if (names_given != count || (units_given != count && units_given != 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d names and %d units for %d values", names_given, units_given, count),
				 errhint("Give a name for each value, and a unit for each, or one for all.")));
	*units = palloc(sizeof(char *) * (count + 1));
	for (int i = 0; i < count; i++)
	{
		members[i].name = names == NULL ? NULL : names[i];
		(*units)[i] = given == NULL ? "" : given[units_given == 1 ? 0 : i];
	}
	return members;
}

/* The members' list in words; NULL of none. */
static Datum
list_datum(FunctionCallInfo fcinfo, const ListMember *members, int count, bool pairs, const ChangeWording *how)
{
	Words		words = phrase_words();

	if (count == 0)
		PG_RETURN_NULL();
	do
		words_list(&words, members, count, pairs ? LIST_PAIRS : LIST_RESPECTIVELY, how);
	while (!phrase_complete(&words));
	return phrase_datum(&words);
}

/* A value of a list in words. */
static void
set_value(ListMember *member, Numeric value, const char *unit, const NumberWording *how)
{
	Words		words = phrase_words();
	char	   *text = phrase_numeric_text(value);

	do
		phrase_check(words_number(&words, text, unit, how), how);
	while (!phrase_complete(&words));
	member->value = words.text;
	member->is_zero = numeric_sign_of(value) == 0;
}

/*
 * phrase_list(names, numbers, units, scale, decimals, rounding, keep_zero, lang, pairs):
 * several values with their names: 死亡、受伤分别为20人、6人, 均为0; as pairs 死亡20人、受伤6人.
 * NULL if the numbers are, or there is none; without names the values alone.
 */
PG_FUNCTION_INFO_V1(phrase_list_numbers);
Datum
phrase_list_numbers(PG_FUNCTION_ARGS)
{
	NumberWording how = {.decimals = -1};
	ChangeWording change_how = {.base_periods = 1};
	ListMember *members;
	Datum	   *numbers;
	char	  **units;
	int			count;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	deconstruct_array(list_arg(fcinfo, 1, "the numbers", &count), NUMERICOID, -1, false, TYPALIGN_INT, &numbers, NULL, &count);
	members = members_arg(fcinfo, count, 2, &units);
	how.scale = phrase_scale_arg(fcinfo, 3);
	how.decimals = PG_ARGISNULL(4) ? -1 : decimals_arg(fcinfo, 4);
	how.rounding = phrase_rounding_arg(fcinfo, 5);
	how.keep_zero = phrase_bool_arg(fcinfo, 6);
	how.language = change_how.language = phrase_language_arg(fcinfo, 7);
	for (int i = 0; i < count; i++)
	{
		Numeric		number = DatumGetNumeric(numbers[i]);

		phrase_check_finite(number, "a number of the list");
		set_value(&members[i], number, units[i], &how);
	}
	return list_datum(fcinfo, members, count, phrase_bool_arg(fcinfo, 8), &change_how);
}

/*
 * phrase_list(names, comparisons, units, decimals, rounding, keep_zero, comparator, lang,
 * scale, form, verbs, value_decimals, pairs): the same of comparisons, and their changes:
 * 起数、死亡分别为59起、43人，同比分别下降9.2%、8.5%.  NULL if the comparisons are,
 * or there is none.
 */
PG_FUNCTION_INFO_V1(phrase_list_comparisons);
Datum
phrase_list_comparisons(PG_FUNCTION_ARGS)
{
	NumberWording how = {.decimals = -1};
	ChangeWording change_how = {0};
	ArrayType  *comparisons;
	ArrayIterator iterator;
	ChangePolicy policy;
	ListMember *members;
	Change	   *changes;
	char	  **units;
	Datum		value;
	bool		isnull;
	int			count;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	comparisons = list_arg(fcinfo, 1, "the comparisons", &count);
	members = members_arg(fcinfo, count, 2, &units);
	policy = policy_arg(fcinfo, 3, 4);
	change_how.keep_zero = phrase_bool_arg(fcinfo, 5);
	change_how.comparator = phrase_text_arg(fcinfo, 6);
	how.language = change_how.language = phrase_language_arg(fcinfo, 7);
	how.scale = change_how.scale = phrase_scale_arg(fcinfo, 8);
	amount_args(fcinfo, 9, &change_how, &policy);
	if (change_how.round_amount)
	{
		how.decimals = change_how.amount_decimals;
		how.rounding = change_how.rounding;
		how.keep_zero = change_how.keep_zero;
	}
	change_how.base_periods = common_base_periods(comparisons, change_how.comparator);
	changes = palloc(sizeof(Change) * (count + 1));
	iterator = array_create_iterator(comparisons, 0, NULL);
	for (int i = 0; array_iterate(iterator, &value, &isnull); i++)
	{
		ExactComparison c = exact_comparison(comparison_get(value));

		CHECK_FOR_INTERRUPTS();
		set_value(&members[i], c.current, units[i], &how);
		changes[i] = describe_comparison(&c, units[i], policy);
		members[i].change = &changes[i];
	}
	return list_datum(fcinfo, members, count, phrase_bool_arg(fcinfo, 12), &change_how);
}
