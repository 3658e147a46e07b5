/*
 * accident.c
 *		accident_summary and accident_comparison: accidents, casualties, losses.
 *
 * An accident_comparison is two accident_summaries, of a period and of the
 * same period a year earlier, made in one pass over the records.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "core/severity.h"
#include "kernel/decimal_numeric.h"
#include "kernel/enums.h"
#include "kernel/integer_arg.h"
#include "kernel/periods.h"
#include "kernel/summary.h"
#include "kernel/year_on_year.h"

enum
{
	ACCIDENT_DEATHS,
	ACCIDENT_SERIOUS_INJURIES,
	ACCIDENT_DIRECT_LOSS,
	ACCIDENT_GENERAL,			/* this and what follows: in the order of Severity */
	ACCIDENT_LARGER,
	ACCIDENT_MAJOR,
	ACCIDENT_EXTRAORDINARY,
	ACCIDENT_FIELDS,
	ACCIDENT_ACCIDENTS = ACCIDENT_FIELDS,	/* derived */
};

static const Field accident_fields[] = {
	[ACCIDENT_DEATHS] = {"deaths", FIELD_COUNT},
	[ACCIDENT_SERIOUS_INJURIES] = {"serious_injuries", FIELD_COUNT},
	[ACCIDENT_DIRECT_LOSS] = {"direct_loss", FIELD_MONEY},
	[ACCIDENT_GENERAL] = {"general", FIELD_COUNT},
	[ACCIDENT_LARGER] = {"larger", FIELD_COUNT},
	[ACCIDENT_MAJOR] = {"major", FIELD_COUNT},
	[ACCIDENT_EXTRAORDINARY] = {"extraordinary", FIELD_COUNT},
};

/* Every accident has exactly one severity. */
static const DerivedField accident_derived[] = {
	{"accidents", {
			[ACCIDENT_GENERAL] = 1, [ACCIDENT_LARGER] = 1,
			[ACCIDENT_MAJOR] = 1, [ACCIDENT_EXTRAORDINARY] = 1,
	}},
};

static const Family accident_family =
FAMILY("accident_summary", accident_fields, accident_derived, 1);

static const Family accident_comparison_family =
FAMILY("accident_comparison", accident_fields, accident_derived, 2);

#define ACCIDENT_FIELDS_OF(type, family) \
	SUMMARY_TYPE(type, family); \
	SUMMARY_FIELD(type, family, accidents, ACCIDENT_ACCIDENTS); \
	SUMMARY_FIELD(type, family, deaths, ACCIDENT_DEATHS); \
	SUMMARY_FIELD(type, family, serious_injuries, ACCIDENT_SERIOUS_INJURIES); \
	SUMMARY_FIELD(type, family, direct_loss, ACCIDENT_DIRECT_LOSS); \
	SUMMARY_FIELD(type, family, general, ACCIDENT_GENERAL); \
	SUMMARY_FIELD(type, family, larger, ACCIDENT_LARGER); \
	SUMMARY_FIELD(type, family, major, ACCIDENT_MAJOR); \
	SUMMARY_FIELD(type, family, extraordinary, ACCIDENT_EXTRAORDINARY)

ACCIDENT_FIELDS_OF(accident_summary, accident_family);
ACCIDENT_FIELDS_OF(accident_comparison, accident_comparison_family);

/* ------------------------------------------------------------------ one accident */

/* A count of persons: NULL is none, a negative one an error. */
static pg_attribute_always_inline int64
persons_arg(FunctionCallInfo fcinfo, int argno, const char *what, IntegerArg get)
{
	int64		persons = PG_ARGISNULL(argno) ? 0 : get(fcinfo, argno);

	if (unlikely(persons < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: " INT64_FORMAT, what, persons),
				 errhint("To take an accident out of a summary, subtract its summary.")));
	return persons;
}

/* A loss in fen: NULL is none, a negative one an error. */
static inline int64
loss_arg(FunctionCallInfo fcinfo, int argno)
{
	int64		fen = PG_ARGISNULL(argno) ? 0 : fen_from_numeric(PG_GETARG_DATUM(argno), "direct_loss");

	if (unlikely(fen < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("direct_loss must not be negative: %s",
						DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(argno)))),
				 errhint("To take an accident out of a summary, subtract its summary.")));
	return fen;
}

/*
 * accident_severity(deaths bigint, serious_injuries bigint, direct_loss numeric)
 *
 * State Council Order 493, article 3: the gravest that any of the three
 * criteria gives.  A NULL criterion is unknown and counts as nothing; with all
 * three NULL the severity is NULL.
 */
PG_FUNCTION_INFO_V1(accident_severity);
Datum
accident_severity(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1) && PG_ARGISNULL(2))
		PG_RETURN_NULL();
	PG_RETURN_OID(enum_value(&severity_enum,
							 severity_of_accident(persons_arg(fcinfo, 0, "deaths", bigint_arg),
												  persons_arg(fcinfo, 1, "serious_injuries", bigint_arg),
												  loss_arg(fcinfo, 2))));
}

/*
 * Count the accident in arguments 1 to 3 into the counters that start at `start`.
 */
static pg_attribute_always_inline void
count_accident(FunctionCallInfo fcinfo, Summary *state, const Family *family,
			   int start, bool subtract, IntegerArg get)
{
	int64		deaths = persons_arg(fcinfo, 1, "deaths", get);
	int64		serious_injuries = persons_arg(fcinfo, 2, "serious_injuries", get);
	int64		loss = loss_arg(fcinfo, 3);

	summary_count(state, family, start + ACCIDENT_DEATHS, deaths, subtract);
	summary_count(state, family, start + ACCIDENT_SERIOUS_INJURIES, serious_injuries, subtract);
	summary_count(state, family, start + ACCIDENT_DIRECT_LOSS, loss, subtract);
	summary_count(state, family,
				  start + ACCIDENT_GENERAL + severity_of_accident(deaths, serious_injuries, loss),
				  1, subtract);
}

static inline bool
no_accident(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) && PG_ARGISNULL(2) && PG_ARGISNULL(3);
}

/* ------------------------------------------------------------------ aggregates */

/*
 * The transition of accident_agg, and its inverse:
 * (state, deaths, serious_injuries, direct_loss).  A row of NULLs is no accident.
 */
static pg_attribute_always_inline Datum
accident_step(FunctionCallInfo fcinfo, bool subtract, IntegerArg get)
{
	Summary    *state = summary_state(fcinfo, &accident_family);

	if (!no_accident(fcinfo))
		count_accident(fcinfo, state, &accident_family, 0, subtract, get);
	PG_RETURN_POINTER(state);
}

SQL_FUNCTION(accident_accumulate_smallint, accident_step(fcinfo, false, smallint_arg));
SQL_FUNCTION(accident_discard_smallint, accident_step(fcinfo, true, smallint_arg));
SQL_FUNCTION(accident_accumulate_int, accident_step(fcinfo, false, int_arg));
SQL_FUNCTION(accident_discard_int, accident_step(fcinfo, true, int_arg));
SQL_FUNCTION(accident_accumulate_bigint, accident_step(fcinfo, false, bigint_arg));
SQL_FUNCTION(accident_discard_bigint, accident_step(fcinfo, true, bigint_arg));

/*
 * The transition of accident_yoy_agg, and its inverse:
 * (state, deaths, serious_injuries, direct_loss, occurred_on, period).
 * An accident without a date is in no period.  One in both the period and its
 * base (which a period longer than a year allows) counts in both.
 */
static pg_attribute_always_inline Datum
accident_comparison_step(FunctionCallInfo fcinfo, bool subtract, IntegerArg get)
{
	Summary    *state = summary_state(fcinfo, &accident_comparison_family);
	YearOnYear	where;

	if (no_accident(fcinfo) || PG_ARGISNULL(4))
		PG_RETURN_POINTER(state);
	where = year_on_year(fcinfo, 4, 5);
	if (where.in_current)
		count_accident(fcinfo, state, &accident_comparison_family, 0, subtract, get);
	if (where.in_base)
		count_accident(fcinfo, state, &accident_comparison_family, ACCIDENT_FIELDS, subtract, get);
	PG_RETURN_POINTER(state);
}

SQL_FUNCTION(accident_comparison_accumulate_smallint, accident_comparison_step(fcinfo, false, smallint_arg));
SQL_FUNCTION(accident_comparison_discard_smallint, accident_comparison_step(fcinfo, true, smallint_arg));
SQL_FUNCTION(accident_comparison_accumulate_int, accident_comparison_step(fcinfo, false, int_arg));
SQL_FUNCTION(accident_comparison_discard_int, accident_comparison_step(fcinfo, true, int_arg));
SQL_FUNCTION(accident_comparison_accumulate_bigint, accident_comparison_step(fcinfo, false, bigint_arg));
SQL_FUNCTION(accident_comparison_discard_bigint, accident_comparison_step(fcinfo, true, bigint_arg));
