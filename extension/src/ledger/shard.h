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

/* What a relation is, of whose partitions some lie on other servers, or that has none. */
typedef struct Shards Shards;

/* That of a relation; NULL of one whose records lie here. */
extern const Shards *shards_of(Oid relid);

/* The column by whose values its records lie on other servers. */
extern AttrNumber shard_column(const Shards *shards);

/*
 * Where figures are to be had without servers that cannot be reached: the areas (texts) whose records lie there, and the
 * blocks of a ledger that these are a part of; NIL when all can be, or of NULL; and the others.  The same throughout a statement.  The
 * caller is connected to SPI.
 */
extern List *unreachable_areas(Oid ledger, const Shards *shards, List **others);

/*
 * Is there no partition for an area (which are given) that data are expected of in a ledger, or none at all?  That is
 * an error, but where figures are to be had without such.  The caller is connected to SPI.
 */
extern bool lacks_areas(Oid ledger, const Shards *shards, List **lacking);

/* Those of some areas that data are expected of; all of them in a ledger that expects data of none. */
extern List *blocks_among(Oid ledger, List *areas);

/* As run_kept(), of a query for figures over a relation: where a server cannot be reached the error names that setting. */
extern char *run_kept_over(Oid relid, const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

/* A condition that leaves some areas out, and no record that names none, as SQL over a record of a relation. */
extern char *without_areas(const Shards *shards, const char *record, List *areas);

/* What the rollups of the shards of a source say of it, where there is a relation `source_rollup` over all of them; or NULL. */
extern RollupAnswer *shard_answer(Oid relid);

#endif							/* EMGOV_LEDGER_SHARD_H */
