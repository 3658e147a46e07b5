/*
 * rewrite_chain.c
 *		From a level of a query to the table that it reads.
 *
 * A level reads the table itself, or through views and plain subqueries: a chain of queries,
 * the level first, each with one FROM item of interest, the last of which is the table.  It
 * may end at a rollup's own view instead.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"

#include "rollup/rewrite_match.h"

/*
 * Does FROM item `rti` stand in a join tree?  The joins that may put NULLs in place of its
 * rows are added; false, with `full`, if there is one that fills up both sides.
 */
static bool
find_item(Node *node, int rti, Relids *nulling, bool *full)
{
	ListCell   *cell;
	bool		left;
	bool		right;
	JoinExpr   *join;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == rti;
	if (IsA(node, FromExpr))
	{
		bool		found = false;

		foreach(cell, ((FromExpr *) node)->fromlist)
			found |= find_item(lfirst(cell), rti, nulling, full);
		return found;
	}
	join = castNode(JoinExpr, node);
	left = find_item(join->larg, rti, nulling, full);
	right = find_item(join->rarg, rti, nulling, full);
	*full |= join->jointype == JOIN_FULL;
	if ((left && join->jointype == JOIN_RIGHT) || (right && join->jointype == JOIN_LEFT))
		*nulling = bms_add_member(*nulling, join->rtindex);
	return left || right;
}

/* Is a query a plain one, of which each row is one of its FROM items joined? */
static bool
is_plain(const Query *query)
{
	return query->commandType == CMD_SELECT && query->utilityStmt == NULL && !query->hasAggs && query->groupClause == NIL &&
		query->groupingSets == NIL && query->havingQual == NULL && query->distinctClause == NIL && query->setOperations == NULL &&
		!query->hasWindowFuncs && !query->hasTargetSRFs && !query->hasModifyingCTE && query->rowMarks == NIL &&
		query->limitCount == NULL && query->limitOffset == NULL && query->sortClause == NIL && query->jointree != NULL;
}

/* Does a query read rows that row-level security filters, anywhere? */
static bool
is_secured_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
		return ((RangeTblEntry *) node)->securityQuals != NIL;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, is_secured_walker, context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, is_secured_walker, context);
}

/* The rollup's own view that a subquery is the body of; InvalidOid if it is none. */
static Oid
own_view(RangeTblEntry *rte)
{
	Query	   *query = rte->subquery;
	Oid			view = rte_view(rte);

	if (!query->hasAggs || query->havingQual == NULL)
		return InvalidOid;
	/* until 15 the body names the view itself */
	if (!OidIsValid(view) && query->rtable != NIL && linitial_node(RangeTblEntry, query->rtable)->rtekind == RTE_RELATION &&
		linitial_node(RangeTblEntry, query->rtable)->relkind == RELKIND_VIEW)
		view = linitial_node(RangeTblEntry, query->rtable)->relid;
	return OidIsValid(view) && known_rollup_of_view(view) != NULL && !is_secured_walker((Node *) query, NULL) ? view : InvalidOid;
}

/* The table that a FROM item reads, itself or through plain queries; or the rollup's own view; the chain to it.  InvalidOid if there is none with rollups. */
Oid
chain_find(Query *query, int rti, Link *links, int *length, int depth)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	Relids		nulling = NULL;
	bool		full = false;
	Oid			own;
	int			i;

	if (depth >= MAX_CHAIN || !(rte->rtekind == RTE_RELATION || rte->rtekind == RTE_SUBQUERY) || rte->lateral)
		return InvalidOid;
	own = rte->rtekind == RTE_SUBQUERY ? own_view(rte) : InvalidOid;
	if (rte->rtekind == RTE_SUBQUERY && !OidIsValid(own) && !is_plain(rte->subquery))
		return InvalidOid;
	if (rte->rtekind == RTE_RELATION &&
		((rte->relkind != RELKIND_RELATION && rte->relkind != RELKIND_PARTITIONED_TABLE) || !rte->inh ||
		 rte->tablesample != NULL || rte->securityQuals != NIL || (known_rollups(rte->relid) == NIL && !rewrite_reporting())))
		return InvalidOid;
	if (!find_item((Node *) query->jointree, rti, &nulling, &full) || full || (nulling != NULL && depth > 0))
		return InvalidOid;
	links[depth].query = query;
	links[depth].rti = rti;
	links[depth].nulling = nulling;
	*length = depth + 1;
	if (rte->rtekind == RTE_RELATION)
		return rte->relid;
	if (OidIsValid(own))
		return own;
	for (i = 1; i <= list_length(rte->subquery->rtable); i++)
	{
		Oid			source = chain_find(rte->subquery, i, links, length, depth + 1);

		if (OidIsValid(source))
			return source;
	}
	return InvalidOid;
}

/* The table with rollups, or the rollup's own view, that a FROM item of a level reads; InvalidOid if it reads none. */
Oid
match_source(Query *level, int rti)
{
	Link		links[MAX_CHAIN];
	int			length = 0;

	return chain_find(level, rti, links, &length, 0);
}
