/*
 * comparison.h
 *		A measure now and in its base: the value, and its text form.
 *
 * Free of server headers.
 */
#ifndef EMGOV_CORE_COMPARISON_H
#define EMGOV_CORE_COMPARISON_H

#include "core/counters.h"

/* The words of a comparison, in their order; the base is the total of all base periods. */
typedef struct Comparison
{
	Decimal		current;
	Decimal		base;
	int64_t		base_periods;	/* the base is compared as a mean over so many periods */
} Comparison;

#define COMPARISON_WORDS ((int) (sizeof(Comparison) / sizeof(int64_t)))
#define COMPARISON_MAX_BASE_PERIODS COUNTERS_SHARED_MAX

/* Long enough for comparison_print(). */
#define COMPARISON_TEXT_SIZE (3 * DECIMAL_TEXT_SIZE)

extern const Family comparison_family;

extern int	comparison_print(char *text, const Comparison *c);
extern bool comparison_parse(const char *text, Comparison *c, CountersError *error);

#endif							/* EMGOV_CORE_COMPARISON_H */
