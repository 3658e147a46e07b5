/*
 * create.c
 *		Making, remaking and dropping rollups.
 */
#include "postgres.h"
#include "compat.h"

#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/defrem.h"
#include "commands/view.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "locks.h"
#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(create_rollup);
PG_FUNCTION_INFO_V1(rebuild_rollup);
PG_FUNCTION_INFO_V1(drop_rollup);
PG_FUNCTION_INFO_V1(approve_rollup);

/* Turn a position in the rollup's query into one that the client can show. */
static void
query_error(void *arg)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery((const char *) arg);
	}
}

/* Parse and take apart the text of a query; also gives its one raw statement. */
static RollupDefinition *
parse_query(const char *text, RawStmt **raw)
{
	ErrorContextCallback callback;
	RollupDefinition *def;
	List	   *trees;

	callback.callback = query_error;
	callback.arg = (void *) text;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	trees = raw_parser(text, RAW_PARSE_DEFAULT);
	if (list_length(trees) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rollup has one query, not %d", list_length(trees))));
	*raw = linitial_node(RawStmt, trees);
	if (!IsA((*raw)->stmt, SelectStmt) || ((SelectStmt *) (*raw)->stmt)->intoClause != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over this query: it is not a plain SELECT")));
	def = rollup_define(parse_analyze_fixedparams(copyObject(*raw), text, NULL, 0, NULL),
						(SelectStmt *) (*raw)->stmt, text, true);

	error_context_stack = callback.previous;
	return def;
}

/* An ERROR if a table is none to make a rollup over. */
static void
check_kind(Oid source)
{
	Oid			schema = get_rel_namespace(source);
	Rollup		other;

	if (source < FirstNormalObjectId || IsCatalogNamespace(schema) || IsToastNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over system table \"%s\"", get_rel_name(source))));
	if (rollup_by_part(source, &other))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" belongs to rollup \"%s\"", get_rel_name(source), get_rel_name(other.view)),
				 errhint("Make the rollup over the table \"%s\" itself.", get_rel_name(other.source))));
}

/* An ERROR if the table of a new rollup is not fit for one, or not the user's to use. */
static void
check_table(const RollupDefinition *def)
{
	Oid			source = def->source;

	check_kind(source);
	if (pg_class_aclcheck(source, GetUserId(), ACL_TRIGGER) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to make a rollup over table \"%s\"", get_rel_name(source)),
				 errhint("It takes the privileges TRIGGER and SELECT on the table.")));
	rollup_check_rows(def, source);
}

/* The definition of a rollup over this query, which would be made but for the user's rights; else an ERROR. */
RollupDefinition *
rollup_examine(const char *text)
{
	RawStmt    *raw;
	RollupDefinition *def = parse_query(text, &raw);
	ListCell   *cell;

	check_kind(def->source);
	foreach(cell, rollup_nodes(def->source, AccessShareLock))
	{
		rollup_check_node(lfirst_oid(cell), def->source);
		rollup_check_generated(def, lfirst_oid(cell));
	}
	return def;
}

/* An ERROR at REPEATABLE READ and above: the snapshot would be older than the lock. */
static void
check_isolation(const char *what)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a rollup cannot be %s at isolation level %s", what,
						XactIsoLevel == XACT_SERIALIZABLE ? "SERIALIZABLE" : "REPEATABLE READ"),
				 errhint("Do it at READ COMMITTED.")));
}

/* Put a rollup's triggers on all nodes of its table; SPI is connected. */
static void
add_nodes(const Rollup *rollup, List *nodes)
{
	ListCell   *cell;

	foreach(cell, nodes)
		rollup_add_node(rollup, lfirst_oid(cell));
}

/* The schema of a rollup's parts: its ledger's store, or that of its view when it is of no ledger. */
static Oid
parts_schema(const char *ledger, Oid schema)
{
	Oid			store = ledger ? ledger_store(get_namespace_oid(ledger, false)) : InvalidOid;

	return OidIsValid(store) ? store : schema;
}

/* A qualified name for a part of a rollup that no relation has yet. */
static char *
part_name(const char *name, const char *part, Oid schema)
{
	return quote_qualified_identifier(get_namespace_name(schema),
									  ChooseRelationName(name, NULL, part, schema, false));
}

/* The OID of a relation just made. */
static Oid
made(const char *qualified)
{
	CommandCounterIncrement();
	return RangeVarGetRelid(makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(qualified))),
							NoLock, false);
}

/* Make the view that holds the query as it was written; returns its OID. */
static Oid
make_query_view(RawStmt *raw, const char *text, const char *qualified)
{
	ViewStmt   *stmt = makeNode(ViewStmt);
	ErrorContextCallback callback;

	callback.callback = query_error;
	callback.arg = (void *) text;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	stmt->view = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(qualified)));
	stmt->query = raw->stmt;
	DefineView(stmt, text, raw->stmt_location, raw->stmt_len);
	error_context_stack = callback.previous;
	return made(qualified);
}

/*
 * Fill an empty rollup from the nodes of its table, which are locked; SPI is connected, the
 * rollup's owner acting.  With the memory of maintenance, as an index is built: each time the
 * groups outgrow it all of them become deltas, and each time a fold's own groups outgrow memory it
 * leaves a dead version of each group behind in total, which readers then read over for ever.
 */
static void
fill(const Rollup *rollup, const RollupDefinition *def, List *nodes)
{
	ListCell   *cell;

	if (maintenance_work_mem > work_mem)
		(void) set_config_option("work_mem", psprintf("%d", maintenance_work_mem), PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	foreach(cell, nodes)
		if (rollup_has_storage(lfirst_oid(cell)))
			rollup_count_rows(rollup, lfirst_oid(cell), 1);
	rollup_fold(rollup, def, PG_INT64_MAX);
}

/* A random id. */
static void
make_id(char *id)
{
	uint8		bytes[ROLLUP_ID_LENGTH / 2];
	int			i;

	if (!pg_strong_random(bytes, sizeof(bytes)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	for (i = 0; i < (int) lengthof(bytes); i++)
		sprintf(id + 2 * i, "%02x", bytes[i]);
}

/* Make total or delta with all that belongs to it; returns its OID. */
static Oid
make_table(const RollupDefinition *def, const char *qualified, bool delta, bool unlogged, const char *of)
{
	rollup_run(rollup_sql_table(def, qualified, delta, unlogged));
	/* fold deletes; a publication of all tables must not make that an error */
	rollup_run(psprintf("ALTER TABLE %s REPLICA IDENTITY FULL", qualified));
	rollup_run(psprintf("COMMENT ON TABLE %s IS %s", qualified,
						quote_literal_cstr(psprintf(delta ? "Changes of rollup %s that wait to be folded; written by triggers only"
													: "Sums of rollup %s up to the last fold; written by folding only", of))));
	if (!delta && rollup_sql_index_keys(def, qualified) != NULL)
		rollup_run(rollup_sql_index_keys(def, qualified));
	if (!delta && rollup_sql_index_hash(def, qualified) != NULL)
		rollup_run(rollup_sql_index_hash(def, qualified));
	return made(qualified);
}

/* The name of the ledger that a rollup is made for, whose owner the caller is; NULL for none. */
static char *
ledger_of(FunctionCallInfo fcinfo)
{
	char	   *name;

	if (PG_ARGISNULL(2))
		return NULL;
	name = text_to_cstring(PG_GETARG_TEXT_PP(2));
	if (!schema_ownercheck(get_namespace_oid(name, false), GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_SCHEMA, name);
	return name;
}

/*
 * CALL emgov.create_rollup(name text, query text, ledger text): keep the query's result,
 * exact in every transaction, as view `name`.  The caller owns all that is made.  `ledger`
 * is the schema of the ledger that the rollup belongs to, NULL for none: its query, total and
 * delta stand in that ledger's store, else beside the view.
 */
Datum
create_rollup(PG_FUNCTION_ARGS)
{
	char	   *name;
	char	   *sql;
	char	   *ledger;
	RangeVar   *range;
	Oid			schema;
	Oid			parts;
	RollupDefinition *def;
	RawStmt    *raw;
	List	   *nodes;
	Rollup		rollup = {0};
	RollupContext rights;
	char	   *qualified;
	char	   *query;
	char	   *total;
	char	   *delta;
	bool		unlogged;
	ListCell   *cell;

	PreventCommandIfReadOnly("create_rollup()");
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name and the query of a rollup must not be null")));
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	sql = text_to_cstring(PG_GETARG_TEXT_PP(1));
	ledger = ledger_of(fcinfo);
	check_isolation("created");

	range = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name)));
	schema = RangeVarGetCreationNamespace(range);
	if (isTempNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be temporary: other sessions write to its table")));
	if (OidIsValid(get_relname_relid(range->relname, schema)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("relation \"%s\" already exists", range->relname)));
	qualified = quote_qualified_identifier(get_namespace_name(schema), range->relname);
	parts = parts_schema(ledger, schema);

	def = parse_query(sql, &raw);
	check_table(def);
	nodes = rollup_nodes(def->source, ShareRowExclusiveLock);
	/* rights and row policies may have changed while we waited */
	check_table(def);
	rollup_check_not_in_use(nodes, "make a rollup over");
	foreach(cell, nodes)
	{
		rollup_check_node(lfirst_oid(cell), def->source);
		rollup_check_generated(def, lfirst_oid(cell));
	}
	unlogged = get_rel_persistence(def->source) == RELPERSISTENCE_UNLOGGED;

	SPI_connect();
	make_id(rollup.id);
	query = part_name(range->relname, "query", parts);
	rollup.query = make_query_view(raw, sql, query);

	rollup_enter(&rights, GetUserId());
	rollup_run(psprintf("COMMENT ON VIEW %s IS %s", query,
						quote_literal_cstr(psprintf("The query of rollup %s, computed anew from its table", qualified))));
	def = rollup_define_stored(rollup.query);
	rollup.source = def->source;
	if (def->source != linitial_oid(nodes))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("table \"%s\" was renamed while the rollup was made", get_rel_name(linitial_oid(nodes))),
				 errhint("Try again.")));
	rollup_try_expressions(def);
	total = part_name(range->relname, "total", parts);
	rollup.total = make_table(def, total, false, unlogged, qualified);
	delta = part_name(range->relname, "delta", parts);
	rollup.delta = make_table(def, delta, true, unlogged, qualified);
	rollup_run(rollup_sql_view(def, qualified, total, delta));
	rollup.view = made(qualified);
	rollup_run(psprintf("COMMENT ON VIEW %s IS %s", qualified,
						quote_literal_cstr(psprintf("Live rollup over %s, exact in every transaction; made by emgov.create_rollup", rollup_name(def->source)))));
	add_nodes(&rollup, nodes);
	rollup_register(&rollup, ledger);
	fill(&rollup, def, nodes);
	/* what was folded would be read over until a vacuum, and behind what comes next for ever */
	rollup_run(psprintf("TRUNCATE %s", delta));
	rollup_leave(&rights);
	SPI_finish();
	PG_RETURN_VOID();
}

/* The rollup of a procedure's first argument. */
static Rollup *
named_rollup(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the rollup must not be null")));
	return rollup_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

/*
 * CALL emgov.rebuild_rollup(name text): compute a rollup anew from its table, and put
 * back what triggers it has lost.  Writers wait; readers do not.
 */
Datum
rebuild_rollup(PG_FUNCTION_ARGS)
{
	Rollup	   *rollup = named_rollup(fcinfo);
	RollupDefinition *def;
	RollupContext rights;
	List	   *nodes;

	PreventCommandIfReadOnly("rebuild_rollup()");
	/* all rights before any lock */
	rollup_check_owner(rollup);
	check_table(rollup_definition(rollup));
	check_isolation("rebuilt");
	nodes = rollup_nodes(rollup->source, ShareRowExclusiveLock);
	rollup_check_not_in_use(nodes, "rebuild a rollup over");
	rollup_by_id(rollup->id, rollup, false);
	rollup_check_owner(rollup);
	def = rollup_definition(rollup);
	(void) lock_fold(rollup->delta, -1);
	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	rollup_check_rows(def, def->source);
	add_nodes(rollup, nodes);
	rollup_run(psprintf("DELETE FROM %s", rollup_name(rollup->delta)));
	rollup_run(psprintf("DELETE FROM %s", rollup_name(rollup->total)));
	fill(rollup, def, nodes);
	rollup_leave(&rights);
	rollup_clear_stale(rollup);
	rollup_log(rollup->id, "change", 0);
	SPI_finish();
	PG_RETURN_VOID();
}

/* Before a rollup is dropped: readers hold the view first, and writers the table before the rollup's tables. */
void
rollup_lock_for_drop(const Rollup *rollup)
{
	LockRelationOid(rollup->view, AccessExclusiveLock);
	rollup_check_not_in_use(rollup_nodes(rollup->source, AccessExclusiveLock), "drop a rollup over");
}

/*
 * Drop what is left of a rollup: triggers, views, tables, its row of emgov.rollup.
 * SPI is connected.  Other objects that use the view are an ERROR unless `behavior`
 * is DROP_CASCADE.
 */
void
rollup_drop(const Rollup *rollup, DropBehavior behavior)
{
	ObjectAddresses *objects = new_object_addresses();
	Oid			parts[] = {rollup->view, rollup->query, rollup->delta, rollup->total};
	ListCell   *cell;
	int			i;

	if (get_rel_name(rollup->source) != NULL)
		foreach(cell, rollup_nodes(rollup->source, AccessExclusiveLock))
			rollup_remove_node(rollup->id, lfirst_oid(cell));
	for (i = 0; i < (int) lengthof(parts); i++)
		if (get_rel_name(parts[i]) != NULL)
		{
			ObjectAddress part;

			ObjectAddressSet(part, RelationRelationId, parts[i]);
			add_exact_object_address(&part, objects);
		}
	rollup_forget(rollup->id);
	performMultipleDeletions(objects, behavior, 0);
	free_object_addresses(objects);
}

/* An ERROR unless the current user owns the table or the rollup. */
static void
check_drop(const Rollup *rollup)
{
	if (!relation_ownercheck(rollup->source, GetUserId()))
		rollup_check_owner(rollup);
}

/*
 * CALL emgov.drop_rollup(name text): drop a rollup with all its parts.  The owner of
 * the table may do so as well: it is his table that the triggers sit on.
 */
Datum
drop_rollup(PG_FUNCTION_ARGS)
{
	Rollup	   *rollup = named_rollup(fcinfo);

	PreventCommandIfReadOnly("drop_rollup()");
	check_drop(rollup);
	rollup_lock_for_drop(rollup);
	/* whatever has changed while we waited */
	rollup_by_id(rollup->id, rollup, false);
	check_drop(rollup);
	SPI_connect();
	rollup_drop(rollup, DROP_RESTRICT);
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * CALL emgov.approve_rollup(name text, approved boolean): the table's owner says that
 * queries of the table may be answered from a rollup of somebody else's, or takes that
 * back.  It holds for the two owners of that moment.
 */
Datum
approve_rollup(PG_FUNCTION_ARGS)
{
	Rollup	   *rollup = named_rollup(fcinfo);
	bool		approved = PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1);

	PreventCommandIfReadOnly("approve_rollup()");
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a rollup is approved or not: null is neither")));
	if (!relation_ownercheck(rollup->source, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(rollup->source));
	SPI_connect();
	rollup_set_approval(rollup, approved ? GetUserNameFromId(rollup_owner(rollup), false) : NULL,
						GetUserNameFromId(rollup_relation_owner(rollup->source), false));
	SPI_finish();
	PG_RETURN_VOID();
}
