/*
 * figure_words.c
 *		The value of a figure, its change, and what is missing of it, in words.
 */
#include "postgres.h"
#include "compat.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "core/period_words.h"
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
value_words(const Work *w, const Indicator *i, Exact exact, const char **problem)
{
	NumberWording how = {
		.language = w->language,
		.style = i->style,
		.scale = i->scale < 0 ? WORDING_UNSCALED : wording_scale_in(w->language, i->scale),
		.grain = i->grain,
		.decimals = -1,
		.rounding = (WordingRounding) i->rounding,
		.keep_zero = i->keep_zero,
	};
	Words		words = phrase_words();
	Numeric		value;
	WordingStatus status;

	if (i->style < 0 || i->scale < 0)
	{
		*problem = i->style < 0 ? "there is no such wording" : "there is no such scale";
		return NULL;
	}
	if (i->zero != NULL && numeric_sign_of(exact.numerator) == 0)
		return i->zero;
	if (i->style == WORDING_EXACT)
	{
		/* what is no quotient has all its decimals, but for those that no value has */
		value = exact_cut(exact, WORD_PLACES);
		how.decimals = i->is_quotient ? i->decimals : i->value_decimals >= 0 ? i->value_decimals : VALUE_PLACES;
		how.keep_zero = how.keep_zero && (i->is_quotient || i->value_decimals >= 0);
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
 * How a value changed against its base.  i says of what unit it is, and whether a quotient;
 * policy how the change is rounded.  A mean of several windows is a quotient, too.
 */
Change
change_of(const Indicator *i, const Indicator *policy, Exact value, const Base *base)
{
	Exact		difference = exact_add(value, base->exact, true);
	/* of one denominator, so that one is the change and the other what it is a share of */
	Numeric		scaled = numeric_apply(numeric_mul, difference.numerator, base->exact.denominator);
	Numeric		total = numeric_apply(numeric_mul, base->exact.numerator, difference.denominator);
	Numeric		divisor = numeric_apply(numeric_mul, difference.denominator, base->exact.denominator);

	return describe_change(scaled, total, divisor, i->is_quotient || base->windows > 1, i->unit,
						   (ChangePolicy) {.decimals = policy->decimals, .rounding = policy->rounding, .amount_later = i->value_decimals >= 0});
}

/* A change in words, by what it is against: 环比下降9.2%.  policy says which words, and how it is rounded. */
char *
change_words(const Work *w, const Indicator *i, const Indicator *policy, const Change *change, int comparator)
{
	ChangeWording how = {
		.language = w->language,
		.scale = wording_scale_in(w->language, i->scale < 0 ? WORDING_UNSCALED : i->scale),
		.keep_zero = policy->keep_zero,
		.comparator = w->comparators[comparator].words[w->language],
		.base_periods = 1,
		.form = policy->form,
		.verbs = policy->verbs,
		.round_amount = i->value_decimals >= 0,
		.amount_decimals = Max(i->value_decimals, 0),
		.rounding = (WordingRounding) policy->rounding,
	};
	Words		words = phrase_words();

	do
		words_change(&words, change, &how);
	while (!phrase_complete(&words));
	return words.text;
}

/* The base in words, as a value of its indicator; NULL where there is none, or none can be said. */
char *
base_words(const Work *w, const Indicator *i, const Base *base)
{
	Indicator	said = *i;
	const char *problem = NULL;
	char	   *words;

	said.is_quotient |= base->windows > 1;
	words = value_words(w, &said, base->exact, &problem);
	return problem != NULL ? NULL : words;
}

/* A small number as it stands in a name. */
static char *
number_name(int n)
{
	static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

	return n > 0 && n < (int) lengthof(digits) ? (char *) digits[n] : psprintf("%d", n);
}

/* What a fixed period is called. */
static char *
period_name(Period p, WordingLanguage language)
{
	PeriodWording how = {.language = language};
	Words		words = phrase_words();

	do
	{
		words_add(&words, language == WORDING_ENGLISH ? "in " : "");
		words_period(&words, p, &how);
	}
	while (!phrase_complete(&words));
	return words.text;
}

/* What the period before a window is called. */
static const char *
preceding_name(Period window, bool english)
{
	int64_t		months;
	Period		before;

	if (period_months(window, &months))
		return months == 1 ? (english ? "in the month before" : "上月") :
			months == MONTHS_PER_QUARTER && civil_from_day(window.start).month % MONTHS_PER_QUARTER == 1 ? (english ? "in the quarter before" : "上季度") :
			months == MONTHS_PER_YEAR ? (english ? "in the year before" : "上年") : (english ? "in the period before" : "上期");
	if (window.end - window.start == 1)
		return english ? "on the day before" : "前一日";
	if (civil_from_day(window.start).day == 1 || (period_preceding(window, &before) && before.end != window.start))
		return english ? "in the same days of the month before" : "上月同期";
	if (window.end - window.start == 7)
		return english ? "in the week before" : "上周";
	return english ? "in the period before" : "上期";
}

/* What a window's base is called: 上年同期, 上月, 前三年均值, 1998年同期. */
const char *
base_name(const Work *w, Period window, int comparator)
{
	const Comparator *c = &w->comparators[comparator];
	bool		english = w->language == WORDING_ENGLISH;
	int64_t		months;
	bool		whole_years = period_months(window, &months) && months % MONTHS_PER_YEAR == 0;
	const char *same = whole_years ? "" : "同期";

	if (c->base_names[w->language] != NULL)
		return c->base_names[w->language];
	switch (c->kind)
	{
		case YEAR_EARLIER:
			return english ? "a year earlier" : whole_years ? "上年" : "上年同期";
		case PREVIOUS:
			return preceding_name(window, english);
		case YEARS_EARLIER:
			if (english)
				return c->n == 1 ? "a year earlier" : psprintf("%d years earlier", c->n);
			return c->n == 1 ? psprintf("上年%s", same) : c->n == 2 ? psprintf("前年%s", same) : psprintf("%s年前%s", number_name(c->n), same);
		case MEAN_OF_YEARS:
			return english ? psprintf("on average in the %d years before", c->n) : psprintf("前%s年%s均值", number_name(c->n), same);
		case FIXED:
			if (c->fixed.start >= c->fixed.end)
				return english ? psprintf("in %d", c->n) : psprintf("%d年%s", c->n, same);
			return period_name(c->fixed, w->language);
		case NO_COMPARATOR:
			break;
	}
	return NULL;
}

/* A day in words: 12月19日, 19 December; with its year: 2024年12月19日, 19 December 2024. */
static void
add_day(StringInfo text, const Work *w, int32 day, bool with_year)
{
	PeriodWording how = {.language = w->language, .form = PERIOD_DAYS, .without_year = !with_year};
	Words		words = phrase_words();

	do
		words_period(&words, (Period) {day, day + 1}, &how);
	while (!phrase_complete(&words));
	appendStringInfoString(text, words.text);
}

/* The days that are covered, if they are not all: 截至12月19日, 5月3日起, 5月3日至6月9日; up to 19 December, from 3 May, from 3 May to 9 June. */
static void
add_covered(StringInfo text, const Work *w, const Cover *cover, Period window)
{
	bool		english = w->language == WORDING_ENGLISH;
	bool		with_year = civil_from_day(window.start).year != civil_from_day(window.end - 1).year;

	if (cover->is_mixed)
		appendStringInfoString(text, english ? "sent of different days" : "报送期不一");
	else if (cover->span.start >= cover->span.end)
		appendStringInfo(text, english ? (cover->days == 1 ? "data of %d day only" : "data of %d days only") : "仅%d天数据", cover->days);
	else if (cover->span.start == window.start)
	{
		appendStringInfoString(text, english ? "up to " : "截至");
		add_day(text, w, cover->span.end - 1, with_year);
	}
	else
	{
		appendStringInfoString(text, english ? "from " : "");
		add_day(text, w, cover->span.start, with_year);
		if (cover->span.end < window.end)
		{
			appendStringInfoString(text, english ? " to " : "至");
			add_day(text, w, cover->span.end - 1, with_year);
		}
		else if (!english)
			appendStringInfoString(text, "起");
	}
}

/* What words must carry that say a part only: （缺武进区；截至12月19日）, (without Wujin; up to 19 December); NULL when all is known. */
char *
qualifier(const Work *w, const Cover *cover)
{
	Period		window = cover->asked;
	StringInfoData text;
	ListCell   *cell;
	bool		english = w->language == WORDING_ENGLISH;
	bool		part_of_time = cover->days < window.end - window.start;
	bool		unsaid = false;
	const char *before = english ? "without " : "缺";

	if (cover->missing == NIL && !part_of_time)
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, english ? " (" : "（");
	foreach(cell, cover->missing)
	{
		if (member_code(w, lfirst_int(cell))[0] == '\0')
		{
			/* what members are counted without is no member */
			unsaid = true;
			continue;
		}
		appendStringInfo(&text, "%s%s", before, member_name(w, lfirst_int(cell)));
		before = english ? ", " : "、";
	}
	if (unsaid)
		appendStringInfo(&text, "%s%s", list_length(cover->missing) == 1 ? "" : english ? "; " : "；", english ? "without those of no area" : "不含未注明区域的");
	if (part_of_time)
	{
		if (cover->missing != NIL)
			appendStringInfoString(&text, english ? "; " : "；");
		add_covered(&text, w, cover, window);
	}
	appendStringInfoString(&text, english ? ")" : "）");
	return text.data;
}
