/*
 * phrase.h
 *		What the functions called phrase share: their arguments and their buffer.
 */
#ifndef EMGOV_PHRASE_H
#define EMGOV_PHRASE_H

#include "core/wording.h"
#include "kernel/rounding.h"

extern int	phrase_name_arg(FunctionCallInfo fcinfo, int argno, int (*find) (const char *), const char *what, const char *known);
extern WordingLanguage phrase_language_arg(FunctionCallInfo fcinfo, int argno);
extern WordingStyle phrase_style_arg(FunctionCallInfo fcinfo, int argno);
extern WordingScale phrase_scale_arg(FunctionCallInfo fcinfo, int argno);
extern WordingRounding phrase_rounding_arg(FunctionCallInfo fcinfo, int argno);
extern bool phrase_bool_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_text_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_grain_arg(FunctionCallInfo fcinfo, int argno);
extern char *phrase_numeric_text(Numeric number);
extern void phrase_check_finite(Numeric number, const char *what);
extern void phrase_check(WordingStatus status, const NumberWording *how);

extern ChangeForm phrase_form_arg(FunctionCallInfo fcinfo, int argno);
extern ChangeVerbs phrase_verbs_arg(FunctionCallInfo fcinfo, int argno);

/* How the figures of a change are rounded. */
typedef struct ChangePolicy
{
	int			decimals;
	Rounding	rounding;
	bool		amount_later;	/* an amount is not: words_change() rounds it within its scale */
} ChangePolicy;

extern Change describe_change(Numeric scaled, Numeric total, Numeric divisor, bool may_have_no_end,
							  const char *unit, ChangePolicy policy);
extern Numeric stated_quotient(Numeric dividend, Numeric divisor, int decimals, Rounding rounding, bool percent);

extern Words phrase_words(void);
extern bool phrase_complete(Words *words);
extern Datum phrase_datum(const Words *words);

#endif							/* EMGOV_PHRASE_H */
