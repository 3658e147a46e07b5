/*
 * rollup.h
 *		What figures of the ledger may be read from instead of the facts.
 */
#ifndef EMGOV_LEDGER_ROLLUP_H
#define EMGOV_LEDGER_ROLLUP_H

#include "access/attnum.h"
#include "nodes/pg_list.h"

#include "ledger/indicator.h"
#include "rollup/rollup.h"

/* What a rollup can say of its table exactly. */
typedef struct RollupAnswer
{
	char	   *name;			/* of its view, as SQL */
	List	   *keys;			/* the table's columns that are keys, by number */
	List	   *sums;			/* the expressions that are summed, as numeric: sum1, sum2, ... */
	char	   *from;			/* FROM text: emgov_record, a record of the table with its keys, records, sum1, ... */

	/* read as its parts lie, for whoever groups what is a plain sum; all SQL.  One of shards has no parts here. */
	Oid			relid;			/* of the table */
	Oid			view;
	List	   *key_parts;		/* the names of the keys there, and with their types */
	List	   *key_columns;
	char	   *records_columns;	/* what the number of records is kept in, and what it is of a group */
	char	   *records_total;
	List	   *sum_columns;	/* the same of sums */
	List	   *sum_totals;

	const struct OnceAnswer *once;	/* it is what is kept of what is counted once, see once.h: there are only name, relid, keys, from, and view, if parts of one are read */
} RollupAnswer;

/* Fill in how a view over a relation is read: by the names of its keys, of what counts the records, and of its sums. */
extern void rollup_answer_from(RollupAnswer *answer, Oid relid, Oid view, List *key_names, const char *records, List *sum_names);

/* What a rollup can say of a relation that has its table's columns, until the transaction ends; NULL: nothing. */
extern const RollupAnswer *rollup_answer(const Rollup *rollup, Oid relid);

/* May figures be read from a rollup now, by whoever asks, of a table with some owner?  The caller is connected to SPI. */
extern bool rollup_may_answer(const Rollup *rollup, Oid owner);

/* A record of a table of which only some columns are known, as SQL over r: ROW(NULL, r.name, ...)::table. */
extern char *rollup_record(Oid relid, List *columns, List *names);

/* Are there rollups over a table, or over the rows of a view of a live fact? */
extern bool has_rollups(Oid relid);

/* The rollups that may answer the current user for a table, those with fewest keys first. */
extern List *rollup_answers(Oid relid);

/*
 * FROM text over the parts of a rollup, as its text `from`, but in rows that are to be added up, with some keys (columns of
 * the table) and sums only: those of some days of a column, or (0) all.  since and before are SQL; so are the two ends of a gap in these days, or NULL,
 * and bounds, NULL or those between which alone it matters on what days rows are.
 */
extern char *rollup_parts_from(const RollupAnswer *answer, List *keys, List *sums, AttrNumber day, const char *since, const char *before,
							   const char *const *gap, const char *bounds);

/* The rollup of which the session may read the parts from now on, InvalidOid: of none; the one until now. */
extern Oid	read_rollup_parts(Oid view);

/* Can a rollup say what an indicator comes to, by some columns of the table (0: none)? */
extern bool rollup_says(const RollupAnswer *answer, const Indicator *indicator, const AttrNumber *by, int nby);

/* The place of a measure among a rollup's sums, from 1; 0 when it has none. */
extern int	rollup_sum(const RollupAnswer *answer, const Unit *measure);

#endif							/* EMGOV_LEDGER_ROLLUP_H */
