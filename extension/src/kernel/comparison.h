/*
 * comparison.h
 *		The type comparison: a measure now and in its base.
 */
#ifndef EMGOV_COMPARISON_H
#define EMGOV_COMPARISON_H

#include "core/comparison.h"
#include "lib/stringinfo.h"

extern Comparison comparison_arg(FunctionCallInfo fcinfo, int argno);
extern Datum comparison_datum(const Comparison *c);
extern void append_comparison_json(StringInfo json, Decimal current, Decimal base, int64 base_periods);

#endif							/* EMGOV_COMPARISON_H */
