/*
 * comparison.c
 *		A measure now and in its base: a commutative group, and its text form.
 *
 * The text form is current/base, as in 59/65.  Where the base is the mean of
 * several periods, their number follows a colon, and what stands before it is
 * their total: 59/195:3 is 59 against a mean of 65.  Several parts are joined
 * by a plus sign: 59/65+7/30:3.
 */
#include "core/comparison.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The name of one of a part's numbers. */
const char *
comparison_number_name(int number)
{
	static const char *const names[] = {
		[COMPARISON_CURRENT] = "current",
		[COMPARISON_BASE] = "base",
		[COMPARISON_BASE_PERIODS] = "base_periods",
	};

	return names[number];
}

/* ------------------------------------------------------------------ the group */

/* Could these parts have come from this module?  To be asked of all outside input. */
bool
comparison_is_valid(const ComparisonPart *parts, int count)
{
	int64_t		before = 0;

	if (count < 1)
		return false;
	if (count == 1 && comparison_part_is_zero(&parts[0]))
		return parts[0].periods == 1;
	for (int i = 0; i < count; i++)
	{
		if (!decimal_is_valid(parts[i].current) || !decimal_is_valid(parts[i].base) ||
			comparison_part_is_zero(&parts[i]) ||
			parts[i].periods <= before || parts[i].periods > COMPARISON_MAX_BASE_PERIODS)
			return false;
		before = parts[i].periods;
	}
	return true;
}

/* Put the parts into their one form: without zeros.  Returns how many are left. */
static int
without_zeros(ComparisonPart *parts, int count)
{
	int			left = 0;

	for (int i = 0; i < count; i++)
		if (!comparison_part_is_zero(&parts[i]))
			parts[left++] = parts[i];
	if (left == 0)
		parts[left++] = COMPARISON_ZERO;
	return left;
}

/* a := a + b or a - b, of parts with the same number of periods. */
static bool
combine_part(ComparisonPart *a, const ComparisonPart *b, bool subtract, int *failed)
{
	*failed = COMPARISON_CURRENT;
	if (!(subtract ? decimal_subtract(&a->current, b->current) : decimal_add(&a->current, b->current)))
		return false;
	*failed = COMPARISON_BASE;
	return subtract ? decimal_subtract(&a->base, b->base) : decimal_add(&a->base, b->base);
}

/*
 * result := a + b, or a - b.  Returns its number of parts, at most a_count +
 * b_count, or 0 if a number does not fit; then *failed says which.
 */
int
comparison_combine(ComparisonPart *result, const ComparisonPart *a, int a_count,
				   const ComparisonPart *b, int b_count, bool subtract, int *failed)
{
	int			count = 0;
	int			i = 0;
	int			j = 0;

	while (i < a_count || j < b_count)
	{
		ComparisonPart *part = &result[count++];
		bool		take_a = j == b_count || (i < a_count && a[i].periods <= b[j].periods);
		bool		take_b = i == a_count || (j < b_count && b[j].periods <= a[i].periods);

		*part = COMPARISON_ZERO;
		part->periods = take_a ? a[i].periods : b[j].periods;
		if (take_a)
		{
			part->current = a[i].current;
			part->base = a[i].base;
			i++;
		}
		if (take_b && !combine_part(part, &b[j++], subtract, failed))
			return 0;
	}
	return without_zeros(result, count);
}

/* Order by the first part's numbers, then the second's: total, and equal only if identical. */
int
comparison_compare(const ComparisonPart *a, int a_count, const ComparisonPart *b, int b_count)
{
	for (int i = 0; i < a_count && i < b_count; i++)
	{
		int64_t		x[] = {a[i].current.whole, a[i].current.fraction, a[i].base.whole, a[i].base.fraction, a[i].periods};
		int64_t		y[] = {b[i].current.whole, b[i].current.fraction, b[i].base.whole, b[i].base.fraction, b[i].periods};

		for (size_t k = 0; k < sizeof(x) / sizeof(x[0]); k++)
			if (x[k] != y[k])
				return x[k] < y[k] ? -1 : 1;
	}
	return (a_count > b_count) - (a_count < b_count);
}

/* ------------------------------------------------------------------ the text form */

/* Print the text form into COMPARISON_TEXT_SIZE bytes a part.  Returns the length. */
size_t
comparison_print(char *text, const ComparisonPart *parts, int count)
{
	char	   *p = text;

	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			*p++ = '+';
		p += decimal_print(p, parts[i].current);
		*p++ = '/';
		p += decimal_print(p, parts[i].base);
		if (parts[i].periods != 1)
			p += sprintf(p, ":%" PRId64, parts[i].periods);
	}
	return p - text;
}

/* At most how many parts are read from a text: the room that comparison_parse() needs. */
int
comparison_most_parts(const char *text)
{
	int			most = 1;

	while (most < COMPARISON_MAX_BASE_PERIODS && (text = strchr(text, '+')) != NULL)
	{
		text++;
		most++;
	}
	return most;
}

static bool
fail(CountersError *error, int kind, int number, const char *text, const char *at)
{
	*error = (CountersError) {.kind = kind, .field = number, .position = at - text};
	return false;
}

/* Read one number, and move *at behind it. */
static bool
parse_number(const char *text, const char **at, int number, Decimal *value, CountersError *error)
{
	const char *end;

	switch (decimal_parse(*at, &end, value))
	{
		case DECIMAL_SYNTAX:
			return fail(error, COUNTERS_NUMBER, number, text, *at);
		case DECIMAL_RANGE:
			return fail(error, COUNTERS_RANGE, number, text, *at);
		case DECIMAL_PRECISION:
			return fail(error, COUNTERS_PRECISION, number, text, *at);
		case DECIMAL_OK:
			break;
	}
	*at = end;
	return true;
}

static const char *
skip_space(const char *at)
{
	while (*at == ' ' || (*at >= '\t' && *at <= '\r'))
		at++;
	return at;
}

/* Read one part, and move *at behind it and the space that follows. */
static bool
parse_part(const char *text, const char **at, ComparisonPart *part, CountersError *error)
{
	*at = skip_space(*at);
	part->periods = 1;
	if (!parse_number(text, at, COMPARISON_CURRENT, &part->current, error))
		return false;
	*at = skip_space(*at);
	if (**at != '/')
		return fail(error, COUNTERS_SYNTAX, -1, text, *at);
	*at = skip_space(*at + 1);
	if (!parse_number(text, at, COMPARISON_BASE, &part->base, error))
		return false;
	*at = skip_space(*at);
	if (**at == ':')
	{
		const char *start = skip_space(*at + 1);
		Decimal		periods;

		*at = start;
		if (!parse_number(text, at, COMPARISON_BASE_PERIODS, &periods, error))
			return false;
		if (periods.fraction != 0 || periods.whole < 1 || periods.whole > COMPARISON_MAX_BASE_PERIODS)
			return fail(error, COUNTERS_RANGE, COMPARISON_BASE_PERIODS, text, start);
		part->periods = periods.whole;
		*at = skip_space(*at);
	}
	return true;
}

/*
 * Read the text form; parts in any order, each number of periods once.  parts has
 * room for comparison_most_parts().  Returns how many there are, or 0: then *error
 * says what is wrong and where.
 */
int
comparison_parse(const char *text, ComparisonPart *parts, CountersError *error)
{
	const char *at = text;
	int			count = 0;

	for (;;)
	{
		const char *start = skip_space(at);
		ComparisonPart part;
		int			place;

		if (!parse_part(text, &at, &part, error))
			return 0;
		for (place = count; place > 0 && parts[place - 1].periods >= part.periods; place--)
			;
		if (place < count && parts[place].periods == part.periods)
			return fail(error, COUNTERS_TWICE, COMPARISON_BASE_PERIODS, text, start);
		memmove(&parts[place + 1], &parts[place], sizeof(ComparisonPart) * (count - place));
		parts[place] = part;
		count++;
		if (*at == '\0')
			return without_zeros(parts, count);
		if (*at != '+')
			return fail(error, COUNTERS_SYNTAX, -1, text, at);
		at++;
	}
}
