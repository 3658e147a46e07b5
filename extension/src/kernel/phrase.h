/*
 * phrase.h
 *		What the functions called phrase share: their arguments and their buffer.
 */
#ifndef EMGOV_PHRASE_H
#define EMGOV_PHRASE_H

#include "core/wording.h"
#include "kernel/rounding.h"

extern WordingLanguage phrase_language_arg(FunctionCallInfo fcinfo, int argno);
extern WordingStyle phrase_style_arg(FunctionCallInfo fcinfo, int argno);
extern WordingScale phrase_scale_arg(FunctionCallInfo fcinfo, int argno);
extern WordingRounding phrase_rounding_arg(FunctionCallInfo fcinfo, int argno);
extern bool phrase_bool_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_text_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_grain_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_numeric_text(Numeric number);
extern void phrase_check(WordingStatus status, const NumberWording *how);

extern Words phrase_words(void);
extern bool phrase_complete(Words *words);
extern Datum phrase_datum(const Words *words);

#endif							/* EMGOV_PHRASE_H */
