/*
 * test_counters.c
 *		The laws of the counter families, on random values and at both ends.
 */
#include "core/counters.h"
#include "unit.h"

static const Field plain_fields[] = {{"a", FIELD_COUNT}, {"loss", FIELD_MONEY}, {"c", FIELD_COUNT}};
static const DerivedField plain_derived[] = {{"net", {1, 0, -1}}};
static const Family plain = FAMILY("plain", plain_fields, plain_derived, 1);
static const Family pairs = FAMILY("pairs", plain_fields, plain_derived, 2);
static const Family *const families[] = {&plain, &pairs};

/* A random word: small, large or at an end. */
static int64_t
random_word(int magnitude)
{
	int64_t		word = (int64_t) unit_random();

	switch (magnitude)
	{
		case 0:
			return word % 5;
		case 1:
			return word >> 3;
		default:
			return unit_random() % 2 ? INT64_MAX : INT64_MIN;
	}
}

static void
random_value(const Family *family, int64_t *words, int magnitude)
{
	for (int i = 0; i < family->words; i++)
		words[i] = random_word(magnitude);
}

static void
test_laws(const Family *family)
{
	CountersError error;

	for (int round = 0; round < 20000; round++)
	{
		int64_t		a[FAMILY_MAX_WORDS];
		int64_t		b[FAMILY_MAX_WORDS];
		int64_t		c[FAMILY_MAX_WORDS];
		int64_t		x[FAMILY_MAX_WORDS];
		int64_t		y[FAMILY_MAX_WORDS];
		int64_t		zero[FAMILY_MAX_WORDS];
		size_t		size = sizeof(int64_t) * family->words;
		char		text[COUNTERS_TEXT_SIZE];

		counters_zero(family, zero);
		random_value(family, a, round % 2);
		random_value(family, b, round % 2);
		random_value(family, c, round % 2);

#define ADD(to, what) CHECK(counters_add(family, to, what, &error), "%s", family->type_name)
		/* a + b = b + a */
		memcpy(x, a, size);
		ADD(x, b);
		memcpy(y, b, size);
		ADD(y, a);
		CHECK(counters_compare(family, x, y) == 0, "commutative, %s", family->type_name);
		/* (a + b) + c = a + (b + c) */
		ADD(x, c);
		memcpy(y, b, size);
		ADD(y, c);
		ADD(y, a);
		CHECK(counters_compare(family, x, y) == 0, "associative, %s", family->type_name);
		/* a + 0 = a, and 0 + a = a */
		memcpy(x, a, size);
		ADD(x, zero);
		CHECK(memcmp(x, a, size) == 0, "zero, %s", family->type_name);
		memcpy(x, zero, size);
		ADD(x, a);
		CHECK(memcmp(x, a, size) == 0, "zero, %s", family->type_name);
		/* a + -a = 0 in its one form, and a - b = a + -b */
		memcpy(x, a, size);
		CHECK(counters_negate(family, x, &error), "%s", family->type_name);
		ADD(x, a);
		CHECK(memcmp(x, zero, size) == 0, "inverse, %s", family->type_name);
		memcpy(x, a, size);
		CHECK(counters_subtract(family, x, b, &error), "%s", family->type_name);
		ADD(x, b);
		CHECK(memcmp(x, a, size) == 0, "difference, %s", family->type_name);
		/* text */
		counters_print(family, a, text);
		CHECK(counters_parse(family, text, x, &error), "%s", text);
		CHECK(memcmp(x, a, size) == 0, "text %s", text);
		/* order */
		CHECK(counters_compare(family, a, b) == -counters_compare(family, b, a), "order");
	}
}

/* At the ends nothing wraps round: an operation is exact, or says which field failed. */
static void
test_ends(void)
{
	CountersError error;

	for (int round = 0; round < 2000; round++)
	{
		int64_t		a[3];
		int64_t		b[3];
		int64_t		x[3];
		bool		fits = true;

		random_value(&plain, a, round % 3);
		random_value(&plain, b, 2);
		memcpy(x, a, sizeof(a));
		for (int i = 0; i < 3; i++)
		{
			__int128	exact = (__int128) a[i] + b[i];

			fits = fits && exact >= INT64_MIN && exact <= INT64_MAX;
		}
		CHECK(counters_add(&plain, x, b, &error) == fits, "overflow is noticed");
		if (!fits)
			CHECK(error.kind == COUNTERS_OVERFLOW && error.field >= 0 && error.field < 3, "and named");
	}
	for (int round = 0; round < 2000; round++)
	{
		Decimal		a = {random_word(round % 3), unit_random() % DECIMAL_UNIT};
		Decimal		b = {random_word(2), round % 2 ? 0 : unit_random() % DECIMAL_UNIT};
		__int128	scale = DECIMAL_UNIT;
		__int128	exact;
		Decimal		x = a;
		bool		added;

		/* whole parts of 64 bits times 10^18 fit 128 bits */
		exact = (__int128) a.whole * scale + a.fraction + (__int128) b.whole * scale + b.fraction;
		added = decimal_add(&x, b);
		if (added)
			CHECK((__int128) x.whole * scale + x.fraction == exact && decimal_is_valid(x), "exact sum");
		else
			CHECK(exact >= ((__int128) INT64_MAX + 1) * scale || exact < (__int128) INT64_MIN * scale, "refused only beyond");
		x = a;
		exact = (__int128) a.whole * scale + a.fraction - (__int128) b.whole * scale - b.fraction;
		if (decimal_subtract(&x, b))
			CHECK((__int128) x.whole * scale + x.fraction == exact && decimal_is_valid(x), "exact difference");
		else
			CHECK(exact >= ((__int128) INT64_MAX + 1) * scale || exact < (__int128) INT64_MIN * scale, "refused only beyond");
	}
}

/* Texts that are no values, and what is said of them. */
static void
test_bad_text(void)
{
	static const struct
	{
		const char *text;
		int			kind;
		size_t		position;
	}			bad[] = {
		{"", COUNTERS_SYNTAX, 0}, {"   ", COUNTERS_SYNTAX, 3}, {"1", COUNTERS_SYNTAX, 0},
		{"0 a=1", COUNTERS_SYNTAX, 2}, {"a", COUNTERS_SYNTAX, 0}, {"=1", COUNTERS_SYNTAX, 0},
		{"a=", COUNTERS_NUMBER, 2}, {"a=x", COUNTERS_NUMBER, 2}, {"a=1x", COUNTERS_NUMBER, 2},
		{"a= 1", COUNTERS_NUMBER, 2}, {"a=1,c=2", COUNTERS_NUMBER, 2}, {"b=1", COUNTERS_UNKNOWN, 0},
		{"a=1 a=2", COUNTERS_TWICE, 4}, {"net=1", COUNTERS_DERIVED, 0}, {"a=1.5", COUNTERS_PRECISION, 2},
		{"loss=1.005", COUNTERS_PRECISION, 5}, {"a=9223372036854775808", COUNTERS_RANGE, 2},
		{"loss=92233720368547758.08", COUNTERS_RANGE, 5}, {"a=1e5", COUNTERS_NUMBER, 2},
		{"A=1", COUNTERS_SYNTAX, 0}, {"a=--1", COUNTERS_NUMBER, 2}, {"a=.5", COUNTERS_NUMBER, 2},
		{"a=5.", COUNTERS_NUMBER, 2}, {"a=NaN", COUNTERS_NUMBER, 2},
	};
	int64_t		words[FAMILY_MAX_WORDS];
	CountersError error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		CHECK(!counters_parse(&plain, bad[i].text, words, &error), "accepted: %s", bad[i].text);
		CHECK((int) error.kind == bad[i].kind && error.position == bad[i].position,
			  "%s: kind %d at %zu", bad[i].text, (int) error.kind, error.position);
	}
	CHECK(counters_parse(&plain, " c=-3  loss=-0.5 a=+7 ", words, &error), "spaces, signs, any order");
	CHECK(words[0] == 7 && words[1] == -50 && words[2] == -3, "their values");
	CHECK(!counters_parse(&pairs, "a=1", words, &error), "a pair needs its base");

	/* random bytes: never a crash, and what is accepted prints and reads back */
	for (int round = 0; round < 200000; round++)
	{
		static const char alphabet[] = "acnetlos=/:0123456789.-+ \t_x";
		char		text[24];
		char		printed[COUNTERS_TEXT_SIZE];
		int64_t		again[FAMILY_MAX_WORDS];
		size_t		length = unit_random() % sizeof(text);

		for (size_t i = 0; i < length; i++)
			text[i] = alphabet[unit_random() % (sizeof(alphabet) - 1)];
		text[length < sizeof(text) ? length : sizeof(text) - 1] = '\0';
		if (counters_parse(&pairs, text, words, &error))
		{
			counters_print(&pairs, words, printed);
			CHECK(counters_parse(&pairs, printed, again, &error) &&
				  memcmp(words, again, sizeof(int64_t) * pairs.words) == 0, "%s", text);
		}
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		test_laws(families[i]);
	test_ends();
	test_bad_text();
	return finish("counters");
}
