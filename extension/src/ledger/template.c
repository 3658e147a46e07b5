/*
 * template.c
 *		Templates of a report's paragraphs, see core/template.h, called from SQL.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "core/template.h"

#define LONGEST_TEMPLATE (1024 * 1024)

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
			 errhint("Write {CODE}, {CODE@month}, {CODE.phrase}, {CODE.change}, {CODE.value}, {year}, {month}, {until}, {title}; "
					 "[CODE?text|other], [CODE>=5?text|other], [CODE.known?text|other].")));
	return NULL;
}

/*
 * emgov._template_uses(body text, name text) -> text[]
 *
 * Which figures a template uses, one for each place: code, period and form (of a choice:
 * choice), with spaces between them.  An error when it is no template: where, what was
 * found, what was expected; name says what it is of.  NULL for a NULL body.
 */
PG_FUNCTION_INFO_V1(emgov_template_uses);
Datum
emgov_template_uses(PG_FUNCTION_ARGS)
{
	TemplateNode *nodes;
	size_t		count;
	Datum	   *uses;
	int			n = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	nodes = read_template(PG_GETARG_TEXT_PP(0), PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)), &count);
	uses = palloc_extended(sizeof(Datum) * Max(count, 1), MCXT_ALLOC_HUGE);
	for (size_t i = 0; i < count; i++)
		if (nodes[i].kind == TEMPLATE_FIGURE || nodes[i].kind == TEMPLATE_CHOICE)
			uses[n++] = CStringGetTextDatum(psprintf("%.*s %s %s", (int) nodes[i].length, nodes[i].text, template_period_name(nodes[i].period),
													 nodes[i].kind == TEMPLATE_CHOICE ? "choice" : template_form_name(nodes[i].form)));
	PG_RETURN_ARRAYTYPE_P(construct_array(uses, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* ------------------------------------------------------------------ filling */

typedef struct Paragraph
{
	TemplateFilling filling;
	StringInfoData text;
	Jsonb	   *figures;
	Jsonb	   *names;
} Paragraph;

static void
add_text(TemplateFilling *filling, const char *text, size_t length)
{
	appendBinaryStringInfo(&((Paragraph *) filling)->text, text, (int) length);
}

/* A value of a JSON object by its key; NULL when there is none or it is null. */
static JsonbValue *
json_value(Jsonb *object, const char *key, size_t length)
{
	JsonbValue	k;
	JsonbValue *value;

	k.type = jbvString;
	k.val.string.val = (char *) key;
	k.val.string.len = (int) length;
	value = findJsonbValueFromContainer(&object->root, JB_FOBJECT, &k);
	return value == NULL || value->type == jbvNull ? NULL : value;
}

/* A text of a JSON object, or a gap. */
static void
add_value(TemplateFilling *filling, const JsonbValue *value)
{
	if (value != NULL && value->type == jbvString)
		add_text(filling, value->val.string.val, value->val.string.len);
	else
		add_text(filling, TEMPLATE_GAP, strlen(TEMPLATE_GAP));
}

/* What is known of the figure of a place, an object; NULL when it is not among those given. */
static Jsonb *
node_figure(Paragraph *paragraph, const TemplateNode *node)
{
	char	   *key = node->period == TEMPLATE_OWN ? psprintf("%.*s", (int) node->length, node->text) :
		psprintf("%.*s@%s", (int) node->length, node->text, template_period_name(node->period));
	JsonbValue *figure = json_value(paragraph->figures, key, strlen(key));

	return figure == NULL || figure->type != jbvBinary ? NULL : JsonbValueToJsonb(figure);
}

static void
add_figure(TemplateFilling *filling, const TemplateNode *node)
{
	Jsonb	   *figure = node_figure((Paragraph *) filling, node);
	const char *form = template_form_name(node->form);

	add_value(filling, figure == NULL ? NULL : json_value(figure, form, strlen(form)));
}

static void
add_name(TemplateFilling *filling, const TemplateNode *node)
{
	add_value(filling, json_value(((Paragraph *) filling)->names, node->text, node->length));
}

/*
 * Whether what a choice asks is so.  Of a figure that is not known it is not known, nor of
 * one that is known in part only; but a part that is not 0 is no whole that is 0.
 */
static int
holds(TemplateFilling *filling, const TemplateNode *node)
{
	Jsonb	   *figure = node_figure((Paragraph *) filling, node);
	JsonbValue *number = figure == NULL ? NULL : json_value(figure, "number", strlen("number"));
	JsonbValue *partial = figure == NULL ? NULL : json_value(figure, "partial", strlen("partial"));
	bool		is_partial = partial != NULL && partial->type == jbvBool && partial->val.boolean;
	Datum		against;
	int			order;

	if (number != NULL && number->type != jbvNumeric)
		number = NULL;
	if (node->test == TEMPLATE_KNOWN)
		return number != NULL;
	if (number == NULL || (is_partial && node->test != TEMPLATE_NONZERO))
		return -1;
	against = DirectFunctionCall3(numeric_in, CStringGetDatum(node->number_length == 0 ? "0" : pnstrdup(node->number, node->number_length)),
								  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(number->val.numeric), against));
	switch (node->test)
	{
		case TEMPLATE_EQUAL:
			return order == 0;
		case TEMPLATE_LESS:
			return order < 0;
		case TEMPLATE_AT_MOST:
			return order <= 0;
		case TEMPLATE_MORE:
			return order > 0;
		case TEMPLATE_AT_LEAST:
			return order >= 0;
		case TEMPLATE_DIFFERENT:
			return order != 0;
		default:
			return order != 0 ? 1 : is_partial ? -1 : 0;
	}
}

/*
 * emgov._template_fill(body text, figures jsonb, names jsonb) -> text
 *
 * A template's text.  figures: by CODE or CODE@period an object with the texts words,
 * value, phrase and change, the number, and partial: known in part only; names: by name a
 * text.  What is not there, or null, is a gap.  NULL for a NULL argument.
 */
PG_FUNCTION_INFO_V1(emgov_template_fill);
Datum
emgov_template_fill(PG_FUNCTION_ARGS)
{
	Paragraph	paragraph;
	size_t		count;
	TemplateNode *nodes = read_template(PG_GETARG_TEXT_PP(0), NULL, &count);

	paragraph.filling = (TemplateFilling) {add_text, add_figure, add_name, holds};
	paragraph.figures = PG_GETARG_JSONB_P(1);
	paragraph.names = PG_GETARG_JSONB_P(2);
	if (!JB_ROOT_IS_OBJECT(paragraph.figures) || !JB_ROOT_IS_OBJECT(paragraph.names))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("figures and names must be objects")));
	initStringInfo(&paragraph.text);
	template_fill(nodes, count, &paragraph.filling);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(paragraph.text.data, paragraph.text.len));
}
