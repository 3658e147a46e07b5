/*
 * emgov.c
 *		The module itself: the magic block, and what runs when it is loaded.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/memutils.h"

#include "ledger/live_fact.h"
#include "ledger/past_estimate.h"
#include "rollup/rewrite.h"
#include "rollup/rollup.h"
#include "settings.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "emgov", .version = EMGOV_VERSION);
#else
PG_MODULE_MAGIC;
#endif

/* The largest block that memory contexts ask the C library for, unless more is asked of them at once. */
#define LARGEST_BLOCK	((Size) 8 * 1024 * 1024)

extern PGDLLEXPORT void _PG_init(void);

/*
 * To plan a query of a view for readers takes some megabytes.  glibc would give them back to the system after each query, and take
 * them page by page for the next, which can cost as much as all the rest: it keeps no more than twice the largest block that was freed
 * so far (mallopt(3), M_MMAP_THRESHOLD).  A session frees one of the largest sooner or later; this one does at once.
 */
static void
keep_freed_memory(void)
{
	pfree(MemoryContextAlloc(TopMemoryContext, LARGEST_BLOCK));
}

/* Define the extension's settings, follow what the executor does, and plan from rollups. */
void
_PG_init(void)
{
	keep_freed_memory();
	define_settings();
	rollup_follow_executor(live_fact_is_trigger);
	rewrite_init();
	past_estimate_init();
}
