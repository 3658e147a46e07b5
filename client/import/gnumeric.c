/*
 * gnumeric.c
 *		Reads the XML of Gnumeric, as ssconvert writes it.
 */
#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "workbook.h"

typedef struct Gnumeric
{
	Workbook   *book;
	bool		in_sheet;
	bool		in_name;
	bool		in_merge;
	bool		in_cell;
	int			depth;			/* below the sheet */
	long		row;
	long		column;
	CellKind	kind;
	bool		formula;
	bool		too_long;
	Chars		text;
} Gnumeric;

static const char *
local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void
start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	Gnumeric   *g = data;
	const char *what = local(name);

	if (strcmp(what, "Calculation") == 0)
	{
		for (int i = 0; attributes[i]; i += 2)
			if (strcmp(local(attributes[i]), "DateConvention") == 0 && strstr(attributes[i + 1], "1904"))
				workbook_date1904(g->book);
	}
	else if (strcmp(what, "Sheet") == 0)
	{
		bool		hidden = false;

		for (int i = 0; attributes[i]; i += 2)
			if (strcmp(local(attributes[i]), "Visibility") == 0)
				hidden = !strstr(attributes[i + 1], "_VISIBLE");
		workbook_begin_sheet(g->book, "", hidden);
		g->in_sheet = true;
		g->depth = 0;
		return;
	}
	if (!g->in_sheet)
		return;
	g->depth++;
	if (strcmp(what, "Name") == 0 && g->depth == 1)
		g->in_name = true, chars_reset(&g->text);
	else if (strcmp(what, "Merge") == 0)
		g->in_merge = true, chars_reset(&g->text);
	else if (strcmp(what, "RowInfo") == 0)
	{
		long		first = 0, count = 1;
		bool		hidden = false;

		for (int i = 0; attributes[i]; i += 2)
		{
			if (strcmp(local(attributes[i]), "No") == 0)
				first = bounded(attributes[i + 1], 0, MOST_ROWS);
			else if (strcmp(local(attributes[i]), "Count") == 0)
				count = bounded(attributes[i + 1], 1, MOST_ROWS);
			else if (strcmp(local(attributes[i]), "Hidden") == 0)
				hidden = attributes[i + 1][0] == '1';
		}
		if (hidden)
			workbook_hide_rows(g->book, first, count);
	}
	else if (strcmp(what, "Cell") == 0)
	{
		g->in_cell = true;
		g->formula = true;
		g->kind = CELL_TEXT;
		g->row = g->column = 0;
		for (int i = 0; attributes[i]; i += 2)
		{
			const char *attribute = local(attributes[i]), *value = attributes[i + 1];

			if (strcmp(attribute, "Row") == 0)
				g->row = bounded(value, 0, MOST_ROWS);
			else if (strcmp(attribute, "Col") == 0)
				g->column = bounded(value, 0, MOST_COLUMNS);
			else if (strcmp(attribute, "ValueType") == 0)
			{
				long		type = bounded(value, 0, 1000);

				g->formula = false;
				g->kind = type == 30 || type == 40 ? CELL_NUMBER : type == 50 ? CELL_ERROR : type == 10 ? CELL_EMPTY : CELL_TEXT;
			}
		}
		chars_reset(&g->text);
	}
}

static void
characters(void *data, const XML_Char *s, int length)
{
	Gnumeric   *g = data;

	if (!g->in_cell && !g->in_name && !g->in_merge)
		return;
	g->too_long = g->too_long || g->text.length + (size_t) length > MOST_CELL;
	if (!g->too_long)
		chars_add(&g->text, s, (size_t) length);
}

/* Letters of a column and a number of a row, as in B12; both from 0. */
static const char *
read_reference(const char *s, long *row, long *column)
{
	*row = *column = 0;
	for (; *s >= 'A' && *s <= 'Z' && *column < 100000; s++)
		*column = *column * 26 + (*s - 'A' + 1);
	for (; *s >= '0' && *s <= '9' && *row < 100000000; s++)
		*row = *row * 10 + (*s - '0');
	--*row;
	--*column;
	return s;
}

static void
end(void *data, const XML_Char *name)
{
	Gnumeric   *g = data;
	const char *what = local(name);

	if (g->in_name)
		workbook_rename_sheet(g->book, g->text.data);
	else if (g->in_merge)
	{
		long		r1, c1, r2, c2;
		const char *s = read_reference(g->text.data, &r1, &c1);

		if (*s == ':' && (read_reference(s + 1, &r2, &c2), r2 >= r1 && c2 >= c1 && r1 >= 0 && c1 >= 0))
			workbook_merge(g->book, r1, c1, r2, c2);
	}
	else if (g->in_cell)
	{
		if (g->too_long)
			workbook_long_cell(g->book, g->row, g->column);
		else if (g->formula && g->text.data[0] == '=')
			workbook_formula(g->book, g->row, g->column);
		else if (g->text.length)
			workbook_cell(g->book, g->row, g->column, g->kind, g->text.data);
	}
	g->in_name = g->in_merge = g->in_cell = g->too_long = false;
	if (strcmp(what, "Sheet") == 0)
		g->in_sheet = false;
	g->depth--;
}

void *
gnumeric_parser(XML_Parser xml, Workbook *book)
{
	Gnumeric   *g = need(sizeof *g);

	g->book = book;
	XML_SetUserData(xml, g);
	XML_SetElementHandler(xml, start, end);
	XML_SetCharacterDataHandler(xml, characters);
	return g;
}

void
gnumeric_free(void *state)
{
	chars_free(&((Gnumeric *) state)->text);
	free(state);
}
