/*
 * rollup_parts.c
 *		The rows that a rollup is made of, as they lie.
 *
 * A scan groups by what its indicators ask, and needs no rows that are grouped by the
 * rollup's keys before.  The sums of total and delta are those of the rollup, whatever
 * they are grouped by.
 *
 * Where the scan asks of a day only between which bounds it is, rows that differ in nothing
 * else are added up here, at a fraction of what a row costs further up.  So a rollup by day
 * takes hardly longer than one by month would, and serves any period.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "ledger/column_index.h"
#include "ledger/profile.h"
#include "ledger/rollup.h"
#include "rollup/rollup.h"
#include "rows.h"

/* An index is worth its while for few days of many: its rows lie anywhere. */
#define MANY_BLOCKS		64
#define FEW_DAYS		8		/* one in so many */

/* Rows that are added up wait in memory; beyond this they go on as they are. */
#define MOST_GROUPS		10000

/* The rollup that a scan of this session reads just now: nobody else reads parts. */
static Oid	read_by_scan = InvalidOid;

Oid
read_rollup_parts(Oid view)
{
	Oid			before = read_by_scan;

	read_by_scan = view;
	return before;
}

/* Which rows are wanted: those of some days of a key. */
typedef struct Days
{
	const char *key;			/* NULL: all rows */
	Datum		bounds[2];
	bool		open[2];
} Days;

/* Rows that are added up; those of one hash follow one another. */
typedef struct SumsGroup
{
	uint32		hash;
	int			segment;		/* of its day */
	Datum	   *values;			/* the day is that of one of its rows */
	bool	   *nulls;
	struct SumsGroup *next;
} SumsGroup;

typedef struct GroupsEntry
{
	uint32		hash;			/* hash key */
	char		status;
	SumsGroup  *first;
} GroupsEntry;

#define SH_PREFIX groups
#define SH_ELEMENT_TYPE GroupsEntry
#define SH_KEY_TYPE uint32
#define SH_KEY hash
#define SH_HASH_KEY(table, key) (key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Adding
{
	RowsOut    *out;
	const DateADT *bounds;		/* NULL: nothing is added up */
	int			nbounds;
	int			day;			/* the column that it is among those given; -1: none */
	int			nkeys;			/* the others */
	int		   *keys;
	int			nsums;
	int		   *sums;
	MemoryContext context;
	struct groups_hash *groups;
	int			ngroups;
} Adding;

/* Are the days wanted few of those that there are? */
static bool
are_few(Relation relation, Oid by_index, AttrNumber column, const Days *days, TupleTableSlot *slot)
{
	static const ScanDirection directions[] = {ForwardScanDirection, BackwardScanDirection};
	Relation	index = index_open(by_index, AccessShareLock);
	int64		ends[2] = {0, 0};
	int64		bounds[2];

	for (int i = 0; i < 2; i++)
	{
		ScanKeyData key;
		IndexScanDesc scan = begin_index_scan(relation, index, GetActiveSnapshot(), 1);
		bool		is_null;

		ScanKeyEntryInitialize(&key, SK_ISNULL | SK_SEARCHNOTNULL, 1, InvalidStrategy, InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
		index_rescan(scan, &key, 1, NULL, 0);
		if (index_getnext_slot(scan, directions[i], slot))
			ends[i] = DatumGetDateADT(slot_getattr(slot, column, &is_null));
		index_endscan(scan);
		bounds[i] = days->open[i] ? ends[i] : DatumGetDateADT(days->bounds[i]);
	}
	index_close(index, AccessShareLock);
	return (Min(bounds[1], ends[1]) - Max(bounds[0], ends[0])) * FEW_DAYS < ends[1] - ends[0];
}

/* The columns of a part that are given, by number; they must be of the types that are wanted. */
static AttrNumber *
part_columns(Relation relation, TupleDesc wanted)
{
	AttrNumber *columns = palloc(sizeof(AttrNumber) * wanted->natts);

	for (int i = 0; i < wanted->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(wanted, i);

		columns[i] = get_attnum(RelationGetRelid(relation), NameStr(column->attname));
		if (columns[i] <= 0 || TupleDescAttr(RelationGetDescr(relation), columns[i] - 1)->atttypid != column->atttypid)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("\"%s\" is no part of that rollup", RelationGetRelationName(relation))));
	}
	return columns;
}

/* A column of a part is a sum, or a key. */
static bool
is_sum(Form_pg_attribute column)
{
	return NameStr(column->attname)[0] != 'k';
}

static uint32
hash_of_row(const Adding *adding, const Datum *values, const bool *nulls, int segment)
{
	TupleDesc	desc = rows_descriptor(adding->out);
	uint32		hash = murmurhash32((uint32) segment);

	for (int k = 0; k < adding->nkeys; k++)
	{
		int			i = adding->keys[k];
		Form_pg_attribute column = TupleDescAttr(desc, i);

		hash = hash_combine(hash, nulls[i] ? 0 : datum_image_hash(values[i], column->attbyval, column->attlen));
	}
	return hash;
}

/* Do a group and a row differ in nothing but sums and days of one segment?  What is NULL, and no sum, stays apart. */
static bool
is_of_group(const Adding *adding, const SumsGroup *group, const Datum *values, const bool *nulls, int segment)
{
	TupleDesc	desc = rows_descriptor(adding->out);

	if (group->segment != segment)
		return false;
	for (int k = 0; k < adding->nkeys; k++)
	{
		int			i = adding->keys[k];
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (group->nulls[i] != nulls[i] || (!nulls[i] && !datum_image_eq(group->values[i], values[i], column->attbyval, column->attlen)))
			return false;
	}
	for (int k = 0; k < adding->nsums; k++)
		if (group->nulls[adding->sums[k]] || nulls[adding->sums[k]])
			return false;
	return true;
}

/* Add a row to a group; false, and nothing is added, when a sum would not fit. */
static bool
add_to_group(const Adding *adding, SumsGroup *group, const Datum *values)
{
	TupleDesc	desc = rows_descriptor(adding->out);
	int64		sum;

	for (int k = 0; k < adding->nsums; k++)
	{
		int			i = adding->sums[k];

		if (TupleDescAttr(desc, i)->atttypid == INT8OID && pg_add_s64_overflow(DatumGetInt64(group->values[i]), DatumGetInt64(values[i]), &sum))
			return false;
	}
	for (int k = 0; k < adding->nsums; k++)
	{
		int			i = adding->sums[k];
		Datum		was = group->values[i];

		if (TupleDescAttr(desc, i)->atttypid == INT8OID)
			group->values[i] = Int64GetDatum(DatumGetInt64(was) + DatumGetInt64(values[i]));
		else
		{
			group->values[i] = DirectFunctionCall2(numeric_add, was, values[i]);
			pfree(DatumGetPointer(was));
		}
	}
	return true;
}

/* A row of a part goes into its group, or on as it is. */
static void
add_row(Adding *adding, Datum *values, bool *nulls)
{
	TupleDesc	desc = rows_descriptor(adding->out);
	MemoryContext before;
	int			segment = nulls[adding->day] ? PROFILE_NO_DAY : profile_segment_of(adding->bounds, adding->nbounds, DatumGetDateADT(values[adding->day]));
	uint32		hash = hash_of_row(adding, values, nulls, segment);
	GroupsEntry *entry = groups_lookup(adding->groups, hash);
	SumsGroup  *group = entry ? entry->first : NULL;
	bool		found;

	while (group != NULL && !is_of_group(adding, group, values, nulls, segment))
		group = group->next;
	before = MemoryContextSwitchTo(adding->context);
	if (group != NULL ? !add_to_group(adding, group, values) : adding->ngroups == MOST_GROUPS)
		put_row(adding->out, values, nulls);
	else if (group == NULL)
	{
		group = palloc(sizeof(SumsGroup));
		group->segment = segment;
		group->values = palloc(sizeof(Datum) * desc->natts);
		group->nulls = palloc(sizeof(bool) * desc->natts);
		for (int i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute column = TupleDescAttr(desc, i);

			group->nulls[i] = nulls[i];
			group->values[i] = nulls[i] ? (Datum) 0 : datumCopy(values[i], column->attbyval, column->attlen);
		}
		entry = groups_insert(adding->groups, hash, &found);
		group->next = found ? entry->first : NULL;
		entry->first = group;
		adding->ngroups++;
	}
	MemoryContextSwitchTo(before);
}

static void
put_groups(const Adding *adding)
{
	groups_iterator i;
	GroupsEntry *entry;

	groups_start_iterate(adding->groups, &i);
	while ((entry = groups_iterate(adding->groups, &i)) != NULL)
		for (SumsGroup *group = entry->first; group != NULL; group = group->next)
			put_row(adding->out, group->values, group->nulls);
}

/* What is asked for, of days between bounds; nothing is added up that has sums of other types, which no sum has. */
static Adding
begin_adding(RowsOut *out, const Days *days, ArrayType *bounds)
{
	TupleDesc	desc = rows_descriptor(out);
	Adding		adding = {.out = out, .day = -1};

	if (bounds == NULL || days->key == NULL || ARR_NDIM(bounds) != 1 || ARR_HASNULL(bounds) || ARR_ELEMTYPE(bounds) != DATEOID)
		return adding;
	adding.keys = palloc(sizeof(int) * desc->natts);
	adding.sums = palloc(sizeof(int) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (strcmp(NameStr(column->attname), days->key) == 0 && column->atttypid == DATEOID)
			adding.day = i;
		else if (!is_sum(column))
			adding.keys[adding.nkeys++] = i;
		else if (column->atttypid == INT8OID || column->atttypid == NUMERICOID)
			adding.sums[adding.nsums++] = i;
		else
			return adding;
	}
	if (adding.day < 0)
		return adding;
	adding.bounds = (const DateADT *) ARR_DATA_PTR(bounds);
	adding.nbounds = ARR_DIMS(bounds)[0];
	adding.context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollup's groups", ALLOCSET_DEFAULT_SIZES);
	adding.groups = groups_create(adding.context, 256, NULL);
	return adding;
}

static void
put_slot(Adding *adding, TupleTableSlot *slot, const AttrNumber *columns)
{
	TupleDesc	desc = rows_descriptor(adding->out);
	Datum		values[MaxTupleAttributeNumber];
	bool		nulls[MaxTupleAttributeNumber];

	for (int i = 0; i < desc->natts; i++)
		values[i] = slot_getattr(slot, columns[i], &nulls[i]);
	if (adding->bounds != NULL)
		add_row(adding, values, nulls);
	else
		put_row(adding->out, values, nulls);
}

static void
read_part(Adding *adding, Oid relid, const Days *days)
{
	Relation	relation = table_open(relid, AccessShareLock);
	AttrNumber *columns = part_columns(relation, rows_descriptor(adding->out));
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	AttrNumber	day = days->key ? get_attnum(relid, days->key) : InvalidAttrNumber;
	Oid			by_index = InvalidOid;
	ScanKeyData keys[2];
	int			nkeys = 0;

	if (day > 0 && TupleDescAttr(RelationGetDescr(relation), day - 1)->atttypid == DATEOID)
	{
		by_index = RelationGetNumberOfBlocks(relation) > MANY_BLOCKS ? index_of_column(relation, day) : InvalidOid;
		if (OidIsValid(by_index) && !are_few(relation, by_index, day, days, slot))
			by_index = InvalidOid;
		for (int i = 0; i < 2; i++)
			if (!days->open[i])
				ScanKeyInit(&keys[nkeys++], OidIsValid(by_index) ? 1 : day, i == 0 ? BTGreaterEqualStrategyNumber : BTLessStrategyNumber,
							i == 0 ? F_DATE_GE : F_DATE_LT, days->bounds[i]);
	}
	if (OidIsValid(by_index))
	{
		Relation	index = index_open(by_index, AccessShareLock);
		IndexScanDesc scan = begin_index_scan(relation, index, GetActiveSnapshot(), nkeys);

		index_rescan(scan, keys, nkeys, NULL, 0);
		while (index_getnext_slot(scan, ForwardScanDirection, slot))
		{
			CHECK_FOR_INTERRUPTS();
			put_slot(adding, slot, columns);
		}
		index_endscan(scan);
		index_close(index, AccessShareLock);
	}
	else
	{
		TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), nkeys, keys);

		while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
		{
			CHECK_FOR_INTERRUPTS();
			put_slot(adding, slot, columns);
		}
		table_endscan(scan);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_close(relation, AccessShareLock);
}

/*
 * emgov_internal.rollup_parts(view regclass, key text, since date, before date, bounds date[]) -> setof record
 *
 * The rows of total and delta, the columns by the names that the call gives them: all, or those whose key is not before
 * since and before before, as far as these are not NULL.  With bounds, which are sorted, rows whose keys lie between the same
 * two bounds may come as one, with the key of one of them.  For scans, and for whoever may read the rollup.
 */
PG_FUNCTION_INFO_V1(emgov_rollup_parts);
Datum
emgov_rollup_parts(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Days		days = {.open = {PG_ARGISNULL(2), PG_ARGISNULL(3)}};
	Adding		adding;
	Rollup		rollup;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_GETARG_OID(0) != read_by_scan || pg_class_aclcheck(PG_GETARG_OID(0), GetUserId(), ACL_SELECT) != ACLCHECK_OK ||
		!rollup_by_part(PG_GETARG_OID(0), &rollup) || rollup.view != PG_GETARG_OID(0))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the parts of a rollup are read by figures alone"),
				 errhint("The rollup itself is a view.")));
	if (!PG_ARGISNULL(1))
		days.key = text_to_cstring(PG_GETARG_TEXT_PP(1));
	for (int i = 0; i < 2; i++)
		days.bounds[i] = PG_GETARG_DATUM(2 + i);
	adding = begin_adding(out, &days, PG_ARGISNULL(4) ? NULL : PG_GETARG_ARRAYTYPE_P(4));
	read_part(&adding, rollup.total, &days);
	read_part(&adding, rollup.delta, &days);
	if (adding.bounds != NULL)
	{
		put_groups(&adding);
		MemoryContextDelete(adding.context);
	}
	PG_RETURN_NULL();
}
