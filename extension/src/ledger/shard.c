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

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
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

/* A partition, to be asked for a row. */
typedef struct Asked
{
	Relation	relation;
	PartitionDesc partitions;
	int			partition;
} Asked;

AttrNumber
shard_column(Oid relid)
{
	Relation	relation;
	PartitionKey key;
	PartitionDesc partitions;
	AttrNumber	column = InvalidAttrNumber;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return InvalidAttrNumber;
	relation = relation_open(relid, AccessShareLock);
	key = RelationGetPartitionKey(relation);
	partitions = RelationGetPartitionDesc(relation, true);
	if (key->strategy == PARTITION_STRATEGY_LIST && key->partattrs[0] != 0)
		for (int i = 0; i < partitions->nparts; i++)
			if (get_rel_relkind(partitions->oids[i]) == RELKIND_FOREIGN_TABLE)
				column = key->partattrs[0];
	relation_close(relation, AccessShareLock);
	return column;
}

/* The values of the column that a relation is partitioned by, as an array of SQL, that lie in a partition. */
static char *
values_in(PartitionBoundInfo bounds, int partition)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (int b = 0; b < bounds->ndatums; b++)
		if (partition < 0 || bounds->indexes[b] == partition)
			appendStringInfo(&sql, "%s%s", sql.len ? ", " : "", quote_literal_cstr(TextDatumGetCString(bounds->datums[b][0])));
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
	Relation	relation = asked->relation;
	PartitionBoundInfo bounds = asked->partitions->boundinfo;
	bool		is_default = bounds->default_index == asked->partition;
	const char *column = quote_identifier(get_attname(RelationGetRelid(relation), RelationGetPartitionKey(relation)->partattrs[0], false));

	(void) run_kept(psprintf("SELECT FROM %s WHERE %s %s (%s)%s LIMIT 1",
							 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation)),
							 column, is_default ? "<> ALL" : "= ANY", values_in(bounds, is_default ? -1 : asked->partition),
							 bounds->null_index == asked->partition ? psprintf(" OR %s IS NULL", column) : ""),
					0, NULL, NULL, NULL, NULL);
	return NULL;
}

/* Can the server of a partition of a relation be reached, a foreign table?  It is asked once in a statement. */
static bool
is_reached(Relation relation, PartitionDesc partitions, int partition)
{
	Asked		ask = {relation, partitions, partition};
	static List *servers = NIL;
	static TimestampTz asked = 0;
	Oid			id = GetForeignTable(partitions->oids[partition])->serverid;
	MemoryContext before;
	Server	   *server;
	ListCell   *cell;

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
lies_by_area(Oid relid)
{
	AttrNumber	column = shard_column(relid);

	return column != InvalidAttrNumber && strcmp(get_attname(relid, column, false), AREA_COLUMN) == 0 && get_atttype(relid, column) == TEXTOID;
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

	if (setting_unreachable == UNREACHABLE_MISSING || !lies_by_area(relid))
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

List *
unreachable_areas(Oid ledger, Oid relid, List **others)
{
	List	   *areas = NIL;
	Relation	relation;
	PartitionDesc partitions;
	PartitionBoundInfo bounds;
	int			nbounds;
	bool	   *reached;
	char	  **names;
	int		   *place;

	*others = NIL;
	if (setting_unreachable != UNREACHABLE_MISSING || !lies_by_area(relid))
		return NIL;
	relation = relation_open(relid, AccessShareLock);
	partitions = RelationGetPartitionDesc(relation, true);
	bounds = partitions->boundinfo;
	nbounds = bounds->ndatums;
	names = palloc(sizeof(char *) * (nbounds + 1));
	place = palloc(sizeof(int) * (nbounds + 1));
	reached = palloc(sizeof(bool) * (partitions->nparts + 1));
	for (int b = 0; b < nbounds; b++)
	{
		names[b] = TextDatumGetCString(bounds->datums[b][0]);
		place[b] = bounds->indexes[b];
	}
	for (int p = 0; p < partitions->nparts; p++)
		reached[p] = get_rel_relkind(partitions->oids[p]) != RELKIND_FOREIGN_TABLE || is_reached(relation, partitions, p);
	for (int b = 0; b < nbounds; b++)
		if (reached[place[b]])
			*others = lappend(*others, names[b]);
		else
			areas = lappend(areas, names[b]);
	relation_close(relation, AccessShareLock);
	leave_blocks_out(ledger, &areas, others);
	return areas;
}

char *
without_areas(Oid relid, const char *record, List *areas)
{
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	foreach(cell, areas)
		appendStringInfo(&sql, "%s%s", sql.len ? ", " : "", quote_literal_cstr(lfirst(cell)));
	return psprintf("%s.%s <> ALL (ARRAY[%s]::pg_catalog.text[])", record,
					quote_identifier(get_attname(relid, shard_column(relid), false)), sql.data);
}

bool
lacks_areas(Oid ledger, Oid relid)
{
	const char *schema = get_namespace_name(ledger);
	Oid			type = TEXTARRAYOID;
	Relation	relation;
	PartitionBoundInfo bounds;
	Datum	   *areas,
				value;
	bool		takes_all,
				is_null = false;

	if (schema == NULL || !lies_by_area(relid))
		return false;
	relation = relation_open(relid, AccessShareLock);
	bounds = RelationGetPartitionDesc(relation, true)->boundinfo;
	takes_all = bounds->default_index >= 0;
	areas = palloc(sizeof(Datum) * (bounds->ndatums + 1));
	for (int b = 0; b < bounds->ndatums; b++)
		areas[b] = bounds->datums[b][0];
	value = PointerGetDatum(construct_array(areas, bounds->ndatums, TEXTOID, -1, false, TYPALIGN_INT));
	relation_close(relation, AccessShareLock);
	if (takes_all)
		return false;
	run_kept_as_seen(psprintf("SELECT a.code FROM ONLY %s.area AS a WHERE a.is_block AND a.active AND a.code <> ALL ($1) ORDER BY a.code LIMIT 1",
							  quote_identifier(schema)), 1, &type, &value, &is_null, NULL);
	if (SPI_processed == 0)
		return false;
	if (setting_unreachable != UNREACHABLE_MISSING)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" has no partition for area \"%s\", which data are expected of",
						get_rel_name(relid), SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
				 errdetail("The records of that area would be in no figure."),
				 errhint("Attach one, or SET " SETTING_UNREACHABLE " = missing for figures of the other areas, which say which are missing.")));
	return true;
}

/* Is a sum of values of a column the same, down to the zeros after the point, however it is added up? */
static bool
has_fixed_places(Form_pg_attribute column)
{
	return column->atttypid == INT2OID || column->atttypid == INT4OID || column->atttypid == INT8OID ||
		(column->atttypid == NUMERICOID && column->atttypmod >= (int32) VARHDRSZ);
}

/* The server that has a partition of a relation, none or less; InvalidOid of one that is no foreign table. */
static Oid
partition_server(PartitionDesc partitions, int partition)
{
	Oid			relid = partition < 0 ? InvalidOid : partitions->oids[partition];

	return OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE ? GetForeignTable(relid)->serverid : InvalidOid;
}

/*
 * Do the same servers have the same areas of two relations?  A rollup over some of the servers of its source would
 * come to less.
 */
static bool
on_the_same_servers(Relation source, Relation rollup)
{
	PartitionDesc of_source = RelationGetPartitionDesc(source, true);
	PartitionDesc of_rollup;
	PartitionBoundInfo bounds = of_source->boundinfo;
	PartitionBoundInfo other;

	if (shard_column(RelationGetRelid(rollup)) == InvalidAttrNumber ||
		strcmp(get_attname(RelationGetRelid(rollup), shard_column(RelationGetRelid(rollup)), false),
			   get_attname(RelationGetRelid(source), shard_column(RelationGetRelid(source)), false)) != 0)
		return false;
	of_rollup = RelationGetPartitionDesc(rollup, true);
	other = of_rollup->boundinfo;
	if (RelationGetPartitionKey(source)->parttypid[0] != RelationGetPartitionKey(rollup)->parttypid[0] || bounds->ndatums != other->ndatums ||
		partition_server(of_source, bounds->null_index) != partition_server(of_rollup, other->null_index) ||
		partition_server(of_source, bounds->default_index) != partition_server(of_rollup, other->default_index))
		return false;
	/* what a partition here has is known by its server alone */
	for (int p = 0; p < of_source->nparts; p++)
		if (!OidIsValid(partition_server(of_source, p)))
			return false;
	for (int p = 0; p < of_rollup->nparts; p++)
		if (!OidIsValid(partition_server(of_rollup, p)))
			return false;
	for (int b = 0; b < bounds->ndatums; b++)
		if (!datumIsEqual(bounds->datums[b][0], other->datums[b][0], RelationGetPartitionKey(source)->parttypbyval[0],
						  RelationGetPartitionKey(source)->parttyplen[0]) ||
			partition_server(of_source, bounds->indexes[b]) != partition_server(of_rollup, other->indexes[b]))
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
	bool		is_whole;

	if (shard_column(relid) == InvalidAttrNumber)
		return NULL;
	rollup = get_relname_relid(psprintf("%s" ROLLUP_ENDING, name), schema);
	if (!OidIsValid(rollup) || rollup_relation_owner(rollup) != rollup_relation_owner(relid) ||
		pg_class_aclcheck(rollup, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return NULL;
	answer = palloc0(sizeof(RollupAnswer));
	source = relation_open(relid, AccessShareLock);
	relation = relation_open(rollup, AccessShareLock);
	is_whole = on_the_same_servers(source, relation);
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
	relation_close(relation, AccessShareLock);
	relation_close(source, AccessShareLock);
	if (!is_whole || !has_records || answer->keys == NIL)
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
	bool		lacks;
	List	   *others,
			   *areas;
	char	   *sql;
	text	   *result;

	if (name == NULL)
		PG_RETURN_NULL();
	sql = name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	lacks = lacks_areas(PG_GETARG_OID(0), relid);
	if ((areas = unreachable_areas(PG_GETARG_OID(0), relid, &others)) != NIL || lacks)
		sql = psprintf("(SELECT * FROM %s AS r WHERE %s)", name, without_areas(relid, "r", areas));
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
	Oid			relid = PG_GETARG_OID(0);
	Relation	relation;
	PartitionDesc partitions;
	Datum	   *found;
	int			n = 0;

	if (shard_column(relid) == InvalidAttrNumber || get_atttype(relid, shard_column(relid)) != TEXTOID)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(REGCLASSOID));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	relation = relation_open(relid, AccessShareLock);
	partitions = RelationGetPartitionDesc(relation, true);
	found = SPI_palloc(sizeof(Datum) * (partitions->nparts + 1));
	for (int p = 0; p < partitions->nparts; p++)
		if (OidIsValid(partition_server(partitions, p)) && !is_reached(relation, partitions, p))
			found[n++] = ObjectIdGetDatum(partitions->oids[p]);
	relation_close(relation, AccessShareLock);
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(construct_array(found, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}
