/*
 * values_hash.c
 *		A hash of some values, whatever they are: a checksum of records is the sum of these.
 *
 * What is hashed is each value's text, under the settings of whoever calls; but of days and
 * booleans the value itself.  So a column that was made numeric or an enumeration is as it was.
 * A value is led by its length, so that no two rows are one another's.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"

#define IS_NULL		0xFFFFFFFF
#define LONGEST_NUMBER	20		/* -9223372036854775808 */

typedef struct Output
{
	Oid			type;			/* with domains looked through */
	FmgrInfo	function;
} Output;

/* How the values of a call are printed, the same for all its rows. */
static Output *
outputs_of(FunctionCallInfo fcinfo)
{
	Output	   *outputs = fcinfo->flinfo->fn_extra;

	if (outputs != NULL)
		return outputs;
	outputs = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Output) * PG_NARGS());
	for (int i = 0; i < PG_NARGS(); i++)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i);
		Oid			function;
		bool		is_varlena;

		if (!OidIsValid(type))
			ereport(ERROR,
					(errcode(ERRCODE_INDETERMINATE_DATATYPE),
					 errmsg("could not determine the types of the values")));
		outputs[i].type = getBaseType(type);
		getTypeOutputInfo(type, &function, &is_varlena);
		fmgr_info_cxt(function, &outputs[i].function, fcinfo->flinfo->fn_mcxt);
	}
	fcinfo->flinfo->fn_extra = outputs;
	return outputs;
}

static void
append_bytes(StringInfo bytes, const char *data, int length)
{
	pq_sendint32(bytes, length);
	appendBinaryStringInfo(bytes, data, length);
}

/* A whole number as it is printed. */
static void
append_number(StringInfo bytes, int64 number)
{
	char		printed[LONGEST_NUMBER + 1];

	append_bytes(bytes, printed, pg_lltoa(number, printed));
}

/* A value that is no text, by itself. */
static void
append_value(StringInfo bytes, int64 value)
{
	pq_sendint32(bytes, sizeof(value));
	pq_sendint64(bytes, value);
}

/*
 * emgov_internal.values_hash(VARIADIC "any") returns bigint: never NULL.
 */
PG_FUNCTION_INFO_V1(emgov_values_hash);
Datum
emgov_values_hash(PG_FUNCTION_ARGS)
{
	Output	   *outputs;
	StringInfoData bytes;
	uint64		hash;

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("values are given one by one")));
	outputs = outputs_of(fcinfo);
	initStringInfo(&bytes);
	for (int i = 0; i < PG_NARGS(); i++)
	{
		Datum		value = PG_GETARG_DATUM(i);
		char	   *printed;

		if (PG_ARGISNULL(i))
		{
			pq_sendint32(&bytes, IS_NULL);
			continue;
		}
		switch (outputs[i].type)
		{
			case INT2OID:
				append_number(&bytes, DatumGetInt16(value));
				break;
			case INT4OID:
				append_number(&bytes, DatumGetInt32(value));
				break;
			case INT8OID:
				append_number(&bytes, DatumGetInt64(value));
				break;
			case DATEOID:
				append_value(&bytes, DatumGetDateADT(value));
				break;
			case BOOLOID:
				append_value(&bytes, DatumGetBool(value));
				break;
			case TEXTOID:
			case VARCHAROID:
				{
					const text *it = DatumGetTextPP(value);

					append_bytes(&bytes, VARDATA_ANY(it), VARSIZE_ANY_EXHDR(it));
				}
				break;
			default:
				printed = OutputFunctionCall(&outputs[i].function, value);
				append_bytes(&bytes, printed, strlen(printed));
				pfree(printed);
		}
	}
	hash = hash_bytes_extended((const unsigned char *) bytes.data, bytes.len, 0);
	pfree(bytes.data);
	PG_RETURN_INT64((int64) hash);
}
