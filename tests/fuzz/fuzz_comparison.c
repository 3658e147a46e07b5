/*
 * fuzz_comparison.c
 *		Text and binary forms of comparisons: what is read prints as what reads the
 *		same, and adds up.
 *
 * The first byte says whether the rest is text or parts.
 */
#include "core/comparison.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"a59/65", "a59/195:3", "a1.5/0.000000000000000001", "a0/0", "a-9223372036854775808.5/9223372036854775807:1000",
	"a59/65+7/30:3", "a1/2:3 + -1/-2:2 +5/5", "b0000000000000000000000000000000000000001", NULL
};

/* What every value keeps. */
static void
check_value(const ComparisonPart *parts, int count)
{
	char	   *text = malloc(COMPARISON_TEXT_SIZE * (size_t) count + 1);
	ComparisonPart *again = malloc(sizeof(ComparisonPart) * (size_t) (2 * count + 1));
	CountersError error;
	int			failed;
	ComparisonPart *other;

	HOLDS(comparison_is_valid(parts, count));
	text[comparison_print(text, parts, count)] = '\0';
	HOLDS(comparison_most_parts(text) >= count);
	other = malloc(sizeof(ComparisonPart) * (size_t) comparison_most_parts(text));
	HOLDS(comparison_parse(text, other, &error) == count);
	HOLDS(comparison_compare(parts, count, other, count) == 0);
	HOLDS(comparison_combine(again, parts, count, other, count, true, &failed) == 1);
	HOLDS(comparison_part_is_zero(&again[0]) && again[0].periods == 1);
	free(text);
	free(again);
	free(other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 2)
	{
		char	   *text = fuzz_string(data + 1, size - 1);
		ComparisonPart *parts = malloc(sizeof(ComparisonPart) * (size_t) comparison_most_parts(text));
		CountersError error = {COUNTERS_OK, -1, 0};
		int			count = comparison_parse(text, parts, &error);

		if (count > 0)
			check_value(parts, count);
		else
			HOLDS(error.kind != COUNTERS_OK && error.position <= strlen(text));
		free(parts);
		free(text);
	}
	else
	{
		int			count = (int) ((size - 1) / sizeof(ComparisonPart));
		ComparisonPart *parts = malloc(sizeof(ComparisonPart) * (size_t) (count + 1));

		memcpy(parts, data + 1, sizeof(ComparisonPart) * (size_t) count);
		if (comparison_is_valid(parts, count))
			check_value(parts, count);
		free(parts);
	}
	return 0;
}
