/*
 * test_exact_test.c
 *		The exact test of two counts against published values, against sums that share
 *		nothing with it, and against its own laws.
 */
#include "core/exact_test.h"

#include <math.h>
#include <stdbool.h>
#include <time.h>

#include "unit.h"

#define PI_L 3.14159265358979323846264338327950288L

static double
relative(double got, double want)
{
	if (got == want)
		return 0.0;
	return fabs(got - want) / fmax(fabs(got), fabs(want));
}

static int64_t
random_below(int64_t n)
{
	return (int64_t) (unit_random() % (uint64_t) n);
}

/* Random over orders of magnitude, 0 to about 2^bits. */
static int64_t
random_count(int bits)
{
	return (int64_t) (unit_random() >> (64 - 1 - random_below(bits)));
}

/* ------------------------------------------------------------ published values */

/* Computed with R 4.2.2 and the packages rateratio.test, exactci and epitools. */
static void
reference_values(void)
{
	static const struct
	{
		int64_t		now;
		int64_t		before;
		double		p;
		double		mid_p;
		double		lower;
		double		upper;
		double		mid_lower;
		double		mid_upper;
		double		garwood_now[2];
		double		garwood_before[2];
	}			r[] = {
		{59, 65, 0.653598449823, 0.591683927094, 0.6270953662, 1.3115359774, 0.636568, 1.292345,
		{44.9135336287, 76.1057013626}, {50.165628, 82.847836}},
		{43, 47, 0.752033201599, 0.675222459916, 0.5906512084, 1.4138969608, 0.602814, 1.385880,
		{31.119313, 57.920718}, {34.533832, 62.500036}},
		{16, 23, 0.336783635190, 0.268187251055, 0.3434861421, 1.3753044194, 0.360541, 1.317001,
		{9.1453824536, 25.9829975976}, {14.580027, 34.511293}},
		{22, 21, 1.000000000000, 0.880395821281, 0.5495390094, 2.0025399640, 0.572150, 1.922336,
		{13.787283, 33.308264}, {12.999331, 32.100731}},
		{0, 3, 0.25, 0.125, 0, 2.4199518934, 0, 1.714418, {0, 3.688879}, {0.618672, 8.767273}},
		{1, 0, 1, 0.5, 0.0256410256, INFINITY, 0.052632, INFINITY,
		{0.025318, 5.571643}, {0, 3.688879}},
		{0, 0, 1, 1, 0, INFINITY, 0, INFINITY, {0, 3.688879}, {0, 3.688879}},
		{1000, 1100, 0.030720707864, 0.029110633686, 0.8336430135, 0.9912779119,
		0.834424, 0.990354, {938.973018, 1063.952136}, {1035.947624, 1166.976102}},
	};
	static const struct
	{
		int64_t		now;
		int64_t		before;
		double		ratio;
		double		p;
		double		printed;	/* half a unit of the last printed digit */
	}			more[] = {
		{59, 65, 1.02, 0.576000988636, 1e-9},
		{2, 9, 17877.0 / 16660.0, 0.050106495614, 1e-9},
		{11, 6, 800.0 / 1083.0, 0.10939830, 5.1e-9},
		{100000, 100500, 1, 0.2651050954, 1e-9},
		{1000000, 1003000, 1, 0.0340883651, 1e-9},
		{3, 12, 1, 0.03515625, 1e-9},
		{30, 50, 1, 0.0329926184, 1e-9},
		{0, 5, 1, 0.0625, 1e-9},
		{0, 6, 1, 0.03125, 1e-9},
	};
	ExactInterval i;

	for (size_t k = 0; k < sizeof r / sizeof r[0]; k++)
	{
		double		p = exact_p_value(r[k].now, r[k].before, 1, false);
		double		mid = exact_p_value(r[k].now, r[k].before, 1, true);
		ExactInterval c = exact_ratio_interval(r[k].now, r[k].before, 1, 0.95, false);
		ExactInterval m = exact_ratio_interval(r[k].now, r[k].before, 1, 0.95, true);
		ExactInterval now = exact_poisson_interval(r[k].now, 0.95);
		ExactInterval before = exact_poisson_interval(r[k].before, 0.95);

		CHECK(fabs(p - r[k].p) < 1e-9, "row %zu: %.12f", k, p);
		CHECK(fabs(mid - r[k].mid_p) < 1e-9, "row %zu: %.12f", k, mid);
		CHECK(relative(c.lower, r[k].lower) < 1e-8, "row %zu: %.10f", k, c.lower);
		CHECK(relative(c.upper, r[k].upper) < 1e-8, "row %zu: %.10f", k, c.upper);
		/* printed with six decimals */
		CHECK(relative(m.lower, r[k].mid_lower) < 1e-6 || fabs(m.lower - r[k].mid_lower) < 6e-7,
			  "row %zu: %.10f", k, m.lower);
		CHECK(relative(m.upper, r[k].mid_upper) < 1e-6, "row %zu: %.10f", k, m.upper);
		for (int b = 0; b < 2; b++)
		{
			double		n = b ? now.upper : now.lower;
			double		o = b ? before.upper : before.lower;

			CHECK(relative(n, r[k].garwood_now[b]) < 1e-6 || fabs(n - r[k].garwood_now[b]) < 6e-7,
				  "row %zu: %.10f", k, n);
			CHECK(relative(o, r[k].garwood_before[b]) < 1e-6 || fabs(o - r[k].garwood_before[b]) < 6e-7,
				  "row %zu: %.10f", k, o);
		}
	}
	for (size_t k = 0; k < sizeof more / sizeof more[0]; k++)
	{
		double		p = exact_p_value(more[k].now, more[k].before, more[k].ratio, false);

		CHECK(fabs(p - more[k].p) <= more[k].printed, "anchor %zu: %.12f", k, p);
	}
	CHECK(fabs(exact_p_value(59, 65, 1.02, true) - 0.518011094703) < 1e-9, "mid-p, exposure 1.02");
	CHECK(fabs(exact_p_value(11, 6, 800.0 / 1083.0, true) - 0.07293253) < 5.1e-9, "mid-p, 11 and 6");
	i = exact_ratio_interval(59, 65, 1.02, 0.95, false);
	CHECK(fabs(i.lower - 0.614799) < 6e-7 && fabs(i.upper - 1.285820) < 6e-7, "%f %f", i.lower, i.upper);
	i = exact_ratio_interval(2, 9, 17877.0 / 16660.0, 0.95, false);
	CHECK(relative(i.lower, 0.0217740628) < 1e-8 && relative(i.upper, 1.0005491049) < 1e-9,
		  "%.10f %.10f", i.lower, i.upper);
	i = exact_ratio_interval(2, 10, 17877.0 / 20000.0, 0.95, false);
	CHECK(fabs(i.lower - 0.02383738) < 6e-9 && fabs(i.upper - 1.04995468) < 6e-9,
		  "%.10f %.10f", i.lower, i.upper);
	i = exact_poisson_interval(59, 0.998);
	CHECK(fabs(i.lower - 38.077517) < 6e-7 && fabs(i.upper - 86.808718) < 6e-7, "%f %f", i.lower, i.upper);
}

static void
thresholds(void)
{
	static const int64_t t[][3] = {
		{5, -1, 15}, {10, 2, 23}, {20, 8, 36}, {21, 9, 37}, {23, 10, 40}, {47, 28, 70}, {50, 31, 73},
		{65, 43, 91}, {100, 73, 131}, {200, 161, 243}, {500, 438, 565}, {1000, 913, 1091}, {0, -1, 6},
	};

	for (size_t k = 0; k < sizeof t / sizeof t[0]; k++)
	{
		int64_t		fall = exact_smallest_fall(t[k][0], 0.95);
		int64_t		rise = exact_smallest_rise(t[k][0], 0.95);

		CHECK(fall == t[k][1], "base %ld: fall %ld", (long) t[k][0], (long) fall);
		CHECK(rise == t[k][2], "base %ld: rise %ld", (long) t[k][0], (long) rise);
	}
	CHECK(exact_smallest_fall(6, 0.95) == 0, "zero against six");

	/* by their definition, at any size and level */
	for (int k = 0; k < 2000; k++)
	{
		int64_t		base = random_count(40);
		double		level = k % 2 ? 0.95 : (1 + random_below(9998)) / 10000.0;
		int64_t		fall = exact_smallest_fall(base, level);
		int64_t		rise = exact_smallest_rise(base, level);

		CHECK(fall < base && (fall < 0 || exact_distinguishable(fall, base, 1, level, false)) &&
			  (base == 0 || fall + 1 == base || !exact_distinguishable(fall + 1, base, 1, level, false)),
			  "base %ld level %g: fall %ld", (long) base, level, (long) fall);
		CHECK(rise > base && exact_distinguishable(rise, base, 1, level, false) &&
			  (rise - 1 == base || !exact_distinguishable(rise - 1, base, 1, level, false)),
			  "base %ld level %g: rise %ld", (long) base, level, (long) rise);
	}
	CHECK(exact_smallest_rise(INT64_MAX, 0.95) == -1, "no rise beyond the largest count");
	CHECK(exact_smallest_rise(INT64_MAX - 1000, 0.95) == -1, "no rise this close to it");
	CHECK(relative(INT64_MAX - exact_smallest_fall(INT64_MAX, 0.95), 1.959964 * sqrt(2.0) * sqrt(9223372036854775807.0)) < 1e-6,
		  "fall from the largest count: %ld", (long) exact_smallest_fall(INT64_MAX, 0.95));
}

/* ------------------------------------------------------------ oracles */

/* A whole binomial row, from ratios of neighbours and normalised: no gamma function. */
static long double row[4001];

static void
fill_row(int n, long double odds)
{
	int			mode = (int) floorl((n + 1) * odds / (1 + odds));
	long double total = 0;

	if (mode > n)
		mode = n;
	row[mode] = 1;
	for (int k = mode + 1; k <= n; k++)
		row[k] = row[k - 1] * (n - k + 1) / k * odds;
	for (int k = mode - 1; k >= 0; k--)
		row[k] = row[k + 1] * (k + 1) / ((n - k) * odds);
	for (int k = 0; k <= n; k++)
		total += row[k];
	for (int k = 0; k <= n; k++)
		row[k] /= total;
}

static ExactTails
row_tails(int n, int x)
{
	ExactTails	t;
	long double at_most = 0;
	long double at_least = 0;

	for (int k = 0; k <= x; k++)
		at_most += row[k];
	for (int k = n; k >= x; k--)
		at_least += row[k];
	t.exactly = (double) row[x];
	t.at_most = (double) at_most;
	t.at_least = (double) at_least;
	return t;
}

static void
against_whole_rows(void)
{
	static const double odds[] = {1, 1.02, 1.0 / 3, 17877.0 / 16660.0, 0.001, 250};

	for (int n = 0; n <= 2000; n += n < 60 ? 1 : 97)
		for (size_t o = 0; o < sizeof odds / sizeof odds[0]; o++)
		{
			fill_row(n, odds[o]);
			for (int x = 0; x <= n; x += n < 60 ? 1 : 1 + (int) random_below(n / 8))
			{
				ExactTails	want = row_tails(n, x);
				ExactTails	got = exact_tails(x, n - x, odds[o]);
				double		p = fmin(1, 2 * fmin(want.at_most, want.at_least));

				if (want.exactly < 1e-300)
					continue;
				CHECK(relative(got.exactly, want.exactly) < 1e-12, "%d of %d at %g: %.17g, want %.17g",
					  x, n, odds[o], got.exactly, want.exactly);
				CHECK(relative(got.at_most, want.at_most) < 1e-12, "%d of %d at %g: %.17g, want %.17g",
					  x, n, odds[o], got.at_most, want.at_most);
				CHECK(relative(got.at_least, want.at_least) < 1e-12, "%d of %d at %g: %.17g, want %.17g",
					  x, n, odds[o], got.at_least, want.at_least);
				CHECK(fabs(exact_p_value(x, n - x, odds[o], false) - p) < 1e-12, "%d of %d", x, n);
			}
		}
}

/* At its bounds an interval leaves half of 1 - level outside, by the oracle's sums. */
static void
interval_bounds(void)
{
	for (int k = 0; k < 400; k++)
	{
		int			n = 1 + (int) random_below(800);
		int			x = (int) random_below(n + 1);
		double		level = k % 3 ? 0.95 : 0.5 + random_below(4999) / 10000.0;
		double		ratio = k % 2 ? 1.0 : exp((random_below(2001) - 1000) / 300.0);
		bool		mid_p = k % 4 >= 2;
		double		half = (1 - level) / 2;
		ExactInterval i = exact_ratio_interval(x, n - x, ratio, level, mid_p);
		ExactTails	t;

		CHECK(i.lower >= 0 && i.lower < i.upper, "%d of %d: %g %g", x, n, i.lower, i.upper);
		if (x == 0)
			CHECK(i.lower == 0, "%g", i.lower);
		else
		{
			fill_row(n, (long double) i.lower * ratio);
			t = row_tails(n, x);
			CHECK(relative(t.at_least - (mid_p ? t.exactly / 2 : 0), half) < 1e-10,
				  "%d of %d: %.15g, want %.15g", x, n, t.at_least, half);
		}
		if (x == n)
			CHECK(isinf(i.upper), "%g", i.upper);
		else
		{
			fill_row(n, (long double) i.upper * ratio);
			t = row_tails(n, x);
			CHECK(relative(t.at_most - (mid_p ? t.exactly / 2 : 0), half) < 1e-10,
				  "%d of %d: %.15g, want %.15g", x, n, t.at_most, half);
		}
	}
}

/*
 * P[X <= x] for X ~ Binomial(2m, 1/2) and large m: the middle probability by its
 * asymptotic series, and from there one ratio after the other.
 */
static double
walk_from_middle(int64_t m, int64_t x)
{
	long double inv = 1.0L / m;
	long double f = sqrtl(inv / PI_L) *
		(1 + inv * (-1.0L / 8 + inv * (1.0L / 128 + inv * (5.0L / 1024 - inv * 21.0L / 32768))));
	long double sum = 0;

	for (int64_t k = m; k >= 0 && (k > x || f > 1e-20L * sum); k--)
	{
		if (k <= x)
			sum += f;
		f *= (long double) k / (2 * m - k + 1);
	}
	return (double) sum;
}

/* P[X >= x] for a Poisson mean m, walking likewise from P[X = m]. */
static double
walk_poisson(int64_t m, int64_t x)
{
	long double f = expl(-1.0L / (12.0L * m) + 1.0L / (360.0L * m * m * m)) / sqrtl(2 * PI_L * m);
	long double sum = 0;

	for (int64_t k = m; k < x || f > 1e-20L * sum; k++)
	{
		if (k >= x)
			sum += f;
		f *= (long double) m / (k + 1);
	}
	return (double) sum;
}

static void
large_counts(void)
{
	/* both sides of the change of method at variance 10^6, that is m = 2 * 10^6 */
	static const int64_t middle[] = {1000, 123456, 1999000, 2000001, 2100000, 40000000, 1000000000};
	static const double deviations[] = {0, 0.01, 0.5, 1, 1.96, 4, 8, 15, 30};

	for (size_t i = 0; i < sizeof middle / sizeof middle[0]; i++)
		for (size_t j = 0; j < sizeof deviations / sizeof deviations[0]; j++)
		{
			int64_t		m = middle[i];
			int64_t		x = m - (int64_t) (deviations[j] * sqrt(m / 2.0));
			double		want = walk_from_middle(m, x);
			ExactTails	got = exact_tails(x, 2 * m - x, 1);
			ExactTails	mirror = exact_tails(2 * m - x, x, 1);
			double		p = exact_p_value(x, 2 * m - x, 1, false);

			CHECK(relative(got.at_most, want) < 2e-12, "%ld of %ld: %.17g, want %.17g",
				  (long) x, (long) (2 * m), got.at_most, want);
			CHECK(relative(got.at_most, mirror.at_least) < 1e-13 && relative(got.at_least, mirror.at_most) < 1e-13,
				  "%ld of %ld: not symmetric", (long) x, (long) (2 * m));
			CHECK(fabs(got.at_most + got.at_least - 1 - got.exactly) < 1e-15, "tails of %ld", (long) x);
			CHECK(relative(p, fmin(1, 2 * want)) < 2e-12, "p of %ld: %.17g", (long) x, p);
		}

	/* the normal approximation, with continuity correction, within its error of order 1/n */
	for (int64_t k = 1000; k <= 200000; k += 19000)
	{
		double		n = 2e9 + k;
		double		z = (k - 1) / sqrt(n);
		double		p = exact_p_value(1000000000, 1000000000 + k, 1, false);

		CHECK(relative(p, erfc(z / sqrt(2.0))) < (1 + z * z * z * z) / n * 4, "%ld: %.15g against %.15g",
			  (long) k, p, erfc(z / sqrt(2.0)));
	}

	/* which from 10^13 on is right to twelve digits */
	for (int i = 0; i < 4; i++)
	{
		static const int64_t large[] = {INT64_C(10000000000000), INT64_C(3000000000000000),
		INT64_C(1000000000000000007), INT64_MAX};

		for (double z = 0.1; z < 8; z += 0.37)
		{
			int64_t		k = (int64_t) (z * sqrt(2.0 * large[i]));
			double		n = 2.0 * large[i] - k;
			double		p = exact_p_value(large[i] - k, large[i], 1, false);
			double		mid_p = exact_p_value(large[i], large[i] - k, 1, true);

			CHECK(relative(p, erfc((k - 1) / sqrt(2.0 * n))) < 2e-12 + (1 + z * z * z * z) / n,
				  "%ld - %ld: %.15g", (long) large[i], (long) k, p);
			CHECK(relative(mid_p, erfc(k / sqrt(2.0 * n))) < 2e-12 + (1 + z * z * z * z) / n,
				  "%ld - %ld: %.15g", (long) large[i], (long) k, mid_p);
		}
	}

	/* Garwood's bounds, whole ones bracketing the true one */
	for (int64_t x = 5000; x <= 60000000; x = x * 7 + 11)
	{
		int64_t		below = (int64_t) floor(exact_poisson_interval(x, 0.95).lower);

		CHECK(walk_poisson(below, x) <= 0.025 && walk_poisson(below + 1, x) >= 0.025,
			  "%ld: %ld", (long) x, (long) below);
	}
}

/* Garwood's bounds, by summing Poisson probabilities in plain order. */
static void
poisson_bounds(void)
{
	for (int x = 0; x <= 400; x = x < 20 ? x + 1 : x + 19)
	{
		ExactInterval i = exact_poisson_interval(x, 0.9);
		long double f = expl(-(long double) i.upper);
		long double sum = 0;

		for (int k = 0; k <= x; k++)
		{
			sum += f;
			f *= (long double) i.upper / (k + 1);
		}
		CHECK(relative((double) sum, 0.05) < 1e-11, "%d: %.15Lg", x, sum);
		f = expl(-(long double) i.lower);
		sum = 0;
		for (int k = 0; k < x; k++)
		{
			sum += f;
			f *= (long double) i.lower / (k + 1);
		}
		CHECK(x == 0 ? i.lower == 0 : relative((double) (1 - sum), 0.05) < 1e-11, "%d: %.15Lg", x, 1 - sum);
	}
}

/* ------------------------------------------------------------ laws */

static void
laws(void)
{
	for (int k = 0; k < 20000; k++)
	{
		int			bits = k % 4 == 0 ? 63 : k % 4 == 1 ? 30 : 9;
		int64_t		a = random_count(bits);
		int64_t		b = k % 3 ? random_count(bits) : a - a / 5 + random_below(3);
		bool		mid_p = k % 2;
		double		p;
		ExactTails	t;

		p = exact_p_value(a, b, 1, mid_p);
		t = exact_tails(a, b, 1);
		CHECK(p >= 0 && p <= 1, "%ld %ld: %g", (long) a, (long) b, p);
		CHECK(p == exact_p_value(b, a, 1, mid_p), "%ld %ld", (long) a, (long) b);
		CHECK(fabs(t.at_most + t.at_least - 1 - t.exactly) < 1e-12, "%ld %ld", (long) a, (long) b);
		CHECK(exact_p_value(a, b, 1, true) <= exact_p_value(a, b, 1, false), "%ld %ld", (long) a, (long) b);

		/* further apart, no larger */
		if (a >= b && a < INT64_MAX - 1)
			CHECK(exact_p_value(a + 1 + a / 1000000, b, 1, mid_p) <= p * (1 + 1e-9), "%ld %ld", (long) a, (long) b);
	}

	/* p at most 0.05, and only then, the interval leaves 1 out; at other levels too */
	for (int k = 0; k < 6000; k++)
	{
		int			bits = k % 3 == 0 ? 40 : 9;
		int64_t		a = random_count(bits);
		int64_t		b = k % 2 ? random_count(bits) : a + (int64_t) (sqrt(2.0 * a) * (random_below(4000) / 1000.0));
		double		ratio = k % 5 ? 1.0 : exp((random_below(2001) - 1000) / 300.0);
		bool		mid_p = k / 2 % 2;
		double		level = k % 7 ? 0.95 : 0.8 + random_below(1999) / 10000.0;
		ExactInterval i = exact_ratio_interval(a, b, ratio, level, mid_p);
		bool		outside = i.lower > 1 || i.upper < 1;

		/* where p is 1 - level itself, a bound is 1 itself */
		if (relative(exact_p_value(a, b, ratio, mid_p), 1 - level) < 1e-11)
			continue;
		CHECK(exact_distinguishable(a, b, ratio, level, mid_p) == outside,
			  "%ld %ld ratio %g level %g: p %.15g, %.15g to %.15g", (long) a, (long) b, ratio, level,
			  exact_p_value(a, b, ratio, mid_p), i.lower, i.upper);
	}

	/* exact ties */
	CHECK(exact_distinguishable(0, 2, 1, 0.5, false), "p = 1/2 at level 1/2");
	CHECK(exact_distinguishable(0, 5, 1, 0.9375, false), "p = 1/16 at level 15/16");
}

static void
extremes(void)
{
	static const int64_t count[] = {0, 1, 2, 3, 1000, 1999999, 2000001, 1000000000,
		INT64_C(1) << 53, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX};
	static const double ratio[] = {EXACT_RATIO_MIN, 1e-9, 1, 3, 1e9, EXACT_RATIO_MAX};
	static const double level[] = {1e-300, 0.5, 0.95, 1 - 1e-15};
	double		slowest = 0;

	for (int a = 0; a < 12; a++)
		for (int b = 0; b < 12; b++)
			for (int r = 0; r < 6; r++)
				for (int l = 0; l < 8; l++)
				{
					clock_t		start = clock();
					bool		mid_p = l >= 4;
					double		p = exact_p_value(count[a], count[b], ratio[r], mid_p);
					ExactInterval i = exact_ratio_interval(count[a], count[b], ratio[r], level[l % 4], mid_p);
					double		took = (double) (clock() - start) / CLOCKS_PER_SEC;

					CHECK(p >= 0 && p <= 1, "%ld %ld %g: %g", (long) count[a], (long) count[b], ratio[r], p);
					CHECK(i.lower >= 0 && i.lower <= i.upper && isfinite(i.lower),
						  "%ld %ld %g level %g: %g %g", (long) count[a], (long) count[b], ratio[r],
						  level[l % 4], i.lower, i.upper);
					CHECK(isinf(i.upper) == (count[b] == 0), "%ld %ld %g: %g", (long) count[a],
						  (long) count[b], ratio[r], i.upper);
					slowest = fmax(slowest, took);
				}
	for (int a = 0; a < 12; a++)
		for (int l = 0; l < 4; l++)
		{
			clock_t		start = clock();
			ExactInterval i = exact_poisson_interval(count[a], level[l]);
			int64_t		fall = exact_smallest_fall(count[a], level[l]);
			int64_t		rise = exact_smallest_rise(count[a], level[l]);

			CHECK(i.lower <= i.upper && isfinite(i.upper) && (i.lower > 0) == (count[a] > 0),
				  "%ld: %g %g", (long) count[a], i.lower, i.upper);
			CHECK(fall < count[a] || count[a] == 0, "%ld: %ld", (long) count[a], (long) fall);
			CHECK(rise == -1 || rise > count[a], "%ld: %ld", (long) count[a], (long) rise);
			slowest = fmax(slowest, (double) (clock() - start) / CLOCKS_PER_SEC);
		}

	/* generous: it takes milliseconds, and must never take minutes */
	CHECK(slowest < 1.0, "the slowest call took %g s", slowest);
}

int
main(void)
{
	reference_values();
	thresholds();
	against_whole_rows();
	interval_bounds();
	large_counts();
	poisson_bounds();
	laws();
	extremes();
	return finish("exact_test");
}
