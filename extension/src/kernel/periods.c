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
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/rangetypes.h"

#include "core/period_text.h"
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

/* Read the day on which years begin, MM-DD; anything else is invalid_parameter_value. */
YearStart
year_start_arg(FunctionCallInfo fcinfo, int argno)
{
	text	   *argument = PG_GETARG_TEXT_PP(argno);
	YearStart	start;

	if (!year_start_read(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument), &start))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no day that a year begins on: \"%s\"", text_to_cstring(argument)),
				 errdetail("It is a month and a day that every month has, 01 to 28."),
				 errhint("Write MM-DD: 01-01 for calendar years, 04-01 for years from April on.")));
	return start;
}

/* The part of a year with some months after as many before them. */
static Datum
year_part_datum(int year, int before, int months, YearStart start)
{
	if (year < YEAR_FIRST || year > YEAR_LAST)
		year_out_of_range(year);
	return period_datum(period_of_year(year, before, months, start));
}

/* year(int, year_start): a year.  One outside YEAR_FIRST..YEAR_LAST is an error. */
PG_FUNCTION_INFO_V1(period_year);
Datum
period_year(PG_FUNCTION_ARGS)
{
	return year_part_datum(PG_GETARG_INT32(0), 0, MONTHS_PER_YEAR, year_start_arg(fcinfo, 1));
}

/* half(year, half, year_start): a half of a year, 1 or 2. */
PG_FUNCTION_INFO_V1(period_half);
Datum
period_half(PG_FUNCTION_ARGS)
{
	int			half = PG_GETARG_INT32(1);

	if (half < 1 || half > MONTHS_PER_YEAR / MONTHS_PER_HALF)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("half out of range: %d", half),
				 errdetail("A half of a year is 1 or 2."),
				 errhint("The arguments are the year, then the half.")));
	return year_part_datum(PG_GETARG_INT32(0), (half - 1) * MONTHS_PER_HALF, MONTHS_PER_HALF, year_start_arg(fcinfo, 2));
}

/* quarter(year, quarter, year_start): a quarter of a year, 1 to 4. */
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
	return year_part_datum(PG_GETARG_INT32(0), (quarter - 1) * MONTHS_PER_QUARTER, MONTHS_PER_QUARTER, year_start_arg(fcinfo, 2));
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
	return year_part_datum(PG_GETARG_INT32(0), month - 1, 1, CALENDAR_YEAR);
}

/* A day of a period.  An infinite date, one before YEAR_FIRST, or the very last date is an error. */
static DateADT
day_arg(FunctionCallInfo fcinfo, int argno)
{
	DateADT		day = PG_GETARG_DATEADT(argno);

	if (day < DAY_FIRST || day >= DAY_LAST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("date out of range: %s", shown_date(day)),
				 errdetail("A day of a period must be finite, in year %d or later, and have a day after it.", YEAR_FIRST)));
	return day;
}

/* The part of its year that a day lies in.  One that begins before YEAR_FIRST, or ends after the last date, is an error. */
static Period
part_around(DateADT day, int months, YearStart start)
{
	Period		p = period_around(day, months, start);

	if (p.start < DAY_FIRST || p.end > DAY_LAST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("period out of range: the one that %s lies in", shown_date(day)),
				 errdetail("A period must not begin before the year %d, and must end.", YEAR_FIRST)));
	return p;
}

/* half(date): the half of the calendar year that the day lies in. */
PG_FUNCTION_INFO_V1(period_half_of);
Datum
period_half_of(PG_FUNCTION_ARGS)
{
	return period_datum(part_around(day_arg(fcinfo, 0), MONTHS_PER_HALF, CALENDAR_YEAR));
}

/* quarter(date): the calendar quarter that the day lies in. */
PG_FUNCTION_INFO_V1(period_quarter_of);
Datum
period_quarter_of(PG_FUNCTION_ARGS)
{
	return period_datum(part_around(day_arg(fcinfo, 0), MONTHS_PER_QUARTER, CALENDAR_YEAR));
}

/* month(date): the calendar month that the day lies in. */
PG_FUNCTION_INFO_V1(period_month_of);
Datum
period_month_of(PG_FUNCTION_ARGS)
{
	return period_datum(part_around(day_arg(fcinfo, 0), 1, CALENDAR_YEAR));
}

/* ytd(date, year_start): from the first day of the date's year up to and including the date. */
PG_FUNCTION_INFO_V1(period_ytd);
Datum
period_ytd(PG_FUNCTION_ARGS)
{
	DateADT		day = day_arg(fcinfo, 0);
	Period		p = period_around(day, MONTHS_PER_YEAR, year_start_arg(fcinfo, 1));

	if (p.start < DAY_FIRST)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("period out of range: the year up to %s", shown_date(day)),
				 errdetail("A period must not begin before the year %d.", YEAR_FIRST)));
	p.end = day + 1;
	return period_datum(p);
}

/*
 * _period_of(daterange, kind, year_start): the month, quarter, half or year that the last
 * day of a period lies in, the year up to that day (ytd), or the period itself (own).
 */
PG_FUNCTION_INFO_V1(period_of_kind);
Datum
period_of_kind(PG_FUNCTION_ARGS)
{
	Period		p = period_arg(fcinfo, 0);
	char	   *kind = text_to_cstring(PG_GETARG_TEXT_PP(1));
	YearStart	start = year_start_arg(fcinfo, 2);
	DateADT		last = p.end - 1;

	if (strcmp(kind, "month") == 0)
		p = part_around(last, 1, CALENDAR_YEAR);
	else if (strcmp(kind, "quarter") == 0)
		p = part_around(last, MONTHS_PER_QUARTER, start);
	else if (strcmp(kind, "half") == 0)
		p = part_around(last, MONTHS_PER_HALF, start);
	else if (strcmp(kind, "year") == 0)
		p = part_around(last, MONTHS_PER_YEAR, start);
	else if (strcmp(kind, "ytd") == 0)
	{
		p.start = period_around(last, MONTHS_PER_YEAR, start).start;
		if (p.start < DAY_FIRST)
			refuse_period(false, false, p.start, p.end);
	}
	else if (strcmp(kind, "own") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no kind of period \"%s\"", kind),
				 errhint("month, quarter, half, year, ytd or own.")));
	return period_datum(p);
}

/* ------------------------------------------------------------------ parts */

typedef struct Parts
{
	Period		whole;
	DateADT		next;			/* where the next part begins */
	int			months;
	YearStart	start;
} Parts;

/* The parts of so many months that a period has, one a call, the first and the last cut to it. */
static Datum
period_parts(FunctionCallInfo fcinfo, int months)
{
	FuncCallContext *context;
	Parts	   *parts;
	Period		p;

	if (SRF_IS_FIRSTCALL())
	{
		context = SRF_FIRSTCALL_INIT();
		parts = MemoryContextAlloc(context->multi_call_memory_ctx, sizeof(Parts));
		parts->whole = period_arg(fcinfo, 0);
		parts->next = parts->whole.start;
		parts->months = months;
		parts->start = PG_NARGS() > 1 ? year_start_arg(fcinfo, 1) : CALENDAR_YEAR;
		context->user_fctx = parts;
	}
	context = SRF_PERCALL_SETUP();
	parts = context->user_fctx;
	if (parts->next >= parts->whole.end)
		SRF_RETURN_DONE(context);
	p = period_around(parts->next, parts->months, parts->start);
	p.start = parts->next;
	p.end = Min(p.end, parts->whole.end);
	parts->next = p.end;
	SRF_RETURN_NEXT(context, period_datum(p));
}

/* months(daterange): the calendar months of a period. */
PG_FUNCTION_INFO_V1(period_months_of);
Datum
period_months_of(PG_FUNCTION_ARGS)
{
	return period_parts(fcinfo, 1);
}

/* quarters(daterange, year_start): the quarters of a period. */
PG_FUNCTION_INFO_V1(period_quarters_of);
Datum
period_quarters_of(PG_FUNCTION_ARGS)
{
	return period_parts(fcinfo, MONTHS_PER_QUARTER);
}

/* years(daterange, year_start): the years of a period. */
PG_FUNCTION_INFO_V1(period_years_of);
Datum
period_years_of(PG_FUNCTION_ARGS)
{
	return period_parts(fcinfo, MONTHS_PER_YEAR);
}

/* ------------------------------------------------------------------ from text */

/* What to say of a text that is no period. */
static void
refuse_text(const char *text, const PeriodError *error)
{
	switch (error->problem)
	{
		case PERIOD_NO_SUCH:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("period out of range: \"%s\"", text),
					 errdetail("At position %d: there is no %s %d.", error->position, error->what, error->number),
					 errhint("A year has two halves, four quarters and twelve months, and is written with four digits, 0001 to 9999.")));
		case PERIOD_REVERSED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("period ends before it begins: \"%s\"", text),
					 errdetail("See position %d.", error->position),
					 errhint("Write the earlier one first.")));
		case PERIOD_EMPTY:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("period is empty: \"%s\"", text),
					 errhint("A range is half-open: its upper bound is the day after its last day.")));
		case PERIOD_UNBOUNDED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("period has no first or no last day: \"%s\"", text),
					 errdetail("See position %d.", error->position),
					 errhint("Give both bounds, as in [2024-01-01,2025-01-01).")));
		case PERIOD_NO_YEAR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("period of no year: \"%s\"", text),
					 errdetail("No year is said at position %d.", error->position),
					 errhint("Write the year with four digits, as in 2024-07 or 2024年7月.")));
		case PERIOD_FISCAL:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("invalid period: \"%s\"", text),
					 errdetail("See position %d.", error->position),
					 errhint("2024/25 is a year that begins in 2024, and not in January: emgov.period('2024/25', '04-01'); a month is 2024-12, a day 2024/12/19.")));
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("invalid period: \"%s\"", text),
					 errdetail("See position %d.", error->position),
					 errhint("Write 2024, 2024H1, 2024Q4, 2024-12, 2024-12-19, two of these as in 2024-01..2024-07, "
							 "or 2024年, 2024年上半年, 2024年四季度, 2024年1—7月, 2024年1月1日至12月19日.")));
	}
}

/* period(text, year_start): a period as people write it, see core/period_text.h. */
PG_FUNCTION_INFO_V1(period_from_text);
Datum
period_from_text(PG_FUNCTION_ARGS)
{
	text	   *argument = PG_GETARG_TEXT_PP(0);
	PeriodError error;
	Period		p;

	if (!period_read(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument), year_start_arg(fcinfo, 1), &p, &error))
		refuse_text(text_to_cstring(argument), &error);
	return period_datum(p);
}

/* ------------------------------------------------------------------ the period before */

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
