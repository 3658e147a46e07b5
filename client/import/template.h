/*
 * template.h
 *		An .xlsx to be filled in for a table: headings, what is mandatory, lists to choose from, an example row.
 */
#ifndef EMGOV_IMPORT_TEMPLATE_H
#define EMGOV_IMPORT_TEMPLATE_H

#include "target.h"

/* Writes it; gives the exit code. The target's references are loaded. */
extern int	write_template(const Target *target, const char *path);

#endif
