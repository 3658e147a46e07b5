/* Fills the cells of a workbook: its texts, and cells that have a name. */
#include "document/form.h"

#include "task.h"
#include "words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	if (place_says(document, name, said))
		return true;
	for (size_t at = strlen(name); at > 0; at--)	/* codes and forms may have a _ of their own */
		if (name[at] == '_')
		{
			place = text_copy(name);
			place[at] = '.';
			if (place_says(document, place, said))
				return true;
		}
	return false;
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
			place_unknown(book->unknown, name);
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
		place_unknown(book->unknown, name);
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
	return place_says(document, text_slice(text->data + 2, text->length - 4), said) && said->number ? said : NULL;
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
		form_node_begins(&sheet->inline_text, to);
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
			form_paragraph_ends(filling);
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
		form_node_ends(&sheet->inline_text, from);
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
	zip_t	   *archive = form_open(form, &made, problem);
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
			*problem = form_cannot_edit(form, reads[i].name, broken);
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
			*problem = part->data ? form_cannot_edit(form, name, broken) : need_format("%s: %s", form, broken ? broken : name);
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
			place_unknown(&unknown, book.target[i].reference);
	if (shared->data && (!form_fill_part(document, shared, "si", &unknown, &changed, &broken) || (changed && !archive_write(archive, "xl/sharedStrings.xml", shared))))
	{
		*problem = need_format("%s: %s", form, broken ? broken : zip_strerror(archive));
		zip_discard(archive);
		return false;
	}
	return form_finish(archive, made, form, path, &unknown, problem);
}
