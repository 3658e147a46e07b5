/*
 * redact.c
 *		Personal data out of all versions of a record.
 *
 * A kept table's past is written by the ledger itself, and nothing of it can be changed.  This
 * is the one exception: by the table's owner, column by column, with a trace of who, when, why.
 *
 * The present row is changed by an UPDATE, so that whatever follows the table (live rollups,
 * checks, the owner's triggers) follows this; only the trigger that keeps versions is told that
 * this row is to become no new version (see redacting_columns).  The UPDATE comes first: while it
 * holds the row, no version can be added to the past.  Then the rows of the history are written
 * over, past the triggers that refuse everything there.
 *
 * What may be blanked, and with what, is asked of emgov_internal.redaction().
 */
#include "postgres.h"
#include "compat.h"

#include "access/table.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "ledger/redact.h"

/* The row that is being redacted, and its columns; only while its UPDATE runs. */
static struct
{
	Oid			relid;
	ItemPointerData row;
	int			ncolumns;
	AttrNumber *columns;
}			redacting = {InvalidOid};

/*
 * Of a row that is being redacted, and of no other: the columns that change.  Their number; 0
 * for any other row.  To be asked once: the row's version is the one that the UPDATE found.
 */
int
redacting_columns(Oid relid, ItemPointer row, AttrNumber **columns)
{
	if (relid != redacting.relid || !ItemPointerEquals(row, &redacting.row))
		return 0;
	*columns = redacting.columns;
	redacting.relid = InvalidOid;
	return redacting.ncolumns;
}

/* What emgov_internal.redaction() found: see there. */
enum
{
	HISTORY, PRESENT, BLANKS, UPDATE_QUERY, COLUMNS, PAST_QUERY, PAST_BLANKS_QUERY, PAST_COLUMNS, TRACE_QUERY, N_FOUND
};

static const char *const question =
"SELECT history, present, blanks, update_query, blank_columns, past_query, past_blanks_query, past_columns, trace_query "
"FROM emgov_internal.redaction($1, $2, $3, $4)";

static void
run(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls, int expected)
{
	int			result = SPI_execute_with_args(sql, nargs, types, values, nulls, false, 0);

	if (result != expected)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(result));
}

/* The columns with these names. */
static AttrNumber *
column_numbers(Oid relid, Datum names, int *n)
{
	Datum	   *elements;
	AttrNumber *result;

	deconstruct_array(DatumGetArrayTypeP(names), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, n);
	result = palloc(sizeof(AttrNumber) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		result[i] = get_attnum(relid, TextDatumGetCString(elements[i]));
		if (result[i] <= 0)
			elog(ERROR, "relation %u has no column \"%s\"", relid, TextDatumGetCString(elements[i]));
	}
	return result;
}

/* The present row, as an UPDATE that makes no version. */
static void
blank_present(Oid relid, const Datum *found)
{
	Oid			types[] = {JSONBOID, TIDOID};
	Datum		values[] = {found[BLANKS], found[PRESENT]};

	redacting.columns = column_numbers(relid, found[COLUMNS], &redacting.ncolumns);
	redacting.row = *(ItemPointer) DatumGetPointer(found[PRESENT]);
	redacting.relid = relid;
	PG_TRY();
	{
		run(TextDatumGetCString(found[UPDATE_QUERY]), 2, types, values, NULL, SPI_OK_UPDATE);
	}
	PG_FINALLY();
	{
		redacting.relid = InvalidOid;
	}
	PG_END_TRY();
	if (SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a row of \"%s\" was not redacted: a trigger or a policy kept it as it is", get_rel_name(relid))));
}

/* Write the blanks into the columns of one row of a history. */
static void
blank_past_row(ResultRelInfo *target, EState *estate, ItemPointer tid, int n, const AttrNumber *columns, const Datum *values, const bool *nulls)
{
	Relation	history = target->ri_RelationDesc;
	TupleTableSlot *old = table_slot_create(history, NULL);
	TupleTableSlot *new = MakeSingleTupleTableSlot(RelationGetDescr(history), &TTSOpsVirtual);
	EPQState	epq;

	if (!table_tuple_fetch_row_version(history, tid, GetActiveSnapshot(), old))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("a version in \"%s\" was changed meanwhile", RelationGetRelationName(history)),
				 errhint("Try again.")));
	slot_getallattrs(old);
	for (int i = 0; i < RelationGetDescr(history)->natts; i++)
	{
		new->tts_values[i] = old->tts_values[i];
		new->tts_isnull[i] = old->tts_isnull[i];
	}
	for (int i = 0; i < n; i++)
	{
		new->tts_values[columns[i] - 1] = values[i];
		new->tts_isnull[columns[i] - 1] = nulls[i];
	}
	ExecStoreVirtualTuple(new);
	init_recheck(&epq, estate);
	ExecSimpleRelationUpdate(target, estate, &epq, old, new);
	EvalPlanQualEnd(&epq);
	ExecDropSingleTupleTableSlot(new);
	ExecDropSingleTupleTableSlot(old);
}

/* The record's rows in the history, past its triggers.  Returns their number. */
static int
blank_past(Oid history_oid, const Datum *found)
{
	Relation	history = table_open(history_oid, RowExclusiveLock);
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);
	SPITupleTable *rows;
	Oid			types[] = {JSONBOID};
	Datum		blanks[] = {found[BLANKS]};
	int			n;
	AttrNumber *columns = column_numbers(history_oid, found[PAST_COLUMNS], &n);
	Datum	   *values = palloc(sizeof(Datum) * Max(n, 1));
	bool	   *nulls = palloc(sizeof(bool) * Max(n, 1));

	run(TextDatumGetCString(found[PAST_QUERY]), 0, NULL, NULL, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	run(TextDatumGetCString(found[PAST_BLANKS_QUERY]), 1, types, blanks, NULL, SPI_OK_SELECT);
	for (int i = 0; i < n; i++)
		values[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &nulls[i]);

	PushActiveSnapshot(GetLatestSnapshot());
	estate->es_snapshot = GetActiveSnapshot();
	InitResultRelInfo(target, history, 0, NULL, 0);
	target->ri_TrigDesc = NULL; /* they refuse everything */
	ExecOpenIndices(target, false);
	for (uint64 i = 0; i < rows->numvals; i++)
	{
		bool		isnull;

		CHECK_FOR_INTERRUPTS();
		blank_past_row(target, estate, (ItemPointer) DatumGetPointer(SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull)), n, columns, values, nulls);
	}
	ExecCloseIndices(target);
	PopActiveSnapshot();
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
	table_close(history, NoLock);
	return (int) rows->numvals;
}

/*
 * emgov_internal.redact(relation regclass, key text, columns text[], reason text) returns integer: the number
 * of versions that were blanked.
 */
PG_FUNCTION_INFO_V1(emgov_redact);
Datum
emgov_redact(PG_FUNCTION_ARGS)
{
	Oid			types[] = {REGCLASSOID, TEXTOID, TEXTARRAYOID, TEXTOID};
	Oid			count_type[] = {INT4OID};
	Datum		arguments[4];
	char		argument_nulls[4];
	Datum		found[N_FOUND];
	bool		no_present = false;
	int			versions = 0;

	for (int i = 0; i < 4; i++)
	{
		arguments[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		argument_nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	SPI_connect();
	run(question, 4, types, arguments, argument_nulls, SPI_OK_SELECT);
	for (int i = 0; i < N_FOUND; i++)
	{
		bool		isnull;

		found[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &isnull);
		if (i == PRESENT)
			no_present = isnull;
	}
	if (!no_present)			/* a definition may have been deleted */
	{
		blank_present(PG_GETARG_OID(0), found);
		versions = 1;
	}
	versions += blank_past(DatumGetObjectId(found[HISTORY]), found);
	{
		Datum		count[] = {Int32GetDatum(versions)};

		run(TextDatumGetCString(found[TRACE_QUERY]), 1, count_type, count, NULL, SPI_OK_INSERT);
	}
	SPI_finish();
	PG_RETURN_INT32(versions);
}
