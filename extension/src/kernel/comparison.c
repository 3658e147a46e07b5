/*
 * comparison.c
 *		The type comparison: a measure now and in its base.
 */
#include "postgres.h"
#include "compat.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "nodes/execnodes.h"

#include "kernel/comparison.h"
#include "kernel/decimal_numeric.h"
#include "kernel/json.h"
#include "kernel/sql_function.h"
#include "kernel/text_error.h"
#include "kernel/year_on_year.h"

#define TEXT_HINT "Write current/base, as in '59/65', or current/total:periods, as in '59/195:3'; " \
	"several are joined by +, each with another number of periods."

/* ------------------------------------------------------------------ values */

/* Room for a comparison of so many parts, in the current memory context. */
Comparison *
comparison_new(int parts)
{
	Comparison *c = palloc(COMPARISON_SIZE(parts));

	SET_VARSIZE(c, COMPARISON_SIZE(parts));
	c->version = COMPARISON_VERSION;
	c->parts = parts;
	return c;
}

/* Leave only the first parts of a value in it. */
static void
shorten(Comparison *c, int parts)
{
	SET_VARSIZE(c, COMPARISON_SIZE(parts));
	c->parts = parts;
}

/* A comparison with one base period. */
Comparison *
comparison_of(Decimal current, Decimal base)
{
	Comparison *c = comparison_new(1);

	c->part[0] = (ComparisonPart) {current, base, 1};
	return c;
}

/* Read a value, not to be changed. */
const Comparison *
comparison_get(Datum value)
{
	const Comparison *c = (const Comparison *) PG_DETOAST_DATUM(value);

	if (unlikely(VARSIZE(c) < COMPARISON_SIZE(1) || c->version != COMPARISON_VERSION ||
				 VARSIZE(c) != COMPARISON_SIZE(c->parts)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored value is not a comparison of a known format"),
				 errhint("A newer version of the extension may have written it; update the library.")));
	return c;
}

pg_noreturn static void
overflow(int number)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range for field \"%s\" of type comparison", comparison_number_name(number)),
			 errdetail("Its whole part holds at most 64 bits."),
			 errhint("Check the records for an amount that cannot be true, or sum fewer of them.")));
}

/*
 * comparison(current numeric, base numeric, base_periods int)
 *
 * A measure and its base from two numbers, kept exactly.  With base_periods
 * above 1 the base is the total of so many periods, and compared as their mean.
 */
PG_FUNCTION_INFO_V1(comparison_from_numbers);
Datum
comparison_from_numbers(PG_FUNCTION_ARGS)
{
	Comparison *c = comparison_of(decimal_from_numeric(PG_GETARG_DATUM(0), "current"),
								  decimal_from_numeric(PG_GETARG_DATUM(1), "base"));
	int			periods = PG_GETARG_INT32(2);

	if (periods < 1 || periods > COMPARISON_MAX_BASE_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("base_periods must be between 1 and %d: %d", COMPARISON_MAX_BASE_PERIODS, periods),
				 errhint("Give the total of the base periods, and how many they are.")));
	if (!comparison_part_is_zero(&c->part[0]))
		c->part[0].periods = periods;
	PG_RETURN_POINTER(c);
}

/* ------------------------------------------------------------------ text and JSON */

/* Append a part of a JSON object to text form; false if it is none. */
static bool
append_part(StringInfo text, JsonbContainer *object)
{
	JsonMember	current;
	JsonMember	base;
	JsonMember	periods;

	if (!JsonContainerIsObject(object) ||
		!find_json_member(object, "current", &current) || current.number == NULL ||
		!find_json_member(object, "base", &base) || base.number == NULL)
		return false;
	appendStringInfo(text, "%s%s/%s", text->len == 0 ? "" : "+", current.number, base.number);
	if (find_json_member(object, "base_periods", &periods))
	{
		if (periods.number == NULL)
			return false;
		appendStringInfo(text, ":%s", periods.number);
	}
	return true;
}

/*
 * The text form of what a JSON object says; NULL if it says nothing.  Its parts
 * are in "parts", or it is the one part.  What follows from them (change, rate,
 * state) is passed over.
 */
static char *
text_of_json(JsonbContainer *object)
{
	StringInfoData text;
	JsonMember	parts;

	initStringInfo(&text);
	if (find_json_member(object, "parts", &parts))
	{
		JsonReader	reader;
		JsonMember	part;

		if (parts.container == NULL || !JsonContainerIsArray(parts.container) ||
			JsonContainerSize(parts.container) > COMPARISON_MAX_BASE_PERIODS)
			return NULL;
		json_reader_begin(&reader, parts.container);
		while (json_reader_next(&reader, &part))
			if (part.container == NULL || !append_part(&text, part.container))
				return NULL;
		return text.len == 0 ? NULL : text.data;
	}
	return append_part(&text, object) ? text.data : NULL;
}

/* Read the text form, or a JSON object; NULL after a soft error. */
Comparison *
comparison_read(const char *text, Node *context)
{
	CountersError error;
	Comparison *c;
	int			parts;

	if (begins_json_object(text))
	{
		JsonbContainer *object = read_json_object(text, context);
		char	   *found;

		if (object == NULL)
			return NULL;
		found = text_of_json(object);
		if (found == NULL)
		{
			json_input_error(context, "comparison", text,
					   "Its members current, base and base_periods, or those of each of its parts, are no numbers.");
			return NULL;
		}
		text = found;
	}
	c = comparison_new(comparison_most_parts(text));
	parts = comparison_parse(text, c->part, &error);
	if (parts == 0)
	{
		text_error(context, "comparison", error.field < 0 ? NULL : comparison_number_name(error.field),
				   text, &error, TEXT_HINT);
		return NULL;
	}
	shorten(c, parts);
	return c;
}

/* text form -> comparison */
PG_FUNCTION_INFO_V1(comparison_in);
Datum
comparison_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(comparison_read(PG_GETARG_CSTRING(0), fcinfo->context));
}

/* comparison -> text form: canonical and lossless */
PG_FUNCTION_INFO_V1(comparison_out);
Datum
comparison_out(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);
	char	   *text = palloc(COMPARISON_TEXT_SIZE * c->parts + 1);

	text[comparison_print(text, c->part, c->parts)] = '\0';
	PG_RETURN_CSTRING(text);
}

/* ------------------------------------------------------------------ binary */

/*
 * binary form -> comparison: format version and number of words (int16 each),
 * then the words (int64 each), five a part: the whole and the fraction of current
 * and of base, and the number of base periods
 */
PG_FUNCTION_INFO_V1(comparison_recv);
Datum
comparison_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgint(buffer, 2);
	int			words = pq_getmsgint(buffer, 2);
	int			parts = words / COMPARISON_PART_WORDS;
	Comparison *c;

	if (version != COMPARISON_VERSION || words % COMPARISON_PART_WORDS != 0 ||
		parts < 1 || parts > COMPARISON_MAX_BASE_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary format for type comparison"),
				 errdetail("It has format version %d and %d words; expected version %d with %d for each part.",
						   version, words, COMPARISON_VERSION, COMPARISON_PART_WORDS)));
	c = comparison_new(parts);
	for (int i = 0; i < parts; i++)
	{
		c->part[i].current.whole = pq_getmsgint64(buffer);
		c->part[i].current.fraction = pq_getmsgint64(buffer);
		c->part[i].base.whole = pq_getmsgint64(buffer);
		c->part[i].base.fraction = pq_getmsgint64(buffer);
		c->part[i].periods = pq_getmsgint64(buffer);
	}
	if (!comparison_is_valid(c->part, parts))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type comparison"),
				 errdetail("Its numbers are not in the one form that a value has.")));
	PG_RETURN_POINTER(c);
}

/* comparison -> binary form */
PG_FUNCTION_INFO_V1(comparison_send);
Datum
comparison_send(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint16(&buffer, c->version);
	pq_sendint16(&buffer, c->parts * COMPARISON_PART_WORDS);
	for (int i = 0; i < c->parts; i++)
	{
		pq_sendint64(&buffer, c->part[i].current.whole);
		pq_sendint64(&buffer, c->part[i].current.fraction);
		pq_sendint64(&buffer, c->part[i].base.whole);
		pq_sendint64(&buffer, c->part[i].base.fraction);
		pq_sendint64(&buffer, c->part[i].periods);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* ------------------------------------------------------------------ the group */

/* Is this a value of one part, uncompressed and in place?  Only such a value has this very length word. */
static inline bool
has_one_part(const Comparison *c)
{
	Comparison	header;

	SET_VARSIZE(&header, COMPARISON_SIZE(1));
	return c->vl_len_ == header.vl_len_ && c->version == COMPARISON_VERSION && c->parts == 1;
}

/*
 * Argument 0 where an aggregate calls and it has one part: a state that may be
 * changed in place.  NULL otherwise.
 */
static inline Comparison *
state_in_place(FunctionCallInfo fcinfo)
{
	Node	   *context = fcinfo->context;

	if (likely(context && (IsA(context, AggState) || IsA(context, WindowAggState)) && !PG_ARGISNULL(0)))
	{
		Comparison *state = (Comparison *) PG_GETARG_POINTER(0);

		if (likely(has_one_part(state)))
			return state;
	}
	return NULL;
}

/* a + b or a - b as a new value, of parts */
static Comparison *
combined(const ComparisonPart *a, int a_count, const ComparisonPart *b, int b_count, bool subtract)
{
	Comparison *result = comparison_new(a_count + b_count);
	int			failed;
	int			parts = comparison_combine(result->part, a, a_count, b, b_count, subtract, &failed);

	if (parts == 0)
		overflow(failed);
	shorten(result, parts);
	return result;
}

/* Add delta to one number of a state of one part, or take it away. */
static inline void
step_number(Decimal *number, Decimal delta, bool subtract, int which)
{
	if (unlikely(!(subtract ? decimal_subtract(number, delta) : decimal_add(number, delta))))
		overflow(which);
}

/*
 * a + b or a - b; in place under an aggregate where both have the one same part,
 * which is nearly always.  Another result is the caller's to copy, as for any
 * transition function.
 */
static inline Datum
combine(FunctionCallInfo fcinfo, bool subtract)
{
	const Comparison *b = comparison_arg(fcinfo, 1);
	Comparison *state = state_in_place(fcinfo);
	const Comparison *a;

	if (state && b->parts == 1 && state->part[0].periods == b->part[0].periods)
	{
		step_number(&state->part[0].current, b->part[0].current, subtract, COMPARISON_CURRENT);
		step_number(&state->part[0].base, b->part[0].base, subtract, COMPARISON_BASE);
		if (comparison_part_is_zero(&state->part[0]))
			state->part[0].periods = 1;
		PG_RETURN_POINTER(state);
	}
	a = comparison_arg(fcinfo, 0);
	PG_RETURN_POINTER(combined(a->part, a->parts, b->part, b->parts, subtract));
}

SQL_FUNCTION(comparison_add, combine(fcinfo, false));
SQL_FUNCTION(comparison_subtract, combine(fcinfo, true));

/* - comparison */
PG_FUNCTION_INFO_V1(comparison_negate);
Datum
comparison_negate(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);

	PG_RETURN_POINTER(combined(&COMPARISON_ZERO, 1, c->part, c->parts, true));
}

/*
 * The transitions of yoy_agg, and their inverses: (state, value, at, period).
 * A NULL value adds nothing; one without a date is in no period; a NULL state is
 * the zero.
 */
static pg_attribute_always_inline Datum
step(FunctionCallInfo fcinfo, bool subtract, Decimal (*value) (FunctionCallInfo fcinfo))
{
	Comparison *state = state_in_place(fcinfo);
	ComparisonPart record = COMPARISON_ZERO;
	const Comparison *before;
	YearOnYear	where = {false, false};

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		where = year_on_year(fcinfo, 2, 3);
	if (likely(state && state->part[0].periods == 1))
	{
		Decimal		delta;

		if (!where.in_current && !where.in_base)
			PG_RETURN_POINTER(state);
		delta = value(fcinfo);
		if (where.in_current)
			step_number(&state->part[0].current, delta, subtract, COMPARISON_CURRENT);
		if (where.in_base)
			step_number(&state->part[0].base, delta, subtract, COMPARISON_BASE);
		PG_RETURN_POINTER(state);
	}
	if (where.in_current)
		record.current = value(fcinfo);
	if (where.in_base)
		record.base = value(fcinfo);
	before = PG_ARGISNULL(0) ? comparison_of(COMPARISON_ZERO.current, COMPARISON_ZERO.base) : comparison_arg(fcinfo, 0);
	PG_RETURN_POINTER(combined(before->part, before->parts, &record, 1, subtract));
}

static pg_attribute_always_inline Decimal
smallint_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT16(1), 0};
}

static pg_attribute_always_inline Decimal
int_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT32(1), 0};
}

static pg_attribute_always_inline Decimal
bigint_value(FunctionCallInfo fcinfo)
{
	return (Decimal) {PG_GETARG_INT64(1), 0};
}

static pg_attribute_always_inline Decimal
numeric_value(FunctionCallInfo fcinfo)
{
	return decimal_from_numeric(PG_GETARG_DATUM(1), "value");
}

SQL_FUNCTION(comparison_accumulate_smallint, step(fcinfo, false, smallint_value));
SQL_FUNCTION(comparison_discard_smallint, step(fcinfo, true, smallint_value));
SQL_FUNCTION(comparison_accumulate_int, step(fcinfo, false, int_value));
SQL_FUNCTION(comparison_discard_int, step(fcinfo, true, int_value));
SQL_FUNCTION(comparison_accumulate_bigint, step(fcinfo, false, bigint_value));
SQL_FUNCTION(comparison_discard_bigint, step(fcinfo, true, bigint_value));
SQL_FUNCTION(comparison_accumulate_numeric, step(fcinfo, false, numeric_value));
SQL_FUNCTION(comparison_discard_numeric, step(fcinfo, true, numeric_value));

/* ------------------------------------------------------------------ order and hash */

/* Order by the first part's numbers, then the second's, and so on: -1, 0 or 1. */
static int
compare(FunctionCallInfo fcinfo)
{
	const Comparison *a = comparison_arg(fcinfo, 0);
	const Comparison *b = comparison_arg(fcinfo, 1);

	return comparison_compare(a->part, a->parts, b->part, b->parts);
}

ORDERED_TYPE(comparison, compare(fcinfo));

/* Equal values have equal parts, so the parts are what is hashed. */
PG_FUNCTION_INFO_V1(comparison_hash);
Datum
comparison_hash(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);

	return hash_any((const unsigned char *) c->part, sizeof(ComparisonPart) * c->parts);
}

PG_FUNCTION_INFO_V1(comparison_hash_extended);
Datum
comparison_hash_extended(PG_FUNCTION_ARGS)
{
	const Comparison *c = comparison_arg(fcinfo, 0);

	return hash_any_extended((const unsigned char *) c->part, sizeof(ComparisonPart) * c->parts, PG_GETARG_INT64(1));
}
