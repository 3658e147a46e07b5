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

#include "access/sysattr.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_node.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "rollup/expression.h"
#include "rollup/rollup.h"
#include "rows.h"

PG_FUNCTION_INFO_V1(verify_rollup);

/* An ERROR unless the current user can read a view. */
static void
check_select(Oid view)
{
	if (pg_class_aclcheck(view, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_VIEW, get_rel_name(view));
}

/* An ERROR unless the current user may call a function.  For check_functions_in_node. */
static bool
check_execute(Oid function, void *context pg_attribute_unused())
{
	if (function_aclcheck(function, GetUserId()) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, get_func_name(function));
	return false;
}

static bool
check_execute_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, check_execute, NULL);
	return expression_tree_walker(node, check_execute_walker, context);
}

/*
 * The condition as the caller means it, NULL for none.  Nothing but harmless functions is
 * in it, and only what the caller may call: so it may run together with the rollup's
 * query, as the rollup's owner, and read only those rows of the table that it concerns.
 */
static Node *
read_condition(const Rollup *rollup, const char *text)
{
	Node	   *condition = read_expression(rollup->view, text, BOOLOID, "condition of verify_rollup()");

	check_execute_walker(condition, NULL);
	return condition;
}

/* What parameters stand for, over the one relation of the query that they are in. */
typedef struct Meaning
{
	Node	   *condition;
	const RollupDefinition *def;
} Meaning;

/* Parser hook: an expression in the place of a parameter. */
static Node *
put_meaning(ParseState *pstate, ParamRef *ref)
{
	const Meaning *meaning = pstate->p_ref_hook_state;

	if (ref->number >= ROLLUP_VERIFY_KEYS)
		return copyObject(meaning->def->keys[ref->number - ROLLUP_VERIFY_KEYS].expr);
	if (ref->number != ROLLUP_VERIFY_WHERE)
		return copyObject(meaning->condition);
	return meaning->def->where ? copyObject(meaning->def->where) : makeBoolConst(true, false);
}

static void
set_hook(ParseState *pstate, void *meaning)
{
	pstate->p_paramref_hook = put_meaning;
	pstate->p_ref_hook_state = meaning;
}

/* Does a condition go by keys of the rollup alone? */
static bool
is_over_keys(const RollupDefinition *def, Node *condition)
{
	Bitmapset  *columns = NULL;
	int			column = -1;

	pull_varattnos(condition, 1, &columns);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		int			output = column + FirstLowInvalidHeapAttributeNumber - 1;

		if (output < 0 || def->outputs[output].key < 0)
			return false;
	}
	return true;
}

/* Run the comparison; SPI is connected, the rollup's owner acting. */
static void
compare(const Rollup *rollup, Node *condition)
{
	Meaning		meaning = {.condition = condition, .def = rollup_definition(rollup)};
	SPIPrepareOptions options = {.parserSetup = set_hook, .parserSetupArg = &meaning};
	const char *sql = rollup_sql_verify(meaning.def, rollup, condition != NULL, is_over_keys(meaning.def, condition));
	SPIPlanPtr	plan = SPI_prepare_extended(sql, &options);

	if (plan == NULL || SPI_execute_plan(plan, NULL, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not verify a rollup");
}

/*
 * emgov.verify_rollup(name text, condition text) returns (side text, record jsonb):
 * compares rollup and query in one snapshot.  A group that differs comes twice, as the
 * rollup has it and as the query gives it; if it differs in nothing but its number of rows, which
 * the view does not show but queries are answered from, with its keys and that.
 */
Datum
verify_rollup(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	Rollup	   *rollup;
	RollupContext rights;
	Node	   *condition = NULL;
	uint64		i;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the rollup must not be null")));
	rollup = rollup_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	check_select(rollup->view);
	check_select(rollup->query);
	if (!PG_ARGISNULL(1))
		condition = read_condition(rollup, text_to_cstring(PG_GETARG_TEXT_PP(1)));

	SPI_connect();
	rollup_enter(&rights, rollup_owner(rollup));
	compare(rollup, condition);
	for (i = 0; i < SPI_processed; i++)
	{
		Datum		values[2];
		bool		nulls[2];

		values[0] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &nulls[0]);
		values[1] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &nulls[1]);
		put_row(out, values, nulls);
	}
	rollup_leave(&rights);
	/* a look at some groups is no verification of the rollup */
	if (condition == NULL && !RecoveryInProgress() && !XactReadOnly)
		rollup_log(rollup->id, "verify", (int64) i);
	SPI_finish();
	return (Datum) 0;
}
