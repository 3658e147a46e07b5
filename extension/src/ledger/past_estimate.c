/*
 * past_estimate.c
 *		What the planner is told of rows as they were known at a moment.
 *
 * The rows of a kept table as of a moment are a UNION ALL of the table and its history, history.sql.
 * Of the columns of such a union the planner knows nothing: it takes a key for one with two hundred
 * values, expects thousands of times as many rows of a join as there are, and looks each of them
 * up by an index, where to hash all would be cheaper.  So it is told what it knows of the
 * table's own columns: at a moment there is one version of a row.
 *
 * This is for estimates only; what comes out depends on none of it.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "nodes/pathnodes.h"
#include "optimizer/plancat.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "ledger/kept.h"
#include "ledger/past_estimate.h"

static get_relation_stats_hook_type next_stats = NULL;

/* The history of a table; InvalidOid of one that is not kept. */
static Oid
history_of(Oid relid)
{
	Relation	relation = RelationIdGetRelation(relid);
	Oid			history = InvalidOid;

	if (RelationIsValid(relation))
	{
		history = kept_history(relation);
		RelationClose(relation);
	}
	return history;
}

/* A column of a kept table of which a column of a union is made, if it is one with the table's history; or NULL. */
static const Var *
kept_column(PlannerInfo *root, const RangeTblEntry *rte, AttrNumber column)
{
	const Var  *found = NULL;
	Oid			tables[2];
	int			n = 0;
	ListCell   *cell;

	foreach(cell, root->append_rel_list)
	{
		const AppendRelInfo *member = lfirst_node(AppendRelInfo, cell);
		const RangeTblEntry *table = root->simple_rte_array[member->child_relid];

		if (root->simple_rte_array[member->parent_relid] != rte)
			continue;
		if (n == lengthof(tables) || table->rtekind != RTE_RELATION || column > list_length(member->translated_vars))
			return NULL;
		if (n == 0)
			found = list_nth(member->translated_vars, column - 1);
		tables[n++] = table->relid;
	}
	return n == lengthof(tables) && IsA(found, Var) && found->varattno > 0 && history_of(tables[0]) == tables[1] ? found : NULL;
}

/* For get_relation_stats_hook. */
static bool
past_stats(PlannerInfo *root, RangeTblEntry *rte, AttrNumber column, VariableStatData *data)
{
	const Var  *var;

	if (rte->rtekind == RTE_SUBQUERY && rte->inh && column > 0 && root->simple_rte_array != NULL &&
		(var = kept_column(root, rte, column)) != NULL)
	{
		RelOptInfo *table = root->simple_rel_array[var->varno];

		data->statsTuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(root->simple_rte_array[var->varno]->relid),
										   Int16GetDatum(var->varattno), BoolGetDatum(false));
		data->freefunc = ReleaseSysCache;
		data->isunique = table != NULL && has_unique_index(table, var->varattno);
		return true;
	}
	return next_stats != NULL && next_stats(root, rte, column, data);
}

void
past_estimate_init(void)
{
	next_stats = get_relation_stats_hook;
	get_relation_stats_hook = past_stats;
}
