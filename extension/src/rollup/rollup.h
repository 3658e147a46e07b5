/*
 * rollup.h
 *		Live rollups: what the parts of the layer share.
 *
 * A rollup is a query over one table, kept as sums that every statement on the
 * table corrects.  It consists of
 *
 *		query	a view holding the query as its owner wrote it; the definition
 *				is read from it, so renames, dependencies and dumps are the
 *				server's own business
 *		total	the compacted table, at most one row a group after a fold
 *		delta	the append-only table of signed changes
 *		view	the rollup as its readers know it: total + delta
 *
 * and of triggers on every node of the table, which carry the rollup's id.
 *
 *		define.c	the query, checked and taken apart; as it is for a node
 *		trust.c		which expressions run as they are
 *		trial.c		expressions tried before a rollup is kept
 *		sql.c		every SQL text that the layer runs
 *		catalog.c	emgov.rollup, and acting as the rollup's owner
 *		trigger.c	statement triggers: the path of every write
 *		finish.c	rows whose statement triggers the server does not fire
 *		row.c		what rows change, without the executor
 *		wide.c		sums of summaries that cannot overflow
 *		groups.c	sums by group in memory
 *		fold.c		folding: when, and by whom
 *		move.c		what a fold does
 *		verify.c	comparing with the query
 *		create.c	create, rebuild, drop
 *		node.c		partitions that come and go
 *		ddl.c		event triggers
 *		status.c	what the view rollups tells
 *		rewrite*.c	the planner answers from rollups (rewrite.h)
 */
#ifndef EMGOV_ROLLUP_H
#define EMGOV_ROLLUP_H

#include "nodes/bitmapset.h"
#include "commands/event_trigger.h"
#include "nodes/parsenodes.h"
#include "storage/block.h"
#include "storage/itemptr.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"
#include "utils/reltrigger.h"
#include "utils/snapshot.h"

#define ROLLUP_ID_LENGTH	12
#define ROLLUP_TRIGGER_PREFIX	"emgov_rollup_"
#define ROLLUP_NEW_ROWS		"emgov_new_rows"
#define ROLLUP_OLD_ROWS		"emgov_old_rows"

/* One row of emgov.rollup. */
typedef struct Rollup
{
	char		id[ROLLUP_ID_LENGTH + 1];
	Oid			view;
	Oid			query;
	Oid			total;
	Oid			delta;
	Oid			source;			/* the table that the query reads */
	bool		stale;			/* its triggers may have missed writes */
	char		approved_owner[NAMEDATALEN];	/* the owner of the rollup whom its table's owner trusts with the table's answers; "" for none, */
	char		approved_by[NAMEDATALEN];	/* and that owner of the table */
	ItemPointerData place;		/* of the row */
} Rollup;

/* A summary type: a group by what the catalogs say. */
typedef struct RollupGroup
{
	Oid			type;
	char	   *zero;			/* the zero in text form */
} RollupGroup;

/* What an aggregate of the query is. */
typedef enum RollupValueKind
{
	ROLLUP_COUNT,				/* count(*), count(x) */
	ROLLUP_SUM_INT,				/* sum(int2), sum(int4) */
	ROLLUP_SUM_BIGINT,			/* sum(int8) */
	ROLLUP_SUM_NUMERIC,			/* sum(numeric), NaN and infinities apart */
	ROLLUP_SUMMARY				/* an aggregate to a summary type */
} RollupValueKind;

/* How a stored column adds and subtracts. */
typedef enum RollupColumnKind
{
	ROLLUP_COLUMN_COUNT,		/* a number of rows: 64 bits hold any sum of them */
	ROLLUP_COLUMN_INT8,
	ROLLUP_COLUMN_NUMERIC,
	ROLLUP_COLUMN_SUMMARY
} RollupColumnKind;

/* A stored column that is summed: name and type in total and delta. */
typedef struct RollupColumn
{
	char		name[NAMEDATALEN];
	RollupColumnKind kind;
	Oid			type;
} RollupColumn;

/* A key of the query. */
typedef struct RollupKey
{
	char		name[NAMEDATALEN];	/* k1, k2, ... in total and delta */
	Node	   *expr;
	Oid			type;
	int32		typmod;
	Oid			collation;
	Oid			eq;				/* default equality operator */
} RollupKey;

/* An aggregate of the query. */
typedef struct RollupValue
{
	RollupValueKind kind;
	Aggref	   *agg;
	int			column;			/* its first stored column */
	RollupGroup *group;
} RollupValue;

/* One output column of the query, in order: a key or a value. */
typedef struct RollupOutput
{
	char	   *name;
	int			key;			/* index into keys, or -1 */
	int			value;			/* index into values, or -1 */
} RollupOutput;

/* The query taken apart. */
typedef struct RollupDefinition
{
	Oid			source;			/* the table, or the node the definition is rewritten for */
	bool		grouped;		/* has GROUP BY */
	Node	   *where;			/* or NULL */
	int			nkeys;
	RollupKey  *keys;
	int			nvalues;
	RollupValue *values;
	int			noutputs;
	RollupOutput *outputs;
	int			ncolumns;		/* stored columns that are summed; [0] is n, */
	RollupColumn *columns;		/* the number of the group's rows */
} RollupDefinition;

/* define.c */
extern RollupDefinition *rollup_define(Query *query, const SelectStmt *raw, const char *text, bool check);
extern RollupDefinition *rollup_define_stored(Oid view);
extern Query *rollup_view_query(Oid view);
extern RollupDefinition *rollup_definition(const Rollup *rollup);
extern Bitmapset *rollup_columns(const RollupDefinition *def);
extern bool rollup_uses_column(const RollupDefinition *def, AttrNumber column);
extern void rollup_check_generated(const RollupDefinition *def, Oid relid);
extern void rollup_define_for_node(RollupDefinition *def, Relation node);
extern Oid	rollup_extension_schema(void);
extern Oid	rollup_function(const char *schema, const char *name, int nargs, const Oid *types);

/* sql.c: the caller has pinned search_path */
extern char *rollup_name(Oid relid);
extern char *rollup_sql_table(const RollupDefinition *def, const char *name, bool delta, bool unlogged);
extern char *rollup_sql_key_column(const RollupKey *key);
extern char *rollup_sql_value_columns(const RollupDefinition *def, const RollupValue *value);
extern char *rollup_sql_value(const RollupDefinition *def, const RollupValue *value);
extern char *rollup_sql_view(const RollupDefinition *def, const char *name, const char *total, const char *delta);
extern char *rollup_sql_index_hash(const RollupDefinition *def, const char *table);
extern char *rollup_sql_index_keys(const RollupDefinition *def, const char *table);
extern char *rollup_sql_clear(const RollupDefinition *def, const Rollup *rollup);
extern char *rollup_sql_insert(const RollupDefinition *def, Oid table, const char *rows);

/* Parameters of rollup_sql_verify(): the caller's condition is the first, */
#define ROLLUP_VERIFY_WHERE	2	/* that of the query next, then its keys */
#define ROLLUP_VERIFY_KEYS	3
extern char *rollup_sql_verify(const RollupDefinition *def, const Rollup *rollup, bool condition, bool rows);
extern char *rollup_sql_digest(const char *rows);

/* catalog.c */
typedef struct RollupContext
{
	Oid			user;
	int			security;
	int			guc_level;
} RollupContext;

extern bool rollup_by_id(const char *id, Rollup *rollup, bool missing_ok);
extern bool rollup_by_part(Oid relid, Rollup *rollup);
extern List *rollups_over(Oid source);
extern List *rollups_above(Oid relid);
extern Oid	rollup_catalog(void);
extern bool rollup_catalog_is_current(void);
extern Oid	rollup_log_catalog(void);
extern List *rollup_changes(const char *id);
extern bool rollup_row_is_visible(bool log, ItemPointer place, Snapshot snapshot);
extern Rollup *rollup_by_name(const char *name);
extern void rollup_check_owner(const Rollup *rollup);
extern void rollup_register(const Rollup *rollup, const char *ledger);
extern void rollup_tell_readers(Oid source);
extern void rollup_set_stale(const Rollup *rollup);
extern void rollup_clear_stale(const Rollup *rollup);
extern void rollup_set_approval(const Rollup *rollup, const char *owner, const char *by);
extern char *ledger_store_name(Oid ledger);
extern Oid	ledger_store(Oid ledger);
extern void rollup_rename_ledger(const char *old_name, const char *new_name);
extern void rollup_forget(const char *id);
extern void rollup_log(const char *id, const char *event, int64 number);
extern void rollup_check_part(const Rollup *rollup, Oid relid);
extern Oid	rollup_owner(const Rollup *rollup);
extern Oid	rollup_relation_owner(Oid relid);
extern void rollup_enter(RollupContext *context, Oid user);
extern void rollup_leave(const RollupContext *context);
extern int64 rollup_run(const char *sql);
extern int64 rollup_run_latest(const char *insert, const char *rows);

/* move.c */
extern int64 rollup_move(const Rollup *rollup, const RollupDefinition *def, int64 most, int limit_ms, BlockNumber *next);

/* fold.c */
/* What a session keeps of its folds of a rollup. */
typedef struct RollupFolding
{
	const RollupDefinition *def;
	bool		started;
	BlockNumber next;			/* of delta, where the next fold goes on */
} RollupFolding;

extern int64 rollup_fold(const Rollup *rollup, const RollupDefinition *def, int64 max_rows);
extern void rollup_fold_sometimes(const Rollup *rollup, int64 written, RollupFolding *folding);

/* node.c */
extern List *rollup_nodes(Oid source, LOCKMODE lockmode);
extern bool rollup_is_node(Oid relid, Oid source);
extern bool rollup_has_storage(Oid relid);
extern void rollup_check_not_in_use(List *nodes, const char *what);
extern void rollup_check_node(Oid relid, Oid source);
extern char *rollup_id_of_trigger(const char *name);
extern bool rollup_is_trigger(const Trigger *trigger, Relation node, const char *id);
extern bool rollup_node_follows(const char *id, Oid relid);
extern void rollup_enable_node(const char *id, Oid relid);
extern void rollup_add_node(const Rollup *rollup, Oid relid);
extern void rollup_remove_node(const char *id, Oid relid);
extern void rollup_check_rows(const RollupDefinition *def, Oid relid);
extern void rollup_count_rows(const Rollup *rollup, Oid relid, int sign);
extern void rollup_add_rows(const Rollup *rollup, Oid relid, int sign);

/* finish.c */
extern void rollup_follow_executor(bool (*also) (const Trigger *trigger));

/* status.c */
extern bool rollup_is_followed(const Rollup *rollup);

/* trust.c */
extern bool rollup_is_trusted(Node *node);

/* trial.c */
extern void rollup_try_expressions(const RollupDefinition *def);

/* ddl.c */
extern EventTriggerData *rollup_event_data(FunctionCallInfo fcinfo);
extern Oid	rollup_lock_own(RangeVar *name, LOCKMODE lockmode);

/* create.c */
extern RollupDefinition *rollup_examine(const char *text);
extern void rollup_lock_for_drop(const Rollup *rollup);
extern void rollup_drop(const Rollup *rollup, DropBehavior behavior);

#endif							/* EMGOV_ROLLUP_H */
