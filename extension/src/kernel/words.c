/*
 * words.c
 *		Names of periods, whole numbers in words and amounts in capital numerals.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "core/numeral.h"
#include "core/period_words.h"
#include "kernel/periods.h"
#include "kernel/phrase.h"

/*
 * period_name(period, lang, form, with_year, year_start): what a period is called,
 * 2024年上半年, January to July 2024.  NULL if the period is; any other argument that is
 * takes its default.  Errors for what is no period, an unknown language or form, and a
 * year_start that is no day (see year_start_arg()).
 */
PG_FUNCTION_INFO_V1(period_name);
Datum
period_name(PG_FUNCTION_ARGS)
{
	PeriodWording how = {0};
	Period		p;
	Words		words;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	p = period_arg(fcinfo, 0);
	how.language = phrase_language_arg(fcinfo, 1);
	how.form = (PeriodForm) phrase_name_arg(fcinfo, 2, wording_period_form, "form of a period's name", "name, months or days");
	how.without_year = !PG_ARGISNULL(3) && !PG_GETARG_BOOL(3);
	if (!PG_ARGISNULL(4))
		how.year_start = year_start_arg(fcinfo, 4);
	words = phrase_words();
	do
		words_period(&words, p, &how);
	while (!phrase_complete(&words));
	return phrase_datum(&words);
}

/*
 * numeral(number, unit, lang): a whole number in words, 两部, 十二项, two laws; without a
 * unit 二.  English has words up to ten, and digits beyond.  NULL if the number is.
 */
PG_FUNCTION_INFO_V1(phrase_numeral);
Datum
phrase_numeral(PG_FUNCTION_ARGS)
{
	NumberWording how = {.style = WORDING_NUMERAL, .decimals = -1};
	Words		words;
	char	   *value;
	char	   *unit;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = psprintf(INT64_FORMAT, PG_GETARG_INT64(0));
	unit = phrase_text_arg(fcinfo, 1);
	how.language = phrase_language_arg(fcinfo, 2);
	words = phrase_words();
	do
		phrase_check(words_number(&words, value, unit == NULL ? "" : unit, &how), &how);
	while (!phrase_complete(&words));
	return phrase_datum(&words);
}

/*
 * capital_amount(yuan): an amount of money in capital numerals, 壹仟肆佰零玖元伍角.  NULL
 * for NULL; errors for NaN and infinity, parts of a fen, and more than 24 digits.
 */
PG_FUNCTION_INFO_V1(capital_amount);
Datum
capital_amount(PG_FUNCTION_ARGS)
{
	Numeric		yuan = PG_GETARG_NUMERIC(0);
	char	   *value = phrase_numeric_text(yuan);
	char	   *point = strchr(value, '.');
	Words		words = phrase_words();

	if (numeric_is_nan(yuan) || numeric_is_inf(yuan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the amount must be a finite number, not %s", value)));
	do
	{
		if (words_capital_amount(&words, value))
			continue;
		if (point != NULL && strlen(point) > 3 && strspn(point + 3, "0") < strlen(point + 3))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("an amount in capital numerals has no parts of a fen: %.60s", value),
					 errhint("Round it to two decimals.")));
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("an amount in capital numerals has at most %d digits before the point", NUMERAL_MOST_DIGITS)));
	} while (!phrase_complete(&words));
	return phrase_datum(&words);
}
