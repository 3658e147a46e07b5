/*
 * history_ddl.c
 *		Event triggers: a history follows its table through ALTER TABLE, in the same
 *		command; and no table inherits from one that is guarded.
 *
 * They look at the table that the command names, and at those that it reaches through
 * inheritance, and at no other.  What is left of a history's table is done by functions in
 * history_ddl.sql, history_columns.sql, history_drop.sql and history_partitions.sql: what stands where with the
 * rights of whoever gives the command, what could run somebody's code (a domain's check, a
 * cast) with the owner's in a restricted section.
 *
 * What comes and goes as a partition is in history_partitions.c, what is dropped in history_drop.c.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type_d.h"
#include "commands/event_trigger.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_type.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "ledger/history.h"
#include "ledger/history_ddl.h"
#include "ledger/kept.h"
#include "ledger/moment.h"
#include "locks.h"
#include "rollup/rollup.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(emgov_history_ddl_start);
PG_FUNCTION_INFO_V1(emgov_history_ddl_end);
PG_FUNCTION_INFO_V1(emgov_history_ddl_drop);

static bool following = false;	/* this is our own ALTER TABLE */
static bool keeping = false;	/* rows are made versions of, which fires the table's own triggers */

/* What a table is, by its triggers; and whose table is another's history. */
Guarded
history_guarded(Oid relid)
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
void
history_run(const char *sql, Oid relid, Datum first, Datum second)
{
	Oid			types[] = {REGCLASSOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[] = {ObjectIdGetDatum(relid), first, second};

	if (SPI_execute_with_args(sql, 3, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
}

/*
 * Read the catalogs as they are now, whatever the transaction's snapshot, by functions that are STABLE: what a table is to the ledger
 * counts as the server's own commands see it.
 */
void
history_read(const char *sql, int nargs, Oid *types, Datum *values)
{
	PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_with_args(sql, nargs, types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
	PopActiveSnapshot();
}

/* A text that a query about an object gives; NULL if it gives none. */
static char *
text_of(const char *sql, Oid object, bool as_of_now)
{
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(object)};

	if (as_of_now)
		history_read(sql, lengthof(types), types, values);
	else if (SPI_execute_with_args(sql, lengthof(types), types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
	return SPI_processed == 0 ? NULL : SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/*
 * What follows a command is done by SQL, which sees the catalogs by the transaction's snapshot: an error if a query about an object
 * gives another text by that than now.
 */
static void
refuse_old_snapshot(const char *sql, Oid object)
{
	char	   *now;
	char	   *seen;

	if (!IsolationUsesXactSnapshot())
		return;
	now = text_of(sql, object, true);
	seen = text_of(sql, object, false);
	if ((now == NULL) != (seen == NULL) || (now != NULL && strcmp(now, seen) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("What this command is about was kept, or changed otherwise, after this transaction's snapshot."),
				 errhint("The transaction might succeed if retried.")));
}

/* The same of tables that a command is about, and of what is kept with them. */
static void
refuse_old_tables(List *relids)
{
	ListCell   *cell;

	foreach(cell, relids)
		refuse_old_snapshot("SELECT emgov_internal.kept_shape($1::pg_catalog.regclass)", lfirst_oid(cell));
}

/* A list of names as an array. */
Datum
history_names(List *names)
{
	Datum	   *elements = palloc(sizeof(Datum) * (list_length(names) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, names)
		elements[n++] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The same as the table's owner, in a restricted section. */
void
history_run_as_owner(const char *sql, Oid relid, List *first, List *second)
{
	RollupContext rights;

	rollup_enter(&rights, rollup_relation_owner(relid));
	history_run(sql, relid, history_names(first), history_names(second));
	rollup_leave(&rights);
}

/*
 * The same, where values are cast: with the session's settings, as the command itself casts those of the table.  What can be read is
 * read as of now.
 */
static void
run_cast_as_owner(const char *sql, Oid relid, List *first, List *second, bool read_only)
{
	static const char *const settings[] = {"TimeZone", "DateStyle", "IntervalStyle", "timezone_abbreviations", "extra_float_digits", "bytea_output", "array_nulls", "xmlbinary", "xmloption"};
	Oid			types[] = {REGCLASSOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[] = {ObjectIdGetDatum(relid), history_names(first), history_names(second)};
	char	   *now[lengthof(settings)];
	RollupContext rights;

	for (size_t i = 0; i < lengthof(settings); i++)
		now[i] = pstrdup(GetConfigOption(settings[i], false, false));
	rollup_enter(&rights, rollup_relation_owner(relid));
	for (size_t i = 0; i < lengthof(settings); i++)
		if (strcmp(GetConfigOption(settings[i], false, false), now[i]) != 0)
			(void) set_config_option(settings[i], now[i], PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (read_only)
		PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_with_args(sql, lengthof(types), types, values, NULL, read_only, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
	if (read_only)
		PopActiveSnapshot();
	rollup_leave(&rights);
}

/*
 * A table and those that inherit from it, unless ONLY it is meant, in the order in which a command locks them.  Those of others
 * the command refuses to change, or lets alone.
 */
List *
history_reached(Oid relid, bool only, LOCKMODE mode)
{
	List	   *result = NIL;
	ListCell   *cell;

	if (only)
		return list_make1_oid(relid);
	foreach(cell, find_all_inheritors(relid, mode, NULL))
		if (relation_ownercheck(lfirst_oid(cell), GetUserId()))
			result = lappend_oid(result, lfirst_oid(cell));
	return result;
}

/* The kept tables among those that a command on a table reaches. */
static List *
kept_below(Oid relid, bool only)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, history_reached(relid, only, NoLock))
		if (history_guarded(lfirst_oid(cell)) == GUARDED_KEPT)
			result = lappend_oid(result, lfirst_oid(cell));
	return result;
}

/*
 * The tables that ALTER TABLE, or ALTER TYPE, changes: one; or those of a type.  There is no index: ALTER TYPE itself reads all
 * relations for them, and as of now, whatever its transaction's snapshot.
 */
List *
history_altered_tables(Oid relid)
{
	Relation	relations;
	ScanKeyData key;
	TableScanDesc scan;
	HeapTuple	tuple;
	List	   *result = NIL;

	if (!OidIsValid(relid))
		return NIL;
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return list_make1_oid(relid);
	relations = table_open(RelationRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_class_reloftype, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(get_rel_type_id(relid)));
	scan = table_beginscan_catalog(relations, 1, &key);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
		result = lappend_oid(result, ((Form_pg_class) GETSTRUCT(tuple))->oid);
	table_endscan(scan);
	table_close(relations, AccessShareLock);
	return result;
}

/* The name of a table, with its schema. */
char *
history_qualified_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* The columns of a table with publications stay as they are. */
static void
refuse_publication(Oid relid)
{
	if (history_guarded(relid) == GUARDED_PUBLICATION)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("columns of \"%s\" can be neither renamed, dropped nor changed", get_rel_name(relid)),
				 errdetail("It holds what was published.")));
}

/* The first trigger that may keep a row from being updated; NULL if there is none. */
static const char *
first_before_update(Oid relid)
{
	Relation	relation = RelationIdGetRelation(relid);
	const char *result = NULL;

	if (relation == NULL)
		return NULL;
	for (int i = 0; result == NULL && relation->trigdesc != NULL && i < relation->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &relation->trigdesc->triggers[i];

		if (TRIGGER_FOR_ROW(trigger->tgtype) && TRIGGER_FOR_BEFORE(trigger->tgtype) && TRIGGER_FOR_UPDATE(trigger->tgtype) &&
			trigger->tgenabled != TRIGGER_DISABLED && strcmp(trigger->tgname, DATING_TRIGGER) != 0)
			result = pstrdup(trigger->tgname);
	}
	RelationClose(relation);
	return result;
}

/* Not each row became a version: what dates them was not asked of `dated` rows of `updated`, or not each row was updated. */
static void
refuse_unkept(Oid relid, uint64 updated, uint64 dated)
{
	const char *table = history_qualified_name(relid);
	const char *trigger = first_before_update(relid);

	if (dated < updated)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("columns of \"%s\" can be neither dropped nor changed: its versions are not being kept", get_rel_name(relid)),
				 errdetail("Trigger " DATING_TRIGGER " does not fire, and a version of every row is kept as it was before."),
				 SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ?
				 errhint("SET session_replication_role = origin;") : errhint("ALTER TABLE %s ENABLE TRIGGER " DATING_TRIGGER ";", table)));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("columns of \"%s\" can be neither dropped nor changed: a trigger or a rule of it lets not every row be updated", get_rel_name(relid)),
			 errdetail("A version of every row is kept as it was before."),
			 trigger != NULL ? errhint("ALTER TABLE %s DISABLE TRIGGER %s; meanwhile.", table, quote_identifier(trigger)) : errhint("Drop the rule.")));
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

/* What an error says besides while rows are kept: constraints that are checked only when the transaction ends are none that may run then. */
static void
hint_at_deferred(void *argument pg_attribute_unused())
{
	if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE)
		errhint("If constraints are checked only when the transaction ends: SET CONSTRAINTS ALL IMMEDIATE; first.");
}

/* How many rows a table has, now or as this transaction sees it; the table is locked. */
static uint64
count_rows(Oid relid, bool now)
{
	bool		isnull;

	PushActiveSnapshot(now ? GetLatestSnapshot() : GetTransactionSnapshot());
	if (SPI_execute(psprintf("SELECT pg_catalog.count(*) FROM ONLY %s", history_qualified_name(relid)), true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not count the rows of \"%s\"", get_rel_name(relid));
	PopActiveSnapshot();
	return (uint64) DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* Each value of a column that goes, or is to be another, is looked at; the owner must see all rows, of the history too. */
static void
refuse_row_security(Oid relid)
{
	if (check_enable_rls(relid, rollup_relation_owner(relid), true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("columns of \"%s\" can be neither dropped nor changed: row security hides rows from its owner", get_rel_name(relid)),
				 errdetail("A version of every row is kept as it was before."),
				 errhint("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY; meanwhile.", history_qualified_name(relid))));
}

/* The same of a kept table and its history. */
static void
refuse_row_security_of_both(Oid relid)
{
	Relation	relation = table_open(relid, NoLock);
	Oid			history = kept_history(relation);

	table_close(relation, NoLock);
	refuse_row_security(relid);
	if (OidIsValid(history))
		refuse_row_security(history);
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
	volatile uint64 updated = 0;
	ErrorContextCallback hint = {.callback = hint_at_deferred};

	refuse_row_security(relid);
	rollup_enter(&rights, rollup_relation_owner(relid));
	(void) set_config_option(SETTING_KNOWN_AT, "", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (IsolationUsesXactSnapshot() && count_rows(relid, false) != count_rows(relid, true))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("Table \"%s\", of which columns are to be dropped or changed, was written to after this transaction's snapshot.", get_rel_name(relid)),
				 errhint("The transaction might succeed if retried.")));
	hint.previous = error_context_stack;
	error_context_stack = &hint;
	PG_TRY();
	{
		history_keep_all = keeping = true;
		history_counted = relid;
		history_dated = 0;
		if (SPI_execute(psprintf("UPDATE ONLY %s SET known_from = known_from", history_qualified_name(relid)), false, 0) == SPI_OK_UPDATE)
			updated = SPI_processed;
	}
	PG_FINALLY();
	{
		history_keep_all = before;
		history_counted = InvalidOid;
		keeping = false;
	}
	PG_END_TRY();
	error_context_stack = hint.previous;
	/* a trigger of the table's own may have changed some more than once */
	if (history_dated < updated || updated != count_rows(relid, true))
		refuse_unkept(relid, updated, history_dated);
	rollup_leave(&rights);
}

/* The first of some names that is a column of a table, or of its primary key; NULL if there is none. */
static const char *
first_column(List *names, Oid relid, bool of_key)
{
	Relation	relation = RelationIdGetRelation(relid);
	Bitmapset  *key = NULL;
	const char *result = NULL;
	ListCell   *cell;

	if (relation == NULL)
		return NULL;
	if (of_key)
		key = RelationGetIndexAttrBitmap(relation, INDEX_ATTR_BITMAP_PRIMARY_KEY);
	foreach(cell, names)
	{
		AttrNumber	column = get_attnum(relid, lfirst(cell));

		if (column > 0 && (!of_key || bms_is_member(column - FirstLowInvalidHeapAttributeNumber, key)))
		{
			result = lfirst(cell);
			break;
		}
	}
	RelationClose(relation);
	return result;
}

/* The key of a record is not changed: its versions are told by it. */
static void
refuse_other_keys(Oid relid, List *computed)
{
	const char *column = first_column(computed, relid, true);

	if (column != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("the keys of rows of %s, which is kept, cannot be changed", history_qualified_name(relid)),
				 errdetail("Column \"%s\" is of its primary key, and the versions of a row are told by that.", column),
				 errhint("Give it the new type without USING. CALL emgov.release_versions(%s) gives the versions up.", quote_literal_cstr(history_qualified_name(relid)))));
}

/*
 * Before columns are renamed, added, dropped or changed: what is named so in the history
 * makes room, and the functions that read the past let go of what goes.  What a definition
 * holds is refused here, for the server's hint would have the user drop the definition's units.
 */
static void
before_columns(Oid relid, bool only, List *renamed, List *added, List *gone, List *held, List *changed, List *types, List *computed, bool other_values)
{
	List	   *tables;			/* it, and those that inherit from it, unless it is changed only */
	ListCell   *cell;

	/* if the user may not, the command itself says so */
	if (!relation_ownercheck(relid, GetUserId()))
		return;
	if (renamed != NIL || gone != NIL || other_values)
		refuse_publication(relid);
	if (held != NIL)
		history_run("SELECT emgov_internal.refuse_used_columns($1, $2)", relid, history_names(held), history_names(NIL));
	/* as the command itself locks them, the table before its partitions: while this waits, some may come or go, or all be dropped */
	LockRelationOid(relid, AccessExclusiveLock);
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		return;
	tables = history_reached(relid, only, AccessExclusiveLock);
	refuse_old_tables(tables);
	/* what reads the past of all partitions first: it reads what those have */
	if (gone != NIL)
		history_make_partitions_past(relid, gone);
	foreach(cell, tables)
	{
		if (history_guarded(lfirst_oid(cell)) != GUARDED_KEPT)
			continue;
		if (added != NIL || changed != NIL)
			history_note_others(lfirst_oid(cell));
		refuse_other_keys(lfirst_oid(cell), computed);
		/* of what is computed anew the versions that are there now count, and of these each is in the history then */
		if (changed != NIL)
		{
			refuse_row_security_of_both(lfirst_oid(cell));
			run_cast_as_owner("SELECT emgov_internal.refuse_lossy($1, $2, $3, false)", lfirst_oid(cell), changed, types, true);
		}
		if (other_values)
			keep_rows(lfirst_oid(cell));
		if (changed != NIL && other_values)
			run_cast_as_owner("SELECT emgov_internal.refuse_lossy($1, $2, $3, true)", lfirst_oid(cell), changed, types, true);
		if (renamed != NIL)
			history_run_as_owner("SELECT emgov_internal.before_rename($1, $2[1], $2[2])", lfirst_oid(cell), renamed, NIL);
		else
			history_run_as_owner("SELECT emgov_internal.before_alter($1, $2, $3)", lfirst_oid(cell), added, gone);
	}
	if (renamed != NIL)
		foreach(cell, tables)
			history_run_as_owner("SELECT emgov_internal.released_column($1, $2[1], $2[2])", lfirst_oid(cell), renamed, NIL);
}

/* Does ALTER COLUMN TYPE compute other values than those of the column, cast to its new type?  A cast to another type on the way may change them. */
static bool
computes_values(AlterTableCmd *cmd)
{
	const ColumnDef *column = castNode(ColumnDef, cmd->def);
	Node	   *expression = column->raw_default;

	if (expression != NULL && IsA(expression, TypeCast) && equal(((TypeCast *) expression)->typeName, column->typeName))
		expression = ((TypeCast *) expression)->arg;
	return expression != NULL &&
		!(IsA(expression, ColumnRef) && list_length(((ColumnRef *) expression)->fields) == 1 &&
		  IsA(linitial(((ColumnRef *) expression)->fields), String) &&
		  strcmp(strVal(linitial(((ColumnRef *) expression)->fields)), cmd->name) == 0);
}

/*
 * Before columns of a history get another type: only such as it alone has, and of the values that are there; what reads the past lets go
 * of them.
 */
static void
before_history_alter(Oid relid, List *columns, List *types, List *computed)
{
	Oid			argument[] = {OIDOID};
	Datum		value[] = {ObjectIdGetDatum(relid)};
	const char *column;
	bool		isnull;

	if (!relation_ownercheck(relid, GetUserId()) || history_guarded(relid) != GUARDED_HISTORY)
		return;
	LockRelationOid(relid, AccessExclusiveLock);
	history_read("SELECT emgov_internal.kept_by($1::pg_catalog.regclass)::pg_catalog.oid", lengthof(argument), argument, value);
	value[0] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (!isnull && (column = first_column(columns, DatumGetObjectId(value[0]), false)) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("column \"%s\" of history %s cannot be changed", column, history_qualified_name(relid)),
				 errdetail("It has the type that it has in the table."),
				 errhint("ALTER TABLE %s ALTER COLUMN %s …; the history follows.", history_qualified_name(DatumGetObjectId(value[0])), quote_identifier(column))));
	if ((column = first_column(computed, relid, false)) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("what is in column \"%s\" of history %s cannot be changed", column, history_qualified_name(relid)),
				 errdetail("It holds past versions of the table's rows."),
				 errhint("Give it another type without USING.")));
	refuse_row_security(relid);
	run_cast_as_owner("SELECT emgov_internal.refuse_lossy($1, $2, $3, false)", relid, columns, types, true);
	history_run_as_owner("SELECT emgov_internal.make_as_of(emgov_internal.kept_by($1), $3) WHERE emgov_internal.kept_by($1) IS NOT NULL", relid, NIL, columns);
}

/*
 * The type that ALTER COLUMN TYPE gives to a column, by number and modifier, and whether other values are computed; if there is none of that
 * name, the command itself says so.
 */
static char *
new_type(AlterTableCmd *cmd)
{
	int32		modifier = -1;
	Type		type = LookupTypeName(NULL, castNode(ColumnDef, cmd->def)->typeName, &modifier, true);
	char	   *result = psprintf("%u %d %s", type == NULL ? InvalidOid : typeTypeId(type), modifier, computes_values(cmd) ? "computed" : "cast");

	if (type != NULL)
		ReleaseSysCache(type);
	return result;
}

/* What does not outlive a crash keeps nothing. */
static void
refuse_unlogged(RangeVar *named)
{
	Oid			relid = rollup_lock_own(named, AccessExclusiveLock);

	if (OidIsValid(relid) && history_guarded(relid) != GUARDED_NOT)
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
	List	   *changed = NIL;	/* those among them that get another type, and which */
	List	   *types = NIL;
	List	   *computed = NIL; /* those whose values are not cast, but computed */
	List	   *tables;
	bool		other_values = false;
	ListCell   *cell;

	foreach(cell, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		other_values |= cmd->subtype == AT_DropColumn || is_set_expression(cmd->subtype) || (cmd->subtype == AT_AlterColumnType && computes_values(cmd));
		if (cmd->subtype == AT_ChangeOwner)
			history_before_owner(stmt->relation, cmd->newowner);
		else if (cmd->subtype == AT_SetUnLogged)
			refuse_unlogged(stmt->relation);
		else if (cmd->subtype == AT_AttachPartition || cmd->subtype == AT_DetachPartition || cmd->subtype == AT_DetachPartitionFinalize)
			history_before_partition(stmt->relation, cmd);
		else if (cmd->subtype == AT_AddColumn)
			added = lappend(added, castNode(ColumnDef, cmd->def)->colname);
		else if (cmd->subtype == AT_DropColumn || cmd->subtype == AT_AlterColumnType)
		{
			gone = lappend(gone, cmd->name);
			if (cmd->subtype == AT_AlterColumnType)
			{
				changed = lappend(changed, cmd->name);
				if (computes_values(cmd))
					computed = lappend(computed, cmd->name);
			}
			if (cmd->subtype == AT_AlterColumnType || cmd->behavior != DROP_CASCADE)
				held = lappend(held, cmd->name);
		}
	}
	if (added == NIL && gone == NIL && !other_values)
		return;
	/* locked by name, as the command will: while this waits another table may get the name */
	tables = history_altered_tables(rollup_lock_own(stmt->relation, AccessExclusiveLock));
	foreach(cell, stmt->cmds)
		if (lfirst_node(AlterTableCmd, cell)->subtype == AT_AlterColumnType)
			types = lappend(types, new_type(lfirst_node(AlterTableCmd, cell)));
	if (changed != NIL)
		foreach(cell, tables)
			before_history_alter(lfirst_oid(cell), changed, types, computed);
	foreach(cell, tables)
		before_columns(lfirst_oid(cell), !stmt->relation->inh, NIL, added, gone, held, changed, types, computed, other_values);
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

/*
 * Before DROP SCHEMA … CASCADE: with a ledger go its other schemas.  They are added to those that the command names, which has
 * its parse tree for itself (ProcessUtility() copies what a plan holds); so all goes at once, and what a kept table elsewhere
 * would lose is seen when it has gone.
 */
static void
before_drop(DropStmt *stmt)
{
	List	   *named = NIL;
	ListCell   *cell;

	if (stmt->removeType == OBJECT_TABLE)
		history_refuse_partitions(stmt);
	if (stmt->removeType != OBJECT_SCHEMA || stmt->behavior != DROP_CASCADE)
		return;
	foreach(cell, stmt->objects)
		named = lappend(named, strVal(lfirst(cell)));
	foreach(cell, named)
	{
		Oid			types[] = {OIDOID};
		Datum		values[] = {ObjectIdGetDatum(get_namespace_oid(lfirst(cell), true))};

		/* if the user may not, the command itself says so */
		if (!OidIsValid(DatumGetObjectId(values[0])) || !schema_ownercheck(DatumGetObjectId(values[0]), GetUserId()))
			continue;
		history_read("SELECT emgov_internal.schemas_with($1)", lengthof(types), types, values);
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			MemoryContext before = MemoryContextSwitchTo(GetMemoryChunkContext(stmt->objects));

			stmt->objects = list_append_unique(stmt->objects, makeString(pstrdup(SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1))));
			MemoryContextSwitchTo(before);
		}
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

static void
start(void *tree)
{
	ObjectType	type;
	ObjectWithArgs *placed = history_placed_function(tree, &type);

	if (placed != NULL)
		history_refuse_placing(tree, placed, type);
	if ((IsA(tree, RenameStmt) || IsA(tree, AlterTableStmt) || IsA(tree, AlterObjectSchemaStmt)) && concerns_history(tree))
		history_know_partitions(IsA(tree, RenameStmt) ? ((RenameStmt *) tree)->relation : IsA(tree, AlterTableStmt) ? ((AlterTableStmt *) tree)->relation :
								((AlterObjectSchemaStmt *) tree)->relation);
	if (IsA(tree, AlterTableStmt))
		before_alter(tree);
	else if (IsA(tree, CreateStmt))
		history_before_new_partition(tree);
	else if (IsA(tree, DropStmt))
		before_drop(tree);
	else if (IsA(tree, RenameStmt))
	{
		RenameStmt *stmt = tree;
		ListCell   *cell;

		if ((stmt->renameType == OBJECT_COLUMN || stmt->renameType == OBJECT_ATTRIBUTE) && stmt->relation != NULL)
			foreach(cell, history_altered_tables(rollup_lock_own(stmt->relation, AccessExclusiveLock)))
				before_columns(lfirst_oid(cell), !stmt->relation->inh, list_make2(stmt->subname, stmt->newname), NIL, NIL, NIL, NIL, NIL, NIL, false);
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
		Guarded		child_is = history_guarded(relid);

		if (history_guarded(parent) != GUARDED_NOT || child_is == GUARDED_HISTORY || child_is == GUARDED_PUBLICATION)
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

/* After a command, of which `tree` is the parse tree, on a table. */
static void
follow_command(Node *tree, Oid relid, bool only)
{
	ListCell   *cell;

	if (get_rel_relkind(relid) == '\0')
		return;
	check_inheritance(relid);
	if (IsA(tree, CreateStmt) || IsA(tree, CreateSchemaStmt))
	{
		/* also one of those that a CREATE SCHEMA holds */
		if (get_rel_relispartition(relid))
		{
			foreach(cell, get_partition_ancestors(relid))
				(void) lock_writer(lfirst_oid(cell));
			history_follow_partitions(relid);
		}
		return;
	}
	if (history_guarded(relid) == GUARDED_HISTORY)
	{
		history_run("SELECT emgov_internal.check_kept(emgov_internal.kept_by($1))", relid, history_names(NIL), history_names(NIL));
		/* what reads it has gone along, perhaps, or has let go of columns */
		if (IsA(tree, AlterTableStmt))
			run_cast_as_owner("SELECT emgov_internal.follow(emgov_internal.kept_by($1)) WHERE emgov_internal.kept_by($1) IS NOT NULL", relid, NIL, NIL, false);
	}
	foreach(cell, kept_below(relid, only))
	{
		history_run("SELECT emgov_internal.follow_place($1)", lfirst_oid(cell), history_names(NIL), history_names(NIL));
		run_cast_as_owner("SELECT emgov_internal.follow($1)", lfirst_oid(cell), NIL, NIL, false);
		history_run("SELECT emgov_internal.check_kept($1)", lfirst_oid(cell), history_names(NIL), history_names(NIL));
	}
	if (get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE || get_rel_relispartition(relid))
		history_follow_partitions(relid);
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

			refuse_old_snapshot("SELECT emgov_internal.is_ledger($1)::text", get_namespace_oid(stmt->newname, true));
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
			relids = list_concat_unique_oid(relids, history_altered_tables(relid));
		else if (!isnull)
			relids = list_append_unique_oid(relids, relid);
	}
	refuse_old_tables(relids);
	foreach(cell, relids)
		follow_command(tree, lfirst_oid(cell), named != NULL && !named->inh);
	if (IsA(tree, AlterTableStmt))
	{
		history_keep_detached((AlterTableStmt *) tree);
		history_after_partitions((AlterTableStmt *) tree);
	}
}

/* ALTER INDEX and ALTER VIEW rename tables and their columns, too; else they are of no concern. */
static bool
alters_no_table(Node *tree)
{
	return IsA(tree, AlterTableStmt) && ((AlterTableStmt *) tree)->objtype != OBJECT_TABLE && ((AlterTableStmt *) tree)->objtype != OBJECT_FOREIGN_TABLE &&
		((AlterTableStmt *) tree)->objtype != OBJECT_TYPE;
}

/* emgov_internal.history_ddl_start() returns event_trigger: before CREATE TABLE, ALTER TABLE, ALTER FUNCTION, DROP TABLE and DROP SCHEMA. */
Datum
emgov_history_ddl_start(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	ObjectType	type;

	refuse_while_keeping();
	if (!following && !IsBinaryUpgrade && !alters_no_table(event->parsetree) &&
		(IsA(event->parsetree, AlterTableStmt) || IsA(event->parsetree, RenameStmt) || IsA(event->parsetree, DropStmt) || IsA(event->parsetree, AlterObjectSchemaStmt) ||
		 (IsA(event->parsetree, CreateStmt) && ((CreateStmt *) event->parsetree)->partbound != NULL) || history_placed_function(event->parsetree, &type) != NULL))
		without_following(start, event->parsetree);
	PG_RETURN_NULL();
}

/* emgov_internal.history_ddl_end() returns event_trigger: after the commands that history_ddl.sql names. */
Datum
emgov_history_ddl_end(PG_FUNCTION_ARGS)
{
	EventTriggerData *event = rollup_event_data(fcinfo);

	refuse_while_keeping();
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
	if (!following && !IsBinaryUpgrade && history_may_drop(event->parsetree))
		without_following(history_dropped, event->parsetree);
	PG_RETURN_NULL();
}
