/*
 * define.c
 *		The query of a rollup, checked and taken apart.
 *
 * A rollup is exact because each of its aggregates is a sum in a group: what a
 * row adds when it comes it takes away when it goes.  So everything that is not
 * such a sum over single rows of one table is refused here, with the reason, the
 * place in the query and what to do instead.
 *
 * An aggregate is accepted by what the catalogs say of it, not by its name: it is
 * the core's count or sum of whole numbers or numeric, or it belongs to this
 * extension, gives its own transition type, and that type has an aggregate
 * emgov.sum with an inverse and a zero.
 */
#include "postgres.h"
#include "compat.h"

#include "access/attmap.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tupconvert.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "rewrite/rewriteSupport.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "rollup/expression.h"
#include "rollup/rollup.h"

/* Where an error lies: the text of the query, NULL if there is none. */
typedef struct Place
{
	const char *text;
	int			location;
} Place;

/* Add the cursor position of a place to the error being reported. */
static int
at(Place place)
{
	if (place.text == NULL || place.location < 0)
		return 0;
	return errposition(pg_mbstrlen_with_len(place.text, place.location) + 1);
}

static Place
place(const char *text, int location)
{
	Place		result = {text, location};

	return result;
}

/* Refuse: the reason, the place, the hint (NULL for none). */
static void
refuse(const char *reason, Place where, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("a rollup cannot be kept over this query: %s", reason),
			 hint ? errhint("%s", hint) : 0,
			 at(where)));
}

/* The OID of the schema emgov. */
Oid
rollup_extension_schema(void)
{
	return get_namespace_oid("emgov", false);
}

/*
 * A function in a schema of this extension's, by the types of its arguments; InvalidOid if there is none.
 * Nobody need have rights to the schema: who reads or writes a table need not know that it has a rollup.
 */
Oid
rollup_function(const char *schema, const char *name, int nargs, const Oid *types)
{
	Oid			namespace = get_namespace_oid(schema, true);

	if (!OidIsValid(namespace))
		return InvalidOid;
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(types, nargs)), ObjectIdGetDatum(namespace));
}

/* Does a function belong to this extension? */
static bool
is_own_function(Oid function)
{
	Oid			extension = get_extension_oid("emgov", true);

	return OidIsValid(extension) &&
		getExtensionOfObject(ProcedureRelationId, function) == extension;
}

/*
 * How a type forms a group: from its aggregate emgov.sum(type), which must belong
 * to this extension, keep the type as its state and have an inverse and a zero.
 * NULL if there is no such aggregate.
 */
static RollupGroup *
summary_group(Oid type)
{
	Oid			sum = rollup_function("emgov", "sum", 1, &type);
	RollupGroup *group;
	HeapTuple	tuple;
	Form_pg_aggregate form;
	Datum		zero;
	bool		isnull;

	if (!OidIsValid(sum) || !is_own_function(sum))
		return NULL;
	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(sum));
	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	zero = SysCacheGetAttr(AGGFNOID, tuple, Anum_pg_aggregate_agginitval, &isnull);
	if (form->aggtranstype != type || OidIsValid(form->aggfinalfn) ||
		!OidIsValid(form->aggminvtransfn) || isnull)
	{
		ReleaseSysCache(tuple);
		return NULL;
	}
	group = palloc0(sizeof(RollupGroup));
	group->type = type;
	group->zero = TextDatumGetCString(zero);
	ReleaseSysCache(tuple);
	return group;
}

/* What the user may do instead of an aggregate that is no sum; NULL if nothing is known. */
static const char *
aggregate_hint(const Aggref *agg)
{
	char	   *name = get_func_name(agg->aggfnoid);

	if (name == NULL)
		return NULL;
	if (strcmp(name, "avg") == 0)
		return "Keep sum(x) and count(x) and divide when reading.";
	if (strcmp(name, "min") == 0 || strcmp(name, "max") == 0)
		return "A smallest or largest value does not subtract. An index on the column finds it at once, also per group.";
	if (strcmp(name, "sum") == 0)
		return "Only whole numbers and numeric add up exactly. Cast a float to numeric, money to numeric.";
	return "Accepted are count, sum of smallint, integer, bigint and numeric, and the aggregates of emgov that give a summary.";
}

/*
 * Decide what an aggregate is; an ERROR if it is not a sum in a group.
 */
static void
define_aggregate(Aggref *agg, RollupValue *value, const char *text)
{
	Place		here = place(text, agg->location);
	HeapTuple	tuple;
	Form_pg_aggregate form;
	bool		own;

	if (agg->aggkind != AGGKIND_NORMAL)
		refuse("an ordered-set aggregate does not subtract", here,
			   "Make the value a key: the counts of the groups give every percentile.");
	if (agg->aggdistinct != NIL)
		refuse("an aggregate with DISTINCT does not subtract", here,
			   "Make the column a key of the rollup and count the groups when reading.");
	if (agg->aggorder != NIL)
		refuse("an aggregate with ORDER BY is not supported", here,
			   "A sum does not depend on the order of rows; leave ORDER BY out.");
	if (agg->agglevelsup != 0)
		refuse("the aggregate belongs to an outer query", here, NULL);

	value->agg = agg;
	switch (agg->aggfnoid)
	{
		case F_COUNT_:
		case F_COUNT_ANY:
			value->kind = ROLLUP_COUNT;
			return;
		case F_SUM_INT2:
		case F_SUM_INT4:
			value->kind = ROLLUP_SUM_INT;
			return;
		case F_SUM_INT8:
			value->kind = ROLLUP_SUM_BIGINT;
			return;
		case F_SUM_NUMERIC:
			value->kind = ROLLUP_SUM_NUMERIC;
			return;
	}

	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(agg->aggfnoid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", agg->aggfnoid);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	own = form->aggtranstype == agg->aggtype && !OidIsValid(form->aggfinalfn) &&
		!heap_attisnull(tuple, Anum_pg_aggregate_agginitval, NULL) &&
		is_own_function(agg->aggfnoid);
	ReleaseSysCache(tuple);
	if (own)
		value->group = summary_group(agg->aggtype);
	if (value->group == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over this query: %s does not add up in a group",
						format_procedure(agg->aggfnoid)),
				 aggregate_hint(agg) ? errhint("%s", aggregate_hint(agg)) : 0,
				 at(here)));
	value->kind = ROLLUP_SUMMARY;
}

/* Is this function not immutable?  For check_functions_in_node. */
static bool
is_mutable(Oid function, void *context pg_attribute_unused())
{
	return func_volatile(function) != PROVOLATILE_IMMUTABLE;
}

/*
 * Refuse a cast that goes by the text of a value which settings shape, though its
 * output function passes for immutable; or by the cstring that such a function gives.
 */
static void
check_text_cast(CoerceViaIO *cast, Place where)
{
	Oid			from = getBaseType(exprType((Node *) cast->arg));
	const char *problem = from == CSTRINGOID ? "It is what an output function gives." : output_problem(from);

	/* what is not immutable is refused as such */
	if (problem && !contain_mutable_functions((Node *) cast))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over this query: the text of a value of type %s depends on settings of the session",
						format_type_be(from)),
				 errdetail("%s", problem),
				 errhint("Round a float to numeric; use encode(x, 'hex') for bytea."),
				 at(where)));
}

/*
 * Is an expression of a kind that is known to be a function of its parts alone?  XML and
 * JSON constructors are not: they print what they are made of.
 */
static bool
is_known_kind(Node *node)
{
	switch (nodeTag(node))
	{
		case T_List:
		case T_Var:
		case T_Const:
		case T_FuncExpr:
		case T_NamedArgExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
		case T_BoolExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_ArrayExpr:
		case T_ArrayCoerceExpr:
		case T_SubscriptingRef:
		case T_RelabelType:
		case T_CollateExpr:
		case T_CoerceViaIO:
		case T_CoerceToDomain:
		case T_CoerceToDomainValue:
		case T_RowExpr:
		case T_RowCompareExpr:
		case T_FieldSelect:
		case T_FieldStore:
		case T_ConvertRowtypeExpr:
			return true;
		default:
			return false;
	}
}

/* What an expression over the rows of the table may not hold. */
typedef struct ExpressionCheck
{
	const char *text;
	Oid			source;			/* the table of its columns */
	int			location;		/* of the nearest enclosing node that has one */
} ExpressionCheck;

/* Walk an expression and refuse what depends on more than the row's columns. */
static bool
check_expression_walker(Node *node, ExpressionCheck *check)
{
	int			location;

	if (node == NULL)
		return false;
	location = exprLocation(node);
	if (location < 0)
		location = check->location;

	if (IsA(node, SubLink))
		refuse("a subquery reads more than the row at hand", place(check->text, location),
			   "Store what the subquery finds in a column of the table.");
	if (IsA(node, Param))
		refuse("a parameter has no value later on", place(check->text, location), NULL);
	if (IsA(node, Aggref) || IsA(node, GroupingFunc))
		refuse("an aggregate stands inside an expression", place(check->text, location),
			   "Keep plain aggregates and compute with them when reading the rollup.");
	if (IsA(node, WindowFunc))
		refuse("a window function reads more than the row at hand", place(check->text, location),
			   "Apply the window function when reading the rollup.");
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		if (var->varattno == 0)
			refuse("a whole row is used as a value", place(check->text, location),
				   "Name the columns.");
		if (var->varattno < 0)
			refuse("a system column is used", place(check->text, location),
				   "Use the table's own columns.");
		if (is_virtual_column(check->source, var->varattno))
			refuse("a virtual generated column is used", place(check->text, location),
				   "Triggers do not see its value. Write its expression, or store the column.");
	}
	if (IsA(node, CoerceViaIO))
		check_text_cast((CoerceViaIO *) node, place(check->text, location));
	if (IsA(node, SQLValueFunction) || IsA(node, NextValueExpr) || IsA(node, CurrentOfExpr) ||
		check_functions_in_node(node, is_mutable, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over this query: an expression is not immutable"),
				 errdetail("The same row could give another value tomorrow, or in another session."),
				 errhint("Fix what it depends on: for a time zone write (x AT TIME ZONE 'Asia/Shanghai')::date."),
				 at(place(check->text, location))));
	if (!is_known_kind(node))
		refuse("it holds a kind of expression whose value may depend on settings", place(check->text, location),
			   "Store the value in a column of the table.");
	{
		ExpressionCheck inner = {check->text, check->source, location};

		return expression_tree_walker(node, check_expression_walker, &inner);
	}
}

/*
 * Refuse an expression that is not a function of the row's columns alone.
 * `location` is that of what it belongs to.
 */
static void
check_expression(Node *node, Oid source, const char *text, int location)
{
	ExpressionCheck check = {text, source, location};

	check_expression_walker(node, &check);
	if (contain_mutable_functions(node) || expression_returns_set(node))
		refuse("an expression is not an immutable function of the row", place(text, location), NULL);
}

/*
 * Where an output column stands in the query.  As parsed, for since 18 what is analysed
 * reads keys through the GROUP BY list, without their places.
 */
static int
output_location(const TargetEntry *tle, const SelectStmt *raw)
{
	int			location = exprLocation((Node *) tle->expr);
	ListCell   *cell;

	if (tle->resjunk)
		return location < 0 && raw->groupClause ? exprLocation(llast(raw->groupClause)) : location;
	foreach(cell, raw->targetList)
	{
		Node	   *item = lfirst_node(ResTarget, cell)->val;

		/* it stands for several columns, or none */
		if (IsA(item, ColumnRef) && IsA(llast(((ColumnRef *) item)->fields), A_Star))
			return location;
		if (foreach_current_index(cell) == tle->resno - 1)
			return exprLocation(item);
	}
	return location;
}

/* Where an item of FROM, of ORDER BY or of the SELECT list stands; -1 if that is not known. */
static int
item_location(Node *item)
{
	if (item == NULL)
		return -1;
	switch (nodeTag(item))
	{
		case T_JoinExpr:
			return item_location(((JoinExpr *) item)->rarg);
		case T_RangeSubselect:
			return item_location(linitial(((SelectStmt *) ((RangeSubselect *) item)->subquery)->targetList));
		case T_RangeFunction:
			return exprLocation(linitial(linitial(((RangeFunction *) item)->functions)));
		case T_RangeTableSample:
			return ((RangeTableSample *) item)->location;
		case T_SortBy:
			return exprLocation(((SortBy *) item)->node);
		default:
			return exprLocation(item);
	}
}

/* Where the first or the last item of a clause stands. */
static Place
place_of_first(const char *text, List *clause)
{
	return place(text, clause ? item_location(linitial(clause)) : -1);
}

static Place
place_of_last(const char *text, List *clause)
{
	return place(text, clause ? item_location(llast(clause)) : -1);
}

/* Where the first output column that returns a set stands. */
static Place
place_of_set(const char *text, Query *query)
{
	ListCell   *cell;

	foreach(cell, query->targetList)
		if (expression_returns_set((Node *) lfirst_node(TargetEntry, cell)->expr))
			return place(text, exprLocation((Node *) lfirst_node(TargetEntry, cell)->expr));
	return place(text, -1);
}

/*
 * Refuse the clauses that a rollup cannot have.  `raw` is the query as it was parsed,
 * for places; an empty one if the query is a stored one.
 */
static void
check_clauses(Query *query, const SelectStmt *raw, const char *text)
{
	Place		nowhere = place(text, -1);

	if (query->commandType != CMD_SELECT || query->utilityStmt != NULL)
		refuse("it is not a SELECT", nowhere, NULL);
	if (query->cteList != NIL)
		refuse("it has WITH", place(text, ((CommonTableExpr *) linitial(query->cteList))->location),
			   "Write the query over the table itself.");
	if (query->setOperations != NULL)
		refuse("it has UNION, INTERSECT or EXCEPT",
			   raw->rarg ? place_of_first(text, raw->rarg->targetList) : nowhere, "Make one rollup for each part.");
	if (query->groupingSets != NIL)
		refuse("it has GROUPING SETS, ROLLUP or CUBE",
			   place(text, exprLocation((Node *) linitial(query->groupingSets))),
			   "Group by all the keys and add groups up when reading: sum() of counts, sums and summaries is exact.");
	if (query->hasWindowFuncs)
		refuse("it has window functions", place(text, locate_windowfunc((Node *) query->targetList)),
			   "Apply them when reading the rollup.");
	if (query->hasTargetSRFs)
		refuse("it returns several rows from one", place_of_set(text, query),
			   "Store what the function returns as rows of a table of their own, and make the rollup over that.");
	if (query->distinctClause != NIL)
		refuse("it has DISTINCT", place_of_first(text, raw->targetList), "The groups are distinct already; leave it out.");
	if (query->havingQual != NULL)
		refuse("it has HAVING", place(text, exprLocation(query->havingQual)),
			   "Put the condition on the rollup when reading it.");
	if (query->sortClause != NIL)
		refuse("it has ORDER BY", place_of_first(text, raw->sortClause), "Order when reading the rollup.");
	if (query->limitCount != NULL || query->limitOffset != NULL)
		refuse("it has LIMIT or OFFSET", place(text, exprLocation(raw->limitCount ? raw->limitCount : raw->limitOffset)),
			   "Limit when reading the rollup.");
	if (query->rowMarks != NIL)
		refuse("it locks rows", nowhere, "Leave FOR UPDATE or FOR SHARE out.");
	if (!query->hasAggs && query->groupClause == NIL)
		refuse("it has neither an aggregate nor GROUP BY", nowhere,
			   "Add count(*) to count the rows.");
}

/*
 * Find the one table of the query, and refuse any other source of rows.  Afterwards
 * its columns have varno 1 in all expressions.
 */
static Oid
check_source(Query *query, const SelectStmt *raw, const char *text)
{
	RangeTblEntry *rte;
	Node	   *from;
	Place		here = place_of_last(text, raw->fromClause);

	if (list_length(query->jointree->fromlist) == 0)
		refuse("it reads no table", here, "Add FROM with the table to sum up.");
	from = linitial(query->jointree->fromlist);
	if (list_length(query->jointree->fromlist) > 1 || !IsA(from, RangeTblRef))
		refuse("it joins", here,
			   "Keep the rollup by the joining column and join the rollup when reading, or store the column in the table.");
	rte = rt_fetch(((RangeTblRef *) from)->rtindex, query->rtable);
	if (rte->rtekind != RTE_RELATION)
		refuse("it reads something else than a table", here,
			   "Write the query over the table itself.");
	if (rte->tablesample != NULL)
		refuse("it has TABLESAMPLE", here, "A rollup counts all rows; leave it out.");
	switch (rte->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
			break;
		case RELKIND_FOREIGN_TABLE:
			refuse("its table is foreign, and others write to it unseen", here,
				   "Keep the rollup where the table lives and read that one.");
			break;
		default:
			refuse("it reads a view, not a table", here,
				   "Write the query over the table itself.");
	}
	if (rte->relkind == RELKIND_PARTITIONED_TABLE && !rte->inh)
		refuse("ONLY a partitioned table has no rows", here, "Leave ONLY out.");
	/* A stored view numbers its table after the rule's OLD and NEW (until 15). */
	if (((RangeTblRef *) from)->rtindex != 1)
	{
		ChangeVarNodes((Node *) query->targetList, ((RangeTblRef *) from)->rtindex, 1, 0);
		ChangeVarNodes(query->jointree->quals, ((RangeTblRef *) from)->rtindex, 1, 0);
	}
	return rte->relid;
}

/* The type that sums of summaries are stored in (wide.c). */
static Oid
wide_type(void)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("wide_summary"),
						   ObjectIdGetDatum(rollup_extension_schema()));
}

/* Append a stored column. */
static int
add_column(RollupDefinition *def, RollupColumnKind kind, const char *name)
{
	RollupColumn *column = &def->columns[def->ncolumns];

	column->kind = kind;
	column->type = kind == ROLLUP_COLUMN_COUNT || kind == ROLLUP_COLUMN_INT8 ? INT8OID :
		kind == ROLLUP_COLUMN_NUMERIC ? NUMERICOID : wide_type();
	strlcpy(column->name, name, NAMEDATALEN);
	return def->ncolumns++;
}

/* Append the stored columns of a value. */
static void
add_value_columns(RollupDefinition *def, RollupValue *value)
{
	int			number = def->nvalues + 1;

	value->column = def->ncolumns;
	switch (value->kind)
	{
		case ROLLUP_COUNT:
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d", number));
			break;
		case ROLLUP_SUM_INT:
			add_column(def, ROLLUP_COLUMN_INT8, psprintf("v%d", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_count", number));
			break;
		case ROLLUP_SUM_BIGINT:
			add_column(def, ROLLUP_COLUMN_NUMERIC, psprintf("v%d", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_count", number));
			break;
		case ROLLUP_SUM_NUMERIC:
			add_column(def, ROLLUP_COLUMN_NUMERIC, psprintf("v%d", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_count", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_nan", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_pinf", number));
			add_column(def, ROLLUP_COLUMN_COUNT, psprintf("v%d_ninf", number));
			break;
		case ROLLUP_SUMMARY:
			add_column(def, ROLLUP_COLUMN_SUMMARY, psprintf("v%d", number));
			break;
	}
}

/* Take a GROUP BY key. */
static void
define_key(RollupDefinition *def, TargetEntry *tle, const char *text, int location, bool check)
{
	RollupKey  *key = &def->keys[def->nkeys];
	Node	   *expr = (Node *) tle->expr;
	TypeCacheEntry *type;

	if (tle->resjunk)
		refuse("a GROUP BY key is not among the output columns", place(text, location),
			   "Add it to the SELECT list, so that every row of the rollup tells its group.");
	if (check)
		check_expression(expr, def->source, text, location);
	key->expr = expr;
	/* of a domain its base type: what was true of a row that is gone binds no new constraint */
	key->typmod = exprTypmod(expr);
	key->type = getBaseTypeAndTypmod(exprType(expr), &key->typmod);
	key->collation = exprCollation(expr);
	type = lookup_type_cache(key->type, TYPECACHE_EQ_OPR | TYPECACHE_LT_OPR | TYPECACHE_HASH_EXTENDED_PROC);
	if (!OidIsValid(type->eq_opr) || !OidIsValid(type->lt_opr) || !OidIsValid(type->hash_extended_proc))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over this query: a key of type %s can be neither sorted nor hashed",
						format_type_be(key->type)),
				 errhint("Cast the key to a type that can, such as text."),
				 at(place(text, location))));
	key->eq = type->eq_opr;
	snprintf(key->name, NAMEDATALEN, "k%d", def->nkeys + 1);
	def->nkeys++;
}

/* Take an aggregate of the output. */
static void
define_value(RollupDefinition *def, TargetEntry *tle, const char *text, int location, bool check)
{
	RollupValue *value = &def->values[def->nvalues];
	Node	   *expr = (Node *) tle->expr;
	Aggref	   *agg;
	ListCell   *cell;
	int			i;

	if (!IsA(expr, Aggref))
	{
		if (contain_aggs_of_level(expr, 0))
			refuse(psprintf("output column \"%s\" computes with an aggregate", tle->resname),
				   place(text, location),
				   "Keep plain aggregates and compute with them when reading the rollup.");
		for (i = 0; i < def->nkeys; i++)
			if (equal(def->keys[i].expr, expr))
				refuse(psprintf("output column \"%s\" is a GROUP BY key once more", tle->resname),
					   place(text, location), "Leave it out.");
		refuse(psprintf("output column \"%s\" is neither a GROUP BY key nor an aggregate", tle->resname),
			   place(text, location),
			   "Add it to GROUP BY, or compute it when reading the rollup.");
	}
	agg = (Aggref *) expr;
	define_aggregate(agg, value, text);
	foreach(cell, agg->args)
		if (check)
			check_expression((Node *) ((TargetEntry *) lfirst(cell))->expr, def->source, text, location);
	if (agg->aggfilter != NULL && check)
		check_expression((Node *) agg->aggfilter, def->source, text, location);
	add_value_columns(def, value);
	def->nvalues++;
}

/*
 * Take an analysed query apart.  `text` and `raw` are what it was parsed from, for the
 * places in errors; NULL for a stored one.  `check` is false for one that has been
 * checked before.
 */
RollupDefinition *
rollup_define(Query *query, const SelectStmt *raw, const char *text, bool check)
{
	static const SelectStmt stored = {.type = T_SelectStmt};
	RollupDefinition *def = palloc0(sizeof(RollupDefinition));
	int			width = list_length(query->targetList);
	ListCell   *cell;

	query = query_without_group_rte(query);
	if (raw == NULL)
		raw = &stored;
	check_clauses(query, raw, text);
	def->source = check_source(query, raw, text);
	def->grouped = query->groupClause != NIL;
	def->where = query->jointree->quals;
	if (def->where && check)
		check_expression(def->where, def->source, text, exprLocation(def->where));

	def->keys = palloc0(sizeof(RollupKey) * width);
	def->values = palloc0(sizeof(RollupValue) * width);
	def->outputs = palloc0(sizeof(RollupOutput) * width);
	def->columns = palloc0(sizeof(RollupColumn) * (1 + 5 * width));
	add_column(def, ROLLUP_COLUMN_COUNT, "n");
	foreach(cell, query->targetList)
	{
		TargetEntry *tle = lfirst(cell);
		RollupOutput *output = &def->outputs[def->noutputs++];
		bool		is_key = false;
		ListCell   *group;

		foreach(group, query->groupClause)
			if (((SortGroupClause *) lfirst(group))->tleSortGroupRef == tle->ressortgroupref)
				is_key = true;
		output->name = tle->resname;
		output->key = is_key ? def->nkeys : -1;
		output->value = is_key ? -1 : def->nvalues;
		if (is_key)
			define_key(def, tle, text, output_location(tle, raw), check);
		else
			define_value(def, tle, text, output_location(tle, raw), check);
	}
	return def;
}

/* The analysed query that a view holds; NULL when it is gone.  Locks nothing. */
Query *
rollup_view_query(Oid view)
{
	HeapTuple	tuple = SearchSysCache2(RULERELNAME, ObjectIdGetDatum(view), CStringGetDatum(ViewSelectRuleName));
	bool		isnull;
	List	   *actions;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	actions = stringToNode(TextDatumGetCString(SysCacheGetAttr(RULERELNAME, tuple, Anum_pg_rewrite_ev_action, &isnull)));
	ReleaseSysCache(tuple);
	return list_length(actions) == 1 ? linitial_node(Query, actions) : NULL;
}

/* The same of a rollup's query view; an error when it is gone. */
static Query *
stored_query(Oid view)
{
	Query	   *query = rollup_view_query(view);

	if (query == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the query view of a rollup, OID %u, is gone", view)));
	return query;
}

/*
 * The definition of a stored rollup, from its query view.  It was checked when the
 * rollup was made; that is not done again, and no lock is taken, so that a rollup that
 * has gone bad, or whose owner locks its parts, stands in nobody's way.
 */
RollupDefinition *
rollup_definition(const Rollup *rollup)
{
	RollupDefinition *def = rollup_define(stored_query(rollup->query), NULL, NULL, false);

	if (def->source != rollup->source)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the query of rollup \"%s\" has been replaced", get_rel_name(rollup->view)),
				 errhint("Drop the rollup with emgov.drop_rollup() and create it again.")));
	return def;
}

/* The definition that a view made just now holds, checked. */
RollupDefinition *
rollup_define_stored(Oid view)
{
	return rollup_define(stored_query(view), NULL, NULL, true);
}

/* The columns of its table that a rollup reads, as pull_varattnos() numbers them. */
Bitmapset *
rollup_columns(const RollupDefinition *def)
{
	Bitmapset  *columns = NULL;
	int			i;

	pull_varattnos(def->where, 1, &columns);
	for (i = 0; i < def->nkeys; i++)
		pull_varattnos(def->keys[i].expr, 1, &columns);
	for (i = 0; i < def->nvalues; i++)
		pull_varattnos((Node *) def->values[i].agg, 1, &columns);
	return columns;
}

/* Does a rollup read a column of its table? */
bool
rollup_uses_column(const RollupDefinition *def, AttrNumber column)
{
	return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, rollup_columns(def));
}

/* An expression over the rollup's table as one over a node of it. */
static Node *
for_node(Node *expr, void *map)
{
	bool		whole_row;

	return expr ? map_variable_attnos(expr, 1, 0, map, InvalidOid, &whole_row) : NULL;
}

/* What a stored generated column is computed from; NULL for any other column. */
static Node *
generated_expression(Relation rel, AttrNumber attno)
{
	if (attno <= 0 || TupleDescAttr(RelationGetDescr(rel), attno - 1)->attgenerated != ATTRIBUTE_GENERATED_STORED)
		return NULL;
	return build_column_default(rel, attno);
}

/* An expression with what its generated columns are computed from in their place. */
static Node *
compute_generated_mutator(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Node	   *generated = generated_expression(context, ((Var *) node)->varattno);

		return generated && rollup_is_trusted(generated) ? generated : copyObject(node);
	}
	return expression_tree_mutator(node, compute_generated_mutator, context);
}

/* Apply a function to all expressions of a definition. */
static void
change_expressions(RollupDefinition *def, Node *(*change) (Node *, void *), void *context)
{
	int			i;

	def->where = change(def->where, context);
	for (i = 0; i < def->nkeys; i++)
		def->keys[i].expr = change(def->keys[i].expr, context);
	for (i = 0; i < def->nvalues; i++)
		def->values[i].agg = (Aggref *) change((Node *) def->values[i].agg, context);
}

/*
 * An ERROR if a rollup reads a generated column that it could not know when rows come
 * to a partition through a table above it.  Where the columns of the two lie
 * differently, the server hands NULL for the column to the triggers of that table.  The
 * rollup then computes the column by the table's expression (rollup_define_for_node);
 * so the partition must have the same one.  An expression that runs somebody's code
 * must not run as the rollup's owner: for such a one the columns must lie alike.
 */
void
rollup_check_generated(const RollupDefinition *def, Oid relid)
{
	Relation	source;
	Relation	node;
	AttrNumber	column;

	if (relid == def->source)
		return;
	source = table_open(def->source, AccessShareLock);
	node = table_open(relid, AccessShareLock);
	for (column = 1; column <= RelationGetNumberOfAttributes(source); column++)
	{
		const char *name = NameStr(TupleDescAttr(RelationGetDescr(source), column - 1)->attname);
		Node	   *expr = generated_expression(source, column);

		if (!rollup_uses_column(def, column))
			continue;
		if (expr == NULL)
		{
			/* until 15 the server takes such a partition */
			if (!TupleDescAttr(RelationGetDescr(source), column - 1)->attgenerated &&
				generated_expression(node, get_attnum(relid, name)) != NULL)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("column \"%s\", which a rollup reads, is generated in partition \"%s\" and not in the table",
								name, RelationGetRelationName(node)),
						 errdetail("Triggers of the table see what was written, not what was generated.")));
			continue;
		}
		if (!rollup_is_trusted(expr))
		{
			if (convert_tuples_by_name(RelationGetDescr(source), RelationGetDescr(node)) != NULL)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("the columns of partition \"%s\" lie otherwise than those of the table under a rollup",
								RelationGetRelationName(node)),
						 errdetail("The rollup reads generated column \"%s\", whose value PostgreSQL does not hand to triggers then.", name),
						 errhint("Write the column's expression in the rollup's query.")));
		}
		else if (!equal(for_node(expr, build_attrmap(RelationGetDescr(node), RelationGetDescr(source))),
						generated_expression(node, get_attnum(relid, name))))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("partition \"%s\" computes generated column \"%s\", which a rollup reads, by an expression of its own",
							RelationGetRelationName(node), name),
					 errhint("Give it the expression of the table, or write an expression in the rollup's query.")));
	}
	table_close(node, NoLock);
	table_close(source, NoLock);
}

/*
 * Rewrite a definition for rows of a node, which may have the table's columns in
 * another order, and whose triggers, if it has partitions, do not always get to see
 * generated columns.
 *
 * The table is looked at without a lock: a statement on a partition has locked that
 * alone, and to lock its parent now, after it, could deadlock with one that goes from
 * the top.  The columns hold still all the same, for they change on all nodes at once.
 */
void
rollup_define_for_node(RollupDefinition *def, Relation node)
{
	if (RelationGetRelid(node) != def->source)
	{
		Relation	source = RelationIdGetRelation(def->source);

		if (!RelationIsValid(source))
			elog(ERROR, "could not open relation with OID %u", def->source);
		change_expressions(def, for_node, build_attrmap(RelationGetDescr(node), RelationGetDescr(source)));
		RelationClose(source);
		def->source = RelationGetRelid(node);
	}
	if (node->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		change_expressions(def, compute_generated_mutator, node);
}
