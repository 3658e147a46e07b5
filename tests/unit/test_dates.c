/*
 * test_dates.c
 *		The calendar against one counted day by day, and the laws of periods.
 */
#include "core/dates.h"
#include "unit.h"

static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Count on from a known day and compare every date on the way. */
static void
count_days(int32_t day, int year, int month, int date, int32_t until)
{
	for (; day < until; day++)
	{
		CivilDate	c = civil_from_day(day);

		CHECK(c.year == year && c.month == month && c.day == date,
			  "day %d: %d-%d-%d, not %d-%d-%d", day, c.year, c.month, c.day, year, month, date);
		CHECK(day_from_civil(year, month, date) == day, "%d-%d-%d", year, month, date);
		if (++date > days_in_month(year, month))
		{
			date = 1;
			if (++month > 12)
			{
				month = 1;
				year++;
			}
		}
	}
}

/* Any two adjoining periods adjoin a year earlier, and no day is lost or moved far. */
static void
check_year_earlier(int32_t day)
{
	int32_t		earlier = day_year_earlier(day);
	CivilDate	c = civil_from_day(day);
	CivilDate	e = civil_from_day(earlier);

	CHECK(day_year_earlier(day + 1) >= earlier, "order around day %d", day);
	CHECK(day - earlier == 365 || day - earlier == 366, "distance of day %d", day);
	CHECK(e.year == c.year - 1, "year of day %d", day);
	if (c.month == 2 && c.day == 29)
		CHECK(e.month == 3 && e.day == 1, "29 February %d", c.year);
	else
		CHECK(e.month == c.month && e.day == c.day, "date of day %d", day);
}

static void
check_previous(void)
{
	int64_t		months;
	Period		before;

	for (int i = 0; i < 100000; i++)
	{
		int32_t		year = 2 + (int32_t) (unit_random() % 4000);
		int32_t		month = 1 + (int32_t) (unit_random() % 12);
		int32_t		length = 1 + (int32_t) (unit_random() % 12);
		Period		p = period_of_months(year, month, length);

		CHECK(period_months(p, &months) && months == length, "%d months", length);
		CHECK(period_before(p, &before) && before.end == p.start &&
			  period_months(before, &months) && months == length, "before %d months of %d-%d", length, year, month);

		p.start += 1 + (int32_t) (unit_random() % 27);
		p.end = p.start + 1 + (int32_t) (unit_random() % 300);
		CHECK(period_before(p, &before) && before.end == p.start &&
			  before.end - before.start == p.end - p.start, "before days %d to %d", p.start, p.end);
	}
}

int
main(void)
{
	Period		whole = {DAY_FIRST, DAY_LAST};
	Period		before;

	count_days(DAY_FIRST, 1, 1, 1, DAY_FIRST + 800 * 366);
	count_days(-2451545 + 38, -4712, 1, 1, -2451545 + 1000000);		/* BC, down to where dates begin */
	count_days(day_from_civil(YEAR_LAST, 1, 1), YEAR_LAST, 1, 1, DAY_LAST);
	CHECK(day_from_civil(2000, 1, 1) == 0, "the epoch");
	CHECK(day_from_civil(YEAR_LAST + 1, 12, 31) == DAY_LAST, "the last day");

	for (int32_t day = DAY_FIRST; day < DAY_FIRST + 3 * 146097; day++)
		check_year_earlier(day);
	check_previous();
	CHECK(!period_before(whole, &before), "nothing before everything");
	whole.start++;
	CHECK(!period_before(whole, &before), "nothing before almost everything");
	CHECK(!period_before(period_of_months(1, 3, 3), &before), "two months before three");
	CHECK(period_before(period_of_months(1, 3, 2), &before) && before.start == DAY_FIRST, "two months before two");
	CHECK(!period_before(period_of_months(1, 1, 1), &before), "nothing before the first month");
	return finish("dates");
}
