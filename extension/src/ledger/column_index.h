/*
 * column_index.h
 *		An index that gives rows in the order of a column.
 */
#ifndef EMGOV_COLUMN_INDEX_H
#define EMGOV_COLUMN_INDEX_H

#include "utils/relcache.h"

/* A whole, valid, ascending B-tree index that any snapshot may use, with the column first; InvalidOid if there is none. */
extern Oid	index_of_column(Relation relation, AttrNumber column);

#endif							/* EMGOV_COLUMN_INDEX_H */
