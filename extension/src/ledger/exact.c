/*
 * exact.c
 *		Quotients of numerics, kept as numerator and denominator.
 *
 * What is derived from figures is a quotient of quotients.  As a decimal each would have
 * to be cut somewhere, and a third that is cut times three is not one.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/rate.h"
#include "ledger/exact.h"

#define END_PLACES	60			/* decimals of a quotient that has no end, where it must be a numeric */
#define MAX_BYTES	500			/* of a numerator or denominator: about a thousand digits */
#define LONG_BYTES	40			/* from here on common divisors are worth looking for */

static Numeric
number(int64 value)
{
	return int64_to_numeric(value);
}

static Numeric
trimmed(Numeric value)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(value)));
}

static Numeric
negated(Numeric value)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_uminus, NumericGetDatum(value)));
}

static bool
is_one(Numeric value)
{
	return numeric_order(value, number(1)) == 0;
}

/* A number; NULL: none. */
Exact
exact_whole(Numeric value)
{
	return (Exact) {value, value == NULL ? NULL : number(1)};
}

/* a / b; b must not be 0.  Common divisors are taken out once both are long. */
Exact
exact_quotient(Numeric a, Numeric b)
{
	if (numeric_sign_of(b) < 0)
	{
		a = negated(a);
		b = negated(b);
	}
	if (VARSIZE(a) > LONG_BYTES && VARSIZE(b) > LONG_BYTES)
	{
		Numeric		common = numeric_apply(numeric_gcd, a, b);

		if (numeric_sign_of(common) != 0)
		{
			a = numeric_apply(numeric_div_trunc, a, common);
			b = numeric_apply(numeric_div_trunc, b, common);
		}
	}
	return (Exact) {a, b};
}

/* a + b, or a - b */
Exact
exact_add(Exact a, Exact b, bool subtract)
{
	Numeric		left = is_one(b.denominator) ? a.numerator : numeric_apply(numeric_mul, a.numerator, b.denominator);
	Numeric		right = is_one(a.denominator) ? b.numerator : numeric_apply(numeric_mul, b.numerator, a.denominator);

	return exact_quotient(numeric_apply(subtract ? numeric_sub : numeric_add, left, right),
						  numeric_apply(numeric_mul, a.denominator, b.denominator));
}

/* factor * a / b; b must not be 0 */
Exact
exact_divide(Exact a, Exact b, Numeric factor)
{
	return exact_quotient(numeric_apply(numeric_mul, numeric_apply(numeric_mul, factor, a.numerator), b.denominator),
						  numeric_apply(numeric_mul, a.denominator, b.numerator));
}

/* Too long to go on with? */
bool
exact_is_long(Exact x)
{
	return exact_is_known(x) && (VARSIZE(x.numerator) > MAX_BYTES || VARSIZE(x.denominator) > MAX_BYTES);
}

/* Rounded half up to at most 18 decimals, without trailing zeros. */
Numeric
exact_round(Exact x, int decimals)
{
	return trimmed(rounded_quotient(x.numerator, x.denominator, decimals, ROUNDING_HALF_UP));
}

/* Cut off behind so many decimals, as cut_quotient() does, without trailing zeros. */
Numeric
exact_cut(Exact x, int decimals)
{
	return trimmed(cut_quotient(x.numerator, x.denominator, decimals));
}

/* As a numeric: exactly where it ends within sixty decimals. */
Numeric
exact_numeric(Exact x)
{
	return is_one(x.denominator) ? trimmed(x.numerator) : exact_cut(x, END_PLACES);
}

/* Is it a number from 0 that is whole and has at most 18 digits? */
bool
exact_count(Exact x, int64 *count)
{
	if (numeric_sign_of(x.numerator) < 0 ||
		numeric_sign_of(numeric_apply(numeric_mod, x.numerator, x.denominator)) != 0)
		return false;
	if (numeric_order(x.numerator, numeric_apply(numeric_mul, x.denominator, power_of_ten(18))) >= 0)
		return false;
	*count = DatumGetInt64(DirectFunctionCall1(numeric_int8,
											   NumericGetDatum(numeric_apply(numeric_div_trunc, x.numerator, x.denominator))));
	return true;
}
