/*
 * unchanged.c
 *		Records of a live fact that nothing has changed of since a moment.
 *
 * To put a live fact together as it was known at a moment, its tables and their histories are
 * joined for every record.  But most records are what they were: these are read as they lie in
 * the fact's table, and from the histories come only those of which something has changed since,
 * as the function <fact>_changed(since, until) beside the fact says.
 *
 * What is to be published is not read in this way: where a checksum is asked for, every record comes
 * from the histories, see scan.c.
 */
#include "postgres.h"
#include "compat.h"

#include "access/attnum.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "ledger/catalog_memory.h"
#include "ledger/indicator.h"
#include "ledger/kept_plan.h"
#include "ledger/live_fact.h"
#include "ledger/unchanged.h"
#include "attempt.h"

/* So many changes are looked at one by one. */
#define FEW		10000

/* The queries that ask for changed records, as texts, by the fact. */
static CatalogMemory queries = {.name = "emgov queries for what has changed"};

/* As attempt() wants it. */
typedef struct Question
{
	Oid			fact;
	Datum		moment;
	ArrayType  *keys;			/* NULL: too many, or not known */
} Question;

/* The query that asks for changed records: emgov_internal.few_changed().  '' when there is none. */
static const char *
changed_query(Oid fact)
{
	static const char *const query = "SELECT coalesce(emgov_internal.few_changed($1, $2), '')";
	static const Oid types[] = {REGCLASSOID, INT4OID};
	static const bool nulls[] = {false, false};
	const Datum values[] = {ObjectIdGetDatum(fact), Int32GetDatum(FEW)};
	void	  **memory = remembered(&queries, fact, InvalidOid);

	if (*memory == NULL)
	{
		char	   *text;

		(void) run_kept(query, lengthof(types), types, values, nulls, NULL);
		text = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		memory = remembered(&queries, fact, InvalidOid);
		*memory = MemoryContextStrdup(queries.context, text);
	}
	return *memory;
}

static char *
ask_changed(void *argument)
{
	static const Oid types[] = {TIMESTAMPTZOID, TIMESTAMPTZOID};
	static const bool nulls[] = {false, false};
	Question   *question = argument;
	const Datum values[] = {question->moment, TimestampTzGetDatum(DT_NOEND)};
	MemoryContext before = CurrentMemoryContext;
	const char *query = changed_query(question->fact);
	char	   *hidden = query[0] != '\0' ? run_kept(query, lengthof(types), types, values, nulls, NULL) : NULL;
	Datum		keys;
	bool		is_null;

	if (query[0] == '\0' || hidden != NULL)
		return hidden;
	keys = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	MemoryContextSwitchTo(before);
	if (!is_null)
		question->keys = DatumGetArrayTypePCopy(keys);
	return NULL;
}

const Unchanged *
find_unchanged(Oid relid, Datum moment)
{
	Question	question = {relid, moment, NULL};
	AttrNumber	key = get_attnum(relid, "id");
	Unchanged  *unchanged = palloc(sizeof(Unchanged));

	if (!OidIsValid(live_fact_table(relid)) || key == InvalidAttrNumber || get_atttype(relid, key) != INT8OID)
		return NULL;
	/* who may read the past alone reads all from it */
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return NULL;
	/* what hides rows from whoever asks, or refuses them, is said by the scan */
	if (attempt(ask_changed, &question) != NULL || question.keys == NULL)
		return NULL;
	unchanged->from = source_text(relid, false, NULL);
	unchanged->changed = PointerGetDatum(question.keys);
	unchanged->nchanged = ArrayGetNItems(ARR_NDIM(question.keys), ARR_DIMS(question.keys));
	return unchanged->nchanged <= FEW ? unchanged : NULL;
}
