/*
 * split.h
 *		By which members of dimensions records are told from one another.
 *
 * A record is of one member of each dimension.  Figures are split by two dimensions at
 * most, and besides by area where areas are covered each for itself: a member is named by
 * a code in each of these places, NULL where it is of all.
 */
#ifndef EMGOV_SPLIT_H
#define EMGOV_SPLIT_H

#include "access/attnum.h"
#include "fmgr.h"

#define N_SPLITS		3		/* the area that covers; the first and the second dimension that is asked for */

typedef struct Splits Splits;

extern Splits *read_splits(FunctionCallInfo fcinfo, int splits_arg, int labels_arg);
extern bool is_split(const Splits *splits, int place);

/* Is it by the indicator's own date that a relation's records are told in this place? */
extern bool split_by_own_date(const Splits *splits, int place, Oid relid);

/*
 * The code of a record, as SQL over emgov_record, and the column that it is taken from; NULL, and a reason,
 * where there is no such column.  day: the date that indicators are counted by, likewise.
 */
extern char *split_sql(const Splits *splits, int place, Oid relid, const char *day, AttrNumber *column, char **reason);

/* The member that a record with a code counts for. */
extern const char *split_member(const Splits *splits, int place, const char *code);

#endif							/* EMGOV_SPLIT_H */
