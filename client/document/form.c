/*
 * Fills a form of somebody else's, a Word document or a workbook, and leaves all else in it as it is.
 *
 * A place is {{F028}}, {{F028.rate}} and the like, or {{title}}; in a workbook also a cell with the name F028, emgov_F028
 * or F028.rate. A cell that holds nothing but one place becomes a number. See docs/documents.md.
 */
#include "document/document.h"

#include "connect.h"
#include "document/archive.h"
#include "document/model.h"
#include "say.h"
#include "task.h"
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ what a place says */

typedef struct Said
{
	char	   *text;
	char	   *number;			/* NULL: it is no number */
} Said;

static bool
is_code(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char) text[i]) && text[i] != '_')
			return false;
	return length > 0 && length < 64;
}

/* A figure that the report has not, or of a member of a dimension, asked of the ledger; NULL when there is none. */
static Figure *
asked(const Document *document, const char *code, const char *member, const char *by)
{
	Figure	   *f = need(sizeof *f);
	PGresult   *r = db_query("SELECT trim_scale(f.value) AS value, f.words, f.phrase, trim_scale(f.base) AS base, f.rate, trim_scale(f.amount) AS amount, f.change_words, f.name, "
		"f.unit, f.p_value, f.state"
							 "  FROM @ledger@.figures(daterange($1::date, $2::date), $3::timestamptz, codes => ARRAY[$4::text], by => $5, report => $6, lang => $7) AS f"
							 " WHERE f.code = $4 AND f.member IS NOT DISTINCT FROM $8 AND EXISTS (SELECT FROM @ledger@.indicator AS i WHERE i.code = $4) LIMIT 1",
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
	f->p_value = model_value(r, 0, "p_value");
	f->state = model_value(r, 0, "state");
	return f;
}

/* What stands between {{ and }}: CODE, CODE.form, either with " of MEMBER by DIMENSION"; or a word about the document. False if it says nothing. */
static bool
says(const Document *document, const char *place, Said *said)
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
		figure = asked(document, text, member, by);
	if (figure == NULL)
		return false;
	if (form == NULL)
	{
		said->text = figure->words;
		said->number = figure->value;
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

/* ------------------------------------------------------------------ texts in XML */

/* Places that say nothing, to be told. */
typedef struct Unknown
{
	Text		names;
	int			count;
	int			filled;
} Unknown;

static void
unknown_add(Unknown *unknown, const char *place)
{
	if (unknown->count++ < 8)
		text_format(&unknown->names, "%s%s", unknown->names.length ? "、" : "", place);
}

/* The characters that XML text stands for. */
static void
decode(Text *out, const char *text, size_t length)
{
	static const char *const names[][2] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&#39;", "'"}};

	text_bytes(out, "", 0);
	for (size_t i = 0; i < length;)
	{
		bool		found = false;

		for (size_t k = 0; k < sizeof names / sizeof *names && !found; k++)
			if (strlen(names[k][0]) <= length - i && strncmp(text + i, names[k][0], strlen(names[k][0])) == 0)
			{
				text_add(out, names[k][1]);
				i += strlen(names[k][0]);
				found = true;
			}
		if (!found)
			text_bytes(out, text + i++, 1);
	}
}

/* One text node: its place in the XML, and what it says. */
typedef struct Node
{
	size_t		from;
	size_t		to;
	Text		old;
	Text		new;
} Node;

/* Fill the places in the texts of a paragraph, which may run over several nodes: what a place says goes where it begins. */
static bool
fill_nodes(const Document *document, Node *node, int count, Unknown *unknown)
{
	Text		all = {0};
	size_t	   *start = need(sizeof(size_t) * (size_t) (count + 1));
	bool		changed = false;
	size_t		at = 0;
	int			in = 0;

	text_bytes(&all, "", 0);
	for (int i = 0; i < count; i++)
	{
		start[i] = all.length;
		text_bytes(&all, node[i].old.data, node[i].old.length);
	}
	start[count] = all.length;
	if (strstr(all.data, "{{") == NULL)
		return false;
	while (at < all.length)
	{
		const char *end;
		Said		said;

		while (at >= start[in + 1])
			in++;
		if (strncmp(all.data + at, "{{", 2) == 0 && (end = strstr(all.data + at, "}}")) != NULL)
		{
			size_t		length = (size_t) (end + 2 - (all.data + at));

			if (length < 200 && says(document, text_slice(all.data + at + 2, length - 4), &said))
			{
				text_add(&node[in].new, said.text);
				at += length;
				changed = true;
				unknown->filled++;
				continue;
			}
			unknown_add(unknown, text_slice(all.data + at, length < 60 ? length : 60));
			for (size_t i = 0; i < length; i++)		/* stays as it is, in its nodes */
			{
				while (at + i >= start[in + 1])
					in++;
				text_bytes(&node[in].new, all.data + at + i, 1);
			}
			at += length;
			continue;
		}
		text_bytes(&node[in].new, all.data + at, 1);
		at++;
	}
	return changed;
}

/* Whether an element of this name begins here. */
static bool
begins(const char *at, const char *element)
{
	size_t		length = strlen(element);

	return *at == '<' && strncmp(at + 1, element, length) == 0 && strchr(" \t\r\n>/", at[1 + length]) != NULL;
}

/* Fill the places of a part: in the text elements, paragraph by paragraph. */
static bool
fill_part(const Document *document, Text *part, const char *text_element, const char *paragraph, Unknown *unknown)
{
	Text		made = {0};
	size_t		written = 0;
	bool		changed = false;
	Node	   *node = NULL;
	int			count = 0;
	char	   *closing = need_format("</%s>", text_element);

	for (const char *at = part->data;; at++)
	{
		bool		boundary = *at == '\0' || begins(at, paragraph) || (at[0] == '<' && at[1] == '/' && strncmp(at + 2, paragraph, strlen(paragraph)) == 0 && at[2 + strlen(paragraph)] == '>');

		if (boundary && count > 0)
		{
			if (fill_nodes(document, node, count, unknown))
			{
				changed = true;
				for (int i = 0; i < count; i++)
				{
					text_bytes(&made, part->data + written, node[i].from - written);
					text_xml(&made, node[i].new.data);
					written = node[i].to;
				}
			}
			count = 0;
		}
		if (*at == '\0')
			break;
		if (begins(at, text_element))
		{
			const char *open = strchr(at, '>');
			const char *close = open && open[-1] != '/' ? strstr(open, closing) : NULL;

			if (close == NULL)
				continue;
			node = need_more(node, sizeof *node * (size_t) (count + 1));
			node[count] = (Node) {.from = (size_t) (open + 1 - part->data), .to = (size_t) (close - part->data)};
			decode(&node[count].old, open + 1, (size_t) (close - open - 1));
			count++;
			at = close;
		}
		else
		{
			const char *next = strchr(at + 1, '<');

			at = next ? next - 1 : at + strlen(at) - 1;
		}
	}
	if (!changed)
		return false;
	text_bytes(&made, part->data + written, part->length - written);
	*part = made;
	return true;
}

/* The end of a form: what it could not fill is told, and it is written. */
static bool
finish(zip_t *archive, const char *made, const char *form, const char *path, Unknown *unknown, char **problem)
{
	Text		content = {0};

	if (!archive_close(archive, made, problem))
		return false;
	if (!text_read(&content, made) || !text_save(&content, path))
	{
		*problem = need_format("%s: %s", path, strerror(errno));
		return false;
	}
	if (unknown->count)
		*problem = need_format(TEXT("%s: these places say nothing here and stay as they are: %s%s", "%s：下列占位在本报告中无所指，保持原样：%s%s"), form, unknown->names.data,
							   unknown->count > 8 ? TEXT(" and others", "等") : "");
	else if (unknown->filled == 0)
		*problem = need_format(TEXT("%s has no places to fill, such as {{F028}}", "%s中没有可填的占位，如{{F028}}"), form);
	return true;
}

/* A copy of the form to work on; NULL with a sentence in *problem. */
static zip_t *
open_copy(const char *form, char **made, char **problem)
{
	Text		content = {0};

	*made = task_file(need_format("form%s", strrchr(form, '.')));
	if (!text_read(&content, form) || !text_save(&content, *made))
	{
		*problem = need_format("%s: %s", form, strerror(errno));
		return NULL;
	}
	return archive_open(*made, false, problem);
}

bool
fill_docx(Document *document, const char *form, const char *path, char **problem)
{
	char	   *made;
	zip_t	   *archive = open_copy(form, &made, problem);
	Unknown		unknown = {{0}, 0, 0};
	char	   *broken = NULL;

	if (archive == NULL)
		return false;
	for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); i++)
	{
		const char *name = zip_get_name(archive, (zip_uint64_t) i, 0);
		char	   *kept = text_copy(name);
		Text	   *part = need(sizeof *part);

		if (kept == NULL || strncmp(kept, "word/", 5) != 0 || strchr(kept + 5, '/') || strstr(kept, ".xml") == NULL)
			continue;
		if (!archive_read_xml(archive, kept, part, &broken))
		{
			if (broken == NULL)
				continue;
			*problem = need_format("%s: %s", form, broken);
			zip_discard(archive);
			return false;
		}
		if (fill_part(document, part, "w:t", "w:p", &unknown) && !archive_write(archive, kept, part))
		{
			*problem = need_format("%s: %s", form, zip_strerror(archive));
			zip_discard(archive);
			return false;
		}
	}
	return finish(archive, made, form, path, &unknown, problem);
}

/* ------------------------------------------------------------------ workbooks */

/* Where a text first stands from here to before an end; NULL if nowhere. What is behind the end is not looked at: there may be much of it. */
static const char *
within(const char *from, const char *end, const char *text)
{
	return from < end ? memmem(from, (size_t) (end - from), text, strlen(text)) : NULL;
}

/* The value of an attribute of the tag that begins here; NULL when it has none. */
static char *
attribute(const char *tag, const char *name)
{
	const char *end = strchr(tag, '>');
	char		wanted[16];
	const char *found;
	Text		out = {0};

	snprintf(wanted, sizeof wanted, " %s=\"", name);
	found = end ? within(tag, end, wanted) : NULL;
	if (found == NULL)
		return NULL;
	found += strlen(wanted);
	decode(&out, found, strcspn(found, "\""));
	return out.data;
}

/* The beginning of a cell's tag. */
static char *
cell_tag(const char *reference, const char *style)
{
	Text		out = {0};

	text_add(&out, "<c r=\"");
	text_xml(&out, reference);
	if (style)
	{
		text_add(&out, "\" s=\"");
		text_xml(&out, style);
	}
	text_add(&out, "\"");
	return out.data;
}

/* A cell's XML: the number, or the text where there is none; with the style that the cell had. */
static char *
cell_xml(const char *reference, const char *style, const Said *said)
{
	Text		out = {0};

	text_add(&out, cell_tag(reference, style));
	if (said->number)
		text_format(&out, "><v>%s</v></c>", said->number);
	else
	{
		text_add(&out, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
		text_xml(&out, said->text);
		text_add(&out, "</t></is></c>");
	}
	return out.data;
}

/* The end of an element that begins at its tag: behind /> or behind its closing tag. */
static const char *
end_of(const char *tag, const char *closing)
{
	const char *open = strchr(tag, '>');
	const char *close;

	if (open == NULL)
		return tag + strlen(tag);
	if (open[-1] == '/')
		return open + 1;
	close = strstr(open, closing);
	return close ? close + strlen(closing) : tag + strlen(tag);
}

static long
column_number(const char *reference)
{
	long		number = 0;

	for (; isalpha((unsigned char) *reference); reference++)
		number = number * 26 + toupper((unsigned char) *reference) - 'A' + 1;
	return number;
}

/* A1 to XFD1048576 */
static bool
is_reference(const char *text)
{
	size_t		letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t		digits = strspn(text + letters, "0123456789");
	long		row = strtol(text + letters, NULL, 10);

	return letters > 0 && letters <= 3 && digits > 0 && digits <= 7 && text[letters + digits] == '\0' &&
		column_number(text) <= 16384 && row >= 1 && row <= 1048576;
}

static void
splice(Text *text, size_t from, size_t to, const char *new)
{
	Text		made = {0};

	text_bytes(&made, text->data, from);
	text_add(&made, new);
	text_bytes(&made, text->data + to, text->length - to);
	*text = made;
}

/* Set one cell of a sheet, which may not stand there yet. */
static void
set_cell(Text *sheet, const char *reference, const Said *said)
{
	long		row = strtol(reference + strspn(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), NULL, 10);
	const char *data = strstr(sheet->data, "<sheetData");
	const char *place = NULL;

	for (const char *at = data; at && (at = strstr(at, "<row")) != NULL; at++)
	{
		char	   *number = begins(at, "row") ? attribute(at, "r") : NULL;
		const char *end = end_of(at, "</row>");

		if (number == NULL || strtol(number, NULL, 10) < row)
		{
			place = end;
			continue;
		}
		if (strtol(number, NULL, 10) > row)
			break;
		if (end[-2] == '/')		/* a row without cells */
		{
			splice(sheet, (size_t) (end - 2 - sheet->data), (size_t) (end - sheet->data), need_format(">%s</row>", cell_xml(reference, NULL, said)));
			return;
		}
		place = strchr(at, '>') + 1;
		for (const char *cell = place; cell && cell < end; cell = strstr(cell + 1, "<c"))
		{
			char	   *there = begins(cell, "c") ? attribute(cell, "r") : NULL;

			if (there == NULL)
				continue;
			if (strcasecmp(there, reference) == 0)
			{
				splice(sheet, (size_t) (cell - sheet->data), (size_t) (end_of(cell, "</c>") - sheet->data), cell_xml(reference, attribute(cell, "s"), said));
				return;
			}
			if (column_number(there) > column_number(reference))
				break;
			place = end_of(cell, "</c>");
		}
		splice(sheet, (size_t) (place - sheet->data), (size_t) (place - sheet->data), cell_xml(reference, NULL, said));
		return;
	}
	if (data == NULL)
		return;
	if (place == NULL)
	{
		place = strchr(data, '>') + 1;
		if (place[-2] == '/')	/* a sheet without rows */
		{
			splice(sheet, (size_t) (place - 2 - sheet->data), (size_t) (place - sheet->data), need_format("><row r=\"%ld\">%s</row></sheetData>", row, cell_xml(reference, NULL, said)));
			return;
		}
	}
	splice(sheet, (size_t) (place - sheet->data), (size_t) (place - sheet->data), need_format("<row r=\"%ld\">%s</row>", row, cell_xml(reference, NULL, said)));
}

/* What a cell's name says: F028, emgov_F028, _F028, F028.rate, F028_rate. */
static bool
name_says(const Document *document, const char *name, Said *said)
{
	char	   *place;

	if (strncmp(name, "emgov_", 6) == 0 || strncmp(name, "emgov.", 6) == 0)
		name += 6;
	else if (*name == '_' && name[1] != 'x')
		name++;
	else if (!isupper((unsigned char) *name) || strpbrk(name, "0123456789") == NULL)
		return false;			/* a name of the form's own, such as Print_Area */
	if (says(document, name, said))
		return true;
	place = text_copy(name);
	if (strrchr(place, '_') == NULL)
		return false;
	*strrchr(place, '_') = '.';
	return says(document, place, said);
}

/* The file of a sheet in the archive, by its name. */
static char *
sheet_file(const char *workbook, const char *relations, const char *name)
{
	for (const char *at = workbook; (at = strstr(at, "<sheet ")) != NULL; at++)
	{
		char	   *this = attribute(at, "name");
		char	   *id = attribute(at, "r:id");

		if (this == NULL || id == NULL || strcmp(this, name) != 0)
			continue;
		for (const char *rel = relations; (rel = strstr(rel, "<Relationship ")) != NULL; rel++)
		{
			char	   *target = attribute(rel, "Target");
			char	   *rel_id = attribute(rel, "Id");

			if (target && rel_id && strcmp(rel_id, id) == 0)
				return *target == '/' ? text_copy(target + 1) : need_format("xl/%s", target);
		}
	}
	return NULL;
}

/* What a text of <t> elements says, if it is one place and nothing else, and that is a number; else NULL. */
static Said *
whole_place(const Document *document, const char *from, const char *end)
{
	Text		text = {0};
	Said	   *said = need(sizeof *said);

	text_bytes(&text, "", 0);
	for (const char *t = within(from, end, "<t"); t; t = within(t + 1, end, "<t"))
		if (begins(t, "t") && strchr(t, '>')[-1] != '/' && within(t, end, "</t>"))
			decode(&text, strchr(t, '>') + 1, (size_t) (within(t, end, "</t>") - strchr(t, '>') - 1));
	if (text.length > 4 && text.length < 200 && strncmp(text.data, "{{", 2) == 0 && strstr(text.data, "}}") == text.data + text.length - 2 &&
		says(document, text_slice(text.data + 2, text.length - 4), said) && said->number)
		return said;
	return NULL;
}

/* The same of each text of sharedStrings.xml, by its number. */
static Said **
whole_places(const Document *document, const Text *strings, int *count)
{
	Said	  **whole = NULL;

	*count = 0;
	for (const char *at = strings->data; at && (at = strstr(at, "<si")) != NULL; at++)
		if (begins(at, "si"))
		{
			const char *end = end_of(at, "</si>");

			whole = need_more(whole, sizeof(Said *) * (size_t) (*count + 1));
			whole[(*count)++] = whole_place(document, at, end);
			at = end - 1;
		}
	return whole;
}

/* Cells that are one place become numbers; what formulas came to is left to be computed again. */
static bool
fill_cells(const Document *document, Text *sheet, Said *const *whole, int count, Unknown *unknown)
{
	Text		made = {0};
	const char *written = sheet->data;
	bool		changed = false;

	for (const char *at = strstr(sheet->data, "<c"); at; at = strstr(at + 1, "<c"))
	{
		const char *end = begins(at, "c") ? end_of(at, "</c>") : NULL;
		char	   *type = end ? attribute(at, "t") : NULL;
		char	   *reference = end ? attribute(at, "r") : NULL;
		const char *formula;
		const char *value;
		char	   *new = NULL;

		if (end == NULL || reference == NULL)
			continue;
		value = within(at, end, "<v>");
		formula = within(at, end, "<f");
		if (formula)
		{
			const char *formula_end = end_of(formula, "</f>");

			if (value == NULL || formula_end > end)
				continue;
			new = need_format("%s>%.*s</c>", cell_tag(reference, attribute(at, "s")), (int) (formula_end - formula), formula);
		}
		else if (type && strcmp(type, "s") == 0 && value)
		{
			long		index = strtol(value + 3, NULL, 10);

			if (index >= 0 && index < count && whole[index])
				new = cell_xml(reference, attribute(at, "s"), whole[index]);
		}
		else if (type && strcmp(type, "inlineStr") == 0)
		{
			const Said *said = whole_place(document, at, end);

			new = said ? cell_xml(reference, attribute(at, "s"), said) : NULL;
		}
		if (new == NULL)
			continue;
		if (formula == NULL)
			unknown->filled++;
		text_bytes(&made, written, (size_t) (at - written));
		text_add(&made, new);
		written = end;
		changed = true;
	}
	if (!changed)
		return false;
	text_add(&made, written);
	*sheet = made;
	return true;
}

bool
fill_xlsx(Document *document, const char *form, const char *path, char **problem)
{
	char	   *made;
	zip_t	   *archive = open_copy(form, &made, problem);
	Unknown		unknown = {{0}, 0, 0};
	Text		workbook = {0};
	Text		relations = {0};
	Text	   *strings = need(sizeof *strings);
	Text	   *parts[512];
	char	   *names[512];
	bool		changed[512];
	int			sheets = 0;
	Said	  **whole;
	int			count = 0;
	bool		good = true;
	char	   *broken = NULL;

	if (archive == NULL)
		return false;
	if (!archive_read_xml(archive, "xl/workbook.xml", &workbook, &broken) || !archive_read_xml(archive, "xl/_rels/workbook.xml.rels", &relations, &broken))
	{
		*problem = broken ? need_format("%s: %s", form, broken) : need_format(TEXT("%s is no workbook", "%s不是工作簿"), form);
		zip_discard(archive);
		return false;
	}
	if (!archive_read_xml(archive, "xl/sharedStrings.xml", strings, &broken))
	{
		*strings = (Text) {0};
		text_bytes(strings, "", 0);
	}
	whole = whole_places(document, strings, &count);
	for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0) && sheets < 512; i++)
	{
		const char *name = zip_get_name(archive, (zip_uint64_t) i, 0);

		if (name == NULL || strncmp(name, "xl/worksheets/", 14) != 0 || strchr(name + 14, '/') || strstr(name, ".xml") == NULL)
			continue;
		names[sheets] = text_copy(name);
		parts[sheets] = need(sizeof(Text));
		if (!archive_read_xml(archive, names[sheets], parts[sheets], &broken))
			continue;
		changed[sheets] = fill_cells(document, parts[sheets], whole, count, &unknown);
		changed[sheets] = fill_part(document, parts[sheets], "t", "is", &unknown) || changed[sheets];
		sheets++;
	}
	if (broken)
	{
		*problem = need_format("%s: %s", form, broken);
		zip_discard(archive);
		return false;
	}
	for (const char *at = workbook.data; (at = strstr(at, "<definedName ")) != NULL; at++)
	{
		char	   *name = attribute(at, "name");
		const char *open = strchr(at, '>');
		Text		target = {0};
		char	   *bang;
		char	   *cell;
		Said		said;

		if (name == NULL || open == NULL || open[-1] == '/' || strncmp(name, "_xl", 3) == 0)
			continue;
		decode(&target, open + 1, strcspn(open + 1, "<"));
		bang = strrchr(target.data, '!');
		if (bang == NULL || strchr(bang, ':') || !name_says(document, name, &said))
		{
			if (bang && !strchr(bang, ':') && strncmp(name, "emgov", 5) == 0)
				unknown_add(&unknown, name);
			continue;
		}
		*bang = '\0';
		cell = need(strlen(bang + 1) + 1);
		for (const char *c = bang + 1; *c; c++)
			if (*c != '$')
				cell[strlen(cell)] = *c;
		if (!is_reference(cell))
		{
			unknown_add(&unknown, name);
			continue;
		}
		if (*target.data == '\'')	/* 'It''s' */
		{
			char	   *to = target.data;

			for (const char *c = target.data + 1; *c; c++)
				if (*c != '\'' || (c[1] == '\'' && *++c))
					*to++ = *c;
			*to = '\0';
		}
		for (int i = 0; i < sheets; i++)
		{
			char	   *file = sheet_file(workbook.data, relations.data, target.data);

			if (file && strcmp(file, names[i]) == 0)
			{
				set_cell(parts[i], cell, &said);
				changed[i] = true;
				unknown.filled++;
			}
		}
	}
	if (fill_part(document, strings, "t", "si", &unknown))
		good = archive_write(archive, "xl/sharedStrings.xml", strings);
	for (int i = 0; i < sheets && good; i++)
		good = !changed[i] || archive_write(archive, names[i], parts[i]);
	if (!good)
	{
		*problem = need_format("%s: %s", form, zip_strerror(archive));
		zip_discard(archive);
		return false;
	}
	return finish(archive, made, form, path, &unknown, problem);
}
