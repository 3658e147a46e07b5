/*
 * template.c
 *		The text of a report's paragraph with places for figures, read and filled.
 *
 * Nothing here calls itself, and nothing is allocated: how deep choices stand in one
 * another is bounded by the text alone.
 */
#include "core/template.h"

#include <string.h>

#define LONGEST_NUMBER 40

static const char *const names[] = {"year", "month", "until", "title", NULL};
static const char *const periods[] = {"own", "month", "quarter", "half", "year", "ytd", NULL};
static const char *const forms[] = {"words", "value", "phrase", "change", NULL};

/* Comparisons, longer ones before those that they begin with. */
static const struct
{
	const char *sign;
	TemplateTest test;
}			comparisons[] = {
	{"<>", TEMPLATE_DIFFERENT}, {"<=", TEMPLATE_AT_MOST}, {">=", TEMPLATE_AT_LEAST},
	{"=", TEMPLATE_EQUAL}, {"<", TEMPLATE_LESS}, {">", TEMPLATE_MORE}
};

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

/* Room for the nodes of any template of this text: two for each character that is not plain text. */
size_t
template_most_nodes(const char *text, size_t length)
{
	size_t		most = 1;

	for (size_t i = 0; i < length; i++)
		if (text[i] != '\0' && strchr("{}[]|\\", text[i]) != NULL)
			most += 2;
	return most;
}

/* ------------------------------------------------------------------ reading */

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

/* A letter and the letters, digits and underscores behind it; its length. */
static size_t
take_word(Reader *r, const char **word)
{
	size_t		start = r->at;

	*word = r->text + start;
	if (!is_letter(next(r)))
		return 0;
	while (is_letter(next(r)) || is_digit(next(r)) || next(r) == '_')
		r->at++;
	return r->at - start;
}

/* A word's place in a list, -1 if it is not there. */
static int
find(const char *const *list, const char *word, size_t length)
{
	for (int i = 0; list[i] != NULL; i++)
		if (strlen(list[i]) == length && memcmp(list[i], word, length) == 0)
			return i;
	return -1;
}

/* A word of a list behind a sign; the reader stays at a word that is not in it. */
static bool
take_listed(Reader *r, const char *const *list, int first, const char *what, int *place)
{
	const char *word;
	size_t		start = r->at;
	size_t		length = take_word(r, &word);

	*place = find(list + first, word, length) + first;
	if (length > 0 && *place >= first)
		return true;
	r->at = start;
	return expected(r, what);
}

static TemplateNode *
add_node(Reader *r, TemplateKind kind, const char *text, size_t length)
{
	TemplateNode *node = &r->nodes[r->count++];

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->text = text;
	node->length = length;
	return node;
}

/* The text from a place up to here, if there is any. */
static void
add_text(Reader *r, size_t from, size_t to)
{
	if (to > from)
		add_node(r, TEMPLATE_TEXT, r->text + from, to - from);
}

/* @month behind a code, if it is there. */
static bool
take_period(Reader *r, TemplateNode *node)
{
	int			place;

	if (!take(r, '@'))
		return true;
	if (!take_listed(r, periods, 1, "month, quarter, half, year or ytd", &place))
		return false;
	node->period = (TemplatePeriod) place;
	return true;
}

/* What stands between braces, and the closing one. */
static bool
read_place(Reader *r)
{
	const char *word;
	size_t		length = take_word(r, &word);
	TemplateNode *node;
	int			place;

	if (length == 0)
		return expected(r, "the code of an indicator, year, month, until or title; \\{ for the character");
	if (next(r) == '}' && find(names, word, length) >= 0)
	{
		add_node(r, TEMPLATE_NAME, word, length);
		r->at++;
		return true;
	}
	node = add_node(r, TEMPLATE_FIGURE, word, length);
	if (!take_period(r, node))
		return false;
	if (take(r, '.'))
	{
		if (!take_listed(r, forms, 0, "words, value, phrase or change", &place))
			return false;
		node->form = (TemplateForm) place;
	}
	else if (next(r) != '}')
		return expected(r, node->period == TEMPLATE_OWN ? "}, @ and a period, or . and a form" : "} or . and a form");
	return take(r, '}') || expected(r, "}");
}

static void
skip_spaces(Reader *r)
{
	while (next(r) == ' ')
		r->at++;
}

/* A comparison and its number. */
static bool
read_comparison(Reader *r, TemplateNode *node)
{
	size_t		start;

	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
	{
		size_t		length = strlen(comparisons[i].sign);

		if (r->length - r->at < length || memcmp(r->text + r->at, comparisons[i].sign, length) != 0)
			continue;
		node->test = comparisons[i].test;
		r->at += length;
		skip_spaces(r);
		start = r->at;
		take(r, '-');
		if (!is_digit(next(r)))
			return expected(r, "a number");
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
		node->number = r->text + start;
		node->number_length = r->at - start;
		skip_spaces(r);
		return true;
	}
	return expected(r, "?, a comparison (= <> < <= > >=) with a number, @ and a period, or .known; \\[ for the character");
}

/* What a choice asks, from behind its bracket to its question mark. */
static bool
read_question(Reader *r)
{
	const char *word;
	size_t		length = take_word(r, &word);
	TemplateNode *node = add_node(r, TEMPLATE_CHOICE, word, length);

	if (!take_period(r, node))
		return false;
	if (take(r, '.'))
	{
		static const char *const known[] = {"known", NULL};
		int			place;

		if (!take_listed(r, known, 0, "known", &place))
			return false;
		node->test = TEMPLATE_KNOWN;
	}
	else
	{
		skip_spaces(r);
		if (next(r) != '?' && !read_comparison(r, node))
			return false;
	}
	return take(r, '?') || expected(r, "?");
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

		if (c != '\\' && c != '{' && c != '}' && c != '[' && c != ']' && (c != '|' || choice == NULL || plain > 0))
		{
			r.at++;
			continue;
		}
		if (c == '[' && !(start + 1 < length && is_letter(text[start + 1])))
		{
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
				if (r.at >= length || strchr("{}[]|\\", text[r.at]) == NULL || text[r.at] == '\0')
					return expected(&r, "{ } [ ] | or \\ behind a backslash");
				r.at++;
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
				if (!read_question(&r))
					return false;
				nodes[r.count - 1].end = open;
				open = r.count - 1;
				break;
			case '|':
				if (choice->otherwise != 0)
				{
					r.at = start;
					return expected(&r, "], as the choice has its other part already; \\| for the character");
				}
				add_node(&r, TEMPLATE_OTHER, text + start, 1);
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
		error->opened = plain > 0 ? plain_at : (size_t) (nodes[open].text - text) - 1;
		return false;
	}
	add_text(&r, from, length);
	*count = r.count;
	return true;
}

/* ------------------------------------------------------------------ filling */

/* Go through a template once, from one end to the other. */
void
template_fill(const TemplateNode *nodes, size_t count, TemplateFilling *filling)
{
	size_t		i = 0;

	while (i < count)
	{
		const TemplateNode *node = &nodes[i++];
		int			holds;

		switch (node->kind)
		{
			case TEMPLATE_TEXT:
				filling->add(filling, node->text, node->length);
				break;
			case TEMPLATE_NAME:
				filling->name(filling, node);
				break;
			case TEMPLATE_FIGURE:
				filling->figure(filling, node);
				break;
			case TEMPLATE_CHOICE:
				holds = filling->holds(filling, node);
				if (holds < 0)
				{
					filling->add(filling, TEMPLATE_GAP, strlen(TEMPLATE_GAP));
					i = node->end;
				}
				else if (holds == 0)
					i = node->otherwise;
				break;
			case TEMPLATE_OTHER:
				i = node->end;
				break;
		}
	}
}
