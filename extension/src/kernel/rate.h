/*
 * rate.h
 *		The change of a comparison in percent.
 */
#ifndef EMGOV_RATE_H
#define EMGOV_RATE_H

#include "kernel/comparison.h"
#include "kernel/rounding.h"

extern bool comparison_rate(const Comparison *c, int decimals, Rounding rounding, Numeric *rate);

extern Numeric comparison_difference(const Comparison *c);
extern const char *comparison_state_name(const Comparison *c);

#endif							/* EMGOV_RATE_H */
