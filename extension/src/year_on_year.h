/*
 * year_on_year.h
 *		Where a date stands: in a period, in the same period a year earlier, in both or neither.
 */
#ifndef EMGOV_YEAR_ON_YEAR_H
#define EMGOV_YEAR_ON_YEAR_H

typedef struct YearOnYear
{
	bool		in_current;
	bool		in_base;
} YearOnYear;

extern YearOnYear year_on_year(FunctionCallInfo fcinfo, int date_argno, int period_argno);

#endif							/* EMGOV_YEAR_ON_YEAR_H */
