/*
 * uscc.c
 *		The type uscc: a unified social credit code (GB 32100-2015).
 *
 * A value is its 18 characters in canonical form, checked whenever it enters.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/sortsupport.h"

#include "core/uscc.h"
#include "kernel/sql_function.h"

#define USCC_ARG(n) ((const char *) PG_GETARG_POINTER(n))

/* ------------------------------------------------------------------ input and output */

/* Report why an input is no code; soft where the caller asks for it. */
static Datum
input_error(Node *context, const UsccVerdict *verdict, const char *text, size_t length)
{
	char		reason[USCC_MESSAGE_SIZE];
	char		hint[USCC_MESSAGE_SIZE];
	char		quoted[USCC_MESSAGE_SIZE];
	bool		hinted = uscc_hint(verdict, hint);

	uscc_reason(verdict, reason);
	uscc_quote(text, length, quoted);
	ereturn(context, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid unified social credit code: \"%s\"", quoted),
			 errdetail("%s", reason),
			 hinted ? errhint("%s", hint) : 0));
}

/* text -> uscc: spaces and hyphens dropped, case and width folded, everything else refused */
static Datum
from_text(Node *context, const char *text, size_t length)
{
	UsccVerdict verdict;
	char	   *code;

	if (!uscc_parse(text, length, &verdict))
		return input_error(context, &verdict, text, length);
	code = palloc(USCC_LENGTH);
	memcpy(code, verdict.code, USCC_LENGTH);
	PG_RETURN_POINTER(code);
}

PG_FUNCTION_INFO_V1(uscc_in);
Datum
uscc_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	return from_text(fcinfo->context, text, strlen(text));
}

PG_FUNCTION_INFO_V1(uscc_out);
Datum
uscc_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pnstrdup(USCC_ARG(0), USCC_LENGTH));
}

/* binary form -> uscc: the 18 bytes, which must be canonical already */
PG_FUNCTION_INFO_V1(uscc_recv);
Datum
uscc_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	const char *bytes = pq_getmsgbytes(buffer, USCC_LENGTH);
	UsccVerdict verdict;
	char	   *code;

	if (!uscc_verify(bytes, &verdict))
	{
		char		reason[USCC_MESSAGE_SIZE];

		uscc_reason(&verdict, reason);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type uscc"),
				 errdetail("%s", reason)));
	}
	code = palloc(USCC_LENGTH);
	memcpy(code, bytes, USCC_LENGTH);
	PG_RETURN_POINTER(code);
}

PG_FUNCTION_INFO_V1(uscc_send);
Datum
uscc_send(PG_FUNCTION_ARGS)
{
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbytes(&buffer, USCC_ARG(0), USCC_LENGTH);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* ------------------------------------------------------------------ casts */

PG_FUNCTION_INFO_V1(uscc_from_text);
Datum
uscc_from_text(PG_FUNCTION_ARGS)
{
	text	   *t = PG_GETARG_TEXT_PP(0);

	return from_text(NULL, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

PG_FUNCTION_INFO_V1(uscc_to_text);
Datum
uscc_to_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text_with_len(USCC_ARG(0), USCC_LENGTH));
}

/* A code as a JSON string; it needs no escapes. */
PG_FUNCTION_INFO_V1(uscc_jsonb);
Datum
uscc_jsonb(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("\"%.*s\"", USCC_LENGTH, USCC_ARG(0))));
}

/* ------------------------------------------------------------------ parts */

/* A run of the code's characters as text. */
static Datum
part(FunctionCallInfo fcinfo, int start, int length)
{
	PG_RETURN_TEXT_P(cstring_to_text_with_len(USCC_ARG(0) + start, length));
}

/* A label as text, or NULL. */
static Datum
label(FunctionCallInfo fcinfo, const char *name)
{
	if (name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

SQL_FUNCTION(uscc_department, part(fcinfo, USCC_DEPARTMENT_AT, 1));
SQL_FUNCTION(uscc_category, part(fcinfo, USCC_CATEGORY_AT, 1));
SQL_FUNCTION(uscc_division, part(fcinfo, USCC_DIVISION_AT, USCC_DIVISION_LENGTH));
SQL_FUNCTION(uscc_organisation, part(fcinfo, USCC_ORGANISATION_AT, USCC_ORGANISATION_LENGTH));
SQL_FUNCTION(uscc_check_digit, part(fcinfo, USCC_CHECK_AT, 1));
SQL_FUNCTION(uscc_department_term, label(fcinfo, uscc_department_label(USCC_ARG(0))));
SQL_FUNCTION(uscc_category_term, label(fcinfo, uscc_category_label(USCC_ARG(0))));

/* uscc_problem(text): why the text is no code, in one line, or NULL if it is one.  Never an error. */
PG_FUNCTION_INFO_V1(uscc_problem);
Datum
uscc_problem(PG_FUNCTION_ARGS)
{
	text	   *t = PG_GETARG_TEXT_PP(0);
	UsccVerdict verdict;
	char		reason[USCC_MESSAGE_SIZE];

	if (uscc_parse(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), &verdict))
		PG_RETURN_NULL();
	uscc_reason(&verdict, reason);
	PG_RETURN_TEXT_P(cstring_to_text(reason));
}

/* ------------------------------------------------------------------ order and hash */

static inline int
compare(FunctionCallInfo fcinfo)
{
	return memcmp(USCC_ARG(0), USCC_ARG(1), USCC_LENGTH);
}

ORDERED_TYPE(uscc, compare(fcinfo));
SQL_FUNCTION(uscc_hash, hash_any((const unsigned char *) USCC_ARG(0), USCC_LENGTH));
SQL_FUNCTION(uscc_hash_extended,
			  hash_any_extended((const unsigned char *) USCC_ARG(0), USCC_LENGTH, PG_GETARG_INT64(1)));

static int
fast_compare(Datum a, Datum b, SortSupport ssup pg_attribute_unused())
{
	return memcmp(DatumGetPointer(a), DatumGetPointer(b), USCC_LENGTH);
}

PG_FUNCTION_INFO_V1(uscc_sortsupport);
Datum
uscc_sortsupport(PG_FUNCTION_ARGS)
{
	((SortSupport) PG_GETARG_POINTER(0))->comparator = fast_compare;
	PG_RETURN_VOID();
}
