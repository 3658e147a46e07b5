/*
 * import.c
 *		One import into a table at a time.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "locks.h"

PG_FUNCTION_INFO_V1(emgov_lock_import);

/*
 * emgov_internal.lock_import(target regclass): become the one who imports into a table, until the
 * transaction ends; waits for another import.  For whoever may insert into the table, or anybody could
 * keep others from importing.
 */
Datum
emgov_lock_import(PG_FUNCTION_ARGS)
{
	Oid			target = PG_GETARG_OID(0);
	char	   *name = get_rel_name(target);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table with OID %u", target)));
	if (pg_class_aclcheck(target, GetUserId(), ACL_INSERT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(target, GetUserId(), ACL_INSERT, ACLMASK_ANY) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, name);
	lock_import(target, -1);
	PG_RETURN_VOID();
}
