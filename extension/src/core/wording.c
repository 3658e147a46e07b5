/*
 * wording.c
 *		A number with its measure word, exact or in one approximate form.
 *
 * An approximate form is a statement about the number, an interval, and is only
 * written when the number lies in it.  Rules of Chinese official style:
 *
 *	500余		at least 500 and less than 600: one more in the last digit before 余.
 *				Where 余 stands after 万, that digit is 万 itself: 355万余 ends at
 *				356万, 60余万 at 70万.  余 does not follow decimals.
 *	近1000		below 1000, by convention by at most a tenth
 *	超50万		more than 50万
 *	约43万		43万 when rounded to its last digit
 *
 * Where none of these would be true (the number lies on the grain, or too far
 * from it, or is not positive), the number is written plainly.  Two of them are
 * never combined.
 *
 * Rounding never makes a number say another fact: none (0), or in percent all (100 %),
 * is written where it is exactly so.  Anything else gets as many more decimals as show it.
 *
 * Grains are powers of ten because only those can be seen in the digits: 525余,
 * from a grain of 25, reads as less than 526.
 */
#include "core/wording.h"
#include "core/numeral.h"
#include "core/singular.h"

#include <limits.h>
#include <string.h>

#define NONE INT_MIN
#define WAN_PLACE 4
#define YI_PLACE 8
#define WAN_YI_PLACE 12
#define MILLION_PLACE 6
#define BILLION_PLACE 9
#define TRILLION_PLACE 12

/*
 * A decimal text, rounded or not.  Place p is the digit of 10^p.  Rounding
 * leaves the text alone: digits below lowest read as zero, and where it went
 * up, those below raised as well, while the one at raised is one more.
 */
typedef struct Number
{
	bool		negative;
	const char *whole;
	int			wholes;			/* digits before the point */
	const char *fraction;
	int			fractions;		/* digits after it */
	int			lowest;
	int			raised;			/* or NONE */
	int			top;			/* highest place with a digit but 0; NONE in zero */
	int			bottom;			/* lowest such */
} Number;

/* How rounding goes, on the digits without the sign. */
typedef enum Direction
{
	DOWN,
	UP,
	HALF_UP,
	HALF_EVEN,
} Direction;

/* ------------------------------------------------------------------ names */

static int
find_name(const char *name, const char *const names[][2], int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(name, names[i][0]) == 0 ||
			(names[i][1] != NULL && strcmp(name, names[i][1]) == 0))
			return i;
	}
	return -1;
}

#define FIND_NAME(name, names) find_name(name, names, sizeof(names) / sizeof((names)[0]))

int
wording_language(const char *name)
{
	static const char *const names[][2] = {{"zh", NULL}, {"en", NULL}};

	return FIND_NAME(name, names);
}

int
wording_style(const char *name)
{
	static const char *const names[][2] = {
		{"exact", NULL}, {"over", "余"}, {"near", "近"}, {"above", "超"}, {"about", "约"},
		{"numeral", NULL}
	};

	return FIND_NAME(name, names);
}

int
wording_scale(const char *name)
{
	static const char *const names[][2] = {
		{"none", NULL}, {"wan", "万"}, {"yi", "亿"}, {"wan_yi", "万亿"}, {"auto", NULL},
		{"million", NULL}, {"billion", NULL}, {"trillion", NULL}
	};

	return FIND_NAME(name, names);
}

int
wording_change_form(const char *name)
{
	static const char *const names[][2] = {{"rate", NULL}, {"amount", NULL}, {"both", NULL}};

	return FIND_NAME(name, names);
}

/* Pairs of words for up and down, by the Chinese or the English ones. */
int
wording_verbs(const char *name)
{
	static const char *const names[][2] = {
		{"up/down", "上升/下降"}, {"increase/decrease", "增加/减少"}, {"rose/fell", "增长/下降"},
		{"increased/decreased", "提高/降低"}
	};

	return FIND_NAME(name, names);
}

/* A scale for words in a language: one that only the other has becomes that of the number's size. */
WordingScale
wording_scale_in(WordingLanguage language, WordingScale scale)
{
	if (scale == WORDING_UNSCALED || scale == WORDING_AUTO)
		return scale;
	return (scale >= WORDING_MILLION) == (language == WORDING_ENGLISH) ? scale : WORDING_AUTO;
}

/*
 * A scale for a column of numbers, which its heading says once: one that only the other language has becomes
 * the nearest of this one, with as many places more as show what the other would.
 */
WordingScale
wording_scale_of_column(WordingLanguage language, WordingScale scale, int *places)
{
	static const struct
	{
		WordingScale scale;
		int			places;
	}			nearest[] = {
		[WORDING_WAN] = {WORDING_MILLION, 2}, [WORDING_YI] = {WORDING_BILLION, 1}, [WORDING_WAN_YI] = {WORDING_TRILLION, 0},
		[WORDING_MILLION] = {WORDING_WAN, -2}, [WORDING_BILLION] = {WORDING_YI, -1}, [WORDING_TRILLION] = {WORDING_WAN_YI, 0}
	};

	*places = 0;
	if (wording_scale_in(language, scale) == scale)
		return scale;
	*places = nearest[scale].places;
	return nearest[scale].scale;
}

/* Does a number in this unit say a share of a hundred? */
bool
wording_is_percent(const char *unit)
{
	return strcmp(unit, "%") == 0 || strcmp(unit, "％") == 0;
}

/* Is this unit a currency's sign, which English writes before the number: $, HK$, £? */
bool
wording_is_currency(const char *unit)
{
	static const char *const signs[] = {"$", "€", "£", "¥"};
	size_t		length = strlen(unit);

	for (int i = 0; i < 4; i++)
	{
		size_t		sign = strlen(signs[i]);

		/* with up to three letters in front */
		if (length >= sign && length <= sign + 3 && strcmp(unit + length - sign, signs[i]) == 0 &&
			strspn(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length - sign)
			return true;
	}
	return false;
}

/* What stands before a number in this unit. */
static const char *
currency_of(const char *unit, WordingLanguage language)
{
	return language == WORDING_ENGLISH && wording_is_currency(unit) ? unit : "";
}

/* ------------------------------------------------------------------ the buffer */

/* Append so many bytes of text. */
void
words_add_bytes(Words *words, const char *text, size_t length)
{
	if (words->length < words->size)
	{
		size_t		room = words->size - 1 - words->length;
		size_t		fits = length < room ? length : room;

		memcpy(words->text + words->length, text, fits);
		words->text[words->length + fits] = '\0';
	}
	words->length += length;
}

/* Append text, which is taken as it is. */
void
words_add(Words *words, const char *text)
{
	words_add_bytes(words, text, strlen(text));
}

/* ------------------------------------------------------------------ digits */

/* The digit at a place of the text itself. */
static int
written_digit(const Number *n, int place)
{
	int			at;

	if (place >= 0)
	{
		at = n->wholes - 1 - place;
		return at >= 0 ? n->whole[at] - '0' : 0;
	}
	at = -1 - place;
	return at < n->fractions ? n->fraction[at] - '0' : 0;
}

/* The digit at a place of the rounded number. */
static int
digit_at(const Number *n, int place)
{
	if (place < n->lowest)
		return 0;
	if (n->raised == NONE || place > n->raised)
		return written_digit(n, place);
	return place == n->raised ? written_digit(n, place) + 1 : 0;
}

static bool
is_zero(const Number *n)
{
	return n->top == NONE;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read [-] digits [. digits].  False for anything else. */
static bool
read_number(Number *n, const char *text)
{
	const char *p = text;

	n->negative = *p == '-';
	if (n->negative)
		p++;
	n->whole = p;
	while (is_digit(*p))
		p++;
	n->wholes = p - n->whole;
	if (n->wholes == 0)
		return false;
	if (*p == '.')
		p++;
	n->fraction = p;
	while (is_digit(*p))
		p++;
	n->fractions = p - n->fraction;
	if (*p != '\0')
		return false;

	n->lowest = -n->fractions;
	n->raised = NONE;
	n->top = n->wholes - 1;
	while (n->top >= n->lowest && written_digit(n, n->top) == 0)
		n->top--;
	if (n->top < n->lowest)
		n->top = n->bottom = NONE;
	else
	{
		n->bottom = n->lowest;
		while (written_digit(n, n->bottom) == 0)
			n->bottom++;
	}
	return true;
}

/* Round an unrounded number, leaving no digit below place. */
static Number
round_number(const Number *n, int place, Direction direction)
{
	Number		result = *n;
	bool		up = false;

	if (is_zero(n) || n->bottom >= place)
		return result;			/* has none there */

	switch (direction)
	{
		case DOWN:
			break;
		case UP:
			up = true;
			break;
		case HALF_UP:
			up = written_digit(n, place - 1) >= 5;
			break;
		case HALF_EVEN:
			up = written_digit(n, place - 1) > 5 ||
				(written_digit(n, place - 1) == 5 &&
				 (n->bottom < place - 1 || written_digit(n, place) % 2 == 1));
			break;
	}
	result.lowest = place;
	if (up)
	{
		int			raised = place;

		while (written_digit(n, raised) == 9)
			raised++;
		result.raised = result.bottom = raised;
		if (n->top < raised)
			result.top = raised;
	}
	else if (n->top < place)
		result.top = result.bottom = NONE;
	else
	{
		result.bottom = place;
		while (written_digit(n, result.bottom) == 0)
			result.bottom++;
	}
	return result;
}

/*
 * Write the digits of n in units of 10^scale, as many decimals as it has, and
 * at least so many; with a currency's sign in front, if that is given ("" for none).
 */
static void
add_digits(Words *words, const Number *n, int scale, int least_decimals, bool commas, const char *currency)
{
	int			last = scale - least_decimals;

	if (n->negative && !is_zero(n))
		words_add(words, "-");
	words_add(words, currency);
	if (is_zero(n))
		words_add(words, "0");
	else
	{
		for (int place = n->top > scale ? n->top : scale; place >= scale; place--)
		{
			char		digit = '0' + digit_at(n, place);

			words_add_bytes(words, &digit, 1);
			if (commas && place > scale && (place - scale) % 3 == 0)
				words_add(words, ",");
		}
		if (n->bottom < last)
			last = n->bottom;
	}
	if (last < scale)
	{
		words_add(words, ".");
		for (int place = scale - 1; place >= last; place--)
		{
			char		digit = '0' + (is_zero(n) ? 0 : digit_at(n, place));

			words_add_bytes(words, &digit, 1);
		}
	}
}

static void
add_scale(Words *words, int scale, WordingLanguage language)
{
	if (language == WORDING_ENGLISH)
	{
		if (scale == MILLION_PLACE)
			words_add(words, " million");
		else if (scale == BILLION_PLACE)
			words_add(words, " billion");
		else if (scale == TRILLION_PLACE)
			words_add(words, " trillion");
	}
	else if (scale == WAN_PLACE)
		words_add(words, "万");
	else if (scale == YI_PLACE)
		words_add(words, "亿");
	else if (scale == WAN_YI_PLACE)
		words_add(words, "万亿");
}

/* Append the unit of a number that was written with so many decimals at least. */
static void
add_unit(Words *words, const Number *n, int least_decimals, const char *unit, WordingLanguage language)
{
	bool		one = n->top == 0 && n->bottom == 0 && digit_at(n, 0) == 1 && least_decimals == 0;

	words_unit(words, unit, one, language);
}

/* ------------------------------------------------------------------ the exact style */

/* The largest of 1, 万, 亿 and 万亿, or of 1, million, billion and trillion, that a number of this size reaches. */
static int
scale_by_size(const Number *n, WordingLanguage language)
{
	static const int places[][3] = {
		[WORDING_CHINESE] = {WAN_YI_PLACE, YI_PLACE, WAN_PLACE},
		[WORDING_ENGLISH] = {TRILLION_PLACE, BILLION_PLACE, MILLION_PLACE},
	};

	for (int i = 0; i < 3; i++)
		if (n->top >= places[language][i])
			return places[language][i];
	return 0;
}

static int
exact_scale(const Number *n, const NumberWording *how)
{
	switch (how->scale)
	{
		case WORDING_UNSCALED:
			break;
		case WORDING_WAN:
			return WAN_PLACE;
		case WORDING_YI:
			return YI_PLACE;
		case WORDING_WAN_YI:
			return WAN_YI_PLACE;
		case WORDING_MILLION:
			return MILLION_PLACE;
		case WORDING_BILLION:
			return BILLION_PLACE;
		case WORDING_TRILLION:
			return TRILLION_PLACE;
		case WORDING_AUTO:
			return scale_by_size(n, how->language);
	}
	return 0;
}

/* Is n none at all, or, in percent, all or its opposite? */
static bool
is_end(const Number *n, bool percent)
{
	return is_zero(n) || (percent && n->top == 2 && n->bottom == 2 && digit_at(n, 2) == 1);
}

/* The same of a number in decimal text. */
bool
wording_is_end(const char *number, bool percent)
{
	Number		n;

	return read_number(&n, number) && is_end(&n, percent);
}

/*
 * Round value to so many decimals of 10^scale, and to more where that would make an end of
 * it; *decimals becomes what it took.
 */
static Number
round_stated(const Number *value, int scale, int *decimals, Direction direction, bool percent)
{
	Number		n = round_number(value, scale - *decimals, direction);

	while (is_end(&n, percent) && !is_zero(value) && value->bottom < scale - *decimals)
		n = round_number(value, scale - ++*decimals, direction);
	return n;
}

static void
add_exact(Words *words, const Number *value, const char *unit, const NumberWording *how)
{
	static const Direction directions[] = {
		[WORDING_HALF_UP] = HALF_UP,
		[WORDING_HALF_EVEN] = HALF_EVEN,
		[WORDING_TRUNCATE] = DOWN,
	};
	int			scale = exact_scale(value, how);
	Number		n = *value;
	bool		percent = wording_is_percent(unit);
	int			least_decimals = 0;

	if (how->decimals >= 0)
	{
		int			decimals = how->decimals;

		n = round_stated(value, scale, &decimals, directions[how->rounding], percent);
		if (exact_scale(&n, how) > scale)
		{
			/* 9999.9999万 is 1亿 when rounded, not 10000万 */
			scale = exact_scale(&n, how);
			decimals = how->decimals;
			n = round_stated(value, scale, &decimals, directions[how->rounding], percent);
		}
		if (how->keep_zero)
			least_decimals = decimals;
	}
	add_digits(words, &n, scale, least_decimals, how->language == WORDING_ENGLISH, currency_of(unit, how->language));
	add_scale(words, scale, how->language);
	add_unit(words, &n, least_decimals, unit, how->language);
}

/* ------------------------------------------------------------------ the approximate styles */

/* The largest of 1, 万, 亿 and 万亿, up to limit, in which n is whole. */
static int
whole_scale(const Number *n, int limit)
{
	if (is_zero(n))
		return 0;
	if (n->bottom >= WAN_YI_PLACE && limit >= WAN_YI_PLACE)
		return WAN_YI_PLACE;
	if (n->bottom >= YI_PLACE && limit >= YI_PLACE)
		return YI_PLACE;
	return n->bottom >= WAN_PLACE && limit >= WAN_PLACE ? WAN_PLACE : 0;
}

static int
approximate_scale(const Number *n, bool must_be_whole, const NumberWording *how)
{
	if (how->language == WORDING_ENGLISH)
		return exact_scale(n, how);
	if (how->scale == WORDING_UNSCALED)
		return whole_scale(n, WAN_YI_PLACE);
	if (!must_be_whole)
		return exact_scale(n, how);
	return whole_scale(n, how->scale == WORDING_WAN ? WAN_PLACE : how->scale == WORDING_YI ? YI_PLACE : WAN_YI_PLACE);
}

/*
 * Is value at most a tenth below rounded, the next multiple of 10^place?  From
 * ten times the grain on it is less than a grain below, so it is; under that,
 * the two leading digits say so.
 */
static bool
is_near(const Number *value, const Number *rounded, int place)
{
	if (rounded->top > place)
		return true;
	return written_digit(value, place) * 10 + written_digit(value, place - 1) >=
		9 * digit_at(rounded, place);
}

/* Is rounded, the next multiple of 10^place, also the nearest one?  10001 is not 近11000. */
static bool
is_nearest(const Number *value, const Number *rounded, int place)
{
	Number		nearest = round_number(value, place, HALF_UP);

	return nearest.raised == rounded->raised;
}

/*
 * Round value as the style says, to 10^place, or by its leading digit where
 * place is NONE; *grain becomes the place rounded to.  False if the style has
 * nothing true to say about it.
 */
static bool
approximate(const Number *value, WordingStyle style, int place, Number *rounded, int *grain)
{
	bool		choose = place == NONE;

	if (is_zero(value) || (value->negative && style != WORDING_ABOUT))
		return false;
	if (choose)
		place = value->top;
	if (choose && style == WORDING_OVER && place < 0)
		place = 0;

	switch (style)
	{
		case WORDING_EXACT:
		case WORDING_NUMERAL:
			return false;
		case WORDING_OVER:
		case WORDING_ABOVE:
			*rounded = round_number(value, place, DOWN);
			break;
		case WORDING_ABOUT:
			*rounded = round_number(value, place, HALF_UP);
			break;
		case WORDING_NEAR:
			*rounded = round_number(value, place, UP);
			if (choose && !is_near(value, rounded, place))
				*rounded = round_number(value, --place, UP);
			if (!is_near(value, rounded, place) || (choose && !is_nearest(value, rounded, place)))
				return false;
			break;
	}
	*grain = place;
	return !is_zero(rounded) && (style == WORDING_ABOUT || value->bottom < place);
}

/* 近百, 近千, 近万: a rounded number of one 1 and so many zeros; but 近100% */
static const char *
near_idiom(const Number *n, const char *unit, const NumberWording *how)
{
	static const char *const names[] = {"百", "千", "万"};

	if (wording_is_percent(unit) || (how->scale != WORDING_UNSCALED && how->scale != WORDING_AUTO))
		return NULL;
	if (n->top != n->bottom || digit_at(n, n->top) != 1 || n->top < 2 || n->top > 4)
		return NULL;
	return names[n->top - 2];
}

/*
 * The place of 余 says the grain: behind 万 it is one 万 or less, before it, one
 * in the last digit.
 */
static void
add_over(Words *words, const Number *n, int grain, const NumberWording *how)
{
	int			scale = approximate_scale(n, true, how);

	add_digits(words, n, scale, 0, false, "");
	if (grain > scale)
		words_add(words, "余");
	add_scale(words, scale, WORDING_CHINESE);
	if (grain <= scale)
		words_add(words, "余");
}

static void
add_approximate(Words *words, const Number *value, int place, const char *unit,
				const NumberWording *how)
{
	static const char *const chinese[] = {
		[WORDING_NEAR] = "近", [WORDING_ABOVE] = "超", [WORDING_ABOUT] = "约",
	};
	static const char *const english[] = {
		[WORDING_OVER] = "over ", [WORDING_NEAR] = "nearly ",
		[WORDING_ABOVE] = "more than ", [WORDING_ABOUT] = "about ",
	};
	Number		n = *value;
	int			grain = 0;
	bool		approximated = approximate(value, how->style, place, &n, &grain);
	const char *idiom;

	if (!approximated)
		n = *value;
	if (how->language == WORDING_ENGLISH)
	{
		int			scale = approximate_scale(&n, false, how);

		if (approximated)
			words_add(words, english[how->style]);
		add_digits(words, &n, scale, 0, true, currency_of(unit, how->language));
		add_scale(words, scale, how->language);
	}
	else if (approximated && how->style == WORDING_OVER)
		add_over(words, &n, grain, how);
	else if (approximated && how->style == WORDING_NEAR && (idiom = near_idiom(&n, unit, how)) != NULL)
	{
		words_add(words, chinese[WORDING_NEAR]);
		words_add(words, idiom);
	}
	else
	{
		int			scale = approximate_scale(&n, false, how);

		if (approximated)
			words_add(words, chinese[how->style]);
		add_digits(words, &n, scale, 0, false, "");
		add_scale(words, scale, how->language);
	}
	add_unit(words, &n, 0, unit, how->language);
}

/*
 * Append value, a decimal text, with its unit.  Nothing is appended when the
 * status is not WORDING_OK.
 */
WordingStatus
words_number(Words *words, const char *value, const char *unit, const NumberWording *how)
{
	Number		n;
	int			place = NONE;

	if (!read_number(&n, value))
		return WORDING_NOT_A_NUMBER;
	if (how->grain != NULL)
	{
		Number		grain;

		if (!read_number(&grain, how->grain))
			return WORDING_NOT_A_NUMBER;
		if (is_zero(&grain) || grain.negative || grain.top != grain.bottom ||
			digit_at(&grain, grain.top) != 1)
			return WORDING_GRAIN;
		place = grain.top;
		if (how->style == WORDING_OVER && place < 0)
			return WORDING_GRAIN_FRACTION;
	}
	if (how->style != WORDING_EXACT && how->decimals >= 0)
		return WORDING_DECIMALS;
	if (wording_scale_in(how->language, how->scale) != how->scale)
		return how->language == WORDING_ENGLISH ? WORDING_CHINESE_SCALE : WORDING_ENGLISH_SCALE;

	if (how->style == WORDING_NUMERAL && words_numeral(words, value, unit, how->language))
		return WORDING_OK;
	if (how->style == WORDING_EXACT || how->style == WORDING_NUMERAL)
		add_exact(words, &n, unit, how);
	else
		add_approximate(words, &n, place, unit, how);
	return WORDING_OK;
}
