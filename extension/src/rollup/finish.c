/*
 * finish.c
 *		Rows that a statement wrote, but whose statement triggers the server does not fire.
 *
 * There are two kinds.  MERGE that moves rows to other partitions: the server captures such
 * a move as a deletion and an insertion, also for triggers of actions that the command does
 * not name, but fires only those of the actions that it names.  And a statement with
 * RETURNING that is run with a limit of rows, as by SPI_execute(..., 1): the server stops
 * asking it for more, and it never gets to where it fires them.
 *
 * So the rollups' own triggers for such rows are queued here, and nobody else's; where
 * there are no such rows they find none.
 *
 * That is done as the executor finishes, so the library must be loaded by then, for which
 * nodes carry a trigger BEFORE every statement.  A MERGE in WITH may run only after that,
 * in a session that has not met a rollup before: it is refused, and goes through when
 * repeated.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"

#include "rollup/rollup.h"

#define MERGE_FOLLOWED	0x10000 /* ours among the flags of subcommands: rollup_finish has seen the node */

static bool (*is_followed) (const Trigger *trigger) = NULL;
static ExecutorFinish_hook_type next_finish = NULL;
static ExecutorEnd_hook_type next_end = NULL;

/* Can a query hold a MERGE? */
static inline bool
may_merge(const QueryDesc *query)
{
	return is_merge(query->operation) || query->plannedstmt->hasModifyingCTE;
}

/*
 * The node of a query that has not come to its end; NULL if there is none.  Those that do
 * not bear the query's result are run to their end as it finishes.
 */
static ModifyTableState *
unended_node(const QueryDesc *query)
{
	ModifyTableState *node;

	if (query->operation == CMD_SELECT || query->planstate == NULL || !IsA(query->planstate, ModifyTableState))
		return NULL;
	node = castNode(ModifyTableState, query->planstate);
	return node->canSetTag && !node->mt_done ? node : NULL;
}

/* All nodes of a query that write. */
static List *
writing_nodes(const QueryDesc *query)
{
	List	   *nodes = list_copy(query->estate->es_auxmodifytables);

	if (query->planstate != NULL && IsA(query->planstate, ModifyTableState))
		nodes = list_append_unique_ptr(nodes, query->planstate);
	return nodes;
}

/* The actions whose triggers the server fires when a node has come to its end, as flags of subcommands. */
static int
named_actions(const ModifyTableState *node)
{
	switch (node->operation)
	{
		case CMD_INSERT:
			return castNode(ModifyTable, node->ps.plan)->onConflictAction == ONCONFLICT_UPDATE ?
				MERGE_INSERT | MERGE_UPDATE : MERGE_INSERT;
		case CMD_UPDATE:
			return MERGE_UPDATE;
		case CMD_DELETE:
			return MERGE_DELETE;
		default:
			return merge_actions(node);
	}
}

/* The actions as which a node may capture rows for triggers. */
static int
captured_actions(const ModifyTableState *node)
{
	if ((merge_actions(node) & MERGE_UPDATE) != 0 &&
		node->rootResultRelInfo->ri_RelationDesc->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return MERGE_INSERT | MERGE_UPDATE | MERGE_DELETE;
	return named_actions(node);
}

/*
 * The actions of which a node may have captured rows, but whose triggers the server does not
 * fire: no node that writes to the table and comes to its end names them.
 */
static int
unfired_actions(const ModifyTableState *node, const QueryDesc *query, List *nodes)
{
	Oid			relid = RelationGetRelid(node->rootResultRelInfo->ri_RelationDesc);
	int			unfired = captured_actions(node);
	ListCell   *cell;

	if (node->mt_transition_capture == NULL)
		return 0;
	foreach(cell, nodes)
	{
		const ModifyTableState *other = lfirst_node(ModifyTableState, cell);

		if (other != unended_node(query) && RelationGetRelid(other->rootResultRelInfo->ri_RelationDesc) == relid)
			unfired &= ~named_actions(other);
	}
	return unfired;
}

/* The rollups' triggers, and others that are to be followed, among those of a table. */
static TriggerDesc *
rollup_triggers(const ResultRelInfo *table)
{
	TriggerDesc *triggers = palloc(sizeof(TriggerDesc));
	int			i;

	*triggers = *table->ri_TrigDesc;
	triggers->triggers = palloc(sizeof(Trigger) * Max(triggers->numtriggers, 1));
	triggers->numtriggers = 0;
	for (i = 0; i < table->ri_TrigDesc->numtriggers; i++)
	{
		const Trigger *trigger = &table->ri_TrigDesc->triggers[i];
		const char *id = rollup_id_of_trigger(trigger->tgname);

		if ((id != NULL && rollup_is_trigger(trigger, table->ri_RelationDesc, id)) || (is_followed != NULL && is_followed(trigger)))
			triggers->triggers[triggers->numtriggers++] = *trigger;
	}
	return triggers;
}

/* Before a query fires its triggers: queue the rollups' that the server does not. */
static void
queue_unfired(const QueryDesc *query)
{
	List	   *nodes = writing_nodes(query);
	ListCell   *cell;

	foreach(cell, nodes)
	{
		ModifyTableState *node = lfirst_node(ModifyTableState, cell);
		int			unfired = unfired_actions(node, query, nodes);
		ResultRelInfo table;

		if (unfired == 0)
			continue;
		table = *node->rootResultRelInfo;
		table.ri_TrigDesc = rollup_triggers(&table);
		if (unfired & MERGE_DELETE)
			ExecASDeleteTriggers(query->estate, &table, node->mt_transition_capture);
		if (unfired & MERGE_UPDATE)
			ExecASUpdateTriggers(query->estate, &table,
								 node->operation == CMD_INSERT ? node->mt_oc_transition_capture : node->mt_transition_capture);
		if (unfired & MERGE_INSERT)
			ExecASInsertTriggers(query->estate, &table, node->mt_transition_capture);
		merge_mark(node, MERGE_FOLLOWED);
	}
}

/* For ExecutorFinish_hook. */
static void
rollup_finish(QueryDesc *query)
{
	if (may_merge(query) || unended_node(query) != NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(query->estate->es_query_cxt);

		queue_unfired(query);
		MemoryContextSwitchTo(old);
	}
	if (next_finish != NULL)
		next_finish(query);
	else
		standard_ExecutorFinish(query);
}

/* An ERROR if a query that finished before the library was loaded has moved rows unseen. */
static void
refuse_unfollowed_moves(const QueryDesc *query)
{
	List	   *nodes = writing_nodes(query);
	ListCell   *cell;

	foreach(cell, nodes)
	{
		const ModifyTableState *node = lfirst_node(ModifyTableState, cell);
		const ResultRelInfo *table = node->rootResultRelInfo;

		/* how rows are routed is found out when the first is moved, or beforehand for INSERT */
		if (unfired_actions(node, query, nodes) != 0 && (merge_actions(node) & MERGE_FOLLOWED) == 0 &&
			merge_updated(node) > 0 && node->mt_partition_tuple_routing != NULL &&
			SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA && rollup_triggers(table)->numtriggers > 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("MERGE in WITH moves rows of table \"%s\", which a rollup follows, to other partitions",
							RelationGetRelationName(table->ri_RelationDesc)),
					 errdetail("As the session's first statement on a table under a rollup it was not followed from the start."),
					 errhint("Try again. Or name all actions in it, as in WHEN MATCHED AND false THEN DELETE "
							 "WHEN NOT MATCHED AND false THEN INSERT DEFAULT VALUES.")));
	}
}

/* For ExecutorEnd_hook. */
static void
rollup_end(QueryDesc *query)
{
	if (may_merge(query))
		refuse_unfollowed_moves(query);
	if (next_end != NULL)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

/* When the library is loaded: follow what the executor finishes, for rollups' triggers and for those that `also` knows. */
void
rollup_follow_executor(bool (*also) (const Trigger *trigger))
{
	is_followed = also;
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = rollup_finish;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = rollup_end;
}
