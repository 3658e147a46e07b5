/*
 * rate.h
 *		What a comparison says, in numbers of the server's, and as JSON.
 */
#ifndef EMGOV_RATE_H
#define EMGOV_RATE_H

#include "kernel/comparison.h"
#include "kernel/rounding.h"
#include "lib/stringinfo.h"

/* A comparison as exact numbers.  The base is total / periods. */
typedef struct ExactComparison
{
	Numeric		current;
	Numeric		total;
	Numeric		periods;		/* at least 1 */
	int			base_periods;	/* the same; 0 where parts have different ones */
} ExactComparison;

extern ExactComparison exact_comparison(const Comparison *c);
extern bool exact_rate(const ExactComparison *c, int decimals, Rounding rounding, Numeric *rate);
extern Numeric exact_scaled_change(const ExactComparison *c);
extern int	numeric_sign_of(Numeric number);

extern void append_comparison_json(StringInfo json, const Comparison *c);

#endif							/* EMGOV_RATE_H */
