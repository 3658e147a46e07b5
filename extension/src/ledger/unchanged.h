/*
 * unchanged.h
 *		Records of a live fact that nothing has changed of since a moment.
 */
#ifndef EMGOV_UNCHANGED_H
#define EMGOV_UNCHANGED_H

#include "postgres.h"

typedef struct Unchanged
{
	const char *from;			/* FROM text: the fact as it is */
	int			nchanged;
	Datum		changed;		/* bigint[]: the column id of all that were, or are, otherwise than at the moment */
} Unchanged;

/* NULL of what is no live fact, or when too many records have changed.  The caller is connected to SPI, and has pinned search_path. */
extern const Unchanged *find_unchanged(Oid relid, Datum moment);

#endif							/* EMGOV_UNCHANGED_H */
