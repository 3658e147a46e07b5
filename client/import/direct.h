/*
 * direct.h
 *		Rows that go into an ordinary table by COPY at once, without a table between.
 *
 * Where a table is empty and has no triggers, what a row needs is its types, checks and keys, and COPY asks for these itself:
 * checks as its WHERE, so that a row that breaks one costs no more than being read twice; types and what else fails by the
 * line that the server names. Rows that may have the key of an earlier one (a Bloom filter says so), that COPY did not take,
 * or that need a default, go the way of all others, through the stage.
 */
#ifndef EMGOV_IMPORT_DIRECT_H
#define EMGOV_IMPORT_DIRECT_H

#include "chars.h"
#include "target.h"

typedef struct Direct Direct;

/* What the stage does for it: keeps a row that is to go through it, given as a line of COPY; true when it is time to send. */
typedef bool (*TakeRow) (void *context, long long number, long line, const char *text, size_t length);

/* Sends what it has kept: called when no COPY is under way. */
typedef void (*SendRows) (void *context);

/* NULL: the rows of this table must go through the stage. `staged` tells which columns the file has. */
extern Direct *direct_begin(const Target *target, const bool *staged, TakeRow take, SendRows send, void *context);

/* A record: its values by column of the target, and as a line of COPY. */
extern void direct_add(Direct *direct, long long number, long line, const char *const *values, const char *text, size_t length);

/* All have come; how many went in. */
extern long long direct_end(Direct *direct);

/*
 * Rows that went through the stage because their key may have come before: fills pg_temp.emgov_first (n, line) with the
 * line that it stood on first, where that is known.
 */
extern void direct_first_lines(Direct *direct);

extern void direct_free(Direct *direct);

#endif
