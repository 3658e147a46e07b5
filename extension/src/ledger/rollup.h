/*
 * rollup.h
 *		What figures of the ledger may be read from instead of the facts.
 */
#ifndef EMGOV_LEDGER_ROLLUP_H
#define EMGOV_LEDGER_ROLLUP_H

#include "access/attnum.h"
#include "nodes/pg_list.h"

#include "ledger/indicator.h"

/* What a rollup can say of its table exactly. */
typedef struct RollupAnswer
{
	char	   *name;			/* of its view, as SQL */
	List	   *keys;			/* the table's columns that are keys, by number */
	List	   *sums;			/* the expressions that are summed, as numeric: sum1, sum2, ... */
	char	   *from;			/* FROM text: emgov_record, a record of the table with its keys, records, sum1, ... */
} RollupAnswer;

/* Are there rollups over a table, or over the rows of a view of a live fact? */
extern bool has_rollups(Oid relid);

/* The rollups that may answer the current user for a table, those with fewest keys first. */
extern List *rollup_answers(Oid relid);

/* Can a rollup say what an indicator comes to, by some columns of the table (0: none)? */
extern bool rollup_says(const RollupAnswer *answer, const Indicator *indicator, const AttrNumber *by, int nby);

/* The place of a measure among a rollup's sums, from 1; 0 when it has none. */
extern int	rollup_sum(const RollupAnswer *answer, const Unit *measure);

#endif							/* EMGOV_LEDGER_ROLLUP_H */
