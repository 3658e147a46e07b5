/*
 * dates.h
 *		Days, calendar dates and the periods made of them.
 *
 * Free of server headers.  A day is the number of days since 2000-01-01, as in
 * the server's date; the calendar is the proleptic Gregorian one.  A period is
 * half-open: its first day, and the day after its last.
 */
#ifndef EMGOV_CORE_DATES_H
#define EMGOV_CORE_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAY_FIRST	(-730119)	/* 0001-01-01 */
#define DAY_LAST	2145031948	/* 5874897-12-31, the last day of the type date */
#define YEAR_FIRST	1
#define YEAR_LAST	5874896		/* the last year whose end is a day, too */

#define MONTHS_PER_QUARTER 3
#define MONTHS_PER_HALF 6
#ifndef MONTHS_PER_YEAR
#define MONTHS_PER_YEAR 12
#endif

typedef struct CivilDate
{
	int32_t		year;			/* 0 is 1 BC, -1 is 2 BC, ... */
	int32_t		month;
	int32_t		day;
} CivilDate;

typedef struct Period
{
	int32_t		start;
	int32_t		end;
} Period;

/* The day on which a year of reports begins; one that every year and every month has. */
typedef struct YearStart
{
	int32_t		month;			/* 1 to 12 */
	int32_t		day;			/* 1 to 28 */
} YearStart;

#define CALENDAR_YEAR ((YearStart) {1, 1})

extern CivilDate civil_from_day(int32_t day);
extern int32_t day_from_civil(int32_t year, int32_t month, int32_t day);
extern int32_t day_year_earlier(int32_t day);
extern Period period_of_months(int32_t year, int32_t month, int32_t months);
extern int32_t days_of_month(int32_t year, int32_t month);
extern bool year_start_read(const char *text, size_t length, YearStart *start);
extern Period period_of_year(int32_t year, int32_t before, int32_t months, YearStart start);
extern Period period_around(int32_t day, int32_t months, YearStart start);
extern bool period_months(Period p, int64_t *months);
extern bool period_before(Period p, Period *before);
extern bool period_years_earlier(Period p, int32_t years, Period *earlier);
extern bool period_preceding(Period p, Period *preceding);

static inline bool
period_contains(Period p, int32_t day)
{
	return day >= p.start && day < p.end;
}

#endif							/* EMGOV_CORE_DATES_H */
