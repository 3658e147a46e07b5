/*
 * rewrite_plan.c
 *		The queries that take a level's and a table's place.
 *
 * Of a table: the rows of total and delta, or one row for each group that is there.  Of a
 * level: the choice between copies of it that read rollups and the level as it was.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "rollup/rewrite.h"

#define INT8_NOT_EQUAL	411		/* bigint <> bigint */

/* ---------------------------------------------------------------- expressions */

/* An aggregate of one argument. */
static Expr *
aggregate(Oid function, Oid type, Expr *arg, Expr *filter)
{
	Aggref	   *result = makeNode(Aggref);

	result->aggfnoid = function;
	result->aggtype = type;
	result->aggargtypes = list_make1_oid(exprType((Node *) arg));
	result->args = list_make1(makeTargetEntry(arg, 1, NULL, false));
	result->aggfilter = copyObject(filter);
	result->aggkind = AGGKIND_NORMAL;
	result->aggsplit = AGGSPLIT_SIMPLE;
	result->aggno = -1;
	result->aggtransno = -1;
	result->location = -1;
	return (Expr *) result;
}

/* An aggregate of this extension's. */
static Oid
own_aggregate(const char *schema, const char *name, Oid type)
{
	Oid			result = rollup_function(schema, name, 1, &type);

	if (!OidIsValid(result))
		elog(ERROR, "there is no aggregate %s.%s(%s)", schema, name, format_type_be(type));
	return result;
}

/* The sum of a stored column, of that column's type. */
Expr *
sum_of_column(const RollupColumn *column, Expr *value, Expr *filter)
{
	switch (column->kind)
	{
		case ROLLUP_COLUMN_COUNT:
			return aggregate(own_aggregate("emgov_internal", "rollup_count", INT8OID), INT8OID, value, filter);
		case ROLLUP_COLUMN_INT8:
			return (Expr *) makeFuncExpr(F_INT8_NUMERIC, INT8OID, list_make1(aggregate(F_SUM_INT8, NUMERICOID, value, filter)),
										 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
		case ROLLUP_COLUMN_NUMERIC:
			return aggregate(F_SUM_NUMERIC, NUMERICOID, value, filter);
		case ROLLUP_COLUMN_SUMMARY:
			return aggregate(own_aggregate("emgov", "sum", column->type), column->type, value, filter);
	}
	return NULL;
}

/* bigint <> 0 */
Expr *
make_not_zero(Expr *number)
{
	Const	   *zero = makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(0), false, FLOAT8PASSBYVAL);
	OpExpr	   *result = (OpExpr *) make_opclause(INT8_NOT_EQUAL, BOOLOID, false, copyObject(number), (Expr *) zero, InvalidOid, InvalidOid);

	result->opfuncid = F_INT8NE;
	return (Expr *) result;
}

/* ---------------------------------------------------------------- queries */

/* Names of a query's columns. */
static List *
column_names(const Query *query)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);

		if (!tle->resjunk)
			names = lappend(names, makeString(pstrdup(tle->resname ? tle->resname : "?column?")));
	}
	return names;
}

/* A FROM item that is a subquery. */
RangeTblEntry *
subquery_entry(Query *query, const char *name)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);

	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = query;
	rte->eref = makeAlias(name, column_names(query));
	rte->inFromCl = true;
	return rte;
}

/* A query over the one FROM item given. */
static Query *
query_over(RangeTblEntry *rte)
{
	Query	   *query = makeNode(Query);
	RangeTblRef *from = makeNode(RangeTblRef);

	query->commandType = CMD_SELECT;
	query->querySource = QSRC_ORIGINAL;
	query->canSetTag = true;
	query->rtable = list_make1(rte);
	from->rtindex = 1;
	query->jointree = makeFromExpr(list_make1(from), NULL);
	query->stmt_location = -1;
	return query;
}

/* The columns of FROM item `varno`, whose query is given, as columns of another. */
static List *
columns_of(const Query *query, Index varno)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);
		TargetEntry *column;

		if (tle->resjunk)
			continue;
		column = makeTargetEntry((Expr *) makeVar(varno, tle->resno, exprType((Node *) tle->expr), exprTypmod((Node *) tle->expr),
												  exprCollation((Node *) tle->expr), 0),
								 list_length(result) + 1, tle->resname ? pstrdup(tle->resname) : NULL, false);
		column->resorigtbl = tle->resorigtbl;
		column->resorigcol = tle->resorigcol;
		result = lappend(result, column);
	}
	return result;
}

/* UNION ALL of queries that have the same columns. */
static Query *
union_all(List *queries, List *names)
{
	Query	   *query = makeNode(Query);
	Query	   *first = linitial_node(Query, queries);
	Node	   *all = NULL;
	ListCell   *cell;
	ListCell   *name;

	query->commandType = CMD_SELECT;
	query->querySource = QSRC_ORIGINAL;
	query->canSetTag = true;
	query->jointree = makeFromExpr(NIL, NULL);
	query->stmt_location = -1;
	forboth(cell, queries, name, names)
	{
		RangeTblRef *arm = makeNode(RangeTblRef);
		RangeTblEntry *rte = subquery_entry(lfirst_node(Query, cell), lfirst(name));

		rte->inFromCl = false;
		query->rtable = lappend(query->rtable, rte);
		arm->rtindex = list_length(query->rtable);
		if (all == NULL)
			all = (Node *) arm;
		else
		{
			SetOperationStmt *both = makeNode(SetOperationStmt);
			ListCell   *column;

			both->op = SETOP_UNION;
			both->all = true;
			both->larg = all;
			both->rarg = (Node *) arm;
			foreach(column, first->targetList)
			{
				TargetEntry *tle = lfirst_node(TargetEntry, column);

				if (tle->resjunk)
					continue;
				both->colTypes = lappend_oid(both->colTypes, exprType((Node *) tle->expr));
				both->colTypmods = lappend_int(both->colTypmods, exprTypmod((Node *) tle->expr));
				both->colCollations = lappend_oid(both->colCollations, exprCollation((Node *) tle->expr));
			}
			all = (Node *) both;
		}
	}
	query->setOperations = all;
	query->targetList = columns_of(first, 1);
	return query;
}

/* The stored columns of total or delta. */
static Query *
scan_query(const KnownRollup *known, Oid relid, const AttrNumber *numbers)
{
	const RollupDefinition *def = known->def;
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	List	   *names = NIL;
	List	   *columns = NIL;
	Query	   *query;
	AttrNumber	number;
	char	   *name;
	int			i;

	for (number = 1; (name = get_attname(relid, number, true)) != NULL; number++)
		names = lappend(names, makeString(name));
	rte->rtekind = RTE_RELATION;
	rte->relid = relid;
	rte->relkind = RELKIND_RELATION;
	rte->rellockmode = AccessShareLock;
	rte->eref = makeAlias(get_rel_name(relid), names);
	rte->inFromCl = true;
	query = query_over(rte);
	ask_no_rights(query, rte, known->owner);
	for (i = 1; i <= PLACES(known); i++)
	{
		Var		   *var = i <= def->nkeys ?
			makeVar(1, numbers[i], def->keys[i - 1].type, def->keys[i - 1].typmod, def->keys[i - 1].collation, 0) :
			makeVar(1, numbers[i], def->columns[i - 1 - def->nkeys].type, -1, InvalidOid, 0);

		columns = lappend(columns, makeTargetEntry((Expr *) var, i,
												   pstrdup(i <= def->nkeys ? def->keys[i - 1].name : def->columns[i - 1 - def->nkeys].name), false));
	}
	query->targetList = columns;
	return query;
}

/* A key to group by. */
static SortGroupClause *
group_by(TargetEntry *tle, const RollupKey *key)
{
	SortGroupClause *result = makeNode(SortGroupClause);
	TypeCacheEntry *type = lookup_type_cache(key->type, TYPECACHE_EQ_OPR | TYPECACHE_LT_OPR | TYPECACHE_HASH_PROC);

	tle->ressortgroupref = tle->resno;
	result->tleSortGroupRef = tle->resno;
	result->eqop = type->eq_opr;
	result->sortop = type->lt_opr;
	result->hashable = OidIsValid(type->hash_proc);
	return result;
}

/* The rows of total and delta; the columns are the stored ones in their order. */
Query *
sums_query(const KnownRollup *known)
{
	return union_all(list_make2(scan_query(known, known->rollup.total, known->total_columns),
								scan_query(known, known->rollup.delta, known->delta_columns)),
					 list_make2("total", "delta"));
}

/*
 * One row for each group, by the keys used, that is there and meets conditions on the keys.
 * Columns that are not used are NULL.
 */
Query *
groups_query(const KnownRollup *known, Bitmapset *used, List *quals)
{
	const RollupDefinition *def = known->def;
	Query	   *both = sums_query(known);
	Query	   *query;
	List	   *columns;
	ListCell   *cell;
	Expr	   *rows = NULL;

	query = query_over(subquery_entry(both, "sums"));
	if (quals != NIL)
		query->jointree->quals = (Node *) make_ands_explicit(quals);
	columns = columns_of(both, 1);
	foreach(cell, columns)
	{
		TargetEntry *tle = lfirst_node(TargetEntry, cell);
		bool		is_used = bms_is_member(tle->resno, used);
		bool		is_key = tle->resno <= def->nkeys;

		if (tle->resno == COLUMN_PLACE(known, 0))
			rows = tle->expr = sum_of_column(&def->columns[0], tle->expr, NULL);
		else if (!is_used)
			tle->expr = (Expr *) makeNullConst(exprType((Node *) tle->expr), exprTypmod((Node *) tle->expr), exprCollation((Node *) tle->expr));
		else if (is_key)
			query->groupClause = lappend(query->groupClause, group_by(tle, &def->keys[tle->resno - 1]));
		else
			tle->expr = sum_of_column(&def->columns[tle->resno - 1 - def->nkeys], tle->expr, NULL);
	}
	query->targetList = columns;
	query->hasAggs = true;
	query->havingQual = (Node *) make_not_zero(rows);
	return query;
}

/*
 * Make a level the choice between answers and itself.  `mark` tells the FROM item of the choice from
 * all others: of a subquery the server copies `functions`, and does nothing else with it.
 */
void
choice_query(Query *level, List *answers, Node *mark)
{
	Query	   *table = palloc(sizeof(Query));
	Query	   *choice;
	List	   *queries = NIL;
	List	   *names = NIL;
	ListCell   *cell;

	*table = *level;
	foreach(cell, answers)
	{
		Answer	   *answer = lfirst(cell);

		queries = lappend(queries, answer->query);
		names = lappend(names, get_rel_name(answer->known->rollup.view));
	}
	queries = lappend(queries, table);
	names = lappend(names, "table");
	foreach(cell, queries)
		IncrementVarSublevelsUp(lfirst(cell), 2, 1);
	choice = query_over(subquery_entry(union_all(queries, names), "rollup"));
	linitial_node(RangeTblEntry, choice->rtable)->functions = list_make1(mark);
	choice->targetList = columns_of(table, 1);
	choice->querySource = level->querySource;
	choice->queryId = level->queryId;
	choice->canSetTag = level->canSetTag;
	choice->hasRowSecurity = level->hasRowSecurity;
	choice->stmt_location = level->stmt_location;
	choice->stmt_len = level->stmt_len;
	*level = *choice;
}
