/*
 * sheet.h
 *		Rows of a sheet, whatever the file is: delimited text or a workbook.
 *
 * A reader gives the rows one after another and keeps one in memory. It can begin again, for what is
 * refused is written in a second pass.
 */
#ifndef EMGOV_IMPORT_SHEET_H
#define EMGOV_IMPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "chars.h"

#define MOST_COLUMNS 1600		/* as many as a table can have; what stands further right is not read */
#define MOST_CELL (1024 * 1024)	/* bytes of a cell of a workbook: thirty times what Excel takes */
#define MOST_RECORD (4 * 1024 * 1024)	/* bytes of a row */

typedef enum CellKind
{
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER,				/* of a workbook: stored as a number, so a long code has lost its end */
	CELL_ERROR					/* #DIV/0! and its like */
} CellKind;

typedef struct Cell
{
	CellKind	kind;
	bool		across;			/* belongs to a merge whose first column is to the left */
	bool		down;			/* belongs to a merge whose first row is above; the text is that of the first cell */
	int			right;			/* columns that a merge which begins here spans, or 0 */
	int			below;			/* rows that it spans, or 0 */
	const char *text;			/* "" when it is empty; UTF-8 without NUL */
} Cell;

typedef struct SheetRow
{
	long		line;			/* of text: line of the file on which it begins; of a workbook: its row, from 1 */
	bool		hidden;
	bool		broken;			/* something in it could not be read: has a NUL, a cell that is too long, a quote that never ends, a formula without its value */
	int			count;
	Cell	   *cells;
} SheetRow;

typedef struct SheetReader SheetReader;
struct SheetReader
{
	bool		(*next) (SheetReader *reader, SheetRow *row);	/* false at the end of the sheet; the row holds until the next call */
	void		(*rewind) (SheetReader *reader);
	void		(*seek) (SheetReader *reader, long long place, long line);	/* to a row that was at this place; NULL: it cannot */
	void		(*close) (SheetReader *reader);
	const char *name;			/* of the sheet, or NULL */
	const char *encoding;		/* of text: as found or given */
	char		separator;		/* of text */
	bool		written;		/* of text: a program wrote it, so that a quoted cell has as many lines as it has */
	bool		date1904;		/* serial numbers of days count from 1904 */
	long long	bytes;			/* of the file */
	long long	done;			/* of them read in this pass */
	long long	place;			/* of the row that was given last; for seek */
};

/*
 * A file of delimited text. `encoding` NULL: found; `separator` 0: found. NULL with *problem (to be freed) when it cannot be read.
 */
extern SheetReader *open_csv(const char *path, const char *encoding, char separator, char **problem);

/*
 * A workbook, converted into the directory `scratch`. The sheet by name, or the first that is not hidden and has
 * something in it. NULL with *problem when it cannot be read.
 */
extern SheetReader *open_workbook(const char *path, const char *sheet, const char *scratch, char **problem);

/* Names of the sheets that can be seen and are not empty, after open_workbook(); a list that ends with NULL. */
extern char **workbook_sheets(SheetReader *reader);

/* Whether a file is a workbook, by its first bytes. */
extern bool is_workbook(const char *path);

#endif
