/*
 * fods.c
 *		Reads LibreOffice's flat XML of a spreadsheet.
 */
#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "workbook.h"

#define MOST_HIDDEN_STYLES 64

typedef struct Fods
{
	Workbook   *book;
	char	   *hidden_styles[MOST_HIDDEN_STYLES];
	int			hidden_count;
	Chars		style;			/* name of the style that is read */
	bool		in_table;
	bool		in_cell;
	bool		in_text;
	int			nested;			/* notes and drawings in a cell, and tables in a table */
	long		row;
	long		row_repeated;
	bool		row_hidden;
	long		column;
	long		column_repeated;
	CellKind	kind;
	bool		has_value;
	bool		too_long;
	Chars		text;
} Fods;

static const char *
attribute(const XML_Char **attributes, const char *name)
{
	for (int i = 0; attributes[i]; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return attributes[i + 1];
	return NULL;
}

/* How often, or over how many: 1 where it is not said, or not in this world. */
static long
number_of(const XML_Char **attributes, const char *name)
{
	const char *value = attribute(attributes, name);

	return value ? bounded(value, 1, MOST_ROWS) : 1;
}

static void
start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	Fods	   *f = data;
	const char *value;

	if (strcmp(name, "style:style") == 0)
	{
		chars_reset(&f->style);
		chars_string(&f->style, (value = attribute(attributes, "style:name")) ? value : "");
	}
	else if (strcmp(name, "style:table-properties") == 0)
	{
		value = attribute(attributes, "table:display");
		if (value && strcmp(value, "false") == 0 && f->style.data && f->hidden_count < MOST_HIDDEN_STYLES)
			f->hidden_styles[f->hidden_count++] = need_copy(f->style.data);
	}
	else if (strcmp(name, "table:null-date") == 0)
	{
		value = attribute(attributes, "table:date-value");
		if (value && starts_with(value, "1904"))
			workbook_date1904(f->book);
	}
	else if (strcmp(name, "table:table") == 0 && !f->in_table)
	{
		bool		hidden = false;

		value = attribute(attributes, "table:style-name");
		for (int i = 0; value && i < f->hidden_count; i++)
			hidden = hidden || strcmp(f->hidden_styles[i], value) == 0;
		value = attribute(attributes, "table:name");
		workbook_begin_sheet(f->book, value ? value : "", hidden);
		f->in_table = true;
		f->row = -1;
		f->row_repeated = 1;
	}
	else if (!f->in_table)
		return;
	else if (f->nested || strcmp(name, "office:annotation") == 0 || strcmp(name, "draw:frame") == 0 || strcmp(name, "table:shapes") == 0)
		f->nested++;
	else if (strcmp(name, "table:table-row") == 0)
	{
		f->row += f->row < 0 ? 1 : f->row_repeated;
		if (f->row > MOST_ROWS)
			f->row = MOST_ROWS;
		f->row_repeated = number_of(attributes, "table:number-rows-repeated");
		if (f->row + f->row_repeated > MOST_ROWS)
			f->row_repeated = MOST_ROWS - f->row;
		workbook_repeat(f->book, f->row_repeated);
		value = attribute(attributes, "table:visibility");
		if (value && strcmp(value, "visible") != 0)
			workbook_hide_rows(f->book, f->row, f->row_repeated);
		f->column = 0;
	}
	else if (strcmp(name, "table:table-cell") == 0 || strcmp(name, "table:covered-table-cell") == 0)
	{
		long		across = number_of(attributes, "table:number-columns-spanned"), down = number_of(attributes, "table:number-rows-spanned");

		f->in_cell = true;
		f->column_repeated = number_of(attributes, "table:number-columns-repeated");
		chars_reset(&f->text);
		f->kind = CELL_TEXT;
		f->has_value = f->too_long = false;
		value = attribute(attributes, "office:value-type");
		if (value && (strcmp(value, "float") == 0 || strcmp(value, "percentage") == 0 || strcmp(value, "currency") == 0))
		{
			f->kind = CELL_NUMBER;
			f->has_value = true;
			chars_string(&f->text, (value = attribute(attributes, "office:value")) ? value : "");
		}
		else if (value && strcmp(value, "date") == 0)
		{
			f->has_value = true;
			chars_string(&f->text, (value = attribute(attributes, "office:date-value")) ? value : "");
		}
		else if (value && strcmp(value, "boolean") == 0)
		{
			f->has_value = true;
			chars_string(&f->text, (value = attribute(attributes, "office:boolean-value")) ? value : "");
		}
		if (strcmp(name, "table:table-cell") == 0 && (across > 1 || down > 1) && f->row + down <= MOST_ROWS && f->column + across <= MOST_COLUMNS)
			for (long r = 0; r < (down > 1 ? 1 : f->row_repeated); r++)
				workbook_merge(f->book, f->row + r, f->column, f->row + r + down - 1, f->column + across - 1);
	}
	else if (f->in_cell && strcmp(name, "text:p") == 0)
	{
		if (!f->has_value && f->text.length)
			chars_char(&f->text, '\n');
		f->in_text = true;
	}
	else if (f->in_text && !f->has_value && (strcmp(name, "text:s") == 0 || strcmp(name, "text:tab") == 0))
		chars_char(&f->text, ' ');
	else if (f->in_text && !f->has_value && strcmp(name, "text:line-break") == 0)
		chars_char(&f->text, '\n');
}

static void
characters(void *data, const XML_Char *s, int length)
{
	Fods	   *f = data;

	if (!f->in_text || f->has_value || f->nested)
		return;
	f->too_long = f->too_long || f->text.length + (size_t) length > MOST_CELL;
	if (!f->too_long)
		chars_add(&f->text, s, (size_t) length);
}

static void
end(void *data, const XML_Char *name)
{
	Fods	   *f = data;

	if (!f->in_table)
		return;
	if (f->nested)
		f->nested--;
	else if (strcmp(name, "text:p") == 0)
		f->in_text = false;
	else if (strcmp(name, "table:table-cell") == 0 || strcmp(name, "table:covered-table-cell") == 0)
	{
		if ((f->text.length || f->too_long) && strcmp(name, "table:table-cell") == 0)
		{
			if (f->text.length && f->kind == CELL_TEXT && f->text.data[0] == '#' && ends_with(f->text.data, "!"))
				f->kind = CELL_ERROR;
			for (long c = 0; c < f->column_repeated && f->column + c < MOST_COLUMNS && f->row < MOST_ROWS; c++)
				if (f->too_long)
					workbook_long_cell(f->book, f->row, f->column + c);
				else
					workbook_cell(f->book, f->row, f->column + c, f->kind, f->text.data);
		}
		f->column += f->column_repeated;
		if (f->column > MOST_COLUMNS)
			f->column = MOST_COLUMNS;
		f->in_cell = f->in_text = false;
	}
	else if (strcmp(name, "table:table") == 0)
		f->in_table = false;
}

void *
fods_parser(XML_Parser xml, Workbook *book)
{
	Fods	   *f = need(sizeof *f);

	f->book = book;
	XML_SetUserData(xml, f);
	XML_SetElementHandler(xml, start, end);
	XML_SetCharacterDataHandler(xml, characters);
	return f;
}

void
fods_free(void *state)
{
	Fods	   *f = state;

	for (int i = 0; i < f->hidden_count; i++)
		free(f->hidden_styles[i]);
	chars_free(&f->style);
	chars_free(&f->text);
	free(f);
}
