/*
 * template.h
 *		The text of a report's paragraph with places for figures, read and filled.
 *
 * Free of server headers.  A template is read once into nodes, in the order of its text;
 * the nodes say where in the text they stand and hold no copy of it.
 *
 *		{FIGURE}							a figure in one of its forms
 *		{FIGURE by D}						of each member of a dimension
 *		{list FIGURE, … .form}				several: 分别为20人、6人
 *		{table FIGURE, … show form, … by D}	a table; of one figure also by two dimensions
 *		{top 3 FIGURE by D}  {bottom 3 …}	the first and the last
 *		{FIGURE rose by D}					how many rose, fell, are unchanged or zero
 *		{FIGURE rank by D of 'member'}		the place of one
 *		{count CONDITION by D}  {names …}	how many, and which
 *		{period}  {period@ytd.full}  {year}  {month}  {until}  {title}
 *		[CONDITION?text|other]				one of two texts
 *		\{  \}  \[  \]  \|  \\				that character
 *
 * A FIGURE is CODE, CODE@month, CODE.form, CODE@month.form(comparator), and of one member
 * with: by D of 'member'.  A CONDITION is made of comparisons (F1 > 5, F1.rate <= F2.rate,
 * F1.state = no_data, F1.known, F1 rose, F1) with !, &, || and brackets.  Choices may stand
 * in choices.  A bracket that begins no condition is text, and so is the one that closes it.
 */
#ifndef EMGOV_CORE_TEMPLATE_H
#define EMGOV_CORE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* What stands where something is not known. */
#define TEMPLATE_GAP "\xE2\x80\x94"		/* — */

/* Comparisons in one condition, and what may be open in it. */
#define TEMPLATE_MOST_TESTS 64

typedef enum TemplateKind
{
	TEMPLATE_TEXT,
	TEMPLATE_NAME,				/* {year} and the like */
	TEMPLATE_PLACE,				/* of figures; they, columns or a condition follow, up to its end */
	TEMPLATE_FIGURE,
	TEMPLATE_COLUMN,			/* of a table: a form */
	TEMPLATE_TEST,				/* a comparison; if its other side is a figure, that follows */
	TEMPLATE_NOT,				/* these come behind what they join */
	TEMPLATE_AND,
	TEMPLATE_OR,
	TEMPLATE_CHOICE,			/* its condition follows, then its text */
	TEMPLATE_OTHER,				/* the | of a choice */
} TemplateKind;

/* What a place does with its figures. */
typedef enum TemplateVerb
{
	TEMPLATE_SINGLE,
	TEMPLATE_EACH,				/* of each member */
	TEMPLATE_LIST,
	TEMPLATE_TABLE,
	TEMPLATE_TOP,
	TEMPLATE_BOTTOM,
	TEMPLATE_COUNT,
	TEMPLATE_NAMES,
	TEMPLATE_MOVED,				/* how many rose, and so on: test says what */
	TEMPLATE_RANK,
} TemplateVerb;

/* Which period of a figure; the values of this and the next two are the places in lists of names. */
typedef enum TemplatePeriod
{
	TEMPLATE_OWN,				/* the report's own */
	TEMPLATE_MONTH,
	TEMPLATE_QUARTER,
	TEMPLATE_HALF,
	TEMPLATE_YEAR,
	TEMPLATE_YTD,
} TemplatePeriod;

typedef enum TemplateForm
{
	TEMPLATE_WORDS,				/* number and unit */
	TEMPLATE_VALUE,				/* the number */
	TEMPLATE_PHRASE,			/* number, unit and change */
	TEMPLATE_CHANGE,			/* the change, as the indicator has it */
	TEMPLATE_AMOUNT,			/* the change itself */
	TEMPLATE_RATE,				/* the change in percent, or in points */
	TEMPLATE_BOTH,				/* amount and percent */
	TEMPLATE_BASE,				/* number and unit of what it is held against */
	TEMPLATE_FIGURE_NAME,		/* what the figure is called */
	TEMPLATE_NUMERAL,			/* number in Chinese numerals, and unit */
	TEMPLATE_IS_KNOWN,			/* these two in conditions only */
	TEMPLATE_STATE,
} TemplateForm;

typedef enum TemplateTest
{
	TEMPLATE_NONZERO,
	TEMPLATE_KNOWN,
	TEMPLATE_EQUAL,
	TEMPLATE_DIFFERENT,
	TEMPLATE_LESS,
	TEMPLATE_AT_MOST,
	TEMPLATE_MORE,
	TEMPLATE_AT_LEAST,
	TEMPLATE_ROSE,				/* these four in the order of their words */
	TEMPLATE_FELL,
	TEMPLATE_UNCHANGED,
	TEMPLATE_ZERO,
} TemplateTest;

/* A piece of the text; of length 0: nothing. */
typedef struct TemplateSpan
{
	unsigned	at;
	unsigned	length;
} TemplateSpan;

typedef struct TemplateNode
{
	TemplateKind kind;
	TemplateVerb verb;			/* of a place */
	TemplatePeriod period;		/* of a figure, a test, a name */
	TemplateForm form;			/* of a figure, a test, a column */
	TemplateTest test;			/* of a test and of TEMPLATE_MOVED */
	bool		form_is_given;
	TemplateSpan text;			/* the text, the name, or the code */
	TemplateSpan comparator;
	TemplateSpan number;		/* what a test compares with, how many are first; a state's name, a period's form */
	TemplateSpan by[2];			/* dimensions */
	TemplateSpan member;		/* between its quotes, which are doubled in it */
	size_t		otherwise;		/* of a choice: the first node of its other part */
	size_t		end;			/* of a place, a choice and its |: the node behind it */
} TemplateNode;

/* Where a text is no template. */
typedef struct TemplateError
{
	size_t		position;		/* of what was found; the text's length at its end */
	size_t		opened;			/* what was opened here is not closed; or TEMPLATE_NOWHERE */
	const char *expected;
} TemplateError;

#define TEMPLATE_NOWHERE ((size_t) -1)

/*
 * What fills a template.  add() takes a piece of the text.  place() adds what stands in a
 * place, given with the nodes that follow it; name() a name.  holds() says of a test
 * whether it does: 1, 0, or -1 when that is not known.
 */
typedef struct TemplateFilling
{
	const char *text;			/* that was read */
	void		(*add) (struct TemplateFilling *filling, const char *text, size_t length);
	void		(*place) (struct TemplateFilling *filling, const TemplateNode *nodes, size_t at);
	void		(*name) (struct TemplateFilling *filling, const TemplateNode *node);
	int			(*holds) (struct TemplateFilling *filling, const TemplateNode *test);
	void		(*nothing) (struct TemplateFilling *filling);	/* of a choice of which there is no text; NULL: is not told */
} TemplateFilling;

extern const char *template_period_name(TemplatePeriod period);
extern const char *template_form_name(TemplateForm form);
extern bool template_needs_base(const TemplateNode *node);
extern size_t template_most_nodes(const char *text, size_t length);
extern bool template_read(const char *text, size_t length, TemplateNode *nodes, size_t *count, TemplateError *error);
extern int	template_condition(const TemplateNode *nodes, size_t from, size_t *end, TemplateFilling *filling);
extern void template_fill(const TemplateNode *nodes, size_t count, TemplateFilling *filling);

#endif							/* EMGOV_CORE_TEMPLATE_H */
