/*
 * severity.h
 *		The severity of an accident: State Council Order 493 (2007), article 3.
 *
 *						deaths		serious injuries	direct loss, yuan
 *	extraordinary		30 and more	100 and more		100 million and more
 *	major				10 to 29	50 to 99			50 to below 100 million
 *	larger				3 to 9		10 to 49			10 to below 50 million
 *	general				below		below				below
 *
 * "And more" includes the number, "below" does not; one criterion is enough.
 */
#ifndef EMGOV_CORE_SEVERITY_H
#define EMGOV_CORE_SEVERITY_H

#include <stdint.h>

#include "core/decimal.h"

#define SEVERITY_MILLION_YUAN (INT64_C(1000000) * FEN_PER_YUAN)

/* 0 general, 1 larger, 2 major, 3 extraordinary; nothing negative, the loss in fen. */
static inline int
severity_of_accident(int64_t deaths, int64_t serious_injuries, int64_t direct_loss)
{
	if (deaths >= 30 || serious_injuries >= 100 || direct_loss >= 100 * SEVERITY_MILLION_YUAN)
		return 3;
	if (deaths >= 10 || serious_injuries >= 50 || direct_loss >= 50 * SEVERITY_MILLION_YUAN)
		return 2;
	if (deaths >= 3 || serious_injuries >= 10 || direct_loss >= 10 * SEVERITY_MILLION_YUAN)
		return 1;
	return 0;
}

#endif							/* EMGOV_CORE_SEVERITY_H */
