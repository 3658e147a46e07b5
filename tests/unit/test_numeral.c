/*
 * test_numeral.c
 *		Whole numbers in words and amounts in capital numerals: examples, and every
 *		numeral read back by a reader of its own.
 */
#include "unit.h"

#include "core/numeral.h"

static char text[1024];

static const char *
numeral(const char *value, const char *unit, WordingLanguage language)
{
	Words		words = {text, sizeof(text), 0};

	text[0] = '\0';
	if (!words_numeral(&words, value, unit, language))
		return words.length == 0 ? NULL : "words for nothing";
	return text;
}

static const char *
capital(const char *value)
{
	Words		words = {text, sizeof(text), 0};

	text[0] = '\0';
	if (!words_capital_amount(&words, value))
		return words.length == 0 ? NULL : "words for nothing";
	return text;
}

static void
test_examples(void)
{
	static const char *const numerals[][3] = {
		{"0", "", "零"}, {"1", "", "一"}, {"2", "", "二"}, {"2", "部", "两部"}, {"3", "项", "三项"}, {"10", "项", "十项"},
		{"12", "项", "十二项"}, {"20", "项", "二十项"}, {"22", "项", "二十二项"}, {"102", "项", "一百零二项"},
		{"112", "项", "一百一十二项"}, {"200", "人", "二百人"}, {"2000", "家", "两千家"}, {"2222", "家", "两千二百二十二家"},
		{"20000", "人", "两万人"}, {"20000", "", "二万"}, {"22000", "人", "两万二千人"}, {"120000", "人", "十二万人"},
		{"10500", "", "一万零五百"}, {"10005", "", "一万零五"}, {"107000", "", "十万七千"}, {"100050000", "", "一亿零五万"},
		{"200020000", "人", "两亿零两万人"}, {"1000000000000", "元", "一万亿元"}, {"-2", "", "负二"}, {"007.000", "", "七"},
	};
	static const char *const amounts[][2] = {
		/* the central bank's own examples */
		{"1409.50", "壹仟肆佰零玖元伍角"}, {"6007.14", "陆仟零柒元壹角肆分"}, {"1680.32", "壹仟陆佰捌拾元零叁角贰分"},
		{"107000.53", "壹拾万柒仟元零伍角叁分"}, {"16409.02", "壹万陆仟肆佰零玖元零贰分"}, {"325.04", "叁佰贰拾伍元零肆分"},
		{"0", "零元整"}, {"0.00", "零元整"}, {"-0", "零元整"}, {"0.5", "伍角"}, {"0.05", "伍分"}, {"10", "壹拾元整"},
		{"1000000", "壹佰万元整"}, {"-3.1", "负叁元壹角"}, {"2.20", "贰元贰角"}, {"130999200", "壹亿叁仟零玖拾玖万玖仟贰佰元整"},
	};

	for (size_t i = 0; i < sizeof(numerals) / sizeof(numerals[0]); i++)
	{
		const char *got = numeral(numerals[i][0], numerals[i][1], WORDING_CHINESE);

		CHECK(got != NULL && strcmp(got, numerals[i][2]) == 0, "%s gives %s", numerals[i][0], got);
	}
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
	{
		const char *got = capital(amounts[i][0]);

		CHECK(got != NULL && strcmp(got, amounts[i][1]) == 0, "%s gives %s", amounts[i][0], got);
	}
	CHECK(numeral("1.5", "天", WORDING_CHINESE) == NULL && numeral("x", "", WORDING_CHINESE) == NULL &&
		  numeral("1000000000000000000000000", "", WORDING_CHINESE) == NULL, "refused");
	CHECK(numeral("11", "laws", WORDING_ENGLISH) == NULL && numeral("-1", "laws", WORDING_ENGLISH) == NULL, "in digits");
	CHECK(strcmp(numeral("10", "laws", WORDING_ENGLISH), "ten laws") == 0 && strcmp(numeral("1", "laws", WORDING_ENGLISH), "one law") == 0 &&
		  strcmp(numeral("0", "laws", WORDING_ENGLISH), "no laws") == 0 && strcmp(numeral("0", "", WORDING_ENGLISH), "zero") == 0, "%s", text);
	CHECK(capital("0.001") == NULL && capital("1e3") == NULL && capital("1000000000000000000000000") == NULL, "refused");
}

/* Eat one of the words of a list; which one, or -1. */
static int
eat(const char **at, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
		if (list[i][0] != '\0' && strncmp(*at, list[i], strlen(list[i])) == 0)
		{
			*at += strlen(list[i]);
			return i;
		}
	return -1;
}

/* Read a numeral below 10^16, up to a word that is none of its own. */
static int64_t
read_back(const char **at, const char *const *digits, const char *const *places)
{
	static const char *const large[] = {"万", "亿"};
	int64_t		total = 0;		/* whole 亿 */
	int64_t		section = 0;
	int64_t		group = 0;
	int			digit = -1;

	for (;;)
	{
		int			found = eat(at, digits, 11);

		if (found >= 0)
		{
			digit = found == 10 ? 2 : found;
			continue;
		}
		found = eat(at, places, 4);
		if (found > 0)
		{
			static const int64_t tens[] = {1, 10, 100, 1000};

			group += (digit < 0 ? 1 : digit) * tens[found];
			digit = -1;
			continue;
		}
		group += digit < 0 ? 0 : digit;
		digit = -1;
		found = eat(at, large, 2);
		if (found == 0)
			section += group * 10000;
		else
			section += group;
		group = 0;
		if (found == 1)
		{
			total += section * 100000000;
			section = 0;
		}
		if (found < 0)
			return total + section;
	}
}

/* How often 零 stands in a numeral: once for zeros between two digits, but not before one that begins the next group. */
static int
zeros_said(const char *number)
{
	int			count = 0;
	int			before = -1;
	int			length = strlen(number);

	for (int i = 0; i < length; i++)
	{
		int			place = length - 1 - i;

		if (number[i] == '0')
			continue;
		if (before > place + 1 && !(place % 4 == 3 && before / 4 == place / 4 + 1))
			count++;
		before = place;
	}
	return count;
}

static int
occurrences(const char *words, const char *word)
{
	int			count = 0;

	while ((words = strstr(words, word)) != NULL)
	{
		count++;
		words += strlen(word);
	}
	return count;
}

static void
test_back(void)
{
	static const char *const digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "两"};
	static const char *const places[] = {"", "十", "百", "千"};
	static const char *const capitals[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", ""};
	static const char *const capital_places[] = {"", "拾", "佰", "仟"};

	for (int i = 0; i < 200000; i++)
	{
		int64_t		value = i;
		char		number[64];
		const char *at;
		int			fen = unit_random() % 3 == 0 ? 0 : (int) (unit_random() % 100);

		if (i >= 20000)
		{
			int64_t		limit = 1;

			for (int n = 1 + unit_random() % 15; n > 0; n--)
				limit *= 10;
			value = unit_random() % limit;
			/* zeros are where it goes wrong */
			for (int64_t place = 1; place < value; place *= 10)
				if (unit_random() % 3 == 0)
					value -= value / place % 10 * place;
		}
		sprintf(number, "%lld", (long long) value);
		at = numeral(number, unit_random() % 2 ? "家" : "", WORDING_CHINESE);
		CHECK(read_back(&at, digits, places) == value, "%lld gives %s", (long long) value, text);
		CHECK(*at == '\0' || strcmp(at, "家") == 0, "%s", text);
		CHECK(value == 0 || occurrences(text, "零") == zeros_said(number), "%s gives %s", number, text);
		CHECK(strstr(text, "零零") == NULL && strstr(text, "零万") == NULL && strstr(text, "零亿") == NULL, "%s", text);

		sprintf(number, "%lld.%02d", (long long) value, fen);
		at = capital(number);
		if (value > 0 || fen == 0)
		{
			CHECK(read_back(&at, capitals, capital_places) == value, "%s gives %s", number, text);
			CHECK(strncmp(at, "元", strlen("元")) == 0, "%s gives %s", number, text);
		}
		CHECK((strstr(text, "角") != NULL) == (fen >= 10) && (strstr(text, "分") != NULL) == (fen % 10 > 0) &&
			  (strstr(text, "整") != NULL) == (fen == 0), "%s gives %s", number, text);
	}
}

int
main(void)
{
	test_examples();
	test_back();
	return finish("numeral");
}
