/*
 * comparison.c
 *		A measure now and in its base: the value, and its text form.
 *
 * The text form is current/base, as in 59/65.  Where the base is the mean of
 * several periods, their number follows a colon, and what stands before it is
 * their total: 59/195:3 is 59 against a mean of 65.
 */
#include "core/comparison.h"

#include <inttypes.h>
#include <stdio.h>

enum
{
	CURRENT,
	BASE,
	BASE_PERIODS,
};

static const Field comparison_fields[] = {
	[CURRENT] = {"current", FIELD_DECIMAL},
	[BASE] = {"base", FIELD_DECIMAL},
	[BASE_PERIODS] = {"base_periods", FIELD_SHARED},
};

const Family comparison_family = {
	.type_name = "comparison",
	.fields = FAMILY_LENGTH(comparison_fields),
	.field = comparison_fields,
	.periods = 1,
	.words = COMPARISON_WORDS,
	.additive = false,
};

/* Print the text form into COMPARISON_TEXT_SIZE bytes.  Returns the length. */
int
comparison_print(char *text, const Comparison *c)
{
	char	   *p = text;

	p += decimal_print(p, c->current);
	*p++ = '/';
	p += decimal_print(p, c->base);
	if (c->base_periods != 1)
		p += sprintf(p, ":%" PRId64, c->base_periods);
	return p - text;
}

static bool
fail(CountersError *error, int kind, int field, const char *text, const char *at)
{
	*error = (CountersError) {.kind = kind, .field = field, .position = at - text};
	return false;
}

/* Read one number, and move *at behind it. */
static bool
parse_part(const char *text, const char **at, int field, Decimal *number, CountersError *error)
{
	const char *end;

	switch (decimal_parse(*at, &end, number))
	{
		case DECIMAL_SYNTAX:
			return fail(error, COUNTERS_NUMBER, field, text, *at);
		case DECIMAL_RANGE:
			return fail(error, COUNTERS_RANGE, field, text, *at);
		case DECIMAL_PRECISION:
			return fail(error, COUNTERS_PRECISION, field, text, *at);
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

/* Read the text form.  On failure *error says what is wrong and where. */
bool
comparison_parse(const char *text, Comparison *c, CountersError *error)
{
	const char *at = skip_space(text);

	c->base_periods = 1;
	if (!parse_part(text, &at, CURRENT, &c->current, error))
		return false;
	at = skip_space(at);
	if (*at != '/')
		return fail(error, COUNTERS_SYNTAX, BASE, text, at);
	at = skip_space(at + 1);
	if (!parse_part(text, &at, BASE, &c->base, error))
		return false;
	at = skip_space(at);
	if (*at == ':')
	{
		Decimal		periods;

		at = skip_space(at + 1);
		if (!parse_part(text, &at, BASE_PERIODS, &periods, error))
			return false;
		if (periods.fraction != 0 || periods.whole < 1 || periods.whole > COMPARISON_MAX_BASE_PERIODS)
			return fail(error, COUNTERS_RANGE, BASE_PERIODS, text, at);
		c->base_periods = periods.whole;
		at = skip_space(at);
	}
	if (*at != '\0')
		return fail(error, COUNTERS_SYNTAX, -1, text, at);
	if (decimal_sign(c->current) == 0 && decimal_sign(c->base) == 0)
		c->base_periods = 1;
	return true;
}
