/*
 * compat.h
 *		The differences between PostgreSQL 14 and 18 that this source meets.
 *
 * Include it right after postgres.h, before any other server header.
 */
#ifndef EMGOV_COMPAT_H
#define EMGOV_COMPAT_H

/* Until 15, PGDLLEXPORT says nothing on ELF systems; we build with hidden symbols. */
#if PG_VERSION_NUM < 160000 && defined(__GNUC__) && !defined(WIN32)
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

#include "fmgr.h"

/* Until 15, PG_FUNCTION_INFO_V1 exports the function's record, but not the function. */
#if PG_VERSION_NUM < 160000
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(funcname) \
	extern PGDLLEXPORT Datum funcname(PG_FUNCTION_ARGS); \
	extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_,funcname)(void); \
	const Pg_finfo_record * \
	CppConcat(pg_finfo_,funcname) (void) \
	{ \
		static const Pg_finfo_record my_finfo = { 1 }; \
		return &my_finfo; \
	} \
	extern int no_such_variable
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/*
 * Soft errors (16 and later): ereturn() reports into fcinfo->context when the
 * caller asked for that, and raises the error otherwise.
 */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
#define ereturn(context, dummy_value, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return dummy_value; } while (0)
#define SOFT_ERROR_OCCURRED(context) ((void) (context), false)
#endif

/* make_range() takes a context for soft errors since 16; this one raises them. */
#if PG_VERSION_NUM >= 160000
#define MAKE_RANGE(typcache, lower, upper) make_range((typcache), (lower), (upper), false, NULL)
#else
#define MAKE_RANGE(typcache, lower, upper) make_range((typcache), (lower), (upper), false)
#endif

#endif							/* EMGOV_COMPAT_H */
