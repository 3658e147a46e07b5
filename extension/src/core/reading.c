/*
 * reading.c
 *		What a text in the words of wording.h says, and what its numbers stand for.
 *
 * A number as it is written stands for every number that would be written so: those that
 * round to it, those of which its approximate form is true.  No rounding says none, or in
 * percent all, of what is not exactly so (see wording.c), and so these two stand for
 * themselves only.
 */
#include "core/reading.h"
#include "core/reading_scan.h"
#include "core/singular.h"

#include <stdio.h>
#include <string.h>

/* A number of 0 or more: digits[i] is that of 10^(lowest + i). */
typedef struct Magnitude
{
	signed char digits[READING_MOST_DIGITS + 8];
	int			count;
	int			lowest;
} Magnitude;

/* ------------------------------------------------------------------ the text */

/* Is the word at this place? */
bool
scan_sees(const ReadingScan *scan, size_t at, const char *word)
{
	size_t		length = strlen(word);

	return at <= scan->length && scan->length - at >= length && memcmp(scan->text + at, word, length) == 0;
}

/* The length of the longest of some words that stands here, and which it is; 0 for none. */
size_t
scan_any(const ReadingScan *scan, size_t at, const char *const *words, int *which)
{
	size_t		longest = 0;

	for (int i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) > longest && scan_sees(scan, at, words[i]))
		{
			longest = strlen(words[i]);
			if (which != NULL)
				*which = i;
		}
	return longest;
}

bool
scan_digit(const ReadingScan *scan, size_t at)
{
	return at < scan->length && scan->text[at] >= '0' && scan->text[at] <= '9';
}

bool
scan_letter(const ReadingScan *scan, size_t at)
{
	return at < scan->length && ((scan->text[at] >= 'a' && scan->text[at] <= 'z') ||
								 (scan->text[at] >= 'A' && scan->text[at] <= 'Z'));
}

/* The length of the digits here, with a point and, if asked, commas between thousands; 0 for none. */
size_t
scan_number(const ReadingScan *scan, size_t at, bool commas)
{
	size_t		p = at;

	while (scan_digit(scan, p))
		p++;
	while (commas && p > at && p < scan->length && scan->text[p] == ',' && scan_digit(scan, p + 1) &&
		   scan_digit(scan, p + 2) && scan_digit(scan, p + 3) && !scan_digit(scan, p + 4))
		p += 4;
	if (p > at && p < scan->length && scan->text[p] == '.' && scan_digit(scan, p + 1))
	{
		p++;
		while (scan_digit(scan, p))
			p++;
	}
	return p - at;
}

/* The length of the longest of the caller's units that stands here, in English also in the singular. */
size_t
scan_unit(const ReadingScan *scan, size_t at, WordingLanguage language)
{
	size_t		longest = 0;

	for (size_t i = 0; scan->units != NULL && i < scan->units->count; i++)
		for (int one = 0; one < (language == WORDING_ENGLISH ? 2 : 1); one++)
		{
			char		text[128];
			Words		words = {text, sizeof(text), 0};
			const char *unit = text;

			text[0] = '\0';
			words_unit(&words, scan->units->names[i], one == 1, language);
			if (words.length >= sizeof(text))
				continue;
			if (unit[0] == ' ')
				unit++;
			if (strlen(unit) > longest && scan_sees(scan, at, unit) &&
				(language == WORDING_CHINESE || !scan_letter(scan, at + strlen(unit))))
				longest = strlen(unit);
		}
	return longest;
}

void
scan_pause(const ReadingScan *scan)
{
	if (scan->units != NULL && scan->units->pause != NULL)
		scan->units->pause();
}

void
scan_add(ReadingScan *scan, const Reading *reading)
{
	if (scan->count < scan->size)
		scan->readings[scan->count] = *reading;
	scan->count++;
}

/*
 * Read a text: its numbers, changes and dates in their order, as many as fit into
 * readings.  Returns how many there are, even beyond size.  units may be NULL.
 */
size_t
read_words(const char *text, size_t length, WordingLanguage language, const ReadingUnits *units, Reading *readings, size_t size)
{
	ReadingScan		scan = {text, length, units, readings, size, 0};

	if (language == WORDING_ENGLISH)
		scan_english(&scan);
	else
		scan_chinese(&scan);
	return scan.count;
}

/* What the scale of a number is called, as in wording_scale(). */
const char *
reading_scale_name(const Reading *reading, WordingLanguage language)
{
	switch (reading->power)
	{
		case 4:
			return "wan";
		case 6:
			return "million";
		case 8:
			return "yi";
		case 9:
			return "billion";
		case 12:
			return language == WORDING_ENGLISH ? "trillion" : "wan_yi";
	}
	return "none";
}

/* ------------------------------------------------------------------ numbers */

/* What an English number of one word says; -1 if it is none. */
static int
english_numeral(const char *text, size_t length)
{
	static const char *const names[] = {
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "no"
	};

	for (int i = 0; i < 12; i++)
		if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0)
			return i == 11 ? 0 : i;
	return -1;
}

/* The number as it is written.  False if it has too many digits. */
static bool
read_magnitude(const char *text, const Reading *reading, Magnitude *m)
{
	char		digits[40];
	const char *from = text + reading->number.at;
	size_t		length = reading->number.length;
	int			fractions = 0;
	bool		point = false;

	if (length == 0)			/* 近千 */
	{
		from = "1";
		length = 1;
	}
	else if (reading->style == WORDING_NUMERAL)
	{
		unsigned __int128 number = 0;
		size_t		at = sizeof(digits);

		if (english_numeral(from, length) >= 0)
			number = english_numeral(from, length);
		else if (!read_numeral(from, length, &number))
			return false;
		do
			digits[--at] = '0' + (int) (number % 10);
		while ((number /= 10) > 0);
		from = digits + at;
		length = sizeof(digits) - at;
	}
	m->count = 0;
	for (size_t i = 0; i < length; i++)
	{
		if (from[i] == '.')
			point = true;
		else if (from[i] >= '0' && from[i] <= '9')
		{
			if (m->count == READING_MOST_DIGITS)
				return false;
			m->digits[m->count++] = from[i] - '0';
			fractions += point;
		}
	}
	for (int i = 0; i < m->count / 2; i++)
	{
		signed char other = m->digits[i];

		m->digits[i] = m->digits[m->count - 1 - i];
		m->digits[m->count - 1 - i] = other;
	}
	m->lowest = reading->power - fractions;
	return m->count > 0;
}

/* Add so many times 10^(lowest + place). */
static void
add_at(Magnitude *m, int place, int amount)
{
	while (m->count <= place)
		m->digits[m->count++] = 0;
	for (m->digits[place] += amount; m->digits[place] < 0 || m->digits[place] > 9; place++)
	{
		if (m->count == place + 1)
			m->digits[m->count++] = 0;
		m->digits[place + 1] += m->digits[place] < 0 ? -1 : 1;
		m->digits[place] += m->digits[place] < 0 ? 10 : -10;
	}
}

/* One more digit below. */
static void
refine(Magnitude *m)
{
	memmove(m->digits + 1, m->digits, m->count);
	m->digits[0] = 0;
	m->count++;
	m->lowest--;
}

/* m plus or minus half of 10^(lowest + place). */
static Magnitude
half_from(const Magnitude *m, int place, bool up)
{
	Magnitude	result = *m;

	refine(&result);
	add_at(&result, place, up ? 5 : -5);
	return result;
}

/* Nine tenths of it. */
static Magnitude
nine_tenths(const Magnitude *m)
{
	Magnitude	result = *m;
	int			carry = 0;

	for (int i = 0; i < result.count; i++)
	{
		carry += result.digits[i] * 9;
		result.digits[i] = carry % 10;
		carry /= 10;
	}
	if (carry > 0)
		result.digits[result.count++] = carry;
	result.lowest--;
	return result;
}

/* The lowest digit that is not 0; -1 in zero. */
static int
last_digit(const Magnitude *m)
{
	for (int i = 0; i < m->count; i++)
		if (m->digits[i] != 0)
			return i;
	return -1;
}

static int
digit_of(const Magnitude *m, int place)
{
	int			i = place - m->lowest;

	return i >= 0 && i < m->count ? m->digits[i] : 0;
}

/* Is it none, or, in percent, all? */
static bool
is_end(const Magnitude *m, bool percent)
{
	int			last = last_digit(m);
	int			top = m->count - 1;

	if (last < 0)
		return true;
	while (m->digits[top] == 0)
		top--;
	return percent && last == top && m->digits[top] == 1 && m->lowest + top == 2;
}

static void
print(char *text, const Magnitude *m, bool negative)
{
	int			top = m->count - 1 + m->lowest;
	int			low = m->lowest;

	while (top > 0 && digit_of(m, top) == 0)
		top--;
	while (low < 0 && digit_of(m, low) == 0)
		low++;
	if (top < 0)
		top = 0;
	if (negative && last_digit(m) >= 0)
		*text++ = '-';
	for (int place = top; place >= (low < 0 ? low : 0); place--)
	{
		*text++ = '0' + digit_of(m, place);
		if (place == 0 && low < 0)
			*text++ = '.';
	}
	*text = '\0';
}

/*
 * What a number stands for, when those that were rounded were rounded so.  False if it
 * has too many digits, or is a date.
 */
bool
reading_range(const char *text, const Reading *reading, WordingRounding rounding, ReadingRange *range)
{
	Magnitude	value;
	Magnitude	low;
	Magnitude	high;
	bool		low_inclusive = true;
	bool		high_inclusive = true;
	bool		no_high = false;
	bool		negative = reading->kind == READING_CHANGE ? reading->direction < 0 : reading->negative;
	int			last;

	memset(range, 0, sizeof(*range));
	if (reading->kind == READING_DATE)
		return false;
	if (reading->kind == READING_CHANGE && reading->direction == 0)
		value = (Magnitude) {.count = 1};
	else if (!read_magnitude(text, reading, &value))
		return false;
	low = high = value;
	last = last_digit(&value);
	if (reading->style == WORDING_NUMERAL || (reading->style == WORDING_EXACT && is_end(&value, reading->percent)))
		;
	else if (reading->style == WORDING_EXACT && rounding == WORDING_TRUNCATE)
	{
		add_at(&high, 0, 1);
		high_inclusive = false;
	}
	else if (reading->style == WORDING_EXACT)
	{
		low = half_from(&value, 0, false);
		high = half_from(&value, 0, true);
		low_inclusive = rounding == WORDING_HALF_UP || value.digits[0] % 2 == 0;
		high_inclusive = rounding == WORDING_HALF_EVEN && value.digits[0] % 2 == 0;
	}
	else if (last < 0)
		;
	else
		switch (reading->style)
		{
			case WORDING_OVER:
				/* 355万余 ends at 356万, 3550余 at 3560 */
				add_at(&high, reading->behind && reading->power - value.lowest < last ? reading->power - value.lowest : last, 1);
				low_inclusive = high_inclusive = false;
				break;
			case WORDING_NEAR:
				low = nine_tenths(&value);
				high_inclusive = false;
				break;
			case WORDING_ABOVE:
				low_inclusive = high_inclusive = false;
				no_high = true;
				break;
			case WORDING_ABOUT:
				low = half_from(&value, last, false);
				high = half_from(&value, last, true);
				high_inclusive = false;
				break;
			case WORDING_EXACT:
			case WORDING_NUMERAL:
				break;
		}

	print(range->value, &value, negative);
	print(negative ? range->high : range->low, &low, negative);
	if (!no_high)
		print(negative ? range->low : range->high, &high, negative);
	range->low_inclusive = negative ? high_inclusive : low_inclusive;
	range->high_inclusive = negative ? low_inclusive : high_inclusive;
	range->no_low = negative && no_high;
	range->no_high = !negative && no_high;
	return true;
}
