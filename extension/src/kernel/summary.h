/*
 * summary.h
 *		What all summary types have in common, on the server's side.
 *
 * A summary is a varlena: a header that says its format and length, then the
 * words of its Family (core/counters.h).  Its types are STORAGE plain and
 * ALIGNMENT double, so the words can be read where they lie.
 *
 * A family's file holds its descriptor, its transition function and what is
 * its own; SUMMARY_TYPE() and SUMMARY_FIELD() give it everything else.
 */
#ifndef EMGOV_SUMMARY_H
#define EMGOV_SUMMARY_H

#include "core/counters.h"
#include "kernel/sql_function.h"
#include "nodes/execnodes.h"

#define SUMMARY_VERSION 1

typedef struct Summary
{
	int32		vl_len_;		/* varlena header */
	uint16		version;		/* SUMMARY_VERSION */
	uint16		words;			/* how many follow */
	int64		word[FLEXIBLE_ARRAY_MEMBER];
} Summary;

#define SUMMARY_SIZE(words) (offsetof(Summary, word) + sizeof(int64) * (words))

extern Summary *summary_new(const Family *family);
extern Summary *summary_arg(FunctionCallInfo fcinfo, int argno, const Family *family);
extern Summary *summary_new_state(FunctionCallInfo fcinfo, const Family *family);
pg_noreturn extern void summary_overflow(const Family *family, int field);

/*
 * Is this a value of the family, uncompressed and in place?  Only such a value
 * has this very length word.
 */
static inline bool
summary_fits(const Summary *summary, const Family *family)
{
	Summary		header;

	SET_VARSIZE(&header, SUMMARY_SIZE(family->words));
	return summary->vl_len_ == header.vl_len_ && summary->version == SUMMARY_VERSION &&
		summary->words == family->words;
}

/*
 * Argument 0 as a state to be changed: the very state when an aggregate calls
 * (what AggCheckCallContext() says, without the call), a copy otherwise.  A
 * NULL is taken as the zero.
 */
static inline Summary *
summary_state(FunctionCallInfo fcinfo, const Family *family)
{
	Node	   *context = fcinfo->context;

	if (likely(context && (IsA(context, AggState) || IsA(context, WindowAggState)) &&
			   !PG_ARGISNULL(0)))
	{
		Summary    *state = (Summary *) PG_GETARG_POINTER(0);

		if (likely(summary_fits(state, family)))
			return state;
	}
	return summary_new_state(fcinfo, family);
}

/*
 * Add delta, or take it away, from one counter of a state.  `subtract` is a
 * constant in every caller.
 */
static inline void
summary_count(Summary *state, const Family *family, int word, int64 delta, bool subtract)
{
	if (unlikely(subtract
				 ? __builtin_sub_overflow(state->word[word], delta, &state->word[word])
				 : __builtin_add_overflow(state->word[word], delta, &state->word[word])))
		summary_overflow(family, word % family->fields);
}

/* The functions of a type, one body each for all families. */
extern Datum summary_in(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_out(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_recv(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_send(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_add(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_subtract(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_negate(FunctionCallInfo fcinfo, const Family *family);
extern int	summary_compare(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_hash(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_hash_extended(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_json(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_jsonb(FunctionCallInfo fcinfo, const Family *family);
extern Datum summary_field(FunctionCallInfo fcinfo, const Family *family, int field);

/* The functions behind the SQL of extension/sql/kernel/templates/summary_type.sql and ordered_type.sql. */
#define SUMMARY_TYPE(type, family) \
	SQL_FUNCTION(type##_in, summary_in(fcinfo, &(family))); \
	SQL_FUNCTION(type##_out, summary_out(fcinfo, &(family))); \
	SQL_FUNCTION(type##_recv, summary_recv(fcinfo, &(family))); \
	SQL_FUNCTION(type##_send, summary_send(fcinfo, &(family))); \
	SQL_FUNCTION(type##_add, summary_add(fcinfo, &(family))); \
	SQL_FUNCTION(type##_subtract, summary_subtract(fcinfo, &(family))); \
	SQL_FUNCTION(type##_negate, summary_negate(fcinfo, &(family))); \
	ORDERED_TYPE(type, summary_compare(fcinfo, &(family))); \
	SQL_FUNCTION(type##_hash, summary_hash(fcinfo, &(family))); \
	SQL_FUNCTION(type##_hash_extended, summary_hash_extended(fcinfo, &(family))); \
	SQL_FUNCTION(type##_json, summary_json(fcinfo, &(family))); \
	SQL_FUNCTION(type##_jsonb, summary_jsonb(fcinfo, &(family)))

/* The accessor of one field; derived fields are numbered behind the stored ones. */
#define SUMMARY_FIELD(type, family, name, field) \
	SQL_FUNCTION(type##_##name, summary_field(fcinfo, &(family), field))

/* Accessors of money that callers tell from others. */
extern PGDLLEXPORT Datum accident_summary_direct_loss(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum case_summary_fines(PG_FUNCTION_ARGS);

#endif							/* EMGOV_SUMMARY_H */
