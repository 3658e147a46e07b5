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

/* The column by whose values its records lie on other servers; InvalidAttrNumber: by those of none. */
extern AttrNumber shard_column(const Shards *shards);

/* What figures are to be had without. */
typedef struct Unreached
{
	List	   *areas;			/* texts: those whose records may lie on a server that cannot be reached, or on none, and the blocks that these are a part of */
	List	   *placeless;		/* those of them that lie on none, whatever can be reached */
	List	   *others;			/* the other areas of the ledger, and others that partitions are for */
	bool		strangers;		/* without records of areas that are none of these, too? */
	bool		nameless;		/* and without those that name no area? */
} Unreached;

/*
 * Where figures are to be had without servers that cannot be reached; NULL when all can be, and there is a partition for each area that
 * data are expected of; or of NULL.  The same throughout a statement.  The caller is connected to SPI.
 */
extern const Unreached *unreachable_areas(Oid ledger, const Shards *shards);

/* Is an area one that no server has, rather than one whose server cannot be reached? */
extern bool is_placeless(const Unreached *unreached, const char *area);

/*
 * An ERROR where there is no partition for an area that data are expected of in a ledger, or none at all, unless figures are to be
 * had without such.  The caller is connected to SPI.
 */
extern void check_places(Oid ledger, const Shards *shards);

/* Those of some areas that data are expected of; all of them in a ledger that expects data of none. */
extern List *blocks_among(Oid ledger, List *areas);

/* As run_kept(), of a query for figures over a relation: where a server cannot be reached the error names that setting. */
extern char *run_kept_over(Oid relid, const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver);

/* Why a relation cannot be read, with the name of the server before it that says so of its own partition. */
extern char *with_server(Oid relid, char *fault);

/* A condition that leaves out what cannot be reached, as SQL over a record of a relation. */
extern char *without_areas(const char *record, const Unreached *unreached);

/* What the rollups of the shards of a source say of it, where there is a relation `source_rollup` over all of them; or NULL. */
extern RollupAnswer *shard_answer(Oid relid);

#endif							/* EMGOV_LEDGER_SHARD_H */
