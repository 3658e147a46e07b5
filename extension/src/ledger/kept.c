/*
 * kept.c
 *		What a session knows of the kept tables that it writes to.
 *
 * It is read from the catalogs at the first write, and again after the table or its
 * history has changed.  The history is the table that trigger LINK_TRIGGER names in FROM:
 * an OID, so renames do not matter, and a dump writes it as a name.
 */
#include "postgres.h"
#include "compat.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type_d.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "ledger/kept.h"
#include "ledger/moment.h"
#include "changes.h"

/* A Kept by its table. */
typedef struct
{
	Oid			relid;			/* hash key */
	Kept	   *kept;
} KeptEntry;

static HTAB *entries = NULL;
static uint64 changes = 0;		/* notices of changes so far */

/* A relation changed: forget what is known of it; everything if it is 0. */
static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid)
{
	HASH_SEQ_STATUS scan;
	KeptEntry  *entry;

	changes++;
	hash_seq_init(&scan, entries);
	while ((entry = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relid) || relid == entry->relid || relid == entry->kept->history)
			entry->kept->valid = false;
}

/* A transaction is over: whatever call was under way is not any more. */
static void
transaction_over(XactEvent event, void *arg pg_attribute_unused())
{
	HASH_SEQ_STATUS scan;
	KeptEntry  *entry;

	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	hash_seq_init(&scan, entries);
	while ((entry = hash_seq_search(&scan)) != NULL)
		entry->kept->in_use = 0;
}

static void
make_entries(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(KeptEntry)};

	entries = hash_create("emgov kept tables", 64, &control, HASH_ELEM | HASH_BLOBS);
	on_relation_change(relation_changed);
	RegisterXactCallback(transaction_over, NULL);
}

/* What is wrong with a kept table, and that keep_versions() puts it right. */
pg_noreturn static void
refuse(Relation relation, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the versions of table \"%s\" cannot be kept: %s", RelationGetRelationName(relation), what),
			 errhint("CALL emgov.keep_versions('%s').",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)))));
}

/* The history of a table; InvalidOid if it has none. */
Oid
kept_history(Relation relation)
{
	TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		if (!triggers->triggers[i].tgisinternal && OidIsValid(triggers->triggers[i].tgconstrrelid) &&
			strcmp(triggers->triggers[i].tgname, LINK_TRIGGER) == 0)
			return triggers->triggers[i].tgconstrrelid;
	return InvalidOid;
}

/* Does our trigger fire for DELETE too?  Then the table holds definitions: see history.sql. */
static bool
is_definition(Relation relation)
{
	TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		if (strcmp(triggers->triggers[i].tgname, DATING_TRIGGER) == 0)
			return TRIGGER_FOR_DELETE(triggers->triggers[i].tgtype);
	return false;
}

/* Find a trigger that fires after ours and could change or drop the row. */
static char *
later_trigger(Relation relation, bool definition)
{
	TriggerDesc *triggers = relation->trigdesc;
	bool		ours = false;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (strcmp(trigger->tgname, DATING_TRIGGER) == 0)
			ours = true;
		else if (ours && trigger->tgenabled != TRIGGER_DISABLED &&
				 TRIGGER_FOR_BEFORE(trigger->tgtype) && TRIGGER_FOR_ROW(trigger->tgtype) &&
				 (TRIGGER_FOR_INSERT(trigger->tgtype) || TRIGGER_FOR_UPDATE(trigger->tgtype) ||
				  (definition && TRIGGER_FOR_DELETE(trigger->tgtype))))
			return pstrdup(trigger->tgname);
	}
	return NULL;
}

/* The primary key, and how its values are compared: the default operators of its index. */
static void
read_key(Kept *kept, Relation relation)
{
	Relation	index;

	(void) RelationGetIndexList(relation);
	if (!OidIsValid(relation->rd_pkindex))
		refuse(relation, "it has no primary key");
	index = index_open(relation->rd_pkindex, AccessShareLock);
	kept->nkeys = IndexRelationGetNumberOfKeyAttributes(index);
	kept->keys = palloc(sizeof(AttrNumber) * kept->nkeys);
	kept->key_eq = palloc0(sizeof(FmgrInfo) * kept->nkeys);
	kept->key_collation = palloc(sizeof(Oid) * kept->nkeys);
	for (int i = 0; i < kept->nkeys; i++)
	{
		Oid			type = index->rd_opcintype[i];
		Oid			eq = get_opfamily_member(index->rd_opfamily[i], type, type, BTEqualStrategyNumber);

		if (!OidIsValid(eq))
			elog(ERROR, "no equality operator in operator family %u", index->rd_opfamily[i]);
		kept->keys[i] = index->rd_index->indkey.values[i];
		kept->key_collation[i] = index->rd_indcollation[i];
		fmgr_info_cxt(get_opcode(eq), &kept->key_eq[i], kept->context);
	}
	index_close(index, NoLock);
}

/* How a row of the table becomes one of the history: by the names of the columns. */
static void
read_columns(Kept *kept, Relation relation, Relation history)
{
	TupleDesc	from = RelationGetDescr(relation);
	TupleDesc	to = RelationGetDescr(history);
	int			mapped = 0;

	kept->desc = CreateTupleDescCopy(to);
	kept->column = palloc0(sizeof(AttrNumber) * to->natts);
	kept->required = palloc0(sizeof(bool) * to->natts);
	kept->known_to = -1;
	for (int i = 0; i < to->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(to, i);

		if (column->attisdropped)
			continue;
		kept->required[i] = column->attnotnull;
		if (strcmp(NameStr(column->attname), KNOWN_TO) == 0)
		{
			if (column->atttypid != TIMESTAMPTZOID)
				refuse(relation, "column known_to of its history is not of type timestamptz");
			kept->known_to = i;
			continue;
		}
		for (int j = 0; j < from->natts; j++)
		{
			Form_pg_attribute source = TupleDescAttr(from, j);

			if (source->attisdropped || strcmp(NameStr(source->attname), NameStr(column->attname)) != 0)
				continue;
			if (source->atttypid != column->atttypid)
				refuse(relation, psprintf("column \"%s\" has another type in its history", NameStr(source->attname)));
			kept->column[i] = j + 1;
			mapped++;
			if (strcmp(NameStr(source->attname), KNOWN_FROM) == 0 && source->atttypid == TIMESTAMPTZOID)
				kept->known_from = j + 1;
			if (strcmp(NameStr(source->attname), KEPT_SINCE) == 0 && source->atttypid == TIMESTAMPTZOID)
				kept->kept_since = j + 1;
		}
		if (kept->column[i] == 0 && column->attnotnull)
			refuse(relation, psprintf("column \"%s\" of its history is NOT NULL, and the table has none of that name",
									  NameStr(column->attname)));
	}
	if (kept->known_from == 0)
		refuse(relation, "it or its history has no column known_from of type timestamptz");
	if (kept->kept_since == 0)
		refuse(relation, "it or its history has no column kept_since of type timestamptz");
	if (kept->known_to < 0)
		refuse(relation, "its history has no column known_to");
	kept->same_layout = to->natts == from->natts + 1 && kept->known_to == from->natts;
	for (int j = 0; j < from->natts; j++)
	{
		/* NOT NULL is checked where each value is looked at */
		kept->same_layout = kept->same_layout && kept->column[j] == j + 1 && (!kept->required[j] || TupleDescAttr(from, j)->attnotnull);
		if (!TupleDescAttr(from, j)->attisdropped)
			mapped--;
	}
	if (mapped == 0)
		return;
	for (int j = 0; j < from->natts; j++)
		if (!TupleDescAttr(from, j)->attisdropped && get_attnum(kept->history, NameStr(TupleDescAttr(from, j)->attname)) <= 0)
			refuse(relation, psprintf("its history has no column \"%s\"", NameStr(TupleDescAttr(from, j)->attname)));
}

/* The indexes of the history. */
static void
read_indexes(Kept *kept, Relation relation, Relation history)
{
	List	   *indexes = RelationGetIndexList(history);
	ListCell   *cell;

	kept->indexes = palloc(sizeof(Oid) * (list_length(indexes) + 1));
	kept->index_info = palloc(sizeof(IndexInfo *) * (list_length(indexes) + 1));
	kept->plain_indexes = true;
	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), RowExclusiveLock);
		IndexInfo  *info = BuildIndexInfo(index);

		/* it would be checked by nobody: versions are not written by statements */
		if (!index->rd_index->indimmediate)
			refuse(relation, psprintf("constraint \"%s\" of its history is deferrable", RelationGetRelationName(index)));
		if (index->rd_rel->relam != BTREE_AM_OID || info->ii_Expressions != NIL || info->ii_Predicate != NIL ||
			info->ii_ExclusionOps != NULL || !info->ii_ReadyForInserts)
			kept->plain_indexes = false;
		kept->indexes[kept->nindexes] = lfirst_oid(cell);
		kept->index_info[kept->nindexes++] = info;
		index_close(index, NoLock);
	}
}

/* Read all of it from the catalogs, into the current memory context. */
static void
read_kept(Kept *kept, Relation relation)
{
	Relation	history;

	kept->relid = RelationGetRelid(relation);
	kept->owner = relation->rd_rel->relowner;
	kept->is_definition = is_definition(relation);
	kept->later_trigger = later_trigger(relation, kept->is_definition);
	kept->history = kept_history(relation);
	if (!OidIsValid(kept->history))
		refuse(relation, "it has lost its history");
	read_key(kept, relation);
	kept->publications = moment_publications(kept->relid);

	history = table_open(kept->history, RowExclusiveLock);
	if (history->rd_rel->relkind != RELKIND_RELATION ||
		history->rd_rel->relpersistence != relation->rd_rel->relpersistence)
		refuse(relation, "its history is not a table such as it is itself");
	/* its trigger alone gives nobody the right to write there */
	if (history->rd_rel->relowner != kept->owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the versions of table \"%s\" cannot be kept: its history belongs to another user",
						RelationGetRelationName(relation)),
				 errhint("ALTER TABLE %s OWNER TO %s.",
						 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(history)),
													RelationGetRelationName(history)),
						 quote_identifier(GetUserNameFromId(kept->owner, false)))));
	read_columns(kept, relation, history);
	read_indexes(kept, relation, history);
	table_close(history, NoLock);
}

/*
 * What the session knows of a kept table, which its trigger has been fired for.  The
 * caller releases it.
 */
Kept *
kept_find(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	KeptEntry  *entry;
	Kept	   *kept;
	MemoryContext context;
	MemoryContext old;
	uint64		before;
	bool		found;

	if (entries == NULL)
		make_entries();
	entry = hash_search(entries, &relid, HASH_FIND, NULL);
	if (entry != NULL && entry->kept->valid)
	{
		entry->kept->in_use++;
		return entry->kept;
	}

	before = changes;
	context = AllocSetContextCreate(CurrentMemoryContext, "emgov kept table", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	kept = palloc0(sizeof(Kept));
	kept->context = context;
	read_kept(kept, relation);
	MemoryContextSwitchTo(old);

	entry = hash_search(entries, &relid, HASH_ENTER, &found);
	/* what an outer call still uses is left behind */
	if (found && entry->kept->in_use == 0)
		MemoryContextDelete(entry->kept->context);
	entry->kept = kept;
	MemoryContextSetParent(context, CacheMemoryContext);
	/* good for this call; for later ones, if nothing changed while it was read */
	kept->valid = changes == before;
	kept->in_use = 1;
	return kept;
}

/* A call is over. */
void
kept_release(Kept *kept)
{
	kept->in_use--;
}
