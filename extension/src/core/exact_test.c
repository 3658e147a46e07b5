/*
 * exact_test.c
 *		The central exact conditional test for two Poisson counts, and the intervals
 *		of the same method.
 *
 * Given their sum n, the first of two Poisson counts is binomial with odds
 * (rate ratio) x (exposure ratio): Przyborowski and Wilenski, Biometrika 31 (1940).
 * The central p-value is twice the smaller tail; the interval that holds exactly the
 * ratios it does not reject is that of Clopper and Pearson, Biometrika 26 (1934).
 * The interval of one Poisson count is that of Garwood, Biometrika 28 (1936).
 *
 * Numerically, everything is the probability of one outcome times a sum of ratios:
 *
 *	- The probability comes from the saddle-point expansion of C. Loader, "Fast and
 *	  accurate computation of binomial probabilities" (2000): only positive terms in
 *	  the exponent, where differences of log-gamma would lose all but six digits at
 *	  10^9.  The deviation from the mean, on which all depends, is taken from the
 *	  integers before anything is rounded.
 *	- The tail that leads away from the mean is summed outward from the outcome: term
 *	  by term for a standard deviation below SUM_SD, else by Euler and Maclaurin's
 *	  formula with Gauss-Legendre quadrature, whose error there is below 10^-12.
 *	  Both take a bounded number of steps.  The other tail is the complement.
 *	- Bounds are found by Newton's method on the logarithm of the odds, kept inside a
 *	  bracket; the derivative of a tail is known in closed form.
 */
#include "core/exact_test.h"

#include <float.h>
#include <math.h>

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

/* Up to this standard deviation a tail is summed term by term: at most some 10^4 terms. */
#define SUM_SD			1000.0

/* Two probabilities closer than this, relatively, count as equal. */
#define TIE				1e-12

#define SOLVE_STEPS		200

/*
 * One binomial or Poisson law with one of its outcomes: x of n = x + y, or x alone
 * (y infinite).  The deviation is kept apart because x - mean_x would lose digits.
 */
typedef struct Law
{
	double		x;
	double		y;
	double		mean_x;
	double		mean_y;
	double		deviation;		/* x - mean_x = mean_y - y */
	double		scale;			/* odds, or the mean of a Poisson law */
	double		variance;
} Law;

/* The outcome whose law is in question: two counts, or one. */
typedef struct Outcome
{
	int64_t		x;
	int64_t		y;
	bool		poisson;
} Outcome;

/*
 * The error of Stirling's formula, ln(n!) - ln(sqrt(2 pi n) (n/e)^n), for whole n >= 1
 * and any n > 15.
 */
static double
stirling_error(double n)
{
	static const double small[16] = {
		0.0, 0.08106146679532725822, 0.04134069595540929409, 0.02767792568499833915,
		0.02079067210376509311, 0.01664469118982119216, 0.01387612882307074800,
		0.01189670994589177010, 0.01041126526197209650, 0.00925546218271273292,
		0.00833056343336287126, 0.00757367548795184079, 0.00694284010720952987,
		0.00640899418800420707, 0.00595137011275884774, 0.00555473355196280137
	};
	double		s;

	if (n <= 15.0)
		return small[(int) n];
	s = 1.0 / (n * n);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188
			- 691.0 / 360360 * s) * s) * s) * s) * s) / n;
}

/* x ln(x / mean) + mean - x for x, mean > 0, deviation = x - mean; never negative. */
static double
deviance(double x, double mean, double deviation)
{
	if (fabs(deviation) < 0.1 * (x + mean))
	{
		double		v = deviation / (x + mean);
		double		sum = deviation * v;
		double		term = 2.0 * x * v;

		v *= v;
		for (int j = 3; j < 60; j += 2)
		{
			double		next;

			term *= v;
			next = sum + term / j;
			if (next == sum)
				break;
			sum = next;
		}
		return sum;
	}
	return x * log(x / mean) - deviation;
}

/* The binomial law of x among x + y at some odds. */
static Law
binomial_law(int64_t x, int64_t y, double odds)
{
	Law			law;

	/* both counts in two halves that doubles hold exactly */
	double		x_high = (double) (x & ~INT64_C(2047));
	double		y_high = (double) (y & ~INT64_C(2047));
	double		x_low = (double) (x & 2047);
	double		y_low = (double) (y & 2047);
	double		n;

	law.x = (double) x;
	law.y = (double) y;
	n = law.x + law.y;
	law.mean_y = n / (1.0 + odds);
	law.mean_x = law.mean_y * odds;
	law.deviation = (fma(-odds, y_high, x_high) + fma(-odds, y_low, x_low)) / (1.0 + odds);
	law.scale = odds;
	law.variance = law.mean_x / (1.0 + odds);
	return law;
}

/* The Poisson law of x at some mean. */
static Law
poisson_law(int64_t x, double mean)
{
	Law			law;

	law.x = (double) x;
	law.y = INFINITY;
	law.mean_x = mean;
	law.mean_y = INFINITY;
	law.deviation = (double) x - mean;
	law.scale = mean;
	law.variance = mean;
	return law;
}

/* ln P[X = x + step]; a step that is not 0 only where both counts are large. */
static double
log_probability(const Law *law, double step)
{
	double		x = law->x + step;
	double		y = law->y - step;
	double		deviation = law->deviation + step;

	if (isinf(law->y))
	{
		if (x <= 0.0)
			return -law->mean_x;
		return -0.5 * log(2.0 * M_PI * x) - stirling_error(x) -
			deviance(x, law->mean_x, deviation);
	}
	if (x <= 0.0)
		return -law->y * log1p(law->scale);
	if (y <= 0.0)
		return -law->x * log1p(1.0 / law->scale);

	/* n / (x y) as 1 / x + 1 / y, and sums in an order that is symmetric in x and y */
	return 0.5 * log((1.0 / x + 1.0 / y) / (2.0 * M_PI)) +
		(stirling_error(x + y) - (stirling_error(x) + stirling_error(y))) -
		(deviance(x, law->mean_x, deviation) + deviance(y, law->mean_y, -deviation));
}

/* P[X >= x] / P[X = x] for upper, P[X <= x] / P[X = x] else, term by term. */
static double
sum_outward(const Law *law, bool upper)
{
	double		sum = 1.0;
	double		term = 1.0;

	/* away from the mean the terms fall, at SUM_SD to nothing within 10^4 of them */
	for (int j = 1; j <= 100000; j++)
	{
		if (upper)
			term *= (isinf(law->y) ? 1.0 : law->y - j + 1.0) / (law->x + j) * law->scale;
		else
			term *= (law->x - j + 1.0) / ((isinf(law->y) ? 1.0 : law->y + j) * law->scale);
		sum += term;
		if (term < 1e-18 * sum)
			break;
	}
	return sum;
}

/*
 * The same for a large standard deviation: the integral of the interpolated
 * probabilities from x outward, over their value at x, with the first terms of Euler
 * and Maclaurin.
 */
static double
integrate_outward(const Law *law, bool upper)
{
	/* Gauss-Legendre, 16 points */
	static const double node[8] = {
		0.98940093499164993260, 0.94457502307323257608, 0.86563120238783174388,
		0.75540440835500303390, 0.61787624440264374845, 0.45801677765722738634,
		0.28160355077925891323, 0.09501250983763744019
	};
	static const double weight[8] = {
		0.02715245941175409485, 0.06225352393864789286, 0.09515851168249278481,
		0.12462897125553387205, 0.14959598881657673208, 0.16915651939500253819,
		0.18260341504492358887, 0.18945061045506849629
	};
	double		sign = upper ? 1.0 : -1.0;
	double		sd = sqrt(law->variance);
	double		z = fabs(law->deviation) / sd;
	double		half = sd / fmax(1.0, z / 2.0);	/* half a panel */
	double		at_x = log_probability(law, 0.0);
	double		integral = 0.0;
	double		slope;
	double		curvature;

	for (int panel = 0; panel < 100; panel++)
	{
		double		middle = (2 * panel + 1) * half;
		double		part = 0.0;

		for (int i = 0; i < 8; i++)
			part += weight[i] *
				(exp(log_probability(law, sign * (middle - half * node[i])) - at_x) +
				 exp(log_probability(law, sign * (middle + half * node[i])) - at_x));
		part *= half;
		integral += part;
		if (part < 1e-18 * integral)
			break;
	}

	/* minus the first and second derivative of the logarithm at x, going outward */
	slope = log1p(law->deviation / law->mean_x) + 0.5 / law->x;
	curvature = 1.0 / law->x;
	if (!isinf(law->y))
	{
		slope -= log1p(-law->deviation / law->mean_y) + 0.5 / law->y;
		curvature += 1.0 / law->y;
	}
	slope *= sign;
	return integral + 0.5 + slope / 12.0 -
		(slope * slope * slope - 3.0 * slope * curvature) / 720.0;
}

/* The probability of the outcome and of both tails that hold it. */
static ExactTails
tails(const Law *law)
{
	ExactTails	t;
	bool		upper = law->deviation >= 0.0;
	double		outward;
	double		inward;

	t.exactly = exp(log_probability(law, 0.0));
	if (t.exactly == 0.0)
		outward = 0.0;			/* below the smallest double */
	else if (law->variance < SUM_SD * SUM_SD)
		outward = t.exactly * sum_outward(law, upper);
	else
		outward = t.exactly * integrate_outward(law, upper);
	outward = fmin(outward, 1.0);
	inward = fmin(1.0 - outward + t.exactly, 1.0);
	t.at_least = upper ? outward : inward;
	t.at_most = upper ? inward : outward;
	return t;
}

/*
 * Of X ~ Binomial(a + b, odds / (1 + odds)): P[X = a] and the two tails that hold a.
 * A probability below the smallest double is given as 0.
 */
ExactTails
exact_tails(int64_t a, int64_t b, double odds)
{
	Law			law = binomial_law(a, b, odds);

	return tails(&law);
}

/*
 * The p-value of "the rates are equal": twice the smaller tail, at most 1.  With mid_p
 * the observed outcome counts half in each tail (Lancaster, JASA 56, 1961).
 */
double
exact_p_value(int64_t current, int64_t base, double exposure_ratio, bool mid_p)
{
	ExactTails	t = exact_tails(current, base, exposure_ratio);
	double		p = fmin(t.at_most, t.at_least);

	if (mid_p)
		p -= 0.5 * t.exactly;
	return fmin(1.0, 2.0 * p);
}

/* 1 - level, of which levels too small to be seen in a double are not quite 1. */
static double
significance(double level)
{
	return fmin(1.0 - level, 1.0 - DBL_EPSILON);
}

/*
 * Is the p-value at most 1 - level?  A p-value that is 1 - level but for rounding
 * counts as equal to it.
 */
bool
exact_distinguishable(int64_t current, int64_t base, double exposure_ratio,
					  double level, bool mid_p)
{
	return exact_p_value(current, base, exposure_ratio, mid_p) <=
		significance(level) * (1.0 + TIE);
}

/*
 * The odds (for a Poisson count: the mean) at which the tail that holds the outcome,
 * upper or lower, has this probability, target <= 1/2.  0 or INFINITY where none has.
 */
static double
solve(Outcome outcome, bool upper, bool mid_p, double target)
{
	double		x = (double) outcome.x;
	double		y = (double) outcome.y;
	double		start = outcome.poisson ? x + 0.5 : (x + 0.5) / (y + 0.5);
	double		width = 2.0 * sqrt(1.0 / (x + 0.5) + (outcome.poisson ? 0.0 : 1.0 / (y + 0.5)));
	double		low = -INFINITY;	/* bracket of ln(odds / start) */
	double		high = INFINITY;
	double		at = 0.0;

	/* the upper tail of 0 and the lower tail of all do not depend on the odds */
	if (outcome.x == 0 && upper)
		return 0.0;
	if (!outcome.poisson && outcome.y == 0 && !upper)
		return INFINITY;

	for (int i = 0; i < SOLVE_STEPS; i++)
	{
		double		scale = start * exp(at);
		Law			law = outcome.poisson ? poisson_law(outcome.x, scale) :
			binomial_law(outcome.x, outcome.y, scale);
		ExactTails	t = tails(&law);
		double		tail = upper ? t.at_least : t.at_most;
		double		slope;		/* of the tail, by ln odds */
		double		next;

		/* d P[X >= x] = x q f and d P[X <= x] = -y p f, both in closed form; df = f (x - mean) */
		if (upper)
			slope = outcome.poisson ? x : x / (1.0 + scale);
		else
			slope = outcome.poisson ? -scale : -y / (1.0 + 1.0 / scale);
		if (mid_p)
		{
			tail -= 0.5 * t.exactly;
			slope -= 0.5 * law.deviation;
		}
		slope *= t.exactly;

		if (tail == target)
			return scale;
		if ((tail < target) == upper)
			low = at;
		else
			high = at;

		/* Newton on ln(tail), inside the bracket; until there is one, not too far */
		next = at - log(tail / target) * tail / slope;
		if (isinf(low) || isinf(high))
		{
			double		limit = isinf(low) ? at - width : at + width;

			width *= 2.0;
			if (!(fabs(next - at) < fabs(limit - at)))
				next = limit;
			if (fabs(next) > 600.0)
				return upper ? INFINITY : 0.0;
		}
		else if (!(next > low && next < high))
			next = low + 0.5 * (high - low);
		if (fabs(next - at) <= 1e-15 * fmax(fabs(at), 1e-3))
			return start * exp(next);
		at = next;
	}
	return start * exp(at);
}

/*
 * The interval of the ratio of the current rate to the base rate: the ratios whose
 * p-value, central or mid-p, is not below 1 - level.
 */
ExactInterval
exact_ratio_interval(int64_t current, int64_t base, double exposure_ratio,
					 double level, bool mid_p)
{
	Outcome		outcome = {current, base, false};
	double		half = 0.5 * significance(level);
	ExactInterval interval = {0.0, INFINITY};

	if (current > 0)
		interval.lower = solve(outcome, true, mid_p, half) / exposure_ratio;
	if (base > 0)
		interval.upper = solve(outcome, false, mid_p, half) / exposure_ratio;

	/* at a level near 0 the mid-p interval is a point, which rounding may turn over */
	interval.lower = fmin(interval.lower, interval.upper);
	return interval;
}

/* Garwood's interval of the expectation of which one count is the outcome. */
ExactInterval
exact_poisson_interval(int64_t count, double level)
{
	Outcome		outcome = {count, 0, true};
	double		half = 0.5 * significance(level);
	ExactInterval interval;

	interval.lower = solve(outcome, true, false, half);
	interval.upper = solve(outcome, false, false, half);
	return interval;
}

/*
 * The largest current count that is a distinguishable fall from base at equal exposure,
 * -1 when none is.  The p-value grows with a current count below the base.
 */
int64_t
exact_smallest_fall(int64_t base, double level)
{
	int64_t		low = 0;		/* is one */
	int64_t		high = base;	/* is none */

	if (!exact_distinguishable(low, base, 1.0, level, false))
		return -1;
	while (high - low > 1)
	{
		int64_t		middle = low + (high - low) / 2;

		if (exact_distinguishable(middle, base, 1.0, level, false))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The smallest current count that is a distinguishable rise from base at equal
 * exposure, -1 when none up to INT64_MAX is.
 */
int64_t
exact_smallest_rise(int64_t base, double level)
{
	int64_t		low = base;		/* is none */
	int64_t		high = INT64_MAX;	/* is one */

	if (base == INT64_MAX || !exact_distinguishable(high, base, 1.0, level, false))
		return -1;
	while (high - low > 1)
	{
		int64_t		middle = low + (high - low) / 2;

		if (exact_distinguishable(middle, base, 1.0, level, false))
			high = middle;
		else
			low = middle;
	}
	return high;
}
