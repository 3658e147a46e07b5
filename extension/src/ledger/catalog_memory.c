/*
 * catalog_memory.c
 *		What a session has read out of the catalogs, until they change.
 *
 * To read a view's query costs more than to ask a small table.  Nobody keeps count of what an answer depends on, views
 * under views included: any change forgets all.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "ledger/catalog_memory.h"
#include "changes.h"

typedef struct Entry
{
	Oid			key[2];
	void	   *value;
} Entry;

static uint64 changes = 0;

static void
relation_changed(Datum arg pg_attribute_unused(), Oid relid pg_attribute_unused())
{
	changes++;
}

static void
catalog_changed(Datum arg pg_attribute_unused(), int id pg_attribute_unused(), uint32 hash pg_attribute_unused())
{
	changes++;
}

void **
remembered(CatalogMemory *memory, Oid relid, Oid other)
{
	Entry		wanted = {{relid, other}, NULL};
	Entry	   *entry;
	bool		found;

	if (changes == 0)
	{
		on_relation_change(relation_changed);
		CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(COLLOID, catalog_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(TYPEOID, catalog_changed, (Datum) 0);
		changes = 1;
	}
	/* a caller further up may hold what was remembered, or the place for it: it lasts until the transaction ends */
	if (memory->context != NULL && memory->changes != changes)
	{
		MemoryContextSetParent(memory->context, TopTransactionContext);
		memory->context = NULL;
	}
	if (memory->context == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(wanted.key), .entrysize = sizeof(Entry)};
		MemoryContext context = AllocSetContextCreate(CacheMemoryContext, "emgov catalog", ALLOCSET_SMALL_SIZES);

		control.hcxt = context;
		memory->entries = hash_create(memory->name, 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		memory->context = context;
		memory->changes = changes;
	}
	entry = hash_search(memory->entries, wanted.key, HASH_ENTER, &found);
	if (!found)
		entry->value = NULL;
	return &entry->value;
}
