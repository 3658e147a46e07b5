/*
 * value.h
 *		Values of cells as the server's types read them.
 */
#ifndef EMGOV_IMPORT_VALUE_H
#define EMGOV_IMPORT_VALUE_H

#include "sheet.h"

typedef enum ValueKind
{
	VALUE_TEXT,
	VALUE_INTEGER,
	VALUE_NUMBER,
	VALUE_DATE,
	VALUE_MOMENT,				/* timestamp, with or without zone */
	VALUE_BOOLEAN,
	VALUE_OTHER					/* the server alone can say */
} ValueKind;

typedef struct Term
{
	char	   *word;			/* squeezed */
	char	   *value;
	char	   *shown;			/* as it was written */
	int			place;			/* in the order in which they came */
} Term;

/* How the values of a column are read. */
typedef struct ValueType
{
	ValueKind	kind;
	int			most_characters;	/* of a text, 0: any */
	long long	least, most;	/* of an integer */
	int			precision, scale;	/* of a number, precision 0: any */
	bool		identifier;		/* a code or a number of a document: half width, capitals, 〔〕 */
	bool		code;			/* a code that is too long to be stored as a number */
	bool		deadline;		/* a day, or so many days, or 立即, or before some day */
	int			shift;			/* powers of ten that the sheet's unit is of the column's */
	char	   *format;			/* of dates: YMD, MDY, DMY, ROC; NULL: found, year first */
	Term	   *terms;			/* words for values, in order of the words; with only_terms nothing else is taken */
	int			term_count;
	int			own_terms;		/* so many of them, those that came first, are names of values; what came later are synonyms */
	bool		only_terms;
	bool		named;			/* values are codes, and terms their names */
	Term	   *choices;		/* after list_choices(): a word for each value, in their order */
	int			choice_count;
	bool		address;		/* the one of the terms that an address begins with, see find_address(), else nothing */
	bool		title;			/* the one of the terms that stands anywhere in a title */
	bool		areas;			/* terms are areas */
	Term	   *parents;		/* codes of areas, and those that they are part of */
	int			parent_count;
	char	  **cities;			/* that the ledger is of, where no area is one: by the name of its bureau */
	int			city_count;
	bool		place;			/* terms are places or bodies: a part of the name, or the beginning of an address, will do */
	bool		many;			/* several terms, parted by marks: their values by commas */
	bool		date1904;
	bool		day_after;		/* the sheet has the last day, the column the first day after it */
	int			year;			/* of days without one: what the sheet's title says; 0: nothing, -1: several */
	long		latest;			/* the last day that it can be, 0: any; the server has the last word */
	bool		keep_words;		/* nothing-words are words */
} ValueType;

typedef enum ValueState
{
	VALUE_FINE,
	VALUE_NOTHING,				/* NULL */
	VALUE_BAD
} ValueState;

typedef struct ValueProblem
{
	Chars		reason;
	Chars		likely;			/* the likely right value, or "" */
} ValueProblem;

/* One more word for a value, unless the word has one already. Words are squeezed. */
extern void add_term(ValueType *type, const char *word, const char *value);
extern const Term *find_term(const ValueType *type, const char *squeezed_word);

/*
 * choice.c: words for values, in the language of the run. A word for each value into type->choices; the word of one value, or
 * the value itself; and what may be chosen, behind a reason: all of it, or of a longer list the nearest and how many there are.
 */
#define MOST_SHOWN 20
extern void list_choices(ValueType *type);
extern const char *choice_word(const ValueType *type, const char *value);
extern void say_choices(Chars *reason, const ValueType *type, const char *word);

/* How many characters are to be changed, added or left out to make the one text of the other; of the first MOST_COMPARED. */
#define MOST_COMPARED 40
extern int	distance(const char *one, const char *other);

/* Days from 1970-01-01, proleptic Gregorian; false where there is no such day. */
extern bool day_number(int year, int month, int day, long *number);
extern void day_text(long number, Chars *into);

/*
 * The value of a cell as a text for the server. `from` is the day that deadlines count from, or NULL. `scratch` is
 * kept between calls.
 */
extern ValueState read_value(Chars *into, const Cell *cell, const ValueType *type, const long *from, ValueProblem *problem);

/* The same of a text. */
extern ValueState read_text_value(Chars *into, const char *text, bool stored_as_number, const ValueType *type, const long *from, ValueProblem *problem);

/* Whether a text says that there is nothing: /, —, 无, 不详. */
extern bool is_nothing(const char *plain_text);

/* Whether a text without a number says that it will be known: 待评估, 未复查, 核实中. */
extern bool is_not_yet(const char *plain_text);

/* Whether a day has no year: 11月3日. */
extern bool lacks_year(const char *plain_text);

/* The number in a text, as read_value() reads it, for sums; false where there is none. */
extern bool read_amount(const char *text, double *amount);

#endif
