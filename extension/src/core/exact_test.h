/*
 * exact_test.h
 *		Can two counts be told apart?  The central exact test and its intervals.
 *
 * No server headers.  Counts are 0 to INT64_MAX, exposure ratios (exposure of the
 * current count over that of the base) EXACT_RATIO_MIN to EXACT_RATIO_MAX, levels
 * strictly between 0 and 1; the callers check this.  Every call is bounded: at worst
 * a few milliseconds, whatever the counts.
 */
#ifndef EMGOV_EXACT_TEST_H
#define EMGOV_EXACT_TEST_H

#include <stdbool.h>
#include <stdint.h>

#define EXACT_RATIO_MIN		1e-100
#define EXACT_RATIO_MAX		1e100

/* upper is INFINITY when nothing bounds it */
typedef struct ExactInterval
{
	double		lower;
	double		upper;
} ExactInterval;

/* Of X ~ Binomial(a + b, odds / (1 + odds)): P[X = a], P[X <= a], P[X >= a] */
typedef struct ExactTails
{
	double		exactly;
	double		at_most;
	double		at_least;
} ExactTails;

extern ExactTails exact_tails(int64_t a, int64_t b, double odds);
extern double exact_p_value(int64_t current, int64_t base, double exposure_ratio, bool mid_p);
extern bool exact_distinguishable(int64_t current, int64_t base, double exposure_ratio,
								  double level, bool mid_p);
extern ExactInterval exact_ratio_interval(int64_t current, int64_t base, double exposure_ratio,
										  double level, bool mid_p);
extern ExactInterval exact_poisson_interval(int64_t count, double level);

/* Thresholds at equal exposure; -1 when there is none. */
extern int64_t exact_smallest_fall(int64_t base, double level);
extern int64_t exact_smallest_rise(int64_t base, double level);

#endif							/* EMGOV_EXACT_TEST_H */
