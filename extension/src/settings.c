/*
 * settings.c
 *		The extension's settings.
 */
#include "postgres.h"
#include "compat.h"

#include <limits.h>

#include "utils/guc.h"

#include "settings.h"

char	   *setting_known_at = NULL;
int			setting_publish_timeout = 30000;
int			setting_fold_threshold = 500;
int			setting_rewrite = REWRITE_ON;
int			setting_unreachable = UNREACHABLE_ERROR;

/* What emgov.rewrite can be set to; those that a boolean can be set to as well. */
static const struct config_enum_entry rewrite_options[] = {
	{"off", REWRITE_OFF, false},
	{"on", REWRITE_ON, false},
	{"force", REWRITE_FORCE, false},
	{"false", REWRITE_OFF, true},
	{"true", REWRITE_ON, true},
	{"no", REWRITE_OFF, true},
	{"yes", REWRITE_ON, true},
	{"0", REWRITE_OFF, true},
	{"1", REWRITE_ON, true},
	{NULL, 0, false}
};

static const struct config_enum_entry unreachable_options[] = {
	{"error", UNREACHABLE_ERROR, false},
	{"missing", UNREACHABLE_MISSING, false},
	{NULL, 0, false}
};

/* Define all settings, and refuse any other of the extension's prefix. */
void
define_settings(void)
{
	DefineCustomStringVariable(SETTING_KNOWN_AT,
							   "The moment from which what is written now is known.",
							   "For the owner of a kept table, who enters what was known earlier. Empty: the moment of writing.",
							   &setting_known_at, "", PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(SETTING_PUBLISH_TIMEOUT,
							"How long publishing waits for the transactions that are writing to the ledger.",
							"Publishing stops nobody meanwhile. 0 does not wait.",
							&setting_publish_timeout, 30000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable(SETTING_FOLD_THRESHOLD,
							"About how many deltas of a rollup wait before a writer folds them.",
							"A writer folds at most 1000 at once: above that emgov.fold_rollup() should do the rest. 0 leaves all folding to it.",
							&setting_fold_threshold, 500, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable(SETTING_REWRITE,
							 "Lets the planner answer queries over a table from its rollups.",
							 "Where a rollup holds the answer exactly and that is cheaper; force does not ask what is cheaper.",
							 &setting_rewrite, REWRITE_ON, rewrite_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable(SETTING_UNREACHABLE,
							 "What figures are when a server that has the records of some areas cannot be reached.",
							 "An error; or those of the other areas, with the areas that are missing.",
							 &setting_unreachable, UNREACHABLE_ERROR, unreachable_options, PGC_USERSET, 0, NULL, NULL, NULL);
	reserve_setting_prefix("emgov");
}
