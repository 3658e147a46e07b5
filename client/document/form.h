/*
 * form.h: filling forms of somebody else's, a Word document or a workbook, and leaving all else in them as it is
 *
 * A place is {{F028}}, {{F028.rate}} and the like, or {{title}}; in a workbook also a cell with the name F028, emgov_F028
 * or F028.rate. A cell that holds nothing but one place becomes a number. See docs/documents.md.
 */
#ifndef EMGOV_DOCUMENT_FORM_H
#define EMGOV_DOCUMENT_FORM_H

#include "document/archive.h"
#include "document/document.h"
#include "document/xml.h"

/* ------------------------------------------------------------------ what a place says: place.c */

typedef struct Said
{
	char	   *text;
	char	   *number;			/* NULL: it is no number */
} Said;

/* Places that say nothing, to be told. */
typedef struct Unknown
{
	Text		names;
	int			count;
	int			filled;
} Unknown;

/* What stands between {{ and }}: CODE, CODE.form, either with " of MEMBER by DIMENSION"; or a word about the document. False if it says nothing. */
extern bool place_says(const Document *document, const char *place, Said *said);

/* Codes of indicators that came later than the document's moment: their places are filled with —. NULL: none. */
extern const char *places_later(void);

/* Another place that says nothing. */
extern void place_unknown(Unknown *unknown, const char *place);

/* ------------------------------------------------------------------ texts in XML: form.c */

/* One text node: its place in the XML, and what it says. */
typedef struct Node
{
	size_t		from;
	size_t		to;
	Text		old;
	Text		new;
} Node;

/* The text nodes of a paragraph, gathered as it is read. */
typedef struct Filling
{
	const Document *document;
	Unknown    *unknown;
	XmlEdits	edits;
	const char *paragraph;		/* what its elements are called */
	Node	   *node;
	int			count;
	int			room;
	bool		inside;			/* in a text element */
	bool		mixed;			/* which holds elements: it is left alone */
} Filling;

/* A text node begins, behind its tag; it ends, before its end tag. */
extern void form_node_begins(Filling *filling, size_t to);
extern void form_node_ends(Filling *filling, size_t from);

/* The end of a paragraph: its places are filled. */
extern void form_paragraph_ends(Filling *filling);

/* Fill the places of a part, paragraph by paragraph; *changed says whether there were any. */
extern bool form_fill_part(const Document *document, Text *part, const char *paragraph, Unknown *unknown, bool *changed, char **problem);

/* A copy of the form to work on; NULL with a sentence in *problem. */
extern zip_t *form_open(const char *form, char **made, char **problem);

/* A part of a form cannot be edited: which, and why. */
extern char *form_cannot_edit(const char *form, const char *name, const char *why);

/* The end of a form: what it could not fill is told, and it is written. */
extern bool form_finish(zip_t *archive, const char *made, const char *form, const char *path, Unknown *unknown, char **problem);

#endif
