/*
 * emgov.c
 *		The module itself: the magic block, and what runs when it is loaded.
 */
#include "postgres.h"
#include "compat.h"

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

extern PGDLLEXPORT void _PG_init(void);

/* Define the extension's settings, follow what the executor does, and plan from rollups. */
void
_PG_init(void)
{
	define_settings();
	rollup_follow_executor(live_fact_is_trigger);
	rewrite_init();
	past_estimate_init();
}
