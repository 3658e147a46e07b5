/*
 * phrase.c
 *		phrase(numeric, unit): a number in words; and the arguments that all
 *		functions called phrase read alike.
 *
 * The value and the unit make the result NULL; any other argument that is NULL
 * takes its default, so that a policy kept in a table may leave it open.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "kernel/phrase.h"

/* ------------------------------------------------------------------ arguments */

/* A text argument as C string, NULL for NULL. */
char *
phrase_text_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* A boolean argument, false for NULL. */
bool
phrase_bool_arg(FunctionCallInfo fcinfo, int argno)
{
	return !PG_ARGISNULL(argno) && PG_GETARG_BOOL(argno);
}

/* A name looked up by find; the first one for NULL. */
int
phrase_name_arg(FunctionCallInfo fcinfo, int argno, int (*find) (const char *), const char *what, const char *known)
{
	char	   *name = phrase_text_arg(fcinfo, argno);
	int			found = name == NULL ? 0 : find(name);

	if (found < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown %s: \"%.*s\"", what, pg_mbcliplen(name, strlen(name), 60), name),
				 errhint("Use %s.", known)));
	return found;
}

WordingLanguage
phrase_language_arg(FunctionCallInfo fcinfo, int argno)
{
	return phrase_name_arg(fcinfo, argno, wording_language, "language", "zh or en");
}

WordingStyle
phrase_style_arg(FunctionCallInfo fcinfo, int argno)
{
	return phrase_name_arg(fcinfo, argno, wording_style, "style", "exact, over, near, above, about or numeral");
}

WordingScale
phrase_scale_arg(FunctionCallInfo fcinfo, int argno)
{
	return phrase_name_arg(fcinfo, argno, wording_scale, "scale", "none, wan, yi, wan_yi or auto; million, billion or trillion in English");
}

ChangeForm
phrase_form_arg(FunctionCallInfo fcinfo, int argno)
{
	return phrase_name_arg(fcinfo, argno, wording_change_form, "form of a change", "rate, amount or both");
}

ChangeVerbs
phrase_verbs_arg(FunctionCallInfo fcinfo, int argno)
{
	return phrase_name_arg(fcinfo, argno, wording_verbs, "pair of verbs",
					"上升/下降, 增加/减少, 增长/下降 or 提高/降低; the same in English: up/down, increase/decrease, rose/fell, increased/decreased");
}

WordingRounding
phrase_rounding_arg(FunctionCallInfo fcinfo, int argno)
{
	StaticAssertStmt((int) ROUNDING_HALF_UP == (int) WORDING_HALF_UP &&
					 (int) ROUNDING_HALF_EVEN == (int) WORDING_HALF_EVEN &&
					 (int) ROUNDING_TRUNCATE == (int) WORDING_TRUNCATE,
					 "the policies of wording.h and rounding.h differ");
	return PG_ARGISNULL(argno) ? WORDING_HALF_UP : (WordingRounding) rounding_arg(fcinfo, argno);
}

/* A finite number as decimal text. */
char *
phrase_numeric_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/* Refuse NaN and infinity. */
void
phrase_check_finite(Numeric number, const char *what)
{
	if (numeric_is_nan(number) || numeric_is_inf(number))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number, not %s", what, phrase_numeric_text(number)),
				 errhint("A figure that does not exist is NULL.")));
}

/* The grain as decimal text, NULL for NULL. */
char *
phrase_grain_arg(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return NULL;
	phrase_check_finite(PG_GETARG_NUMERIC(argno), "the grain");
	return phrase_numeric_text(PG_GETARG_NUMERIC(argno));
}

/* Raise what the wording of a number refuses. */
void
phrase_check(WordingStatus status, const NumberWording *how)
{
	switch (status)
	{
		case WORDING_OK:
			break;
		case WORDING_NOT_A_NUMBER:
			elog(ERROR, "not a decimal number");	/* numeric_out gives nothing else */
			break;
		case WORDING_GRAIN:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the grain must be a power of ten, not %.*s", 60, how->grain),
					 errdetail("A reader sees the grain of an approximate number in its digits: 500余 is less than 600.")));
			break;
		case WORDING_GRAIN_FRACTION:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the grain of style \"over\" must be at least 1, not %.*s", 60, how->grain),
					 errdetail("余 does not follow decimals.")));
			break;
		case WORDING_DECIMALS:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("decimals do not go with an approximate style"),
					 errhint("The grain says how an approximate number is rounded.")));
			break;
		case WORDING_CHINESE_SCALE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the scale \"%s\" has no English word",
							how->scale == WORDING_WAN ? "wan" : how->scale == WORDING_YI ? "yi" : "wan_yi"),
					 errhint("Use none, million, billion, trillion or auto.")));
			break;
		case WORDING_ENGLISH_SCALE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the scale \"%s\" has no Chinese word",
							how->scale == WORDING_MILLION ? "million" : how->scale == WORDING_BILLION ? "billion" : "trillion"),
					 errhint("Use none, wan, yi, wan_yi or auto.")));
			break;
	}
}

/*
 * dividend / divisor, rounded as asked, and to more decimals where it would say none, or
 * in percent all, and is not: see wording_is_end().
 */
Numeric
stated_quotient(Numeric dividend, Numeric divisor, int decimals, Rounding rounding, bool percent)
{
	for (; decimals <= ROUNDING_MAX_DECIMALS; decimals++)
	{
		Numeric		rounded = rounded_quotient(dividend, divisor, decimals, rounding);

		if (!wording_is_end(phrase_numeric_text(rounded), percent) ||
			numeric_order(numeric_apply(numeric_mul, rounded, divisor), dividend) == 0)
			return rounded;
	}
	return numeric_apply(numeric_div, dividend, divisor);
}

/* ------------------------------------------------------------------ the buffer */

/* A buffer for words, in the current memory context. */
Words
phrase_words(void)
{
	Words		words = {.size = 256};

	words.text = palloc(words.size);
	words.text[0] = '\0';
	return words;
}

/* Did all words fit?  If not, take a buffer in which they will: write them again. */
bool
phrase_complete(Words *words)
{
	if (words->length < words->size)
		return true;
	if (words->length >= MaxAllocSize - VARHDRSZ)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the words would take %zu bytes, more than a text holds", words->length)));
	pfree(words->text);
	words->size = words->length + 1;
	words->text = palloc(words->size);
	words->length = 0;
	return false;
}

Datum
phrase_datum(const Words *words)
{
	return PointerGetDatum(cstring_to_text_with_len(words->text, words->length));
}

/* ------------------------------------------------------------------ phrase(numeric) */

/*
 * phrase(value, unit, style, grain, scale, decimals, rounding, keep_zero, lang):
 * a number with its measure word.  NULL if value or unit is; errors for NaN and
 * infinity, unknown names, and what phrase_check() refuses.
 */
PG_FUNCTION_INFO_V1(phrase_numeric);
Datum
phrase_numeric(PG_FUNCTION_ARGS)
{
	NumberWording how;
	Words		words;
	char	   *value;
	char	   *unit;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	phrase_check_finite(PG_GETARG_NUMERIC(0), "the value");
	value = phrase_numeric_text(PG_GETARG_NUMERIC(0));
	unit = phrase_text_arg(fcinfo, 1);
	how.style = phrase_style_arg(fcinfo, 2);
	how.grain = phrase_grain_arg(fcinfo, 3);
	how.scale = phrase_scale_arg(fcinfo, 4);
	how.decimals = PG_ARGISNULL(5) ? -1 : decimals_arg(fcinfo, 5);
	how.rounding = phrase_rounding_arg(fcinfo, 6);
	how.keep_zero = phrase_bool_arg(fcinfo, 7);
	how.language = phrase_language_arg(fcinfo, 8);

	words = phrase_words();
	do
		phrase_check(words_number(&words, value, unit, &how), &how);
	while (!phrase_complete(&words));
	return phrase_datum(&words);
}
