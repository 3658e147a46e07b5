/*
 * test_reading.c
 *		What is written is read back: examples of every form, and the law that a number
 *		or a change in words, read, stands for what was written.
 */
#include "unit.h"

#include "core/reading.h"

static char text[65536];
static Reading readings[64];
static ReadingRange range;

/* ------------------------------------------------------------------ decimals */

/* Compare two decimal texts; written without a look at how ranges are made. */
static int
compare(const char *a, const char *b)
{
	bool		negative = a[0] == '-';
	const char *points[2];
	int			wholes[2];
	const char *numbers[2];

	if (negative != (b[0] == '-'))
	{
		if (strspn(a, "-0.") == strlen(a) && strspn(b, "-0.") == strlen(b))
			return 0;
		return negative ? -1 : 1;
	}
	numbers[0] = a + negative;
	numbers[1] = b + negative;
	for (int i = 0; i < 2; i++)
	{
		while (*numbers[i] == '0')
			numbers[i]++;
		wholes[i] = strspn(numbers[i], "0123456789");
		points[i] = numbers[i][wholes[i]] == '.' ? numbers[i] + wholes[i] + 1 : numbers[i] + wholes[i];
	}
	if (wholes[0] != wholes[1])
		return (wholes[0] < wholes[1] ? -1 : 1) * (negative ? -1 : 1);
	for (int i = 0; i < wholes[0]; i++)
		if (numbers[0][i] != numbers[1][i])
			return (numbers[0][i] < numbers[1][i] ? -1 : 1) * (negative ? -1 : 1);
	while (*points[0] || *points[1])
	{
		char		x = *points[0] ? *points[0]++ : '0';
		char		y = *points[1] ? *points[1]++ : '0';

		if (x != y)
			return (x < y ? -1 : 1) * (negative ? -1 : 1);
	}
	return 0;
}

static bool
contains(const ReadingRange *r, const char *value)
{
	int			low = r->no_low ? 1 : compare(value, r->low);
	int			high = r->no_high ? -1 : compare(value, r->high);

	return (low > 0 || (low == 0 && r->low_inclusive)) && (high < 0 || (high == 0 && r->high_inclusive));
}

/* A decimal text of up to so many digits, with zeros and nines where edges are. */
static void
random_decimal(char *value, int most, int most_fractions, bool sign)
{
	int			wholes = 1 + unit_random() % most;
	int			fractions = unit_random() % 2 ? 0 : unit_random() % (most_fractions + 1);
	char	   *p = value;
	int			same = unit_random() % 4;

	if (sign && unit_random() % 5 == 0)
		*p++ = '-';
	for (int i = 0; i < wholes + fractions; i++)
	{
		if (i == wholes)
			*p++ = '.';
		*p++ = same == 0 && i > 0 ? '0' : same == 1 && i > 0 ? '9' : '0' + unit_random() % 10;
	}
	*p = '\0';
}

/* ------------------------------------------------------------------ examples */

static const char *
shown(const char *words, const Reading *r)
{
	static char line[512];
	static const char *const styles[] = {"", " over", " near", " above", " about", " numeral"};
	static const char *const measures[] = {"rate", "points", "amount"};

	if (r->kind == READING_DATE)
		snprintf(line, sizeof(line), "date %.*s", (int) r->words.length, words + r->words.at);
	else
	{
		CHECK(reading_range(words, r, WORDING_HALF_UP, &range), "%s", words);
		snprintf(line, sizeof(line), "%s%s%s%s %s %.*s%s%.*s", r->kind == READING_CHANGE ? "change" : "number", styles[r->style],
				 r->kind == READING_CHANGE && r->direction != 0 ? " " : "", r->kind == READING_CHANGE && r->direction != 0 ? measures[r->measure] : "",
				 range.value, (int) r->unit.length, words + r->unit.at, r->comparator.length > 0 ? " " : "",
				 (int) r->comparator.length, words + r->comparator.at);
		if (r->alike)
			strcat(line, " alike");
	}
	return line;
}

static void
test_examples(void)
{
	static const char *const known[] = {"laws", "courts martial", "court martial|courts martial"};
	static const ReadingUnits units = {known, 3, NULL};
	static const struct
	{
		WordingLanguage language;
		const char *words;
		const char *expected[8];
	}			cases[] = {
		{WORDING_CHINESE, "全市共发生事故59起，同比下降9.2%；死亡43人，下降8.5%。",
		{"number 59 起", "change rate -9.2 % 同比", "number 43 人", "change rate -8.5 %"}},
		{WORDING_CHINESE, "同比增加5起，上升41.7%", {"change amount 5 起 同比", "change rate 41.7 % 同比"}},
		{WORDING_CHINESE, "起数、死亡同比分别下降30.4%和上升4.8%", {"change rate -30.4 % 同比", "change rate 4.8 % 同比"}},
		{WORDING_CHINESE, "同比分别下降1%、2%、上升3%、4%和持平", {"change rate -1 % 同比", "change rate -2 % 同比", "change rate 3 % 同比", "change rate 4 % 同比", "change 0  同比"}},
		{WORDING_CHINESE, "同比均下降27.3%", {"change rate -27.3 % 同比 alike"}},
		{WORDING_CHINESE, "同比均持平", {"change 0  同比 alike"}},
		{WORDING_CHINESE, "同比分别增加5起（41.7%）、减少4人（33.3%）和增加3人（37.5%）", {"change amount 5 起 同比", "change rate 41.7 % 同比", "change amount -4 人 同比",
		"change rate -33.3 % 同比", "change amount 3 人 同比", "change rate 37.5 % 同比"}},
		{WORDING_CHINESE, "死亡、受伤分别为20人、6人；起数、死亡均为0", {"number 20 人", "number 6 人", "number 0  alike"}},
		{WORDING_CHINESE, "环比提高2.3个百分点", {"change points 2.3 个百分点 环比"}},
		{WORDING_CHINESE, "较前3年均值下降9.2%", {"change rate -9.2 % 较前3年均值"}},
		{WORDING_CHINESE, "与前三年均值相比，降低1.2天", {"change amount -1.2 天 与前三年均值相比"}},
		{WORDING_CHINESE, "比前年减少3306.08万元", {"change amount -33060800 元 比前年"}},
		{WORDING_CHINESE, "较1998年增长73%", {"change rate 73 % 较1998年"}},
		{WORDING_CHINESE, "500余家次，60余万次，355万余次，8千余家", {"number over 500 家次", "number over 600000 次", "number over 3550000 次", "number over 8000 家"}},
		{WORDING_CHINESE, "近千人次，近百家，近10万家，超50万人，约43万人次", {"number near 1000 人次", "number near 100 家", "number near 100000 家", "number above 500000 人",
		"number about 430000 人次"}},
		{WORDING_CHINESE, "两部地方性法规，十二项，一千八百五十家，第三项", {"number numeral 2 部", "number numeral 12 项", "number numeral 1850 家"}},
		{WORDING_CHINESE, "2024年1月1日至12月19日，1—7月，2024/25年度，〔2024〕33号，7月份", {"date 2024年1月1日", "date 12月19日", "date 1—7月", "date 2024/25年度", "date 2024", "date 33号",
		"date 7月份"}},
		{WORDING_CHINESE, "武进区20起（同比下降9.2%）、新北区15起", {"number 20 起", "change rate -9.2 % 同比", "number 15 起"}},
		{WORDING_CHINESE, "发生较大事故1起，F028，下降到5起，-5万元，1.3万亿元", {"number 1 起", "number 5 起", "number -50000 元", "number 1300000000000 元"}},
		{WORDING_CHINESE, "上年同期36302件，平均10.3天，人均3次", {"number 36302 件", "number 10.3 天", "number 3 次"}},
		{WORDING_CHINESE, "完成整治1850家，其中退出678家、提升1172家", {"number 1850 家", "number 678 家", "number 1172 家"}},
		{WORDING_ENGLISH, "59 accidents, down 9.2% year on year; 43 deaths, down 8.5% on the previous month.", {"number 59 accidents", "change rate -9.2 % year on year",
		"number 43 deaths", "change rate -8.5 % on the previous month"}},
		{WORDING_ENGLISH, "up by 5 (41.7%) year on year", {"change amount 5  year on year", "change rate 41.7 % year on year"}},
		{WORDING_ENGLISH, "down 9.2% and 8.5% respectively year on year", {"change rate -9.2 % year on year", "change rate -8.5 % year on year"}},
		{WORDING_ENGLISH, "accidents and deaths were 59 and 43 respectively, down 9.2% and up 4.8% respectively year on year", {"number 59 ", "number 43 ",
		"change rate -9.2 % year on year", "change rate 4.8 % year on year"}},
		{WORDING_ENGLISH, "both unchanged year on year", {"change 0  year on year alike"}},
		{WORDING_ENGLISH, "in each case an increase of 27.3% against the mean of the previous 3 years", {"change rate 27.3 % against the mean of the previous 3 years alike"}},
		{WORDING_ENGLISH, "rose by 1.3 million from 0 year on year", {"change amount 1300000  year on year"}},
		{WORDING_ENGLISH, "decreased by 2.3 percentage points", {"change points -2.3 percentage points"}},
		{WORDING_ENGLISH, "over 500 visits, nearly 1,000 visits, more than 13 million dollars and about 430,000 people", {"number over 500 visits", "number near 1000 visits",
		"number above 13000000 dollars", "number about 430000 people"}},
		{WORDING_ENGLISH, "two laws, no laws, one court martial", {"number numeral 2 laws", "number numeral 0 laws", "number numeral 1 court martial"}},
		{WORDING_ENGLISH, "1 January to 19 December 2024, July 2024, 2024/25, 1 to 20 March, 2024", {"date 1 January", "date 19 December 2024", "date July 2024", "date 2024/25",
		"date 1 to 20 March", "date 2024"}},
		{WORDING_ENGLISH, "Wujin 20 and Xinbei 15 (down 9.2% year on year)", {"number 20 ", "number 15 ", "change rate -9.2 % year on year"}},
		{WORDING_ENGLISH, "5 visits to enterprises in July 2024 and 1 case of fraud in 1998", {"number 5 visits to enterprises", "date July 2024", "number 1 case of fraud", "date 1998"}},
		{WORDING_ENGLISH, "more than $13 million, up by HK$1,234.50 (9.2%) from 1998", {"number above 13000000 $", "change amount 1234.5 HK$ from 1998", "change rate 9.2 % from 1998"}},
		{WORDING_ENGLISH, "36,302 cases a year earlier", {"number 36302 cases"}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		size_t		count = read_words(cases[i].words, strlen(cases[i].words), cases[i].language, &units, readings, 64);
		size_t		expected = 0;

		while (expected < 8 && cases[i].expected[expected] != NULL)
			expected++;
		CHECK(count == expected, "%s: %zu readings, not %zu", cases[i].words, count, expected);
		for (size_t j = 0; j < count && j < expected; j++)
		{
			const char *got = shown(cases[i].words, &readings[j]);

			CHECK(strcmp(got, cases[i].expected[j]) == 0, "%s, not %s", got, cases[i].expected[j]);
		}
	}
}

static void
test_ranges(void)
{
	static const struct
	{
		const char *words;
		WordingRounding rounding;
		const char *low;
		const char *high;
		const char *bounds;
	}			cases[] = {
		{"59起", WORDING_HALF_UP, "58.5", "59.5", "[)"}, {"-59起", WORDING_HALF_UP, "-59.5", "-58.5", "(]"},
		{"3306.08万元", WORDING_HALF_UP, "33060750", "33060850", "[)"}, {"3306.08万元", WORDING_TRUNCATE, "33060800", "33060900", "[)"},
		{"2.5", WORDING_HALF_EVEN, "2.45", "2.55", "()"}, {"2.4", WORDING_HALF_EVEN, "2.35", "2.45", "[]"},
		{"0起", WORDING_HALF_UP, "0", "0", "[]"}, {"100%", WORDING_HALF_UP, "100", "100", "[]"}, {"100家", WORDING_HALF_UP, "99.5", "100.5", "[)"},
		{"下降100%", WORDING_HALF_UP, "-100", "-100", "[]"}, {"下降9.2%", WORDING_HALF_UP, "-9.25", "-9.15", "(]"},
		{"下降9.2%", WORDING_TRUNCATE, "-9.3", "-9.2", "(]"}, {"80.0%", WORDING_HALF_UP, "79.95", "80.05", "[)"},
		{"500余家", WORDING_HALF_UP, "500", "600", "()"}, {"1250余家", WORDING_HALF_UP, "1250", "1260", "()"},
		{"60余万次", WORDING_HALF_UP, "600000", "700000", "()"}, {"355万余次", WORDING_HALF_UP, "3550000", "3560000", "()"},
		{"350万余次", WORDING_HALF_UP, "3500000", "3510000", "()"}, {"近千人次", WORDING_HALF_UP, "900", "1000", "[)"},
		{"超50万人", WORDING_HALF_UP, "500000", "", "()"}, {"约43万人", WORDING_HALF_UP, "425000", "435000", "[)"},
		{"两部", WORDING_HALF_UP, "2", "2", "[]"}, {"持平", WORDING_HALF_UP, "0", "0", "[]"},
		{"0.003万元", WORDING_HALF_UP, "25", "35", "[)"}, {"1000", WORDING_HALF_UP, "999.5", "1000.5", "[)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		size_t		count = read_words(cases[i].words, strlen(cases[i].words), WORDING_CHINESE, NULL, readings, 64);

		CHECK(count == 1 && reading_range(cases[i].words, &readings[0], cases[i].rounding, &range), "%s", cases[i].words);
		CHECK(strcmp(range.low, cases[i].low) == 0 && strcmp(range.high, cases[i].high) == 0 && range.no_high == (cases[i].high[0] == '\0') &&
			  range.low_inclusive == (cases[i].bounds[0] == '[') && range.high_inclusive == (cases[i].bounds[1] == ']'),
			  "%s: %s to %s", cases[i].words, range.low, range.high);
	}
}

/* ------------------------------------------------------------------ the law */

static const char *const chinese_units[] = {"起", "家次", "人次", "%", "元", "台(套)", "公里", "件", "次"};
static const char *const english_units[] = {
	"accidents", "visits", "people", "%", "yuan", "serious injuries", "cases of fraud", "court martial|courts martial", "visits to enterprises", "$", "HK$", "£"
};
#define UNITS 9
#define ENGLISH_UNITS 12

/* Whatever the number and the way of writing it, it is read back as what it stands for. */
static void
test_numbers(void)
{
	static const ReadingUnits known[] = {{chinese_units, UNITS, NULL}, {english_units, ENGLISH_UNITS, NULL}};

	for (long i = unit_rounds(60000); i > 0; i--)
	{
		WordingLanguage language = unit_random() % 2;
		const char *unit = language == WORDING_CHINESE ? chinese_units[unit_random() % UNITS] : english_units[unit_random() % ENGLISH_UNITS];
		NumberWording how = {.language = language, .style = unit_random() % 6, .decimals = -1};
		char		value[64];
		char		grain[32];
		Words		words = {text, sizeof(text), 0};
		size_t		count;
		const Reading *r = &readings[0];

		random_decimal(value, unit_random() % 4 == 0 ? 30 : 9, 8, true);
		how.scale = unit_random() % 8;
		how.scale = wording_scale_in(language, how.scale);
		if (how.style == WORDING_EXACT && unit_random() % 4 > 0)
		{
			how.decimals = unit_random() % 6;
			how.rounding = unit_random() % 3;
			how.keep_zero = unit_random() % 2;
		}
		sprintf(grain, "1%.*s", (int) (unit_random() % 11), "0000000000");
		if (how.style != WORDING_EXACT && how.style != WORDING_NUMERAL && unit_random() % 2)
			how.grain = grain;
		CHECK(words_number(&words, value, unit, &how) == WORDING_OK, "%s", value);
		count = read_words(text, words.length, language, &known[language], readings, 64);
		CHECK(count == 1 && r->kind == READING_NUMBER, "%s: %zu readings", text, count);
		if (count != 1)
			continue;
		CHECK(r->words.at == 0 && r->words.length == words.length, "%s: %.*s", text, (int) r->words.length, text + r->words.at);
		CHECK(reading_range(text, r, how.rounding, &range), "%s", text);
		CHECK(contains(&range, value), "%s in words %s is read as %s to %s", value, text, range.low, range.high);
		CHECK(r->percent == wording_is_percent(unit), "%s", text);
		/* what an exact number says is written the same again, so nothing else can be meant */
		if (r->style == WORDING_EXACT && how.style == WORDING_EXACT)
		{
			char		again[256];
			Words		same = {again, sizeof(again), 0};
			const char *point = memchr(text, '.', words.length);

			words_number(&same, range.value, unit, &how);
			/* but for 0.0005, which took more places than asked for so as not to be none */
			if (how.decimals < 0 || point == NULL || strspn(point + 1, "0123456789") <= (size_t) how.decimals)
				CHECK(strcmp(again, text) == 0, "%s in words %s is read as %s", value, text, range.value);
			if (how.decimals < 0)
				CHECK(compare(range.value, value) == 0, "%s in words %s is read as %s", value, text, range.value);
		}
		/* a language's own units are known without being told */
		if (language == WORDING_CHINESE)
		{
			CHECK(read_words(text, words.length, language, NULL, readings, 64) == 1 && r->words.length == words.length, "%s", text);
			CHECK(r->unit.length == strlen(unit), "%s: %.*s", text, (int) r->unit.length, text + r->unit.at);
		}
	}
}

/* A change whose true rate and amount are kept beside it. */
typedef struct Known
{
	Change		change;
	char		rate[64];
	char		amount[64];
	char		rate_printed[64];
} Known;

static void
random_change(Known *k, const char *unit, WordingRounding rounding)
{
	Words		words = {k->rate_printed, sizeof(k->rate_printed), 0};
	NumberWording how = {.decimals = unit_random() % 3, .rounding = rounding, .keep_zero = true};
	bool		zero;

	memset(k, 0, sizeof(*k));
	random_decimal(k->rate, 3, 8, false);
	random_decimal(k->amount, unit_random() % 2 ? 3 : 10, unit_random() % 2 ? 0 : 2, false);
	zero = strspn(k->amount, "0.") == strlen(k->amount) || strspn(k->rate, "0.") == strlen(k->rate);
	k->change = (Change) {.direction = zero ? 0 : unit_random() % 2 ? 1 : -1, .unit = unit, .points = wording_is_percent(unit)};
	words_number(&words, k->rate, "%", &how);
	k->rate_printed[strlen(k->rate_printed) - 1] = '\0';
	k->change.rate = unit_random() % 6 ? k->rate_printed : NULL;
	k->change.amount = k->change.points ? k->rate_printed : k->amount;
	k->change.from_zero = k->change.rate == NULL && unit_random() % 2;
}

/* Is this reading the rate, the points or the amount of a change? */
static void
check_change(const Known *k, const Reading *r, ReadingMeasure measure, WordingRounding rounding, const char *comparator, WordingLanguage language)
{
	char		exact[80];
	const char *size = measure == MEASURE_AMOUNT ? k->amount : k->rate;

	CHECK(r->kind == READING_CHANGE && r->direction == k->change.direction, "%s: direction %d", text, r->direction);
	CHECK(r->comparator.length == strlen(comparator) && memcmp(text + r->comparator.at, comparator, r->comparator.length) == 0,
		  "%s: %.*s", text, (int) r->comparator.length, text + r->comparator.at);
	CHECK(reading_range(text, r, rounding, &range), "%s", text);
	if (k->change.direction == 0)
	{
		CHECK(contains(&range, "0"), "%s", text);
		return;
	}
	snprintf(exact, sizeof(exact), "%s%s", k->change.direction < 0 ? "-" : "", size);
	CHECK(r->measure == measure, "%s: measure %d, not %d", text, r->measure, measure);
	CHECK(contains(&range, exact), "%s in words %s is read as %s to %s", exact, text, range.low, range.high);
	if (measure == MEASURE_AMOUNT && language == WORDING_CHINESE)
		CHECK(r->unit.length == strlen(k->change.unit), "%s: %.*s", text, (int) r->unit.length, text + r->unit.at);
}

/* The readings that a change gives, by the form; NULL rates and points say one thing. */
static int
measures(const Known *k, ChangeForm form, ReadingMeasure *first)
{
	*first = k->change.points ? MEASURE_POINTS : form == CHANGE_AMOUNT || k->change.rate == NULL ? MEASURE_AMOUNT : MEASURE_RATE;
	if (k->change.direction == 0 || *first != MEASURE_RATE || form == CHANGE_RATE)
		return 1;
	*first = MEASURE_AMOUNT;
	return 2;
}

/* Changes, alone and in lists, in every form and with every pair of verbs. */
typedef struct KnownList
{
	ChangeList	list;			/* must be first */
	const Known *known;
	size_t		count;
	size_t		at;
} KnownList;

static void
restart(ChangeList *list)
{
	((KnownList *) list)->at = 0;
}

static const Change *
next(ChangeList *list)
{
	KnownList  *l = (KnownList *) list;

	return l->at < l->count ? &l->known[l->at++].change : NULL;
}

static void
test_changes(void)
{
	static const char *const comparators[2][6] = {
		{"同比", "环比", "比前年", "与前三年均值相比", "较1998年", "较前3年均值"},
		{"year on year", "quarter on quarter", "on the previous month", "against the mean of the previous 3 years", "from 1998", "on two years earlier"},
	};

	for (long i = unit_rounds(40000); i > 0; i--)
	{
		WordingLanguage language = unit_random() % 2;
		ChangeWording how = {.language = language, .base_periods = 1, .form = unit_random() % 3, .verbs = unit_random() % 4,
			.keep_zero = unit_random() % 2, .rounding = unit_random() % 3, .round_amount = unit_random() % 2, .amount_decimals = unit_random() % 3,
		.scale = wording_scale_in(language, unit_random() % 8)};
		Known		known[5];
		size_t		members = i % 2 ? 1 : 2 + unit_random() % 4;
		Words		words = {text, sizeof(text), 0};
		KnownList	list = {{restart, next}, known, members, 0};
		size_t		count;
		size_t		at = 0;

		how.comparator = comparators[language][unit_random() % 6];
		for (size_t m = 0; m < members; m++)
			random_change(&known[m], chinese_units[unit_random() % UNITS], how.rounding);
		if (members == 1)
			words_change(&words, &known[0].change, &how);
		else
			words_changes(&words, &list.list, &how);
		count = read_words(text, words.length, language, NULL, readings, 64);
		if (count > 0 && readings[0].alike)
			members = 1;
		for (size_t m = 0; m < members; m++)
		{
			ReadingMeasure first;
			int			said = measures(&known[m], how.form, &first);

			for (int j = 0; j < said; j++, at++)
			{
				if (at < count)
					check_change(&known[m], &readings[at], j == 0 ? first : MEASURE_RATE, how.rounding, how.comparator, language);
			}
		}
		CHECK(count == at, "%s: %zu readings, not %zu", text, count, at);
	}
}

/* Names and values in lists are read in their places. */
static void
test_lists(void)
{
	static const char *const names[2][5] = {{"起数", "死亡", "受伤", "失踪", "隐患"}, {"accidents", "deaths", "injuries", "missing", "hazards"}};

	for (long i = unit_rounds(10000); i > 0; i--)
	{
		WordingLanguage language = unit_random() % 2;
		ListForm	form = unit_random() % 2;
		ChangeWording how = {.language = language, .base_periods = 1, .form = unit_random() % 3, .rounding = WORDING_HALF_UP};
		bool		changed = unit_random() % 2;
		size_t		members = 2 + unit_random() % 4;
		ListMember	list[5];
		Known		known[5];
		char		values[5][64];
		char		value_words[5][128];
		Words		words = {text, sizeof(text), 0};
		size_t		count;
		size_t		numbers = 0;
		size_t		changes = 0;
		size_t		said = 0;

		for (size_t m = 0; m < members; m++)
		{
			Words		w = {value_words[m], sizeof(value_words[m]), 0};
			NumberWording plain = {.language = language, .decimals = -1};

			random_decimal(values[m], unit_random() % 3 ? 4 : 1, 0, false);
			words_number(&w, values[m], language == WORDING_CHINESE ? "起" : "", &plain);
			random_change(&known[m], "起", WORDING_HALF_UP);
			list[m] = (ListMember) {names[language][m], value_words[m], strspn(values[m], "0") == strlen(values[m]), changed ? &known[m].change : NULL};
		}
		words_list(&words, list, members, form, &how);
		count = read_words(text, words.length, language, NULL, readings, 64);
		for (size_t r = 0; r < count; r++)
		{
			if (readings[r].kind == READING_CHANGE)
				changes++;
			else
			{
				size_t		m = readings[r].alike ? 0 : numbers;

				reading_range(text, &readings[r], WORDING_HALF_UP, &range);
				CHECK(m < members && compare(range.value, values[m]) == 0, "%s: %s is not %s", text, range.value, values[m < members ? m : 0]);
				numbers += readings[r].alike ? members : 1;
			}
		}
		CHECK(numbers == members, "%s: %zu numbers, not %zu", text, numbers, members);
		for (size_t m = 0; m < members && changed; m++)
		{
			ReadingMeasure first;

			said += measures(&known[m], how.form, &first);
		}
		CHECK(changes == said || (form == LIST_RESPECTIVELY && changes > 0 && strstr(text, language == WORDING_CHINESE ? "均" : "both") != NULL) ||
			  (language == WORDING_ENGLISH && strstr(text, "all ") != NULL), "%s: %zu changes, not %zu", text, changes, said);
	}
}

/* Periods are dates, whatever they are called, and so never taken for figures. */
static void
test_limits(void)
{
	static const char *const texts[] = {"", "近", "超", "-", "同比", "下降", "分别", "（", "1", "1.", "1,", "一", "\xE4\xB8", "\xFF", "up by ", "down ", "1 million", "no ", "over ", "比", "与"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (int language = 0; language < 2; language++)
		{
			size_t		count = read_words(texts[i], strlen(texts[i]), language, NULL, NULL, 0);

			CHECK(count <= 1, "%s", texts[i]);
		}
	memset(text, '9', 200);
	CHECK(read_words(text, 200, WORDING_CHINESE, NULL, readings, 64) == 1 && !reading_range(text, &readings[0], WORDING_HALF_UP, &range), "too long");
	CHECK(read_words(text, 100, WORDING_CHINESE, NULL, readings, 64) == 1 && reading_range(text, &readings[0], WORDING_HALF_UP, &range) &&
		  strlen(range.high) == 102, "%s", range.high);
}

int
main(void)
{
	test_examples();
	test_ranges();
	test_numbers();
	test_changes();
	test_lists();
	test_limits();
	return finish("reading");
}
