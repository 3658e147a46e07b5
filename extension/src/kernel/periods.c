/*
 * periods.c
 *		Periods of a report: years, quarters, months, the year so far, and the
 *		periods they are compared with.
 *
 * A period is a core daterange with two finite bounds in AD years.  It is
 * decoded from its stored form and written in it, without the type cache:
 * aggregates read one for every row.  The form is part of every data file (see
 * range_serialize() in the server's rangetypes.c): the range type's OID, the
 * bounds there are, and a byte of flags.  A daterange with finite bounds is
 * always made canonical, [start,end).
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/rangetypes.h"

#include "kernel/periods.h"

#define FLAGS_BOUNDED RANGE_LB_INC	/* [start,end) */
#define BOUNDED_SIZE (VARHDRSZ + sizeof(Oid) + 2 * sizeof(DateADT) + 1)
#define EMPTY_SIZE (VARHDRSZ + sizeof(Oid) + 1)

/* A date as the session's DateStyle shows it, for messages. */
static char *
shown_date(DateADT day)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)));
}

/* Refuse a year whose period would not fit the type date. */
static void
year_out_of_range(int year)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("year out of range: %d", year),
			 errdetail("A year must be between %d and %d.", YEAR_FIRST, YEAR_LAST)));
}

/* Why period_arg() takes no such period. */
static void
refuse_period(bool empty, bool unbounded, DateADT start, DateADT end)
{
	if (empty)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period is empty"),
				 errhint("A period is half-open: its upper bound is the day after its last day.")));
	if (unbounded || DATE_NOT_FINITE(start) || DATE_NOT_FINITE(end))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period has no first or no last day"),
				 errdetail("Both bounds of a period must be finite dates."),
				 errhint("Give both bounds, for example emgov.year(2024) or emgov.ytd('2024-12-19').")));
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("period out of range: it begins on %s", shown_date(start)),
			 errdetail("A period must not begin before the year %d.", YEAR_FIRST)));
}

/*
 * Read a daterange argument.  NULL is null_value_not_allowed; a range that is
 * empty or has an unbounded or infinite end is invalid_parameter_value; one that
 * begins before year 1 is datetime_field_overflow.
 */
Period
period_arg(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *range;
	const char *data;
	uint8		flags;
	Period		p;

	if (unlikely(PG_ARGISNULL(argno)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the period must not be NULL"),
				 errhint("Give one, for example emgov.year(2024).")));
	range = PG_GETARG_VARLENA_PP(argno);
	data = VARDATA_ANY(range);
	flags = (uint8) data[VARSIZE_ANY_EXHDR(range) - 1];
	if (unlikely(!RANGE_HAS_LBOUND(flags) || !RANGE_HAS_UBOUND(flags)))
		refuse_period((flags & RANGE_EMPTY) != 0, true, 0, 0);
	memcpy(&p.start, data + sizeof(Oid), sizeof(DateADT));
	memcpy(&p.end, data + sizeof(Oid) + sizeof(DateADT), sizeof(DateADT));
	/* infinities are the smallest and the largest integer */
	if (unlikely(p.start < DAY_FIRST || p.end > DAY_LAST))
		refuse_period(false, false, p.start, p.end);
	Assert(p.start < p.end);
	return p;
}

/* A period as a daterange datum; one without days is the empty range. */
Datum
period_datum(Period p)
{
	bool		empty = p.start >= p.end;
	Size		size = empty ? EMPTY_SIZE : BOUNDED_SIZE;
	RangeType  *range = (RangeType *) palloc0(size);
	char	   *bounds = (char *) (range + 1);

	SET_VARSIZE(range, size);
	range->rangetypid = DATERANGEOID;
	if (!empty)
	{
		memcpy(bounds, &p.start, sizeof(DateADT));
		memcpy(bounds + sizeof(DateADT), &p.end, sizeof(DateADT));
	}
	((char *) range)[size - 1] = empty ? RANGE_EMPTY : FLAGS_BOUNDED;
	return RangeTypePGetDatum(range);
}

/*
 * The same period a year earlier: both bounds shifted by a year, a 29 February
 * bound to 1 March of a common year.  The 29th of February alone has no day a
 * year earlier: the result then has none (start = end).  A period that begins
 * in year 1 has none before it: datetime_field_overflow.
 *
 * Aggregates ask for every row, nearly always for the same period, so the last
 * answer is kept.
 */
Period
period_year_earlier(Period p)
{
	static Period asked = {0, 0};
	static Period answer = {0, 0};
	Period		earlier;

	if (likely(p.start == asked.start && p.end == asked.end && asked.start < asked.end))
		return answer;
	earlier.start = day_year_earlier(p.start);
	earlier.end = day_year_earlier(p.end);
	if (earlier.start < DAY_FIRST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("period out of range: a year earlier than %s", shown_date(p.start)),
				 errdetail("A period must not begin before the year %d.", YEAR_FIRST)));
	asked = p;
	answer = earlier;
	return answer;
}

/* The period of `months` months from a month of a year. */
static Datum
months_datum(int year, int month, int months)
{
	if (year < YEAR_FIRST || year > YEAR_LAST)
		year_out_of_range(year);
	return period_datum(period_of_months(year, month, months));
}

/* year(int): a calendar year.  A year outside YEAR_FIRST..YEAR_LAST is an error. */
PG_FUNCTION_INFO_V1(period_year);
Datum
period_year(PG_FUNCTION_ARGS)
{
	return months_datum(PG_GETARG_INT32(0), 1, MONTHS_PER_YEAR);
}

/* quarter(year, quarter): a calendar quarter, 1 to 4. */
PG_FUNCTION_INFO_V1(period_quarter);
Datum
period_quarter(PG_FUNCTION_ARGS)
{
	int			quarter = PG_GETARG_INT32(1);

	if (quarter < 1 || quarter > MONTHS_PER_YEAR / MONTHS_PER_QUARTER)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("quarter out of range: %d", quarter),
				 errdetail("A quarter must be between 1 and 4."),
				 errhint("The arguments are the year, then the quarter.")));
	return months_datum(PG_GETARG_INT32(0), (quarter - 1) * MONTHS_PER_QUARTER + 1, MONTHS_PER_QUARTER);
}

/* month(year, month): a calendar month, 1 to 12. */
PG_FUNCTION_INFO_V1(period_month);
Datum
period_month(PG_FUNCTION_ARGS)
{
	int			month = PG_GETARG_INT32(1);

	if (month < 1 || month > MONTHS_PER_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("month out of range: %d", month),
				 errdetail("A month must be between 1 and 12."),
				 errhint("The arguments are the year, then the month.")));
	return months_datum(PG_GETARG_INT32(0), month, 1);
}

/* The year and month that a day lies in.  An infinite date, or one outside YEAR_FIRST..YEAR_LAST, is an error. */
static CivilDate
civil_arg(FunctionCallInfo fcinfo, int argno)
{
	DateADT		day = PG_GETARG_DATEADT(argno);

	if (day < DAY_FIRST || day >= DAY_LAST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("date out of range: %s", shown_date(day)),
				 errdetail("A day of a period must be finite, in year %d or later.", YEAR_FIRST)));
	return civil_from_day(day);
}

/* quarter(date): the calendar quarter that the day lies in. */
PG_FUNCTION_INFO_V1(period_quarter_of);
Datum
period_quarter_of(PG_FUNCTION_ARGS)
{
	CivilDate	day = civil_arg(fcinfo, 0);

	return months_datum(day.year, (day.month - 1) / MONTHS_PER_QUARTER * MONTHS_PER_QUARTER + 1, MONTHS_PER_QUARTER);
}

/* month(date): the calendar month that the day lies in. */
PG_FUNCTION_INFO_V1(period_month_of);
Datum
period_month_of(PG_FUNCTION_ARGS)
{
	CivilDate	day = civil_arg(fcinfo, 0);

	return months_datum(day.year, day.month, 1);
}

/* ytd(date): from 1 January of the date's year up to and including the date. */
PG_FUNCTION_INFO_V1(period_ytd);
Datum
period_ytd(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	Period		p;

	if (day < DAY_FIRST || day >= DAY_LAST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("date out of range: %s", shown_date(day)),
				 errdetail("The last day of a period must be finite, in year %d or later, and have a day after it.",
						   YEAR_FIRST)));
	p.start = day_from_civil(civil_from_day(day).year, 1, 1);
	p.end = day + 1;
	return period_datum(p);
}

/* year_earlier(daterange): the same period a year earlier, see period_year_earlier(). */
PG_FUNCTION_INFO_V1(period_earlier);
Datum
period_earlier(PG_FUNCTION_ARGS)
{
	return period_datum(period_year_earlier(period_arg(fcinfo, 0)));
}

/* previous(daterange): the period of the same length right before, see period_before(). */
PG_FUNCTION_INFO_V1(period_previous);
Datum
period_previous(PG_FUNCTION_ARGS)
{
	Period		p = period_arg(fcinfo, 0);
	Period		before;

	if (!period_before(p, &before))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("period out of range: %d days before %s",
						p.end - p.start, shown_date(p.start)),
				 errdetail("A period must not begin before the year %d.", YEAR_FIRST)));
	return period_datum(before);
}

/*
 * month_of(date): the first day of the date's month.  Infinities stay what they
 * are, as in date_trunc(), so that a rollup keyed by month takes every date; only
 * the month in which the type date begins (4714-11 BC) has no first day.
 */
PG_FUNCTION_INFO_V1(month_of_date);
Datum
month_of_date(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	DateADT		first;

	if (DATE_NOT_FINITE(day))
		PG_RETURN_DATEADT(day);
	first = day - (civil_from_day(day).day - 1);
	if (unlikely(!IS_VALID_DATE(first)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("date out of range: the month of %s has no first day", shown_date(day)),
				 errdetail("The type date begins within that month.")));
	PG_RETURN_DATEADT(first);
}
