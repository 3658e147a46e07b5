/*
 * rollup_node.c
 *		The nodes of a rollup's table: itself, and its partitions at any depth.
 *
 * A statement fires the triggers of the table it names and of no other, so every
 * node carries its own.  Tables with rows also carry a trigger for TRUNCATE, which
 * the server fires on each table it empties, and one for rows that a replica applies.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "rollup.h"

/* A rollup's triggers on a node. */
static const struct
{
	const char *suffix;
	const char *form;			/* of the table and the id */
	bool		rows;			/* on tables with rows only */
	char		fires;
}			triggers[] = {
	{"insert", "AFTER INSERT ON %s REFERENCING NEW TABLE AS " ROLLUP_NEW_ROWS
	" FOR EACH STATEMENT EXECUTE FUNCTION emgov.rollup_write(%s)", false, TRIGGER_FIRES_ON_ORIGIN},
	{"update", "AFTER UPDATE ON %s REFERENCING NEW TABLE AS " ROLLUP_NEW_ROWS " OLD TABLE AS " ROLLUP_OLD_ROWS
	" FOR EACH STATEMENT EXECUTE FUNCTION emgov.rollup_write(%s)", false, TRIGGER_FIRES_ON_ORIGIN},
	{"delete", "AFTER DELETE ON %s REFERENCING OLD TABLE AS " ROLLUP_OLD_ROWS
	" FOR EACH STATEMENT EXECUTE FUNCTION emgov.rollup_write(%s)", false, TRIGGER_FIRES_ON_ORIGIN},
	{"truncate", "BEFORE TRUNCATE ON %s"
	" FOR EACH STATEMENT EXECUTE FUNCTION emgov.rollup_truncate(%s)", true, TRIGGER_FIRES_ALWAYS},
	{"replica", "AFTER INSERT OR UPDATE OR DELETE ON %s"
	" FOR EACH ROW EXECUTE FUNCTION emgov.rollup_write_row(%s)", true, TRIGGER_FIRES_ON_REPLICA},
};

/* All nodes of a table, locked; the table comes first. */
List *
rollup_nodes(Oid source, LOCKMODE lockmode)
{
	if (get_rel_relkind(source) == RELKIND_PARTITIONED_TABLE)
		return find_all_inheritors(source, lockmode, NULL);
	LockRelationOid(source, lockmode);
	return list_make1_oid(source);
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

/* When a trigger fires: pg_trigger.tgenabled. */
static char
trigger_fires(Oid trigger)
{
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	char		result = '\0';

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger));
	scan = systable_beginscan(rel, TriggerOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		result = ((Form_pg_trigger) GETSTRUCT(tuple))->tgenabled;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* Has a node all its triggers of a rollup, and do they fire when they should? */
bool
rollup_node_follows(const char *id, Oid relid)
{
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
		if ((!triggers[i].rows || rollup_has_storage(relid)) &&
			trigger_fires(get_trigger_oid(relid, trigger_name(id, i), true)) != triggers[i].fires)
			return false;
	return true;
}

/*
 * Put a rollup's triggers on a node, those it has not yet, and enable them all; SPI is
 * connected.  The current user needs the TRIGGER privilege on the node.
 */
void
rollup_add_node(const Rollup *rollup, Oid relid)
{
	Relation	rel;
	int			i;

	for (i = 0; i < (int) lengthof(triggers); i++)
	{
		char	   *name = trigger_name(rollup->id, i);
		Oid			trigger;

		if (triggers[i].rows && !rollup_has_storage(relid))
			continue;
		if (!OidIsValid(get_trigger_oid(relid, name, true)))
		{
			rollup_run(psprintf("CREATE TRIGGER %s %s", quote_identifier(name),
								psprintf(triggers[i].form, rollup_name(relid), quote_literal_cstr(rollup->id))));
			CommandCounterIncrement();
		}
		trigger = get_trigger_oid(relid, name, false);
		if (trigger_fires(trigger) == triggers[i].fires)
			continue;
		rel = table_open(relid, ShareRowExclusiveLock);
		enable_trigger(rel, name, triggers[i].fires);
		table_close(rel, NoLock);
		CommandCounterIncrement();
	}
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

/* The tables that carry triggers of a rollup. */
List *
rollup_trigger_nodes(const char *id)
{
	char	   *prefix = psprintf(ROLLUP_TRIGGER_PREFIX "%s_", id);
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;
	List	   *result = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

		if (strncmp(NameStr(trigger->tgname), prefix, strlen(prefix)) == 0)
			result = list_append_unique_oid(result, trigger->tgrelid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/*
 * Add the rows of a table, or take them away (sign -1), that joins or leaves the
 * rollup's table as it is.  SPI is connected, the rollup's owner acting, and the
 * caller holds a lock that keeps writers out.
 */
void
rollup_add_rows(const Rollup *rollup, const RollupDefinition *def, Oid relid, int sign)
{
	const char *rows = rollup_sql_rows(def, psprintf("ONLY %s", rollup_name(relid)), sign);

	rollup_run_latest(def, rollup_sql_insert(def, rollup->delta, rows), rows);
}

PG_FUNCTION_INFO_V1(rollup_follows);

/*
 * emgov.rollup_follows(id text) returns boolean: have all nodes of a rollup their
 * triggers, and do they fire?
 */
Datum
rollup_follows(PG_FUNCTION_ARGS)
{
	Rollup		rollup;
	ListCell   *cell;

	if (!rollup_by_id(text_to_cstring(PG_GETARG_TEXT_PP(0)), &rollup, true) ||
		get_rel_name(rollup.query) == NULL)
		PG_RETURN_NULL();
	foreach(cell, rollup_nodes(rollup_definition(&rollup)->source, AccessShareLock))
		if (!rollup_node_follows(rollup.id, lfirst_oid(cell)))
			PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(true);
}
