/*
 * shard.h
 *		Sources whose records lie on several servers, by area.
 */
#ifndef EMGOV_LEDGER_SHARD_H
#define EMGOV_LEDGER_SHARD_H

#include "access/attnum.h"
#include "nodes/pg_list.h"
#include "tcop/dest.h"

#include "ledger/rollup.h"

/* The column by whose values the records of a relation lie on other servers; 0 when they do not. */
extern AttrNumber shard_column(Oid relid);

/*
 * Where figures are to be had without servers that cannot be reached: the areas (texts) whose records lie there, and the
 * blocks of a ledger that these are a part of; NIL when all can be; and the others.  The same throughout a statement.  The
 * caller is connected to SPI.
 */
extern List *unreachable_areas(Oid ledger, Oid relid, List **others);

/*
 * Has a relation whose records lie on other servers no partition for an area that data are expected of in a ledger?  That is
 * an error, but where figures are to be had without such.  The caller is connected to SPI.
 */
extern bool lacks_areas(Oid ledger, Oid relid);

/* As run_kept(), of a query for figures over a relation: where a server cannot be reached the error names that setting. */
extern char *run_kept_over(Oid relid, const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

/* A condition that leaves some areas out, as SQL over a record of a relation. */
extern char *without_areas(Oid relid, const char *record, List *areas);

/* What the rollups of the shards of a source say of it, where there is a relation `source_rollup` over all of them; or NULL. */
extern RollupAnswer *shard_answer(Oid relid);

#endif							/* EMGOV_LEDGER_SHARD_H */
