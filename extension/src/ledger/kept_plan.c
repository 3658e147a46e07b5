/*
 * kept_plan.c
 *		Plans of queries that come again and again, kept by the session.
 *
 * A scan of a source is a long query, and to plan it costs more than to run it over a small
 * table.  So a session keeps the plans, by the query's text, the types of its parameters and who
 * asks; the server itself plans one again when something that it depends on has changed.
 *
 * Over a large table it is the other way round: a plan made for this very period is worth its
 * planning.  What the server thinks that the plan for any period costs decides, and not
 * plan_cache_mode.  A query without parameters has one plan, and so has one that reads functions
 * only, such as the parts of a rollup.
 *
 * A plan for any parameters takes an array for ten elements.  So what is asked for by a long array is
 * planned for that array, and of several queries the one that costs the least for it is run.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/rls.h"
#if PG_VERSION_NUM >= 160000
#include "parser/parse_relation.h"
#endif

#include "ledger/kept_plan.h"

/* How many plans a session keeps. */
#define MAX_PLANS	256

/* From this cost on, a query is planned for its parameters each time. */
#define LARGE_COST	1000.0

/* An array of more elements than this is a long one. */
#define MANY_ELEMENTS	50

typedef struct KeptPlan
{
	uint32		hash;
	Oid			user;
	char	   *query;
	SPIPlanPtr	any;			/* for any parameters */
	SPIPlanPtr	these;			/* planned each time; NULL until needed */
	uint64		used;			/* when last */
	int			running;
} KeptPlan;

static KeptPlan *plans[MAX_PLANS];
static int	nplans = 0;
static uint64 uses = 0;

static SPIPlanPtr
prepare(const char *query, int nargs, const Oid *types, int options)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query, nargs, (Oid *) types, options | CURSOR_OPT_PARALLEL_OK);

	if (plan == NULL)
		elog(ERROR, "a query could not be prepared: %s", SPI_result_code_string(SPI_result));
	return plan;
}

static void
forget(int n)
{
	KeptPlan   *plan = plans[n];

	plans[n] = plans[--nplans];
	SPI_freeplan(plan->any);
	if (plan->these)
		SPI_freeplan(plan->these);
	pfree(plan->query);
	pfree(plan);
}

/* Has a plan parameters of these types? */
static bool
takes(SPIPlanPtr plan, int nargs, const Oid *types)
{
	if (SPI_getargcount(plan) != nargs)
		return false;
	for (int i = 0; i < nargs; i++)
		if (SPI_getargtypeid(plan, i) != types[i])
			return false;
	return true;
}

static pg_noinline KeptPlan *
find(const char *query, int nargs, const Oid *types)
{
	uint32		hash = hash_bytes((const unsigned char *) query, strlen(query));
	KeptPlan   *plan;
	SPIPlanPtr	any;
	int			oldest = -1;

	for (int i = 0; i < nplans; i++)
		if (plans[i]->hash == hash && plans[i]->user == GetUserId() && strcmp(plans[i]->query, query) == 0 && takes(plans[i]->any, nargs, types))
			return plans[i];

	any = prepare(query, nargs, types, CURSOR_OPT_GENERIC_PLAN);
	if (nplans == MAX_PLANS)
	{
		for (int i = 0; i < nplans; i++)
			if (plans[i]->running == 0 && (oldest < 0 || plans[i]->used < plans[oldest]->used))
				oldest = i;
		if (oldest < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("more than %d queries whose plans are kept run within one another", MAX_PLANS)));
		forget(oldest);
	}
	plan = MemoryContextAllocZero(TopMemoryContext, sizeof(KeptPlan));
	plan->query = MemoryContextStrdup(TopMemoryContext, query);
	plan->hash = hash;
	plan->user = GetUserId();
	SPI_keepplan(any);
	plan->any = any;
	plans[nplans++] = plan;
	return plan;
}

/* The first relation of a plan of which a policy hides rows; NULL when there is none. */
static char *
hidden_relation(PlannedStmt *statement)
{
	ListCell   *cell;

	foreach(cell, statement->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

		if (entry->rtekind == RTE_RELATION &&
			check_enable_rls(entry->relid, checked_as(statement, entry), true) == RLS_ENABLED)
			return quote_qualified_identifier(get_namespace_name(get_rel_namespace(entry->relid)), get_rel_name(entry->relid));
	}
	return NULL;
}

/* Does a plan read a table at all? */
static bool
reads_tables(PlannedStmt *statement)
{
	ListCell   *cell;

	foreach(cell, statement->rtable)
		if (lfirst_node(RangeTblEntry, cell)->rtekind == RTE_RELATION)
			return true;
	return false;
}

static ParamListInfo
parameters(int n, const Oid *types, const Datum *values, const bool *nulls)
{
	ParamListInfo list = makeParamList(n);

	for (int i = 0; i < n; i++)
		list->params[i] = (ParamExternData) {values[i], nulls[i], PARAM_FLAG_CONST, types[i]};
	return list;
}

/* Until AtEOXact_GUC(true, level), a plan that is made for its parameters is made so, whatever plan_cache_mode says. */
static int
begin_planning(bool for_these)
{
	int			level = NewGUCNestLevel();

	if (for_these && plan_cache_mode != PLAN_CACHE_MODE_AUTO)
		(void) set_config_option("plan_cache_mode", "auto", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* What is planned each time, made if need be. */
static SPIPlanPtr
plan_for_these(KeptPlan *plan, int nargs, const Oid *types)
{
	if (plan->these == NULL)
	{
		SPIPlanPtr	these = prepare(plan->query, nargs, types, CURSOR_OPT_CUSTOM_PLAN);

		SPI_keepplan(these);
		plan->these = these;
	}
	return plan->these;
}

/* The plan for any parameters, made if need be; whoever asks releases it. */
static CachedPlan *
plan_for_any(KeptPlan *plan, PlannedStmt **statement)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan->any);

	if (cached != NULL && list_length(cached->stmt_list) == 1)
	{
		*statement = linitial_node(PlannedStmt, cached->stmt_list);
		if ((*statement)->commandType == CMD_SELECT)
			return cached;
	}
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("what is run by a kept plan is one query")));
	return NULL;				/* not reached */
}

/* Look at the plan, and run it. */
static char *
run_plan(KeptPlan *plan, bool as_seen, bool for_these, const Oid *types, SPIExecuteOptions *options)
{
	PlannedStmt *statement;
	CachedPlan *cached = plan_for_any(plan, &statement);
	char	   *hidden = as_seen ? NULL : hidden_relation(statement);
	int			level;

	for_these |= options->params != NULL && statement->planTree->total_cost >= LARGE_COST && reads_tables(statement);
	ReleaseCachedPlan(cached, CurrentResourceOwner);
	if (hidden != NULL)
		return hidden;
	level = begin_planning(for_these);
	if (SPI_execute_plan_extended(for_these ? plan_for_these(plan, options->params->numParams, types) : plan->any, options) != SPI_OK_SELECT)
		elog(ERROR, "a query gave no rows");
	AtEOXact_GUC(true, level);
	return NULL;
}

static char *
find_and_run(const char *query, bool as_seen, bool for_these, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver)
{
	KeptPlan   *const plan = find(query, nargs, types);
	SPIExecuteOptions options = {.params = nargs == 0 ? NULL : parameters(nargs, types, values, nulls), .read_only = true, .dest = receiver};
	char	   *volatile hidden = NULL;

	plan->used = ++uses;
	plan->running++;
	PG_TRY();
	{
		hidden = run_plan(plan, as_seen, for_these, types, &options);
	}
	PG_FINALLY();
	{
		plan->running--;
	}
	PG_END_TRY();
	return hidden;
}

char *
run_kept(const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver)
{
	return find_and_run(query, false, false, nargs, types, values, nulls, receiver);
}

void
run_kept_as_seen(const char *query, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver)
{
	(void) find_and_run(query, true, false, nargs, types, values, nulls, receiver);
}

/* What the server thinks that a query costs, for these parameters; NULL: for any. */
static Cost
kept_cost(const char *query, int nargs, const Oid *types, ParamListInfo these)
{
	KeptPlan   *const plan = find(query, nargs, types);
	volatile Cost cost = 0;

	plan->used = ++uses;
	plan->running++;			/* what is folded while it is planned may need others */
	PG_TRY();
	{
		PlannedStmt *statement;
		CachedPlan *cached = plan_for_any(plan, &statement);

		cost = statement->planTree->total_cost;
		ReleaseCachedPlan(cached, CurrentResourceOwner);
		if (these != NULL)
		{
			int			level = begin_planning(true);

			cached = GetCachedPlan(linitial(SPI_plan_get_plan_sources(plan_for_these(plan, nargs, types))), these, CurrentResourceOwner, NULL);
			cost = linitial_node(PlannedStmt, cached->stmt_list)->planTree->total_cost;
			ReleaseCachedPlan(cached, CurrentResourceOwner);
			AtEOXact_GUC(true, level);
		}
	}
	PG_FINALLY();
	{
		plan->running--;
	}
	PG_END_TRY();
	return cost;
}

/* Is a parameter a long array? */
static bool
has_long_array(int nargs, const Oid *types, const Datum *values, const bool *nulls)
{
	for (int i = 0; i < nargs; i++)
		if (!nulls[i] && OidIsValid(get_element_type(types[i])))
		{
			ArrayType  *array = DatumGetArrayTypeP(values[i]);

			if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) > MANY_ELEMENTS)
				return true;
		}
	return false;
}

void
run_cheapest(int nqueries, char *const *queries, int nargs, const Oid *types, const Datum *values, const bool *nulls, DestReceiver *receiver)
{
	const bool	for_these = has_long_array(nargs, types, values, nulls);
	ParamListInfo these = for_these ? parameters(nargs, types, values, nulls) : NULL;
	const char *best = queries[0];
	Cost		least = nqueries > 1 ? kept_cost(best, nargs, types, these) : 0;

	for (int i = 1; i < nqueries; i++)
	{
		Cost		cost = kept_cost(queries[i], nargs, types, these);

		if (cost < least)
		{
			least = cost;
			best = queries[i];
		}
	}
	(void) find_and_run(best, true, for_these, nargs, types, values, nulls, receiver);
}
