/*
 * row.h
 *		What a statement changes in a rollup, computed without the executor.
 */
#ifndef EMGOV_ROLLUP_ROW_H
#define EMGOV_ROLLUP_ROW_H

#include "executor/tuptable.h"
#include "utils/relcache.h"
#include "utils/tuplestore.h"

#include "rollup/rollup.h"

typedef struct RollupRow RollupRow;

extern RollupRow *rollup_row_make(RollupDefinition *def, const Rollup *rollup, Relation node, Oid owner);
extern int64 rollup_row_write(RollupRow *row, TupleTableSlot *new_row, TupleTableSlot *old_row, bool nested);
extern int64 rollup_row_write_tables(RollupRow *row, Tuplestorestate *new_rows, Tuplestorestate *old_rows, bool nested);
extern int64 rollup_row_add_table(RollupRow *row, Relation node, int sign);

#endif							/* EMGOV_ROLLUP_ROW_H */
