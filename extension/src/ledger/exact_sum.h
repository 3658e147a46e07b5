/*
 * exact_sum.h
 *		An exact sum of numbers of 64 bits.
 */
#ifndef EMGOV_EXACT_SUM_H
#define EMGOV_EXACT_SUM_H

#include "postgres.h"

typedef struct ExactSum
{
	int64		high;
	uint64		low;
	int64		any;			/* has anything been added? */
} ExactSum;

static inline void
add_sum(ExactSum *sum, const ExactSum *other)
{
	sum->low += other->low;
	sum->high += other->high + (sum->low < other->low ? 1 : 0);
	sum->any |= other->any;
}

static inline void
add_to_sum(ExactSum *sum, int64 value)
{
	add_sum(sum, &(ExactSum) {value < 0 ? -1 : 0, (uint64) value, 1});
}

#endif							/* EMGOV_EXACT_SUM_H */
