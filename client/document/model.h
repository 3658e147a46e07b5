/* What the parts of the model share; see document.h. */
#ifndef EMGOV_DOCUMENT_MODEL_H
#define EMGOV_DOCUMENT_MODEL_H

#include "document/document.h"

/* ---- model.c */
extern char *model_value(const PGresult *result, int row, const char *column);	/* NULL of a NULL */
extern char *model_id(const char *prefix, const char *text);

/* ---- model_parts.c: what tables and charts are made of */
extern bool model_same(const char *a, const char *b);	/* both are there, and the same */
extern char *model_array(char *const *codes, int count);	/* an array of codes for SQL */
extern bool model_is_counted(const Figure *figure);
extern char *model_title(const Document *document, char *text); /* it begins with a capital */
extern void model_set_scale(const Document *document, Figure *figure, const PGresult *r, int row);	/* from scale, wording, value_decimals, rounding, keep_zero */
extern char *model_scaled(const Figure *figure, const char *number);	/* in the scale of the figure's words; NULL of NULL */
extern char *model_with_unit(const Document *document, const Figure *figure);
extern void cell_set_number(const Document *document, Cell *cell, const char *number);

/* A number of a figure in its scale, as its words say it where these are exact, else rounded by the figure's places. */
extern void cell_set_figure(const Document *document, Cell *cell, const Figure *figure, const char *number, const char *words);

/* The report's counted figures by a dimension; by the months of the year so far. */
extern PGresult *model_split(Document *document, const char *by, const char *codes);
extern PGresult *model_by_month(Document *document, const char *codes);
extern char *model_months(Document *document);
extern char *model_dimension(Document *document, const char *code); /* its name; NULL: there is none */

/* In such rows: where a member of a figure is, or -1; how its value and its base are marked, p and b, NULL: not. */
extern int	model_row(const PGresult *r, const char *code, const char *member);
extern const char *model_mark(const PGresult *r, int row);
extern const char *model_base_mark(const PGresult *r, int row);

typedef struct Members
{
	int			count;
	char	   *code[4096];		/* NULL: the total; in the server's order */
	char	   *name[4096];
} Members;

/* The members that the rows of any of these figures have: the total first, as the server gives it, records of none last. */
extern Members *model_members(const PGresult *r, Figure *const *figures, int count);
extern char *model_member_name(const Document *document, const Members *members, int i);

#endif
