/*
 * fuzz_counters.c
 *		Text and binary forms of summaries and comparisons: what is read prints as
 *		what reads the same, and adds up.
 *
 * The first byte chooses the family, and whether the rest is text or words.
 */
#include "core/comparison.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"aa=1 loss=2.50 c=-3", "ba=1/2 loss=2.50/-0.01", "c59/65", "c59/195:3", "c1.5/0.000000000000000001", "a0", "c0/0",
	"c-9223372036854775808.5/9223372036854775807:1000", "aloss=92233720368547758.07", "bnet=1/1",
	"d12345678abcdefgh12345678", "e12345678abcdefgh12345678ABCDEFGH12345678abcdefgh", "f0000000000000000000000000000000000000001", NULL
};

static const Field fields[] = {{"a", FIELD_COUNT}, {"loss", FIELD_MONEY}, {"c", FIELD_COUNT}};
static const DerivedField derived[] = {{"net", {1, 0, -1}}};
static const Family plain = ADDITIVE_FAMILY("plain", fields, derived, 1);
static const Family pairs = ADDITIVE_FAMILY("pairs", fields, derived, 2);
static const Family *const families[] = {&plain, &pairs, &comparison_family};

static bool
read_text(const Family *family, const char *text, int64_t *words)
{
	CountersError error = {COUNTERS_OK, -1, 0};
	bool		read;

	if (family == &comparison_family)
		read = comparison_parse(text, (Comparison *) words, &error);
	else
		read = counters_parse(family, text, words, &error);
	HOLDS(read || error.kind != COUNTERS_OK);
	HOLDS(read || error.position <= strlen(text));
	HOLDS(read || error.field < family->fields + family->derived);
	return read;
}

/* What every value keeps. */
static void
check_value(const Family *family, const int64_t *words)
{
	char	   *text = malloc(COUNTERS_TEXT_SIZE);
	int64_t		again[FAMILY_MAX_WORDS];
	int64_t		zero[FAMILY_MAX_WORDS];
	CountersError error;

	HOLDS(counters_are_valid(family, words));
	if (family == &comparison_family)
		HOLDS((size_t) comparison_print(text, (const Comparison *) words) == strlen(text) &&
			  strlen(text) < COMPARISON_TEXT_SIZE);
	else
		HOLDS(counters_print(family, words, text) == strlen(text));
	HOLDS(read_text(family, text, again));
	HOLDS(counters_compare(family, words, again) == 0);
	free(text);

	/* a - a = 0, and a + a - a = a where it fits */
	HOLDS(counters_subtract(family, again, words, &error));
	counters_zero(family, zero);
	HOLDS(counters_compare(family, again, zero) == 0);
	HOLDS(counters_add(family, again, words, &error) && counters_compare(family, again, words) == 0);
	if (counters_add(family, again, words, &error))
		HOLDS(counters_subtract(family, again, words, &error) && counters_compare(family, again, words) == 0);
	memcpy(again, words, sizeof(int64_t) * (size_t) family->words);
	if (counters_negate(family, again, &error))
		HOLDS(counters_add(family, again, words, &error) && counters_compare(family, again, zero) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Family *family;
	int64_t		words[FAMILY_MAX_WORDS] = {0};

	if (size == 0)
		return 0;
	family = families[(data[0] - 'a') % 3u];
	if ((data[0] - 'a') % 6u < 3)
	{
		char	   *text = fuzz_string(data + 1, size - 1);

		if (read_text(family, text, words))
			check_value(family, words);
		free(text);
	}
	else
	{
		size_t		given = sizeof(int64_t) * (size_t) family->words;

		memcpy(words, data + 1, size - 1 < given ? size - 1 : given);
		if (counters_are_valid(family, words))
			check_value(family, words);
	}
	return 0;
}
