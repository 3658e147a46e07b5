/*
 * unit.h
 *		Units: the analysed expressions of definitions, as the server keeps them.
 */
#ifndef EMGOV_UNIT_H
#define EMGOV_UNIT_H

#include "nodes/nodes.h"

#include "ledger/indicator.h"

/* The body of a unit as an expression over its relation, whose Vars have varno 1; NULL when it is no unit. */
extern Node *unit_expression(Oid unit, Oid *relid);

extern char *unit_name(const char *code, const char *version, UnitPart part);
extern Oid	ask_about(Oid relid, const char *question);

#endif							/* EMGOV_UNIT_H */
