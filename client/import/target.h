/*
 * target.h
 *		The table that rows go into, as the server's catalog describes it.
 */
#ifndef EMGOV_IMPORT_TARGET_H
#define EMGOV_IMPORT_TARGET_H

#include <libpq-fe.h>

#include "value.h"

typedef enum ColumnRole
{
	COLUMN_PLAIN,
	COLUMN_SUBJECT,				/* refers to subject: filled from @uscc and @name */
	COLUMN_NUMBER,				/* refers to a table whose records have numbers: taken by the number */
	COLUMN_MADE					/* no column of the table: @uscc, @name, @dead, @fine, … */
} ColumnRole;

/* Headings of which a column is made where nothing else is. */
#define RANK_LAST	3

typedef struct TargetColumn
{
	char	   *name;
	int			number;			/* in the catalog; 0: it is no column of the table */
	char	   *type;			/* as SQL writes it */
	char	   *comment;		/* or "" */
	char	   *default_expression;	/* or NULL */
	bool		not_null;
	bool		generated;		/* generated, or an identity that is always so */
	bool		identity;
	bool		writable;		/* the role may insert it */
	char	   *reference;		/* schema.table that it refers to alone, quoted, or NULL */
	char	   *reference_table;	/* its name without the schema */
	char	   *reference_column;
	bool		of_ledger;		/* that is a table of the ledger */
	bool		looked_up;		/* all values of the reference are among the terms */
	ColumnRole	role;
	ValueType	value;
	char	  **keys;			/* headings that it is known by, squeezed: its own first */
	int		   *key_ranks;		/* 0: name or comment, 1: synonym of the table, 2: of every table, or the last resort, RANK_LAST: of every table, and the last resort */
	int			key_count;
	bool		money;			/* its comment says that it is in 元 */
	bool		domain;			/* its type is a domain, which may refuse what its base takes */
} TargetColumn;

/* An area that had ended: of a table that is none of the ledger's no trigger says so. */
typedef struct EndedArea
{
	char	   *code;
	char	   *name;
	char	   *ended;			/* the first day without it */
	char	   *last;			/* the day before */
	char	   *successor;		/* names of what it became, or "" */
} EndedArea;

typedef struct Target
{
	char	   *schema;
	char	   *table;
	char	   *quoted;			/* schema.table, quoted */
	char	   *comment;
	bool		in_ledger;
	bool		reported;		/* the ledger's table of reported figures */
	bool		has_status;		/* of a ledger: only rows with status valid count */
	TargetColumn *columns;
	int			count;
	char	  **personal;		/* headings of personal data, squeezed */
	int			personal_count;
	char	  **addresses;		/* headings of addresses, which may say the area */
	int			address_count;
	char	  **silent;			/* headings that are left out without a word */
	int			silent_count;
	EndedArea  *ended;			/* of another table that refers to areas */
	int			ended_count;
} Target;

/* The table by its name: of the ledger, or of a schema that is named. Ends the program when there is none. */
extern Target *describe_target(const char *name);
extern int	target_column(const Target *target, const char *name);	/* -1: none */

/* The next of the columns that the catalog lists by their numbers, as "2 3 7"; -1 for one that is none of the target's. False at the end. */
extern bool next_column(const Target *target, const char **numbers, int *at);

/* Whether only the server can read its values: they are sent as text, and cast there. */
extern bool column_needs_cast(const TargetColumn *column);

/* What a comment calls a thing, in the language of the run: up to the first mark. Of a column, of the table; else its name. To be freed. */
extern char *comment_label(const char *comment, const char *otherwise);
extern char *column_label(const TargetColumn *column);
extern char *table_label(const Target *target);

/* Words of the reference tables whose rows are few: by code and by name. */
extern void load_references(Target *target);

/*
 * The area of a record that had ended on the record's day, as the ledger's own tables know that day: the first that it must have, else the earliest. In
 * `column` its place; NULL: none.
 */
extern const EndedArea *ended_area(const Target *target, const char *const *values, int *column);

/* The code of the area that a code, a name or a part of one means: to be freed; NULL after saying that there is none. */
extern char *area_code(const char *given);

/* The column whose day is taken for a day that new records must have and a file may lack: decided_on for filed_on. NULL: none. */
extern const char *assumed_day(const Target *target, const char *column);

/* Whether rows are casualties, person by person. */
extern bool is_roster(const Target *target);

/* Whether a column is the day of a casualty, which is that of its accident where a file has none. */
extern bool is_day_of_accident(const Target *target, const char *column);

/* An identifier as SQL writes it, to be freed. */
extern char *quoted(const char *identifier);
extern char *quoted_literal(const char *text);

#endif
