/*
 * test_template.c
 *		Templates of paragraphs: what they are filled to, what they need, and where a text
 *		that is none is wrong.
 */
#include "unit.h"

#include "core/template.h"

/* A filling that knows A = 0, B = 5, C = -2.5; N is not known.  Places are printed as they were read. */
typedef struct Trial
{
	TemplateFilling filling;
	char		text[4096];
} Trial;

static void
trial_add(TemplateFilling *filling, const char *text, size_t length)
{
	Trial	   *trial = (Trial *) filling;

	strncat(trial->text, text, length);
}

static void
trial_figure(TemplateFilling *filling, const TemplateNode *node)
{
	char		place[200];

	snprintf(place, sizeof(place), "<%.*s %s %s>", (int) node->length, node->text, template_period_name(node->period), template_form_name(node->form));
	trial_add(filling, place, strlen(place));
}

static void
trial_name(TemplateFilling *filling, const TemplateNode *node)
{
	trial_add(filling, "<", 1);
	trial_add(filling, node->text, node->length);
	trial_add(filling, ">", 1);
}

static int
trial_holds(TemplateFilling *filling, const TemplateNode *node)
{
	double		value = node->text[0] == 'A' ? 0 : node->text[0] == 'B' ? 5 : -2.5;
	double		number = node->number_length > 0 ? strtod(node->number, NULL) : 0;

	(void) filling;
	if (node->test == TEMPLATE_KNOWN)
		return node->text[0] != 'N';
	if (node->text[0] == 'N')
		return -1;
	switch (node->test)
	{
		case TEMPLATE_EQUAL:
			return value == number;
		case TEMPLATE_LESS:
			return value < number;
		case TEMPLATE_AT_MOST:
			return value <= number;
		case TEMPLATE_MORE:
			return value > number;
		case TEMPLATE_AT_LEAST:
			return value >= number;
		default:
			return value != number;
	}
}

/* What a template is filled to; of a text that is none, where it is wrong. */
static const char *
filled(const char *text)
{
	static Trial trial;
	size_t		length = strlen(text);
	TemplateNode *nodes = malloc(template_most_nodes(text, length) * sizeof(TemplateNode));
	size_t		count = 0;
	TemplateError error;

	trial.filling = (TemplateFilling) {trial_add, trial_figure, trial_name, trial_holds};
	trial.text[0] = '\0';
	if (template_read(text, length, nodes, &count, &error))
		template_fill(nodes, count, &trial.filling);
	else
		snprintf(trial.text, sizeof(trial.text), "%zu %ld: %s", error.position, error.opened == TEMPLATE_NOWHERE ? -1L : (long) error.opened, error.expected);
	free(nodes);
	return trial.text;
}

#define FILLED(template, expected) CHECK(strcmp(filled(template), expected) == 0, "%s gave %s, not %s", template, filled(template), expected)

static void
test_places(void)
{
	FILLED("", "");
	FILLED("全市。", "全市。");
	FILLED("发生{F028}。", "发生<F028 own words>。");
	FILLED("{F028}{F030.value}{F030.phrase}{F_1.change}", "<F028 own words><F030 own value><F030 own phrase><F_1 own change>");
	FILLED("{F028@month}{F028@quarter.value}{A@half}{A@year.phrase}{A@ytd.words}",
		   "<F028 month words><F028 quarter value><A half words><A year phrase><A ytd words>");
	FILLED("{year}{month}{until}{title}", "<year><month><until><title>");
	/* an indicator of that name */
	FILLED("{year.words}{month@ytd}", "<year own words><month ytd words>");
	FILLED("\\{F028\\} \\[A?x\\] \\| \\\\", "{F028} [A?x] | \\");
	FILLED("a|b", "a|b");
	FILLED("[1]〔2024〕[注]", "[1]〔2024〕[注]");
	FILLED("[1[2]3]", "[1[2]3]");
}

static void
test_choices(void)
{
	FILLED("[B?有|无]", "有");
	FILLED("[A?有|无]", "无");
	FILLED("[A?有]。", "。");
	FILLED("[B?有]。", "有。");
	FILLED("[B?|无]。", "。");
	FILLED("[A?有|]。", "。");
	FILLED("[B?]。", "。");
	FILLED("[N?有|无]。", "—。");
	FILLED("[N.known?有{N}|没有数据]。", "没有数据。");
	FILLED("[A.known?有{A}|没有数据]。", "有<A own words>。");
	FILLED("[B>5?x|y][B>=5?x|y][B<5?x|y][B<=5?x|y][B=5?x|y][B<>5?x|y]", "yxyxxy");
	FILLED("[C>-2.50?x|y][C = -2.5 ?x|y][C<0?x|y][B@month=5.0?x|y]", "yxxx");
	FILLED("[B?一[A?二|三[B?四|五]]六|七]", "一三四六");
	FILLED("[A?一[A?二|三]|四[A?五|六]七]八", "四六七八");
	FILLED("[A?[A?[A?x]]|[A?|[A?|y]]]", "y");
	FILLED("[N?[B?x|y]|z]w", "—w");
	FILLED("[B?a[1|2]b|c][3]", "a[1|2]b[3]");
	FILLED("[B?a\\|b\\]|c]", "a|b]");
	FILLED("[B?{A.phrase}|{B}]", "<A own phrase>");
}

static void
test_errors(void)
{
	FILLED("{F028", "5 -1: }, @ and a period, or . and a form");
	FILLED("{F028 }", "5 -1: }, @ and a period, or . and a form");
	FILLED("{}", "1 -1: the code of an indicator, year, month, until or title; \\{ for the character");
	FILLED("{件}", "1 -1: the code of an indicator, year, month, until or title; \\{ for the character");
	FILLED("x{1}", "2 -1: the code of an indicator, year, month, until or title; \\{ for the character");
	FILLED("{F028@week}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028@own}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028@}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028.wrong}", "6 -1: words, value, phrase or change");
	FILLED("{F028.month@value}", "6 -1: words, value, phrase or change");
	FILLED("{F028.value.x}", "11 -1: }");
	FILLED("{F028@month}}", "12 -1: no } where none is open; \\} for the character");
	FILLED("a]b", "1 -1: no ] where none is open; \\] for the character");
	FILLED("[F028>5多|少]", "7 -1: ?");
	FILLED("[F028>?多|少]", "6 -1: a number");
	FILLED("[F028>5.?多|少]", "8 -1: a digit");
	FILLED("[F028>-?多|少]", "7 -1: a number");
	FILLED("[F028==5?多|少]", "6 -1: a number");
	FILLED("[F028？多|少]", "5 -1: ?, a comparison (= <> < <= > >=) with a number, @ and a period, or .known; \\[ for the character");
	FILLED("[F028]", "5 -1: ?, a comparison (= <> < <= > >=) with a number, @ and a period, or .known; \\[ for the character");
	FILLED("[F028.change?a|b]", "6 -1: known");
	FILLED("[F028?多|少", "13 0: ]");
	FILLED("甲[F028?多", "12 3: | or ]");
	FILLED("[A?x|y|z]", "6 -1: ], as the choice has its other part already; \\| for the character");
	FILLED("[1", "2 0: ]; \\[ for a bracket that stays open");
	FILLED("[B?[1|2]", "8 0: | or ]");
	FILLED("[1[B?x]]", "2 -1: ] before a choice begins, or \\[ for a bracket of the text");
	FILLED("a\\n", "2 -1: { } [ ] | or \\ behind a backslash");
	FILLED("a\\", "2 -1: { } [ ] | or \\ behind a backslash");
}

/* However deep, without a stack of its own. */
static void
test_depth(void)
{
	size_t		depth = 200000;
	char	   *text = malloc(depth * 5 + 10);
	char	   *at = text;
	TemplateNode *nodes;
	size_t		count;
	TemplateError error;

	for (size_t i = 0; i < depth; i++, at += 4)
		memcpy(at, "[B?", 3), at[3] = 'x';
	memset(at, ']', depth);
	nodes = malloc(template_most_nodes(text, depth * 5) * sizeof(TemplateNode));
	CHECK(template_read(text, depth * 5, nodes, &count, &error) && count == 2 * depth, "%zu nodes", count);
	CHECK(nodes[0].end == count && nodes[count - 2].end == count, "the ends of choices");
	CHECK(!template_read(text, depth * 5 - 1, nodes, &count, &error) && error.opened == 0, "opened at %zu", error.opened);
	free(nodes);
	free(text);
}

int
main(void)
{
	test_places();
	test_choices();
	test_errors();
	test_depth();
	return finish("template");
}
