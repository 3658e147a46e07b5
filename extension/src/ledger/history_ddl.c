/*
 * history_ddl.c
 *		Event triggers: a history follows its table through ALTER TABLE, in the same
 *		command; and no table inherits from one that is guarded.
 *
 * They look at the table that the command names, and at those that it reaches through
 * inheritance, and at no other.  What is left of a history's table is done by functions in
 * history_ddl.sql, history_drop.sql and history_partitions.sql: what stands where with the
 * rights of whoever gives the command, what could run somebody's code (a domain's check, a
 * cast) with the owner's in a restricted section.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type_d.h"
#include "commands/event_trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "ledger/history.h"
#include "ledger/kept.h"
#include "ledger/moment.h"
#include "ledger/partitions.h"
#include "rollup/rollup.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(emgov_history_ddl_start);
PG_FUNCTION_INFO_V1(emgov_history_ddl_end);
PG_FUNCTION_INFO_V1(emgov_history_ddl_drop);

/* What a table is, of those that are guarded. */
typedef enum Guarded
{
	GUARDED_NOT, GUARDED_KEPT, GUARDED_HISTORY, GUARDED_PUBLICATION
} Guarded;

static bool following = false;	/* this is our own ALTER TABLE */
static bool keeping = false;	/* rows are made versions of, which fires the table's own triggers */

/* What a table is, by its triggers; and whose table is another's history. */
static Guarded
guarded(Oid relid)
{
	Relation	relation = RelationIdGetRelation(relid);
	Guarded		result = GUARDED_NOT;
	Oid			schema = get_namespace_oid("emgov_internal", true);

	if (relation == NULL)
		return GUARDED_NOT;
	if (relation->trigdesc != NULL && OidIsValid(kept_history(relation)))
		result = GUARDED_KEPT;
	for (int i = 0; result == GUARDED_NOT && relation->trigdesc != NULL && i < relation->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &relation->trigdesc->triggers[i];
		char	   *function;

		if (trigger->tgisinternal || (function = get_func_name(trigger->tgfoid)) == NULL)
			continue;
		/* that of a partitioned table guards the whole of its partitions; one without what it guards is somebody's own, of that name */
		if (strcmp(function, "ledger_keep") == 0 && trigger->tgnargs == 1 && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
			result = GUARDED_HISTORY;
		else if (strcmp(function, "only_publish") == 0 && get_func_namespace(trigger->tgfoid) == schema)
			result = GUARDED_PUBLICATION;
	}
	RelationClose(relation);
	return result;
}

/* Run one of these functions over a table, with up to two arrays of names. */
static void
run(const char *sql, Oid relid, Datum first, Datum second)
{
	Oid			types[] = {REGCLASSOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[] = {ObjectIdGetDatum(relid), first, second};

	if (SPI_execute_with_args(sql, 3, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
}

/* A list of names as an array. */
static Datum
name_array(List *names)
{
	Datum	   *elements = palloc(sizeof(Datum) * (list_length(names) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, names)
		elements[n++] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The same as the table's owner, in a restricted section. */
static void
run_as_owner(const char *sql, Oid relid, List *first, List *second)
{
	RollupContext rights;

	rollup_enter(&rights, rollup_relation_owner(relid));
	run(sql, relid, name_array(first), name_array(second));
	rollup_leave(&rights);
}

/* The kept tables among a table and those that inherit from it. */
static List *
kept_below(Oid relid)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
		if (guarded(lfirst_oid(cell)) == GUARDED_KEPT)
			result = lappend_oid(result, lfirst_oid(cell));
	return result;
}

/* The tables that ALTER TABLE, or ALTER TYPE, changes by name: one; or those of a type. */
static List *
altered_tables(RangeVar *name)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	Oid			types[] = {OIDOID};
	Datum		values[1];
	List	   *result = NIL;

	if (!OidIsValid(relid))
		return NIL;
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return list_make1_oid(relid);
	values[0] = ObjectIdGetDatum(get_rel_type_id(relid));
	if (SPI_execute_with_args("SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.reloftype OPERATOR(pg_catalog.=) $1", 1, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read which tables are of a type");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;

		result = lappend_oid(result, DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull)));
	}
	return result;
}

/* The name of a table, with its schema. */
static char *
qualified_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* The columns of a table with publications stay as they are. */
static void
refuse_publication(Oid relid)
{
	if (guarded(relid) == GUARDED_PUBLICATION)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("columns of \"%s\" can be neither renamed, dropped nor changed", get_rel_name(relid)),
				 errdetail("It holds what was published.")));
}

/* Not each row became a version. */
static void
refuse_unkept(Oid relid)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("columns of \"%s\" can be neither dropped nor changed: a trigger or a rule of it lets not every row be updated", get_rel_name(relid)),
			 errdetail("A version of every row is kept as it was before."),
			 errhint("ALTER TABLE %s DISABLE TRIGGER … meanwhile, or drop the rule.", qualified_name(relid))));
}

/* A trigger of the table's own gives commands that are looked at here. */
static void
refuse_while_keeping(void)
{
	if (keeping)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("a trigger cannot define or drop anything while rows are kept before columns of their table are dropped or changed"),
				 errhint("ALTER TABLE … DISABLE TRIGGER … meanwhile.")));
}

/*
 * Before columns are dropped, or are to hold something else: every row becomes a version
 * that has them no longer, or so, and the one that had them is in the history.  As the
 * table's owner.
 */
static void
keep_rows(Oid relid)
{
	RollupContext rights;
	bool		before = history_keep_all;
	uint64		kept;
	bool		isnull;

	if (check_enable_rls(relid, rollup_relation_owner(relid), true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("columns of \"%s\" can be neither dropped nor changed: row security hides rows from its owner", get_rel_name(relid)),
				 errdetail("A version of every row is kept as it was before."),
				 errhint("NO FORCE ROW LEVEL SECURITY meanwhile.")));
	rollup_enter(&rights, rollup_relation_owner(relid));
	(void) set_config_option(SETTING_KNOWN_AT, "", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	PG_TRY();
	{
		history_keep_all = keeping = true;
		if (SPI_execute(psprintf("UPDATE ONLY %s SET known_from = known_from", qualified_name(relid)), false, 0) != SPI_OK_UPDATE)
			refuse_unkept(relid);
		kept = SPI_processed;
	}
	PG_FINALLY();
	{
		history_keep_all = before;
		keeping = false;
	}
	PG_END_TRY();
	if (SPI_execute(psprintf("SELECT pg_catalog.count(*) FROM ONLY %s", qualified_name(relid)), false, 1) != SPI_OK_SELECT ||
		DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)) != (int64) kept)
		refuse_unkept(relid);
	rollup_leave(&rights);
}

/*
 * Make anew what reads the past of all partitions, of a table and of those below it that are kept so; without columns
 * that go.  While a dump is being restored there are no keys yet.
 */
static void
make_partitions_past(Oid relid, List *gone)
{
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE)
			run_as_owner("SELECT emgov_internal.make_partitions_past($1, $3) WHERE emgov_internal.partitions_kept($1) AND emgov_internal.key_columns($1) IS NOT NULL",
						 lfirst_oid(cell), NIL, gone);
}

/*
 * Before columns are renamed, added, dropped or changed: what is named so in the history
 * makes room, and the functions that read the past let go of what goes.  What a definition
 * holds is refused here, for the server's hint would have the user drop the definition's units.
 */
static void
before_columns(Oid relid, List *renamed, List *added, List *gone, List *held, bool other_values)
{
	ListCell   *cell;

	/* if the user may not, the command itself says so */
	if (!relation_ownercheck(relid, GetUserId()))
		return;
	if (renamed != NIL || gone != NIL)
		refuse_publication(relid);
	if (held != NIL)
		run("SELECT emgov_internal.refuse_used_columns($1, $2)", relid, name_array(held), name_array(NIL));
	/* what reads the past of all partitions first: it reads what those have */
	if (gone != NIL)
		make_partitions_past(relid, gone);
	foreach(cell, kept_below(relid))
	{
		LockRelationOid(lfirst_oid(cell), AccessExclusiveLock);
		/* while this waited, it may have been dropped */
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(lfirst_oid(cell))))
			continue;
		if (other_values)
			keep_rows(lfirst_oid(cell));
		if (renamed != NIL)
			run_as_owner("SELECT emgov_internal.before_rename($1, $2[1], $2[2])", lfirst_oid(cell), renamed, NIL);
		else
			run_as_owner("SELECT emgov_internal.before_alter($1, $2, $3)", lfirst_oid(cell), added, gone);
	}
	if (renamed != NIL)
		foreach(cell, find_all_inheritors(relid, NoLock, NULL))
			run_as_owner("SELECT emgov_internal.released_column($1, $2[1], $2[2])", lfirst_oid(cell), renamed, NIL);
}

/* Does ALTER COLUMN TYPE compute other values than those of the column, cast? */
static bool
computes_values(AlterTableCmd *cmd)
{
	Node	   *expression = castNode(ColumnDef, cmd->def)->raw_default;

	while (expression != NULL && IsA(expression, TypeCast))
		expression = ((TypeCast *) expression)->arg;
	return expression != NULL &&
		!(IsA(expression, ColumnRef) && list_length(((ColumnRef *) expression)->fields) == 1 &&
		  IsA(linitial(((ColumnRef *) expression)->fields), String) &&
		  strcmp(strVal(linitial(((ColumnRef *) expression)->fields)), cmd->name) == 0);
}

/* Before a partitioned table is given to another owner: so is what reads the past of all its partitions, for it is told by its owner. */
static void
before_owner(RangeVar *name, RoleSpec *owner)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);

	/* if the user may not, the command itself says so */
	if (OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE && relation_ownercheck(relid, GetUserId()))
		run("SELECT emgov_internal.place_partitions_past($1, $2[1])", relid, name_array(list_make1(get_rolespec_name(owner))), name_array(NIL));
}

/* The outermost table, of those that a table is a partition of, and itself unless it is left out, whose partitions are kept; InvalidOid if none is. */
static Oid
kept_whole(Oid relid, bool itself)
{
	Oid			types[] = {REGCLASSOID, BOOLOID};
	Datum		values[] = {ObjectIdGetDatum(relid), BoolGetDatum(itself)};
	Datum		whole;
	bool		isnull;

	if (SPI_execute_with_args("SELECT emgov_internal.kept_whole($1, $2)", lengthof(types), types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read what a table is a partition of");
	whole = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return isnull ? InvalidOid : DatumGetObjectId(whole);
}

/*
 * Before a partition of a table comes or goes.  One that goes concurrently is gone when the command's first transaction ends,
 * and that is this one.
 */
static void
before_partition(RangeVar *name, const AlterTableCmd *cmd)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	const PartitionCmd *moved = castNode(PartitionCmd, cmd->def);
	Oid			partition;
	List	   *wholes = NIL;	/* the table and those that it is a partition of, the outermost first */
	ListCell   *cell;

	/* if the user may not, the command itself says so */
	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE || !relation_ownercheck(relid, GetUserId()) ||
		!OidIsValid(kept_whole(relid, true)))
		return;
	partition_moves(relid);
	if (cmd->subtype != AT_DetachPartition || !moved->concurrent)
		return;
	/* what else changes the partitions, and writes what reads their past, takes these locks first; whatever waited for them reads anew */
	if (get_rel_relispartition(relid))
		foreach(cell, get_partition_ancestors(relid))
			wholes = lcons_oid(lfirst_oid(cell), wholes);
	wholes = lappend_oid(wholes, relid);
	foreach(cell, wholes)
		LockRelationOid(lfirst_oid(cell), ShareUpdateExclusiveLock);
	if (RangeVarGetRelid(name, NoLock, true) != relid || !OidIsValid(partition = RangeVarGetRelid(moved->name, NoLock, true)) ||
		!get_rel_relispartition(partition) || !list_member_oid(get_partition_ancestors(partition), relid))
		return;
	partition_goes(relid, partition, false);
	foreach(cell, wholes)
		run_as_owner("SELECT emgov_internal.make_partitions_past($1, $3, $2[1]::pg_catalog.oid) WHERE emgov_internal.partitions_kept($1) AND emgov_internal.key_columns($1) IS NOT NULL",
					 lfirst_oid(cell), list_make1(psprintf("%u", partition)), NIL);
}

/* What does not outlive a crash keeps nothing. */
static void
refuse_unlogged(RangeVar *named)
{
	Oid			relid = RangeVarGetRelid(named, NoLock, true);

	if (OidIsValid(relid) && guarded(relid) != GUARDED_NOT)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" cannot be unlogged: versions or publications are kept in it, or of it", get_rel_name(relid)),
				 errdetail("An unlogged table is empty after a crash.")));
}

/* Before ALTER TABLE. */
static void
before_alter(AlterTableStmt *stmt)
{
	List	   *added = NIL;
	List	   *gone = NIL;
	List	   *held = NIL;		/* those among them that go only if nothing needs them */
	bool		other_values = false;
	ListCell   *cell;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		other_values |= cmd->subtype == AT_DropColumn || (cmd->subtype == AT_AlterColumnType && computes_values(cmd));
		if (cmd->subtype == AT_ChangeOwner)
			before_owner(stmt->relation, cmd->newowner);
		else if (cmd->subtype == AT_SetUnLogged)
			refuse_unlogged(stmt->relation);
		else if (cmd->subtype == AT_AttachPartition || cmd->subtype == AT_DetachPartition || cmd->subtype == AT_DetachPartitionFinalize)
			before_partition(stmt->relation, cmd);
		else if (cmd->subtype == AT_AddColumn)
			added = lappend(added, castNode(ColumnDef, cmd->def)->colname);
		else if (cmd->subtype == AT_DropColumn || cmd->subtype == AT_AlterColumnType)
		{
			gone = lappend(gone, cmd->name);
			if (cmd->subtype == AT_AlterColumnType || cmd->behavior != DROP_CASCADE)
				held = lappend(held, cmd->name);
		}
	}
	if (added != NIL || gone != NIL)
		foreach(cell, altered_tables(stmt->relation))
			before_columns(lfirst_oid(cell), NIL, added, gone, held, other_values);
}

/* Run a function that may alter tables, without minding that. */
static void
without_following(void (*function) (void *argument), void *argument)
{
	bool		was = following;

	PG_TRY();
	{
		following = true;
		SPI_connect();
		function(argument);
		SPI_finish();
	}
	PG_FINALLY();
	{
		following = was;
	}
	PG_END_TRY();
}

/* The table that is named where tables are dropped; InvalidOid if there is none. */
static Oid
dropped_table(void *name)
{
	return RangeVarGetRelid(makeRangeVarFromNameList(name), NoLock, true);
}

/* Before DROP TABLE: a partition of a kept table is not dropped without it. */
static void
refuse_partitions(DropStmt *stmt)
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
				 errmsg("table %s cannot be dropped: it is a partition of table %s, which is kept", qualified_name(relid), qualified_name(whole)),
				 errdetail("What reads the past of the whole would go with it."),
				 errhint("ALTER TABLE %s DETACH PARTITION %s; CALL emgov.release_versions(%s); then it can be dropped, and its history.",
						 qualified_name(get_partition_parent(relid, true)), qualified_name(relid), quote_literal_cstr(qualified_name(relid)))));
	}
}

/* Before DROP SCHEMA … CASCADE: with a ledger go its other schemas, but for those that the command names. */
static void
before_drop(DropStmt *stmt)
{
	Datum		names;
	List	   *list = NIL;
	ListCell   *cell;

	if (stmt->removeType == OBJECT_TABLE)
		refuse_partitions(stmt);
	if (stmt->removeType != OBJECT_SCHEMA || stmt->behavior != DROP_CASCADE)
		return;
	foreach(cell, stmt->objects)
		list = lappend(list, strVal(lfirst(cell)));
	names = name_array(list);
	foreach(cell, list)
	{
		Oid			types[] = {OIDOID, TEXTARRAYOID};
		Datum		values[] = {ObjectIdGetDatum(get_namespace_oid(lfirst(cell), true)), names};

		/* if the user may not, the command itself says so */
		if (OidIsValid(DatumGetObjectId(values[0])) && schema_ownercheck(DatumGetObjectId(values[0]), GetUserId()) &&
			SPI_execute_with_args("SELECT emgov_internal.drop_schemas($1, $2)", 2, types, values, NULL, false, 0) != SPI_OK_SELECT)
			elog(ERROR, "could not drop the schemas of a ledger");
	}
}

/* What follows the name of a kept table in those of the functions that read its past, and how many moments they take. */
static const struct
{
	const char *ending;
	int			moments;
}			past_endings[] = {{"_as_of", 1}, {"_history_as_of", 1}, {"_versions", 2}, {"_changed", 2}};

/* Does a name end in this? */
static bool
ends_in(const char *name, const char *ending)
{
	size_t		length = strlen(name);

	return length >= strlen(ending) && strcmp(name + length - strlen(ending), ending) == 0;
}

/* May a function read the past of a kept table, by its name?  Asked of every function that anybody drops or alters. */
static bool
has_past_name(const char *name)
{
	for (size_t i = 0; i < lengthof(past_endings); i++)
		if (ends_in(name, past_endings[i].ending))
			return true;
	return false;
}

/* The function that a command renames, moves or gives to another, if it may read the past of a kept table; else NULL. */
static ObjectWithArgs *
placed_function(Node *tree, ObjectType *type)
{
	Node	   *object;

	if (IsA(tree, RenameStmt))
	{
		*type = ((RenameStmt *) tree)->renameType;
		object = ((RenameStmt *) tree)->object;
	}
	else if (IsA(tree, AlterObjectSchemaStmt))
	{
		*type = ((AlterObjectSchemaStmt *) tree)->objectType;
		object = ((AlterObjectSchemaStmt *) tree)->object;
	}
	else if (IsA(tree, AlterOwnerStmt))
	{
		*type = ((AlterOwnerStmt *) tree)->objectType;
		object = ((AlterOwnerStmt *) tree)->object;
	}
	else
		return NULL;
	if (*type != OBJECT_FUNCTION && *type != OBJECT_ROUTINE)
		return NULL;
	return has_past_name(strVal(llast(castNode(ObjectWithArgs, object)->objname))) ? (ObjectWithArgs *) object : NULL;
}

/*
 * What reads the past of a kept table is renamed, moved and given to another with the table: nobody would find it elsewhere, nor
 * miss it there.  It may be given back to the table's owner.
 */
static void
refuse_placing(Node *tree, ObjectWithArgs *object, ObjectType type)
{
	Oid			function = LookupFuncWithArgs(type, object, true);
	Oid			types[] = {OIDOID, OIDOID};
	Datum		values[] = {ObjectIdGetDatum(function), ObjectIdGetDatum(InvalidOid)};
	char	   *table;

	/* if the user may not, the command itself says so */
	if (!OidIsValid(function) || !function_ownercheck(function, GetUserId()))
		return;
	if (IsA(tree, AlterOwnerStmt))
		values[1] = ObjectIdGetDatum(get_rolespec_oid(((AlterOwnerStmt *) tree)->newowner, true));
	if (SPI_execute_with_args("SELECT emgov_internal.past_of(n.nspname, p.proname, pg_catalog.string_to_array(pg_catalog.oidvectortypes(p.proargtypes), ', '), $2)"
							  " FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace WHERE p.oid OPERATOR(pg_catalog.=) $1",
							  lengthof(types), types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read whose past a function reads");
	if (SPI_processed == 0 || (table = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)) == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_RESTRICT_VIOLATION),
			 errmsg("function %s can be neither renamed, moved nor given to another: table %s is kept", format_procedure_qualified(function), table),
			 errdetail("It reads the past of the table's rows."),
			 errhint("ALTER TABLE %s …; what reads its past follows.", table)));
}

static void
start(void *tree)
{
	ObjectType	type;
	ObjectWithArgs *placed = placed_function(tree, &type);

	if (placed != NULL)
		refuse_placing(tree, placed, type);
	if (IsA(tree, AlterTableStmt))
		before_alter(tree);
	else if (IsA(tree, DropStmt))
		before_drop(tree);
	else if (IsA(tree, RenameStmt))
	{
		RenameStmt *stmt = tree;
		ListCell   *cell;

		if ((stmt->renameType == OBJECT_COLUMN || stmt->renameType == OBJECT_ATTRIBUTE) && stmt->relation != NULL)
			foreach(cell, altered_tables(stmt->relation))
				before_columns(lfirst_oid(cell), list_make2(stmt->subname, stmt->newname), NIL, NIL, NIL, false);
	}
}

/* A table that inherits from one that is guarded would add rows to it, and change them. */
static void
check_inheritance(Oid relid)
{
	Relation	inherits;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!has_superclass(relid))
		return;
	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Oid			parent = ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent;
		Guarded		child_is = guarded(relid);

		if (guarded(parent) != GUARDED_NOT || child_is == GUARDED_HISTORY || child_is == GUARDED_PUBLICATION)
			ereport(ERROR,
					(errcode(ERRCODE_RESTRICT_VIOLATION),
					 errmsg("table \"%s\" cannot inherit from \"%s\"", get_rel_name(relid), get_rel_name(parent)),
					 errdetail("Rows of the one would be read and written as rows of the other, without being kept as versions or publications.")));
	}
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
}

/* What a command makes a partition of another table; the command itself names but the other one. */
static void
check_partitions(Node *tree)
{
	ListCell   *cell;

	if (!IsA(tree, AlterTableStmt))
		return;
	foreach(cell, ((AlterTableStmt *) tree)->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);
		Oid			relid;

		if (cmd->subtype != AT_AttachPartition)
			continue;
		relid = RangeVarGetRelid(castNode(PartitionCmd, cmd->def)->name, NoLock, true);
		if (OidIsValid(relid))
			check_inheritance(relid);
	}
}

/* Whether a command may change what a history must follow, or who inherits from whom. */
static bool
concerns_history(Node *tree)
{
	ListCell   *cell;

	/* a ledger is made by many that do not */
	if (IsA(tree, CreateStmt))
		return ((CreateStmt *) tree)->inhRelations != NIL;
	if (IsA(tree, RenameStmt))
		return ((RenameStmt *) tree)->renameType != OBJECT_TABCONSTRAINT;
	if (!IsA(tree, AlterTableStmt))
		return true;
	foreach(cell, ((AlterTableStmt *) tree)->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		switch (cmd->subtype)
		{
			case AT_AddConstraint:
				/* no other constraint matters, and a restore adds many */
				if (castNode(Constraint, cmd->def)->deferrable && castNode(Constraint, cmd->def)->contype != CONSTR_FOREIGN)
					return true;
				break;
			case AT_AddColumn:
			case AT_DropColumn:
			case AT_AlterColumnType:
			case AT_DropNotNull:
			case AT_DropConstraint:
			case AT_ChangeOwner:
			case AT_AddInherit:
			case AT_AttachPartition:
			case AT_DetachPartition:
			case AT_DetachPartitionFinalize:
				return true;
			default:
				break;
		}
	}
	return false;
}

/* The partitions that a kept table has now are kept, and what reads their past is made anew. */
static void
follow_partitions(Oid relid)
{
	/* of one that is being detached concurrently there are none */
	List	   *ancestors = get_rel_relispartition(relid) ? get_partition_ancestors(relid) : NIL;
	Oid			root = ancestors != NIL ? llast_oid(ancestors) : relid;

	run("SELECT emgov_internal.follow_partitions($1)", relid, name_array(NIL), name_array(NIL));
	make_partitions_past(root, NIL);
}

/* What a command takes out of a partitioned table; one that is partitioned itself is then kept as a whole, as its owner. */
static void
keep_detached(AlterTableStmt *stmt)
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
		if (OidIsValid(relid) && OidIsValid(partition) && get_rel_relkind(partition) == RELKIND_PARTITIONED_TABLE)
			run_as_owner("SELECT emgov_internal.keep_detached($2[1]::pg_catalog.oid, $1)", partition, list_make1(psprintf("%u", relid)), NIL);
	}
}

/* What a command makes a partition of a kept table, or takes out of it. */
static void
after_partitions(AlterTableStmt *stmt)
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

/* Whether a command may have dropped what a kept table needs: all that takes along what depends on it, or is itself that. */
static bool
may_drop_kept(Node *tree)
{
	ListCell   *cell;

	if (IsA(tree, DropStmt))
	{
		DropStmt   *stmt = (DropStmt *) tree;

		switch (stmt->removeType)
		{
			case OBJECT_TABLE:
			case OBJECT_EXTENSION:
				return true;
			case OBJECT_FUNCTION:
			case OBJECT_ROUTINE:
				foreach(cell, stmt->objects)
					if (has_past_name(strVal(llast(lfirst_node(ObjectWithArgs, cell)->objname))))
						return true;
				return stmt->behavior == DROP_CASCADE;
			default:
				return stmt->behavior == DROP_CASCADE;
		}
	}
	if (!IsA(tree, AlterTableStmt))
		return true;
	foreach(cell, ((AlterTableStmt *) tree)->cmds)
		if (lfirst_node(AlterTableCmd, cell)->behavior == DROP_CASCADE)
			return true;
	return false;
}

/* After a command, of which `tree` is the parse tree, on a table. */
static void
follow_command(Node *tree, Oid relid)
{
	ListCell   *cell;

	if (get_rel_relkind(relid) == '\0')
		return;
	check_inheritance(relid);
	if (IsA(tree, CreateStmt) || IsA(tree, CreateSchemaStmt))
	{
		/* also one of those that a CREATE SCHEMA holds */
		if (get_rel_relispartition(relid))
			follow_partitions(relid);
		return;
	}
	if (guarded(relid) == GUARDED_HISTORY)
	{
		run("SELECT emgov_internal.check_kept(emgov_internal.kept_by($1))", relid, name_array(NIL), name_array(NIL));
		/* what reads it has gone along, perhaps */
		if (IsA(tree, AlterTableStmt) && may_drop_kept(tree))
			run_as_owner("SELECT emgov_internal.follow(emgov_internal.kept_by($1)) WHERE emgov_internal.kept_by($1) IS NOT NULL", relid, NIL, NIL);
	}
	foreach(cell, kept_below(relid))
	{
		run("SELECT emgov_internal.follow_place($1)", lfirst_oid(cell), name_array(NIL), name_array(NIL));
		run_as_owner("SELECT emgov_internal.follow($1)", lfirst_oid(cell), NIL, NIL);
		run("SELECT emgov_internal.check_kept($1)", lfirst_oid(cell), name_array(NIL), name_array(NIL));
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE || get_rel_relispartition(relid))
		follow_partitions(relid);
}

static void
end(void *tree)
{
	RangeVar   *named = IsA(tree, AlterTableStmt) ? ((AlterTableStmt *) tree)->relation : IsA(tree, RenameStmt) ? ((RenameStmt *) tree)->relation : NULL;
	SPITupleTable *commands;
	uint64		n;
	List	   *relids = NIL;
	ListCell   *cell;

	if (IsA(tree, RenameStmt))
	{
		RenameStmt *stmt = tree;
		Oid			types[] = {TEXTOID, TEXTOID};

		if (stmt->renameType == OBJECT_SCHEMA)
		{
			Datum		names[] = {CStringGetTextDatum(stmt->subname), CStringGetTextDatum(stmt->newname)};

			if (SPI_execute_with_args("SELECT emgov_internal.schemas_follow($1, $2)", 2, types, names, NULL, false, 0) != SPI_OK_SELECT)
				elog(ERROR, "could not rename the schemas of a ledger");
			return;
		}
	}
	if (SPI_execute("SELECT DISTINCT objid FROM pg_catalog.pg_event_trigger_ddl_commands() "
					"WHERE classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read what the command did");
	commands = SPI_tuptable;
	n = SPI_processed;
	for (uint64 i = 0; i < n; i++)
	{
		bool		isnull;
		Oid			relid = DatumGetObjectId(SPI_getbinval(commands->vals[i], commands->tupdesc, 1, &isnull));

		if (!isnull && get_rel_relkind(relid) == RELKIND_COMPOSITE_TYPE)
			relids = list_concat_unique_oid(relids, altered_tables(named));
		else if (!isnull)
			relids = list_append_unique_oid(relids, relid);
	}
	foreach(cell, relids)
		follow_command(tree, lfirst_oid(cell));
	if (IsA(tree, AlterTableStmt))
	{
		keep_detached((AlterTableStmt *) tree);
		after_partitions((AlterTableStmt *) tree);
	}
}

/* What a command dropped. */
typedef struct Dropped
{
	Oid			classid;
	Oid			objid;
	int32		column;			/* 0: all of it */
	char	   *type;
	char	   *schema;			/* and the name of the object, or of the table that it was of; or NULL */
	char	   *name;
	char	   *part;			/* its name, where it was of a table; or NULL */
	char	   *arguments;		/* the types of a function's arguments */
} Dropped;

/* A list of Dropped. */
static List *
dropped_objects(void)
{
	List	   *result = NIL;
	SPITupleTable *rows;
	uint64		n;

	if (SPI_execute("SELECT classid, objid, objsubid, object_type, address_names[1], address_names[2], address_names[3], pg_catalog.array_to_string(address_args, ',')"
					" FROM pg_catalog.pg_event_trigger_dropped_objects()", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the dropped objects");
	rows = SPI_tuptable;
	n = SPI_processed;
	for (uint64 i = 0; i < n; i++)
	{
		Dropped    *one = palloc(sizeof(Dropped));
		bool		isnull;

		one->classid = DatumGetObjectId(SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull));
		one->objid = DatumGetObjectId(SPI_getbinval(rows->vals[i], rows->tupdesc, 2, &isnull));
		one->column = DatumGetInt32(SPI_getbinval(rows->vals[i], rows->tupdesc, 3, &isnull));
		one->type = SPI_getvalue(rows->vals[i], rows->tupdesc, 4);
		one->schema = SPI_getvalue(rows->vals[i], rows->tupdesc, 5);
		one->name = SPI_getvalue(rows->vals[i], rows->tupdesc, 6);
		one->part = SPI_getvalue(rows->vals[i], rows->tupdesc, 7);
		one->arguments = SPI_getvalue(rows->vals[i], rows->tupdesc, 8);
		result = lappend(result, one);
	}
	return result;
}

/* The two names that a function of history_drop.sql gives, in an event trigger, of what was lost; false if it gives none. */
static bool
read_lost(const char *sql, char **what, char **table)
{
	if (SPI_execute(sql, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the dropped objects");
	if (SPI_processed == 0 || (*table = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2)) == NULL)
		return false;
	*what = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	return true;
}

/* The history of a table that is kept does not go alone. */
static void
check_dropped_histories(void)
{
	char	   *what;
	char	   *kept;

	if (read_lost("SELECT NULL, emgov_internal.dropped_history()", &what, &kept))
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("the history of table %s cannot be dropped without it", kept),
				 errdetail("It holds the past versions of the table's rows, and no row could be changed any more."),
				 errhint("CALL emgov.release_versions(%s) first, or drop both in one command.", quote_literal_cstr(kept))));
}

/* Nor what reads the past of a kept table. */
static void
check_dropped_functions(void)
{
	char	   *function;
	char	   *kept;

	if (read_lost("SELECT signature, kept FROM emgov_internal.dropped_past()", &function, &kept))
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("function %s cannot be dropped without its table, which is kept", function),
				 errdetail("It reads the past of the table's rows."),
				 errhint("CALL emgov.release_versions(%s) first, or drop both in one command.", quote_literal_cstr(kept))));
}

/* Nor do the triggers that keep its versions go with their function. */
static void
check_dropped_triggers(void)
{
	char	   *trigger;
	char	   *kept;

	if (read_lost("SELECT trigger, kept FROM emgov_internal.dropped_guard()", &trigger, &kept))
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("trigger %s cannot be dropped with its function: the versions of table %s are kept", trigger, kept),
				 errdetail("Nothing would guard them any more."),
				 errhint("CALL emgov.release_versions(%1$s) first. Where the function is of a schema that the table was moved from, CALL emgov.keep_versions(%1$s) gives it one of its own.",
						 quote_literal_cstr(kept))));
}

/*
 * What a table was a partition of that is no more; InvalidOid if it was none.  The server says of what it dropped what it was, but
 * not what it was a part of: the row of pg_inherits that this transaction deleted does.
 */
static Oid
former_parent(Oid relid)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			result = InvalidOid;

	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, SnapshotAny, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
		if (!(tuple->t_data->t_infomask & HEAP_XMAX_INVALID) && TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(tuple->t_data)) &&
			get_rel_relkind(((Form_pg_inherits) GETSTRUCT(tuple))->inhparent) == RELKIND_PARTITIONED_TABLE)
			result = ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent;
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	return result;
}

/* Nor is a partition dropped from a table that is kept, with what reads the past of the whole.  One that was taken out before has no part in that. */
static void
check_dropped_partition(const Dropped *table)
{
	Oid			parent = former_parent(table->objid);
	Oid			types[] = {REGCLASSOID};
	Datum		values[] = {ObjectIdGetDatum(parent)};
	char	   *name;

	if (!OidIsValid(parent))
		return;
	if (SPI_execute_with_args("SELECT emgov_internal.without_past($1)", 1, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read what a table was a partition of");
	if (SPI_processed == 0 || SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1) == NULL)
		return;
	name = quote_qualified_identifier(table->schema, table->name);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table %s cannot be dropped: it is a partition of table %s, which is kept", name,
					SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
			 errdetail("What reads the past of the whole would go with it."),
			 errhint("ALTER TABLE %s DETACH PARTITION %s; CALL emgov.release_versions(%s); then it can be dropped, and its history.",
					 qualified_name(parent), name, quote_literal_cstr(name))));
}

/* The tables that ALTER TABLE itself changes: they follow when it has ended. */
static List *
tables_of_command(Node *tree)
{
	List	   *result = NIL;
	ListCell   *cell;

	if (IsA(tree, AlterTableStmt))
		foreach(cell, altered_tables(((AlterTableStmt *) tree)->relation))
			result = list_concat_unique_oid(result, find_all_inheritors(lfirst_oid(cell), NoLock, NULL));
	return result;
}

/* May what was dropped have read the past of a kept table?  Most functions have not, and the catalogs need not be asked. */
static bool
may_read_past(const Dropped *one)
{
	if (strcmp(one->type, "function") != 0 || one->name == NULL || one->arguments == NULL)
		return false;
	for (size_t i = 0; i < lengthof(past_endings); i++)
		if (ends_in(one->name, past_endings[i].ending) &&
			strcmp(one->arguments, past_endings[i].moments == 1 ? "timestamp with time zone" : "timestamp with time zone,timestamp with time zone") == 0)
			return true;
	return false;
}

/* Is it a trigger by which a kept table or its history is guarded? */
static bool
may_guard(const Dropped *one)
{
	return strcmp(one->type, "trigger") == 0 && one->part != NULL &&
		(strcmp(one->part, "ledger_history") == 0 || strcmp(one->part, "ledger_kept") == 0 || strcmp(one->part, "ledger_keep") == 0 || strcmp(one->part, "ledger_keep_all") == 0);
}

/* After anything was dropped, with what depended on it. */
static void
drop(void *argument)
{
	Node	   *tree = argument;
	List	   *objects = dropped_objects();
	List	   *later = tables_of_command(tree);
	List	   *columns = NIL;	/* tables that lost some */
	List	   *keys = NIL;		/* tables that lost a constraint */
	bool		histories = false;
	bool		pasts = false;
	bool		functions = false;
	bool		guards = false;
	ListCell   *cell;

	foreach(cell, objects)
	{
		const Dropped *one = lfirst(cell);

		pasts |= may_read_past(one);
		functions |= strcmp(one->type, "function") == 0;
		guards |= may_guard(one);
		if (one->classid == RelationRelationId && one->column == 0)
		{
			histories |= strcmp(one->type, "table") == 0 && one->name != NULL && ends_in(one->name, "_history");
			if (strcmp(one->type, "table") == 0)
				check_dropped_partition(one);
		}
		else if (one->classid == RelationRelationId && !list_member_oid(later, one->objid))
			columns = list_append_unique_oid(columns, one->objid);
		else if (strcmp(one->type, "table constraint") == 0)
		{
			Oid			schema = get_namespace_oid(one->schema, true);
			Oid			relid = OidIsValid(schema) ? get_relname_relid(one->name, schema) : InvalidOid;

			if (OidIsValid(relid) && !list_member_oid(later, relid))
				keys = list_append_unique_oid(keys, relid);
		}
	}
	if (histories)
		check_dropped_histories();
	foreach(cell, columns)
	{
		Oid			relid = lfirst_oid(cell);

		/* what only a history has still may go, too */
		if (guarded(relid) == GUARDED_KEPT)
			run_as_owner("SELECT emgov_internal.follow($1)", relid, NIL, NIL);
		else if (guarded(relid) == GUARDED_HISTORY)
			run_as_owner("SELECT emgov_internal.follow(emgov_internal.kept_by($1)) WHERE emgov_internal.kept_by($1) IS NOT NULL", relid, NIL, NIL);
	}
	foreach(cell, columns)
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE)
			follow_partitions(lfirst_oid(cell));
	foreach(cell, keys)
		if (guarded(lfirst_oid(cell)) == GUARDED_KEPT)
			run("SELECT emgov_internal.check_kept($1) WHERE emgov_internal.key_columns($1) IS NULL", lfirst_oid(cell), name_array(NIL), name_array(NIL));
	/* those of a table that loses what it must have, and may not, are missed when ALTER TABLE has ended */
	if (IsA(tree, AlterTableStmt))
		return;
	if (pasts)
		check_dropped_functions();
	if (functions && guards)
		check_dropped_triggers();
}

/* ALTER INDEX and ALTER VIEW rename tables and their columns, too; else they are of no concern. */
static bool
alters_no_table(Node *tree)
{
	return IsA(tree, AlterTableStmt) && ((AlterTableStmt *) tree)->objtype != OBJECT_TABLE && ((AlterTableStmt *) tree)->objtype != OBJECT_FOREIGN_TABLE &&
		((AlterTableStmt *) tree)->objtype != OBJECT_TYPE;
}

/* emgov_internal.history_ddl_start() returns event_trigger: before ALTER TABLE, ALTER FUNCTION, DROP TABLE and DROP SCHEMA. */
Datum
emgov_history_ddl_start(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	ObjectType	type;

	refuse_while_keeping();
	if (!following && !IsBinaryUpgrade && !alters_no_table(event->parsetree) &&
		(IsA(event->parsetree, AlterTableStmt) || IsA(event->parsetree, RenameStmt) || IsA(event->parsetree, DropStmt) || placed_function(event->parsetree, &type) != NULL))
		without_following(start, event->parsetree);
	PG_RETURN_NULL();
}

/* emgov_internal.history_ddl_end() returns event_trigger: after the commands that history_ddl.sql names. */
Datum
emgov_history_ddl_end(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	if (alters_no_table(event->parsetree))
		PG_RETURN_NULL();
	if (!following && !IsBinaryUpgrade)
		check_partitions(event->parsetree);
	if (!following && !IsBinaryUpgrade && concerns_history(event->parsetree))
		without_following(end, event->parsetree);
	PG_RETURN_NULL();
}

/*
 * emgov_internal.history_ddl_drop() returns event_trigger, ON sql_drop: whatever the command was, it has taken neither a partition
 * of a kept table nor a history or a function that reads the past; where columns went with their type, these follow.  Tables that
 * are gone have no publications.
 */
Datum
emgov_history_ddl_drop(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	refuse_while_keeping();
	moment_forget_dropped();
	if (!following && !IsBinaryUpgrade && may_drop_kept(event->parsetree))
		without_following(drop, event->parsetree);
	PG_RETURN_NULL();
}
