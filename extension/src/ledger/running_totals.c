/*
 * running_totals.c
 *		What some dated amounts come to up to the end of each of so many months.
 *
 * The monthly summaries are made of it: what a month, a year to date or twelve months come
 * to is the difference of two of these totals, so each is counted once.  What it gives is a
 * bigint[] with bounds [0:months]: what comes before the first month, then up to the end of
 * each.  A total beyond TOTAL_MAX is NULL, and so is each after it: whoever enters absurd
 * amounts makes no view fail.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "common/int.h"
#include "utils/array.h"
#include "utils/date.h"

#include "core/dates.h"

#define MONTHS_MAX 100000		/* more than 8000 years */

/* Sums and differences of five of these, as hundredths, fit numeric(18,2). */
#define TOTAL_MAX INT64CONST(199999999999999999)

typedef struct Totals
{
	int64		first_month;	/* months since year 0 */
	DateADT		day;			/* the last that was added, and its place: records come by month */
	int64		place;
	int32		months;
	int64		amounts[FLEXIBLE_ARRAY_MEMBER]; /* of what comes before, then of each month */
} Totals;

static int64
month_number(DateADT day)
{
	CivilDate	d = civil_from_day(day);

	return (int64) d.year * MONTHS_PER_YEAR + d.month - 1;
}

/*
 * emgov_internal.running_totals_add(internal, amount bigint, day date, first date, months int) returns internal
 */
PG_FUNCTION_INFO_V1(emgov_running_totals_add);
Datum
emgov_running_totals_add(PG_FUNCTION_ARGS)
{
	Totals	   *totals = PG_ARGISNULL(0) ? NULL : (Totals *) PG_GETARG_POINTER(0);
	MemoryContext context;
	int64		place;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "called outside an aggregate");
	if (totals == NULL)
	{
		int32		months = PG_ARGISNULL(3) || PG_ARGISNULL(4) ? 0 : PG_GETARG_INT32(4);

		if (months < 0 || months > MONTHS_MAX || (months > 0 && DATE_NOT_FINITE(PG_GETARG_DATEADT(3))))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there are no totals of %d months", months),
					 errdetail("There are of 0 to %d months from a day.", MONTHS_MAX)));
		totals = MemoryContextAllocZero(context, offsetof(Totals, amounts) + sizeof(int64) * (months + 1));
		totals->months = months;
		totals->first_month = months > 0 ? month_number(PG_GETARG_DATEADT(3)) : 0;
		DATE_NOBEGIN(totals->day);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_GETARG_INT64(1) == 0 || DATE_IS_NOEND(PG_GETARG_DATEADT(2)))
		PG_RETURN_POINTER(totals);
	if (PG_GETARG_DATEADT(2) != totals->day)
	{
		totals->day = PG_GETARG_DATEADT(2);
		totals->place = Max(month_number(totals->day) - totals->first_month + 1, 0);
	}
	place = totals->place;
	/* PG_INT64_MAX stands for what does not fit */
	if (place <= totals->months && totals->amounts[place] != PG_INT64_MAX &&
		pg_add_s64_overflow(totals->amounts[place], PG_GETARG_INT64(1), &totals->amounts[place]))
		totals->amounts[place] = PG_INT64_MAX;
	PG_RETURN_POINTER(totals);
}

/*
 * emgov_internal.running_totals_given(internal) returns bigint[]
 */
PG_FUNCTION_INFO_V1(emgov_running_totals_given);
Datum
emgov_running_totals_given(PG_FUNCTION_ARGS)
{
	const Totals *totals = PG_ARGISNULL(0) ? NULL : (Totals *) PG_GETARG_POINTER(0);
	int			n = totals ? totals->months + 1 : 1;
	int			first = 0;
	Datum	   *sums = palloc(sizeof(Datum) * n);
	bool	   *nulls = palloc0(sizeof(bool) * n);
	int64		sum = 0;
	bool		fits = true;

	sums[0] = Int64GetDatum(0);
	for (int i = 0; totals != NULL && i < n; i++)
	{
		fits = fits && totals->amounts[i] != PG_INT64_MAX && !pg_add_s64_overflow(sum, totals->amounts[i], &sum) &&
			sum <= TOTAL_MAX && sum >= -TOTAL_MAX;
		sums[i] = Int64GetDatum(fits ? sum : 0);
		nulls[i] = !fits;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(sums, nulls, 1, &n, &first, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
