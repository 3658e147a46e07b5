/*
 * template_figure.c
 *		A figure of a paragraph, found among those given and put into words.
 *
 * What the ledger has worded already (words, phrase, the base) is taken as it is.  Forms of a
 * change are made from its numbers, which were rounded once from the exact ones.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/numeral.h"
#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/template.h"

/* ------------------------------------------------------------------ JSON */

static JsonbValue *
field(JsonbContainer *object, const char *key)
{
	JsonbValue	k;
	JsonbValue *value;

	if (object == NULL)
		return NULL;
	k.type = jbvString;
	k.val.string.val = (char *) key;
	k.val.string.len = (int) strlen(key);
	value = findJsonbValueFromContainer(object, JB_FOBJECT, &k);
	return value == NULL || value->type == jbvNull ? NULL : value;
}

/* An object or array of an object by its key; NULL when there is none. */
JsonbContainer *
field_object(JsonbContainer *object, const char *key)
{
	JsonbValue *value = field(object, key);

	return value == NULL || value->type != jbvBinary ? NULL : value->val.binary.data;
}

char *
field_text(JsonbContainer *object, const char *key)
{
	JsonbValue *value = field(object, key);

	return value == NULL || value->type != jbvString ? NULL : pnstrdup(value->val.string.val, value->val.string.len);
}

Numeric
field_number(JsonbContainer *object, const char *key)
{
	JsonbValue *value = field(object, key);

	return value == NULL || value->type != jbvNumeric ? NULL : value->val.numeric;
}

bool
field_bool(JsonbContainer *object, const char *key)
{
	JsonbValue *value = field(object, key);

	return value != NULL && value->type == jbvBool && value->val.boolean;
}

/* ------------------------------------------------------------------ finding */

char *
span_text(const Paragraph *p, TemplateSpan span)
{
	return pnstrdup(p->filling.text + span.at, span.length);
}

/* What a place needs: CODE@month/previous by area, as it is noted beside a paragraph. */
char *
node_need(const TemplateFilling *filling, const TemplateNode *node, TemplateSpan comparator)
{
	StringInfoData need;

	initStringInfo(&need);
	appendBinaryStringInfo(&need, filling->text + node->text.at, (int) node->text.length);
	if (node->period != TEMPLATE_OWN)
		appendStringInfo(&need, "@%s", template_period_name(node->period));
	if (comparator.length > 0)
		appendStringInfo(&need, "/%.*s", (int) comparator.length, filling->text + comparator.at);
	for (int i = 0; i < 2 && node->by[i].length > 0; i++)
		appendStringInfo(&need, "%s%.*s", i == 0 ? " by " : ",", (int) node->by[i].length, filling->text + node->by[i].at);
	return need.data;
}

static JsonbContainer *
definition_of(const Paragraph *p, const TemplateNode *node)
{
	return field_object(p->definitions, span_text(p, node->text));
}

/* Two dimensions' codes are the same, or both are of all. */
static bool
same_code(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The figures of all members of a place's dimensions; NULL when there are none. */
TextMembers *
members_at(Paragraph *p, const TemplateNode *node, TemplateSpan comparator)
{
	char	   *key = node_need(&p->filling, node, comparator);
	JsonbContainer *array;
	JsonbContainer *definition = definition_of(p, node);
	JsonbIterator *iterator;
	JsonbValue	value;
	TextMembers *found;
	ListCell   *cell;

	foreach(cell, p->members)
	{
		found = lfirst(cell);
		if (strcmp(found->key, key) == 0)
			return found;
	}
	array = field_object(p->figures, key);
	if (array == NULL || !JsonContainerIsArray(array))
		return NULL;
	found = palloc0(sizeof(TextMembers));
	found->key = key;
	found->members = palloc0(sizeof(TextMember) * Max(JsonContainerSize(array), 1));
	iterator = JsonbIteratorInit(array);
	for (JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true); token != WJB_DONE; token = JsonbIteratorNext(&iterator, &value, true))
	{
		TextMember *member = &found->members[found->count];

		if (token != WJB_ELEM || value.type != jbvBinary)
			continue;
		member->figure = (TextFigure) {value.val.binary.data, definition};
		member->code = field_text(value.val.binary.data, "member");
		member->other = field_text(value.val.binary.data, "member2");
		member->name = field_text(value.val.binary.data, "member_name");
		member->other_name = field_text(value.val.binary.data, "member2_name");
		if (p->language == WORDING_ENGLISH)
		{
			char	   *name = field_text(value.val.binary.data, "member_name_en");
			char	   *other = field_text(value.val.binary.data, "member2_name_en");

			member->name = name != NULL ? name : member->name;
			member->other_name = other != NULL ? other : member->other_name;
		}
		if (member->name == NULL)
			member->name = member->code != NULL ? member->code : pstrdup("");
		if (member->other_name == NULL)
			member->other_name = member->other;
		found->count++;
	}
	p->members = lappend(p->members, found);
	return found;
}

/* That of one member; guess: where it stands, if the members are as they are elsewhere. */
const TextMember *
listed_member(const TextMembers *all, int guess, const char *code, const char *other)
{
	if (all == NULL)
		return NULL;
	if (guess < all->count && same_code(all->members[guess].code, code) && same_code(all->members[guess].other, other))
		return &all->members[guess];
	for (int i = 0; i < all->count; i++)
		if (same_code(all->members[i].code, code) && same_code(all->members[i].other, other))
			return &all->members[i];
	return NULL;
}

/* The code of the member that a place names, without the doubling of its quotes; NULL: it names none. */
char *
node_member(const TemplateFilling *filling, const TemplateNode *node)
{
	char	   *code = node->member.length == 0 ? NULL : pnstrdup(filling->text + node->member.at, node->member.length);
	char	   *to = code;

	if (code == NULL)
		return NULL;

	for (const char *from = code; *from != '\0'; from++)
	{
		*to++ = *from;
		if (from[0] == '\'' && from[1] == '\'')
			from++;
	}
	*to = '\0';
	return code;
}

/* The figure of a place, of the member that it names or that is looked at. */
TextFigure
figure_at(Paragraph *p, const TemplateNode *node, TemplateSpan comparator)
{
	const TextMember *member;
	char	   *code;

	if (node->by[0].length == 0)
		return (TextFigure) {field_object(p->figures, node_need(&p->filling, node, comparator)), definition_of(p, node)};
	code = node_member(&p->filling, node);
	member = listed_member(members_at(p, node, comparator), 0, code != NULL ? code : p->member != NULL ? p->member->code : NULL, NULL);
	return member != NULL ? member->figure : (TextFigure) {NULL, definition_of(p, node)};
}

/* ------------------------------------------------------------------ numbers */

/* Is it known in part only? */
bool
figure_is_partial(TextFigure f)
{
	char	   *state = field_text(f.columns, "state");

	return state != NULL && (strcmp(state, "part_period") == 0 || strcmp(state, "part_members") == 0);
}

/* Is there nothing that it could be, as a share of nothing? */
bool
figure_has_no_value(TextFigure f)
{
	char	   *state = field_text(f.columns, "state");

	return state != NULL && strcmp(state, "undefined") == 0;
}

static bool
is_change(TextFigure f)
{
	char	   *kind = field_text(f.definition, "kind");

	return kind != NULL && strcmp(kind, "change") == 0;
}

/* The number that a form is of; NULL when it is not known. */
Numeric
figure_number(TextFigure f, TemplateForm form)
{
	switch (form)
	{
		case TEMPLATE_CHANGE:
			return field_number(f.columns, is_change(f) ? "value" : "change");
		case TEMPLATE_AMOUNT:
			return field_number(f.columns, "change");
		case TEMPLATE_RATE:
			{
				Numeric		rate = field_number(f.columns, "rate");
				char	   *unit = field_text(f.columns, "unit");

				/* of a percent, the points */
				return rate == NULL && unit != NULL && wording_is_percent(unit) ? field_number(f.columns, "change") : rate;
			}
		case TEMPLATE_BASE:
			return field_number(f.columns, "base");
		default:
			return field_number(f.columns, "value");
	}
}

/* How it changed, for words; false when that is not known. */
bool
figure_change(TextFigure f, Change *change)
{
	Numeric		difference = field_number(f.columns, "change");
	Numeric		amount = field_number(f.columns, "amount");
	Numeric		rate = field_number(f.columns, "rate");
	Numeric		base = field_number(f.columns, "base");
	int			decimals;

	if (difference == NULL || base == NULL || is_change(f))
		return false;
	*change = (Change) {.direction = numeric_sign_of(difference), .from_zero = numeric_sign_of(base) == 0};
	change->unit = field_text(f.columns, "unit");
	if (change->unit == NULL)
		change->unit = "";
	change->points = wording_is_percent(change->unit);
	change->amount = phrase_numeric_text(amount != NULL ? amount : difference);
	if (rate != NULL)
	{
		Numeric		places = field_number(f.definition, "decimals");

		/* one that rounds to 0 has more decimals than it was to have */
		change->rate = phrase_numeric_text(rate);
		decimals = places == NULL ? 0 : DatumGetInt32(DirectFunctionCall1(numeric_int4, NumericGetDatum(places)));
		if (change->rate[strspn(change->rate, "-")] == '0' && strchr(change->rate, '.') != NULL && (int) strlen(strchr(change->rate, '.') + 1) > decimals)
			change->rate = NULL;
	}
	return true;
}

/* ------------------------------------------------------------------ words */

/* How the changes of an indicator are said. */
ChangeWording
figure_change_wording(Paragraph *p, TextFigure f, TemplateForm form)
{
	ChangeWording how = {.language = p->language, .base_periods = 1};
	char	   *scale = field_text(f.definition, "scale");
	char	   *verbs = field_text(f.definition, "verbs");
	char	   *change_form = field_text(f.definition, "change_form");
	Numeric		decimals = field_number(f.definition, "value_decimals");
	int			known;

	if (scale != NULL && (known = wording_scale(scale)) >= 0)
		how.scale = wording_scale_in(p->language, (WordingScale) known);
	if (verbs != NULL && (known = wording_verbs(verbs)) >= 0)
		how.verbs = (ChangeVerbs) known;
	how.keep_zero = field_bool(f.definition, "keep_zero");
	how.rounding = (WordingRounding) rounding_named(field_text(f.definition, "rounding"));
	how.comparator = field_text(f.columns, "compared_with");
	if (decimals != NULL)
	{
		how.round_amount = true;
		how.amount_decimals = DatumGetInt32(DirectFunctionCall1(numeric_int4, NumericGetDatum(decimals)));
	}
	if (form == TEMPLATE_AMOUNT)
		how.form = CHANGE_AMOUNT;
	else if (form == TEMPLATE_BOTH)
		how.form = CHANGE_BOTH;
	else if (form == TEMPLATE_CHANGE && change_form != NULL && (known = wording_change_form(change_form)) >= 0)
		how.form = (ChangeForm) known;
	return how;
}

static char *
change_words(Paragraph *p, TextFigure f, TemplateForm form)
{
	ChangeWording how = figure_change_wording(p, f, form);
	char	   *mark = field_text(f.columns, "change_mark");
	Words		words = phrase_words();
	Change		change;

	if (is_change(f))
		return field_text(f.columns, "words");
	if (!figure_change(f, &change))
		return NULL;
	do
		words_change(&words, &change, &how);
	while (!phrase_complete(&words));
	return mark == NULL ? words.text : psprintf("%s%s", words.text, mark);
}

/* Number and unit as the ledger words them; NULL when it is not known. */
char *
figure_words(Paragraph *p, TextFigure f)
{
	(void) p;
	return field_text(f.columns, "words");
}

/* Is it the sentence that stands for none? */
static bool
is_zero_sentence(Paragraph *p, TextFigure f, const char *words)
{
	char	   *zero = field_text(f.definition, p->language == WORDING_ENGLISH ? "zero_en" : "zero_zh");
	Numeric		value = field_number(f.columns, "value");

	return zero != NULL && value != NULL && numeric_sign_of(value) == 0 && strcmp(words, zero) == 0;
}

/* The same where a sentence that stands for none would be out of place: 0起. */
char *
figure_plain_words(Paragraph *p, TextFigure f)
{
	char	   *words = figure_words(p, f);
	char	   *unit = field_text(f.columns, "unit");
	NumberWording how = {.language = p->language, .decimals = -1};
	Words		plain = phrase_words();

	if (words == NULL || !is_zero_sentence(p, f, words))
		return words;
	do
		words_number(&plain, "0", unit == NULL ? "" : unit, &how);
	while (!phrase_complete(&plain));
	return plain.text;
}

/* The number alone; one that is known in part could not say so. */
char *
figure_value(TextFigure f)
{
	Numeric		value = field_number(f.columns, "value");

	if (value == NULL || figure_is_partial(f))
		return NULL;
	return phrase_numeric_text(DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(value))));
}

/* The number in Chinese numerals with its unit, where there are such. */
static char *
numeral_words(Paragraph *p, TextFigure f)
{
	char	   *value = figure_value(f);
	char	   *unit = field_text(f.columns, "unit");
	Words		words = phrase_words();
	bool		said;

	if (value == NULL)
		return figure_words(p, f);
	do
		said = words_numeral(&words, value, unit == NULL ? "" : unit, p->language);
	while (said && !phrase_complete(&words));
	return said ? words.text : figure_plain_words(p, f);
}

static char *
name_of(Paragraph *p, TextFigure f)
{
	char	   *english = p->language == WORDING_ENGLISH ? field_text(f.definition, "name_en") : NULL;

	return english != NULL ? english : field_text(f.definition, "name_zh");
}

/* What it is held against, with its name: 上年同期36302件, 36,302 cases a year earlier. */
static char *
base_words(Paragraph *p, TextFigure f)
{
	char	   *words = field_text(f.columns, "base_words");
	char	   *name = field_text(f.columns, "base_name");

	if (words == NULL || name == NULL)
		return words;
	return p->language == WORDING_ENGLISH ? psprintf("%s %s", words, name) : psprintf("%s%s", name, words);
}

/* A figure in a form; NULL when it is not known. */
char *
figure_form(Paragraph *p, TextFigure f, TemplateForm form)
{
	switch (form)
	{
		case TEMPLATE_VALUE:
			return figure_value(f);
		case TEMPLATE_PHRASE:
			return field_text(f.columns, "phrase");
		case TEMPLATE_CHANGE:
		case TEMPLATE_AMOUNT:
		case TEMPLATE_RATE:
		case TEMPLATE_BOTH:
			return change_words(p, f, form);
		case TEMPLATE_BASE:
			return base_words(p, f);
		case TEMPLATE_FIGURE_NAME:
			return name_of(p, f);
		case TEMPLATE_NUMERAL:
			return numeral_words(p, f);
		default:
			return figure_words(p, f);
	}
}

/* ------------------------------------------------------------------ in a table */

/* Does a column's heading say the scale of its figure? Not of what is no exact number, or has a sign of currency in front. */
static bool
heading_has_scale(Paragraph *p, TextFigure f)
{
	char	   *unit = field_text(f.columns, "unit");
	char	   *wording = field_text(f.definition, "wording");

	return unit != NULL && !wording_is_percent(unit) && (wording == NULL || strcmp(wording, "exact") == 0) &&
		!(p->language == WORDING_ENGLISH && wording_is_currency(unit));
}

/*
 * How the numbers of a figure are written in a column. True where its heading has another scale than the words,
 * which have one by the size of each number, as their language has none for the indicator's.
 */
static bool
column_wording(Paragraph *p, TextFigure f, NumberWording *how)
{
	ChangeWording change = figure_change_wording(p, f, TEMPLATE_AMOUNT);
	char	   *scale = field_text(f.definition, "scale");
	int			known = scale == NULL ? -1 : wording_scale(scale);
	int			places = 0;

	*how = (NumberWording) {.language = p->language, .scale = change.scale, .rounding = change.rounding, .keep_zero = change.keep_zero};
	if (known >= 0 && heading_has_scale(p, f))
		how->scale = wording_scale_of_column(p->language, (WordingScale) known, &places);
	how->decimals = change.round_amount ? Max(change.amount_decimals + places, 0) : -1;
	return how->scale != change.scale;
}

/*
 * The scale that all exact numbers of a figure have in a column, 万 or million, which stands in its
 * heading with the unit; NULL: they have none, or one by the number's size.
 */
const char *
figure_scale(Paragraph *p, TextFigure f)
{
	NumberWording how;

	if (!heading_has_scale(p, f))
		return NULL;
	column_wording(p, f, &how);
	switch (how.scale)
	{
		case WORDING_WAN:
			return "万";
		case WORDING_YI:
			return "亿";
		case WORDING_WAN_YI:
			return "万亿";
		case WORDING_MILLION:
			return "million";
		case WORDING_BILLION:
			return "billion";
		case WORDING_TRILLION:
			return "trillion";
		case WORDING_UNSCALED:
		case WORDING_AUTO:
			break;
	}
	return NULL;
}

/* Words without their scale, which the heading has, too. */
static char *
without_scale(Paragraph *p, TextFigure f, char *words)
{
	const char *scale = figure_scale(p, f);
	size_t		length = strlen(words);
	size_t		tail = scale == NULL ? 0 : strlen(scale);

	if (tail == 0 || tail >= length || strcmp(words + length - tail, scale) != 0)
		return words;
	for (length -= tail; length > 1 && words[length - 1] == ' ';)
		length--;
	words[length] = '\0';
	return words;
}

/* Words without the unit, which the heading has. */
static char *
without_unit(Paragraph *p, TextFigure f, char *words)
{
	char	   *units = field_text(f.columns, "unit");
	size_t		length = strlen(words);

	/* an English one may be given in both numbers */
	for (char *unit = units == NULL ? NULL : strtok(units, p->language == WORDING_ENGLISH ? "|" : ""); unit != NULL; unit = strtok(NULL, "|"))
	{
		size_t		tail = strlen(unit);

		if (tail < length && strcmp(words + length - tail, unit) == 0)
		{
			words[length - tail] = '\0';
			break;
		}
	}
	if (p->language == WORDING_ENGLISH && strncmp(words, "1 ", 2) == 0)
		words[1] = '\0';
	for (length = strlen(words); length > 1 && words[length - 1] == ' '; length--)
		words[length - 1] = '\0';
	return without_scale(p, f, words);
}

/* A number with its sign in front: 8.5%, -3, 持平. Only what has no unit here is rounded and scaled. */
static char *
signed_words(Paragraph *p, TextFigure f, const char *number, const char *unit)
{
	NumberWording how = {.language = p->language, .decimals = -1};
	Words		words = phrase_words();

	if (unit[0] == '\0')
		column_wording(p, f, &how);
	do
		words_number(&words, number, unit, &how);
	while (!phrase_complete(&words));
	return words.text;
}

/* A figure in a column of a table; NULL when it is not known, or there is no percent of a base of none. */
char *
figure_cell(Paragraph *p, TextFigure f, TemplateForm form)
{
	char	   *words;
	Numeric		base = field_number(f.columns, "base");
	Numeric		number = form == TEMPLATE_BASE ? base : field_number(f.columns, "value");
	NumberWording how;
	Change		change;

	if (form != TEMPLATE_AMOUNT && form != TEMPLATE_RATE && number != NULL && column_wording(p, f, &how))
		return without_scale(p, f, signed_words(p, f, phrase_numeric_text(number), ""));
	switch (form)
	{
		case TEMPLATE_BASE:
			if (base != NULL && numeric_sign_of(base) == 0)
				return pstrdup("0");
			words = field_text(f.columns, "base_words");
			return words == NULL ? NULL : without_unit(p, f, words);
		case TEMPLATE_AMOUNT:
		case TEMPLATE_RATE:
			if (!figure_change(f, &change) || (form == TEMPLATE_RATE && change.from_zero && !change.points))
				return NULL;
			if (change.direction == 0)
				words = pstrdup(p->language == WORDING_ENGLISH ? "unchanged" : "持平");
			else if (change.points)
				words = signed_words(p, f, change.amount, p->language == WORDING_ENGLISH ? "percentage points" : "个百分点");
			else if (form == TEMPLATE_AMOUNT)
				words = without_scale(p, f, signed_words(p, f, change.amount, ""));
			else if (field_number(f.columns, "rate") == NULL)
				return NULL;
			else
				words = signed_words(p, f, phrase_numeric_text(field_number(f.columns, "rate")), "%");
			if (field_text(f.columns, "change_mark") != NULL)
				words = psprintf("%s%s", words, field_text(f.columns, "change_mark"));
			return words;
		default:
			words = figure_plain_words(p, f);
			return words == NULL ? NULL : without_unit(p, f, words);
	}
}
