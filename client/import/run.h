/*
 * run.h
 *		The import of one file.
 */
#ifndef EMGOV_IMPORT_RUN_H
#define EMGOV_IMPORT_RUN_H

#include "option.h"
#include "reported.h"
#include "target.h"

typedef struct ImportOptions
{
	const char *sheet;
	const char *encoding;
	const char *separator;
	const char *mapping;
	const char *hidden;			/* take, skip, or NULL: asked about on a terminal, else skipped */
	const char *known_at;
	long		heading_row;
	TextList	set;
	bool		dry_run;
	bool		headings;		/* say how they are understood, and no more */
	bool		all_or_nothing;
	bool		personal;
	bool		only_known;
	ReportedOptions reported;
} ImportOptions;

/* Imports a file into the table; gives the exit code. */
extern int	import_file(const char *path, Target *target, const ImportOptions *options);

#endif
