/*
 * fuzz_counters.c
 *		Text forms of summaries: what is read prints as
 *		what reads the same, and adds up.
 *
 * The first byte chooses the family, and whether the rest is text or words.
 */
#include "core/counters.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"aa=1 loss=2.50 c=-3", "ba=1/2 loss=2.50/-0.01", "a0", "aloss=92233720368547758.07", "bnet=1/1",
	"c12345678abcdefgh12345678", "d12345678abcdefgh12345678ABCDEFGH12345678abcdefgh", NULL
};

static const Field fields[] = {{"a", FIELD_COUNT}, {"loss", FIELD_MONEY}, {"c", FIELD_COUNT}};
static const DerivedField derived[] = {{"net", {1, 0, -1}}};
static const Family plain = FAMILY("plain", fields, derived, 1);
static const Family pairs = FAMILY("pairs", fields, derived, 2);
static const Family *const families[] = {&plain, &pairs};

static bool
read_text(const Family *family, const char *text, int64_t *words)
{
	CountersError error = {COUNTERS_OK, -1, 0};
	bool		read = counters_parse(family, text, words, &error);

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
	family = families[(data[0] - 'a') % 2u];
	if ((data[0] - 'a') % 4u < 2)
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
		check_value(family, words);
	}
	return 0;
}
