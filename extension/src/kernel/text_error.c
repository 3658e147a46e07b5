/*
 * text_error.c
 *		Why a text is no value of a type, reported.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"

#include "kernel/text_error.h"

/*
 * Raise what a parser of core/ found; soft where the caller asks for it.  field is
 * the name of the field that the error is about, or NULL; the hint says what may
 * be written.
 */
Datum
text_error(Node *context, const char *type, const char *field, const char *text,
		   const CountersError *error, const char *hint)
{
	int			position = (int) pg_mbstrlen_with_len(text, error->position) + 1;

	switch (error->kind)
	{
		case COUNTERS_RANGE:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range for field \"%s\" of type %s: \"%s\"", field, type, text),
					 errdetail("The number at position %d does not fit.", position)));
		case COUNTERS_PRECISION:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("too many decimals for field \"%s\" of type %s: \"%s\"", field, type, text),
					 errdetail("See position %d; nothing is rounded on input.", position),
					 errhint("A count is whole, money has at most two decimals (yuan and fen), a measure at most %d.",
							 DECIMAL_PLACES)));
		case COUNTERS_DERIVED:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("field \"%s\" of type %s cannot be given: \"%s\"", field, type, text),
					 errdetail("It follows from the other fields; see position %d.", position),
					 errhint("%s", hint)));
		case COUNTERS_TWICE:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("field \"%s\" of type %s is given twice: \"%s\"", field, type, text),
					 errdetail("The second one is at position %d.", position)));
		case COUNTERS_UNKNOWN:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"", type, text),
					 errdetail("There is no field of the name at position %d.", position),
					 errhint("%s", hint)));
		default:
			break;
	}
	ereturn(context, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", type, text),
			 errdetail("See position %d.", position),
			 errhint("%s", hint)));
}
