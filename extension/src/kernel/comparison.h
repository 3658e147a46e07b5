/*
 * comparison.h
 *		The type comparison: a measure now and in its base.
 *
 * A value is a varlena: a header that says its format and number of parts, then
 * the parts (core/comparison.h).
 */
#ifndef EMGOV_COMPARISON_H
#define EMGOV_COMPARISON_H

#include "core/comparison.h"
#include "fmgr.h"
#include "nodes/nodes.h"

#define COMPARISON_VERSION 1

typedef struct Comparison
{
	int32		vl_len_;		/* varlena header */
	uint16		version;		/* COMPARISON_VERSION */
	uint16		parts;			/* how many follow, at least 1 */
	ComparisonPart part[FLEXIBLE_ARRAY_MEMBER];
} Comparison;

#define COMPARISON_PART_WORDS ((int) (sizeof(ComparisonPart) / sizeof(int64)))
#define COMPARISON_SIZE(parts) (offsetof(Comparison, part) + sizeof(ComparisonPart) * (parts))

extern Comparison *comparison_new(int parts);
extern Comparison *comparison_of(Decimal current, Decimal base);
extern const Comparison *comparison_get(Datum value);
extern Comparison *comparison_read(const char *text, Node *context);

static inline const Comparison *
comparison_arg(FunctionCallInfo fcinfo, int argno)
{
	return comparison_get(PG_GETARG_DATUM(argno));
}

#endif							/* EMGOV_COMPARISON_H */
