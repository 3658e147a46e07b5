/*
 * compat.h
 *		The differences between PostgreSQL 14 and 18 that this source meets.
 *
 * Include it right after postgres.h, before any other server header.
 */
#ifndef EMGOV_COMPAT_H
#define EMGOV_COMPAT_H

/*
 * What the sources take for granted, in one place.  Every file includes this
 * one first, so a server that is not of this kind is refused in words.
 */
#if PG_VERSION_NUM < 140000 || PG_VERSION_NUM >= 190000
#error "emgov is made for PostgreSQL 14 to 18; see docs/servers.md"
#endif
/* int64 and pointers as Datum, by value: sums and numbers of records are of 64 bits. */
#if SIZEOF_VOID_P < 8 || !defined(USE_FLOAT8_BYVAL)
#error "emgov needs a 64-bit server: values of 64 bits are passed as Datum; see docs/servers.md"
#endif
/* Sums of rollups that do not fit into 64 bits (rollup/wide.c). */
#ifndef HAVE_INT128
#error "emgov needs a compiler with integers of 128 bits; see docs/servers.md"
#endif
/* What a publication keeps is a hash of bytes, which the server computes otherwise in the other order (ledger/values_hash.c). */
#ifdef WORDS_BIGENDIAN
#error "emgov needs a little-endian processor: publications would not verify after a restore on the other kind; see docs/servers.md"
#endif
StaticAssertDecl(sizeof(Datum) == 8 && sizeof(int64) == 8 && sizeof(double) == 8, "values of 64 bits");

/* Until 15, PGDLLEXPORT says nothing on ELF systems; we build with hidden symbols. */
#if PG_VERSION_NUM < 160000 && defined(__GNUC__) && !defined(WIN32)
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

#include "fmgr.h"

/* Until 15, PG_FUNCTION_INFO_V1 exports the function's record, but not the function. */
#if PG_VERSION_NUM < 160000
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(funcname) \
	extern PGDLLEXPORT Datum funcname(PG_FUNCTION_ARGS); \
	extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_,funcname)(void); \
	const Pg_finfo_record * \
	CppConcat(pg_finfo_,funcname) (void) \
	{ \
		static const Pg_finfo_record my_finfo = { 1 }; \
		return &my_finfo; \
	} \
	extern int no_such_variable
#endif

#include "access/tupdesc.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_relation.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Since 18, what does not return is marked so in front of its declaration. */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

/*
 * Soft errors (16 and later): ereturn() reports into fcinfo->context when the
 * caller asked for that, and raises the error otherwise.
 */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
#define ereturn(context, dummy_value, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return dummy_value; } while (0)
#endif

/* Call a type's input function; false after an error that the context takes softly. */
#if PG_VERSION_NUM >= 160000
#define input_function_call_safe(function, text, context, result) \
	DirectInputFunctionCallSafe(function, text, InvalidOid, -1, context, result)
#else
#define input_function_call_safe(function, text, context, result) \
	((void) (context), *(result) = DirectFunctionCall1(function, CStringGetDatum(text)), true)
#endif

/* Parse analysis of a statement without parameters: renamed in 15. */
#if PG_VERSION_NUM < 150000
#define parse_analyze_fixedparams(tree, text, types, number, environment) \
	parse_analyze(tree, text, types, number, environment)
#endif

/* Ownership and rights: one function for all kinds of objects since 16. */
#if PG_VERSION_NUM >= 160000
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#define relation_ownercheck(relid, user) object_ownercheck(RelationRelationId, relid, user)
#else
#define relation_ownercheck(relid, user) pg_class_ownercheck(relid, user)
#endif

/* Ownership of a function: likewise. */
#if PG_VERSION_NUM >= 160000
#define function_ownercheck(function, user) object_ownercheck(ProcedureRelationId, function, user)
#else
#define function_ownercheck(function, user) pg_proc_ownercheck(function, user)
#endif

/* Ownership of a schema: likewise. */
#if PG_VERSION_NUM >= 160000
#define schema_ownercheck(schema, user) object_ownercheck(NamespaceRelationId, schema, user)
#else
#define schema_ownercheck(schema, user) pg_namespace_ownercheck(schema, user)
#endif

/* Set when a trigger fires, on this table only. */
#if PG_VERSION_NUM >= 160000
#define enable_trigger(rel, name, fires) \
	EnableDisableTrigger(rel, name, InvalidOid, fires, false, false, ShareRowExclusiveLock)
#else
#define enable_trigger(rel, name, fires) \
	EnableDisableTrigger(rel, name, fires, false, ShareRowExclusiveLock)
#endif

/* May a user call a function? */
#if PG_VERSION_NUM >= 160000
#define function_aclcheck(function, user) object_aclcheck(ProcedureRelationId, function, user, ACL_EXECUTE)
#else
#define function_aclcheck(function, user) pg_proc_aclcheck(function, user, ACL_EXECUTE)
#endif

/* Is a lock held in just this mode? Since 17, or in a stronger one. */
#if PG_VERSION_NUM >= 170000
#define lock_held_by_me(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define lock_held_by_me(tag, mode) LockHeldByMe(tag, mode)
#endif

/* A random number in [0, 1). */
#if PG_VERSION_NUM >= 150000
#define random_fraction() pg_prng_double(&pg_global_prng_state)
#else
#define random_fraction() ((double) random() / ((double) MAX_RANDOM_VALUE + 1))
#endif

/* A query whose columns hold what it groups by: since 18 they name it through a FROM item of its own. */
static inline Query *
query_without_group_rte(Query *query)
{
#if PG_VERSION_NUM >= 180000
	if (query->hasGroupRTE)
		query->targetList = (List *) flatten_group_exprs(NULL, query, (Node *) query->targetList);
#endif
	return query;
}

/* Its HAVING, likewise. */
static inline Node *
having_without_group_rte(Query *query)
{
#if PG_VERSION_NUM >= 180000
	if (query->hasGroupRTE)
		return flatten_group_exprs(NULL, query, query->havingQual);
#endif
	return query->havingQual;
}

/* A generated column whose value is not stored: since 18. */
#if PG_VERSION_NUM >= 180000
#define is_virtual_column(relid, attno) (get_attgenerated(relid, attno) == ATTRIBUTE_GENERATED_VIRTUAL)
#else
#define is_virtual_column(relid, attno) ((void) (relid), (void) (attno), false)
#endif

/* A scan of a table by an index; nobody looks at its counters. */
#if PG_VERSION_NUM >= 180000
#define begin_index_scan(table, index, snapshot, nkeys) index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define begin_index_scan(table, index, snapshot, nkeys) index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/* The attributes of one descriptor in another, by name: may leave some out since 16. */
#if PG_VERSION_NUM >= 160000
#define build_attrmap(in, out) build_attrmap_by_name(in, out, false)
#else
#define build_attrmap(in, out) build_attrmap_by_name(in, out)
#endif

/* ALTER COLUMN ... SET EXPRESSION: since 17. */
#if PG_VERSION_NUM >= 170000
#define is_set_expression(subtype) ((subtype) == AT_SetExpression)
#else
#define is_set_expression(subtype) ((void) (subtype), false)
#endif

/* make_range() takes a context for soft errors since 16; this one raises them. */
#if PG_VERSION_NUM >= 160000
#define MAKE_RANGE(typcache, lower, upper) make_range((typcache), (lower), (upper), false, NULL)
#else
#define MAKE_RANGE(typcache, lower, upper) make_range((typcache), (lower), (upper), false)
#endif

/* A constant of the raw parse tree: a node of its own kind since 15. */
#if PG_VERSION_NUM >= 150000
#define a_const_string(c) (!(c)->isnull && IsA(&(c)->val, String) ? strVal(&(c)->val) : NULL)
#else
#define a_const_string(c) (IsA(&(c)->val, String) ? strVal(&(c)->val) : NULL)
#endif

/* Settings that nobody defines, but of our prefix: warned of until 14, refused since. */
#if PG_VERSION_NUM >= 150000
#define reserve_setting_prefix(prefix) MarkGUCPrefixReserved(prefix)
#else
#define reserve_setting_prefix(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

/* The process of a virtual transaction, NULL if none has its number, and the transaction that a process is in: numbered otherwise since 17. */
#if PG_VERSION_NUM >= 170000
#define vxid_proc(vxid) ((vxid).procNumber == INVALID_PROC_NUMBER ? NULL : ProcNumberGetProc((vxid).procNumber))
#define proc_transaction(proc) ((proc)->vxid.lxid)
#else
#define vxid_proc(vxid) ((vxid).backendId == InvalidBackendId ? NULL : BackendIdGetProc((vxid).backendId))
#define proc_transaction(proc) ((proc)->lxid)
#endif

/* What a backend says of itself, the i-th of pgstat_fetch_stat_numbackends(). */
#if PG_VERSION_NUM >= 160000
#define backend_status(i) (&pgstat_get_local_beentry_by_index(i)->backendStatus)
#else
#define backend_status(i) pgstat_fetch_stat_beentry(i)
#endif

/*
 * MERGE, since 15: the actions that a node names, as flags, among which callers may keep
 * ones of their own; how many rows it has updated.
 */
#if PG_VERSION_NUM >= 150000
#define is_merge(command) ((command) == CMD_MERGE)
#define merge_actions(node) ((node)->mt_merge_subcommands)
#define merge_mark(node, flag) ((void) ((node)->mt_merge_subcommands |= (flag)))
#define merge_updated(node) ((node)->mt_merge_updated)
#else
#define MERGE_INSERT 0x01
#define MERGE_UPDATE 0x02
#define MERGE_DELETE 0x04
#define is_merge(command) ((void) (command), false)
#define merge_actions(node) ((void) (node), 0)
#define merge_mark(node, flag) ((void) (node), (void) (flag))
#define merge_updated(node) ((void) (node), 0)
#endif

/* Since 15. */
#if PG_VERSION_NUM < 150000
#define pg_rotate_left32(word, bits) pg_rotate_right32(word, 32 - (bits))
#endif

/* 10 to the power of minus so many; in 14 int64_div_fast_to_numeric() takes no multiple of four. */
#if PG_VERSION_NUM >= 150000
#define ten_to_minus(decimals) int64_div_fast_to_numeric(1, decimals)
#else
#define ten_to_minus(decimals) \
	DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e-%d", decimals)), \
										ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)))
#endif

/* Put a row into the indexes of its table; they tell fewer or more things since 16. */
#if PG_VERSION_NUM >= 160000
#define insert_index_tuples(target, slot, estate) \
	ExecInsertIndexTuples(target, slot, estate, false, false, NULL, NIL, false)
#else
#define insert_index_tuples(target, slot, estate) \
	ExecInsertIndexTuples(target, slot, estate, false, false, NULL, NIL)
#endif

/* A function in SQL of one argument and one statement, parsed: ProcedureCreate() takes transforms too since 18. */
#if PG_VERSION_NUM >= 180000
#define create_sql_function(name, schema, result, owner, body, volatility, types, names) \
	ProcedureCreate(name, schema, true, false, result, owner, SQLlanguageId, InvalidOid, "", NULL, body, \
					PROKIND_FUNCTION, false, false, false, volatility, PROPARALLEL_SAFE, types, \
					PointerGetDatum(NULL), PointerGetDatum(NULL), names, NIL, PointerGetDatum(NULL), NIL, \
					PointerGetDatum(NULL), InvalidOid, 1, 0)
#else
#define create_sql_function(name, schema, result, owner, body, volatility, types, names) \
	ProcedureCreate(name, schema, true, false, result, owner, SQLlanguageId, InvalidOid, "", NULL, body, \
					PROKIND_FUNCTION, false, false, false, volatility, PROPARALLEL_SAFE, types, \
					PointerGetDatum(NULL), PointerGetDatum(NULL), names, NIL, PointerGetDatum(NULL), \
					PointerGetDatum(NULL), InvalidOid, 1, 0)
#endif

/* A state for rows that others may have changed, of a query without any plan: takes result relations too since 16. */
#if PG_VERSION_NUM >= 160000
#define init_recheck(epq, estate) EvalPlanQualInit(epq, estate, NULL, NIL, -1, NIL)
#else
#define init_recheck(epq, estate) EvalPlanQualInit(epq, estate, NULL, NIL, -1)
#endif

/* Whose rights a relation of a planned query is read with, 0 for the user's: in a list of its own since 16. */
static inline Oid
checked_as(const PlannedStmt *statement, const RangeTblEntry *entry)
{
#if PG_VERSION_NUM >= 160000
	return entry->perminfoindex ? getRTEPermissionInfo(statement->permInfos, (RangeTblEntry *) entry)->checkAsUser : InvalidOid;
#else
	(void) statement;
	return entry->checkAsUser;
#endif
}

/* An error unless the user may read, and write, what a planned query does: since 16 by a list of rights. */
static inline void
check_plan_rights(const PlannedStmt *plan)
{
#if PG_VERSION_NUM >= 160000
	(void) ExecCheckPermissions(plan->rtable, plan->permInfos, true);
#else
	(void) ExecCheckRTPerms(plan->rtable, true);
#endif
}

/* What columns of joins stand for: since 16 with the planner's state, if there is one. */
static inline Node *
flatten_joins(Query *query, Node *node)
{
#if PG_VERSION_NUM >= 160000
	return flatten_join_alias_vars(NULL, query, node);
#else
	return flatten_join_alias_vars(query, node);
#endif
}

/* Is a FROM item what a query groups by?  Since 18. */
static inline bool
rte_is_group(const RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 180000
	return rte->rtekind == RTE_GROUP;
#else
	(void) rte;
	return false;
#endif
}

/* The expressions that a query groups by, where they are apart from its columns: since 18. */
static inline List *
group_expressions(const Query *query)
{
#if PG_VERSION_NUM >= 180000
	if (query->hasGroupRTE)
		return llast_node(RangeTblEntry, query->rtable)->groupexprs;
#else
	(void) query;
#endif
	return NIL;
}

/*
 * A FROM item that is planned as a user's, but asks for no rights.  Since 16 the planner wants an
 * entry in a list of rights, and the executor none without any: drop_unasked_rights().
 */
static inline void
ask_no_rights(Query *query, RangeTblEntry *rte, Oid user)
{
#if PG_VERSION_NUM >= 160000
	addRTEPermissionInfo(&query->rteperminfos, rte)->checkAsUser = user;
#else
	(void) query;
	rte->requiredPerms = 0;
	rte->checkAsUser = user;
#endif
}

static inline void
drop_unasked_rights(PlannedStmt *statement)
{
#if PG_VERSION_NUM >= 160000
	List	   *asked = NIL;
	ListCell   *cell;

	foreach(cell, statement->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		RTEPermissionInfo *rights;

		if (rte->perminfoindex == 0)
			continue;
		rights = list_nth_node(RTEPermissionInfo, statement->permInfos, rte->perminfoindex - 1);
		rte->perminfoindex = 0;
		if (rights->requiredPerms == 0)
			continue;
		asked = lappend(asked, rights);
		rte->perminfoindex = list_length(asked);
	}
	statement->permInfos = asked;
#else
	(void) statement;
#endif
}

/* The view that a subquery stands for, if the entry says so: since 16. */
static inline Oid
rte_view(const RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	return rte->relid;
#else
	(void) rte;
	return InvalidOid;
#endif
}

/* Which outer joins may put NULL in place of a column: said since 16. */
static inline void
set_nulling(Var *var, Bitmapset *joins)
{
#if PG_VERSION_NUM >= 160000
	var->varnullingrels = bms_copy(joins);
#else
	(void) var;
	(void) joins;
#endif
}

/* Is a column named above an outer join that may put NULL in its place?  Likewise; false where it is not said, and need not be known. */
static inline bool
may_be_nulled(const Var *var)
{
#if PG_VERSION_NUM >= 160000
	return var->varnullingrels != NULL;
#else
	(void) var;
	return false;
#endif
}

/* Parse analysis of a statement with parameters of any types: takes an environment since 15. */
#if PG_VERSION_NUM >= 150000
#define analyze_any_parameters(tree, text, types, number) parse_analyze_varparams(tree, text, types, number, NULL)
#else
#define analyze_any_parameters(tree, text, types, number) parse_analyze_varparams(tree, text, types, number)
#endif

/* Where ExplainPropertyText() is declared: apart since 18. */
#if PG_VERSION_NUM >= 180000
#define EXPLAIN_FORMAT_HEADER "commands/explain_format.h"
#else
#define EXPLAIN_FORMAT_HEADER "commands/explain.h"
#endif

/* Has a column no NULLs?  Since 18 a constraint that says so may not have been checked. */
static inline bool
attribute_is_never_null(TupleDesc desc, AttrNumber number)
{
#if PG_VERSION_NUM >= 180000
	return TupleDescCompactAttr(desc, number - 1)->attnullability == ATTNULLABLE_VALID;
#else
	return TupleDescAttr(desc, number - 1)->attnotnull;
#endif
}

/* Where ExplainState is declared: apart since 18. */
#if PG_VERSION_NUM >= 180000
#define EXPLAIN_STATE_HEADER "commands/explain_state.h"
#else
#define EXPLAIN_STATE_HEADER "commands/explain.h"
#endif

/* What EXPLAIN does with a query without hooks: to be called since 17. */
static inline void
explain_as_the_server(Query *query, int options, IntoClause *into, struct ExplainState *es, const char *text,
					  ParamListInfo params, QueryEnvironment *environment)
{
#if PG_VERSION_NUM >= 170000
	standard_ExplainOneQuery(query, options, into, es, text, params, environment);
#else
	BufferUsage before = pgBufferUsage;
	BufferUsage used = {0};
	instr_time	start;
	instr_time	took;
	PlannedStmt *statement;

	INSTR_TIME_SET_CURRENT(start);
	statement = pg_plan_query(query, text, options, params);
	INSTR_TIME_SET_CURRENT(took);
	INSTR_TIME_SUBTRACT(took, start);
	if (es->buffers)
		BufferUsageAccumDiff(&used, &pgBufferUsage, &before);
	ExplainOnePlan(statement, into, es, text, params, environment, &took, es->buffers ? &used : NULL);
#endif
}

/* Has a table been written anew in this transaction?  Its rows are then all this transaction's, whoever wrote them. */
#if PG_VERSION_NUM >= 160000
#define written_anew(relation) \
	((relation)->rd_createSubid == InvalidSubTransactionId && \
	 ((relation)->rd_newRelfilelocatorSubid != InvalidSubTransactionId || (relation)->rd_firstRelfilelocatorSubid != InvalidSubTransactionId))
#else
#define written_anew(relation) \
	((relation)->rd_createSubid == InvalidSubTransactionId && \
	 ((relation)->rd_newRelfilenodeSubid != InvalidSubTransactionId || (relation)->rd_firstRelfilenodeSubid != InvalidSubTransactionId))
#endif

/* Run a plan for some rows: since 18 it need not be said that it runs once. */
#if PG_VERSION_NUM >= 180000
#define executor_run(run, rows) ExecutorRun(run, ForwardScanDirection, rows)
#else
#define executor_run(run, rows) ExecutorRun(run, ForwardScanDirection, rows, true)
#endif

/* What an operator is to ordering indexes: named otherwise since 18. */
static inline List *
op_interpretation(Oid operator)
{
#if PG_VERSION_NUM >= 180000
	return get_op_index_interpretation(operator);
#else
	return get_op_btree_interpretation(operator);
#endif
}

#endif							/* EMGOV_COMPAT_H */
