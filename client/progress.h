/*
 * progress.h: how far a long task is.
 *
 * One line on standard error, where that is a terminal: rows done, the part
 * of the whole, rows a second, the time left. Nothing elsewhere.
 */
#ifndef EMGOV_PROGRESS_H
#define EMGOV_PROGRESS_H

#include <stdint.h>

/*
 * Begin: what is done, by a word or a file's name; total is the number of steps in all (bytes of a
 * file, say), 0 if nobody knows.
 */
extern void progress_begin(const char *what, uint64_t total);

/* So many steps are done now, and so many rows (0 where rows are not what is counted); the line is renewed five times a second at most. */
extern void progress_at(uint64_t done, uint64_t rows);

/* Take the line away. Messages do it by themselves while it stands. */
extern void progress_end(void);
extern void progress_clear(void);

#endif
