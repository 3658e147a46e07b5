/*
 * sql_function.h
 *		Functions callable from SQL whose body is one expression, and those that
 *		every ordered type has.
 */
#ifndef EMGOV_SQL_FUNCTION_H
#define EMGOV_SQL_FUNCTION_H

#include "fmgr.h"

#define SQL_FUNCTION(name, expression) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return expression; \
	} \
	extern int	no_such_variable

/*
 * The functions behind the SQL of extension/sql/kernel/templates/ordered_type.sql, but
 * for the hashes.  compare is an expression: the order of arguments 0 and 1.
 * A value handed through by min and max is the very argument; aggregates copy it.
 */
#define ORDERED_TYPE(type, compare) \
	SQL_FUNCTION(type##_eq, BoolGetDatum((compare) == 0)); \
	SQL_FUNCTION(type##_ne, BoolGetDatum((compare) != 0)); \
	SQL_FUNCTION(type##_lt, BoolGetDatum((compare) < 0)); \
	SQL_FUNCTION(type##_le, BoolGetDatum((compare) <= 0)); \
	SQL_FUNCTION(type##_ge, BoolGetDatum((compare) >= 0)); \
	SQL_FUNCTION(type##_gt, BoolGetDatum((compare) > 0)); \
	SQL_FUNCTION(type##_cmp, Int32GetDatum(compare)); \
	SQL_FUNCTION(type##_least, PG_GETARG_DATUM((compare) <= 0 ? 0 : 1)); \
	SQL_FUNCTION(type##_greatest, PG_GETARG_DATUM((compare) >= 0 ? 0 : 1))

#endif							/* EMGOV_SQL_FUNCTION_H */
