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
 * lock not got in time, no memory or disk, a shutdown, damaged data, another server that
 * cannot be reached.
 */
bool
ends_the_query(int code)
{
	int			class = ERRCODE_TO_CATEGORY(code);

	return class == ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_CONNECTION_EXCEPTION) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_FDW_ERROR) ||
		code == ERRCODE_LOCK_NOT_AVAILABLE || code == ERRCODE_DATA_CORRUPTED || code == ERRCODE_INDEX_CORRUPTED;
}

/* Does an error say that another server cannot be reached, or is going down? */
static bool
is_unreachable(int code)
{
	return ERRCODE_TO_CATEGORY(code) == ERRCODE_TO_CATEGORY(ERRCODE_CONNECTION_EXCEPTION) ||
		code == ERRCODE_ADMIN_SHUTDOWN || code == ERRCODE_CRASH_SHUTDOWN || code == ERRCODE_CANNOT_CONNECT_NOW ||
		code == ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION;
}

/* An error of these ends no query where another server is asked: it cannot be reached, or has not what it is asked for. */
static bool
ends_unless_unreachable(int code)
{
	return ends_the_query(code) && !is_unreachable(code);
}

static char *
attempt_unless(bool (*ends) (int code), char *(*work) (void *), void *argument, int *code)
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
		if (ends(geterrcode()))
		{
			RollbackAndReleaseCurrentSubTransaction();
			CurrentResourceOwner = owner;
			PG_RE_THROW();
		}
		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		*code = error->sqlerrcode;
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

char *
attempt(char *(*work) (void *), void *argument)
{
	int			code = 0;

	return attempt_unless(ends_the_query, work, argument, &code);
}

char *
attempt_to_reach(char *(*work) (void *), void *argument, bool *reached)
{
	int			code = 0;
	char	   *reason = attempt_unless(ends_unless_unreachable, work, argument, &code);

	*reached = !is_unreachable(code);
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
