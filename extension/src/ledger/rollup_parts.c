/*
 * rollup_parts.c
 *		The rows that a rollup is made of, as they lie.
 *
 * A scan groups by what its indicators ask, and needs no rows that are grouped by the
 * rollup's keys before.  The sums of total and delta are those of the rollup, whatever
 * they are grouped by.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_type_d.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "ledger/rollup.h"
#include "ledger/rows.h"
#include "rollup/rollup.h"

/* An index is worth its while for few days of many: its rows lie anywhere. */
#define MANY_BLOCKS		64
#define FEW_DAYS		8		/* one in so many */

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

/* An index by a column first, of all rows; InvalidOid when there is none. */
static Oid
index_by(Relation relation, AttrNumber column)
{
	List	   *indexes = RelationGetIndexList(relation);
	Oid			result = InvalidOid;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indisvalid && index->rd_index->indkey.values[0] == column &&
			index->rd_opcintype[0] == DATEOID && RelationGetIndexPredicate(index) == NIL)
			result = RelationGetRelid(index);
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	return result;
}

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

static void
put_slot(RowsOut *out, TupleTableSlot *slot, const AttrNumber *columns)
{
	TupleDesc	desc = rows_descriptor(out);
	Datum		values[MaxTupleAttributeNumber];
	bool		nulls[MaxTupleAttributeNumber];

	for (int i = 0; i < desc->natts; i++)
		values[i] = slot_getattr(slot, columns[i], &nulls[i]);
	put_row(out, values, nulls);
}

static void
read_part(RowsOut *out, Oid relid, const Days *days)
{
	Relation	relation = table_open(relid, AccessShareLock);
	AttrNumber *columns = part_columns(relation, rows_descriptor(out));
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	AttrNumber	day = days->key ? get_attnum(relid, days->key) : InvalidAttrNumber;
	Oid			by_index = InvalidOid;
	ScanKeyData keys[2];
	int			nkeys = 0;

	if (day > 0 && TupleDescAttr(RelationGetDescr(relation), day - 1)->atttypid == DATEOID)
	{
		by_index = RelationGetNumberOfBlocks(relation) > MANY_BLOCKS ? index_by(relation, day) : InvalidOid;
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
			put_slot(out, slot, columns);
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
			put_slot(out, slot, columns);
		}
		table_endscan(scan);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_close(relation, AccessShareLock);
}

/*
 * emgov_internal.rollup_parts(view regclass, key text, since date, before date) -> setof record
 *
 * The rows of total and delta, the columns by the names that the call gives them: all, or those whose key is not before
 * since and before before, as far as these are not NULL.  For scans, and for whoever may read the rollup.
 */
PG_FUNCTION_INFO_V1(emgov_rollup_parts);
Datum
emgov_rollup_parts(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Days		days = {.open = {PG_ARGISNULL(2), PG_ARGISNULL(3)}};
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
	read_part(out, rollup.total, &days);
	read_part(out, rollup.delta, &days);
	PG_RETURN_NULL();
}
