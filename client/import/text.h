/*
 * text.h
 *		Growing buffers, and the forms in which texts of a sheet are compared.
 */
#ifndef EMGOV_IMPORT_TEXT_H
#define EMGOV_IMPORT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Text
{
	char	   *data;			/* ends with a NUL that length does not count; never NULL after text_start() */
	size_t		length;
	size_t		size;
} Text;

extern void text_reset(Text *text);
extern void text_free(Text *text);
extern void text_add(Text *text, const char *bytes, size_t length);
extern void text_string(Text *text, const char *string);
extern void text_char(Text *text, char c);
extern void text_format(Text *text, const char *format,...) __attribute__((format(printf, 2, 3)));

/* One character of UTF-8: its length in bytes, 0 where it is none. */
extern int	utf8_length(const unsigned char *bytes, size_t left);
extern unsigned utf8_code(const unsigned char *bytes, int length);
extern void text_utf8(Text *text, unsigned code);

/*
 * Half width for full width (ASCII's letters, digits and marks, and the ideographic space), blanks around
 * taken off, control characters and runs of blanks to one blank. Writes into `into` and gives its data.
 */
extern const char *plain(Text *into, const char *string);

/* The same without any blank, small letters: what headings and names are compared by. */
extern const char *squeezed(Text *into, const char *string);

extern bool starts_with(const char *string, const char *start);
extern bool ends_with(const char *string, const char *end);

#endif
