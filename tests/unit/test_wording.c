/*
 * test_wording.c
 *		Numbers and changes in words: examples, and the law that an approximate
 *		form is only written when it is true.
 */
#include "unit.h"

#include <math.h>

#include "core/singular.h"
#include "core/wording.h"

/* The examples give their defaults first, and then what differs. */
#pragma GCC diagnostic ignored "-Woverride-init"

static char text[4096];

/* ------------------------------------------------------------------ numbers */

static const char *
number(const char *value, const char *unit, NumberWording how)
{
	Words		words = {text, sizeof(text), 0};
	WordingStatus status;

	text[0] = '\0';
	status = words_number(&words, value, unit, &how);
	if (status != WORDING_OK)
		snprintf(text, sizeof(text), "status %d", status);
	return text;
}

#define NUMBER(expected, value, unit, ...) \
	do { \
		const char *got = number(value, unit, (NumberWording) {.decimals = -1, __VA_ARGS__}); \
		CHECK(strcmp(got, expected) == 0, "%s gave %s, not %s", value, got, expected); \
	} while (0)

#define OVER .style = WORDING_OVER
#define NEAR .style = WORDING_NEAR
#define ABOVE .style = WORDING_ABOVE
#define ABOUT .style = WORDING_ABOUT
#define GRAIN(g) .grain = g
#define WAN .scale = WORDING_WAN
#define YI .scale = WORDING_YI
#define AUTO .scale = WORDING_AUTO
#define DECIMALS(d) .decimals = d
#define KEEP .keep_zero = true
#define ENGLISH .language = WORDING_ENGLISH

/* Where a percentage becomes none, or all: there every thousandth is tried, elsewhere some, and all of them with EMGOV_UNIT_TIMES. */
static bool
near_end(int thousandths)
{
	return (thousandths >= -100 && thousandths < 1000) || (thousandths > 99000 && thousandths <= 101100) ||
		(unit_rounds(1) > 1 && (thousandths < 1000 || thousandths > 99000));
}

/* E5: no rounding makes a number say none, or all, that is not exactly so. */
static void
test_ends(void)
{
	static const WordingRounding roundings[] = {WORDING_HALF_UP, WORDING_HALF_EVEN, WORDING_TRUNCATE};
	static const char *const units[] = {"%", "％", "元", ""};
	static const WordingScale scales[] = {WORDING_UNSCALED, WORDING_WAN, WORDING_YI, WORDING_WAN_YI, WORDING_AUTO};

	NUMBER("99.96%", "99.96", "%", DECIMALS(1));
	NUMBER("100%", "100.000", "%", DECIMALS(1));
	NUMBER("100.0%", "100", "%", DECIMALS(1), KEEP);
	NUMBER("100.04%", "100.04", "%", DECIMALS(1));
	NUMBER("99.996%", "99.9961", "%", DECIMALS(1), KEEP);
	NUMBER("0.04%", "0.04", "%", DECIMALS(1));
	NUMBER("-0.04%", "-0.04", "%", DECIMALS(1));
	NUMBER("0%", "0", "%", DECIMALS(1));
	NUMBER("0.0%", "0", "%", DECIMALS(1), KEEP);
	NUMBER("100家", "99.96", "家", DECIMALS(1));
	NUMBER("0.003万元", "30", "元", WAN, DECIMALS(0));
	NUMBER("0.003万元", "30", "元", WAN, DECIMALS(2), KEEP);
	NUMBER("0.00000003亿元", "3.4", "元", YI, DECIMALS(2));
	NUMBER("0.3", "0.349", "", DECIMALS(0));
	NUMBER("99.96%", "99.96", "%", DECIMALS(1), ENGLISH);
	for (int thousandths = -2000; thousandths <= 110000; thousandths += near_end(thousandths) ? 1 : thousandths < 1000 || thousandths > 99000 ? 17 : 997)
		for (int decimals = 0; decimals <= 4; decimals++)
			for (int r = 0; r < 3; r++)
				for (int u = 0; u < 4; u++)
					for (int s = 0; s < 5; s++)
						for (int keep = 0; keep < 2; keep++)
						{
							char		value[32];
							const char *got;
							double		number_said;
							char	   *end;

							snprintf(value, sizeof(value), "%s%d.%03d", thousandths < 0 ? "-" : "", abs(thousandths) / 1000, abs(thousandths) % 1000);
							got = number(value, units[u], (NumberWording) {.decimals = decimals, .rounding = roundings[r],
										 .scale = scales[s], .keep_zero = keep});
							number_said = strtod(got, &end);
							CHECK((number_said == 0) == (thousandths == 0), "%s is not %s", value, got);
							if (u < 2 && s == 0)
								CHECK((fabs(number_said) == 100) == (abs(thousandths) == 100000), "%s is not %s", value, got);
						}
}

/* E12: 万亿 */
static void
test_wan_yi(void)
{
	NUMBER("1万亿元", "1000000000000", "元", AUTO);
	NUMBER("13.5万亿元", "13500000000000", "元", AUTO);
	NUMBER("13.5万亿元", "13500000000000", "元", .scale = WORDING_WAN_YI);
	NUMBER("9999亿元", "999900000000", "元", AUTO);
	NUMBER("1万亿元", "999999999999", "元", AUTO, DECIMALS(0));
	NUMBER("0.5万亿元", "500000000000", "元", .scale = WORDING_WAN_YI, DECIMALS(1));
	NUMBER("1万亿余元", "1300000000000", "元", OVER);
	NUMBER("13万亿余元", "13500000000000", "元", OVER, GRAIN("1000000000000"));
	NUMBER("10余万亿元", "13500000000000", "元", OVER);
	NUMBER("近20万亿元", "19500000000000", "元", NEAR);
	NUMBER("约1万亿元", "1020000000000", "元", ABOUT);
}

/* E12: what 近 is said of is nearer to that number than to any other of its grain. */
static void
test_nearest(void)
{
	NUMBER("10001人", "10001", "人", NEAR);
	NUMBER("近11000人", "10501", "人", NEAR);
	NUMBER("1001人", "1001", "人", NEAR);
	NUMBER("近1.1万人", "10999", "人", NEAR, AUTO);
	NUMBER("534家", "534", "家", NEAR);
}

/* T5: English has its own scales, and says two forms of a unit where no rule finds the one. */
static void
test_english(void)
{
#define MILLION .scale = WORDING_MILLION
	NUMBER("130.9992 million yuan", "130999200", "yuan", ENGLISH, AUTO);
	NUMBER("131 million yuan", "130999200", "yuan", ENGLISH, AUTO, DECIMALS(1));
	NUMBER("131.0 million yuan", "130999200", "yuan", ENGLISH, AUTO, DECIMALS(1), KEEP);
	NUMBER("1 billion yuan", "999999999", "yuan", ENGLISH, AUTO, DECIMALS(1));
	NUMBER("999,999 yuan", "999999", "yuan", ENGLISH, AUTO);
	NUMBER("1.3 trillion yuan", "1300000000000", "yuan", ENGLISH, AUTO);
	NUMBER("0.5 million yuan", "500000", "yuan", ENGLISH, MILLION);
	NUMBER("0.0003 million yuan", "300", "yuan", ENGLISH, MILLION, DECIMALS(1));
	NUMBER("1,234.5 million dollars", "1234500000", "dollars", ENGLISH, MILLION);
	NUMBER("more than 13 million dollars", "13456789", "dollars", ENGLISH, ABOVE, GRAIN("1000000"), MILLION);
	NUMBER("about 1.3 million visits", "1345678", "visits", ENGLISH, ABOUT, GRAIN("100000"), AUTO);
	NUMBER("over 1.3 million visits", "1345678", "visits", ENGLISH, OVER, GRAIN("100000"), AUTO);
	NUMBER("more than $13 million", "13456789", "$", ENGLISH, ABOVE, GRAIN("1000000"), MILLION);
	NUMBER("-HK$1,234.50", "-1234.5", "HK$", ENGLISH, DECIMALS(2), KEEP);
	NUMBER("£0", "0", "£", ENGLISH);
	NUMBER("$2", "2", "$", ENGLISH, .style = WORDING_NUMERAL);
	NUMBER("5$", "5", "$",);
	NUMBER("5 ABCD$", "5", "ABCD$", ENGLISH);
	NUMBER("1 million deaths", "1000000", "deaths", ENGLISH, AUTO);
	NUMBER("1 court martial", "1", "court martial|courts martial", ENGLISH);
	NUMBER("2 courts martial", "2", "court martial|courts martial", ENGLISH);
	NUMBER("0 courts martial", "0", "court martial|courts martial", ENGLISH);
	NUMBER("1 accident", "1", "accident|accidents", ENGLISH);
	CHECK(wording_scale_in(WORDING_ENGLISH, WORDING_WAN) == WORDING_AUTO && wording_scale_in(WORDING_CHINESE, WORDING_WAN) == WORDING_WAN &&
		  wording_scale_in(WORDING_CHINESE, WORDING_BILLION) == WORDING_AUTO && wording_scale_in(WORDING_ENGLISH, WORDING_UNSCALED) == WORDING_UNSCALED &&
		  wording_scale_in(WORDING_ENGLISH, WORDING_TRILLION) == WORDING_TRILLION, "scales");
}

/* Whole numbers in words. */
static void
test_numeral(void)
{
#define NUMERAL .style = WORDING_NUMERAL
	NUMBER("两部", "2", "部", NUMERAL);
	NUMBER("2%", "2", "%", NUMERAL);
	NUMBER("2%", "2", "%", NUMERAL, ENGLISH);
	NUMBER("二", "2", "", NUMERAL);
	NUMBER("三项", "3.00", "项", NUMERAL);
	NUMBER("十二项", "12", "项", NUMERAL);
	NUMBER("一千八百五十家", "1850", "家", NUMERAL);
	NUMBER("1.5天", "1.5", "天", NUMERAL);
	NUMBER("0.15005万天", "1500.5", "天", NUMERAL, WAN);
	NUMBER("two laws", "2", "laws", NUMERAL, ENGLISH);
	NUMBER("one law", "1", "laws", NUMERAL, ENGLISH);
	NUMBER("no laws", "0", "laws", NUMERAL, ENGLISH);
	NUMBER("11 laws", "11", "laws", NUMERAL, ENGLISH);
	NUMBER("zero", "0", "", NUMERAL, ENGLISH);
}

static void
test_exact(void)
{
	NUMBER("59起", "59", "起",);
	NUMBER("0", "0", "",);
	NUMBER("0", "-0.000", "",);
	NUMBER("-5元", "-5", "元",);
	NUMBER("95.1%", "95.100", "%",);
	NUMBER("16341家", "16341", "家",);
	NUMBER("13099.92万元", "130999200", "元", WAN, DECIMALS(2));
	NUMBER("1.309992亿元", "130999200", "元", AUTO);
	NUMBER("1.31亿元", "130999200", "元", YI, DECIMALS(2));
	NUMBER("1.6341万家", "16341", "家", AUTO);
	NUMBER("9999家", "9999", "家", AUTO);
	NUMBER("0.0034万元", "34", "元", WAN);
	NUMBER("10000亿元", "1000000000000", "元", YI);
	NUMBER("10万元", "100000", "元", WAN);
	NUMBER("10.00万元", "100000", "元", WAN, DECIMALS(2), KEEP);
	NUMBER("0.00", "0", "", DECIMALS(2), KEEP);
	NUMBER("80", "80.0", "",);
	NUMBER("80.0", "80", "", DECIMALS(1), KEEP);
	NUMBER("80", "79.96", "", DECIMALS(1));
	NUMBER("80.0", "79.96", "", DECIMALS(1), KEEP);
	NUMBER("1000", "999.5", "", DECIMALS(0));
	NUMBER("-1000", "-999.5", "", DECIMALS(0));
	NUMBER("-0.4", "-0.4", "", DECIMALS(0));
	NUMBER("1", "0.5", "", DECIMALS(0));
	NUMBER("0.5", "0.5", "", DECIMALS(0), .rounding = WORDING_HALF_EVEN);
	NUMBER("2", "1.5", "", DECIMALS(0), .rounding = WORDING_HALF_EVEN);
	NUMBER("2", "2.5", "", DECIMALS(0), .rounding = WORDING_HALF_EVEN);
	NUMBER("3", "2.5000000000000000001", "", DECIMALS(0), .rounding = WORDING_HALF_EVEN);
	NUMBER("2.9", "2.99", "", DECIMALS(1), .rounding = WORDING_TRUNCATE);
	NUMBER("-2.9", "-2.99", "", DECIMALS(1), .rounding = WORDING_TRUNCATE);
	NUMBER("1,234,567.89 yuan", "1234567.89", "yuan", ENGLISH);
	NUMBER("999 visits", "999", "visits", ENGLISH);
	NUMBER("95.1%", "95.1", "%", ENGLISH);
	NUMBER("7", "0007", "", ENGLISH);
	NUMBER("status 1", "", "",);
	NUMBER("status 1", "NaN", "",);
	NUMBER("status 1", "1e5", "",);
	NUMBER("status 1", "1.2.3", "",);
	NUMBER("status 1", ".5", "",);
}

static void
test_approximate(void)
{
	NUMBER("500余家次", "534", "家次", OVER, GRAIN("100"));
	NUMBER("1250余家", "1257", "家", OVER, GRAIN("10"));
	NUMBER("355万余次", "3551234", "次", OVER, GRAIN("10000"));
	NUMBER("60余万次", "634000", "次", OVER, GRAIN("100000"));
	NUMBER("8000余家", "8123", "家", OVER, GRAIN("1000"));
	NUMBER("5万余份", "53210", "份", OVER);
	NUMBER("500家次", "500", "家次", OVER, GRAIN("100"));
	NUMBER("500余家次", "500.5", "家次", OVER, GRAIN("100.00"));
	NUMBER("60万次", "600000", "次", OVER, GRAIN("100000"));
	NUMBER("3551000余次", "3551234", "次", OVER, GRAIN("1000"), WAN);
	NUMBER("10余亿元", "1234567890", "元", OVER, GRAIN("1000000000"));
	NUMBER("12亿余元", "1234567890", "元", OVER, GRAIN("100000000"));
	NUMBER("120000余万元", "1234567890", "元", OVER, GRAIN("100000000"), WAN);
	NUMBER("34家", "34", "家", OVER, GRAIN("100"));
	NUMBER("0家", "0", "家", OVER, GRAIN("100"));
	NUMBER("-534家", "-534", "家", OVER, GRAIN("100"));
	NUMBER("status 3", "5.34", "家", OVER, GRAIN("0.1"));
	NUMBER("5余公里", "5.34", "公里", OVER);
	NUMBER("0.34公里", "0.34", "公里", OVER);

	NUMBER("近千人次", "967", "人次", NEAR, GRAIN("1000"));
	NUMBER("近千人次", "967", "人次", NEAR);
	NUMBER("近千人次", "900", "人次", NEAR, GRAIN("1000"));
	NUMBER("899人次", "899", "人次", NEAR, GRAIN("1000"));
	NUMBER("近900人次", "899", "人次", NEAR);
	NUMBER("1000人次", "1000", "人次", NEAR, GRAIN("1000"));
	NUMBER("近百家", "99", "家", NEAR);
	NUMBER("近万家", "9999", "家", NEAR);
	NUMBER("近1万家", "9999", "家", NEAR, WAN);
	NUMBER("近10万家", "99999", "家", NEAR);
	NUMBER("近10家", "9.5", "家", NEAR);
	NUMBER("近540家", "537", "家", NEAR);
	NUMBER("534家", "534", "家", NEAR);
	NUMBER("534家", "534", "家", NEAR, GRAIN("100"));
	NUMBER("近2000家", "1800", "家", NEAR, GRAIN("1000"));
	NUMBER("1799家", "1799", "家", NEAR, GRAIN("1000"));
	NUMBER("近0.54", "0.537", "", NEAR);

	NUMBER("超50万人", "503200", "人", ABOVE, GRAIN("100000"));
	NUMBER("超503000人", "503200", "人", ABOVE, GRAIN("1000"));
	NUMBER("超50.3万人", "503200", "人", ABOVE, GRAIN("1000"), WAN);
	NUMBER("50万人", "500000", "人", ABOVE, GRAIN("100000"));
	NUMBER("99人", "99", "人", ABOVE, GRAIN("100"));
	NUMBER("约43万人次", "431999", "人次", ABOUT, GRAIN("10000"));
	NUMBER("约43万人次", "425000", "人次", ABOUT, GRAIN("10000"));
	NUMBER("约42万人次", "424999", "人次", ABOUT, GRAIN("10000"));
	NUMBER("约43万人次", "430000", "人次", ABOUT, GRAIN("10000"));
	NUMBER("约-43万", "-431999", "", ABOUT, GRAIN("10000"));
	NUMBER("约1000000万亿", "999999999999999999", "", ABOUT, GRAIN("100000000"));
	NUMBER("约3.9", "3.85", "", ABOUT, GRAIN("0.1"));
	NUMBER("34", "34", "", ABOUT, GRAIN("100"));

	NUMBER("over 500 visits", "534", "visits", OVER, GRAIN("100"), ENGLISH);
	NUMBER("nearly 1,000", "967", "", NEAR, GRAIN("1000"), ENGLISH);
	NUMBER("more than 500,000", "503200", "", ABOVE, GRAIN("100000"), ENGLISH);
	NUMBER("about 430,000", "431999", "", ABOUT, GRAIN("10000"), ENGLISH);
	NUMBER("500 visits", "500", "visits", OVER, GRAIN("100"), ENGLISH);

	NUMBER("status 1", "5", "", OVER, GRAIN("ten"));
	NUMBER("status 2", "5", "", OVER, GRAIN("0"));
	NUMBER("status 2", "5", "", OVER, GRAIN("-10"));
	NUMBER("status 2", "5", "", ABOUT, GRAIN("20"));
	NUMBER("status 2", "5", "", ABOUT, GRAIN("101"));
	NUMBER("status 4", "534", "", ABOUT, DECIMALS(1));
	NUMBER("status 5", "534", "", ENGLISH, WAN);
	NUMBER("status 6", "534", "", .scale = WORDING_MILLION);
}

/*
 * Read an approximate form back: [*low, *high), as the rules of style have it,
 * for a whole number.  Written without a look at how the words were made.
 */
static void
read_back(const char *words, long double *low, long double *high)
{
	const char *p = words;
	int			approximators = 0;
	char		kind = '=';
	int64_t		whole = 0;
	int			zeros = 0;
	int64_t		scale = 1;
	int64_t		last = 1;		/* the unit of the last digit that is not 0 */

#define EAT(word) (strncmp(p, word, strlen(word)) == 0 && (p += strlen(word)))
	if (EAT("近"))
		kind = '<', approximators++;
	else if (EAT("超"))
		kind = '>', approximators++;
	else if (EAT("约"))
		kind = '~', approximators++;
	if (EAT("百"))
		whole = 100;
	else if (EAT("千"))
		whole = 1000;
	else if (*p < '0' || *p > '9')
	{
		CHECK(EAT("万"), "%s", words);
		whole = 10000;
	}
	for (; *p >= '0' && *p <= '9'; p++)
	{
		whole = whole * 10 + (*p - '0');
		zeros = *p == '0' ? zeros + 1 : 0;
	}
	while (zeros-- > 0)
		last *= 10;
	if (EAT("余"))
		kind = '+', approximators++;
	if (EAT("万亿"))
		scale = 1000000000000;
	else if (EAT("万"))
		scale = 10000;
	else if (EAT("亿"))
		scale = 100000000;
	if (EAT("余"))
	{
		kind = '+', approximators++;
		if (scale > 1)
			last = 1;
	}
	CHECK(*p == '\0', "%s", words);
	CHECK(approximators <= 1, "%s", words);
	*low = *high = whole * scale;
	switch (kind)
	{
		case '=':
			*high += 0.5;
			break;
		case '<':
			*low -= *low / 10;
			break;
		case '>':
			*low += 0.5;
			*high = 1e300;
			break;
		case '~':
			*low -= last * scale / 2.0;
			*high += last * scale / 2.0;
			break;
		case '+':
			*high += last * scale;
			break;
	}
}

/* Whatever the number, the style and the grain: what is written is true. */
static void
test_true(void)
{
	for (long i = unit_rounds(40000); i > 0; i--)
	{
		static const WordingScale scales[] = {WORDING_UNSCALED, WORDING_AUTO};
		WordingStyle style = unit_random() % 5;
		WordingScale scale = style == WORDING_OVER ? unit_random() % 5 : scales[0];
		int64_t		limit = 1;
		int64_t		value;
		char		value_text[32];
		char		grain[32];
		long double low;
		long double high;

		for (int digits = unit_random() % 14; digits > 0; digits--)
			limit *= 10;
		value = unit_random() % limit;
		/* half of them round: there are the edges */
		for (int digits = unit_random() % 12; value >= 10 && digits > 5; digits--)
			value /= 10;
		if (unit_random() % 2)
			for (int digits = unit_random() % 6; digits > 0; digits--)
				value *= 10;
		sprintf(value_text, "%lld", (long long) value);
		sprintf(grain, "1%.*s", (int) (unit_random() % 11), "0000000000");
		/* a scale would bring decimals into a plain number, which read_back() does not read */
		number(value_text, "", (NumberWording) {
			.style = style, .decimals = -1, .scale = scale,
			.grain = unit_random() % 4 ? grain : NULL});
		if (strchr(text, '.') != NULL)
			continue;
		read_back(text, &low, &high);
		CHECK(value >= low && value < high, "%s, style %d, grain %s: %s", value_text, style, grain, text);
	}
}

/* ------------------------------------------------------------------ changes */

#define CHANGE(expected, change, ...) \
	do { \
		Words words = {text, sizeof(text), 0}; \
		Change c = change; \
		ChangeWording how = {.base_periods = 1, __VA_ARGS__}; \
		words_change(&words, &c, &how); \
		CHECK(strcmp(text, expected) == 0, "%s, not %s", text, expected); \
	} while (0)

#define RATED(d, r) ((Change) {.direction = d, .rate = r, .amount = "7", .unit = "起"})
#define AMOUNTED(d, a, u) ((Change) {.direction = d, .amount = a, .unit = u, .from_zero = true})
#define POINTED(d, a) ((Change) {.direction = d, .amount = a, .unit = "%", .points = true})

static void
test_change(void)
{
	CHANGE("同比下降9.2%", RATED(-1, "-9.2"),);
	CHANGE("同比上升4.8%", RATED(1, "4.8"),);
	CHANGE("同比下降80%", RATED(-1, "-80.0"),);
	CHANGE("同比下降80.0%", RATED(-1, "-80.0"), .keep_zero = true);
	CHANGE("同比持平", RATED(0, "0.0"),);
	CHANGE("同比增加7起", RATED(1, "0.0"),);
	CHANGE("同比增加7起", RATED(1, "0.0"), .keep_zero = true);
	CHANGE("同比增加1人", AMOUNTED(1, "1", "人"),);
	CHANGE("同比减少3.5万元", AMOUNTED(-1, "-35000", "元"), .scale = WORDING_WAN);
	CHANGE("同比上升2.3个百分点", POINTED(1, "2.3"),);
	CHANGE("较前3年均值下降9.2%", RATED(-1, "-9.2"), .base_periods = 3);
	CHANGE("环比下降9.2%", RATED(-1, "-9.2"), .comparator = "环比");
	CHANGE("下降9.2%", RATED(-1, "-9.2"), .comparator = "");

	CHANGE("down 9.2% year on year", RATED(-1, "-9.2"), ENGLISH);
	CHANGE("up 1,234.5% year on year", RATED(1, "1234.5"), ENGLISH);
	CHANGE("unchanged year on year", RATED(0, "0.0"), ENGLISH);
	CHANGE("up by 1 from 0 year on year", AMOUNTED(1, "1", "deaths"), ENGLISH);
	CHANGE("up by 7 year on year", RATED(1, "0.0"), ENGLISH);
	CHANGE("up 2.3 percentage points year on year", POINTED(1, "2.3"), ENGLISH);
	CHANGE("down 1 percentage point year on year", POINTED(-1, "-1"), ENGLISH);
	CHANGE("up 1 percentage point year on year", POINTED(1, "1.00"), ENGLISH);
	CHANGE("up 1.0 percentage points year on year", POINTED(1, "1.0"), ENGLISH, KEEP);
	CHANGE("up 1.5 percentage points year on year", POINTED(1, "1.5"), ENGLISH);
	CHANGE("down 9.2%", RATED(-1, "-9.2"), ENGLISH, .comparator = "");
	CHANGE("down 9.2% against the mean of the previous 3 years", RATED(-1, "-9.2"), ENGLISH,
		   .base_periods = 3);
}

/* T4: the amount, the percent or both, by four pairs of verbs. */
static void
test_forms(void)
{
	static const Change up = {.direction = 1, .rate = "41.7", .amount = "5", .unit = "起"};
	static const Change down = {.direction = -1, .rate = "-33.3", .amount = "-4", .unit = "人"};
	static const Change points = {.direction = 1, .amount = "2.3", .unit = "%", .points = true};
	static const Change same = {.direction = 0, .rate = "0.0", .amount = "0", .unit = "起"};
	static const Change from_zero = {.direction = 1, .amount = "5", .unit = "起", .from_zero = true};

#define FORM(f) .form = CHANGE_##f
#define VERBS(v) .verbs = VERBS_##v
	CHANGE("同比上升41.7%", up, FORM(RATE));
	CHANGE("同比增加5起", up, FORM(AMOUNT));
	CHANGE("同比增加5起，上升41.7%", up, FORM(BOTH));
	CHANGE("同比减少4人，下降33.3%", down, FORM(BOTH));
	CHANGE("同比增加41.7%", up, VERBS(INCREASE));
	CHANGE("同比增长41.7%", up, VERBS(ROSE));
	CHANGE("同比提高41.7%", up, VERBS(INCREASED));
	CHANGE("同比减少33.3%", down, VERBS(INCREASE));
	CHANGE("同比下降33.3%", down, VERBS(ROSE));
	CHANGE("同比降低33.3%", down, VERBS(INCREASED));
	CHANGE("同比增加5起，增长41.7%", up, FORM(BOTH), VERBS(ROSE));
	CHANGE("同比增加5起，增加41.7%", up, FORM(BOTH), VERBS(INCREASE));
	CHANGE("同比降低4人，降低33.3%", down, FORM(BOTH), VERBS(INCREASED));
	CHANGE("同比提高2.3个百分点", points, VERBS(INCREASED));
	CHANGE("同比上升2.3个百分点", points, FORM(AMOUNT));
	CHANGE("同比上升2.3个百分点", points, FORM(BOTH));
	CHANGE("同比增加5起", from_zero, FORM(BOTH));
	CHANGE("同比持平", same, FORM(BOTH));
	CHANGE("同比持平", same, FORM(AMOUNT), VERBS(INCREASED));
	CHANGE("环比增加5起，上升41.7%", up, FORM(BOTH), .comparator = "环比");

	CHANGE("up by 5 (41.7%) year on year", up, ENGLISH, FORM(BOTH));
	CHANGE("down by 4 year on year", down, ENGLISH, FORM(AMOUNT));
	CHANGE("an increase of 41.7% year on year", up, ENGLISH, VERBS(INCREASE));
	CHANGE("a decrease of 4 (33.3%) year on year", down, ENGLISH, FORM(BOTH), VERBS(INCREASE));
	CHANGE("rose by 41.7% year on year", up, ENGLISH, VERBS(ROSE));
	CHANGE("fell by 4 year on year", down, ENGLISH, FORM(AMOUNT), VERBS(ROSE));
	CHANGE("increased by 2.3 percentage points year on year", points, ENGLISH, FORM(BOTH), VERBS(INCREASED));
	CHANGE("decreased by 33.3% year on year", down, ENGLISH, VERBS(INCREASED));
	CHANGE("up by 5 from 0 year on year", from_zero, ENGLISH, FORM(BOTH));
	CHANGE("no change year on year", same, ENGLISH, VERBS(INCREASE));
	CHANGE("remained unchanged year on year", same, ENGLISH, VERBS(ROSE));
}

/* T4: an amount rounded within its scale never says that there is none. */
static void
test_amounts(void)
{
	static const Change money = {.direction = 1, .rate = "21.8", .amount = "5918112", .unit = "元"};
	static const Change little = {.direction = -1, .rate = "-0.1", .amount = "-30", .unit = "元"};
	static const Change much = {.direction = 1, .rate = "3.0", .amount = "1234567890123", .unit = "元"};

#define ROUND(d) .round_amount = true, .amount_decimals = d
	CHANGE("同比增加591.8112万元", money, FORM(AMOUNT), WAN);
	CHANGE("同比增加591.81万元", money, FORM(AMOUNT), WAN, ROUND(2));
	CHANGE("同比增加592万元，上升21.8%", money, FORM(BOTH), WAN, ROUND(0));
	CHANGE("同比增加591万元", money, FORM(AMOUNT), WAN, ROUND(0), .rounding = WORDING_TRUNCATE);
	CHANGE("同比减少0.003万元", little, FORM(AMOUNT), WAN, ROUND(1));
	CHANGE("同比减少30元", little, FORM(AMOUNT), AUTO, ROUND(1));
	CHANGE("同比增加1.2万亿元", much, FORM(AMOUNT), AUTO, ROUND(1));
	CHANGE("up by 5.92 million year on year", money, FORM(AMOUNT), AUTO, ROUND(2), ENGLISH);
	CHANGE("up by $5.9 million (21.8%) year on year", ((Change) {.direction = 1, .rate = "21.8", .amount = "5918112", .unit = "$"}), FORM(BOTH), AUTO, ROUND(1), ENGLISH);
}

/* What a change is from. */
static void
test_base(void)
{
	static const struct
	{
		const char *expected;
		const char *value;
		const char *unit;
		const char *label;
		NumberWording how;
	}			cases[] = {
		{"上年同期36302件", "36302", "件", NULL, {.decimals = -1}},
		{"上月3.63万件", "36302", "件", "上月", {.decimals = 2, .scale = WORDING_WAN}},
		{"36,302 cases a year earlier", "36302", "cases", NULL, {.decimals = -1, .language = WORDING_ENGLISH}},
		{"1 case in 1998", "1", "cases", "in 1998", {.decimals = -1, .language = WORDING_ENGLISH}},
		{"5起", "5", "起", "", {.decimals = -1}},
		{"5 cases", "5", "cases", "", {.decimals = -1, .language = WORDING_ENGLISH}},
		{"", "5", "起", NULL, {.decimals = -1, .grain = "7"}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Words		words = {text, sizeof(text), 0};
		WordingStatus status = words_base(&words, cases[i].value, cases[i].unit, cases[i].label, &cases[i].how);

		CHECK(words.length == strlen(cases[i].expected) && memcmp(text, cases[i].expected, words.length) == 0, "%s", text);
		CHECK((status == WORDING_OK) == (cases[i].expected[0] != '\0'), "%s", cases[i].expected);
	}
}

/* Changes in an array. */
typedef struct ChangeArray
{
	ChangeList	list;			/* must be first */
	const Change *changes;
	size_t		count;
	size_t		at;
} ChangeArray;

static void
restart(ChangeList *list)
{
	((ChangeArray *) list)->at = 0;
}

static const Change *
next(ChangeList *list)
{
	ChangeArray *array = (ChangeArray *) list;

	return array->at < array->count ? &array->changes[array->at++] : NULL;
}

#define CHANGES(expected, lang, ...) \
	do { \
		Words words = {text, sizeof(text), 0}; \
		Change c[] = {__VA_ARGS__}; \
		ChangeWording how = {.language = lang, .base_periods = 1}; \
		ChangeArray array = {{restart, next}, c, sizeof(c) / sizeof(c[0]), 0}; \
		words_changes(&words, &array.list, &how); \
		CHECK(strcmp(text, expected) == 0, "%s, not %s", text, expected); \
	} while (0)

static void
test_changes(void)
{
	CHANGES("同比分别下降9.2%、8.5%", WORDING_CHINESE, RATED(-1, "-9.2"), RATED(-1, "-8.5"));
	CHANGES("同比分别下降30.4%和上升4.8%", WORDING_CHINESE, RATED(-1, "-30.4"), RATED(1, "4.8"));
	CHANGES("同比均下降27.3%", WORDING_CHINESE, RATED(-1, "-27.3"), RATED(-1, "-27.3"));
	CHANGES("同比分别下降27.3%和上升27.3%", WORDING_CHINESE, RATED(-1, "-27.3"), RATED(1, "27.3"));
	CHANGES("同比均持平", WORDING_CHINESE, RATED(0, "0.0"), RATED(0, NULL));
	CHANGES("同比分别下降1%、2%、上升3%、4%和持平", WORDING_CHINESE, RATED(-1, "-1.0"),
			RATED(-1, "-2.0"), RATED(1, "3.0"), RATED(1, "4.0"), RATED(0, "0.0"));
	CHANGES("同比分别上升3%、持平、持平和增加1人、2人", WORDING_CHINESE, RATED(1, "3"),
			RATED(0, "0.0"), RATED(0, "0.0"), AMOUNTED(1, "1", "人"), AMOUNTED(1, "2", "人"));
	CHANGES("同比分别增加1起、1人", WORDING_CHINESE, AMOUNTED(1, "1", "起"), AMOUNTED(1, "1", "人"));

	CHANGES("down 9.2% and 8.5% respectively year on year", WORDING_ENGLISH, RATED(-1, "-9.2"),
			RATED(-1, "-8.5"));
	CHANGES("down 1%, 2% and up 3% respectively year on year", WORDING_ENGLISH, RATED(-1, "-1"),
			RATED(-1, "-2"), RATED(1, "3"));
	CHANGES("both down 27.3% year on year", WORDING_ENGLISH, RATED(-1, "-27.3"), RATED(-1, "-27.3"));
	CHANGES("all unchanged year on year", WORDING_ENGLISH, RATED(0, "0"), RATED(0, "0"), RATED(0, "0"));
}

#define LIST(expected, list_form, how_, ...) \
	do { \
		Words words = {text, sizeof(text), 0}; \
		ListMember members[] = {__VA_ARGS__}; \
		ChangeWording how = how_; \
		text[0] = '\0'; \
		words_list(&words, members, sizeof(members) / sizeof(members[0]), list_form, &how); \
		CHECK(strcmp(text, expected) == 0, "%s, not %s", text, expected); \
	} while (0)
#define ZH ((ChangeWording) {.base_periods = 1})
#define EN ((ChangeWording) {.language = WORDING_ENGLISH, .base_periods = 1})

/* T4: lists over names, values, changes. */
static void
test_lists(void)
{
	static const Change down = {.direction = -1, .rate = "-9.2", .amount = "-6", .unit = "起"};
	static const Change down_more = {.direction = -1, .rate = "-8.5", .amount = "-4", .unit = "人"};
	static const Change up = {.direction = 1, .rate = "4.8", .amount = "1", .unit = "人"};
	static const Change same = {.direction = 0, .rate = "0.0", .amount = "0", .unit = "人"};

	LIST("死亡、受伤分别为20人、6人", LIST_RESPECTIVELY, ZH, {"死亡", "20人", false, NULL}, {"受伤", "6人", false, NULL});
	LIST("死亡、受伤均为6人", LIST_RESPECTIVELY, ZH, {"死亡", "6人", false, NULL}, {"受伤", "6人", false, NULL});
	LIST("起数、死亡均为0", LIST_RESPECTIVELY, ZH, {"起数", "0起", true, NULL}, {"死亡", "0人", true, NULL});
	LIST("起数、死亡分别为0起、3人", LIST_RESPECTIVELY, ZH, {"起数", "0起", true, NULL}, {"死亡", "3人", false, NULL});
	LIST("分别为20人、6人", LIST_RESPECTIVELY, ZH, {NULL, "20人", false, NULL}, {"", "6人", false, NULL});
	LIST("起数、死亡同比分别下降9.2%、8.5%", LIST_RESPECTIVELY, ZH, {"起数", NULL, false, &down}, {"死亡", NULL, false, &down_more});
	LIST("起数、死亡同比分别下降9.2%和上升4.8%", LIST_RESPECTIVELY, ZH, {"起数", NULL, false, &down}, {"死亡", NULL, false, &up});
	LIST("起数、死亡、受伤同比分别下降9.2%、8.5%和持平", LIST_RESPECTIVELY, ZH, {"起数", NULL, false, &down}, {"死亡", NULL, false, &down_more},
		 {"受伤", NULL, false, &same});
	LIST("同比均下降9.2%", LIST_RESPECTIVELY, ZH, {NULL, NULL, false, &down}, {NULL, NULL, false, &down});
	LIST("起数、死亡同比均持平", LIST_RESPECTIVELY, ZH, {"起数", NULL, false, &same}, {"死亡", NULL, false, &same});
	LIST("起数、死亡分别为59起、43人，同比分别下降9.2%、8.5%", LIST_RESPECTIVELY, ZH, {"起数", "59起", false, &down}, {"死亡", "43人", false, &down_more});
	LIST("起数、死亡分别为59起、43人，同比分别下降9.2%和—", LIST_RESPECTIVELY, ZH, {"起数", "59起", false, &down}, {"死亡", "43人", false, NULL});
	LIST("accidents, deaths and injuries were down by 6 (9.2%), down by 4 (8.5%) and up by 1 (20%) respectively year on year", LIST_RESPECTIVELY,
		 ((ChangeWording) {.base_periods = 1, .language = WORDING_ENGLISH, .form = CHANGE_BOTH}),
		 {"accidents", NULL, false, &(Change) {.direction = -1, .rate = "-9.2", .amount = "6", .unit = ""}}, {"deaths", NULL, false, &(Change) {.direction = -1, .rate = "-8.5", .amount = "4", .unit = ""}},
		 {"injuries", NULL, false, &(Change) {.direction = 1, .rate = "20", .amount = "1", .unit = ""}});
	LIST("起数、死亡同比分别减少6起（9.2%）、4人（8.5%）", LIST_RESPECTIVELY, ((ChangeWording) {.base_periods = 1, .form = CHANGE_BOTH}),
		 {"起数", NULL, false, &down}, {"死亡", NULL, false, &down_more});
	LIST("起数、死亡环比分别减少6起、4人", LIST_RESPECTIVELY, ((ChangeWording) {.comparator = "环比", .form = CHANGE_AMOUNT}),
		 {"起数", NULL, false, &down}, {"死亡", NULL, false, &down_more});
	LIST("武进区20起、新北区15起、天宁区15起", LIST_PAIRS, ZH, {"武进区", "20起", false, NULL}, {"新北区", "15起", false, NULL}, {"天宁区", "15起", false, NULL});
	LIST("武进区20起（同比下降9.2%）、新北区15起", LIST_PAIRS, ZH, {"武进区", "20起", false, &down}, {"新北区", "15起", false, NULL});
	LIST("起数同比下降9.2%、死亡同比持平", LIST_PAIRS, ZH, {"起数", NULL, false, &down}, {"死亡", NULL, false, &same});
	LIST("死亡20人", LIST_RESPECTIVELY, ZH, {"死亡", "20人", false, NULL});
	LIST("死亡20人，同比下降8.5%", LIST_RESPECTIVELY, ZH, {"死亡", "20人", false, &down_more});
	LIST("死亡同比下降8.5%", LIST_RESPECTIVELY, ZH, {"死亡", NULL, false, &down_more});

	LIST("deaths and injuries were 20 and 6 respectively", LIST_RESPECTIVELY, EN, {"deaths", "20", false, NULL}, {"injuries", "6", false, NULL});
	LIST("deaths and injuries were both 0", LIST_RESPECTIVELY, EN, {"deaths", "0", true, NULL}, {"injuries", "0", true, NULL});
	LIST("accidents, deaths and injuries were all 5", LIST_RESPECTIVELY, EN, {"accidents", "5", false, NULL}, {"deaths", "5", false, NULL},
		 {"injuries", "5", false, NULL});
	LIST("accidents and deaths were down 9.2% and 8.5% respectively year on year", LIST_RESPECTIVELY, EN,
		 {"accidents", NULL, false, &down}, {"deaths", NULL, false, &down_more});
	LIST("accidents and deaths fell by 9.2% and rose by 4.8% respectively year on year", LIST_RESPECTIVELY,
		 ((ChangeWording) {.language = WORDING_ENGLISH, .base_periods = 1, .verbs = VERBS_ROSE}),
		 {"accidents", NULL, false, &down}, {"deaths", NULL, false, &up});
	LIST("accidents and deaths showed in each case a decrease of 9.2% year on year", LIST_RESPECTIVELY,
		 ((ChangeWording) {.language = WORDING_ENGLISH, .base_periods = 1, .verbs = VERBS_INCREASE}),
		 {"accidents", NULL, false, &down}, {"deaths", NULL, false, &down});
	LIST("accidents and deaths were 59 and 43 respectively, down 9.2% and up 4.8% respectively year on year", LIST_RESPECTIVELY, EN,
		 {"accidents", "59", false, &down}, {"deaths", "43", false, &up});
	LIST("Wujin 20 and Xinbei 15 (down 9.2% year on year)", LIST_PAIRS, EN, {"Wujin", "20", false, NULL}, {"Xinbei", "15", false, &down});
}

static void
test_remediation(void)
{
	struct
	{
		const char *expected;
		const char *completed;
		const char *exited;
		const char *upgraded;
		WordingLanguage language;
	}			cases[] = {
		{"完成整治1850家，其中退出678家、提升1172家", "1850", "678", "1172", WORDING_CHINESE},
		{"完成整治678家，其中退出678家", "678", "678", "0", WORDING_CHINESE},
		{"完成整治1172家，其中提升1172家", "1172", "0", "1172", WORDING_CHINESE},
		{"尚未完成整治", "0", "0", "0", WORDING_CHINESE},
		{"1,850 家 remediated, of which 678 exited and 1,172 upgraded", "1850", "678", "1172",
		WORDING_ENGLISH},
		{"no remediation completed yet", "0", "0", "0", WORDING_ENGLISH},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Words		words = {text, sizeof(text), 0};

		words_remediation(&words, cases[i].completed, cases[i].exited, cases[i].upgraded, "家",
						  cases[i].language);
		CHECK(strcmp(text, cases[i].expected) == 0, "%s", text);
	}
}

/* S26: one of a thing is not "1 things". */
static void
test_singular(void)
{
	static const char *const units[][2] = {
		{"deaths", "death"}, {"cases", "case"}, {"accidents", "accident"}, {"enterprises", "enterprise"}, {"visits", "visit"},
		{"serious injuries", "serious injury"}, {"persons killed", "person killed"}, {"people", "person"}, {"people dead", "person dead"},
		{"cases of fraud", "case of fraud"}, {"visits to enterprises", "visit to enterprises"}, {"losses", "loss"}, {"crashes", "crash"},
		{"batches", "batch"}, {"boxes", "box"}, {"fires", "fire"}, {"houses", "house"}, {"places", "place"}, {"licences", "licence"},
		{"prizes", "prize"}, {"ties", "tie"}, {"lives", "life"}, {"series", "series"}, {"yuan", "yuan"}, {"%", "%"}, {"km", "km"},
		{"lbs", "lb"}, {"m/s", "m/s"}, {"SMS", "SMS"}, {"loss", "loss"}, {"status", "status"}, {"", ""}, {"major hazards", "major hazard"},
		{"death", "death"}, {"thermos", "thermo"}, {"起", "起"}, {"cases  closed", "case  closed"}, {" ", " "},
		{"employees", "employee"}, {"tonnes", "tonne"}, {"days", "day"}, {"hours", "hour"}, {"inspections", "inspection"},
	};
	static const struct
	{
		const char *value;
		WordingStyle style;
		int			decimals;
		bool		keep_zero;
		const char *expected;
	}			cases[] = {
		{"1", WORDING_EXACT, -1, false, "1 death"}, {"-1", WORDING_EXACT, -1, false, "-1 death"}, {"1.000", WORDING_EXACT, -1, false, "1 death"},
		{"1.2", WORDING_EXACT, 0, false, "1 death"}, {"1", WORDING_EXACT, 1, true, "1.0 deaths"}, {"0", WORDING_EXACT, -1, false, "0 deaths"},
		{"1.2", WORDING_EXACT, -1, false, "1.2 deaths"}, {"10", WORDING_EXACT, -1, false, "10 deaths"}, {"0.1", WORDING_EXACT, -1, false, "0.1 deaths"},
		{"1001", WORDING_EXACT, -1, false, "1,001 deaths"}, {"1.4", WORDING_ABOUT, -1, false, "about 1 death"}, {"11", WORDING_EXACT, -1, false, "11 deaths"},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
	{
		Words		words = {text, sizeof(text), 0};

		text[0] = '\0';
		words_singular(&words, units[i][0]);
		CHECK(strcmp(text, units[i][1]) == 0, "%s gives %s", units[i][0], text);
		CHECK(words.length == strlen(text), "%s", units[i][0]);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		NumberWording how = {.language = WORDING_ENGLISH, .style = cases[i].style, .decimals = cases[i].decimals, .keep_zero = cases[i].keep_zero};
		Words		words = {text, sizeof(text), 0};

		CHECK(words_number(&words, cases[i].value, "deaths", &how) == WORDING_OK, "%s", cases[i].value);
		CHECK(strcmp(text, cases[i].expected) == 0, "%s gives %s", cases[i].value, text);
	}
}

/* ------------------------------------------------------------------ limits */

/* The length is right however small the buffer, and nothing is written beyond it. */
static void
test_buffer(void)
{
	NumberWording how = {.decimals = -1, .language = WORDING_ENGLISH, .style = WORDING_ABOUT};

	for (size_t size = 0; size < 32; size++)
	{
		char	   *small = malloc(size + 1);
		Words		words = {small, size, 0};

		memset(small, '#', size + 1);
		CHECK(words_number(&words, "1234567", "visits", &how) == WORDING_OK, "status");
		CHECK(words.length == strlen("about 1,000,000 visits"), "%zu", words.length);
		CHECK(size == 0 || strncmp(small, "about 1,000,000 visits", size - 1) == 0, "%.*s", (int) size, small);
		CHECK(size == 0 || strlen(small) == (size <= words.length ? size - 1 : words.length), "size %zu", size);
		CHECK(small[size] == '#', "size %zu", size);
		free(small);
	}
}

/* Numbers as long as the server's longest. */
static void
test_long(void)
{
	int			digits = 131072;
	char	   *value = malloc(digits + 16);
	Words		words = {NULL, 0, 0};
	NumberWording how = {.decimals = -1, .language = WORDING_ENGLISH};

	memset(value, '9', digits);
	strcpy(value + digits, ".5");
	CHECK(words_number(&words, value, "", &how) == WORDING_OK, "status");
	CHECK(words.length == (size_t) digits + (digits - 1) / 3 + 2, "%zu", words.length);
	for (how.style = WORDING_EXACT; how.style <= WORDING_ABOUT; how.style++)
	{
		how.language = WORDING_CHINESE;
		words.length = 0;
		CHECK(words_number(&words, value, "", &how) == WORDING_OK, "status");
		CHECK(words.length > (size_t) digits - 16, "%zu", words.length);
		how.grain = "100000000000000000000";
	}
	how = (NumberWording) {.decimals = 0, .keep_zero = true};
	words.length = 0;
	CHECK(words_number(&words, value, "", &how) == WORDING_OK, "status");
	CHECK(words.length == (size_t) digits + 1, "%zu", words.length);
	free(value);
}

static void
test_names(void)
{
	CHECK(wording_style("over") == WORDING_OVER && wording_style("余") == WORDING_OVER, "over");
	CHECK(wording_style("about") == WORDING_ABOUT && wording_style("超") == WORDING_ABOVE, "about");
	CHECK(wording_style("") == -1 && wording_style("OVER") == -1, "unknown");
	CHECK(wording_scale("万") == WORDING_WAN && wording_scale("auto") == WORDING_AUTO, "scale");
	CHECK(wording_language("zh") == WORDING_CHINESE && wording_language("en") == WORDING_ENGLISH &&
		  wording_language("fr") == -1, "language");
	CHECK(wording_change_form("both") == CHANGE_BOTH && wording_change_form("beide") == -1, "form");
	CHECK(wording_verbs("提高/降低") == VERBS_INCREASED && wording_verbs("increased/decreased") == VERBS_INCREASED &&
		  wording_verbs("up/down") == VERBS_UP && wording_verbs("上升") == -1, "verbs");
	CHECK(wording_scale("billion") == WORDING_BILLION && wording_style("numeral") == WORDING_NUMERAL, "scale and style");
	CHECK(wording_is_percent("%") && wording_is_percent("％") && !wording_is_percent(""), "percent");
}

int
main(void)
{
	test_exact();
	test_ends();
	test_wan_yi();
	test_nearest();
	test_approximate();
	test_true();
	test_english();
	test_numeral();
	test_change();
	test_forms();
	test_amounts();
	test_base();
	test_changes();
	test_lists();
	test_remediation();
	test_singular();
	test_buffer();
	test_long();
	test_names();
	return finish("wording");
}
