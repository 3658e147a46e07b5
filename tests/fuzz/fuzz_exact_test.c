/*
 * fuzz_exact_test.c
 *		The exact test at any counts, exposures and levels: always a probability,
 *		always an interval, and the two agree.
 *
 * The input is two counts (8 bytes each, the high bits cut by the next byte), an
 * exposure ratio as a power of ten, and a level.
 */
#include <math.h>

#include "core/exact_test.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"59......65......0123456", "AAAAAAAABBBBBBBB77abcdef", "\x7F\x7F\x7F\x7F\x7F\x7F\x7F\x7F\x01\x01\x01\x01\x01\x01\x01\x01zzzzzz",
	"aaaabbbbccccdddd ~ ~ ~ ~", NULL
};

static int64_t
count_of(const uint8_t *bytes, uint8_t cut)
{
	uint64_t	count;

	memcpy(&count, bytes, sizeof(count));
	return (int64_t) (count >> (1 + cut % 63u));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t		a;
	int64_t		b;
	double		ratio = 1.0;
	double		level;
	double		p;
	ExactTails	t;
	ExactInterval interval;

	if (size < 21)
		return 0;
	a = count_of(data, data[16]);
	b = count_of(data + 8, data[17]);
	if (data[18] % 4 == 0)
		ratio = pow(10.0, (data[19] - 128.0) / 1.28);
	level = (data[20] + 0.5) / 256.0;

	t = exact_tails(a, b, ratio);
	HOLDS(t.exactly >= 0.0 && t.exactly <= 1.0 && t.at_least >= 0.0 && t.at_least <= 1.0 && t.at_most >= 0.0 && t.at_most <= 1.0);
	for (int mid_p = 0; mid_p < 2; mid_p++)
	{
		p = exact_p_value(a, b, ratio, mid_p);
		HOLDS(p >= 0.0 && p <= 1.0);
		interval = exact_ratio_interval(a, b, ratio, level, mid_p);
		HOLDS(interval.lower >= 0.0 && interval.lower <= interval.upper);
		HOLDS(a > 0 || interval.lower == 0.0);
		HOLDS(b > 0 || isinf(interval.upper));
		/* the interval leaves out 1 when the test says so, but for what a double cannot tell */
		if (fabs(p - (1.0 - level)) > 1e-9)
			HOLDS((p < 1.0 - level) == (interval.lower > 1.0 || interval.upper < 1.0) ||
				  fabs(interval.lower - 1.0) < 1e-9 || fabs(interval.upper - 1.0) < 1e-9);
	}
	if (ratio == 1.0)
		HOLDS(exact_p_value(a, b, 1.0, false) == exact_p_value(b, a, 1.0, false));
	interval = exact_poisson_interval(a, level);
	HOLDS(interval.lower >= 0.0 && interval.lower <= (double) a + 1.0 && interval.upper >= (double) a * (1 - 1e-12));
	return 0;
}
