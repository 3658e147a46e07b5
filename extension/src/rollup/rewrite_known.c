/*
 * rewrite_known.c
 *		What a session knows of the rollups over a table.
 *
 * It is read when a query over the table is planned first, and forgotten when the server
 * says that the table, or a part of a rollup over it, has changed.  So a table without
 * rollups costs a look into a hash table.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/prep.h"
#include "rewrite/rewriteManip.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "rollup/rewrite.h"
#include "changes.h"

/* What is known of a table. */
typedef struct KnownTable
{
	Oid			source;			/* hash key */
	bool		valid;
	MemoryContext context;		/* of what follows; NULL if there is nothing */
	List	   *rollups;		/* of KnownRollup */
} KnownTable;

/* Whether a view is a rollup's. */
typedef struct KnownView
{
	Oid			view;			/* hash key */
	bool		valid;
	Oid			source;			/* the rollup's table; InvalidOid if it is no rollup's */
} KnownView;

static HTAB *tables = NULL;
static HTAB *views = NULL;
static List *retired = NIL;		/* contexts that may still be in use in this transaction */
static uint64 generation = 0;	/* notices of changes so far */
static Oid	catalog = InvalidOid;	/* emgov.rollup and emgov.rollup_log: what is known holds places in them */
static Oid	log_catalog = InvalidOid;

/* Of a relation: is it a part of what is known of a table? */
static bool
concerns(const KnownTable *table, Oid relid)
{
	ListCell   *cell;

	if (relid == table->source)
		return true;
	foreach(cell, table->rollups)
	{
		const Rollup *rollup = &((KnownRollup *) lfirst(cell))->rollup;

		if (relid == rollup->view || relid == rollup->query || relid == rollup->total || relid == rollup->delta)
			return true;
	}
	return false;
}

static void
forget_views(Oid relid)
{
	HASH_SEQ_STATUS scan;
	KnownView  *view;

	hash_seq_init(&scan, views);
	while ((view = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relid) || relid == view->view)
			view->valid = false;
}

/* A relation changed: forget what it concerns; all if it is 0. */
static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid)
{
	HASH_SEQ_STATUS scan;
	KnownTable *table;

	generation++;
	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)) != NULL)
		if (table->valid && (!OidIsValid(relid) || relid == catalog || relid == log_catalog || concerns(table, relid)))
			table->valid = false;
	forget_views(relid);
}

/* At the end of a transaction nobody uses what was forgotten in it. */
static void
transaction_ended(XactEvent event, void *arg pg_attribute_unused())
{
	ListCell   *cell;

	if (retired == NIL || (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE))
		return;
	foreach(cell, retired)
		MemoryContextDelete(lfirst(cell));
	list_free(retired);
	retired = NIL;
}

/*
 * Are equal values of a key the same bytes?  Else a rollup shows one of those that it was
 * given, and the query perhaps another.
 */
static bool
is_fit(const RollupKey *key)
{
	return exprType(key->expr) == key->type &&
		(image_of_type(key->type, key->typmod, key->collation) || (key->type == NUMERICOID && image_of_expression(key->expr)));
}

/* The numbers of the stored columns in total or delta; NULL if one is missing or of another type. */
static AttrNumber *
stored_columns(const RollupDefinition *def, Oid relid)
{
	AttrNumber *numbers = palloc(sizeof(AttrNumber) * (def->nkeys + def->ncolumns + 1));
	int			i;

	for (i = 0; i < def->nkeys + def->ncolumns; i++)
	{
		const char *name = i < def->nkeys ? def->keys[i].name : def->columns[i - def->nkeys].name;
		Oid			type = i < def->nkeys ? def->keys[i].type : def->columns[i - def->nkeys].type;

		numbers[i + 1] = get_attnum(relid, name);
		if (numbers[i + 1] <= 0 || get_atttype(relid, numbers[i + 1]) != type)
			return NULL;
	}
	return numbers;
}

/* The one owner of all parts; InvalidOid if there are several. */
static Oid
one_owner(const Rollup *rollup)
{
	Oid			owner = rollup_relation_owner(rollup->query);

	return rollup_relation_owner(rollup->view) == owner && rollup_relation_owner(rollup->total) == owner &&
		rollup_relation_owner(rollup->delta) == owner ? owner : InvalidOid;
}

/* A definition as it is compared: over BASE_VARNO, its WHERE simplified. */
static void
take_definition(KnownRollup *known, RollupDefinition *def)
{
	int			i;

	for (i = 0; i < def->nkeys; i++)
		ChangeVarNodes(def->keys[i].expr, 1, BASE_VARNO, 0);
	for (i = 0; i < def->nvalues; i++)
		ChangeVarNodes((Node *) def->values[i].agg, 1, BASE_VARNO, 0);
	if (def->where != NULL)
	{
		ChangeVarNodes(def->where, 1, BASE_VARNO, 0);
		known->where = make_ands_implicit(canonicalize_qual((Expr *) eval_const_expressions(NULL, copyObject(def->where)), false));
	}
	known->fit = palloc(sizeof(bool) * (def->nkeys + 1));
	for (i = 0; i < def->nkeys; i++)
		known->fit[i] = is_fit(&def->keys[i]);
	known->def = def;
}

/* A rollup that there is not: one to ask whether it would answer. */
KnownRollup *
imagine_rollup(RollupDefinition *def)
{
	KnownRollup *known = palloc0(sizeof(KnownRollup));

	known->imagined = true;
	known->rollup.source = def->source;
	take_definition(known, def);
	return known;
}

/* Read the definition of a rollup. */
static void
read_definition(KnownRollup *known)
{
	Query	   *query = rollup_view_query(known->rollup.query);
	RollupDefinition *def;

	if (query == NULL)
		return;
	def = rollup_define(query, NULL, NULL, false);
	if (def->source != known->rollup.source)
		return;
	known->total_columns = stored_columns(def, known->rollup.total);
	known->delta_columns = stored_columns(def, known->rollup.delta);
	if (known->total_columns != NULL && known->delta_columns != NULL)
		take_definition(known, def);
}

/* Read what there is to know of a rollup. */
static KnownRollup *
read_known(const Rollup *rollup)
{
	KnownRollup *known = palloc0(sizeof(KnownRollup));

	known->rollup = *rollup;
	known->owner = one_owner(rollup);
	if (!OidIsValid(known->owner))
	{
		known->fault = "its parts do not have one owner";
		return known;
	}
	if (rollup->stale)
	{
		known->fault = "its triggers were off once: rebuild it";
		return known;
	}
	if (!rollup_is_followed(rollup))
	{
		known->fault = "a trigger of it is missing or disabled: rebuild it";
		return known;
	}
	read_definition(known);
	if (known->def == NULL)
		known->fault = "its query or its tables are not as they were made";
	known->changes = rollup_changes(rollup->id);
	return known;
}

/* The rollups over a table, as of now; a list of KnownRollup that lives until the transaction ends. */
List *
known_rollups(Oid source)
{
	KnownTable *table;
	bool		found;
	MemoryContext context;
	MemoryContext old;
	uint64		before;
	List	   *rollups;
	List	   *result = NIL;
	ListCell   *cell;

	table = hash_search(tables, &source, HASH_FIND, NULL);
	if (table != NULL && table->valid)
		return table->rollups;

	context = AllocSetContextCreate(CurrentMemoryContext, "emgov rollups over a table", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	before = generation;
	catalog = rollup_catalog();
	log_catalog = rollup_log_catalog();
	/* an older catalog is no query's fault: the table answers */
	rollups = rollup_catalog_is_current() ? rollups_over(source) : NIL;
	foreach(cell, rollups)
		result = lappend(result, read_known(lfirst(cell)));
	MemoryContextSwitchTo(old);

	table = hash_search(tables, &source, HASH_ENTER, &found);
	if (found && table->context != NULL)
	{
		old = MemoryContextSwitchTo(TopMemoryContext);
		retired = lappend(retired, table->context);
		MemoryContextSwitchTo(old);
	}
	table->context = NULL;
	table->rollups = result;
	if (result == NIL)
		MemoryContextDelete(context);
	else
	{
		MemoryContextSetParent(context, TopMemoryContext);
		table->context = context;
	}
	/* what came meanwhile may not have been seen */
	table->valid = before == generation;
	return result;
}

/* One of them, by its view; NULL if there is none. */
KnownRollup *
known_rollup(Oid source, Oid view)
{
	ListCell   *cell;

	foreach(cell, known_rollups(source))
		if (((KnownRollup *) lfirst(cell))->rollup.view == view)
			return lfirst(cell);
	return NULL;
}

/* The rollup that a view is what readers know of; NULL if it is none's. */
KnownRollup *
known_rollup_of_view(Oid view)
{
	KnownView  *known;
	bool		found;

	known = hash_search(views, &view, HASH_FIND, NULL);
	if (known == NULL || !known->valid)
	{
		uint64		before = generation;
		Rollup		rollup;
		Oid			source = rollup_by_part(view, &rollup) && rollup.view == view ? rollup.source : InvalidOid;

		known = hash_search(views, &view, HASH_ENTER, &found);
		known->source = source;
		known->valid = before == generation;
	}
	return OidIsValid(known->source) ? known_rollup(known->source, view) : NULL;
}

/* Is a view the query view of a rollup over a table, which computes anew? */
bool
known_has_query_view(Oid source, Oid view)
{
	ListCell   *cell;

	foreach(cell, known_rollups(source))
		if (((KnownRollup *) lfirst(cell))->rollup.query == view)
			return true;
	return false;
}

/* Is what was known of a table still so? */
bool
known_holds(Oid source)
{
	KnownTable *table = hash_search(tables, &source, HASH_FIND, NULL);

	return table != NULL && table->valid;
}

/* Has a role this name? */
static bool
is_named(Oid role, const char *name)
{
	char	   *its = GetUserNameFromId(role, true);

	return its != NULL && strcmp(its, name) == 0;
}

/*
 * Why a rollup answers nobody; NULL if it does.  Who may read a table and put triggers on it
 * makes a rollup, and owns its tables: his sums are not what others ask the table for, unless
 * the table's owner has said so, to this owner.
 */
const char *
known_owner_fault(const KnownRollup *known)
{
	Oid			owner = rollup_relation_owner(known->rollup.source);

	if (known->fault != NULL)
		return known->fault;
	if (known->owner != owner && !superuser_arg(known->owner) &&
		!(is_named(known->owner, known->rollup.approved_owner) && is_named(owner, known->rollup.approved_by)))
		return "it does not belong to the table's owner, who has not approved it";
	return NULL;
}

/* When the library is loaded. */
void
known_init(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(KnownTable)};

	HASHCTL		of_views = {.keysize = sizeof(Oid), .entrysize = sizeof(KnownView)};

	tables = hash_create("emgov rollups over tables", 64, &control, HASH_ELEM | HASH_BLOBS);
	views = hash_create("emgov views of rollups", 64, &of_views, HASH_ELEM | HASH_BLOBS);
	on_relation_change(relation_changed);
	RegisterXactCallback(transaction_ended, NULL);
}
