#include "document/text.h"

#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
text_slice(const char *text, size_t length)
{
	char	   *copy = need(length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
text_copy(const char *text)
{
	return text ? text_slice(text, strlen(text)) : NULL;
}

void
text_bytes(Text *text, const char *piece, size_t length)
{
	if (text->length + length + 1 > text->room)
	{
		text->room = (text->length + length + 1) * 2;
		text->data = need_more(text->data, text->room);
	}
	memcpy(text->data + text->length, piece, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
text_add(Text *text, const char *piece)
{
	if (piece)
		text_bytes(text, piece, strlen(piece));
}

void
text_format(Text *text, const char *format,...)
{
	va_list		arguments;
	char	   *made;

	va_start(arguments, format);
	if (vasprintf(&made, format, arguments) < 0)
		made = NULL;
	va_end(arguments);
	text_add(text, made);
	free(made);
}

void
text_xml(Text *text, const char *piece)
{
	for (const unsigned char *c = (const unsigned char *) (piece ? piece : ""); *c; c++)
		switch (*c)
		{
			case '&':
				text_add(text, "&amp;");
				break;
			case '<':
				text_add(text, "&lt;");
				break;
			case '>':
				text_add(text, "&gt;");
				break;
			case '"':
				text_add(text, "&quot;");
				break;
			case '\'':
				text_add(text, "&#39;");
				break;
			default:
				/* U+FFFE and U+FFFF are no characters of XML */
				if (c[0] == 0xEF && c[1] == 0xBF && (c[2] == 0xBE || c[2] == 0xBF))
					c += 2;
				else if (*c >= 0x20 || *c == '\t' || *c == '\n')
					text_bytes(text, (const char *) c, 1);
		}
}

void
text_json(Text *text, const char *piece)
{
	if (piece == NULL)
	{
		text_add(text, "null");
		return;
	}
	text_add(text, "\"");
	for (const unsigned char *c = (const unsigned char *) piece; *c; c++)
		if (*c == '"' || *c == '\\')
			text_format(text, "\\%c", *c);
		else if (*c < 0x20 || *c == 0x7F)
			text_format(text, "\\u%04x", *c);
		else
			text_bytes(text, (const char *) c, 1);
	text_add(text, "\"");
}

bool
text_is_formula(const char *piece)
{
	/* Chinese and Japanese ones take the signs in full width, too */
	static const char *const always[] = {"=", "@", "\t", "\r", "\n", "＝", "＠"};
	static const char *const of_numbers[] = {"+", "-", "＋", "－"};

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (strncmp(piece, always[i], strlen(always[i])) == 0)
			return true;
	for (size_t i = 0; i < sizeof of_numbers / sizeof *of_numbers; i++)
		if (strncmp(piece, of_numbers[i], strlen(of_numbers[i])) == 0)
		{
			const char *number = piece + strlen(of_numbers[i]);

			return *number && number[strspn(number, "0123456789.,%")];
		}
	return false;
}

void
text_csv(Text *text, const char *piece)
{
	if (piece == NULL)
		return;
	/* a spreadsheet takes what begins so for a formula: a text that is none gets an apostrophe before it */
	bool		formula = text_is_formula(piece);

	if (!formula && strpbrk(piece, "\",\r\n") == NULL)
	{
		text_add(text, piece);
		return;
	}
	text_add(text, formula ? "\"'" : "\"");
	for (; *piece; piece++)
		text_add(text, *piece == '"' ? "\"\"" : (char[]) {*piece, 0});
	text_add(text, "\"");
}

void
text_markdown(Text *text, const char *piece)
{
	const char *start = piece ? piece : "";
	size_t		digits = strspn(start, "0123456789");

	for (const char *c = start; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			text_add(text, " ");
		else if ((unsigned char) *c < 0x20)
			continue;
		else if (strchr("\\`*_[]<>|~$&{}", *c) ||
				 (c == start && strchr("#+-=:", *c)) || (digits > 0 && c == start + digits && strchr(".)", *c) && (c[1] == ' ' || c[1] == '\0')))
			text_format(text, "\\%c", *c);
		else
			text_bytes(text, c, 1);
}

bool
text_save(const Text *text, const char *path)
{
	char	   *beside = need_format("%s.XXXXXX", path);
	int			file = mkstemp(beside);
	size_t		done = 0;
	int			error;
	mode_t		mask;

	if (file < 0)
		return false;
	mask = umask(0);
	umask(mask);
	fchmod(file, 0666 & ~mask);
	while (done < text->length)
	{
		ssize_t		wrote = write(file, text->data + done, text->length - done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			break;
		done += (size_t) wrote;
	}
	if (done == text->length && fsync(file) == 0 && close(file) == 0 && rename(beside, path) == 0)
		return true;
	error = errno;
	unlink(beside);
	errno = error;
	return false;
}

bool
text_place(const char *from, const char *path)
{
	Text		content = {0};
	bool		moved = text_read(&content, from) && text_save(&content, path);
	int			error = errno;

	free(content.data);
	errno = error;
	return moved;
}

bool
text_read(Text *text, const char *path)
{
	FILE	   *file = fopen(path, "rb");
	char		piece[65536];
	size_t		length;
	bool		good;

	if (file == NULL)
		return false;
	text_bytes(text, "", 0);
	while ((length = fread(piece, 1, sizeof piece, file)) > 0)
		text_bytes(text, piece, length);
	good = !ferror(file);
	fclose(file);
	return good;
}
