/*
 * live_fact.c
 *		Facts made of several tables, kept as rows of one.
 *
 * An accident's deaths stand in casualties, its severity follows from categories and
 * schemes: a view over these joins them all for every record that is counted.  A live fact
 * is such a query whose rows lie in a table, <store>.<fact>, and triggers on all tables that
 * the query reads keep the two alike.  The query itself stays as view <store>.<fact>_query.
 *
 * One of the tables is the root: the fact has a row for each of its rows, by its key.  A
 * statement on it, or on a table with a foreign key to it, concerns the rows with these
 * keys: they are locked, in the order of their keys, and computed anew with a snapshot taken
 * after that.  So of two writers of one accident the second sees what the first has
 * committed.  A statement on any other table (categories, schemes) may concern every row:
 * all are compared, those that differ are written, and meanwhile nobody else writes any,
 * see lock_fact().  An UPDATE there that changes no column which the query reads concerns none.
 *
 * A fact may have several rows for one of the root's, where what a record comes to depends on
 * others of the same enterprise: the root is then the table of enterprises, its rows are
 * locked, and a column of the fact says which row belongs to which.
 *
 * Of a table that the query only looks something up in, by a foreign key of the root's, new
 * rows concern nothing: nothing refers to them yet.  Changed ones concern the rows of the
 * root that refer to them, which are found while nobody else writes any.
 *
 * At REPEATABLE READ and above the snapshot is older than the lock.  There the rows are
 * compared once more, with what is committed by now: where that is something else, the
 * transaction fails as any does there that meets a newer change.
 *
 * A fact without a root is written as a whole.  What is made of it is written by the triggers
 * on its own table.  Such a trigger may write what it likes but what this fact is made of.
 *
 * All this is done as the owner of the table in a security-restricted operation, under
 * pinned settings: whoever may write a casualty need not be able to read accidents.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parsetree.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "ledger/indicator.h"
#include "ledger/live_fact.h"
#include "changes.h"
#include "locks.h"
#include "rollup/rollup.h"
#include "settings.h"

/* The trigger of the table that names the root; it never fires. */
#define LINK_TRIGGER	"emgov_live_fact"

/* What the names of the triggers that keep a fact begin with. */
#define WRITE_TRIGGER	"emgov_live_"

/* Up to so many rows at once, a plan made for any rows will do. */
#define FEW	50

/* What is run, as SQL with the keys of the root in $1. */
typedef enum LiveStatement
{
	LIVE_LOCK, LIVE_UPDATE, LIVE_REMOVE, LIVE_INSERT, LIVE_FILL, LIVE_WRITE, LIVE_DIFFER, NSTATEMENTS
} LiveStatement;

/* What a session knows of a fact. */
typedef struct LiveFact
{
	Oid			table;			/* hash key */
	bool		valid;
	MemoryContext context;		/* of the texts */
	Oid			query;
	Oid			root;			/* the table itself when it has none */
	Oid			owner;
	bool		is_grouped;		/* several rows for one of the root's */
	char	   *sql[NSTATEMENTS];
	char	   *all_that_differ;
	char	   *differs;		/* of a fact without a root */
	char	   *whole[3];
	SPIPlanPtr	plans[NSTATEMENTS];	/* for few keys; NULL until needed */
	bool		in_use;			/* its statements are being run */
} LiveFact;

static HTAB *facts = NULL;
static uint64 changes = 0;		/* notices of changes so far */
static Oid	written = InvalidOid;	/* the table that is being written, by nobody but here */

/* ------------------------------------------------------------------ what is what */

/* The root of a fact, by its table; *by: the column that belongs to the root's key, where that is not the fact's own, or NULL. */
static Oid
root_of(Oid table, char **by)
{
	Relation	relation = RelationIdGetRelation(table);
	Oid			root = InvalidOid;

	if (by)
		*by = NULL;

	if (RelationIsValid(relation))
	{
		if (relation->trigdesc != NULL)
			for (int i = 0; i < relation->trigdesc->numtriggers; i++)
			{
				const Trigger *link = &relation->trigdesc->triggers[i];

				if (strcmp(link->tgname, LINK_TRIGGER) != 0)
					continue;
				root = link->tgconstrrelid;
				if (by && link->tgnargs > 0)
					*by = pstrdup(link->tgargs[0]);
			}
		RelationClose(relation);
	}
	return root;
}

Oid
live_fact_query(Oid table)
{
	char	   *name = get_rel_name(table);
	Oid			query;

	if (name == NULL || get_rel_relkind(table) != RELKIND_RELATION)
		return InvalidOid;
	query = get_relname_relid(psprintf("%s_query", name), get_rel_namespace(table));
	if (!OidIsValid(query) || get_rel_relkind(query) != RELKIND_VIEW)
		return InvalidOid;
	return OidIsValid(root_of(table, NULL)) ? query : InvalidOid;
}

Oid
live_fact_table(Oid view)
{
	Oid			store;
	Query	   *query = NULL;
	RangeTblRef *from;
	RangeTblEntry *table;
	ListCell   *cell;

	/* most views are none, and need not be read to see that */
	if (get_rel_relkind(view) == RELKIND_VIEW)
	{
		store = ledger_store(get_rel_namespace(view));
		if (OidIsValid(store) && OidIsValid(get_relname_relid(get_rel_name(view), store)))
			query = rollup_view_query(view);
	}

	if (query == NULL || query->commandType != CMD_SELECT || list_length(query->jointree->fromlist) != 1 ||
		!IsA(linitial(query->jointree->fromlist), RangeTblRef) || query->setOperations || query->groupClause || query->hasAggs ||
		query->distinctClause || query->hasTargetSRFs || query->limitCount || query->limitOffset)
		return InvalidOid;
	from = linitial_node(RangeTblRef, query->jointree->fromlist);
	table = rt_fetch(from->rtindex, query->rtable);
	if (table->rtekind != RTE_RELATION || get_rel_namespace(table->relid) == get_rel_namespace(view) ||
		strcmp(get_rel_name(table->relid), get_rel_name(view)) != 0)
		return InvalidOid;
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Var		   *var = (Var *) entry->expr;

		if (!IsA(var, Var) || (int) var->varno != from->rtindex || var->varattno != entry->resno)
			return InvalidOid;
	}
	return OidIsValid(live_fact_query(table->relid)) ? table->relid : InvalidOid;
}

bool
live_fact_is_trigger(const Trigger *trigger)
{
	char	   *function;

	if (strncmp(trigger->tgname, WRITE_TRIGGER, strlen(WRITE_TRIGGER)) != 0 || (trigger->tgnargs != 1 && trigger->tgnargs != 2))
		return false;
	function = get_func_name(trigger->tgfoid);
	return function != NULL && strcmp(function, "live_fact_write") == 0 &&
		get_func_namespace(trigger->tgfoid) == get_namespace_oid("emgov_internal", true);
}

static void
forget_facts(Oid relid)
{
	HASH_SEQ_STATUS scan;
	LiveFact   *fact;

	changes++;
	hash_seq_init(&scan, facts);
	while ((fact = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relid) || relid == fact->table || relid == fact->query || relid == fact->root)
			fact->valid = false;
}

static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid)
{
	forget_facts(relid);
}

static void
schema_changed(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(), uint32 hashvalue pg_attribute_unused())
{
	forget_facts(InvalidOid);
}

/* A table's primary key of one column, or InvalidAttrNumber. */
static AttrNumber
primary_key(Relation table)
{
	Oid			index = (RelationGetIndexList(table), table->rd_pkindex);
	AttrNumber	column = InvalidAttrNumber;
	HeapTuple	tuple = OidIsValid(index) ? SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index)) : NULL;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

		if (form->indnkeyatts == 1)
			column = form->indkey.values[0];
		ReleaseSysCache(tuple);
	}
	return column;
}

/* Is a column a bigint? */
static bool
is_bigint(Relation table, AttrNumber column)
{
	return column > 0 && TupleDescAttr(RelationGetDescr(table), column - 1)->atttypid == INT8OID;
}

/* The name of a table's key of one column, a bigint unless it may be of any type. */
static char *
key_name(Relation table, bool any)
{
	AttrNumber	column = primary_key(table);

	if (column <= 0 || (!any && !is_bigint(table, column)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("live fact \"%s\" has no primary key of one bigint column", RelationGetRelationName(table)),
				 errhint("CALL emgov.upgrade_ledger() after ALTER TABLE … ADD PRIMARY KEY.")));
	return pstrdup(quote_identifier(get_attname(RelationGetRelid(table), column, false)));
}

/* The columns of a table, each as a format gives it with the quoted name in place of every %s. */
static char *
columns(Relation table, const char *before, const char *between, const char *but)
{
	TupleDesc	desc = RelationGetDescr(table);
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);
		const char *name = quote_identifier(NameStr(column->attname));

		if (column->attisdropped || strcmp(name, but) == 0)
			continue;
		appendStringInfo(&list, "%s%s%s", list.len > 0 ? ", " : "", before, name);
		if (between != NULL)
			appendStringInfo(&list, "%s%s", between, name);
	}
	return list.data;
}

static char *
qualified(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* The same of a fact with several rows for one of the root's: those that belong to its keys by a column. */
static void
write_grouped_statements(LiveFact *fact, Relation table, const char *by)
{
	const char *name = qualified(fact->table);
	const char *query = qualified(fact->query);
	const char *key = key_name(table, false);
	const char *differ = psprintf("ROW(%s) IS DISTINCT FROM ROW(%s)", columns(table, "f.", NULL, ""), columns(table, "q.", NULL, ""));
	Relation	root = table_open(fact->root, AccessShareLock);

	by = quote_identifier(by);
	fact->sql[LIVE_LOCK] = psprintf("SELECT FROM ONLY %1$s AS r WHERE r.%2$s = ANY ($1) ORDER BY r.%2$s FOR NO KEY UPDATE", qualified(fact->root), key_name(root, false));
	table_close(root, AccessShareLock);
	/* the query is computed once; no anti-join finds what is new, for it would read a table that grows meanwhile over and over */
	fact->sql[LIVE_WRITE] = psprintf("WITH q AS MATERIALIZED (SELECT * FROM %3$s AS q WHERE q.%5$s = ANY ($1)), "
									 "changed AS (UPDATE %1$s AS f SET %2$s FROM q WHERE f.%4$s = q.%4$s AND %6$s), "
									 "gone AS (DELETE FROM %1$s AS f WHERE f.%5$s = ANY ($1) AND NOT EXISTS (SELECT FROM q WHERE q.%4$s = f.%4$s)) "
									 "INSERT INTO %1$s (%7$s) SELECT %8$s FROM q ON CONFLICT (%4$s) DO NOTHING",
									 name, columns(table, "", " = q.", key), query, key, by, differ, columns(table, "", NULL, ""), columns(table, "q.", NULL, ""));
	fact->sql[LIVE_DIFFER] = psprintf("SELECT FROM (SELECT * FROM %1$s WHERE %5$s = ANY ($1)) AS f FULL JOIN (SELECT * FROM %3$s WHERE %5$s = ANY ($1)) AS q ON q.%2$s = f.%2$s "
									  "WHERE %4$s LIMIT 1",
									  name, key, query, differ, by);
	fact->all_that_differ = psprintf("SELECT coalesce(array_agg(DISTINCT k.k), '{}') FROM %2$s AS f FULL JOIN %3$s AS q ON q.%1$s = f.%1$s "
									 "CROSS JOIN LATERAL (VALUES (f.%5$s), (q.%5$s)) AS k (k) WHERE k.k IS NOT NULL AND %4$s",
									 key, name, query, differ, by);
}

/* Write the statements; in the fact's context. */
static void
write_statements(LiveFact *fact, Relation table)
{
	const char *name = qualified(fact->table);
	const char *query = qualified(fact->query);
	const char *key;
	const char *differ = psprintf("ROW(%s) IS DISTINCT FROM ROW(%s)", columns(table, "f.", NULL, ""), columns(table, "q.", NULL, ""));

	fact->differs = psprintf("SELECT FROM ((TABLE %1$s EXCEPT ALL TABLE %2$s) UNION ALL (TABLE %2$s EXCEPT ALL TABLE %1$s)) AS d LIMIT 1", name, query);
	key = key_name(table, fact->root == fact->table);
	fact->whole[0] = psprintf("UPDATE %1$s AS f SET %2$s FROM %3$s AS q WHERE f.%4$s = q.%4$s AND %5$s",
							  name, columns(table, "", " = q.", key), query, key, differ);
	fact->whole[1] = psprintf("INSERT INTO %1$s (%2$s) SELECT %2$s FROM %3$s AS q WHERE NOT EXISTS (SELECT FROM %1$s AS f WHERE f.%4$s = q.%4$s)",
							  name, columns(table, "", NULL, ""), query, key);
	fact->whole[2] = psprintf("DELETE FROM %1$s AS f WHERE NOT EXISTS (SELECT FROM %2$s AS q WHERE q.%3$s = f.%3$s)", name, query, key);
	if (fact->root == fact->table)
		return;
	fact->sql[LIVE_LOCK] = psprintf("SELECT FROM %1$s AS f WHERE f.%2$s = ANY ($1) ORDER BY f.%2$s FOR UPDATE", name, key);
	fact->sql[LIVE_UPDATE] = psprintf("UPDATE %1$s AS f SET %2$s FROM %3$s AS q WHERE f.%4$s = q.%4$s AND q.%4$s = ANY ($1)",
									  name, columns(table, "", " = q.", key), query, key);
	/* what the query gives is asked for by its keys, or it would be computed for all */
	fact->sql[LIVE_REMOVE] = psprintf("DELETE FROM %1$s AS f WHERE f.%2$s = ANY ($1) AND f.%2$s <> ALL (ARRAY(SELECT q.%2$s FROM %3$s AS q WHERE q.%2$s = ANY ($1)))",
									  name, key, query);
	fact->sql[LIVE_INSERT] = psprintf("INSERT INTO %1$s (%2$s) SELECT %3$s FROM %4$s AS q WHERE q.%5$s = ANY ($1) AND NOT EXISTS (SELECT FROM %1$s AS f WHERE f.%5$s = q.%5$s)",
									  name, columns(table, "", NULL, ""), columns(table, "q.", NULL, ""), query, key);
	/* where there is none of them: an empty table that is looked into while it grows would be read over and over */
	fact->sql[LIVE_FILL] = psprintf("INSERT INTO %1$s (%2$s) SELECT %3$s FROM %4$s AS q WHERE q.%5$s = ANY ($1)",
									name, columns(table, "", NULL, ""), columns(table, "q.", NULL, ""), query, key);
	fact->sql[LIVE_DIFFER] = psprintf("SELECT FROM (SELECT * FROM %1$s WHERE %2$s = ANY ($1)) AS f FULL JOIN (SELECT * FROM %3$s WHERE %2$s = ANY ($1)) AS q ON q.%2$s = f.%2$s "
									  "WHERE %4$s LIMIT 1",
									  name, key, query, differ);
	fact->all_that_differ = psprintf("SELECT coalesce(array_agg(coalesce(f.%1$s, q.%1$s)), '{}') FROM %2$s AS f FULL JOIN %3$s AS q ON q.%1$s = f.%1$s WHERE %4$s",
									 key, name, query, differ);
}

/* The fact of a table; an ERROR when it is none, its parts have several owners, or it is being written. */
static LiveFact *
find_fact(Oid relid)
{
	LiveFact   *fact;
	bool		found;
	Relation	table;
	char	   *by;
	MemoryContext old;
	uint64		before;

	if (facts == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(LiveFact)};

		facts = hash_create("emgov live facts", 16, &control, HASH_ELEM | HASH_BLOBS);
		on_relation_change(relation_changed);
		CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
	}
	fact = hash_search(facts, &relid, HASH_FIND, NULL);
	/* by a trigger on its table, which would write rows that a statement is writing, by plans that this may replace */
	if (fact != NULL && fact->in_use)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("\"%s\" is being written: what it is made of cannot be changed meanwhile", get_rel_name(relid)),
				 errhint("Drop the trigger on its table that writes the records of which its rows are made.")));
	if (fact != NULL && fact->valid)
		return fact;

	table = table_open(relid, AccessShareLock);
	/* what changes while it is read makes it stale again */
	before = changes;
	if (fact == NULL)
	{
		fact = hash_search(facts, &relid, HASH_ENTER, &found);
		memset((char *) fact + sizeof(Oid), 0, sizeof(LiveFact) - sizeof(Oid));
		fact->context = AllocSetContextCreate(CacheMemoryContext, "emgov live fact", ALLOCSET_SMALL_SIZES);
	}
	for (int i = 0; i < NSTATEMENTS; i++)
		if (fact->plans[i] != NULL)
		{
			SPI_freeplan(fact->plans[i]);
			fact->plans[i] = NULL;
		}
	MemoryContextReset(fact->context);
	fact->query = live_fact_query(relid);
	fact->root = root_of(relid, &by);
	fact->is_grouped = by != NULL;
	fact->owner = table->rd_rel->relowner;
	if (!OidIsValid(fact->query) || !OidIsValid(fact->root))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the live fact \"%s\" cannot be kept: %s is missing", RelationGetRelationName(table),
						OidIsValid(fact->query) ? "the table of its records" : psprintf("its query \"%s_query\"", RelationGetRelationName(table))),
				 errdetail("It went with a table or a column that it reads."),
				 errhint("CALL emgov.upgrade_ledger() for its ledger: a table that is missing is made anew, without its rows.")));
	if (rollup_relation_owner(fact->query) != fact->owner || rollup_relation_owner(fact->root) != fact->owner)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" is no live fact whose table, query and records have one owner", RelationGetRelationName(table)),
				 errhint("Give all tables of the ledger to one owner, and CALL emgov.upgrade_ledger().")));
	old = MemoryContextSwitchTo(fact->context);
	if (by)
		write_grouped_statements(fact, table, by);
	else
		write_statements(fact, table);
	MemoryContextSwitchTo(old);
	table_close(table, NoLock);
	fact->valid = changes == before;
	return fact;
}

/* ------------------------------------------------------------------ writing */

/* Run a statement for some keys; a snapshot, or NULL for a new one.  Gives the number of rows. */
static uint64
run(LiveFact *fact, LiveStatement which, Datum keys, int nkeys, Snapshot snapshot)
{
	Oid			type = INT8ARRAYOID;
	SPIPlanPtr	plan = fact->plans[which];
	int			result;

	if (nkeys > FEW)
	{
		plan = SPI_prepare_cursor(fact->sql[which], 1, &type, CURSOR_OPT_CUSTOM_PLAN);
		if (plan == NULL)
			elog(ERROR, "could not prepare \"%s\": %s", fact->sql[which], SPI_result_code_string(SPI_result));
	}
	else if (plan == NULL)
	{
		plan = SPI_prepare_cursor(fact->sql[which], 1, &type, CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare \"%s\": %s", fact->sql[which], SPI_result_code_string(SPI_result));
		fact->plans[which] = plan;
	}
	result = SPI_execute_snapshot(plan, &keys, NULL, snapshot ? snapshot : InvalidSnapshot, InvalidSnapshot, false, true, 0);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", fact->sql[which], SPI_result_code_string(result));
	SPI_freetuptable(SPI_tuptable);
	return SPI_processed;
}

/* What a transaction that sees less than is committed meets. */
static void
fail_to_serialize(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent update"),
			 errdetail("A record that this transaction changes is made of others, which were changed after its snapshot."),
			 errhint("The transaction might succeed if retried.")));
}

/* Make the rows with some keys what the query says; of a grouped fact with the locks of some more, or NULL. */
static void
write_keys(LiveFact *fact, Datum keys, int nkeys, ArrayType *locked, bool are_new)
{
	if (fact->is_grouped)
	{
		(void) run(fact, LIVE_LOCK, locked ? PointerGetDatum(locked) : keys, locked ? ARR_DIMS(locked)[0] : nkeys, NULL);
		(void) run(fact, LIVE_WRITE, keys, nkeys, NULL);
	}
	else
	{
		/* of one new row no other is looked for */
		bool		is_looked_for = !are_new || nkeys > FEW;
		uint64		locked = is_looked_for ? run(fact, LIVE_LOCK, keys, nkeys, NULL) : 0;
		uint64		there = 0;

		if (locked > 0)
		{
			there = run(fact, LIVE_UPDATE, keys, nkeys, NULL);
			if (there < locked)
				(void) run(fact, LIVE_REMOVE, keys, nkeys, NULL);
		}
		if (there < (uint64) nkeys)
			(void) run(fact, is_looked_for && locked == 0 ? LIVE_FILL : LIVE_INSERT, keys, nkeys, NULL);
	}
	if (IsolationUsesXactSnapshot() && run(fact, LIVE_DIFFER, keys, nkeys, GetLatestSnapshot()) > 0)
		fail_to_serialize();
}

/* Compare all rows with the query, with a snapshot (NULL: a new one); gives the keys of those that differ. */
static Datum
keys_that_differ(LiveFact *fact, Snapshot snapshot, int *nkeys)
{
	SPIPlanPtr	plan = SPI_prepare(fact->all_that_differ, 0, NULL);
	bool		isnull;
	Datum		keys;

	if (plan == NULL || SPI_execute_snapshot(plan, NULL, NULL, snapshot ? snapshot : InvalidSnapshot, InvalidSnapshot, false, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", fact->all_that_differ);
	keys = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	*nkeys = ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(keys)), ARR_DIMS(DatumGetArrayTypeP(keys)));
	return keys;
}

/* Run a statement without keys, with a snapshot (NULL: a new one).  Gives the number of rows. */
static uint64
run_whole(const char *sql, Snapshot snapshot)
{
	SPIPlanPtr	plan = SPI_prepare(sql, 0, NULL);

	if (plan == NULL || SPI_execute_snapshot(plan, NULL, NULL, snapshot ? snapshot : InvalidSnapshot, InvalidSnapshot, false, true, 0) < 0)
		elog(ERROR, "could not run \"%s\"", sql);
	return SPI_processed;
}

/* Make all rows of a fact without a root what the query says. */
static void
write_whole(LiveFact *fact)
{
	if (run_whole(fact->differs, NULL) > 0)
	{
		/* each of which is told on by triggers, but only of rows that it writes */
		for (int i = 0; i < (int) lengthof(fact->whole); i++)
			(void) run_whole(fact->whole[i], NULL);
	}
	if (IsolationUsesXactSnapshot() && run_whole(fact->differs, GetLatestSnapshot()) > 0)
		fail_to_serialize();
}

/* Become the only one who writes a fact. */
static void
lock_out_others(LiveFact *fact)
{
	if (!lock_fact(fact->table, setting_publish_timeout))
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("others are writing records of \"%s\", each of which this may change", get_rel_name(fact->table)),
				 errdetail_internal("%s", lock_holders_detail(lock_holders(LOCK_FACT, fact->table))),
				 errhint("Wait until they have ended, or set %s to wait longer.", SETTING_PUBLISH_TIMEOUT)));
}

/* Make the rows what the query says whose root's row has some keys of another table in a column. */
static void
write_referring(LiveFact *fact, const char *by, ArrayType *referred)
{
	Oid			type = INT8ARRAYOID;
	Datum		keys = PointerGetDatum(referred);
	Relation	root;
	SPIPlanPtr	plan;
	char	   *sql;
	bool		isnull;
	int			nkeys;

	lock_out_others(fact);
	root = table_open(fact->root, AccessShareLock);
	sql = psprintf("SELECT coalesce(array_agg(r.%1$s ORDER BY r.%1$s), '{}') FROM ONLY %2$s AS r WHERE r.%3$s = ANY ($1)", key_name(root, false), qualified(fact->root), quote_identifier(by));
	table_close(root, AccessShareLock);
	plan = SPI_prepare_cursor(sql, 1, &type, CURSOR_OPT_CUSTOM_PLAN);
	if (plan == NULL || SPI_execute_snapshot(plan, &keys, NULL, IsolationUsesXactSnapshot() ? GetLatestSnapshot() : InvalidSnapshot, InvalidSnapshot, false, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\"", sql);
	keys = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	nkeys = ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(keys)), ARR_DIMS(DatumGetArrayTypeP(keys)));
	if (nkeys > 0)
		write_keys(fact, keys, nkeys, NULL, false);
}

/* Make all rows what the query says. */
static void
write_all(LiveFact *fact)
{
	int			nkeys;
	Datum		keys;

	lock_out_others(fact);
	if (fact->root == fact->table)
	{
		write_whole(fact);
		return;
	}
	keys = keys_that_differ(fact, NULL, &nkeys);
	if (nkeys > 0)
		write_keys(fact, keys, nkeys, NULL, false);
	/* records that this transaction does not see were not compared */
	if (IsolationUsesXactSnapshot())
	{
		(void) keys_that_differ(fact, GetLatestSnapshot(), &nkeys);
		if (nkeys > 0)
			fail_to_serialize();
	}
}

/*
 * Write as the owner: some keys, or what refers to them by a column of the root's, or with none given all.  locked:
 * the rows of the root that are locked for that, where they are more than those of the keys, or NULL.
 */
static void
write_fact(Oid relid, ArrayType *keys, ArrayType *locked, const char *referring, bool are_new)
{
	RollupContext rights;
	Oid			before = written;
	LiveFact   *volatile fact;

	SPI_connect();
	rollup_enter(&rights, rollup_relation_owner(relid));
	fact = find_fact(relid);
	fact->in_use = true;
	written = relid;
	PG_TRY();
	{
		if (keys == NULL)
			write_all(fact);
		else if (referring)
			write_referring(fact, referring, keys);
		else
		{
			lock_fact_rows(relid);
			write_keys(fact, PointerGetDatum(keys), ARR_DIMS(keys)[0], locked, are_new);
		}
	}
	PG_FINALLY();
	{
		written = before;
		fact->in_use = false;
	}
	PG_END_TRY();
	rollup_leave(&rights);
	SPI_finish();
}

/* ------------------------------------------------------------------ triggers */

/*
 * The column by which a table's rows belong to the root's: its key, or its one foreign key, to the root's key; of several
 * foreign keys, the one that is called as the fact's own column is, `by`.  InvalidAttrNumber when they may belong to any.
 */
static AttrNumber
key_column(Relation relation, Oid root, const char *by)
{
	AttrNumber	found = InvalidAttrNumber;
	bool		is_one = true;
	Relation	other;
	AttrNumber	primary;
	ListCell   *cell;

	if (RelationGetRelid(relation) == root)
	{
		found = primary_key(relation);
		return is_bigint(relation, found) ? found : InvalidAttrNumber;
	}
	other = RelationIdGetRelation(root);
	if (!RelationIsValid(other))
		return InvalidAttrNumber;
	primary = primary_key(other);
	if (!is_bigint(other, primary))
		primary = InvalidAttrNumber;
	RelationClose(other);
	if (primary == InvalidAttrNumber)
		return InvalidAttrNumber;
	foreach(cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->confrelid != root)
			continue;
		if (key->nkeys != 1 || key->confkey[0] != primary || !is_bigint(relation, key->conkey[0]))
			return InvalidAttrNumber;
		if (by != NULL && strcmp(NameStr(TupleDescAttr(RelationGetDescr(relation), key->conkey[0] - 1)->attname), by) == 0)
			return key->conkey[0];
		is_one = found == InvalidAttrNumber;
		found = key->conkey[0];
	}
	return is_one ? found : InvalidAttrNumber;
}

/* The columns by which a table's rows refer to the root's key, a list of numbers; NIL when the table is the root. */
static List *
referring_columns(Relation relation, Oid root)
{
	List	   *result = NIL;
	ListCell   *cell;

	if (RelationGetRelid(relation) == root)
		return NIL;
	foreach(cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->confrelid == root && key->nkeys == 1 && is_bigint(relation, key->conkey[0]))
			result = list_append_unique_int(result, key->conkey[0]);
	}
	return result;
}

typedef struct Keys
{
	int			n;
	int			room;
	int64	   *values;
} Keys;

static void
add_key(Keys *keys, TupleTableSlot *slot, AttrNumber column)
{
	bool		isnull;
	Datum		value;

	if (slot == NULL)
		return;
	value = slot_getattr(slot, column, &isnull);
	if (isnull)
		return;
	if (keys->n == keys->room)
	{
		keys->room = Max(64, keys->room * 2);
		keys->values = keys->values ? repalloc_huge(keys->values, sizeof(int64) * keys->room) : palloc(sizeof(int64) * keys->room);
	}
	keys->values[keys->n++] = DatumGetInt64(value);
}

static void
add_keys(Keys *keys, Tuplestorestate *rows, TupleTableSlot *slot, AttrNumber column)
{
	if (rows == NULL)
		return;
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, slot))
		add_key(keys, slot, column);
	tuplestore_rescan(rows);
	ExecClearTuple(slot);
}

static int
compare_keys(const void *a, const void *b)
{
	int64		one = *(const int64 *) a,
				other = *(const int64 *) b;

	return one < other ? -1 : one > other;
}

/* The keys in their order, each once; NULL when there is none. */
static ArrayType *
key_array(Keys *keys)
{
	Datum	   *values;
	int			n = 0;

	if (keys->n == 0)
		return NULL;
	qsort(keys->values, keys->n, sizeof(int64), compare_keys);
	values = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * keys->n);
	for (int i = 0; i < keys->n; i++)
		if (i == 0 || keys->values[i] != keys->values[i - 1])
			values[n++] = Int64GetDatum(keys->values[i]);
	return construct_array(values, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

/* Which columns of a table the query of a fact reads; NULL when it may be all. */
static Bitmapset *
columns_read(Oid table, Oid relid)
{
	Relation	query = RelationIdGetRelation(live_fact_query(table));
	Bitmapset  *found = NULL;
	bool		is_whole = false;
	Relation	depend;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!RelationIsValid(query))
		return NULL;
	if (query->rd_rules == NULL || query->rd_rules->numLocks != 1)
	{
		RelationClose(query);
		return NULL;
	}
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RewriteRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(query->rd_rules->rules[0]->ruleId));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);

		if (row->refclassid != RelationRelationId || row->refobjid != relid)
			continue;
		/* what is computed when it is read is in no tuple */
		if (row->refobjsubid <= 0 || is_virtual_column(row->refobjid, row->refobjsubid))
			is_whole = true;
		else
			found = bms_add_member(found, row->refobjsubid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	RelationClose(query);
	return is_whole ? NULL : found;
}

/* Do two versions of a row differ in any of some columns?  Values that are equal, but not alike, may be said to differ. */
static bool
differs(TupleTableSlot *before, TupleTableSlot *after, const Bitmapset *read)
{
	TupleDesc	desc = before->tts_tupleDescriptor;
	int			column = -1;

	if (read == NULL)
		return true;
	while ((column = bms_next_member(read, column)) > 0)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
		bool		was_null,
					is_null;
		Datum		was = slot_getattr(before, column, &was_null);
		Datum		is = slot_getattr(after, column, &is_null);

		if (was_null != is_null || (!is_null && !datum_image_eq(was, is, attribute->attbyval, attribute->attlen)))
			return true;
	}
	return false;
}

/*
 * Of an UPDATE of a table that may concern any row, or those that refer to it: does it change what the query reads?
 * The keys of the rows in which it does are added.
 */
static bool
add_changed_keys(Keys *keys, const TriggerData *trigger, Oid table, AttrNumber column)
{
	const Bitmapset *read = columns_read(table, RelationGetRelid(trigger->tg_relation));
	TupleTableSlot *before,
			   *after;
	bool		changed = false;

	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
	{
		if (!differs(trigger->tg_trigslot, trigger->tg_newslot, read))
			return false;
		if (column != InvalidAttrNumber)
		{
			add_key(keys, trigger->tg_trigslot, column);
			add_key(keys, trigger->tg_newslot, column);
		}
		return true;
	}
	before = MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
	after = MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
	/* a row's two versions stand at the same place of both */
	tuplestore_rescan(trigger->tg_oldtable);
	tuplestore_rescan(trigger->tg_newtable);
	while (tuplestore_gettupleslot(trigger->tg_newtable, true, false, after))
	{
		if (tuplestore_gettupleslot(trigger->tg_oldtable, true, false, before) && !differs(before, after, read))
			continue;
		changed = true;
		if (column != InvalidAttrNumber)
		{
			add_key(keys, after, column);
			if (!TupIsNull(before))
				add_key(keys, before, column);
		}
	}
	tuplestore_rescan(trigger->tg_oldtable);
	tuplestore_rescan(trigger->tg_newtable);
	ExecDropSingleTupleTableSlot(before);
	ExecDropSingleTupleTableSlot(after);
	return changed;
}

/* The table of the fact that a trigger keeps: that of its name in the store of the ledger that the trigger's table is of. */
static Oid
fact_of_trigger(const TriggerData *trigger)
{
	Relation	relation = trigger->tg_relation;
	Oid			table = InvalidOid;

	if (live_fact_is_trigger(trigger->tg_trigger))
	{
		Oid			schema = RelationGetNamespace(relation);

		/* the table of another fact stands in the store itself, whatever schema might be called its store */
		if (!OidIsValid(root_of(RelationGetRelid(relation), NULL)))
			schema = ledger_store(schema);
		if (OidIsValid(schema))
			table = get_relname_relid(trigger->tg_trigger->tgargs[0], schema);
	}
	/* whoever else may put triggers on a table of his own in the ledger has no say over its facts */
	if (!OidIsValid(table) || rollup_relation_owner(table) != relation->rd_rel->relowner)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" of \"%s\" keeps no fact of a ledger", trigger->tg_trigger->tgname, RelationGetRelationName(relation)),
				 errhint("CALL emgov.upgrade_ledger() for the ledger, or drop the trigger.")));
	return table;
}

/*
 * emgov_internal.live_fact_write() returns trigger: AFTER INSERT, UPDATE, DELETE (with transition tables) or TRUNCATE
 * FOR EACH STATEMENT, and AFTER … FOR EACH ROW for what replication applies; on the tables that a live fact is
 * made of, with its name as argument.  On a table that the query only looks something up in it has a second one: the column
 * of the root's table that refers to its key, or '' when it is not that simple.
 */
PG_FUNCTION_INFO_V1(emgov_live_fact_write);
Datum
emgov_live_fact_write(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	bool		is_replica = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
	Keys		keys = {0};
	Keys		locked = {0};
	List	   *referred = NIL;
	ListCell   *cell;
	AttrNumber	column;
	Oid			root;
	Oid			table;
	ArrayType  *array;
	bool		looked_up;
	const char *referring = NULL;
	char	   *by;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function emgov_internal.live_fact_write can only be called by a trigger AFTER a write")));
	/* whatever ENABLE TRIGGER did, one of the two kinds takes a row */
	if (!TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) && is_replica != (TRIGGER_FIRED_FOR_ROW(trigger->tg_event) != 0))
		PG_RETURN_POINTER(NULL);
	table = fact_of_trigger(trigger);
	root = root_of(table, &by);
	looked_up = trigger->tg_trigger->tgnargs > 1;
	if (looked_up)
	{
		/* a new row is of no record yet; one that goes is of none any more, but where foreign keys are not looked at */
		if (!TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && !(is_replica && TRIGGER_FIRED_BY_DELETE(trigger->tg_event)))
			PG_RETURN_POINTER(NULL);
		if (trigger->tg_trigger->tgargs[1][0] != '\0')
			referring = trigger->tg_trigger->tgargs[1];
		column = referring ? primary_key(trigger->tg_relation) : InvalidAttrNumber;
		if (column <= 0 || !is_bigint(trigger->tg_relation, column))
			referring = NULL;
		if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		{
			if (referring)
				add_key(&keys, trigger->tg_trigslot, column);
			write_fact(table, referring ? key_array(&keys) : NULL, NULL, referring, false);
			PG_RETURN_POINTER(NULL);
		}
	}
	else
		column = TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ? InvalidAttrNumber : key_column(trigger->tg_relation, root, by);
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && (looked_up || column == InvalidAttrNumber))
	{
		if (!add_changed_keys(&keys, trigger, table, referring ? column : InvalidAttrNumber))
			PG_RETURN_POINTER(NULL);
		write_fact(table, referring ? key_array(&keys) : NULL, NULL, referring, false);
		PG_RETURN_POINTER(NULL);
	}
	/*
	 * What refers to the root by several columns is made into several facts.  The first locks for all of them, or two statements
	 * with the same two enterprises the other way round would wait for one another.
	 */
	if (by != NULL && column != InvalidAttrNumber)
		referred = referring_columns(trigger->tg_relation, root);
	if (list_length(referred) < 2)
		referred = NIL;
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
	{
		TupleTableSlot *after = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newslot : NULL;

		if (column != InvalidAttrNumber)
		{
			add_key(&keys, trigger->tg_trigslot, column);
			add_key(&keys, after, column);
		}
		foreach(cell, referred)
		{
			add_key(&locked, trigger->tg_trigslot, lfirst_int(cell));
			add_key(&locked, after, lfirst_int(cell));
		}
	}
	else if (!TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
	{
		TupleTableSlot *slot;

		if ((trigger->tg_newtable == NULL || tuplestore_tuple_count(trigger->tg_newtable) == 0) &&
			(trigger->tg_oldtable == NULL || tuplestore_tuple_count(trigger->tg_oldtable) == 0))
			PG_RETURN_POINTER(NULL);
		slot = MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
		if (column != InvalidAttrNumber)
		{
			add_keys(&keys, trigger->tg_newtable, slot, column);
			add_keys(&keys, trigger->tg_oldtable, slot, column);
		}
		foreach(cell, referred)
		{
			add_keys(&locked, trigger->tg_newtable, slot, lfirst_int(cell));
			add_keys(&locked, trigger->tg_oldtable, slot, lfirst_int(cell));
		}
		ExecDropSingleTupleTableSlot(slot);
	}
	array = key_array(&keys);
	if (array != NULL)
		write_fact(table, array, key_array(&locked), NULL, RelationGetRelid(trigger->tg_relation) == root && TRIGGER_FIRED_BY_INSERT(trigger->tg_event));
	else if (column == InvalidAttrNumber)
		write_fact(table, NULL, NULL, NULL, false);
	PG_RETURN_POINTER(NULL);
}

/*
 * emgov_internal.live_fact_guard() returns trigger: BEFORE every statement on the table of a live fact: nobody writes it.
 */
PG_FUNCTION_INFO_V1(emgov_live_fact_guard);
Datum
emgov_live_fact_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function emgov_internal.live_fact_guard can only be called by a trigger")));
	if (RelationGetRelid(trigger->tg_relation) != written)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("\"%s\" is refused: its rows follow from the records that they are made of", RelationGetRelationName(trigger->tg_relation)),
				 errhint("Write the records themselves.")));
	PG_RETURN_POINTER(NULL);
}

/*
 * emgov_internal.live_fact_refresh(fact regclass): make all rows of a live fact's table what its query says.  For its owner.
 */
PG_FUNCTION_INFO_V1(emgov_live_fact_refresh);
Datum
emgov_live_fact_refresh(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);

	if (!relation_ownercheck(table, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table));
	write_fact(table, NULL, NULL, NULL, false);
	PG_RETURN_VOID();
}
