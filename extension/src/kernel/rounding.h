/*
 * rounding.h
 *		How a figure is rounded: the policies, and a quotient rounded once.
 */
#ifndef EMGOV_ROUNDING_H
#define EMGOV_ROUNDING_H

#include "utils/builtins.h"
#include "utils/numeric.h"

#define ROUNDING_MAX_DECIMALS 18

typedef enum Rounding
{
	ROUNDING_HALF_UP,			/* to nearest, a tie away from zero */
	ROUNDING_HALF_EVEN,			/* to nearest, a tie to the even neighbour */
	ROUNDING_TRUNCATE,			/* toward zero */
} Rounding;

extern Rounding rounding_named(const char *name);
extern Rounding rounding_arg(FunctionCallInfo fcinfo, int argno);
extern int	decimals_arg(FunctionCallInfo fcinfo, int argno);
extern Numeric power_of_ten(int exponent);
extern Numeric rounded_quotient(Numeric dividend, Numeric divisor, int decimals, Rounding rounding);
extern Numeric cut_quotient(Numeric dividend, Numeric divisor, int decimals);

/* One of the server's functions of two numerics, such as numeric_add. */
static inline Numeric
numeric_apply(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)));
}

/* Below, at or above zero as a is less than, equal to or greater than b. */
static inline int
numeric_order(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

#endif							/* EMGOV_ROUNDING_H */
