/*
 * once.h
 *		What is counted once each, read from what is kept of it; see once.c.
 */
#ifndef EMGOV_ONCE_H
#define EMGOV_ONCE_H

#include "ledger/indicator.h"
#include "ledger/rollup.h"

/* What is kept of the values of a column. */
typedef struct OnceAnswer
{
	RollupAnswer rollup;		/* how it is read */
	AttrNumber	measure;		/* what is counted */
	AttrNumber	day;
	AttrNumber	until;			/* of a stock */
	AttrNumber	status;
	List	   *by;				/* the columns of which a value is chosen, by number */
	List	   *rollups;		/* that it reads */
	bool		in_stock;
} OnceAnswer;

/* What there is for a source and the current user, as answers of rollups whose `once` is set.  The caller is connected to SPI. */
extern List *once_answers(Oid relid);

/* Can it say what an indicator comes to, of all, in windows that begin with a month or year of the ledger and end within it (a stock: in any)? */
extern bool once_says(const OnceAnswer *answer, const Indicator *indicator);

/* The month with whose first day the years begin of what is kept of a ledger's source.  The caller is connected to SPI. */
extern int	once_year_begins(Oid relid);

#endif							/* EMGOV_ONCE_H */
