/*
 * chars.c
 *		Growing buffers, and the forms in which texts of a sheet are compared.
 */
#include "chars.h"

#include "task.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
make_room(Chars *text, size_t more)
{
	size_t		need = text->length + more + 1;

	if (need <= text->size)
		return;
	text->size = need < 64 ? 64 : need + need / 2;
	text->data = need_more(text->data, text->size);
}

void
chars_reset(Chars *text)
{
	make_room(text, 0);
	text->length = 0;
	text->data[0] = '\0';
}

void
chars_free(Chars *text)
{
	free(text->data);
	memset(text, 0, sizeof *text);
}

void
chars_add(Chars *text, const char *bytes, size_t length)
{
	make_room(text, length);
	if (length)
		memcpy(text->data + text->length, bytes, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
chars_string(Chars *text, const char *string)
{
	chars_add(text, string, strlen(string));
}

void
chars_char(Chars *text, char c)
{
	make_room(text, 1);
	text->data[text->length++] = c;
	text->data[text->length] = '\0';
}

void
chars_format(Chars *text, const char *format,...)
{
	va_list		args;
	int			length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	make_room(text, (size_t) length);
	va_start(args, format);
	vsnprintf(text->data + text->length, (size_t) length + 1, format, args);
	va_end(args);
	text->length += (size_t) length;
}

int
utf8_length(const unsigned char *s, size_t left)
{
	int			length;

	if (left == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		length = 2;
	else if ((s[0] & 0xF0) == 0xE0)
		length = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		length = 4;
	else
		return 0;
	if (left < (size_t) length)
		return 0;
	for (int i = 1; i < length; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return length;
}

unsigned
utf8_code(const unsigned char *s, int length)
{
	switch (length)
	{
		case 2:
			return (unsigned) (s[0] & 0x1F) << 6 | (s[1] & 0x3F);
		case 3:
			return (unsigned) (s[0] & 0x0F) << 12 | (unsigned) (s[1] & 0x3F) << 6 | (s[2] & 0x3F);
		case 4:
			return (unsigned) (s[0] & 0x07) << 18 | (unsigned) (s[1] & 0x3F) << 12 | (unsigned) (s[2] & 0x3F) << 6 | (s[3] & 0x3F);
		default:
			return s[0];
	}
}

void
chars_utf8(Chars *text, unsigned code)
{
	char		c[4];
	int			length;

	if (code < 0x80)
		c[0] = (char) code, length = 1;
	else if (code < 0x800)
		c[0] = (char) (0xC0 | code >> 6), c[1] = (char) (0x80 | (code & 0x3F)), length = 2;
	else if (code < 0x10000)
		c[0] = (char) (0xE0 | code >> 12), c[1] = (char) (0x80 | (code >> 6 & 0x3F)), c[2] = (char) (0x80 | (code & 0x3F)), length = 3;
	else
		c[0] = (char) (0xF0 | code >> 18), c[1] = (char) (0x80 | (code >> 12 & 0x3F)), c[2] = (char) (0x80 | (code >> 6 & 0x3F)),
			c[3] = (char) (0x80 | (code & 0x3F)), length = 4;
	chars_add(text, c, (size_t) length);
}

/* Half width; a blank for what is one, 0 for what is nothing to see. */
static unsigned
half_width(unsigned code)
{
	if (code >= 0xFF01 && code <= 0xFF5E)
		return code - 0xFF01 + 0x21;
	switch (code)
	{
		case 0x3000:
		case 0x00A0:
		case 0x2002:
		case 0x2003:
		case 0x2009:
		case 0x202F:
			return ' ';
		case 0x200B:
		case 0x200C:
		case 0x200D:
		case 0x2060:
		case 0xFEFF:
			return 0;
		case 0x2212:
			return '-';
		case 0xFFE5:
			return 0xA5;
		default:
			return code < 0x20 || code == 0x7F ? ' ' : code;
	}
}

static const char *
fold(Chars *into, const char *string, bool squeeze)
{
	const unsigned char *s = (const unsigned char *) string;
	size_t		left = strlen(string);
	bool		blank = false;

	chars_reset(into);
	make_room(into, left);		/* no character grows */
	while (left > 0)
	{
		int			length = 1;
		unsigned	code = s[0];

		if (code >= 0x80 && (length = utf8_length(s, left)) == 0)
			length = 1;			/* no UTF-8: it stays as it is */
		else if (code < 0x21 || code > 0x7E)
			code = half_width(utf8_code(s, length));
		if (code == ' ')
			blank = true;
		else if (code != 0)
		{
			if (blank && !squeeze && into->length > 0)
				into->data[into->length++] = ' ';
			blank = false;
			if (squeeze && code >= 'A' && code <= 'Z')
				code += 'a' - 'A';
			if (code < 0x80 || length == 1)
				into->data[into->length++] = (char) code;
			else
				chars_utf8(into, code);
		}
		s += length;
		left -= (size_t) length;
	}
	into->data[into->length] = '\0';
	return into->data;
}

const char *
plain(Chars *into, const char *string)
{
	return fold(into, string, false);
}

const char *
squeezed(Chars *into, const char *string)
{
	return fold(into, string, true);
}

bool
ends_with(const char *string, const char *end)
{
	size_t		l = strlen(string), e = strlen(end);

	return l >= e && strcmp(string + l - e, end) == 0;
}
