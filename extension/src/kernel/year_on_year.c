/*
 * year_on_year.c
 *		Where a date stands: in a period, in the same period a year earlier, in both or neither.
 */
#include "postgres.h"
#include "compat.h"

#include "kernel/periods.h"
#include "kernel/year_on_year.h"

YearOnYearPeriods year_on_year_periods;

/* Make the period argument the known one.  NULL, unbounded and empty ones are errors. */
void
year_on_year_learn(FunctionCallInfo fcinfo, int period_argno)
{
	YearOnYearPeriods learnt = {.image = {0}};
	struct varlena *given;

	learnt.current = period_arg(fcinfo, period_argno);
	learnt.base = period_year_earlier(learnt.current);
	/* only an image with a four-byte header is remembered */
	given = (struct varlena *) PG_GETARG_POINTER(period_argno);
	if (!VARATT_IS_EXTENDED(given) && VARSIZE(given) == PERIOD_IMAGE_SIZE)
		memcpy(learnt.image, given, PERIOD_IMAGE_SIZE);
	year_on_year_periods = learnt;
}
