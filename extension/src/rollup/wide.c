/*
 * wide.c
 *		The type wide_summary: sums of summaries beyond 64 bits.
 *
 * Its stored form is a header and one 64-bit word a counter, as a summary's, and behind
 * these the upper halves of all words if any needs more.  The zero has no words.
 *
 * Nearly every sum is narrow: its counters need no upper halves.  Narrow sums are added
 * word by word where they lie; whatever that cannot do is done in 128 bits (WideSum).
 * A sum made in place can have words that are all zero: it is read as the zero.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "kernel/comparison.h"
#include "kernel/summary.h"
#include "rollup/rollup.h"
#include "rollup/wide.h"

#define WIDE_VERSION	1
#define WIDE_PARTS		0x8000	/* flag beside the version */
#define WIDE_MOST_WORDS	(COMPARISON_MAX_BASE_PERIODS * PART_WORDS)

/* The words of a part: current and base, whole and fraction of each; number of periods. */
#define PART_WORDS		COMPARISON_PART_WORDS
#define PART_PERIODS	(PART_WORDS - 1)

struct Wide
{
	int32		vl_len_;		/* varlena header */
	uint16		version;		/* WIDE_VERSION, maybe with WIDE_PARTS */
	uint16		words;
	int64		word[FLEXIBLE_ARRAY_MEMBER];	/* lower halves, then upper ones or none */
};

#define WIDE_SIZE(words) (offsetof(Wide, word) + sizeof(int64) * (words))

/* A narrow sum of counters is, byte by byte, the summary. */
StaticAssertDecl(WIDE_VERSION == SUMMARY_VERSION && WIDE_SIZE(1) == SUMMARY_SIZE(1) &&
				 offsetof(Wide, version) == offsetof(Summary, version) &&
				 offsetof(Wide, words) == offsetof(Summary, words),
				 "a narrow sum of counters must look like a summary");

/* A sum in 128 bits; {0} is the zero. */
typedef struct WideSum
{
	int			words;			/* 0: the zero of every type */
	bool		parts;			/* of a comparison: five words a part */
	int			space;			/* how many words are allocated */
	int128	   *word;
} WideSum;

/* Is a sum one of counters, of 64 bits each? */
static inline bool
is_narrow(const Wide *wide)
{
	return VARATT_IS_4B_U(wide) && wide->version == WIDE_VERSION && VARSIZE(wide) == WIDE_SIZE(wide->words);
}

/* sum := sum + sign * the counters in so many words, if both sum and result are narrow; else false, and the sum is as it was. */
static inline bool
add_narrow(Wide *sum, const int64 *word, int words, int sign)
{
	int64		result[FAMILY_MAX_WORDS];

	if (sum->words != words || words > FAMILY_MAX_WORDS || !is_narrow(sum))
		return false;
	for (int i = 0; i < words; i++)
		if (sign < 0
			? __builtin_sub_overflow(sum->word[i], word[i], &result[i])
			: __builtin_add_overflow(sum->word[i], word[i], &result[i]))
			return false;
	memcpy(sum->word, result, sizeof(int64) * words);
	return true;
}

/* Room for so many words more. */
static void
make_space(WideSum *sum, int words)
{
	if (sum->words + words <= sum->space)
		return;
	sum->space = sum->words + words;
	if (sum->word == NULL)
		sum->word = palloc(sizeof(int128) * sum->space);
	else
		sum->word = repalloc(sum->word, sizeof(int128) * sum->space);
}

/* Are so many words zero? */
static bool
are_zero(const int128 *word, int words)
{
	for (int i = 0; i < words; i++)
		if (word[i] != 0)
			return false;
	return true;
}

/* The value of a sum that is stored. */
static WideSum
read_wide(Datum datum)
{
	const Wide *wide = (const Wide *) PG_DETOAST_DATUM(datum);
	WideSum		sum = {0};
	bool		upper = wide->words > 0 && VARSIZE(wide) == WIDE_SIZE(2 * wide->words);

	if ((wide->version & ~WIDE_PARTS) != WIDE_VERSION ||
		(!upper && VARSIZE(wide) != WIDE_SIZE(wide->words)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored value is not a wide_summary of a known format")));
	make_space(&sum, wide->words);
	sum.words = wide->words;
	sum.parts = (wide->version & WIDE_PARTS) != 0;
	for (int i = 0; i < sum.words; i++)
		sum.word[i] = upper ? (int128) (((uint128) wide->word[sum.words + i] << 64) | (uint64) wide->word[i])
			: wide->word[i];
	if (!sum.parts && are_zero(sum.word, sum.words))
		sum.words = 0;
	return sum;
}

/* Is every counter zero? */
static bool
is_zero(const WideSum *sum)
{
	if (!sum->parts)
		return are_zero(sum->word, sum->words);
	for (int i = 0; i < sum->words; i += PART_WORDS)
		if (!are_zero(&sum->word[i], PART_PERIODS))
			return false;
	return true;
}

/* Leave out what is zero. */
static void
compact(WideSum *sum)
{
	int			words = 0;

	if (is_zero(sum))
		sum->words = 0;
	if (!sum->parts)
		return;
	for (int i = 0; i < sum->words; i += PART_WORDS)
		if (!are_zero(&sum->word[i], PART_PERIODS))
		{
			memmove(&sum->word[words], &sum->word[i], sizeof(int128) * PART_WORDS);
			words += PART_WORDS;
		}
	sum->words = words;
}

/* The stored form of a sum, in the current memory context. */
static Wide *
make_wide(WideSum *sum)
{
	bool		upper = false;
	Wide	   *wide;

	compact(sum);
	for (int i = 0; i < sum->words; i++)
		upper |= sum->word[i] != (int64) sum->word[i];
	wide = palloc(WIDE_SIZE(upper ? 2 * sum->words : sum->words));
	SET_VARSIZE(wide, WIDE_SIZE(upper ? 2 * sum->words : sum->words));
	wide->version = WIDE_VERSION | (sum->parts && sum->words > 0 ? WIDE_PARTS : 0);
	wide->words = sum->words;
	for (int i = 0; i < sum->words; i++)
	{
		wide->word[i] = (int64) sum->word[i];
		if (upper)
			wide->word[sum->words + i] = (int64) (sum->word[i] >> 64);
	}
	return wide;
}

/* a[i] := a[i] + sign * b[i] for so many words.  128 bits hold the sum of 2^63 words of 64. */
static void
add_words(int128 *a, const int128 *b, int words, int sign)
{
	for (int i = 0; i < words; i++)
		if (sign < 0
			? __builtin_sub_overflow(a[i], b[i], &a[i])
			: __builtin_add_overflow(a[i], b[i], &a[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range for type %s", "wide_summary")));
}

/* Bring the fraction behind a whole part, of a sum of two, between 0 and 1. */
static void
carry(int128 *word)
{
	int			whole = word[1] < 0 ? -1 : word[1] >= DECIMAL_UNIT ? 1 : 0;

	word[1] -= (int128) whole * DECIMAL_UNIT;
	word[0] += whole;
}

/* The part of a sum with this number of periods, made if there is none. */
static int128 *
find_part(WideSum *sum, int128 periods)
{
	int			at = 0;

	while (at < sum->words && sum->word[at + PART_PERIODS] < periods)
		at += PART_WORDS;
	if (at == sum->words || sum->word[at + PART_PERIODS] != periods)
	{
		make_space(sum, PART_WORDS);
		memmove(&sum->word[at + PART_WORDS], &sum->word[at], sizeof(int128) * (sum->words - at));
		memset(&sum->word[at], 0, sizeof(int128) * PART_WORDS);
		sum->word[at + PART_PERIODS] = periods;
		sum->words += PART_WORDS;
	}
	return &sum->word[at];
}

/* sum := sum + sign * other */
static void
add(WideSum *sum, const WideSum *other, int sign)
{
	if (other->words == 0)
		return;
	if (sum->words == 0)
	{
		sum->parts = other->parts;
		if (!sum->parts)
		{
			make_space(sum, other->words);
			sum->words = other->words;
			memset(sum->word, 0, sizeof(int128) * sum->words);
		}
	}
	if (sum->parts != other->parts || (!sum->parts && sum->words != other->words))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("sums of different summary types cannot be added")));
	if (!sum->parts)
	{
		add_words(sum->word, other->word, other->words, sign);
		return;
	}
	for (int i = 0; i < other->words; i += PART_WORDS)
	{
		int128	   *part = find_part(sum, other->word[i + PART_PERIODS]);

		add_words(part, &other->word[i], PART_PERIODS, sign);
		carry(&part[0]);
		carry(&part[2]);
	}
}

/* The zero with so many words, to be added to. */
static Wide *
make_zero(int words)
{
	Wide	   *zero = palloc0(WIDE_SIZE(words));

	SET_VARSIZE(zero, WIDE_SIZE(words));
	zero->version = WIDE_VERSION;
	zero->words = words;
	return zero;
}

/* sum + sign * the words of a summary, in 128 bits; the sum goes, the result is in the current memory context */
static Wide *
add_wide(Wide *sum, const int64 *word, int words, bool parts, int sign)
{
	WideSum		result = {0};
	WideSum		other = {.parts = parts};

	if (sum != NULL)
	{
		result = read_wide(PointerGetDatum(sum));
		pfree(sum);
	}
	make_space(&other, words);
	for (other.words = 0; other.words < words; other.words++)
		other.word[other.words] = word[other.words];
	add(&result, &other, sign);
	sum = make_wide(&result);
	if (other.word)
		pfree(other.word);
	if (result.word)
		pfree(result.word);
	return sum;
}

/*
 * sum + sign * summary, of a type made of parts or not; NULL is the zero.  The sum is
 * changed, or goes and the result is in the current memory context.
 */
Wide *
wide_add_summary(Wide *sum, Datum summary, bool parts, int sign)
{
	const Summary *value;

	if (parts)
	{
		const Comparison *comparison = comparison_get(summary);

		return add_wide(sum, (const int64 *) comparison->part, comparison->parts * PART_WORDS, true, sign);
	}
	value = (const Summary *) PG_DETOAST_DATUM(summary);
	if (sum == NULL)
		sum = make_zero(value->words);
	if (add_narrow(sum, value->word, value->words, sign))
		return sum;
	return add_wide(sum, value->word, value->words, false, sign);
}

/*
 * sum + another that is stored; NULL is the zero.  The sum is changed, or goes and the result is in the
 * current memory context.
 */
Wide *
wide_add(Wide *sum, Datum other)
{
	const Wide *value = (const Wide *) PG_DETOAST_DATUM(other);
	WideSum		a = {0};
	WideSum		b;
	Wide	   *result;

	if (sum != NULL && is_narrow(value) && (value->words == 0 || add_narrow(sum, value->word, value->words, 1)))
		return sum;
	b = read_wide(PointerGetDatum(value));
	if (sum != NULL)
		a = read_wide(PointerGetDatum(sum));
	add(&a, &b, 1);
	result = make_wide(&a);
	if (sum != NULL)
		pfree(sum);
	if (a.word != NULL)
		pfree(a.word);
	if (b.word != NULL)
		pfree(b.word);
	return result;
}

/* Is every counter zero?  NULL is the zero. */
bool
wide_is_zero(const Wide *sum)
{
	WideSum		value;

	if (sum == NULL || sum->words == 0)
		return true;
	if (is_narrow(sum))
	{
		for (int i = 0; i < sum->words; i++)
			if (sum->word[i] != 0)
				return false;
		return true;
	}
	value = read_wide(PointerGetDatum(sum));
	pfree(value.word);
	return value.words == 0;
}

/* A sum as it is to be stored. */
Datum
wide_datum(Wide *sum)
{
	return PointerGetDatum(wide_is_zero(sum) ? make_zero(0) : sum);
}

/* Is a summary type made of parts, as comparison is? */
bool
wide_has_parts(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	result = strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), "comparison") == 0;
	ReleaseSysCache(tuple);
	return result;
}

/* ------------------------------------------------------------------ input and output */

/* Print a number of 128 bits. */
static void
append_number(StringInfo text, int128 number)
{
	char		digits[41];
	char	   *p = digits + sizeof(digits) - 1;
	uint128 rest = number < 0 ? -(uint128) number : (uint128) number;

	*p = '\0';
	do
	{
		*--p = '0' + (int) (rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (number < 0)
		*--p = '-';
	appendStringInfoString(text, p);
}

/* wide_summary_out(wide_summary) returns cstring: the words, "/" before those of a comparison */
PG_FUNCTION_INFO_V1(wide_summary_out);
Datum
wide_summary_out(PG_FUNCTION_ARGS)
{
	WideSum		sum = read_wide(PG_GETARG_DATUM(0));
	StringInfoData text;

	initStringInfo(&text);
	if (sum.words == 0)
		appendStringInfoChar(&text, '0');
	else if (sum.parts)
		appendStringInfoString(&text, "/ ");
	for (int i = 0; i < sum.words; i++)
	{
		if (i > 0)
			appendStringInfoChar(&text, ' ');
		append_number(&text, sum.word[i]);
	}
	PG_RETURN_CSTRING(text.data);
}

/* Read a number of 128 bits; NULL if there is none, or it is too large. */
static const char *
read_number(const char *p, int128 *number)
{
	bool		negative = *p == '-';

	if (negative)
		p++;
	if (*p < '0' || *p > '9')
		return NULL;
	*number = 0;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*number, 10, number) ||
			__builtin_sub_overflow(*number, *p - '0', number))
			return NULL;
	/* digits were taken away, for there is one negative number more */
	if (!negative && __builtin_sub_overflow(0, *number, number))
		return NULL;
	return p;
}

/* Could these words have come from this module? */
static bool
is_valid(const WideSum *sum)
{
	if (!sum->parts)
		return sum->words <= FAMILY_MAX_WORDS;
	if (sum->words % PART_WORDS != 0)
		return false;
	for (int i = 0; i < sum->words; i += PART_WORDS)
	{
		const int128 *part = &sum->word[i];

		if (part[1] < 0 || part[1] >= DECIMAL_UNIT || part[3] < 0 || part[3] >= DECIMAL_UNIT ||
			part[PART_PERIODS] < 1 || part[PART_PERIODS] > COMPARISON_MAX_BASE_PERIODS ||
			(i > 0 && part[PART_PERIODS] <= part[-1]))
			return false;
	}
	return true;
}

/* wide_summary_in(cstring) returns wide_summary */
PG_FUNCTION_INFO_V1(wide_summary_in);
Datum
wide_summary_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	const char *p = text;
	WideSum		sum = {0};

	if (strncmp(p, "/ ", 2) == 0)
	{
		sum.parts = true;
		p += 2;
	}
	while (sum.words < WIDE_MOST_WORDS)
	{
		make_space(&sum, Max(sum.words, FAMILY_MAX_WORDS));
		p = read_number(p, &sum.word[sum.words++]);
		if (p == NULL || *p != ' ')
			break;
		p++;
	}
	if (p == NULL || *p != '\0' || !is_valid(&sum))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "wide_summary", text)));
	PG_RETURN_POINTER(make_wide(&sum));
}

/* wide_summary_send(wide_summary) returns bytea: version, number of words, then both halves of each */
PG_FUNCTION_INFO_V1(wide_summary_send);
Datum
wide_summary_send(PG_FUNCTION_ARGS)
{
	WideSum		sum = read_wide(PG_GETARG_DATUM(0));
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint16(&buffer, WIDE_VERSION | (sum.parts ? WIDE_PARTS : 0));
	pq_sendint16(&buffer, sum.words);
	for (int i = 0; i < sum.words; i++)
	{
		pq_sendint64(&buffer, (uint64) (sum.word[i] >> 64));
		pq_sendint64(&buffer, (uint64) sum.word[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* wide_summary_recv(internal) returns wide_summary */
PG_FUNCTION_INFO_V1(wide_summary_recv);
Datum
wide_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	uint16		version = pq_getmsgint(buffer, 2);
	uint16		words = pq_getmsgint(buffer, 2);
	WideSum		sum = {.parts = (version & WIDE_PARTS) != 0};

	if ((version & ~WIDE_PARTS) == WIDE_VERSION && words <= WIDE_MOST_WORDS)
	{
		make_space(&sum, words);
		for (sum.words = 0; sum.words < words; sum.words++)
		{
			uint64		upper = pq_getmsgint64(buffer);

			sum.word[sum.words] = (int128) (((uint128) upper << 64) | (uint64) pq_getmsgint64(buffer));
		}
		if (is_valid(&sum))
			PG_RETURN_POINTER(make_wide(&sum));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary value for type %s", "wide_summary")));
}

/* ------------------------------------------------------------------ the group */

/* Both arguments, added or subtracted. */
static Datum
combined(FunctionCallInfo fcinfo, int sign)
{
	WideSum		sum = read_wide(PG_GETARG_DATUM(0));
	WideSum		other = read_wide(PG_GETARG_DATUM(1));

	add(&sum, &other, sign);
	return PointerGetDatum(make_wide(&sum));
}

/* Is a function called by an aggregate, whose state argument 0 may be changed?  (As AggCheckCallContext() says.) */
static inline bool
is_transition(FunctionCallInfo fcinfo)
{
	return fcinfo->context && (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/* wide_summary_add(wide_summary, wide_summary) returns wide_summary; in place under an aggregate */
PG_FUNCTION_INFO_V1(wide_summary_add);
Datum
wide_summary_add(PG_FUNCTION_ARGS)
{
	Wide	   *sum = (Wide *) PG_GETARG_POINTER(0);
	const Wide *other = (const Wide *) PG_GETARG_POINTER(1);

	if (is_transition(fcinfo) && is_narrow(other))
	{
		if (other->words == 0 || add_narrow(sum, other->word, other->words, 1))
			PG_RETURN_POINTER(sum);
		/* the caller makes a copy of it */
		if (sum->words == 0)
			PG_RETURN_POINTER(other);
	}
	return combined(fcinfo, 1);
}

/* wide_summary_subtract(wide_summary, wide_summary) returns wide_summary */
PG_FUNCTION_INFO_V1(wide_summary_subtract);
Datum
wide_summary_subtract(PG_FUNCTION_ARGS)
{
	return combined(fcinfo, -1);
}

/* Is a type one of this extension's that are stored with a length, as every summary is? */
static bool
is_own_varlena(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_type) GETSTRUCT(tuple);
	result = form->typtype == TYPTYPE_BASE && form->typlen == -1 && !OidIsValid(form->typelem) &&
		form->typnamespace == rollup_extension_schema();
	ReleaseSysCache(tuple);
	return result;
}

/* wide_summary_eq(wide_summary, wide_summary) returns boolean: equal values have equal words */
PG_FUNCTION_INFO_V1(wide_summary_eq);
Datum
wide_summary_eq(PG_FUNCTION_ARGS)
{
	WideSum		a = read_wide(PG_GETARG_DATUM(0));
	WideSum		b = read_wide(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(a.words == b.words && a.parts == b.parts &&
				   (a.words == 0 || memcmp(a.word, b.word, sizeof(int128) * a.words) == 0));
}

/* What _narrow() knows of the type that it returns. */
typedef struct NarrowType
{
	bool		summary;		/* can it be a type of summaries? */
	bool		parts;
} NarrowType;

/* Is a sum of so many words, of parts or not, one of argument 1's type? */
static bool
fits_zero(FunctionCallInfo fcinfo, bool parts, int words)
{
	NarrowType *type = fcinfo->flinfo->fn_extra;
	const Wide *zero = (const Wide *) PG_GETARG_POINTER(1);

	if (type == NULL)
	{
		Oid			oid = get_fn_expr_argtype(fcinfo->flinfo, 1);

		type = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(NarrowType));
		type->summary = is_own_varlena(oid);
		type->parts = type->summary && wide_has_parts(oid);
		fcinfo->flinfo->fn_extra = type;
	}
	if (!type->summary || type->parts != parts)
		return false;
	return parts || (is_narrow(zero) && zero->words == words);
}

/* A sum that is no summary as it is. */
static Datum
narrow_words(FunctionCallInfo fcinfo)
{
	WideSum		sum = read_wide(PG_GETARG_DATUM(0));
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	struct varlena *result;
	int64	   *word;

	if (sum.words == 0)
		return PG_GETARG_DATUM(1);
	if (!fits_zero(fcinfo, sum.parts, sum.words))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a sum of %d counters is no %s", sum.words, format_type_be(type))));
	if (sum.parts)
	{
		Comparison *comparison = comparison_new(sum.words / PART_WORDS);

		result = (struct varlena *) comparison;
		word = (int64 *) comparison->part;
	}
	else
	{
		Summary    *summary = (Summary *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1));

		result = (struct varlena *) summary;
		word = summary->word;
	}
	for (int i = 0; i < sum.words; i++)
	{
		if (sum.word[i] != (int64) sum.word[i])
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range for type %s", format_type_be(type)),
					 errdetail("A counter holds at most 64 bits; money is counted in fen."),
					 errhint("Check the group's records for an amount that cannot be true. Other groups can be read.")));
		word[i] = (int64) sum.word[i];
	}
	return PointerGetDatum(result);
}

/*
 * emgov_internal.narrow(sum wide_summary, zero anyelement) returns anyelement
 *
 * A sum as a summary of the type whose zero is given: what a rollup's view shows.  NULL
 * for NULL; an error if a counter has more than 64 bits, as the query itself gives.
 */
PG_FUNCTION_INFO_V1(wide_summary_narrow);
Datum
wide_summary_narrow(PG_FUNCTION_ARGS)
{
	Wide	   *sum = (Wide *) PG_GETARG_POINTER(0);

	if (is_narrow(sum) && sum->words > 0 && fits_zero(fcinfo, false, sum->words))
		PG_RETURN_POINTER(sum);
	return narrow_words(fcinfo);
}
