/*
 * changes.c
 *		Who wants to know that a relation has changed.
 */
#include "postgres.h"
#include "compat.h"

#include "changes.h"

#define MOST_FUNCTIONS	16

static RelcacheCallbackFunction functions[MOST_FUNCTIONS];
static int	nfunctions = 0;

static void
tell(Datum arg, Oid relid)
{
	for (int i = 0; i < nfunctions; i++)
		functions[i] (arg, relid);
}

void
on_relation_change(RelcacheCallbackFunction function)
{
	if (nfunctions == MOST_FUNCTIONS)
		elog(ERROR, "too many functions want to know of changes");
	if (nfunctions == 0)
		CacheRegisterRelcacheCallback(tell, (Datum) 0);
	functions[nfunctions++] = function;
}
