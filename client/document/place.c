/* What a place in a form says. */
#include "document/form.h"

#include "connect.h"
#include "document/model.h"
#include "task.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool
is_code(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char) text[i]) && text[i] != '_')
			return false;
	return length > 0 && length < 64;
}

/* Indicators that came later than the document's moment, as a form made since then may name. */
static Text later = {0};

const char *
places_later(void)
{
	char	   *codes = later.length ? text_copy(later.data) : NULL;

	later.length = 0;
	return codes;
}

/* Is it among the noted ones? */
static bool
is_noted(const char *code)
{
	size_t		length = strlen(code);

	for (const char *at = later.length ? strstr(later.data, code) : NULL; at; at = strstr(at + 1, code))
		if ((at == later.data || !is_code(at - 1, 1)) && (at[length] == '\0' || !is_code(at + length, 1)))
			return true;
	return false;
}

/* Whether there was an indicator at the document's moment; one that came later is noted. */
static bool
was_there(const Document *document, const char *code, bool *came_later)
{
	PGresult   *r = db_query(document->as_of ? "SELECT EXISTS (SELECT FROM @ledger@.indicator_as_of($2::timestamptz) AS i WHERE i.code = $1),"
							 " EXISTS (SELECT FROM @ledger@.indicator AS i WHERE i.code = $1)" :
							 "SELECT EXISTS (SELECT FROM @ledger@.indicator AS i WHERE i.code = $1), false", document->as_of ? 2 : 1, code, document->as_of);
	bool		there = *PQgetvalue(r, 0, 0) == 't';

	*came_later = !there && *PQgetvalue(r, 0, 1) == 't';
	PQclear(r);
	if (*came_later && !is_noted(code))
		text_format(&later, "%s%s", later.length ? "、" : "", code);
	return there;
}

/* A figure that the report has not, or of a member of a dimension, asked of the ledger; NULL when there is none. */
static Figure *
asked(const Document *document, const char *code, const char *member, const char *by)
{
	Figure	   *f = need(sizeof *f);
	PGresult   *r = db_query("SELECT trim_scale(f.value) AS value, f.words, f.phrase, trim_scale(f.base) AS base, f.base_words, f.rate, trim_scale(f.amount) AS amount, f.change_words, f.name, "
		"f.unit, f.p_value, f.state, i.scale, i.wording, i.value_decimals, i.rounding, i.keep_zero"
							 "  FROM @ledger@.figures(daterange($1::date, $2::date), $3::timestamptz, codes => ARRAY[$4::text], by => $5, report => $6, lang => $7) AS f"
							 "  JOIN @ledger@.indicator AS i ON i.code = f.code WHERE f.code = $4 AND f.member IS NOT DISTINCT FROM $8 LIMIT 1",
							 8, document->starts_on, document->ends_on, document->as_of, code, by, document->report, document->english ? "en" : "zh", member);

	if (PQntuples(r) == 0)
		return NULL;
	f->value = model_value(r, 0, "value");
	f->words = model_value(r, 0, "words");
	f->phrase = model_value(r, 0, "phrase");
	f->base = model_value(r, 0, "base");
	f->rate = model_value(r, 0, "rate");
	f->amount = model_value(r, 0, "amount");
	f->change_words = model_value(r, 0, "change_words");
	f->name = model_value(r, 0, "name");
	f->unit = model_value(r, 0, "unit");
	f->base_words = model_value(r, 0, "base_words");
	model_set_scale(document, f, r, 0);
	f->p_value = model_value(r, 0, "p_value");
	f->state = model_value(r, 0, "state");
	return f;
}

bool
place_says(const Document *document, const char *place, Said *said)
{
	const struct
	{
		const char *name;
		const char *text;
	}			words[] = {{"title", document->title}, {"period", document->period}, {"issuer", document->issuer}, {"number", document->number}, {"addressee", document->addressee},
	{"as_of", document->as_of_words}, {"publication", document->publication}, {"hash", document->hash}, {"today", document->today_words}, {"closing", document->closing}};
	char	   *text = text_copy(place);
	char	   *member = NULL;
	char	   *by = NULL;
	char	   *of;
	char	   *form;
	const Figure *figure = NULL;

	while (isspace((unsigned char) *text))
		text++;
	for (char *end = text + strlen(text); end > text && isspace((unsigned char) end[-1]);)
		*--end = '\0';
	*said = (Said) {NULL, NULL};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].name) == 0)
		{
			said->text = text_copy(words[i].text ? words[i].text : "—");
			return true;
		}
	if ((of = strstr(text, " of ")) != NULL)
	{
		char	   *dimension = strstr(of + 4, " by ");

		member = of + 4;
		by = dimension ? dimension + 4 : text_copy("area");
		*of = '\0';
		if (dimension)
			*dimension = '\0';
		if (*member == '\'' && strlen(member) > 1 && member[strlen(member) - 1] == '\'')
		{
			member++;
			member[strlen(member) - 1] = '\0';
		}
	}
	form = strchr(text, '.');
	if (form)
		*form++ = '\0';
	if (!is_code(text, strlen(text)) || (by && !is_code(by, strlen(by))))
		return false;
	for (int i = 0; i < document->figures && figure == NULL && member == NULL; i++)
		if (document->figure[i].is_own && strcmp(document->figure[i].code, text) == 0)
			figure = &document->figure[i];
	if (figure == NULL)
	{
		bool		came_later;

		if (was_there(document, text, &came_later))
			figure = asked(document, text, member, by);
		else if (came_later)
		{
			said->text = text_copy("—");
			return true;
		}
	}
	if (figure == NULL)
		return false;
	if (form == NULL)
	{
		said->text = figure->words;
		said->number = model_scaled(figure, figure->value);
	}
	else if (strncmp(form, "scaled", strlen("scaled")) == 0)
	{
		Cell		cell = {NULL};

		form += strlen("scaled");
		if (*form == '\0')
			cell_set_figure(document, &cell, figure, figure->value, figure->words);
		else if (strcmp(form, "_base") == 0)
			cell_set_figure(document, &cell, figure, figure->base, figure->base_words);
		else if (strcmp(form, "_amount") == 0)
			cell_set_figure(document, &cell, figure, figure->amount, NULL);
		else if (strcmp(form, "_unit") == 0)
			cell.text = figure->said_unit;
		else
			return false;
		said->text = cell.text;
		said->number = cell.number;
	}
	else if (strcmp(form, "value") == 0)
		said->text = said->number = figure->value;
	else if (strcmp(form, "base") == 0)
		said->text = said->number = figure->base;
	else if (strcmp(form, "amount") == 0)
		said->text = said->number = figure->amount;
	else if (strcmp(form, "rate") == 0)
	{
		said->number = figure->rate;
		said->text = figure->rate ? need_format("%s%%", figure->rate) : NULL;
	}
	else if (strcmp(form, "p") == 0)
		said->text = said->number = figure->p_value;
	else if (strcmp(form, "change") == 0)
		said->text = figure->change_words;
	else if (strcmp(form, "phrase") == 0)
		said->text = figure->phrase;
	else if (strcmp(form, "name") == 0)
		said->text = figure->name;
	else if (strcmp(form, "unit") == 0)
		said->text = figure->unit;
	else
		return false;
	if (said->number && strspn(said->number, "-0123456789.") != strlen(said->number))
		said->number = NULL;
	said->text = said->text ? text_copy(said->text) : text_copy("—");
	return true;
}

void
place_unknown(Unknown *unknown, const char *place)
{
	if (unknown->count++ < 8)
		text_format(&unknown->names, "%s%s", unknown->names.length ? "、" : "", place);
}
