/*
 * profile.h
 *		What a scan must know of a record to count it in any window; see profile.c.
 */
#ifndef EMGOV_PROFILE_H
#define EMGOV_PROFILE_H

#include "common/hashfn.h"
#include "utils/date.h"

/* A profile is not negative. */
#define PROFILE_BITS	63
#define PROFILE_NO_DAY	(-1)

/* How the profiles of a scan are made. */
typedef struct ProfileLayout
{
	int			ndays;
	int			nconditions;
	int			nbounds;
	int			ntexts;			/* columns that are tested */
	struct ProfileText *texts;
} ProfileLayout;

/* For tables of what there is of each profile. */
static inline uint32
profile_hash(int64 profile)
{
	return murmurhash32((uint32) ((uint64) profile ^ ((uint64) profile >> 32)));
}

/* Bits that a day takes: as many values as there are segments, and one for none. */
static inline int
profile_day_bits(int nbounds)
{
	int			bits = 1;

	while ((INT64CONST(1) << bits) < nbounds + 2)
		bits++;
	return bits;
}

static inline int
profile_bits(const ProfileLayout *layout)
{
	return layout->nconditions + layout->ndays * profile_day_bits(layout->nbounds);
}

/* How many of the bounds, which are sorted, are on or before a day. */
static inline int
profile_segment_of(const DateADT *bounds, int n, DateADT day)
{
	int			low = 0,
				high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (bounds[middle] <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Does a record meet a condition? */
static inline bool
profile_meets(int64 profile, int condition)
{
	return (profile >> condition) & 1;
}

/* In which segment is a day of it: how many bounds are on or before it. */
static inline int
profile_segment(const ProfileLayout *layout, int64 profile, int day)
{
	int			bits = profile_day_bits(layout->nbounds);
	int			segment = (profile >> (layout->nconditions + day * bits)) & ((INT64CONST(1) << bits) - 1);

	return segment > layout->nbounds ? PROFILE_NO_DAY : segment;
}

#endif							/* EMGOV_PROFILE_H */
