#include "document/archive.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <expat.h>
#include <string.h>

enum
{
	LARGEST_MEMBER = 256 * 1024 * 1024,	/* of what is read into memory */
	LARGEST_WHOLE = 512 * 1024 * 1024	/* of all XML that is held to be edited, by one run */
};

zip_t *
archive_open(const char *path, bool fresh, char **problem)
{
	int			code = 0;
	zip_t	   *archive = zip_open(path, fresh ? ZIP_CREATE | ZIP_TRUNCATE : 0, &code);
	zip_error_t error;

	if (archive)
		return archive;
	zip_error_init_with_code(&error, code);
	*problem = need_format("%s: %s", path, zip_error_strerror(&error));
	zip_error_fini(&error);
	return NULL;
}

bool
archive_read(zip_t *archive, const char *name, Text *content)
{
	zip_stat_t	stat;
	zip_file_t *file;
	char		piece[65536];
	zip_int64_t length;

	if (zip_stat(archive, name, 0, &stat) != 0 || stat.size > LARGEST_MEMBER || (file = zip_fopen(archive, name, 0)) == NULL)
		return false;
	text_bytes(content, "", 0);
	while ((length = zip_fread(file, piece, sizeof piece)) > 0 && content->length < LARGEST_MEMBER)
		text_bytes(content, piece, (size_t) length);
	zip_fclose(file);
	return length == 0;
}

/* ------------------------------------------------------------------ XML that is edited as text */

typedef struct Reading
{
	XML_Parser	parser;
	const Text *content;
	bool		plain;
} Reading;

static void
unlike_office(Reading *reading)
{
	reading->plain = false;
	XML_StopParser(reading->parser, XML_FALSE);
}

static void
see_tag(void *data, const XML_Char *name, const XML_Char **attributes)
{
	Reading    *reading = data;
	const char *tag = reading->content->data + XML_GetCurrentByteIndex(reading->parser);
	int			length = XML_GetCurrentByteCount(reading->parser);

	(void) name;
	(void) attributes;
	/* nothing: the end of an element that was empty */
	if (length > 0 && memchr(tag, '>', (size_t) length) != tag + length - 1)
		unlike_office(reading);
}

static void
see_comment(void *data, const XML_Char *text)
{
	(void) text;
	unlike_office(data);
}

static void
see_cdata(void *data)
{
	unlike_office(data);
}

static void
see_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	(void) name;
	(void) system;
	(void) public;
	(void) internal;
	unlike_office(data);
}

static void
see_instruction(void *data, const XML_Char *target, const XML_Char *text)
{
	(void) target;
	(void) text;
	unlike_office(data);
}

bool
archive_read_xml(zip_t *archive, const char *name, Text *content, char **problem)
{
	static size_t whole = 0;
	Reading		reading = {.plain = true};
	zip_stat_t	stat;
	bool		good;

	if (zip_stat(archive, name, 0, &stat) == 0 && (stat.size > LARGEST_MEMBER || whole + stat.size > LARGEST_WHOLE))
	{
		*problem = need_format(TEXT("it is too large: %s of %llu MB, of at most %d, and %d all in all", "文件过大：%s为%llu MB，每部分上限%d MB，合计上限%d MB"), name,
							   (unsigned long long) stat.size >> 20, LARGEST_MEMBER >> 20, LARGEST_WHOLE >> 20);
		return false;
	}
	if (!archive_read(archive, name, content))
		return false;
	whole += content->length;
	/* in another encoding the bytes are not the text's */
	reading.parser = XML_ParserCreate("UTF-8");
	if (reading.parser == NULL)
		return false;
	reading.content = content;
	XML_SetUserData(reading.parser, &reading);
	XML_SetStartElementHandler(reading.parser, see_tag);
	XML_SetCommentHandler(reading.parser, see_comment);
	XML_SetStartCdataSectionHandler(reading.parser, see_cdata);
	XML_SetStartDoctypeDeclHandler(reading.parser, see_doctype);
	XML_SetProcessingInstructionHandler(reading.parser, see_instruction);
	good = XML_Parse(reading.parser, content->data, (int) content->length, 1) == XML_STATUS_OK && reading.plain;
	if (!good)
		*problem = need_format(TEXT("%s in it cannot be edited: %s, line %lu", "其中的%s无法填写：%s，第%lu行"), name,
							   reading.plain ? XML_ErrorString(XML_GetErrorCode(reading.parser)) : TEXT("it holds what office programs do not write", "含有办公软件不会写出的内容"),
							   (unsigned long) XML_GetCurrentLineNumber(reading.parser));
	XML_ParserFree(reading.parser);
	if (!good)
		*content = (Text) {0};
	return good;
}

bool
archive_write(zip_t *archive, const char *name, const Text *content)
{
	zip_source_t *source = zip_source_buffer(archive, content->data ? content->data : "", content->length, 0);

	if (source && zip_file_add(archive, name, source, ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8) >= 0)
		return true;
	zip_source_free(source);
	return false;
}

bool
archive_close(zip_t *archive, const char *path, char **problem)
{
	if (zip_close(archive) == 0)
		return true;
	*problem = need_format("%s: %s", path, zip_strerror(archive));
	zip_discard(archive);
	return false;
}
