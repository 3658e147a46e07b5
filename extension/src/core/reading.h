/*
 * reading.h
 *		What a text in the words of wording.h says: its numbers and changes, read back.
 *
 * Free of server headers.  Nothing is allocated: readings go into an array of the
 * caller's, and point into the text.
 */
#ifndef EMGOV_CORE_READING_H
#define EMGOV_CORE_READING_H

#include "core/wording.h"

/* The values of this and the next are the places in lists of names. */
typedef enum ReadingKind
{
	READING_NUMBER,				/* 59起 */
	READING_CHANGE,				/* 下降9.2%, 持平 */
	READING_DATE,				/* 2024年7月, 33号: a number that counts nothing */
} ReadingKind;

typedef enum ReadingMeasure
{
	MEASURE_RATE,				/* 9.2% */
	MEASURE_POINTS,				/* 2.3个百分点 */
	MEASURE_AMOUNT,				/* 5起 */
} ReadingMeasure;

/* A piece of the text. */
typedef struct Span
{
	size_t		at;
	size_t		length;
} Span;

typedef struct Reading
{
	ReadingKind kind;
	Span		words;			/* all of it: 近千人次, 下降9.2% */
	Span		number;			/* its digits; of length 0 in 近千 and 持平 */
	Span		unit;			/* of length 0: none */
	Span		comparator;		/* of a change; of length 0: none */
	WordingStyle style;
	int			power;			/* the number is in units of 10^power */
	bool		behind;			/* 余 stands behind 万 or 亿 */
	bool		negative;
	bool		percent;		/* a share of a hundred */
	int			direction;		/* of a change: -1, 0, 1 */
	ReadingMeasure measure;		/* of a change that is one */
	bool		alike;			/* said of all that were listed: 均, both */
} Reading;

#define READING_MOST_DIGITS 100	/* of a number, others are not read */
#define READING_TEXT_SIZE 160	/* of a bound in decimal text */

/* What a number stands for: all that would be written so. */
typedef struct ReadingRange
{
	char		value[READING_TEXT_SIZE];	/* the number as it is written, with its sign */
	char		low[READING_TEXT_SIZE];
	char		high[READING_TEXT_SIZE];
	bool		low_inclusive;
	bool		high_inclusive;
	bool		no_low;
	bool		no_high;
} ReadingRange;

/*
 * Units that are known to the caller, the longest of which is taken before any other; and
 * what is to be called now and then while a text is read, which need not return.
 */
typedef struct ReadingUnits
{
	const char *const *names;
	size_t		count;
	void		(*pause) (void);	/* or NULL */
} ReadingUnits;

extern const char *reading_scale_name(const Reading *reading, WordingLanguage language);
extern size_t read_words(const char *text, size_t length, WordingLanguage language, const ReadingUnits *units,
						 Reading *readings, size_t size);
extern bool reading_range(const char *text, const Reading *reading, WordingRounding rounding, ReadingRange *range);

#endif							/* EMGOV_CORE_READING_H */
