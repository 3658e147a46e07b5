/*
 * periods.h
 *		Periods as arguments and results: core dateranges, half-open.
 */
#ifndef EMGOV_PERIODS_H
#define EMGOV_PERIODS_H

#include "core/dates.h"

extern Period period_arg(FunctionCallInfo fcinfo, int argno);
extern YearStart year_start_arg(FunctionCallInfo fcinfo, int argno);
extern Datum period_datum(Period p);
extern Period period_year_earlier(Period p);

#endif							/* EMGOV_PERIODS_H */
