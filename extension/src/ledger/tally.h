/*
 * tally.h
 *		How many records there are of each profile, and what some whole numbers of them add up to.
 */
#ifndef EMGOV_TALLY_H
#define EMGOV_TALLY_H

#include "ledger/exact_sum.h"

/* A group of a tally, in the bytes that it is given as; its sums follow. */
typedef struct TallyGroup
{
	int64		profile;
	int64		records;
	ExactSum	sums[FLEXIBLE_ARRAY_MEMBER];
} TallyGroup;

static inline Size
tally_group_size(int nsums)
{
	return offsetof(TallyGroup, sums) + nsums * sizeof(ExactSum);
}

#endif							/* EMGOV_TALLY_H */
