/*
 * rewrite_quals.c
 *		Conditions: of WHERE and joins, of an aggregate's FILTER.
 *
 * What the rollup's own WHERE implies falls away.  What asks keys only is asked of the sums
 * where they are read; the rest stays where it is.
 */
#include "postgres.h"
#include "compat.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/prep.h"
#include "rewrite/rewriteManip.h"

#include "rollup/rewrite_match.h"

/* The conditions that an expression is the conjunction of. */
List *
conjuncts(Node *node)
{
	List	   *result = NIL;
	ListCell   *cell;

	if (node == NULL)
		return NIL;
	if (!is_andclause(node))
		return list_make1(node);
	foreach(cell, ((BoolExpr *) node)->args)
		result = list_concat(result, conjuncts(lfirst(cell)));
	return result;
}

Node *
conjunction(List *conditions)
{
	return conditions ? (Node *) make_ands_explicit(conditions) : NULL;
}

/* A condition as the server compares it; NIL unless it is one on the table's columns alone. */
static List *
comparable(Node *flat)
{
	if (contain_subplans(flat) || refers_to_others(flat, BASE_VARNO) || contain_agg_clause(flat))
		return NIL;
	return make_ands_implicit(canonicalize_qual((Expr *) eval_const_expressions(NULL, copyObject(flat)), false));
}

/* Is a condition true of all rows that the rollup counts? */
static bool
is_implied(Match *match, Node *flat)
{
	List	   *condition;

	if (match->known->where == NIL || (condition = comparable(flat)) == NIL ||
		!predicate_implied_by(condition, match->known->where, false))
		return false;
	(void) match_note_functions(flat, match);
	return true;
}

/* Does a condition ask nothing but keys, one by one? */
static bool
asks_keys_only(const Link *link, Node *condition)
{
	return !refers_to_others(condition, link->rti) && !contain_subplans(condition) && safe_for_dead_groups(condition);
}

typedef struct Renumber
{
	Link	   *link;
	bool		failed;
} Renumber;

/* A condition on keys, over the columns of the sums themselves. */
static Node *
renumber_mutator(Node *node, Renumber *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && ((Var *) node)->varlevelsup == 0)
	{
		Var		   *var = (Var *) copyObject(node);

		context->failed |= var->varattno <= context->link->before;
		var->varno = 1;
		var->varattno -= context->link->before;
		return (Node *) var;
	}
	return expression_tree_mutator(node, renumber_mutator, context);
}

/*
 * Conditions of a query of the chain; `filters` if they decide which rows of the table there
 * are, `nulling` the outer joins below.
 */
static Node *
replace_quals(Match *match, Link *link, Node *quals, bool filters, Relids nulling)
{
	List	   *result = NIL;
	List	   *all = conjuncts(match_flatten(match, link, quals, nulling));
	ListCell   *cell;

	foreach(cell, all)
	{
		Node	   *flat = lfirst(cell);
		Node	   *condition;

		/* constants are not the table's to be computed: perhaps nobody does */
		if (filters && match->known->where != NIL && refers_to(flat, BASE_VARNO))
		{
			match->clauses = list_concat(match->clauses, comparable(flat));
			if (is_implied(match, flat))
				continue;
		}
		condition = match_replace(match, link, flat, nulling);
		if (match->reason != NULL)
			return quals;
		if (refers_to(condition, link->rti))
		{
			if (filters && asks_keys_only(link, condition))
			{
				Renumber	context = {link, false};
				Node	   *qual = renumber_mutator(condition, &context);

				if (!context.failed)
				{
					/* it will stand as deep as the table */
					IncrementVarSublevelsUp(qual, (int) (&match->links[match->length - 1] - link), 1);
					match->quals = lappend(match->quals, qual);
					continue;
				}
			}
			if (!safe_for_dead_groups(condition))
				match->live = true;
		}
		result = lappend(result, condition);
	}
	return conjunction(result);
}

/*
 * The conditions of a join tree.  Returns whether the FROM item of interest is in it, and the
 * outer joins that may put NULLs in its place.  Conditions below these decide which of its
 * rows there are, but for those of outer joins that keep them all.
 */
bool
match_jointree(Match *match, Link *link, Node *node, Relids *nulling)
{
	ListCell   *cell;
	bool		found = false;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == link->rti;
	if (IsA(node, FromExpr))
	{
		FromExpr   *from = (FromExpr *) node;

		foreach(cell, from->fromlist)
			found |= match_jointree(match, link, lfirst(cell), nulling);
		from->quals = replace_quals(match, link, from->quals, *nulling == NULL, *nulling);
	}
	else
	{
		JoinExpr   *join = castNode(JoinExpr, node);
		bool		left = match_jointree(match, link, join->larg, nulling);
		bool		right = match_jointree(match, link, join->rarg, nulling);

		found = left || right;
		join->quals = replace_quals(match, link, join->quals, join->jointype == JOIN_INNER && *nulling == NULL, *nulling);
		if ((left && join->jointype == JOIN_RIGHT) || (right && join->jointype == JOIN_LEFT))
			*nulling = bms_add_member(*nulling, join->rtindex);
	}
	return found;
}

/* The conditions of an aggregate's FILTER that a stored one's has not; false if that has one more. */
bool
match_filter_rest(Match *match, List *filter, Node *kept, List **rest)
{
	List	   *have = conjuncts(kept);
	ListCell   *cell;

	foreach(cell, have)
		if (!list_member(filter, lfirst(cell)))
			return false;
	*rest = NIL;
	foreach(cell, filter)
		if (!list_member(have, lfirst(cell)) && !is_implied(match, lfirst(cell)))
			*rest = lappend(*rest, lfirst(cell));
	return true;
}

/* A FILTER over keys, none for no conditions; false if it is not one. */
bool
match_filter(Place *place, List *rest, Expr **filter)
{
	Node	   *result;

	*filter = NULL;
	if (rest == NIL)
		return true;
	result = match_try(place, conjunction(rest));
	if (result == NULL)
		return false;
	if (!safe_for_dead_groups(result))
		place->match->live = true;
	*filter = (Expr *) result;
	return true;
}
