/*
 * template.h
 *		What a paragraph is filled with: figures as JSON, see emgov_internal.template_fill().
 */
#ifndef EMGOV_LEDGER_TEMPLATE_H
#define EMGOV_LEDGER_TEMPLATE_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "core/template.h"
#include "core/wording.h"
#include "rows.h"

/* A figure, as its columns, and its definition; both NULL where there is none. */
typedef struct TextFigure
{
	JsonbContainer *columns;
	JsonbContainer *definition;
} TextFigure;

/* A figure of one member, or of one of each of two dimensions. */
typedef struct TextMember
{
	char	   *code;			/* NULL: of all; "": of none */
	char	   *other;			/* of the second dimension */
	char	   *name;
	char	   *other_name;
	TextFigure	figure;
} TextMember;

/* The figures of all members, in their order. */
typedef struct TextMembers
{
	char	   *key;
	int			count;
	TextMember *members;
} TextMembers;

/* A paragraph while it is filled. */
typedef struct Paragraph
{
	TemplateFilling filling;
	StringInfoData text;
	WordingLanguage language;
	JsonbContainer *figures;
	JsonbContainer *definitions;
	JsonbContainer *dimensions;
	JsonbContainer *names;
	List	   *members;		/* what was looked up: TextMembers */
	const TextMember *member;	/* of which a condition is asked */
	bool		behind_table;
	int			said;			/* so far the text is not of the template alone */
	bool		silent;			/* nothing has been said since the mark that the text ends with */
	StringInfoData held;		/* words of a clause that may come to nothing; empty: none */
	int			tables;
	RowsOut    *cells;			/* where those of tables go, if anywhere */
} Paragraph;

/* template_clause.c */
extern void add_literal(TemplateFilling *filling, const char *text, size_t length);
extern void clause_of_nothing(TemplateFilling *filling);
extern void clause_of_none(Paragraph *p, const char *none);
extern void clause_goes_on(Paragraph *p);
extern void end_clauses(Paragraph *p);

/* template_figure.c */
extern JsonbContainer *field_object(JsonbContainer *object, const char *key);
extern char *field_text(JsonbContainer *object, const char *key);
extern Numeric field_number(JsonbContainer *object, const char *key);
extern bool field_bool(JsonbContainer *object, const char *key);
extern char *span_text(const Paragraph *p, TemplateSpan span);
extern char *node_need(const TemplateFilling *filling, const TemplateNode *node, TemplateSpan comparator);
extern char *node_member(const TemplateFilling *filling, const TemplateNode *node);
extern TextFigure figure_at(Paragraph *p, const TemplateNode *node, TemplateSpan comparator);
extern TextMembers *members_at(Paragraph *p, const TemplateNode *node, TemplateSpan comparator);
extern const TextMember *listed_member(const TextMembers *all, int guess, const char *code, const char *other);
extern bool figure_is_partial(TextFigure f);
extern bool figure_has_no_value(TextFigure f);
extern Numeric figure_number(TextFigure f, TemplateForm form);
extern char *figure_words(Paragraph *p, TextFigure f);
extern char *figure_plain_words(Paragraph *p, TextFigure f);
extern char *figure_value(TextFigure f);
extern bool figure_change(TextFigure f, Change *change);
extern ChangeWording figure_change_wording(Paragraph *p, TextFigure f, TemplateForm form);
extern char *figure_form(Paragraph *p, TextFigure f, TemplateForm form);
extern const char *figure_scale(Paragraph *p, TextFigure f);
extern char *figure_cell(Paragraph *p, TextFigure f, TemplateForm form);

/* template_members.c */
extern void add_list(Paragraph *p, const TemplateNode *nodes, size_t at);
extern void add_each(Paragraph *p, const TemplateNode *nodes, size_t at);
extern void add_first(Paragraph *p, const TemplateNode *nodes, size_t at);
extern void add_where(Paragraph *p, const TemplateNode *nodes, size_t at);
extern void add_rank(Paragraph *p, const TemplateNode *nodes, size_t at);

/* template_table.c */
extern void add_table(Paragraph *p, const TemplateNode *nodes, size_t at);

/* template.c */
extern void add_string(Paragraph *p, const char *text);
extern void add_text(TemplateFilling *filling, const char *text, size_t length);

#endif							/* EMGOV_LEDGER_TEMPLATE_H */
