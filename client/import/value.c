/*
 * value.c
 *		Values of cells as the server's types read them.
 */
#include "value.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "words.h"

#define MOST_DIGITS 1000
#define MOST_PLACES 32

/* ------------------------------------------------------------------ days */

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool
day_number(int year, int month, int day, long *number)
{
	long		y, era, of_era, of_year;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	of_era = (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 + of_year;
	*number = era * 146097 + of_era - 719468;
	return true;
}

static void
split_day(long number, int *year, int *month, int *day)
{
	long		z = number + 719468, era = z / 146097, of_era = z - era * 146097;
	long		y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365, of_year = of_era - (365 * y + y / 4 - y / 100);
	long		m = (5 * of_year + 2) / 153;

	*day = (int) (of_year - (153 * m + 2) / 5 + 1);
	*month = (int) (m < 10 ? m + 3 : m - 9);
	*year = (int) (y + era * 400 + (*month <= 2));
}

static void
add_digits(Chars *into, int value, int width)
{
	char		digits[12];
	int			n = 0;

	do
		digits[n++] = (char) ('0' + value % 10);
	while ((value /= 10) > 0);
	while (n < width)
		digits[n++] = '0';
	while (n > 0)
		chars_char(into, digits[--n]);
}

void
day_text(long number, Chars *into)
{
	int			year, month, day;

	split_day(number, &year, &month, &day);
	chars_reset(into);
	add_digits(into, year, 4);
	chars_char(into, '-');
	add_digits(into, month, 2);
	chars_char(into, '-');
	add_digits(into, day, 2);
}

/* ------------------------------------------------------------------ words */

bool
is_nothing(const char *s)
{
	static const char *const words_of_nothing[] = {
		"/", "//", "\\", "-", "--", "---", "—", "——", "－", "–", "无", "不详", "不明", "未知", "暂无", "暂缺", "无数据", "不适用", "n/a",
		"N/A", "NA", "null", "NULL", "Null", "none", "None", "nil", "#N/A", ".",
		"…", "……", "空", NULL
	};

	for (const char *const *word = words_of_nothing; *word; word++)
		if (**word == *s && strcmp(s, *word) == 0)
			return true;
	return false;
}

static ValueState
bad(ValueProblem *problem, const char *format,...) __attribute__((format(printf, 2, 3)));

static ValueState
bad(ValueProblem *problem, const char *format,...)
{
	va_list		args;
	char	   *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	chars_reset(&problem->reason);
	if (text)
		chars_string(&problem->reason, text);
	free(text);
	return VALUE_BAD;
}

/* At most 60 bytes of a text, whole characters, for a message. */
static const char *
shown(const char *text)
{
	static char buffer[80];
	size_t		length = strlen(text);

	if (length <= 60)
		return text;
	for (length = 60; length > 0 && (text[length] & 0xC0) == 0x80;)
		length--;
	snprintf(buffer, sizeof buffer, "%.*s…", (int) length, text);
	return buffer;
}

/* Where a word is among the terms, or would be. */
static int
term_place(const ValueType *type, const char *word, bool *found)
{
	int			low = 0, high = type->term_count;

	*found = false;
	while (low < high)
	{
		int			middle = (low + high) / 2, order = strcmp(type->terms[middle].word, word);

		if (order == 0)
		{
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const Term *
find_term(const ValueType *type, const char *word)
{
	bool		found;
	int			place = term_place(type, word, &found);

	return found ? &type->terms[place] : NULL;
}

void
add_term(ValueType *type, const char *word, const char *value)
{
	Chars		key = {0};
	bool		found;
	int			place = term_place(type, squeezed(&key, word), &found);

	if (!found && key.length)
	{
		if ((type->term_count & (type->term_count - 1)) == 0)
			type->terms = need_more(type->terms, (size_t) (type->term_count ? type->term_count * 2 : 1) * sizeof *type->terms);
		memmove(type->terms + place + 1, type->terms + place, (size_t) (type->term_count - place) * sizeof *type->terms);
		type->terms[place].word = need_copy(key.data);
		type->terms[place].value = need_copy(value);
		type->terms[place].shown = need_copy(word);
		type->terms[place].place = type->term_count++;
	}
	chars_free(&key);
}

/* ------------------------------------------------------------------ numbers */

typedef struct Decimal
{
	bool		negative;
	char		digits[MOST_DIGITS + 1];	/* without leading zeros but one */
	int			count;
	int			scale;			/* digits after the point; may be negative */
} Decimal;

/* A number at the start of a text: sign, digits with or without thousands, fraction, exponent. Gives the end, or NULL. */
static const char *
scan_decimal(const char *s, Decimal *d)
{
	bool		point = false, any = false;
	int			group = -1;		/* digits since the last comma */
	long		exponent = 0;

	d->negative = false;
	d->count = d->scale = 0;
	if (*s == '+' || *s == '-')
		d->negative = *s++ == '-';
	for (;; s++)
	{
		if (*s >= '0' && *s <= '9')
		{
			if (d->count >= MOST_DIGITS)
				return NULL;
			if (d->count > 0 || *s != '0' || point)
				d->digits[d->count++] = *s;
			if (point)
				d->scale++;
			any = true;
			if (group >= 0)
				group++;
		}
		else if (*s == '.' && !point)
		{
			if (group >= 0 && group != 3)
				return NULL;
			group = -1;
			point = true;
		}
		else if (*s == ',' && !point && any && isdigit((unsigned char) s[1]))
		{
			if (group >= 0 && group != 3)
				return NULL;
			group = 0;
		}
		else
			break;
	}
	if (!any || (group >= 0 && group != 3))
		return NULL;
	if ((*s == 'e' || *s == 'E') && (isdigit((unsigned char) s[1]) || ((s[1] == '+' || s[1] == '-') && isdigit((unsigned char) s[2]))))
	{
		char	   *end;

		exponent = strtol(s + 1, &end, 10);
		if (exponent > 400 || exponent < -400)
			return NULL;
		s = end;
	}
	d->scale -= (int) exponent;
	return s;
}

/* Digits without zeros that say nothing; rounds a float's noise away where it came from a workbook. */
static void
tidy(Decimal *d, bool stored_as_number)
{
	int			zeros = 0;

	while (zeros < d->count && d->digits[zeros] == '0')
		zeros++;
	memmove(d->digits, d->digits + zeros, (size_t) (d->count - zeros));
	d->count -= zeros;
	if (stored_as_number && d->count > 15)
	{
		bool		up = d->digits[15] >= '5';

		d->scale -= d->count - 15;
		d->count = 15;
		for (int i = 14; up && i >= 0; i--)
		{
			up = d->digits[i] == '9';
			d->digits[i] = up ? '0' : (char) (d->digits[i] + 1);
		}
		if (up)
		{
			memmove(d->digits + 1, d->digits, 15);
			d->digits[0] = '1';
			d->count = 16;
		}
	}
	while (d->count > 0 && d->scale > 0 && d->digits[d->count - 1] == '0')
		d->count--, d->scale--;
	if (d->count == 0)
		d->scale = 0, d->negative = false;
}

static void
put_decimal(const Decimal *d, Chars *into)
{
	chars_reset(into);
	if (d->negative)
		chars_char(into, '-');
	if (d->scale <= 0)
	{
		chars_add(into, d->count ? d->digits : "0", d->count ? (size_t) d->count : 1);
		for (int i = d->scale; i < 0 && d->count; i++)
			chars_char(into, '0');
	}
	else
	{
		int			whole = d->count - d->scale;

		if (whole > 0)
			chars_add(into, d->digits, (size_t) whole);
		else
			chars_char(into, '0');
		chars_char(into, '.');
		for (int i = whole; i < 0; i++)
			chars_char(into, '0');
		chars_add(into, d->digits + (whole > 0 ? whole : 0), (size_t) (d->count - (whole > 0 ? whole : 0)));
	}
}

/* What may stand after a number: a unit; with the powers of ten that it is. */
static bool
unit_after(const char *s, int *shift)
{
	static const struct
	{
		const char *word;
		int			shift;
	}			after[] = {
		{"", 0}, {"元", 0}, {"万元", 4}, {"亿元", 8}, {"千元", 3}, {"万", 4}, {"亿", 8}, {"起", 0}, {"人", 0}, {"家", 0}, {"家次", 0}, {"次", 0}, {"项", 0}, {"条", 0}, {"件", 0}, {"宗", 0},
		{"个", 0}, {"名", 0}, {"份", 0}, {"处", 0}, {"台", 0}, {"套", 0}, {"户", 0}, {"户次", 0}, {"人次", 0}, {"天", 0}, {"日", 0}, {"期", 0}, {"场", 0}, {"册", 0},
							{"%", 0}, {"元整", 0}, {"万元整", 4},
		{"yuan", 0}, {"rmb", 0}, {NULL, 0}
	};

	while (*s == ' ')
		s++;
	for (int i = 0; after[i].word; i++)
		if (strcmp(s, after[i].word) == 0)
		{
			*shift = after[i].shift;
			return true;
		}
	return false;
}

static ValueState
read_number(Chars *into, const char *s, bool stored, const ValueType *type, ValueProblem *problem)
{
	Decimal		d;
	const char *end;
	const char *from = s;
	int			own = 0, shift = type->shift;
	bool		brackets = false;

	if (starts_with(from, "¥"))
		from += 2;
	else if (*from == '$')
		from++;
	if (*from == '(' && ends_with(from, ")"))	/* as accountants write what is negative */
		brackets = true, from++;
	while (*from == ' ')
		from++;
	end = scan_decimal(from, &d);
	if (brackets && end && strcmp(end, ")") == 0)
	{
		d.negative = true;
		end++;
	}
	if (!end || !unit_after(end, &own))
	{
		static const char *const about[] = {"约", "近", "余", "多", "左右", "以上", "超", "不足", NULL};

		for (const char *const *word = about; *word; word++)
			if (strstr(s, *word) && strpbrk(s, "0123456789"))
				return bad(problem, TEXT("\"%s\" is about a number, not one", "“%s”是概数，不是确数"), shown(s));
		if (end && *end == '/')
			return bad(problem, TEXT("\"%s\" is two numbers", "“%s”是两个数"), shown(s));
		return bad(problem, TEXT("\"%s\" is no number", "“%s”不是数"), shown(s));
	}
	if (own)
		shift = own;			/* what the value says of itself comes before the heading */
	d.scale -= shift;
	tidy(&d, stored);
	if (d.count - d.scale > MOST_DIGITS)
		return bad(problem, TEXT("\"%s\" is too large", "“%s”太大"), shown(s));
	if (type->kind == VALUE_INTEGER)
	{
		long long	n = 0;

		if (d.scale > 0)
		{
			put_decimal(&d, into);
			return bad(problem, TEXT("%s is no whole number", "%s 不是整数"), shown(into->data));
		}
		put_decimal(&d, into);
		if (into->length > 19 || (n = strtoll(into->data, NULL, 10)) < type->least || n > type->most)
			return bad(problem, TEXT("%s is out of range", "%s 超出范围"), shown(into->data));
		return VALUE_FINE;
	}
	if (type->precision > 0 && d.count - d.scale > type->precision - type->scale)
		return bad(problem, TEXT("\"%s\" is too large: at most %d digits before the point", "“%s”太大：小数点前至多%d位"), shown(s), type->precision - type->scale);
	put_decimal(&d, into);
	return VALUE_FINE;
}

bool
read_amount(const char *text, double *amount)
{
	Chars		s = {0};
	Decimal		d;
	const char *end;
	int			shift;
	bool		fine;

	plain(&s, text);
	end = scan_decimal(s.data, &d);
	fine = end && unit_after(end, &shift);
	if (fine)
	{
		tidy(&d, true);
		put_decimal(&d, &s);
		*amount = strtod(s.data, NULL);
	}
	chars_free(&s);
	return fine;
}

/* ------------------------------------------------------------------ dates */

/* Digits of a number at *s; moves it on. -1 where there are none. */
static int
scan_int(const char **s, int most)
{
	int			value = -1, n = 0;

	while (**s >= '0' && **s <= '9' && n++ < most)
		value = (value < 0 ? 0 : value) * 10 + (*(*s)++ - '0');
	return value;
}

static void
skip(const char **s, const char *set)
{
	while (**s && strchr(set, **s))
		++*s;
}

/* Nothing, or a time of day, which a date drops; for a moment it is kept. */
static bool
scan_time(const char *s, int *seconds)
{
	int			hour, minute = 0, second = 0;

	*seconds = 0;
	skip(&s, " T");
	if (*s == '\0')
		return true;
	hour = scan_int(&s, 2);
	if (starts_with(s, "时"))
	{
		s += strlen("时");
		if (*s)
			minute = scan_int(&s, 2);
		if (starts_with(s, "分"))
			s += strlen("分");
		if (*s)
			second = scan_int(&s, 2);
		if (starts_with(s, "秒"))
			s += strlen("秒");
	}
	else if (*s == ':')
	{
		s++;
		minute = scan_int(&s, 2);
		if (*s == ':')
		{
			s++;
			second = scan_int(&s, 2);
		}
		if (*s == '.')
		{
			s++;
			scan_int(&s, 9);
		}
		skip(&s, "Z ");
		if (strcasecmp(s, "am") == 0 || strcasecmp(s, "pm") == 0)
		{
			hour = hour % 12 + (tolower((unsigned char) *s) == 'p' ? 12 : 0);
			s += 2;
		}
	}
	if (*s || hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

static bool
order_is(const ValueType *type, const char *order)
{
	return type->format && strcasecmp(type->format, order) == 0;
}

/* What is no day. Which one is meant, nobody knows. */
static ValueState
no_day(ValueProblem *problem, const char *s)
{
	chars_reset(&problem->likely);
	return bad(problem, TEXT("there is no day \"%s\"", "没有“%s”这一天"), shown(s));
}

static int
month_name(const char *s)
{
	static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

	for (int m = 0; m < 12; m++)
		if (strncasecmp(s, names[m], 3) == 0)
			return m + 1;
	return 0;
}

bool
lacks_year(const char *s)
{
	size_t		digits = strspn(s, "0123456789");

	return (digits == 1 || digits == 2) && starts_with(s + digits, "月");
}

/* A day, and the seconds of it. */
static ValueState
scan_day(const char *s, const ValueType *type, long *number, int *seconds, ValueProblem *problem)
{
	const char *at = s;
	int			year, month, day;
	size_t		digits = strspn(s, "0123456789");

	*seconds = 0;
	if (order_is(type, "ROC"))
	{
		/* the Republic's years, yyymmdd or yyy/mm/dd */
		if ((digits == 6 || digits == 7) && s[digits] == '\0')
		{
			int			whole = atoi(s);

			year = whole / 10000, month = whole / 100 % 100, day = whole % 100;
		}
		else
		{
			year = scan_int(&at, 3);
			skip(&at, "/.-");
			month = scan_int(&at, 2);
			skip(&at, "/.-");
			day = scan_int(&at, 2);
			if (*at || year < 0 || month < 0 || day < 0)
				return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		}
		return day_number(year + 1911, month, day, number) ? VALUE_FINE : no_day(problem, s);
	}
	/* 20240105, 20240105 13:20 */
	if (digits == 8 && (s[8] == '\0' || s[8] == ' '))
	{
		int			whole = atoi((char[9]) {s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], 0});

		year = whole / 10000, month = whole / 100 % 100, day = whole % 100;
		if (order_is(type, "MDY"))
			month = whole / 1000000, day = whole / 10000 % 100, year = whole % 10000;
		if (!scan_time(s + 8, seconds))
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		return day_number(year, month, day, number) ? VALUE_FINE : no_day(problem, s);
	}
	/* a serial number of days, 45631 or 45631.5 */
	if (digits == 5 && (s[5] == '\0' || s[5] == '.'))
	{
		double		serial = strtod(s, (char **) &at);

		if (*at || serial < 18264 || serial > 109574)	/* 1950 to 2199 */
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		*number = (long) floor(serial) - 25569 + (type->date1904 ? 1462 : 0);
		*seconds = (int) floor((serial - floor(serial)) * 86400 + 0.5);
		return VALUE_FINE;
	}
	if (digits == 4 && (s[4] == '-' || (!order_is(type, "MDY") && !order_is(type, "DMY"))))
	{
		year = scan_int(&at, 4);
		skip(&at, " ");
		if (starts_with(at, "年"))
			at += strlen("年");
		else if (*at && strchr("-/.", *at))
			at++;
		else
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		skip(&at, " ");
		month = scan_int(&at, 2);
		skip(&at, " ");
		if (starts_with(at, "月"))
			at += strlen("月");
		else if (*at && strchr("-/.", *at))
			at++;
		else if (*at == '\0' && month > 0)
			return bad(problem, TEXT("\"%s\" has no day", "“%s”没有日"), shown(s));
		else
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		skip(&at, " ");
		if (*at == '\0' && month > 0)
			return bad(problem, TEXT("\"%s\" has no day", "“%s”没有日"), shown(s));
		day = scan_int(&at, 2);
		skip(&at, " ");
		if (starts_with(at, "日") || starts_with(at, "号"))
			at += strlen("日");
		if (day < 0 || !scan_time(at, seconds))
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		return day_number(year, month, day, number) ? VALUE_FINE : no_day(problem, s);
	}
	if (lacks_year(s))
	{
		month = scan_int(&at, 2);
		at += strlen("月");
		skip(&at, " ");
		day = scan_int(&at, 2);
		if (starts_with(at, "日") || starts_with(at, "号"))
			at += strlen("日");
		if (day < 0 || !scan_time(at, seconds))
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		if (type->year == 0)
			return bad(problem, TEXT("\"%s\" has no year, and the sheet's title says none", "“%s”没有年份，标题中也没有"), shown(s));
		if (type->year < 0)
			return bad(problem, TEXT("\"%s\" has no year, and the sheet's title says several", "“%s”没有年份，而标题中有几个年份"), shown(s));
		return day_number(type->year, month, day, number) ? VALUE_FINE : no_day(problem, s);
	}
	/* 12/5/2024, 5.12.2024, 5 Dec 2024, Dec 5, 2024 */
	{
		int			first, second = -1, named = 0;

		named = month_name(at);
		if (named)
		{
			while (isalpha((unsigned char) *at) || *at == '.')
				at++;
			skip(&at, " ");
			first = scan_int(&at, 2);
		}
		else
		{
			first = scan_int(&at, 2);
			skip(&at, " ");
			if (*at && strchr("/.-", *at))
				at++;
			skip(&at, " ");
			named = month_name(at);
			if (named)
				while (isalpha((unsigned char) *at) || *at == '.')
					at++;
			else
				second = scan_int(&at, 2);
		}
		skip(&at, " ,");
		if (*at && strchr("/.-", *at))
			at++;
		skip(&at, " ");
		year = scan_int(&at, 4);
		if (first < 0 || (second < 0 && !named) || year < 0 || !scan_time(at, seconds))
			return bad(problem, TEXT("\"%s\" is no date", "“%s”不是日期"), shown(s));
		if (year < 100 && (order_is(type, "MDY") || order_is(type, "DMY")))
			year += year < 70 ? 2000 : 1900;
		if (year < 100)
			return bad(problem, TEXT("\"%s\": which year, and which comes first? a format in the mapping file says", "“%s”：年份不全，先后不明；可在对照文件中写明格式"), shown(s));
		if (named)
			month = named, day = first;
		else if (order_is(type, "DMY") || (!type->format && first > 12))
			day = first, month = second;
		else if (order_is(type, "MDY") || (!type->format && (second > 12 || first == second)))
			month = first, day = second;
		else
		{
			long		one,
						other;
			bool		may_be = day_number(year, first, second, &one) && (!type->latest || one <= type->latest),
						or_else = day_number(year, second, first, &other) && (!type->latest || other <= type->latest);

			/* the one that can be, where the other cannot */
			chars_reset(&problem->likely);
			if (may_be != or_else)
				day_text(may_be ? one : other, &problem->likely);
			return bad(problem, TEXT("\"%s\": the month or the day first? a format in the mapping file says", "“%s”：先月还是先日？可在对照文件中写明格式"), shown(s));
		}
		return day_number(year, month, day, number) ? VALUE_FINE : no_day(problem, s);
	}
}

/* A deadline that is no date: so many days, at once, before some day. true when it is one. */
static bool
scan_deadline(const char *s, const long *from, long *number, ValueProblem *problem, ValueState *state)
{
	static const char *const at_once[] = {"立即", "当场", "即日", "现场", "立行立改", "随时", NULL};
	const char *at = s;
	int			n, year, month, day;

	*state = VALUE_FINE;
	for (const char *const *word = at_once; *word; word++)
		if (starts_with(s, *word))
		{
			if (!from)
				*state = bad(problem, TEXT("\"%s\" of which day?", "“%s”从哪天算起？"), shown(s));
			else
				*number = *from;
			return true;
		}
	n = scan_int(&at, 3);
	skip(&at, " ");
	if (n >= 0 && (*at == '\0' || strcmp(at, "天") == 0 || strcmp(at, "日") == 0 || strcmp(at, "天内") == 0 || strcmp(at, "日内") == 0 || strcmp(at, "个自然日") == 0 || strcasecmp(at, "days") == 0))
	{
		if (!from)
			*state = bad(problem, TEXT("\"%s\" days from which day?", "“%s”从哪天算起？"), shown(s));
		else
			*number = *from + n;
		return true;
	}
	if (strstr(at, "工作日"))
	{
		*state = bad(problem, TEXT("\"%s\": working days are not counted here; write the date", "“%s”：这里不换算工作日，请写日期"), shown(s));
		return true;
	}
	/* 2024年12月31日前, 12月31日前, 12月底前 */
	at = s;
	year = from ? (split_day(*from, &year, &month, &day), year) : 0;
	n = scan_int(&at, 4);
	if (n > 1900 && starts_with(at, "年"))
	{
		year = n;
		at += strlen("年");
		n = scan_int(&at, 2);
	}
	else if (!from)
		return false;
	if (n < 1 || n > 12 || !starts_with(at, "月"))
		return false;
	at += strlen("月");
	month = n;
	n = scan_int(&at, 2);
	if (n > 0)
	{
		day = n;
		if (starts_with(at, "日") || starts_with(at, "号"))
			at += strlen("日");
	}
	else if (starts_with(at, "底") || starts_with(at, "末"))
		day = days_in(year, month), at += strlen("底");
	else
		return false;
	if (starts_with(at, "之前") || starts_with(at, "以前"))
		at += strlen("之前");
	else if (starts_with(at, "前"))
		at += strlen("前");
	if (starts_with(at, "完成"))
		at += strlen("完成");
	if (*at)
		return false;
	if (!day_number(year, month, day, number))
	{
		*state = no_day(problem, s);
		return true;
	}
	/* without a year: the next such day */
	if (from && *number < *from && !strstr(s, "年") && day_number(year + 1, month, day > days_in(year + 1, month) ? days_in(year + 1, month) : day, number))
		return true;
	return true;
}

/* The same day of a year, if there is one that has come. */
static void
in_year(long number, int year, long latest, Chars *likely)
{
	int			of, month, day;

	split_day(number, &of, &month, &day);
	chars_reset(likely);
	if (of != year && day_number(year, month, day, &number) && (!latest || number <= latest))
		day_text(number, likely);
}

/* Where a day or a number stands when it has come, lists have: not yet, being done, to be found out. */
bool
is_not_yet(const char *s)
{
	static const char *const beginnings[] = {"未", "尚未", "暂未", "还未", "没有", "待", NULL};

	if (strpbrk(s, "0123456789") || strlen(s) > 24)
		return false;
	for (const char *const *word = beginnings; *word; word++)
		if (starts_with(s, *word))
			return true;
	return ends_with(s, "中");	/* 整改中, 办理中, 评估中 */
}

/* Words of a number column that say there is none, which is not the same as not known. */
static bool
says_none(const char *s)
{
	static const char *const beginnings[] = {"没有", "未造成", "未发生", "未发现", NULL};

	for (const char *const *word = beginnings; *word; word++)
		if (starts_with(s, *word))
			return true;
	return false;
}

static ValueState
read_day(Chars *into, const char *s, const ValueType *type, const long *from, ValueProblem *problem)
{
	long		number;
	int			seconds;
	ValueState	state;

	if (is_not_yet(s))
		return VALUE_NOTHING;
	if (type->deadline && scan_deadline(s, from, &number, problem, &state))
	{
		if (state == VALUE_FINE)
			day_text(number, into);
		return state;
	}
	state = scan_day(s, type, &number, &seconds, problem);
	if (state == VALUE_BAD && type->latest && problem->likely.length)
	{
		/* nothing that would be refused as well */
		const char *likely = problem->likely.data;

		if (day_number(atoi(likely), atoi(likely + 5), atoi(likely + 8), &number) && number > type->latest)
			chars_reset(&problem->likely);
	}
	if (state != VALUE_FINE)
		return state;
	if (lacks_year(s) && from && number < *from)
	{
		/* a sheet of one year, and what came after its last days */
		in_year(number, type->year + 1, type->latest, &problem->likely);
		return bad(problem, TEXT("\"%s\" has no year, and in that of the sheet's title it is before the day of the record", "“%s”没有年份，按标题的年份则早于本行的日期"), shown(s));
	}
	if (type->latest && number > type->latest)
	{
		/* likely the year that the sheet's title says */
		if (type->year > 0)
			in_year(number, type->year, type->latest, &problem->likely);
		return bad(problem, TEXT("\"%s\" cannot be: that day is yet to come", "“%s”不对：这一天还没有到"), shown(s));
	}
	day_text(number + type->day_after, into);
	if (type->kind == VALUE_MOMENT)
		chars_format(into, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
	return VALUE_FINE;
}

/* ------------------------------------------------------------------ the rest */

static ValueState
read_boolean(Chars *into, const char *s, ValueProblem *problem)
{
	static const char *const yes[] = {
		"√", "✓", "✔", "☑", "是", "有", "对", "y", "yes", "t", "true", "1", "已", "已整改", "已完成", "整改完成", "已办结", "合格", "通过", "达到", "符合", "达到要求", "on", NULL
	};
	static const char *const no[] = {"×", "✗", "✘", "x", "否", "没有", "n", "no", "f", "false", "0", "未", "未整改", "未完成", "整改中", "未办结", "不合格", "未通过", "未达到", "不符合", "off", NULL};
	Chars		word = {0};

	squeezed(&word, s);
	chars_reset(into);
	for (const char *const *w = yes; *w && !into->length; w++)
		if (strcmp(word.data, *w) == 0)
			chars_char(into, 't');
	for (const char *const *w = no; *w && !into->length; w++)
		if (strcmp(word.data, *w) == 0)
			chars_char(into, 'f');
	chars_free(&word);
	return into->length ? VALUE_FINE : bad(problem, TEXT("\"%s\" is neither yes nor no", "“%s”既不是“是”也不是“否”"), shown(s));
}

/* A code or a number of a document in its one form: see emgov.identifier(). */
static void
fold_identifier(Chars *text)
{
	Chars		folded = {0};

	chars_reset(&folded);
	for (const char *s = text->data; *s;)
	{
		static const char *const open[] = {"[", "(", "【", "〔", NULL}, *const close[] = {"]", ")", "】", "〕", NULL};
		bool		year = false;

		for (int i = 0; open[i] && !year; i++)
			if (starts_with(s, open[i]))
			{
				const char *d = s + strlen(open[i]);

				if (strspn(d, "0123456789") == 4)
					for (int j = 0; close[j] && !year; j++)
						if (starts_with(d + 4, close[j]))
						{
							chars_string(&folded, "〔");
							chars_add(&folded, d, 4);
							chars_string(&folded, "〕");
							s = d + 4 + strlen(close[j]);
							year = true;
						}
			}
		if (!year)
		{
			chars_char(&folded, *s >= 'a' && *s <= 'z' ? (char) (*s + 'A' - 'a') : *s);
			s++;
		}
	}
	chars_reset(text);
	chars_add(text, folded.data, folded.length);
	chars_free(&folded);
}

static long
characters_of(const char *s)
{
	long		n = 0;

	for (; *s; s++)
		n += (*s & 0xC0) != 0x80;
	return n;
}

/* Another city's: directly after a 市 that is none of the list, where the list has such. */
static bool
is_elsewhere(const ValueType *type, const char *word, size_t before)
{
	bool		cities = false;

	if (before < strlen("市") || memcmp(word + before - strlen("市"), "市", strlen("市")) != 0)
		return false;
	for (int i = 0; i < type->term_count; i++)
		if (ends_with(type->terms[i].word, "市"))
		{
			const char *at = strstr(word, type->terms[i].word);

			cities = true;
			if (at && at < word + before)
				return false;
		}
	return cities;
}

/* Whether one area is part of another: by the ledger, or by the national code, 320412 of 320400. */
static bool
is_within(const ValueType *type, const char *code, const char *of)
{
	if (strlen(code) == 6 && strlen(of) == 6 && ends_with(of, "00") && strcmp(code, of) != 0 && strncmp(code, of, ends_with(of, "0000") ? 2 : 4) == 0)
		return true;
	for (int depth = 0; depth < 10; depth++)
	{
		const char *parent = NULL;

		for (int i = 0; i < type->parent_count && !parent; i++)
			if (strcmp(type->parents[i].word, code) == 0)
				parent = type->parents[i].value;
		if (!parent)
			return false;
		if (strcmp(parent, of) == 0)
			return true;
		code = parent;
	}
	return false;
}

/* Whether a word of the list is a part of a place's name: a code, or a name in letters, ends where letters and digits do, or Chinese follows. */
static bool
is_part(const char *word, const char *at)
{
	size_t		length = strlen(word);

	return length >= 6 && ((unsigned char) *word >= 0x80 || (unsigned char) at[length] >= 0x80 || (!isdigit((unsigned char) *word) && !isalnum((unsigned char) at[length])));
}

/* The longest word of the list, of two characters at least, that a text begins with; NULL: none. */
static const Term *
area_at(const ValueType *type, const char *s)
{
	const Term *longest = NULL;

	for (int i = 0; i < type->term_count; i++)
		if (starts_with(s, type->terms[i].word) && is_part(type->terms[i].word, s) && (!longest || strlen(type->terms[i].word) > strlen(longest->word)))
			longest = &type->terms[i];
	return longest;
}

/* Behind a province at the beginning of a text. */
static const char *
behind_province(const char *word)
{
	static const char *const provinces[] = {"省", "自治区", NULL};

	for (const char *const *province = provinces; *province; province++)
	{
		const char *at = strstr(word, *province);

		if (at && at > word && at - word <= 15)
			return at + strlen(*province);
	}
	return word;
}

/*
 * The area of an address: its name stands at the beginning, behind a province at most, or directly behind one that it is part of. Whatever
 * else stands before it may be another city's: 苏州市昆山开发区. NULL: none, or two of which none is part of the other.
 */
static const char *
find_address(const ValueType *type, const char *word)
{
	static const char *const ands[] = {"、", "与", "和", "及", "/", "-", NULL};
	const Term *area = area_at(type, word), *next;

	if (!area)
	{
		word = behind_province(word);
		for (int i = 0; i < type->city_count; i++)
			if (starts_with(word, type->cities[i]))
			{
				word += strlen(type->cities[i]);
				break;
			}
		area = area_at(type, word);
	}
	if (!area)
		return NULL;
	for (word += strlen(area->word); (next = area_at(type, word)) != NULL; word += strlen(next->word))
	{
		if (strcmp(next->value, area->value) != 0 && !is_within(type, next->value, area->value))
			return NULL;
		area = next;
	}
	for (const char *const *mark = ands; *mark; mark++)
		if (starts_with(word, *mark) && (next = area_at(type, word + strlen(*mark))) != NULL && strcmp(next->value, area->value) != 0)
			return NULL;
	return area->value;
}

/* Whether one area can be part of another: it is, or nobody says what it is part of. */
static bool
is_below(const ValueType *type, const char *code, const char *above)
{
	bool		national = strlen(code) == 6 && strlen(above) == 6 && strspn(code, "0123456789") == 6 && strspn(above, "0123456789") == 6;

	if (strcmp(code, above) == 0 || is_within(type, code, above))
		return true;
	for (int i = 0; i < type->parent_count && !national; i++)
		national = strcmp(type->parents[i].word, code) == 0;
	return !national;
}

/* How much of a text is the name of what an area is part of: an area of the ledger, or its own city, which may be without 市; 0: it begins with none. */
static size_t
above_at(const ValueType *type, const char *s, const char *code)
{
	size_t		most = 0;

	for (int i = 0; i < type->term_count + type->city_count; i++)
	{
		const char *name = i < type->term_count ? type->terms[i].word : type->cities[i - type->term_count];
		size_t		length = strlen(name);

		if (!starts_with(s, name) && ends_with(name, "市"))
			length -= strlen("市");
		if (length > most && length >= 6 && strncmp(s, name, length) == 0 && (i >= type->term_count || is_below(type, code, type->terms[i].value)))
			most = length;
	}
	return most;
}

/* Whether an area's name may stand here in what an area is written as: at the beginning, or behind what it is part of. */
static bool
may_stand(const ValueType *type, const char *word, const char *at, const char *code)
{
	size_t		length;

	if (word < at && behind_province(word) <= at)
		word = behind_province(word);
	while (word < at && (length = above_at(type, word, code)) > 0)
		word += length;
	return word == at;
}

/*
 * The one value whose word stands in a place's name, or which begins with it: 武进区湖塘镇…, 武进, 常州市武进区. In a title it stands
 * anywhere, else at its beginning, behind a province and a city, of a body also at its end, and a body may lack what its name begins with: 市应急管理局. Of words that
 * overlap the longest counts, of a word directly before one of another kind that one: 常州市武进区. NULL where none or several do.
 */
static const char *
place_in(const ValueType *type, const char *word)
{
	struct
	{
		const char *at;
		size_t		length;
		const char *value;
	}			found[MOST_PLACES];
	int			count = 0;
	size_t		length = strlen(word);
	const char *value = NULL;

	for (int i = 0; i < type->term_count && count < MOST_PLACES; i++)
	{
		const char *term = type->terms[i].word, *at;
		size_t		common = strlen(term);

		if (common < 6)			/* two Chinese characters at least */
			continue;
		if ((at = strstr(word, term)) != NULL && is_part(term, at) && (type->title ? !is_elsewhere(type, word, (size_t) (at - word)) :
															type->areas ? may_stand(type, word, at, type->terms[i].value) : at - word <= 24 || ends_with(word, term)))
			found[count].at = at, found[count].length = common, found[count++].value = type->terms[i].value;
		else if (!type->title && length >= 6 && ((starts_with(term, word) && common - length <= 9) || (!type->areas && length >= 9 && ends_with(term, word))))
			found[count].at = word, found[count].length = length, found[count++].value = type->terms[i].value;
	}
	for (int i = 0; i < count; i++)
	{
		bool		counts = true;

		for (int j = 0; j < count && counts; j++)
		{
			const char *end = found[i].at + found[i].length, *other = found[j].at + found[j].length;

			counts = !(found[j].at <= found[i].at && end <= other && found[j].length > found[i].length) &&
				!(end == found[j].at && memcmp(end - 3, other - 3, 3) != 0);
		}
		if (counts && value && strcmp(value, found[i].value) != 0)
			return NULL;
		if (counts)
			value = found[i].value;
	}
	return value;
}

static const char *
find_place(const ValueType *type, const char *word)
{
	const char *value = place_in(type, word);
	const Term *area = type->areas && !type->title ? area_at(type, word) : NULL, *next = area ? area_at(type, word + strlen(area->word)) : NULL;

	/* 溧阳市武进区: two, one behind the other, that are not of one another */
	if (next && !is_below(type, next->value, area->value))
		return NULL;
	/* 常州武进: behind what it is part of, each without its kind */
	for (int i = 0; i < type->term_count + type->city_count && type->areas && !type->title && !value; i++)
	{
		const char *name = i < type->term_count ? type->terms[i].word : type->cities[i - type->term_count];
		size_t		length = strlen(name);

		if (!starts_with(word, name) && ends_with(name, "市"))
			length -= strlen("市");
		if (length < 6 || strncmp(word, name, length) != 0 || word[length] == '\0')
			continue;
		value = place_in(type, word + length);
		if (value && i < type->term_count && !is_below(type, value, type->terms[i].value))
			value = NULL;
	}
	return value;
}

/* Of a place that is no area of the ledger: the area's name in it, behind what that is not part of; NULL: none. */
static const char *
foreign_place(const ValueType *type, const char *word)
{
	const Term *longest = NULL;

	for (int i = 0; i < type->term_count; i++)
	{
		const char *at = strstr(word, type->terms[i].word);

		if (at && at > word && is_part(type->terms[i].word, at) && !may_stand(type, word, at, type->terms[i].value) && (!longest || strlen(type->terms[i].word) > strlen(longest->word)))
			longest = &type->terms[i];
	}
	return longest ? longest->shown : NULL;
}

/*
 * The word of the list that is closest, if it is close: of three characters at most one is another, or one contains the other. Only
 * where all that is so close, synonyms too, is of one value: between several it would be a guess.
 */
static const Term *
closest_term(const ValueType *type, const char *word)
{
	const Term *closest = NULL;
	int			least = MOST_COMPARED + 1;
	/* of a code another digit is another thing */
	bool		code = characters_of(word) >= MOST_COMPARED || strpbrk(word, "0123456789") != NULL;

	for (int i = 0; i < type->term_count; i++)
	{
		const Term *term = &type->terms[i];
		long		length = characters_of(term->word);
		int			apart = !code && length < MOST_COMPARED && length > 1 ? distance(word, term->word) : MOST_COMPARED;
		bool		contains = length >= 2 && characters_of(word) >= 2 && (strstr(word, term->word) || strstr(term->word, word));

		if (apart * 3 > length + 1 && !contains)
			continue;
		if (closest && strcmp(closest->value, term->value) != 0)
			return NULL;
		if (apart < least)
			closest = term, least = apart;
	}
	return closest;
}

/* Several terms: 警告；罚款 */
static bool
read_many(Chars *into, const char *s, const ValueType *type)
{
	static const char *const marks[] = {";", ",", "、", "+", "/", " ", "并", "和", NULL};
	Chars		part = {0}, word = {0};
	bool		fine = true;

	chars_reset(into);
	while (*s && fine)
	{
		size_t		length = strlen(s), mark_length = 0;

		for (const char *const *mark = marks; *mark; mark++)
		{
			const char *at = strstr(s, *mark);

			if (at && (size_t) (at - s) < length)
				length = (size_t) (at - s), mark_length = strlen(*mark);
		}
		if (length > 0)
		{
			const Term *term;

			chars_reset(&part);
			chars_add(&part, s, length);
			term = find_term(type, squeezed(&word, part.data));
			fine = term != NULL;
			if (term && into->length)
				chars_char(into, ',');
			if (term)
				chars_string(into, term->value);
		}
		s += length + mark_length;
	}
	chars_free(&part);
	chars_free(&word);
	return fine && into->length > 0;
}

ValueState
read_text_value(Chars *into, const char *raw, bool stored, const ValueType *type, const long *from, ValueProblem *problem)
{
	static Chars half;			/* kept between calls: this runs for every cell */
	const char *s = plain(&half, raw);

	chars_reset(&problem->likely);
	if (*s == '\0' || (!type->keep_words && half.length < 12 && is_nothing(s)))
		return VALUE_NOTHING;
	if (type->term_count > 0)
	{
		static Chars word;

		const Term *term = find_term(type, squeezed(&word, s));

		if (term && term->value[0] == '\0')
			return VALUE_NOTHING;
		if (term)
		{
			chars_reset(into);
			chars_string(into, term->value);
			return VALUE_FINE;
		}
		if (type->only_terms)
		{
			const char *value = type->address ? find_address(type, word.data) : type->place || type->title ? find_place(type, word.data) : NULL, *close;
			const Term *near;
			size_t		told;

			if (value)
			{
				chars_reset(into);
				chars_string(into, value);
				return VALUE_FINE;
			}
			if (type->address || type->title)
				return VALUE_NOTHING;
			if (type->many && read_many(into, s, type))
				return VALUE_FINE;
			if (type->areas && (close = foreign_place(type, word.data)) != NULL)
				return bad(problem, TEXT("\"%s\": what stands before \"%s\" is nothing that it is part of here; another place's? If not, write the area alone, or add what it is part of to the areas",
										 "“%s”：“%s”之前的地名不是本台账中它的上级，可能是外地的；如确系本地，请只写区域名，或在区域表中补上其上级"), shown(s), close);
			near = closest_term(type, word.data);
			bad(problem, TEXT("\"%s\" is not on the list", "“%s”不在可选值中"), shown(s));
			told = problem->reason.length;
			say_choices(&problem->reason, type, word.data);
			/* only what stands there to be chosen; in an English run a Chinese sheet is given the Chinese name of that */
			if (near && strstr(problem->reason.data + told, choice_word(type, near->value)))
				chars_string(&problem->likely, !words_chinese && near->place < type->own_terms ? near->shown : choice_word(type, near->value));
			return VALUE_BAD;
		}
	}
	switch (type->kind)
	{
		case VALUE_INTEGER:
		case VALUE_NUMBER:
			if (is_not_yet(s) && !says_none(s))
				return VALUE_NOTHING;
			return read_number(into, s, stored, type, problem);
		case VALUE_DATE:
		case VALUE_MOMENT:
			return read_day(into, s, type, from, problem);
		case VALUE_BOOLEAN:
			return read_boolean(into, s, problem);
		default:
			break;
	}
	/* a number of a workbook has 15 digits; a longer code has lost its end, or looks like 9.14E+17 */
	if (type->code || type->identifier)
	{
		Decimal		d;
		const char *end = scan_decimal(s, &d);

		if (end && *end == '\0' && ((stored && d.count - d.scale > 15) || strpbrk(s, "eE")) && (stored || strchr(s, '.')))
			return bad(problem, TEXT("\"%s\" was stored as a number, and its last digits are lost: write it as text", "“%s”是以数值保存的，末尾几位已丢失：请以文本填写"), shown(s));
	}
	chars_reset(into);
	if (type->identifier)
	{
		chars_string(into, s);
		fold_identifier(into);
	}
	else
	{
		/* a text stays as it is, but for blanks around it */
		size_t		length;

		for (;; raw++)
			if (starts_with(raw, "　"))
				raw += 2;
			else if (*raw == '\0' || (unsigned char) *raw > ' ')
				break;
		for (length = strlen(raw); length > 0;)
			if ((unsigned char) raw[length - 1] <= ' ')
				length--;
			else if (length >= 3 && memcmp(raw + length - 3, "　", 3) == 0)
				length -= 3;
			else
				break;
		chars_add(into, raw, length);
	}
	if (type->most_characters > 0 && characters_of(into->data) > type->most_characters)
		return bad(problem, TEXT("\"%s\" is too long: at most %d characters", "“%s”太长：至多%d个字符"), shown(s), type->most_characters);
	return VALUE_FINE;
}

ValueState
read_value(Chars *into, const Cell *cell, const ValueType *type, const long *from, ValueProblem *problem)
{
	if (cell->kind == CELL_EMPTY || cell->kind == CELL_ERROR)
		return VALUE_NOTHING;
	return read_text_value(into, cell->text, cell->kind == CELL_NUMBER, type, from, problem);
}
