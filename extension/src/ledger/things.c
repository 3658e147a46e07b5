/*
 * things.c
 *		What is counted once each, however many records it has.
 *
 * Each thing has the set of its records' profiles.  There are few such sets: they are kept
 * once, and a thing knows the number of its own.  Which set comes of another by one more
 * profile is remembered, so a record costs two looks into hash tables.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_collation_d.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "ledger/things.h"

/* Of sets, for all things of one kind.  The more windows, the more sets: beyond this fewer are counted at once. */
#ifndef MOST_BYTES
#define MOST_BYTES	(256 * 1024 * 1024)
#endif

/* A thing. */
typedef struct Thing
{
	Datum		key;
	uint32		hash;
	char		status;			/* of the hash table */
	int			set;
} Thing;

/* From a set and one more profile to a set. */
typedef struct Step
{
	uint64		from;			/* hash key: set and profile, mixed; these tell it apart: */
	int			set;
	int64		profile;
	int			to;
	char		status;
} Step;

typedef struct ProfileSet
{
	int			n;
	int64	   *profiles;		/* sorted */
	int64		number;			/* of things, when they are counted */
} ProfileSet;

/* A set by what is in it. */
typedef struct SetEntry
{
	const ProfileSet *content;	/* hash key */
	uint32		hash;
	char		status;
	int			set;
} SetEntry;

struct Things
{
	MemoryContext context;
	TypeCacheEntry *type;
	Oid			collation;
	bool		by_bits;		/* equal as bits */
	struct thing_hash *things;
	struct step_hash *steps;
	struct set_hash *known;
	Size		bytes;			/* of the sets, and of the steps to them */
	int			nsets;
	int			room;
	ProfileSet **sets;			/* the first is empty */
	Step		last;			/* the last step: records of one profile come in their turn; from is not set */
};

static uint32 hash_of_key(const Things *things, Datum key);
static bool same_key(const Things *things, Datum one, Datum other);
static uint32 hash_of_set(const ProfileSet *set);
static bool same_set(const ProfileSet *one, const ProfileSet *other);

#define SH_PREFIX thing
#define SH_ELEMENT_TYPE Thing
#define SH_KEY_TYPE Datum
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_of_key((const Things *) (table)->private_data, key)
#define SH_EQUAL(table, a, b) same_key((const Things *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX step
#define SH_ELEMENT_TYPE Step
#define SH_KEY_TYPE uint64
#define SH_KEY from
#define SH_HASH_KEY(table, key) ((uint32) ((key) ^ ((key) >> 32)))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX set
#define SH_ELEMENT_TYPE SetEntry
#define SH_KEY_TYPE const ProfileSet *
#define SH_KEY content
#define SH_HASH_KEY(table, key) hash_of_set(key)
#define SH_EQUAL(table, a, b) same_set(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static uint32
hash_of_key(const Things *things, Datum key)
{
	return things->by_bits ? murmurhash32((uint32) ((uint64) key ^ ((uint64) key >> 32))) :
		DatumGetUInt32(FunctionCall1Coll((FmgrInfo *) &things->type->hash_proc_finfo, things->collation, key));
}

static bool
same_key(const Things *things, Datum one, Datum other)
{
	return things->by_bits ? one == other :
		DatumGetBool(FunctionCall2Coll((FmgrInfo *) &things->type->eq_opr_finfo, things->collation, one, other));
}

static uint32
hash_of_set(const ProfileSet *set)
{
	return hash_bytes((const unsigned char *) set->profiles, sizeof(int64) * set->n);
}

static bool
same_set(const ProfileSet *one, const ProfileSet *other)
{
	return one->n == other->n && memcmp(one->profiles, other->profiles, sizeof(int64) * one->n) == 0;
}

bool
things_can_be(Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_HASH_PROC | TYPECACHE_EQ_OPR);

	return OidIsValid(entry->hash_proc) && OidIsValid(entry->eq_opr);
}

/* The number of a set, which is kept if it is new. */
static int
number_of(Things *things, const ProfileSet *set)
{
	bool		found;
	SetEntry   *entry = set_insert(things->known, set, &found);
	ProfileSet *kept;

	if (found)
		return entry->set;
	things->bytes += sizeof(ProfileSet) + sizeof(int64) * set->n + sizeof(Step) + sizeof(SetEntry);
	if (things->bytes > MOST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too much is to be counted once each at one time")));
	if (things->nsets == things->room)
	{
		things->room *= 2;
		things->sets = repalloc_huge(things->sets, sizeof(ProfileSet *) * things->room);
	}
	kept = palloc(sizeof(ProfileSet));
	*kept = *set;
	kept->profiles = palloc(sizeof(int64) * (set->n + 1));
	if (set->n > 0)
		memcpy(kept->profiles, set->profiles, sizeof(int64) * set->n);
	kept->number = 0;
	things->sets[things->nsets] = kept;
	entry->content = kept;
	entry->set = things->nsets;
	return things->nsets++;
}

Things *
make_things(Oid type, Oid collation)
{
	Things	   *things = palloc0(sizeof(Things));
	ProfileSet	empty = {0};

	things->context = CurrentMemoryContext;
	things->type = lookup_type_cache(type, TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);
	things->collation = OidIsValid(collation) ? collation : things->type->typcollation;
	things->by_bits = things->type->typbyval &&
		(type == INT4OID || type == INT8OID || type == INT2OID || type == DATEOID || type == OIDOID || type == BOOLOID);
	things->things = thing_create(things->context, 1024, things);
	things->steps = step_create(things->context, 64, NULL);
	things->known = set_create(things->context, 64, NULL);
	things->room = 64;
	things->sets = palloc(sizeof(ProfileSet *) * things->room);
	things->last.set = -1;
	(void) number_of(things, &empty);
	return things;
}

/* The set that comes of another by one more profile. */
static int
step_to(Things *things, int from, int64 profile)
{
	const ProfileSet *set = things->sets[from];
	ProfileSet	next = {0};
	int			i;

	for (i = 0; i < set->n && set->profiles[i] < profile; i++)
		;
	if (i < set->n && set->profiles[i] == profile)
		return from;
	next.n = set->n + 1;
	next.profiles = palloc(sizeof(int64) * next.n);
	memcpy(next.profiles, set->profiles, sizeof(int64) * i);
	next.profiles[i] = profile;
	memcpy(next.profiles + i + 1, set->profiles + i, sizeof(int64) * (set->n - i));
	i = number_of(things, &next);
	pfree(next.profiles);
	return i;
}

void
add_thing(Things *things, Datum key, int64 profile)
{
	bool		found;
	Thing	   *thing = thing_insert(things->things, key, &found);
	MemoryContext before;
	Step	   *step;

	if (!found)
	{
		before = MemoryContextSwitchTo(things->context);
		thing->key = datumCopy(key, things->type->typbyval, things->type->typlen);
		thing->set = 0;
		MemoryContextSwitchTo(before);
	}
	if (things->last.set == thing->set && things->last.profile == profile)
	{
		thing->set = things->last.to;
		return;
	}
	before = MemoryContextSwitchTo(things->context);
	step = step_insert(things->steps, hash_combine64((uint64) profile * UINT64CONST(0x9E3779B97F4A7C15), (uint64) thing->set), &found);
	if (!found || step->set != thing->set || step->profile != profile)
	{
		step->set = thing->set;
		step->profile = profile;
		step->to = step_to(things, thing->set, profile);
	}
	things->last = *step;
	thing->set = step->to;
	MemoryContextSwitchTo(before);
}

void
each_set(Things *things, SetCallback callback, void *argument)
{
	thing_iterator i;
	Thing	   *thing;

	if (things == NULL)
		return;
	thing_start_iterate(things->things, &i);
	while ((thing = thing_iterate(things->things, &i)) != NULL)
		things->sets[thing->set]->number++;
	for (int s = 0; s < things->nsets; s++)
		if (things->sets[s]->number > 0)
			callback(argument, things->sets[s]->profiles, things->sets[s]->n, things->sets[s]->number);
}

void
each_thing(Things *things, ThingCallback callback, void *argument)
{
	thing_iterator i;
	Thing	   *thing;

	if (things == NULL)
		return;
	thing_start_iterate(things->things, &i);
	while ((thing = thing_iterate(things->things, &i)) != NULL)
		callback(argument, things->sets[thing->set]->profiles, things->sets[thing->set]->n, thing->key);
}
