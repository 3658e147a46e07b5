/*
 * groups.c
 *		Sums by group in memory: what changes come to before they are stored.
 *
 * A statement's rows are added up here, and the deltas that a fold takes.  No sum can overflow:
 * whole numbers have 128 bits, summaries those of wide.c.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "rollup/groups.h"

typedef struct GroupEntry
{
	SumGroup   *group;
	uint32		hash;
	char		status;
} GroupEntry;

static bool same_keys(const Groups *groups, const SumGroup *a, const SumGroup *b);

#define SH_PREFIX group_table
#define SH_ELEMENT_TYPE GroupEntry
#define SH_KEY_TYPE SumGroup *
#define SH_KEY group
#define SH_HASH_KEY(table, key) (key)->hash
#define SH_EQUAL(table, a, b) same_keys((const Groups *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static pg_attribute_unused() inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* So many groups are looked through rather than hashed. */
#define FEW_GROUPS	4

/* How the keys of a rollup are found and kept. */
GroupKey *
groups_keys(const RollupDefinition *def)
{
	GroupKey   *keys = palloc0(sizeof(GroupKey) * (def->nkeys + 1));

	for (int i = 0; i < def->nkeys; i++)
	{
		const RollupKey *key = &def->keys[i];
		TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_HASH_PROC);

		if (!OidIsValid(type->hash_proc))
			elog(ERROR, "type %u cannot be hashed", key->type);
		fmgr_info(get_opcode(key->eq), &keys[i].eq);
		fmgr_info(type->hash_proc, &keys[i].hash);
		keys[i].collation = key->collation;
		get_typlenbyval(key->type, &keys[i].length, &keys[i].by_value);
	}
	return keys;
}

/* ------------------------------------------------------------------ groups */

/* Are two values of a key the same bytes, and so surely equal?  Most are, and a call of the operator takes longer. */
static inline bool
is_same_image(const GroupKey *key, Datum a, Datum b)
{
	if (key->by_value)
		return a == b;
	return key->length == -1 && VARSIZE_ANY(DatumGetPointer(a)) == VARSIZE_ANY(DatumGetPointer(b)) &&
		memcmp(DatumGetPointer(a), DatumGetPointer(b), VARSIZE_ANY(DatumGetPointer(a))) == 0;
}

/* Do two changes belong to one group?  NULL keys are equal. */
static bool
same_keys(const Groups *groups, const SumGroup *a, const SumGroup *b)
{
	int			i;

	for (i = 0; i < groups->def->nkeys; i++)
	{
		if (a->nulls[i] != b->nulls[i])
			return false;
		if (!a->nulls[i] && !is_same_image(&groups->keys[i], a->keys[i], b->keys[i]) &&
			!DatumGetBool(FunctionCall2Coll(&groups->keys[i].eq, groups->keys[i].collation, a->keys[i], b->keys[i])))
			return false;
	}
	return true;
}

/* The hash of a group's keys. */
static uint32
hash_keys(const Groups *groups, const SumGroup *group)
{
	uint32		hash = 0;
	int			i;

	for (i = 0; i < groups->def->nkeys; i++)
	{
		hash = pg_rotate_left32(hash, 1);
		if (!group->nulls[i])
			hash ^= DatumGetUInt32(FunctionCall1Coll(&groups->keys[i].hash, groups->keys[i].collation, group->keys[i]));
	}
	return murmurhash32(hash);
}

/* A group that is not known yet. */
static SumGroup *
new_group(Groups *groups, const SumGroup *like)
{
	int			nkeys = groups->def->nkeys;
	MemoryContext old = MemoryContextSwitchTo(groups->context);
	/* in one piece: how many groups fit into memory is what a large statement depends on */
	SumGroup   *group = palloc0(sizeof(SumGroup) + sizeof(GroupSum) * groups->def->ncolumns + (sizeof(Datum) + sizeof(bool)) * nkeys);
	int			i;

	group->hash = like->hash;
	group->sums = (GroupSum *) (group + 1);
	group->keys = (Datum *) (group->sums + groups->def->ncolumns);
	group->nulls = (bool *) (group->keys + nkeys);
	for (i = 0; i < nkeys; i++)
	{
		group->nulls[i] = like->nulls[i];
		group->keys[i] = like->nulls[i] ? (Datum) 0 :
			datumCopy(like->keys[i], groups->keys[i].by_value, groups->keys[i].length);
	}
	if (groups->n == groups->space)
	{
		groups->space = Max(FEW_GROUPS, groups->space * 2);
		groups->group = groups->group == NULL ? palloc(sizeof(SumGroup *) * groups->space) :
			repalloc_huge(groups->group, sizeof(SumGroup *) * groups->space);
	}
	groups->group[groups->n++] = group;
	MemoryContextSwitchTo(old);
	return group;
}

/* The group with these keys; a new one if there is none and one is to be added, else NULL. */
SumGroup *
groups_find(Groups *groups, SumGroup *like, bool add)
{
	bool		found;
	GroupEntry *entry;
	int			i;

	/* one or two rows need no hash, nor a key's hash function */
	like->hash = groups->table ? hash_keys(groups, like) : 0;
	if (groups->table == NULL)
	{
		for (i = 0; i < groups->n; i++)
			if (same_keys(groups, groups->group[i], like))
				return groups->group[i];
		if (!add)
			return NULL;
		if (groups->n < FEW_GROUPS)
			return new_group(groups, like);
		groups->table = group_table_create(groups->context, 64, groups);
		for (i = 0; i < groups->n; i++)
		{
			groups->group[i]->hash = hash_keys(groups, groups->group[i]);
			group_table_insert(groups->table, groups->group[i], &found);
		}
		like->hash = hash_keys(groups, like);
	}
	if (!add)
	{
		entry = group_table_lookup(groups->table, like);
		return entry ? entry->group : NULL;
	}
	entry = group_table_insert(groups->table, like, &found);
	if (!found)
		entry->group = new_group(groups, like);
	return entry->group;
}

/* Forget all groups. */
void
groups_forget(Groups *groups)
{
	MemoryContextReset(groups->context);
	groups->n = groups->space = 0;
	groups->group = NULL;
	groups->table = NULL;
}

/* Have they become too much for memory, as a hash table may take? */
bool
groups_are_large(const Groups *groups)
{
	return groups->table != NULL &&
		MemoryContextMemAllocated(groups->context, true) > work_mem * 1024.0 * hash_mem_multiplier;
}

/* ------------------------------------------------------------------ sums */

/* 128 bits as numeric. */
static Numeric
numeric_of(int128 whole)
{
	Datum		unit;
	Datum		upper;

	if (whole == (int64) whole)
		return int64_to_numeric((int64) whole);
	unit = NumericGetDatum(int64_to_numeric(INT64CONST(1000000000000000000)));
	upper = NumericGetDatum(numeric_of(whole / INT64CONST(1000000000000000000)));
	return DatumGetNumeric(DirectFunctionCall2(numeric_add, DirectFunctionCall2(numeric_mul, upper, unit),
											   NumericGetDatum(int64_to_numeric((int64) (whole % INT64CONST(1000000000000000000))))));
}

/* Has a number so many digits that a sum of some could have more than a numeric can? */
static bool
is_huge(Numeric number)
{
	const uint16 *stored = (const uint16 *) VARDATA(number);

	/* the stored form (see kernel/decimal_numeric.c): only the long one has a weight of its own */
	return (stored[0] & 0x8000) == 0 && (int16) stored[1] > 32700;
}

/* sum := sum + sign * number; a number that came too large is refused, one that goes is not */
void
sum_add_number(Groups *groups, GroupSum *sum, Numeric number, int sign)
{
	MemoryContext old;
	Numeric		was = sum->number;

	if (sign > 0 && is_huge(number))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a number of more than 130800 digits cannot be summed in a rollup")));
	old = MemoryContextSwitchTo(groups->context);
	if (was == NULL)
		was = int64_to_numeric(0);
	sum->number = DatumGetNumeric(DirectFunctionCall2(sign > 0 ? numeric_add : numeric_sub,
													  NumericGetDatum(was), NumericGetDatum(number)));
	pfree(was);
	MemoryContextSwitchTo(old);
}

/* sum := sum + what is stored of another */
void
sum_add_stored(Groups *groups, GroupSum *sum, RollupColumnKind kind, Datum stored)
{
	MemoryContext old;
	Numeric		was = sum->number;

	/* a stored number is short, and becomes a copy: of the caller's context, which is for one row */
	if (kind == ROLLUP_COLUMN_NUMERIC)
		stored = NumericGetDatum(DatumGetNumeric(stored));
	old = MemoryContextSwitchTo(groups->context);
	switch (kind)
	{
		case ROLLUP_COLUMN_COUNT:
		case ROLLUP_COLUMN_INT8:
			sum->whole += DatumGetInt64(stored);
			break;
		case ROLLUP_COLUMN_NUMERIC:
			sum->number = was == NULL ? DatumGetNumericCopy(stored) :
				DatumGetNumeric(DirectFunctionCall2(numeric_add, NumericGetDatum(was), stored));
			if (was != NULL)
				pfree(was);
			break;
		case ROLLUP_COLUMN_SUMMARY:
			sum->wide = wide_add(sum->wide, stored);
			break;
	}
	MemoryContextSwitchTo(old);
}

/* Is a sum zero? */
static bool
is_zero(const GroupSum *sum)
{
	return sum->whole == 0 &&
		(sum->number == NULL ||
		 DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(sum->number), NumericGetDatum(int64_to_numeric(0))))) &&
		wide_is_zero(sum->wide);
}

/* Are all sums of a group zero? */
bool
group_is_zero(const Groups *groups, const SumGroup *group)
{
	for (int i = 0; i < groups->def->ncolumns; i++)
		if (!is_zero(&group->sums[i]))
			return false;
	return true;
}

/* A sum as it is stored. */
Datum
sum_datum(GroupSum *sum, RollupColumnKind kind)
{
	switch (kind)
	{
		case ROLLUP_COLUMN_COUNT:
		case ROLLUP_COLUMN_INT8:
			if (sum->whole != (int64) sum->whole)
				ereport(ERROR,
						(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						 errmsg("bigint out of range")));
			return Int64GetDatum((int64) sum->whole);
		case ROLLUP_COLUMN_NUMERIC:
			if (sum->number == NULL)
				return NumericGetDatum(numeric_of(sum->whole));
			return NumericGetDatum(sum->number);
		case ROLLUP_COLUMN_SUMMARY:
			return wide_datum(sum->wide);
	}
	return (Datum) 0;
}
