/*
 * reported.c
 *		Tables of counts, area by measure by month, as reported figures.
 */
#include "reported.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "heading.h"
#include "task.h"
#include "words.h"

static int
scan_number(const char **s)
{
	int			value = -1;

	for (int n = 0; **s >= '0' && **s <= '9' && n < 6; n++)
		value = (value < 0 ? 0 : value) * 10 + (*(*s)++ - '0');
	return value;
}

static bool
take(const char **s, const char *word)
{
	if (!starts_with(*s, word))
		return false;
	*s += strlen(word);
	return true;
}

/* The months from one to another of a year. */
static bool
give(int year, int from, int to, Chars *first, Chars *end)
{
	if (year < 1949 || year > 2199 || from < 1 || to > 12 || to < from)
		return false;
	chars_reset(first);
	chars_reset(end);
	chars_format(first, "%04d-%02d-01", year, from);
	chars_format(end, "%04d-%02d-01", year + (to == 12), to % 12 + 1);
	return true;
}

/* A period at the start of a squeezed text; moves it on. */
static bool
scan_period(const char **at, int year, Chars *first, Chars *end)
{
	const char *s = *at;
	size_t		digits = strspn(s, "0123456789");
	int			from, to;

	if (digits == 6)
	{
		int			whole = scan_number(&s);

		*at = s;
		return give(whole / 100, whole % 100, whole % 100, first, end);
	}
	if (digits == 4)
	{
		year = scan_number(&s);
		if (take(&s, "年度") || *s == '\0')
		{
			*at = s;
			return give(year, 1, 12, first, end);
		}
		if (!take(&s, "年") && *s != '-' && *s != '/' && *s != '.' && *s != 'q' && *s != 'h')
			return false;
		if (*s == '-' || *s == '/' || *s == '.')
			s++;
	}
	if (year == 0)
		return false;
	if (take(&s, "上半年") || take(&s, "h1"))
		from = 1, to = 6;
	else if (take(&s, "下半年") || take(&s, "h2"))
		from = 7, to = 12;
	else if (take(&s, "全年"))
		from = 1, to = 12;
	else if (take(&s, "q") || take(&s, "第"))
	{
		static const char *const chinese[] = {"一", "二", "三", "四"};
		int			quarter = scan_number(&s);

		for (int i = 0; i < 4 && quarter < 0; i++)
			if (take(&s, chinese[i]))
				quarter = i + 1;
		take(&s, "季度");
		if (quarter < 1 || quarter > 4)
			return false;
		from = quarter * 3 - 2, to = quarter * 3;
	}
	else if (starts_with(s, "一季度") || starts_with(s, "二季度") || starts_with(s, "三季度") || starts_with(s, "四季度"))
	{
		from = starts_with(s, "一") ? 1 : starts_with(s, "二") ? 4 : starts_with(s, "三") ? 7 : 10;
		to = from + 2;
		s += strlen("一季度");
	}
	else
	{
		from = scan_number(&s);
		if (from < 0)
		{
			/* 2024年 and no more */
			if (digits != 4)
				return false;
			*at = s;
			return give(year, 1, 12, first, end);
		}
		to = from;
		if (take(&s, "季度"))
			to = from * 3, from = to - 2;
		else
		{
			if (!take(&s, "月份"))
				take(&s, "月");
			if (take(&s, "-") || take(&s, "—") || take(&s, "–") || take(&s, "~") || take(&s, "至") || take(&s, "到"))
			{
				take(&s, "—");
				to = scan_number(&s);
				if (!take(&s, "月份") && !take(&s, "月"))
					return false;
			}
		}
	}
	*at = s;
	return give(year, from, to, first, end);
}

bool
read_period(const char *text, int year, Chars *first, Chars *end)
{
	Chars		word = {0};
	const char *at;
	bool		fine;

	at = squeezed(&word, text);
	fine = scan_period(&at, year, first, end) && *at == '\0';
	if (!fine)
	{
		/* a day of the month, as sheets store it */
		int			y = 0, m = 0;
		const char *s = word.data;

		if (strspn(s, "0123456789") == 4)
		{
			y = scan_number(&s);
			if (*s && strchr("-/.", *s))
			{
				s++;
				m = scan_number(&s);
				fine = *s && strchr("-/.", *s) && atoi(s + 1) == 1 && give(y, m, m, first, end);
			}
		}
	}
	chars_free(&word);
	return fine;
}

/* Whether a period that was read up to here is but a part of what is told: of days, of a list, of a range that ends with another year's month, or 2024年10项. */
static bool
is_part(const char *whole, const char *from, const char *at)
{
	static const char *const ends[] = {"年", "度", "月", "份", NULL};
	static const char *const signs[] = {"-", "—", "–", "~", "至", "到", "、", ",", "/", "和", "及", "与", NULL};
	bool		ended = false;

	for (const char *const *end = ends; *end; end++)
		ended = ended || strncmp(at - strlen(*end), *end, strlen(*end)) == 0;
	for (const char *const *sign = signs; *sign; sign++)
	{
		size_t		length = strlen(*sign);

		if ((size_t) (from - whole) >= length && strncmp(from - length, *sign, length) == 0)
			return true;
		while (starts_with(at, *sign))
			at += length;
	}
	return !ended || isdigit((unsigned char) *at);
}

/* The period that the title tells of; none where it has several years, or days. */
static bool
period_of_title(const Layout *layout, Chars *first, Chars *end)
{
	Chars		word = {0};
	bool		found = false;

	squeezed(&word, layout->above);
	for (const char *s = word.data; layout->year >= 0 && *s && !found; s++)
		if (isdigit((unsigned char) *s) && (s == word.data || !isdigit((unsigned char) s[-1])) && strspn(s, "0123456789") == 4 && starts_with(s + 4, "年"))
		{
			const char *at = s;

			found = scan_period(&at, 0, first, end) && !is_part(word.data, s, at);
		}
	chars_free(&word);
	return found;
}

/* ------------------------------------------------------------------ how rows become figures */

/* The year of months that say none; 0: there is none. */
static int
year_of(const Layout *layout, const ReportedOptions *options)
{
	Chars		first = {0}, end = {0};
	int			year = layout->year < 0 ? 0 : layout->year;

	if (options->period && read_period(options->period, 0, &first, &end))
		year = atoi(first.data);
	chars_free(&first);
	chars_free(&end);
	return year;
}

static Field *
constant(Group *group, const Target *target, const char *column, const char *value)
{
	int			at = target_column(target, column);
	Field	   *field = add_field(group, -1, at);

	field->constant = need_copy(value);
	field->value = target->columns[at].value;
	field->heading = target->columns[at].name;
	return field;
}

static Field *
taken_from(Group *group, const Layout *layout, const Target *target, int column, const char *name)
{
	int			at = target_column(target, name);
	Field	   *field = add_field(group, column, at);

	field->value = target->columns[at].value;
	field->value.date1904 = layout->reader->date1904;
	field->heading = layout->path[column];
	return field;
}

/* The indicator that a heading means, by its code or name: the whole path, then ever shorter ends of it. "" when it is none. */
static const char *
indicator_of(const Target *target, const char *path)
{
	const ValueType *type = &target->columns[target_column(target, "indicator")].value;
	Chars		key = {0};
	const Term *term = NULL;

	for (const char *from = path; from && !term; from = strchr(from, '/') ? strchr(from, '/') + 1 : NULL)
		term = find_term(type, heading_key(&key, from));
	chars_free(&key);
	return term ? term->value : "";
}

static void
common(Group *group, const Layout *layout, const Target *target, const ReportedOptions *options, int member)
{
	if (options->member)
		constant(group, target, "member", options->member);
	else
		taken_from(group, layout, target, member, "member");
	constant(group, target, "dimension", options->dimension);
	if (options->sender)
		constant(group, target, "sender", options->sender);
	if (options->received)
		constant(group, target, "received", options->received);
}

static bool
is_known_as(const Target *target, const char *column, const char *path)
{
	const TargetColumn *c = &target->columns[target_column(target, column)];
	const char *last = strrchr(path, '/');
	Chars		key = {0};
	bool		found = false;

	for (int pass = 0; pass < 2 && !found; pass++)
	{
		heading_key(&key, pass == 0 ? path : last ? last + 1 : path);
		for (int i = 0; i < c->key_count && !found; i++)
			found = strcmp(c->keys[i], key.data) == 0;
	}
	chars_free(&key);
	return found;
}

Mapping *
map_reported(const Layout *layout, Target *target, const ReportedOptions *options, char ***samples, char **problem)
{
	Mapping    *mapping = need(sizeof *mapping);
	int			member = -1, indicator = -1, period = -1, value = -1, best = 0;
	Chars		first = {0}, end = {0}, text = {0};
	const ValueType *members = &target->columns[target_column(target, "member")].value;
	int			year = year_of(layout, options);
	bool		whole, lacks_indicator = false;

	mapping->guessed = true;
	mapping->fingerprint_source = headings_of(layout);
	chars_reset(&text);
	chars_reset(&mapping->left_out);
	for (int c = 0; c < layout->count; c++)
	{
		if (member < 0 && is_known_as(target, "member", layout->path[c]))
			member = c;
		else if (indicator < 0 && is_known_as(target, "indicator", layout->path[c]))
			indicator = c;
		else if (period < 0 && is_known_as(target, "period", layout->path[c]))
			period = c;
		else if (value < 0 && is_known_as(target, "value", layout->path[c]))
			value = c;
	}
	/* the column most of whose cells are members is that of members */
	for (int c = 0; c < layout->count && member < 0 && !options->member; c++)
	{
		int			fit = 0;
		Chars		into = {0};
		ValueProblem p = {0};

		for (int i = 0; samples && samples[c] && samples[c][i]; i++)
			fit += read_text_value(&into, samples[c][i], false, members, NULL, &p) == VALUE_FINE;
		if (fit > best)
			best = fit, member = c;
		chars_free(&into);
		chars_free(&p.reason);
		chars_free(&p.likely);
	}
	if (member < 0 && !options->member)
	{
		*problem = need_format(TEXT("which column has the %s? None is called so, and in none are its names; --set member=CODE gives one to every row",
							"哪一列是 %s？没有这样的表头，也没有这样的内容；全表属同一个的，可用 --set member=代码 指定"), options->dimension);
		free_mapping(mapping);
		return NULL;
	}
	whole = (options->period && read_period(options->period, 0, &first, &end)) || period_of_title(layout, &first, &end);
	if (options->period && !whole)
	{
		*problem = need_format(TEXT("\"%s\" is no period; such are 2024-05, 2024Q1, 2024", "“%s”不是时期；可写作 2024-05、2024Q1、2024"), options->period);
		free_mapping(mapping);
		return NULL;
	}
	for (int c = 0; c < layout->count; c++)
	{
		Group	   *group;
		const char *code = "";
		const char *last = strrchr(layout->path[c], '/');
		const char *slash = last ? strstr(last, "／") : strstr(layout->path[c], "／");
		Chars		from = {0}, to = {0};
		char	   *half[2];
		bool		month, two;

		if (c == member || c == indicator || c == period || (value >= 0 && c != value) || !layout->path[c][0] || layout->path[c][0] == '#')
			continue;
		/* a month as a heading: its year is that of the title */
		month = value < 0 && (read_period(last ? last + 1 : layout->path[c], year, &from, &to) || read_period(layout->path[c], year, &from, &to));
		if (month)
		{
			char	   *above = need_format("%.*s", last ? (int) (last - layout->path[c]) : 0, layout->path[c]);

			code = last ? indicator_of(target, above) : "";
			free(above);
		}
		else if (value < 0)
			code = indicator_of(target, layout->path[c]);
		/* of months and of a column of values; other columns beside them, as 合计, are none */
		if (!*code && options->indicator && (month || value >= 0))
			code = indicator_of(target, options->indicator);
		two = !*code && slash && value < 0 && !strstr(slash + strlen("／"), "／");
		if (two)
		{
			half[0] = need_format("%.*s", (int) (slash - layout->path[c]), layout->path[c]);
			half[1] = need_format("%.*s%s", last ? (int) (last - layout->path[c]) + 1 : 0, layout->path[c], slash + strlen("／"));
			/* where it is two indicators nobody knows of which a single value is */
			two = (samples && mostly_two_values(samples[c])) ||
				(*indicator_of(target, half[0]) && *indicator_of(target, half[1]) && strcmp(indicator_of(target, half[0]), indicator_of(target, half[1])) != 0);
			if (!two)
				for (int part = 0; part < 2; part++)
					free(half[part]);
		}
		if (!*code && slash && value < 0 && !two)
		{
			char	   *levels = slashes_as_levels(layout->path[c]);

			code = indicator_of(target, levels);
			free(levels);
		}
		if (two)
		{
			/* two measures in a cell: 处罚总起数/违法／事故, 隐患数／整改数 */
			for (int part = 0; part < 2; part++)
			{
				code = indicator_of(target, half[part]);
				if (*code && (whole || period >= 0))
				{
					group = add_group(mapping);
					constant(group, target, "indicator", code);
					taken_from(group, layout, target, c, "value")->part = part + 1;
					if (period >= 0)
						taken_from(group, layout, target, period, "period");
					else
					{
						constant(group, target, "starts_on", first.data);
						constant(group, target, "ends_on", end.data);
					}
					common(group, layout, target, options, member);
				}
				else
					chars_format(&mapping->left_out, "%s%s", mapping->left_out.length ? TEXT(", ", "、") : "", half[part]);
				free(half[part]);
			}
			chars_free(&from);
			chars_free(&to);
			continue;
		}
		lacks_indicator = lacks_indicator || (!*code && indicator < 0 && (month || value >= 0));
		if ((!*code && indicator < 0) || (!month && period < 0 && !whole))
		{
			Chars		key = {0};
			bool		silent = false;

			heading_key(&key, layout->path[c]);
			for (int i = 0; i < target->silent_count; i++)
				silent = silent || strcmp(target->silent[i], key.data) == 0;
			if (!silent)
				chars_format(&mapping->left_out, "%s%s", mapping->left_out.length ? TEXT(", ", "、") : "", layout->path[c]);
			chars_free(&key);
			chars_free(&from);
			chars_free(&to);
			continue;
		}
		group = add_group(mapping);
		if (*code)
			constant(group, target, "indicator", code);
		else
			taken_from(group, layout, target, indicator, "indicator");
		taken_from(group, layout, target, c, "value");
		if (month)
		{
			constant(group, target, "starts_on", from.data);
			constant(group, target, "ends_on", to.data);
		}
		else if (period >= 0)
			taken_from(group, layout, target, period, "period");
		else
		{
			constant(group, target, "starts_on", first.data);
			constant(group, target, "ends_on", end.data);
		}
		common(group, layout, target, options, member);
		chars_free(&from);
		chars_free(&to);
	}
	mapping->text = text.data;
	chars_free(&first);
	chars_free(&end);
	if (mapping->group_count == 0)
	{
		if (lacks_indicator)
			*problem = options->indicator ? need_format(TEXT("the ledger has no indicator \"%s\"", "台账中没有指标“%s”"), options->indicator)
				: need_format(TEXT("of which indicator are the figures? --indicator CODE says so. Headings: %s", "这些数字是哪个指标的？请用 --indicator 代码 写明。表头：%s"), mapping->left_out.data);
		else
			*problem = need_format(TEXT("no column is an indicator of the ledger, or no period is told (--period 2024-05); a sheet of one indicator has a column"
										" 数值 or columns of months, and --indicator CODE says which. Headings: %s",
										"没有一列是台账中的指标，或没有写明时期（--period 2024-05）；全表只有一个指标的，表头为“数值”或各月，并用 --indicator 代码 写明。表头：%s"),
							   mapping->left_out.data);
		free_mapping(mapping);
		return NULL;
	}
	return mapping;
}
