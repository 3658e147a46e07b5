/*
 * ddl.c
 *		Event triggers: what becomes of rollups when tables change.
 *
 *	before DROP TABLE, VIEW		of a partition: its rows leave the rollup; of a part: locks
 *	before ALTER TABLE			ATTACH: locks; DETACH CONCURRENTLY is refused
 *	before CREATE INDEX			a rollup's parts get none that a write or a fold could fail for
 *	after CREATE/ALTER TABLE	partitions that join or leave, with their rows; what
 *								would make a rollup wrong is refused
 *	after CREATE/ALTER TRIGGER	a rollup's trigger stays what and where it is
 *	after CREATE VIEW or RULE	a rollup's parts stay what they are
 *	after a drop				a rollup goes with any of its parts; a lost trigger is
 *								refused
 *
 * They go by the command at hand, and look at the rollups over the table that it names
 * and over those above it: what is wrong with any other rollup is nobody's business
 * here, and while a dump is restored, rollups are there before their triggers are.
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "parser/parse_type.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(rollup_ddl_start);
PG_FUNCTION_INFO_V1(rollup_ddl_end);
PG_FUNCTION_INFO_V1(rollup_ddl_drop);

/* A relation that a command names; InvalidOid if there is none. */
static Oid
named(RangeVar *name)
{
	return RangeVarGetRelid(name, NoLock, true);
}

/* A table and all below it, locked. */
static List *
subtree(Oid relid)
{
	return find_all_inheritors(relid, AccessExclusiveLock, NULL);
}

/*
 * An ERROR if a table just made has rows: an event trigger of a user's own came first,
 * and there is no telling what the rollup has counted of them.
 */
static void
check_empty(Oid relid, const Rollup *rollup)
{
	Relation	rel = table_open(relid, NoLock);

	if (RelationGetNumberOfBlocks(rel) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("partition \"%s\" got rows before rollup \"%s\" follows it",
						RelationGetRelationName(rel), get_rel_name(rollup->view)),
				 errhint("Name the event trigger that fills it so that it fires after 00_emgov_rollup_ddl_end.")));
	table_close(rel, NoLock);
}

/*
 * A table with all below it joins a rollup.  The triggers are made with the rights of
 * whoever joins the table.  A table just made is empty, and the rollup's owner need not
 * be able to read it yet.
 */
static void
join_rollup(const Rollup *rollup, Oid relid, bool is_new)
{
	RollupDefinition *def = rollup_definition(rollup);
	Oid			owner = rollup_owner(rollup);
	ListCell   *cell;
	RollupContext rights;

	foreach(cell, subtree(relid))
	{
		Oid			node = lfirst_oid(cell);

		rollup_check_not_in_use(list_make1_oid(node), "count the rows of");
		rollup_check_node(node, rollup->source);
		rollup_check_generated(def, node);
		rollup_enter(&rights, GetUserId());
		rollup_add_node(rollup, node);
		rollup_leave(&rights);
		if (!rollup_has_storage(node))
			continue;
		if (is_new)
		{
			check_empty(node, rollup);
			continue;
		}
		rollup_enter(&rights, owner);
		rollup_add_rows(rollup, node, 1);
		rollup_leave(&rights);
	}
	rollup_log(rollup->id, "change", 0);
}

/* A table with all below it leaves a rollup, but for what the same command has made leave before. */
static void
leave_rollup(const Rollup *rollup, Oid relid, const List *gone)
{
	Oid			owner = rollup_owner(rollup);
	ListCell   *cell;
	RollupContext rights;

	foreach(cell, subtree(relid))
	{
		Oid			node = lfirst_oid(cell);

		if (list_member_oid(gone, node))
			continue;
		rollup_check_not_in_use(list_make1_oid(node), "count the rows of");
		if (rollup_has_storage(node))
		{
			rollup_enter(&rights, owner);
			rollup_add_rows(rollup, node, -1);
			rollup_leave(&rights);
		}
		rollup_remove_node(rollup->id, node);
	}
	rollup_log(rollup->id, "change", 0);
}

/*
 * A partition about to be dropped leaves the rollups, if the user may drop it; if not,
 * the command itself says so.  `gone` is what has left already: a command may name a
 * table twice, or a partition and what is below it.
 */
static void
before_drop_of(RangeVar *name, List **gone)
{
	Oid			relid = named(name);
	Oid			parent;
	List	   *rollups;
	ListCell   *cell;

	if (!OidIsValid(relid) || !get_rel_relispartition(relid) ||
		(!relation_ownercheck(relid, GetUserId()) &&
		 !schema_ownercheck(get_rel_namespace(relid), GetUserId())))
		return;
	rollups = rollups_above(relid);
	foreach(cell, rollups)
	{
		/* the order in which DROP TABLE locks */
		parent = get_partition_parent(relid, false);
		LockRelationOid(parent, AccessExclusiveLock);
		LockRelationOid(relid, AccessExclusiveLock);
		rollup_check_not_in_use(list_make1_oid(parent), "drop a partition of");
		if (named(name) != relid || !get_rel_relispartition(relid) ||
			get_partition_parent(relid, false) != parent)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_IN_USE),
					 errmsg("table \"%s\" was changed while it was to be dropped", name->relname),
					 errhint("Try again.")));
		leave_rollup(lfirst(cell), relid, *gone);
	}
	if (rollups != NIL)
		*gone = list_concat_unique_oid(*gone, subtree(relid));
}

/*
 * A part of a rollup is about to be dropped, and the rollup with it, if the user may drop
 * it.  All is locked in the one order now: the command would lock the part first, for
 * which a writer may wait who has locked the table that the triggers are then taken off.
 */
static void
before_drop_part(RangeVar *name)
{
	Oid			relid = named(name);
	Rollup		rollup;

	if (OidIsValid(relid) && rollup_by_part(relid, &rollup) &&
		(relation_ownercheck(relid, GetUserId()) || schema_ownercheck(get_rel_namespace(relid), GetUserId())))
		rollup_lock_for_drop(&rollup);
}

/* Lock a table that a command names, as the command will; InvalidOid if there is none, or it is not the user's. */
Oid
rollup_lock_own(RangeVar *name, LOCKMODE lockmode)
{
	Oid			relid;

	while (OidIsValid(relid = named(name)) && relation_ownercheck(relid, GetUserId()))
	{
		LockRelationOid(relid, lockmode);
		if (named(name) == relid)
			return relid;
		UnlockRelationOid(relid, lockmode);
	}
	return InvalidOid;
}

/*
 * A table is about to be attached to another.  The server lets statements on that one go
 * on meanwhile: one that was planned before and takes its snapshot afterwards would not
 * see the new partition's rows, but see them in the rollup.  So nobody may be at work on
 * the table, as when a partition is made or leaves.  Whether there is a rollup is known
 * only under the lock that keeps others from making one.
 */
static void
before_join(RangeVar *name)
{
	Oid			relid = rollup_lock_own(name, ShareUpdateExclusiveLock);

	if (OidIsValid(relid) && rollups_above(relid) != NIL)
	{
		/* two who strengthened their locks would wait for each other */
		UnlockRelationOid(relid, ShareUpdateExclusiveLock);
		(void) rollup_lock_own(name, AccessExclusiveLock);
	}
}

/* A partition is about to join or leave.  DETACH CONCURRENTLY: between its two transactions nothing is exact. */
static void
before_alter(AlterTableStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);
		List	   *rollups;

		if (cmd->subtype == AT_AttachPartition)
			before_join(stmt->relation);
		if (cmd->subtype != AT_DetachPartition || !((PartitionCmd *) cmd->def)->concurrent)
			continue;
		rollups = rollups_above(rollup_lock_own(stmt->relation, ShareUpdateExclusiveLock));
		if (rollups != NIL)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a partition of a table under rollup \"%s\" cannot be detached concurrently",
							get_rel_name(((Rollup *) linitial(rollups))->view)),
					 errdetail("Between the two transactions of the command the rollup would not be exact."),
					 errhint("Leave CONCURRENTLY out.")));
	}
}

/* An ERROR if a relation is a part of a rollup; the message tells what cannot be done to it. */
static void
refuse_part(Oid relid, const char *what)
{
	Rollup		rollup;

	if (OidIsValid(relid) && rollup_by_part(relid, &rollup))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" belongs to rollup \"%s\" and cannot %s",
						get_rel_name(relid), get_rel_name(rollup.view), what),
				 errhint("Another rollup is made with emgov.create_rollup(), this one dropped with emgov.drop_rollup().")));
}

/* Is this done to a rollup's table something that a write or a fold could fail for? */
static bool
is_refused(const AlterTableCmd *cmd)
{
	switch (cmd->subtype)
	{
		case AT_AddColumn:
		case AT_AddIdentity:
		case AT_AddConstraint:
		case AT_AddIndexConstraint:
		case AT_SetNotNull:
			return true;
		case AT_ReplicaIdentity:
			return ((ReplicaIdentityStmt *) cmd->def)->identity_type != REPLICA_IDENTITY_FULL;
		default:
			return false;
	}
}

/* A table was altered: not one of a rollup so that it could fail. */
static void
refuse_altered_part(const Rollup *rollup, Oid relid, const AlterTableStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->cmds)
		if ((relid == rollup->total || relid == rollup->delta) && is_refused(lfirst_node(AlterTableCmd, cell)))
			refuse_part(relid, "have columns, constraints or a replica identity but its own");
}

/*
 * Did the command at hand make a table?  CREATE TABLE IF NOT EXISTS may have found it
 * there, somebody else's and somewhere else's perhaps.
 */
static bool
is_made(Oid relid)
{
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(relid)};

	if (SPI_execute_with_args("SELECT FROM pg_catalog.pg_event_trigger_ddl_commands() WHERE objid OPERATOR(pg_catalog.=) $1 "
							  "AND classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass",
							  1, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the command's objects");
	return SPI_processed > 0;
}

/* A table was made: it may be a partition, or an inheritance child. */
static void
after_create(CreateStmt *stmt)
{
	Oid			relid = named(stmt->relation);
	ListCell   *cell;
	ListCell   *parent;

	if (!OidIsValid(relid) || stmt->inhRelations == NIL)
		return;
	if (stmt->partbound != NULL)
	{
		List	   *rollups = rollups_above(relid);

		if (rollups != NIL && stmt->if_not_exists && !is_made(relid))
			return;
		foreach(cell, rollups)
			join_rollup(lfirst(cell), relid, true);
		return;
	}
	foreach(parent, stmt->inhRelations)
	{
		Oid			other = named(lfirst(parent));

		refuse_part(other, "have inheritance children");
		if (rollups_over(other) != NIL)
			rollup_check_node(other, other);
	}
}

/* Of a table under rollups triggers were disabled. */
static void
after_disable(Oid relid, List *rollups)
{
	ListCell   *cell;
	ListCell   *node;

	foreach(cell, rollups)
	{
		Rollup	   *rollup = lfirst(cell);

		foreach(node, find_all_inheritors(relid, NoLock, NULL))
			if (!rollup_node_follows(rollup->id, lfirst_oid(node)))
			{
				rollup_set_stale(rollup);
				ereport(WARNING,
						(errmsg("rollup \"%s\" no longer follows table \"%s\"",
								get_rel_name(rollup->view), get_rel_name(lfirst_oid(node))),
						 errhint("CALL emgov.rebuild_rollup() enables its triggers and makes it exact again.")));
				break;
			}
	}
}

/* A table under rollups was made logged or unlogged. */
static void
after_set_logged(Oid relid, List *rollups)
{
	ListCell   *cell;

	foreach(cell, rollups)
	{
		Rollup	   *rollup = lfirst(cell);

		rollup_check_node(relid, rollup->source);
		if (get_rel_persistence(rollup->source) != get_rel_persistence(rollup->delta))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("table \"%s\" under rollup \"%s\" cannot be set logged or unlogged",
							get_rel_name(relid), get_rel_name(rollup->view)),
					 errhint("Drop the rollup first and create it again.")));
	}
}

/* The expression of a generated column was changed, which rollups may read. */
static void
after_set_expression(Oid relid, const char *column, List *rollups)
{
	ListCell   *cell;

	foreach(cell, rollups)
	{
		Rollup	   *rollup = lfirst(cell);

		if (rollup_uses_column(rollup_definition(rollup), get_attnum(rollup->source, column)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot change the expression of column \"%s\" of table \"%s\", which rollup \"%s\" reads",
							column, get_rel_name(relid), get_rel_name(rollup->view)),
					 errhint("Drop the rollup first and create it again.")));
	}
}

/*
 * Has a rollup counted the rows of a partition that was detached?  A rollup that was made
 * while the partition was on its way out has not.
 */
static bool
is_counted(const Rollup *rollup, Oid relid, const AlterTableCmd *cmd)
{
	return (cmd->subtype == AT_DetachPartition && !((PartitionCmd *) cmd->def)->concurrent) ||
		rollup_node_follows(rollup->id, relid);
}

/* A table was altered. */
static void
after_alter(AlterTableStmt *stmt)
{
	Oid			relid = named(stmt->relation);
	List	   *rollups;
	Rollup		own;
	Oid			other;
	ListCell   *cell;
	ListCell   *each;

	if (!OidIsValid(relid))
		return;
	if (rollup_by_part(relid, &own))
	{
		refuse_altered_part(&own, relid, stmt);
		rollup_check_part(&own, relid);
		rollup_tell_readers(own.source);
	}
	rollups = rollups_above(relid);
	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		switch (cmd->subtype)
		{
			case AT_AttachPartition:
				other = named(((PartitionCmd *) cmd->def)->name);
				if (!OidIsValid(other) || get_rel_relkind(other) == RELKIND_INDEX || get_rel_relkind(other) == RELKIND_PARTITIONED_INDEX)
					break;
				refuse_part(other, "be a partition");
				if (rollups_over(other) != NIL)
					rollup_check_node(other, other);
				foreach(each, rollups)
					join_rollup(lfirst(each), other, false);
				break;
			case AT_DetachPartition:
			case AT_DetachPartitionFinalize:
				other = named(((PartitionCmd *) cmd->def)->name);
				foreach(each, rollups)
					if (is_counted(lfirst(each), other, cmd))
						leave_rollup(lfirst(each), other, NIL);
				break;
			case AT_AddInherit:
				other = named((RangeVar *) cmd->def);
				refuse_part(other, "have inheritance children");
				if (rollups_over(other) != NIL)
					rollup_check_node(other, other);
				if (rollups_over(relid) != NIL)
					rollup_check_node(relid, relid);
				break;
			case AT_SetLogged:
			case AT_SetUnLogged:
				after_set_logged(relid, rollups);
				break;
			case AT_EnableReplicaTrig:
			case AT_EnableAlwaysTrig:
			case AT_EnableTrig:
			case AT_EnableTrigAll:
			case AT_EnableTrigUser:
				foreach(each, rollups)
					rollup_enable_node(((Rollup *) lfirst(each))->id, relid);
				break;
			case AT_DisableTrig:
			case AT_DisableTrigAll:
			case AT_DisableTrigUser:
				after_disable(relid, rollups);
				break;
			default:
				if (is_set_expression(cmd->subtype))
					after_set_expression(relid, cmd->name, rollups);
				break;
		}
	}
}

/* The rollup that a trigger's name belongs to; false if there is none. */
static bool
rollup_of_trigger(const char *name, Rollup *rollup)
{
	char	   *id = rollup_id_of_trigger(name);

	return id != NULL && rollup_by_id(id, rollup, true);
}

/* A trigger was made: one with the name of a rollup's must be where that belongs. */
static void
after_create_trigger(CreateTrigStmt *stmt)
{
	Oid			relid = named(stmt->relation);
	Rollup		rollup;

	refuse_part(relid, "have triggers");
	if (rollup_of_trigger(stmt->trigname, &rollup) &&
		(stmt->replace || !rollup_is_node(relid, rollup.source)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the name \"%s\" belongs to a trigger of rollup \"%s\"", stmt->trigname, get_rel_name(rollup.view)),
				 errhint("Choose another name.")));
}

/* A trigger was renamed: not one of a rollup. */
static void
after_rename_trigger(RenameStmt *stmt)
{
	Rollup		rollup;

	if (rollup_of_trigger(stmt->subname, &rollup) || rollup_of_trigger(stmt->newname, &rollup))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot rename a trigger to or from a name of rollup \"%s\"", get_rel_name(rollup.view)),
				 errdetail("The rollup knows its triggers by their names.")));
}

/*
 * A column was renamed: none of a table of a rollup, which ALTER VIEW and the like take as
 * well, and none of its views by ALTER TABLE.
 */
static void
after_rename_column(RenameStmt *stmt)
{
	Oid			relid = named(stmt->relation);

	if (stmt->relationType == OBJECT_TABLE || get_rel_relkind(relid) == RELKIND_RELATION)
		refuse_part(relid, "have its columns renamed");
}

/* The event's data; an ERROR if the function was called in any other way. */
EventTriggerData *
rollup_event_data(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function can only be called by an event trigger")));
	return (EventTriggerData *) fcinfo->context;
}

/* Is it the hash of columns by which a fold finds its groups (rollup_sql_index_hash())?  As it was written, or as a dump has it. */
static bool
is_hash_of_columns(Node *expression)
{
	const Oid	types[] = {RECORDOID, INT8OID};
	FuncCall   *call = (FuncCall *) expression;
	TypeCast   *seed;
	ListCell   *cell;

	if (!IsA(expression, FuncCall) || list_length(call->args) != 2 || !IsA(linitial(call->args), RowExpr) || !IsA(lsecond(call->args), TypeCast))
		return false;
	foreach(cell, castNode(RowExpr, linitial(call->args))->args)
		if (!IsA(lfirst(cell), ColumnRef))
			return false;
	seed = lsecond_node(TypeCast, call->args);
	return IsA(seed->arg, A_Const) && typenameTypeId(NULL, seed->typeName) == INT8OID &&
		LookupFuncName(call->funcname, 2, types, true) == F_HASH_RECORD_EXTENDED;
}

/* Is a column of an index an expression, but for emgov's own? */
static bool
computes(const IndexStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->indexParams)
	{
		Node	   *expression = lfirst_node(IndexElem, cell)->expr;

		if (expression != NULL && !is_hash_of_columns(expression))
			return true;
	}
	return false;
}

/*
 * An index is about to be made: none on delta, where it would cost every write, and none on total that a fold
 * could fail for, as it would for one that is unique or computes something; but for texts too long for it, which is
 * said in the documentation.  Afterwards would be too late: one that is made CONCURRENTLY has come to stay by then.
 */
static void
before_index(IndexStmt *stmt)
{
	Oid			relid = named(stmt->relation);
	Rollup		rollup;

	if (!OidIsValid(relid) || !rollup_by_part(relid, &rollup))
		return;
	if (relid == rollup.delta)
		refuse_part(relid, "have indexes");
	if (relid == rollup.total && stmt->unique)
		refuse_part(relid, "have unique indexes");
	if (relid == rollup.total && (stmt->whereClause != NULL || computes(stmt)))
		refuse_part(relid, "have indexes with expressions or conditions");
}

/* rollup_ddl_start() returns event_trigger: before the commands that rollup.sql names. */
Datum
rollup_ddl_start(PG_FUNCTION_ARGS)
{
	Node	   *command = rollup_event_data(fcinfo)->parsetree;
	List	   *gone = NIL;
	ListCell   *cell;

	SPI_connect();
	if (IsA(command, DropStmt) &&
		(((DropStmt *) command)->removeType == OBJECT_TABLE || ((DropStmt *) command)->removeType == OBJECT_VIEW))
	{
		foreach(cell, ((DropStmt *) command)->objects)
		{
			before_drop_part(makeRangeVarFromNameList(lfirst(cell)));
			before_drop_of(makeRangeVarFromNameList(lfirst(cell)), &gone);
		}
	}
	else if (IsA(command, AlterTableStmt) && ((AlterTableStmt *) command)->objtype == OBJECT_TABLE)
		before_alter((AlterTableStmt *) command);
	else if (IsA(command, IndexStmt))
		before_index((IndexStmt *) command);
	SPI_finish();
	PG_RETURN_NULL();
}

/* What a command that has ended means for rollups; SPI is connected. */
static void
after_command(Node *command)
{
	ListCell   *cell;

	switch (nodeTag(command))
	{
		case T_CreateStmt:
			after_create((CreateStmt *) command);
			break;
		case T_CreateForeignTableStmt:
			after_create(&((CreateForeignTableStmt *) command)->base);
			break;
		case T_AlterTableStmt:
			after_alter((AlterTableStmt *) command);
			break;
		case T_CreateSchemaStmt:
			/* what a CREATE SCHEMA holds fires no event triggers of its own */
			foreach(cell, ((CreateSchemaStmt *) command)->schemaElts)
				if (IsA(lfirst(cell), CreateStmt))
					after_create(lfirst(cell));
			break;
		case T_CreateTrigStmt:
			after_create_trigger((CreateTrigStmt *) command);
			break;
		case T_RenameStmt:
			if (((RenameStmt *) command)->renameType == OBJECT_TRIGGER)
				after_rename_trigger((RenameStmt *) command);
			else if (((RenameStmt *) command)->renameType == OBJECT_COLUMN || ((RenameStmt *) command)->renameType == OBJECT_ATTRIBUTE)
				after_rename_column((RenameStmt *) command);
			else if (((RenameStmt *) command)->renameType == OBJECT_SCHEMA)
				rollup_rename_ledger(((RenameStmt *) command)->subname, ((RenameStmt *) command)->newname);
			break;
		case T_ViewStmt:
			refuse_part(named(((ViewStmt *) command)->view), "be replaced");
			break;
		case T_RuleStmt:
			refuse_part(named(((RuleStmt *) command)->relation), "have rules");
			break;
		default:
			break;
	}
}

/* rollup_ddl_end() returns event_trigger: after the commands that rollup.sql names. */
Datum
rollup_ddl_end(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	SPI_connect();
	after_command(event->parsetree);
	SPI_finish();
	PG_RETURN_NULL();
}

/*
 * A trigger was dropped.  Who drops it by a command of its own, as pg_restore --clean
 * does, is told what that means; whatever else takes it along may not.
 */
static void
after_drop_trigger(const char *name, Node *command)
{
	Rollup		rollup;

	if (!rollup_of_trigger(name, &rollup))
		return;
	if (!IsA(command, DropStmt) || ((DropStmt *) command)->removeType != OBJECT_TRIGGER)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 get_rel_name(rollup.view) != NULL ? errmsg("cannot drop a trigger that rollup \"%s\" needs", get_rel_name(rollup.view)) :
				 errmsg("cannot drop trigger \"%s\", which a rollup needs that was made after this transaction's snapshot", name),
				 errhint("To drop the rollup call emgov.drop_rollup(). To drop a partition under it use DROP TABLE, or DETACH it first.")));
	rollup_set_stale(&rollup);
	ereport(WARNING,
			(errmsg("rollup \"%s\" no longer follows table \"%s\"", get_rel_name(rollup.view), get_rel_name(rollup.source)),
			 errhint("CALL emgov.rebuild_rollup() puts its triggers back and makes it exact again.")));
}

/* May a command that dropped something take along what depends on it? */
static DropBehavior
behavior_of(Node *command)
{
	ListCell   *cell;

	switch (nodeTag(command))
	{
		case T_DropStmt:
			return ((DropStmt *) command)->behavior;
		case T_DropOwnedStmt:
			return ((DropOwnedStmt *) command)->behavior;
		case T_AlterTableStmt:
			foreach(cell, ((AlterTableStmt *) command)->cmds)
				if (lfirst_node(AlterTableCmd, cell)->behavior == DROP_CASCADE)
					return DROP_CASCADE;
			return DROP_RESTRICT;
		default:
			return DROP_RESTRICT;
	}
}

/*
 * rollup_ddl_drop() returns event_trigger, ON sql_drop: a rollup that lost a part
 * goes altogether; one that lost a trigger and nothing else keeps it.
 */
Datum
rollup_ddl_drop(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);
	List	   *relations = NIL;
	List	   *names = NIL;
	ListCell   *cell;
	uint64		i;

	SPI_connect();
	if (SPI_execute("SELECT classid, objid, address_names[pg_catalog.array_upper(address_names, 1)] "
					"FROM pg_catalog.pg_event_trigger_dropped_objects() "
					"WHERE objsubid OPERATOR(pg_catalog.=) 0", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the dropped objects");
	for (i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		Oid			class = DatumGetObjectId(SPI_getbinval(tuple, desc, 1, &isnull));
		char	   *name = SPI_getvalue(tuple, desc, 3);

		if (class == RelationRelationId)
			relations = lappend_oid(relations, DatumGetObjectId(SPI_getbinval(tuple, desc, 2, &isnull)));
		else if (class == TriggerRelationId && name != NULL)
			names = lappend(names, name);
	}
	foreach(cell, relations)
	{
		Rollup		rollup;

		if (rollup_by_part(lfirst_oid(cell), &rollup))
			rollup_drop(&rollup, behavior_of(event->parsetree));
	}
	foreach(cell, names)
		after_drop_trigger(lfirst(cell), event->parsetree);
	SPI_finish();
	PG_RETURN_NULL();
}
