/*
 * publication.c
 *		Publishing and approving: what a report says, frozen where no statement can write.
 *
 * The tables publication, publication_figure and approval carry the triggers emgov_internal.only_publish(),
 * which refuse every statement, whoever gives it.  So there is nothing to be pretended:
 * publishing gives no statement, but puts its rows into the tables and their indexes
 * itself, past triggers and rules, when all that is in them has been computed.
 *
 * What is computed is what the ledger's owner sees, with the owner's rights, in a
 * security-restricted section under pinned settings: nothing that is written in a ledger
 * runs with the rights of whoever publishes it, and nothing of the publisher's with the
 * owner's.
 *
 * The order matters:
 *
 *	1. Nobody else publishes the ledger, and nobody dates rows back in it and in the tables
 *	   behind its sources, until this transaction ends.
 *	2. The clock is read: the moment of the publication, unless an earlier one is asked for.
 *	3. Whoever is writing finishes first; whoever begins to write later dates it later.  Should there be
 *	   another table behind the sources by now, a new partition, all this is done again.
 *	4. With a new snapshot the figures are computed as of that moment.
 *
 * Waiting is done by looking again, for at most emgov.publish_timeout in all, and never
 * in front of a writer (see locks.c).
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type_d.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "ledger/moment.h"
#include "locks.h"
#include "rollup/rollup.h"
#include "settings.h"

/* The arguments of emgov_internal.publish_ledger(); the first three are those of emgov_internal.approve_ledger(). */
enum
{
	LEDGER, REPORT, PERIOD, AS_OF, ALLOW_GAPS, FORCE_REASON, N_ARGUMENTS
};

/* Set while this session publishes. */
static bool publishing = false;

/* A ledger that is published. */
typedef struct
{
	Oid			schema;
	Oid			owner;
} Ledger;

/*
 * Open a table that publishing writes.  The caller must have the right to insert into it, which
 * grant_publisher() gives; that is asked before any lock is taken.  A table that is not
 * as create_ledger() made it, so that something of another's would be written to or left
 * out, is refused.
 */
static Relation
open_table(const Ledger *ledger, const char *name)
{
	Oid			relid = get_relname_relid(name, ledger->schema);
	Oid			guard = LookupFuncName(list_make2(makeString("emgov_internal"), makeString("only_publish")), 0, NULL, false);
	AclResult	right;
	Relation	rel;
	int			guards = 0;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_RELATION)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("schema \"%s\" is no ledger", get_namespace_name(ledger->schema)),
				 errdetail("It has no table \"%s\".", name),
				 errhint("CALL emgov.create_ledger() makes one, upgrade_ledger() brings an older one forward.")));
	right = pg_class_aclcheck(relid, GetUserId(), ACL_INSERT);
	if (right != ACLCHECK_OK)
		aclcheck_error(right, OBJECT_TABLE, name);

	rel = table_open(relid, RowExclusiveLock);
	if (rel->rd_rel->relowner != ledger->owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("table \"%s\" does not belong to the owner of ledger \"%s\"", name, get_namespace_name(ledger->schema))));
	if (rel->rd_rel->relispartition || has_superclass(relid) || find_inheritance_children(relid, NoLock) != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" inherits or is inherited from", name),
				 errdetail("Rows of another table would pass for published figures."),
				 errhint("ALTER TABLE … NO INHERIT first.")));
	if (rel->rd_rules != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has a rule", name),
				 errdetail("Publishing would pass it by."),
				 errhint("DROP RULE first.")));
	for (int i = 0; rel->trigdesc != NULL && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (trigger->tgfoid == guard)
			guards += trigger->tgenabled != TRIGGER_DISABLED;
		else if (!trigger->tgisinternal)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("table \"%s\" has a trigger \"%s\" of its own", name, trigger->tgname),
					 errdetail("Publishing would pass it by."),
					 errhint("DROP TRIGGER first.")));
	}
	if (guards < 2)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not guarded against being written by hand", name),
				 errhint("CALL emgov.upgrade_ledger('%s') guards it again.", get_namespace_name(ledger->schema))));
	return rel;
}

/* Milliseconds left until a moment, 0 if it is past. */
static int
left_until(TimestampTz until)
{
	return (int) Min(TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until), INT_MAX);
}

/*
 * Become the one who publishes a ledger and from its tables, or give up and say who is in
 * the way.
 */
static void
exclude_others(Oid ledger, const Oid *objects, int n, TimestampTz until)
{
	bool		has_written = false;
	int			held = 0;
	List	   *holders;

	for (int i = 0; i < n; i++)
		has_written |= lock_writer_held(objects[i]);
	/* whoever publishes now may be waiting for us if we have written */
	while (held < n && lock_publishing(objects[held], has_written ? 0 : left_until(until)))
		held++;
	if (held == n)
		return;
	holders = lock_holders(LOCK_PUBLISHING, objects[held]);
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("another transaction is publishing ledger \"%s\", or writing to it as known at another time", get_namespace_name(ledger)),
			 holders != NIL ? errdetail("%s", lock_holders_detail(holders)) : 0,
			 has_written ?
			 errhint("It may be waiting for this transaction, which has written to the ledger: commit, then publish.") :
			 errhint("Publish when it has ended, or raise %s.", SETTING_PUBLISH_TIMEOUT)));
}

/*
 * What a ledger is made of, in order of their OIDs: its schema, and the tables behind its
 * sources and in its schema.  An error if a row policy of one of them limits `user`.
 *
 * Those that are the ledger owner's come first, n_own of them: only these are locked and
 * have their past closed, or anybody could do so with another's by a ledger over it.
 */
static Oid *
objects_of(const Ledger *ledger, Oid user, int *n, int *n_own)
{
	Oid			types[] = {REGNAMESPACEOID, OIDOID};
	Datum		values[] = {ObjectIdGetDatum(ledger->schema), ObjectIdGetDatum(ledger->owner)};
	Oid		   *result;

	if (SPI_execute_with_args("SELECT x.object, pg_catalog.bool_or(x.behind), pg_catalog.bool_and(x.own)"
							  " FROM (SELECT $1::oid, false, true"
							  " UNION ALL SELECT c.oid, t.certain, pg_catalog.pg_has_role($2, c.relowner, 'USAGE')"
							  " FROM emgov_internal.source_tables($1) AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.relation"
							  " UNION ALL SELECT c.oid, false, pg_catalog.pg_has_role($2, c.relowner, 'USAGE')"
							  " FROM pg_catalog.pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p')) AS x (object, behind, own)"
							  " GROUP BY 1 ORDER BY 3 DESC, 1",
							  2, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "emgov_internal.source_tables() failed");
	*n = (int) SPI_processed;
	*n_own = 0;
	result = palloc(sizeof(Oid) * *n);
	for (int i = 0; i < *n; i++)
	{
		bool		isnull;

		result[i] = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));
		if (DatumGetBool(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 3, &isnull)))
			(*n_own)++;
		if (DatumGetBool(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull)) &&
			check_enable_rls(result[i], user, true) == RLS_ENABLED)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("user \"%s\" may see only some of the rows of \"%s.%s\"", GetUserNameFromId(user, false),
							get_namespace_name(get_rel_namespace(result[i])), get_rel_name(result[i])),
					 errdetail("A row policy hides the others: whoever publishes answers for the whole."),
					 errhint("Let a user publish whom no policy limits, or who has BYPASSRLS.")));
	}
	return result;
}

/* A moment asked for, which must be a known one. */
static TimestampTz
known_moment(Datum ledger, Datum as_of)
{
	Oid			types[] = {REGNAMESPACEOID, TIMESTAMPTZOID};
	Datum		values[] = {ledger, as_of};
	bool		isnull;

	if (SPI_execute_with_args("SELECT emgov_internal.known_moment($1, $2)", 2, types, values, NULL, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "emgov_internal.known_moment() gave no row");
	return DatumGetTimestampTz(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * The moment as of which is published: now, or the moment asked for, when all that is
 * known by it has been committed by whoever wrote it.
 */
static TimestampTz
settled_moment(const Oid *objects, int n, const TimestampTz *as_of, TimestampTz until)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz moment;
	List	   *writers;

	for (TimestampTz is = now; is <= now; is = GetCurrentTimestamp())
	{
		/* nor does a clock that was put back make it wait */
		now = is;
		CHECK_FOR_INTERRUPTS();
	}
	moment = as_of != NULL ? *as_of : now;
	/* what a transaction writes is dated after its beginning, if it is not dated back */
	writers = lock_wait_for_writers(objects, n, moment, left_until(until));
	if (writers != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("another transaction has been writing to the ledger for longer than %s allows", SETTING_PUBLISH_TIMEOUT),
				 errdetail("%s", lock_holders_detail(writers)),
				 errhint("Publish when it has ended, or raise %s.", SETTING_PUBLISH_TIMEOUT)));
	moment_forget();
	return moment;
}

/*
 * Exclude others, and give the moment as of which is published.  While this waited, partitions may have come: then what a ledger is
 * made of is found again, until it is the same as before the clock was read.
 */
static TimestampTz
exclude_and_settle(const Ledger *ledger, Oid user, const TimestampTz *as_of, TimestampTz until, Oid **objects, int *n, int *n_own)
{
	for (;;)
	{
		Oid		   *before = *objects;
		int			n_before = *n;
		TimestampTz moment;

		exclude_others(ledger->schema, *objects, *n_own, until);
		moment = settled_moment(*objects, *n, as_of, until);
		*objects = objects_of(ledger, user, n, n_own);
		if (*n == n_before && memcmp(*objects, before, sizeof(Oid) * *n) == 0)
			return moment;
	}
}

/*
 * Put rows into a table: an array of JSON objects, a column a key.  Columns that are not
 * among the keys are left NULL; generated columns, constraints and indexes are seen to.
 */
static void
write_rows(Relation rel, Datum rows)
{
	Oid			types[] = {JSONBOID};
	TupleDesc	columns = RelationGetDescr(rel);
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);
	TupleTableSlot *slot;
	char	   *query = psprintf("SELECT r.* FROM pg_catalog.jsonb_array_elements($1) AS j, pg_catalog.jsonb_populate_record(NULL::%s, j) AS r",
								 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel)));

	if (SPI_execute_with_args(query, 1, types, &rows, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "the rows of \"%s\" could not be made", RelationGetRelationName(rel));

	InitResultRelInfo(target, rel, 0, NULL, 0);
	target->ri_TrigDesc = NULL;
	ExecOpenIndices(target, false);
	slot = table_slot_create(rel, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		ExecClearTuple(slot);
		for (int c = 0; c < columns->natts; c++)
		{
			Form_pg_attribute column = TupleDescAttr(columns, c);

			slot->tts_isnull[c] = true;
			if (!column->attisdropped)
				slot->tts_values[c] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
													SPI_fnumber(SPI_tuptable->tupdesc, NameStr(column->attname)),
													&slot->tts_isnull[c]);
		}
		ExecStoreVirtualTuple(slot);
		ExecSimpleRelationInsert(target, estate, slot);
		ResetPerTupleExprContext(estate);
	}
	ExecDropSingleTupleTableSlot(slot);
	ExecCloseIndices(target);
	FreeExecutorState(estate);
	CommandCounterIncrement();
}

/* The ledger that is to be published, by its OID. */
static Ledger
find_ledger(FunctionCallInfo fcinfo)
{
	Ledger		ledger;
	HeapTuple	schema;

	if (PG_ARGISNULL(LEDGER))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a publication needs a ledger")));
	ledger.schema = PG_GETARG_OID(LEDGER);
	schema = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(ledger.schema));
	if (!HeapTupleIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("there is no schema with OID %u", ledger.schema)));
	ledger.owner = ((Form_pg_namespace) GETSTRUCT(schema))->nspowner;
	ReleaseSysCache(schema);
	return ledger;
}

/* A column of the one row that a query gave; NULL if it is null. */
static Datum
draft_column(SPITupleTable *draft, int column, bool *isnull)
{
	return SPI_getbinval(draft->vals[0], draft->tupdesc, column, isnull);
}

/*
 * Publish: see emgov_publish_ledger().  Gives the number and the hash of the publication
 * in the caller's memory context.
 */
static void
publish(FunctionCallInfo fcinfo, int *id, char **hash)
{
	Oid			types[] = {REGNAMESPACEOID, TEXTOID, DATERANGEOID, TIMESTAMPTZOID, BOOLOID, TEXTOID, BOOLOID};
	Datum		values[N_ARGUMENTS + 1];
	char		nulls[N_ARGUMENTS + 1];
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), setting_publish_timeout);
	MemoryContext context = CurrentMemoryContext;
	Ledger		ledger = find_ledger(fcinfo);
	Relation	publication = open_table(&ledger, "publication");
	Relation	figure = open_table(&ledger, "publication_figure");
	TimestampTz as_of = 0;
	Oid		   *objects;
	int			n;
	int			n_own;
	RollupContext rights;
	SPITupleTable *draft;
	Datum		rows;
	bool		isnull;

	for (int i = 0; i < N_ARGUMENTS; i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	/* with search_path pinned: no operator of the caller's runs as the owner */
	rollup_enter(&rights, ledger.owner);

	/* whoever sees only some of the records publishes none */
	objects = objects_of(&ledger, rights.user, &n, &n_own);
	if (!PG_ARGISNULL(AS_OF))
		as_of = known_moment(values[LEDGER], values[AS_OF]);
	values[AS_OF] = TimestampTzGetDatum(exclude_and_settle(&ledger, rights.user, PG_ARGISNULL(AS_OF) ? NULL : &as_of, until, &objects, &n, &n_own));
	nulls[AS_OF] = ' ';
	values[N_ARGUMENTS] = BoolGetDatum(PG_ARGISNULL(AS_OF));
	nulls[N_ARGUMENTS] = ' ';

	if (SPI_execute_with_args("SELECT id, hash, publication, figures FROM emgov_internal.publication_draft($1, $2, $3, $4, $5, $6, $7)",
							  N_ARGUMENTS + 1, types, values, nulls, false, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "emgov_internal.publication_draft() gave no row");
	draft = SPI_tuptable;
	*id = DatumGetInt32(draft_column(draft, 1, &isnull));
	*hash = MemoryContextStrdup(context, SPI_getvalue(draft->vals[0], draft->tupdesc, 2));
	rows = draft_column(draft, 3, &isnull);
	if (isnull)
		ereport(NOTICE,
				(errmsg("the report is published already with these figures, as publication %d", *id)));
	else
	{
		write_rows(publication, rows);
		moment_published(RelationGetRelid(publication), objects, n_own);
		write_rows(figure, draft_column(draft, 4, &isnull));
	}
	rollup_leave(&rights);
	SPI_finish();
	table_close(publication, NoLock);
	table_close(figure, NoLock);
}

/*
 * Approve: see emgov_approve_ledger().  What is approved is what would be published now;
 * whoever is writing finishes first, so that it is not void at once.
 */
static void
approve(FunctionCallInfo fcinfo)
{
	Oid			types[] = {REGNAMESPACEOID, TEXTOID, DATERANGEOID, TIMESTAMPTZOID};
	Datum		values[4];
	char		nulls[4];
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), setting_publish_timeout);
	Ledger		ledger = find_ledger(fcinfo);
	Relation	approval = open_table(&ledger, "approval");
	Oid		   *objects;
	int			n;
	int			n_own;
	RollupContext rights;
	bool		isnull;

	for (int i = 0; i <= PERIOD; i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rollup_enter(&rights, ledger.owner);
	objects = objects_of(&ledger, rights.user, &n, &n_own);
	values[AS_OF] = TimestampTzGetDatum(exclude_and_settle(&ledger, rights.user, NULL, until, &objects, &n, &n_own));
	nulls[AS_OF] = ' ';
	if (SPI_execute_with_args("SELECT emgov_internal.approval_draft($1, $2, $3, $4)", 4, types, values, nulls, false, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "emgov_internal.approval_draft() gave no row");
	write_rows(approval, draft_column(SPI_tuptable, 1, &isnull));
	rollup_leave(&rights);
	SPI_finish();
	table_close(approval, NoLock);
}

/* Publish or approve, unless that is not possible now. */
static void
begin_publishing(void)
{
	PreventCommandIfReadOnly("publish");
	PreventCommandIfParallelMode("publish");
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("publishing is not possible at isolation level %s", XactIsoLevel == XACT_SERIALIZABLE ? "serializable" : "repeatable read"),
				 errdetail("It waits for writers to finish and must then see what they wrote."),
				 errhint("Publish in a READ COMMITTED transaction.")));
	if (publishing)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("publishing was called by what is being published"),
				 errdetail("A view or a function that the figures are computed from publishes.")));
	publishing = true;
}

/*
 * emgov_internal.publish_ledger(ledger regnamespace, report text, period daterange, as_of timestamptz,
 *						allow_gaps boolean, force_reason text, OUT id int, OUT hash text)
 *
 * Freezes the figures of a report as a publication.  as_of NULL: now; allow_gaps NULL: no;
 * force_reason NULL: none.  Gives the number and the hash of the publication: of the one in
 * force for the period, if that says the same.  The caller needs the right to insert into
 * the two tables.
 */
PG_FUNCTION_INFO_V1(emgov_publish_ledger);
Datum
emgov_publish_ledger(PG_FUNCTION_ARGS)
{
	TupleDesc	columns;
	Datum		values[2];
	bool		nulls[2] = {false, false};
	int			id;
	char	   *hash;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	begin_publishing();
	PG_TRY();
	{
		publish(fcinfo, &id, &hash);
	}
	PG_FINALLY();
	{
		publishing = false;
	}
	PG_END_TRY();

	values[0] = Int32GetDatum(id);
	values[1] = CStringGetTextDatum(hash);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

/*
 * emgov_internal.approve_ledger(ledger regnamespace, report text, period daterange) -> void
 *
 * Approves what a report says for a period, as it is now: publishing the same finds it.
 * The caller needs the right to insert into the table approval.
 */
PG_FUNCTION_INFO_V1(emgov_approve_ledger);
Datum
emgov_approve_ledger(PG_FUNCTION_ARGS)
{
	begin_publishing();
	PG_TRY();
	{
		approve(fcinfo);
	}
	PG_FINALLY();
	{
		publishing = false;
	}
	PG_END_TRY();
	PG_RETURN_VOID();
}

/*
 * emgov_internal.only_publish(): BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE, for each statement,
 * and BEFORE INSERT OR UPDATE OR DELETE, for each row: a statement that names a parent of
 * the table fires its row triggers alone.  Refuses whatever it is.
 */
PG_FUNCTION_INFO_V1(emgov_only_publish);
Datum
emgov_only_publish(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov_internal.only_publish() must be called by a trigger")));
	ereport(ERROR,
			(errcode(ERRCODE_RESTRICT_VIOLATION),
			 errmsg("%s on \"%s\" is refused: it is written by publishing",
					TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? "insert" :
					TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "update" :
					TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "delete" : "truncate",
					RelationGetRelationName(trigger->tg_relation)),
			 errdetail("What was published stays as it was, and nothing is added by hand."),
			 errhint("CALL the ledger's procedure publish().")));
	PG_RETURN_POINTER(NULL);
}
