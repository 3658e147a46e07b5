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

/* A period of days, both said as yyyymmdd. */
static Period
days(int32_t first, int32_t last)
{
	Period		p;

	p.start = day_from_civil(first / 10000, first / 100 % 100, first % 100);
	p.end = day_from_civil(last / 10000, last / 100 % 100, last % 100) + 1;
	return p;
}

/* The period before the days from first to last is that from then_first to then_last; 0: there is none. */
static void
check_preceding(int32_t first, int32_t last, int32_t then_first, int32_t then_last)
{
	Period		before = {0, 0};
	bool		found = period_preceding(days(first, last), &before);
	Period		expected = then_first == 0 ? before : days(then_first, then_last);

	CHECK(found == (then_first != 0) && before.start == expected.start && before.end == expected.end,
		  "before %d to %d: %d, %d to %d", first, last, found, before.start, before.end);
}

static void
check_comparators(void)
{
	Period		earlier;

	/* days; whole months, quarters, halves, years, and others */
	check_preceding(20240301, 20240301, 20240229, 20240229);
	check_preceding(20240101, 20240131, 20231201, 20231231);
	check_preceding(20240201, 20240229, 20240101, 20240131);
	check_preceding(20240301, 20240331, 20240201, 20240229);
	check_preceding(20240101, 20240331, 20231001, 20231231);
	check_preceding(20240201, 20240430, 20231101, 20240131);
	check_preceding(20240701, 20241231, 20240101, 20240630);
	check_preceding(20240101, 20241231, 20230101, 20231231);
	check_preceding(20230401, 20240331, 20220401, 20230331);
	check_preceding(20230101, 20241231, 20210101, 20221231);
	check_preceding(20240101, 20240229, 0, 0);
	check_preceding(20240101, 20240430, 0, 0);
	check_preceding(20240101, 20240731, 0, 0);
	check_preceding(20240101, 20241130, 0, 0);
	/* parts of a month, and what reaches beyond one */
	check_preceding(20240301, 20240320, 20240201, 20240220);
	check_preceding(20240301, 20240330, 20240201, 20240229);
	check_preceding(20230301, 20230329, 20230201, 20230228);
	check_preceding(20240101, 20240115, 20231201, 20231215);
	check_preceding(20240201, 20240228, 20240101, 20240128);
	check_preceding(20240311, 20240320, 20240211, 20240220);
	check_preceding(20240325, 20240330, 20240225, 20240229);
	check_preceding(20230329, 20230331, 0, 0);
	check_preceding(20240101, 20241219, 0, 0);
	check_preceding(20240401, 20240520, 0, 0);
	check_preceding(20240415, 20240520, 20240310, 20240414);
	/* weeks from Monday to Sunday; from the first of a month it is that part of it */
	check_preceding(20240304, 20240310, 20240226, 20240303);
	check_preceding(20240304, 20240317, 20240219, 20240303);
	check_preceding(20240429, 20240505, 20240422, 20240428);
	check_preceding(20240305, 20240311, 20240205, 20240211);
	check_preceding(20240701, 20240707, 20240601, 20240607);
	/* where time begins */
	check_preceding(10101, 10131, 0, 0);
	check_preceding(10101, 10120, 0, 0);
	check_preceding(10115, 10120, 0, 0);
	check_preceding(10201, 10220, 10101, 10120);
	check_preceding(10101, 10101, 0, 0);

	for (int i = 0; i < 100000; i++)
	{
		Period		p;
		Period		a;
		Period		b;
		int32_t		years = 1 + (int32_t) (unit_random() % 30);
		bool		some;

		p.start = DAY_FIRST + (int32_t) (unit_random() % 1500000);
		p.end = p.start + 1 + (int32_t) (unit_random() % 400);
		some = period_years_earlier(p, 1, &a);
		CHECK(some == (day_year_earlier(p.start) >= DAY_FIRST) &&
			  (!some || (a.start == day_year_earlier(p.start) && a.end == day_year_earlier(p.end))), "a year before %d to %d", p.start, p.end);
		/* bounds that are no leap day are moved year by year */
		if (civil_from_day(p.start).month == 2 || civil_from_day(p.end).month == 2 || !period_years_earlier(p, years, &a))
			continue;
		b = p;
		for (int32_t n = 0; n < years; n++)
			CHECK(period_years_earlier(b, 1, &b), "a year before %d", b.start);
		CHECK(a.start == b.start && a.end == b.end, "%d years before %d to %d", years, p.start, p.end);
		CHECK(!period_preceding(p, &a) || (a.end <= p.start && a.start >= DAY_FIRST && a.start < a.end), "before %d to %d", p.start, p.end);
	}
	CHECK(period_years_earlier(days(20240229, 20240229), 4, &earlier) && earlier.start == days(20200229, 20200229).start &&
		  earlier.end - earlier.start == 1, "29 February, four years earlier");
	CHECK(period_years_earlier(days(20240229, 20240229), 1, &earlier) && earlier.start == earlier.end, "no such day a year earlier");
	CHECK(!period_years_earlier(days(20240101, 20241231), 2024, &earlier), "no year 0");
	CHECK(period_years_earlier(days(20240101, 20241231), 2023, &earlier) && earlier.start == DAY_FIRST, "the year 1");
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
	check_comparators();
	CHECK(!period_before(whole, &before), "nothing before everything");
	whole.start++;
	CHECK(!period_before(whole, &before), "nothing before almost everything");
	CHECK(!period_before(period_of_months(1, 3, 3), &before), "two months before three");
	CHECK(period_before(period_of_months(1, 3, 2), &before) && before.start == DAY_FIRST, "two months before two");
	CHECK(!period_before(period_of_months(1, 1, 1), &before), "nothing before the first month");
	return finish("dates");
}
