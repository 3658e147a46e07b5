/*
 * history.h
 *		The moments of what is written to kept tables.
 */
#ifndef EMGOV_HISTORY_H
#define EMGOV_HISTORY_H

/* What this transaction writes from now on is dated from now on. */
extern void history_forget_moments(void);

#endif							/* EMGOV_HISTORY_H */
