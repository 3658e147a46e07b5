/*
 * exact.h
 *		Quotients of numerics that are rounded when they are printed, and not before.
 */
#ifndef EMGOV_EXACT_H
#define EMGOV_EXACT_H

#include "kernel/rounding.h"

/* numerator / denominator, the latter above 0; numerator NULL: there is none. */
typedef struct Exact
{
	Numeric		numerator;
	Numeric		denominator;
} Exact;

#define EXACT_UNKNOWN ((Exact) {NULL, NULL})

static inline bool
exact_is_known(Exact x)
{
	return x.numerator != NULL;
}

extern Exact exact_whole(Numeric value);
extern Exact exact_quotient(Numeric a, Numeric b);
extern Exact exact_add(Exact a, Exact b, bool subtract);
extern Exact exact_divide(Exact a, Exact b, Numeric factor);
extern bool exact_is_long(Exact x);
extern Numeric exact_round(Exact x, int decimals);
extern Numeric exact_cut(Exact x, int decimals);
extern Numeric exact_numeric(Exact x);
extern bool exact_count(Exact x, int64 *count);

#endif							/* EMGOV_EXACT_H */
