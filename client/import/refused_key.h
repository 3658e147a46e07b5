/*
 * refused_key.h
 *		Keys of rows that were refused here, before the server saw them.
 *
 * A later row of the file with the same number is refused as well, as where the first was accepted: one of the two numbers is
 * wrong, and the first row, corrected, would overwrite the second.
 */
#ifndef EMGOV_IMPORT_REFUSED_KEY_H
#define EMGOV_IMPORT_REFUSED_KEY_H

#include "target.h"

typedef struct RefusedKeys RefusedKeys;

/* The unique keys of the table. To be freed. */
extern RefusedKeys *refused_keys_of(const Target *target);

/* The line of a refused row that has a key of this record, 0 for none. Values by column of the target, NULL for none. */
extern long refused_key_line(const RefusedKeys *keys, const char *const *values);

/* A row that was refused, with what of it could be read. */
extern void refused_key_add(RefusedKeys *keys, const char *const *values, long line);

extern void free_refused_keys(RefusedKeys *keys);

#endif
