/*
 * Tables and charts beside the text: the report's figures by area, by category of accident, by month;
 * what is compared by chance, clearance by area, cases and hazards month by month.
 *
 * They are counted from the same records as the report, as known at the same moment.
 */
#include "document/document.h"

#include "connect.h"
#include "document/model.h"
#include "task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* An array of codes for SQL; codes are words, so nothing in them is special. */
static char *
array_of(char *const *codes, int count)
{
	Text		text = {0};

	text_add(&text, "{");
	for (int i = 0; i < count; i++)
		text_format(&text, "%s%s", i ? "," : "", codes[i]);
	text_add(&text, "}");
	return text.data;
}

static bool
is_counted(const Figure *figure)
{
	static const char *const kinds[] = {"count", "sum", "planned", "stock", "distinct", "reported"};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (same(figure->kind, kinds[i]))
			return figure->is_own;
	return false;
}

/* A number as it is printed: in English with commas between thousands, as the server prints it. */
static char *
printed(const Document *document, const char *number)
{
	size_t		sign = *number == '-';
	size_t		whole = strspn(number + sign, "0123456789");
	Text		out = {0};

	if (!document->english || whole < 4)
		return text_copy(number);
	text_bytes(&out, number, sign);
	for (size_t i = 0; i < whole; i++)
	{
		if (i > 0 && (whole - i) % 3 == 0)
			text_add(&out, ",");
		text_bytes(&out, number + sign + i, 1);
	}
	text_add(&out, number + sign + whole);
	return out.data;
}

static void
set_number(const Document *document, Cell *cell, const char *number)
{
	cell->number = text_copy(number);
	cell->text = number ? printed(document, number) : text_copy("—");
}

/* A title begins with a capital, whatever the name is that it begins with. */
static char *
title(const Document *document, char *text)
{
	if (document->english && *text >= 'a' && *text <= 'z')
		*text = (char) (*text - 'a' + 'A');
	return text;
}

static void
set_rate(const Document *document, Cell *cell, const char *rate)
{
	if (rate == NULL)
		cell->text = text_copy("—");
	else
	{
		double		value = strtod(rate, NULL);
		char	   *text = text_copy(rate);

		/* 30.0 is said as 30 */
		if (strchr(text, '.'))
			for (char *end = text + strlen(text) - 1; end > text && (*end == '0' || *end == '.'); end--)
			{
				bool		dot = *end == '.';

				*end = '\0';
				if (dot)
					break;
			}
		cell->text = value == 0 ? text_copy(WORD(document, "持平", "unchanged")) : need_format("%s%%", text);
		cell->number = text;
	}
}

static char *
with_unit(const Document *document, const Figure *figure)
{
	if (figure->unit == NULL || *figure->unit == '\0' || document->english)
		return text_copy(figure->name);
	return need_format("%s（%s）", figure->name, figure->unit);
}

static void
add_table(Document *document, Grid *table)
{
	document->table[document->tables++] = table;
}

/* ------------------------------------------------------------------ tables */

char *
grid_short_title(const Document *document, const char *title)
{
	char	   *tail = need_format(WORD(document, "（%s）", ", %s"), document->period);
	size_t		length = strlen(title);

	return length > strlen(tail) && strcmp(title + length - strlen(tail), tail) == 0 ? text_slice(title, length - strlen(tail)) : text_copy(title);
}


/* A figure's number as its words say it, without the unit; where they say it otherwise, as it is. */
static void
set_said(const Document *document, Cell *cell, const char *value, const char *words, const char *unit)
{
	size_t		digits = words ? strspn(words, "-0123456789.,") : 0;

	set_number(document, cell, value);
	if (value && unit && digits > 0 && strcmp(words + digits + strspn(words + digits, " "), unit) == 0)
		cell->text = text_slice(words, digits);
}

Grid *
figures_table(const Document *document)
{
	const char *const headings[][2] = {
		{"指标代码", "code"}, {"指标", "figure"}, {"统计期", "period"}, {"数值", "value"}, {"单位", "unit"}, {"基数", "base"}, {"增减", "change"}, {"增减率（%）", "change in %"},
		{"偶然范围", "band of chance"}, {"p值", "p-value"}, {"状态", "state"}};
	Grid	   *table;
	int			rows = 0;
	int			row = 0;
	bool		periods = false;	/* is a figure of other days than the report? */

	for (int i = 0; i < document->figures; i++)
		if (document->figure[i].member == NULL)
		{
			rows++;
			periods = periods || strcmp(document->figure[i].period, document->period) != 0;
		}
	table = grid_new("figures-all", need_format(WORD(document, "指标一览（%s）", "All figures, %s"), document->period), periods ? 11 : 10, rows);
	for (int j = 0; j < table->columns; j++)
	{
		int			at = periods || j < 2 ? j : j + 1;

		table->heading[j] = text_copy(headings[at][document->english]);
		table->is_number[j] = at == 3 || (at >= 5 && at <= 9 && at != 8);
	}
	table->is_wide = true;
	for (int i = 0; i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];
		Cell		cells[11] = {{.text = NULL}};

		if (f->member)
			continue;
		cells[0].text = f->code;
		cells[1].text = *f->mark ? need_format("%s [%s]", f->name, f->mark) : f->name;
		cells[2].text = f->period;
		set_said(document, &cells[3], f->value, f->words, f->unit);
		cells[4].text = f->unit;
		set_said(document, &cells[5], f->compares ? f->base : NULL, f->base_words, f->unit);
		cell_mark(&cells[5], f->base_given ? "b" : NULL);
		set_number(document, &cells[6], f->compares ? f->amount : NULL);
		set_number(document, &cells[7], f->compares ? f->rate : NULL);
		cells[8].text = f->low ? need_format("%s–%s", f->low, f->high) : text_copy("—");
		set_number(document, &cells[9], f->p_value ? need_format("%.3f", strtod(f->p_value, NULL)) : NULL);
		cells[10].text = f->state_words;
		for (int j = 0; j < table->columns; j++)
			*grid_cell(table, row, j) = cells[periods || j < 2 ? j : j + 1];
		row++;
	}
	return table;
}

Grid *
definitions_table(const Document *document)
{
	Grid	   *table;
	int			rows = 0;
	int			row = 0;

	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < document->figures; i++)
		{
			const Figure *f = &document->figure[i];
			bool		before = false;

			for (int j = 0; j < i; j++)
				before = before || same(document->figure[j].code, f->code);
			if (before)
				continue;
			if (pass == 0)
				rows++;
			else
			{
				grid_cell(table, row, 0)->text = f->code;
				grid_cell(table, row, 1)->text = f->name;
				grid_cell(table, row, 2)->text = f->definition;
				grid_cell(table, row, 3)->text = f->unit;
				grid_cell(table, row, 4)->text = f->kind_words;
				grid_cell(table, row, 5)->text = f->source_words;
				grid_cell(table, row, 6)->text = f->version;
				row++;
			}
		}
		if (pass == 0)
		{
			table = grid_new("definitions", text_copy(WORD(document, "指标定义", "Definitions")), 7, rows);
			table->heading[0] = WORD(document, "指标代码", "code");
			table->heading[1] = WORD(document, "指标", "figure");
			table->heading[2] = WORD(document, "定义", "definition");
			table->heading[3] = WORD(document, "单位", "unit");
			table->heading[4] = WORD(document, "类型", "kind");
			table->heading[5] = WORD(document, "数据来源", "source");
			table->heading[6] = WORD(document, "版本", "version");
		}
	}
	return table;
}

/* The report's counted figures by a dimension. */
static PGresult *
split(Document *document, const char *by, const char *codes)
{
	return db_query("SELECT f.code, f.member, coalesce(CASE $5 WHEN 'en' THEN f.member_name_en END, f.member_name) AS member_name, trim_scale(f.value) AS value, trim_scale(f.base) AS base,"
		"       f.rate, f.state, f.compared_with, f.base_kind"
		"  FROM @ledger@.figures(daterange($1::date, $2::date), $3::timestamptz, codes => $4::text[], by => $6, report => $7, lang => $5) WITH ORDINALITY AS f"
		" WHERE f.code = ANY ($4::text[]) ORDER BY f.ordinality",
		7, document->starts_on, document->ends_on, document->as_of, codes, document->english ? "en" : "zh", by, document->report);
}

/* How a value in a row of figures is marked: p, where it is of a part; NULL: not. */
static const char *
mark_of(const PGresult *r, int row)
{
	const char *state = row < 0 ? "" : PQgetvalue(r, row, PQfnumber(r, "state"));

	return strncmp(state, "part_", 5) == 0 ? "p" : NULL;
}

/* How its base is: b, where it is a total as it was published. */
static const char *
base_mark_of(const PGresult *r, int row)
{
	return row >= 0 && strcmp(PQgetvalue(r, row, PQfnumber(r, "base_kind")), "published_total") == 0 ? "b" : NULL;
}

/* What the marks of a table mean, below it. */
static void
note_marks(const Document *document, Grid *table)
{
	bool		partial = false;
	bool		given = false;
	Text		note = {0};
	Text		missing = {0};

	for (int i = 0; i < table->rows * table->columns; i++)
		if (table->cell[i].mark)
		{
			partial = partial || *table->cell[i].mark == 'p';
			given = given || *table->cell[i].mark == 'b';
		}
	if (!partial && !given)
		return;
	for (int i = 0; partial && i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];

		if (f->is_own && f->missing && *f->missing && (missing.length == 0 || strstr(missing.data, f->missing) == NULL))
			text_format(&missing, "%s%s", missing.length ? WORD(document, "、", ", ") : "", f->missing);
	}
	if (table->note)
		text_format(&note, "%s%s", table->note, WORD(document, "", " "));
	if (partial && missing.length)
		text_format(&note, WORD(document, "p为初步数（缺%s）。", "p: provisional, without %s."), missing.data);
	else if (partial)
		text_add(&note, WORD(document, "p为初步数，统计期或地区的数据不全。", "p: provisional, of a part of the period or of the areas."));
	if (given)
		text_add(&note, WORD(document, "b为已公布数，并非由记录统计。", partial ? " b: as published, not counted from records." : "b: as published, not counted from records."));
	table->note = note.data;
}

typedef struct Members
{
	int			count;
	char	   *code[4096];		/* NULL: the total; in the server's order */
	char	   *name[4096];
} Members;

static void
add_members(Members *members, const PGresult *r, const char *code)
{
	for (int i = 0; i < PQntuples(r) && members->count < 4096; i++)
	{
		bool		there = false;

		if (strcmp(PQgetvalue(r, i, 0), code) != 0)
			continue;
		for (int k = 0; k < members->count; k++)
			there = there || (PQgetisnull(r, i, 1) ? members->code[k] == NULL : same(members->code[k], PQgetvalue(r, i, 1)));
		if (there)
			continue;
		members->code[members->count] = model_value(r, i, "member");
		members->name[members->count] = model_value(r, i, "member_name");
		members->count++;
	}
}

/* The members that the rows of any of these figures have: the total first, as the server gives it, records of none last. */
static Members *
members_of(const PGresult *r, Figure *const *figures, int count)
{
	Members    *members = need(sizeof *members);

	for (int i = 0; i < count; i++)
		add_members(members, r, figures[i]->code);
	for (int i = 0; i < members->count - 1; i++)
		if (members->code[i] && *members->code[i] == '\0')
		{
			char	   *code = members->code[i];
			char	   *name = members->name[i];
			size_t		behind = sizeof(char *) * (size_t) (members->count - 1 - i);

			memmove(members->code + i, members->code + i + 1, behind);
			memmove(members->name + i, members->name + i + 1, behind);
			members->code[members->count - 1] = code;
			members->name[members->count - 1] = name;
			break;
		}
	return members;
}

static int
row_of(const PGresult *r, const char *code, const char *member)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (strcmp(PQgetvalue(r, i, 0), code) == 0 &&
			(PQgetisnull(r, i, 1) ? member == NULL : member && strcmp(PQgetvalue(r, i, 1), member) == 0))
			return i;
	return -1;
}

/* A column of the row of a member; one that the figure does not list has no records of it: 0, where the figure is known. */
static char *
value_of(const PGresult *r, const Figure *figure, const char *member, const char *column)
{
	int			at = row_of(r, figure->code, member);

	if (at >= 0)
		return model_value(r, at, column);
	if (strcmp(column, "rate") == 0 || (strcmp(column, "base") == 0 ? figure->base : figure->value) == NULL)
		return NULL;
	return text_copy("0");
}

/* Whether a figure is really split: it can be, and what is not 0 is somewhere; if asked, of several members. */
static bool
is_split(const PGresult *r, const Figure *figure, bool of_several)
{
	bool		found = false;
	int			many = 0;

	for (int i = 0; i < PQntuples(r); i++)
		if (strcmp(PQgetvalue(r, i, 0), figure->code) == 0 && !PQgetisnull(r, i, 1))
		{
			const char *state = PQgetvalue(r, i, PQfnumber(r, "state"));
			const char *value = PQgetvalue(r, i, PQfnumber(r, "value"));
			const char *base = PQgetvalue(r, i, PQfnumber(r, "base"));

			if (strcmp(state, "failed") == 0)
				return false;
			if (*PQgetvalue(r, i, 1) == '\0' && strcmp(value, "0") != 0)
				continue;		/* records of no member */
			found = true;
			many += (*value && strcmp(value, "0") != 0) || (of_several && *base && strcmp(base, "0") != 0);
		}
	return found && (of_several ? many > 1 : many > 0 || same(figure->value, "0"));
}

/* Whether the text has this figure by this dimension in a table of its own: then it is not said again. */
static bool
stands_in_text(const Document *document, const Figure *figure, const char *by)
{
	char	   *wanted = need_format(" %s=%s ", figure->code, figure->value ? figure->value : "");

	for (int i = 0; i < document->sections; i++)
		for (int j = 0; j < document->section[i].blocks; j++)
		{
			const Grid *table = document->section[i].block[j].table;

			if (table && table->codes && same(table->heading[0], by) && strstr(table->codes, wanted))
				return true;
		}
	return false;
}

static char *
group_by(const Document *document, const char *by)
{
	return need_format(WORD(document, "各指标分%s情况", "Figures by %s"), by);
}

static char *
member_name(const Document *document, const Members *members, int i)
{
	if (members->code[i] == NULL)
		return text_copy(WORD(document, "合计", "Total"));
	if (*members->code[i] == '\0')
		return text_copy(WORD(document, "未注明", "not stated"));
	return members->name[i] ? members->name[i] : members->code[i];
}

/* What a figure is held against, and its change, are called: where its own base is not known, as those of the others with the same comparator. */
static void
name_base(const Document *document, const Figure *figure, char **base, char **change)
{
	*base = figure->base_name;
	*change = figure->compared_with;
	for (int i = 0; i < document->figures; i++)
		if (same(document->figure[i].comparator, figure->comparator))
		{
			*base = *base ? *base : document->figure[i].base_name;
			*change = *change ? *change : document->figure[i].compared_with;
		}
	if (*base == NULL)
		*base = text_copy(same(figure->comparator, "year_earlier") ? WORD(document, "上年同期", "a year earlier") : WORD(document, "基数", "base"));
	if (*change == NULL)
		*change = text_copy(same(figure->comparator, "year_earlier") ? WORD(document, "同比", "year on year") : WORD(document, "增减", "change"));
}

/* Names of figures, the first few. */
static char *
names_of(const Document *document, Figure *const *figures, int count)
{
	Text		names = {0};

	for (int i = 0; i < count && i < 3; i++)
		text_format(&names, "%s%s", i == 0 ? "" : WORD(document, "、", i == count - 1 ? " and " : ", "), figures[i]->name);
	if (count > 3)
		text_add(&names, WORD(document, "等", " and others"));
	return names.data;
}

/* Figures with a change: a row a member, the total last; value, base and change of each figure. */
static Grid *
change_table(Document *document, const PGresult *r, Figure **figures, int count, const char *id, const char *by)
{
	Members    *members = members_of(r, figures, count);
	Grid	   *table = grid_new(need_format("by-%s", id), NULL, 1 + 3 * count, members->count);

	table->heading[0] = text_copy(by);
	for (int j = 0; j < count; j++)
	{
		table->heading[1 + 3 * j] = with_unit(document, figures[j]);
		name_base(document, figures[j], &table->heading[2 + 3 * j], &table->heading[3 + 3 * j]);
		for (int k = 1; k <= 3; k++)
			table->is_number[3 * j + k] = true;
	}
	for (int i = 0; i < members->count; i++)
	{
		int			from = (i + 1) % members->count;	/* the total, first there, is last here */
		int			row = i;

		grid_cell(table, row, 0)->text = member_name(document, members, from);
		table->is_total[row] = members->code[from] == NULL;
		for (int j = 0; j < count; j++)
		{
			set_number(document, grid_cell(table, row, 1 + 3 * j), value_of(r, figures[j], members->code[from], "value"));
			set_number(document, grid_cell(table, row, 2 + 3 * j), value_of(r, figures[j], members->code[from], "base"));
			set_rate(document, grid_cell(table, row, 3 + 3 * j), value_of(r, figures[j], members->code[from], "rate"));
			cell_mark(grid_cell(table, row, 1 + 3 * j), mark_of(r, row_of(r, figures[j]->code, members->code[from])));
			cell_mark(grid_cell(table, row, 2 + 3 * j), base_mark_of(r, row_of(r, figures[j]->code, members->code[from])));
		}
	}
	table->title = title(document, need_format(WORD(document, "%s分%s情况（%s）", "%s by %s, %s"), names_of(document, figures, count), by, document->period));
	table->group = group_by(document, by);
	return table;
}

/* Figures of one section of the report: its heading without the number before it; NULL where the text does not say them. */
static char *
section_name(const Document *document, const Figure *figure)
{
	char	   *id = need_format("section-%s", figure->section ? figure->section : "");

	for (int i = 0; i < document->sections; i++)
		if (figure->section && document->section[i].heading && same(document->section[i].id, id))
		{
			const char *heading = document->section[i].heading;
			const char *mark = strstr(heading, "、");

			if (mark && mark - heading <= 12)
				heading = mark + strlen("、");
			else if (strspn(heading, "0123456789.") > 0)
				heading += strspn(heading, "0123456789. ");
			return text_copy(heading);
		}
	return NULL;
}

/* Figures in the order of the report's sections, those that its text does not say last. */
static void
sort_by_section(Figure **figures, int count)
{
	for (int i = 1; i < count; i++)		/* few, and mostly in order */
		for (int j = i; j > 0; j--)
		{
			long		before = figures[j - 1]->section ? strtol(figures[j - 1]->section, NULL, 10) : 1000;
			long		this = figures[j]->section ? strtol(figures[j]->section, NULL, 10) : 1000;
			Figure	   *f = figures[j];

			if (before <= this)
				break;
			figures[j] = figures[j - 1];
			figures[j - 1] = f;
		}
}

/* How many of the figures from here on are of one section. */
static int
of_one_section(const Document *document, Figure *const *figures, int count)
{
	int			some = 1;

	while (some < count && same(section_name(document, figures[some]) ? section_name(document, figures[some]) : "", section_name(document, figures[0]) ? section_name(document, figures[0]) : ""))
		some++;
	return some;
}

static char *
section_title(const Document *document, const Figure *figure, char *title)
{
	char	   *section = section_name(document, figure);

	return section ? need_format(WORD(document, "%s：%s", "%s: %s"), section, title) : title;
}

/*
 * Figures without a change, those of a section of the report together: a row a figure, a column a member; where there are many members,
 * the other way round, some figures at a time.
 */
static void
add_wide_tables(Document *document, const PGresult *r, Figure **figures, int count, const char *id, const char *by)
{
	Members    *members = members_of(r, figures, count);
	bool		across = members->count <= 13;
	int			number = 0;

	for (int first = 0; first < count && document->tables < 60;)
	{
		int			some = of_one_section(document, figures + first, count - first);
		Grid	   *table;
		bool		repeats = false;

		if (!across && some > 6)
			some = 6;
		table = grid_new(number ? need_format("figures-by-%s-%d", id, number + 1) : need_format("figures-by-%s", id), NULL,
						 1 + (across ? members->count : some), across ? some : members->count);
		number++;
		table->heading[0] = across ? text_copy(WORD(document, "指标", "figure")) : text_copy(by);
		for (int j = 0; j < some; j++)
		{
			Figure	   *f = figures[first + j];

			repeats = repeats || same(f->kind, "distinct");
			if (across)
				grid_cell(table, j, 0)->text = with_unit(document, f);
			else
				table->heading[1 + j] = with_unit(document, f);
			for (int i = 0; i < members->count; i++)
			{
				int			from = (i + 1) % members->count;
				Cell	   *cell = across ? grid_cell(table, j, 1 + i) : grid_cell(table, i, 1 + j);

				set_number(document, cell, value_of(r, f, members->code[from], "value"));
				cell_mark(cell, mark_of(r, row_of(r, f->code, members->code[from])));
				if (across)
					table->heading[1 + i] = member_name(document, members, from);
				else
				{
					grid_cell(table, i, 0)->text = member_name(document, members, from);
					table->is_total[i] = members->code[from] == NULL;
				}
				table->is_number[1 + (across ? i : j)] = true;
			}
		}
		table->title = section_title(document, figures[first], need_format(WORD(document, "各指标分%s情况（%s）", "Figures by %s, %s"), by, document->period));
		table->group = group_by(document, by);
		if (repeats)
			table->note = text_copy(WORD(document, "按单位、个人去重的指标，各项之和可能大于合计。", "What is counted once each may add up to more than the total."));
		table->is_wide = table->columns > 7;
		add_table(document, table);
		first += some;
	}
}

static char *
dimension_name(Document *document, const char *code)
{
	PGresult   *r = db_query("SELECT coalesce(CASE $2 WHEN 'en' THEN name_en END, name_zh) FROM @ledger@.dimension WHERE code = $1 AND active",
							  2, code, document->english ? "en" : "zh");

	return r && PQntuples(r) ? text_copy(PQgetvalue(r, 0, 0)) : NULL;
}

static void
tables_by(Document *document, const char *dimension, bool every)
{
	Figure	  **figures = need(sizeof(Figure *) * (size_t) (document->figures + 1));
	char	  **codes = need(sizeof(char *) * (size_t) (document->figures + 1));
	int			count = 0;
	int			compared = 0;
	char	   *by = dimension_name(document, dimension);
	PGresult   *r;

	if (by == NULL)
		return;
	for (int i = 0; i < document->figures; i++)
	{
		Figure	   *f = &document->figure[i];

		if (is_counted(f) && (every || f->compares))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = split(document, dimension, array_of(codes, count));
	{
		int			kept = 0;

		for (int i = 0; i < count; i++)
			if (is_split(r, figures[i], !every) && !stands_in_text(document, figures[i], by))
				figures[kept++] = figures[i];
		count = kept;
	}
	for (int i = 0; i < count; i++)
		if (figures[i]->compares)
		{
			Figure	   *f = figures[i];

			memmove(figures + compared + 1, figures + compared, sizeof(Figure *) * (size_t) (i - compared));
			figures[compared++] = f;
		}
	/* side by side stand figures of the same records, as accidents and their deaths */
	for (int first = 0, number = 0; first < compared && document->tables < 60; number++)
	{
		Figure	   *together[2] = {figures[first], NULL};
		int			some = 1;

		for (int i = first + 1; i < compared && some < 2; i++)
			if (same(figures[i]->subject, together[0]->subject) && same(figures[i]->comparator, together[0]->comparator))
			{
				together[some++] = figures[i];
				memmove(figures + first + 2, figures + first + 1, sizeof(Figure *) * (size_t) (i - first - 1));
			}
		add_table(document, change_table(document, r, together, some, number ? need_format("%s-%d", dimension, number + 1) : dimension, by));
		first += some;
	}
	sort_by_section(figures + compared, count - compared);
	if (every && count > compared)
		add_wide_tables(document, r, figures + compared, count - compared, dimension, by);
}

/* The year's months so far, of what is counted by the days of its period. */
static char *
months_span(Document *document)
{
	PGresult   *r = db_query("SELECT emgov.ytd($1::date - 1, s.year_start) FROM @ledger@.ledger_setting AS s", 1, document->ends_on);

	return r ? text_copy(PQgetvalue(r, 0, 0)) : NULL;
}

static PGresult *
by_month(Document *document, const char *codes)
{
	char	   *span = months_span(document);

	return span == NULL ? NULL : db_query("SELECT f.code, f.starts_on, f.ends_on - 1 AS last_day, trim_scale(f.value) AS value, trim_scale(f.base) AS base, f.state, f.base_kind, f.p_value,"
		"       CASE $4 WHEN 'en' THEN to_char(f.starts_on, 'Mon') ELSE to_char(f.starts_on, 'FMMM月') END"
		"       || CASE WHEN f.ends_on < emgov.month_of(f.starts_on) + interval '1 month' THEN CASE $4 WHEN 'en' THEN to_char(f.ends_on - 1, '\" (to \"FMDD\")\"') ELSE "
			"to_char(f.ends_on - 1, '（至FMDD日）') END ELSE '' END AS month,"
		"       lower(v.band) AS low, upper(v.band) AS high, lower(b.band) AS base_low, upper(b.band) AS base_high"
		"  FROM @ledger@.figure_series($1::text[], $2::daterange, 'month', $3::timestamptz, lang => $4) WITH ORDINALITY AS f"
		"  LEFT JOIN LATERAL (SELECT emgov.poisson_interval(f.value::bigint) AS band WHERE f.value >= 0 AND f.value = trunc(f.value) AND f.value < 1e15) AS v ON true"
		"  LEFT JOIN LATERAL (SELECT emgov.poisson_interval(f.base::bigint) AS band WHERE f.base >= 0 AND f.base = trunc(f.base) AND f.base < 1e15) AS b ON true"
		" WHERE f.code = ANY ($1::text[]) ORDER BY f.code, f.starts_on",
		4, codes, span, document->as_of, document->english ? "en" : "zh");
}

static void
table_by_month(Document *document)
{
	Figure	  **figures = need(sizeof(Figure *) * (size_t) (document->figures + 1));
	char	  **codes = need(sizeof(char *) * (size_t) (document->figures + 1));
	int			count = 0;
	int			months = 0;
	int			number = 0;
	PGresult   *r;
	Grid	   *table;

	for (int i = 0; i < document->figures; i++)
	{
		Figure	   *f = &document->figure[i];

		if (is_counted(f) && !same(f->kind, "stock") && !same(f->kind, "reported"))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = by_month(document, array_of(codes, count));
	for (int i = 0; i < PQntuples(r); i++)
		months += strcmp(PQgetvalue(r, i, 0), codes[0]) == 0;
	if (months < 2)
		return;
	sort_by_section(figures, count);
	for (int first = 0; first < count && document->tables < 70; number++)
	{
		int			some = of_one_section(document, figures + first, count - first);
		bool		repeats = false;

		table = grid_new(number ? need_format("figures-by-month-%d", number + 1) : text_copy("figures-by-month"), NULL, 1 + months, some);
		table->group = text_copy(WORD(document, "各指标分月情况", "Figures by month"));
		table->title = section_title(document, figures[first], text_copy(WORD(document, "各指标分月情况", "Figures by month")));
		table->heading[0] = text_copy(WORD(document, "指标", "figure"));
		table->is_wide = months > 6;
		for (int j = 0; j < some; j++)
		{
			Figure	   *f = figures[first + j];
			int			month = 0;

			repeats = repeats || same(f->kind, "distinct");
			grid_cell(table, j, 0)->text = with_unit(document, f);
			for (int i = 0; i < PQntuples(r) && month < months; i++)
				if (strcmp(PQgetvalue(r, i, 0), f->code) == 0)
				{
					month++;
					table->heading[month] = model_value(r, i, "month");
					table->is_number[month] = true;
					set_number(document, grid_cell(table, j, month), model_value(r, i, "value"));
					cell_mark(grid_cell(table, j, month), mark_of(r, i));
				}
			for (month++; month <= months; month++)
				set_number(document, grid_cell(table, j, month), NULL);
		}
		if (repeats)
			table->note = text_copy(WORD(document, "按单位、个人去重的指标在各月分别去重，各月之和可能大于累计。",
										 "What is counted once each is so in each month: months may add up to more than the year."));
		add_table(document, table);
		first += some;
	}
}

void
document_read_tables(Document *document)
{
	document->table = need(sizeof(Grid *) * 80);
	tables_by(document, "area", true);
	tables_by(document, "category", false);
	table_by_month(document);
	for (int i = 0; i < document->sections; i++)
		for (int j = 0; j < document->section[i].blocks; j++)
			if (document->section[i].block[j].table)
				note_marks(document, document->section[i].block[j].table);
	for (int i = 0; i < document->tables; i++)
		note_marks(document, document->table[i]);
}

/* ------------------------------------------------------------------ charts */

static Chart *
add_chart(Document *document, char *id, int panels)
{
	Chart	   *chart = &document->chart[document->charts++];

	chart->id = id;
	chart->panels = panels;
	chart->panel = need(sizeof(Panel) * (size_t) panels);
	return chart;
}

/* A round number that is not below. */
static double
round_up(double value)
{
	double		unit;

	if (value <= 4)
		return 4;
	unit = pow(10, floor(log10(value)));
	for (int halves = 2; halves < 20; halves += halves < 6 ? 1 : 2)
		if (halves * unit / 2 >= value)
			return halves * unit / 2;
	return 10 * unit;
}

/* The scale that holds all that the panels draw. */
static void
set_scale(Chart *chart)
{
	for (int p = 0; p < chart->panels; p++)
		for (int i = 0; i < chart->panel[p].table->rows; i++)
			for (int j = 0; j < chart->panel[p].table->columns; j++)
			{
				const char *number = grid_cell(chart->panel[p].table, i, j)->number;

				if (number && chart->panel[p].drawn[j] != DRAWN_NOT && strtod(number, NULL) > chart->top)
					chart->top = strtod(number, NULL);
			}
	chart->top = round_up(chart->top);
}

/* Said of a chart whose last month is not a whole one. */
static const char *
part_month(const Document *document, const Grid *table)
{
	const char *label = table->rows ? grid_cell(table, table->rows - 1, 0)->text : NULL;

	return label && (strstr(label, "（") || strstr(label, " (")) ? WORD(document, "；*为不足一月的数", "; * of a part of the month") : "";
}

static char *
verdict(const Document *document, const Figure *figure)
{
	double		p;

	if (figure->p_value == NULL)
		return text_copy("");
	p = strtod(figure->p_value, NULL);
	if (p <= 0.05)
		return need_format(WORD(document, "，变化超出偶然范围（p=%.3f）", ", more than chance would bring (p = %.3f)"), p);
	return need_format(WORD(document, "，变化在偶然范围之内（p=%.3f）", ", within chance (p = %.3f)"), p);
}

static void
chart_by_month(Document *document)
{
	Figure	   *figures[4];
	char	   *codes[4];
	int			count = 0;
	PGresult   *r;
	Chart	   *chart;
	Text		alternative = {0};

	for (int i = 0; i < document->figures && count < 4; i++)
	{
		Figure	   *f = &document->figure[i];

		if (f->is_own && !same(f->significance, "none") && (same(f->kind, "count") || same(f->kind, "sum")))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = by_month(document, array_of(codes, count));
	chart = add_chart(document, "chart-by-month", count);
	for (int p = 0; p < count; p++)
	{
		Panel	   *panel = &chart->panel[p];
		int			rows = 0;
		int			row = 0;
		bool		named;

		for (int i = 0; i < PQntuples(r); i++)
			rows += strcmp(PQgetvalue(r, i, 0), codes[p]) == 0;
		/* words for none name the figure themselves */
		named = !document->english && figures[p]->phrase && strstr(figures[p]->phrase, figures[p]->name);
		panel->title = need_format("%s%s%s%s", named ? "" : title(document, text_copy(figures[p]->name)), document->english ? ": " : "",
								   figures[p]->phrase ? need_format("%s%s", figures[p]->phrase, figures[p]->base_given ? " [b]" : "") : "—",
								   verdict(document, figures[p]));
		panel->table = grid_new(need_format("chart-%s", model_id("", codes[p])), title(document, need_format(WORD(document, "%s分月，本年与上年同月", "%s by month, this year and "
			"the year before"), figures[p]->name)), 7, rows);
		panel->drawn = need(sizeof(Drawn) * 7);
		for (int j = 1; j < 7; j++)
		{
			panel->drawn[j] = (Drawn[]) {DRAWN_NOT, DRAWN_NOW, DRAWN_NOW_LOW, DRAWN_NOW_HIGH, DRAWN_BASE, DRAWN_BASE_LOW, DRAWN_BASE_HIGH}[j];
			panel->table->is_number[j] = true;
		}
		panel->table->heading[0] = WORD(document, "月份", "month");
		panel->table->heading[1] = WORD(document, "本年", "this year");
		panel->table->heading[2] = WORD(document, "本年偶然下限", "this year, low");
		panel->table->heading[3] = WORD(document, "本年偶然上限", "this year, high");
		panel->table->heading[4] = WORD(document, "上年同月", "year before");
		panel->table->heading[5] = WORD(document, "上年偶然下限", "year before, low");
		panel->table->heading[6] = WORD(document, "上年偶然上限", "year before, high");
		for (int i = 0; i < PQntuples(r); i++)
		{
			static const char *const columns[] = {"value", "low", "high", "base", "base_low", "base_high"};

			if (strcmp(PQgetvalue(r, i, 0), codes[p]) != 0)
				continue;
			grid_cell(panel->table, row, 0)->text = model_value(r, i, "month");
			for (int j = 0; j < 6; j++)
			{
				char	   *number = model_value(r, i, columns[j]);

				set_number(document, grid_cell(panel->table, row, j + 1), number && j % 3 ? need_format("%.1f", strtod(number, NULL)) : number);
				if (j % 3 == 0)
					cell_mark(grid_cell(panel->table, row, j + 1), j ? base_mark_of(r, i) : mark_of(r, i));
			}
			row++;
		}
		text_format(&alternative, "%s%s%s", p ? WORD(document, "；", "; ") : "", panel->title, p + 1 == count ? WORD(document, "。", ".") : "");
	}
	chart->title = text_copy(WORD(document, "逐月情况：变化是否超出偶然范围", "Month by month: is the change more than chance would bring?"));
	chart->measure = need_format(WORD(document, "%s，各月数与上年同月数，浅色带为95%%偶然范围；各图同一刻度%s", "%s, counts by month and a year earlier; pale bands: 95 %% of "
		"chance; one scale for all%s"),
								document->period, part_month(document, chart->panel[0].table));
	chart->alternative = alternative.data;
	set_scale(chart);
}

static void
chart_by_area(Document *document)
{
	Figure	   *figures[4];
	char	   *codes[4];
	int			count = 0;
	int			drawn = 0;
	PGresult   *r;
	char	   *by = dimension_name(document, "area");
	Chart	   *chart;
	Text		alternative = {0};

	if (by == NULL)
		return;
	for (int i = 0; i < document->figures && count < 4; i++)
	{
		Figure	   *f = &document->figure[i];

		if (is_counted(f) && same(f->source, "remediation_fact") && (count == 0 || same(f->unit, figures[0]->unit)))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = split(document, "area", array_of(codes, count));
	chart = add_chart(document, "chart-by-area", count);
	for (int p = 0; p < count; p++)
	{
		Members    *members = members_of(r, &figures[p], 1);
		Panel	   *panel = &chart->panel[drawn];
		Grid	   *table;
		int			most = -1;

		if (members->count < 2 || members->count > 41)
			continue;
		table = grid_new(need_format("chart-%s", model_id("", codes[p])), title(document, need_format(WORD(document, "%s分%s", "%s by %s"), figures[p]->name, by)), 2, members->count - 1);
		table->heading[0] = by;
		table->heading[1] = with_unit(document, figures[p]);
		table->is_number[1] = true;
		for (int i = 1; i < members->count; i++)
		{
			int			at = row_of(r, codes[p], members->code[i]);

			grid_cell(table, i - 1, 0)->text = member_name(document, members, i);
			set_number(document, grid_cell(table, i - 1, 1), model_value(r, at, "value"));
			cell_mark(grid_cell(table, i - 1, 1), mark_of(r, at));
			if (grid_cell(table, i - 1, 1)->number &&
				(most < 0 || strtod(grid_cell(table, i - 1, 1)->number, NULL) > strtod(grid_cell(table, most, 1)->number, NULL)))
				most = i - 1;
		}
		panel->table = table;
		panel->drawn = need(sizeof(Drawn) * 2);
		panel->drawn[1] = DRAWN_BAR;
		panel->title = most < 0 ? figures[p]->name :
			need_format(WORD(document, "%s：%s最多，%s%s", "%s: most in %s, %s"), figures[p]->name, grid_cell(table, most, 0)->text, grid_cell(table, most, 1)->text,
					   figures[p]->unit);
		text_format(&alternative, "%s%s", drawn ? WORD(document, "；", "; ") : "", panel->title);
		drawn++;
	}
	chart->panels = drawn;
	if (drawn == 0)
	{
		document->charts--;
		return;
	}
	text_add(&alternative, WORD(document, "。", "."));
	chart->across = true;
	chart->title = text_copy(WORD(document, "各地整治完成情况", "Clearance by area"));
	chart->measure = need_format(WORD(document, "%s，按%s，%s；各图同一刻度", "%s, by %s, %s; one scale for all"), document->period, by, figures[0]->unit);
	chart->alternative = alternative.data;
	set_scale(chart);
}

/* The first of the report's figures that is counted from one of these sources. */
static Figure *
figure_from(const Document *document, const char *const *sources)
{
	for (int i = 0; i < document->figures; i++)
		if (is_counted(&document->figure[i]))
			for (int j = 0; sources[j]; j++)
				if (same(document->figure[i].source, sources[j]))
					return &document->figure[i];
	return NULL;
}

/*
 * What comes in, goes out and is left, month by month: events is a query of (day, came, went, stock), of which
 * the months' sums are taken, of stock the sum of all so far. Months that the records do not cover have nothing.
 */
static void
chart_of_flow(Document *document, char *id, const Figure *known, const char *events, char *what, const char *unit,
			  const char *came, const char *went, const char *stock)
{
	char	   *span = months_span(document);
	PGresult   *s = by_month(document, array_of(&known->code, 1));
	PGresult   *before;
	bool		is_known_before;	/* what was left when the year began; only then a change since is said */
	PGresult   *r;
	Chart	   *chart;
	Panel	   *panel;
	Grid	   *table;
	char	   *last = NULL;
	char	   *first = NULL;

	r = db_query(need_format(
		"WITH span AS (SELECT $1::daterange AS d), event AS (%s),"
		" kept AS (SELECT greatest(emgov.month_of(e.day), lower(d) - 1) AS month, sum(e.came) AS came, sum(e.went) AS went, sum(e.stock) AS stock FROM event AS e, span WHERE e.day "
			"< upper(d) GROUP BY 1)"
		" SELECT m.month, coalesce(k.came, 0) AS came, coalesce(k.went, 0) AS went, coalesce(sum(k.stock) OVER (ORDER BY m.month), 0) AS stock"
		"   FROM (SELECT lower(d) - 1 AS month FROM span UNION ALL SELECT emgov.month_of(lower(x)) FROM span, emgov.months(d) AS x) AS m LEFT JOIN kept AS k ON k.month = m.month "
			"ORDER BY m.month", events),
		document->as_of ? 2 : 1, span, document->as_of);
	before = db_query("SELECT f.value IS NOT NULL AND f.state NOT IN ('part_members', 'part_period') FROM @ledger@.figures(daterange(lower($1::daterange) - 1, lower($1::daterange)), "
					  "$2::timestamptz, codes => ARRAY[$3]) AS f WHERE f.code = $3", 3, span, document->as_of, known->code);
	is_known_before = PQntuples(before) == 1 && *PQgetvalue(before, 0, 0) == 't';
	chart = add_chart(document, id, 1);
	panel = chart->panel;
	table = panel->table = grid_new(need_format("%s-data", id), what, 4, PQntuples(r) - 1);
	panel->drawn = need(sizeof(Drawn) * 4);
	for (int j = 1; j < 4; j++)
	{
		panel->drawn[j] = (Drawn[]) {DRAWN_NOT, DRAWN_BAR, DRAWN_BAR2, DRAWN_STOCK}[j];
		table->is_number[j] = true;
	}
	table->heading[0] = WORD(document, "月份", "month");
	table->heading[1] = text_copy(came);
	table->heading[2] = text_copy(went);
	table->heading[3] = text_copy(stock);
	for (int i = 1; i < PQntuples(r); i++)
	{
		bool		covered = i - 1 < PQntuples(s) && !PQgetisnull(s, i - 1, PQfnumber(s, "value"));
		bool		of_all = covered && strcmp(PQgetvalue(s, i - 1, PQfnumber(s, "state")), "part_members") != 0;

		grid_cell(table, i - 1, 0)->text = i - 1 < PQntuples(s) ? model_value(s, i - 1, "month") : model_value(r, i, "month");
		for (int j = 1; j < 4; j++)
		{
			/* what is left is known of all or not at all, as in the views */
			set_number(document, grid_cell(table, i - 1, j), (j == 3 ? of_all : covered) ? PQgetvalue(r, i, j) : NULL);
			if (covered)
				cell_mark(grid_cell(table, i - 1, j), mark_of(s, i - 1));
		}
		if (covered)
			last = of_all ? text_copy(PQgetvalue(r, i, 3)) : NULL;
	}
	first = model_value(r, 0, "stock");
	if (last == NULL)
		panel->title = need_format("%s —", stock);
	else if (!is_known_before)
		panel->title = need_format(document->english ? "%s: %s" : "%s%s%s", stock, last, unit);
	else
	{
		long		change = strtol(last, NULL, 10) - strtol(first, NULL, 10);

		if (document->english)
			panel->title = need_format("%s: %s, %s", stock, last, change == 0 ? "as at the beginning of the year" :
									  need_format("%ld %s than at the beginning of the year", labs(change), change > 0 ? "more" : "fewer"));
		else
			panel->title = need_format("%s%s%s，%s", stock, last, unit, change == 0 ? "与年初持平" : need_format("比年初%s%ld%s", change > 0 ? "增加" : "减少", labs(change), unit));
	}
	chart->title = title(document, panel->title);
	chart->measure = need_format(WORD(document, "%s，分月，截至%s；单位：%s%s", "%s, by month, as known on %s; %s%s"), what, document->as_of_words, unit, part_month(document, table));
	chart->alternative = need_format("%s%s", panel->title, WORD(document, "。", "."));
	set_scale(chart);
}

void
document_read_charts(Document *document)
{
	Figure	   *known;
	const char *cases = document->as_of ? "@ledger@.enforcement_case_as_of($2::timestamptz)" : "@ledger@.enforcement_case";
	const char *hazards = document->as_of ? "@ledger@.hazard_as_of($2::timestamptz)" : "@ledger@.hazard";

	document->chart = need(sizeof(Chart) * 8);
	chart_by_month(document);
	chart_by_area(document);
	known = figure_from(document, (const char *const[]) {"enforcement_case", "case_fact", NULL});
	if (known)
		chart_of_flow(document, "chart-cases", known, need_format(
		"SELECT c.filed_on AS day, 1 AS came, 0 AS went, 1 AS stock FROM %s AS c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL"
		" UNION ALL SELECT c.closed_on, 0, 1, -1 FROM %s AS c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL AND c.closed_on IS NOT NULL", cases, cases),
		WORD(document, "行政处罚案件的立案、结案与未结", "Cases filed, closed and pending"), WORD(document, "起", "cases"),
		WORD(document, "立案", "filed"), WORD(document, "结案", "closed"), WORD(document, "期末未结", "pending at the end"));
	known = figure_from(document, (const char *const[]) {"hazard_of_area", "hazard", "hazard_fact", NULL});
	if (known)
		chart_of_flow(document, "chart-hazards", known, need_format(
		"SELECT h.found_on AS day, 1 AS came, 0 AS went, 0 AS stock FROM %s AS h WHERE h.status = 'valid'"
		" UNION ALL SELECT h.rectified_on, 0, 1, 0 FROM %s AS h WHERE h.status = 'valid' AND h.rectified_on IS NOT NULL"
		" UNION ALL SELECT h.deadline, 0, 0, 1 FROM %s AS h WHERE h.status = 'valid' AND h.deadline IS NOT NULL AND (h.rectified_on IS NULL OR h.rectified_on > h.deadline)"
		" UNION ALL SELECT h.rectified_on, 0, 0, -1 FROM %s AS h WHERE h.status = 'valid' AND h.rectified_on > h.deadline", hazards, hazards, hazards, hazards),
		WORD(document, "隐患的发现、整改与逾期", "Hazards found, rectified and overdue"), WORD(document, "条", "hazards"),
		WORD(document, "发现", "found"), WORD(document, "整改", "rectified"), WORD(document, "期末逾期未整改", "overdue at the end"));
}
