/*
 * emgov.c
 *		The module itself: the magic block and nothing else.
 */
#include "postgres.h"
#include "compat.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "emgov", .version = "0.1");
#else
PG_MODULE_MAGIC;
#endif
