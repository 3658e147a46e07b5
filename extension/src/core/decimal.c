/*
 * decimal.c
 *		Exact decimals: a whole part of 64 bits and eighteen decimals.
 */
#include "core/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Is this the unique form of some value?  To be asked of anything read from outside. */
bool
decimal_is_valid(Decimal d)
{
	return d.fraction >= 0 && d.fraction < DECIMAL_UNIT;
}

/* -1, 0 or 1 */
int
decimal_sign(Decimal d)
{
	if (d.whole < 0)
		return -1;
	return d.whole > 0 || d.fraction > 0;
}

/*
 * Print d without trailing zeros and without a point when it is whole.
 * text must hold DECIMAL_TEXT_SIZE bytes.  Returns the length.
 */
int
decimal_print(char *text, Decimal d)
{
	bool		negative = d.whole < 0;
	uint64_t	whole = (uint64_t) d.whole;
	int64_t		fraction = d.fraction;
	int			length;

	if (negative)
	{
		whole = -whole;
		if (fraction > 0)
		{
			whole -= 1;
			fraction = DECIMAL_UNIT - fraction;
		}
	}
	length = snprintf(text, DECIMAL_TEXT_SIZE, "%s%" PRIu64, negative ? "-" : "", whole);
	if (fraction > 0)
	{
		length += snprintf(text + length, DECIMAL_TEXT_SIZE - length, ".%018" PRId64, fraction);
		while (text[length - 1] == '0')
			text[--length] = '\0';
	}
	return length;
}

/*
 * Read [sign] digits [. digits], as much as there is; *end is the first byte
 * not read.  Zeros beyond the eighteenth decimal are read, other digits there
 * are DECIMAL_PRECISION.
 */
DecimalStatus
decimal_parse(const char *text, const char **end, Decimal *result)
{
	const char *p = text;
	bool		negative = false;
	bool		range = false;
	bool		precision = false;
	int			digits = 0;
	uint64_t	whole = 0;
	int64_t		fraction = 0;
	int64_t		unit = DECIMAL_UNIT;

	if (*p == '+' || *p == '-')
		negative = *p++ == '-';
	for (; *p >= '0' && *p <= '9'; p++, digits++)
	{
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, (uint64_t) (*p - '0'), &whole))
			range = true;
	}
	if (digits > 0 && *p == '.')
	{
		int			decimals = 0;

		for (p++; *p >= '0' && *p <= '9'; p++, decimals++)
		{
			unit /= 10;
			if (unit > 0)
				fraction += unit * (*p - '0');
			else if (*p != '0')
				precision = true;
		}
		if (decimals == 0)
			digits = 0;			/* a point must be followed by a digit */
	}
	*end = p;
	if (digits == 0)
		return DECIMAL_SYNTAX;
	if (range || whole > (uint64_t) INT64_MAX + (negative ? 1 : 0) ||
		(negative && whole == (uint64_t) INT64_MAX + 1 && fraction > 0))
		return DECIMAL_RANGE;
	if (precision)
		return DECIMAL_PRECISION;

	if (!negative)
		*result = (Decimal) {(int64_t) whole, fraction};
	else if (fraction == 0)
		*result = (Decimal) {(int64_t) -whole, 0};
	else
		*result = (Decimal) {(int64_t) -whole - 1, DECIMAL_UNIT - fraction};
	return DECIMAL_OK;
}

/* Yuan to fen, exactly: more than two decimals are DECIMAL_PRECISION. */
DecimalStatus
decimal_to_fen(Decimal d, int64_t *fen)
{
	__int128	exact;

	if (d.fraction % FEN_UNIT != 0)
		return DECIMAL_PRECISION;
	exact = (__int128) d.whole * FEN_PER_YUAN + d.fraction / FEN_UNIT;
	if (exact < INT64_MIN || exact > INT64_MAX)
		return DECIMAL_RANGE;
	*fen = (int64_t) exact;
	return DECIMAL_OK;
}

/* Fen as yuan. */
Decimal
fen_to_decimal(int64_t fen)
{
	int64_t		yuan = fen / FEN_PER_YUAN;
	int64_t		rest = fen % FEN_PER_YUAN;

	if (rest < 0)
	{
		yuan--;
		rest += FEN_PER_YUAN;
	}
	return (Decimal) {yuan, rest * FEN_UNIT};
}

/* Print fen as yuan, always with two decimals.  Returns the length. */
int
fen_print(char *text, int64_t fen)
{
	uint64_t	magnitude = fen < 0 ? -(uint64_t) fen : (uint64_t) fen;

	return snprintf(text, DECIMAL_TEXT_SIZE, "%s%" PRIu64 ".%02d", fen < 0 ? "-" : "",
					magnitude / FEN_PER_YUAN, (int) (magnitude % FEN_PER_YUAN));
}
