/*
 * rounding.c
 *		How a figure is rounded.
 *
 * A published figure is rounded once, from the exact quotient.  Most offices
 * round half up; a few truncate.  The policy belongs to the figure and is kept
 * with it.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"

#include "kernel/rounding.h"

static const struct
{
	const char *name;
	Rounding	rounding;
}			policies[] = {
	{"half_up", ROUNDING_HALF_UP},
	{"half_even", ROUNDING_HALF_EVEN},
	{"truncate", ROUNDING_TRUNCATE},
};

static bool
find_policy(const char *name, Size length, Rounding *rounding)
{
	for (int i = 0; i < (int) lengthof(policies); i++)
		if (length == strlen(policies[i].name) &&
			memcmp(name, policies[i].name, length) == 0)
		{
			*rounding = policies[i].rounding;
			return true;
		}
	return false;
}

/* A policy by its name; half up for NULL and what is none. */
Rounding
rounding_named(const char *name)
{
	Rounding	rounding = ROUNDING_HALF_UP;

	if (name != NULL)
		(void) find_policy(name, strlen(name), &rounding);
	return rounding;
}

/* Read the name of a policy, a text argument that is not NULL. */
Rounding
rounding_arg(FunctionCallInfo fcinfo, int argno)
{
	text	   *name = PG_GETARG_TEXT_PP(argno);
	Size		length = VARSIZE_ANY_EXHDR(name);
	Rounding	rounding;

	if (find_policy(VARDATA_ANY(name), length, &rounding))
		return rounding;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown rounding: \"%.*s\"",
					pg_mbcliplen(VARDATA_ANY(name), length, 60), VARDATA_ANY(name)),
			 errhint("Use half_up, half_even or truncate.")));
	return ROUNDING_HALF_UP;	/* not reached */
}

/* Read a number of decimals, an int argument that is not NULL. */
int
decimals_arg(FunctionCallInfo fcinfo, int argno)
{
	int			decimals = PG_GETARG_INT32(argno);

	if (decimals < 0 || decimals > ROUNDING_MAX_DECIMALS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of decimals out of range: %d", decimals),
				 errdetail("It must be between 0 and %d.", ROUNDING_MAX_DECIMALS)));
	return decimals;
}

/* 10 to any power. */
Numeric
power_of_ten(int exponent)
{
	int64		power = 1;

	if (exponent < 0 || exponent > 18)
	{
		char		text[16];

		snprintf(text, sizeof(text), "1e%d", exponent);
		return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	}
	while (exponent-- > 0)
		power *= 10;
	return int64_to_numeric(power);
}

/* -1, 0 or 1. */
static int
sign_of(Numeric value)
{
	return numeric_order(value, int64_to_numeric(0));
}

/* Whether a quotient cut off toward zero must move one step away from zero. */
static bool
moves_away(Numeric cut, Numeric remainder, Numeric divisor, Rounding rounding)
{
	Numeric		two = int64_to_numeric(2);
	Numeric		twice;
	int			half;

	if (rounding == ROUNDING_TRUNCATE)
		return false;
	twice = numeric_apply(numeric_mul, remainder, two);
	half = numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(twice))),
						 DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(divisor))));
	if (half == 0 && rounding == ROUNDING_HALF_EVEN)
		return sign_of(numeric_apply(numeric_mod, cut, two)) != 0;
	return half >= 0;
}

/*
 * dividend / divisor to so many decimals, all of them shown.  The quotient is
 * taken in whole numbers with its remainder, so it is rounded exactly once.
 * Both must be finite and the divisor not zero.
 */
Numeric
rounded_quotient(Numeric dividend, Numeric divisor, int decimals, Rounding rounding)
{
	Numeric		scaled = numeric_apply(numeric_mul, dividend, power_of_ten(decimals));
	Numeric		cut = numeric_apply(numeric_div_trunc, scaled, divisor);
	Numeric		remainder = numeric_apply(numeric_sub, scaled, numeric_apply(numeric_mul, cut, divisor));

	if (moves_away(cut, remainder, divisor, rounding))
		cut = numeric_apply(numeric_add, cut, int64_to_numeric(sign_of(dividend) * sign_of(divisor)));
	return numeric_apply(numeric_mul, cut, ten_to_minus(decimals));
}

/*
 * dividend / divisor cut off behind so many decimals; where something was cut off, one more
 * decimal, a 1, says so: rounding this to fewer decimals is rounding the quotient itself.
 * Both must be finite and the divisor not zero.
 */
Numeric
cut_quotient(Numeric dividend, Numeric divisor, int decimals)
{
	Numeric		scaled = numeric_apply(numeric_mul, dividend, power_of_ten(decimals));
	Numeric		cut = numeric_apply(numeric_div_trunc, scaled, divisor);
	Numeric		rest = numeric_apply(numeric_sub, scaled, numeric_apply(numeric_mul, cut, divisor));
	Numeric		digits = numeric_apply(numeric_mul, cut, int64_to_numeric(10));

	digits = numeric_apply(numeric_add, digits, int64_to_numeric(sign_of(rest) * sign_of(divisor)));
	return numeric_apply(numeric_mul, digits, power_of_ten(-decimals - 1));
}

/*
 * round_by(value, decimals, rounding): a number rounded by a policy.  NaN and
 * infinities stay what they are, as in round().
 */
PG_FUNCTION_INFO_V1(round_by);
Datum
round_by(PG_FUNCTION_ARGS)
{
	Numeric		value = PG_GETARG_NUMERIC(0);
	int			decimals = decimals_arg(fcinfo, 1);
	Rounding	rounding = rounding_arg(fcinfo, 2);

	if (numeric_is_nan(value) || numeric_is_inf(value))
		PG_RETURN_NUMERIC(value);
	PG_RETURN_NUMERIC(rounded_quotient(value, int64_to_numeric(1), decimals, rounding));
}
