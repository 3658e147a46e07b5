/*
 * rewrite_not_used.c
 *		EXPLAIN says why a rollup was not used.
 *
 * Of a level that reads a rollup the plan names it.  Of one that counts a table with rollups
 * and reads none of them, a line below the plan says why, a line a rollup.  Other forms than
 * text have their plan only: whoever reads them counts on that.
 */
#include "postgres.h"
#include "compat.h"

#include EXPLAIN_FORMAT_HEADER
#include EXPLAIN_STATE_HEADER
#include "commands/explain.h"
#include "utils/lsyscache.h"

#include "rollup/rewrite.h"

static ExplainOneQuery_hook_type next_explain = NULL;

/* Does a rollup answer the level that a line is of? */
static bool
is_answered(List *notes, const LevelReport *of)
{
	ListCell   *cell;

	foreach(cell, notes)
	{
		const LevelReport *line = lfirst(cell);

		if (line->level == of->level && line->reason == NULL)
			return true;
	}
	return false;
}

/* For ExplainOneQuery_hook. */
static void
explain_not_used(Query *query, int options, IntoClause *into, struct ExplainState *es, const char *text,
				 ParamListInfo params, QueryEnvironment *environment)
{
	List	   *before_notes = rewrite_report;
	int			before = rewrite_take_notes(NOTES_BRIEF);
	List	   *volatile notes = NIL;
	ListCell   *cell;

	rewrite_report = NIL;
	PG_TRY();
	{
		if (next_explain != NULL)
			next_explain(query, options, into, es, text, params, environment);
		else
			explain_as_the_server(query, options, into, es, text, params, environment);
		notes = rewrite_report;
	}
	PG_FINALLY();
	{
		(void) rewrite_take_notes(before);
		rewrite_report = before_notes;
	}
	PG_END_TRY();
	if (es->format != EXPLAIN_FORMAT_TEXT)
		return;
	foreach(cell, notes)
	{
		const LevelReport *line = lfirst(cell);
		char	   *name = get_rel_name(line->rollup);

		if (line->reason != NULL && name != NULL && !is_answered(notes, line))
			ExplainPropertyText("Rollup Not Used", psprintf("%s: %s", name, line->reason), es);
	}
}

/* When the library is loaded. */
void
not_used_init(void)
{
	next_explain = ExplainOneQuery_hook;
	ExplainOneQuery_hook = explain_not_used;
}
