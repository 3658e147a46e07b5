/*
 * figure_words.c
 *		The value of a figure, its change, and what is missing of it, in words.
 */
#include "postgres.h"
#include "compat.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/figure.h"

#define WORD_PLACES		24		/* of a quotient that is to be rounded in words: more than decimals and scale ask for */

/* ------------------------------------------------------------------ words */

static const char *
wording_problem(WordingStatus status)
{
	switch (status)
	{
		case WORDING_OK:
			break;
		case WORDING_NOT_A_NUMBER:
			return "its grain is no number";
		case WORDING_GRAIN:
			return "the grain must be a power of ten";
		case WORDING_GRAIN_FRACTION:
			return "the grain of \"over\" must be at least 1";
		case WORDING_DECIMALS:
			return "decimals do not go with an approximate style";
		case WORDING_CHINESE_SCALE:
			return "this scale has no English word";
		case WORDING_ENGLISH_SCALE:
			return "this scale has no Chinese word";
	}
	return NULL;
}

/* The value with its measure word; an exact one is rounded once, from the quotient. */
char *
value_words(const Indicator *i, Exact exact, const char **problem)
{
	NumberWording how = {.style = i->style, .scale = i->scale, .grain = i->grain, .decimals = -1,
	.rounding = (WordingRounding) i->rounding, .keep_zero = i->keep_zero};
	Words		words = phrase_words();
	Numeric		value;
	WordingStatus status;

	if (i->style < 0 || i->scale < 0)
	{
		*problem = i->style < 0 ? "there is no such wording" : "there is no such scale";
		return NULL;
	}
	if (i->zero_zh != NULL && numeric_sign_of(exact.numerator) == 0)
		return i->zero_zh;
	if (i->style == WORDING_EXACT && i->is_quotient)
	{
		value = exact_cut(exact, WORD_PLACES);
		how.decimals = i->decimals;
	}
	else
		value = exact_round(exact, VALUE_PLACES);
	do
		status = words_number(&words, phrase_numeric_text(value), i->unit, &how);
	while (status == WORDING_OK && !phrase_complete(&words));
	*problem = wording_problem(status);
	return *problem != NULL ? NULL : words.text;
}

/*
 * How a value changed, in words.  i says of what unit it is, and whether a quotient; policy
 * how the change is rounded.
 */
char *
change_words(const Indicator *i, const Indicator *policy, Exact value, Exact base)
{
	ChangeWording how = {.scale = i->scale < 0 ? WORDING_UNSCALED : i->scale, .keep_zero = policy->keep_zero, .base_periods = 1};
	Exact		difference = exact_add(value, base, true);
	/* of one denominator, so that one is the change and the other what it is a share of */
	Numeric		scaled = numeric_apply(numeric_mul, difference.numerator, base.denominator);
	Numeric		total = numeric_apply(numeric_mul, base.numerator, difference.denominator);
	Numeric		divisor = numeric_apply(numeric_mul, difference.denominator, base.denominator);
	Change		change = describe_change(scaled, total, divisor, i->is_quotient, i->unit,
										 (ChangePolicy) {.decimals = policy->decimals, .rounding = policy->rounding});
	Words		words = phrase_words();

	do
		words_change(&words, &change, &how);
	while (!phrase_complete(&words));
	return words.text;
}

static void
add_day(StringInfo text, int32 day, bool with_year)
{
	CivilDate	d = civil_from_day(day);

	if (with_year)
		appendStringInfo(text, "%d年", d.year);
	appendStringInfo(text, "%d月%d日", d.month, d.day);
}

/* What words must carry that say a part only: （缺武进区；截至12月19日）; NULL when all is known. */
char *
qualifier(const Work *w, const Cover *cover, Period window)
{
	StringInfoData text;
	ListCell   *cell;
	bool		with_year = civil_from_day(window.start).year != civil_from_day(window.end - 1).year;
	bool		first = true;

	if (cover->missing == NIL && cover->days >= window.end - window.start)
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, "（");
	foreach(cell, cover->missing)
	{
		appendStringInfo(&text, "%s%s", first ? "缺" : "、", member_name(w, lfirst_int(cell)));
		first = false;
	}
	if (cover->days < window.end - window.start)
	{
		if (!first)
			appendStringInfoString(&text, "；");
		if (cover->span.start >= cover->span.end)
			appendStringInfo(&text, "仅%d天数据", cover->days);
		else if (cover->span.start == window.start)
		{
			appendStringInfoString(&text, "截至");
			add_day(&text, cover->span.end - 1, with_year);
		}
		else
		{
			add_day(&text, cover->span.start, with_year);
			if (cover->span.end == window.end)
				appendStringInfoString(&text, "起");
			else
			{
				appendStringInfoString(&text, "至");
				add_day(&text, cover->span.end - 1, with_year);
			}
		}
	}
	appendStringInfoString(&text, "）");
	return text.data;
}
