/*
 * shard.c
 *		Sources whose records lie on several servers, by area.
 *
 * Such a source is a table partitioned by list, of which partitions are foreign tables.  A
 * scan groups by the column that it is partitioned by, too: then each server groups its
 * own records, for postgres_fdw has whole aggregates computed elsewhere, and no parts of
 * one.  What comes is added up here, as whatever comes to a scan.
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
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
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

/* A value that records of a partition have in the column that the relation is partitioned by. */
typedef struct Bound
{
	Datum		value;
	int			partition;
} Bound;

/* What lies in which partition of a relation, as it was when it was looked at.  A partition is none below 0. */
struct Shards
{
	char	   *schema;
	char	   *name;
	AttrNumber	column;
	char	   *column_name;
	Oid			type;
	bool		by_value;
	int16		length;
	Oid		   *partitions;
	Oid		   *servers;		/* InvalidOid: it lies here */
	int			npartitions;
	Bound	   *bounds;
	int			nbounds;
	int			of_null;
	int			of_others;
};

/* A partition, to be asked for a row. */
typedef struct Asked
{
	const Shards *shards;
	int			partition;
} Asked;

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

/* Copy what is known of the partitions of a relation; false if its records lie here. */
static bool
look_at(Relation relation, Shards *shards)
{
	PartitionKey key = RelationGetPartitionKey(relation);
	PartitionDesc partitions = RelationGetPartitionDesc(relation, true);
	PartitionBoundInfo bounds = partitions->boundinfo;
	bool		is_elsewhere = partitions->nparts == 0;

	if (key->strategy != PARTITION_STRATEGY_LIST || key->partattrs[0] == 0)
		return false;
	shards->partitions = palloc(sizeof(Oid) * (partitions->nparts + 1));
	shards->servers = palloc(sizeof(Oid) * (partitions->nparts + 1));
	for (int p = 0; p < partitions->nparts; p++)
	{
		shards->partitions[p] = partitions->oids[p];
		shards->servers[p] = server_of(partitions->oids[p]);
		is_elsewhere |= OidIsValid(shards->servers[p]);
	}
	if (!is_elsewhere)
		return false;
	shards->schema = get_namespace_name(RelationGetNamespace(relation));
	shards->name = pstrdup(RelationGetRelationName(relation));
	shards->column = key->partattrs[0];
	shards->column_name = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(relation), shards->column - 1)->attname));
	shards->type = key->parttypid[0];
	shards->by_value = key->parttypbyval[0];
	shards->length = key->parttyplen[0];
	shards->npartitions = partitions->nparts;
	shards->nbounds = bounds == NULL ? 0 : bounds->ndatums;
	shards->of_null = bounds == NULL ? -1 : bounds->null_index;
	shards->of_others = bounds == NULL ? -1 : bounds->default_index;
	shards->bounds = palloc(sizeof(Bound) * (shards->nbounds + 1));
	for (int b = 0; b < shards->nbounds; b++)
		shards->bounds[b] = (Bound) {datumCopy(bounds->datums[b][0], shards->by_value, shards->length), bounds->indexes[b]};
	return true;
}

/*
 * A table that is partitioned by list and has no partition at all counts: its foreign ones may be gone, and what they had is in no figure.
 * Looked at once for all that a call needs, and locked until the transaction ends, as by a query: a partition that is detached is not gone
 * between what is known of it and what is counted.
 */
const Shards *
shards_of(Oid relid)
{
	Relation	relation;
	Shards	   *shards;
	bool		is_elsewhere;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE || (relation = try_relation_open(relid, AccessShareLock)) == NULL)
		return NULL;
	shards = palloc0(sizeof(Shards));
	is_elsewhere = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE && look_at(relation, shards);
	/* but whoever may not read it keeps nobody else from it */
	relation_close(relation, pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ? NoLock : AccessShareLock);
	return is_elsewhere ? shards : NULL;
}

AttrNumber
shard_column(const Shards *shards)
{
	return shards->column;
}

/* The values of the column that a relation is partitioned by, texts, as an array of SQL, that lie in a partition, or (-1) in any. */
static char *
values_in(const Shards *shards, int partition)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (int b = 0; b < shards->nbounds; b++)
		if (partition < 0 || shards->bounds[b].partition == partition)
			appendStringInfo(&sql, "%s%s", sql.len ? ", " : "", quote_literal_cstr(TextDatumGetCString(shards->bounds[b].value)));
	return psprintf("ARRAY[%s]::pg_catalog.text[]", sql.data);
}

/*
 * Ask a server for a row of a partition of a relation; for attempt_to_reach().  The relation is asked, for whoever reads it need not
 * be allowed to read its partitions by their own names.
 */
static char *
ask_server(void *argument)
{
	Asked	   *asked = argument;
	const Shards *shards = asked->shards;
	bool		is_of_others = shards->of_others == asked->partition;
	const char *column = quote_identifier(shards->column_name);

	(void) run_kept(psprintf("SELECT FROM %s WHERE %s %s (%s)%s LIMIT 1",
							 quote_qualified_identifier(shards->schema, shards->name),
							 column, is_of_others ? "<> ALL" : "= ANY", values_in(shards, is_of_others ? -1 : asked->partition),
							 shards->of_null == asked->partition ? psprintf(" OR %s IS NULL", column) : ""),
					0, NULL, NULL, NULL, NULL);
	return NULL;
}

/* Can the server of a partition be reached, if it lies on one?  It is asked once in a statement. */
static bool
is_reached(const Shards *shards, int partition)
{
	Asked		ask = {shards, partition};
	static List *servers = NIL;
	static TimestampTz asked = 0;
	Oid			id = shards->servers[partition];
	MemoryContext before;
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
	before = MemoryContextSwitchTo(TopMemoryContext);
	server = palloc(sizeof(Server));
	*server = (Server) {id, GetUserId(), false};
	MemoryContextSwitchTo(before);
	server->is_reached = attempt_to_reach(ask_server, &ask) == NULL;
	before = MemoryContextSwitchTo(TopMemoryContext);
	servers = lappend(servers, server);
	MemoryContextSwitchTo(before);
	return server->is_reached;
}

/* Do the records of a relation lie on other servers by area, so that figures can be had without some of them? */
static bool
lies_by_area(const Shards *shards)
{
	return shards != NULL && strcmp(shards->column_name, AREA_COLUMN) == 0 && shards->type == TEXTOID;
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

/*
 * Data are expected of blocks, so a figure says which blocks are missing.  Of one that has an area below it, or had one merged into it,
 * whose server cannot be reached, not all is known: it is missing, too, and with it all that belongs to it and to no block of its own,
 * wherever that lies.  An ERROR for an area that is a part of no block, for no figure could say that it is missing.  Both lists are of
 * areas' codes.
 */
static void
leave_blocks_out(Oid ledger, List **areas, List **others)
{
	const char *schema = get_namespace_name(ledger);
	Oid			types[] = {TEXTARRAYOID, TEXTARRAYOID};
	Datum		values[] = {code_array(*areas), code_array(*others)};
	bool		nulls[] = {false, false};
	List	   *reached = NIL;
	ListCell   *cell;

	if (schema == NULL || *areas == NIL)
		return;
	run_kept_as_seen(psprintf("WITH RECURSIVE above AS ("
							  "SELECT u AS area, u AS code FROM pg_catalog.unnest($1) AS u"
							  " UNION SELECT b.area, x.code FROM above AS b JOIN ONLY %1$s.area AS a ON a.code = b.code"
							  " CROSS JOIN LATERAL (VALUES (a.parent_code), (a.successor_code)) AS x (code) WHERE x.code IS NOT NULL),"
							  " part AS ("
							  "SELECT u AS area, u AS code FROM pg_catalog.unnest($2) AS u"
							  " UNION SELECT p.area, x.code FROM part AS p JOIN ONLY %1$s.area AS a ON a.code = p.code AND (a.is_block AND a.active) IS NOT TRUE"
							  " CROSS JOIN LATERAL (VALUES (a.parent_code), (a.successor_code)) AS x (code) WHERE x.code IS NOT NULL)"
							  " SELECT p.area, NULL FROM part AS p JOIN above AS b ON b.code = p.code JOIN ONLY %1$s.area AS a ON a.code = p.code WHERE a.is_block AND a.active"
							  " UNION SELECT NULL, b.area FROM above AS b LEFT JOIN ONLY %1$s.area AS a ON a.code = b.code"
							  " WHERE EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.is_block AND a.active)"
							  " GROUP BY b.area HAVING pg_catalog.bool_or(a.is_block AND a.active) IS NOT TRUE ORDER BY 2, 1",
							  quote_identifier(schema)), lengthof(types), types, values, nulls, NULL);
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char	   *out = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1);
		char	   *apart = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 2);

		if (apart != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
					 errmsg("the server of area \"%s\" cannot be reached, and no figure could say that it is missing", apart),
					 errdetail("It is not an area that data are expected of, nor a part of one."),
					 errhint("Figures can be had when that server is back. Name a block as parent_code of the area, and they can be had without it.")));
		foreach(cell, *others)
			if (strcmp(lfirst(cell), out) == 0)
				*areas = lappend(*areas, lfirst(cell));
	}
	foreach(cell, *others)
	{
		ListCell   *other;

		foreach(other, *areas)
			if (lfirst(other) == lfirst(cell))
				break;
		if (other == NULL)
			reached = lappend(reached, lfirst(cell));
	}
	*others = reached;
}

/* Records that name no area, and those of areas that no partition is for by name, are of no block: what is missing without them could not be said. */
static void
check_reached(const Shards *shards, const bool *reached)
{
	bool		of_others = shards->of_others >= 0 && !reached[shards->of_others];

	if (of_others || (shards->of_null >= 0 && !reached[shards->of_null]))
		ereport(ERROR,
				(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
				 of_others ? errmsg("the server that has all other areas of \"%s\" cannot be reached, and no figure could say which are missing", shards->name) :
				 errmsg("the server that has the records of \"%s\" without an area cannot be reached, and no figure could say that they are missing", shards->name),
				 errhint("Figures can be had when that server is back.")));
}

List *
unreachable_areas(Oid ledger, const Shards *shards, List **others)
{
	List	   *areas = NIL;
	bool	   *reached;

	*others = NIL;
	if (setting_unreachable != UNREACHABLE_MISSING || !lies_by_area(shards))
		return NIL;
	reached = palloc(sizeof(bool) * (shards->npartitions + 1));
	for (int p = 0; p < shards->npartitions; p++)
		reached[p] = is_reached(shards, p);
	check_reached(shards, reached);
	for (int b = 0; b < shards->nbounds; b++)
	{
		char	   *area = TextDatumGetCString(shards->bounds[b].value);

		if (reached[shards->bounds[b].partition])
			*others = lappend(*others, area);
		else
			areas = lappend(areas, area);
	}
	leave_blocks_out(ledger, &areas, others);
	return areas;
}

char *
without_areas(const Shards *shards, const char *record, List *areas)
{
	const char *column = psprintf("%s.%s", record, quote_identifier(shards->column_name));
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	foreach(cell, areas)
		appendStringInfo(&sql, "%s%s", sql.len ? ", " : "", quote_literal_cstr(lfirst(cell)));
	return psprintf("(%s <> ALL (ARRAY[%s]::pg_catalog.text[])%s)", column, sql.data,
					shards->of_null >= 0 || shards->of_others >= 0 ? psprintf(" OR %s IS NULL", column) : "");
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

bool
lacks_areas(Oid ledger, const Shards *shards, List **lacking)
{
	const char *schema = get_namespace_name(ledger);
	Oid			type = TEXTARRAYOID;
	Datum	   *areas,
				value;
	bool		is_null = false;

	*lacking = NIL;
	if (schema == NULL || !lies_by_area(shards) || shards->of_others >= 0)
		return false;
	areas = palloc(sizeof(Datum) * (shards->nbounds + 1));
	for (int b = 0; b < shards->nbounds; b++)
		areas[b] = shards->bounds[b].value;
	value = PointerGetDatum(construct_array(areas, shards->nbounds, TEXTOID, -1, false, TYPALIGN_INT));
	run_kept_as_seen(psprintf("SELECT a.code FROM ONLY %s.area AS a WHERE a.is_block AND a.active AND a.code <> ALL ($1) ORDER BY a.code",
							  quote_identifier(schema)), 1, &type, &value, &is_null, NULL);
	*lacking = texts_found();
	if (*lacking == NIL && shards->npartitions > 0)
		return false;
	if (setting_unreachable != UNREACHABLE_MISSING)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 *lacking == NIL ? errmsg("\"%s\" has no partition for any area", shards->name) :
				 errmsg("\"%s\" has no partition for area \"%s\", which data are expected of", shards->name, (char *) linitial(*lacking)),
				 *lacking == NIL ? errdetail("What records it had is in no figure.") : errdetail("The records of that area would be in no figure."),
				 errhint("Attach one, or SET " SETTING_UNREACHABLE " = missing for figures of the other areas, which say which are missing.")));
	return true;
}

List *
blocks_among(Oid ledger, List *areas)
{
	const char *schema = get_namespace_name(ledger);
	Oid			type = TEXTARRAYOID;
	Datum		value = code_array(areas);
	bool		is_null = false;

	if (schema == NULL || areas == NIL)
		return areas;
	run_kept_as_seen(psprintf("SELECT u FROM pg_catalog.unnest($1) AS u WHERE EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.code = u AND a.is_block AND a.active)"
							  " OR NOT EXISTS (SELECT FROM ONLY %1$s.area AS a WHERE a.is_block AND a.active) GROUP BY u ORDER BY u",
							  quote_identifier(schema)), 1, &type, &value, &is_null, NULL);
	return texts_found();
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
	return partition < 0 ? InvalidOid : shards->servers[partition];
}

/* Do all partitions of a relation lie on other servers, and is there one?  What a partition here has is known by its server alone. */
static bool
all_elsewhere(const Shards *shards)
{
	for (int p = 0; p < shards->npartitions; p++)
		if (!OidIsValid(shards->servers[p]))
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
	if (rollup == NULL || strcmp(rollup->column_name, source->column_name) != 0 || source->type != rollup->type || source->nbounds != rollup->nbounds ||
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
	bool		lacks;
	List	   *others,
			   *areas,
			   *lacking;
	char	   *sql;
	text	   *result;

	if (name == NULL)
		PG_RETURN_NULL();
	sql = name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	shards = shards_of(relid);
	lacks = lacks_areas(PG_GETARG_OID(0), shards, &lacking);
	if ((areas = unreachable_areas(PG_GETARG_OID(0), shards, &others)) != NIL || lacks)
		sql = psprintf("(SELECT * FROM %s AS r WHERE %s)", name, without_areas(shards, "r", areas));
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

	if (shards == NULL || shards->type != TEXTOID)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(REGCLASSOID));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	found = SPI_palloc(sizeof(Datum) * (shards->npartitions + 1));
	for (int p = 0; p < shards->npartitions; p++)
		if (!is_reached(shards, p))
			found[n++] = ObjectIdGetDatum(shards->partitions[p]);
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(construct_array(found, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}
