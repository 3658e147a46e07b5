/*
 * unit.h
 *		The few lines that the tests without a server need.
 *
 * CHECK(condition, format, ...) counts a check; a failing one prints where and why.
 * finish("name") prints one line and is the exit status of main().
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long unit_checks;
static long unit_failures;

#define CHECK(condition, ...) \
	do { \
		unit_checks++; \
		if (!(condition)) \
		{ \
			unit_failures++; \
			if (unit_failures <= 20) \
			{ \
				printf("%s:%d: not true: %s: ", __FILE__, __LINE__, #condition); \
				printf(__VA_ARGS__); \
				printf("\n"); \
			} \
		} \
	} while (0)

/* A repeatable random number; EMGOV_SEED chooses another run (default 1). */
static uint64_t unit_state;

static inline uint64_t
unit_random(void)
{
	uint64_t	z;

	if (unit_state == 0)
	{
		const char *seed = getenv("EMGOV_SEED");

		unit_state = seed ? strtoull(seed, NULL, 10) : 1;
		printf("seed %llu\n", (unsigned long long) unit_state);
	}
	z = (unit_state += UINT64_C(0x9E3779B97F4A7C15));
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* So many random cases, or EMGOV_UNIT_TIMES times as many. */
static inline long
unit_rounds(long rounds)
{
	const char *times = getenv("EMGOV_UNIT_TIMES");

	return times ? rounds * atol(times) : rounds;
}

static inline int
finish(const char *name)
{
	printf("%s: %ld checks, %ld failed\n", name, unit_checks, unit_failures);
	return unit_failures == 0 ? 0 : 1;
}

#endif
