/*
 * rewrite_match.c
 *		Which rollup answers which level of a query, and how.
 *
 * A level reads the table itself, or through views and plain subqueries: a chain of queries,
 * the level first, each with one FROM item of interest, the last of which is the table.  A
 * copy of the chain is made over the rollup's sums instead.  Each expression in it is first
 * written over the table's columns, as the rollup's keys are (flatten), and whatever is
 * equal to a key becomes a column of the sums (replace).  An aggregate becomes sums of sums.
 * A column of the table that is left over means that the rollup cannot answer.
 *
 * The queries of the chain give all keys and sums on to the level, behind what columns they
 * have.  Other tables that they join stay.  On the side of an outer join that is filled up with
 * NULLs there must be one row for each group that is there, and what is computed of it must be
 * NULL of NULLs.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/prep.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "rollup/rewrite.h"

#define MAX_CHAIN	8

/* What a query of the chain gives the one above it as a column. */
typedef struct Column
{
	Node	   *flat;			/* over the table's columns; NULL if other tables are in it */
	bool		kept;			/* can be had as it is */
} Column;

/* A query of the chain. */
typedef struct Link
{
	Query	   *query;
	int			rti;			/* of the next, or of the table */
	int			before;			/* columns that the next has before the keys and sums */
	Column	   *columns;		/* of the next; NULL if that is the table */
	List	   *shown;			/* of other FROM items, behind the stored columns: what the query above needs for its expressions */
	Relids		nulling;		/* outer joins that may put NULLs in place of its rows; of the level's only */
} Link;

typedef struct Match
{
	const KnownRollup *known;
	int			length;			/* of the chain */
	Link		links[MAX_CHAIN];
	Bitmapset  *used;			/* places of stored columns that are read */
	List	   *clauses;		/* conditions on the table's rows, simplified */
	List	   *quals;			/* conditions on the sums' keys that can be asked of them first */
	List	   *functions;
	bool		live;			/* only groups that are there may be seen */
	bool		own;			/* the query asks the rollup's own view, not its table */
	const char *reason;			/* why it does not match; NULL while it does */
	Node	   *missing;		/* over the table's columns: with this as a key, or as a sum, it might; NULL if nothing would help */
} Match;

/* An expression being rewritten. */
typedef struct Place
{
	Match	   *match;
	Link	   *link;			/* whose expression it is */
	int			sublevels;		/* how far into subqueries of it */
	Relids		nulling;		/* of the link's outer joins, those below the expression */
} Place;

static Node *replace_mutator(Node *node, Place *place);

/* It does not match. */
static void
refuse(Match *match, const char *reason)
{
	if (match->reason == NULL)
		match->reason = reason;
}

/* It does not match for want of a key or a sum. */
static void
refuse_without(Match *match, const char *reason, Node *missing)
{
	if (match->reason == NULL)
		match->missing = missing;
	refuse(match, reason);
}

/* emgov.month_of(date); InvalidOid if there is none. */
Oid
match_month_of(void)
{
	Oid			type = DATEOID;

	return LookupFuncName(list_make2(makeString("emgov"), makeString("month_of")), 1, &type, true);
}

/* ---------------------------------------------------------------- which levels */

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
Oid
match_own_view(RangeTblEntry *rte)
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
static Oid
find_source(Query *query, int rti, Link *links, int *length, int depth)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	Relids		nulling = NULL;
	bool		full = false;
	Oid			own;
	int			i;

	if (depth >= MAX_CHAIN || !(rte->rtekind == RTE_RELATION || rte->rtekind == RTE_SUBQUERY) || rte->lateral)
		return InvalidOid;
	own = rte->rtekind == RTE_SUBQUERY ? match_own_view(rte) : InvalidOid;
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
	if (rte->securityQuals != NIL)
		return InvalidOid;
	if (OidIsValid(own))
		return own;
	for (i = 1; i <= list_length(rte->subquery->rtable); i++)
	{
		Oid			source = find_source(rte->subquery, i, links, length, depth + 1);

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

	return find_source(level, rti, links, &length, 0);
}

/* ---------------------------------------------------------------- expressions */

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

static bool
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

static bool
note_functions_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, note_function, context);
	return expression_tree_walker(node, note_functions_walker, context);
}

/* Is an expression NULL when all columns are? */
static bool
is_null_of_nulls(Node *expression)
{
	return contain_var_clause(expression) && !contain_nonstrict_functions(expression);
}

/* A column of the rollup's own view: a key as it is over the table's columns, or the number of a value. */
static Node *
flatten_own(Place *place, const Var *var)
{
	const RollupDefinition *def = place->match->known->def;
	const RollupOutput *output = &def->outputs[var->varattno - 1];
	Node	   *result;

	if (var->varattno > def->noutputs)
	{
		refuse(place->match, "a column is not the rollup's");
		return (Node *) copyObject(var);
	}
	if (output->key < 0)
		return (Node *) makeVar(OWN_VARNO, output->value + 1, var->vartype, var->vartypmod, var->varcollid, place->sublevels);
	result = copyObject(def->keys[output->key].expr);
	if (exprType(result) != var->vartype)
		refuse(place->match, "a key is shown as another type");
	if (place->sublevels > 0)
		IncrementVarSublevelsUp(result, place->sublevels, 0);
	return result;
}

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
			refuse(place->match, "a whole row or a system column of the table is read");
			return (Node *) copyObject(var);
		}
		if (place->link->columns == NULL && place->match->own)
			return flatten_own(place, var);
		if (place->link->columns == NULL)
			return (Node *) makeVar(BASE_VARNO, var->varattno, var->vartype, var->vartypmod, var->varcollid, place->sublevels);
		column = &place->link->columns[var->varattno - 1];
		if (column->flat == NULL)
		{
			if (!column->kept)
				refuse(place->match, "a column of a view joins the table's columns with others'");
			return (Node *) copyObject(var);
		}
		flat = copyObject(column->flat);
		if (place->nulling != NULL && (refers_to_others(flat, BASE_VARNO) || !is_null_of_nulls(flat)))
			refuse(place->match, "an outer join makes NULL of what is not");
		if (place->sublevels > 0)
			IncrementVarSublevelsUp(flat, place->sublevels, 0);
		return flat;
	}
	return expression_tree_mutator(node, flatten_mutator, place);
}

static Node *
flatten(Match *match, Link *link, Node *node, Relids nulling)
{
	Place		place = {match, link, 0, nulling};

	return flatten_mutator(flatten_joins(link->query, node), &place);
}

/* A stored column as a column of the chain's query. */
static Var *
stored(Place *place, int number)
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

/* The number of the key that equals an expression; -1 if none does. */
static int
find_key(Place *place, Node *node)
{
	const KnownRollup *known = place->match->known;
	int			i;

	for (i = 0; i < known->def->nkeys; i++)
	{
		Node	   *key = known->def->keys[i].expr;

		if (!known->fit[i] || nodeTag(key) != nodeTag(node) || IsA(key, Const) ||
			(place->nulling != NULL && !is_null_of_nulls(key)))
			continue;
		if (place->sublevels > 0)
		{
			key = copyObject(key);
			IncrementVarSublevelsUp(key, place->sublevels, 0);
		}
		if (equal(key, node))
			return i;
	}
	return -1;
}

/* The day of which a key is the first of its month, by whatever function; NULL if it is none. */
static Node *
day_of_month_key(Node *key)
{
	FuncExpr   *call = (FuncExpr *) key;

	if (!IsA(key, FuncExpr))
		return NULL;
	if (call->funcid == match_month_of())
		return linitial(call->args);
	/* date_trunc('month', day::timestamp)::date */
	if (call->funcid != F_DATE_TIMESTAMP || !IsA(linitial(call->args), FuncExpr))
		return NULL;
	call = linitial(call->args);
	if (call->funcid != F_DATE_TRUNC_TEXT_TIMESTAMP || !IsA(linitial(call->args), Const) || ((Const *) linitial(call->args))->constisnull ||
		pg_strcasecmp(TextDatumGetCString(((Const *) linitial(call->args))->constvalue), "month") != 0)
		return NULL;
	call = lsecond(call->args);
	return IsA(call, FuncExpr) && call->funcid == F_TIMESTAMP_DATE ? linitial(call->args) : NULL;
}

/* The number of the key that is the month of a day; -1 if none is. */
static int
find_month_of(Place *place, Node *day)
{
	const KnownRollup *known = place->match->known;
	int			i;

	if (!IsA(day, Var) && !IsA(day, FuncExpr))
		return -1;
	for (i = 0; i < known->def->nkeys; i++)
	{
		Node	   *of = known->fit[i] ? day_of_month_key(known->def->keys[i].expr) : NULL;

		if (of == NULL)
			continue;
		if (place->sublevels > 0)
		{
			of = copyObject(of);
			IncrementVarSublevelsUp(of, place->sublevels, 0);
		}
		if (equal(of, day))
			return i;
	}
	return -1;
}

/* Is the first argument of a call one of a month's, a quarter's or a year's names? */
static bool
is_whole_months(const FuncExpr *call)
{
	static const char *const fields[] = {"month", "quarter", "year", "decade", "century", "millennium"};
	Const	   *field = linitial(call->args);

	if (!IsA(field, Const) || field->constisnull || field->consttype != TEXTOID)
		return false;
	for (int i = 0; i < (int) lengthof(fields); i++)
		if (pg_strcasecmp(TextDatumGetCString(field->constvalue), fields[i]) == 0)
			return true;
	return false;
}

/*
 * A function of a day that is the same of its month's first day, as that of a key:
 * extract(year FROM day), date_trunc('quarter', day), month_of(day).  NULL if it is none.
 */
static Node *
from_month(Place *place, FuncExpr *call)
{
	FuncExpr   *result;
	FuncExpr   *cast;
	int			key;

	switch (call->funcid)
	{
		case F_EXTRACT_TEXT_DATE:
		case F_DATE_PART_TEXT_DATE:
			if (!is_whole_months(call) || (key = find_month_of(place, lsecond(call->args))) < 0)
				return NULL;
			result = copyObject(call);
			lsecond(result->args) = stored(place, KEY_PLACE(key));
			return (Node *) result;
		case F_DATE_TRUNC_TEXT_TIMESTAMP:
		case F_DATE_TRUNC_TEXT_TIMESTAMPTZ:
			cast = lsecond(call->args);
			if (!is_whole_months(call) || !IsA(cast, FuncExpr) ||
				(cast->funcid != F_TIMESTAMP_DATE && cast->funcid != F_TIMESTAMPTZ_DATE) ||
				(key = find_month_of(place, linitial(cast->args))) < 0)
				return NULL;
			result = copyObject(call);
			linitial(((FuncExpr *) lsecond(result->args))->args) = stored(place, KEY_PLACE(key));
			return (Node *) result;
		default:
			if (list_length(call->args) != 1 || call->funcid != match_month_of() ||
				(key = find_month_of(place, linitial(call->args))) < 0)
				return NULL;
			return (Node *) stored(place, KEY_PLACE(key));
	}
}

/*
 * A comparison of a day with the first or last day of a month, as one of a key that is the
 * month of the day.  NULL if it is none.
 */
static Node *
from_month_compared(Place *place, OpExpr *op)
{
	Const	   *bound;
	OpExpr	   *result;
	DateADT		day;
	bool		is_first;
	bool		is_last;
	int			year;
	int			month;
	int			of_month;
	int			key;

	if (list_length(op->args) != 2 || !IsA(lsecond(op->args), Const))
		return NULL;
	bound = lsecond(op->args);
	if (bound->consttype != DATEOID || bound->constisnull || exprType(linitial(op->args)) != DATEOID)
		return NULL;
	day = DatumGetDateADT(bound->constvalue);
	if (DATE_NOT_FINITE(day) || day > 10 * 1000 * 1000 || day < -700 * 1000)
		return NULL;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &of_month);
	is_first = of_month == 1;
	j2date(day + 1 + POSTGRES_EPOCH_JDATE, &year, &month, &of_month);
	is_last = of_month == 1;
	/* day >= first: month >= first; day < first: month < first; day <= last: month <= last; day > last: month > last */
	if (!(op->opfuncid == F_DATE_GE && is_first) && !(op->opfuncid == F_DATE_LT && is_first) &&
		!(op->opfuncid == F_DATE_LE && is_last) && !(op->opfuncid == F_DATE_GT && is_last))
		return NULL;
	if ((key = find_month_of(place, linitial(op->args))) < 0)
		return NULL;
	result = copyObject(op);
	linitial(result->args) = stored(place, KEY_PLACE(key));
	return (Node *) result;
}

/* An expression over keys and sums; the match is refused if it is none. */
static Node *
replace(Match *match, Link *link, Node *flat, Relids nulling)
{
	Place		place = {match, link, 0, nulling};

	return replace_mutator(flat, &place);
}

/* ---------------------------------------------------------------- conditions */

/* The conditions that an expression is the conjunction of. */
static List *
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

static Node *
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
	(void) note_functions_walker(flat, match);
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
	List	   *all = conjuncts(flatten(match, link, quals, nulling));
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
		condition = replace(match, link, flat, nulling);
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
 * The conditions of a join tree; `filters` if what it does not give is not among the query's
 * rows.  Returns whether the FROM item of interest is in it, and the outer joins that may put
 * NULLs in its place.
 */
static bool
replace_jointree(Match *match, Link *link, Node *node, bool filters, Relids *nulling)
{
	ListCell   *cell;
	bool		found = false;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == link->rti;
	if (IsA(node, FromExpr))
	{
		FromExpr   *from = (FromExpr *) node;

		foreach(cell, from->fromlist)
			found |= replace_jointree(match, link, lfirst(cell), filters, nulling);
		from->quals = replace_quals(match, link, from->quals, filters && *nulling == NULL, *nulling);
	}
	else
	{
		JoinExpr   *join = castNode(JoinExpr, node);
		bool		left = replace_jointree(match, link, join->larg, filters && (join->jointype == JOIN_INNER || join->jointype == JOIN_LEFT), nulling);
		bool		right = replace_jointree(match, link, join->rarg, filters && (join->jointype == JOIN_INNER || join->jointype == JOIN_RIGHT), nulling);

		found = left || right;
		join->quals = replace_quals(match, link, join->quals, found && filters && join->jointype == JOIN_INNER && *nulling == NULL, *nulling);
		if ((left && join->jointype == JOIN_RIGHT) || (right && join->jointype == JOIN_LEFT))
			*nulling = bms_add_member(*nulling, join->rtindex);
	}
	return found;
}

/* ---------------------------------------------------------------- aggregates */

/* The conditions of an aggregate's FILTER that a stored one's has not; false if that has one more. */
static bool
filter_rest(Match *match, List *filter, Node *kept, List **rest)
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

/* Are conditions, or an argument, over keys?  Tries without refusing the match. */
static Node *
try_replace(Place *place, Node *flat)
{
	Match	   *match = place->match;
	const char *before = match->reason;
	Node	   *result;

	match->reason = NULL;
	result = replace(match, place->link, flat, place->nulling);
	if (match->reason != NULL)
		result = NULL;
	match->reason = before;
	match->missing = NULL;
	return result;
}

/* A FILTER over keys, none for no conditions; false if it is not one. */
static bool
key_filter(Place *place, List *rest, Expr **filter)
{
	Node	   *result;

	*filter = NULL;
	if (rest == NIL)
		return true;
	result = try_replace(place, conjunction(rest));
	if (result == NULL)
		return false;
	if (!safe_for_dead_groups(result))
		place->match->live = true;
	*filter = (Expr *) result;
	return true;
}

/* A column of a value, summed. */
static Expr *
value_sum(Place *place, int column, Expr *filter)
{
	return sum_of_column(&place->match->known->def->columns[column], (Expr *) stored(place, COLUMN_PLACE(place->match->known, column)),
						 filter);
}

/* CASE WHEN number <> 0 THEN value ELSE otherwise END */
static Expr *
when_not_zero(Expr *number, Expr *value, Expr *otherwise)
{
	CaseExpr   *result = makeNode(CaseExpr);
	CaseWhen   *when = makeNode(CaseWhen);

	when->expr = make_not_zero(number);
	when->result = value;
	when->location = -1;
	result->casetype = exprType((Node *) value);
	result->casecollid = InvalidOid;
	result->args = list_make1(when);
	result->defresult = otherwise ? otherwise : (Expr *) makeNullConst(result->casetype, -1, InvalidOid);
	result->location = -1;
	return (Expr *) result;
}

/* The sum of a stored value, as the query's aggregate gives it but for the number of values. */
static Expr *
plain_sum(Place *place, const RollupValue *value, Expr *filter)
{
	Expr	   *sum = value_sum(place, value->column, filter);
	Datum		nan;

	if (value->kind != ROLLUP_SUM_NUMERIC)
		return sum;
	/* infinities do not fit a numeric of fixed scale */
	nan = DirectFunctionCall3(numeric_in, CStringGetDatum("NaN"), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return when_not_zero(value_sum(place, value->column + 2, filter),
						 (Expr *) makeConst(NUMERICOID, -1, InvalidOid, -1, nan, false, false), sum);
}

/* A call of a function of the server's. */
static Expr *
call(Oid function, Oid type, List *args)
{
	return (Expr *) makeFuncExpr(function, type, args, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

/* The average from a stored sum, as the server divides. */
static Expr *
average(Place *place, const RollupValue *value, Expr *filter)
{
	Expr	   *sum = plain_sum(place, value, filter);
	Expr	   *number = value_sum(place, value->column + 1, filter);

	if (exprType((Node *) sum) == INT8OID)
		sum = call(F_NUMERIC_INT8, NUMERICOID, list_make1(sum));
	return when_not_zero(number, call(F_NUMERIC_DIV, NUMERICOID,
									  list_make2(sum, call(F_NUMERIC_INT8, NUMERICOID, list_make1(copyObject(number))))), NULL);
}

/* Can an argument never be NULL? */
static bool
is_never_null(const Match *match, Node *arg)
{
	Relation	source;
	bool		result;

	if (IsA(arg, Const))
		return !((Const *) arg)->constisnull;
	if (!IsA(arg, Var) || ((Var *) arg)->varno != BASE_VARNO || ((Var *) arg)->varlevelsup != 0)
		return false;
	source = RelationIdGetRelation(match->known->rollup.source);
	if (!RelationIsValid(source))
		return false;
	result = attribute_is_never_null(RelationGetDescr(source), ((Var *) arg)->varattno);
	RelationClose(source);
	return result;
}

/* How many rows of the query a row of the sums stands for: one where an outer join has put NULLs. */
static Expr *
row_number(Place *place)
{
	Expr	   *rows = (Expr *) stored(place, COLUMN_PLACE(place->match->known, 0));
	CoalesceExpr *result;

	if (place->nulling == NULL)
		return rows;
	result = makeNode(CoalesceExpr);
	result->coalescetype = INT8OID;
	result->args = list_make2(rows, makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(1), false, FLOAT8PASSBYVAL));
	result->location = -1;
	return (Expr *) result;
}

/*
 * Can a stored value be used?  Where an outer join puts NULLs the value must not count them.
 */
static bool
is_usable(const Place *place, const RollupValue *value)
{
	return place->nulling == NULL ||
		(value->kind != ROLLUP_SUMMARY && !value->agg->aggstar && value->agg->aggfilter == NULL &&
		 is_null_of_nulls((Node *) linitial_node(TargetEntry, value->agg->args)->expr));
}

/* A number of rows: the stored count with the same condition, or that of all rows. */
static Node *
count_rows(Place *place, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	if (filter_rest(place->match, filter, NULL, &rest) && key_filter(place, rest, &condition))
		return (Node *) sum_of_column(&def->columns[0], row_number(place), condition);
	for (i = 0; i < def->nvalues; i++)
		if (def->values[i].kind == ROLLUP_COUNT && def->values[i].agg->aggstar && is_usable(place, &def->values[i]) &&
			filter_rest(place->match, filter, (Node *) def->values[i].agg->aggfilter, &rest) && key_filter(place, rest, &condition))
			return (Node *) value_sum(place, def->values[i].column, condition);
	return NULL;
}

/* count(x) */
static Node *
count_values(Place *place, Node *arg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	Node	   *key;
	int			i;

	if (is_never_null(place->match, arg))
	{
		if (place->nulling == NULL || IsA(arg, Const))
			return count_rows(place, filter);
		/* NULL where an outer join puts it, as the stored number then is */
		return filter_rest(place->match, filter, NULL, &rest) && key_filter(place, rest, &condition) ?
			(Node *) value_sum(place, 0, condition) : NULL;
	}
	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY || value->agg->aggstar || !is_usable(place, value) ||
			!equal(linitial_node(TargetEntry, value->agg->args)->expr, arg) ||
			!filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) || !key_filter(place, rest, &condition))
			continue;
		return (Node *) value_sum(place, value->kind == ROLLUP_COUNT ? value->column : value->column + 1, condition);
	}
	/* of a key: the rows where it is one */
	key = try_replace(place, arg);
	if (key != NULL)
	{
		NullTest   *test = makeNode(NullTest);

		test->arg = (Expr *) arg;
		test->nulltesttype = IS_NOT_NULL;
		test->argisrow = type_is_rowtype(exprType(arg));
		test->location = -1;
		return test->argisrow ? NULL : count_rows(place, lappend(list_copy(filter), test));
	}
	return NULL;
}

/* sum(1), as clients count: so many times the number of rows */
static Node *
sum_constant(Place *place, Const *number, List *filter)
{
	Node	   *rows = count_rows(place, filter);
	int64		times = number->consttype == INT4OID ? DatumGetInt32(number->constvalue) : DatumGetInt16(number->constvalue);

	if (rows == NULL)
		return NULL;
	return (Node *) when_not_zero((Expr *) rows,
								  call(F_INT8MUL, INT8OID, list_make2(copyObject(rows),
																	  makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(times), false, FLOAT8PASSBYVAL))),
								  NULL);
}

/* sum(x), avg(x) of whole numbers and numerics of fixed scale */
static Node *
sum_values(Place *place, Node *arg, List *filter, bool is_average)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	if (IsA(arg, Const) && !((Const *) arg)->constisnull && !is_average && (exprType(arg) == INT4OID || exprType(arg) == INT2OID))
		return sum_constant(place, (Const *) arg, filter);
	/* what scale a sum shows would depend on rows that are gone */
	if (exprType(arg) == NUMERICOID && exprTypmod(arg) < (int32) VARHDRSZ)
		return NULL;
	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY || value->kind == ROLLUP_COUNT || !is_usable(place, value) ||
			!equal(linitial_node(TargetEntry, value->agg->args)->expr, arg) ||
			!filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) || !key_filter(place, rest, &condition))
			continue;
		if (is_average)
			return (Node *) average(place, value, condition);
		return (Node *) when_not_zero(value_sum(place, value->column + 1, condition), plain_sum(place, value, condition), NULL);
	}
	return NULL;
}

/* emgov_internal.narrow(sum of wide summaries, zero of the type) */
static Node *
summary_of(Place *place, const RollupValue *value, Expr *filter)
{
	Oid			types[2];
	Oid			function;
	Oid			input;
	Oid			param;
	int16		length;
	bool		by_value;
	Const	   *zero;

	types[0] = place->match->known->def->columns[value->column].type;
	types[1] = ANYELEMENTOID;
	function = LookupFuncName(list_make2(makeString("emgov_internal"), makeString("narrow")), 2, types, true);
	if (!OidIsValid(function))
		return NULL;
	getTypeInputInfo(value->group->type, &input, &param);
	get_typlenbyval(value->group->type, &length, &by_value);
	zero = makeConst(value->group->type, -1, InvalidOid, length, OidInputFunctionCall(input, value->group->zero, param, -1), false, by_value);
	return (Node *) call(function, value->group->type, list_make2(value_sum(place, value->column, filter), zero));
}

/* An aggregate to a summary. */
static Node *
sum_summaries(Place *place, Aggref *agg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	List	   *rest;
	Expr	   *condition;
	int			i;

	for (i = 0; i < def->nvalues; i++)
	{
		const RollupValue *value = &def->values[i];

		if (value->kind == ROLLUP_SUMMARY && is_usable(place, value) && value->agg->aggfnoid == agg->aggfnoid && equal(value->agg->args, agg->args) &&
			filter_rest(place->match, filter, (Node *) value->agg->aggfilter, &rest) && key_filter(place, rest, &condition))
			return summary_of(place, value, condition);
	}
	return NULL;
}

/* Does a function only tell one of the numbers of a summary, which add up as summaries do? */
static bool
is_component(Oid function, Oid type)
{
	Oid			gives = get_func_rettype(function);
	char	   *name = get_func_name(function);
	Oid			extension = getExtensionOfObject(TypeRelationId, type);

	return OidIsValid(extension) && getExtensionOfObject(ProcedureRelationId, function) == extension &&
		(gives == INT8OID || (gives == NUMERICOID && (strcmp(name, "direct_loss") == 0 || strcmp(name, "fines") == 0)));
}

/*
 * The sum of a rollup's value over groups of its own view: of counts, sums, summaries, and of
 * the numbers in these.  NULL where there is no group, or none that has the value.
 */
static Node *
sum_own(Place *place, Aggref *agg, List *filter)
{
	const RollupDefinition *def = place->match->known->def;
	Node	   *arg = list_length(agg->args) == 1 ? (Node *) linitial_node(TargetEntry, agg->args)->expr : NULL;
	FuncExpr   *component = NULL;
	const RollupValue *value;
	Expr	   *condition;
	Expr	   *number;
	Expr	   *sum;

	if (arg == NULL || agg->aggkind != AGGKIND_NORMAL || agg->aggorder != NIL || place->nulling != NULL)
		return NULL;
	if (IsA(arg, FuncExpr) && list_length(((FuncExpr *) arg)->args) == 1)
	{
		component = (FuncExpr *) arg;
		arg = linitial(component->args);
	}
	if (!IsA(arg, Var) || ((Var *) arg)->varno != OWN_VARNO || ((Var *) arg)->varlevelsup != 0 || !key_filter(place, filter, &condition))
		return NULL;
	value = &def->values[((Var *) arg)->varattno - 1];
	if (value->kind == ROLLUP_SUMMARY)
	{
		Oid			type = value->group->type;

		if (exprType(arg) != type)
			return NULL;
		if (component == NULL)
			return agg->aggfnoid == LookupFuncName(list_make2(makeString("emgov"), makeString("sum")), 1, &type, true) ?
				summary_of(place, value, condition) : NULL;
		if (!is_component(component->funcid, type) || agg->aggfnoid != (component->funcresulttype == INT8OID ? F_SUM_INT8 : F_SUM_NUMERIC))
			return NULL;
		number = value_sum(place, 0, condition);
		component = copyObject(component);
		component->args = list_make1(summary_of(place, value, condition));
		sum = (Expr *) component;
	}
	else
	{
		if (component != NULL)
			return NULL;
		switch (value->kind)
		{
			case ROLLUP_COUNT:
			case ROLLUP_SUM_INT:
				if (agg->aggfnoid != F_SUM_INT8)
					return NULL;
				break;
			case ROLLUP_SUM_BIGINT:
				if (agg->aggfnoid != F_SUM_NUMERIC)
					return NULL;
				break;
			default:
				/* what scale a sum shows would depend on rows that are gone */
				if (agg->aggfnoid != F_SUM_NUMERIC || exprTypmod((Node *) linitial_node(TargetEntry, value->agg->args)->expr) < (int32) VARHDRSZ)
					return NULL;
				break;
		}
		/* a count is there in each group, a sum where there is something to sum */
		number = value_sum(place, value->kind == ROLLUP_COUNT ? 0 : value->column + 1, condition);
		if (value->kind == ROLLUP_SUM_INT)
			sum = (Expr *) linitial(((FuncExpr *) value_sum(place, value->column, condition))->args);
		else
			sum = plain_sum(place, value, condition);
	}
	if (exprType((Node *) sum) == INT8OID)
		sum = call(F_NUMERIC_INT8, NUMERICOID, list_make1(sum));
	return (Node *) when_not_zero(number, sum, NULL);
}

/* Is an aggregate the server's for a least or greatest value? */
bool
aggregate_is_extremum(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(function));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = OidIsValid(((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop) && function < FirstNormalObjectId;
	ReleaseSysCache(tuple);
	return result;
}

/* Is an aggregate the same however often a value comes?  DISTINCT, or a least or greatest of the server's. */
static bool
ignores_repetition(const Aggref *agg)
{
	return agg->aggkind == AGGKIND_NORMAL && (agg->aggdistinct != NIL || aggregate_is_extremum(agg->aggfnoid));
}

/* An aggregate of keys of the groups that are there. */
static Node *
of_live_keys(Place *place, Aggref *agg)
{
	Aggref	   *result = copyObject(agg);
	Node	   *args = try_replace(place, (Node *) agg->args);
	Node	   *filter = agg->aggfilter ? try_replace(place, (Node *) agg->aggfilter) : NULL;
	ListCell   *cell;

	if (args == NULL || (agg->aggfilter && filter == NULL))
		return NULL;
	/* a number of values is the same whichever of equal ones is taken */
	if (agg->aggfnoid != F_COUNT_ANY)
		foreach(cell, agg->args)
			if (!image_of_expression((Node *) lfirst_node(TargetEntry, cell)->expr))
				return NULL;
	result->args = (List *) args;
	result->aggfilter = (Expr *) filter;
	place->match->live = true;
	return (Node *) result;
}

/*
 * The argument of a count, sum or average, and what further condition it is summed under:
 * CASE WHEN condition THEN x END counts as x does under that condition.
 */
static Node *
summed_argument(Node *arg, List **filter)
{
	CaseExpr   *choice = (CaseExpr *) arg;
	FuncExpr   *cast = (FuncExpr *) arg;

	if (IsA(arg, CaseExpr) && choice->arg == NULL && list_length(choice->args) == 1 &&
		(choice->defresult == NULL || (IsA(choice->defresult, Const) && ((Const *) choice->defresult)->constisnull)))
	{
		CaseWhen   *when = linitial_node(CaseWhen, choice->args);

		*filter = list_concat(list_copy(*filter), conjuncts((Node *) when->expr));
		return summed_argument((Node *) when->result, filter);
	}
	/* a numeric of the same scale and more digits is the same */
	if (IsA(arg, FuncExpr) && cast->funcid == F_NUMERIC_NUMERIC_INT4 && exprTypmod(arg) >= (int32) VARHDRSZ &&
		exprTypmod(linitial(cast->args)) >= (int32) VARHDRSZ)
	{
		int32		to = exprTypmod(arg) - VARHDRSZ;
		int32		from = exprTypmod(linitial(cast->args)) - VARHDRSZ;

		if ((to & 0xffff) == (from & 0xffff) && (to >> 16) >= (from >> 16))
			return summed_argument(linitial(cast->args), filter);
	}
	return arg;
}

/* Holds an expression anything but the table's columns and constants? */
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

/*
 * What a rollup would have to sum for an aggregate that is wanted: of what is summed under a
 * condition the condition is in FILTER.  NULL if there is no saying.
 */
static Node *
missing_aggregate(const Aggref *agg, Node *arg, List *filter)
{
	Aggref	   *result = copyObject((Aggref *) agg);

	switch (agg->aggfnoid)
	{
		case F_COUNT_:
		case F_COUNT_ANY:
		case F_SUM_INT2:
		case F_SUM_INT4:
		case F_SUM_INT8:
		case F_SUM_NUMERIC:
		case F_AVG_INT2:
		case F_AVG_INT4:
		case F_AVG_INT8:
		case F_AVG_NUMERIC:
			if (agg->aggdistinct == NIL && arg != NULL)
				linitial_node(TargetEntry, result->args)->expr = copyObject((Expr *) arg);
			if (agg->aggdistinct == NIL)
				result->aggfilter = (Expr *) conjunction(copyObject(filter));
			break;
		default:
			break;
	}
	if (holds_others_walker((Node *) result->args, NULL) || holds_others_walker((Node *) result->aggfilter, NULL) ||
		result->aggdirectargs != NIL)
		return NULL;
	return (Node *) result;
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
			return exprType(node) != BOOLOID && !holds_others_walker(node, NULL) && !contain_mutable_functions(node) &&
				!expression_returns_set(node);
		default:
			return false;
	}
}

/* An aggregate of the level, from the sums; the match is refused if it cannot be had. */
static Node *
replace_aggregate(Place *place, Aggref *agg)
{
	List	   *filter = conjuncts((Node *) agg->aggfilter);
	Node	   *arg = list_length(agg->args) == 1 ? summed_argument((Node *) linitial_node(TargetEntry, agg->args)->expr, &filter) : NULL;
	List	   *given = conjuncts((Node *) agg->aggfilter);
	Node	   *result = NULL;

	if (ignores_repetition(agg))
		result = of_live_keys(place, agg);
	else if (place->match->own)
		result = sum_own(place, agg, given);
	else if (agg->aggkind == AGGKIND_NORMAL && agg->aggorder == NIL)
	{
		switch (agg->aggfnoid)
		{
			case F_COUNT_:
				result = count_rows(place, filter);
				break;
			case F_COUNT_ANY:
				result = count_values(place, arg, filter);
				break;
			case F_SUM_INT2:
			case F_SUM_INT4:
			case F_SUM_INT8:
			case F_SUM_NUMERIC:
				result = sum_values(place, arg, filter, false);
				break;
			case F_AVG_INT2:
			case F_AVG_INT4:
			case F_AVG_INT8:
			case F_AVG_NUMERIC:
				result = sum_values(place, arg, filter, true);
				break;
			default:
				result = sum_summaries(place, agg, given);
				break;
		}
	}
	if (result == NULL)
	{
		refuse_without(place->match, psprintf("it does not hold %s, or not with these conditions", get_func_name(agg->aggfnoid)),
					   missing_aggregate(agg, arg, filter));
		return (Node *) copyObject(agg);
	}
	(void) note_functions_walker((Node *) agg, place->match);
	if (exprType(result) != agg->aggtype)
		refuse(place->match, "an aggregate would be of another type");
	return result;
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
			return replace_aggregate(place, (Aggref *) node);
		refuse(match, "a subquery holds an aggregate of the level");
		return node;
	}
	key = find_key(place, node);
	if (key >= 0)
	{
		(void) note_functions_walker(node, match);
		return (Node *) stored(place, KEY_PLACE(key));
	}
	if (IsA(node, FuncExpr))
		derived = from_month(place, (FuncExpr *) node);
	else if (IsA(node, OpExpr))
		derived = from_month_compared(place, (OpExpr *) node);
	if (derived != NULL)
	{
		(void) note_functions_walker(node, match);
		return derived;
	}
	if (IsA(node, Var) && ((Var *) node)->varno == OWN_VARNO && (int) ((Var *) node)->varlevelsup == place->sublevels)
	{
		refuse(match, "a value of the rollup is read other than in a sum");
		return node;
	}
	if (IsA(node, Var) && ((Var *) node)->varno == BASE_VARNO && (int) ((Var *) node)->varlevelsup == place->sublevels)
	{
		Var		   *column = copyObject((Var *) node);

		column->varlevelsup = 0;
		refuse_without(match, psprintf("column \"%s\" is neither a key of it nor summed",
									   get_attname(match->known->rollup.source, column->varattno, false)), (Node *) column);
		return node;
	}
	derived = expression_tree_mutator(node, replace_mutator, place);
	/* the largest expression that lacks a key is the fewest groups */
	if (match->missing != NULL && !IsA(match->missing, Aggref) && place->sublevels == 0 && is_possible_key(node))
		match->missing = node;
	return derived;
}

/* ---------------------------------------------------------------- the chain */

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
		Refers		refers = {link->rti, 0, false};

		if (rte->rtekind == RTE_JOIN || rte_is_group(rte) || foreach_current_index(cell) + 1 == link->rti)
			continue;
		if (range_table_entry_walker(rte, refers_walker, &refers, 0))
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
		Node	   *flat = flatten(match, link, (Node *) tle->expr, NULL);

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
			Node	   *kept = try_replace(&place, flat);

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
									makeTargetEntry((Expr *) stored(&place, i), list_length(query->targetList) + 1,
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
		if (!image_of_expression(flatten(match, link, copyObject(lfirst(cell)), link->nulling)))
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
	Expr	   *rows = make_not_zero(value_sum(&place, 0, NULL));
	List	   *asked = conjuncts(level->havingQual);
	List	   *plain = NIL;
	List	   *others = NIL;
	ListCell   *cell;

	foreach(cell, asked)
		if (!contain_agg_clause(lfirst(cell)) && safe_for_dead_groups(lfirst(cell)))
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

/* The level's own expressions. */
static void
replace_level(Match *match, Link *link)
{
	Query	   *level = link->query;
	bool		images = have_images(match, link);
	ListCell   *cell;

	foreach(cell, level->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);
		Oid			type = exprType((Node *) tle->expr);

		tle->expr = (Expr *) replace(match, link, flatten(match, link, (Node *) tle->expr, link->nulling), link->nulling);
		if (match->reason != NULL)
			return;
		if (exprType((Node *) tle->expr) != type)
			refuse(match, "a column would be of another type");
	}
	foreach(cell, group_expressions(level))
		lfirst(cell) = replace(match, link, flatten(match, link, lfirst(cell), link->nulling), link->nulling);
	level->havingQual = replace(match, link, flatten(match, link, level->havingQual, link->nulling), link->nulling);
	if (match->reason == NULL)
		check_grouping(match, level);
	if (!images)
		refuse(match, "equal values that it would group by can look different");
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
	(void) find_source(level, rti, match.links, &match.length, 0);
	if (own && match.links[0].nulling != NULL)
		refuse(&match, "an outer join makes NULL of what is not");
	/* its one row is there even where the table is empty */
	if (own && !known->def->grouped)
		refuse(&match, "it is one row");
	if (own)
		(void) query_tree_walker(level, note_functions_walker, &called, QTW_IGNORE_RT_SUBQUERIES | QTW_IGNORE_CTE_SUBQUERIES);
	for (i = 0; i < match.length - 1; i++)
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
			refuse(&match, "another FROM item depends on the table");
		(void) replace_jointree(&match, link, (Node *) link->query->jointree, true, &nulling);
	}
	if (match.reason == NULL && !own && known->where != NIL && !predicate_implied_by(known->where, match.clauses, false))
		refuse(&match, "its condition does not follow from the query's");
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
