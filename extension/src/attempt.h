/*
 * attempt.h
 *		Work that may fail without the rest.
 */
#ifndef EMGOV_ATTEMPT_H
#define EMGOV_ATTEMPT_H

#include "postgres.h"

/* Is an error of this code one for which no definition is to blame, so that it ends the query? */
extern bool ends_the_query(int code);

/*
 * Do something in a subtransaction.  Gives what it gives: NULL, or why it could not be done; an error is
 * given as its message, unless it is one that ends the query.
 */
extern char *attempt(char *(*work) (void *), void *argument);

/* The same of something that another server is asked for; that it cannot be reached does not end the query either, and is said. */
extern char *attempt_to_reach(char *(*work) (void *), void *argument, bool *reached);

#endif							/* EMGOV_ATTEMPT_H */
