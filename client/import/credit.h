/*
 * credit.h
 *		双公示: penalties and permits as the files in which they are made public.
 */
#ifndef EMGOV_IMPORT_CREDIT_H
#define EMGOV_IMPORT_CREDIT_H

#include <stdbool.h>

/*
 * Writes decisions of a period (NULL: all) as an .xlsx: "penalty" and "permit" by the standard of 2018, "penalty-2015" by the one
 * before. Natural persons only when asked for. Gives the exit code.
 */
extern int	write_credit(const char *kind, const char *period, bool personal, const char *path);

#endif
