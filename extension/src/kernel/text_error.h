/*
 * text_error.h
 *		Why a text is no value of a type, reported.
 */
#ifndef EMGOV_TEXT_ERROR_H
#define EMGOV_TEXT_ERROR_H

#include "core/counters.h"
#include "nodes/nodes.h"

extern Datum text_error(Node *context, const char *type, const char *field, const char *text,
						const CountersError *error, const char *hint);

#endif							/* EMGOV_TEXT_ERROR_H */
