/* table.c: rows in columns, for people */
#include "table.h"

#include "say.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Table
{
	const Column *column;
	int			columns;
	size_t		cells;
	size_t		room;
	char	  **cell;
};

enum
{
	GAP = 2						/* between two columns */
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
	if (table->cells == table->room)
	{
		table->room = table->room ? table->room * 2 : 64;
		table->cell = need_more(table->cell, table->room * sizeof *table->cell);
	}
	table->cell[table->cells++] = need_copy(text ? text : "");
}

/* One line of cells, each padded to its column. */
static void
put_line(const Table *table, const int *width, const char *const *cell, bool heading)
{
	for (int i = 0; i < table->columns; i++)
	{
		int			pad = width[i] - width_of(cell[i]);
		bool		last = i == table->columns - 1;

		if (table->column[i].side == RIGHT)
			put("%*s", pad, "");
		if (heading)
			put_in(BOLD, "%s", cell[i]);
		else
			put("%s", cell[i]);
		if (table->column[i].side == LEFT && !last)
			put("%*s", pad, "");
		put("%s", last ? "\n" : "  ");
	}
}

void
table_put(Table *table)
{
	int			n = table->columns;
	size_t		rows = n ? table->cells / (size_t) n : 0;
	int		   *width = need(sizeof *width * (size_t) (n ? n : 1));
	const char **heading = need(sizeof *heading * (size_t) (n ? n : 1));
	int			whole = (n - 1) * GAP;
	int			widest = 0;
	int			terminal = terminal_width(stdout);

	for (int i = 0; i < n; i++)
	{
		heading[i] = words(table->column[i].heading);
		width[i] = width_of(heading[i]);
		if (width[i] > widest)
			widest = width[i];
		for (size_t row = 0; row < rows; row++)
		{
			char	   *cell = table->cell[row * (size_t) n + (size_t) i];

			/* a cell is one line */
			for (char *at = cell; *at; at++)
				if (*at == '\n' || *at == '\r' || *at == '\t')
					*at = ' ';
			if (width_of(cell) > width[i])
				width[i] = width_of(cell);
		}
		whole += width[i];
	}
	if (terminal && whole > terminal)
	{
		for (size_t row = 0; row < rows; row++)
		{
			if (row > 0)
				put("\n");
			for (int i = 0; i < n; i++)
			{
				const char *cell = table->cell[row * (size_t) n + (size_t) i];

				if (!*cell)
					continue;
				put_in(BOLD, "%s", heading[i]);
				put("%*s", widest + GAP - width_of(heading[i]), "");
				put_wrapped(cell, widest + GAP < terminal / 2 ? widest + GAP : 2);
			}
		}
	}
	else
	{
		put_line(table, width, heading, true);
		for (size_t row = 0; row < rows; row++)
			put_line(table, width, (const char *const *) table->cell + row * (size_t) n, false);
	}
	for (size_t i = 0; i < table->cells; i++)
		free(table->cell[i]);
	free(table->cell);
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
