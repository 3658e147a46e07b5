/*
 * singular.h
 *		Units behind numbers, and the singular of an English one.
 */
#ifndef EMGOV_CORE_SINGULAR_H
#define EMGOV_CORE_SINGULAR_H

#include "core/wording.h"

extern void words_singular(Words *words, const char *unit);
extern void words_unit(Words *words, const char *unit, bool one, WordingLanguage language);

#endif							/* EMGOV_CORE_SINGULAR_H */
