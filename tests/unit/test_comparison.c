/*
 * test_comparison.c
 *		S23: comparisons are a group, whatever their numbers of base periods.
 */
#include "core/comparison.h"
#include "unit.h"

#define MAX_PARTS 32

typedef struct Value
{
	int			count;
	ComparisonPart part[MAX_PARTS];
} Value;

static Decimal
random_decimal(int magnitude)
{
	Decimal		d = {(int64_t) unit_random(), unit_random() % 3 ? 0 : (int64_t) (unit_random() % DECIMAL_UNIT)};

	d.whole = magnitude == 0 ? d.whole % 4 : d.whole >> 4;
	return d;
}

/* A value of up to four parts, with periods from 1 to 5. */
static Value
random_value(int magnitude)
{
	Value		value = {0};

	for (int periods = 1; periods <= 5 && value.count < 4; periods++)
	{
		ComparisonPart part = {random_decimal(magnitude), random_decimal(magnitude), periods};

		if (unit_random() % 3 == 0 && !comparison_part_is_zero(&part))
			value.part[value.count++] = part;
	}
	if (value.count == 0)
		value.part[value.count++] = COMPARISON_ZERO;
	return value;
}

static Value
combine(Value a, Value b, bool subtract)
{
	Value		result;
	int			failed;

	result.count = comparison_combine(result.part, a.part, a.count, b.part, b.count, subtract, &failed);
	CHECK(comparison_is_valid(result.part, result.count), "in its one form");
	return result;
}

static bool
same(Value a, Value b)
{
	bool		bytes = a.count == b.count && memcmp(a.part, b.part, sizeof(ComparisonPart) * a.count) == 0;

	CHECK(bytes == (comparison_compare(a.part, a.count, b.part, b.count) == 0), "equal if identical");
	return bytes;
}

static void
test_laws(void)
{
	const Value zero = {1, {{{0, 0}, {0, 0}, 1}}};

	for (int round = 0; round < 50000; round++)
	{
		Value		a = random_value(round % 2);
		Value		b = random_value(round % 2);
		Value		c = random_value(round % 2);
		Value		again;
		CountersError error;
		char		text[MAX_PARTS * COMPARISON_TEXT_SIZE + 1];

		CHECK(same(combine(a, b, false), combine(b, a, false)), "commutative");
		CHECK(same(combine(combine(a, b, false), c, false), combine(a, combine(b, c, false), false)), "associative");
		CHECK(same(combine(a, zero, false), a) && same(combine(zero, a, false), a), "zero");
		CHECK(same(combine(a, a, true), zero), "a - a");
		CHECK(same(combine(combine(a, b, true), b, false), a), "a - b + b");
		CHECK(same(combine(a, combine(zero, b, true), false), combine(a, b, true)), "a + -b");

		text[comparison_print(text, a.part, a.count)] = '\0';
		CHECK(comparison_most_parts(text) >= a.count, "%s", text);
		again.count = comparison_parse(text, again.part, &error);
		CHECK(same(a, again), "%s", text);
		CHECK(comparison_compare(a.part, a.count, b.part, b.count) ==
			  -comparison_compare(b.part, b.count, a.part, a.count), "order");
	}
}

/* At the ends nothing wraps round. */
static void
test_ends(void)
{
	Value		top = {1, {{{INT64_MAX, 0}, {1, 0}, 3}}};
	Value		one = {1, {{{1, 0}, {INT64_MAX, 0}, 3}}};
	Value		other = {1, {{{1, 0}, {INT64_MAX, 0}, 2}}};
	ComparisonPart result[2];
	int			failed = -1;

	CHECK(comparison_combine(result, top.part, 1, one.part, 1, false, &failed) == 0 &&
		  failed == COMPARISON_CURRENT, "overflow of current");
	top.part[0].current.whole = 0;
	CHECK(comparison_combine(result, top.part, 1, one.part, 1, false, &failed) == 0 &&
		  failed == COMPARISON_BASE, "overflow of base");
	CHECK(comparison_combine(result, top.part, 1, other.part, 1, false, &failed) == 2, "parts are apart");
}

static void
test_text(void)
{
	static const struct
	{
		const char *text;
		int			kind;
		size_t		position;
	}			bad[] = {
		{"", COUNTERS_NUMBER, 0}, {"1", COUNTERS_SYNTAX, 1}, {"1/", COUNTERS_NUMBER, 2}, {"1/2/3", COUNTERS_SYNTAX, 3},
		{"1/2:", COUNTERS_NUMBER, 4}, {"1/2:0", COUNTERS_RANGE, 4}, {"1/2:99999", COUNTERS_RANGE, 4}, {"1/2: 1.5", COUNTERS_RANGE, 5},
		{"1/2:1001", COUNTERS_RANGE, 4}, {"1/2+", COUNTERS_NUMBER, 4}, {"1/2+3/4", COUNTERS_TWICE, 4}, {"1/2:3 + 3/4:3", COUNTERS_TWICE, 8},
		{"9223372036854775808/1", COUNTERS_RANGE, 0}, {"1/0.0000000000000000001", COUNTERS_PRECISION, 2}, {"1/2x", COUNTERS_SYNTAX, 3},
	};
	static const struct
	{
		const char *text;
		const char *canonical;
	}			good[] = {
		{"59/65", "59/65"}, {" 59 / 65 : 3 ", "59/65:3"}, {"1/2:3+4/5", "4/5+1/2:3"}, {"0/0:3", "0/0"}, {"0/0:3+1/2", "1/2"},
		{"+1/+2 + -3/-4:2", "1/2+-3/-4:2"}, {"1.50/2", "1.5/2"}, {"1/2:1000", "1/2:1000"},
	};
	char		text[24];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		ComparisonPart part[MAX_PARTS];
		CountersError error;

		CHECK(comparison_parse(bad[i].text, part, &error) == 0, "accepted: %s", bad[i].text);
		CHECK((int) error.kind == bad[i].kind && error.position == bad[i].position,
			  "%s: kind %d at %zu", bad[i].text, (int) error.kind, error.position);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		ComparisonPart part[MAX_PARTS];
		char		printed[MAX_PARTS * COMPARISON_TEXT_SIZE + 1];
		CountersError error;
		int			count = comparison_parse(good[i].text, part, &error);

		printed[comparison_print(printed, part, count)] = '\0';
		CHECK(strcmp(printed, good[i].canonical) == 0, "%s gives %s", good[i].text, printed);
	}
	/* random bytes: never a crash, and what is accepted is valid */
	for (int round = 0; round < 200000; round++)
	{
		static const char alphabet[] = "/:0123456789.-+ \tx";
		ComparisonPart part[MAX_PARTS];
		CountersError error;
		size_t		length = unit_random() % sizeof(text);
		int			count;

		for (size_t i = 0; i < length; i++)
			text[i] = alphabet[unit_random() % (sizeof(alphabet) - 1)];
		text[length < sizeof(text) ? length : sizeof(text) - 1] = '\0';
		count = comparison_parse(text, part, &error);
		CHECK(count == 0 || comparison_is_valid(part, count), "%s", text);
	}
}

int
main(void)
{
	test_laws();
	test_ends();
	test_text();
	return finish("comparison");
}
