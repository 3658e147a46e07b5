/*
 * changes.h
 *		Who wants to know that a relation has changed.
 */
#ifndef EMGOV_CHANGES_H
#define EMGOV_CHANGES_H

#include "postgres.h"

#include "utils/inval.h"

/*
 * Have a function called whenever a relation has changed, as by CacheRegisterRelcacheCallback().  The server has ten places for
 * such functions in a session, for all libraries together, and ends the session that asks for one more: all of ours take one.
 */
extern void on_relation_change(RelcacheCallbackFunction function);

#endif							/* EMGOV_CHANGES_H */
