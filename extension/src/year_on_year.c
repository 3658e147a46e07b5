/*
 * year_on_year.c
 *		Where a date stands: in a period, in the same period a year earlier, in both or neither.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/date.h"

#include "periods.h"
#include "year_on_year.h"

/*
 * The date argument is not NULL; the period must be bounded and not empty.
 * An aggregate asks with the same period for every row, so the last base is
 * kept: it depends on nothing but the period.
 */
YearOnYear
year_on_year(FunctionCallInfo fcinfo, int date_argno, int period_argno)
{
	static Period last = {0, 0};
	static Period last_base = {0, 0};
	Period		current = period_arg(fcinfo, period_argno);
	DateADT		at = PG_GETARG_DATEADT(date_argno);

	if (current.start != last.start || current.end != last.end)
	{
		last_base = period_year_earlier(current);
		last = current;
	}
	return (YearOnYear) {period_contains(current, at), period_contains(last_base, at)};
}
