/*
 * template.h
 *		The text of a report's paragraph with places for figures, read and filled.
 *
 * Free of server headers.  A template is read once into nodes, in the order of its
 * text; the nodes point into the text and hold no copy of it.
 *
 *		{CODE}  {CODE@month}  {CODE.phrase}  {CODE@month.phrase}	a figure
 *		{year}  {month}  {until}  {title}							a name
 *		[CODE?text|other]  [CODE@ytd>=5?text|other]  [CODE.known?text|other]
 *		\{  \}  \[  \]  \|  \\										that character
 *
 * Choices may stand in choices.  A bracket that no letter of a code follows is text,
 * and so is the one that closes it.
 */
#ifndef EMGOV_CORE_TEMPLATE_H
#define EMGOV_CORE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* What stands where something is not known. */
#define TEMPLATE_GAP "\xE2\x80\x94"		/* — */

typedef enum TemplateKind
{
	TEMPLATE_TEXT,
	TEMPLATE_NAME,				/* {year} and the like */
	TEMPLATE_FIGURE,			/* {CODE} */
	TEMPLATE_CHOICE,			/* [CODE? up to its | or ] */
	TEMPLATE_OTHER,				/* the | of a choice */
} TemplateKind;

/* Which period of a figure; the values of this and the next are the places in lists of names. */
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
	TEMPLATE_CHANGE,			/* the change */
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
} TemplateTest;

typedef struct TemplateNode
{
	TemplateKind kind;
	TemplatePeriod period;		/* of a figure or a choice */
	TemplateForm form;			/* of a figure */
	TemplateTest test;			/* of a choice */
	const char *text;			/* the text, the name, or the code */
	size_t		length;
	const char *number;			/* what a choice compares with */
	size_t		number_length;
	size_t		otherwise;		/* of a choice: the first node of its other part */
	size_t		end;			/* of a choice and its |: the node behind it */
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
 * What fills a template.  add() takes a piece of the text.  figure() and name() add what
 * stands in a place.  holds() says of a choice whether it does: 1, 0, or -1 when that is
 * not known.
 */
typedef struct TemplateFilling
{
	void		(*add) (struct TemplateFilling *filling, const char *text, size_t length);
	void		(*figure) (struct TemplateFilling *filling, const TemplateNode *node);
	void		(*name) (struct TemplateFilling *filling, const TemplateNode *node);
	int			(*holds) (struct TemplateFilling *filling, const TemplateNode *node);
} TemplateFilling;

extern const char *template_period_name(TemplatePeriod period);
extern const char *template_form_name(TemplateForm form);
extern size_t template_most_nodes(const char *text, size_t length);
extern bool template_read(const char *text, size_t length, TemplateNode *nodes, size_t *count, TemplateError *error);
extern void template_fill(const TemplateNode *nodes, size_t count, TemplateFilling *filling);

#endif							/* EMGOV_CORE_TEMPLATE_H */
