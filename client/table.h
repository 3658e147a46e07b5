/*
 * table.h: rows in columns, for people.
 *
 * Columns are as wide as their widest cell, Chinese at two columns a
 * character; one without a word is left out. On a terminal that is too
 * narrow the last column is broken into lines; where that does not do, a
 * row is printed at a time, a line a column.
 */
#ifndef EMGOV_TABLE_H
#define EMGOV_TABLE_H

#include "say.h"
#include "words.h"

#include <libpq-fe.h>

typedef enum Side
{
	LEFT, RIGHT
} Side;

typedef struct Column
{
	Words		heading;
	Side		side;
} Column;

typedef struct Table Table;

extern Table *table_new(const Column *columns, int n);

/* Add a cell, row by row; NULL is an empty one. The text is copied. */
extern void table_cell(Table *table, const char *text);
extern void table_cell_in(Table *table, Colour colour, const char *text);

/* Add a cell with what the server says, in Chinese where that is spoken and the command knows it. */
extern void table_said(Table *table, const char *text);

/* Print the table to standard output, and free it. */
extern void table_put(Table *table);

/* Print a result's rows under these headings, one a column of the result. */
extern void table_put_result(const PGresult *result, const Column *columns);

#endif
