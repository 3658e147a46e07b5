/*
 * reading_english.c
 *		The reader of English texts.
 *
 * What a change is compared with stands behind it, up to the next comma, bracket, "and" or
 * end of the sentence.  A list of changes is one that "respectively" ends.  A number
 * without commas from 1000 to 2999 is a year, for others of four digits are written with
 * one.  A number that no unit of the caller's follows has the words up to the next
 * comma, bracket, number or preposition as its unit.
 */
#include "core/reading_scan.h"
#include "core/singular.h"

#include <string.h>

#define COMPARATOR_MOST 100
#define UNIT_MOST 60

static const char *const ups[] = {"up by ", "up ", "an increase of ", "rose by ", "increased by ", NULL};
static const char *const downs[] = {"down by ", "down ", "a decrease of ", "fell by ", "decreased by ", NULL};
static const char *const sames[] = {"unchanged", "no change", "remained unchanged", NULL};
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
	"December", NULL
};
static const char *const ends[] = {".", ",", ";", ":", "(", ")", "\n", "—", "\"", NULL};

/* Words before which a unit or a comparator ends. */
static const char *const stops[] = {
	" and ", " or ", " but ", " while ", " with ", " of which ", " were ", " was ", " respectively", " up ", " down ",
	" a year earlier", " year on year", " unchanged", " rose ", " fell ", " increased ", " decreased ", NULL
};

/* A word may begin here. */
static bool
begins_word(const ReadingScan *scan, size_t at)
{
	return at == 0 || (!scan_letter(scan, at - 1) && !scan_digit(scan, at - 1));
}

/* Is this the end of a sentence or its part? */
static bool
is_end(const ReadingScan *scan, size_t at)
{
	return scan_any(scan, at, ends, NULL) > 0 && !(scan->text[at] == '.' && scan_digit(scan, at + 1));
}

/* ------------------------------------------------------------------ numbers */

static size_t
scan_scale(const ReadingScan *scan, size_t at, int *power)
{
	static const char *const scales[] = {" million", " billion", " trillion", NULL};
	int			which = 0;
	size_t		step = scan_any(scan, at, scales, &which);

	if (step > 0 && scan_letter(scan, at + step))
		step = 0;
	*power = step > 0 ? 6 + 3 * which : 0;
	return step;
}

/* Does a preposition with a name or a number behind it stand here?  " in July", " on the month before" */
static bool
begins_phrase(const ReadingScan *scan, size_t at)
{
	static const char *const prepositions[] = {
		" in ", " on ", " of ", " for ", " from ", " at ", " to ", " by ", " during ", " between ", " against ", " than ", NULL
	};
	size_t		step = scan_any(scan, at, prepositions, NULL);
	size_t		p = at + step;

	return step > 0 && (scan_digit(scan, p) || scan_sees(scan, p, "the ") || (scan_letter(scan, p) && scan->text[p] <= 'Z'));
}

/* The unit behind a number that ends at p, in words of its own if none is known and any is asked for. */
static Span
read_unit(const ReadingScan *scan, size_t p, bool any)
{
	static const char *const points[] = {" percentage points", " percentage point", NULL};
	size_t		step;
	size_t		end;

	if (scan_sees(scan, p, "%"))
		return (Span) {p, 1};
	step = scan_any(scan, p, points, NULL);
	if (step > 0)
		return (Span) {p + 1, step - 1};
	if (!scan_sees(scan, p, " "))
		return (Span) {p, 0};
	step = scan_unit(scan, p + 1, WORDING_ENGLISH);
	if (step > 0 || !any)
		return (Span) {step > 0 ? p + 1 : p, step};
	for (end = p; end < scan->length && end - p < UNIT_MOST; end++)
		if (is_end(scan, end) || scan_digit(scan, end + 1) || scan_any(scan, end, stops, NULL) > 0 || begins_phrase(scan, end))
			break;
	return end > p + 1 ? (Span) {p + 1, end - p - 1} : (Span) {p, 0};
}

/* The length of the currency's sign here; 0 for none. */
static size_t
currency_length(const ReadingScan *scan, size_t at)
{
	static const char *const signs[] = {"$", "€", "£", "¥", NULL};
	size_t		letters = 0;
	size_t		step;

	while (letters < 3 && at + letters < scan->length && scan->text[at + letters] >= 'A' && scan->text[at + letters] <= 'Z')
		letters++;
	step = scan_any(scan, at + letters, signs, NULL);
	return step > 0 && scan_digit(scan, at + letters + step) ? letters + step : 0;
}

/* Read a number with its unit; where it ends, or at if there is none. */
static size_t
read_number(const ReadingScan *scan, size_t at, bool any_unit, Reading *r)
{
	static const char *const styles[] = {"over ", "nearly ", "more than ", "about ", NULL};
	static const WordingStyle style_of[] = {WORDING_OVER, WORDING_NEAR, WORDING_ABOVE, WORDING_ABOUT};
	static const char *const numerals[] = {
		"one ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten ", "no ", "zero ", NULL
	};
	int			which = 0;
	size_t		p = at;
	size_t		step = scan_any(scan, at, styles, &which);

	*r = (Reading) {.kind = READING_NUMBER};
	if (step > 0)
	{
		r->style = style_of[which];
		p += step;
	}
	else
	{
		step = scan_any(scan, at, numerals, NULL);
		if (step > 0 && scan_unit(scan, at + step, WORDING_ENGLISH) > 0)
		{
			r->style = WORDING_NUMERAL;
			r->number = (Span) {at, step - 1};
			p = at + step - 1;
			r->unit = read_unit(scan, p, false);
			p = r->unit.at + r->unit.length;
			r->words = (Span) {at, p - at};
			return p;
		}
	}
	if (scan_sees(scan, p, "-"))
	{
		r->negative = true;
		p++;
	}
	r->unit = (Span) {p, currency_length(scan, p)};
	p += r->unit.length;
	step = scan_number(scan, p, true);
	if (step == 0)
		return at;
	r->number = (Span) {p, step};
	p += step;
	p += scan_scale(scan, p, &r->power);
	if (r->unit.length > 0)
	{
		r->words = (Span) {at, p - at};
		return p;
	}
	r->unit = read_unit(scan, p, any_unit);
	r->percent = scan_sees(scan, p, "%");
	if (r->unit.length > 0)
		p = r->unit.at + r->unit.length;
	r->words = (Span) {at, p - at};
	return p;
}

/* The length of the date here: 2024, 2024/25, July 2024, 1 to 20 March 2024; 0 for none. */
static size_t
date_length(const ReadingScan *scan, size_t at)
{
	size_t		digits = 0;
	size_t		p = at;
	size_t		month;

	while (scan_digit(scan, at + digits))
		digits++;
	month = scan_any(scan, at, months, NULL);
	if (month > 0)
	{
		p += month;
		if (!scan_sees(scan, p, " ") || !scan_digit(scan, p + 1))
			return 0;
		p++;
		digits = 0;
		while (scan_digit(scan, p + digits))
			digits++;
		return digits == 4 ? p + digits - at : 0;
	}
	if (digits == 4 && (scan->text[at] == '1' || scan->text[at] == '2'))
	{
		int			power;

		p += digits;
		if (scan_sees(scan, p, "/") && scan_digit(scan, p + 1))
		{
			p++;
			while (scan_digit(scan, p))
				p++;
			return p - at;
		}
		if ((scan_sees(scan, p, ".") && scan_digit(scan, p + 1)) || scan_sees(scan, p, "%") || scan_scale(scan, p, &power) > 0 ||
			(scan_sees(scan, p, " ") && scan_unit(scan, p + 1, WORDING_ENGLISH) > 0))
			return 0;
		return p - at;
	}
	if (digits == 0 || digits > 2)
		return 0;
	p += digits;
	if (scan_sees(scan, p, " to ") && scan_digit(scan, p + 4))
		for (p += 4; scan_digit(scan, p);)
			p++;
	if (!scan_sees(scan, p, " ") || (month = scan_any(scan, p + 1, months, NULL)) == 0)
		return 0;
	p += 1 + month;
	if (scan_sees(scan, p, " ") && scan_digit(scan, p + 1))
	{
		digits = 0;
		while (scan_digit(scan, p + 1 + digits))
			digits++;
		if (digits == 4)
			p += 1 + digits;
	}
	return p - at;
}

/* ------------------------------------------------------------------ changes */

/* Does "respectively" stand between here and the end of the sentence or its part? */
static bool
is_respective(const ReadingScan *scan, size_t at)
{
	static const char *const closers[] = {". ", ";", "\n", NULL};

	for (size_t p = at; p < scan->length && p - at < 4096; p++)
	{
		if (scan_any(scan, p, closers, NULL) > 0)
			return false;
		if (scan_sees(scan, p, " respectively"))
			return true;
	}
	return false;
}

/* The length of what a change is compared with, which begins with a space; 0 for none. */
static size_t
comparator_length(const ReadingScan *scan, size_t at)
{
	size_t		p;

	if (!scan_sees(scan, at, " ") || scan_sees(scan, at, " to "))
		return 0;
	for (p = at; p < scan->length && p - at < COMPARATOR_MOST; p++)
		if (is_end(scan, p) || (p > at && scan_any(scan, p, stops, NULL) > 0) ||
			(p == at && scan_any(scan, p, stops, NULL) > 0 && !scan_sees(scan, p, " year on year") && !scan_sees(scan, p, " a year earlier")))
			break;
	return p - at;
}

/*
 * Read a change in an extent, a direction word before it or the last one going on:
 * where it ends, or at.  *direction is that of the word.
 */
static size_t
read_change(ReadingScan *scan, size_t at, bool alike, int *direction)
{
	size_t		step = scan_any(scan, at, sames, NULL);
	size_t		end;
	Reading		r;

	if (step > 0)
	{
		r = (Reading) {.kind = READING_CHANGE, .words = {at, step}, .number = {at, 0}, .unit = {at, 0}, .alike = alike};
		scan_add(scan, &r);
		return at + step;
	}
	step = scan_any(scan, at, ups, NULL);
	if (step > 0)
		*direction = 1;
	else if ((step = scan_any(scan, at, downs, NULL)) > 0)
		*direction = -1;
	else if (*direction == 0)
		return at;
	end = read_number(scan, at + step, false, &r);
	if (end == at + step || r.negative || r.style == WORDING_NUMERAL)
		return at;
	r.kind = READING_CHANGE;
	r.direction = *direction;
	r.alike = alike;
	r.measure = r.percent ? MEASURE_RATE : MEASURE_AMOUNT;
	if (scan_sees(scan, r.unit.at, "percentage"))
	{
		r.measure = MEASURE_POINTS;
		r.percent = true;
	}
	r.words = (Span) {at, end - at};
	scan_add(scan, &r);
	if (r.measure != MEASURE_AMOUNT)
		return end;
	if (scan_sees(scan, end, " from 0"))
		return end + strlen(" from 0");
	/* 5 (41.7%) */
	step = scan_sees(scan, end, " (") ? scan_number(scan, end + 2, true) : 0;
	if (step > 0 && scan_sees(scan, end + 2 + step, "%)"))
	{
		r.number = (Span) {end + 2, step};
		r.unit = (Span) {end + 2 + step, 1};
		r.words = (Span) {end + 2, step + 1};
		r.power = 0;
		r.percent = true;
		r.style = WORDING_EXACT;
		r.measure = MEASURE_RATE;
		scan_add(scan, &r);
		return end + 2 + step + 2;
	}
	return end;
}

/* Read the changes that begin here, with what they are compared with; where they end, or at. */
static size_t
read_changes(ReadingScan *scan, size_t at)
{
	static const char *const all[] = {"both ", "all ", "in each case ", NULL};
	static const char *const between[] = {" and ", ", ", NULL};
	size_t		first = scan->count;
	size_t		step = scan_any(scan, at, all, NULL);
	size_t		end;
	int			direction = 0;

	end = read_change(scan, at + step, step > 0, &direction);
	if (end == at + step)
		return at;
	if (is_respective(scan, end))
	{
		while ((step = scan_any(scan, end, between, NULL)) > 0)
		{
			size_t		next = read_change(scan, end + step, false, &direction);

			if (next == end + step)
				break;
			end = next;
		}
		if (scan_sees(scan, end, " respectively"))
			end += strlen(" respectively");
	}
	step = comparator_length(scan, end);
	if (step > 1)
	{
		for (size_t i = first; i < scan->count && i < scan->size; i++)
			scan->readings[i].comparator = (Span) {end + 1, step - 1};
		end += step;
	}
	return end;
}

/* Read what stands at a place; where it ends, or at if nothing does that is read. */
static size_t
read_here(ReadingScan *scan, size_t at)
{
	size_t		end;
	size_t		step;
	Reading		r;

	if (!begins_word(scan, at))
		return at;
	end = read_changes(scan, at);
	if (end > at)
		return end;
	if (at >= 2 && scan->text[at - 1] == '.' && scan_digit(scan, at - 2))
		return at;
	step = date_length(scan, at);
	if (step > 0)
	{
		r = (Reading) {.kind = READING_DATE, .words = {at, step}, .number = {at, step}, .unit = {at + step, 0}};
		scan_add(scan, &r);
		return at + step;
	}
	end = read_number(scan, at, true, &r);
	if (end > at)
	{
		static const char *const all[] = {"both ", "all ", NULL};

		for (int i = 0; all[i] != NULL; i++)
			r.alike = r.alike || (at >= strlen(all[i]) && scan_sees(scan, at - strlen(all[i]), all[i]));
		scan_add(scan, &r);
	}
	return end;
}

/* Read an English text. */
void
scan_english(ReadingScan *scan)
{
	size_t		at = 0;

	while (at < scan->length)
	{
		size_t		end;

		scan_pause(scan);
		end = read_here(scan, at);
		at = end > at ? end : at + 1;
	}
}
