/*
 * dates.c
 *		Days, calendar dates and the periods made of them.
 *
 * The calendar is computed in eras of 400 years that begin on 1 March, so that
 * the leap day comes last: 97 leap days an era, 146097 days.
 */
#include "core/dates.h"

#define DAYS_PER_ERA	146097
#define DAYS_PER_COMMON_YEAR 365
#define DAYS_BEFORE_2000 730425	/* from 0000-03-01 to 2000-01-01 */

/* Split a day of the type date (4713 BC to 5874897) into year, month and day. */
CivilDate
civil_from_day(int32_t day)
{
	int32_t		since = day + DAYS_BEFORE_2000;
	int32_t		era = (since >= 0 ? since : since - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int32_t		in_era = since - era * DAYS_PER_ERA;
	int32_t		year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (DAYS_PER_ERA - 1)) / DAYS_PER_COMMON_YEAR;
	int32_t		in_year = in_era - (DAYS_PER_COMMON_YEAR * year + year / 4 - year / 100);
	int32_t		march_month = (5 * in_year + 2) / 153;	/* 0 = March */
	CivilDate	result;

	result.day = in_year - (153 * march_month + 2) / 5 + 1;
	result.month = march_month < 10 ? march_month + 3 : march_month - 9;
	result.year = year + era * 400 + (result.month <= 2);
	return result;
}

/*
 * The day of a year (4714 BC to YEAR_LAST + 1), a month 1 to 12 and a day of
 * the month.  One day too many, as 29 February of a common year, gives the day
 * that follows: 1 March.
 */
int32_t
day_from_civil(int32_t year, int32_t month, int32_t day)
{
	int32_t		march_year = month <= 2 ? year - 1 : year;
	int32_t		era = (march_year >= 0 ? march_year : march_year - 399) / 400;
	int32_t		in_era = march_year - era * 400;
	int32_t		march_month = month > 2 ? month - 3 : month + 9;
	int32_t		in_year = (153 * march_month + 2) / 5 + day - 1;

	/* the last era ends beyond 32 bits only in its intermediate sum */
	return (int32_t) ((int64_t) era * DAYS_PER_ERA + in_era * DAYS_PER_COMMON_YEAR +
					  in_era / 4 - in_era / 100 + in_year - DAYS_BEFORE_2000);
}

/*
 * The same date a year earlier; 29 February becomes 1 March.  As the bound of
 * one period is the bound of the next, adjoining periods stay adjoining.
 */
int32_t
day_year_earlier(int32_t day)
{
	CivilDate	c = civil_from_day(day);

	return day_from_civil(c.year - 1, c.month, c.day);
}

/* The period of some whole months; both its bounds must be days of the type date. */
Period
period_of_months(int32_t year, int32_t month, int32_t months)
{
	int64_t		after = (int64_t) month - 1 + months;
	Period		result;

	result.start = day_from_civil(year, month, 1);
	result.end = day_from_civil((int32_t) (year + after / MONTHS_PER_YEAR),
								(int32_t) (after % MONTHS_PER_YEAR) + 1, 1);
	return result;
}

/* How many days a month (1 to 12) of a year has. */
int32_t
days_of_month(int32_t year, int32_t month)
{
	Period		p = period_of_months(year, month, 1);

	return p.end - p.start;
}

/* Read the day on which years begin: MM-DD, no later in its month than the 28th.  False if the text is none. */
bool
year_start_read(const char *text, size_t length, YearStart *start)
{
	if (length != 5 || text[2] != '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return false;
	start->month = (text[0] - '0') * 10 + text[1] - '0';
	start->day = (text[3] - '0') * 10 + text[4] - '0';
	return start->month >= 1 && start->month <= MONTHS_PER_YEAR && start->day >= 1 && start->day <= 28;
}

/* The first day of a month, counted from the month in which the year 0 begins; of a year that begins on another day, that day. */
static int32_t
day_of_month_number(int64_t number, YearStart start)
{
	int64_t		month = number + start.month - 1;
	int64_t		year = month >= 0 ? month / MONTHS_PER_YEAR : (month - (MONTHS_PER_YEAR - 1)) / MONTHS_PER_YEAR;

	return day_from_civil((int32_t) year, (int32_t) (month - year * MONTHS_PER_YEAR) + 1, start.day);
}

/* The part of a year, named by the calendar year that it begins in, that has some months after as many before them. */
Period
period_of_year(int32_t year, int32_t before, int32_t months, YearStart start)
{
	int64_t		number = (int64_t) year * MONTHS_PER_YEAR + before;
	Period		result;

	result.start = day_of_month_number(number, start);
	result.end = day_of_month_number(number + months, start);
	return result;
}

/* The month, quarter, half or year (1, 3, 6 or 12 months) that a day of YEAR_FIRST or later lies in; it may begin before that. */
Period
period_around(int32_t day, int32_t months, YearStart start)
{
	CivilDate	c = civil_from_day(day);
	int64_t		number = (int64_t) c.year * MONTHS_PER_YEAR + c.month - start.month - (c.day < start.day);

	number -= (number % months + months) % months;
	return period_of_year(0, (int32_t) number, months, start);
}

/* Whether a period is a run of whole calendar months, and of how many. */
bool
period_months(Period p, int64_t *months)
{
	CivilDate	first = civil_from_day(p.start);
	CivilDate	after = civil_from_day(p.end);

	*months = ((int64_t) after.year - first.year) * MONTHS_PER_YEAR + after.month - first.month;
	return first.day == 1 && after.day == 1;
}

/*
 * The period of the same length right before: as many months for a run of
 * whole calendar months, as many days otherwise.  False if it would begin
 * before DAY_FIRST.  The period must begin on DAY_FIRST or later.
 */
bool
period_before(Period p, Period *before)
{
	int64_t		months;
	int64_t		start;

	if (period_months(p, &months))
	{
		CivilDate	first = civil_from_day(p.start);
		int64_t		number = (int64_t) first.year * MONTHS_PER_YEAR + first.month - 1 - months;

		if (number < YEAR_FIRST * MONTHS_PER_YEAR)
			return false;
		start = day_from_civil((int32_t) (number / MONTHS_PER_YEAR),
							   (int32_t) (number % MONTHS_PER_YEAR) + 1, 1);
	}
	else
		start = (int64_t) p.start - ((int64_t) p.end - p.start);
	if (start < DAY_FIRST)
		return false;
	before->start = (int32_t) start;
	before->end = p.start;
	return true;
}

/*
 * The same period some years earlier, as day_year_earlier() has it: a bound on 29
 * February is 1 March in a common year, so that it may come out empty.  False if it
 * would begin before DAY_FIRST.
 */
bool
period_years_earlier(Period p, int32_t years, Period *earlier)
{
	CivilDate	first = civil_from_day(p.start);
	CivilDate	after = civil_from_day(p.end);

	if ((int64_t) first.year - years < YEAR_FIRST || (int64_t) after.year - years > YEAR_LAST)
		return false;
	earlier->start = day_from_civil(first.year - years, first.month, first.day);
	earlier->end = day_from_civil(after.year - years, after.month, after.day);
	return true;
}

/*
 * The period that people compare a period with as the one before it (环比); false where
 * there is none.
 *
 *	  one day: the day before
 *	  whole months, as many as make a month, a quarter, a half year or years: as many before
 *	  from the first of a month to a day of it: the same days of the month before
 *	  whole weeks, Monday to Sunday: as many before
 *	  other days of one month: the same days of the month before
 *	  other days: as many right before
 *
 * Of the days that the month before does not have, none are compared.  A run of other
 * months, and one from the first of a month into another, have none: what was counted up
 * since then has no neighbour of its kind.
 */
bool
period_preceding(Period p, Period *preceding)
{
	CivilDate	first = civil_from_day(p.start);
	CivilDate	last = civil_from_day(p.end - 1);
	int64_t		months;
	int32_t		start;

	if (period_months(p, &months))
		return (months == 1 || months == MONTHS_PER_QUARTER || months == MONTHS_PER_YEAR / 2 || months % MONTHS_PER_YEAR == 0) &&
			period_before(p, preceding);
	if (p.end - p.start == 1)
		return period_before(p, preceding);
	if (first.year != last.year || first.month != last.month)
		return first.day != 1 && period_before(p, preceding);
	/* 2000-01-03 was a Monday */
	if (first.day != 1 && (p.end - p.start) % 7 == 0 && ((p.start - 2) % 7 + 7) % 7 == 0)
		return period_before(p, preceding);
	start = p.start - (first.day - 1);
	if (start <= DAY_FIRST)
		return false;
	start -= civil_from_day(start - 1).day;
	preceding->start = start + first.day - 1;
	preceding->end = start + last.day;
	if (preceding->end > p.start - (first.day - 1))
		preceding->end = p.start - (first.day - 1);
	return preceding->start < preceding->end;
}
