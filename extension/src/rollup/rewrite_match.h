/*
 * rewrite_match.h
 *		Matching a level of a query with a rollup: what the parts share.
 *
 *		rewrite_chain.c		from the level to the table that it reads
 *		rewrite_keys.c		expressions over the table's columns as ones over keys
 *		rewrite_time.c		keys that are a day, month, quarter or year
 *		rewrite_quals.c		conditions
 *		rewrite_aggregate.c	aggregates as sums of sums
 *		rewrite_own.c		aggregates over the rollup's own view
 *		rewrite_match.c		the copy of the level
 */
#ifndef EMGOV_REWRITE_MATCH_H
#define EMGOV_REWRITE_MATCH_H

#include "rollup/rewrite.h"

#define MAX_CHAIN	8

/* What a query of the chain gives the one above it as a column. */
typedef struct Column
{
	Node	   *flat;			/* over the table's columns; NULL if other tables are in it */
	bool		kept;			/* can be had as it is */
} Column;

/* A query of the chain. */
typedef struct Link
{
	Query	   *query;
	int			rti;			/* of the next, or of the table */
	int			before;			/* columns that the next has before the keys and sums */
	Column	   *columns;		/* of the next; NULL if that is the table */
	List	   *shown;			/* of other FROM items, behind the stored columns: what the query above needs for its expressions */
	Relids		nulling;		/* outer joins that may put NULLs in place of its rows; of the level's only */
} Link;

typedef struct Match
{
	const KnownRollup *known;
	int			length;			/* of the chain */
	Link		links[MAX_CHAIN];
	Bitmapset  *used;			/* places of stored columns that are read */
	List	   *clauses;		/* conditions on the table's rows, simplified */
	List	   *quals;			/* conditions on the sums' keys that can be asked of them first */
	List	   *functions;
	bool		live;			/* only groups that are there may be seen */
	bool		own;			/* the query asks the rollup's own view, not its table */
	const char *reason;			/* why it does not match; NULL while it does */
	Node	   *missing;		/* over the table's columns: with this as a key, or as a sum, it might; NULL if nothing would help */
} Match;

/* An expression being rewritten. */
typedef struct Place
{
	Match	   *match;
	Link	   *link;			/* whose expression it is */
	int			sublevels;		/* how far into subqueries of it */
	Relids		nulling;		/* of the link's outer joins, those below the expression */
} Place;

/* rewrite_chain.c */
extern Oid	chain_find(Query *query, int rti, Link *links, int *length, int depth);

/* rewrite_keys.c */
extern void match_refuse(Match *match, const char *reason);
extern void match_refuse_without(Match *match, const char *reason, Node *missing);
extern bool match_note_functions(Node *node, void *match);
extern Node *match_flatten(Match *match, Link *link, Node *node, Relids nulling);
extern Node *match_replace(Match *match, Link *link, Node *flat, Relids nulling);
extern Node *match_try(Place *place, Node *flat);
extern Var *match_stored(Place *place, int number);
extern bool refers_to_others(Node *node, int rti);
extern bool entry_refers_to(RangeTblEntry *rte, int rti);
extern bool holds_others(Node *node);
extern bool is_null_of_nulls(Node *expression);
extern bool is_at_place(Place *place, Node *expression, Node *node);

/* rewrite_time.c */
extern Node *time_function(Place *place, FuncExpr *call);
extern Node *time_comparison(Place *place, OpExpr *op);

/* rewrite_quals.c */
extern List *conjuncts(Node *node);
extern Node *conjunction(List *conditions);
extern bool match_jointree(Match *match, Link *link, Node *node, Relids *nulling);
extern bool match_filter_rest(Match *match, List *filter, Node *kept, List **rest);
extern bool match_filter(Place *place, List *rest, Expr **filter);

/* rewrite_aggregate.c */
extern Node *match_aggregate(Place *place, Aggref *agg);
extern Expr *match_value_sum(Place *place, int column, Expr *filter);
extern Expr *match_plain_sum(Place *place, const RollupValue *value, Expr *filter);
extern Node *match_summary(Place *place, const RollupValue *value, Expr *filter);
extern Expr *when_not_zero(Expr *number, Expr *value, Expr *otherwise);
extern Expr *server_call(Oid function, Oid type, List *args);

/* rewrite_own.c */
extern Node *match_own_column(Place *place, const Var *var);
extern Node *match_own_sum(Place *place, Aggref *agg, List *filter);

#endif							/* EMGOV_REWRITE_MATCH_H */
