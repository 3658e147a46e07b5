/*
 * year_on_year.h
 *		Where a date stands: in a period, in the same period a year earlier, in both or neither.
 */
#ifndef EMGOV_YEAR_ON_YEAR_H
#define EMGOV_YEAR_ON_YEAR_H

#include "utils/date.h"

#include "core/dates.h"

typedef struct YearOnYear
{
	bool		in_current;
	bool		in_base;
} YearOnYear;

/* A daterange with two bounds, as it is stored. */
#define PERIOD_IMAGE_SIZE 17

/* The period asked for last, and its base. */
typedef struct YearOnYearPeriods
{
	char		image[PERIOD_IMAGE_SIZE];	/* of the period, as it was given; zeros at first */
	Period		current;
	Period		base;
} YearOnYearPeriods;

extern YearOnYearPeriods year_on_year_periods;
extern void year_on_year_learn(FunctionCallInfo fcinfo, int period_argno);

/*
 * The date argument is not NULL; the period must be bounded and not empty.
 * An aggregate asks with the same period for every row, so the last one is
 * kept, with its base, which depends on nothing else.
 */
static inline YearOnYear
year_on_year(FunctionCallInfo fcinfo, int date_argno, int period_argno)
{
	const YearOnYearPeriods *known = &year_on_year_periods;
	const char *given = (const char *) PG_GETARG_POINTER(period_argno);
	DateADT		at = PG_GETARG_DATEADT(date_argno);

	/* the length first: an image of another length must not be read beyond its end */
	if (unlikely(PG_ARGISNULL(period_argno) || memcmp(given, known->image, VARHDRSZ) != 0 ||
				 memcmp(given + VARHDRSZ, known->image + VARHDRSZ, PERIOD_IMAGE_SIZE - VARHDRSZ) != 0))
		year_on_year_learn(fcinfo, period_argno);
	return (YearOnYear) {period_contains(known->current, at), period_contains(known->base, at)};
}

#endif							/* EMGOV_YEAR_ON_YEAR_H */
