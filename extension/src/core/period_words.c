/*
 * period_words.c
 *		What a period is called: 2024年上半年, 1—7月, the first half of 2024.
 *
 * A period has the name of a year, half, quarter or month where it is one, of a run of
 * months where it is that, and else of its first and last day.  Years, halves and
 * quarters are those of the year that begins on year_start; a year that does not begin
 * in January is written 2024/25, and nothing of a calendar year is called its half.  One
 * that begins within January has no name of its own.
 */
#include "core/period_words.h"

#include <stdio.h>
#include <string.h>

/* A period that is a run of whole months, of the year that it begins in. */
typedef struct Months
{
	int64_t		count;
	int32_t		year;
	int			from;			/* month of that year, 0 to 11 */
	bool		fiscal;
} Months;

static const char *const english_months[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
	"November", "December"
};
static const char *const chinese_quarters[] = {"一季度", "二季度", "三季度", "四季度"};
static const char *const english_quarters[] = {"first quarter", "second quarter", "third quarter", "fourth quarter"};

int
wording_period_form(const char *name)
{
	static const char *const names[] = {"name", "months", "days"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

static void
add_number(Words *words, int64_t number)
{
	char		text[24];

	snprintf(text, sizeof(text), "%lld", (long long) number);
	words_add(words, text);
}

/* 2024, or 2024/25; of a new century in full. */
static void
add_year(Words *words, int32_t year, bool fiscal)
{
	char		text[16];

	add_number(words, year);
	if (!fiscal)
		return;
	words_add(words, "/");
	if ((year + 1) % 100 == 0)
		add_number(words, (int64_t) year + 1);
	else
	{
		snprintf(text, sizeof(text), "%02d", (year + 1) % 100);
		words_add(words, text);
	}
}

/* What a part of a year is called; NULL if it has no name. */
static const char *
part_name(const Months *m, bool english)
{
	if (m->count == 6 && m->from % 6 == 0)
	{
		if (english)
			return m->from == 0 ? "first half" : "second half";
		return m->from == 0 ? "上半年" : "下半年";
	}
	if (m->count == 9 && m->from == 0)
		return english ? "first three quarters" : "前三季度";
	if (m->count == 3 && m->from % 3 == 0)
		return english ? english_quarters[m->from / 3] : chinese_quarters[m->from / 3];
	return NULL;
}

/* Append the name of a year, some years or a named part of one.  False if it is none of these. */
static bool
add_name(Words *words, const Months *m, const PeriodWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	bool		years = m->from == 0 && m->count % MONTHS_PER_YEAR == 0;
	const char *part = years ? NULL : part_name(m, english);

	if (!years && part == NULL)
		return false;
	if (years && how->without_year && m->count == MONTHS_PER_YEAR)
	{
		words_add(words, english ? "the year" : m->fiscal ? "全年度" : "全年");
		return true;
	}
	if (english && part != NULL)
	{
		words_add(words, "the ");
		words_add(words, part);
		if (how->without_year)
			return true;
		words_add(words, " of ");
	}
	if (part == NULL || english || !how->without_year)
	{
		add_year(words, m->year, m->fiscal);
		if (years && m->count > MONTHS_PER_YEAR)
		{
			words_add(words, english ? " to " : "—");
			add_year(words, (int32_t) (m->year + m->count / MONTHS_PER_YEAR - 1), m->fiscal);
		}
		if (!english)
			words_add(words, m->fiscal ? "年度" : "年");
	}
	if (!english && part != NULL)
		words_add(words, part);
	return true;
}

/* Append 7月 or 1—7月 with its year, or July and January to July. */
static void
add_months(Words *words, CivilDate first, CivilDate last, const PeriodWording *how)
{
	bool		english = how->language == WORDING_ENGLISH;
	bool		one_year = first.year == last.year;
	bool		one_month = one_year && first.month == last.month;
	bool		without_year = how->without_year && one_year;

	if (english)
	{
		words_add(words, english_months[first.month - 1]);
		if (!one_year)
		{
			words_add(words, " ");
			add_number(words, first.year);
		}
		if (!one_month)
		{
			words_add(words, " to ");
			words_add(words, english_months[last.month - 1]);
		}
		if (!without_year)
		{
			words_add(words, " ");
			add_number(words, last.year);
		}
		return;
	}
	if (!without_year)
	{
		add_number(words, first.year);
		words_add(words, "年");
	}
	add_number(words, first.month);
	if (!one_month && one_year)
	{
		words_add(words, "—");
		add_number(words, last.month);
	}
	words_add(words, one_month && without_year ? "月份" : "月");
	if (!one_year)
	{
		words_add(words, "至");
		add_number(words, last.year);
		words_add(words, "年");
		add_number(words, last.month);
		words_add(words, "月");
	}
}

/* Append 1月1日至12月19日 or 1 January to 19 December, with the years. */
static void
add_days(Words *words, CivilDate first, CivilDate last, const PeriodWording *how)
{
	bool		one_year = first.year == last.year;
	bool		one_month = one_year && first.month == last.month;
	bool		one_day = one_month && first.day == last.day;
	bool		without_year = how->without_year && one_year;

	if (how->language == WORDING_ENGLISH)
	{
		add_number(words, first.day);
		if (!one_month)
		{
			words_add(words, " ");
			words_add(words, english_months[first.month - 1]);
		}
		if (!one_year)
		{
			words_add(words, " ");
			add_number(words, first.year);
		}
		if (!one_day)
		{
			words_add(words, " to ");
			add_number(words, last.day);
		}
		words_add(words, " ");
		words_add(words, english_months[last.month - 1]);
		if (!without_year)
		{
			words_add(words, " ");
			add_number(words, last.year);
		}
		return;
	}
	if (!without_year)
	{
		add_number(words, first.year);
		words_add(words, "年");
	}
	add_number(words, first.month);
	words_add(words, "月");
	add_number(words, first.day);
	words_add(words, "日");
	if (one_day)
		return;
	words_add(words, "至");
	if (!one_year)
	{
		add_number(words, last.year);
		words_add(words, "年");
	}
	if (!one_month)
	{
		add_number(words, last.month);
		words_add(words, "月");
	}
	add_number(words, last.day);
	words_add(words, "日");
}

/*
 * Is the period a run of whole months, counted from the day on which years begin, of a
 * year that has a name?
 */
static bool
find_months(Months *m, Period p, YearStart start)
{
	CivilDate	first = civil_from_day(p.start);
	CivilDate	after = civil_from_day(p.end);
	int			from = first.month - start.month;

	m->fiscal = start.month != 1;
	m->count = ((int64_t) after.year - first.year) * MONTHS_PER_YEAR + after.month - first.month;
	m->year = first.year - (from < 0);
	m->from = (from + MONTHS_PER_YEAR) % MONTHS_PER_YEAR;
	return first.day == start.day && after.day == start.day && (m->fiscal || start.day == 1);
}

/* Append what a period is called; it must have a day, and begin on DAY_FIRST or later. */
void
words_period(Words *words, Period p, const PeriodWording *how)
{
	CivilDate	first = civil_from_day(p.start);
	CivilDate	last = civil_from_day(p.end - 1);
	Months		m;
	int64_t		months;

	if (how->form == PERIOD_NAME && find_months(&m, p, how->year_start.month == 0 ? CALENDAR_YEAR : how->year_start) &&
		add_name(words, &m, how))
		return;
	if (how->form != PERIOD_DAYS && period_months(p, &months))
		add_months(words, first, last, how);
	else
		add_days(words, first, last, how);
}
