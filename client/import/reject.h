/*
 * reject.h
 *		FILE.rejects.csv: rows that were not taken, as they were, and why.
 */
#ifndef EMGOV_IMPORT_REJECT_H
#define EMGOV_IMPORT_REJECT_H

#include "layout.h"

typedef struct Refusal
{
	long long	number;			/* of the record */
	const char *column;			/* heading or column */
	const char *reason;
	const char *likely;
} Refusal;

/* Refusals of the client in the order of records, kept in a file; taken back in that order. */
typedef struct RefusalSpool RefusalSpool;
extern RefusalSpool *new_spool(void);
extern void spool_add(RefusalSpool *spool, long long number, const char *column, const char *reason, const char *likely);
extern void spool_rewind(RefusalSpool *spool);
extern bool spool_next(RefusalSpool *spool, Refusal *refusal);
extern void free_spool(RefusalSpool *spool);

/*
 * The file, written beside its name until reject_close(): that is false, with errno, where it could not be put there, or is
 * not whole.
 * What was there and said otherwise is kept, as *kept, to be freed. Texts that a spreadsheet would take for formulas get
 * an apostrophe before them, which layout_next() takes away when such a file is read.
 */
typedef struct RejectFile RejectFile;
extern RejectFile *reject_open(const char *path, const Layout *layout, char **problem);
/* `texts`: by column of the layout, what stands for the cell's text, or NULL: a day that the workbook has as a number. */
extern void reject_row(RejectFile *file, const Layout *layout, const SheetRow *row, const Refusal *refusal, long line, const char *const *texts);
extern bool reject_close(RejectFile *file, bool whole, char **kept);

/* Why rows were refused: each reason without the values that it quotes, how often, and where first. */
typedef struct Reason
{
	char	   *column;
	char	   *text;
	long long	count;
	long		line;
} Reason;

typedef struct Reasons
{
	Reason	   *item;
	int			count;
	long long	others;			/* of more kinds than are kept */
} Reasons;

extern void reasons_add(Reasons *reasons, const Refusal *refusal, long line);

/* At most ten lines, the most frequent first. */
extern void reasons_put(Reasons *reasons);
extern void free_reasons(Reasons *reasons);

#endif
