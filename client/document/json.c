/* A report as JSON: text, figures with what stands behind them, tables, charts. See docs/documents.md. */
#include "document/document.h"

#include "task.h"

#include <errno.h>
#include <string.h>

static void
member(Text *out, bool *first, const char *name)
{
	text_add(out, *first ? "" : ",");
	*first = false;
	text_json(out, name);
	text_add(out, ":");
}

static void
string(Text *out, bool *first, const char *name, const char *value)
{
	member(out, first, name);
	text_json(out, value);
}

/* As the server wrote it: a number of JSON as it stands. */
static void
number(Text *out, bool *first, const char *name, const char *value)
{
	member(out, first, name);
	if (value && *value && strspn(value, "-0123456789.eE+") == strlen(value))
		text_add(out, value);
	else
		text_json(out, value);
}

static void
grid(Text *out, const Grid *grid)
{
	bool		first = true;

	text_add(out, "{");
	string(out, &first, "id", grid->id);
	string(out, &first, "title", grid->title);
	string(out, &first, "note", grid->note);
	member(out, &first, "headings");
	text_add(out, "[");
	for (int j = 0; j < grid->columns; j++)
	{
		text_add(out, j ? "," : "");
		text_json(out, grid->heading[j]);
	}
	text_add(out, "]");
	member(out, &first, "rows");
	text_add(out, "[");
	for (int i = 0; i < grid->rows; i++)
	{
		text_add(out, i ? ",\n[" : "\n[");
		for (int j = 0; j < grid->columns; j++)
		{
			const Cell *cell = grid_cell(grid, i, j);

			text_add(out, j ? "," : "");
			if (cell->number && strspn(cell->number, "-0123456789.") == strlen(cell->number))
				text_add(out, cell->number);
			else
				text_json(out, grid->is_number[j] && cell->text && strcmp(cell->text, "—") == 0 ? NULL : cell->text);
		}
		text_add(out, "]");
	}
	text_add(out, "]}");
}

static void
figure(Text *out, const Figure *f)
{
	bool		first = true;
	bool		inner = true;

	text_add(out, "{");
	string(out, &first, "code", f->code);
	string(out, &first, "name", f->name);
	string(out, &first, "member", f->member);
	string(out, &first, "member_name", f->member_name);
	string(out, &first, "member2", f->member2);
	string(out, &first, "member2_name", f->member2_name);
	string(out, &first, "period", f->period);
	string(out, &first, "starts_on", f->starts_on);
	string(out, &first, "last_day", f->last_day);
	number(out, &first, "value", f->value);
	string(out, &first, "unit", f->unit);
	string(out, &first, "words", f->words);
	string(out, &first, "phrase", f->phrase);
	number(out, &first, "numerator", f->numerator);
	number(out, &first, "denominator", f->denominator);
	string(out, &first, "comparator", f->comparator);
	number(out, &first, "base", f->base);
	string(out, &first, "base_name", f->base_name);
	number(out, &first, "change", f->amount);
	number(out, &first, "rate", f->rate);
	string(out, &first, "change_words", f->change_words);
	string(out, &first, "state", f->state);
	string(out, &first, "reason", f->reason);
	string(out, &first, "missing", f->missing && *f->missing ? f->missing : NULL);
	string(out, &first, "mark", *f->marks ? f->marks : NULL);
	string(out, &first, "was", f->was);
	number(out, &first, "p_value", f->p_value);
	number(out, &first, "low", f->low);
	number(out, &first, "high", f->high);
	string(out, &first, "definition", f->definition);
	number(out, &first, "definition_version", f->version);
	string(out, &first, "kind", f->kind);
	string(out, &first, "source", f->source);
	number(out, &first, "record_count", f->record_count);
	member(out, &first, "records");
	text_add(out, "[");
	for (int i = 0; i < f->records; i++)
	{
		const Record *r = &f->record[i];

		inner = true;
		text_add(out, i ? ",{" : "{");
		string(out, &inner, "part", r->part);
		string(out, &inner, "key", r->key);
		string(out, &inner, "day", r->day);
		string(out, &inner, "area", r->area);
		string(out, &inner, "number", r->number);
		number(out, &inner, "amount", r->amount);
		text_add(out, "}");
	}
	text_add(out, "]}");
}

bool
write_json(Document *document, const char *path, char **problem)
{
	static const char *const standings[] = {"draft", "published", "superseded"};
	Text		out = {0};
	bool		first = true;
	bool		any = false;

	text_add(&out, "{");
	string(&out, &first, "report", document->report);
	string(&out, &first, "title", document->title);
	string(&out, &first, "issuer", document->issuer);
	string(&out, &first, "lang", document->english ? "en" : "zh");
	string(&out, &first, "period", document->period);
	string(&out, &first, "starts_on", document->starts_on);
	string(&out, &first, "ends_on", document->ends_on);
	string(&out, &first, "as_of", document->as_of);
	string(&out, &first, "standing", standings[document->standing]);
	number(&out, &first, "publication", document->publication);
	string(&out, &first, "hash", document->hash);
	string(&out, &first, "closing", document->closing);
	member(&out, &first, "sections");
	text_add(&out, "[");
	for (int i = 0; i < document->sections; i++)
	{
		const Section *section = &document->section[i];
		bool		inner = true;

		text_add(&out, i ? ",\n{" : "\n{");
		string(&out, &inner, "heading", section->heading);
		member(&out, &inner, "blocks");
		text_add(&out, "[");
		for (int j = 0; j < section->blocks; j++)
		{
			text_add(&out, j ? "," : "");
			if (section->block[j].text)
				text_json(&out, section->block[j].text);
			else
				grid(&out, section->block[j].table);
		}
		text_add(&out, "]}");
	}
	text_add(&out, "]");
	member(&out, &first, "figures");
	text_add(&out, "[");
	for (int i = 0; i < document->figures; i++)
	{
		text_add(&out, i ? ",\n" : "\n");
		figure(&out, &document->figure[i]);
	}
	text_add(&out, "]");
	member(&out, &first, "tables");
	text_add(&out, "[");
	for (int i = 0; i < document->tables; i++)
	{
		text_add(&out, i ? ",\n" : "\n");
		grid(&out, document->table[i]);
	}
	text_add(&out, "]");
	member(&out, &first, "charts");
	text_add(&out, "[");
	for (int i = 0; i < document->charts; i++)
		for (int p = 0; p < document->chart[i].panels; p++)
		{
			text_add(&out, any ? ",\n" : "\n");
			any = true;
			grid(&out, document->chart[i].panel[p].table);
		}
	text_add(&out, "]}\n");
	if (text_save(&out, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
