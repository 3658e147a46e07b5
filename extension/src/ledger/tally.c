/*
 * tally.c
 *		How many records there are of each profile, and what some whole numbers of them add up to.
 *
 * The groups of a scan are few, and what is grouped is one number: to find the group of a record here takes a third of what
 * GROUP BY does.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "utils/memutils.h"

#include "ledger/profile.h"
#include "ledger/tally.h"

typedef struct TallyEntry
{
	int64		profile;		/* hash key */
	char		status;
	TallyGroup *group;
} TallyEntry;

#define SH_PREFIX tally
#define SH_ELEMENT_TYPE TallyEntry
#define SH_KEY_TYPE int64
#define SH_KEY profile
#define SH_HASH_KEY(table, key) profile_hash(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Tally
{
	MemoryContext context;
	int			nsums;
	tally_hash *groups;
	TallyGroup *last;			/* records of one profile often come together */
} Tally;

static Tally *
make_tally(MemoryContext context, int nsums)
{
	Tally	   *tally = MemoryContextAllocZero(context, sizeof(Tally));

	tally->context = context;
	tally->nsums = nsums;
	tally->groups = tally_create(context, 32, NULL);
	return tally;
}

static TallyGroup *
find_group(Tally *tally, int64 profile)
{
	bool		found;
	TallyEntry *entry;

	if (tally->last != NULL && tally->last->profile == profile)
		return tally->last;
	entry = tally_insert(tally->groups, profile, &found);
	if (!found)
	{
		entry->group = MemoryContextAllocZero(tally->context, tally_group_size(tally->nsums));
		entry->group->profile = profile;
	}
	return tally->last = entry->group;
}

static void
add_group(Tally *tally, const TallyGroup *other)
{
	TallyGroup *group = find_group(tally, other->profile);

	group->records += other->records;
	for (int s = 0; s < tally->nsums; s++)
		add_sum(&group->sums[s], &other->sums[s]);
}

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "a tally is an aggregate's");
	return context;
}

/* emgov_internal.tally_step(internal, VARIADIC "any") -> internal: of bigint, the profile, then what is added up */
PG_FUNCTION_INFO_V1(emgov_tally_step);
Datum
emgov_tally_step(PG_FUNCTION_ARGS)
{
	Tally	   *tally = PG_ARGISNULL(0) ? NULL : (Tally *) PG_GETARG_POINTER(0);
	TallyGroup *group;

	if (tally == NULL)
	{
		for (int i = 1; i < PG_NARGS(); i++)
			if (get_fn_expr_argtype(fcinfo->flinfo, i) != INT8OID)
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("a tally is of numbers of type bigint")));
		tally = make_tally(aggregate_context(fcinfo), PG_NARGS() - 2);
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(tally);
	group = find_group(tally, PG_GETARG_INT64(1));
	group->records++;
	for (int s = 0; s < tally->nsums; s++)
		if (!PG_ARGISNULL(2 + s))
			add_to_sum(&group->sums[s], PG_GETARG_INT64(2 + s));
	PG_RETURN_POINTER(tally);
}

/* emgov_internal.tally_combine(internal, internal) -> internal */
PG_FUNCTION_INFO_V1(emgov_tally_combine);
Datum
emgov_tally_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	Tally	   *tally = PG_ARGISNULL(0) ? NULL : (Tally *) PG_GETARG_POINTER(0);
	const Tally *other = PG_ARGISNULL(1) ? NULL : (const Tally *) PG_GETARG_POINTER(1);
	tally_iterator i;
	TallyEntry *entry;

	if (other == NULL)
	{
		if (tally == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(tally);
	}
	if (tally == NULL)
		tally = make_tally(context, other->nsums);
	tally_start_iterate(other->groups, &i);
	while ((entry = tally_iterate(other->groups, &i)) != NULL)
		add_group(tally, entry->group);
	PG_RETURN_POINTER(tally);
}

/* emgov_internal.tally_bytes(internal) -> bytea: the number of sums, then the groups */
PG_FUNCTION_INFO_V1(emgov_tally_bytes);
Datum
emgov_tally_bytes(PG_FUNCTION_ARGS)
{
	const Tally *tally = (const Tally *) PG_GETARG_POINTER(0);
	Size		size = tally_group_size(tally->nsums);
	Size		total = VARHDRSZ + sizeof(int32) + size * tally->groups->members;
	bytea	   *bytes;
	char	   *at;
	tally_iterator i;
	TallyEntry *entry;

	(void) aggregate_context(fcinfo);
	bytes = palloc(total);
	SET_VARSIZE(bytes, total);
	memcpy(VARDATA(bytes), &tally->nsums, sizeof(int32));
	at = VARDATA(bytes) + sizeof(int32);
	tally_start_iterate(tally->groups, &i);
	while ((entry = tally_iterate(tally->groups, &i)) != NULL)
	{
		memcpy(at, entry->group, size);
		at += size;
	}
	PG_RETURN_BYTEA_P(bytes);
}

/* emgov_internal.tally_read(bytea, internal) -> internal */
PG_FUNCTION_INFO_V1(emgov_tally_read);
Datum
emgov_tally_read(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	const char *at = VARDATA_ANY(bytes);
	const char *end = at + VARSIZE_ANY_EXHDR(bytes);
	int32		nsums;
	Tally	   *tally;
	TallyGroup *group;

	memcpy(&nsums, at, sizeof(int32));
	tally = make_tally(context, nsums);
	group = palloc(tally_group_size(nsums));
	for (at += sizeof(int32); at < end; at += tally_group_size(nsums))
	{
		memcpy(group, at, tally_group_size(nsums));
		add_group(tally, group);
	}
	PG_RETURN_POINTER(tally);
}
