/*
 * rollup_trigger.c
 *		What runs at every write to a table under a rollup.
 *
 * A statement trigger gets the rows that the statement took away and those that it
 * brought, and adds to the delta table what that changes.  It reads nothing else and
 * locks no row, so writers never wait for one another.
 *
 * What it needs to know is kept per trigger for the session, and forgotten when any
 * relation of the rollup, or any function, changes.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "rollup.h"
#include "rollup_row.h"

PG_FUNCTION_INFO_V1(rollup_write);
PG_FUNCTION_INFO_V1(rollup_write_row);
PG_FUNCTION_INFO_V1(rollup_truncate);

/* What a session knows of one trigger. */
typedef struct Writer
{
	Oid			trigger;		/* hash key */
	bool		valid;
	int			in_use;			/* calls under way */
	Rollup		rollup;
	Oid			source;
	Oid			owner;
	MemoryContext context;		/* of what follows */
	RollupRow  *row;			/* for single rows */
	SPIPlanPtr	plan;			/* for many; NULL until needed */
} Writer;

static HTAB *writers = NULL;

/* A relation changed: forget the writers that know it; all of them if it is 0. */
static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid)
{
	HASH_SEQ_STATUS scan;
	Writer	   *writer;

	if (writers == NULL)
		return;
	hash_seq_init(&scan, writers);
	while ((writer = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relid) || relid == writer->source || relid == writer->rollup.view ||
			relid == writer->rollup.query || relid == writer->rollup.total || relid == writer->rollup.delta)
			writer->valid = false;
}

/* A function, an operator or a type changed: forget all writers. */
static void
catalog_changed(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(), uint32 hashvalue pg_attribute_unused())
{
	relation_changed(arg, InvalidOid);
}

/* The table of writers, made at first use. */
static void
make_writers(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(Writer);
	writers = hash_create("emgov rollup writers", 16, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, catalog_changed, (Datum) 0);
}

/* Is a relation the table of a rollup, or a partition of it at any depth? */
static bool
is_node(Oid relid, Oid source)
{
	return relid == source ||
		(get_rel_relispartition(relid) && list_member_oid(get_partition_ancestors(relid), source));
}

/* The rollup's id from the trigger's arguments; checks who calls. */
static const char *
trigger_id(FunctionCallInfo fcinfo, bool truncate)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function emgov.%s can only be called by a trigger", get_func_name(fcinfo->flinfo->fn_oid))));
	if (trigger->tg_trigger->tgnargs != 1 ||
		(truncate ? !TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) || !TRIGGER_FIRED_BEFORE(trigger->tg_event)
		 : TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) || !TRIGGER_FIRED_AFTER(trigger->tg_event)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" is not one that emgov.create_rollup makes", trigger->tg_trigger->tgname)));
	return trigger->tg_trigger->tgargs[0];
}

/* Read a rollup for a trigger, and refuse a table that is none of its nodes. */
static RollupDefinition *
read_rollup(const char *id, Oid relid, Rollup *rollup, Oid *owner)
{
	RollupDefinition *def;
	Oid			parts[3];
	int			i;

	rollup_by_id(id, rollup, false);
	*owner = rollup_owner(rollup);
	parts[0] = rollup->view;
	parts[1] = rollup->total;
	parts[2] = rollup->delta;
	for (i = 0; i < (int) lengthof(parts); i++)
		if (!relation_ownercheck(parts[i], *owner))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("\"%s\" does not belong to the owner of its rollup", get_rel_name(parts[i])),
					 errhint("Give the rollup's views and tables to one owner.")));
	def = rollup_definition(rollup);
	if (!is_node(relid, def->source))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("\"%s\" is neither the table of rollup \"%s\" nor a partition of it",
						get_rel_name(relid), get_rel_name(rollup->view))));
	return def;
}

/*
 * What the session knows of the trigger that fired; read from the catalogs when it
 * knows nothing, or nothing valid.
 */
static Writer *
find_writer(TriggerData *trigger, const char *id)
{
	Oid			key = trigger->tg_trigger->tgoid;
	Writer	   *writer;
	bool		found;
	MemoryContext context;
	MemoryContext old;
	RollupDefinition *def;
	Rollup		rollup;
	Oid			owner;
	RollupContext rights;

	if (writers == NULL)
		make_writers();
	writer = hash_search(writers, &key, HASH_FIND, NULL);
	if (writer != NULL && writer->valid)
		return writer;
	if (writer != NULL && writer->in_use == 0)
	{
		if (writer->plan)
			SPI_freeplan(writer->plan);
		MemoryContextDelete(writer->context);
		hash_search(writers, &key, HASH_REMOVE, NULL);
		writer = NULL;
	}

	context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollup writer", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	def = read_rollup(id, RelationGetRelid(trigger->tg_relation), &rollup, &owner);
	if (writer == NULL)
	{
		writer = hash_search(writers, &key, HASH_ENTER, &found);
		memset((char *) writer + sizeof(Oid), 0, sizeof(Writer) - sizeof(Oid));
	}
	else
	{
		/* in use further up the stack: what it holds stays until the session's end */
		writer->plan = NULL;
		writer->row = NULL;
	}
	writer->rollup = rollup;
	writer->source = def->source;
	writer->owner = owner;
	writer->context = context;
	writer->valid = true;		/* what happens from here on is noticed */
	rollup_enter(&rights, owner);
	writer->row = rollup_row_make(def, &rollup, trigger->tg_relation, owner);
	rollup_leave(&rights);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, CacheMemoryContext);
	return writer;
}

/* The prepared INSERT for many rows; SPI is connected, with the transition tables. */
static SPIPlanPtr
writer_plan(Writer *writer, TriggerData *trigger)
{
	RollupDefinition *def;

	if (writer->plan != NULL)
		return writer->plan;
	def = rollup_definition(&writer->rollup);
	writer->plan = SPI_prepare(rollup_sql_insert(def, writer->rollup.delta,
												 rollup_sql_change(def,
																   trigger->tg_newtable ? ROLLUP_NEW_ROWS : NULL,
																   trigger->tg_oldtable ? ROLLUP_OLD_ROWS : NULL)),
							   0, NULL);
	if (writer->plan == NULL)
		elog(ERROR, "could not prepare the change of a rollup: %s", SPI_result_code_string(SPI_result));
	SPI_keepplan(writer->plan);
	return writer->plan;
}

/* Add what a statement with many rows changes, through the executor. */
static int64
write_many(Writer *writer, TriggerData *trigger)
{
	RollupContext rights;
	int64		written;
	int			result;

	SPI_connect();
	if ((result = SPI_register_trigger_data(trigger)) < 0)
		elog(ERROR, "could not read the transition tables: %s", SPI_result_code_string(result));
	rollup_enter(&rights, writer->owner);
	result = SPI_execute_plan(writer_plan(writer, trigger), NULL, NULL, false, 0);
	if (result < 0)
		elog(ERROR, "could not write the change of a rollup: %s", SPI_result_code_string(result));
	written = SPI_processed;
	rollup_leave(&rights);
	SPI_finish();
	return written;
}

/* How many rows a transition table has. */
static int64
row_count(Tuplestorestate *rows)
{
	return rows ? tuplestore_tuple_count(rows) : 0;
}

/*
 * rollup_write() returns trigger: AFTER INSERT, UPDATE or DELETE FOR EACH STATEMENT,
 * with the transition tables emgov_new_rows and emgov_old_rows; its argument is the
 * rollup's id.
 */
Datum
rollup_write(PG_FUNCTION_ARGS)
{
	const char *id = trigger_id(fcinfo, false);
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	int64		written;
	Writer	   *writer;

	if (!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) ||
		(trigger->tg_newtable == NULL && trigger->tg_oldtable == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" is not one that emgov.create_rollup makes", trigger->tg_trigger->tgname)));
	if (row_count(trigger->tg_newtable) == 0 && row_count(trigger->tg_oldtable) == 0)
		PG_RETURN_POINTER(NULL);

	writer = find_writer(trigger, id);
	writer->in_use++;
	PG_TRY();
	{
		if (row_count(trigger->tg_newtable) <= 1 && row_count(trigger->tg_oldtable) <= 1)
			written = rollup_row_write_tables(writer->row, trigger->tg_newtable, trigger->tg_oldtable);
		else
			written = write_many(writer, trigger);
		if (written > 0)
			rollup_fold_sometimes(&writer->rollup, written);
	}
	PG_FINALLY();
	{
		writer->in_use--;
	}
	PG_END_TRY();
	PG_RETURN_POINTER(NULL);
}

/*
 * rollup_write_row() returns trigger: AFTER INSERT, UPDATE or DELETE FOR EACH ROW,
 * enabled for replicas only.  The apply worker of logical replication fires no
 * statement trigger, and nothing else does in session_replication_role = replica.
 */
Datum
rollup_write_row(PG_FUNCTION_ARGS)
{
	const char *id = trigger_id(fcinfo, false);
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	int64		written;
	Writer	   *writer;

	if (!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" is not one that emgov.create_rollup makes", trigger->tg_trigger->tgname)));
	writer = find_writer(trigger, id);
	writer->in_use++;
	PG_TRY();
	{
		TupleTableSlot *new_row = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? trigger->tg_trigslot :
			TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newslot : NULL;
		TupleTableSlot *old_row = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? NULL : trigger->tg_trigslot;

		written = rollup_row_write(writer->row, new_row, old_row);
		if (written > 0)
			rollup_fold_sometimes(&writer->rollup, written);
	}
	PG_FINALLY();
	{
		writer->in_use--;
	}
	PG_END_TRY();
	PG_RETURN_POINTER(NULL);
}

/*
 * rollup_truncate() returns trigger: BEFORE TRUNCATE FOR EACH STATEMENT on tables with
 * rows of their own.  The server holds AccessExclusiveLock on the table, so its rows
 * are what they are.  TRUNCATE of a partitioned table fires it on every partition.
 */
Datum
rollup_truncate(PG_FUNCTION_ARGS)
{
	const char *id = trigger_id(fcinfo, true);
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			relid = RelationGetRelid(trigger->tg_relation);
	Rollup		rollup;
	RollupDefinition *def;
	Oid			owner;
	RollupContext rights;

	def = read_rollup(id, relid, &rollup, &owner);
	SPI_connect();
	rollup_enter(&rights, owner);
	if (relid == def->source)
	{
		const char *rows = rollup_sql_clear(def, &rollup);

		rollup_run_latest(def, rollup_sql_insert(def, rollup.delta, rows), rows);
	}
	else
		rollup_add_rows(&rollup, def, relid, -1);
	rollup_leave(&rights);
	SPI_finish();
	PG_RETURN_POINTER(NULL);
}
