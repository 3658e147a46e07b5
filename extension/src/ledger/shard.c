/*
 * shard.c
 *		Sources whose records lie on several servers, by area.
 *
 * Such a source is a partitioned table, of whose partitions, on whatever level, some are foreign
 * tables.  A scan groups by the column that it is partitioned by, too: then each server groups its
 * own records, for postgres_fdw has whole aggregates computed elsewhere, and no parts of
 * one.  What comes is added up here, as whatever comes to a scan.
 *
 * In which partitions the records of an area may lie is told by what the server itself requires
 * of their rows: in those where this does not come to false for that area, whatever the row's other columns are.
 *
 * Beside a source may stand a relation `source_rollup` of the same owner, over the rollups
 * that the servers have of it.  Its rows stand for so many `records` each; its other columns are
 * the source's columns of that name, or, where the name is `sum_` and that of a column, its
 * sum.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_type_d.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "ledger/kept_plan.h"
#include "ledger/shard.h"
#include "rollup/rewrite.h"
#include "rollup/rollup.h"
#include "attempt.h"
#include "settings.h"

#define ROLLUP_ENDING	"_rollup"
#define SUM_BEGINNING	"sum_"
#define AREA_COLUMN		"area_code"

/* A server, as found in this statement. */
typedef struct Server
{
	Oid			server;
	Oid			user;
	bool		is_reached;
} Server;

/* A partition on any level; those below one follow it, and the first after these has number `next`. */
typedef struct Partition
{
	Oid			relid;
	Oid			server;			/* InvalidOid: it lies here */
	bool		is_leaf;
	bool		is_named;		/* it takes those areas only that a list names */
	int			next;
	bool		is_known;		/* are the next two? */
	Node	   *required;		/* of its rows; NULL: nothing */
	AttrNumber	area;
} Partition;

/* A value that records of a partition have in the column that the relation is partitioned by. */
typedef struct Bound
{
	Datum		value;
	int			partition;
} Bound;

/* What lies in which partition of a relation, as it was when it was looked at.  A partition is none below 0. */
struct Shards
{
	Oid			relid;
	char	   *name;
	bool		has_areas;		/* is there a column for them? */
	List	   *named;			/* areas (texts) that lists name */
	List	   *placed;			/* those of them that a partition is known to have a place for */
	Partition  *partitions;
	int			npartitions;
	int			room;
	AttrNumber	column;			/* 0: by none */
	char	   *column_name;
	/* of one partitioned by list, whose partitions have none */
	bool		is_flat;
	Oid			type;
	bool		by_value;
	int16		length;
	Bound	   *bounds;
	int			nbounds;
	int			of_null;
	int			of_others;
};

/* An area, to be put in the place of a column. */
typedef struct Place
{
	AttrNumber	column;
	Const	   *area;
} Place;

/* The server of a partition; InvalidOid of one that is no foreign table, or no longer there. */
static Oid
server_of(Oid partition)
{
	HeapTuple	tuple = SearchSysCache1(FOREIGNTABLEREL, ObjectIdGetDatum(partition));
	Oid			server;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	server = ((Form_pg_foreign_table) GETSTRUCT(tuple))->ftserver;
	ReleaseSysCache(tuple);
	return server;
}

/* Is a table partitioned by a list of areas? */
static bool
lists_areas(Relation relation)
{
	PartitionKey key = RelationGetPartitionKey(relation);

	return key->strategy == PARTITION_STRATEGY_LIST && key->partattrs[0] != 0 && key->parttypid[0] == TEXTOID &&
		strcmp(NameStr(TupleDescAttr(RelationGetDescr(relation), key->partattrs[0] - 1)->attname), AREA_COLUMN) == 0;
}

/* Is one of the partitions of a table, on whatever level, a foreign table? */
static bool
is_elsewhere(Relation relation, LOCKMODE unlock)
{
	PartitionDesc partitions = RelationGetPartitionDesc(relation, true);
	bool		found = false;

	for (int p = 0; p < partitions->nparts && !found; p++)
	{
		Relation	partition;

		if (partitions->is_leaf[p])
			found = get_rel_relkind(partitions->oids[p]) == RELKIND_FOREIGN_TABLE;
		else if ((partition = try_relation_open(partitions->oids[p], AccessShareLock)) != NULL)
		{
			found = is_elsewhere(partition, unlock);
			relation_close(partition, unlock);
		}
	}
	return found;
}

/* Is a table partitioned by areas, or by something that may be made of them? */
static bool
goes_by_area(Relation relation)
{
	PartitionKey key = RelationGetPartitionKey(relation);

	for (int k = 0; k < key->partnatts; k++)
		if (key->partattrs[k] == 0 || strcmp(NameStr(TupleDescAttr(RelationGetDescr(relation), key->partattrs[k] - 1)->attname), AREA_COLUMN) == 0)
			return true;
	return false;
}

/* Add the partitions of a table to those that are known, and the areas that they are for by name.  Has any area a place in it, as far as one can say without a look at that area? */
static bool
look_at(Relation relation, bool is_named, LOCKMODE unlock, Shards *shards)
{
	PartitionDesc partitions = RelationGetPartitionDesc(relation, true);
	PartitionBoundInfo bounds = partitions->boundinfo;
	bool		lists = bounds != NULL && lists_areas(relation);
	bool	   *has_place = palloc0(sizeof(bool) * (partitions->nparts + 1));
	bool		has_any = false;

	for (int p = 0; p < partitions->nparts; p++)
	{
		int			place = shards->npartitions++;
		bool		named = is_named || (lists && p != bounds->default_index);
		Relation	partition;

		if (place >= shards->room)
		{
			shards->room = 2 * (place + 8);
			shards->partitions = shards->partitions ? repalloc(shards->partitions, sizeof(Partition) * shards->room) : palloc(sizeof(Partition) * shards->room);
		}
		shards->partitions[place] = (Partition) {.relid = partitions->oids[p], .server = server_of(partitions->oids[p]),
			.is_leaf = partitions->is_leaf[p], .is_named = named};
		has_place[p] = partitions->is_leaf[p];
		if (!partitions->is_leaf[p])
		{
			shards->is_flat = false;
			if ((partition = try_relation_open(partitions->oids[p], AccessShareLock)) != NULL)
			{
				has_place[p] = look_at(partition, named, unlock, shards);
				relation_close(partition, unlock);
			}
		}
		has_any |= has_place[p];
		shards->partitions[place].next = shards->npartitions;
	}
	for (int b = 0; lists && b < bounds->ndatums; b++)
	{
		char	   *area = TextDatumGetCString(bounds->datums[b][0]);

		shards->named = lappend(shards->named, area);
		if (has_place[bounds->indexes[b]])
			shards->placed = lappend(shards->placed, area);
	}
	return has_any && !goes_by_area(relation);
}

/* By what a table is partitioned, if it is by a list of the values of a column, or by areas otherwise; and the lists' values where these are all. */
static void
look_at_key(Relation relation, Shards *shards)
{
	PartitionKey key = RelationGetPartitionKey(relation);
	PartitionBoundInfo bounds = RelationGetPartitionDesc(relation, true)->boundinfo;

	if (key->strategy != PARTITION_STRATEGY_LIST || key->partattrs[0] == 0)
	{
		shards->is_flat = false;
		shards->column = shards->has_areas && goes_by_area(relation) ? get_attnum(shards->relid, AREA_COLUMN) : InvalidAttrNumber;
		return;
	}
	shards->column = key->partattrs[0];
	shards->column_name = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(relation), shards->column - 1)->attname));
	shards->type = key->parttypid[0];
	shards->by_value = key->parttypbyval[0];
	shards->length = key->parttyplen[0];
	shards->nbounds = bounds == NULL ? 0 : bounds->ndatums;
	shards->of_null = bounds == NULL ? -1 : bounds->null_index;
	shards->of_others = bounds == NULL ? -1 : bounds->default_index;
	shards->bounds = palloc(sizeof(Bound) * (shards->nbounds + 1));
	for (int b = 0; b < shards->nbounds; b++)
		shards->bounds[b] = (Bound) {datumCopy(bounds->datums[b][0], shards->by_value, shards->length), bounds->indexes[b]};
}

/* May whoever asks read any of a relation? */
static bool
may_read(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/*
 * A table that is partitioned by areas and has no partition at all counts: its foreign ones may be gone, and what they had is in no figure.
 * Looked at once for all that a call needs, and locked until the transaction ends, as by a query: a partition that is detached is not gone
 * between what is known of it and what is counted.
 */
const Shards *
shards_of(Oid relid)
{
	Relation	relation;
	Shards	   *shards = NULL;
	LOCKMODE	unlock;
	AttrNumber	area;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE || (relation = try_relation_open(relid, AccessShareLock)) == NULL)
		return NULL;
	/* but whoever may not read it keeps nobody else from it */
	unlock = may_read(relid) ? NoLock : AccessShareLock;
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		((RelationGetPartitionDesc(relation, true)->nparts == 0 && lists_areas(relation)) || is_elsewhere(relation, unlock)))
	{
		area = get_attnum(relid, AREA_COLUMN);
		shards = palloc0(sizeof(Shards));
		shards->relid = relid;
		shards->name = pstrdup(RelationGetRelationName(relation));
		shards->has_areas = area > 0 && get_atttype(relid, area) == TEXTOID;
		shards->is_flat = true;
		look_at(relation, false, unlock, shards);
		look_at_key(relation, shards);
	}
	relation_close(relation, unlock);
	return shards;
}

AttrNumber
shard_column(const Shards *shards)
{
	return shards->column;
}

/* An area in the place of a column. */
static Node *
put_area(Node *node, void *context)
{
	Place	   *place = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && ((Var *) node)->varattno == place->column)
		return (Node *) copyObject(place->area);
	return expression_tree_mutator(node, put_area, context);
}

/* Is a function not one of the server's own? */
static bool
is_somebodys(Oid function, void *context pg_attribute_unused())
{
	return function >= FirstNormalObjectId;
}

/* Does an expression call a function that is not the server's own?  It would run with the rights of whoever asks. */
static bool
calls_somebodys(Node *node, void *context)
{
	return node != NULL && (check_functions_in_node(node, is_somebodys, context) || expression_tree_walker(node, calls_somebodys, context));
}

/* May records of an area, or (NULL) of none, lie in a partition? */
static bool
may_hold(Partition *partition, const char *area)
{
	MemoryContext context,
				before;
	Place		place;
	Node	   *folded;
	bool		result;

	if (!partition->is_known)
	{
		partition->required = (Node *) get_partition_qual_relid(partition->relid);
		partition->required = calls_somebodys(partition->required, NULL) ? NULL : eval_const_expressions(NULL, partition->required);
		partition->area = get_attnum(partition->relid, AREA_COLUMN);
		partition->is_known = true;
	}
	if (partition->required == NULL)
		return true;
	context = AllocSetContextCreate(CurrentMemoryContext, "emgov area of a partition", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	place.column = partition->area;
	place.area = makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, area ? CStringGetTextDatum(area) : (Datum) 0, area == NULL, false);
	folded = eval_const_expressions(NULL, put_area(partition->required, &place));
	result = !IsA(folded, Const) || ((Const *) folded)->constisnull || DatumGetBool(((Const *) folded)->constvalue);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	return result;
}

/* May records of an area lie in any partition, or in one of these? */
static bool
has_place(const Shards *shards, const char *area, const bool *these)
{
	for (int p = 0; p < shards->npartitions;)
	{
		Partition  *partition = &shards->partitions[p];

		if ((these != NULL && !these[p]) || !may_hold(partition, area))
			p = partition->next;
		else if (partition->is_leaf)
			return true;
		else
			p++;
	}
	return false;
}

/* A partition that its server is asked for. */
typedef struct Asked
{
	Oid			relid;
	bool		whole;			/* for all columns of it, or whether there is any row? */
} Asked;

/* The columns of a relation as a query for them has them. */
static List *
columns_of(Relation relation)
{
	List	   *columns = NIL;

	for (int i = 0; i < RelationGetNumberOfAttributes(relation); i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), i);

		if (!column->attisdropped)
			columns = lappend(columns, makeTargetEntry((Expr *) makeVar(1, column->attnum, column->atttypid, column->atttypmod, column->attcollation, 0),
													   list_length(columns) + 1, pstrdup(NameStr(column->attname)), false));
	}
	return columns;
}

/*
 * Ask a server for a row of a partition; for attempt_to_reach().  Whoever reads the relation need not be allowed to read its partitions by their own
 * names, so this asks for no rights.
 */
static char *
ask_server(void *argument)
{
	const Asked *asked = argument;
	Oid			relid = asked->relid;
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Query	   *query = makeNode(Query);
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	RangeTblRef *reference = makeNode(RangeTblRef);
	PlannedStmt *statement;
	QueryDesc  *run;

	if (relation == NULL)
		return NULL;
	entry->rtekind = RTE_RELATION;
	entry->relid = relid;
	entry->relkind = relation->rd_rel->relkind;
	entry->rellockmode = AccessShareLock;
	entry->eref = makeAlias("partition", NIL);
	entry->inFromCl = true;
	query->targetList = asked->whole ? columns_of(relation) : NIL;
	relation_close(relation, NoLock);
	ask_no_rights(query, entry, InvalidOid);
	reference->rtindex = 1;
	query->commandType = CMD_SELECT;
	query->canSetTag = true;
	query->rtable = list_make1(entry);
	query->jointree = makeFromExpr(list_make1(reference), NULL);
	query->limitOption = LIMIT_OPTION_COUNT;
	query->limitCount = (Node *) makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(1), false, true);
	statement = pg_plan_query(query, "", 0, NULL);
	drop_unasked_rights(statement);
	run = CreateQueryDesc(statement, "", GetActiveSnapshot(), InvalidSnapshot, None_Receiver, NULL, NULL, 0);
	ExecutorStart(run, 0);
	executor_run(run, 1);
	ExecutorFinish(run);
	ExecutorEnd(run);
	FreeQueryDesc(run);
	return NULL;
}

/* Can the server of a partition be reached, if it lies on one?  It is asked once in a statement. */
static bool
reaches(const Shards *shards, int partition)
{
	bool		is_reached;
	static List *servers = NIL;
	static TimestampTz asked = 0;
	Oid			id = shards->partitions[partition].server;
	MemoryContext before;
	Asked		row = {.relid = shards->partitions[partition].relid};
	Server	   *server;
	ListCell   *cell;

	if (!OidIsValid(id))
		return true;
	if (asked != GetCurrentStatementStartTimestamp())
	{
		list_free_deep(servers);
		servers = NIL;
		asked = GetCurrentStatementStartTimestamp();
	}
	foreach(cell, servers)
	{
		server = lfirst(cell);
		if (server->server == id && server->user == GetUserId())
			return server->is_reached;
	}
	if (!may_read(shards->relid))
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, shards->name);
	/* one that answers, and has not what it is asked for, fails whoever asks it for more than whether it is there */
	(void) attempt_to_reach(ask_server, &row, &is_reached);
	before = MemoryContextSwitchTo(TopMemoryContext);
	server = palloc(sizeof(Server));
	*server = (Server) {id, GetUserId(), is_reached};
	servers = lappend(servers, server);
	MemoryContextSwitchTo(before);
	return is_reached;
}

/* Why the server of a partition, which can be reached, does not give its rows, or NULL. */
static char *
partition_fault(const Shards *shards, int partition)
{
	Asked		columns = {.relid = shards->partitions[partition].relid, .whole = true};
	bool		reached;

	return OidIsValid(shards->partitions[partition].server) && reaches(shards, partition) ? attempt_to_reach(ask_server, &columns, &reached) : NULL;
}

char *
with_server(Oid relid, char *fault)
{
	const Shards *shards = shards_of(relid);
	const char *said;

	for (int p = 0; shards != NULL && may_read(shards->relid) && p < shards->npartitions; p++)
		if ((said = partition_fault(shards, p)) != NULL && strcmp(said, fault) == 0)
			return psprintf("server \"%s\": %s", GetForeignServer(shards->partitions[p].server)->servername, fault);
	return fault;
}

/* Do the records of a relation that lie on other servers have areas, so that figures can be had without some of them? */
static bool
lies_by_area(const Shards *shards)
{
	return shards != NULL && shards->has_areas;
}

/* What an error says besides, while records of several servers are read: how to do without one that cannot be reached. */
static void
hint_at_missing(void *argument pg_attribute_unused())
{
	if (geterrcode() == ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION)
		errhint("SET " SETTING_UNREACHABLE " = missing gives figures of the areas that can be reached, and says which are missing.");
}

char *
run_kept_over(Oid relid, const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver)
{
	ErrorContextCallback callback;
	char	   *hidden;

	if (setting_unreachable == UNREACHABLE_MISSING || !lies_by_area(shards_of(relid)))
		return run_kept(query, nargs, types, values, nulls, receiver);
	callback.callback = hint_at_missing;
	callback.arg = NULL;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	hidden = run_kept(query, nargs, types, values, nulls, receiver);
	error_context_stack = callback.previous;
	return hidden;
}

/* A list of areas' codes as an array. */
static Datum
code_array(List *areas)
{
	Datum	   *codes = palloc(sizeof(Datum) * (list_length(areas) + 1));
	ListCell   *cell;
	int			n = 0;

	foreach(cell, areas)
		codes[n++] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(codes, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The first column of what a query found. */
static List *
texts_found(void)
{
	List	   *texts = NIL;

	for (uint64 row = 0; row < SPI_processed; row++)
		texts = lappend(texts, SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1));
	return texts;
}

/* Is a text in a list? */
static bool
is_among(const List *texts, const char *text)
{
	const ListCell *cell;

	foreach(cell, texts)
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	return false;
}

/* A query for texts, about areas of a ledger (%1$s: its schema), with lists of such. */
static List *
ask_areas(Oid ledger, const char *query, List *first, List *second)
{
	const char *schema = get_namespace_name(ledger);
	Oid			types[] = {TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[] = {code_array(first), code_array(second)};
	bool		nulls[] = {false, false};

	if (schema == NULL)
		return NIL;
	run_kept_as_seen(psprintf(query, quote_identifier(schema)), lengthof(types), types, values, nulls, NULL);
	return texts_found();
}

/* The areas of a ledger, and (after all of these) others that are named. */
static List *
all_areas(Oid ledger, const Shards *shards)
{
	return ask_areas(ledger, "SELECT a.code FROM ONLY %1$s.area AS a UNION SELECT u FROM pg_catalog.unnest($1 || $2) AS u ORDER BY 1", shards->named, NIL);
}

/*
 * The blocks that records have no partition for.  A block needs none by itself where there are parts of it, and all of these have one.
 */
static List *
blocks_without_place(Oid ledger, const Shards *shards)
{
	List	   *blocks;
	List	   *placed = NIL;
	ListCell   *cell;

	/* what no list names lies with all others */
	if (shards->is_flat && shards->of_others >= 0 && strcmp(shards->column_name, AREA_COLUMN) == 0)
		return NIL;
	blocks = ask_areas(ledger, "SELECT a.code FROM ONLY %1$s.area AS a WHERE a.is_block AND a.active AND a.code <> ALL ($1 || $2) ORDER BY 1", shards->placed, NIL);
	foreach(cell, blocks)
		if (has_place(shards, lfirst(cell), NULL))
			blocks = foreach_delete_current(blocks, cell);
	if (blocks == NIL)
		return NIL;
	foreach(cell, all_areas(ledger, shards))
		if (is_among(shards->placed, lfirst(cell)) || has_place(shards, lfirst(cell), NULL))
			placed = lappend(placed, lfirst(cell));
	return ask_areas(ledger, "WITH RECURSIVE below AS ("
					 "SELECT u AS block, u AS code FROM pg_catalog.unnest($1) AS u"
					 " UNION SELECT b.block, a.code FROM below AS b JOIN ONLY %1$s.area AS a ON a.parent_code = b.code AND a.active WHERE b.code <> ALL ($2))"
					 " SELECT b.block FROM below AS b WHERE b.code <> ALL ($2)"
					 " AND NOT EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.parent_code = b.code AND a.active) GROUP BY 1 ORDER BY 1",
					 blocks, placed);
}

/* Those of some areas that are a part of no block, where data are expected of any, so that no figure could say that they are missing. */
static List *
apart_from_blocks(Oid ledger, List *areas)
{
	return ask_areas(ledger, "WITH RECURSIVE above AS ("
					 "SELECT u AS area, u AS code FROM pg_catalog.unnest($1 || $2) AS u"
					 " UNION SELECT b.area, x.code FROM above AS b JOIN ONLY %1$s.area AS a ON a.code = b.code"
					 " CROSS JOIN LATERAL (VALUES (a.parent_code), (a.successor_code)) AS x (code) WHERE x.code IS NOT NULL)"
					 " SELECT b.area FROM above AS b LEFT JOIN ONLY %1$s.area AS a ON a.code = b.code"
					 " WHERE EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.is_block AND a.active)"
					 " GROUP BY b.area HAVING pg_catalog.bool_or(a.is_block AND a.active) IS NOT TRUE ORDER BY 1",
					 areas, NIL);
}

/*
 * Data are expected of blocks, so a figure says which blocks are missing.  Of one that has an area below it, or had one merged into it,
 * that is missing, not all is known: it is missing, too, and with it all that belongs to it and to no block of its own, wherever that lies.
 * Those of some other areas that are missing so.
 */
static List *
missing_with(Oid ledger, List *areas, List *others)
{
	return ask_areas(ledger, "WITH RECURSIVE above AS ("
					 "SELECT u AS code FROM pg_catalog.unnest($1) AS u"
					 " UNION SELECT x.code FROM above AS b JOIN ONLY %1$s.area AS a ON a.code = b.code"
					 " CROSS JOIN LATERAL (VALUES (a.parent_code), (a.successor_code)) AS x (code) WHERE x.code IS NOT NULL),"
					 " part AS ("
					 "SELECT u AS area, u AS code FROM pg_catalog.unnest($2) AS u"
					 " UNION SELECT p.area, x.code FROM part AS p JOIN ONLY %1$s.area AS a ON a.code = p.code AND (a.is_block AND a.active) IS NOT TRUE"
					 " CROSS JOIN LATERAL (VALUES (a.parent_code), (a.successor_code)) AS x (code) WHERE x.code IS NOT NULL)"
					 " SELECT p.area FROM part AS p JOIN above AS b ON b.code = p.code JOIN ONLY %1$s.area AS a ON a.code = p.code WHERE a.is_block AND a.active GROUP BY 1 ORDER BY 1",
					 areas, others);
}

/* A partition whose server cannot be reached has records of areas that are said to be missing, of all by name, or else no figure could say that these are missing. */
static void
check_said(const Shards *shards, const bool *unreached, List *areas, List *apart)
{
	for (int p = 0; p < shards->npartitions; p++)
	{
		Partition  *partition = &shards->partitions[p];
		ListCell   *cell;

		if (!unreached[p] || !partition->is_leaf)
			continue;
		if (partition->is_named && may_hold(partition, NULL))
			ereport(ERROR,
					(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
					 errmsg("the server that has the records of \"%s\" without an area cannot be reached, and no figure could say that they are missing", shards->name),
					 errhint("Figures can be had when that server is back.")));
		foreach(cell, partition->is_named ? apart : areas)
			if (may_hold(partition, lfirst(cell)) && (partition->is_named || !is_among(apart, lfirst(cell))))
				break;
		if (partition->is_named && cell != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
					 errmsg("the server of area \"%s\" cannot be reached, and no figure could say that it is missing", (char *) lfirst(cell)),
					 errdetail("It is not an area that data are expected of, nor a part of one."),
					 errhint("Figures can be had when that server is back. Name a block as parent_code of the area, and they can be had without it.")));
		if (!partition->is_named && cell == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
					 errmsg("the server that has all other areas of \"%s\" cannot be reached, and no figure could say which are missing", shards->name),
					 errhint("Figures can be had when that server is back.")));
	}
}

const Unreached *
unreachable_areas(Oid ledger, const Shards *shards)
{
	Unreached  *result;
	bool	   *unreached;
	bool		is_any = false;
	List	   *without;
	ListCell   *cell;

	if (setting_unreachable != UNREACHABLE_MISSING || !lies_by_area(shards))
		return NULL;
	result = palloc0(sizeof(Unreached));
	unreached = palloc0(sizeof(bool) * (shards->npartitions + 1));
	for (int p = 0; p < shards->npartitions; p++)
		is_any |= unreached[p] = !reaches(shards, p);
	/* what one is a part of, to look no further where there is none */
	for (int p = shards->npartitions - 1; p >= 0; p--)
		for (int part = p + 1; part < shards->partitions[p].next; part = shards->partitions[part].next)
			unreached[p] |= unreached[part];
	without = blocks_without_place(ledger, shards);
	if (!is_any && without == NIL && shards->npartitions > 0)
		return NULL;
	for (int p = 0; p < shards->npartitions; p++)
		result->strangers |= unreached[p] && shards->partitions[p].is_leaf && !shards->partitions[p].is_named;
	result->nameless = has_place(shards, NULL, unreached);
	foreach(cell, all_areas(ledger, shards))
		if (shards->npartitions == 0 || is_among(without, lfirst(cell)) || has_place(shards, lfirst(cell), unreached))
			result->areas = lappend(result->areas, lfirst(cell));
		else
			result->others = lappend(result->others, lfirst(cell));
	if (is_any)
		check_said(shards, unreached, result->areas, apart_from_blocks(ledger, result->areas));
	result->placeless = is_any ? without : result->areas;
	foreach(cell, missing_with(ledger, result->areas, result->others))
	{
		ListCell   *other;

		result->areas = lappend(result->areas, lfirst(cell));
		foreach(other, result->others)
			if (strcmp(lfirst(other), lfirst(cell)) == 0)
				result->others = foreach_delete_current(result->others, other);
	}
	return result;
}

bool
is_placeless(const Unreached *unreached, const char *area)
{
	return is_among(unreached->placeless, area);
}

char *
without_areas(const char *record, const Unreached *unreached)
{
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	foreach(cell, unreached->strangers ? unreached->others : unreached->areas)
		appendStringInfo(&sql, "%s%s", sql.len ? ", " : "", quote_literal_cstr(lfirst(cell)));
	/* the planner leaves out no partition for a list of none */
	return psprintf("(%s%s)", sql.len == 0 ? (unreached->strangers ? "false" : "true") :
					psprintf("%s.%s %s (ARRAY[%s]::pg_catalog.text[])", record, AREA_COLUMN, unreached->strangers ? "= ANY" : "<> ALL", sql.data),
					unreached->nameless ? "" : psprintf(" OR %s.%s IS NULL", record, AREA_COLUMN));
}

void
check_places(Oid ledger, const Shards *shards)
{
	List	   *lacking;

	/* whoever may not read it gets no figure, and takes no lock of its partitions */
	if (setting_unreachable == UNREACHABLE_MISSING || !lies_by_area(shards) || !may_read(shards->relid))
		return;
	lacking = blocks_without_place(ledger, shards);
	if (lacking != NIL || shards->npartitions == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 lacking == NIL ? errmsg("\"%s\" has no partition for any area", shards->name) :
				 errmsg("\"%s\" has no partition for area \"%s\", which data are expected of", shards->name, (char *) linitial(lacking)),
				 lacking == NIL ? errdetail("What records it had is in no figure.") : errdetail("The records of that area would be in no figure."),
				 errhint("Attach one, or SET " SETTING_UNREACHABLE " = missing for figures of the other areas, which say which are missing.")));
}

List *
blocks_among(Oid ledger, List *areas)
{
	if (areas == NIL)
		return NIL;
	return ask_areas(ledger, "SELECT u FROM pg_catalog.unnest($1 || $2) AS u WHERE EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.code = u AND a.is_block AND a.active)"
					 " OR NOT EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.is_block AND a.active) GROUP BY u ORDER BY u", areas, NIL);
}

/* Is a sum of values of a column the same, down to the zeros after the point, however it is added up? */
static bool
has_fixed_places(Form_pg_attribute column)
{
	return column->atttypid == INT2OID || column->atttypid == INT4OID || column->atttypid == INT8OID ||
		(column->atttypid == NUMERICOID && column->atttypmod >= (int32) VARHDRSZ);
}

/* The server that has a partition of a relation; InvalidOid of none, and of one that lies here. */
static Oid
partition_server(const Shards *shards, int partition)
{
	return partition < 0 ? InvalidOid : shards->partitions[partition].server;
}

/* Do all partitions of a relation lie on other servers, and is there one?  What a partition here has is known by its server alone. */
static bool
all_elsewhere(const Shards *shards)
{
	for (int p = 0; p < shards->npartitions; p++)
		if (!OidIsValid(shards->partitions[p].server))
			return false;
	return shards->npartitions > 0;
}

/*
 * Do the same servers have the same areas of two relations?  A rollup over some of the servers of its source would
 * come to less.
 */
static bool
on_the_same_servers(const Shards *source, const Shards *rollup)
{
	if (rollup == NULL || !source->is_flat || !rollup->is_flat || strcmp(rollup->column_name, source->column_name) != 0 || source->type != rollup->type || source->nbounds != rollup->nbounds ||
		partition_server(source, source->of_null) != partition_server(rollup, rollup->of_null) ||
		partition_server(source, source->of_others) != partition_server(rollup, rollup->of_others) ||
		!all_elsewhere(source) || !all_elsewhere(rollup))
		return false;
	for (int b = 0; b < source->nbounds; b++)
		if (!datumIsEqual(source->bounds[b].value, rollup->bounds[b].value, source->by_value, source->length) ||
			partition_server(source, source->bounds[b].partition) != partition_server(rollup, rollup->bounds[b].partition))
			return false;
	return true;
}

RollupAnswer *
shard_answer(Oid relid)
{
	Oid			schema = get_rel_namespace(relid);
	char	   *name = get_rel_name(relid);
	Oid			rollup;
	RollupAnswer *answer;
	Relation	source,
				relation;
	List	   *key_names = NIL;
	List	   *sum_names = NIL;
	bool		has_records = false;
	const Shards *shards = shards_of(relid);

	if (shards == NULL)
		return NULL;
	rollup = get_relname_relid(psprintf("%s" ROLLUP_ENDING, name), schema);
	if (!OidIsValid(rollup) || rollup_relation_owner(rollup) != rollup_relation_owner(relid) ||
		pg_class_aclcheck(rollup, GetUserId(), ACL_SELECT) != ACLCHECK_OK || !on_the_same_servers(shards, shards_of(rollup)))
		return NULL;
	answer = palloc0(sizeof(RollupAnswer));
	source = relation_open(relid, AccessShareLock);
	relation = relation_open(rollup, AccessShareLock);
	for (int i = 0; i < RelationGetNumberOfAttributes(relation); i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), i);
		char	   *column_name = NameStr(column->attname);
		bool		is_sum = strncmp(column_name, SUM_BEGINNING, strlen(SUM_BEGINNING)) == 0;
		AttrNumber	number = get_attnum(relid, is_sum ? column_name + strlen(SUM_BEGINNING) : column_name);
		Form_pg_attribute of = number > 0 ? TupleDescAttr(RelationGetDescr(source), number - 1) : NULL;

		if (column->attisdropped)
			continue;
		if (strcmp(column_name, "records") == 0)
			has_records = column->atttypid == INT8OID;
		else if (of != NULL && is_sum && has_fixed_places(of))
		{
			answer->sums = lappend(answer->sums,
								   coerce_to_target_type(NULL, (Node *) makeVar(1, number, of->atttypid, of->atttypmod, of->attcollation, 0),
														 of->atttypid, NUMERICOID, -1, COERCION_ASSIGNMENT, COERCE_EXPLICIT_CAST, -1));
			sum_names = lappend(sum_names, pstrdup(column_name));
		}
		else if (of != NULL && !is_sum && of->atttypid == column->atttypid && of->attcollation == column->attcollation &&
				 image_of_type(getBaseType(of->atttypid), -1, of->attcollation))
		{
			answer->keys = lappend_int(answer->keys, number);
			key_names = lappend(key_names, pstrdup(column_name));
		}
	}
	relation_close(relation, NoLock);
	relation_close(source, NoLock);
	if (!has_records || answer->keys == NIL)
		return NULL;
	rollup_answer_from(answer, relid, rollup, key_names, "records", sum_names);
	return answer;
}

/*
 * emgov_internal.reachable_rows(ledger, relation) -> text: the rows of a relation as FROM text, without those of areas
 * that cannot be reached, where figures are to be had without these.
 */
PG_FUNCTION_INFO_V1(emgov_reachable_rows);
Datum
emgov_reachable_rows(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(1);
	char	   *name = get_rel_name(relid);
	const Shards *shards;
	const Unreached *unreached;
	char	   *sql;
	text	   *result;

	if (name == NULL)
		PG_RETURN_NULL();
	sql = name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	shards = shards_of(relid);
	check_places(PG_GETARG_OID(0), shards);
	if ((unreached = unreachable_areas(PG_GETARG_OID(0), shards)) != NULL)
		sql = psprintf("(SELECT * FROM %s AS r WHERE %s)", name, without_areas("r", unreached));
	result = SPI_palloc(strlen(sql) + VARHDRSZ);
	SET_VARSIZE(result, strlen(sql) + VARHDRSZ);
	memcpy(VARDATA(result), sql, strlen(sql));
	SPI_finish();
	PG_RETURN_TEXT_P(result);
}

/*
 * emgov_internal.unreachable_partitions(relation) -> regclass[]: the partitions of a relation whose server cannot be reached, as
 * whoever asks.  Empty of one whose records lie here.
 */
PG_FUNCTION_INFO_V1(emgov_unreachable_partitions);
Datum
emgov_unreachable_partitions(PG_FUNCTION_ARGS)
{
	const Shards *shards = shards_of(PG_GETARG_OID(0));
	Datum	   *found;
	int			n = 0;

	if (shards == NULL)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(REGCLASSOID));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	found = SPI_palloc(sizeof(Datum) * (shards->npartitions + 1));
	for (int p = 0; p < shards->npartitions; p++)
		if (!reaches(shards, p))
			found[n++] = ObjectIdGetDatum(shards->partitions[p].relid);
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(construct_array(found, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}

/*
 * emgov_internal.partition_fault(relation, partition) -> text: why the server of a partition of a relation, which can be reached, does not give its rows, as
 * whoever asks; NULL where it does, cannot be reached, or there is none.
 */
PG_FUNCTION_INFO_V1(emgov_partition_fault);
Datum
emgov_partition_fault(PG_FUNCTION_ARGS)
{
	const Shards *shards = shards_of(PG_GETARG_OID(0));
	char	   *fault = NULL;

	for (int p = 0; shards != NULL && p < shards->npartitions; p++)
		if (shards->partitions[p].relid == PG_GETARG_OID(1))
			fault = partition_fault(shards, p);
	if (fault == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(fault));
}
