/*
 * rewrite_joins.c
 *		What a view computes and joins, but a query over it does not ask for.
 *
 * A view for readers joins names to codes.  A query that counts does not ask for them, and
 * the server drops such joins; a rollup need not hold the codes for them either.  So columns
 * that nothing reads go first, then outer joins of which nothing is read, and which find
 * one row at most.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "rollup/rewrite.h"

/* ---------------------------------------------------------------- columns */

typedef struct Reads
{
	int			rti;
	int			sublevels;
	Bitmapset  *columns;		/* 0 for the whole row, or a system column */
} Reads;

static bool
reads_walker(Node *node, Reads *reads)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		if ((int) var->varno == reads->rti && (int) var->varlevelsup == reads->sublevels)
			reads->columns = bms_add_member(reads->columns, Max(var->varattno, 0));
		return false;
	}
	if (IsA(node, Query))
	{
		reads->sublevels++;
		(void) query_tree_walker((Query *) node, reads_walker, reads, QTW_IGNORE_JOINALIASES);
		reads->sublevels--;
		return false;
	}
	return expression_tree_walker(node, reads_walker, reads);
}

/* The columns of a FROM item that a query reads, whose join columns have been resolved. */
static Bitmapset *
columns_read(Query *query, int rti)
{
	Reads		reads = {rti, 0, NULL};

	(void) query_tree_walker(query, reads_walker, &reads, QTW_IGNORE_JOINALIASES);
	return reads.columns;
}

typedef struct Rows
{
	Query	   *query;
	int			sublevels;
} Rows;

/* Is a row of a join read as a whole above an outer join that may make it NULL?  What that stands for only the planner can say. */
static bool
nulled_rows_walker(Node *node, Rows *rows)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		return var->varattno == 0 && (int) var->varlevelsup == rows->sublevels && may_be_nulled(var) &&
			rt_fetch(var->varno, rows->query->rtable)->rtekind == RTE_JOIN;
	}
	if (IsA(node, Query))
	{
		bool		result;

		rows->sublevels++;
		result = query_tree_walker((Query *) node, nulled_rows_walker, rows, QTW_IGNORE_JOINALIASES);
		rows->sublevels--;
		return result;
	}
	return expression_tree_walker(node, nulled_rows_walker, rows);
}

static Node *
resolve_mutator(Node *node, Query *query)
{
	return flatten_joins(query, node);
}

/* Resolve the join columns that a query names, and those that FROM items beside the join do: LATERAL ones.  False if that cannot be done. */
bool
resolve_joins(Query *query)
{
	Rows		rows = {query, 0};
	bool		has_joins = false;
	ListCell   *cell;

	foreach(cell, query->rtable)
		has_joins |= lfirst_node(RangeTblEntry, cell)->rtekind == RTE_JOIN;
	if (!has_joins)
		return true;
	if (query_tree_walker(query, nulled_rows_walker, &rows, QTW_IGNORE_JOINALIASES))
		return false;
	query->targetList = (List *) flatten_joins(query, (Node *) query->targetList);
	query->havingQual = flatten_joins(query, query->havingQual);
	query->jointree = (FromExpr *) flatten_joins(query, (Node *) query->jointree);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		/* what is not LATERAL names nothing beside it */
		if (rte->rtekind != RTE_JOIN && (rte->rtekind != RTE_SUBQUERY || rte->lateral))
			lfirst(cell) = linitial(range_table_mutator(list_make1(rte), resolve_mutator, query, QTW_IGNORE_JOINALIASES));
	}
	return true;
}

/* ---------------------------------------------------------------- joins */

/* Is an expression a column of type char, as text? */
static bool
is_text_of_char(Node *node)
{
	FuncExpr   *call = (FuncExpr *) node;

	return IsA(node, FuncExpr) && call->funcid == F_TEXT_BPCHAR && IsA(linitial(call->args), Var) &&
		((Var *) linitial(call->args))->varlevelsup == 0;
}

/* The column of FROM item `rti` that a condition finds equal to something else, with the operator; 0 if it is none. */
static AttrNumber
equated_column(Node *condition, int rti, Oid *operator)
{
	OpExpr	   *op = (OpExpr *) condition;
	Node	   *sides[2];

	/* values that only some collation finds equal are several rows */
	if (!IsA(condition, OpExpr) || list_length(op->args) != 2 ||
		(OidIsValid(op->inputcollid) && !get_collation_isdeterministic(op->inputcollid)))
		return 0;
	sides[0] = linitial(op->args);
	sides[1] = lsecond(op->args);
	for (int i = 0; i < 2; i++)
	{
		Node	   *side = strip_implicit_coercions(sides[i]);

		if (IsA(side, RelabelType))
			side = (Node *) ((RelabelType *) side)->arg;
		/* a char without the blanks behind it: equal ones are equal as char */
		if (op->opno == TextEqualOperator && is_text_of_char(sides[i]))
		{
			Var		   *var = linitial(((FuncExpr *) sides[i])->args);

			if ((int) var->varno != rti || refers_to(sides[1 - i], rti))
				continue;
			*operator = BpcharEqualOperator;
			return var->varattno;
		}
		if (IsA(side, Var) && (int) ((Var *) side)->varno == rti && ((Var *) side)->varlevelsup == 0 && !refers_to(sides[1 - i], rti))
		{
			*operator = i == 0 ? op->opno : get_commutator(op->opno);
			return ((Var *) side)->varattno;
		}
	}
	return 0;
}

/* Has a table a unique index that conditions with these columns and operators go by? */
bool
finds_one_row(Oid relid, List *columns, List *operators)
{
	Relation	rel = RelationIdGetRelation(relid);
	bool		result = false;
	List	   *indexes;
	ListCell   *cell;

	if (!RelationIsValid(rel))
		return false;
	indexes = RelationGetIndexList(rel);
	foreach(cell, indexes)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index form;
		oidvector  *classes;
		bool		isnull;
		bool		all = true;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		classes = (oidvector *) DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indclass, &isnull));
		if (!form->indisunique || !form->indimmediate || !form->indisvalid || !heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
			all = false;
		for (int i = 0; all && i < form->indnkeyatts; i++)
		{
			Oid			family = get_opclass_family(classes->values[i]);
			ListCell   *column;
			ListCell   *operator;
			bool		found = false;

			forboth(column, columns, operator, operators)
				if (form->indkey.values[i] != 0 && lfirst_int(column) == form->indkey.values[i] && OidIsValid(lfirst_oid(operator)) &&
					get_op_opfamily_strategy(lfirst_oid(operator), family) == BTEqualStrategyNumber)
					found = true;
			all = found;
		}
		ReleaseSysCache(tuple);
		if (all)
		{
			result = true;
			break;
		}
	}
	list_free(indexes);
	RelationClose(rel);
	return result;
}

/* Does a join find one row at most of its right side, FROM item `rti`? */
static bool
finds_one(Query *query, Node *quals, int rti)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	List	   *conditions = quals && is_andclause(quals) ? ((BoolExpr *) quals)->args : list_make1(quals);
	List	   *columns = NIL;
	List	   *operators = NIL;
	ListCell   *cell;

	if (quals == NULL)
		return false;
	foreach(cell, conditions)
	{
		Oid			operator = InvalidOid;
		AttrNumber	column = equated_column(lfirst(cell), rti, &operator);

		if (column > 0)
		{
			columns = lappend_int(columns, column);
			operators = lappend_oid(operators, operator);
		}
	}
	if (columns == NIL)
		return false;
	if (rte->rtekind == RTE_RELATION)
		/* an index of a table says nothing of those that inherit from it */
		return rte->relkind == RELKIND_RELATION && !(rte->inh && has_subclass(rte->relid)) && finds_one_row(rte->relid, columns, operators);
	return rte->rtekind == RTE_SUBQUERY && query_supports_distinctness(rte->subquery) &&
		query_is_distinct_for(rte->subquery, columns, operators);
}

/* What a query reads of a FROM item apart from one join's condition. */
static bool
is_read_elsewhere(Query *query, JoinExpr *join, int rti)
{
	Node	   *quals = join->quals;
	bool		result;

	join->quals = NULL;
	result = columns_read(query, rti) != NULL;
	join->quals = quals;
	return result;
}

/* A join tree without the outer joins of which nothing is read, and which add no rows. */
static Node *
without_unread_joins(Query *query, Node *node)
{
	ListCell   *cell;
	JoinExpr   *join;

	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			lfirst(cell) = without_unread_joins(query, lfirst(cell));
		return node;
	}
	if (!IsA(node, JoinExpr))
		return node;
	join = (JoinExpr *) node;
	/* from the top: what a join above reads keeps those below */
	if (join->jointype == JOIN_LEFT && IsA(join->rarg, RangeTblRef))
	{
		int			rti = ((RangeTblRef *) join->rarg)->rtindex;

		if (!is_read_elsewhere(query, join, rti) && finds_one(query, join->quals, rti))
		{
			/* the server counts outer joins by their entries */
			rt_fetch(join->rtindex, query->rtable)->jointype = JOIN_INNER;
			return without_unread_joins(query, join->larg);
		}
	}
	join->larg = without_unread_joins(query, join->larg);
	join->rarg = without_unread_joins(query, join->rarg);
	return node;
}

/*
 * Of a plain subquery, FROM item `rti` of a query: drop what the query does not ask it for.  The join columns
 * of both have been resolved.
 */
void
drop_unread(Query *query, int rti)
{
	Query	   *subquery = rt_fetch(rti, query->rtable)->subquery;
	Bitmapset  *columns;
	ListCell   *cell;

	columns = columns_read(query, rti);
	if (bms_is_member(0, columns))
		return;
	foreach(cell, subquery->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);

		if (!bms_is_member(tle->resno, columns) && !IsA(tle->expr, Const))
			tle->expr = (Expr *) makeNullConst(exprType((Node *) tle->expr), exprTypmod((Node *) tle->expr), exprCollation((Node *) tle->expr));
	}
	subquery->jointree = (FromExpr *) without_unread_joins(subquery, (Node *) subquery->jointree);
}
