/* Fills the texts of a form, and Word documents; workbooks: form_xlsx.c. */
#include "document/form.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ texts in XML */

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

			if (length < 200 && place_says(document, text_slice(all.data + at + 2, length - 4), &said))
			{
				text_add(&node[in].new, said.text);
				at += length;
				changed = true;
				unknown->filled++;
				continue;
			}
			place_unknown(unknown, text_slice(all.data + at, length < 60 ? length : 60));
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

void
form_node_begins(Filling *filling, size_t to)
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

void
form_node_ends(Filling *filling, size_t from)
{
	if (!filling->mixed && from > filling->node[filling->count].from)
		filling->node[filling->count++].to = from;
	filling->inside = false;
}

void
form_paragraph_ends(Filling *filling)
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
		form_paragraph_ends(filling);	/* one within another, as in a text box */
	else if (filling->inside)
		filling->mixed = true;
	else if (strcmp(name, "t") == 0)
		form_node_begins(filling, to);
}

static void
filling_end(void *data, const char *name, size_t from, size_t to)
{
	Filling    *filling = data;

	(void) to;
	if (strcmp(name, filling->paragraph) == 0)
	{
		task_stop_if_asked();
		form_paragraph_ends(filling);
	}
	else if (filling->inside && strcmp(name, "t") == 0)
		form_node_ends(filling, from);
}

static void
filling_text(void *data, const char *text, size_t length)
{
	Filling    *filling = data;

	if (filling->inside)
		text_bytes(&filling->node[filling->count].old, text, length);
}

bool
form_fill_part(const Document *document, Text *part, const char *paragraph, Unknown *unknown, bool *changed, char **problem)
{
	static const XmlEvents events = {filling_start, filling_end, filling_text};
	Filling		filling = {.document = document, .unknown = unknown, .paragraph = paragraph};

	if (!xml_read(part, &events, &filling, problem))
		return false;
	*changed = xml_apply(part, &filling.edits);
	return true;
}

char *
form_cannot_edit(const char *form, const char *name, const char *why)
{
	return need_format(TEXT("%s: %s in it cannot be edited: %s", "%s：其中的%s无法填写：%s"), form, name, why);
}

bool
form_finish(zip_t *archive, const char *made, const char *form, const char *path, Unknown *unknown, char **problem)
{
	Text		content = {0};
	const char *codes;

	if (!archive_close(archive, made, problem))
		return false;
	if (!text_read(&content, made) || !text_save(&content, path))
	{
		*problem = need_format("%s: %s", path, strerror(errno));
		return false;
	}
	codes = places_later();
	if (codes)
		say(TEXT("%s: indicators that came later than these data are filled with —: %s", "%s：下列指标晚于本报告的数据时点，以“—”填写：%s"), form, codes);
	if (unknown->count)
		*problem = need_format(TEXT("%s: these places say nothing here and stay as they are: %s%s", "%s：下列占位在本报告中无所指，保持原样：%s%s"), form, unknown->names.data,
							   unknown->count > 8 ? TEXT(" and others", "等") : "");
	else if (unknown->filled == 0)
		*problem = need_format(TEXT("%s has no places to fill, such as {{F028}}", "%s中没有可填的占位，如{{F028}}"), form);
	return true;
}

zip_t *
form_open(const char *form, char **made, char **problem)
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

/* ------------------------------------------------------------------ Word documents */

bool
fill_docx(Document *document, const char *form, const char *path, char **problem)
{
	char	   *made;
	zip_t	   *archive = form_open(form, &made, problem);
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
		if (!form_fill_part(document, part, "p", &unknown, &changed, &broken))
		{
			*problem = form_cannot_edit(form, kept, broken);
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
	return form_finish(archive, made, form, path, &unknown, problem);
}
