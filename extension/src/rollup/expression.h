/*
 * expression.h
 *		The one reader of expressions that users keep or hand in as text.
 *
 * It stands in the lowest layer that needs it: rollups read verify_rollup()'s condition
 * with it, the ledger its indicators and rules.
 */
#ifndef EMGOV_EXPRESSION_H
#define EMGOV_EXPRESSION_H

#include "nodes/nodes.h"

/* What a text may be at most: bytes, and nodes within one another.  Printed, with every cast, it is longer. */
#define EXPRESSION_MAX_LENGTH	10000
#define EXPRESSION_MAX_DEPTH	500
#define EXPRESSION_PRINTED		4

/*
 * Read one harmless scalar expression over the columns of a relation, whose Vars have varno 1.
 *
 * wanted is the type of the result, or InvalidOid for any that can be told.  what says in
 * errors whose text it is, such as "filter of indicator F028".  The current user must be
 * allowed to read the columns used.  The text means the same whatever the session has set.
 */
extern Node *read_expression(Oid relid, const char *text, Oid wanted, const char *what);

/*
 * Print such an expression so that it can be read again when columns have other names or types:
 * $n is the column with number n.  And read it, by the same rules: columns has their names now,
 * in the order of their numbers, NULL for one that there is no longer.
 */
extern char *print_expression(Node *expression);
extern Node *reread_expression(Oid relid, const char *text, List *columns, Oid wanted, const char *what);

/* The columns that such an expression uses, in the order in which it names them first. */
extern List *expression_columns(Node *expression, List *columns);

/*
 * Why a function, or a type, may not be used in an expression that runs for others; NULL
 * when it may.  A type is judged as one that an expression names, or as a column's.
 */
extern const char *function_problem(Oid function);
extern const char *type_problem(Oid type, bool is_column);

/* Why a value may not be turned into a text, or read from one; NULL when it may. */
extern const char *output_problem(Oid type);
extern const char *input_problem(Oid type);

/*
 * Is a text a day or time of that type, written in the one way that no setting reads otherwise?
 * Days are 2024-07-05 or 20240705, a timestamptz has its distance from UTC, words are none.
 */
extern bool is_plain_moment(Oid type, const char *text);

/* Read constants as the definitions do, until AtEOXact_GUC(true, result). */
extern int	pin_settings(void);

#endif							/* EMGOV_EXPRESSION_H */
