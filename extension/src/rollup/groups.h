/*
 * groups.h
 *		Sums by group in memory: what changes come to before they are stored.
 */
#ifndef EMGOV_ROLLUP_GROUPS_H
#define EMGOV_ROLLUP_GROUPS_H

#include "fmgr.h"
#include "storage/itemptr.h"
#include "utils/numeric.h"

#include "rollup/rollup.h"
#include "rollup/wide.h"

/* How a key is found and kept. */
typedef struct GroupKey
{
	FmgrInfo	eq;
	FmgrInfo	hash;
	Oid			collation;
	int16		length;
	bool		by_value;
} GroupKey;

/* The sum of one stored column. */
typedef struct GroupSum
{
	int128		whole;			/* of whole numbers */
	Numeric		number;			/* of others, NULL for none */
	Wide	   *wide;			/* of summaries, NULL for none */
} GroupSum;

typedef struct SumGroup
{
	uint32		hash;
	ItemPointerData place;		/* of its row in total, for a fold */
	bool		settled;		/* its changes come to nothing: a fold leaves its rows alone */
	Datum	   *keys;
	bool	   *nulls;
	GroupSum   *sums;			/* per stored column */
} SumGroup;

typedef struct Groups
{
	const RollupDefinition *def;
	GroupKey   *keys;
	MemoryContext context;		/* of all groups */
	int			n;
	int			space;
	SumGroup  **group;
	struct group_table_hash *table;	/* NULL while they are few */
} Groups;

extern GroupKey *groups_keys(const RollupDefinition *def);
extern SumGroup *groups_find(Groups *groups, SumGroup *like, bool add);
extern void groups_forget(Groups *groups);
extern bool groups_are_large(const Groups *groups);
extern void sum_add_number(Groups *groups, GroupSum *sum, Numeric number, int sign);
extern void sum_add_stored(Groups *groups, GroupSum *sum, RollupColumnKind kind, Datum stored);
extern Datum sum_datum(GroupSum *sum, RollupColumnKind kind);
extern bool group_is_zero(const Groups *groups, const SumGroup *group);

#endif							/* EMGOV_ROLLUP_GROUPS_H */
