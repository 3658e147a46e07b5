/*
 * workbook.h
 *		What the parsers of Gnumeric's and LibreOffice's XML tell of a workbook.
 */
#ifndef EMGOV_IMPORT_WORKBOOK_H
#define EMGOV_IMPORT_WORKBOOK_H

#include <expat.h>

#include "sheet.h"

#define MOST_ROWS 1048576

typedef struct Workbook Workbook;

/* A number that a file says, at least and at most so much: what is none is the least. */
extern long bounded(const char *text, long least, long most);

/* What a parser says, in the order of the file. Rows and columns count from 0. */
extern void workbook_begin_sheet(Workbook *book, const char *name, bool hidden);
extern void workbook_hide_sheet(Workbook *book);
extern void workbook_rename_sheet(Workbook *book, const char *name);
extern void workbook_hide_rows(Workbook *book, long first, long count);
extern void workbook_merge(Workbook *book, long first_row, long first_column, long last_row, long last_column);
extern void workbook_repeat(Workbook *book, long count);	/* the row that comes next stands there so often */
extern void workbook_cell(Workbook *book, long row, long column, CellKind kind, const char *text);
extern void workbook_long_cell(Workbook *book, long row, long column);	/* a cell of more than MOST_CELL bytes: its row cannot be read */
extern void workbook_formula(Workbook *book, long row, long column);	/* a cell of which only the formula is told */
extern void workbook_date1904(Workbook *book);

/* A parser: hooks its handlers and its state to an expat parser; the state is given back to its free function. */
extern void *gnumeric_parser(XML_Parser xml, Workbook *book);
extern void gnumeric_free(void *state);
extern void *fods_parser(XML_Parser xml, Workbook *book);
extern void fods_free(void *state);

#endif
