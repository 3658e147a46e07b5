/*
 * rewrite_explain.c
 *		emgov.rollup_for(query): which rollup would answer, or why none does.
 *
 * The query is planned as it would be, and not run; the planner's hooks take notes.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "commands/dbcommands.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "rollup/expression.h"
#include "rollup/rewrite.h"

PG_FUNCTION_INFO_V1(rollup_for);

/* ---------------------------------------------------------------- what rollup would do */

typedef struct Proposal
{
	List	   *keys;			/* expressions */
	List	   *sums;			/* aggregates */
	bool		failed;
} Proposal;

/* Columns of the table that stand outside of aggregates are keys. */
static void
add_key(Proposal *proposal, Node *expression)
{
	if (IsA(expression, Const))
		return;
	if (contain_mutable_functions(expression) || contain_subplans(expression))
	{
		ListCell   *cell;
		List	   *columns = contain_subplans(expression) ? NIL : pull_var_clause(expression, 0);

		proposal->failed |= columns == NIL;
		foreach(cell, columns)
			proposal->keys = list_append_unique(proposal->keys, lfirst(cell));
		return;
	}
	proposal->keys = list_append_unique(proposal->keys, expression);
}

static void
add_keys_of(Proposal *proposal, Node *expression)
{
	ListCell   *cell;

	if (expression == NULL)
		return;
	if (contain_subplans(expression))
		proposal->failed = true;
	else
		foreach(cell, pull_var_clause(expression, PVC_RECURSE_AGGREGATES))
			add_key(proposal, lfirst(cell));
}

/* Is an aggregate a least or greatest value? */
static bool
is_extremum(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(function));
	bool		result = HeapTupleIsValid(tuple) && OidIsValid(((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop);

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/* What a rollup keeps for an aggregate: its sum, or its arguments as keys. */
static bool
aggregates_walker(Node *node, Proposal *proposal)
{
	if (node == NULL)
		return false;
	if (IsA(node, Aggref))
	{
		Aggref	   *agg = copyObject((Aggref *) node);
		Oid			sum = InvalidOid;

		add_keys_of(proposal, (Node *) agg->aggfilter);
		agg->aggfilter = NULL;
		switch (agg->aggfnoid)
		{
			case F_AVG_INT2:
				sum = F_SUM_INT2;
				break;
			case F_AVG_INT4:
				sum = F_SUM_INT4;
				break;
			case F_AVG_INT8:
				sum = F_SUM_INT8;
				break;
			case F_AVG_NUMERIC:
				sum = F_SUM_NUMERIC;
				break;
			default:
				break;
		}
		if (OidIsValid(sum))
			agg->aggfnoid = sum;
		if (agg->aggdistinct != NIL || is_extremum(agg->aggfnoid))
			add_keys_of(proposal, (Node *) agg->args);
		else
			proposal->sums = list_append_unique(proposal->sums, agg);
		return false;
	}
	return expression_tree_walker(node, aggregates_walker, proposal);
}

/*
 * The call of create_rollup() for a level over one plain table; NULL if this knows of none.
 * It is a proposal: create_rollup() says what it cannot keep.
 */
static char *
propose(Query *level, Oid source)
{
	Proposal	proposal = {0};
	StringInfoData query;
	List	   *context;
	ListCell   *cell;
	int			n = 0;
	char	   *name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(source)), get_rel_name(source));

	if (list_length(level->jointree->fromlist) != 1 || !IsA(linitial(level->jointree->fromlist), RangeTblRef) ||
		level->hasTargetSRFs || level->hasWindowFuncs || level->setOperations != NULL)
		return NULL;
	level = query_without_group_rte(level);
	/* the first entry is the table: expressions name it so */
	if (((RangeTblRef *) linitial(level->jointree->fromlist))->rtindex != 1 || rt_fetch(1, level->rtable)->rtekind != RTE_RELATION)
		return NULL;
	foreach(cell, level->targetList)
	{
		Node	   *expression = (Node *) lfirst_node(TargetEntry, cell)->expr;

		if (contain_agg_clause(expression))
			(void) aggregates_walker(expression, &proposal);
		else
			add_key(&proposal, expression);
	}
	add_keys_of(&proposal, level->jointree->quals);
	if (level->havingQual != NULL)
		(void) aggregates_walker(having_without_group_rte(level), &proposal);
	if (proposal.failed || contain_volatile_functions((Node *) level))
		return NULL;
	context = deparse_context_for(get_rel_name(source), source);
	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	foreach(cell, proposal.keys)
		appendStringInfo(&query, "%s%s AS k%d", n == 0 ? "" : ", ", deparse_expression(lfirst(cell), context, false, false), n + 1), n++;
	appendStringInfo(&query, "%scount(*) AS n", n == 0 ? "" : ", ");
	foreach(cell, proposal.sums)
		if (((Aggref *) lfirst(cell))->aggfnoid != F_COUNT_)
			appendStringInfo(&query, ", %s AS v%d", deparse_expression(lfirst(cell), context, false, false), foreach_current_index(cell) + 1);
	appendStringInfo(&query, " FROM %s", name);
	for (int i = 1; i <= n; i++)
		appendStringInfo(&query, "%s%d", i == 1 ? " GROUP BY " : ", ", i);
	return psprintf("CALL emgov.create_rollup(%s, %s)",
					quote_literal_cstr(quote_qualified_identifier(get_namespace_name(get_rel_namespace(source)),
																  psprintf("%s_rollup", get_rel_name(source)))),
					quote_literal_cstr(query.data));
}

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
	before = rewrite_take_notes(-1);
	rewrite_report = NIL;
	PG_TRY();
	{
		foreach(cell, QueryRewrite(query))
			if (lfirst_node(Query, cell)->commandType != CMD_UTILITY)
				(void) planner(lfirst(cell), text, CURSOR_OPT_PARALLEL_OK, NULL);
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

/* Say so if other sessions plan without the library until they happen to call it. */
static void
check_preload(void)
{
	static const char *const settings[] = {"session_preload_libraries", "shared_preload_libraries", "local_preload_libraries"};

	for (int i = 0; i < (int) lengthof(settings); i++)
	{
		const char *value = GetConfigOption(settings[i], true, false);

		if (value != NULL && strstr(value, "emgov") != NULL)
			return;
	}
	ereport(NOTICE,
			(errmsg("sessions answer from rollups only when they have loaded emgov"),
			 errhint("ALTER DATABASE %s SET session_preload_libraries = 'emgov' has each session do so from its start.",
					 quote_identifier(get_database_name(MyDatabaseId)))));
}

/*
 * emgov.rollup_for(query text) returns (source regclass, rollup regclass, answers boolean, reason
 * text, proposal text): for each rollup over a table that a level of the query counts, whether it
 * would answer that level, and if not why not; where there is none, the call that makes one.
 * No row for a query that counts nothing. The query is planned, not run.
 */
Datum
rollup_for(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	List	   *notes = notes_on(query);
	MemoryContext old;
	Tuplestorestate *store;
	TupleDesc	desc;
	ListCell   *cell;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) || !(rsinfo->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = CreateTupleDescCopy(desc);
	store = tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult = store;
	rsinfo->setDesc = desc;
	MemoryContextSwitchTo(old);

	check_preload();
	foreach(cell, notes)
	{
		LevelReport *line = lfirst(cell);
		const char *reason = line->reason;
		char	   *proposal;
		Datum		values[5] = {0};
		bool		nulls[5] = {0};

		if (reason == NULL && OidIsValid(line->rollup))
			reason = why_not_now(line->source, line->rollup, GetActiveSnapshot());
		proposal = line->propose ? propose(line->level, line->source) : NULL;
		values[0] = ObjectIdGetDatum(line->source);
		values[1] = ObjectIdGetDatum(line->rollup);
		nulls[1] = !OidIsValid(line->rollup);
		values[2] = BoolGetDatum(reason == NULL);
		nulls[3] = reason == NULL;
		if (reason != NULL)
			values[3] = CStringGetTextDatum(reason);
		nulls[4] = proposal == NULL;
		if (proposal != NULL)
			values[4] = CStringGetTextDatum(proposal);
		tuplestore_putvalues(store, desc, values, nulls);
	}
	return (Datum) 0;
}
