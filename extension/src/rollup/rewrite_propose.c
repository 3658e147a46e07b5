/*
 * rewrite_propose.c
 *		The rollup that would answer a level that none does.
 *
 * It is found by asking: a rollup of nothing but count(*) is imagined, and what the match
 * lacks is added, a key or a sum, until it answers or wants what no rollup keeps.  Then each
 * key is left out, or made a month, if it answers all the same.  So what is proposed answers,
 * and its definition has been read as create_rollup() reads it.
 */
#include "postgres.h"
#include "compat.h"

#include <math.h>

#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "attempt.h"
#include "rollup/rewrite.h"

#define MAX_STEPS	100			/* keys and sums that are added */
#define MANY_GROUPS	1000		/* fewer are no matter */

/* A rollup that is being thought up, over one table. */
typedef struct Proposal
{
	Query	   *level;
	int			rti;
	Oid			source;
	bool		filters;		/* conditions of aggregates stay theirs, else what they ask becomes keys */
	List	   *keys;			/* expressions over BASE_VARNO */
	List	   *sums;			/* aggregates over BASE_VARNO */
	RollupDefinition *def;		/* of examine() */
	const char *why;			/* why there is none */
} Proposal;

/* ---------------------------------------------------------------- as text */

/* A name for an output column that no other has. */
static char *
column_name(List **names, const char *wanted)
{
	char	   *name = pstrdup(wanted);
	ListCell   *cell;

	for (int i = 2;; i++)
	{
		foreach(cell, *names)
			if (strcmp(lfirst(cell), name) == 0)
				break;
		if (cell == NULL)
			break;
		name = psprintf("%s_%d", wanted, i);
	}
	*names = lappend(*names, name);
	return name;
}

/* The column that an expression is, or that the one argument of a call is; NULL if it is another. */
static char *
named_after(const Proposal *proposal, Node *expression)
{
	if (IsA(expression, FuncExpr) && list_length(((FuncExpr *) expression)->args) == 1)
		expression = linitial(((FuncExpr *) expression)->args);
	else if (IsA(expression, Aggref) && list_length(((Aggref *) expression)->args) == 1)
		expression = (Node *) linitial_node(TargetEntry, ((Aggref *) expression)->args)->expr;
	return IsA(expression, Var) ? get_attname(proposal->source, ((Var *) expression)->varattno, false) : NULL;
}

/* An expression as text. */
static char *
deparsed(const Proposal *proposal, Node *expression)
{
	Node	   *copy = copyObject(expression);

	ChangeVarNodes(copy, BASE_VARNO, 1, 0);
	return deparse_expression(copy, deparse_context_for(get_rel_name(proposal->source), proposal->source), false, false);
}

/* The query of the rollup as it is by now. */
static char *
query_text(const Proposal *proposal)
{
	StringInfoData text;
	List	   *names = NIL;
	ListCell   *cell;

	initStringInfo(&text);
	appendStringInfoString(&text, "SELECT ");
	foreach(cell, proposal->keys)
	{
		Node	   *key = lfirst(cell);
		char	   *name = named_after(proposal, key);

		if (name != NULL && !IsA(key, Var))
			name = psprintf("%s_%s", name, IsA(key, FuncExpr) && ((FuncExpr *) key)->funcid == match_month_of() ? "month" : "key");
		name = column_name(&names, name ? name : psprintf("k%d", foreach_current_index(cell) + 1));
		appendStringInfoString(&text, deparsed(proposal, key));
		if (!IsA(key, Var) || strcmp(name, named_after(proposal, key)) != 0)
			appendStringInfo(&text, " AS %s", quote_identifier(name));
		appendStringInfoString(&text, ", ");
	}
	appendStringInfo(&text, "count(*) AS %s", column_name(&names, "n"));
	foreach(cell, proposal->sums)
	{
		char	   *name = named_after(proposal, lfirst(cell));

		appendStringInfo(&text, ", %s AS %s", deparsed(proposal, lfirst(cell)),
						 quote_identifier(column_name(&names, name ? psprintf("%s_%s", name, get_func_name(((Aggref *) lfirst(cell))->aggfnoid)) :
													  psprintf("v%d", foreach_current_index(cell) + 1))));
	}
	appendStringInfo(&text, " FROM %s",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(proposal->source)), get_rel_name(proposal->source)));
	for (int i = 1; i <= list_length(proposal->keys); i++)
		appendStringInfo(&text, "%s%d", i == 1 ? " GROUP BY " : ", ", i);
	return text.data;
}

/* ---------------------------------------------------------------- would it do */

/* The definition of the rollup as it is by now, into the proposal; for attempt(). */
static char *
define_proposed(void *argument)
{
	Proposal   *proposal = argument;

	proposal->def = rollup_examine(query_text(proposal));
	return NULL;
}

/* The same; NULL, and why, if it cannot be kept. */
static RollupDefinition *
examine(Proposal *proposal)
{
	const char *prefix = "a rollup cannot be kept over this query: ";
	const char *why = attempt(define_proposed, proposal);

	if (why == NULL)
		return proposal->def;
	proposal->why = strncmp(why, prefix, strlen(prefix)) == 0 ? why + strlen(prefix) : why;
	return NULL;
}

/* Would the rollup as it is by now answer?  Else why not, and what it lacks, if that would help. */
static bool
would_answer(Proposal *proposal, Node **missing)
{
	RollupDefinition *def;

	CHECK_FOR_INTERRUPTS();
	def = examine(proposal);
	*missing = NULL;
	return def != NULL && match_rollup(proposal->level, proposal->rti, imagine_rollup(def), &proposal->why, missing) != NULL;
}

/* Add columns that an expression reads as keys; false if all are. */
static bool
add_columns(Proposal *proposal, Node *expression)
{
	int			before = list_length(proposal->keys);
	ListCell   *cell;

	foreach(cell, pull_var_clause(expression, PVC_RECURSE_AGGREGATES))
		proposal->keys = list_append_unique(proposal->keys, lfirst(cell));
	return list_length(proposal->keys) > before;
}

/* The sum that an average is made of; InvalidOid for what is no average. */
static Oid
sum_of_average(Oid function)
{
	switch (function)
	{
		case F_AVG_INT2:
			return F_SUM_INT2;
		case F_AVG_INT4:
			return F_SUM_INT4;
		case F_AVG_INT8:
			return F_SUM_INT8;
		case F_AVG_NUMERIC:
			return F_SUM_NUMERIC;
		default:
			return InvalidOid;
	}
}

/* Add what the rollup lacks; false if it has it already, so that it is of no use. */
static bool
add_missing(Proposal *proposal, Node *missing)
{
	Aggref	   *agg = copyObject((Aggref *) missing);
	bool		added = false;
	ListCell   *cell;

	if (!IsA(missing, Aggref))
	{
		if (!IsA(missing, Var) && !safe_as_key(missing))
			return add_columns(proposal, missing);
		if (list_member(proposal->keys, missing))
		{
			if (!IsA(missing, Var))
			{
				proposal->keys = list_delete(proposal->keys, missing);
				return add_columns(proposal, missing);
			}
			proposal->why = psprintf("equal values of %s may look different", deparsed(proposal, missing));
			return false;
		}
		proposal->keys = lappend(proposal->keys, missing);
		return true;
	}
	if (agg->aggdistinct != NIL || (agg->aggkind == AGGKIND_NORMAL && aggregate_is_extremum(agg->aggfnoid)))
		return add_columns(proposal, (Node *) agg);
	if (OidIsValid(sum_of_average(agg->aggfnoid)))
		agg->aggfnoid = sum_of_average(agg->aggfnoid);
	if (!proposal->filters && agg->aggfilter != NULL)
	{
		added = add_columns(proposal, (Node *) agg->aggfilter);
		agg->aggfilter = NULL;
	}
	if (agg->aggfnoid == F_COUNT_ && agg->aggfilter == NULL)
		return added;
	foreach(cell, agg->args)
		if (!safe_as_sum((Node *) lfirst_node(TargetEntry, cell)->expr))
		{
			proposal->why = psprintf("%s may fail for rows that the query does not count",
									 deparsed(proposal, (Node *) lfirst_node(TargetEntry, cell)->expr));
			return false;
		}
	if (agg->aggfilter != NULL && !safe_as_sum((Node *) agg->aggfilter))
	{
		proposal->why = psprintf("%s may fail for rows that the query does not count", deparsed(proposal, (Node *) agg->aggfilter));
		return false;
	}
	if (agg->aggfnoid == F_SUM_NUMERIC && exprTypmod((Node *) linitial_node(TargetEntry, agg->args)->expr) < (int32) VARHDRSZ)
	{
		proposal->why = psprintf("how many digits the sum of %s shows depends on each row: it has no fixed scale",
								 deparsed(proposal, (Node *) linitial_node(TargetEntry, agg->args)->expr));
		return false;
	}
	if (!list_member(proposal->sums, agg))
	{
		proposal->sums = lappend(proposal->sums, agg);
		added = true;
	}
	return added;
}

/* ---------------------------------------------------------------- fewest groups */

/* Does the rollup answer with another key in place of one? */
static bool
answers_with(Proposal *proposal, List *keys, int number, Node *key)
{
	Node	   *missing;

	proposal->keys = list_copy(keys);
	lfirst(list_nth_cell(proposal->keys, number)) = key;
	return would_answer(proposal, &missing);
}

/* date_trunc('month', timestamp) */
static Node *
month_of_timestamp(Node *key)
{
	Const	   *month = makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, CStringGetTextDatum("month"), false, false);

	return (Node *) makeFuncExpr(F_DATE_TRUNC_TEXT_TIMESTAMP, TIMESTAMPOID, list_make2(month, key), InvalidOid, DEFAULT_COLLATION_OID,
								 COERCE_EXPLICIT_CALL);
}

/* What is coarser than a key that is a time, the coarsest first. */
static List *
coarser(Node *key)
{
	if (exprType(key) == DATEOID && OidIsValid(match_month_of()))
		return list_make1(makeFuncExpr(match_month_of(), DATEOID, list_make1(key), InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
	if (exprType(key) == TIMESTAMPOID)
		return list_make2(month_of_timestamp(key),
						  makeFuncExpr(F_DATE_TIMESTAMP, DATEOID, list_make1(key), InvalidOid, InvalidOid, COERCE_EXPLICIT_CAST));
	return NIL;
}

/* Leave out the keys that are not needed, and make those months, or days, that may be. */
static void
simplify(Proposal *proposal)
{
	List	   *keys = proposal->keys;
	Node	   *missing;
	ListCell   *cell;
	ListCell   *other;

	for (int i = 0; i < list_length(keys);)
	{
		proposal->keys = list_delete_nth_cell(list_copy(keys), i);
		if (would_answer(proposal, &missing))
			keys = proposal->keys;
		else
			i++;
	}
	foreach(cell, keys)
		foreach(other, coarser(lfirst(cell)))
			if (answers_with(proposal, keys, foreach_current_index(cell), lfirst(other)))
			{
				lfirst(cell) = lfirst(other);
				break;
			}
	proposal->keys = keys;
}

/* Are there as many groups as rows: do the keys hold a unique key of the table? */
static bool
is_one_row_a_group(const Proposal *proposal)
{
	RollupDefinition *def = proposal->def;
	Relation	table = RelationIdGetRelation(proposal->source);
	List	   *columns = NIL;
	List	   *operators = NIL;

	if (!RelationIsValid(table))
		return false;
	for (int i = 0; i < def->nkeys; i++)
	{
		Var		   *key = (Var *) def->keys[i].expr;

		if (IsA(key, Var) && attribute_is_never_null(RelationGetDescr(table), key->varattno))
		{
			columns = lappend_int(columns, key->varattno);
			operators = lappend_oid(operators, def->keys[i].eq);
		}
	}
	RelationClose(table);
	return finds_one_row(proposal->source, columns, operators);
}

/* How many groups the rollup would have at least, and rows its table has, as the planner estimates, who knows columns best. */
static double
groups(const Proposal *proposal, double *rows)
{
	Proposal	columns = *proposal;
	char	   *text;
	Query	   *query;
	Plan	   *plan;
	double		result;
	ListCell   *cell;

	columns.keys = NIL;
	foreach(cell, proposal->keys)
		if (IsA(lfirst(cell), Var))
			columns.keys = lappend(columns.keys, lfirst(cell));
	text = query_text(&columns);
	query = parse_analyze_fixedparams(linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT)), text, NULL, 0, NULL);
	plan = standard_planner(query, text, 0, NULL)->planTree;
	result = plan->plan_rows;
	while (outerPlan(plan) != NULL)
		plan = outerPlan(plan);
	*rows = plan->plan_rows;
	return result;
}

/* Think of a rollup for one FROM item of the level; false, and why, if there is none of use. */
static bool
think(Proposal *proposal)
{
	Node	   *missing;
	double		rows;
	double		number;
	int			steps = 0;

	proposal->keys = proposal->sums = NIL;
	while (!would_answer(proposal, &missing))
		if (missing == NULL || ++steps > MAX_STEPS || !add_missing(proposal, missing))
			return false;
	simplify(proposal);
	if (!would_answer(proposal, &missing))
		return false;
	if (is_one_row_a_group(proposal))
	{
		proposal->why = "it would have a group for each row";
		return false;
	}
	number = groups(proposal, &rows);
	if (number > MANY_GROUPS && number * 2 > rows)
	{
		proposal->why = psprintf("it would have %.0f groups for %.0f rows", number, rows);
		return false;
	}
	return true;
}

/* The call that makes a rollup, under a name that is free and that no other call of these notes takes; one call for one query. */
static char *
call_text(Oid source, const char *query)
{
	Oid			schema = get_rel_namespace(source);

	for (int i = 1;; i++)
	{
		char	   *name = quote_qualified_identifier(get_namespace_name(schema),
													  ChooseRelationName(get_rel_name(source), NULL, i == 1 ? "rollup" : psprintf("rollup_%d", i),
																		 schema, false));
		char	   *start = psprintf("CALL emgov.create_rollup(%s, ", quote_literal_cstr(name));
		char	   *call = psprintf("%s%s)", start, quote_literal_cstr(query));
		bool		taken = false;
		ListCell   *cell;

		foreach(cell, rewrite_report)
		{
			const LevelReport *line = lfirst(cell);

			if (line->proposal != NULL && strcmp(line->proposal, call) != 0 && strncmp(line->proposal, start, strlen(start)) == 0)
				taken = true;
		}
		if (!taken)
			return call;
	}
}

/*
 * The call of create_rollup() that makes a rollup that would answer a level; NULL, and why, if
 * there is none.  The table is given: the largest if several are read.
 */
char *
propose_rollup(Query *level, Oid *source, const char **why)
{
	Proposal	proposal = {.level = level};
	double		largest = -1;
	bool		found = false;

	*source = InvalidOid;
	for (int i = 1; i <= list_length(level->rtable); i++)
	{
		Oid			table = match_source(level, i);
		double		size = !OidIsValid(table) ? 0 : get_rel_relkind(table) == RELKIND_RELATION ? rewrite_pages(table) : HUGE_VAL;

		if (OidIsValid(table) && size > largest)
		{
			largest = size;
			proposal.rti = i;
			*source = proposal.source = table;
		}
	}
	if (OidIsValid(*source))
	{
		const char *first;

		found = think(&proposal);
		first = proposal.why;
		if (!found)
		{
			proposal.filters = true;
			found = think(&proposal);
		}
		*why = first;
	}
	if (!found)
		return NULL;
	return call_text(*source, query_text(&proposal));
}
