/*
 * mapping.c
 *		Which heading goes into which column.
 */
#include "mapping.h"

#include <stdlib.h>
#include <string.h>

#include "heading.h"
#include "say.h"
#include "task.h"
#include "words.h"

Group *
add_group(Mapping *mapping)
{
	mapping->groups = need_more(mapping->groups, (size_t) (mapping->group_count + 1) * sizeof *mapping->groups);
	memset(&mapping->groups[mapping->group_count], 0, sizeof *mapping->groups);
	return &mapping->groups[mapping->group_count++];
}

Field *
add_field(Group *group, int column, int target)
{
	Field	   *field;

	group->fields = need_more(group->fields, (size_t) (group->count + 1) * sizeof *group->fields);
	field = &group->fields[group->count++];
	memset(field, 0, sizeof *field);
	field->column = column;
	field->target = target;
	return field;
}

void
free_mapping(Mapping *mapping)
{
	for (int g = 0; g < mapping->group_count; g++)
	{
		for (int f = 0; f < mapping->groups[g].count; f++)
			free(mapping->groups[g].fields[f].constant);
		free(mapping->groups[g].fields);
	}
	free(mapping->groups);
	free(mapping->text);
	free(mapping->fingerprint_source);
	chars_free(&mapping->left_out);
	chars_free(&mapping->running);
	chars_free(&mapping->personal);
	free(mapping->missing);
	free(mapping);
}

int
money_shift(const char *unit)
{
	return strcmp(unit, "万元") == 0 ? 4 : strcmp(unit, "亿元") == 0 ? 8 : strcmp(unit, "千元") == 0 ? 3 : 0;
}

char *
headings_of(const Layout *layout)
{
	Chars		text = {0};

	chars_reset(&text);
	for (int c = 0; c < layout->count; c++)
		if (!starts_with(layout->path[c], "#"))
			chars_format(&text, "%s%s%s%s\n", layout->path[c], layout->unit[c][0] ? "(" : "", layout->unit[c], layout->unit[c][0] ? ")" : "");
	return text.data;
}

const char *
two_values(const char *text, size_t *width)
{
	const char *slash = NULL;
	bool		before = false, after = false;

	for (const char *s = text; *s; s++)
	{
		size_t		wide = *s == '/' ? 1 : starts_with(s, "／") ? strlen("／") : 0;

		if (wide && slash)
			return NULL;
		if (wide)
		{
			slash = s;
			*width = wide;
			s += wide - 1;
		}
		else if ((unsigned char) *s > ' ')
			*(slash ? &after : &before) = true;
	}
	return before && after ? slash : NULL;
}

bool
mostly_two_values(char **samples)
{
	int			two = 0, filled = 0;
	size_t		width;
	Chars		word = {0};

	for (int i = 0; samples && samples[i]; i++)
	{
		const char *s = plain(&word, samples[i]);

		if (*s == '\0' || is_nothing(s))
			continue;
		filled++;
		two += two_values(samples[i], &width) != NULL;
	}
	chars_free(&word);
	return two * 2 > filled;
}

char *
slashes_as_levels(const char *path)
{
	Chars		text = {0};

	chars_reset(&text);
	for (; *path; path++)
		if (starts_with(path, "／"))
		{
			chars_char(&text, '/');
			path += strlen("／") - 1;
		}
		else
			chars_char(&text, *path);
	return text.data;
}

bool
parts_are_there(const Mapping *mapping, char ***samples)
{
	for (int g = 0; g < mapping->group_count; g++)
		for (int f = 0; f < mapping->groups[g].count; f++)
		{
			const Field *field = &mapping->groups[g].fields[f];

			if (field->part && field->column >= 0 && samples[field->column][0] && !mostly_two_values(samples[field->column]))
				return false;
		}
	return true;
}

static Field *
map_column(Mapping *mapping, const Layout *layout, const Target *target, int column, int part, int at)
{
	Field	   *field = add_field(&mapping->groups[0], column, at);
	const TargetColumn *to = &target->columns[at];

	field->part = part;
	field->heading = layout->path[column];
	field->value = to->value;
	field->value.date1904 = layout->reader->date1904;
	/* 有效期至, 截止日期: the last day; the ledger has the first day after it */
	if (target->in_ledger && (strcmp(to->name, "valid_to") == 0 || strcmp(to->name, "ends_on") == 0))
		field->value.day_after = strstr(layout->path[column], "至") || strstr(layout->path[column], "截止");
	if (to->value.kind == VALUE_NUMBER)
	{
		field->value.shift = money_shift(layout->unit[column]);
		if (!layout->unit[column][0] && layout->wide_money && to->money)
			field->value.shift = 4;
	}
	return field;
}

/* ------------------------------------------------------------------ by name */

static int
rank_of(const TargetColumn *column, const char *key)
{
	for (int i = 0; i < column->key_count; i++)
		if (strcmp(column->keys[i], key) == 0)
			return column->key_ranks[i];
	return -1;
}

static bool
in_list(char **list, int count, const char *key)
{
	for (int i = 0; i < count; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

/* The names that a heading may be found by: the whole path, its end, the words in brackets of a numbered code. */
static int
names_of(const char *path, char *names[4])
{
	Chars		key = {0};
	const char *last = strrchr(path, '/'), *open, *close;
	int			n = 0;

	names[n++] = need_copy(heading_key(&key, path));
	if (last)
		names[n++] = need_copy(heading_key(&key, last + 1));
	heading_key(&key, last ? last + 1 : path);
	open = strchr(key.data, '(');
	close = strrchr(key.data, ')');
	if (open && close && close > open && strstr(key.data, "代码") && strstr(key.data, "代码") < open)
	{
		char	   *inside = need((size_t) (close - open));

		memcpy(inside, open + 1, (size_t) (close - open - 1));
		names[n++] = inside;
	}
	else if (open && close && close[1] == '\0' && open > key.data)
	{
		/* without a note in brackets, as the last resort */
		char	   *before = need((size_t) (open - key.data) + 1);

		memcpy(before, key.data, (size_t) (open - key.data));
		names[n++] = before;
	}
	chars_free(&key);
	return n;
}

static int
fitting(const TargetColumn *column, char **samples)
{
	Chars		value = {0};
	ValueProblem problem = {0};
	long		day = 0;
	int			fit = 0;

	for (int i = 0; samples && samples[i]; i++)
		fit += read_text_value(&value, samples[i], false, &column->value, &day, &problem) == VALUE_FINE;
	chars_free(&value);
	chars_free(&problem.reason);
	chars_free(&problem.likely);
	return fit;
}

/* A column that may be written, is not taken, and is known by the name at this rank; of several the one that the values fit. */
static int
find_column(const Target *target, const bool *taken, const char *name, int rank, char **samples)
{
	int			best = -1, best_fit = -1;

	for (int i = 0; i < target->count; i++)
	{
		const TargetColumn *column = &target->columns[i];

		if (taken[i] || rank_of(column, name) != rank || !column->writable || (column->role == COLUMN_SUBJECT && rank == 0 && strcmp(name, column->name) != 0))
			continue;
		if (best >= 0 && best_fit < 0)
			best_fit = fitting(&target->columns[best], samples);
		if (best < 0)
			best = i;
		else
		{
			int			fit = fitting(column, samples);

			if (fit > best_fit)
				best = i, best_fit = fit;
		}
	}
	return best;
}

/* The column of a number that half of a heading means, or -1. */
static int
number_called(const Target *target, const char *half)
{
	char	   *names[4] = {0};
	int			n = names_of(half, names), found = -1;

	for (int name = 0; name < n; name++)
	{
		for (int i = 0; i < target->count && found < 0; i++)
			if ((target->columns[i].value.kind == VALUE_INTEGER || target->columns[i].value.kind == VALUE_NUMBER) && target->columns[i].writable && rank_of(&target->columns[i], names[name]) >= 0)
				found = i;
		free(names[name]);
	}
	return found;
}

/*
 * Whether a heading with a slash, 隐患数／整改数, is two headings in one: where most cells hold two values, and where it is two
 * numbers by its words, for then nobody knows which of them a single value is.
 */
static bool
is_two(const Target *target, const char *path, char **samples)
{
	const char *slash = strstr(path, "／");
	char	   *half;
	int			first;

	if (!slash || strstr(slash + strlen("／"), "／"))
		return false;
	if (mostly_two_values(samples))
		return true;
	half = need_format("%.*s", (int) (slash - path), path);
	first = number_called(target, half);
	free(half);
	return first >= 0 && number_called(target, slash + strlen("／")) >= 0 && number_called(target, slash + strlen("／")) != first;
}

/* Where no column is of areas: the first column of addresses, which have the area's name in them, or -1. */
static int
find_address(const Layout *layout, const Target *target, const bool *taken, const int *found)
{
	int			area = target->in_ledger ? target_column(target, "area_code") : -1, at = -1;
	Chars		key = {0};

	for (int c = 0; c < layout->count && at < 0 && area >= 0 && !taken[area] && target->columns[area].writable; c++)
	{
		const char *last = strrchr(layout->path[c], '/');

		if (found[c] < 0 && in_list(target->addresses, target->address_count, heading_key(&key, last ? last + 1 : layout->path[c])))
			at = c;
	}
	chars_free(&key);
	return at;
}

static void
list_heading(Chars *list, const Layout *layout, int column)
{
	if (!list->data)
		chars_reset(list);
	if (list->length)
		chars_string(list, TEXT(", ", "、"));
	chars_string(list, layout->path[column][0] ? layout->path[column] : column_letters(layout->first + column));
}

static void
write_line(Chars *text, const char *heading, const char *column, const Field *field, const char *unit)
{
	chars_format(text, "%s\t%s", heading, column);
	if (field && field->part)
		chars_format(text, "\tpart=%d", field->part);
	if (field && field->value.shift)
		chars_format(text, "\tunit=%s", unit);
	if (field && field->value.address)
		chars_string(text, "\tby=address");
	chars_char(text, '\n');
}

/* Whether a column numbers the lines: 1, 2, 3, …, or 1, 1, 2 where some belong together; one of which nothing is seen may. */
static bool
is_running(char **samples)
{
	long		last = 0;

	for (int i = 0; samples && samples[i]; i++)
	{
		char	   *end;
		long		number;

		if (samples[i][strspn(samples[i], " \t")] == '\0')
			continue;
		number = strtol(samples[i], &end, 10);
		if (end == samples[i] || (*end && strcmp(end, ".") != 0 && strcmp(end, ".0") != 0 && strcmp(end, "、") != 0) || (number != last && number != last + 1))
			return false;
		last = number;
	}
	return true;
}

/* Which columns the headings go into that are known by names of these ranks. */
static void
find_columns(const Layout *layout, const Target *target, char ***samples, bool personal, const bool *parted, bool *taken, int *found, int from, int before)
{
	/* by whole paths before ends of them, by own names before synonyms */
	for (int name = 0; name < 4; name++)
		for (int rank = from; rank < before; rank++)
			for (int c = 0; c < layout->count; c++)
			{
				char	   *names[4] = {0}, *path;
				int			n;

				if (found[c] >= 0 || !layout->path[c][0])
					continue;
				/* a slash in a heading of one value is that of a path which was joined, or says two words for it */
				path = parted[c] ? need_copy(layout->path[c]) : slashes_as_levels(layout->path[c]);
				n = names_of(path, names);
				free(path);
				if (name < n && (personal || !in_list(target->personal, target->personal_count, names[name])))
				{
					found[c] = find_column(target, taken, names[name], rank, samples ? samples[c] : NULL);
					if (found[c] >= 0 && rank == RANK_LAST && strcmp(target->columns[found[c]].name, "number") == 0 && is_running(samples ? samples[c] : NULL))
						found[c] = -1;
					if (found[c] >= 0)
						taken[found[c]] = true;
				}
				for (int i = 0; i < n; i++)
					free(names[i]);
			}
}

Mapping *
guess_mapping(const Layout *layout, Target *target, char ***samples, bool personal)
{
	Mapping    *mapping = need(sizeof *mapping);
	bool	   *taken = need((size_t) target->count * sizeof *taken);
	int		   *found = need((size_t) layout->count * sizeof *found);
	bool	   *parted = need((size_t) layout->count * sizeof *parted);
	int			address, number = target_column(target, "number");
	Chars		text = {0}, key = {0};

	mapping->guessed = true;
	mapping->fingerprint_source = headings_of(layout);
	add_group(mapping);
	for (int c = 0; c < layout->count; c++)
	{
		found[c] = -1;
		parted[c] = is_two(target, layout->path[c], samples ? samples[c] : NULL);
	}
	find_columns(layout, target, samples, personal, parted, taken, found, 0, RANK_LAST);
	address = find_address(layout, target, taken, found);
	if (address >= 0)
	{
		found[address] = target_column(target, "area_code");
		taken[found[address]] = true;
	}
	find_columns(layout, target, samples, personal, parted, taken, found, RANK_LAST, RANK_LAST + 1);
	chars_reset(&text);
	for (int c = 0; c < layout->count; c++)
	{
		const char *slash = strstr(layout->path[c], "／");

		if (found[c] >= 0)
		{
			Field	   *field = map_column(mapping, layout, target, c, 0, found[c]);

			field->value.address = c == address;
			write_line(&text, layout->path[c], target->columns[found[c]].name, field, field->value.shift == 4 && !layout->unit[c][0] ? "万元" : layout->unit[c]);
			continue;
		}
		if (parted[c])
		{
			char	   *half[2] = {need_format("%.*s", (int) (slash - layout->path[c]), layout->path[c]), need_copy(slash + strlen("／"))};
			bool		any = false;

			for (int part = 0; part < 2; part++)
			{
				char	   *names[4] = {0};
				int			n = names_of(half[part], names), at = -1;

				for (int name = 0; name < n && at < 0; name++)
					for (int rank = 0; rank < RANK_LAST && at < 0; rank++)
						if (personal || !in_list(target->personal, target->personal_count, names[name]))
							at = find_column(target, taken, names[name], rank, NULL);
				if (at >= 0)
				{
					taken[at] = any = true;
					write_line(&text, layout->path[c], target->columns[at].name, map_column(mapping, layout, target, c, part + 1, at), layout->unit[c]);
				}
				for (int i = 0; i < n; i++)
					free(names[i]);
				free(half[part]);
			}
			if (any)
				continue;
		}
		if (layout->path[c][0])
		{
			const char *last = strrchr(layout->path[c], '/');

			heading_key(&key, last ? last + 1 : layout->path[c]);
			if (in_list(target->personal, target->personal_count, key.data) && !personal)
				list_heading(&mapping->personal, layout, c);
			else if (!in_list(target->silent, target->silent_count, key.data) || (samples && !is_running(samples[c])))
				list_heading(&mapping->left_out, layout, c);
			else if (number >= 0 && rank_of(&target->columns[number], key.data) >= 0)
				list_heading(&mapping->running, layout, c);
			write_line(&text, layout->path[c], "-", NULL, "");
		}
		else
			list_heading(&mapping->left_out, layout, c);
	}
	mapping->text = text.data;
	chars_free(&key);
	free(taken);
	free(found);
	free(parted);
	return mapping;
}

/* ------------------------------------------------------------------ by a text */

/* Options of a line into the field; false with *problem. */
static bool
read_options(char *rest, Field *field, char **problem)
{
	char	   *option;

	while ((option = strsep(&rest, "\t")) != NULL)
	{
		char	   *value = strchr(option, '=');

		if (*option == '\0')
			continue;
		if (value)
			*value++ = '\0';
		if (value && strcmp(option, "part") == 0 && (strcmp(value, "1") == 0 || strcmp(value, "2") == 0))
			field->part = *value - '0';
		else if (value && strcmp(option, "format") == 0 && (strcasecmp(value, "YMD") == 0 || strcasecmp(value, "MDY") == 0 || strcasecmp(value, "DMY") == 0 || strcasecmp(value, "ROC") == 0))
			field->value.format = need_copy(value);
		else if (value && strcmp(option, "by") == 0 && strcmp(value, "address") == 0)
			field->value.address = true;
		else if (value && strcmp(option, "unit") == 0)
			field->value.shift = money_shift(value);
		else if (value && strcmp(option, "map") == 0)
		{
			char	   *pair;
			ValueType	fresh = field->value;

			/* its own list comes first, then the words of the column */
			fresh.terms = NULL;
			fresh.term_count = 0;
			while ((pair = strsep(&value, ";")) != NULL)
			{
				char	   *colon = strrchr(pair, ':');

				if (!colon)
				{
					*problem = need_format(TEXT("map=%s has no colon: it is written map=word:value;word:value", "map=%s 缺少冒号，应写作 map=词:值;词:值"), pair);
					return false;
				}
				*colon = '\0';
				add_term(&fresh, pair, colon + 1);
			}
			for (int i = 0; i < field->value.term_count; i++)
				add_term(&fresh, field->value.terms[i].shown, field->value.terms[i].value);
			fresh.choices = NULL;
			list_choices(&fresh);
			field->value = fresh;
		}
		else
		{
			*problem = need_format(TEXT("\"%s\" is no option of a heading; such are part=1, by=address, format=MDY, format=ROC, unit=万元, map=word:value;…",
								"“%s”不是可用的选项；可用 part=1、by=address、format=MDY、format=ROC、unit=万元、map=词:值;…"), option);
			return false;
		}
	}
	return true;
}

Mapping *
read_mapping(const char *source, const Layout *layout, Target *target, char **problem)
{
	Mapping    *mapping = need(sizeof *mapping);
	char	   *copy = need_copy(source), *rest = copy, *line;
	bool	   *named = need((size_t) layout->count * sizeof *named);
	Chars		a = {0}, b = {0};
	bool		fine = true;

	mapping->text = need_copy(source);
	mapping->fingerprint_source = headings_of(layout);
	add_group(mapping);
	while (fine && (line = strsep(&rest, "\n")) != NULL)
	{
		char	   *heading, *column;
		int			at, found = -1;
		Field	   *field;

		if (line[0] && line[strlen(line) - 1] == '\r')
			line[strlen(line) - 1] = '\0';
		if (starts_with(line, "\xEF\xBB\xBF"))
			line += 3;
		if (line[0] == '#' || line[0] == '\0')
			continue;
		heading = strsep(&line, "\t");
		column = line ? strsep(&line, "\t") : NULL;
		if (!column || !*column)
		{
			*problem = need_format(TEXT("\"%s\" has no column after it; a line is heading, tab, column", "“%s”后面没有列名；每行是：表头、制表符、列名"), heading);
			fine = false;
			break;
		}
		if (heading[0] != '=')
		{
			heading_key(&a, heading);
			for (int c = 0; c < layout->count && found < 0; c++)
				if (strcmp(heading_key(&b, layout->path[c]), a.data) == 0)
					found = c;
			if (found < 0)
			{
				/* another sheet of the kind may lack a column, but not one that is mapped */
				if (strcmp(column, "-") == 0)
					continue;
				*problem = need_format(TEXT("the sheet has no heading \"%s\"", "表中没有表头“%s”"), heading);
				fine = false;
				break;
			}
			named[found] = true;
			if (strcmp(column, "-") == 0)
				continue;
		}
		at = target_column(target, column);
		if (at < 0)
		{
			*problem = need_format(TEXT("%s has no column \"%s\"", "%s 没有列“%s”"), target->quoted, column);
			fine = false;
			break;
		}
		if (heading[0] == '=')
		{
			field = add_field(&mapping->groups[0], -1, at);
			field->constant = need_copy(heading + 1);
			field->value = target->columns[at].value;
			field->heading = target->columns[at].name;
		}
		else
			field = map_column(mapping, layout, target, found, 0, at);
		if (line && !read_options(line, field, problem))
			fine = false;
	}
	for (int c = 0; c < layout->count && fine; c++)
		if (!named[c] && layout->path[c][0])
			list_heading(&mapping->left_out, layout, c);
	free(copy);
	free(named);
	chars_free(&a);
	chars_free(&b);
	if (fine)
		return mapping;
	free_mapping(mapping);
	return NULL;
}

static bool
is_personal(const Layout *layout, const Target *target, int column)
{
	char	   *names[4] = {0};
	int			n = names_of(layout->path[column], names);
	bool		personal = false;

	for (int i = 0; i < n; i++)
	{
		personal = personal || in_list(target->personal, target->personal_count, names[i]);
		free(names[i]);
	}
	return personal;
}

void
mapping_with_personal(Mapping *mapping, const Layout *layout, Target *target, char ***samples)
{
	Mapping    *guess = guess_mapping(layout, target, samples, true);

	for (int g = 0; g < guess->groups[0].count; g++)
	{
		const Field *field = &guess->groups[0].fields[g];
		char	   *left, *at;
		bool		there = false;

		for (int f = 0; f < mapping->groups[0].count; f++)
			there = there || mapping->groups[0].fields[f].column == field->column || mapping->groups[0].fields[f].target == field->target;
		left = need_format("%s\t-\n", layout->path[field->column]);
		/* as a line of its own: another heading may end like it */
		for (at = strstr(mapping->text, left); at && at != mapping->text && at[-1] != '\n';)
			at = strstr(at + 1, left);
		if (!there && at && is_personal(layout, target, field->column))
		{
			char	   *text = need_format("%.*s%s\t%s\n%s", (int) (at - mapping->text), mapping->text, layout->path[field->column], target->columns[field->target].name, at + strlen(left));

			free(mapping->text);
			mapping->text = text;
			map_column(mapping, layout, target, field->column, field->part, field->target);
		}
		free(left);
	}
	free_mapping(guess);
}

void
mapping_without(Mapping *mapping, const Layout *layout, const Target *target, bool constants, bool personal)
{
	for (int g = 0; g < mapping->group_count; g++)
	{
		Group	   *group = &mapping->groups[g];
		int			kept = 0;

		for (int f = 0; f < group->count; f++)
		{
			Field	   *field = &group->fields[f];

			if (field->column < 0 ? constants : personal && is_personal(layout, target, field->column))
			{
				if (field->column >= 0)
					list_heading(&mapping->personal, layout, field->column);
				free(field->constant);
			}
			else
				group->fields[kept++] = *field;
		}
		group->count = kept;
	}
}

/* Whether a value for every row is one as a cell would have to be; a day that counts from another is known with its row. */
static bool
is_settable(const TargetColumn *column, const char *value, char **problem)
{
	Chars		text = {0};
	ValueProblem wrong = {0};
	bool		fine = column->value.deadline || read_text_value(&text, value, false, &column->value, NULL, &wrong) != VALUE_BAD;

	if (!fine)
		*problem = need_format("--set %s=%s: %s", column->name, value, wrong.reason.data);
	chars_free(&text);
	chars_free(&wrong.reason);
	chars_free(&wrong.likely);
	return fine;
}

bool
set_constant(Mapping *mapping, Target *target, const char *assignment, char **problem)
{
	const char *equals = strchr(assignment, '=');
	char	   *name = equals ? need_format("%.*s", (int) (equals - assignment), assignment) : NULL;
	int			at = name ? target_column(target, name) : -1;

	if (at < 0)
	{
		*problem = equals ? need_format(TEXT("%s has no column \"%s\"", "%s 没有列“%s”"), target->quoted, name)
			: need_format(TEXT("--set takes column=value, not \"%s\"", "--set 应写作 列=值，而不是“%s”"), assignment);
		free(name);
		return false;
	}
	free(name);
	if (!target->columns[at].writable || (target->in_ledger && (strcmp(target->columns[at].name, "known_from") == 0 || strcmp(target->columns[at].name, "kept_since") == 0)))
	{
		*problem = need_format(TEXT("--set: %s is nothing that can be set", "--set：%s 不能由用户填写"), target->columns[at].name);
		return false;
	}
	if (!is_settable(&target->columns[at], equals + 1, problem))
		return false;
	for (int g = 0; g < mapping->group_count; g++)
	{
		Group	   *group = &mapping->groups[g];
		Field	   *field = NULL;

		for (int f = 0; f < group->count; f++)
			if (group->fields[f].target == at)
				field = &group->fields[f];
		if (field && field->column >= 0 && g == 0)
			say_warning(TEXT("--set %s takes the place of the file's own column %s in every row", "--set %s 取代了文件中已有的列“%s”，每行都用该值"), target->columns[at].name, field->heading);
		if (!field)
			field = add_field(group, -1, at);
		field->column = -1;
		field->part = 0;
		free(field->constant);
		field->constant = need_copy(equals + 1);
		field->value = target->columns[at].value;
		field->heading = target->columns[at].name;
	}
	return true;
}

void
find_missing(Mapping *mapping, const Target *target)
{
	free(mapping->missing);
	mapping->missing = need((size_t) target->count * sizeof *mapping->missing);
	mapping->missing_count = 0;
	for (int i = 0; i < target->count; i++)
	{
		const TargetColumn *column = &target->columns[i];
		bool		given = false;

		if (!column->not_null || column->default_expression || column->identity || column->generated || column->role == COLUMN_MADE)
			continue;
		for (int f = 0; mapping->group_count && f < mapping->groups[0].count; f++)
		{
			const TargetColumn *to = &target->columns[mapping->groups[0].fields[f].target];

			given = given || to == column || (column->role == COLUMN_SUBJECT && strcmp(column->name, "subject_id") == 0 && (strcmp(to->name, "@name") == 0 || strcmp(to->name, "@uscc") == 0));
		}
		for (int f = 0; mapping->group_count && f < mapping->groups[0].count && assumed_day(target, column->name); f++)
			given = given || strcmp(target->columns[mapping->groups[0].fields[f].target].name, assumed_day(target, column->name)) == 0;
		given = given || is_day_of_accident(target, column->name);
		/* what is made of other columns, or by a trigger */
		if (target->in_ledger && ((strcmp(target->table, "subject") == 0 && strcmp(column->name, "kind") == 0) || strcmp(column->name, "received") == 0))
			given = true;
		if (!given)
			mapping->missing[mapping->missing_count++] = i;
	}
}
