/*
 * history.h
 *		Keeping versions.
 */
#ifndef EMGOV_HISTORY_H
#define EMGOV_HISTORY_H

/* While set, a row that is changed into itself is a version as well. */
extern bool history_keep_all;

/* How many rows of this table have been dated. */
extern Oid	history_counted;
extern uint64 history_dated;

/* Before a table may be written anew. */
extern void history_note_others(Oid relid);

#endif							/* EMGOV_HISTORY_H */
