/*
 * summary.c
 *		What all summary types have in common, on the server's side.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "kernel/decimal_numeric.h"
#include "kernel/json.h"
#include "kernel/rate.h"
#include "kernel/summary.h"
#include "kernel/text_error.h"

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

/* What may be written for a value of the family, for a hint. */
static char *
text_hint(const Family *family, const CountersError *error)
{
	StringInfoData hint;

	if (error->kind != COUNTERS_DERIVED && error->kind != COUNTERS_UNKNOWN)
		return psprintf(family->periods == 2 ? "Write '0', or fields as name=current/base, as in '%s=2/1'." :
						"Write '0', or fields as name=number, as in '%s=2'.", family->field[0].name);
	initStringInfo(&hint);
	for (int i = 0; i < family->fields; i++)
		appendStringInfo(&hint, "%s%s", i == 0 ? "The fields are: " : ", ", family->field[i].name);
	appendStringInfoChar(&hint, '.');
	return hint.data;
}

/* ------------------------------------------------------------------ input and output */

/* Append a JSON number to text form; false if it is none. */
static bool
append_number_text(StringInfo text, const JsonMember *member)
{
	if (member->number == NULL)
		return false;
	appendStringInfoString(text, member->number);
	return true;
}

/* Append what a JSON object says of a field with two periods; false if it says nothing. */
static bool
append_pair_text(StringInfo text, const JsonMember *member)
{
	JsonMember	number;

	if (member->container == NULL || !JsonContainerIsObject(member->container) ||
		!find_json_member(member->container, "current", &number) || !append_number_text(text, &number))
		return false;
	appendStringInfoChar(text, '/');
	return find_json_member(member->container, "base", &number) && append_number_text(text, &number);
}

/* Which field has the name?  Derived fields are numbered behind the stored ones; -1 for none. */
static int
field_named(const Family *family, const char *name)
{
	for (int i = 0; i < family->fields + family->derived; i++)
		if (strcmp(counters_field_name(family, i), name) == 0)
			return i;
	return -1;
}

/* Is what an object says of a derived field what follows from the summary? */
static bool
derived_agrees(const Family *family, const Summary *summary, int field, const char *given)
{
	StringInfoData expected;

	initStringInfo(&expected);
	for (int period = 0; period < family->periods; period++)
	{
		int64		derived;

		if (!counters_derive(family, field - family->fields, summary->word + period * family->fields, &derived))
			return false;
		appendStringInfo(&expected, "%s" INT64_FORMAT, period == 0 ? "" : "/", derived);
	}
	return strcmp(given, expected.data) == 0;
}

/* Read a JSON object: every member a field of its name; a derived one must be what follows. */
static Datum
read_json(const char *text, Node *context, const Family *family)
{
	JsonbContainer *object = read_json_object(text, context);
	char	   *derived[FAMILY_MAX_FIELDS] = {NULL};
	Summary    *summary = summary_new(family);
	StringInfoData fields;
	JsonReader	reader;
	JsonMember	member;
	CountersError error;

	if (object == NULL)
		return (Datum) 0;
	initStringInfo(&fields);
	json_reader_begin(&reader, object);
	while (json_reader_next(&reader, &member))
	{
		int			field = field_named(family, member.key);
		StringInfoData number;

		if (field < 0)
			return json_input_error(context, family->type_name, text,
							  psprintf("There is no field \"%s\".", member.key));
		initStringInfo(&number);
		if (!(family->periods == 2 ? append_pair_text(&number, &member) : append_number_text(&number, &member)))
			return json_input_error(context, family->type_name, text,
							  psprintf(family->periods == 2 ? "Field \"%s\" is not an object with the numbers current and base." :
									   "Field \"%s\" is not a number.", member.key));
		if (field < family->fields)
			appendStringInfo(&fields, " %s=%s", member.key, number.data);
		else
			derived[field - family->fields] = number.data;
	}
	if (fields.len == 0)
		return json_input_error(context, family->type_name, text, "It has none of the fields that are stored.");
	if (!counters_parse(family, fields.data, summary->word, &error))
		return text_error(context, family->type_name,
						  error.field < 0 ? NULL : counters_field_name(family, error.field),
						  fields.data, &error, text_hint(family, &error));
	for (int i = 0; i < family->derived; i++)
		if (derived[i] != NULL && !derived_agrees(family, summary, family->fields + i, derived[i]))
			return json_input_error(context, family->type_name, text,
							  psprintf("Field \"%s\" is not what follows from the other fields.",
									   family->derive[i].name));
	PG_RETURN_POINTER(summary);
}

/* text form, or JSON object -> summary */
Datum
summary_in(FunctionCallInfo fcinfo, const Family *family)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Summary    *summary;
	CountersError error;

	if (begins_json_object(text))
		return read_json(text, fcinfo->context, family);
	summary = summary_new(family);
	if (!counters_parse(family, text, summary->word, &error))
		return text_error(fcinfo->context, family->type_name,
						  error.field < 0 ? NULL : counters_field_name(family, error.field),
						  text, &error, text_hint(family, &error));
	PG_RETURN_POINTER(summary);
}

/* summary -> text form: canonical and lossless */
Datum
summary_out(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	char		text[COUNTERS_TEXT_SIZE];

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
		summary_overflow(family, error.field);
	PG_RETURN_POINTER(state);
}

/* state - summary; in place under an aggregate, where this takes a value out of a moving window */
Datum
summary_subtract(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *state = summary_state(fcinfo, family);
	CountersError error;

	if (!counters_subtract(family, state->word, summary_arg(fcinfo, 1, family)->word, &error))
		summary_overflow(family, error.field);
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
		summary_overflow(family, error.field);
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

/* A field of one period; `words` is where the period starts. */
static int64
field_word(const Family *family, const int64 *words, int field)
{
	int64		derived;

	if (field < family->fields)
		return words[field];
	if (!counters_derive(family, field - family->fields, words, &derived))
		summary_overflow(family, field);
	return derived;
}

/* Is a field money?  Derived fields are counts. */
static bool
is_money(const Family *family, int field)
{
	return field < family->fields && family->field[field].kind == FIELD_MONEY;
}

/* A field of both periods as a comparison. */
static Comparison *
field_comparison(const Family *family, const Summary *summary, int field)
{
	int64		current = field_word(family, summary->word, field);
	int64		base = field_word(family, summary->word + family->fields, field);

	if (is_money(family, field))
		return comparison_of(fen_to_decimal(current), fen_to_decimal(base));
	return comparison_of((Decimal) {current, 0}, (Decimal) {base, 0});
}

/* The accessor of a field: bigint, numeric for money, or a comparison where there are two periods. */
Datum
summary_field(FunctionCallInfo fcinfo, const Family *family, int field)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);

	if (family->periods == 2)
		PG_RETURN_POINTER(field_comparison(family, summary, field));
	if (is_money(family, field))
		PG_RETURN_NUMERIC(fen_to_numeric(field_word(family, summary->word, field)));
	PG_RETURN_INT64(field_word(family, summary->word, field));
}

/* Append one field's number to JSON text. */
static void
append_number(StringInfo json, const Family *family, const int64 *words, int field)
{
	char		text[DECIMAL_TEXT_SIZE];

	if (is_money(family, field))
	{
		fen_print(text, field_word(family, words, field));
		appendStringInfoString(json, text);
	}
	else
		appendStringInfo(json, INT64_FORMAT, field_word(family, words, field));
}

/* The JSON text of a summary: every field and what follows from them. */
static char *
json_text(FunctionCallInfo fcinfo, const Family *family)
{
	Summary    *summary = summary_arg(fcinfo, 0, family);
	StringInfoData json;

	initStringInfo(&json);
	for (int i = 0; i < family->derived + family->fields; i++)
	{
		/* What is derived comes first: it is the total of what follows. */
		int			field = i < family->derived ? family->fields + i : i - family->derived;

		appendStringInfo(&json, "%s\"%s\": ", i == 0 ? "{" : ", ", counters_field_name(family, field));
		if (family->periods == 2)
			append_comparison_json(&json, field_comparison(family, summary, field));
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
