/*
 * unwritten.c
 *		Sources that nobody has written to since a moment.
 *
 * A kept table has an index by kept_since, and its history one by known_to: whether a row came or a version ended after a
 * moment is a step in each, and no version begins but where one of these is.  A view that the extension ships says
 * nothing but what the kept tables behind it say.  Of any
 * other relation it cannot be told; nor of a table that whoever asks may not read as a whole.  Rows that were dated back
 * are not found: what was published by a moment is safe from them (moment.c).
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "ledger/catalog_memory.h"
#include "ledger/column_index.h"
#include "ledger/kept.h"
#include "ledger/kept_plan.h"

/* Has a table a row that is later than a moment in a column?  Also where that cannot be told. */
static bool
has_later(Relation relation, const char *column, Datum moment)
{
	AttrNumber	number = get_attnum(RelationGetRelid(relation), column);
	Oid			by_index = number > 0 ? index_of_column(relation, number) : InvalidOid;
	Relation	index;
	TupleTableSlot *slot;
	IndexScanDesc scan;
	ScanKeyData key;
	bool		result;

	if (!OidIsValid(by_index) || TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid != TIMESTAMPTZOID ||
		pg_class_aclcheck(RelationGetRelid(relation), GetUserId(), ACL_SELECT) != ACLCHECK_OK ||
		check_enable_rls(RelationGetRelid(relation), InvalidOid, true) == RLS_ENABLED)
		return true;
	index = index_open(by_index, AccessShareLock);
	slot = table_slot_create(relation, NULL);
	ScanKeyInit(&key, 1, BTGreaterStrategyNumber, F_TIMESTAMPTZ_GT, moment);
	scan = begin_index_scan(relation, index, GetActiveSnapshot(), 1);
	index_rescan(scan, &key, 1, NULL, 0);
	result = index_getnext_slot(scan, ForwardScanDirection, slot);
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, AccessShareLock);
	return result;
}

/* Has a version in a kept table begun or ended after a moment? */
static bool
is_written(Oid relid, Datum moment)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Relation	history;
	bool		result;

	if (relation == NULL)
		return true;
	history = relation->rd_rel->relkind == RELKIND_RELATION && OidIsValid(kept_history(relation)) ?
		table_open(kept_history(relation), AccessShareLock) : NULL;
	result = history == NULL || has_later(relation, KEPT_SINCE, moment) || has_later(history, KNOWN_TO, moment);
	if (history != NULL)
		table_close(history, AccessShareLock);
	relation_close(relation, AccessShareLock);
	return result;
}

/* The kept tables behind a source, remembered: an array; one of InvalidOid where it says more than they do. */
static const ArrayType *
tables_behind(Oid ledger, Oid relid)
{
	static CatalogMemory memory = {.name = "emgov tables behind sources"};
	static const char *const query = "SELECT coalesce(emgov_internal.kept_behind($1, $2), '{0}')::oid[]";
	static const Oid types[] = {REGNAMESPACEOID, REGCLASSOID};
	static const bool nulls[] = {false, false};
	const Datum values[] = {ObjectIdGetDatum(ledger), ObjectIdGetDatum(relid)};
	ArrayType **place = (ArrayType **) remembered(&memory, relid, ledger);

	if (*place == NULL)
	{
		MemoryContext before;
		bool		is_null;

		(void) run_kept(query, lengthof(types), types, values, nulls, NULL);
		place = (ArrayType **) remembered(&memory, relid, ledger);
		before = MemoryContextSwitchTo(memory.context);
		*place = DatumGetArrayTypePCopy(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
		MemoryContextSwitchTo(before);
		SPI_freetuptable(SPI_tuptable);
	}
	return *place;
}

PG_FUNCTION_INFO_V1(emgov_unwritten);

/*
 * emgov_internal.unwritten(ledger regnamespace, sources regclass[], since timestamptz) returns regclass[]
 *
 * Those of the sources, NULL left out, behind which nothing was written after that moment.
 */
Datum
emgov_unwritten(PG_FUNCTION_ARGS)
{
	Oid			ledger = PG_GETARG_OID(0);
	Datum		moment = PG_GETARG_DATUM(2);
	List	   *written = NIL,
			   *unwritten = NIL;
	Datum	   *sources,
			   *found;
	bool	   *nulls;
	int			n,
				nfound = 0;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &sources, &nulls, &n);
	found = palloc(sizeof(Datum) * (n + 1));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int i = 0; i < n; i++)
	{
		const ArrayType *behind = nulls[i] ? NULL : tables_behind(ledger, DatumGetObjectId(sources[i]));
		bool		is_unwritten = behind != NULL && ARR_NDIM(behind) == 1;

		for (int t = 0; is_unwritten && t < ARR_DIMS(behind)[0]; t++)
		{
			Oid			relid = ((const Oid *) ARR_DATA_PTR(behind))[t];

			if (list_member_oid(unwritten, relid))
				continue;
			is_unwritten = !list_member_oid(written, relid) && !is_written(relid, moment);
			if (is_unwritten)
				unwritten = lappend_oid(unwritten, relid);
			else
				written = lappend_oid(written, relid);
		}
		if (is_unwritten)
			found[nfound++] = sources[i];
	}
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(construct_array(found, nfound, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}
