/*
 * rewrite_match.c
 *		Which rollup answers which level of a query, and how.
 *
 * A copy of the chain of queries from the level to the table (rewrite_chain.c) is made over the
 * rollup's sums instead.  The queries of the chain give all keys and sums on to the level, behind
 * what columns they have.  Other tables that they join stay.  On the side of an outer join that is
 * filled up with NULLs there must be one row for each group that is there, and what is computed of
 * it must be NULL of NULLs.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "rollup/rewrite_match.h"

/* What join columns stand for is read no more: what stood for the table's columns is gone. */
static void
forget_join_columns(Link *link)
{
	ListCell   *cell;

	foreach(cell, link->query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);
		ListCell   *column;

		if (rte->rtekind != RTE_JOIN)
			continue;
		foreach(column, rte->joinaliasvars)
			if (lfirst(column) != NULL && refers_to(lfirst(column), link->rti))
			{
				Node	   *old = lfirst(column);

				lfirst(column) = makeNullConst(exprType(old), exprTypmod(old), exprCollation(old));
			}
	}
}

/* Do other FROM items of a query depend on the one of interest? */
static bool
others_depend(const Link *link)
{
	ListCell   *cell;

	foreach(cell, link->query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind == RTE_JOIN || rte_is_group(rte) || foreach_current_index(cell) + 1 == link->rti)
			continue;
		if (entry_refers_to(rte, link->rti))
			return true;
	}
	return false;
}

/* An expression of a query as the one above has it: columns of other FROM items are shown to it. */
typedef struct Show
{
	Match	   *match;
	Link	   *link;
	int			above;			/* what the query is called there */
} Show;

static Node *
show_mutator(Node *node, Show *show)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && ((Var *) node)->varlevelsup == 0 && ((Var *) node)->varno != BASE_VARNO &&
		((Var *) node)->varno != OWN_VARNO)
	{
		Var		   *var = (Var *) node;
		int			number = 1;
		ListCell   *cell;

		foreach(cell, show->link->shown)
		{
			if (equal(lfirst(cell), var))
				break;
			number++;
		}
		if (cell == NULL)
			show->link->shown = lappend(show->link->shown, copyObject(var));
		return (Node *) makeVar(show->above, list_length(show->link->query->targetList) + PLACES(show->match->known) + number,
								var->vartype, var->vartypmod, var->varcollid, 0);
	}
	return expression_tree_mutator(node, show_mutator, show);
}

/*
 * A query of the chain below the level, FROM item `above` there: its columns, behind which it
 * now gives the keys and sums.  The columns as the query above may use them are returned.
 */
static Column *
pass_on(Match *match, Link *link, int above)
{
	const RollupDefinition *def = match->known->def;
	Query	   *query = link->query;
	Column	   *columns = palloc0(sizeof(Column) * (list_length(query->targetList) + 1));
	Place		place = {match, link, 0, NULL};
	ListCell   *cell;
	int			i;

	foreach(cell, query->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);
		Column	   *column = &columns[tle->resno - 1];
		Node	   *flat = match_flatten(match, link, (Node *) tle->expr, NULL);

		if (match->reason != NULL)
		{
			/* of no use, unless somebody asks for it */
			match->reason = NULL;
			match->missing = NULL;
			flat = NULL;
		}
		else if (!refers_to(flat, BASE_VARNO) && !refers_to(flat, OWN_VARNO) && !refers_to(flat, link->rti))
		{
			column->kept = true;
			continue;
		}
		else if (!contain_subplans(flat))
		{
			Show		show = {match, link, above};

			column->flat = refers_to_others(flat, BASE_VARNO) ? show_mutator(flat, &show) : flat;
		}
		else
		{
			Node	   *kept = match_try(&place, flat);

			if (kept != NULL)
			{
				if (!safe_for_dead_groups(kept))
					match->live = true;
				tle->expr = (Expr *) kept;
				column->kept = true;
				continue;
			}
		}
		tle->expr = (Expr *) makeNullConst(exprType((Node *) tle->expr), exprTypmod((Node *) tle->expr), exprCollation((Node *) tle->expr));
	}
	for (i = 1; i <= PLACES(match->known); i++)
	{
		Bitmapset  *used = match->used;

		match->used = bms_copy(used);
		query->targetList = lappend(query->targetList,
									makeTargetEntry((Expr *) match_stored(&place, i), list_length(query->targetList) + 1,
													pstrdup(i <= def->nkeys ? def->keys[i - 1].name : def->columns[i - 1 - def->nkeys].name), false));
		match->used = used;
	}
	foreach(cell, link->shown)
		query->targetList = lappend(query->targetList,
									makeTargetEntry(lfirst(cell), list_length(query->targetList) + 1,
													psprintf("o%d", foreach_current_index(cell) + 1), false));
	return columns;
}

/* The names of the stored columns, behind others. */
static List *
add_names(const KnownRollup *known, List *names)
{
	int			i;

	for (i = 0; i < known->def->nkeys; i++)
		names = lappend(names, makeString(pstrdup(known->def->keys[i].name)));
	for (i = 0; i < known->def->ncolumns; i++)
		names = lappend(names, makeString(pstrdup(known->def->columns[i].name)));
	return names;
}

/* The names of what is shown of other FROM items, behind others. */
static List *
add_shown(const Link *link, List *names)
{
	for (int i = 1; i <= list_length(link->shown); i++)
		names = lappend(names, makeString(psprintf("o%d", i)));
	return names;
}

/* The expressions that a level groups by, or that DISTINCT goes by. */
static List *
grouping_of(Query *level)
{
	List	   *result = list_copy(group_expressions(level));
	List	   *clauses = level->groupClause ? level->groupClause : level->hasAggs ? NIL : level->distinctClause;
	ListCell   *cell;

	if (result == NIL)
		foreach(cell, clauses)
			result = lappend(result, get_sortgroupclause_tle(lfirst(cell), level->targetList)->expr);
	return result;
}

/* They must not be computed of dead groups if they can fail. */
static void
check_grouping(Match *match, Query *level)
{
	ListCell   *cell;

	foreach(cell, grouping_of(level))
		if (!safe_for_dead_groups(lfirst(cell)))
			match->live = true;
}

/* And of equal ones it must not matter which is shown: does it not? */
static bool
have_images(Match *match, Link *link)
{
	ListCell   *cell;

	foreach(cell, grouping_of(link->query))
		if (!image_of_expression(match_flatten(match, link, copyObject(lfirst(cell)), link->nulling)))
			return false;
	return true;
}

/*
 * HAVING: groups that are there, and of these what the query asks for.  What can fail or
 * looks at sums must not be asked of the others.
 */
static void
require_rows(Match *match, Link *link)
{
	Query	   *level = link->query;
	Place		place = {match, link, 0, NULL};
	Expr	   *rows = make_not_zero(match_value_sum(&place, 0, NULL));
	List	   *asked = conjuncts(level->havingQual);
	List	   *plain = NIL;
	List	   *others = NIL;
	ListCell   *cell;

	foreach(cell, asked)
		if (!contain_aggs_of_level(lfirst(cell), 0) && safe_for_dead_groups(lfirst(cell)))
			plain = lappend(plain, lfirst(cell));
		else
			others = lappend(others, lfirst(cell));
	if (others == NIL)
		plain = lappend(plain, rows);
	else
	{
		CaseExpr   *having = makeNode(CaseExpr);
		CaseWhen   *when = makeNode(CaseWhen);

		when->expr = rows;
		when->result = (Expr *) conjunction(others);
		when->location = -1;
		having->casetype = BOOLOID;
		having->args = list_make1(when);
		having->defresult = (Expr *) makeBoolConst(false, false);
		having->location = -1;
		plain = lappend(plain, having);
	}
	level->havingQual = conjunction(plain);
	level->hasAggs = true;
}

/* An expression of a level over keys and sums. */
static Node *
replaced(Match *match, Link *link, Node *node)
{
	return match_replace(match, link, match_flatten(match, link, node, link->nulling), link->nulling);
}

static void
replace_column(Match *match, Link *link, TargetEntry *tle)
{
	Oid			type = exprType((Node *) tle->expr);

	tle->expr = (Expr *) replaced(match, link, (Node *) tle->expr);
	if (match->reason == NULL && exprType((Node *) tle->expr) != type)
		match_refuse(match, "a column would be of another type");
}

/* The level's own expressions: what it groups by first, wherever that stands, so that what is lacking is found in one order. */
static void
replace_level(Match *match, Link *link)
{
	Query	   *level = link->query;
	bool		images = have_images(match, link);
	Bitmapset  *done = NULL;
	ListCell   *cell;

	foreach(cell, group_expressions(level))
		lfirst(cell) = replaced(match, link, lfirst(cell));
	foreach(cell, level->groupClause)
	{
		TargetEntry *tle = get_sortgroupclause_tle(lfirst(cell), level->targetList);

		if (bms_is_member(tle->resno, done))
			continue;
		replace_column(match, link, tle);
		done = bms_add_member(done, tle->resno);
	}
	foreach(cell, level->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);

		if (!bms_is_member(tle->resno, done))
			replace_column(match, link, tle);
	}
	level->havingQual = replaced(match, link, level->havingQual);
	if (match->reason == NULL)
		check_grouping(match, level);
	if (!images)
		match_refuse(match, "equal values that it would group by can look different");
}

/* Put the sums in place of the table. */
static void
put_sums(Match *match)
{
	Link	   *last = &match->links[match->length - 1];
	RangeTblEntry *rte = rt_fetch(last->rti, last->query->rtable);
	const char *name = rte->eref->aliasname;
	RangeTblEntry *sums;
	int			i;

	if (match->live)
	{
		IncrementVarSublevelsUp((Node *) match->quals, 1, 1);
		sums = subquery_entry(groups_query(match->known, match->used, match->quals), name);
	}
	else
	{
		FromExpr   *from = last->query->jointree;

		ChangeVarNodes((Node *) match->quals, 1, last->rti, 0);
		from->quals = conjunction(list_concat(conjuncts(from->quals), match->quals));
		sums = subquery_entry(sums_query(match->known), name);
	}
	sums->eref->colnames = add_names(match->known, NIL);
	sums->security_barrier = match->live;
	sums->inFromCl = rte->inFromCl;
	lfirst(list_nth_cell(last->query->rtable, last->rti - 1)) = sums;
	for (i = 0; i < match->length - 1; i++)
	{
		rte = rt_fetch(match->links[i].rti, match->links[i].query->rtable);
		rte->eref->colnames = add_shown(&match->links[i + 1], add_names(match->known, rte->eref->colnames));
		if (rte->alias != NULL && rte->alias->colnames != NIL)
			rte->alias->colnames = add_shown(&match->links[i + 1], add_names(match->known, rte->alias->colnames));
	}
}

/*
 * A copy of a level that reads a rollup's sums instead of the table, or the rollup's own view,
 * behind FROM item `rti`; NULL, and the reason, if there is none that gives the same rows.  Then
 * also what the rollup lacks, unless that is NULL: an expression that is no key, an aggregate
 * that is not summed.
 */
Answer *
match_rollup(Query *level, int rti, const KnownRollup *known, const char **reason, Node **missing)
{
	Match		match = {.known = known};
	Match		called = {.known = known};
	bool		grouped = level->hasAggs || level->groupClause != NIL || level->groupingSets != NIL;
	bool		own = get_rel_relkind(match_source(level, rti)) == RELKIND_VIEW;
	Answer	   *answer;
	int			i;

	match.own = own;
	if (missing != NULL)
		*missing = NULL;
	*reason = known->imagined ? NULL : own ? known->fault : known_owner_fault(known);
	if (*reason != NULL)
		return NULL;
	Assert(known->def != NULL);
	level = copyObject(level);
	(void) chain_find(level, rti, match.links, &match.length, 0);
	if (own && match.links[0].nulling != NULL)
		match_refuse(&match, "an outer join makes NULL of what is not");
	/* its one row is there even where the table is empty */
	if (own && !known->def->grouped)
		match_refuse(&match, "it is one row");
	if (own)
		(void) query_tree_walker(level, match_note_functions, &called, QTW_IGNORE_RT_SUBQUERIES | QTW_IGNORE_CTE_SUBQUERIES);
	for (i = 0; i < match.length; i++)
		if (!resolve_joins(match.links[i].query))
			match_refuse(&match, "a row of a join is read that an outer join may make NULL");
	for (i = 0; i < match.length - 1 && match.reason == NULL; i++)
		drop_unread(match.links[i].query, match.links[i].rti);
	for (i = match.length - 1; i >= 0 && match.reason == NULL; i--)
	{
		Link	   *link = &match.links[i];
		Relids		nulling = NULL;

		if (i < match.length - 1)
		{
			link->before = list_length(link[1].query->targetList);
			link->columns = pass_on(&match, &link[1], link->rti);
		}
		if (others_depend(link))
			match_refuse(&match, "another FROM item depends on the table");
		(void) match_jointree(&match, link, (Node *) link->query->jointree, &nulling);
	}
	if (match.reason == NULL && !own && known->where != NIL && !predicate_implied_by(known->where, match.clauses, false))
		match_refuse(&match, "its condition does not follow from the query's");
	/* each group once, and only those that are there */
	if (!grouped || level->groupingSets != NIL || match.links[0].nulling != NULL)
		match.live = true;
	if (match.reason == NULL)
		replace_level(&match, &match.links[0]);
	if (match.reason == NULL && grouped && level->groupClause != NIL && !match.live)
		require_rows(&match, &match.links[0]);
	*reason = match.reason;
	if (missing != NULL)
		*missing = match.missing;
	if (match.reason != NULL)
		return NULL;
	for (i = 0; i < match.length; i++)
		forget_join_columns(&match.links[i]);
	if (!known->imagined)
		put_sums(&match);
	answer = palloc0(sizeof(Answer));
	answer->known = known;
	answer->query = level;
	/* what a key was made by is no concern of whoever asks the rollup itself */
	answer->functions = own ? called.functions : match.functions;
	answer->own = own;
	return answer;
}
