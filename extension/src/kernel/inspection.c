/*
 * inspection.c
 *		inspection_summary: inspections, their documents and the hazards found.
 */
#include "postgres.h"
#include "compat.h"

#include "kernel/integer_arg.h"
#include "kernel/summary.h"

enum
{
	INSPECTION_INSPECTIONS,
	INSPECTION_DOCUMENTS,		/* this and what follows: in the order of the arguments */
	INSPECTION_HAZARDS,
	INSPECTION_MAJOR_HAZARDS,
	INSPECTION_RECTIFIED,
	INSPECTION_FIELDS,
};

static const Field inspection_fields[] = {
	[INSPECTION_INSPECTIONS] = {"inspections", FIELD_COUNT},
	[INSPECTION_DOCUMENTS] = {"documents", FIELD_COUNT},
	[INSPECTION_HAZARDS] = {"hazards", FIELD_COUNT},
	[INSPECTION_MAJOR_HAZARDS] = {"major_hazards", FIELD_COUNT},
	[INSPECTION_RECTIFIED] = {"rectified", FIELD_COUNT},
};

static const Family inspection_family = {
	.type_name = "inspection_summary",
	.fields = INSPECTION_FIELDS,
	.field = inspection_fields,
	.periods = 1,
	.words = INSPECTION_FIELDS,
};

SUMMARY_TYPE(inspection_summary, inspection_family);
SUMMARY_FIELD(inspection_summary, inspection_family, inspections, INSPECTION_INSPECTIONS);
SUMMARY_FIELD(inspection_summary, inspection_family, documents, INSPECTION_DOCUMENTS);
SUMMARY_FIELD(inspection_summary, inspection_family, hazards, INSPECTION_HAZARDS);
SUMMARY_FIELD(inspection_summary, inspection_family, major_hazards, INSPECTION_MAJOR_HAZARDS);
SUMMARY_FIELD(inspection_summary, inspection_family, rectified, INSPECTION_RECTIFIED);

/* The count for a field, in the argument of its number: NULL is none, a negative one an error. */
static pg_attribute_always_inline int64
count_arg(FunctionCallInfo fcinfo, int field, IntegerArg get)
{
	int64		count = PG_ARGISNULL(field) ? 0 : get(fcinfo, field);

	if (unlikely(count < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: " INT64_FORMAT, inspection_fields[field].name, count),
				 errhint("To take an inspection out of a summary, subtract its summary.")));
	return count;
}

/*
 * The transition of inspection_agg, and its inverse:
 * (state, documents, hazards, major_hazards, rectified), each NULL or not
 * negative.  A row of NULLs is no inspection.
 */
static pg_attribute_always_inline Datum
inspection_step(FunctionCallInfo fcinfo, bool subtract, IntegerArg get)
{
	Summary    *state = summary_state(fcinfo, &inspection_family);
	int64		documents = count_arg(fcinfo, INSPECTION_DOCUMENTS, get);
	int64		hazards = count_arg(fcinfo, INSPECTION_HAZARDS, get);
	int64		major_hazards = count_arg(fcinfo, INSPECTION_MAJOR_HAZARDS, get);
	int64		rectified = count_arg(fcinfo, INSPECTION_RECTIFIED, get);

	if (PG_ARGISNULL(INSPECTION_DOCUMENTS) && PG_ARGISNULL(INSPECTION_HAZARDS) &&
		PG_ARGISNULL(INSPECTION_MAJOR_HAZARDS) && PG_ARGISNULL(INSPECTION_RECTIFIED))
		PG_RETURN_POINTER(state);
	summary_count(state, &inspection_family, INSPECTION_INSPECTIONS, 1, subtract);
	summary_count(state, &inspection_family, INSPECTION_DOCUMENTS, documents, subtract);
	summary_count(state, &inspection_family, INSPECTION_HAZARDS, hazards, subtract);
	summary_count(state, &inspection_family, INSPECTION_MAJOR_HAZARDS, major_hazards, subtract);
	summary_count(state, &inspection_family, INSPECTION_RECTIFIED, rectified, subtract);
	PG_RETURN_POINTER(state);
}

SQL_FUNCTION(inspection_accumulate_smallint, inspection_step(fcinfo, false, smallint_arg));
SQL_FUNCTION(inspection_discard_smallint, inspection_step(fcinfo, true, smallint_arg));
SQL_FUNCTION(inspection_accumulate_int, inspection_step(fcinfo, false, int_arg));
SQL_FUNCTION(inspection_discard_int, inspection_step(fcinfo, true, int_arg));
SQL_FUNCTION(inspection_accumulate_bigint, inspection_step(fcinfo, false, bigint_arg));
SQL_FUNCTION(inspection_discard_bigint, inspection_step(fcinfo, true, bigint_arg));
