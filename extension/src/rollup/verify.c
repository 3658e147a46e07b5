/*
 * verify.c
 *		Comparing a rollup with its query.
 *
 * The comparison runs as the rollup's owner in a security-restricted operation, as
 * all that a rollup's query holds: whoever verifies, a superuser's nightly job say,
 * lends the query nothing.  In turn the caller must be able to read both sides, and
 * the condition may hold nothing that acts or reads.
 */
#include "postgres.h"
#include "compat.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "rollup/rollup.h"

PG_FUNCTION_INFO_V1(verify_rollup);

/* An ERROR unless the text is one expression. */
static void
check_syntax(const char *condition)
{
	List	   *tree = raw_parser(condition, RAW_PARSE_PLPGSQL_EXPR);
	SelectStmt *select;

	if (list_length(tree) == 1)
	{
		select = (SelectStmt *) linitial_node(RawStmt, tree)->stmt;
		if (IsA(select, SelectStmt) && list_length(select->targetList) == 1 &&
			select->fromClause == NIL && select->whereClause == NULL && select->groupClause == NIL &&
			select->havingClause == NULL && select->windowClause == NIL && select->sortClause == NIL &&
			select->limitCount == NULL && select->limitOffset == NULL && select->lockingClause == NIL &&
			select->op == SETOP_NONE && select->valuesLists == NIL && select->withClause == NULL &&
			select->distinctClause == NIL && select->intoClause == NULL)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("\"%s\" is not a condition", condition),
			 errhint("Write a condition over the rollup's columns, such as: month >= date '2024-01-01'.")));
}

/* Does an expression hold a subquery? */
static bool
has_subquery(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, SubLink) || expression_tree_walker(node, has_subquery, context);
}

/* A condition over a rollup's columns, as the caller means it; the view has varno 1. */
static Node *
read_condition(const Rollup *rollup, const char *condition)
{
	char	   *text;
	Query	   *query;
	Node	   *qual;

	check_syntax(condition);
	text = psprintf("SELECT FROM %s AS r WHERE (%s\n)", rollup_name(rollup->view), condition);
	query = parse_analyze_fixedparams(linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT)), text, NULL, 0, NULL);
	qual = query->jointree->quals;
	if (has_subquery(qual, NULL) || contain_mutable_functions(qual) || rollup_is_untrusted(qual) ||
		contain_agg_clause(qual) || contain_window_function(qual))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" is not a plain condition over the rollup's columns", condition),
				 errdetail("It runs with the rights of the rollup's owner, so it may hold no subquery, and only functions that are immutable and written in C."),
				 errhint("Write what it depends on as a constant, such as: month >= date '2024-01-01'.")));
	return qual;
}

/* An ERROR unless the current user can read a view. */
static void
check_select(Oid view)
{
	if (pg_class_aclcheck(view, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_VIEW, get_rel_name(view));
}

/*
 * emgov.verify_rollup(name text, condition text) returns (side text, record jsonb):
 * compares rollup and query in one snapshot.  A group that differs comes twice, as the
 * rollup has it and as the query gives it.
 */
Datum
verify_rollup(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	Tuplestorestate *store;
	TupleDesc	desc;
	Rollup	   *rollup;
	RollupContext rights;
	Node	   *condition = NULL;
	uint64		i;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) || !(rsinfo->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the rollup must not be null")));
	rollup = rollup_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	check_select(rollup->view);
	check_select(rollup->query);
	if (!PG_ARGISNULL(1))
		condition = read_condition(rollup, text_to_cstring(PG_GETARG_TEXT_PP(1)));

	old = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = CreateTupleDescCopy(desc);
	store = tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult = store;
	rsinfo->setDesc = desc;
	MemoryContextSwitchTo(old);

	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	if (SPI_execute(rollup_sql_verify(rollup_definition(rollup), rollup, condition), false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not verify a rollup");
	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[2];
		bool		nulls[2];

		values[0] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &nulls[0]);
		values[1] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &nulls[1]);
		tuplestore_putvalues(store, desc, values, nulls);
	}
	rollup_leave(&rights);
	/* a look at some groups is no verification of the rollup */
	if (condition == NULL && !RecoveryInProgress() && !XactReadOnly)
		rollup_log(rollup->id, "verify", (int64) i);
	SPI_finish();
	return (Datum) 0;
}
