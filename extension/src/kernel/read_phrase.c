/*
 * read_phrase.c
 *		read_phrase(text): the numbers, changes and dates of a text in emgov's own words.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "core/reading.h"
#include "kernel/phrase.h"

#define COLUMNS 13

/* What is kept from one row to the next. */
typedef struct ReadPhrase
{
	const char *text;
	WordingLanguage language;
	WordingRounding rounding;
	Reading    *readings;
	size_t		counted;		/* bytes whose characters are counted */
	int32		characters;
} ReadPhrase;

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* The units argument, none for NULL. */
static ReadingUnits
units_arg(FunctionCallInfo fcinfo, int argno)
{
	ReadingUnits units = {.pause = check_for_interrupts};
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	char	  **names;

	if (PG_ARGISNULL(argno))
		return units;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	names = palloc(sizeof(char *) * (count + 1));
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			names[units.count++] = TextDatumGetCString(elements[i]);
	units.names = (const char *const *) names;
	return units;
}

static Datum
span_datum(const char *text, Span span)
{
	return PointerGetDatum(cstring_to_text_with_len(text + span.at, span.length));
}

static Datum
numeric_datum(const char *number)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(number), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static Datum
range_datum(const ReadingRange *range)
{
	TypeCacheEntry *type = lookup_type_cache(NUMRANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	low = {.infinite = range->no_low, .inclusive = range->low_inclusive, .lower = true};
	RangeBound	high = {.infinite = range->no_high, .inclusive = range->high_inclusive};

	if (!range->no_low)
		low.val = numeric_datum(range->low);
	if (!range->no_high)
		high.val = numeric_datum(range->high);
	return RangeTypePGetDatum(MAKE_RANGE(type, &low, &high));
}

static Datum
reading_row(ReadPhrase *state, int ordinal, TupleDesc columns)
{
	static const char *const kinds[] = {"number", "change", "date"};
	static const char *const styles[] = {"exact", "over", "near", "above", "about", "numeral"};
	static const char *const measures[] = {"rate", "points", "amount"};
	const Reading *r = &state->readings[ordinal];
	ReadingRange range;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};

	for (int i = 3; i < COLUMNS - 1; i++)
		nulls[i] = true;
#define SET(column, value) (values[column] = (value), nulls[column] = false)
	SET(0, Int32GetDatum(ordinal + 1));
	SET(1, CStringGetTextDatum(kinds[r->kind]));
	SET(2, span_datum(state->text, r->words));
	if (reading_range(state->text, r, state->rounding, &range))
	{
		SET(3, numeric_datum(range.value));
		SET(4, range_datum(&range));
	}
	if (r->kind != READING_DATE)
	{
		SET(5, span_datum(state->text, r->unit));
		SET(6, CStringGetTextDatum(styles[r->style]));
		SET(7, CStringGetTextDatum(reading_scale_name(r, state->language)));
		SET(11, BoolGetDatum(r->alike));
	}
	if (r->kind == READING_CHANGE)
	{
		if (r->comparator.length > 0)
			SET(8, span_datum(state->text, r->comparator));
		SET(9, Int32GetDatum(r->direction));
		if (r->direction != 0)
			SET(10, CStringGetTextDatum(measures[r->measure]));
	}
	if (r->words.at > state->counted)
	{
		state->characters += pg_mbstrlen_with_len(state->text + state->counted, r->words.at - state->counted);
		state->counted = r->words.at;
	}
	SET(12, Int32GetDatum(state->characters + 1));
	return HeapTupleGetDatum(heap_form_tuple(columns, values, nulls));
}

/*
 * read_phrase(text, lang, units, rounding): a row a number, change and date of a text, in
 * their order: what it says, and as a range everything that would be written so.  Units
 * that are given are known.  No row for NULL; errors for an unknown language or rounding.
 */
PG_FUNCTION_INFO_V1(read_phrase);
Datum
read_phrase(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &context->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "read_phrase gives rows");
		context->tuple_desc = BlessTupleDesc(context->tuple_desc);
		if (!PG_ARGISNULL(0))
		{
			ReadPhrase *state = palloc0(sizeof(ReadPhrase));
			ReadingUnits units = units_arg(fcinfo, 2);
			size_t		length;

			state->text = phrase_text_arg(fcinfo, 0);
			state->language = phrase_language_arg(fcinfo, 1);
			state->rounding = phrase_rounding_arg(fcinfo, 3);
			length = strlen(state->text);
			context->max_calls = read_words(state->text, length, state->language, &units, NULL, 0);
			state->readings = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Reading) * (context->max_calls + 1));
			read_words(state->text, length, state->language, &units, state->readings, context->max_calls);
			context->user_fctx = state;
		}
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr < context->max_calls)
	{
		/* the macro counts before it looks at its argument */
		Datum		row = reading_row(context->user_fctx, (int) context->call_cntr, context->tuple_desc);

		SRF_RETURN_NEXT(context, row);
	}
	SRF_RETURN_DONE(context);
}
