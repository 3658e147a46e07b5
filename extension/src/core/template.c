/*
 * template.c
 *		The text of a report's paragraph with places for figures, read and filled.
 *
 * Nothing here calls itself, and nothing is allocated: how deep choices stand in one
 * another is bounded by the text alone, and what a condition has open by
 * TEMPLATE_MOST_TESTS.
 */
#include "core/template.h"

#include <string.h>

#define LONGEST_NUMBER 40

static const char *const names[] = {"period", "year", "month", "until", "title", NULL};
static const char *const period_forms[] = {"full", "months", "days", NULL};
static const char *const periods[] = {"own", "month", "quarter", "half", "year", "ytd", NULL};
static const char *const forms[] = {"words", "value", "phrase", "change", "amount", "rate", "both", "base", "name", "numeral", "known", "state", NULL};
static const char *const verbs[] = {"list", "table", "top", "bottom", "count", "names", NULL};
static const char *const moves[] = {"rose", "fell", "unchanged", "zero", "rank", NULL};
static const char *const clauses[] = {"by", "of", "show", NULL};
/* of figures, see status_names in ledger/figure.h */
static const char *const states[] = {"comparable", "new", "none", "no_base", "not_published", "not_comparable", "part_period", "part_members",
"unversioned", "no_data", "undefined", "failed", NULL};

#define IS_PERIOD 0
#define RANK (sizeof(moves) / sizeof(moves[0]) - 2)

/* Comparisons, longer ones before those that they begin with. */
static const struct
{
	const char *sign;
	TemplateTest test;
}			comparisons[] = {
	{"<>", TEMPLATE_DIFFERENT}, {"<=", TEMPLATE_AT_MOST}, {">=", TEMPLATE_AT_LEAST},
	{"=", TEMPLATE_EQUAL}, {"<", TEMPLATE_LESS}, {">", TEMPLATE_MORE}
};

/* Brackets that look like ours and are none; only the last may stand in a text. */
static const struct
{
	const char *character;
	const char *expected;
}			wide[] = {
	{"｛", "{ for a place; \\｛ for the character"},
	{"｝", "} behind a place; \\｝ for the character"},
	{"［", "[ for a choice; \\［ for the character"},
	{"］", "] behind a choice; \\］ for the character"},
	{"｜", "| between the two parts of a choice; \\｜ for the character"}
};

#define WIDE_BAR 4

/* The text while it is read. */
typedef struct Reader
{
	const char *text;
	size_t		length;
	size_t		at;
	TemplateNode *nodes;
	size_t		count;
	TemplateError *error;
} Reader;

const char *
template_period_name(TemplatePeriod period)
{
	return periods[period];
}

const char *
template_form_name(TemplateForm form)
{
	return forms[form];
}

/* Does a figure or a test ask what its figure is held against? */
bool
template_needs_base(const TemplateNode *node)
{
	return (node->kind == TEMPLATE_TEST && node->test >= TEMPLATE_ROSE && node->test <= TEMPLATE_UNCHANGED) ||
		(node->form >= TEMPLATE_CHANGE && node->form <= TEMPLATE_BASE);
}

/* Room for the nodes of any template of this text. */
size_t
template_most_nodes(const char *text, size_t length)
{
	size_t		most = 1;

	for (size_t i = 0; i < length; i++)
		switch (text[i])
		{
			case '{':			/* the text before it, the place, a figure, a column */
				most += 4;
				break;
			case '[':			/* the text before it, the choice, a test */
				most += 3;
				break;
			case '|':			/* the text before it, and itself */
			case '&':			/* itself and a test */
			case '\\':
				most += 2;
				break;
			case '}':
			case ']':
			case ',':
			case '!':
			case '=':
			case '<':
			case '>':
				most += 1;
				break;
		}
	return most;
}

/* ------------------------------------------------------------------ words */

/* The character that comes next, NUL at the end. */
static char
next(const Reader *r)
{
	return r->at < r->length ? r->text[r->at] : '\0';
}

static bool
take(Reader *r, char c)
{
	if (r->at >= r->length || r->text[r->at] != c)
		return false;
	r->at++;
	return true;
}

static bool
expected(Reader *r, const char *what)
{
	r->error->position = r->at;
	r->error->opened = TEMPLATE_NOWHERE;
	r->error->expected = what;
	return false;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
skip_spaces(Reader *r)
{
	while (next(r) == ' ' || next(r) == '\n' || next(r) == '\t' || next(r) == '\r')
		r->at++;
}

/* A letter and the letters, digits and underscores behind it; of length 0 when there is none. */
static TemplateSpan
take_word(Reader *r)
{
	TemplateSpan word = {(unsigned) r->at, 0};

	if (!is_letter(next(r)))
		return word;
	while (is_letter(next(r)) || is_digit(next(r)) || next(r) == '_')
		r->at++;
	word.length = (unsigned) r->at - word.at;
	return word;
}

/* A word's place in a list, -1 if it is not there. */
static int
find(const Reader *r, const char *const *list, TemplateSpan word)
{
	for (int i = 0; list[i] != NULL; i++)
		if (strlen(list[i]) == word.length && memcmp(list[i], r->text + word.at, word.length) == 0)
			return i;
	return -1;
}

/* A word of a list, if it comes next; its place, or -1, and then the reader stays. */
static int
take_listed(Reader *r, const char *const *list)
{
	size_t		start = r->at;
	int			place = find(r, list, take_word(r));

	if (place < 0)
		r->at = start;
	return place;
}

/* Like this, without taking it. */
static int
peek_listed(const Reader *r, const char *const *list)
{
	Reader		ahead = *r;

	return take_listed(&ahead, list);
}

static TemplateNode *
add_node(Reader *r, TemplateKind kind, TemplateSpan text)
{
	TemplateNode *node = &r->nodes[r->count++];

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->text = text;
	return node;
}

/* The text from a place up to here, if there is any. */
static void
add_text(Reader *r, size_t from, size_t to)
{
	if (to > from)
		add_node(r, TEMPLATE_TEXT, (TemplateSpan) {(unsigned) from, (unsigned) (to - from)});
}

/* ------------------------------------------------------------------ figures */

/* @month behind a code, if it is there. */
static bool
take_period(Reader *r, TemplateNode *node)
{
	int			place;

	skip_spaces(r);
	if (!take(r, '@'))
		return true;
	skip_spaces(r);
	place = peek_listed(r, periods);
	if (place <= TEMPLATE_OWN)
		return expected(r, "month, quarter, half, year or ytd");
	take_listed(r, periods);
	node->period = (TemplatePeriod) place;
	return true;
}

/* (previous), if it is there. */
static bool
take_comparator(Reader *r, TemplateSpan *comparator)
{
	skip_spaces(r);
	if (!take(r, '('))
		return true;
	skip_spaces(r);
	*comparator = take_word(r);
	if (comparator->length == 0)
		return expected(r, "the code of a comparator, as year_earlier or previous");
	skip_spaces(r);
	return take(r, ')') || expected(r, ")");
}

/* .change(previous), if it is there.  In a condition there are other forms than in a place. */
static bool
take_form(Reader *r, TemplateNode *node, bool in_condition)
{
	int			place;

	skip_spaces(r);
	if (!take(r, '.'))
		return true;
	skip_spaces(r);
	place = peek_listed(r, forms);
	if (in_condition ? !(place == TEMPLATE_VALUE || (place >= TEMPLATE_CHANGE && place <= TEMPLATE_RATE) || place == TEMPLATE_BASE || place >= TEMPLATE_IS_KNOWN) :
		place < 0 || place >= TEMPLATE_IS_KNOWN)
		return expected(r, in_condition ? "known, state, value, change, amount, rate or base" :
						"words, value, phrase, change, amount, rate, both, base, name or numeral");
	take_listed(r, forms);
	node->form = (TemplateForm) place;
	node->form_is_given = true;
	if (place == TEMPLATE_WORDS || place == TEMPLATE_VALUE || place == TEMPLATE_FIGURE_NAME || place == TEMPLATE_NUMERAL || place == TEMPLATE_IS_KNOWN)
		return true;
	return take_comparator(r, &node->comparator);
}

/* A code and its period, as a node of this kind. */
static bool
read_figure(Reader *r, TemplateKind kind)
{
	TemplateSpan code;

	skip_spaces(r);
	code = take_word(r);
	if (code.length == 0)
		return expected(r, "the code of an indicator");
	return take_period(r, add_node(r, kind, code));
}

/* of 'member' and by dimension, as far as they are there, into a node. */
static bool
take_clauses(Reader *r, TemplateNode *node)
{
	for (;;)
	{
		skip_spaces(r);
		if (node->by[0].length == 0 && peek_listed(r, clauses) == 0)
		{
			take_listed(r, clauses);
			for (int i = 0; i < 2; i++)
			{
				skip_spaces(r);
				node->by[i] = take_word(r);
				if (node->by[i].length == 0)
					return expected(r, "a dimension, as area or category");
				skip_spaces(r);
				if (i == 1 || !take(r, ','))
					break;
			}
		}
		else if (node->member.length == 0 && peek_listed(r, clauses) == 1)
		{
			take_listed(r, clauses);
			skip_spaces(r);
			if (!take(r, '\''))
				return expected(r, "the code of a member between quotes, as 'e1'");
			node->member.at = (unsigned) r->at;
			for (;;)
			{
				while (r->at < r->length && next(r) != '\'')
					r->at++;
				node->member.length = (unsigned) r->at - node->member.at;
				if (!take(r, '\''))
					return expected(r, "'");
				if (!take(r, '\''))
					break;
			}
			if (node->member.length == 0)
			{
				r->at--;
				return expected(r, "the code of a member");
			}
		}
		else
			return true;
	}
}

/* What is said of all figures and tests of a place, to each of them. */
static void
share(Reader *r, size_t place)
{
	const TemplateNode *said = &r->nodes[place];

	for (size_t i = place + 1; i < r->count; i++)
	{
		TemplateNode *node = &r->nodes[i];

		if (node->kind != TEMPLATE_FIGURE && node->kind != TEMPLATE_TEST)
			continue;
		memcpy(node->by, said->by, sizeof(node->by));
		node->member = said->member;
		if (node->kind == TEMPLATE_TEST || said->verb == TEMPLATE_TABLE)
			continue;
		node->form = said->form;
		node->form_is_given = said->form_is_given;
		node->comparator = said->comparator;
	}
}

/* ------------------------------------------------------------------ conditions */

static bool
take_number(Reader *r, TemplateSpan *number)
{
	size_t		start = r->at;

	take(r, '-');
	if (!is_digit(next(r)))
		return expected(r, "a number or the code of an indicator");
	while (is_digit(next(r)))
		r->at++;
	if (take(r, '.'))
	{
		if (!is_digit(next(r)))
			return expected(r, "a digit");
		while (is_digit(next(r)))
			r->at++;
	}
	if (r->at - start > LONGEST_NUMBER)
	{
		r->at = start;
		return expected(r, "a number of at most 40 characters");
	}
	*number = (TemplateSpan) {(unsigned) start, (unsigned) (r->at - start)};
	return true;
}

static bool
is_zero(const Reader *r, TemplateSpan number)
{
	for (size_t i = number.at; i < number.at + number.length; i++)
		if (is_digit(r->text[i]) && r->text[i] != '0')
			return false;
	return number.length > 0;
}

/*
 * A comparison, or a figure alone.  of_members: it is of each member of a dimension, so it
 * names none itself.
 */
static bool
read_test(Reader *r, bool of_members)
{
	size_t		at = r->count;
	TemplateNode *node = &r->nodes[at];
	TemplateTest test = TEMPLATE_NONZERO;
	int			move;

	if (!read_figure(r, TEMPLATE_TEST) || !take_form(r, node, true) || (!of_members && !take_clauses(r, node)))
		return false;
	if (node->member.length > 0 && node->by[0].length == 0)
		return expected(r, "by and a dimension");
	if (node->by[0].length > 0 && node->member.length == 0)
		return expected(r, "of and a member between quotes");
	if (node->form == TEMPLATE_IS_KNOWN)
	{
		node->test = TEMPLATE_KNOWN;
		return true;
	}
	skip_spaces(r);
	move = peek_listed(r, moves);
	if (move >= 0 && (size_t) move != RANK && !node->form_is_given)
	{
		take_listed(r, moves);
		node->test = (TemplateTest) (TEMPLATE_ROSE + move);
		return node->test == TEMPLATE_ZERO || take_comparator(r, &node->comparator);
	}
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]) && test == TEMPLATE_NONZERO; i++)
	{
		size_t		length = strlen(comparisons[i].sign);

		if (r->length - r->at < length || memcmp(r->text + r->at, comparisons[i].sign, length) != 0)
			continue;
		test = comparisons[i].test;
		if (node->form == TEMPLATE_STATE && test != TEMPLATE_EQUAL && test != TEMPLATE_DIFFERENT)
			break;
		r->at += length;
	}
	if (node->form == TEMPLATE_STATE)
	{
		if (test != TEMPLATE_EQUAL && test != TEMPLATE_DIFFERENT)
			return expected(r, "= or <> and a state");
		skip_spaces(r);
		if (peek_listed(r, states) < 0)
			return expected(r, "a state: comparable, new, none, no_base, not_published, not_comparable, part_period, part_members, unversioned, no_data, undefined or failed");
		node->number = take_word(r);
		node->test = test;
		return true;
	}
	node->test = test;
	if (test == TEMPLATE_NONZERO)
		return true;
	skip_spaces(r);
	if (node->form == TEMPLATE_CHANGE)
	{
		/* it may be an amount or a percent: only its sign is one thing */
		size_t		start = r->at;

		if (is_letter(next(r)) || !take_number(r, &node->number) || !is_zero(r, node->number))
		{
			r->at = start;
			return expected(r, "0; compare .rate or .amount with other numbers");
		}
		return true;
	}
	if (!is_letter(next(r)) || peek_listed(r, clauses) >= 0)
		return take_number(r, &node->number);
	{
		TemplateNode *other = &r->nodes[r->count];

		if (!read_figure(r, TEMPLATE_FIGURE) || !take_form(r, other, true) || (!of_members && !take_clauses(r, other)))
			return false;
		if (other->form == TEMPLATE_IS_KNOWN || other->form == TEMPLATE_STATE || other->form == TEMPLATE_CHANGE)
			return expected(r, "a figure with a number: .value, .amount, .rate or .base");
		if (other->member.length > 0 && other->by[0].length == 0)
			return expected(r, "by and a dimension");
		if (other->by[0].length > 0 && other->member.length == 0)
			return expected(r, "of and a member between quotes");
	}
	return true;
}

/* How tightly an operator binds. */
static int
binding(char operator)
{
	return operator == '!' ? 3 : operator == '&' ? 2 : operator == '|' ? 1 : 0;
}

/* A condition, up to where it ends; operators come behind what they join. */
static bool
read_condition(Reader *r, bool of_members)
{
	char		open[TEMPLATE_MOST_TESTS];
	size_t		brackets_at[TEMPLATE_MOST_TESTS];
	int			depth = 0;
	int			tests = 0;

	for (;;)
	{
		/* what stands before a comparison */
		skip_spaces(r);
		while (next(r) == '!' || next(r) == '(')
		{
			if (depth == TEMPLATE_MOST_TESTS)
				return expected(r, "a condition with fewer brackets");
			brackets_at[depth] = r->at;
			open[depth++] = next(r);
			r->at++;
			skip_spaces(r);
		}
		if (++tests > TEMPLATE_MOST_TESTS)
			return expected(r, "at most 64 comparisons in a condition");
		if (!read_test(r, of_members))
			return false;

		/* and behind it */
		for (;;)
		{
			char		operator = '\0';

			skip_spaces(r);
			if (next(r) == '&')
				operator = '&';
			else if (next(r) == '|' && r->at + 1 < r->length && r->text[r->at + 1] == '|')
				operator = '|';
			while (depth > 0 && open[depth - 1] != '(' && binding(open[depth - 1]) >= binding(operator))
			{
				char		done = open[--depth];

				add_node(r, done == '!' ? TEMPLATE_NOT : done == '&' ? TEMPLATE_AND : TEMPLATE_OR, (TemplateSpan) {0, 0});
			}
			if (operator != '\0')
			{
				if (depth == TEMPLATE_MOST_TESTS)
					return expected(r, "a condition with fewer brackets");
				brackets_at[depth] = r->at;
				open[depth++] = operator;
				r->at += operator == '|' ? 2 : 1;
				break;
			}
			if (depth == 0)
				return true;
			if (!take(r, ')'))
			{
				expected(r, "), & (and), || (or), or a comparison (= <> < <= > >=) with a number or a figure");
				r->error->opened = brackets_at[depth - 1];
				return false;
			}
			depth--;
		}
	}
}

/* ------------------------------------------------------------------ places */

/* Figures with commas between them. */
static bool
read_figures(Reader *r)
{
	do
	{
		if (!read_figure(r, TEMPLATE_FIGURE))
			return false;
		skip_spaces(r);
	} while (take(r, ','));
	return true;
}

/* show value, rate(previous): the columns of a table, if it is there. */
static bool
take_columns(Reader *r)
{
	skip_spaces(r);
	if (peek_listed(r, clauses) != 2)
		return true;
	take_listed(r, clauses);
	do
	{
		TemplateNode *column;
		int			form;

		skip_spaces(r);
		form = peek_listed(r, forms);
		if (form != TEMPLATE_VALUE && form != TEMPLATE_BASE && form != TEMPLATE_CHANGE && form != TEMPLATE_AMOUNT && form != TEMPLATE_RATE)
			return expected(r, "value, base, change, amount or rate");
		column = add_node(r, TEMPLATE_COLUMN, take_word(r));
		column->form = (TemplateForm) form;
		if (form != TEMPLATE_VALUE && !take_comparator(r, &column->comparator))
			return false;
		skip_spaces(r);
	} while (take(r, ','));
	return true;
}

/* What a verb is followed by. */
static bool
read_verb(Reader *r, size_t place)
{
	TemplateNode *node = &r->nodes[place];

	switch (node->verb)
	{
		case TEMPLATE_LIST:
			return read_figures(r) && take_form(r, node, false);
		case TEMPLATE_TABLE:
			return read_figures(r) && take_columns(r);
		case TEMPLATE_TOP:
		case TEMPLATE_BOTTOM:
			node->number.at = (unsigned) r->at;
			while (is_digit(next(r)))
				r->at++;
			node->number.length = (unsigned) r->at - node->number.at;
			if (is_zero(r, node->number) || node->number.length == 0 || node->number.length > 6)
			{
				r->at = node->number.at;
				return expected(r, "how many, from 1 to 999999");
			}
			return read_figure(r, TEMPLATE_FIGURE) && take_form(r, node, false);
		default:
			return read_condition(r, true);
	}
}

/* A figure of the whole, of one member or of each, and what is asked of it. */
static bool
read_single(Reader *r, size_t place)
{
	TemplateNode *node = &r->nodes[place];
	int			move;

	if (!read_figure(r, TEMPLATE_FIGURE) || !take_form(r, node, false))
		return false;
	skip_spaces(r);
	move = peek_listed(r, moves);
	if (move < 0)
		return true;
	if ((size_t) move == RANK)
	{
		take_listed(r, moves);
		node->verb = TEMPLATE_RANK;
		return true;
	}
	if (node->form_is_given)
		return expected(r, "rank, or no form of the figure");
	take_listed(r, moves);
	node->verb = TEMPLATE_MOVED;
	node->test = (TemplateTest) (TEMPLATE_ROSE + move);
	/* it is a comparison of each member */
	r->nodes[place + 1].kind = TEMPLATE_TEST;
	r->nodes[place + 1].test = node->test;
	return node->test == TEMPLATE_ZERO || take_comparator(r, &r->nodes[place + 1].comparator);
}

/* Are what a place does and what it says of dimension and member of one another? */
static bool
check_clauses(Reader *r, TemplateNode *node, size_t figures)
{
	bool		has_by = node->by[0].length > 0;
	bool		has_member = node->member.length > 0;
	bool		ranks = node->form == TEMPLATE_WORDS || node->form == TEMPLATE_VALUE || node->form == TEMPLATE_AMOUNT || node->form == TEMPLATE_RATE;

	if (node->verb == TEMPLATE_SINGLE && has_by && !has_member)
		node->verb = TEMPLATE_EACH;
	if (!has_by && (node->verb > TEMPLATE_LIST || has_member))
		return expected(r, "by and a dimension");
	if (has_by && !has_member && (node->verb == TEMPLATE_LIST || node->verb == TEMPLATE_RANK))
		return expected(r, "of and a member between quotes");
	if (has_member && node->verb != TEMPLATE_SINGLE && node->verb != TEMPLATE_LIST && node->verb != TEMPLATE_RANK)
		return expected(r, "no member, as each is meant");
	if (node->by[1].length > 0 && (node->verb != TEMPLATE_TABLE || figures > 1))
		return expected(r, node->verb == TEMPLATE_TABLE ? "one figure, or one dimension" : "one dimension");
	if (node->by[1].length > 0 && node->by[1].length == node->by[0].length &&
		memcmp(r->text + node->by[0].at, r->text + node->by[1].at, node->by[0].length) == 0)
		return expected(r, "another dimension");
	if (node->verb == TEMPLATE_LIST && node->form == TEMPLATE_PHRASE)
		return expected(r, "a list of one thing: words, value, change, amount, rate, both, base, name or numeral");
	if (node->by[1].length > 0 && r->nodes[r->count - 1].kind == TEMPLATE_COLUMN && r->nodes[r->count - 2].kind == TEMPLATE_COLUMN)
		return expected(r, "one column, or one dimension");
	if (!ranks && (node->verb == TEMPLATE_TOP || node->verb == TEMPLATE_BOTTOM || node->verb == TEMPLATE_RANK))
		return expected(r, "a form with a number: value, amount or rate");
	return true;
}

/* @month and .full behind the name of a period, as far as they are there. */
static bool
take_period_form(Reader *r, TemplateNode *name)
{
	if (!take_period(r, name))
		return false;
	if (take(r, '.'))
	{
		skip_spaces(r);
		if (peek_listed(r, period_forms) < 0)
			return false;
		name->number = take_word(r);
	}
	skip_spaces(r);
	return true;
}

/* What stands between braces, and the closing one. */
static bool
read_place(Reader *r)
{
	static const char *const what = "the code of an indicator; period, year, month, until or title; list, table, top, bottom, count or names; \\{ for the character";
	TemplateSpan word;
	TemplateNode *node;
	Reader		start;
	size_t		place;
	size_t		figures;
	int			verb;

	skip_spaces(r);
	start = *r;
	word = take_word(r);
	if (word.length == 0)
		return expected(r, what);
	skip_spaces(r);
	if (find(r, names, word) >= 0)
	{
		Reader		behind = *r;
		TemplateNode name = {.kind = TEMPLATE_NAME, .text = word};

		if (find(r, names, word) == IS_PERIOD && !take_period_form(&behind, &name))
			behind = *r;
		if (next(&behind) == '}')
		{
			r->at = behind.at + 1;
			r->nodes[r->count++] = name;
			return true;
		}
	}
	place = r->count;
	node = add_node(r, TEMPLATE_PLACE, word);
	verb = find(r, verbs, word);
	if (verb >= 0 && r->at > word.at + word.length &&
		(is_letter(next(r)) || is_digit(next(r)) || next(r) == '!' || next(r) == '(') && peek_listed(r, clauses) < 0 && peek_listed(r, moves) < 0)
	{
		node->verb = (TemplateVerb) (TEMPLATE_LIST + verb);
		if (!read_verb(r, place))
			return false;
	}
	else
	{
		r->at = start.at;
		if (!read_single(r, place))
			return false;
	}
	figures = r->count - place - 1;
	if (!take_clauses(r, node))
		return false;
	if (node->verb == TEMPLATE_TABLE)
	{
		size_t		columns = r->count;

		/* show may stand behind by */
		if (r->nodes[r->count - 1].kind != TEMPLATE_COLUMN && !take_columns(r))
			return false;
		figures = 0;
		for (size_t i = place + 1; i < columns; i++)
			figures += r->nodes[i].kind == TEMPLATE_FIGURE;
	}
	if (!check_clauses(r, node, figures))
		return false;
	skip_spaces(r);
	if (!take(r, '}'))
		switch (node->verb)
		{
			case TEMPLATE_SINGLE:
				return expected(r, node->member.length > 0 || node->by[0].length > 0 ? "}" :
								node->form_is_given ? "}, of and a member, or by and a dimension" :
								r->nodes[place + 1].period == TEMPLATE_OWN ?
								"}, @ and a period, . and a form, of and a member, by and a dimension, or rose, fell, unchanged, zero, rank" :
								"}, . and a form, of and a member, by and a dimension, or rose, fell, unchanged, zero, rank");
			case TEMPLATE_TABLE:
				return expected(r, "}, show and columns, or by and a dimension");
			case TEMPLATE_COUNT:
			case TEMPLATE_NAMES:
				return expected(r, "}, & (and), || (or)");
			default:
				return expected(r, "}");
		}
	share(r, place);
	node->end = r->count;
	return true;
}

/* What a choice asks, from behind its bracket to its question mark. */
static bool
read_question(Reader *r)
{
	size_t		choice = r->count;

	add_node(r, TEMPLATE_CHOICE, (TemplateSpan) {(unsigned) r->at - 1, 1});
	if (!read_condition(r, false))
		return false;
	if (take(r, '?'))
		return true;
	if (next(r) == '|')
		return expected(r, "|| for or, or ? behind the condition");
	return expected(r, r->nodes[choice + 1].test == TEMPLATE_NONZERO ?
					"?, & (and), || (or), a comparison (= <> < <= > >=) with a number or a figure, .known, or rose, fell, unchanged, zero; \\[ for the character" :
					"?, & (and) or || (or)");
}

/* Which of the characters that look like ours is here, or -1. */
static int
wide_at(const Reader *r, size_t at)
{
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (r->length - at >= 3 && memcmp(r->text + at, wide[i].character, 3) == 0)
			return (int) i;
	return -1;
}

/* Is a bracket of the text meant as a choice, by what stands in it up to the next one?  [>5?a|b], [28>5?a] */
static bool
looks_like_choice(const Reader *r, size_t at)
{
	bool		compares = false;
	bool		asks = false;

	for (at++; at < r->length && r->text[at] != '[' && r->text[at] != ']'; at++)
		switch (r->text[at])
		{
			case '\\':
				at++;
				break;
			case '<':
			case '>':
			case '=':
				compares = true;
				break;
			case '?':
				if (compares)
					return true;
				asks = true;
				break;
			case '|':
				if (asks)
					return true;
				break;
		}
	return false;
}

/*
 * Read a template.  nodes must have room for template_most_nodes().  False when the text is
 * none; then error says where and why.
 */
bool
template_read(const char *text, size_t length, TemplateNode *nodes, size_t *count, TemplateError *error)
{
	Reader		r = {text, length, 0, nodes, 0, error};
	size_t		open = TEMPLATE_NOWHERE;	/* the innermost choice; while it is open, its end is the one around it */
	size_t		plain = 0;		/* brackets of the text that are open, in this part of the choice */
	size_t		plain_at = 0;	/* the outermost of them */
	size_t		from = 0;		/* where the text that was not added begins */

	while (r.at < length)
	{
		size_t		start = r.at;
		char		c = text[r.at];
		TemplateNode *choice = open == TEMPLATE_NOWHERE ? NULL : &nodes[open];

		if (c == '\xEF')
		{
			int			looks = wide_at(&r, start);

			if (looks >= 0 && (looks != WIDE_BAR || choice != NULL))
				return expected(&r, wide[looks].expected);
		}
		if (c != '\\' && c != '{' && c != '}' && c != '[' && c != ']' && (c != '|' || choice == NULL || plain > 0))
		{
			r.at++;
			continue;
		}
		if (c == '[' && !(start + 1 < length && (is_letter(text[start + 1]) || text[start + 1] == '!' || text[start + 1] == '(')))
		{
			if (looks_like_choice(&r, start))
			{
				r.at++;
				return expected(&r, "the code of an indicator, ! or (, or \\[ for the character");
			}
			if (plain++ == 0)
				plain_at = start;
			r.at++;
			continue;
		}
		if (c == ']' && plain > 0)
		{
			plain--;
			r.at++;
			continue;
		}

		add_text(&r, from, start);
		r.at++;
		switch (c)
		{
			case '\\':
				if (r.at < length && wide_at(&r, r.at) >= 0)
					r.at += 3;
				else if (r.at < length && text[r.at] != '\0' && strchr("{}[]|\\", text[r.at]) != NULL)
					r.at++;
				else
					return expected(&r, "{ } [ ] | or \\ behind a backslash");
				add_text(&r, start + 1, r.at);
				break;
			case '{':
				if (!read_place(&r))
					return false;
				break;
			case '[':
				if (plain > 0)
				{
					/* a choice between brackets of the text would have to know whose ] comes next */
					r.at = start;
					return expected(&r, "] before a choice begins, or \\[ for a bracket of the text");
				}
				{
					size_t		at = r.count;

					if (!read_question(&r))
						return false;
					nodes[at].end = open;
					open = at;
				}
				break;
			case '|':
				if (choice->otherwise != 0)
				{
					r.at = start;
					return expected(&r, "], as the choice has its other part already; \\| for the character");
				}
				add_node(&r, TEMPLATE_OTHER, (TemplateSpan) {(unsigned) start, 1});
				choice->otherwise = r.count;
				break;
			case ']':
				if (choice == NULL)
				{
					r.at = start;
					return expected(&r, "no ] where none is open; \\] for the character");
				}
				open = choice->end;
				choice->end = r.count;
				if (choice->otherwise == 0)
					choice->otherwise = r.count;
				else
					nodes[choice->otherwise - 1].end = r.count;
				break;
			default:
				r.at = start;
				return expected(&r, "no } where none is open; \\} for the character");
		}
		from = r.at;
	}
	if (plain > 0 || open != TEMPLATE_NOWHERE)
	{
		expected(&r, plain > 0 ? "]; \\[ for a bracket that stays open" : nodes[open].otherwise == 0 ? "| or ]" : "]");
		error->opened = plain > 0 ? plain_at : nodes[open].text.at;
		return false;
	}
	add_text(&r, from, length);
	*count = r.count;
	return true;
}

/* ------------------------------------------------------------------ filling */

/*
 * Does the condition hold that begins at a node and ends before *end at the latest?  1, 0, or
 * -1 when that is not known: & and || are not known either then, unless the other side
 * decides them.  *end becomes the node behind it.
 */
int
template_condition(const TemplateNode *nodes, size_t from, size_t *end, TemplateFilling *filling)
{
	signed char stack[TEMPLATE_MOST_TESTS + 1] = {-1};
	int			depth = 0;
	size_t		i;

	for (i = from; i < *end; i++)
	{
		const TemplateNode *node = &nodes[i];

		if (node->kind == TEMPLATE_TEST)
			stack[depth++] = (signed char) filling->holds(filling, node);
		else if (node->kind == TEMPLATE_NOT)
			stack[depth - 1] = (signed char) (stack[depth - 1] < 0 ? -1 : !stack[depth - 1]);
		else if (node->kind == TEMPLATE_AND || node->kind == TEMPLATE_OR)
		{
			signed char deciding = node->kind == TEMPLATE_OR;
			signed char other = stack[--depth];

			if (stack[depth - 1] == deciding || other == deciding)
				stack[depth - 1] = deciding;
			else if (other < 0)
				stack[depth - 1] = -1;
		}
		else if (node->kind != TEMPLATE_FIGURE)
			break;
	}
	*end = i;
	return stack[0];
}

/* Go through a template once, from one end to the other. */
void
template_fill(const TemplateNode *nodes, size_t count, TemplateFilling *filling)
{
	size_t		i = 0;

	while (i < count)
	{
		const TemplateNode *node = &nodes[i++];
		size_t		end = count;
		int			holds;

		switch (node->kind)
		{
			case TEMPLATE_TEXT:
				filling->add(filling, filling->text + node->text.at, node->text.length);
				break;
			case TEMPLATE_NAME:
				filling->name(filling, node);
				break;
			case TEMPLATE_PLACE:
				filling->place(filling, nodes, i - 1);
				i = node->end;
				break;
			case TEMPLATE_CHOICE:
				holds = template_condition(nodes, i, &end, filling);
				i = end;
				if (holds < 0)
				{
					filling->add(filling, TEMPLATE_GAP, strlen(TEMPLATE_GAP));
					i = node->end;
				}
				else if (holds == 0)
					i = node->otherwise;
				if (filling->nothing != NULL && holds >= 0 && (i >= node->end || (nodes[i].kind == TEMPLATE_OTHER && i + 1 == node->otherwise)))
					filling->nothing(filling);
				break;
			case TEMPLATE_OTHER:
				i = node->end;
				break;
			default:
				break;
		}
	}
}
