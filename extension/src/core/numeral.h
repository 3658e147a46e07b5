/*
 * numeral.h
 *		Whole numbers in words, and amounts of money in capital numerals.
 */
#ifndef EMGOV_CORE_NUMERAL_H
#define EMGOV_CORE_NUMERAL_H

#include "core/wording.h"

#define NUMERAL_MOST_DIGITS 24	/* of a Chinese numeral */

extern bool words_numeral(Words *words, const char *value, const char *unit, WordingLanguage language);
extern bool words_capital_amount(Words *words, const char *value);

#endif							/* EMGOV_CORE_NUMERAL_H */
