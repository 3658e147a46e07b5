/*
 * singular.h
 *		The singular of an English unit.
 */
#ifndef EMGOV_CORE_SINGULAR_H
#define EMGOV_CORE_SINGULAR_H

#include "core/wording.h"

extern void words_singular(Words *words, const char *unit);

#endif							/* EMGOV_CORE_SINGULAR_H */
