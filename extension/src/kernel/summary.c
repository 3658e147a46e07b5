/*
 * summary.c
 *		What all summary types have in common, on the server's side.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "kernel/comparison.h"
#include "kernel/decimal_numeric.h"
#include "kernel/summary.h"

/* ------------------------------------------------------------------ values */

/* A new zero of the family, in the current memory context. */
Summary *
summary_new(const Family *family)
{
	Summary    *summary = palloc0(SUMMARY_SIZE(family->words));

	SET_VARSIZE(summary, SUMMARY_SIZE(family->words));
	summary->version = SUMMARY_VERSION;
	summary->words = family->words;
	counters_zero(family, summary->word);
	return summary;
}

static void
check_format(const Summary *summary, const Family *family)
{
	if (unlikely(!summary_fits(summary, family)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored value is not a %s of a known format", family->type_name),
				 errdetail("It has format version %u and %u counters; this library knows version %d with %d.",
						   summary->version, summary->words, SUMMARY_VERSION, family->words),
				 errhint("A newer version of the extension may have written it; update the library.")));
}

/* Read a summary argument, not to be changed.  The argument is not NULL. */
Summary *
summary_arg(FunctionCallInfo fcinfo, int argno, const Family *family)
{
	Summary    *summary = (Summary *) PG_DETOAST_DATUM(PG_GETARG_DATUM(argno));

	check_format(summary, family);
	return summary;
}

/* summary_state() where argument 0 cannot be changed in place. */
Summary *
summary_new_state(FunctionCallInfo fcinfo, const Family *family)
{
	MemoryContext context;
	MemoryContext old;
	Summary    *state;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		context = CurrentMemoryContext;
	old = MemoryContextSwitchTo(context);
	if (PG_ARGISNULL(0))
		state = summary_new(family);
	else
		state = (Summary *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	MemoryContextSwitchTo(old);
	check_format(state, family);
	return state;
}

/* ------------------------------------------------------------------ errors */

void
summary_overflow(const Family *family, int field)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range for field \"%s\" of type %s",
					counters_field_name(family, field), family->type_name),
			 errdetail("A counter holds at most 64 bits; money is counted in fen."),
			 errhint("Check the records for an amount that cannot be true, or sum fewer of them.")));
}

static void
report(const Family *family, const CountersError *error)
{
	if (error->kind == COUNTERS_MISMATCH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("values of type %s with different \"%s\" cannot be added or subtracted",
						family->type_name, counters_field_name(family, error->field)),
				 errdetail("A change against one earlier year and one against the mean of several have no sum."),
				 errhint("Compare all of them with the same number of base periods.")));
	summary_overflow(family, error->field);
}

/* The names that a text form may use, for a hint. */
static char *
field_names(const Family *family)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < family->fields; i++)
		appendStringInfo(&names, "%s%s", i == 0 ? "" : ", ", family->field[i].name);
	return names.data;
}

/* ------------------------------------------------------------------ input and output */

/* Report why a text is no value of the family; soft where the caller asks for it. */
static Datum
input_error(FunctionCallInfo fcinfo, const Family *family, const char *text, const CountersError *error)
{
	Node	   *context = fcinfo->context;
	int			position = (int) pg_mbstrlen_with_len(text, error->position) + 1;
	const char *name = error->field >= 0 ? counters_field_name(family, error->field) : NULL;
	bool		pairs = family->periods == 2;

	switch (error->kind)
	{
		case COUNTERS_RANGE:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range for field \"%s\" of type %s: \"%s\"", name, family->type_name, text),
					 errdetail("The number at position %d does not fit.", position)));
		case COUNTERS_PRECISION:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("too many decimals for field \"%s\" of type %s: \"%s\"", name, family->type_name, text),
					 errdetail("See position %d; nothing is rounded on input.", position),
					 errhint("A count is whole, money has at most two decimals (yuan and fen), a measure at most %d.",
							 DECIMAL_PLACES)));
		case COUNTERS_DERIVED:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("field \"%s\" of type %s cannot be given: \"%s\"", name, family->type_name, text),
					 errdetail("It follows from the other fields; see position %d.", position),
					 errhint("The fields are: %s.", field_names(family))));
		case COUNTERS_TWICE:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("field \"%s\" of type %s is given twice: \"%s\"", name, family->type_name, text),
					 errdetail("The second one is at position %d.", position)));
		case COUNTERS_UNKNOWN:
			ereturn(context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"", family->type_name, text),
					 errdetail("There is no field of the name at position %d.", position),
					 errhint("The fields are: %s.", field_names(family))));
		default:
			break;
	}
	if (family == &comparison_family)
		ereturn(context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", family->type_name, text),
				 errdetail("See position %d.", position),
				 errhint("Write current/base, as in '59/65', or current/total:periods, as in '59/195:3'.")));
	ereturn(context, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", family->type_name, text),
			 errdetail("See position %d.", position),
			 errhint(pairs ? "Write '0', or fields as name=current/base, as in '%s=2/1'." :
					 "Write '0', or fields as name=number, as in '%s=2'.", family->field[0].name)));
}

/* text form -> summary */
Datum
summary_in(FunctionCallInfo fcinfo, const Family *family)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Summary    *summary = summary_new(family);
	CountersError error;

	if (!(family == &comparison_family
		  ? comparison_parse(text, (Comparison *) summary->word, &error)
		  : counters_parse(family, text, summary->word, &error)))
		return input_error(fcinfo, family, text, &error);
	PG_RETURN_POINTER(summary);
}

/* summary -> text form: canonical and lossless */
Datum
summary_out(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	char		text[COUNTERS_TEXT_SIZE];

	if (family == &comparison_family)
		comparison_print(text, (Comparison *) summary->word);
	else
		counters_print(family, summary->word, text);
	PG_RETURN_CSTRING(pstrdup(text));
}

/* binary form -> summary: format version and number of counters (int16 each), then the counters (int64) */
Datum
summary_recv(FunctionCallInfo fcinfo, const Family *family)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	Summary    *summary = summary_new(family);
	int			version = pq_getmsgint(buffer, 2);
	int			words = pq_getmsgint(buffer, 2);

	if (version != SUMMARY_VERSION || words != family->words)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary format for type %s", family->type_name),
				 errdetail("It has format version %d and %d counters; expected version %d with %d.",
						   version, words, SUMMARY_VERSION, family->words)));
	for (int i = 0; i < words; i++)
		summary->word[i] = pq_getmsgint64(buffer);
	if (!counters_are_valid(family, summary->word))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", family->type_name),
				 errdetail("Its counters are not in the one form that a value has.")));
	PG_RETURN_POINTER(summary);
}

/* summary -> binary form */
Datum
summary_send(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint16(&buffer, summary->version);
	pq_sendint16(&buffer, summary->words);
	for (int i = 0; i < summary->words; i++)
		pq_sendint64(&buffer, summary->word[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* ------------------------------------------------------------------ the group */

/* state + summary; in place under an aggregate, where this is sum() and every combine function */
Datum
summary_add(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *state = summary_state(fcinfo, family);
	CountersError error;

	if (!counters_add(family, state->word, summary_arg(fcinfo, 1, family)->word, &error))
		report(family, &error);
	PG_RETURN_POINTER(state);
}

/* state - summary; in place under an aggregate, where this takes a value out of a moving window */
Datum
summary_subtract(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *state = summary_state(fcinfo, family);
	CountersError error;

	if (!counters_subtract(family, state->word, summary_arg(fcinfo, 1, family)->word, &error))
		report(family, &error);
	PG_RETURN_POINTER(state);
}

/* - summary; never in place, for an aggregate may have this as its final function */
Datum
summary_negate(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = (Summary *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	CountersError error;

	check_format(summary, family);
	if (!counters_negate(family, summary->word, &error))
		report(family, &error);
	PG_RETURN_POINTER(summary);
}

/* ------------------------------------------------------------------ order and hash */

/* Order by the first field, then the second, and so on: -1, 0 or 1. */
int
summary_compare(FunctionCallInfo fcinfo, const Family *family)
{
	return counters_compare(family, summary_arg(fcinfo, 0, family)->word,
							summary_arg(fcinfo, 1, family)->word);
}

/* Equal values have equal words, so the words are what is hashed. */
Datum
summary_hash(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);

	return hash_any((unsigned char *) summary->word, sizeof(int64) * family->words);
}

Datum
summary_hash_extended(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);

	return hash_any_extended((unsigned char *) summary->word, sizeof(int64) * family->words,
							 PG_GETARG_INT64(1));
}

/* ------------------------------------------------------------------ fields */

/* The start of each field's words. */
static const int64 *
field_words(const Family *family, const int64 *words, int field)
{
	for (int i = 0; i < field; i++)
		words += family->field[i].kind == FIELD_DECIMAL ? 2 : 1;
	return words;
}

/* The kind of a field; derived fields are counts. */
static FieldKind
field_kind(const Family *family, int field)
{
	return field < family->fields ? family->field[field].kind : FIELD_COUNT;
}

/* A field of one period as a decimal; `words` is where the period starts. */
static Decimal
field_value(const Family *family, const int64 *words, int field)
{
	int64		derived;

	if (field >= family->fields)
	{
		if (!counters_derive(family, field - family->fields, words, &derived))
			summary_overflow(family, field);
		return (Decimal) {derived, 0};
	}
	words = field_words(family, words, field);
	switch (family->field[field].kind)
	{
		case FIELD_DECIMAL:
			return (Decimal) {words[0], words[1]};
		case FIELD_MONEY:
			{
				int64		yuan = words[0] / FEN_PER_YUAN;
				int64		fen = words[0] % FEN_PER_YUAN;

				if (fen < 0)
				{
					yuan--;
					fen += FEN_PER_YUAN;
				}
				return (Decimal) {yuan, fen * FEN_UNIT};
			}
		case FIELD_COUNT:
		case FIELD_SHARED:
			break;
	}
	return (Decimal) {words[0], 0};
}

/* The accessor of a field: bigint, numeric for money, or a comparison where there are two periods. */
Datum
summary_field(FunctionCallInfo fcinfo, const Family *family, int field)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	Decimal		value = field_value(family, summary->word, field);

	if (family->periods == 2)
	{
		Comparison	c = {value, field_value(family, summary->word + family->words / 2, field), 1};

		return comparison_datum(&c);
	}
	switch (field_kind(family, field))
	{
		case FIELD_MONEY:
			return NumericGetDatum(fen_to_numeric(field_words(family, summary->word, field)[0]));
		case FIELD_DECIMAL:
			return NumericGetDatum(decimal_to_numeric(value));
		case FIELD_COUNT:
		case FIELD_SHARED:
			break;
	}
	PG_RETURN_INT64(value.whole);
}

/* Append one field's number to JSON text. */
static void
append_number(StringInfo json, const Family *family, const int64 *words, int field)
{
	char		text[DECIMAL_TEXT_SIZE];

	if (field_kind(family, field) == FIELD_MONEY)
		fen_print(text, field_words(family, words, field)[0]);
	else
		decimal_print(text, field_value(family, words, field));
	appendStringInfoString(json, text);
}

/* The JSON text of a summary: every field and what follows from them. */
static char *
json_text(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	StringInfoData json;

	initStringInfo(&json);
	if (family == &comparison_family)
	{
		Comparison *c = (Comparison *) summary->word;

		append_comparison_json(&json, c->current, c->base, c->base_periods);
		return json.data;
	}
	for (int i = 0; i < family->derived + family->fields; i++)
	{
		/* What is derived comes first: it is the total of what follows. */
		int			field = i < family->derived ? family->fields + i : i - family->derived;

		appendStringInfo(&json, "%s\"%s\": ", i == 0 ? "{" : ", ", counters_field_name(family, field));
		if (family->periods == 2)
			append_comparison_json(&json, field_value(family, summary->word, field),
							field_value(family, summary->word + family->words / 2, field), 1);
		else
			append_number(&json, family, summary->word, field);
	}
	appendStringInfoChar(&json, '}');
	return json.data;
}

Datum
summary_json(FunctionCallInfo fcinfo, const Family *family)
{
	PG_RETURN_DATUM(CStringGetTextDatum(json_text(fcinfo, family)));
}

Datum
summary_jsonb(FunctionCallInfo fcinfo, const Family *family)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json_text(fcinfo, family)));
}
