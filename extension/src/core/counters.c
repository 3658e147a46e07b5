/*
 * counters.c
 *		Vectors of exact counters that add and subtract: what every summary is.
 */
#include "core/counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
fail(CountersError *error, int kind, int field, size_t position)
{
	error->kind = kind;
	error->field = field;
	error->position = position;
	return false;
}

void
counters_zero(const Family *family, int64_t *words)
{
	memset(words, 0, sizeof(int64_t) * family->words);
}

/* a := a + b, or a - b.  On failure *error says which field, and a is spoilt. */
static bool
combine(const Family *family, int64_t *a, const int64_t *b, bool subtract, CountersError *error)
{
	for (int i = 0; i < family->words; i++)
	{
		if (subtract
			? __builtin_sub_overflow(a[i], b[i], &a[i])
			: __builtin_add_overflow(a[i], b[i], &a[i]))
			return fail(error, COUNTERS_OVERFLOW, i % family->fields, 0);
	}
	return true;
}

bool
counters_add(const Family *family, int64_t *a, const int64_t *b, CountersError *error)
{
	return combine(family, a, b, false, error);
}

bool
counters_subtract(const Family *family, int64_t *a, const int64_t *b, CountersError *error)
{
	return combine(family, a, b, true, error);
}

/* a := -a */
bool
counters_negate(const Family *family, int64_t *a, CountersError *error)
{
	int64_t		zero[FAMILY_MAX_WORDS];

	counters_zero(family, zero);
	if (!combine(family, zero, a, true, error))
		return false;
	memcpy(a, zero, sizeof(int64_t) * family->words);
	return true;
}

/* Order by the first counter, then the second, and so on: total, and equal only if identical. */
int
counters_compare(const Family *family, const int64_t *a, const int64_t *b)
{
	for (int i = 0; i < family->words; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/*
 * Compute a derived count from the words of one period (its start).
 * False when the result does not fit.
 */
bool
counters_derive(const Family *family, int derived, const int64_t *words, int64_t *result)
{
	const signed char *weight = family->derive[derived].weight;
	__int128	sum = 0;

	for (int i = 0; i < family->fields; i++)
		sum += (__int128) weight[i] * words[i];
	if (sum < INT64_MIN || sum > INT64_MAX)
		return false;
	*result = (int64_t) sum;
	return true;
}

/* The name of a field; derived fields are numbered behind the stored ones. */
const char *
counters_field_name(const Family *family, int field)
{
	return field < family->fields ? family->field[field].name
		: family->derive[field - family->fields].name;
}

/* Print one number of a kind.  Returns the length. */
static int
print_number(FieldKind kind, int64_t word, char *text)
{
	if (kind == FIELD_MONEY)
		return fen_print(text, word);
	return sprintf(text, "%" PRId64, word);
}

/*
 * Print the text form: the counters that are not zero, in the family's order,
 * as name=number, or name=number/number with the base behind the slash where
 * the family has two periods.  The zero is `0`.  text must hold
 * COUNTERS_TEXT_SIZE bytes.  Returns the length.
 */
size_t
counters_print(const Family *family, const int64_t *words, char *text)
{
	const int64_t *base = words + (family->periods - 1) * family->fields;
	char	   *p = text;

	for (int i = 0; i < family->fields; i++)
	{
		FieldKind	kind = family->field[i].kind;

		if (words[i] != 0 || base[i] != 0)
		{
			p += sprintf(p, "%s%s=", p == text ? "" : " ", family->field[i].name);
			p += print_number(kind, words[i], p);
			if (family->periods == 2)
			{
				*p++ = '/';
				p += print_number(kind, base[i], p);
			}
		}
	}
	if (p == text)
		*p++ = '0';
	*p = '\0';
	return p - text;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Read one number of a kind at *at, and move *at behind it. */
static bool
parse_number(const char *text, size_t *at, FieldKind kind, int field, int64_t *word, CountersError *error)
{
	const char *end;
	Decimal		number;
	DecimalStatus status = decimal_parse(text + *at, &end, &number);

	if (status == DECIMAL_OK && kind == FIELD_MONEY)
		status = decimal_to_fen(number, word);
	else if (status == DECIMAL_OK)
	{
		*word = number.whole;
		if (number.fraction != 0)
			status = DECIMAL_PRECISION;
	}
	switch (status)
	{
		case DECIMAL_SYNTAX:
			return fail(error, COUNTERS_NUMBER, field, *at);
		case DECIMAL_RANGE:
			return fail(error, COUNTERS_RANGE, field, *at);
		case DECIMAL_PRECISION:
			return fail(error, COUNTERS_PRECISION, field, *at);
		case DECIMAL_OK:
			break;
	}
	*at = end - text;
	return true;
}

/*
 * Read the text form: fields in any order, those left out are zero, and `0`
 * alone is the zero.  On failure *error says what is wrong and where.
 */
bool
counters_parse(const Family *family, const char *text, int64_t *words, CountersError *error)
{
	uint32_t	given = 0;
	size_t		at = 0;

	counters_zero(family, words);
	while (is_space(text[at]))
		at++;
	if (text[at] == '0')
	{
		at++;
		while (is_space(text[at]))
			at++;
		return text[at] == '\0' || fail(error, COUNTERS_SYNTAX, -1, at);
	}
	if (text[at] == '\0')
		return fail(error, COUNTERS_SYNTAX, -1, at);

	while (text[at] != '\0')
	{
		size_t		start = at;
		size_t		length;
		int			field;

		while ((text[at] >= 'a' && text[at] <= 'z') || text[at] == '_')
			at++;
		length = at - start;
		if (length == 0 || text[at] != '=')
			return fail(error, COUNTERS_SYNTAX, -1, start);
		at++;

		for (field = 0; field < family->fields + family->derived; field++)
		{
			const char *name = counters_field_name(family, field);

			if (strlen(name) == length && memcmp(name, text + start, length) == 0)
				break;
		}
		if (field == family->fields + family->derived)
			return fail(error, COUNTERS_UNKNOWN, -1, start);
		if (field >= family->fields)
			return fail(error, COUNTERS_DERIVED, field, start);
		if (given & (UINT32_C(1) << field))
			return fail(error, COUNTERS_TWICE, field, start);
		given |= UINT32_C(1) << field;

		if (!parse_number(text, &at, family->field[field].kind, field, &words[field], error))
			return false;
		if (family->periods == 2)
		{
			if (text[at] != '/')
				return fail(error, COUNTERS_NUMBER, field, at);
			at++;
			if (!parse_number(text, &at, family->field[field].kind, field,
							  &words[family->fields + field], error))
				return false;
		}
		if (text[at] != '\0' && !is_space(text[at]))
			return fail(error, COUNTERS_NUMBER, field, start + length + 1);
		while (is_space(text[at]))
			at++;
	}
	return true;
}
