/*
 * profile.h
 *		What a scan must know of a record to count it in any window; see profile.c.
 */
#ifndef EMGOV_PROFILE_H
#define EMGOV_PROFILE_H

#define PROFILE_NO_DAY	0xFFFF

#define PROFILE_LENGTH(ndays, nconditions)	((1 + (ndays)) * sizeof(uint16) + ((nconditions) + 7) / 8)

/* The length of each profile of a set, from its bytes; 0 for no set. */
static inline Size
PROFILES_LENGTH(const char *set, Size bytes)
{
	uint16		length = 0;

	if (bytes >= sizeof(length))
		memcpy(&length, set, sizeof(length));
	return length >= sizeof(length) && bytes >= length ? length : 0;
}

/* The segment of a day of a profile, and whether a condition is met. */
static inline uint16
profile_segment(const char *profile, int day)
{
	uint16		segment;

	memcpy(&segment, profile + (1 + day) * sizeof(uint16), sizeof(segment));
	return segment;
}

static inline bool
profile_meets(const char *profile, int ndays, int condition)
{
	const uint8 *bits = (const uint8 *) profile + (1 + ndays) * sizeof(uint16);

	return (bits[condition / 8] >> (condition % 8)) & 1;
}

#endif							/* EMGOV_PROFILE_H */
