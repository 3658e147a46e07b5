/*
 * rewrite_node.c
 *		The node that decides, once for each execution, between a rollup and the table.
 *
 * What matters can change after a query was planned: which statements are under way, which
 * snapshot reads.  Conditions in the plan would be evaluated twice, once for each side, and
 * for a cursor at different times; so one node has both sides below it and starts one.
 */
#include "postgres.h"
#include "compat.h"

#include EXPLAIN_FORMAT_HEADER
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/makefuncs.h"
#include "optimizer/pathnode.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "rollup/rewrite.h"
#include "settings.h"

/* The node's state. */
typedef struct ChoiceState
{
	CustomScanState scan;
	Oid			source;
	Oid			view;
	List	   *functions;
	const char *not_used;		/* why the table is read; NULL if the rollup is */
} ChoiceState;

/* What is kept in a plan: a list of these lists. */
#define PLAN_RELATIONS(private)		((List *) linitial(private))	/* OIDs: table, view of the rollup */
#define PLAN_FUNCTIONS(private)		((List *) lsecond(private))	/* OIDs; the first is none */
#define PATH_COLUMNS(private)		((List *) lthird(private))	/* of a path only: what both sides give */

/*
 * Why the rollup of a view does not answer a query with this snapshot, now; NULL if it does.
 */
const char *
why_not_now(Oid source, Oid view, Snapshot snapshot)
{
	KnownRollup *known;
	ListCell   *cell;

	if (setting_rewrite == REWRITE_OFF)
		return "emgov.rewrite is off";
	/* the rollup's own view says what the rollup says */
	if (!OidIsValid(source))
		return NULL;
	if (is_being_written(source))
		return "a statement is writing the table";
	if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA)
		return "session_replication_role is replica";
	known = known_rollup(source, view);
	if (known == NULL)
		return "there is no such rollup any more";
	if (known_owner_fault(known) != NULL)
		return known_owner_fault(known);
	if (snapshot == NULL || !IsMVCCSnapshot(snapshot))
		return "the snapshot is of no statement's";
	if (!rollup_row_is_visible(false, &known->rollup.place, snapshot))
		return "the snapshot is older than the rollup";
	foreach(cell, known->changes)
		if (!rollup_row_is_visible(true, lfirst(cell), snapshot))
			return "the snapshot is older than a change of the rollup as a whole";
	return NULL;
}

/* ---------------------------------------------------------------- execution */

/* The functions that the rollup has called before must still be the user's to call. */
static void
check_functions(const ChoiceState *state)
{
	ListCell   *cell;

	foreach(cell, state->functions)
		if (OidIsValid(lfirst_oid(cell)) && function_aclcheck(lfirst_oid(cell), GetUserId()) != ACLCHECK_OK)
			aclcheck_error(ACLCHECK_NO_PRIV, get_func_prokind(lfirst_oid(cell)) == 'a' ? OBJECT_AGGREGATE : OBJECT_FUNCTION,
						   get_func_name(lfirst_oid(cell)));
}

/* Decide, and start one side. */
static void
choice_begin(CustomScanState *node, EState *estate, int eflags)
{
	ChoiceState *state = (ChoiceState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	PlanState  *chosen;

	state->not_used = why_not_now(state->source, state->view, estate->es_snapshot);
	if (state->not_used == NULL)
		check_functions(state);
	chosen = ExecInitNode(state->not_used ? lsecond(plan->custom_plans) : linitial(plan->custom_plans), estate, eflags);
	node->custom_ps = list_make1(chosen);
	/* rows come in whatever form the chosen side has */
	node->ss.ps.resultopsset = true;
	node->ss.ps.resultopsfixed = false;
}

static TupleTableSlot *
choice_exec(CustomScanState *node)
{
	TupleTableSlot *slot = ExecProcNode(linitial(node->custom_ps));
	ExprContext *context = node->ss.ps.ps_ExprContext;

	if (node->ss.ps.ps_ProjInfo == NULL || TupIsNull(slot))
		return slot;
	/* until 14 the server takes every such node for one that computes columns */
	ResetExprContext(context);
	context->ecxt_scantuple = ExecCopySlot(node->ss.ss_ScanTupleSlot, slot);
	return ExecProject(node->ss.ps.ps_ProjInfo);
}

static void
choice_end(CustomScanState *node)
{
	ExecEndNode(linitial(node->custom_ps));
}

static void
choice_rescan(CustomScanState *node)
{
	PlanState  *chosen = linitial(node->custom_ps);

	if (node->ss.ps.chgParam != NULL)
		UpdateChangedParamSet(chosen, node->ss.ps.chgParam);
	if (chosen->chgParam == NULL)
		ExecReScan(chosen);
}

static void
choice_explain(CustomScanState *node, List *ancestors pg_attribute_unused(), ExplainState *es)
{
	ChoiceState *state = (ChoiceState *) node;
	char	   *name = get_rel_name(state->view);

	ExplainPropertyText("Rollup", name ? name : "dropped", es);
	if (state->not_used != NULL)
		ExplainPropertyText("Not Used", state->not_used, es);
}

static const CustomExecMethods execution = {
	.CustomName = "Rollup",
	.BeginCustomScan = choice_begin,
	.ExecCustomScan = choice_exec,
	.EndCustomScan = choice_end,
	.ReScanCustomScan = choice_rescan,
	.ExplainCustomScan = choice_explain,
};

static Node *
choice_state(CustomScan *plan)
{
	ChoiceState *state = (ChoiceState *) newNode(sizeof(ChoiceState), T_CustomScanState);

	state->scan.methods = &execution;
	state->source = linitial_oid(PLAN_RELATIONS(plan->custom_private));
	state->view = lsecond_oid(PLAN_RELATIONS(plan->custom_private));
	state->functions = PLAN_FUNCTIONS(plan->custom_private);
	return (Node *) state;
}

static const CustomScanMethods scan = {
	.CustomName = "Rollup",
	.CreateCustomScanState = choice_state,
};

/* ---------------------------------------------------------------- planning */

/* A plan of the path; conditions are asked by the two sides. */
static Plan *
choice_plan(PlannerInfo *root pg_attribute_unused(), RelOptInfo *rel pg_attribute_unused(), CustomPath *path, List *tlist,
			List *clauses pg_attribute_unused(), List *plans)
{
	CustomScan *plan = makeNode(CustomScan);
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, PATH_COLUMNS(path->custom_private))
		columns = lappend(columns, makeTargetEntry(copyObject(lfirst(cell)), list_length(columns) + 1, NULL, false));
	plan->scan.plan.targetlist = tlist;
	plan->scan.scanrelid = 0;
	plan->flags = path->flags;
	plan->custom_plans = plans;
	plan->custom_private = list_make2(PLAN_RELATIONS(path->custom_private), PLAN_FUNCTIONS(path->custom_private));
	plan->custom_scan_tlist = columns;
	plan->methods = &scan;
	return (Plan *) plan;
}

static const CustomPathMethods planning = {
	.CustomName = "Rollup",
	.PlanCustomPath = choice_plan,
};

/* The choice between a path over a rollup and one over the table. */
Path *
choice_path(RelOptInfo *rel, const Answer *answer, Path *from_rollup, Path *from_table)
{
	CustomPath *path = makeNode(CustomPath);

	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	path->path.param_info = get_appendrel_parampathinfo(rel, PATH_REQ_OUTER(from_rollup));
	path->path.rows = from_rollup->rows;
	path->path.startup_cost = from_rollup->startup_cost;
	path->path.total_cost = from_rollup->total_cost;
	path->custom_paths = list_make2(from_rollup, from_table);
	/* a copy of a list of no OIDs would be no list */
	path->custom_private = list_make3(list_make2_oid(answer->own ? InvalidOid : answer->known->rollup.source, answer->known->rollup.view),
									  lcons_oid(InvalidOid, list_copy(answer->functions)), rel->reltarget->exprs);
	path->methods = &planning;
	return (Path *) path;
}

/* When the library is loaded. */
void
choice_init(void)
{
	RegisterCustomScanMethods(&scan);
}
