/*
 * rewrite_writers.c
 *		Statements under way that the rollups do not have yet.
 *
 * A rollup has what a statement wrote when its trigger has fired, at the end of the statement.
 * What reads the table before, a function that the statement calls, a trigger, must read the
 * table.  So the statements of this session that write are kept in a stack from their start
 * to the end of their triggers.  What a foreign key's action writes is in the rollup only when
 * the triggers of the statement that fired it are done; its entry stays until then.
 *
 * COPY, TRUNCATE and commands that change tables stand in it as they run; what they write to
 * is not asked.
 */
#include "postgres.h"
#include "compat.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/memutils.h"

#include "rollup/rewrite.h"

/* A statement that writes. */
typedef struct Writing
{
	const void *statement;		/* its QueryDesc, or PlannedStmt; NULL when it has ended and its rows wait for their triggers */
	int			nest;			/* level of subtransactions */
	bool		command;		/* that changes tables: not asked which */
	List	   *relations;		/* OIDs */
} Writing;

static List *writing = NIL;		/* of Writing, the innermost last; in TopTransactionContext */
static bool unknown = false;	/* loaded in a transaction: what it had begun is not known */
static ExecutorStart_hook_type next_start = NULL;
static ExecutorFinish_hook_type next_finish = NULL;
static ExecutorEnd_hook_type next_end = NULL;
static ProcessUtility_hook_type next_utility = NULL;

/* A statement begins. */
static Writing *
push(const void *statement)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	Writing    *entry = palloc0(sizeof(Writing));

	entry->statement = statement;
	entry->nest = GetCurrentTransactionNestLevel();
	writing = lappend(writing, entry);
	MemoryContextSwitchTo(old);
	return entry;
}

/* For ExecutorStart_hook: a statement that writes begins. */
static void
writers_start(QueryDesc *query, int eflags)
{
	if (next_start != NULL)
		next_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
	if (query->plannedstmt->resultRelations != NIL && (eflags & EXEC_FLAG_EXPLAIN_ONLY) == 0)
	{
		Writing    *entry = push(query);
		MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
		ListCell   *cell;

		foreach(cell, query->plannedstmt->resultRelations)
			entry->relations = lappend_oid(entry->relations, exec_rt_fetch(lfirst_int(cell), query->estate)->relid);
		MemoryContextSwitchTo(old);
	}
}

/* Forget a statement, and those whose rows waited for its triggers. */
static void
forget(const void *statement)
{
	int			i;

	for (i = list_length(writing) - 1; i >= 0; i--)
		if (((Writing *) list_nth(writing, i))->statement == statement)
		{
			writing = list_truncate(writing, i);
			return;
		}
}

/* For ExecutorFinish_hook: the triggers of a statement fire, those of ours among them. */
static void
writers_finish(QueryDesc *query)
{
	if (next_finish != NULL)
		next_finish(query);
	else
		standard_ExecutorFinish(query);
	if (writing == NIL || query->plannedstmt->resultRelations == NIL)
		return;
	if (query->estate->es_top_eflags & EXEC_FLAG_SKIP_TRIGGERS)
	{
		ListCell   *cell;

		foreach(cell, writing)
			if (((Writing *) lfirst(cell))->statement == query)
				((Writing *) lfirst(cell))->statement = NULL;
	}
	else
		forget(query);
}

/* For ExecutorEnd_hook: of a statement that was not finished. */
static void
writers_end(QueryDesc *query)
{
	if (writing != NIL)
		forget(query);
	if (next_end != NULL)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

/* Does a command change rows, tables or their triggers by itself? */
static bool
changes_tables(Node *command)
{
	switch (nodeTag(command))
	{
		case T_CopyStmt:
			return ((CopyStmt *) command)->is_from;
		case T_TruncateStmt:
		case T_AlterTableStmt:
		case T_AlterTableMoveAllStmt:
		case T_CreateStmt:
		case T_CreateSchemaStmt:
		case T_CreateTrigStmt:
		case T_DropStmt:
		case T_DropOwnedStmt:
		case T_RenameStmt:
			return true;
		default:
			return false;
	}
}

/* For ProcessUtility_hook. */
static void
writers_utility(PlannedStmt *statement, const char *text, bool read_only, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	bool		changes = changes_tables(statement->utilityStmt);

	if (changes)
		push(statement)->command = true;
	if (next_utility != NULL)
		next_utility(statement, text, read_only, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(statement, text, read_only, context, params, environment, dest, completion);
	if (changes)
		forget(statement);
}

/* Whoever called what failed goes on without it. */
static void
subtransaction_ended(SubXactEvent event, SubTransactionId mine pg_attribute_unused(),
					 SubTransactionId parent pg_attribute_unused(), void *arg pg_attribute_unused())
{
	int			nest = GetCurrentTransactionNestLevel();

	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (writing != NIL && ((Writing *) llast(writing))->nest >= nest)
		writing = list_truncate(writing, list_length(writing) - 1);
}

static void
transaction_ended(XactEvent event, void *arg pg_attribute_unused())
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		writing = NIL;
		unknown = false;
	}
}

/* May a statement under way have written to a table what its rollups do not have? */
bool
is_being_written(Oid source)
{
	ListCell   *cell;
	ListCell   *relation;

	if (unknown || IsParallelWorker())
		return true;
	foreach(cell, writing)
	{
		if (((Writing *) lfirst(cell))->command)
			return true;
		foreach(relation, ((Writing *) lfirst(cell))->relations)
			if (rollup_is_node(lfirst_oid(relation), source))
				return true;
	}
	return false;
}

/* When the library is loaded. */
void
writers_init(void)
{
	unknown = IsTransactionState();
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = writers_start;
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = writers_finish;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = writers_end;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = writers_utility;
	RegisterXactCallback(transaction_ended, NULL);
	RegisterSubXactCallback(subtransaction_ended, NULL);
}
