/*
 * history_partitions.c
 *		A kept table is kept as a whole while partitions of it come and go.
 *
 * Before such a command what it changes is locked, and one that goes concurrently is taken out of what reads the past of the whole;
 * after it partitions that came are kept, and what reads the past is made anew (history_partitions.sql).  Who may come back, and who
 * publishes meanwhile, is in partitions.c.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "ledger/history_ddl.h"
#include "ledger/partitions.h"
#include "locks.h"
#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(emgov_partition_tree);

/* emgov_internal.partition_tree(relation regclass) returns regclass[]: see history_partitions.sql. */
Datum
emgov_partition_tree(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	List	   *tree = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? find_all_inheritors(relid, NoLock, NULL) : list_make1_oid(relid);
	Datum	   *elements = palloc(sizeof(Datum) * list_length(tree));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, tree)
		elements[n++] = ObjectIdGetDatum(lfirst_oid(cell));
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}

/*
 * Make anew what reads the past of all partitions, of a table and of those below it that are kept so; without columns
 * that go.  While a dump is being restored there are no keys yet.
 */
void
history_make_partitions_past(Oid relid, List *gone)
{
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE)
			history_run_as_owner("SELECT emgov_internal.make_partitions_past($1, $3) WHERE emgov_internal.partitions_kept($1) AND emgov_internal.key_columns($1) IS NOT NULL",
						 lfirst_oid(cell), NIL, gone);
}

/* Before a partitioned table is given to another owner: so is what reads the past of all its partitions, for it is told by its owner. */
void
history_before_owner(RangeVar *name, RoleSpec *owner)
{
	/* if the user may not, the command itself says so */
	Oid			relid = rollup_lock_own(name, AccessExclusiveLock);

	if (OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE)
		history_run("SELECT emgov_internal.place_partitions_past($1, $2[1])", relid, history_names(list_make1(get_rolespec_name(owner))), history_names(NIL));
}

/* The outermost table, of those that a table is a partition of, and itself unless it is left out, whose partitions are kept; InvalidOid if none is. */
static Oid
kept_whole(Oid relid, bool itself)
{
	Oid			types[] = {REGCLASSOID, BOOLOID};
	Datum		values[] = {ObjectIdGetDatum(relid), BoolGetDatum(itself)};
	Datum		whole;
	bool		isnull;

	history_read("SELECT emgov_internal.kept_whole($1, $2)", lengthof(types), types, values);
	whole = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return isnull ? InvalidOid : DatumGetObjectId(whole);
}

/* What is taken out of a partitioned table: one that is partitioned itself is kept as a whole, as its owner. */
static void
keep_detached(Oid whole, Oid partition)
{
	if (get_rel_relkind(partition) == RELKIND_PARTITIONED_TABLE)
		history_run_as_owner("SELECT emgov_internal.keep_detached($2[1]::pg_catalog.oid, $1)", partition, list_make1(psprintf("%u", whole)), NIL);
}

/*
 * What reads the past of a whole names the rows of its partitions, and the server looks at a table to know its rows, unless it knows
 * them already.  Whoever has locked one, and may want the whole next, is waited for before the whole is locked.
 */
static void
know_rows(Oid whole)
{
	ListCell   *cell;

	if (!OidIsValid(whole))
		return;
	foreach(cell, find_all_inheritors(whole, NoLock, NULL))
	{
		LockRelationOid(lfirst_oid(cell), AccessShareLock);
		if (OidIsValid(get_rel_type_id(lfirst_oid(cell))))
		{
			TupleDesc	rows = lookup_rowtype_tupdesc(get_rel_type_id(lfirst_oid(cell)), -1);

			ReleaseTupleDesc(rows);
		}
		UnlockRelationOid(lfirst_oid(cell), AccessShareLock);
	}
}

/*
 * A table and those that it is a partition of, the outermost first, locked in that order, the table itself in this mode, or not.
 * Whoever changes partitions of a kept table, and writes what reads their past, takes these locks first; whoever waited for them reads
 * anew what is a partition of what.
 */
static List *
lock_wholes(Oid relid, LOCKMODE mode)
{
	List	   *locked = NIL;
	List	   *wholes;
	ListCell   *cell;

	for (;;)
	{
		wholes = NIL;
		if (get_rel_relispartition(relid))
			foreach(cell, get_partition_ancestors(relid))
				wholes = lcons_oid(lfirst_oid(cell), wholes);
		wholes = lappend_oid(wholes, relid);
		if (equal(wholes, locked))
			return wholes;
		foreach(cell, wholes)
			if (lfirst_oid(cell) != relid)
				LockRelationOid(lfirst_oid(cell), ShareUpdateExclusiveLock);
			else if (mode != NoLock)
				LockRelationOid(relid, mode);
		locked = wholes;
	}
}

/*
 * Before a command on a table that is partitioned, or a partition, and kept: what reads the past of the whole is made anew after it, by one
 * command after the other.
 */
void
history_know_partitions(RangeVar *name)
{
	Oid			relid = name == NULL ? InvalidOid : RangeVarGetRelid(name, NoLock, true);

	Oid			whole;

	/* if the user may not, the command itself says so */
	if (!OidIsValid(relid) || (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE && !get_rel_relispartition(relid)) ||
		!relation_ownercheck(relid, GetUserId()) || !OidIsValid(whole = kept_whole(relid, true)))
		return;
	know_rows(whole);
	(void) lock_wholes(relid, get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? ShareUpdateExclusiveLock : NoLock);
}

/* The partitioned table that a command names, and whose partitions are kept, if the user may alter it; else the command itself says so, and InvalidOid. */
static Oid
named_whole(RangeVar *name)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);

	return OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE && relation_ownercheck(relid, GetUserId()) &&
		OidIsValid(kept_whole(relid, true)) ? relid : InvalidOid;
}

/*
 * Before a partition of a table comes or goes.  One that goes concurrently is gone when the command's first transaction ends,
 * and that is this one.
 */
void
history_before_partition(RangeVar *name, const AlterTableCmd *cmd)
{
	Oid			relid = named_whole(name);
	const PartitionCmd *moved = castNode(PartitionCmd, cmd->def);
	bool		concurrently = cmd->subtype == AT_DetachPartition && moved->concurrent;
	Oid			partition;
	List	   *wholes;
	ListCell   *cell;

	if (!OidIsValid(relid))
		return;
	know_rows(kept_whole(relid, true));
	/* whoever publishes from it reads it: none of these locks is in his way while this waits for him */
	wholes = lock_wholes(relid, ShareUpdateExclusiveLock);
	partition_moves(relid);
	if (!concurrently || RangeVarGetRelid(name, NoLock, true) != relid || !OidIsValid(partition = RangeVarGetRelid(moved->name, NoLock, true)) ||
		!get_rel_relispartition(partition) || !list_member_oid(get_partition_ancestors(partition), relid))
		return;
	/* while it is half gone it is nobody's partition, and what comes below it is kept */
	keep_detached(relid, partition);
	partition_goes(relid, partition, false);
	foreach(cell, wholes)
		history_run_as_owner("SELECT emgov_internal.make_partitions_past($1, $3, $2[1]::pg_catalog.oid) WHERE emgov_internal.partitions_kept($1) AND emgov_internal.key_columns($1) IS NOT NULL",
					 lfirst_oid(cell), list_make1(psprintf("%u", partition)), NIL);
}

/*
 * Before CREATE TABLE … PARTITION OF.  Who publishes from the whole does not know the partition yet: he waits for whoever writes to the
 * whole, and that is this transaction from now on, for it may write rows.
 */
void
history_before_new_partition(CreateStmt *stmt)
{
	Oid			relid = stmt->partbound != NULL && list_length(stmt->inhRelations) == 1 ? named_whole(linitial(stmt->inhRelations)) : InvalidOid;
	ListCell   *cell;

	if (!OidIsValid(relid))
		return;
	know_rows(kept_whole(relid, true));
	foreach(cell, lock_wholes(relid, AccessExclusiveLock))
		(void) lock_writer(lfirst_oid(cell));
}

/* The table that is named where tables are dropped; InvalidOid if there is none. */
static Oid
dropped_table(void *name)
{
	return RangeVarGetRelid(makeRangeVarFromNameList(name), NoLock, true);
}

/* Before DROP TABLE: a partition of a kept table is not dropped without it. */
void
history_refuse_partitions(DropStmt *stmt)
{
	List	   *tables = NIL;
	ListCell   *cell;

	foreach(cell, stmt->objects)
		tables = lappend_oid(tables, dropped_table(lfirst(cell)));
	foreach(cell, tables)
	{
		Oid			relid = lfirst_oid(cell);
		Oid			whole;

		/* if the user may not, the command itself says so */
		if (!OidIsValid(relid) || !get_rel_relispartition(relid) || !relation_ownercheck(relid, GetUserId()) || !OidIsValid(whole = kept_whole(relid, false)) ||
			list_length(list_difference_oid(get_partition_ancestors(relid), tables)) < list_length(get_partition_ancestors(relid)))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table %s cannot be dropped: it is a partition of table %s, which is kept", history_qualified_name(relid), history_qualified_name(whole)),
				 errdetail("What reads the past of the whole would go with it."),
				 errhint("ALTER TABLE %s DETACH PARTITION %s; CALL emgov.release_versions(%s); then it can be dropped, and its history.",
						 history_qualified_name(get_partition_parent(relid, true)), history_qualified_name(relid), quote_literal_cstr(history_qualified_name(relid)))));
	}
}

/* The partitions that a kept table has now are kept, and what reads their past is made anew. */
void
history_follow_partitions(Oid relid)
{
	/* of one that is being detached concurrently there are none */
	List	   *ancestors = get_rel_relispartition(relid) ? get_partition_ancestors(relid) : NIL;
	Oid			root = ancestors != NIL ? llast_oid(ancestors) : relid;

	history_run("SELECT emgov_internal.follow_partitions($1)", relid, history_names(NIL), history_names(NIL));
	history_make_partitions_past(root, NIL);
}

/* What a command has taken out of a partitioned table. */
void
history_keep_detached(AlterTableStmt *stmt)
{
	Oid			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *cell;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);
		Oid			partition;

		if (cmd->subtype != AT_DetachPartition && cmd->subtype != AT_DetachPartitionFinalize)
			continue;
		partition = RangeVarGetRelid(castNode(PartitionCmd, cmd->def)->name, NoLock, true);
		if (OidIsValid(relid) && OidIsValid(partition))
			keep_detached(relid, partition);
	}
}

/* What a command makes a partition of a kept table, or takes out of it. */
void
history_after_partitions(AlterTableStmt *stmt)
{
	Oid			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *cell;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);
		Oid			partition;

		if (cmd->subtype != AT_AttachPartition && cmd->subtype != AT_DetachPartition && cmd->subtype != AT_DetachPartitionFinalize)
			continue;
		partition = RangeVarGetRelid(castNode(PartitionCmd, cmd->def)->name, NoLock, true);
		if (!OidIsValid(relid) || !OidIsValid(partition) || get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE || !OidIsValid(kept_whole(relid, true)))
			continue;
		if (cmd->subtype == AT_AttachPartition)
			partition_comes(relid, partition);
		else
			partition_goes(relid, partition, cmd->subtype == AT_DetachPartitionFinalize || castNode(PartitionCmd, cmd->def)->concurrent);
	}
}
