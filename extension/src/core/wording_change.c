/*
 * wording_change.c
 *		A change against a base in words: one, a list of them, and what a
 *		remediation came to.
 *
 * A change is said in percent, in percentage points (百分点: the difference of two
 * percentages), by its amount, or by amount and percent.  The amount alone stands in
 * for a percent that does not exist, or that would print as 0 for a change that is
 * not.  The words for up and down come in pairs; 增加 and 减少 go with an amount in
 * the pairs of which the own words are said of rates only.
 */
#include "core/wording.h"

#include <stdio.h>
#include <string.h>

typedef enum ChangeKind
{
	UNKNOWN,
	UNCHANGED,
	RATE,						/* percent */
	POINTS,						/* percentage points */
	AMOUNT,
	BOTH,						/* amount and percent */
} ChangeKind;

/* The words of a pair: for down, then for up. */
typedef struct Verbs
{
	const char *rate[2];
	const char *amount[2];
	const char *english[2];
	const char *english_amount[2];
	const char *unchanged;
	const char *copula;			/* between the names of several and what is said of them */
	const char *each;			/* before what is said of all of them; NULL: both, all */
} Verbs;

static const Verbs verbs[] = {
	[VERBS_UP] = {
		{"下降", "上升"}, {"减少", "增加"}, {"down ", "up "}, {"down by ", "up by "}, "unchanged", "were ", NULL
	},
	[VERBS_INCREASE] = {
		{"减少", "增加"}, {"减少", "增加"}, {"a decrease of ", "an increase of "},
		{"a decrease of ", "an increase of "}, "no change", "showed ", "in each case "
	},
	[VERBS_ROSE] = {
		{"下降", "增长"}, {"减少", "增加"}, {"fell by ", "rose by "}, {"fell by ", "rose by "}, "remained unchanged", "", NULL
	},
	[VERBS_INCREASED] = {
		{"降低", "提高"}, {"降低", "提高"}, {"decreased by ", "increased by "},
		{"decreased by ", "increased by "}, "remained unchanged", "", NULL
	},
};

static bool
prints_as_zero(const char *number)
{
	return number[strspn(number, "-0.")] == '\0';
}

/* The rate, "0" where there is none. */
static const char *
rate_of(const Change *change)
{
	return change->rate != NULL ? change->rate : "0";
}

static ChangeKind
change_kind(const Change *change, const ChangeWording *how)
{
	if (change->unknown)
		return UNKNOWN;
	if (change->direction == 0)
		return UNCHANGED;
	if (change->points)
		return POINTS;
	if (how->form == CHANGE_AMOUNT || prints_as_zero(rate_of(change)))
		return AMOUNT;
	return how->form == CHANGE_BOTH ? BOTH : RATE;
}

/* Is this "1", however many zeros are behind its point? */
static bool
is_one(const char *number)
{
	return number[0] == '1' && (number[1] == '\0' || (number[1] == '.' && prints_as_zero(number + 1)));
}

/* Append the size of a rate or of points, rounded already, its direction being said in words. */
static void
add_size(Words *words, const char *number, const char *unit, const ChangeWording *how)
{
	NumberWording number_how = {.language = how->language, .decimals = -1};
	const char *point = strchr(number, '.');

	if (how->keep_zero)
	{
		number_how.decimals = point == NULL ? 0 : (int) strlen(point + 1);
		number_how.keep_zero = true;
	}
	words_number(words, number + (number[0] == '-'), unit, &number_how);
}

/* Append the size of an amount. */
static void
add_amount(Words *words, const Change *change, const ChangeWording *how)
{
	NumberWording number_how = {.language = how->language, .scale = how->scale, .decimals = -1, .rounding = how->rounding};

	if (how->round_amount)
	{
		number_how.decimals = how->amount_decimals;
		number_how.keep_zero = how->keep_zero;
	}
	words_number(words, change->amount + (change->amount[0] == '-'),
				 how->language == WORDING_ENGLISH && !wording_is_currency(change->unit) ? "" : change->unit, &number_how);
}

/*
 * Append what a change is called: 上升, up.  Nothing for one that has no name of
 * its own (the Chinese 持平 is its whole text).
 */
static void
add_direction(Words *words, const Change *change, const ChangeWording *how)
{
	const Verbs *pair = &verbs[how->verbs];
	ChangeKind	kind = change_kind(change, how);
	bool		amount = kind == AMOUNT || kind == BOTH;
	bool		up = change->direction > 0;

	if (kind == UNKNOWN || kind == UNCHANGED)
		return;
	if (how->language == WORDING_ENGLISH)
		words_add(words, amount ? pair->english_amount[up] : pair->english[up]);
	else
		words_add(words, amount ? pair->amount[up] : pair->rate[up]);
}

/*
 * Append how large a change is: 9.2%, 2.3个百分点, 1人, 5起（41.7%）, 持平.  In a list one
 * direction word stands for several, so that a rate beside its amount goes in brackets.
 */
static void
add_extent(Words *words, const Change *change, bool listed, const ChangeWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;

	switch (change_kind(change, how))
	{
		case UNKNOWN:
			words_add(words, "—");
			break;
		case UNCHANGED:
			words_add(words, english ? verbs[how->verbs].unchanged : "持平");
			break;
		case RATE:
			add_size(words, rate_of(change), "%", how);
			break;
		case POINTS:
			add_size(words, change->amount, "", how);
			if (english)
				words_add(words, is_one(change->amount + (change->amount[0] == '-')) && !how->keep_zero ?
						  " percentage point" : " percentage points");
			else
				words_add(words, "个百分点");
			break;
		case AMOUNT:
			add_amount(words, change, how);
			if (english && change->from_zero)
				words_add(words, " from 0");
			break;
		case BOTH:
			add_amount(words, change, how);
			if (english || listed)
				words_add(words, english ? " (" : "（");
			else
			{
				words_add(words, "，");
				words_add(words, verbs[how->verbs].rate[change->direction > 0]);
			}
			add_size(words, rate_of(change), "%", how);
			if (english || listed)
				words_add(words, english ? ")" : "）");
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
	add_direction(words, change, how);
	add_extent(words, change, false, how);
	if (how->language == WORDING_ENGLISH)
		add_comparator(words, how);
}

/*
 * Append what a change is from: 上年同期36302件, 36,302 cases a year earlier.  label says
 * of when that is, in the words of its language; NULL for a year earlier.
 */
WordingStatus
words_base(Words *words, const char *value, const char *unit, const char *label, const NumberWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	size_t		before = words->length;
	WordingStatus status;

	if (label == NULL)
		label = english ? "a year earlier" : "上年同期";
	if (!english)
		words_add(words, label);
	status = words_number(words, value, unit, how);
	if (status != WORDING_OK)
		words->length = before;
	else if (english && label[0] != '\0')
	{
		words_add(words, " ");
		words_add(words, label);
	}
	return status;
}

/* ------------------------------------------------------------------ lists */

/* Do two changes take the same direction word? */
static bool
same_direction(const Change *a, const Change *b, const ChangeWording *how)
{
	ChangeKind	kind = change_kind(a, how);
	ChangeKind	other = change_kind(b, how);

	if (kind == BOTH)
		kind = AMOUNT;
	if (other == BOTH)
		other = AMOUNT;
	return kind == other && a->direction == b->direction;
}

static bool
same_amount(const Change *a, const Change *b)
{
	return strcmp(a->amount, b->amount) == 0 && strcmp(a->unit, b->unit) == 0;
}

/* Would two changes read the same? */
static bool
same_words(const Change *a, const Change *b, const ChangeWording *how)
{
	if (a->direction != b->direction || change_kind(a, how) != change_kind(b, how))
		return false;
	switch (change_kind(a, how))
	{
		case UNKNOWN:
		case UNCHANGED:
			break;
		case RATE:
			return strcmp(rate_of(a), rate_of(b)) == 0;
		case POINTS:
			return strcmp(a->amount, b->amount) == 0;
		case AMOUNT:
			return same_amount(a, b) && a->from_zero == b->from_zero;
		case BOTH:
			return same_amount(a, b) && strcmp(rate_of(a), rate_of(b)) == 0;
	}
	return true;
}

/* What stands between the members of a list before its member i of count. */
static const char *
between(size_t i, size_t count, WordingLanguage language)
{
	if (language != WORDING_ENGLISH)
		return "、";
	return i == count - 1 ? " and " : ", ";
}

/*
 * Append several changes in their order, each with its own number, so that they
 * pair with what was listed before: 同比分别下降9.2%、8.5%.  A direction word
 * holds until the next; where it turns for the last time stands 和:
 * 分别下降30.4%和上升4.8%.  Changes that all read the same are said once:
 * 均下降27.3%.  There must be at least one; one alone is said as by words_change().
 */
void
words_changes(Words *words, ChangeList *changes, const ChangeWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	const char *each = verbs[how->verbs].each;
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
			alike = alike && same_words(before, change, how);
			if (!same_direction(before, change, how))
				last_turn = count;
		}
		before = change;
		count++;
	}
	changes->restart(changes);
	change = changes->next(changes);
	if (count == 1)
	{
		words_change(words, change, how);
		return;
	}
	if (!english)
	{
		add_comparator(words, how);
		words_add(words, alike ? "均" : "分别");
	}
	if (alike)
	{
		if (english)
			words_add(words, each != NULL ? each : count == 2 ? "both " : "all ");
		add_direction(words, change, how);
		add_extent(words, change, true, how);
	}
	else
	{
		before = NULL;
		for (size_t i = 0; change != NULL; i++)
		{
			if (i > 0)
				words_add(words, !english && i == last_turn ? "和" : between(i, count, how->language));
			/* in English the pair of an amount and a percent has no verb of its own */
			if (before == NULL || !same_direction(before, change, how) || (english && change_kind(change, how) == BOTH))
				add_direction(words, change, how);
			add_extent(words, change, true, how);
			before = change;
			change = changes->next(changes);
		}
		if (english)
			words_add(words, " respectively");
	}
	if (english)
		add_comparator(words, how);
}

/* The changes of the members of a list. */
typedef struct MemberChanges
{
	ChangeList	changes;		/* must be first */
	const ListMember *members;
	size_t		count;
	size_t		at;
} MemberChanges;

static void
restart_members(ChangeList *changes)
{
	((MemberChanges *) changes)->at = 0;
}

static const Change *
next_member(ChangeList *changes)
{
	static const Change unknown = {.amount = "", .unit = "", .unknown = true};
	MemberChanges *list = (MemberChanges *) changes;
	const Change *change;

	if (list->at >= list->count)
		return NULL;
	change = list->members[list->at++].change;
	return change != NULL ? change : &unknown;
}

static bool
has_name(const ListMember *member)
{
	return member->name != NULL && member->name[0] != '\0';
}

/* Append one member: 死亡20人, 死亡同比下降8.5%, 死亡20人（同比下降8.5%）. */
static void
add_member(Words *words, const ListMember *member, bool alone, const ChangeWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	bool		in_brackets = member->value != NULL && !alone;

	if (has_name(member))
	{
		words_add(words, member->name);
		words_add(words, english ? " " : "");
	}
	if (member->value != NULL)
		words_add(words, member->value);
	if (member->change == NULL || member->change->unknown)
		return;
	if (in_brackets)
		words_add(words, english ? " (" : "（");
	else if (member->value != NULL)
		words_add(words, english ? ", " : "，");
	words_change(words, member->change, how);
	if (in_brackets)
		words_add(words, english ? ")" : "）");
}

/* Append the values of a list: 分别为20人、6人, 均为6人, 均为0. */
static void
add_values(Words *words, const ListMember *members, size_t count, WordingLanguage language)
{
	bool		english = language == WORDING_ENGLISH;
	bool		none = true;
	bool		alike = true;

	for (size_t i = 0; i < count; i++)
	{
		none = none && members[i].is_zero;
		alike = alike && strcmp(members[i].value, members[0].value) == 0;
	}
	if (none || alike)
	{
		words_add(words, !english ? "均为" : count == 2 ? "both " : "all ");
		words_add(words, none ? "0" : members[0].value);
		return;
	}
	words_add(words, english ? "" : "分别为");
	for (size_t i = 0; i < count; i++)
	{
		words_add(words, i == 0 ? "" : between(i, count, language));
		words_add(words, members[i].value);
	}
	words_add(words, english ? " respectively" : "");
}

/*
 * Append several figures together, their names first: 死亡、受伤分别为20人、6人, 起数、死亡
 * 均为0, 起数、死亡同比分别下降9.2%、8.5%, 起数、死亡分别为59起、43人，同比分别下降9.2%、8.5%;
 * or each with its own name: 死亡20人、受伤6人.  Either all members have a value or none;
 * one alone is said without 分别.
 */
void
words_list(Words *words, const ListMember *members, size_t count, ListForm form, const ChangeWording *how)
{
	MemberChanges changes = {{restart_members, next_member}, members, count, 0};
	bool		english = how->language == WORDING_ENGLISH;
	bool		changed = false;
	bool		named = false;

	for (size_t i = 0; i < count; i++)
	{
		changed = changed || members[i].change != NULL;
		named = named || has_name(&members[i]);
	}
	if (form == LIST_PAIRS || count < 2)
	{
		for (size_t i = 0; i < count; i++)
		{
			words_add(words, i == 0 ? "" : between(i, count, how->language));
			add_member(words, &members[i], count == 1, how);
		}
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (has_name(&members[i]))
		{
			words_add(words, i == 0 ? "" : between(i, count, how->language));
			words_add(words, members[i].name);
		}
	if (english && named)
	{
		words_add(words, " ");
		words_add(words, members[0].value != NULL ? "were " : verbs[how->verbs].copula);
	}
	if (members[0].value != NULL)
		add_values(words, members, count, how->language);
	if (!changed)
		return;
	if (members[0].value != NULL)
		words_add(words, english ? ", " : "，");
	words_changes(words, &changes.changes, how);
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
