/*
 * ddl.c
 *		Event triggers: what becomes of rollups when tables change.
 *
 *	before DROP TABLE			of a partition: its rows leave the rollup
 *	before ALTER TABLE			DETACH CONCURRENTLY is refused
 *	after CREATE/ALTER TABLE	partitions that join or leave, with their rows; what
 *								would make a rollup wrong is refused
 *	after CREATE/ALTER TRIGGER	a rollup's trigger stays what and where it is
 *	after CREATE VIEW			a rollup's views are not replaced
 *	after a drop				a rollup goes with any of its parts; a lost trigger is
 *								refused
 *
 * They go by the command at hand and never compare all tables with all rollups: while
 * a dump is restored, rollups are there before their triggers are.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "commands/event_trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(rollup_ddl_start);
PG_FUNCTION_INFO_V1(rollup_ddl_end);
PG_FUNCTION_INFO_V1(rollup_ddl_drop);

/* A rollup's table, InvalidOid if its query is gone. */
static Oid
rollup_source(const Rollup *rollup)
{
	if (get_rel_name(rollup->query) == NULL)
		return InvalidOid;
	return rollup_definition(rollup)->source;
}

/* A table and all below it, locked. */
static List *
subtree(Oid relid)
{
	return find_all_inheritors(relid, AccessExclusiveLock, NULL);
}

/*
 * A table with all below it joins a rollup; what has its triggers already is in it.
 * The triggers are made with the rights of whoever joins the table.  A table just
 * made is empty, and the rollup's owner need not be able to read it yet.
 */
static void
join_rollup(const Rollup *rollup, Oid relid, bool is_new)
{
	RollupDefinition *def = rollup_definition(rollup);
	ListCell   *cell;
	RollupContext rights;

	foreach(cell, subtree(relid))
	{
		Oid			node = lfirst_oid(cell);

		if (list_member_oid(rollup_trigger_nodes(rollup->id), node))
			continue;
		rollup_check_node(node, def->source);
		rollup_enter(&rights, GetUserId());
		rollup_add_node(rollup, node);
		rollup_leave(&rights);
		if (is_new || !rollup_has_storage(node))
			continue;
		rollup_enter(&rights, rollup_owner(rollup));
		rollup_add_rows(rollup, def, node, 1);
		rollup_leave(&rights);
	}
}

/* A table with all below it leaves a rollup. */
static void
leave_rollup(const Rollup *rollup, Oid relid)
{
	RollupDefinition *def = rollup_definition(rollup);
	List	   *followers = rollup_trigger_nodes(rollup->id);
	ListCell   *cell;
	RollupContext rights;

	foreach(cell, subtree(relid))
	{
		Oid			node = lfirst_oid(cell);

		if (!list_member_oid(followers, node))
			continue;
		if (rollup_has_storage(node))
		{
			rollup_enter(&rights, rollup_owner(rollup));
			rollup_add_rows(rollup, def, node, -1);
			rollup_leave(&rights);
		}
		rollup_remove_node(rollup->id, node);
	}
}

/*
 * A partition about to be dropped leaves the rollups, if the user may drop it; if not,
 * the command itself says so.
 */
static void
before_drop_of(RangeVar *name, List *rollups)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	Oid			parent;
	ListCell   *cell;

	if (!OidIsValid(relid) || !get_rel_relispartition(relid) ||
		(!relation_ownercheck(relid, GetUserId()) &&
		 !schema_ownercheck(get_rel_namespace(relid), GetUserId())))
		return;
	foreach(cell, rollups)
		if (rollup_is_node(relid, rollup_source(lfirst(cell))))
		{
			/* the order in which DROP TABLE locks */
			parent = get_partition_parent(relid, false);
			LockRelationOid(parent, AccessExclusiveLock);
			LockRelationOid(relid, AccessExclusiveLock);
			if (RangeVarGetRelid(name, NoLock, true) != relid || !get_rel_relispartition(relid) ||
				get_partition_parent(relid, false) != parent)
				ereport(ERROR,
						(errcode(ERRCODE_OBJECT_IN_USE),
						 errmsg("table \"%s\" was changed while it was to be dropped", name->relname),
						 errhint("Try again.")));
			leave_rollup(lfirst(cell), relid);
		}
}

/* Partitions about to be dropped leave their rollups. */
static void
before_drop(DropStmt *stmt, List *rollups)
{
	ListCell   *cell;

	foreach(cell, stmt->objects)
		before_drop_of(makeRangeVarFromNameList(lfirst(cell)), rollups);
}

/* Refuse DETACH CONCURRENTLY: between its two transactions nothing is exact. */
static void
before_alter(AlterTableStmt *stmt, List *rollups)
{
	Oid			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *cell;
	ListCell   *each;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		if (cmd->subtype != AT_DetachPartition || !((PartitionCmd *) cmd->def)->concurrent)
			continue;
		foreach(each, rollups)
			if (rollup_is_node(relid, rollup_source(lfirst(each))))
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("a partition of a table under rollup \"%s\" cannot be detached concurrently",
								get_rel_name(((Rollup *) lfirst(each))->view)),
						 errdetail("Between the two transactions of the command the rollup would not be exact."),
						 errhint("Leave CONCURRENTLY out.")));
	}
}

/* A table was made: it may be a partition, or an inheritance child. */
static void
after_create(CreateStmt *stmt, List *rollups)
{
	Oid			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *cell;
	ListCell   *parent;

	if (!OidIsValid(relid) || stmt->inhRelations == NIL)
		return;
	foreach(cell, rollups)
	{
		Oid			source = rollup_source(lfirst(cell));

		if (rollup_is_node(relid, source))
			join_rollup(lfirst(cell), relid, true);
		foreach(parent, stmt->inhRelations)
			if (stmt->partbound == NULL && rollup_is_node(RangeVarGetRelid(lfirst(parent), NoLock, true), source))
				rollup_check_node(source, source);
	}
}

/* A table was altered. */
static void
after_alter(AlterTableStmt *stmt, List *rollups)
{
	Oid			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *cell;
	ListCell   *each;

	if (!OidIsValid(relid))
		return;
	foreach(each, rollups)
	{
		Rollup	   *rollup = lfirst(each);
		Oid			source = rollup_source(rollup);

		foreach(cell, stmt->cmds)
		{
			AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);
			Oid			other;

			switch (cmd->subtype)
			{
				case AT_AttachPartition:
					other = RangeVarGetRelid(((PartitionCmd *) cmd->def)->name, NoLock, true);
					if (other == source)
						rollup_check_node(source, source);
					if (get_rel_relkind(other) != RELKIND_INDEX && rollup_is_node(other, source))
						join_rollup(rollup, other, false);
					break;
				case AT_DetachPartition:
					other = RangeVarGetRelid(((PartitionCmd *) cmd->def)->name, NoLock, true);
					if (rollup_is_node(relid, source))
						leave_rollup(rollup, other);
					break;
				case AT_AddInherit:
					other = RangeVarGetRelid((RangeVar *) cmd->def, NoLock, true);
					if (rollup_is_node(other, source) || relid == source)
						rollup_check_node(source, source);
					break;
				case AT_SetLogged:
				case AT_SetUnLogged:
					if (!rollup_is_node(relid, source))
						break;
					rollup_check_node(relid, source);
					if (get_rel_persistence(source) != get_rel_persistence(rollup->delta))
						ereport(ERROR,
								(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
								 errmsg("table \"%s\" under rollup \"%s\" cannot be set logged or unlogged",
										get_rel_name(relid), get_rel_name(rollup->view)),
								 errhint("Drop the rollup first and create it again.")));
					break;
				case AT_EnableReplicaTrig:
				case AT_EnableAlwaysTrig:
				case AT_EnableTrig:
				case AT_EnableTrigAll:
				case AT_EnableTrigUser:
					if (rollup_is_node(relid, source))
						rollup_enable_node(rollup->id, relid);
					break;
				case AT_DisableTrig:
				case AT_DisableTrigAll:
				case AT_DisableTrigUser:
					if (rollup_is_node(relid, source) && !rollup_node_follows(rollup->id, relid))
						ereport(WARNING,
								(errmsg("rollup \"%s\" no longer follows table \"%s\"",
										get_rel_name(rollup->view), get_rel_name(relid)),
								 errhint("CALL emgov.rebuild_rollup() enables its triggers and makes it exact again.")));
					break;
				default:
					if (is_set_expression(cmd->subtype) && rollup_is_node(relid, source) &&
						rollup_uses_column(rollup_definition(rollup), get_attnum(source, cmd->name)))
						ereport(ERROR,
								(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
								 errmsg("cannot change the expression of column \"%s\", which rollup \"%s\" reads",
										cmd->name, get_rel_name(rollup->view)),
								 errhint("Drop the rollup first and create it again.")));
					break;
			}
		}
	}
}

/* The rollup that a trigger's name belongs to, NULL if there is none. */
static Rollup *
rollup_of_trigger(const char *name, List *rollups)
{
	char	   *id = rollup_id_of_trigger(name);
	ListCell   *cell;

	foreach(cell, rollups)
		if (id != NULL && strcmp(((Rollup *) lfirst(cell))->id, id) == 0)
			return lfirst(cell);
	return NULL;
}

/* A trigger was made: one with the name of a rollup's must be where that belongs. */
static void
after_create_trigger(CreateTrigStmt *stmt, List *rollups)
{
	Rollup	   *rollup = rollup_of_trigger(stmt->trigname, rollups);

	if (rollup != NULL &&
		(stmt->replace || !rollup_is_node(RangeVarGetRelid(stmt->relation, NoLock, true), rollup_source(rollup))))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the name \"%s\" belongs to a trigger of rollup \"%s\"", stmt->trigname, get_rel_name(rollup->view)),
				 errhint("Choose another name.")));
}

/* A trigger was renamed: not one of a rollup. */
static void
after_rename_trigger(RenameStmt *stmt, List *rollups)
{
	Rollup	   *rollup = rollup_of_trigger(stmt->subname, rollups);

	if (rollup == NULL)
		rollup = rollup_of_trigger(stmt->newname, rollups);
	if (rollup != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot rename a trigger to or from a name of rollup \"%s\"", get_rel_name(rollup->view)),
				 errdetail("The rollup knows its triggers by their names.")));
}

/* A view was made, or replaced: not one of a rollup. */
static void
after_create_view(ViewStmt *stmt, List *rollups)
{
	Oid			relid = RangeVarGetRelid(stmt->view, NoLock, true);
	ListCell   *cell;

	foreach(cell, rollups)
	{
		Rollup	   *rollup = lfirst(cell);

		if (relid == rollup->view || relid == rollup->query)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot replace view \"%s\" of a rollup", stmt->view->relname),
					 errhint("Make another rollup with emgov.create_rollup() and drop this one with emgov.drop_rollup().")));
	}
}

/* The event's data; an ERROR if the function was called in any other way. */
static EventTriggerData *
event_data(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function can only be called by an event trigger")));
	return (EventTriggerData *) fcinfo->context;
}

/* rollup_ddl_start() returns event_trigger: before DROP TABLE and ALTER TABLE. */
Datum
rollup_ddl_start(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = event_data(fcinfo);
	List	   *rollups = rollup_list();

	if (rollups == NIL)
		PG_RETURN_NULL();
	SPI_connect();
	if (IsA(event->parsetree, DropStmt) && ((DropStmt *) event->parsetree)->removeType == OBJECT_TABLE)
		before_drop((DropStmt *) event->parsetree, rollups);
	else if (IsA(event->parsetree, AlterTableStmt) && ((AlterTableStmt *) event->parsetree)->objtype == OBJECT_TABLE)
		before_alter((AlterTableStmt *) event->parsetree, rollups);
	SPI_finish();
	PG_RETURN_NULL();
}

/* rollup_ddl_end() returns event_trigger: after the commands that rollup.sql names. */
Datum
rollup_ddl_end(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = event_data(fcinfo);
	List	   *rollups = rollup_list();
	ListCell   *cell;

	if (rollups == NIL)
		PG_RETURN_NULL();
	SPI_connect();
	if (IsA(event->parsetree, CreateStmt))
		after_create((CreateStmt *) event->parsetree, rollups);
	else if (IsA(event->parsetree, CreateForeignTableStmt))
		after_create(&((CreateForeignTableStmt *) event->parsetree)->base, rollups);
	else if (IsA(event->parsetree, AlterTableStmt))
		after_alter((AlterTableStmt *) event->parsetree, rollups);
	else if (IsA(event->parsetree, CreateSchemaStmt))
	{
		/* what a CREATE SCHEMA holds fires no event triggers of its own */
		foreach(cell, ((CreateSchemaStmt *) event->parsetree)->schemaElts)
			if (IsA(lfirst(cell), CreateStmt))
				after_create(lfirst(cell), rollups);
	}
	else if (IsA(event->parsetree, CreateTrigStmt))
		after_create_trigger((CreateTrigStmt *) event->parsetree, rollups);
	else if (IsA(event->parsetree, RenameStmt) && ((RenameStmt *) event->parsetree)->renameType == OBJECT_TRIGGER)
		after_rename_trigger((RenameStmt *) event->parsetree, rollups);
	else if (IsA(event->parsetree, ViewStmt))
		after_create_view((ViewStmt *) event->parsetree, rollups);
	SPI_finish();
	PG_RETURN_NULL();
}

/* Is a relation among those just dropped? */
static bool
is_dropped(Oid relid, List *dropped)
{
	return list_member_oid(dropped, relid);
}

/*
 * rollup_ddl_drop() returns event_trigger, ON sql_drop: a rollup that lost a part
 * goes altogether; one that lost a trigger and nothing else keeps it.
 */
Datum
rollup_ddl_drop(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = event_data(fcinfo);
	List	   *rollups = rollup_list();
	List	   *dropped = NIL;
	List	   *lost = NIL;
	DropBehavior behavior = DROP_RESTRICT;
	ListCell   *cell;
	uint64		i;

	if (rollups == NIL)
		PG_RETURN_NULL();
	if (IsA(event->parsetree, DropStmt))
		behavior = ((DropStmt *) event->parsetree)->behavior;

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
			dropped = lappend_oid(dropped, DatumGetObjectId(SPI_getbinval(tuple, desc, 2, &isnull)));
		else if (class == TriggerRelationId && name != NULL && rollup_id_of_trigger(name) != NULL)
			lost = lappend(lost, rollup_id_of_trigger(name));
	}

	foreach(cell, rollups)
	{
		Rollup	   *rollup = lfirst(cell);

		if (is_dropped(rollup->view, dropped) || is_dropped(rollup->query, dropped) ||
			is_dropped(rollup->total, dropped) || is_dropped(rollup->delta, dropped))
			rollup_drop(rollup, behavior);
	}
	CommandCounterIncrement();
	foreach(cell, lost)
	{
		Rollup		rollup;

		if (rollup_by_id(lfirst(cell), &rollup, true))
			ereport(ERROR,
					(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					 errmsg("cannot drop a trigger that rollup \"%s\" needs", get_rel_name(rollup.view)),
					 errhint("To drop the rollup call emgov.drop_rollup(). To drop a partition under it use DROP TABLE, or DETACH it first.")));
	}
	SPI_finish();
	PG_RETURN_NULL();
}
