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
	"c[A.known?{A}|\\[没有\\]][1]\\|", "d[B<>0?[C<=1?x|y]|{title}{year}]", "e[1[2]]a|b[A = 3 ?c[|]d|e]", NULL
};

typedef struct Check
{
	TemplateFilling filling;
	const char *text;
	size_t		length;
	size_t		added;
	unsigned	coin;
	const char *last;			/* what was seen last: it never goes back */
} Check;

static void
check_order(Check *check, const char *text, size_t length)
{
	HOLDS(text >= check->text && text + length <= check->text + check->length);
	HOLDS(check->last == NULL || text >= check->last);
	check->last = text + length;
}

static void
add(TemplateFilling *filling, const char *text, size_t length)
{
	Check	   *check = (Check *) filling;

	HOLDS(length > 0);
	check->added += length;
	if (length != strlen(TEMPLATE_GAP) || memcmp(text, TEMPLATE_GAP, length) != 0 || (text >= check->text && text < check->text + check->length))
		check_order(check, text, length);
}

static void
place(TemplateFilling *filling, const TemplateNode *node)
{
	HOLDS(node->length > 0);
	HOLDS((unsigned) node->period <= TEMPLATE_YTD && (unsigned) node->form <= TEMPLATE_CHANGE);
	check_order((Check *) filling, node->text, node->length);
}

static int
holds(TemplateFilling *filling, const TemplateNode *node)
{
	Check	   *check = (Check *) filling;

	place(filling, node);
	HOLDS((node->test >= TEMPLATE_EQUAL) == (node->number_length > 0));
	check->coin = check->coin * 1103515245u + 12345u;
	return (int) (check->coin / 65536u % 3u) - 1;
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
		Check		check = {{add, place, place, holds}, text, length, 0, data[0], NULL};

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
