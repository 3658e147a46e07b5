/*
 * stage.h
 *		Records on their way into a table: a temporary table of the session, checked there, then inserted.
 *
 * All of it is one transaction, begun by stage_begin(). Records are numbered from 1 as they are added; what is refused is
 * known by that number.
 */
#ifndef EMGOV_IMPORT_STAGE_H
#define EMGOV_IMPORT_STAGE_H

#include <libpq-fe.h>

#include "mapping.h"

/* Why a row is refused that has nothing where something must stand. */
#define MUST_HAVE_VALUE TEXT("it must have a value", "必填")

typedef struct StageOptions
{
	const char *file;			/* its name, for notes */
	const char *known_at;
	bool		only_known;		/* names of enterprises that are not known wait, even if nothing is like them */
} StageOptions;

typedef struct StageResult
{
	long long	added;
	long long	changed;
	long long	same;
	long long	dead;			/* there already, but withdrawn, written off or a duplicate: not touched */
	long long	refused;		/* by the server; their numbers in order by stage_refused() */
	long long	subjects;		/* made */
	long long	units;			/* of them by name alone */
	long long	coded;			/* that were known by name alone, and have their code now */
	long long	pending;		/* refused because the enterprise is undecided */
	long long	filled;			/* casualties that a sheet had counted, and that have their own row now */
} StageResult;

typedef struct Stage Stage;

extern Stage *stage_begin(const Target *target, const Mapping *mapping, const StageOptions *options);

/* A record: values by column of the target, NULL for none. They go off in blocks. */
extern void stage_add(Stage *stage, long long number, long line, const char *const *values);

/* All have come: checks them, and puts in what is right. */
extern StageResult stage_finish(Stage *stage);

/* Asks for what the server refused, in order of the numbers; then one by one. The strings hold until the next call. */
extern void stage_ask_refused(Stage *stage);
extern bool stage_next_refused(Stage *stage, long long *number, const char **column, const char **reason, const char **likely);

/*
 * What is said of single records, at most a thousand: line, number, status, column, what it was and what it becomes. Of those
 * that are dead a row without a column each, then what the file has otherwise; else what was corrected. To be cleared.
 */
extern PGresult *stage_said(Stage *stage, bool dead);

/*
 * Casualties beside what the file says, at most a thousand: line, number of the accident, outcome, how many the file has, how many
 * there are. To be cleared.
 */
extern PGresult *stage_beside(Stage *stage);

/* The sum of a column over what went in, or NULL. To be freed. */
extern char *stage_sum(Stage *stage, int column);

extern void stage_end(Stage *stage, bool commit);

/* Ends the program where an error is not about a record but about all of them: rights, locks, timeouts, faults of the server. */
extern void stage_fail_of_all(const PGresult *failed);

#endif
