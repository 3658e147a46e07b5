/*
 * template.c
 *		Templates of a report's paragraphs, see core/template.h, called from SQL.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "ledger/template.h"

#define LONGEST_TEMPLATE (256 * 1024)
#define LONGEST_PARAGRAPH (16 * 1024 * 1024)

/*
 * Read a template.  `name` says in an error what it is of; NULL: a template.  The nodes
 * point into `body`.
 */
static TemplateNode *
read_template(const text *body, const char *name, size_t *count)
{
	const char *start = VARDATA_ANY(body);
	size_t		length = VARSIZE_ANY_EXHDR(body);
	TemplateNode *nodes;
	TemplateError error;
	int			found;

	if (length > LONGEST_TEMPLATE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s has %zu bytes; a template has at most %d", name == NULL ? "the template" : name, length, LONGEST_TEMPLATE)));
	nodes = palloc_extended(sizeof(TemplateNode) * template_most_nodes(start, length), MCXT_ALLOC_HUGE);
	if (template_read(start, length, nodes, count, &error))
		return nodes;

	found = pg_mbcliplen(start + error.position, (int) (length - error.position), 24);
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("%s: syntax error in the template at character %d", name == NULL ? "template" : name, pg_mbstrlen_with_len(start, (int) error.position) + 1),
			 found == 0 ?
			 errdetail(error.opened == TEMPLATE_NOWHERE ? "Found the end, expected %s." : "Found the end, expected %s: see the bracket at character %d.",
					   error.expected, error.opened == TEMPLATE_NOWHERE ? 0 : pg_mbstrlen_with_len(start, (int) error.opened) + 1) :
			 errdetail("Found \"%.*s\", expected %s.", found, start + error.position, error.expected),
			 errhint("Write {CODE}, {CODE@month}, {CODE.phrase}, {CODE.change(previous)}, {CODE by area of 'a'}, {list CODE,CODE}, "
					 "{table CODE,CODE by area}, {top 3 CODE by area}, {period}; [CODE?text|other], [CODE>=5 & CODE.change<0?text|other], [CODE.known?text|other].")));
	return NULL;
}

/* A need of a figure or a column, as a row. */
static void
put_need(RowsOut *out, RowMade *row, const TemplateFilling *filling, const TemplateNode *figure, TemplateForm form, TemplateSpan comparator, bool asks_base)
{
	empty_row(row);
	set_text(row, "need", node_need(filling, figure, comparator));
	set_text(row, "code", pnstrdup(filling->text + figure->text.at, figure->text.length));
	set_text(row, "period", template_period_name(figure->period));
	if (comparator.length > 0)
		set_text(row, "comparator", pnstrdup(filling->text + comparator.at, comparator.length));
	for (int i = 0; i < 2; i++)
		if (figure->by[i].length > 0)
			set_text(row, i == 0 ? "by" : "by2", pnstrdup(filling->text + figure->by[i].at, figure->by[i].length));
	set_text(row, "member", node_member(filling, figure));
	set_text(row, "form", template_form_name(form));
	set_field(row, "asks_base", BoolGetDatum(asks_base));
	put_row(out, row->values, row->nulls);
}

/*
 * emgov_internal.template_needs(body text, name text) -> setof (need, code, period, comparator, by,
 * by2, member, form, asks_base)
 *
 * The figures that a template needs, a row for each place.  An error when it is no template:
 * where, what was found, what was expected; name says what it is of.
 */
PG_FUNCTION_INFO_V1(emgov_template_needs);
Datum
emgov_template_needs(PG_FUNCTION_ARGS)
{
	RowsOut    *out = begin_rows(fcinfo);
	RowMade		row = begin_row(rows_descriptor(out));
	TemplateFilling filling = {0};
	TemplateNode *nodes;
	size_t		count;
	size_t		columns;

	if (PG_ARGISNULL(0))
		return (Datum) 0;
	nodes = read_template(PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)), &count);
	filling.text = VARDATA_ANY(PG_GETARG_TEXT_PP(0));
	for (size_t i = 0; i < count; i++)
	{
		const TemplateNode *place = &nodes[i];

		if (place->kind == TEMPLATE_FIGURE || place->kind == TEMPLATE_TEST)
			put_need(out, &row, &filling, place, place->form, place->comparator, template_needs_base(place));
		if (place->kind != TEMPLATE_PLACE || place->verb != TEMPLATE_TABLE)
			continue;
		for (columns = place->end; nodes[columns - 1].kind == TEMPLATE_COLUMN; columns--)
			;
		for (size_t f = i + 1; f < columns; f++)
			for (size_t c = columns; c < place->end; c++)
				put_need(out, &row, &filling, &nodes[f], nodes[c].form, nodes[c].comparator, nodes[c].form != TEMPLATE_VALUE);
	}
	return (Datum) 0;
}

/* ------------------------------------------------------------------ filling */

void
add_text(TemplateFilling *filling, const char *text, size_t length)
{
	Paragraph  *p = (Paragraph *) filling;

	if (p->behind_table && length > 0 && text[0] != '\n')
		appendStringInfoChar(&p->text, '\n');
	p->behind_table = p->behind_table && length == 0;
	appendBinaryStringInfo(&p->text, text, (int) length);
	if (p->text.len > LONGEST_PARAGRAPH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a paragraph comes to more than %d bytes", LONGEST_PARAGRAPH),
				 errhint("Name fewer members or figures in it.")));
}

void
add_string(Paragraph *p, const char *text)
{
	add_text(&p->filling, text, strlen(text));
}

static void
add_name(TemplateFilling *filling, const TemplateNode *node)
{
	Paragraph  *p = (Paragraph *) filling;
	char	   *key = span_text(p, node->text);
	char	   *text;

	clause_goes_on(p);
	if (node->period != TEMPLATE_OWN)
		key = psprintf("%s@%s", key, template_period_name(node->period));
	if (node->number.length > 0)
		key = psprintf("%s.%s", key, span_text(p, node->number));
	text = field_text(p->names, key);
	add_string(p, text != NULL ? text : TEMPLATE_GAP);
	p->said = p->text.len;
}

static void
add_place(TemplateFilling *filling, const TemplateNode *nodes, size_t at)
{
	Paragraph  *p = (Paragraph *) filling;
	const TemplateNode *figure = &nodes[at + 1];
	char	   *text;

	CHECK_FOR_INTERRUPTS();
	clause_goes_on(p);
	switch (nodes[at].verb)
	{
		case TEMPLATE_SINGLE:
			text = figure_form(p, figure_at(p, figure, figure->comparator), figure->form);
			add_string(p, text != NULL ? text : TEMPLATE_GAP);
			break;
		case TEMPLATE_EACH:
			add_each(p, nodes, at);
			break;
		case TEMPLATE_LIST:
			add_list(p, nodes, at);
			break;
		case TEMPLATE_TABLE:
			add_table(p, nodes, at);
			break;
		case TEMPLATE_TOP:
		case TEMPLATE_BOTTOM:
			add_first(p, nodes, at);
			break;
		case TEMPLATE_COUNT:
		case TEMPLATE_NAMES:
		case TEMPLATE_MOVED:
			add_where(p, nodes, at);
			break;
		case TEMPLATE_RANK:
			add_rank(p, nodes, at);
			break;
	}
	if (p->held.len == 0)
		p->said = p->text.len;
}

/* Is a state the one that is named? */
static int
is_in_state(Paragraph *p, const TemplateNode *test, TextFigure f)
{
	char	   *state = field_text(f.columns, "state");

	if (state == NULL)
		return -1;
	return (strcmp(state, span_text(p, test->number)) == 0) == (test->test == TEMPLATE_EQUAL);
}

/*
 * Whether what a test asks is so.  Of a figure that is not known it is not known, nor of
 * one that is known in part only; but a part that is not 0 is no whole that is 0.
 */
static int
holds(TemplateFilling *filling, const TemplateNode *test)
{
	Paragraph  *p = (Paragraph *) filling;
	TextFigure	f = figure_at(p, test, test->comparator);
	TextFigure	other;
	bool		moved = test->test >= TEMPLATE_ROSE && test->test <= TEMPLATE_UNCHANGED;
	Numeric		number = figure_number(f, moved ? TEMPLATE_CHANGE : test->form);
	Numeric		against;
	bool		is_partial = figure_is_partial(f);
	int			order;

	if (test->form == TEMPLATE_STATE)
		return is_in_state(p, test, f);
	if (test->test == TEMPLATE_KNOWN)
		return number != NULL;
	if (test->test >= TEMPLATE_EQUAL && test->test <= TEMPLATE_AT_LEAST && test->number.length == 0)
	{
		other = figure_at(p, test + 1, test[1].comparator);
		against = figure_number(other, test[1].form);
		is_partial = is_partial || figure_is_partial(other);
	}
	else
		against = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(test->number.length == 0 ? "0" : span_text(p, test->number)),
													  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	if (number == NULL || against == NULL || (is_partial && test->test != TEMPLATE_NONZERO))
		return -1;
	order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(number), NumericGetDatum(against)));
	switch (test->test)
	{
		case TEMPLATE_EQUAL:
		case TEMPLATE_UNCHANGED:
		case TEMPLATE_ZERO:
			return order == 0;
		case TEMPLATE_LESS:
		case TEMPLATE_FELL:
			return order < 0;
		case TEMPLATE_AT_MOST:
			return order <= 0;
		case TEMPLATE_MORE:
		case TEMPLATE_ROSE:
			return order > 0;
		case TEMPLATE_AT_LEAST:
			return order >= 0;
		case TEMPLATE_DIFFERENT:
			return order != 0;
		default:
			return order != 0 ? 1 : is_partial ? -1 : 0;
	}
}

/* Fill a template with what is known, as emgov_internal.template_fill() takes it. */
static void
fill(Paragraph *p, const text *body, Jsonb *context)
{
	size_t		count;
	TemplateNode *nodes = read_template(body, NULL, &count);
	JsonbContainer *known = &context->root;
	char	   *language;

	if (!JB_ROOT_IS_OBJECT(context))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what a template is filled with must be an object")));
	p->filling = (TemplateFilling) {VARDATA_ANY(body), add_literal, add_place, add_name, holds, clause_of_nothing};
	p->figures = field_object(known, "figures");
	p->definitions = field_object(known, "definitions");
	p->dimensions = field_object(known, "dimensions");
	p->names = field_object(known, "names");
	language = field_text(known, "lang");
	p->language = language != NULL && strcmp(language, "en") == 0 ? WORDING_ENGLISH : WORDING_CHINESE;
	initStringInfo(&p->text);
	initStringInfo(&p->held);
	template_fill(nodes, count, &p->filling);
	end_clauses(p);
}

/*
 * emgov_internal.template_fill(body text, context jsonb) -> text
 *
 * A template's text.  context: lang; names (year, period, period@month and the like); figures
 * by what needs them (CODE@month/previous: an object; CODE by area: an array of those of all
 * and of each member); definitions by code; dimensions by code (name, unit).  What is not
 * there, or null, is a gap.  NULL for a NULL argument.
 */
PG_FUNCTION_INFO_V1(emgov_template_fill);
Datum
emgov_template_fill(PG_FUNCTION_ARGS)
{
	Paragraph	p = {0};

	fill(&p, PG_GETARG_TEXT_PP(0), PG_GETARG_JSONB_P(1));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(p.text.data, p.text.len));
}

/*
 * emgov_internal.template_tables(body text, context jsonb) -> setof (table, row, column, name,
 * heading, code, form, comparator, member, member2, is_total, text, value)
 *
 * The cells of the tables in a template's text, by the same context.
 */
PG_FUNCTION_INFO_V1(emgov_template_tables);
Datum
emgov_template_tables(PG_FUNCTION_ARGS)
{
	Paragraph	p = {.cells = begin_rows(fcinfo)};

	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
		fill(&p, PG_GETARG_TEXT_PP(0), PG_GETARG_JSONB_P(1));
	return (Datum) 0;
}
