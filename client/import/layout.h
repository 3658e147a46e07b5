/*
 * layout.h
 *		Where in a sheet the headings are, and what each row below them is.
 */
#ifndef EMGOV_IMPORT_LAYOUT_H
#define EMGOV_IMPORT_LAYOUT_H

#include "sheet.h"

typedef struct Layout
{
	SheetReader *reader;
	long		heading_line;	/* the first row of headings, and the last */
	long		heading_end;
	int			first;			/* columns of the table: first to first + count - 1 */
	int			count;
	char	  **path;			/* headings of each, levels joined by "/", "" for none */
	char	  **unit;			/* its unit, "" for none */
	char	   *above;			/* what stands above the headings, cells parted by " | "; the sheet's name, where it alone says the year; of rejected rows their #title */
	int			year;			/* that the title or the sheet's name says; 0: none, -1: several */
	bool		wide_money;		/* a note says that money is in 万元 */
	int			helpers_from;	/* columns from here on are lists beside the table, or -1 */

	/* for layout_next() */
	char	 ***levels;			/* texts of the rows of headings, to know them again */
	int			level_count;
	int			width;
	bool		ended;			/* notes have begun */
	int			reason;			/* of such a file: the column that says why, or -1 */
	bool		rejects;		/* it is a file of rejected rows: an apostrophe before a formula is ours */
} Layout;

typedef enum RowKind
{
	ROW_DATA,
	ROW_HIDDEN,
	ROW_TOTAL,					/* 合计 */
	ROW_SUBTOTAL,				/* 小计 */
	ROW_HEADING,				/* headings again, or numbers of columns */
	ROW_NOTE,					/* notes, signatures, sections */
	ROW_EXAMPLE,
	ROW_ZERO,					/* 本月无事故: a declared zero */
	ROW_HELPER,					/* lists beside the table */
	ROW_KINDS
} RowKind;

/* Whether a heading is known for the table; the layout prefers rows that have such. */
typedef bool (*KnownHeading) (void *context, const char *heading);

/* Finds the headings; NULL with *problem (to be freed) when there are none. `heading_row` 0: found, else the first row of them. */
extern Layout *find_layout(SheetReader *reader, KnownHeading known, void *context, long heading_row, char **problem);
extern void free_layout(Layout *layout);

/* From the first row below the headings; then each row that is not blank, and what it is. false at the end. */
extern void layout_begin(Layout *layout);
extern bool layout_next(Layout *layout, SheetRow *row, RowKind *kind);

extern const char *row_kind_name(RowKind kind);

/* A cell of a row by its place in the table, an empty one where the row is shorter. */
extern const Cell *layout_cell(const Layout *layout, const SheetRow *row, int column);

/* Name of a column of a sheet from 0: A, B, …, AA. Holds until the next call. */
extern const char *column_letters(int column);

#endif
