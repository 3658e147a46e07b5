/*
 * merge.c
 *		MERGE that moves rows to other partitions.
 *
 * The server captures such a move as a deletion and an insertion, also for triggers of
 * actions that the command does not name, but fires only those of the actions that it
 * names.  So the rollups' own triggers for the others are queued here, and nobody else's;
 * where no row was moved they find no rows.
 *
 * That is done as the executor finishes, so the library must be loaded by then, for which
 * partitioned nodes carry a trigger BEFORE UPDATE.  A MERGE in WITH may run only after that,
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

#if PG_VERSION_NUM >= 150000

#define MERGE_FOLLOWED	0x10000 /* ours among the flags of subcommands: rollup_finish has seen the node */

static ExecutorFinish_hook_type next_finish = NULL;
static ExecutorEnd_hook_type next_end = NULL;

/* Can a query hold a MERGE?  Those of all others end here. */
static inline bool
may_merge(const QueryDesc *query)
{
	return query->operation == CMD_MERGE || query->plannedstmt->hasModifyingCTE;
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

/*
 * The triggers AFTER DELETE and AFTER INSERT that the server does not fire though a node may
 * move rows, as flags of subcommands: no node that writes to the table names the action.
 */
static int
unnamed_actions(const ModifyTableState *node, List *nodes)
{
	Relation	rel = node->rootResultRelInfo->ri_RelationDesc;
	int			unnamed = MERGE_INSERT | MERGE_DELETE;
	ListCell   *cell;

	if (node->operation != CMD_MERGE || (node->mt_merge_subcommands & MERGE_UPDATE) == 0 ||
		node->mt_transition_capture == NULL || rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return 0;
	foreach(cell, nodes)
	{
		const ModifyTableState *other = lfirst_node(ModifyTableState, cell);

		if (RelationGetRelid(other->rootResultRelInfo->ri_RelationDesc) != RelationGetRelid(rel))
			continue;
		if (other->operation == CMD_INSERT)
			unnamed &= ~MERGE_INSERT;
		else if (other->operation == CMD_DELETE)
			unnamed &= ~MERGE_DELETE;
		else if (other->operation == CMD_MERGE)
			unnamed &= ~other->mt_merge_subcommands;
	}
	return unnamed;
}

/* The rollups' triggers among those of a table. */
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

		if (id != NULL && rollup_is_trigger(trigger, table->ri_RelationDesc, id))
			triggers->triggers[triggers->numtriggers++] = *trigger;
	}
	return triggers;
}

/* Before a query fires its triggers: queue the rollups' that the server does not. */
static void
follow_moves(const QueryDesc *query)
{
	List	   *nodes = writing_nodes(query);
	ListCell   *cell;

	foreach(cell, nodes)
	{
		ModifyTableState *node = lfirst_node(ModifyTableState, cell);
		int			unnamed = unnamed_actions(node, nodes);
		ResultRelInfo table;

		if (unnamed == 0)
			continue;
		table = *node->rootResultRelInfo;
		table.ri_TrigDesc = rollup_triggers(&table);
		if (unnamed & MERGE_DELETE)
			ExecASDeleteTriggers(query->estate, &table, node->mt_transition_capture);
		if (unnamed & MERGE_INSERT)
			ExecASInsertTriggers(query->estate, &table, node->mt_transition_capture);
		node->mt_merge_subcommands |= MERGE_FOLLOWED;
	}
}

/* For ExecutorFinish_hook. */
static void
rollup_finish(QueryDesc *query)
{
	if (may_merge(query))
	{
		MemoryContext old = MemoryContextSwitchTo(query->estate->es_query_cxt);

		follow_moves(query);
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
		if (unnamed_actions(node, nodes) != 0 && (node->mt_merge_subcommands & MERGE_FOLLOWED) == 0 &&
			node->mt_merge_updated > 0 && node->mt_partition_tuple_routing != NULL &&
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

#endif

/* When the library is loaded: follow MERGE, which there is since 15. */
void
rollup_follow_merge(void)
{
#if PG_VERSION_NUM >= 150000
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = rollup_finish;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = rollup_end;
#endif
}
