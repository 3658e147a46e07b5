/*
 * rewrite_explain.c
 *		emgov.rollup_for(query): which rollup would answer, or why none does; and whether
 *		sessions load what has rollups answer.
 *
 * The query is planned as it would be, and not run; the planner's hooks take notes.
 */
#include "postgres.h"
#include "compat.h"

#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "rollup/rewrite.h"
#include "rows.h"

PG_FUNCTION_INFO_V1(rollup_for);
PG_FUNCTION_INFO_V1(rewrite_preloaded);

/* ---------------------------------------------------------------- the function */

/* Plan the one query of a text, taking notes. */
static List *
notes_on(const char *text)
{
	List	   *trees = raw_parser(text, RAW_PARSE_DEFAULT);
	Oid		   *types = NULL;
	int			ntypes = 0;
	Query	   *query;
	ListCell   *cell;
	List	   *volatile result = NIL;
	int			before;
	List	   *notes = rewrite_report;

	if (list_length(trees) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("rollup_for() takes one query, not %d", list_length(trees))));
	query = analyze_any_parameters(linitial_node(RawStmt, trees), text, &types, &ntypes);
	if (query->commandType == CMD_UTILITY)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("rollup_for() takes a query, not a command"),
				 errhint("Give it the query inside of it.")));
	before = rewrite_take_notes(NOTES_FULL);
	rewrite_report = NIL;
	PG_TRY();
	{
		foreach(cell, QueryRewrite(query))
			if (lfirst_node(Query, cell)->commandType != CMD_UTILITY)
			{
				PlannedStmt *plan = planner(lfirst(cell), text, CURSOR_OPT_PARALLEL_OK, NULL);

				/* what is said tells of the tables' contents: of what the caller may read */
				check_plan_rights(plan);
			}
		result = rewrite_report;
	}
	PG_FINALLY();
	{
		(void) rewrite_take_notes(before);
		rewrite_report = notes;
	}
	PG_END_TRY();
	return result;
}

/* Is emgov one of the libraries of such a setting? */
static bool
names_emgov(const char *setting)
{
	const char *value = GetConfigOption(setting, true, false);
	char	   *rest = value ? pstrdup(value) : NULL;
	char	   *item;

	while (rest != NULL && (item = strsep(&rest, ",")) != NULL)
	{
		char	   *slash;

		item += strspn(item, " \t\"");
		item[strcspn(item, " \t\"")] = '\0';
		slash = strrchr(item, '/');
		if (slash != NULL)
			item = slash + 1;
		if (strcmp(item, "emgov") == 0 || strcmp(item, "emgov.so") == 0)
			return true;
	}
	return false;
}

/* Does a session such as this one load the library at its start? */
static bool
is_preloaded(void)
{
	return names_emgov("session_preload_libraries") || names_emgov("shared_preload_libraries") || names_emgov("local_preload_libraries");
}

/* emgov_internal.rewrite_preloaded() returns boolean: do sessions such as this one load emgov at their start? */
Datum
rewrite_preloaded(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(is_preloaded());
}

/* Say so if other sessions plan without the library until they happen to call it. */
static void
check_preload(void)
{
	if (!is_preloaded())
		ereport(NOTICE,
				(errmsg("sessions answer from rollups only when they have loaded emgov"),
				 errhint("ALTER DATABASE %s SET session_preload_libraries = 'emgov' has each session do so from its start.",
						 quote_identifier(get_database_name(MyDatabaseId)))));
}

/*
 * emgov.rollup_for(query text) returns (source regclass, rollup regclass, answers boolean, reason
 * text, proposal text): for each rollup over a table that a level of the query counts, whether it
 * would answer that level, and if not why not; where there is none, the call that makes one.
 * One row without a table for a query that counts nothing. The query is planned, not run.
 */
Datum
rollup_for(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	List	   *notes = notes_on(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	ListCell   *cell;

	check_preload();
	if (notes == NIL)
	{
		LevelReport *line = palloc0(sizeof(LevelReport));

		line->reason = "no SELECT in it counts or groups rows of a table, or not in a way that a rollup could";
		notes = list_make1(line);
	}
	foreach(cell, notes)
	{
		LevelReport *line = lfirst(cell);
		const char *reason = line->reason;
		Datum		values[5] = {0};
		bool		nulls[5] = {0};

		if (reason == NULL && OidIsValid(line->rollup))
			reason = why_not_now(line->source, line->rollup, GetActiveSnapshot());
		values[0] = ObjectIdGetDatum(line->source);
		nulls[0] = !OidIsValid(line->source);
		values[1] = ObjectIdGetDatum(line->rollup);
		nulls[1] = !OidIsValid(line->rollup);
		values[2] = BoolGetDatum(reason == NULL);
		nulls[3] = reason == NULL;
		if (reason != NULL)
			values[3] = CStringGetTextDatum(reason);
		nulls[4] = line->proposal == NULL;
		if (line->proposal != NULL)
			values[4] = CStringGetTextDatum(line->proposal);
		put_row(out, values, nulls);
	}
	return (Datum) 0;
}
