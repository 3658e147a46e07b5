#include "document/xml.h"

#include "task.h"
#include "words.h"

#include <expat.h>
#include <string.h>

/* Since Expat 2.9 the names without 64 are deprecated; before, there were no others. */
#if XML_MAJOR_VERSION * 100 + XML_MINOR_VERSION < 209
#define XML_GetCurrentByteIndex64 XML_GetCurrentByteIndex
#define XML_GetCurrentByteCount64 XML_GetCurrentByteCount
#define XML_GetCurrentLineNumber64 XML_GetCurrentLineNumber
#endif

typedef struct Reading
{
	XML_Parser	parser;
	const XmlEvents *events;
	void	   *data;
	const char *refused;
} Reading;

static const char *
without_prefix(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void
see_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	Reading    *reading = data;
	size_t		from = (size_t) XML_GetCurrentByteIndex64(reading->parser);

	if (reading->events->start)
		reading->events->start(reading->data, without_prefix(name), (const char *const *) attributes, from, from + (size_t) XML_GetCurrentByteCount64(reading->parser));
}

static void
see_end(void *data, const XML_Char *name)
{
	Reading    *reading = data;
	size_t		from = (size_t) XML_GetCurrentByteIndex64(reading->parser);

	if (reading->events->end)
		reading->events->end(reading->data, without_prefix(name), from, from + (size_t) XML_GetCurrentByteCount64(reading->parser));
}

static void
see_text(void *data, const XML_Char *text, int length)
{
	Reading    *reading = data;

	if (reading->events->text)
		reading->events->text(reading->data, text, (size_t) length);
}

static void
see_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	Reading    *reading = data;

	(void) name;
	(void) system;
	(void) public;
	(void) internal;
	reading->refused = TEXT("it has a document type, which office programs do not write", "含有办公软件不会写出的文档类型声明");
	XML_StopParser(reading->parser, XML_FALSE);
}

bool
xml_read(const Text *content, const XmlEvents *events, void *data, char **problem)
{
	/* in another encoding its bytes would not be the text's */
	Reading		reading = {.parser = XML_ParserCreate("UTF-8"), .events = events, .data = data};
	bool		good;

	if (reading.parser == NULL)
	{
		*problem = need_format("%s", TEXT("out of memory", "内存不足"));
		return false;
	}
	XML_SetUserData(reading.parser, &reading);
	XML_SetElementHandler(reading.parser, see_start, see_end);
	XML_SetCharacterDataHandler(reading.parser, see_text);
	XML_SetStartDoctypeDeclHandler(reading.parser, see_doctype);
	good = XML_Parse(reading.parser, content->data ? content->data : "", (int) content->length, 1) == XML_STATUS_OK;
	if (!good)
		*problem = need_format(TEXT("%s, line %lu", "%s，第%lu行"), reading.refused ? reading.refused : XML_ErrorString(XML_GetErrorCode(reading.parser)),
							   (unsigned long) XML_GetCurrentLineNumber64(reading.parser));
	XML_ParserFree(reading.parser);
	return good;
}

const char *
xml_attribute(const char *const *attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(without_prefix(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

void
xml_edit(XmlEdits *edits, size_t from, size_t to, char *text)
{
	if (edits->count == edits->room)
	{
		edits->room = edits->room ? edits->room * 2 : 64;
		edits->edit = need_more(edits->edit, sizeof *edits->edit * (size_t) edits->room);
	}
	edits->edit[edits->count++] = (struct XmlEdit) {from, to, text};
}

bool
xml_apply(Text *content, const XmlEdits *edits)
{
	Text		made = {0};
	size_t		written = 0;

	if (edits->count == 0)
		return false;
	for (int i = 0; i < edits->count; i++)
	{
		const struct XmlEdit *edit = &edits->edit[i];

		if (edit->from < written || edit->to > content->length)
			continue;
		text_bytes(&made, content->data + written, edit->from - written);
		text_add(&made, edit->text);
		written = edit->to;
	}
	text_bytes(&made, content->data + written, content->length - written);
	*content = made;
	return true;
}
