/*
 * history_ddl.h
 *		A history follows its table: what the event triggers of these files have in common.
 */
#ifndef EMGOV_HISTORY_DDL_H
#define EMGOV_HISTORY_DDL_H

#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"

/* What a table is, of those that are guarded. */
typedef enum Guarded
{
	GUARDED_NOT, GUARDED_KEPT, GUARDED_HISTORY, GUARDED_PUBLICATION
} Guarded;

/* history_ddl.c */
extern Guarded history_guarded(Oid relid);
extern List *history_altered_tables(Oid relid);
extern List *history_reached(Oid relid, bool only, LOCKMODE mode);
extern char *history_qualified_name(Oid relid);
extern Datum history_names(List *names);
extern void history_read(const char *sql, int nargs, Oid *types, Datum *values);
extern void history_run(const char *sql, Oid relid, Datum first, Datum second);
extern void history_run_as_owner(const char *sql, Oid relid, List *first, List *second);

/* history_partitions.c: before and after a command */
extern void history_know_partitions(RangeVar *name);
extern void history_before_owner(RangeVar *name, RoleSpec *owner);
extern void history_before_partition(RangeVar *name, const AlterTableCmd *cmd);
extern void history_before_new_partition(CreateStmt *stmt);
extern void history_refuse_partitions(DropStmt *stmt);
extern void history_make_partitions_past(Oid relid, List *gone);
extern void history_follow_partitions(Oid relid);
extern void history_keep_detached(AlterTableStmt *stmt);
extern void history_after_partitions(AlterTableStmt *stmt);

/* history_drop.c */
extern ObjectWithArgs *history_placed_function(Node *tree, ObjectType *type);
extern void history_refuse_placing(Node *tree, ObjectWithArgs *object, ObjectType type);
extern bool history_may_drop(Node *tree);
extern void history_dropped(void *tree);

#endif							/* EMGOV_HISTORY_DDL_H */
