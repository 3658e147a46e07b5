/*
 * node.c
 *		The nodes of a rollup's table: itself, and its partitions at any depth.
 *
 * A statement fires the triggers of the table it names and of no other, so every
 * node carries its own.  Tables with rows also carry a trigger for TRUNCATE, which
 * the server fires on each table it empties, and one for rows that a replica applies.
 * One BEFORE every statement does nothing but load the library in time for finish.c.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/namespace.h"
#include "commands/tablecmds.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "rollup/rollup.h"
#include "rollup/row.h"

/* A rollup's triggers on a node. */
static const struct
{
	const char *suffix;
	const char *function;
	int16		type;			/* pg_trigger.tgtype */
	bool		new_rows;		/* transition tables */
	bool		old_rows;
	char		relkind;		/* of the nodes that have it; 0 for all */
	char		fires;
}			triggers[] = {
	{"insert", "rollup_write", TRIGGER_TYPE_INSERT, true, false, 0, TRIGGER_FIRES_ON_ORIGIN},
	{"update", "rollup_write", TRIGGER_TYPE_UPDATE, true, true, 0, TRIGGER_FIRES_ON_ORIGIN},
	{"delete", "rollup_write", TRIGGER_TYPE_DELETE, false, true, 0, TRIGGER_FIRES_ON_ORIGIN},
	{"truncate", "rollup_truncate", TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_TRUNCATE, false, false, RELKIND_RELATION, TRIGGER_FIRES_ALWAYS},
	{"replica", "rollup_write_row", TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE,
	false, false, RELKIND_RELATION, TRIGGER_FIRES_ON_REPLICA},
	{"load", "rollup_write", TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE,
	false, false, 0, TRIGGER_FIRES_ON_ORIGIN},
};

/*
 * All nodes of a table, locked; the table comes first, as in every statement that
 * writes to it.
 */
List *
rollup_nodes(Oid source, LOCKMODE lockmode)
{
	LockRelationOid(source, lockmode);
	if (get_rel_name(source) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table of the rollup has just been dropped")));
	if (get_rel_relkind(source) == RELKIND_PARTITIONED_TABLE)
		return find_all_inheritors(source, lockmode, NULL);
	return list_make1_oid(source);
}

/*
 * An ERROR if a statement of this session is at work on any of these tables, as ALTER
 * TABLE gives: rows that it has written would be counted now, and again by its trigger.
 */
void
rollup_check_not_in_use(List *nodes, const char *what)
{
	ListCell   *cell;

	foreach(cell, nodes)
	{
		Relation	node = table_open(lfirst_oid(cell), NoLock);

		CheckTableNotInUse(node, what);
		table_close(node, NoLock);
	}
}

/* Is a relation a rollup's table, or a partition of it at any depth? */
bool
rollup_is_node(Oid relid, Oid source)
{
	return OidIsValid(source) &&
		(relid == source ||
		 (get_rel_relispartition(relid) && list_member_oid(get_partition_ancestors(relid), source)));
}

/* Does a node have rows of its own? */
bool
rollup_has_storage(Oid relid)
{
	return get_rel_relkind(relid) == RELKIND_RELATION;
}

/* An ERROR if a table cannot be a node of a rollup over `source`. */
void
rollup_check_node(Oid relid, Oid source)
{
	char		persistence = get_rel_persistence(relid);
	char		relkind = get_rel_relkind(relid);

	if (relkind != RELKIND_RELATION && relkind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("partition \"%s\" of a table under a rollup is a foreign table", get_rel_name(relid)),
				 errdetail("Others write to it unseen, and its statements tell no rows to triggers.")));
	if (persistence == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over temporary table \"%s\"", get_rel_name(relid))));
	if (relid != source && persistence != get_rel_persistence(source))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("partition \"%s\" of a table under a rollup is unlogged", get_rel_name(relid)),
				 errdetail("A crash would empty the partition, but not the rollup.")));
	if (relkind == RELKIND_RELATION && find_inheritance_children(relid, NoLock) != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" under a rollup has inheritance children", get_rel_name(relid)),
				 errhint("Use declarative partitioning.")));
	if (relid == source && has_superclass(relid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" under a rollup is a partition or an inheritance child", get_rel_name(relid)),
				 errdetail("Statements on its parent would not be noticed."),
				 errhint("Make the rollup over the parent; WHERE can choose the rows of one partition.")));
}

/* The name of a rollup's trigger. */
static char *
trigger_name(const char *id, int number)
{
	return psprintf(ROLLUP_TRIGGER_PREFIX "%s_%s", id, triggers[number].suffix);
}

/* The id of the rollup that a trigger of this name belongs to; NULL if it is no such name. */
char *
rollup_id_of_trigger(const char *name)
{
	size_t		prefix = strlen(ROLLUP_TRIGGER_PREFIX);
	int			i;

	if (strncmp(name, ROLLUP_TRIGGER_PREFIX, prefix) != 0 || strlen(name + prefix) < ROLLUP_ID_LENGTH)
		return NULL;
	for (i = 0; i < (int) lengthof(triggers); i++)
	{
		char	   *id = pnstrdup(name + prefix, ROLLUP_ID_LENGTH);

		if (strcmp(name, trigger_name(id, i)) == 0)
			return id;
	}
	return NULL;
}

/* Do nodes like this one have the trigger of this number? */
static bool
belongs(int number, Oid relid)
{
	return triggers[number].relkind == 0 || triggers[number].relkind == get_rel_relkind(relid);
}

/* A trigger of a table by name; NULL if it has none. */
static const Trigger *
find_trigger(Relation rel, const char *name)
{
	int			i;

	for (i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
		if (strcmp(rel->trigdesc->triggers[i].tgname, name) == 0)
			return &rel->trigdesc->triggers[i];
	return NULL;
}

/* Is a trigger the one of this number that a rollup puts on the node? */
static bool
is_trigger(const Trigger *trigger, Relation node, const char *id, int number)
{
	return belongs(number, RelationGetRelid(node)) &&
		strcmp(trigger->tgname, trigger_name(id, number)) == 0 &&
		trigger->tgtype == triggers[number].type &&
		trigger->tgnargs == 1 && strcmp(trigger->tgargs[0], id) == 0 &&
		trigger->tgnattr == 0 && trigger->tgqual == NULL && !trigger->tgdeferrable &&
		get_func_namespace(trigger->tgfoid) == get_namespace_oid("emgov_internal", false) &&
		strcmp(get_func_name(trigger->tgfoid), triggers[number].function) == 0;
}

/*
 * Is a trigger one that a rollup puts on the node?  Another one would count rows
 * twice: anybody who may make triggers on a table can make one that calls our functions.
 */
bool
rollup_is_trigger(const Trigger *trigger, Relation node, const char *id)
{
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
		if (is_trigger(trigger, node, id, i))
			return true;
	return false;
}

/* Has a node all its triggers of a rollup, and do they fire when they should?  Locks nothing. */
bool
rollup_node_follows(const char *id, Oid relid)
{
	Relation	node = RelationIdGetRelation(relid);
	bool		follows = true;
	int			i;

	if (!RelationIsValid(node))
		return true;			/* just dropped */

	for (i = 0; i < (int) lengthof(triggers) && follows; i++)
	{
		const Trigger *trigger = find_trigger(node, trigger_name(id, i));

		if (!belongs(i, relid))
			continue;
		follows = trigger != NULL && is_trigger(trigger, node, id, i) && trigger->tgenabled == triggers[i].fires;
	}
	RelationClose(node);
	return follows;
}

/* Let those of a rollup's triggers that a node has fire when they should. */
void
rollup_enable_node(const char *id, Oid relid)
{
	Relation	node = table_open(relid, ShareRowExclusiveLock);
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
	{
		char	   *name = trigger_name(id, i);
		const Trigger *trigger = find_trigger(node, name);

		if (trigger != NULL && trigger->tgenabled != triggers[i].fires)
		{
			enable_trigger(node, name, triggers[i].fires);
			CommandCounterIncrement();
		}
	}
	table_close(node, NoLock);
}

/* A transition table of a trigger. */
static TriggerTransition *
transition_table(const char *name, bool is_new)
{
	TriggerTransition *table = makeNode(TriggerTransition);

	table->name = pstrdup(name);
	table->isNew = is_new;
	table->isTable = true;
	return table;
}

/* CREATE TRIGGER, the one of this number; a command of its own would only take longer. */
static void
make_trigger(const Rollup *rollup, Oid relid, int number)
{
	CreateTrigStmt *stmt = makeNode(CreateTrigStmt);

	stmt->trigname = trigger_name(rollup->id, number);
	stmt->relation = makeRangeVar(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid), -1);
	stmt->funcname = list_make2(makeString("emgov_internal"), makeString(pstrdup(triggers[number].function)));
	stmt->args = list_make1(makeString(pstrdup(rollup->id)));
	stmt->row = TRIGGER_FOR_ROW(triggers[number].type);
	stmt->timing = triggers[number].type & TRIGGER_TYPE_TIMING_MASK;
	stmt->events = triggers[number].type & TRIGGER_TYPE_EVENT_MASK;
	if (triggers[number].old_rows)
		stmt->transitionRels = lappend(stmt->transitionRels, transition_table(ROLLUP_OLD_ROWS, false));
	if (triggers[number].new_rows)
		stmt->transitionRels = lappend(stmt->transitionRels, transition_table(ROLLUP_NEW_ROWS, true));
	CreateTrigger(stmt, NULL, relid, InvalidOid, InvalidOid, InvalidOid, InvalidOid, InvalidOid, NULL, false, false);
}

/*
 * Put a rollup's triggers on a node, those it has not yet, and enable them all.  The
 * current user needs the TRIGGER privilege on the node.  What bears the name of such a
 * trigger and is none is replaced.
 */
void
rollup_add_node(const Rollup *rollup, Oid relid)
{
	Relation	node = table_open(relid, ShareRowExclusiveLock);
	bool		missing[lengthof(triggers)];
	bool		wrong = false;
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
	{
		const Trigger *trigger = find_trigger(node, trigger_name(rollup->id, i));

		missing[i] = trigger == NULL && belongs(i, relid);
		wrong |= trigger != NULL && !is_trigger(trigger, node, rollup->id, i);
	}
	table_close(node, NoLock);
	if (wrong)
	{
		rollup_remove_node(rollup->id, relid);
		for (i = 0; i < (int) lengthof(triggers); i++)
			missing[i] = belongs(i, relid);
	}
	for (i = 0; i < (int) lengthof(triggers); i++)
		if (missing[i])
			make_trigger(rollup, relid, i);
	CommandCounterIncrement();
	rollup_enable_node(rollup->id, relid);
}

/* Take a rollup's triggers off a node. */
void
rollup_remove_node(const char *id, Oid relid)
{
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
	{
		ObjectAddress trigger;

		trigger.classId = TriggerRelationId;
		trigger.objectId = get_trigger_oid(relid, trigger_name(id, i), true);
		trigger.objectSubId = 0;
		if (OidIsValid(trigger.objectId))
			performDeletion(&trigger, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
	}
	CommandCounterIncrement();
}

/* May the current user read what a rollup reads of a table, its own or a partition of it? */
static bool
may_read(const RollupDefinition *def, Oid relid)
{
	Bitmapset  *columns = rollup_columns(def);
	int			member = -1;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	while ((member = bms_next_member(columns, member)) >= 0)
	{
		char	   *name = get_attname(def->source, member + FirstLowInvalidHeapAttributeNumber, false);

		if (pg_attribute_aclcheck(relid, get_attnum(relid, name), GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	/* to count rows takes the right to read any column, as in a query */
	return !bms_is_empty(columns) ||
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/*
 * An ERROR unless the current user, a rollup's owner, may read what the rollup reads of a
 * table, in all its rows: the rollup counts every row that is written, so it must start
 * from all of them.  The rows are then read without the executor, which would ask.
 */
void
rollup_check_rows(const RollupDefinition *def, Oid relid)
{
	if (!may_read(def, relid))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for table %s", get_rel_name(relid)),
				 errdetail("Its rows join a rollup of role %s.", GetUserNameFromId(GetUserId(), false)),
				 errhint("Grant SELECT on the table to the role.")));
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("row-level security hides rows of table \"%s\" from role %s", get_rel_name(relid),
						GetUserNameFromId(GetUserId(), false)),
				 errdetail("A rollup counts every row that is written, so it must start from all of them."),
				 errhint("Let the table's owner, or a role with BYPASSRLS, make the rollup.")));
}

/*
 * Count the rows of a node in, or out (sign -1), as they are.  The rollup's owner is
 * acting, and the caller holds a lock that keeps writers out.
 */
void
rollup_count_rows(const Rollup *rollup, Oid relid, int sign)
{
	Relation	node = table_open(relid, NoLock);
	RollupDefinition *def = rollup_definition(rollup);

	rollup_define_for_node(def, node);
	rollup_row_add_table(rollup_row_make(def, rollup, node, rollup_owner(rollup)), node, sign);
	table_close(node, NoLock);
}

/*
 * The same of a table that joins or leaves the rollup's table.  The owner must see all
 * rows that join; those that leave have been counted, whatever he may read by now.
 */
void
rollup_add_rows(const Rollup *rollup, Oid relid, int sign)
{
	if (sign > 0)
		rollup_check_rows(rollup_definition(rollup), relid);
	rollup_count_rows(rollup, relid, sign);
}
