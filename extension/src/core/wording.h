/*
 * wording.h
 *		Numbers and changes in the words of a report, in Chinese and English.
 *
 * Free of server headers.  Numbers come as decimal text of any length; nothing
 * is computed in floating point, and nothing is allocated: the words go into a
 * buffer of the caller's.
 */
#ifndef EMGOV_CORE_WORDING_H
#define EMGOV_CORE_WORDING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where words are written.  length counts what was asked for, even beyond size:
 * a caller who finds length >= size takes a longer buffer and writes again.
 * What fits is always terminated by NUL.
 */
typedef struct Words
{
	char	   *text;
	size_t		size;
	size_t		length;
} Words;

/* The values of these are the places in the lists of names in wording.c. */
typedef enum WordingLanguage
{
	WORDING_CHINESE,
	WORDING_ENGLISH,
} WordingLanguage;

typedef enum WordingStyle
{
	WORDING_EXACT,				/* 534 */
	WORDING_OVER,				/* 500余: at least 500, less than 600 */
	WORDING_NEAR,				/* 近1000: less, by at most a tenth */
	WORDING_ABOVE,				/* 超500: more than 500 */
	WORDING_ABOUT,				/* 约500: 500 when rounded */
} WordingStyle;

typedef enum WordingScale
{
	WORDING_UNSCALED,
	WORDING_WAN,				/* 万, 10^4 */
	WORDING_YI,					/* 亿, 10^8 */
	WORDING_WAN_YI,				/* 万亿, 10^12 */
	WORDING_AUTO,
} WordingScale;

typedef enum WordingRounding
{
	WORDING_HALF_UP,			/* half away from zero */
	WORDING_HALF_EVEN,
	WORDING_TRUNCATE,
} WordingRounding;

typedef enum WordingStatus
{
	WORDING_OK,
	WORDING_NOT_A_NUMBER,		/* the value or the grain is no decimal text */
	WORDING_GRAIN,				/* the grain is not a power of ten */
	WORDING_GRAIN_FRACTION,		/* 余 with a grain below one */
	WORDING_DECIMALS,			/* decimals asked of an approximate style */
	WORDING_CHINESE_SCALE,		/* 万, 亿 or 万亿 asked for in English */
} WordingStatus;

/* How a number is to be written.  All zero but decimals = -1: the plain exact form. */
typedef struct NumberWording
{
	WordingLanguage language;
	WordingStyle style;
	WordingScale scale;
	const char *grain;			/* decimal text, or NULL to choose one */
	int			decimals;		/* -1: as many as the exact value needs */
	WordingRounding rounding;	/* to so many decimals */
	bool		keep_zero;		/* keep trailing zeros among them */
} NumberWording;

/* A change against a base, computed by the caller. */
typedef struct Change
{
	int			direction;		/* -1, 0, 1 */
	const char *rate;			/* percent, rounded; NULL when there is none */
	const char *amount;			/* the change itself */
	bool		points;			/* of two percentages: amount is rounded too */
	bool		from_zero;		/* the base is 0 */
	const char *unit;			/* measure word of the amount */
} Change;

/*
 * Changes one after another, however many: restart() goes before the first,
 * next() gives the next one, or NULL at the end.  What next() gave stays until the
 * call after the next.
 */
typedef struct ChangeList
{
	void		(*restart) (struct ChangeList *list);
	const Change *(*next) (struct ChangeList *list);
} ChangeList;

/* How changes are to be written. */
typedef struct ChangeWording
{
	WordingLanguage language;
	WordingScale scale;			/* of an amount */
	bool		keep_zero;		/* keep trailing zeros of a rate */
	const char *comparator;		/* 环比, quarter on quarter; NULL for the usual one */
	long		base_periods;	/* 1, or the base is a mean of so many */
} ChangeWording;

/* The name's place among those known, in English or Chinese; -1 if it is not there. */
extern int	wording_language(const char *name);
extern int	wording_style(const char *name);
extern int	wording_scale(const char *name);

extern void words_add(Words *words, const char *text);
extern void words_add_bytes(Words *words, const char *text, size_t length);
extern bool wording_is_percent(const char *unit);
extern bool wording_is_end(const char *number, bool percent);
extern WordingStatus words_number(Words *words, const char *value, const char *unit,
								  const NumberWording *how);
extern void words_change(Words *words, const Change *change, const ChangeWording *how);
extern void words_changes(Words *words, ChangeList *changes, const ChangeWording *how);
extern void words_remediation(Words *words, const char *completed, const char *exited,
							  const char *upgraded, const char *unit,
							  WordingLanguage language);

#endif							/* EMGOV_CORE_WORDING_H */
