/*
 * wording_change.c
 *		A change against a base in words: one, a list of them, and what a
 *		remediation came to.
 *
 * 上升 and 下降 go with percent and percentage points (百分点: the difference of
 * two percentages), 增加 and 减少 with the amount itself.  The amount stands in
 * for a percent that does not exist, or that would print as 0 for a change that
 * is not.
 */
#include "core/wording.h"

#include <stdio.h>
#include <string.h>

typedef enum ChangeKind
{
	UNCHANGED,
	RATE,						/* percent */
	POINTS,						/* percentage points */
	AMOUNT,
} ChangeKind;

static bool
prints_as_zero(const char *number)
{
	return number[strspn(number, "-0.")] == '\0';
}

static ChangeKind
change_kind(const Change *change)
{
	if (change->direction == 0)
		return UNCHANGED;
	if (change->points)
		return POINTS;
	return change->rate == NULL || prints_as_zero(change->rate) ? AMOUNT : RATE;
}

/* Is this "1", however many zeros are behind its point? */
static bool
is_one(const char *number)
{
	return number[0] == '1' && (number[1] == '\0' || (number[1] == '.' && prints_as_zero(number + 1)));
}

/* Append the size of a number that is rounded already, its direction being said in words. */
static void
add_size(Words *words, const char *number, const char *unit, WordingScale scale,
		 bool keep_zero, WordingLanguage language)
{
	NumberWording how = {.language = language, .scale = scale, .decimals = -1};
	const char *point = strchr(number, '.');

	if (keep_zero)
	{
		how.decimals = point == NULL ? 0 : (int) strlen(point + 1);
		how.keep_zero = true;
	}
	words_number(words, number + (number[0] == '-'), unit, &how);
}

/*
 * Append what a change is called: 上升, up.  Nothing for one that has no name of
 * its own (the Chinese 持平 is its whole text).
 */
static void
add_direction(Words *words, const Change *change, WordingLanguage language)
{
	ChangeKind	kind = change_kind(change);
	bool		up = change->direction > 0;

	if (kind == UNCHANGED)
		return;
	if (language == WORDING_ENGLISH)
	{
		words_add(words, up ? "up " : "down ");
		if (kind == AMOUNT)
			words_add(words, "by ");
	}
	else if (kind == AMOUNT)
		words_add(words, up ? "增加" : "减少");
	else
		words_add(words, up ? "上升" : "下降");
}

/* Append how large a change is: 9.2%, 2.3个百分点, 1人, 持平. */
static void
add_extent(Words *words, const Change *change, const ChangeWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;

	switch (change_kind(change))
	{
		case UNCHANGED:
			words_add(words, english ? "unchanged" : "持平");
			break;
		case RATE:
			add_size(words, change->rate, "%", WORDING_UNSCALED, how->keep_zero, how->language);
			break;
		case POINTS:
			add_size(words, change->amount, "", WORDING_UNSCALED, how->keep_zero, how->language);
			if (english)
				words_add(words, is_one(change->amount + (change->amount[0] == '-')) && !how->keep_zero ?
						  " percentage point" : " percentage points");
			else
				words_add(words, "个百分点");
			break;
		case AMOUNT:
			add_size(words, change->amount, english ? "" : change->unit, how->scale, false,
					 how->language);
			if (english && change->from_zero)
				words_add(words, " from 0");
			break;
	}
}

/* Append what the base is; in Chinese that comes first, in English last. */
static void
add_comparator(Words *words, const ChangeWording *how)
{
	char		periods[64];

	if (how->language == WORDING_ENGLISH && (how->comparator == NULL || how->comparator[0] != '\0'))
		words_add(words, " ");
	if (how->comparator != NULL)
		words_add(words, how->comparator);
	else if (how->base_periods == 1)
		words_add(words, how->language == WORDING_ENGLISH ? "year on year" : "同比");
	else
	{
		snprintf(periods, sizeof(periods),
				 how->language == WORDING_ENGLISH ?
				 "against the mean of the previous %ld years" : "较前%ld年均值",
				 how->base_periods);
		words_add(words, periods);
	}
}

/* Append one change: 同比下降9.2%, down 9.2% year on year. */
void
words_change(Words *words, const Change *change, const ChangeWording *how)
{
	if (how->language == WORDING_CHINESE)
		add_comparator(words, how);
	add_direction(words, change, how->language);
	add_extent(words, change, how);
	if (how->language == WORDING_ENGLISH)
		add_comparator(words, how);
}

/* Do two changes take the same direction word? */
static bool
same_direction(const Change *a, const Change *b)
{
	return change_kind(a) == change_kind(b) && a->direction == b->direction;
}

/* Would two changes read the same? */
static bool
same_words(const Change *a, const Change *b)
{
	if (!same_direction(a, b))
		return false;
	switch (change_kind(a))
	{
		case UNCHANGED:
			break;
		case RATE:
			return strcmp(a->rate, b->rate) == 0;
		case POINTS:
			return strcmp(a->amount, b->amount) == 0;
		case AMOUNT:
			return strcmp(a->amount, b->amount) == 0 && strcmp(a->unit, b->unit) == 0 &&
				a->from_zero == b->from_zero;
	}
	return true;
}

/*
 * Append several changes in their order, each with its own number, so that they
 * pair with what was listed before: 同比分别下降9.2%、8.5%.  A direction word
 * holds until the next; where it turns for the last time stands 和:
 * 分别下降30.4%和上升4.8%.  Changes that all read the same are said once:
 * 均下降27.3%.  There must be at least one.
 */
void
words_changes(Words *words, ChangeList *changes, const ChangeWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	bool		alike = true;
	size_t		count = 0;
	size_t		last_turn = 0;
	const Change *before = NULL;
	const Change *change;

	changes->restart(changes);
	while ((change = changes->next(changes)) != NULL)
	{
		if (before != NULL)
		{
			alike = alike && same_words(before, change);
			if (!same_direction(before, change))
				last_turn = count;
		}
		before = change;
		count++;
	}
	if (!english)
	{
		add_comparator(words, how);
		words_add(words, alike ? "均" : "分别");
	}
	changes->restart(changes);
	change = changes->next(changes);
	if (alike)
	{
		if (english)
			words_add(words, count == 2 ? "both " : "all ");
		add_direction(words, change, how->language);
		add_extent(words, change, how);
	}
	else
	{
		before = NULL;
		for (size_t i = 0; change != NULL; i++)
		{
			if (i > 0 && english)
				words_add(words, i == count - 1 ? " and " : ", ");
			else if (i > 0)
				words_add(words, i == last_turn ? "和" : "、");
			if (before == NULL || !same_direction(before, change))
				add_direction(words, change, how->language);
			add_extent(words, change, how);
			before = change;
			change = changes->next(changes);
		}
		if (english)
			words_add(words, " respectively");
	}
	if (english)
		add_comparator(words, how);
}

static void
add_count(Words *words, const char *count, const char *unit, WordingLanguage language)
{
	NumberWording how = {.language = language, .decimals = -1};

	words_number(words, count, unit, &how);
}

/*
 * Append what a remediation came to: 完成整治1850家，其中退出678家、提升1172家.
 * completed is exited and upgraded together; a part that is zero is left out,
 * and what is pending is not spoken of.
 */
void
words_remediation(Words *words, const char *completed, const char *exited,
				  const char *upgraded, const char *unit, WordingLanguage language)
{
	bool		english = language == WORDING_ENGLISH;
	bool		some_exited = !prints_as_zero(exited);
	bool		some_upgraded = !prints_as_zero(upgraded);

	if (prints_as_zero(completed))
	{
		words_add(words, english ? "no remediation completed yet" : "尚未完成整治");
		return;
	}
	words_add(words, english ? "" : "完成整治");
	add_count(words, completed, unit, language);
	words_add(words, english ? " remediated, of which " : "，其中");
	if (some_exited)
	{
		words_add(words, english ? "" : "退出");
		add_count(words, exited, english ? "exited" : unit, language);
	}
	if (some_exited && some_upgraded)
		words_add(words, english ? " and " : "、");
	if (some_upgraded)
	{
		words_add(words, english ? "" : "提升");
		add_count(words, upgraded, english ? "upgraded" : unit, language);
	}
}
