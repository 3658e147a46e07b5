/*
 * decimal.h
 *		Exact decimals: a whole part of 64 bits and eighteen decimals.
 *
 * Free of server headers.  A decimal's value is whole + fraction / 10^18 with
 * 0 <= fraction < 10^18, so -0.5 is { -1, 500000000000000000 }.  The form is
 * unique: equal values have equal bytes, and comparing whole, then fraction,
 * compares the values.  Addition is exact or fails; the only failure is a whole
 * part beyond 64 bits, so the scale of the terms never matters.
 */
#ifndef EMGOV_CORE_DECIMAL_H
#define EMGOV_CORE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMAL_PLACES	18
#define DECIMAL_UNIT	INT64_C(1000000000000000000)	/* 10^18 */

typedef struct Decimal
{
	int64_t		whole;
	int64_t		fraction;
} Decimal;

typedef enum DecimalStatus
{
	DECIMAL_OK,
	DECIMAL_SYNTAX,				/* not a number */
	DECIMAL_RANGE,				/* whole part beyond 64 bits */
	DECIMAL_PRECISION,			/* more decimals than can be kept */
} DecimalStatus;

/* Long enough for decimal_print(): sign, 19 digits, point, 18 digits, NUL. */
#define DECIMAL_TEXT_SIZE 41

/* Money is kept in fen: 1 yuan = 100 fen. */
#define FEN_PER_YUAN 100
#define FEN_UNIT (DECIMAL_UNIT / FEN_PER_YUAN)

extern bool decimal_is_valid(Decimal d);
extern int	decimal_sign(Decimal d);
extern int	decimal_print(char *text, Decimal d);
extern DecimalStatus decimal_parse(const char *text, const char **end, Decimal *result);
extern DecimalStatus decimal_to_fen(Decimal d, int64_t *fen);
extern Decimal fen_to_decimal(int64_t fen);
extern int	fen_print(char *text, int64_t fen);

/* Add b to *a.  False, with *a unchanged, when the whole part would overflow. */
static inline bool
decimal_add(Decimal *a, Decimal b)
{
	int64_t		fraction = a->fraction + b.fraction;	/* < 2 * 10^18, fits */
	int64_t		carry = 0;
	__int128	whole;

	if (fraction >= DECIMAL_UNIT)
	{
		fraction -= DECIMAL_UNIT;
		carry = 1;
	}
	whole = (__int128) a->whole + b.whole + carry;
	if (whole < INT64_MIN || whole > INT64_MAX)
		return false;
	a->whole = (int64_t) whole;
	a->fraction = fraction;
	return true;
}

/* Subtract b from *a.  False, with *a unchanged, when the whole part would overflow. */
static inline bool
decimal_subtract(Decimal *a, Decimal b)
{
	int64_t		fraction = a->fraction - b.fraction;
	int64_t		borrow = 0;
	__int128	whole;

	if (fraction < 0)
	{
		fraction += DECIMAL_UNIT;
		borrow = 1;
	}
	whole = (__int128) a->whole - b.whole - borrow;
	if (whole < INT64_MIN || whole > INT64_MAX)
		return false;
	a->whole = (int64_t) whole;
	a->fraction = fraction;
	return true;
}

#endif							/* EMGOV_CORE_DECIMAL_H */
