/*
 * integer_arg.h
 *		An integer argument of a function that SQL knows for smallint, integer and bigint.
 *
 * One function for bigint alone would cost a cast for each argument of each row.
 */
#ifndef EMGOV_INTEGER_ARG_H
#define EMGOV_INTEGER_ARG_H

#include "postgres.h"

#include "fmgr.h"

/* The value of an argument that is not NULL. */
typedef int64 (*IntegerArg) (FunctionCallInfo fcinfo, int argno);

static pg_attribute_always_inline int64
smallint_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_GETARG_INT16(argno);
}

static pg_attribute_always_inline int64
int_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_GETARG_INT32(argno);
}

static pg_attribute_always_inline int64
bigint_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_GETARG_INT64(argno);
}

#endif
