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

/* How many words a field of this kind takes in one period. */
static int
kind_words(FieldKind kind)
{
	return kind == FIELD_DECIMAL ? 2 : 1;
}

/* How many words all fields take in one period. */
static int
period_words(const Family *family)
{
	return family->words / family->periods;
}

void
counters_zero(const Family *family, int64_t *words)
{
	int			at = 0;

	memset(words, 0, sizeof(int64_t) * family->words);
	for (int i = 0; i < family->fields; i++)
	{
		if (family->field[i].kind == FIELD_SHARED)
			words[at] = 1;
		at += kind_words(family->field[i].kind);
	}
}

/* Are all additive counters zero? */
bool
counters_is_zero(const Family *family, const int64_t *words)
{
	for (int period = 0; period < family->periods; period++)
		for (int i = 0; i < family->fields; i++)
		{
			if (family->field[i].kind != FIELD_SHARED)
			{
				if (words[0] != 0)
					return false;
				if (family->field[i].kind == FIELD_DECIMAL && words[1] != 0)
					return false;
			}
			words += kind_words(family->field[i].kind);
		}
	return true;
}

/* Could these words have come from this module?  To be asked of all outside input. */
bool
counters_are_valid(const Family *family, const int64_t *words)
{
	bool		is_zero = counters_is_zero(family, words);

	for (int period = 0; period < family->periods; period++)
		for (int i = 0; i < family->fields; i++)
		{
			FieldKind	kind = family->field[i].kind;

			if (kind == FIELD_DECIMAL && !decimal_is_valid((Decimal) {words[0], words[1]}))
				return false;
			if (kind == FIELD_SHARED && (words[0] < 1 || words[0] > COUNTERS_SHARED_MAX ||
										 (is_zero && words[0] != 1)))
				return false;
			words += kind_words(kind);
		}
	return true;
}

/* a := a + b, or a - b.  On failure *error says which field, and a is spoilt. */
static bool
combine(const Family *family, int64_t *a, const int64_t *b, bool subtract, CountersError *error)
{
	bool		a_is_zero;
	bool		b_is_zero;
	int64_t    *shared = NULL;
	int64_t    *start = a;

	if (family->additive)
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

	a_is_zero = counters_is_zero(family, a);
	b_is_zero = counters_is_zero(family, b);
	for (int i = 0; i < family->fields * family->periods; i++)
	{
		int			f = i % family->fields;

		switch (family->field[f].kind)
		{
			case FIELD_COUNT:
			case FIELD_MONEY:
				if (subtract
					? __builtin_sub_overflow(*a, *b, a)
					: __builtin_add_overflow(*a, *b, a))
					return fail(error, COUNTERS_OVERFLOW, f, 0);
				break;
			case FIELD_DECIMAL:
				{
					Decimal		x = {a[0], a[1]};
					Decimal		y = {b[0], b[1]};

					if (subtract ? !decimal_subtract(&x, y) : !decimal_add(&x, y))
						return fail(error, COUNTERS_OVERFLOW, f, 0);
					a[0] = x.whole;
					a[1] = x.fraction;
					break;
				}
			case FIELD_SHARED:
				if (a_is_zero)
					*a = *b;
				else if (!b_is_zero && *a != *b)
					return fail(error, COUNTERS_MISMATCH, f, 0);
				shared = a;
				break;
		}
		a += kind_words(family->field[f].kind);
		b += kind_words(family->field[f].kind);
	}
	/* There is one zero only. */
	if (shared && counters_is_zero(family, start))
		*shared = 1;
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
	{
		if (weight[i] != 0)
			sum += (__int128) weight[i] * *words;
		words += kind_words(family->field[i].kind);
	}
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
print_number(FieldKind kind, const int64_t *words, char *text)
{
	switch (kind)
	{
		case FIELD_MONEY:
			return fen_print(text, words[0]);
		case FIELD_DECIMAL:
			return decimal_print(text, (Decimal) {words[0], words[1]});
		case FIELD_COUNT:
		case FIELD_SHARED:
			break;
	}
	return sprintf(text, "%" PRId64, words[0]);
}

/* Is this number left out of the text? */
static bool
is_default(FieldKind kind, const int64_t *words)
{
	if (kind == FIELD_SHARED)
		return words[0] == 1;
	return words[0] == 0 && (kind != FIELD_DECIMAL || words[1] == 0);
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
	const int64_t *base = words + (family->periods - 1) * period_words(family);
	char	   *p = text;

	for (int i = 0; i < family->fields; i++)
	{
		FieldKind	kind = family->field[i].kind;

		if (!is_default(kind, words) || !is_default(kind, base))
		{
			p += sprintf(p, "%s%s=", p == text ? "" : " ", family->field[i].name);
			p += print_number(kind, words, p);
			if (family->periods == 2)
			{
				*p++ = '/';
				p += print_number(kind, base, p);
			}
		}
		words += kind_words(kind);
		base += kind_words(kind);
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
parse_number(const char *text, size_t *at, FieldKind kind, int field, int64_t *words, CountersError *error)
{
	const char *end;
	Decimal		number;
	DecimalStatus status = decimal_parse(text + *at, &end, &number);

	if (status == DECIMAL_OK && kind == FIELD_MONEY)
		status = decimal_to_fen(number, &words[0]);
	else if (status == DECIMAL_OK && kind == FIELD_DECIMAL)
	{
		words[0] = number.whole;
		words[1] = number.fraction;
	}
	else if (status == DECIMAL_OK)
	{
		words[0] = number.whole;
		if (number.fraction != 0)
			status = DECIMAL_PRECISION;
		else if (kind == FIELD_SHARED && (number.whole < 1 || number.whole > COUNTERS_SHARED_MAX))
			status = DECIMAL_RANGE;
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
		int			word = 0;
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
			if (field < family->fields)
				word += kind_words(family->field[field].kind);
		}
		if (field == family->fields + family->derived)
			return fail(error, COUNTERS_UNKNOWN, -1, start);
		if (field >= family->fields)
			return fail(error, COUNTERS_DERIVED, field, start);
		if (given & (UINT32_C(1) << field))
			return fail(error, COUNTERS_TWICE, field, start);
		given |= UINT32_C(1) << field;

		if (!parse_number(text, &at, family->field[field].kind, field, &words[word], error))
			return false;
		if (family->periods == 2)
		{
			if (text[at] != '/')
				return fail(error, COUNTERS_NUMBER, field, at);
			at++;
			if (!parse_number(text, &at, family->field[field].kind, field,
							  &words[word + period_words(family)], error))
				return false;
		}
		if (text[at] != '\0' && !is_space(text[at]))
			return fail(error, COUNTERS_NUMBER, field, start + length + 1);
		while (is_space(text[at]))
			at++;
	}
	return true;
}
