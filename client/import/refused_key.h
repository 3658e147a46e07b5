/*
 * refused_key.h
 *		Keys of rows that were refused here, before the server saw them.
 *
 * A later row of the file with the same number is refused as well, as where the first was accepted: one of the two numbers is
 * wrong, and the first row, corrected, would overwrite the second. Where the first was taken and the second refused, the file of
 * rejected rows says so, with the key at the end of the reason, [A-1]: while the row still has that key and that reason, it
 * is refused again, and does not overwrite the first.
 */
#ifndef EMGOV_IMPORT_REFUSED_KEY_H
#define EMGOV_IMPORT_REFUSED_KEY_H

#include "stage.h"

typedef struct RefusedKeys RefusedKeys;

/* The unique keys of the table. To be freed. */
extern RefusedKeys *refused_keys_of(const Target *target);

/* The line of a refused row that has a key of this record, 0 for none. Values by column of the target, NULL for none. */
extern long refused_key_line(const RefusedKeys *keys, const char *const *values);

/* A row that was refused, with what of it could be read. */
extern void refused_key_add(RefusedKeys *keys, const char *const *values, long line);

/* All have come, and are checked: of the keys of refused rows, here and there, those that stand on a row that was taken as well. */
extern RefusedKeys *refused_keys_taken(const RefusedKeys *refused, Stage *stage);

/* The line of the row that was taken, -1 where it is not known, 0: none. With the key as it is said, "A-1". */
extern long refused_key_taken(const RefusedKeys *taken, const char *const *values, Chars *said);

/* Whether a reason of an earlier run says that the key of this record was taken: then the key as it is said. */
extern bool refused_key_was_taken(const RefusedKeys *keys, const char *const *values, const char *reason, Chars *said);

extern void free_refused_keys(RefusedKeys *keys);

#endif
