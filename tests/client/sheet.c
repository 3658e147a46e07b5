/*
 * sheet.c
 *		Makes an .xlsx of a text, for tests of the import: sheet FILE.xlsx < text
 *
 * A line is a row, tabs part its cells. A cell is text; one that begins with "#" is a number
 * (#45631), with "@" a date (@2024-12-05), with "=" a formula and its value (=2+2==4), "^^" what is
 * merged into the cell to the left, "^" into the
 * one above it; "\n" is a line break. Lines of their own: "%sheet NAME", "%hidden" hides this sheet,
 * "%hide" hides the row that follows.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define ROWS 4000
#define COLUMNS 120

static char *cells[ROWS][COLUMNS];
static bool hide[ROWS];
static int	rows;

static void
write_cell(lxw_worksheet *sheet, lxw_format *date, int r, int c, const char *text)
{
	int			year, month, day;

	if (text[0] == '=' && strstr(text, "=="))
	{
		char	   *formula = strdup(text), *value = strstr(formula, "==");

		*value = '\0';
		worksheet_write_formula_num(sheet, r, c, formula, NULL, strtod(value + 2, NULL));
		free(formula);
	}
	else if (text[0] == '#')
		worksheet_write_number(sheet, r, c, strtod(text + 1, NULL), NULL);
	else if (text[0] == '@' && sscanf(text + 1, "%d-%d-%d", &year, &month, &day) == 3)
	{
		lxw_datetime when = {year, month, day, 0, 0, 0};

		worksheet_write_datetime(sheet, r, c, &when, date);
	}
	else
		worksheet_write_string(sheet, r, c, text, NULL);
}

static void
finish(lxw_worksheet *sheet, lxw_format *date)
{
	for (int r = 0; r < rows; r++)
	{
		for (int c = 0; c < COLUMNS; c++)
		{
			int			down = 0, right = 0;

			if (!cells[r][c] || cells[r][c][0] == '\0' || cells[r][c][0] == '^')
				continue;
			while (c + right + 1 < COLUMNS && cells[r][c + right + 1] && strcmp(cells[r][c + right + 1], "^^") == 0)
				right++;
			while (r + down + 1 < rows && cells[r + down + 1][c] && strcmp(cells[r + down + 1][c], "^") == 0)
				down++;
			if (down || right)
				worksheet_merge_range(sheet, r, c, r + down, c + right, "", NULL);
			write_cell(sheet, date, r, c, cells[r][c]);
		}
		if (hide[r])
		{
			lxw_row_col_options hidden = {.hidden = 1};

			worksheet_set_row_opt(sheet, r, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
		}
	}
	memset(cells, 0, sizeof cells);
	memset(hide, 0, sizeof hide);
	rows = 0;
}

int
main(int argc, char **argv)
{
	lxw_workbook *book = argc == 2 ? workbook_new(argv[1]) : NULL;
	lxw_worksheet *sheet = NULL;
	lxw_format *date;
	char	   *line = NULL;
	size_t		size = 0;
	ssize_t		length;

	if (!book)
		return 2;
	date = workbook_add_format(book);
	format_set_num_format(date, "m/d/yy");
	while ((length = getline(&line, &size, stdin)) > 0)
	{
		int			c = 0;

		if (line[length - 1] == '\n')
			line[--length] = '\0';
		if (strncmp(line, "%sheet ", 7) == 0)
		{
			if (sheet)
				finish(sheet, date);
			sheet = workbook_add_worksheet(book, line + 7);
			continue;
		}
		if (!sheet)
			sheet = workbook_add_worksheet(book, NULL);
		if (strcmp(line, "%hidden") == 0)
			worksheet_hide(sheet);
		else if (strcmp(line, "%hide") == 0)
			hide[rows] = true;
		else if (rows < ROWS)
		{
			for (char *cell = line, *end; cell && c < COLUMNS; cell = end, c++)
			{
				char	   *from, *to;

				end = strchr(cell, '\t');
				if (end)
					*end++ = '\0';
				cells[rows][c] = strdup(cell);
				for (from = to = cells[rows][c]; *from; from++, to++)
				{
					if (from[0] == '\\' && from[1] == 'n')
						from++, *to = '\n';
					else
						*to = *from;
				}
				*to = '\0';
			}
			rows++;
		}
	}
	if (sheet)
		finish(sheet, date);
	return workbook_close(book) != LXW_NO_ERROR;
}
