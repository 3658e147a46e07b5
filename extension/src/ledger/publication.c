/*
 * publication.c
 *		Publications are written by publishing and by nothing else.
 *
 * emgov.publish_ledger() runs emgov._publish_ledger(), which is in SQL, and says while it
 * runs that this session is publishing; the statement trigger emgov.only_publish() of the
 * publication tables refuses every other statement. What a trigger can read of its
 * surroundings in SQL, such as the text of the call stack, can be made up by whoever
 * writes the statement; this cannot.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/rel.h"

static bool publishing = false;

/*
 * emgov.publish_ledger(ledger regnamespace, period daterange, report text,
 *						as_of timestamptz, scope text, base text)
 *
 * The same arguments and result as emgov._publish_ledger(), see publication.sql.
 */
PG_FUNCTION_INFO_V1(emgov_publish_ledger);
Datum
emgov_publish_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {REGNAMESPACEOID, DATERANGEOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID};
	Datum		values[6];
	char		nulls[6];
	bool		was = publishing;
	bool		isnull;
	Datum		result;

	for (int i = 0; i < 6; i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}

	PG_TRY();
	{
		publishing = true;
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		if (SPI_execute_with_args("SELECT emgov._publish_ledger($1, $2, $3, $4, $5, $6)",
								  6, types, values, nulls, false, 1) != SPI_OK_SELECT ||
			SPI_processed != 1)
			elog(ERROR, "emgov._publish_ledger() gave no row");
		result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
		SPI_finish();
	}
	PG_FINALLY();
	{
		publishing = was;
	}
	PG_END_TRY();

	if (isnull)
		PG_RETURN_NULL();
	return result;
}

/* emgov.only_publish(): BEFORE INSERT OR UPDATE, for each statement. */
PG_FUNCTION_INFO_V1(emgov_only_publish);
Datum
emgov_only_publish(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("emgov.only_publish() must be called by a trigger")));
	if (!publishing)
		ereport(ERROR,
				(errcode(ERRCODE_RESTRICT_VIOLATION),
				 errmsg("%s on \"%s\" is refused: it is written by publishing",
						TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? "insert" : "update",
						RelationGetRelationName(trigger->tg_relation)),
				 errhint("CALL the ledger's procedure publish(period, report).")));
	PG_RETURN_POINTER(NULL);
}
