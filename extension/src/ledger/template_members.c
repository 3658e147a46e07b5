/*
 * template_members.c
 *		What a paragraph says of several figures, or of one figure of many members.
 *
 * Members are in the order in which they were given.  What is not stated ('') is no member:
 * it is not ranked, counted or named.  Where something is not known of one, nothing is
 * said of all: the first might not be the first, and nine might be ten.
 */
#include "postgres.h"
#include "compat.h"

#include "utils/builtins.h"

#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/template.h"

/* A figure that stands in an order. */
typedef struct Ranked
{
	const TextMember *member;
	Numeric		number;
	int			place;			/* in the order given */
} Ranked;

static bool
is_named(const TextMember *m)
{
	return m->code != NULL && m->code[0] != '\0';
}

static void
add_or_gap(Paragraph *p, const char *text)
{
	add_string(p, text != NULL ? text : TEMPLATE_GAP);
}

/* Is a form one of a change? */
static bool
says_change(TemplateForm form)
{
	return form >= TEMPLATE_CHANGE && form <= TEMPLATE_BOTH;
}

static bool
is_none(TextFigure f)
{
	Numeric		value = figure_number(f, TEMPLATE_VALUE);

	return value != NULL && numeric_sign_of(value) == 0 && !figure_is_partial(f);
}

/* A figure as part of a list, with or without its name; false when its change is not known. */
static bool
set_member(Paragraph *p, ListMember *item, const char *name, TextFigure f, TemplateForm form)
{
	*item = (ListMember) {.name = name};
	if (says_change(form) || (form == TEMPLATE_PHRASE && name != NULL))
	{
		Change	   *change = palloc(sizeof(Change));

		if (figure_change(f, change))
			item->change = change;
		else if (form != TEMPLATE_PHRASE)
			return false;
	}
	if (!says_change(form))
	{
		item->value = form == TEMPLATE_WORDS || form == TEMPLATE_PHRASE ? figure_plain_words(p, f) :
			form == TEMPLATE_BASE ? field_text(f.columns, "base_words") : figure_form(p, f, form);
		if (item->value == NULL)
			item->value = TEMPLATE_GAP;
		item->is_zero = (form == TEMPLATE_WORDS || form == TEMPLATE_VALUE) && is_none(f);
	}
	return true;
}

static void
add_items(Paragraph *p, const ListMember *items, int count, ListForm form, const ChangeWording *how)
{
	Words		words = phrase_words();

	do
		words_list(&words, items, count, form, how);
	while (!phrase_complete(&words));
	add_string(p, words.text);
}

/* Names or numbers one after another: 死亡、受伤; deaths and injuries. */
static void
add_enumeration(Paragraph *p, char **texts, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			add_string(p, p->language != WORDING_ENGLISH ? "、" : i == count - 1 ? " and " : ", ");
		add_or_gap(p, texts[i]);
	}
}

/* {list A,B}: 分别为20人、6人; {list A,B.change}: 同比分别下降8.5%和上升4.8%. */
void
add_list(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	int			count = (int) (nodes[at].end - at - 1);
	TemplateForm form = nodes[at].form;
	ListMember *items = palloc0(sizeof(ListMember) * count);
	char	  **texts = palloc0(sizeof(char *) * count);
	ChangeWording how = {.language = p->language, .base_periods = 1};
	const char *mark = NULL;
	bool		any_known = false;

	for (int i = 0; i < count; i++)
	{
		TextFigure	f = figure_at(p, &nodes[at + 1 + i], nodes[at + 1 + i].comparator);

		if (form == TEMPLATE_FIGURE_NAME || form == TEMPLATE_VALUE || form == TEMPLATE_NUMERAL)
			texts[i] = figure_form(p, f, form);
		else if (!set_member(p, &items[i], NULL, f, form))
		{
			add_string(p, TEMPLATE_GAP);
			return;
		}
		if (i == 0)
			how = figure_change_wording(p, f, form);
		if (mark == NULL && says_change(form))
			mark = field_text(f.columns, "change_mark");
		any_known = any_known || says_change(form) || figure_form(p, f, form) != NULL;
	}
	if (!any_known)
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	if (form == TEMPLATE_FIGURE_NAME || form == TEMPLATE_VALUE || form == TEMPLATE_NUMERAL)
		add_enumeration(p, texts, count);
	else
		add_items(p, items, count, LIST_RESPECTIVELY, &how);
	if (mark != NULL)
		add_string(p, mark);
}

/* Members with a figure of each: 武进区20起、新北区15起. */
static void
add_pairs(Paragraph *p, const TextMember **members, int count, TemplateForm form)
{
	ListMember *items = palloc0(sizeof(ListMember) * Max(count, 1));
	ChangeWording how = {.language = p->language, .base_periods = 1};

	if (count == 0)
	{
		add_string(p, p->language == WORDING_ENGLISH ? "none" : "无");
		return;
	}
	for (int i = 0; i < count; i++)
	{
		if (!set_member(p, &items[i], members[i]->name, members[i]->figure, form))
			items[i].value = TEMPLATE_GAP;
		if (i == 0)
			how = figure_change_wording(p, members[i]->figure, form);
	}
	if (says_change(form))
		how.comparator = "";
	add_items(p, items, count, LIST_PAIRS, &how);
}

/* {F by area}: each member with its figure; what is not stated only where there is any. */
void
add_each(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	TextMembers *all = members_at(p, &nodes[at + 1], nodes[at + 1].comparator);
	const TextMember **shown;
	int			count = 0;

	if (all == NULL)
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	shown = palloc(sizeof(TextMember *) * Max(all->count, 1));
	for (int i = 0; i < all->count; i++)
		if (is_named(&all->members[i]) || (all->members[i].code != NULL && !is_none(all->members[i].figure)))
			shown[count++] = &all->members[i];
	add_pairs(p, shown, count, nodes[at].form);
}

/* Equal ones stay in their order. */
static int
greatest_first(const void *a, const void *b)
{
	const Ranked *x = a;
	const Ranked *y = b;
	int			order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(y->number), NumericGetDatum(x->number)));

	return order != 0 ? order : x->place - y->place;
}

static int
least_first(const void *a, const void *b)
{
	const Ranked *x = a;
	const Ranked *y = b;
	int			order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(x->number), NumericGetDatum(y->number)));

	return order != 0 ? order : x->place - y->place;
}

static bool
same_number(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b))) == 0;
}

/*
 * The members with their numbers, the greatest or the least first; those of which there is
 * none, as a share of nothing, are left out.  False when one is not known, or known of other
 * days than the rest: the first might not be the first.
 */
static bool
ranked_members(const TextMembers *all, TemplateForm form, bool upwards, Ranked **ranked, int *count)
{
	Numeric		days = NULL;
	bool		of_other_days = false;
	bool		any_is_partial = false;

	*ranked = palloc(sizeof(Ranked) * Max(all->count, 1));
	*count = 0;
	for (int i = 0; i < all->count; i++)
	{
		const TextMember *m = &all->members[i];
		Numeric		number = figure_number(m->figure, form);
		Numeric		known = field_number(m->figure.columns, "covered_days");

		if (!is_named(m) || (number == NULL && figure_has_no_value(m->figure)))
			continue;
		/* nor is there a percent of a base of none */
		if (number == NULL && form == TEMPLATE_RATE && figure_number(m->figure, TEMPLATE_BASE) != NULL)
			continue;
		if (number == NULL)
			return false;
		any_is_partial = any_is_partial || figure_is_partial(m->figure);
		if (known != NULL && days != NULL)
			of_other_days = of_other_days || !same_number(known, days);
		if (known != NULL)
			days = known;
		(*ranked)[(*count)++] = (Ranked) {m, number, i};
	}
	if (any_is_partial && of_other_days)
		return false;
	qsort(*ranked, *count, sizeof(Ranked), upwards ? least_first : greatest_first);
	return true;
}

/* {top 3 F by area}, {bottom 3 F by area}: also those that are equal to the last of them. */
void
add_first(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	const TemplateNode *place = &nodes[at];
	TextMembers *all = members_at(p, place + 1, place[1].comparator);
	int			wanted = atoi(span_text(p, place->number));
	const TextMember **shown;
	Ranked	   *ranked;
	int			count;
	int			n = 0;
	bool		is_none = true;

	if (all == NULL || !ranked_members(all, place->form, place->verb == TEMPLATE_BOTTOM, &ranked, &count))
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	shown = palloc(sizeof(TextMember *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		if (place->verb == TEMPLATE_TOP && numeric_sign_of(ranked[i].number) <= 0)
		{
			/* of what is known in part, nobody knows that it is none */
			is_none = is_none && !figure_is_partial(ranked[i].member->figure);
			continue;
		}
		if (i >= wanted && !same_number(ranked[i].number, ranked[i - 1].number))
			break;
		shown[n++] = ranked[i].member;
	}
	if (n == 0 && !is_none)
		add_string(p, TEMPLATE_GAP);
	else
		add_pairs(p, shown, n, place->form);
}

/* {F rank by area of 'x'}: one more than there are greater ones. */
void
add_rank(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	const TemplateNode *place = &nodes[at];
	TextMembers *all = members_at(p, place + 1, place[1].comparator);
	TextFigure	own = figure_at(p, place + 1, place[1].comparator);
	Numeric		number = figure_number(own, place->form);
	Ranked	   *ranked;
	int			count;
	int			rank = 1;

	if (all == NULL || number == NULL || !ranked_members(all, place->form, false, &ranked, &count))
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	for (int i = 0; i < count && !same_number(ranked[i].number, number); i++)
		rank++;
	add_string(p, psprintf("%d", rank));
}

/* So many members: 9个市, 9 areas. */
static char *
members_words(Paragraph *p, const TemplateNode *node, int count)
{
	JsonbContainer *dimension = field_object(p->dimensions, span_text(p, node->by[0]));
	NumberWording how = {.language = p->language, .decimals = -1};
	char	   *unit = field_text(dimension, "unit");
	char	   *number = psprintf("%d", count);
	Words		words = phrase_words();

	do
		words_number(&words, number, unit == NULL ? "" : unit, &how);
	while (!phrase_complete(&words));
	return words.text;
}

/* What those did that are counted: 上升, rose in. */
static char *
moved_words(Paragraph *p, const TemplateNode *test, char *members)
{
	static const char *const pairs[][2] = {
		[VERBS_UP] = {"上升", "下降"},
		[VERBS_INCREASE] = {"增加", "减少"},
		[VERBS_ROSE] = {"增长", "下降"},
		[VERBS_INCREASED] = {"提高", "降低"}
	};
	TextFigure	f = {NULL, field_object(p->definitions, span_text(p, test->text))};
	ChangeVerbs verbs = figure_change_wording(p, f, TEMPLATE_CHANGE).verbs;
	char	   *zero;

	if (p->language == WORDING_ENGLISH)
		return psprintf("%s in %s", test->test == TEMPLATE_ROSE ? "rose" : test->test == TEMPLATE_FELL ? "fell" :
						test->test == TEMPLATE_UNCHANGED ? "did not change" : "were zero", members);
	switch (test->test)
	{
		case TEMPLATE_ROSE:
			return psprintf("%s%s", members, pairs[verbs][0]);
		case TEMPLATE_FELL:
			return psprintf("%s%s", members, pairs[verbs][1]);
		case TEMPLATE_UNCHANGED:
			return psprintf("%s持平", members);
		default:
			zero = field_text(f.definition, "zero_zh");
			return psprintf("%s%s", members, zero != NULL ? zero : "为0");
	}
}

/* {F rose by area}, {count F>3 by area}, {names F>3 by area}: those of which a condition holds. */
void
add_where(Paragraph *p, const TemplateNode *nodes, size_t at)
{
	const TemplateNode *place = &nodes[at];
	TextMembers *all = members_at(p, place + 1, place[1].comparator);
	char	  **names;
	int			count = 0;

	if (all == NULL)
	{
		add_string(p, TEMPLATE_GAP);
		return;
	}
	names = palloc(sizeof(char *) * Max(all->count, 1));
	for (int i = 0; i < all->count; i++)
	{
		size_t		end = place->end;
		int			holds;

		if (!is_named(&all->members[i]))
			continue;
		p->member = &all->members[i];
		holds = template_condition(nodes, at + 1, &end, &p->filling);
		p->member = NULL;
		if (holds < 0 && !figure_has_no_value(all->members[i].figure))
		{
			add_string(p, TEMPLATE_GAP);
			return;
		}
		if (holds > 0)
			names[count++] = all->members[i].name;
	}
	if (place->verb == TEMPLATE_NAMES && count > 0)
		add_enumeration(p, names, count);
	else if (place->verb == TEMPLATE_NAMES && p->language == WORDING_ENGLISH)
		add_string(p, "none");
	else if (place->verb == TEMPLATE_NAMES)
		clause_of_none(p, "无");
	else if (place->verb == TEMPLATE_COUNT)
		add_string(p, members_words(p, place, count));
	else
		add_string(p, moved_words(p, place + 1, members_words(p, place, count)));
}
