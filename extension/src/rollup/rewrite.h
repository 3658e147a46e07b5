/*
 * rewrite.h
 *		The planner answers from rollups: what the parts share.
 *
 * A query level over a table with rollups becomes
 *
 *		SELECT columns FROM (A UNION ALL ... UNION ALL B)
 *
 * where each A is the level over a rollup's sums instead of the table, and B is the level
 * as it was.  All are planned; the append that the server makes of them is replaced by one
 * node over the cheapest A and B, which decides at each execution which of them to run.
 * B stays in the plan whatever it decides, and with it the rights that are checked and the
 * relations that invalidate the plan.
 *
 *		rewrite.c			the hooks of the planner, the setting, levels
 *		rewrite_known.c		what a session knows of the rollups over a table
 *		rewrite_match.c		which rollup answers which level, and how (rewrite_match.h)
 *		rewrite_joins.c		what a view computes and joins, but nobody asks for
 *		rewrite_safe.c		what may be computed for groups that are gone
 *		rewrite_image.c		are equal values the same bytes?
 *		rewrite_plan.c		the queries that take the level's and the table's place
 *		rewrite_node.c		the node that decides
 *		rewrite_writers.c	statements under way that the rollups do not have yet
 *		rewrite_propose.c	the rollup that would answer a level
 *		rewrite_explain.c	emgov.rollup_for()
 *		rewrite_not_used.c	why EXPLAIN shows none
 */
#ifndef EMGOV_REWRITE_H
#define EMGOV_REWRITE_H

#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pathnodes.h"

#include "rollup/rollup.h"

/* The number of the rolled-up table in expressions that are compared. */
#define BASE_VARNO	30000

/* And that of a rollup's own view, of which a column is the number of a value. */
#define OWN_VARNO	30001

/* A rollup as a session knows it. */
typedef struct KnownRollup
{
	Rollup		rollup;
	RollupDefinition *def;		/* over BASE_VARNO; NULL when there is no telling */
	const char *fault;			/* why it answers nobody; NULL if it does */
	Oid			owner;			/* of all its parts */
	List	   *where;			/* its WHERE, simplified, as a list; NIL if there is none */
	bool		imagined;		/* there is none: would it answer? */
	bool	   *fit;			/* of each key: are equal values the same bytes? */
	AttrNumber *total_columns;	/* of each stored column, keys first: its number in total, */
	AttrNumber *delta_columns;	/* in delta */
	List	   *changes;		/* ItemPointer: rows of emgov.rollup_log that a snapshot must see */
} KnownRollup;

/* Stored columns are counted from 1: the keys, then n and the sums. */
#define KEY_PLACE(i)		((i) + 1)
#define COLUMN_PLACE(known, i)	((known)->def->nkeys + 1 + (i))
#define PLACES(known)			((known)->def->nkeys + (known)->def->ncolumns)

/* rewrite_known.c */
extern List *known_rollups(Oid source);
extern KnownRollup *known_rollup(Oid source, Oid view);
extern KnownRollup *known_rollup_of_view(Oid view);
extern bool known_holds(Oid source);
extern bool known_has_query_view(Oid source, Oid view);
extern const char *known_owner_fault(const KnownRollup *known);
extern KnownRollup *imagine_rollup(RollupDefinition *def);
extern void known_init(void);

/* What answers a level from a rollup. */
typedef struct Answer
{
	const KnownRollup *known;
	Query	   *query;			/* A */
	List	   *functions;		/* that it need not call, but the caller must be allowed to */
	double		size;			/* pages to read */
	bool		own;			/* of a query of the rollup's own view: either side is right, always */
} Answer;

/* rewrite_match.c, and what it consists of */
extern Answer *match_rollup(Query *level, int rti, const KnownRollup *known, const char **reason, Node **missing);
extern Oid	match_source(Query *level, int rti);
extern Oid	match_month_of(void);
extern bool aggregate_is_extremum(Oid function);
extern bool refers_to(Node *node, int rti);

/* rewrite_joins.c */
extern bool resolve_joins(Query *query);
extern void drop_unread(Query *query, int rti);
extern bool finds_one_row(Oid relid, List *columns, List *operators);

/* rewrite_safe.c */
extern bool safe_for_dead_groups(Node *expression);
extern bool safe_as_key(Node *expression);
extern bool safe_as_sum(Node *expression);
extern bool is_whole_field(Node *expression);

/* rewrite_image.c */
extern bool image_of_type(Oid type, int32 typmod, Oid collation);
extern bool image_of_expression(Node *node);

/* rewrite_plan.c */
extern Query *sums_query(const KnownRollup *known);
extern Query *groups_query(const KnownRollup *known, Bitmapset *used, List *quals);
extern Expr *make_not_zero(Expr *number);
extern Expr *sum_of_column(const RollupColumn *column, Expr *value, Expr *filter);
extern void choice_query(Query *level, List *answers, Node *mark);
extern RangeTblEntry *subquery_entry(Query *query, const char *name);

/* rewrite_node.c */
extern Path *choice_path(RelOptInfo *rel, const Answer *answer, Path *from_rollup, Path *from_table);
extern void choice_init(void);
extern const char *why_not_now(Oid source, Oid view, Snapshot snapshot);

/* rewrite_writers.c */
extern bool is_being_written(Oid source);
extern void writers_init(void);

/* rewrite.c */
extern void rewrite_init(void);
extern List *rewrite_report;	/* of LevelReport, while emgov.rollup_for() or EXPLAIN plans */
#define NOTES_FULL	(-1)
#define NOTES_BRIEF	(-2)
extern int	rewrite_take_notes(int when);
extern bool rewrite_reporting(void);
extern double rewrite_pages(Oid relid);

/* rewrite_not_used.c */
extern void not_used_init(void);

/* What emgov.rollup_for() and EXPLAIN tell of a level. */
typedef struct LevelReport
{
	int			level;			/* the same of lines of the same level */
	Oid			source;
	Oid			rollup;			/* that was looked at; InvalidOid if there is none */
	const Answer *answer;		/* NULL if there is none */
	const char *reason;			/* why not; NULL if it answers */
	char	   *proposal;		/* the call that makes one that would; NULL for none */
} LevelReport;

/* rewrite_propose.c */
extern char *propose_rollup(Query *level, Oid *source, const char **why);

#endif							/* EMGOV_REWRITE_H */
