/*
 * phrase_remediation.c
 *		phrase(remediation_summary): what a remediation came to.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/phrase.h"

/* The accessors of remediation_summary, see remediation.c. */
extern Datum remediation_summary_exited(PG_FUNCTION_ARGS);
extern Datum remediation_summary_upgraded(PG_FUNCTION_ARGS);

/*
 * phrase(s, unit, lang): 完成整治1850家，其中退出678家、提升1172家, or that nothing
 * is completed.  What is pending is not spoken of.  NULL if s is.  A difference
 * of summaries may have counts below zero: these have no wording.
 */
PG_FUNCTION_INFO_V1(phrase_remediation);
Datum
phrase_remediation(PG_FUNCTION_ARGS)
{
	WordingLanguage language;
	Words		words;
	int64		exited;
	int64		upgraded;
	char	   *unit;
	char	   *completed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	exited = DatumGetInt64(DirectFunctionCall1(remediation_summary_exited, PG_GETARG_DATUM(0)));
	upgraded = DatumGetInt64(DirectFunctionCall1(remediation_summary_upgraded, PG_GETARG_DATUM(0)));
	unit = phrase_text_arg(fcinfo, 1);
	language = phrase_language_arg(fcinfo, 2);
	if (unit == NULL)
		unit = language == WORDING_ENGLISH ? "enterprises" : "家";
	if (exited < 0 || upgraded < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a remediation with a count below zero has no wording"),
				 errdetail("Exited: " INT64_FORMAT ", upgraded: " INT64_FORMAT ".", exited, upgraded)));

	completed = phrase_numeric_text(numeric_apply(numeric_add, int64_to_numeric(exited),
												  int64_to_numeric(upgraded)));
	words = phrase_words();
	do
		words_remediation(&words, completed, psprintf(INT64_FORMAT, exited),
						  psprintf(INT64_FORMAT, upgraded), unit, language);
	while (!phrase_complete(&words));
	return phrase_datum(&words);
}
