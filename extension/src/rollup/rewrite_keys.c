/*
 * rewrite_keys.c
 *		Expressions over a table's columns as expressions over a rollup's keys.
 *
 * Each expression of the chain is first written over the table's columns, as the rollup's keys
 * are (match_flatten); whatever is equal to a key then becomes a column of the sums
 * (match_replace).  A column of the table that is left over means that the rollup cannot answer.
 */
#include "postgres.h"
#include "compat.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "rollup/rewrite_match.h"

static Node *replace_mutator(Node *node, Place *place);

/* It does not match. */
void
match_refuse(Match *match, const char *reason)
{
	if (match->reason == NULL)
		match->reason = reason;
}

/* It does not match for want of a key or a sum. */
void
match_refuse_without(Match *match, const char *reason, Node *missing)
{
	if (match->reason == NULL)
		match->missing = missing;
	match_refuse(match, reason);
}

/* ---------------------------------------------------------------- what an expression names */

/* Has an expression a reference to a FROM item? */
typedef struct Refers
{
	int			rti;
	int			sublevels;
	bool		other;			/* to anything but that item */
} Refers;

static bool
refers_walker(Node *node, Refers *refers)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) && (int) ((Var *) node)->varlevelsup == refers->sublevels)
		return ((int) ((Var *) node)->varno == refers->rti) != refers->other;
	if (IsA(node, Query))
	{
		bool		result;

		refers->sublevels++;
		result = query_tree_walker((Query *) node, refers_walker, refers, 0);
		refers->sublevels--;
		return result;
	}
	return expression_tree_walker(node, refers_walker, refers);
}

bool
refers_to(Node *node, int rti)
{
	Refers		refers = {rti, 0, false};

	return refers_walker(node, &refers);
}

/* Does another FROM item refer to it? */
bool
entry_refers_to(RangeTblEntry *rte, int rti)
{
	Refers		refers = {rti, 0, false};

	return range_table_entry_walker(rte, refers_walker, &refers, 0);
}

bool
refers_to_others(Node *node, int rti)
{
	Refers		refers = {rti, 0, true};

	return refers_walker(node, &refers);
}

/* Note the functions that an expression calls: they are called no more. */
static bool
note_function(Oid function, void *context)
{
	Match	   *match = context;

	match->functions = list_append_unique_oid(match->functions, function);
	return false;
}

bool
match_note_functions(Node *node, void *context)
{
	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, note_function, context);
	return expression_tree_walker(node, match_note_functions, context);
}

/* Is an expression NULL when all columns are? */
bool
is_null_of_nulls(Node *expression)
{
	return contain_var_clause(expression) && !contain_nonstrict_functions(expression);
}

/* Holds an expression anything but the table's columns and constants?  For holds_others(). */
static bool
holds_others_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return ((Var *) node)->varno != BASE_VARNO || ((Var *) node)->varlevelsup != 0;
	if (IsA(node, Param) || IsA(node, Aggref) || IsA(node, GroupingFunc) || IsA(node, WindowFunc) || IsA(node, SubLink) || IsA(node, Query))
		return true;
	return expression_tree_walker(node, holds_others_walker, context);
}

bool
holds_others(Node *node)
{
	return holds_others_walker(node, NULL);
}

/* Could a rollup have an expression as a key?  Conditions had better be asked of their parts. */
static bool
is_possible_key(Node *node)
{
	switch (nodeTag(node))
	{
		case T_FuncExpr:
		case T_OpExpr:
		case T_CaseExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullIfExpr:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_SubscriptingRef:
			return exprType(node) != BOOLOID && !holds_others(node) && !contain_mutable_functions(node) &&
				!expression_returns_set(node);
		default:
			return false;
	}
}

/* ---------------------------------------------------------------- over the table's columns */

/* An expression over the table's columns, in place of those of the chain. */
static Node *
flatten_mutator(Node *node, Place *place)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
	{
		Node	   *result;

		place->sublevels++;
		result = (Node *) query_tree_mutator((Query *) node, flatten_mutator, place, 0);
		place->sublevels--;
		return result;
	}
	if (IsA(node, Var) && (int) ((Var *) node)->varno == place->link->rti && (int) ((Var *) node)->varlevelsup == place->sublevels)
	{
		Var		   *var = (Var *) node;
		Column	   *column;
		Node	   *flat;

		if (var->varattno <= 0)
		{
			match_refuse(place->match, "a whole row or a system column of the table is read");
			return (Node *) copyObject(var);
		}
		if (place->link->columns == NULL && place->match->own)
			return match_own_column(place, var);
		if (place->link->columns == NULL)
			return (Node *) makeVar(BASE_VARNO, var->varattno, var->vartype, var->vartypmod, var->varcollid, place->sublevels);
		column = &place->link->columns[var->varattno - 1];
		if (column->flat == NULL)
		{
			if (!column->kept)
				match_refuse(place->match, "a column of a view joins the table's columns with others'");
			return (Node *) copyObject(var);
		}
		flat = copyObject(column->flat);
		if (place->nulling != NULL && (refers_to_others(flat, BASE_VARNO) || !is_null_of_nulls(flat)))
			match_refuse(place->match, "an outer join makes NULL of what is not");
		if (place->sublevels > 0)
			IncrementVarSublevelsUp(flat, place->sublevels, 0);
		return flat;
	}
	return expression_tree_mutator(node, flatten_mutator, place);
}

/* Join columns have been resolved. */
Node *
match_flatten(Match *match, Link *link, Node *node, Relids nulling)
{
	Place		place = {match, link, 0, nulling};

	return flatten_mutator(node, &place);
}

/* ---------------------------------------------------------------- over keys and sums */

/* A stored column as a column of the chain's query. */
Var *
match_stored(Place *place, int number)
{
	const RollupDefinition *def = place->match->known->def;
	Var		   *result;

	place->match->used = bms_add_member(place->match->used, number);
	if (number <= def->nkeys)
		result = makeVar(place->link->rti, place->link->before + number, def->keys[number - 1].type, def->keys[number - 1].typmod,
						 def->keys[number - 1].collation, place->sublevels);
	else
		result = makeVar(place->link->rti, place->link->before + number, def->columns[number - 1 - def->nkeys].type, -1, InvalidOid,
						 place->sublevels);
	set_nulling(result, place->nulling);
	return result;
}

/* Is an expression over the table's columns what stands at a place: as deep, and NULL where an outer join makes the columns NULL? */
bool
is_at_place(Place *place, Node *expression, Node *node)
{
	if (place->nulling != NULL && !is_null_of_nulls(expression))
		return false;
	if (place->sublevels > 0)
	{
		expression = copyObject(expression);
		IncrementVarSublevelsUp(expression, place->sublevels, 0);
	}
	return equal(expression, node);
}

/* The number of the key that equals an expression; -1 if none does. */
static int
find_key(Place *place, Node *node)
{
	const KnownRollup *known = place->match->known;
	int			i;

	for (i = 0; i < known->def->nkeys; i++)
	{
		Node	   *key = known->def->keys[i].expr;

		if (known->fit[i] && nodeTag(key) == nodeTag(node) && !IsA(key, Const) && is_at_place(place, key, node))
			return i;
	}
	return -1;
}

/* Keys and sums in place of the table's columns. */
static Node *
replace_mutator(Node *node, Place *place)
{
	Match	   *match = place->match;
	Node	   *derived = NULL;
	int			key;

	if (node == NULL)
		return NULL;
	if (match->reason != NULL)
		return node;
	if (IsA(node, Query))
	{
		Node	   *result;

		place->sublevels++;
		result = (Node *) query_tree_mutator((Query *) node, replace_mutator, place, 0);
		place->sublevels--;
		return result;
	}
	if (IsA(node, Aggref) && (int) ((Aggref *) node)->agglevelsup == place->sublevels)
	{
		if (place->sublevels == 0)
			return match_aggregate(place, (Aggref *) node);
		match_refuse(match, "a subquery holds an aggregate of the level");
		return node;
	}
	key = find_key(place, node);
	if (key >= 0)
	{
		(void) match_note_functions(node, match);
		return (Node *) match_stored(place, KEY_PLACE(key));
	}
	if (IsA(node, FuncExpr))
		derived = time_function(place, (FuncExpr *) node);
	else if (IsA(node, OpExpr))
		derived = time_comparison(place, (OpExpr *) node);
	if (derived != NULL)
	{
		(void) match_note_functions(node, match);
		return derived;
	}
	if (IsA(node, Var) && ((Var *) node)->varno == OWN_VARNO && (int) ((Var *) node)->varlevelsup == place->sublevels)
	{
		match_refuse(match, "a value of the rollup is read other than in a sum");
		return node;
	}
	if (IsA(node, Var) && ((Var *) node)->varno == BASE_VARNO && (int) ((Var *) node)->varlevelsup == place->sublevels)
	{
		Var		   *column = copyObject((Var *) node);

		column->varlevelsup = 0;
		match_refuse_without(match, psprintf("column \"%s\" is neither a key of it nor summed",
									   get_attname(match->known->rollup.source, column->varattno, false)), (Node *) column);
		return node;
	}
	derived = expression_tree_mutator(node, replace_mutator, place);
	/* the largest expression that lacks a key is the fewest groups */
	if (match->missing != NULL && !IsA(match->missing, Aggref) && place->sublevels == 0 && is_possible_key(node))
		match->missing = node;
	return derived;
}

/* An expression over keys and sums; the match is refused if it is none. */
Node *
match_replace(Match *match, Link *link, Node *flat, Relids nulling)
{
	Place		place = {match, link, 0, nulling};

	return replace_mutator(flat, &place);
}

/* Are conditions, or an argument, over keys?  Tries without refusing the match. */
Node *
match_try(Place *place, Node *flat)
{
	Match	   *match = place->match;
	const char *before = match->reason;
	Node	   *result;

	match->reason = NULL;
	result = match_replace(match, place->link, flat, place->nulling);
	if (match->reason != NULL)
		result = NULL;
	match->reason = before;
	match->missing = NULL;
	return result;
}
