/*
 * decimal_numeric.c
 *		Between numeric and the exact decimals of core/decimal.h.
 *
 * Aggregates read a numeric for every row, so it is decoded from its stored
 * form, without going through text or allocating.  That form is part of every
 * data file and has been the same since PostgreSQL 9.1 (see the comment on
 * NumericChoice in the server's numeric.c):
 *
 *	uint16	header: 1 1 x x ... NaN or infinity
 *					1 0 s d d d d d d w w w w w w w: sign, scale, weight
 *					0 s d d ...: sign, scale; an int16 weight follows
 *	int16	digits in base 10000, the first one worth 10000^weight
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/decimal_numeric.h"

#define HEADER_KIND(h) ((h) & 0xC000)
#define HEADER_SPECIAL 0xC000
#define HEADER_SHORT 0x8000
#define HEADER_NEGATIVE 0x4000
#define SHORT_NEGATIVE 0x2000
#define SHORT_WEIGHT_NEGATIVE 0x0040
#define SHORT_WEIGHT_MASK 0x003F
#define DIGIT_BASE 10000

/* Read an unaligned 16-bit word: a numeric in a row has a one-byte varlena header. */
static inline uint16
read_word(const char *at)
{
	uint16		word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Decode the stored form.  Sets *special for NaN and infinities. */
static DecimalStatus
decode(const char *data, Size size, Decimal *result, bool *special)
{
	/* what a digit behind the point is worth, in 10^-18 */
	static const int64 place[] = {
		INT64CONST(100000000000000), INT64CONST(10000000000), INT64CONST(1000000), INT64CONST(100),
	};
	uint16		header = read_word(data);
	const char *end = data + size;
	bool		negative;
	int			weight;
	uint64		whole = 0;
	int64		fraction = 0;
	bool		too_precise = false;

	*special = HEADER_KIND(header) == HEADER_SPECIAL;
	if (*special)
		return DECIMAL_OK;
	if (HEADER_KIND(header) == HEADER_SHORT)
	{
		negative = (header & SHORT_NEGATIVE) != 0;
		weight = (int) (header & SHORT_WEIGHT_MASK) -
			((header & SHORT_WEIGHT_NEGATIVE) ? SHORT_WEIGHT_NEGATIVE : 0);
		data += sizeof(uint16);
	}
	else
	{
		negative = HEADER_KIND(header) == HEADER_NEGATIVE;
		weight = (int16) read_word(data + sizeof(uint16));
		data += 2 * sizeof(uint16);
	}

	for (; data < end; data += sizeof(int16), weight--)
	{
		int			digit = (int16) read_word(data);

		if (weight >= 0)
		{
			if (__builtin_mul_overflow(whole, (uint64) DIGIT_BASE, &whole) ||
				__builtin_add_overflow(whole, (uint64) digit, &whole))
				return DECIMAL_RANGE;
		}
		else if (weight >= -4)
			fraction += digit * place[-1 - weight];
		else if (weight == -5 && digit % 100 == 0)
			fraction += digit / 100;
		else if (digit != 0)
			too_precise = true;
	}
	/* trailing zero digits are not stored */
	if (weight >= 0 && whole != 0)
		for (; weight >= 0; weight--)
			if (__builtin_mul_overflow(whole, (uint64) DIGIT_BASE, &whole))
				return DECIMAL_RANGE;

	if (whole > (uint64) PG_INT64_MAX + (negative ? 1 : 0) ||
		(negative && whole > (uint64) PG_INT64_MAX && fraction > 0))
		return DECIMAL_RANGE;
	if (too_precise)
		return DECIMAL_PRECISION;
	result->whole = negative ? (int64) -whole : (int64) whole;
	result->fraction = fraction;
	if (negative && fraction > 0)
	{
		result->whole -= 1;
		result->fraction = DECIMAL_UNIT - fraction;
	}
	return DECIMAL_OK;
}

/* The number as text, cut where it would only flood a message. */
static char *
shown(Datum numeric)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, numeric));

	if (strlen(text) > 60)
		strcpy(text + 57, "...");
	return text;
}

/* Say why a numeric cannot be taken. */
pg_noreturn static void
refuse(DecimalStatus status, bool special, Datum numeric, const char *what, const char *limit, int places)
{
	if (special)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number, not %s", what, shown(numeric)),
				 errhint("Leave an unknown amount NULL.")));
	if (status == DECIMAL_PRECISION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has more than %d decimals: %s", what, places, shown(numeric)),
				 errdetail("Nothing is rounded when records are added up."),
				 errhint("Round it where the record is made, for example round(x, %d).", places)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range: %s", what, shown(numeric)),
			 errdetail("It must be between -%s and %s.", limit, limit)));
}

/*
 * The exact value of a numeric.  `what` names it in messages.  NaN and
 * infinity, more than 18 decimals, and a whole part beyond 64 bits are errors.
 */
static Decimal
convert(Datum numeric, const char *what, bool money, int64 *fen)
{
	struct varlena *packed = (struct varlena *) DatumGetPointer(numeric);
	Decimal		result = {0, 0};
	bool		special;
	DecimalStatus status;

	if (unlikely(VARATT_IS_COMPRESSED(packed) || VARATT_IS_EXTERNAL(packed)))
		packed = (struct varlena *) PG_DETOAST_DATUM_PACKED(numeric);
	status = decode(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed), &result, &special);

	if (likely(status == DECIMAL_OK && !special) && money)
		status = decimal_to_fen(result, fen);
	if (unlikely(status != DECIMAL_OK || special))
		refuse(status, special, numeric, what,
			  money ? "92233720368547758.07" : "9223372036854775807", money ? 2 : DECIMAL_PLACES);
	if (unlikely((Pointer) packed != DatumGetPointer(numeric)))
		pfree(packed);
	return result;
}

Decimal
decimal_from_numeric(Datum numeric, const char *what)
{
	return convert(numeric, what, false, NULL);
}

/*
 * An amount of yuan as fen.  Errors as above, and for more than two decimals:
 * money is never rounded.
 */
int64
fen_from_numeric(Datum numeric, const char *what)
{
	int64		fen;

	convert(numeric, what, true, &fen);
	return fen;
}

/* A decimal as numeric, without trailing zeros. */
Numeric
decimal_to_numeric(Decimal d)
{
	char		text[DECIMAL_TEXT_SIZE];

	if (d.fraction == 0)
		return int64_to_numeric(d.whole);
	decimal_print(text, d);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* Fen as numeric yuan with two decimals. */
Numeric
fen_to_numeric(int64 fen)
{
	return int64_div_fast_to_numeric(fen, 2);
}
