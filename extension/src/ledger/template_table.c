/*
 * template_table.c
 *		A table in a paragraph: {table F1,F2 by category}, {table F1 by area,category}.
 *
 * It is made as a grid of cells, printed in columns of one width and, when asked for, given
 * as rows.  A row or a column of the whole is there only where the members add up to it;
 * in another figure's column that cell is empty.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "kernel/phrase.h"
#include "ledger/template.h"

/* What a column is of. */
typedef struct Column
{
	const TemplateNode *figure;
	TemplateForm form;
	TemplateSpan comparator;
	TextMembers *members;
	const TextMember *of;		/* of two dimensions: the member of the second */
	bool		adds_up;
	char	   *heading;
} Column;

/* A row is of a member of the first dimension. */
typedef struct Row
{
	const TextMember *of;
	char	   *name;
	bool		is_total;
} Row;

static bool
adds_up(Paragraph *p, const TemplateNode *figure)
{
	return field_bool(field_object(p->definitions, span_text(p, figure->text)), "adds_up");
}

static bool
has_comparator(Paragraph *p, const TemplateNode *figure)
{
	char	   *comparator = field_text(field_object(p->definitions, span_text(p, figure->text)), "comparator");

	return comparator != NULL && strcmp(comparator, "none") != 0;
}

/* A column of one form; `change` is one or two, as the indicator has it. */
static void
add_column(Paragraph *p, List **columns, const TemplateNode *figure, TemplateForm form, TemplateSpan comparator)
{
	char	   *change_form = field_text(field_object(p->definitions, span_text(p, figure->text)), "change_form");
	bool		amount = form == TEMPLATE_CHANGE && change_form != NULL && strcmp(change_form, "rate") != 0;
	Column	   *column;

	if (amount)
		add_column(p, columns, figure, TEMPLATE_AMOUNT, comparator);
	if (amount && strcmp(change_form, "both") != 0)
		return;
	column = palloc0(sizeof(Column));
	column->figure = figure;
	column->form = form == TEMPLATE_CHANGE ? TEMPLATE_RATE : form;
	column->comparator = comparator;
	column->members = members_at(p, figure, comparator);
	column->adds_up = adds_up(p, figure);
	*columns = lappend(*columns, column);
}

/* The total of a column, from which headings know unit and comparator. */
static TextFigure
total_of(const Column *column)
{
	const TextMember *total = listed_member(column->members, 0, NULL, NULL);

	return total == NULL ? (TextFigure) {NULL, NULL} : total->figure;
}

/* A unit as a heading has it, with the scale of the figure's words: 万元, million yuan. */
static char *
heading_unit(Paragraph *p, TextFigure f, char *unit)
{
	const char *scale = figure_scale(p, f);

	return scale == NULL ? unit : psprintf(p->language == WORDING_ENGLISH ? "%s %s" : "%s%s", scale, unit);
}

static char *
heading_of(Paragraph *p, const Column *column)
{
	TextFigure	f = total_of(column);
	bool		english = p->language == WORDING_ENGLISH;
	char	   *unit = field_text(f.columns, "unit");
	char	   *name;

	f.definition = field_object(p->definitions, span_text(p, column->figure->text));
	if (column->form == TEMPLATE_BASE)
	{
		name = field_text(f.columns, "base_name");
		return name != NULL ? name : pstrdup(english ? "base" : "基数");
	}
	if (column->form == TEMPLATE_AMOUNT || column->form == TEMPLATE_RATE)
	{
		name = field_text(f.columns, "compared_with");
		if (name == NULL)
			name = pstrdup(english ? "change" : "增减");
		if (column->form == TEMPLATE_AMOUNT && unit != NULL && unit[0] != '\0' && !wording_is_percent(unit))
			name = psprintf(english ? "%s (%s)" : "%s（%s）", name, heading_unit(p, f, strtok(unit, english ? "|" : "")));
		return name;
	}
	name = figure_form(p, f, TEMPLATE_FIGURE_NAME);
	if (name == NULL)
		name = span_text(p, column->figure->text);
	if (unit == NULL || unit[0] == '\0')
		return name;
	if (english && strchr(unit, '|') != NULL)
		unit = strchr(unit, '|') + 1;
	/* work-safety accidents need no (accidents) */
	if (english && strlen(name) >= strlen(unit) && strcmp(name + strlen(name) - strlen(unit), unit) == 0)
		return name;
	return psprintf(english ? "%s (%s)" : "%s（%s）", name, heading_unit(p, f, unit));
}

/* The columns of a table of one dimension. */
static List *
plain_columns(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	List	   *columns = NIL;
	ListCell   *cell;

	for (size_t i = at + 1; i < nodes[at].end && nodes[i].kind == TEMPLATE_FIGURE; i++)
	{
		const TemplateNode *figure = &nodes[i];
		bool		has_columns = false;

		for (size_t c = i + 1; c < nodes[at].end; c++)
			if (nodes[c].kind == TEMPLATE_COLUMN)
			{
				has_columns = true;
				add_column(p, &columns, figure, nodes[c].form, nodes[c].comparator);
			}
		if (has_columns)
			continue;
		add_column(p, &columns, figure, TEMPLATE_VALUE, (TemplateSpan) {0, 0});
		if (!has_comparator(p, figure))
			continue;
		add_column(p, &columns, figure, TEMPLATE_BASE, (TemplateSpan) {0, 0});
		add_column(p, &columns, figure, TEMPLATE_CHANGE, (TemplateSpan) {0, 0});
	}
	foreach(cell, columns)
		((Column *) lfirst(cell))->heading = heading_of(p, lfirst(cell));
	return columns;
}

/* The columns of a table of two dimensions: the members of the second, and the whole. */
static List *
crossed_columns(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	const TemplateNode *figure = &nodes[at + 1];
	bool		has_column = nodes[at].end > at + 2;
	List	   *columns = NIL;
	Column		column = {
		.figure = figure,
		.form = has_column ? nodes[at + 2].form : TEMPLATE_VALUE,
		.comparator = has_column ? nodes[at + 2].comparator : (TemplateSpan) {0, 0}
	};

	if (column.form == TEMPLATE_CHANGE)
		column.form = TEMPLATE_RATE;
	column.members = members_at(p, figure, column.comparator);
	column.adds_up = adds_up(p, figure);
	for (int i = 0; column.members != NULL && i < column.members->count; i++)
	{
		const TextMember *m = &column.members->members[i];

		if (m->code != NULL || m->other == NULL)
			continue;
		columns = lappend(columns, memcpy(palloc(sizeof(Column)), &column, sizeof(Column)));
		((Column *) llast(columns))->of = m;
		((Column *) llast(columns))->heading = m->other_name;
	}
	if (!column.adds_up)
		return columns;
	columns = lappend(columns, memcpy(palloc(sizeof(Column)), &column, sizeof(Column)));
	((Column *) llast(columns))->heading = pstrdup(p->language == WORDING_ENGLISH ? "Total" : "合计");
	return columns;
}

/* The members of the first dimension, in the order of the first figure; then the whole. */
static List *
rows_of(Paragraph *p, List *columns)
{
	List	   *rows = NIL;
	bool		has_total = false;
	ListCell   *cell;

	foreach(cell, columns)
	{
		const Column *column = lfirst(cell);

		has_total = has_total || column->adds_up;
		for (int i = 0; column->members != NULL && i < column->members->count; i++)
		{
			const TextMember *m = &column->members->members[i];
			ListCell   *known;
			Row		   *row;

			if (m->code == NULL || m->other != NULL)
				continue;
			foreach(known, rows)
				if (strcmp(((Row *) lfirst(known))->of->code, m->code) == 0)
					break;
			if (known != NULL)
				continue;
			row = palloc0(sizeof(Row));
			row->of = m;
			row->name = m->name;
			rows = lappend(rows, row);
		}
		/* of the same dimensions: another figure's members are looked for only where the first has none */
		if (rows != NIL && column->of != NULL)
			break;
	}
	if (has_total)
	{
		Row		   *row = palloc0(sizeof(Row));

		row->name = pstrdup(p->language == WORDING_ENGLISH ? "Total" : "合计");
		row->is_total = true;
		rows = lappend(rows, row);
	}
	return rows;
}

/* Put a cell among the rows that are asked for. */
static void
put_cell(Paragraph *p, int row, int place, const Row *r, const Column *column, TextFigure f, const char *text)
{
	RowMade		made = begin_row(rows_descriptor(p->cells));
	bool		is_known = text != NULL && text[0] != '\0' && strcmp(text, TEMPLATE_GAP) != 0;

	empty_row(&made);
	set_field(&made, "table", Int32GetDatum(p->tables));
	set_field(&made, "row", Int32GetDatum(row));
	set_field(&made, "column", Int32GetDatum(place));
	set_text(&made, "name", r->name);
	set_text(&made, "heading", column->heading);
	set_text(&made, "code", span_text(p, column->figure->text));
	set_text(&made, "form", template_form_name(column->form));
	set_text(&made, "comparator", field_text(f.columns, "comparator"));
	if (!r->is_total)
		set_text(&made, "member", r->of->code);
	if (column->of != NULL)
		set_text(&made, "member2", column->of->other);
	set_field(&made, "is_total", BoolGetDatum(r->is_total));
	set_text(&made, "text", text);
	if (is_known)
		set_numeric(&made, "value", figure_number(f, column->form));
	put_row(p->cells, made.values, made.nulls);
}

/* So many columns a text takes on a screen. */
static int
display_width(const char *text)
{
	int			width = 0;

	for (const char *c = text; *c != '\0'; c += pg_mblen(c))
		width += Max(pg_encoding_dsplen(PG_UTF8, c), 0);
	return width;
}

static void
add_spaces(Paragraph *p, int count)
{
	for (int i = 0; i < count; i++)
		appendStringInfoChar(&p->text, ' ');
}

/* The grid in lines: names on the left, numbers on the right. */
static void
print_grid(Paragraph *p, char **grid, int height, int width)
{
	int		   *widths = palloc0(sizeof(int) * width);

	for (int i = 0; i < height * width; i++)
		widths[i % width] = Max(widths[i % width], display_width(grid[i]));
	if (p->text.len > 0 && p->text.data[p->text.len - 1] != '\n')
		appendStringInfoChar(&p->text, '\n');
	for (int y = 0; y < height; y++)
	{
		int			spaces = 0;

		if (y > 0)
			appendStringInfoChar(&p->text, '\n');
		for (int x = 0; x < width; x++)
		{
			const char *cell = grid[y * width + x];
			int			room = widths[x] - display_width(cell);

			if (x > 0)
				spaces += 2 + room;
			/* no spaces at the end of a line */
			if (cell[0] != '\0')
			{
				add_spaces(p, spaces);
				appendStringInfoString(&p->text, cell);
				spaces = 0;
			}
			else
				spaces += widths[x] - room;
			if (x == 0)
				spaces += room;
		}
	}
	p->behind_table = true;
}

void
add_table(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	bool		crossed = nodes[at].by[1].length > 0;
	List	   *columns = crossed ? crossed_columns(p, nodes, at) : plain_columns(p, nodes, at);
	List	   *rows = rows_of(p, columns);
	int			width = list_length(columns) + 1;
	int			height = list_length(rows) + 1;
	char	  **grid;
	char	   *dimension = field_text(field_object(p->dimensions, span_text(p, nodes[at].by[0])), "name");

	if (rows == NIL)
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	grid = palloc0(sizeof(char *) * width * height);
	p->tables++;
	grid[0] = dimension != NULL ? dimension : span_text(p, nodes[at].by[0]);
	for (int x = 1; x < width; x++)
		grid[x] = ((Column *) list_nth(columns, x - 1))->heading;
	for (int y = 1; y < height; y++)
	{
		const Row  *row = list_nth(rows, y - 1);

		CHECK_FOR_INTERRUPTS();
		grid[y * width] = row->name;
		for (int x = 1; x < width; x++)
		{
			const Column *column = list_nth(columns, x - 1);
			const TextMember *m = listed_member(column->members, y, row->is_total ? NULL : row->of->code, column->of == NULL ? NULL : column->of->other);
			TextFigure	f = m == NULL ? (TextFigure) {NULL, NULL} : m->figure;
			char	   *text = row->is_total && !column->adds_up ? pstrdup("") : m == NULL ? NULL : figure_cell(p, f, column->form);

			grid[y * width + x] = text == NULL ? pstrdup(TEMPLATE_GAP) : text;
			if (p->cells != NULL)
				put_cell(p, y, x, row, column, f, grid[y * width + x]);
		}
	}
	print_grid(p, grid, height, width);
}
