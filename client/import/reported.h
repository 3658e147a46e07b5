/*
 * reported.h
 *		Tables of counts, area by measure by month, as reported figures.
 */
#ifndef EMGOV_IMPORT_REPORTED_H
#define EMGOV_IMPORT_REPORTED_H

#include "mapping.h"

typedef struct ReportedOptions
{
	const char *period;			/* of figures that say none themselves, or NULL */
	const char *indicator;		/* of a table of months, or NULL */
	const char *sender;
	const char *received;
	const char *dimension;
	const char *member;			/* of a table without a column of members, or NULL */
} ReportedOptions;

/*
 * A period as people write it: 2024, 2024年, 2024-05, 2024年5月, 202405, 2024Q1, 2024年1季度, 上半年, 1—5月 (with the year from
 * `year`, when it is not 0): its first day, and the first after it. false where it is none.
 */
extern bool read_period(const char *text, int year, Chars *first, Chars *end);

/*
 * How each row becomes figures. A column of members, and then: columns of indicator, period, value (long), a column for
 * each measure or month (wide). NULL with *problem when it cannot be.
 */
extern Mapping *map_reported(const Layout *layout, Target *target, const ReportedOptions *options, char ***samples, char **problem);

#endif
