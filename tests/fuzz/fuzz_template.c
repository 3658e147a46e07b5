/*
 * fuzz_template.c
 *		Any text as a template: it is read or refused at a place within it, and what was
 *		read is filled once from one end to the other.
 *
 * The first byte says what choices come to.
 */
#include "core/template.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"a截至{until}，[F028?全市发生{F028.phrase}；[F032?其中{F032.phrase}。][F036?较大{F036}。|无。]|未发生。]", "b{F1@month.value}[F1@ytd>=-5.25?多|少]",
	"c[A.known?{A}|\\[没有\\]][1]\\|", "d[B<>0?[C<=1?x|y]|{title}{period@ytd}]", "e[1[2]]a|b[A = 3 ?c[|]d|e]",
	"f{list A,B@ytd .change(previous)}{list A,B of 'x' by area}", "g{table A,B show value,base(previous),rate by area}{table A by area,category}",
	"h{top 3 A.rate by area}{A rose(previous) by area}{A rank by area of 'it''s'}", "i{names !A > B & (C.state=no_data || C zero) by area}{count A by area}",
	"j[!(A.change<0 & B.change<0) || A of 'x' by area >= B.rate?双下降|\\｛]", NULL
};

typedef struct Check
{
	TemplateFilling filling;
	size_t		length;
	size_t		last;			/* up to where was seen: it never goes back */
	unsigned	coin;
} Check;

static void
check_span(Check *check, TemplateSpan span)
{
	HOLDS(span.at <= check->length && span.length <= check->length - span.at);
}

/* What stands in the order of the text. */
static void
check_order(Check *check, TemplateSpan span)
{
	check_span(check, span);
	HOLDS(span.length > 0 && span.at >= check->last);
	check->last = span.at + span.length;
}

static void
add(TemplateFilling *filling, const char *text, size_t length)
{
	Check	   *check = (Check *) filling;

	HOLDS(length > 0);
	if (text >= filling->text && text < filling->text + check->length)
		check_order(check, (TemplateSpan) {(unsigned) (text - filling->text), (unsigned) length});
	else
		HOLDS(length == strlen(TEMPLATE_GAP) && memcmp(text, TEMPLATE_GAP, length) == 0);
}

static void
name(TemplateFilling *filling, const TemplateNode *node)
{
	check_order((Check *) filling, node->text);
	HOLDS((unsigned) node->period <= TEMPLATE_YTD);
}

static void
check_figure(Check *check, const TemplateNode *node)
{
	check_order(check, node->text);
	check_span(check, node->comparator);
	check_span(check, node->member);
	check_span(check, node->by[0]);
	check_span(check, node->by[1]);
	HOLDS((unsigned) node->period <= TEMPLATE_YTD && (unsigned) node->form <= TEMPLATE_STATE);
	HOLDS(node->member.length == 0 || node->by[0].length > 0);
}

static int
holds(TemplateFilling *filling, const TemplateNode *node)
{
	Check	   *check = (Check *) filling;

	check_figure(check, node);
	if (node->test >= TEMPLATE_EQUAL && node->test <= TEMPLATE_AT_LEAST)
		HOLDS((node->number.length > 0) != (node[1].kind == TEMPLATE_FIGURE));
	else
		HOLDS(node->number.length == 0 && node->test <= TEMPLATE_ZERO);
	check->coin = check->coin * 1103515245u + 12345u;
	return (int) (check->coin / 65536u % 3u) - 1;
}

static void
place(TemplateFilling *filling, const TemplateNode *nodes, size_t at)
{
	Check	   *check = (Check *) filling;
	const TemplateNode *node = &nodes[at];

	HOLDS(node->end > at + 1);
	HOLDS((unsigned) node->verb <= TEMPLATE_RANK);
	HOLDS(node->verb == TEMPLATE_SINGLE || node->verb == TEMPLATE_LIST || node->by[0].length > 0);
	HOLDS(node->by[1].length == 0 || node->verb == TEMPLATE_TABLE);
	if (node->verb == TEMPLATE_COUNT || node->verb == TEMPLATE_NAMES)
	{
		size_t		end = node->end;

		template_condition(nodes, at + 1, &end, filling);
		HOLDS(end == node->end);
		return;
	}
	for (size_t i = at + 1; i < node->end; i++)
	{
		HOLDS(nodes[i].kind == TEMPLATE_FIGURE || nodes[i].kind == TEMPLATE_COLUMN || nodes[i].kind == TEMPLATE_TEST);
		HOLDS(nodes[i].kind != TEMPLATE_COLUMN || node->verb == TEMPLATE_TABLE);
		if (nodes[i].kind == TEMPLATE_COLUMN)
			check_order(check, nodes[i].text);
		else
			check_figure(check, &nodes[i]);
		HOLDS(nodes[i].kind == TEMPLATE_COLUMN || nodes[i].by[0].length == node->by[0].length);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *) data + 1;
	size_t		length = size - 1;
	size_t		most;
	size_t		count = 0;
	TemplateNode *nodes;
	TemplateError error;

	if (size < 1)
		return 0;
	most = template_most_nodes(text, length);
	nodes = malloc(most * sizeof(TemplateNode));
	if (template_read(text, length, nodes, &count, &error))
	{
		Check		check = {{text, add, place, name, holds, NULL}, length, 0, data[0]};

		HOLDS(count <= most);
		for (size_t i = 0; i < count; i++)
		{
			if (nodes[i].kind == TEMPLATE_CHOICE)
				HOLDS(nodes[i].otherwise > i && nodes[i].otherwise <= nodes[i].end && nodes[i].end <= count);
			if (nodes[i].kind == TEMPLATE_OTHER)
				HOLDS(nodes[i].end > i && nodes[i].end <= count);
		}
		template_fill(nodes, count, &check.filling);
	}
	else
	{
		HOLDS(error.position <= length);
		HOLDS(error.opened == TEMPLATE_NOWHERE || error.opened < error.position);
		HOLDS(error.expected != NULL && error.expected[0] != '\0');
	}
	free(nodes);
	return 0;
}
