/*
 * singular.c
 *		Units behind numbers; in English the singular: 1 death, 1 serious injury, 1 case of fraud.
 *
 * Units are given in the plural, for nearly all numbers take that.  The noun is the
 * last word that looks like a plural before a preposition; where there is none, the
 * unit stays as it is (yuan, km).  A unit that no rule gets right is given in both
 * forms: "court martial|courts martial".
 */
#include "core/singular.h"

#include <string.h>

/* Words that end the noun and what belongs to it. */
static const char *const prepositions[] = {
	"of", "to", "in", "by", "with", "without", "for", "per", "from", "on", "under", "at", "over", "and", NULL
};

/* Plurals that follow no rule, and words that end in s but are none. */
static const char *const irregular[][2] = {
	{"people", "person"}, {"men", "man"}, {"women", "woman"}, {"children", "child"}, {"workmen", "workman"},
	{"lives", "life"}, {"knives", "knife"}, {"movies", "movie"}, {"gases", "gas"}, {"buses", "bus"},
	{"viruses", "virus"}, {"crises", "crisis"}, {"analyses", "analysis"}, {"caches", "cache"}, {"axes", "axe"},
	{"series", "series"}, {"species", "species"}, {"premises", "premises"}, {"headquarters", "headquarters"},
	{"means", "means"}, {"gas", "gas"}, {NULL, NULL}
};

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
equals(const char *word, size_t length, const char *known)
{
	return strlen(known) == length && memcmp(word, known, length) == 0;
}

static bool
ends(const char *word, size_t length, const char *ending)
{
	size_t		n = strlen(ending);

	return length > n && memcmp(word + length - n, ending, n) == 0;
}

/* Append the singular of a word.  False, and nothing is appended, if it is no plural. */
static bool
add_singular(Words *words, const char *word, size_t length)
{
	for (int i = 0; irregular[i][0] != NULL; i++)
		if (equals(word, length, irregular[i][0]))
		{
			words_add(words, irregular[i][1]);
			return true;
		}
	/* lbs and kgs are plurals; m/s, SMS, loss, serious and basis are not */
	if (length < 3 || word[length - 1] != 's' || !is_letter(word[length - 2]) ||
		ends(word, length, "ss") || ends(word, length, "us") || ends(word, length, "is"))
		return false;
	if (ends(word, length, "ies") && length > 4)
	{
		words_add_bytes(words, word, length - 3);
		words_add(words, "y");
	}
	else if (ends(word, length, "sses") || ends(word, length, "shes") || ends(word, length, "ches") ||
			 ends(word, length, "xes") || ends(word, length, "zzes"))
		words_add_bytes(words, word, length - 2);
	else
		words_add_bytes(words, word, length - 1);
	return true;
}

/* The start of the word that ends before `end`. */
static size_t
word_start(const char *unit, size_t end)
{
	while (end > 0 && unit[end - 1] != ' ')
		end--;
	return end;
}

/* Where the noun and its adjectives end. */
static size_t
noun_end(const char *unit)
{
	size_t		at = 0;

	while (unit[at] != '\0')
	{
		size_t		length = strcspn(unit + at, " ");

		for (int i = 0; at > 0 && prepositions[i] != NULL; i++)
			if (equals(unit + at, length, prepositions[i]))
				return at - 1;
		at += length;
		at += strspn(unit + at, " ");
	}
	return at;
}

/* Append a unit that is given in the plural in its singular. */
void
words_singular(Words *words, const char *unit)
{
	size_t		end = noun_end(unit);

	while (end > 0)
	{
		size_t		start = word_start(unit, end);
		Words		before = *words;

		words_add_bytes(words, unit, start);
		if (add_singular(words, unit + start, end - start))
		{
			words_add(words, unit + end);
			return;
		}
		*words = before;
		end = start;
		while (end > 0 && unit[end - 1] == ' ')
			end--;
	}
	words_add(words, unit);
}

/*
 * Append the unit of a number, with what goes between: nothing in Chinese.  one: the
 * number is written as 1.  A currency's sign stands before the number in English.
 */
void
words_unit(Words *words, const char *unit, bool one, WordingLanguage language)
{
	const char *both = strchr(unit, '|');

	if (language != WORDING_ENGLISH)
	{
		words_add(words, unit);
		return;
	}
	if (wording_is_currency(unit))
		return;
	if (unit[0] != '\0' && !wording_is_percent(unit))
		words_add(words, " ");
	if (both != NULL && one)
		words_add_bytes(words, unit, both - unit);
	else if (both != NULL)
		words_add(words, both + 1);
	else if (one)
		words_singular(words, unit);
	else
		words_add(words, unit);
}
