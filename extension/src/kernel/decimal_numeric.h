/*
 * decimal_numeric.h
 *		Between numeric and the exact decimals of core/decimal.h.
 */
#ifndef EMGOV_DECIMAL_NUMERIC_H
#define EMGOV_DECIMAL_NUMERIC_H

#include "core/decimal.h"
#include "utils/numeric.h"

extern Decimal decimal_from_numeric(Datum numeric, const char *what);
extern int64 fen_from_numeric(Datum numeric, const char *what);
extern Numeric decimal_to_numeric(Decimal d);
extern Numeric fen_to_numeric(int64 fen);

#endif							/* EMGOV_DECIMAL_NUMERIC_H */
