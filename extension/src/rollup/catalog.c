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
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "rollup/rollup.h"

/* The columns of emgov.rollup. */
enum
{
	COLUMN_ID = 1, COLUMN_VIEW, COLUMN_QUERY, COLUMN_TOTAL, COLUMN_DELTA
};

/* The OID of emgov.rollup; InvalidOid while the extension is being made or dropped. */
static Oid
rollup_table(void)
{
	Oid			schema = get_namespace_oid("emgov", true);

	return OidIsValid(schema) ? get_relname_relid("rollup", schema) : InvalidOid;
}

/* Read a row of emgov.rollup. */
static void
read_rollup(HeapTuple tuple, TupleDesc desc, Rollup *rollup)
{
	bool		isnull;
	char	   *id = TextDatumGetCString(heap_getattr(tuple, COLUMN_ID, desc, &isnull));

	strlcpy(rollup->id, id, sizeof(rollup->id));
	rollup->view = DatumGetObjectId(heap_getattr(tuple, COLUMN_VIEW, desc, &isnull));
	rollup->query = DatumGetObjectId(heap_getattr(tuple, COLUMN_QUERY, desc, &isnull));
	rollup->total = DatumGetObjectId(heap_getattr(tuple, COLUMN_TOTAL, desc, &isnull));
	rollup->delta = DatumGetObjectId(heap_getattr(tuple, COLUMN_DELTA, desc, &isnull));
}

/* All rollups of the database, as a list of Rollup. */
List *
rollup_list(void)
{
	List	   *result = NIL;
	Oid			relid = rollup_table();
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(relid))
		return NIL;
	rel = table_open(relid, AccessShareLock);
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Rollup	   *rollup = palloc(sizeof(Rollup));

		read_rollup(tuple, RelationGetDescr(rel), rollup);
		result = lappend(result, rollup);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* Find a rollup by its id; false, or an ERROR, if there is none. */
bool
rollup_by_id(const char *id, Rollup *rollup, bool missing_ok)
{
	ListCell   *cell;

	foreach(cell, rollup_list())
	{
		Rollup	   *candidate = lfirst(cell);

		if (strcmp(candidate->id, id) == 0)
		{
			*rollup = *candidate;
			return true;
		}
	}
	if (!missing_ok)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no rollup with id \"%s\"", id),
				 errdetail("The table has triggers of a rollup that emgov.rollup does not list."),
				 errhint("Drop the triggers " ROLLUP_TRIGGER_PREFIX "%s_* and what is left of the rollup, and create it again.", id)));
	return false;
}

/* Find a rollup by its view's name, looked up as the server looks up a table. */
Rollup *
rollup_by_name(const char *name)
{
	RangeVar   *range = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name)));
	Oid			view = RangeVarGetRelid(range, NoLock, false);
	ListCell   *cell;

	foreach(cell, rollup_list())
	{
		Rollup	   *rollup = lfirst(cell);

		if (rollup->view == view)
			return rollup;
	}
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a rollup", name),
			 errhint("The view emgov.rollups lists all rollups.")));
	return NULL;
}

/* The owner of a relation; InvalidOid if there is no such relation. */
static Oid
relation_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Who owns a rollup.  An ERROR if its parts have several owners: whoever owned one of
 * the tables could give it a trigger that runs with the rights of the query's owner.
 */
Oid
rollup_owner(const Rollup *rollup)
{
	Oid			parts[] = {rollup->view, rollup->query, rollup->total, rollup->delta};
	Oid			owner = relation_owner(rollup->query);
	int			i;

	for (i = 0; i < (int) lengthof(parts); i++)
		if (relation_owner(parts[i]) != owner || !OidIsValid(owner))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the parts of rollup \"%s\" do not have one owner", get_rel_name(rollup->view)),
					 errdetail("They are %s, %s, %s and %s.", rollup_name(rollup->view), rollup_name(rollup->query),
							   rollup_name(rollup->total), rollup_name(rollup->delta)),
					 errhint("Give all of them to the same owner with ALTER TABLE ... OWNER TO.")));
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
 * From here on act as `user` in a security-restricted operation, with a search_path
 * that nobody but the server's owner can put objects in.
 */
void
rollup_enter(RollupContext *context, Oid user)
{
	GetUserIdAndSecContext(&context->user, &context->security);
	SetUserIdAndSecContext(user, context->security | SECURITY_RESTRICTED_OPERATION);
	context->guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
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
	result = SPI_execute_snapshot(plan, NULL, NULL, snapshot, InvalidSnapshot, read_only, false, 0);
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
run_as_extension(const char *sql, int nargs, Oid *types, Datum *values)
{
	RollupContext context;
	int			result;

	rollup_enter(&context, relation_owner(rollup_table()));
	result = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(result));
	rollup_leave(&context);
}

/* Enter a rollup into emgov.rollup; SPI is connected. */
void
rollup_register(const Rollup *rollup)
{
	Oid			types[] = {TEXTOID, OIDOID, OIDOID, OIDOID, OIDOID};
	Datum		values[] = {CStringGetTextDatum(rollup->id), ObjectIdGetDatum(rollup->view),
		ObjectIdGetDatum(rollup->query), ObjectIdGetDatum(rollup->total), ObjectIdGetDatum(rollup->delta)};

	run_as_extension("INSERT INTO emgov.rollup VALUES ($1, $2, $3, $4, $5)", 5, types, values);
}

/* Take a rollup out of emgov.rollup; SPI is connected. */
void
rollup_forget(const char *id)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(id)};

	run_as_extension("DELETE FROM emgov.rollup WHERE id = $1", 1, types, values);
	run_as_extension("DELETE FROM emgov.rollup_log WHERE rollup = $1", 1, types, values);
}

/*
 * Note in emgov.rollup_log that a rollup was folded or verified, and remove what that
 * outdates.  Nobody waits: rows that somebody else is removing are left to him.  At
 * REPEATABLE READ and above, where such a row would be an error, all are left.
 */
void
rollup_log(const char *id, const char *event, int64 number)
{
	Oid			types[] = {TEXTOID, TEXTOID, INT8OID};
	Datum		values[] = {CStringGetTextDatum(id), CStringGetTextDatum(event), Int64GetDatum(number)};

	if (!IsolationUsesXactSnapshot())
		run_as_extension("DELETE FROM emgov.rollup_log WHERE ctid = ANY (ARRAY(SELECT ctid FROM emgov.rollup_log "
						 "WHERE rollup = $1 AND event = $2 FOR UPDATE SKIP LOCKED))", 2, types, values);
	run_as_extension("INSERT INTO emgov.rollup_log VALUES ($1, $2, pg_catalog.clock_timestamp(), $3)", 3, types, values);
}
