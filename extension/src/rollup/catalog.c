/*
 * catalog.c
 *		The table emgov.rollup, and running SQL with the rollup owner's rights.
 *
 * The table is read with the catalog snapshot, never with the transaction's: a
 * writer at REPEATABLE READ must find a rollup made after its snapshot, as it finds
 * the triggers that call for it.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/extension.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "rollup/expression.h"
#include "rollup/rollup.h"
#include "settings.h"

/* The columns of emgov.rollup that C reads. */
enum
{
	COLUMN_ID = 1, COLUMN_VIEW, COLUMN_QUERY, COLUMN_TOTAL, COLUMN_DELTA, COLUMN_SOURCE, COLUMN_LEDGER, COLUMN_STALE,
	COLUMN_APPROVED_OWNER, COLUMN_APPROVED_BY
};

/* Of emgov.rollup_log. */
enum
{
	COLUMN_LOG_ROLLUP = 1
};

/* The indexes by which a row is found. */
static const struct
{
	int			column;
	const char *index;
}			indexes[] = {
	{COLUMN_ID, "rollup_pkey"},
	{COLUMN_VIEW, "rollup_view_key"},
	{COLUMN_QUERY, "rollup_query_key"},
	{COLUMN_TOTAL, "rollup_total_key"},
	{COLUMN_DELTA, "rollup_delta_key"},
	{COLUMN_SOURCE, "rollup_source_idx"},
};

/*
 * A relation of the extension's; InvalidOid where it is not, or is being made or dropped.  In a
 * database without the extension a schema of this name is anybody's, and so is what is in it.
 */
static Oid
extension_relation(const char *name)
{
	static Oid	ours[8];		/* seen to be the extension's: that is not looked up again */
	static int	next = 0;
	Oid			schema = get_namespace_oid("emgov", true);
	Oid			relid = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;

	for (int i = 0; i < (int) lengthof(ours); i++)
		if (ours[i] == relid)
			return relid;
	if (!OidIsValid(get_extension_oid("emgov", true)))
		return InvalidOid;
	ours[next++ % lengthof(ours)] = relid;
	return relid;
}

/* emgov.rollup itself; InvalidOid if there is none. */
Oid
rollup_catalog(void)
{
	return extension_relation("rollup");
}

/* Has emgov.rollup the columns that this library reads?  Not between a newer library and ALTER EXTENSION UPDATE. */
bool
rollup_catalog_is_current(void)
{
	Oid			relid = rollup_catalog();
	Relation	rel = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;
	bool		result = rel != NULL && RelationGetNumberOfAttributes(rel) >= COLUMN_APPROVED_BY;

	if (rel != NULL)
		relation_close(rel, AccessShareLock);
	return result;
}

/* emgov.rollup_log. */
Oid
rollup_log_catalog(void)
{
	return extension_relation("rollup_log");
}

/* A name, "" for NULL. */
static void
read_name(Datum name, const bool *isnull, char *result)
{
	strlcpy(result, *isnull ? "" : NameStr(*DatumGetName(name)), NAMEDATALEN);
}

/* Read a row of emgov.rollup. */
static Rollup *
read_rollup(HeapTuple tuple, TupleDesc desc)
{
	Rollup	   *rollup = palloc0(sizeof(Rollup));
	bool		isnull;

	if (desc->natts < COLUMN_APPROVED_BY)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("extension \"emgov\" of this database is older than its library"),
				 errhint("Run ALTER EXTENSION emgov UPDATE.")));
	strlcpy(rollup->id, TextDatumGetCString(heap_getattr(tuple, COLUMN_ID, desc, &isnull)), sizeof(rollup->id));
	rollup->view = DatumGetObjectId(heap_getattr(tuple, COLUMN_VIEW, desc, &isnull));
	rollup->query = DatumGetObjectId(heap_getattr(tuple, COLUMN_QUERY, desc, &isnull));
	rollup->total = DatumGetObjectId(heap_getattr(tuple, COLUMN_TOTAL, desc, &isnull));
	rollup->delta = DatumGetObjectId(heap_getattr(tuple, COLUMN_DELTA, desc, &isnull));
	rollup->source = DatumGetObjectId(heap_getattr(tuple, COLUMN_SOURCE, desc, &isnull));
	heap_getattr(tuple, COLUMN_STALE, desc, &isnull);
	rollup->stale = !isnull;
	read_name(heap_getattr(tuple, COLUMN_APPROVED_OWNER, desc, &isnull), &isnull, rollup->approved_owner);
	read_name(heap_getattr(tuple, COLUMN_APPROVED_BY, desc, &isnull), &isnull, rollup->approved_by);
	rollup->place = tuple->t_self;
	return rollup;
}

/* The rollups in whose row a column has a value, by the column's index; a list of Rollup. */
static List *
find_rollups(int column, Datum value)
{
	List	   *result = NIL;
	Oid			relid = extension_relation("rollup");
	Oid			index = InvalidOid;
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int			i;

	if (!OidIsValid(relid))
		return NIL;
	for (i = 0; i < (int) lengthof(indexes); i++)
		if (indexes[i].column == column)
			index = extension_relation(indexes[i].index);
	ScanKeyInit(&key, column, BTEqualStrategyNumber, column == COLUMN_ID ? F_TEXTEQ : F_OIDEQ, value);
	rel = table_open(relid, AccessShareLock);
	scan = systable_beginscan(rel, index, OidIsValid(index), NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		result = lappend(result, read_rollup(tuple, RelationGetDescr(rel)));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* Find a rollup by its id; false, or an ERROR, if there is none. */
bool
rollup_by_id(const char *id, Rollup *rollup, bool missing_ok)
{
	List	   *found = find_rollups(COLUMN_ID, CStringGetTextDatum(id));

	if (found != NIL)
	{
		*rollup = *(Rollup *) linitial(found);
		return true;
	}
	if (!missing_ok)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no rollup with id \"%s\"", id),
				 errdetail("The table has triggers of a rollup that emgov.rollup does not list."),
				 errhint("Drop the triggers " ROLLUP_TRIGGER_PREFIX "%s_* and what is left of the rollup, and create it again.", id)));
	return false;
}

/* Find the rollup that a relation is a part of: view, query, total or delta; false if there is none. */
bool
rollup_by_part(Oid relid, Rollup *rollup)
{
	int			column;

	for (column = COLUMN_VIEW; column <= COLUMN_DELTA; column++)
	{
		List	   *found = find_rollups(column, ObjectIdGetDatum(relid));

		if (found != NIL)
		{
			*rollup = *(Rollup *) linitial(found);
			return true;
		}
	}
	return false;
}

/* The rollups over a table, as a list of Rollup. */
List *
rollups_over(Oid source)
{
	return find_rollups(COLUMN_SOURCE, ObjectIdGetDatum(source));
}

/* The rollups over a table and over the partitioned tables above it. */
List *
rollups_above(Oid relid)
{
	List	   *result = rollups_over(relid);
	ListCell   *cell;

	if (get_rel_relispartition(relid))
		foreach(cell, get_partition_ancestors(relid))
			result = list_concat(result, rollups_over(lfirst_oid(cell)));
	return result;
}

/* Find a rollup by its view's name, looked up as the server looks up a table; locks nothing. */
Rollup *
rollup_by_name(const char *name)
{
	RangeVar   *range = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name)));
	List	   *found = find_rollups(COLUMN_VIEW, ObjectIdGetDatum(RangeVarGetRelid(range, NoLock, false)));

	if (found == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a rollup", name),
				 errhint("The view emgov.rollups lists all rollups.")));
	return linitial(found);
}

/* The owner of a relation; InvalidOid if there is no such relation. */
Oid
rollup_relation_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Has a system catalog a row for a relation, by an index on its OID? */
static bool
has_row(Oid catalog, Oid index, AttrNumber column, Oid relid)
{
	Relation	rel = table_open(catalog, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, index, true, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/*
 * What a total or delta table has that it must not; NULL if it is as it was made.  The
 * flags of pg_class stay on after the last trigger or rule is gone.
 */
static const char *
fault_of_part(Form_pg_class part, char persistence)
{
	if (part->relkind != RELKIND_RELATION)
		return "is no table any more";
	if (part->relhastriggers && has_row(TriggerRelationId, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, part->oid))
		return "has a trigger, or a foreign key";
	if (part->relhasrules && has_row(RewriteRelationId, RewriteRelRulenameIndexId, Anum_pg_rewrite_ev_class, part->oid))
		return "has a rule";
	if (part->relispartition || has_superclass(part->oid))
		return "is a partition or an inheritance child";
	if (part->relhassubclass && find_inheritance_children(part->oid, NoLock) != NIL)
		return "has inheritance children";
	if (part->relforcerowsecurity)
		return "forces row-level security on its owner";
	if (part->relpersistence != persistence)
		return "is not logged as its source is";
	return NULL;
}

/*
 * An ERROR if a total or delta table has what could act, or hide rows, when a writer's
 * statement touches it: triggers wait for the end of a statement or of the transaction,
 * when nothing holds them to the rights of the rollup's owner.
 */
void
rollup_check_part(const Rollup *rollup, Oid relid)
{
	HeapTuple	tuple;
	const char *fault;

	if (relid != rollup->total && relid != rollup->delta)
		return;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return;
	fault = fault_of_part((Form_pg_class) GETSTRUCT(tuple), get_rel_persistence(rollup->source));
	if (fault)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" of rollup \"%s\" %s", get_rel_name(relid), get_rel_name(rollup->view), fault),
				 errdetail("Nothing but the rollup may act on its tables."),
				 errhint("Undo that, or drop the rollup with emgov.drop_rollup().")));
	ReleaseSysCache(tuple);
}

/*
 * Who owns a rollup.  An ERROR if its parts have several owners: whoever owned one of
 * the tables could make it act with the rights of the query's owner.  An ERROR also if
 * a table of it is not as it was made.
 */
Oid
rollup_owner(const Rollup *rollup)
{
	Oid			parts[] = {rollup->view, rollup->query, rollup->total, rollup->delta};
	Oid			owner = rollup_relation_owner(rollup->query);
	int			i;

	for (i = 0; i < (int) lengthof(parts); i++)
	{
		if (rollup_relation_owner(parts[i]) != owner || !OidIsValid(owner))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the parts of rollup \"%s\" do not have one owner", get_rel_name(rollup->view)),
					 errdetail("They are %s, %s, %s and %s.", rollup_name(rollup->view), rollup_name(rollup->query),
							   rollup_name(rollup->total), rollup_name(rollup->delta)),
					 errhint("Give all of them to the same owner with ALTER TABLE ... OWNER TO.")));
		rollup_check_part(rollup, parts[i]);
	}
	return owner;
}

/*
 * An ERROR unless the current user owns the rollup, all of it: the parts of a
 * rollup with several owners would lend one owner's rights to the other.
 */
void
rollup_check_owner(const Rollup *rollup)
{
	Oid			parts[] = {rollup->view, rollup->query, rollup->total, rollup->delta};
	int			i;

	for (i = 0; i < (int) lengthof(parts); i++)
		if (!relation_ownercheck(parts[i], GetUserId()))
			aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(parts[i]));
}

/*
 * From here on act as `user` in a security-restricted operation.  The settings that the
 * meaning of values and names depends on are pinned, search_path to schemas that nobody
 * but the server's owner can put objects in: a rollup does not depend on what the
 * session of whoever writes has set.
 */
void
rollup_enter(RollupContext *context, Oid user)
{
	GetUserIdAndSecContext(&context->user, &context->security);
	SetUserIdAndSecContext(user, context->security | SECURITY_RESTRICTED_OPERATION);
	context->guc_level = pin_settings();
	/* what fills and verifies a rollup reads its table */
	(void) set_config_option(SETTING_REWRITE, "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Back to what was before rollup_enter(). */
void
rollup_leave(const RollupContext *context)
{
	AtEOXact_GUC(false, context->guc_level);
	SetUserIdAndSecContext(context->user, context->security);
}

/* Run one command; SPI is connected.  Returns the number of rows it touched. */
int64
rollup_run(const char *sql)
{
	int			result = SPI_execute(sql, false, 0);

	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(result));
	return SPI_processed;
}

/* Run a prepared text with a snapshot; SPI is connected. */
static void
run_at(const char *sql, Snapshot snapshot, bool read_only)
{
	SPIPlanPtr	plan = SPI_prepare(sql, 0, NULL);
	int			result;

	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
	result = SPI_execute_snapshot(plan, NULL, NULL, snapshot, InvalidSnapshot, read_only, true, 0);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(result));
}

/*
 * Run an INSERT of `rows`, sums of rows that nobody else can be writing (the caller
 * holds the lock), as they are now and not as the transaction's snapshot shows them.
 * Where the two differ, under REPEATABLE READ and above, the transaction could not
 * see a rollup that is exact both for itself and for others: it fails as any
 * transaction does there that meets a newer change.
 */
int64
rollup_run_latest(const char *insert, const char *rows)
{
	CommandCounterIncrement();
	if (IsolationUsesXactSnapshot())
	{
		const char *digest = rollup_sql_digest(rows);
		char	   *mine;

		run_at(digest, GetTransactionSnapshot(), true);
		mine = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		run_at(digest, GetLatestSnapshot(), true);
		if (strcmp(mine, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent update"),
					 errdetail("A table under a rollup was written to after this transaction's snapshot."),
					 errhint("The transaction might succeed if retried.")));
	}
	run_at(insert, GetLatestSnapshot(), false);
	return SPI_processed;
}

/*
 * Change emgov's own tables: only the layer's procedures may, so this is done as the
 * owner of emgov.rollup.
 */
static void
run_as_extension(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls)
{
	RollupContext context;
	int			result;

	rollup_enter(&context, rollup_relation_owner(extension_relation("rollup")));
	result = SPI_execute_with_args(sql, nargs, types, values, nulls, false, 0);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(result));
	rollup_leave(&context);
}

/*
 * What is known of the rollups over a table has changed: plans are made anew, and all
 * sessions read it again.  The triggers, whose making says so too, may be seen before the row.
 */
void
rollup_tell_readers(Oid source)
{
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(source)))
		CacheInvalidateRelcacheByRelid(source);
}

/* The same of a rollup by its id. */
static void
tell_readers_of(const char *id)
{
	Rollup		rollup;

	if (rollup_by_id(id, &rollup, true))
		rollup_tell_readers(rollup.source);
}

/*
 * The rows of emgov.rollup_log that say that a rollup changed as a whole, as of now; a list
 * of ItemPointer.  A snapshot that does not see one of them may not see table and rollup alike.
 */
List *
rollup_changes(const char *id)
{
	List	   *result = NIL;
	Oid			relid = extension_relation("rollup_log");
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(relid))
		return NIL;
	ScanKeyInit(&key, COLUMN_LOG_ROLLUP, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(id));
	rel = table_open(relid, AccessShareLock);
	scan = systable_beginscan(rel, extension_relation("rollup_log_change_idx"), true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		ItemPointer place = palloc(sizeof(ItemPointerData));

		*place = tuple->t_self;
		result = lappend(result, place);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* Does a snapshot see a row of emgov.rollup, or of emgov.rollup_log? */
bool
rollup_row_is_visible(bool log, ItemPointer place, Snapshot snapshot)
{
	Oid			relid = extension_relation(log ? "rollup_log" : "rollup");
	Relation	rel;
	TupleTableSlot *slot;
	bool		visible;

	if (!OidIsValid(relid))
		return false;
	rel = table_open(relid, AccessShareLock);
	slot = table_slot_create(rel, NULL);
	visible = table_tuple_fetch_row_version(rel, place, snapshot, slot);
	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, AccessShareLock);
	return visible;
}

/* Enter a rollup into emgov.rollup, as one of a ledger's unless that is NULL; SPI is connected. */
void
rollup_register(const Rollup *rollup, const char *ledger)
{
	Oid			types[] = {TEXTOID, OIDOID, OIDOID, OIDOID, OIDOID, OIDOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(rollup->id), ObjectIdGetDatum(rollup->view),
		ObjectIdGetDatum(rollup->query), ObjectIdGetDatum(rollup->total), ObjectIdGetDatum(rollup->delta),
		ObjectIdGetDatum(rollup->source), ledger ? CStringGetTextDatum(ledger) : (Datum) 0};

	run_as_extension("INSERT INTO emgov.rollup (id, view, query, total, delta, source, ledger) VALUES ($1, $2, $3, $4, $5, $6, $7)",
					 7, types, values, ledger ? NULL : "      n");
	rollup_tell_readers(rollup->source);
}

/* Note that a rollup's triggers may miss writes from now on; SPI is connected. */
void
rollup_set_stale(const Rollup *rollup)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(rollup->id)};

	run_as_extension("UPDATE emgov.rollup SET stale_since = pg_catalog.clock_timestamp() WHERE id = $1 AND stale_since IS NULL",
					 1, types, values, NULL);
	rollup_tell_readers(rollup->source);
}

/* A rollup has been computed anew; SPI is connected. */
void
rollup_clear_stale(const Rollup *rollup)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(rollup->id)};

	run_as_extension("UPDATE emgov.rollup SET stale_since = NULL WHERE id = $1 AND stale_since IS NOT NULL",
					 1, types, values, NULL);
	rollup_tell_readers(rollup->source);
}

/* A table's owner lets a rollup of somebody else's answer for the table, or no more if `owner` is NULL; SPI is connected. */
void
rollup_set_approval(const Rollup *rollup, const char *owner, const char *by)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(rollup->id), (Datum) 0, (Datum) 0};

	if (owner != NULL)
	{
		values[1] = CStringGetTextDatum(owner);
		values[2] = CStringGetTextDatum(by);
	}
	run_as_extension("UPDATE emgov.rollup SET approved_owner = $2::name, approved_by = $3::name WHERE id = $1", 3, types, values,
					 owner ? NULL : " nn");
	rollup_tell_readers(rollup->source);
}

/* What the schema is named in which a ledger keeps its inside: units, histories, parts of rollups. */
char *
ledger_store_name(Oid ledger)
{
	char	   *name = get_namespace_name(ledger);

	return name ? psprintf("%s_store", name) : NULL;
}

/* The owner of a schema; InvalidOid if there is none. */
static Oid
schema_owner(Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* That schema; InvalidOid when there is none, or another user has taken its name. */
Oid
ledger_store(Oid ledger)
{
	char	   *name = ledger_store_name(ledger);
	Oid			store = name ? get_namespace_oid(name, true) : InvalidOid;

	return OidIsValid(store) && schema_owner(store) == schema_owner(ledger) ? store : InvalidOid;
}

/* A ledger's schema has been renamed; SPI is connected. */
void
rollup_rename_ledger(const char *old_name, const char *new_name)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(old_name), CStringGetTextDatum(new_name)};

	run_as_extension("UPDATE emgov.rollup SET ledger = $2 WHERE ledger = $1", 2, types, values, NULL);
	/* the rows are in other places */
	rollup_tell_readers(rollup_catalog());
}

/* Take a rollup out of emgov.rollup; SPI is connected. */
void
rollup_forget(const char *id)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(id)};

	tell_readers_of(id);
	run_as_extension("DELETE FROM emgov.rollup WHERE id = $1", 1, types, values, NULL);
	run_as_extension("DELETE FROM emgov.rollup_log WHERE rollup = $1", 1, types, values, NULL);
}

/*
 * Note in emgov.rollup_log that a rollup was folded or verified, or that rows joined or
 * left it in a way that snapshots taken before do not see alike (it was rebuilt, its
 * table truncated, a partition attached, detached or dropped), and remove what that
 * outdates.  Nobody waits: rows that somebody else is removing are left to him.  At
 * REPEATABLE READ and above, where such a row would be an error, all are left.
 */
void
rollup_log(const char *id, const char *event, int64 number)
{
	Oid			types[] = {TEXTOID, TEXTOID, INT8OID};
	Datum		values[] = {CStringGetTextDatum(id), CStringGetTextDatum(event), Int64GetDatum(number)};
	static SPIPlanPtr plan = NULL;

	if (IsolationUsesXactSnapshot())
		run_as_extension("INSERT INTO emgov.rollup_log VALUES ($1, $2, pg_catalog.clock_timestamp(), $3)", 3, types, values, NULL);
	else
	{
		RollupContext context;

		rollup_enter(&context, rollup_relation_owner(extension_relation("rollup")));
		/* folds of writers are many: planned once a session */
		if (plan == NULL)
		{
			plan = SPI_prepare_cursor("WITH outdated AS (DELETE FROM emgov.rollup_log WHERE ctid = ANY (ARRAY(SELECT ctid FROM emgov.rollup_log "
									  "WHERE rollup = $1 AND event = $2 FOR UPDATE SKIP LOCKED))) "
									  "INSERT INTO emgov.rollup_log VALUES ($1, $2, pg_catalog.clock_timestamp(), $3)", 3, types, CURSOR_OPT_GENERIC_PLAN);
			if (plan == NULL)
				elog(ERROR, "could not prepare the log of rollups: %s", SPI_result_code_string(SPI_result));
			SPI_keepplan(plan);
		}
		if (SPI_execute_plan(plan, values, NULL, false, 0) < 0)
			elog(ERROR, "could not note what was done to a rollup");
		rollup_leave(&context);
	}
	if (strcmp(event, "change") == 0)
		tell_readers_of(id);
}
