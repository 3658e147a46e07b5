/*
 * test_period_text.c
 *		Periods as people write them, each form against the days that it means, written
 *		here by printf(); and what is none, with its place.
 */
#include "core/period_text.h"
#include "core/period_words.h"
#include "unit.h"

static const YearStart january = {1, 1};

static void
reads(const char *text, YearStart start, int32_t first, int32_t after)
{
	Period		p = {0, 0};
	PeriodError error;
	bool		read = period_read(text, strlen(text), start, &p, &error);

	CHECK(read && p.start == first && p.end == after, "%s: %d, problem %d at %d; [%d,%d) not [%d,%d)", text, read,
		  error.problem, error.position, p.start, p.end, first, after);
}

static void
refused(const char *text, PeriodProblem problem, int position)
{
	Period		p;
	PeriodError error;
	bool		read = period_read(text, strlen(text), january, &p, &error);

	CHECK(!read && error.problem == problem && error.position == position, "%s: %d, problem %d at %d, not %d at %d", text, read,
		  error.problem, error.position, problem, position);
}

static int
below(int most)
{
	return (int) (unit_random() % (uint64_t) most);
}

static const char *const signs[] = {"..", "—", "——", "–", "-", "~", "～", "至", "到", " to ", " - ", " — "};
static const char *const month_names[] = {"January", "February", "March", "April", "May", "June", "July",
"August", "September", "October", "November", "December"};
static const char *const numerals[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"};
static const char *const ordinals[] = {"first", "second", "third", "fourth"};

/* One period of random bounds in every form that its kind has. */
static void
check_forms(void)
{
	int			year = 1 + below(9998);
	int			month = 1 + below(12);
	int			last = month + below(13 - month);
	int			quarter = 1 + below(4);
	int			quarter_last = quarter + below(5 - quarter);
	int			half = 1 + below(2);
	int			day = 1 + below(days_of_month(year, month));
	int			later_year = year + below(10000 - year);
	YearStart	start = {1 + below(12), 1 + below(28)};
	const char *to = signs[below((int) (sizeof(signs) / sizeof(*signs)))];
	char		text[200];
	int32_t		quarter_start = day_from_civil(year + (start.month - 1 + 3 * (quarter - 1)) / 12, (start.month - 1 + 3 * (quarter - 1)) % 12 + 1, start.day);
	int32_t		quarter_end = day_from_civil(year + (start.month - 1 + 3 * quarter_last) / 12, (start.month - 1 + 3 * quarter_last) % 12 + 1, start.day);
	int32_t		half_start = day_from_civil(year + (start.month - 1 + 6 * (half - 1)) / 12, (start.month - 1 + 6 * (half - 1)) % 12 + 1, start.day);
	int32_t		half_end = day_from_civil(year + (start.month - 1 + 6 * half) / 12, (start.month - 1 + 6 * half) % 12 + 1, start.day);
	int32_t		month_start = day_from_civil(year, month, 1);
	int32_t		month_end = day_from_civil(year + month / 12, month % 12 + 1, 1);
	int32_t		last_end = day_from_civil(year + last / 12, last % 12 + 1, 1);
	int32_t		a_day = day_from_civil(year, month, day);

#define READS(first, after, begins, ...) \
	(snprintf(text, sizeof(text), __VA_ARGS__), reads(text, begins, first, after))

	READS(day_from_civil(year, start.month, start.day), day_from_civil(year + 1, start.month, start.day), start, "%04d", year);
	READS(day_from_civil(year, start.month, start.day), day_from_civil(later_year + 1, start.month, start.day), start, "%04d%s%04d", year, to, later_year);
	READS(day_from_civil(year, start.month, start.day), day_from_civil(year + 1, start.month, start.day), start, " %04d年 ", year);
	READS(day_from_civil(year, start.month, start.day), day_from_civil(year + 1, start.month, start.day), start, "%04d年度", year);
	READS(day_from_civil(year, start.month, start.day), day_from_civil(later_year + 1, start.month, start.day), start, "%04d%s%04d年", year, to, later_year);
	if (start.month != 1 || start.day != 1)
		READS(day_from_civil(year, start.month, start.day), day_from_civil(year + 1, start.month, start.day), start, "%04d/%02d", year, (year + 1) % 100);
	READS(half_start, half_end, start, "%04dH%d", year, half);
	READS(half_start, half_end, start, "h%d %04d", half, year);
	READS(half_start, half_end, start, "%04d年%s半年", year, half == 1 ? "上" : "下");
	READS(half_start, half_end, start, "the %s half of %04d", ordinals[half - 1], year);
	READS(quarter_start, quarter_end, start, "%04dQ%d..Q%d", year, quarter, quarter_last);
	READS(quarter_start, quarter_end, start, "%04d-Q%d%s%04d-Q%d", year, quarter, to, year, quarter_last);
	READS(quarter_start, quarter_end, start, "%04d年%d%s%d季度", year, quarter, to, quarter_last);
	READS(quarter_start, quarter_end, start, "%04d年第%s季度%s第%s季度", year, numerals[quarter], to, numerals[quarter_last]);
	READS(quarter_start, quarter_end, start, "the %s quarter to the %s quarter of %04d", ordinals[quarter - 1], ordinals[quarter_last - 1], year);
	READS(month_start, month_end, start, "%04d-%02d", year, month);
	READS(month_start, month_end, start, "%04d%02d", year, month);
	READS(month_start, month_end, start, "%04d年%d月份", year, month);
	READS(month_start, month_end, start, "%04d年%s月", year, numerals[month]);
	READS(month_start, month_end, start, "%s %04d", month_names[month - 1], year);
	READS(month_start, month_end, start, "%.3s %04d", month_names[month - 1], year);
	READS(month_start, last_end, start, "%04d-%d%s%04d-%02d", year, month, to, year, last);
	READS(month_start, last_end, start, "%04d-%02d..%02d", year, month, last);
	READS(month_start, last_end, start, "%04d年%d%s%d月", year, month, to, last);
	READS(month_start, last_end, start, "%04d年%d月%s%d月", year, month, to, last);
	READS(month_start, last_end, start, "%04d 年 %d 月%s%04d 年 %d 月", year, month, to, year, last);
	READS(month_start, last_end, start, "%s %s %s %04d", month_names[month - 1], strchr(to, '.') ? ".." : to, month_names[last - 1], year);
	READS(day_from_civil(year, 1, 1), last_end, start, "%04d年前%d个月", year, last);
	READS(a_day, a_day + 1, start, "%04d-%02d-%02d", year, month, day);
	READS(a_day, a_day + 1, start, "%04d/%d/%d", year, month, day);
	READS(a_day, a_day + 1, start, "%04d.%d.%d", year, month, day);
	READS(a_day, a_day + 1, start, "%04d%02d%02d", year, month, day);
	READS(a_day, a_day + 1, start, "%04d年%d月%d日", year, month, day);
	READS(a_day, a_day + 1, start, "%d %s %04d", day, month_names[month - 1], year);
	READS(a_day, a_day + 1, start, "%s %d, %04d", month_names[month - 1], day, year);
	READS(month_start, a_day + 1, start, "%04d-%02d-01..%02d", year, month, day);
	READS(day_from_civil(year, 1, 1), a_day + 1, start, "%04d-01-01..%02d-%02d", year, month, day);
	READS(day_from_civil(year, 1, 1), a_day + 1, start, "%04d年1月1日%s%d月%d日", year, to, month, day);
	READS(month_start, a_day + 1, start, "%04d年%d月1%s%d日", year, month, to, day);
	READS(month_start, a_day + 1, start, "%04d年%d月1日%s%d日", year, month, to, day);
	READS(day_from_civil(year, 1, 1), a_day + 1, start, "1 January to %d %s %04d", day, month_names[month - 1], year);
	READS(a_day, last_end, start, "[%04d-%02d-%02d,%04d-%02d-%02d]", year, month, day, year, last, days_of_month(year, last));
	READS(a_day, last_end + 1, start, "[%04d-%02d-%02d, %04d-%02d-%02d)", year, month, day, last == 12 ? year + 1 : year, last % 12 + 1, 2);
}

/* What is written in full width is what it is in ASCII. */
static void
check_width(void)
{
	reads("２０２４－０７．．２０２４－０９", january, day_from_civil(2024, 7, 1), day_from_civil(2024, 10, 1));
	reads("２０２４Ｑ１", january, day_from_civil(2024, 1, 1), day_from_civil(2024, 4, 1));
	reads("　２０２４年１～７月", january, day_from_civil(2024, 1, 1), day_from_civil(2024, 8, 1));
	reads("二〇二四年十二月三十一日", january, day_from_civil(2024, 12, 31), day_from_civil(2025, 1, 1));
	reads("二零二四年二月二十九日", january, day_from_civil(2024, 2, 29), day_from_civil(2024, 3, 1));
}

/* What a period is called is read as that period, in every language and form, of calendar years and others. */
static void
check_names(void)
{
	int			kind = below(6);
	int			year = 1000 + below(8900);
	int			month = 1 + below(12);
	YearStart	start = below(2) == 0 ? CALENDAR_YEAR : (YearStart) {1 + below(12), below(2) == 0 ? 1 : 1 + below(28)};
	int			months = kind == 0 ? 12 * (1 + below(3)) : kind == 1 ? 6 : kind == 2 ? 3 : kind == 3 ? 9 : 1 + below(12);
	Period		p = period_of_year(year, kind == 0 || kind == 3 ? 0 : kind == 1 ? 6 * below(2) : kind == 2 ? 3 * below(4) : month, months, start);

	if (kind == 5)
	{
		p.start = day_from_civil(year, month, 1) + below(40);
		p.end = p.start + 1 + below(below(2) == 0 ? 20 : 500);
	}
	for (int language = WORDING_CHINESE; language <= WORDING_ENGLISH; language++)
		for (int form = PERIOD_NAME; form <= PERIOD_DAYS; form++)
		{
			char		text[200];
			Words		words = {text, sizeof(text), 0};
			PeriodWording how = {.language = (WordingLanguage) language, .form = (PeriodForm) form, .year_start = start};

			words_period(&words, p, &how);
			reads(text, start, p.start, p.end);
		}
}

int
main(void)
{
	for (int i = 0; i < 3000; i++)
	{
		check_forms();
		check_names();
	}
	check_width();
	refused("", PERIOD_SYNTAX, 1);
	refused("2024 12", PERIOD_SYNTAX, 6);
	refused("2024年度报告", PERIOD_SYNTAX, 7);
	refused("2024年前", PERIOD_SYNTAX, 7);
	refused("2024-01..", PERIOD_SYNTAX, 10);
	refused("1—7月", PERIOD_SYNTAX, 1);
	refused("7/1/2024", PERIOD_SYNTAX, 1);
	refused("July", PERIOD_NO_YEAR, 1);
	refused("0000", PERIOD_NO_SUCH, 1);
	refused("2024-00", PERIOD_NO_SUCH, 1);
	refused("2024-13", PERIOD_NO_SUCH, 1);
	refused("2023-02-29", PERIOD_NO_SUCH, 1);
	refused("2024Q1..Q5", PERIOD_NO_SUCH, 9);
	refused("2024年1—13月", PERIOD_NO_SUCH, 1);
	refused("2024年7—1月", PERIOD_REVERSED, 1);
	refused("2024..2023", PERIOD_REVERSED, 7);
	refused("2024/25", PERIOD_FISCAL, 5);
	refused("2024/12", PERIOD_FISCAL, 5);
	refused("[2024-01-01,)", PERIOD_UNBOUNDED, 13);
	refused("(,)", PERIOD_UNBOUNDED, 2);
	refused("[2024-01-01,infinity)", PERIOD_UNBOUNDED, 13);
	refused("[2024-01-01,2024-01-01)", PERIOD_EMPTY, 1);
	refused("[2024-01-02,2024-01-01]", PERIOD_REVERSED, 1);
	refused("[01/02/2024,02/02/2024)", PERIOD_SYNTAX, 2);
	return finish("period_text");
}
