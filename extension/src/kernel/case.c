/*
 * case.c
 *		case_summary: enforcement cases as stock and flow, penalties and fines.
 */
#include "postgres.h"
#include "compat.h"

#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "kernel/decimal_numeric.h"
#include "kernel/enums.h"
#include "kernel/periods.h"
#include "kernel/summary.h"

enum
{
	CASE_OPENING,
	CASE_FILED,
	CASE_CLOSED,
	CASE_FINES,
	CASE_NO_PENALTY,
	CASE_KIND,					/* one for each PenaltyKind, in its order */
	CASE_FIELDS = CASE_KIND + PENALTY_KINDS,
	CASE_PENDING = CASE_FIELDS, /* derived */
	CASE_DECIDED,				/* derived */
};

#define KIND_FIELD(kind) (CASE_KIND + PENALTY_##kind)

static const Field case_fields[] = {
	[CASE_OPENING] = {"opening", FIELD_COUNT},
	[CASE_FILED] = {"filed", FIELD_COUNT},
	[CASE_CLOSED] = {"closed", FIELD_COUNT},
	[CASE_FINES] = {"fines", FIELD_MONEY},
	[CASE_NO_PENALTY] = {"no_penalty", FIELD_COUNT},
	[KIND_FIELD(OTHER)] = {"other", FIELD_COUNT},
	[KIND_FIELD(WARNING)] = {"warning", FIELD_COUNT},
	[KIND_FIELD(CRITICISM)] = {"criticism", FIELD_COUNT},
	[KIND_FIELD(FINE)] = {"fine", FIELD_COUNT},
	[KIND_FIELD(CONFISCATION)] = {"confiscation", FIELD_COUNT},
	[KIND_FIELD(SUSPENSION)] = {"suspension", FIELD_COUNT},
	[KIND_FIELD(DOWNGRADE)] = {"downgrade", FIELD_COUNT},
	[KIND_FIELD(RESTRICTION)] = {"restriction", FIELD_COUNT},
	[KIND_FIELD(SHUTDOWN)] = {"shutdown", FIELD_COUNT},
	[KIND_FIELD(CLOSURE)] = {"closure", FIELD_COUNT},
	[KIND_FIELD(REVOCATION)] = {"revocation", FIELD_COUNT},
	[KIND_FIELD(DETENTION)] = {"detention", FIELD_COUNT},
};

static const DerivedField case_derived[] = {
	{"pending", {[CASE_OPENING] = 1, [CASE_FILED] = 1, [CASE_CLOSED] = -1}},
	{"decided", {
			[CASE_NO_PENALTY] = 1,
			[KIND_FIELD(OTHER)] = 1, [KIND_FIELD(WARNING)] = 1, [KIND_FIELD(CRITICISM)] = 1,
			[KIND_FIELD(FINE)] = 1, [KIND_FIELD(CONFISCATION)] = 1, [KIND_FIELD(SUSPENSION)] = 1,
			[KIND_FIELD(DOWNGRADE)] = 1, [KIND_FIELD(RESTRICTION)] = 1, [KIND_FIELD(SHUTDOWN)] = 1,
			[KIND_FIELD(CLOSURE)] = 1, [KIND_FIELD(REVOCATION)] = 1, [KIND_FIELD(DETENTION)] = 1,
	}},
};

static const Family case_family = FAMILY("case_summary", case_fields, case_derived, 1);

SUMMARY_TYPE(case_summary, case_family);
SUMMARY_FIELD(case_summary, case_family, opening, CASE_OPENING);
SUMMARY_FIELD(case_summary, case_family, filed, CASE_FILED);
SUMMARY_FIELD(case_summary, case_family, decided, CASE_DECIDED);
SUMMARY_FIELD(case_summary, case_family, closed, CASE_CLOSED);
SUMMARY_FIELD(case_summary, case_family, pending, CASE_PENDING);
SUMMARY_FIELD(case_summary, case_family, fines, CASE_FINES);
SUMMARY_FIELD(case_summary, case_family, no_penalty, CASE_NO_PENALTY);
SUMMARY_FIELD(case_summary, case_family, other, KIND_FIELD(OTHER));
SUMMARY_FIELD(case_summary, case_family, warning, KIND_FIELD(WARNING));
SUMMARY_FIELD(case_summary, case_family, criticism, KIND_FIELD(CRITICISM));
SUMMARY_FIELD(case_summary, case_family, fine, KIND_FIELD(FINE));
SUMMARY_FIELD(case_summary, case_family, confiscation, KIND_FIELD(CONFISCATION));
SUMMARY_FIELD(case_summary, case_family, suspension, KIND_FIELD(SUSPENSION));
SUMMARY_FIELD(case_summary, case_family, downgrade, KIND_FIELD(DOWNGRADE));
SUMMARY_FIELD(case_summary, case_family, restriction, KIND_FIELD(RESTRICTION));
SUMMARY_FIELD(case_summary, case_family, shutdown, KIND_FIELD(SHUTDOWN));
SUMMARY_FIELD(case_summary, case_family, closure, KIND_FIELD(CLOSURE));
SUMMARY_FIELD(case_summary, case_family, revocation, KIND_FIELD(REVOCATION));
SUMMARY_FIELD(case_summary, case_family, detention, KIND_FIELD(DETENTION));

/*
 * heaviest(penalty_kind[]): the heaviest kind of a decision with several, by
 * which the statutory annual table counts it.  NULL for none.
 */
PG_FUNCTION_INFO_V1(penalty_kind_heaviest);
Datum
penalty_kind_heaviest(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	ArrayIterator iterator = array_create_iterator(array, 0, NULL);
	Datum		value;
	bool		isnull;
	int			heaviest = -1;

	while (array_iterate(iterator, &value, &isnull))
	{
		CHECK_FOR_INTERRUPTS();
		if (!isnull)
			heaviest = Max(heaviest, enum_position(&penalty_kind_enum, DatumGetObjectId(value)));
	}
	array_free_iterator(iterator);
	if (heaviest < 0)
		PG_RETURN_NULL();
	PG_RETURN_OID(enum_value(&penalty_kind_enum, heaviest));
}

/*
 * The transition of case_agg, and its inverse:
 * (state, filed_on, decided_on, closed_on, penalty, fine, period).
 *
 * Stock and flow: opening cases were filed before the period and not closed
 * before it, and each flow counts by its own date, so that
 * opening + filed - closed = pending holds by construction.  A decision counts
 * by its date, under its penalty or as one without, with its fine, whether or
 * not the case was filed (the simplified procedure files none).  A case never
 * filed is not in the stock, so its closing is not counted.  A row of NULLs is
 * no case.
 */
static pg_attribute_always_inline Datum
case_step(FunctionCallInfo fcinfo, bool subtract)
{
	Summary    *state = summary_state(fcinfo, &case_family);
	bool		filed = !PG_ARGISNULL(1);
	bool		decided = !PG_ARGISNULL(2);
	bool		closed = filed && !PG_ARGISNULL(3);
	DateADT		filed_on = filed ? PG_GETARG_DATEADT(1) : 0;
	DateADT		closed_on = closed ? PG_GETARG_DATEADT(3) : 0;
	Period		period;

	if (!filed && !decided)
		PG_RETURN_POINTER(state);
	period = period_arg(fcinfo, 6);

	if (unlikely(closed && closed_on < filed_on))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a case was closed before it was filed"),
				 errdetail("It was filed on %s and closed on %s.",
						   DatumGetCString(DirectFunctionCall1(date_out, PG_GETARG_DATUM(1))),
						   DatumGetCString(DirectFunctionCall1(date_out, PG_GETARG_DATUM(3)))),
				 errhint("Correct the record, or leave out such rows with a WHERE clause.")));
	if (filed)
	{
		if (filed_on < period.start && (!closed || closed_on >= period.start))
			summary_count(state, &case_family, CASE_OPENING, 1, subtract);
		if (period_contains(period, filed_on))
			summary_count(state, &case_family, CASE_FILED, 1, subtract);
		if (closed && period_contains(period, closed_on))
			summary_count(state, &case_family, CASE_CLOSED, 1, subtract);
	}
	if (decided && period_contains(period, PG_GETARG_DATEADT(2)))
	{
		summary_count(state, &case_family,
					  PG_ARGISNULL(4) ? CASE_NO_PENALTY :
					  CASE_KIND + enum_position(&penalty_kind_enum, PG_GETARG_OID(4)),
					  1, subtract);
		if (!PG_ARGISNULL(5))
		{
			int64		fine = fen_from_numeric(PG_GETARG_DATUM(5), "fine");

			if (unlikely(fine < 0))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("fine must not be negative: %s",
								DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(5)))),
						 errhint("To take a case out of a summary, subtract its summary.")));
			summary_count(state, &case_family, CASE_FINES, fine, subtract);
		}
	}
	PG_RETURN_POINTER(state);
}

SQL_FUNCTION(case_accumulate, case_step(fcinfo, false));
SQL_FUNCTION(case_discard, case_step(fcinfo, true));
