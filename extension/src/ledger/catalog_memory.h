/*
 * catalog_memory.h
 *		What a session has read out of the catalogs, until they change.
 */
#ifndef EMGOV_CATALOG_MEMORY_H
#define EMGOV_CATALOG_MEMORY_H

#include "nodes/memnodes.h"
#include "utils/hsearch.h"

/* A memory: begins as zeros but for its name. */
typedef struct CatalogMemory
{
	const char *name;
	MemoryContext context;		/* of what is remembered */
	HTAB	   *entries;
	uint64		changes;		/* how often the catalogs had changed */
} CatalogMemory;

/*
 * The place of what is remembered by two numbers; NULL is in it when there is nothing yet.  What is put there must lie in
 * the memory's context.  All is forgotten when anything about relations, schemas, collations or types has changed, but at
 * the next call only; what has been given lasts until the transaction ends.
 */
extern void **remembered(CatalogMemory *memory, Oid relid, Oid other);

#endif							/* EMGOV_CATALOG_MEMORY_H */
