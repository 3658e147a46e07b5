/*
 * period_text.h
 *		Periods as people write them: 2024Q4, 2024-01..2024-07, 2024年1—7月, the first
 *		half of 2024.
 *
 * Free of server headers.
 *
 * What is read, with full-width characters for ASCII ones, either case, spaces between
 * the parts:
 *
 *	2024  2024-12  2024-12-19  2024.12.19  2024/12/19  202412  20241219
 *	2024Q4  2024-Q4  Q4 2024  2024H1
 *	2024/25 for 2024, where years do not begin in January
 *	2024年  2024年度  2024年上半年  2024年一季度  2024年第1季度  2024年前三季度  2024年前7个月
 *	2024年7月  2024年7月份  2024年7月19日  2024年1—7月  2024年1—3季度  二〇二四年七月
 *	July 2024  19 December 2024  December 19, 2024  1 to 19 December 2024
 *	the first half of 2024  the first three quarters of 2024
 *	two of these with .. — ~ 至 到 - to between them; what one of the two leaves out is as
 *	in the other: 2024-01..07, 2024年1月1日至12月19日, January to July 2024
 *	[2024-01-01,2025-01-01), as the server prints a range
 *
 * What words_period() writes, with its year, is read.  Years have four digits.  The first period's beginning to the last one's end is meant.
 */
#ifndef EMGOV_CORE_PERIOD_TEXT_H
#define EMGOV_CORE_PERIOD_TEXT_H

#include "core/dates.h"

#define PERIOD_TEXT_LENGTH 100	/* longest text that is read, in characters */

typedef enum PeriodProblem
{
	PERIOD_GOOD,
	PERIOD_SYNTAX,				/* not understood at this place */
	PERIOD_NO_SUCH,				/* there is no such year, half, quarter, month or day */
	PERIOD_FISCAL,				/* 2024/25, where years begin in January, or not these two */
	PERIOD_NO_YEAR,				/* a month or so of no year */
	PERIOD_REVERSED,			/* ends before it begins */
	PERIOD_UNBOUNDED,			/* a range without a first or a last day */
	PERIOD_EMPTY,				/* a range without days */
} PeriodProblem;

typedef struct PeriodError
{
	PeriodProblem problem;
	int			position;		/* where, in characters from 1 */
	const char *what;			/* of PERIOD_NO_SUCH: year, half, quarter, month, day */
	int			number;			/* and which */
} PeriodError;

extern bool period_read(const char *text, size_t length, YearStart start, Period *period, PeriodError *error);

#endif							/* EMGOV_CORE_PERIOD_TEXT_H */
