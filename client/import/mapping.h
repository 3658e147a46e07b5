/*
 * mapping.h
 *		Which heading goes into which column.
 *
 * A mapping is a text, a line a heading: heading, column, options, parted by tabs. A column "-" is left out. A line
 * that begins with "=" is a value for every row: =bureau<TAB>org_code. Options: format=MDY, format=ROC, unit=万元,
 * map=1:dead;2:serious, by=address (the one area whose name stands in an address, else none), part=1 (of a cell that holds two values, 3/1; a cell that does not is refused).
 */
#ifndef EMGOV_IMPORT_MAPPING_H
#define EMGOV_IMPORT_MAPPING_H

#include "layout.h"
#include "target.h"

typedef struct Field
{
	int			column;			/* of the layout, or -1: a constant */
	int			part;			/* 0: the whole cell, 1 or 2: before or after its slash, see two_values() */
	char	   *constant;
	int			target;			/* column of the target */
	ValueType	value;
	const char *heading;
} Field;

/* One record that a row gives: most give one; of a table of counts every measure is one. */
typedef struct Group
{
	Field	   *fields;
	int			count;
} Group;

typedef struct Mapping
{
	Group	   *groups;
	int			group_count;
	char	   *text;			/* as a mapping file */
	char	   *fingerprint_source;	/* headings, one a line */
	bool		guessed;		/* not by a file, and not remembered */
	Chars		left_out;		/* headings that no column was found for */
	Chars		running;		/* headings of numbers of the lines that might have been those of the records */
	Chars		personal;
	int		   *missing;		/* columns of the target that must have a value, and have none */
	int			missing_count;
} Mapping;

/*
 * Where a cell holds two values parted by one slash, 3/1: the slash, with its width in bytes. NULL where it does not, as "3", "3/"
 * or 2024/1/5.
 */
extern const char *two_values(const char *text, size_t *width);

/* Whether most of the cells of a column, those that hold something, hold two values. */
extern bool mostly_two_values(char **samples);

/* A heading of a path, its own slashes taken for those of levels: 伤亡／死亡 as 伤亡/死亡. To be freed. */
extern char *slashes_as_levels(const char *path);

/* Headings of a layout, one a line: what it is remembered by. To be freed. */
extern char *headings_of(const Layout *layout);

/* By how they are called. `samples` of each column of the layout help where a heading may be two things. */
extern Mapping *guess_mapping(const Layout *layout, Target *target, char ***samples, bool personal);

/* By a text; NULL with *problem (to be freed) where it is wrong. Headings that it does not name are left out. */
extern Mapping *read_mapping(const char *text, const Layout *layout, Target *target, char **problem);

/* Whether every part that it takes of a column is there in most of the column's cells. */
extern bool parts_are_there(const Mapping *mapping, char ***samples);

/* Of a remembered mapping: headings of personal data that it left out, and that are asked for now. */
extern void mapping_with_personal(Mapping *mapping, const Layout *layout, Target *target, char ***samples);

/* What nobody takes without saying so: personal data, into mapping->personal; and values for every row, where these are another's. */
extern void mapping_without(Mapping *mapping, const Layout *layout, const Target *target, bool constants, bool personal);

/* Constants from the command line, column=value; they come before headings. */
extern bool set_constant(Mapping *mapping, Target *target, const char *assignment, char **problem);

/* What must have a value and has none, after all this, into mapping->missing. */
extern void find_missing(Mapping *mapping, const Target *target);

extern void free_mapping(Mapping *mapping);
extern Field *add_field(Group *group, int column, int target);
extern Group *add_group(Mapping *mapping);

/* Powers of ten that a unit is of 元; 0 for what is none. */
extern int	money_shift(const char *unit);

#endif
