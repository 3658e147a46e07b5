/*
 * rewrite.c
 *		The planner answers from rollups: its hooks, and the levels of a query.
 *
 * The hook of the planner looks at each level of a query, the innermost first.  A level that
 * counts, and reads a table with rollups, becomes a choice (rewrite_plan.c).  The server
 * makes an append of it; the hook of the paths puts the deciding node there.
 *
 * Nothing is rewritten below a statement that changes rows it finds: the server may run a
 * part of its plan again for a row that another has changed meanwhile.
 */
#include "postgres.h"
#include "compat.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planner.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "rollup/rewrite.h"
#include "settings.h"

#define MAX_ANSWERS		3		/* alternatives that are planned for a level */

/* A level that became a choice: a node that its FROM item carries, and every copy of that. */
typedef struct Choice
{
	ExtensibleNode node;
	List	   *answers;		/* of Answer */
} Choice;

/* Levels around the one at hand. */
typedef struct Level
{
	struct Level *above;
	Query	   *query;
	Oid			view;			/* whose body it is; InvalidOid if of none */
} Level;

static bool chosen = false;		/* has a level become a choice, in the planning at hand? */
static planner_hook_type next_planner = NULL;
static set_rel_pathlist_hook_type next_pathlist = NULL;

static int	depth = 0;			/* of plannings within one another */
static int	reporting = 0;		/* at which depth notes are taken; 0: at none */
static bool brief = false;		/* they are for EXPLAIN: nothing is planned otherwise for them */

List	   *rewrite_report = NIL;

static bool rewrite_query(Query *query, Level *above, Oid view);

/*
 * From here on take notes of the next planning, not of what is planned for functions that it
 * calls: for emgov.rollup_for() (NOTES_FULL), for EXPLAIN (NOTES_BRIEF), or as before.
 */
int
rewrite_take_notes(int when)
{
	int			before = reporting * 2 + brief;

	reporting = when < 0 ? depth + 1 : when / 2;
	brief = when < 0 ? when == NOTES_BRIEF : when % 2 == 1;
	return before;
}

/* Are notes taken of the planning at hand? */
static bool
noting(void)
{
	return reporting > 0 && reporting == depth;
}

/* And are they for emgov.rollup_for()? */
bool
rewrite_reporting(void)
{
	return noting() && !brief;
}

/* ---------------------------------------------------------------- one level */

/* Tell emgov.rollup_for() of a level; of one that a rollup answers again when it is known whether it is used. */
static LevelReport *
report(Oid source, Oid rollup, const char *reason, const Answer *answer)
{
	LevelReport *line = palloc0(sizeof(LevelReport));

	line->source = source;
	line->rollup = rollup;
	line->reason = reason;
	line->answer = answer;
	rewrite_report = lappend(rewrite_report, line);
	return line;
}

/* Which of several answers was taken; NULL for none. */
static void
report_choice(const List *answers, const Answer *taken)
{
	ListCell   *cell;

	foreach(cell, rewrite_report)
	{
		LevelReport *line = lfirst(cell);

		if (line->answer != NULL && line->answer != taken && list_member_ptr(answers, line->answer))
			line->reason = taken ? "another is cheaper to read" : "the table is cheaper to read";
	}
}

/* The rollup that would answer a level that none does; `before` notes were taken before it. */
static void
report_proposal(Query *level, int before)
{
	Oid			source;
	const char *why = NULL;
	char	   *proposal = propose_rollup(level, &source, &why);
	LevelReport *line = list_length(rewrite_report) > before ? llast(rewrite_report) :
		report(source, InvalidOid, "there is no rollup over it", NULL);

	line->proposal = proposal;
	if (proposal == NULL)
		line->reason = psprintf("%s; and none would answer: %s", line->reason, why);
}

/* Does a query read what a recursion around it has come to?  `above`: how many queries lie between. */
static bool
is_recursive_walker(Node *node, int *above)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
		return ((RangeTblEntry *) node)->rtekind == RTE_CTE && ((RangeTblEntry *) node)->self_reference &&
			(int) ((RangeTblEntry *) node)->ctelevelsup > *above;
	if (IsA(node, Query))
	{
		bool		result;

		++*above;
		result = query_tree_walker((Query *) node, is_recursive_walker, above, QTW_EXAMINE_RTES_BEFORE);
		--*above;
		return result;
	}
	return expression_tree_walker(node, is_recursive_walker, above);
}

static bool
is_in_recursion(Query *query)
{
	int			above = -1;

	return is_recursive_walker((Node *) query, &above);
}

/* Why a level is not looked at; NULL if it is. */
static const char *
unfit(Query *level)
{
	if (level->hasTargetSRFs)
		return "it returns several rows from one";
	if (level->setOperations != NULL || level->hasForUpdate || level->hasModifyingCTE)
		return "it is no plain query";
	if (!level->hasAggs && level->groupClause == NIL && level->groupingSets == NIL && level->hasWindowFuncs)
		return "its window functions read single rows";
	if (is_in_recursion(level))
		return "it is recursive";
	if (contain_volatile_functions((Node *) level))
		return "it holds a volatile function";
	return NULL;
}

/* Do groups count in a level: would it be the same if each of its rows came once? */
static bool
counts(const Query *level)
{
	return level->hasAggs || level->groupClause != NIL || level->groupingSets != NIL || level->distinctClause != NIL;
}

/* Is a level the body of a rollup's own query view, which computes anew? */
static bool
is_query_view(const Level *level, Oid source)
{
	ListCell   *cell;

	if (OidIsValid(level->view) && known_has_query_view(source, level->view))
		return true;
	/* until 15 the body names the view itself */
	foreach(cell, level->query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind == RTE_RELATION && rte->relkind == RELKIND_VIEW && known_has_query_view(source, rte->relid))
			return true;
	}
	return false;
}

/* The pages of a table that is none of partitions. */
double
rewrite_pages(Oid relid)
{
	Relation	rel = RelationIdGetRelation(relid);
	double		result = 0;

	if (RelationIsValid(rel))
	{
		result = RelationGetNumberOfBlocks(rel);
		RelationClose(rel);
	}
	return result;
}

/* Is a table so small that to plan for its rollup would cost more than reading it, or the rollup no smaller? */
static bool
is_small(const Rollup *rollup)
{
	double		size;

	if (setting_rewrite != REWRITE_ON || rewrite_reporting() || get_rel_relkind(rollup->source) != RELKIND_RELATION)
		return false;
	size = rewrite_pages(rollup->source);
	return size < 8 || size <= rewrite_pages(rollup->total) + rewrite_pages(rollup->delta);
}

/*
 * The rollups over a table whose tables are locked, as the parser locks what a query names;
 * those that somebody else holds are left out.  A list of KnownRollup that hold while the
 * locks do; NIL where what is known changes again and again meanwhile.
 */
static List *
lock_rollups(Oid source)
{
	ListCell   *cell;

	for (int turn = 0; turn < 10; turn++)
	{
		List	   *known = known_rollups(source);
		List	   *result = NIL;

		CHECK_FOR_INTERRUPTS();
		foreach(cell, known)
		{
			KnownRollup *rollup = lfirst(cell);

			if (rollup->fault != NULL ||
				(ConditionalLockRelationOid(rollup->rollup.total, AccessShareLock) &&
				 ConditionalLockRelationOid(rollup->rollup.delta, AccessShareLock)))
				result = lappend(result, rollup);
		}
		if (known_holds(source))
			return result;
	}
	return NIL;
}

static int
by_size(const ListCell *a, const ListCell *b)
{
	double		x = ((Answer *) lfirst(a))->size;
	double		y = ((Answer *) lfirst(b))->size;

	return x < y ? -1 : x > y;
}

/* Queries of WITH that a level reads once become subqueries of it, as the server makes them later. */
static void
inline_with(Query *query)
{
	ListCell   *cell;
	ListCell   *with;

	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind != RTE_CTE || rte->ctelevelsup != 0 || rte->self_reference)
			continue;
		foreach(with, query->cteList)
		{
			CommonTableExpr *cte = lfirst_node(CommonTableExpr, with);
			Query	   *body = (Query *) cte->ctequery;

			if (strcmp(cte->ctename, rte->ctename) != 0 || cte->ctematerialized != CTEMaterializeDefault || cte->cterefcount != 1 ||
				cte->cterecursive || !IsA(body, Query) || body->commandType != CMD_SELECT || body->rowMarks != NIL ||
				contain_volatile_functions((Node *) body) || is_in_recursion(body))
				continue;
			rte->rtekind = RTE_SUBQUERY;
			rte->subquery = copyObject(body);
			rte->security_barrier = false;
			rte->ctename = NULL;
			rte->coltypes = rte->coltypmods = rte->colcollations = NIL;
			cte->cterefcount = 0;
			break;
		}
	}
}

/* All answers to a level, those that read least first. */
static List *
find_answers(Level *level)
{
	Query	   *query = level->query;
	const char *why = NULL;
	bool		asked = false;
	List	   *answers = NIL;
	int			before = list_length(rewrite_report);
	Oid			last = InvalidOid;
	bool		own = false;
	int			rti;
	ListCell   *cell;

	for (rti = 1; rti <= list_length(query->rtable); rti++)
	{
		Oid			source = match_source(query, rti);
		List	   *known;

		if (!OidIsValid(source))
			continue;
		last = source;
		if (!asked)
			why = unfit(query);
		asked = true;
		if (why == NULL && is_query_view(level, source))
			why = "it is the query of a rollup, which computes anew";
		own = get_rel_relkind(source) == RELKIND_VIEW;
		/* the tables behind a rollup's own view are locked with it */
		known = own ? list_make1(known_rollup_of_view(source)) : lock_rollups(source);
		foreach(cell, known)
		{
			const KnownRollup *rollup = lfirst(cell);
			const char *reason = why;
			Answer	   *answer;

			if (why == NULL && rollup->fault == NULL && !own && is_small(&rollup->rollup))
			{
				if (noting())
					report(source, rollup->rollup.view, "the table is no larger", NULL)->level = before;
				continue;
			}
			answer = why ? NULL : match_rollup(query, rti, rollup, &reason, NULL);

			if (noting())
				report(source, rollup->rollup.view, reason, answer)->level = before;
			if (answer != NULL)
			{
				answer->size = rewrite_pages(rollup->rollup.total) + rewrite_pages(rollup->rollup.delta);
				answers = lappend(answers, answer);
			}
		}
	}
	if (rewrite_reporting() && answers == NIL && asked && !own)
	{
		if (why == NULL)
			report_proposal(query, before);
		else if (list_length(rewrite_report) == before)
			(void) report(last, InvalidOid, why, NULL);
	}
	list_sort(answers, by_size);
	foreach(cell, rewrite_report)
	{
		LevelReport *line = lfirst(cell);

		for (int i = MAX_ANSWERS; i < list_length(answers); i++)
			if (line->answer == list_nth(answers, i))
				line->reason = "others are smaller";
	}
	return list_truncate(answers, MAX_ANSWERS);
}

/* ---------------------------------------------------------------- the choice */

/* The answers are no part of the tree: a copy of the node has the same. */
static void
copy_choice(ExtensibleNode *to, const ExtensibleNode *from)
{
	((Choice *) to)->answers = ((const Choice *) from)->answers;
}

static bool
equal_choice(const ExtensibleNode *a, const ExtensibleNode *b)
{
	return ((const Choice *) a)->answers == ((const Choice *) b)->answers;
}

/* It is in no tree that anybody keeps. */
static void
out_choice(StringInfo text pg_attribute_unused(), const ExtensibleNode *node pg_attribute_unused())
{
}

static void
read_choice(ExtensibleNode *node pg_attribute_unused())
{
}

static const ExtensibleNodeMethods choice_methods = {
	.extnodename = "emgov choice",
	.node_size = sizeof(Choice),
	.nodeCopy = copy_choice,
	.nodeEqual = equal_choice,
	.nodeOut = out_choice,
	.nodeRead = read_choice,
};

/* A choice between answers and a level. */
static Node *
make_choice(List *answers)
{
	Choice	   *choice = (Choice *) newNode(sizeof(Choice), T_ExtensibleNode);

	choice->node.extnodename = choice_methods.extnodename;
	choice->answers = answers;
	return (Node *) choice;
}

/* The choice that a FROM item is; NULL if it is none. */
static Choice *
choice_of(const RangeTblEntry *rte)
{
	Node	   *mark = rte->rtekind == RTE_SUBQUERY && rte->inh && rte->functions != NIL ? linitial(rte->functions) : NULL;

	return mark != NULL && IsA(mark, ExtensibleNode) &&
		GetExtensibleNodeMethods(((ExtensibleNode *) mark)->extnodename, true) == &choice_methods ? (Choice *) mark : NULL;
}

/* Queries of WITH around a level that it reads are now read once more by each answer. */
typedef struct Reads
{
	Level	   *level;
	int			sublevels;
	int			times;
} Reads;

static bool
reads_walker(Node *node, Reads *reads)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		if (rte->rtekind == RTE_CTE && (int) rte->ctelevelsup > reads->sublevels)
		{
			Level	   *level = reads->level;
			int			up = (int) rte->ctelevelsup - reads->sublevels;
			ListCell   *cell;

			for (; up > 0 && level != NULL; up--)
				level = level->above;
			if (level != NULL)
				foreach(cell, level->query->cteList)
					if (strcmp(((CommonTableExpr *) lfirst(cell))->ctename, rte->ctename) == 0)
						((CommonTableExpr *) lfirst(cell))->cterefcount += reads->times;
		}
		return false;
	}
	if (IsA(node, Query))
	{
		reads->sublevels++;
		(void) query_tree_walker((Query *) node, reads_walker, reads, QTW_EXAMINE_RTES_BEFORE);
		reads->sublevels--;
		return false;
	}
	return expression_tree_walker(node, reads_walker, reads);
}

/* Make a level a choice, if rollups answer it. */
static void
rewrite_level(Level *level)
{
	List	   *answers;
	Reads		reads = {level, 0, 0};

	if (level->query->cteList != NIL)
		inline_with(level->query);
	answers = find_answers(level);
	if (answers == NIL)
		return;
	reads.times = list_length(answers);
	(void) query_tree_walker(level->query, reads_walker, &reads, QTW_EXAMINE_RTES_BEFORE);
	chosen = true;
	choice_query(level->query, answers, make_choice(answers));
}

/* ---------------------------------------------------------------- all levels */

/* Subqueries in expressions. */
static bool
sublinks_walker(Node *node, Level *level)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink))
	{
		SubLink    *link = (SubLink *) node;

		if (IsA(link->subselect, Query))
			(void) rewrite_query((Query *) link->subselect, level, InvalidOid);
		return sublinks_walker(link->testexpr, level);
	}
	if (IsA(node, Query))
		return false;
	return expression_tree_walker(node, sublinks_walker, level);
}

/* Rewrite a query and all below it. */
static bool
rewrite_query(Query *query, Level *above, Oid view)
{
	Level		level = {above, query, view};
	ListCell   *cell;

	if (query->rowMarks != NIL ||
		!(query->commandType == CMD_SELECT || (query->commandType == CMD_INSERT && query->onConflict == NULL)))
		return false;
	check_stack_depth();
	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (IsA(cte->ctequery, Query))
			(void) rewrite_query((Query *) cte->ctequery, &level, InvalidOid);
	}
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (rte->rtekind == RTE_SUBQUERY)
			(void) rewrite_query(rte->subquery, &level, rte_view(rte));
	}
	if (query->hasSubLinks)
		(void) query_tree_walker(query, sublinks_walker, &level, QTW_IGNORE_RT_SUBQUERIES | QTW_IGNORE_CTE_SUBQUERIES);
	if (query->commandType == CMD_SELECT && counts(query))
		rewrite_level(&level);
	return true;
}

/* For planner_hook. */
static PlannedStmt *
rewrite_planner(Query *query, const char *text, int options, ParamListInfo params)
{
	bool		before = chosen;
	volatile bool rewritten = false;
	PlannedStmt *result;

	chosen = false;
	depth++;
	PG_TRY();
	{
		if ((setting_rewrite != REWRITE_OFF || rewrite_reporting()) && !query->hasModifyingCTE && !IsParallelWorker() && IsTransactionState())
			(void) rewrite_query(query, NULL, InvalidOid);
		result = next_planner ? next_planner(query, text, options, params) : standard_planner(query, text, options, params);
	}
	PG_FINALLY();
	{
		depth--;
		rewritten = chosen;
		chosen = before;
	}
	PG_END_TRY();
	/* what EXPLAIN ANALYZE then runs may be planned at this depth, too, in memory that is gone before the notes are read */
	if (brief && reporting == depth + 1)
		reporting = 0;
	if (rewritten)
		drop_unasked_rights(result);
	return result;
}

/* ---------------------------------------------------------------- paths */

/* For set_rel_pathlist_hook: the deciding node in place of the append. */
static void
rewrite_pathlist(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	Choice	   *choice = chosen ? choice_of(rte) : NULL;
	List	   *sides = NIL;
	Path	   *table;
	Path	   *best = NULL;
	Answer	   *answer = NULL;
	ListCell   *cell;

	if (next_pathlist != NULL)
		next_pathlist(root, rel, rti, rte);
	if (choice == NULL || IS_DUMMY_REL(rel))
		return;
	foreach(cell, root->append_rel_list)
	{
		AppendRelInfo *info = lfirst_node(AppendRelInfo, cell);

		if (info->parent_relid == rti)
			sides = lappend(sides, root->simple_rel_array[info->child_relid]->cheapest_total_path);
	}
	if (list_length(sides) != list_length(choice->answers) + 1)
		elog(ERROR, "a choice of a rollup has %d sides, not %d", list_length(sides), list_length(choice->answers) + 1);
	table = llast(sides);
	foreach(cell, choice->answers)
	{
		Path	   *side = list_nth(sides, foreach_current_index(cell));

		if (best == NULL || side->total_cost < best->total_cost)
		{
			best = side;
			answer = lfirst(cell);
		}
	}
	if (noting())
		report_choice(choice->answers, setting_rewrite == REWRITE_FORCE || best->total_cost < table->total_cost ? answer : NULL);
	rel->pathlist = NIL;
	rel->partial_pathlist = NIL;
	rel->rows = best->rows;
	if (setting_rewrite == REWRITE_FORCE || best->total_cost < table->total_cost)
		add_path(rel, choice_path(rel, answer, best, table));
	else
		add_path(rel, (Path *) create_append_path(root, rel, list_make1(table), NIL, NIL, PATH_REQ_OUTER(table), 0, false, -1));
}

/* When the library is loaded. */
void
rewrite_init(void)
{
	RegisterExtensibleNodeMethods(&choice_methods);
	known_init();
	choice_init();
	writers_init();
	not_used_init();
	next_planner = planner_hook;
	planner_hook = rewrite_planner;
	next_pathlist = set_rel_pathlist_hook;
	set_rel_pathlist_hook = rewrite_pathlist;
}
