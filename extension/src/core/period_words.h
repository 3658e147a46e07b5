/*
 * period_words.h
 *		What a period is called.
 */
#ifndef EMGOV_CORE_PERIOD_WORDS_H
#define EMGOV_CORE_PERIOD_WORDS_H

#include "core/dates.h"
#include "core/wording.h"

/* The values are the places in the list of names in period_words.c. */
typedef enum PeriodForm
{
	PERIOD_NAME,				/* 2024年一季度 */
	PERIOD_MONTHS,				/* 2024年1—3月 */
	PERIOD_DAYS,				/* 2024年1月1日至3月31日 */
} PeriodForm;

typedef struct PeriodWording
{
	WordingLanguage language;
	PeriodForm	form;
	bool		without_year;	/* where the period lies in one year */
	YearStart	year_start;		/* all 0: 1 January */
} PeriodWording;

extern int	wording_period_form(const char *name);
extern void words_period(Words *words, Period p, const PeriodWording *how);

#endif							/* EMGOV_CORE_PERIOD_WORDS_H */
