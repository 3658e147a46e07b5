/*
 * period_text.c
 *		Reads a period as people write it, see period_text.h.
 *
 * A text is one part, or two with a sign for "to" between them.  A part is so many
 * units of a year: its first and its last year, half, quarter, month or day.
 */
#include "core/period_text.h"

#include <string.h>

#define END 0					/* behind the last character */
#define TO 0x2014				/* what every sign for "to" but - and .. is read as */

typedef enum Unit
{
	UNIT_NONE,
	UNIT_YEAR,
	UNIT_HALF,
	UNIT_QUARTER,
	UNIT_MONTH,
	UNIT_DAY
} Unit;

static const char *const unit_names[] = {"", "year", "half", "quarter", "month", "day"};

typedef struct Part
{
	Unit		unit;
	int			year;			/* 0: not said */
	int			first;			/* of halves, quarters, months; of a day: its month */
	int			last;
	int			first_day;
	int			last_day;
	int			at;				/* where it begins */
} Part;

typedef struct Reader
{
	uint32_t	text[PERIOD_TEXT_LENGTH + 2];
	int			at;
	YearStart	start;
	PeriodError *error;
} Reader;

/* ------------------------------------------------------------------ characters */

/* One character, its full-width, capital and other forms made one. */
static uint32_t
plain(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!';
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	switch (c)
	{
		case '\t':
		case '\n':
		case '\r':
		case 0xA0:
		case 0x3000:
			return ' ';
		case 0x2010:
		case 0x2011:
			return '-';
		case '~':
		case 0x2012:
		case 0x2013:
		case 0x2015:
		case 0x2212:
		case 0x2500:
		case 0x301C:
		case 0x81F3:			/* 至 */
		case 0x5230:			/* 到 */
			return TO;
		case 0x96F6:			/* 零 */
		case 0x25CB:			/* ○ */
			return 0x3007;
	}
	return c;
}

/* Decode UTF-8; what is none is a character that nothing begins with.  False if it is too long. */
static bool
decode(Reader *r, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *) text;
	int			n = 0;

	for (size_t i = 0; i < length;)
	{
		size_t		size = s[i] < 0x80 ? 1 : s[i] < 0xE0 ? 2 : s[i] < 0xF0 ? 3 : 4;
		uint32_t	c = size == 1 ? s[i] : s[i] & (0xFF >> (size + 1));

		if (n == PERIOD_TEXT_LENGTH)
			return false;
		for (size_t j = 1; j < size; j++)
			c = c << 6 | (i + j < length ? s[i + j] & 0x3F : 0);
		r->text[n++] = c == END ? 0xFFFD : plain(c);
		i += size;
	}
	r->text[n] = r->text[n + 1] = END;
	r->at = 0;
	return true;
}

static bool
fail(Reader *r, PeriodProblem problem, int at)
{
	if (r->error->problem == PERIOD_GOOD)
	{
		r->error->problem = problem;
		r->error->position = at + 1;
	}
	return false;
}

static void
skip(Reader *r)
{
	while (r->text[r->at] == ' ')
		r->at++;
}

static bool
no_such(Reader *r, const Part *part, Unit unit, int number)
{
	fail(r, PERIOD_NO_SUCH, part->at);
	r->error->what = unit_names[unit];
	r->error->number = number;
	return false;
}

/* Is this what comes next, after spaces?  Then go behind it. */
static bool
take(Reader *r, uint32_t c)
{
	int			at = r->at;

	skip(r);
	if (r->text[r->at] == c)
	{
		r->at++;
		return true;
	}
	r->at = at;
	return false;
}

/* The same of several characters, ended by 0. */
static bool
take_all(Reader *r, const uint32_t *characters)
{
	int			at = r->at;

	skip(r);
	for (; *characters != END; characters++)
		if (r->text[r->at++] != *characters)
		{
			r->at = at;
			return false;
		}
	return true;
}

#define YEAR_SIGN 0x5E74		/* 年 */
#define MONTH_SIGN 0x6708		/* 月 */
#define DAY_SIGN 0x65E5			/* 日 */
#define DAY_SIGN_SPOKEN 0x53F7	/* 号 */
#define DEGREE 0x5EA6			/* 度 */
#define QUARTER_SIGN 0x5B63		/* 季 */
#define ORDINAL 0x7B2C			/* 第 */
#define FIRST_FEW 0x524D		/* 前 */
#define SHARE 0x4EFD			/* 份 */
#define EACH 0x4E2A				/* 个 */
#define TEN 0x5341				/* 十 */

static const uint32_t first_half[] = {0x4E0A, 0x534A, YEAR_SIGN, END};
static const uint32_t second_half[] = {0x4E0B, 0x534A, YEAR_SIGN, END};
static const uint32_t whole_year[] = {0x5168, YEAR_SIGN, END};

/* The digit that a character is, 0 to 9, or -1. */
static int
digit(uint32_t c)
{
	static const uint32_t chinese[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};

	if (c >= '0' && c <= '9')
		return (int) c - '0';
	for (int i = 0; i < 10; i++)
		if (c == chinese[i])
			return i;
	return -1;
}

/*
 * A number of at most eight digits, or 十二, 三十一; how many digits it has, 0 if it
 * is none.
 */
static int
take_number(Reader *r, int *value)
{
	int			at = r->at;
	int			digits = 0;

	skip(r);
	*value = 0;
	for (; digits < 9 && digit(r->text[r->at]) >= 0; digits++)
		*value = digits < 8 ? *value * 10 + digit(r->text[r->at++]) : *value;
	if (digits <= 1 && r->text[r->at] == TEN)
	{
		*value = (digits == 0 ? 1 : *value) * 10;
		if (digit(r->text[++r->at]) > 0)
			*value += digit(r->text[r->at++]);
		return 2;
	}
	if (digits == 0 || digits > 8)
	{
		r->at = at;
		return 0;
	}
	return digits;
}

/* A number of at most two digits. */
static bool
take_short(Reader *r, int *value)
{
	int			at = r->at;
	int			digits = take_number(r, value);

	if (digits >= 1 && digits <= 2)
		return true;
	r->at = at;
	return false;
}

/* A sign at this very place, and a number of one or two digits right behind it. */
static bool
take_joined(Reader *r, uint32_t sign, int *value)
{
	int			at = r->at;

	if (r->text[at] == sign && digit(r->text[at + 1]) >= 0)
	{
		r->at++;
		if (take_short(r, value))
			return true;
	}
	r->at = at;
	return false;
}

/* A word of ASCII letters that begins one of these: which, from 1, or 0.  A short word must be three letters or more, or whole. */
static int
take_word(Reader *r, const char *const *words, int count)
{
	int			at = r->at;
	char		word[12];
	size_t		length = 0;

	skip(r);
	while (r->text[r->at] >= 'a' && r->text[r->at] <= 'z' && length < sizeof(word))
		word[length++] = (char) r->text[r->at++];
	if (length > 0 && length < sizeof(word))
	{
		if (r->text[r->at] == '.' && length == 3 && r->text[r->at + 1] != '.')
			r->at++;			/* Dec. */
		for (int i = 0; i < count; i++)
			if (strncmp(word, words[i], length) == 0 && (words[i][length] == '\0' || length == 3 || strncmp(word, "sept", length) == 0))
				return i + 1;
	}
	r->at = at;
	return 0;
}

/* ------------------------------------------------------------------ parts */

static const char *const months[] = {"january", "february", "march", "april", "may", "june",
"july", "august", "september", "october", "november", "december"};
static const char *const ordinals[] = {"first", "second", "third", "fourth"};
static const char *const spans[] = {"half", "quarter"};
static const char *const three_quarters[] = {"three", "quarters"};
static const char *const articles[] = {"the"};
static const char *const prepositions[] = {"of"};
static const char *const sign_words[] = {"to"};

static bool
set(Part *part, Unit unit, int first, int last)
{
	part->unit = unit;
	part->first = first;
	part->last = last;
	return true;
}

static bool
set_day(Part *part, int month, int first, int last)
{
	set(part, UNIT_DAY, month, month);
	part->first_day = first;
	part->last_day = last;
	return true;
}

/* A sign for "to". */
static bool
take_to(Reader *r)
{
	int			at = r->at;
	bool		found = false;

	while (take(r, TO))			/* —— is one */
		found = true;
	if (found || take(r, '-'))
		return true;
	if (take(r, '.'))
	{
		if (take(r, '.'))
			return true;
		r->at = at;
		return false;
	}
	return take_word(r, sign_words, 1) != 0;
}

/*
 * What stands behind 年, or, of a second part, alone: 上半年, 全年, 一季度, 前三季度, 前7个月,
 * 7月, 1—7月, 7月19日, 7月1—19日.  Nothing: the year.  month: the month that a day alone is of, or 0.
 */
static bool
read_chinese(Reader *r, Part *part, int month)
{
	bool		few = take(r, FIRST_FEW);
	bool		ordinal = !few && take(r, ORDINAL);
	int			first;
	int			last;
	int			at;

	if (!few && !ordinal)
	{
		if (take_all(r, whole_year))
			return set(part, UNIT_YEAR, 0, 0);
		if (take_all(r, first_half))
			return set(part, UNIT_HALF, 1, 1);
		if (take_all(r, second_half))
			return set(part, UNIT_HALF, 2, 2);
	}
	at = r->at;
	if (!take_short(r, &first))
	{
		skip(r);
		return few || ordinal ? fail(r, PERIOD_SYNTAX, r->at) : set(part, UNIT_YEAR, 0, 0);
	}
	last = first;
	if (few)
		first = 1;
	else
	{
		int			behind = r->at;

		if (take_to(r) && (take(r, ORDINAL) || true) && take_short(r, &last))
			;					/* 1—7 */
		else
		{
			r->at = behind;
			last = first;
		}
	}
	if (few && take(r, EACH))
	{
		if (take(r, MONTH_SIGN))
			return set(part, UNIT_MONTH, first, last);
		skip(r);
		return fail(r, PERIOD_SYNTAX, r->at);
	}
	if (take(r, QUARTER_SIGN))
	{
		take(r, DEGREE);
		return set(part, UNIT_QUARTER, first, last);
	}
	if (!few && !ordinal && take(r, MONTH_SIGN))
	{
		int			behind;

		set(part, UNIT_MONTH, first, last);
		if (take(r, SHARE) || first != last)
			return true;
		behind = r->at;
		if (take_short(r, &last))
		{
			int			first_day = last;
			int			middle = r->at;

			if (!take_to(r) || !take_short(r, &last))
			{
				r->at = middle;
				last = first_day;
			}
			if (take(r, DAY_SIGN) || take(r, DAY_SIGN_SPOKEN))
				return set_day(part, first, first_day, last);
		}
		r->at = behind;
		return true;
	}
	if (!few && !ordinal && month != 0 && (take(r, DAY_SIGN) || take(r, DAY_SIGN_SPOKEN)))
		return set_day(part, month, first, last);
	skip(r);
	return fail(r, PERIOD_SYNTAX, few || ordinal ? r->at : at);
}

/* Q4, H1. */
static bool
read_letter(Reader *r, Part *part)
{
	int			at = r->at;
	int			number;
	Unit		unit = take(r, 'q') ? UNIT_QUARTER : take(r, 'h') ? UNIT_HALF : UNIT_NONE;

	if (unit != UNIT_NONE && digit(r->text[r->at]) >= 0 && take_short(r, &number))
		return set(part, unit, number, number);
	r->at = at;
	return false;
}

/* The second year of 2024/25 or 2099/2100, right behind the first.  False, with an error, if it is another. */
static bool
take_second_year(Reader *r, const Part *part)
{
	int			at = r->at;
	int			digits;
	int			year;

	if (r->text[at] != '/')
		return true;
	r->at++;
	digits = take_number(r, &year);
	if ((r->start.month == 1 && r->start.day == 1) || !((digits == 2 && year == (part->year + 1) % 100) || (digits == 4 && year == part->year + 1)))
		return fail(r, PERIOD_FISCAL, at);
	return true;
}

/* A year, if one follows. */
static bool
read_year(Reader *r, Part *part)
{
	int			at = r->at;
	int			year;

	if (take_number(r, &year) == 4)
	{
		part->year = year;
		return take_second_year(r, part);
	}
	r->at = at;
	return true;
}

/*
 * July 2024, December 19, 2024, 19 December 2024, 1 to 19 December 2024, the first half of
 * 2024, the first three quarters of 2024; the days before the month have been read, or are 0.
 */
static bool
read_english(Reader *r, Part *part, int day, int last_day)
{
	bool		article = take_word(r, articles, 1) != 0;
	int			month = article ? 0 : take_word(r, months, 12);
	int			at = r->at;
	int			number;

	if (month == 0 && day == 0 && (number = take_word(r, ordinals, 4)) != 0)
	{
		bool		three = number == 1 && take_word(r, three_quarters, 1) != 0;
		int			span = three ? take_word(r, three_quarters + 1, 1) : take_word(r, spans, 2);

		skip(r);
		if (span == 0)
			return fail(r, PERIOD_SYNTAX, r->at);
		set(part, span == 1 && !three ? UNIT_HALF : UNIT_QUARTER, number, three ? 3 : number);
		take_word(r, prepositions, 1);
	}
	else if (month == 0)
	{
		skip(r);
		return fail(r, PERIOD_SYNTAX, r->at);
	}
	else if (day == 0 && take_short(r, &number))
	{
		set_day(part, month, number, number);
		take(r, ',');
	}
	else
	{
		r->at = at;
		if (day != 0)
			set_day(part, month, day, last_day);
		else
			set(part, UNIT_MONTH, month, month);
	}
	return read_year(r, part);
}

/* What stands behind a year of four digits. */
static bool
read_after_year(Reader *r, Part *part)
{
	int			month;
	int			day;

	if (take(r, YEAR_SIGN))
	{
		take(r, DEGREE);
		return read_chinese(r, part, 0);
	}
	if (r->text[r->at] == '-' && (r->text[r->at + 1] == 'q' || r->text[r->at + 1] == 'h'))
		r->at++;
	if (read_letter(r, part))
		return true;
	if (take_joined(r, '-', &month))
	{
		if (take_joined(r, '-', &day))
			return set_day(part, month, day, day);
		return set(part, UNIT_MONTH, month, month);
	}
	if (take_joined(r, '.', &month))
	{
		if (take_joined(r, '.', &day))
			return set_day(part, month, day, day);
		return set(part, UNIT_MONTH, month, month);
	}
	if (r->text[r->at] == '/')
	{
		int			at = r->at;

		if (take_joined(r, '/', &month) && take_joined(r, '/', &day))
			return set_day(part, month, day, day);
		r->at = at;
		if (!take_second_year(r, part))
			return false;
		if (take(r, YEAR_SIGN))
		{
			take(r, DEGREE);
			return read_chinese(r, part, 0);
		}
	}
	return set(part, UNIT_YEAR, 0, 0);
}

/* One part; of a second one, what it leaves out is as in the one before it. */
static bool
read_part(Reader *r, Part *part, const Part *before)
{
	int			month = before != NULL && before->unit == UNIT_DAY ? before->first : 0;
	int			at;
	int			digits;
	int			value;
	int			day;

	memset(part, 0, sizeof(*part));
	skip(r);
	part->at = at = r->at;
	digits = take_number(r, &value);
	if (digits == 4 || digits == 6 || digits == 8)
	{
		part->year = digits == 4 ? value : digits == 6 ? value / 100 : value / 10000;
		if (part->year == 0)
			return no_such(r, part, UNIT_YEAR, 0);
		return digits == 4 ? read_after_year(r, part)
			: digits == 6 ? set(part, UNIT_MONTH, value % 100, value % 100)
			: set_day(part, value / 100 % 100, value % 100, value % 100);
	}
	if (digits > 2)
		return fail(r, PERIOD_SYNTAX, at);
	if (digits > 0)
	{
		int			last = value;
		int			behind = r->at;

		if (!take_to(r) || !take_short(r, &last))
		{
			r->at = behind;
			last = value;
		}
		skip(r);
		if (r->text[r->at] >= 'a' && r->text[r->at] <= 'z')
			return read_english(r, part, value, last);
		r->at = behind;
		skip(r);
		if (before != NULL)
		{
			if (before->unit == UNIT_MONTH && r->text[r->at] == END)
				return set(part, UNIT_MONTH, value, value);
			if (before->unit == UNIT_DAY && r->text[r->at] == END)
				return set_day(part, month, value, value);
			if (before->unit == UNIT_DAY && take_joined(r, '-', &day))
				return set_day(part, value, day, day);
		}
		r->at = at;
	}
	if (read_letter(r, part))
		return read_year(r, part);
	if (r->text[r->at] >= 'a' && r->text[r->at] <= 'z')
		return read_english(r, part, 0, 0);
	if (before == NULL || r->text[r->at] == END)
		return fail(r, PERIOD_SYNTAX, r->at);
	return read_chinese(r, part, month) && (part->unit != UNIT_YEAR || fail(r, PERIOD_SYNTAX, r->at));
}

/* ------------------------------------------------------------------ days */

/* From which day until which a part is. */
static bool
part_period(Reader *r, const Part *part, Period *p)
{
	static const int unit_months[] = {0, 12, 6, 3, 1, 1};
	int			most = part->unit == UNIT_YEAR ? 1 : MONTHS_PER_YEAR / unit_months[part->unit];
	int			size = unit_months[part->unit];

	if (part->year == 0)
		return fail(r, PERIOD_NO_YEAR, part->at);
	if (part->unit == UNIT_YEAR)
	{
		*p = period_of_year(part->year, 0, MONTHS_PER_YEAR, r->start);
		return true;
	}
	if (part->first < 1 || part->first > most)
		return no_such(r, part, part->unit == UNIT_DAY ? UNIT_MONTH : part->unit, part->first);
	if (part->last > most)
		return no_such(r, part, part->unit, part->last);
	if (part->last < part->first || (part->unit == UNIT_DAY && part->last_day < part->first_day))
		return fail(r, PERIOD_REVERSED, part->at);
	*p = part->unit >= UNIT_MONTH ? period_of_months(part->year, part->first, part->last - part->first + 1)
		: period_of_year(part->year, (part->first - 1) * size, (part->last - part->first + 1) * size, r->start);
	if (part->unit == UNIT_DAY)
	{
		if (part->first_day < 1)
			return no_such(r, part, UNIT_DAY, part->first_day);
		if (part->last_day > p->end - p->start)
			return no_such(r, part, UNIT_DAY, part->last_day);
		p->end = p->start + part->last_day;
		p->start += part->first_day - 1;
	}
	return true;
}

/* A range as the server prints it, of days as in ISO 8601. */
static bool
read_range(Reader *r, Period *p)
{
	bool		inclusive = r->text[r->at++] == '[';
	Period		day[2];

	for (int i = 0; i < 2; i++)
	{
		bool		quoted = take(r, '"');
		Part		part;

		skip(r);
		if (!quoted && r->text[r->at] == (uint32_t) (i == 0 ? ',' : ')'))
			return fail(r, PERIOD_UNBOUNDED, r->at);
		if (!quoted && i == 1 && r->text[r->at] == ']')
			return fail(r, PERIOD_UNBOUNDED, r->at);
		if (r->text[r->at] == 'i' || (r->text[r->at] == '-' && r->text[r->at + 1] == 'i'))
			return fail(r, PERIOD_UNBOUNDED, r->at);
		if (!read_part(r, &part, NULL) || !part_period(r, &part, &day[i]))
			return false;
		if (part.unit != UNIT_DAY || (quoted && !take(r, '"')) || (i == 0 && !take(r, ',')))
			return fail(r, PERIOD_SYNTAX, part.unit != UNIT_DAY ? part.at : r->at);
	}
	p->start = day[0].start + (inclusive ? 0 : 1);
	skip(r);
	if (r->text[r->at] != ']' && r->text[r->at] != ')')
		return fail(r, PERIOD_SYNTAX, r->at);
	p->end = day[1].start + (r->text[r->at++] == ']' ? 1 : 0);
	if (day[1].start < day[0].start)
		return fail(r, PERIOD_REVERSED, 0);
	return p->start < p->end || fail(r, PERIOD_EMPTY, 0);
}

/*
 * Read a period; start: when its years begin, where it names a year, a half or a
 * quarter.  False and an error with its place if it is none.
 */
bool
period_read(const char *text, size_t length, YearStart start, Period *period, PeriodError *error)
{
	Reader		r;
	Part		first;
	Part		last;
	Period		p;

	*error = (PeriodError) {PERIOD_GOOD, 0, NULL, 0};
	memset(&r, 0, sizeof(r));
	r.error = error;
	r.start = start;
	if (!decode(&r, text, length))
		return fail(&r, PERIOD_SYNTAX, PERIOD_TEXT_LENGTH);
	skip(&r);
	if (r.text[r.at] == '[' || r.text[r.at] == '(')
	{
		if (!read_range(&r, period))
			return false;
		skip(&r);
		return r.text[r.at] == END || fail(&r, PERIOD_SYNTAX, r.at);
	}
	if (!read_part(&r, &first, NULL))
		return false;
	skip(&r);
	if (r.text[r.at] == END)
		return part_period(&r, &first, period);
	if (!take_to(&r))
		return fail(&r, PERIOD_SYNTAX, r.at);
	if (!read_part(&r, &last, &first))
		return false;
	skip(&r);
	if (r.text[r.at] != END)
		return fail(&r, PERIOD_SYNTAX, r.at);
	if (last.year == 0)
		last.year = first.year;
	if (first.year == 0)
		first.year = last.year;
	if (!part_period(&r, &first, period) || !part_period(&r, &last, &p))
		return false;
	if (p.start < period->start || p.end < period->end)
		return fail(&r, PERIOD_REVERSED, last.at);
	period->end = p.end;
	return true;
}
