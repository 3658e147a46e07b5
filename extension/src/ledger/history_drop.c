/*
 * history_drop.c
 *		What a kept table needs is not dropped without it, whatever the command is, and whatever that takes along; nor is what reads its
 *		past renamed, moved or given away.
 *
 * What was lost is asked of functions in history_drop.sql, when it is gone; but most that is dropped is no concern of a kept table, and
 * that is seen by its name and kind.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type_d.h"
#include "commands/event_trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"

#include "ledger/history_ddl.h"
#include "rollup/rollup.h"

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

/* The function that a command renames, moves or gives to another, if it may read the past of a kept table, or guard one; else NULL. */
ObjectWithArgs *
history_placed_function(Node *tree, ObjectType *type)
{
	Node	   *object;
	const char *name;

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
	name = strVal(llast(castNode(ObjectWithArgs, object)->objname));
	return has_past_name(name) || strcmp(name, "ledger_keep") == 0 ? (ObjectWithArgs *) object : NULL;
}

/*
 * What reads the past of a kept table is renamed, moved and given to another with the table: nobody would find it elsewhere, nor
 * miss it there; and what guards it is known by its name.  It may be given back to the table's owner.
 */
void
history_refuse_placing(Node *tree, ObjectWithArgs *object, ObjectType type)
{
	Oid			function = LookupFuncWithArgs(type, object, true);
	Oid			types[] = {OIDOID, OIDOID};
	Datum		values[] = {ObjectIdGetDatum(function), ObjectIdGetDatum(InvalidOid)};
	char	   *table;
	bool		reads;
	bool		isnull;

	/* if the user may not, the command itself says so */
	if (!OidIsValid(function) || !function_ownercheck(function, GetUserId()))
		return;
	if (IsA(tree, AlterOwnerStmt))
		values[1] = ObjectIdGetDatum(get_rolespec_oid(((AlterOwnerStmt *) tree)->newowner, true));
	history_read("SELECT coalesce(emgov_internal.past_of(n.nspname, p.proname, pg_catalog.string_to_array(pg_catalog.oidvectortypes(p.proargtypes), ', '), $2), g.kept), g.kept IS NULL"
				 " FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace,"
				 " LATERAL (SELECT emgov_internal.guarded_by(p.oid, $2) AS kept) AS g WHERE p.oid OPERATOR(pg_catalog.=) $1",
				 lengthof(types), types, values);
	if (SPI_processed == 0 || (table = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)) == NULL)
		return;
	reads = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	ereport(ERROR,
			(errcode(ERRCODE_RESTRICT_VIOLATION),
			 errmsg("function %s can be neither renamed, moved nor given to another: table %s is kept", format_procedure_qualified(function), table),
			 reads ? errdetail("It reads the past of the table's rows.") : errdetail("It guards them and their past."),
			 reads ? errhint("ALTER TABLE %s …; what reads its past follows.", table) :
			 errhint("A table that is moved to another schema gets one there with CALL emgov.keep_versions(%s).", quote_literal_cstr(table))));
}

/* Whether a command may have dropped what a kept table needs: all that takes along what depends on it, or is itself that; a column may be a part of values. */
bool
history_may_drop(Node *tree)
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
		if (lfirst_node(AlterTableCmd, cell)->behavior == DROP_CASCADE || lfirst_node(AlterTableCmd, cell)->subtype == AT_DropColumn)
			return true;
	return false;
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
	history_read(sql, 0, NULL, NULL);
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
	history_read("SELECT emgov_internal.without_past($1)", lengthof(types), types, values);
	if (SPI_processed == 0 || SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1) == NULL)
		return;
	name = quote_qualified_identifier(table->schema, table->name);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table %s cannot be dropped: it is a partition of table %s, which is kept", name,
					SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
			 errdetail("What reads the past of the whole would go with it."),
			 errhint("ALTER TABLE %s DETACH PARTITION %s; CALL emgov.release_versions(%s); then it can be dropped, and its history.",
					 history_qualified_name(parent), name, quote_literal_cstr(name))));
}

/* The tables that ALTER TABLE itself changes: versions of their rows were kept before, and they follow when it has ended. */
static List *
tables_of_command(Node *tree)
{
	List	   *result = NIL;
	ListCell   *cell;

	if (IsA(tree, AlterTableStmt))
		foreach(cell, history_altered_tables(RangeVarGetRelid(((AlterTableStmt *) tree)->relation, NoLock, true)))
			result = list_concat_unique_oid(result, history_reached(lfirst_oid(cell), !((AlterTableStmt *) tree)->relation->inh, NoLock));
	return result;
}

/* The outermost table that had a column, of those that a table inherits from and that lost it, too: it is dropped there. */
static Oid
outermost(const Dropped *column, List *columns)
{
	Oid			result = column->objid;
	Oid			before;
	ListCell   *cell;

	do
	{
		before = result;
		foreach(cell, columns)
		{
			const Dropped *other = lfirst(cell);

			if (other->objid != result && strcmp(other->part, column->part) == 0 && list_member_oid(find_all_inheritors(other->objid, NoLock, NULL), result))
				result = other->objid;
		}
	} while (result != before);
	return result;
}

/* No column of a kept table goes with something else: no version was kept of what was in it. */
static void
check_dropped_columns(List *columns)
{
	ListCell   *cell;

	foreach(cell, columns)
	{
		const Dropped *one = lfirst(cell);

		if (history_guarded(one->objid) == GUARDED_KEPT)
			ereport(ERROR,
					(errcode(ERRCODE_RESTRICT_VIOLATION),
					 errmsg("column %s of table %s, which is kept, cannot be dropped with what it needs", quote_identifier(one->part), history_qualified_name(one->objid)),
					 errdetail("What is in it would be lost, for now and for the past."),
					 errhint("ALTER TABLE %s DROP COLUMN %s; first: then it is in the history.", history_qualified_name(outermost(one, columns)), quote_identifier(one->part))));
	}
	foreach(cell, columns)
	{
		const Dropped *one = lfirst(cell);

		if (history_guarded(one->objid) == GUARDED_HISTORY)
			ereport(ERROR,
					(errcode(ERRCODE_RESTRICT_VIOLATION),
					 errmsg("column %s of history %s cannot be dropped with what it needs", quote_identifier(one->part), history_qualified_name(one->objid)),
					 errdetail("What was in it would be lost."),
					 errhint("ALTER TABLE %s ALTER COLUMN %s TYPE text; keeps it as text.", history_qualified_name(one->objid), quote_identifier(one->part))));
	}
}

/* Nor does a part of the values in one: of a composite type, or of a table's rows. */
static void
check_dropped_attribute(const Dropped *attribute)
{
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(attribute->objid)};
	Oid			relid;
	char	   *column;
	bool		isnull;

	history_read("SELECT holder, held FROM emgov_internal.holds_values_of($1)", lengthof(types), types, values);
	if (SPI_processed == 0)
		return;
	relid = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	if (isnull)
		return;
	column = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
	ereport(ERROR,
			(errcode(ERRCODE_RESTRICT_VIOLATION),
			 errmsg("column or attribute %s of %s cannot be dropped: it is a part of values in column %s of %s, which is kept", quote_identifier(attribute->part),
					quote_qualified_identifier(attribute->schema, attribute->name), quote_identifier(column), history_qualified_name(relid)),
			 errdetail("It would be gone from there, for now and for the past."),
			 history_guarded(relid) == GUARDED_KEPT ?
			 errhint("Give the table a column of another type, and ALTER TABLE %s DROP COLUMN %s; first: then it is in the history.", history_qualified_name(relid), quote_identifier(column)) :
			 errhint("ALTER TABLE %s ALTER COLUMN %s TYPE text; keeps it as text.", history_qualified_name(relid), quote_identifier(column))));
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
void
history_dropped(void *argument)
{
	Node	   *tree = argument;
	List	   *objects = dropped_objects();
	List	   *later = tables_of_command(tree);
	List	   *columns = NIL;	/* those of tables that the command is not about */
	List	   *keys = NIL;		/* tables that lost a constraint */
	bool		histories = false;
	bool		pasts = false;
	bool		functions = false;
	bool		guards = false;
	ListCell   *cell;

	foreach(cell, objects)
	{
		Dropped    *one = lfirst(cell);

		pasts |= may_read_past(one);
		functions |= strcmp(one->type, "function") == 0;
		guards |= may_guard(one);
		if (one->classid == RelationRelationId && one->column == 0)
		{
			histories |= strcmp(one->type, "table") == 0 && one->name != NULL && ends_in(one->name, "_history");
			if (strcmp(one->type, "table") == 0)
				check_dropped_partition(one);
		}
		else if (one->classid == RelationRelationId && one->part != NULL && get_rel_relkind(one->objid) != '\0')
		{
			check_dropped_attribute(one);
			if (!list_member_oid(later, one->objid))
				columns = lappend(columns, one);
		}
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
	foreach(cell, keys)
		if (history_guarded(lfirst_oid(cell)) == GUARDED_KEPT)
			history_run("SELECT emgov_internal.check_kept($1) WHERE emgov_internal.key_columns($1) IS NULL", lfirst_oid(cell), history_names(NIL), history_names(NIL));
	check_dropped_columns(columns);
	/* one without partitions holds nothing */
	foreach(cell, columns)
		if (get_rel_relkind(((const Dropped *) lfirst(cell))->objid) == RELKIND_PARTITIONED_TABLE)
			history_follow_partitions(((const Dropped *) lfirst(cell))->objid);
	/* those of a table that loses what it must have, and may not, are missed when ALTER TABLE has ended */
	if (IsA(tree, AlterTableStmt))
		return;
	if (pasts)
		check_dropped_functions();
	if (functions && guards)
		check_dropped_triggers();
}
