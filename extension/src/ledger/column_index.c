/*
 * column_index.c
 *		An index that gives rows in the order of a column.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_index.h"
#include "utils/rel.h"

#include "ledger/column_index.h"

Oid
index_of_column(Relation relation, AttrNumber column)
{
	List	   *indexes = RelationGetIndexList(relation);
	ListCell   *cell;
	Oid			result = InvalidOid;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indkey.values[0] == column &&
			index->rd_opcintype[0] == TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid &&
			index->rd_index->indisvalid && (index->rd_indoption[0] & INDOPTION_DESC) == 0 &&
			!index->rd_index->indcheckxmin && heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL))
			result = lfirst_oid(cell);
		index_close(index, NoLock);
		if (OidIsValid(result))
			break;
	}
	list_free(indexes);
	return result;
}
