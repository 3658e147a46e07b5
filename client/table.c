/* table.c: rows in columns, for people */
#include "table.h"

#include "server_words.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Cell
{
	char	   *text;
	Colour		colour;
} Cell;

struct Table
{
	const Column *column;
	int			columns;
	size_t		cells;
	size_t		room;
	Cell	   *cell;
};

enum
{
	GAP = 2,					/* between two columns */
	NARROWEST = 24				/* that the last column is made, to fit */
};

Table *
table_new(const Column *columns, int n)
{
	Table	   *table = need(sizeof *table);

	*table = (Table)
	{
		.column = columns, .columns = n
	};
	return table;
}

void
table_cell(Table *table, const char *text)
{
	table_cell_in(table, PLAIN, text);
}

void
table_cell_in(Table *table, Colour colour, const char *text)
{
	if (table->cells == table->room)
	{
		table->room = table->room ? table->room * 2 : 64;
		table->cell = need_more(table->cell, table->room * sizeof *table->cell);
	}
	table->cell[table->cells++] = (Cell)
	{
		.text = need_copy(text ? text : ""), .colour = colour
	};
}

/*
 * One line of cells, each padded to its column, with nothing behind the last that is not empty. The cell
 * of the column wrapped goes on below itself.
 */
static void
put_row(const Table *table, const int *width, const Cell *cell, int wrapped)
{
	int			owed = 0;		/* blanks to be written before the next cell */
	int			at = 0;			/* where the column begins */

	for (int i = 0; i < table->columns; i++)
	{
		int			pad = width[i] - width_of(cell[i].text);

		if (width[i] == 0)
			continue;
		if (table->column[i].side == RIGHT)
			owed += pad;
		if (*cell[i].text)
		{
			put("%*s", owed, "");
			if (i == wrapped)
			{
				put_wrapped(cell[i].text, at, at);
				return;
			}
			put_in(cell[i].colour, "%s", cell[i].text);
			owed = 0;
		}
		if (table->column[i].side == LEFT)
			owed += pad;
		owed += GAP;
		at += width[i] + GAP;
	}
	put("\n");
}

void
table_said(Table *table, const char *text)
{
	char	   *zh = server_words(text);

	table_cell(table, zh ? zh : text);
	free(zh);
}

void
table_put(Table *table)
{
	int			n = table->columns;
	size_t		rows = n ? table->cells / (size_t) n : 0;
	int		   *width = need(sizeof *width * (size_t) (n ? n : 1));
	Cell	   *heading = need(sizeof *heading * (size_t) (n ? n : 1));
	int			whole = (n - 1) * GAP;
	int			widest = 0;
	int			terminal = terminal_width(stdout);
	int			wrapped = -1;	/* the column whose cells are broken into lines */
	bool		beside;			/* of a row printed by itself: what the cell is stands beside it, not above */

	for (int i = 0; i < n; i++)
	{
		heading[i].text = need_copy(words(table->column[i].heading));
		heading[i].colour = BOLD;
		width[i] = 0;
		for (size_t row = 0; row < rows; row++)
		{
			char	   *cell = table->cell[row * (size_t) n + (size_t) i].text;

			/* a cell is one line */
			for (char *at = cell; *at; at++)
				if (*at == '\n' || *at == '\r' || *at == '\t')
					*at = ' ';
			if (width_of(cell) > width[i])
				width[i] = width_of(cell);
		}
		/* a column without a word is left out */
		if (width[i] == 0 && rows > 0)
		{
			whole -= GAP;
			continue;
		}
		if (width_of(heading[i].text) > width[i])
			width[i] = width_of(heading[i].text);
		if (width_of(heading[i].text) > widest)
			widest = width_of(heading[i].text);
		whole += width[i];
	}
	beside = widest + GAP < terminal / 2;
	if (terminal && whole > terminal)
	{
		int			last = n - 1;

		while (last > 0 && width[last] == 0)
			last--;
		if (table->column[last].side == LEFT && whole - width[last] + NARROWEST <= terminal)
		{
			wrapped = last;
			whole = terminal;
		}
	}
	if (terminal && whole > terminal)
	{
		for (size_t row = 0; row < rows; row++)
		{
			if (row > 0)
				put("\n");
			for (int i = 0; i < n; i++)
			{
				const char *cell = table->cell[row * (size_t) n + (size_t) i].text;

				if (!*cell)
					continue;
				put_in(BOLD, "%s", heading[i].text);
				if (beside)
					put("%*s", widest + GAP - width_of(heading[i].text), "");
				else
					put("\n  ");
				put_wrapped(cell, beside ? widest + GAP : 2, beside ? widest + GAP : 2);
			}
		}
	}
	else
	{
		put_row(table, width, heading, -1);
		for (size_t row = 0; row < rows; row++)
			put_row(table, width, table->cell + row * (size_t) n, wrapped);
	}
	for (size_t i = 0; i < table->cells; i++)
		free(table->cell[i].text);
	free(table->cell);
	for (int i = 0; i < n; i++)
		free(heading[i].text);
	free(heading);
	free(width);
	free(table);
}

void
table_put_result(const PGresult *result, const Column *columns)
{
	Table	   *table = table_new(columns, PQnfields(result));

	for (int row = 0; row < PQntuples(result); row++)
		for (int i = 0; i < PQnfields(result); i++)
			table_cell(table, PQgetvalue(result, row, i));
	table_put(table);
}
