/*
 * comparison.h
 *		A measure now and in its base: a commutative group, and its text form.
 *
 * Free of server headers.  A base may be the mean of several periods.  What is
 * compared with the mean of three years and what is compared with one year add
 * up, but nothing may be lost of either; so a comparison is a list of parts, one
 * for each number of base periods that occurs, which add each by itself.  Nearly
 * every comparison has one part.
 *
 * The form is unique: parts ascend by their number of periods, and a part whose
 * values are both zero is left out, but for the zero, which has one part, of one
 * period.
 */
#ifndef EMGOV_CORE_COMPARISON_H
#define EMGOV_CORE_COMPARISON_H

#include <stddef.h>

#include "core/counters.h"

/* What is compared with the mean of so many periods. */
typedef struct ComparisonPart
{
	Decimal		current;
	Decimal		base;			/* the total of all base periods */
	int64_t		periods;
} ComparisonPart;

#define COMPARISON_MAX_BASE_PERIODS 1000
#define COMPARISON_ZERO ((ComparisonPart) {{0, 0}, {0, 0}, 1})

/* The numbers of a part, as messages count them. */
enum
{
	COMPARISON_CURRENT,
	COMPARISON_BASE,
	COMPARISON_BASE_PERIODS,
};

/* Long enough for comparison_print() of one part. */
#define COMPARISON_TEXT_SIZE (3 * DECIMAL_TEXT_SIZE)

/* Are both values zero? */
static inline bool
comparison_part_is_zero(const ComparisonPart *part)
{
	return (part->current.whole | part->current.fraction | part->base.whole | part->base.fraction) == 0;
}

extern const char *comparison_number_name(int number);
extern bool comparison_is_valid(const ComparisonPart *parts, int count);
extern int	comparison_combine(ComparisonPart *result, const ComparisonPart *a, int a_count,
							   const ComparisonPart *b, int b_count, bool subtract, int *failed);
extern int	comparison_compare(const ComparisonPart *a, int a_count, const ComparisonPart *b, int b_count);
extern size_t comparison_print(char *text, const ComparisonPart *parts, int count);
extern int	comparison_most_parts(const char *text);
extern int	comparison_parse(const char *text, ComparisonPart *parts, CountersError *error);

#endif							/* EMGOV_CORE_COMPARISON_H */
