/*
 * run_work.h
 *		What the files of an import share: see run.h.
 *
 * Two passes: the first reads the rows, converts what can be read here, and sends it; the second, where rows were
 * refused, writes them as they were. All on the server is one transaction.
 */
#ifndef EMGOV_IMPORT_RUN_WORK_H
#define EMGOV_IMPORT_RUN_WORK_H

#include <stdio.h>

#include "refused_key.h"
#include "reject.h"
#include "run.h"
#include "stage.h"

#define MOST_LISTED 12
#define MOST_TOTALS 10

typedef struct LeftOut
{
	long		count;
	long		lines[MOST_LISTED];
} LeftOut;

typedef struct Total
{
	long		line;
	double	   *said;			/* by field of the first group, of reported figures by group; NAN: nothing */
} Total;

typedef struct Import
{
	const char *path;
	const char *name;			/* of the file, without folders */
	Target	   *target;
	const ImportOptions *options;
	SheetReader *reader;
	Layout	   *layout;
	Mapping    *mapping;
	bool		take_hidden;
	LeftOut		left_out[ROW_KINDS];
	Total		totals[MOST_TOTALS];
	int			total_count;
	double	   *sums;			/* of reported figures, by group */
	long long	rows;			/* of data; most give one record, of reported figures as many as there are cells */
	long long	read;
	long long	refused_here;
	int			reference_day;	/* column of the target that deadlines count from, or -1 */
	long long	unknown;		/* numbers that are not known yet, read as nothing: the first of them */
	char	   *unknown_word;
	const char *unknown_heading;
	int			area;			/* column of the target that records have their area in, or -1 */
	char	   *area_in_title;	/* what the title, the sheet's or the file's name says; NULL: none, or several */
	long long	area_by_address[2]; /* rows whose address has no area, or several; those that have one */
	Reasons		reasons;
	Chars	   *values;			/* by column of the target */
	const char **pointers;
	ValueProblem problem;
	ValueProblem further;		/* of what else is wrong in the same row: not said */
	Chars		part;
	RefusedKeys *refused_keys;
	Chars		said;			/* a key, see refused_key_taken() */
	bool		again;			/* the second pass */
	FILE	   *places;			/* where each row is, so that those that are refused are found again */
} Import;

/* ------------------------------------------------------------------ run_mapping.c: where columns go */

/* Whether a heading is known for the target: see layout.h. */
extern bool is_known_heading(void *context, const char *heading);

/* How the file's columns go into the table's: by a mapping file, as remembered, or by their names. NULL after saying why not. */
extern Mapping *find_mapping(Import *import, int *code);

/* What the sheet says beside its rows: the year of days without one, and the area, where no column has it. */
extern void look_around(Import *import);

/* A line a heading: its column of the sheet, the path, its unit, what it goes into. */
extern void print_headings(const Import *import);

/* The mapping, for the next sheet with such headings. */
extern void remember(Import *import);

/* ------------------------------------------------------------------ run_records.c: rows to records */

/* The value of a field in its cell, or the part of it that the field takes: see two_values(). */
extern ValueState read_field(Import *import, Chars *value, const Field *field, const Cell *cell, const long *from, ValueProblem *problem);

/* The field of a group that has the figure. */
extern const Field *value_field(const Import *import, int group);

/* The first pass. */
extern void send_records(Import *import, Stage *stage, RefusalSpool *spool);

/* The second pass: refusals of both sides in the order of the file. false where a row cannot be found again. */
extern bool write_rejects(Import *import, Stage *stage, RefusalSpool *spool, RejectFile *file);

/* ------------------------------------------------------------------ run_said.c: what is said */

extern void say_left_out(Import *import);

/* Columns of the target, parted by ", ", as the sheet or the table calls them; a reason of the server without names of ours. To be freed. */
extern char *headings_from(const Import *import, const char *columns);
extern char *reason_in_words(const Import *import, const char *reason);

/* The sheet's own totals against what went in. */
extern void compare_totals(Import *import, Stage *stage);

/* A day that new records must have and no heading gives. */
extern void say_assumed(const Import *import);

/* Which columns must have a value and have no heading, and what they may be. */
extern void say_missing(const Import *import);

/* Areas that nobody said or that were read out of addresses, numbers that are not known yet: of rows that went in anew. */
extern void put_unsaid(const Import *import, long long added);

/* Records that count no more: each with its status, and what the file would have corrected. The result is cleared. */
extern void put_dead(const Import *import, PGresult *result, long long count);

/* What was corrected, the first of it: number, column, what it was and what it is now. The result is cleared. */
extern void put_changed(const Import *import, PGresult *result);

/* Casualties that a list took the place of, and those that are there beside what the file says. The result is cleared. */
extern void put_beside(const Import *import, PGresult *result, long long filled);

#endif
