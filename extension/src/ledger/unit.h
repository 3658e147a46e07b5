/*
 * unit.h
 *		Units: the analysed expressions of definitions, as the server keeps them.
 */
#ifndef EMGOV_UNIT_H
#define EMGOV_UNIT_H

#include "nodes/nodes.h"

/* The body of a unit as an expression over its relation, whose Vars have varno 1; NULL when it is no unit. */
extern Node *unit_expression(Oid unit, Oid *relid);

#endif							/* EMGOV_UNIT_H */
