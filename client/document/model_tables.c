/*
 * Tables beside the text: all figures and their definitions; the report's figures by area, by category of accident, by month.
 */
#include "document/document.h"

#include "connect.h"
#include "document/model.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

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

static void
add_table(Document *document, Grid *table)
{
	document->table[document->tables++] = table;
}


char *
grid_short_title(const Document *document, const char *title)
{
	char	   *tail = need_format(WORD(document, "（%s）", ", %s"), document->period);
	size_t		length = strlen(title);

	return length > strlen(tail) && strcmp(title + length - strlen(tail), tail) == 0 ? text_slice(title, length - strlen(tail)) : text_copy(title);
}

/* What a figure is held against, and its change, are called: where its own base is not known, as those of the others with the same comparator. */
static void
name_base(const Document *document, const Figure *figure, char **base, char **change)
{
	*base = figure->base_name;
	*change = figure->compared_with;
	for (int i = 0; i < document->figures; i++)
		if (model_same(document->figure[i].comparator, figure->comparator))
		{
			*base = *base ? *base : document->figure[i].base_name;
			*change = *change ? *change : document->figure[i].compared_with;
		}
	if (*base == NULL)
		*base = text_copy(model_same(figure->comparator, "year_earlier") ? WORD(document, "上年同期", "a year earlier") : WORD(document, "基数", "base"));
	if (*change == NULL)
		*change = text_copy(model_same(figure->comparator, "year_earlier") ? WORD(document, "同比", "year on year") : WORD(document, "增减", "change"));
}

Grid *
figures_table(const Document *document)
{
	const char *const headings[][2] = {
		{"指标代码", "code"}, {"指标", "figure"}, {"统计期", "period"}, {"数值", "value"}, {"单位", "unit"}, {"基数", "base"}, {"比较", "against"}, {"增减", "change"},
		{"增减率（%）", "change in %"}, {"偶然范围", "band of chance"}, {"p值", "p-value"}, {"状态", "state"}};
	Grid	   *table;
	int			shown[12];		/* the columns that there are */
	int			columns = 0;
	int			rows = 0;
	int			row = 0;
	bool		periods = false;	/* is a figure of other days than the report? */
	bool		comparators = false;	/* is one held against several? */

	for (int i = 0; i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];

		if (f->member)
			continue;
		rows++;
		periods = periods || strcmp(f->period, document->period) != 0;
		for (int j = 0; j < i; j++)
			comparators = comparators || (document->figure[j].member == NULL && strcmp(document->figure[j].code, f->code) == 0 &&
										  model_same(document->figure[j].starts_on, f->starts_on) && model_same(document->figure[j].ends_on, f->ends_on));
	}
	for (int at = 0; at < 12; at++)
		if ((at != 2 || periods) && (at != 6 || comparators))
			shown[columns++] = at;
	table = grid_new("figures-all", need_format(WORD(document, "指标一览（%s）", "All figures, %s"), document->period), columns, rows);
	for (int j = 0; j < columns; j++)
	{
		int			at = shown[j];

		table->heading[j] = text_copy(headings[at][document->english]);
		table->is_number[j] = at == 3 || at == 5 || at == 7 || at == 8 || at == 10;
	}
	table->is_wide = true;
	for (int i = 0; i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];
		Cell		cells[12] = {{.text = NULL}};
		char	   *base;

		if (f->member)
			continue;
		cells[0].text = f->code;
		cells[1].text = *f->mark ? need_format("%s [%s]", f->name, f->mark) : f->name;
		cells[2].text = f->period;
		cell_set_figure(document, &cells[3], f, f->value, f->words);
		cells[4].text = f->said_unit;
		cell_set_figure(document, &cells[5], f, f->compares ? f->base : NULL, f->base_words);
		cell_mark(&cells[5], f->base_given ? "b" : NULL);
		name_base(document, f, &base, &cells[6].text);
		if (!f->compares)
			cells[6].text = text_copy("—");
		cell_set_figure(document, &cells[7], f, f->compares ? f->amount : NULL, NULL);
		cell_set_number(document, &cells[8], f->compares ? f->rate : NULL);
		cells[9].text = f->low ? need_format("%s–%s", f->low, f->high) : text_copy("—");
		cell_set_number(document, &cells[10], f->p_value ? need_format("%.3f", strtod(f->p_value, NULL)) : NULL);
		cells[11].text = f->state_words;
		for (int j = 0; j < columns; j++)
			*grid_cell(table, row, j) = cells[shown[j]];
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
				before = before || model_same(document->figure[j].code, f->code);
			if (before)
				continue;
			if (pass == 0)
				rows++;
			else
			{
				grid_cell(table, row, 0)->text = f->code;
				grid_cell(table, row, 1)->text = f->name;
				grid_cell(table, row, 2)->text = f->definition;
				grid_cell(table, row, 3)->text = f->said_unit;
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

/* A column of the row of a member; one that the figure does not list has no records of it: 0, where the figure is known. */
static char *
value_of(const PGresult *r, const Figure *figure, const char *member, const char *column)
{
	int			at = model_row(r, figure->code, member);

	if (at >= 0)
		return model_value(r, at, column);
	if (strcmp(column, "rate") == 0 || (strcmp(column, "base") == 0 ? figure->base : figure->value) == NULL)
		return NULL;
	return text_copy("0");
}

/* A member's value or base in a cell, rounded as in its words. */
static void
set_member(const Document *document, Cell *cell, const PGresult *r, const Figure *figure, const char *member, const char *column)
{
	int			at = model_row(r, figure->code, member);

	cell_set_figure(document, cell, figure, value_of(r, figure, member, column), at < 0 ? NULL : model_value(r, at, strcmp(column, "base") == 0 ? "base_words" : "words"));
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
	return found && (of_several ? many > 1 : many > 0 || model_same(figure->value, "0"));
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

			if (table && table->codes && model_same(table->heading[0], by) && strstr(table->codes, wanted))
				return true;
		}
	return false;
}

static char *
group_by(const Document *document, const char *by)
{
	return need_format(WORD(document, "各指标分%s情况（%s）", "Figures by %s, %s"), by, document->period);
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
	Members    *members = model_members(r, figures, count);
	Grid	   *table = grid_new(need_format("by-%s", id), NULL, 1 + 3 * count, members->count);

	table->heading[0] = text_copy(by);
	for (int j = 0; j < count; j++)
	{
		table->heading[1 + 3 * j] = model_with_unit(document, figures[j]);
		name_base(document, figures[j], &table->heading[2 + 3 * j], &table->heading[3 + 3 * j]);
		for (int k = 1; k <= 3; k++)
			table->is_number[3 * j + k] = true;
	}
	for (int i = 0; i < members->count; i++)
	{
		int			from = (i + 1) % members->count;	/* the total, first there, is last here */
		int			row = i;

		grid_cell(table, row, 0)->text = model_member_name(document, members, from);
		table->is_total[row] = members->code[from] == NULL;
		for (int j = 0; j < count; j++)
		{
			set_member(document, grid_cell(table, row, 1 + 3 * j), r, figures[j], members->code[from], "value");
			set_member(document, grid_cell(table, row, 2 + 3 * j), r, figures[j], members->code[from], "base");
			set_rate(document, grid_cell(table, row, 3 + 3 * j), value_of(r, figures[j], members->code[from], "rate"));
			cell_mark(grid_cell(table, row, 1 + 3 * j), model_mark(r, model_row(r, figures[j]->code, members->code[from])));
			cell_mark(grid_cell(table, row, 2 + 3 * j), model_base_mark(r, model_row(r, figures[j]->code, members->code[from])));
		}
	}
	table->title = model_title(document, need_format(WORD(document, "%s分%s情况（%s）", "%s by %s, %s"), names_of(document, figures, count), by, document->period));
	table->group = group_by(document, by);
	return table;
}

/* Figures of one section of the report: its heading without the number before it; NULL where the text does not say them. */
static char *
section_name(const Document *document, const Figure *figure)
{
	char	   *id = need_format("section-%s", figure->section ? figure->section : "");

	for (int i = 0; i < document->sections; i++)
		if (figure->section && document->section[i].heading && model_same(document->section[i].id, id))
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

	while (some < count && model_same(section_name(document, figures[some]) ? section_name(document, figures[some]) : "", section_name(document, figures[0]) ? section_name(document, figures[0]) : ""))
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
	Members    *members = model_members(r, figures, count);
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

			repeats = repeats || model_same(f->kind, "distinct");
			if (across)
				grid_cell(table, j, 0)->text = model_with_unit(document, f);
			else
				table->heading[1 + j] = model_with_unit(document, f);
			for (int i = 0; i < members->count; i++)
			{
				int			from = (i + 1) % members->count;
				Cell	   *cell = across ? grid_cell(table, j, 1 + i) : grid_cell(table, i, 1 + j);

				set_member(document, cell, r, f, members->code[from], "value");
				cell_mark(cell, model_mark(r, model_row(r, f->code, members->code[from])));
				if (across)
					table->heading[1 + i] = model_member_name(document, members, from);
				else
				{
					grid_cell(table, i, 0)->text = model_member_name(document, members, from);
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

static void
tables_by(Document *document, const char *dimension, bool every)
{
	Figure	  **figures = need(sizeof(Figure *) * (size_t) (document->figures + 1));
	char	  **codes = need(sizeof(char *) * (size_t) (document->figures + 1));
	int			count = 0;
	int			compared = 0;
	char	   *by = model_dimension(document, dimension);
	PGresult   *r;

	if (by == NULL)
		return;
	for (int i = 0; i < document->figures; i++)
	{
		Figure	   *f = &document->figure[i];

		if (model_is_counted(f) && (every || f->compares))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = model_split(document, dimension, model_array(codes, count));
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
			if (model_same(figures[i]->subject, together[0]->subject) && model_same(figures[i]->comparator, together[0]->comparator))
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

/* The year's months so far, in words. */
static char *
months_name(Document *document)
{
	PGresult   *r = db_query("SELECT emgov.period_name($1::daterange, lang => $2)", 2, model_months(document), document->english ? "en" : "zh");

	return text_copy(PQgetvalue(r, 0, 0));
}

static void
table_by_month(Document *document)
{
	Figure	  **figures = need(sizeof(Figure *) * (size_t) (document->figures + 1));
	char	  **codes = need(sizeof(char *) * (size_t) (document->figures + 1));
	int			count = 0;
	int			months = 0;
	int			number = 0;
	char	   *span;
	PGresult   *r;
	Grid	   *table;

	for (int i = 0; i < document->figures; i++)
	{
		Figure	   *f = &document->figure[i];

		if (model_is_counted(f) && !model_same(f->kind, "stock") && !model_same(f->kind, "reported"))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = model_by_month(document, model_array(codes, count));
	for (int i = 0; i < PQntuples(r); i++)
		months += strcmp(PQgetvalue(r, i, 0), codes[0]) == 0;
	if (months < 2)
		return;
	sort_by_section(figures, count);
	span = months_name(document);
	for (int first = 0; first < count && document->tables < 70; number++)
	{
		int			some = of_one_section(document, figures + first, count - first);
		bool		repeats = false;

		table = grid_new(number ? need_format("figures-by-month-%d", number + 1) : text_copy("figures-by-month"), NULL, 1 + months, some);
		table->group = need_format(WORD(document, "各指标分月情况（%s）", "Figures by month, %s"), span);
		table->title = section_title(document, figures[first], need_format(WORD(document, "各指标分月情况（%s）", "Figures by month, %s"), span));
		table->heading[0] = text_copy(WORD(document, "指标", "figure"));
		table->is_wide = months > 6;
		for (int j = 0; j < some; j++)
		{
			Figure	   *f = figures[first + j];
			int			month = 0;

			repeats = repeats || model_same(f->kind, "distinct");
			grid_cell(table, j, 0)->text = model_with_unit(document, f);
			for (int i = 0; i < PQntuples(r) && month < months; i++)
				if (strcmp(PQgetvalue(r, i, 0), f->code) == 0)
				{
					month++;
					table->heading[month] = model_value(r, i, "month");
					table->is_number[month] = true;
					cell_set_figure(document, grid_cell(table, j, month), f, model_value(r, i, "value"), model_value(r, i, "words"));
					cell_mark(grid_cell(table, j, month), model_mark(r, i));
				}
			for (month++; month <= months; month++)
				cell_set_number(document, grid_cell(table, j, month), NULL);
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
