/*
 * remediation.c
 *		remediation_summary: enterprises told to exit or upgrade, by outcome.
 */
#include "postgres.h"
#include "compat.h"

#include "kernel/enums.h"
#include "kernel/summary.h"

/* The fields are the outcomes, in the order of the enumeration. */
static const Field remediation_fields[] = {
	[REMEDIATION_PENDING] = {"pending", FIELD_COUNT},
	[REMEDIATION_EXITED] = {"exited", FIELD_COUNT},
	[REMEDIATION_UPGRADED] = {"upgraded", FIELD_COUNT},
};

enum
{
	REMEDIATION_TOTAL = FAMILY_LENGTH(remediation_fields),
};

static const DerivedField remediation_derived[] = {
	{"total", {1, 1, 1}},
};

static const Family remediation_family =
FAMILY("remediation_summary", remediation_fields, remediation_derived, 1);

SUMMARY_TYPE(remediation_summary, remediation_family);
SUMMARY_FIELD(remediation_summary, remediation_family, total, REMEDIATION_TOTAL);
SUMMARY_FIELD(remediation_summary, remediation_family, pending, REMEDIATION_PENDING);
SUMMARY_FIELD(remediation_summary, remediation_family, exited, REMEDIATION_EXITED);
SUMMARY_FIELD(remediation_summary, remediation_family, upgraded, REMEDIATION_UPGRADED);

/*
 * The transition of remediation_agg, and its inverse: (state, outcome).
 * A row without an outcome is not counted.
 */
static pg_attribute_always_inline Datum
remediation_step(FunctionCallInfo fcinfo, bool subtract)
{
	Summary    *state = summary_state(fcinfo, &remediation_family);

	if (!PG_ARGISNULL(1))
		summary_count(state, &remediation_family,
					  enum_position(&remediation_outcome_enum, PG_GETARG_OID(1)), 1, subtract);
	PG_RETURN_POINTER(state);
}

SQL_FUNCTION(remediation_accumulate, remediation_step(fcinfo, false));
SQL_FUNCTION(remediation_discard, remediation_step(fcinfo, true));
