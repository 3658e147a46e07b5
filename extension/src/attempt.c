/*
 * attempt.c
 *		Work that may fail without the rest.
 */
#include "postgres.h"
#include "compat.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "attempt.h"

/*
 * An error for which no definition is to blame: a conflict with another transaction, a
 * lock not got in time, no memory or disk, a shutdown, damaged data.
 */
static bool
ends_the_query(int code)
{
	int			class = ERRCODE_TO_CATEGORY(code);

	return class == ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR) ||
		code == ERRCODE_LOCK_NOT_AVAILABLE || code == ERRCODE_DATA_CORRUPTED || code == ERRCODE_INDEX_CORRUPTED;
}

char *
attempt(char *(*work) (void *), void *argument)
{
	MemoryContext before = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char	   *volatile reason = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(before);
	PG_TRY();
	{
		reason = work(argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* not copied first: there may be no memory for that, and a subtransaction left open leaves the session in it */
		if (ends_the_query(geterrcode()))
		{
			RollbackAndReleaseCurrentSubTransaction();
			CurrentResourceOwner = owner;
			PG_RE_THROW();
		}
		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(before);
		CurrentResourceOwner = owner;
		reason = error->message ? error->message : "unknown error";
	}
	PG_END_TRY();
	MemoryContextSwitchTo(before);
	CurrentResourceOwner = owner;
	return reason;
}

/* emgov_internal.ends_the_query(state text) -> boolean: the same of a SQLSTATE; false of what is none. */
PG_FUNCTION_INFO_V1(emgov_ends_the_query);
Datum
emgov_ends_the_query(PG_FUNCTION_ARGS)
{
	char	   *state = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_BOOL(strlen(state) == 5 && strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 &&
				   ends_the_query(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])));
}
