/*
 * rate.h
 *		The change of a comparison in percent.
 */
#ifndef EMGOV_RATE_H
#define EMGOV_RATE_H

#include "comparison.h"
#include "rounding.h"

extern bool comparison_rate(const Comparison *c, int decimals, Rounding rounding, Numeric *rate);

#endif							/* EMGOV_RATE_H */
