/*
 * origin.c
 *		The tables that the values of a view's column come from.
 *
 * What is known of a source is declared of tables.  A view's dates are those of the table
 * that its date column is taken from, through other views, subqueries, joins, WITH, UNION
 * and expressions.
 */
#include "postgres.h"
#include "compat.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "ledger/live_fact.h"
#include "ledger/catalog_memory.h"
#include "ledger/origin.h"
#include "rollup/rollup.h"
#include "rows.h"

/* A column of a relation that was looked at: views may name one another many times. */
typedef struct Seen
{
	Oid			relid;
	AttrNumber	column;
} Seen;

typedef struct Origin
{
	List	   *tables;			/* OIDs, as found */
	List	   *seen;			/* of Seen */
} Origin;

/* Where an expression stands: the innermost query first, then those around it. */
typedef struct Place
{
	Origin	   *origin;
	List	   *queries;
} Place;

static void origin_of_query(Query *query, AttrNumber number, List *around, Origin *origin);

/* The rows of a live fact come from its query, column by column. */
static void
look_through(Oid *relid, AttrNumber *number)
{
	Oid			query = live_fact_query(*relid);

	if (!OidIsValid(query))
		return;
	if (*number > 0)
		*number = get_attnum(query, get_attname(*relid, *number, false));
	*relid = query;
}

static void
origin_of_column(Oid relid, AttrNumber number, Origin *origin)
{
	ListCell   *cell;
	Seen	   *seen;
	Query	   *query;

	look_through(&relid, &number);
	if (get_rel_relkind(relid) != RELKIND_VIEW)
	{
		origin->tables = list_append_unique_oid(origin->tables, relid);
		return;
	}
	foreach(cell, origin->seen)
	{
		seen = lfirst(cell);
		if (seen->relid == relid && seen->column == number)
			return;
	}
	seen = palloc(sizeof(Seen));
	seen->relid = relid;
	seen->column = number;
	origin->seen = lappend(origin->seen, seen);
	query = rollup_view_query(relid);
	if (query)
		origin_of_query(query, number, NIL, origin);
}

/* A column of a WITH query, by the queries from the one that holds it outwards. */
static void
origin_of_with(const RangeTblEntry *rte, AttrNumber number, List *queries, Origin *origin)
{
	ListCell   *cell;

	if (rte->self_reference)	/* of WITH RECURSIVE: what its other branch says */
		return;
	foreach(cell, linitial_node(Query, queries)->cteList)
	{
		CommonTableExpr *with = lfirst_node(CommonTableExpr, cell);

		if (strcmp(with->ctename, rte->ctename) == 0 && IsA(with->ctequery, Query))
			origin_of_query((Query *) with->ctequery, number, queries, origin);
	}
}

static bool
origin_of_node(Node *node, Place *place)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		List	   *queries;
		RangeTblEntry *rte;

		if (var->varattno <= 0 || (int) var->varlevelsup >= list_length(place->queries))
			return false;
		queries = list_copy_tail(place->queries, var->varlevelsup);
		rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
		if (rte->rtekind == RTE_RELATION)
			origin_of_column(rte->relid, var->varattno, place->origin);
		else if (rte->rtekind == RTE_SUBQUERY)
			origin_of_query(rte->subquery, var->varattno, queries, place->origin);
		else if (rte->rtekind == RTE_JOIN)
		{
			Place		there = {place->origin, queries};

			check_stack_depth();
			origin_of_node(list_nth(rte->joinaliasvars, var->varattno - 1), &there);
		}
		else if (rte->rtekind == RTE_CTE && (int) rte->ctelevelsup < list_length(queries))
			origin_of_with(rte, var->varattno, list_copy_tail(queries, rte->ctelevelsup), place->origin);
		return false;
	}
	if (IsA(node, Query))		/* of a subquery in the expression */
	{
		origin_of_query((Query *) node, 1, place->queries, place->origin);
		return false;
	}
	return expression_tree_walker(node, origin_of_node, place);
}

/* The branches of UNION, INTERSECT, EXCEPT. */
static void
origin_of_branches(Node *branch, Query *query, AttrNumber number, List *around, Origin *origin)
{
	check_stack_depth();
	if (IsA(branch, SetOperationStmt))
	{
		origin_of_branches(((SetOperationStmt *) branch)->larg, query, number, around, origin);
		origin_of_branches(((SetOperationStmt *) branch)->rarg, query, number, around, origin);
	}
	else
		origin_of_query(rt_fetch(((RangeTblRef *) branch)->rtindex, query->rtable)->subquery, number, around, origin);
}

static void
origin_of_query(Query *query, AttrNumber number, List *around, Origin *origin)
{
	Place		place = {origin, lcons(query, list_copy(around))};
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (query->setOperations)
	{
		origin_of_branches(query->setOperations, query, number, place.queries, origin);
		return;
	}
	query = query_without_group_rte(query);
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (entry->resno == number && !entry->resjunk)
			origin_of_node((Node *) entry->expr, &place);
	}
}

/* The tables, by their OIDs in order, whose values a column of a view shows; of a table, itself. */
List *
column_tables(Oid relid, const char *column)
{
	static CatalogMemory memory = {.name = "emgov origins of columns"};
	AttrNumber	number = get_attnum(relid, column);
	Origin		origin = {NIL, NIL};
	List	  **place;
	MemoryContext before;

	if (number <= 0)
		return NIL;
	place = (List **) remembered(&memory, relid, (Oid) number);
	if (*place == NULL)
	{
		origin_of_column(relid, number, &origin);
		list_sort(origin.tables, list_oid_cmp);
		before = MemoryContextSwitchTo(memory.context);
		*place = list_copy(origin.tables);
		MemoryContextSwitchTo(before);
	}
	return list_copy(*place);
}

/*
 * emgov_internal.column_tables(relation, column_name): the same.  Empty when there is none that can be named, as of
 * what a function gives, and when there is no such relation or column.
 */
PG_FUNCTION_INFO_V1(emgov_column_tables);
Datum
emgov_column_tables(PG_FUNCTION_ARGS)
{
	List	   *found = column_tables(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
	Datum	   *tables = palloc(sizeof(Datum) * (list_length(found) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, found)
		tables[n++] = ObjectIdGetDatum(lfirst_oid(cell));
	PG_RETURN_ARRAYTYPE_P(construct_array(tables, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}

/* ------------------------------------------------------------------ what columns are read from */

/* A column's number that means all columns. */
#define WHOLE_ROW (-1)

/* Where something stands: the query first, then those around it; and all that was found. */
typedef struct Reading
{
	List	  **columns;		/* of Seen: of tables and of views, each once; column 0 is the whole row */
	List	   *queries;
} Reading;

static void read_column(Oid relid, AttrNumber number, List **columns);
static bool read_node(Node *node, Reading *reading);

/* A column of a query (0: all): what is shown there.  In a set operation, that of each branch. */
static void
read_entries(Query *query, AttrNumber number, List *around, List **columns)
{
	Reading		reading = {columns, lcons(query, list_copy(around))};
	ListCell   *cell;

	check_stack_depth();
	query = query_without_group_rte(query);
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (number <= 0 || entry->resno == number)
			read_node((Node *) entry->expr, &reading);
	}
}

/* Is an entry a column of a row that the query groups by already, by its primary key? */
static bool
follows_from_key(const TargetEntry *entry, Query *query)
{
	const Var  *var = (const Var *) entry->expr;
	RangeTblEntry *rte;
	Bitmapset  *missing;
	Oid			constraint;
	ListCell   *cell;

	if (!IsA(var, Var) || var->varlevelsup > 0 || query->groupingSets != NIL || query->distinctClause != NIL || query->sortClause != NIL)
		return false;
	rte = rt_fetch(var->varno, query->rtable);
	if (rte->rtekind != RTE_RELATION)
		return false;
	missing = get_primary_key_attnos(rte->relid, false, &constraint);
	if (missing == NULL || bms_is_member(var->varattno - FirstLowInvalidHeapAttributeNumber, missing))
		return false;
	foreach(cell, query->groupClause)
	{
		const Var  *group = (const Var *) get_sortgroupclause_expr(lfirst_node(SortGroupClause, cell), query->targetList);

		if (IsA(group, Var) && group->varno == var->varno && group->varlevelsup == 0)
			missing = bms_del_member(missing, group->varattno - FirstLowInvalidHeapAttributeNumber);
	}
	return bms_is_empty(missing);
}

/* What decides which rows a query has. */
static void
read_rows(Query *query, List *around, List **columns)
{
	Reading		reading = {columns, lcons(query, list_copy(around))};
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	query = query_without_group_rte(query);
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if ((entry->resjunk || entry->ressortgroupref > 0 || query->setOperations != NULL) && !follows_from_key(entry, query))
			read_node((Node *) entry->expr, &reading);
	}
	read_node((Node *) query->jointree, &reading);
	read_node(having_without_group_rte(query), &reading);
	read_node(query->limitOffset, &reading);
	read_node(query->limitCount, &reading);
	foreach(cell, query->cteList)
		read_node(lfirst_node(CommonTableExpr, cell)->ctequery, &reading);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (rte->rtekind == RTE_SUBQUERY)
			read_rows(rte->subquery, reading.queries, columns);
		else if (rte->rtekind == RTE_RELATION)
			read_column(rte->relid, InvalidAttrNumber, columns);
		read_node((Node *) rte->functions, &reading);
		read_node((Node *) rte->values_lists, &reading);
	}
}

static bool
read_node(Node *node, Reading *reading)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		List	   *queries;
		RangeTblEntry *rte;

		if (var->varattno < 0 || (int) var->varlevelsup >= list_length(reading->queries))
			return false;
		queries = list_copy_tail(reading->queries, var->varlevelsup);
		rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
		if (rte->rtekind == RTE_RELATION)
			read_column(rte->relid, var->varattno > 0 ? var->varattno : WHOLE_ROW, reading->columns);
		else if (rte->rtekind == RTE_SUBQUERY)
			read_entries(rte->subquery, var->varattno, queries, reading->columns);
		else if (rte->rtekind == RTE_JOIN)
		{
			Reading		there = {reading->columns, queries};

			check_stack_depth();
			read_node(var->varattno > 0 ? list_nth(rte->joinaliasvars, var->varattno - 1) : (Node *) rte->joinaliasvars, &there);
		}
		/* of WITH, all is read where it stands */
		return false;
	}
	if (IsA(node, Query))		/* in an expression, or of WITH */
	{
		read_rows((Query *) node, reading->queries, reading->columns);
		read_entries((Query *) node, 0, reading->queries, reading->columns);
		return false;
	}
	return expression_tree_walker(node, read_node, reading);
}

/*
 * Add a column of a relation, or its rows alone, or all its columns; and if it is a view, what that is
 * read from.
 */
static void
read_column(Oid relid, AttrNumber number, List **columns)
{
	ListCell   *cell;
	Seen	   *seen;
	Query	   *query;

	foreach(cell, *columns)
	{
		seen = lfirst(cell);
		if (seen->relid == relid && seen->column == number)
			return;
	}
	seen = palloc(sizeof(Seen));
	seen->relid = relid;
	seen->column = number;
	*columns = lappend(*columns, seen);
	look_through(&relid, &number);
	if (get_rel_relkind(relid) != RELKIND_VIEW || (query = rollup_view_query(relid)) == NULL)
		return;
	if (number == InvalidAttrNumber)
		read_rows(query, NIL, columns);
	else
	{
		read_column(relid, InvalidAttrNumber, columns);
		read_entries(query, number == WHOLE_ROW ? 0 : number, NIL, columns);
	}
}

/*
 * emgov_internal.columns_read(relation, columns): the columns of tables and views that the rows of a relation,
 * as far as they have these columns, are made of.
 */
PG_FUNCTION_INFO_V1(emgov_columns_read);
Datum
emgov_columns_read(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	List	   *columns = NIL;
	RowsOut    *out = begin_rows(fcinfo);
	Datum	   *names;
	int			n;
	ListCell   *cell;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, NULL, &n);
	for (int i = 0; i < n; i++)
	{
		AttrNumber	number = get_attnum(relid, TextDatumGetCString(names[i]));

		if (number > 0)
			read_column(relid, number, &columns);
	}
	foreach(cell, columns)
	{
		Seen	   *seen = lfirst(cell);
		Datum		values[2];
		bool		nulls[2] = {false, seen->column == WHOLE_ROW};

		if (seen->column == InvalidAttrNumber)
			continue;
		values[0] = ObjectIdGetDatum(seen->relid);
		values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(get_attname(seen->relid, seen->column, false));
		put_row(out, values, nulls);
	}
	PG_RETURN_NULL();
}
