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
	char		text[8192];
} Trial;

static void
trial_add(TemplateFilling *filling, const char *text, size_t length)
{
	Trial	   *trial = (Trial *) filling;

	strncat(trial->text, text, length);
}

static void
trial_words(TemplateFilling *filling, const char *words)
{
	trial_add(filling, words, strlen(words));
}

static void
trial_span(TemplateFilling *filling, const char *before, TemplateSpan span)
{
	if (span.length == 0)
		return;
	trial_words(filling, before);
	trial_add(filling, filling->text + span.at, span.length);
}

/* A figure, a test or a column with what was read of it. */
static void
trial_node(TemplateFilling *filling, const TemplateNode *node)
{
	static const char *const tests[] = {"", "?", "=", "<>", "<", "<=", ">", ">=", " rose", " fell", " unchanged", " zero"};

	trial_span(filling, "", node->text);
	if (node->period != TEMPLATE_OWN)
	{
		trial_words(filling, "@");
		trial_words(filling, template_period_name(node->period));
	}
	if (node->kind != TEMPLATE_COLUMN && node->form != TEMPLATE_WORDS)
	{
		trial_words(filling, ".");
		trial_words(filling, template_form_name(node->form));
	}
	trial_span(filling, "/", node->comparator);
	if (node->kind == TEMPLATE_TEST)
		trial_words(filling, tests[node->test]);
	trial_span(filling, "", node->number);
	trial_span(filling, " by ", node->by[0]);
	trial_span(filling, "+", node->by[1]);
	trial_span(filling, " of ", node->member);
}

static void
trial_place(TemplateFilling *filling, const TemplateNode *nodes, size_t at)
{
	static const char *const verbs[] = {"", "each ", "list ", "table ", "top", "bottom", "count ", "names ", "moved ", "rank "};
	const TemplateNode *place = &nodes[at];

	trial_words(filling, "<");
	trial_words(filling, verbs[place->verb]);
	trial_span(filling, "", place->number);
	if (place->number.length > 0)
		trial_words(filling, " ");
	for (size_t i = at + 1; i < place->end; i++)
	{
		if (i > at + 1)
			trial_words(filling, " ");
		if (nodes[i].kind == TEMPLATE_NOT || nodes[i].kind == TEMPLATE_AND || nodes[i].kind == TEMPLATE_OR)
			trial_words(filling, nodes[i].kind == TEMPLATE_NOT ? "!" : nodes[i].kind == TEMPLATE_AND ? "&" : "||");
		else
			trial_node(filling, &nodes[i]);
	}
	trial_words(filling, ">");
}

static void
trial_name(TemplateFilling *filling, const TemplateNode *node)
{
	trial_words(filling, "<<");
	trial_span(filling, "", node->text);
	if (node->period != TEMPLATE_OWN)
		trial_words(filling, "@");
	if (node->period != TEMPLATE_OWN)
		trial_words(filling, template_period_name(node->period));
	trial_span(filling, ".", node->number);
	trial_words(filling, ">>");
}

static double
trial_value(const TemplateFilling *filling, const TemplateNode *node)
{
	char		code = filling->text[node->text.at];

	return code == 'A' ? 0 : code == 'B' ? 5 : -2.5;
}

static int
trial_holds(TemplateFilling *filling, const TemplateNode *node)
{
	double		value = trial_value(filling, node);
	double		number = node->number.length > 0 ? strtod(filling->text + node->number.at, NULL) :
		node->test > TEMPLATE_KNOWN && node->test < TEMPLATE_ROSE ? trial_value(filling, node + 1) : 0;

	if (node->test == TEMPLATE_KNOWN)
		return filling->text[node->text.at] != 'N';
	if (filling->text[node->text.at] == 'N')
		return -1;
	switch (node->test)
	{
		case TEMPLATE_EQUAL:
		case TEMPLATE_ZERO:
		case TEMPLATE_UNCHANGED:
			return value == number;
		case TEMPLATE_LESS:
		case TEMPLATE_FELL:
			return value < number;
		case TEMPLATE_AT_MOST:
			return value <= number;
		case TEMPLATE_MORE:
		case TEMPLATE_ROSE:
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

	trial.filling = (TemplateFilling) {text, trial_add, trial_place, trial_name, trial_holds, NULL};
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
	FILLED("发生{F028}。", "发生<F028>。");
	FILLED("{F028}{F030.value}{F030.phrase}{F_1.change}", "<F028><F030.value><F030.phrase><F_1.change>");
	FILLED("{F.amount}{F.rate}{F.both}{F.base}{F.name}{F.numeral}", "<F.amount><F.rate><F.both><F.base><F.name><F.numeral>");
	FILLED("{F028@month}{F028@quarter.value}{A@half}{A@year.phrase}{A@ytd.words}",
		   "<F028@month><F028@quarter.value><A@half><A@year.phrase><A@ytd>");
	FILLED("{F028.change(previous)}{F@ytd.both(a_1)}{F.base ( x )}", "<F028.change/previous><F@ytd.both/a_1><F.base/x>");
	FILLED("{ F028 @ month . change }", "<F028@month.change>");
	FILLED("{year}{month}{until}{title}{period}{period@month}{ period @ ytd }{period.full}{period@half.days}", "<<year>><<month>><<until>><<title>><<period>><<period@month>><<period@ytd>><<period.full>><<period@half.days>>");
	/* indicators of such names */
	FILLED("{year.words}{month@ytd}{period@ytd.value}{period.value}", "<year><month@ytd><period@ytd.value><period.value>");
	FILLED("{list}{table.value}{top@ytd}{count by area}{names rank by area of 'x'}{top rose by area}",
		   "<list><table.value><top@ytd><each count by area><rank names by area of x><moved top rose by area>");
	FILLED("\\{F028\\} \\[A?x\\] \\| \\\\ \\｛\\｜", "{F028} [A?x] | \\ ｛｜");
	FILLED("a|b｜c", "a|b｜c");
	FILLED("[1]〔2024〕[注]", "[1]〔2024〕[注]");
	FILLED("[1[2]3]", "[1[2]3]");
}

static void
test_members(void)
{
	FILLED("{F of '320412' by area}{F@month.change(previous) by area of 'a b'}", "<F by area of 320412><F@month.change/previous by area of a b>");
	FILLED("{F of 'it''s' by area}", "<F by area of it''s>");
	FILLED("{F by area}{F.change by area}", "<each F by area><each F.change by area>");
	FILLED("{top 3 F by area}{bottom 12 F@ytd.rate(previous) by category}", "<top3 F by area><bottom12 F@ytd.rate/previous by category>");
	FILLED("{F rose by area}{F@ytd fell(previous) by area}{F unchanged by area}{F zero by area}",
		   "<moved F rose by area><moved F@ytd/previous fell by area><moved F unchanged by area><moved F zero by area>");
	FILLED("{F rank by area of 'x'}{F.rate rank of 'x' by area}", "<rank F by area of x><rank F.rate by area of x>");
	FILLED("{count F > 3 by area}{names F>=3 & F.change < 0 by area}{names !F rose || (F = G) by area}",
		   "<count F>3 by area><names F>=3 by area F.change<0 by area &><names F rose by area ! F= by area G by area ||>");
}

static void
test_lists(void)
{
	FILLED("{list A,B}{list A, B@ytd, C .change(previous)}{list A.name}", "<list A B><list A.change/previous B@ytd.change/previous C.change/previous><list A.name>");
	FILLED("{list A,B of 'x' by area}{list A,B.amount by area of 'x'}", "<list A by area of x B by area of x><list A.amount by area of x B.amount by area of x>");
	FILLED("{table A by area}{table A,B@ytd by area}", "<table A by area><table A by area B@ytd by area>");
	FILLED("{table A by area,category}{table A show value by area , category}", "<table A by area+category><table A by area+category value>");
	FILLED("{table A,B show value, base(previous), change by area}", "<table A by area B by area value base/previous change>");
	FILLED("{table A,B by area show amount,rate}", "<table A by area B by area amount rate>");
	FILLED("{table A\nby area}", "<table A by area>");
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
	FILLED("[A.known?有{A}|没有数据]。", "有<A>。");
	FILLED("[B>5?x|y][B>=5?x|y][B<5?x|y][B<=5?x|y][B=5?x|y][B<>5?x|y]", "yxyxxy");
	FILLED("[C>-2.50?x|y][C = -2.5 ?x|y][C<0?x|y][B@month=5.0?x|y]", "yxxx");
	FILLED("[B?一[A?二|三[B?四|五]]六|七]", "一三四六");
	FILLED("[A?一[A?二|三]|四[A?五|六]七]八", "四六七八");
	FILLED("[A?[A?[A?x]]|[A?|[A?|y]]]", "y");
	FILLED("[N?[B?x|y]|z]w", "—w");
	FILLED("[B?a[1|2]b|c][3]", "a[1|2]b[3]");
	FILLED("[B?a\\|b\\]|c]", "a|b]");
	FILLED("[B?{A.phrase}|{B}]", "<A.phrase>");
	FILLED("[N?{A}]", "—");
	FILLED("[B|甲]", "2 -1: || for or, or ? behind the condition");
}

static void
test_conditions(void)
{
	/* what is not known: neither side of a choice, unless the rest decides */
	FILLED("[B & A?x|y][B & B?x|y][A || B?x|y][A || A?x|y][!A?x|y][!B?x|y][!!B?x|y]", "yxxyxyx");
	FILLED("[N & A?x|y][A & N?x|y][N & B?x|y][N || B?x|y][B || N?x|y][N || A?x|y][!N?x|y]", "yy—xx——");
	FILLED("[B || B & A?x|y][(B || B) & A?x|y][!A & A?x|y][!(A & A)?x|y][!A & !A & B?x|y]", "xyyxx");
	FILLED("[B>C?x|y][B.rate < C?x|y][A = A?x|y][A<>A.amount?x|y]", "xyxy");
	FILLED("[B rose?x|y][B fell?x|y][C fell(previous)?x|y][A unchanged?x|y][A zero?x|y]", "xyxxx");
	FILLED("[A.change<0 & C.change<0?双下降|其他][C.change<=0.00?x]", "其他x");
	FILLED("[A@month.known & B of 'x' by area > 3?x|y]", "x");
	FILLED("[!N.known?无|{N}]", "无");
	FILLED("[ (B)?x]", "[ (B)?x]");
	/* what is meant as a choice is not printed as it stands (T3) */
	FILLED("甲[>5?x|y]", "4 -1: the code of an indicator, ! or (, or \\[ for the character");
	FILLED("[ B>5?x]", "1 -1: the code of an indicator, ! or (, or \\[ for the character");
	FILLED("[5<B?{B}|{A}]", "1 -1: the code of an indicator, ! or (, or \\[ for the character");
	FILLED("[?x|y]", "1 -1: the code of an indicator, ! or (, or \\[ for the character");
	FILLED("\\[>5?x|y\\] [1?\\|] [是否?] [1|2?] [>5]", "[>5?x|y] [1?|] [是否?] [1|2?] [>5]");
	FILLED("{table A by area,area}", "21 -1: another dimension");
	FILLED("[(B)?x][((B)&((!A)))?x]", "xx");
}

#define CODE_EXPECTED "the code of an indicator; period, year, month, until or title; list, table, top, bottom, count or names; \\{ for the character"
#define AFTER_CODE "}, @ and a period, . and a form, of and a member, by and a dimension, or rose, fell, unchanged, zero, rank"
#define AFTER_TEST "?, & (and), || (or), a comparison (= <> < <= > >=) with a number or a figure, .known, or rose, fell, unchanged, zero; \\[ for the character"

static void
test_errors(void)
{
	FILLED("{F028", "5 -1: " AFTER_CODE);
	FILLED("{F028 件}", "6 -1: " AFTER_CODE);
	FILLED("{}", "1 -1: " CODE_EXPECTED);
	FILLED("{件}", "1 -1: " CODE_EXPECTED);
	FILLED("x{1}", "2 -1: " CODE_EXPECTED);
	FILLED("{F028@week}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028@own}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028@}", "6 -1: month, quarter, half, year or ytd");
	FILLED("{F028.wrong}", "6 -1: words, value, phrase, change, amount, rate, both, base, name or numeral");
	FILLED("{F028.known}", "6 -1: words, value, phrase, change, amount, rate, both, base, name or numeral");
	FILLED("{F028.month@value}", "6 -1: words, value, phrase, change, amount, rate, both, base, name or numeral");
	FILLED("{F028.value.x}", "11 -1: }, of and a member, or by and a dimension");
	FILLED("{F028.value(previous)}", "11 -1: }, of and a member, or by and a dimension");
	FILLED("{F028.change(}", "13 -1: the code of a comparator, as year_earlier or previous");
	FILLED("{F028.change(previous}", "21 -1: )");
	FILLED("{F028@month}}", "12 -1: no } where none is open; \\} for the character");
	FILLED("a]b", "1 -1: no ] where none is open; \\] for the character");
	FILLED("[F028>5多|少]", "7 -1: ?, & (and) or || (or)");
	FILLED("[F028>?多|少]", "6 -1: a number or the code of an indicator");
	FILLED("[F028>5.?多|少]", "8 -1: a digit");
	FILLED("[F028>-?多|少]", "7 -1: a number or the code of an indicator");
	FILLED("[F028==5?多|少]", "6 -1: a number or the code of an indicator");
	FILLED("[F028？多|少]", "5 -1: " AFTER_TEST);
	FILLED("[F028]", "5 -1: " AFTER_TEST);
	FILLED("[F028.words?a|b]", "6 -1: known, state, value, change, amount, rate or base");
	FILLED("[F028.change<5?a|b]", "13 -1: 0; compare .rate or .amount with other numbers");
	FILLED("[F028.change<A?a|b]", "13 -1: 0; compare .rate or .amount with other numbers");
	FILLED("[F028>A.state?a|b]", "13 -1: a figure with a number: .value, .amount, .rate or .base");
	FILLED("[F028.state?a|b]", "11 -1: = or <> and a state");
	FILLED("[F028.state<none?a|b]", "11 -1: = or <> and a state");
	FILLED("[F028.state=good?a|b]", "12 -1: a state: comparable, new, none, no_base, not_published, not_comparable, part_period, part_members, unversioned, no_data, undefined or failed");
	FILLED("[F028.rate rose?a|b]", "11 -1: ?, & (and), || (or), a comparison (= <> < <= > >=) with a number or a figure, .known, or rose, fell, unchanged, zero; \\[ for the character");
	FILLED("[A&?a|b]", "3 -1: the code of an indicator");
	FILLED("[(A?a|b]", "3 1: ), & (and), || (or), or a comparison (= <> < <= > >=) with a number or a figure");
	FILLED("[A)?a|b]", "2 -1: " AFTER_TEST);
	FILLED("[A of 'x'?a|b]", "9 -1: by and a dimension");
	FILLED("[A by area?a|b]", "10 -1: of and a member between quotes");
	FILLED("[F028?多|少", "13 0: ]");
	FILLED("甲[F028?多", "12 3: | or ]");
	FILLED("[A?x|y|z]", "6 -1: ], as the choice has its other part already; \\| for the character");
	FILLED("[1", "2 0: ]; \\[ for a bracket that stays open");
	FILLED("[B?[1|2]", "8 0: | or ]");
	FILLED("[1[B?x]]", "2 -1: ] before a choice begins, or \\[ for a bracket of the text");
	FILLED("a\\n", "2 -1: { } [ ] | or \\ behind a backslash");
	FILLED("a\\", "2 -1: { } [ ] | or \\ behind a backslash");
	/* brackets of another width */
	FILLED("｛F028｝", "0 -1: { for a place; \\｛ for the character");
	FILLED("{F028}｝", "6 -1: } behind a place; \\｝ for the character");
	FILLED("［F028?多］", "0 -1: [ for a choice; \\［ for the character");
	FILLED("[F028?多］", "9 -1: ] behind a choice; \\］ for the character");
	FILLED("[F028?多｜少]", "9 -1: | between the two parts of a choice; \\｜ for the character");
	/* members */
	FILLED("{F of 320412 by area}", "6 -1: the code of a member between quotes, as 'e1'");
	FILLED("{F of '320412 by area}", "22 -1: '");
	FILLED("{F of '' by area}", "7 -1: the code of a member");
	FILLED("{F of 'x'}", "9 -1: by and a dimension");
	FILLED("{F by 地区}", "6 -1: a dimension, as area or category");
	FILLED("{F by area,category}", "19 -1: one dimension");
	FILLED("{F rose}", "7 -1: by and a dimension");
	FILLED("{F.change rose by area}", "10 -1: rank, or no form of the figure");
	FILLED("{F rose by area of 'x'}", "22 -1: no member, as each is meant");
	FILLED("{F rank by area}", "15 -1: of and a member between quotes");
	FILLED("{F.phrase rank by area of 'x'}", "29 -1: a form with a number: value, amount or rate");
	FILLED("{top F by area}", "5 -1: how many, from 1 to 999999");
	FILLED("{top 0 F by area}", "5 -1: how many, from 1 to 999999");
	FILLED("{top 3 F}", "8 -1: by and a dimension");
	FILLED("{top 3 F.name by area}", "21 -1: a form with a number: value, amount or rate");
	FILLED("{names F > by area}", "11 -1: a number or the code of an indicator");
	FILLED("{names F > 3}", "12 -1: by and a dimension");
	FILLED("{count F > 3 | F < 1 by area}", "13 -1: by and a dimension");
	FILLED("{list A,}", "8 -1: the code of an indicator");
	FILLED("{list A,B by area}", "17 -1: of and a member between quotes");
	FILLED("{list A.change,B.change}", "14 -1: }");
	FILLED("{table A}", "8 -1: by and a dimension");
	FILLED("{table A,B by area,category}", "27 -1: one figure, or one dimension");
	FILLED("{table A by area,category show value,base}", "41 -1: one column, or one dimension");
	FILLED("{list A,B.phrase}", "16 -1: a list of one thing: words, value, change, amount, rate, both, base, name or numeral");
	FILLED("{table A by area show words}", "22 -1: value, base, change, amount or rate");
	FILLED("{table A.value by area}", "8 -1: by and a dimension");
}

/* What a condition has open is bounded. */
static void
test_bounds(void)
{
	char		text[1000] = "[";

	for (int i = 0; i < 65; i++)
		strcat(text, "(");
	FILLED(text, "65 -1: a condition with fewer brackets");
	strcpy(text, "[A");
	for (int i = 0; i < 64; i++)
		strcat(text, "&A");
	strcat(text, "?x]");
	FILLED(text, "129 -1: at most 64 comparisons in a condition");
	FILLED(text + 0 * strlen(strcpy(text + 128, "?x|y]")), "y");
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
	CHECK(template_read(text, depth * 5, nodes, &count, &error) && count == 3 * depth, "%zu nodes", count);
	CHECK(nodes[0].end == count && nodes[count - 3].end == count, "the ends of choices");
	CHECK(!template_read(text, depth * 5 - 1, nodes, &count, &error) && error.opened == 0, "opened at %zu", error.opened);
	free(nodes);
	free(text);
}

int
main(void)
{
	test_places();
	test_members();
	test_lists();
	test_choices();
	test_conditions();
	test_bounds();
	test_errors();
	test_depth();
	return finish("template");
}
