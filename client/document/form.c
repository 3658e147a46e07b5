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
#include "document/xml.h"
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

/* The text nodes of a paragraph, gathered as it is read. */
typedef struct Filling
{
	const Document *document;
	Unknown    *unknown;
	XmlEdits	edits;
	const char *paragraph;		/* what its elements are called */
	Node	   *node;
	int			count;
	int			room;
	bool		inside;			/* in a text element */
	bool		mixed;			/* which holds elements: it is left alone */
} Filling;

static void
node_begins(Filling *filling, size_t to)
{
	if (filling->count == filling->room)
	{
		filling->room = filling->room ? filling->room * 2 : 16;
		filling->node = need_more(filling->node, sizeof *filling->node * (size_t) filling->room);
	}
	filling->node[filling->count] = (Node) {.from = to, .to = to};
	text_bytes(&filling->node[filling->count].old, "", 0);
	filling->inside = true;
	filling->mixed = false;
}

static void
node_ends(Filling *filling, size_t from)
{
	if (!filling->mixed && from > filling->node[filling->count].from)
		filling->node[filling->count++].to = from;
	filling->inside = false;
}

/* The end of a paragraph: its places are filled. */
static void
paragraph_ends(Filling *filling)
{
	if (filling->count > 0 && fill_nodes(filling->document, filling->node, filling->count, filling->unknown))
		for (int i = 0; i < filling->count; i++)
		{
			Text		text = {0};

			text_add(&text, "");
			text_xml(&text, filling->node[i].new.data);
			xml_edit(&filling->edits, filling->node[i].from, filling->node[i].to, text.data);
		}
	filling->count = 0;
}

static void
filling_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Filling    *filling = data;

	(void) attributes;
	(void) from;
	if (strcmp(name, filling->paragraph) == 0)
		paragraph_ends(filling);	/* one within another, as in a text box */
	else if (filling->inside)
		filling->mixed = true;
	else if (strcmp(name, "t") == 0)
		node_begins(filling, to);
}

static void
filling_end(void *data, const char *name, size_t from, size_t to)
{
	Filling    *filling = data;

	(void) to;
	if (strcmp(name, filling->paragraph) == 0)
	{
		task_stop_if_asked();
		paragraph_ends(filling);
	}
	else if (filling->inside && strcmp(name, "t") == 0)
		node_ends(filling, from);
}

static void
filling_text(void *data, const char *text, size_t length)
{
	Filling    *filling = data;

	if (filling->inside)
		text_bytes(&filling->node[filling->count].old, text, length);
}

/* Fill the places of a part, paragraph by paragraph; *changed says whether there were any. */
static bool
fill_part(const Document *document, Text *part, const char *paragraph, Unknown *unknown, bool *changed, char **problem)
{
	static const XmlEvents events = {filling_start, filling_end, filling_text};
	Filling		filling = {.document = document, .unknown = unknown, .paragraph = paragraph};

	if (!xml_read(part, &events, &filling, problem))
		return false;
	*changed = xml_apply(part, &filling.edits);
	return true;
}

/* A part of a form cannot be edited: which, and why. */
static char *
cannot_edit(const char *form, const char *name, const char *why)
{
	return need_format(TEXT("%s: %s in it cannot be edited: %s", "%s：其中的%s无法填写：%s"), form, name, why);
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
		bool		changed = false;

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
		if (!fill_part(document, part, "p", &unknown, &changed, &broken))
		{
			*problem = cannot_edit(form, kept, broken);
			zip_discard(archive);
			return false;
		}
		if (changed && !archive_write(archive, kept, part))
		{
			*problem = need_format("%s: %s", form, zip_strerror(archive));
			zip_discard(archive);
			return false;
		}
	}
	return finish(archive, made, form, path, &unknown, problem);
}

/* ------------------------------------------------------------------ workbooks */

/* A cell of a workbook that has a name of ours: what it says goes there. */
typedef struct Target
{
	char	   *file;			/* of its sheet */
	long		row;
	long		column;
	char	   *reference;
	Said		said;
	bool		placed;
} Target;

/* What is read of a workbook: its sheets, where they lie, and its names. */
typedef struct Book
{
	const Document *document;
	Unknown    *unknown;
	struct
	{
		char	   *name;
		char	   *id;
		char	   *file;		/* NULL: it is said nowhere */
	}			sheet[512];
	int			sheets;
	Target	   *target;
	int			targets;
	char	   *defined;		/* the name whose text is being read */
	Text		text;
	Said	  **whole;			/* of each shared string: what it says, if it is one place and a number */
	int			strings;
	int			room;
} Book;

static long
column_number(const char *reference)
{
	long		number = 0;

	for (; isalpha((unsigned char) *reference) && number < 100000; reference++)
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

/* A name and the cell that it is of, 'It''s'!$B$2, as a target. */
static void
take_name(Book *book, const char *name, char *where)
{
	char	   *bang = strrchr(where, '!');
	char	   *cell;
	char	   *file = NULL;
	Said		said;

	if (bang == NULL || strchr(bang, ':') || strncmp(name, "_xl", 3) == 0 || !name_says(book->document, name, &said))
	{
		if (bang && !strchr(bang, ':') && strncmp(name, "emgov", 5) == 0)
			unknown_add(book->unknown, name);
		return;
	}
	*bang = '\0';
	cell = need(strlen(bang + 1) + 1);
	for (const char *c = bang + 1; *c; c++)
		if (*c != '$')
			cell[strlen(cell)] = *c;
	if (*where == '\'')
	{
		char	   *to = where;

		for (const char *c = where + 1; *c; c++)
			if (*c != '\'' || (c[1] == '\'' && *++c))
				*to++ = *c;
		*to = '\0';
	}
	for (int i = 0; i < book->sheets; i++)
		if (book->sheet[i].file && strcmp(book->sheet[i].name, where) == 0)
			file = book->sheet[i].file;
	if (!is_reference(cell) || file == NULL)
	{
		unknown_add(book->unknown, name);
		return;
	}
	book->target = need_more(book->target, sizeof *book->target * (size_t) (book->targets + 1));
	book->target[book->targets++] = (Target) {file, strtol(cell + strcspn(cell, "0123456789"), NULL, 10), column_number(cell), cell, said, false};
}

/* Sheets come before the names that speak of them; the file of each is known from the relations, which are read first. */
static void
relation_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Book	   *book = data;
	const char *id = xml_attribute(attributes, "Id");
	const char *target = xml_attribute(attributes, "Target");

	(void) from;
	(void) to;
	if (strcmp(name, "Relationship") != 0 || id == NULL || target == NULL)
		return;
	for (int i = 0; i < book->sheets; i++)
		if (strcmp(book->sheet[i].id, id) == 0)
			book->sheet[i].file = *target == '/' ? text_copy(target + 1) : need_format("xl/%s", target);
}

static void
sheet_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Book	   *book = data;
	const char *sheet = xml_attribute(attributes, "name");
	const char *id = xml_attribute(attributes, "id");

	(void) from;
	(void) to;
	if (strcmp(name, "sheet") != 0 || sheet == NULL || id == NULL || book->sheets >= 512)
		return;
	book->sheet[book->sheets].name = text_copy(sheet);
	book->sheet[book->sheets++].id = text_copy(id);
}

static void
names_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Book	   *book = data;
	const char *defined = xml_attribute(attributes, "name");

	(void) from;
	(void) to;
	if (strcmp(name, "definedName") != 0)
		return;
	book->defined = text_copy(defined);
	book->text = (Text) {0};
	text_bytes(&book->text, "", 0);
}

static void
names_text(void *data, const char *text, size_t length)
{
	Book	   *book = data;

	if (book->defined)
		text_bytes(&book->text, text, length);
}

static void
names_end(void *data, const char *name, size_t from, size_t to)
{
	Book	   *book = data;

	(void) from;
	(void) to;
	if (book->defined && strcmp(name, "definedName") == 0)
	{
		take_name(book, book->defined, book->text.data);
		book->defined = NULL;
	}
}

/* What a text says, if it is one place and nothing else, and that is a number; else NULL. */
static Said *
whole_place(const Document *document, const Text *text)
{
	Said	   *said;

	if (text->length <= 4 || text->length >= 200 || strncmp(text->data, "{{", 2) != 0 || strstr(text->data, "}}") != text->data + text->length - 2)
		return NULL;
	said = need(sizeof *said);
	return says(document, text_slice(text->data + 2, text->length - 4), said) && said->number ? said : NULL;
}

/* The texts of sharedStrings.xml, by their numbers. */
static void
strings_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Book	   *book = data;

	(void) attributes;
	(void) from;
	(void) to;
	if (strcmp(name, "si") == 0)
	{
		book->text = (Text) {0};
		text_bytes(&book->text, "", 0);
	}
	else if (strcmp(name, "t") == 0)
		book->defined = text_copy("t");
}

static void
strings_end(void *data, const char *name, size_t from, size_t to)
{
	Book	   *book = data;

	(void) from;
	(void) to;
	if (strcmp(name, "t") == 0)
		book->defined = NULL;
	else if (strcmp(name, "si") == 0)
	{
		if (book->strings == book->room)
		{
			book->room = book->room ? book->room * 2 : 256;
			book->whole = need_more(book->whole, sizeof(Said *) * (size_t) book->room);
		}
		book->whole[book->strings++] = whole_place(book->document, &book->text);
		free(book->text.data);
		book->text = (Text) {0};
	}
}

/* ------------------------------------------------------------------ the cells of a sheet */

typedef struct Sheet
{
	Book	   *book;
	const char *file;
	const Text *content;
	Filling		inline_text;	/* of the cell's own text */
	char		prefix[32];		/* of its elements, with the colon */
	long		row;
	long		column;
	size_t		row_to;			/* behind the tag of an empty row, else 0 */
	size_t		data_to;		/* the same of the rows as a whole */
	bool		in_cell;
	bool		in_value;
	size_t		cell_from;
	char	   *reference;
	char	   *style;
	char	   *type;
	Text		value;
	bool		has_value;
	size_t		formula_from;	/* both 0: it has none */
	size_t		formula_to;
} Sheet;

/* A cell's XML: the number, or the text where there is none; with the style that the cell had. */
static char *
cell_xml(const Sheet *sheet, const char *reference, const char *style, const Said *said)
{
	const char *p = sheet->prefix;
	Text		out = {0};

	text_format(&out, "<%sc", p);
	if (reference)
	{
		text_add(&out, " r=\"");
		text_xml(&out, reference);
		text_add(&out, "\"");
	}
	if (style)
	{
		text_add(&out, " s=\"");
		text_xml(&out, style);
		text_add(&out, "\"");
	}
	if (said && said->number)
		text_format(&out, "><%sv>%s</%sv></%sc>", p, said->number, p, p);
	else if (said)
	{
		text_format(&out, " t=\"inlineStr\"><%sis><%st xml:space=\"preserve\">", p, p);
		text_xml(&out, said->text);
		text_format(&out, "</%st></%sis></%sc>", p, p, p);
	}
	else						/* a formula without what it came to */
	{
		text_add(&out, ">");
		text_bytes(&out, sheet->content->data + sheet->formula_from, sheet->formula_to - sheet->formula_from);
		text_format(&out, "</%sc>", p);
	}
	return out.data;
}

static bool
same_cell(const Target *a, const Target *b)
{
	return a->row == b->row && a->column == b->column && strcmp(a->file, b->file) == 0;
}

/* The targets of a row that stand before a column and are not there yet, as cells; as rows those of all rows before one. */
static char *
cells_before(Sheet *sheet, long row, long column)
{
	Text		out = {0};

	for (int i = 0; i < sheet->book->targets; i++)
	{
		Target	   *target = &sheet->book->target[i];

		if (!target->placed && target->row == row && target->column < column && strcmp(target->file, sheet->file) == 0)
		{
			target->placed = true;
			if (i > 0 && same_cell(target, target - 1))
				continue;		/* a cell of two names says the first */
			text_add(&out, cell_xml(sheet, target->reference, NULL, &target->said));
			sheet->book->unknown->filled++;
		}
	}
	return out.data;
}

static char *
rows_before(Sheet *sheet, long row)
{
	Text		out = {0};

	for (int i = 0; i < sheet->book->targets; i++)
	{
		Target	   *target = &sheet->book->target[i];

		if (!target->placed && target->row < row && strcmp(target->file, sheet->file) == 0)
		{
			char	   *cells = cells_before(sheet, target->row, 16385);

			text_format(&out, "<%srow r=\"%ld\">%s</%srow>", sheet->prefix, target->row, cells, sheet->prefix);
		}
	}
	return out.data;
}

static bool
is_empty(const Sheet *sheet, size_t to)
{
	return to >= 2 && sheet->content->data[to - 2] == '/';
}

static void
cells_start(void *data, const char *name, const char *const *attributes, size_t from, size_t to)
{
	Sheet	   *sheet = data;
	const char *reference = xml_attribute(attributes, "r");
	char	   *before;

	if (strcmp(name, "sheetData") == 0)
	{
		const char *tag = sheet->content->data + from + 1;
		size_t		length = strcspn(tag, ":");

		if (length < sizeof sheet->prefix - 1 && strncmp(tag + length, ":sheetData", 10) == 0)
			snprintf(sheet->prefix, sizeof sheet->prefix, "%.*s:", (int) length, tag);
		sheet->data_to = is_empty(sheet, to) ? to : 0;
	}
	else if (strcmp(name, "row") == 0)
	{
		task_stop_if_asked();
		sheet->row = reference && strtol(reference, NULL, 10) > 0 ? strtol(reference, NULL, 10) : sheet->row + 1;
		sheet->column = 0;
		sheet->row_to = is_empty(sheet, to) ? to : 0;
		if ((before = rows_before(sheet, sheet->row)) != NULL)
			xml_edit(&sheet->inline_text.edits, from, from, before);
	}
	else if (strcmp(name, "c") == 0 && !sheet->in_cell)
	{
		const char *style = xml_attribute(attributes, "s");
		const char *type = xml_attribute(attributes, "t");

		sheet->in_cell = true;
		sheet->column = reference && column_number(reference) > 0 ? column_number(reference) : sheet->column + 1;
		sheet->cell_from = from;
		sheet->reference = reference ? text_copy(reference) : NULL;
		sheet->style = style ? text_copy(style) : NULL;
		sheet->type = type ? text_copy(type) : NULL;
		sheet->value.length = 0;
		text_bytes(&sheet->value, "", 0);
		sheet->has_value = false;
		sheet->formula_from = sheet->formula_to = 0;
		sheet->inline_text.count = 0;
		if ((before = cells_before(sheet, sheet->row, sheet->column)) != NULL)
			xml_edit(&sheet->inline_text.edits, from, from, before);
	}
	else if (sheet->in_cell && strcmp(name, "v") == 0)
		sheet->in_value = sheet->has_value = true;
	else if (sheet->in_cell && strcmp(name, "f") == 0)
	{
		sheet->formula_from = from;
		sheet->formula_to = to;
	}
	else if (sheet->in_cell && sheet->inline_text.inside)
		sheet->inline_text.mixed = true;
	else if (sheet->in_cell && strcmp(name, "t") == 0)
		node_begins(&sheet->inline_text, to);
}

static void
cells_text(void *data, const char *text, size_t length)
{
	Sheet	   *sheet = data;

	if (sheet->in_value)
		text_bytes(&sheet->value, text, length);
	else if (sheet->inline_text.inside)
		text_bytes(&sheet->inline_text.node[sheet->inline_text.count].old, text, length);
}

/* The end of a cell: a name's, a formula's, or one that is one place; or a text with places. */
static void
cell_ends(Sheet *sheet, size_t to)
{
	Filling    *filling = &sheet->inline_text;
	Book	   *book = sheet->book;
	char	   *new = NULL;

	sheet->in_cell = false;
	for (int i = 0; i < book->targets && new == NULL; i++)
	{
		Target	   *target = &book->target[i];

		if (!target->placed && target->row == sheet->row && target->column == sheet->column && strcmp(target->file, sheet->file) == 0)
		{
			new = cell_xml(sheet, target->reference, sheet->style, &target->said);
			target->placed = true;
			for (Target *other = target + 1; other < book->target + book->targets && same_cell(other, target); other++)
				other->placed = true;
			book->unknown->filled++;
		}
	}
	if (new == NULL && sheet->formula_to)
	{
		if (!sheet->has_value)
			return;
		new = cell_xml(sheet, sheet->reference, sheet->style, NULL);
	}
	else if (new == NULL && sheet->type && strcmp(sheet->type, "s") == 0 && sheet->has_value)
	{
		long		index = strtol(sheet->value.data, NULL, 10);

		if (index >= 0 && index < book->strings && book->whole[index])
		{
			new = cell_xml(sheet, sheet->reference, sheet->style, book->whole[index]);
			book->unknown->filled++;
		}
	}
	else if (new == NULL && filling->count > 0)
	{
		Text		text = {0};
		const Said *said;

		text_bytes(&text, "", 0);
		for (int i = 0; i < filling->count; i++)
			text_bytes(&text, filling->node[i].old.data, filling->node[i].old.length);
		said = whole_place(book->document, &text);
		if (said)
		{
			new = cell_xml(sheet, sheet->reference, sheet->style, said);
			book->unknown->filled++;
		}
		else
			paragraph_ends(filling);
	}
	if (new)
		xml_edit(&filling->edits, sheet->cell_from, to, new);
}

static void
cells_end(void *data, const char *name, size_t from, size_t to)
{
	Sheet	   *sheet = data;
	XmlEdits   *edits = &sheet->inline_text.edits;
	char	   *more;

	if (strcmp(name, "v") == 0)
		sheet->in_value = false;
	else if (strcmp(name, "t") == 0 && sheet->inline_text.inside)
		node_ends(&sheet->inline_text, from);
	else if (strcmp(name, "f") == 0 && sheet->in_cell && to > sheet->formula_to)
		sheet->formula_to = to;
	else if (strcmp(name, "c") == 0 && sheet->in_cell)
		cell_ends(sheet, to);
	else if (strcmp(name, "row") == 0 && (more = cells_before(sheet, sheet->row, 16385)) != NULL)
	{
		if (sheet->row_to)
			xml_edit(edits, sheet->row_to - 2, sheet->row_to, need_format(">%s</%srow>", more, sheet->prefix));
		else
			xml_edit(edits, from, from, more);
	}
	else if (strcmp(name, "sheetData") == 0 && (more = rows_before(sheet, 1048577)) != NULL)
	{
		if (sheet->data_to)
			xml_edit(edits, sheet->data_to - 2, sheet->data_to, need_format(">%s</%ssheetData>", more, sheet->prefix));
		else
			xml_edit(edits, from, from, more);
	}
}

static int
by_place(const void *a, const void *b)
{
	const Target *x = a;
	const Target *y = b;

	int			file = strcmp(x->file, y->file);

	return file ? file : x->row != y->row ? (x->row < y->row ? -1 : 1) : x->column != y->column ? (x->column < y->column ? -1 : 1) : 0;
}

bool
fill_xlsx(Document *document, const char *form, const char *path, char **problem)
{
	static const XmlEvents sheets = {sheet_start, NULL, NULL};
	static const XmlEvents relations = {relation_start, NULL, NULL};
	static const XmlEvents names = {names_start, names_end, names_text};
	static const XmlEvents strings = {strings_start, strings_end, names_text};
	static const XmlEvents cells = {cells_start, cells_end, cells_text};
	const struct
	{
		const char *name;
		const XmlEvents *events;
		bool		needed;
	}			reads[] = {
		{"xl/workbook.xml", &sheets, true}, {"xl/_rels/workbook.xml.rels", &relations, true}, {"xl/workbook.xml", &names, true}, {"xl/sharedStrings.xml", &strings, false}};
	char	   *made;
	zip_t	   *archive = open_copy(form, &made, problem);
	Unknown		unknown = {{0}, 0, 0};
	Book		book = {.document = document, .unknown = &unknown};
	Text	   *shared = need(sizeof *shared);
	char	   *broken = NULL;
	bool		changed = false;

	if (archive == NULL)
		return false;
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
	{
		Text		part = {0};

		if (!archive_read_xml(archive, reads[i].name, &part, &broken))
		{
			if (broken == NULL && !reads[i].needed)
				continue;
			*problem = broken ? need_format("%s: %s", form, broken) : need_format(TEXT("%s is no workbook", "%s不是工作簿"), form);
			zip_discard(archive);
			return false;
		}
		if (!xml_read(&part, reads[i].events, &book, &broken))
		{
			*problem = cannot_edit(form, reads[i].name, broken);
			zip_discard(archive);
			return false;
		}
		if (reads[i].events == &strings)
			*shared = part;
		else
			free(part.data);
	}
	qsort(book.target, (size_t) book.targets, book.targets ? sizeof *book.target : 1, by_place);
	for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); i++)
	{
		char	   *name = text_copy(zip_get_name(archive, (zip_uint64_t) i, 0));
		Text	   *part = need(sizeof *part);
		Sheet		sheet = {.book = &book, .file = name, .content = part, .inline_text = {.document = document, .unknown = &unknown}};

		if (name == NULL || strncmp(name, "xl/worksheets/", 14) != 0 || strchr(name + 14, '/') || strstr(name, ".xml") == NULL)
			continue;
		if (!archive_read_xml(archive, name, part, &broken) || !xml_read(part, &cells, &sheet, &broken))
		{
			*problem = part->data ? cannot_edit(form, name, broken) : need_format("%s: %s", form, broken ? broken : name);
			zip_discard(archive);
			return false;
		}
		if (!xml_apply(part, &sheet.inline_text.edits))
			free(part->data);
		else if (!archive_write(archive, name, part))
		{
			*problem = need_format("%s: %s", form, zip_strerror(archive));
			zip_discard(archive);
			return false;
		}
	}
	for (int i = 0; i < book.targets; i++)
		if (!book.target[i].placed)
			unknown_add(&unknown, book.target[i].reference);
	if (shared->data && (!fill_part(document, shared, "si", &unknown, &changed, &broken) || (changed && !archive_write(archive, "xl/sharedStrings.xml", shared))))
	{
		*problem = need_format("%s: %s", form, broken ? broken : zip_strerror(archive));
		zip_discard(archive);
		return false;
	}
	return finish(archive, made, form, path, &unknown, problem);
}
