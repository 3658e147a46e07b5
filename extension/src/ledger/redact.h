/*
 * redact.h
 *		Which row is being redacted.
 */
#ifndef EMGOV_REDACT_H
#define EMGOV_REDACT_H

#include "access/attnum.h"
#include "storage/itemptr.h"

extern int	redacting_columns(Oid relid, ItemPointer row, AttrNumber **columns);

#endif							/* EMGOV_REDACT_H */
