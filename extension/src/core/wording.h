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
	WORDING_NUMERAL,			/* 两部: a whole number in words; any other plainly */
} WordingStyle;

typedef enum WordingScale
{
	WORDING_UNSCALED,
	WORDING_WAN,				/* 万, 10^4 */
	WORDING_YI,					/* 亿, 10^8 */
	WORDING_WAN_YI,				/* 万亿, 10^12 */
	WORDING_AUTO,				/* the largest the number reaches */
	WORDING_MILLION,			/* these in English only */
	WORDING_BILLION,
	WORDING_TRILLION,
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
	WORDING_ENGLISH_SCALE,		/* million, billion or trillion in Chinese */
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
	bool		unknown;		/* there is none of these: a dash in a list */
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

/* What of a change is said.  The amount stands in for a rate that there is not. */
typedef enum ChangeForm
{
	CHANGE_RATE,				/* 上升41.7% */
	CHANGE_AMOUNT,				/* 增加5起 */
	CHANGE_BOTH,				/* 增加5起，上升41.7% */
} ChangeForm;

/* The pair of words for up and down. */
typedef enum ChangeVerbs
{
	VERBS_UP,					/* 上升, 下降 (an amount: 增加, 减少); up, down */
	VERBS_INCREASE,				/* 增加, 减少; an increase of, a decrease of */
	VERBS_ROSE,					/* 增长, 下降 (an amount: 增加, 减少); rose by, fell by */
	VERBS_INCREASED,			/* 提高, 降低; increased by, decreased by */
} ChangeVerbs;

/* How changes are to be written. */
typedef struct ChangeWording
{
	WordingLanguage language;
	WordingScale scale;			/* of an amount */
	bool		keep_zero;		/* keep trailing zeros of a rate, and of an amount that is rounded */
	const char *comparator;		/* 环比, quarter on quarter; NULL for the usual one */
	long		base_periods;	/* 1, or the base is a mean of so many */
	ChangeForm	form;
	ChangeVerbs verbs;
	bool		round_amount;	/* an amount to amount_decimals of its scale, else as it is */
	int			amount_decimals;
	WordingRounding rounding;	/* of an amount */
} ChangeWording;

/* One of several figures that are said together. */
typedef struct ListMember
{
	const char *name;			/* 死亡; NULL or empty for none */
	const char *value;			/* in words: 20人; NULL in a list of changes alone */
	bool		is_zero;		/* the value is exactly none */
	const Change *change;		/* NULL in a list of values alone, or not known */
} ListMember;

typedef enum ListForm
{
	LIST_RESPECTIVELY,			/* 死亡、受伤分别为20人、6人 */
	LIST_PAIRS,					/* 死亡20人、受伤6人 */
} ListForm;

/* The name's place among those known, in English or Chinese; -1 if it is not there. */
extern int	wording_language(const char *name);
extern int	wording_style(const char *name);
extern int	wording_scale(const char *name);
extern int	wording_change_form(const char *name);
extern int	wording_verbs(const char *name);
extern WordingScale wording_scale_in(WordingLanguage language, WordingScale scale);
extern WordingScale wording_scale_of_column(WordingLanguage language, WordingScale scale, int *places);

extern void words_add(Words *words, const char *text);
extern void words_add_bytes(Words *words, const char *text, size_t length);
extern bool wording_is_percent(const char *unit);
extern bool wording_is_currency(const char *unit);
extern bool wording_is_end(const char *number, bool percent);
extern WordingStatus words_number(Words *words, const char *value, const char *unit,
								  const NumberWording *how);
extern void words_change(Words *words, const Change *change, const ChangeWording *how);
extern void words_changes(Words *words, ChangeList *changes, const ChangeWording *how);
extern WordingStatus words_base(Words *words, const char *value, const char *unit, const char *label,
								const NumberWording *how);
extern void words_list(Words *words, const ListMember *members, size_t count, ListForm form,
					   const ChangeWording *how);
extern void words_remediation(Words *words, const char *completed, const char *exited,
							  const char *upgraded, const char *unit,
							  WordingLanguage language);

#endif							/* EMGOV_CORE_WORDING_H */
