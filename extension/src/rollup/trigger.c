/*
 * trigger.c
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
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "rollup/rollup.h"
#include "rollup/row.h"
#include "changes.h"

PG_FUNCTION_INFO_V1(rollup_write);
PG_FUNCTION_INFO_V1(rollup_write_row);
PG_FUNCTION_INFO_V1(rollup_truncate);

/* What a session knows of one trigger. */
typedef struct Writer
{
	MemoryContext context;		/* of this and all below */
	bool		valid;
	bool		detached;		/* no longer in the table of writers */
	int			in_use;			/* calls under way */
	char		name[NAMEDATALEN];	/* of the rollup, for errors */
	Rollup		rollup;
	Oid			node;
	Oid			source;
	Oid			owner;
	List	   *functions;		/* hash values of what the expressions name, */
	List	   *types;			/* as the server's caches count them */
	RollupRow  *row;
	RollupFolding folding;
} Writer;

/* A writer by its trigger. */
typedef struct WriterEntry
{
	Oid			trigger;		/* hash key */
	Writer	   *writer;
} WriterEntry;

static HTAB *writers = NULL;
static uint64 changes = 0;		/* notices of changes so far */

/* A relation changed: forget the writers that know it; all of them if it is 0. */
static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid)
{
	HASH_SEQ_STATUS scan;
	WriterEntry *entry;

	changes++;
	hash_seq_init(&scan, writers);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		Writer	   *writer = entry->writer;

		if (!OidIsValid(relid) || relid == writer->node || relid == writer->source ||
			relid == writer->rollup.view || relid == writer->rollup.query ||
			relid == writer->rollup.total || relid == writer->rollup.delta)
			writer->valid = false;
	}
}

/* A function or a type changed: forget the writers that name it; all of them if it is 0. */
static void
function_or_type_changed(Datum arg pg_attribute_unused(), int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS scan;
	WriterEntry *entry;

	changes++;
	hash_seq_init(&scan, writers);
	while ((entry = hash_seq_search(&scan)) != NULL)
		if (hashvalue == 0 ||
			list_member_int(cacheid == PROCOID ? entry->writer->functions : entry->writer->types, (int) hashvalue))
			entry->writer->valid = false;
}

/* Something that is rarely changed was: forget all writers. */
static void
catalog_changed(Datum arg, int cacheid pg_attribute_unused(), uint32 hashvalue pg_attribute_unused())
{
	relation_changed(arg, InvalidOid);
}

/* The table of writers, made at first use. */
static void
make_writers(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(WriterEntry);
	writers = hash_create("emgov rollup writers", 16, &control, HASH_ELEM | HASH_BLOBS);
	on_relation_change(relation_changed);
	CacheRegisterSyscacheCallback(PROCOID, function_or_type_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, function_or_type_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(COLLOID, catalog_changed, (Datum) 0);
}

/* Note a function that a writer depends on.  For check_functions_in_node. */
static bool
note_function(Oid function, void *context)
{
	Writer	   *writer = context;

	writer->functions = list_append_unique_int(writer->functions,
											   (int) GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function)));
	return false;
}

/* Note a type that a writer depends on. */
static void
note_type(Oid type, Writer *writer)
{
	writer->types = list_append_unique_int(writer->types,
										   (int) GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(type)));
}

/* Note all functions and types that an expression names. */
static bool
note_names_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	check_functions_in_node(node, note_function, context);
	if (IsA(node, Const) || IsA(node, RelabelType) || IsA(node, CoerceViaIO) || IsA(node, ArrayCoerceExpr) ||
		IsA(node, ConvertRowtypeExpr) || IsA(node, CoerceToDomain) || IsA(node, FuncExpr) ||
		IsA(node, ArrayExpr) || IsA(node, RowExpr))
		note_type(exprType(node), context);
	return expression_tree_walker(node, note_names_walker, context);
}

/* Note all that an expression names, and what the bodies of functions that are inlined name in turn. */
static void
note_names_of(Node *node, Writer *writer)
{
	List	   *relations;
	List	   *items;
	ListCell   *cell;

	if (node == NULL)
		return;
	note_names_walker(node, writer);
	(void) expression_planner_with_deps(copyObject((Expr *) node), &relations, &items);
	foreach(cell, items)
	{
		PlanInvalItem *item = lfirst_node(PlanInvalItem, cell);

		if (item->cacheId == PROCOID)
			writer->functions = list_append_unique_int(writer->functions, (int) item->hashValue);
		else if (item->cacheId == TYPEOID)
			writer->types = list_append_unique_int(writer->types, (int) item->hashValue);
	}
}

/* Note all functions and types that the expressions of a rollup name. */
static void
note_names(const RollupDefinition *def, Writer *writer)
{
	ListCell   *cell;
	int			i;

	note_names_of(def->where, writer);
	for (i = 0; i < def->nkeys; i++)
		note_names_of(def->keys[i].expr, writer);
	for (i = 0; i < def->nvalues; i++)
	{
		Aggref	   *agg = def->values[i].agg;

		(void) check_functions_in_node((Node *) agg, note_function, writer);
		note_names_of((Node *) agg->aggfilter, writer);
		foreach(cell, agg->args)
			note_names_of((Node *) lfirst_node(TargetEntry, cell)->expr, writer);
	}
}

/* Forget a writer that nobody uses. */
static void
free_writer(Writer *writer)
{
	MemoryContextDelete(writer->context);
}

/* A call is over. */
static void
release_writer(Writer *writer)
{
	if (--writer->in_use == 0 && writer->detached)
		free_writer(writer);
}

/* Take the writers that are no longer valid out of the table. */
static void
forget_invalid_writers(void)
{
	HASH_SEQ_STATUS scan;
	WriterEntry *entry;

	hash_seq_init(&scan, writers);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		Writer	   *writer = entry->writer;

		if (writer->valid)
			continue;
		hash_search(writers, &entry->trigger, HASH_REMOVE, NULL);
		if (writer->in_use == 0)
			free_writer(writer);
		else
			writer->detached = true;
	}
}

/* Refuse a call by anything but a trigger that create_rollup makes. */
static void
refuse_trigger(const Trigger *trigger)
{
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("trigger \"%s\" is not one that emgov.create_rollup makes", trigger->tgname),
			 errhint("Drop the trigger.")));
}

/* The rollup's id from the trigger's arguments. */
static const char *
trigger_id(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function emgov_internal.%s can only be called by a trigger", get_func_name(fcinfo->flinfo->fn_oid))));
	if (trigger->tg_trigger->tgnargs != 1)
		refuse_trigger(trigger->tg_trigger);
	return trigger->tg_trigger->tgargs[0];
}

/* Read a rollup for a trigger, and refuse a trigger that is none of its own. */
static RollupDefinition *
read_rollup(const TriggerData *trigger, const char *id, Rollup *rollup, Oid *owner)
{
	RollupDefinition *def;
	Oid			relid = RelationGetRelid(trigger->tg_relation);

	if (!rollup_is_trigger(trigger->tg_trigger, trigger->tg_relation, id))
		refuse_trigger(trigger->tg_trigger);
	rollup_by_id(id, rollup, false);
	*owner = rollup_owner(rollup);
	def = rollup_definition(rollup);
	if (!rollup_is_node(relid, def->source))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("\"%s\" is neither the table of rollup \"%s\" nor a partition of it",
						get_rel_name(relid), get_rel_name(rollup->view)),
				 errhint("Drop the trigger.")));
	return def;
}

/*
 * What the session knows of the trigger that fired; read from the catalogs when it
 * knows nothing, or nothing valid.  The caller releases it.
 */
static Writer *
find_writer(TriggerData *trigger, const char *id)
{
	Oid			key = trigger->tg_trigger->tgoid;
	WriterEntry *entry;
	Writer	   *writer;
	MemoryContext context;
	MemoryContext old;
	RollupDefinition *def;
	RollupContext rights;
	uint64		before;

	if (writers == NULL)
		make_writers();
	entry = hash_search(writers, &key, HASH_FIND, NULL);
	if (entry != NULL && entry->writer->valid)
	{
		entry->writer->in_use++;
		return entry->writer;
	}
	forget_invalid_writers();

	before = changes;
	context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollup writer", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	writer = palloc0(sizeof(Writer));
	writer->context = context;
	writer->node = RelationGetRelid(trigger->tg_relation);
	def = read_rollup(trigger, id, &writer->rollup, &writer->owner);
	writer->folding.def = def;
	writer->source = def->source;
	strlcpy(writer->name, get_rel_name(writer->rollup.view), NAMEDATALEN);
	rollup_define_for_node(def, trigger->tg_relation);
	rollup_enter(&rights, writer->owner);
	note_names(def, writer);
	writer->row = rollup_row_make(def, &writer->rollup, trigger->tg_relation, writer->owner);
	rollup_leave(&rights);
	MemoryContextSwitchTo(old);

	entry = hash_search(writers, &key, HASH_ENTER, NULL);
	entry->writer = writer;
	MemoryContextSetParent(context, CacheMemoryContext);
	/* good for this call; for later ones, if nothing changed while it was made */
	writer->valid = changes == before;
	writer->in_use = 1;
	return writer;
}

/* Has any of two transition tables rows? */
static bool
has_rows(Tuplestorestate *a, Tuplestorestate *b)
{
	return (a != NULL && tuplestore_tuple_count(a) > 0) || (b != NULL && tuplestore_tuple_count(b) > 0);
}

/* Say in an error of which rollup it is: an aggregate may refuse what the table takes. */
static void
writer_error(void *arg)
{
	errcontext("rollup \"%s\"", ((const Writer *) arg)->name);
}

/* Count what a trigger tells, and fold now and then; then release the writer. */
static void
write_changes(Writer *writer, const TriggerData *trigger, int64 (*count) (Writer *writer, const TriggerData *trigger))
{
	ErrorContextCallback callback;
	int64		written;

	callback.callback = writer_error;
	callback.arg = writer;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	PG_TRY();
	{
		written = count(writer, trigger);
		if (written > 0)
			rollup_fold_sometimes(&writer->rollup, written, &writer->folding);
	}
	PG_CATCH();
	{
		release_writer(writer);
		PG_RE_THROW();
	}
	PG_END_TRY();
	release_writer(writer);
	error_context_stack = callback.previous;
}

/* Count the rows of a statement. */
static int64
count_tables(Writer *writer, const TriggerData *trigger)
{
	return rollup_row_write_tables(writer->row, trigger->tg_newtable, trigger->tg_oldtable, writer->in_use > 1);
}

/*
 * rollup_write() returns trigger: AFTER INSERT, UPDATE or DELETE FOR EACH STATEMENT,
 * with the transition tables emgov_new_rows and emgov_old_rows; its argument is the
 * rollup's id.  BEFORE these it has none, and is there to have the library loaded, see
 * finish.c.
 */
Datum
rollup_write(PG_FUNCTION_ARGS)
{
	const char *id = trigger_id(fcinfo);
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (has_rows(trigger->tg_newtable, trigger->tg_oldtable) && SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA)
		write_changes(find_writer(trigger, id), trigger, count_tables);
	PG_RETURN_POINTER(NULL);
}

/* Count one row. */
static int64
count_row(Writer *writer, const TriggerData *trigger)
{
	TupleTableSlot *new_row = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? trigger->tg_trigslot :
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newslot : NULL;
	TupleTableSlot *old_row = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? NULL : trigger->tg_trigslot;

	return rollup_row_write(writer->row, new_row, old_row, writer->in_use > 1);
}

/*
 * rollup_write_row() returns trigger: AFTER INSERT, UPDATE or DELETE FOR EACH ROW,
 * enabled for replicas only.  The apply worker of logical replication fires no
 * statement trigger, and nothing else does in session_replication_role = replica.
 */
Datum
rollup_write_row(PG_FUNCTION_ARGS)
{
	const char *id = trigger_id(fcinfo);
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA)
		write_changes(find_writer(trigger, id), trigger, count_row);
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
	const char *id = trigger_id(fcinfo);
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			relid = RelationGetRelid(trigger->tg_relation);
	Rollup		rollup;
	RollupDefinition *def;
	Oid			owner;
	RollupContext rights;

	def = read_rollup(trigger, id, &rollup, &owner);
	SPI_connect();
	rollup_enter(&rights, owner);
	if (relid == def->source)
	{
		const char *rows = rollup_sql_clear(def, &rollup);

		rollup_run_latest(rollup_sql_insert(def, rollup.delta, rows), rows);
	}
	else
		rollup_add_rows(&rollup, relid, -1);
	rollup_leave(&rights);
	rollup_log(rollup.id, "change", 0);
	SPI_finish();
	PG_RETURN_POINTER(NULL);
}
