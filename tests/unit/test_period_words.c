/*
 * test_period_words.c
 *		What periods are called: examples, and that no two have one name.
 */
#include "unit.h"

#include "core/period_words.h"

static char text[256];

static const char *
named(Period p, PeriodWording how)
{
	Words		words = {text, sizeof(text), 0};

	words_period(&words, p, &how);
	return text;
}

static Period
days(int year, int month, int day, int to_year, int to_month, int to_day)
{
	return (Period) {day_from_civil(year, month, day), day_from_civil(to_year, to_month, to_day) + 1};
}

#define ENGLISH .language = WORDING_ENGLISH
#define SHORT .without_year = true
#define MONTHS .form = PERIOD_MONTHS
#define DAYS .form = PERIOD_DAYS
#define FROM(m) .year_start = {m, 1}
#define NAMED(expected, p, ...) CHECK(strcmp(named(p, (PeriodWording) {__VA_ARGS__}), expected) == 0, "%s, not %s", text, expected)

static void
test_examples(void)
{
	Period		year = period_of_months(2024, 1, 12);
	Period		first_half = period_of_months(2024, 1, 6);
	Period		quarter = period_of_months(2024, 1, 3);
	Period		july = period_of_months(2024, 7, 1);
	Period		so_far = days(2024, 1, 1, 2024, 12, 19);
	Period		fiscal = period_of_months(2024, 4, 12);

	NAMED("2024年", year, .form = PERIOD_NAME);
	NAMED("全年", year, SHORT);
	NAMED("2024年1—12月", year, MONTHS);
	NAMED("2024年1月1日至12月31日", year, DAYS);
	NAMED("2024年上半年", first_half, .form = PERIOD_NAME);
	NAMED("上半年", first_half, SHORT);
	NAMED("下半年", period_of_months(2024, 7, 6), SHORT);
	NAMED("1—6月", first_half, SHORT, MONTHS);
	NAMED("2024年一季度", quarter, .form = PERIOD_NAME);
	NAMED("四季度", period_of_months(2024, 10, 3), SHORT);
	NAMED("2024年前三季度", period_of_months(2024, 1, 9), .form = PERIOD_NAME);
	NAMED("1—9月", period_of_months(2024, 1, 9), SHORT, MONTHS);
	NAMED("2024年7月", july, .form = PERIOD_NAME);
	NAMED("7月份", july, SHORT);
	NAMED("7月1日至31日", july, SHORT, DAYS);
	NAMED("2024年1—7月", period_of_months(2024, 1, 7), .form = PERIOD_NAME);
	NAMED("1—7月", period_of_months(2024, 1, 7), SHORT);
	NAMED("2—4月", period_of_months(2024, 2, 3), SHORT);
	NAMED("2024年1月1日至12月19日", so_far, .form = PERIOD_NAME);
	NAMED("1月1日至12月19日", so_far, SHORT);
	NAMED("3月1日至20日", days(2024, 3, 1, 2024, 3, 20), SHORT);
	NAMED("2024年7月15日", days(2024, 7, 15, 2024, 7, 15), .form = PERIOD_NAME);
	NAMED("2021—2023年", period_of_months(2021, 1, 36), SHORT);
	NAMED("2023年12月至2024年2月", period_of_months(2023, 12, 3), SHORT);
	NAMED("2023年12月20日至2024年1月19日", days(2023, 12, 20, 2024, 1, 19), SHORT);

	NAMED("2024", year, ENGLISH);
	NAMED("the year", year, ENGLISH, SHORT);
	NAMED("the first half of 2024", first_half, ENGLISH);
	NAMED("the first half", first_half, ENGLISH, SHORT);
	NAMED("the first quarter of 2024", quarter, ENGLISH);
	NAMED("the first three quarters of 2024", period_of_months(2024, 1, 9), ENGLISH);
	NAMED("July 2024", july, ENGLISH);
	NAMED("July", july, ENGLISH, SHORT);
	NAMED("January to July 2024", period_of_months(2024, 1, 7), ENGLISH);
	NAMED("December 2023 to February 2024", period_of_months(2023, 12, 3), ENGLISH, SHORT);
	NAMED("1 January to 19 December 2024", so_far, ENGLISH);
	NAMED("1 to 20 March", days(2024, 3, 1, 2024, 3, 20), ENGLISH, SHORT);
	NAMED("15 July 2024", days(2024, 7, 15, 2024, 7, 15), ENGLISH);
	NAMED("2021 to 2023", period_of_months(2021, 1, 36), ENGLISH);
	NAMED("20 December 2023 to 19 January 2024", days(2023, 12, 20, 2024, 1, 19), ENGLISH);

	/* fiscal years: nothing of a calendar year is called the half of one */
	NAMED("2024/25年度", fiscal, FROM(4));
	NAMED("2024/25", fiscal, FROM(4), ENGLISH);
	NAMED("全年度", fiscal, FROM(4), SHORT);
	NAMED("1999/2000", period_of_months(1999, 4, 12), FROM(4), ENGLISH);
	NAMED("2024年4月至2025年3月", fiscal, .form = PERIOD_NAME);
	NAMED("2024年1—12月", year, FROM(4));
	NAMED("2024年1—6月", first_half, FROM(4));
	NAMED("2023/24年度四季度", quarter, FROM(4));
	NAMED("2024/25年度上半年", period_of_months(2024, 4, 6), FROM(4));
	NAMED("the second half of 2024/25", period_of_months(2024, 10, 6), FROM(4), ENGLISH);
	NAMED("2022/23—2023/24年度", period_of_months(2022, 10, 24), FROM(10));
	NAMED("July 2024", july, FROM(4), ENGLISH);

	/* years from another day of a month */
	NAMED("2024/25", days(2024, 4, 6, 2025, 4, 5), .year_start = {4, 6}, ENGLISH);
	NAMED("2024/25年度一季度", days(2024, 4, 6, 2024, 7, 5), .year_start = {4, 6});
	NAMED("6 April to 5 May 2024", days(2024, 4, 6, 2024, 5, 5), .year_start = {4, 6}, ENGLISH);
	NAMED("2024年4月", period_of_months(2024, 4, 1), .year_start = {4, 6});
	NAMED("15 January 2024 to 14 January 2025", days(2024, 1, 15, 2025, 1, 14), .year_start = {1, 15}, ENGLISH);
	NAMED("January to December 2024", year, .year_start = {1, 15}, ENGLISH);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Every run of months and of days of four years has a name of its own, in each way of naming. */
static void
test_unique(void)
{
	int			first = day_from_civil(2023, 1, 1);
	char	  **names = malloc(sizeof(char *) * 2000000);

	for (int form = 0; form < 3; form++)
		for (int language = 0; language < 2; language++)
			for (int start = 1; start <= 10; start += 3)
			{
				size_t		count = 0;

				for (int from = 0; from < 48; from++)
					for (int months = 1; from + months <= 48; months++)
						names[count++] = strdup(named(period_of_months(2023 + from / 12, from % 12 + 1, months),
													  (PeriodWording) {.language = language, .form = form, .year_start = {start, 1}}));
				for (int from = 0; from < 800; from += 3)
					for (int to = from + 1; to < 800; to += 1 + unit_random() % 9)
					{
						Period		p = {first + from, first + to};
						int64_t		months;

						if (!period_months(p, &months))
							names[count++] = strdup(named(p, (PeriodWording) {.language = language, .form = form, .year_start = {start, 1}}));
					}
				qsort(names, count, sizeof(char *), compare);
				for (size_t i = 1; i < count; i++)
					CHECK(strcmp(names[i - 1], names[i]) != 0, "%s twice", names[i]);
				for (size_t i = 0; i < count; i++)
					free(names[i]);
			}
	free(names);
}

int
main(void)
{
	test_examples();
	test_unique();
	CHECK(wording_period_form("days") == PERIOD_DAYS && wording_period_form("weeks") == -1, "forms");
	return finish("period words");
}
