/*
 * arithmetic.c
 *		The sides of check rules: arithmetic over figures.
 *
 *	side	= term { (+ | -) term }
 *	term	= factor { (* | /) factor }
 *	factor	= number | name | ( side ) | (+ | -) factor
 *	name	= code [ .base ]
 *
 * It is computed in exact quotients, from values that are given by their names.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "kernel/rate.h"
#include "ledger/exact.h"

typedef struct Side
{
	const char *text;
	const char *at;				/* what is read next */
	ArrayBuildState *names;		/* of all figures that are named */
	Datum	   *known_names;
	Datum	   *known_values;
	bool	   *known_nulls;
	int			known;
} Side;

static Exact read_side(Side *s);

pg_noreturn static void
refuse(const Side *s, const char *expected)
{
	int			length = strlen(s->at);

	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("\"%.*s\" is no arithmetic over indicators", pg_mbcliplen(s->text, strlen(s->text), 200), s->text),
			 length == 0 ? errdetail("It ends where %s was expected.", expected) :
			 errdetail("%s was expected at \"%.*s\", character %d.", expected, pg_mbcliplen(s->at, length, 20), s->at,
					   pg_mbstrlen_with_len(s->text, s->at - s->text) + 1),
			 errhint("Write codes of indicators, numbers, + - * / and brackets, e.g. F012 + F013; CODE.base is the base of a change.")));
}

static void
skip_space(Side *s)
{
	while (*s->at == ' ' || (*s->at >= '\t' && *s->at <= '\r'))
		s->at++;
}

/* Is this character next?  If so, go beyond it. */
static bool
take(Side *s, char c)
{
	skip_space(s);
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static Exact
read_number(Side *s)
{
	const char *start = s->at;
	char	   *text;

	while (is_digit(*s->at))
		s->at++;
	if (s->at[0] == '.' && is_digit(s->at[1]))
		for (s->at++; is_digit(*s->at);)
			s->at++;
	if (is_letter(*s->at) || *s->at == '_' || *s->at == '.' || s->at - start > 100)
	{
		s->at = start;
		refuse(s, "A number of at most a hundred digits");
	}
	text = pnstrdup(start, s->at - start);
	return exact_whole(DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1))));
}

static Exact
read_name(Side *s)
{
	const char *start = s->at;
	char	   *name;

	while (is_letter(*s->at) || is_digit(*s->at) || *s->at == '_')
		s->at++;
	if (strncmp(s->at, ".base", 5) == 0 && !is_letter(s->at[5]) && !is_digit(s->at[5]) && s->at[5] != '_')
		s->at += 5;
	else if (*s->at == '.')
		refuse(s, "\".base\"");
	name = pnstrdup(start, s->at - start);
	s->names = accumArrayResult(s->names, CStringGetTextDatum(name), false, TEXTOID, CurrentMemoryContext);
	for (int i = 0; i < s->known; i++)
		if (s->known_names[i] != 0 && strcmp(TextDatumGetCString(s->known_names[i]), name) == 0)
			return exact_whole(s->known_nulls[i] ? NULL : DatumGetNumeric(s->known_values[i]));
	return exact_whole(NULL);
}

static Exact
read_factor(Side *s)
{
	Exact		x;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (take(s, '+'))
		return read_factor(s);
	if (take(s, '-'))
	{
		if (*s->at == '-')
			refuse(s, "A code, a number or \"(\"");
		x = read_factor(s);
		return exact_is_known(x) ? exact_add(exact_whole(int64_to_numeric(0)), x, true) : x;
	}
	if (take(s, '('))
	{
		x = read_side(s);
		if (!take(s, ')'))
			refuse(s, "\")\"");
		return x;
	}
	if (is_digit(*s->at))
		return read_number(s);
	if (!is_letter(*s->at))
		refuse(s, "A code, a number or \"(\"");
	return read_name(s);
}

/* What two numbers come to; unknown where one is, where a divisor is 0, or where it becomes too long. */
static Exact
apply(char operator, Exact a, Exact b)
{
	Exact		result = {NULL, NULL};

	if (!exact_is_known(a) || !exact_is_known(b))
		return result;
	switch (operator)
	{
		case '+':
		case '-':
			result = exact_add(a, b, operator == '-');
			break;
		case '*':
			result = exact_quotient(numeric_apply(numeric_mul, a.numerator, b.numerator),
									numeric_apply(numeric_mul, a.denominator, b.denominator));
			break;
		default:
			if (numeric_sign_of(b.numerator) != 0)
				result = exact_divide(a, b, int64_to_numeric(1));
	}
	return exact_is_long(result) ? exact_whole(NULL) : result;
}

static Exact
read_term(Side *s)
{
	Exact		x = read_factor(s);

	for (;;)
	{
		if (take(s, '*'))
			x = apply('*', x, read_factor(s));
		else if (take(s, '/'))
			x = apply('/', x, read_factor(s));
		else
			return x;
	}
}

static Exact
read_side(Side *s)
{
	Exact		x = read_term(s);

	for (;;)
	{
		if (take(s, '+'))
			x = apply('+', x, read_term(s));
		else if (take(s, '-'))
		{
			if (*s->at == '-')
				refuse(s, "A code, a number or \"(\"");
			x = apply('-', x, read_term(s));
		}
		else
			return x;
	}
}

static Exact
read_all(Side *s, FunctionCallInfo fcinfo)
{
	Exact		x;

	s->text = s->at = text_to_cstring(PG_GETARG_TEXT_PP(0));
	x = read_side(s);
	skip_space(s);
	if (*s->at != '\0')
		refuse(s, "An operator");
	return x;
}

/*
 * _side_names(side): the figures that one side of a rule names, CODE or CODE.base; an
 * error when it is no arithmetic.
 */
PG_FUNCTION_INFO_V1(emgov_side_names);
Datum
emgov_side_names(PG_FUNCTION_ARGS)
{
	Side		s = {0};

	(void) read_all(&s, fcinfo);
	if (s.names == NULL)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	PG_RETURN_DATUM(makeArrayResult(s.names, CurrentMemoryContext));
}

/*
 * _side_value(side, names, values): what one side of a rule comes to, to sixty decimals
 * where it does not end.  NULL when a value is not known or a divisor is 0.
 */
PG_FUNCTION_INFO_V1(emgov_side_value);
Datum
emgov_side_value(PG_FUNCTION_ARGS)
{
	Side		s = {0};
	bool	   *nulls;
	int			values;
	Exact		x;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &s.known_names, &nulls, &s.known);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), NUMERICOID, -1, false, TYPALIGN_INT, &s.known_values, &s.known_nulls, &values);
	s.known = Min(s.known, values);
	for (int i = 0; i < s.known; i++)
		if (!s.known_nulls[i] && (numeric_is_nan(DatumGetNumeric(s.known_values[i])) || numeric_is_inf(DatumGetNumeric(s.known_values[i]))))
			s.known_nulls[i] = true;
	x = read_all(&s, fcinfo);
	if (!exact_is_known(x))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_numeric(x));
}
