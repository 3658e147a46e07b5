/*
 * ledger.h: what several subcommands ask of the ledger.
 */
#ifndef EMGOV_LEDGER_H
#define EMGOV_LEDGER_H

#include "words.h"

/*
 * The moment of --as-of as the server writes it, to be freed: a day is the end of that day, anything
 * else a moment in the ledger's time zone. NULL gives NULL. What is neither ends the program.
 */
extern char *ledger_moment(const char *as_of);

/* The title of a report in the language in use, its code where it has none, to be freed. A report that there is not ends the program. */
extern char *ledger_report_title(const char *report);

/* A period (starts_on, ends_on) as a report names it, in the language in use, to be freed. */
extern char *ledger_period_name(const char *starts_on, const char *ends_on);

/* A figure's state in words, in both languages; the code itself where it is not known. */
extern Words ledger_state(const char *state);

/* A word for the shell: as it is where that is safe, else in quotes; to be freed. */
extern char *shell_word(const char *text);

/* " -d 'x' --ledger='y'": what another run needs to reach the same ledger; empty if that is the default. To be freed. */
extern char *same_ledger(void);

#endif
